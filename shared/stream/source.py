"""One heard log, taken in order and once: what is old is dropped, holes are filled from the owner, causes come first.

Redis is transport, not truth. Where an entry does not fit, the owner's feed says what stands at that index; only
what the owner itself serves is believed, and parked when it cannot be read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from redis.exceptions import RedisError

from shared.decision import Refused
from shared.events.envelope import Fact, LogName, leaf
from shared.store.trouble import Gap, SourceStopped, StoreBroken, StoreTrouble
from shared.stream.address import fact_in, index_of
from shared.stream.backoff import Backoff
from shared.stream.examine import Examiner, Held
from shared.stream.feed import PAGE_FACTS, Feed, FeedAway, HeadAnswer
from shared.stream.gate import Cause, Closed, Gate
from shared.stream.past import Sentence, another_log, another_past
from shared.stream.reader import Entry, Reader, Subscription

SHORTEST_PAUSE = 0.01
MOST_BYTES = 1_000_000
"""Of facts whose effects are committed together."""

_log = logging.getLogger("chibo.intake")


class Taker(Protocol):
    """Where facts take effect: the read models, or the handlers that decide. Each keeps its own position."""

    gate: Gate

    async def take(self, log: LogName, facts: Sequence[Held]) -> int:
        """Commit the facts' effects and the new position together; returns the position.

        Raises Gap when the position is further back than thought, SourceStopped, or what ails the store.
        """


@dataclass
class SourceState:
    """How far one source has been heard; for health, metrics and doctor."""

    service: str
    log: LogName | None = None
    """None while the owner has not said its epoch."""
    position: int = 0
    """How far the read models are."""
    last: tuple[int, bytes] | None = None
    """Index and leaf of the last fact the read models took, also before a restart, to compare with the owner."""
    decided: int | None = None
    """How far the deciding handlers are; None when none hears this source."""
    head: int | None = None
    """The owner's head when it was last asked."""
    waiting_for: Cause | None = None
    connected: bool = False
    """Whether the stream is being read; without it the feed is asked."""
    fetched: int = 0
    """Facts that came from the owner's feed."""
    forged: int = 0
    """Entries of the stream that were not the owner's."""
    errors: dict[str, str] = field(default_factory=dict)
    """What fails now: ``reading`` the stream, ``taking`` facts, asking the ``owner``, proving the same ``past``."""
    former: dict[str, int] = field(default_factory=dict)
    """Epochs the owner's log goes on from, each with the last index that was kept of it."""
    stopped: Sentence | None = None
    """Why nothing more is taken until a person has looked."""

    @property
    def taken(self) -> int:
        """Everything up to here has taken every effect."""
        return self.position if self.decided is None else min(self.position, self.decided)

    @property
    def caught_up(self) -> bool:
        """Whether everything the owner is known to have has taken effect here."""
        return self.head is not None and self.taken >= self.head

    @property
    def last_error(self) -> str | None:
        return next(iter(self.errors.values()), None)


class OtherEpoch(Exception):
    """The owner now serves another log."""

    def __init__(self, log: LogName) -> None:
        super().__init__(str(log))
        self.log = log


@dataclass(frozen=True)
class Hearing:
    """What all sources of one service have in common."""

    site: str
    known: Mapping[str, type[Fact]]
    hears: frozenset[str]
    """Kinds that are decoded; of others only the envelope is looked at."""
    reader: Reader | None
    """None: only the owners' feeds are asked."""
    positions: Callable[[], Awaitable[Sequence[Mapping[LogName, int]]]]
    """The committed positions of each taker, in their order."""
    last_fact: Callable[[LogName], Awaitable[tuple[int, bytes] | None]]
    """Index and leaf of the last fact of a log that the read models took."""
    in_thread: Callable[[Callable[[], list[Held]]], Awaitable[list[Held]]]
    silence_seconds: float
    on_epoch: Callable[[LogName, LogName], Awaitable[object]]
    on_broken: Callable[[StoreBroken], object]


class Source:
    """Hears one service. Several may run at once; each takes its own log in order."""

    def __init__(self, service: str, feed: Feed, takers: Sequence[Taker], hearing: Hearing) -> None:
        """``takers``: first the read models, then the deciding handlers, if any of them hears this service."""
        self.state = SourceState(service)
        self._feed = feed
        self.takers = takers
        self._hearing = hearing
        self._reader = hearing.reader
        self._silence = hearing.silence_seconds
        self._taking = asyncio.Lock()
        self._backoff = Backoff(longest=self._silence)
        self._look_now = asyncio.Event()
        self._resumed = asyncio.Event()
        self._closing = asyncio.Event()
        self._other_epoch: asyncio.Future[LogName] | None = None
        self._examiner: Examiner | None = None
        self._same_past = False
        """Whether what was taken here was seen in the owner's past, since the start and since each reconnect."""
        self._reads_anew = False
        """Whether the batch at hand may have been read while the owner had another past."""
        self._moved_at = 0.0

    # ------------------------------------------------------------ the task

    async def run(self) -> None:
        """Hear this service until cancelled; never ends by itself."""
        log: LogName | None = None
        while True:
            try:
                log = log or await self._find_log()
                await self._begin(log)
                other = await self._hear(log)
                _log.warning("%s is now %s, was %s", self.state.service, other, log)
                await self._leave(log, other)
                log = other
            except Exception as error:  # noqa: BLE001 - whatever ails the store, it is tried again
                await self.failed(error)

    async def _leave(self, log: LogName, other: LogName) -> None:
        """What was withdrawn goes out of the read models before anything of the new epoch is heard."""
        self.state.errors["epoch"] = f"{log} has ended; what it had is being built anew from {other}"
        for taker in self.takers[1:]:
            taker.gate.expect(log.site, log.service)
        await self._hearing.on_epoch(log, other)
        self._well("epoch")

    async def _hear(self, log: LogName) -> LogName:
        """Read this log's stream and watch its owner, until the owner serves another log."""
        self._other_epoch = asyncio.get_running_loop().create_future()
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as together:
            tasks = [together.create_task(self._read_stream(log, enough)), together.create_task(self._watch(enough))]
            try:
                other = await self._other_epoch
            finally:
                self._other_epoch.cancel()
                enough.set()
            for task in tasks:
                task.cancel()
        return other

    def close(self) -> None:
        """Let a batch that is being taken end early; ``run`` is cancelled after that."""
        self._closing.set()

    def resume(self) -> None:
        """A person has looked: take the fact again that stopped this source."""
        self.state.stopped = None
        self._resumed.set()

    def look(self) -> None:
        """Compare with the owner now."""
        self._look_now.set()

    async def _find_log(self) -> LogName:
        """The log heard last time, or the one the owner says it has."""
        remembered = {
            log
            for positions in await self._hearing.positions()
            for log in positions
            if (log.site, log.service) == (self._hearing.site, self.state.service)
        }
        if len(remembered) == 1:
            return remembered.pop()
        while True:
            try:
                head = await self._feed.head()
                self._goes_on(head)
                ended = remembered - {head.log}
                return ended.pop() if ended else head.log  # left in the middle, it is left again
            except FeedAway as away:
                await self._ill("owner", away)

    async def _begin(self, log: LogName) -> None:
        views, *others = await self._hearing.positions()
        self.state.log = log
        self.state.position = views.get(log, 0)
        self.state.decided = others[0].get(log, 0) if len(self.takers) > 1 else None
        self.state.head = None
        self.state.stopped = None
        self._examiner = Examiner(log, self._hearing.known, self._hearing.hears)
        self.state.last = await self._hearing.last_fact(log)
        self._same_past = not (self.state.position or self.state.decided)
        self._moved_at = asyncio.get_running_loop().time()
        for taker, positions in zip(self.takers, (views, *others), strict=False):
            await taker.gate.hear(log, positions.get(log, 0))

    # ------------------------------------------------------------ reading the stream

    async def _read_stream(self, log: LogName, enough: asyncio.Event) -> None:
        """Read until ``enough``. Being cancelled is not relied on: redis-py may swallow it under Python 3.11."""
        if self._reader is None:
            return
        subscription: Subscription | None = None
        try:
            while subscription is None and not enough.is_set():
                try:
                    subscription = await self._reader.open(log.stream, self)
                except (RedisError, OSError) as error:
                    await self.unreadable(error)
            self.answered()
            await enough.wait()
        finally:
            self.state.connected = False
            if subscription is not None:
                await subscription.stop()

    @property
    def position(self) -> int:
        return self.state.taken

    async def take_read(self, entries: Sequence[Entry]) -> None:
        """Take a batch of the stream's entries."""
        facts = [(index_of(id_), fact_in(fields) or b"") for id_, fields in entries]
        ours = [(index, raw) for index, raw in facts if index is not None]
        strange = len(facts) - len(ours)
        before = self.position
        try:
            async with self._taking:
                await self._await_person()
                await self._await_same_past()
                if self._reads_anew:
                    self._reads_anew = False
                    return  # the reader goes on from the committed position
                strange += await self._take(ours)
        except Closed:
            return
        except OtherEpoch as other:
            self._go_over(other.log)
            return
        self._well("taking")
        if strange:
            self.state.forged += strange
            _log.warning("%s entries of %s in the stream are not the owner's", strange, self.state.log)
            if self.position == before:  # the same entries would be read again at once
                await self._pause(self._silence)

    async def failed(self, error: Exception) -> None:
        """Taking failed: say it, and come back when it should be tried again."""
        if isinstance(error, StoreBroken):
            self._hearing.on_broken(error)
        await self._ill("taking", error)

    async def unreadable(self, error: Exception) -> None:
        """Redis failed: say it, and come back when it should be tried again."""
        self.state.connected = False
        if not self._closing.is_set():  # a read that is cancelled at the end loses its connection
            await self._ill("reading", error)

    def answered(self) -> None:
        """The stream can be read. After a failure its tail may be lost, so the owner is asked."""
        if not self.state.connected:
            self.state.connected = True
            self._same_past = not (self.state.position or self.state.decided)
            self._well("reading")
            self._look_now.set()

    def _well(self, what: str) -> None:
        if self.state.errors.pop(what, None) or not self.state.errors:
            self._backoff.reset()

    async def _ill(self, what: str, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if self.state.errors.get(what) != words:
            expected = isinstance(error, (FeedAway, RedisError, OSError, StoreTrouble, Refused))
            _log.warning("%s: %s: %s", self.state.service, what, words, exc_info=None if expected else error)
        self.state.errors[what] = words
        await self._pause(self._backoff.pause())

    async def _pause(self, seconds: float) -> None:
        """Wait; shorter when the service is stopping, though never so short that nobody else gets a turn."""
        await asyncio.sleep(min(seconds, SHORTEST_PAUSE))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds - SHORTEST_PAUSE):
                await self._closing.wait()

    # ------------------------------------------------------------ comparing with the owner

    async def _watch(self, enough: asyncio.Event) -> None:
        """On each (re)connect, and when nothing came for a while, ask the owner how far it is."""
        while not enough.is_set():
            self._look_now.clear()
            try:
                await self._compare()
            except OtherEpoch as other:
                self._go_over(other.log)
                return
            except Closed:
                return
            except FeedAway as away:
                self.state.errors["owner"] = str(away)
            except Exception as error:  # noqa: BLE001 - whatever ails the store, the next look tries again
                await self.failed(error)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._silence):
                    await self._look_now.wait()

    async def _compare(self) -> None:
        head = await self._look_back()
        if not self._same_past:
            return
        silent = asyncio.get_running_loop().time() - self._moved_at >= self._silence
        no_stream = self._reader is None or "reading" in self.state.errors
        if head > self.position and (silent or no_stream) and not self._taking.locked():
            async with self._taking:
                await self._await_person()
                await self._fetch(head)
            self._well("taking")

    async def _look_back(self) -> int:
        """Ask the owner how far it is, and whether everything taken here is its past."""
        log, position, decided = self.state.log, self.state.position, self.state.decided or 0
        last = self.state.last[1] if self.state.last and self.state.last[0] == position else None
        index = 0
        for known, leaf_there in ((position, last), (decided, None)):
            if known < position:
                continue
            head = await self._feed.head(known, leaf_there, None if log is None else log.epoch)
            if head.log != log:
                return self._elsewhere(log, head)
            self._goes_on(head)
            self.state.head = index = head.index
            if head.agrees is False:
                self._same_past, self._reads_anew = False, True
                who = Sentence("Dịch vụ này", "This service")
                self.state.errors["owner"] = another_past(head.log, known, index, who).en
                return index
            if decided == position:
                break
        self._same_past = True
        self._well("owner")
        self._well("past")
        return index

    def _elsewhere(self, log: LogName | None, head: HeadAnswer) -> int:
        """The owner serves another log than the one heard here. Raises OtherEpoch when it goes on from that one."""
        self._goes_on(head)
        if log is None or log.epoch in head.former or not (self.state.position or self.state.decided):
            raise OtherEpoch(head.log)
        self._same_past, self._reads_anew = False, True
        self.state.errors["owner"] = another_log(head.log, log.epoch, Sentence("Dịch vụ này", "This service")).en
        return self.position

    def _goes_on(self, head: HeadAnswer) -> None:
        if head.former != self.state.former:
            self.state.former = dict(head.former)
        for taker in self.takers:
            taker.gate.goes_on(head.log, head.former)

    async def _await_same_past(self) -> None:
        """Until what was taken here was seen in the owner's past: facts of another past would fit on by number.

        An owner that is down is not waited for as long as the stream holds the last fact taken here, byte for byte:
        what follows it there follows it at the owner.
        """
        while not self._same_past:
            try:
                await self._look_back()
            except FeedAway as away:
                if await self._stream_goes_on():
                    self._same_past = True
                    self._well("past")
                else:
                    await self._ill("past", FeedAway(f"nothing is taken before pasts are compared; {away}"))
            else:
                if not self._same_past:
                    await self._pause(self._silence)
            if self._closing.is_set():
                raise Closed

    async def _stream_goes_on(self) -> bool:
        """Whether the stream holds the last fact taken here."""
        log, last = self.state.log, self.state.last
        if self._reader is None or log is None or last is None or last[0] != self.state.position:
            return False
        try:
            there = await self._reader.entry(log.stream, last[0])
        except (RedisError, OSError):
            return False
        return there is not None and leaf(there) == last[1]

    def _go_over(self, log: LogName) -> None:
        if self._other_epoch is not None and not self._other_epoch.done():
            self._other_epoch.set_result(log)

    # ------------------------------------------------------------ taking

    async def _take(self, entries: Sequence[tuple[int, bytes]]) -> int:
        """Take entries of the stream in order; returns how many of them are not the owner's."""
        strange = 0
        todo = entries
        while todo := _after(self.position, todo):
            run = _contiguous(todo, self.position + 1)
            if not run:
                await self._fetch(todo[0][0] - 1)
                if todo[0][0] > self.position + 1:  # beyond the owner's own head
                    return strange + sum(index > self.position for index, _ in todo)
                continue
            held = await self._examined(run)
            good = next((count for count, fact in enumerate(held) if fact.wrong), len(held))
            await self._into_all(held[:good])
            if good < len(held):
                bad = held[good]
                theirs = await self._fetch(bad.index)
                if bad.index <= self.position:
                    strange += theirs != bad.raw
                else:  # beyond the owner's own head
                    return strange + sum(index > self.position for index, _ in todo)
        return strange

    async def _fetch(self, upto: int) -> bytes | None:
        """Take facts from the owner's feed, fewer when it has fewer; returns what stands at ``upto``.

        What cannot be read is parked by the store: the owner itself says so.
        """
        last = None
        while (position := self.position) < upto:
            page = await self._feed.read(position, min(PAGE_FACTS, upto - position))
            if page.log != self.state.log:
                self._same_past = False  # whether it goes on from ours is asked before anything of it is believed
                self._look_now.set()
                raise FeedAway(f"{page.log} is served, not {self.state.log}")
            self.state.head = max(self.state.head or 0, page.head)
            if not page.facts:
                return None
            last = page.facts[-1]
            await self._into_all(await self._examined(page.facts))
            self.state.fetched += len(page.facts)
        return last[1] if last and last[0] == upto else None

    async def _examined(self, entries: Sequence[tuple[int, bytes]]) -> list[Held]:
        examiner = self._examiner
        if examiner is None:
            raise Closed
        return await self._hearing.in_thread(lambda: examiner.look(entries))

    async def _into_all(self, facts: Sequence[Held]) -> None:
        """Into every taker, each as far as its own causes let it; none waits for what only the other lacks.

        Were one to wait while the other could go on, two sources could wait for each other's other taker for ever.
        """
        while held := [(taker, fact) for taker in self.takers if (fact := await self._into(taker, facts))]:
            await self._wait(held)

    async def _into(self, taker: Taker, facts: Sequence[Held]) -> Held | None:
        """Each taker drops what it has; returns the first fact that is ahead of its causes, all before it taken."""
        log = self.state.log
        if log is None:
            return None
        position = taker.gate.position(log)
        rest = [fact for fact in facts if fact.index > position]
        while rest:
            free, _ = taker.gate.free([fact.heard for fact in rest])
            if free == 0:
                return rest[0]
            try:
                position = await taker.take(log, _at_once(rest[:free]))
            except Gap as gap:
                await self._set_back(taker, log, gap.expected - 1)
                return None
            except SourceStopped as stopped:
                await self._moved(taker, log, stopped.index - 1, facts)
                self.state.stopped = Sentence(stopped.vi, stopped.en)
                _log.error("%s", stopped.en)
                await self._await_person()
                return None
            await self._moved(taker, log, position, facts)
            rest = [fact for fact in rest if fact.index > position]
        return None

    async def _wait(self, held: Sequence[tuple[Taker, Held]]) -> None:
        """Until one of these facts has its causes."""
        taker, fact = held[0]
        self.state.waiting_for = taker.gate.missing(fact.heard)
        waits = [asyncio.ensure_future(taker.gate.wait(fact.heard)) for taker, fact in held]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in done:
                wait.result()  # Closed, when the service stops
        finally:
            self.state.waiting_for = None
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _moved(self, taker: Taker, log: LogName, position: int, facts: Sequence[Held]) -> None:
        if taker is self.takers[0]:
            self.state.position = max(self.state.position, position)
            for fact in reversed(facts):
                if fact.index == position:
                    self.state.last = (position, leaf(fact.raw))
                    break
        else:
            self.state.decided = max(self.state.decided or 0, position)
        self._moved_at = asyncio.get_running_loop().time()
        await taker.gate.move(log, position)

    async def _set_back(self, taker: Taker, log: LogName, position: int) -> None:
        """The store is further back than we thought (its file was replaced): go on from where it is."""
        if taker is self.takers[0]:
            self.state.position = position
        else:
            self.state.decided = position
        await taker.gate.hear(log, position)

    async def _await_person(self) -> None:
        while self.state.stopped:
            self._resumed.clear()
            waits = [asyncio.ensure_future(event.wait()) for event in (self._resumed, self._closing)]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            if self._closing.is_set():
                raise Closed


def _at_once(facts: Sequence[Held]) -> Sequence[Held]:
    """As many of these as one transaction takes, at least one."""
    size = 0
    for count, fact in enumerate(facts):
        size += len(fact.raw)
        if size > MOST_BYTES and count:
            return facts[:count]
    return facts


def _after(position: int, entries: Sequence[tuple[int, bytes]]) -> Sequence[tuple[int, bytes]]:
    if entries and entries[0][0] > position:  # entries come in order
        return entries
    return [entry for entry in entries if entry[0] > position]


def _contiguous(entries: Sequence[tuple[int, bytes]], first: int) -> Sequence[tuple[int, bytes]]:
    if entries[-1][0] == first + len(entries) - 1 and entries[0][0] == first:
        return entries
    for count, (index, _) in enumerate(entries):
        if index != first + count:
            return entries[:count]
    return entries
