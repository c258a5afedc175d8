"""The ranking of a quarter (leaders) or a year: own word, committee's proposal, cell's vote, superior's approval."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, StringConstraints

from shared import periods
from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, Privacy, ShortId, Told
from shared.events.ranking import RANK_WORDS, CellVote, Count, Part, ProfileRef, Rank, ReasonLine, TaskCount
from shared.events.sealed import Private
from shared.events.wording import comma, many, percent
from shared.periods import AnyPeriod

PeriodType = Literal["quarterly", "annual"]
LongPeriod = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}(-Q[1-4])?$")]
"""A quarter or a year; which quarters are ranked is the profile's word."""
Points = Annotated[str, StringConstraints(pattern=r"^(100|[0-9]{1,2})(\.[0-9]{1,2})?$")]
"""Exact, as it is written: 69.5."""
Denominator = Literal["all_rated", "good_or_better", "good_only"]
DisciplineForm = Literal["reprimand", "warning", "dismissal", "expulsion"]
VoteMode = Literal["open", "secret"]

DENOMINATOR_WORDS: dict[Denominator, tuple[str, str]] = {
    "all_rated": ("số được xếp loại", "those rated"),
    "good_or_better": ("số đạt từ Hoàn thành tốt trở lên", "those rated Good or better"),
    "good_only": ("số đạt Hoàn thành tốt", "those rated Good and no more"),
}
DISCIPLINE_WORDS: dict[DisciplineForm, tuple[str, str]] = {
    "reprimand": ("khiển trách", "reprimand"),
    "warning": ("cảnh cáo", "warning"),
    "dismissal": ("cách chức", "removal from office"),
    "expulsion": ("khai trừ", "expulsion"),
}


class Discipline(Part):
    """A discipline of the period, as far as it caps a rank."""

    decided_on: date
    form: DisciplineForm
    self_detected_remedied: bool = False


class Proposed(Part):
    """What the committee proposes for one member; another rank than the computed one has its reason."""

    member_id: MemberId
    computed_rank: Rank
    rank: Rank
    reason: Private | None = None


class Sent(Part):
    """What the cell sends for approval for one member."""

    member_id: MemberId
    computed_rank: Rank
    rank: Rank


class QuotaBy(Part):
    """The quota by one denominator."""

    denominator: Denominator
    allowed: Count


class AppraisalFact(Fact):
    """What happens in the ranking of a quarter or a year."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    period_type: PeriodType
    period: LongPeriod

    def subject(self) -> str:
        return f"appraisal/{self.branch}:{self.period}"


class RankingOpened(AppraisalFact):
    """The ranking of a quarter or a year began for these members, under criteria that stay the same to its end."""

    VERSION: ClassVar[int] = 2

    members: tuple[MemberId, ...]
    profile: ProfileRef
    self_assessment_due_on: date | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        due = (
            f"; tự đánh giá đến hết ngày {self.self_assessment_due_on:%d/%m/%Y}" if self.self_assessment_due_on else ""
        )
        return f"Mở kỳ xếp loại {periods.vi(self.period)} cho {len(self.members)} đảng viên{due}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        due = (
            f"; self-assessments by the end of {self.self_assessment_due_on:%d/%m/%Y}"
            if self.self_assessment_due_on
            else ""
        )
        return f"The ranking of {periods.en(self.period)} opened for {many(len(self.members), 'member')}{due}."


class SelfAssessmentFiled(AppraisalFact):
    """A member said what rank the quarter or year deserves, in the member's own words."""

    PRIVACY: ClassVar[Privacy] = "C"
    VERSION: ClassVar[int] = 2

    member_id: MemberId
    proposed_rank: Rank
    points: Points | None = None
    text: Private | None = None

    def vi(self, tell: Told) -> str:
        content = " (nội dung chỉ chi bộ được đọc)" if self.text else ""
        points = f", {comma(self.points)} điểm" if self.points else ""
        return (
            f"Đ/c {tell.name(self.member_id)} tự đánh giá {periods.vi(self.period)}: "
            f"{RANK_WORDS[self.proposed_rank][0]}{points}{content}."
        )

    def en(self, tell: Told) -> str:
        content = " (content open to the cell only)" if self.text else ""
        points = f", {self.points} points" if self.points else ""
        return (
            f"{tell.name(self.member_id)}'s self-assessment for {periods.en(self.period)}: "
            f"{RANK_WORDS[self.proposed_rank][1]}{points}{content}."
        )


class MemberEvaluated(AppraisalFact):
    """What points, tasks, remedies and discipline give a member by the criteria alone, step by step."""

    VERSION: ClassVar[int] = 2

    member_id: MemberId
    points: Points
    computed_rank: Rank
    tasks: TaskCount
    remedied: bool
    """Earlier shortcomings have all been put right."""
    disciplines: tuple[Discipline, ...] = ()
    evidence: tuple[ShortId, ...]
    reasons: tuple[ReasonLine, ...]

    def vi(self, tell: Told) -> str:
        return (
            f"Theo tiêu chí, đ/c {tell.name(self.member_id)} {periods.vi(self.period)} đạt mức "
            f"{RANK_WORDS[self.computed_rank][0]} ({comma(self.points)} điểm; {self.tasks.total} việc, "
            f"{self.tasks.late} chậm, {self.tasks.failed} chưa hoàn thành)."
        )

    def en(self, tell: Told) -> str:
        return (
            f"By the criteria, {tell.name(self.member_id)} reached {RANK_WORDS[self.computed_rank][1]} for "
            f"{periods.en(self.period)} ({self.points} points; {many(self.tasks.total, 'task')}, "
            f"{self.tasks.late} late, {self.tasks.failed} not done)."
        )


class RankingProposed(AppraisalFact):
    """The committee proposed every member's rank to the cell."""

    members: tuple[Proposed, ...]

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        departs = sum(one.rank != one.computed_rank for one in self.members)
        other = f", {departs} đồng chí khác mức tính ra (có nêu lý do)" if departs else ""
        return f"Chi ủy đề xuất xếp loại {periods.vi(self.period)} cho {len(self.members)} đảng viên{other}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        departs = sum(one.rank != one.computed_rank for one in self.members)
        other = f", {departs} other than computed, with a stated reason" if departs else ""
        whose = many(len(self.members), "member")
        return f"The committee proposed the ranks of {periods.en(self.period)} for {whose}{other}."


class QuotaComputed(AppraisalFact):
    """How many may be excellent in the quota's scope, as far as this site knows it; a word to the branch, no bar."""

    PRIVACY: ClassVar[Privacy] = "A"

    scope: Line
    """The organisation whose members are counted together."""
    branches: Count
    """Branches of the scope whose ranks are known here."""
    rated: Count
    good_or_better: Count
    percent: Count
    denominator: Denominator
    by_denominator: tuple[QuotaBy, ...]
    allowed: Count
    proposed: Count

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Chỉ tiêu Hoàn thành xuất sắc {periods.vi(self.period)} tính trên "
            f"{DENOMINATOR_WORDS[self.denominator][0]} ({percent(self.percent)}, làm tròn xuống), "
            f"{self.branches} chi bộ đã biết của {self.scope}: được {self.allowed}, đang đề xuất {self.proposed}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The quota of Excellent for {periods.en(self.period)} by {DENOMINATOR_WORDS[self.denominator][1]} "
            f"({percent(self.percent)}, rounded down), over {many(self.branches, 'branch', 'branches')} of "
            f"{self.scope} known here: {self.allowed} allowed, {self.proposed} proposed."
        )


class QuotaExceeded(AppraisalFact):
    """More are proposed as excellent than the quota allows: a warning here, decided at the superior's approval."""

    PRIVACY: ClassVar[Privacy] = "A"

    scope: Line
    denominator: Denominator
    allowed: Count
    proposed: Count

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Đề xuất {self.proposed} đồng chí Hoàn thành xuất sắc {periods.vi(self.period)}, quá chỉ tiêu "
            f"{self.allowed} của {self.scope}; cấp trên xem xét khi duyệt."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"{self.proposed} are proposed as Excellent for {periods.en(self.period)}, over the quota of "
            f"{self.allowed} of {self.scope}; the superior decides when approving."
        )


class RankingVoted(AppraisalFact):
    """The cell voted on one member's rank; of a secret ballot only the totals are known."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True, serialize_by_alias=True)
    VERSION: ClassVar[int] = 2

    meeting_id: MeetingId
    member_id: MemberId
    rank: Rank
    mode: VoteMode
    for_: Count = Field(alias="for")
    against: Count
    other: Count
    voters_present: Count
    base: Count
    """The voting members, present or not."""
    needed: Count
    adopted: bool

    def vi(self, tell: Told) -> str:
        mode = "bỏ phiếu kín" if self.mode == "secret" else "biểu quyết"
        return (
            f"Chi bộ {mode} mức {RANK_WORDS[self.rank][0]} {periods.vi(self.period)} cho đ/c "
            f"{tell.name(self.member_id)}: tán thành {self.for_}, không tán thành {self.against}, "
            f"ý kiến khác {self.other}; cần từ {self.needed} trên {self.base} đảng viên có quyền biểu quyết: "
            f"{'được' if self.adopted else 'chưa được'} thông qua."
        )

    def en(self, tell: Told) -> str:
        mode = "by secret ballot " if self.mode == "secret" else ""
        return (
            f"The cell voted {mode}on {RANK_WORDS[self.rank][1]} for {tell.name(self.member_id)}, "
            f"{periods.en(self.period)}: {self.for_} for, {self.against} against, {self.other} other; "
            f"{self.needed} of the {self.base} voting members are needed: {'' if self.adopted else 'not '}adopted."
        )


class RankingSent(AppraisalFact):
    """The cell's ranks went to the superior for approval; until the answer nothing in them changes."""

    members: tuple[Sent, ...]

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Chi bộ gửi cấp trên kết quả xếp loại {periods.vi(self.period)} của {len(self.members)} đảng viên "
            "để xem xét, phê duyệt."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        whose = many(len(self.members), "member")
        return f"The cell sent the ranks of {whose} for {periods.en(self.period)} for approval."


class MemberRanked(AppraisalFact):
    """A member's rank of the quarter or year is final: what the criteria gave, what was decided, and by whom."""

    VERSION: ClassVar[int] = 2

    member_id: MemberId
    points: Points
    computed_rank: Rank
    sent_rank: Rank
    """The cell's."""
    decided_rank: Rank
    reason: Private | None = None
    """Of the superior, where another rank was approved; the cell's own reasons stand in the proposal."""
    decision_no: Line | None = None
    decided_on: date
    vote: CellVote | None = None
    evidence: tuple[ShortId, ...]

    def vi(self, tell: Told) -> str:
        number = f" (quyết định số {self.decision_no})" if self.decision_no else ""
        ranked = (
            f"Đ/c {tell.name(self.member_id)} được xếp loại {periods.vi(self.period)}: "
            f"{RANK_WORDS[self.decided_rank][0]}{number}"
        )
        if self.decided_rank != self.sent_rank:
            return f"{ranked}; chi bộ đề nghị {RANK_WORDS[self.sent_rank][0]}, cấp trên quyết định khác, có nêu lý do."
        if self.decided_rank == self.computed_rank:
            return f"{ranked}, đúng như tiêu chí tính ra."
        return f"{ranked}. Theo tiêu chí tính ra là {RANK_WORDS[self.computed_rank][0]}; chi bộ đề nghị khác, có lý do."

    def en(self, tell: Told) -> str:
        number = f" (decision {self.decision_no})" if self.decision_no else ""
        ranked = (
            f"{tell.name(self.member_id)} was ranked for {periods.en(self.period)}: "
            f"{RANK_WORDS[self.decided_rank][1]}{number}"
        )
        if self.decided_rank != self.sent_rank:
            return f"{ranked}; the cell had asked for {RANK_WORDS[self.sent_rank][1]}, the superior decided otherwise."
        if self.decided_rank == self.computed_rank:
            return f"{ranked}, as the criteria gave."
        return (
            f"{ranked}. The criteria gave {RANK_WORDS[self.computed_rank][1]}; the cell asked otherwise, with a reason."
        )


class RankingReopened(Fact):
    """A ranking that was locked is open again: why, and by whose word. What was said before stays on record."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    period: AnyPeriod
    reason: Private | None = None
    """None where it stands in the superior's own fact."""
    by: Literal["cell", "superior"]
    decision_no: Line | None = None
    meeting_id: MeetingId | None = None

    def subject(self) -> str:
        noun = "ranking" if periods.kind(self.period) == "month" else "appraisal"
        return f"{noun}/{self.branch}:{self.period}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        number = f" theo văn bản số {self.decision_no}" if self.decision_no else ""
        who = "theo ý kiến cấp trên" if self.by == "superior" else "theo quyết định của chi bộ"
        return f"Mở lại kết quả xếp loại {periods.vi(self.period)} {who}{number}, có nêu lý do; kết quả cũ vẫn lưu."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        number = f" (paper {self.decision_no})" if self.decision_no else ""
        who = "on the superior's word" if self.by == "superior" else "by the cell's decision"
        return (
            f"The ranks of {periods.en(self.period)} were opened again {who}{number}, with a stated reason; "
            "what was said before stays on record."
        )


AnyAppraisalFact = (
    RankingOpened
    | SelfAssessmentFiled
    | MemberEvaluated
    | RankingProposed
    | QuotaComputed
    | QuotaExceeded
    | RankingVoted
    | RankingSent
    | MemberRanked
    | RankingReopened
)

FACTS: tuple[type[Fact], ...] = (
    RankingOpened,
    SelfAssessmentFiled,
    MemberEvaluated,
    RankingProposed,
    QuotaComputed,
    QuotaExceeded,
    RankingVoted,
    RankingSent,
    MemberRanked,
    RankingReopened,
)
