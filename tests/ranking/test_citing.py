"""Every rule line of a rank is cited in words: what the rules ask, with their number, in both languages."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from services.ranking.application.citing import criterion, title
from shared.rules import MonthlyRankingProfile, Profile, shipped
from shared.rules.ranking import AnnualRankingProfile, QuarterlyRankingProfile, Results, judge

PROFILES = [one for one in shipped().profiles if one.subject.startswith("ranking.")]
COUNTING = ("tasks_due_in_the_period", "remarks_for_information", "quarters_feed_the_year", "months_for_information")


def keys(profile: Profile) -> set[str]:
    """The keys of every line these rules can make."""
    if isinstance(profile, MonthlyRankingProfile):
        shares = ("late_at_most", "failed_at_most", "exceeded_at_least")
        of = {f"{rule.rank}.{share}" for rule in profile.ranks for share in shares}
        return {"tasks_due_in_the_month", *of, *(rule.rank for rule in profile.ranks)}
    assert isinstance(profile, AnnualRankingProfile | QuarterlyRankingProfile)
    cases: list[dict[str, Any]] = [
        {"points": Decimal(points), "total": 4, "late": late, "failed": failed, "exceeded": exceeded} | more
        for points, late, failed, exceeded in product((95, 75, 55, 20), (0, 1), (0, 1), (0, 2))
        for more in ({}, {"remedied": False}, {"disciplined": True, "self_detected": True}, {"disciplined": True})
    ]
    lines = {reason.rule for case in cases for reason in judge(profile, Results(**case)).reasons}
    counted = {*COUNTING, "discipline.counted"} if isinstance(profile, AnnualRankingProfile) else set(COUNTING)
    return {line.partition("/")[2] for line in lines} | counted | {band.rank for band in profile.bands}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.ref)
def test_R45_every_line_that_rules_can_make_is_cited_in_words(profile: Profile):
    assert len(keys(profile)) > 8
    for key in keys(profile):
        words = criterion(profile, key)
        assert words is not None, key
        assert not {"_", "@"} & set(words.vi + words.en), key
    assert criterion(profile, "of_another_rule") is None
    assert title(profile).vi != title(profile).en


def test_R26_R27_what_is_asked_is_told_with_its_number():
    (profile,) = [one for one in PROFILES if one.ref == "qd366-annual@1"]
    assert {key: criterion(profile, key).vi for key in ("bands.good", "completed.late_at_most", "discipline")} == {  # type: ignore[union-attr]
        "bands.good": "mức Hoàn thành tốt: từ 70 điểm",
        "completed.late_at_most": "mức Hoàn thành: việc chậm không quá 20%",
        "discipline": "bị kỷ luật trong năm thì xếp mức Không hoàn thành, trừ khi tự phát hiện và đã khắc phục",
    }
