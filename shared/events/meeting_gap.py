"""What a closed meeting lacks: its score, or its minutes of length. Raised by the clock; a score given later clears."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, Line, MeetingId, Told

Gap = Literal["not_scored", "too_short"]
MissingHere = Literal["MeetingScored", "MeetingClosed"]

MISSING: dict[Gap, MissingHere] = {"not_scored": "MeetingScored", "too_short": "MeetingClosed"}
"""The fact whose absence raised it; a meeting that was too short lacks a closing at its least length."""
RULES: dict[Gap, str] = {"not_scored": "R23", "too_short": "R8"}
WORDS: dict[Gap, tuple[str, str]] = {
    "not_scored": ("buổi sinh hoạt chưa được chấm điểm", "the meeting was not given its score"),
    "too_short": ("buổi sinh hoạt ngắn hơn thời lượng tối thiểu", "the meeting was shorter than the least length"),
}


class MeetingGapFact(Fact):
    """About one closed meeting; it stands in that meeting's history."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId
    flag: Gap
    due_on: date
    rule: Line
    missing: MissingHere

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}"


class MeetingGapRaised(MeetingGapFact):
    """The day passed and it is still missing; the day it was due and the day it was noticed are both kept."""

    detected_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f", phát hiện ngày {self.detected_on:%d/%m/%Y}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Ngày {self.due_on:%d/%m/%Y}{late}: {WORDS[self.flag][0]} ({self.rule})."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f", noticed on {self.detected_on:%d/%m/%Y}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"{self.due_on:%d/%m/%Y}{late}: {WORDS[self.flag][1]} ({self.rule})."


class MeetingGapCleared(MeetingGapFact):
    """What was missing has come."""

    cleared_on: date
    answered: bool = True

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Xóa cờ ngày {self.due_on:%d/%m/%Y} ({WORDS[self.flag][0]}): đã có ngày {self.cleared_on:%d/%m/%Y}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The flag of {self.due_on:%d/%m/%Y} is cleared ({WORDS[self.flag][1]}): "
            f"it came on {self.cleared_on:%d/%m/%Y}."
        )


AnyGapFact = MeetingGapRaised | MeetingGapCleared

FACTS: tuple[type[Fact], ...] = (MeetingGapRaised, MeetingGapCleared)
