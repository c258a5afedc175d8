"""What was to be ready when the notice left (R10, R37), the briefing that was to be given (R12): flags on their day."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from services.scheduler.domain.by_itself import FlagReadiness
from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.meeting import CancelMeeting, MoveMeeting
from services.scheduler.domain.notice import RecordNoticeDelivered
from services.scheduler.domain.preparation import DraftAssignment, HoldPreparation
from services.scheduler.domain.readiness import Readiness, after
from shared.events.branch import BranchDissolved
from shared.events.envelope import Fact
from shared.events.meeting import Agreed, MeetingCancelled, NoticeDelivered
from shared.events.minutes import AssignmentDecided
from shared.events.readiness import (
    MISSING,
    RULES,
    ReadinessFlag,
    ReadinessFlagCleared,
    ReadinessFlagRaised,
)
from tests.minutes import october
from tests.sample_branch import CODE
from tests.scheduler.october import (
    AGENDA,
    BASE,
    EIGHT,
    FIFTH,
    NINE,
    OCTOBER,
    drafted,
    given,
    issued,
    known,
    moved,
    prepared,
    revised,
    scheduled,
)
from tests.scheduler.test_sentences import TELL

LAST = date(2026, 9, 30)
look = FlagReadiness(meeting_id=OCTOBER)
clock: dict[str, Any] = {"actor": "clock", "actorrole": "clock"}
AFTER = "2026-10-01T00:00:00+07:00"
ALL_TOLD = (*BASE, "F01")


def raised(flag: ReadinessFlag, due_on: date = LAST, detected_on: date | None = None, **about: Any) -> Any:
    return ReadinessFlagRaised(
        meeting_id=OCTOBER, flag=flag, due_on=due_on, rule=RULES[flag], missing=MISSING[flag],
        detected_on=detected_on or date(2026, 10, 1), **about,
    )  # fmt: skip


def cleared(flag: ReadinessFlagRaised, on: date, *, answered: bool = True) -> ReadinessFlagCleared:
    said = flag.model_dump(exclude={"detected_on"})
    return ReadinessFlagCleared(**said, cleared_on=on, answered=answered)


def has(*members: str, revision: int = 1) -> tuple[NoticeDelivered, ...]:
    return tuple(
        NoticeDelivered(meeting_id=OCTOBER, revision=revision, member_id=one, channel="paper", by="M04", confirmed=True)
        for one in members
    )


def around(*facts: Fact, silent: str | None = None) -> Known:
    """What other histories told about the meeting."""
    ready = Readiness()
    for fact in facts:
        ready = after(ready, fact)
    now = MeetingNow(OCTOBER, "regular", "2026-10", date(2026, 10, 3), "open", readiness=ready)
    return known(meetings={OCTOBER: now}, silent=silent)


OPENED = october.OPENED.model_copy(update={"opened_at": "2026-10-03T00:30:00.000000Z"})
READY = (scheduled, *NINE, prepared)
NOTIFIED = (*READY, issued())
TWO_LEFT = (*NOTIFIED, *has(*(one for one in ALL_TOLD if one not in ("M07", "M08"))))
unproven = raised("notice_not_proven", members=("M07", "M08"))


# ------------------------------------------------------------------ R10: everybody has the notice


def test_R10_whoever_is_not_proven_to_have_the_notice_is_named_after_its_last_day():
    given(*TWO_LEFT).at("2026-09-30T23:59:59+07:00", **clock).when(look).then()
    given(*TWO_LEFT).at(AFTER, **clock).when(look).then(unproven)
    given(*TWO_LEFT, unproven).at("2026-10-01T09:00:00+07:00", **clock).when(look).then()
    given(*NOTIFIED, *has(*ALL_TOLD)).at(AFTER, **clock).when(look).then()


def test_R10_the_last_proof_clears_the_flag_and_the_one_before_does_not():
    telephoned = RecordNoticeDelivered(meeting_id=OCTOBER, member_id="M07", channel="telephone", confirmed=True)
    on_paper = telephoned.model_copy(update={"member_id": "M08", "channel": "paper"})
    [call] = has("M07")
    called = call.model_copy(update={"channel": "telephone"})
    day: dict[str, Any] = {"actor": "M04", "actorrole": "minute_taker"}
    given(*TWO_LEFT, unproven).at("2026-10-01T08:00:00+07:00", **day).when(telephoned).then(called)
    given(*TWO_LEFT, unproven, called).at("2026-10-01T09:00:00+07:00", **day).when(on_paper).then(
        *has("M08"), cleared(unproven, date(2026, 10, 1))
    )


def test_R10_a_notice_that_left_late_is_to_reach_everybody_on_the_day_it_left():
    late = issued(issued_on=date(2026, 10, 1), lead_days=2, on_time=False, reason="Bí thư đi công tác")
    given(*READY, late).at(AFTER, **clock).when(look).then()
    first = date(2026, 10, 1)
    flag = raised("notice_not_proven", first, date(2026, 10, 2), members=ALL_TOLD)
    given(*READY, late).at("2026-10-02T00:00:00+07:00", **clock).when(look).then(flag)


def test_R10_a_meeting_moved_by_the_storm_owes_nothing_of_the_old_day_and_its_own_proofs_by_the_new_one():
    told_again = (*NOTIFIED, *has(*ALL_TOLD), moved(), revised())
    given(*told_again).at("2026-10-02T00:00:00+07:00", **clock).when(look).then()
    given(*told_again, *has(*ALL_TOLD, revision=2)).at("2026-10-03T00:00:00+07:00", **clock).when(look).then()
    second = raised("notice_not_proven", date(2026, 10, 2), date(2026, 10, 3), members=("M08",))
    proofs = has(*(one for one in ALL_TOLD if one != "M08"), revision=2)
    given(*told_again, *proofs).at("2026-10-03T00:00:00+07:00", **clock).when(look).then(second)


def test_R10_a_flag_raised_before_the_move_is_owed_no_more_and_that_is_no_answer():
    move = MoveMeeting(meeting_id=OCTOBER, to_on=FIFTH, to_starts_at="14:00", reason="force_majeure")
    day = date(2026, 10, 2)
    given(*TWO_LEFT, unproven).at("2026-10-02T15:10:00+07:00").when(move).then(
        moved(), revised(), cleared(unproven, day, answered=False)
    )
    off = CancelMeeting(meeting_id=OCTOBER, reason="force_majeure")
    called_off = MeetingCancelled(meeting_id=OCTOBER, on=date(2026, 10, 3), reason="force_majeure")
    ends = (called_off, cleared(unproven, day, answered=False))
    given(*TWO_LEFT, unproven).at("2026-10-02T15:10:00+07:00").when(off).then(*ends)
    given(*TWO_LEFT, unproven, *ends).at("2026-10-03T00:00:00+07:00", **clock).when(look).then()


def test_R10_to_other_meetings_people_are_called_as_need_be_and_a_branch_that_ended_owes_nothing():
    committee = scheduled.model_copy(update={"meeting_kind": "committee"})
    given(committee, issued()).at(AFTER, **clock).when(look).then()
    ended = known(
        BranchDissolved.model_validate({"branch": CODE, "decision_no": "01-QĐ", "effective_on": "2026-10-02"})
    )
    given(*TWO_LEFT).known(ended).at(AFTER, **clock).when(look).then()


# ------------------------------------------------------------------ R37: the committee, and what the notice found open


def test_R37_a_notice_without_the_committee_is_flagged_after_its_day_though_it_gave_a_reason():
    alone = issued(without_committee=True, committee_reason="Chi ủy trao đổi qua điện thoại")
    facts = (scheduled, *NINE, alone, *has(*ALL_TOLD))
    flag = raised("committee_not_met", date(2026, 9, 28), date(2026, 9, 29))
    given(*facts).at("2026-09-28T23:59:00+07:00", **clock).when(look).then()
    given(*facts).at("2026-09-29T00:00:00+07:00", **clock).when(look).then(flag)
    hold = HoldPreparation(meeting_id=OCTOBER, attendees=("M01", "M02"))
    later = {"held_on": date(2026, 9, 29), "by_telephone": (), "agreed": Agreed(agenda=AGENDA)}
    given(*facts, flag).at("2026-09-29T16:30:00+07:00").when(hold).then(
        prepared.model_copy(update=later), cleared(flag, date(2026, 9, 29))
    )
    given(*NOTIFIED, *has(*ALL_TOLD)).at("2026-09-29T00:00:00+07:00", **clock).when(look).then()


def test_R37_programme_items_nobody_took_when_the_notice_left_are_flagged_after_its_last_day_and_cleared_by_drafts():
    open_then = issued(without_task=("M07", "M08"), items_nobody_took=("P1", "P2"))
    facts = (scheduled, *EIGHT[:3], prepared, open_then, *has(*ALL_TOLD))
    flag = raised("tasks_not_drafted", items=("P1", "P2"))
    given(*facts).at("2026-09-30T23:59:00+07:00", **clock).when(look).then()
    given(*facts).at(AFTER, **clock).when(look).then(flag)
    first, last = drafted("D20", "M07", "P1"), drafted("D21", "M08", "P2")
    at = "2026-10-01T08:00:00+07:00"
    given(*facts, flag).at(at).when(DraftAssignment(**dict(first))).then(first)
    given(*facts, flag, first).at(at).when(DraftAssignment(**dict(last))).then(last, cleared(flag, date(2026, 10, 1)))


def test_R37_a_member_without_a_task_is_shown_and_no_flag():
    nothing = issued(without_task=BASE)
    given(scheduled, prepared, nothing, *has(*ALL_TOLD)).at(AFTER, **clock).when(look).then()


def test_R37_a_task_the_meeting_itself_gives_answers_as_well():
    open_then = issued(without_task=BASE, items_nobody_took=("P1",))
    flag = raised("tasks_not_drafted", items=("P1",))
    facts = (scheduled, prepared, open_then, *has(*ALL_TOLD), flag)
    decided = AssignmentDecided(
        meeting_id=OCTOBER, task_id="T19", member_id="M06", text="Thu nhận xét", due_on=date(2026, 11, 20),
        report_at="2026-12", origin="programme", programme_item_id="P1",
    )  # fmt: skip
    at = "2026-10-03T10:00:00+07:00"
    given(*facts).known(around(decided)).at(at, **clock).when(look).then(cleared(flag, date(2026, 10, 3)))
    given(*facts).known(around()).at(at, **clock).when(look).then()


# ------------------------------------------------------------------ R12: somebody briefs


def test_R12_a_turn_at_the_briefing_that_nobody_took_is_flagged_after_the_meetings_day_and_cleared_by_the_briefing():
    facts = (*NOTIFIED, *has(*ALL_TOLD))
    nobody, somebody = around(OPENED, silent="M01"), around(OPENED)
    flag = raised("briefing_not_given", date(2026, 10, 3), date(2026, 10, 4), members=("M01",))
    given(*facts).known(nobody).at("2026-10-03T23:59:00+07:00", **clock).when(look).then()
    given(*facts).known(nobody).at("2026-10-04T00:00:00+07:00", **clock).when(look).then(flag)
    given(*facts).known(somebody).at("2026-10-04T00:00:00+07:00", **clock).when(look).then()
    given(*facts, flag).known(somebody).at("2026-10-05T09:00:00+07:00", **clock).when(look).then(
        cleared(flag, date(2026, 10, 5))
    )


def test_R12_a_meeting_that_never_opened_owes_no_briefing():
    given(*NOTIFIED, *has(*ALL_TOLD)).known(around(silent="M01")).at("2026-10-09T00:00:00+07:00", **clock).when(
        look
    ).then()


# ------------------------------------------------------------------ what everybody reads


def test_each_flag_says_whom_and_what_it_is_missing_for_and_both_days_when_noticed_late():
    assert unproven.vi(TELL) == (
        "Hết ngày 30/09/2026, chưa ghi là đã nhận được thông báo: đ/c Nguyễn Thị Hoa, đ/c Huỳnh Út Lành."
    )
    late = unproven.model_copy(update={"detected_on": date(2026, 10, 9)})
    assert late.vi(TELL).startswith("Hết ngày 30/09/2026 (phát hiện ngày 09/10/2026), chưa ghi")
    assert late.en(TELL).startswith("By the end of 30/09/2026 (noticed on 09/10/2026), it is not on record")
    end = cleared(unproven, date(2026, 10, 2), answered=False)
    assert end.vi(TELL).endswith("buổi họp đã dời hoặc không tổ chức, hạn này không còn, 02/10/2026.")
    for flag in get_args(ReadinessFlag):
        one = raised(flag, items=("P1",))
        assert "P1" in one.vi(TELL)
        assert "P1" in one.en(TELL)
        assert "đã có, 02/10/2026" in cleared(one, date(2026, 10, 2)).vi(TELL)
