"""Read models: documents rebuilt from facts, with the positions up to which each log was heard."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import Condition, RLock
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from shared.events.envelope import Fact, LogName, Recorded, Undecodable, decode, leaf
from shared.search import Question, Rank, Text
from shared.store import searching
from shared.store.database import Cursor, Database, sqlite_path
from shared.store.log import Log
from shared.store.parking import PARKED, Entry, Intake, Parked, Parking, Read, attempt, first_in_line
from shared.store.trouble import StoreUnsafe

V = TypeVar("V", bound=BaseModel)
Step = Callable[[Any, Recorded[Any], str], Any]
Document = tuple[str, str, str]
"""View, branch, key."""

TABLES = (
    "CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY CHECK (one = 1), serving BIGINT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS document (
        generation BIGINT NOT NULL, view TEXT NOT NULL, branch TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (generation, view, branch, key)){packed}""",
    """CREATE TABLE IF NOT EXISTS position (
        generation BIGINT NOT NULL, source TEXT NOT NULL, "index" BIGINT NOT NULL, PRIMARY KEY (generation, source))""",
    """CREATE TABLE IF NOT EXISTS last_fact (
        generation BIGINT NOT NULL, source TEXT NOT NULL, "index" BIGINT NOT NULL, leaf TEXT NOT NULL,
        PRIMARY KEY (generation, source))""",
    PARKED,
    *searching.TABLES,
)
_REBUILT = ("document", "position", "last_fact", "parked", *searching.REBUILT)
_POSITIONS = """SELECT g.serving, p.source, p."index" FROM generation g
    LEFT JOIN position p ON p.generation = g.serving"""
_POSITIONS_OF = """SELECT g.number, p.source, p."index" FROM (SELECT CAST(? AS BIGINT) AS number) g
    LEFT JOIN position p ON p.generation = g.number"""
PAGE = 500
_log_name = lru_cache(maxsize=4096)(LogName.parse)


@dataclass(frozen=True)
class View(Generic[V]):
    """One read model: which facts it hears and how each of them changes its documents."""

    name: str
    model: type[V]
    """A frozen pydantic model; kept as JSON."""
    hears: frozenset[type[Fact]]
    key: Callable[[Recorded[Any]], tuple[str, ...]]
    """The documents this fact touches, inside the fact's branch."""
    step: Callable[[V | None, Recorded[Any], str], V | None]
    """(document, fact, key) → document, or None when there is none any more. Pure; nothing but the fact counts."""
    text: Callable[[V], Text | None] | None = None
    """What can be found of a document by its words, where anything can; no text that is sealed in the facts."""


class Applied(NamedTuple):
    """What became of the facts that were offered."""

    position: int
    applied: int
    parked: int
    unknown: int


class ViewReader:
    """The documents as they stood at one moment. Belongs to one thread, inside ``with views.read()``."""

    def __init__(self, cursor: Cursor, database: Database, views: dict[str, View[Any]], generation: int | None) -> None:
        self._cursor = cursor
        self._views = views
        if generation is None:
            cursor.execute(_POSITIONS)
        else:
            cursor.execute(_POSITIONS_OF, (generation,))
        self._positions = cursor.fetchall()
        self._generation: int = self._positions[0][0]
        self._index = searching.Index(cursor, database, self._generation)

    def get(self, view: str, branch: str, key: str) -> Any:
        """One document, or None."""
        self._cursor.execute(
            "SELECT body FROM document WHERE generation = ? AND view = ? AND branch = ? AND key = ?",
            (self._generation, view, branch, key),
        )
        row = self._cursor.fetchone()
        return None if row is None else _document(self._views[view], row[0])

    def scan(self, view: str, branch: str) -> list[Any]:
        """Every document of a view in a branch, by key."""
        self._cursor.execute(
            "SELECT body FROM document WHERE generation = ? AND view = ? AND branch = ? ORDER BY key",
            (self._generation, view, branch),
        )
        return [_document(self._views[view], body) for (body,) in self._cursor.fetchall()]

    def entries(self, view: str, branch: str) -> list[tuple[str, Any]]:
        """The same with their keys."""
        self._cursor.execute(
            "SELECT key, body FROM document WHERE generation = ? AND view = ? AND branch = ? ORDER BY key",
            (self._generation, view, branch),
        )
        return [(key, _document(self._views[view], body)) for key, body in self._cursor.fetchall()]

    def branches(self, view: str) -> list[str]:
        """The branches in which a view has documents."""
        self._cursor.execute(
            "SELECT DISTINCT branch FROM document WHERE generation = ? AND view = ? ORDER BY branch",
            (self._generation, view),
        )
        return [branch for (branch,) in self._cursor.fetchall()]

    def find(
        self, branch: str, views: Sequence[str], asked: Question, after: Rank | None = None, size: int = PAGE
    ) -> searching.Found:
        """The documents of these views whose text answers the question, inside one branch, behind a place."""
        return self._index.find(branch, views, asked, after, size)

    def texts(self, branch: str, found: Sequence[Rank]) -> list[Text]:
        """The texts of documents found, in the same order."""
        return self._index.texts(branch, found)

    def positions(self) -> dict[LogName, int]:
        """How far each log had been heard."""
        return {_log_name(source): index for _, source, index in self._positions if source is not None}


class Views:
    """All read models of one service. Usable from several threads."""

    def __init__(
        self,
        database: Database,
        views: Sequence[View[Any]],
        known: dict[str, type[Fact]],
        generation: int | None = None,
        serving: Views | None = None,
    ) -> None:
        self.views = {view.name: view for view in views}
        self.known = known
        self._database = database
        self._generation = generation
        self._serving = serving
        self._heard: dict[str, list[View[Any]]] = defaultdict(list)
        for view in views:
            for fact in view.hears:
                self._heard[fact.kind()].append(view)
        self._lock = RLock()
        self._moved = Condition()
        self._reached: dict[LogName, int] = {}
        self._waiting: list[tuple[LogName, int, asyncio.AbstractEventLoop, asyncio.Event]] = []

    def close(self) -> None:
        self._database.close()

    # ------------------------------------------------------------ reading

    @contextmanager
    def read(self) -> Iterator[ViewReader]:
        """Read the documents as they stand at one moment."""
        with self._database.reading() as cursor:
            yield ViewReader(cursor, self._database, self.views, self._generation)

    def positions(self) -> dict[LogName, int]:
        """How far each log has been heard."""
        with self.read() as reader:
            return reader.positions()

    def position(self, log: LogName) -> int:
        """How far one log has been heard."""
        return self.positions().get(log, 0)

    def last_fact(self, log: LogName) -> tuple[int, bytes] | None:
        """Index and leaf of the last fact heard of a log: what its owner must still have after any restart."""
        with self._database.reading() as cursor:
            cursor.execute(
                'SELECT "index", leaf FROM last_fact WHERE source = ? AND generation = ?',
                (str(log), self._current(cursor)),
            )
            found = cursor.fetchone()
        return None if found is None else (int(found[0]), bytes.fromhex(found[1]))

    def wait(self, log: LogName, index: int, timeout: float = 2.0) -> bool:
        """Wait until the read models contain this fact; False when they still do not after ``timeout`` seconds."""
        deadline = monotonic() + timeout
        while not self._has(log, index):
            left = deadline - monotonic()
            if left <= 0:
                return False
            with self._moved:
                if self._reached.get(log, 0) < index:
                    self._moved.wait(left if self._database.alone else min(left, 0.05))
        return True

    async def wait_async(self, log: LogName, index: int, timeout: float = 2.0) -> bool:  # noqa: ASYNC109 - as in wait
        """The same for coroutines, without holding a thread."""
        deadline = monotonic() + timeout
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        waiter = (log, index, loop, event)
        with self._moved:
            self._waiting.append(waiter)
        try:
            while not self._has(log, index):
                left = deadline - monotonic()
                if left <= 0:
                    return False
                try:
                    await asyncio.wait_for(event.wait(), left if self._database.alone else min(left, 0.05))
                except TimeoutError:
                    continue
                event.clear()
            return True
        finally:
            with self._moved:
                self._waiting.remove(waiter)

    def _has(self, log: LogName, index: int) -> bool:
        return self._reached.get(log, 0) >= index or self.position(log) >= index

    def _current(self, cursor: Cursor) -> int:
        if self._generation is not None:
            return self._generation
        cursor.execute("SELECT serving FROM generation")
        return int(cursor.fetchone()[0])

    # ------------------------------------------------------------ hearing

    def apply(self, log: LogName, entries: Sequence[Entry]) -> Applied:
        """Take in a log's next facts, all in one transaction.

        What is at or below the position is dropped. A fact that cannot be read, or whose step fails, is parked, and
        later facts of its branch from any log behind it. Raises Gap after a hole and SourceStopped at a fact that
        cannot be read and names no branch; what came before it is kept.
        """
        with self._lock:
            with self._database.writing() as cursor:
                generation = self._current(cursor)
                parking = Parking(generation)
                position = _claim(cursor, generation, log)
                intake = Intake(log, position, parking.waiting(cursor), self.known, frozenset(self._heard))
                read = list(intake.read(entries))
                page = _Page(self._heard, self.views, self._database, generation)
                page.load(cursor, [fact for _, _, fact in read if isinstance(fact, Recorded)])
                intake.take(read, page.step)
                page.store(cursor)
                parking.park(cursor, intake.parked)
                if intake.position != position:
                    cursor.execute(
                        'UPDATE position SET "index" = ? WHERE generation = ? AND source = ?',
                        (intake.position, generation, str(log)),
                    )
                    _remember_last(cursor, generation, log, read, intake.position)
            self._arrived(log, intake.position)
        if intake.ended is not None:
            raise intake.ended
        return Applied(intake.position, intake.applied, len(intake.parked), intake.unknown)

    def catch_up(self, log: Log) -> int:
        """Hear everything this service itself has stored; returns the position."""
        position = self.position(log.name)
        while entries := log.read(position, PAGE):
            position = self.apply(log.name, entries).position
        return position

    def _arrived(self, log: LogName, position: int) -> None:
        with self._moved:
            self._reached[log] = position
            self._moved.notify_all()
            for waited, index, loop, event in self._waiting:
                if waited == log and index <= position:
                    loop.call_soon_threadsafe(event.set)

    # ------------------------------------------------------------ parking

    def parked(self) -> list[Parked]:
        """Facts that could not be taken in, in order, with the reasons."""
        with self._database.reading() as cursor:
            return Parking(self._current(cursor)).all(cursor)

    def redrive(self, branch: str) -> int:
        """Try a branch's parked facts again, in order, up to one that still fails; returns how many came right."""
        with self._lock, self._database.writing() as cursor:
            generation = self._current(cursor)
            parking = Parking(generation)
            page = _Page(self._heard, self.views, self._database, generation)
            settled: list[int] = []
            for fact in first_in_line(parking.all(cursor), branch):
                try:
                    recorded = decode(fact.source, fact.index, fact.raw, self.known)
                except Undecodable as error:
                    reason = str(error)
                else:
                    page.load(cursor, [recorded])
                    reason = attempt(partial(page.step, recorded))
                if reason:
                    parking.reword(cursor, [(fact.number, reason)])
                    break
                settled.append(fact.number)
            parking.settle(cursor, settled)
            page.store(cursor)
        return len(settled)

    # ------------------------------------------------------------ rebuilding

    def begin_generation(self) -> Views:
        """Begin to build the documents anew, from the first fact, while the present ones go on serving.

        Returns views with positions of their own: ``apply`` every log to them, then ``switch``.
        """
        with self._lock, self._database.writing() as cursor:
            serving = self._current(cursor)
            for table in _REBUILT:
                cursor.execute(f"DELETE FROM {table} WHERE generation <> ?", (serving,))  # noqa: S608
        return Views(self._database, list(self.views.values()), self.known, serving + 1, self)

    def switch(self) -> None:
        """Let this new generation serve from now on and drop the old one.

        Raises ValueError when it has not yet heard everything the old one has.
        """
        old = self._serving
        if old is None or self._generation is None:
            raise ValueError("these are the views that serve")
        with old._lock:  # noqa: SLF001 - the same class
            with self._database.writing() as cursor:
                cursor.execute("SELECT serving FROM generation")
                (serving,) = cursor.fetchone()
                behind = _behind(cursor, serving, self._generation)
                if behind:
                    raise ValueError(f"behind in {', '.join(behind)}")
                cursor.execute("UPDATE generation SET serving = ?", (self._generation,))
            with self._database.writing() as cursor:
                for table in _REBUILT:
                    cursor.execute(f"DELETE FROM {table} WHERE generation = ?", (serving,))  # noqa: S608
            for log, position in old.positions().items():
                old._arrived(log, position)  # noqa: SLF001


@lru_cache(maxsize=64)
def _parsed(model: type[BaseModel], body: str) -> BaseModel:
    # The same few are read for nearly every decision: the rules, the branch. They are frozen, so they can be shared.
    return model.model_validate_json(body)


def _document(view: View[Any], body: str) -> Any:
    try:
        return _parsed(view.model, body)  # type: ignore[arg-type]  # mypy takes no class for hashable
    except ValidationError as error:
        raise StoreUnsafe(
            f"Bảng đọc {view.name} do một bản khác của chương trình dựng nên; hãy dựng lại: chibo rebuild.",
            f"The read model {view.name} was built by another version of the program ({error.error_count()} fields "
            "differ); rebuild it: chibo rebuild.",
        ) from None


def _remember_last(cursor: Cursor, generation: int, log: LogName, read: Sequence[Read], position: int) -> None:
    """Keep the leaf beside the position, so that pasts are compared, not numbers only, also after a restart."""
    last = next(raw for index, raw, _ in reversed(read) if index == position)
    cursor.execute(
        """INSERT INTO last_fact VALUES (?, ?, ?, ?)
        ON CONFLICT (generation, source) DO UPDATE SET "index" = excluded."index", leaf = excluded.leaf""",
        (generation, str(log), position, leaf(last).hex()),
    )


def _behind(cursor: Cursor, serving: int, building: int) -> list[str]:
    cursor.execute(
        """SELECT old.source FROM position old
        LEFT JOIN position new ON new.source = old.source AND new.generation = ?
        WHERE old.generation = ? AND old."index" > coalesce(new."index", 0) ORDER BY old.source""",
        (building, serving),
    )
    behind = [LogName.parse(source) for (source,) in cursor.fetchall()]
    cursor.execute("SELECT source FROM position WHERE generation = ?", (building,))
    heard = {(log.site, log.service): log for log in (LogName.parse(source) for (source,) in cursor.fetchall())}
    # Of an epoch that has ended nothing more is heard: the new one is heard in its place.
    return [str(log) for log in behind if heard.get((log.site, log.service), log) == log]


def _claim(cursor: Cursor, generation: int, log: LogName) -> int:
    """The position in a log, its row locked until the transaction ends."""
    for _ in range(2):
        cursor.execute(
            'UPDATE position SET "index" = "index" WHERE generation = ? AND source = ? RETURNING "index"',
            (generation, str(log)),
        )
        row = cursor.fetchone()
        if row is not None:
            return int(row[0])
        cursor.execute(
            "INSERT INTO position VALUES (?, ?, 0) ON CONFLICT (generation, source) DO NOTHING", (generation, str(log))
        )
    return 0


@dataclass
class _Page:
    """The documents a batch touches: loaded once, stepped in memory, written once."""

    heard: dict[str, list[View[Any]]]
    views: dict[str, View[Any]]
    database: Database
    generation: int
    documents: dict[Document, Any] = field(default_factory=dict)
    changed: set[Document] = field(default_factory=set)
    touched: dict[Recorded[Any], list[tuple[View[Any], Document]]] = field(default_factory=dict)
    """The documents of the facts that were loaded for."""

    def load(self, cursor: Cursor, facts: Sequence[Recorded[Any]]) -> None:
        wanted: dict[Document, View[Any]] = {}
        for recorded in facts:
            with suppress(Exception):  # the same error comes again in step, where it parks the fact
                self.touched[recorded] = touched = self._touched_by(recorded)
                wanted |= {document: view for view, document in touched}
        missing = [document for document in wanted if document not in self.documents]
        if not missing:
            return
        self.documents |= dict.fromkeys(missing)
        cursor.execute(
            "SELECT view, branch, key, body FROM document "  # noqa: S608 - the store's own words, no value
            "WHERE generation = ? AND (view, branch, key) IN (" + self.database.triples + ")",
            (self.generation, json.dumps(missing)),
        )
        for view, branch, key, body in cursor.fetchall():
            document = view, branch, key
            self.documents[document] = _document(wanted[document], body)

    def _touched_by(self, recorded: Recorded[Any]) -> list[tuple[View[Any], Document]]:
        branch = recorded.branch or ""
        heard = self.heard[recorded.envelope.type]
        return [(view, (view.name, branch, key)) for view in heard for key in view.key(recorded)]

    def step(self, recorded: Recorded[Any]) -> None:
        """All views take this fact, or none does."""
        stepped: dict[Document, Any] = {}
        for view, document in self.touched.get(recorded) or self._touched_by(recorded):
            present = stepped[document] if document in stepped else self.documents[document]
            stepped[document] = view.step(present, recorded, document[2])
        self.documents |= stepped
        self.changed |= stepped.keys()

    def store(self, cursor: Cursor) -> None:
        written = [(document, self.documents[document]) for document in self.changed]
        cursor.executemany(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (generation, view, branch, key) DO UPDATE SET body = excluded.body",
            [(self.generation, *document, body.model_dump_json()) for document, body in written if body is not None],
        )
        gone = [(self.generation, *document) for document, body in written if body is None]
        if gone:
            cursor.executemany(
                "DELETE FROM document WHERE generation = ? AND view = ? AND branch = ? AND key = ?", gone
            )
        findable = {
            document: None if body is None else text(body)
            for document, body in written
            if (text := self.views[document[0]].text) is not None
        }
        if findable:
            searching.Index(cursor, self.database, self.generation).put(findable)


def open_views(
    database: str,
    service: str,
    views: Sequence[View[Any]],
    known: dict[str, type[Fact]],
    *,
    schema: str | None = None,
) -> Views:
    """Open the read models of a service.

    ``database``: ``sqlite:///path/to/views.db``, or ``postgresql://…`` where ``schema`` (default:
    ``<service>_views``) holds the tables. ``known``: every fact there is, by kind.
    """
    path = sqlite_path(database)
    store: Database
    if path is not None:
        from shared.store.sqlite import SQLiteFile  # noqa: PLC0415 - only the store that is used is loaded

        # Everything here is rebuilt from logs, position and effect together: a tail lost in a power cut is heard again.
        store = SQLiteFile(path, "NORMAL")
    else:
        from shared.store.postgres import PostgresSchema  # noqa: PLC0415 - the same

        store = PostgresSchema(database, schema or f"{service}_views")
    try:
        store.create(TABLES)
        with store.writing() as cursor:
            cursor.execute("INSERT INTO generation VALUES (1, 1) ON CONFLICT (one) DO NOTHING")
    except BaseException:
        store.close()
        raise
    return Views(store, views, known)
