"""A month's ranking: computed and decided side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from services.ranking.application.answers import Answer, Open, not_found
from services.ranking.projections import MonthsOpened, RankingShown, TaskShown
from shared.events.ranking import CellVote, MemberEvaluated, Rank, ReasonLine, TaskCount

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class EvidenceOfRank(Answer):
    """A fact a rank rests on, and the task it is about."""

    fact_id: str
    task_id: str | None


class MemberInMonth(Answer):
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


class RankingAnswer(Answer):
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
    shown = opened_month(reader, branch, period)
    state = shown.ranking
    start = state.opened
    if start is None or state.phase == "not_open":
        raise AssertionError(period)
    tasks_of = tasks_by_fact(reader, branch)
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


def opened_month(reader: ViewReader, branch: str, period: str) -> RankingShown:
    shown: RankingShown | None = reader.get("ranking", branch, period)
    if shown is None or shown.ranking.opened is None:
        not_found(f"Kỳ xếp loại {period} của chi bộ này chưa mở.", f"The ranking of {period} is not open here.")
    return shown


def tasks_by_fact(reader: ViewReader, branch: str) -> dict[str, str]:
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
