"""The rules used in a meeting beside its own: chosen where first used, then pinned; told of when others come (R36)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, opened
from services.minutes.domain.wish import MinutesCommand
from shared.days import civil_day
from shared.decision import Asked
from shared.events.envelope import moment
from shared.events.minutes_rules import LateMinutesRulesNoticed, PracticeRulesPinned
from shared.rules import PracticeProfile, ScoringProfile

Used = Literal["practice", "scoring"]


class NoticeLateMinutesRules(MinutesCommand):
    """Other rules are known now than those the meeting followed: tell the secretary, change nothing."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    rule_subject: Used


def practice_of(meeting: Meeting, asked: Asked[Known]) -> tuple[PracticeProfile | None, Facts]:
    """The practice rules of a meeting, and the fact that pins them where they are used for the first time."""
    rules, ref = asked.known.rules, meeting.practice.rules
    try:
        if ref is not None:
            return rules.pinned("practice", ref), ()
        found = rules.profile_for("practice", day_of(meeting), asked.branch)
    except LookupError:
        return None, ()
    return found, (PracticeRulesPinned(branch=asked.branch, meeting_id=meeting.opened.meeting_id, profile=found.ref),)


def frame_of(meeting: Meeting, asked: Asked[Known]) -> ScoringProfile | None:
    """The frame of marks of a meeting: that of its first score, until then the one of its day."""
    rules, score = asked.known.rules, meeting.practice.score
    try:
        if score is not None:
            return rules.pinned("scoring", score.rubric)
        return rules.profile_for("scoring", day_of(meeting), asked.branch)
    except LookupError:
        return None


def notice_late_rules(
    minutes: Minutes, command: NoticeLateMinutesRules, asked: Asked[Known]
) -> tuple[LateMinutesRulesNoticed, ...]:
    """Told once for each profile; what was pinned stays pinned."""
    meeting = opened(minutes)
    practice = meeting.practice
    rubric = practice.score.rubric if practice.score else None
    pinned = practice.rules if command.rule_subject == "practice" else rubric
    if pinned is None:
        return ()
    late = asked.known.rules.late(pinned, command.rule_subject, day_of(meeting), asked.branch)
    if late is None or late.chosen in practice.late_rules:
        return ()
    told = late._asdict()
    return (LateMinutesRulesNoticed(branch=asked.branch, meeting_id=command.meeting_id, final=True, **told),)


def day_of(meeting: Meeting) -> date:
    """The civil day the meeting was opened on; rules are chosen by it."""
    return civil_day(moment(meeting.opened.opened_at))
