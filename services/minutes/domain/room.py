"""The room: the roll-call, who comes and who goes, and what is corrected about it (R14)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.attendance import Intervals, covers, in_order, throughout
from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import (
    Facts,
    comrades,
    in_branch,
    in_session,
    must_be_there,
    opened,
)
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Moment, Refused
from shared.events.envelope import Line, MemberId, instant
from shared.events.minutes import (
    AttendanceCorrected,
    AttendanceRecorded,
    Interval,
    MemberArrived,
    MemberLeftMeeting,
    RollCall,
    RollCallState,
)
from shared.events.wording import clock


class RecordAttendance(MinutesCommand):
    """Call the roll: the whole base the first time, afterwards whoever was still awaited."""

    entries: Annotated[tuple[RollCall, ...], Field(min_length=1, max_length=500)]


class RecordArrival(MinutesCommand):
    """Somebody came in after the opening, or came back."""

    member_id: MemberId


class RecordDeparture(MinutesCommand):
    """Somebody goes before the end."""

    member_id: MemberId
    excused: bool
    """The chair agreed."""


class Stay(BaseModel):
    """From when until when; without an end: still there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_at: Moment
    to_at: Moment | None = None


class CorrectAttendance(MinutesCommand):
    """Say anew when one member was in the room, because it was written down wrong."""

    member_id: MemberId
    stays: Annotated[tuple[Stay, ...], Field(max_length=50)]
    """Empty: was not there at all."""
    reason: Line


def record_attendance(minutes: Minutes, command: RecordAttendance, asked: Asked[Known]) -> Facts:
    meeting = in_session(minutes, asked)
    at = instant(asked.time)
    said = {entry.member_id: entry.state for entry in command.entries}
    in_branch(asked, *said)
    if all(meeting.called.get(member) == state for member, state in said.items()):
        return ()
    missing = [member for member in meeting.opened.base if member not in said]
    if missing and not meeting.called:
        raise Refused(
            f"Điểm danh còn thiếu {comrades(missing)}. Đồng chí ghi có mặt, vắng có lý do, vắng không có lý do "
            "hoặc chưa đến cho từng đồng chí.",
            f"The roll-call leaves out {', '.join(missing)}. Say present, excused, absent without reason or not yet "
            "here for each.",
            code="R14",
        )
    _agrees_with_the_room(meeting, said, at)
    order = {member: place for place, member in enumerate(_roster(asked))}
    return (
        AttendanceRecorded(
            meeting_id=command.meeting_id,
            entries=tuple(
                RollCall(member_id=member, state=said[member]) for member in sorted(said, key=lambda id: order[id])
            ),
            base=len(meeting.opened.base),
            present=meeting.present(at),
        ),
    )


def _agrees_with_the_room(meeting: Meeting, said: dict[str, RollCallState], at: str) -> None:
    there = meeting.there(at)
    for member, state in said.items():
        if state == "present" and member not in there:
            must_be_there(meeting, member, at)
        if state != "present" and covers(meeting.presence.get(member, ()), at):
            raise Refused(
                f"Lúc {clock(at)} đ/c {member} đang có mặt. Nếu đồng chí ấy đã về, ghi giờ về; nếu ghi nhầm người, "
                "sửa giờ có mặt.",
                f"{member} is in the meeting at {clock(at)}. Record the departure, or correct the times if the wrong "
                "person was written down.",
                code="R14",
            )


def record_arrival(minutes: Minutes, command: RecordArrival, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at, member = instant(asked.time), command.member_id
    stays = meeting.presence.get(member, ())
    if any(stay.from_at == at for stay in stays):
        return ()
    in_session(minutes, asked)
    in_branch(asked, member)
    if covers(stays, at) or any(at < stay.from_at for stay in stays):
        raise _written_otherwise(member, stays)
    after = {*meeting.there(at), member}
    return (
        MemberArrived(
            meeting_id=command.meeting_id,
            member_id=member,
            at=at,
            base=len(meeting.opened.base),
            present=len(after & set(meeting.opened.base)),
            voters_present=len(after & set(meeting.opened.voters)),
        ),
    )


def record_departure(minutes: Minutes, command: RecordDeparture, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at, member = instant(asked.time), command.member_id
    stays = meeting.presence.get(member, ())
    if any(stay.to_at == at for stay in stays):
        return ()
    _may_still_go(meeting, asked)
    if not covers(stays, at):
        must_be_there(meeting, member, at)
    if stays[-1].to_at is not None or not stays[-1].from_at < at:
        raise _written_otherwise(member, stays)
    _hands_over_first(meeting, member, at)
    after = meeting.there(at) - {member}
    return (
        MemberLeftMeeting(
            meeting_id=command.meeting_id,
            member_id=member,
            at=at,
            excused=command.excused,
            base=len(meeting.opened.base),
            present=len(after & set(meeting.opened.base)),
            voters_present=len(after & set(meeting.opened.voters)),
        ),
    )


def _may_still_go(meeting: Meeting, asked: Asked[Known]) -> None:
    """People may go between the adoption of the minutes and the end; what happened before it is in the minutes."""
    if meeting.adopted is None or meeting.closed is not None or instant(asked.time) < meeting.adopted.at:
        in_session(meeting, asked)


def _hands_over_first(meeting: Meeting, member: str, at: str) -> None:
    if member == meeting.taker(at) or any(start >= at and one == member for start, one in meeting.takers):
        raise Refused(
            f"Đ/c {member} đang ghi biên bản. Đồng chí chọn thư ký thay trước, rồi ghi giờ về.",
            f"{member} takes the minutes. Hand the pen over first, then record the departure.",
            code="R13",
        )
    if member == meeting.chair(at) or any(start >= at and one == member for start, one in meeting.chairs):
        raise Refused(
            f"Đ/c {member} đang chủ trì. Đồng chí ghi người chủ trì thay trước, rồi ghi giờ về.",
            f"{member} chairs the meeting. Hand the chair over first, then record the departure.",
            code="R13",
        )


def correct_attendance(minutes: Minutes, command: CorrectAttendance, asked: Asked[Known]) -> Facts:
    meeting = in_session(minutes, asked)
    in_branch(asked, command.member_id)
    after = tuple(
        Interval(from_at=instant(stay.from_at), to_at=None if stay.to_at is None else instant(stay.to_at))
        for stay in command.stays
    )
    before = meeting.presence.get(command.member_id, ())
    if after == before:
        return ()
    if not in_order(after) or any(stay.from_at < meeting.opened.opened_at for stay in after):
        raise Refused(
            "Các khoảng giờ có mặt phải nối tiếp nhau, mỗi khoảng đến trước rồi về sau, không trước giờ khai mạc "
            f"{clock(meeting.opened.opened_at)}. Đồng chí xem lại giờ.",
            "Times of presence follow one another, each coming before its going, none before the opening at "
            f"{clock(meeting.opened.opened_at)}. Check the times.",
            code="R14",
        )
    _was_in_office(meeting, command.member_id, after)
    return (
        AttendanceCorrected(
            meeting_id=command.meeting_id,
            member_id=command.member_id,
            before=before,
            after=after,
            reason=command.reason,
        ),
    )


def _was_in_office(meeting: Meeting, member: str, after: Intervals) -> None:
    """Whoever held the chair or the pen was in the room while holding it."""
    for turns in (meeting.takers, meeting.chairs):
        ends = [start for start, _ in turns[1:]]
        for (start, holder), end in zip(turns, [*ends, None], strict=True):
            if holder == member and not throughout(after, start, end):
                raise Refused(
                    f"Từ {clock(start)} đ/c {member} chủ trì hoặc ghi biên bản nên phải có mặt lúc đó. Đồng chí ghi "
                    "người thay trước, rồi sửa giờ có mặt.",
                    f"From {clock(start)} {member} held the chair or the pen and must have been there. "
                    "Record who took over first, then correct the times.",
                    code="R13",
                )


def _written_otherwise(member: str, stays: Intervals) -> Refused:
    written = ", ".join(f"{clock(stay.from_at)}–{clock(stay.to_at) if stay.to_at else 'nay'}" for stay in stays)
    return Refused(
        f"Đ/c {member} đã được ghi có mặt {written}. Nếu giờ đó sai, đồng chí dùng «Sửa giờ có mặt»; "
        "cả hai lần ghi đều được giữ.",
        f"{member} is written down as present {written}. If that is wrong, correct the times; both are kept.",
        code="R14",
    )


def _roster(asked: Asked[Known]) -> tuple[str, ...]:
    return () if asked.known.branch is None else asked.known.branch.roster(asked.today)
