"""Levels of education and theory, as counts only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar, get_args

from services.roster.application.answers import Answer, branch_document, sheets_of
from services.roster.domain.sheet import Sheet
from shared.events.member import Education, Theory

if TYPE_CHECKING:
    from shared.store.views import ViewReader


L = TypeVar("L", bound=str)


class LevelCounts(Answer):
    """Levels of those on the list on a day, as counts only; who has a higher one is counted in the lower ones too."""

    day: date
    on_list: int
    education: dict[Education, int]
    theory: dict[Theory, int]
    from_grassroots: int
    education_not_recorded: int
    theory_not_recorded: int


def levels(reader: ViewReader, code: str, day: date) -> LevelCounts:
    """The composition of a branch on a day."""
    branch, sheets = branch_document(reader, code), sheets_of(reader, code)
    known = [
        (sheets[id].sheet if id in sheets else Sheet()).level_on(day)
        for id in branch.roster(day)
        if branch.standing_on(id, day) != "temporary_here"
    ]
    educations, theories = get_args(Education), get_args(Theory)
    return LevelCounts(
        day=day,
        on_list=len(known),
        education=_at_least(educations, [one.education for one in known if one.education is not None]),
        theory=_at_least(theories, [one.theory for one in known if one.theory is not None]),
        from_grassroots=sum(one.from_grassroots is True for one in known),
        education_not_recorded=sum(one.education is None for one in known),
        theory_not_recorded=sum(one.theory is None for one in known),
    )


def _at_least(order: tuple[L, ...], had: list[L]) -> dict[L, int]:
    return {level: sum(order.index(one) >= place for one in had) for place, level in enumerate(order)}
