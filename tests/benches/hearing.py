"""Intake: stream → decoded → contiguity and heard → effect and position committed, against redis-py's XREAD."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import redis
import uvloop

from shared.events.envelope import LogName
from shared.events.meeting import NoticeDelivered
from shared.store.log import Log, open_log
from shared.store.views import open_views
from shared.stream.feed import Feed, HeadAnswer
from shared.stream.intake import Intake
from shared.stream.outbox import MOST_FACTS
from shared.stream.reader import Reader
from tests import servers
from tests.benches.intake_readers import PlainReader, read_only, reading_with
from tests.benches.notices import KNOWN, RECEIVED, facts_of, fill, reaction, writing
from tests.benches.rounds import Line, Section, one_core, rounds

FACTS = 20_000
DECIDED = 5_000
FASTSTREAM, PLAIN, BASE, DECIDING = "FastStream", "plain", "xread", "deciding"


class _Owner(Feed):
    """The owner says how far it is; its facts are all in the stream."""

    def __init__(self, log: LogName, index: int) -> None:
        self._head = HeadAnswer(
            site=log.site, service=log.service, epoch=log.epoch, index=index, root="0" * 64, leaf=None, agrees=None
        )

    async def head(self, known: int | None = None, leaf: bytes | None = None, epoch: str | None = None) -> HeadAnswer:
        return self._head


class _Bench:
    def __init__(self, folder: Path, url: str, log: LogName) -> None:
        self.url = url
        self.log = log
        self._folder = folder
        self._numbers = count()
        self.processor: dict[str, list[float]] = {}

    def run(self, name: str, facts: int, work: Callable[[Path], Coroutine[Any, Any, float]]) -> float:
        folder = self._folder / f"{next(self._numbers)}"
        folder.mkdir()
        began = process_time()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            rate = runner.run(work(folder))
        self.processor.setdefault(name, []).append((process_time() - began) / facts * 1e6)
        return rate

    async def hear(self, folder: Path, reader: Any, facts: int, *, decide: bool) -> float:
        with ExitStack() as stack:
            own = open_log(f"sqlite:///{folder}/log.db", "bench", "minutes", KNOWN)
            stack.callback(own.close)
            views = open_views(f"sqlite:///{folder}/views.db", "minutes", [] if decide else [RECEIVED], KNOWN)
            stack.callback(views.close)
            kinds = frozenset({NoticeDelivered}) if decide else frozenset()
            writer = stack.enter_context(writing(own, views, react=reaction, hears=[kind.kind() for kind in kinds]))
            with reading_with(reader):
                intake = Intake(own, views, writer, {"scheduler": _Owner(self.log, facts)}, self.url, decides=kinds)
            began = perf_counter()
            await intake.start()
            (state,) = intake.sources
            while state.taken < facts:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.002)
            took = perf_counter() - began
            await intake.stop()
            if state.fetched or state.forged or state.errors:
                raise RuntimeError(f"not what was to be measured: {state}")
        return facts / took


def _in_stream(url: str, log: Log) -> None:
    with redis.Redis.from_url(url) as client:
        facts = facts_of(log)
        for first in range(0, len(facts), MOST_FACTS):
            with client.pipeline(transaction=False) as pipeline:
                for index, raw in facts[first : first + MOST_FACTS]:
                    pipeline.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")
                pipeline.execute()


def measure(folder: Path) -> Section:
    with ExitStack() as stack:
        server = stack.enter_context(servers.own(servers.RedisServer))
        log = open_log(f"sqlite:///{folder}/log.db", "bench", "scheduler", KNOWN)
        stack.callback(log.close)
        fill(log, FACTS)
        _in_stream(server.url, log)
        alone = stack.enter_context(one_core())
        bench = _Bench(folder, server.url, log.name)
        found = rounds(
            {
                BASE: lambda: bench.run(BASE, FACTS, lambda _folder: read_only(server.url, log, FACTS)),
                FASTSTREAM: lambda: bench.run(
                    FASTSTREAM, FACTS, lambda place: bench.hear(place, Reader, FACTS, decide=False)
                ),
                PLAIN: lambda: bench.run(
                    PLAIN, FACTS, lambda place: bench.hear(place, PlainReader, FACTS, decide=False)
                ),
                DECIDING: lambda: bench.run(
                    DECIDING, DECIDED, lambda place: bench.hear(place, Reader, DECIDED, decide=True)
                ),
            }
        )
    base = f"redis-py XREAD of the same entries, {found.told(BASE)}"
    where = "the process kept on one core, the server on another" if alone else "not kept on one core"
    return Section(
        "Intake",
        f"{FACTS:,} facts from a stream into read models on SQLite: decoded, looked at for contiguity and causes, one "
        f"upsert per fact, position committed with every batch of at most 500; {where}. Then {DECIDED:,} facts heard "
        "by a handler that decides one command for each, stored with its inbox entry and the position.",
        [
            Line(
                "FastStream, as our services use it",
                found.told(FASTSTREAM),
                f"{found.ratio(FASTSTREAM, BASE):.3f} × {base}",
                "≥ 20,000/s",
                found.of(FASTSTREAM) >= 20_000,
            ),
            Line("Plain reader, same takers", found.told(PLAIN), f"{found.ratio(PLAIN, BASE):.3f} × the same"),
            Line("Handlers that decide", found.told(DECIDING), f"{found.ratio(DECIDING, BASE):.3f} × the same"),
        ],
        [
            "Processor time per fact: "
            + ", ".join(f"{name} {min(spent):.0f} µs" for name, spent in bench.processor.items())
            + " (the best round)."
        ],
    )
