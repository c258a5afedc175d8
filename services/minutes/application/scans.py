"""Digitised minutes: the shelf of old books, one old meeting page by page, and the texts for searching."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.minutes.application.asker import Answer, Opened, for_the_cell
from services.minutes.domain.known import OldMinutes, Withdrawn
from services.minutes.domain.remembered import PageText, page_key
from services.minutes.domain.scans import KEEPERS
from shared.decision import Refused
from shared.events.files import OldBook

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.store.views import ViewReader

Mark = Literal["none", "unverified", "verified"]
MARKS: dict[Mark, tuple[str, str]] = {
    "none": ("chưa nhập nội dung", "no text yet"),
    "unverified": ("chưa kiểm chứng", "unverified"),
    "verified": ("đã đối chiếu", "verified"),
}


class ScanListed(Answer):
    """Old minutes as they stand on the shelf."""

    id: str
    book: OldBook
    volume: str
    number: str | None
    held_on: date
    first_page: int
    last_page: int
    pages: int
    scanned_by: str
    compared_by: str
    kept_at: str | None
    texts: int
    """Pages whose text was entered."""
    verified: int
    """Pages whose text somebody else has confirmed."""
    withdrawn: Withdrawn | None


class PageShown(Answer):
    """One page: its picture by file and place, its text with its mark."""

    page: int
    sha256: str
    at: int
    text: str | None
    revision: int
    how: Literal["typed", "recognised"] | None
    entered_by: str | None
    confirmed_by: str | None
    mark: Mark
    vi: str
    en: str


class ScanShown(ScanListed):
    """The same with every page."""

    shown: tuple[PageShown, ...]


def reads_scans(book: OldBook, actor: Actor) -> None:
    """Refused for whoever reads none of this book: the cell's is for its members, the others for who keeps them."""
    if book == "cell":
        for_the_cell(actor)
    elif not actor.roles & KEEPERS[book]:
        raise Refused(
            "Biên bản cũ của sổ này chỉ người giữ sổ được đọc. Nếu cần, đồng chí đề nghị người giữ sổ.",
            "Old minutes of this book are read by its keeper only. Ask the keeper if they are needed.",
            code="not-allowed",
        )


def digitised(reader: ViewReader, branch: str, book: OldBook, actor: Actor) -> list[ScanListed]:
    """The digitised minutes of one book, by day; withdrawn ones are marked. Raises Refused."""
    reads_scans(book, actor)
    kept: list[OldMinutes] = reader.scan("scans", branch)
    return [
        _listed(one, _pages(reader, branch, one))
        for one in sorted(kept, key=lambda one: (one.held_on, one.scan_id))
        if one.book == book
    ]


async def scan(reader: ViewReader, branch: str, scan_id: str, actor: Actor, opened: Opened) -> ScanShown:
    """One old meeting page by page. Raises Refused when there is none, or it is not for this actor."""
    kept: OldMinutes | None = reader.get("scans", branch, scan_id)
    if kept is None:
        raise Refused(
            f"Chưa có bản quét {scan_id} trong chi bộ này. Đồng chí xem lại mã bản quét.",
            f"There is no scan {scan_id} in this branch. Check its id.",
            code="not-found",
        )
    reads_scans(kept.book, actor)
    pages = _pages(reader, branch, kept)
    shown = tuple([await _shown(one, opened) for one in pages])
    return ScanShown(**_listed(kept, pages).model_dump(), shown=shown)


def page_texts(reader: ViewReader, branch: str) -> list[PageText]:
    """Every page with text, for indexing: branch's book, day, page, sealed text, verified or not; none withdrawn."""
    kept: list[PageText] = reader.scan("page_texts", branch)
    return [one for one in kept if one.text is not None]


def _pages(reader: ViewReader, branch: str, kept: OldMinutes) -> list[PageText]:
    found = (reader.get("page_texts", branch, page_key(kept.scan_id, one.page)) for one in kept.pages)
    return [one for one in found if one is not None]


def _listed(kept: OldMinutes, pages: list[PageText]) -> ScanListed:
    numbers = [one.page for one in kept.pages]
    return ScanListed(
        id=kept.scan_id,
        **kept.model_dump(exclude={"scan_id", "pages", "files"}),
        first_page=min(numbers),
        last_page=max(numbers),
        pages=len(numbers),
        texts=sum(one.text is not None for one in pages),
        verified=sum(one.verified for one in pages),
    )


async def _shown(page: PageText, opened: Opened) -> PageShown:
    mark: Mark = "none" if page.text is None else "verified" if page.verified else "unverified"
    return PageShown(
        **page.model_dump(include={"page", "sha256", "at", "revision", "how", "entered_by", "confirmed_by"}),
        text=None if page.event_id is None else await opened(page.event_id, page.text),
        mark=mark,
        vi=MARKS[mark][0],
        en=MARKS[mark][1],
    )
