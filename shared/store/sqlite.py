"""SQLite: one file, one owning process, every commit on the disk before it is acknowledged."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Self

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from shared.store.batch import Batch
from shared.store.database import Cursor, wanting
from shared.store.trouble import Raced, StoreAway, StoreBroken, StoreFull, StoreInUse, StoreUnsafe

OLDEST_SQLITE = (3, 35, 0)
"""The first with RETURNING."""
WAITS = 10
"""Seconds for which a connection waits for another."""
ROWS = 32
"""Put in by one statement."""
_VALUES = re.compile(r"VALUES (\(\?(?:, \?)*\))")
READER_CACHE = 8 * 1024
"""KiB, taken as it is needed: the upper levels of the trees of a log of a million facts fit in."""
Synchronous = Literal["FULL", "NORMAL"]
SYNCHRONOUS: dict[Synchronous, int] = {"FULL": 2, "NORMAL": 1}


class _Pool(SQLiteConnectionPool):
    def __init__(self, path: Path, synchronous: Synchronous) -> None:
        self._synchronous = synchronous
        super().__init__(db_name=str(path), lock_timeout=WAITS)

    def _create_connection(self) -> SQLiteConnection:
        # As the library makes one, which however remembers a single statement: ours has six in every transaction.
        plain = sqlite3.connect(self.db_name, timeout=WAITS, isolation_level=None, check_same_thread=False)
        plain.execute("PRAGMA journal_mode=WAL")
        plain.row_factory = sqlite3.Row
        made = SQLiteConnection(sqlite_conn=plain, max_age=None)
        plain.execute(f"PRAGMA synchronous={self._synchronous}")
        plain.execute("PRAGMA secure_delete=ON")
        # Else SQLite makes a file for what it sets aside while it changes the head row, in every transaction.
        plain.execute("PRAGMA temp_store=MEMORY")
        (mode,) = plain.execute("PRAGMA journal_mode").fetchone()
        (level,) = plain.execute("PRAGMA synchronous").fetchone()
        if mode != "wal" or level < SYNCHRONOUS[self._synchronous]:
            plain.close()
            raise StoreUnsafe(
                f"Tệp {self.db_name} không ghi chắc xuống đĩa (journal_mode={mode}, synchronous={level}); "
                "cần WAL và FULL, nếu không có thể mất sự kiện khi mất điện.",
                f"{self.db_name} would not be safe on the disk (journal_mode={mode}, synchronous={level}); "
                "WAL and FULL are needed, else a power cut could lose facts.",
            )
        return made


class _Cursor(sqlite3.Cursor):
    """Puts rows in many at a time: a statement for each row costs half as much again."""

    def executemany(self, statement: str, rows: Iterable[Any], /) -> Self:
        left = list(rows)
        if len(left) >= ROWS and (of_many := _of_many(statement)):
            whole = len(left) - len(left) % ROWS
            for at in range(0, whole, ROWS):
                self.execute(of_many, list(chain.from_iterable(left[at : at + ROWS])))
            left = left[whole:]
        return super().executemany(statement, left)


@cache
def _of_many(statement: str) -> str | None:
    """The same for as many rows as are put in together; None when it puts none in."""
    of_many, found = _VALUES.subn(lambda row: "VALUES " + ", ".join([row[1]] * ROWS), statement)
    return of_many if found else None


def _plain(connection: SQLiteConnection) -> sqlite3.Connection:
    return connection._sqlite_conn  # noqa: SLF001 - the library keeps it there, nowhere else


class _Datastore(SQLiteDatastore):
    """The library's, with one connection, the only one that writes, held for good."""

    def __init__(self, path: Path, synchronous: Synchronous) -> None:
        super().__init__(str(path), originator_id_type="text")
        self.pool = _Pool(path, synchronous)
        self._path = path
        self._connection = self.pool.get_connection()
        self._one_at_a_time = Lock()
        self.writer = _plain(self._connection)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with self._one_at_a_time:
            cursor = SQLiteCursor(self.writer.cursor(_Cursor))
            try:
                cursor.execute("BEGIN")
                yield cursor
                if commit:
                    self._connection.commit()
            except sqlite3.Error as error:
                raise said(self._path, error) from error
            finally:
                # Also after a commit that failed, which leaves the transaction open.
                self.writer.rollback()


class SQLiteFile:
    """A database file owned by this process alone, until ``close``."""

    alone = True
    each = "json_each(?)"
    among = "IN (SELECT CAST(value AS {kind}) FROM json_each(?))"
    triples = """SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
        FROM json_each(?)"""

    def __init__(self, path: Path, synchronous: Synchronous = "FULL") -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreUnsafe(
                f"SQLite {sqlite3.sqlite_version} quá cũ; cần từ 3.35.",
                f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed.",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._synchronous = synchronous
        self._readers: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = _own(path)
        try:
            self.datastore = _Datastore(path, synchronous)
        except BaseException:
            os.close(self._lock)
            raise

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._another_reader()
        try:
            cursor = connection.execute("BEGIN")
            yield cursor
        except sqlite3.Error as error:
            raise said(self.path, error) from error
        finally:
            # The last one given back is the next one taken: its pages are warm.
            connection.rollback()
            self._idle.append(connection)

    @contextmanager
    def reading_as_writer(self) -> Iterator[Cursor]:
        try:
            # No transaction: nobody else writes this file.
            yield _tuples(SQLiteCursor(self.datastore.writer.cursor()))
        except sqlite3.Error as error:
            raise said(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        with self.datastore.transaction(commit=True) as cursor:
            yield _tuples(cursor)

    def create(self, statements: Sequence[str]) -> None:
        with self.writing() as cursor:
            cursor.execute("SELECT name FROM sqlite_master")
            for statement in wanting(statements, [name for (name,) in cursor.fetchall()]):
                cursor.execute(
                    statement.format(
                        bytes="BLOB",
                        serial="INTEGER PRIMARY KEY AUTOINCREMENT",
                        key="INTEGER",
                        packed=" WITHOUT ROWID",
                        bytewise="",
                    )
                )

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for connection in self._readers:
            connection.close()
        self.datastore.close()
        os.close(self._lock)

    def _another_reader(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=WAITS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA query_only=ON")
            connection.execute(f"PRAGMA cache_size=-{READER_CACHE}")
        except sqlite3.Error as error:
            raise said(self.path, error) from error
        self._readers.append(connection)
        return connection


def _tuples(cursor: SQLiteCursor) -> sqlite3.Cursor:
    plain = cursor.sqlite_cursor
    plain.row_factory = None
    return plain


def _own(path: Path) -> int:
    """Lock the file beside the database for as long as this process lives. Raises StoreInUse."""
    lock = path.with_name(path.name + ".lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(handle, 20, 0).decode(errors="replace").strip() or "?"
        os.close(handle)
        raise StoreInUse(
            f"Tệp {path} đang do tiến trình {owner} giữ. Mỗi tệp chỉ một tiến trình được ghi: "
            "hãy dừng tiến trình kia, hoặc dùng nó qua HTTP.",
            f"{path} is held by process {owner}. One process owns each file: stop that one, or talk to it over HTTP.",
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def said(path: Path, error: sqlite3.Error) -> Exception:
    """What an error of SQLite means for us."""
    if isinstance(error, sqlite3.IntegrityError):
        return Raced(str(error))
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return StoreFull(
            f"Ổ đĩa chứa {path} đã đầy; chưa lưu gì, những gì đã lưu vẫn còn và vẫn đọc được. "
            "Hãy dọn chỗ trống rồi gửi lại, không cần khởi động lại.",
            f"The disk that holds {path} is full; nothing was stored, everything stored before is still there and "
            "can be read. Make room and send again; no restart is needed.",
        )
    if code & 0xFF in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreBroken(
            f"Không ghi hoặc đọc chắc chắn được {path} ({error}); dịch vụ dừng để khởi động lại từ những gì đã nằm "
            "trên đĩa.",
            f"{path} cannot be written or read with certainty ({error}); the service ends, to start again from what "
            "is on the disk.",
        )
    if not isinstance(error, sqlite3.OperationalError):
        return error
    return StoreAway(
        f"Chưa dùng được {path} ({error}); hãy gửi lại đúng lệnh này sau ít phút.",
        f"{path} cannot be used at the moment ({error}); send the same command again in a few minutes.",
    )


class SQLiteLogRecorder(SQLiteApplicationRecorder):
    """The library's recorder, with the head row first and the side tables in the same transaction."""

    event_id = "rowid"

    @property
    def tables(self) -> Sequence[str]:
        return self.create_table_statements

    def store(self, batch: Batch) -> None:
        # Straight from the batch: the library's objects for its facts would only be made to be taken apart again.
        self.insert_events((), batch=batch)

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        del stored_events
        batch: Batch = kwargs["batch"]
        cursor = _tuples(c)
        batch.claim(cursor)
        cursor.executemany(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)",
            [
                (at, subject, version, kind, raw)
                for at, (subject, version, kind, raw, _, _, _) in enumerate(batch.facts, batch.base + 1)
            ],
        )
        batch.record(cursor)
