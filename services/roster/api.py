"""Roster over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

import asyncio
import base64
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

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
    signing,
)
from services.roster.application.signing import Person, Signed
from services.roster.domain.commands import ConfirmRosterImport
from services.roster.domain.signing import PublishSiteKey
from shared.authorise import Action, Thing, actor_in, authorise
from shared.branch import Branch
from shared.days import civil_day
from shared.decision import Refused
from shared.events.branch import Charter
from shared.events.envelope import BranchCode, Medium, MemberId
from shared.events.member import Year
from shared.rules.choosing import EVERYWHERE
from shared.service.http import ActorId, Answer, OfService, Read, Reading, services_only, told
from shared.service.searching import Words
from shared.signing_keys import Keyring

Day = Annotated[date | None, Query(description="Civil day in Viet Nam; by default today.")]
KeySubject = Annotated[
    str, StringConstraints(pattern=r"^(branch/[0-9.]{18}|member/[0-9.]{18}/[A-Za-z0-9_.-]{1,40})$", max_length=100)
]


class WantedKeys(BaseModel):
    """Whose keys are asked for."""

    subjects: Annotated[list[KeySubject], Field(max_length=1000)]


class AsAt(BaseModel):
    """A branch and the names of its people as they were told at a time."""

    names: dict[str, str]
    document: Branch


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


Pin = Annotated[SecretStr, Field(min_length=1, max_length=64)]
StatementText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class WithPin(BaseModel):
    """A wish that only the person with this PIN can have; the PIN is neither stored nor logged."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: UUID = Field(default_factory=uuid4, description="Send the same id again when the reply was lost.")
    actor: MemberId = Field(description="The member whose key it is.")
    enteredby: MemberId | None = Field(default=None, description="Who holds the tablet, when somebody else does.")
    medium: Medium | None = None
    pin: Pin

    def person(self, branch: str) -> Person:
        return Person(branch, self.actor, self.enteredby, self.medium)


class Replacing(WithPin):
    """A new key with a new PIN."""

    old_pin: Pin | None = Field(default=None, description="Left out when it is lost.")


class Signing(WithPin):
    """What is to be signed, as docs/signatures.md writes it."""

    statement: StatementText


class ForSite(BaseModel):
    """What the site is to sign."""

    model_config = ConfigDict(extra="forbid")

    statement: StatementText


class Renewing(BaseModel):
    """A new key of the site."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    actor: ActorId


async def _knows_what_was_said(service: OfService) -> None:
    """A file is judged against the branch as it stands, also by whoever registered it a moment ago."""
    head = await asyncio.to_thread(service.log.head)
    await service.views.wait_async(service.log.name, head.index, service.settings.after_seconds)


def _day_of(service: Any) -> date:
    today: date = civil_day(service.clock.now())
    return today


def _day(reading: Read, on: date | None) -> date:
    return on or civil_day(reading.service.clock.now())


def routes() -> APIRouter:
    """Roster's own queries."""
    router = APIRouter(tags=["roster"])
    _branches(router)
    _names(router)
    _members(router)
    _places(router)
    _signing(router)
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

    @router.get("/branches/{branch}/superiors")
    async def superiors(branch: BranchCode, reading: Reading, on: Day = None) -> Superiors:
        """The organisations above a branch on a day, and its grassroots organisation."""
        return application.superiors(reading.reader, branch, _day(reading, on))


def _names(router: APIRouter) -> None:
    """What people are called, now and when an older paper was made."""

    @router.get("/branches/{branch}/names")
    async def names(branch: BranchCode, reading: Reading) -> Names:
        """Full and given names by member id, for sentences."""
        found = application.names(reading.reader, branch, reading.service.keys)
        return Names(
            names={id: name.full for id, name in found.items()}, given={id: name.given for id, name in found.items()}
        )

    @router.get("/branches/{branch}/as-at/{index}")
    async def as_at(branch: BranchCode, index: int, log: str, reading: Reading) -> AsAt:
        """The branch and its people's names as this log told them up to an index: for papers printed again."""
        service = reading.service
        if log != str(service.log.name):
            raise Refused(
                f"Sổ {log} không còn là sổ đang ghi ở đây, nên không xem lại được. Đồng chí xem danh sách hiện nay.",
                f"{log} is not the log kept here now and cannot be looked back on. See the list as it stands today.",
                code="not-found",
            )
        found = application.names(reading.reader, branch, service.keys, index)
        return AsAt(
            names={id: name.full for id, name in found.items()},
            document=await asyncio.to_thread(application.document_at, service.log, branch, index),
        )

    @router.get("/branches/{branch}/members")
    async def found_by_name(branch: BranchCode, reading: Reading, q: Words = "") -> list[NameFound]:
        """People of the branch whose names contain all these words, with or without marks; by given name."""
        return application.found_by_name(reading.reader, branch, q, reading.service.keys)


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


def _signing(router: APIRouter) -> None:
    """Keys for signing: public halves for everybody to check by, private ones for their owners' PINs."""

    @router.get("/branches/{branch}/signing-keys")
    async def signing_keys(branch: BranchCode, reading: Reading) -> list[Keyring]:
        """The public keys of the branch's members, past ones included, and the site's own last."""
        site = reading.service.settings.site
        return [*reading.reader.scan("signing_keys", branch), signing.site_keyring(reading.reader, site)]

    @router.post("/branches/{branch}/signing-keys", dependencies=[Depends(_knows_what_was_said)])
    async def enrol(branch: BranchCode, wish: WithPin, service: OfService) -> Answer:
        """Make a key for signing under the person's own PIN."""
        with service.views.read() as reader:
            answer = await signing.enrol(service, reader, wish.id, wish.person(branch), wish.pin)
        return await told(service, answer)

    @router.post("/branches/{branch}/signing-keys/replace", dependencies=[Depends(_knows_what_was_said)])
    async def replace(branch: BranchCode, wish: Replacing, service: OfService) -> Answer:
        """Make a new key: with the old PIN, or, where it is lost, once secretary and superior have agreed."""
        with service.views.read() as reader:
            answer = await signing.replace(service, reader, wish.id, wish.person(branch), wish.pin, wish.old_pin)
        return await told(service, answer)

    @router.post("/branches/{branch}/signatures", dependencies=[Depends(_knows_what_was_said)])
    async def sign(branch: BranchCode, wish: Signing, service: OfService) -> Signed:
        """A person's signature over a statement about minutes, with the person's PIN."""
        with service.views.read() as reader:
            return await signing.sign(service, reader, wish.person(branch), wish.pin, wish.statement)

    @router.post("/site-signatures", dependencies=[Depends(services_only), Depends(_knows_what_was_said)])
    async def sign_as_site(wish: ForSite, service: OfService) -> Signed:
        """The site's own signature, for its services only."""
        with service.views.read() as reader:
            return await signing.sign_as_site(service, reader, wish.statement)

    @router.post("/site-key/renew", dependencies=[Depends(_knows_what_was_said)])
    async def renew(wish: Renewing, service: OfService) -> Answer:
        """Make a new key of the site, vouched for by the one before."""
        with service.views.read() as reader:
            authorise(
                actor_in(None, wish.actor, _day_of(service)),
                Action("renew the site's key", PublishSiteKey.MAY - {"service"}),
                Thing(EVERYWHERE),
            )
            answer = await signing.renew_site_key(service, reader, wish.id, wish.actor)
        return await told(service, answer)


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
        today = civil_day(service.clock.now())
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
