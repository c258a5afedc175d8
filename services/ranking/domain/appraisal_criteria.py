"""From a quarter's or year's points and facts to a member's rank, each rule line with the facts it looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.ranking.domain.known import Elsewhere, MonthSeen, RemarkSeen, TaskSeen
from shared import periods
from shared.events.appraisal import DISCIPLINE_WORDS, Discipline, MemberEvaluated, PeriodType, QuotaBy, QuotaComputed
from shared.events.member import SOURCE_WORDS
from shared.events.ranking import RANK_WORDS, Rank, ReasonLine, TaskCount
from shared.rules.ranking import AnnualRankingProfile, QuarterlyRankingProfile, Quota, Results, check_quota, judge

LongProfile = AnnualRankingProfile | QuarterlyRankingProfile
GOOD: frozenset[Rank] = frozenset({"excellent", "good"})
_LOOKS_AT = {
    "completed.all_done": "failed",
    "completed.late_at_most": "late",
    "good.all_on_time": "late",
    "excellent.exceeded_at_least": "exceeded",
}


@dataclass(frozen=True)
class Said:
    """What the committee says of a member beside the facts."""

    points: str
    remedied: bool
    disciplines: tuple[Discipline, ...] = ()
    noticed: Mapping[Discipline, str] = field(default_factory=dict)
    """Of these, the facts by which roster noticed them."""
    remarks: tuple[RemarkSeen, ...] = ()
    """Those shared with the member (R42)."""


def evaluate(  # noqa: PLR0917 - the parts of one evaluation
    profile: LongProfile,
    branch: str,
    period: str,
    member_id: str,
    said: Said,
    tasks: Sequence[TaskSeen],
    months: Sequence[MonthSeen],
) -> MemberEvaluated:
    """What the criteria give a member for the quarter or year."""
    found = Counter(task.outcome for task in tasks)
    count = TaskCount(
        total=len(tasks),
        on_time=found["on_time"],
        late=found["late"],
        exceeded=found["exceeded"],
        failed=found["failed"],
    )
    judged = judge(
        profile,
        Results(
            points=Decimal(said.points),
            total=count.total,
            late=count.late,
            failed=count.failed,
            exceeded=count.exceeded,
            remedied=said.remedied,
            disciplined=bool(said.disciplines),
            self_detected=all(one.self_detected_remedied for one in said.disciplines),
        ),
    )
    lines = [_counted(profile, period, count, tasks)]
    lines += [_disciplined(profile, one, said.noticed.get(one)) for one in said.disciplines]
    lines += _remarked(profile, said.remarks)
    lines += _ranked_within(profile, months)
    for reason in judged.reasons:
        looked_at = _LOOKS_AT.get(reason.rule.removeprefix(f"{profile.ref}/"))
        evidence = tuple(task.fact_id for task in tasks if task.outcome == looked_at)
        lines.append(ReasonLine(rule=reason.rule, vi=reason.vi, en=reason.en, evidence=evidence))
    vi, en = RANK_WORDS[judged.rank]
    evidence = (
        *(task.fact_id for task in tasks),
        *(month.fact_id for month in months),
        *(remark.fact_id for remark in said.remarks),
        *(said.noticed[one] for one in said.disciplines if one in said.noticed),
    )
    lines.append(ReasonLine(rule=f"{profile.ref}/{judged.rank}", vi=f"Mức: {vi}.", en=f"Rank: {en}.", evidence=()))
    return MemberEvaluated(
        branch=branch,
        period_type=period_type(period),
        period=period,
        member_id=member_id,
        points=said.points,
        computed_rank=judged.rank,
        tasks=count,
        remedied=said.remedied,
        disciplines=said.disciplines,
        evidence=evidence,
        reasons=tuple(lines),
    )


def period_type(period: str) -> PeriodType:
    """A year is annual, anything else here a quarter."""
    return "annual" if periods.kind(period) == "year" else "quarterly"


def _counted(profile: LongProfile, period: str, count: TaskCount, tasks: Sequence[TaskSeen]) -> ReasonLine:
    vi = f"Không có việc đến hạn trong {periods.vi(period)}."
    en = f"No task was due in {periods.en(period)}."
    if count.total:
        vi = (
            f"{count.total} việc đến hạn trong {periods.vi(period)}: {count.on_time} đúng hạn, "
            f"{count.exceeded} vượt yêu cầu, {count.late} chậm, {count.failed} chưa hoàn thành."
        )
        en = (
            f"{count.total} task{'s' if count.total > 1 else ''} due in {periods.en(period)}: {count.on_time} on time, "
            f"{count.exceeded} beyond what was asked, {count.late} late, {count.failed} not done."
        )
    evidence = tuple(task.fact_id for task in tasks)
    return ReasonLine(rule=f"{profile.ref}/tasks_due_in_the_period", vi=vi, en=en, evidence=evidence)


def _disciplined(profile: LongProfile, one: Discipline, fact_id: str | None) -> ReasonLine:
    vi, en = DISCIPLINE_WORDS[one.form]
    return ReasonLine(
        rule=f"{profile.ref}/discipline.counted",
        vi=f"Kỷ luật {vi} ngày {one.decided_on:%d/%m/%Y}"
        + (", tự phát hiện và đã khắc phục." if one.self_detected_remedied else "."),
        en=f"A {en} of {one.decided_on:%d/%m/%Y}"
        + (", self-detected and remedied." if one.self_detected_remedied else "."),
        evidence=(fact_id,) if fact_id is not None else (),
    )


def _remarked(profile: LongProfile, remarks: Sequence[RemarkSeen]) -> list[ReasonLine]:
    """How many remarks from where were shared with the member; what they say stays with the cell."""
    if not remarks:
        return []
    found = Counter(remark.source for remark in remarks)
    vi = ", ".join(f"{words[0]} {found[source]}" for source, words in SOURCE_WORDS.items() if found[source])
    en = ", ".join(f"{words[1]} {found[source]}" for source, words in SOURCE_WORDS.items() if found[source])
    return [
        ReasonLine(
            rule=f"{profile.ref}/remarks_for_information",
            vi=f"Nhận xét trong kỳ đã trao đổi với đồng chí, để tham khảo: {vi}.",
            en=f"Remarks of the period that were shared with the member, for information: {en}.",
            evidence=tuple(remark.fact_id for remark in remarks),
        )
    ]


def _ranked_within(profile: LongProfile, ranked: Sequence[MonthSeen]) -> list[ReasonLine]:
    """The ranks of the months, and of a year the quarters of who leads: what the committee proposes from."""
    months = [one for one in ranked if periods.kind(one.period) == "month"]
    quarters = [one for one in ranked if periods.kind(one.period) == "quarter"]
    lines = []
    if quarters:
        lines.append(
            ReasonLine(
                rule=f"{profile.ref}/quarters_feed_the_year",
                vi=f"Kết quả các quý, là căn cứ của năm: {_each(quarters, 0)}.",
                en=f"The quarters, on which the year rests: {_each(quarters, 1)}.",
                evidence=tuple(one.fact_id for one in quarters),
            )
        )
    if months:
        found = Counter(month.rank for month in months)
        vi = ", ".join(f"{found[rank]} tháng {words[0]}" for rank, words in RANK_WORDS.items() if found[rank])
        en = ", ".join(f"{found[rank]} × {words[1]}" for rank, words in RANK_WORDS.items() if found[rank])
        lines.append(
            ReasonLine(
                rule=f"{profile.ref}/months_for_information",
                vi=f"Xếp loại tháng trong kỳ, để tham khảo: {vi}.",
                en=f"The months of the period, for information: {en}.",
                evidence=tuple(month.fact_id for month in months),
            )
        )
    return lines


def _each(quarters: Sequence[MonthSeen], language: int) -> str:
    told = (periods.vi, periods.en)[language]
    ordered = sorted(quarters, key=lambda one: one.period)
    return ", ".join(f"{told(one.period)} {RANK_WORDS[one.rank][language]}" for one in ordered)


def quota_of(
    rules: Quota, branch: str, period: str, ranks: Iterable[Rank], elsewhere: Sequence[Elsewhere]
) -> QuotaComputed:
    """The quota over everybody in its scope together, as far as known here (R29, E7)."""
    own = list(ranks)
    alone = rules.scope.value == "branch"
    others = () if alone else elsewhere
    check = check_quota(
        rules,
        len(own) + sum(one.rated for one in others),
        sum(rank in GOOD for rank in own) + sum(one.good_or_better for one in others),
        sum(rank == "excellent" for rank in own) + sum(one.excellent for one in others),
    )
    return QuotaComputed(
        branch=branch,
        period_type=period_type(period),
        period=period,
        scope=branch if alone else grassroots(branch),
        branches=1 + len(others),
        rated=check.rated,
        good_or_better=check.good_or_better,
        percent=check.percent,
        denominator=check.denominator,
        by_denominator=tuple(QuotaBy(denominator=one, allowed=allowed) for one, allowed in check.by_denominator),
        allowed=check.allowed,
        proposed=check.proposed,
    )


def grassroots(branch: str) -> str:
    """The grassroots organisation a branch belongs to, by its code."""
    return ".".join(branch.split(".")[:3])
