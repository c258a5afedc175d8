"""What a stream still holds of a log that lost its end: the exact bytes, in order, from the first that is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import ResponseError

from shared.events.envelope import LogName
from shared.stream.address import fact_in, index_of
from shared.stream.line import Line

PAGE_FACTS = 500


class Surviving:
    """The stream of one log, to be read once. Raises one of LOST or ResponseError when Redis fails."""

    def __init__(self, line: Line, log: LogName) -> None:
        self._line = line
        self._stream = log.stream

    async def last(self) -> int:
        """The greatest index the stream ever had; 0 when there is no stream."""
        try:
            told = await self._line.ask("XINFO", "STREAM", self._stream)
        except ResponseError as refusal:
            if "no such key" not in str(refusal):
                raise
            return 0
        facts: dict[bytes, Any] = dict(zip(told[::2], told[1::2], strict=True))
        return index_of(facts[b"last-generated-id"]) or 0

    async def at(self, index: int) -> bytes | None:
        """The fact at an index, if the stream holds it."""
        found = await self._range(index, f"{index}-0", 1)
        return found[0][1] if found else None

    async def after(self, index: int) -> AsyncIterator[list[bytes]]:
        """The facts that follow an index, page by page, up to the end or the first hole."""
        while page := await self._range(index + 1, "+", PAGE_FACTS):
            raws = [raw for at, (found, raw) in enumerate(page, index + 1) if found == at]
            if raws:
                yield raws
            if len(raws) < len(page):
                return
            index += len(raws)

    async def _range(self, first: int, last: str, count: int) -> list[tuple[int | None, bytes]]:
        found = await self._line.ask("XRANGE", self._stream, f"{first}-0", last, "COUNT", count)
        return [
            (index_of(id_), fact_in(dict(zip(fields[::2], fields[1::2], strict=True))) or b"") for id_, fields in found
        ]


@asynccontextmanager
async def surviving(url: str, log: LogName) -> AsyncIterator[Surviving]:
    """Open the stream of a log. Raises one of LOST when Redis does not answer."""
    line = await Line.open(url)
    try:
        yield Surviving(line, log)
    finally:
        await line.close()
