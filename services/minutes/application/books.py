"""The professional and the union book, for their own readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer, Opened
from services.minutes.domain.remembered import (
    BookEntry,
)
from shared import events
from shared.decision import Refused
from shared.events.books import Book, BookLineWritten, BookMeetingOpened, SignatureBlock
from shared.events.envelope import LogName, decode

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.store.views import ViewReader


class BookPersonShown(Answer):
    """Somebody at a meeting of another book."""

    id: str
    member_id: str | None
    name: str | None


class BookLineShown(Answer):
    """A line of its minutes."""

    number: int
    speaker_id: str | None
    text: str | None


class BookListed(Answer):
    """A meeting of the professional or the union book."""

    id: str
    book: Book
    title: str
    opened_at: str
    closed_at: str | None
    doc_no: str | None


class BookShown(BookListed):
    """The same with its people, lines and signature block, for its readers."""

    place: str | None
    chair_id: str
    minute_taker_id: str
    people: tuple[BookPersonShown, ...]
    lines: tuple[BookLineShown, ...]
    signatures: SignatureBlock | None


def reads_book(entry: BookEntry, actor: Actor) -> bool:
    """Its readers: who took part, and whoever keeps that book. Never the superior (R9)."""
    keepers = {"union_minute_taker"} if entry.book == "union" else {"secretary", "deputy_secretary"}
    return actor.id in entry.readers or bool(actor.roles & keepers)


def book(reader: ViewReader, branch: str, which: Book, actor: Actor) -> list[BookListed]:
    """The meetings of one book that this actor may read, by day."""
    entries: list[BookEntry] = reader.scan("books", branch)
    readable = [one for one in entries if one.book == which and reads_book(one, actor)]
    return [
        BookListed(id=one.meeting_id, **one.model_dump(include={"book", "title", "opened_at", "closed_at", "doc_no"}))
        for one in sorted(readable, key=lambda one: one.opened_at)
    ]


async def book_meeting(reader: ViewReader, meeting_id: str, actor: Actor, opened: Opened) -> BookShown:
    """One meeting of the other books. Raises Refused when there is none, or this actor is none of its readers."""
    entry: BookEntry | None = reader.get("books", meeting_id.partition(":")[0], meeting_id)
    if entry is None:
        raise Refused(
            f"Chưa có cuộc họp {meeting_id} trong sổ chuyên môn hay công đoàn. Đồng chí xem lại mã cuộc họp; nếu vừa "
            "ghi xong, đợi vài giây rồi mở lại.",
            f"There is no meeting {meeting_id} in the professional or union book. Check its id, or open it again in a "
            "few seconds if it was just entered.",
            code="not-found",
        )
    if not reads_book(entry, actor):
        raise Refused(
            "Sổ này chỉ người dự họp và người giữ sổ được đọc. Nếu cần, đồng chí đề nghị người giữ sổ.",
            "Only those who took part and the keeper of this book read it. Ask the keeper if it is needed.",
            code="not-allowed",
        )
    people: list[BookPersonShown] = []
    lines: list[BookLineShown] = []
    for written in entry.facts:
        log, index, raw = written.split(" ", 2)
        recorded = decode(LogName.parse(log), int(index), raw.encode(), events.ALL)
        fact = recorded.fact
        if isinstance(fact, BookMeetingOpened):
            for one in fact.people:
                name = None if one.name is None else await opened(recorded.id, one.name)
                people.append(BookPersonShown(id=one.person_id, member_id=one.member_id, name=name))
        if isinstance(fact, BookLineWritten):
            text = await opened(recorded.id, fact.text)
            lines.append(BookLineShown(number=fact.number, speaker_id=fact.speaker_id, text=text))
    kept = {"book", "title", "opened_at", "closed_at", "doc_no", "place", "chair_id", "minute_taker_id"}
    return BookShown(
        id=entry.meeting_id,
        **entry.model_dump(include=kept),
        people=tuple(people),
        lines=tuple(sorted(lines, key=lambda line: line.number)),
        signatures=entry.signatures,
    )
