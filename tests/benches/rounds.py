"""How things are measured: in rounds, every contestant once in each, so that a busy moment hits all alike."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from shared.service.process import collect_seldom

ROUNDS = 5

Contestant = Callable[[], float]
"""Runs once and says how many per second it did."""


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    what: str
    figure: str
    baseline: str = ""
    aim: str = ""
    met: bool | None = None
    """None: reported only, no aim was set."""


@dataclass
class Section:
    """What one bench found."""

    title: str
    how: str
    """What was done, in a sentence or two."""
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Rates:
    """Per second, of each contestant, round by round."""

    def __init__(self, found: Mapping[str, Sequence[float]]) -> None:
        self._found = found

    def of(self, name: str) -> float:
        """The median over the rounds."""
        return median(self._found[name])

    def best(self, name: str) -> float:
        return max(self._found[name])

    def ratio(self, name: str, baseline: str) -> float:
        """The median of the ratios within each round."""
        return median(a / b for a, b in zip(self._found[name], self._found[baseline], strict=True))

    def told(self, name: str) -> str:
        return f"{self.of(name):,.0f}/s (best {self.best(name):,.0f})"


def rounds(contestants: Mapping[str, Contestant], count: int = ROUNDS) -> Rates:
    """Let each contestant run once per round; who comes first changes from round to round.

    The collector of cycles is kept away from what is there already, as in a service, for all of them alike.
    """
    gc.collect()
    collect_seldom()
    found: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(count):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(contestants[name]())
    return Rates(found)


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    """Append how long the block took."""
    began = perf_counter()
    yield
    seconds.append(perf_counter() - began)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -(-int(share * len(ranked) * 1000) // 1000) - 1))]


def milliseconds(values: Sequence[float]) -> str:
    """p50, p95 and p99 of seconds."""
    return " / ".join(f"{percentile(values, share) * 1000:.1f}" for share in (0.5, 0.95, 0.99)) + " ms"


@contextmanager
def one_core() -> Iterator[bool]:
    """Keep this process on one core; says False where the system cannot do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)
