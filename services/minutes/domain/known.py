"""What minutes has heard from others when it decides: the branch, the meeting as planned, tasks, numbers used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.branch import Branch
from shared.events.files import KeptFile, OldBook, ScannedPage
from shared.events.meeting import AgendaItem, ClockTime, MeetingKind
from shared.events.minutes import CauseKind, FollowUp, TaskOutcome
from shared.events.signatures import SigningRole
from shared.events.sitting import BasisDocument
from shared.numbering import NumberSeries, UsedNumber
from shared.rules import MeetingProfile, RuleBook, shipped
from shared.signing_keys import Keyring

Numbered = Literal["NQ", "BB"]
"""What minutes numbers: resolutions and minutes."""


class Document(BaseModel):
    """Something minutes remembers from facts; rebuildable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Draft(Document):
    """An assignment the committee drafted for this meeting to decide."""

    draft_id: str
    member_id: str
    partner_id: str | None
    text: str
    due_on: date
    report_at: str
    programme_item_id: str | None


class Briefing(Document):
    """A briefing as it was given, and when that was written down."""

    member_id: str
    local: str
    national: str
    world: str
    recorded_at: str


class Theme(Document):
    """A theme and where it is to be presented."""

    theme_id: str
    theme: str
    member_id: str
    meeting_id: str


class PlannedMeeting(Document):
    """A meeting as scheduler planned it, up to its opening."""

    meeting_id: str
    kind: MeetingKind
    period: str
    on: date
    starts_at: ClockTime
    place: str
    agenda: tuple[AgendaItem, ...]
    profile: str
    cancelled: bool = False
    delegate_id: str | None = None
    """Who takes the chair for the secretary."""
    minute_taker_id: str | None = None
    excused: tuple[str, ...] = ()
    """Who said beforehand that they cannot come."""
    drafts: tuple[Draft, ...] = ()
    draft_resolution: str | None = None
    points_to_vote: tuple[str, ...] = ()
    briefer_id: str | None = None
    """Whose turn the briefing is."""
    briefed_by: tuple[str, ...] = ()
    """Who gave it."""
    briefings: tuple[Briefing, ...] = ()

    def draft(self, draft_id: str) -> Draft | None:
        return next((draft for draft in self.drafts if draft.draft_id == draft_id), None)


class Charge(Document):
    """Who is to present a document at which meeting, as said last (R39)."""

    doc_no: str
    member_id: str
    meeting_id: str
    due_on: date
    said_on: date


class Task(Document):
    """A task as ranking tells of it."""

    task_id: str
    member_id: str
    partner_id: str | None = None
    text: str
    due_on: date
    dues: tuple[date, ...] = ()
    """Every day it was due by, the first one and those it was extended to."""
    urgent_from: str | None = None
    """Who gave it outside a meeting."""
    outcome: TaskOutcome | None = None
    """None: still open."""
    ended_on: date | None = None
    causes: tuple[CauseKind, ...] = ()
    follow_up: FollowUp | None = None
    """What was made of it already, where it was late or not done."""
    follow_up_ref: str | None = None
    extended_to: date | None = None
    reviewed_in: str | None = None
    """The month under which the cell reviewed it."""
    acknowledged_in: str | None = None
    """The meeting that took note of it, where it was urgent."""

    def due_at(self, day: date) -> date:
        """The day it was due by as a meeting of that day had it before itself."""
        return max((due for due in self.dues if due <= day), default=self.dues[0] if self.dues else self.due_on)


class Sitting(Document):
    """A meeting that was opened: how far it has come, and who has led and written."""

    meeting_id: str
    phase: Literal["in_session", "adopted", "closed"]
    opened_at: str
    adopted_at: str | None = None
    closed_at: str | None = None
    chairs: tuple[str, ...]
    takers: tuple[str, ...]
    doc_no: str | None = None


class BasisHeld(Document):
    """A document criticism rests on, from a day on."""

    doc_no: str
    title: str | None
    from_on: date
    supersedes: str | None


class BasisBook(Document):
    """What self-criticism and criticism rest on in this cell, the newer in place of the older."""

    held: tuple[BasisHeld, ...] = ()

    def on(self, day: date) -> tuple[BasisDocument, ...]:
        """The documents that hold on that day."""
        begun = [one for one in self.held if one.from_on <= day]
        gone = {one.supersedes for one in begun}
        return tuple(
            BasisDocument(doc_no=one.doc_no, title=one.title, supersedes=one.supersedes)
            for one in begun
            if one.doc_no not in gone
        )

    def newer(self, doc_no: str, day: date) -> str | None:
        """The document that has taken its place by that day, the latest of them."""
        follower = next((one for one in self.held if one.supersedes == doc_no and one.from_on <= day), None)
        return None if follower is None else self.newer(follower.doc_no, day) or follower.doc_no


class Deciding(Document):
    """The meeting that decides about something of an earlier one."""

    kind: MeetingKind
    opened_at: str | None
    adopted_at: str | None


Withdrawn = Literal["withdrawn", "erased"]


class OldMinutes(Document):
    """Digitised minutes of an old meeting: which pages of which book, and by whom."""

    scan_id: str
    book: OldBook
    volume: str
    number: str | None
    held_on: date
    pages: tuple[ScannedPage, ...]
    files: tuple[KeptFile, ...]
    scanned_by: str
    compared_by: str
    kept_at: str | None
    withdrawn: Withdrawn | None = None


class Ground(Document):
    """Which facts of a meeting a signature is about."""

    log: str
    facts: int
    """Versions 1 to this of the meeting's history."""
    first: int
    last: int
    """Index of the first and the last of them."""
    root: str
    """The root of the Merkle tree over their leaf hashes."""


@dataclass(frozen=True)
class Known:
    """What a decision may lean on beside the meeting's own history."""

    branch: Branch | None
    meeting: PlannedMeeting | None
    profile: MeetingProfile | None
    """The rules scheduler chose for the meeting's date."""
    chairs: frozenset[str] = frozenset()
    """Who holds, held or is named to hold the chair of this meeting."""
    takers: frozenset[str] = frozenset()
    """Who holds, held or is named to hold the pen."""
    answerer: str | None = None
    """Who promised the answer that is asked about."""
    tasks: Mapping[str, Task] = field(default_factory=dict)
    numbers: Mapping[Numbered, NumberSeries] = field(default_factory=dict)
    rules: RuleBook = field(default_factory=shipped)
    """The rules published for the branch and those above it, beside those that come with chibo."""
    basis: BasisBook = field(default_factory=BasisBook)
    book_numbers: tuple[UsedNumber, ...] = ()
    """Numbers taken in the professional or the union book, whichever is asked about."""
    book_taker: str | None = None
    """Who takes the minutes of the professional or union meeting that is asked about."""
    deciding: Deciding | None = None
    """The meeting in which a correction is decided."""
    meeting_known: bool = False
    """Whether the meeting asked about was planned, or stands in one of the other books."""
    files: Mapping[str, KeptFile] = field(default_factory=dict)
    """The stored files a command names, by hash: those that are there."""
    scans: tuple[OldMinutes, ...] = ()
    """The branch's digitised minutes."""
    charge: Charge | None = None
    """Who still owes the presenting of the document asked about, by the meeting's day as it stands."""
    ground: Ground | None = None
    """What is signed of the meeting, up to its closing or to the decision about a correction."""
    signer: Keyring | None = None
    """The keys of whoever signs."""
    signs_first: SigningRole = "minute_taker"
