"""Working days in Viet Nam: Monday to Friday without the listed holidays, counted from the day after."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

_SATURDAY = 5


def is_working_day(day: date, holidays: frozenset[date]) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def after_working_days(start: date, days: int, holidays: frozenset[date]) -> date:
    """The last day of «within n working days»: the day it starts on is not counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day


def days_off_between(start: date, end: date, holidays: frozenset[date]) -> tuple[date, ...]:
    """The holidays that lengthened a time from ``start`` to ``end``, in order; weekends are none."""
    return tuple(sorted(day for day in holidays if start < day <= end and day.weekday() < _SATURDAY))


@cache
def shipped_holidays() -> frozenset[date]:
    """The holidays that come with chibo: those of every year from 2000 to 2099, and the listed lunar ones."""
    return frozenset(_listed(files("shared").joinpath("holidays.toml").read_text(encoding="utf-8")))


def _listed(text: str) -> Iterator[date]:
    read = tomllib.loads(text)
    for year in range(2000, 2100):
        yield from (date.fromisoformat(f"{year}-{day}") for day in read["every_year"]["days"])
    for year in read["listed"]:
        yield from (date.fromisoformat(f"{year['year']}-{day}") for day in year["days"])
