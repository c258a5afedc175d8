"""From the facts of a month to a member's rank, one rule line at a time, each with the facts it looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.ranking.domain.known import TaskSeen
from shared import periods
from shared.events.ranking import RANK_WORDS, MemberEvaluated, ReasonLine, TaskCount
from shared.rules import Limit, MonthlyRankingProfile, RankRule

_WORDS = {
    "late_at_most": ("việc chậm", "late", "tối đa", "at most"),
    "failed_at_most": ("việc chưa hoàn thành", "not done", "tối đa", "at most"),
    "exceeded_at_least": ("việc vượt yêu cầu", "beyond what was asked", "ít nhất", "at least"),
}
_LOOKS_AT = {"late_at_most": "late", "failed_at_most": "failed", "exceeded_at_least": "exceeded"}


def evaluate(
    profile: MonthlyRankingProfile, branch: str, period: str, member_id: str, tasks: Sequence[TaskSeen]
) -> MemberEvaluated:
    """What the criteria give a member for the tasks due in a month, all of which have a result."""
    found = Counter(task.outcome for task in tasks)
    count = TaskCount(
        total=len(tasks),
        on_time=found["on_time"],
        late=found["late"],
        exceeded=found["exceeded"],
        failed=found["failed"],
    )
    lines = [_counted(profile, period, count, tasks)]
    for rule in profile.ranks:
        broken = rule.broken(total=count.total, late=count.late, failed=count.failed, exceeded=count.exceeded)
        if not broken:
            break
        lines.extend(_broken(profile, rule, key, count, tasks) for key in broken)
    else:
        message = f"{profile.ref} has no rank for everybody"  # refused when the profile was loaded
        raise AssertionError(message)
    vi, en = RANK_WORDS[rule.rank]
    evidence = tuple(task.fact_id for task in tasks)
    lines.append(
        ReasonLine(
            rule=f"{profile.ref}/{rule.rank}",
            vi=f"Đạt mọi điều kiện của mức {vi}.",
            en=f"Every condition of {en} is met.",
            evidence=evidence,
        )
    )
    return MemberEvaluated(
        branch=branch,
        period=period,
        member_id=member_id,
        computed_rank=rule.rank,
        tasks=count,
        evidence=evidence,
        reasons=tuple(lines),
    )


def _counted(profile: MonthlyRankingProfile, period: str, count: TaskCount, tasks: Sequence[TaskSeen]) -> ReasonLine:
    vi, en = f"Không có việc đến hạn trong {periods.vi(period)}.", f"No task was due in {periods.en(period)}."
    if count.total:
        vi = (
            f"{count.total} việc đến hạn trong {periods.vi(period)}: {count.on_time} đúng hạn, "
            f"{count.exceeded} vượt yêu cầu, {count.late} chậm, {count.failed} chưa hoàn thành."
        )
        en = (
            f"{count.total} task{'s' if count.total > 1 else ''} due in {periods.en(period)}: {count.on_time} on time, "
            f"{count.exceeded} beyond what was asked, {count.late} late, {count.failed} not done."
        )
    return ReasonLine(
        rule=f"{profile.ref}/tasks_due_in_the_month", vi=vi, en=en, evidence=tuple(task.fact_id for task in tasks)
    )


def _broken(
    profile: MonthlyRankingProfile, rule: RankRule, key: str, count: TaskCount, tasks: Sequence[TaskSeen]
) -> ReasonLine:
    vi_noun, en_noun, vi_bound, en_bound = _WORDS[key]
    looked_at = _LOOKS_AT[key]
    limit: Limit = getattr(rule, key)
    part = getattr(count, looked_at)
    rank_vi, rank_en = RANK_WORDS[rule.rank]
    share = f"{limit.numerator}/{limit.denominator}" if limit.numerator else "0"
    return ReasonLine(
        rule=f"{profile.ref}/{rule.rank}.{key}",
        vi=f"Chưa đạt mức {rank_vi}: {part}/{count.total} {vi_noun}, mức này {vi_bound} {share}.",
        en=f"Not {rank_en}: {part} of {count.total} {en_noun}, where {en_bound} {share} is asked.",
        evidence=tuple(task.fact_id for task in tasks if task.outcome == looked_at),
    )
