"""Old minutes digitised: scanned by one person, compared by another; text unverified until somebody else confirms it.

A scan shows paper. Nothing here makes anybody present, counts a vote or takes a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.dissemination import UNCLASSIFIED, must_be_unclassified
from services.minutes.domain.files import must_agree, stored
from services.minutes.domain.known import Known
from services.minutes.domain.session import in_branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line, MemberId, ShortId
from shared.events.files import (
    AnyScanFact,
    MinutesDigitised,
    MinutesScanWithdrawn,
    OldBook,
    PageTextConfirmed,
    PageTextEntered,
    ScannedPage,
    Sha256,
)
from shared.events.sealed import PrivateText, Secret
from shared.secrecy import must_bear_no_mark

KEEPERS: dict[OldBook, frozenset[str]] = {
    "cell": frozenset({"secretary", "deputy_secretary", "committee_member", "minute_taker"}),
    "professional": frozenset({"secretary", "deputy_secretary"}),
    "union": frozenset({"union_minute_taker"}),
}
"""Who keeps which book; for the other two they are also the only readers of what is digitised from it (R9)."""
ANY_KEEPER = frozenset().union(*KEEPERS.values())

PageNumber = Annotated[int, Field(ge=1, le=9999)]


@dataclass(frozen=True)
class Text:
    """The text of one page, as last entered."""

    revision: int
    entered_by: str
    confirmed_by: str | None = None


@dataclass(frozen=True)
class Scan:
    """The digitised minutes of one old meeting so far."""

    digitised: MinutesDigitised | None = None
    texts: Mapping[int, Text] = field(default_factory=dict)
    withdrawn: MinutesScanWithdrawn | None = None


class PageOfBook(BaseModel):
    """One page: its number in the book, the uploaded file, and which page of that file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: PageNumber
    sha256: Sha256
    at: Annotated[int, Field(ge=1)] = 1


class ScanCommand(Command):
    """A wish about the digitised minutes of one old meeting."""

    MAY: ClassVar[frozenset[str]] = ANY_KEEPER

    scan_id: ShortId

    def subject(self, branch: str) -> str:
        return f"scan/{branch}:{self.scan_id}"


class DigitiseMinutes(ScanCommand):
    """Enter old minutes page by page: who scanned them, and who compared them with the paper."""

    READS_OWN: ClassVar[bool] = True

    book: OldBook
    volume: Line
    number: Line | None = None
    held_on: date
    pages: Annotated[tuple[PageOfBook, ...], Field(min_length=1, max_length=200)]
    scanned_by: MemberId
    compared_by: MemberId
    kept_at: Line | None = None
    grade: Line = UNCLASSIFIED

    def files(self, branch: str) -> tuple[tuple[str, str], ...]:
        return tuple((f"branch/{branch}", sha256) for sha256 in dict.fromkeys(one.sha256 for one in self.pages))


class EnterPageText(ScanCommand):
    """Enter the text of a page, typed or recognised; entered again, the later stands and is unverified again."""

    MAY: ClassVar[frozenset[str]] = ANY_KEEPER | {"self"}

    page: PageNumber
    how: Literal["typed", "recognised"]
    engine: Line | None = None
    member_id: MemberId
    """Who typed it, or had it recognised."""
    text: PrivateText


class ConfirmPageText(ScanCommand):
    """Confirm the text of a page after comparing it with the picture; in one's own name, never what one entered."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self"})

    page: PageNumber
    revision: Annotated[int, Field(ge=1)]
    """Which text was compared."""
    member_id: MemberId


class WithdrawScan(ScanCommand):
    """Withdraw a scan, saying why; with ``erase`` its content goes too, if another of the committee agrees."""

    reason: PrivateText
    erase: bool = False
    agreed_by: MemberId | None = None


def decide(scan: Scan, command: ScanCommand, asked: Asked[Known]) -> tuple[AnyScanFact, ...]:
    """The facts a wish makes of the scan as it stands. Raises Refused."""
    match command:
        case DigitiseMinutes():
            return _digitise(scan, command, asked)
        case EnterPageText():
            return _enter(scan, command, asked)
        case ConfirmPageText():
            return _confirm(scan, command, asked)
        case WithdrawScan():
            return _withdraw(scan, command, asked)
        case _:
            raise AssertionError(command)


def _digitise(scan: Scan, command: DigitiseMinutes, asked: Asked[Known]) -> tuple[AnyScanFact, ...]:
    must_be_unclassified(command.grade)
    must_bear_no_mark(command.volume, command.number, command.kept_at)
    _keeps(command.book, asked)
    pages = tuple(ScannedPage(**one.model_dump()) for one in sorted(command.pages, key=lambda one: one.page))
    if scan.digitised is not None:
        if (scan.digitised.volume, scan.digitised.pages) == (command.volume, pages):
            return ()
        raise Refused(
            f"Mã {command.scan_id} đã dùng cho một bản quét khác, bản đó vẫn nguyên. Đồng chí dùng mã khác.",
            f"{command.scan_id} names another scan already, which stays as it is. Use another id.",
            code="in-use",
        )
    if command.held_on > asked.today:
        raise Refused(
            f"Ngày họp {command.held_on:%d/%m/%Y} chưa tới nên không thể là biên bản cũ. Đồng chí xem lại ngày.",
            f"{command.held_on:%d/%m/%Y} has not come yet, so these are no old minutes. Check the day.",
            code="future",
        )
    _by_two(command, asked)
    _pages_are_there(command, asked)
    _scanned_once(command, asked)
    files = tuple(stored(sha256, asked) for sha256 in dict.fromkeys(one.sha256 for one in pages))
    return (
        MinutesDigitised(
            branch=asked.branch,
            scan_id=command.scan_id,
            book=command.book,
            volume=command.volume,
            number=command.number,
            held_on=command.held_on,
            pages=pages,
            files=files,
            scanned_by=command.scanned_by,
            compared_by=command.compared_by,
            kept_at=command.kept_at,
        ),
    )


def _keeps(book: OldBook, asked: Asked[Known]) -> None:
    branch = asked.known.branch
    if branch is None or not branch.roles_on(asked.actor, asked.today) & KEEPERS[book]:
        raise Refused(
            "Sổ này do người khác giữ nên đồng chí không ghi được ở đây. Đồng chí đề nghị người giữ sổ; phần đã nhập "
            "vẫn còn.",
            "This book is kept by others, so you cannot enter anything here. Ask its keeper; what you typed is still "
            "there.",
            code="not-allowed",
        )


def _by_two(command: DigitiseMinutes, asked: Asked[Known]) -> None:
    in_branch(asked, command.scanned_by, command.compared_by)
    if command.scanned_by == command.compared_by:
        raise Refused(
            f"Đ/c {command.scanned_by} vừa quét vừa đối chiếu. Đối chiếu bản quét với bản giấy phải do người khác, "
            "để có hai người làm chứng. Đồng chí ghi người đối chiếu; các trang đã tải lên vẫn còn.",
            f"{command.scanned_by} both scanned and compared. Somebody else compares the scan with the paper, so that "
            "two can answer for it. Name that person; the uploaded pages are still there.",
            code="two-persons",
        )


def _pages_are_there(command: DigitiseMinutes, asked: Asked[Known]) -> None:
    """Each page once, each from a stored file that has such a page."""
    twice = [page for page, times in Counter(one.page for one in command.pages).items() if times > 1]
    shown = [where for where, times in Counter((one.sha256, one.at) for one in command.pages).items() if times > 1]
    if twice or shown:
        which = ", ".join(map(str, twice)) or f"{shown[0][0][:12]}…/{shown[0][1]}"
        raise Refused(
            f"Trang {which} xuất hiện hai lần trong bản quét này. Đồng chí xem lại thứ tự trang.",
            f"Page {which} stands twice in this scan. Check the order of the pages.",
            code="page-twice",
        )
    for one in command.pages:
        file = stored(one.sha256, asked)
        if one.at > file.pages:
            raise Refused(
                f"Tệp {one.sha256[:12]}… có {file.pages} trang, không có trang thứ {one.at}. Đồng chí xem lại trang "
                f"{one.page} của sổ.",
                f"File {one.sha256[:12]}… has {file.pages} pages, there is no page {one.at}. Check page {one.page} of "
                "the book.",
                code="no-page",
            )


def _scanned_once(command: DigitiseMinutes, asked: Asked[Known]) -> None:
    wanted = {one.page for one in command.pages}
    for other in asked.known.scans:
        if (other.book, other.volume) != (command.book, command.volume) or other.withdrawn:
            continue
        both = sorted(wanted & {one.page for one in other.pages})
        # The last page of one meeting is often the first of the next.
        if len(both) > 1 or (both and other.held_on == command.held_on):
            raise Refused(
                f"Trang {', '.join(map(str, both))} của sổ số {command.volume} đã có trong bản quét {other.scan_id} "
                f"(biên bản ngày {other.held_on:%d/%m/%Y}). Đồng chí xem lại; nếu bản cũ sai, rút bản đó trước.",
                f"Pages {', '.join(map(str, both))} of book {command.volume} are in scan {other.scan_id} already "
                f"(minutes of {other.held_on:%d/%m/%Y}). Check; if that one is wrong, withdraw it first.",
                code="digitised-already",
            )


def _standing(scan: Scan, command: ScanCommand) -> MinutesDigitised:
    return _there(scan if scan.withdrawn is None else Scan(), command)


def _there(scan: Scan, command: ScanCommand) -> MinutesDigitised:
    if scan.digitised is None:
        raise Refused(
            f"Không có bản quét {command.scan_id}, hoặc bản này đã được rút. Đồng chí chọn lại biên bản; nội dung đã "
            "nhập vẫn còn trên màn hình.",
            f"There is no scan {command.scan_id}, or it was withdrawn. Choose again; what you typed is still on the "
            "screen.",
            code="no-scan",
        )
    return scan.digitised


def _page_of(scan: Scan, command: EnterPageText | ConfirmPageText, asked: Asked[Known]) -> MinutesDigitised:
    digitised = _standing(scan, command)
    if digitised.book != "cell":
        _keeps(digitised.book, asked)
    in_branch(asked, command.member_id)
    numbers = [one.page for one in digitised.pages]
    if command.page not in numbers:
        raise Refused(
            f"Bản quét có trang {min(numbers)} đến {max(numbers)}, không có trang {command.page}. Đồng chí sửa lại.",
            f"This scan has pages {min(numbers)} to {max(numbers)}; there is no page {command.page}. Choose again.",
            code="no-page",
        )
    return digitised


def _enter(scan: Scan, command: EnterPageText, asked: Asked[Known]) -> tuple[AnyScanFact, ...]:
    digitised = _page_of(scan, command, asked)
    must_bear_no_mark(command.text.get_secret_value(), command.engine)
    if (command.how == "recognised") != (command.engine is not None):
        raise Refused(
            "Nội dung do máy nhận dạng thì ghi tên chương trình; nội dung gõ tay thì không. Đồng chí xem lại.",
            "Recognised text names the program that read it; typed text names none. Check.",
            code="engine",
        )
    before = scan.texts.get(command.page)
    return (
        PageTextEntered(
            branch=asked.branch,
            scan_id=command.scan_id,
            book=digitised.book,
            held_on=digitised.held_on,
            page=command.page,
            revision=before.revision + 1 if before else 1,
            how=command.how,
            engine=command.engine,
            entered_by=command.member_id,
            text=Secret(subject=f"branch/{asked.branch}", field="text", text=command.text),
        ),
    )


def _confirm(scan: Scan, command: ConfirmPageText, asked: Asked[Known]) -> tuple[AnyScanFact, ...]:
    digitised = _page_of(scan, command, asked)
    text = scan.texts.get(command.page)
    if text is None or text.revision != command.revision:
        raise Refused(
            f"Trang {command.page} chưa có nội dung lần {command.revision}, hoặc vừa được nhập lại. Đồng chí mở trang, "
            "đối chiếu bản đang hiện rồi xác nhận.",
            f"Page {command.page} has no text {command.revision}, or it was entered anew. Open the page, compare what "
            "stands there now and confirm that.",
            code="moved-on",
        )
    if text.confirmed_by is not None:
        return ()
    if text.entered_by == command.member_id:
        raise Refused(
            f"Đ/c {command.member_id} nhập nội dung trang này nên không tự xác nhận được. Đồng chí nhờ người khác đối "
            "chiếu; nội dung vẫn giữ, ghi «chưa kiểm chứng».",
            f"{command.member_id} entered this text and cannot confirm it. Ask somebody else to compare; it stays, "
            "marked unverified.",
            code="two-persons",
        )
    return (
        PageTextConfirmed(
            branch=asked.branch,
            scan_id=command.scan_id,
            held_on=digitised.held_on,
            page=command.page,
            revision=command.revision,
            confirmed_by=command.member_id,
        ),
    )


def _withdraw(scan: Scan, command: WithdrawScan, asked: Asked[Known]) -> tuple[AnyScanFact, ...]:
    before = scan.withdrawn
    digitised = _there(scan, command)
    if before is not None and (before.erased or not command.erase):
        return ()
    _keeps(digitised.book, asked)
    must_bear_no_mark(command.reason.get_secret_value())
    must_agree(command.erase, command.agreed_by, asked)
    return (
        MinutesScanWithdrawn(
            branch=asked.branch,
            scan_id=command.scan_id,
            held_on=digitised.held_on,
            pages=tuple(one.page for one in digitised.pages),
            files=tuple(one.sha256 for one in digitised.files),
            keysubject=f"branch/{asked.branch}",
            reason=Secret(subject=f"branch/{asked.branch}", field="reason", text=command.reason),
            erased=command.erase,
            agreed_by=command.agreed_by if command.erase else None,
        ),
    )


def evolve(scan: Scan, fact: AnyScanFact) -> Scan:
    """The scan after one more fact."""
    match fact:
        case MinutesDigitised():
            return replace(scan, digitised=fact)
        case PageTextEntered():
            return replace(scan, texts={**scan.texts, fact.page: Text(fact.revision, fact.entered_by)})
        case PageTextConfirmed():
            text = replace(scan.texts[fact.page], confirmed_by=fact.confirmed_by)
            return replace(scan, texts={**scan.texts, fact.page: text})
        case MinutesScanWithdrawn():
            return replace(scan, withdrawn=fact)
        case _:
            assert_never(fact)


SCANS: Noun[Scan, Known] = Noun(
    name="scan",
    initial=Scan(),
    decide=decide,
    evolve=evolve,
    commands=(DigitiseMinutes, EnterPageText, ConfirmPageText, WithdrawScan),
)
