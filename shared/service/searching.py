"""What somebody finds in one branch: by the index where text is open, and in sealed texts opened for those who may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict

from shared.search import Question, Rank, Snippet, Text, matches, page, place_of, question, snippet

if TYPE_CHECKING:
    from shared.service.http import Read

SEALED_LOOKED = 2000
"""Sealed texts of each kind opened for one search, the newest; what is older is told as a number."""
TITLE = 400
"""Characters of a title that are shown."""

Words = Annotated[
    str, Query(description='Words with or without marks; `"a phrase"`; `beginning*`. All of them must be met.')
]
After = Annotated[str | None, Query(description="The `next` of the page before.")]
Size = Annotated[int, Query(ge=1, le=50)]


class Wish(NamedTuple):
    """What somebody wants to find, and which page of it."""

    q: str
    page: str | None
    size: int


def _wish(q: Words = "", page: After = None, size: Size = 20) -> Wish:
    return Wish(q, page, size)


Wanted = Annotated[Wish, Depends(_wish)]


class About(BaseModel):
    """What a text that was found belongs to."""

    model_config = ConfigDict(frozen=True)

    kind: str
    vi: str
    en: str
    meeting_id: str | None = None
    task_id: str | None = None
    fact_id: str | None = None


class Found(About):
    """A text that was found, with the places of the words."""

    on: date
    title: Snippet
    text: Snippet
    exact: bool
    """Every word was met with its marks."""
    private: bool = False
    """Sealed; opened for whoever asked."""
    place: tuple[int, int, int, str, str]
    """Its place in the order; answers of several services are merged by it."""


class FoundPage(BaseModel):
    """One page of what was found."""

    model_config = ConfigDict(frozen=True)

    total: int
    found: tuple[Found, ...]
    next: str | None
    """Give it as `page` to have the next ones; null at the end."""
    sealed_looked: int = 0
    """Sealed texts looked through for whoever asked; none for those who may not read them."""
    sealed_left: int = 0
    """Older ones that were not looked through."""


class SealedDocument(Protocol):
    """A document that holds a sealed text."""

    on: date
    fact_id: str
    value: Any


class Closed(NamedTuple):
    """A view of sealed texts: what one belongs to, and which of them whoever searches may read."""

    about: Callable[[Any], About]
    reads: Callable[[Read], Callable[[Any], bool]] = lambda _reading: lambda _document: True
    """By default every member of the branch reads them all."""


class Searched(NamedTuple):
    """The views of a service in which a branch's texts are found."""

    open: Mapping[str, Callable[[Any], About]]
    """View → what one of its documents belongs to."""
    sealed: Mapping[str, Closed]


async def search(reading: Read, branch: str, wish: Wish, of: Searched) -> FoundPage:
    """One page of what answers the question in a branch. Raises Refused when nothing can be sought."""
    sought = question(wish.q)
    after = place_of(wish.page)
    total, places = reading.reader.find(branch, list(of.open), sought, after, wish.size + 1)
    opened, looked, left = await _sealed(reading, branch, sought, of)
    shown, following = page([*places, *opened], after, wish.size)
    texts = reading.reader.texts(branch, [one for one in shown if one.view in of.open])
    by_place = dict(zip((one for one in shown if one.view in of.open), texts, strict=True)) | opened
    return FoundPage(
        total=total + len(opened),
        found=tuple(_found(reading, sought, one, by_place[one], of) for one in shown),
        next=following,
        sealed_looked=looked,
        sealed_left=left,
    )


def _found(reading: Read, sought: Question, place: Rank, text: Text, of: Searched) -> Found:
    about = of.sealed[place.view].about if place.view in of.sealed else of.open[place.view]
    document = reading.reader.get(place.view, reading.branch, place.key)
    return Found(
        **about(document).model_dump(),
        on=text.on,
        title=snippet(sought, text.title, TITLE),
        text=snippet(sought, text.body),
        exact=place.exact == 0,
        private=place.view in of.sealed,
        place=place,
    )


async def _sealed(reading: Read, branch: str, sought: Question, of: Searched) -> tuple[dict[Rank, Text], int, int]:
    """The newest sealed texts that answer, how many were looked at, how many were not. Nothing of them is kept."""
    if not reading.may_open:
        return {}, 0, 0
    looked: list[tuple[str, str, SealedDocument]] = []
    kept = 0
    for view, closed in of.sealed.items():
        reads = closed.reads(reading)
        entries: list[tuple[str, SealedDocument]] = [
            (key, document) for key, document in reading.reader.entries(view, branch) if reads(document)
        ]
        kept += len(entries)
        newest = sorted(entries, key=lambda one: (one[1].on, one[0]), reverse=True)
        looked += [(view, key, document) for key, document in newest[:SEALED_LOOKED]]
    words = await reading.opened_all([(one.fact_id, one.value) for _, _, one in looked])
    found = await asyncio.to_thread(_matching, sought, looked, words)
    return found, len(looked), kept - len(looked)


def _matching(
    sought: Question, looked: Sequence[tuple[str, str, SealedDocument]], words: Sequence[str | None]
) -> dict[Rank, Text]:
    found = {}
    for (view, key, document), body in zip(looked, words, strict=True):
        if body is None:
            continue
        text = Text(document.on, "", body)
        place = matches(sought, text, view, key)
        if place is not None:
            found[place] = text
    return found
