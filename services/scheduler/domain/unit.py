"""Meetings of the professional unit and the union: their own people, their own notice, never the Party's count (R9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.scheduler.domain.calendar import lead_days, month
from services.scheduler.domain.known import Known, living, on_list, plausible
from shared import periods
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.books import Book
from shared.events.envelope import Line, MeetingId, MemberId, Period, ShortId
from shared.events.meeting import AgendaItem, ClockTime
from shared.events.sealed import PrivateText, Secret
from shared.events.unit_meeting import (
    AnyUnitMeetingFact,
    Participant,
    UnitMeetingCancelled,
    UnitMeetingMoved,
    UnitMeetingScheduled,
    UnitNoticeSent,
)

KEEPS = frozenset({"secretary", "deputy_secretary", "minute_taker", "union_minute_taker"})
"""Who keeps the two other books, and so sets their meetings."""


class Invited(BaseModel):
    """Somebody to invite: a member of the cell by id, anybody else by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: ShortId
    member_id: MemberId | None = None
    name: PrivateText | None = None


class UnitCommand(Command):
    """A wish about one meeting that is not the cell's; its id says which book it belongs to."""

    MAY: ClassVar[frozenset[str]] = KEEPS
    READS_OWN: ClassVar[bool] = True

    meeting_id: MeetingId

    def subject(self, branch: str) -> str:  # noqa: ARG002 - the id names the branch already
        return f"unit/{self.meeting_id}"


class ScheduleUnitMeeting(UnitCommand):
    """Set a meeting of the professional unit or the union."""

    title: Line
    period: Period
    on: date
    starts_at: ClockTime
    place: Line
    agenda: tuple[AgendaItem, ...] = Field(default=(), max_length=60)
    participants: Annotated[tuple[Invited, ...], Field(min_length=1, max_length=200)]


class MoveUnitMeeting(UnitCommand):
    """Move it; with a notice out, the revised notice leaves together with the move."""

    to_on: date
    to_starts_at: ClockTime | None = None
    place: Line | None = None
    words: Line


class SendUnitNotice(UnitCommand):
    """Tell its participants."""


class CancelUnitMeeting(UnitCommand):
    """Call it off."""

    words: Line


@dataclass(frozen=True)
class UnitMeeting:
    """One such meeting until it opens."""

    phase: Literal["none", "planned", "cancelled"] = "none"
    scheduled: UnitMeetingScheduled | None = None
    on: date = date.min
    starts_at: str = ""
    place: str = ""
    moves: int = 0
    notices: int = 0
    told_for: tuple[date, str, str] | None = None
    """The day, hour and place the last notice told of."""


def book_of(branch: str, meeting_id: str, period: str | None = None) -> Book:
    """The book an id belongs to. Refused for an id of the cell's own meetings (R9), or of another month."""
    found = re.fullmatch(
        rf"{re.escape(branch)}:(\d{{4}}-(?:0[1-9]|1[0-2])):(professional|union)(-[1-9]\d?)?", meeting_id
    )
    if found is None or period not in {None, found[1]}:
        raise Refused(
            f"{meeting_id} không phải mã cuộc họp chuyên môn hay công đoàn của đơn vị này trong tháng đó; sinh hoạt "
            "chi bộ không dùng chung mã với hai loại này. Đồng chí ấn định lại từ lịch của sổ đó; chưa có gì thay đổi.",
            f"{meeting_id} is no id of a professional or union meeting here in that month; no id stands for the cell's "
            "meetings too. Set it again from that book's calendar; nothing has changed.",
            code="R9",
        )
    return "professional" if found[2] == "professional" else "union"


def decide(meeting: UnitMeeting, command: UnitCommand, asked: Asked[Known]) -> tuple[AnyUnitMeetingFact, ...]:
    """The facts that follow from a command, or Refused."""
    book = book_of(asked.branch, command.meeting_id, getattr(command, "period", None))
    branch = living(asked.known, asked.today)
    match command:
        case ScheduleUnitMeeting():
            return _schedule(meeting, command, book, asked, branch)
        case CancelUnitMeeting() if meeting.phase == "cancelled":
            return ()
        case _:
            scheduled = _planned(meeting, command, asked)
    match command:
        case MoveUnitMeeting():
            return _move(meeting, scheduled, command, asked)
        case SendUnitNotice():
            told = (meeting.on, meeting.starts_at, meeting.place)
            if meeting.told_for == told:
                return ()
            _to_come(meeting.on, asked)
            return (_notice(scheduled, meeting.notices + 1, meeting.on, asked),)
        case CancelUnitMeeting():
            return (
                UnitMeetingCancelled(meeting_id=command.meeting_id, book=book, on=meeting.on, reason=command.words),
            )
        case _:
            raise AssertionError(command)


def _schedule(
    meeting: UnitMeeting, command: ScheduleUnitMeeting, book: Book, asked: Asked[Known], branch: Branch
) -> tuple[AnyUnitMeetingFact, ...]:
    plausible(int(command.period[:4]))
    if meeting.phase == "planned":
        stands = (meeting.on, meeting.starts_at, meeting.place)
        if stands == (command.on, command.starts_at, command.place):
            return ()
        raise Refused(
            f"Cuộc họp này đã ấn định lúc {meeting.starts_at} ngày {meeting.on:%d/%m/%Y}. Muốn đổi, đồng chí dời cuộc "
            "họp; cuộc khác trong tháng dùng mã có số thứ tự (…-2). Chưa có gì thay đổi.",
            f"This meeting is set for {meeting.starts_at} on {meeting.on:%d/%m/%Y} already. To change it, move it; "
            "another one in the month has an id with a number (…-2). Nothing has changed.",
            code="already-recorded",
        )
    if periods.containing(command.on, "month") != command.period:
        raise Refused(
            f"Ngày {command.on:%d/%m/%Y} không nằm trong tháng {month(command.period)}. Đồng chí chọn lại ngày hoặc "
            "tháng; nội dung đã nhập vẫn còn.",
            f"{command.on:%d/%m/%Y} does not lie in {month(command.period)}. Choose the date or the month again.",
            code="date",
        )
    _to_come(command.on, asked)
    ids = [one.person_id for one in command.participants]
    if len(set(ids)) < len(ids) or any((one.member_id is None) == (one.name is None) for one in command.participants):
        raise Refused(
            "Mỗi người mời ghi một mã; đảng viên của chi bộ ghi bằng mã đảng viên, người khác ghi họ tên, họ tên chỉ ở "
            "cuộc họp này. Đồng chí xem lại danh sách; nội dung đã nhập vẫn còn.",
            "Everybody invited is listed once; members of the cell by id, anybody else by name, which stands here "
            "only. Check the list; what was typed is kept.",
            code="book",
        )
    for one in command.participants:
        if one.member_id is not None:
            on_list(branch, one.member_id, command.on)
    return (
        UnitMeetingScheduled(
            meeting_id=command.meeting_id,
            book=book,
            title=command.title,
            period=command.period,
            on=command.on,
            starts_at=command.starts_at,
            place=command.place,
            agenda=command.agenda,
            participants=tuple(
                Participant(
                    person_id=one.person_id,
                    member_id=one.member_id,
                    name=None
                    if one.name is None
                    else Secret(subject=f"branch/{asked.branch}", field=f"participants.{place}", text=one.name),
                )
                for place, one in enumerate(command.participants)
            ),
        ),
    )


def _planned(meeting: UnitMeeting, command: UnitCommand, asked: Asked[Known]) -> UnitMeetingScheduled:
    if meeting.scheduled is None or meeting.phase != "planned":
        raise Refused(
            "Cuộc họp này chưa ấn định, hoặc đã ghi là không tổ chức. Đồng chí ấn định lại; các ghi chép cũ vẫn còn.",
            "This meeting was not set, or was called off. Set it again; what was recorded is kept.",
            code="not-scheduled",
        )
    opened = asked.known.units_opened.get(command.meeting_id)
    if opened is not None and asked.time >= opened:
        raise Refused(
            "Cuộc họp đã khai mạc nên phần chuẩn bị đã khép lại. Nếu việc này xảy ra trước giờ khai mạc, đồng chí ghi "
            "kèm ngày giờ thực; chưa có gì bị mất.",
            "The meeting has opened, so its preparation is closed. If this happened before, give the time it happened.",
            code="opened",
        )
    return meeting.scheduled


def _to_come(on: date, asked: Asked[Known]) -> None:
    plausible(on.year)
    if on < asked.today:
        raise Refused(
            f"Ngày {on:%d/%m/%Y} đã qua. Đồng chí chọn ngày khác; nếu việc này đã làm từ trước, ghi kèm ngày giờ thực. "
            "Chưa có gì thay đổi.",
            f"{on:%d/%m/%Y} is past. Choose another day, or give the time it happened. Nothing has changed.",
            code="past",
        )


def _notice(scheduled: UnitMeetingScheduled, revision: int, on: date, asked: Asked[Known]) -> UnitNoticeSent:
    return UnitNoticeSent(
        meeting_id=scheduled.meeting_id,
        book=scheduled.book,
        revision=revision,
        issued_on=asked.today,
        for_on=on,
        lead_days=lead_days(on, asked.today),
        recipients=tuple(one.person_id for one in scheduled.participants),
    )


def _move(
    meeting: UnitMeeting, scheduled: UnitMeetingScheduled, command: MoveUnitMeeting, asked: Asked[Known]
) -> tuple[AnyUnitMeetingFact, ...]:
    to = (command.to_on, command.to_starts_at or meeting.starts_at, command.place or meeting.place)
    if to == (meeting.on, meeting.starts_at, meeting.place):
        return ()
    _to_come(command.to_on, asked)
    moved = UnitMeetingMoved(
        meeting_id=command.meeting_id,
        book=scheduled.book,
        revision=meeting.moves + 1,
        from_on=meeting.on,
        from_starts_at=meeting.starts_at,
        to_on=to[0],
        to_starts_at=to[1],
        place=to[2],
        reason=command.words,
    )
    if not meeting.notices:
        return (moved,)
    return (moved, _notice(scheduled, meeting.notices + 1, command.to_on, asked))


def evolve(meeting: UnitMeeting, fact: AnyUnitMeetingFact) -> UnitMeeting:
    """The meeting after one more fact."""
    match fact:
        case UnitMeetingScheduled():
            return UnitMeeting(
                phase="planned", scheduled=fact, on=fact.on, starts_at=fact.starts_at, place=fact.place,
                notices=meeting.notices, moves=meeting.moves,
            )  # fmt: skip
        case UnitMeetingMoved():
            return replace(meeting, on=fact.to_on, starts_at=fact.to_starts_at, place=fact.place, moves=fact.revision)
        case UnitNoticeSent():
            told = (meeting.on, meeting.starts_at, meeting.place)
            return replace(meeting, notices=fact.revision, told_for=told)
        case UnitMeetingCancelled():
            return replace(meeting, phase="cancelled")
        case _:
            assert_never(fact)


UNIT: Noun[UnitMeeting, Known] = Noun(
    name="unit",
    initial=UnitMeeting(),
    decide=decide,
    evolve=evolve,
    commands=(ScheduleUnitMeeting, SendUnitNotice, MoveUnitMeeting, CancelUnitMeeting),
)
