"""The papers of a meeting, ready to be printed for whoever asks: minutes, resolution, score sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.minutes.application.asker import Asker
from services.minutes.application.book_paper import book_form
from services.minutes.application.books import book_meeting
from services.minutes.application.corrections import corrections
from services.minutes.application.minutes_paper import addendum_form, minutes_form
from services.minutes.application.printing import Signed, document_profile, paper_of, rules_of
from services.minutes.application.resolution_paper import resolution_form
from services.minutes.application.score_paper import score_book, score_form
from services.minutes.application.sitting import confirmed_score
from services.minutes.domain.remembered import BookEntry, PaperSigned
from services.minutes.domain.signed import BOTH
from shared import events
from shared.days import civil_day
from shared.decision import Refused
from shared.events.books import BookMinutesAdopted
from shared.events.envelope import LogName, decode, moment
from shared.events.signing import short

if TYPE_CHECKING:
    from shared.branch import Branch
    from shared.documents.form import Form
    from shared.documents.table_book import TableBook
    from shared.store.views import ViewReader


_OTHER_BOOKS = re.compile(r":(professional|union)(-\d+)?$")


async def minutes(reader: ViewReader, meeting_id: str, asker: Asker) -> Form:
    """The minutes of any meeting, of the other two books too, with what was corrected since behind them.

    Who is no member of the branch gets the public copy, which says so. Raises Refused when there is nothing to print
    or the book is not open to this asker.
    """
    if _OTHER_BOOKS.search(meeting_id):
        return await _other_book(reader, meeting_id, asker)
    paper = await paper_of(reader, meeting_id, asker)
    branch = meeting_id.partition(":")[0]
    since = await corrections(reader, branch, asker.opened, of=meeting_id)
    signed: PaperSigned | None = reader.get("papers_signed", branch, f"{meeting_id}/")
    under = signed.signed.items() if signed is not None else ()
    return minutes_form(
        paper,
        since,
        [Signed(role=role, member_id=one.signer, at=one.signed_at, key=short(one.key_id)) for role, one in under],
    )


def signed_copy(reader: ViewReader, meeting_id: str) -> PaperSigned | None:
    """What is kept of minutes both have signed; None while a signature is missing."""
    signed: PaperSigned | None = reader.get("papers_signed", meeting_id.partition(":")[0], f"{meeting_id}/")
    return signed if signed is not None and len(signed.signed) == len(BOTH) else None


async def minutes_to_sign(reader: ViewReader, meeting_id: str, asker: Asker) -> Form:
    """The minutes as they are signed and kept: up to the close, nothing of what came after."""
    return minutes_form(await paper_of(reader, meeting_id, asker))


async def addendum_to_sign(reader: ViewReader, meeting_id: str, correction_id: str, asker: Asker) -> Form:
    """The page of a granted correction as it is signed and kept. Raises Refused when there is none."""
    branch = meeting_id.partition(":")[0]
    found = [one for one in await corrections(reader, branch, asker.opened, of=meeting_id) if one.id == correction_id]
    if not found or found[0].state != "accepted":
        raise Refused(
            f"Chi bộ chưa đồng ý đính chính {correction_id} nên chưa có trang đính chính. Đồng chí chờ chi bộ quyết "
            "định tại kỳ sinh hoạt tới, rồi ký; chưa có gì được ký.",
            f"The cell has not agreed to correction {correction_id}, so there is no addendum. Wait for its decision at "
            "the next meeting, then sign; nothing was signed.",
            code="R43",
        )
    return addendum_form(await paper_of(reader, meeting_id, asker), found[0])


async def resolution(
    reader: ViewReader, meeting_id: str, asker: Asker, *, place: str = "", doc_no: str | None = None
) -> Form:
    """A resolution of a meeting, by its number or the last one. Raises Refused when there is none."""
    return resolution_form(await paper_of(reader, meeting_id, asker, place), doc_no)


async def score(reader: ViewReader, meeting_id: str, asker: Asker, *, place: str = "") -> Form:
    """The score sheet of a meeting. Raises Refused when it was not scored."""
    paper = await paper_of(reader, meeting_id, asker, place)
    return score_form(paper, confirmed_score(reader.get("outcomes", meeting_id.partition(":")[0], meeting_id)))


async def score_table(reader: ViewReader, meeting_id: str, asker: Asker) -> TableBook:
    """The same sheet as a workbook."""
    paper = await paper_of(reader, meeting_id, asker)
    return score_book(paper, confirmed_score(reader.get("outcomes", meeting_id.partition(":")[0], meeting_id)))


async def _other_book(reader: ViewReader, meeting_id: str, asker: Asker) -> Form:
    branch = meeting_id.partition(":")[0]
    shown = await book_meeting(reader, meeting_id, asker.actor, asker.opened)
    entry: BookEntry | None = reader.get("books", branch, meeting_id)
    written = [
        decode(LogName.parse(log), int(index), raw.encode(), events.ALL)
        for log, index, raw in (one.split(" ", 2) for one in (entry.facts if entry else ()))
    ]
    adopted = next((one.fact for one in written if isinstance(one.fact, BookMinutesAdopted)), None)
    at = max(moment(one.envelope.recordedtime) for one in written)
    day = civil_day(moment(shown.opened_at))
    document: Branch | None = reader.get("branch", branch, "")
    unit = document.head_on(shown.book, day) if document is not None else None
    return book_form(shown, adopted, at, asker.name, document_profile(rules_of(reader, branch), day, branch), unit=unit)
