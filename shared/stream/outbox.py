"""Stored first, sent after, in order: copies a service's log to its stream.

The only bookmark is the stream's own head. Each fact's entry id is its index, so a repeat is refused by the
server and two outboxes at once do no harm. After anything unexpected the outbox looks again where the stream
stands; it never sends over a hole it could see.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import NoPermissionError, RedisError, ResponseError

from shared.clock import Clock
from shared.stream.address import FIELD, fact_in, index_of, says_it_is_from
from shared.stream.backoff import Backoff
from shared.stream.ending import end
from shared.stream.line import LOST, Command, Line, word
from shared.stream.past import Sentence, another_past
from shared.stream.ports import Log

MOST_FACTS = 500
MOST_BYTES = 1_000_000
TRIM_SECONDS = 60.0

_log = logging.getLogger("chibo.outbox")


@dataclass
class OutboxState:
    """How far the sending is; for health, metrics and doctor."""

    target: str
    sent: int = 0
    """The stream's head as last seen or moved."""
    head: int = 0
    """The log's head as last seen."""
    connected: bool = False
    sent_facts: int = 0
    """Facts sent since the start."""
    lost_connections: int = 0
    refilled: int = 0
    """How often an empty stream was filled again."""
    last_error: str | None = None
    policy: str | None = None
    """The server's eviction policy; None while it is not known."""
    refused: Sentence | None = None
    """Why nothing is sent: the stream knows another past."""

    @property
    def lag(self) -> int:
        """Facts stored and not yet sent."""
        return max(0, self.head - self.sent)

    @property
    def evicts(self) -> bool:
        """True when this server may throw entries away to gain memory: it should say ``noeviction``."""
        return self.policy not in (None, "noeviction", "hidden")


class _Wiped(Exception):
    """The stream was there and is gone."""


class _AnotherPast(Exception):
    """The stream holds what this log never said."""

    def __init__(self, known: int) -> None:
        super().__init__(known)
        self.known = known


class _Spoiled(Exception):
    """A stranger wrote into the stream; nothing of ours can follow."""


class Outbox:
    """Sends one log to one Redis. For a second target make a second outbox."""

    def __init__(
        self,
        log: Log,
        url: str,
        clock: Clock,
        *,
        on_past: Callable[[str, str], object],
        keep: timedelta = timedelta(days=7),
        keep_count: int = 1_000_000,
        idle_seconds: float = 5.0,
    ) -> None:
        """``on_past(vi, en)`` is called when the stream knows more than the log: give the writer's refuse_writes."""
        parts = urlsplit(url)
        self.state = OutboxState(f"{parts.hostname or parts.path}{f':{parts.port}' if parts.port else ''}")
        self._log = log
        self._stream = log.name.stream.encode()
        begins = b"*6\r\n" + word(b"XADD") + word(self._stream) + word(b"NOMKSTREAM")
        self._addition = begins.replace(b"%", b"%%") + b"$%d\r\n%b\r\n" + word(FIELD) + b"$%d\r\n%b\r\n"
        """One XADD as Redis reads it, but for the lengths and contents of id and fact."""
        self._url = url
        self._clock = clock
        self._on_past = on_past
        self._keep = keep
        self._keep_count = keep_count
        self._idle = idle_seconds
        self._committed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._backoff = Backoff(longest=idle_seconds)
        self._stream_exists = False
        self._compares = True
        """False once the server said we may not read the stream: then its head alone is compared."""
        self._trims = True
        self._trimmed_at = 0.0

    # ------------------------------------------------------------ from outside

    def start(self) -> None:
        """Begin sending, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(), name=f"outbox to {self.state.target}")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])
            self._task = None

    def wake(self) -> None:
        """Something was committed. Callable from any thread, as the writer's on_commit."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: so is the service
                self._loop.call_soon_threadsafe(self._committed.set)

    # ------------------------------------------------------------ the task

    async def _run(self) -> None:
        while True:
            try:
                line = await Line.open(self._url)
                try:
                    await self._serve(line)
                finally:
                    self.state.connected = False
                    await line.close()
            except Exception as error:  # noqa: BLE001 - sending must go on whatever happened to the log or the server
                self._note(error)
                await asyncio.sleep(self._backoff.pause())

    def _note(self, error: Exception) -> None:
        if isinstance(error, LOST):
            self.state.lost_connections += 1
        said = f"{type(error).__name__}: {error}"
        if said != self.state.last_error:
            expected = isinstance(error, (*LOST, RedisError, _Spoiled))
            _log.warning("outbox to %s: %s", self.state.target, said, exc_info=None if expected else error)
        self.state.last_error = said

    async def _serve(self, line: Line) -> None:
        await self._look_at_policy(line)
        self.state.connected = True
        while True:
            try:
                sent = await self._where_it_stands(line)
                self.state.refused = None
                while True:
                    self._committed.clear()
                    sent = await self._send_following(line, sent)
                    self.state.last_error = None
                    self._backoff.reset()
                    await self._trim(line)
                    try:
                        async with asyncio.timeout(self._idle):
                            await self._committed.wait()
                    except TimeoutError:
                        break
            except _Wiped:
                continue
            except _AnotherPast as past:
                await self._refuse(past.known)
                await asyncio.sleep(self._idle)

    async def _refuse(self, known: int) -> None:
        head = (await asyncio.to_thread(self._log.head)).index
        who = Sentence(f"luồng Redis {self.state.target}", f"the stream at {self.state.target}")
        sentence = another_past(self._log.name, known, head, who)
        if sentence != self.state.refused:
            _log.error("%s", sentence.en)
        self.state.refused = sentence
        self._on_past(*sentence)

    # ------------------------------------------------------------ where the stream stands

    async def _where_it_stands(self, line: Line) -> int:
        """The index after which to send, after a look whether stream and log have the same past."""
        head = (await asyncio.to_thread(self._log.head)).index
        self.state.head = head
        try:
            told = await line.ask("XINFO", "STREAM", self._stream)
        except ResponseError as refusal:
            if "no such key" not in str(refusal):
                raise
            self._stream_exists = False
            self.state.sent = await self._before_window(head)
            return self.state.sent
        self._stream_exists = True
        facts: dict[bytes, Any] = dict(zip(told[::2], told[1::2], strict=True))
        standing = self._index_of(facts[b"last-generated-id"])
        entry = facts[b"last-entry"]
        if entry is not None:
            await self._same_past(self._index_of(entry[0]), _fact_of(entry[1]), head)
        if standing > head:
            raise _AnotherPast(standing)
        self.state.sent = standing
        return standing

    async def _same_past(self, index: int, theirs: bytes | None, head: int) -> None:
        """Compare the newest entry with our fact of that index."""
        ours = None
        if index <= head:
            ours = await asyncio.to_thread(self._fact, index)
        if ours == theirs:
            return
        if theirs is None or not says_it_is_from(self._log.name, theirs):
            raise _Spoiled(f"entry {index}-0 of {self._log.name.stream} is no fact of this log; delete the stream")
        raise _AnotherPast(index)

    def _index_of(self, entry_id: bytes) -> int:
        index = index_of(entry_id)
        if index is None:
            raise _Spoiled(f"{self._log.name.stream} ends with {entry_id.decode()}, which no outbox wrote; delete it")
        return index

    def _fact(self, index: int) -> bytes:
        ((_, raw),) = self._log.read(index - 1, 1, MOST_BYTES)
        return raw

    async def _before_window(self, head: int) -> int:
        """An empty stream is filled with what would have been kept, and at least with the newest fact."""
        if head == 0:
            return 0
        self.state.refilled += 1
        return await asyncio.to_thread(self._oldest_to_keep, head) - 1

    def _oldest_to_keep(self, head: int) -> int:
        """The first index inside the retention window, or the newest fact when all are older."""
        by_age = self._log.index_at(self._clock.now() - self._keep) + 1
        return min(max(by_age, head - self._keep_count + 1, 1), head)

    # ------------------------------------------------------------ sending

    async def _send_following(self, line: Line, sent: int) -> int:
        """Send everything after ``sent``; while Redis works, the next batch is read from the log."""
        reading = self._read_after(sent)
        try:
            while page := await reading:
                self.state.head = max(self.state.head, page[-1][0])
                reading = self._read_after(page[-1][0])
                sent = await self._send(line, page)
                self.state.sent = sent
                if sent != page[-1][0]:  # somebody else sends too and was ahead
                    reading.cancel()
                    reading = self._read_after(sent)
        finally:
            reading.cancel()
        return sent

    def _read_after(self, index: int) -> asyncio.Task[Sequence[tuple[int, bytes]]]:
        reading = asyncio.create_task(asyncio.to_thread(self._log.read, index, MOST_FACTS, MOST_BYTES))
        reading.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to ask
        return reading

    async def _send(self, line: Line, page: Sequence[tuple[int, bytes]]) -> int:
        """One MULTI/EXEC. Goes on only after the id itself or "equal or smaller"; anything else ends the batch."""
        entries = [b"%d-0" % index for index, _ in page]
        answers = await line.ask_all([(b"MULTI",), *self._additions(page, entries), (b"EXEC",)])
        ids = answers[-1]
        if ids == entries:
            self._stream_exists = True
            self.state.sent_facts += len(entries)
            return page[-1][0]
        if isinstance(ids, ResponseError):  # EXECABORT: the reason stands at the command that was refused
            raise next((answer for answer in answers if isinstance(answer, ResponseError)), ids)
        repeated = []
        for entry, (index, raw), answer in zip(entries, page, ids, strict=True):
            if answer == entry:
                self._stream_exists = True
                self.state.sent_facts += 1
            elif answer is None:
                raise _Wiped
            elif isinstance(answer, ResponseError) and "equal or smaller" in str(answer):
                repeated.append((index, raw))
            else:
                raise answer if isinstance(answer, Exception) else ResponseError(f"XADD answered {answer!r}")
        if repeated:
            await self._same_entries(line, repeated)
            return await self._where_it_stands(line)
        return page[-1][0]

    def _additions(self, page: Sequence[tuple[int, bytes]], entries: Sequence[bytes]) -> list[Command]:
        """NOMKSTREAM: a stream wiped since we last looked is not begun in the middle, but refilled."""
        each = self._addition
        additions: list[Command] = [
            each % (len(entry), entry, len(raw), raw) for entry, (_, raw) in zip(entries, page, strict=True)
        ]
        if not self._stream_exists:
            additions[0] = (b"XADD", self._stream, entries[0], FIELD, page[0][1])
        return additions

    async def _same_entries(self, line: Line, repeated: Sequence[tuple[int, bytes]]) -> None:
        """What was there already must be what we meant to send. Trimmed entries cannot differ."""
        if not self._compares:
            return
        ranges = [(b"XRANGE", self._stream, b"%d-0" % index, b"%d-0" % index) for index, _ in repeated]
        for (index, raw), answer in zip(repeated, await line.ask_all(ranges), strict=True):
            if isinstance(answer, NoPermissionError):
                self._compares = False
                return
            if isinstance(answer, ResponseError):
                raise answer
            if answer and _fact_of(answer[0][1]) != raw:
                raise _AnotherPast(index)

    # ------------------------------------------------------------ keeping the stream small

    async def _trim(self, line: Line) -> None:
        """By age and count, now and then. MAXLEN in XADD would let any sender empty the stream."""
        now = self._clock.elapsed()
        if not self._trims or self.state.sent == 0 or now < self._trimmed_at + TRIM_SECONDS:
            return
        self._trimmed_at = now
        oldest = await asyncio.to_thread(self._oldest_to_keep, self.state.sent)
        try:
            await line.ask("XTRIM", self._stream, "MINID", "~", f"{oldest}-0")
        except NoPermissionError as refusal:
            _log.info("the server at %s trims by itself: %s", self.state.target, refusal)
            self._trims = False

    async def _look_at_policy(self, line: Line) -> None:
        """``noeviction`` is what we need; a server that does not let us look is reported, not refused."""
        self.state.policy = await _eviction_policy(line)
        if self.state.evicts:
            _log.warning(
                "the server at %s may throw facts away when memory is short (maxmemory-policy %s); set noeviction",
                self.state.target,
                self.state.policy,
            )


async def _eviction_policy(line: Line) -> str:
    with suppress(ResponseError):
        told = await line.ask("CONFIG", "GET", "maxmemory-policy")
        if len(told) > 1:
            return str(told[1].decode())
    with suppress(ResponseError):
        for row in (await line.ask("INFO", "memory")).decode().splitlines():
            name, _, value = row.partition(":")
            if name == "maxmemory_policy":
                return str(value.strip())
    return "hidden"


def _fact_of(fields: Sequence[bytes]) -> bytes | None:
    return fact_in(dict(zip(fields[::2], fields[1::2], strict=True)))
