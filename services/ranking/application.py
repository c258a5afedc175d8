"""What ranking is asked: tasks open and ended, a month's ranks beside the computed ones, and why each is what it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from services.ranking.domain.appraisal import APPRAISAL, Appraisal, AppraisalCommand, ProposeRanks, SendRanking
from services.ranking.domain.appraisal_criteria import GOOD, grassroots
from services.ranking.domain.flag import FLAG, ClearRankingFlag, FlagCommand, RaiseRankingFlag
from services.ranking.domain.known import DisciplineSeen, Elsewhere, Known, MeetingSeen, MonthSeen, TaskSeen
from services.ranking.domain.notebook import NOTEBOOK, Notebooks, missing
from services.ranking.domain.owed import Dues, Owed, cleared_at
from services.ranking.domain.owed import coverage as coverage_owed
from services.ranking.domain.ranking import RANKING, ConcludeRanking, EvaluateMembers, OpenRanking, last_day
from services.ranking.domain.task import TASK
from services.ranking.projections import (
    AppraisalShown,
    DisciplinesShown,
    FlagShown,
    MonthsOpened,
    NotebooksShown,
    RankingShown,
    ResultShown,
    TaskShown,
)
from shared import heard_rules, periods
from shared.branch import Branch
from shared.decision import VIETNAM, Command, Noun, Refused
from shared.events import appraisal as appraising
from shared.events.appraisal import RankingProposed
from shared.events.envelope import Recorded, moment
from shared.events.notebook import NotebookRechecked, NotebookResult
from shared.events.ranking import (
    RANK_WORDS,
    CauseKind,
    CellVote,
    FollowUp,
    MemberEvaluated,
    Origin,
    Outcome,
    Rank,
    ReasonLine,
    TaskCompleted,
    TaskCount,
    TaskFailed,
)
from shared.events.sealed import Private
from shared.rules import RuleBook, shipped
from shared.sentences import sentence
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (TASK, RANKING, APPRAISAL, NOTEBOOK, FLAG)

Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""
History = Callable[[str], Iterable[Recorded[Any]]]
"""Subject → the recorded facts of that history, in order."""
Name = Callable[[str], str]


# ------------------------------------------------------------------ for deciding


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What ranking knows beside the history it decides on."""
    meeting_id = getattr(command, "meeting_id", None)
    reads_tasks = isinstance(command, EvaluateMembers | ConcludeRanking | ProposeRanks)
    shares_quota = isinstance(command, ProposeRanks | SendRanking)
    return Known(
        branch=reader.get("branch", branch, ""),
        rules=_rules(reader, branch),
        meeting=reader.get("meetings", branch, meeting_id) if meeting_id else None,
        tasks=_seen(reader.scan("tasks", branch)) if reads_tasks else (),
        months=_months_seen(reader, branch, command.period) if isinstance(command, ProposeRanks) else (),
        disciplines=_disciplines(reader, branch) if isinstance(command, ProposeRanks) else (),
        elsewhere=_elsewhere(reader, branch, command) if shares_quota else (),
        owed=_owed_by(reader, branch, command.flag_id) if isinstance(command, FlagCommand) else None,
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


def _months_seen(reader: ViewReader, branch: str, period: str) -> tuple[MonthSeen, ...]:
    """The concluded months of a quarter or year, with the fact that ranked each member."""
    shown: Sequence[RankingShown] = reader.scan("ranking", branch)
    first, ends = periods.first_day(period), periods.last_day(period)
    return tuple(
        MonthSeen(month.period, member, ranked.decided_rank, month.members[member].ranked or "")
        for month in shown
        if first <= periods.first_day(month.period) <= ends and month.ranking.phase == "concluded"
        for member, ranked in month.ranking.ranked.items()
    )


def _rules(reader: ViewReader, branch: str) -> RuleBook:
    """The rules published for the branch and the organisations above it, and those that come with chibo."""
    published = heard_rules.book(heard_rules.heard(reader, "rules", branch)).profiles
    known = {profile.ref for profile in published}
    return RuleBook((*published, *(profile for profile in shipped().profiles if profile.ref not in known)))


def _disciplines(reader: ViewReader, branch: str) -> tuple[DisciplineSeen, ...]:
    shown: Sequence[DisciplinesShown] = reader.scan("disciplines", branch)
    return tuple(one for member in shown for one in member.noticed)


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


def _seen(shown: Iterable[TaskShown]) -> tuple[TaskSeen, ...]:
    """Every task with every due date it was answered for, and the present one while it is open."""
    seen: list[TaskSeen] = []
    for one in shown:
        given = one.task.given
        if given is None:
            continue
        seen.extend(
            TaskSeen(one.task_id, given.member_id, result.due_on, _outcome(result), result.fact_id)
            for result in one.results
        )
        if one.task.phase == "open" and one.task.due_on is not None:
            seen.append(TaskSeen(one.task_id, given.member_id, one.task.due_on, None, one.due_fact_id))
    return tuple(sorted(seen, key=lambda task: (task.due_on, task.task_id)))


def _outcome(result: ResultShown) -> Outcome | Literal["failed"]:
    return result.result.outcome if isinstance(result.result, TaskCompleted) else "failed"


# ------------------------------------------------------------------ what has come due


def due(reader: ViewReader, now: datetime) -> tuple[Due, ...]:
    """What has come and is not done, also what was missed while nothing ran here.

    Months whose ranking is to be opened, flags to be raised on what has not come, flags to be cleared.
    """
    months = [
        Due(moment=moment, command=OpenRanking(period=period), branch=code, rule="ranking-opens")
        for code in reader.branches("months")
        for period, moment in _to_open(reader, code, now)
    ]
    return (*months, *(one for code in reader.branches("dues") for one in _flags_due(reader, code, now)))


def _flags_due(reader: ViewReader, code: str, now: datetime) -> Iterable[Due]:
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        return
    for owed in _owed(reader, code, now).values():
        if owed.to_raise(now) and not branch.dissolved(moment(owed.due_at or "").astimezone(VIETNAM).date()):
            raising = RaiseRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=moment(owed.due_at or ""), command=raising, branch=code, rule=f"{owed.rule}-missed")
        elif owed.to_clear():
            clearing = ClearRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=cleared_at(owed), command=clearing, branch=code, rule=f"{owed.rule}-answered")


def _owed(reader: ViewReader, code: str, now: datetime) -> dict[str, Owed]:
    """What is owed in a branch by the flag it would raise, with the notebooks of every period ended by ``now``."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    return {**dues.owed, **{owed.flag_id: owed for owed in _notebooks_owed(reader, code, dues, now)}}


def _owed_by(reader: ViewReader, code: str, flag_id: str) -> Owed | None:
    """What one flag is about, as it stands."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    branch: Branch | None = reader.get("branch", code, "")
    kind, _, period = flag_id.partition(":")
    if kind == "notebooks" and branch is not None and periods.named(period):
        return coverage_owed(dues, _uninspected(reader, branch, period), period)
    return dues.owed.get(flag_id)


def _notebooks_owed(reader: ViewReader, code: str, dues: Dues, now: datetime) -> Iterable[Owed]:
    branch: Branch | None = reader.get("branch", code, "")
    rule = branch.charter.notebook if branch is not None and branch.charter is not None else None
    if branch is None or rule is None or dues.notebooks_since is None:
        return
    period = periods.containing(moment(dues.notebooks_since).astimezone(VIETNAM).date(), rule.inspect_every)
    while periods.last_day(period) < now.astimezone(VIETNAM).date():
        owed = coverage_owed(dues, _uninspected(reader, branch, period), period)
        if owed is not None:
            yield owed
        period = periods.following(period)


def _uninspected(reader: ViewReader, branch: Branch, period: str) -> tuple[str, ...]:
    shown: NotebooksShown | None = reader.get("notebooks", branch.code, period)
    return missing(shown.notebooks if shown is not None else Notebooks(), branch, period)


def _to_open(reader: ViewReader, code: str, now: datetime) -> list[tuple[str, datetime]]:
    branch: Branch | None = reader.get("branch", code, "")
    shown: MonthsOpened = reader.get("months", code, "")
    if branch is None or shown.since is None:
        return []
    since = moment(shown.since)
    found = []
    for period in _months_between(since, now):
        opens_at = _opens_at(period)
        if (
            opens_at is not None
            and since <= opens_at <= now
            and period > max(shown.periods, default="")
            and not branch.dissolved(opens_at.date())
            and branch.base(last_day(period))
        ):
            found.append((period, opens_at))
    return found


def _months_between(since: datetime, now: datetime) -> Iterable[str]:
    day, last = since.astimezone(VIETNAM).date(), now.astimezone(VIETNAM).date()
    while f"{day:%Y-%m}" <= f"{last:%Y-%m}":
        yield f"{day:%Y-%m}"
        day = last_day(f"{day:%Y-%m}") + timedelta(days=1)


def _opens_at(period: str) -> datetime | None:
    ends = last_day(period)
    try:
        profile = shipped().profile_for("ranking.monthly", ends)
    except LookupError:
        return None
    hour = profile.opens_at_hour.value
    return datetime(ends.year, ends.month, profile.opens_on_day.value, hour, tzinfo=VIETNAM)


# ------------------------------------------------------------------ tasks


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaskCause(_Answer):
    """Why something was late or not done; the text for the cell only."""

    kind: CauseKind
    text: str | None


class TaskResult(_Answer):
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


class TaskAnswer(_Answer):
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
    phase: Literal["open", "completed", "failed"]
    pending: bool = Field(
        description="Still on somebody's list: open, or not done with nothing said about what follows."
    )
    overdue: bool
    progress: str | None
    results: tuple[TaskResult, ...]


class FactInWords(_Answer):
    """A fact in words."""

    id: str
    type: str
    time: str
    recordedtime: str
    actor: str
    enteredby: str | None
    vi: str
    en: str


class TaskInFull(_Answer):
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
        _not_found(f"Chưa có việc mang mã {task_id} trong chi bộ này.", f"There is no task {task_id} in this branch.")
    return await _task(shown, opened, today)


async def task_in_full(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, task_id: str, opened: Open, today: date, history: History, name: Name
) -> TaskInFull:
    """One task with every fact about it in words. Raises Refused when there is none of this id."""
    answer = await task(reader, branch, task_id, opened, today)
    facts = tuple(_told(recorded, name) for recorded in history(f"task/{branch}:{task_id}"))
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
        outcome=_outcome(shown),
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


class CarriedOver(_Answer):
    """A task still on somebody's list, and the tasks it carries on, from the first."""

    task: TaskAnswer
    chain: tuple[str, ...]
    """Ids from the first task to this one."""
    first_due_on: date
    days_since_first_due: int
    waits_for: Literal["result", "follow_up"]


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
    return sorted(found, key=lambda one: (one.first_due_on, one.task.task_id))


def _chain(shown: dict[str, TaskShown], last: TaskShown) -> list[TaskShown]:
    chain, seen = [last], {last.task_id}
    while (given := chain[0].task.given) is not None and given.carried_from in shown:
        before = shown[given.carried_from]
        if before.task_id in seen:
            break
        seen.add(before.task_id)
        chain.insert(0, before)
    return chain


# ------------------------------------------------------------------ flags


class FlagAnswer(_Answer):
    """A flag in words: what has not come, since when, and what answered it."""

    flag_id: str
    rule: str
    owing: str
    state: Literal["raised", "cleared"]
    due_at: str
    raised_at: str
    missing: tuple[str, ...] = Field(description="The facts of which one answers.")
    member_ids: tuple[str, ...]
    task_id: str | None
    period: str | None
    meeting_id: str | None
    answered_by: str | None
    facts: tuple[FactInWords, ...]


def flags(
    reader: ViewReader, branch: str, state: Literal["raised", "cleared", "all"], history: History, name: Name
) -> list[FlagAnswer]:
    """The flags of a branch by the day they fell due; raised ones wait for an answer."""
    shown: Sequence[FlagShown] = reader.scan("flags", branch)
    wanted = [one for one in shown if state == "all" or (one.cleared is not None) == (state == "cleared")]
    return [_flag(one, branch, history, name) for one in sorted(wanted, key=lambda one: one.raised.due_at)]


def _flag(shown: FlagShown, branch: str, history: History, name: Name) -> FlagAnswer:
    raised, cleared = shown.raised, shown.cleared
    return FlagAnswer(
        flag_id=shown.flag_id,
        rule=raised.rule,
        owing=raised.owing,
        state="raised" if cleared is None else "cleared",
        due_at=raised.due_at,
        raised_at=shown.raised_at,
        missing=raised.missing,
        member_ids=raised.member_ids,
        task_id=raised.task_id,
        period=raised.period,
        meeting_id=raised.meeting_id,
        answered_by=cleared.answered_by if cleared is not None else None,
        facts=tuple(_told(recorded, name) for recorded in history(f"flag/{branch}:{shown.flag_id}")),
    )


# ------------------------------------------------------------------ a month's ranking


class EvidenceOfRank(_Answer):
    """A fact a rank rests on, and the task it is about."""

    fact_id: str
    task_id: str | None


class MemberInMonth(_Answer):
    """One member's month: the own word, what the criteria give, what the cell decided."""

    member_id: str
    self_assessed: Rank | None
    self_assessment: str | None
    points: int | None
    computed: Rank | None
    decided: Rank | None
    differs: bool
    reason: str | None
    vote: CellVote | None
    tasks: TaskCount | None
    reasons: tuple[ReasonLine, ...]
    evidence: tuple[EvidenceOfRank, ...]
    fact_id: str | None = Field(description="The fact MemberRanked, once the cell has concluded.")


class RankingAnswer(_Answer):
    """One month's ranking, computed and decided side by side."""

    period: str
    phase: Literal["open", "concluded"]
    profile: str
    self_assessment_due_on: date
    without_self_assessment: tuple[str, ...]
    meeting_id: str | None
    members: tuple[MemberInMonth, ...]


def months(reader: ViewReader, branch: str) -> list[str]:
    """The months whose ranking has been opened, in order."""
    opened: MonthsOpened | None = reader.get("months", branch, "")
    return [] if opened is None else list(opened.periods)


async def ranking(reader: ViewReader, branch: str, period: str, opened: Open) -> RankingAnswer:
    """One month's ranking. Raises Refused when it was not opened."""
    shown = _opened_month(reader, branch, period)
    state = shown.ranking
    start = state.opened
    if start is None or state.phase == "not_open":
        raise AssertionError(period)
    tasks_of = _tasks_by_fact(reader, branch)
    members = tuple([await _member(shown, member, tasks_of, opened) for member in start.members])
    ranked = next(iter(state.ranked.values()), None)
    return RankingAnswer(
        period=period,
        phase=state.phase,
        profile=start.profile,
        self_assessment_due_on=start.self_assessment_due_on,
        without_self_assessment=tuple(member for member in start.members if member not in state.assessed),
        meeting_id=ranked.meeting_id if ranked is not None else None,
        members=members,
    )


def _opened_month(reader: ViewReader, branch: str, period: str) -> RankingShown:
    shown: RankingShown | None = reader.get("ranking", branch, period)
    if shown is None or shown.ranking.opened is None:
        _not_found(f"Kỳ xếp loại {period} của chi bộ này chưa mở.", f"The ranking of {period} is not open here.")
    return shown


def _tasks_by_fact(reader: ViewReader, branch: str) -> dict[str, str]:
    shown: Sequence[TaskShown] = reader.scan("tasks", branch)
    return {result.fact_id: one.task_id for one in shown for result in one.results}


async def _member(shown: RankingShown, member: str, tasks_of: dict[str, str], opened: Open) -> MemberInMonth:
    state, ids = shown.ranking, shown.members[member]
    assessed, ranked, evaluated = state.assessed.get(member), state.ranked.get(member), state.evaluated.get(member)
    return MemberInMonth(
        member_id=member,
        self_assessed=assessed.proposed_rank if assessed is not None else None,
        self_assessment=await opened(ids.assessed or "", assessed.text) if assessed is not None else None,
        points=assessed.points if assessed is not None else None,
        computed=evaluated.computed_rank if evaluated is not None else None,
        decided=ranked.decided_rank if ranked is not None else None,
        differs=ranked is not None and ranked.decided_rank != ranked.computed_rank,
        reason=await opened(ids.ranked or "", ranked.reason) if ranked is not None else None,
        vote=ranked.vote if ranked is not None else _latest_vote(shown, member),
        tasks=evaluated.tasks if evaluated is not None else None,
        reasons=evaluated.reasons if evaluated is not None else (),
        evidence=_evidence(evaluated, tasks_of),
        fact_id=ids.ranked,
    )


def _latest_vote(shown: RankingShown, member: str) -> CellVote | None:
    vote = shown.ranking.voted.get(member)
    if vote is None:
        return None
    return CellVote(for_=vote.for_, against=vote.against, other=vote.other, voters_present=vote.voters_present)


def _evidence(evaluated: MemberEvaluated | None, tasks_of: dict[str, str]) -> tuple[EvidenceOfRank, ...]:
    facts = evaluated.evidence if evaluated is not None else ()
    return tuple(EvidenceOfRank(fact_id=fact_id, task_id=tasks_of.get(fact_id)) for fact_id in facts)


# ------------------------------------------------------------------ a quarter's or year's ranking


class MemberInPeriod(_Answer):
    """One member's quarter or year: own word, criteria, proposal, vote, and the rank in the end."""

    member_id: str
    self_assessed: Rank | None
    points: str | None
    computed: Rank | None
    proposed: Rank | None
    voted: Rank | None
    vote: CellVote | None
    vote_adopted: bool | None
    sent: Rank | None
    decided: Rank | None
    differs: bool
    tasks: TaskCount | None
    reasons: tuple[ReasonLine, ...]


class QuotaAnswer(_Answer):
    """The quota as last computed: a word to the branch, decided at the superior's approval."""

    scope: str
    branches: int
    rated: int
    good_or_better: int
    percent: int
    denominator: str
    by_denominator: dict[str, int]
    allowed: int
    proposed: int
    exceeded: bool


class AppraisalAnswer(_Answer):
    """A quarter's or year's ranking as it stands."""

    period: str
    phase: Literal["open", "proposed", "sent", "final"]
    locked: bool
    profile: str
    self_assessment_due_on: date | None
    without_self_assessment: tuple[str, ...]
    without_vote: tuple[str, ...]
    quota: QuotaAnswer | None
    reopened: int
    members: tuple[MemberInPeriod, ...]


def appraisals(reader: ViewReader, branch: str) -> list[str]:
    """The quarters and years whose ranking has been opened, in order of their ends."""
    shown: Sequence[AppraisalShown] = reader.scan("appraisals", branch)
    return sorted((one.period for one in shown), key=lambda period: (periods.last_day(period), period))


def appraisal(reader: ViewReader, branch: str, period: str) -> AppraisalAnswer:
    """A quarter's or year's ranking. Raises Refused when it was not opened."""
    state = _opened_appraisal(reader, branch, period).appraisal
    opened = state.opened
    if opened is None or state.phase == "not_open":
        raise AssertionError(period)
    return AppraisalAnswer(
        period=period,
        phase=state.phase,
        locked=state.phase in {"sent", "final"},
        profile=opened.profile,
        self_assessment_due_on=opened.self_assessment_due_on,
        without_self_assessment=tuple(member for member in opened.members if member not in state.assessed),
        without_vote=tuple(member for member in opened.members if member not in state.voted),
        quota=_quota(state),
        reopened=len(state.reopened),
        members=tuple(_in_period(state, member) for member in opened.members),
    )


def _opened_appraisal(reader: ViewReader, branch: str, period: str) -> AppraisalShown:
    shown: AppraisalShown | None = reader.get("appraisals", branch, period)
    if shown is None or shown.appraisal.opened is None:
        _not_found(
            f"Kỳ xếp loại {periods.vi(period)} của chi bộ này chưa mở.",
            f"The ranking of {periods.en(period)} is not open here.",
        )
    return shown


def _quota(state: Appraisal) -> QuotaAnswer | None:
    quota = state.quota
    if quota is None:
        return None
    return QuotaAnswer(
        scope=quota.scope,
        branches=quota.branches,
        rated=quota.rated,
        good_or_better=quota.good_or_better,
        percent=quota.percent,
        denominator=quota.denominator,
        by_denominator={one.denominator: one.allowed for one in quota.by_denominator},
        allowed=quota.allowed,
        proposed=quota.proposed,
        exceeded=state.exceeded is not None,
    )


def _in_period(state: Appraisal, member: str) -> MemberInPeriod:
    assessed, evaluated, proposed = (
        state.assessed.get(member),
        state.evaluated.get(member),
        state.proposed.get(member),
    )
    vote, sent, ranked = state.voted.get(member), state.sent.get(member), state.ranked.get(member)
    return MemberInPeriod(
        member_id=member,
        self_assessed=assessed.proposed_rank if assessed is not None else None,
        points=evaluated.points if evaluated is not None else None,
        computed=evaluated.computed_rank if evaluated is not None else None,
        proposed=proposed.rank if proposed is not None else None,
        voted=vote.rank if vote is not None else None,
        vote=CellVote(for_=vote.for_, against=vote.against, other=vote.other, voters_present=vote.voters_present)
        if vote is not None
        else None,
        vote_adopted=vote.adopted if vote is not None else None,
        sent=sent.rank if sent is not None else None,
        decided=ranked.decided_rank if ranked is not None else None,
        differs=ranked is not None and ranked.decided_rank != ranked.computed_rank,
        tasks=evaluated.tasks if evaluated is not None else None,
        reasons=evaluated.reasons if evaluated is not None else (),
    )


# ------------------------------------------------------------------ notebooks


class NotebookAnswer(_Answer):
    """One member's notebook in one period."""

    member_id: str
    inspector_id: str | None
    inspected_on: date | None
    noted: int | None
    held: int | None
    result: NotebookResult | None
    recheck_on: date | None = Field(description="Until when it is to be looked at again; absent when nothing is.")
    rechecked_on: date | None
    facts: tuple[str, ...]


class NotebooksAnswer(_Answer):
    """A period's notebooks: how many of the base were inspected, who is missing, what is to be looked at again."""

    period: str
    ends_on: date
    base: int
    inspected: int
    in_order: int
    complete: bool
    missing: tuple[str, ...]
    to_recheck: tuple[str, ...]
    members: tuple[NotebookAnswer, ...]


def coverage(reader: ViewReader, branch: str) -> list[NotebooksAnswer]:
    """Every period with an inspection, in order: how far it came towards everybody's notebook (R38)."""
    shown: Sequence[NotebooksShown] = reader.scan("notebooks", branch)
    return sorted((_notebooks(reader, branch, one) for one in shown), key=lambda one: one.ends_on)


def notebooks(reader: ViewReader, branch: str, period: str) -> NotebooksAnswer:
    """One period's notebooks, also where none has been inspected yet."""
    shown: NotebooksShown | None = reader.get("notebooks", branch, period)
    return _notebooks(reader, branch, shown or NotebooksShown(period=period, notebooks=Notebooks()))


def _notebooks(reader: ViewReader, code: str, shown: NotebooksShown) -> NotebooksAnswer:
    branch: Branch | None = reader.get("branch", code, "")
    ends = periods.last_day(shown.period)
    base = branch.base(ends) if branch is not None else ()
    open_ = missing(shown.notebooks, branch, shown.period) if branch is not None else ()
    members = tuple(_notebook(shown, member) for member in dict.fromkeys((*base, *shown.notebooks.inspected)))
    return NotebooksAnswer(
        period=shown.period,
        ends_on=ends,
        base=len(base),
        inspected=len(base) - len(open_),
        in_order=sum(one.result == "ok" for one in members if one.member_id in base),
        complete=not open_,
        missing=open_,
        to_recheck=tuple(one.member_id for one in members if one.recheck_on is not None),
        members=members,
    )


def _notebook(shown: NotebooksShown, member: str) -> NotebookAnswer:
    first, latest = shown.notebooks.inspected.get(member), shown.notebooks.latest(member)
    return NotebookAnswer(
        member_id=member,
        inspector_id=latest.inspector_id if latest is not None else None,
        inspected_on=first.inspected_on if first is not None else None,
        noted=latest.noted if latest is not None else None,
        held=latest.held if latest is not None else None,
        result=latest.result if latest is not None else None,
        recheck_on=latest.recheck_on if latest is not None else None,
        rechecked_on=latest.rechecked_on if isinstance(latest, NotebookRechecked) else None,
        facts=shown.facts.get(member, ()),
    )


# ------------------------------------------------------------------ why


class WhyLine(_Answer):
    """One step from facts to a rank: the rule, what it found, and the facts it looked at, in words."""

    rule: str
    vi: str
    en: str
    facts: tuple[FactInWords, ...]


class Why(_Answer):
    """A member's rank traced back to facts: rank, then reason lines, then the facts behind each."""

    period: str
    member_id: str
    profile: str
    computed: Rank
    decided: Rank | None
    reason: str | None
    ranked: FactInWords | None
    votes: tuple[FactInWords, ...]
    evaluated: FactInWords
    self_assessed: FactInWords | None
    lines: tuple[WhyLine, ...]
    points: str | None = None
    superior_reason: str | None = None
    steps: tuple[FactInWords, ...] = ()
    """What was done with the ranking as a whole: opened, proposed, quota, sent, opened again."""


async def explain(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    """Why a member has this rank. Raises Refused when the month is not open or the member not evaluated yet."""
    shown = _opened_month(reader, branch, period)
    evaluated, ids = shown.ranking.evaluated.get(member), shown.members.get(member)
    if evaluated is None or ids is None or ids.evaluated is None or shown.ranking.opened is None:
        _not_found(
            f"Chưa tính xếp loại kỳ {period} cho đ/c {member}.", f"{member} has not been evaluated for {period} yet."
        )
    tasks_of = _tasks_by_fact(reader, branch)
    about = {
        fact_id: _told(one, name)
        for fact_id, one in _facts_behind(branch, evaluated.evidence, tasks_of, history).items()
    }
    month = {one.id: _told(one, name) for one in history(f"ranking/{branch}:{period}")}
    ranked = shown.ranking.ranked.get(member)
    return Why(
        period=period,
        member_id=member,
        profile=shown.ranking.opened.profile,
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await opened(ids.ranked or "", ranked.reason) if ranked is not None else None,
        ranked=month.get(ids.ranked or ""),
        votes=tuple(month[vote] for vote in ids.voted),
        evaluated=month[ids.evaluated],
        self_assessed=month.get(ids.assessed or ""),
        lines=_lines(evaluated.reasons, about),
        steps=tuple(
            _told(one, name) for one in history(f"ranking/{branch}:{period}") if not hasattr(one.fact, "member_id")
        ),
    )


async def explain_period(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    """Why a member has this rank of a quarter or year. Raises Refused when it is not open or nothing computed yet."""
    state = _opened_appraisal(reader, branch, period).appraisal
    evaluated = state.evaluated.get(member)
    if evaluated is None or state.opened is None:
        _not_found(
            f"Chưa tính xếp loại {periods.vi(period)} cho đ/c {member}.",
            f"{member} has not been evaluated for {periods.en(period)} yet.",
        )
    told = list(history(f"appraisal/{branch}:{period}"))
    mine = [one for one in told if getattr(one.fact, "member_id", None) == member]
    last: dict[type[object], Recorded[Any]] = {type(one.fact): one for one in mine}
    proposed = next((one for one in reversed(told) if isinstance(one.fact, RankingProposed)), None)
    tasks_of, months_of = _tasks_by_fact(reader, branch), _months_by_fact(reader, branch)
    about = _facts_behind(branch, evaluated.evidence, tasks_of, history, months_of)
    ranked = state.ranked.get(member)
    own = last.get(appraising.SelfAssessmentFiled)
    final = last.get(appraising.MemberRanked) if ranked is not None else None
    return Why(
        period=period,
        member_id=member,
        profile=state.opened.profile,
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await _reason(proposed, member, opened),
        ranked=_told(final, name) if final is not None else None,
        votes=tuple(_told(one, name) for one in mine if isinstance(one.fact, appraising.RankingVoted)),
        evaluated=_told(last[appraising.MemberEvaluated], name),
        self_assessed=_told(own, name) if own is not None else None,
        lines=_lines(evaluated.reasons, {id: _told(one, name) for id, one in about.items()}),
        points=evaluated.points,
        superior_reason=await opened(final.id, final.fact.reason) if final is not None else None,
        steps=tuple(_told(one, name) for one in told if not hasattr(one.fact, "member_id")),
    )


async def _reason(proposed: Recorded[Any] | None, member: str, opened: Open) -> str | None:
    if proposed is None:
        return None
    one = next((one for one in proposed.fact.members if one.member_id == member), None)
    return await opened(proposed.id, one.reason) if one is not None else None


def _lines(reasons: Sequence[ReasonLine], about: Mapping[str, FactInWords]) -> tuple[WhyLine, ...]:
    return tuple(
        WhyLine(
            rule=line.rule,
            vi=line.vi,
            en=line.en,
            facts=tuple(about[fact_id] for fact_id in line.evidence if fact_id in about),
        )
        for line in reasons
    )


def _months_by_fact(reader: ViewReader, branch: str) -> dict[str, str]:
    shown: Sequence[RankingShown] = reader.scan("ranking", branch)
    return {ids.ranked: month.period for month in shown for ids in month.members.values() if ids.ranked is not None}


def _facts_behind(
    branch: str,
    evidence: Sequence[str],
    tasks_of: Mapping[str, str],
    history: History,
    months_of: Mapping[str, str] | None = None,
) -> dict[str, Recorded[Any]]:
    """The facts an evaluation names, read from the histories of the tasks and months they are about."""
    wanted = set(evidence)
    months = months_of or {}
    about = [f"task/{branch}:{tasks_of[fact_id]}" for fact_id in evidence if fact_id in tasks_of]
    about += [f"ranking/{branch}:{months[fact_id]}" for fact_id in evidence if fact_id in months]
    return {
        recorded.id: recorded
        for subject in dict.fromkeys(about)
        for recorded in history(subject)
        if recorded.id in wanted
    }


# ------------------------------------------------------------------ why, as a tree to read


class Node(NamedTuple):
    """A line of the tree and what stands under it."""

    text: str
    under: Sequence[Node] = ()


def tree(why: Why, name: Name, language: Literal["vi", "en"]) -> str:
    """A rank with everything it rests on, as one tree of plain lines."""
    vi = language == "vi"
    rank = RANK_WORDS[why.decided or why.computed][0 if vi else 1]
    when = (periods.vi if vi else periods.en)(why.period)
    who = name(why.member_id)
    if vi:
        head = f"{who} · {when} · {rank}" + ("" if why.decided else " (tính theo tiêu chí, chưa kết luận)")
    else:
        head = f"{who} · {when} · {rank}" + ("" if why.decided else " (by the criteria, not concluded)")
    rules = f"Tiêu chí {why.profile}" if vi else f"Criteria {why.profile}"
    points = (f", {why.points} điểm" if vi else f", {why.points} points") if why.points else ""
    computed = RANK_WORDS[why.computed][0 if vi else 1]
    nodes = [_node(why.self_assessed, language)] if why.self_assessed is not None else []
    lines = [
        Node(f"{line.vi if vi else line.en} [{line.rule}]", [_node(fact, language) for fact in line.facts])
        for line in why.lines
    ]
    nodes.append(Node(f"{rules}: {computed}{points}", lines))
    nodes += [_node(step, language) for step in (*why.steps, *why.votes)]
    if why.reason is not None:
        nodes.append(Node(f"Lý do: {why.reason}" if vi else f"Reason: {why.reason}"))
    if why.superior_reason is not None:
        own = "Lý do của cấp trên" if vi else "The superior's reason"
        nodes.append(Node(f"{own}: {why.superior_reason}"))
    if why.ranked is not None:
        nodes.append(_node(why.ranked, language))
    return "\n".join([head, *_drawn(nodes, "")]) + "\n"


def _node(fact: FactInWords, language: str) -> Node:
    day = moment(fact.time).astimezone(VIETNAM)
    return Node(f"{day:%d/%m/%Y %H:%M} · {fact.vi if language == 'vi' else fact.en} [{fact.id[-8:]}]")


def _drawn(nodes: Sequence[Node], before: str) -> Iterable[str]:
    for number, node in enumerate(nodes, 1):
        last = number == len(nodes)
        yield f"{before}{'└─ ' if last else '├─ '}{node.text}"
        yield from _drawn(node.under, before + ("   " if last else "│  "))


def _told(recorded: Recorded[Any], name: Name) -> FactInWords:
    envelope = recorded.envelope
    return FactInWords(
        id=recorded.id,
        type=envelope.type,
        time=envelope.time,
        recordedtime=envelope.recordedtime,
        actor=envelope.actor,
        enteredby=envelope.enteredby,
        vi=sentence(recorded, name, "vi"),
        en=sentence(recorded, name, "en"),
    )


def _not_found(vi: str, en: str) -> NoReturn:
    raise Refused(f"{vi} Đồng chí chọn trong danh sách.", f"{en} Choose from the list.", code="not-found")
