"""Deciding handlers: facts of other logs become commands, in order, once, with what is bad put aside."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.decision import Refused
from shared.events.envelope import Fact, LogName, Recorded, decode
from shared.store.asking import Ask
from shared.store.batch import Batch
from shared.store.trouble import Gap, Raced, SourceStopped
from shared.store.writer import HeardBatch, Writer
from tests.store.conftest import Place
from tests.store.tally import (
    BRANCH,
    FACTS,
    OTHER,
    Close,
    Count,
    CountAsShown,
    Counted,
    CountTwice,
    TallyClosed,
    TwoCounted,
    ask,
    heard,
)

ROSTER = LogName("site", "roster", "aaaa2222")
MINUTES = LogName("site", "minutes", "bbbb3333")
SPACE = UUID(int=7)


def react(recorded: Recorded[Any]) -> Sequence[Ask]:
    """Count what others counted; a tally closed there is counted twice here."""

    def following(name: str, command: Any) -> Ask:
        return ask(
            command,
            id=str(uuid5(SPACE, f"{recorded.id}/{name}")),
            branch=recorded.branch or BRANCH,
            actor=recorded.envelope.actor,
            actorrole="service:tallies",
            time=recorded.time,
            causation=recorded.id,
            correlation=recorded.envelope.correlationid,
        )

    match recorded.fact:
        case Counted(tally="defect"):
            raise LookupError("a defect of ours")
        case Counted(tally="shown"):
            return (following("shown", CountAsShown(tally="a")),)
        case Counted(tally=name, by=by):
            return (following("count", Count(tally=name, by=by)),)
        case TallyClosed(tally=name):
            return following("one", CountTwice(tally=name, other="z")), following("two", Count(tally=name, by=99))
        case TwoCounted(tally=name):
            return (following("count", Count(tally=name)),)
        case _:
            return ()


@pytest.fixture
def writer(place: Place, log: Any, views: Any) -> Writer:
    return place.writer(log, views, react=react, hears=FACTS)


def hear(writer: Writer, source: LogName, *entries: tuple[int, bytes]) -> int:
    return writer.submit_heard(HeardBatch(source, entries)).result(10)


def facts(log: Any) -> list[tuple[str, Any]]:
    return [(recorded.envelope.subject, getattr(recorded.fact, "by", None)) for recorded in log.replay()]


def entry(
    index: int, fact: Fact, source: LogName = ROSTER, branch: str | None = BRANCH, spoilt: str = ""
) -> tuple[int, bytes]:
    raw = heard(index, fact, source, branch=branch)
    if spoilt:
        raw = raw.replace(b'"data":{', b'"data":{"%b":1,' % spoilt.encode())
    return index, raw


def test_what_is_heard_is_decided_stored_and_remembered_together(place, log, writer):
    first = entry(1, Counted(tally="a", by=5))
    assert hear(writer, ROSTER, first, entry(2, Counted(tally="a", by=6)), entry(3, Counted(tally="b", by=1))) == 3
    assert facts(log) == [("tally/a", 5), ("tally/a", 6), ("tally/b", 1)]
    assert writer.positions() == {ROSTER: 3}
    cause = decode(ROSTER, 1, first[1], FACTS)
    envelope = log.fact(1).envelope
    assert (envelope.causationid, envelope.correlationid) == (cause.id, cause.envelope.correlationid)
    assert (envelope.actor, envelope.actorrole, envelope.time) == ("M02", "service:tallies", cause.envelope.time)


def test_each_fact_says_how_far_the_others_had_been_heard(log, writer):
    hear(writer, ROSTER, entry(1, Counted(tally="a")), entry(2, Counted(tally="a")))
    hear(writer, MINUTES, entry(1, Counted(tally="a"), MINUTES))
    writer.submit(ask(Count(tally="a"))).result(10)
    assert [log.heard_at(index) for index in (1, 2, 3, 4)] == [
        {ROSTER: 1},
        {ROSTER: 2},
        {ROSTER: 2, MINUTES: 1},
        {ROSTER: 2, MINUTES: 1},
    ]


def test_what_the_read_models_had_heard_counts_too_but_not_our_own_log(log, writer, views):
    writer.submit(ask(Count(tally="a"))).result(10)
    views.catch_up(log)
    views.apply(MINUTES, [entry(1, Counted(tally="q"), MINUTES), entry(2, Counted(tally="q"), MINUTES)])
    hear(writer, ROSTER, entry(1, Counted(tally="a")))
    assert log.heard_at(2) == {ROSTER: 1, MINUTES: 2}


def test_old_ones_are_dropped_and_a_hole_is_refused(log, writer):
    entries = [entry(index, Counted(tally="a")) for index in range(1, 8)]
    assert hear(writer, ROSTER, *entries[:3]) == 3
    assert hear(writer, ROSTER, *entries[:3]) == 3
    assert hear(writer, ROSTER, *entries[1:4]) == 4
    with pytest.raises(Gap) as gap:
        hear(writer, ROSTER, *entries[5:])
    assert (gap.value.source, gap.value.expected, gap.value.offered) == (ROSTER, 5, 6)
    with pytest.raises(Gap) as gap:
        hear(writer, ROSTER, entries[4], entries[6])
    assert gap.value.expected == 6
    assert writer.positions() == {ROSTER: 5}, "what came before the hole is stored"
    assert len(facts(log)) == 5


def test_delivered_twice_by_stream_and_feed_it_has_one_effect(log, writer):
    """The position is lost (an older copy of it), the inbox still knows every command."""
    entries = [entry(index, Counted(tally="a")) for index in range(1, 4)]
    hear(writer, ROSTER, *entries)
    with log._store.database.writing() as cursor:
        cursor.execute("DELETE FROM position")
    writer._positions = None
    assert hear(writer, ROSTER, *entries) == 3
    assert len(facts(log)) == 3


def test_facts_nobody_hears_only_move_the_position(place, log, views):
    writer = place.writer(log, views, react=react, hears=["chibo.TallyClosed.v1"])
    assert hear(writer, ROSTER, entry(1, Counted(tally="a")), entry(2, Counted(tally="a"), spoilt="extra")) == 2
    assert facts(log) == []
    assert writer.parked() == []
    assert writer.positions() == {ROSTER: 2}


def test_a_refused_fact_is_parked_and_its_branch_waits_behind_it(log, writer):
    position = hear(
        writer,
        ROSTER,
        entry(1, Counted(tally="a", by=90)),
        entry(2, Counted(tally="a", by=20)),
        entry(3, Counted(tally="a", by=1)),
        entry(4, Counted(tally="b", by=2), branch=OTHER),
    )
    assert position == 4
    assert facts(log) == [("tally/a", 90), ("tally/b", 2)]
    first, second = writer.parked()
    assert (first.source, first.index, first.branches) == (ROSTER, 2, (BRANCH,))
    assert "Sổ đã đầy." in first.reason
    assert "The tally is full." in first.reason
    assert "waits behind" in second.reason
    assert hear(writer, MINUTES, entry(1, Counted(tally="a", by=1), MINUTES)) == 1
    assert [(parked.source, parked.index) for parked in writer.parked()] == [(ROSTER, 2), (ROSTER, 3), (MINUTES, 1)]


def test_all_of_what_a_fact_leads_to_is_stored_or_none(log, writer):
    """The first of two commands could be decided; the second is refused; neither is stored."""
    hear(writer, ROSTER, entry(1, Counted(tally="a", by=1)), entry(2, TallyClosed(tally="a")))
    assert facts(log) == [("tally/a", 1)]
    assert [parked.index for parked in writer.parked()] == [2]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(1, Counted(tally="a"), spoilt="extra"), "extra: Extra inputs are not permitted"),
        (entry(1, Counted(tally="defect")), "LookupError: a defect of ours"),
        ((1, heard(1, Counted(tally="a"), ROSTER)[:-10]), "Invalid JSON"),
    ],
)
def test_what_cannot_be_read_or_handled_is_parked_with_the_reason(log, writer, bad, reason):
    assert hear(writer, ROSTER, bad, entry(2, Counted(tally="b"), branch=OTHER)) == 2
    assert facts(log) == [("tally/b", 1)]
    (parked,) = writer.parked()
    assert reason in parked.reason
    assert parked.raw == bad[1]
    assert parked.branches == (BRANCH,)


@pytest.mark.parametrize(
    "bad",
    [
        (2, b"\x00\xff nothing of ours"),
        (2, b'{"branch": 7}'),
        (2, b"[" * 10_000),
        (2, b'{"a":' * 10_000),
        entry(2, Counted(tally="a"), branch=None, spoilt="extra"),
        entry(2, Counted(tally="defect"), branch=None),
    ],
)
def test_what_names_no_branch_stops_its_source_and_no_other(log, writer, bad):
    with pytest.raises(SourceStopped) as stopped:
        hear(writer, ROSTER, entry(1, Counted(tally="a")), bad, entry(3, Counted(tally="a")))
    assert (stopped.value.source, stopped.value.index) == (ROSTER, 2)
    assert "Ngừng nhận" in stopped.value.vi
    assert writer.positions() == {ROSTER: 1}
    with pytest.raises(SourceStopped):
        hear(writer, ROSTER, bad)
    assert hear(writer, MINUTES, entry(1, Counted(tally="a"), MINUTES)) == 1
    assert len(facts(log)) == 2


def test_a_fact_about_two_branches_waits_for_both_and_holds_both(log, writer):
    hear(writer, ROSTER, entry(1, Counted(tally="a", by=101)))
    hear(writer, MINUTES, entry(1, TwoCounted(tally="t", other=BRANCH), MINUTES, branch=OTHER))
    hear(writer, MINUTES, entry(2, Counted(tally="b"), MINUTES, branch=OTHER))
    assert facts(log) == []
    assert [(parked.index, parked.branches) for parked in writer.parked()] == [
        (1, (BRANCH,)),
        (1, (OTHER, BRANCH)),
        (2, (OTHER,)),
    ]
    assert writer.redrive(OTHER).result(10) == 0, "it waits for the other branch's first"


def test_redriven_in_order_until_one_still_fails(place, log, writer):
    hear(writer, ROSTER, entry(1, Counted(tally="defect")))
    hear(writer, MINUTES, entry(1, Counted(tally="a", by=3), MINUTES), entry(2, Counted(tally="a", by=100), MINUTES))
    hear(writer, ROSTER, entry(2, Counted(tally="a", by=4)))
    assert writer.redrive(BRANCH).result(10) == 0
    assert facts(log) == []
    fixed = writer._react
    writer._react = lambda recorded: () if recorded.fact.tally == "defect" else fixed(recorded)
    assert writer.redrive(BRANCH).result(10) == 2
    assert facts(log) == [("tally/a", 3)]
    assert [(parked.source, parked.index) for parked in writer.parked()] == [(MINUTES, 2), (ROSTER, 2)]
    assert "The tally is full." in writer.parked()[0].reason, "the reason is that of the last try"
    writer._react = lambda recorded: () if getattr(recorded.fact, "by", 0) == 100 else fixed(recorded)
    assert writer.redrive(BRANCH).result(10) == 2
    assert facts(log) == [("tally/a", 3), ("tally/a", 4)]
    assert writer.parked() == []
    assert hear(writer, ROSTER, entry(3, Counted(tally="a", by=5))) == 3
    assert facts(log)[-1] == ("tally/a", 5)


def test_an_undecodable_fact_is_redriven_once_its_kind_is_known(log, writer):
    hear(writer, ROSTER, entry(1, Counted(tally="a"), spoilt="extra"))
    assert writer.redrive(BRANCH).result(10) == 0

    class CountedWithExtra(Counted):
        extra: int = 0

        @classmethod
        def kind(cls) -> str:
            return Counted.kind()

    writer._log.known = FACTS | {Counted.kind(): CountedWithExtra}
    assert writer.redrive(BRANCH).result(10) == 1
    assert facts(log) == [("tally/a", 1)]


def test_the_queue_outlives_the_process(place):
    log = place.log()
    hear(place.writer(log, place.views(), react=react, hears=FACTS), ROSTER, entry(1, Counted(tally="a", by=101)))
    place.close()
    log = place.log()
    writer = place.writer(log, place.views(), react=react, hears=FACTS)
    assert writer.positions() == {ROSTER: 1}
    assert hear(writer, ROSTER, entry(2, Counted(tally="a"))) == 2
    assert [parked.index for parked in writer.parked()] == [1, 2]


def test_commands_that_read_own_views_see_what_earlier_facts_led_to(log, writer):
    hear(
        writer,
        ROSTER,
        entry(1, Counted(tally="a", by=2)),
        entry(2, Counted(tally="a", by=3)),
        entry(3, Counted(tally="shown")),
        entry(4, Counted(tally="shown")),
        entry(5, Counted(tally="a", by=1)),
    )
    assert facts(log) == [("tally/a", 2), ("tally/a", 3), ("tally/a", 5), ("tally/a", 10), ("tally/a", 1)]
    assert writer.positions() == {ROSTER: 5}


def test_nothing_moves_while_writing_is_refused(log, writer):
    writer.refuse_writes("chờ", "wait")
    with pytest.raises(Refused, match="wait"):
        hear(writer, ROSTER, entry(1, Counted(tally="a")))
    writer.accept_writes()
    assert writer.positions() == {}
    assert hear(writer, ROSTER, entry(1, Counted(tally="a"))) == 1


def test_decided_again_from_the_position_when_another_process_was_first(log, writer, monkeypatch):
    append, tried = log.append, []

    def raced(batch: Batch) -> Any:
        tried.append(dict(batch.moved))
        if len(tried) == 1:
            append(batch)
            raise Raced
        return append(batch)

    monkeypatch.setattr(log, "append", raced)
    assert hear(writer, ROSTER, entry(1, Counted(tally="a")), entry(2, Counted(tally="a"))) == 2
    assert len(facts(log)) == 2
    assert tried == [{str(ROSTER): (0, 2)}], "the other's move is seen, and there is nothing left to store"


def test_asked_and_heard_take_turns(log, writer):
    futures = [writer.submit(ask(Count(tally=f"t{number}"))) for number in range(20)]
    moved = writer.submit_heard(HeardBatch(ROSTER, [entry(1, Counted(tally="a"))]))
    futures += [writer.submit(ask(Close(tally=f"t{number}"))) for number in range(20)]
    assert moved.result(10) == 1
    assert all(future.result(10) for future in futures)
    assert log.verify().index == 41
