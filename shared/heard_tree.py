"""The tree of organisations as it was heard: what a service keeps of it that must know who stands above a branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from shared.events.envelope import Recorded
from shared.organisation import HEARS, Tree, Unit, after, root_of, touched

if TYPE_CHECKING:
    from shared.store.views import ViewReader


__all__ = ["HEARS", "above", "keys", "step", "tree"]


def keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """One document for each organisation, under its province's code."""
    return touched(recorded.fact)


def step(unit: Unit | None, recorded: Recorded[Any], _key: str) -> Unit | None:
    """The organisation after one more fact about it."""
    return after(unit, recorded.fact)


class _Heard(Mapping[str, Unit]):
    """Organisations of a province, each read when it is asked for."""

    def __init__(self, reader: ViewReader, view: str, root: str) -> None:
        self._reader, self._view, self._root = reader, view, root

    def __getitem__(self, code: str) -> Unit:
        found: Unit | None = self._reader.get(self._view, self._root, code)
        if found is None:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([unit.code for unit in self._reader.scan(self._view, self._root)])

    def __len__(self) -> int:
        return len(self._reader.scan(self._view, self._root))


def tree(reader: ViewReader, view: str, branch: str) -> Tree:
    """The tree a branch stands in, from a view made of ``keys`` and ``step``; what it does not know the codes say."""
    return Tree(_Heard(reader, view, root_of(branch)))


def above(reader: ViewReader, view: str, branch: str, day: date) -> tuple[str, ...]:
    """The organisations above a branch on a day, nearest first."""
    return tree(reader, view, branch).chain(branch, day)[1:]
