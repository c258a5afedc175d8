"""Meetings as they are shown: the list, one with everything around it, months, programmes, other dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from services.scheduler.application.look import Answer, Look, Name, Point, Proof, look_at, own_name, proofs_of
from services.scheduler.application.points import advice_on, points_open
from services.scheduler.domain.calendar import (
    consequence,
    fixed_day,
)
from services.scheduler.domain.known import profile_on
from services.scheduler.domain.meeting import (
    keeps_notice,
)
from services.scheduler.domain.notice import required_days
from services.scheduler.domain.rotation import (
    Turn,
)
from services.scheduler.projections import (
    MeetingShown,
    MonthShown,
    Notice,
    ProgrammeShown,
)
from shared.events.meeting import (
    BriefingDelivered,
    MeetingKind,
    MoveReason,
    ProgrammeItem,
)
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class Listed(Answer):
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


class Whole(Answer):
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


class Choice(Answer):
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
    proofs = proofs_of(shown, None)
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


def meeting(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = own_name) -> Whole:
    """One meeting with everything around it. Raises Refused when there is none."""
    look = look_at(reader, branch, meeting_id, today, name)
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
        open_points=tuple(points_open(look)),
        advice=tuple(advice_on(look)),
    )


def months(reader: ViewReader, branch: str) -> list[MonthShown]:
    """Which months had their regular meeting opened and which were flagged (R5), the latest first."""
    found: list[MonthShown] = reader.scan("months", branch)
    return sorted(found, key=lambda one: one.period, reverse=True)


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
    look = look_at(reader, branch, meeting_id, today, own_name)
    shown, charter = look.shown, look.branch.charter
    if charter is None:
        return []
    asked = dates or tuple(
        day for day in (today + timedelta(days=number) for number in range(1, 11)) if day != shown.on
    )
    fixed = fixed_day(shown.period, charter.meeting_day, charter.holiday_policy, look.known.holidays)
    keeps = bool(shown.notices) and keeps_notice(charter, reason)
    return [
        _choice(
            day,
            look,
            fixed,
            required_days(shown.meeting_kind, charter, profile_on(look.known, look.branch.code, day)),
            keeps=keeps,
        )
        for day in asked
    ]


def _choice(day: date, look: Look, fixed: date, required: int, *, keeps: bool) -> Choice:
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
