"""What happens to the open tasks of a branch that was merged: who took its place, and what waits there for a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from services.ranking.domain.known import Heir
from services.ranking.domain.task import HandOverTask
from services.ranking.projections import TaskShown
from shared.days import VIETNAM, civil_day
from shared.heard_tree import tree
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.branch import Branch
    from shared.events.ranking import TaskHandedOver
    from shared.store.views import ViewReader


def heir_of(reader: ViewReader, branch: str) -> Heir | None:
    """The one branch that took the place of one that ended; None while it stands, or where nobody or several did."""
    unit = tree(reader).units.get(branch)
    if unit is None or unit.ended_on is None or len(unit.became) != 1:
        return None
    return Heir(unit.became[0], unit.ended_on)


def to_hand_over(reader: ViewReader, branch: Branch, now: datetime) -> Iterator[Due]:
    """Each task still open in a branch that has ended."""
    if not branch.dissolved(civil_day(now)):
        return
    open_here = [one.task_id for one in reader.scan("tasks", branch.code) if one.task.pending]
    heir = heir_of(reader, branch.code) if open_here else None
    if heir is not None:
        ended = datetime.combine(heir.since, time(), VIETNAM).astimezone(UTC)
        for task in open_here:
            yield Due(moment=ended, command=HandOverTask(task_id=task), branch=branch.code, rule="task-goes-on")


def waiting(reader: ViewReader, branch: str) -> dict[tuple[str, str], TaskShown]:
    """Branch that ended and task → what waits for a member of this branch."""
    found: dict[tuple[str, str], TaskShown] = {}
    ended = _merged_into(reader, branch)
    for before in ended:
        for one in reader.scan("tasks", before):
            if one.task.handed is not None:
                found[before, one.task_id] = one
    for here in (branch, *ended):
        for one in reader.scan("tasks", here) if found else ():
            if (taken := one.task.taken) is not None:
                found.pop((taken.from_branch, taken.from_task_id), None)
    return found


def left_open(reader: ViewReader, branch: str, from_branch: str, task_id: str) -> TaskHandedOver | None:
    """One task that waits here."""
    shown = waiting(reader, branch).get((from_branch, task_id))
    return None if shown is None else shown.task.handed


def _merged_into(reader: ViewReader, branch: str) -> list[str]:
    """Every branch that lives on in this one alone, also those whose heir was merged in turn."""
    ended = {unit.code: unit.became[0] for unit in tree(reader).units.values() if len(unit.became) == 1}
    found, more = [branch], True
    while more:
        came = [code for code, into in ended.items() if into in found and code not in found]
        found, more = [*found, *came], bool(came)
    return found[1:]
