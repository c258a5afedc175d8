"""What a branch keeps about one member: a transfer, levels as codes, remarks from three places, yearly yes or no."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.branch import Sha256
from shared.events.envelope import BranchCode, Fact, Line, MemberId, Privacy, ShortId, Told
from shared.events.hub import ProfileRef
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Private
from shared.events.wording import rules_en, rules_vi

TransferKind = Literal["permanent", "temporary", "study"]
Education = Literal["secondary", "college", "university", "master", "doctor"]
"""Lowest first; who has a higher one has the lower ones too."""
Theory = Literal["none", "elementary", "intermediate", "bachelor_or_high"]
"""Lowest first."""
Source = Literal["workplace", "residence", "post"]
RemarkKind = Literal["remark", "contribution"]
"""A contribution is what the place values; it is confirmed by the same document."""
RemarkResult = Literal["good", "fair", "to_improve", "poor"]
Discipline = Literal["reprimand", "warning", "dismissal", "expulsion"]
Review = Literal["done", "partly", "not_done"]
CorrectionReason = Literal["misspelt", "wrong_source", "changed_by_decision"]
"""As a code: a reason in words would repeat the name that stands sealed beside it."""
Year = Annotated[int, Field(ge=1930, le=2199)]
Days = Annotated[int, Field(ge=0)]

TRANSFER_WORDS: dict[TransferKind, tuple[str, str]] = {
    "permanent": ("chuyển sinh hoạt đảng chính thức", "a permanent transfer"),
    "temporary": ("chuyển sinh hoạt đảng tạm thời", "a temporary transfer"),
    "study": ("chuyển sinh hoạt đảng tạm thời đi học", "a temporary transfer for study"),
}
SOURCE_WORDS: dict[Source, tuple[str, str]] = {
    "workplace": ("nơi công tác", "the workplace"),
    "residence": ("nơi cư trú", "the place of residence"),
    "post": ("nơi thực hiện nhiệm vụ", "the place of duty"),
}
DISCIPLINE_WORDS: dict[Discipline, tuple[str, str]] = {
    "reprimand": ("khiển trách", "reprimand"),
    "warning": ("cảnh cáo", "warning"),
    "dismissal": ("cách chức", "removal from office"),
    "expulsion": ("khai trừ", "expulsion"),
}
CORRECTION_WORDS: dict[CorrectionReason, tuple[str, str]] = {
    "misspelt": ("trước đây ghi sai chính tả", "it had been misspelt"),
    "wrong_source": ("tài liệu nhập trước đây không đúng", "the earlier source was wrong"),
    "changed_by_decision": ("được đổi theo quyết định", "it was changed by decision"),
}
REVIEW_WORDS: dict[Review, tuple[str, str]] = {
    "done": ("đã sửa", "done"),
    "partly": ("đã sửa một phần", "partly done"),
    "not_done": ("chưa sửa", "not done"),
}


class MemberFact(Fact):
    """What is kept about one member."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode
    member_id: MemberId

    def subject(self) -> str:
        return f"member/{self.branch}/{self.member_id}"


class MemberRulesPinned(MemberFact):
    """By which rules the days of the fact right behind it were counted; later rules change nothing of it."""

    PRIVACY: ClassVar[Privacy] = "C"

    item: ShortId
    """The remark, or the year of the pledge."""
    rule_subject: Literal["practice", "membership"]
    profile: ProfileRef

    def vi(self, tell: Told) -> str:
        what = "trao đổi nhận xét với" if self.rule_subject == "practice" else f"nộp bản cam kết năm {self.item} của"
        return f"Hạn {what} đ/c {tell.name(self.member_id)} tính theo {rules_vi(self.profile)}."

    def en(self, tell: Told) -> str:
        name, rules = tell.name(self.member_id), rules_en(self.profile)
        if self.rule_subject == "practice":
            return f"The days for sharing the remark with {name} are counted by {rules}."
        return f"The day for {name}'s pledge of {self.item} follows {rules}."


# ------------------------------------------------------------------ transfer


class TransferFact(MemberFact):
    """A step of a member's transfer."""

    transfer_id: ShortId


class MemberTransferStarted(TransferFact):
    """A decision sends a member to another branch; the working days of the procedure begin after its effective day."""

    transfer_kind: TransferKind
    to: Line
    to_code: BranchCode | None = None
    decision_no: Line | None = None
    decided_on: date
    """The day the decision takes effect: not counted."""
    until_on: date | None = None
    """The last day of a temporary one."""
    procedure_days: Days
    procedure_due_on: date
    days_off: tuple[date, ...] = ()
    """Holidays that were taken out of the count."""
    rules: Line

    def vi(self, tell: Told) -> str:
        until = f" đến ngày {self.until_on:%d/%m/%Y}" if self.until_on else ""
        decision = f", quyết định số {self.decision_no}" if self.decision_no else ""
        return (
            f"Đ/c {tell.name(self.member_id)} {TRANSFER_WORDS[self.transfer_kind][0]} đến {self.to}{until}{decision} "
            f"từ ngày {self.decided_on:%d/%m/%Y}; thủ tục làm xong trước hết ngày {self.procedure_due_on:%d/%m/%Y} "
            f"({self.procedure_days} ngày làm việc)."
        )

    def en(self, tell: Told) -> str:
        until = f" until {self.until_on:%d/%m/%Y}" if self.until_on else ""
        decision = f" by decision {self.decision_no}" if self.decision_no else ""
        return (
            f"{TRANSFER_WORDS[self.transfer_kind][1].capitalize()} of {tell.name(self.member_id)} to {self.to}{until}"
            f"{decision} began on {self.decided_on:%d/%m/%Y}; to be completed by {self.procedure_due_on:%d/%m/%Y} "
            f"({self.procedure_days} working days)."
        )


class MemberIntroduced(TransferFact):
    """The branch gave the member the letter of introduction; the working days to present it begin after that day."""

    introduced_on: date
    letter_no: Line | None = None
    letter_days: Days
    letter_due_on: date
    days_off: tuple[date, ...] = ()
    rules: Line

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} được giới thiệu sinh hoạt đảng ngày {self.introduced_on:%d/%m/%Y}; "
            f"trình giấy trước hết ngày {self.letter_due_on:%d/%m/%Y} ({self.letter_days} ngày làm việc)."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} was introduced on {self.introduced_on:%d/%m/%Y}; the letter is to be "
            f"presented by {self.letter_due_on:%d/%m/%Y} ({self.letter_days} working days)."
        )


def _against(due_on: date, on: date) -> tuple[str, str]:
    late = (on - due_on).days
    if late <= 0:
        return "đúng hạn", "on time"
    return f"quá hạn {late} ngày", f"late by {late} {'day' if late == 1 else 'days'}"


class LetterPresented(TransferFact):
    """The member presented the letter of introduction at the new place."""

    presented_on: date
    letter_due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} trình giấy giới thiệu sinh hoạt đảng ngày {self.presented_on:%d/%m/%Y}: "
            f"{_against(self.letter_due_on, self.presented_on)[0]}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} presented the letter of introduction on {self.presented_on:%d/%m/%Y}: "
            f"{_against(self.letter_due_on, self.presented_on)[1]}."
        )


class TransferCompleted(TransferFact):
    """The procedure is done; who counts where from then on stands in the branch's own facts."""

    effective_on: date
    procedure_due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Thủ tục chuyển sinh hoạt đảng của đ/c {tell.name(self.member_id)} hoàn thành, có hiệu lực từ ngày "
            f"{self.effective_on:%d/%m/%Y}: {_against(self.procedure_due_on, self.effective_on)[0]}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The transfer of {tell.name(self.member_id)} was completed as of {self.effective_on:%d/%m/%Y}: "
            f"{_against(self.procedure_due_on, self.effective_on)[1]}."
        )


class TransferCalledOff(TransferFact):
    """The transfer does not take place; the member stays where counted."""

    reason: Private

    def vi(self, tell: Told) -> str:
        return f"Việc chuyển sinh hoạt đảng của đ/c {tell.name(self.member_id)} dừng lại (lý do chỉ chi bộ được đọc)."

    def en(self, tell: Told) -> str:
        return f"The transfer of {tell.name(self.member_id)} was called off (the reason is open to the cell only)."


class MemberReceived(MemberFact):
    """The other side of a transfer: this branch took in a member who came with a letter of introduction."""

    transfer_kind: TransferKind
    came_from: Line
    came_from_code: BranchCode | None = None
    letter_no: Line | None = None
    received_on: date

    def vi(self, tell: Told) -> str:
        letter = f", giấy giới thiệu số {self.letter_no}" if self.letter_no else ""
        return (
            f"Chi bộ tiếp nhận đ/c {tell.name(self.member_id)} {TRANSFER_WORDS[self.transfer_kind][0]} từ "
            f"{self.came_from} ngày {self.received_on:%d/%m/%Y}{letter}."
        )

    def en(self, tell: Told) -> str:
        letter = f", letter {self.letter_no}" if self.letter_no else ""
        return (
            f"The branch received {tell.name(self.member_id)} from {self.came_from} on {self.received_on:%d/%m/%Y}, "
            f"{TRANSFER_WORDS[self.transfer_kind][1]}{letter}."
        )


# ------------------------------------------------------------------ the person


class MemberCorrected(MemberFact):
    """A misspelt name or a wrong year of birth was put right; what was written before stays in its own fact."""

    name: Private | None = None
    given: Private | None = None
    born: Private | None = None
    reason: CorrectionReason
    note: Private | None = None

    def vi(self, tell: Told) -> str:
        reason = CORRECTION_WORDS[self.reason][0]
        return f"Thông tin của đ/c {tell.name(self.member_id)} được sửa ({self._what()[0]}): {reason}."

    def en(self, tell: Told) -> str:
        reason = CORRECTION_WORDS[self.reason][1]
        return f"The entry of {tell.name(self.member_id)} was corrected ({self._what()[1]}): {reason}."

    def _what(self) -> tuple[str, str]:
        parts = [("họ tên", "name")] if self.name else []
        parts += [("năm sinh", "year of birth")] if self.born else []
        return ", ".join(vi for vi, _ in parts), ", ".join(en for _, en in parts)


class MemberLevelRecorded(MemberFact):
    """Levels of education and theory, as codes; they are shown as counts, diplomas and files stay outside."""

    education: Education | None = None
    theory: Theory | None = None
    from_grassroots: bool | None = None
    """Has worked at the grass roots before."""
    as_of: date

    def vi(self, tell: Told) -> str:
        return f"Trình độ của đ/c {tell.name(self.member_id)} được ghi theo mức, tính đến ngày {self.as_of:%d/%m/%Y}."

    def en(self, tell: Told) -> str:
        return f"The levels of {tell.name(self.member_id)} were recorded as of {self.as_of:%d/%m/%Y}."


# ------------------------------------------------------------------ three places


class RemarkFact(MemberFact):
    """A remark about a member and what came of it."""

    PRIVACY: ClassVar[Privacy] = "C"

    remark_id: ShortId


class RemarkReceived(RemarkFact):
    """A signed remark about a member came in, from work, residence or place of duty, at any time of the year."""

    source: Source
    remark_kind: RemarkKind
    said_by: Line
    """The body that signed it."""
    document_no: Line
    document_on: date
    document_sha256: Sha256 | None = None
    received_on: date
    result: RemarkResult | None = None
    text: Private | None = None
    share_within_days: Days | None = None
    share_due_on: date | None = None
    """None: the charter sets no days."""

    def vi(self, tell: Told) -> str:
        due = f"; trao đổi với đồng chí ấy trước hết ngày {self.share_due_on:%d/%m/%Y}" if self.share_due_on else ""
        return (
            f"Chi bộ nhận nhận xét của {SOURCE_WORDS[self.source][0]} về đ/c {tell.name(self.member_id)} "
            f"({self.document_no} ngày {self.document_on:%d/%m/%Y}){due}."
        )

    def en(self, tell: Told) -> str:
        due = f"; to be shared with the member by {self.share_due_on:%d/%m/%Y}" if self.share_due_on else ""
        return (
            f"A remark of {SOURCE_WORDS[self.source][1]} about {tell.name(self.member_id)} came in "
            f"({self.document_no} of {self.document_on:%d/%m/%Y}){due}."
        )


class RemarkShared(RemarkFact):
    """The remark was told to the member; only from here on may it be evidence (R42)."""

    shared_on: date
    by: MemberId
    share_due_on: date | None = None

    def vi(self, tell: Told) -> str:
        how = f": {_against(self.share_due_on, self.shared_on)[0]}" if self.share_due_on else ""
        return (
            f"Đ/c {tell.name(self.by)} trao đổi nhận xét với đ/c {tell.name(self.member_id)} "
            f"ngày {self.shared_on:%d/%m/%Y}{how}."
        )

    def en(self, tell: Told) -> str:
        how = f": {_against(self.share_due_on, self.shared_on)[1]}" if self.share_due_on else ""
        return (
            f"{tell.name(self.by)} shared the remark with {tell.name(self.member_id)} "
            f"on {self.shared_on:%d/%m/%Y}{how}."
        )


class RemarkAnswered(RemarkFact):
    """The member answered the remark."""

    answered_on: date
    text: Private

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} trả lời nhận xét ngày {self.answered_on:%d/%m/%Y} "
            "(nội dung chỉ chi bộ được đọc)."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} answered the remark on {self.answered_on:%d/%m/%Y} "
            "(content open to the cell only)."
        )


class CorrectionAgreed(RemarkFact):
    """What the member puts right was agreed, with the day it is looked at again and by whom."""

    agreed_on: date
    text: Private | None = None
    review_on: date
    reviewer_id: MemberId

    def vi(self, tell: Told) -> str:
        return (
            f"Chi bộ thống nhất việc đ/c {tell.name(self.member_id)} cần sửa; đ/c {tell.name(self.reviewer_id)} "
            f"xem lại ngày {self.review_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"It was agreed what {tell.name(self.member_id)} puts right; {tell.name(self.reviewer_id)} reviews it "
            f"on {self.review_on:%d/%m/%Y}."
        )


class CorrectionReviewed(RemarkFact):
    """The agreed correction was looked at; what is not done gets another day or is stated as ended."""

    reviewed_on: date
    review_due_on: date
    by: MemberId
    outcome: Review
    next_review_on: date | None = None

    def vi(self, tell: Told) -> str:
        after = f", xem lại ngày {self.next_review_on:%d/%m/%Y}" if self.next_review_on else ""
        return (
            f"Đ/c {tell.name(self.by)} xem lại việc sửa chữa của đ/c {tell.name(self.member_id)} "
            f"ngày {self.reviewed_on:%d/%m/%Y}: {REVIEW_WORDS[self.outcome][0]}{after}."
        )

    def en(self, tell: Told) -> str:
        after = f", to be reviewed again on {self.next_review_on:%d/%m/%Y}" if self.next_review_on else ""
        return (
            f"{tell.name(self.by)} reviewed the correction of {tell.name(self.member_id)} "
            f"on {self.reviewed_on:%d/%m/%Y}: {REVIEW_WORDS[self.outcome][1]}{after}."
        )


# ------------------------------------------------------------------ yes or no, per year


class FamilyTitleRecorded(MemberFact):
    """Whether the member's family holds the title of the year; no name of a relative is kept."""

    year: Year
    achieved: bool
    """False: not yet."""
    decision_no: Line | None = None

    def vi(self, tell: Told) -> str:
        how = "đạt" if self.achieved else "chưa đạt"
        decision = f" (quyết định số {self.decision_no})" if self.decision_no else ""
        return f"Gia đình đ/c {tell.name(self.member_id)} {how} danh hiệu gia đình văn hóa năm {self.year}{decision}."

    def en(self, tell: Told) -> str:
        how = "holds" if self.achieved else "does not yet hold"
        decision = f" (decision {self.decision_no})" if self.decision_no else ""
        return f"The family of {tell.name(self.member_id)} {how} the title of cultured family of {self.year}{decision}."


class PledgeFiled(MemberFact):
    """The member's written pledge of the year is filed; only where it lies is kept, not its text."""

    year: Year
    filed_on: date
    kept_where: Line

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} nộp bản cam kết năm {self.year} ngày {self.filed_on:%d/%m/%Y}, "
            f"lưu tại {self.kept_where}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} filed the pledge of {self.year} on {self.filed_on:%d/%m/%Y}, "
            f"kept at {self.kept_where}."
        )


class DisciplineNoticed(MemberFact):
    """A disciplinary decision is known here, only as far as it caps a rank; its reasons are not kept."""

    notice_id: ShortId
    form: Discipline
    decision_no: Line
    decided_on: date
    self_detected_remedied: bool
    """The member found and remedied it, which lifts the cap."""

    def vi(self, tell: Told) -> str:
        own = "; đồng chí tự phát hiện và đã khắc phục" if self.self_detected_remedied else ""
        return (
            f"Đ/c {tell.name(self.member_id)} bị kỷ luật {DISCIPLINE_WORDS[self.form][0]} theo quyết định số "
            f"{self.decision_no} ngày {self.decided_on:%d/%m/%Y}{own}."
        )

    def en(self, tell: Told) -> str:
        own = "; self-detected and remedied" if self.self_detected_remedied else ""
        return (
            f"{tell.name(self.member_id)} was disciplined ({DISCIPLINE_WORDS[self.form][1]}) by decision "
            f"{self.decision_no} of {self.decided_on:%d/%m/%Y}{own}."
        )


AnyMemberFact = (
    MemberRulesPinned
    | MemberTransferStarted
    | MemberIntroduced
    | LetterPresented
    | TransferCompleted
    | TransferCalledOff
    | MemberReceived
    | MemberCorrected
    | MemberLevelRecorded
    | RemarkReceived
    | RemarkShared
    | RemarkAnswered
    | CorrectionAgreed
    | CorrectionReviewed
    | FamilyTitleRecorded
    | PledgeFiled
    | DisciplineNoticed
    | RosterFlagRaised
    | RosterFlagCleared
)
"""What the history of a member may hold."""

FACTS: tuple[type[Fact], ...] = (
    MemberRulesPinned,
    MemberTransferStarted,
    MemberIntroduced,
    LetterPresented,
    TransferCompleted,
    TransferCalledOff,
    MemberReceived,
    MemberCorrected,
    MemberLevelRecorded,
    RemarkReceived,
    RemarkShared,
    RemarkAnswered,
    CorrectionAgreed,
    CorrectionReviewed,
    FamilyTitleRecorded,
    PledgeFiled,
    DisciplineNoticed,
)
