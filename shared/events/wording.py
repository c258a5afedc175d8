"""How sentences write hours, days, months, lists and people's own text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from shared import days, periods
from shared.events.envelope import Instant, Period, moment


def clock(at: Instant | None) -> str:
    """An hour of the day in Viet Nam."""
    return f"{moment(at).astimezone(days.VIETNAM):%H:%M}" if at else "…"


def clock_and_day(at: Instant) -> str:
    """An hour with its day in Viet Nam, in Vietnamese."""
    return days.clock_and_day(moment(at))


def clock_and_day_en(at: Instant) -> str:
    """An hour with its day in Viet Nam, in English."""
    return days.clock_and_day_en(moment(at))


def day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "…"


def month_vi(period: Period) -> str:
    return f"{int(period[5:])}/{period[:4]}"


def month_en(period: Period) -> str:
    return periods.en(period)


def rules_vi(ref: str) -> str:
    """The rules a fact names as ``hd42@3``, as they are cited: hd42, bản 3."""
    return ref.replace("@", ", bản ")


def rules_en(ref: str) -> str:
    """The rules a fact names as ``hd42@3``, as they are cited in English: hd42, version 3."""
    return ref.replace("@", ", version ")


def percent(part: int, whole: int = 100) -> str:
    """A share as it is printed: «88,9%», one digit after the comma, a half rounded up; compared it is exactly."""
    tenths = (2000 * part + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}{f',{tenths % 10}' if tenths % 10 else ''}%"


def percent_en(part: int, whole: int = 100) -> str:
    """The same in English: 88.9%."""
    return percent(part, whole).replace(",", ".")


def comma(mark: str | None) -> str:
    """Marks and points as Vietnamese writes them: 89,5."""
    return (mark or "").replace(".", ",")


def many(number: int, one: str, more: str = "") -> str:
    """A number with its English noun: 1 branch, 2 branches."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def listed(words: Iterable[object]) -> str:
    return ", ".join(map(str, words))


def inline(text: str | None, *, lower: bool = True) -> str:
    """People's text inside a sentence: no full stop of its own, no capital unless it is a name or abbreviation."""
    words = (text or "").strip().rstrip(".")
    if lower and words[1:2].islower():
        return words[0].lower() + words[1:]
    return words
