"""Corrections of minutes, asked for and decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.minutes.application.asker import Answer, Opened
from services.minutes.application.words import (
    facts_of,
)
from services.minutes.domain.known import (
    PlannedMeeting,
)
from services.minutes.domain.remembered import (
    WantedCorrection,
)
from shared.events.sealed import sealed_in

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class CorrectionShown(Answer):
    """A correction asked for, and what became of it; the words for members of the branch only."""

    meeting_id: str
    id: str
    by: str
    line: str
    on: date
    before: str | None
    after: str | None
    state: Literal["open", "accepted", "refused"]
    decided_in: str | None
    decided_on: date | None
    reason: str | None


async def corrections(
    reader: ViewReader, branch: str, opened: Opened, *, of: str | None = None
) -> tuple[CorrectionShown, ...]:
    """Corrections asked for, of one meeting's minutes or of all, by day (R43)."""
    wanted: list[WantedCorrection] = reader.scan("corrections", branch)
    chosen = sorted((one for one in wanted if of in {None, one.meeting_id}), key=lambda one: one.asked_at)
    return tuple([await _wanted(reader, branch, one, opened) for one in chosen])


async def to_decide(
    reader: ViewReader, branch: str, planned: PlannedMeeting, opened: Opened
) -> tuple[CorrectionShown, ...]:
    if planned.kind not in {"regular", "combined"}:
        return ()
    every = await corrections(reader, branch, opened)
    return tuple(one for one in every if one.state == "open" and one.meeting_id != planned.meeting_id)


async def _wanted(reader: ViewReader, branch: str, wanted: WantedCorrection, opened: Opened) -> CorrectionShown:
    words: dict[str, str | None] = {}
    for recorded in facts_of(reader.get("minutes", branch, wanted.meeting_id)):
        if getattr(recorded.fact, "correction_id", None) == wanted.correction_id:
            for value in sealed_in(recorded.fact):
                words[value.field] = await opened(recorded.id, value)
    return CorrectionShown(
        meeting_id=wanted.meeting_id,
        id=wanted.correction_id,
        by=wanted.by,
        line=wanted.line,
        on=wanted.on,
        before=words.get("before"),
        after=words.get("after"),
        state="open" if wanted.accepted is None else "accepted" if wanted.accepted else "refused",
        decided_in=wanted.decided_in,
        decided_on=wanted.decided_on,
        reason=words.get("reason"),
    )
