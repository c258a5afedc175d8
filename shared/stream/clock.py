"""Turns due moments into commands: once each, also after a restart, also twice at once, also when missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from shared.clock import Clock
from shared.days import civil_day, clock_and_day, clock_and_day_en
from shared.decision import Command, Refused
from shared.stream.ending import end
from shared.stream.past import Sentence

LARGEST_LEAP = timedelta(days=1)
SMALL_STEP = timedelta(minutes=1)
"""A clock set back by less is waited for; a person is asked about more."""
MOST_ROUNDS = 100

_NAMESPACE = UUID("6f2d3c1e-1d0b-5e0a-9a52-4b1f0c7de0a1")
_log = logging.getLogger("chibo.clock")


@dataclass(frozen=True)
class Due:
    """A moment that has come, and what is to be said then."""

    moment: datetime
    command: Command
    branch: str
    rule: str
    """Which rule set this moment: ``notice-missed``."""
    revision: int = 0
    """Counts how often the moment was set anew, so that a new one is not taken for the old."""
    happens_now: bool = False
    """What is done happens when it is done, not at its moment: a notice that leaves after a night switched off."""

    @property
    def command_id(self) -> UUID:
        """The same moment gives the same command, whoever finds it and however often."""
        day = civil_day(self.moment)
        return uuid5(_NAMESPACE, f"{self.command.subject(self.branch)} {self.rule} {day} {self.revision}")


@dataclass
class ClockState:
    """For health, metrics and doctor."""

    looked: datetime | None = None
    said: int = 0
    """Commands given since the start."""
    waiting: Sentence | None = None
    """Why nothing is done: the time looks wrong and a person must say that it is right."""
    behind: bool = False
    """The clock is a little before the last stored fact; it goes on by itself."""
    refused: dict[UUID, str] = field(default_factory=dict)
    last_error: str | None = None


class ClockTask:
    """One per service. ``due(now)`` lists what has come and is not done, from the service's read models."""

    def __init__(
        self,
        clock: Clock,
        due: Callable[[datetime], Sequence[Due]],
        ask: Callable[[UUID, Due], Awaitable[object]],
        *,
        last_recorded: Callable[[], datetime | None],
        ready: Callable[[], bool] = lambda: True,
        then: Callable[[], Awaitable[None]] | None = None,
        every_seconds: float = 30.0,
    ) -> None:
        """``ask`` gives the command to the writer as actor ``clock``, with the due moment as its time.

        ``ready`` says whether the read models have heard enough to be believed; until then nothing is looked at.
        ``then`` is done at the end of each look: what needs another service before it becomes a command.
        """
        self.state = ClockState()
        self._clock = clock
        self._due = due
        self._ask = ask
        self._last_recorded = last_recorded
        self._ready = ready
        self._then = then
        self._every = every_seconds
        self._said: set[UUID] = set()
        self._seen: tuple[datetime, float] | None = None
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------ from outside

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="clock")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])
            self._task = None

    def wake(self) -> None:
        """Look now: the time was set, or much has arrived."""
        self._woken.set()

    def go_on(self) -> None:
        """A person says that the time is right. Before what was stored last it is not: nothing could be stored."""
        if self.state.waiting:
            self._seen = self.state.waiting = None
            self._time_looks_wrong()

    # ------------------------------------------------------------ the task

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                if self._ready():
                    await self.look()
                self.state.last_error = None
            except Exception as error:  # noqa: BLE001 - a failed look is tried again, never the end of the clock
                said = f"{type(error).__name__}: {error}"
                if said != self.state.last_error:
                    _log.warning("clock: %s", said, exc_info=error)
                self.state.last_error = said
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._woken.wait()

    async def look(self) -> None:
        """Do what has come. What one command makes due is done too."""
        for _ in range(MOST_ROUNDS):
            if await asyncio.to_thread(self._time_looks_wrong):
                return
            now = self._clock.now()
            self.state.looked = now
            found = await asyncio.to_thread(self._due, now)
            fresh = [due for due in found if due.moment <= now and due.command_id not in self._said]
            progress = False
            for due in sorted(fresh, key=lambda due: due.moment):
                progress |= await self._say(due)
            if not progress:
                break
        if self._then is not None:
            await self._then()

    async def _say(self, due: Due) -> bool:
        id_ = due.command_id
        try:
            await self._ask(id_, due)
        except Refused as refused:
            if self.state.refused.get(id_) != refused.en:
                _log.warning("clock: %s for %s was refused: %s", due.rule, due.branch, refused.en)
            self.state.refused[id_] = refused.en
            return False
        self._said.add(id_)
        self.state.refused.pop(id_, None)
        self.state.said += 1
        return True

    # ------------------------------------------------------------ is the time right?

    def _time_looks_wrong(self) -> bool:
        now, elapsed = self._clock.now(), self._clock.elapsed()
        if self.state.waiting:
            return True
        if self._seen is not None:
            leap = now - self._seen[0] - timedelta(seconds=elapsed - self._seen[1])
            if abs(leap) > LARGEST_LEAP:
                self._wait_for_a_person(_leapt(self._seen[0], now))
                return True
        self._seen = (now, elapsed)
        last = self._last_recorded()
        self.state.behind = last is not None and now < last
        if last is not None and now < last - SMALL_STEP:
            self._wait_for_a_person(_before(last, now))
        return self.state.behind

    def _wait_for_a_person(self, sentence: Sentence) -> None:
        _log.error("%s", sentence.en)
        self.state.waiting = sentence


def _leapt(before: datetime, now: datetime) -> Sentence:
    return Sentence(
        f"Đồng hồ của máy nhảy từ {clock_and_day(before)} đến {clock_and_day(now)}. "
        "Chưa làm việc đến hạn nào theo giờ mới; hãy kiểm tra giờ của máy, rồi xác nhận để tiếp tục.",
        f"This machine's clock leapt from {clock_and_day_en(before)} to {clock_and_day_en(now)}. "
        "Nothing is done by the new time yet; check the clock, then confirm to go on.",
    )


def _before(last: datetime, now: datetime) -> Sentence:
    return Sentence(
        f"Đồng hồ của máy chỉ {clock_and_day(now)}, trước việc đã lưu cuối cùng, lúc {clock_and_day(last)}. "
        "Chưa làm việc đến hạn nào; hãy kiểm tra giờ của máy, rồi xác nhận để tiếp tục.",
        f"This machine's clock says {clock_and_day_en(now)}, before what was stored last, at "
        f"{clock_and_day_en(last)}. Nothing due is done yet; check the clock, then confirm to go on.",
    )
