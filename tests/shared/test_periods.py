"""Months, quarters, half-years and years: each begins the day after the one before ended, and every day lies in one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import periods
from shared.periods import Every

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DAYS, st.sampled_from(get_args(Every)))
def test_periods_of_one_length_follow_one_another_without_a_gap(day, every):
    period = periods.containing(day, every)
    assert periods.first_day(period) <= day <= periods.last_day(period)
    assert periods.first_day(periods.following(period)) == periods.last_day(period) + timedelta(days=1)
    assert periods.preceding(periods.following(period)) == period
    assert (periods.named(period), periods.kind(period)) == (True, every)


@pytest.mark.parametrize(
    ("period", "first", "last", "before", "after"),
    [
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028-01", "2028-03"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "2026-11", "2027-01"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4", "2026-Q2"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2026-H1", "2027-H1"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025", "2027"),
    ],
)
def test_a_period_has_a_first_and_a_last_day_and_neighbours(period, first, last, before, after):
    assert (periods.first_day(period), periods.last_day(period)) == (first, last)
    assert (periods.preceding(period), periods.following(period)) == (before, after)


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        ("2026-09", "tháng 9/2026", "September 2026"),
        ("2026-Q3", "quý III/2026", "Q3 2026"),
        ("2026-H1", "sáu tháng đầu năm 2026", "the first half of 2026"),
        ("2026", "năm 2026", "2026"),
    ],
)
def test_a_period_is_called_as_people_call_it(period, vi, en):
    assert (periods.vi(period), periods.en(period)) == (vi, en)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-9", "0999-01", "tháng 9", ""])
def test_what_names_no_period_is_none(text):
    assert not periods.named(text)
