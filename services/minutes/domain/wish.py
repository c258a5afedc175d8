"""What every wish about a meeting has in common: which meeting, and who may ask."""

from __future__ import annotations

from typing import ClassVar

from shared.decision import Command
from shared.events.envelope import MeetingId

LEADS = frozenset({"chair_of_the_day", "secretary", "deputy_secretary"})
"""Who leads the meeting or stands in for whoever does."""
WRITES = LEADS | {"minute_taker_of_the_day", "minute_taker"}
"""Who writes down what happens in the room; who takes the minutes that day need not hold the office."""
# The two roles of the day, and ``answerer`` for a promised answer, are given by application.roles.


class MinutesCommand(Command):
    """A wish about one meeting."""

    MAY: ClassVar[frozenset[str]] = WRITES

    meeting_id: MeetingId

    def subject(self, branch: str) -> str:  # noqa: ARG002 the branch stands in the meeting's id
        return f"minutes/{self.meeting_id}"
