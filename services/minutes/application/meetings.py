"""The list of meetings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.minutes.application.asker import Answer
from services.minutes.domain.known import (
    PlannedMeeting,
    Sitting,
)
from shared.events.meeting import MeetingKind

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class MeetingListed(Answer):
    """A meeting in the list of meetings."""

    id: str
    kind: MeetingKind
    period: str
    on: date
    starts_at: str
    phase: Literal["planned", "cancelled", "in_session", "adopted", "closed"]
    opened_at: str | None
    closed_at: str | None
    doc_no: str | None


def meetings(reader: ViewReader, branch: str) -> list[MeetingListed]:
    """Every meeting of a branch, by day."""
    sittings = {sitting.meeting_id: sitting for sitting in reader.scan("sittings", branch)}
    planned: list[PlannedMeeting] = reader.scan("meetings", branch)
    by_day = sorted(planned, key=lambda one: (one.on, one.starts_at))
    return [listed(one, sittings.get(one.meeting_id)) for one in by_day]


def listed(planned: PlannedMeeting, sitting: Sitting | None) -> MeetingListed:
    return MeetingListed(
        id=planned.meeting_id,
        kind=planned.kind,
        period=planned.period,
        on=planned.on,
        starts_at=planned.starts_at,
        phase=sitting.phase if sitting else "cancelled" if planned.cancelled else "planned",
        opened_at=sitting.opened_at if sitting else None,
        closed_at=sitting.closed_at if sitting else None,
        doc_no=sitting.doc_no if sitting else None,
    )
