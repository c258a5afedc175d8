"""The tree of organisations as everybody hears it: what stood under what on a day, and to whom a branch belongs.

Pure. Roster decides; whoever needs the grassroots organisation of a branch folds the same facts with ``after``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Fact
from shared.events.organisation import (
    AnyOrganisationFact,
    OrganisationDissolved,
    OrganisationKind,
    OrganisationRegistered,
    OrganisationReparented,
    OrganisationsMerged,
    OrganisationSplit,
)

HEARS: frozenset[type[Fact]] = frozenset(
    {OrganisationRegistered, OrganisationReparented, OrganisationsMerged, OrganisationSplit, OrganisationDissolved}
)
"""The facts ``after`` understands."""

ORDER: tuple[OrganisationKind, ...] = ("province", "superior", "grassroots", "sub_committee", "branch")
"""From the top: nothing stands under its like or under what is below it, so the tree has no circles."""
UNDER: Mapping[OrganisationKind, frozenset[OrganisationKind]] = {
    "province": frozenset(),
    "superior": frozenset({"province"}),
    "grassroots": frozenset({"province", "superior"}),
    "sub_committee": frozenset({"grassroots"}),
    "branch": frozenset({"superior", "grassroots", "sub_committee"}),
}
"""Under what each kind may stand; a branch right under a superior is a grassroots organisation itself."""

_ZEROS = ".000"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Placed(_Document):
    """Under whom from a day on."""

    from_on: date
    superior: str | None


class Gave(_Document):
    """What came out of an organisation that went on."""

    on: date
    into: tuple[str, ...]


class Unit(_Document):
    """One organisation through time."""

    code: str
    name: str
    kind: OrganisationKind
    begun_on: date
    placed: tuple[Placed, ...]
    ended_on: date | None = None
    """The first day it no longer exists."""
    ended_by: str | None = None
    """The decision."""
    became: tuple[str, ...] = ()
    """What it lives on in after a merger or a split."""
    gave: tuple[Gave, ...] = ()

    def stands_on(self, day: date) -> bool:
        return self.begun_on <= day and (self.ended_on is None or day < self.ended_on)

    def placed_under(self, day: date) -> str | None:
        """The superior as it was said for that day; of two beginnings the later holds, then the one said later."""
        held = [one for one in enumerate(self.placed) if one[1].from_on <= day]
        return max(held, key=lambda one: (one[1].from_on, one[0]))[1].superior if held else None


class Tree:
    """Organisations of one province, asked as of a day."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self.units = units

    def unit(self, code: str, day: date) -> Unit | None:
        """The organisation, if it stands on that day."""
        found = self.units.get(code)
        return found if found is not None and found.stands_on(day) else None

    def superior(self, code: str, day: date) -> str | None:
        """Who stands above on that day; where that one was merged, the organisation it lives on in."""
        found = self.units.get(code)
        above = found.placed_under(day) if found is not None else None
        seen: set[str] = set()
        while above is not None and above not in seen:
            seen.add(above)
            over = self.units.get(above)
            if over is None or over.stands_on(day) or len(over.became) != 1:
                return above
            above = over.became[0]
        return above

    def children(self, code: str, day: date) -> tuple[str, ...]:
        """Who stands right under it on that day, by code."""
        return tuple(
            sorted(
                unit.code
                for unit in self.units.values()
                if unit.stands_on(day) and self.superior(unit.code, day) == code
            )
        )

    def chain(self, code: str, day: date) -> tuple[str, ...]:
        """From the organisation itself up to the province; what the tree does not know by then the codes say."""
        return tuple(self._upwards(code, day))

    def _upwards(self, code: str, day: date) -> Iterator[str]:
        at: str | None = code
        while at is not None:
            yield at
            unit = self.units.get(at)
            known = unit is not None and unit.begun_on <= day
            at = self.superior(at, day) if known else superior_by_code(at)

    def ever(self, code: str) -> tuple[str, ...]:
        """The organisation itself and everyone that stood above it on any day, each once."""
        found, waiting = dict[str, None](), [code]
        while waiting:
            at = waiting.pop(0)
            if at in found:
                continue
            found[at] = None
            unit, by_code = self.units.get(at), superior_by_code(at)
            above = () if unit is None else (*(one.superior for one in unit.placed), *unit.became)
            waiting.extend(one for one in (*above, by_code) if one is not None)
        return tuple(found)

    def grassroots_org(self, branch: str, day: date) -> str:
        """The grassroots organisation a branch belongs to on a day: the scope of the quota."""
        chain = self.chain(branch, day)
        for code in chain:
            if self._kind(code) == "grassroots":
                return code
        return branch

    def _kind(self, code: str) -> OrganisationKind:
        found = self.units.get(code)
        return found.kind if found is not None else kind_by_code(code)


def root_of(code: str) -> str:
    """The code of the province an organisation belongs to; it names the tree."""
    return code[:2] + _ZEROS * 4


def kind_by_code(code: str) -> OrganisationKind:
    """What a code says it names: province · superior · grassroots · sub-committee · branch, 000 where there is none."""
    _, superior, grassroots, sub_committee, branch = code.split(".")
    if branch != "000":
        return "branch"
    if sub_committee != "000":
        return "sub_committee"
    if grassroots != "000":
        return "grassroots"
    return "superior" if superior != "000" else "province"


def superior_by_code(code: str) -> str | None:
    """The organisation above, as far as a code alone says it."""
    parts = code.split(".")
    filled = [place for place, part in enumerate(parts) if place > 0 and part != "000"]
    if not filled:
        return None
    return ".".join([*parts[: filled[-1]], *["000"] * (len(parts) - filled[-1])])


def touched(fact: AnyOrganisationFact) -> tuple[str, ...]:
    """The organisations a fact is about."""
    match fact:
        case OrganisationRegistered() | OrganisationReparented() | OrganisationDissolved() | OrganisationSplit():
            return (fact.code,)
        case OrganisationsMerged():
            return fact.merged


def after(unit: Unit | None, fact: AnyOrganisationFact) -> Unit | None:
    """One organisation after one more fact that touches it."""
    if isinstance(fact, OrganisationRegistered):
        return Unit(
            code=fact.code,
            name=fact.name,
            kind=fact.organisation,
            begun_on=fact.effective_on,
            placed=(Placed(from_on=fact.effective_on, superior=fact.superior),),
        )
    if unit is None:
        return None
    match fact:
        case OrganisationReparented():
            moved = Placed(from_on=fact.effective_on, superior=fact.superior)
            return unit.model_copy(update={"placed": (*unit.placed, moved)})
        case OrganisationsMerged():
            return _ended(unit, fact, (fact.into,))
        case OrganisationSplit() if fact.continues:
            return unit.model_copy(update={"gave": (*unit.gave, Gave(on=fact.effective_on, into=fact.into))})
        case OrganisationSplit() | OrganisationDissolved():
            return _ended(unit, fact, fact.into if isinstance(fact, OrganisationSplit) else ())


def _ended(
    unit: Unit, fact: OrganisationsMerged | OrganisationSplit | OrganisationDissolved, became: tuple[str, ...]
) -> Unit:
    return unit.model_copy(update={"ended_on": fact.effective_on, "ended_by": fact.decision_no, "became": became})
