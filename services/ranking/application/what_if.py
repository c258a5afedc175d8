"""What a rank would be under other rules: worked out from the same facts, shown, and never stored (R36)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from pydantic import Field

from services.ranking.application.answers import Answer, not_found
from services.ranking.application.appraisals import opened_appraisal
from services.ranking.application.deciding import months_seen, remarks_seen, tasks_seen
from services.ranking.application.months import opened_month
from services.ranking.application.rules import rules
from services.ranking.domain import appraisal_criteria, criteria
from services.ranking.domain.appraisal import Appraisal
from services.ranking.domain.appraisal_criteria import LongProfile, Said
from services.ranking.domain.known import TaskSeen
from services.ranking.domain.ranking import Ranking
from services.ranking.projections import DisciplinesShown
from shared import periods
from shared.events.appraisal import Discipline
from shared.events.appraisal import MemberEvaluated as EvaluatedLong
from shared.events.ranking import MemberEvaluated, Rank, ReasonLine
from shared.rules import MonthlyRankingProfile, Profile, RuleBook

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class WouldBe(Answer):
    """One member: what stands, and what the other rules would have given."""

    member_id: str
    computed: Rank
    decided: Rank | None
    would_be: Rank
    differs: bool = Field(description="From what was computed under the rules pinned at the opening.")
    reasons: tuple[ReasonLine, ...]


class WhatIf(Answer):
    """A period under other rules than those pinned; nothing of it is recorded."""

    period: str
    pinned: str
    profile: str
    final: bool
    members: tuple[WouldBe, ...]


def what_if(reader: ViewReader, branch: str, period: str, profile: str | None) -> WhatIf:
    """What the ranks would be under a profile; by default under the one that would be chosen now.

    Raises Refused when the ranking is not open or there is no such profile for it.
    """
    if periods.kind(period) == "month":
        return _month(reader, branch, opened_month(reader, branch, period).ranking, period, profile)
    return _long_period(reader, branch, opened_appraisal(reader, branch, period).appraisal, period, profile)


def _month(reader: ViewReader, branch: str, state: Ranking, period: str, ref: str | None) -> WhatIf:
    if state.opened is None:
        raise AssertionError(period)
    profile = _other(rules(reader, branch), "ranking.monthly", branch, period, ref)
    if not isinstance(profile, MonthlyRankingProfile):
        _none(ref or "")
    tasks = tasks_seen(reader, branch)
    found = []
    for member, evaluated in state.evaluated.items():
        again = criteria.evaluate(profile, branch, period, member, _same(tasks, evaluated))
        ranked = state.ranked.get(member)
        found.append(_would_be(evaluated, ranked.decided_rank if ranked is not None else None, again))
    return WhatIf(
        period=period,
        pinned=state.opened.profile,
        profile=profile.ref,
        final=state.phase == "concluded",
        members=tuple(found),
    )


def _long_period(reader: ViewReader, branch: str, state: Appraisal, period: str, ref: str | None) -> WhatIf:
    if state.opened is None:
        raise AssertionError(period)
    subject = "ranking.annual" if periods.kind(period) == "year" else "ranking.quarterly"
    profile = _other(rules(reader, branch), subject, branch, period, ref)
    if not isinstance(profile, LongProfile):
        _none(ref or "")
    tasks, months = tasks_seen(reader, branch), months_seen(reader, branch, period)
    found = []
    for member, evaluated in state.evaluated.items():
        again = appraisal_criteria.evaluate(
            profile,
            branch,
            period,
            member,
            _said(reader, branch, evaluated),
            _same(tasks, evaluated),
            [one for one in months if one.member_id == member and one.fact_id in evaluated.evidence],
        )
        ranked = state.ranked.get(member)
        found.append(_would_be(evaluated, ranked.decided_rank if ranked is not None else None, again))
    return WhatIf(
        period=period,
        pinned=state.opened.profile,
        profile=profile.ref,
        final=state.phase == "final",
        members=tuple(found),
    )


def _would_be(
    before: MemberEvaluated | EvaluatedLong, decided: Rank | None, again: MemberEvaluated | EvaluatedLong
) -> WouldBe:
    return WouldBe(
        member_id=before.member_id,
        computed=before.computed_rank,
        decided=decided,
        would_be=again.computed_rank,
        differs=again.computed_rank != before.computed_rank,
        reasons=again.reasons,
    )


def _same(tasks: Sequence[TaskSeen], evaluated: MemberEvaluated | EvaluatedLong) -> list[TaskSeen]:
    """The results the evaluation looked at, and no later ones."""
    return [task for task in tasks if task.fact_id in evaluated.evidence]


def _said(reader: ViewReader, branch: str, evaluated: EvaluatedLong) -> Said:
    shown: DisciplinesShown | None = reader.get("disciplines", branch, evaluated.member_id)
    noticed = {
        Discipline(
            decided_on=one.decided_on, form=one.form, self_detected_remedied=one.self_detected_remedied
        ): one.fact_id
        for one in (shown.noticed if shown is not None else ())
        if one.fact_id in evaluated.evidence
    }
    return Said(
        points=evaluated.points,
        remedied=evaluated.remedied,
        disciplines=evaluated.disciplines,
        noticed=noticed,
        remarks=tuple(one for one in remarks_seen(reader, branch) if one.fact_id in evaluated.evidence),
    )


def _other(book: RuleBook, subject: str, branch: str, period: str, ref: str | None) -> Profile:
    if ref is not None:
        found = next((one for one in book.profiles if (one.ref, one.subject) == (ref, subject)), None)
        return found if found is not None else _none(ref)
    ends = periods.last_day(period)
    try:
        match subject:
            case "ranking.monthly":
                return book.profile_for("ranking.monthly", ends, branch)
            case "ranking.quarterly":
                return book.profile_for("ranking.quarterly", ends, branch)
            case _:
                return book.profile_for("ranking.annual", ends, branch)
    except LookupError:
        return _none(subject)


def _none(what: str) -> NoReturn:
    not_found(f"Không có bộ quy định {what} cho kỳ xếp loại này.", f"There are no rules {what} for this ranking.")
