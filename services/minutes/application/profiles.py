"""The rules a meeting is held by."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from services.minutes.domain.known import (
    PlannedMeeting,
)
from shared import heard_rules
from shared.rules import shipped

if TYPE_CHECKING:
    from shared.events.signatures import SigningRole
    from shared.rules import DocumentProfile, MeetingProfile, PracticeProfile, ScoringProfile
    from shared.store.views import ViewReader


def meeting_profile(reader: ViewReader, branch: str, planned: PlannedMeeting) -> MeetingProfile | None:
    """The rules scheduler chose for the meeting, shipped or published by the hub; None where neither is here."""
    with suppress(LookupError):
        return shipped().pinned("meeting", planned.profile)
    with suppress(LookupError):
        return heard_rules.rules(reader, branch).pinned("meeting", planned.profile)
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


def signs_first(reader: ViewReader, branch: str, planned: PlannedMeeting | None) -> SigningRole:
    """Who signs the minutes first, by the document rules of the meeting's day."""
    profile: DocumentProfile | None = None
    if planned is not None:
        with suppress(LookupError):
            profile = heard_rules.rules(reader, branch).profile_for("document", planned.on, branch)
        if profile is None:
            with suppress(LookupError):
                profile = shipped().profile_for("document", planned.on, branch)
    return "chair" if profile is not None and profile.signature.first.value == "chair" else "minute_taker"
