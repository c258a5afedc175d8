"""What a test may change inside a running service: its clock, and the bugs it must be able to catch."""

from __future__ import annotations

import asyncio
import mmap
import os
import signal
import struct
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

from shared.clock import Clock
from shared.service import http, runtime
from shared.service.restoring import Noticing
from shared.settings import Settings
from shared.store import parking, views
from shared.store.log import Log
from shared.store.views import Views
from shared.store.writer import Writer
from shared.stream import intake, source
from shared.stream.feed import Feed, FeedAway
from shared.stream.gate import Gate
from shared.stream.outbox import Outbox

Plant = Callable[..., None]

PLANTS: dict[str, Plant] = {}


def plantable(function: Plant) -> Plant:
    PLANTS[function.__name__] = function
    return function


def plant(name: str, arguments: list[Any]) -> None:
    """Change this process before its service is built."""
    PLANTS[name](*arguments)


# ---------------------------------------------------------------- the time


class FileClock(Clock):
    """The time somebody writes into a file, the same for everyone who reads it, also right after a start."""

    mode = "set"

    def __init__(self, path: str, behind: float = 0.0) -> None:
        with Path(path).open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
        self._behind = behind

    def _seconds(self) -> float:
        (seconds,) = struct.unpack("d", self._bytes[:8])
        return float(seconds) - self._behind

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds(), UTC)

    def elapsed(self) -> float:
        return self._seconds()

    def set(self, now: datetime | None) -> None:
        """The file says it."""


def write_time(path: Path, now: datetime) -> None:
    """What FileClock reads."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.write(struct.pack("d", now.timestamp()))


@plantable
def clock(path: str, behind: float = 0.0) -> None:
    """The service's clock is this file; ``behind`` so many seconds in this service alone."""
    runtime.SiteClock = lambda: FileClock(path, behind)  # type: ignore[assignment,misc,return-value]


# ---------------------------------------------------------------- kill -9 at a seam


@plantable
def doom(seam: str, passes: int, waits: str = "") -> None:
    """The process kills itself when it comes to this seam for the so-many-th time; ``waits``: for SIGUSR2 first."""
    left = [None if waits else passes]

    def arm(_number: int, _frame: Any) -> None:
        left[0] = passes

    def here(name: str) -> None:
        if name == seam and left[0] is not None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    signal.signal(signal.SIGUSR2, arm)

    append, apply, send, told = Log.append, Views.apply, Outbox._send, http.told

    def appending(self: Log, batch: Any) -> int:
        here("before commit")
        base = append(self, batch)
        here("after commit")
        return base

    def applying(self: Views, log: Any, entries: Any) -> Any:
        here("before views")
        applied = apply(self, log, entries)
        here("after views")
        return applied

    async def sending(self: Outbox, line: Any, page: Any) -> int:
        here("before sending")
        sent = await send(self, line, page)
        here("after sending")
        return sent

    async def telling(service: Any, answer: Any) -> Any:
        here("before answer")
        return await told(service, answer)

    Log.append = appending  # type: ignore[method-assign]
    Views.apply = applying  # type: ignore[method-assign]
    Outbox._send = sending  # type: ignore[method-assign]
    http.told = telling


# ---------------------------------------------------------------- planted bugs: what is said before it is true


@plantable
def acknowledges_first(passes: int, seconds: float = 0.3) -> None:
    """Answers first and stores later; the so-many-th time the process dies in between."""
    left = count(passes - 1, -1)
    append, start, made = Log.append, Log.start, Writer.__init__
    writers: list[Writer] = []
    waiting: list[Thread] = []

    def later(log: Log, batch: Any) -> None:
        sleep(seconds)
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        writers[0]._on_commit(append(log, batch) + len(batch.facts))

    def appending(self: Log, batch: Any) -> int:
        batch.base = batch.end.index
        waiting[:] = [Thread(target=later, args=(self, batch))]
        waiting[0].start()
        return int(batch.base)

    def starting(self: Log, *given: Any) -> Any:
        for thread in waiting:
            thread.join()
        return start(self, *given)

    def making(self: Writer, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        writers.append(self)

    Log.append = appending  # type: ignore[method-assign]
    Log.start = starting  # type: ignore[assignment,method-assign]
    Writer.__init__ = making  # type: ignore[method-assign]


@plantable
def positions_first(source: str, passes: int) -> None:
    """Commits how far it has heard one service before what that did; the so-many-th time it dies in between."""
    left = count(passes - 1, -1)
    apply, store = Views.apply, views._Page.store
    pages: list[Any] = []

    def storing(self: Any, _cursor: Any) -> None:
        pages.append(self)

    def applying(self: Views, log: Any, entries: Any) -> Any:
        applied = apply(self, log, entries)
        if log.service == source and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        with self._database.writing() as cursor:
            while pages:
                store(pages.pop(0), cursor)
        return applied

    views._Page.store = storing  # type: ignore[assignment,method-assign]
    Views.apply = applying  # type: ignore[method-assign]


# ---------------------------------------------------------------- the way of a fact disturbed


@plantable
def traced(path: str) -> None:
    """Writes down every effect on a read model and every move of a position, in order."""
    file = Path(path).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    apply, step = Views.apply, views._Page.step

    def stepping(self: Any, recorded: Any) -> None:
        step(self, recorded)
        file.write(f"effect {recorded.log} {recorded.index}\n")

    def applying(self: Views, log: Any, entries: Any) -> Any:
        applied = apply(self, log, entries)
        file.write(f"position {log} {applied.position}\n")
        return applied

    views._Page.step = stepping  # type: ignore[method-assign]
    Views.apply = applying  # type: ignore[method-assign]


@plantable
def twice() -> None:
    """Every batch is delivered twice, by the stream and to the stores, and now and then all that ever came."""
    read, into_views, into_deciders = source.Source.take_read, intake._IntoViews.take, intake._IntoDeciders.take
    came: dict[Any, list[Any]] = defaultdict(list)

    async def reading(self: source.Source, entries: Any) -> None:
        came[self] += entries
        await read(self, entries)
        await read(self, entries)
        await read(self, came[self])

    async def viewing(self: Any, log: Any, facts: Any) -> int:
        await into_views(self, log, facts)
        return await into_views(self, log, facts)

    async def deciding(self: Any, log: Any, facts: Any) -> int:
        await into_deciders(self, log, facts)
        return await into_deciders(self, log, facts)

    source.Source.take_read = reading  # type: ignore[method-assign]
    intake._IntoViews.take = viewing  # type: ignore[method-assign]
    intake._IntoDeciders.take = deciding  # type: ignore[method-assign]


@plantable
def forgets_positions() -> None:
    """A planted bug: what was taken in before is taken in again."""
    apply = Views.apply

    def applying(self: Views, log: Any, entries: Any) -> Any:
        with self._database.writing() as cursor:
            cursor.execute(
                'UPDATE position SET "index" = ? WHERE source = ? AND "index" >= ?',
                (entries[0][0] - 1, str(log), entries[0][0]),
            )
        return apply(self, log, entries)

    Views.apply = applying  # type: ignore[method-assign]


@plantable
def cut_off(service: str, while_there: str) -> None:
    """As long as this file is there, nothing of that service comes through, by the stream or by the feed."""
    read, get = source.Source.take_read, Feed._get
    url = Settings().url(service)

    def cut() -> bool:
        return Path(while_there).exists()

    async def reading(self: source.Source, entries: Any) -> None:
        while self.state.service == service and cut():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.01)
        await read(self, entries)

    async def getting(self: Feed, path: str, parameters: Any) -> Any:
        if self.url == url and cut():
            raise FeedAway("cut off")
        return await get(self, path, parameters)

    source.Source.take_read = reading  # type: ignore[method-assign]
    Feed._get = getting  # type: ignore[method-assign]


@plantable
def no_gate() -> None:
    """A planted bug: effects do not wait for their causes."""
    Gate.free = lambda _self, heard: (len(heard), None)  # type: ignore[assignment,method-assign]


@plantable
def outbox_trusts_itself() -> None:
    """A planted bug: the outbox remembers what it believes it has sent, and looks at nothing."""
    sent: dict[Any, int] = {}
    stands, send = Outbox._where_it_stands, Outbox._send

    async def standing(self: Outbox, line: Any) -> int:
        return sent[self] if self in sent else await stands(self, line)

    async def sending(self: Outbox, line: Any, page: Any) -> int:
        sent[self] = page[-1][0]
        try:
            self._stream_exists = False
            await send(self, line, page)
        except Exception:  # noqa: BLE001 - that is the bug
            return sent[self]
        return sent[self]

    Outbox._where_it_stands = standing  # type: ignore[method-assign]
    Outbox._send = sending  # type: ignore[method-assign]


@plantable
def compares_nothing() -> None:
    """A planted bug: nobody looks whether the log is an old copy."""

    async def same(_self: Outbox, _index: int, _theirs: Any, _head: int) -> None:
        return

    Outbox._same_past = same  # type: ignore[assignment,method-assign]
    runtime.Service.refuse_writes = lambda _self, _vi, _en: None  # type: ignore[assignment,method-assign]


@plantable
def notices_nothing() -> None:
    """A planted bug: a process does not look whether another one restored the log they both write."""

    async def nothing(_self: Noticing) -> None:
        return

    Noticing._look = nothing  # type: ignore[assignment,method-assign]


# ---------------------------------------------------------------- a fact that cannot be taken


@plantable
def poison(kinds: list[str], branch: str) -> None:
    """A defect: facts of these kinds about one branch cannot be taken in, neither by read models nor by handlers."""
    step, reaction = views._Page.step, Writer._reaction

    def stepping(self: Any, recorded: Any) -> None:
        if recorded.envelope.type in kinds and recorded.branch == branch:
            raise ZeroDivisionError("poison")
        step(self, recorded)

    def reacting(self: Writer, recorded: Any) -> Any:
        found = reaction(self, recorded)
        if recorded.envelope.type in kinds and recorded.branch == branch:
            return type(found)((), ZeroDivisionError("poison"))
        return found

    views._Page.step = stepping  # type: ignore[method-assign]
    Writer._reaction = reacting  # type: ignore[method-assign]


@plantable
def skips_what_fails() -> None:
    """A planted bug: what cannot be taken in is passed over."""
    parking._reason = lambda error: ""  # noqa: ARG005 - called by its name
