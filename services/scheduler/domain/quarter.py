"""A quarter and its thematic meeting: held within it, or flagged for good (R6)."""

from __future__ import annotations

from typing import ClassVar, assert_never

from services.scheduler.domain.flag import Flags, Owed, Part, Place, raising, with_flag
from services.scheduler.domain.known import Known, living
from shared import periods
from shared.decision import Asked, Command, Noun
from shared.events.meeting import MeetingKind
from shared.events.scheduler_flag import SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.theme import Quarter

THEMATIC: frozenset[MeetingKind] = frozenset({"thematic", "combined"})
"""The meetings that count for a quarter (R6)."""


def first_whole_quarter(period: str) -> str:
    """The first quarter that lies wholly from a month on: what came before that month is not known here."""
    quarter = periods.containing(periods.first_day(period), "quarter")
    return quarter if periods.first_day(quarter) == periods.first_day(period) else periods.following(quarter)


class FlagQuarter(Command):
    """A quarter ended without a thematic or combined meeting; said by the clock."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    quarter: Quarter

    def subject(self, branch: str) -> str:
        return f"quarter/{branch}:{self.quarter}"


class QuarterState(Part):
    """What was flagged about a quarter."""

    flags: Flags = ()


def decide(state: QuarterState, command: FlagQuarter, asked: Asked[Known]) -> tuple[SchedulerFlagRaised, ...]:
    """The flag, unless one was opened in the quarter or a disaster moved it out of it, or the branch had ended."""
    last = periods.last_day(command.quarter)
    living(asked.known, last)
    owed = None if asked.known.thematic_held else Owed("quarter_without_thematic", last)
    return raising(Place("quarter", asked.branch, command.quarter, "R6"), owed, state.flags, asked)


def evolve(state: QuarterState, fact: SchedulerFlagRaised | SchedulerFlagCleared) -> QuarterState:
    """The quarter after one more fact."""
    match fact:
        case SchedulerFlagRaised() | SchedulerFlagCleared():
            return QuarterState(flags=with_flag(state.flags, fact))
        case _:
            assert_never(fact)


QUARTER: Noun[QuarterState, Known] = Noun(
    name="quarter", initial=QuarterState(), decide=decide, evolve=evolve, commands=(FlagQuarter,)
)
