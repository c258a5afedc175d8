"""Stream → decoded → contiguity and heard → one upsert per fact and the position committed: two readers side by side.

Both feed the same intake with real read models on SQLite; the measure is redis-py's XREAD of the same entries in
the same run, interleaved. Run: python -m tests.benches.intake_readers [facts] [rounds]
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared import events
from shared.events.envelope import LogName, Recorded, encode, instant, write_heard
from shared.events.ranking import TaskAssigned
from shared.store.views import View, open_views
from shared.stream import intake as intake_module
from shared.stream.feed import Feed, feed_routes
from shared.stream.intake import Intake
from shared.stream.ports import Log
from shared.stream.reader import BLOCK_MILLISECONDS, MOST_RECORDS, Place, Reader
from tests import servers
from tests.streams.small_log import SmallLog
from tests.streams.town import fill

BRANCH = "99.001.002.000.011"
START = datetime(2026, 9, 1, tzinfo=UTC)


class Task(BaseModel):
    """A task as a list would show it."""

    model_config = ConfigDict(frozen=True)
    member_id: str
    text: str
    due_on: date


def _task(_task: Task | None, recorded: Recorded[Any], _key: str) -> Task:
    fact = recorded.fact
    return Task(member_id=fact.member_id, text=fact.text, due_on=fact.due_on)


TASKS = View("tasks", Task, frozenset({TaskAssigned}), lambda recorded: (recorded.fact.task_id,), _task)


def fact(log: LogName, index: int, heard: str) -> bytes:
    """A task assigned, as ranking would have stored it."""
    assigned = TaskAssigned(
        branch=BRANCH,
        task_id=f"T{index}",
        member_id=f"M{index % 11 + 1:02}",
        text=f"Rà soát danh sách hộ cần giúp đỡ ở tổ dân phố số {index % 30}, báo cáo bằng văn bản",
        due_on=date(2026, 9, 25),
        report_at="2026-10",
        origin="conclusion",
        meeting_id=f"{BRANCH}:2026-09",
    )
    recorded = instant(START + timedelta(seconds=index))
    return encode(
        assigned.model_dump_json(exclude_none=True).encode(),
        id=str(UUID(int=index)),
        type=TaskAssigned.kind(),
        source=f"/{log.site}/{log.service}",
        subject=assigned.subject(),
        subjectversion=1,
        time=recorded,
        recordedtime=recorded,
        branch=BRANCH,
        meeting=assigned.meeting_id,
        actor="M01",
        actorrole="secretary",
        correlationid=str(UUID(int=index)),
        heard=heard,
        privacy="B",
        salt=f"{index:032x}",
    )


class PlainReader:
    """XREAD in a loop, without FastStream; the same place, the same position after every batch."""

    def __init__(self, url: str, *, streams: int, registry: Any = None) -> None:
        self._client = Redis.from_url(url, max_connections=streams + 1)

    async def open(self, stream: str, place: Place) -> PlainSubscription:
        await self._client.ping()
        return PlainSubscription(self._client, stream, place)

    async def close(self) -> None:
        await self._client.aclose()


class PlainSubscription:
    """A loop that is told to end: a cancelled wait_for may swallow the cancelling (Python 3.11)."""

    def __init__(self, client: Redis, stream: str, place: Place) -> None:
        self._running = True
        self._task = asyncio.create_task(self._read(client, stream, place))

    async def _read(self, client: Redis, stream: str, place: Place) -> None:
        while self._running:
            position = f"{place.position}-0"
            answer: Any = await client.xread({stream: position}, count=MOST_RECORDS, block=BLOCK_MILLISECONDS)
            place.answered()
            for _, entries in answer:
                await place.take_read(entries)

    async def stop(self) -> None:
        self._running = False
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


@contextmanager
def frozen() -> Iterator[None]:
    """What is loaded is out of the collector's way: batches make many objects, and each full sweep crosses all."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def reading_with(reader: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake_module, "Reader", reader)
        yield


async def heard_by(reader: Any, url: str, log: SmallLog, count: int, folder: Path) -> float:
    """Facts a second, from the start of the intake to the commit of the last position."""
    views = open_views(f"sqlite:///{folder / 'views.db'}", "minutes", [TASKS], events.ALL)
    own = SmallLog(folder / "own.db", LogName("local", "minutes", "bench"))
    app = FastAPI()
    app.include_router(feed_routes(log, print))
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            with reading_with(reader):
                intake = Intake(own, views, None, {log.name.service: Feed(client, "http://owner")}, url)
            begun = time.perf_counter()
            await intake.start()
            (state,) = intake.sources
            while state.position < count:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.002)
            took = time.perf_counter() - begun
            await intake.stop()
        assert state.fetched == 0, "the feed helped: this is no measure of the reader"
    finally:
        views.close()
        own.close()
    return count / took


async def read_only(url: str, log: Log, count: int) -> float:
    """The measure: the same entries read by redis-py and thrown away."""
    client = Redis.from_url(url)
    await client.ping()
    begun, position, got = time.perf_counter(), b"0-0", 0
    while got < count:
        answer: Any = await client.xread({log.name.stream: position}, count=MOST_RECORDS)
        for _, entries in answer:
            position, got = entries[-1][0], got + len(entries)
    took = time.perf_counter() - begun
    await client.aclose()
    return count / took


class Rate(NamedTuple):
    """Facts a second: by the clock; by the processor's time alone, which other work on the machine changes less."""

    clock: float
    processor: float


async def measure(count: int, rounds: int) -> dict[str, list[Rate]]:
    """Each way as often, interleaved."""
    found: dict[str, list[Rate]] = {}
    with tempfile.TemporaryDirectory(prefix="chibo-bench-") as name, servers.own(servers.RedisServer) as server:
        if hasattr(os, "sched_setaffinity"):  # one core for us; the server, started before, has the others
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        folder = Path(name)
        log = SmallLog(folder / "log.db", LogName("local", "ranking", "bench"))
        heard = write_heard({LogName("local", "roster", "bench"): 412, LogName("local", "scheduler", "bench"): 98})
        log.append([fact(log.name, index, heard) for index in range(1, count + 1)])
        fill(server.url, log)
        ways: dict[str, tuple[Callable[[], AbstractContextManager[None]], Callable[[Path], Awaitable[float]]]] = {
            "redis-py XREAD": (nullcontext, lambda _place: read_only(server.url, log, count)),
            "FastStream": (frozen, lambda place: heard_by(Reader, server.url, log, count, place)),
            "plain reader": (frozen, lambda place: heard_by(PlainReader, server.url, log, count, place)),
            "FastStream, unfrozen": (nullcontext, lambda place: heard_by(Reader, server.url, log, count, place)),
        }
        for number in range(rounds):
            for way, (around, run) in ways.items():
                place = folder / f"{number}-{way.replace(' ', '-')}"
                place.mkdir()
                with around():
                    busy = time.process_time()
                    clock = await run(place)
                    found.setdefault(way, []).append(Rate(clock, count / (time.process_time() - busy)))
        log.close()
    return found


def main() -> None:
    count, rounds = (int(argument) for argument in (*sys.argv[1:], "20000", "5")[:2])
    found = asyncio.run(measure(count, rounds))
    base = found["redis-py XREAD"]
    for way, rates in found.items():
        ratio = statistics.median(rate.clock / other.clock for rate, other in zip(rates, base, strict=True))
        clock, processor = (statistics.median(column) for column in zip(*rates, strict=True))
        print(f"{way:20} {clock:>9,.0f} facts/s   ratio {ratio:.3f}   {processor:>9,.0f} per second of processor")


if __name__ == "__main__":
    main()
