"""What ranking knows from its read models when it decides, and who is who by the charter and the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from services.ranking.application.coming_due import owed_by
from services.ranking.application.rules import rules
from services.ranking.application.succession import heir_of, left_open
from services.ranking.domain.appraisal import (
    APPRAISAL,
    AppraisalCommand,
    FinaliseRanking,
    ProposeRanks,
    RecordAppraisalVote,
    SendRanking,
)
from services.ranking.domain.appraisal_criteria import GOOD, grassroots
from services.ranking.domain.flag import FLAG, FlagCommand
from services.ranking.domain.known import DisciplineSeen, Elsewhere, Known, MeetingSeen, MonthSeen, RemarkSeen, TaskSeen
from services.ranking.domain.notebook import NOTEBOOK
from services.ranking.domain.ranking import RANKING, ConcludeRanking, EvaluateMembers
from services.ranking.domain.task import TASK, HandOverTask, TakeOverTask
from services.ranking.projections import AppraisalShown, DisciplinesShown, RankingShown, ResultShown, TaskShown
from shared import periods
from shared.decision import Command, Noun
from shared.events.envelope import moment
from shared.events.ranking import Outcome, Rank, TaskCompleted

if TYPE_CHECKING:
    from shared.store.views import ViewReader


NOUNS: tuple[Noun[Any, Any], ...] = (TASK, RANKING, APPRAISAL, NOTEBOOK, FLAG)


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What ranking knows beside the history it decides on."""
    meeting_id = getattr(command, "meeting_id", None)
    reads_tasks = isinstance(command, EvaluateMembers | ConcludeRanking | ProposeRanks)
    shares_quota = isinstance(command, ProposeRanks | SendRanking)
    return Known(
        branch=reader.get("branch", branch, ""),
        rules=rules(reader, branch),
        meeting=reader.get("meetings", branch, meeting_id) if meeting_id else None,
        tasks=tasks_seen(reader, branch) if reads_tasks else (),
        months=months_seen(reader, branch, command.period) if isinstance(command, ProposeRanks) else (),
        disciplines=_disciplines(reader, branch) if isinstance(command, ProposeRanks) else (),
        remarks=remarks_seen(reader, branch) if isinstance(command, ProposeRanks) else (),
        balloted_at=_balloted_at(reader, branch, command),
        evaluations=_evaluations(reader, branch, command),
        elsewhere=_elsewhere(reader, branch, command) if shares_quota else (),
        owed=owed_by(reader, branch, command.flag_id) if isinstance(command, FlagCommand) else None,
        heir=heir_of(reader, branch) if isinstance(command, HandOverTask) else None,
        left_open=left_open(reader, branch, command.from_branch, command.from_task_id)
        if isinstance(command, TakeOverTask)
        else None,
    )


def roles(known: Known, actor: str, _command: Command) -> frozenset[str]:
    """The roles somebody has in the meeting a command names, or by the charter, whatever office is held."""
    holders: dict[str, tuple[str, ...]] = {}
    meeting: MeetingSeen | None = known.meeting
    if meeting is not None:
        holders |= {"chair_of_the_day": meeting.chairs, "minute_taker_of_the_day": meeting.takers}
    charter = known.branch.charter if known.branch is not None else None
    if charter is not None and charter.notebook is not None:
        holders["notebook_inspector"] = charter.notebook.inspectors
    return frozenset(role for role, whose in holders.items() if actor in whose)


def months_seen(reader: ViewReader, branch: str, period: str) -> tuple[MonthSeen, ...]:
    """The concluded months of a quarter or year, a year's final quarters, with the fact that ranked each member."""
    shown: Sequence[RankingShown] = reader.scan("ranking", branch)
    first, ends = periods.first_day(period), periods.last_day(period)
    quarters: Sequence[AppraisalShown] = reader.scan("appraisals", branch)
    return tuple(
        MonthSeen(month.period, member, ranked.decided_rank, month.members[member].ranked or "")
        for month in shown
        if first <= periods.first_day(month.period) <= ends and month.ranking.phase == "concluded"
        for member, ranked in month.ranking.ranked.items()
    ) + tuple(
        MonthSeen(one.period, member, ranked.decided_rank, one.ranked.get(member, ""))
        for one in quarters
        if one.period.startswith(f"{period}-Q") and one.appraisal.phase == "final"
        for member, ranked in one.appraisal.ranked.items()
    )


def _evaluations(reader: ViewReader, branch: str, command: Command) -> dict[str, str]:
    """The evaluation of each member, where a command makes ranks final."""
    match command:
        case ConcludeRanking(period=period):
            month: RankingShown | None = reader.get("ranking", branch, period)
            members = month.members if month is not None else {}
            return {member: ids.evaluated for member, ids in members.items() if ids.evaluated is not None}
        case SendRanking(period=period) | FinaliseRanking(period=period):
            shown: AppraisalShown | None = reader.get("appraisals", branch, period)
            return shown.evaluated if shown is not None else {}
        case _:
            return {}


def _balloted_at(reader: ViewReader, branch: str, command: Command) -> tuple[datetime, ...]:
    if not isinstance(command, RecordAppraisalVote):
        return ()
    shown: AppraisalShown | None = reader.get("appraisals", branch, command.period)
    kept = shown.ballots.get(command.member_id, ()) if shown is not None else ()
    return tuple(moment(one.at) for one in kept if (one.meeting_id, one.rank) == (command.meeting_id, command.rank))


def _disciplines(reader: ViewReader, branch: str) -> tuple[DisciplineSeen, ...]:
    shown: Sequence[DisciplinesShown] = reader.scan("disciplines", branch)
    return tuple(one for member in shown for one in member.noticed)


def remarks_seen(reader: ViewReader, branch: str) -> tuple[RemarkSeen, ...]:
    """Every remark that came in, shared or not."""
    shown: Sequence[RemarkSeen] = reader.scan("remarks", branch)
    return tuple(shown)


def _elsewhere(reader: ViewReader, branch: str, command: Command) -> tuple[Elsewhere, ...]:
    """The other branches under the same grassroots organisation that have proposed ranks for the same period."""
    if not isinstance(command, AppraisalCommand):
        return ()
    found = []
    for code in reader.branches("appraisals"):
        shown: AppraisalShown | None = None
        if code != branch and grassroots(code) == grassroots(branch):
            shown = reader.get("appraisals", code, command.period)
        if shown is None or not shown.appraisal.proposed:
            continue
        state = shown.appraisal
        ranks: list[Rank] = [one.decided_rank for one in state.ranked.values()]
        ranks = ranks or [one.rank for one in (state.sent or state.proposed).values()]
        good, excellent = sum(rank in GOOD for rank in ranks), ranks.count("excellent")
        found.append(Elsewhere(branch=code, rated=len(ranks), good_or_better=good, excellent=excellent))
    return tuple(found)


def tasks_seen(reader: ViewReader, branch: str) -> tuple[TaskSeen, ...]:
    """Every task with every due date it was answered for, and the present one while it is open."""
    shown: Sequence[TaskShown] = reader.scan("tasks", branch)
    seen: list[TaskSeen] = []
    for one in shown:
        given = one.task.given
        if given is None:
            continue
        seen.extend(
            TaskSeen(one.task_id, given.member_id, result.due_on, outcome(result), result.fact_id)
            for result in one.results
        )
        if one.task.phase == "open" and one.task.due_on is not None:
            seen.append(TaskSeen(one.task_id, given.member_id, one.task.due_on, None, one.due_fact_id))
    return tuple(sorted(seen, key=lambda task: (task.due_on, task.task_id)))


def outcome(result: ResultShown) -> Outcome | Literal["failed"]:
    return result.result.outcome if isinstance(result.result, TaskCompleted) else "failed"
