"""The flag on a document that somebody was charged to present at a meeting, and that nobody presented (R39)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, Told
from shared.events.wording import day

PresentingFlag = Literal["not_presented"]

WORDS: dict[PresentingFlag, tuple[str, str]] = {
    "not_presented": (
        "văn bản đã giao phổ biến mà chưa ghi là đã phổ biến",
        "a document somebody was charged with is not recorded as presented",
    ),
}


class PresentingFlagFact(Fact):
    """About one document and the meeting at which it was to be presented."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId
    flag: PresentingFlag
    item: Line
    """The document's number."""
    member_id: MemberId
    """Who was to present it."""
    due_on: date
    rule: Literal["R39"]
    missing: Literal["PolicyDisseminated"]

    def subject(self) -> str:
        return f"presenting/{self.branch}:{self.item}"


class PresentingFlagRaised(PresentingFlagFact):
    """The meeting's day passed without it; the day it was due and the day it was noticed are both kept."""

    detected_on: date

    def vi(self, tell: Told) -> str:
        late = f" (phát hiện ngày {day(self.detected_on)})" if (self.detected_on - self.due_on).days > 1 else ""
        return (
            f"Hết ngày {day(self.due_on)}{late}, chưa ghi việc đ/c {tell.name(self.member_id)} phổ biến văn bản "
            f"{self.item}."
        )

    def en(self, tell: Told) -> str:
        late = f" (noticed on {day(self.detected_on)})" if (self.detected_on - self.due_on).days > 1 else ""
        return (
            f"By the end of {day(self.due_on)}{late}, it is not on record that {tell.name(self.member_id)} presented "
            f"document {self.item}."
        )


class PresentingFlagCleared(PresentingFlagFact):
    """It was presented, or is no longer owed by that day."""

    cleared_on: date
    answered: bool
    """False: the meeting was moved or called off, or the document was charged anew for another."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        how = "đã phổ biến" if self.answered else "buổi họp đã dời, không tổ chức, hoặc việc đã giao lại"
        return (
            f"Xóa nhắc việc quá hạn ngày {day(self.due_on)}, phổ biến văn bản {self.item}: {how}, "
            f"{day(self.cleared_on)}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        how = "it was presented" if self.answered else "the meeting was moved or called off, or it was charged anew"
        return (
            f"The flag of {day(self.due_on)} on presenting document {self.item} is cleared: {how}, "
            f"{day(self.cleared_on)}."
        )


AnyPresentingFact = PresentingFlagRaised | PresentingFlagCleared

FACTS: tuple[type[Fact], ...] = (PresentingFlagRaised, PresentingFlagCleared)
