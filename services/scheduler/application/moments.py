"""The moments that have come: what the clock says by itself, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.scheduler.application.knowledge import meeting_now
from services.scheduler.domain.calendar import (
    end_of,
    last_day,
    next_period,
)
from services.scheduler.domain.flag import flagged
from services.scheduler.domain.meeting import (
    FlagRegularMeetingMissed,
    NoticeLateProfile,
    regular_id,
)
from services.scheduler.domain.notice import FlagNoticeMissed
from services.scheduler.domain.plan import REGULAR
from services.scheduler.domain.quarter import (
    FlagQuarter,
    end_of_quarter,
    first_whole_quarter,
    next_quarter,
)
from services.scheduler.domain.theme import FlagTheme
from services.scheduler.projections import (
    MeetingShown,
    MonthShown,
    QuarterShown,
    ThemeShown,
)
from shared import heard_rules
from shared.branch import Branch
from shared.events.envelope import moment
from shared.rules import code_of, ladder, late
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader


SETTLED = timedelta(days=62)
"""Of meetings longer ago nobody is told any more that other rules arrived."""


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """The moments that have come: notices (R1), months (R5), quarters (R6), steps of themes (R41)."""
    found: list[Due] = []
    published: dict[str, list[heard_rules.ProfileHeard]] = {}
    for branch in sorted({*reader.branches("meetings"), *reader.branches("themes")}):
        meetings: list[MeetingShown] = reader.scan("meetings", branch)
        cell: Branch | None = reader.get("branch", branch, "")
        if cell is not None and cell.charter is not None:
            found += [one for one in _notices_due(cell, meetings) if one.moment <= now]
            lately = [one for one in meetings if now - SETTLED <= end_of(one.on) and one.phase != "cancelled"]
            found += _profiles_due(reader, cell, lately, published) if lately else []
            months: dict[str, MonthShown] = {one.period: one for one in reader.scan("months", branch)}
            found += _months_due(cell, meetings, months, now)
            quarters: dict[str, QuarterShown] = {one.quarter: one for one in reader.scan("quarters", branch)}
            found += _quarters_due(cell, meetings, quarters, now)
            found += [one for one in _themes_due(cell, meetings, reader.scan("themes", branch)) if one.moment <= now]
    return found


def _notices_due(branch: Branch, meetings: list[MeetingShown]) -> Iterator[Due]:
    for shown in meetings:
        waits = shown.phase == "planned" and not shown.notices and not branch.dissolved(shown.on)
        if waits and shown.notice_due_on not in shown.missed:
            yield Due(
                moment=end_of(shown.notice_due_on),
                command=FlagNoticeMissed(meeting_id=shown.meeting_id, due_on=shown.notice_due_on),
                branch=branch.code,
                rule="notice-missed",
                revision=shown.times_set,
            )


def _profiles_due(
    reader: ViewReader, branch: Branch, meetings: list[MeetingShown], read: dict[str, list[heard_rules.ProfileHeard]]
) -> Iterator[Due]:
    """Meetings set under other rules than those published by now; what is above many branches is read once."""
    for code in map(code_of, ladder(branch.code)):
        if code not in read:
            read[code] = reader.scan("rules", code)
    published = [one for code in map(code_of, ladder(branch.code)) for one in read[code]]
    arrived = {one.ref: moment(one.published_at) for one in published}
    for shown in meetings:
        found = late(published, shown.profile, "meeting", day=shown.on, branch=branch.code)
        if found is not None and found.chosen not in shown.late_profiles:
            yield Due(
                moment=arrived[found.chosen],
                command=NoticeLateProfile(meeting_id=shown.meeting_id),
                branch=branch.code,
                rule=f"late-profile {found.chosen}",
                happens_now=True,
                revision=shown.times_set,
            )


def _months_due(
    branch: Branch, meetings: list[MeetingShown], months: dict[str, MonthShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first month this site set a regular meeting for: before it nothing is known here."""
    regular = {shown.period: shown for shown in meetings if shown.meeting_kind in REGULAR}
    period = min(regular, default=None)
    while period is not None and end_of(last_day(period)) <= now:
        standing, month_ = regular.get(period), months.get(period)
        waits_for = last_day(period)
        if standing is not None and standing.phase == "planned":
            waits_for = max(waits_for, standing.on)
        settled = month_ is not None and (month_.opened or month_.missed is not None)
        if not settled and end_of(waits_for) <= now and not branch.dissolved(last_day(period)):
            yield Due(
                moment=end_of(waits_for),
                command=FlagRegularMeetingMissed(meeting_id=regular_id(branch.code, period), period=period),
                branch=branch.code,
                rule="regular-meeting-missed",
            )
        period = next_period(period)


def _quarters_due(
    branch: Branch, meetings: list[MeetingShown], quarters: dict[str, QuarterShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first quarter that lies wholly after this site set its first meeting."""
    first = min((shown.period for shown in meetings), default=None)
    quarter = None if first is None else first_whole_quarter(first)
    while quarter is not None and end_of(end_of_quarter(quarter)) <= now:
        shown, last = quarters.get(quarter), end_of_quarter(quarter)
        settled = shown is not None and bool(shown.held or shown.flags)
        if not settled and not branch.dissolved(last):
            yield Due(
                moment=end_of(last),
                command=FlagQuarter(quarter=quarter),
                branch=branch.code,
                rule="quarter-without-thematic",
            )
        quarter = next_quarter(quarter)


def _themes_due(branch: Branch, meetings: list[MeetingShown], themes: list[ThemeShown]) -> Iterator[Due]:
    standing = {shown.meeting_id: meeting_now(shown) for shown in meetings}
    for shown in themes:
        for owed in shown.theme.owed(standing):
            if not flagged(shown.theme.flags, owed) and not branch.dissolved(owed.due_on):
                yield Due(
                    moment=end_of(owed.due_on),
                    command=FlagTheme(theme_id=shown.theme_id, flag=owed.flag, due_on=owed.due_on),
                    branch=branch.code,
                    rule=owed.flag,
                )
