"""The notice: when it leaves, whom it must reach, who has it, who means to come, what is handed out before."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from services.scheduler.domain.calendar import lead_days
from services.scheduler.domain.known import Known, chartered, living, on_list, pinned
from services.scheduler.domain.notice_number import SendsNotice
from services.scheduler.domain.plan import LEADERS, Meeting, MeetingCommand, Notice, recipients
from services.scheduler.domain.preparation import gaps
from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.branch import Charter
from shared.events.envelope import Line, MemberId, instant
from shared.events.meeting import (
    AttendanceIntended,
    Channel,
    Document,
    MaterialsPosted,
    MeetingKind,
    NoticeDelivered,
    NoticeIssued,
    NoticeMissed,
    NoticeRevised,
)
from shared.events.wording import many
from shared.rules import MeetingProfile


class IssueNotice(SendsNotice):
    """Send the notice of the meeting to everybody it must reach."""

    MAY = LEADERS

    reason: Line | None = None
    """Why it is late; asked for only then."""
    committee_reason: Line | None = None
    """Why it goes out before the committee met; asked for only then."""


class ReviseNotice(SendsNotice):
    """Send the notice again because its agenda changed or somebody joined; the days do not count anew (R2)."""

    MAY = LEADERS

    because: Literal["agenda", "recipients"]


class RecordNoticeDelivered(MeetingCommand):
    """Record that one recipient has the notice: in the app, by telephone, or handed over on paper."""

    MAY = LEADERS | {"committee_member", "minute_taker", "self", "superior"}

    member_id: MemberId
    channel: Channel
    confirmed: bool = False
    """The recipient signed or answered; in the app receiving is confirming."""
    revision: int | None = Field(default=None, ge=1)
    """Which notice; by default the one that stands."""


class IntendAttendance(MeetingCommand):
    """Say beforehand whether a member is coming."""

    MAY = LEADERS | {"committee_member", "minute_taker", "self"}

    member_id: MemberId
    intends: Literal["coming", "excused"]


class PostMaterials(MeetingCommand):
    """Make documents for the meeting available to its members."""

    MAY = LEADERS | {"committee_member", "minute_taker", "rapporteur"}

    documents: tuple[Document, ...] = Field(min_length=1, max_length=60)


class FlagNoticeMissed(MeetingCommand):
    """The last on-time day is over: raise the flag if no notice went out."""

    MAY = frozenset({"clock"})

    due_on: date


def required_days(kind: MeetingKind, charter: Charter, profile: MeetingProfile) -> int:
    """The days of notice a meeting of this kind needs (R1).

    The charter's, as far as the profile opens them; an extraordinary meeting and the committee's own are called as
    need be.
    """
    return 0 if kind in {"extraordinary", "committee"} else profile.notice_days.under(charter.notice_days)


def recipients_on(branch: Branch, on: date, kind: MeetingKind) -> tuple[str, ...]:
    """Which members a meeting's notice must reach (R10), in roster order.

    The base, and guests for a time; of a committee meeting the committee.
    """
    reached = {*branch.committee(on)} if kind == "committee" else {*branch.base(on), *branch.guests(on)}
    return tuple(member for member in branch.roster(on) if member in reached)


def follower_told(branch: Branch, kind: MeetingKind) -> str | None:
    """The superior's follower, told of every meeting of the cell (R10), not of the committee's own."""
    return branch.follower.id if branch.follower and kind != "committee" else None


def prepared(meeting: Meeting, day: date) -> bool:
    """The committee had met by that day (R37)."""
    return any(held.held_on <= day for held in meeting.preparations)


def issue(meeting: Meeting, command: IssueNotice, asked: Asked[Known]) -> tuple[NoticeIssued, ...]:
    """Send the first notice. Late is possible with a reason (R1); so is doing without the committee (R37)."""
    if meeting.notice is not None:
        return ()
    branch = living(asked.known, asked.today, meeting.on)
    charter = chartered(branch)
    lead = lead_days(meeting.on, asked.today)
    _not_over(meeting, lead)
    told = recipients_on(branch, meeting.on, meeting.meeting_kind)
    if not told:
        raise Refused(
            "Danh sách chi bộ chưa có đảng viên nào để thông báo. Đồng chí nhập danh sách trước; chưa có gì thay đổi.",
            "The branch's list has nobody to notify. Bring the roster in first; nothing has changed.",
            code="R10",
        )
    alone = not_prepared(meeting, charter, asked.today)
    if alone and command.committee_reason is None:
        raise Refused(
            "Tháng này chưa ghi buổi họp chi ủy chuẩn bị. Đồng chí ghi buổi họp đó trước, hoặc gửi thông báo và nêu "
            "lý do.",
            "No preparation by the committee is on record. Record it first, or send the notice and say why.",
            code="R37",
        )
    late = lead < meeting.notice_days
    if late and command.reason is None:
        raise Refused(
            f"Thông báo gửi hôm nay chỉ trước {lead} ngày, quy ước là {meeting.notice_days} ngày. Đồng chí vẫn gửi "
            f"được; hệ thống ghi «muộn {meeting.notice_days - lead} ngày» và hỏi lý do.",
            f"Sent today the notice is {many(lead, 'day')} ahead; the charter asks {meeting.notice_days}. "
            "You may still send it with a reason; it will be marked late.",
            code="R1",
        )
    return (
        notice_of(
            meeting,
            asked,
            branch,
            reason=command.reason if late else None,
            alone=alone,
            committee_reason=command.committee_reason if alone else None,
        ),
    )


def not_prepared(meeting: Meeting, charter: Charter, day: date) -> bool:
    """The charter asks for the committee's preparation before the notice, and there was none by that day (R37)."""
    needed = charter.notice_requires_committee and meeting.meeting_kind != "committee"
    return needed and not prepared(meeting, day)


def notice_of(
    meeting: Meeting,
    asked: Asked[Known],
    branch: Branch,
    *,
    reason: str | None,
    alone: bool = False,
    committee_reason: str | None = None,
) -> NoticeIssued:
    """The first notice as it leaves today, whoever sends it."""
    lead, still = lead_days(meeting.on, asked.today), gaps(meeting, asked.known, branch)
    return NoticeIssued(
        meeting_id=meeting.meeting_id,
        issued_on=asked.today,
        for_on=meeting.on,
        starts_at=meeting.starts_at,
        place=meeting.place,
        recipients=recipients_on(branch, meeting.on, meeting.meeting_kind),
        follower_id=follower_told(branch, meeting.meeting_kind),
        lead_days=lead,
        required_days=meeting.notice_days,
        on_time=lead >= meeting.notice_days,
        reason=reason,
        without_committee=alone,
        committee_reason=committee_reason,
        without_task=still.without_task,
        items_nobody_took=still.items_nobody_took,
    )


def _not_over(meeting: Meeting, lead: int) -> None:
    if lead < 0:
        raise Refused(
            f"Ngày họp {meeting.on:%d/%m/%Y} đã qua. Nếu thông báo đã gửi trước đó, đồng chí ghi kèm ngày giờ thực; "
            "chưa có gì bị mất.",
            f"The meeting of {meeting.on:%d/%m/%Y} is over. If the notice left before, give the time it happened.",
            code="past",
        )


def sent(meeting: Meeting) -> Notice:
    """The notice that stands, refused when none has left."""
    if meeting.notice is None:
        raise Refused(
            "Buổi họp này chưa gửi thông báo nào. Đồng chí gửi thông báo trước; chưa có gì thay đổi.",
            "No notice of this meeting has gone out yet. Send it first; nothing has changed.",
            code="no-notice",
        )
    return meeting.notice


def revise(meeting: Meeting, command: ReviseNotice, asked: Asked[Known]) -> tuple[NoticeRevised, ...]:
    """Send the notice again for its content; its punctuality stays what it was."""
    before = sent(meeting)
    branch = living(asked.known, asked.today, meeting.on)
    _not_over(meeting, lead_days(meeting.on, asked.today))
    told = recipients_on(branch, meeting.on, meeting.meeting_kind)
    if command.because == "recipients" and told == before.recipients:
        return ()
    again = isinstance(before, NoticeRevised) and before.because == "agenda"
    if command.because == "agenda" and again and meeting.agenda == meeting.told_agenda:
        return ()
    return (
        NoticeRevised(
            meeting_id=command.meeting_id,
            revision=len(meeting.notices) + 1,
            because=command.because,
            restarts=False,
            issued_on=asked.today,
            for_on=meeting.on,
            starts_at=meeting.starts_at,
            place=meeting.place,
            recipients=told,
            follower_id=follower_told(branch, meeting.meeting_kind),
            lead_days=lead_days(meeting.on, asked.today),
            required_days=meeting.notice_days,
            on_time=before.on_time,
            reason=before.reason,
            without_committee=before.without_committee,
        ),
    )


def deliver(meeting: Meeting, command: RecordNoticeDelivered, asked: Asked[Known]) -> tuple[NoticeDelivered, ...]:
    """Record a delivery by whoever vouches for it; in the app only the recipient can."""
    sent(meeting)
    revision = command.revision or len(meeting.notices)
    if revision > len(meeting.notices):
        raise Refused(
            f"Chưa có thông báo lần {revision}; mới có {len(meeting.notices)} lần. Đồng chí mở lại thông báo; "
            "chưa có gì thay đổi.",
            f"There is no notice no. {revision} yet, only {len(meeting.notices)}. Open the notice again.",
            code="no-notice",
        )
    notice = meeting.notices[revision - 1]
    if command.member_id not in recipients(notice):
        raise Refused(
            f"Thông báo này không gửi tới đ/c {command.member_id}. Đồng chí chọn trong danh sách người nhận; "
            "chưa có gì thay đổi.",
            f"This notice is not addressed to {command.member_id}. Choose from its recipients; nothing has changed.",
            code="not-a-recipient",
        )
    if asked.today < notice.issued_on:
        raise Refused(
            f"Ngày {asked.today:%d/%m/%Y} thông báo chưa được gửi (gửi ngày {notice.issued_on:%d/%m/%Y}). "
            "Đồng chí xem lại ngày; chưa có gì thay đổi.",
            f"On {asked.today:%d/%m/%Y} the notice had not left yet ({notice.issued_on:%d/%m/%Y}). Check the date.",
            code="past",
        )
    by = _vouches(command, asked)
    confirmed = command.confirmed or command.channel == "app"
    for known in meeting.deliveries:
        same = (known.revision, known.member_id, known.channel) == (revision, command.member_id, command.channel)
        if same and known.confirmed >= confirmed:
            return ()
    return (
        NoticeDelivered(
            meeting_id=command.meeting_id,
            revision=revision,
            member_id=command.member_id,
            channel=command.channel,
            by=by,
            confirmed=confirmed,
        ),
    )


def _vouches(command: RecordNoticeDelivered, asked: Asked[Known]) -> str:
    branch = living(asked.known)
    own = asked.actor == command.member_id
    if branch.follower is not None and asked.actor == branch.follower.id and not own:
        raise Refused(
            "Đồng chí chỉ xác nhận được thông báo gửi cho chính mình. Đồng chí mở thông báo của mình; chưa có gì thay "
            "đổi.",
            "You can confirm only the notice addressed to yourself. Open your own notice; nothing has changed.",
            code="not-allowed",
        )
    if command.channel == "app" and not own:
        member = branch.member(command.member_id)
        if member is not None and member.reach == "paper":
            raise Refused(
                f"Đ/c {command.member_id} không dùng điện thoại thông minh. Đồng chí in thông báo và đánh dấu khi đã "
                "trao tay; chưa đánh dấu thì chưa tính là đã nhận.",
                f"{command.member_id} uses no smartphone. Print the notice and tick it when handed over.",
                code="on-paper",
            )
        raise Refused(
            f"Trên ứng dụng chỉ chính đ/c {command.member_id} bấm «đã nhận». Nếu đồng chí đã gọi điện hoặc trao giấy, "
            "hãy chọn cách đó; chưa có gì thay đổi.",
            f"In the app only {command.member_id} can press received. Choose telephone or paper if that is what you "
            "did.",
            code="not-allowed",
        )
    if command.channel == "app" or not own:
        return asked.actor
    if asked.enteredby is not None and asked.enteredby != command.member_id:
        return asked.enteredby
    raise Refused(
        "Chưa ghi ai gọi điện hoặc trao thông báo. Đồng chí ghi tên người đã báo; chưa có gì thay đổi.",
        "It is not said who telephoned or handed the notice over. Name that person; nothing has changed.",
        code="by-whom",
    )


def intend(meeting: Meeting, command: IntendAttendance, asked: Asked[Known]) -> tuple[AttendanceIntended, ...]:
    """Note what a member says about coming."""
    branch = living(asked.known, meeting.on)
    on_list(branch, command.member_id, meeting.on)
    said = AttendanceIntended(meeting_id=command.meeting_id, member_id=command.member_id, intends=command.intends)
    return () if said in meeting.intentions else (said,)


def post(meeting: Meeting, command: PostMaterials, asked: Asked[Known]) -> tuple[MaterialsPosted, ...]:
    """Post what is not posted yet; late is recorded as late (R3)."""
    living(asked.known, meeting.on)
    new = tuple(dict.fromkeys(document for document in command.documents if document not in meeting.documents))
    if not new:
        return ()
    lead = lead_days(meeting.on, asked.today)
    _not_over(meeting, lead)
    required = pinned(asked.known, asked.branch, meeting.profile, meeting.on).materials_days.value
    return (
        MaterialsPosted(
            meeting_id=command.meeting_id,
            documents=new,
            posted_on=asked.today,
            for_on=meeting.on,
            lead_days=lead,
            required_days=required,
            on_time=lead >= required,
        ),
    )


def flag_missed(meeting: Meeting, command: FlagNoticeMissed, asked: Asked[Known]) -> tuple[NoticeMissed, ...]:
    """Raise the flag once per due date, and only while it is still true."""
    open_still = meeting.phase == "planned" and meeting.notice is None and meeting.notice_due_on == command.due_on
    branch = asked.known.branch
    gone = branch is None or branch.dissolved(meeting.on)
    if gone or not open_still or command.due_on in meeting.missed or asked.today <= command.due_on:
        return ()
    return (
        NoticeMissed(
            meeting_id=command.meeting_id,
            on=meeting.on,
            due_on=command.due_on,
            required_days=meeting.notice_days,
            detected_at=instant(asked.recordedtime),
        ),
    )
