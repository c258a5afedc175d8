"""Scheduler over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from services.scheduler import application
from services.scheduler.application import (
    Choice,
    FeedAddress,
    Forecast,
    Listed,
    Point,
    Proposal,
    ThemeWhole,
    UnitListed,
    Whole,
)
from services.scheduler.projections import MonthShown, ProgrammeShown, QuarterShown, RotationShown
from shared.authorise import Action, Thing, authorise
from shared.days import civil_day
from shared.documents.rendering import As
from shared.events.envelope import BranchCode, MeetingId, Period, ShortId
from shared.events.learning import DisseminationAssigned, StudySessionHeld
from shared.events.meeting import MoveReason
from shared.rules import AgendaKind
from shared.service.http import OfService, Read, Reading
from shared.service.printing import printed

Dates = Annotated[
    list[date] | None,
    Query(alias="on", max_length=60, description="Candidate dates; by default the ten days after today."),
]
FirstMonth = Annotated[Period | None, Query(description="First month; by default this one.")]
Months = Annotated[int, Query(ge=1, le=60)]


def _today(reading: Read) -> date:
    today: date = civil_day(reading.service.clock.now())
    return today


def routes() -> APIRouter:
    """Scheduler's own queries."""
    router = APIRouter(tags=["scheduler"])
    _themes(router)
    _calendars(router)
    _preparing(router)

    @router.get("/branches/{branch}/meetings")
    async def meetings(branch: BranchCode, reading: Reading) -> list[Listed]:
        """A branch's meetings, the latest first."""
        return application.meetings(reading.reader, branch)

    @router.get("/branches/{branch}/months")
    async def months(branch: BranchCode, reading: Reading) -> list[MonthShown]:
        """Which months had a regular meeting, as far as this site knows."""
        return application.months(reading.reader, branch)

    @router.get("/branches/{branch}/programmes/{period}")
    async def programme(branch: BranchCode, period: Period, reading: Reading) -> ProgrammeShown | None:
        """A month's work programme; null when none was entered."""
        return application.programme(reading.reader, branch, period)

    @router.get("/branches/{branch}/rotation")
    async def rotation(branch: BranchCode, reading: Reading) -> RotationShown:
        """All turns at the briefing so far."""
        return application.rotation(reading.reader, branch)

    @router.get("/branches/{branch}/rotation/forecast")
    async def forecast(
        branch: BranchCode, reading: Reading, first: FirstMonth = None, months: Months = 6
    ) -> list[Forecast]:
        """Whose turn the coming months are: as assigned, else as it would come."""
        return application.forecast(reading.reader, branch, first or application.this_month(_today(reading)), months)

    @router.get("/meetings/{meeting_id}")
    async def meeting(meeting_id: MeetingId, reading: Reading) -> Whole:
        """One meeting with everything around it."""
        name = await reading.service.names.of(reading.branch)
        return application.meeting(reading.reader, reading.branch, meeting_id, _today(reading), name)

    @router.get("/meetings/{meeting_id}/dates")
    async def choices(
        meeting_id: MeetingId,
        reading: Reading,
        on: Dates = None,
        reason: MoveReason = "other",
    ) -> list[Choice]:
        """What each candidate date of a move would mean for the notice, before anything is sent."""
        return application.choices(
            reading.reader, reading.branch, meeting_id, _today(reading), dates=tuple(on or ()), reason=reason
        )

    @router.get("/meetings/{meeting_id}/open-points")
    async def open_points(meeting_id: MeetingId, reading: Reading) -> list[Point]:
        """What is not settled before the notice leaves: items nobody took, members without a task."""
        name = await reading.service.names.of(reading.branch)
        return application.open_points(reading.reader, reading.branch, meeting_id, _today(reading), name)

    @router.get("/meetings/{meeting_id}/advice")
    async def advice(meeting_id: MeetingId, reading: Reading) -> list[Point]:
        """What to mind until the meeting opens: who briefs, chairs, writes; who has no proof of the notice."""
        name = await reading.service.names.of(reading.branch)
        return application.advice(reading.reader, reading.branch, meeting_id, _today(reading), name)

    return router


def _preparing(router: APIRouter) -> None:
    """Agendas to begin from, the notice as a paper, and the meetings that are not the cell's."""

    @router.get("/branches/{branch}/agenda-proposal")
    async def agenda(branch: BranchCode, reading: Reading, period: Period, kind: AgendaKind = "regular") -> Proposal:
        """An agenda to begin from, in the rules' order, filled in with what is known; who has a part stands beside."""
        return application.propose(reading.reader, branch, kind, period)

    @router.get("/branches/{branch}/unit-meetings")
    async def units(branch: BranchCode, reading: Reading) -> list[UnitListed]:
        """Meetings of the professional unit and the union, for who keeps their books and for their own people."""
        return await application.units(reading.reader, branch, reading.actor, reading.opened)

    @router.get("/meetings/{meeting_id}/notice.{as_}", response_class=Response)
    async def notice(meeting_id: MeetingId, as_: As, reading: Reading) -> Response:
        """The notice as PDF or DOCX in the official form, or a draft of it."""
        names, branch, place = reading.service.names, reading.branch, reading.service.settings.document_place
        form = await application.notice_form(
            reading.reader,
            branch,
            meeting_id,
            reading.actor,
            await names.of(branch),
            partial(names.as_heard, branch),
            place=place,
            today=_today(reading),
        )
        return await printed(reading.service, form, as_)


def _calendars(router: APIRouter) -> None:
    """Calendars to subscribe to: whoever knows an address reads it, so it names nobody and tells nothing private."""

    @router.get("/branches/{branch}/calendars")
    async def calendars(branch: BranchCode, reading: Reading) -> list[FeedAddress]:
        """The branch's address and the asker's own; only members of the branch are told any."""
        authorise(reading.actor, Action("read calendar addresses", frozenset({"member"})), Thing(branch))
        return application.addresses(reading.reader, branch, reading.actor.id, reading.service.settings.calendar_key)

    @router.get("/calendar/{branch}/{token}.ics", response_class=Response)
    async def of_branch(branch: str, token: str, request: Request, service: OfService) -> Response:
        """A branch's calendar (text/calendar), at its secret address."""
        return await asyncio.to_thread(_calendar, service, request, branch, None, token)

    @router.get("/calendar/{branch}/{member_id}/{token}.ics", response_class=Response)
    async def of_member(branch: str, member_id: str, token: str, request: Request, service: OfService) -> Response:
        """A member's own calendar (text/calendar), at its secret address."""
        return await asyncio.to_thread(_calendar, service, request, branch, member_id, token)


def _calendar(service: Any, request: Request, branch: str, whose: str | None, token: str) -> Response:
    today = civil_day(service.clock.now())
    with service.views.read() as reader:
        found = application.at_address(reader, branch, whose, token, secret=service.settings.calendar_key, today=today)
    if found is None:
        raise HTTPException(404)
    body = application.icalendar(found)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if asked & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _themes(router: APIRouter) -> None:
    """Themes with their quarters, documents to present, study sessions."""

    @router.get("/branches/{branch}/quarters")
    async def quarters(branch: BranchCode, reading: Reading) -> list[QuarterShown]:
        """Which quarters had their thematic meeting, and the flags of those that had none."""
        return application.quarters(reading.reader, branch)

    @router.get("/branches/{branch}/themes")
    async def themes(branch: BranchCode, reading: Reading) -> list[ThemeWhole]:
        """Themes as far as they have come, with the steps still to be taken."""
        return await application.themes(reading.reader, branch, _today(reading), reading.opened)

    @router.get("/branches/{branch}/themes/{theme_id}")
    async def theme(branch: BranchCode, theme_id: ShortId, reading: Reading) -> ThemeWhole:
        """One theme."""
        return await application.theme(reading.reader, branch, theme_id, _today(reading), reading.opened)

    @router.get("/branches/{branch}/disseminations")
    async def disseminations(branch: BranchCode, reading: Reading) -> list[DisseminationAssigned]:
        """Who presents which document at which meeting."""
        return application.disseminations(reading.reader, branch)

    @router.get("/branches/{branch}/study-sessions")
    async def study_sessions(branch: BranchCode, reading: Reading) -> list[StudySessionHeld]:
        """Study sessions held, the latest first; who attended is told by minutes."""
        return application.study_sessions(reading.reader, branch)
