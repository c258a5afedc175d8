"""Themes with the steps still to be taken, quarters, documents to present, study sessions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.scheduler.application.knowledge import meeting_now
from services.scheduler.application.look import Answer, Open
from services.scheduler.domain.known import MeetingNow
from services.scheduler.domain.theme import Theme
from services.scheduler.projections import (
    LearningShown,
    QuarterShown,
    SealedText,
    ThemeShown,
)
from shared.decision import Refused
from shared.events.learning import DisseminationAssigned, StudySessionHeld
from shared.events.scheduler_flag import WORDS

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class TextShown(Answer):
    """What was said about a draft, opened for those who may read it."""

    what: Literal["reason", "remarks"]
    on: date
    text: str | None


class Step(Answer):
    """A step of a theme that is still to be taken, by which day, in words."""

    code: str
    due_on: date
    overdue: bool
    vi: str
    en: str


class ThemeWhole(Answer):
    """A theme as far as it has come, with the steps still to be taken."""

    id: str
    theme: Theme
    texts: tuple[TextShown, ...]
    steps: tuple[Step, ...]


def quarters(reader: ViewReader, branch: str) -> list[QuarterShown]:
    """Which quarters had their thematic meeting, the latest first."""
    found: list[QuarterShown] = reader.scan("quarters", branch)
    return sorted(found, key=lambda one: one.quarter, reverse=True)


async def themes(reader: ViewReader, branch: str, today: date, opened: Open) -> list[ThemeWhole]:
    """A branch's themes, the latest first."""
    found: list[ThemeShown] = reader.scan("themes", branch)
    standing = {shown.meeting_id: meeting_now(shown) for shown in reader.scan("meetings", branch)}
    latest = sorted(found, key=lambda one: (one.theme.on, one.theme_id), reverse=True)
    return [await _theme(one, standing, today, opened) for one in latest]


async def theme(reader: ViewReader, branch: str, theme_id: str, today: date, opened: Open) -> ThemeWhole:
    """One theme. Raises Refused when there is none."""
    shown: ThemeShown | None = reader.get("themes", branch, theme_id)
    if shown is None:
        raise Refused(
            f"Không có chuyên đề {theme_id} trong kế hoạch của chi bộ. Đồng chí mở lại kế hoạch; chưa có gì thay đổi.",
            f"This branch has no theme {theme_id}. Open its plan again; nothing has changed.",
            code="not-found",
        )
    standing = {one.meeting_id: meeting_now(one) for one in reader.scan("meetings", branch)}
    return await _theme(shown, standing, today, opened)


async def _theme(shown: ThemeShown, standing: dict[str, MeetingNow], today: date, opened: Open) -> ThemeWhole:
    async def text(sealed: SealedText) -> TextShown:
        return TextShown(what=sealed.what, on=sealed.on, text=await opened(sealed.fact, sealed.value))

    return ThemeWhole(
        id=shown.theme_id,
        theme=shown.theme,
        texts=tuple([await text(one) for one in shown.texts]),
        steps=tuple(
            Step(
                code=owed.flag,
                due_on=owed.due_on,
                overdue=owed.due_on < today,
                vi=f"Hạn {owed.due_on:%d/%m/%Y}: {WORDS[owed.flag][0]}.",
                en=f"Due {owed.due_on:%d/%m/%Y}: {WORDS[owed.flag][1]}.",
            )
            for owed in shown.theme.owed(standing)
        ),
    )


def disseminations(reader: ViewReader, branch: str) -> list[DisseminationAssigned]:
    """Who presents which document, by the day it is due."""
    found: list[LearningShown] = reader.scan("disseminations", branch)
    charges = [one.dissemination for one in found if one.dissemination is not None]
    return sorted(charges, key=lambda one: (one.due_on, one.doc_no))


def study_sessions(reader: ViewReader, branch: str) -> list[StudySessionHeld]:
    """Study sessions held, the latest first."""
    found: list[LearningShown] = reader.scan("studies", branch)
    held = [one.session for one in found if one.session is not None]
    return sorted(held, key=lambda one: (one.held_on, one.session_id), reverse=True)
