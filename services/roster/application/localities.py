"""Localities: who follows them, visits, issues on their road."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, cast, get_args

from services.roster.application.answers import Answer, Individual, Open, TextShown, named, people_of, texts_shown
from services.roster.application.flags import FlagShown, in_words
from services.roster.domain.locality import Issue, Said, Visit
from services.roster.projections import LocalityShown, Person
from shared.events.locality import Act
from shared.events.sealed import Keys

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class IssueShown(Answer):
    """An issue on its road, with its texts."""

    issue: Issue
    phase: Literal["raised", "advised", "answered", "closed"]
    overdue: bool
    texts: tuple[TextShown, ...]


class LocalityOnDay(Answer):
    """A locality, who follows it on a day, and what happened there."""

    id: str
    place: str | None
    followed_by: Individual | None
    visits: tuple[Visit, ...]
    acts: dict[Act, int]
    """How many visits served each of the four acts."""
    issues: tuple[IssueShown, ...]
    remarks: tuple[Said, ...]
    flags: tuple[FlagShown, ...]


async def localities(reader: ViewReader, code: str, day: date, keys: Keys, opened: Open) -> list[LocalityOnDay]:
    """The localities a branch follows."""
    people = people_of(reader, code)
    return [
        await _locality(shown, day, people, keys, opened)
        for shown in cast("list[LocalityShown]", reader.scan("localities", code))
    ]


async def _locality(
    shown: LocalityShown, day: date, people: Mapping[str, Person], keys: Keys, opened: Open
) -> LocalityOnDay:
    locality = shown.locality
    followed = locality.followed_on(day)
    issues = []
    for issue in locality.issues:
        texts = await texts_shown((text for text in shown.texts if text.item == issue.id), opened)
        late = issue.phase == "advised" and issue.answer_due_on is not None and issue.answer_due_on < day
        issues.append(IssueShown(issue=issue, phase=issue.phase, overdue=late, texts=texts))
    return LocalityOnDay(
        id=shown.locality_id,
        place=followed.place if followed else None,
        followed_by=named(followed.member_id, people, keys) if followed else None,
        visits=locality.visits,
        acts={act: sum(act in visit.acts for visit in locality.visits) for act in get_args(Act)},
        issues=tuple(issues),
        remarks=locality.remarks,
        flags=tuple(in_words(one, people, keys) for one in locality.flags),
    )
