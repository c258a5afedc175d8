"""What is particular to SQLite: on the disk before it is acknowledged, and no going on after a failed write."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.sqlite import SQLiteConnection

from shared.decision import Refused
from shared.store import sqlite
from shared.store.log import open_log
from shared.store.trouble import Raced, StoreBroken, StoreFull, StoreUnsafe
from tests.store.conftest import Place
from tests.store.tally import FACTS, Count, ask


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(f"made up, code {code}")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def place(sqlite_place: Place) -> Place:
    return sqlite_place


def test_every_connection_that_writes_syncs_each_commit(place):
    log = place.log()
    writer = log._store.database.datastore.writer
    assert tuple(writer.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert tuple(writer.execute("PRAGMA journal_mode").fetchone()) == ("wal",)
    with log._reading() as cursor, pytest.raises(sqlite3.OperationalError, match="readonly"):
        cursor.execute("DELETE FROM fact")


def planted(monkeypatch, right: str, wrong: str) -> None:
    """Every new connection is told something else than it was asked."""
    connect = sqlite3.connect

    class Careless(sqlite3.Connection):
        def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
            return super().execute(statement.replace(right, wrong), *given)

    monkeypatch.setattr(sqlite3, "connect", lambda *args, **given: connect(*args, **(given | {"factory": Careless})))


def test_a_build_that_does_not_sync_is_refused_at_start(place, monkeypatch):
    """Planted: somebody sets synchronous=NORMAL where FULL was asked for."""
    planted(monkeypatch, "synchronous=FULL", "synchronous=NORMAL")
    with pytest.raises(StoreUnsafe, match="synchronous=1") as refusal:
        place.log()
    assert "mất điện" in refusal.value.vi


def test_a_file_that_cannot_have_a_write_ahead_log_is_refused_at_start(place, monkeypatch):
    """Planted: the journal mode stays what it was."""
    planted(monkeypatch, "journal_mode=WAL", "journal_mode=DELETE")
    with pytest.raises(StoreUnsafe, match="journal_mode=delete"):
        place.log()


def test_after_a_refused_start_the_file_can_be_opened(place, monkeypatch):
    with monkeypatch.context() as planted:
        planted.setattr(sqlite, "OLDEST_SQLITE", (99, 0, 0))
        with pytest.raises(StoreUnsafe, match="too old"):
            place.log()
    with pytest.raises(StoreUnsafe):
        open_log("sqlite:///x.db?mode=memory", "site", "tallies", FACTS)
    place.log()


# ------------------------------------------------------------ many rows


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite.SQLiteFile]:
    made = sqlite.SQLiteFile(tmp_path / "rows.db")
    made.create(["CREATE TABLE IF NOT EXISTS kept (key INTEGER PRIMARY KEY, body TEXT)"])
    yield made
    made.close()


def kept(file: sqlite.SQLiteFile) -> list[tuple[int, str]]:
    with file.reading() as cursor:
        cursor.execute("SELECT key, body FROM kept ORDER BY key")
        return cursor.fetchall()


@pytest.mark.parametrize("many", [0, 1, sqlite.ROWS - 1, sqlite.ROWS, sqlite.ROWS + 1, 2 * sqlite.ROWS, 100])
def test_rows_put_in_together_are_all_there(file, many):
    rows = [(number, f"row {number}") for number in range(many)]
    with file.writing() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (?, ?)", iter(rows))
    assert kept(file) == rows


def test_of_rows_with_one_key_put_in_together_the_last_stays(file):
    """The first come together, the last one by one."""
    rows = [(number % 7, f"row {number}") for number in range(2 * sqlite.ROWS + 3)]
    with file.writing() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body", rows)
    assert kept(file) == sorted(dict(rows).items())


@pytest.mark.parametrize("twice", [3, sqlite.ROWS + 2])
def test_where_one_row_cannot_be_put_in_none_is(file, twice):
    rows = [(number if number != twice else 0, "") for number in range(sqlite.ROWS + 5)]
    with pytest.raises(Raced), file.writing() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (?, ?)", rows)
    assert kept(file) == []


def test_many_rows_are_changed_and_deleted_one_by_one(file):
    rows = [(number, "old") for number in range(40)]
    with file.writing() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (?, ?)", rows)
        cursor.executemany("UPDATE kept SET body = ? WHERE key = ?", [("new", key) for key, _ in rows])
        cursor.executemany("DELETE FROM kept WHERE key = ?", [(key,) for key, _ in rows[1:]])
    assert kept(file) == [(0, "new")]


# ------------------------------------------------------------ what fails


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CORRUPT])
def test_a_failed_fsync_ends_the_process(place, monkeypatch, code):
    broken: list[StoreBroken] = []
    log, views = place.log(), place.views()
    writer = place.writer(log, views, on_broken=broken.append)
    writer.submit(ask(Count(tally="a"))).result(10)

    def fail(_connection: object) -> None:
        raise failing(code)

    monkeypatch.setattr(SQLiteConnection, "commit", fail)
    first, second = writer.submit(ask(Count(tally="a"))), writer.submit(ask(Count(tally="a")))
    for future in (first, second):
        error = future.exception(10)
        assert isinstance(error, Refused)
        assert error.code == "store-broken"
    assert len(broken) == 1, "once broken nothing is tried again"
    assert "dừng" in broken[0].vi
    monkeypatch.undo()
    refused = writer.submit(ask(Count(tally="a"))).exception(10)
    assert isinstance(refused, Refused), "a failed fsync is never tried again in the same process"


def test_the_process_ends_at_once_by_default(place, tmp_path):
    """In a process of its own, where fsync fails for good."""
    import subprocess
    import sys

    program = f"""
import sqlite3
from eventsourcing.sqlite import SQLiteConnection
from tests.store.conftest import Place
from tests.store.tally import Count, ask
place = Place("sqlite:///{tmp_path}/own.db", "sqlite:///{tmp_path}/views.db", None)
writer = place.writer(place.log(), place.views())
writer.submit(ask(Count(tally="a"))).result(10)
def fail(_connection):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    raise error
SQLiteConnection.commit = fail
try:
    writer.submit(ask(Count(tally="a"))).result(10)
except Exception as refused:
    print(type(refused).__name__, flush=True)
writer.submit(ask(Count(tally="a"))).result(10)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 70, ended.stderr
    assert "store broken" in ended.stdout + ended.stderr


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE])
def test_a_full_disk_is_a_refusal_and_nothing_more(place, monkeypatch, code):
    log, views = place.log(), place.views()
    writer = place.writer(log, views)

    def fail(connection: Any) -> None:
        connection._sqlite_conn.rollback()
        raise failing(code)

    with monkeypatch.context() as planted:
        planted.setattr(SQLiteConnection, "commit", fail)
        error = writer.submit(ask(Count(tally="a"))).exception(10)
    assert isinstance(error, Refused)
    assert error.code == "disk-full"
    assert "dọn chỗ trống" in error.vi
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1


def test_a_commit_that_fails_leaves_no_transaction_open(place, monkeypatch):
    """The library's own connection would come back from the pool inside the old transaction."""
    log, views = place.log(), place.views()
    writer = place.writer(log, views)
    plain = SQLiteConnection.commit

    def fail(_connection: object) -> None:
        raise failing(sqlite3.SQLITE_FULL)

    for _ in range(3):
        monkeypatch.setattr(SQLiteConnection, "commit", fail)
        error = writer.submit(ask(Count(tally="a"))).exception(10)
        assert isinstance(error, Refused)
        assert error.code == "disk-full"
    monkeypatch.setattr(SQLiteConnection, "commit", plain)
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1
    assert log.verify().index == 1


def test_errors_are_told_apart():
    path = Path("log.db")
    assert isinstance(sqlite.said(path, failing(sqlite3.SQLITE_FULL)), StoreFull)
    assert isinstance(sqlite.said(path, failing(sqlite3.SQLITE_IOERR_FSYNC)), StoreBroken)
    assert "gửi lại" in sqlite.said(path, failing(sqlite3.SQLITE_BUSY)).vi  # type: ignore[attr-defined]
    defect = sqlite3.ProgrammingError("ours")
    assert sqlite.said(path, defect) is defect
