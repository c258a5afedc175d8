"""The life of a task, from being given to its result and what follows; and of a month's ranking of members."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import periods
from shared.days import VIETNAM
from shared.events.envelope import (
    BranchCode,
    Fact,
    Instant,
    Line,
    MeetingId,
    MemberId,
    Period,
    Privacy,
    ShortId,
    Told,
    moment,
)
from shared.events.sealed import Private
from shared.events.wording import many

Origin = Literal["conclusion", "programme", "thematic", "locality", "pledge", "urgent"]
Outcome = Literal["on_time", "late", "exceeded"]
CauseKind = Literal["objective", "subjective"]
FollowUp = Literal["new_task", "extension", "stopped"]
Rank = Literal["excellent", "good", "completed", "not_completed"]
ProfileRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}@[1-9][0-9]{0,5}$")]
Count = Annotated[int, Field(ge=0, le=100_000)]

RANK_WORDS: dict[Rank, tuple[str, str]] = {
    "excellent": ("Hoàn thành xuất sắc", "Excellent"),
    "good": ("Hoàn thành tốt", "Good"),
    "completed": ("Hoàn thành", "Completed"),
    "not_completed": ("Không hoàn thành", "Not completed"),
}
_GIVERS = {"lãnh đạo phòng": "the head of the office", "lãnh đạo ban": "the head of the Commission"}


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Cause(Part):
    """Why something was late or not done, and whose making it was."""

    kind: CauseKind
    text: Private


class TaskCount(Part):
    """The tasks of a month by their results."""

    total: Count
    on_time: Count
    late: Count
    exceeded: Count
    failed: Count


class ReasonLine(Part):
    """One step from the facts to the rank: the rule applied, what it found, and the facts it looked at."""

    rule: Line
    """``seed-cell@1/good.late_at_most``."""
    vi: Line
    en: Line
    evidence: tuple[ShortId, ...]


class CellVote(Part):
    """How the cell voted, by the hands counted."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True, serialize_by_alias=True)

    for_: Count = Field(alias="for")
    against: Count
    other: Count
    voters_present: Count


def _local(at: str) -> datetime:
    return moment(at).astimezone(VIETNAM)


def _clause(text: str) -> str:
    """A line as part of a sentence: no full stop, no capital that only began it."""
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _hours_vi(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} giờ" if hours else "", f"{rest} phút" if rest or not hours else "") if part
    )


def _hours_en(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    if rest or not hours:
        words.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(words)


def _causes_vi(causes: tuple[Cause, ...]) -> str:
    kinds = {cause.kind for cause in causes}
    words = " và ".join(
        word for kind, word in (("objective", "khách quan"), ("subjective", "chủ quan")) if kind in kinds
    )
    return f"; đã nêu nguyên nhân {words}" if words else ""


def _causes_en(causes: tuple[Cause, ...]) -> str:
    kinds = {cause.kind for cause in causes}
    words = " and ".join(word for word in ("objective", "subjective") if word in kinds)
    return f"; {words} cause{'s' if ' and ' in words else ''} stated" if words else ""


# ---------------------------------------------------------------- tasks


class TaskFact(Fact):
    """What happens to one task of one accountable member."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    task_id: ShortId
    member_id: MemberId
    text: Line
    """The task itself, so that every fact about it can be read alone."""

    def subject(self) -> str:
        return f"task/{self.branch}:{self.task_id}"


class UrgentTaskGiven(TaskFact):
    """Somebody entitled to gave a member a task outside any meeting, due at an hour; the next meeting takes note."""

    given_by: Line
    given_at: Instant
    due_at: Instant

    def vi(self, tell: Told) -> str:
        given, due = _local(self.given_at), _local(self.due_at)
        day = f"{given:%d/%m}" if given.year == due.year else f"{given:%d/%m/%Y}"
        return (
            f"{self.given_by[:1].upper()}{self.given_by[1:]} giao việc đột xuất cho đ/c {tell.name(self.member_id)} "
            f"lúc {given:%H:%M} ngày {day}, hạn {due:%H:%M} ngày {due:%d/%m/%Y}; đ/c {tell.actor} nhập."
        )

    def en(self, tell: Told) -> str:
        given, due = _local(self.given_at), _local(self.due_at)
        day = f"{given:%d/%m}" if given.year == due.year else f"{given:%d/%m/%Y}"
        giver = _GIVERS.get(self.given_by.lower(), self.given_by)
        return (
            f"{giver[:1].upper()}{giver[1:]} gave {tell.name(self.member_id)} an urgent task "
            f"at {given:%H:%M} on {day}, due {due:%H:%M} on {due:%d/%m/%Y}; entered by {tell.actor}."
        )


class TaskAssigned(TaskFact):
    """One member answers for a task with one due date, reported at one meeting."""

    partner_id: MemberId | None = None
    due_on: date
    due_at: Instant | None = None
    """The hour, for an urgent task."""
    report_at: Period | None = None
    """The month at whose meeting it is reported; an urgent task is noted at the next."""
    origin: Origin
    programme_item_id: ShortId | None = None
    carried_from: ShortId | None = None
    meeting_id: MeetingId | None = None
    """Where it was decided; none for an urgent task."""
    decided_on: date | None = None
    """The day of the meeting, where the task comes from the paper of a meeting that is not recorded here."""

    def vi(self, tell: Told) -> str:
        partner = f", đ/c {tell.name(self.partner_id)} phối hợp" if self.partner_id else ""
        if self.due_at:
            due = _local(self.due_at)
            return (
                f"Việc đột xuất của đ/c {tell.name(self.member_id)}{partner} được ghi vào bảng phân công: "
                f"{_clause(self.text)}, hạn {due:%H:%M} ngày {due:%d/%m/%Y}."
            )
        report = ""
        if self.report_at:
            month = periods.vi(self.report_at)
            report = f", báo cáo tại kỳ {month if self._report_year() else month.partition('/')[0]}"
        return (
            f"Việc của đ/c {tell.name(self.member_id)}{partner} được ghi vào bảng phân công để theo dõi: "
            f"«{_clause(self.text)}», hạn hết ngày {self.due_on:%d/%m/%Y}{report}."
        )

    def en(self, tell: Told) -> str:
        partner = f", with {tell.name(self.partner_id)}," if self.partner_id else ""
        if self.due_at:
            due = _local(self.due_at)
            return (
                f"The urgent task of {tell.name(self.member_id)}{partner} was entered in the list of tasks: "
                f"“{_clause(self.text)}”, due {due:%H:%M} on {due:%d/%m/%Y}."
            )
        report = ""
        if self.report_at:
            month = periods.en(self.report_at)
            report = f", to report in {month if self._report_year() else month.partition(' ')[0]}"
        return (
            f"The task of {tell.name(self.member_id)}{partner} was entered in the list of tasks: "
            f"“{_clause(self.text)}”, due by the end of {self.due_on:%d/%m/%Y}{report}."
        )

    def _report_year(self) -> bool:
        """Whether the report's month must be told with its year."""
        return self.report_at is not None and self.report_at[:4] != f"{self.due_on:%Y}"


class TaskProgressReported(TaskFact):
    """How far a task has come."""

    progress: Line

    def vi(self, tell: Told) -> str:
        return f"Tiến độ việc «{_clause(self.text)}» của đ/c {tell.name(self.member_id)}: {_clause(self.progress)}."

    def en(self, tell: Told) -> str:
        return f"Progress of “{_clause(self.text)}” of {tell.name(self.member_id)}: {_clause(self.progress)}."


class TaskExtended(TaskFact):
    """A task got a later due date, for a reason."""

    from_on: date
    to_on: date
    from_at: Instant | None = None
    to_at: Instant | None = None
    reason: Line

    def vi(self, tell: Told) -> str:
        hour = f"{_local(self.to_at):%H:%M} " if self.to_at else ""
        return (
            f"Việc «{_clause(self.text)}» của đ/c {tell.name(self.member_id)} được gia hạn từ ngày "
            f"{self.from_on:%d/%m/%Y} đến {hour}ngày {self.to_on:%d/%m/%Y}; lý do: {_clause(self.reason)}."
        )

    def en(self, tell: Told) -> str:
        hour = f"{_local(self.to_at):%H:%M} on " if self.to_at else ""
        return (
            f"The task “{_clause(self.text)}” of {tell.name(self.member_id)} was extended from "
            f"{self.from_on:%d/%m/%Y} to {hour}{self.to_on:%d/%m/%Y}; reason: {_clause(self.reason)}."
        )


class TaskCompleted(TaskFact):
    """A task was done; whether in time follows from the dates, an urgent one's from the hour."""

    due_on: date
    due_at: Instant | None = None
    done_on: date
    done_at: Instant | None = None
    outcome: Outcome
    days_late: Count = 0
    """0 also for an urgent task that was late by hours only."""
    causes: tuple[Cause, ...] = ()
    exceeded: Line | None = None
    """What was done beyond what was asked."""

    def vi(self, tell: Told) -> str:
        what = "việc đột xuất" if self.due_at else f"việc «{_clause(self.text)}»"
        when = f"lúc {_local(self.done_at):%H:%M} ngày" if self.done_at else "ngày"
        beyond = f"; vượt yêu cầu: {_clause(self.exceeded)}" if self.exceeded else ""
        return (
            f"Đ/c {tell.name(self.member_id)} hoàn thành {what} {when} {self.done_on:%d/%m/%Y}, "
            f"{self._against_vi()}{beyond}{_causes_vi(self.causes)}."
        )

    def en(self, tell: Told) -> str:
        what = "the urgent task" if self.due_at else f"the task “{_clause(self.text)}”"
        when = f"at {_local(self.done_at):%H:%M} on" if self.done_at else "on"
        beyond = f"; beyond what was asked: {_clause(self.exceeded)}" if self.exceeded else ""
        return (
            f"{tell.name(self.member_id)} finished {what} {when} {self.done_on:%d/%m/%Y}, "
            f"{self._against_en()}{beyond}{_causes_en(self.causes)}."
        )

    def _minutes_early(self) -> int | None:
        if self.due_at is None or self.done_at is None:
            return None
        return int((moment(self.due_at) - moment(self.done_at)).total_seconds() // 60)

    def _against_vi(self) -> str:
        early, days = self._minutes_early(), (self.due_on - self.done_on).days
        if early is not None:
            words = f"trước hạn {_hours_vi(early)}" if early > 0 else f"chậm {_hours_vi(-early)}"
            return words if early else "đúng hạn"
        if days == 0:
            return "đúng hạn"
        return f"trước hạn {days} ngày" if days > 0 else f"chậm {-days} ngày (hạn {self.due_on:%d/%m/%Y})"

    def _against_en(self) -> str:
        early, days = self._minutes_early(), (self.due_on - self.done_on).days
        if early is not None:
            words = f"{_hours_en(early)} early" if early > 0 else f"{_hours_en(-early)} late"
            return words if early else "on time"
        if days == 0:
            return "on time"
        much = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
        return f"{much} early" if days > 0 else f"{much} late (due {self.due_on:%d/%m/%Y})"


class TaskFailed(TaskFact):
    """A task was not done: why, of whose making, and what is proposed."""

    due_on: date
    due_at: Instant | None = None
    ended_on: date
    causes: tuple[Cause, ...]
    proposal: Line

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} chưa hoàn thành việc «{_clause(self.text)}» "
            f"(hạn {self.due_on:%d/%m/%Y}){_causes_vi(self.causes)}; đề xuất: {_clause(self.proposal)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} did not complete the task “{_clause(self.text)}” "
            f"(due {self.due_on:%d/%m/%Y}){_causes_en(self.causes)}; proposed: {_clause(self.proposal)}."
        )


class TaskFollowedUp(TaskFact):
    """What the cell makes of a task that was not done, or done late: a new task, more time, or no more of it."""

    how: FollowUp
    ref: ShortId | None = None
    """The new task."""
    due_on: date | None = None
    """The new due date, where it is given more time."""
    reason: Line | None = None
    meeting_id: MeetingId | None = None

    def vi(self, tell: Told) -> str:
        how = {
            "new_task": "được chuyển tiếp thành một việc mới",
            "extension": f"được làm tiếp đến hết ngày {self.due_on:%d/%m/%Y}" if self.due_on else "được làm tiếp",
            "stopped": "dừng ở đây, không tiếp tục",
        }[self.how]
        reason = f"; lý do: {_clause(self.reason)}" if self.reason else ""
        return f"Việc «{_clause(self.text)}» của đ/c {tell.name(self.member_id)} {how}{reason}."

    def en(self, tell: Told) -> str:
        how = {
            "new_task": "goes on as a new task",
            "extension": f"goes on until {self.due_on:%d/%m/%Y}" if self.due_on else "goes on",
            "stopped": "ends here and is not continued",
        }[self.how]
        reason = f"; reason: {_clause(self.reason)}" if self.reason else ""
        return f"The task “{_clause(self.text)}” of {tell.name(self.member_id)} {how}{reason}."


# ---------------------------------------------------------------- the month's ranking


class RankingFact(Fact):
    """What happens in the ranking of one month."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    period_type: Literal["monthly"] = "monthly"
    period: Period

    def subject(self) -> str:
        return f"ranking/{self.branch}:{self.period}"


class RankingOpened(RankingFact):
    """The ranking of a month began for these members, under these criteria, which stay the same to its end."""

    members: tuple[MemberId, ...]
    profile: ProfileRef
    self_assessment_due_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Mở kỳ xếp loại {periods.vi(self.period)} cho {len(self.members)} đảng viên; "
            f"tự đánh giá đến hết ngày {self.self_assessment_due_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The ranking of {periods.en(self.period)} opened for {many(len(self.members), 'member')}; "
            f"self-assessments by the end of {self.self_assessment_due_on:%d/%m/%Y}."
        )


class SelfAssessmentFiled(RankingFact):
    """A member said what rank the month deserves, in the member's own words."""

    PRIVACY: ClassVar[Privacy] = "C"

    member_id: MemberId
    proposed_rank: Rank
    points: Annotated[int, Field(ge=0, le=100)] | None = None
    text: Private | None = None

    def vi(self, tell: Told) -> str:
        content = " (nội dung chỉ chi bộ được đọc)" if self.text else ""
        return (
            f"Đ/c {tell.name(self.member_id)} tự đánh giá {periods.vi(self.period)}: "
            f"{RANK_WORDS[self.proposed_rank][0]}{content}."
        )

    def en(self, tell: Told) -> str:
        content = " (content open to the cell only)" if self.text else ""
        return (
            f"{tell.name(self.member_id)}'s self-assessment for {periods.en(self.period)}: "
            f"{RANK_WORDS[self.proposed_rank][1]}{content}."
        )


class MemberEvaluated(RankingFact):
    """What the criteria alone give a member, with every step from the facts to the rank."""

    member_id: MemberId
    computed_rank: Rank
    tasks: TaskCount
    evidence: tuple[ShortId, ...]
    """Ids of the facts that give the results of the month's tasks."""
    reasons: tuple[ReasonLine, ...]

    def vi(self, tell: Told) -> str:
        tasks = self.tasks
        counted = (
            f"{tasks.total} việc đến hạn: {tasks.on_time + tasks.exceeded} đúng hạn, {tasks.late} chậm, "
            f"{tasks.failed} chưa hoàn thành"
            if tasks.total
            else "không có việc đến hạn"
        )
        return (
            f"Theo tiêu chí, đ/c {tell.name(self.member_id)} {periods.vi(self.period)} đạt mức "
            f"{RANK_WORDS[self.computed_rank][0]} ({counted})."
        )

    def en(self, tell: Told) -> str:
        tasks = self.tasks
        counted = (
            f"{many(tasks.total, 'task')} due: {tasks.on_time + tasks.exceeded} on time, {tasks.late} late, "
            f"{tasks.failed} not done"
            if tasks.total
            else "no task due"
        )
        return (
            f"By the criteria, {tell.name(self.member_id)} reached {RANK_WORDS[self.computed_rank][1]} "
            f"for {periods.en(self.period)} ({counted})."
        )


class RankingVoted(RankingFact):
    """The cell voted on one member's rank."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True, serialize_by_alias=True)

    meeting_id: MeetingId
    member_id: MemberId
    rank: Rank
    for_: Count = Field(alias="for")
    against: Count
    other: Count
    voters_present: Count
    base: Count
    """The voting members, present or not."""
    needed: Count
    adopted: bool

    def vi(self, tell: Told) -> str:
        return (
            f"Chi bộ biểu quyết mức {RANK_WORDS[self.rank][0]} {periods.vi(self.period)} cho đ/c "
            f"{tell.name(self.member_id)}: tán thành {self.for_}, không tán thành {self.against}, "
            f"ý kiến khác {self.other}; cần từ {self.needed} trên {self.base} đảng viên có quyền biểu quyết: "
            f"{'được' if self.adopted else 'chưa được'} thông qua."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The cell voted on {RANK_WORDS[self.rank][1]} for {tell.name(self.member_id)}, "
            f"{periods.en(self.period)}: {self.for_} for, {self.against} against, {self.other} other; "
            f"{self.needed} of the {self.base} voting members are needed: {'' if self.adopted else 'not '}adopted."
        )


class MemberRanked(RankingFact):
    """The cell concluded a member's rank: what the criteria gave, what it decided, and why where they differ."""

    meeting_id: MeetingId
    member_id: MemberId
    computed_rank: Rank
    decided_rank: Rank
    reason: Private | None = None
    vote: CellVote | None = None
    evidence: tuple[ShortId, ...]

    def vi(self, tell: Told) -> str:
        ranked = (
            f"Đ/c {tell.name(self.member_id)} được chi bộ xếp loại {periods.vi(self.period)}: "
            f"{RANK_WORDS[self.decided_rank][0]}"
        )
        if self.decided_rank == self.computed_rank:
            return f"{ranked}, đúng như tiêu chí tính ra."
        votes = f" ({self.vote.for_} tán thành)" if self.vote else ""
        return (
            f"{ranked}. Theo tiêu chí tính ra là {RANK_WORDS[self.computed_rank][0]}; "
            f"chi bộ quyết định khác, có nêu lý do{votes}."
        )

    def en(self, tell: Told) -> str:
        ranked = (
            f"The cell ranked {tell.name(self.member_id)} for {periods.en(self.period)}: "
            f"{RANK_WORDS[self.decided_rank][1]}"
        )
        if self.decided_rank == self.computed_rank:
            return f"{ranked}, as the criteria gave."
        votes = f" ({self.vote.for_} for)" if self.vote else ""
        return (
            f"{ranked}. The criteria alone gave {RANK_WORDS[self.computed_rank][1]}; "
            f"the cell decided otherwise with a stated reason{votes}."
        )


class TaskHandedOver(TaskFact):
    """The branch ended with this task open; it waits in the branch that took its place until a member there has it."""

    into: BranchCode
    due_on: date
    ended_on: date
    """The first day the branch no longer existed."""

    def vi(self, tell: Told) -> str:
        return (
            f"Chi bộ kết thúc từ ngày {self.ended_on:%d/%m/%Y}; việc còn mở của đ/c {tell.name(self.member_id)} "
            f"«{_clause(self.text)}», hạn {self.due_on:%d/%m/%Y}, chuyển sang chi bộ {self.into} để giao làm tiếp."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The branch ended on {self.ended_on:%d/%m/%Y}; the open task of {tell.name(self.member_id)}, "
            f"“{_clause(self.text)}”, due {self.due_on:%d/%m/%Y}, goes on in branch {self.into}."
        )


class TaskTakenOver(TaskFact):
    """A member of the branch goes on with a task that another branch left open when it ended."""

    from_branch: BranchCode
    from_task_id: ShortId

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} nhận làm tiếp việc «{_clause(self.text)}» của chi bộ {self.from_branch} "
            "đã kết thúc."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} goes on with a task of branch {self.from_branch}, which has ended: "
            f"“{_clause(self.text)}”."
        )


AnyTaskFact = (
    UrgentTaskGiven
    | TaskAssigned
    | TaskProgressReported
    | TaskExtended
    | TaskCompleted
    | TaskFailed
    | TaskFollowedUp
    | TaskHandedOver
    | TaskTakenOver
)
AnyRankingFact = RankingOpened | SelfAssessmentFiled | MemberEvaluated | RankingVoted | MemberRanked

FACTS: tuple[type[Fact], ...] = (
    UrgentTaskGiven,
    TaskAssigned,
    TaskProgressReported,
    TaskExtended,
    TaskCompleted,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    TaskTakenOver,
    RankingOpened,
    SelfAssessmentFiled,
    MemberEvaluated,
    RankingVoted,
    MemberRanked,
)
