"""Facts that cannot be taken in yet wait here, in order, branch by branch; other branches go on.

A fact that is undecodable or refused is parked with its reason in the transaction that moves the position.
Later facts of that branch, from any log, queue behind it until the queue is empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.decision import Refused
from shared.events.envelope import Fact, LogName, Recorded, Undecodable, decode, kind_of
from shared.store.database import Cursor
from shared.store.trouble import ClockBehind, Gap, Raced, SourceStopped, StoreTrouble

Entry = tuple[int, bytes] | tuple[int, Recorded[Any]]
"""An index with the fact's bytes, or with the fact already decoded from them."""

Read = tuple[int, bytes, Recorded[Any] | Undecodable | None]
"""An index, the bytes, and what they say; None when nobody here hears such a fact."""


@dataclass(frozen=True, slots=True)
class NewlyParked:
    """A fact to be parked."""

    source: LogName
    index: int
    branches: tuple[str, ...]
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked fact; ``number`` gives the order in its queue."""

    number: int
    source: LogName
    index: int
    branches: tuple[str, ...]
    reason: str
    raw: bytes


PARKED = """CREATE TABLE IF NOT EXISTS parked (
    number {serial}, generation BIGINT NOT NULL, source TEXT NOT NULL, "index" BIGINT NOT NULL,
    branches TEXT NOT NULL, reason TEXT NOT NULL, raw {bytes} NOT NULL, UNIQUE (generation, source, "index"))"""


class Parking:
    """The table of parked facts, for one set of positions (``generation``)."""

    def __init__(self, generation: int = 0) -> None:
        self.generation = generation

    def park(self, cursor: Cursor, facts: Sequence[NewlyParked]) -> None:
        if facts:
            cursor.executemany(
                'INSERT INTO parked (generation, source, "index", branches, reason, raw) VALUES (?, ?, ?, ?, ?, ?)',
                [(self.generation, str(f.source), f.index, " ".join(f.branches), f.reason, f.raw) for f in facts],
            )

    def settle(self, cursor: Cursor, numbers: Sequence[int]) -> None:
        """Take these out: they came right."""
        if numbers:
            cursor.executemany("DELETE FROM parked WHERE number = ?", [(number,) for number in numbers])

    def reword(self, cursor: Cursor, reasons: Sequence[tuple[int, str]]) -> None:
        """They stay, for another reason."""
        if reasons:
            cursor.executemany(
                "UPDATE parked SET reason = ? WHERE number = ?", [(reason, number) for number, reason in reasons]
            )

    def waiting(self, cursor: Cursor) -> set[str]:
        """Branches with a queue."""
        cursor.execute("SELECT DISTINCT branches FROM parked WHERE generation = ?", (self.generation,))
        return {branch for (branches,) in cursor.fetchall() for branch in branches.split()}

    def all(self, cursor: Cursor) -> list[Parked]:
        """Every parked fact in order."""
        cursor.execute(
            """SELECT number, source, "index", branches, reason, raw FROM parked
            WHERE generation = ? ORDER BY number""",
            (self.generation,),
        )
        return [
            Parked(number, LogName.parse(source), index, tuple(branches.split()), reason, bytes(raw))
            for number, source, index, branches, reason, raw in cursor.fetchall()
        ]


def branches_of(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The branches a fact is about: its own, and those in the fields its class names in ALSO_BRANCHES."""
    also = [getattr(recorded.fact, name) for name in getattr(type(recorded.fact), "ALSO_BRANCHES", ())]
    return tuple(dict.fromkeys(branch for branch in (recorded.branch, *also) if branch))


_BRANCH = re.compile(rb'"recordedtime":"[^"\\]*","branch":"([^"\\\s]{1,80})",')


def branch_in(raw: bytes) -> tuple[str, ...]:
    """The branch an undecodable fact names, if that much can be read."""
    head = raw[:4096].partition(b',"data":')[0]
    if found := _BRANCH.search(head):
        return (found[1].decode(errors="replace"),)
    try:
        branch = json.loads(raw).get("branch")
    except (ValueError, AttributeError, RecursionError):
        return ()
    return (branch,) if isinstance(branch, str) and re.fullmatch(r"\S{1,80}", branch) else ()


class Intake:
    """One source's facts taken in order: what is old is dropped, what is bad is parked, a hole ends it.

    ``take`` may be called once. Afterwards: ``position``, ``parked``, ``unknown`` (types nobody here knows),
    ``applied``, and ``ended`` (Gap or SourceStopped) when not everything could be taken.
    """

    def __init__(
        self,
        source: LogName,
        position: int,
        waiting: set[str],
        known: Mapping[str, type[Fact]],
        hears: frozenset[str],
    ) -> None:
        self.source = source
        self.position = position
        self.waiting = waiting
        self.parked: list[NewlyParked] = []
        self.applied = 0
        self.unknown = 0
        self.ended: Gap | SourceStopped | None = None
        self._known = dict(known)
        self._hears = hears

    def read(self, entries: Iterable[Entry]) -> Iterator[Read]:
        """Entries after the position, decoded where they are heard; stops before a hole."""
        position = self.position
        for index, raw in entries:
            if index <= position:
                continue
            if index != position + 1:
                self.ended = Gap(self.source, position + 1, index)
                return
            position = index
            if isinstance(raw, Recorded):
                yield index, raw.raw, raw if self._heard(raw.envelope.type) else None
                continue
            try:
                heard = self._heard(kind_of(raw))
                yield index, raw, decode(self.source, index, raw, self._known) if heard else None
            except Undecodable as error:
                yield index, raw, error

    def _heard(self, kind: str) -> bool:
        if kind not in self._known:
            self.unknown += 1
        return kind in self._hears

    def take(
        self,
        entries: Iterable[Read],
        effect: Callable[[Recorded[Any]], object],
    ) -> None:
        """Give each fact to ``effect``; what it raises is the reason for parking, unless the store itself fails."""
        for index, raw, recorded in entries:
            if recorded is None:
                self.position = index
                continue
            if isinstance(recorded, Undecodable):
                reason = str(recorded)
            elif self.waiting and not self.waiting.isdisjoint(branches_of(recorded)):
                reason = "waits behind an earlier fact of its branch"
            else:
                try:
                    effect(recorded)
                    reason = ""
                except Exception as error:  # noqa: BLE001 - a defect of ours must not lose the fact or stop other branches
                    reason = _reason(error)
            if not reason:
                self.applied += 1
            elif not self._park(index, raw, recorded, reason):
                return
            self.position = index

    def _park(self, index: int, raw: bytes, recorded: Recorded[Any] | Undecodable, reason: str) -> bool:
        branches = branch_in(raw) if isinstance(recorded, Undecodable) else branches_of(recorded)
        if not branches:
            self.ended = SourceStopped(self.source, index, reason)
            return False
        self.parked.append(NewlyParked(self.source, index, branches, reason, raw))
        self.waiting.update(branches)
        return True


def attempt(effect: Callable[[], object]) -> str:
    """Run the effect; the reason to park the fact for, or an empty string when it came right."""
    try:
        effect()
    except Exception as error:  # noqa: BLE001 - as when it is taken the first time
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    """Why a fact is parked. What ails the store, and not the fact, is raised again."""
    match error:
        case StoreTrouble() | Raced() | ClockBehind():
            raise error
        case Undecodable():
            return str(error)
        case Refused():
            return f"{error.vi} / {error.en}"
        case _:
            return f"{type(error).__name__}: {error}"


def first_in_line(parked: Sequence[Parked], branch: str) -> Iterator[Parked]:
    """The parked facts of a branch in order, up to one that must wait for its other branch."""
    ahead: set[str] = set()
    for fact in parked:
        if branch in fact.branches:
            if not ahead.isdisjoint(fact.branches):
                return
            yield fact
        else:
            ahead.update(fact.branches)
