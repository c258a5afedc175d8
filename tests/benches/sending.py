"""Outbox → stream, against redis-py's pipelined XADD of the same bytes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter

import redis
import uvloop

from shared.clock import SettableClock
from shared.events.envelope import moment
from shared.store.log import Log, open_log
from shared.stream.outbox import MOST_FACTS, Outbox
from tests import servers
from tests.benches.notices import KNOWN, RECORDED, facts_of, fill
from tests.benches.rounds import Line, Section, rounds

FACTS = 30_000
OURS, BASE = "outbox", "pipelined"


async def _sent(log: Log, url: str) -> float:
    outbox = Outbox(log, url, SettableClock(moment(RECORDED)), on_past=print)
    began = perf_counter()
    outbox.start()
    while outbox.state.sent < FACTS:  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.002)
    took = perf_counter() - began
    await outbox.stop()
    return FACTS / took


def measure(folder: Path) -> Section:
    log = open_log(f"sqlite:///{folder}/log.db", "bench", "scheduler", KNOWN)
    fill(log, FACTS)
    facts = facts_of(log)
    with servers.own(servers.RedisServer) as server, redis.Redis.from_url(server.url) as client:

        def ours() -> float:
            client.flushall()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(_sent(log, server.url))

        def pipelined() -> float:
            client.flushall()
            began = perf_counter()
            for first in range(0, FACTS, MOST_FACTS):
                with client.pipeline(transaction=False) as pipeline:
                    for index, raw in facts[first : first + MOST_FACTS]:
                        pipeline.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")
                    pipeline.execute()
            return FACTS / (perf_counter() - began)

        found = rounds({BASE: pipelined, OURS: ours})
        same = client.xlen(log.name.stream)
    log.close()
    if same != FACTS:
        raise RuntimeError(f"the stream held {same} entries at the end")
    ratio = found.ratio(OURS, BASE)
    size = sum(len(raw) for _, raw in facts) // FACTS
    return Section(
        "Outbox to stream",
        f"{FACTS:,} facts of {size} bytes from the log to an empty stream: read from SQLite with the columns checked, "
        f"sent in MULTI/EXEC of at most {MOST_FACTS} with their own ids, every answer looked at. The baseline sends "
        f"the same bytes from memory with redis-py, {MOST_FACTS} XADD in a pipeline.",
        [
            Line(
                "Facts sent",
                found.told(OURS),
                f"{ratio:.2f} × redis-py pipelined XADD, {found.told(BASE)}",
                "≥ 0.9 ×",
                ratio >= 0.9,
            )
        ],
    )
