"""Days that passed without the fact that was to come: raised by the clock, cleared by the fact that answers."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.practice import FlagKey, FlagName
from services.minutes.domain.session import Facts, opened
from services.minutes.domain.signed import Signed
from services.minutes.domain.used_rules import practice_of
from services.minutes.domain.wish import MinutesCommand
from shared.days import civil_day
from shared.decision import Asked
from shared.events import meeting_gap
from shared.events.afterwards import MISSING, RULES, MinutesFlagCleared, MinutesFlagRaised
from shared.events.envelope import Line, MemberId
from shared.events.meeting_gap import MeetingGapCleared, MeetingGapRaised
from shared.events.signatures import SigningFlagCleared, SigningFlagRaised


class _AboutFlag(MinutesCommand):
    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    flag: FlagName
    item: Line | None = None
    member_id: MemberId | None = None
    due_on: date

    @property
    def key(self) -> FlagKey:
        """What the flag is about; one on the meeting as a whole is the same whoever is named beside it."""
        if self.flag in meeting_gap.RULES:
            return FlagKey(self.flag, None, None)
        return FlagKey(self.flag, self.item, None if self.flag == "not_signed" else self.member_id)


class RaiseMinutesFlag(_AboutFlag):
    """Said by the clock when a day has passed; nothing comes of it where the answer is there after all."""


class ClearMinutesFlag(_AboutFlag):
    """Said by the clock when the answer came in another meeting, or the member is gone."""

    answered: bool
    on: date


_RULE_OF: dict[str, str] = {str(flag): rule for flag, rule in RULES.items()}
_MISSING_FROM: dict[str, str] = {str(flag): missing for flag, missing in MISSING.items()}


def raise_flag(minutes: Minutes, command: RaiseMinutesFlag, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.key in meeting.practice.raised or not waits(meeting, command.key):
        return ()
    detected_on = civil_day(asked.recordedtime)
    if command.flag == "not_signed":
        signing = _of_signing(asked.branch, command.meeting_id, command.item, command.due_on)
        return (*practice_of(meeting, asked)[1], SigningFlagRaised(**signing, detected_on=detected_on))
    if gap := _gap(asked.branch, command.meeting_id, command.key, command.due_on):
        return (MeetingGapRaised(**gap, detected_on=detected_on),)
    common = _common(asked.branch, command.meeting_id, command.key, command.due_on)
    return (MinutesFlagRaised(**common, detected_on=detected_on),)


def clear_flag(minutes: Minutes, command: ClearMinutesFlag, asked: Asked[Known]) -> Facts:
    due_on = opened(minutes).practice.flags.get(command.key)
    if due_on is None or command.flag == "not_signed":
        return ()
    return (_cleared(asked.branch, command.meeting_id, command.key, due_on, command.on, answered=command.answered),)


def cleared_by(meeting: Meeting, meeting_id: str, asked: Asked[Known]) -> Facts:
    """The flags of this history that are answered by now."""
    return tuple(
        _cleared(asked.branch, meeting_id, key, due_on, asked.today, answered=True)
        for key, due_on in meeting.practice.flags.items()
        if not waits(meeting, key)
    )


def waits(meeting: Meeting, key: FlagKey) -> bool:
    """Whether this history knows what the flag is about and still lacks the fact; absences are answered elsewhere."""
    practice, item, member = meeting.practice, key.item or "", key.member_id or ""
    match key.flag:
        case "not_closed":
            return meeting.closed is None
        case "month_not_reviewed":
            return item not in meeting.months
        case "package_late":
            return meeting.closed is not None and practice.package is None
        case "catch_up_overdue":
            document = practice.disseminated.get(item)
            absent = document is not None and member in document.to_catch_up
            return absent and (item, member) not in practice.caught_up
        case "answer_overdue":
            return item in meeting.opinions and meeting.opinions[item].awaits_answer
        case "encouragement_not_done":
            return item in practice.encouragements and practice.encouragements[item].done_on is None
        case "correction_undecided":
            return item in practice.corrections and practice.corrections[item].accepted is None
        case "not_signed":
            to_sign = key.item is None or bool(item in practice.corrections and practice.corrections[item].accepted)
            return to_sign and meeting.closed is not None and not practice.signed.get(key.item, Signed()).complete
        case "absent_in_a_row" | "absent_without_reason":
            return True
        case "not_scored":
            return practice.score is None
        case "too_short":
            return meeting.closed is not None and meeting.closed.short_by > 0
        case "study_overdue" | "not_presented":  # of another history
            return False


def _of_signing(branch: str, meeting_id: str, item: str | None, due_on: date) -> dict[str, Any]:
    rule = "R20" if item is None else "R43"
    return {
        "branch": branch,
        "meeting_id": meeting_id,
        "flag": "not_signed",
        "item": item,
        "due_on": due_on,
        "rule": rule,
        "missing": "MinutesSigned",
    }


def _cleared(
    branch: str, meeting_id: str, key: FlagKey, due_on: date, on: date, *, answered: bool
) -> MinutesFlagCleared | MeetingGapCleared | SigningFlagCleared:
    if key.flag == "not_signed":
        return SigningFlagCleared(**_of_signing(branch, meeting_id, key.item, due_on), cleared_on=on)
    if gap := _gap(branch, meeting_id, key, due_on):
        return MeetingGapCleared(**gap, cleared_on=on, answered=answered)
    return MinutesFlagCleared(**_common(branch, meeting_id, key, due_on), cleared_on=on, answered=answered)


def _gap(branch: str, meeting_id: str, key: FlagKey, due_on: date) -> dict[str, Any] | None:
    """The parts of a flag on the meeting as a whole; None for one on something in it."""
    flag = key.flag
    if flag not in {"not_scored", "too_short"}:
        return None
    return {
        "branch": branch,
        "meeting_id": meeting_id,
        "flag": flag,
        "due_on": due_on,
        "rule": meeting_gap.RULES[flag],
        "missing": meeting_gap.MISSING[flag],
    }


def _common(branch: str, meeting_id: str, key: FlagKey, due_on: date) -> dict[str, Any]:
    if key.flag == "not_signed":
        raise AssertionError(key)
    return {
        "branch": branch,
        "meeting_id": meeting_id,
        "flag": key.flag,
        "item": key.item,
        "member_id": key.member_id,
        "due_on": due_on,
        "rule": _RULE_OF[key.flag],
        "missing": _MISSING_FROM[key.flag],
    }
