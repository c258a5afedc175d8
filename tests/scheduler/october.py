"""The October 2026 meeting of the sample branch, as facts and as given scenarios for the tests beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.meeting import MEETING
from shared.branch import Branch
from shared.events.branch import BranchFact
from shared.events.meeting import (
    AgendaItem,
    Agreed,
    AssignmentDrafted,
    CommitteePreparatoryHeld,
    MeetingRescheduled,
    MeetingScheduled,
    NoticeIssued,
    NoticeRevised,
    ProgrammeItem,
)
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

OCTOBER = f"{CODE}:2026-10"
THIRD, FIFTH = date(2026, 10, 3), date(2026, 10, 5)
BASE = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")
PLACE = "Phòng họp tầng 2"
AGENDA = (
    AgendaItem(number=1, text="Tuyên bố lý do.", minutes=2, part="Mở đầu"),
    AgendaItem(number=8, text="Nhận xét tình hình tư tưởng.", minutes=8, part="Tiến hành", private=True),
)
PROGRAMME = (
    ProgrammeItem(id="P1", text="Thu nhận xét nơi cư trú", due_on=date(2026, 11, 20)),
    ProgrammeItem(id="P2", text="Số hóa biên bản"),
)


def known(*more: BranchFact, **changes: Any) -> Known:
    """What scheduler knows in September 2026: the sample branch and October's programme."""
    return Known(**{"branch": branch(*more), "programme": PROGRAMME, **changes})


def opened(at: str, cell: Branch | None = None) -> Known:
    """The same after minutes said that the meeting was opened."""
    moment = datetime.fromisoformat(at)
    now = MeetingNow(OCTOBER, "regular", "2026-10", FIFTH, "open", opened_at=moment)
    return Known(branch=cell or branch(), meetings={OCTOBER: now})


given: Scenario = scenario(MEETING, known())

scheduled = MeetingScheduled(
    meeting_id=OCTOBER,
    meeting_kind="regular",
    period="2026-10",
    on=THIRD,
    starts_at="07:30",
    place=PLACE,
    agenda=AGENDA,
    fixed_day=True,
    notice_days=3,
    notice_due_on=date(2026, 9, 30),
    profile="hd42@1",
)


def drafted(
    draft_id: str, member_id: str, item: str | None = None, partner: str | None = None, replaces: str | None = None
) -> AssignmentDrafted:
    return AssignmentDrafted(
        meeting_id=OCTOBER,
        draft_id=draft_id,
        member_id=member_id,
        partner_id=partner,
        text=f"Việc của {member_id}",
        due_on=date(2026, 10, 30),
        report_at="2026-11",
        programme_item_id=item,
        replaces=replaces,
    )


EIGHT = tuple(
    drafted(f"D{number}", member, item)
    for number, (member, item) in enumerate(
        [("M01", None), ("M02", None), ("M03", None), ("M04", "P2"), ("M05", None), ("M06", "P1"), ("M07", None),
         ("M11", None)],
        start=1,
    )
)  # fmt: skip
NINE = (*EIGHT, drafted("D9", "M08", partner="M06"))

prepared = CommitteePreparatoryHeld(
    meeting_id=OCTOBER,
    held_on=date(2026, 9, 28),
    attendees=("M01", "M02"),
    by_telephone=("M03",),
    with_committee=True,
    committee_size=3,
    agreed=Agreed(agenda=AGENDA, draft_resolution="Dự thảo Nghị quyết tháng 10", points_to_vote=("Nghị quyết",)),
    drafts=9,
)


def issued(**changes: Any) -> NoticeIssued:
    notice = NoticeIssued(
        meeting_id=OCTOBER,
        issued_on=date(2026, 9, 28),
        for_on=THIRD,
        starts_at="07:30",
        place=PLACE,
        recipients=BASE,
        follower_id="F01",
        lead_days=5,
        required_days=3,
        on_time=True,
    )
    return notice.model_copy(update=changes)


def moved(**changes: Any) -> MeetingRescheduled:
    move = MeetingRescheduled(
        meeting_id=OCTOBER,
        from_on=THIRD,
        from_starts_at="07:30",
        from_place=PLACE,
        to_on=FIFTH,
        to_starts_at="14:00",
        place=PLACE,
        reason="force_majeure",
        revision=1,
        notice_days=3,
        notice_due_on=date(2026, 10, 2),
        lead_days=3,
        notified_before=True,
        restarts_notice=True,
        on_time=True,
        profile="hd42@1",
    )
    return move.model_copy(update=changes)


def revised(because: Literal["moved", "agenda", "recipients"] = "moved", **changes: Any) -> NoticeRevised:
    notice = NoticeRevised(
        meeting_id=OCTOBER,
        revision=2,
        because=because,
        restarts=True,
        issued_on=date(2026, 10, 2),
        for_on=FIFTH,
        starts_at="14:00",
        place=PLACE,
        recipients=BASE,
        follower_id="F01",
        lead_days=3,
        required_days=3,
        on_time=True,
    )
    return notice.model_copy(update=changes)


READY = (scheduled, *NINE, prepared)
NOTIFIED = (*READY, issued())
MOVED = (*NOTIFIED, moved(), revised())
