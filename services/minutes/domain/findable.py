"""What can be found of minutes: texts for everybody who reads the branch, and sealed ones, which stay sealed here."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from services.minutes.domain.known import Document
from services.minutes.domain.remembered import page_key
from shared.days import civil_day
from shared.events.afterwards import CorrectionRefused, CorrectionRequested
from shared.events.books import Book, BookLineWritten
from shared.events.envelope import Fact, Recorded
from shared.events.files import (
    FileAttached,
    FileWithdrawn,
    MinutesScanWithdrawn,
    OldBook,
    PageTextConfirmed,
    PageTextEntered,
)
from shared.events.meeting import (
    AgendaItem,
    BriefingDelivered,
    CommitteePreparatoryHeld,
    MeetingCancelled,
    MeetingScheduled,
)
from shared.events.minutes import (
    AssignmentDecided,
    BranchMonthReviewed,
    ConclusionReached,
    MemberMonthReviewed,
    MinutesAdopted,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    VoteHeld,
)
from shared.events.sealed import Sealed, sealed_in
from shared.events.sitting import CriticismGiven, PolicyDisseminated, SelfCriticismGiven, SituationNoted
from shared.events.study import BasisDocumentAdopted, StudyAttended
from shared.events.theme import ThematicAgreed, ThematicPlanned, ThematicReviewed
from shared.search import Text, sentences

_OTHER_BOOK = re.compile(r":(professional|union)(-\d+)?$")
"""Meetings that are not the Party's have their own readers (R9)."""

FindableKind = Literal[
    "agenda",
    "briefing",
    "month",
    "conclusion",
    "vote",
    "resolution",
    "assignment",
    "minutes",
    "document",
    "study",
    "basis",
    "theme",
    "attachment",
]
SealedKind = Literal[
    "opinion", "explanation", "answer", "member_month", "self_criticism", "criticism", "situation", "correction"
]
KINDS: dict[FindableKind | SealedKind, tuple[str, str]] = {
    "agenda": ("Chương trình", "Agenda"),
    "briefing": ("Thông tin thời sự", "Briefing"),
    "month": ("Đánh giá tháng của chi bộ", "The cell's own month"),
    "conclusion": ("Kết luận", "Conclusion"),
    "vote": ("Biểu quyết", "Vote"),
    "resolution": ("Nghị quyết", "Resolution"),
    "assignment": ("Phân công", "Assignment"),
    "minutes": ("Biên bản", "Minutes"),
    "document": ("Văn bản phổ biến", "Document presented"),
    "study": ("Buổi học", "Study session"),
    "basis": ("Văn bản căn cứ", "Basis document"),
    "theme": ("Chuyên đề", "Theme"),
    "attachment": ("Tệp đính kèm", "Attachment"),
    "opinion": ("Ý kiến", "Opinion"),
    "explanation": ("Giải thích ý kiến", "Explanation of an opinion"),
    "answer": ("Trả lời ý kiến", "Answer to an opinion"),
    "member_month": ("Nhận xét đảng viên", "Remarks on a member's month"),
    "self_criticism": ("Tự phê bình", "Self-criticism"),
    "criticism": ("Phê bình", "Criticism"),
    "situation": ("Tình hình", "The situation"),
    "correction": ("Đề nghị đính chính", "Correction asked for"),
}


class Findable(Document):
    """A text of a meeting, or of what the cell studies, as it stands now."""

    kind: FindableKind
    meeting_id: str | None
    on: date
    title: str = ""
    body: str = ""


class SealedText(Document):
    """A sealed text with the fact that carries it: opened for those who may read it, when they search."""

    kind: SealedKind
    meeting_id: str
    on: date
    fact_id: str
    value: Sealed


class BookLine(Document):
    """A line of the professional or the union book: sealed, for that book's readers."""

    book: Book
    meeting_id: str
    on: date
    fact_id: str
    value: Sealed


class OldPage(Document):
    """The text of a page of old minutes: sealed, and marked until somebody else has confirmed it."""

    scan_id: str
    book: OldBook
    page: int
    revision: int
    on: date
    fact_id: str
    value: Sealed
    verified: bool = False


# ------------------------------------------------------------------ for everybody who reads the branch

FINDABLE: frozenset[type[Fact]] = frozenset(
    {
        MeetingScheduled,
        CommitteePreparatoryHeld,
        MeetingCancelled,
        BriefingDelivered,
        BranchMonthReviewed,
        ConclusionReached,
        VoteHeld,
        ResolutionAdopted,
        AssignmentDecided,
        MinutesAdopted,
        PolicyDisseminated,
        StudyAttended,
        BasisDocumentAdopted,
        ThematicPlanned,
        ThematicAgreed,
        ThematicReviewed,
        FileAttached,
        FileWithdrawn,
    }
)


def findable_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The texts a fact says anew."""
    fact = recorded.fact
    match fact:
        case ThematicPlanned() | ThematicAgreed() | ThematicReviewed():
            return (f"theme/{fact.theme_id}",)
        case StudyAttended():
            return (f"study/{fact.session_id}",)
        case BasisDocumentAdopted():
            return (f"basis/{fact.doc_no}",)
        case FileAttached() | FileWithdrawn():
            return (f"attachment/{fact.attachment_id}",)
        case _ if _OTHER_BOOK.search(fact.meeting_id):
            return ()
        case ConclusionReached():
            return tuple(f"{fact.meeting_id}/conclusion/{item.number}" for item in fact.items)
        case VoteHeld():
            return (f"{fact.meeting_id}/vote/{fact.vote_id}",)
        case ResolutionAdopted() | MinutesAdopted() | PolicyDisseminated():
            return (f"{fact.meeting_id}/{type(fact).__name__}/{fact.doc_no}",)
        case AssignmentDecided():
            return (f"{fact.meeting_id}/assignment/{fact.task_id}",)
        case BriefingDelivered():
            return (f"{fact.meeting_id}/briefing/{fact.member_id}",)
        case BranchMonthReviewed():
            return (f"{fact.meeting_id}/month/{fact.period}",)
        case _:
            return (f"{fact.meeting_id}/agenda",)


def findable(document: Findable | None, recorded: Recorded[Any], key: str) -> Findable | None:
    """The text after one more fact."""
    fact = recorded.fact
    match fact:
        case MeetingCancelled() | FileWithdrawn() | FileAttached(title=None):
            return None
        case FileAttached():
            on = civil_day(recorded.time)
            number = fact.document_no or ""
            return Findable(kind="attachment", meeting_id=fact.meeting_id, on=on, title=fact.title, body=number)
        case MeetingScheduled():
            return _agenda(fact.meeting_id, fact.on, fact.agenda)
        case CommitteePreparatoryHeld():
            if document is None or not fact.agreed.agenda:
                return document
            return _agenda(fact.meeting_id, document.on, fact.agreed.agenda)
        case ThematicPlanned():
            return Findable(kind="theme", meeting_id=fact.meeting_id, on=fact.on, title=fact.theme)
        case ThematicAgreed() | ThematicReviewed():
            return _went_on(document, fact)
        case StudyAttended():
            return Findable(kind="study", meeting_id=None, on=fact.held_on, title=fact.title)
        case BasisDocumentAdopted():
            return Findable(kind="basis", meeting_id=None, on=fact.from_on, title=fact.doc_no, body=fact.title or "")
        case _:
            on = civil_day(recorded.time)
            return Findable(meeting_id=fact.meeting_id, on=on, **_said(fact, key))


def _agenda(meeting_id: str, on: date, items: tuple[AgendaItem, ...]) -> Findable:
    """Without the items that are known by their number only."""
    open_to_all = (item.text for item in items if not item.private)
    return Findable(kind="agenda", meeting_id=meeting_id, on=on, body=sentences(open_to_all))


def _went_on(theme: Findable | None, fact: ThematicAgreed | ThematicReviewed) -> Findable:
    agreed = isinstance(fact, ThematicAgreed)
    on = fact.agreed_on if isinstance(fact, ThematicAgreed) else fact.reviewed_on
    said = fact.items if isinstance(fact, ThematicAgreed) else (fact.result,)
    before = [theme.body] if theme is not None and theme.body and not agreed else []
    return Findable(
        kind="theme",
        meeting_id=fact.meeting_id,
        on=on,
        title=theme.title if theme is not None else "",
        body=sentences((*before, *said)),
    )


def _said(fact: object, key: str) -> dict[str, Any]:
    match fact:
        case ConclusionReached():
            return {
                "kind": "conclusion",
                "body": next(one.text for one in fact.items if key.endswith(f"/{one.number}")),
            }
        case VoteHeld():
            return {"kind": "vote", "body": fact.about}
        case ResolutionAdopted():
            return {"kind": "resolution", "title": f"{fact.doc_no} {fact.title}"}
        case AssignmentDecided():
            return {"kind": "assignment", "body": fact.text}
        case MinutesAdopted():
            return {"kind": "minutes", "title": fact.doc_no}
        case PolicyDisseminated():
            return {"kind": "document", "title": fact.doc_no, "body": fact.title or ""}
        case BriefingDelivered():
            return {"kind": "briefing", "body": sentences((fact.local, fact.national, fact.world, fact.outline))}
        case BranchMonthReviewed():
            said = (fact.strengths, fact.shortcomings, *(cause.text for cause in fact.causes))
            return {"kind": "month", "body": sentences(said)}
        case _:
            raise TypeError(type(fact).__name__)


def text(document: Findable) -> Text:
    """What is searched of it."""
    return Text(document.on, document.title, document.body)


# ------------------------------------------------------------------ old minutes, digitised

OLD_PAGES: frozenset[type[Fact]] = frozenset({PageTextEntered, PageTextConfirmed, MinutesScanWithdrawn})


def old_page_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The pages a fact is about."""
    match recorded.fact:
        case PageTextEntered() | PageTextConfirmed() as fact:
            return (page_key(fact.scan_id, fact.page),)
        case MinutesScanWithdrawn() as fact:
            return tuple(page_key(fact.scan_id, page) for page in fact.pages)
        case _:
            return ()


def old_page(document: OldPage | None, recorded: Recorded[Any], _key: str) -> OldPage | None:
    """The text of a page after one more fact."""
    match recorded.fact:
        case PageTextEntered() as fact:
            if not isinstance(fact.text, Sealed):
                return document
            return OldPage(
                scan_id=fact.scan_id,
                book=fact.book,
                page=fact.page,
                revision=fact.revision,
                on=fact.held_on,
                fact_id=recorded.id,
                value=fact.text,
            )
        case PageTextConfirmed() as fact if document is not None and document.revision == fact.revision:
            return document.model_copy(update={"verified": True})
        case MinutesScanWithdrawn():
            return None
        case _:
            return document


# ------------------------------------------------------------------ the professional and the union book

BOOK_LINES: frozenset[type[Fact]] = frozenset({BookLineWritten})


def book_line_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The line a fact wrote."""
    return (f"{recorded.fact.meeting_id}/{recorded.fact.number}",)


def book_line(_document: BookLine | None, recorded: Recorded[Any], _key: str) -> BookLine:
    """One line, as sealed as it was stored."""
    return BookLine(
        book=recorded.fact.book,
        meeting_id=recorded.fact.meeting_id,
        on=civil_day(recorded.time),
        fact_id=recorded.id,
        value=recorded.fact.text,
    )


# ------------------------------------------------------------------ sealed

_SEALED: dict[type[Fact], SealedKind] = {
    OpinionRecorded: "opinion",
    OpinionDisposed: "explanation",
    OpinionAnswered: "answer",
    MemberMonthReviewed: "member_month",
    SelfCriticismGiven: "self_criticism",
    CriticismGiven: "criticism",
    SituationNoted: "situation",
    CorrectionRequested: "correction",
    CorrectionRefused: "correction",
}
SEALED: frozenset[type[Fact]] = frozenset(_SEALED)


def sealed_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The sealed texts of a fact."""
    return tuple(_key(recorded, value) for value in sealed_in(recorded.fact))


def _key(recorded: Recorded[Any], value: Sealed) -> str:
    return f"{recorded.fact.meeting_id}/{recorded.id}/{value.field}"


def sealed_text(_document: SealedText | None, recorded: Recorded[Any], key: str) -> SealedText:
    """One of them, as sealed as it was stored."""
    return SealedText(
        kind=_SEALED[type(recorded.fact)],
        meeting_id=recorded.fact.meeting_id,
        on=civil_day(recorded.time),
        fact_id=recorded.id,
        value=next(value for value in sealed_in(recorded.fact) if key == _key(recorded, value)),
    )
