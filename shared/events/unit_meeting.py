"""Meetings of the professional unit and the union until they open: set, moved, called off, told to their own people.

They are not the Party's: class C, counted nowhere (R9), and whoever is not of the cell is a name here only.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.events.books import BOOK_EN, BOOK_VI, Book
from shared.events.envelope import Fact, Line, MeetingId, MemberId, Period, Privacy, ShortId, Told
from shared.events.meeting import AgendaItem, ClockTime
from shared.events.sealed import Private


class Participant(BaseModel):
    """Somebody invited: a member of the cell by id, anybody else by a sealed name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    person_id: ShortId
    member_id: MemberId | None = None
    name: Private | None = None


class UnitMeetingFact(Fact):
    """Something about a meeting that is not the cell's, before it opens."""

    OWNER: ClassVar[str] = "scheduler"
    PRIVACY: ClassVar[Privacy] = "C"

    meeting_id: MeetingId
    book: Book

    def subject(self) -> str:
        return f"unit/{self.meeting_id}"


class UnitMeetingScheduled(UnitMeetingFact):
    """A meeting of the professional unit or the union was set, with its own participants."""

    title: Line
    period: Period
    on: date
    starts_at: ClockTime
    place: Line
    agenda: tuple[AgendaItem, ...] = Field(default=(), max_length=60)
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=200)]

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.actor} ấn định cuộc họp {BOOK_VI[self.book]} lúc {self.starts_at} ngày {self.on:%d/%m/%Y} "
            f"tại {self.place.rstrip(' .')}, mời {len(self.participants)} người (không phải sinh hoạt chi bộ)."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.actor} set a meeting of {BOOK_EN[self.book]} for {self.starts_at} on {self.on:%d/%m/%Y} at "
            f"{self.place.rstrip(' .')}, inviting {len(self.participants)} (no meeting of the cell)."
        )


class UnitMeetingMoved(UnitMeetingFact):
    """It was moved."""

    revision: int = Field(ge=1)
    from_on: date
    from_starts_at: ClockTime
    to_on: date
    to_starts_at: ClockTime
    place: Line
    reason: Line

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Cuộc họp {BOOK_VI[self.book]} được dời từ {self.from_starts_at} ngày {self.from_on:%d/%m/%Y} sang "
            f"{self.to_starts_at} ngày {self.to_on:%d/%m/%Y}, lý do: {self.reason.rstrip(' .')}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The meeting of {BOOK_EN[self.book]} was moved from {self.from_starts_at} on {self.from_on:%d/%m/%Y} to "
            f"{self.to_starts_at} on {self.to_on:%d/%m/%Y}, reason: {self.reason.rstrip(' .')}."
        )


class UnitNoticeSent(UnitMeetingFact):
    """Its participants, and nobody else, were told; a later one takes the place of the one before."""

    revision: int = Field(ge=1)
    issued_on: date
    for_on: date
    lead_days: int
    recipients: tuple[ShortId, ...]

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        which = "Thông báo" if self.revision == 1 else f"Thông báo lần {self.revision} về"
        return (
            f"{which} cuộc họp {BOOK_VI[self.book]} ngày {self.for_on:%d/%m/%Y} được gửi ngày "
            f"{self.issued_on:%d/%m/%Y} tới {len(self.recipients)} người, trước {self.lead_days} ngày."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        which = "The notice" if self.revision == 1 else f"Notice no. {self.revision}"
        return (
            f"{which} of the meeting of {BOOK_EN[self.book]} on {self.for_on:%d/%m/%Y} went to "
            f"{len(self.recipients)} on {self.issued_on:%d/%m/%Y}, {self.lead_days} days ahead."
        )


class UnitMeetingCancelled(UnitMeetingFact):
    """It was called off."""

    on: date
    reason: Line

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Cuộc họp {BOOK_VI[self.book]} ngày {self.on:%d/%m/%Y} không tổ chức, lý do: {self.reason.rstrip(' .')}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The meeting of {BOOK_EN[self.book]} on {self.on:%d/%m/%Y} was called off, reason: "
            f"{self.reason.rstrip(' .')}."
        )


AnyUnitMeetingFact = UnitMeetingScheduled | UnitMeetingMoved | UnitNoticeSent | UnitMeetingCancelled

FACTS: tuple[type[Fact], ...] = (UnitMeetingScheduled, UnitNoticeSent, UnitMeetingMoved, UnitMeetingCancelled)
