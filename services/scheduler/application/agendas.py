"""An agenda proposed for a meeting: the rules' order, filled in with whatever is known by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.scheduler.application.knowledge import all_known
from services.scheduler.application.look import Answer
from services.scheduler.application.rotation import forecast
from services.scheduler.domain.calendar import fixed_day
from services.scheduler.domain.known import Known, chartered, living, plausible, preparation_on, profile_on
from services.scheduler.domain.meeting import regular_id
from services.scheduler.domain.plan import REGULAR
from services.scheduler.projections import LearningShown, ReturningShown, ThemeShown
from shared import periods
from shared.branch import Branch
from shared.decision import Refused
from shared.rules.preparation import AgendaKind, TemplateItem
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader

ANSWERING_MINUTES = 5
"""Proposed for what was promised or is to be decided, where something is."""


class ProposedItem(Answer):
    """One line of a proposed agenda."""

    number: int
    code: str
    part: str
    text: str
    minutes: int
    required: bool
    about: tuple[str, ...] = ()
    """The documents, themes, opinions or corrections it is filled in with."""
    members: tuple[str, ...] = ()
    """Who has a part in it; names stand beside agendas, not in them."""


class Proposal(Answer):
    """An agenda to begin from."""

    meeting_kind: AgendaKind
    period: str
    meeting_id: str
    on: date
    profile: str
    """The rules it follows, ``id@version``."""
    minutes: int
    least: int | None
    """The least time of such a meeting; None when nothing is prescribed."""
    items: tuple[ProposedItem, ...]


@dataclass(frozen=True)
class _Filling:
    """What is known for an item: its words, about what, and who."""

    text: str
    about: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def propose(reader: ViewReader, branch: str, kind: AgendaKind, period: str) -> Proposal:
    """The agenda of a kind of meeting in a month. Raises Refused where no rules about agendas hold."""
    plausible(int(period[:4]))
    knows = all_known(reader, branch, reader.get("branch", branch, ""), shipped_holidays())
    cell = living(knows)
    meeting_id = regular_id(branch, period) if kind in REGULAR else f"{regular_id(branch, period)}:{kind}"
    on = _day(knows, cell, meeting_id, period)
    profile = preparation_on(knows, branch, on)
    template = profile.agenda(kind) if profile else None
    if profile is None or template is None:
        raise Refused(
            f"Chưa có khung chương trình nào cho ngày {on:%d/%m/%Y}. Đồng chí tự lập chương trình; chưa gì thay đổi.",
            f"No rules about agendas hold on {on:%d/%m/%Y}. Make the agenda by hand; nothing has changed.",
            code="not-found",
        )
    items = tuple(_items(reader, branch, period, meeting_id, template.items))
    party = kind not in {"professional", "union"}
    return Proposal(
        meeting_kind=kind,
        period=period,
        meeting_id=meeting_id,
        on=on,
        profile=profile.ref,
        minutes=sum(item.minutes for item in items),
        least=cell.least_minutes(profile_on(knows, branch, on), kind, on) if party else None,
        items=items,
    )


def _day(knows: Known, cell: Branch, meeting_id: str, period: str) -> date:
    now = knows.meetings.get(meeting_id)
    if now is not None:
        return now.on
    charter = chartered(cell)
    return min(fixed_day(period, charter.meeting_day, charter.holiday_policy, knows.holidays), periods.last_day(period))


def _items(
    reader: ViewReader, branch: str, period: str, meeting_id: str, template: tuple[TemplateItem, ...]
) -> Iterator[ProposedItem]:
    number = 0
    for item in template:
        found = _filled(reader, branch, period, meeting_id, item)
        if found is None and item.minutes == 0:
            continue
        number += 1
        yield ProposedItem(
            number=number,
            code=item.code,
            part=item.part,
            text=found.text if found else item.text,
            minutes=item.minutes or ANSWERING_MINUTES,
            required=item.required,
            about=found.about if found else (),
            members=found.members if found else (),
        )


def _filled(reader: ViewReader, branch: str, period: str, meeting_id: str, item: TemplateItem) -> _Filling | None:
    """What is known for an item; None: nothing, so it stands as the rules word it, or is left out."""
    match item.filled:
        case "briefing":
            turn = next(iter(forecast(reader, branch, period, 1)), None)
            stands = turn is not None and turn.period == period
            return _Filling(item.text, members=(turn.by,)) if turn is not None and stands else None
        case "documents":
            kept: list[LearningShown] = reader.scan("disseminations", branch)
            told = [one.dissemination for one in kept if one.dissemination is not None]
            told = [one for one in told if one.meeting_id == meeting_id]
            numbers = tuple(one.doc_no for one in told)
            words = f"Phổ biến văn bản mới: {'; '.join(numbers)}"
            return _Filling(words, numbers, tuple(dict.fromkeys(one.member_id for one in told))) if told else None
        case "themes":
            themes: list[ThemeShown] = reader.scan("themes", branch)
            due = [one for one in themes if one.theme.meeting_id == meeting_id and not one.theme.reached("presented")]
            words = f"{item.text}: {'; '.join(one.theme.theme for one in due)}"
            ids = tuple(one.theme_id for one in due)
            return _Filling(words, ids, tuple(one.theme.member_id for one in due)) if due else None
        case "promised" | "corrections" as what:
            waiting: list[ReturningShown] = reader.scan("returning", branch)
            back = [one for one in waiting if one.what == what and one.raised_in != meeting_id]
            words = f"{item.text} ({', '.join(one.id for one in back)})"
            ids = tuple(one.id for one in back)
            return _Filling(words, ids, tuple(one.member_id for one in back if one.member_id)) if back else None
        case None:
            return None
