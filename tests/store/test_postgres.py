"""What is particular to PostgreSQL: the head row serialises processes; no table lock, no NOTIFY, no functions."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from eventsourcing.postgres import PostgresDatastore

from shared.decision import Refused
from shared.store.log import Log, open_log
from shared.store.postgres import PostgresLogRecorder, said
from shared.store.trouble import Raced, StoreAway, StoreFull, StoreUnsafe
from tests.store.conftest import Place
from tests.store.tally import FACTS, Count, CountMany, CountTwice, ask


@pytest.fixture
def place(postgres_place: Place) -> Place:
    return postgres_place


def statements(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to the server from now on, in order."""
    sent: list[str] = []
    execute, executemany = psycopg.Cursor.execute, psycopg.Cursor.executemany

    def note(query: Any) -> None:
        sent.append(" ".join((query if isinstance(query, bytes) else str(query).encode()).decode().split()))

    def watched(self: Any, query: Any, *given: Any, **named: Any) -> Any:
        note(query)
        return execute(self, query, *given, **named)

    def watched_many(self: Any, query: Any, *given: Any, **named: Any) -> Any:
        note(query)
        return executemany(self, query, *given, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", watched)
    monkeypatch.setattr(psycopg.Cursor, "executemany", watched_many)
    return sent


def test_the_head_row_is_the_first_statement_and_there_is_no_lock_and_no_notify(place, monkeypatch):
    log = place.log()
    writer = place.writer(log, place.views())
    writer.submit(ask(Count(tally="a"))).result(10)
    sent = statements(place, monkeypatch)
    append, inside = log.append, []

    def watched(batch: Any) -> Any:
        at = len(sent)
        base = append(batch)
        inside.extend(sent[at:])
        return base

    monkeypatch.setattr(log, "append", watched)
    writer.submit(ask(CountTwice(tally="a", other="b"))).result(10)
    assert inside[0].startswith('UPDATE log_head SET "index" = "index" +')
    assert [each.split()[0] for each in inside] == ["UPDATE", "INSERT", "INSERT", "Composed([SQL('INSERT"]
    assert not any("LOCK" in each or "NOTIFY" in each for each in sent)


def test_no_function_that_inserts_is_left_in_the_database(place):
    place.log()
    with psycopg.connect(place.log_database) as connection:
        names = connection.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = %s",
            (place.schema,),
        ).fetchall()
    assert names == []


def test_a_recorder_with_database_functions_is_refused():
    datastore = PostgresDatastore("d", "h", 1, "u", "p", enable_db_functions=True, originator_id_type="text")
    with pytest.raises(StoreUnsafe, match="functions are refused"):
        PostgresLogRecorder(datastore)
    datastore.close()


def test_a_server_that_does_not_sync_is_refused_at_start(place):
    database = (
        place.log_database + ("&" if "?" in place.log_database else "?") + "options=-c%20synchronous_commit%3Doff"
    )
    with pytest.raises(StoreUnsafe, match="synchronous_commit=off"):
        open_log(database, "site", "tallies", FACTS, schema=place.schema)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(StoreUnsafe, match="No PostgreSQL address"):
        open_log("postgresql://host/db?nonsense=1", "site", "tallies", FACTS)


def test_a_server_that_does_not_answer_says_so(place, monkeypatch):
    log = place.log()
    writer = place.writer(log, place.views())
    monkeypatch.setattr("eventsourcing.utils.sleep", lambda _seconds: None)

    def refuse(*_args: object) -> Any:
        raise psycopg.OperationalError("server closed the connection")

    with monkeypatch.context() as planted:
        planted.setattr(psycopg.Connection, "pipeline", refuse)
        error = writer.submit(ask(Count(tally="a"))).exception(20)
    assert isinstance(error, Refused)
    assert error.code == "store-away"
    assert "gửi lại đúng lệnh này" in error.vi
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1


def test_services_that_start_together_make_their_tables_once(place):
    with ThreadPoolExecutor(8) as pool:
        logs = list(pool.map(lambda _: place.log(), range(8)))
    assert len({log.name for log in logs}) == 1


def test_two_services_share_a_database_in_schemas_of_their_own(place):
    assert place.schema
    one = place.log()
    with pytest.raises(StoreUnsafe):
        open_log(place.log_database, "site", "minutes", FACTS, schema=place.schema)
    other = open_log(place.log_database, "site", "minutes", FACTS, schema=f"{place.schema}_views")
    assert one.name.epoch != other.name.epoch
    other.close()


def test_what_another_process_stored_is_seen_by_the_next_decision(place):
    one, other = place.log(), place.log()
    first, second = place.writer(one, place.views()), place.writer(other, place.views())
    for _ in range(3):
        first.submit(ask(Count(tally="a", by=10))).result(10)
        second.submit(ask(Count(tally="a", by=10))).result(10)
    first.submit(ask(Count(tally="a", by=40))).result(10)
    with pytest.raises(Refused, match="full"):
        second.submit(ask(Count(tally="a", by=1))).result(10)
    assert one.verify() == other.verify()


def test_two_processes_that_decide_on_the_same_history_at_once(place):
    """Each adds 1 while it is below 100: together exactly 100, whoever was first each time."""
    logs = [place.log() for _ in range(3)]
    writers = [place.writer(log, place.views()) for log in logs]
    outcomes: list[str] = []

    def work(writer: Any) -> None:
        for _ in range(50):
            error = writer.submit(ask(Count(tally="a"))).exception(60)
            outcomes.append("stored" if error is None else error.code)

    threads = [threading.Thread(target=work, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verified = logs[0].verify()
    assert outcomes.count("stored") == verified.index == 100
    assert set(outcomes) <= {"stored", "full", "two-at-once"}
    assert [recorded.envelope.subjectversion for recorded in logs[1].history("tally/a")] == list(range(1, 101))


def test_a_decision_that_only_read_a_history_another_moved_on_is_decided_again(place, monkeypatch):
    """Nothing to say is also a decision: it must not rest on what is no longer so."""
    one, other = place.log(), place.log()
    first, second = place.writer(one, place.views()), place.writer(other, place.views())
    first.submit(ask(Count(tally="a"))).result(10)
    append, tried = one.append, []

    def late(batch: Any) -> Any:
        tried.append(batch)
        if len(tried) == 1:
            second.submit(ask(Count(tally="a", by=50))).result(10)
        return append(batch)

    monkeypatch.setattr(one, "append", late)
    answer = first.submit(ask(CountMany(tally="a", times=0))).result(10)
    assert len(tried) == 2
    assert (answer.facts, answer.last) == ((), 2)


def test_histories_that_do_not_touch_do_not_wait_for_a_new_decision(place, monkeypatch):
    one, other = place.log(), place.log()
    first, second = place.writer(one, place.views()), place.writer(other, place.views())
    append, tried = one.append, []

    def late(batch: Any) -> Any:
        tried.append(batch)
        if len(tried) == 1:
            second.submit(ask(Count(tally="other"))).result(10)
        return append(batch)

    monkeypatch.setattr(one, "append", late)
    assert first.submit(ask(Count(tally="a"))).result(10).last == 2
    assert len(tried) == 1
    assert one.verify().index == 2


def test_errors_are_told_apart():
    from eventsourcing.persistence import DataError, IntegrityError, OperationalError

    def error_of(cause: psycopg.Error, kind: type[Any] = OperationalError) -> Any:
        error = kind(str(cause))
        error.__cause__ = cause
        return said(error)

    assert isinstance(error_of(psycopg.errors.UniqueViolation(), IntegrityError), Raced)
    assert isinstance(error_of(psycopg.errors.SerializationFailure()), Raced)
    assert isinstance(error_of(psycopg.errors.DiskFull()), StoreFull)
    assert isinstance(error_of(psycopg.OperationalError()), StoreAway)
    assert isinstance(error_of(psycopg.DataError(), DataError), DataError)


def test_reading_does_not_see_what_is_not_committed(place):
    log: Log = place.log()
    writer = place.writer(log, place.views())
    writer.submit(ask(Count(tally="a"))).result(10)
    with log._store.database.writing() as cursor:
        cursor.execute('UPDATE log_head SET "index" = 2')
        assert log.head().index == 1
        cursor.execute('UPDATE log_head SET "index" = 1')


def test_opening_beside_processes_that_write_disturbs_nobody(place):
    """CREATE INDEX IF NOT EXISTS would wait for writers, and they for it."""
    log = place.log()
    writer = place.writer(log, place.views())
    futures = [writer.submit(ask(Count(tally=str(number)))) for number in range(300)]
    with ThreadPoolExecutor(4) as pool:
        assert {opened.name for opened in pool.map(lambda _: place.log(), range(12))} == {log.name}
    assert sorted(future.result(30).last for future in futures) == list(range(1, 301))


def test_a_table_of_a_later_version_is_added_to_an_old_database(place):
    place.log()
    with psycopg.connect(place.log_database, autocommit=True) as connection:
        connection.execute(f"DROP TABLE {place.schema}.parked")
    again = place.log()
    assert again.parked() == []


def test_what_another_process_did_meanwhile_is_not_kept_in_memory(place):
    """A stores beside B's facts of a history that A has in memory but did not touch: A must load it again."""
    one, other = place.log(), place.log()
    first, second = place.writer(one, place.views()), place.writer(other, place.views())
    first.submit(ask(Count(tally="a", by=10))).result(10)
    append, tried = one.append, []

    def late(batch: Any) -> Any:
        tried.append(batch)
        if len(tried) == 1:
            second.submit(ask(Count(tally="a", by=80))).result(10)
        return append(batch)

    one.append = late
    first.submit(ask(Count(tally="b"))).result(10)
    error = first.submit(ask(Count(tally="a", by=20))).exception(10)
    assert isinstance(error, Refused)
    assert error.code == "full"
    assert first.submit(ask(Count(tally="a", by=10))).result(10).facts[0].envelope.subjectversion == 3


def test_a_log_put_back_under_a_living_writer_is_gone_on_with_as_it_stands(place):
    log = place.log()
    writer = place.writer(log, place.views())
    writer.submit(ask(Count(tally="a"))).result(10)
    put_back = place.keep()
    for _ in range(3):
        writer.submit(ask(Count(tally="a"))).result(10)
    put_back()
    writer.submit(ask(Count(tally="a"))).result(10)
    assert log.verify().index == 2


@pytest.mark.parametrize("meanwhile", [False, True])
def test_one_that_another_process_wrote_on_beyond_our_end_too(place, meanwhile):
    """Beyond it before we look, or between our look and our commit."""
    one, other = place.log(), place.log()
    first, second = place.writer(one, place.views()), place.writer(other, place.views())
    first.submit(ask(Count(tally="a"))).result(10)
    put_back = place.keep()
    for _ in range(3):
        first.submit(ask(Count(tally="a"))).result(10)

    def replace() -> None:
        put_back()
        for _ in range(5):
            second.submit(ask(Count(tally="b"))).result(10)

    append, tried = one.append, []

    def late(batch: Any) -> Any:
        tried.append(batch)
        if meanwhile and len(tried) == 1:
            replace()
        return append(batch)

    one.append = late
    if not meanwhile:
        replace()
    answer = first.submit(ask(Count(tally="a"))).result(10)
    assert answer.facts[0].envelope.subjectversion == 2
    assert one.verify().index == 7
