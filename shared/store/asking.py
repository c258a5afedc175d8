"""What is given to the writer of a log and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.decision import Asked, Command
from shared.events.envelope import Fact, LogName, Medium, Recorded, decode
from shared.store.parking import Entry


@dataclass(frozen=True, slots=True)
class Ask:
    """One command with everything around it."""

    id: str
    """A UUID chosen by whoever asks; the same id asks for the same thing again."""
    branch: str
    actor: str
    actorrole: str
    command: Command
    body: bytes = field(repr=False)
    """The command as it came in; together with branch and actor it is what must be the same next time."""
    time: datetime | None = None
    """When it happened (aware); None: now."""
    enteredby: str | None = None
    medium: Medium | None = None
    correlation: str | None = None
    """None: the command's own id."""
    causation: str | None = None
    expected: int | None = None
    """The version of the history the asker had before them; another one now is refused as ``moved-on``."""
    allowed: Callable[[Asked[Any]], None] | None = None
    """Called before anything is decided; raises Refused."""


@dataclass
class Answer:
    """What a command came to."""

    id: str
    log: LogName
    first: int
    last: int
    """``first`` = ``last`` + 1 when there was nothing to say."""
    raws: tuple[bytes, ...]
    """The facts as they are stored."""
    already: bool
    """True when this had been stored before and nothing was stored now."""
    known: dict[str, type[Fact]] = field(repr=False, compare=False)

    @property
    def service(self) -> str:
        return self.log.service

    @property
    def position(self) -> str:
        """To be given as ``after=`` so that a query shows what this command did: ``minutes:41``."""
        return f"{self.log.service}:{self.last}"

    @cached_property
    def facts(self) -> tuple[Recorded[Any], ...]:
        """The facts, decoded when they are asked for: that need not hold up the writer."""
        return tuple(decode(self.log, index, raw, self.known) for index, raw in enumerate(self.raws, self.first))


@dataclass(frozen=True, slots=True)
class HeardBatch:
    """The next facts of another service's log, in order, for this service's deciding handlers."""

    source: LogName
    entries: Sequence[Entry]


React = Callable[[Recorded[Any]], Sequence[Ask]]
"""What a fact heard makes this service ask of itself."""
