"""A noun small enough to drive the store with: tallies that are counted up to 100, with private notes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Fact, LogName, Privacy, Recorded, Told, encode, instant
from shared.events.sealed import Private, PrivateText, Secret, SubjectKey
from shared.store.asking import Ask
from shared.store.views import View, ViewReader

BRANCH = "99.001.002.000.011"
OTHER = "99.001.002.000.012"
FULL = 100


class TallyFact(Fact):
    OWNER: ClassVar[str] = "tallies"
    tally: str

    def subject(self) -> str:
        return f"tally/{self.tally}"

    def vi(self, tell: Told) -> str:
        return f"{self.tally}: {type(self).__name__}"

    def en(self, tell: Told) -> str:
        return self.vi(tell)


class Counted(TallyFact):
    """Something was counted."""

    by: int = 1
    meeting_id: str | None = None


class NoteKept(TallyFact):
    """Somebody's words, sealed."""

    PRIVACY: ClassVar[Privacy] = "C"
    words: Private


class TallyClosed(TallyFact):
    """Nothing more is counted."""


class TwoCounted(TallyFact):
    """Counted in two branches at once."""

    ALSO_BRANCHES: ClassVar[tuple[str, ...]] = ("other",)
    other: str


FACTS: dict[str, type[Fact]] = {fact.kind(): fact for fact in (Counted, NoteKept, TallyClosed, TwoCounted)}


class TallyCommand(Command):
    tally: str

    def subject(self, branch: str) -> str:
        return f"tally/{self.tally}"


class Count(TallyCommand):
    by: int = 1
    meeting: str | None = None


class CountTwice(TallyCommand):
    """Two facts in two histories, all or none."""

    other: str


class CountMany(TallyCommand):
    times: int


class Keep(TallyCommand):
    about: str
    words: PrivateText


class Close(TallyCommand):
    pass


class CountAsShown(TallyCommand):
    """Counts what this service's own read model shows."""

    READS_OWN: ClassVar[bool] = True


class Break(TallyCommand):
    """A defect in the rules."""


@dataclass(frozen=True)
class Tally:
    total: int = 0
    closed: bool = False
    notes: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Known:
    shown: int = 0


def decide(tally: Tally, command: Any, asked: Asked[Known]) -> tuple[Fact, ...]:
    if tally.closed and not isinstance(command, Close):
        raise Refused("Sổ đã khóa.", "The tally is closed.", code="closed")
    match command:
        case Count(tally=name, by=by, meeting=meeting):
            if tally.total + by > FULL:
                raise Refused("Sổ đã đầy.", "The tally is full.", code="full")
            return (Counted(tally=name, by=by, meeting_id=meeting),)
        case CountTwice(tally=name, other=other):
            return Counted(tally=name, by=1), Counted(tally=other, by=1)
        case CountMany(tally=name, times=times):
            return tuple(Counted(tally=name, by=1) for _ in range(times))
        case CountAsShown(tally=name):
            return (Counted(tally=name, by=asked.known.shown),)
        case Keep(tally=name, about=about, words=words):
            return (NoteKept(tally=name, words=Secret(subject=about, field="words", text=words)),)
        case Close(tally=name):
            return () if tally.closed else (TallyClosed(tally=name),)
        case _:
            raise ZeroDivisionError(type(command).__name__)


def evolve(tally: Tally, fact: Any) -> Tally:
    match fact:
        case Counted(by=by):
            return replace(tally, total=tally.total + by)
        case NoteKept(words=words):
            return replace(tally, notes=(*tally.notes, words))
        case TallyClosed():
            return replace(tally, closed=True)
        case _:
            return tally


TALLY: Noun[Tally, Known] = Noun(
    name="tally",
    initial=Tally(),
    decide=decide,
    evolve=evolve,
    commands=(Count, CountTwice, CountMany, Keep, Close, CountAsShown, Break),
    profile=lambda tally: "tally@2" if tally.total > 50 else "tally@1",
)


class Shown(BaseModel):
    """The read model of a tally."""

    model_config = ConfigDict(frozen=True)
    total: int = 0
    closed: bool = False


def step(shown: Shown | None, recorded: Recorded[Any], key: str) -> Shown | None:
    shown = shown or Shown()
    match recorded.fact:
        case Counted(by=by):
            if by < 0:
                raise ArithmeticError("cannot count backwards")
            return shown.model_copy(update={"total": shown.total + by})
        case TallyClosed():
            return None
        case _:
            return shown


TALLIES = View(
    name="tallies",
    model=Shown,
    hears=frozenset({Counted, TallyClosed}),
    key=lambda recorded: (recorded.fact.tally,),
    step=step,
)


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    shown = reader.get("tallies", branch, getattr(command, "tally", ""))
    return Known(shown.total if shown else 0)


class MadeUpKeys:
    """A key per subject that is always the same; none for those that were destroyed."""

    def __init__(self) -> None:
        self.destroyed: set[str] = set()

    def key(self, subject: str) -> SubjectKey:
        if subject in self.destroyed:
            raise KeyError(subject)
        secret = hashlib.sha256(subject.encode()).digest()
        return SubjectKey(id=secret[:4].hex(), subject=subject, secret=secret)


class StandingClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 26, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, **passed: float) -> datetime:
        self.now += timedelta(**passed)
        return self.now


def ask(command: Command, **given: Any) -> Ask:
    """This command, asked by M01 in BRANCH."""
    plain: dict[str, Any] = {"id": str(uuid4()), "branch": BRANCH, "actor": "M01", "actorrole": "secretary"}
    if "body" not in given:
        plain["body"] = command.model_dump_json().encode()
    return Ask(**(plain | {"command": command} | given))


def heard(index: int, fact: Fact, source: LogName, *, branch: str | None = BRANCH, version: int = 1) -> bytes:
    """A fact's bytes as another service would have stored them."""
    time = instant(datetime(2026, 9, 25, 1, 0, tzinfo=UTC) + timedelta(seconds=index))
    return encode(
        fact.model_dump_json().encode(),
        id=str(uuid4()),
        type=fact.kind(),
        source=f"/{source.site}/{source.service}",
        subject=fact.subject(),
        subjectversion=version,
        time=time,
        recordedtime=time,
        branch=branch,
        actor="M02",
        actorrole="member",
        correlationid=str(uuid4()),
        privacy=fact.PRIVACY,
        salt="00" * 16,
    )
