"""The tree of organisations as it was heard: what a service keeps of it that must know who stands above a branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shared.events.envelope import Recorded
from shared.organisation import HEARS, Tree, Unit, after, root_of, touched

if TYPE_CHECKING:
    from shared.store.views import ViewReader


__all__ = ["HEARS", "VIEW", "around", "keys", "step", "tree"]

VIEW = "tree"
"""The view made of ``keys`` and ``step``."""


def keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """One document for each organisation, under its province's code."""
    return touched(recorded.fact)


def step(unit: Unit | None, recorded: Recorded[Any], _key: str) -> Unit | None:
    """The organisation after one more fact about it."""
    return after(unit, recorded.fact)


class _Heard(Mapping[str, Unit]):
    """Organisations, each read once, when it is asked for."""

    def __init__(self, reader: ViewReader) -> None:
        self._reader, self._read = reader, dict[str, Unit | None]()

    def __getitem__(self, code: str) -> Unit:
        if code not in self._read:
            self._read[code] = self._reader.get(VIEW, root_of(code), code)
        found = self._read[code]
        if found is None:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        return (unit.code for root in self._reader.branches(VIEW) for unit in self._reader.scan(VIEW, root))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def tree(reader: ViewReader) -> Tree:
    """The tree as it was heard, for as long as it is being read; what it does not know the codes say."""
    return Tree(_Heard(reader))


def around(reader: ViewReader, *branches: str) -> Tree:
    """What is known of these branches and of everyone that ever stood above them, to be kept."""
    whole = tree(reader)
    codes = (code for branch in branches for code in whole.ever(branch))
    return Tree({code: unit for code in codes if (unit := whole.units.get(code)) is not None})
