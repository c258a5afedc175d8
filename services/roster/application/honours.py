"""Awards that count on a day, results of the years, years running."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.roster.application.answers import Answer, branch_document
from services.roster.domain.honour import Given, Honours, YearResult, running

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class YearsRunning(Answer):
    """How many years end without a break, and how many of them are proven by a scan."""

    until: int
    years: int
    scanned: int


class HonoursOnDay(Answer):
    """Awards that count on a day, coverage of the members, results of the years."""

    day: date
    awards: tuple[Given, ...]
    revoked: tuple[Given, ...]
    covered: tuple[str, ...]
    """Members on the list who have an award that counts."""
    on_list: int
    results: tuple[YearResult, ...]
    branch_running: YearsRunning
    members_running: dict[str, YearsRunning]


def honours(reader: ViewReader, code: str, day: date) -> HonoursOnDay:
    """What the branch and those in it were given, as of a day."""
    branch = branch_document(reader, code)
    held: Honours = reader.get("honours", code, "") or Honours()
    counting = tuple(one for one in held.awards if one.counts_on(day))
    here = [id for id in branch.roster(day) if branch.standing_on(id, day) != "temporary_here"]
    with_results = {one.member_id for one in held.results if one.member_id is not None}
    return HonoursOnDay(
        day=day,
        awards=counting,
        revoked=tuple(one for one in held.awards if one.revoked_on is not None and one.revoked_on <= day),
        covered=tuple(id for id in here if any(one.member_id == id for one in counting)),
        on_list=len(here),
        results=tuple(sorted(held.results, key=lambda one: (one.member_id or "", one.year))),
        branch_running=_running(held, None, day),
        members_running={id: _running(held, id, day) for id in here if id in with_results},
    )


def _running(held: Honours, member_id: str | None, day: date) -> YearsRunning:
    """Counted back from the last year that is over; from this one where its result is known already."""
    results = held.results_of(member_id)
    until = day.year if day.year in results else day.year - 1
    years = running(((year, one.result) for year, one in results.items()), until)
    scanned = sum(results[year].scan_sha256 is not None for year in range(until - years + 1, until + 1))
    return YearsRunning(until=until, years=years, scanned=scanned)
