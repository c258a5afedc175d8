"""A service put together: its log, its read models, its links to the streams and the others, and its health."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid5

import httpx
import structlog
from fastapi import Depends
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, SecretStr

from shared import events
from shared.authorise import ENTERS_FOR_OTHERS, Action, Actor, Thing, actor_in, authorise
from shared.clock import Clock, SettableClock, SystemClock
from shared.days import civil_day
from shared.decision import Asked, Command, Noun, Refused, TurnedAway
from shared.documents.printer import Printer
from shared.events.branch import SubjectKeyDestroyed
from shared.events.envelope import Fact, LogName, Recorded, instant, leaf, moment
from shared.events.restored import EVERY
from shared.events.sealed import Keys
from shared.events.signing import SigningKeyReplaced, SigningKeyWithdrawn
from shared.files.store import FileStore, Standing
from shared.service.at_start import AtStart
from shared.service.from_roster import RosterKeys, RosterNames, token_header
from shared.service.health import Health
from shared.service.http import services_only
from shared.service.rebuilding import RebuildFailed, Rebuilding
from shared.service.restoring import AcceptedLoss, Noticing, Restoring
from shared.service.sweeping import Sweeping
from shared.store.asking import Answer, Ask
from shared.store.log import open_log
from shared.store.restoring import former_epochs, has_followed, was_restored
from shared.store.views import View, ViewReader, open_views
from shared.store.writer import Writer
from shared.stream.clock import ClockTask, Due
from shared.stream.ending import end
from shared.stream.feed import Feed, feed_routes
from shared.stream.intake import Intake
from shared.stream.outbox import Outbox
from shared.stream.past import Sentence, another_log, another_past

if TYPE_CHECKING:
    from ssl import SSLContext

    from fastapi import APIRouter

    from shared.branch import Branch
    from shared.settings import Settings

log_line = structlog.get_logger("chibo.service")

PASSING = frozenset({"clock", "disk-full", "store-away", "two-at-once", "stopping"})
"""Refusals that say nothing about what was asked; the next start asks again."""

REACTIONS = UUID("3e0d6a1c-7b6f-5d0e-8f0a-52a3c1de9b41")
"""Namespace of the ids of commands that follow from a fact heard."""

REBUILT_FIRST = (
    "Dịch vụ vừa mở lại, các bảng đọc đang được dựng lại từ các sổ, xong sẽ nhận ghi. Đồng chí gửi lại sau ít phút.",
    "The service has just started and builds its read models anew from the logs, then takes writes. Send again soon.",
)
SETTLES_SECONDS = 1.0
"""For so long after a restoration others may still tell what they had seen before it."""

Handler = Callable[[Recorded[Any]], tuple[Command, ...]]


class ServiceKeys(Keys, Protocol):
    """Keys of sealed fields, fetched before a command is decided."""

    async def fetch(self, subjects: Sequence[str]) -> None: ...
    def forget(self, subject: str) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Parts:
    """What makes a service this service; put together in its ``main.py`` and nowhere else."""

    name: str
    about: str
    """One sentence for its API page."""
    nouns: tuple[Noun[Any, Any], ...]
    views: tuple[View[Any], ...]
    known: Callable[[ViewReader, str, Command], Any]
    hears: Mapping[type[Fact], Handler] = field(default_factory=dict)
    """The facts of others that make this service decide something."""
    routes: Callable[[], APIRouter] | None = None
    roles: Callable[[Any, str, Command], frozenset[str]] = lambda _known, _actor, _command: frozenset()
    """Roles that hold for one command only, such as the chair of the day, from what is known."""
    due: Callable[[ViewReader, datetime], Sequence[Due]] | None = None
    ask_again: Callable[[Any], Awaitable[None]] | None = None
    """Asked with the service at each look of the clock: what another service could not give before."""
    at_start: Callable[[], Sequence[AtStart]] = tuple
    """What the service asks of itself at each start; each of these happens once."""
    keys_at_start: Callable[[Settings, ServiceKeys], Sequence[AtStart]] = lambda _settings, _keys: ()
    """The same, about the keys it holds."""
    at_the_door: Callable[[Command], None] = lambda _command: None
    """Raises TurnedAway for a command of which nothing may be kept, before anything of it is."""
    keys: Callable[[Settings], ServiceKeys] | None = None
    """Where keys come from; by default from roster."""
    gone: Callable[[ViewReader], Sequence[str]] | None = None
    """Subjects whose keys must be gone by what was stored; held to at each start."""
    standing: Callable[[ViewReader, str, str], Standing] | None = None
    """(reader, key subject, SHA-256) → what the facts say of a stored file. None: this service keeps no files."""


@cache
def trusted() -> SSLContext:
    """Whom an address that begins with https must be certified by; reading their list takes time and memory."""
    return httpx.create_ssl_context(trust_env=False)


class SiteClock(Clock):
    """The system's clock, or the time somebody set where that is allowed."""

    def __init__(self) -> None:
        self._clock: Clock = SystemClock()
        self._passed = 0.0

    @property
    def mode(self) -> str:
        return "set" if isinstance(self._clock, SettableClock) else "system"

    def now(self) -> datetime:
        return self._clock.now()

    def elapsed(self) -> float:
        return self._clock.elapsed() + self._passed

    def set(self, now: datetime | None) -> None:
        """Stand at this moment until set again; None: follow the system. The time between counts as passed."""
        if now is not None and isinstance(self._clock, SettableClock):
            self._clock.set(now)
            return
        was, elapsed = self._clock.now(), self.elapsed()
        self._clock = SystemClock() if now is None else SettableClock(now)
        self._passed = elapsed + (self._clock.now() - was).total_seconds() - self._clock.elapsed()


class Service:
    """One running service. Built from its parts and the settings; ``start`` and ``stop`` belong to the event loop."""

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self.parts = parts
        self.settings = settings
        self.version = version("chibo")
        self.clock = SiteClock()
        self.nouns_by_name = {noun.name: noun for noun in parts.nouns}
        self.registry = CollectorRegistry()
        self.client = httpx.AsyncClient(
            timeout=5.0, headers=token_header(settings.token), trust_env=False, verify=trusted()
        )
        self.names = RosterNames(self.client, settings.url("roster"), self._roster_heard)
        self.keys: ServiceKeys = (
            parts.keys(settings) if parts.keys is not None else RosterKeys(self.client, settings.url("roster"))
        )
        self.files = FileStore(settings.files(parts.name), self.keys)
        self.sweeping = Sweeping(self)
        self.examining = asyncio.Lock()
        """Examining a file takes memory: who comes second waits, without holding a thread."""
        self.printer = Printer(settings)
        self.log = open_log(settings.log_database(parts.name), settings.site, parts.name, events.ALL)
        self.former = former_epochs(self.log)
        """The epochs this log goes on from, each with the last index that was kept of it."""
        self.views = open_views(settings.views_database(parts.name), parts.name, parts.views, events.ALL)
        self.writer = Writer(
            self.log,
            parts.nouns,
            self._known,
            self.views,
            keys=self.keys,
            clock=self.clock.now,
            on_commit=self._committed,
            inbox_key=settings.inbox_key,
            react=self._react,
            hears=[fact.kind() for fact in parts.hears],
        )
        self.outbox = self._outbox(settings.redis_url)
        self.intake = Intake(
            self.log,
            self.views,
            self.writer,
            self._feeds(),
            settings.redis_url,
            decides=frozenset(parts.hears),
            silence_seconds=settings.silence_seconds,
            registry=self.registry,
            on_epoch=self._left,
            former=self.former,
        )
        self.clock_task = ClockTask(
            self.clock,
            self._due,
            self._ask_when_due,
            last_recorded=self._last_recorded,
            ready=lambda: self.ready and not self.unread and self.intake.caught_up,
            then=partial(parts.ask_again, self) if parts.ask_again is not None else None,
            every_seconds=settings.clock_seconds,
        )
        self.refusal: tuple[str, str] | None = None
        """Why writing was stopped until a person has looked, in Vietnamese and English; None while it goes on."""
        self.ready = False
        self.unread = False
        """Whether the read models hold nothing yet of what there is."""
        self._begun = False
        self._rebuilding: Rebuilding | None = None
        self._restoring: Restoring | None = None
        self.noticing = Noticing(self)
        self._restored = was_restored(self.log)
        """Whether reactions may stand in the log already though their causes are heard only now."""
        self._restored_at = -SETTLES_SECONDS
        self._going_over: asyncio.Task[None] | None = None
        self._leaving = asyncio.Lock()
        self.health = Health(self)

    def _outbox(self, url: str | None) -> Outbox | None:
        if url is None:
            return None
        return Outbox(
            self.log,
            url,
            self.clock,
            on_past=self.another_past,
            keep=timedelta(days=self.settings.stream_days),
            keep_count=self.settings.stream_count,
            idle_seconds=self.settings.silence_seconds,
        )

    def _feeds(self) -> dict[str, Feed]:
        return {name: Feed(self.client, self.settings.url(name)) for name in self.heard_services()}

    # ------------------------------------------------------------ life

    async def start(self) -> None:
        """Catch up with the own log, then open for commands, streams and the clock."""
        known = await asyncio.to_thread(self._catch_up)
        self.writer.start()
        if self.outbox is not None:
            self.outbox.start()
        if known:
            await self.intake.start()
        elif not self.refuses:
            self.refuse_writes(*REBUILT_FIRST)
            self._going_over = asyncio.create_task(self._go_over(), name="building the read models anew")
        if self.settings.clock == "system" and not self.refuses:
            await self._begin()
        self.ready = True
        if self.settings.clock == "system":
            self.clock_task.start()
        self.sweeping.start()
        await self.noticing.start()
        log_line.info("ready", of=self.parts.name, head=self.log.head().index)

    async def _begin(self) -> None:
        """Ask of itself what a start asks, once the time is known. What the rules refuse stops all writing."""
        if self._begun:
            return
        try:
            for wish in (*self.parts.at_start(), *self.parts.keys_at_start(self.settings, self.keys)):
                await self._submit(
                    Ask(
                        id=str(wish.command_id),
                        branch=wish.branch,
                        actor=f"service:{self.parts.name}",
                        actorrole="service",
                        command=wish.command,
                        body=str(wish.command_id).encode(),
                        allowed=partial(_follows, wish.command),
                    )
                )
            self._begun = True
        except Refused as refusal:
            log_line.critical("not done at start", code=refusal.code, vi=refusal.vi, en=refusal.en)
            if refusal.code not in PASSING:
                self.refuse_writes(refusal.vi, refusal.en)

    def _catch_up(self) -> bool:
        """False when the read models must be built anew before anything goes into them.

        They know this log in an epoch that has ended; or they know nothing, and own facts had heard others: effects
        would go into them before their causes.
        """
        if ended := self._ended_in_views():
            if strange := next((log for log in ended if log.epoch not in self.former), None):
                who = Sentence("Bảng đọc của chính dịch vụ này", "This service's own read model")
                self.refuse_writes(*another_log(self.log.name, strange.epoch, who))
            return False
        self._compare_with_own_views()
        index = self.log.head().index
        self.unread = index > 0 and not self.views.positions() and bool(self.log.heard_at(index))
        if self.unread:
            return False
        self.views.catch_up(self.log)
        self._forget_gone()
        return True

    def _forget_gone(self) -> None:
        if self.parts.gone is not None:
            with self.views.read() as reader:
                for subject in self.parts.gone(reader):
                    self.keys.forget(subject)

    def _ended_in_views(self) -> list[LogName]:
        own = self.log.name
        return [
            log for log in self.views.positions() if (log.site, log.service) == (own.site, own.service) and log != own
        ]

    def _unfit(self) -> bool:
        """Whether the read models must still be built anew."""
        return bool(self._ended_in_views()) or not self.views.positions()

    async def _go_over(self) -> None:
        """Hear and write once the read models hold nothing that was withdrawn and all that there is."""
        while await asyncio.to_thread(self._unfit):
            await self._rebuilt()
        await asyncio.to_thread(self._forget_gone)
        self.unread = False
        await self.intake.start()
        if self.refusal == REBUILT_FIRST:
            await self.accept_writes()

    @property
    def going_over(self) -> bool:
        """Whether the read models are being built anew before anything else."""
        return self._going_over is not None and not self._going_over.done()

    async def _left(self, old: LogName, new: LogName) -> None:
        """Another service's log goes on without what it lost: so do the read models, built anew."""
        async with self._leaving:
            while old in await asyncio.to_thread(self.views.positions):
                await self._rebuilt()
            await asyncio.to_thread(self.writer.forget, old)
        log_line.warning("went over", old=str(old), new=str(new))

    async def _rebuilt(self) -> None:
        self.rebuild()
        if self._rebuilding is not None:
            try:
                await self._rebuilding.wait()
            except RebuildFailed as failed:
                log_line.warning("rebuilt again", error=str(failed))
                await asyncio.sleep(self.settings.silence_seconds)

    def _compare_with_own_views(self) -> None:
        """The read models are the first who know when the log's file was copied back without them."""
        known, head = self.views.last_fact(self.log.name), self.log.head().index
        if known is None or (known[0] <= head and leaf(self.log.read(known[0] - 1, 1)[0][1]) == known[1]):
            return
        who = Sentence("Bảng đọc của chính dịch vụ này", "This service's own read model")
        self.refuse_writes(*another_past(self.log.name, known[0], head, who))

    async def stop(self) -> None:
        """End every task, finish what was asked, close the files."""
        self.ready = False
        await self.noticing.stop()
        if self._restoring is not None:
            await self._restoring.stop()
        if self._going_over is not None:
            await end([self._going_over])
        if self._rebuilding is not None:
            await self._rebuilding.stop()
        await self.sweeping.stop()
        await self.clock_task.stop()
        await self.intake.stop()
        if self.outbox is not None:
            await self.outbox.stop()
        await asyncio.to_thread(self.writer.stop)
        await self.printer.close()
        await self.client.aclose()
        self.keys.close()
        self.views.close()
        self.log.close()

    # ------------------------------------------------------------ asking

    async def ask(self, ask: Any, body: bytes) -> Answer:
        """Put a command to the writer and wait until it is stored. Raises Refused."""
        command: Command = ask.command
        try:
            self.parts.at_the_door(command)
        except TurnedAway as away:
            await self._turned_away(ask, away.instead)
            raise
        branch = await asyncio.to_thread(self._branch, ask.branch)
        if _has_secrets(command) or command.files(ask.branch):
            members = () if branch is None else branch.members
            await self.keys.fetch(
                [f"branch/{ask.branch}", *(f"member/{ask.branch}/{one.id}" for one in members), *_own_subjects(ask)]
            )
        if type(command).READS_OWN:
            head = await asyncio.to_thread(self.log.head)
            await self.views.wait_async(self.log.name, head.index, self.settings.after_seconds)
        day = civil_day(ask.time or self.clock.now())
        return await self._submit(
            Ask(
                id=str(ask.id),
                branch=ask.branch,
                actor=ask.actor,
                actorrole=foremost(actor_in(branch, ask.actor, day).roles),
                command=command,
                body=body,
                time=ask.time,
                enteredby=ask.enteredby,
                medium=ask.medium,
                expected=ask.expected,
                allowed=partial(self._allowed, command),
            )
        )

    async def _turned_away(self, ask: Any, instead: Command) -> None:
        """Keep that a command was turned away: by whom, for which branch; of the command itself nothing at all."""
        branch = await asyncio.to_thread(self._branch, ask.branch)
        day = civil_day(self.clock.now())
        await self._submit(
            Ask(
                id=str(uuid5(REACTIONS, f"turned away {ask.id}")),
                branch=ask.branch,
                actor=ask.actor,
                actorrole=foremost(actor_in(branch, ask.actor, day).roles),
                command=instead,
                body=b"",
                enteredby=ask.enteredby,
                medium=ask.medium,
                allowed=partial(self._allowed, instead),
            )
        )

    async def _submit(self, ask: Ask) -> Answer:
        answer = await self.writer.answered(ask)
        for recorded in answer.facts:
            match recorded.fact:
                case SubjectKeyDestroyed(key_subject=subject):
                    self.keys.forget(subject)
                case SigningKeyReplaced(replaces=key) | SigningKeyWithdrawn(key_id=key):
                    self.keys.forget(f"signing/{key}")
                case _:
                    pass
        return answer

    def _branch(self, branch: str) -> Branch | None:
        with self.views.read() as reader:
            document: Branch | None = reader.get("branch", branch, "")
        return document

    def _known(self, reader: ViewReader, branch: str, command: Command) -> Any:
        """What is known, and of the files a command names those that are there."""
        known = self.parts.known(reader, branch, command)
        wanted = command.files(branch)
        if not wanted:
            return known
        there = (self.files.still_there(*one) for one in wanted)
        return replace(known, files={one.sha256: one.named() for one in there if one is not None})

    def _allowed(self, command: Command, asked: Asked[Any]) -> None:
        branch = getattr(asked.known, "branch", None)
        actor = actor_in(branch, asked.actor, asked.today, self.parts.roles(asked.known, asked.actor, command))
        action = Action(type(command).__name__, type(command).MAY)
        authorise(actor, action, Thing(asked.branch, getattr(command, "member_id", None)))
        if asked.enteredby and asked.enteredby != asked.actor:
            extra = self.parts.roles(asked.known, asked.enteredby, command)
            typist = actor_in(branch, asked.enteredby, asked.today, extra)
            authorise(typist, Action(f"enter {action.name} for another", ENTERS_FOR_OTHERS), Thing(asked.branch))

    def _react(self, recorded: Recorded[Any]) -> tuple[Ask, ...]:
        """What a fact of another service makes this one ask of itself; the same fact gives the same command ids."""
        handler = self.parts.hears[type(recorded.fact)]
        envelope = recorded.envelope
        if self._restored and has_followed(self.log, envelope.id):
            return ()
        branch = envelope.branch or ""
        asks: list[Ask] = []
        for command in handler(recorded):
            name = f"{envelope.id} {self.parts.name}/{type(command).__name__}/{command.subject(branch)}"
            earlier = sum(type(one.command) is type(command) and one.command != command for one in asks)
            name = f"{name}/{earlier}" if earlier else name
            asks.append(
                Ask(
                    id=str(uuid5(REACTIONS, name)),
                    branch=branch,
                    actor=envelope.actor,
                    actorrole=f"service:{self.parts.name}",
                    command=command,
                    body=envelope.id.encode(),
                    time=recorded.time,
                    enteredby=envelope.enteredby,
                    medium=envelope.medium,
                    correlation=envelope.correlationid,
                    causation=envelope.id,
                    allowed=partial(_follows, command),
                )
            )
        return tuple(asks)

    def _due(self, now: datetime) -> Sequence[Due]:
        if self.parts.due is None:
            return ()
        with self.views.read() as reader:
            return self.parts.due(reader, now)

    async def _ask_when_due(self, id: UUID, due: Due) -> Answer:
        return await self._submit(
            Ask(
                id=str(id),
                branch=due.branch,
                actor="clock",
                actorrole="clock",
                command=due.command,
                body=str(id).encode(),
                time=None if due.happens_now else due.moment,
                allowed=partial(self._allowed, due.command),
            )
        )

    def _roster_heard(self) -> int:
        """How far roster's log is known here."""
        known = (self.intake.own.state, *self.intake.sources)
        return next((source.position for source in known if source.service == "roster"), 0)

    def _last_recorded(self) -> datetime | None:
        recorded = self.log.head().recordedtime
        return moment(recorded) if recorded else None

    def _committed(self, index: int) -> None:
        self.intake.wake(index)
        if self.outbox is not None:
            self.outbox.wake()

    @property
    def refuses(self) -> bool:
        """Whether writing was stopped until a person has looked."""
        return self.refusal is not None

    def refuse_writes(self, vi: str, en: str) -> None:
        """Stop writing and say why; a person must look."""
        self.refusal = (vi, en)
        self.writer.refuse_writes(vi, en)

    def another_past(self, vi: str, en: str) -> None:
        """Somebody knows another past of this log. Who asked just before it was whole again will ask again."""
        if monotonic() >= self._restored_at + SETTLES_SECONDS:
            self.refuse_writes(vi, en)

    async def accept_writes(self) -> None:
        """The log is whole again: write, and do what was refused meanwhile."""
        self._restored, self._restored_at = await asyncio.to_thread(was_restored, self.log), monotonic()
        if self.unread:
            self.refuse_writes(*REBUILT_FIRST)
            return
        self.refusal = None
        self.writer.accept_writes()
        self._committed(0)
        if self.settings.clock == "system":
            await self._begin()

    def restore(self, loss: AcceptedLoss | None = None) -> dict[str, Any]:
        """Begin to make the log whole again. Raises Refused when nothing is wrong with it."""
        if self._restoring is None or self._restoring.ended:
            if not self.refuses:
                raise Refused(
                    "Sổ của dịch vụ này đang ghi bình thường, không có gì phải phục hồi. Đồng chí cứ tiếp tục.",
                    "This service writes as usual and there is nothing to restore. Let it go on.",
                    code="nothing-to-restore",
                )
            if self.going_over and not self.unread:
                raise Refused(*REBUILT_FIRST, code="not-writing")
            self._restoring = Restoring(self, loss)
            self._restoring.start()
        return self.restoring()

    def restoring(self) -> dict[str, Any]:
        return {"state": "idle"} if self._restoring is None else self._restoring.report()

    async def caught_up(self, position: str) -> None:
        """Wait until the read models know ``service:index``. Raises Refused after the time set for it."""
        service, _, index = position.partition(":")
        if not index.isdecimal():
            raise Refused(
                f"Vị trí «{position}» không đúng dạng. Đồng chí ghi tên dịch vụ và số thứ tự, ví dụ minutes:41.",
                f"“{position}” is no position. Give a service and an index, for example minutes:41.",
                code="malformed",
            )
        log = await self._log_of(service)
        if log is None or not await self.views.wait_async(log, int(index), self.settings.after_seconds):
            raise Refused(
                "Dữ liệu mới nhất chưa về tới đây. Đồng chí mở lại sau ít giây; không có gì bị mất.",
                f"{position} has not arrived here yet. Ask again in a few seconds; nothing is lost.",
                code="not-yet",
            )

    async def _log_of(self, service: str) -> LogName | None:
        """The log heard of a service; right after a start its epoch is not known yet and is waited for."""
        if service == self.parts.name:
            return self.log.name
        source = next((source for source in self.intake.sources if source.service == service), None)
        now = asyncio.get_running_loop().time
        end = now() + self.settings.after_seconds
        while source is not None and source.log is None and now() < end:  # noqa: ASYNC110 - right after a start only
            await asyncio.sleep(0.02)
        return None if source is None else source.log

    # ------------------------------------------------------------ running it

    def feed_routes(self) -> list[APIRouter]:
        only = [Depends(services_only)]
        return [feed_routes(self.log, self.another_past, former=self.former, dependencies=only)]

    async def set_clock(self, now: datetime | None) -> str:
        """Set the time and do what has come due by then; None: follow the system again.

        Raises Refused where the clock is not settable.
        """
        if self.settings.clock != "settable":
            raise Refused(
                "Đồng hồ ở đây không đặt tay được. Chỉ bản chạy thử mới đặt được: đồng chí nhờ người quản trị bật "
                "CHIBO_CLOCK=settable.",
                "The clock cannot be set here. Only trial sites set it: ask the operator for CHIBO_CLOCK=settable.",
                code="not-allowed",
            )
        self.clock.set(now)
        await self._begin()
        if now is None:
            self.clock_task.start()
        else:
            await self.clock_task.look()
        return instant(self.clock.now())

    def rebuild(self) -> dict[str, Any]:
        """Begin to build the read models anew, unless that is going on already."""
        if self._rebuilding is None or self._rebuilding.ended:
            self._rebuilding = Rebuilding(self.views, self.log, self.former, self._feeds())
            self._rebuilding.start()
        return self.rebuilding()

    def rebuilding(self) -> dict[str, Any]:
        return {"state": "idle", "done": 0, "total": 0} if self._rebuilding is None else self._rebuilding.report()

    async def redrive(self, branch: str) -> dict[str, Any]:
        """Try a branch's parked facts again, in the read models first and then in the handlers."""
        driven = await asyncio.to_thread(self.views.redrive, branch)
        driven += await asyncio.wrap_future(self.writer.redrive(branch))
        left = await asyncio.to_thread(lambda: len(self.views.parked()) + len(self.writer.parked()))
        return {"redriven": driven, "left": left}

    async def resume(self) -> dict[str, Any]:
        """Go on after a person has looked: the clock is right, and what stopped a source is taken again."""
        stopped = [source.service for source in self.intake.sources if source.stopped]
        for service in stopped:
            self.intake.resume(service)
        clock = self.clock_task
        waited = clock.state.waiting is not None
        await asyncio.to_thread(clock.go_on)
        clock.wake()
        waits = clock.state.waiting
        return {
            "clock": waited and waits is None,
            "sources": stopped,
            "waits": None if waits is None else {"vi": waits.vi, "en": waits.en},
        }

    def heard_services(self) -> tuple[str, ...]:
        """The services whose facts this one hears."""
        heard = {fact.OWNER for view in self.parts.views for fact in view.hears}
        heard |= {fact.OWNER for fact in self.parts.hears}
        return tuple(sorted(heard - {self.parts.name}))

    def asyncapi(self) -> dict[str, Any]:
        """The streams this service writes and hears, with the shapes of their facts."""
        from shared.stream.asyncapi import asyncapi  # noqa: PLC0415 - built when asked for, not at each start

        heard: dict[str, set[type[Fact]]] = {}
        for fact in {fact for view in self.parts.views for fact in view.hears} | set(self.parts.hears):
            if self.parts.name != fact.OWNER:
                heard.setdefault(fact.OWNER, set()).add(fact)
        own = [fact for fact in events.ALL.values() if fact.OWNER in (self.parts.name, EVERY)]
        url = self.settings.redis_url
        return asyncapi(self.parts.name, self.version, site=self.settings.site, hears=heard, says=own, url=url)


def _follows(command: Command, _asked: Asked[Any]) -> None:
    """A command that follows from a fact heard may be asked by the service itself, where the command allows that."""
    authorise(Actor("service", frozenset({"service"})), Action(type(command).__name__, type(command).MAY), Thing(""))


FOREMOST = (
    "service",
    "clock",
    "operator",
    "superior",
    "auditor",
    "secretary",
    "deputy_secretary",
    "committee_member",
    "minute_taker",
    "rapporteur",
    "locality",
    "union_minute_taker",
    "member",
)


def foremost(roles: frozenset[str]) -> str:
    """The role a fact names for who acted, where somebody has several."""
    return next((role for role in FOREMOST if role in roles), "none")


def _own_subjects(ask: Any) -> list[str]:
    """The member a command is about may be new, so nobody's document names him yet."""
    member = getattr(ask.command, "member_id", None)
    return [] if member is None else [f"member/{ask.branch}/{member}"]


def _has_secrets(value: object) -> bool:
    if isinstance(value, SecretStr):
        return True
    if isinstance(value, BaseModel):
        return any(_has_secrets(part) for part in value.__dict__.values())
    return isinstance(value, tuple) and any(_has_secrets(part) for part in value)
