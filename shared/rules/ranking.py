"""Quarterly and annual ranking of members by points, the discipline cap, and the quota of the excellent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from shared.rules.profile import RANKS, Choice, Confidence, Limit, Number, Part, Rank, RuleProfile, Switch, Words

Denominator = Literal["all_rated", "good_or_better", "good_only"]
"""Of whom the quota is a share: all who were rated, those good or better, or only those good and no more."""
DENOMINATORS: tuple[Denominator, ...] = get_args(Denominator)
Points = Annotated[int, Field(ge=0, le=100)]


class RankBand(Part):
    """From how many points on a rank can be reached."""

    rank: Rank
    at_least: Points
    source: Words
    confidence: Confidence


class Deadlines(Part):
    """By when each step of a ranking is done; a step that has not come by then raises a flag."""

    opened_days: Number
    """The ranking is opened within so many days after the period's last day."""
    self_assessment_days: Number
    """Everybody's own word, within so many days of the opening, unless the opening names a day."""
    vote_days: Number
    """The cell's vote, within so many days after the period's last day."""
    approval_days: Number
    """The superior's approval, within so many days after the period's last day."""


class _ByPoints(RuleProfile):
    """A ranking by points on the common frame of 100 (R26)."""

    bands: Annotated[tuple[RankBand, ...], Field(strict=False)]
    exceeded_at_least: Limit
    """Excellent: of the tasks, so many went beyond what was asked."""
    late_at_most: Limit
    """Completed: of the tasks, at most so many were late."""
    remedied: Switch
    """Excellent: earlier shortcomings have all been put right."""
    good_without_the_extras: Switch
    """Whether the points of excellent without its further conditions are good."""
    needs_self_assessment: Switch
    needs_vote: Switch
    secret_vote: Switch
    needs_approval: Switch
    """Whether the superior's approval makes it final (R28)."""
    deadlines: Deadlines | None = None
    """None: nothing of this ranking falls due."""

    @model_validator(mode="after")
    def _every_rank(self) -> Self:
        named = [band.rank for band in self.bands]
        if missing := [rank for rank in RANKS if rank not in named]:
            message = f"bands: {', '.join(missing)} is missing"
            raise ValueError(message)
        points = [band.at_least for band in self.bands]
        if tuple(named) != RANKS or points != sorted(set(points), reverse=True) or points[-1] != 0:
            message = "bands: they stand best first, each once, from fewer points than the one before, the last from 0"
            raise ValueError(message)
        return self

    def band_of(self, points: Decimal) -> Rank:
        """The rank by points alone, compared exactly."""
        return next(band.rank for band in self.bands if points >= band.at_least)


class Discipline(Part):
    """What a discipline dated in the period does to a rank (R27)."""

    caps: Switch
    """Whether it makes the rank not completed."""
    spares_self_detected: Switch
    """Whether one that the member found and remedied before is left out of account."""


class Quota(Part):
    """How many may be excellent (R29)."""

    percent: Number
    exceptional_percent: Number
    exceptional: Switch
    """Whether the competent authority allowed the exceptional share."""
    denominator: Choice
    scope: Choice
    """Whose members are counted together."""

    @model_validator(mode="after")
    def _known_denominators(self) -> Self:
        if set(self.denominator.options) != set(DENOMINATORS):
            message = f"denominator: the options must be {', '.join(DENOMINATORS)}"
            raise ValueError(message)
        return self

    @property
    def allowed_percent(self) -> int:
        return self.exceptional_percent.value if self.exceptional.value else self.percent.value

    def allowed(self, rated: int, good_or_better: int) -> int:
        """How many may be excellent among so many rated, of whom so many are good or better."""
        return quota(self.allowed_percent, _denominator(self.denominator.value), rated, good_or_better)


class AnnualRankingProfile(_ByPoints):
    """How members are ranked for a year."""

    subject: Literal["ranking.annual"]
    discipline: Discipline
    quota: Quota
    counted_on_month: Number
    counted_on_day: Number
    """R32: a member of two branches in the year is ranked once, where official on this day."""


class QuarterlyRankingProfile(_ByPoints):
    """How leaders are ranked for a quarter."""

    subject: Literal["ranking.quarterly"]
    quarters: Annotated[tuple[Annotated[int, Field(ge=1, le=4)], ...], Field(min_length=1, strict=False)]
    """R30: the quarters that are ranked; the others are part of the year."""
    roles: Annotated[tuple[Words, ...], Field(min_length=1, strict=False)]
    """Who is ranked: the roles that count as leading."""
    roles_source: Words
    roles_confidence: Confidence

    def ranks_quarter(self, quarter: int) -> bool:
        return quarter in self.quarters


# ------------------------------------------------------------------ quota


def quota(percent: int, denominator: Denominator, rated: int, good_or_better: int) -> int:
    """The quota in whole people, rounded down; ``good_or_better`` counts the excellent too.

    Of those good only: the largest x with x ≤ percent of (good_or_better − x).
    """
    match denominator:
        case "all_rated":
            return percent * rated // 100
        case "good_or_better":
            return percent * good_or_better // 100
        case "good_only":
            return percent * good_or_better // (100 + percent)


def _denominator(word: str) -> Denominator:
    return next(known for known in DENOMINATORS if known == word)


@dataclass(frozen=True)
class QuotaCheck:
    """A quota as it stands: by each denominator, the one that counts, and what was proposed."""

    rated: int
    good_or_better: int
    percent: int
    denominator: Denominator
    by_denominator: tuple[tuple[Denominator, int], ...]
    allowed: int
    proposed: int

    @property
    def exceeded(self) -> bool:
        return self.proposed > self.allowed


def check_quota(rules: Quota, rated: int, good_or_better: int, proposed: int) -> QuotaCheck:
    """Compare what is proposed with the quota, counted over everybody in its scope together."""
    if not 0 <= proposed <= good_or_better <= rated:
        message = f"{proposed} excellent, {good_or_better} good or better, {rated} rated cannot be"
        raise ValueError(message)
    percent, denominator = rules.allowed_percent, _denominator(rules.denominator.value)
    each = tuple((one, quota(percent, one, rated, good_or_better)) for one in DENOMINATORS)
    return QuotaCheck(rated, good_or_better, percent, denominator, each, dict(each)[denominator], proposed)


# ------------------------------------------------------------------ one member


@dataclass(frozen=True)
class Results:
    """What a member's period looked like."""

    points: Decimal
    total: int
    """Tasks; all of them on time but those counted below."""
    late: int = 0
    failed: int = 0
    exceeded: int = 0
    """Of those on time, so many went beyond what was asked."""
    remedied: bool = True
    """Earlier shortcomings have all been put right."""
    disciplined: bool = False
    """A discipline is dated in the period."""
    self_detected: bool = False
    """The member had found and remedied it before."""


@dataclass(frozen=True)
class Reason:
    """One rule line and what it found; ``met`` where it let the rank pass."""

    rule: str
    met: bool
    vi: str
    en: str


Found = Callable[[str, bool, str, str], bool]
"""Writes down a reason line (rule, met, Vietnamese, English) and gives whether it was met."""


@dataclass(frozen=True)
class Judged:
    """A rank by the criteria, and each rule line that led to it."""

    rank: Rank
    reasons: tuple[Reason, ...]


def judge(profile: AnnualRankingProfile | QuarterlyRankingProfile, results: Results) -> Judged:
    """What the criteria give a member for the period (R26, R27). Excellent is a candidate until the quota is known."""
    if min(results.total, results.late, results.failed, results.exceeded) < 0 or (
        results.late + results.failed + results.exceeded > results.total
    ):
        message = f"{results} cannot be"
        raise ValueError(message)
    lines: list[Reason] = []

    def line(key: str, met: bool, vi: str, en: str) -> bool:  # noqa: FBT001 - the finding is the point
        lines.append(Reason(f"{profile.ref}/{key}", met, vi, en))
        return met

    if isinstance(profile, AnnualRankingProfile) and not _clean(profile, results, line):
        return Judged("not_completed", tuple(lines))
    band, points = profile.band_of(results.points), f"{results.points}"
    line(f"bands.{band}", band != "not_completed", f"{points.replace('.', ',')} điểm.", f"{points} points.")
    if band == "not_completed":
        return Judged("not_completed", tuple(lines))
    if not line(
        "completed.all_done",
        results.failed == 0,
        f"{results.failed}/{results.total} việc chưa hoàn thành.",
        f"{results.failed} of {results.total} tasks not done.",
    ) or not line(
        "completed.late_at_most",
        profile.late_at_most.at_most(results.late, results.total),
        f"{results.late}/{results.total} việc chậm, tối đa {_share(profile.late_at_most)}.",
        f"{results.late} of {results.total} tasks late, at most {_share(profile.late_at_most)} may be.",
    ):
        return Judged("not_completed", tuple(lines))
    if band == "completed" or not line(
        "good.all_on_time",
        results.late == 0,
        f"{results.late} việc chậm; mức Hoàn thành tốt cần mọi việc đúng hạn.",
        f"{results.late} late; Good asks every task on time.",
    ):
        return Judged("completed", tuple(lines))
    if band == "excellent":
        return Judged(_excellent(profile, results, line), tuple(lines))
    return Judged("good", tuple(lines))


def _clean(profile: AnnualRankingProfile, results: Results, line: Found) -> bool:
    if not results.disciplined or not profile.discipline.caps.value:
        return True
    spared = results.self_detected and profile.discipline.spares_self_detected.value
    vi = "tự phát hiện và đã khắc phục: không hạ mức" if spared else "không hoàn thành"
    en = "found and remedied by the member: left out of account" if spared else "not completed"
    return line("discipline", spared, f"Có kỷ luật trong kỳ: {vi}.", f"A discipline in the period: {en}.")


def _excellent(profile: _ByPoints, results: Results, line: Found) -> Rank:
    beyond = line(
        "excellent.exceeded_at_least",
        results.total > 0 and profile.exceeded_at_least.at_least(results.exceeded, results.total),
        f"{results.exceeded}/{results.total} việc vượt yêu cầu, cần ít nhất {_share(profile.exceeded_at_least)}.",
        f"{results.exceeded} of {results.total} tasks beyond what was asked, "
        f"at least {_share(profile.exceeded_at_least)} must be.",
    )
    remedied = not profile.remedied.value or line(
        "excellent.remedied",
        results.remedied,
        "Hạn chế đã chỉ ra trước đây đã khắc phục hết."
        if results.remedied
        else "Còn hạn chế đã chỉ ra mà chưa khắc phục.",
        "Earlier shortcomings are all remedied." if results.remedied else "An earlier shortcoming is not remedied.",
    )
    if beyond and remedied:
        return "excellent"
    return "good" if profile.good_without_the_extras.value else "completed"


def _share(limit: Limit) -> str:
    return f"{limit.numerator}/{limit.denominator}"
