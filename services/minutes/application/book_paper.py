"""Minutes of the professional unit and of the union as they are printed: not the Party's papers, their own head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from services.minutes.application.books import BookShown
from services.minutes.application.printing import ERASED, day_in_words, hour, sentence
from shared.days import civil_day
from shared.documents.form import Block, Form, Head, Heading, Signature, led, page, said
from shared.events.books import Book, BookMinutesAdopted
from shared.events.envelope import moment

if TYPE_CHECKING:
    from shared.branch import PaperHead
    from shared.rules import DocumentProfile

_BODY: dict[Book, str] = {"professional": "CHUYÊN MÔN", "union": "CÔNG ĐOÀN"}
_DRAFT = "DỰ THẢO – biên bản chưa được thông qua"


def book_form(
    shown: BookShown,
    adopted: BookMinutesAdopted | None,
    at: datetime,
    name: Callable[[str], str],
    profile: DocumentProfile,
    *,
    unit: PaperHead | None = None,
) -> Form:
    """The minutes of such a meeting, for the readers of its book; ``unit``: whose book it is, as roster tells it."""
    people = {one.id: name(one.member_id) if one.member_id else one.name or ERASED.strip("().") for one in shown.people}
    signatures = shown.signatures
    return Form(
        kind="book",
        subject=shown.id,
        stem=f"Biên bản {(shown.doc_no or shown.id.partition(':')[2]).replace('/', '-').replace(':', '-')}",
        at=at,
        page=page(profile),
        head=Head(
            above=(unit.above.upper(),) if unit and unit.above else () if unit and unit.name else ("SỔ BIÊN BẢN",),
            body=(unit.name.upper() if unit and unit.name else _BODY[shown.book],),
            star=False,
            number=f"Số {shown.doc_no}" if shown.doc_no else "",
            motto=(profile.other_books.motto, profile.other_books.motto_below),
        ),
        name="BIÊN BẢN",
        title=(shown.title.strip().rstrip("."),),
        marks=() if shown.doc_no else (_DRAFT,),
        body=tuple(_body(shown, adopted, people, profile)),
        left=Signature(
            above=(signatures.left if signatures else "THƯ KÝ",), name=people.get(shown.minute_taker_id, "")
        ),
        right=Signature(above=(signatures.right if signatures else "CHỦ TRÌ",), name=people.get(shown.chair_id, "")),
    )


def _body(
    shown: BookShown, adopted: BookMinutesAdopted | None, people: dict[str, str], profile: DocumentProfile
) -> Iterator[Block]:
    day = civil_day(moment(shown.opened_at))
    closed = f"; kết thúc {hour(shown.closed_at)}" if shown.closed_at else ""
    yield Heading(level=1, number="I", text="Thời gian, địa điểm, thành phần")
    yield led("1. Thời gian:", f"bắt đầu {hour(shown.opened_at)}, {day_in_words(profile, day)}{closed}.")
    yield led("2. Địa điểm:", sentence(shown.place or "không ghi"))
    yield led("3. Có mặt:", f"{len(people)} người: {', '.join(people.values())}.")
    yield led("4. Chủ trì:", f"{people.get(shown.chair_id, '')}.")
    yield led("5. Thư ký:", f"{people.get(shown.minute_taker_id, '')}.")
    yield Heading(level=1, number="II", text="Nội dung")
    if not shown.lines:
        yield said("Chưa ghi nội dung nào.")
    for line in shown.lines:
        words = sentence(line.text) if line.text is not None else ERASED
        speaker = f" {people.get(line.speaker_id, line.speaker_id)}:" if line.speaker_id else ""
        yield led(f"{line.number}.{speaker}", words)
    yield Heading(level=1, number="III", text="Thông qua biên bản")
    yield said(
        f"Biên bản được thông qua, {adopted.agreed}/{adopted.present} người có mặt đồng ý."
        if adopted
        else "Biên bản chưa được thông qua."
    )
