"""A member's ranks through the years: those ranked here, and those entered from earlier paper decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.ranking.application.answers import Answer
from services.ranking.projections import AppraisalShown, PastResult, PastShown, RankingShown
from shared import periods
from shared.events.ranking import Rank

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class RankOfPeriod(Answer):
    """A final rank of one period."""

    period: str
    rank: Rank
    profile: str
    fact_id: str


class ResultsOfMember(Answer):
    """What a member was ranked here, and what the papers say of earlier years."""

    member_id: str
    months: tuple[RankOfPeriod, ...]
    quarters: tuple[RankOfPeriod, ...]
    years: tuple[RankOfPeriod, ...]
    before: tuple[PastResult, ...]


def results(reader: ViewReader, branch: str, member_id: str) -> ResultsOfMember:
    """Every final rank of a member in order; what was opened again and is not final any more is left out."""
    months: Sequence[RankingShown] = reader.scan("ranking", branch)
    longer: Sequence[AppraisalShown] = reader.scan("appraisals", branch)
    past: PastShown | None = reader.get("past", branch, member_id)
    of_months = [
        RankOfPeriod(
            period=one.period,
            rank=one.ranking.ranked[member_id].decided_rank,
            profile=one.ranking.opened.profile,
            fact_id=one.members[member_id].ranked or "",
        )
        for one in months
        if one.ranking.phase == "concluded" and one.ranking.opened is not None and member_id in one.ranking.ranked
    ]
    of_longer = [
        RankOfPeriod(
            period=one.period,
            rank=one.appraisal.ranked[member_id].decided_rank,
            profile=one.appraisal.opened.profile,
            fact_id=one.ranked.get(member_id, ""),
        )
        for one in longer
        if one.appraisal.phase == "final" and one.appraisal.opened is not None and member_id in one.appraisal.ranked
    ]
    return ResultsOfMember(
        member_id=member_id,
        months=tuple(sorted(of_months, key=lambda one: one.period)),
        quarters=_in_order(of_longer, "quarter"),
        years=_in_order(of_longer, "year"),
        before=past.results if past is not None else (),
    )


def _in_order(found: Sequence[RankOfPeriod], every: str) -> tuple[RankOfPeriod, ...]:
    return tuple(sorted((one for one in found if periods.kind(one.period) == every), key=lambda one: one.period))
