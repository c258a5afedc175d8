"""Flags of scheduler: a step of a theme not taken by its day, a quarter without a thematic meeting."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, ShortId, Told
from shared.events.theme import quarter_en, quarter_vi

Flag = Literal[
    "report_not_assigned",
    "report_not_submitted",
    "report_not_passed",
    "theme_not_presented",
    "theme_not_agreed",
    "theme_not_reviewed",
    "quarter_without_thematic",
]
Missing = Literal[
    "ThematicReportAssigned",
    "ThematicReportSubmitted",
    "ThematicReportPassed",
    "ThematicPresented",
    "ThematicAgreed",
    "ThematicReviewed",
    "MeetingOpened",
]
"""The fact whose absence raised a flag."""

MISSING: dict[Flag, Missing] = {
    "report_not_assigned": "ThematicReportAssigned",
    "report_not_submitted": "ThematicReportSubmitted",
    "report_not_passed": "ThematicReportPassed",
    "theme_not_presented": "ThematicPresented",
    "theme_not_agreed": "ThematicAgreed",
    "theme_not_reviewed": "ThematicReviewed",
    "quarter_without_thematic": "MeetingOpened",
}
WORDS: dict[Flag, tuple[str, str]] = {
    "report_not_assigned": ("chưa giao người chuẩn bị báo cáo", "nobody was charged with the report"),
    "report_not_submitted": ("chưa nộp báo cáo", "no report was submitted"),
    "report_not_passed": ("chi ủy chưa thông qua báo cáo", "the committee did not pass the report"),
    "theme_not_presented": ("chưa trình bày trước chi bộ", "it was not presented to the cell"),
    "theme_not_agreed": ("chưa ghi nội dung chi bộ thống nhất", "what the cell agreed was not entered"),
    "theme_not_reviewed": ("chưa kiểm điểm kết quả", "what became of it was not reviewed"),
    "quarter_without_thematic": ("chưa có buổi sinh hoạt chuyên đề nào", "no thematic meeting was held"),
}


class SchedulerFlagFact(Fact):
    """About something that has its day."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    history: Literal["theme", "quarter"]
    of: ShortId
    """The theme's id or the quarter."""
    flag: Flag
    rule: Literal["R41", "R6"]
    due_on: date
    missing: Missing

    def subject(self) -> str:
        return f"{self.history}/{self.branch}:{self.of}"

    def _of(self) -> tuple[str, str]:
        if self.history == "theme" or "-Q" not in self.of:
            return f"chuyên đề {self.of}", f"theme {self.of}"
        return quarter_vi(self.of), quarter_en(self.of)


class SchedulerFlagRaised(SchedulerFlagFact):
    """A day passed without the fact that was to come; both days are kept, the due one and the one it was noticed."""

    detected_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f" (phát hiện ngày {self.detected_on:%d/%m/%Y})" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Hết ngày {self.due_on:%d/%m/%Y}{late}, {self._of()[0]}: {WORDS[self.flag][0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f" (noticed on {self.detected_on:%d/%m/%Y})" if (self.detected_on - self.due_on).days > 1 else ""
        return f"By the end of {self.due_on:%d/%m/%Y}{late}, {self._of()[1]}: {WORDS[self.flag][1]}."


class SchedulerFlagCleared(SchedulerFlagFact):
    """What was missing has come; a quarter's flag is never cleared."""

    cleared_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = (self.cleared_on - self.due_on).days
        how = f"đã làm, muộn {late} ngày" if late > 0 else "đã làm đúng hạn, ghi sau"
        return f"Xóa nhắc việc quá hạn ngày {self.due_on:%d/%m/%Y} của {self._of()[0]} ({WORDS[self.flag][0]}): {how}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = (self.cleared_on - self.due_on).days
        how = f"done, {late} {'day' if late == 1 else 'days'} late" if late > 0 else "done in time, entered later"
        return f"The flag of {self.due_on:%d/%m/%Y} on {self._of()[1]} ({WORDS[self.flag][1]}) is cleared: {how}."


FACTS: tuple[type[Fact], ...] = (SchedulerFlagRaised, SchedulerFlagCleared)
