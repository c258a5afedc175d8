"""In which order things became known: what each fact had heard decides, never a clock.

A fact comes after everything earlier in its own log and after everything its service had heard when it
decided. Where neither of two facts had heard the other, the earlier ``recordedtime`` comes first, then the
service's name, then the index. The order depends on the facts alone, not on who looks or how they arrived;
leaving out what came later leaves the order of the rest as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Protocol, TypeVar

from shared.events.envelope import LogName

Positions = Mapping[LogName, int]
"""How far each log is known: log → last index."""


class Placed(Protocol):
    """What a fact must show to be put in order."""

    @property
    def log(self) -> LogName: ...
    @property
    def index(self) -> int: ...
    @property
    def recordedtime(self) -> str: ...
    @property
    def heard(self) -> Positions: ...


P = TypeVar("P", bound=Placed)


class Unorderable(ValueError):
    """These facts each claim to have heard the other: at least one of them was not written by a service."""


def ordered(facts: Iterable[P]) -> list[P]:
    """Put facts in the order described above; of a fact given twice one stays.

    Raises Unorderable when the facts contradict one another.
    """
    by_address = {(fact.log, fact.index): fact for fact in facts}
    indexes: dict[LogName, list[int]] = defaultdict(list)
    for log, index in sorted(by_address):
        indexes[log].append(index)

    effects: dict[tuple[LogName, int], list[tuple[LogName, int]]] = defaultdict(list)
    unmet = dict.fromkeys(by_address, 0)
    for address, fact in by_address.items():
        for log, heard in _known_before(fact).items():
            position = bisect_right(indexes.get(log, ()), heard)
            if position:
                effects[log, indexes[log][position - 1]].append(address)
                unmet[address] += 1

    ready = [_rank(by_address[address]) for address, causes in unmet.items() if not causes]
    heapify(ready)
    result = []
    while ready:
        *_, log, index = heappop(ready)
        result.append(by_address[log, index])
        for effect in effects[log, index]:
            unmet[effect] -= 1
            if not unmet[effect]:
                heappush(ready, _rank(by_address[effect]))
    if len(result) < len(by_address):
        stuck = ", ".join(f"{log}={index}" for (log, index), causes in sorted(unmet.items()) if causes)
        raise Unorderable(f"these facts claim to have heard one another: {stuck}")
    return result


def _known_before(fact: Placed) -> dict[LogName, int]:
    """Everything the fact's service knew: what it had heard, and its own log up to the fact before."""
    return {**fact.heard, fact.log: fact.index - 1}


def _rank(fact: Placed) -> tuple[str, str, int, LogName, int]:
    return fact.recordedtime, fact.log.service, fact.index, fact.log, fact.index


def known_by(log: LogName, index: int, heard_at: Callable[[LogName, int], Positions]) -> dict[LogName, int]:
    """How far each log was known to the fact at this address, through others' hearing too.

    ``heard_at`` gives the ``heard`` of the fact at an address. What a log has heard only grows, so the last
    known fact of a log speaks for all before it.
    """
    known: dict[LogName, int] = {}
    waiting = [(log, index)]
    while waiting:
        log, index = waiting.pop()
        if index <= known.get(log, 0):
            continue
        known[log] = index
        waiting.extend(heard_at(log, index).items())
    return known


def within(facts: Iterable[P], known: Positions) -> list[P]:
    """The facts that somebody who knows the logs this far knows."""
    return [fact for fact in facts if fact.index <= known.get(fact.log, 0)]


def as_at(facts: Iterable[P], instant: str) -> list[P]:
    """The facts stored at or before an instant (RFC 3339, UTC, six digits, as envelopes carry it)."""
    return [fact for fact in facts if fact.recordedtime <= instant]
