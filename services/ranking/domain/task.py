"""A task: one member answers for it, it has one due date, and it is never left without an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal, NoReturn, Self, assert_never

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.ranking.domain.known import (
    OF_THE_DAY,
    OFFICERS,
    WRITERS,
    Day,
    Known,
    decided_elsewhere,
    on_the_list,
    working_branch,
)
from shared.days import VIETNAM, civil_day
from shared.decision import Asked, Command, Moment, Noun, Refused
from shared.events.envelope import BranchCode, Line, MeetingId, MemberId, Period, ShortId, instant, moment
from shared.events.ranking import (
    AnyTaskFact,
    Cause,
    CauseKind,
    FollowUp,
    Outcome,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    TaskProgressReported,
    TaskTakenOver,
    UrgentTaskGiven,
)
from shared.events.sealed import PrivateText, Secret

# ---------------------------------------------------------------- commands


class GivenCause(BaseModel):
    """A cause as it is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CauseKind
    text: PrivateText


Causes = Annotated[tuple[GivenCause, ...], Field(max_length=10)]


class TaskCommand(Command):
    """A wish about one task."""

    task_id: ShortId

    def subject(self, branch: str) -> str:
        return f"task/{branch}:{self.task_id}"


class AssignTask(TaskCommand):
    """Enter a task that a meeting decided."""

    MAY = WRITERS | OF_THE_DAY | {"service"}

    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    due_on: date
    report_at: Period | None = None
    origin: Literal["conclusion", "programme", "thematic", "locality", "pledge"]
    programme_item_id: ShortId | None = None
    carried_from: ShortId | None = None
    meeting_id: MeetingId | None = None
    decided_on: Day | None = None
    """The day of the meeting, where only its paper minutes exist."""


class GiveUrgentTask(TaskCommand):
    """Enter a task that somebody entitled gave outside any meeting, due at an hour."""

    MAY = WRITERS

    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    given_by: Line
    given_at: Moment
    due_at: Moment


class ReportProgress(TaskCommand):
    """Say how far a task has come."""

    MAY = WRITERS | {"self"}

    member_id: MemberId
    progress: Line


class ExtendTask(TaskCommand):
    """Give more time before the due date passes."""

    MAY = OFFICERS

    to_on: Day | None = None
    to_at: Moment | None = None
    """For a task due at an hour."""
    reason: Line


class CompleteTask(TaskCommand):
    """Say that a task is done; whether in time follows from the dates."""

    MAY = WRITERS | {"self"}

    member_id: MemberId
    done_on: Day | None = None
    done_at: Moment | None = None
    """The hour, needed for an urgent task; without day and hour it is done now."""
    exceeded: Line | None = None
    """What was done beyond what was asked."""
    causes: Causes = ()

    @model_validator(mode="after")
    def _day_or_hour(self) -> Self:
        if self.done_on is not None and self.done_at is not None:
            raise PydanticCustomError("day_or_hour", "done_on or done_at, not both")
        return self


class FailTask(TaskCommand):
    """Say that a task was not done, why, and what is proposed."""

    MAY = WRITERS | {"self"}

    member_id: MemberId
    ended_on: Day | None = None
    causes: Causes = ()
    proposal: Line | None = None


class FollowUpTask(TaskCommand):
    """Say what the cell makes of a task that was not done, or done late."""

    MAY = WRITERS | OF_THE_DAY | {"service"}

    how: FollowUp
    ref: ShortId | None = None
    """The new task."""
    due_on: date | None = None
    """The new due date of a task that is given more time."""
    reason: Line | None = None
    meeting_id: MeetingId | None = None


class HandOverTask(TaskCommand):
    """The branch has ended and its place was taken: the open task waits there. Said by the clock."""

    MAY = frozenset({"clock"})
    READS_OWN = True


class TakeOverTask(TaskCommand):
    """Give a member of this branch what a branch that was merged into it left open; under a new id here."""

    MAY = OFFICERS
    READS_OWN = True

    member_id: MemberId
    from_branch: BranchCode
    from_task_id: ShortId
    due_on: date | None = None
    """By default the day it was due."""


# ---------------------------------------------------------------- state


@dataclass(frozen=True)
class Task:
    """One task from being given to its end."""

    phase: Literal["not_given", "open", "completed", "failed", "handed_over"] = "not_given"
    given: TaskAssigned | None = None
    urgent: UrgentTaskGiven | None = None
    progress: str | None = None
    extended: TaskExtended | None = None
    result: TaskCompleted | TaskFailed | None = None
    followed: TaskFollowedUp | None = None
    """What was made of the latest result."""
    handed: TaskHandedOver | None = None
    taken: TaskTakenOver | None = None

    @property
    def due_on(self) -> date | None:
        if self.extended is not None:
            return self.extended.to_on
        return self.given.due_on if self.given is not None else None

    @property
    def due_at(self) -> str | None:
        if self.extended is not None:
            return self.extended.to_at
        return self.given.due_at if self.given is not None else None

    @property
    def pending(self) -> bool:
        """Still on somebody's list: not done yet, or not done and nothing said about what follows (R44)."""
        return self.phase == "open" or (self.phase == "failed" and self.followed is None)


def evolve(task: Task, fact: AnyTaskFact) -> Task:
    """The task after one more fact; never refuses."""
    match fact:
        case UrgentTaskGiven():
            return replace(task, urgent=fact)
        case TaskAssigned():
            return replace(task, phase="open", given=fact)
        case TaskProgressReported():
            return replace(task, progress=fact.progress)
        case TaskExtended():
            return replace(task, phase="open", extended=fact)
        case TaskCompleted():
            return replace(task, phase="completed", result=fact, followed=None)
        case TaskFailed():
            return replace(task, phase="failed", result=fact, followed=None)
        case TaskFollowedUp():
            # Said anew after more time had been given: unless that is extended again, the old result stands.
            ended = "failed" if task.phase == "open" and isinstance(task.result, TaskFailed) else task.phase
            return replace(task, phase=ended, followed=fact)
        case TaskHandedOver():
            return replace(task, phase="handed_over", handed=fact)
        case TaskTakenOver():
            return replace(task, taken=fact)
        case _:
            assert_never(fact)


# ---------------------------------------------------------------- decisions

TaskAsk = (
    AssignTask
    | GiveUrgentTask
    | ReportProgress
    | ExtendTask
    | CompleteTask
    | FailTask
    | FollowUpTask
    | HandOverTask
    | TakeOverTask
)


def decide(task: Task, command: TaskAsk, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    """The facts a command makes of a task. Raises Refused."""
    if isinstance(command, HandOverTask):
        return _hand_over(task, asked)
    if not decided_elsewhere(asked):
        working_branch(asked)
    match task, command:
        case _, TakeOverTask():
            return _take_over(task, command, asked)
        case _, AssignTask():
            return _assign(task, command, asked)
        case _, GiveUrgentTask():
            return _give(task, command, asked)
        case Task(given=None), FollowUpTask() if decided_elsewhere(asked):
            return ()
        case Task(given=None), _:
            raise Refused(
                f"Chưa có việc mang mã {command.task_id}. Đồng chí chọn việc trong bảng phân công; "
                "chưa có gì được lưu.",
                f"There is no task {command.task_id}. Choose one from the list; nothing was stored.",
                code="not-found",
            )
        case Task(handed=TaskHandedOver()), _ if decided_elsewhere(asked):
            return ()
        case Task(handed=TaskHandedOver() as handed), _:
            raise Refused(
                f"Chi bộ đã kết thúc từ ngày {handed.ended_on:%d/%m/%Y} và việc này đã chuyển sang chi bộ "
                f"{handed.into}. Đồng chí ghi kết quả tại chi bộ đó; phần đã nhập vẫn còn.",
                f"The branch ended on {handed.ended_on:%d/%m/%Y} and this task went to branch {handed.into}. Record "
                "what came of it there.",
                code="handed-over",
            )
        case Task(given=TaskAssigned() as given), (ReportProgress() | CompleteTask() | FailTask()) if (
            given.member_id != command.member_id
        ):
            raise Refused(
                f"Việc này giao cho đ/c {given.member_id}, không phải đ/c {command.member_id}. "
                "Đồng chí chọn đúng việc; phần đã nhập vẫn còn.",
                f"This task is {given.member_id}'s, not {command.member_id}'s. Choose the right task.",
                code="R19",
            )
        case Task(given=TaskAssigned() as given), ReportProgress():
            return _report(task, given, command)
        case Task(given=TaskAssigned() as given), ExtendTask():
            return _extend(task, given, command, asked)
        case Task(given=TaskAssigned() as given), CompleteTask():
            return _complete(task, given, command, asked)
        case Task(given=TaskAssigned() as given), FailTask():
            return _fail(task, given, command, asked)
        case Task(given=TaskAssigned() as given), FollowUpTask():
            return _follow_up(task, given, command, asked)
        case _:
            raise AssertionError(command)


def _hand_over(task: Task, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    """What is still open of a branch that ended; nothing where no single branch took its place."""
    heir, given, due_on = asked.known.heir, task.given, task.due_on
    if heir is None or given is None or due_on is None or not task.pending:
        return ()
    return (
        TaskHandedOver(
            branch=given.branch,
            task_id=given.task_id,
            member_id=given.member_id,
            text=given.text,
            into=heir.code,
            due_on=due_on,
            ended_on=heir.since,
        ),
    )


def _take_over(task: Task, command: TakeOverTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    place = command.from_branch, command.from_task_id, command.member_id
    if task.taken is not None and (task.taken.from_branch, task.taken.from_task_id, task.taken.member_id) == place:
        return ()
    if task.given is not None:
        _id_in_use(command.task_id)
    left = asked.known.left_open
    if left is None:
        raise Refused(
            f"Không có việc {command.from_task_id} của chi bộ {command.from_branch} đang chờ chi bộ này giao. Đồng chí "
            "chọn trong danh sách việc còn mở; phần đã nhập vẫn còn.",
            f"No task {command.from_task_id} of branch {command.from_branch} waits here to be given. Choose one from "
            "the list of open tasks.",
            code="not-found",
        )
    due_on = command.due_on or left.due_on
    if due_on < asked.today:
        raise Refused(
            f"Hạn {due_on:%d/%m/%Y} đã qua. Đồng chí ghi hạn mới để đồng chí nhận việc làm kịp; phần đã nhập vẫn còn.",
            f"It was due {due_on:%d/%m/%Y}, which has passed. Give a new date.",
            code="R19",
        )
    on_the_list(working_branch(asked), command.member_id, asked.today)
    about = {"branch": asked.branch, "task_id": command.task_id, "member_id": command.member_id, "text": left.text}
    taken = TaskTakenOver(**about, from_branch=command.from_branch, from_task_id=command.from_task_id)
    return taken, TaskAssigned(**about, due_on=due_on, origin="conclusion")


def _assign(task: Task, command: AssignTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    fact = TaskAssigned(
        branch=asked.branch,
        task_id=command.task_id,
        member_id=command.member_id,
        text=command.text,
        partner_id=command.partner_id,
        due_on=command.due_on,
        report_at=command.report_at,
        origin=command.origin,
        programme_item_id=command.programme_item_id,
        carried_from=command.carried_from,
        meeting_id=command.meeting_id,
        decided_on=command.decided_on,
    )
    if task.given == fact:
        return ()
    if task.given is not None:
        _id_in_use(command.task_id)
    if not decided_elsewhere(asked):
        _assigned_by_hand(command, asked)
    return (fact,)


def _assigned_by_hand(command: AssignTask, asked: Asked[Known]) -> None:
    """What the meeting itself would have checked, for a task entered beside it."""
    meeting = asked.known.meeting
    met_on = civil_day(moment(meeting.opened_at)) if meeting is not None else command.decided_on
    if met_on is None:
        raise Refused(
            "Việc được giao trong một buổi họp. Đồng chí chọn buổi họp đã giao việc, hoặc ghi ngày họp theo biên bản "
            "giấy; việc lãnh đạo giao gấp thì chọn «Việc đột xuất».",
            "A task is given in a meeting: name it, or its day from the paper minutes, or enter an urgent task.",
            code="R19",
        )
    if command.due_on < met_on:
        raise Refused(
            f"Hạn {command.due_on:%d/%m/%Y} đứng trước ngày họp {met_on:%d/%m/%Y}. "
            "Nếu là việc lãnh đạo giao gấp, đồng chí chọn «Việc đột xuất».",
            f"The due date {command.due_on:%d/%m/%Y} lies before the meeting of {met_on:%d/%m/%Y}; "
            "use an urgent task if it was one.",
            code="R19",
        )
    _people(command, asked, met_on)


def _people(command: AssignTask | GiveUrgentTask, asked: Asked[Known], day: date) -> None:
    branch = working_branch(asked)
    on_the_list(branch, command.member_id, day)
    if command.partner_id is not None:
        on_the_list(branch, command.partner_id, day)
    if command.partner_id == command.member_id:
        raise Refused(
            "Người phối hợp phải là người khác với người chịu trách nhiệm. Đồng chí chọn lại; phần đã nhập vẫn còn.",
            "The partner is somebody else than the member who answers for the task. Choose again.",
            code="R19",
        )


def _id_in_use(task_id: str) -> NoReturn:
    raise Refused(
        f"Mã {task_id} đã dùng cho một việc khác. Đồng chí lấy mã khác; việc cũ vẫn giữ nguyên.",
        f"{task_id} names another task already. Use another id; the other task stays as it is.",
        code="in-use",
    )


def _give(task: Task, command: GiveUrgentTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    given = UrgentTaskGiven(
        branch=asked.branch,
        task_id=command.task_id,
        member_id=command.member_id,
        text=command.text,
        given_by=command.given_by,
        given_at=instant(command.given_at),
        due_at=instant(command.due_at),
    )
    assigned = TaskAssigned(
        branch=asked.branch,
        task_id=command.task_id,
        member_id=command.member_id,
        text=command.text,
        partner_id=command.partner_id,
        due_on=civil_day(command.due_at),
        due_at=given.due_at,
        origin="urgent",
    )
    if (task.urgent, task.given) == (given, assigned):
        return ()
    if task.given is not None:
        _id_in_use(command.task_id)
    if command.due_at <= command.given_at:
        raise Refused(
            f"Hạn {_hour(given.due_at)} không sau lúc giao {_hour(given.given_at)}. Đồng chí xem lại hai mốc giờ; "
            "phần đã nhập vẫn còn.",
            f"The task is due at {_hour(given.due_at)}, not after it was given at {_hour(given.given_at)}. Check both "
            "times.",
            code="R19",
        )
    _not_in_future(command.given_at, asked)
    _people(command, asked, civil_day(command.given_at))
    return given, assigned


def _report(task: Task, given: TaskAssigned, command: ReportProgress) -> tuple[AnyTaskFact, ...]:
    if task.progress == command.progress:
        return ()
    if task.phase != "open":
        _has_ended(task)
    return (
        TaskProgressReported(
            branch=given.branch,
            task_id=given.task_id,
            member_id=given.member_id,
            text=given.text,
            progress=command.progress,
        ),
    )


def _has_ended(task: Task) -> NoReturn:
    ended = task.result.done_on if isinstance(task.result, TaskCompleted) else task.result and task.result.ended_on
    vi = "hoàn thành" if task.phase == "completed" else "chưa hoàn thành"
    en = "completed" if task.phase == "completed" else "not done"
    raise Refused(
        f"Việc này đã có kết quả: {vi}, ngày {ended:%d/%m/%Y}. Kết quả đã ghi giữ nguyên; "
        "muốn làm tiếp, đồng chí giao việc mới hoặc gia hạn ở phần xử lý tiếp theo.",
        f"This task has a result already: {en}, {ended:%d/%m/%Y}. It stays; go on with a new task or an extension.",
        code="ended",
    )


def _extend(task: Task, given: TaskAssigned, command: ExtendTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    due_on, due_at = task.due_on or given.due_on, task.due_at
    to_at = instant(command.to_at) if command.to_at is not None else None
    to_on = civil_day(command.to_at) if command.to_at is not None else command.to_on
    if to_on is None or (due_at is not None and to_at is None):
        raise Refused(
            "Đồng chí ghi hạn mới" + (", cả giờ, vì việc này có hạn theo giờ." if due_at else "."),
            "Say until when" + (", with the hour: this task is due at an hour." if due_at else "."),
            code="R19",
        )
    if (to_on, to_at) == (due_on, due_at) and task.extended is not None and task.extended.reason == command.reason:
        return ()
    if task.phase != "open":
        _has_ended(task)
    if _passed(asked, due_on, due_at):
        raise Refused(
            f"Hạn {_due(due_on, due_at)} đã qua nên gia hạn bây giờ sẽ che mất việc chậm. Đồng chí ghi hoàn thành chậm "
            "hoặc chưa hoàn thành kèm nguyên nhân, rồi chọn «gia hạn» ở phần xử lý tiếp theo.",
            f"It was due {_due(due_on, due_at)}; more time now would hide that it is late. "
            "Record it as late or not done with its cause, then extend it as the follow-up.",
            code="R44",
        )
    _later(due_on, due_at, to_on, to_at)
    return (_extended(given, due_on, due_at, to_on, to_at, command.reason),)


def _extended(  # noqa: PLR0917 - from and to, each a day and an hour
    given: TaskAssigned, from_on: date, from_at: str | None, to_on: date, to_at: str | None, reason: str
) -> TaskExtended:
    return TaskExtended(
        branch=given.branch,
        task_id=given.task_id,
        member_id=given.member_id,
        text=given.text,
        from_on=from_on,
        to_on=to_on,
        from_at=from_at,
        to_at=to_at,
        reason=reason,
    )


def _later(due_on: date, due_at: str | None, to_on: date, to_at: str | None) -> None:
    if (to_at <= due_at) if due_at is not None and to_at is not None else (to_on <= due_on):
        raise Refused(
            f"Hạn mới {_due(to_on, to_at)} không sau hạn cũ {_due(due_on, due_at)}. Đồng chí chọn ngày sau đó.",
            f"The new due date {_due(to_on, to_at)} is not after the old one, {_due(due_on, due_at)}. Choose a later "
            "one.",
            code="R19",
        )


def _complete(task: Task, given: TaskAssigned, command: CompleteTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    fact = _completed(task, given, command, asked)
    if isinstance(task.result, TaskCompleted) and _same(task.result, fact):
        return ()
    if task.phase != "open":
        _has_ended(task)
    _done_between(task, fact, asked)
    if fact.outcome == "late" and not fact.causes:
        late = f"{fact.days_late} ngày" if fact.days_late else "quá giờ"
        raise Refused(
            f"Việc xong chậm {late} so với hạn {_due(fact.due_on, fact.due_at)}. "
            "Đồng chí nêu nguyên nhân khách quan hoặc chủ quan rồi ghi lại; phần đã nhập vẫn còn.",
            f"It was finished late, due {_due(fact.due_on, fact.due_at)}: state an objective or subjective cause.",
            code="R44",
        )
    return (fact,)


def _completed(task: Task, given: TaskAssigned, command: CompleteTask, asked: Asked[Known]) -> TaskCompleted:
    due_on, due_at = task.due_on or given.due_on, task.due_at
    done = command.done_at or (asked.time if due_at is not None and command.done_on is None else None)
    if due_at is not None and done is None:
        raise Refused(
            "Việc đột xuất có hạn theo giờ. Đồng chí ghi cả giờ hoàn thành; phần đã nhập vẫn còn.",
            "An urgent task is due at an hour: say at what hour it was finished.",
            code="R19",
        )
    done_at = instant(done) if done is not None else None
    done_on = civil_day(done) if done is not None else command.done_on or asked.today
    late = done_at > due_at if due_at is not None and done_at is not None else done_on > due_on
    outcome: Outcome = "late" if late else "exceeded" if command.exceeded else "on_time"
    return TaskCompleted(
        branch=given.branch,
        task_id=given.task_id,
        member_id=given.member_id,
        text=given.text,
        due_on=due_on,
        due_at=due_at,
        done_on=done_on,
        done_at=done_at,
        outcome=outcome,
        days_late=max(0, (done_on - due_on).days),
        causes=_sealed(command.causes, asked.branch, given.member_id),
        exceeded=command.exceeded,
    )


def _done_between(task: Task, fact: TaskCompleted, asked: Asked[Known]) -> None:
    """Done after it was given and not in the future."""
    if fact.done_at is not None:
        _not_in_future(moment(fact.done_at), asked)
    if fact.done_on > asked.today:
        _not_yet(f"{fact.done_on:%d/%m/%Y}")
    if task.urgent is not None and fact.done_at is not None and fact.done_at < task.urgent.given_at:
        raise Refused(
            f"Giờ hoàn thành {_hour(fact.done_at)} đứng trước lúc giao việc {_hour(task.urgent.given_at)}. "
            "Đồng chí xem lại giờ; phần đã nhập vẫn còn.",
            f"It cannot be finished at {_hour(fact.done_at)}, before it was given at {_hour(task.urgent.given_at)}. "
            "Check the time.",
            code="R19",
        )


def _fail(task: Task, given: TaskAssigned, command: FailTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    if not command.causes or command.proposal is None:
        raise Refused(
            "Việc chưa hoàn thành cần nêu nguyên nhân khách quan hoặc chủ quan và một đề xuất (việc mới, gia hạn, "
            "hay không tiếp tục). Đồng chí bổ sung rồi ghi lại; phần đã nhập vẫn còn.",
            "A task that was not done needs an objective or subjective cause and a proposal: a new task, more time, or "
            "no more of it. Add what is missing.",
            code="R44",
        )
    fact = TaskFailed(
        branch=given.branch,
        task_id=given.task_id,
        member_id=given.member_id,
        text=given.text,
        due_on=task.due_on or given.due_on,
        due_at=task.due_at,
        ended_on=command.ended_on or asked.today,
        causes=_sealed(command.causes, asked.branch, given.member_id),
        proposal=command.proposal,
    )
    if isinstance(task.result, TaskFailed) and task.phase == "failed" and _same(task.result, fact):
        return ()
    if task.phase != "open":
        _has_ended(task)
    if fact.ended_on > asked.today:
        _not_yet(f"{fact.ended_on:%d/%m/%Y}")
    return (fact,)


def _follow_up(task: Task, given: TaskAssigned, command: FollowUpTask, asked: Asked[Known]) -> tuple[AnyTaskFact, ...]:
    fact = TaskFollowedUp(
        branch=given.branch,
        task_id=given.task_id,
        member_id=given.member_id,
        text=given.text,
        how=command.how,
        ref=command.ref,
        due_on=command.due_on,
        reason=command.reason,
        meeting_id=command.meeting_id,
    )
    if task.followed is not None and _goes_on_as(task.followed) == _goes_on_as(fact):
        return ()
    in_time = isinstance(task.result, TaskCompleted) and task.result.outcome != "late"
    if decided_elsewhere(asked):
        # The meeting's latest word stands; where there is nothing to follow it changes nothing.
        if task.result is None or in_time:
            return ()
    elif task.followed is not None:
        raise Refused(
            "Chi bộ đã quyết định xử lý tiếp việc này. Quyết định trước vẫn giữ; "
            "nếu đổi ý, đồng chí giao một việc mới trong buổi họp.",
            "The cell has already decided how this task goes on. That stays; give a new task in a meeting instead.",
            code="R44",
        )
    elif task.result is None:
        raise Refused(
            "Việc này chưa có kết quả. Đồng chí ghi hoàn thành, hoặc chưa hoàn thành kèm nguyên nhân, "
            "rồi mới quyết định xử lý tiếp theo.",
            "This task has no result yet. Record it as done, or as not done with its cause, first.",
            code="R44",
        )
    elif in_time:
        raise Refused(
            "Việc đã hoàn thành đúng hạn nên không cần xử lý tiếp. "
            "Muốn làm thêm, đồng chí giao việc mới trong buổi họp.",
            "The task was done in time and needs no follow-up. To do more, give a new task in a meeting.",
            code="R44",
        )
    _end_is_said(task, command, asked)
    if command.how != "extension" or command.due_on is None:
        return (fact,)
    reason = command.reason or "Chi bộ gia hạn sau khi kiểm điểm."
    due_on = task.due_on or given.due_on
    return fact, _extended(given, due_on, task.due_at, command.due_on, None, reason)


def _goes_on_as(fact: TaskFollowedUp) -> tuple[FollowUp, str | None, date | None]:
    return fact.how, fact.ref, fact.due_on


def _end_is_said(task: Task, command: FollowUpTask, asked: Asked[Known]) -> None:
    """R44: a new task by its name, more time with its date, a stop with its reason."""
    by_hand = not decided_elsewhere(asked)
    match command.how:
        case "new_task" if command.ref is None or command.ref == command.task_id:
            raise Refused(
                "Đồng chí chọn việc mới được giao để làm tiếp việc này; phần đã nhập vẫn còn.",
                "Name the new task that carries this one on.",
                code="R44",
            )
        case "extension" if by_hand and task.phase == "completed":
            raise Refused(
                "Việc đã làm xong (chậm) nên không gia hạn. Đồng chí chọn «việc mới» hoặc «không tiếp tục».",
                "The task is done, if late; it cannot be extended. Choose a new task or stop.",
                code="R44",
            )
        case "extension" if command.due_on is None or (by_hand and command.due_on < asked.today):
            raise Refused(
                "Gia hạn thì cần hạn mới, từ hôm nay trở đi. Đồng chí ghi hạn mới; phần đã nhập vẫn còn.",
                "An extension needs a new due date, today or later. Give the new date.",
                code="R44",
            )
        case "stopped" if by_hand and command.reason is None:
            raise Refused(
                "Không tiếp tục một việc chưa hoàn thành thì cần nêu lý do. Đồng chí ghi lý do; phần đã nhập vẫn còn.",
                "To stop a task that was not done, say why.",
                code="R44",
            )
        case _:
            return


# ---------------------------------------------------------------- words and small parts


def _sealed(causes: tuple[GivenCause, ...], branch: str, member_id: str) -> tuple[Cause, ...]:
    subject = f"member/{branch}/{member_id}"
    return tuple(
        Cause(kind=cause.kind, text=Secret(subject=subject, field=f"cause{number}", text=cause.text))
        for number, cause in enumerate(causes, 1)
    )


def _same(stored: TaskCompleted | TaskFailed, fact: TaskCompleted | TaskFailed) -> bool:
    """Whether the same was said before, as far as it can be read: the text of causes is sealed by then."""
    kinds = [cause.kind for cause in stored.causes] == [cause.kind for cause in fact.causes]
    return kinds and stored.model_copy(update={"causes": ()}) == fact.model_copy(update={"causes": ()})


def _passed(asked: Asked[Known], due_on: date, due_at: str | None) -> bool:
    return instant(asked.time) > due_at if due_at is not None else asked.today > due_on


def _not_in_future(time: datetime, asked: Asked[Known]) -> None:
    if time > asked.time:
        _not_yet(_hour(instant(time)))


def _not_yet(when: str) -> NoReturn:
    raise Refused(
        f"Mốc {when} chưa đến nên chưa ghi được. Đồng chí xem lại ngày giờ; phần đã nhập vẫn còn.",
        f"{when} lies in the future and cannot be recorded yet. Check the day and the hour.",
        code="future",
    )


def _hour(at: str) -> str:
    return f"{moment(at).astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _due(due_on: date, due_at: str | None) -> str:
    return _hour(due_at) if due_at is not None else f"{due_on:%d/%m/%Y}"


TASK: Noun[Task, Known] = Noun(
    name="task",
    initial=Task(),
    decide=decide,
    evolve=evolve,
    commands=(
        AssignTask,
        GiveUrgentTask,
        ReportProgress,
        ExtendTask,
        CompleteTask,
        FailTask,
        FollowUpTask,
        HandOverTask,
        TakeOverTask,
    ),
)
