"""Flags of roster: something did not come by its day, and what answered it in the end."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, MemberId, ShortId, Told

Flag = Literal[
    "remark_not_shared",
    "correction_not_reviewed",
    "transfer_overdue",
    "letter_overdue",
    "pledge_missing",
    "issue_not_answered",
]
Missing = Literal[
    "RemarkShared",
    "CorrectionReviewed",
    "TransferCompleted",
    "LetterPresented",
    "PledgeFiled",
    "IssueAnswered",
]
"""The fact whose absence raised a flag, and whose coming clears it."""

MISSING: dict[Flag, Missing] = {
    "remark_not_shared": "RemarkShared",
    "correction_not_reviewed": "CorrectionReviewed",
    "transfer_overdue": "TransferCompleted",
    "letter_overdue": "LetterPresented",
    "pledge_missing": "PledgeFiled",
    "issue_not_answered": "IssueAnswered",
}
RULES: dict[Flag, str] = {
    "remark_not_shared": "R42",
    "correction_not_reviewed": "R42",
    "transfer_overdue": "E9",
    "letter_overdue": "E9",
    "pledge_missing": "pledge",
    "issue_not_answered": "locality",
}
"""Which rule each flag stands for."""
FLAG_WORDS: dict[Flag, tuple[str, str]] = {
    "remark_not_shared": ("chưa trao đổi nhận xét với", "a remark was not shared with"),
    "correction_not_reviewed": ("chưa xem lại việc sửa chữa của", "nobody reviewed the agreed correction of"),
    "transfer_overdue": (
        "chưa xong thủ tục chuyển sinh hoạt đảng của",
        "no completion was entered for the transfer of",
    ),
    "letter_overdue": ("chưa ghi việc trình giấy giới thiệu của", "no letter of introduction was presented by"),
    "pledge_missing": ("chưa có bản cam kết năm của", "no pledge of the year was filed by"),
    "issue_not_answered": (
        "vấn đề địa bàn chưa được trả lời, người phản ánh là",
        "no answer came to the issue raised from a locality by",
    ),
}
TO_DO: dict[Flag, tuple[str, str]] = {
    "remark_not_shared": ("cần trao đổi và ghi ngày", "share it and enter the day"),
    "correction_not_reviewed": ("cần xem lại và ghi kết quả", "review it and enter the result"),
    "transfer_overdue": ("cần ghi ngày có hiệu lực hoặc dừng lần chuyển", "enter the effective day, or call it off"),
    "letter_overdue": ("cần ghi ngày trình giấy", "enter the day it was presented"),
    "pledge_missing": ("cần ghi ngày nộp và nơi lưu", "enter the day it was filed and where it lies"),
    "issue_not_answered": ("cần ghi trả lời của lãnh đạo", "enter the leader's answer"),
}
"""Which fact is missing, in the words of whoever enters it."""


class RosterFlagFact(Fact):
    """About something that has its day."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode
    history: Literal["member", "locality"]
    of: ShortId
    """The member or the locality."""
    member_id: MemberId
    """Whom it is about, or who raised it."""
    flag: Flag
    item: ShortId
    """The remark, transfer, year or issue."""
    rule: str
    due_on: date
    missing: Missing

    def subject(self) -> str:
        return f"{self.history}/{self.branch}/{self.of}"


class RosterFlagRaised(RosterFlagFact):
    """A day passed without the fact that was to come; both days are kept, the due one and the one it was noticed."""

    detected_on: date

    def vi(self, tell: Told) -> str:
        late = f" (phát hiện ngày {self.detected_on:%d/%m/%Y})" if (self.detected_on - self.due_on).days > 1 else ""
        return (
            f"Hết ngày {self.due_on:%d/%m/%Y}{late} {FLAG_WORDS[self.flag][0]} đ/c {tell.name(self.member_id)}; "
            f"{TO_DO[self.flag][0]}."
        )

    def en(self, tell: Told) -> str:
        late = f" (noticed on {self.detected_on:%d/%m/%Y})" if (self.detected_on - self.due_on).days > 1 else ""
        return (
            f"By the end of {self.due_on:%d/%m/%Y}{late} {FLAG_WORDS[self.flag][1]} {tell.name(self.member_id)}; "
            f"{TO_DO[self.flag][1]}."
        )


class RosterFlagCleared(RosterFlagFact):
    """What was missing has come, or is no longer owed."""

    cleared_on: date
    answered: bool
    """False: the thing it waited for was called off."""

    def vi(self, tell: Told) -> str:
        return (
            f"Xóa nhắc việc quá hạn ngày {self.due_on:%d/%m/%Y} ({FLAG_WORDS[self.flag][0]} đ/c "
            f"{tell.name(self.member_id)}): {self._how()[0]}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The flag of {self.due_on:%d/%m/%Y} is cleared ({FLAG_WORDS[self.flag][1]} {tell.name(self.member_id)}): "
            f"{self._how()[1]}."
        )

    def _how(self) -> tuple[str, str]:
        late = (self.cleared_on - self.due_on).days
        if not self.answered:
            return "không còn phải làm", "no longer owed"
        return (
            (f"đã làm, muộn {late} ngày", f"done, {late} {'day' if late == 1 else 'days'} late")
            if late > 0
            else ("đã làm", "done")
        )


FACTS: tuple[type[Fact], ...] = (RosterFlagRaised, RosterFlagCleared)
