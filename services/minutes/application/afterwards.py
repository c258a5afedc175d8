"""What follows a meeting: visits, how it stands, the score of a year, flags."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.minutes.application.asker import Answer
from services.minutes.domain.practice import FlagName
from services.minutes.domain.remembered import (
    Flagged,
    Outcome,
    Visit,
    is_regular,
)
from shared import heard_rules
from shared.events import meeting_gap, presenting
from shared.events.afterwards import FLAG_WORDS
from shared.events.signatures import SIGNING_WORDS
from shared.events.sitting import (
    MeetingBand,
)
from shared.rules import good_year

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class VisitShown(Answer):
    """A visit of encouragement: who, whom, by when; nothing else is known."""

    meeting_id: str
    id: str
    by: str
    member_id: str
    due_on: date
    done_on: date | None
    overdue: bool


class FlagShown(Answer):
    """A day that passed without the fact that was to come."""

    meeting_id: str | None
    session_id: str | None
    flag: FlagName
    rule: str
    missing: str
    item: str | None
    member_id: str | None
    due_on: date
    detected_on: date
    cleared_on: date | None
    answered: bool | None
    vi: str
    en: str


def visits(reader: ViewReader, branch: str, today: date) -> list[VisitShown]:
    """Visits of encouragement, those still to be made first."""
    kept: list[Visit] = reader.scan("visits", branch)
    return [
        VisitShown(
            meeting_id=one.meeting_id,
            id=one.encouragement_id,
            by=one.by,
            member_id=one.member_id,
            due_on=one.due_on,
            done_on=one.done_on,
            overdue=one.done_on is None and one.due_on < today,
        )
        for one in sorted(kept, key=lambda one: (one.done_on is not None, one.due_on, one.encouragement_id))
    ]


def outcomes(reader: ViewReader, branch: str, year: int | None = None) -> list[Outcome]:
    """How each meeting stands: length, attendance, speakers, score, package; by day."""
    kept: list[Outcome] = reader.scan("outcomes", branch)
    chosen = [one for one in kept if year is None or one.period.startswith(f"{year:04}-")]
    return sorted(chosen, key=lambda one: one.opened_at)


class ScoreYear(Answer):
    """The regular meetings of a year by their bands, and whether they make a good year by the frame (R25)."""

    year: int
    bands: dict[str, MeetingBand]
    """Month → band, the superior's where there is one."""
    good: bool | None
    """None: the frame has no rule on the year."""
    rubric: str | None


def score_year(reader: ViewReader, branch: str, year: int) -> ScoreYear:
    """How a year's regular meetings were scored; judged by the frame that holds on its last day."""
    bands = {
        one.period: band
        for one in outcomes(reader, branch, year)
        if is_regular(one.meeting_id) and (band := one.confirmed_band or one.band) is not None
    }
    try:
        frame = heard_rules.rules(reader, branch).profile_for("scoring", date(year, 12, 31), branch)
    except LookupError:
        frame = None
    return ScoreYear(
        year=year,
        bands=bands,
        good=None if frame is None else good_year(frame, bands.values()),
        rubric=None if frame is None else frame.ref,
    )


WORDS: dict[str, tuple[str, str]] = {
    str(flag): words
    for said in (FLAG_WORDS, meeting_gap.WORDS, SIGNING_WORDS, presenting.WORDS)
    for flag, words in said.items()
}


def flags(reader: ViewReader, branch: str, *, standing: bool = False) -> list[FlagShown]:
    """Flags raised here, by the day they were due."""
    kept: list[Flagged] = reader.scan("flags", branch)
    return [
        FlagShown(**one.model_dump(), vi=WORDS[one.flag][0], en=WORDS[one.flag][1])
        for one in sorted(kept, key=lambda one: (one.due_on, one.flag, one.item or "", one.member_id or ""))
        if not standing or one.cleared_on is None
    ]
