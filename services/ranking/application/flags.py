"""Flags: what has not come by its day, and what answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from services.ranking.application.answers import Answer, FactInWords, History, Name, told
from services.ranking.projections import FlagShown
from shared.events.ranking_flag import RankingFlagRaised

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class FlagAnswer(Answer):
    """A flag in words: what has not come, since when, and what answered it."""

    flag_id: str
    rule: str
    owing: str
    state: Literal["raised", "cleared"]
    due_at: str
    raised_at: str
    missing: tuple[str, ...] = Field(description="The facts of which one answers.")
    member_ids: tuple[str, ...]
    task_id: str | None
    period: str | None
    meeting_id: str | None
    answered_by: str | None
    facts: tuple[FactInWords, ...]


def flags(
    reader: ViewReader, branch: str, state: Literal["raised", "cleared", "all"], history: History, name: Name
) -> list[FlagAnswer]:
    """The flags of a branch by the day they fell due; raised ones wait for an answer."""
    shown: Sequence[FlagShown] = reader.scan("flags", branch)
    wanted = [one for one in shown if state == "all" or (one.cleared is not None) == (state == "cleared")]
    return [_flag(one, branch, history, name) for one in sorted(wanted, key=lambda one: one.raised.due_at)]


def _flag(shown: FlagShown, branch: str, history: History, name: Name) -> FlagAnswer:
    raised, cleared = shown.raised, shown.cleared
    return FlagAnswer(
        flag_id=shown.flag_id,
        rule=raised.rule,
        owing=raised.owing if isinstance(raised, RankingFlagRaised) else raised.step,
        state="raised" if cleared is None else "cleared",
        due_at=raised.due_at,
        raised_at=shown.raised_at,
        missing=raised.missing,
        member_ids=raised.member_ids,
        task_id=raised.task_id if isinstance(raised, RankingFlagRaised) else None,
        period=raised.period,
        meeting_id=raised.meeting_id if isinstance(raised, RankingFlagRaised) else None,
        answered_by=cleared.answered_by if cleared is not None else None,
        facts=tuple(told(recorded, name) for recorded in history(f"flag/{branch}:{shown.flag_id}")),
    )
