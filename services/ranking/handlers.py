"""What other services' facts make ranking do: tasks begin to live, go on or stop; ranks become final or open again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.ranking.domain.appraisal import Approval, FinaliseRanking, ReopenAppraisal
from services.ranking.domain.task import AssignTask, FollowUpTask
from shared.decision import Command
from shared.events.envelope import Fact, Recorded
from shared.events.hub import RankingApproved, RankingReturned
from shared.events.minutes import AssignmentDecided, LastMonthReviewed


def assign(recorded: Recorded[AssignmentDecided]) -> tuple[Command, ...]:
    """The task the meeting gave; the one it carries on, where there is one, has found its end."""
    decided = recorded.fact
    given = AssignTask(**decided.model_dump(exclude={"draft_id"}))
    carried = decided.carried_from
    if carried is None:
        return (given,)
    return given, FollowUpTask(task_id=carried, how="new_task", ref=decided.task_id, meeting_id=decided.meeting_id)


def follow_up(recorded: Recorded[LastMonthReviewed]) -> tuple[Command, ...]:
    """What the cell said about every task that was late or not done."""
    return tuple(
        FollowUpTask(
            task_id=task.task_id,
            how=task.follow_up,
            ref=task.follow_up_ref,
            due_on=task.extended_to,
            meeting_id=recorded.fact.meeting_id,
        )
        for member in recorded.fact.members
        for task in member.tasks
        if task.follow_up is not None
    )


def finalise(recorded: Recorded[RankingApproved]) -> tuple[Command, ...]:
    """The ranks as the superior approved them; why one is another than sent stands in the superior's fact."""
    approved = recorded.fact
    other = tuple(Approval(member_id=one.member_id, rank=one.rank) for one in approved.entries)
    return (
        FinaliseRanking(
            period=approved.period,
            decision_no=approved.decision_no,
            approved_on=approved.approved_on,
            entries=other,
        ),
    )


def open_again(recorded: Recorded[RankingReturned]) -> tuple[Command, ...]:
    """The ranks the superior sent back; the reason stands in the superior's fact."""
    return (ReopenAppraisal(period=recorded.fact.period, decision_no=recorded.fact.decision_no),)


HEARS: Mapping[type[Fact], Callable[[Recorded[Any]], tuple[Command, ...]]] = {
    AssignmentDecided: assign,
    LastMonthReviewed: follow_up,
    RankingApproved: finalise,
    RankingReturned: open_again,
}
