"""A commit whose reply is lost looks like a failure or a conflict; the inbox knows better."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from eventsourcing.sqlite import SQLiteConnection

from shared.decision import Refused
from shared.store.batch import Batch
from shared.store.log import Log
from shared.store.writer import Answer, HeardBatch, Writer
from tests.store.conftest import Place, postgres_place, sqlite_place
from tests.store.tally import FACTS, Counted, CountTwice, ask, heard
from tests.store.test_heard import ROSTER, react

__all__ = ["postgres_place", "sqlite_place"]


class LineThatDies:
    """A TCP line to PostgreSQL that can be cut after the server has committed and before its reply arrives."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.cut_next_commit = False
        self.cut = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(self._server)
                dying = threading.Event()
                threading.Thread(target=self._there, args=(client, server, dying), daemon=True).start()
                threading.Thread(target=self._back, args=(client, server, dying), daemon=True).start()

    def _there(self, client: socket.socket, server: socket.socket, dying: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cut_next_commit and b"COMMIT" in data:
                    self.cut_next_commit = False
                    dying.set()
                server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _back(self, client: socket.socket, server: socket.socket, dying: threading.Event) -> None:
        seen = b""
        with suppress(OSError):
            while data := server.recv(65536):
                if dying.is_set():
                    seen += data
                    if b"COMMIT\x00" in seen:  # the server says that it has committed; nobody hears it
                        self.cut += 1
                        break
                    continue
                client.sendall(data)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def dying_line(place: Place) -> Iterator[LineThatDies]:
    url = urlsplit(place.log_database)
    line = LineThatDies(url.hostname or "", url.port or 5432)
    door = f"{url.username}:{url.password}@127.0.0.1:{line.port}"
    place.log_database = urlunsplit(url._replace(netloc=door))
    yield line
    line.close()


@pytest.fixture
def lossy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A log with a writer, and a way to lose the reply of the next commit."""
    kind = request.param
    place: Place = request.getfixturevalue(f"{kind}_place")
    if kind == "postgres":
        with dying_line(place) as line:
            log = place.log()
            writer = place.writer(log, place.views(), react=react, hears=FACTS)
            yield log, writer, lambda: setattr(line, "cut_next_commit", True)
            assert line.cut, "nothing was cut: this test shows nothing"
            place.close()
        return
    log = place.log()
    writer = place.writer(log, place.views(), react=react, hears=FACTS)
    commit = SQLiteConnection.commit
    lose: list[bool] = []

    def lossy_commit(connection: Any) -> None:
        commit(connection)
        if connection._sqlite_conn is log._store.database.datastore.writer and lose:  # type: ignore[attr-defined]
            lose.clear()
            error = sqlite3.OperationalError("the reply was lost")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error

    monkeypatch.setattr(SQLiteConnection, "commit", lossy_commit)
    yield log, writer, lambda: lose.append(True)


def both(test: Any) -> Any:
    kinds = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
    return pytest.mark.parametrize("lossy", kinds, indirect=True)(test)


def ask_until_answered(writer: Writer, given: Any) -> Answer:
    """What a client does: send the same command again."""
    for _ in range(5):
        future = writer.submit(given)
        refused = future.exception(60)
        if refused is None:
            return future.result()
        assert isinstance(refused, Refused)
        assert refused.code in {"store-away", "two-at-once"}
    raise AssertionError("never answered")


@both
def test_the_command_is_answered_as_stored_and_stored_once(lossy):
    log, writer, lose_next_reply = lossy
    writer.submit(ask(CountTwice(tally="a", other="b"))).result(60)
    for _ in range(3):
        given = ask(CountTwice(tally="a", other="b"))
        before = log.head().index
        lose_next_reply()
        answer = ask_until_answered(writer, given)
        assert (answer.first, answer.last) == (before + 1, before + 2)
        assert log.head().index == before + 2
    assert log.verify().index == 8


@both
def test_a_whole_batch_is_answered_as_stored_and_stored_once(lossy):
    log, writer, lose_next_reply = lossy
    writer.submit(ask(CountTwice(tally="a", other="b"))).result(60)
    asks = [ask(CountTwice(tally="a", other=f"t{number}")) for number in range(20)]
    lose_next_reply()
    for future in [writer.submit(given) for given in asks]:
        future.exception(60)
    answers = [ask_until_answered(writer, given) for given in asks]
    assert sorted(answer.last for answer in answers) == list(range(4, 43, 2))
    assert log.verify().index == 42


@both
def test_facts_heard_have_one_effect(lossy):
    log, writer, lose_next_reply = lossy
    entries = [(index, heard(index, Counted(tally="a"), ROSTER)) for index in range(1, 31)]
    batch = HeardBatch(ROSTER, entries)
    writer.submit_heard(HeardBatch(ROSTER, entries[:10])).result(60)
    lose_next_reply()
    writer.submit_heard(batch).exception(60)
    assert writer.submit_heard(batch).result(60) == 30
    assert log.verify().index == 30


@both
def test_control_without_the_inbox_it_is_stored_twice(lossy, monkeypatch):
    """Planted: nothing is written into the inbox, and nobody looks there."""
    log, writer, lose_next_reply = lossy
    append = Log.append

    def forgetful(self: Log, batch: Batch) -> int:
        batch.answers.clear()
        return append(self, batch)

    monkeypatch.setattr(Log, "append", forgetful)
    writer.submit(ask(CountTwice(tally="a", other="b"))).result(60)
    given = ask(CountTwice(tally="a", other="b"))
    lose_next_reply()
    if writer.submit(given).exception(60) is not None:
        writer.submit(given).result(60)
    assert log.head().index > 4, "the planted bug did no harm: this test finds nothing"


def test_the_planted_line_is_the_real_one_until_it_is_cut(postgres_place: Place, tmp_path: Path):
    with dying_line(postgres_place) as line:
        log = postgres_place.log()
        writer = postgres_place.writer(log, postgres_place.views())
        for _ in range(10):
            writer.submit(ask(CountTwice(tally="a", other="b"))).result(60)
        assert (log.verify().index, line.cut) == (20, 0)
        postgres_place.close()
