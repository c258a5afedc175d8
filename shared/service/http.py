"""The HTTP side every service has: commands, what its log says about a meeting, health, rebuild, the feed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hmac import compare_digest
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic_core import to_jsonable_python
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from shared.authorise import READERS, Action, Actor, Thing, actor_in, authorise
from shared.decision import Command, Moment, Refused
from shared.events.envelope import BranchCode, Line, Medium, MeetingId, MemberId, Recorded
from shared.events.sealed import Private, Secret, open_sealed
from shared.sentences import sentence
from shared.service.body_limits import BodyLimits
from shared.service.called import InTwoLanguages
from shared.service.problems import answer_with_problems
from shared.service.restoring import AcceptedLoss

if TYPE_CHECKING:
    from shared.service.runtime import Parts, Service
    from shared.store.views import ViewReader

C = TypeVar("C", bound=Command)

REFUSED = "Không nhận, có lý do · Refused, with the reason (RFC 9457)"
ActorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]


class Ask(BaseModel, Generic[C]):
    """A command with who asks it. The same id may be sent again: it gets the same answer and changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(description="Made by the caller, once per wish; send the same id again when the reply was lost.")
    branch: BranchCode
    actor: ActorId = Field(description="Who acts: a member's id, or `operator`.")
    enteredby: ActorId | None = Field(default=None, description="Who typed it in, when somebody else acted.")
    medium: Medium | None = Field(default=None, description="What it was entered from.")
    time: Moment | None = Field(default=None, description="When it happened; by default now.")
    expected: int | None = Field(default=None, ge=0, description="The version of the history the caller saw.")
    command: C


class ToldFact(BaseModel):
    """A stored fact as the asker reads it back."""

    id: str
    type: str
    index: int
    subject: str
    time: str
    vi: str
    en: str


class Answer(BaseModel):
    """What was stored for a command."""

    id: UUID
    position: str = Field(description="`service:index`; give it as `after` to a query that must know this.")
    facts: list[ToldFact]
    already: bool = Field(description="True when this command had been carried out before.")


@dataclass(frozen=True)
class Read:
    """An authorised look at one branch's read models."""

    service: Service
    reader: ViewReader
    branch: str
    actor: Actor

    async def opened(self, event_id: str, value: Private | None) -> str | None:
        """The text of a sealed value; None when it is not for this actor or its key was destroyed."""
        if value is None or not self.may_open:
            return None
        if not isinstance(value, Secret):
            await self.service.keys.fetch([value.subject])
        return open_sealed(event_id, value, self.service.keys)

    @property
    def may_open(self) -> bool:
        """Whether sealed values are for this actor at all."""
        return bool(self.actor.roles & {"member", "service"})

    async def opened_all(self, values: Sequence[tuple[str, Private]]) -> list[str | None]:
        """The same for many (fact id, value) at once: keys are asked for together, and nobody else waits meanwhile."""
        if not self.may_open:
            return [None] * len(values)
        await self.service.keys.fetch(sorted({one.subject for _, one in values}))
        return await asyncio.to_thread(lambda: [open_sealed(id, one, self.service.keys) for id, one in values])


def of_service(request: Request) -> Service:
    """The service this application belongs to."""
    service: Service = request.app.state.service
    return service


OfService = Annotated[Any, Depends(of_service)]


def shows_token(request: Request) -> bool:
    """Whether the caller is one of the site's own services."""
    given = request.headers.get("X-Service-Token", "")
    return compare_digest(given.encode(), of_service(request).settings.token.encode())


def services_only(request: Request) -> None:
    """Refuse everyone but the site's own services."""
    if not shows_token(request):
        raise Refused(
            "Phần này chỉ dành cho các dịch vụ của hệ thống. Đồng chí gọi với mã của mình, hoặc nhờ người quản trị.",
            "This is for the site's own services only. Ask under your own id, or ask the operator.",
            code="not-allowed",
        )


def _branch_of(request: Request) -> str:
    path = request.path_params
    if "branch" in path:
        return str(path["branch"])
    if "meeting_id" in path:
        return str(path["meeting_id"]).partition(":")[0]
    return str(request.query_params.get("branch", ""))


UNREAD = (
    "Dịch vụ đang đọc lại các sổ để dựng bảng đọc nên chưa trả lời được. Đồng chí hỏi lại sau ít phút; không mất gì.",
    "This service is reading the logs to build its read models and cannot answer yet. Ask again soon; nothing is lost.",
)


async def _read(
    request: Request,
    actor: Annotated[ActorId | None, Query(description="Who asks; deny by default.")] = None,
    after: Annotated[str | None, Query(description="`service:index` this answer must already know.")] = None,
) -> AsyncIterator[Read]:
    service = of_service(request)
    if service.unread:
        raise Refused(*UNREAD, code="not-read")
    if after is not None:
        await service.caught_up(after)
    branch = _branch_of(request)
    with service.views.read() as reader:
        who = claimed(request, actor, service, reader, branch)
        authorise(who, Action(f"read {request.url.path}", READERS), Thing(branch))
        yield Read(service, reader, branch, who)


def claimed(request: Request, actor: str | None, service: Service, reader: ViewReader, branch: str) -> Actor:
    """The actor a query names; a service shows its token instead, and nobody else may call himself one."""
    if shows_token(request):
        return Actor(actor or "service", frozenset({"service"}))
    if actor is None or actor == "clock" or actor.startswith("service"):
        services_only(request)
    document = reader.get("branch", branch, "") if branch else None
    return actor_in(document, actor or "", service.clock.now().date())


Reading = Annotated[Read, Depends(_read)]
"""Declare a parameter of this type in a query: it is authorised for the branch in its path, or refused."""


def application(service: Service) -> FastAPI:
    """The service's web application, complete: everything here plus the service's own queries."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    parts = service.parts
    app = InTwoLanguages(
        title=f"chibo {parts.name}",
        version=service.version,
        description=parts.about,
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    limits = service.settings
    app.add_middleware(
        BodyLimits, largest=limits.body_limit, largest_file=limits.import_bytes, deepest=limits.depth_limit
    )
    answer_with_problems(app)
    # As they are: routers included would be built once more at the first request, in as much time and memory again.
    for router in service.feed_routes():
        app.router.routes += router.routes
    app.router.routes += built(parts)
    _page_of_all_that_is_answered(app)
    return app


def _page_of_all_that_is_answered(app: FastAPI) -> None:
    """``/docs``, with every file of it from here: an office without the Internet reads it too."""
    app.mount("/docs/files", StaticFiles(packages=[("fastapi_offline", "static")]))

    @app.get("/docs", include_in_schema=False)
    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url="/docs/files/swagger-ui-bundle.js",
            swagger_css_url="/docs/files/swagger-ui.css",
            swagger_favicon_url="/docs/files/favicon.png",
        )


def built(parts: Parts) -> list[BaseRoute]:
    """What a service is asked, but for its log's feed, which needs the log."""
    # What is asked most is found first: a path is compared with one route after the other.
    routes = [
        *_built(_operation),
        *_built(_commands, tuple(command for noun in parts.nouns for command in noun.commands)),
    ]
    for build in (_meetings, _upkeep, parts.routes):
        if build is not None:
            routes += _built(build)
    return routes


@cache
def _built(build: Callable[..., APIRouter], *given: object) -> list[BaseRoute]:
    """These routes, built once for all services of a process: none of them knows which one it serves."""
    return build(*given).routes


# ------------------------------------------------------------------ commands


def _commands(taken: tuple[type[Command], ...]) -> APIRouter:
    router = APIRouter(prefix="/commands", tags=["commands"])

    @router.get("")
    async def commands() -> list[str]:
        """The commands this service takes, by name."""
        return [command.__name__ for command in taken]

    for command in taken:
        router.add_api_route(
            f"/{command.__name__}",
            _asker(command),
            methods=["POST"],
            response_model=Answer,
            summary=(command.__doc__ or command.__name__).strip().splitlines()[0],
            operation_id=command.__name__,
            responses={
                code: {
                    "description": REFUSED,
                    "content": {"application/problem+json": {}},
                }
                for code in (403, 409, 413, 422, 503)
            },
        )
    return router


def _asker(command: type[Command]) -> Callable[..., Awaitable[Answer]]:
    async def ask(request: Request, ask: Any) -> Answer:
        service = of_service(request)
        if ask.actor == "clock" or ask.actor.startswith("service"):
            services_only(request)
        try:
            answer = await service.ask(ask, await request.body())
        except Refused as refusal:
            raise await service.names.said(ask.branch, refusal) from None
        return await told(service, answer)

    ask.__annotations__ = {"request": Request, "ask": Ask[command], "return": Answer}  # type: ignore[valid-type]
    ask.__doc__ = command.__doc__
    return ask


async def told(service: Service, answer: Any) -> Answer:
    """An answer with its facts in words."""
    facts: list[ToldFact] = []
    for recorded in answer.facts:
        name = await service.names.of(recorded.branch or "")
        envelope = recorded.envelope
        facts.append(
            ToldFact(
                id=envelope.id,
                type=envelope.type,
                index=recorded.index,
                subject=envelope.subject,
                time=envelope.time,
                vi=sentence(recorded, name, "vi"),
                en=sentence(recorded, name, "en"),
            )
        )
    return Answer(id=UUID(answer.id), position=answer.position, facts=facts, already=answer.already)


# ------------------------------------------------------------------ a meeting, as this service knows it


_OTHER_BOOKS = re.compile(r":(professional|union)(-\d+)?$")
"""Meetings that are not the Party's: their book is open to those who keep it, to no superior and no auditor."""
_KEEPERS = frozenset({"secretary", "deputy_secretary", "minute_taker", "union_minute_taker", "operator", "service"})


def _may_replay(meeting_id: MeetingId, reading: Reading) -> Read:
    if _OTHER_BOOKS.search(meeting_id):
        authorise(reading.actor, Action("replay another book", _KEEPERS), Thing(reading.branch))
    return reading


Replaying = Annotated[Read, Depends(_may_replay)]


def _meetings() -> APIRouter:
    router = APIRouter(prefix="/meetings/{meeting_id}", tags=["replay"])

    @router.get("/facts")
    async def facts(
        meeting_id: MeetingId, reading: Replaying, until: int | None = None, at: Moment | None = None
    ) -> dict[str, Any]:
        """Every fact of this service about a meeting, up to an index or an instant."""
        service = reading.service
        head, found = await asyncio.to_thread(_until, service, meeting_id, until, at)
        name = await service.names.of(reading.branch)
        return {"log": str(service.log.name), "head": head, "facts": [_fact(one, name) for one in found]}

    @router.get("/state")
    async def state(
        meeting_id: MeetingId, reading: Replaying, until: int | None = None, at: Moment | None = None
    ) -> dict[str, Any]:
        """The histories of this service that concern a meeting, folded by its own rules as they stood then."""
        service = reading.service
        head, found = await asyncio.to_thread(_until, service, meeting_id, until, at)
        subjects = dict.fromkeys(recorded.envelope.subject for recorded in found)
        states = await asyncio.to_thread(lambda: {one: _folded(service, one, head) for one in subjects})
        return {"log": str(service.log.name), "head": head, "states": states}

    return router


def _until(
    service: Service, meeting_id: str, until: int | None, at: datetime | None
) -> tuple[int, list[Recorded[Any]]]:
    head = service.log.head().index
    if until is not None:
        head = min(head, until)
    if at is not None:
        head = min(head, service.log.index_at(at))
    return head, service.log.meeting(meeting_id, head)


def _fact(recorded: Recorded[Any], name: Callable[[str], str]) -> dict[str, Any]:
    envelope = recorded.envelope
    body = envelope.model_dump(mode="json", exclude={"specversion", "source", "salt", "data"}, exclude_none=True)
    return {
        "log": str(recorded.log),
        "index": recorded.index,
        **body,
        "vi": sentence(recorded, name, "vi"),
        "en": sentence(recorded, name, "en"),
        "data": recorded.fact.model_dump(mode="json"),
    }


def _folded(service: Service, subject: str, until: int) -> Any:
    noun = service.nouns_by_name[subject.partition("/")[0]]
    state = noun.initial
    for recorded in service.log.history(subject, until):
        state = noun.evolve(state, recorded.fact)
    return _settled(TypeAdapter(type(state)).dump_python(state, fallback=str))


def _settled(value: Any) -> Any:
    """JSON values with sets in one order, whichever process folded them."""
    match value:
        case dict():
            return {str(name): _settled(part) for name, part in value.items()}
        case set() | frozenset():
            return sorted((_settled(part) for part in value), key=str)
        case list() | tuple():
            return [_settled(part) for part in value]
        case _:
            return to_jsonable_python(value, fallback=str)


# ------------------------------------------------------------------ running it


class Now(BaseModel):
    """A time to set."""

    now: Moment


def _operation() -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/health")
    async def health(service: OfService, response: Response) -> Any:
        """Whether the service is ready, and where everything stands."""
        report = await service.health.report()
        response.status_code = 503 if report["status"] == "starting" else 200
        return report

    @router.get("/metrics")
    async def metrics(service: OfService) -> Response:
        """Prometheus metrics."""
        return Response(service.health.metrics(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/asyncapi.json")
    async def asyncapi(service: OfService) -> Any:
        """The streams this service writes and hears, as AsyncAPI."""
        return await asyncio.to_thread(service.asyncapi)

    @router.put("/clock")
    async def set_clock(request: Request, service: OfService, now: Now) -> dict[str, str]:
        """Set the time; only where CHIBO_CLOCK=settable, for samples and tests."""
        services_only(request)
        return {"now": await service.set_clock(now.now)}

    @router.delete("/clock")
    async def release_clock(request: Request, service: OfService) -> dict[str, str]:
        """Go back to the system clock."""
        services_only(request)
        return {"now": await service.set_clock(None)}

    return router


def _upkeep() -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.post("/rebuild", status_code=202)
    async def rebuild(request: Request, service: OfService, actor: ActorId) -> Any:
        """Build the read models anew from the logs while the old ones serve."""
        _operator(request, actor)
        return service.rebuild()

    @router.get("/rebuild")
    async def rebuilding(service: OfService) -> Any:
        """How far a rebuild has come."""
        return service.rebuilding()

    @router.post("/restore", status_code=202)
    async def restore(
        request: Request,
        service: OfService,
        actor: ActorId,
        by: Annotated[MemberId | None, Query(description="Who decides to give up what nobody holds any more.")] = None,
        reason: Annotated[Line | None, Query(description="Why.")] = None,
    ) -> Any:
        """Fetch what a log copied back has lost from where it is still held, and compare with everyone who heard it."""
        _operator(request, actor)
        if by is None and reason is None:
            return service.restore()
        if by is None or reason is None:
            raise Refused(
                "Bỏ hẳn những gì đã mất thì phải ghi cả người quyết định và lý do. Đồng chí ghi đủ rồi gọi lại.",
                "Giving up what is lost takes both who decides it and why. Name both, then say this again.",
                code="malformed",
            )
        return service.restore(AcceptedLoss(by, reason))

    @router.get("/restore")
    async def restoring(service: OfService) -> Any:
        """How far a restoration has come."""
        return service.restoring()

    @router.post("/parked/redrive")
    async def redrive(request: Request, service: OfService, actor: ActorId, branch: str) -> Any:
        """Try the parked facts of a branch again, in order."""
        _operator(request, actor)
        return await service.redrive(branch)

    @router.post("/resume")
    async def resume(request: Request, service: OfService, actor: ActorId) -> Any:
        """Go on after a person has looked: the clock is right, what stopped a source is taken again."""
        _operator(request, actor)
        return await service.resume()

    return router


def _operator(request: Request, actor: str) -> None:
    if actor == "clock" or actor.startswith("service"):
        services_only(request)
    authorise(actor_in(None, actor, date.min), Action(request.url.path, frozenset({"operator"})), Thing(""))
