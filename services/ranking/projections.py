"""What ranking shows: tasks with their results, months with their ranks, notebooks, meetings and branch as heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.ranking.domain import appraisal as appraisals
from services.ranking.domain import notebook as notebooks
from services.ranking.domain import owed
from services.ranking.domain import ranking as months
from services.ranking.domain import task as tasks
from services.ranking.domain.appraisal import Appraisal
from services.ranking.domain.known import DisciplineSeen, MeetingSeen, RemarkSeen, Span
from services.ranking.domain.notebook import Notebooks
from services.ranking.domain.owed import Answered, Dues
from services.ranking.domain.ranking import Ranking
from services.ranking.domain.task import Task
from shared import branch as heard
from shared import heard_rules, heard_tree
from shared.branch import Branch
from shared.days import civil_day
from shared.events import appraisal as appraising
from shared.events.appraisal import RankingReopened
from shared.events.branch import BranchCharterAdopted
from shared.events.envelope import Fact, Recorded
from shared.events.honour import PastResultEntered
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.member import DisciplineNoticed, RemarkReceived, RemarkShared
from shared.events.minutes import (
    AttendanceCorrected,
    ChairReplaced,
    MeetingClosed,
    MeetingOpened,
    MemberArrived,
    MemberLeftMeeting,
    MinuteTakerReplaced,
    UrgentTaskAcknowledged,
)
from shared.events.notebook import NotebookInspected, NotebookRechecked
from shared.events.ranking import (
    MemberEvaluated,
    MemberRanked,
    Rank,
    RankingOpened,
    RankingVoted,
    SelfAssessmentFiled,
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
from shared.events.ranking_deadline import RankingDeadlineAnswered, RankingDeadlineMissed, Step
from shared.events.ranking_flag import RankingFlagCleared, RankingFlagRaised
from shared.events.sealed import Sealed, sealed_in
from shared.organisation import Unit
from shared.search import Text, sentences
from shared.store.views import View


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ResultShown(_Document):
    """What came of a task by one due date."""

    fact_id: str
    due_on: date
    result: TaskCompleted | TaskFailed
    followed: TaskFollowedUp | None = None


class TaskShown(_Document):
    """One task as it stands, with every result it ever had."""

    task_id: str
    task: Task
    due_fact_id: str
    """The fact that set the present due date."""
    results: tuple[ResultShown, ...] = ()
    acknowledged_in: str | None = None
    """The meeting that took note of it, where it was urgent."""


class FactsOfMember(_Document):
    """Ids of the facts about one member in one month, the latest of each kind; of votes all."""

    assessed: str | None = None
    evaluated: str | None = None
    voted: tuple[str, ...] = ()
    ranked: str | None = None


class RankingShown(_Document):
    """One month's ranking as it stands."""

    period: str
    ranking: Ranking
    members: dict[str, FactsOfMember] = {}


class MonthsOpened(_Document):
    """The months whose ranking has been opened, and since when the branch ranks monthly as far as known here."""

    periods: tuple[str, ...] = ()
    since: str | None = None
    """When this site was told so; None while the charter says otherwise or there is none."""


class Balloted(_Document):
    """A secret vote on one member's rank that was counted."""

    meeting_id: str
    rank: Rank
    at: str


class AppraisalShown(_Document):
    """The ranking of a quarter or a year as it stands."""

    period: str
    appraisal: Appraisal
    evaluated: dict[str, str] = {}
    """Member → the fact that gave the latest evaluation."""
    ranked: dict[str, str] = {}
    """Member → the fact that ranked."""
    ballots: dict[str, tuple[Balloted, ...]] = {}
    """Member → every secret vote on their rank."""
    answers: dict[Step, Answered] = {}
    """The last fact of each step, and when it was known here."""


class DisciplinesShown(_Document):
    """A member's disciplinary decisions as roster noticed them."""

    noticed: tuple[DisciplineSeen, ...] = ()


class PastResult(_Document):
    """The result of a year from before these records, entered from its paper decision."""

    year: int
    result: str
    title: str
    decision_no: str
    scanned: bool
    fact_id: str


class PastShown(_Document):
    """The results of earlier years, of one member or (key ``""``) of the branch."""

    results: tuple[PastResult, ...] = ()


class NotebooksShown(_Document):
    """The notebooks of one period as they stand."""

    period: str
    notebooks: Notebooks
    facts: dict[str, tuple[str, ...]] = {}
    """Member → ids of the inspection and of every re-check."""


class FlagShown(_Document):
    """One flag: what raised it, and what answered it."""

    flag_id: str
    raised: RankingFlagRaised | RankingDeadlineMissed
    raised_at: str
    cleared: RankingFlagCleared | RankingDeadlineAnswered | None = None
    facts: tuple[str, ...]


# ------------------------------------------------------------------ tasks


def show_task(shown: TaskShown | None, recorded: Recorded[Any], key: str) -> TaskShown | None:
    """The task after one more fact, folded by the domain's own rules."""
    fact = recorded.fact
    if isinstance(fact, UrgentTaskAcknowledged):
        return None if shown is None else shown.model_copy(update={"acknowledged_in": fact.meeting_id})
    shown = shown or TaskShown(task_id=key, task=Task(), due_fact_id=recorded.id)
    update: dict[str, object] = {"task": tasks.evolve(shown.task, fact)}
    match fact:
        case TaskAssigned() | TaskExtended():
            update["due_fact_id"] = recorded.id
        case TaskCompleted() | TaskFailed():
            result = ResultShown(fact_id=recorded.id, due_on=fact.due_on, result=fact)
            update["results"] = (*shown.results, result)
        case TaskFollowedUp() if shown.results:
            last = shown.results[-1].model_copy(update={"followed": fact})
            update["results"] = (*shown.results[:-1], last)
        case _:
            pass
    return shown.model_copy(update=update)


def text_of_task(shown: TaskShown) -> Text | None:
    """What is searched of a task: what it is, how far it came, what came of it; causes stay sealed."""
    task = shown.task
    if task.given is None or task.due_on is None:
        return None
    ends = [one.result for one in shown.results]
    said = [
        task.progress,
        task.extended.reason if task.extended is not None else None,
        *(one.exceeded if isinstance(one, TaskCompleted) else one.proposal for one in ends),
        *(one.followed.reason for one in shown.results if one.followed is not None),
    ]
    return Text(task.due_on, task.given.text, sentences(said))


# ------------------------------------------------------------------ sealed texts, opened for the cell when it searches


class SealedText(_Document):
    """A cause, a self-assessment or the reason of a rank, as sealed as it was stored."""

    kind: Literal["cause", "self_assessment", "reason"]
    task_id: str | None = None
    on: date
    fact_id: str
    value: Sealed


def sealed_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """A month's texts about a member stand as last said; every cause of a task stays."""
    match recorded.fact:
        case TaskCompleted() | TaskFailed() as fact:
            return tuple(f"{fact.task_id}/{recorded.id}/{value.field}" for value in sealed_in(fact))
        case fact:
            return (f"{fact.period}/{fact.member_id}/{type(fact).__name__}",)


def show_sealed(_shown: SealedText | None, recorded: Recorded[Any], key: str) -> SealedText | None:
    """One of them after one more fact."""
    on = civil_day(recorded.time)
    match recorded.fact:
        case TaskCompleted() | TaskFailed() as fact:
            value = next(value for value in sealed_in(fact) if key.endswith(f"/{value.field}"))
            return SealedText(kind="cause", task_id=fact.task_id, on=on, fact_id=recorded.id, value=value)
        case SelfAssessmentFiled(text=Sealed() as text):
            return SealedText(kind="self_assessment", on=on, fact_id=recorded.id, value=text)
        case MemberRanked(reason=Sealed() as reason):
            return SealedText(kind="reason", on=on, fact_id=recorded.id, value=reason)
        case _:
            return None


# ------------------------------------------------------------------ months


def show_ranking(shown: RankingShown | None, recorded: Recorded[Any], key: str) -> RankingShown | None:
    """The month after one more fact, folded by the domain's own rules."""
    fact = recorded.fact
    if shown is None and isinstance(fact, RankingReopened | LateRankingRulesNoticed):
        return None
    shown = shown or RankingShown(period=key, ranking=Ranking())
    return RankingShown(
        period=key, ranking=months.evolve(shown.ranking, fact), members={**shown.members, **_facts_of(shown, recorded)}
    )


def _facts_of(shown: RankingShown, recorded: Recorded[Any]) -> dict[str, FactsOfMember]:
    fact, id = recorded.fact, recorded.id
    if isinstance(fact, RankingOpened):
        own = {member: shown.members.get(member, FactsOfMember()).assessed for member in fact.members}
        return {member: FactsOfMember(assessed=assessed) for member, assessed in own.items()}
    if isinstance(fact, RankingReopened | LateRankingRulesNoticed):
        return {}
    before = shown.members.get(fact.member_id, FactsOfMember())
    match fact:
        case SelfAssessmentFiled():
            after = before.model_copy(update={"assessed": id})
        case MemberEvaluated():
            after = before.model_copy(update={"evaluated": id})
        case RankingVoted():
            after = before.model_copy(update={"voted": (*before.voted, id)})
        case _:
            after = before.model_copy(update={"ranked": id})
    return {fact.member_id: after}


def show_months(shown: MonthsOpened | None, recorded: Recorded[Any], _key: str) -> MonthsOpened:
    """The months opened, in order, and the charter's word on ranking at all."""
    shown = shown or MonthsOpened()
    match recorded.fact:
        case RankingOpened() as fact:
            return shown.model_copy(update={"periods": tuple(sorted({*shown.periods, fact.period}))})
        case BranchCharterAdopted() as fact if fact.charter.monthly_ranking.enabled:
            return shown.model_copy(update={"since": shown.since or recorded.envelope.recordedtime})
        case _:
            return shown.model_copy(update={"since": None})


# ------------------------------------------------------------------ quarters and years


_STEPS: dict[type[Fact], Step] = {
    appraising.RankingOpened: "opened",
    appraising.SelfAssessmentFiled: "assessed",
    appraising.RankingVoted: "voted",
    appraising.MemberRanked: "approved",
}


def show_appraisal(shown: AppraisalShown | None, recorded: Recorded[Any], key: str) -> AppraisalShown | None:
    """The quarter or year after one more fact, folded by the domain's own rules."""
    shown = shown or AppraisalShown(period=key, appraisal=Appraisal())
    fact = recorded.fact
    if shown.appraisal.opened is None and isinstance(fact, RankingReopened | LateRankingRulesNoticed):
        return None  # of a month
    update: dict[str, object] = {"appraisal": appraisals.evolve(shown.appraisal, fact)}
    if isinstance(fact, appraising.MemberEvaluated):
        update["evaluated"] = {**shown.evaluated, fact.member_id: recorded.id}
    elif isinstance(fact, appraising.MemberRanked):
        update["ranked"] = {**shown.ranked, fact.member_id: recorded.id}
    elif isinstance(fact, appraising.RankingVoted) and fact.mode == "secret":
        one = Balloted(meeting_id=fact.meeting_id, rank=fact.rank, at=recorded.envelope.time)
        update["ballots"] = {**shown.ballots, fact.member_id: (*shown.ballots.get(fact.member_id, ()), one)}
    step = _STEPS.get(type(fact))
    if step is not None:
        by = Answered(fact_id=recorded.id, at=recorded.envelope.recordedtime)
        update["answers"] = {**shown.answers, step: by}
    return shown.model_copy(update=update)


# ------------------------------------------------------------------ notebooks


def show_notebooks(shown: NotebooksShown | None, recorded: Recorded[Any], key: str) -> NotebooksShown:
    """A period's notebooks after one more fact, folded by the domain's own rules."""
    fact = recorded.fact
    shown = shown or NotebooksShown(period=key, notebooks=Notebooks())
    ids = (*shown.facts.get(fact.member_id, ()), recorded.id)
    return NotebooksShown(
        period=key,
        notebooks=notebooks.evolve(shown.notebooks, fact),
        facts={**shown.facts, fact.member_id: ids},
    )


# ------------------------------------------------------------------ what is owed, and flags


def show_dues(shown: Dues | None, recorded: Recorded[Any], _key: str) -> Dues:
    """What is owed in the branch after one more fact."""
    by = Answered(fact_id=recorded.id, at=recorded.envelope.recordedtime)
    return owed.step(shown or Dues(), recorded.fact, by, recorded.envelope.time)


def show_flag(shown: FlagShown | None, recorded: Recorded[Any], key: str) -> FlagShown | None:
    """A flag after one more fact."""
    fact = recorded.fact
    if isinstance(fact, RankingFlagRaised | RankingDeadlineMissed):
        at = recorded.envelope.recordedtime
        return FlagShown(flag_id=key, raised=fact, raised_at=at, facts=(recorded.id,))
    if shown is None:
        return None
    return shown.model_copy(update={"cleared": fact, "facts": (*shown.facts, recorded.id)})


# ------------------------------------------------------------------ heard from the others


def show_meeting(shown: MeetingSeen | None, recorded: Recorded[Any], _key: str) -> MeetingSeen | None:
    """A meeting from its opening on: who had a vote, and who was in the room when."""
    match recorded.fact:
        case MeetingOpened() as fact:
            return MeetingSeen(
                meeting_id=fact.meeting_id,
                meeting_kind=fact.meeting_kind,
                period=fact.period,
                opened_at=fact.opened_at,
                voters=fact.voters,
                vote_base=fact.vote_base,
                inside={member: (Span(from_at=fact.opened_at),) for member in fact.present_at_opening},
                chairs=(fact.chair_id,),
                takers=(fact.minute_taker_id,),
                adoption=fact.rules.adoption,
                secret_minimum=fact.rules.secret_minimum,
            )
        case _ if shown is None:
            return None
        case fact:
            return shown.model_copy(update=_in_the_room(shown, fact))


def _in_the_room(  # noqa: PLR0911 - one table, a fact on each line
    shown: MeetingSeen, fact: object
) -> dict[str, object]:
    match fact:
        case MemberArrived():
            spans = (*shown.inside.get(fact.member_id, ()), Span(from_at=fact.at))
            return {"inside": {**shown.inside, fact.member_id: spans}}
        case MemberLeftMeeting():
            spans = tuple(
                span if span.to_at is not None else Span(from_at=span.from_at, to_at=fact.at)
                for span in shown.inside.get(fact.member_id, ())
            )
            return {"inside": {**shown.inside, fact.member_id: spans}}
        case AttendanceCorrected():
            spans = tuple(Span(from_at=one.from_at, to_at=one.to_at) for one in fact.after)
            return {"inside": {**shown.inside, fact.member_id: spans}}
        case ChairReplaced():
            return {"chairs": (*shown.chairs, fact.to_id)}
        case MinuteTakerReplaced():
            return {"takers": (*shown.takers, fact.to_id)}
        case MeetingClosed():
            return {"closed_at": fact.closed_at}
        case _:
            return {}


def show_disciplines(shown: DisciplinesShown | None, recorded: Recorded[Any], _key: str) -> DisciplinesShown:
    """A member's disciplinary decisions, in the order they became known."""
    fact: DisciplineNoticed = recorded.fact
    one = DisciplineSeen(
        member_id=fact.member_id,
        decided_on=fact.decided_on,
        form=fact.form,
        self_detected_remedied=fact.self_detected_remedied,
        fact_id=recorded.id,
    )
    return DisciplinesShown(noticed=(*(shown.noticed if shown is not None else ()), one))


def show_remark(shown: RemarkSeen | None, recorded: Recorded[Any], _key: str) -> RemarkSeen | None:
    """A remark from the day it came in; shared, it may be evidence (R42)."""
    fact = recorded.fact
    if isinstance(fact, RemarkReceived):
        return RemarkSeen(
            member_id=fact.member_id, source=fact.source, document_on=fact.document_on, fact_id=recorded.id
        )
    if shown is None or shown.shared_on is not None:
        return shown
    return shown.model_copy(update={"shared_on": fact.shared_on, "fact_id": recorded.id})


def show_past(shown: PastShown | None, recorded: Recorded[PastResultEntered], _key: str) -> PastShown:
    """Results of earlier years by year; of two entries for a year the later stands."""
    fact = recorded.fact
    rest = tuple(one for one in (shown.results if shown is not None else ()) if one.year != fact.year)
    one = PastResult(
        year=fact.year,
        result=fact.result,
        title=fact.title,
        decision_no=fact.decision_no,
        scanned=fact.scan_sha256 is not None,
        fact_id=recorded.id,
    )
    return PastShown(results=tuple(sorted((*rest, one), key=lambda one: one.year)))


def show_branch(shown: Branch | None, recorded: Recorded[Any], _key: str) -> Branch | None:
    """The branch as roster's facts tell it."""
    return heard.step(shown, recorded)


def _one(_recorded: Recorded[Any]) -> tuple[str, ...]:
    return ("",)


def _by(name: str) -> Callable[[Recorded[Any]], tuple[str, ...]]:
    return lambda recorded: (getattr(recorded.fact, name),)


_ABOUT_TASKS: frozenset[type[Fact]] = frozenset(
    {
        UrgentTaskGiven,
        TaskAssigned,
        TaskProgressReported,
        TaskExtended,
        TaskCompleted,
        TaskFailed,
        TaskFollowedUp,
        TaskHandedOver,
        TaskTakenOver,
        UrgentTaskAcknowledged,
    }
)
_ABOUT_MONTHS: frozenset[type[Fact]] = frozenset(
    {
        RankingOpened,
        SelfAssessmentFiled,
        MemberEvaluated,
        RankingVoted,
        MemberRanked,
        RankingReopened,
        LateRankingRulesNoticed,
    }
)
_FLAGS: frozenset[type[Fact]] = frozenset(
    {RankingFlagRaised, RankingFlagCleared, RankingDeadlineMissed, RankingDeadlineAnswered}
)
_ABOUT_MEETINGS: frozenset[type[Fact]] = frozenset(
    {
        MeetingOpened,
        MemberArrived,
        MemberLeftMeeting,
        AttendanceCorrected,
        ChairReplaced,
        MinuteTakerReplaced,
        MeetingClosed,
    }
)

VIEWS: tuple[View[Any], ...] = (
    View("tasks", TaskShown, _ABOUT_TASKS, _by("task_id"), show_task, text_of_task),
    View(
        "sealed_texts",
        SealedText,
        frozenset({TaskCompleted, TaskFailed, SelfAssessmentFiled, MemberRanked}),
        sealed_keys,
        show_sealed,
    ),
    View("ranking", RankingShown, _ABOUT_MONTHS, _by("period"), show_ranking),
    View("months", MonthsOpened, frozenset({RankingOpened, BranchCharterAdopted}), _one, show_months),
    View(
        "appraisals",
        AppraisalShown,
        frozenset({*appraising.FACTS, LateRankingRulesNoticed}),
        _by("period"),
        show_appraisal,
    ),
    View(
        "notebooks",
        NotebooksShown,
        frozenset({NotebookInspected, NotebookRechecked}),
        _by("period"),
        show_notebooks,
    ),
    View("dues", Dues, owed.HEARS, _one, show_dues),
    View("flags", FlagShown, _FLAGS, _by("flag_id"), show_flag),
    View("meetings", MeetingSeen, _ABOUT_MEETINGS, _by("meeting_id"), show_meeting),
    View("disciplines", DisciplinesShown, frozenset({DisciplineNoticed}), _by("member_id"), show_disciplines),
    View(
        "remarks",
        RemarkSeen,
        frozenset({RemarkReceived, RemarkShared}),
        lambda recorded: (f"{recorded.fact.member_id}:{recorded.fact.remark_id}",),
        show_remark,
    ),
    View(
        "past",
        PastShown,
        frozenset({PastResultEntered}),
        lambda recorded: (recorded.fact.member_id or "",),
        show_past,
    ),
    View(heard_rules.VIEW, heard_rules.ProfileHeard, heard_rules.HEARS, heard_rules.key, heard_rules.step),
    View(heard_tree.VIEW, Unit, heard_tree.HEARS, heard_tree.keys, heard_tree.step),
    View("branch", Branch, heard.HEARS, _one, show_branch),
)
