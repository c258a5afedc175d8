"""Days in Viet Nam: the one an instant lies in, and when one is over."""

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
