"""A flag: raised by the clock when something owed has not come, cleared when it has; never by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from services.ranking.domain.known import Known
from services.ranking.domain.owed import Owed
from shared.decision import Asked, Command, Noun
from shared.events.ranking_flag import (
    MISSING,
    AnyRankingFlagFact,
    FlagId,
    RankingFlagCleared,
    RankingFlagRaised,
)


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
    raised: RankingFlagRaised | None = None


def evolve(flag: Flag, fact: AnyRankingFlagFact) -> Flag:
    """The flag after one more fact; never refuses."""
    match fact:
        case RankingFlagRaised():
            return Flag(phase="up", raised=fact)
        case RankingFlagCleared():
            return replace(flag, phase="cleared")
        case _:
            assert_never(fact)


def decide(
    flag: Flag, command: RaiseRankingFlag | ClearRankingFlag, asked: Asked[Known]
) -> tuple[AnyRankingFlagFact, ...]:
    """Raise or clear a flag as far as what is known now bears it out; never refuses."""
    owed = asked.known.owed
    match flag.raised, command:
        case None, RaiseRankingFlag() if owed is not None and owed.to_raise(asked.recordedtime):
            return (_raised(owed, asked.branch),)
        case RankingFlagRaised() as raised, ClearRankingFlag() if flag.phase == "up" and owed is not None:
            return _cleared(raised, owed)
        case _:
            return ()


def _raised(owed: Owed, branch: str) -> RankingFlagRaised:
    return RankingFlagRaised(
        branch=branch,
        flag_id=owed.flag_id,
        rule=owed.rule,
        owing=owed.owing,
        due_at=owed.due_at or "",
        member_ids=owed.member_ids,
        task_id=owed.task_id,
        text=owed.text,
        period=owed.period,
        meeting_id=owed.meeting_id,
        missing=MISSING[owed.owing],
    )


def _cleared(raised: RankingFlagRaised, owed: Owed) -> tuple[AnyRankingFlagFact, ...]:
    if owed.answered is None:
        return ()
    return (
        RankingFlagCleared(
            **raised.model_dump(exclude={"missing"}),
            answered_by=owed.answered.fact_id,
            answered_at=owed.answered.at,
        ),
    )


FLAG: Noun[Flag, Known] = Noun(
    name="flag", initial=Flag(), decide=decide, evolve=evolve, commands=(RaiseRankingFlag, ClearRankingFlag)
)
