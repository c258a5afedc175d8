"""What is recorded for one year: family titles and pledges."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.roster.application.answers import Answer, branch_document, sheets_of
from shared import heard_rules, periods

if TYPE_CHECKING:
    from shared.rules import RuleBook
    from shared.store.views import ViewReader


class Yearly(Answer):
    """What is recorded for one year: yes, not yet, nothing said."""

    year: int
    family_achieved: tuple[str, ...]
    family_not_yet: tuple[str, ...]
    family_not_recorded: tuple[str, ...]
    pledged: tuple[str, ...]
    pledge_missing: tuple[str, ...]
    pledge_due_on: date | None


def yearly(reader: ViewReader, code: str, year: int, day: date) -> Yearly:
    """Family titles and pledges of those on the list, in roster order."""
    branch, sheets = branch_document(reader, code), sheets_of(reader, code)
    here = [id for id in branch.roster(day) if branch.standing_on(id, day) != "temporary_here"]
    titles = {id: one.achieved for id in here if id in sheets for one in sheets[id].sheet.family if one.year == year}
    pledged = {id for id in here if id in sheets for one in sheets[id].sheet.pledges if one.year == year}
    return Yearly(
        year=year,
        family_achieved=tuple(id for id in here if titles.get(id) is True),
        family_not_yet=tuple(id for id in here if titles.get(id) is False),
        family_not_recorded=tuple(id for id in here if id not in titles),
        pledged=tuple(id for id in here if id in pledged),
        pledge_missing=tuple(id for id in branch.base(day) if id not in pledged),
        pledge_due_on=pledge_day(heard_rules.rules(reader, code), code, year),
    )


def pledge_day(rules: RuleBook, code: str, year: int) -> date | None:
    """The last day on which a year's pledge is in time; None in a year no rules are known for."""
    try:
        month = rules.profile_for("membership", date(year, 1, 1), code).pledge_month.value
    except LookupError:
        return None
    return periods.last_day(f"{year}-{month:02}")
