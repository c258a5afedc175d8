"""A quarter's or year's ranking: own word, criteria, proposal, vote, sent, decided, and the quota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from services.ranking.application.answers import Answer, not_found
from services.ranking.domain.appraisal import Appraisal
from services.ranking.projections import AppraisalShown
from shared import periods
from shared.events.ranking import CellVote, Rank, ReasonLine, TaskCount

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class MemberInPeriod(Answer):
    """One member's quarter or year: own word, criteria, proposal, vote, and the rank in the end."""

    member_id: str
    self_assessed: Rank | None
    points: str | None
    computed: Rank | None
    proposed: Rank | None
    voted: Rank | None
    vote: CellVote | None
    vote_adopted: bool | None
    sent: Rank | None
    decided: Rank | None
    differs: bool
    tasks: TaskCount | None
    reasons: tuple[ReasonLine, ...]


class QuotaAnswer(Answer):
    """The quota as last computed: a word to the branch, decided at the superior's approval."""

    scope: str
    branches: int
    rated: int
    good_or_better: int
    percent: int
    denominator: str
    by_denominator: dict[str, int]
    allowed: int
    proposed: int
    exceeded: bool


class AppraisalAnswer(Answer):
    """A quarter's or year's ranking as it stands."""

    period: str
    phase: Literal["open", "proposed", "sent", "final"]
    locked: bool
    profile: str
    self_assessment_due_on: date | None
    without_self_assessment: tuple[str, ...]
    without_vote: tuple[str, ...]
    quota: QuotaAnswer | None
    reopened: int
    members: tuple[MemberInPeriod, ...]


def appraisals(reader: ViewReader, branch: str) -> list[str]:
    """The quarters and years whose ranking has been opened, in order of their ends."""
    shown: Sequence[AppraisalShown] = reader.scan("appraisals", branch)
    return sorted((one.period for one in shown), key=lambda period: (periods.last_day(period), period))


def appraisal(reader: ViewReader, branch: str, period: str) -> AppraisalAnswer:
    """A quarter's or year's ranking. Raises Refused when it was not opened."""
    state = opened_appraisal(reader, branch, period).appraisal
    opened = state.opened
    if opened is None or state.phase == "not_open":
        raise AssertionError(period)
    return AppraisalAnswer(
        period=period,
        phase=state.phase,
        locked=state.phase in {"sent", "final"},
        profile=opened.profile,
        self_assessment_due_on=opened.self_assessment_due_on,
        without_self_assessment=tuple(member for member in opened.members if member not in state.assessed),
        without_vote=tuple(member for member in opened.members if member not in state.voted),
        quota=_quota(state),
        reopened=len(state.reopened),
        members=tuple(_in_period(state, member) for member in opened.members),
    )


def opened_appraisal(reader: ViewReader, branch: str, period: str) -> AppraisalShown:
    shown: AppraisalShown | None = reader.get("appraisals", branch, period)
    if shown is None or shown.appraisal.opened is None:
        not_found(
            f"Kỳ xếp loại {periods.vi(period)} của chi bộ này chưa mở.",
            f"The ranking of {periods.en(period)} is not open here.",
        )
    return shown


def _quota(state: Appraisal) -> QuotaAnswer | None:
    quota = state.quota
    if quota is None:
        return None
    return QuotaAnswer(
        scope=quota.scope,
        branches=quota.branches,
        rated=quota.rated,
        good_or_better=quota.good_or_better,
        percent=quota.percent,
        denominator=quota.denominator,
        by_denominator={one.denominator: one.allowed for one in quota.by_denominator},
        allowed=quota.allowed,
        proposed=quota.proposed,
        exceeded=state.exceeded is not None,
    )


def _in_period(state: Appraisal, member: str) -> MemberInPeriod:
    assessed, evaluated, proposed = (
        state.assessed.get(member),
        state.evaluated.get(member),
        state.proposed.get(member),
    )
    vote, sent, ranked = state.voted.get(member), state.sent.get(member), state.ranked.get(member)
    return MemberInPeriod(
        member_id=member,
        self_assessed=assessed.proposed_rank if assessed is not None else None,
        points=evaluated.points if evaluated is not None else None,
        computed=evaluated.computed_rank if evaluated is not None else None,
        proposed=proposed.rank if proposed is not None else None,
        voted=vote.rank if vote is not None else None,
        vote=CellVote(for_=vote.for_, against=vote.against, other=vote.other, voters_present=vote.voters_present)
        if vote is not None
        else None,
        vote_adopted=vote.adopted if vote is not None else None,
        sent=sent.rank if sent is not None else None,
        decided=ranked.decided_rank if ranked is not None else None,
        differs=ranked is not None and ranked.decided_rank != ranked.computed_rank,
        tasks=evaluated.tasks if evaluated is not None else None,
        reasons=evaluated.reasons if evaluated is not None else (),
    )
