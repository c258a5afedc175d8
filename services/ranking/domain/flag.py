"""A flag: raised by the clock when something owed has not come, cleared when it has; never by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from services.ranking.domain.known import Known
from services.ranking.domain.owed import Owed
from shared.decision import Asked, Command, Noun
from shared.events.ranking_deadline import MISSING as STEP_MISSING
from shared.events.ranking_deadline import AnyDeadlineFact, RankingDeadlineAnswered, RankingDeadlineMissed
from shared.events.ranking_flag import (
    MISSING,
    AnyRankingFlagFact,
    FlagId,
    RankingFlagCleared,
    RankingFlagRaised,
)

AnyFlagFact = AnyRankingFlagFact | AnyDeadlineFact


class FlagCommand(Command):
    """What the clock says about one thing owed."""

    MAY = frozenset({"clock"})
    READS_OWN = True

    flag_id: FlagId

    def subject(self, branch: str) -> str:
        return f"flag/{branch}:{self.flag_id}"


class RaiseRankingFlag(FlagCommand):
    """Its moment has passed."""


class ClearRankingFlag(FlagCommand):
    """What was missing has come."""


@dataclass(frozen=True)
class Flag:
    """One flag from being raised to being cleared; it is raised once."""

    phase: Literal["down", "up", "cleared"] = "down"
    raised: RankingFlagRaised | RankingDeadlineMissed | None = None


def evolve(flag: Flag, fact: AnyFlagFact) -> Flag:
    """The flag after one more fact; never refuses."""
    match fact:
        case RankingFlagRaised() | RankingDeadlineMissed():
            return Flag(phase="up", raised=fact)
        case RankingFlagCleared() | RankingDeadlineAnswered():
            return replace(flag, phase="cleared")
        case _:
            assert_never(fact)


def decide(flag: Flag, command: RaiseRankingFlag | ClearRankingFlag, asked: Asked[Known]) -> tuple[AnyFlagFact, ...]:
    """Raise or clear a flag as far as what is known now bears it out; never refuses."""
    owed = asked.known.owed
    match flag.raised, command:
        case None, RaiseRankingFlag() if owed is not None and owed.to_raise(asked.recordedtime):
            return (_raised(owed, asked.branch),)
        case (RankingFlagRaised() | RankingDeadlineMissed()) as up, ClearRankingFlag() if (
            flag.phase == "up" and owed is not None
        ):
            return _cleared(up, owed)
        case _:
            return ()


def _raised(owed: Owed, branch: str) -> RankingFlagRaised | RankingDeadlineMissed:
    match owed.owing:
        case "opened" | "assessed" | "voted" | "approved" as step:
            return RankingDeadlineMissed(
                branch=branch,
                flag_id=owed.flag_id,
                rule=owed.rule,
                step=step,
                period=owed.period,
                profile=owed.profile,
                due_on=owed.due_on,
                due_at=owed.due_at,
                member_ids=owed.member_ids,
                missing=STEP_MISSING[step],
            )
        case owing:
            return RankingFlagRaised(
                branch=branch,
                flag_id=owed.flag_id,
                rule=owed.rule,
                owing=owing,
                due_at=owed.due_at or "",
                member_ids=owed.member_ids,
                task_id=owed.task_id,
                text=owed.text,
                period=owed.period,
                meeting_id=owed.meeting_id,
                missing=MISSING[owing],
            )


def _cleared(raised: RankingFlagRaised | RankingDeadlineMissed, owed: Owed) -> tuple[AnyFlagFact, ...]:
    if owed.answered is None:
        return ()
    said = raised.model_dump(exclude={"missing"})
    by, at = owed.answered.fact_id, owed.answered.at
    if isinstance(raised, RankingDeadlineMissed):
        return (RankingDeadlineAnswered(**said, answered_by=by, answered_at=at),)
    return (RankingFlagCleared(**said, answered_by=by, answered_at=at),)


FLAG: Noun[Flag, Known] = Noun(
    name="flag", initial=Flag(), decide=decide, evolve=evolve, commands=(RaiseRankingFlag, ClearRankingFlag)
)
