"""What scheduler knows when it decides, and what it answers: meetings, consequences, the rotation, what is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from services.scheduler.domain.calendar import (
    consequence,
    end_of,
    fixed_day,
    last_day,
    lead_days,
    month,
    next_period,
    period_of,
)
from services.scheduler.domain.flag import flagged
from services.scheduler.domain.known import Known, MeetingNow, living, plausible, profile_on
from services.scheduler.domain.learning import DISSEMINATION, STUDYING, AssignDissemination
from services.scheduler.domain.meeting import (
    MEETING,
    FlagRegularMeetingMissed,
    keeps_notice,
    regular_id,
)
from services.scheduler.domain.notice import FlagNoticeMissed, recipients_on, required_days
from services.scheduler.domain.plan import REGULAR, MeetingCommand
from services.scheduler.domain.preparation import nobody_took, without_task
from services.scheduler.domain.programme import PROGRAMME
from services.scheduler.domain.quarter import (
    QUARTER,
    FlagQuarter,
    end_of_quarter,
    first_whole_quarter,
    next_quarter,
)
from services.scheduler.domain.rotation import (
    ROTATION,
    Rotation,
    RotationCommand,
    Turn,
    held_turns,
    meeting_day,
    queue,
    substitutes,
)
from services.scheduler.domain.theme import THEME, FlagTheme, Theme, ThemeCommand
from services.scheduler.projections import (
    Delivery,
    LearningShown,
    MeetingShown,
    MonthShown,
    Notice,
    ProgrammeKept,
    ProgrammeShown,
    QuarterShown,
    RotationShown,
    SealedText,
    ThemeShown,
)
from shared.branch import Branch
from shared.decision import Command, Noun, Refused
from shared.events.envelope import moment
from shared.events.hub import ProgrammeLine
from shared.events.learning import DisseminationAssigned, StudySessionHeld
from shared.events.meeting import (
    BriefingDelivered,
    MeetingKind,
    MoveReason,
    ProgrammeItem,
)
from shared.events.scheduler_flag import WORDS
from shared.events.sealed import Private
from shared.rules.choosing import code_of, ladder
from shared.stream.clock import Due
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (MEETING, ROTATION, PROGRAMME, THEME, QUARTER, DISSEMINATION, STUDYING)

Name = Callable[[str], str]
"""Member id → name, for sentences."""
Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""


# ------------------------------------------------------------------ what is known


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What scheduler has heard and holds when it decides this command."""
    cell: Branch | None = reader.get("branch", branch, "")
    if isinstance(command, MeetingCommand):
        shown = reader.get("meetings", branch, command.meeting_id)
        period = command.meeting_id.removeprefix(f"{branch}:")[:7]
        standing = programme(reader, branch, period)
        return Known(
            branch=cell,
            holidays=shipped_holidays(),
            programme=standing.items if standing else None,
            meetings={} if shown is None else {shown.meeting_id: _now(shown)},
        )
    if isinstance(command, RotationCommand):
        period = command.meeting_id.removeprefix(f"{branch}:")
        return _all_known(reader, branch, cell, shipped_holidays())
    if isinstance(command, ThemeCommand | AssignDissemination):
        return _all_known(reader, branch, cell, frozenset())
    if isinstance(command, FlagQuarter):
        quarter: QuarterShown | None = reader.get("quarters", branch, command.quarter)
        return Known(branch=cell, thematic_held=quarter.held if quarter else ())
    return Known(branch=cell)


def _all_known(reader: ViewReader, branch: str, cell: Branch | None, days: frozenset[date]) -> Known:
    meetings = (_now(shown) for shown in reader.scan("meetings", branch))
    return Known(branch=cell, holidays=days, meetings={now.meeting_id: now for now in meetings})


def _now(shown: MeetingShown) -> MeetingNow:
    return MeetingNow(
        meeting_id=shown.meeting_id,
        meeting_kind=shown.meeting_kind,
        period=shown.period,
        on=shown.on,
        phase=shown.phase,
        opened_at=moment(shown.opened_at) if shown.opened_at else None,
        chair_id=shown.delegated_to,
        minute_taker_id=shown.minute_taker_id,
        excused=frozenset(who for who, intends in shown.intentions.items() if intends == "excused"),
    )


def roles(known: Known, actor: str, command: Command) -> frozenset[str]:
    """Roles held for one meeting only: whoever is to chair it, whoever is to take its minutes."""
    now = known.meetings.get(getattr(command, "meeting_id", ""))
    if now is None:
        return frozenset()
    held = {"chair": now.chair_id, "minute_taker": now.minute_taker_id}
    return frozenset(role for role, holder in held.items() if holder == actor)


# ------------------------------------------------------------------ the clock


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """The moments that have come: notices (R1), months (R5), quarters (R6), steps of themes (R41)."""
    found: list[Due] = []
    for branch in sorted({*reader.branches("meetings"), *reader.branches("themes")}):
        meetings: list[MeetingShown] = reader.scan("meetings", branch)
        cell: Branch | None = reader.get("branch", branch, "")
        if cell is not None and cell.charter is not None:
            found += [one for one in _notices_due(cell, meetings) if one.moment <= now]
            months: dict[str, MonthShown] = {one.period: one for one in reader.scan("months", branch)}
            found += _months_due(cell, meetings, months, now)
            quarters: dict[str, QuarterShown] = {one.quarter: one for one in reader.scan("quarters", branch)}
            found += _quarters_due(cell, meetings, quarters, now)
            found += [one for one in _themes_due(cell, meetings, reader.scan("themes", branch)) if one.moment <= now]
    return found


def _notices_due(branch: Branch, meetings: list[MeetingShown]) -> Iterator[Due]:
    for shown in meetings:
        waits = shown.phase == "planned" and not shown.notices and not branch.dissolved(shown.on)
        if waits and shown.notice_due_on not in shown.missed:
            yield Due(
                moment=end_of(shown.notice_due_on),
                command=FlagNoticeMissed(meeting_id=shown.meeting_id, due_on=shown.notice_due_on),
                branch=branch.code,
                rule="notice-missed",
                revision=shown.times_set,
            )


def _months_due(
    branch: Branch, meetings: list[MeetingShown], months: dict[str, MonthShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first month this site set a regular meeting for: before it nothing is known here."""
    regular = {shown.period: shown for shown in meetings if shown.meeting_kind in REGULAR}
    period = min(regular, default=None)
    while period is not None and end_of(last_day(period)) <= now:
        standing, month_ = regular.get(period), months.get(period)
        waits_for = last_day(period)
        if standing is not None and standing.phase == "planned":
            waits_for = max(waits_for, standing.on)
        settled = month_ is not None and (month_.opened or month_.missed is not None)
        if not settled and end_of(waits_for) <= now and not branch.dissolved(last_day(period)):
            yield Due(
                moment=end_of(waits_for),
                command=FlagRegularMeetingMissed(meeting_id=regular_id(branch.code, period), period=period),
                branch=branch.code,
                rule="regular-meeting-missed",
            )
        period = next_period(period)


def _quarters_due(
    branch: Branch, meetings: list[MeetingShown], quarters: dict[str, QuarterShown], now: datetime
) -> Iterator[Due]:
    """Counted from the first quarter that lies wholly after this site set its first meeting."""
    first = min((shown.period for shown in meetings), default=None)
    quarter = None if first is None else first_whole_quarter(first)
    while quarter is not None and end_of(end_of_quarter(quarter)) <= now:
        shown, last = quarters.get(quarter), end_of_quarter(quarter)
        settled = shown is not None and bool(shown.held or shown.flags)
        if not settled and not branch.dissolved(last):
            yield Due(
                moment=end_of(last),
                command=FlagQuarter(quarter=quarter),
                branch=branch.code,
                rule="quarter-without-thematic",
            )
        quarter = next_quarter(quarter)


def _themes_due(branch: Branch, meetings: list[MeetingShown], themes: list[ThemeShown]) -> Iterator[Due]:
    standing = {shown.meeting_id: _now(shown) for shown in meetings}
    for shown in themes:
        for owed in shown.theme.owed(standing):
            if not flagged(shown.theme.flags, owed) and not branch.dissolved(owed.due_on):
                yield Due(
                    moment=end_of(owed.due_on),
                    command=FlagTheme(theme_id=shown.theme_id, flag=owed.flag, due_on=owed.due_on),
                    branch=branch.code,
                    rule=owed.flag,
                )


# ------------------------------------------------------------------ answers


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Point(_Answer):
    """One thing to mind, in words, with what it is about."""

    code: str
    vi: str
    en: str
    members: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Proof(_Answer):
    """One person the notice must reach, and how that is proven."""

    member_id: str
    reach: str | None
    """By what the member is reached; None for the superior's follower."""
    proven: bool
    confirmed: bool
    deliveries: tuple[Delivery, ...]


class Listed(_Answer):
    """A meeting in the list of a branch's meetings."""

    id: str
    meeting_kind: MeetingKind
    period: str
    on: date
    starts_at: str
    place: str
    phase: Literal["planned", "cancelled", "open", "closed"]
    moves: int
    notified_on: date | None
    on_time: bool | None
    proven: int
    recipients: int
    vi: str
    en: str


class Whole(_Answer):
    """A meeting with everything around it."""

    id: str
    meeting: MeetingShown
    vi: str
    en: str
    notice: Notice | None
    """The notice that stands."""
    proofs: tuple[Proof, ...]
    unproven: tuple[str, ...]
    chair_id: str | None
    acting: bool
    programme: ProgrammeShown | None
    items_nobody_took: tuple[ProgrammeItem, ...]
    without_task: tuple[str, ...]
    only_partner: tuple[str, ...]
    """Of those without a task, who is somebody's partner."""
    briefing: Turn | None
    briefed: BriefingDelivered | None
    open_points: tuple[Point, ...]
    advice: tuple[Point, ...]


class TextShown(_Answer):
    """What was said about a draft, opened for those who may read it."""

    what: Literal["reason", "remarks"]
    on: date
    text: str | None


class Step(_Answer):
    """A step of a theme that is still to be taken, by which day, in words."""

    code: str
    due_on: date
    overdue: bool
    vi: str
    en: str


class ThemeWhole(_Answer):
    """A theme as far as it has come, with the steps still to be taken."""

    id: str
    theme: Theme
    texts: tuple[TextShown, ...]
    steps: tuple[Step, ...]


class Choice(_Answer):
    """A candidate date and what it would mean, before anything is sent."""

    on: date
    weekday: int
    """1 Monday … 7 Sunday."""
    lead_days: int
    required_days: int
    on_time: bool
    late_by: int
    fixed_day: bool
    in_month: bool
    working_day: bool
    vi: str
    en: str


class Forecast(_Answer):
    """Whose turn a month is: as assigned, or as it would be if nobody is absent."""

    period: str
    on: date
    cycle: int
    turn: int
    member_id: str
    by: str
    assigned: bool
    delivered: bool


@dataclass(frozen=True)
class _Look:
    """One meeting with what stands around it."""

    shown: MeetingShown
    branch: Branch
    programme: ProgrammeShown | None
    rotation: RotationShown
    known: Known
    today: date
    name: Name

    @property
    def items(self) -> tuple[ProgrammeItem, ...]:
        return self.programme.items if self.programme and self.shown.meeting_kind in REGULAR else ()

    @property
    def standing(self) -> tuple[Any, ...]:
        return tuple(draft for draft in self.shown.drafts if draft.state == "standing")

    @property
    def idle(self) -> tuple[str, ...]:
        return without_task(self.branch, self.shown.on, self.standing) if self.shown.meeting_kind in REGULAR else ()

    @property
    def untaken(self) -> tuple[ProgrammeItem, ...]:
        left = nobody_took(self.items, self.standing)
        return tuple(item for item in self.items if item.id in left)

    @property
    def chair_id(self) -> str | None:
        return self.shown.delegated_to or self.branch.secretary(self.shown.on)

    @property
    def briefing(self) -> Turn | None:
        return self.rotation.rotation.of(self.shown.period) if self.shown.meeting_kind in REGULAR else None

    @property
    def proofs(self) -> tuple[Proof, ...]:
        return _proofs(self.shown, self.branch)

    def named(self, members: tuple[str, ...]) -> str:
        return ", ".join(self.name(member) for member in members)


def _own_name(member_id: str) -> str:
    return member_id


def _look(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name) -> _Look:
    shown: MeetingShown | None = reader.get("meetings", branch, meeting_id)
    cell: Branch | None = reader.get("branch", branch, "")
    if shown is None or cell is None:
        raise Refused(
            "Không có buổi họp này trong lịch của chi bộ. Đồng chí mở lại lịch; chưa có gì thay đổi.",
            "This branch has no such meeting. Open its calendar again; nothing has changed.",
            code="not-found",
        )
    return _Look(
        shown=shown,
        branch=cell,
        programme=programme(reader, branch, shown.period),
        rotation=reader.get("rotation", branch, "") or RotationShown(),
        known=_all_known(reader, branch, cell, shipped_holidays()),
        today=today,
        name=name,
    )


def _proofs(shown: MeetingShown, branch: Branch | None) -> tuple[Proof, ...]:
    if not shown.notices:
        return ()
    notice = shown.notices[-1]
    told = (*notice.recipients, *((notice.follower_id,) if notice.follower_id else ()))
    found = []
    for member_id in told:
        proofs = tuple(
            one for one in shown.deliveries if one.member_id == member_id and one.revision == notice.revision
        )
        member = branch.member(member_id) if branch else None
        found.append(
            Proof(
                member_id=member_id,
                reach=member.reach if member else None,
                proven=bool(proofs),
                confirmed=any(one.confirmed for one in proofs),
                deliveries=proofs,
            )
        )
    return tuple(found)


_STATE = {
    "planned": ("Đã ấn định", "set"),
    "notified": ("Đã thông báo", "notified"),
    "moved": ("Đã dời", "moved"),
    "cancelled": ("Không tổ chức", "called off"),
    "open": ("Đang họp", "in session"),
    "closed": ("Đã họp", "held"),
}


def _state(shown: MeetingShown) -> tuple[str, str]:
    if shown.phase != "planned":
        return _STATE[shown.phase]
    if shown.moves:
        return _STATE["moved"]
    return _STATE["notified" if shown.notices else "planned"]


def meetings(reader: ViewReader, branch: str) -> list[Listed]:
    """A branch's meetings, the latest first."""
    found: list[MeetingShown] = reader.scan("meetings", branch)
    return [_listed(shown) for shown in sorted(found, key=lambda one: (one.on, one.starts_at), reverse=True)]


def _listed(shown: MeetingShown) -> Listed:
    proofs = _proofs(shown, None)
    vi, en = _state(shown)
    notice = shown.notices[-1] if shown.notices else None
    return Listed(
        id=shown.meeting_id,
        meeting_kind=shown.meeting_kind,
        period=shown.period,
        on=shown.on,
        starts_at=shown.starts_at,
        place=shown.place,
        phase=shown.phase,
        moves=len(shown.moves),
        notified_on=notice.issued_on if notice else None,
        on_time=notice.on_time if notice else None,
        proven=sum(one.proven for one in proofs),
        recipients=len(proofs),
        vi=vi,
        en=en,
    )


def meeting(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = _own_name) -> Whole:
    """One meeting with everything around it. Raises Refused when there is none."""
    look = _look(reader, branch, meeting_id, today, name)
    shown, idle = look.shown, look.idle
    vi, en = _state(shown)
    partners = {draft.partner_id for draft in look.standing}
    briefed = [one for one in look.rotation.delivered if one.meeting_id == meeting_id]
    return Whole(
        id=shown.meeting_id,
        meeting=shown,
        vi=vi,
        en=en,
        notice=shown.notices[-1] if shown.notices else None,
        proofs=look.proofs,
        unproven=tuple(one.member_id for one in look.proofs if not one.proven),
        chair_id=look.chair_id,
        acting=shown.delegated_to is not None,
        programme=look.programme,
        items_nobody_took=look.untaken,
        without_task=idle,
        only_partner=tuple(member for member in idle if member in partners),
        briefing=look.briefing,
        briefed=briefed[-1] if briefed else None,
        open_points=tuple(_open_points(look)),
        advice=tuple(_advice(look)),
    )


def programme(reader: ViewReader, branch: str, period: str) -> ProgrammeShown | None:
    """A month's work programme as it falls to this branch, None when there is none.

    What stands nearest comes first; an item of an organisation above under an id already there is not said twice.
    """
    kept: list[ProgrammeKept] = []
    for code in dict.fromkeys([branch, *(code_of(scope) for scope in ladder(branch))]):
        found: ProgrammeKept | None = reader.get("programme", code, period)
        if found is not None and any(_falls_to(branch, line) for line in found.items):
            kept.append(found)
    if not kept:
        return None
    lines: dict[str, ProgrammeItem] = {}
    for one in kept:
        for line in one.items:
            if _falls_to(branch, line):
                lines.setdefault(line.id, ProgrammeItem(id=line.id, text=line.text, due_on=line.due_on))
    return ProgrammeShown(
        period=period,
        programme_no="; ".join(dict.fromkeys(one.programme_no for one in kept)),
        items=tuple(lines.values()),
        entered_at=max(one.entered_at for one in kept),
    )


def _falls_to(branch: str, line: ProgrammeLine) -> bool:
    return line.for_branch in {None, branch}


def months(reader: ViewReader, branch: str) -> list[MonthShown]:
    """Which months had their regular meeting opened and which were flagged (R5), the latest first."""
    found: list[MonthShown] = reader.scan("months", branch)
    return sorted(found, key=lambda one: one.period, reverse=True)


# ------------------------------------------------------------------ another date


def choices(
    reader: ViewReader,
    branch: str,
    meeting_id: str,
    today: date,
    *,
    dates: tuple[date, ...] = (),
    reason: MoveReason = "other",
) -> list[Choice]:
    """What each candidate date would mean if the notice left today; by default the ten days after today."""
    look = _look(reader, branch, meeting_id, today, _own_name)
    shown, charter = look.shown, look.branch.charter
    if charter is None:
        return []
    asked = dates or tuple(
        day for day in (today + timedelta(days=number) for number in range(1, 11)) if day != shown.on
    )
    fixed = fixed_day(shown.period, charter.meeting_day, charter.holiday_policy, look.known.holidays)
    keeps = bool(shown.notices) and keeps_notice(charter, reason)
    return [
        _choice(day, look, fixed, required_days(shown.meeting_kind, charter, profile_on(day)), keeps=keeps)
        for day in asked
    ]


def _choice(day: date, look: _Look, fixed: date, required: int, *, keeps: bool) -> Choice:
    meant = consequence(
        day,
        told_on=look.today,
        required_days=required,
        fixed_on=fixed,
        period=look.shown.period,
        holidays=shipped_holidays(),
        keeps_notice=keeps,
    )
    return Choice(
        on=day,
        weekday=day.isoweekday(),
        lead_days=meant.lead_days,
        required_days=meant.required_days,
        on_time=meant.on_time,
        late_by=meant.late_by,
        fixed_day=meant.fixed_day,
        in_month=meant.in_month,
        working_day=meant.working_day,
        vi=meant.vi,
        en=meant.en,
    )


# ------------------------------------------------------------------ the rotation


def rotation(reader: ViewReader, branch: str) -> RotationShown:
    """All turns so far."""
    return reader.get("rotation", branch, "") or RotationShown()


def forecast(reader: ViewReader, branch: str, first: str, count: int) -> list[Forecast]:
    """Whose turn each of ``count`` months is from ``first`` on: as assigned, else as it would come."""
    plausible(int(first[:4]))
    cell: Branch | None = reader.get("branch", branch, "")
    known_ = _all_known(reader, branch, cell, shipped_holidays())
    cell = living(known_)
    line = Rotation(held_turns(rotation(reader, branch).rotation, known_))
    found: list[Forecast] = []
    period = first
    for _ in range(count):
        now = known_.meetings.get(regular_id(branch, period))
        if now is not None and now.phase == "cancelled":
            period = next_period(period)
            continue
        turn = line.of(period)
        assigned = turn is not None
        if turn is None:
            turn = _would_be(line, known_, cell, period)
        if turn is None:
            break
        if not assigned:
            line = Rotation(tuple(sorted((*line.turns, turn), key=lambda one: one.period)))
        found.append(
            Forecast(
                period=period,
                on=turn.on,
                cycle=turn.cycle,
                turn=turn.turn,
                member_id=turn.member_id,
                by=turn.by,
                assigned=assigned,
                delivered=turn.delivered,
            )
        )
        period = next_period(period)
    return found


def _would_be(line: Rotation, known_: Known, cell: Branch, period: str) -> Turn | None:
    meeting_id = regular_id(cell.code, period)
    on = meeting_day(meeting_id, period, known_, cell)
    before = tuple(turn for turn in line.turns if turn.period < period)
    following = next(queue(before, cell, on), None)
    if following is None:
        return None
    return Turn(
        meeting_id=meeting_id,
        period=period,
        on=on,
        cycle=following.cycle,
        turn=following.turn,
        member_id=following.member_id,
        by=following.member_id,
        credited_in=following.cycle,
    )


# ------------------------------------------------------------------ themes


def quarters(reader: ViewReader, branch: str) -> list[QuarterShown]:
    """Which quarters had their thematic meeting, the latest first."""
    found: list[QuarterShown] = reader.scan("quarters", branch)
    return sorted(found, key=lambda one: one.quarter, reverse=True)


async def themes(reader: ViewReader, branch: str, today: date, opened: Open) -> list[ThemeWhole]:
    """A branch's themes, the latest first."""
    found: list[ThemeShown] = reader.scan("themes", branch)
    standing = {shown.meeting_id: _now(shown) for shown in reader.scan("meetings", branch)}
    latest = sorted(found, key=lambda one: (one.theme.on, one.theme_id), reverse=True)
    return [await _theme(one, standing, today, opened) for one in latest]


async def theme(reader: ViewReader, branch: str, theme_id: str, today: date, opened: Open) -> ThemeWhole:
    """One theme. Raises Refused when there is none."""
    shown: ThemeShown | None = reader.get("themes", branch, theme_id)
    if shown is None:
        raise Refused(
            f"Không có chuyên đề {theme_id} trong kế hoạch của chi bộ. Đồng chí mở lại kế hoạch; chưa có gì thay đổi.",
            f"This branch has no theme {theme_id}. Open its plan again; nothing has changed.",
            code="not-found",
        )
    standing = {one.meeting_id: _now(one) for one in reader.scan("meetings", branch)}
    return await _theme(shown, standing, today, opened)


async def _theme(shown: ThemeShown, standing: dict[str, MeetingNow], today: date, opened: Open) -> ThemeWhole:
    async def text(sealed: SealedText) -> TextShown:
        return TextShown(what=sealed.what, on=sealed.on, text=await opened(sealed.fact, sealed.value))

    return ThemeWhole(
        id=shown.theme_id,
        theme=shown.theme,
        texts=tuple([await text(one) for one in shown.texts]),
        steps=tuple(
            Step(
                code=owed.flag,
                due_on=owed.due_on,
                overdue=owed.due_on < today,
                vi=f"Hạn {owed.due_on:%d/%m/%Y}: {WORDS[owed.flag][0]}.",
                en=f"Due {owed.due_on:%d/%m/%Y}: {WORDS[owed.flag][1]}.",
            )
            for owed in shown.theme.owed(standing)
        ),
    )


def disseminations(reader: ViewReader, branch: str) -> list[DisseminationAssigned]:
    """Who presents which document, by the day it is due."""
    found: list[LearningShown] = reader.scan("disseminations", branch)
    charges = [one.dissemination for one in found if one.dissemination is not None]
    return sorted(charges, key=lambda one: (one.due_on, one.doc_no))


def study_sessions(reader: ViewReader, branch: str) -> list[StudySessionHeld]:
    """Study sessions held, the latest first."""
    found: list[LearningShown] = reader.scan("studies", branch)
    held = [one.session for one in found if one.session is not None]
    return sorted(held, key=lambda one: (one.held_on, one.session_id), reverse=True)


# ------------------------------------------------------------------ what is open before the notice


def open_points(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = _own_name) -> list[Point]:
    """What is not settled before the notice leaves (R37). Raises Refused when there is no such meeting."""
    return list(_open_points(_look(reader, branch, meeting_id, today, name)))


def _open_points(look: _Look) -> Iterator[Point]:
    shown = look.shown
    if shown.phase != "planned":
        return
    yield from _tasks_open(look)
    if not shown.agenda:
        yield Point(code="agenda", vi="Chương trình còn trống.", en="The agenda is empty.")
    early = tuple(draft for draft in look.standing if draft.due_on < shown.on)
    if early:
        yield Point(
            code="R19",
            vi=f"{len(early)} dự kiến có hạn đứng trước ngày họp {shown.on:%d/%m/%Y}: lập lại hoặc rút.",
            en=f"Drafts due before the meeting of {shown.on:%d/%m/%Y}: {len(early)}. Replace or withdraw them.",
            members=tuple(draft.member_id for draft in early),
            items=tuple(draft.draft_id for draft in early),
        )
    if not shown.notices:
        yield from _before_notice(look)


def _tasks_open(look: _Look) -> Iterator[Point]:
    if look.untaken:
        yield Point(
            code="items-nobody-took",
            vi=f"Còn {len(look.untaken)} nội dung chương trình công tác chưa ai nhận: "
            + "; ".join(item.text for item in look.untaken)
            + ".",
            en=f"Programme items nobody took: {len(look.untaken)}: "
            + "; ".join(item.text for item in look.untaken)
            + ".",
            items=tuple(item.id for item in look.untaken),
        )
    if look.idle:
        yield Point(
            code="without-task",
            vi=f"Còn {len(look.idle)} đồng chí chưa có việc: {look.named(look.idle)}.",
            en=f"Members without a task: {look.named(look.idle)}.",
            members=look.idle,
        )


def _before_notice(look: _Look) -> Iterator[Point]:
    shown, charter = look.shown, look.branch.charter
    asks = charter is not None and charter.notice_requires_committee and shown.meeting_kind != "committee"
    if asks and not shown.preparations:
        yield Point(
            code="R37",
            vi="Chưa ghi buổi họp chi ủy chuẩn bị: ghi buổi họp đó trước, hoặc gửi thông báo và nêu lý do.",
            en="No preparation by the committee is on record: record it first, or send the notice and say why.",
        )
    lead = lead_days(shown.on, look.today)
    if 0 <= lead < shown.notice_days:
        late = shown.notice_days - lead
        yield Point(
            code="R1",
            vi=f"Gửi hôm nay thì báo trước {lead} ngày, muộn {late} ngày (quy ước {shown.notice_days} ngày): "
            "cần nêu lý do.",
            en=f"Sent today the notice is {lead} days ahead, late by {late} (the charter asks {shown.notice_days}): "
            "a reason is needed.",
        )
    elif lead >= 0:
        yield Point(
            code="notice-due",
            vi=f"Gửi thông báo chậm nhất ngày {shown.notice_due_on:%d/%m/%Y}; gửi hôm nay là trước {lead} ngày, "
            "đúng hạn.",
            en=f"The notice is due by {shown.notice_due_on:%d/%m/%Y}; sent today it is {lead} days ahead, on time.",
        )
    paper = tuple(
        who for who in recipients_on(look.branch, shown.on, shown.meeting_kind) if _on_paper(look.branch, who)
    )
    if paper:
        yield Point(
            code="on-paper",
            vi=f"In thông báo và trao tay cho {len(paper)} đồng chí không dùng điện thoại thông minh: "
            f"{look.named(paper)}; chưa đánh dấu thì chưa đủ.",
            en=f"Print the notice and hand it to those without a smartphone: {look.named(paper)}; tick when done.",
            members=paper,
        )


def _on_paper(branch: Branch, member_id: str) -> bool:
    member = branch.member(member_id)
    return member is not None and member.reach == "paper"


# ------------------------------------------------------------------ advice


def advice(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = _own_name) -> list[Point]:
    """What to mind until the meeting opens. Raises Refused when there is no such meeting."""
    return list(_advice(_look(reader, branch, meeting_id, today, name)))


def _advice(look: _Look) -> Iterator[Point]:
    if look.shown.phase != "planned":
        return
    yield from _briefing_advice(look)
    yield from _office_advice(look)
    yield from _proof_advice(look)
    yield from _attendance_advice(look)


def _briefing_advice(look: _Look) -> Iterator[Point]:
    """Who briefs: nobody yet, somebody who is away, or somebody who also chairs."""
    if look.shown.meeting_kind not in REGULAR:
        return
    turn, period = look.briefing, month(look.shown.period)
    if turn is None:
        yield Point(
            code="briefing",
            vi=f"Chưa phân công thông tin thời sự tháng {period}.",
            en=f"Nobody is assigned the current-affairs briefing of {period}.",
        )
        return
    if turn.delivered:
        return
    away = {who for who, intends in look.shown.intentions.items() if intends == "excused"}
    delegated = look.shown.delegated_from if look.shown.delegated_to else None
    if turn.by in away or turn.by == delegated:
        line = substitutes(look.rotation.rotation, turn, look.known, look.branch, look.shown.on)
        yield from _next_in_line(look, turn, tuple(one.member_id for one in line[:2]))
    elif turn.by == look.chair_id and look.shown.delegated_to is not None:
        yield _chairs_and_briefs(look, turn.by, ())


def _next_in_line(look: _Look, turn: Turn, line: tuple[str, ...]) -> Iterator[Point]:
    if not line:
        return
    first, others = line[0], line[1:]
    if first == look.chair_id:
        yield _chairs_and_briefs(look, first, others)
        return
    yield Point(
        code="R12",
        vi=f"Đ/c {look.name(turn.by)} vắng, được phân công thời sự: kế tiếp là đ/c {look.name(first)}.",
        en=f"{look.name(turn.by)}, assigned the briefing, is away: next in line is {look.name(first)}.",
        members=(first,),
    )


def _chairs_and_briefs(look: _Look, who: str, others: tuple[str, ...]) -> Point:
    instead_vi = f"; chọn đ/c {look.name(others[0])}?" if others else "."
    instead_en = f"; choose {look.name(others[0])}?" if others else "."
    return Point(
        code="chairs-and-briefs",
        vi=f"Đ/c {look.name(who)} sẽ vừa chủ trì vừa trình bày thời sự{instead_vi}",
        en=f"{look.name(who)} will both chair and brief{instead_en}",
        members=(who, *others),
    )


def _office_advice(look: _Look) -> Iterator[Point]:
    shown = look.shown
    away = {who for who, intends in shown.intentions.items() if intends == "excused"}
    if look.chair_id is None or look.chair_id in away:
        yield Point(
            code="chair",
            vi="Chưa rõ ai chủ trì: bí thư vắng thì ủy quyền cho phó bí thư.",
            en="It is not settled who chairs: the secretary, when away, delegates to the deputy.",
        )
    if shown.minute_taker_id is None or shown.minute_taker_id in away:
        yield Point(
            code="R13",
            vi="Chưa có thư ký ghi biên bản dự họp; thư ký không phải là chủ trì.",
            en="Nobody who is coming is named to take the minutes; not the chair.",
        )


def _proof_advice(look: _Look) -> Iterator[Point]:
    missing = tuple(one.member_id for one in look.proofs if not one.proven)
    if missing:
        proven = len(look.proofs) - len(missing)
        yield Point(
            code="R10",
            vi=f"Thông báo mới chắc chắn tới {proven}/{len(look.proofs)}; còn {look.named(missing)}.",
            en=f"The notice is proven to have reached {proven} of {len(look.proofs)}; not yet {look.named(missing)}.",
            members=missing,
        )
    move = look.shown.moves[-1] if look.shown.moves else None
    if move is not None and move.notified_before and move.acknowledged_by is None and look.branch.follower:
        yield Point(
            code="acknowledgement",
            vi="Cấp ủy theo dõi chưa xác nhận việc dời buổi họp.",
            en="The superior's follower has not acknowledged the move.",
            members=(look.branch.follower.id,),
        )
    if look.shown.notices and not look.shown.materials:
        by = look.shown.on - timedelta(days=profile_on(look.shown.on).materials_days.value)
        yield Point(
            code="R3",
            vi=f"Chưa gửi tài liệu; gửi chậm nhất ngày {by:%d/%m/%Y}.",
            en=f"No materials are posted; due by {by:%d/%m/%Y}.",
        )


def _attendance_advice(look: _Look) -> Iterator[Point]:
    if look.shown.meeting_kind == "committee":
        return
    base = len(look.branch.base(look.shown.on))
    share = profile_on(look.shown.on).attendance
    spare = base - share.needed(base)
    away = sum(intends == "excused" for intends in look.shown.intentions.values())
    if base and spare <= away:
        vi = f"Chi bộ {base} đồng chí: vắng {spare + 1} là dưới {_percent(share.numerator, share.denominator)}"
        en = f"Of {base} members {spare + 1} absent is below {_percent(share.numerator, share.denominator)}"
        yield Point(
            code="attendance",
            vi=f"{vi}; đã có {away} đồng chí xin vắng." if away else f"{vi}.",
            en=f"{en}; {away} asked to be excused." if away else f"{en}.",
        )


def _percent(numerator: int, denominator: int) -> str:
    whole, rest = divmod(100 * numerator, denominator)
    return f"{whole} %" if not rest else f"{numerator}/{denominator}"


def this_month(today: date) -> str:
    """The month of a day."""
    return period_of(today)
