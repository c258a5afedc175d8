"""What the other services of the site tell minutes before the October meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from shared.events.envelope import Fact
from shared.events.meeting import (
    AssignmentDrafted,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
    ChairDelegated,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
)
from shared.events.ranking import Cause, TaskAssigned, TaskCompleted, TaskFailed, UrgentTaskGiven
from tests.minutes.october import DAY, MEETING, PLANNED, secret
from tests.sample_branch import CODE


def scheduled() -> tuple[Fact, ...]:
    """What scheduler has decided about October, storm and illness included."""
    rotation: dict[str, Any] = {"branch": CODE, "meeting_id": MEETING, "period": "2026-10"}
    return (
        MeetingScheduled(
            meeting_id=MEETING,
            meeting_kind="regular",
            period="2026-10",
            on=date(2026, 10, 3),
            starts_at="07:30",
            place=PLANNED.place,
            agenda=PLANNED.agenda,
            fixed_day=True,
            notice_days=3,
            notice_due_on=date(2026, 9, 30),
            profile="hd42@1",
        ),
        AssignmentDrafted(
            meeting_id=MEETING,
            draft_id="D1",
            member_id="M04",
            text="Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại.",
            due_on=date(2026, 10, 30),
            report_at="2026-11",
            programme_item_id="CT10-3",
        ),
        BriefingAssigned(**rotation, on=date(2026, 10, 3), cycle=2, turn=1, member_id="M01"),
        ChairDelegated(meeting_id=MEETING, period="2026-10", from_id="M01", to_id="M02", to_role="deputy_secretary"),
        BriefingSubstituted(
            **rotation, cycle=2, member_id="M02", for_member_id="M01", reason="excused", next_period="2026-11"
        ),
        MeetingRescheduled(
            meeting_id=MEETING,
            from_on=date(2026, 10, 3),
            from_starts_at="07:30",
            from_place=PLANNED.place,
            to_on=DAY,
            to_starts_at="14:00",
            place=PLANNED.place,
            reason="force_majeure",
            revision=1,
            notice_days=3,
            notice_due_on=date(2026, 10, 2),
            lead_days=3,
            notified_before=True,
            restarts_notice=True,
            on_time=True,
            profile="hd42@1",
        ),
        MinuteTakerAssigned(meeting_id=MEETING, member_id="M04"),
        MinuteTakerAssigned(meeting_id=MEETING, member_id="M07"),
        BriefingDelivered(**rotation, member_id="M02", local="Bão.", national="Ngày 10/10.", world="Lũ."),
    )


def tasks() -> Iterator[Fact]:
    """What ranking tells about September's tasks."""

    def given(task_id: str, member_id: str, due_on: date) -> dict[str, Any]:
        return {"branch": CODE, "task_id": task_id, "member_id": member_id, "text": "Một việc.", "due_on": due_on}

    def cause(kind: Any, member: str, place: int) -> Cause:
        return Cause(kind=kind, text=secret(member, f"causes.{place}", "Vì thế."))

    for task_id, member_id, due_on, done_on, outcome in (
        ("T14", "M07", date(2026, 9, 11), date(2026, 9, 10), "on_time"),
        ("T15", "M03", date(2026, 9, 30), date(2026, 9, 30), "on_time"),
        ("T17", "M05", date(2026, 9, 28), date(2026, 9, 30), "late"),
    ):
        yield TaskAssigned(**given(task_id, member_id, due_on), origin="programme")
        late = (cause("subjective", member_id, 0),) if outcome == "late" else ()
        yield TaskCompleted(**given(task_id, member_id, due_on), done_on=done_on, outcome=outcome, causes=late)
    yield TaskAssigned(**given("T16", "M06", date(2026, 9, 25)), origin="programme")
    yield TaskFailed(
        **given("T16", "M06", date(2026, 9, 25)),
        ended_on=date(2026, 9, 30),
        causes=(cause("objective", "M06", 0), cause("subjective", "M06", 1)),
        proposal="Giao tiếp.",
    )
    urgent: dict[str, Any] = {"branch": CODE, "task_id": "T18", "member_id": "M07", "text": "Lập danh sách."}
    yield UrgentTaskGiven(
        **urgent,
        given_by="lãnh đạo phòng",
        given_at="2026-10-01T08:30:00.000000Z",
        due_at="2026-10-02T10:00:00.000000Z",
    )
    yield TaskAssigned(**urgent, due_on=date(2026, 10, 2), due_at="2026-10-02T10:00:00.000000Z", origin="urgent")
