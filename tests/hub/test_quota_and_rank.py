from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import Results, check_quota, judge, quota, shipped
from shared.rules.ranking import DENOMINATORS, AnnualRankingProfile

QD366 = shipped().profile_for("ranking.annual", date(2026, 12, 31))
QD124 = shipped().profile_for("ranking.annual", date(2024, 12, 31))
QUARTER = shipped().profile_for("ranking.quarterly", date(2026, 9, 30))


def with_(profile: AnnualRankingProfile, part: str, switch: str, value: object) -> AnnualRankingProfile:
    """The profile with one switch set otherwise."""
    whole = getattr(profile, part)
    changed = getattr(whole, switch).model_copy(update={"value": value})
    return profile.model_copy(update={part: whole.model_copy(update={switch: changed})})


# ---- R29, E7


@pytest.mark.parametrize(
    ("rated", "good", "at_20", "at_25"),
    [
        (4, 4, (0, 0, 0), (1, 1, 0)),
        (5, 5, (1, 1, 0), (1, 1, 1)),
        (6, 6, (1, 1, 1), (1, 1, 1)),
        (7, 6, (1, 1, 1), (1, 1, 1)),
        (11, 10, (2, 2, 1), (2, 2, 2)),
        (23, 20, (4, 4, 3), (5, 5, 4)),
        (112, 98, (22, 19, 16), (28, 24, 19)),
        (40, 40, (8, 8, 6), (10, 10, 8)),
    ],
)
def test_E7_the_quota_by_each_denominator(rated, good, at_20, at_25):
    for percent, expected in ((20, at_20), (25, at_25)):
        assert tuple(quota(percent, one, rated, good) for one in DENOMINATORS) == expected


def test_E7_two_proposed_in_a_cell_of_eleven_exceed_the_quota_of_the_good_only():
    found = check_quota(QD366.quota, 11, 10, 2)
    assert (found.denominator, found.allowed, found.proposed, found.exceeded) == ("good_only", 1, 2, True)
    assert found.by_denominator == (("all_rated", 2), ("good_or_better", 2), ("good_only", 1))
    assert not check_quota(QD366.quota, 11, 10, 1).exceeded


def test_E7_ten_cells_of_four_are_counted_together_in_their_grassroots_organisation():
    assert QD366.quota.scope.value == "grassroots_org"
    together = [quota(20, one, 40, 40) for one in DENOMINATORS]
    one_by_one = [10 * quota(20, one, 4, 4) for one in DENOMINATORS]
    assert (together, one_by_one) == ([8, 8, 6], [0, 0, 0])


def test_R29_the_denominator_and_the_exceptional_share_are_switches():
    all_rated = with_(QD366, "quota", "denominator", "all_rated").quota
    assert (check_quota(all_rated, 11, 10, 2).allowed, check_quota(all_rated, 11, 10, 2).exceeded) == (2, False)
    exceptional = with_(QD366, "quota", "exceptional", True).quota
    assert (check_quota(exceptional, 23, 20, 4).percent, check_quota(exceptional, 23, 20, 4).allowed) == (25, 4)


@pytest.mark.parametrize("numbers", [(5, 6, 1), (5, 4, 5), (5, 4, -1)])
def test_R29_numbers_that_cannot_be_are_no_quota(numbers):
    with pytest.raises(ValueError, match="cannot be"):
        check_quota(QD366.quota, *numbers)


@given(st.integers(0, 100), st.integers(0, 10**9), st.data())
def test_R29_the_quota_agrees_with_exact_fractions_and_is_the_largest(percent, rated, data):
    good = data.draw(st.integers(0, rated))
    share = Fraction(percent, 100)
    everybody, better, only = (quota(percent, one, rated, good) for one in DENOMINATORS)
    assert everybody <= share * rated < everybody + 1
    assert better <= share * good < better + 1
    assert only <= share * (good - only)
    assert only + 1 > share * (good - (only + 1))
    assert only <= better <= everybody


# ---- R26, E8

TEN = Results(points=Decimal(91), total=10, exceeded=3)


@pytest.mark.parametrize(
    ("results", "rank", "rule"),
    [
        (TEN, "excellent", "excellent.remedied"),
        (replace(TEN, exceeded=2), "good", "excellent.exceeded_at_least"),
        (replace(TEN, disciplined=True), "not_completed", "discipline"),
        (replace(TEN, disciplined=True, self_detected=True), "excellent", "excellent.remedied"),
        (Results(Decimal("69.5"), 10, late=2), "completed", "completed.late_at_most"),
        (Results(Decimal("69.5"), 10, late=3), "not_completed", "completed.late_at_most"),
        (Results(Decimal(72), 10, late=1), "completed", "good.all_on_time"),
    ],
)
@pytest.mark.parametrize("profile", [QD366, QD124])
def test_E8_a_rank_by_points_tasks_and_discipline(profile, results, rank, rule):
    found = judge(profile, results)
    assert found.rank == rank
    decisive = next((reason for reason in found.reasons if not reason.met), found.reasons[-1])
    assert decisive.rule == f"{profile.ref}/{rule}"


@pytest.mark.parametrize(
    ("results", "rank"),
    [
        (replace(TEN, points=Decimal(90)), "excellent"),
        (replace(TEN, points=Decimal("89.99")), "good"),
        (replace(TEN, remedied=False), "good"),
        (replace(TEN, late=1), "completed"),
        (replace(TEN, failed=1), "not_completed"),
        (replace(TEN, points=Decimal("49.99")), "not_completed"),
        (Results(Decimal(50), 10), "completed"),
        (Results(Decimal(70), 10), "good"),
        (Results(Decimal(95), 0), "good"),
    ],
)
def test_R26_each_condition_of_each_rank(results, rank):
    found = judge(QD366, results)
    assert found.rank == rank
    assert all(reason.vi.endswith(".") and reason.en.endswith(".") for reason in found.reasons)


def test_R27_a_discipline_in_the_year_caps_the_rank_where_the_profile_says_so():
    disciplined = replace(TEN, disciplined=True)
    assert judge(QD366, disciplined).rank == "not_completed"
    assert judge(with_(QD366, "discipline", "caps", False), disciplined).rank == "excellent"
    never = with_(QD366, "discipline", "spares_self_detected", False)
    assert judge(never, replace(disciplined, self_detected=True)).rank == "not_completed"


def test_R28_what_a_rank_needs_before_it_is_final():
    for profile in (QD366, QD124):
        assert profile.needs_self_assessment.value
        assert profile.needs_vote.value
        assert profile.needs_approval.value
    monthly = shipped().profile_for("ranking.monthly", date(2026, 9, 30))
    assert not monthly.needs_self_assessment.value
    assert not monthly.needs_vote.value


def test_R30_quarters_are_ranked_for_leaders_and_the_fourth_is_the_year():
    assert [quarter for quarter in (1, 2, 3, 4) if QUARTER.ranks_quarter(quarter)] == [1, 2, 3]
    assert "secretary" in QUARTER.roles
    assert "member" not in QUARTER.roles
    assert judge(QUARTER, TEN).rank == "excellent"
    with pytest.raises(LookupError):
        shipped().profile_for("ranking.quarterly", date(2025, 9, 30))


@given(st.decimals(0, 100, places=2), st.tuples(*[st.integers(0, 30)] * 4), st.booleans())
def test_R26_is_what_the_rule_says(points, tasks, remedied):
    total, (late, failed, exceeded, _on_time) = sum(tasks), tasks
    results = Results(points, total, late=late, failed=failed, exceeded=exceeded, remedied=remedied)
    p = Fraction(points)
    all_on_time = late == failed == 0
    if p >= 90 and all_on_time and total and 10 * exceeded >= 3 * total and remedied:
        expected = "excellent"
    elif p >= 70 and all_on_time:
        expected = "good"
    elif p >= 50 and failed == 0 and 5 * late <= total:
        expected = "completed"
    else:
        expected = "not_completed"
    assert judge(QD366, results).rank == expected


def test_results_that_cannot_be_are_no_rank():
    with pytest.raises(ValueError, match="cannot be"):
        judge(QD366, Results(Decimal(90), 1, late=1, exceeded=1))
