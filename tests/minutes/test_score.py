"""The meeting's own score: exact sums, exact bands, a frame's further conditions (R23, R24, E6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.scoring import Marked, ScoreMeeting
from shared.events.sitting import AgendaItemTaken, MeetingScored
from shared.rules import shipped
from tests.minutes.october import KNOWN, MARKS, MEETING, SCORED, at, clock, only, until
from tests.minutes.test_practice import refusal

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
    marks = [Marked(id=group.id, mark=str(group.max)) for group in local.groups if not group.criteria]
    lines = [line for group in local.groups for line in group.criteria]
    short = next(line for line in lines if line.id in local.conditions[0].full_marks)
    marks += [Marked(id=line.id, mark=str(line.max - (line is short))) for line in lines]
    asked = at("15:58", *BEFORE, known=replace(KNOWN, scoring=local))
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


def test_R23_the_sheet_says_what_the_facts_say():
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
    known = replace(KNOWN, scoring=votes)
    command = ScoreMeeting(meeting_id=MEETING, marks=MARKS)
    at("15:58", *BEFORE, known=known).when(command).refused("chi bộ biểu quyết điểm")
    lost = command.model_copy(update={"vote_id": "V1"})
    at("15:58", *BEFORE, known=known).when(lost).refused("đã được kiểm đếm lại")
    at("15:58", *BEFORE, known=known).when(command.model_copy(update={"vote_id": "V2"})).then(
        SCORED.model_copy(update={"vote_id": "V2"})
    )


def test_R23_without_a_frame_nothing_is_scored():
    at("15:58", *BEFORE, known=replace(KNOWN, scoring=None)).when(
        ScoreMeeting(meeting_id=MEETING, marks=MARKS)
    ).refused("Chưa có khung tiêu chí")
