"""What scheduler knows when it decides, what its clock says, and what it answers; a module for each practice."""

from __future__ import annotations

from typing import Any

from services.scheduler.application.calendars import FeedAddress, addresses, at_address, icalendar
from services.scheduler.application.knowledge import known, programme, roles
from services.scheduler.application.look import Point
from services.scheduler.application.meetings import Choice, Listed, Whole, choices, meeting, meetings, months
from services.scheduler.application.moments import due
from services.scheduler.application.points import advice, open_points
from services.scheduler.application.rotation import Forecast, forecast, rotation, this_month
from services.scheduler.application.themes import ThemeWhole, disseminations, quarters, study_sessions, theme, themes
from services.scheduler.domain.feed import CALENDAR
from services.scheduler.domain.learning import DISSEMINATION, STUDYING
from services.scheduler.domain.meeting import MEETING
from services.scheduler.domain.programme import PROGRAMME
from services.scheduler.domain.quarter import QUARTER
from services.scheduler.domain.rotation import ROTATION
from services.scheduler.domain.sending import SENDING
from services.scheduler.domain.theme import THEME
from shared.decision import Noun

NOUNS: tuple[Noun[Any, Any], ...] = (
    MEETING,
    ROTATION,
    PROGRAMME,
    THEME,
    QUARTER,
    DISSEMINATION,
    STUDYING,
    CALENDAR,
    SENDING,
)

__all__ = [
    "NOUNS",
    "Choice",
    "FeedAddress",
    "Forecast",
    "Listed",
    "Point",
    "ThemeWhole",
    "Whole",
    "addresses",
    "advice",
    "at_address",
    "choices",
    "disseminations",
    "due",
    "forecast",
    "icalendar",
    "known",
    "meeting",
    "meetings",
    "months",
    "open_points",
    "programme",
    "quarters",
    "roles",
    "rotation",
    "study_sessions",
    "theme",
    "themes",
    "this_month",
]
