"""Building the read models anew from the logs, while the old ones go on serving."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from shared.events.envelope import LogName
from shared.store.log import Log
from shared.store.views import Views
from shared.stream.ending import end
from shared.stream.feed import Feed
from shared.stream.intake import Intake
from shared.stream.past import Sentence

LOOK_SECONDS = 0.1

log_line = structlog.get_logger("chibo.rebuild")


SEE_ITS_LOG = Sentence("Xem nhật ký của dịch vụ.", "See its log.")


class RebuildFailed(Exception):
    """The old read models serve on."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.en)
        self.why = why


class Rebuilding:
    """One rebuild: every log from its first fact, causes before effects, then the switch."""

    def __init__(self, views: Views, own: Log, former: Mapping[str, int], others: Mapping[str, Feed]) -> None:
        """``former``: the epochs the own log goes on from."""
        self._views = views
        self._former = former
        self._own = own
        self._others = others
        self._task: asyncio.Task[None] | None = None
        self._intake: Intake | None = None
        self.error: Sentence | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="rebuild")

    async def stop(self) -> None:
        """Give up; what was built is dropped by the next rebuild."""
        if self._task is not None:
            await end([self._task])

    async def wait(self) -> None:
        """Until it has ended. Raises RebuildFailed when the old read models serve on."""
        if self._task is not None:
            await self._task
        if self.error:
            raise RebuildFailed(self.error)

    @property
    def ended(self) -> bool:
        return self._task is not None and self._task.done()

    def report(self) -> dict[str, Any]:
        """State, facts done and facts to do."""
        sources = [] if self._intake is None else [self._intake.own.state, *self._intake.sources]
        return {
            "state": "failed" if self.error else "done" if self.ended else "running",
            "done": sum(source.position for source in sources),
            "total": sum(max(source.head or 0, source.position) for source in sources),
            "error": self.error and self.error._asdict(),
        }

    async def _run(self) -> None:
        try:
            await self._build()
        except Exception as error:
            self.error = error.why if isinstance(error, RebuildFailed) else SEE_ITS_LOG
            log_line.exception("rebuild failed; the old read models serve on")

    async def _build(self) -> None:
        while not await self._built():
            log_line.info("a log went on in another epoch meanwhile; begun again")

    async def _built(self) -> bool:
        """False when a log that was being heard went on in another epoch: then all of it is begun again."""
        overtaken = asyncio.Event()

        async def overtake(_old: LogName, _new: LogName) -> None:
            overtaken.set()
            await asyncio.Event().wait()  # until stopped: nothing of another epoch goes into this generation

        new = await asyncio.to_thread(self._views.begin_generation)
        self._intake = intake = Intake(
            self._own,
            new,
            None,
            self._others,
            None,
            silence_seconds=LOOK_SECONDS,
            on_epoch=overtake,
            former=self._former,
        )
        await intake.start()
        try:
            while not (intake.caught_up and await self._switched(new)):
                if overtaken.is_set():
                    return False
                if intake.stopped:  # no person can let it go on: what is resumed are the sources that serve
                    raise RebuildFailed(intake.stopped)
                intake.wake()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await intake.stop()
        return True

    async def _switched(self, new: Views) -> bool:
        """False while the serving read models have heard more than the new ones."""
        try:
            await asyncio.to_thread(new.switch)
        except ValueError:
            return False
        return True
