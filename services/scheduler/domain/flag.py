"""What is owed by a day, and the flag that stands while it has not come."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from services.scheduler.domain.known import Known
from shared.days import civil_day
from shared.decision import Asked
from shared.events.scheduler_flag import MISSING, Flag, Missing, SchedulerFlagCleared, SchedulerFlagRaised


class Part(BaseModel):
    """A piece of a state, kept in read models as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(NamedTuple):
    """The history a flag stands in, and the rule it stands for."""

    history: Literal["theme", "quarter"]
    branch: str
    of: str
    rule: Literal["R41", "R6"]


class Owed(NamedTuple):
    """Something that is to come by a day."""

    flag: Flag
    due_on: date


class StandingFlag(Part):
    """A flag, raised once; cleared when what it waits for has come."""

    flag: Flag
    rule: str
    due_on: date
    detected_on: date
    missing: Missing
    cleared_on: date | None = None


Flags = tuple[StandingFlag, ...]


def with_flag(flags: Flags, fact: SchedulerFlagRaised | SchedulerFlagCleared) -> Flags:
    """The flags after one more fact about them."""
    if isinstance(fact, SchedulerFlagRaised):
        raised = StandingFlag(
            flag=fact.flag,
            rule=fact.rule,
            due_on=fact.due_on,
            detected_on=fact.detected_on,
            missing=fact.missing,
        )
        return (*flags, raised)
    cleared = {"cleared_on": fact.cleared_on}
    return tuple(
        one.model_copy(update=cleared) if (one.flag, one.due_on) == (fact.flag, fact.due_on) else one for one in flags
    )


def flagged(flags: Flags, owed: Owed) -> bool:
    """Whether this was raised before, cleared or not."""
    return any((one.flag, one.due_on) == (owed.flag, owed.due_on) for one in flags)


def raising(place: Place, owed: Owed | None, flags: Flags, asked: Asked[Known]) -> tuple[SchedulerFlagRaised, ...]:
    """The flag for what is owed, once its day is over; nothing when it has come, or is flagged already."""
    if owed is None or asked.today <= owed.due_on or flagged(flags, owed):
        return ()
    return (
        SchedulerFlagRaised(
            branch=place.branch,
            history=place.history,
            of=place.of,
            flag=owed.flag,
            rule=place.rule,
            due_on=owed.due_on,
            missing=MISSING[owed.flag],
            detected_on=civil_day(asked.recordedtime),
        ),
    )


def clearing(place: Place, flags: Flags, on: date, which: frozenset[Flag]) -> tuple[SchedulerFlagCleared, ...]:
    """The ends of the standing flags of these kinds."""
    return tuple(
        SchedulerFlagCleared(
            branch=place.branch,
            history=place.history,
            of=place.of,
            flag=one.flag,
            rule=place.rule,
            due_on=one.due_on,
            missing=one.missing,
            cleared_on=on,
        )
        for one in flags
        if one.cleared_on is None and one.flag in which
    )
