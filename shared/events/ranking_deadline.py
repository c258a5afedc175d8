"""Steps of a quarter's or year's ranking that have not come by their day, and what answered them; said by the clock."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, get_args

from shared import periods
from shared.events.appraisal import LongPeriod
from shared.events.envelope import BranchCode, Fact, Instant, Line, MemberId, ShortId, Told
from shared.events.ranking import ProfileRef
from shared.events.ranking_flag import FlagId

Step = Literal["opened", "assessed", "voted", "approved"]
"""Opened, everybody's own word, the cell's vote, the superior's approval."""
STEPS: tuple[Step, ...] = get_args(Step)
RULE = "R28"
MISSING: dict[Step, tuple[str, ...]] = {
    "opened": ("RankingOpened",),
    "assessed": ("SelfAssessmentFiled",),
    "voted": ("RankingVoted",),
    "approved": ("RankingApproved",),
}
"""The facts of which one would answer."""


class DeadlineFact(Fact):
    """About one step of a quarter's or year's ranking."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    flag_id: FlagId
    rule: ShortId
    step: Step
    period: LongPeriod
    profile: ProfileRef
    """The rules that set the day."""
    due_on: date
    """The last day on which it would have been in time."""
    due_at: Instant
    """When that day had ended."""
    member_ids: tuple[MemberId, ...] = ()
    """Whose own word, or on whose rank the vote, is missing."""

    def subject(self) -> str:
        return f"flag/{self.branch}:{self.flag_id}"

    def _names(self, tell: Told) -> str:
        return ", ".join(tell.name(member) for member in self.member_ids)


class RankingDeadlineMissed(DeadlineFact):
    """A step of a quarter's or year's ranking has not come by its day; the flag says which fact would answer it."""

    missing: tuple[Line, ...]

    def vi(self, tell: Told) -> str:
        period, day = periods.vi(self.period), f"{self.due_on:%d/%m/%Y}"
        match self.step:
            case "opened":
                return f"Đến {day} chi bộ chưa mở kỳ xếp loại {period}; đồng chí bí thư mở kỳ."
            case "assessed":
                return (
                    f"Đến {day} còn {len(self.member_ids)} đồng chí chưa tự đánh giá {period}: {self._names(tell)}; "
                    "tự đánh giá muộn vẫn nhận."
                )
            case "voted":
                return (
                    f"Đến {day} chi bộ chưa biểu quyết xếp loại {period} cho {len(self.member_ids)} đồng chí: "
                    f"{self._names(tell)}."
                )
            case "approved":
                return f"Đến {day} kết quả xếp loại {period} chưa được cấp trên duyệt."

    def en(self, tell: Told) -> str:
        period, day = periods.en(self.period), f"{self.due_on:%d/%m/%Y}"
        match self.step:
            case "opened":
                return f"By {day} the ranking of {period} had not been opened; the secretary opens it."
            case "assessed":
                return (
                    f"By {day} {len(self.member_ids)} had not assessed themselves for {period}: {self._names(tell)}; "
                    "a late word is still taken."
                )
            case "voted":
                return (
                    f"By {day} the cell had not voted on the rank of {len(self.member_ids)} for {period}: "
                    f"{self._names(tell)}."
                )
            case "approved":
                return f"By {day} the ranks of {period} had not been approved by the superior."


class RankingDeadlineAnswered(DeadlineFact):
    """The step that had been missing has come."""

    answered_by: ShortId
    """The fact that answered."""
    answered_at: Instant

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        period = periods.vi(self.period)
        what = {
            "opened": f"kỳ xếp loại {period} đã mở",
            "assessed": f"đã đủ tự đánh giá {period}",
            "voted": f"chi bộ đã biểu quyết xong xếp loại {period}",
            "approved": f"kết quả xếp loại {period} đã được duyệt",
        }[self.step]
        return f"Xóa nhắc việc quá hạn ngày {self.due_on:%d/%m/%Y}: {what}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        period = periods.en(self.period)
        what = {
            "opened": f"the ranking of {period} is open",
            "assessed": f"everybody's own word for {period} is there",
            "voted": f"the cell has voted on the ranks of {period}",
            "approved": f"the ranks of {period} are approved",
        }[self.step]
        return f"The flag of {self.due_on:%d/%m/%Y} is answered: {what}."


AnyDeadlineFact = RankingDeadlineMissed | RankingDeadlineAnswered

FACTS: tuple[type[Fact], ...] = (RankingDeadlineMissed, RankingDeadlineAnswered)
