"""What comes from above: the rules in force, work programmes, documents; and what is turned away at the door."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import periods
from shared.events.appraisal import Denominator, LongPeriod, PeriodType
from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, Period, Privacy, ShortId, Told
from shared.events.ranking import Count, Rank
from shared.events.sitting import BAND_EN, BAND_VI, LineMark, Mark, MeetingBand
from shared.events.wording import comma, many, month_en, month_vi

ProfileId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
ProfileRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}@[1-9][0-9]{0,5}$")]
Scope = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}(\.[0-9]{3}){0,4})?$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
RuleSubject = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,40}$")]
"""What a profile is about: ``meeting``, ``ranking.annual``."""
Confidence = Literal["V", "R", "K", "P"]
Audience = Literal["members", "committee", "secretary"]

SUBJECT_WORDS: dict[str, tuple[str, str]] = {
    "meeting": ("sinh hoạt chi bộ", "cell meetings"),
    "scoring": ("chấm điểm chất lượng sinh hoạt", "the score of meetings"),
    "ranking.monthly": ("xếp loại đảng viên hằng tháng", "the monthly ranking"),
    "ranking.quarterly": ("xếp loại hằng quý", "the quarterly ranking"),
    "ranking.annual": ("xếp loại đảng viên hằng năm", "the annual ranking"),
    "document": ("thể thức văn bản", "the form of documents"),
    "practice": ("nền nếp của chi bộ", "the cell's practices"),
    "preparation": ("chuẩn bị buổi họp", "the preparation of meetings"),
    "membership": ("quản lý đảng viên", "membership"),
    "organisation": ("tổ chức chi bộ", "the make-up of cells"),
}
AUDIENCE_WORDS: dict[Audience, tuple[str, str]] = {
    "members": ("toàn thể đảng viên", "all members"),
    "committee": ("chi ủy", "the committee"),
    "secretary": ("bí thư", "the secretary"),
}


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class RuleNumber(Part):
    """One number or switch of a rule profile, with where it was read and how sure that is."""

    key: Line
    """Its place in the profile: ``quota.percent``."""
    value: Line
    source: Line
    confidence: Confidence


class ApprovedRank(Part):
    """One member's rank as the superior approved it; another than the cell sent has its reason."""

    member_id: MemberId
    sent_rank: Rank
    rank: Rank
    reason: Line | None = None


class QuotaUsed(Part):
    """The quota of the excellent as it stood at the approval, over everybody in its scope known here (R29)."""

    scope: Scope
    branches: Count
    """Branches of the scope that have sent their ranks."""
    rated: Count
    good_or_better: Count
    percent: Count
    denominator: Denominator
    allowed: Count
    excellent: Count
    """Approved in the scope so far, this branch included."""


class ProgrammeLine(Part):
    """One item of a work programme."""

    id: ShortId
    text: Line
    due_on: date | None = None
    for_branch: BranchCode | None = None
    """The one cell it is for; None: every cell of the organisation."""


class HubFact(Fact):
    """What the superior's desk says, about a branch or about everybody."""

    OWNER: ClassVar[str] = "hub"

    branch: BranchCode
    """The organisation it is for; 00.000.000.000.000 is everybody."""


class RuleProfilePublished(HubFact):
    """A rule profile is in force from a day on, for an organisation and all below it, with every number's source."""

    PRIVACY: ClassVar[Privacy] = "A"

    profile_id: ProfileId
    version: Annotated[int, Field(ge=1, le=999_999)]
    rule_subject: RuleSubject
    scope: Scope
    """The beginning of an organisation code; empty: everybody."""
    title: Line
    valid_from: date
    valid_until: date | None = None
    replaces: ProfileRef | None = None
    source: Line
    confidence: Confidence
    numbers: tuple[RuleNumber, ...]
    toml: Annotated[str, StringConstraints(min_length=1, max_length=48_000)]
    """The whole profile, as it was written."""
    sha256: Sha256
    """Of the profile as it was written, in UTF-8."""

    @property
    def ref(self) -> str:
        """How facts name it: ``hd42@1``."""
        return f"{self.profile_id}@{self.version}"

    def subject(self) -> str:
        return f"rules/{self.branch}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the rules speak for themselves
        about = SUBJECT_WORDS.get(self.rule_subject, (self.rule_subject, ""))[0]
        until = f" đến hết ngày {self.valid_until:%d/%m/%Y}" if self.valid_until else ""
        whom = f"tổ chức {self.scope} và cấp dưới" if self.scope else "mọi chi bộ"
        return (
            f"Công bố bộ quy định «{self.title}» ({self.profile_id}, bản {self.version}) về {about}, áp dụng cho "
            f"{whom} từ ngày {self.valid_from:%d/%m/%Y}{until}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the rules speak for themselves
        about = SUBJECT_WORDS.get(self.rule_subject, ("", self.rule_subject))[1]
        until = f" until {self.valid_until:%d/%m/%Y}" if self.valid_until else ""
        whom = f"organisation {self.scope} and all below it" if self.scope else "every cell"
        return (
            f"The rules “{self.title}” ({self.profile_id}, version {self.version}) on {about} were published for "
            f"{whom}, in force from {self.valid_from:%d/%m/%Y}{until}."
        )


class RuleProfileWithdrawn(HubFact):
    """A published profile no longer holds from a day on; what was pinned under it stays as it is (R36)."""

    PRIVACY: ClassVar[Privacy] = "A"

    profile_id: ProfileId
    version: Annotated[int, Field(ge=1, le=999_999)]
    rule_subject: RuleSubject
    title: Line
    from_on: date
    """The first day on which it no longer holds."""
    because: Line

    @property
    def ref(self) -> str:
        """How facts name it: ``hd42@1``."""
        return f"{self.profile_id}@{self.version}"

    def subject(self) -> str:
        return f"rules/{self.branch}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the rules speak for themselves
        return (
            f"Bộ quy định «{self.title}» ({self.profile_id}, bản {self.version}) thôi áp dụng từ ngày "
            f"{self.from_on:%d/%m/%Y}, lý do: {self.because.rstrip('.')}; việc đã chốt theo bộ này giữ nguyên."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the rules speak for themselves
        return (
            f"The rules “{self.title}” ({self.profile_id}, version {self.version}) no longer hold from "
            f"{self.from_on:%d/%m/%Y}, because: {self.because.rstrip('.')}; what was settled under them stays."
        )


class WorkProgrammeIssued(HubFact):
    """The superior's work programme of a month, item by item; issued again, the later list stands."""

    period: Period
    programme_no: Line
    issuer: Line
    revision: Annotated[int, Field(ge=1)]
    items: tuple[ProgrammeLine, ...]

    def subject(self) -> str:
        return f"work-programme/{self.branch}:{self.period}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the issuer stands in the fact
        again = f", ban hành lại lần {self.revision}" if self.revision > 1 else ""
        return (
            f"{self.issuer} giao chương trình công tác tháng {month_vi(self.period)} số {self.programme_no}, "
            f"{len(self.items)} nội dung{again}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the issuer stands in the fact
        again = f", issue {self.revision}" if self.revision > 1 else ""
        items = f"{len(self.items)} item{'s' if len(self.items) != 1 else ''}"
        return (
            f"{self.issuer} issued work programme {self.programme_no} for {month_en(self.period)} with {items}{again}."
        )


class PolicyDocumentPublished(HubFact):
    """A document of the Party, the State or the superior that is to be presented; never a classified one."""

    doc_no: Line
    title: Line
    grade: Literal["none"] = "none"
    issuer: Line
    received_on: date
    audience: Audience
    supersedes: Line | None = None
    """The number of the document whose place it takes."""
    revision: Annotated[int, Field(ge=1)]

    def subject(self) -> str:
        return f"document/{self.branch}:{self.doc_no}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the issuer stands in the fact
        instead = f", thay {self.supersedes}" if self.supersedes else ""
        again = f" (ghi lại lần {self.revision})" if self.revision > 1 else ""
        return (
            f"Văn bản {self.doc_no} «{self.title}» của {self.issuer} nhận ngày {self.received_on:%d/%m/%Y}{instead}, "
            f"cần phổ biến tới {AUDIENCE_WORDS[self.audience][0]}{again}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the issuer stands in the fact
        instead = f", in place of {self.supersedes}" if self.supersedes else ""
        again = f" (entry {self.revision})" if self.revision > 1 else ""
        return (
            f"Document {self.doc_no} “{self.title}” of {self.issuer} came on {self.received_on:%d/%m/%Y}{instead} "
            f"and is to be presented to {AUDIENCE_WORDS[self.audience][1]}{again}."
        )


class BranchReportAccepted(HubFact):
    """The superior accepted the papers of a meeting that a branch sent up."""

    meeting_id: MeetingId
    package: ShortId
    """The fact by which they were sent."""
    on_time: bool
    accepted_on: date
    remark: Line | None = None

    def subject(self) -> str:
        return f"report/{self.meeting_id}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the superior speaks for itself
        sent = "gửi đúng hạn" if self.on_time else "gửi muộn"
        remark = f"; lưu ý: {self.remark.rstrip('.')}" if self.remark else ""
        return (
            f"Cấp trên nhận hồ sơ buổi họp {self.meeting_id.partition(':')[2]} ngày {self.accepted_on:%d/%m/%Y} "
            f"({sent}){remark}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the superior speaks for itself
        sent = "sent on time" if self.on_time else "sent late"
        remark = f"; note: {self.remark.rstrip('.')}" if self.remark else ""
        return (
            f"The superior accepted the papers of the meeting {self.meeting_id.partition(':')[2]} "
            f"on {self.accepted_on:%d/%m/%Y} ({sent}){remark}."
        )


class RankingApproved(HubFact):
    """The superior approved a branch's ranks of a quarter or year; from then on they are final (R28)."""

    period_type: PeriodType
    period: LongPeriod
    sent: ShortId
    """The fact with which the cell sent its ranks."""
    decision_no: Line
    approved_on: date
    entries: tuple[ApprovedRank, ...]
    quota: QuotaUsed | None = None

    def subject(self) -> str:
        return f"approval/{self.branch}:{self.period}"

    @property
    def _others(self) -> int:
        return sum(entry.rank != entry.sent_rank for entry in self.entries)

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the decision stands in the fact
        other = f", {self._others} đồng chí khác đề nghị của chi bộ (có nêu lý do)" if self._others else ""
        return (
            f"Cấp trên phê duyệt kết quả xếp loại {periods.vi(self.period)} của {len(self.entries)} đảng viên theo "
            f"quyết định số {self.decision_no} ngày {self.approved_on:%d/%m/%Y}{other}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the decision stands in the fact
        other = f", {self._others} otherwise than the cell asked, with a stated reason" if self._others else ""
        return (
            f"The superior approved the ranks of {many(len(self.entries), 'member')} for {periods.en(self.period)} by "
            f"decision {self.decision_no} of {self.approved_on:%d/%m/%Y}{other}."
        )


class RankingReturned(HubFact):
    """The superior sent a branch's ranks back, with the reason; the cell looks at them again."""

    period_type: PeriodType
    period: LongPeriod
    sent: ShortId
    reason: Line
    decision_no: Line | None = None

    def subject(self) -> str:
        return f"approval/{self.branch}:{self.period}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - the paper stands in the fact
        number = f" theo văn bản số {self.decision_no}" if self.decision_no else ""
        return f"Cấp trên trả lại kết quả xếp loại {periods.vi(self.period)}{number} để chi bộ xem lại, có nêu lý do."

    def en(self, tell: Told) -> str:  # noqa: ARG002 - the paper stands in the fact
        number = f" by paper {self.decision_no}" if self.decision_no else ""
        return f"The superior returned the ranks of {periods.en(self.period)}{number}, with a stated reason."


class MeetingScoreConfirmed(HubFact):
    """The superior confirmed the score a cell gave its meeting, or set other marks with the reason; now it is final."""

    meeting_id: MeetingId
    scored: ShortId
    """The fact with the cell's own score."""
    rubric: ProfileRef
    cell_total: Mark
    cell_band: MeetingBand
    changed: tuple[LineMark, ...] = ()
    """The lines on which the superior's mark is another."""
    total: Mark
    band: MeetingBand
    reason: Line | None = None
    """Where a mark is another."""

    def subject(self) -> str:
        return f"score/{self.meeting_id}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - which meeting stands beside the sentence
        total, cell = comma(self.total), comma(self.cell_total)
        if not self.changed:
            return f"Cấp trên xác nhận điểm buổi sinh hoạt: {total} điểm, xếp loại {BAND_VI[self.band]}."
        lines = ", ".join(line.id for line in self.changed)
        return (
            f"Cấp trên xác nhận buổi sinh hoạt {total} điểm, xếp loại {BAND_VI[self.band]} (chi bộ chấm {cell}, "
            f"{BAND_VI[self.cell_band]}; mục {lines} chấm khác, có nêu lý do)."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 - which meeting stands beside the sentence
        if not self.changed:
            return f"The superior confirmed the meeting's score: {self.total} marks, {BAND_EN[self.band]}."
        lines = ", ".join(line.id for line in self.changed)
        return (
            f"The superior set the meeting's score at {self.total} marks, {BAND_EN[self.band]} (the cell gave "
            f"{self.cell_total}, {BAND_EN[self.cell_band]}; line {lines} otherwise, with a stated reason)."
        )


class SecurityGradeRejected(HubFact):
    """Something graded was turned away at the door and nothing of it was kept: only the rule, and when."""

    rule: Literal["R33"] = "R33"

    def subject(self) -> str:
        return f"gate/{self.branch}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 - nothing more may be said
        return "Một văn bản có độ mật đã bị từ chối; không có gì của văn bản đó được lưu."

    def en(self, tell: Told) -> str:  # noqa: ARG002 - nothing more may be said
        return "A classified document was turned away; nothing of it was kept."


FACTS: tuple[type[Fact], ...] = (
    RuleProfilePublished,
    RuleProfileWithdrawn,
    WorkProgrammeIssued,
    PolicyDocumentPublished,
    MeetingScoreConfirmed,
    BranchReportAccepted,
    RankingApproved,
    RankingReturned,
    SecurityGradeRejected,
)
