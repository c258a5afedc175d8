"""The meeting's own score: exact sums, exact bands, a frame's further conditions (R23, R24, E6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.minutes.domain.awaited import Memory, awaited
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.remembered import Outcome
from services.minutes.domain.scoring import Marked, ScoreMeeting
from shared.events.meeting_gap import MeetingGapCleared, MeetingGapRaised
from shared.events.minutes import MeetingClosed
from shared.events.sitting import AgendaItemTaken, MeetingScored
from shared.rules import RuleBook, shipped
from tests.minutes.october import DAY, HELD, KNOWN, MARKS, MEETING, SCORED, at, clock, given, only, until
from tests.minutes.test_practice import refusal
from tests.sample_branch import CODE

BEFORE = until("15:58")


def sheet(*marks: str) -> tuple[Marked, ...]:
    return tuple(Marked(id=str(group), mark=mark) for group, mark in enumerate(marks, start=1))


def scored(*marks: str, known: Known = KNOWN, vote_id: str | None = None) -> MeetingScored:
    asked = at("15:58", *BEFORE, known=known)
    command = ScoreMeeting(meeting_id=MEETING, marks=sheet(*marks), vote_id=vote_id)
    fact = only(asked, command)
    assert isinstance(fact, MeetingScored)
    return fact


@pytest.mark.parametrize(
    ("marks", "total", "band"),
    [
        (("5", "5", "10", "37", "5", "24", "5"), "91", "q_good"),
        (("5", "4", "9", "37", "5", "25", "5"), "90", "q_good"),
        (("5", "4", "9", "36.5", "5", "25", "5"), "89.5", "q_fair"),
        (("5", "4", "8", "32", "5", "27", "4"), "85", "q_fair"),
        (("5", "5", "5", "30", "4.99", "15", "5"), "69.99", "q_average"),
        (("5", "5", "5", "15", "5", "10", "5"), "50", "q_average"),
        (("5", "5", "5", "15", "4.99", "10", "5"), "49.99", "q_poor"),
    ],
)
def test_E6_R23_sums_and_bands_are_exact(marks: tuple[str, ...], total: str, band: str):
    fact = scored(*marks)
    assert (fact.total, fact.by_marks, fact.band) == (total, band, band)


def test_R24_a_local_frame_lowers_the_band_and_says_why():
    local = next(one for one in shipped().profiles if one.ref == "binh-thuan-scoring@1")
    assert local.subject == "scoring"
    rules = RuleBook((local.model_copy(update={"scope": "", "valid_until": None}),))
    marks = [Marked(id=group.id, mark=str(group.max)) for group in local.groups if not group.criteria]
    lines = [line for group in local.groups for line in group.criteria]
    short = next(line for line in lines if line.id in local.conditions[0].full_marks)
    marks += [Marked(id=line.id, mark=str(line.max - (line is short))) for line in lines]
    asked = at("15:58", *BEFORE, known=replace(KNOWN, rules=rules))
    fact = only(asked, ScoreMeeting(meeting_id=MEETING, marks=tuple(marks)))
    assert (fact.total, fact.by_marks, fact.band, fact.not_full) == ("99", "q_good", "q_fair", (short.id,))


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (("6", "4", "9", "37", "5", "25", "5"), "Mục 1 chấm từ 0 đến 5 điểm"),
        (("5", "4", "9", "37", "5", "25"), "thiếu điểm mục 7"),
    ],
)
def test_R23_a_mark_above_its_maximum_or_missing_is_refused(marks: tuple[str, ...], words: str):
    at("15:58", *BEFORE).when(ScoreMeeting(meeting_id=MEETING, marks=sheet(*marks))).refused(words)


def test_R23_a_line_marked_twice_is_refused():
    twice = (*MARKS, Marked(id="1", mark="5"))
    assert "hai lần" in refusal("15:58", ScoreMeeting(meeting_id=MEETING, marks=twice), *BEFORE).vi


def test_R16_R23_the_sheet_says_what_the_facts_say():
    back = AgendaItemTaken(meeting_id=MEETING, item=8, at=clock("15:50"), after=9)
    asked = at("15:58", *BEFORE, back)
    fact = only(asked, ScoreMeeting(meeting_id=MEETING, marks=MARKS))
    assert fact.measured == SCORED.measured.model_copy(update={"out_of_order": (8,)})


def test_R23_marked_anew_the_first_total_is_kept():
    again = ScoreMeeting(meeting_id=MEETING, marks=sheet("5", "4", "9", "36", "5", "25", "5"))
    asked = at("16:00", *BEFORE, SCORED)
    fact = only(asked, again)
    assert (fact.total, fact.replaces, fact.band) == ("89", "90", "q_fair")
    state = at("16:01", *BEFORE, SCORED, fact).state()
    assert isinstance(state, Meeting)
    assert state.practice.score == fact


def test_R23_where_the_frame_asks_for_a_vote_it_needs_one_that_carried():
    frame: Any = shipped().profile_for("scoring", date(2026, 10, 5))
    votes = frame.model_copy(update={"cell_votes": frame.cell_votes.model_copy(update={"value": True})})
    known = replace(KNOWN, rules=RuleBook((votes,)))
    command = ScoreMeeting(meeting_id=MEETING, marks=MARKS)
    at("15:58", *BEFORE, known=known).when(command).refused("chi bộ biểu quyết điểm")
    lost = command.model_copy(update={"vote_id": "V1"})
    at("15:58", *BEFORE, known=known).when(lost).refused("đã được kiểm đếm lại")
    at("15:58", *BEFORE, known=known).when(command.model_copy(update={"vote_id": "V2"})).then(
        SCORED.model_copy(update={"vote_id": "V2"})
    )


def test_R23_without_a_frame_nothing_is_scored():
    at("15:58", *BEFORE, known=replace(KNOWN, rules=RuleBook(()))).when(
        ScoreMeeting(meeting_id=MEETING, marks=MARKS)
    ).refused("Chưa có khung tiêu chí")


# ---------------------------------------------------------------- what a closed meeting lacks (R8, R23)


def test_R23_a_meeting_closed_without_its_score_is_flagged_and_the_score_given_later_clears_it():
    held = tuple(fact for fact in HELD if type(fact).__name__ != "MeetingScored")
    flag = {
        "branch": CODE, "meeting_id": MEETING, "flag": "not_scored", "due_on": DAY, "rule": "R23",
        "missing": "MeetingScored",
    }  # fmt: skip
    raised = MeetingGapRaised(**flag, detected_on=date(2026, 10, 6))
    night = given(*held).at("2026-10-06T00:00:00+07:00")
    night.when(RaiseMinutesFlag(meeting_id=MEETING, flag="not_scored", due_on=DAY)).then(raised)
    once = given(*held, raised).at("2026-10-06T00:01:00+07:00")
    once.when(RaiseMinutesFlag(meeting_id=MEETING, flag="not_scored", member_id="M07", due_on=DAY)).then()
    later = given(*held, raised).at("2026-10-07T09:00:00+07:00")
    scored, cleared = later.when(ScoreMeeting(meeting_id=MEETING, marks=MARKS))._decide()
    assert isinstance(scored, MeetingScored)
    assert scored.measured.minutes == 130
    assert cleared == MeetingGapCleared(**flag, cleared_on=date(2026, 10, 7))
    again = given(*held, raised, scored, cleared).at("2026-10-08T09:00:00+07:00")
    again.when(ScoreMeeting(meeting_id=MEETING, marks=MARKS)).then()
    again.when(RaiseMinutesFlag(meeting_id=MEETING, flag="not_scored", due_on=DAY)).then()


def test_R8_a_meeting_shorter_than_its_rules_ask_is_flagged_and_nothing_clears_it():
    closed = next(fact for fact in HELD if isinstance(fact, MeetingClosed))
    short = tuple(fact.model_copy(update={"minutes": 89, "short_by": 1}) if fact is closed else fact for fact in HELD)
    wish = RaiseMinutesFlag(meeting_id=MEETING, flag="too_short", due_on=DAY)
    raised = MeetingGapRaised(
        branch=CODE, meeting_id=MEETING, flag="too_short", due_on=DAY, rule="R8", missing="MeetingClosed",
        detected_on=date(2026, 10, 6),
    )  # fmt: skip
    given(*short).at("2026-10-06T00:00:00+07:00").when(wish).then(raised)
    given(*HELD).at("2026-10-06T00:00:00+07:00").when(wish).then()
    given(*short, raised).at("2026-10-07T00:00:00+07:00").when(wish).then()


def test_R8_R23_the_clock_looks_at_closed_meetings_of_the_cell_only():
    def found(**changes: Any) -> list[tuple[str, date]]:
        outcome = Outcome(
            meeting_id=MEETING, meeting_kind="regular", period="2026-10", opened_at="2026-10-05T07:00:00.000000Z",
            closed_at="2026-10-05T08:20:00.000000Z", minutes=80, short_by=10, reviewed=("2026-09",),
            published_at="2026-10-05T09:00:00.000000Z",
        ).model_copy(update=changes)  # fmt: skip
        memory = Memory(branch=None, outcomes=(outcome,), to_score=frozenset({MEETING}))
        return [(one.flag, one.due_on) for one in awaited(memory)]

    assert found() == [("too_short", DAY), ("not_scored", DAY)]
    assert found(total="91", short_by=0, reviewed=()) == [("month_not_reviewed", DAY)]
    assert found(total="91", short_by=0) == []
    assert found(meeting_kind="thematic") == [("too_short", DAY)]
    assert found(meeting_kind="committee") == []


def test_R19_a_month_whose_next_meeting_was_not_held_is_missed_by_the_one_after():
    def held(period: str, closed: str, *reviewed: str) -> Outcome:
        return Outcome(
            meeting_id=f"{CODE}:{period}", meeting_kind="regular", period=period, opened_at=closed, closed_at=closed,
            reviewed=reviewed, published_at=closed,
        )  # fmt: skip

    def missed(*outcomes: Outcome) -> list[tuple[str | None, str | None]]:
        found = awaited(Memory(branch=None, outcomes=outcomes))
        return [(one.meeting_id, one.item) for one in found if one.flag == "month_not_reviewed"]

    april = held("2026-04", "2026-04-03T03:00:00.000000Z", "2026-03")
    june = held("2026-06", "2026-06-03T03:00:00.000000Z", "2026-05")
    assert missed(april, june) == [(f"{CODE}:2026-06", "2026-04")]
    both = held("2026-06", "2026-06-03T03:00:00.000000Z", "2026-05", "2026-04")
    assert missed(april, both) == []
