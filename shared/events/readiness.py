"""Flags on one meeting: what was to be ready when its notice left, and the briefing that was to be given."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import Fact, Line, MeetingId, MemberId, ShortId, Told
from shared.events.wording import day

ReadinessFlag = Literal["notice_not_proven", "committee_not_met", "tasks_not_drafted", "briefing_not_given"]
MissingThen = Literal["NoticeDelivered", "CommitteePreparatoryHeld", "AssignmentDrafted", "BriefingDelivered"]
"""The fact whose absence raised it; a task the meeting itself gives answers as well as a draft."""

MISSING: dict[ReadinessFlag, MissingThen] = {
    "notice_not_proven": "NoticeDelivered",
    "committee_not_met": "CommitteePreparatoryHeld",
    "tasks_not_drafted": "AssignmentDrafted",
    "briefing_not_given": "BriefingDelivered",
}
RULES: dict[ReadinessFlag, str] = {
    "notice_not_proven": "R10",
    "committee_not_met": "R37",
    "tasks_not_drafted": "R37",
    "briefing_not_given": "R12",
}
WORDS: dict[ReadinessFlag, tuple[str, str]] = {
    "notice_not_proven": (
        "chưa ghi là đã nhận được thông báo",
        "it is not on record that the notice reached",
    ),
    "committee_not_met": (
        "thông báo đã gửi mà chưa ghi buổi họp chi ủy chuẩn bị",
        "the notice left and no preparation by the committee is on record",
    ),
    "tasks_not_drafted": (
        "thông báo đã gửi mà còn nội dung chương trình công tác chưa ai nhận",
        "the notice left with items of the work programme nobody took",
    ),
    "briefing_not_given": (
        "buổi họp chưa ghi phần thông tin thời sự được phân công",
        "the briefing that was assigned is not recorded as given",
    ),
}


class ReadinessFlagFact(Fact):
    """About one meeting; it stands in that meeting's history."""

    OWNER: ClassVar[str] = "scheduler"

    meeting_id: MeetingId
    flag: ReadinessFlag
    due_on: date
    rule: Line
    missing: MissingThen
    members: tuple[MemberId, ...] = ()
    """Whom it is missing for or from."""
    items: tuple[ShortId, ...] = ()
    """Items of the work programme nobody took."""

    def subject(self) -> str:
        return f"meeting/{self.meeting_id}"

    def _about(self, tell: Told, which: Literal[0, 1]) -> str:
        people = ", ".join(("đ/c " if which == 0 else "") + tell.name(member) for member in self.members)
        about = "; ".join(part for part in (people, ", ".join(self.items)) if part)
        return WORDS[self.flag][which] + (f": {about}" if about else "")


class ReadinessFlagRaised(ReadinessFlagFact):
    """The day passed without it; the day it was due and the day it was noticed are both kept."""

    detected_on: date

    def vi(self, tell: Told) -> str:
        late = f" (phát hiện ngày {day(self.detected_on)})" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Hết ngày {day(self.due_on)}{late}, {self._about(tell, 0)}."

    def en(self, tell: Told) -> str:
        late = f" (noticed on {day(self.detected_on)})" if (self.detected_on - self.due_on).days > 1 else ""
        return f"By the end of {day(self.due_on)}{late}, {self._about(tell, 1)}."


class ReadinessFlagCleared(ReadinessFlagFact):
    """What was missing has come, or is no longer owed."""

    cleared_on: date
    answered: bool
    """False: no longer owed, because the meeting was moved or called off."""

    def vi(self, tell: Told) -> str:
        how = "đã có" if self.answered else "buổi họp đã dời hoặc không tổ chức, hạn này không còn"
        return f"Xóa nhắc việc quá hạn ngày {day(self.due_on)}, {self._about(tell, 0)}: {how}, {day(self.cleared_on)}."

    def en(self, tell: Told) -> str:
        how = "it has come" if self.answered else "the meeting was moved or called off"
        return f"The flag of {day(self.due_on)} is cleared, {self._about(tell, 1)}: {how}, {day(self.cleared_on)}."


AnyReadinessFact = ReadinessFlagRaised | ReadinessFlagCleared

FACTS: tuple[type[Fact], ...] = (ReadinessFlagRaised, ReadinessFlagCleared)
