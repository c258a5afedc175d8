"""How a cell kept its own year: what became of each month's regular meeting, and which flags stood."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from services.minutes.domain.known import Document
from services.minutes.domain.remembered import is_regular
from services.minutes.domain.signed import BOTH
from shared.days import VIETNAM, civil_day
from shared.events.afterwards import MinutesFlagCleared, MinutesFlagRaised
from shared.events.envelope import Fact, Recorded, moment
from shared.events.meeting import (
    MaterialsPosted,
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    MoveReason,
    NoticeIssued,
    NoticeMissed,
    NoticeRevised,
    RegularMeetingMissed,
)
from shared.events.meeting_gap import MeetingGapCleared, MeetingGapRaised
from shared.events.minutes import MeetingOpened
from shared.events.presenting import PresentingFlagCleared, PresentingFlagRaised
from shared.events.ranking_deadline import RankingDeadlineAnswered, RankingDeadlineMissed
from shared.events.ranking_flag import RankingFlagCleared, RankingFlagRaised
from shared.events.readiness import ReadinessFlagCleared, ReadinessFlagRaised
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.scheduler_flag import SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.sending import MaterialsMissed
from shared.events.signatures import SigningFlagCleared, SigningFlagRaised, SigningRole

Held = Literal[
    "on_day",
    "force_majeure",
    "superior",
    "other_day",
    "not_recorded",
    "called_off_force_majeure",
    "called_off_superior",
    "called_off",
    "ahead",
    "before",
]
"""``force_majeure``, ``superior``: moved for that reason and held; neither is neglect. ``not_recorded``: the month is
over and nothing says that it was held. ``ahead``: the month is not over. ``before``: nothing was kept here yet."""
HELD: dict[Held, tuple[str, str]] = {
    "on_day": ("đúng ngày", "on its day"),
    "force_majeure": ("dời vì thiên tai", "moved, disaster"),
    "superior": ("dời theo cấp trên", "moved by superior"),
    "other_day": ("ngày khác", "another day"),
    "not_recorded": ("chưa ghi nhận", "not on record"),
    "called_off_force_majeure": ("không họp, thiên tai", "off, disaster"),
    "called_off_superior": ("không họp, cấp trên", "off by superior"),
    "called_off": ("không họp", "called off"),
    "ahead": ("chưa họp", "not held yet"),
    "before": ("–", "–"),
}
NEGLECT: frozenset[Held] = frozenset({"other_day", "not_recorded", "called_off"})
"""What the cell answers for itself; force majeure and the superior's word never are."""

Noticed = Literal["on_time", "late", "missing", "force_majeure", "none_yet"]
NOTICED: dict[Noticed, tuple[str, str]] = {
    "on_time": ("đúng hạn", "on time"),
    "late": ("muộn", "late"),
    "missing": ("chưa ghi", "none"),
    "force_majeure": ("thiên tai", "disaster"),
    "none_yet": ("–", "–"),
}
"""``force_majeure``: the first notice was in time; the one after the move could not be."""


class Course(Document):
    """What became of one regular meeting up to its opening."""

    meeting_id: str
    period: str
    first_on: date | None = None
    """The day it was first set for."""
    fixed_day: bool = False
    """That day is the charter's."""
    on: date | None = None
    moves: tuple[MoveReason, ...] = ()
    called_off: MoveReason | None = None
    first_notice: bool | None = None
    """Whether the first notice was in time; None: none was heard of."""
    last_notice: bool | None = None
    """The same for the last one that had to keep its days anew after a move."""
    notice_missed: bool = False
    missed: bool = False
    """The month ended without it."""
    held_on: date | None = None


COURSE: frozenset[type[Fact]] = frozenset(
    {
        MeetingScheduled,
        MeetingRescheduled,
        MeetingCancelled,
        NoticeIssued,
        NoticeRevised,
        NoticeMissed,
        RegularMeetingMissed,
        MeetingOpened,
    }
)


def course_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The month, for its regular meeting only."""
    meeting_id: str = recorded.fact.meeting_id
    return (meeting_id.rpartition(":")[2],) if is_regular(meeting_id) else ()


def course(document: Course | None, recorded: Recorded[Any], key: str) -> Course:
    """The meeting's course after one more fact; a meeting that another service tells of late is the same one."""
    fact = recorded.fact
    before = document or Course(meeting_id=fact.meeting_id, period=key)
    return before.model_copy(update=_went(before, fact))


def _went(course: Course, fact: object) -> dict[str, Any]:
    match fact:
        case MeetingScheduled():
            return {"first_on": course.first_on or fact.on, "on": fact.on, "fixed_day": fact.fixed_day} | (
                {"called_off": None} if course.called_off is not None else {}
            )
        case MeetingRescheduled():
            return {"on": fact.to_on, "moves": (*course.moves, fact.reason)}
        case MeetingCancelled():
            return {"called_off": fact.reason}
        case NoticeIssued():
            return {"first_notice": fact.on_time}
        case NoticeRevised():
            return {"last_notice": fact.on_time} if fact.restarts else {}
        case NoticeMissed():
            return {"notice_missed": True}
        case RegularMeetingMissed():
            return {"missed": True}
        case MeetingOpened():
            return {"held_on": civil_day(moment(fact.opened_at))}
        case _:
            return {}


def held(course: Course | None, period: str, today: date, since: str | None) -> Held:
    """How a month's regular meeting stands; ``since``: the first month of which anything is known here."""
    month = f"{today:%Y-%m}"
    if course is not None and course.held_on is not None:
        return _kept(course, course.held_on)
    if course is not None and course.called_off is not None:
        called_off: dict[MoveReason, Held] = {
            "force_majeure": "called_off_force_majeure",
            "superior": "called_off_superior",
            "other": "called_off",
        }
        return called_off[course.called_off]
    if period < (since or month):
        return "before"
    return "not_recorded" if period < month or (course is not None and course.missed) else "ahead"


def _kept(course: Course, on: date) -> Held:
    """Held on the charter's day; moved, for the strongest reason given; or on another day."""
    if course.fixed_day and on == course.first_on:
        return "on_day"
    if "force_majeure" in course.moves:
        return "force_majeure"
    if "superior" in course.moves:
        return "superior"
    return "other_day"


def noticed(course: Course | None) -> Noticed:
    """How the notice stands: what was late by itself is late, what a disaster made late is not."""
    if course is None:
        return "none_yet"
    if course.first_notice is None:
        return "missing" if course.notice_missed or course.held_on is not None else "none_yet"
    if not course.first_notice:
        return "late"
    if course.last_notice is False:
        return "force_majeure" if course.moves and course.moves[-1] == "force_majeure" else "late"
    return "on_time"


class Signing(NamedTuple):
    """How the cell signs."""

    since: date
    """From when people had keys here."""
    days: int


def signed_in_time(
    signing: Signing | None, closed_at: str | None, signed: dict[SigningRole, str], today: date
) -> bool | None:
    """Whether both signed the minutes within the days; None: not yet, or nobody signed here then."""
    if signing is None or closed_at is None:
        return None
    closed = civil_day(moment(closed_at))
    due = closed + timedelta(days=signing.days)
    if len(signed) == len(BOTH):
        return civil_day(moment(max(signed.values()))) <= due
    return False if signing.since <= closed and due < today else None


# ------------------------------------------------------------------ flags of all services


class FlagSeen(Document):
    """A flag of any service: since when, and when it was answered."""

    service: str
    rule: str
    due_on: date
    cleared_on: date | None = None


FLAGS: frozenset[type[Fact]] = frozenset(
    {
        NoticeMissed,
        NoticeIssued,
        MaterialsMissed,
        MaterialsPosted,
        MinutesFlagRaised,
        MinutesFlagCleared,
        MeetingGapRaised,
        MeetingGapCleared,
        SchedulerFlagRaised,
        SchedulerFlagCleared,
        ReadinessFlagRaised,
        ReadinessFlagCleared,
        RankingFlagRaised,
        RankingFlagCleared,
        RosterFlagRaised,
        RosterFlagCleared,
        SigningFlagRaised,
        SigningFlagCleared,
        PresentingFlagRaised,
        PresentingFlagCleared,
        RankingDeadlineMissed,
        RankingDeadlineAnswered,
    }
)


def flag_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """One document per flag."""
    fact = recorded.fact
    named: tuple[str | None, ...]
    match fact:
        case NoticeMissed() | NoticeIssued():
            named = (fact.meeting_id, "notice")
        case MaterialsMissed() | MaterialsPosted():
            named = (fact.meeting_id, "materials")
        case MinutesFlagRaised() | MinutesFlagCleared():
            named = (fact.meeting_id or fact.session_id, fact.flag, fact.item, fact.member_id)
        case MeetingGapRaised() | MeetingGapCleared():
            named = (fact.meeting_id, fact.flag)
        case ReadinessFlagRaised() | ReadinessFlagCleared():
            named = (fact.meeting_id, fact.flag, str(fact.due_on))
        case SchedulerFlagRaised() | SchedulerFlagCleared():
            named = (fact.history, fact.of, fact.flag, str(fact.due_on))
        case RankingFlagRaised() | RankingFlagCleared():
            named = (fact.flag_id,)
        case RankingDeadlineMissed() | RankingDeadlineAnswered():
            named = ("deadline", fact.flag_id)
        case SigningFlagRaised() | SigningFlagCleared():
            named = (fact.meeting_id, fact.flag, fact.item, None)
        case PresentingFlagRaised() | PresentingFlagCleared():
            named = (fact.meeting_id, fact.flag, fact.item, str(fact.due_on))
        case _:
            named = (fact.history, f"{fact.of}/{fact.member_id}", fact.flag, f"{fact.item}/{fact.due_on}")
    return ("/".join([fact.OWNER, *(part or "" for part in named)]),)


def flag_seen(document: FlagSeen | None, recorded: Recorded[Any], _key: str) -> FlagSeen | None:
    """A flag after one more fact."""
    fact = recorded.fact
    match fact:
        case NoticeMissed():
            return FlagSeen(service=fact.OWNER, rule="R1", due_on=fact.due_on)
        case MaterialsMissed():
            return FlagSeen(service=fact.OWNER, rule="R3", due_on=fact.due_on)
        case (
            MinutesFlagRaised()
            | MeetingGapRaised()
            | SchedulerFlagRaised()
            | ReadinessFlagRaised()
            | RosterFlagRaised()
            | SigningFlagRaised()
            | PresentingFlagRaised()
            | RankingDeadlineMissed()
        ):
            return FlagSeen(service=fact.OWNER, rule=fact.rule, due_on=fact.due_on)
        case RankingFlagRaised():
            last = moment(fact.due_at).astimezone(VIETNAM) - timedelta(microseconds=1)
            return FlagSeen(service=fact.OWNER, rule=fact.rule, due_on=last.date())
        case _ if document is None:
            return None
        case NoticeIssued():
            return document.model_copy(update={"cleared_on": fact.issued_on})
        case MaterialsPosted():
            return document.model_copy(update={"cleared_on": document.cleared_on or fact.posted_on})
        case RankingFlagCleared() | RankingDeadlineAnswered():
            return document.model_copy(update={"cleared_on": civil_day(moment(fact.answered_at))})
        case _:
            return document.model_copy(update={"cleared_on": fact.cleared_on})


# ------------------------------------------------------------------ the tasks of a month


class TaskMark(NamedTuple):
    """A task by the month it is due in."""

    due_on: date
    outcome: Literal["on_time", "exceeded", "late", "failed"] | None


class TasksOfMonth(Document):
    """What became of the tasks due in a month."""

    due: int = 0
    on_time: int = 0
    """Those done beyond what was asked included."""
    late: int = 0
    failed: int = 0
    open: int = 0


def tasks_of(period: str, tasks: list[TaskMark]) -> TasksOfMonth:
    """The tasks due in a month, counted by what became of them."""
    outcomes = [task.outcome for task in tasks if f"{task.due_on:%Y-%m}" == period]
    return TasksOfMonth(
        due=len(outcomes),
        on_time=sum(one in {"on_time", "exceeded"} for one in outcomes),
        late=outcomes.count("late"),
        failed=outcomes.count("failed"),
        open=outcomes.count(None),
    )
