"""What is owed by a day, and the flag that stands while it has not come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from shared.events.roster_flag import MISSING, RULES, Flag, Missing, RosterFlagCleared, RosterFlagRaised


class Part(BaseModel):
    """A piece of a state, kept in read models as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(NamedTuple):
    """The history a flag stands in."""

    history: Literal["member", "locality"]
    branch: str
    of: str


class Owed(Part):
    """Something that is to come by a day."""

    flag: Flag
    item: str
    due_on: date
    member_id: str


class StandingFlag(Part):
    """A flag, raised once; cleared when what it waits for has come or is no longer owed."""

    flag: Flag
    item: str
    rule: str
    due_on: date
    detected_on: date
    member_id: str
    missing: Missing
    cleared_on: date | None = None
    answered: bool | None = None


Flags = tuple[StandingFlag, ...]


def with_flag(flags: Flags, fact: RosterFlagRaised | RosterFlagCleared) -> Flags:
    """The flags after one more fact about them."""
    if isinstance(fact, RosterFlagRaised):
        raised = StandingFlag(
            flag=fact.flag,
            item=fact.item,
            rule=fact.rule,
            due_on=fact.due_on,
            detected_on=fact.detected_on,
            member_id=fact.member_id,
            missing=fact.missing,
        )
        return (*flags, raised)
    cleared = {"cleared_on": fact.cleared_on, "answered": fact.answered}
    return tuple(
        one.model_copy(update=cleared) if (one.flag, one.item, one.due_on) == _key(fact) else one for one in flags
    )


def _key(fact: RosterFlagCleared) -> tuple[Flag, str, date]:
    return fact.flag, fact.item, fact.due_on


def flagged(flags: Flags, owed: Owed) -> bool:
    """Whether this was raised before, cleared or not."""
    return any((one.flag, one.item, one.due_on) == (owed.flag, owed.item, owed.due_on) for one in flags)


def raising(
    place: Place, owed: Owed | None, flags: Flags, today: date, detected_on: date
) -> tuple[RosterFlagRaised, ...]:
    """The flag for what is owed, once its day is over; nothing when it has come, or is flagged already."""
    if owed is None or today <= owed.due_on or flagged(flags, owed):
        return ()
    return (
        RosterFlagRaised(
            branch=place.branch,
            history=place.history,
            of=place.of,
            flag=owed.flag,
            item=owed.item,
            rule=RULES[owed.flag],
            due_on=owed.due_on,
            missing=MISSING[owed.flag],
            detected_on=detected_on,
            member_id=owed.member_id,
        ),
    )


def clearing(
    place: Place, flags: Flags, item: str, on: date, which: Iterable[Flag], *, answered: bool = True
) -> tuple[RosterFlagCleared, ...]:
    """The ends of the flags that stand for this item."""
    wanted = frozenset(which)
    return tuple(
        RosterFlagCleared(
            branch=place.branch,
            history=place.history,
            of=place.of,
            member_id=one.member_id,
            flag=one.flag,
            item=item,
            rule=one.rule,
            due_on=one.due_on,
            missing=one.missing,
            cleared_on=on,
            answered=answered,
        )
        for one in flags
        if one.cleared_on is None and one.item == item and one.flag in wanted
    )
