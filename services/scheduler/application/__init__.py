"""What scheduler knows when it decides, what its clock says, and what it answers; a module for each practice."""

from __future__ import annotations

from typing import Any

from services.scheduler.application.agendas import Proposal, propose
from services.scheduler.application.calendars import FeedAddress, addresses, at_address, icalendar
from services.scheduler.application.knowledge import known, programme, roles
from services.scheduler.application.look import Point
from services.scheduler.application.meetings import Choice, Listed, Whole, choices, meeting, meetings, months
from services.scheduler.application.moments import due
from services.scheduler.application.paper import notice_form
from services.scheduler.application.points import advice, open_points
from services.scheduler.application.rotation import Forecast, forecast, rotation, this_month
from services.scheduler.application.themes import ThemeWhole, disseminations, quarters, study_sessions, theme, themes
from services.scheduler.application.units import UnitListed, units
from services.scheduler.domain.feed import CALENDAR
from services.scheduler.domain.learning import DISSEMINATION, STUDYING
from services.scheduler.domain.meeting import MEETING
from services.scheduler.domain.programme import PROGRAMME
from services.scheduler.domain.quarter import QUARTER
from services.scheduler.domain.rotation import ROTATION
from services.scheduler.domain.sending import SENDING
from services.scheduler.domain.theme import THEME
from services.scheduler.domain.unit import UNIT
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
    UNIT,
)

__all__ = [
    "NOUNS",
    "Choice",
    "FeedAddress",
    "Forecast",
    "Listed",
    "Point",
    "Proposal",
    "ThemeWhole",
    "UnitListed",
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
    "notice_form",
    "open_points",
    "programme",
    "propose",
    "quarters",
    "roles",
    "rotation",
    "study_sessions",
    "theme",
    "themes",
    "this_month",
    "units",
]
