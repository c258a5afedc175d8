"""Documents presented to the cell: who heard each, who waits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer
from services.minutes.domain.remembered import (
    Presented,
)

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class WaitingFor(Answer):
    """Somebody who was absent when a document was presented."""

    member_id: str
    due_on: date
    overdue: bool


class DocumentShown(Answer):
    """A document as it was presented, who has heard it, who waits for it (R39)."""

    meeting_id: str
    doc_no: str
    title: str | None
    by: str
    by_role: str
    on: date
    heard: tuple[str, ...]
    caught_up: dict[str, date]
    waiting: tuple[WaitingFor, ...]


def documents(reader: ViewReader, branch: str, today: date, member: str | None = None) -> list[DocumentShown]:
    """Documents presented to the cell, the latest first; for one member those he heard, caught up on or waits for."""
    presented: list[Presented] = reader.scan("presented", branch)
    shown = [_document(one, today) for one in sorted(presented, key=lambda one: (one.on, one.doc_no), reverse=True)]
    if member is None:
        return shown
    return [
        one
        for one in shown
        if member in one.heard or member in one.caught_up or any(left.member_id == member for left in one.waiting)
    ]


def _document(presented: Presented, today: date) -> DocumentShown:
    due = presented.catch_up_by
    return DocumentShown(
        meeting_id=presented.meeting_id,
        doc_no=presented.doc_no,
        title=presented.title,
        by=presented.by,
        by_role=presented.by_role,
        on=presented.on,
        heard=presented.heard,
        caught_up={one.member_id: one.on for one in presented.caught_up},
        waiting=tuple(
            WaitingFor(member_id=one, due_on=due, overdue=due < today) for one in presented.waiting if due is not None
        ),
    )
