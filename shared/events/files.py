"""Files that facts name: attachments, and old minutes digitised from paper, page by page."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.books import BOOK_EN, BOOK_VI, Book
from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, Privacy, ShortId, Told
from shared.events.sealed import Private
from shared.events.wording import day

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileKind = Literal["pdf", "jpeg", "tiff", "docx", "xlsx"]
OldBook = Literal["cell"] | Book


class KeptFile(BaseModel):
    """A file as a fact names it: by the hash of its bytes, under the subject whose key opens it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    sha256: Sha256
    size: Annotated[int, Field(ge=1)]
    media: FileKind
    pages: Annotated[int, Field(ge=1)]
    keysubject: Line
    """Destroying this subject's key makes the file unreadable for ever."""


class NamesFiles(Fact):
    """A fact that names files in the store of its owner: as long as it stands they are kept."""

    def kept_files(self) -> tuple[KeptFile, ...]:
        """The files it names."""
        # Not abc: pydantic's metaclass is there already; a kind that forgot it would have its file swept in silence.
        raise NotImplementedError


# ------------------------------------------------------------------ attachments


class AttachmentFact(Fact):
    """About one attachment of a branch."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    attachment_id: ShortId

    def subject(self) -> str:
        return f"file/{self.branch}:{self.attachment_id}"


class FileAttached(AttachmentFact, NamesFiles):
    """A file was attached to a meeting or a document: by whom, what it is, its hash and size."""

    title: Line | None = None
    """Missing where the file is for the members of the branch only; then it stands sealed."""
    sealed_title: Private | None = None
    closed: bool
    """For the members of the branch only (class C)."""
    meeting_id: MeetingId | None = None
    document_no: Line | None = None
    file: KeptFile

    def kept_files(self) -> tuple[KeptFile, ...]:
        return (self.file,)

    def vi(self, tell: Told) -> str:
        what = f"«{self.title}»" if self.title else "một tài liệu chỉ đảng viên trong chi bộ được đọc"
        of = f", kèm văn bản {self.document_no}" if self.document_no else ""
        return f"Đ/c {tell.actor} đính kèm {what}{of}: {_paper_vi(self.file)}."

    def en(self, tell: Told) -> str:
        what = f"“{self.title}”" if self.title else "a paper that only members of the branch read"
        of = f" to document {self.document_no}" if self.document_no else ""
        return f"{tell.actor} attached {what}{of}: {_paper_en(self.file)}."


class FileWithdrawn(AttachmentFact):
    """An attachment was withdrawn, with the reason; that it was there stays, its content may be erased."""

    sha256: Sha256
    keysubject: Line
    reason: Private
    erased: bool
    agreed_by: MemberId | None = None
    """Who agreed to the erasing beside whoever withdrew it."""

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.actor} rút một tệp đính kèm, có ghi lý do{_erased_vi(self, tell)}."

    def en(self, tell: Told) -> str:
        return f"{tell.actor} withdrew an attachment with a reason{_erased_en(self, tell)}."


# ------------------------------------------------------------------ old minutes, digitised


class ScannedPage(BaseModel):
    """One page of an old book: which page, of which file, there the how manyth."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    page: Annotated[int, Field(ge=1, le=9999)]
    sha256: Sha256
    at: Annotated[int, Field(ge=1)]


class ScanFact(Fact):
    """About the digitised minutes of one old meeting. It counts nobody present and no vote: it shows paper."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    scan_id: ShortId

    def subject(self) -> str:
        return f"scan/{self.branch}:{self.scan_id}"


class MinutesDigitised(ScanFact, NamesFiles):
    """Old minutes were scanned page by page by one person and compared with the paper by another."""

    book: OldBook
    volume: Line
    """Which book on the shelf: ``3``."""
    number: Line | None = None
    """The number the old minutes bear."""
    held_on: date
    pages: Annotated[tuple[ScannedPage, ...], Field(min_length=1, max_length=200)]
    files: Annotated[tuple[KeptFile, ...], Field(min_length=1, max_length=200)]
    scanned_by: MemberId
    compared_by: MemberId
    kept_at: Line | None = None
    """Where the paper lies."""

    def kept_files(self) -> tuple[KeptFile, ...]:
        return self.files

    def vi(self, tell: Told) -> str:
        of = "" if self.book == "cell" else f" {BOOK_VI[self.book]}"
        return (
            f"Biên bản{of} giấy ngày {day(self.held_on)} (sổ số {self.volume}, trang {_range(self)}) được "
            f"đ/c {tell.name(self.scanned_by)} quét {len(self.pages)} trang; đ/c {tell.name(self.compared_by)} đối "
            "chiếu, xác nhận khớp bản giấy."
        )

    def en(self, tell: Told) -> str:
        of = "" if self.book == "cell" else f" of {BOOK_EN[self.book]}"
        many = len(self.pages)
        return (
            f"The paper minutes{of} of {day(self.held_on)} (book {self.volume}, pages {_range(self)}) were scanned by "
            f"{tell.name(self.scanned_by)}, {many} {'page' if many == 1 else 'pages'}; {tell.name(self.compared_by)} "
            "compared and confirmed them."
        )


class PageTextEntered(ScanFact):
    """The text of a page was typed or recognised; unverified until somebody else has confirmed it."""

    PRIVACY: ClassVar[Privacy] = "C"

    book: OldBook
    held_on: date
    page: Annotated[int, Field(ge=1, le=9999)]
    revision: Annotated[int, Field(ge=1)]
    how: Literal["typed", "recognised"]
    engine: Line | None = None
    """What recognised it."""
    entered_by: MemberId
    text: Private

    def vi(self, tell: Told) -> str:
        how = "gõ lại" if self.how == "typed" else "cho máy nhận dạng"
        return (
            f"Đ/c {tell.name(self.entered_by)} {how} nội dung trang {self.page} biên bản giấy ngày {day(self.held_on)} "
            f"(lần {self.revision}), chưa kiểm chứng."
        )

    def en(self, tell: Told) -> str:
        how = "typed the text" if self.how == "typed" else "had the text recognised"
        return (
            f"{tell.name(self.entered_by)} {how} of page {self.page} of the paper minutes of {day(self.held_on)} "
            f"(revision {self.revision}), unverified."
        )


class PageTextConfirmed(ScanFact):
    """Somebody else compared the text with the page and confirmed it."""

    held_on: date
    page: Annotated[int, Field(ge=1, le=9999)]
    revision: Annotated[int, Field(ge=1)]
    confirmed_by: MemberId

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.confirmed_by)} đối chiếu, xác nhận nội dung trang {self.page} biên bản giấy ngày "
            f"{day(self.held_on)} (lần {self.revision})."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.confirmed_by)} compared and confirmed the text of page {self.page} of the paper minutes "
            f"of {day(self.held_on)} (revision {self.revision})."
        )


class MinutesScanWithdrawn(ScanFact):
    """A scan was withdrawn, with the reason; that it was there stays, its content may be erased."""

    held_on: date
    pages: tuple[Annotated[int, Field(ge=1, le=9999)], ...]
    files: tuple[Sha256, ...]
    keysubject: Line
    reason: Private
    erased: bool
    agreed_by: MemberId | None = None
    """Who agreed to the erasing beside whoever withdrew it."""

    def vi(self, tell: Told) -> str:
        erased = _erased_vi(self, tell)
        return f"Đ/c {tell.actor} rút bản quét biên bản giấy ngày {day(self.held_on)}, có ghi lý do{erased}."

    def en(self, tell: Told) -> str:
        erased = _erased_en(self, tell)
        return f"{tell.actor} withdrew the scan of the paper minutes of {day(self.held_on)} with a reason{erased}."


def _paper_vi(file: KeptFile) -> str:
    return f"{file.media.upper()} {file.pages} trang, {_size(file)}, dấu vân tay {file.sha256[:12]}"


def _paper_en(file: KeptFile) -> str:
    pages = f"{file.pages} {'page' if file.pages == 1 else 'pages'}"
    return f"{file.media.upper()}, {pages}, {_size(file)}, fingerprint {file.sha256[:12]}"


def _size(file: KeptFile) -> str:
    """In whole kB, rounded up: a file of one byte is no empty one."""
    return f"{-(-file.size // 1000)} kB"


def _range(fact: MinutesDigitised) -> str:
    numbers = [one.page for one in fact.pages]
    return str(numbers[0]) if len(numbers) == 1 else f"{min(numbers)}–{max(numbers)}"


def _erased_vi(fact: FileWithdrawn | MinutesScanWithdrawn, tell: Told) -> str:
    by = f", đ/c {tell.name(fact.agreed_by)} đồng ý" if fact.agreed_by else ""
    return f"; nội dung được xóa hẳn{by}" if fact.erased else ""


def _erased_en(fact: FileWithdrawn | MinutesScanWithdrawn, tell: Told) -> str:
    by = f" with the agreement of {tell.name(fact.agreed_by)}" if fact.agreed_by else ""
    return f"; its content is erased{by}" if fact.erased else ""


AnyAttachmentFact = FileAttached | FileWithdrawn
AnyScanFact = MinutesDigitised | PageTextEntered | PageTextConfirmed | MinutesScanWithdrawn

FACTS: tuple[type[Fact], ...] = (
    FileAttached,
    FileWithdrawn,
    MinutesDigitised,
    PageTextEntered,
    PageTextConfirmed,
    MinutesScanWithdrawn,
)
