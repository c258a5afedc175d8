"""The rules a meeting is held by."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from services.minutes.domain.known import (
    PlannedMeeting,
)

if TYPE_CHECKING:
    from shared.events.signatures import SigningRole
    from shared.rules import MeetingProfile, RuleBook


def meeting_profile(rules: RuleBook, planned: PlannedMeeting) -> MeetingProfile | None:
    """The rules scheduler chose for the meeting, shipped or published by the hub; None where neither is here."""
    with suppress(LookupError):
        return rules.pinned("meeting", planned.profile)
    return None


def signs_first(rules: RuleBook, branch: str, planned: PlannedMeeting | None) -> SigningRole:
    """Who signs the minutes first, by the document rules of the meeting's day."""
    if planned is not None:
        with suppress(LookupError):
            profile = rules.profile_for("document", planned.on, branch)
            return "chair" if profile.signature.first.value == "chair" else "minute_taker"
    return "minute_taker"
