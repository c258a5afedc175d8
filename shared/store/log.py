"""The log of one service: every fact it decided, in one order, as the exact bytes that are hashed and published."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from shared.events.envelope import (
    Fact,
    LogName,
    Recorded,
    Undecodable,
    decode,
    instant,
    leaf,
)
from shared.store.batch import PARKING, TABLES, Batch, End, gone_on_with
from shared.store.database import Cursor, Database, sqlite_path
from shared.store.parking import PARKED, Parked
from shared.store.tree import EMPTY, grow, root
from shared.store.trouble import StoreUnsafe, Tampered

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: the index of its last fact, the root over all of them, when and what the last one was."""

    index: int
    root: bytes
    recordedtime: str
    """Empty as long as there is no fact."""
    leaf: bytes
    """Leaf hash of the last fact; empty as long as there is none."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that was recomputed from its bytes and agrees with itself."""

    index: int
    root: bytes
    histories: int


class Stored(NamedTuple):
    """What the inbox remembers of a command."""

    body_hmac: bytes
    first: int
    last: int


class Start(NamedTuple):
    """What a batch of decisions starts from."""

    end: End
    answered: dict[str, Stored] | None
    """None: nobody has looked yet; a command stored before shows when it is refused or cannot be stored again."""
    histories: dict[str, list[Recorded[Any]]]


class _Recorder(Protocol):
    """What this module needs of the library's recorders."""

    @property
    def event_id(self) -> str:
        """The column of ``stored_events`` that gives the order."""

    @property
    def tables(self) -> Sequence[str]:
        """How its own table is made."""

    def store(self, batch: Batch) -> None:
        """Store all of it in one transaction, or nothing."""


@dataclass(frozen=True)
class _Store:
    database: Database
    recorder: _Recorder


class Log:
    """Site × service × epoch. Reading is safe from any thread; appending belongs to the one writer."""

    def __init__(self, store: _Store, name: LogName, known: dict[str, type[Fact]]) -> None:
        self.name = name
        self.known = known
        self._store = store
        self._source = f"/{name.site}/{name.service}"
        order = store.recorder.event_id
        self._select = f"{_COLUMNS} FROM fact f LEFT JOIN stored_events s ON s.{order} = f.notification_id"
        columns = _COLUMNS.replace('f."index"', f'coalesce(f."index", s.{order})', 1)
        self._history = f"""{columns} FROM stored_events s LEFT JOIN fact f ON f."index" = s.{order}
            WHERE s.originator_id = ? ORDER BY s.originator_version"""

    @property
    def alone(self) -> bool:
        """True when no other process can write to this log."""
        return self._store.database.alone

    def close(self) -> None:
        self._store.database.close()

    # ------------------------------------------------------------ the end of the log

    def head(self) -> Head:
        """Where the log ends now."""
        with self._reading() as cursor:
            cursor.execute(
                'SELECT h."index", h.frontier, h.recordedtime, f.leaf '
                'FROM log_head h LEFT JOIN fact f ON f."index" = h."index"'
            )
            index, frontier, recordedtime, last = cursor.fetchone()
        if index and last is None:
            raise Tampered(index, "mất / missing")
        return Head(index, root(bytes(frontier)), recordedtime, bytes(last or b""))

    def root_at(self, index: int) -> bytes:
        """The root over the first ``index`` facts. Raises IndexError when there are fewer."""
        frontier = b""
        for first in range(1, index + 1, PAGE * 10):
            with self._reading() as cursor:
                cursor.execute(
                    'SELECT leaf FROM fact WHERE "index" BETWEEN ? AND ? ORDER BY "index"',
                    (first, min(index, first + PAGE * 10 - 1)),
                )
                leaves = [bytes(leaf_hash) for (leaf_hash,) in cursor.fetchall()]
            if len(leaves) != min(index, first + PAGE * 10 - 1) - first + 1:
                raise IndexError(index)
            frontier = grow(frontier, first - 1, leaves)
        return root(frontier) if index else EMPTY

    # ------------------------------------------------------------ reading

    def read(self, after: int, limit: int = PAGE, max_bytes: int = 1_000_000) -> list[tuple[int, bytes]]:
        """The next facts' bytes with their indexes: at least one if there is one, then up to the limits.

        Raises Tampered when a copied column does not equal the envelope or a fact is missing.
        """
        taken: list[tuple[int, bytes]] = []
        size = 0
        with self._reading() as cursor:
            cursor.execute(f'{self._select} WHERE f."index" > ? ORDER BY f."index" LIMIT ?', (after, limit))
            while rows := cursor.fetchmany(100):
                for row in rows:
                    if row[0] != after + len(taken) + 1:
                        raise Tampered(after + len(taken) + 1, "mất / missing")
                    raw = self._bytes(row)
                    size += len(raw)
                    if taken and size > max_bytes:
                        return taken
                    taken.append((row[0], raw))
            if len(taken) < limit:
                _ends(after + len(taken), self._index(cursor))
        return taken

    def replay(self, after: int = 0) -> Iterator[Recorded[Any]]:
        """Every fact after this index, decoded and checked, in order."""
        while True:
            with self._reading() as cursor:
                cursor.execute(f'{self._select} WHERE f."index" > ? ORDER BY f."index" LIMIT ?', (after, PAGE))
                rows = cursor.fetchall()
                last = self._index(cursor)
            for row in rows:
                after += 1
                if row[0] != after:
                    raise Tampered(after, "mất / missing")
                yield self._recorded(row)
            if len(rows) < PAGE:
                _ends(after, last)
                return

    def history(self, subject: str, until: int | None = None) -> list[Recorded[Any]]:
        """The facts of one noun in order, up to and including an index; see ``index_at`` for an instant."""
        with self._reading() as cursor:
            return self._history_of(cursor, subject, until)

    def meeting(self, meeting_id: str, until: int | None = None) -> list[Recorded[Any]]:
        """The facts about one meeting in the order of this log, up to and including an index."""
        with self._reading() as cursor:
            cursor.execute(
                f'{self._select} WHERE f.meeting = ? AND f."index" <= ? ORDER BY f."index"',
                (meeting_id, until if until is not None else 2**62),
            )
            return [self._recorded(row) for row in cursor.fetchall()]

    def fact(self, index: int) -> Recorded[Any]:
        """The fact at this index. Raises IndexError when there is none."""
        with self._reading() as cursor:
            cursor.execute(f'{self._select} WHERE f."index" = ?', (index,))
            row = cursor.fetchone()
            if row is None and 0 < index <= self._index(cursor):
                raise Tampered(index, "mất / missing")
        if row is None:
            raise IndexError(index)
        return self._recorded(row)

    def heard_at(self, index: int) -> dict[LogName, int]:
        """What this service had heard in other logs when it decided the fact at this index."""
        return self.fact(index).heard

    def index_at(self, moment: datetime) -> int:
        """As at this moment: the last index stored at or before it; 0 when nothing was."""
        wanted = instant(moment)
        with self._reading() as cursor:
            below, above = 0, self._index(cursor) + 1
            while above - below > 1:
                middle = (below + above) // 2
                cursor.execute('SELECT recordedtime FROM fact WHERE "index" = ?', (middle,))
                row = cursor.fetchone()
                if row is None:
                    raise Tampered(middle, "mất / missing")
                if row[0] <= wanted:
                    below = middle
                else:
                    above = middle
        return below

    def verify(self) -> Verified:
        """Recompute everything from the bytes: no hole, leaves, columns, versions, root.

        Raises Tampered naming the first fact that does not agree.
        """
        frontier, index, recordedtime = b"", 0, ""
        versions: dict[str, int] = {}
        with self._reading() as cursor:
            cursor.execute('SELECT "index", frontier, recordedtime FROM log_head')
            last, expected, last_recordedtime = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM stored_events")
            (events,) = cursor.fetchone()
            cursor.execute(f'{self._select} ORDER BY f."index"')
            while rows := cursor.fetchmany(PAGE):
                leaves = []
                for row in rows:
                    index += 1
                    if row[0] != index:
                        raise Tampered(index, "mất / missing")
                    leaves.append(leaf(self._bytes(row)))
                    subject, version = row[7], row[8]
                    if version != versions.get(subject, 0) + 1:
                        raise Tampered(index, f"{subject} {version}: sai thứ tự / out of order")
                    versions[subject] = version
                    if row[9] < recordedtime:
                        raise Tampered(index, "recordedtime")
                    recordedtime = row[9]
                frontier = grow(frontier, index - len(leaves), leaves)
        if index != last or events != last:
            raise Tampered(min(index, last) + 1, f"log_head: {last}, fact: {index}, stored_events: {events}")
        if frontier != bytes(expected) or recordedtime != last_recordedtime:
            raise Tampered(index, "log_head")
        return Verified(index, root(frontier), len(versions))

    def _reading(self) -> AbstractContextManager[Cursor]:
        return self._store.database.reading()

    @staticmethod
    def _index(cursor: Cursor) -> int:
        cursor.execute('SELECT "index" FROM log_head')
        return int(cursor.fetchone()[0])

    def _history_of(self, cursor: Cursor, subject: str, until: int | None = None) -> list[Recorded[Any]]:
        cursor.execute(self._history, (subject,))
        facts: list[Recorded[Any]] = []
        for row in cursor.fetchall():
            if row[6] != len(facts) + 1:
                raise Tampered(row[0], f"{subject} {len(facts) + 1}: mất / missing")
            if until is not None and row[0] > until:
                break
            facts.append(self._recorded(row))
        return facts

    def _bytes(self, row: Sequence[Any]) -> bytes:
        """The bytes of a row whose columns were compared with what the bytes themselves say."""
        raw = b"" if row[3] is None else bytes(row[3])
        if self._agree_at_a_glance(row, raw):
            return raw
        found = _COPIED.match(raw)
        if found is None:
            raise Tampered(row[0], "bytes")
        kind, source, subject, version, recordedtime, branch, meeting = map(_text, found.groups())
        self._compare(row, raw, source, (kind, subject, int(version or 0), recordedtime, branch, meeting))
        return raw

    def _agree_at_a_glance(self, row: Sequence[Any], raw: bytes) -> bool:
        """True when the bytes say letter for letter what the columns would be written as, which is nearly always so.

        False where they differ and where a letter is escaped: who compares must then read them.
        """
        index, number, leaf_hash, _, kind, history, version, subject, subject_version, recordedtime, branch, meeting = (
            row
        )
        before = (
            f'","type":"{kind}","source":"{self._source}","subject":"{subject}","subjectversion":{version},"time":"'
        )
        after = f'","recordedtime":"{recordedtime}"'
        quotes = _QUOTES
        if branch is not None:
            after, quotes = f'{after},"branch":"{branch}"', quotes + 4
        if meeting is not None:
            after, quotes = f'{after},"meeting":"{meeting}"', quotes + 4
        after = f'{after},"actor":"'
        written, rest = before.encode(errors="replace"), after.encode(errors="replace")
        time = _AFTER_ID + len(written)
        end = time + _TIME + len(rest)
        return (
            raw.startswith(_BEFORE_ID)
            and raw.startswith(written, _AFTER_ID)
            and raw.startswith(rest, time + _TIME)
            # A column with a quote in it could pass for several.
            and raw.count(b'"', 0, end) == quotes
            and raw.find(b"\\", 0, end) < 0
            and (index, subject, subject_version) == (number, history, version)
            and leaf(raw) == leaf_hash
        )

    def _recorded(self, row: Sequence[Any]) -> Recorded[Any]:
        raw = b"" if row[3] is None else bytes(row[3])
        try:
            recorded = decode(self.name, row[0], raw, self.known)
        except Undecodable as error:
            if leaf(raw) != bytes(row[2]):
                raise Tampered(row[0], "leaf") from None
            raise Undecodable(f"{self.name}={row[0]}: {error}") from None
        e = recorded.envelope
        self._compare(row, raw, e.source, (e.type, e.subject, e.subjectversion, e.recordedtime, e.branch, e.meeting))
        return recorded

    def _compare(self, row: Sequence[Any], raw: bytes, source: str | None, said: tuple[Any, ...]) -> None:
        """``said``: type, subject, subjectversion, recordedtime, branch, meeting, out of the bytes."""
        if row[4:] != (*said[:3], *said[1:]) or row[0] != row[1] or source != self._source or leaf(raw) != row[2]:
            copied = (row[4], *row[7:])
            names = ("type", "subject", "subjectversion", "recordedtime", "branch", "meeting")
            differing = [name for name, ours, theirs in zip(names, copied, said, strict=True) if ours != theirs]
            raise Tampered(row[0], ", ".join(differing) or "bytes")

    # ------------------------------------------------------------ for the writer

    def start(self, command_ids: Sequence[str], subjects: Iterable[str]) -> Start:
        """Where the log ends, which of these commands it has answered, and these histories as they stand."""
        with self._store.database.reading_as_writer() as cursor:
            if len(command_ids) == 1:
                cursor.execute(f"{_END} LEFT JOIN inbox i ON i.command_id = ?", command_ids)
            else:
                each = self._store.database.each
                cursor.execute(
                    f"{_END} LEFT JOIN inbox i ON i.command_id IN (SELECT value FROM {each})",  # noqa: S608 - our words
                    (json.dumps(command_ids),),
                )
            rows = cursor.fetchall()
            index, frontier, recordedtime, *_ = rows[0]
            return Start(
                End(index, bytes(frontier), recordedtime),
                {row[3]: Stored(bytes(row[4]), row[5], row[6]) for row in rows if row[3] is not None},
                {subject: self._history_of(cursor, subject) for subject in subjects},
            )

    def answered(self, command_id: str) -> Stored | None:
        """What the inbox remembers of a command."""
        return (self.start([command_id], []).answered or {}).get(command_id)

    def history_to_go_on(self, subject: str) -> list[Recorded[Any]]:
        """The facts of a noun, for the writer."""
        with self._store.database.reading_as_writer() as cursor:
            return self._history_of(cursor, subject)

    def gone_on_with(self, before: End, now: End) -> set[str] | None:
        """The histories this log went on with in between; None when it did not go on from there."""
        with self._store.database.reading_as_writer() as cursor:
            return gone_on_with(cursor, before, now.index, now.frontier)

    def version(self, subject: str) -> int:
        """How many facts a history has."""
        with self._store.database.reading_as_writer() as cursor:
            cursor.execute("SELECT max(originator_version) FROM stored_events WHERE originator_id = ?", (subject,))
            return int(cursor.fetchone()[0] or 0)

    def between(self, first: int, last: int) -> list[Recorded[Any]]:
        """The facts from one index to another, both included."""
        with self._reading() as cursor:
            cursor.execute(f'{self._select} WHERE f."index" BETWEEN ? AND ? ORDER BY f."index"', (first, last))
            return [self._recorded(row) for row in cursor.fetchall()]

    def positions(self) -> dict[LogName, int]:
        """How far this service's deciding handlers have come in other logs."""
        with self._reading() as cursor:
            cursor.execute('SELECT source, "index" FROM position')
            return {LogName.parse(source): index for source, index in cursor.fetchall()}

    def forget(self, source: LogName) -> None:
        """A log that has ended is not heard any more."""
        with self._store.database.writing() as cursor:
            cursor.execute("DELETE FROM position WHERE source = ?", (str(source),))

    def waiting(self) -> set[str]:
        """Branches whose facts queue behind a parked one."""
        with self._store.database.reading_as_writer() as cursor:
            return PARKING.waiting(cursor)

    def parked(self) -> list[Parked]:
        """Facts of other logs that this service's deciding handlers could not take in yet."""
        with self._reading() as cursor:
            return PARKING.all(cursor)

    def append(self, batch: Batch) -> int:
        """Store a batch in one transaction; returns the index before its first fact.

        Raises Raced or ClockBehind (decide again), StoreFull, StoreAway or StoreBroken.
        """
        self._store.recorder.store(batch)
        return batch.base


_END = """SELECT h."index", h.frontier, h.recordedtime, i.command_id, i.body_hmac, i.first, i.last FROM log_head h"""
_COLUMNS = """SELECT f."index", f.notification_id, f.leaf, s.state, s.topic, s.originator_id, s.originator_version,
    f.subject, f.subjectversion, f.recordedtime, f.branch, f.meeting"""
_COPIED = re.compile(
    rb'\{"specversion":"1\.0","id":"[^"\\]*","type":"([^"\\]*)","source":"([^"\\]*)"'
    rb',"subject":"((?:[^"\\]|\\.)*)","subjectversion":(\d+),"time":"[^"\\]*","recordedtime":"([^"\\]*)"'
    rb'(?:,"branch":"((?:[^"\\]|\\.)*)")?(?:,"meeting":"((?:[^"\\]|\\.)*)")?,"actor":'
)
"""The attributes that are copied into columns, as they stand in the published form."""


_BEFORE_ID = b'{"specversion":"1.0","id":"'
_AFTER_ID = len(_BEFORE_ID) + 36
_TIME = len("2026-10-05T07:30:00.000000Z")
_QUOTES = 33
"""In what is written up to the name of the actor, without branch and meeting."""


def _ends(index: int, last: int) -> None:
    if index < last:
        raise Tampered(index + 1, f"mất, sổ có {last} / missing, the log has {last}")


def _text(group: bytes | None) -> str | None:
    if group is None:
        return None
    return str(json.loads(b'"%b"' % group)) if b"\\" in group else group.decode(errors="replace")


def open_log(database: str, site: str, service: str, known: dict[str, type[Fact]], *, schema: str | None = None) -> Log:
    """Open the log of a service, and make it with a new random epoch when there is none.

    ``database``: ``sqlite:///path/to/log.db``, or ``postgresql://…`` where ``schema`` (default: the service's name)
    holds the tables. Raises StoreInUse, StoreUnsafe or StoreAway with a sentence to show.
    """
    if os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS", "").lower() in {"y", "yes", "t", "true", "on", "1"}:
        raise StoreUnsafe(
            "POSTGRES_ENABLE_DB_FUNCTIONS đang bật: cách ghi này không giữ thứ tự, bên nhận có thể sót sự kiện. "
            "Hãy bỏ biến môi trường này.",
            "POSTGRES_ENABLE_DB_FUNCTIONS is set: it inserts without the head row's lock, so followers miss facts. "
            "Unset it.",
        )
    store = _open(database, schema or service)
    try:
        store.database.create((*store.recorder.tables, *TABLES, PARKED))
        name = _named(store.database, site, service)
    except BaseException:
        store.database.close()
        raise
    return Log(store, name, known)


def _open(database: str, schema: str) -> _Store:
    path = sqlite_path(database)
    if path is not None:
        from shared.store import sqlite  # noqa: PLC0415 - only the store that is used is loaded

        file = sqlite.SQLiteFile(path)
        return _Store(file, sqlite.SQLiteLogRecorder(file.datastore))
    from shared.store import postgres  # noqa: PLC0415 - the same

    tables = postgres.PostgresSchema(database, schema)
    return _Store(tables, postgres.PostgresLogRecorder(tables.datastore))


def new_epoch() -> str:
    """A name no other log has."""
    return base64.b32encode(os.urandom(5)).decode().lower()


def _named(database: Database, site: str, service: str) -> LogName:
    epoch = new_epoch()
    with database.writing() as cursor:
        cursor.execute(
            "INSERT INTO log_head VALUES (1, ?, ?, ?, 0, ?, ?) ON CONFLICT (one) DO NOTHING",
            (site, service, epoch, b"", ""),
        )
        cursor.execute("SELECT site, service, epoch FROM log_head")
        name = LogName(*cursor.fetchone())
    if (name.site, name.service) != (site, service):
        raise StoreUnsafe(
            f"Đây là sổ của {name.site}/{name.service}, không phải của {site}/{service}.",
            f"This is the log of {name.site}/{name.service}, not of {site}/{service}.",
        )
    return name
