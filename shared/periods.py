"""Months, quarters, half-years and years as facts name them: ``2026-09``, ``2026-Q3``, ``2026-H2``, ``2026``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints

AnyPeriod = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")]
"""A month, quarter, half-year or year."""
Every = Literal["month", "quarter", "half_year", "year"]

_FORM = re.compile(r"[1-9]\d{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?")
_LENGTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def named(text: str) -> bool:
    """Whether this text names a period."""
    return _FORM.fullmatch(text) is not None


def kind(period: str) -> Every:
    """How long a period is, by the form of its name."""
    rest = period[5:]
    if not rest:
        return "year"
    return {"Q": "quarter", "H": "half_year"}.get(rest[0], "month")  # type: ignore[return-value]


def _months(period: str) -> tuple[int, int]:
    rest, length = period[5:], _LENGTHS[kind(period)]
    number = int(rest.lstrip("QH")) if rest else 1
    last = number * length
    return last - length + 1, last


def first_day(period: str) -> date:
    """The first day of a period."""
    return date(int(period[:4]), _months(period)[0], 1)


def last_day(period: str) -> date:
    """The last day of a period."""
    year, month = int(period[:4]), _months(period)[1]
    return date(year, month, monthrange(year, month)[1])


def containing(day: date, every: Every) -> str:
    """The month, quarter, half-year or year that a day lies in."""
    number = (day.month - 1) // _LENGTHS[every] + 1
    match every:
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day:%Y}-Q{number}"
        case "half_year":
            return f"{day:%Y}-H{number}"
        case "year":
            return f"{day:%Y}"


def following(period: str) -> str:
    """The period of the same length that comes next."""
    return containing(last_day(period) + timedelta(days=1), kind(period))


def preceding(period: str) -> str:
    """The period of the same length that came before."""
    return containing(first_day(period) - timedelta(days=1), kind(period))


def vi(period: str) -> str:
    """2026-Q3 as «quý III/2026»."""
    year, rest = period[:4], period[5:]
    match kind(period):
        case "month":
            return f"tháng {int(rest)}/{year}"
        case "quarter":
            return f"quý {_ROMAN[int(rest[1]) - 1]}/{year}"
        case "half_year":
            return f"sáu tháng {'đầu' if rest == 'H1' else 'cuối'} năm {year}"
        case "year":
            return f"năm {year}"


def en(period: str) -> str:
    """2026-Q3 as “Q3 2026”."""
    year, rest = period[:4], period[5:]
    match kind(period):
        case "month":
            return f"{MONTHS[int(rest) - 1]} {year}"
        case "quarter":
            return f"{rest} {year}"
        case "half_year":
            return f"the {'first' if rest == 'H1' else 'second'} half of {year}"
        case "year":
            return year
