"""Has papers printed in a process of its own, which ends when nothing was printed for a while."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from shared.decision import Refused
from shared.documents.rendering import As, Rendered, described
from shared.files.store import PageSize
from shared.stream.ending import end

if TYPE_CHECKING:
    from shared.documents.form import Form
    from shared.documents.table_book import TableBook
    from shared.settings import Settings

log_line = structlog.get_logger("chibo.printing")

PRESS = (sys.executable, "-m", "shared.documents.press")
_SURROUNDINGS = {"PATH": "", "RAYON_NUM_THREADS": "1"}
"""Else typst takes a thread of every core there is, and each of them its share of the memory allowed."""
_PROJECT = Path(__file__).parents[2]
"""Where the press finds the code this process runs."""


class Printer:
    """One paper after the other: many wanted at once take no more than one core, and nothing else waits for them."""

    def __init__(self, settings: Settings, press: tuple[str, ...] = PRESS) -> None:
        limits = {"memory": settings.print_memory, "seconds": settings.print_seconds}
        self._command = (*press, json.dumps(limits))
        self._seconds, self._idle_seconds = settings.print_seconds, settings.print_idle_seconds
        self._one_at_a_time = asyncio.Lock()
        self._press: Process | None = None
        self._idle: asyncio.Task[None] | None = None

    async def rendered(self, form: Form, as_: As = "pdf") -> Rendered:
        """A form printed. Raises Refused when it cannot be."""
        raw, _ = await self._made(form, as_)
        return described(form, as_, raw)

    async def with_sheets(self, form: Form) -> tuple[Rendered, tuple[PageSize, ...]]:
        """A form as PDF, and the size of each page. Raises Refused."""
        raw, said = await self._made(form, "pdf", sheets=True)
        return described(form, "pdf", raw), tuple(PageSize(width=wide, height=high) for wide, high in said["sheets"])

    async def workbook(self, book: TableBook) -> bytes:
        """Tables as a workbook. Raises Refused."""
        raw, _ = await self._made(book, None)
        return raw

    @property
    def pid(self) -> int | None:
        """The process that prints, while there is one."""
        return self._press.pid if self._press is not None and self._press.returncode is None else None

    async def close(self) -> None:
        """End the process, whatever it does; who waits for a paper is refused."""
        if self._idle is not None:
            await end([self._idle])
        self._kill()
        async with self._one_at_a_time:
            await self._end()

    async def _made(
        self, paper: Form | TableBook, as_: As | None, *, sheets: bool = False
    ) -> tuple[bytes, dict[str, Any]]:
        order = pickle.dumps((paper, as_, sheets))
        async with self._one_at_a_time:
            if self._idle is not None:
                self._idle.cancel()
            try:
                answer = await asyncio.wait_for(self._ask(order), self._seconds)
            except TimeoutError:
                await self._end()
                raise self._stopped(f"không xong trong {self._seconds} giây", f"took over {self._seconds} s") from None
            except (OSError, EOFError, ValueError) as error:
                await self._end()
                raise self._stopped("dừng giữa chừng", "stopped half-way", error) from None
            except asyncio.CancelledError:
                await self._end()
                raise
            self._idle = asyncio.create_task(self._let_go(), name="waiting for the next paper")
            return answer

    async def _ask(self, order: bytes) -> tuple[bytes, dict[str, Any]]:
        if self.pid is None:
            await self._end()
        press = self._press
        if press is None:
            press = self._press = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_SURROUNDINGS, cwd=_PROJECT
            )
        assert press.stdin is not None  # noqa: S101 - both are pipes
        assert press.stdout is not None  # noqa: S101
        press.stdin.write(order)
        await press.stdin.drain()
        said = json.loads(await press.stdout.readuntil(b"\n"))
        if "failed" in said:
            raise ValueError(said["failed"])
        return await press.stdout.readexactly(said["bytes"]), said

    async def _let_go(self) -> None:
        """End the process once nothing was printed for a while: what it has loaded is worth a service's memory."""
        await asyncio.sleep(self._idle_seconds)
        async with self._one_at_a_time:
            await self._end()

    async def _end(self) -> None:
        if self._press is not None:
            self._kill()
            await self._press.communicate()
            self._press = None

    def _kill(self) -> None:
        if self.pid is not None and self._press is not None:
            with suppress(ProcessLookupError):
                self._press.kill()

    @staticmethod
    def _stopped(vi: str, en: str, error: Exception | None = None) -> Refused:
        log_line.error("printing stopped", how=en, why=repr(error))
        return Refused(
            f"Chưa in được văn bản vì việc in {vi}. Đồng chí in lại sau ít phút; nếu vẫn không được, đồng chí báo quản "
            "trị viên. Chưa có gì được ký, dữ liệu còn nguyên.",
            f"The paper was not printed: printing {en}. Print it again in a few minutes; if it fails again, tell the "
            "operator. Nothing was signed and the data is untouched.",
            code="printing",
        )
