"""What scheduler knows when it decides, from its read models; roles held for one meeting only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from services.scheduler.domain.by_itself import FlagReadiness
from services.scheduler.domain.known import Known, MeetingNow, SendingChosen
from services.scheduler.domain.learning import AssignDissemination
from services.scheduler.domain.notice_number import MARK
from services.scheduler.domain.plan import MeetingCommand
from services.scheduler.domain.quarter import (
    THEMATIC,
    FlagQuarter,
)
from services.scheduler.domain.rotation import (
    RotationCommand,
)
from services.scheduler.domain.theme import ThemeCommand
from services.scheduler.domain.unit import UnitCommand
from services.scheduler.projections import (
    MeetingShown,
    ProgrammeKept,
    ProgrammeShown,
    QuarterShown,
    RotationShown,
    SendingShown,
    UnitShown,
)
from shared import heard_rules, heard_tree, periods
from shared.branch import Branch
from shared.decision import Command
from shared.events.envelope import moment
from shared.events.hub import ProgrammeLine
from shared.events.meeting import (
    ProgrammeItem,
)
from shared.numbering import NumberSeries, next_number
from shared.rules import EVERYWHERE, RuleBook
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


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
            rules=rules(reader, branch),
            sending=sending(reader, branch),
            meetings={} if shown is None else {shown.meeting_id: meeting_now(shown)},
            next_notice=next_number(MARK, cell, reader.get("notice_numbers", branch, "") or NumberSeries()),
            silent=silent_turns(reader, branch).get(command.meeting_id) if isinstance(command, FlagReadiness) else None,
        )
    if isinstance(command, UnitCommand):
        unit: UnitShown | None = reader.get("units", branch, command.meeting_id)
        opened = {} if unit is None or unit.opened_at is None else {unit.meeting_id: moment(unit.opened_at)}
        return Known(branch=cell, units_opened=opened)
    if isinstance(command, RotationCommand):
        period = command.meeting_id.removeprefix(f"{branch}:")
        return all_known(reader, branch, cell, shipped_holidays())
    if isinstance(command, ThemeCommand | AssignDissemination):
        return all_known(reader, branch, cell, frozenset())
    if isinstance(command, FlagQuarter):
        quarter: QuarterShown | None = reader.get("quarters", branch, command.quarter)
        away = moved_out(reader.scan("meetings", branch), command.quarter)
        held = (*(quarter.held if quarter else ()), *away)
        return Known(branch=cell, rules=rules(reader, branch), thematic_held=held)
    return Known(branch=cell, rules=rules(reader, branch))


def all_known(reader: ViewReader, branch: str, cell: Branch | None, days: frozenset[date]) -> Known:
    meetings = (meeting_now(shown) for shown in reader.scan("meetings", branch))
    return Known(
        branch=cell,
        holidays=days,
        rules=rules(reader, branch),
        sending=sending(reader, branch),
        meetings={now.meeting_id: now for now in meetings},
    )


def sending(reader: ViewReader, branch: str) -> SendingChosen | None:
    """Whether notices leave by themselves, as the branch chose."""
    shown: SendingShown | None = reader.get("sending", branch, "")
    return None if shown is None else SendingChosen(by_itself=shown.by_itself, hour=shown.hour)


def rules(reader: ViewReader, branch: str) -> RuleBook:
    """The rules published for the branch and above it, beside the shipped ones nobody published."""
    return heard_rules.rules(reader, branch)


def meeting_now(shown: MeetingShown) -> MeetingNow:
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
        readiness=shown.readiness,
    )


def moved_out(meetings: Iterable[MeetingShown], quarter: str) -> tuple[str, ...]:
    """Thematic and combined meetings that force majeure moved out of a quarter: a state of its own, no neglect (R6)."""
    return tuple(
        shown.meeting_id
        for shown in meetings
        if shown.meeting_kind in THEMATIC
        and shown.phase != "cancelled"
        and periods.containing(shown.on, "quarter") != quarter
        if any(
            move.reason == "force_majeure" and periods.containing(move.from_on, "quarter") == quarter
            for move in shown.moves
        )
    )


def silent_turns(reader: ViewReader, branch: str) -> dict[str, str]:
    """Meeting → whose turn at its briefing it was, while nobody is recorded as having briefed."""
    shown: RotationShown | None = reader.get("rotation", branch, "")
    turns = () if shown is None else shown.rotation.turns
    return {turn.meeting_id: turn.by for turn in turns if not turn.delivered}


def roles(known: Known, actor: str, command: Command) -> frozenset[str]:
    """Roles held for one meeting only: whoever is to chair it, whoever is to take its minutes."""
    now = known.meetings.get(getattr(command, "meeting_id", ""))
    if now is None:
        return frozenset()
    held = {"chair": now.chair_id, "minute_taker": now.minute_taker_id}
    return frozenset(role for role, holder in held.items() if holder == actor)


def programme(reader: ViewReader, branch: str, period: str) -> ProgrammeShown | None:
    """A month's work programme as it falls to this branch, None when there is none.

    What stands nearest comes first; an item of an organisation above under an id already there is not said twice.
    """
    try:
        chain = heard_tree.tree(reader).chain(branch, periods.last_day(period))
    except ValueError:  # no month: the id of a meeting that cannot be, refused where it is decided
        return None
    kept: list[ProgrammeKept] = []
    for code in dict.fromkeys([*chain, EVERYWHERE]):
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
