"""Minutes over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Literal, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.minutes import application
from services.minutes.application.afterwards import FlagShown, ScoreYear, VisitShown
from services.minutes.application.asker import Asker, for_the_cell
from services.minutes.application.books import BookListed, BookShown
from services.minutes.application.corrections import CorrectionShown
from services.minutes.application.documents import DocumentShown
from services.minutes.application.files import AttachmentShown, LookedOver
from services.minutes.application.meetings import MeetingListed
from services.minutes.application.opinions import PromisedShown
from services.minutes.application.scans import ScanListed, ScanShown
from services.minutes.application.search import SEARCHED
from services.minutes.application.signatures import PaperShown, Wish
from services.minutes.application.sitting import MeetingShown
from services.minutes.application.study import StudyYear
from services.minutes.application.twelve_months import TwelveMonths
from services.minutes.domain.files import BRINGS_FILES
from services.minutes.domain.remembered import Outcome
from shared.authorise import Action, Thing, actor_in, authorise
from shared.days import civil_day
from shared.decision import Moment
from shared.documents.rendering import As
from shared.events.books import Book
from shared.events.envelope import BranchCode, Medium, MeetingId, MemberId, Period, ShortId
from shared.events.files import OldBook, Sha256
from shared.events.minutes import DocumentNumber
from shared.files.store import StoredFile
from shared.service import searching
from shared.service.files import give, give_page, take
from shared.service.http import ActorId, Answer, OfService, Read, Reading, claimed, of_service, told
from shared.service.printing import printed, printed_before, printed_book
from shared.service.searching import FoundPage, Wanted

At = Annotated[Moment | None, Query(description="Who was in the room at this moment; by default now.")]

FileName = Annotated[
    str, StringConstraints(min_length=1, max_length=255), Query(description="The file's own name; only its end counts.")
]

AboutMember = Annotated[
    MemberId | None, Query(description="For a paper about one member: destroying that member's key erases it.")
]

Year = Annotated[int | None, Query(ge=2000, le=2999)]

Month = Annotated[Period | None, Query(description="The last of the twelve; by default this month.")]


class Coming(NamedTuple):
    """What is said of a file beside its bytes."""

    name: str
    sha256: str | None
    member_id: str | None


def _coming(name: FileName, sha256: Sha256 | None = None, member_id: AboutMember = None) -> Coming:
    return Coming(name, sha256, member_id)


class Signing(BaseModel):
    """A wish to sign; the PIN goes to roster for one signature and is neither stored nor logged."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: UUID = Field(default_factory=uuid4, description="Send the same id again when the reply was lost.")
    actor: MemberId
    enteredby: MemberId | None = Field(default=None, description="Who holds the tablet, when somebody else does.")
    medium: Medium | None = None
    correction_id: ShortId | None = Field(default=None, description="The correction whose addendum is signed.")
    pin: Annotated[SecretStr, Field(min_length=1, max_length=64)]

    def of(self, meeting_id: str) -> Wish:
        return Wish(self.id, meeting_id, self.correction_id, self.actor, self.pin, self.enteredby, self.medium)


Copy = Literal["kept", "reading", "anew"]
COPIES = Query(
    description="Of minutes both have signed, for members of the branch: `kept`, the very document that was signed, "
    "as PDF; `reading`, printed with who signed and what was corrected since; `anew`, what was signed, printed again, "
    "to be compared by its hash. Otherwise all are printed as they stand."
)


def today(reading: Read) -> date:
    """The day it is in Viet Nam."""
    return civil_day(reading.service.clock.now())


def routes() -> APIRouter:
    """Minutes' own queries."""
    router = APIRouter(tags=["minutes"])

    @router.get("/branches/{branch}/meetings")
    async def meetings(branch: BranchCode, reading: Reading) -> list[MeetingListed]:
        """Every meeting of a branch with its phase, by day."""
        return application.meetings.meetings(reading.reader, branch)

    @router.get("/branches/{branch}/open-opinions")
    async def open_opinions(branch: BranchCode, reading: Reading) -> list[PromisedShown]:
        """Opinions put off or forwarded that still wait for their answer."""
        return await application.opinions.open_opinions(reading.reader, branch, today(reading), reading.opened)

    @router.get("/meetings/{meeting_id}")
    async def meeting(meeting_id: MeetingId, reading: Reading, at: At = None) -> MeetingShown:
        """A meeting as it stands: who is there, what waits, what was counted, the minutes so far."""
        now = at or reading.service.clock.now()
        return await application.sitting.meeting(reading.reader, meeting_id, now, await _asker(reading))

    @router.get("/branches/{branch}/search")
    async def search(branch: BranchCode, reading: Reading, wanted: Wanted) -> FoundPage:
        """Texts of meetings that contain all these words, exact marks first; sealed ones for members of the branch."""
        return await searching.search(reading, branch, wanted, SEARCHED)

    _beside_debate(router)
    _other_books(router)
    _printed(router)
    _signing(router)
    _files(router)
    _old_minutes(router)
    return router


def _beside_debate(router: APIRouter) -> None:
    """Documents, study, visits, corrections, how each meeting stands, days that passed."""

    @router.get("/branches/{branch}/documents")
    async def documents(branch: BranchCode, reading: Reading, member: MemberId | None = None) -> list[DocumentShown]:
        """Documents presented to the cell: who heard each, who was caught up, who waits; all, or one member's."""
        return application.documents.documents(reading.reader, branch, today(reading), member)

    @router.get("/branches/{branch}/study")
    async def study(branch: BranchCode, reading: Reading, year: Year = None) -> StudyYear:
        """The study of a year, by default this one: sessions, each member's share, who still has to make one up."""
        return application.study.study(reading.reader, branch, year or today(reading).year, today(reading))

    @router.get("/branches/{branch}/visits")
    async def visits(branch: BranchCode, reading: Reading) -> list[VisitShown]:
        """Visits of encouragement, those still to be made first; for members of the branch only."""
        for_the_cell(reading.actor)
        return application.afterwards.visits(reading.reader, branch, today(reading))

    @router.get("/branches/{branch}/corrections")
    async def corrections(branch: BranchCode, reading: Reading) -> tuple[CorrectionShown, ...]:
        """Corrections of minutes asked for, with what the cell decided."""
        return await application.corrections.corrections(reading.reader, branch, reading.opened)

    @router.get("/branches/{branch}/outcomes")
    async def outcomes(branch: BranchCode, reading: Reading, year: Year = None) -> list[Outcome]:
        """How each meeting stands: length, attendance, speakers, score, package."""
        return application.afterwards.outcomes(reading.reader, branch, year)

    @router.get("/branches/{branch}/score-year")
    async def score_year(branch: BranchCode, reading: Reading, year: Year = None) -> ScoreYear:
        """The bands of a year's regular meetings, and whether they make a good year by the frame."""
        return application.afterwards.score_year(reading.reader, branch, year or today(reading).year)

    @router.get("/branches/{branch}/twelve-months")
    async def twelve_months(branch: BranchCode, reading: Reading, until: Month = None) -> TwelveMonths:
        """How the cell kept its own twelve months: meetings, notices, attendance, papers, scores, tasks, flags."""
        day = today(reading)
        return application.twelve_months.twelve_months(reading.reader, branch, until or f"{day:%Y-%m}", day)

    @router.get("/branches/{branch}/minutes-flags")
    async def flags(branch: BranchCode, reading: Reading, *, standing: bool = False) -> list[FlagShown]:
        """Days that passed without the fact that was to come, each naming it; all, or those that stand."""
        return application.afterwards.flags(reading.reader, branch, standing=standing)


def _other_books(router: APIRouter) -> None:
    """The professional and the union book, for their own readers."""

    @router.get("/branches/{branch}/books/{book}")
    async def book(branch: BranchCode, book: Book, reading: Reading) -> list[BookListed]:
        """The meetings of the professional or the union book that the asker may read."""
        return application.books.book(reading.reader, branch, book, reading.actor)

    @router.get("/meetings/{meeting_id}/book")
    async def book_meeting(meeting_id: MeetingId, reading: Reading) -> BookShown:
        """A meeting of the professional or the union book, for its own readers."""
        return await application.books.book_meeting(reading.reader, meeting_id, reading.actor, reading.opened)


def _printed(router: APIRouter) -> None:
    """Papers in their official form; what only the cell reads is in the copies of its members alone."""

    @router.get("/meetings/{meeting_id}/minutes.{as_}", response_class=Response)
    async def minutes(
        meeting_id: MeetingId, as_: As, reading: Reading, copy: Annotated[Copy, COPIES] = "kept"
    ) -> Response:
        """The minutes as PDF or DOCX, of the professional and the union book too, for their readers."""
        kept = application.printed.signed_copy(reading.reader, meeting_id) if reading.may_open else None
        if kept is not None and copy == "kept" and as_ == "pdf":
            return await printed_before(
                reading.service, kept.keysubject, kept.document_sha256, kept.title, kept.renderer
            )
        paper = application.printed.minutes_to_sign if copy == "anew" else application.printed.minutes
        return await printed(
            reading.service,
            await paper(reading.reader, meeting_id, await _asker(reading)),
            as_,
            signed_sha256=kept.document_sha256 if kept is not None else None,
        )

    @router.get("/meetings/{meeting_id}/resolution.{as_}", response_class=Response)
    async def resolution(
        meeting_id: MeetingId, as_: As, reading: Reading, doc_no: DocumentNumber | None = None
    ) -> Response:
        """A resolution of the meeting as PDF or DOCX: the last one, or by its number."""
        place, asker = reading.service.settings.document_place, await _asker(reading)
        form = await application.printed.resolution(reading.reader, meeting_id, asker, place=place, doc_no=doc_no)
        return await printed(reading.service, form, as_)

    @router.get("/meetings/{meeting_id}/score.xlsx", response_class=Response)
    async def score_table(meeting_id: MeetingId, reading: Reading) -> Response:
        """The score sheet as a workbook."""
        book = await application.printed.score_table(reading.reader, meeting_id, await _asker(reading))
        return await printed_book(reading.service, book)

    @router.get("/meetings/{meeting_id}/score.{as_}", response_class=Response)
    async def score(meeting_id: MeetingId, as_: As, reading: Reading) -> Response:
        """The score sheet as PDF or DOCX."""
        place, asker = reading.service.settings.document_place, await _asker(reading)
        form = await application.printed.score(reading.reader, meeting_id, asker, place=place)
        return await printed(reading.service, form, as_)


def _signing(router: APIRouter) -> None:
    """Signatures under minutes and addenda."""

    @router.post("/meetings/{meeting_id}/signing", dependencies=[Depends(_knows_what_was_said)])
    async def sign(meeting_id: MeetingId, wish: Signing, service: OfService) -> Answer:
        """Sign in one action with one's own PIN: the paper is printed, kept, signed, and the site signs after both."""
        branch = meeting_id.partition(":")[0]
        day = civil_day(service.clock.now())
        with service.views.read() as reader:
            who = actor_in(reader.get("branch", branch, ""), wish.actor, day)
            authorise(who, Action("sign", frozenset({"member"})), Thing(branch))
            read = Read(service, reader, branch, who)
            answer = await application.signatures.sign(service, reader, await _asker(read), wish.of(meeting_id))
        return await told(service, answer)

    @router.get("/meetings/{meeting_id}/signatures")
    async def signatures(meeting_id: MeetingId, reading: Reading) -> list[PaperShown]:
        """Who has signed the minutes and each addendum, with the very lines that were signed."""
        return application.signatures.papers(reading.reader, reading.branch, meeting_id)


async def _knows_what_was_said(service: OfService) -> None:
    """What is signed is the meeting as it stands, also for whoever closed it a moment ago."""
    head = await asyncio.to_thread(service.log.head)
    await service.views.wait_async(service.log.name, head.index, service.settings.after_seconds)


async def _asker(reading: Read) -> Asker:
    names = reading.service.names
    return Asker(reading.actor, await names.of(reading.branch), reading.opened, partial(names.as_heard, reading.branch))


def _files(router: APIRouter) -> None:
    """Scans and attachments: brought in, given out, looked over."""

    @router.post("/branches/{branch}/files", status_code=201)
    async def bring_file(
        request: Request, branch: BranchCode, actor: ActorId, coming: Annotated[Coming, Depends(_coming)]
    ) -> StoredFile:
        """Store the bytes of the body. Name the file in a command: what no command names is removed after a time."""
        service = of_service(request)
        with service.views.read() as reader:
            who = claimed(request, actor, service, reader, branch)
        authorise(who, Action("bring a file", BRINGS_FILES), Thing(branch))
        with service.views.read() as reader:
            keysubject = application.files.keysubject_for(reader, branch, coming.member_id)
        return await take(service, keysubject, coming.name, coming.sha256, request.stream())

    @router.get("/branches/{branch}/files/{sha256}", response_class=Response)
    async def file(branch: BranchCode, sha256: Sha256, reading: Reading) -> Response:
        """A file that a fact names, for whoever reads what it belongs to; never a damaged one."""
        found = application.files.file(reading.reader, branch, sha256, reading.actor)
        return await give(reading.service, found.keysubject, sha256, found.title)

    @router.get("/branches/{branch}/files/{sha256}/pages/{page}", response_class=Response)
    async def file_page(branch: BranchCode, sha256: Sha256, page: int, reading: Reading) -> Response:
        """One page of it, as any browser shows it."""
        found = application.files.file(reading.reader, branch, sha256, reading.actor)
        return await give_page(reading.service, found.keysubject, sha256, page, found.title)

    @router.get("/branches/{branch}/attachments")
    async def attachments(
        branch: BranchCode, reading: Reading, meeting_id: MeetingId | None = None
    ) -> list[AttachmentShown]:
        """Attachments of the branch or of one meeting that the asker may read; withdrawn ones are marked."""
        return await application.files.attachments(reading.reader, branch, reading.actor, reading.opened, meeting_id)

    @router.get("/branches/{branch}/damaged-files")
    async def damaged_files(branch: BranchCode, reading: Reading, behind: Sha256 | None = None) -> LookedOver:
        """Files of the branch read to their end: those that are damaged or missing, by what people call them."""
        service = reading.service
        authorise(reading.actor, Action("look files over", frozenset({"operator", "secretary"})), Thing(branch))
        return await application.files.look_over(reading.reader, branch, service.files, service.keys, behind)


def _old_minutes(router: APIRouter) -> None:
    """Old minutes, digitised from paper."""

    @router.get("/branches/{branch}/digitised/{book}")
    async def digitised(branch: BranchCode, book: OldBook, reading: Reading) -> list[ScanListed]:
        """The digitised minutes of one book by day: pages, who scanned, who compared, how much text is verified."""
        return application.scans.digitised(reading.reader, branch, book, reading.actor)

    @router.get("/branches/{branch}/scans/{scan_id}")
    async def scan(branch: BranchCode, scan_id: ShortId, reading: Reading) -> ScanShown:
        """One old meeting page by page: where its picture is, its text, and whether that is verified."""
        return await application.scans.scan(reading.reader, branch, scan_id, reading.actor, reading.opened)
