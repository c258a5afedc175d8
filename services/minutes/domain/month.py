"""The month behind: the cell as one body, each member's tasks with their results and causes (R19, R44)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.known import Known, Task
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, comrades, in_branch, in_session, opened
from services.minutes.domain.wish import MinutesCommand
from shared import periods
from shared.decision import Asked, Refused
from shared.events.envelope import Line, MemberId, Period, ShortId
from shared.events.minutes import (
    BranchMonthReviewed,
    Cause,
    CauseKind,
    FollowUp,
    LastMonthReviewed,
    MemberCause,
    MemberMonthReviewed,
    MemberReview,
    TaskOutcome,
    TaskReview,
    UrgentTaskAcknowledged,
)
from shared.events.sealed import PrivateText, Secret


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CauseNamed(_Part):
    """A cause the meeting names, of a kind; for one task where it belongs to one."""

    kind: CauseKind
    text: PrivateText
    task_id: ShortId | None = None


class TaskEnding(_Part):
    """Where a task that was not done goes from here."""

    task_id: ShortId
    follow_up: FollowUp
    follow_up_ref: ShortId | None = None
    extended_to: date | None = None


class MemberMonth(_Part):
    """What the cell says about one member's month; the results of tasks come from what was reported."""

    member_id: MemberId
    strengths: PrivateText | None = None
    shortcomings: PrivateText | None = None
    causes: Annotated[tuple[CauseNamed, ...], Field(max_length=30)] = ()
    tasks: Annotated[tuple[TaskEnding, ...], Field(max_length=60)] = ()


class ReviewBranchMonth(MinutesCommand):
    """Write down the cell's own month: strengths, shortcomings, causes of a kind."""

    period: Period
    strengths: Line | None = None
    shortcomings: Line | None = None
    causes: Annotated[tuple[Cause, ...], Field(max_length=10)] = ()


class ReviewMember(MinutesCommand):
    """Write down one member's month; said again it replaces what was said before."""

    READS_OWN: ClassVar[bool] = True

    period: Period
    review: MemberMonth


class ReviewLastMonth(MinutesCommand):
    """End the review: everybody has been gone through, every task due has its result."""

    READS_OWN: ClassVar[bool] = True

    period: Period
    members: Annotated[tuple[MemberMonth, ...], Field(max_length=500)] = ()
    """Those not reviewed one by one before."""


class AcknowledgeUrgentTask(MinutesCommand):
    """Take note of a task that was given outside a meeting."""

    task_id: ShortId


def review_branch_month(minutes: Minutes, command: ReviewBranchMonth, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    fact = BranchMonthReviewed(
        meeting_id=command.meeting_id,
        period=command.period,
        strengths=command.strengths,
        shortcomings=command.shortcomings,
        causes=command.causes,
    )
    if meeting.branch_months.get(command.period) == fact:
        return ()
    in_session(minutes, asked)
    _has_begun(meeting, command.period)
    return (fact,)


def review_member(minutes: Minutes, command: ReviewMember, asked: Asked[Known]) -> Facts:
    meeting = in_session(minutes, asked)
    _has_begun(meeting, command.period)
    review = _reviewed(command.meeting_id, command.period, command.review, asked)
    return () if _adds_nothing(meeting, review) else (review,)


def review_last_month(minutes: Minutes, command: ReviewLastMonth, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.period in meeting.months and not command.members and meeting.adopted is not None:
        return ()
    in_session(minutes, asked)
    _has_begun(meeting, command.period)
    tasks = due_in(command.period, asked.known.tasks.values())
    _all_have_ended(tasks)
    said = [_reviewed(command.meeting_id, command.period, one, asked) for one in command.members]
    now = [review for review in said if not _adds_nothing(meeting, review)]
    reviews = {member: done for (period, member), done in meeting.reviews.items() if period == command.period}
    reviews |= {review.member_id: review.tasks for review in now}
    _all_were_reviewed(meeting, command.period, reviews, tasks, asked)
    order = () if asked.known.branch is None else tuple(member.id for member in asked.known.branch.members)
    outcomes = [task.outcome for done in reviews.values() for task in done]
    whole = LastMonthReviewed(
        meeting_id=command.meeting_id,
        period=command.period,
        members=tuple(MemberReview(member_id=member, tasks=reviews[member]) for member in order if member in reviews),
        on_time=outcomes.count("on_time"),
        exceeded=outcomes.count("exceeded"),
        late=outcomes.count("late"),
        failed=outcomes.count("failed"),
    )
    return tuple(now) if meeting.months.get(command.period) == whole else (*now, whole)


def acknowledge_urgent_task(minutes: Minutes, command: AcknowledgeUrgentTask, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.task_id in meeting.acknowledged:
        return ()
    in_session(minutes, asked)
    task = asked.known.tasks.get(command.task_id)
    if task is None or task.urgent_from is None:
        raise Refused(
            f"Chưa có việc đột xuất {command.task_id} trong chi bộ. Đồng chí nhập việc đó trước "
            "(ai giao, hạn giờ nào).",
            f"No urgent task {command.task_id} is known in this branch. Enter it first (who gave it, due when).",
            code="no-task",
        )
    return (
        UrgentTaskAcknowledged(
            meeting_id=command.meeting_id,
            task_id=command.task_id,
            member_id=task.member_id,
            given_by=task.urgent_from,
        ),
    )


def promised_tasks_must_be_given(meeting: Meeting, asked: Asked[Known]) -> None:
    """Refused while a task was said to go on as a new task that nobody has been given (R44)."""
    given = {*meeting.assignments, *asked.known.tasks}
    for tasks in meeting.reviews.values():
        for task in tasks:
            if task.follow_up == "new_task" and task.follow_up_ref not in given:
                raise Refused(
                    f"Việc {task.task_id} được ghi là chuyển tiếp thành việc {task.follow_up_ref}, nhưng việc đó chưa "
                    "được giao. Đồng chí ghi phân công, hoặc ghi lại phần đánh giá.",
                    f"Task {task.task_id} was to go on as task {task.follow_up_ref}, which nobody has been given. "
                    "Record the assignment, or review the member again.",
                    code="R44",
                )


def due_in(period: str, tasks: Iterable[Task]) -> list[Task]:
    """The tasks a month answers for: due in it, still open from before, or ended late in it; none twice."""
    first, last = periods.first_day(period), periods.last_day(period)
    return [
        task
        for task in tasks
        if (task.reviewed_in is None or task.reviewed_in == period or periods.last_day(task.reviewed_in) < task.due_on)
        and task.due_on <= last
        and (task.due_on >= first or task.outcome is None or (task.ended_on is not None and task.ended_on >= first))
    ]


def _reviewed(meeting_id: str, period: str, review: MemberMonth, asked: Asked[Known]) -> MemberMonthReviewed:
    tasks = [task for task in due_in(period, asked.known.tasks.values()) if task.member_id == review.member_id]
    if not tasks and not _was_here(period, review.member_id, asked):
        in_branch(asked, review.member_id)
    _all_have_ended(tasks)
    _only_about(tasks, review)

    def secret(field: str, text: PrivateText) -> Secret:
        return Secret(subject=f"member/{asked.branch}/{review.member_id}", field=field, text=text)

    return MemberMonthReviewed(
        meeting_id=meeting_id,
        period=period,
        member_id=review.member_id,
        strengths=None if review.strengths is None else secret("strengths", review.strengths),
        shortcomings=None if review.shortcomings is None else secret("shortcomings", review.shortcomings),
        causes=tuple(
            MemberCause(kind=cause.kind, text=secret(f"causes.{place}", cause.text), task_id=cause.task_id)
            for place, cause in enumerate(review.causes)
        ),
        tasks=tuple(_ended(task, task.outcome, review) for task in tasks if task.outcome is not None),
    )


def _was_here(period: str, member_id: str, asked: Asked[Known]) -> bool:
    """Whether the branch counted this member at the month's end; who left since is still gone through."""
    branch = asked.known.branch
    return branch is not None and branch.status_on(member_id, periods.last_day(period)) is not None


def _adds_nothing(meeting: Meeting, review: MemberMonthReviewed) -> bool:
    """The same tasks were gone through before, and not a word is new; words are sealed and are never dropped."""
    wordless = review.strengths is None and review.shortcomings is None and not review.causes
    return wordless and meeting.reviews.get((review.period, review.member_id)) == review.tasks


def _ended(task: Task, outcome: TaskOutcome, review: MemberMonth) -> TaskReview:
    named = {cause.kind for cause in review.causes if cause.task_id in {None, task.task_id}}
    kinds: tuple[CauseKind, ...] = ("objective", "subjective")
    causes = tuple(kind for kind in kinds if kind in named or kind in task.causes)
    ending = next((one for one in review.tasks if one.task_id == task.task_id), None)
    follow_up = ending.follow_up if ending else task.follow_up
    if outcome in {"on_time", "exceeded"}:
        return TaskReview(task_id=task.task_id, outcome=outcome)
    _has_cause_and_end(task, causes, ending, follow_up)
    return TaskReview(
        task_id=task.task_id,
        outcome=outcome,
        causes=causes,
        follow_up=follow_up,
        follow_up_ref=ending.follow_up_ref if ending else task.follow_up_ref,
        extended_to=ending.extended_to if ending else task.extended_to,
    )


def _has_cause_and_end(
    task: Task, causes: tuple[CauseKind, ...], ending: TaskEnding | None, follow_up: FollowUp | None
) -> None:
    how = "chậm" if task.outcome == "late" else "chưa hoàn thành"
    if not causes:
        raise Refused(
            f"Việc {task.task_id} {how} mà chưa nêu nguyên nhân. Đồng chí ghi nguyên nhân khách quan hoặc chủ quan.",
            f"Task {task.task_id} is {'late' if task.outcome == 'late' else 'not done'} without a cause. Name an "
            "objective or a subjective one.",
            code="R44",
        )
    if task.outcome == "failed" and follow_up is None:
        raise Refused(
            f"Việc {task.task_id} chưa hoàn thành thì đi tiếp thế nào: đồng chí chọn giao việc mới, gia hạn, hoặc "
            "không tiếp tục.",
            f"Say where task {task.task_id}, not done, goes from here: a new task, an extension, or no further.",
            code="R44",
        )
    if ending is not None and (
        (ending.follow_up == "new_task") != (ending.follow_up_ref is not None)
        or (ending.follow_up == "extension") != (ending.extended_to is not None)
    ):
        raise Refused(
            f"Việc {task.task_id} ghi chưa đủ hoặc thừa phần xử lý tiếp. Đồng chí ghi mã việc mới nếu giao việc mới, "
            "ghi ngày mới nếu gia hạn, không ghi gì thêm nếu không tiếp tục.",
            f"Task {task.task_id}: name the new task, or the new day of an extension; for what is stopped give "
            "neither.",
            code="R44",
        )


def _only_about(tasks: list[Task], review: MemberMonth) -> None:
    """What is typed about a task must have a task to stand with; nothing typed is dropped."""
    shown = {task.task_id for task in tasks if task.outcome in {"late", "failed"}}
    named = {one.task_id for one in review.tasks} | {one.task_id for one in review.causes if one.task_id is not None}
    if stray := sorted(named - shown):
        raise Refused(
            f"{', '.join(stray)} không phải việc chậm hay chưa hoàn thành của đ/c {review.member_id} trong kỳ này. "
            "Đồng chí xem lại mã việc.",
            f"{', '.join(stray)} is no late or undone task of {review.member_id} in this month. Check the id.",
            code="R44",
        )


def _all_have_ended(tasks: list[Task]) -> None:
    left = [task.task_id for task in tasks if task.outcome is None]
    if left:
        raise Refused(
            f"Còn {len(left)} việc tháng trước chưa có kết quả: {', '.join(left)}. Đồng chí ghi hoàn thành, chậm, hoặc "
            "chưa hoàn thành kèm nguyên nhân, rồi mới kết thúc mục đánh giá.",
            f"{len(left)} of last month's tasks {'has' if len(left) == 1 else 'have'} no result: {', '.join(left)}. "
            "Record done, late, or not done with the cause, then end the review.",
            code="R19",
        )


def _all_were_reviewed(
    meeting: Meeting,
    period: str,
    reviews: dict[str, tuple[TaskReview, ...]],
    tasks: list[Task],
    asked: Asked[Known],
) -> None:
    last = periods.last_day(period)
    branch = asked.known.branch
    members = [one for one in meeting.opened.base if branch is None or branch.status_on(one, last) is not None]
    owners = [task.member_id for task in tasks]
    left = [member for member in dict.fromkeys([*members, *owners]) if member not in reviews]
    if left:
        raise Refused(
            f"Còn {len(left)} đồng chí chưa được đánh giá: {comrades(left)}. Đồng chí ghi nhận xét (không có việc đến "
            "hạn cũng ghi), rồi mới kết thúc mục đánh giá.",
            f"{len(left)} not yet reviewed: {', '.join(left)}. Review them, also those without a task, then end the "
            "review.",
            code="R19",
        )
    seen = {task.task_id for done in reviews.values() for task in done}
    late = [task for task in tasks if task.task_id not in seen]
    if late:
        raise Refused(
            f"Kết quả của {', '.join(task.task_id for task in late)} đến sau khi đã nhận xét. Đồng chí nhận xét lại "
            f"{comrades(dict.fromkeys(task.member_id for task in late))}.",
            f"The result of {', '.join(task.task_id for task in late)} came after the review. Review "
            f"{', '.join(dict.fromkeys(task.member_id for task in late))} again.",
            code="R19",
        )


def _has_begun(meeting: Meeting, period: str) -> None:
    if period > meeting.opened.period:
        raise Refused(
            f"Tháng {int(period[5:])}/{period[:4]} ở sau kỳ họp này. Đồng chí chọn tháng đã qua.",
            f"{period} lies after this meeting's month. Choose one that has passed.",
            code="R19",
        )
