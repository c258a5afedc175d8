"""The hub over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from services.hub import application
from services.hub.projections import (
    DocumentShown,
    ProfileShown,
    ProgrammeShown,
    RanksShown,
    Rejections,
    ReportShown,
    ScoreShown,
)
from shared.days import civil_day
from shared.events.envelope import BranchCode, Period
from shared.events.hub import RuleSubject
from shared.service.http import Read, Reading

Day = Annotated[date | None, Query(description="Civil day in Viet Nam; by default today.")]


class ProfileListed(BaseModel):
    """A published profile in the list."""

    model_config = ConfigDict(frozen=True)

    ref: str
    subject: str
    scope: str
    title: str
    valid_from: date
    valid_until: date | None
    replaces: str | None
    withdrawn: str | None


def _today(reading: Read) -> date:
    return civil_day(reading.service.clock.now())


def routes() -> APIRouter:
    """The hub's own queries."""
    router = APIRouter(prefix="/branches/{branch}", tags=["hub"])

    @router.get("/profiles")
    async def profiles(branch: BranchCode, reading: Reading) -> list[ProfileListed]:
        """Every rule profile that can reach a branch, by subject, the nearest organisation first."""
        found = application.profiles(reading.reader, branch, _today(reading))
        return [ProfileListed.model_validate(shown, from_attributes=True) for shown in found]

    @router.get("/profiles/{subject}")
    async def profile(branch: BranchCode, subject: RuleSubject, reading: Reading, day: Day = None) -> ProfileShown:
        """The rules that hold for a branch on a day, with every number's source and how sure it is."""
        return application.profile(reading.reader, branch, subject, day or _today(reading))

    @router.get("/programmes/{period}")
    async def programmes(branch: BranchCode, period: Period, reading: Reading) -> list[ProgrammeShown]:
        """What the organisations above ask of a branch in a month."""
        return application.programmes(reading.reader, branch, period)

    @router.get("/documents")
    async def documents(branch: BranchCode, reading: Reading) -> list[DocumentShown]:
        """The documents a branch is to hear of, the latest first."""
        return application.documents(reading.reader, branch, _today(reading))

    @router.get("/scores")
    async def scores(branch: BranchCode, reading: Reading) -> list[ScoreShown]:
        """The scores a branch gave its meetings, and which of them the superior confirmed."""
        return application.scores(reading.reader, branch)

    @router.get("/reports")
    async def reports(branch: BranchCode, reading: Reading) -> list[ReportShown]:
        """The papers of meetings a branch sent up, and which of them the superior accepted."""
        return application.reports(reading.reader, branch)

    @router.get("/ranks")
    async def ranks(branch: BranchCode, reading: Reading) -> list[RanksShown]:
        """The ranks a branch sent for approval, and the superior's answers."""
        return application.ranks(reading.reader, branch)

    @router.get("/rejections")
    async def rejections(branch: BranchCode, reading: Reading) -> Rejections:
        """How often something classified was turned away; nothing of it is known."""
        return application.rejections(reading.reader, branch)

    return router
