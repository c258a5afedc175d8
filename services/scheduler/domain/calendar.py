"""Civil dates: the fixed day of a month, lead days, the last day on time, and what another date would mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared import periods
from shared.working_days import is_working_day


def month(period: str) -> str:
    """A month as people write it: ``10/2026``."""
    return f"{int(period[5:])}/{period[:4]}"


def fixed_day(
    period: str, meeting_day: int, policy: Literal["keep", "next_working_day"], holidays: frozenset[date]
) -> date:
    """The charter's day in a month (R4); a day the month does not have is its last."""
    last = periods.last_day(period)
    day = last.replace(day=min(meeting_day, last.day))
    while policy == "next_working_day" and not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def lead_days(meeting_on: date, told_on: date) -> int:
    """How many days before the meeting it was told: the difference of calendar dates (R1)."""
    return (meeting_on - told_on).days


def last_on_time(meeting_on: date, required_days: int) -> date:
    """The last day on which a notice is on time; a holiday counts like any day."""
    return meeting_on - timedelta(days=required_days)


@dataclass(frozen=True)
class Consequence:
    """What a meeting on this date would mean, if its notice left on the day the question is asked."""

    on: date
    lead_days: int
    required_days: int
    on_time: bool
    late_by: int
    fixed_day: bool
    in_month: bool
    working_day: bool
    keeps_notice: bool
    """The charter lets the earlier notice count: nothing starts anew."""

    @property
    def vi(self) -> str:
        if self.lead_days < 0:
            return "Ngày này đã qua"
        if self.keeps_notice:
            return "Thời hạn vẫn tính theo thông báo trước"
        after = "đúng hạn" if self.on_time else f"muộn {self.late_by} ngày"
        outside = "" if self.in_month else "; sang tháng khác"
        return f"Báo trước {self.lead_days} ngày – {after}{outside}"

    @property
    def en(self) -> str:
        if self.lead_days < 0:
            return "This day is past"
        if self.keeps_notice:
            return "The days still count from the earlier notice"
        after = "on time" if self.on_time else f"late by {self.late_by}"
        outside = "" if self.in_month else "; in another month"
        return f"Days of notice: {self.lead_days} – {after}{outside}"


def consequence(
    on: date,
    *,
    told_on: date,
    required_days: int,
    fixed_on: date,
    period: str,
    holidays: frozenset[date],
    keeps_notice: bool = False,
) -> Consequence:
    """What one candidate date means for the notice (R1, R2) and for the charter's day (R4)."""
    lead = lead_days(on, told_on)
    late_by = 0 if keeps_notice else max(0, required_days - lead)
    return Consequence(
        on=on,
        lead_days=lead,
        required_days=required_days,
        on_time=late_by == 0,
        late_by=late_by,
        fixed_day=on == fixed_on,
        in_month=periods.containing(on, "month") == period,
        working_day=is_working_day(on, holidays),
        keeps_notice=keeps_notice,
    )
