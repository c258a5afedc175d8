"""Minutes over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from services.minutes import application
from services.minutes.application import Asker, MeetingListed, MeetingShown, PromisedShown
from shared.decision import VIETNAM
from shared.events.envelope import BranchCode, MeetingId
from shared.service.http import Reading

At = Annotated[AwareDatetime | None, Query(description="Who was in the room at this moment; by default now.")]


def routes(_service: Any) -> APIRouter:
    """Minutes' own queries."""
    router = APIRouter(tags=["minutes"])

    @router.get("/branches/{branch}/meetings")
    async def meetings(branch: BranchCode, reading: Reading) -> list[MeetingListed]:
        """Every meeting of a branch with its phase, by day."""
        return application.meetings(reading.reader, branch)

    @router.get("/branches/{branch}/open-opinions")
    async def open_opinions(branch: BranchCode, reading: Reading) -> list[PromisedShown]:
        """Opinions put off or forwarded that still wait for their answer."""
        today = reading.service.clock.now().astimezone(VIETNAM).date()
        return await application.open_opinions(reading.reader, branch, today, reading.opened)

    @router.get("/meetings/{meeting_id}")
    async def meeting(meeting_id: MeetingId, reading: Reading, at: At = None) -> MeetingShown:
        """A meeting as it stands: who is there, what waits, what was counted, the minutes so far."""
        asker = Asker(reading.actor, await reading.service.names.of(reading.branch), reading.opened)
        return await application.meeting(reading.reader, meeting_id, at or reading.service.clock.now(), asker)

    return router
