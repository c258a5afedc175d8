"""The tree of organisations on a day, and a branch's way up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from services.roster.application.answers import Answer
from shared import heard_tree
from shared.events.organisation import OrganisationKind
from shared.organisation import Tree, Unit, kind_by_code

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class OrganisationOnDay(Answer):
    """An organisation in the tree on a day, with what stands right under it."""

    code: str
    name: str
    kind: OrganisationKind
    superior: str | None
    children: tuple[str, ...]


class Above(Answer):
    """One step on the way up; the name is None where the tree does not know it and only the code tells."""

    code: str
    name: str | None
    kind: OrganisationKind


class Superiors(Answer):
    """A branch's way up on a day, and its grassroots organisation."""

    branch: str
    day: date
    chain: tuple[Above, ...]
    grassroots_org: str


def organisations(reader: ViewReader, root: str, day: date) -> list[OrganisationOnDay]:
    """The tree of a province on a day, by code."""
    tree = Tree({unit.code: unit for unit in cast("list[Unit]", reader.scan(heard_tree.VIEW, root))})
    below: dict[str | None, list[str]] = {}
    standing = [unit for _, unit in sorted(tree.units.items()) if unit.stands_on(day)]
    above = {unit.code: tree.superior(unit.code, day) for unit in standing}
    for code, superior in above.items():
        below.setdefault(superior, []).append(code)
    return [
        OrganisationOnDay(
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            superior=above[unit.code],
            children=tuple(below.get(unit.code, ())),
        )
        for unit in standing
    ]


def superiors(reader: ViewReader, code: str, day: date) -> Superiors:
    """The organisations above a branch on a day, as the tree or, where it is silent, the code says."""
    tree = heard_tree.tree(reader)
    steps = []
    for step in tree.chain(code, day):
        unit = tree.units.get(step)
        steps.append(Above(code=step, name=unit.name if unit else None, kind=unit.kind if unit else kind_by_code(step)))
    return Superiors(branch=code, day=day, chain=tuple(steps), grassroots_org=tree.grassroots_org(code, day))
