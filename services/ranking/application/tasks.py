"""Tasks as they stand: pending, open, ended, carried over; one with every fact about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from services.ranking.application.answers import Answer, FactInWords, History, Name, Open, not_found, told
from services.ranking.application.deciding import outcome
from services.ranking.application.succession import waiting
from services.ranking.projections import ResultShown, TaskShown
from shared.events.ranking import CauseKind, FollowUp, Origin, Outcome, TaskCompleted, TaskFailed

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class TaskCause(Answer):
    """Why something was late or not done; the text for the cell only."""

    kind: CauseKind
    text: str | None


class TaskResult(Answer):
    """What came of a task by one due date."""

    fact_id: str
    due_on: date
    outcome: Outcome | Literal["failed"]
    ended_on: date
    ended_at: str | None
    days_late: int
    exceeded: str | None
    causes: tuple[TaskCause, ...]
    proposal: str | None
    follow_up: FollowUp | None
    follow_up_ref: str | None
    extended_to: date | None
    follow_up_reason: str | None


class TaskAnswer(Answer):
    """One task as it stands."""

    task_id: str
    member_id: str
    partner_id: str | None
    text: str
    origin: Origin
    due_on: date
    due_at: str | None
    report_at: str | None
    programme_item_id: str | None
    carried_from: str | None
    meeting_id: str | None
    given_by: str | None
    given_at: str | None
    acknowledged_in: str | None
    phase: Literal["open", "completed", "failed", "handed_over"]
    pending: bool = Field(
        description="Still on somebody's list: open, or not done with nothing said about what follows."
    )
    overdue: bool
    progress: str | None
    results: tuple[TaskResult, ...]


class TaskInFull(Answer):
    """One task with everything that was recorded about it."""

    task: TaskAnswer
    facts: tuple[FactInWords, ...]


async def tasks(
    reader: ViewReader,
    branch: str,
    opened: Open,
    today: date,
    *,
    member: str | None = None,
    state: Literal["pending", "open", "ended", "all"] = "all",
    due_from: date | None = None,
    due_to: date | None = None,
) -> list[TaskAnswer]:
    """A branch's tasks by due date; ``pending`` is what is carried over, so that no open task disappears."""
    found = []
    for shown in reader.scan("tasks", branch):
        if shown.task.given is None or not _wanted(shown, member, state, due_from, due_to):
            continue
        found.append(await _task(shown, opened, today))
    return sorted(found, key=lambda task: (task.due_on, task.task_id))


def _wanted(shown: TaskShown, member: str | None, state: str, due_from: date | None, due_to: date | None) -> bool:
    task, day = shown.task, shown.task.due_on
    if (
        task.given is None
        or day is None
        or (member is not None and member not in {task.given.member_id, task.given.partner_id})
    ):
        return False
    if (due_from is not None and day < due_from) or (due_to is not None and day > due_to):
        return False
    match state:
        case "pending":
            return task.pending
        case "open":
            return task.phase == "open"
        case "ended":
            return task.phase != "open"
        case _:
            return True


async def task(reader: ViewReader, branch: str, task_id: str, opened: Open, today: date) -> TaskAnswer:
    """One task. Raises Refused when there is none of this id."""
    shown: TaskShown | None = reader.get("tasks", branch, task_id)
    if shown is None or shown.task.given is None:
        not_found(f"Chưa có việc mang mã {task_id} trong chi bộ này.", f"There is no task {task_id} in this branch.")
    return await _task(shown, opened, today)


async def task_in_full(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, task_id: str, opened: Open, today: date, history: History, name: Name
) -> TaskInFull:
    """One task with every fact about it in words. Raises Refused when there is none of this id."""
    answer = await task(reader, branch, task_id, opened, today)
    facts = tuple(told(recorded, name) for recorded in history(f"task/{branch}:{task_id}"))
    return TaskInFull(task=answer, facts=facts)


async def _task(shown: TaskShown, opened: Open, today: date) -> TaskAnswer:
    task, given, urgent = shown.task, shown.task.given, shown.task.urgent
    if given is None or task.phase == "not_given":
        raise AssertionError(shown.task_id)
    due_on = task.due_on or given.due_on
    return TaskAnswer(
        task_id=shown.task_id,
        member_id=given.member_id,
        partner_id=given.partner_id,
        text=given.text,
        origin=given.origin,
        due_on=due_on,
        due_at=task.due_at,
        report_at=given.report_at,
        programme_item_id=given.programme_item_id,
        carried_from=given.carried_from,
        meeting_id=given.meeting_id,
        given_by=urgent.given_by if urgent is not None else None,
        given_at=urgent.given_at if urgent is not None else None,
        acknowledged_in=shown.acknowledged_in,
        phase=task.phase,
        pending=task.pending,
        overdue=task.phase == "open" and due_on < today,
        progress=task.progress,
        results=tuple([await _result(result, opened) for result in shown.results]),
    )


async def _result(shown: ResultShown, opened: Open) -> TaskResult:
    result, followed = shown.result, shown.followed
    done = result if isinstance(result, TaskCompleted) else None
    failed = result if isinstance(result, TaskFailed) else None
    return TaskResult(
        fact_id=shown.fact_id,
        due_on=shown.due_on,
        outcome=outcome(shown),
        ended_on=result.done_on if isinstance(result, TaskCompleted) else result.ended_on,
        ended_at=done.done_at if done is not None else None,
        days_late=done.days_late if done is not None else 0,
        exceeded=done.exceeded if done is not None else None,
        causes=tuple(
            [TaskCause(kind=cause.kind, text=await opened(shown.fact_id, cause.text)) for cause in result.causes]
        ),
        proposal=failed.proposal if failed is not None else None,
        follow_up=followed.how if followed is not None else None,
        follow_up_ref=followed.ref if followed is not None else None,
        extended_to=followed.due_on if followed is not None else None,
        follow_up_reason=followed.reason if followed is not None else None,
    )


class CarriedOver(Answer):
    """A task still on somebody's list, and the tasks it carries on, from the first."""

    task: TaskAnswer
    chain: tuple[str, ...]
    """Ids from the first task to this one."""
    first_due_on: date
    days_since_first_due: int
    waits_for: Literal["result", "follow_up", "member"]
    from_branch: str | None = None
    """The branch that left it open when it was merged into this one, while nobody here has it."""


async def carried_over(reader: ViewReader, branch: str, opened: Open, today: date) -> list[CarriedOver]:
    """Every task that is not closed, the longest owed first: no open task ever disappears."""
    shown: dict[str, TaskShown] = {one.task_id: one for one in reader.scan("tasks", branch)}
    found = []
    for one in shown.values():
        if not one.task.pending:
            continue
        chain = _chain(shown, one)
        first = chain[0]
        first_due = first.results[0].due_on if first.results else first.task.due_on
        if first_due is None:
            continue
        found.append(
            CarriedOver(
                task=await _task(one, opened, today),
                chain=tuple(link.task_id for link in chain),
                first_due_on=first_due,
                days_since_first_due=max(0, (today - first_due).days),
                waits_for="result" if one.task.phase == "open" else "follow_up",
            )
        )
    for (before, id), one in waiting(reader, branch).items():
        answer = await _task(one, _closed, today)
        found.append(
            CarriedOver(
                task=answer,
                chain=(id,),
                first_due_on=answer.due_on,
                days_since_first_due=max(0, (today - answer.due_on).days),
                waits_for="member",
                from_branch=before,
            )
        )
    return sorted(found, key=lambda one: (one.first_due_on, one.task.task_id))


async def _closed(_fact: str, _private: object) -> None:
    """What another branch sealed stays closed here."""


def _chain(shown: dict[str, TaskShown], last: TaskShown) -> list[TaskShown]:
    chain, seen = [last], {last.task_id}
    while (given := chain[0].task.given) is not None and given.carried_from in shown:
        before = shown[given.carried_from]
        if before.task_id in seen:
            break
        seen.add(before.task_id)
        chain.insert(0, before)
    return chain
