"""The one writer of a log: takes the waiting commands together, decides them one after the other, stores them at once.

Each command sees the facts of those before it. Nothing is answered before it is stored, and after a rollback
nothing stays in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from shared.decision import Asked, Command, Noun
from shared.events.envelope import (
    Attributes,
    Fact,
    LogName,
    Medium,
    Recorded,
)
from shared.events.sealed import Keys
from shared.store.batch import NewAnswer, NewFact
from shared.store.log import Log
from shared.store.parking import Entry, Parked
from shared.store.trouble import (
    StoreBroken,
)
from shared.store.views import ViewReader, Views

TOGETHER = 256
"""Commands taken into one transaction."""
TRIES = 5
FUTURE = timedelta(minutes=5)
"""How far ahead of this computer's clock something may have happened."""
CATCHES_UP = timedelta(seconds=2)
"""A clock this little behind the log is waited for."""
REMEMBERED = 2048
"""Histories whose state is kept in memory."""

log_line = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One command with everything around it."""

    id: str
    """A UUID chosen by whoever asks; the same id asks for the same thing again."""
    branch: str
    actor: str
    actorrole: str
    command: Command
    body: bytes
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to."""

    id: str
    service: str
    first: int
    last: int
    """``first`` = ``last`` + 1 when there was nothing to say."""
    facts: tuple[Recorded[Any], ...]
    already: bool
    """True when this had been stored before and nothing was stored now."""

    @property
    def position(self) -> str:
        """To be given as ``after=`` so that a query shows what this command did: ``minutes:41``."""
        return f"{self.service}:{self.last}"


@dataclass(frozen=True, slots=True)
class HeardBatch:
    """The next facts of another service's log, in order, for this service's deciding handlers."""

    source: LogName
    entries: Sequence[Entry]


React = Callable[[Recorded[Any]], Sequence[Ask]]
"""What a fact heard makes this service ask of itself."""


class _History(NamedTuple):
    version: int
    noun: Noun[Any, Any] | None
    state: Any


@dataclass(slots=True)
class _Draft:
    """What one command (or all commands of one fact heard) adds to a batch: everything or nothing."""

    histories: dict[str, _History] = field(default_factory=dict)
    facts: list[NewFact] = field(default_factory=list)
    decided: list[tuple[Attributes, Fact]] = field(default_factory=list)
    answers: list[NewAnswer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was decided in this batch: facts ``offset`` to ``offset + count``."""

    offset: int
    count: int
    already: bool


class _Asking(NamedTuple):
    ask: Ask
    future: Future[Answer]


class _Hearing(NamedTuple):
    batch: HeardBatch
    future: Future[int]


class _Redriving(NamedTuple):
    branch: str
    future: Future[int]


_Unit = _Asking | _Hearing | _Redriving


class Writer:
    """Takes commands from any thread, decides and stores them in its own."""

    def __init__(
        self,
        log: Log,
        nouns: Sequence[Noun[Any, Any]],
        known: Callable[[ViewReader, str, Command], Any],
        views: Views,
        *,
        keys: Keys,
        clock: Callable[[], datetime],
        on_commit: Callable[[int], None] = lambda _index: None,
        inbox_key: bytes,
        react: React = lambda _recorded: (),
        hears: Iterable[str] = (),
        on_broken: Callable[[StoreBroken], None] | None = None,
    ) -> None:
        """See ``start``.

        ``on_commit(index)`` is called after each commit that stored facts; ``react`` and ``hears`` (kinds) are the
        deciding handlers; ``on_broken`` ends the process (default: at once, with code 70).
        """
        raise NotImplementedError

    def start(self) -> None:
        """Begin to take commands."""
        raise NotImplementedError

    def stop(self) -> None:
        """Finish what is waiting, refuse what comes later, end the thread."""
        raise NotImplementedError

    def submit(self, ask: Ask) -> Future[Answer]:
        """Ask for a command. The future gives the answer once it is stored, or raises Refused."""
        raise NotImplementedError

    def submit_heard(self, batch: HeardBatch) -> Future[int]:
        """Let the deciding handlers hear these facts; the future gives their new position in that log.

        Facts, inbox, position and parked facts are stored in one transaction. The future raises Gap or SourceStopped
        when not everything could be taken (what came before is stored), Refused when writing is refused.
        """
        raise NotImplementedError

    def positions(self) -> dict[LogName, int]:
        """How far the deciding handlers have come in other logs."""
        raise NotImplementedError

    def parked(self) -> list[Parked]:
        """Facts the deciding handlers could not take in, in order, with the reasons."""
        raise NotImplementedError

    def redrive(self, branch: str) -> Future[int]:
        """Try a branch's parked facts again, in order, up to one that is still refused; gives how many came right."""
        raise NotImplementedError

    def refuse_writes(self, vi: str, en: str) -> None:
        """Refuse every command with this sentence until ``accept_writes``."""
        raise NotImplementedError

    def accept_writes(self) -> None:
        """Take commands again."""
        raise NotImplementedError
