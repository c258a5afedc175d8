"""Roster over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

import asyncio
import base64
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, Field, StringConstraints

from services.roster import application
from services.roster.application import (
    BranchOnDay,
    FlagShown,
    HonoursOnDay,
    LevelCounts,
    Listed,
    LocalityOnDay,
    MemberSheet,
    NameFound,
    OrganisationOnDay,
    Preview,
    RolesOfMember,
    Superiors,
    TransferShown,
    Yearly,
)
from services.roster.domain.commands import ConfirmRosterImport
from shared.authorise import Action, Thing, authorise
from shared.branch import Branch
from shared.decision import VIETNAM
from shared.events.branch import Charter
from shared.events.envelope import BranchCode, MemberId
from shared.events.member import Year
from shared.service.http import OfService, Read, Reading, services_only
from shared.service.searching import Words

Day = Annotated[date | None, Query(description="Civil day in Viet Nam; by default today.")]
KeySubject = Annotated[
    str, StringConstraints(pattern=r"^(branch/[0-9.]{18}|member/[0-9.]{18}/[A-Za-z0-9_.-]{1,40})$", max_length=100)
]


class WantedKeys(BaseModel):
    """Whose keys are asked for."""

    subjects: Annotated[list[KeySubject], Field(max_length=1000)]


class Names(BaseModel):
    """Names by id, sorted by given name; a name whose key was destroyed is missing."""

    names: dict[str, str]
    """Full names."""
    given: dict[str, str]


class GivenKey(BaseModel):
    """One subject's key, base64."""

    id: str
    subject: str
    secret: str


class GivenKeys(BaseModel):
    """The keys that exist; a destroyed one is missing."""

    keys: list[GivenKey]


async def _knows_what_was_said(service: OfService) -> None:
    """A file is judged against the branch as it stands, also by whoever registered it a moment ago."""
    head = await asyncio.to_thread(service.log.head)
    await service.views.wait_async(service.log.name, head.index, service.settings.after_seconds)


def _day(reading: Read, on: date | None) -> date:
    return on or reading.service.clock.now().astimezone(VIETNAM).date()


def routes(_service: Any) -> APIRouter:
    """Roster's own queries."""
    router = APIRouter(tags=["roster"])
    _branches(router)
    _members(router)
    _places(router)
    _own(router)
    return router


def _branches(router: APIRouter) -> None:
    """Branches, who is in them, what stands above them."""

    @router.get("/branches")
    async def branches(reading: Reading) -> list[Listed]:
        """Every branch of this site."""
        return application.branches(reading.reader)

    @router.get("/branches/{branch}")
    async def branch_on(branch: BranchCode, reading: Reading, on: Day = None) -> BranchOnDay:
        """A branch with its members on a day: counts, base, voters, committee; sorted by given name."""
        return application.branch_on(reading.reader, branch, _day(reading, on), reading.service.keys)

    @router.get("/branches/{branch}/document")
    async def document(branch: BranchCode, reading: Reading) -> Branch:
        """The branch as every service hears it, without names."""
        return application.branch_document(reading.reader, branch)

    @router.get("/branches/{branch}/charter")
    async def charter(branch: BranchCode, reading: Reading) -> Charter | None:
        """The charter in force; null before one was adopted."""
        return application.branch_document(reading.reader, branch).charter

    @router.get("/branches/{branch}/roles")
    async def roles(branch: BranchCode, reading: Reading) -> list[RolesOfMember]:
        """Who was given which role, from when to when."""
        return application.roles(reading.reader, branch, reading.service.keys)

    @router.get("/branches/{branch}/names")
    async def names(branch: BranchCode, reading: Reading) -> Names:
        """Full and given names by member id, for sentences."""
        found = application.names(reading.reader, branch, reading.service.keys)
        return Names(
            names={id: name.full for id, name in found.items()}, given={id: name.given for id, name in found.items()}
        )

    @router.get("/branches/{branch}/members")
    async def found_by_name(branch: BranchCode, reading: Reading, q: Words = "") -> list[NameFound]:
        """People of the branch whose names contain all these words, with or without marks; by given name."""
        return application.found_by_name(reading.reader, branch, q, reading.service.keys)

    @router.get("/branches/{branch}/superiors")
    async def superiors(branch: BranchCode, reading: Reading, on: Day = None) -> Superiors:
        """The organisations above a branch on a day, and its grassroots organisation."""
        return application.superiors(reading.reader, branch, _day(reading, on))


def _members(router: APIRouter) -> None:
    """What is kept of the members."""

    @router.get("/branches/{branch}/transfers")
    async def transfers(branch: BranchCode, reading: Reading, on: Day = None) -> list[TransferShown]:
        """Transfers with their two clocks; overdue ones say so."""
        return application.transfers(reading.reader, branch, _day(reading, on), reading.service.keys)

    @router.get("/branches/{branch}/levels")
    async def levels(branch: BranchCode, reading: Reading, on: Day = None) -> LevelCounts:
        """Education and theory as counts; who has which level is not shown."""
        return application.levels(reading.reader, branch, _day(reading, on))

    @router.get("/branches/{branch}/members/{member_id}")
    async def member_sheet(branch: BranchCode, member_id: MemberId, reading: Reading, on: Day = None) -> MemberSheet:
        """One member: transfers, remarks from three places, yearly records, flags."""
        day, service = _day(reading, on), reading.service
        return await application.member_sheet(
            reading.reader, branch, member_id, day, reading.actor, service.keys, reading.opened
        )

    @router.get("/branches/{branch}/years/{year}")
    async def yearly(branch: BranchCode, year: Year, reading: Reading) -> Yearly:
        """Family titles and pledges of a year: yes, not yet, nothing said."""
        return application.yearly(reading.reader, branch, year, _day(reading, None))


def _places(router: APIRouter) -> None:
    """Localities, honours, flags, the tree."""

    @router.get("/branches/{branch}/localities")
    async def localities(branch: BranchCode, reading: Reading, on: Day = None) -> list[LocalityOnDay]:
        """Localities with visits, issues on their road, the locality's own word."""
        day, service = _day(reading, on), reading.service
        return await application.localities(reading.reader, branch, day, service.keys, reading.opened)

    @router.get("/branches/{branch}/honours")
    async def honours(branch: BranchCode, reading: Reading, on: Day = None) -> HonoursOnDay:
        """Awards, coverage, results of the years and how many run without a break."""
        return application.honours(reading.reader, branch, _day(reading, on))

    @router.get("/branches/{branch}/flags")
    async def flags(branch: BranchCode, reading: Reading) -> list[FlagShown]:
        """What did not come by its day, each with the fact that is missing."""
        return application.flags(reading.reader, branch, reading.actor, reading.service.keys)

    @router.get("/organisations/{branch}")
    async def organisations(branch: BranchCode, reading: Reading, on: Day = None) -> list[OrganisationOnDay]:
        """The tree of a province, named by its code, on a day."""
        return application.organisations(reading.reader, branch, _day(reading, on))


def _own(router: APIRouter) -> None:
    """Files brought in, and the keys only roster holds."""

    @router.post("/import/preview", dependencies=[Depends(_knows_what_was_said)])
    async def preview(branch: BranchCode, file: Annotated[UploadFile, File()], reading: Reading) -> Preview:
        """What a CSV or XLSX file would bring in, with every problem of every row. Stores nothing."""
        authorise(reading.actor, Action("preview an import", ConfirmRosterImport.MAY), Thing(branch))
        service = reading.service
        uploaded = await asyncio.to_thread(
            application.read_file,
            file.filename or "",
            await file.read(),
            most_bytes=service.settings.import_bytes,
            most_rows=service.settings.import_rows,
        )
        today = service.clock.now().astimezone(VIETNAM).date()
        return application.preview(reading.reader, branch, uploaded, today, service.keys)

    @router.post("/keys", dependencies=[Depends(services_only)])
    async def keys(wanted: WantedKeys, service: OfService) -> GivenKeys:
        """Keys of sealed fields, for the site's own services only."""
        found = application.keys_for(wanted.subjects, service.keys)
        return GivenKeys(
            keys=[
                GivenKey(id=key.id, subject=key.subject, secret=base64.b64encode(key.secret).decode()) for key in found
            ]
        )
