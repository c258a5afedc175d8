"""A quarter and its thematic meetings: as many as the rules ask held within it, or flagged for good (R6)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, assert_never

from services.scheduler.domain.flag import Flags, Owed, Part, Place, raising, with_flag
from services.scheduler.domain.known import Known, living
from shared import periods
from shared.decision import Asked, Command, Noun
from shared.events.meeting import MeetingKind
from shared.events.scheduler_flag import SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.theme import Quarter
from shared.rules import MeetingProfile, RuleBook

THEMATIC: frozenset[MeetingKind] = frozenset({"thematic", "combined"})
"""The meetings that count for a quarter (R6)."""


def first_whole_quarter(period: str) -> str:
    """The first quarter that lies wholly from a month on: what came before that month is not known here."""
    quarter = periods.containing(periods.first_day(period), "quarter")
    return quarter if periods.first_day(quarter) == periods.first_day(period) else periods.following(quarter)


def thematic_asked(rules: RuleBook, branch: str, day: date) -> int:
    """How many thematic or combined meetings a quarter that ends on this day asks; none where no rules hold on it."""
    found = rules.chosen("meeting", day, branch)
    return found.thematic_per_quarter.value if isinstance(found, MeetingProfile) else 0


class FlagQuarter(Command):
    """A quarter ended without its thematic or combined meetings; said by the clock."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    quarter: Quarter

    def subject(self, branch: str) -> str:
        return f"quarter/{branch}:{self.quarter}"


class QuarterState(Part):
    """What was flagged about a quarter."""

    flags: Flags = ()


def decide(state: QuarterState, command: FlagQuarter, asked: Asked[Known]) -> tuple[SchedulerFlagRaised, ...]:
    """The flag, unless enough were opened in the quarter or moved out of it by a disaster, or the branch had ended."""
    last = periods.last_day(command.quarter)
    living(asked.known, last)
    enough = len(set(asked.known.thematic_held)) >= thematic_asked(asked.known.rules, asked.branch, last)
    owed = None if enough else Owed("quarter_without_thematic", last)
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
