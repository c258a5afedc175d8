"""A year of study."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer
from services.minutes.application.documents import WaitingFor
from services.minutes.domain.remembered import (
    StudySession,
)
from shared.events.wording import percent

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class StudyShown(Answer):
    """A study session, who attended, who made it up, who still has to."""

    id: str
    title: str
    held_on: date
    attended: tuple[str, ...]
    made_up: dict[str, date]
    waiting: tuple[WaitingFor, ...]


class Studied(Answer):
    """One member's year of study, as an exact fraction; made up counts."""

    member_id: str
    attended: int
    made_up: int
    share: str


class StudyYear(Answer):
    """The study of a year: its sessions, each member's share, the cell's share."""

    year: int
    sessions: tuple[StudyShown, ...]
    members: tuple[Studied, ...]
    share: str
    percent: str


def study(reader: ViewReader, branch: str, year: int, today: date) -> StudyYear:
    """Who studied what in a year, attended or made up (R39)."""
    kept: list[StudySession] = reader.scan("study", branch)
    held = sorted((one for one in kept if one.held_on.year == year), key=lambda one: (one.held_on, one.session_id))
    order = reader.get("branch", branch, "")
    counted = {member for one in held for member in (*one.attended, *one.to_make_up)}
    members = tuple(_studied(member.id, held) for member in (order.members if order else ()) if member.id in counted)
    whole = sum(len({*one.attended, *one.to_make_up}) for one in held)
    done = sum(one.attended + one.made_up for one in members)
    return StudyYear(
        year=year,
        sessions=tuple(
            StudyShown(
                id=one.session_id,
                title=one.title,
                held_on=one.held_on,
                attended=one.attended,
                made_up={made.member_id: made.on for made in one.made_up},
                waiting=tuple(
                    WaitingFor(member_id=left, due_on=one.make_up_by, overdue=one.make_up_by < today)
                    for left in one.waiting
                    if one.make_up_by is not None
                ),
            )
            for one in held
        ),
        members=members,
        share=f"{done}/{whole}",
        percent=percent(done, whole),
    )


def _studied(member: str, held: list[StudySession]) -> Studied:
    attended = sum(member in one.attended for one in held)
    made_up = sum(any(made.member_id == member for made in one.made_up) for one in held)
    whole = sum(member in one.attended or member in one.to_make_up for one in held)
    return Studied(member_id=member, attended=attended, made_up=made_up, share=f"{attended + made_up}/{whole}")
