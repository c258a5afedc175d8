"""The one writer of a log: takes the waiting commands together, decides them one after the other, stores them at once.

Nothing is answered before it is stored. After a rollback nothing stays in memory, and what was decided together is
decided again, one by one if need be.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import sleep
from typing import Any, NamedTuple, TypeVar

import structlog

from shared.days import clock_and_day, clock_and_day_en
from shared.decision import Noun, Refused
from shared.events.envelope import LARGEST_FACT, LogName, Recorded, Undecodable, decode, moment
from shared.events.sealed import Keys
from shared.store.asking import Answer, Ask, HeardBatch, React
from shared.store.batch import End
from shared.store.deciding import Chance, Decided, Deciding, Histories, Known, Repeated, Rules
from shared.store.log import Log, Start
from shared.store.parking import Intake, Parked, Read, attempt, first_in_line
from shared.store.trouble import (
    ClockBehind,
    Gap,
    Raced,
    SourceStopped,
    StoreAway,
    StoreBroken,
    StoreFull,
    StoreTrouble,
)
from shared.store.views import Views

__all__ = ["Answer", "Ask", "HeardBatch", "React", "Writer"]

TOGETHER = 256
"""Commands taken into one transaction."""
TRIES = 20
"""How often a batch is decided again because another process was first."""
CATCHES_UP = timedelta(seconds=2)
"""A clock this little behind the log is waited for."""
BROKEN = 70
"""Exit code of a process whose store failed: start again."""

GONE = (InvalidStateError, asyncio.InvalidStateError)
"""Whoever asked may have gone."""

T = TypeVar("T")
log_line = structlog.get_logger(__name__)


Told = Callable[[Answer | BaseException], object]
"""Called in the writer's thread with what a command came to: the answer once it is stored, or why there is none."""


class _Asking:
    """A command and who is to be told of it, once."""

    __slots__ = ("_told", "ask")

    def __init__(self, ask: Ask, told: Told) -> None:
        self.ask = ask
        self._told: Told | None = told

    def tell(self, outcome: Answer | BaseException) -> None:
        told, self._told = self._told, None
        if told is not None:
            try:
                told(outcome)
            except Exception:
                log_line.exception("told")

    def fail(self, error: BaseException) -> None:
        self.tell(error)


class _Hearing(NamedTuple):
    batch: HeardBatch
    future: Future[int]

    def fail(self, error: BaseException) -> None:
        _fail(self.future, error)


class _Redriving(NamedTuple):
    branch: str
    future: Future[int]

    def fail(self, error: BaseException) -> None:
        _fail(self.future, error)


@dataclass(frozen=True, slots=True)
class _Reaction:
    """What a fact heard makes this service ask, or why that could not be said."""

    asks: tuple[Ask, ...]
    error: Exception | None

    @property
    def reads_own(self) -> bool:
        return any(ask.command.READS_OWN for ask in self.asks)

    def wanted(self) -> tuple[Ask, ...]:
        if self.error is not None:
            raise self.error
        return self.asks


_Unit = _Asking | _Hearing | _Redriving


def end_process(broken: StoreBroken) -> None:
    """Say why and end at once: after a failed fsync nothing in memory can be trusted."""
    log_line.critical("store broken", vi=broken.vi, en=broken.en)
    os._exit(BROKEN)


class Writer:
    """Takes commands from any thread, decides and stores them in its own."""

    def __init__(
        self,
        log: Log,
        nouns: Sequence[Noun[Any, Any]],
        known: Known,
        views: Views,
        *,
        keys: Keys,
        clock: Callable[[], datetime],
        on_commit: Callable[[int], None] = lambda _index: None,
        inbox_key: bytes,
        react: React = lambda _recorded: (),
        hears: Iterable[str] = (),
        on_broken: Callable[[StoreBroken], None] = end_process,
    ) -> None:
        """See ``start``.

        ``on_commit(index)`` is called in the writer's thread after each commit that stored facts; ``react`` and
        ``hears`` (kinds of facts) are the deciding handlers; ``on_broken`` ends the process.
        """
        self._log = log
        self._views = views
        self._clock = clock
        self._on_commit = on_commit
        self._react = react
        self._hears = frozenset(hears)
        self._on_broken = on_broken
        self._histories = Histories()
        self._rules = Rules(
            log,
            {command: noun for noun in nouns for command in noun.commands},
            {noun.name: noun for noun in nouns},
            known,
            keys,
            hmac.new(inbox_key, digestmod="sha256"),
            self._histories,
            Chance(),
        )
        self._end: End | None = None
        self._look = True
        self._positions: dict[LogName, int] | None = None
        self._refusal: Refused | None = None
        self._queue: SimpleQueue[_Unit | None] = SimpleQueue()
        self._next: _Unit | None = None
        self._thread = Thread(target=self._run, name=f"writer {log.name}", daemon=True)
        self._stopped = False

    # ------------------------------------------------------------ from any thread

    def start(self) -> None:
        """Begin to take commands."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, refuse what comes later, end the thread."""
        self._stopped = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def ask(self, ask: Ask, told: Told) -> None:
        """Ask for a command. ``told`` is called once, in the writer's thread, which it must not hold up."""
        self._put(_Asking(ask, told))

    def submit(self, ask: Ask) -> Future[Answer]:
        """Ask for a command. The future gives the answer once it is stored, or raises Refused."""
        future: Future[Answer] = Future()
        self.ask(ask, partial(_settle, future))
        return future

    async def answered(self, ask: Ask) -> Answer:
        """Ask for a command and wait for what it comes to, without holding a thread. Raises Refused."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self.ask(ask, lambda outcome: loop.call_soon_threadsafe(_settle, future, outcome))
        return await future

    def submit_heard(self, batch: HeardBatch) -> Future[int]:
        """Let the deciding handlers hear these facts; the future gives their new position in that log.

        Facts, inbox, position and parked facts are stored in one transaction. The future raises Gap or SourceStopped
        when not everything could be taken (what came before is stored), Refused when writing is refused.
        """
        future: Future[int] = Future()
        self._put(_Hearing(batch, future))
        return future

    def redrive(self, branch: str) -> Future[int]:
        """Try a branch's parked facts again, in order, up to one that is still refused; gives how many came right."""
        future: Future[int] = Future()
        self._put(_Redriving(branch, future))
        return future

    def positions(self) -> dict[LogName, int]:
        """How far the deciding handlers have come in other logs."""
        return self._log.positions()

    def forget(self, source: LogName) -> None:
        """A log that has ended is not heard any more; what is decided from now on does not name it."""
        self._log.forget(source)
        self._positions = None

    def parked(self) -> list[Parked]:
        """Facts the deciding handlers could not take in, in order, with the reasons."""
        return self._log.parked()

    def refuse_writes(self, vi: str, en: str) -> None:
        """Refuse every command with this sentence until ``accept_writes``."""
        self._refusal = Refused(vi, en, code="not-writing")

    def accept_writes(self) -> None:
        """Take commands again."""
        self._refusal = None

    def _put(self, unit: _Unit) -> None:
        if self._stopped:
            unit.fail(
                Refused("Dịch vụ đang dừng; hãy gửi lại sau.", "The service is stopping; send again.", code="stopping")
            )
        else:
            self._queue.put(unit)

    # ------------------------------------------------------------ the thread

    def _run(self) -> None:
        while units := self._take():
            try:
                self._serve(units)
            except BaseException as error:
                log_line.exception("writer", units=len(units))
                _fail_all(units, error)
        while True:
            try:
                left = self._queue.get_nowait()
            except Empty:
                return
            if left is not None:
                self._put(left)

    def _take(self) -> list[_Unit]:
        """What is waiting, to be stored together; empty when the thread should end."""
        first, self._next = self._next or self._queue.get(), None
        if first is None:
            return []
        units = [first]
        while isinstance(first, _Asking) and len(units) < TOGETHER:
            try:
                unit = self._queue.get_nowait()
            except Empty:
                break
            if unit is None:
                self._queue.put(None)
                break
            if not isinstance(unit, _Asking) or unit.ask.command.READS_OWN:
                self._next = unit
                break
            units.append(unit)
        return units

    def _serve(self, units: Sequence[_Unit]) -> None:
        try:
            self._do(units)
        except StoreBroken as broken:
            self._refusal = Refused(broken.vi, broken.en, code="store-broken")
            _fail_all(units, self._refusal)
            self._on_broken(broken)
        except (StoreFull, StoreAway) as trouble:
            code = "disk-full" if isinstance(trouble, StoreFull) else "store-away"
            _fail_all(units, Refused(trouble.vi, trouble.en, code=code))
        except Exception as error:
            if len(units) > 1:
                # One of them spoils the batch: tried again command by command.
                for unit in units:
                    self._serve([unit])
                return
            if not isinstance(error, Refused | Gap | SourceStopped):
                log_line.exception("writer")
            _fail_all(units, error)

    def _do(self, units: Sequence[_Unit]) -> None:
        if self._refusal is not None:
            raise self._refusal
        match units[0]:
            case _Hearing(batch, future):
                _succeed(future, self._hear(batch))
            case _Redriving(branch, future):
                _succeed(future, self._redrive(branch))
            case _Asking():
                asking = [unit for unit in units if isinstance(unit, _Asking)]
                self._again(lambda: self._answer(asking))

    def _again(self, try_: Callable[[], T]) -> T:
        """Try until no other process is first."""
        for _ in range(TRIES):
            try:
                return try_()
            except Raced:
                # At once: whoever waits here only loses the next race too.
                self._positions, self._look = None, True
            except ClockBehind as behind:
                self._wait_for_clock(behind)
        raise Refused(
            "Nhiều người đang cùng ghi vào một chỗ, lần này chưa lưu được gì. Hãy mở lại để xem nội dung mới nhất "
            "rồi gửi lại.",
            "Several people are writing to the same thing at once and nothing of this was stored. Open it again to "
            "see the latest, then send again.",
            code="two-at-once",
        )

    def _wait_for_clock(self, behind: ClockBehind) -> None:
        late = moment(behind.recordedtime) - self._clock()
        if late > CATCHES_UP:
            last = moment(behind.recordedtime)
            raise Refused(
                f"Đồng hồ máy này chậm hơn việc đã lưu cuối cùng, lúc {clock_and_day(last)}. "
                "Chưa lưu gì; hãy chỉnh lại đồng hồ rồi gửi lại.",
                f"This computer's clock is behind what was stored last, at {clock_and_day_en(last)}. "
                "Nothing was stored; set the clock right, then send again.",
                code="clock",
            )
        sleep(max(late.total_seconds(), 0))

    # ------------------------------------------------------------ one batch

    @contextmanager
    def _deciding(self, asks: Sequence[Ask]) -> Iterator[Deciding]:
        """Decide inside the block; at its end everything decided is stored in one transaction."""
        start = self._start(asks)
        now = self._clock()
        with self._views.read() as reader:
            deciding = Deciding(self._rules, start, reader, now, self._heard(reader.positions()))
            yield deciding
        if deciding.batch:
            self._look = True
            self._log.append(deciding.batch)
            self._look = False
            self._end = deciding.batch.after
            self._histories.forget(deciding.batch.others)
        self._histories.keep(deciding.histories)
        if deciding.batch.facts:
            try:
                self._on_commit(deciding.batch.base + len(deciding.batch.facts))
            except Exception:
                log_line.exception("on_commit")

    def _start(self, asks: Sequence[Ask]) -> Start:
        """Go on from where the last batch ended; look into the database where that is not known for certain.

        Who is alone need not look whether a command was stored before: it would show, and then all is decided again.
        """
        if self._end is not None and self._log.alone and not self._look:
            return Start(self._end, None, {})
        subjects = {ask.command.subject(ask.branch): None for ask in asks}
        unknown = [subject for subject in subjects if self._histories.get(subject) is None]
        start = self._log.start([ask.id for ask in asks], unknown)
        if self._end is not None and self._end != start.end:
            others = self._log.gone_on_with(self._end, start.end)
            if others is None:  # an old copy was put back under this process: nothing in memory is its past
                self._histories.forget_all()
            else:
                self._histories.forget(others)
        self._end, self._look = start.end, False
        return start

    def _heard(self, viewed: dict[LogName, int]) -> dict[LogName, int]:
        """What this service knows of other logs, through its read models or its deciding handlers.

        What another process of ours has heard stands in its own facts, which come before these in our log.
        """
        heard = {log: index for log, index in viewed.items() if log != self._log.name and index}
        for log, index in self._handled().items():
            heard[log] = max(index, heard.get(log, 0))
        return heard

    def _handled(self) -> dict[LogName, int]:
        positions = self._positions
        if positions is None:
            positions = self._positions = self._log.positions()
        return positions

    # ------------------------------------------------------------ commands

    def _answer(self, units: Sequence[_Asking]) -> None:
        if units[0].ask.command.READS_OWN:
            self._views.catch_up(self._log)
        outcomes: list[tuple[_Asking, Decided | Repeated | Exception]] = []
        with self._deciding([unit.ask for unit in units]) as deciding:
            for unit in units:
                try:
                    outcomes.append((unit, deciding.decide([unit.ask])[0]))
                except (StoreTrouble, Raced):
                    raise
                except Exception as error:  # noqa: BLE001 - a refusal, or a defect in one command's rules
                    outcomes.append((unit, error))
        for unit, outcome in outcomes:
            self._resolve(unit, outcome, deciding.batch.base)

    def _resolve(self, unit: _Asking, outcome: Decided | Repeated | Exception, base: int) -> None:
        ask, log = unit.ask, self._log
        if isinstance(outcome, Decided):
            first, raws, already = base + outcome.offset + 1, outcome.raws, outcome.already
            unit.tell(Answer(ask.id, log.name, first, first + len(raws) - 1, raws, already, log.known))
        elif isinstance(outcome, Repeated):
            first, last = outcome.first, outcome.last
            raws = tuple(raw for _, raw in log.read(first - 1, last - first + 1, LARGEST_FACT * (last - first + 1)))
            unit.tell(Answer(ask.id, log.name, first, last, raws, already=True, known=log.known))
        else:
            if not isinstance(outcome, Refused):
                log_line.error("a command failed", command=type(ask.command).__name__, exc_info=outcome)
            unit.fail(outcome)

    # ------------------------------------------------------------ facts of other services

    def _hear(self, batch: HeardBatch) -> int:
        while True:
            intake, more = self._again(lambda: self._hear_part(batch))
            if intake.ended is not None:
                raise intake.ended
            if not more:
                return intake.position

    def _hear_part(self, batch: HeardBatch) -> tuple[Intake, bool]:
        """Take in facts up to one whose command reads this service's own read models, which takes a batch alone."""
        source = batch.source
        position = self._handled().get(source, 0)
        intake = Intake(source, position, self._log.waiting(), self._log.known, self._hears)
        read: list[Read] = []
        reactions: dict[int, _Reaction] = {}
        alone = False
        for entry in intake.read(batch.entries):
            index, _, recorded = entry
            if isinstance(recorded, Recorded):
                reaction = self._reaction(recorded)
                alone = reaction.reads_own
                if alone and read:
                    break
                reactions[index] = reaction
            read.append(entry)
            if alone:
                self._views.catch_up(self._log)
                break
        with self._deciding([ask for reaction in reactions.values() for ask in reaction.asks]) as deciding:

            def effect(recorded: Recorded[Any]) -> None:
                deciding.hear(source, recorded.index)
                deciding.decide(reactions[recorded.index].wanted())

            intake.take(read, effect)
            deciding.batch.parked += intake.parked
            if intake.position != position:
                deciding.batch.moved[str(source)] = (position, intake.position)
        self._handled()[source] = intake.position
        return intake, alone

    def _reaction(self, recorded: Recorded[Any]) -> _Reaction:
        try:
            return _Reaction(tuple(self._react(recorded)), None)
        except Exception as error:  # noqa: BLE001 - a defect of ours parks the fact, with these words
            return _Reaction((), error)

    def _redrive(self, branch: str) -> int:
        settled = 0
        while self._again(lambda: self._redrive_first(branch)):
            settled += 1
        return settled

    def _redrive_first(self, branch: str) -> bool:
        fact = next(first_in_line(self._log.parked(), branch), None)
        if fact is None:
            return False
        try:
            reaction = self._reaction(decode(fact.source, fact.index, fact.raw, self._log.known))
        except Undecodable as error:
            reaction = _Reaction((), error)
        if reaction.reads_own:
            self._views.catch_up(self._log)
        with self._deciding(reaction.asks) as deciding:
            reason = attempt(lambda: deciding.decide(reaction.wanted()))
            if reason:
                deciding.batch.reworded.append((fact.number, reason))
            else:
                deciding.batch.settled.append(fact.number)
        return not reason


def _fail_all(units: Sequence[_Unit], error: BaseException) -> None:
    for unit in units:
        unit.fail(error)


def _settle(future: Future[T] | asyncio.Future[T], outcome: T | BaseException) -> None:
    if isinstance(outcome, BaseException):
        _fail(future, outcome)
    else:
        _succeed(future, outcome)


def _fail(future: Future[Any] | asyncio.Future[Any], error: BaseException) -> None:
    with suppress(*GONE):
        future.set_exception(error)


def _succeed(future: Future[T] | asyncio.Future[T], result: T) -> None:
    with suppress(*GONE):
        future.set_result(result)
