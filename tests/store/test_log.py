"""A log keeps facts in one order, byte for byte, and notices when something else was done to it."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import LogName, Undecodable, encode, leaf
from shared.store.log import Log, open_log
from shared.store.trouble import StoreInUse, StoreUnsafe, Tampered
from tests.store.conftest import Place
from tests.store.tally import BRANCH, FACTS, Close, Count, CountMany, CountTwice, Keep, ask
from tests.store.test_tree import by_the_text

Tell = Callable[..., Any]


def change(place: Place, statement: str) -> None:
    """Somebody changes the tables behind our back."""
    if place.on_sqlite:
        database = sqlite3.connect(place.log_database.removeprefix("sqlite:///"), isolation_level=None)
        database.execute(statement)
        database.close()
    else:
        with psycopg.connect(place.log_database, autocommit=True) as connection:
            connection.execute(f"SET search_path TO {place.schema}")
            connection.execute(statement.replace("CAST(", "convert_to(").replace(" AS BLOB)", ", 'UTF8')"))


def literal(place: Place, raw: bytes) -> str:
    return f"X'{raw.hex()}'" if place.on_sqlite else f"'\\x{raw.hex()}'"


def fill(place: Place, tell: Tell) -> None:
    tell(Count(tally="a", meeting="m1"))
    place.clock.go(hours=1)
    tell(CountTwice(tally="a", other="b"))
    place.clock.go(hours=1)
    tell(Count(tally="a", by=7, meeting="m1"))
    tell(Close(tally="b"))


def test_a_new_log_is_empty_and_has_an_epoch_of_its_own(place, log):
    assert re.fullmatch("[a-z2-7]{8}", log.name.epoch)
    assert (log.head().index, log.head().recordedtime, log.head().leaf) == (0, "", b"")
    assert log.head().root == by_the_text([])
    assert list(log.replay()) == []
    assert log.read(0) == []
    assert log.verify().index == 0


def test_indexes_run_from_one_without_holes_over_all_histories(place, log, tell):
    fill(place, tell)
    assert [recorded.index for recorded in log.replay()] == [1, 2, 3, 4, 5]
    assert [recorded.envelope.subject for recorded in log.replay()] == [
        "tally/a",
        "tally/a",
        "tally/b",
        "tally/a",
        "tally/b",
    ]
    assert [recorded.envelope.subjectversion for recorded in log.replay()] == [1, 2, 1, 3, 2]


def test_what_is_read_is_byte_for_byte_what_was_answered(place, log, tell):
    answer = tell(CountTwice(tally="a", other="b"))
    assert log.read(0) == [(recorded.index, recorded.raw) for recorded in answer.facts]
    assert [recorded.raw for recorded in log.replay()] == [recorded.raw for recorded in answer.facts]
    assert [recorded.log for recorded in log.replay()] == [log.name, log.name]


def test_the_root_is_that_of_the_leaves(place, log, tell):
    leaves = []
    for number in range(1, 12):
        answer = tell(CountMany(tally=f"t{number}", times=number))
        leaves += [leaf(recorded.raw) for recorded in answer.facts]
        head = log.head()
        assert (head.index, head.root, head.leaf) == (len(leaves), by_the_text(leaves), leaves[-1])
    assert log.verify().root == by_the_text(leaves)
    for index in (0, 1, 2, 7, 31, 66):
        assert log.root_at(index) == by_the_text(leaves[:index])
    with pytest.raises(IndexError):
        log.root_at(67)


def test_reading_stops_at_the_limits_but_gives_at_least_one(log, tell):
    tell(CountMany(tally="a", times=20))
    assert [index for index, _ in log.read(4, 3)] == [5, 6, 7]
    size = len(log.read(0)[0][1])
    assert len(log.read(0, max_bytes=size * 3 + 10)) == 3
    assert len(log.read(0, max_bytes=1)) == 1
    assert log.read(20) == []
    assert log.read(25) == []


def test_a_history_up_to_an_index_or_an_instant(place, log, tell):
    start = place.clock.now
    fill(place, tell)
    versions = lambda until: [recorded.index for recorded in log.history("tally/a", until)]  # noqa: E731
    assert versions(None) == [1, 2, 4]
    assert versions(0) == []
    assert versions(1) == [1]
    assert versions(3) == [1, 2]
    assert log.index_at(start - timedelta(microseconds=1)) == 0
    assert log.index_at(start) == 1
    assert log.index_at(start + timedelta(minutes=90)) == 3
    assert log.index_at(start + timedelta(days=400)) == 5
    assert versions(log.index_at(start + timedelta(minutes=90))) == [1, 2]
    assert log.history("tally/nobody") == []


def test_a_meeting_gives_its_own_facts_up_to_an_index(place, log, tell):
    fill(place, tell)
    assert [recorded.index for recorded in log.meeting("m1")] == [1, 4]
    assert [recorded.index for recorded in log.meeting("m1", until=3)] == [1]
    assert log.meeting("m2") == []


def test_one_fact_and_what_it_had_heard(place, log, tell):
    fill(place, tell)
    assert log.fact(4).fact.by == 7
    assert log.heard_at(4) == {}
    for index in (0, 6):
        with pytest.raises(IndexError):
            log.fact(index)


def test_opened_again_it_is_the_same_log(place):
    log = place.log()
    writer = place.writer(log, place.views())
    writer.submit(ask(Count(tally="a"))).result(10)
    name, head = log.name, log.head()
    place.close()
    again = place.log()
    assert (again.name, again.head()) == (name, head)


def test_a_log_of_another_service_is_refused(place, log):
    place.close()
    with pytest.raises(StoreUnsafe, match="the log of site/tallies, not of site/minutes"):
        open_log(place.log_database, "site", "minutes", FACTS, schema=place.schema or "tallies")


def test_what_names_no_store_is_refused():
    for database in ("mysql://somewhere", "sqlite:///:memory:", "sqlite:///", "log.db"):
        with pytest.raises(StoreUnsafe) as refusal:
            open_log(database, "site", "tallies", FACTS)
        assert database in refusal.value.vi


@pytest.mark.parametrize("setting", ["y", "1", "true", "on"])
def test_database_functions_are_refused_at_start(place, monkeypatch, setting):
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", setting)
    with pytest.raises(StoreUnsafe) as refusal:
        place.log()
    assert "POSTGRES_ENABLE_DB_FUNCTIONS" in refusal.value.vi
    assert "Unset it" in refusal.value.en


# ------------------------------------------------------------ tampering

CHANGES = {
    "a copied branch": "UPDATE fact SET branch = '99.001.002.000.099' WHERE \"index\" = 3",
    "a copied meeting": "UPDATE fact SET meeting = 'm2' WHERE \"index\" = 3",
    "a copied subject": "UPDATE fact SET subject = 'tally/z' WHERE \"index\" = 3",
    "a copied version": 'UPDATE fact SET subjectversion = 9 WHERE "index" = 3',
    "a copied time": "UPDATE fact SET recordedtime = '2026-09-26T02:00:00.000001Z' WHERE \"index\" = 3",
    "a leaf": 'UPDATE fact SET leaf = (SELECT leaf FROM fact WHERE "index" = 1) WHERE "index" = 3',
    "the topic": "UPDATE stored_events SET topic = 'chibo.TallyClosed.v1' WHERE originator_id = 'tally/b' "
    "AND originator_version = 1",
    "the history": "UPDATE stored_events SET originator_id = 'tally/c' WHERE originator_id = 'tally/b' "
    "AND originator_version = 1",
    "a digit in the bytes": "UPDATE stored_events SET state = "
    "CAST(replace({state}, '\"by\":1', '\"by\":9') AS BLOB) WHERE originator_id = 'tally/b' AND originator_version = 1",
    "another fact's bytes": "UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE "
    "originator_id = 'tally/a' AND originator_version = 1) WHERE originator_id = 'tally/b' AND originator_version = 1",
    "bytes that say nothing": "UPDATE stored_events SET state = CAST('{{}}' AS BLOB) "
    "WHERE originator_id = 'tally/b' AND originator_version = 1",
    "the event deleted": "DELETE FROM stored_events WHERE originator_id = 'tally/b' AND originator_version = 1",
    "the side row deleted": 'DELETE FROM fact WHERE "index" = 3',
    "both deleted": 'DELETE FROM fact WHERE "index" = 3',
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_read_notices_a_change(place, log, tell, name):
    fill(place, tell)
    state = "CAST(state AS TEXT)" if place.on_sqlite else "convert_from(state, 'UTF8')"
    change(place, CHANGES[name].format(state=state))
    if name == "both deleted":
        change(place, "DELETE FROM stored_events WHERE originator_id = 'tally/b' AND originator_version = 1")
    reads: list[Callable[[], object]] = [
        lambda: log.read(0),
        lambda: log.read(2, 1),
        lambda: list(log.replay()),
        lambda: log.fact(3),
        log.verify,
    ]
    if name not in {"both deleted", "the history", "the event deleted"}:
        reads.append(lambda: log.history("tally/b"))
    for read in reads:
        with pytest.raises((Tampered, Undecodable)) as noticed:
            read()
        if isinstance(noticed.value, Tampered):
            assert noticed.value.index == 3
            assert "số 3" in noticed.value.vi
            assert "Fact 3" in noticed.value.en
    assert log.read(0, 2)[1][0] == 2, "what is whole can still be read"


HOSTILE = st.sampled_from(
    ["", "a", "tally/a", 'a"', 'tally/a","subjectversion":1,"time":"', "\\", "é", "\n", "đ", "None"]
)


@given(said=st.tuples(*[HOSTILE] * 5), stands=st.tuples(*[HOSTILE] * 5), version=st.integers(1, 3))
def test_at_a_glance_nothing_agrees_that_would_not_when_read(sqlite_log, said, stands, version):
    """Whatever stands in the columns and in the bytes, with all the quotes that could make one pass for the other."""
    raw = envelope(said)
    row = row_of(raw, stands, version)
    if sqlite_log._agree_at_a_glance(row, raw):
        assert (said, version) == (stands, 1)


def test_at_a_glance_what_is_alike_agrees(sqlite_log):
    for branch, meeting in ((None, None), ("99.001", None), ("99.001", "99.001:2026-10")):
        said = ("chibo.Counted.v1", "tally/đ", RECORDED, branch, meeting)
        raw = envelope(said)
        assert sqlite_log._agree_at_a_glance(row_of(raw, said), raw)
        assert not sqlite_log._agree_at_a_glance(row_of(raw, said), raw.replace(b"/site/", b"/size/"))


RECORDED = "2026-10-05T07:30:00.000000Z"


Said = tuple[str | None, ...]
"""Kind, subject, recordedtime, branch, meeting."""


def envelope(said: Said) -> bytes:
    kind, subject, recordedtime, branch, meeting = said
    return encode(
        b"{}",
        id="019a0000-0000-7000-8000-000000000001",
        type=kind or "",
        source="/site/tallies",
        subject=subject or "",
        subjectversion=1,
        time=RECORDED,
        recordedtime=recordedtime or "",
        branch=branch,
        meeting=meeting,
        actor="M01",
        actorrole="member",
        correlationid="c",
        privacy="A",
        salt="s",
    )


def row_of(raw: bytes, stands: Said, version: int = 1) -> tuple[Any, ...]:
    """As a read of the log gives it."""
    kind, subject, *rest = stands
    return (7, 7, leaf(raw), raw, kind, subject, version, subject, version, *rest)


@pytest.fixture(scope="module")
def sqlite_log(tmp_path_factory) -> Iterator[Log]:
    log = open_log(f"sqlite:///{tmp_path_factory.mktemp('glance')}/log.db", "site", "tallies", FACTS)
    yield log
    log.close()


def test_the_tail_cut_off_is_noticed(place, log, tell):
    fill(place, tell)
    change(place, 'DELETE FROM fact WHERE "index" > 3')
    change(place, "DELETE FROM stored_events WHERE originator_version > 2 OR topic LIKE '%Closed%'")
    for read in (lambda: log.read(0), lambda: list(log.replay()), log.verify, log.head, lambda: log.fact(4)):
        with pytest.raises(Tampered):
            read()


def test_a_history_rewritten_with_all_its_columns_is_noticed_by_the_root(place, log, tell):
    """Whoever recomputes the leaf too is still caught by the head's frontier."""
    fill(place, tell)
    forged = log.fact(3).raw.replace(b'"by":1', b'"by":8')
    change(place, f'UPDATE fact SET leaf = {literal(place, leaf(forged))} WHERE "index" = 3')
    change(
        place,
        f"UPDATE stored_events SET state = {literal(place, forged)} "
        "WHERE originator_id = 'tally/b' AND originator_version = 1",
    )
    assert len(log.read(0)) == 5, "the copied columns agree"
    with pytest.raises(Tampered, match="log_head"):
        log.verify()


def test_a_fact_of_another_log_is_noticed(place, log, tell):
    tell(Count(tally="a"))
    forged = log.fact(1).raw.replace(b'"source":"/site/tallies"', b'"source":"/elsewhere/tallies"')
    change(place, f"UPDATE stored_events SET state = {literal(place, forged)}")
    change(place, f"UPDATE fact SET leaf = {literal(place, leaf(forged))}")
    for read in (lambda: log.read(0), lambda: list(log.replay())):
        with pytest.raises(Tampered):
            read()


def test_a_file_copied_back_shows_a_smaller_head(sqlite_place):
    """It agrees with itself; only who remembers a greater index or another root can notice, by the same epoch."""
    place = sqlite_place
    path = Path(place.log_database.removeprefix("sqlite:///"))

    def count(times: int) -> tuple[LogName, int, bytes]:
        log = place.log()
        writer = place.writer(log, place.views())
        for _ in range(times):
            writer.submit(ask(Count(tally="a"))).result(10)
        head = log.head()
        place.close()
        return log.name, head.index, head.root

    name, _, _ = count(3)
    yesterday = path.read_bytes()
    _, today, root = count(4)
    path.write_bytes(yesterday)
    log = place.log()
    assert log.verify().index == 3
    assert (log.name, log.head().index) == (name, 3)
    assert today == 7
    place.close()
    _, again, other_root = count(4)
    assert again == today
    assert other_root != root, "the same size with another past has another root"


def test_a_kind_nobody_knows_is_replayed_all_the_same(place, log, tell):
    tell(Count(tally="a"))
    stranger = Log(log._store, log.name, {})
    (recorded,) = stranger.replay()
    assert recorded.envelope.type == "chibo.Counted.v1"
    assert recorded.fact.model_dump()["by"] == 1


def test_private_text_stands_in_no_table(place, log, tell):
    tell(Keep(tally="a", about=f"member/{BRANCH}/M01", words="lời nói riêng của tôi"))
    raw = log.fact(1).raw
    assert b"ri\xc3\xaang" not in raw
    assert json.loads(raw)["data"]["words"]["subject"] == f"member/{BRANCH}/M01"
    if place.on_sqlite:
        place.close()
        for file in Path(place.log_database.removeprefix("sqlite:///")).parent.iterdir():
            assert "riêng của tôi".encode() not in file.read_bytes()


def test_one_process_owns_a_file(sqlite_place):
    sqlite_place.log()
    with pytest.raises(StoreInUse) as refusal:
        sqlite_place.log()
    assert "đang do tiến trình" in refusal.value.vi
    assert "one process owns each file" in refusal.value.en.lower()
    sqlite_place.close()
    sqlite_place.log()
