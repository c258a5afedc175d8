"""What a subscribed calendar shows: a branch's meetings, a member's own; and the secret address it is read at."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from services.scheduler.application.knowledge import meeting_now
from services.scheduler.application.look import Answer
from services.scheduler.domain.calendar import month
from services.scheduler.domain.notice import recipients_on
from services.scheduler.domain.theme import day_of
from services.scheduler.projections import (
    CalendarLine,
    FeedShown,
    LearningShown,
    MeetingShown,
    ThemeShown,
    UnitShown,
)
from shared import heard_rules
from shared.branch import Branch
from shared.days import VIETNAM
from shared.events.books import BOOK_VI
from shared.events.envelope import moment
from shared.events.meeting import KIND_VI
from shared.rules import RuleBook

if TYPE_CHECKING:
    from shared.store.views import ViewReader

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
_BRANCH = re.compile(r"\d{2}(\.\d{3}){4}")
_MEMBER = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_TOKEN_BYTES = 20


class FeedAddress(Answer):
    """A calendar address somebody may read, and where; None while it is not open."""

    member_id: str | None
    """Whose; None: the branch's own."""
    revision: int
    path: str | None


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. No name of a person stands in it: calendars are kept by other people's machines."""

    uid: str
    sequence: int
    changed_at: datetime
    summary: str
    status: Status
    starts: datetime | date
    """A date: all day long."""
    minutes: int | None = None
    place: str | None = None
    text: str = ""
    alarm_days: int = 0
    """So many days before, a reminder; 0: none."""


@dataclass(frozen=True)
class Calendar:
    """A calendar as it is read at one address."""

    title: str
    entries: tuple[Entry, ...]


# ------------------------------------------------------------------ the address


def token(secret: bytes, branch: str, member_id: str | None, revision: int) -> str:
    """What makes an address secret: made from the site's secret, so that nothing of it has to be kept."""
    about = f"calendar {branch} {member_id or ''} {revision}".encode()
    digest = hmac.digest(secret, about, sha256)[:_TOKEN_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def addresses(reader: ViewReader, branch: str, member_id: str, secret: bytes) -> list[FeedAddress]:
    """The branch's address and the member's own."""
    return [_address(reader, branch, whose, secret) for whose in (None, member_id)]


def _address(reader: ViewReader, branch: str, whose: str | None, secret: bytes) -> FeedAddress:
    shown: FeedShown | None = reader.get("feeds", branch, whose or "")
    if shown is None or not shown.open:
        return FeedAddress(member_id=whose, revision=shown.revision if shown else 0, path=None)
    own = "" if whose is None else f"{whose}/"
    path = f"/calendar/{branch}/{own}{token(secret, branch, whose, shown.revision)}.ics"
    return FeedAddress(member_id=whose, revision=shown.revision, path=path)


def at_address(
    reader: ViewReader, branch: str, whose: str | None, given: str, *, secret: bytes, today: date
) -> Calendar | None:
    """The calendar at an address; None for every address that is not one: never opened, withdrawn, mistyped."""
    if _BRANCH.fullmatch(branch) is None or (whose is not None and _MEMBER.fullmatch(whose) is None):
        return None
    shown: FeedShown | None = reader.get("feeds", branch, whose or "")
    cell: Branch | None = reader.get("branch", branch, "")
    right = token(secret, branch, whose, shown.revision if shown else 0)
    if not hmac.compare_digest(right, given if given.isascii() else "") or shown is None or not shown.open:
        return None
    if cell is None or (whose is not None and cell.status_on(whose, today) is None):
        return None
    return calendar(reader, cell, whose)


# ------------------------------------------------------------------ what stands in it


@dataclass(frozen=True)
class _Shelf:
    """The read models one calendar is made from."""

    reader: ViewReader
    branch: Branch
    meetings: dict[str, MeetingShown]
    rules: RuleBook

    def line(self, key: str) -> CalendarLine:
        found: CalendarLine | None = self.reader.get("calendar", self.branch.code, key)
        return found or CalendarLine(sequence=0, changed_at="1970-01-01T00:00:00.000000Z")

    def minutes(self, shown: MeetingShown) -> int | None:
        """As the agenda adds up, but not below what the meeting's rules ask."""
        planned = sum(item.minutes or 0 for item in shown.agenda)
        try:
            least = self.branch.least_minutes(self.rules.pinned("meeting", shown.profile), shown.meeting_kind, shown.on)
        except LookupError:
            least = None
        return max(planned, least or 0) or None


def calendar(reader: ViewReader, branch: Branch, whose: str | None) -> Calendar:
    """The branch's meetings; for a member those the notice reaches, and what the member has to present or hand in."""
    found: list[MeetingShown] = reader.scan("meetings", branch.code)
    rules = heard_rules.rules(reader, branch.code)
    shelf = _Shelf(reader, branch, {one.meeting_id: one for one in found}, rules)
    if whose is None:
        mine = [_meeting(shelf, one) for one in found if one.meeting_kind != "committee"]
        title = f"Sinh hoạt – {branch.name}"
    else:
        mine = [_meeting(shelf, one) for one in found if whose in recipients_on(branch, one.on, one.meeting_kind)]
        units: list[UnitShown] = reader.scan("units", branch.code)
        mine += [_unit(one) for one in units if one.invites(whose)]
        mine += [*_briefings(shelf, whose), *_documents(shelf, whose), *_reports(shelf, whose)]
        title = f"Việc của tôi – {branch.name}"
    return Calendar(title=title, entries=tuple(sorted(mine, key=lambda one: one.uid)))


def _sequence(own: CalendarLine, around: CalendarLine) -> int:
    """Rises with each change of a part and of its meeting, also when the part goes over to a meeting changed less."""
    return 1000 * own.sequence + around.sequence


def _uid(*parts: str) -> str:
    return f"{'/'.join(parts)}@chibo"


def _starts(shown: MeetingShown) -> datetime:
    return datetime.combine(shown.on, time.fromisoformat(shown.starts_at), VIETNAM)


def _meeting(shelf: _Shelf, shown: MeetingShown) -> Entry:
    title, line = KIND_VI[shown.meeting_kind], shelf.line(f"meeting:{shown.meeting_id}")
    return Entry(
        uid=_uid("meeting", shown.meeting_id),
        sequence=line.sequence,
        changed_at=moment(line.changed_at),
        summary=f"{title[0].upper()}{title[1:]} tháng {month(shown.period)}",
        status=_status(shown),
        starts=_starts(shown),
        minutes=shelf.minutes(shown),
        place=shown.place,
        text="\n".join(f"{item.number}. {item.text}" for item in shown.agenda if not item.private),
        alarm_days=shown.notice_days,
    )


def _unit(shown: UnitShown) -> Entry:
    """A meeting that is not the cell's; of it a calendar tells the kind, the hour and the place only."""
    return Entry(
        uid=_uid("unit", shown.meeting_id),
        sequence=shown.sequence,
        changed_at=moment(shown.changed_at),
        summary=f"Họp {BOOK_VI[shown.book]} tháng {month(shown.period)}",
        status="CANCELLED" if shown.phase == "cancelled" else "CONFIRMED" if shown.notices else "TENTATIVE",
        starts=datetime.combine(shown.on, time.fromisoformat(shown.starts_at), VIETNAM),
        place=shown.place,
        alarm_days=1,
    )


def _status(shown: MeetingShown) -> Status:
    if shown.phase == "cancelled":
        return "CANCELLED"
    return "CONFIRMED" if shown.notices or shown.phase != "planned" else "TENTATIVE"


def _briefings(shelf: _Shelf, whose: str) -> Iterator[Entry]:
    for meeting_id, shown in shelf.meetings.items():
        own = shelf.line(f"briefing:{meeting_id}")
        if whose in own.holders:
            uid, words = _uid("briefing", meeting_id, whose), f"Đồng chí thông tin thời sự tháng {month(shown.period)}"
            yield _at_meeting(shelf, shown, own, whose, uid=uid, summary=words)


def _documents(shelf: _Shelf, whose: str) -> Iterator[Entry]:
    kept: list[LearningShown] = shelf.reader.scan("disseminations", shelf.branch.code)
    for charge in (one.dissemination for one in kept if one.dissemination is not None):
        own, shown = shelf.line(f"document:{charge.doc_no}"), shelf.meetings.get(charge.meeting_id)
        if whose in own.holders and shown is not None:
            uid = _uid("document", shelf.branch.code, charge.doc_no, whose)
            yield _at_meeting(shelf, shown, own, whose, uid=uid, summary=f"Đồng chí phổ biến văn bản {charge.doc_no}")


def _at_meeting(shelf: _Shelf, shown: MeetingShown, own: CalendarLine, whose: str, *, uid: str, summary: str) -> Entry:
    """A part somebody has in a meeting: it moves with it, and is called off with it or when another takes it over."""
    around = shelf.line(f"meeting:{shown.meeting_id}")
    stands = own.holders[whose].holds and shown.phase != "cancelled"
    return Entry(
        uid=uid,
        sequence=_sequence(own, around),
        changed_at=max(moment(own.changed_at), moment(around.changed_at)),
        summary=summary,
        status="CONFIRMED" if stands else "CANCELLED",
        starts=_starts(shown),
        minutes=shelf.minutes(shown),
        place=shown.place,
        alarm_days=shown.notice_days,
    )


def _reports(shelf: _Shelf, whose: str) -> Iterator[Entry]:
    """The day a theme's report is due, and the day it is presented."""
    code = shelf.branch.code
    standing = {meeting_id: meeting_now(shown) for meeting_id, shown in shelf.meetings.items()}
    themes: list[ThemeShown] = shelf.reader.scan("themes", code)
    for shown in themes:
        theme, own = shown.theme, shelf.line(f"theme:{shown.theme_id}")
        if whose not in own.holders:
            continue
        around = shelf.line(f"meeting:{theme.meeting_id}")
        for uid, words, day, sequence in (
            ("report", "Hạn nộp báo cáo chuyên đề", theme.report_due_on, own.sequence),
            ("theme", "Đồng chí trình bày chuyên đề", day_of(theme.meeting_id, standing) or theme.on, None),
        ):
            yield Entry(
                uid=_uid(uid, code, shown.theme_id, whose),
                sequence=_sequence(own, around) if sequence is None else sequence,
                changed_at=max(moment(own.changed_at), moment(around.changed_at)),
                summary=f"{words} {theme.theme}",
                status="CONFIRMED" if own.holders[whose].holds else "CANCELLED",
                starts=day,
                alarm_days=shelf.branch.charter.notice_days if shelf.branch.charter else 0,
            )


# ------------------------------------------------------------------ as iCalendar writes it


def icalendar(shown: Calendar) -> bytes:
    """The calendar as text/calendar (RFC 5545); the same calendar gives the same bytes."""
    import icalendar as ics  # noqa: PLC0415 - only whoever reads a calendar needs it, not every start

    whole = ics.Calendar()
    whole.add("prodid", "-//chibo//lich sinh hoat//VI")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", shown.title)
    whole.add("x-wr-timezone", VIETNAM.key)
    zone = ics.Timezone.from_tzid(VIETNAM.key, first_date=date(1976, 1, 1), last_date=date(2038, 1, 1))
    zone.pop("comment", None)
    whole.add_component(zone)
    for entry in shown.entries:
        event = ics.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at)
        event.add("last-modified", entry.changed_at)
        event.add("sequence", entry.sequence)
        event.add("status", entry.status)
        event.add("summary", entry.summary)
        event.add("dtstart", entry.starts)
        if entry.minutes is not None:
            event.add("duration", timedelta(minutes=entry.minutes))
        if entry.place is not None:
            event.add("location", entry.place)
        if entry.text:
            event.add("description", entry.text)
        if entry.alarm_days and entry.status != "CANCELLED":
            alarm = ics.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", entry.summary)
            alarm.add("trigger", timedelta(days=-entry.alarm_days))
            event.add_component(alarm)
        whole.add_component(event)
    written: bytes = whole.to_ical()
    return written
