"""What ranking knows from the other services, and from its own read models, when it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.ranking.domain.owed import Owed
from shared.branch import Branch
from shared.days import VIETNAM
from shared.decision import Asked, Refused
from shared.events.appraisal import DisciplineForm
from shared.events.envelope import instant, moment
from shared.events.member import Source
from shared.events.minutes import Threshold
from shared.events.ranking import Rank, TaskHandedOver
from shared.rules import RuleBook

OFFICERS = frozenset({"secretary", "deputy_secretary", "committee_member"})
WRITERS = OFFICERS | {"minute_taker"}
"""Who writes down what the cell or somebody entitled decided."""
OF_THE_DAY = frozenset({"chair_of_the_day", "minute_taker_of_the_day"})
"""Who leads the meeting that a command names, or takes its minutes, whatever office they hold."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class Span(BaseModel):
    """From a minute until a minute, the latter no longer included; None: still there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_at: str
    to_at: str | None = None

    def covers(self, at: str) -> bool:
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


class MeetingSeen(BaseModel):
    """A meeting as far as ranking needs it: which one, when it sat, who had a vote and was in the room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meeting_id: str
    meeting_kind: str
    period: str
    opened_at: str
    closed_at: str | None = None
    voters: tuple[str, ...]
    vote_base: int
    inside: Mapping[str, tuple[Span, ...]]
    chairs: tuple[str, ...] = ()
    """Everybody who held the chair in it."""
    takers: tuple[str, ...] = ()
    """Everybody who took its minutes."""
    adoption: Threshold
    """Of the voting members, as pinned when it was opened."""
    secret_minimum: int
    """The fewest ballots of a secret vote."""

    def sat_at(self, time: datetime) -> bool:
        """Whether the meeting was sitting at that time."""
        at = instant(time)
        return self.opened_at <= at and (self.closed_at is None or at <= self.closed_at)

    def voters_there(self, time: datetime) -> frozenset[str]:
        """Who of those with a vote was in the room at that time."""
        at = instant(time)
        return frozenset(voter for voter in self.voters if any(span.covers(at) for span in self.inside.get(voter, ())))

    def voters_present(self, time: datetime) -> int:
        """How many with a vote were in the room at that time."""
        return len(self.voters_there(time))


@dataclass(frozen=True)
class TaskSeen:
    """One task with one due date and what came of it by that date; None: nothing yet."""

    task_id: str
    member_id: str
    due_on: date
    outcome: Literal["on_time", "late", "exceeded", "failed"] | None
    fact_id: str
    """The fact that gave the result, or the due date while there is none."""


@dataclass(frozen=True)
class MonthSeen:
    """A member's rank of one month of a quarter or year, or of one quarter of a year."""

    period: str
    member_id: str
    rank: Rank
    fact_id: str


class DisciplineSeen(BaseModel):
    """A disciplinary decision that roster noticed, as far as it caps a rank (R27)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: str
    decided_on: date
    form: DisciplineForm
    self_detected_remedied: bool
    fact_id: str


class RemarkSeen(BaseModel):
    """A remark about a member that roster received; never its words nor its result, which are the cell's alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: str
    source: Source
    document_on: date
    shared_on: date | None = None
    fact_id: str
    """The fact that it was shared; while it is not, that it came in."""

    def evidence_by(self, day: date) -> bool:
        """R42: a remark is evidence only once it was shared with the member."""
        return self.shared_on is not None and self.shared_on <= day


@dataclass(frozen=True)
class Elsewhere:
    """How another branch under the same organisation stands in the same period."""

    branch: str
    rated: int
    good_or_better: int
    excellent: int


@dataclass(frozen=True)
class Heir:
    """The branch that took another's place, and since when."""

    code: str
    since: date


@dataclass(frozen=True)
class Known:
    """What is known at the moment of deciding."""

    branch: Branch | None
    rules: RuleBook
    meeting: MeetingSeen | None = None
    """The meeting a command names, when its opening has been heard."""
    tasks: tuple[TaskSeen, ...] = ()
    """The branch's tasks, where the ranking reads them."""
    months: tuple[MonthSeen, ...] = ()
    """The ranks of the months, and of a year's quarters, in the period that is being ranked."""
    disciplines: tuple[DisciplineSeen, ...] = ()
    remarks: tuple[RemarkSeen, ...] = ()
    balloted_at: tuple[datetime, ...] = ()
    """When the meeting already voted secretly on the very rank of the member that a command is about."""
    evaluations: Mapping[str, str] = field(default_factory=dict)
    """Member → the fact that says what the criteria gave, in the ranking a command is about."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """The other branches with which a quota is shared, as far as this site knows them."""
    owed: Owed | None = None
    """What a flag is about, where the clock asks for it."""
    heir: Heir | None = None
    """The one branch that took this one's place, where this one has ended."""
    left_open: TaskHandedOver | None = None
    """The task of a branch that ended which a command is about, while nobody here has it."""


def rests_on(member_id: str, evidence: tuple[str, ...], asked: Asked[Known]) -> tuple[str, ...]:
    """The facts a rank rests on: those the criteria looked at, and the evaluation itself. Raises Refused: none."""
    evaluation = asked.known.evaluations.get(member_id)
    found = (*evidence, evaluation) if evaluation is not None else evidence
    if not found:
        raise Refused(
            f"Xếp loại của đ/c {member_id} chưa có căn cứ nào được ghi nên chưa kết luận được. "
            "Đồng chí tính xếp loại theo tiêu chí trước; phần đã nhập vẫn còn.",
            f"{member_id}'s rank rests on nothing that is recorded. Compute it by the criteria first.",
            code="R45",
        )
    return found


def decided_elsewhere(asked: Asked[Known]) -> bool:
    """Whether this follows from another service's fact: what a meeting decided was checked there and stands."""
    return asked.actorrole.startswith("service")


def working_branch(asked: Asked[Known]) -> Branch:
    """The branch that is asked about. Raises Refused when it is not known here or no longer works."""
    branch = asked.known.branch
    if branch is None:
        raise Refused(
            f"Chưa có chi bộ mã {asked.branch} trong danh sách. Đồng chí kiểm tra lại mã; chưa có gì được lưu.",
            f"Branch {asked.branch} is not on the list. Check the code; nothing was stored.",
            code="not-found",
        )
    if branch.dissolved(asked.today):
        raise Refused(
            f"Chi bộ đã giải thể từ ngày {branch.dissolved_on:%d/%m/%Y} nên không ghi thêm được. Đồng chí chỉ ghi việc "
            "trước ngày đó, với đúng ngày đã diễn ra.",
            f"The branch was dissolved on {branch.dissolved_on:%d/%m/%Y}. Enter only what happened before that day, "
            "with its date.",
            code="dissolved",
        )
    return branch


def on_the_list(branch: Branch, member_id: str, day: date) -> None:
    """Return when the member is on the branch's list that day. Raises Refused otherwise."""
    if branch.status_on(member_id, day) is None:
        raise Refused(
            f"Đ/c {member_id} không có trong danh sách chi bộ ngày {day:%d/%m/%Y}. Đồng chí chọn người trong danh "
            "sách; phần đã nhập vẫn còn.",
            f"{member_id} is not on the branch's list on {day:%d/%m/%Y}. Choose a member from the list.",
            code="not-a-member",
        )


def sitting(meeting_id: str, asked: Asked[Known]) -> MeetingSeen:
    """The meeting in which the cell acts, at a time when it sat. Raises Refused otherwise."""
    meeting = asked.known.meeting
    if meeting is None or meeting.meeting_id != meeting_id:
        raise Refused(
            "Buổi họp này chưa khai mạc nên chưa ghi biểu quyết, kết luận xếp loại được. "
            "Đồng chí khai mạc buổi họp trước; phần đã nhập vẫn còn.",
            "That meeting has not been opened, so the cell cannot vote or conclude in it yet. Open it first.",
            code="R28",
        )
    if not meeting.sat_at(asked.time):
        opened = f"{moment(meeting.opened_at).astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        closed = f" đến {moment(meeting.closed_at).astimezone(VIETNAM):%H:%M %d/%m/%Y}" if meeting.closed_at else ""
        raise Refused(
            f"Chi bộ biểu quyết và kết luận xếp loại trong buổi họp (từ {opened}{closed}). "
            "Nếu nhập muộn, đồng chí ghi giờ đã diễn ra; phần đã nhập vẫn còn.",
            f"The cell votes and concludes while it sits (opened {opened}). Entering late, give the time it happened.",
            code="R28",
        )
    return meeting
