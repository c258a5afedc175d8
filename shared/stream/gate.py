"""No effect before its cause: a fact that had heard more of another log than has arrived here holds its source.

It cannot deadlock: what was heard is older than the fact that heard it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.events.envelope import LogName, parse_heard


@dataclass(frozen=True)
class Cause:
    """What a source waits for: this log to get to this index."""

    log: LogName
    index: int

    def __str__(self) -> str:
        return f"{self.log}={self.index}"


@lru_cache(maxsize=4096)
def causes_in(heard: str) -> tuple[Cause, ...]:
    """What a ``heard`` attribute names; the same positions are named again and again. Raises ValueError."""
    return tuple(Cause(log, index) for log, index in parse_heard(heard).items())


class Closed(Exception):
    """The service is stopping; whoever waits goes home without having taken anything."""


class Gate:
    """How far each heard log has got here. One for the views, one for the handlers that decide."""

    def __init__(self) -> None:
        self._positions: dict[LogName, int] = {}
        self._services: dict[tuple[str, str], LogName | None] = {}
        self._former: dict[LogName, int] = {}
        self._moved = asyncio.Condition()
        self._closed = False

    def expect(self, site: str, service: str) -> None:
        """This service is heard, though its epoch is not known yet: facts that heard it wait until it is."""
        self._services[site, service] = None

    def goes_on(self, log: LogName, former: Mapping[str, int]) -> None:
        """A log keeps so much of the epochs it goes on from."""
        self._former |= {log._replace(epoch=epoch): upto for epoch, upto in former.items()}

    async def hear(self, log: LogName, position: int) -> None:
        """This is the log heard of its service, and how far it has got here."""
        if former := self._services.get((log.site, log.service)):
            self._positions.pop(former, None)
        self._services[log.site, log.service] = log
        self._positions[log] = position
        await self._tell()

    def position(self, log: LogName) -> int:
        return self._positions.get(log, 0)

    async def move(self, log: LogName, position: int) -> None:
        """Everything up to here has taken effect."""
        if position > self._positions.get(log, position):
            self._positions[log] = position
            await self._tell()

    def missing(self, heard: str) -> Cause | None:
        """The first cause in a ``heard`` attribute that has not arrived here; None when all have.

        Raises ValueError when the attribute is malformed.
        """
        for cause in causes_in(heard):
            log = cause.log
            if (log.site, log.service) not in self._services:
                continue
            current = self._services[log.site, log.service]
            # Of an epoch that has ended nothing more will come: what was kept of it is in the next.
            index = cause.index if current == log else min(cause.index, self._former.get(log, 0))
            if current is None or self._positions[current] < index:
                return cause
        return None

    def free(self, heard: Sequence[str]) -> tuple[int, Cause | None]:
        """How many facts from the first on may take effect, and what the next one waits for."""
        passed = None
        for count, text in enumerate(heard):
            if text != passed and (cause := self.missing(text)):
                return count, cause
            passed = text
        return len(heard), None

    async def wait(self, heard: str) -> None:
        """Until nothing is missing for this ``heard``. Raises Closed when the service stops."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._closed or not self.missing(heard))
        if self._closed:
            raise Closed

    async def close(self) -> None:
        """Send everybody home."""
        self._closed = True
        await self._tell()

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()
