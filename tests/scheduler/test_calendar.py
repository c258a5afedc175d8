"""Civil dates: R1, R4 and the worked examples E1 and E2, and the same over all dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.calendar import (
    consequence,
    fixed_day,
    last_on_time,
    lead_days,
)
from shared import periods
from shared.days import VIETNAM
from shared.working_days import is_working_day

NO_HOLIDAYS: frozenset[date] = frozenset()
DATES = st.dates(date(2018, 7, 6), date(2199, 12, 31))
PERIODS = DATES.map(lambda day: periods.containing(day, "month"))


@pytest.mark.parametrize(
    ("meeting", "days", "last"),
    [
        (date(2026, 12, 3), 3, date(2026, 11, 30)),
        (date(2027, 3, 3), 3, date(2027, 2, 28)),
        (date(2028, 3, 3), 3, date(2028, 2, 29)),
        (date(2027, 1, 3), 3, date(2026, 12, 31)),
        (date(2026, 12, 3), 0, date(2026, 12, 3)),
    ],
)
def test_E1_the_last_day_on_time_also_over_leap_years(meeting, days, last):
    assert last_on_time(meeting, days) == last


@pytest.mark.parametrize(
    ("period", "meeting", "last"),
    [
        ("2026-01", date(2026, 1, 3), date(2025, 12, 31)),
        ("2026-03", date(2026, 3, 3), date(2026, 2, 28)),
        ("2026-05", date(2026, 5, 3), date(2026, 4, 30)),
        ("2026-12", date(2026, 12, 3), date(2026, 11, 30)),
    ],
)
def test_R4_the_sample_years_days_and_their_last_notice(period, meeting, last):
    assert fixed_day(period, 3, "keep", NO_HOLIDAYS) == meeting
    assert last_on_time(meeting, 3) == last


def test_E1_an_instant_counts_by_its_day_in_viet_nam():
    before = datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC).astimezone(VIETNAM).date()
    after = datetime(2026, 11, 30, 17, 0, tzinfo=UTC).astimezone(VIETNAM).date()
    assert lead_days(date(2026, 12, 3), before) == 3
    assert lead_days(date(2026, 12, 3), after) == 2


def test_E2_a_fixed_day_on_a_sunday_is_kept():
    assert fixed_day("2027-01", 3, "keep", NO_HOLIDAYS) == date(2027, 1, 3)
    assert last_on_time(date(2027, 1, 3), 3) == date(2026, 12, 31)


def test_E2_or_goes_to_the_next_working_day_and_holidays_still_count_as_days_of_notice():
    holidays = frozenset({date(2027, 1, 1)})
    assert fixed_day("2027-01", 3, "next_working_day", holidays) == date(2027, 1, 4)
    assert last_on_time(date(2027, 1, 4), 3) == date(2027, 1, 1)
    assert fixed_day("2026-10", 3, "next_working_day", holidays) == date(2026, 10, 5)
    assert last_on_time(date(2026, 10, 5), 3) == date(2026, 10, 2)


def test_R4_the_next_working_day_steps_over_an_injected_holiday():
    assert fixed_day("2026-10", 3, "next_working_day", frozenset({date(2026, 10, 5)})) == date(2026, 10, 6)


def test_a_day_the_month_does_not_have_is_its_last():
    assert fixed_day("2026-02", 31, "keep", NO_HOLIDAYS) == date(2026, 2, 28)
    assert fixed_day("2028-02", 31, "keep", NO_HOLIDAYS) == date(2028, 2, 29)


def choice(on: date, **more: bool) -> str:
    return consequence(
        on,
        told_on=date(2026, 10, 2),
        required_days=3,
        fixed_on=date(2026, 10, 3),
        period="2026-10",
        holidays=NO_HOLIDAYS,
        **more,
    ).vi


def test_R2_each_candidate_day_says_what_it_means_for_the_notice():
    assert choice(date(2026, 10, 4)) == "Báo trước 2 ngày – muộn 1 ngày"
    assert choice(date(2026, 10, 5)) == "Báo trước 3 ngày – đúng hạn"
    assert choice(date(2026, 11, 1)) == "Báo trước 30 ngày – đúng hạn; sang tháng khác"
    assert choice(date(2026, 10, 1)) == "Ngày này đã qua"
    assert choice(date(2026, 10, 2), keeps_notice=True) == "Thời hạn vẫn tính theo thông báo trước"


@given(DATES, st.integers(0, 28))
def test_R1_the_last_day_on_time_is_on_time_and_the_day_after_is_not(meeting, days):
    last = last_on_time(meeting, days)
    assert lead_days(meeting, last) == days
    assert lead_days(meeting, last + timedelta(days=1)) < days


@given(PERIODS, st.integers(1, 31), st.sampled_from(["keep", "next_working_day"]), st.frozensets(DATES, max_size=8))
def test_R4_the_fixed_day_is_never_early_and_a_working_day_where_that_is_asked(period, day, policy, holidays):
    kept = fixed_day(period, day, "keep", holidays)
    found = fixed_day(period, day, policy, holidays)
    assert periods.containing(kept, "month") == period
    assert kept <= found <= kept + timedelta(days=3 + len(holidays) * 3)
    assert policy == "keep" or is_working_day(found, holidays)
