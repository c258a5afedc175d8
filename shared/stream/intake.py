"""Everything a service hears: the other services' logs, and its own, into its read models and deciding handlers."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from prometheus_client import CollectorRegistry

from shared.events.envelope import Fact, LogName
from shared.store.asking import HeardBatch
from shared.store.trouble import SourceStopped, StoreBroken, Tampered
from shared.store.views import View, Views
from shared.stream.backoff import Backoff
from shared.stream.ending import end
from shared.stream.examine import Examiner, Held, entries_of
from shared.stream.feed import Feed
from shared.stream.gate import Closed, Gate
from shared.stream.past import Sentence
from shared.stream.ports import Log
from shared.stream.reader import Reader
from shared.stream.source import MOST_BYTES, Hearing, Source, SourceState, Taker

MOST_FACTS = 500
OTHER_PROCESSES_SECONDS = 0.1
"""How often a log that other processes write too is looked at: their commits do not wake us."""

R = TypeVar("R")
_log = logging.getLogger("chibo.intake")


class OwnLog(Log, Protocol):
    """This service's own log."""

    @property
    def alone(self) -> bool: ...


class Deciders(Protocol):
    """What the intake needs of the writer."""

    def submit_heard(self, batch: HeardBatch) -> Future[int]: ...
    def positions(self) -> dict[LogName, int]: ...


async def _nothing_to_leave(_old: LogName, _new: LogName) -> None:
    """Nothing of an epoch that has ended is kept here."""


class _IntoViews:
    """Facts into the read models, one batch after the other in a thread of its own."""

    def __init__(self, views: Views, hands: ThreadPoolExecutor) -> None:
        self.gate = Gate()
        self._views = views
        self._hands = hands

    async def take(self, log: LogName, facts: Sequence[Held]) -> int:
        entries = entries_of(facts)
        loop = asyncio.get_running_loop()
        return (await loop.run_in_executor(self._hands, self._views.apply, log, entries)).position


class _IntoDeciders:
    """Facts to the deciding handlers, whose commands the writer stores with the position."""

    def __init__(self, deciders: Deciders) -> None:
        self.gate = Gate()
        self._deciders = deciders

    async def take(self, log: LogName, facts: Sequence[Held]) -> int:
        batch = HeardBatch(log, entries_of(facts))
        return await asyncio.wrap_future(self._deciders.submit_heard(batch))


class OwnFeed:
    """A service's own facts, straight from its log into its read models; no stream lies between."""

    def __init__(
        self,
        log: OwnLog,
        views: Taker,
        hands: ThreadPoolExecutor,
        known: Mapping[str, type[Fact]],
        silence_seconds: float,
    ) -> None:
        self.state = SourceState(log.name.service, log.name)
        self._own = log
        self._views = views
        self._hands = hands
        self._examiner = Examiner(log.name, known, frozenset())
        self._silence = silence_seconds if log.alone else OTHER_PROCESSES_SECONDS
        self._committed = asyncio.Event()
        self._backoff = Backoff()

    def wake(self) -> None:
        """Something was committed; in this loop's thread."""
        self._committed.set()

    async def run(self) -> None:
        """Hear the own log until cancelled."""
        self.state.connected = True
        while True:
            self._committed.clear()
            try:
                while held := await self._next():
                    await self._take(held)
                    self.state.errors.clear()
                    self.state.stopped = None
                    self._backoff.reset()
            except Closed:
                return
            except StoreBroken:
                raise
            except Exception as error:  # noqa: BLE001 - whatever ails the store, the next try may find it well
                _log.warning("own log: %s", error, exc_info=error)
                self.state.errors["taking"] = f"{type(error).__name__}: {error}"
                if isinstance(error, SourceStopped | Tampered):
                    self.state.stopped = Sentence(error.vi, error.en)
                await asyncio.sleep(self._backoff.pause())
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._silence):
                    await self._committed.wait()

    async def _next(self) -> list[Held]:
        after = self._views.gate.position(self._own.name)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._hands, self._read, after)

    def _read(self, after: int) -> list[Held]:
        entries = self._own.read(after, MOST_FACTS, MOST_BYTES)
        self.state.head = entries[-1][0] if entries else after
        return self._examiner.look(entries)

    async def _take(self, held: Sequence[Held]) -> None:
        gate = self._views.gate
        free, self.state.waiting_for = gate.free([fact.heard for fact in held])
        if not free:
            await gate.wait(held[0].heard)
            return
        self.state.position = await self._views.take(self._own.name, held[:free])
        await gate.move(self._own.name, self.state.position)


class Intake:
    """Hears the own log and every owner in ``heard``, until stopped."""

    def __init__(
        self,
        log: OwnLog,
        views: Views,
        writer: Deciders | None,
        heard: Mapping[str, Feed],
        redis_url: str | None,
        *,
        decides: frozenset[type[Fact]] = frozenset(),
        silence_seconds: float = 5.0,
        registry: CollectorRegistry | None = None,
        on_epoch: Callable[[LogName, LogName], Awaitable[object]] = _nothing_to_leave,
        former: Mapping[str, int] = MappingProxyType({}),
        on_broken: Callable[[StoreBroken], object] = lambda _error: os._exit(70),
    ) -> None:
        """``heard``: service → its feed. ``decides``: facts the deciding handlers hear; ``writer`` runs them.

        Without ``redis_url`` only the feeds are asked: so a new generation of read models is built beside the
        serving one. ``on_epoch(old, new)`` is awaited when an owner's log goes on in another epoch, before anything of
        that is heard; ``former``: the epochs the own log goes on from. ``on_broken`` is called when the disk failed
        under the read models: the process must end.
        """
        self._own_name = log.name
        self._views = views
        self._writer = writer
        self._on_broken = on_broken
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="views")
        self._into_views = _IntoViews(views, self._hands)
        self._into_deciders = _IntoDeciders(writer) if writer else None
        for gate in self._gates:
            gate.goes_on(log.name, former)
        self._reader = Reader(redis_url, streams=len(heard), registry=registry) if redis_url and heard else None
        self._hearing = Hearing(
            site=log.name.site,
            known=views.known,
            hears=frozenset(fact.kind() for fact in heard_by(views.views.values()) | decides),
            reader=self._reader,
            positions=self._positions,
            last_fact=lambda log: self._in_thread(lambda: views.last_fact(log)),
            in_thread=self._in_thread,
            silence_seconds=silence_seconds,
            on_epoch=on_epoch,
            on_broken=on_broken,
        )
        self.own = OwnFeed(log, self._into_views, self._hands, views.known, silence_seconds)
        self._sources = {
            service: Source(service, feed, self._takers(service, decides), self._hearing)
            for service, feed in heard.items()
        }
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def _gates(self) -> list[Gate]:
        return [self._into_views.gate, *([self._into_deciders.gate] if self._into_deciders else [])]

    def _takers(self, service: str, decides: frozenset[type[Fact]]) -> list[Taker]:
        takers: list[Taker] = [self._into_views]
        if self._into_deciders and any(service == fact.OWNER for fact in decides):
            takers.append(self._into_deciders)
        return takers

    # ------------------------------------------------------------ from outside

    async def start(self) -> None:
        """Begin to hear, in the running loop. Owners that are not up yet are waited for while others go on."""
        self._loop = asyncio.get_running_loop()
        views, *_deciders = await self._positions()
        own = self._own_name
        await self._into_views.gate.hear(own, views.get(own, 0))
        self.own.state.position = views.get(own, 0)
        for source in self._sources.values():
            for taker in source.takers:
                taker.gate.expect(own.site, source.state.service)
        self._tasks = [
            self._loop.create_task(source.run(), name=f"hearing {service}") for service, source in self._sources.items()
        ]
        self._tasks.append(self._loop.create_task(self.own.run(), name="own log"))
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Let what is being taken be committed, then end."""
        for source in self._sources.values():
            source.close()
        for gate in self._gates:
            await gate.close()
        await end(self._tasks)
        if self._reader is not None:
            await self._reader.close()
        await asyncio.to_thread(self._hands.shutdown)

    def wake(self, _index: int = 0) -> None:
        """Something was committed. Callable from any thread, as the writer's on_commit."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: so is the service
                self._loop.call_soon_threadsafe(self.own.wake)

    def resume(self, service: str) -> None:
        """A person has looked at what stopped this source."""
        self._sources[service].resume()

    @property
    def sources(self) -> list[SourceState]:
        """How far each source has been heard."""
        return [source.state for source in self._sources.values()]

    @property
    def caught_up(self) -> bool:
        """Whether everything known to be in the own log and at the owners has taken effect."""
        return all(state.caught_up for state in (self.own.state, *self.sources))

    @property
    def stopped(self) -> Sentence | None:
        """Why the own log or a source is taken no further until a person has looked; the first such reason."""
        return next((state.stopped for state in (self.own.state, *self.sources) if state.stopped), None)

    # ------------------------------------------------------------ shared by the sources

    async def _positions(self) -> Sequence[Mapping[LogName, int]]:
        found: list[Mapping[LogName, int]] = [await self._in_thread(self._views.positions)]
        if self._writer is not None:
            found.append(await self._in_thread(self._writer.positions))
        return found

    async def _in_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._hands, work)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A source's task never ends by itself; if it does, say why instead of hearing nothing in silence."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, StoreBroken):
            self._on_broken(error)
        _log.critical("%s has ended", task.get_name(), exc_info=error)


def heard_by(views: Iterable[View[Any]]) -> frozenset[type[Fact]]:
    """The facts these read models hear."""
    return frozenset(fact for view in views for fact in view.hears)
