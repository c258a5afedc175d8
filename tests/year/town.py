"""A whole site in one process: real services, logs, writers, read models, clocks; a loop instead of the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.hub.main import PARTS as HUB
from services.minutes.main import PARTS as MINUTES
from services.ranking.main import PARTS as RANKING
from services.roster.application import OwnKeys
from services.roster.main import PARTS as ROSTER
from services.scheduler.main import PARTS as SCHEDULER
from shared.decision import Noun, Refused
from shared.events.envelope import LogName, Recorded, decode
from shared.service.runtime import Parts, Service
from shared.settings import Settings
from shared.store.asking import HeardBatch
from shared.store.keys import KeyStore
from shared.store.parking import Entry
from shared.store.signing_keys import SigningKeys

SERVICES: tuple[Parts, ...] = (ROSTER, HUB, SCHEDULER, MINUTES, RANKING)
"""In an order in which what one says can reach the next in one round."""
NAMESPACE = UUID("6e0b7c55-93d3-5f0c-9b43-77aa0c1d2e28")
PAGE = 500
MOST_ROUNDS = 50


@dataclass(frozen=True)
class Step:
    """One wish: who asks what of whom, and by which rule it is expected to be refused, if it is."""

    at: datetime
    branch: str
    actor: str
    command: str
    data: Mapping[str, Any] | Callable[[Town], Mapping[str, Any]]
    """As it is, or as it turns out to be when it is asked."""
    refused: str | None = None
    if_known: Callable[[Town], bool] = lambda _town: True
    """False when it turns out that there is nothing to ask."""


@dataclass(frozen=True)
class _Request:
    """What the HTTP door hands to a service."""

    id: UUID
    branch: str
    actor: str
    command: Any
    enteredby: None = None
    medium: None = None
    time: None = None
    expected: None = None


class SharedKeys(OwnKeys):
    """The site's one key store, known to all its services; closed once by the town."""

    def close(self) -> None:
        """Left open: the others still need it."""


@dataclass
class Running:
    """What a noun's histories came to after each fact, as the service itself saw it while it ran."""

    states: dict[str, list[Any]] = field(default_factory=dict)

    def watched(self, noun: Noun[Any, Any]) -> Noun[Any, Any]:
        """The same noun; what it evolves to is written down."""

        def evolve(state: Any, fact: Any) -> Any:
            after = noun.evolve(state, fact)
            self.states.setdefault(fact.subject(), []).append(after)
            return after

        return replace(noun, evolve=evolve)


class Town:
    """A site with any number of branches, and the time it is."""

    def __init__(self, folder: Path, parts: Iterable[Parts] = SERVICES) -> None:
        self._runner = asyncio.Runner()
        self.folder = folder
        self.store = KeyStore(folder / "keys" / "keys.db", folder / "site.key")
        self.signing = SigningKeys(folder / "keys" / "signing.db", folder / "site.key", tries=5)
        settings = Settings(home=folder, clock="settable", after_seconds=10.0, log_level="ERROR")
        parts = tuple(parts)
        self.running = {one.name: Running() for one in parts}
        self.rules = {one.name: {noun.name: noun for noun in one.nouns} for one in parts}
        """The nouns as they are, without anybody watching."""
        self.checkpoints: dict[str, list[tuple[dict[LogName, int], dict[str, str]]]] = {one.name: [] for one in parts}
        """Service → how far it had heard each log, and its documents then."""
        self.services = {
            one.name: Service(
                replace(
                    one,
                    keys=lambda _settings: SharedKeys(self.store, self.signing),
                    nouns=tuple(self.running[one.name].watched(noun) for noun in one.nouns),
                ),
                settings,
            )
            for one in parts
        }
        self.takers = {
            command.__name__: (service, command)
            for service in self.services.values()
            for noun in service.parts.nouns
            for command in noun.commands
        }
        self.refusals: list[tuple[Step, Refused]] = []
        """What was refused although nobody expected it."""
        self.asked = 0
        self._told: dict[str, int] = {}
        """How far everybody has heard each service."""
        self._stored: dict[str, list[Recorded[Any]]] = {name: [] for name in self.services}
        """What was read of each log so far."""
        for service in self.services.values():
            service.writer.start()
            service.ready = True

    def close(self) -> None:
        async def ended() -> None:
            for service in self.services.values():
                await service.client.aclose()

        for service in self.services.values():
            service.writer.stop()
            service.views.close()
            service.log.close()
        self._runner.run(ended())
        self._runner.close()
        self.store.close()
        self.signing.close()

    # ------------------------------------------------------------ time passes

    def live(self, steps: Sequence[Step], seen: Callable[[Town, datetime], None] = lambda _town, _now: None) -> None:
        """Ask every step in order of time; those of one moment together. Between moments everybody hears everybody.

        ``seen`` is called each time the clocks were looked at.
        """
        moment: list[Step] = []
        for step in sorted(steps, key=lambda step: step.at):
            if moment and step.at != moment[0].at:
                self._moment(moment, seen)
                moment = []
            moment.append(step)
        if moment:
            self._moment(moment, seen)

    def _moment(self, steps: Sequence[Step], seen: Callable[[Town, datetime], None]) -> None:
        self._runner.run(self._live(steps))
        if any(not step.command for step in steps):
            seen(self, steps[0].at)

    async def _live(self, steps: Sequence[Step]) -> None:
        now = steps[0].at
        if any(not step.command for step in steps):
            await self._reach(now)
        for service in self.services.values():
            service.clock.set(now)
        wanted = [step for step in steps if step.command and step.if_known(self)]
        for rank in sorted({order for order, _ in _lanes(wanted)}):
            lane = [step for order, step in _lanes(wanted) if order == rank]
            await asyncio.gather(*(self._ask(step) for step in lane))
            await self.settle()

    async def _ask(self, step: Step) -> None:
        service, command = self.takers[step.command]
        self.asked += 1
        data = step.data(self) if callable(step.data) else step.data
        name = f"{step.branch} {step.at.isoformat()} {step.command} {sorted(data.items(), key=str)}"
        try:
            wish = command.model_validate(dict(data))
            await service.ask(_Request(uuid5(NAMESPACE, name), step.branch, step.actor, wish), name.encode())
        except Refused as refused:
            if refused.code != step.refused:
                self.refusals.append((step, refused))
        else:
            if step.refused is not None:
                self.refusals.append((step, Refused("", f"was not refused by {step.refused}")))

    async def _reach(self, now: datetime) -> None:
        before = self.heads()
        for service in self.services.values():
            await service.set_clock(now)  # and does what has come due by then
        await self.settle()
        for _ in range(MOST_ROUNDS):
            if self.heads() == before:
                return
            before = self.heads()
            for service in self.services.values():
                await service.clock_task.look()
            await self.settle()
        raise AssertionError("the clocks never come to rest")

    # ------------------------------------------------------------ hearing

    async def settle(self) -> None:
        """Everybody hears everything, and what follows from it, until nobody has more to say."""
        for _ in range(MOST_ROUNDS):
            if not any([await self._hear(owner) for owner in self.services.values()]):
                return
        raise AssertionError("the services never stop answering one another")

    async def _hear(self, owner: Service) -> bool:
        head, name = owner.log.head().index, owner.log.name
        at = self._told.get(owner.parts.name, 0)
        if at == head:
            return False
        entries: Sequence[Entry] = [(one.index, one) for one in self._read_on(owner.parts.name)[at:head]]
        for service in self.services.values():
            if service is owner or owner.parts.name in service.heard_services():
                service.views.apply(name, entries)
                if service is not owner and any(owner.parts.name == fact.OWNER for fact in service.parts.hears):
                    await asyncio.wrap_future(service.writer.submit_heard(HeardBatch(name, entries)))
        self._told[owner.parts.name] = at + len(entries)
        return True

    # ------------------------------------------------------------ looking

    def heads(self) -> dict[LogName, int]:
        return {service.log.name: service.log.head().index for service in self.services.values()}

    def facts(self, *services: str) -> list[Recorded[Any]]:
        """Everything these services (by default all) have stored, each log in its own order."""
        return [recorded for name in services or self.services for recorded in self._read_on(name)]

    def _read_on(self, name: str) -> list[Recorded[Any]]:
        """A log as it stands; what was read of it before is not read again, for no fact ever changes."""
        log, found = self.services[name].log, self._stored[name]
        while entries := log.read(len(found), PAGE):
            found += [decode(log.name, index, raw, log.known) for index, raw in entries]
        return found

    def parked(self) -> list[str]:
        return [
            f"{name}: {one.reason}"
            for name, service in self.services.items()
            for one in (*service.views.parked(), *service.writer.parked())
        ]

    def now_at(self, name: str) -> datetime:
        return self.services[name].clock.now()

    def run(self, wanted: Any) -> Any:
        return self._runner.run(wanted)


def _lanes(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """Of one branch's steps in one moment, each waits for the one before it; branches do not wait for one another."""
    count: dict[str, int] = {}
    lanes = []
    for step in steps:
        count[step.branch] = count.get(step.branch, -1) + 1
        lanes.append((count[step.branch], step))
    return lanes
