"""What every answer of roster is made of: frozen, people by their names where those can be opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel, ConfigDict

from services.roster.domain.branch import unknown
from services.roster.projections import Person, SheetShown, Text, What
from shared.branch import Branch
from shared.events.sealed import Keys, Private
from shared.people import opened

if TYPE_CHECKING:
    from shared.store.views import ViewReader


Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Individual(Answer):
    """A person with the name, where it can still be opened."""

    id: str
    name: str | None


class TextShown(Answer):
    """A text, opened for those who may read it."""

    what: What
    on: date
    text: str | None


async def texts_shown(texts: Iterable[Text], opened: Open) -> tuple[TextShown, ...]:
    """These texts, opened one after the other."""
    return tuple([TextShown(what=one.what, on=one.on, text=await opened(one.fact, one.value)) for one in texts])


def branch_document(reader: ViewReader, code: str) -> Branch:
    """The branch as everybody hears it. Raises Refused when nobody registered it."""
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        raise unknown(code)
    return branch


def people_of(reader: ViewReader, code: str) -> dict[str, Person]:
    return {person.id: person for person in cast("list[Person]", reader.scan("people", code))}


def sheets_of(reader: ViewReader, code: str) -> dict[str, SheetShown]:
    return {shown.member_id: shown for shown in cast("list[SheetShown]", reader.scan("sheets", code))}


def named(id: str, people: Mapping[str, Person], keys: Keys) -> Individual:
    name = opened(people[id].sealed, keys) if id in people else None
    return Individual(id=id, name=name.full if name else None)
