"""The cell's own twelve months: what was kept, what was moved by force, what is missing; force is never neglect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.minutes.application.twelve_months import TwelveMonths, before, twelve_months
from services.minutes.domain.twelve_months import NEGLECT, Course, Signing, held, noticed, signed_in_time
from shared.events.envelope import Fact
from shared.events.meeting import (
    Document,
    MaterialsPosted,
    MeetingCancelled,
    NoticeIssued,
    NoticeMissed,
    NoticeRevised,
    RegularMeetingMissed,
)
from shared.events.ranking import TaskAssigned, TaskCompleted
from shared.events.ranking_flag import RankingFlagCleared, RankingFlagRaised
from shared.events.sending import MaterialsMissed
from shared.events.signatures import SigningRole
from tests.minutes.heard import scheduled, tasks
from tests.minutes.october import ADOPTED, MEETING, OCTOBER
from tests.minutes.test_shown import Site
from tests.sample_branch import CODE
from tests.sample_branch import FACTS as ROSTER
from tests.scheduler.october import issued, moved, revised

TODAY = date(2026, 10, 9)
THIRD, FIFTH = date(2026, 10, 3), date(2026, 10, 5)
SINCE = "2025-01"


def course(**more: Any) -> Course:
    given = {"meeting_id": MEETING, "period": "2026-10", "first_on": THIRD, "fixed_day": True, "on": THIRD}
    return Course.model_validate(given | more)


# ------------------------------------------------------------------ R4, R5: met on the day?


@pytest.mark.parametrize(
    ("known", "how"),
    [
        (course(held_on=THIRD), "on_day"),
        (course(held_on=FIFTH, on=FIFTH, moves=("force_majeure",)), "force_majeure"),
        (course(held_on=FIFTH, on=FIFTH, moves=("other", "force_majeure")), "force_majeure"),
        (course(held_on=FIFTH, on=FIFTH, moves=("superior",)), "superior"),
        (course(held_on=FIFTH, on=FIFTH, moves=("other",)), "other_day"),
        (course(held_on=THIRD, moves=("other", "other")), "on_day"),
        (course(held_on=THIRD, fixed_day=False), "other_day"),
        (course(called_off="force_majeure", missed=True), "called_off_force_majeure"),
        (course(called_off="superior", missed=True), "called_off_superior"),
        (course(called_off="other"), "called_off"),
        (course(), "ahead"),
        (course(missed=True), "not_recorded"),
        (None, "ahead"),
    ],
)
def test_R5_how_the_months_meeting_stands(known: Course | None, how: str):
    assert held(known, "2026-10", TODAY, SINCE) == how


def test_R5_a_month_that_is_over_without_a_meeting_is_not_on_record_and_none_before_anything_was_kept():
    assert held(None, "2026-09", TODAY, SINCE) == "not_recorded"
    assert held(None, "2024-12", TODAY, SINCE) == "before"
    assert held(None, "2025-01", TODAY, SINCE) == "not_recorded"
    assert held(None, "2026-09", TODAY, None) == "before"


def test_R2_force_majeure_and_the_superiors_word_are_no_neglect():
    assert frozenset({"other_day", "not_recorded", "called_off"}) == NEGLECT


# ------------------------------------------------------------------ R1, R2: notice in time?


@pytest.mark.parametrize(
    ("known", "how"),
    [
        (None, "none_yet"),
        (course(), "none_yet"),
        (course(notice_missed=True), "missing"),
        (course(held_on=THIRD), "missing"),
        (course(first_notice=True), "on_time"),
        (course(first_notice=False, notice_missed=True), "late"),
        (course(first_notice=True, last_notice=True, moves=("force_majeure",)), "on_time"),
        (course(first_notice=True, last_notice=False, moves=("force_majeure",)), "force_majeure"),
        (course(first_notice=True, last_notice=False, moves=("force_majeure", "other")), "late"),
        (course(first_notice=False, last_notice=False, moves=("force_majeure",)), "late"),
    ],
)
def test_R2_a_notice_a_disaster_made_late_is_not_late(known: Course | None, how: str):
    assert noticed(known) == how


def test_the_twelve_months_end_with_the_one_asked_for():
    assert before("2026-02") == [
        "2025-03",
        "2025-04",
        "2025-05",
        "2025-06",
        "2025-07",
        "2025-08",
        "2025-09",
        "2025-10",
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]


# ------------------------------------------------------------------ the year as it is shown


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.tell("roster", *ROSTER)
    yield made
    made.close()


def year(site: Site, until: str = "2026-10", today: date = TODAY) -> TwelveMonths:
    with site.views.read() as reader:
        return twelve_months(reader, CODE, until, today)


def test_R2_R5_october_moved_by_the_storm_is_a_state_of_its_own(site: Site):
    plan = [fact for fact in scheduled() if type(fact).__name__ != "MeetingRescheduled"]
    site.tell("scheduler", *plan, issued(), moved(), revised())
    site.tell("ranking", *tasks())
    for basis in ADOPTED:
        site.ask("13:50", basis)
    for step in OCTOBER:
        site.ask(step.hour, step.command, "M04" if step.hour > "14:30" else "M02")
    shown = year(site)
    october = shown.months[-1]
    assert (october.period, october.held, october.held_vi, october.on) == (
        "2026-10",
        "force_majeure",
        "dời vì thiên tai",
        FIFTH,
    )
    assert (october.notice, october.attendance, october.attendance_meets) == ("on_time", "8/9", False)
    assert (october.minutes, october.published_on_time, october.total) == (130, None, "90")
    assert (october.band, october.confirmed) == ("q_good", False)
    assert (shown.counted.force_majeure, shown.counted.on_day) == (1, 0)
    september = shown.months[-2]
    assert (september.held, september.tasks.due) == ("before", 4)
    assert (shown.counted.months, shown.counted.neglected) == (1, 0)


def test_R5_called_off_by_the_storm_is_no_neglect_and_by_oneself_it_is(site: Site):
    def off(month: str, reason: str) -> tuple[Fact, ...]:
        id = f"{CODE}:{month}"
        day = date.fromisoformat(f"{month}-03")
        plan = scheduled()[0].model_copy(update={"meeting_id": id, "period": month, "on": day})
        return (
            plan,
            MeetingCancelled.model_validate({"meeting_id": id, "on": day, "reason": reason, "words": "x"}),
            RegularMeetingMissed(
                meeting_id=id, period=month, why="cancelled", detected_at=f"{month}-28T00:00:00.000000Z"
            ),
        )

    site.tell("scheduler", *off("2026-07", "force_majeure"), *off("2026-08", "other"), *off("2026-09", "superior"))
    shown = {one.period: one.held for one in year(site, "2026-09").months}
    assert [shown[f"2026-{month}"] for month in ("07", "08", "09")] == [
        "called_off_force_majeure",
        "called_off",
        "called_off_superior",
    ]


def test_flags_of_every_service_count_in_the_month_they_fell_due(site: Site):
    flag = {
        "branch": CODE,
        "flag_id": "task_result:T15",
        "rule": "R19",
        "owing": "task_result",
        "due_at": "2026-09-30T17:00:00.000000Z",
        "member_ids": ["M05"],
        "task_id": "T15",
    }
    site.tell("ranking", RankingFlagRaised.model_validate({**flag, "missing": ("TaskCompleted", "TaskFailed")}))
    assert year(site).months[-2].flags.model_dump() == {"raised": 1, "answered": 0, "standing": 1}
    answer = {"answered_by": "f1", "answered_at": "2026-10-02T01:00:00.000000Z"}
    site.tell("ranking", RankingFlagCleared.model_validate({**flag, **answer}))
    assert year(site).months[-2].flags.model_dump() == {"raised": 1, "answered": 1, "standing": 0}
    assert year(site).counted.flags_standing == 0


def test_R19_tasks_count_in_the_month_they_are_due(site: Site):
    def task(id: str, due: date) -> TaskAssigned:
        given = {
            "branch": CODE,
            "task_id": id,
            "member_id": "M05",
            "text": "việc",
            "due_on": due,
            "origin": "programme",
        }
        return TaskAssigned.model_validate(given | {"report_at": "2026-10"})

    done = TaskCompleted.model_validate(
        {
            "branch": CODE,
            "task_id": "A",
            "member_id": "M05",
            "text": "việc",
            "due_on": "2026-09-10",
            "done_on": "2026-09-09",
            "outcome": "on_time",
            "days_late": 0,
        }
    )
    site.tell("ranking", task("A", date(2026, 9, 10)), task("B", date(2026, 9, 30)), task("C", FIFTH), done)
    september, october = year(site).months[-2:]
    assert september.tasks.model_dump() == {"due": 2, "on_time": 1, "late": 0, "failed": 0, "open": 1}
    assert (october.tasks.due, october.tasks.open) == (1, 1)


def test_other_kinds_of_meeting_are_no_months_meeting(site: Site):
    thematic = {"meeting_id": f"{CODE}:2026-10:thematic", "meeting_kind": "thematic"}
    site.tell("scheduler", scheduled()[0].model_copy(update=thematic))
    assert year(site).months[-1].meeting_id is None


SIGNING = Signing(date(2026, 9, 1), 2)


@pytest.mark.parametrize(
    ("by", "today", "in_time"),
    [
        (("05T10", "07T10"), TODAY, True),
        (("05T10", "07T18"), TODAY, False),
        (("05T10",), TODAY, False),
        ((), TODAY, False),
        (("05T10",), date(2026, 10, 7), None),
    ],
)
def test_R20_signed_in_time_by_both(by: tuple[str, ...], today: date, in_time: bool | None):
    signed: dict[SigningRole, str] = dict(
        zip(("minute_taker", "chair"), (f"2026-10-{at}:00:00.000000Z" for at in by), strict=False)
    )
    closed = "2026-10-05T09:10:00.000000Z"
    assert signed_in_time(SIGNING, closed, signed, today) is in_time
    assert signed_in_time(None, closed, signed, today) is None
    assert signed_in_time(Signing(date(2026, 11, 1), 2), closed, {}, today) is None


def test_R1_a_late_first_notice_stays_late(site: Site):
    late: NoticeIssued = issued(on_time=False, lead_days=2, reason="mất điện")
    anew: NoticeRevised = revised()
    site.tell("scheduler", scheduled()[0], late, moved(), anew)
    assert year(site).months[-1].notice == "late"


def test_R1_R3_a_notice_and_materials_missed_count_too_and_end_with_what_came(site: Site):
    meeting_id = f"{CODE}:2026-09"
    day: dict[str, Any] = {"meeting_id": meeting_id, "on": date(2026, 9, 3)}
    notice = NoticeMissed(**day, due_on=date(2026, 8, 31), required_days=3, detected_at="2026-09-01T00:00:00.000000Z")
    materials = MaterialsMissed(**day, due_on=date(2026, 9, 2), required_days=1, detected_on=date(2026, 9, 3))
    site.tell("scheduler", notice, materials)
    august, september, _ = (one.flags for one in year(site).months[-3:])
    assert (august.standing, september.standing) == (1, 1)
    late = issued(meeting_id=meeting_id, issued_on=date(2026, 9, 1))
    posted = MaterialsPosted(
        meeting_id=meeting_id,
        documents=(Document(title="Dự thảo"),),
        posted_on=date(2026, 9, 3),
        for_on=date(2026, 9, 3),
        lead_days=0,
        required_days=1,
        on_time=False,
    )
    site.tell("scheduler", late, posted)
    august, september, _ = (one.flags for one in year(site).months[-3:])
    assert (august.answered, september.answered) == (1, 1)
    assert year(site).counted.flags_standing == 0
