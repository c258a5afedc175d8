"""Two more books, professional and union: their own numbers, readers and signatures; never the Party's count (R9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.known import Known
from services.minutes.domain.session import in_branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.books import (
    AnyBookFact,
    Book,
    BookLineWritten,
    BookMeetingClosed,
    BookMeetingOpened,
    BookMinutesAdopted,
    BookNumber,
    Person,
    SignatureBlock,
)
from shared.events.envelope import Line, MeetingId, MemberId, ShortId, instant, moment
from shared.events.sealed import PrivateText, Secret

MARKS: dict[Book, str] = {"professional": "CM", "union": "CĐ"}
SIGNATURES: dict[Book, SignatureBlock] = {
    "professional": SignatureBlock(left="THƯ KÝ", right="CHỦ TRÌ CUỘC HỌP"),
    "union": SignatureBlock(left="THƯ KÝ", right="TM. BAN CHẤP HÀNH CÔNG ĐOÀN"),
}
KEEPS = frozenset({"secretary", "deputy_secretary", "minute_taker", "union_minute_taker", "book_taker"})
"""``book_taker``: whoever takes the minutes of that meeting; given by application.roles."""


@dataclass(frozen=True)
class BookMeeting:
    """One meeting of the other two books, so far."""

    phase: Literal["unopened", "open", "adopted", "closed"] = "unopened"
    opened: BookMeetingOpened | None = None
    lines: frozenset[int] = frozenset()
    adopted: BookMinutesAdopted | None = None
    closed: BookMeetingClosed | None = None

    @property
    def readers(self) -> frozenset[str]:
        """The members of the cell who took part."""
        people = self.opened.people if self.opened else ()
        return frozenset(person.member_id for person in people if person.member_id is not None)


class BookCommand(Command):
    """A wish about one meeting of the other two books; its id says which book."""

    MAY: ClassVar[frozenset[str]] = KEEPS

    meeting_id: MeetingId

    def subject(self, branch: str) -> str:  # noqa: ARG002 the branch stands in the meeting's id
        return f"book/{self.meeting_id}"


class Attender(BaseModel):
    """Somebody present: a member of the cell by id, anybody else by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: ShortId
    member_id: MemberId | None = None
    name: PrivateText | None = None


class OpenBookMeeting(BookCommand):
    """Open a meeting of the professional unit or the union."""

    title: Line
    place: Line | None = None
    chair_id: ShortId
    minute_taker_id: ShortId
    people: Annotated[tuple[Attender, ...], Field(min_length=1, max_length=200)]


class WriteBookLine(BookCommand):
    """Write the next line of its minutes; who is not of the cell is named here and nowhere else."""

    number: Annotated[int, Field(ge=1, le=999)]
    speaker_id: ShortId | None = None
    text: PrivateText


class AdoptBookMinutes(BookCommand):
    """Adopt its minutes; the number is the next of this book unless said."""

    READS_OWN: ClassVar[bool] = True

    agreed: Annotated[int, Field(ge=0, le=999)]
    doc_no: BookNumber | None = None


class CloseBookMeeting(BookCommand):
    """Close it."""


def book_of(branch: str, meeting_id: str) -> Book:
    """The book a meeting's id belongs to. Refused for an id of the cell's own meetings (R9)."""
    found = re.fullmatch(rf"{re.escape(branch)}:\d{{4}}-(0[1-9]|1[0-2]):(professional|union)(-[1-9]\d?)?", meeting_id)
    if found is None:
        raise Refused(
            f"{meeting_id} không phải mã cuộc họp chuyên môn hay công đoàn của đơn vị này. Sinh hoạt chi bộ ghi ở sổ "
            "của chi bộ; hai sổ không dùng chung một mã. Đồng chí chọn lại cuộc họp.",
            f"{meeting_id} is no id of a professional or union meeting here. Meetings of the cell have their own book; "
            "no id stands in two. Choose the meeting again.",
            code="R9",
        )
    return "professional" if found[2] == "professional" else "union"


def decide(meeting: BookMeeting, command: BookCommand, asked: Asked[Known]) -> tuple[AnyBookFact, ...]:
    """The facts a wish makes of the meeting as it stands. Raises Refused."""
    book = book_of(asked.branch, command.meeting_id)
    match command:
        case OpenBookMeeting():
            return _open(meeting, command, book, asked)
        case WriteBookLine():
            return _write(meeting, command, book, asked)
        case AdoptBookMinutes():
            return _adopt(meeting, command, book, asked)
        case CloseBookMeeting():
            return _close(meeting, command, book, asked)
        case _:
            raise AssertionError(command)


def _open(meeting: BookMeeting, command: OpenBookMeeting, book: Book, asked: Asked[Known]) -> tuple[AnyBookFact, ...]:
    if meeting.opened is not None:
        if [one.person_id for one in command.people] == [one.person_id for one in meeting.opened.people]:
            return ()
        raise Refused(
            "Cuộc họp này đã khai mạc và vẫn còn nguyên. Cuộc khác trong tháng, đồng chí dùng mã có số thứ tự (…-2).",
            "This meeting is open already and stays as it is. Use an id with a number (…-2) for another in the month.",
            code="already-opened",
        )
    ids = [one.person_id for one in command.people]
    if len(set(ids)) < len(ids) or not {command.chair_id, command.minute_taker_id} <= set(ids):
        raise Refused(
            "Chủ trì và thư ký phải có trong danh sách có mặt, mỗi người một mã. Đồng chí xem lại danh sách.",
            "Chair and minute-taker stand in the list of those present, each person once. Check the list.",
            code="R13",
        )
    if command.chair_id == command.minute_taker_id:
        raise Refused(
            "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
            "The chair does not also take the minutes. Choose somebody else.",
            code="R13",
        )
    if any((one.member_id is None) == (one.name is None) for one in command.people):
        raise Refused(
            "Đảng viên của chi bộ ghi bằng mã; người khác ghi họ tên, họ tên chỉ ở sổ này. Đồng chí xem lại danh sách.",
            "Members of the cell are listed by id, anybody else by name, which stands in this book only. Check the "
            "list.",
            code="book",
        )
    in_branch(asked, *(one.member_id for one in command.people))
    return (
        BookMeetingOpened(
            meeting_id=command.meeting_id,
            book=book,
            title=command.title,
            opened_at=instant(asked.time),
            place=command.place,
            chair_id=command.chair_id,
            minute_taker_id=command.minute_taker_id,
            people=tuple(
                Person(
                    person_id=one.person_id,
                    member_id=one.member_id,
                    name=None
                    if one.name is None
                    else Secret(subject=f"branch/{asked.branch}", field=f"people.{place}", text=one.name),
                )
                for place, one in enumerate(command.people)
            ),
        ),
    )


def _is_open(meeting: BookMeeting) -> BookMeetingOpened:
    if meeting.opened is None or meeting.phase != "open":
        raise Refused(
            "Cuộc họp chưa khai mạc, hoặc biên bản đã thông qua nên không ghi thêm được. Phần đã ghi giữ nguyên. Đồng "
            "chí ghi khai mạc trước; nếu biên bản đã thông qua, ghi vào cuộc họp sau.",
            "The meeting was not opened, or its minutes were adopted and take no more lines. What is written stays. "
            "Record the opening first; after the adoption, write it in the next meeting.",
            code="R20",
        )
    return meeting.opened


def _write(meeting: BookMeeting, command: WriteBookLine, book: Book, asked: Asked[Known]) -> tuple[AnyBookFact, ...]:
    opened = _is_open(meeting)
    if command.number in meeting.lines:
        raise Refused(
            f"Dòng {command.number} đã được ghi và vẫn còn nguyên. Đồng chí ghi với số tiếp theo.",
            f"Line {command.number} is written already and still there. Use the next number.",
            code="already-recorded",
        )
    if command.speaker_id is not None and command.speaker_id not in {one.person_id for one in opened.people}:
        raise Refused(
            f"Đ/c {command.speaker_id} không có trong danh sách có mặt của cuộc họp này. Đồng chí chọn lại người.",
            f"{command.speaker_id} is not in this meeting's list. Choose again.",
            code="not-present",
        )
    return (
        BookLineWritten(
            meeting_id=command.meeting_id,
            book=book,
            number=command.number,
            speaker_id=command.speaker_id,
            text=Secret(subject=f"branch/{asked.branch}", field="text", text=command.text),
        ),
    )


def _adopt(meeting: BookMeeting, command: AdoptBookMinutes, book: Book, asked: Asked[Known]) -> tuple[AnyBookFact, ...]:
    if meeting.adopted is not None and command.doc_no in {None, meeting.adopted.doc_no}:
        return ()
    opened = _is_open(meeting)
    present = len(opened.people)
    if not meeting.lines:
        raise Refused(
            "Biên bản chưa có dòng nào. Đồng chí ghi nội dung trước.",
            "The minutes have no line yet. Write them first.",
            code="R20",
        )
    if not present < 2 * command.agreed <= 2 * present:
        raise Refused(
            f"{command.agreed} đồng ý chưa quá một nửa của {present} người có mặt, hoặc nhiều hơn số đó. Đồng chí kiểm "
            "đếm lại.",
            f"{command.agreed} is not more than half of the {present} present, or more than were there. Count again.",
            code="R20",
        )
    return (
        BookMinutesAdopted(
            meeting_id=command.meeting_id,
            book=book,
            doc_no=_number(book, command.doc_no, asked),
            agreed=command.agreed,
            present=present,
            signatures=SIGNATURES[book],
        ),
    )


def _number(book: Book, given: str | None, asked: Asked[Known]) -> str:
    following = max((one.number for one in asked.known.book_numbers), default=0) + 1
    if given is None:
        return f"{following:02}-BB/{MARKS[book]}"
    number, _, kind = given.partition("-")
    if kind != f"BB/{MARKS[book]}" or any(one.number == int(number) for one in asked.known.book_numbers):
        raise Refused(
            f"Số {given} đã dùng hoặc không phải số của sổ này. Đồng chí dùng số tiếp theo là "
            f"{following:02}-BB/{MARKS[book]}.",
            f"{given} was used or is no number of this book. Use the next, {following:02}-BB/{MARKS[book]}.",
            code="R22",
        )
    return given


def _close(meeting: BookMeeting, command: CloseBookMeeting, book: Book, asked: Asked[Known]) -> tuple[AnyBookFact, ...]:
    at = instant(asked.time)
    if meeting.closed is not None:
        return ()
    if meeting.opened is None or meeting.adopted is None or at < meeting.opened.opened_at:
        raise Refused(
            "Biên bản chưa được thông qua nên chưa kết thúc được. Đồng chí thông qua biên bản trước.",
            "The meeting ends once its minutes were adopted. Adopt them first.",
            code="R20",
        )
    minutes = int((moment(at) - moment(meeting.opened.opened_at)).total_seconds()) // 60
    return (BookMeetingClosed(meeting_id=command.meeting_id, book=book, closed_at=at, minutes=minutes),)


def evolve(meeting: BookMeeting, fact: AnyBookFact) -> BookMeeting:
    """The meeting after one more fact."""
    match fact:
        case BookMeetingOpened():
            return replace(meeting, phase="open", opened=fact)
        case BookLineWritten():
            return replace(meeting, lines=meeting.lines | {fact.number})
        case BookMinutesAdopted():
            return replace(meeting, phase="adopted", adopted=fact)
        case BookMeetingClosed():
            return replace(meeting, phase="closed", closed=fact)
        case _:
            assert_never(fact)


BOOKS: Noun[BookMeeting, Known] = Noun(
    name="book",
    initial=BookMeeting(),
    decide=decide,
    evolve=evolve,
    commands=(OpenBookMeeting, WriteBookLine, AdoptBookMinutes, CloseBookMeeting),
)
