"""Opinions still to be answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer, Opened
from services.minutes.application.words import (
    facts_of,
)
from services.minutes.projections import MinutesBook
from shared.events.minutes import (
    OpinionRecorded,
)

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class PromisedShown(Answer):
    """An opinion of an earlier meeting that still waits for its answer (R40)."""

    meeting_id: str
    opinion_id: str
    item: int
    speaker_id: str | None
    text: str | None
    forwarded: bool
    answer_by: str | None
    answer_due: date | None
    overdue: bool


async def open_opinions(reader: ViewReader, branch: str, today: date, opened: Opened) -> list[PromisedShown]:
    """What was put off or forwarded and has no answer yet (R40), the longest waiting first."""
    return [one async for one in waiting_for_answer(reader, branch, today, opened)]


async def waiting_for_answer(
    reader: ViewReader, branch: str, today: date, opened: Opened
) -> AsyncIterator[PromisedShown]:
    for promised in reader.scan("open_opinions", branch):
        book: MinutesBook | None = reader.get("minutes", branch, promised.meeting_id)
        raised = next(
            (
                recorded
                for recorded in facts_of(book)
                if isinstance(recorded.fact, OpinionRecorded) and recorded.fact.opinion_id == promised.opinion_id
            ),
            None,
        )
        due = None if promised.answer_due is None else date.fromisoformat(promised.answer_due)
        yield PromisedShown(
            meeting_id=promised.meeting_id,
            opinion_id=promised.opinion_id,
            item=promised.item,
            speaker_id=raised.fact.speaker_id if raised else None,
            text=await opened(raised.id, raised.fact.text) if raised else None,
            forwarded=promised.forwarded,
            answer_by=promised.answer_by,
            answer_due=due,
            overdue=due is not None and due < today,
        )
