"""What has its day: which fact is awaited from whom by when, what was answered elsewhere, what is owed no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.minutes.domain.practice import FlagName
from services.minutes.domain.remembered import (
    Came,
    Comings,
    Flagged,
    Outcome,
    PaperSigned,
    Presented,
    StudySession,
    Visit,
    WantedCorrection,
)
from services.minutes.domain.signed import BOTH
from shared import periods
from shared.branch import Branch
from shared.days import civil_day, end_of
from shared.events.envelope import moment
from shared.events.meeting import MeetingKind
from shared.rules import MeetingProfile

CELL: frozenset[MeetingKind] = frozenset({"regular", "thematic", "combined", "extraordinary"})
REGULAR: frozenset[MeetingKind] = frozenset({"regular", "combined"})


@dataclass(frozen=True)
class Awaited:
    """A fact that is to come by a moment, and whom it is about."""

    flag: FlagName
    meeting_id: str | None
    due_on: date
    moment: datetime
    item: str | None = None
    member_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class Answered:
    """A standing flag whose answer came in another history, or that is owed no more."""

    flag: Flagged
    on: date
    answered: bool


@dataclass(frozen=True)
class Promise:
    """An answer promised for a day (R40)."""

    meeting_id: str
    opinion_id: str
    answer_by: str | None
    due_on: date


@dataclass(frozen=True)
class Memory:
    """All that is remembered of a branch, for looking through."""

    branch: Branch | None
    presented: Sequence[Presented] = ()
    study: Sequence[StudySession] = ()
    visits: Sequence[Visit] = ()
    corrections: Sequence[WantedCorrection] = ()
    outcomes: Sequence[Outcome] = ()
    comings: Sequence[Comings] = ()
    promises: Sequence[Promise] = ()
    flags: Sequence[Flagged] = ()
    profiles: Mapping[str, MeetingProfile] = field(default_factory=dict)
    """Meeting → the rules it was held under."""
    papers: Sequence[PaperSigned] = ()
    signs_since: date | None = None
    """Since when somebody of the branch has a key for signing: nothing is missed from before."""
    signing_days: Mapping[str, int] = field(default_factory=dict)
    """Meeting → within how many days of its closing both sign."""
    to_score: frozenset[str] = frozenset()
    """Meetings for whose day there is a frame of marks."""


def awaited(memory: Memory) -> Iterator[Awaited]:
    """Everything that has its day and has not come, whether the day has passed or not."""
    yield from _of_documents(memory)
    yield from _of_study(memory)
    yield from _of_people(memory)
    for outcome in memory.outcomes:
        yield from _of_meeting(outcome, memory)
    yield from _corrections(memory)
    yield from _signatures(memory)
    for member in memory.comings:
        yield from _absences(member, memory)


def answered(memory: Memory) -> Iterator[Answered]:
    """Standing flags whose answer stands elsewhere, or whose member is on the list no more."""
    reviewed = {month: outcome for outcome in memory.outcomes for month in outcome.reviewed}
    comings = {one.member_id: one.came for one in memory.comings}
    for flag in memory.flags:
        if flag.cleared_on is not None or flag.flag == "not_presented":  # whose answer is its own history's
            continue
        if flag.flag == "month_not_reviewed" and flag.item in reviewed:
            yield Answered(flag, civil_day(moment(reviewed[flag.item].opened_at)), answered=True)
        elif flag.flag in {"absent_in_a_row", "absent_without_reason"} and (
            came := next((one for one in comings.get(flag.member_id or "", ()) if _came_after(one, flag)), None)
        ):
            yield Answered(flag, came.on, answered=True)
        elif flag.member_id is not None and (gone := _left_on(memory.branch, flag.member_id)) is not None:
            yield Answered(flag, gone, answered=False)


def _came_after(one: Came, flag: Flagged) -> bool:
    return one.state == "present" and one.on > flag.due_on


def _left_on(branch: Branch | None, member_id: str) -> date | None:
    member = None if branch is None else branch.member(member_id)
    return None if member is None else member.left_on


def _of_documents(memory: Memory) -> Iterator[Awaited]:
    for document in memory.presented:
        due = document.catch_up_by
        if due is not None:
            for member in document.waiting:
                if _left_on(memory.branch, member) is None:
                    yield Awaited("catch_up_overdue", document.meeting_id, due, end_of(due), document.doc_no, member)


def _of_study(memory: Memory) -> Iterator[Awaited]:
    for session in memory.study:
        due = session.make_up_by
        if due is not None:
            for member in session.waiting:
                if _left_on(memory.branch, member) is None:
                    yield Awaited("study_overdue", None, due, end_of(due), None, member, session.session_id)


def _of_people(memory: Memory) -> Iterator[Awaited]:
    for visit in memory.visits:
        if visit.done_on is None and _left_on(memory.branch, visit.by) is None:
            due = visit.due_on
            yield Awaited(
                "encouragement_not_done", visit.meeting_id, due, end_of(due), visit.encouragement_id, visit.by
            )
    for promise in memory.promises:
        due = promise.due_on
        yield Awaited("answer_overdue", promise.meeting_id, due, end_of(due), promise.opinion_id, promise.answer_by)


def _of_meeting(outcome: Outcome, memory: Memory) -> Iterator[Awaited]:
    if outcome.closed_at is None:
        due = civil_day(moment(outcome.opened_at))
        yield Awaited("not_closed", outcome.meeting_id, due, end_of(due))
        return
    closed = moment(outcome.closed_at)
    profile = memory.profiles.get(outcome.meeting_id)
    if outcome.published_at is None and outcome.meeting_kind in CELL and profile is not None:
        due = civil_day(moment(outcome.closed_at)) + timedelta(days=profile.package_days.value)
        yield Awaited("package_late", outcome.meeting_id, due, end_of(due))
    yield from _gaps(outcome, memory)
    if outcome.meeting_kind in REGULAR:
        for month in _left_to_review(outcome, memory):
            yield Awaited("month_not_reviewed", outcome.meeting_id, civil_day(moment(outcome.closed_at)), closed, month)


def _gaps(outcome: Outcome, memory: Memory) -> Iterator[Awaited]:
    """A closed meeting of the cell that was too short (R8); a regular one without its score (R23)."""
    if outcome.closed_at is None or outcome.meeting_kind not in CELL:
        return
    due = civil_day(moment(outcome.closed_at))
    if outcome.short_by > 0:
        yield Awaited("too_short", outcome.meeting_id, due, moment(outcome.closed_at))
    if outcome.meeting_kind in REGULAR and outcome.total is None and outcome.meeting_id in memory.to_score:
        yield Awaited("not_scored", outcome.meeting_id, due, end_of(due))


def _left_to_review(outcome: Outcome, memory: Memory) -> Iterator[str]:
    """The month before, and those before it whose own meeting was not held: nobody else will miss their review."""
    held = {one.period for one in memory.outcomes if one.meeting_kind in REGULAR}
    month = periods.preceding(outcome.period)
    while True:
        if not any(month in one.reviewed for one in memory.outcomes):
            yield month
        if month in held or month < min(held):
            return
        month = periods.preceding(month)


def _corrections(memory: Memory) -> Iterator[Awaited]:
    """A request waits for the first regular meeting opened after it; once that has closed, it is overdue (R43)."""
    regular = sorted((one for one in memory.outcomes if one.meeting_kind in REGULAR), key=lambda one: one.opened_at)
    for wanted in memory.corrections:
        deciding = next((one for one in regular if one.opened_at > wanted.asked_at), None)
        if wanted.accepted is None and deciding is not None and deciding.closed_at is not None:
            yield Awaited(
                "correction_undecided",
                wanted.meeting_id,
                civil_day(moment(deciding.closed_at)),
                moment(deciding.closed_at),
                wanted.correction_id,
                wanted.by,
            )


def _signatures(memory: Memory) -> Iterator[Awaited]:
    """Both sign the minutes, and the addendum of each correction that was agreed to, within the cell's days."""
    if memory.signs_since is None:
        return
    signed = {(one.meeting_id, one.correction_id) for one in memory.papers if len(one.signed) == len(BOTH)}
    papers: list[tuple[str, str | None, date]] = [
        (one.meeting_id, None, civil_day(moment(one.closed_at)))
        for one in memory.outcomes
        if one.closed_at is not None and one.meeting_kind in CELL
    ]
    papers += [
        (one.meeting_id, one.correction_id, one.decided_on)
        for one in memory.corrections
        if one.accepted and one.decided_on is not None
    ]
    for meeting_id, correction_id, day in papers:
        days = memory.signing_days.get(meeting_id)
        if days is not None and day >= memory.signs_since and (meeting_id, correction_id) not in signed:
            due = day + timedelta(days=days)
            yield Awaited("not_signed", meeting_id, due, end_of(due), correction_id)


def _absences(member: Comings, memory: Memory) -> Iterator[Awaited]:
    """More excused absences running in a year than the rules allow; too many months without a reason (R15)."""
    by_year: dict[int, list[Came]] = {}
    for one in member.came:
        by_year.setdefault(one.on.year, []).append(one)
    for came in by_year.values():
        running, without = 0, 0
        for one in came:
            profile = memory.profiles.get(one.meeting_id)
            running = running + 1 if one.state == "excused" else 0
            without += one.state == "unexcused"
            if profile is None or _left_on(memory.branch, member.member_id) is not None:
                continue
            if running == profile.excused_in_a_row.value + 1:
                yield _absent("absent_in_a_row", one, member.member_id)
            if one.state == "unexcused" and without == profile.unexcused_months.value:
                yield _absent("absent_without_reason", one, member.member_id)


def _absent(flag: FlagName, one: Came, member_id: str) -> Awaited:
    return Awaited(flag, one.meeting_id, one.on, end_of(one.on), None, member_id)
