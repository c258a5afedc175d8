"""What follows a meeting: its package, who is caught up, what was promised and done, corrections, days that passed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, Instant, Line, MeetingId, MemberId, Privacy, ShortId, Told
from shared.events.minutes import Count, MinutesFact
from shared.events.sealed import Private
from shared.events.wording import clock_and_day, clock_and_day_en, day

PackageTarget = Literal["superior", "handbook", "members"]
_TARGET_VI: dict[PackageTarget, str] = {
    "superior": "cấp ủy cấp trên",
    "handbook": "Sổ tay đảng viên điện tử",
    "members": "đảng viên trong chi bộ",
}
_TARGET_EN: dict[PackageTarget, str] = {
    "superior": "the superior committee",
    "handbook": "the electronic handbook",
    "members": "the members",
}


class PackagePublished(MinutesFact):
    """The finished papers of the meeting went out; after the last day they are late and stay late (R21)."""

    published_at: Instant
    due_on: date
    """By the end of this day, in Viet Nam."""
    days: Count
    on_time: bool
    days_late: Count
    targets: tuple[PackageTarget, ...]
    receipt: Line | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        where = ", ".join(_TARGET_VI[target] for target in self.targets)
        kept = "đúng hạn" if self.on_time else f"chậm {self.days_late} ngày"
        return (
            f"Tài liệu buổi họp được gửi tới {where} lúc {clock_and_day(self.published_at)}: "
            f"{kept} (hạn hết ngày {day(self.due_on)})."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        where = ", ".join(_TARGET_EN[target] for target in self.targets)
        kept = "on time" if self.on_time else f"{self.days_late} {'day' if self.days_late == 1 else 'days'} late"
        return (
            f"The meeting's papers went to {where} at {clock_and_day_en(self.published_at)}: "
            f"{kept} (due by the end of {day(self.due_on)})."
        )


class DisseminationCaughtUp(MinutesFact):
    """Somebody who had been absent was made acquainted with the document (R39)."""

    doc_no: Line
    member_id: MemberId
    on: date
    due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} được phổ biến lại văn bản {self.doc_no} ngày {day(self.on)}, "
            f"{_late_vi(self.on, self.due_on)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} was caught up on document {self.doc_no} on {day(self.on)}, "
            f"{_late_en(self.on, self.due_on)}."
        )


class EncouragementDone(MinutesFact):
    """The talk or visit took place; nothing is written about what was said."""

    PRIVACY: ClassVar[Privacy] = "C"

    encouragement_id: ShortId
    by: MemberId
    on: date
    due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} đã gặp gỡ, động viên như được cử, ngày {day(self.on)}, "
            f"{_late_vi(self.on, self.due_on)}."
        )

    def en(self, tell: Told) -> str:
        late = _late_en(self.on, self.due_on)
        return f"{tell.name(self.by)} did the encouraging visit on {day(self.on)}, {late}."


class CorrectionRequested(MinutesFact):
    """Somebody asks to correct adopted minutes; they stay as they are until the cell decides (R43)."""

    PRIVACY: ClassVar[Privacy] = "C"

    correction_id: ShortId
    by: MemberId
    line: ShortId
    """What it is about: an opinion, a vote, a task, or a place named by the one who asks."""
    before: Private
    after: Private
    on: date
    request_until: date | None = None
    """The last day on which it could be asked."""

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} đề nghị đính chính biên bản, dòng {self.line}, ngày {day(self.on)}; "
            "biên bản giữ nguyên, chi bộ quyết định tại kỳ sinh hoạt thường kỳ tới."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.by)} asked on {day(self.on)} to correct the minutes, line {self.line}; "
            "they stay as they are, and the cell decides at its next regular meeting."
        )


class CorrectionAccepted(MinutesFact):
    """The cell agreed to the correction; the signed minutes stay, a signed addendum goes with them (R43)."""

    correction_id: ShortId
    by: MemberId
    decided_in: MeetingId
    on: date
    vote_id: ShortId | None = None

    def vi(self, tell: Told) -> str:
        return (
            f"Ngày {day(self.on)}, chi bộ đồng ý đính chính theo đề nghị của đ/c {tell.name(self.by)}; "
            "biên bản cũ giữ nguyên, kèm trang đính chính."
        )

    def en(self, tell: Told) -> str:
        return (
            f"On {day(self.on)} the cell agreed to the correction asked for by {tell.name(self.by)}; "
            "the old minutes stay, with an addendum."
        )


class CorrectionRefused(MinutesFact):
    """The cell did not agree; the refusal and its reason stand beside the minutes (R43)."""

    PRIVACY: ClassVar[Privacy] = "C"

    correction_id: ShortId
    by: MemberId
    decided_in: MeetingId
    on: date
    reason: Private
    vote_id: ShortId | None = None

    def vi(self, tell: Told) -> str:
        return (
            f"Ngày {day(self.on)}, chi bộ không đồng ý đính chính theo đề nghị của đ/c {tell.name(self.by)}; "
            "lý do được lưu kèm biên bản."
        )

    def en(self, tell: Told) -> str:
        return (
            f"On {day(self.on)} the cell did not agree to the correction asked for by {tell.name(self.by)}; "
            "the reason is kept beside the minutes."
        )


MinutesFlag = Literal[
    "not_closed",
    "month_not_reviewed",
    "package_late",
    "catch_up_overdue",
    "study_overdue",
    "answer_overdue",
    "encouragement_not_done",
    "correction_undecided",
    "absent_in_a_row",
    "absent_without_reason",
]
MissingFact = Literal[
    "MeetingClosed",
    "LastMonthReviewed",
    "PackagePublished",
    "DisseminationCaughtUp",
    "StudyMadeUp",
    "OpinionAnswered",
    "EncouragementDone",
    "CorrectionAccepted",
]
"""The fact whose absence raised a flag; for a correction a refusal answers as well."""

MISSING: dict[MinutesFlag, MissingFact] = {
    "not_closed": "MeetingClosed",
    "month_not_reviewed": "LastMonthReviewed",
    "package_late": "PackagePublished",
    "catch_up_overdue": "DisseminationCaughtUp",
    "study_overdue": "StudyMadeUp",
    "answer_overdue": "OpinionAnswered",
    "encouragement_not_done": "EncouragementDone",
    "correction_undecided": "CorrectionAccepted",
    "absent_in_a_row": "MeetingClosed",
    "absent_without_reason": "MeetingClosed",
}
RULES: dict[MinutesFlag, str] = {
    "not_closed": "R20",
    "month_not_reviewed": "R19",
    "package_late": "R21",
    "catch_up_overdue": "R39",
    "study_overdue": "R39",
    "answer_overdue": "R40",
    "encouragement_not_done": "encouragement",
    "correction_undecided": "R43",
    "absent_in_a_row": "R15",
    "absent_without_reason": "R15",
}
FLAG_WORDS: dict[MinutesFlag, tuple[str, str]] = {
    "not_closed": ("buổi họp chưa ghi thông qua biên bản, bế mạc", "the meeting was not recorded as closed"),
    "month_not_reviewed": ("chưa đánh giá nhiệm vụ tháng trước", "the month behind was not reviewed"),
    "package_late": ("chưa gửi tài liệu sau buổi họp", "the meeting's papers were not published"),
    "catch_up_overdue": ("chưa phổ biến lại cho đồng chí vắng", "somebody absent was not caught up on a document"),
    "study_overdue": ("chưa học bù", "a study session was not made up"),
    "answer_overdue": ("chưa trả lời ý kiến đã hẹn", "a promised answer was not given"),
    "encouragement_not_done": ("chưa gặp gỡ, động viên như đã phân công", "an encouraging visit was not made"),
    "correction_undecided": ("chưa quyết định đề nghị đính chính", "a requested correction was not decided"),
    "absent_in_a_row": ("vắng có lý do nhiều kỳ liền", "excused absences went on too long"),
    "absent_without_reason": (
        "vắng không có lý do nhiều tháng trong năm, để chi ủy xem xét",
        "absences without a reason in several months of the year, for the committee to look at",
    ),
}


class _FlagFact(Fact):
    """About a day that passed; it stands in the history of the meeting, or of the study session."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId | None = None
    session_id: ShortId | None = None
    flag: MinutesFlag
    item: Line | None = None
    """The document, opinion, correction or month it is about."""
    member_id: MemberId | None = None
    due_on: date
    rule: Line
    missing: MissingFact

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}" if self.meeting_id else f"study/{self.branch}:{self.session_id}"

    def _about_vi(self, tell: Told) -> str:
        parts = [self.item, f"đ/c {tell.name(self.member_id)}" if self.member_id else None]
        about = ", ".join(part for part in parts if part)
        return FLAG_WORDS[self.flag][0] + (f" ({about})" if about else "")

    def _about_en(self, tell: Told) -> str:
        about = ", ".join(part for part in (self.item, tell.name(self.member_id) if self.member_id else None) if part)
        return FLAG_WORDS[self.flag][1] + (f" ({about})" if about else "")


class MinutesFlagRaised(_FlagFact):
    """A day passed without the fact that was to come; the day it was due and the day it was noticed are both kept."""

    detected_on: date

    def vi(self, tell: Told) -> str:
        late = f", phát hiện ngày {day(self.detected_on)}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Quá hạn ngày {day(self.due_on)}{late}: {self._about_vi(tell)}."

    def en(self, tell: Told) -> str:
        late = f", noticed on {day(self.detected_on)}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Overdue since {day(self.due_on)}{late}: {self._about_en(tell)}."


class MinutesFlagCleared(_FlagFact):
    """What was missing has come, or is no longer owed."""

    cleared_on: date
    answered: bool
    """False: it is no longer owed, because the member left."""

    def vi(self, tell: Told) -> str:
        how = _late_vi(self.cleared_on, self.due_on) if self.answered else "không còn phải làm"
        return (
            f"Xóa nhắc việc quá hạn ngày {day(self.due_on)}, {self._about_vi(tell)}: {'đã có, ' * self.answered}{how}."
        )

    def en(self, tell: Told) -> str:
        how = _late_en(self.cleared_on, self.due_on) if self.answered else "no longer owed"
        came = "it came, " if self.answered else ""
        return f"The flag of {day(self.due_on)} was cleared, {self._about_en(tell)}: {came}{how}."


def _late_vi(on: date, due: date) -> str:
    late = (on - due).days
    return f"chậm {late} ngày" if late > 0 else "đúng hạn"


def _late_en(on: date, due: date) -> str:
    late = (on - due).days
    return f"{late} {'day' if late == 1 else 'days'} late" if late > 0 else "in time"


AnyAfterwardsFact = (
    PackagePublished
    | DisseminationCaughtUp
    | EncouragementDone
    | CorrectionRequested
    | CorrectionAccepted
    | CorrectionRefused
    | MinutesFlagRaised
    | MinutesFlagCleared
)

FACTS: tuple[type[Fact], ...] = (
    PackagePublished,
    DisseminationCaughtUp,
    EncouragementDone,
    CorrectionRequested,
    CorrectionAccepted,
    CorrectionRefused,
    MinutesFlagRaised,
    MinutesFlagCleared,
)
