from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.days import civil_day, end_of

DAYS = st.dates(date(1980, 1, 1), date(2199, 12, 31))


def test_a_day_ends_at_midnight_in_viet_nam():
    assert end_of(date(2026, 9, 30)) == datetime(2026, 9, 30, 17, 0, tzinfo=UTC)


@given(DAYS)
def test_the_end_of_a_day_is_the_first_instant_of_the_next(day):
    assert civil_day(end_of(day) - timedelta(microseconds=1)) == day
    assert civil_day(end_of(day)) == day + timedelta(days=1)
