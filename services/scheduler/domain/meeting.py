"""A meeting of the cell until it opens: set, moved, called off, chaired, with somebody to take the minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import assert_never

from pydantic import Field

from services.scheduler.domain.agenda import proper
from services.scheduler.domain.by_itself import (
    FlagMaterialsMissed,
    FlagReadiness,
    SendDueNotice,
    flag_materials,
    flag_readiness,
    readied,
    send_due,
)
from services.scheduler.domain.calendar import (
    fixed_day,
    last_on_time,
    lead_days,
    month,
)
from services.scheduler.domain.known import Known, chartered, living, on_list, own_meeting, plausible, profile_on
from services.scheduler.domain.notice import (
    FlagNoticeMissed,
    IntendAttendance,
    IssueNotice,
    PostMaterials,
    RecordNoticeDelivered,
    ReviseNotice,
    deliver,
    flag_missed,
    follower_told,
    intend,
    issue,
    post,
    recipients_on,
    required_days,
    revise,
)
from services.scheduler.domain.notice_number import with_number
from services.scheduler.domain.plan import LEADERS, REGULAR, Meeting, MeetingCommand, PlanFact, evolve, planned
from services.scheduler.domain.preparation import (
    DraftAssignment,
    HoldPreparation,
    WithdrawDraft,
    draft,
    hold,
    withdraw,
)
from shared import periods
from shared.branch import Branch
from shared.decision import Asked, Noun, Refused
from shared.events.branch import Charter
from shared.events.envelope import Line, MemberId, Period, instant
from shared.events.late_profile import LateProfileNoticed
from shared.events.meeting import (
    AgendaItem,
    ChairDelegated,
    ClockTime,
    MeetingCancelled,
    MeetingKind,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
    MoveReason,
    NoticeRevised,
    RegularMeetingMissed,
    RescheduleAcknowledged,
)
from shared.events.wording import many


class ScheduleMeeting(MeetingCommand):
    """Set a meeting; a regular one on the charter's day unless a reason is given (R4)."""

    MAY = LEADERS

    meeting_kind: MeetingKind = "regular"
    period: Period
    on: date | None = None
    """By default the charter's day of the month."""
    starts_at: ClockTime | None = None
    place: Line | None = None
    agenda: tuple[AgendaItem, ...] = Field(default=(), max_length=60)
    reason: Line | None = None
    """Why not on the charter's day; asked for only then."""


class MoveMeeting(MeetingCommand):
    """Move a meeting; with a notice out, the revised notice leaves together with the move."""

    MAY = LEADERS

    to_on: date
    to_starts_at: ClockTime | None = None
    place: Line | None = None
    reason: MoveReason
    words: Line | None = None
    late_reason: Line | None = None
    """Why the new notice is late; asked for only then."""


class CancelMeeting(MeetingCommand):
    """Call a meeting off."""

    MAY = LEADERS

    reason: MoveReason
    words: Line | None = None


class DelegateChair(MeetingCommand):
    """The secretary, excused, hands the chair to the deputy or another committee member."""

    MAY = frozenset({"secretary"})

    to_id: MemberId


class AssignMinuteTaker(MeetingCommand):
    """Name who takes the minutes."""

    MAY = LEADERS

    member_id: MemberId


class AcknowledgeReschedule(MeetingCommand):
    """The superior's follower has seen the move and its reason."""

    MAY = frozenset({"superior"})


class NoticeLateProfile(MeetingCommand):
    """Other rules are known now than those the meeting was set under: tell the secretary, change nothing."""

    MAY = frozenset({"clock"})


class FlagRegularMeetingMissed(MeetingCommand):
    """The month is over: raise the flag if no regular meeting was held in it (R5)."""

    MAY = frozenset({"clock"})

    period: Period


MeetingCommands = (
    ScheduleMeeting
    | DraftAssignment
    | WithdrawDraft
    | HoldPreparation
    | IssueNotice
    | RecordNoticeDelivered
    | IntendAttendance
    | PostMaterials
    | DelegateChair
    | MoveMeeting
    | ReviseNotice
    | AcknowledgeReschedule
    | AssignMinuteTaker
    | CancelMeeting
    | FlagNoticeMissed
    | FlagRegularMeetingMissed
    | NoticeLateProfile
    | SendDueNotice
    | FlagMaterialsMissed
    | FlagReadiness
)


def decide(meeting: Meeting, command: MeetingCommands, asked: Asked[Known]) -> tuple[PlanFact, ...]:
    """The facts that follow from a command, a notice among them with its number, or Refused; flags they answer end."""
    facts = with_number(_decided(meeting, command, asked), command, asked)
    return (*facts, *readied(reduce(evolve, facts, meeting), asked)) if facts and meeting.readiness.flags else facts


def _decided(meeting: Meeting, command: MeetingCommands, asked: Asked[Known]) -> tuple[PlanFact, ...]:
    match command:
        case ScheduleMeeting():
            return _schedule(meeting, command, asked)
        case FlagNoticeMissed():
            return flag_missed(meeting, command, asked)
        case FlagRegularMeetingMissed():
            return _flag_month(meeting, command, asked)
        case SendDueNotice():
            return send_due(meeting, command, asked)
        case FlagMaterialsMissed():
            return flag_materials(meeting, command, asked)
        case FlagReadiness():
            return flag_readiness(meeting, asked)
        case NoticeLateProfile():
            return _late_profile(meeting, command, asked)
        case CancelMeeting() if meeting.phase == "cancelled":
            return ()
        case _:
            meeting = planned(meeting, command.meeting_id, asked)
    match command:
        case DraftAssignment():
            return draft(meeting, command, asked)
        case WithdrawDraft():
            return withdraw(meeting, command)
        case HoldPreparation():
            return hold(meeting, command, asked)
        case IssueNotice():
            return issue(meeting, command, asked)
        case RecordNoticeDelivered():
            return deliver(meeting, command, asked)
        case IntendAttendance():
            return intend(meeting, command, asked)
        case PostMaterials():
            return post(meeting, command, asked)
        case DelegateChair():
            return _delegate(meeting, command, asked)
        case MoveMeeting():
            return _move(meeting, command, asked)
        case ReviseNotice():
            return revise(meeting, command, asked)
        case AcknowledgeReschedule():
            return _acknowledge(meeting, command, asked)
        case AssignMinuteTaker():
            return _minute_taker(meeting, command, asked)
        case CancelMeeting():
            return _cancel(meeting, command)
        case _:
            assert_never(command)


# ------------------------------------------------------------------ setting it


def _schedule(meeting: Meeting, command: ScheduleMeeting, asked: Asked[Known]) -> tuple[MeetingScheduled, ...]:
    own_meeting(command.meeting_id, asked.branch)
    plausible(int(command.period[:4]))
    _right_id(command, asked.branch)
    branch = living(asked.known, asked.today)
    charter = chartered(branch)
    due = fixed_day(command.period, charter.meeting_day, charter.holiday_policy, asked.known.holidays)
    on = _day(command, due)
    living(asked.known, on)
    profile = profile_on(asked.known, asked.branch, on)
    proper(asked.known, branch, profile, kind=command.meeting_kind, on=on, agenda=command.agenda)
    days = required_days(command.meeting_kind, charter, profile)
    scheduled = MeetingScheduled(
        meeting_id=command.meeting_id,
        meeting_kind=command.meeting_kind,
        period=command.period,
        on=on,
        starts_at=command.starts_at or charter.starts_at,
        place=command.place or charter.place,
        agenda=command.agenda,
        fixed_day=on == due,
        reason=None if on == due else command.reason,
        notice_days=days,
        notice_due_on=last_on_time(on, days),
        profile=profile.ref,
    )
    if meeting.phase == "planned":
        return _already(meeting, scheduled)
    if on < asked.today:
        raise Refused(
            f"Ngày {on:%d/%m/%Y} đã qua nên không ấn định buổi họp vào ngày đó được. Nếu việc ấn định đã làm từ trước, "
            "đồng chí ghi kèm ngày giờ thực; chưa có gì thay đổi.",
            f"{on:%d/%m/%Y} is past. If the meeting had been set before, give the time it happened.",
            code="past",
        )
    return (scheduled,)


def _already(meeting: Meeting, scheduled: MeetingScheduled) -> tuple[MeetingScheduled, ...]:
    stands = (meeting.meeting_kind, meeting.period, meeting.on, meeting.starts_at, meeting.place)
    wished = (scheduled.meeting_kind, scheduled.period, scheduled.on, scheduled.starts_at, scheduled.place)
    if stands == wished:
        return ()
    raise Refused(
        f"Buổi họp này đã ấn định lúc {meeting.starts_at} ngày {meeting.on:%d/%m/%Y}, không ấn định lần nữa (mỗi tháng "
        "một buổi thường kỳ). Muốn đổi, đồng chí dùng «Dời cuộc họp»; chưa có gì thay đổi.",
        f"This meeting is set for {meeting.starts_at} on {meeting.on:%d/%m/%Y} already (one regular meeting a month). "
        "To change it, move it; nothing has changed.",
        code="R5",
    )


def regular_id(branch: str, period: str) -> str:
    """The id of a month's regular meeting; a combined one stands in its place."""
    return f"{branch}:{period}"


def _right_id(command: ScheduleMeeting, branch: str) -> None:
    base = regular_id(branch, command.period)
    if command.meeting_kind in REGULAR:
        right, shape = command.meeting_id == base, base
    else:
        shape = f"{base}:{command.meeting_kind}"
        right = re.fullmatch(rf"{re.escape(shape)}(-[1-9][0-9]?)?", command.meeting_id) is not None
    if not right:
        raise Refused(
            f"Mã buổi họp không khớp với loại và tháng: đúng ra là {shape}. Đồng chí ấn định lại từ lịch của chi bộ; "
            "chưa có gì thay đổi.",
            f"The meeting's id does not match its kind and month: it should be {shape}. Schedule it from the branch's "
            "calendar; nothing has changed.",
            code="meeting-id",
        )


def _day(command: ScheduleMeeting, due: date) -> date:
    regular = command.meeting_kind in REGULAR
    if command.on is None:
        if regular:
            return due
        raise Refused(
            "Chưa chọn ngày họp. Đồng chí chọn ngày; nội dung đã nhập vẫn còn.",
            "No date was chosen. Choose one; what was typed is kept.",
            code="date",
        )
    if periods.containing(command.on, "month") != command.period:
        raise Refused(
            f"Ngày {command.on:%d/%m/%Y} không nằm trong tháng {month(command.period)}. Đồng chí chọn lại ngày hoặc "
            "tháng; nội dung đã nhập vẫn còn.",
            f"{command.on:%d/%m/%Y} does not lie in {month(command.period)}. Choose the date or the month again.",
            code="date",
        )
    if regular and command.on != due and command.reason is None:
        raise Refused(
            f"Theo quy ước, chi bộ họp thường kỳ ngày {due:%d/%m/%Y}. Đồng chí giữ ngày đó, hoặc nêu lý do chọn ngày "
            f"{command.on:%d/%m/%Y}; chưa có gì thay đổi.",
            f"By its charter the branch meets on {due:%d/%m/%Y}. Keep that day, or say why "
            f"{command.on:%d/%m/%Y}; nothing has changed.",
            code="R4",
        )
    return command.on


# ------------------------------------------------------------------ moving it


@dataclass(frozen=True)
class _Move:
    """Where a meeting would go and what that means."""

    on: date
    starts_at: str
    place: str
    required: int
    profile: str
    restarts: bool


def keeps_notice(charter: Charter, reason: MoveReason) -> bool:
    """The charter lets a notice already sent count after a move for this reason (R2)."""
    return reason == "force_majeure" and charter.move_for_force_majeure == "keep_notice"


def _move(
    meeting: Meeting, command: MoveMeeting, asked: Asked[Known]
) -> tuple[MeetingRescheduled | NoticeRevised, ...]:
    branch = living(asked.known, asked.today, command.to_on)
    charter = chartered(branch)
    profile = profile_on(asked.known, asked.branch, command.to_on)
    to = _Move(
        on=command.to_on,
        starts_at=command.to_starts_at or meeting.starts_at,
        place=command.place or meeting.place,
        required=required_days(meeting.meeting_kind, charter, profile),
        profile=profile.ref,
        restarts=not keeps_notice(charter, command.reason),
    )
    if (to.on, to.starts_at, to.place) == (meeting.on, meeting.starts_at, meeting.place):
        return ()
    _move_possible(meeting, command, asked, to)
    lead = lead_days(to.on, asked.today)
    moved = MeetingRescheduled(
        meeting_id=command.meeting_id,
        from_on=meeting.on,
        from_starts_at=meeting.starts_at,
        from_place=meeting.place,
        to_on=to.on,
        to_starts_at=to.starts_at,
        place=to.place,
        reason=command.reason,
        words=command.words,
        revision=meeting.moves + 1,
        notice_days=to.required,
        notice_due_on=last_on_time(to.on, to.required),
        lead_days=lead,
        notified_before=meeting.notice is not None,
        restarts_notice=to.restarts,
        on_time=lead >= to.required,
        profile=to.profile,
    )
    if meeting.notice is None:
        return (moved,)
    return (moved, _told_again(meeting, command, asked, to, branch))


def _move_possible(meeting: Meeting, command: MoveMeeting, asked: Asked[Known], to: _Move) -> None:
    if to.on < asked.today:
        raise Refused(
            f"Ngày {to.on:%d/%m/%Y} đã qua. Đồng chí chọn ngày khác; nếu đã dời từ trước, ghi kèm ngày giờ thực. "
            "Chưa có gì được gửi đi.",
            f"{to.on:%d/%m/%Y} is past. Choose another day, or give the time the move happened. Nothing was sent.",
            code="past",
        )
    _words(command.reason, command.words)
    late = lead_days(to.on, asked.today) < to.required
    if meeting.notice is not None and to.restarts and late and command.late_reason is None:
        vi, en = advice_on_move(to.on, asked.today, to.required)
        raise Refused(vi, en, code="R1")


def advice_on_move(on: date, told_on: date, required_days: int) -> tuple[str, str]:
    """What moving to a date that is too near means, and which is the first that is not; Vietnamese, English."""
    lead = lead_days(on, told_on)
    first = told_on + timedelta(days=required_days)
    vi = (
        f"Dời sang {on:%d/%m} thì thông báo chỉ trước {lead} ngày. Chọn {first:%d/%m} thì đúng hạn. "
        "Đồng chí chọn ngày nào? Chưa có gì được gửi đi; vẫn chọn ngày sớm thì nêu lý do."
    )
    en = (
        f"Moved to {on:%d/%m} the notice is only {many(lead, 'day')} ahead; {first:%d/%m} would be on time. "
        "Which day? Nothing was sent; for the earlier day give a reason."
    )
    return vi, en


def _words(reason: MoveReason, words: str | None) -> None:
    if reason == "other" and words is None:
        raise Refused(
            "Chưa nêu lý do. Đồng chí viết một câu lý do, hoặc chọn «thiên tai», «cấp trên yêu cầu»; "
            "nội dung đã nhập vẫn còn.",
            "No reason is given. Write one sentence, or choose force majeure or the superior's request.",
            code="reason",
        )


def _told_again(
    meeting: Meeting, command: MoveMeeting, asked: Asked[Known], to: _Move, branch: Branch
) -> NoticeRevised:
    lead = lead_days(to.on, asked.today)
    before = meeting.notices[-1]
    on_time = lead >= to.required if to.restarts else before.on_time
    return NoticeRevised(
        meeting_id=command.meeting_id,
        revision=len(meeting.notices) + 1,
        because="moved",
        restarts=to.restarts,
        issued_on=asked.today,
        for_on=to.on,
        starts_at=to.starts_at,
        place=to.place,
        recipients=recipients_on(branch, to.on, meeting.meeting_kind),
        follower_id=follower_told(branch, meeting.meeting_kind),
        lead_days=lead,
        required_days=to.required,
        on_time=on_time,
        reason=None if on_time else command.late_reason or before.reason,
        without_committee=before.without_committee,
    )


def _acknowledge(
    meeting: Meeting, command: AcknowledgeReschedule, asked: Asked[Known]
) -> tuple[RescheduleAcknowledged, ...]:
    if meeting.moves == 0:
        raise Refused(
            "Buổi họp này chưa dời lần nào nên không có gì để xác nhận. Đồng chí xem lại lịch của chi bộ.",
            "This meeting was never moved, so there is nothing to acknowledge. See the branch's calendar.",
            code="not-moved",
        )
    if meeting.acknowledged == meeting.moves:
        return ()
    return (RescheduleAcknowledged(meeting_id=command.meeting_id, revision=meeting.moves, by=asked.actor),)


def _cancel(meeting: Meeting, command: CancelMeeting) -> tuple[MeetingCancelled, ...]:
    _words(command.reason, command.words)
    return (MeetingCancelled(meeting_id=command.meeting_id, on=meeting.on, reason=command.reason, words=command.words),)


# ------------------------------------------------------------------ who chairs, who writes


def chair_of(meeting: Meeting, branch: Branch) -> str | None:
    """Who is to chair: whom the secretary delegated, otherwise the secretary of that day."""
    return meeting.chair_id or branch.secretary(meeting.on)


def _delegate(meeting: Meeting, command: DelegateChair, asked: Asked[Known]) -> tuple[ChairDelegated, ...]:
    branch = living(asked.known, meeting.on)
    if meeting.chair_id == command.to_id:
        return ()
    on_list(branch, command.to_id, meeting.on)
    secretary = branch.secretary(meeting.on)
    roles = branch.roles_on(command.to_id, meeting.on)
    if secretary is None or command.to_id == secretary or not roles & {"deputy_secretary", "committee_member"}:
        raise Refused(
            "Bí thư chỉ ủy quyền chủ trì cho phó bí thư hoặc một chi ủy viên. Đồng chí chọn lại người chủ trì; "
            "chưa có gì thay đổi.",
            "The secretary delegates the chair to the deputy or a committee member only. Choose again.",
            code="chair",
        )
    if command.to_id == meeting.minute_taker_id:
        raise _chair_writes()
    return (
        ChairDelegated(
            meeting_id=command.meeting_id,
            period=meeting.period,
            from_id=secretary,
            to_id=command.to_id,
            to_role="deputy_secretary" if "deputy_secretary" in roles else "committee_member",
        ),
    )


def _chair_writes() -> Refused:
    return Refused(
        "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
        "The chair does not take the minutes as well. Choose somebody else to take them.",
        code="R13",
    )


def _minute_taker(meeting: Meeting, command: AssignMinuteTaker, asked: Asked[Known]) -> tuple[MinuteTakerAssigned, ...]:
    branch = living(asked.known, meeting.on)
    if meeting.minute_taker_id == command.member_id:
        return ()
    on_list(branch, command.member_id, meeting.on)
    if command.member_id == chair_of(meeting, branch):
        raise _chair_writes()
    if command.member_id not in recipients_on(branch, meeting.on, meeting.meeting_kind):
        raise Refused(
            f"Đ/c {command.member_id} không thuộc diện dự buổi họp này (miễn sinh hoạt hoặc đang ở nơi khác). "
            "Đồng chí chọn người khác làm thư ký; chưa có gì thay đổi.",
            f"{command.member_id} is exempt or away on the day of the meeting. Choose somebody else to take minutes.",
            code="R13",
        )
    return (MinuteTakerAssigned(meeting_id=command.meeting_id, member_id=command.member_id),)


# ------------------------------------------------------------------ the month's flag


def _flag_month(
    meeting: Meeting, command: FlagRegularMeetingMissed, asked: Asked[Known]
) -> tuple[RegularMeetingMissed, ...]:
    branch = asked.known.branch
    last = periods.last_day(command.period)
    now = asked.known.meetings.get(command.meeting_id)
    held = now is not None and now.opened_at is not None
    over = asked.today > (max(last, meeting.on) if meeting.phase == "planned" else last)
    counts = branch is not None and branch.charter is not None and not branch.dissolved(last)
    ours = command.meeting_id == regular_id(asked.branch, command.period)
    if held or meeting.month_missed or not (over and counts and ours):
        return ()
    why = {"none": "not_scheduled", "planned": "not_opened", "cancelled": "cancelled"}
    return (
        RegularMeetingMissed.model_validate(
            {
                "meeting_id": command.meeting_id,
                "period": command.period,
                "why": why[meeting.phase],
                "detected_at": instant(asked.recordedtime),
            }
        ),
    )


# ------------------------------------------------------------------ rules heard too late


def _late_profile(meeting: Meeting, command: NoticeLateProfile, asked: Asked[Known]) -> tuple[LateProfileNoticed, ...]:
    """Told once for each profile; what was chosen stays chosen."""
    if meeting.phase != "planned":
        return ()
    late = asked.known.rules.late(meeting.profile, "meeting", meeting.on, asked.branch)
    if late is None or late.chosen in meeting.late_profiles:
        return ()
    now = asked.known.meetings.get(command.meeting_id)
    final = now is not None and now.opened_at is not None
    return (LateProfileNoticed(meeting_id=command.meeting_id, final=final, **late._asdict()),)


def _profile(meeting: Meeting) -> str | None:
    return meeting.profile or None


MEETING: Noun[Meeting, Known] = Noun(
    name="meeting",
    initial=Meeting(),
    decide=decide,
    evolve=evolve,
    commands=(
        ScheduleMeeting,
        DraftAssignment,
        WithdrawDraft,
        HoldPreparation,
        IssueNotice,
        RecordNoticeDelivered,
        IntendAttendance,
        PostMaterials,
        DelegateChair,
        MoveMeeting,
        ReviseNotice,
        AcknowledgeReschedule,
        AssignMinuteTaker,
        CancelMeeting,
        FlagNoticeMissed,
        FlagRegularMeetingMissed,
        NoticeLateProfile,
        SendDueNotice,
        FlagMaterialsMissed,
        FlagReadiness,
    ),
    profile=_profile,
)
