"""Once an hour: uploads that no fact has named in time go, and what was withdrawn to be erased."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from shared.stream.ending import end

if TYPE_CHECKING:
    from shared.files.store import Standing
    from shared.service.runtime import Service

EVERY_SECONDS = 3600.0
AGAIN_SECONDS = 30.0

log_line = structlog.get_logger("chibo.service")


class Sweeping:
    """The task that keeps a service's file store in order. One that keeps no files has none."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._service.parts.standing is not None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])

    async def _run(self) -> None:
        """Not before everything known elsewhere has been heard: another service's fact may name a file."""
        while True:
            ready = self._service.intake.caught_up
            if ready:
                await asyncio.to_thread(self.sweep)
            await asyncio.sleep(EVERY_SECONDS if ready else AGAIN_SECONDS)

    def waiting(self, branch: str) -> int:
        """Bytes of a branch's uploads that no fact names, those that are coming in among them."""
        service, says = self._service, self._service.parts.standing
        if says is None:
            return 0
        with service.views.read() as reader:
            return service.files.waiting(branch, partial(says, reader))

    def sweep(self) -> list[str]:
        """Remove what is to go, and name it. Nothing goes while any fact waits for a person: it might name a file."""
        service, says = self._service, self._service.parts.standing
        if says is None or service.views.parked():
            return []

        def standing(keysubject: str, sha256: str) -> Standing:
            with service.views.read() as reader:
                return says(reader, keysubject, sha256)

        try:
            gone = service.files.sweep(standing, service.settings.files_unnamed_hours * 3600)
        except OSError as error:
            log_line.warning("files not swept", error=str(error))
            return []
        if gone:
            log_line.info("files swept", count=len(gone))
        return gone
