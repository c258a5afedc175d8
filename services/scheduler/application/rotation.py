"""The briefing rotation: turns so far, and whose turn the coming months are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.scheduler.application.knowledge import all_known
from services.scheduler.application.look import Answer
from services.scheduler.domain.known import Known, living, plausible
from services.scheduler.domain.meeting import (
    regular_id,
)
from services.scheduler.domain.rotation import (
    Rotation,
    Turn,
    held_turns,
    meeting_day,
    queue,
)
from services.scheduler.projections import (
    RotationShown,
)
from shared import periods
from shared.branch import Branch
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class Forecast(Answer):
    """Whose turn a month is: as assigned, or as it would be if nobody is absent."""

    period: str
    on: date
    cycle: int
    turn: int
    member_id: str
    by: str
    assigned: bool
    delivered: bool


def rotation(reader: ViewReader, branch: str) -> RotationShown:
    """All turns so far."""
    return reader.get("rotation", branch, "") or RotationShown()


def forecast(reader: ViewReader, branch: str, first: str, count: int) -> list[Forecast]:
    """Whose turn each of ``count`` months is from ``first`` on: as assigned, else as it would come."""
    plausible(int(first[:4]))
    cell: Branch | None = reader.get("branch", branch, "")
    known_ = all_known(reader, branch, cell, shipped_holidays())
    cell = living(known_)
    line = Rotation(held_turns(rotation(reader, branch).rotation, known_))
    found: list[Forecast] = []
    period = first
    for _ in range(count):
        now = known_.meetings.get(regular_id(branch, period))
        if now is not None and now.phase == "cancelled":
            period = periods.following(period)
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
        period = periods.following(period)
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


def this_month(today: date) -> str:
    """The month of a day."""
    return periods.containing(today, "month")
