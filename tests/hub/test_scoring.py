from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import Band, WrongMarks, good_year, score, shipped
from shared.rules.scoring import BANDS, WHOLE

HD42 = shipped().profile_for("scoring", date(2026, 10, 5))
BINH_THUAN = shipped().pinned("scoring", "binh-thuan-scoring@1")
PHU_THO = shipped().pinned("scoring", "phu-tho-scoring@1")
AN_PHU = shipped().pinned("scoring", "an-phu-scoring@1")
EVERY = tuple(profile for profile in shipped().profiles if profile.subject == "scoring")


def sheet(*marks: int | str) -> dict[str, Decimal]:
    """Seven groups, in order."""
    return {str(number): Decimal(mark) for number, mark in enumerate(marks, 1)}


# ---- R23: the sum and the bands


@pytest.mark.parametrize(
    ("marks", "total", "band"),
    [
        (sheet(5, 5, 10, 37, 5, 24, 5), "91", "q_good"),
        (sheet(5, 4, 8, 32, 5, 27, 4), "85", "q_fair"),
        (sheet(5, 4, 9, 37, 5, 25, 5), "90", "q_good"),
        (sheet(5, 4, 9, 37, 5, "24.5", 5), "89.5", "q_fair"),
        (sheet(5, 4, 9, 37, 5, "4.99", 5), "69.99", "q_average"),
        (sheet(0, 0, 5, 10, 5, 30, 0), "50", "q_average"),
        (sheet(0, 0, 5, 10, 5, "29.99", 0), "49.99", "q_poor"),
    ],
)
def test_E6_bands_are_compared_exactly(marks, total, band):
    found = score(HD42, marks)
    assert (found.total, found.by_marks, found.band, found.not_full) == (Decimal(total), band, band, ())


def test_E6_the_same_marks_by_a_frame_that_asks_more_are_fair():
    marks = sheet(5, 5, 10, 37, 5, 24, 5)
    del marks["4"]
    conduct = {"4.1": Decimal(5), "4.2": Decimal(15), "4.3": Decimal(7), "4.4": Decimal(10)}
    found = score(BINH_THUAN, marks | conduct)
    assert (found.total, found.by_marks, found.band, found.not_full) == (Decimal(91), "q_good", "q_fair", ("4.3",))


def test_R23_every_mark_lies_between_nought_and_its_maximum_and_none_is_missing():
    whole = sheet(5, 5, 10, 40, 5, 30, 5)
    assert score(HD42, whole).total == WHOLE
    for id, wrong, words in (
        ("1", Decimal(6), "Mục 1 chấm từ 0 đến 5 điểm"),
        ("6", Decimal(-1), "Mục 6 chấm từ 0 đến 30 điểm"),
        ("6", Decimal("0.001"), "lẻ nhất hai chữ số"),
        ("6", Decimal("NaN"), "Mục 6"),
        ("8", Decimal(1), "không có mục 8"),
        ("3.1", Decimal(5), "đã chấm chung"),
    ):
        with pytest.raises(WrongMarks) as refusal:
            score(HD42, whole | {id: wrong})
        assert words in refusal.value.vi
        assert refusal.value.where in (id, id[:1])
    with pytest.raises(WrongMarks, match="lacks a mark for 7"):
        score(HD42, {id: mark for id, mark in whole.items() if id != "7"})
    with pytest.raises(WrongMarks, match=r"lacks a mark for 4\.2, 4\.3"):
        score(HD42, {id: mark for id, mark in whole.items() if id != "4"} | {"4.1": 5})
    with pytest.raises(TypeError):
        score(HD42, whole | {"1": 4.5})  # type: ignore[dict-item]


@given(st.data(), st.sampled_from(EVERY))
def test_R23_the_total_is_the_exact_sum_and_the_band_the_first_it_reaches(data, profile):
    marks = {}
    for group in profile.groups:
        for line in group.criteria or (group,):
            marks[line.id] = data.draw(st.decimals(0, line.max, places=2))
    found = score(profile, marks)
    exact = sum((Fraction(mark) for mark in marks.values()), Fraction(0))
    assert Fraction(found.total) == exact
    assert 0 <= exact <= WHOLE
    reached = [rule.band for rule in profile.bands if exact >= rule.at_least]
    assert found.by_marks == reached[0]
    assert BANDS.index(found.band) >= BANDS.index(found.by_marks)


@given(st.integers(0, 10_000))
def test_R23_more_marks_are_never_a_worse_band(hundredths):
    bands = [BANDS.index(HD42.band_of(Decimal(one) / 100)) for one in (hundredths, min(hundredths + 1, 10_000))]
    assert bands[1] <= bands[0]


# ---- R24: further conditions


def test_R24_a_further_condition_lowers_the_band_and_never_raises_it():
    full = {"1": 5, "2": 5, "3": 10, "4.1": 5, "4.2": 14, "4.3": 10, "4.4": 8, "5": 5, "6": 24, "7": 5}
    assert score(BINH_THUAN, full).band == "q_good"
    for id in ("1", "2", "4.3", "7"):
        found = score(BINH_THUAN, full | {id: full[id] - 1})
        assert (found.total, found.band, found.not_full) == (Decimal(90), "q_fair", (id,))
    average = full | {"6": 0}
    assert (score(BINH_THUAN, average).band, score(BINH_THUAN, average | {"4.2": 0}).band) == ("q_average", "q_average")
    fair = full | {"6": 10}
    assert score(BINH_THUAN, fair | {"1": 4}).band == "q_fair"


def test_R24_what_a_condition_looks_at_must_be_marked_by_itself():
    with pytest.raises(WrongMarks, match="must be marked line by line"):
        score(BINH_THUAN, sheet(5, 5, 10, 37, 5, 24, 5))
    assert score(BINH_THUAN, sheet(5, 5, 10, 40, 5, 24, 5)).band == "q_good"


# ---- R25: the year


@pytest.mark.parametrize(
    ("good", "fair", "average", "year"), [(7, 5, 0, True), (7, 4, 1, False), (6, 6, 0, False), (12, 0, 0, True)]
)
def test_E6_R25_the_year_by_the_bands_of_its_meetings(good, fair, average, year):
    bands: list[Band] = [*["q_good"] * good, *["q_fair"] * fair, *["q_average"] * average]  # type: ignore[list-item]
    assert good_year(PHU_THO, bands) is year


def test_R25_where_the_profile_has_no_rule_on_the_year_nothing_is_said():
    assert good_year(HD42, ["q_good"] * 12) is None
    assert good_year(PHU_THO, []) is False


# ---- sub-scales


@pytest.mark.parametrize(
    ("line", "part", "whole", "mark"),
    [
        ("1", 0, 1, 5),
        ("1", 15, 1, 4),
        ("1", 16, 1, 3),
        ("1", 30, 1, 3),
        ("1", 31, 1, None),
        ("2.1", 9, 10, 4),
        ("2.1", 8, 9, 3),
        ("2.1", 3, 4, 3),
        ("2.1", 2, 3, None),
        ("4.2", 4, 8, 5),
        ("4.2", 3, 7, 4),
        ("4.2", 3, 8, 3),
        ("4.2", 2, 8, 2),
        ("6", 9, 10, 30),
        ("6", 89, 100, 27),
        ("6", 1, 2, 15),
        ("6", 0, 9, 10),
    ],
)
def test_a_local_sub_scale_marks_what_was_counted_exactly(line, part, whole, mark):
    scale = AN_PHU.line(line).scale
    assert scale is not None
    assert scale.mark(part, whole) == mark


def test_a_line_that_is_not_in_the_frame_is_not_found():
    with pytest.raises(KeyError):
        HD42.line("9")
