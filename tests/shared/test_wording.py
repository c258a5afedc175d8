"""How sentences and papers write numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.wording import percent, percent_en
from shared.rules import shipped


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (8, 9, "88,9%"),
        (9, 10, "90%"),
        (2, 3, "66,7%"),
        (5, 9, "55,6%"),
        (1, 8, "12,5%"),
        (1, 16, "6,3%"),
        (20, 100, "20%"),
        (0, 9, "0%"),
        (0, 0, "0%"),
    ],
)
def test_E4_E5_a_share_is_printed_with_one_digit_a_half_rounded_up(part: int, whole: int, printed: str) -> None:
    assert percent(part, whole) == printed
    assert percent_en(part, whole) == printed.replace(",", ".")


def test_R14_what_is_printed_as_reached_need_not_be_reached() -> None:
    """Printed rounded, compared exactly: 1799 of 1999 is printed as 90 % and does not reach it."""
    share = shipped().profile_for("meeting", date(2026, 10, 3)).attendance
    assert percent(1799, 1999) == "90%"
    assert not share.meets(1799, 1999)
    assert share.meets(9, 10)
    assert not share.meets(8, 9)


@given(whole=st.integers(1, 400), data=st.data())
def test_what_is_printed_is_never_further_than_half_a_tenth_from_what_is(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    tenths = round(float(percent(part, whole).rstrip("%").replace(",", ".")) * 10)
    assert abs(1000 * part - tenths * whole) * 2 <= whole
