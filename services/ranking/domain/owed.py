"""What is owed by when: folded from the facts as they come, forgotten once answered in time or its flag is cleared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from shared import periods
from shared.days import end_of
from shared.events.appraisal import MemberRanked as RankedLong
from shared.events.appraisal import RankingOpened as OpenedLong
from shared.events.appraisal import RankingReopened
from shared.events.branch import BranchCharterAdopted
from shared.events.envelope import Fact, instant, moment
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.minutes import LastMonthReviewed, MeetingClosed, MeetingOpened, UrgentTaskAcknowledged
from shared.events.notebook import NotebookInspected, NotebookRechecked
from shared.events.ranking import (
    MemberRanked,
    RankingOpened,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFact,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    UrgentTaskGiven,
)
from shared.events.ranking_deadline import RULE, RankingDeadlineAnswered, RankingDeadlineMissed, Step
from shared.events.ranking_flag import RULES, Owing, RankingFlagCleared, RankingFlagRaised

REGULAR = frozenset({"regular", "combined"})
"""The meetings that review the month (R5)."""

HEARS: frozenset[type[Fact]] = frozenset(
    {
        UrgentTaskGiven,
        TaskAssigned,
        TaskExtended,
        TaskCompleted,
        TaskFailed,
        TaskFollowedUp,
        TaskHandedOver,
        UrgentTaskAcknowledged,
        LastMonthReviewed,
        MeetingOpened,
        MeetingClosed,
        RankingOpened,
        MemberRanked,
        OpenedLong,
        RankedLong,
        RankingReopened,
        LateRankingRulesNoticed,
        NotebookInspected,
        NotebookRechecked,
        RankingFlagRaised,
        RankingFlagCleared,
        RankingDeadlineMissed,
        RankingDeadlineAnswered,
        BranchCharterAdopted,
    }
)


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answered(_Document):
    """The fact that gave what was owed, and when it was known here."""

    fact_id: str
    at: str


class Owed(_Document):
    """One thing that is to come: by a day, or in the first regular meeting opened after a moment."""

    flag_id: str
    owing: Owing | Step
    due_at: str | None = None
    """None while the meeting that must deal with it has not closed."""
    after: str | None = None
    """The meeting counts if it was opened after this."""
    from_period: str | None = None
    """The meeting counts if it is of this month or a later one."""
    member_ids: tuple[str, ...] = ()
    task_id: str | None = None
    text: str | None = None
    period: str | None = None
    meeting_id: str | None = None
    profile: str | None = None
    """The rules that set the day of a step of a quarter's or year's ranking."""
    due_on: date | None = None
    """That day."""
    late_only: bool = False
    """The task was done, if late: that the meeting reviewed it with its cause is enough."""
    answered: Answered | None = None
    raised: bool = False

    @property
    def rule(self) -> str:
        match self.owing:
            case "opened" | "assessed" | "voted" | "approved":
                return RULE
            case owing:
                return RULES[owing]

    def to_raise(self, now: datetime) -> bool:
        """Whether its moment has passed without an answer, and nobody was told."""
        return not self.raised and self.answered is None and self.due_at is not None and self.due_at <= instant(now)

    def to_clear(self) -> bool:
        return self.raised and self.answered is not None


class Sitting(_Document):
    """A regular meeting that is open."""

    opened_at: str
    period: str


class Dues(_Document):
    """Everything owed in a branch, and the meetings now sitting."""

    owed: Mapping[str, Owed] = {}
    sitting: Mapping[str, Sitting] = {}
    inspected: Mapping[str, Answered] = {}
    """Period → the last inspection of a notebook."""
    raised: tuple[str, ...] = ()
    """Flags on a period's notebooks or ranking, which follow from how things stand and not from one fact."""
    pinned: Mapping[str, tuple[str, ...]] = {}
    """Period → the rules its ranking stands under, then those noticed to have come late."""
    finished: tuple[str, ...] = ()
    """Quarters and years whose ranks are final."""
    charter_since: str | None = None
    """When this site was first told of a charter: periods that begin later are kept here whole."""
    notebooks_since: str | None = None
    """When this site was told that the charter asks for notebooks to be inspected; None while it does not."""

    def put(self, owed: Owed) -> Dues:
        return self.model_copy(update={"owed": {**self.owed, owed.flag_id: owed}})

    def without(self, ids: Iterable[str]) -> Dues:
        gone = set(ids)
        return self.model_copy(update={"owed": {id: one for id, one in self.owed.items() if id not in gone}})

    def of_task(self, task_id: str, owing: Owing) -> tuple[Owed, ...]:
        return tuple(one for one in self.owed.values() if one.task_id == task_id and one.owing == owing)


def step(dues: Dues, fact: Fact, by: Answered, time: str) -> Dues:
    """What is owed after one more fact, known here since ``by.at``, which happened at ``time``."""
    match fact:
        case UrgentTaskGiven():
            noted = _of_task(fact, f"noted:{fact.task_id}", "urgent_acknowledgement")
            return dues.put(noted.model_copy(update={"after": fact.given_at}))
        case TaskAssigned():
            return _due(dues, fact, fact.due_on, fact.due_at)
        case TaskExtended():
            unraised = [one.flag_id for one in dues.of_task(fact.task_id, "task_result") if not one.raised]
            return _due(dues.without(unraised), fact, fact.to_on, fact.to_at)
        case TaskCompleted() | TaskFailed():
            dues = _answer(dues, dues.of_task(fact.task_id, "task_result"), by)
            in_time = isinstance(fact, TaskCompleted) and fact.outcome != "late"
            return dues if in_time else _follow(dues, fact, time)
        case TaskFollowedUp():
            return _answer(dues, dues.of_task(fact.task_id, "task_follow_up"), by)
        case TaskHandedOver():
            return _answer(dues, [one for one in dues.owed.values() if one.task_id == fact.task_id], by)
        case UrgentTaskAcknowledged():
            return _answer(dues, dues.of_task(fact.task_id, "urgent_acknowledgement"), by)
        case LastMonthReviewed():
            reviewed = [task.task_id for member in fact.members for task in member.tasks]
            found = [one for id in reviewed for one in dues.of_task(id, "task_follow_up") if one.late_only]
            return _answer(dues, found, by)
        case MeetingOpened() | MeetingClosed():
            return _meeting(dues, fact)
        case RankingOpened() | OpenedLong() | LateRankingRulesNoticed():
            return _month_owed(_pinned(dues, fact), fact) if isinstance(fact, RankingOpened) else _pinned(dues, fact)
        case RankedLong() | RankingReopened():
            rest = tuple(period for period in dues.finished if period != fact.period)
            final = isinstance(fact, RankedLong)
            return dues.model_copy(update={"finished": (*rest, fact.period) if final else rest})
        case MemberRanked():
            return _answer(dues, [one for id, one in dues.owed.items() if id == f"ranked:{fact.period}"], by)
        case NotebookInspected() | NotebookRechecked():
            return _notebook(dues, fact, by)
        case RankingFlagRaised() | RankingFlagCleared():
            return _flag(dues, fact)
        case RankingDeadlineMissed() | RankingDeadlineAnswered():
            return _standing(dues, fact.flag_id, raised=isinstance(fact, RankingDeadlineMissed))
        case BranchCharterAdopted():
            since = (dues.notebooks_since or by.at) if fact.charter.notebook is not None else None
            return dues.model_copy(update={"notebooks_since": since, "charter_since": dues.charter_since or by.at})
        case _:
            return dues


def _pinned(dues: Dues, fact: RankingOpened | OpenedLong | LateRankingRulesNoticed) -> Dues:
    refs: tuple[str, ...]
    if isinstance(fact, LateRankingRulesNoticed):
        refs = (*dues.pinned.get(fact.period, ()), fact.chosen)
    else:
        refs = (fact.profile,)
    return dues.model_copy(update={"pinned": {**dues.pinned, fact.period: refs}})


def _month_owed(dues: Dues, fact: RankingOpened) -> Dues:
    flag, first = f"ranked:{fact.period}", periods.following(fact.period)
    if flag in dues.owed:
        return dues  # opened anew under other rules
    return dues.put(Owed(flag_id=flag, owing="month_ranked", period=fact.period, from_period=first))


def _of_task(fact: TaskFact, flag_id: str, owing: Owing) -> Owed:
    return Owed(flag_id=flag_id, owing=owing, member_ids=(fact.member_id,), task_id=fact.task_id, text=fact.text)


def _due(dues: Dues, fact: TaskFact, due_on: date, due_at: str | None) -> Dues:
    owed = _of_task(fact, f"result:{fact.task_id}:{due_on}", "task_result")
    return dues.put(owed.model_copy(update={"due_at": due_at or instant(end_of(due_on))}))


def _follow(dues: Dues, fact: TaskCompleted | TaskFailed, time: str) -> Dues:
    owed = _of_task(fact, f"follow-up:{fact.task_id}:{fact.due_on}", "task_follow_up")
    return dues.put(owed.model_copy(update={"after": time, "late_only": isinstance(fact, TaskCompleted)}))


def _answer(dues: Dues, found: Iterable[Owed], by: Answered) -> Dues:
    """What was answered before it fell due is forgotten; the rest is kept until its flag has been cleared."""
    for one in found:
        in_time = one.due_at is None or by.at <= one.due_at
        if in_time and not one.raised:
            dues = dues.without([one.flag_id])
        elif one.answered is None:
            dues = dues.put(one.model_copy(update={"answered": by}))
    return dues


def _meeting(dues: Dues, fact: MeetingOpened | MeetingClosed) -> Dues:
    if isinstance(fact, MeetingOpened):
        if fact.meeting_kind not in REGULAR:
            return dues
        sitting = Sitting(opened_at=fact.opened_at, period=fact.period)
        return dues.model_copy(update={"sitting": {**dues.sitting, fact.meeting_id: sitting}})
    meeting = dues.sitting.get(fact.meeting_id)
    if meeting is None:
        return dues
    due = {"due_at": fact.closed_at, "meeting_id": fact.meeting_id}
    owed = {id: one.model_copy(update=due) if _waits_for(one, meeting) else one for id, one in dues.owed.items()}
    rest = {id: other for id, other in dues.sitting.items() if id != fact.meeting_id}
    return dues.model_copy(update={"owed": owed, "sitting": rest})


def _waits_for(owed: Owed, meeting: Sitting) -> bool:
    if owed.due_at is not None:
        return False
    if owed.from_period is not None:
        return meeting.period >= owed.from_period
    return owed.after is not None and meeting.opened_at >= owed.after


def _notebook(dues: Dues, fact: NotebookInspected | NotebookRechecked, by: Answered) -> Dues:
    if isinstance(fact, NotebookRechecked):
        seen = [
            one
            for one in dues.owed.values()
            if one.owing == "notebook_recheck" and (one.period, one.member_ids) == (fact.period, (fact.member_id,))
        ]
        dues = _answer(dues, seen, by)
    else:
        dues = dues.model_copy(update={"inspected": {**dues.inspected, fact.period: by}})
    if fact.recheck_on is None:
        return dues
    return dues.put(
        Owed(
            flag_id=f"recheck:{fact.period}:{fact.member_id}:{fact.recheck_on}",
            owing="notebook_recheck",
            due_at=instant(end_of(fact.recheck_on)),
            member_ids=(fact.member_id,),
            period=fact.period,
        )
    )


def _flag(dues: Dues, fact: RankingFlagRaised | RankingFlagCleared) -> Dues:
    raised = isinstance(fact, RankingFlagRaised)
    if fact.owing == "notebooks":
        return _standing(dues, fact.flag_id, raised=raised)
    one = dues.owed.get(fact.flag_id)
    if one is None:
        return dues
    return dues.put(one.model_copy(update={"raised": True})) if raised else dues.without([fact.flag_id])


def _standing(dues: Dues, flag_id: str, *, raised: bool) -> Dues:
    rest = tuple(id for id in dues.raised if id != flag_id)
    return dues.model_copy(update={"raised": (*rest, flag_id) if raised else rest})


def coverage(dues: Dues, uninspected: tuple[str, ...], period: str) -> Owed | None:
    """Everybody's notebook inspected by the period's end (R38); None when nothing is open and no flag stands."""
    flag_id = f"notebooks:{period}"
    raised = flag_id in dues.raised
    if not uninspected and not raised:
        return None
    return Owed(
        flag_id=flag_id,
        owing="notebooks",
        due_at=instant(end_of(periods.last_day(period))),
        member_ids=uninspected,
        period=period,
        answered=None if uninspected else dues.inspected.get(period),
        raised=raised,
    )


def cleared_at(owed: Owed) -> datetime:
    """When its flag is cleared: when the answer was known, never before it fell due."""
    return moment(max(at for at in (owed.due_at, owed.answered.at if owed.answered else None) if at is not None))
