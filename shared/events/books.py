"""The professional and the union book: meetings that are not the Party's, with their own numbers and readers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.events.envelope import Fact, Instant, Line, MeetingId, MemberId, Privacy, ShortId, Told
from shared.events.minutes import Count, Part
from shared.events.sealed import Private
from shared.events.wording import clock, clock_and_day, clock_and_day_en

Book = Literal["professional", "union"]
BookNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}-(NQ|BB)/[A-ZĐ]{2,4}$")]
"""The number within its own book: ``07-BB/CĐ`` of the union, ``07-BB/CM`` of the professional unit."""

BOOK_VI: dict[Book, str] = {"professional": "chuyên môn", "union": "công đoàn"}
BOOK_EN: dict[Book, str] = {"professional": "the professional unit", "union": "the union"}


class Person(Part):
    """Somebody at such a meeting: a member of the cell by id, anybody else by a name sealed for this book."""

    person_id: ShortId
    member_id: MemberId | None = None
    name: Private | None = None


class SignatureBlock(Part):
    """What stands over the two signatures of this book."""

    left: Line
    right: Line


class BookFact(Fact):
    """What happens at a meeting that is not the Party's; class C: it is counted nowhere and read by its own readers."""

    OWNER: ClassVar[str] = "minutes"
    PRIVACY: ClassVar[Privacy] = "C"

    meeting_id: MeetingId
    book: Book

    def subject(self) -> str:
        return f"book/{self.meeting_id}"


class BookMeetingOpened(BookFact):
    """A meeting of the professional unit or the union began; it is no meeting of the cell (R9)."""

    title: Line
    opened_at: Instant
    place: Line | None = None
    chair_id: ShortId
    minute_taker_id: ShortId
    people: Annotated[tuple[Person, ...], Field(min_length=1)]

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Cuộc họp {BOOK_VI[self.book]} khai mạc lúc {clock_and_day(self.opened_at)}, "
            f"có mặt {len(self.people)} người (sổ riêng, không phải sinh hoạt chi bộ)."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"A meeting of {BOOK_EN[self.book]} opened at {clock_and_day_en(self.opened_at)} with {len(self.people)} "
            "present (its own book, no meeting of the cell)."
        )


class BookLineWritten(BookFact):
    """A line of that meeting's minutes; read by the readers of its book."""

    number: Annotated[int, Field(ge=1, le=999)]
    speaker_id: ShortId | None = None
    text: Private

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Biên bản họp {BOOK_VI[self.book]} ghi dòng {self.number} (chỉ người đọc sổ này được đọc)."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Line {self.number} of the minutes of {BOOK_EN[self.book]} was written (open to its readers only)."


class BookMinutesAdopted(BookFact):
    """Those present made the minutes theirs; the number is the book's own."""

    doc_no: BookNumber
    agreed: Count
    present: Count
    signatures: SignatureBlock

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Biên bản họp {BOOK_VI[self.book]} số {self.doc_no} được thông qua, "
            f"{self.agreed} đồng ý trong {self.present} người có mặt."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Minutes no. {self.doc_no} of {BOOK_EN[self.book]} were adopted by {self.agreed} of {self.present}."


class BookMeetingClosed(BookFact):
    """That meeting ended."""

    closed_at: Instant
    minutes: Count

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Cuộc họp {BOOK_VI[self.book]} kết thúc lúc {clock(self.closed_at)}, kéo dài {self.minutes} phút."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"The meeting of {BOOK_EN[self.book]} ended at {clock(self.closed_at)} after {self.minutes} minutes."


AnyBookFact = BookMeetingOpened | BookLineWritten | BookMinutesAdopted | BookMeetingClosed

FACTS: tuple[type[Fact], ...] = (BookMeetingOpened, BookLineWritten, BookMinutesAdopted, BookMeetingClosed)
