"""Flags of ranking: what has not come by its day, raised by the clock, cleared by the fact that answers it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import StringConstraints

from shared import periods
from shared.events.envelope import BranchCode, Fact, Instant, Line, MeetingId, MemberId, ShortId, Told, moment
from shared.periods import AnyPeriod

Owing = Literal[
    "task_result",
    "task_follow_up",
    "urgent_acknowledgement",
    "month_ranked",
    "notebooks",
    "notebook_recheck",
]
"""What is owed: a task's result, what follows from it, a note of an urgent one, a month's ranks, notebooks seen."""
OWINGS: tuple[Owing, ...] = get_args(Owing)
FlagId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,160}$")]

RULES: dict[Owing, str] = {
    "task_result": "R19",
    "task_follow_up": "R44",
    "urgent_acknowledgement": "R19",
    "month_ranked": "R28",
    "notebooks": "R38",
    "notebook_recheck": "R38",
}
MISSING: dict[Owing, tuple[str, ...]] = {
    "task_result": ("TaskCompleted", "TaskFailed"),
    "task_follow_up": ("TaskFollowedUp",),
    "urgent_acknowledgement": ("UrgentTaskAcknowledged",),
    "month_ranked": ("MemberRanked",),
    "notebooks": ("NotebookInspected",),
    "notebook_recheck": ("NotebookRechecked",),
}
"""The facts of which one would answer."""


class RankingFlagFact(Fact):
    """About something owed by a day."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    flag_id: FlagId
    rule: ShortId
    owing: Owing
    due_at: Instant
    """When it fell due, or the meeting that should have dealt with it closed."""
    member_ids: tuple[MemberId, ...] = ()
    """Whom it is about."""
    task_id: ShortId | None = None
    text: Line | None = None
    """The task itself."""
    period: AnyPeriod | None = None
    meeting_id: MeetingId | None = None
    """The meeting that closed without it."""

    def subject(self) -> str:
        return f"flag/{self.branch}:{self.flag_id}"

    def _names(self, tell: Told) -> str:
        return ", ".join(tell.name(member) for member in self.member_ids)

    def _due(self, tell: Told) -> str:
        """The day it fell due: a day that was to end is over with the first instant of the next."""
        return f"{moment(self.due_at).astimezone(tell.at.tzinfo) - timedelta(microseconds=1):%d/%m/%Y}"

    def _task_vi(self, tell: Told) -> str:
        text = f" «{self.text.rstrip('.')}»" if self.text else ""
        return f"việc{text} của đ/c {self._names(tell)}"

    def _task_en(self, tell: Told) -> str:
        text = f"the task “{self.text.rstrip('.')}”" if self.text else "a task"
        return f"{text} of {self._names(tell)}"

    def _period_vi(self) -> str:
        return periods.vi(self.period) if self.period else "kỳ này"

    def _period_en(self) -> str:
        return periods.en(self.period) if self.period else "the period"


class RankingFlagRaised(RankingFlagFact):
    """Something that was to come by its day has not come; the flag says which fact would answer it."""

    missing: tuple[Line, ...]

    def vi(self, tell: Told) -> str:
        match self.owing:
            case "task_result":
                return (
                    f"Hết hạn {self._due(tell)} mà {self._task_vi(tell)} chưa có kết quả; cần ghi hoàn thành, "
                    "hoặc chưa hoàn thành kèm nguyên nhân."
                )
            case "task_follow_up":
                return (
                    f"Buổi họp ngày {self._due(tell)} đã bế mạc mà {self._task_vi(tell)} bị chậm hoặc chưa hoàn thành "
                    "vẫn chưa rõ xử lý tiếp: việc mới, gia hạn hay dừng."
                )
            case "urgent_acknowledgement":
                return (
                    f"Buổi họp ngày {self._due(tell)} đã bế mạc mà chưa ghi nhận việc đột xuất: {self._task_vi(tell)}."
                )
            case "month_ranked":
                return (
                    f"Buổi họp ngày {self._due(tell)} đã bế mạc mà chi bộ chưa kết luận xếp loại {self._period_vi()}."
                )
            case "notebooks":
                return (
                    f"Hết {self._period_vi()} còn {len(self.member_ids)} đồng chí chưa được kiểm tra sổ ghi chép: "
                    f"{self._names(tell)}."
                )
            case "notebook_recheck":
                return (
                    f"Hết ngày {self._due(tell)} chưa kiểm tra lại sổ ghi chép {self._period_vi()} của "
                    f"đ/c {self._names(tell)}."
                )

    def en(self, tell: Told) -> str:
        match self.owing:
            case "task_result":
                return (
                    f"It fell due on {self._due(tell)} and {self._task_en(tell)} has no result: "
                    "record it as done, or as not done with its cause."
                )
            case "task_follow_up":
                return (
                    f"The meeting of {self._due(tell)} closed and nothing was said about what follows from "
                    f"{self._task_en(tell)}, late or not done: a new task, more time or a stop."
                )
            case "urgent_acknowledgement":
                return f"The meeting of {self._due(tell)} closed without taking note of {self._task_en(tell)}."
            case "month_ranked":
                return f"The meeting of {self._due(tell)} closed without the ranks of {self._period_en()}."
            case "notebooks":
                return (
                    f"{self._period_en()} ended and {len(self.member_ids)} notebooks were not inspected: "
                    f"{self._names(tell)}."
                )
            case "notebook_recheck":
                return (
                    f"By the end of {self._due(tell)} {self._names(tell)}'s notebook for {self._period_en()} "
                    "had not been looked at again."
                )


class RankingFlagCleared(RankingFlagFact):
    """What a flag had been waiting for has come."""

    answered_by: ShortId
    """The fact that answered."""
    answered_at: Instant

    def vi(self, tell: Told) -> str:
        what = {
            "task_result": f"{self._task_vi(tell)} đã có kết quả",
            "task_follow_up": f"đã rõ xử lý tiếp {self._task_vi(tell)}",
            "urgent_acknowledgement": f"chi bộ đã ghi nhận {self._task_vi(tell)}",
            "month_ranked": f"chi bộ đã kết luận xếp loại {self._period_vi()}",
            "notebooks": f"sổ ghi chép {self._period_vi()} đã được kiểm tra đủ",
            "notebook_recheck": f"đã kiểm tra lại sổ ghi chép {self._period_vi()} của đ/c {self._names(tell)}",
        }[self.owing]
        return f"Xóa nhắc việc quá hạn ngày {self._due(tell)}: {what}."

    def en(self, tell: Told) -> str:
        what = {
            "task_result": f"{self._task_en(tell)} has its result",
            "task_follow_up": f"what follows from {self._task_en(tell)} has been said",
            "urgent_acknowledgement": f"the cell has taken note of {self._task_en(tell)}",
            "month_ranked": f"the ranks of {self._period_en()} are concluded",
            "notebooks": f"every notebook of {self._period_en()} has been inspected",
            "notebook_recheck": f"{self._names(tell)}'s notebook for {self._period_en()} was looked at again",
        }[self.owing]
        return f"The flag of {self._due(tell)} is answered: {what}."


AnyRankingFlagFact = RankingFlagRaised | RankingFlagCleared

FACTS: tuple[type[Fact], ...] = (RankingFlagRaised, RankingFlagCleared)
