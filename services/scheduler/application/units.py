"""Meetings of the professional unit and the union as their keepers and their own people see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.scheduler.application.look import Answer, Open
from services.scheduler.domain.unit import KEEPS
from services.scheduler.projections import UnitShown
from shared.authorise import Actor
from shared.events.books import Book
from shared.events.meeting import AgendaItem

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class PersonInvited(Answer):
    """Somebody invited; the name of who is not of the cell, for those who may read it."""

    person_id: str
    member_id: str | None
    name: str | None


class UnitListed(Answer):
    """One such meeting with everything around it."""

    id: str
    book: Book
    title: str
    period: str
    on: date
    starts_at: str
    place: str
    agenda: tuple[AgendaItem, ...]
    phase: Literal["planned", "cancelled", "open"]
    moves: int
    notified_on: date | None
    people: tuple[PersonInvited, ...]


async def units(reader: ViewReader, branch: str, actor: Actor, opened: Open) -> list[UnitListed]:
    """The latest first; whoever neither keeps these books nor is invited sees none."""
    found: list[UnitShown] = reader.scan("units", branch)
    mine = [one for one in found if actor.roles & (KEEPS | {"service"}) or one.invites(actor.id)]
    latest = sorted(mine, key=lambda one: (one.on, one.starts_at), reverse=True)
    return [await _listed(one, opened) for one in latest]


async def _listed(shown: UnitShown, opened: Open) -> UnitListed:
    return UnitListed(
        id=shown.meeting_id,
        book=shown.book,
        title=shown.title,
        period=shown.period,
        on=shown.on,
        starts_at=shown.starts_at,
        place=shown.place,
        agenda=shown.agenda,
        phase=shown.phase,
        moves=shown.moves,
        notified_on=shown.notified_on,
        people=tuple(
            [
                PersonInvited(person_id=one.person_id, member_id=one.member_id, name=await opened(shown.fact, one.name))
                for one in shown.participants
            ]
        ),
    )
