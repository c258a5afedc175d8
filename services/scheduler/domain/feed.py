"""Calendar addresses: one for the branch, one for each member who wants it; opened, and withdrawn when they leaked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, assert_never

from services.scheduler.domain.known import Known, living, on_list
from services.scheduler.domain.plan import LEADERS
from shared.decision import Asked, Command, Noun
from shared.events.calendar_feed import AnyCalendarFeedFact, CalendarFeedOpened, CalendarFeedWithdrawn
from shared.events.envelope import MemberId


class CalendarCommand(Command):
    """A wish about one calendar address: the branch's, or a member's own."""

    MAY: ClassVar[frozenset[str]] = LEADERS | {"self"}

    member_id: MemberId | None = None
    """Whose calendar; None: the branch's."""

    def subject(self, branch: str) -> str:
        return f"calendar/{branch}"


class OpenCalendarFeed(CalendarCommand):
    """Open a calendar address; one that is open stays as it is."""


class WithdrawCalendarFeed(CalendarCommand):
    """Withdraw a calendar address; opening it again gives another one."""


@dataclass(frozen=True)
class Feeds:
    """How often each address was opened, and which are open; None is the branch's own."""

    opened: Mapping[str | None, int] = field(default_factory=dict)
    open: frozenset[str | None] = frozenset()


def decide(feeds: Feeds, command: CalendarCommand, asked: Asked[Known]) -> tuple[AnyCalendarFeedFact, ...]:
    """The address opened or withdrawn; nothing when it is so already."""
    whose = command.member_id
    branch = living(asked.known, asked.today)
    match command:
        case OpenCalendarFeed():
            if whose is not None:
                on_list(branch, whose, asked.today)
            if whose in feeds.open:
                return ()
            return (CalendarFeedOpened(branch=asked.branch, member_id=whose, revision=feeds.opened.get(whose, 0) + 1),)
        case WithdrawCalendarFeed():
            if whose not in feeds.open:
                return ()
            return (CalendarFeedWithdrawn(branch=asked.branch, member_id=whose, revision=feeds.opened[whose]),)
        case _:
            raise AssertionError(command)


def evolve(feeds: Feeds, fact: AnyCalendarFeedFact) -> Feeds:
    """The addresses after one more fact."""
    match fact:
        case CalendarFeedOpened():
            opened = {**feeds.opened, fact.member_id: fact.revision}
            return Feeds(opened=opened, open=feeds.open | {fact.member_id})
        case CalendarFeedWithdrawn():
            return replace(feeds, open=feeds.open - {fact.member_id})
        case _:
            assert_never(fact)


CALENDAR: Noun[Feeds, Known] = Noun(
    name="calendar",
    initial=Feeds(),
    decide=decide,
    evolve=evolve,
    commands=(OpenCalendarFeed, WithdrawCalendarFeed),
)
