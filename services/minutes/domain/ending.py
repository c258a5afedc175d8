"""The end: the minutes are read, adopted by those still there, and the meeting closes (R20)."""

from __future__ import annotations

from typing import ClassVar

from services.minutes.domain.attendance import until
from services.minutes.domain.conclusions import accepted_must_be_concluded
from services.minutes.domain.known import Known, PlannedMeeting
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.month import promised_tasks_must_be_given
from services.minutes.domain.opinions import must_all_be_answered
from services.minutes.domain.resolutions import resolutions_must_stand
from services.minutes.domain.session import Facts, comrades, in_session, must_be_there, opened
from services.minutes.domain.votes import must_carry, vote_of
from services.minutes.domain.wish import LEADS, MinutesCommand
from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.envelope import Line, ShortId, instant, moment
from shared.events.minutes import (
    Absent,
    Attendance,
    Attended,
    DocumentNumber,
    MeetingClosed,
    MinutesAdopted,
    MinutesRead,
    TookMinutes,
)
from shared.events.wording import clock
from shared.numbering import NumberSeries, next_number, numbered


class ReadMinutes(MinutesCommand):
    """Say that the minutes were read back; by default by whoever holds the pen."""


class AdoptMinutes(MinutesCommand):
    """Adopt the minutes, on a vote of those present; from then on they take no more lines."""

    READS_OWN: ClassVar[bool] = True
    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day"}

    vote_id: ShortId
    doc_no: DocumentNumber | None = None
    """By default the next number of the term."""
    skipped_because: Line | None = None


class CloseMeeting(MinutesCommand):
    """Close the meeting; earlier than the minimum is allowed, and says how many minutes are missing."""

    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day"}


def read_minutes(minutes: Minutes, command: ReadMinutes, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at = instant(asked.time)
    if meeting.read_at == at and meeting.unread == 0:
        return ()
    in_session(minutes, asked)
    reader = meeting.taker(at)
    must_be_there(meeting, reader, at)
    return (MinutesRead(meeting_id=command.meeting_id, at=at, reader_id=reader),)


def adopt_minutes(minutes: Minutes, command: AdoptMinutes, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if meeting.adopted is not None and meeting.adopted.vote_id == command.vote_id:
        return ()
    in_session(minutes, asked)
    must_all_be_answered(meeting)
    accepted_must_be_concluded(meeting)
    resolutions_must_stand(meeting)
    promised_tasks_must_be_given(meeting, asked)
    _absence_is_explained(meeting)
    _has_been_read(meeting)
    vote = vote_of(meeting, command.vote_id)
    must_carry(meeting, vote)
    at = instant(asked.time)
    if vote.held.purpose != "minutes" or not (meeting.read_at or at) <= vote.held.at <= at:
        raise Refused(
            f"Biểu quyết {command.vote_id} không phải biểu quyết thông qua biên bản sau khi đọc. Đồng chí cho biểu "
            "quyết sau khi đọc xong.",
            f"Vote {command.vote_id} is not a vote on the minutes after they were read. Vote once they have been read.",
            code="R20",
        )
    if not vote.held.adopted:
        raise Refused(
            f"{vote.held.for_} tán thành chưa quá một nửa của {vote.held.voters_present} đồng chí có quyền biểu quyết "
            "đang có mặt. Biên bản chưa được thông qua; đồng chí ghi điều còn phải sửa, đọc lại và biểu quyết lại.",
            f"{vote.held.for_} for is not more than half of the {vote.held.voters_present} voters present. The minutes "
            "are not adopted; write down what must change, read them again and vote again.",
            code="R20",
        )
    series = asked.known.numbers.get("BB", NumberSeries())
    following = next_number("BB", asked.known.branch, series)
    doc_no, skipped = numbered("BB", following, command.doc_no, command.skipped_because)
    return (
        MinutesAdopted(
            meeting_id=command.meeting_id,
            doc_no=doc_no,
            vote_id=command.vote_id,
            at=vote.held.at,
            votes_for=vote.held.for_,
            voters_present=vote.held.voters_present,
            skipped_because=skipped,
        ),
    )


def _absence_is_explained(meeting: Meeting) -> None:
    open_ends = [
        member
        for member in meeting.opened.base
        if not meeting.presence.get(member) and meeting.called.get(member) not in {"excused", "unexcused"}
    ]
    if open_ends:
        raise Refused(
            f"{comrades(open_ends)} không đến, chưa ghi vắng có lý do hay không có lý do. Đồng chí điểm danh bổ sung.",
            f"{', '.join(open_ends)} did not come, and it is not said whether excused. Call the roll for them.",
            code="R14",
        )


def _has_been_read(meeting: Meeting) -> None:
    if meeting.read_at is None:
        raise Refused(
            "Biên bản chưa được đọc lại trước chi bộ. Đồng chí đọc biên bản, rồi biểu quyết thông qua.",
            "The minutes have not been read back to the cell. Read them, then vote.",
            code="R20",
        )
    if meeting.unread:
        raise Refused(
            f"Sau khi đọc lúc {clock(meeting.read_at)}, biên bản có thêm {meeting.unread} mục. Đồng chí đọc phần thêm, "
            "rồi biểu quyết thông qua.",
            f"{meeting.unread} {'line was' if meeting.unread == 1 else 'lines were'} added after the reading at "
            f"{clock(meeting.read_at)}. Read what was added, then vote.",
            code="R20",
        )


def close_meeting(minutes: Minutes, command: CloseMeeting, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at = instant(asked.time)
    if meeting.closed is not None:
        if meeting.closed.closed_at == at:
            return ()
        raise Refused(
            f"Buổi họp đã bế mạc lúc {clock(meeting.closed.closed_at)}. Nếu giờ ghi sai, đồng chí gửi đề nghị đính "
            "chính.",
            f"The meeting was closed at {clock(meeting.closed.closed_at)}. If that is wrong, ask for a correction.",
            code="already-closed",
        )
    if meeting.adopted is None:
        raise Refused(
            "Biên bản chưa được đọc và thông qua nên chưa bế mạc được. Đồng chí đọc biên bản, biểu quyết, rồi bế mạc.",
            "The meeting closes after its minutes were read and adopted. Read them, vote, then close.",
            code="R20",
        )
    if at < meeting.adopted.at:
        raise Refused(
            f"Giờ bế mạc {asked.local:%H:%M} đứng trước giờ thông qua biên bản {clock(meeting.adopted.at)}. Đồng chí "
            "xem lại giờ.",
            f"{asked.local:%H:%M} lies before the adoption of the minutes at {clock(meeting.adopted.at)}. "
            "Check the time.",
            code="R20",
        )
    return (_closed(meeting, command.meeting_id, at, asked),)


def length(meeting: Meeting, at: str) -> tuple[int, int]:
    """Whole minutes since the opening, and how many are missing to the minimum."""
    minutes = int((moment(at) - moment(meeting.opened.opened_at)).total_seconds()) // 60
    return minutes, max(0, meeting.opened.rules.min_minutes - minutes)


def attendance(meeting: Meeting) -> Attendance:
    """How many of the base have been there at any time, exactly."""
    base = meeting.opened.base
    ever = sum(bool(meeting.presence.get(member)) for member in base)
    return Attendance(
        ever=ever,
        base=len(base),
        rate=f"{ever}/{len(base)}",
        meets=meeting.opened.rules.attendance.meets(ever, len(base)),
    )


def spoke(meeting: Meeting, branch: Branch | None, planned: PlannedMeeting | None) -> tuple[str, ...]:
    """Who has spoken: raised or explained an opinion, was noted as speaking, or gave the briefing."""
    briefed = {one for one in (planned.briefed_by if planned else ()) if meeting.presence.get(one)}
    return _in_roster_order(meeting, meeting.spoke | briefed, branch)


def _closed(meeting: Meeting, meeting_id: str, at: str, asked: Asked[Known]) -> MeetingClosed:
    minutes, short_by = length(meeting, at)
    came = {member for member, stays in meeting.presence.items() if stays}
    ends = [start for start, _ in meeting.takers[1:]]
    return MeetingClosed(
        meeting_id=meeting_id,
        closed_at=at,
        minutes=minutes,
        minimum=meeting.opened.rules.min_minutes,
        short_by=short_by,
        attended=tuple(
            Attended(member_id=member, intervals=until(meeting.presence[member], at))
            for member in _in_roster_order(meeting, came, asked.known.branch)
        ),
        absent=tuple(
            Absent(member_id=member, excused=meeting.called.get(member) == "excused")
            for member in meeting.opened.base
            if member not in came
        ),
        minute_takers=tuple(
            TookMinutes(member_id=member, from_at=start, to_at=end)
            for (start, member), end in zip(meeting.takers, [*ends, at], strict=True)
        ),
        spoke=spoke(meeting, asked.known.branch, asked.known.meeting),
        attendance=attendance(meeting),
    )


def _in_roster_order(meeting: Meeting, members: frozenset[str] | set[str], branch: Branch | None) -> tuple[str, ...]:
    order = meeting.opened.base if branch is None else tuple(member.id for member in branch.members)
    return tuple(sorted(members, key=lambda one: (order.index(one) if one in order else len(order), one)))
