"""Owners with a log, an outbox and a feed, and a consumer with real read models, for the stream tests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import redis
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

from shared.clock import SettableClock
from shared.events.envelope import LogName, Recorded
from shared.store.views import View, Views, open_views
from shared.stream.feed import Feed, feed_routes
from shared.stream.intake import Intake
from shared.stream.outbox import Outbox
from shared.stream.source import SourceState
from tests.streams.small_log import KNOWN, START, BellRung, SmallLog, new_name

QUICK = 0.3
"""Seconds of silence in these tests."""


class Bells(BaseModel):
    """What was heard of one service: how many bells, the last, and how many came out of order."""

    model_config = ConfigDict(frozen=True)
    count: int = 0
    last: int = 0
    astray: int = 0
    total: int = 0


def _step(bells: Bells | None, recorded: Recorded[Any], _key: str) -> Bells:
    bells = bells or Bells()
    number = recorded.fact.number
    return Bells(
        count=bells.count + 1,
        last=number,
        astray=bells.astray + (number != bells.last + 1),
        total=bells.total + number,
    )


class Order(BaseModel):
    """In which order facts took effect, over all logs."""

    model_config = ConfigDict(frozen=True)
    heard: tuple[str, ...] = ()


def _note(order: Order | None, recorded: Recorded[Any], _key: str) -> Order:
    return Order(heard=(*(order or Order()).heard, f"{recorded.log.service}={recorded.index}"))


HEARD = frozenset({BellRung})
BELLS = View("bells", Bells, HEARD, lambda recorded: (recorded.log.service,), _step)
ORDER = View("order", Order, HEARD, lambda _recorded: ("all",), _note)


class Owner(httpx.AsyncBaseTransport):
    """Another service: its log, and its feed while it is up."""

    def __init__(self, log: SmallLog) -> None:
        self.up = True
        self.refusals: list[str] = []
        self.asked: list[str] = []
        self.serve(log)

    def serve(self, log: SmallLog, former: Mapping[str, int] | None = None) -> None:
        self.log = log
        app = FastAPI()
        app.include_router(feed_routes(log, lambda _vi, en: self.refusals.append(en), former=former or {}))
        self._app = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("nobody there")
        self.asked.append(str(request.url.raw_path, "ascii"))
        return await self._app.handle_async_request(request)

    @asynccontextmanager
    async def sending(self, url: str) -> AsyncIterator[Outbox]:
        """With its outbox running."""
        log = self.log
        outbox = Outbox(
            log, url, SettableClock(START), on_past=lambda _vi, en: self.refusals.append(en), idle_seconds=QUICK
        )
        log.on_commit.append(outbox.wake)
        outbox.start()
        try:
            yield outbox
        finally:
            log.on_commit.remove(outbox.wake)
            await outbox.stop()


class Consumer:
    """A service that hears owners."""

    def __init__(self, intake: Intake, views: Views) -> None:
        self.intake = intake
        self.views = views

    def bells(self, service: str) -> Bells:
        with self.views.read() as reader:
            return reader.get("bells", "99.001.002.000.011", service) or Bells()

    def order(self) -> tuple[str, ...]:
        with self.views.read() as reader:
            found = reader.get("order", "99.001.002.000.011", "all")
        return found.heard if found else ()

    def heard_all(self, service: str, count: int) -> bool:
        """Whether exactly these bells were heard, each once and in order."""
        bells = self.bells(service)
        assert bells.count <= count, f"{bells.count} effects of {count} facts"
        assert not bells.astray, "out of order"
        return (bells.count, bells.last, bells.total) == (count, count, count * (count + 1) // 2)

    def state(self, service: str) -> SourceState:
        return next(state for state in self.intake.sources if state.service == service)


@asynccontextmanager
async def consuming(
    folder: Path,
    owners: Mapping[str, Owner],
    url: str | None,
    *,
    own: SmallLog | None = None,
    writer: Any = None,
    order: bool = False,
    silence_seconds: float = QUICK,
    **options: Any,
) -> AsyncIterator[Consumer]:
    """A running consumer whose read models are kept in ``folder``."""
    async with AsyncExitStack() as stack:
        views = open_views(f"sqlite:///{folder / 'views.db'}", "ranking", (BELLS, ORDER) if order else (BELLS,), KNOWN)
        stack.callback(views.close)
        if own is None:
            own = SmallLog(folder / "own.db", new_name("ranking"))
            stack.callback(own.close)
        feeds = {}
        for service, owner in owners.items():
            client = httpx.AsyncClient(transport=owner, timeout=5)
            stack.push_async_callback(client.aclose)
            feeds[service] = Feed(client, f"http://{service}")
        intake = Intake(own, views, writer, feeds, url, silence_seconds=silence_seconds, **options)
        own.on_commit.append(intake.wake)
        await intake.start()
        stack.push_async_callback(intake.stop)
        yield Consumer(intake, views)


def put(url: str, log: LogName, index: int, raw: bytes) -> None:
    """Write an entry as an outbox would, or as a forger."""
    with redis.Redis.from_url(url) as client:
        client.xadd(log.stream, {"fact": raw}, id=f"{index}-0")


def fill(
    url: str, log: SmallLog, upto: int | None = None, *, without: Callable[[int], bool] = lambda _i: False
) -> None:
    """Send a log by hand, perhaps with holes."""
    with redis.Redis.from_url(url) as client:
        for index, raw in log.read(0, upto or 10**6, 10**9):
            if not without(index):
                client.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")


async def breathe(seconds: float = QUICK * 1.5) -> None:
    await asyncio.sleep(seconds)
