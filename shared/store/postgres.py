"""PostgreSQL: one schema per log; the head row's lock makes the processes that write it queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, PersistenceError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Identifier

from shared.store.batch import Batch
from shared.store.database import Cursor, wanting
from shared.store.trouble import Raced, StoreAway, StoreFull, StoreUnsafe

DISK_FULL = "53100"
AGAIN = {"40001", "40P01"}
"""Serialisation failure, deadlock."""


@cache
def _percent(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


class _Cursor:
    """A psycopg cursor that takes ``?`` and gives tuples."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._cursor = connection.cursor(row_factory=tuple_row)

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> object:
        return self._cursor.execute(_percent(statement), parameters, prepare=True)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        self._cursor.executemany(_percent(statement), rows)
        return self

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def fetchmany(self, size: int, /) -> list[Any]:
        return self._cursor.fetchmany(size)


class PostgresSchema:
    """A schema that holds our tables; several processes may write to it."""

    alone = False
    each = "jsonb_array_elements_text(?::jsonb) AS each(value)"
    # An array is looked up in the index; joined with a table of unknown length, every row of the branch is read.
    among = "= ANY (ARRAY(SELECT value::{kind} FROM jsonb_array_elements_text(?::jsonb) AS each(value)))"
    triples = "SELECT value->>0, value->>1, value->>2 FROM jsonb_array_elements(?::jsonb) AS each(value)"

    def __init__(self, database: str, schema: str) -> None:
        self.schema = schema
        self.datastore = _datastore(database, schema)
        try:
            self._make_schema()
            self._assert_safe()
        except BaseException:
            self.datastore.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        try:
            with self.datastore.get_connection() as connection:
                connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
                try:
                    # In a pipeline the beginning goes with the first question: one journey instead of two.
                    with connection.pipeline(), connection.transaction(force_rollback=True):
                        yield _Cursor(connection)
                finally:
                    connection.isolation_level, connection.read_only = None, None
        except PersistenceError as error:
            raise said(error) from error

    @contextmanager
    def reading_as_writer(self) -> Iterator[Cursor]:
        try:
            with self.datastore.get_connection() as connection:
                yield _Cursor(connection)
        except PersistenceError as error:
            raise said(error) from error

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        try:
            with self.datastore.get_connection() as connection, connection.transaction():
                yield _Cursor(connection)
        except PersistenceError as error:
            raise said(error) from error

    def create(self, statements: Sequence[str]) -> None:
        with self.writing() as cursor:
            # Services of a site start together, and CREATE … IF NOT EXISTS is not safe against itself; where the
            # index is there it still waits for everybody who writes to the table, who may wait for us.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(?))", (self.schema,))
            cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(?)", (self.schema,))
            for statement in wanting(statements, [name for (name,) in cursor.fetchall()]):
                cursor.execute(
                    statement.format(
                        bytes="BYTEA",
                        serial="BIGSERIAL PRIMARY KEY",
                        key="BIGINT",
                        packed="",
                        bytewise=' COLLATE "C"',
                    )
                )

    def close(self) -> None:
        self.datastore.close()

    def _make_schema(self) -> None:
        try:
            with self.datastore.get_connection() as connection, connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(hashtext('chibo'))")
                connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(self.schema)))
        except PersistenceError as error:
            raise said(error) from error

    def _assert_safe(self) -> None:
        with self.reading() as cursor:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            fsync, synchronous = cursor.fetchone()
        if fsync != "on" or synchronous == "off":
            raise StoreUnsafe(
                f"Máy chủ PostgreSQL không ghi chắc xuống đĩa (fsync={fsync}, synchronous_commit={synchronous}); "
                "hãy bật cả hai, nếu không có thể mất sự kiện khi mất điện.",
                f"The PostgreSQL server would not be safe on the disk (fsync={fsync}, "
                f"synchronous_commit={synchronous}); set both on, else a power cut could lose facts.",
            )


def _datastore(database: str, schema: str) -> PostgresDatastore:
    try:
        wanted: dict[str, Any] = dict(conninfo_to_dict(database))
    except psycopg.Error as error:
        raise StoreUnsafe(f"Không hiểu địa chỉ PostgreSQL: {error}", f"No PostgreSQL address: {error}") from None
    datastore = PostgresDatastore(
        dbname=wanted.pop("dbname", None) or "postgres",
        host=wanted.pop("host", None) or "",
        port=wanted.pop("port", None) or "5432",
        user=wanted.pop("user", None) or "postgres",
        password=wanted.pop("password", None) or "",
        connect_timeout=2,
        idle_in_transaction_session_timeout=30,
        pool_size=1,
        max_overflow=9,
        schema=schema,
        originator_id_type="text",
    )
    own: dict[str, Any] = datastore.pool.kwargs  # type: ignore[assignment]
    own |= wanted | {"options": f"{wanted.get('options') or ''} -c search_path={schema}".strip()}
    return datastore


def said(error: PersistenceError) -> Exception:
    """What an error of PostgreSQL means for us."""
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, IntegrityError) or state in AGAIN:
        return Raced(str(error))
    if state == DISK_FULL:
        return StoreFull(
            "Ổ đĩa của máy chủ PostgreSQL đã đầy; chưa lưu gì, những gì đã lưu vẫn còn. Hãy dọn chỗ trống rồi gửi lại.",
            "The disk of the PostgreSQL server is full; nothing was stored, everything stored before is still there. "
            "Make room and send again.",
        )
    if not isinstance(error, OperationalError | InterfaceError):
        return error
    return StoreAway(
        f"Máy chủ PostgreSQL chưa trả lời ({error}); hãy gửi lại đúng lệnh này sau ít phút, sẽ không bị lưu hai lần.",
        f"The PostgreSQL server does not answer ({error}); send the same command again in a few minutes, it will not "
        "be stored twice.",
    )


class PostgresLogRecorder(PostgresApplicationRecorder):
    """The library's recorder, with the head row first, no table lock, no NOTIFY and no database functions."""

    event_id = "notification_id"

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise StoreUnsafe(
                "Không dùng hàm ghi trong cơ sở dữ liệu: bên nhận có thể sót sự kiện.",
                "Database functions are refused: they insert without the head row's lock, so followers miss facts.",
            )
        super().__init__(datastore)
        self.lock_table_statements = []
        statements = [statement.as_string() for statement in self.sql_create_statements]
        self.tables = [text for text in statements if not text.startswith(("CREATE TYPE", "CREATE OR REPLACE"))]
        # Given, not drawn from the sequence: what is rolled back leaves no hole.
        self.insert_events_statement = SQL(
            "INSERT INTO {schema}.{table} (originator_id, originator_version, topic, state, notification_id) "
            "SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[]) "
            "RETURNING notification_id"
        ).format(schema=Identifier(datastore.schema), table=Identifier(self.events_table_name))

    def store(self, batch: Batch) -> None:
        self.insert_events(batch.events, batch=batch)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        try:
            ids: Sequence[int] | None = super().insert_events(stored_events, **kwargs)
        except PersistenceError as error:
            raise said(error) from error
        return ids

    def _insert_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> None:
        super()._insert_events(curs, stored_events, **kwargs)
        batch: Batch = kwargs["batch"]
        cursor = _Cursor(curs.connection)
        batch.claim(cursor)
        batch.record(cursor)
        with curs.connection.pipeline() as pipeline:
            # Without events the library does not wait here, and a conflict would come out as something else.
            pipeline.sync()

    def _insert_stored_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> None:
        first = kwargs["batch"].base + 1
        curs.execute(
            self.insert_events_statement,
            (
                [event.originator_id for event in stored_events],
                [event.originator_version for event in stored_events],
                [event.topic for event in stored_events],
                [event.state for event in stored_events],
                list(range(first, first + len(stored_events))),
            ),
            prepare=True,
        )
