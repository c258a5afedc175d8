"""What minutes remembers of its own meetings beside the minutes: documents, visits, corrections, outcomes, flags."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from services.minutes.domain.known import Document, Ground, Withdrawn
from services.minutes.domain.practice import FlagName
from shared.events.books import Book, SignatureBlock
from shared.events.files import KeptFile, OldBook
from shared.events.meeting import MeetingKind
from shared.events.sealed import Sealed
from shared.events.signatures import SigningRole
from shared.events.sitting import LineMark, MeetingBand
from shared.signing import SignerRole


class CaughtUp(Document):
    """When one member who had been absent was caught up."""

    member_id: str
    on: date


class Presented(Document):
    """A document as one meeting presented it, and who still waits for it (R39)."""

    meeting_id: str
    doc_no: str
    title: str | None
    by: str
    by_role: str
    on: date
    heard: tuple[str, ...]
    to_catch_up: tuple[str, ...]
    catch_up_by: date | None
    caught_up: tuple[CaughtUp, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who was absent and is not caught up."""
        done = {one.member_id for one in self.caught_up}
        return tuple(member for member in self.to_catch_up if member not in done)


class Visit(Document):
    """A visit of encouragement: who, whom, by when, done when."""

    meeting_id: str
    encouragement_id: str
    by: str
    member_id: str
    due_on: date
    done_on: date | None = None


class WantedCorrection(Document):
    """A correction somebody asked for, and what the cell decided (R43)."""

    meeting_id: str
    correction_id: str
    by: str
    line: str
    on: date
    asked_at: str
    accepted: bool | None = None
    decided_in: str | None = None
    decided_on: date | None = None


class Outcome(Document):
    """How one meeting stands against what is asked of it."""

    meeting_id: str
    meeting_kind: MeetingKind
    period: str
    opened_at: str
    closed_at: str | None = None
    minutes: int = 0
    short_by: int = 0
    attendance: str | None = None
    attendance_meets: bool | None = None
    spoke: int = 0
    reviewed: tuple[str, ...] = ()
    """The months it went through."""
    total: str | None = None
    band: MeetingBand | None = None
    rubric: str | None = None
    confirmed_total: str | None = None
    """What the superior made of the score; None while it waits."""
    confirmed_band: MeetingBand | None = None
    confirmed_reason: str | None = None
    confirmed_marks: tuple[LineMark, ...] = ()
    """Where the superior's mark is another."""
    published_at: str | None = None
    published_on_time: bool | None = None
    practice: str | None = None
    """The practice rules pinned for it."""
    late_rules: tuple[str, ...] = ()


class Came(Document):
    """Whether a member came to one regular meeting."""

    meeting_id: str
    on: date
    state: Literal["present", "excused", "unexcused"]


class Comings(Document):
    """A member's regular meetings by day."""

    member_id: str
    came: tuple[Came, ...] = ()


class BookPerson(Document):
    """Somebody at a professional or union meeting; a name stays sealed in the fact."""

    person_id: str
    member_id: str | None


class BookEntry(Document):
    """One meeting of the professional or the union book."""

    meeting_id: str
    book: Book
    title: str
    opened_at: str
    place: str | None
    chair_id: str
    minute_taker_id: str
    people: tuple[BookPerson, ...]
    facts: tuple[str, ...] = ()
    """What was written, as it was stored."""
    doc_no: str | None = None
    signatures: SignatureBlock | None = None
    closed_at: str | None = None

    @property
    def readers(self) -> frozenset[str]:
        """The members of the cell who took part."""
        return frozenset(one.member_id for one in self.people if one.member_id is not None)

    @property
    def taker(self) -> str | None:
        """The member of the cell who takes its minutes, where it is one."""
        return next((one.member_id for one in self.people if one.person_id == self.minute_taker_id), None)


class FileUse(Document):
    """A fact that names a file: of what, for whom, and whether it was withdrawn."""

    of: str
    keysubject: str
    title: str | None
    closed: bool
    meeting_id: str | None = None
    book: OldBook | None = None
    """Where the file shows pages of an old book."""
    member_id: str | None = None
    """Whom it is about, where it is for that member and the committee only."""
    withdrawn: Withdrawn | None = None


class NamedFile(Document):
    """A stored file and every fact that names it."""

    sha256: str
    uses: tuple[FileUse, ...] = ()


class AttachmentKept(Document):
    """An attachment as the list shows it; a title for members only stays sealed."""

    attachment_id: str
    event_id: str
    title: str | None
    sealed_title: Sealed | None
    closed: bool
    meeting_id: str | None
    document_no: str | None
    file: KeptFile
    attached_by: str
    attached_at: str
    withdrawn: Withdrawn | None = None


class PageText(Document):
    """One page of digitised minutes, for reading and searching: its text as last entered, sealed, and its mark."""

    scan_id: str
    book: OldBook
    volume: str
    held_on: date
    page: int
    sha256: str
    at: int
    revision: int = 0
    how: Literal["typed", "recognised"] | None = None
    entered_by: str | None = None
    event_id: str | None = None
    """The fact in which the text stands; with it the text is opened."""
    text: Sealed | None = None
    confirmed_by: str | None = None

    @property
    def verified(self) -> bool:
        """Somebody else than who entered it has compared it with the page."""
        return self.confirmed_by is not None


class MadeUp(Document):
    """When one member made a session up."""

    member_id: str
    on: date


class StudySession(Document):
    """A study session, who attended, who made it up."""

    session_id: str
    title: str
    held_on: date
    attended: tuple[str, ...]
    to_make_up: tuple[str, ...]
    make_up_by: date | None
    made_up: tuple[MadeUp, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who missed it and has not made it up."""
        done = {one.member_id for one in self.made_up}
        return tuple(member for member in self.to_make_up if member not in done)


class SignedGround(Document):
    """The facts of a meeting's history as one hash, and as it stood where signatures refer to it."""

    log: str
    first: int
    facts: int
    last: int
    frontier: str
    """Of the Merkle tree over their leaf hashes, in hexadecimal."""
    at: dict[str, Ground] = Field(default_factory=dict)
    """By correction; "": when the meeting closed."""


class SignatureKept(Document):
    """One signature under a paper."""

    role: SignerRole
    signer: str
    key_id: str
    signed_at: str
    statement: str
    signature: str


class PaperSigned(Document):
    """How far the signing of one paper has come."""

    meeting_id: str
    correction_id: str | None
    document_sha256: str
    keysubject: str
    renderer: str
    title: str
    signed: dict[SigningRole, SignatureKept] = Field(default_factory=dict)
    site: SignatureKept | None = None
    corrected: bool = False
    """An addendum that both have signed."""


class SiteAwaited(Document):
    """A paper the site has not signed yet; gone once it has."""

    meeting_id: str
    correction_id: str | None
    signed: tuple[SigningRole, ...]


class Flagged(Document):
    """A flag: what was missing, since when, and whether it stands."""

    meeting_id: str | None = None
    session_id: str | None = None
    flag: FlagName
    item: str | None = None
    member_id: str | None = None
    rule: str
    missing: str
    due_on: date
    detected_on: date
    cleared_on: date | None = None
    answered: bool | None = None


def is_regular(meeting_id: str) -> bool:
    """Whether the id is that of a month's regular meeting; every other kind says so after the month."""
    return meeting_id.count(":") == 1


def flag_key(flag: str, of: str | None, item: str | None, member_id: str | None) -> str:
    """The document of one flag."""
    return f"{of}/{flag}/{item or ''}/{member_id or ''}"


def page_key(scan_id: str, page: int) -> str:
    """The document of one page of digitised minutes; in the order of the book."""
    return f"{scan_id}/{page:04}"
