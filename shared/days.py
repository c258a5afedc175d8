"""Days in Viet Nam: the one an instant lies in, when one is over, and how they are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def civil_day(at: datetime) -> date:
    """The civil day in Viet Nam in which an instant (aware, of any zone) lies."""
    return at.astimezone(VIETNAM).date()


def end_of(day: date) -> datetime:
    """The first instant after a day in Viet Nam, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


def clock_and_day(at: datetime) -> str:
    """The hour in Viet Nam with its day, in Vietnamese: ``07:30 ngày 05/10/2026``."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def clock_and_day_en(at: datetime) -> str:
    """The hour in Viet Nam with its day, in English: ``07:30 on 05/10/2026``."""
    return f"{at.astimezone(VIETNAM):%H:%M on %d/%m/%Y}"
