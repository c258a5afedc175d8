"""The shipped rules a meeting is held by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.minutes.domain.known import (
    PlannedMeeting,
)
from shared.rules import shipped

if TYPE_CHECKING:
    from shared.rules import MeetingProfile, PracticeProfile, ScoringProfile


def meeting_profile(planned: PlannedMeeting) -> MeetingProfile | None:
    try:
        return shipped().pinned("meeting", planned.profile)
    except LookupError:
        return None


def scoring_frame(day: date, branch: str) -> ScoringProfile | None:
    try:
        return shipped().profile_for("scoring", day, branch)
    except LookupError:
        return None


def practice_of(day: date, branch: str) -> PracticeProfile | None:
    try:
        return shipped().profile_for("practice", day, branch)
    except LookupError:
        return None
