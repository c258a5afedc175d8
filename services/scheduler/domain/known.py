"""What scheduler knows when it decides: the branch, the programme, its own other meetings; and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.scheduler.domain.readiness import Readiness
from shared.branch import Branch
from shared.decision import Refused
from shared.events.branch import Charter
from shared.events.meeting import MeetingKind, ProgrammeItem
from shared.rules import MeetingProfile, PreparationProfile, RuleBook, shipped


@dataclass(frozen=True)
class MeetingNow:
    """One meeting as this service's read model shows it, with what minutes said about it."""

    meeting_id: str
    meeting_kind: MeetingKind
    period: str
    on: date
    phase: Literal["planned", "cancelled", "open", "closed"]
    opened_at: datetime | None = None
    chair_id: str | None = None
    """Who was delegated the chair; None while the secretary chairs."""
    minute_taker_id: str | None = None
    excused: frozenset[str] = frozenset()
    """Who asked to be excused."""
    readiness: Readiness = field(default_factory=Readiness)


@dataclass(frozen=True)
class SendingChosen:
    """Whether a branch's notices leave by themselves, and at which hour."""

    by_itself: bool
    hour: int


@dataclass(frozen=True)
class Known:
    """What this service has heard and holds about one branch."""

    branch: Branch | None = None
    holidays: frozenset[date] = frozenset()
    programme: tuple[ProgrammeItem, ...] | None = None
    """The work programme of the meeting's month; None when none was entered."""
    meetings: Mapping[str, MeetingNow] = field(default_factory=dict)
    rules: RuleBook = field(default_factory=shipped)
    """The rules published for the branch and above it, beside those that come with chibo."""
    sending: SendingChosen | None = None
    """Whether notices leave by themselves, as the branch chose; None: as the rules say."""
    next_notice: int | None = None
    """The number the next notice takes in this term; None where neither charter nor earlier notices say."""
    units_opened: Mapping[str, datetime] = field(default_factory=dict)
    """When meetings of the professional unit and the union opened, as minutes said."""
    thematic_held: tuple[str, ...] = ()
    """Thematic and combined meetings opened in the quarter asked about, or moved out of it by force majeure (R6)."""
    silent: str | None = None
    """Whose turn it was to brief the meeting asked about, while nobody is recorded as having briefed (R12)."""


def living(known: Known, *days: date) -> Branch:
    """The branch, refused when it is unknown here or no longer exists on one of these days."""
    branch = known.branch
    if branch is None:
        raise Refused(
            "Chưa ghi được: ở đây chưa biết chi bộ này. Đồng chí nhờ người quản trị ghi danh chi bộ trước; "
            "chưa có gì thay đổi.",
            "This branch is not known here. Have it registered first; nothing has changed.",
            code="unknown-branch",
        )
    gone = branch.dissolved_on
    if gone is not None and any(branch.dissolved(day) for day in days):
        raise Refused(
            f"Chưa ghi được: chi bộ đã giải thể từ ngày {gone:%d/%m/%Y}, từ ngày đó không còn buổi họp. "
            "Đồng chí xem lại ngày, hoặc ghi ở chi bộ mới; chưa có gì thay đổi.",
            f"The branch was dissolved as of {gone:%d/%m/%Y} and meets no more. Check the date; nothing has changed.",
            code="dissolved",
        )
    return branch


def chartered(branch: Branch) -> Charter:
    """The branch's charter, refused when it has none."""
    if branch.charter is None:
        raise Refused(
            "Chi bộ chưa có quy ước làm việc nên chưa biết ngày họp và số ngày báo trước. "
            "Đồng chí nhập quy ước trước rồi làm lại; chưa có gì thay đổi.",
            "The branch has no charter yet, so its meeting day and days of notice are not known. Enter it first.",
            code="no-charter",
        )
    return branch.charter


EARLIEST, LATEST = 1930, 2199
"""The years in which a meeting of a cell can lie; others are slips of the pen."""


def plausible(year: int) -> None:
    """Nothing for a year in which meetings take place; refused otherwise."""
    if not EARLIEST <= year <= LATEST:
        raise Refused(
            f"Năm {year} không thể là năm họp. Đồng chí xem lại ngày tháng; nội dung đã nhập vẫn còn.",
            f"{year} cannot be the year of a meeting. Check the date; what was typed is kept.",
            code="date",
        )


def profile_on(known: Known, branch: str, day: date) -> MeetingProfile:
    """The meeting profile of a date, the nearest up the tree; refused when no regulation holds on it."""
    plausible(day.year)
    try:
        return known.rules.profile_for("meeting", day, branch)
    except LookupError:
        raise Refused(
            f"Chưa có quy định nào về sinh hoạt chi bộ cho ngày {day:%d/%m/%Y}. Đồng chí xem lại ngày; "
            "chưa có gì thay đổi.",
            f"No regulation about meetings holds on {day:%d/%m/%Y}. Check the date; nothing has changed.",
            code="no-profile",
        ) from None


def preparation_on(known: Known, branch: str, day: date) -> PreparationProfile | None:
    """How a meeting of that day is prepared; None where no rules say so."""
    try:
        return known.rules.profile_for("preparation", day, branch)
    except LookupError:
        return None


def pinned(known: Known, branch: str, ref: str, day: date) -> MeetingProfile:
    """The profile a meeting was set under; where its text has not arrived here, the one that holds on its day."""
    try:
        return known.rules.pinned("meeting", ref)
    except LookupError:
        return profile_on(known, branch, day)


def on_list(branch: Branch, member_id: str, day: date) -> None:
    """Nothing when the member is on the branch's list that day; refused otherwise, saying why."""
    member = branch.member(member_id)
    if member is None:
        raise Refused(
            f"Danh sách chi bộ không có đồng chí nào mang mã {member_id}. Đồng chí chọn lại trong danh sách; "
            "chưa có gì thay đổi.",
            f"Nobody in the branch has the id {member_id}. Choose from the list; nothing has changed.",
            code="unknown-member",
        )
    if member.left_on is not None and member.left_on <= day:
        raise Refused(
            f"Đ/c {member_id} đã chuyển đi từ ngày {member.left_on:%d/%m/%Y}, không còn trong danh sách "
            f"ngày {day:%d/%m/%Y}. Đồng chí chọn người khác; chưa có gì thay đổi.",
            f"{member_id} left the branch as of {member.left_on:%d/%m/%Y}. Choose somebody else; nothing has changed.",
            code="unknown-member",
        )
    if not member.here_on(day):
        raise Refused(
            f"Đ/c {member_id} chưa có trong danh sách chi bộ ngày {day:%d/%m/%Y}. Đồng chí chọn người khác; "
            "chưa có gì thay đổi.",
            f"{member_id} is not yet on the branch's list on {day:%d/%m/%Y}. Choose somebody else.",
            code="unknown-member",
        )


def own_meeting(meeting_id: str, branch: str) -> None:
    """Refused when a meeting's id is not one of this branch's."""
    if not meeting_id.startswith(f"{branch}:"):
        raise Refused(
            f"Buổi họp {meeting_id} không phải của chi bộ này. Đồng chí mở lại buổi họp từ lịch của chi bộ; "
            "chưa có gì thay đổi.",
            f"The meeting {meeting_id} is not this branch's. Open it from the branch's calendar; nothing has changed.",
            code="meeting-id",
        )
