"""Where the texts of meetings are found, what each of them belongs to, and who reads those that are sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from services.minutes.application.books import reads_book
from services.minutes.application.scans import MARKS
from services.minutes.domain.findable import KINDS, BookLine, Findable, OldPage, SealedText
from services.minutes.domain.remembered import BookEntry
from services.minutes.domain.scans import KEEPERS
from shared.events.books import BOOK_EN, BOOK_VI
from shared.service.searching import About, Closed, Searched

if TYPE_CHECKING:
    from shared.service.http import Read


def _open(one: Findable) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id)


def _sealed(one: SealedText) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id, fact_id=one.fact_id)


def _line(one: BookLine) -> About:
    return About(
        kind=f"{one.book}_book",
        vi=f"Sổ họp {BOOK_VI[one.book]}",
        en=f"Book of {BOOK_EN[one.book]}",
        meeting_id=one.meeting_id,
        fact_id=one.fact_id,
    )


def _lines_read(reading: Read) -> Callable[[BookLine], bool]:
    entries: list[BookEntry] = reading.reader.scan("books", reading.branch)
    read = {one.meeting_id for one in entries if reads_book(one, reading.actor)}
    return lambda line: line.meeting_id in read


def _old(one: OldPage) -> About:
    vi, en = MARKS["verified" if one.verified else "unverified"]
    return About(
        kind="old_minutes",
        vi=f"Biên bản giấy trang {one.page}, {vi}",
        en=f"Paper minutes, page {one.page}, {en}",
        fact_id=one.fact_id,
    )


def _old_read(reading: Read) -> Callable[[OldPage], bool]:
    roles = reading.actor.roles
    return lambda page: page.book == "cell" or bool(roles & KEEPERS[page.book])


SEARCHED = Searched(
    open={"findable": _open},
    sealed={
        "sealed_texts": Closed(_sealed),
        "book_lines": Closed(_line, _lines_read),
        "old_pages": Closed(_old, _old_read),
    },
)
