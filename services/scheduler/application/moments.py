"""The moments that have come: what the clock says by itself, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from services.scheduler.application.knowledge import meeting_now, moved_out, sending, silent_turns
from services.scheduler.domain.by_itself import (
    WITH_MATERIALS,
    FlagMaterialsMissed,
    FlagReadiness,
    SendDueNotice,
    begins,
    materials_due_on,
)
from services.scheduler.domain.flag import flagged
from services.scheduler.domain.known import Known, pinned
from services.scheduler.domain.meeting import (
    FlagRegularMeetingMissed,
    NoticeLateProfile,
    regular_id,
)
from services.scheduler.domain.notice import FlagNoticeMissed, recipients_on
from services.scheduler.domain.plan import REGULAR
from services.scheduler.domain.quarter import (
    FlagQuarter,
    first_whole_quarter,
    thematic_asked,
)
from services.scheduler.domain.sending import leaves_at, sending_on
from services.scheduler.domain.theme import FlagTheme
from services.scheduler.projections import (
    MeetingShown,
    MonthShown,
    QuarterShown,
    ThemeShown,
)
from shared import heard_rules, periods
from shared.branch import Branch
from shared.days import civil_day, end_of
from shared.events.envelope import moment
from shared.rules import RuleBook
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """The moments that have come: notices (R1), materials (R3), what was not ready, late rules, months, themes."""
    found: list[Due] = []
    published = heard_rules.OfMany(reader)
    for branch in sorted({*reader.branches("meetings"), *reader.branches("themes")}):
        meetings: list[MeetingShown] = reader.scan("meetings", branch)
        cell: Branch | None = reader.get("branch", branch, "")
        if cell is not None and cell.charter is not None:
            found += [one for one in _notices_due(cell, meetings) if one.moment <= now]
            rules = published.rules(branch)
            arrived = {one.ref: moment(one.published_at) for one in published.heard(branch)}
            found += _profiles_due(cell, meetings, rules, arrived, now)
            knows = Known(branch=cell, rules=rules, sending=sending(reader, branch))
            waiting = [one for one in meetings if one.phase == "planned" and not cell.dissolved(one.on)]
            found += [one for one in _sendings_due(knows, cell, waiting, now) if one.moment <= now]
            found += [one for one in _materials_due(knows, cell, meetings) if one.moment <= now]
            found += [one for one in _readiness_due(reader, cell, meetings) if one.moment <= now]
            months: dict[str, MonthShown] = {one.period: one for one in reader.scan("months", branch)}
            found += _months_due(cell, meetings, months, now)
            quarters: dict[str, QuarterShown] = {one.quarter: one for one in reader.scan("quarters", branch)}
            found += _quarters_due(cell, rules, meetings, quarters, now)
            found += [one for one in _themes_due(cell, meetings, reader.scan("themes", branch)) if one.moment <= now]
    return found


def _notices_due(branch: Branch, meetings: list[MeetingShown]) -> Iterator[Due]:
    for shown in meetings:
        waits = _waited_until(shown, shown.notice_due_on) and not shown.notices and not branch.dissolved(shown.on)
        if waits and shown.notice_due_on not in shown.missed:
            yield Due(
                moment=end_of(shown.notice_due_on),
                command=FlagNoticeMissed(meeting_id=shown.meeting_id, due_on=shown.notice_due_on),
                branch=branch.code,
                rule="notice-missed",
                revision=shown.times_set,
            )


def _waited_until(shown: MeetingShown, day: date) -> bool:
    """Whether the meeting was still to come when a day ended, also where it was held before anybody looked."""
    if shown.opened_at is not None:
        return moment(shown.opened_at) >= end_of(day)
    return shown.phase == "planned"


def _sendings_due(knows: Known, branch: Branch, meetings: list[MeetingShown], now: datetime) -> Iterator[Due]:
    """Notices that leave by themselves; one set after its hour is left to whoever set it (R1)."""
    for shown in meetings:
        way = sending_on(knows, branch.code, shown.on)
        if not way.by_itself or shown.notices or shown.notice_days == 0 or now >= begins(shown.on, shown.starts_at):
            continue
        moment_ = leaves_at(shown.notice_due_on, way.hour)
        if not shown.set_at or moment(shown.set_at) > moment_:
            continue
        reached = bool(recipients_on(branch, shown.on, shown.meeting_kind))
        prepared = bool(shown.preparations) or not (branch.charter and branch.charter.notice_requires_committee)
        yield Due(
            moment=moment_,
            command=SendDueNotice(meeting_id=shown.meeting_id, due_at=moment_),
            branch=branch.code,
            rule=f"notice-by-itself {way.hour} {prepared} {reached}",  # asked anew when what was missing has come
            revision=shown.times_set,
            happens_now=True,
        )


def _materials_due(knows: Known, branch: Branch, meetings: list[MeetingShown]) -> Iterator[Due]:
    for shown in meetings:
        days = pinned(knows, branch.code, shown.profile, shown.on).materials_days.value
        due_on = materials_due_on(shown.on, days)
        waits = shown.meeting_kind in WITH_MATERIALS and not shown.materials and due_on not in shown.materials_missed
        if waits and _waited_until(shown, due_on) and not branch.dissolved(shown.on):
            yield Due(
                moment=end_of(due_on),
                command=FlagMaterialsMissed(meeting_id=shown.meeting_id, due_on=due_on),
                branch=branch.code,
                rule="materials-missed",
                revision=shown.times_set,
            )


def _readiness_due(reader: ViewReader, branch: Branch, meetings: list[MeetingShown]) -> Iterator[Due]:
    """What was not ready by its day, however long ago (R10, R12, R37), and flags answered in another history."""
    turns = silent_turns(reader, branch.code)
    for shown in meetings:
        regular = shown.meeting_kind in REGULAR and shown.opened_at is not None
        who = turns.get(shown.meeting_id) if regular else None
        command, ready = FlagReadiness(meeting_id=shown.meeting_id), shown.readiness
        for lacking in ready.lacking(who):
            if not ready.flagged(lacking) and not branch.dissolved(shown.on):
                yield Due(
                    moment=end_of(lacking.due_on),
                    command=command,
                    branch=branch.code,
                    rule=lacking.flag,
                    revision=shown.times_set,
                )
        for raised, _ in ready.answered(who):
            yield Due(
                moment=end_of(raised.due_on),
                command=command,
                branch=branch.code,
                rule=f"{raised.flag} answered",
                happens_now=True,
            )


def _profiles_due(
    branch: Branch, meetings: list[MeetingShown], rules: RuleBook, arrived: dict[str, datetime], now: datetime
) -> Iterator[Due]:
    """Meetings set under other rules than would be chosen now, until their minutes can be corrected no more (R43)."""
    today = civil_day(now)
    corrected = timedelta(days=_correction_days(branch, rules, today))
    for shown in meetings:
        if shown.phase == "cancelled" or shown.on + corrected < today:
            continue
        late = rules.late(shown.profile, "meeting", shown.on, branch.code)
        if late is not None and late.chosen not in shown.late_profiles:
            yield Due(
                moment=arrived.get(late.chosen, now),
                command=NoticeLateProfile(meeting_id=shown.meeting_id),
                branch=branch.code,
                rule=f"late-profile {late.chosen}",
                happens_now=True,
                revision=shown.times_set,
            )


def _correction_days(branch: Branch, rules: RuleBook, today: date) -> int:
    asked = branch.charter.corrections.request_within_days if branch.charter and branch.charter.corrections else None
    try:
        return rules.profile_for("practice", today, branch.code).correction_days.under(asked)
    except LookupError:
        return asked or 0


def _months_due(
    branch: Branch, meetings: list[MeetingShown], months: dict[str, MonthShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first month this site set a regular meeting for: before it nothing is known here."""
    regular = {shown.period: shown for shown in meetings if shown.meeting_kind in REGULAR}
    period = min(regular, default=None)
    while period is not None and end_of(periods.last_day(period)) <= now:
        standing, month_ = regular.get(period), months.get(period)
        waits_for = periods.last_day(period)
        if standing is not None and standing.phase == "planned":
            waits_for = max(waits_for, standing.on)
        settled = month_ is not None and (month_.opened or month_.missed is not None)
        if not settled and end_of(waits_for) <= now and not branch.dissolved(periods.last_day(period)):
            yield Due(
                moment=end_of(waits_for),
                command=FlagRegularMeetingMissed(meeting_id=regular_id(branch.code, period), period=period),
                branch=branch.code,
                rule="regular-meeting-missed",
            )
        period = periods.following(period)


def _quarters_due(
    branch: Branch, rules: RuleBook, meetings: list[MeetingShown], quarters: dict[str, QuarterShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first quarter that lies wholly after this site set its first meeting."""
    first = min((shown.period for shown in meetings), default=None)
    quarter = None if first is None else first_whole_quarter(first)
    while quarter is not None and end_of(periods.last_day(quarter)) <= now:
        shown, last = quarters.get(quarter), periods.last_day(quarter)
        held = {*(shown.held if shown is not None else ()), *moved_out(meetings, quarter)}
        settled = bool(shown and shown.flags) or len(held) >= thematic_asked(rules, branch.code, last)
        if not settled and not branch.dissolved(last):
            yield Due(
                moment=end_of(last),
                command=FlagQuarter(quarter=quarter),
                branch=branch.code,
                rule="quarter-without-thematic",
            )
        quarter = periods.following(quarter)


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
