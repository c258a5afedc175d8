"""What the clock does for a meeting: sends its notice, or says what is missing; flags what was not ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import AwareDatetime

from services.scheduler.domain.calendar import lead_days
from services.scheduler.domain.known import Known, pinned
from services.scheduler.domain.notice import not_prepared, notice_of, recipients_on
from services.scheduler.domain.plan import Meeting, MeetingCommand
from services.scheduler.domain.readiness import Lacking, Raised, Readiness
from services.scheduler.domain.sending import leaves_at, sending_on
from shared.branch import Branch
from shared.days import VIETNAM, civil_day
from shared.decision import Asked
from shared.events.envelope import instant
from shared.events.meeting import MeetingKind, NoticeIssued
from shared.events.readiness import MISSING, RULES, AnyReadinessFact, ReadinessFlagCleared, ReadinessFlagRaised
from shared.events.sending import MaterialsMissed, Missing, NoticeSentByItself, NoticeWithheld
from shared.events.wording import clock_and_day

WITH_MATERIALS: frozenset[MeetingKind] = frozenset({"regular", "thematic", "combined"})
"""Meetings whose materials have their day; the others are called as need be."""


class SendDueNotice(MeetingCommand):
    """The hour has come: send the notice, or say what is missing. Said by the clock."""

    MAY = frozenset({"clock"})

    due_at: AwareDatetime


class FlagMaterialsMissed(MeetingCommand):
    """The last day for materials is over: raise the flag if none were posted (R3)."""

    MAY = frozenset({"clock"})

    due_on: date


class FlagReadiness(MeetingCommand):
    """A day is over, or what was missing came in another history: raise what is lacking, clear what is not."""

    MAY = frozenset({"clock"})


def begins(on: date, starts_at: str) -> datetime:
    """When a meeting begins."""
    return datetime.combine(on, time.fromisoformat(starts_at), VIETNAM)


def _here(meeting: Meeting, asked: Asked[Known]) -> Branch | None:
    """The branch, while the meeting is still to come; None: nothing to do any more."""
    branch, now = asked.known.branch, asked.known.meetings.get(meeting.meeting_id)
    gone = branch is None or branch.charter is None or branch.dissolved(meeting.on)
    held = now is not None and now.opened_at is not None
    return None if gone or held or meeting.phase != "planned" else branch


def send_due(
    meeting: Meeting, command: SendDueNotice, asked: Asked[Known]
) -> tuple[NoticeIssued | NoticeSentByItself | NoticeWithheld, ...]:
    """Send it once, with both times; what is missing is said once for each hour it was due."""
    branch = _here(meeting, asked)
    if branch is None or branch.charter is None or meeting.notice is not None:
        return ()
    way = sending_on(asked.known, asked.branch, meeting.on)
    due_at = leaves_at(meeting.notice_due_on, way.hour)
    stale = command.due_at != due_at or not due_at <= asked.time < begins(meeting.on, meeting.starts_at)
    if stale or not way.by_itself:
        return ()
    told = recipients_on(branch, meeting.on, meeting.meeting_kind)
    missing: list[Missing] = []
    if not_prepared(meeting, branch.charter, asked.today):
        missing.append("CommitteePreparatoryHeld")
    if not told:
        missing.append("recipients")
    before = next((one for one in meeting.withheld if one.due_at == instant(due_at)), None)
    if missing:
        said = before is not None and before.missing == tuple(missing)
        return (
            ()
            if said
            else (NoticeWithheld(meeting_id=command.meeting_id, due_at=instant(due_at), missing=tuple(missing)),)
        )
    waited = before.missing[0] if before else None
    sent = NoticeSentByItself(
        meeting_id=command.meeting_id, due_at=instant(due_at), sent_at=instant(asked.time), waited_for=waited
    )
    late = lead_days(meeting.on, asked.today) < meeting.notice_days
    reason = f"tự gửi lúc {clock_and_day(sent.sent_at)}, hẹn gửi {clock_and_day(sent.due_at)}" if late else None
    return (notice_of(meeting, asked, branch, reason=reason), sent)


def materials_due_on(on: date, days: int) -> date:
    """The last day on which materials are on time (R3)."""
    return on - timedelta(days=days)


def flag_materials(meeting: Meeting, command: FlagMaterialsMissed, asked: Asked[Known]) -> tuple[MaterialsMissed, ...]:
    """Raise the flag once for each day it was due, and only while nothing was posted."""
    branch = asked.known.branch
    if branch is None or branch.dissolved(meeting.on) or meeting.phase != "planned" or meeting.documents:
        return ()
    days = pinned(asked.known, asked.branch, meeting.profile, meeting.on).materials_days.value
    due_on = materials_due_on(meeting.on, days)
    owed = meeting.meeting_kind in WITH_MATERIALS and command.due_on == due_on and asked.today > due_on
    if not owed or due_on in meeting.materials_missed:
        return ()
    return (
        MaterialsMissed(
            meeting_id=command.meeting_id,
            on=meeting.on,
            due_on=due_on,
            required_days=days,
            detected_on=civil_day(asked.recordedtime),
        ),
    )


def flag_readiness(meeting: Meeting, asked: Asked[Known]) -> tuple[AnyReadinessFact, ...]:
    """The flags whose day is over, once each, and the ends of those that wait for nothing any more (R10, R12, R37)."""
    branch = asked.known.branch
    if branch is None or branch.dissolved(meeting.on):
        return ()
    ready, silent = _ready(meeting, asked), asked.known.silent
    detected_on = civil_day(asked.recordedtime)
    raised = tuple(
        ReadinessFlagRaised(**_flag(meeting, one), detected_on=detected_on)
        for one in ready.lacking(silent)
        if one.due_on < asked.today and not ready.flagged(one)
    )
    return (*raised, *_ends(meeting, ready.answered(silent), asked))


def readied(meeting: Meeting, asked: Asked[Known]) -> tuple[ReadinessFlagCleared, ...]:
    """The ends of flags this meeting's own facts have answered; a briefing stands in the rotation's history."""
    answered = (one for one in _ready(meeting, asked).answered() if one[0].flag != "briefing_not_given")
    return _ends(meeting, answered, asked)


def _ready(meeting: Meeting, asked: Asked[Known]) -> Readiness:
    now = asked.known.meetings.get(meeting.meeting_id)
    return meeting.readiness if now is None else meeting.readiness.beside(now.readiness)


def _ends(
    meeting: Meeting, answered: Iterable[tuple[Raised, bool]], asked: Asked[Known]
) -> tuple[ReadinessFlagCleared, ...]:
    return tuple(
        ReadinessFlagCleared(**_flag(meeting, one), cleared_on=asked.today, answered=came) for one, came in answered
    )


def _flag(meeting: Meeting, one: Lacking | Raised) -> dict[str, Any]:
    return {
        "meeting_id": meeting.meeting_id,
        "flag": one.flag,
        "due_on": one.due_on,
        "rule": RULES[one.flag],
        "missing": MISSING[one.flag],
        "members": one.members,
        "items": one.items,
    }
