"""Notebooks by period: how far each came towards everybody (R38)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from services.ranking.application.answers import Answer
from services.ranking.domain.notebook import Notebooks, missing
from services.ranking.projections import NotebooksShown
from shared import periods
from shared.branch import Branch
from shared.events.notebook import NotebookRechecked, NotebookResult

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class NotebookAnswer(Answer):
    """One member's notebook in one period."""

    member_id: str
    inspector_id: str | None
    inspected_on: date | None
    noted: int | None
    held: int | None
    result: NotebookResult | None
    recheck_on: date | None = Field(description="Until when it is to be looked at again; absent when nothing is.")
    rechecked_on: date | None
    facts: tuple[str, ...]


class NotebooksAnswer(Answer):
    """A period's notebooks: how many of the base were inspected, who is missing, what is to be looked at again."""

    period: str
    ends_on: date
    base: int
    inspected: int
    in_order: int
    complete: bool
    missing: tuple[str, ...]
    to_recheck: tuple[str, ...]
    members: tuple[NotebookAnswer, ...]


def coverage(reader: ViewReader, branch: str) -> list[NotebooksAnswer]:
    """Every period with an inspection, in order: how far it came towards everybody's notebook (R38)."""
    shown: Sequence[NotebooksShown] = reader.scan("notebooks", branch)
    return sorted((_notebooks(reader, branch, one) for one in shown), key=lambda one: one.ends_on)


def notebooks(reader: ViewReader, branch: str, period: str) -> NotebooksAnswer:
    """One period's notebooks, also where none has been inspected yet."""
    shown: NotebooksShown | None = reader.get("notebooks", branch, period)
    return _notebooks(reader, branch, shown or NotebooksShown(period=period, notebooks=Notebooks()))


def _notebooks(reader: ViewReader, code: str, shown: NotebooksShown) -> NotebooksAnswer:
    branch: Branch | None = reader.get("branch", code, "")
    ends = periods.last_day(shown.period)
    base = branch.base(ends) if branch is not None else ()
    open_ = missing(shown.notebooks, branch, shown.period) if branch is not None else ()
    members = tuple(_notebook(shown, member) for member in dict.fromkeys((*base, *shown.notebooks.inspected)))
    return NotebooksAnswer(
        period=shown.period,
        ends_on=ends,
        base=len(base),
        inspected=len(base) - len(open_),
        in_order=sum(one.result == "ok" for one in members if one.member_id in base),
        complete=not open_,
        missing=open_,
        to_recheck=tuple(one.member_id for one in members if one.recheck_on is not None),
        members=members,
    )


def _notebook(shown: NotebooksShown, member: str) -> NotebookAnswer:
    first, latest = shown.notebooks.inspected.get(member), shown.notebooks.latest(member)
    return NotebookAnswer(
        member_id=member,
        inspector_id=latest.inspector_id if latest is not None else None,
        inspected_on=first.inspected_on if first is not None else None,
        noted=latest.noted if latest is not None else None,
        held=latest.held if latest is not None else None,
        result=latest.result if latest is not None else None,
        recheck_on=latest.recheck_on if latest is not None else None,
        rechecked_on=latest.rechecked_on if isinstance(latest, NotebookRechecked) else None,
        facts=shown.facts.get(member, ()),
    )
