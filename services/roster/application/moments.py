"""What the clock says by itself: what did not come by its day, branches that have ended in the tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from services.roster.application.answers import sheets_of
from services.roster.application.signing import keys_due
from services.roster.application.yearly import pledge_day
from services.roster.domain.commands import DissolveBranch
from services.roster.domain.flags import Owed, flagged
from services.roster.domain.locality import FlagLocality
from services.roster.domain.member import FlagMember
from services.roster.domain.sheet import Sheet
from services.roster.projections import LocalityShown, PledgesKept, SheetShown
from shared import heard_rules, heard_tree
from shared.branch import Branch
from shared.days import VIETNAM, end_of
from shared.organisation import Unit
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """What did not come by its day and is not flagged yet; branches that have ended in the tree."""
    found = [*_members_due(reader), *_localities_due(reader), *_pledges_due(reader, now), *_ended_due(reader)]
    found += keys_due(reader, now)
    return [one for one in found if one.moment <= now]


def _members_due(reader: ViewReader) -> Iterator[Due]:
    for code in reader.branches("sheets"):
        branch: Branch | None = reader.get("branch", code, "")
        for shown in cast("list[SheetShown]", reader.scan("sheets", code)):
            for owed in shown.sheet.owed(shown.member_id):
                if branch is not None and not branch.dissolved(owed.due_on) and not flagged(shown.sheet.flags, owed):
                    yield _flag_of_member(code, owed)


def _flag_of_member(code: str, owed: Owed) -> Due:
    command = FlagMember.model_validate(
        {"member_id": owed.member_id, "flag": owed.flag, "item": owed.item, "due_on": owed.due_on}
    )
    return Due(moment=end_of(owed.due_on), command=command, branch=code, rule=f"{owed.flag}:{owed.item}")


def _localities_due(reader: ViewReader) -> Iterator[Due]:
    for code in reader.branches("localities"):
        for shown in cast("list[LocalityShown]", reader.scan("localities", code)):
            for owed in shown.locality.owed():
                if not flagged(shown.locality.flags, owed):
                    command = FlagLocality(locality_id=shown.locality_id, item=owed.item, due_on=owed.due_on)
                    rule = f"{owed.flag}:{owed.item}"
                    yield Due(moment=end_of(owed.due_on), command=command, branch=code, rule=rule)


def _pledges_due(reader: ViewReader, now: datetime) -> Iterator[Due]:
    """Of everybody in the base on the last day, from the day on which the branch began to keep pledges here."""
    published = heard_rules.OfMany(reader)
    for code in reader.branches("pledges"):
        rules = published.rules(code)
        branch: Branch | None = reader.get("branch", code, "")
        since = cast("PledgesKept", reader.get("pledges", code, "")).since
        sheets = sheets_of(reader, code)
        for year in range(since.year, now.astimezone(VIETNAM).year + 1):
            last = pledge_day(rules, code, year)
            if branch is None or last is None or last < since or branch.dissolved(last):
                continue
            for member_id in branch.base(last):
                sheet = sheets[member_id].sheet if member_id in sheets else Sheet()
                owed = Owed(flag="pledge_missing", item=str(year), due_on=last, member_id=member_id)
                if all(pledge.year != year for pledge in sheet.pledges) and not flagged(sheet.flags, owed):
                    yield _flag_of_member(code, owed)


def _ended_due(reader: ViewReader) -> Iterator[Due]:
    for root in reader.branches(heard_tree.VIEW):
        for unit in cast("list[Unit]", reader.scan(heard_tree.VIEW, root)):
            if unit.kind != "branch" or unit.ended_on is None or unit.ended_by is None:
                continue
            branch: Branch | None = reader.get("branch", unit.code, "")
            if branch is not None and branch.dissolved_on is None:
                command = DissolveBranch(decision_no=unit.ended_by, effective_on=unit.ended_on)
                moment = end_of(unit.ended_on - timedelta(days=1))
                yield Due(moment=moment, command=command, branch=unit.code, rule="ended-in-tree")
