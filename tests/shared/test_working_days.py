from __future__ import annotations

from datetime import date

import pytest

from shared.rules import profile_for, shipped
from shared.working_days import after_working_days, days_off_between, is_working_day, shipped_holidays

SPRING = frozenset({date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)})
NONE: frozenset[date] = frozenset()


@pytest.mark.parametrize(
    ("start", "days", "holidays", "end"),
    [
        (date(2026, 4, 1), 60, NONE, date(2026, 6, 24)),
        (date(2026, 4, 1), 60, SPRING, date(2026, 6, 29)),
        (date(2026, 5, 11), 30, NONE, date(2026, 6, 22)),
        (date(2026, 10, 2), 1, NONE, date(2026, 10, 5)),
        (date(2026, 10, 3), 1, NONE, date(2026, 10, 5)),
        (date(2026, 10, 3), 0, NONE, date(2026, 10, 3)),
    ],
)
def test_E9_working_days_are_counted_from_the_day_after(start: date, days: int, holidays: frozenset[date], end: date):
    assert after_working_days(start, days, holidays) == end


def test_the_shipped_holidays_are_those_of_the_example():
    assert days_off_between(date(2026, 4, 1), date(2026, 6, 29), shipped_holidays()) == tuple(sorted(SPRING))


def test_a_holiday_on_a_weekend_lengthens_nothing():
    sunday = date(2026, 10, 4)
    assert days_off_between(date(2026, 10, 1), date(2026, 10, 9), frozenset({sunday})) == ()
    assert not is_working_day(sunday, NONE)


def test_the_numbers_of_a_transfer_come_from_the_rules_of_its_day():
    before, now = profile_for("membership", date(2026, 4, 1)), profile_for("membership", date(2026, 8, 1))
    assert (before.ref, now.ref) == ("qd294@1", "qd208@1")
    assert [rules.procedure_working_days.value for rules in (before, now)] == [60, 60]
    assert [rules.letter_working_days.value for rules in (before, now)] == [30, 30]
    assert now.letter_working_days.confidence == "K"
    assert shipped().pinned("membership", "qd294@1") is before
    with pytest.raises(LookupError):
        profile_for("membership", date(2020, 1, 1))
