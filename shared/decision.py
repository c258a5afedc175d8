"""What a decision is made of: a command, who asks it, the state it meets, and the refusal it may get.

Pure: no clock, no I/O. Time, ids and chance come in as data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.days import VIETNAM, civil_day
from shared.events.envelope import Fact, Medium

Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
"""When something was or will be, as it is typed in; far enough from the ends of the calendar for every time zone."""

K = TypeVar("K")
S = TypeVar("S")


class Refused(Exception):
    """A command that cannot be carried out: what, why in the cell's words, what to do now.

    ``code`` names the rule or reason for machines (``R13``, ``not-allowed``); people read ``vi`` or ``en``.
    """

    def __init__(self, vi: str, en: str, *, code: str = "refused") -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.code = code


class Command(BaseModel):
    """A wish put into a bare verb phrase: ``ScheduleMeeting``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    MAY: ClassVar[frozenset[str]] = frozenset()
    """Roles that may ask this; nobody by default. ``self`` = the member the command is about (field member_id)."""
    READS_OWN: ClassVar[bool] = False
    """True when deciding reads this service's own read models, which are then brought up to its own head first."""

    def subject(self, branch: str) -> str:
        """The history this command is decided on: ``meeting/<id>``."""
        raise NotImplementedError

    def files(self, branch: str) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - asked of every command
        """The stored files this command names: whose key opens each, and its SHA-256. What is known gets ``files``."""
        return ()


class TurnedAway(Refused):
    """A command refused at the door: nothing of it is kept. ``instead`` is asked in its place and says that it was."""

    def __init__(self, vi: str, en: str, *, code: str, instead: Command) -> None:
        super().__init__(vi, en, code=code)
        self.instead = instead


class Asked(NamedTuple, Generic[K]):
    """Who asks, when, for which branch, and what the service knows at that moment."""

    command_id: str
    branch: str
    actor: str
    """Member id, or ``operator``, ``clock``, ``service:<name>``."""
    actorrole: str
    time: datetime
    """When it happened (UTC, aware)."""
    recordedtime: datetime
    """When it is being stored (UTC, aware)."""
    known: K
    enteredby: str | None = None
    medium: Medium | None = None

    @property
    def local(self) -> datetime:
        """When it happened, on the clock of Asia/Ho_Chi_Minh."""
        return self.time.astimezone(VIETNAM)

    @property
    def today(self) -> date:
        """The civil date in Asia/Ho_Chi_Minh on which it happened."""
        return civil_day(self.time)


@dataclass(frozen=True)
class Noun(Generic[S, K]):
    """One kind of history and its rules."""

    name: str
    initial: S
    decide: Callable[[S, Any, Asked[K]], tuple[Fact, ...]]
    """(state, command, asked) → facts, or raises Refused. Saying the same thing again gives ()."""
    evolve: Callable[[S, Any], S]
    """(state, fact) → state; never refuses."""
    commands: tuple[type[Command], ...]
    profile: Callable[[S], str | None] = field(default=lambda _state: None)
    """The pinned rule profile ``id@version`` to stamp on facts of this history, if any."""
