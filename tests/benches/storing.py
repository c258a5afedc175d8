"""One command stored, all side tables included, against the library's bare recorder."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from shared.events.meeting import NoticeDelivered
from shared.store.asking import Answer, Ask
from shared.store.batch import Batch, NewAnswer
from shared.store.log import open_log
from shared.store.views import open_views
from tests import servers
from tests.benches.notices import EACH, KNOWN, RECEIVED, RECORDED, asks, made, meeting_of, writing
from tests.benches.rounds import Line, Section, rounds

ROUNDS = 9
"""More than elsewhere: how the disk and the processor share the time changes from one second to the next."""
ONE_BY_ONE = 1000
WAITING = 64
TOGETHER = 8000
BARE, THREAD, STORED, ALONE, MANY, ASYNC = "bare", "bare in a thread", "stored", "alone", "waiting", "coroutines"


class _Ours:
    """A writer on an empty log, and commands for it that were never given before."""

    def __init__(self, stack: ExitStack, log: str, views: str, number: int) -> None:
        self._log = open_log(log, "bench", "scheduler", KNOWN, schema=f"s{number}")
        stack.callback(self._log.close)
        read = open_views(views, "scheduler", [RECEIVED], KNOWN, schema=f"v{number}")
        stack.callback(read.close)
        self._writer = stack.enter_context(writing(self._log, read))
        self._given = 0

    def a_fact(self) -> bytes:
        """The bytes of one fact as they are stored here."""
        (ask,) = self._next(1)
        (fact,) = self._writer.submit(ask).result().facts
        return fact.raw

    def _next(self, number: int) -> Sequence[Ask]:
        found = asks(number, first=self._given)
        self._given += number
        gc.collect()
        gc.freeze()  # the callers' commands cost the writer nothing
        return found

    def alone(self, number: int) -> float:
        commands = self._next(number)
        began = perf_counter()
        for ask in commands:
            self._writer.submit(ask).result()
        return number / (perf_counter() - began)

    def waiting(self, number: int) -> float:
        """Callers that ask again as soon as they are answered, and cost nothing themselves."""
        commands = iter(self._next(number))
        left, ended = count(number - 1, -1), Event()

        def told(outcome: Answer | BaseException) -> None:
            if isinstance(outcome, BaseException):
                failed.append(outcome)
            if next(left) == 0:
                ended.set()
            elif (ask := next(commands, None)) is not None:
                self._writer.ask(ask, told)

        failed: list[BaseException] = []
        began = perf_counter()
        for ask in islice(commands, WAITING):
            self._writer.ask(ask, told)
        ended.wait()
        taken = perf_counter() - began
        if failed:
            raise failed[0]
        return number / taken

    def coroutines(self, number: int) -> float:
        """Callers as a service has them."""
        commands = iter(self._next(number))

        async def one() -> None:
            for ask in commands:
                await self._writer.answered(ask)

        async def all_of_them() -> None:
            await asyncio.gather(*(one() for _ in range(WAITING)))

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            began = perf_counter()
            runner.run(all_of_them())
            return number / (perf_counter() - began)


class _Stored:
    """Commands decided beforehand, stored in a log of their own with all side tables."""

    def __init__(self, stack: ExitStack, log: str, schema: str) -> None:
        self._log = open_log(log, "bench", "scheduler", KNOWN, schema=schema)
        stack.callback(self._log.close)
        self._end = self._log.start([], []).end

    def alone(self, number: int) -> float:
        first = self._end.index
        decided = [
            (fact, NewAnswer(f"019b0000-0000-7000-8000-{at:012x}", fact.leaf, 0, 1))
            for at, fact in enumerate(made(self._log, number, first=first), first)
        ]
        began = perf_counter()
        for fact, answer in decided:
            batch = Batch(self._log.name, self._end, RECORDED, facts=[fact], answers=[answer])
            self._log.append(batch)
            self._end = batch.after or self._end
        return number / (perf_counter() - began)


class _Bare:
    """The library's recorder with its own table alone, given the same bytes."""

    def __init__(self, recorder: Any, raw: bytes) -> None:
        self._recorder = recorder
        self._recorder.create_table()
        self._raw = raw
        self._given = 0

    def alone(self, number: int) -> float:
        events = self._next(number)
        began = perf_counter()
        for event in events:
            self._recorder.insert_events([event])
        return number / (perf_counter() - began)

    def asked(self, number: int) -> float:
        """The same asked of a thread that owns the file, as whoever serves others at the same time must."""
        events = self._next(number)
        with ThreadPoolExecutor(1) as owner:
            began = perf_counter()
            for event in events:
                owner.submit(self._recorder.insert_events, [event]).result()
            return number / (perf_counter() - began)

    def _next(self, number: int) -> Sequence[StoredEvent]:
        first, self._given = self._given, self._given + number
        kind = NoticeDelivered.kind()
        return [
            StoredEvent(f"meeting/{meeting_of(at // EACH)}", at % EACH + 1, kind, self._raw)
            for at in range(first, first + number)
        ]


def _bare_sqlite(path: Path, raw: bytes, stack: ExitStack) -> _Bare:
    store = SQLiteDatastore(str(path), originator_id_type="text")
    stack.callback(store.close)
    with store.transaction(commit=False) as cursor:
        (level,) = cursor.sqlite_cursor.execute("PRAGMA synchronous").fetchone()
    if level < 2:
        raise RuntimeError("this build of SQLite would let the baseline write without fsync")
    return _Bare(SQLiteApplicationRecorder(store), raw)


def _bare_postgres(url: str, raw: bytes, stack: ExitStack) -> _Bare:
    store = PostgresDatastore(
        **_parts(url), schema="public", originator_id_type="text", pool_size=1, enable_db_functions=False
    )
    stack.callback(store.close)
    return _Bare(PostgresApplicationRecorder(store, events_table_name="bare_events"), raw)


def _parts(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "dbname": parts.path.strip("/"),
        "host": parts.hostname,
        "port": str(parts.port),
        "user": parts.username,
        "password": parts.password,
    }


def measure(folder: Path) -> Section:
    section = Section(
        "One command stored",
        f"{ONE_BY_ONE:,} commands one after the other, each waited for; then {TOGETHER:,} with {WAITING} waiting at "
        "any time; then the same asked by coroutines in an event loop of this process, as a service does, whose own "
        "work is in the figure. Stored with each: the fact, its index, leaf and frontier, the "
        "inbox with its answer. Decided before: only stored, without asking and deciding, as the baseline, which "
        "stores the same bytes in the library's own table and nothing else. In a thread: the same recorder asked as a "
        "writer is, from another thread, which waits for each answer.",
    )
    with ExitStack() as stack:
        ours = _Ours(stack, f"sqlite:///{folder}/log.db", f"sqlite:///{folder}/views.db", 0)
        bare = _bare_sqlite(folder / "bare.db", ours.a_fact(), stack)
        threaded = _bare_sqlite(folder / "threaded.db", ours.a_fact(), stack)
        stored = _Stored(stack, f"sqlite:///{folder}/stored.db", "stored")
        found = rounds(
            {
                BARE: lambda: bare.alone(ONE_BY_ONE),
                THREAD: lambda: threaded.asked(ONE_BY_ONE),
                STORED: lambda: stored.alone(ONE_BY_ONE),
                ALONE: lambda: ours.alone(ONE_BY_ONE),
                MANY: lambda: ours.waiting(TOGETHER),
                ASYNC: lambda: ours.coroutines(TOGETHER),
            },
            ROUNDS,
        )
        stored_alone, many = found.ratio(STORED, BARE), found.ratio(MANY, BARE)
        base = f"bare recorder one by one, {found.told(BARE)}"
        section.lines += [
            Line(
                "SQLite, one by one, decided before",
                found.told(STORED),
                f"{stored_alone:.2f} × {base}",
                "≥ 0.6 ×",
                stored_alone >= 0.6,
            ),
            Line(
                "SQLite, one by one, asked and decided",
                found.told(ALONE),
                f"{found.ratio(ALONE, BARE):.2f} × the same; "
                f"{found.ratio(ALONE, THREAD):.2f} × in a thread, {found.told(THREAD)}",
            ),
            Line(
                f"SQLite, {WAITING} waiting",
                found.told(MANY),
                f"{many:.1f} × the same; {found.ratio(MANY, THREAD):.1f} × in a thread; "
                f"{found.ratio(MANY, ALONE):.1f} × one asked and decided",
                "≥ 5 ×",
                many >= 5,
            ),
            Line(
                f"SQLite, {WAITING} coroutines waiting", found.told(ASYNC), f"{found.ratio(ASYNC, BARE):.1f} × the same"
            ),
        ]
    with ExitStack() as stack:
        server = stack.enter_context(servers.own(servers.PostgresServer))
        ours = _Ours(stack, server.url, server.url, 1)
        bare = _bare_postgres(server.url, ours.a_fact(), stack)
        stored = _Stored(stack, server.url, "stored")
        found = rounds(
            {
                BARE: lambda: bare.alone(ONE_BY_ONE // 4),
                STORED: lambda: stored.alone(ONE_BY_ONE // 4),
                ALONE: lambda: ours.alone(ONE_BY_ONE // 4),
                MANY: lambda: ours.waiting(TOGETHER // 4),
            },
            3,
        )
        base = f"bare recorder one by one, {found.told(BARE)}"
        section.lines += [
            Line(
                "PostgreSQL, one by one, decided before",
                found.told(STORED),
                f"{found.ratio(STORED, BARE):.2f} × {base}",
            ),
            Line("PostgreSQL, one by one", found.told(ALONE), f"{found.ratio(ALONE, BARE):.2f} × the same"),
            Line(f"PostgreSQL, {WAITING} waiting", found.told(MANY), f"{found.ratio(MANY, BARE):.1f} × the same"),
        ]
    return section
