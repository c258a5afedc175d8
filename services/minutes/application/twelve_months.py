"""A cell's own twelve months: each regular meeting, its notice, attendance, papers, score, tasks, flags."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer
from services.minutes.application.days import remembered
from services.minutes.domain.remembered import is_regular
from services.minutes.domain.twelve_months import (
    HELD,
    NEGLECT,
    NOTICED,
    Course,
    FlagSeen,
    Held,
    Noticed,
    Signing,
    TaskMark,
    TasksOfMonth,
    held,
    noticed,
    signed_in_time,
    tasks_of,
)
from shared import heard_rules
from shared.events.sitting import MeetingBand

if TYPE_CHECKING:
    from services.minutes.domain.awaited import Memory
    from services.minutes.domain.known import Task
    from services.minutes.domain.remembered import Outcome
    from shared.store.views import ViewReader

MONTHS = 12


class FlagsOfMonth(Answer):
    """Flags that fell due in a month, of every service."""

    raised: int
    answered: int
    standing: int


class MonthKept(Answer):
    """How one month was kept."""

    period: str
    meeting_id: str | None
    held: Held
    held_vi: str
    held_en: str
    on: date | None
    """The day it was held on, or is set for."""
    notice: Noticed
    notice_vi: str
    notice_en: str
    attendance: str | None
    attendance_meets: bool | None
    minutes: int | None
    short_by: int | None
    signed_on_time: bool | None
    """Both signed the minutes within the cell's days; None: there is time left, or nobody signed here then."""
    published_on_time: bool | None
    """Within the days the rules give; None: not published."""
    band: MeetingBand | None
    """The superior's where there is one."""
    total: str | None
    confirmed: bool
    tasks: TasksOfMonth
    flags: FlagsOfMonth


class Counted(Answer):
    """The twelve months in numbers; what a disaster or the superior moved stands by itself."""

    months: int
    """Months of which anything is kept here, those ahead left out."""
    on_day: int
    force_majeure: int
    superior: int
    neglected: int
    notices_on_time: int
    attendance_met: int
    signed_on_time: int
    published_on_time: int
    tasks_due: int
    tasks_on_time: int
    flags_standing: int


class TwelveMonths(Answer):
    """The cell's own twelve months, the latest last."""

    until: str
    months: tuple[MonthKept, ...]
    counted: Counted


def twelve_months(reader: ViewReader, branch: str, until: str, today: date) -> TwelveMonths:
    """The twelve months up to one, as the facts tell them."""
    memory = remembered(reader, branch, heard_rules.rules(reader, branch))
    courses: dict[str, Course] = {one.period: one for one in reader.scan("courses", branch)}
    outcomes = {one.period: one for one in memory.outcomes if is_regular(one.meeting_id)}
    since = min(courses, default=None)
    kept_tasks: list[Task] = reader.scan("tasks", branch)
    tasks = [TaskMark(one.due_on, one.outcome) for one in kept_tasks]
    flags: list[FlagSeen] = reader.scan("flags_seen", branch)
    months = tuple(
        _month(period, courses.get(period), outcomes.get(period), today, since).model_copy(
            update={
                "tasks": tasks_of(period, tasks),
                "flags": _flags(period, flags),
                "signed_on_time": _signed(memory, outcomes.get(period), today),
            }
        )
        for period in before(until)
    )
    return TwelveMonths(until=until, months=months, counted=_counted(months))


def before(until: str) -> list[str]:
    """Twelve months, this one the last."""
    last = int(until[:4]) * 12 + int(until[5:]) - 1
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(last - MONTHS + 1, last + 1)]


def _month(period: str, course: Course | None, outcome: Outcome | None, today: date, since: str | None) -> MonthKept:
    how, notice = held(course, period, today, since), noticed(course)
    closed = outcome is not None and outcome.closed_at is not None
    return MonthKept(
        period=period,
        meeting_id=course.meeting_id if course else None,
        held=how,
        held_vi=HELD[how][0],
        held_en=HELD[how][1],
        on=(course.held_on or course.on) if course else None,
        notice=notice,
        notice_vi=NOTICED[notice][0],
        notice_en=NOTICED[notice][1],
        attendance=outcome.attendance if outcome else None,
        attendance_meets=outcome.attendance_meets if outcome else None,
        minutes=outcome.minutes if outcome is not None and closed else None,
        short_by=outcome.short_by if outcome is not None and closed else None,
        signed_on_time=None,
        published_on_time=outcome.published_on_time if outcome else None,
        band=(outcome.confirmed_band or outcome.band) if outcome else None,
        total=(outcome.confirmed_total or outcome.total) if outcome else None,
        confirmed=outcome is not None and outcome.confirmed_band is not None,
        tasks=TasksOfMonth(),
        flags=FlagsOfMonth(raised=0, answered=0, standing=0),
    )


def _signed(memory: Memory, outcome: Outcome | None, today: date) -> bool | None:
    days = None if outcome is None else memory.signing_days.get(outcome.meeting_id)
    if outcome is None or memory.signs_since is None or days is None:
        return None
    papers = (one for one in memory.papers if one.meeting_id == outcome.meeting_id and one.correction_id is None)
    signed = next(({role: kept.signed_at for role, kept in one.signed.items()} for one in papers), {})
    return signed_in_time(Signing(memory.signs_since, days), outcome.closed_at, signed, today)


def _flags(period: str, flags: list[FlagSeen]) -> FlagsOfMonth:
    due = [one for one in flags if f"{one.due_on:%Y-%m}" == period]
    answered = sum(one.cleared_on is not None for one in due)
    return FlagsOfMonth(raised=len(due), answered=answered, standing=len(due) - answered)


def _counted(months: tuple[MonthKept, ...]) -> Counted:
    over = [one for one in months if one.held not in {"ahead", "before"}]
    return Counted(
        months=len(over),
        on_day=sum(one.held == "on_day" for one in over),
        force_majeure=sum(one.held in {"force_majeure", "called_off_force_majeure"} for one in over),
        superior=sum(one.held in {"superior", "called_off_superior"} for one in over),
        neglected=sum(one.held in NEGLECT for one in over),
        notices_on_time=sum(one.notice in {"on_time", "force_majeure"} for one in over),
        attendance_met=sum(one.attendance_meets is True for one in over),
        signed_on_time=sum(one.signed_on_time is True for one in over),
        published_on_time=sum(one.published_on_time is True for one in over),
        tasks_due=sum(one.tasks.due for one in months),
        tasks_on_time=sum(one.tasks.on_time for one in months),
        flags_standing=sum(one.flags.standing for one in months),
    )
