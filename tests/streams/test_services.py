"""Whole services on the real store: a fact decided in one is decided upon in the other, once, and shown in both."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import redis
from fastapi import FastAPI

from shared.clock import SystemClock
from shared.events.envelope import Recorded, parse_heard
from shared.store.asking import Ask
from shared.store.log import open_log
from shared.store.views import open_views
from shared.store.writer import Writer
from shared.stream.feed import Feed, feed_routes
from shared.stream.intake import Intake
from shared.stream.outbox import Outbox
from tests.store.tally import BRANCH, FACTS, TALLIES, TALLY, Count, Counted, MadeUpKeys, known
from tests.streams.conftest import until
from tests.streams.town import QUICK


def echo(recorded: Recorded[Any]) -> Sequence[Ask]:
    """A handler that decides: what was counted there is counted here."""
    command = Count(tally=f"{recorded.log.service}-{recorded.index}", by=1)
    return (
        Ask(
            id=str(uuid5(UUID(recorded.id), "echo/echo/tally")),
            branch=recorded.branch or "",
            actor=recorded.envelope.actor,
            actorrole="service:echo",
            command=command,
            body=command.model_dump_json().encode(),
            causation=recorded.id,
            correlation=recorded.envelope.correlationid,
        ),
    )


class Running:
    """One service, put together as the runtime does it."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.stack = AsyncExitStack()
        self.log = open_log(f"sqlite:///{folder}/log.db", "local", name, FACTS)
        self.stack.callback(self.log.close)
        self.views = open_views(f"sqlite:///{folder}/views.db", name, [TALLIES], FACTS)
        self.stack.callback(self.views.close)
        self.feeds: Mapping[str, Feed] = {}

    async def start(self, url: str, owners: Mapping[str, "Running"], *, decides: bool = False) -> None:
        self.feeds = {service: await self._feed_of(owner, service) for service, owner in owners.items()}
        self.writer = Writer(
            self.log,
            [TALLY],
            known,
            self.views,
            keys=MadeUpKeys(),
            clock=SystemClock().now,
            on_commit=self._committed,
            inbox_key=b"inbox",
            react=echo,
            hears=[Counted.kind()] if decides else [],
        )
        self.outbox = Outbox(self.log, url, SystemClock(), on_past=self.writer.refuse_writes, idle_seconds=QUICK)
        self.intake = Intake(
            self.log,
            self.views,
            self.writer,
            self.feeds,
            url,
            decides=frozenset({Counted}) if decides else frozenset(),
            silence_seconds=QUICK,
        )
        self.writer.start()
        self.stack.push_async_callback(asyncio.to_thread, self.writer.stop)
        self.outbox.start()
        self.stack.push_async_callback(self.outbox.stop)
        await self.intake.start()
        self.stack.push_async_callback(self.intake.stop)

    def refuse(self, vi: str, en: str) -> None:
        self.writer.refuse_writes(vi, en)

    def _committed(self, index: int) -> None:
        self.outbox.wake()
        self.intake.wake(index)

    async def _feed_of(self, owner: "Running", service: str) -> Feed:
        app = FastAPI()
        app.include_router(feed_routes(owner.log, owner.refuse))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        self.stack.push_async_callback(client.aclose)
        return Feed(client, f"http://{service}")

    def count(self, number: int) -> None:
        """Ask for this many counts, each of its own."""
        asked = [self.writer.submit(_ask(Count(tally=f"mine-{uuid4()}"))) for _ in range(number)]
        for future in asked:
            future.result(20)

    def facts(self) -> list[Recorded[Any]]:
        return list(self.log.replay())

    def shown(self) -> int:
        with self.views.read() as reader:
            return sum(one.total for one in reader.scan("tallies", BRANCH))


def _ask(command: Count) -> Ask:
    return Ask(
        id=str(uuid4()),
        branch=BRANCH,
        actor="M01",
        actorrole="secretary",
        command=command,
        body=command.model_dump_json().encode(),
    )


@asynccontextmanager
async def running(
    folder: Path, url: str, *names: str, hears: Mapping[str, Sequence[str]], decides: Sequence[str] = ()
) -> AsyncIterator[dict[str, Running]]:
    """Services that hear one another."""
    async with AsyncExitStack() as stack:
        services = {name: Running(name, folder / name) for name in names}
        for service in services.values():
            stack.push_async_callback(service.stack.aclose)
        for name, service in services.items():
            owners = {owner: services[owner] for owner in hears.get(name, ())}
            await service.start(url, owners, decides=name in decides)
        yield services


async def test_a_fact_is_decided_upon_once_and_shown_in_both(redis_url: str, tmp_path: Path):
    async with running(
        tmp_path, redis_url, "tallies", "echo", hears={"echo": ["tallies"], "tallies": ["echo"]}, decides=["echo"]
    ) as services:
        # The fact's owner stands in its class: only facts of tallies reach the deciding handlers of echo.
        tallies, echoes = services["tallies"], services["echo"]
        await asyncio.to_thread(tallies.count, 700)
        await until(lambda: echoes.log.head().index == 700, 20)
        await until(lambda: tallies.shown() == echoes.shown() == 1400, 20)
        causes = [fact.envelope.causationid for fact in echoes.facts()]
        assert causes == [fact.id for fact in tallies.facts()]
        for fact, cause in zip(echoes.facts(), tallies.facts(), strict=True):
            assert parse_heard(fact.envelope.heard)[tallies.log.name] >= cause.index
        await until(lambda: tallies.outbox.state.lag == echoes.outbox.state.lag == 0)
        await until(lambda: tallies.intake.caught_up)


async def test_read_models_that_were_lost_are_rebuilt_and_nothing_is_decided_again(redis_url: str, tmp_path: Path):
    both = {"echo": ["tallies"]}
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        await asyncio.to_thread(services["tallies"].count, 600)
        await until(lambda: services["echo"].shown() == 1200, 20)
    for file in (tmp_path / "echo").glob("views.db*"):
        file.unlink()
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        await until(lambda: services["echo"].shown() == 1200, 20)
        assert services["echo"].log.head().index == 600
        await asyncio.to_thread(services["tallies"].count, 1)
        await until(lambda: services["echo"].shown() == 1202)


async def test_what_was_shown_and_not_yet_decided_upon_is_decided_at_the_next_start(redis_url: str, tmp_path: Path):
    """The two positions differ after a stop in between; each takes what it lacks."""
    both = {"echo": ["tallies"]}
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        echoes = services["echo"]
        await asyncio.to_thread(services["tallies"].count, 10)
        await until(lambda: echoes.log.head().index == 10)
        echoes.writer.refuse_writes("đang thử", "this is a test")
        await asyncio.to_thread(services["tallies"].count, 20)
        (state,) = echoes.intake.sources
        await until(lambda: "this is a test" in state.errors.get("taking", ""))
        await until(lambda: state.position > 10)
        assert state.decided == 10
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        await until(lambda: services["echo"].shown() == 60, 20)
        assert services["echo"].log.head().index == 30


async def test_writing_that_is_allowed_again_goes_on(redis_url: str, tmp_path: Path):
    both = {"echo": ["tallies"]}
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        echoes = services["echo"]
        echoes.writer.refuse_writes("đang thử", "this is a test")
        await asyncio.to_thread(services["tallies"].count, 5)
        (state,) = echoes.intake.sources
        await until(lambda: state.errors)
        echoes.writer.accept_writes()
        await until(lambda: echoes.log.head().index == 5)
        await until(lambda: not state.errors)


async def test_a_new_generation_is_built_from_the_feeds_while_the_old_serves(redis_url: str, tmp_path: Path):
    both = {"echo": ["tallies"]}
    async with running(tmp_path, redis_url, "tallies", "echo", hears=both, decides=["echo"]) as services:
        tallies, echoes = services["tallies"], services["echo"]
        await asyncio.to_thread(tallies.count, 300)
        await until(lambda: echoes.shown() == 600, 20)
        fresh = await asyncio.to_thread(echoes.views.begin_generation)
        builder = Intake(echoes.log, fresh, None, echoes.feeds, None, silence_seconds=QUICK)
        await builder.start()
        counting = asyncio.create_task(asyncio.to_thread(tallies.count, 40))
        while True:
            await until(lambda: builder.caught_up, 20)
            assert echoes.shown() >= 600
            with suppress(ValueError):  # the serving ones were quicker: once more
                await asyncio.to_thread(fresh.switch)
                break
        await builder.stop()
        await counting
        await until(lambda: echoes.shown() == 680, 20)
        assert echoes.log.head().index == 340


async def test_a_log_copied_back_stops_writing_wherever_it_is_noticed_first(redis_url: str, tmp_path: Path):
    async with running(tmp_path, redis_url, "tallies", hears={}) as services:
        await asyncio.to_thread(services["tallies"].count, 5)
        await until(lambda: services["tallies"].outbox.state.lag == 0)
    kept = {file: file.read_bytes() for file in (tmp_path / "tallies").glob("log.db*")}
    async with running(tmp_path, redis_url, "tallies", "echo", hears={"echo": ["tallies"]}) as services:
        await asyncio.to_thread(services["tallies"].count, 5)
        await until(lambda: services["echo"].shown() == 10)
    for file in (tmp_path / "tallies").glob("log.db*"):
        file.unlink()
    for file, data in kept.items():
        file.write_bytes(data)
    for wiped in (False, True):
        if wiped:  # Redis has forgotten too: only the consumer knows
            with redis.Redis.from_url(redis_url) as client:
                client.flushdb()
        async with running(tmp_path, redis_url, "tallies", "echo", hears={"echo": ["tallies"]}) as services:
            refused: Callable[[], Any] = lambda: services["tallies"].writer._refusal  # noqa: E731
            await until(refused)
            assert "knows local/tallies" in refused().en
