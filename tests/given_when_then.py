"""The three words in which the rules are told: given facts, when a command, then exactly these facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Fact


@dataclass(frozen=True)
class Scenario:
    """A history so far, and how the next command is asked."""

    noun: Noun[Any, Any]
    asked: Asked[Any]
    facts: tuple[Fact, ...] = ()

    def __call__(self, *facts: Fact) -> Scenario:
        return replace(self, facts=facts)

    def known(self, known: Any) -> Scenario:
        """The same, knowing something else from the other services."""
        return replace(self, asked=self.asked._replace(known=known))

    def at(self, time: str | datetime, **asked: Any) -> Scenario:
        """The same, at another time (ISO 8601 with offset) or by another actor."""
        moment = (datetime.fromisoformat(time) if isinstance(time, str) else time).astimezone(UTC)
        return replace(self, asked=self.asked._replace(time=moment, recordedtime=moment, **asked))

    def state(self) -> Any:
        return reduce(self.noun.evolve, self.facts, self.noun.initial)

    def when(self, command: Command) -> Outcome:
        return Outcome(self, command)


@dataclass(frozen=True)
class Outcome:
    """What comes of one command."""

    given: Scenario
    command: Command

    def _decide(self) -> tuple[Fact, ...]:
        return self.given.noun.decide(self.given.state(), self.command, self.given.asked)

    def then(self, *facts: Fact) -> None:
        """Exactly these facts, in this order, nothing else."""
        assert self._decide() == facts
        reduce(self.given.noun.evolve, facts, self.given.state())  # what is decided can be folded

    def refused(self, words: str) -> None:
        """Refused, with these words in the Vietnamese or the English sentence."""
        with pytest.raises(Refused) as refusal:
            self._decide()
        assert words in refusal.value.vi or words in refusal.value.en, (refusal.value.vi, refusal.value.en)


def scenario(noun: Noun[Any, Any], known: Any = None, *, actor: str = "M01", role: str = "secretary") -> Scenario:
    """A history of this noun, empty, asked by the secretary on 26/09/2026 at 08:00 in Viet Nam."""
    moment = datetime(2026, 9, 26, 1, 0, tzinfo=UTC)
    asked = Asked(
        command_id="00000000-0000-7000-8000-000000000001",
        branch="99.001.002.000.011",
        actor=actor,
        actorrole=role,
        time=moment,
        recordedtime=moment,
        known=known,
    )
    return Scenario(noun, asked)
