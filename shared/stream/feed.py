"""The HTTP copy of a log: the whole of it, from the first fact on, as it stands in the owner's own store.

``GET /log`` gives facts, one line each, byte for byte. ``GET /log/head`` says how far the log goes and compares:
whoever knows more of it than the log itself, or another fact, tells the owner that it runs on an old copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import httpx
from fastapi import APIRouter, Query
from fastapi.params import Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.events.envelope import LogName
from shared.events.envelope import leaf as leaf_of
from shared.stream.past import Sentence, another_log, another_past
from shared.stream.ports import Log

PAGE_FACTS = 500
PAGE_BYTES = 1_000_000
MOST_FACTS = 100_000
"""In one answer; who wants more asks again."""

LOG_HEADER = "Chibo-Log"
FIRST_HEADER = "Chibo-First-Index"
HEAD_HEADER = "Chibo-Head"

LeafText = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class HeadAnswer(BaseModel):
    """How far a log goes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: str
    service: str
    epoch: str
    index: int = Field(description="The last fact's index, 0 while there is none.")
    root: str = Field(description="Merkle root over all facts (RFC 6962), hexadecimal.")
    leaf: str | None = Field(description="Leaf hash of the last fact, hexadecimal; null while there is none.")
    agrees: bool | None = Field(description="Whether what the asker knows is this log's past; null when not asked.")
    former: dict[str, int] = Field(
        default={}, description="Epochs this log goes on from, each with the last index that was kept of it."
    )

    @property
    def log(self) -> LogName:
        return LogName(self.site, self.service, self.epoch)


# ---------------------------------------------------------------- serving


def feed_routes(
    log: Log,
    on_past: Callable[[str, str], object],
    *,
    former: Mapping[str, int] = MappingProxyType({}),
    dependencies: Sequence[Depends] = (),
) -> APIRouter:
    """``GET /log`` and ``GET /log/head``; ``dependencies`` decide who may ask.

    ``on_past(vi, en)`` is called when an asker knows another past: give the writer's refuse_writes.
    """
    router = APIRouter(tags=["log"], dependencies=list(dependencies))

    @router.get(
        "/log",
        summary="The facts of this log, byte for byte, one line each",
        response_class=StreamingResponse,
        responses={
            200: {
                "content": {"application/x-ndjson": {}},
                "description": "Các sự kiện sau số đã cho · Facts after the given index",
            }
        },
    )
    async def read(
        after: Annotated[int, Query(ge=0, description="Begin after this index.")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_FACTS, description="Most facts to give.")] = PAGE_FACTS,
    ) -> StreamingResponse:
        first = await asyncio.to_thread(log.read, after, min(limit, PAGE_FACTS), PAGE_BYTES)
        head = await asyncio.to_thread(log.head)
        headers = {LOG_HEADER: str(log.name), FIRST_HEADER: str(after + 1), HEAD_HEADER: str(head.index)}
        return StreamingResponse(_lines(log, first, limit), media_type="application/x-ndjson", headers=headers)

    @router.get("/log/head", summary="How far this log goes, and whether the asker knows the same past")
    async def head(
        known: Annotated[int | None, Query(ge=0, description="The last index the asker has.")] = None,
        leaf: Annotated[LeafText | None, Query(description="Leaf hash of that fact, hexadecimal.")] = None,
        epoch: Annotated[str | None, Query(description="The epoch in which the asker knows this log.")] = None,
    ) -> HeadAnswer:
        if epoch in (None, log.name.epoch):
            return await asyncio.to_thread(_compare, log, former, on_past, known, leaf)
        if epoch not in former:
            on_past(*another_log(log.name, str(epoch), Sentence("Một nơi nhận", "A consumer")))
        return await asyncio.to_thread(_compare, log, former, on_past, None, None)

    return router


async def _lines(log: Log, page: Sequence[tuple[int, bytes]], limit: int) -> AsyncIterator[bytes]:
    while page:
        yield b"".join(b"%b\n" % raw for _, raw in page)
        limit -= len(page)
        if limit <= 0:
            return
        page = await asyncio.to_thread(log.read, page[-1][0], min(limit, PAGE_FACTS), PAGE_BYTES)


def _compare(
    log: Log, former: Mapping[str, int], on_past: Callable[[str, str], object], known: int | None, leaf: str | None
) -> HeadAnswer:
    head = log.head()
    agrees = None
    if known is not None:
        agrees = known <= head.index and (leaf is None or known == 0 or _leaf_at(log, known) == leaf)
        if not agrees:
            on_past(*another_past(log.name, known, head.index, Sentence("Một nơi nhận", "A consumer")))
    return HeadAnswer(
        site=log.name.site,
        service=log.name.service,
        epoch=log.name.epoch,
        index=head.index,
        root=head.root.hex(),
        leaf=head.leaf.hex() if head.index else None,
        agrees=agrees,
        former=dict(former),
    )


def _leaf_at(log: Log, index: int) -> str:
    ((_, raw),) = log.read(index - 1, 1, PAGE_BYTES)
    return leaf_of(raw).hex()


# ---------------------------------------------------------------- asking


class FeedAway(Exception):
    """The owner did not answer, or answered something that is no feed; try again later."""


class Page(NamedTuple):
    """A run of facts as the owner serves them."""

    log: LogName
    facts: list[tuple[int, bytes]]
    head: int


class Feed:
    """Another service's feed."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        """``client`` carries what services show one another, and the time limits."""
        self.url = url.rstrip("/")
        self._client = client

    async def head(self, known: int | None = None, leaf: bytes | None = None, epoch: str | None = None) -> HeadAnswer:
        """How far the owner is; with ``known``, compare pasts in this epoch. Raises FeedAway."""
        parameters: dict[str, Any] = {} if known is None else {"known": known}
        if epoch is not None:
            parameters["epoch"] = epoch
        if known and leaf:
            parameters["leaf"] = leaf.hex()
        answer = await self._get("/log/head", parameters)
        try:
            return HeadAnswer.model_validate_json(answer.content)
        except ValidationError as error:
            raise FeedAway(f"{self.url}/log/head: {error.errors(include_url=False)[0]['msg']}") from None

    async def read(self, after: int, limit: int = PAGE_FACTS) -> Page:
        """The facts after this index, at most ``limit``; none when the owner has no more. Raises FeedAway."""
        answer = await self._get("/log", {"after": after, "limit": limit})
        try:
            log = LogName.parse(answer.headers[LOG_HEADER])
            first, head = int(answer.headers[FIRST_HEADER]), int(answer.headers[HEAD_HEADER])
        except (KeyError, ValueError):
            raise FeedAway(f"{self.url}/log: the headers of a feed are missing") from None
        lines = answer.content.split(b"\n")
        if first != after + 1 or lines.pop() != b"":
            raise FeedAway(f"{self.url}/log: the answer is not what was asked for, or was cut off")
        return Page(log, list(enumerate(lines, first)), head)

    async def _get(self, path: str, parameters: dict[str, Any]) -> httpx.Response:
        try:
            answer = await self._client.get(f"{self.url}{path}", params=parameters)
        except httpx.HTTPError as error:
            raise FeedAway(f"{self.url}{path}: {type(error).__name__} {error}".rstrip()) from None
        if answer.status_code != httpx.codes.OK:
            raise FeedAway(f"{self.url}{path}: {answer.status_code}")
        return answer
