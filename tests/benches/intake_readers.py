"""Stream → decoded → contiguity and heard → one upsert per fact and the position committed: two readers side by side.

Both feed the same intake with real read models on SQLite; the measure is redis-py's XREAD of the same entries in
the same run, interleaved. Run: python -m tests.benches.intake_readers [facts] [rounds]
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import redis
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared import events
from shared.events.envelope import Attributes, LogName, Recorded, encode, instant, write_heard
from shared.events.ranking import TaskAssigned
from shared.store.views import View, open_views
from shared.stream import intake as intake_module
from shared.stream.feed import Feed, feed_routes
from shared.stream.intake import Intake
from shared.stream.reader import BLOCK_MILLISECONDS, MOST_RECORDS, Place, Reader
from tests import servers
from tests.streams.small_log import SmallLog

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
    attributes = Attributes(
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
    return encode(attributes, assigned.model_dump_json(exclude_none=True).encode())


class PlainReader:
    """XREAD in a loop, without FastStream; the same place, the same position after every batch."""

    def __init__(self, url: str, *, streams: int, registry: Any = None) -> None:  # noqa: ARG002 - as Reader
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
            answer = await client.xread({stream: position}, count=MOST_RECORDS, block=BLOCK_MILLISECONDS)
            place.answered()
            for _, entries in answer:
                await place.take_read(entries)

    async def stop(self) -> None:
        self._running = False
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


@contextmanager
def reading_with(reader: Any) -> Iterator[None]:
    ours, intake_module.Reader = intake_module.Reader, reader  # type: ignore[misc]
    try:
        yield
    finally:
        intake_module.Reader = ours  # type: ignore[misc]


class Rate(NamedTuple):
    """Facts a second: by the clock, and by the processor's time alone, which other work on the machine leaves as it is."""

    clock: float
    processor: float


class Stopwatch:
    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.process_time()

    def rate(self, count: int) -> Rate:
        return Rate(count / (time.perf_counter() - self._clock), count / (time.process_time() - self._processor))


async def heard_by(reader: Any, url: str, log: SmallLog, count: int, folder: Path) -> Rate:
    """From the start of the intake to the commit of the last position."""
    views = open_views(f"sqlite:///{folder / 'views.db'}", "minutes", [TASKS], events.ALL)
    own = SmallLog(folder / "own.db", LogName("local", "minutes", "bench"))
    app = FastAPI()
    app.include_router(feed_routes(log, print))
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            with reading_with(reader):
                intake = Intake(own, views, None, {log.name.service: Feed(client, "http://owner")}, url)
            begun = Stopwatch()
            await intake.start()
            (state,) = intake.sources
            while state.position < count:
                await asyncio.sleep(0.002)
            rate = begun.rate(count)
            await intake.stop()
        assert state.fetched == 0, "the feed helped: this is no measure of the reader"
    finally:
        views.close()
        own.close()
    return rate


async def read_only(url: str, log: SmallLog, count: int) -> Rate:
    """The measure: the same entries read by redis-py and thrown away."""
    client = Redis.from_url(url)
    await client.ping()
    begun, position, got = Stopwatch(), b"0-0", 0
    while got < count:
        for _, entries in await client.xread({log.name.stream: position}, count=MOST_RECORDS):
            position, got = entries[-1][0], got + len(entries)
    rate = begun.rate(count)
    await client.aclose()
    return rate


async def measure(count: int, rounds: int) -> dict[str, list[Rate]]:
    """Facts a second of each way, interleaved."""
    found: dict[str, list[Rate]] = {}
    with tempfile.TemporaryDirectory(prefix="chibo-bench-") as name, servers.own(servers.RedisServer) as server:
        if hasattr(os, "sched_setaffinity"):  # one core for us; the server, started before, has the others
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        folder = Path(name)
        log = SmallLog(folder / "log.db", LogName("local", "ranking", "bench"))
        heard = write_heard({LogName("local", "roster", "bench"): 412, LogName("local", "scheduler", "bench"): 98})
        log.append([fact(log.name, index, heard) for index in range(1, count + 1)])
        with redis.Redis.from_url(server.url) as client:
            for begin in range(0, count, 500):
                pipeline = client.pipeline()
                for index, raw in log.read(begin, 500, 10**9):
                    pipeline.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")
                pipeline.execute()
        ways: dict[str, Callable[[Path], Awaitable[Rate]]] = {
            "redis-py XREAD": lambda _place: read_only(server.url, log, count),
            "FastStream": lambda place: heard_by(Reader, server.url, log, count, place),
            "plain reader": lambda place: heard_by(PlainReader, server.url, log, count, place),
        }
        for number in range(rounds):
            for way, run in ways.items():
                place = folder / f"{number}-{way.replace(' ', '-')}"
                place.mkdir()
                found.setdefault(way, []).append(await run(place))
        log.close()
    return found


def main() -> None:
    count, rounds = (int(argument) for argument in (*sys.argv[1:], "20000", "5")[:2])
    found = asyncio.run(measure(count, rounds))
    base = found["redis-py XREAD"]
    for way, rates in found.items():
        ratio = statistics.median(rate.clock / other.clock for rate, other in zip(rates, base, strict=True))
        clock, processor = (statistics.median(column) for column in zip(*rates, strict=True))
        print(f"{way:16} {clock:>9,.0f} facts/s   ratio {ratio:.3f}   {processor:>9,.0f} per second of processor")


if __name__ == "__main__":
    main()
