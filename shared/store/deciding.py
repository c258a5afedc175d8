"""Commands become facts: decided one after the other, each on top of those before it, encoded and ready to store."""

from __future__ import annotations

import hmac
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple, NoReturn

from pydantic_core import PydanticSerializationError

from shared.days import clock_and_day, clock_and_day_en
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import (
    Fact,
    LogName,
    encode,
    instant,
    leaf,
    write_heard,
)
from shared.events.sealed import Keys, Sealing
from shared.store.asking import Ask
from shared.store.batch import Batch, NewAnswer, NewFact
from shared.store.log import Log, Start, Stored
from shared.store.trouble import ClockBehind, Raced
from shared.store.views import ViewReader

AHEAD = timedelta(minutes=5)
"""How far ahead of this computer's clock something may have happened."""
REMEMBERED = 2048
"""Histories whose state is kept in memory."""

_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""Two bits are given in a UUID, two are chance (RFC 9562, section 4.1)."""

Known = Callable[[ViewReader, str, Command], Any]


class History(NamedTuple):
    """A history as it stands: how many facts, and the state one noun makes of them."""

    version: int
    noun: Noun[Any, Any] | None
    """The noun its subject is named for; None when this service has none of that name, and only the version counts."""
    state: Any


class Histories:
    """States of histories as they are stored, the least used forgotten first. Never holds what is not committed."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._kept: OrderedDict[str, History] = OrderedDict()
        self._size = size

    def get(self, subject: str) -> History | None:
        found = self._kept.get(subject)
        if found is not None:
            self._kept.move_to_end(subject)
        return found

    def keep(self, histories: Mapping[str, History]) -> None:
        for subject, history in histories.items():
            self._kept[subject] = history
            self._kept.move_to_end(subject)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def forget(self, subjects: set[str]) -> None:
        for subject in subjects:
            self._kept.pop(subject, None)

    def forget_all(self) -> None:
        self._kept.clear()


@dataclass(slots=True)
class Decided:
    """A command that was decided now, or earlier in this batch (``already``)."""

    offset: int
    raws: tuple[bytes, ...]
    body_hmac: bytes
    already: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """A command that had been stored before."""

    first: int
    last: int


class Chance:
    """Random bits of the system, drawn for many facts at a time: each drawing costs as much as encoding a fact."""

    FACTS = 64
    """Drawn for at a time."""

    def __init__(self) -> None:
        self._drawn: list[tuple[str, str]] = []

    def take(self) -> tuple[str, str]:
        """The random end of a UUIDv7 (RFC 9562, section 5.7) and a salt of 128 bits, as hexadecimal digits."""
        if not self._drawn:
            bits = os.urandom(24 * self.FACTS).hex()
            self._drawn += [
                (f"{_VARIANT[bits[at]]}{bits[at + 1 : at + 4]}-{bits[at + 4 : at + 16]}", bits[at + 16 : at + 48])
                for at in range(0, len(bits), 48)
            ]
        return self._drawn.pop()


@dataclass(slots=True)
class Rules:
    """What does not change from batch to batch."""

    log: Log
    nouns: Mapping[type[Command], Noun[Any, Any]]
    nouns_by_name: Mapping[str, Noun[Any, Any]]
    known: Known
    keys: Keys
    inbox_hmac: hmac.HMAC
    """Keyed, and given nothing yet: a copy of it costs half of a new one."""
    histories: Histories
    chance: Chance


class Deciding:
    """One batch in the making, on one view of everything known. Nothing of it is kept when it is not stored."""

    def __init__(
        self, rules: Rules, start: Start, reader: ViewReader, now: datetime, heard: dict[LogName, int]
    ) -> None:
        recordedtime = instant(now)
        if recordedtime < start.end.recordedtime:
            raise ClockBehind(start.end.recordedtime)
        self.batch = Batch(rules.log.name, start.end, recordedtime)
        self.histories: dict[str, History] = {}
        self._rules = rules
        self._source = f"/{rules.log.name.site}/{rules.log.name.service}"
        self._start = start
        self._reader = reader
        self._now = now
        self._heard = heard
        self._written_heard: str | None = None
        self._sealing = Sealing("", rules.keys)
        self._outcomes: dict[str, Decided] = {}
        self._before: dict[str, History] = {}
        """Histories as they were before what is being decided together."""
        milliseconds = f"{int(now.timestamp() * 1000):012x}"
        self._moment = f"{milliseconds[:8]}-{milliseconds[8:]}"
        self._made = 0

    def hear(self, source: LogName, index: int) -> None:
        """From here on decisions know another log up to this index."""
        if self._heard.get(source, 0) < index:
            self._heard[source] = index
            self._written_heard = None

    def decide(self, asks: Sequence[Ask]) -> list[Decided | Repeated]:
        """Decide these together: all of them are added to the batch, or none. Raises Refused."""
        facts, answers = len(self.batch.facts), len(self.batch.answers)
        self._before.clear()
        try:
            return list(map(self._decide, asks))
        except BaseException:
            for answer in self.batch.answers[answers:]:
                del self._outcomes[answer.command_id]
            del self.batch.facts[facts:], self.batch.answers[answers:]
            self.histories |= self._before
            raise

    # ------------------------------------------------------------ one command

    def _decide(self, ask: Ask) -> Decided | Repeated:
        body_hmac = self._hmac(ask)
        answered = self._start.answered
        if answered is not None and (stored := answered.get(ask.id)) is not None:
            return _repeated(stored, body_hmac)
        earlier = self._outcomes.get(ask.id)
        if earlier is not None:
            _same_body(earlier.body_hmac, body_hmac)
            return Decided(earlier.offset, earlier.raws, body_hmac, already=True)
        try:
            facts = self._facts(ask)
            offset = len(self.batch.facts)
            outcome = Decided(offset, tuple([self._add(ask, fact) for fact in facts]), body_hmac)
        except Exception:
            if answered is None and self._rules.log.answered(ask.id) is not None:
                # Asked before and answered then, it is not refused now: all is decided again, knowing that.
                raise Raced from None
            raise
        self.batch.answers.append(NewAnswer(ask.id, body_hmac, offset, len(facts)))
        self._outcomes[ask.id] = outcome
        return outcome

    def _hmac(self, ask: Ask) -> bytes:
        who = f"{ask.branch}\0{ask.actor}\0{type(ask.command).__name__}\0"
        asked = self._rules.inbox_hmac.copy()
        asked.update(who.encode(errors="backslashreplace") + ask.body)
        return asked.digest()

    def _facts(self, ask: Ask) -> Sequence[Fact]:
        command = ask.command
        noun = self._rules.nouns.get(type(command))
        if noun is None:
            raise Refused(
                f"Dịch vụ này không nhận lệnh {type(command).__name__}. Đồng chí xem danh mục lệnh ở trang /docs.",
                f"This service does not take the command {type(command).__name__}. See its commands at /docs.",
                code="unknown-command",
            )
        if ask.time is not None and ask.time > self._now + AHEAD:
            _refuse_future(ask.time, self._now)
        asked = Asked(
            command_id=ask.id,
            branch=ask.branch,
            actor=ask.actor,
            actorrole=ask.actorrole,
            time=ask.time or self._now,
            recordedtime=self._now,
            known=self._rules.known(self._reader, ask.branch, command),
            enteredby=ask.enteredby,
            medium=ask.medium,
        )
        if ask.allowed is not None:
            ask.allowed(asked)
        subject = command.subject(ask.branch)
        self.batch.subjects.add(subject)
        history = self._history(subject)
        if history.noun is not noun:
            raise TypeError(f"{subject} is no history of the noun {noun.name}")
        if ask.expected is not None and ask.expected != history.version:
            _refuse_moved_on(ask.expected, history.version)
        return noun.decide(history.state, command, asked)

    # ------------------------------------------------------------ one fact

    def _add(self, ask: Ask, fact: Fact) -> bytes:
        subject = fact.subject()
        self.batch.subjects.add(subject)
        before = self._history(subject)
        noun, version, recordedtime = before.noun, before.version + 1, self.batch.recordedtime
        event_id, salt = self._new_id()
        data, read_back = self._written(event_id, fact)
        after = noun.evolve(before.state, read_back) if noun else None
        kind, meeting = fact.kind(), getattr(fact, "meeting_id", None)
        profile = noun.profile(after) if noun else None
        try:
            raw = encode(
                data,
                id=event_id,
                type=kind,
                source=self._source,
                subject=subject,
                subjectversion=version,
                time=instant(ask.time) if ask.time else recordedtime,
                recordedtime=recordedtime,
                branch=ask.branch,
                meeting=meeting,
                actor=ask.actor,
                actorrole=ask.actorrole,
                enteredby=ask.enteredby,
                medium=ask.medium,
                profile=profile,
                correlationid=ask.correlation or ask.id,
                causationid=ask.causation,
                heard=self._heard_now(),
                privacy=fact.PRIVACY,
                salt=salt,
            )
        except ValueError as error:
            _refuse_unwritable(error, None)
        self._before.setdefault(subject, before)
        self.histories[subject] = History(version, noun, after)
        self.batch.facts.append(NewFact(subject, version, kind, raw, leaf(raw), meeting, ask.branch))
        return raw

    def _written(self, event_id: str, fact: Fact) -> tuple[bytes, Fact]:
        """The fact as it will be stored, and as it will be read from there, which is what states are made of.

        What could not be read back is not stored.
        """
        sealing = self._sealing
        sealing.event_id, sealing.failed = event_id, None
        try:
            # What model_dump_json and model_validate_json call: no text in between that would be made into bytes again.
            data: bytes = fact.__pydantic_serializer__.to_json(fact, context=sealing)
            return data, type(fact).__pydantic_validator__.validate_json(data)
        except Exception as error:  # noqa: BLE001 - sorted out there, raised again when it is none of the known
            _refuse_unwritable(error, sealing.failed)

    def _heard_now(self) -> str:
        if self._written_heard is None:
            self._written_heard = write_heard(self._heard)
        return self._written_heard

    def _new_id(self) -> tuple[str, str]:
        """A UUIDv7 and a salt; ids of one batch sort in the order they were made."""
        end, salt = self._rules.chance.take()
        number, self._made = self._made & 0xFFF, self._made + 1
        return f"{self._moment}-7{number:03x}-{end}", salt

    # ------------------------------------------------------------ states

    def _history(self, subject: str) -> History:
        """The history with everything decided so far in this batch."""
        found = self.histories.get(subject) or self._rules.histories.get(subject)
        if found is None:
            found = self.histories[subject] = self._load(subject)
        return found

    def _load(self, subject: str) -> History:
        noun = self._rules.nouns_by_name.get(subject.partition("/")[0])
        if noun is None:
            return History(self._rules.log.version(subject), None, None)
        facts = self._start.histories.get(subject)
        if facts is None:
            facts = self._rules.log.history_to_go_on(subject)
        return History(len(facts), noun, reduce(noun.evolve, [recorded.fact for recorded in facts], noun.initial))


def _repeated(stored: Stored, body_hmac: bytes) -> Repeated:
    _same_body(stored.body_hmac, body_hmac)
    return Repeated(stored.first, stored.last)


def _same_body(stored: bytes, asked: bytes) -> None:
    if stored and not hmac.compare_digest(stored, asked):  # of what was restored only the id is known
        raise Refused(
            "Mã lệnh này đã được dùng cho một nội dung khác. Chưa lưu gì thêm; hãy gửi lại với mã mới.",
            "This command id was used for something else. Nothing more was stored; send it again with a new id.",
            code="other-body",
        )


def _refuse_future(time: datetime, now: datetime) -> NoReturn:
    raise Refused(
        f"Thời điểm {clock_and_day(time)} chưa tới (máy này đang là {clock_and_day(now)}). "
        "Chưa lưu gì; hãy sửa lại giờ.",
        f"{clock_and_day_en(time)} has not come yet (this computer says {clock_and_day_en(now)}). "
        "Nothing was stored; correct the time.",
        code="future",
    )


def _refuse_moved_on(expected: int, version: int) -> NoReturn:
    raise Refused(
        f"Nội dung này vừa được sửa trong khi đồng chí đang xem (đồng chí xem bản {expected}, nay là bản {version}). "
        "Chưa lưu gì; hãy mở lại, xem phần mới rồi ghi lại ý của mình.",
        f"This was changed while you were looking at it (you saw version {expected}, it is now {version}). "
        "Nothing was stored; open it again, look at what is new and enter yours again.",
        code="moved-on",
    )


def _refuse_unwritable(error: Exception, failed: Exception | None) -> NoReturn:
    if isinstance(failed, KeyError):
        raise Refused(
            "Không lấy được khóa để niêm phong đoạn riêng tư này (khóa đã hủy hoặc chưa có). Đồng chí kiểm tra lại "
            "người được nêu, hoặc báo người quản trị; chưa có gì được lưu.",
            "The key to seal this private text cannot be had (it was destroyed, or does not exist). Check who is "
            "named, or tell the operator; nothing was stored.",
            code="no-key",
        ) from failed
    if failed is not None:
        raise failed
    if isinstance(error, PydanticSerializationError | UnicodeError):
        raise Refused(
            "Có ký tự không ghi được, thường do chép từ tệp khác sang. Đồng chí gõ lại đoạn đó; chưa có gì được lưu.",
            "There are characters that cannot be written, often copied from another file. Type that part again; "
            "nothing was stored.",
            code="unencodable",
        ) from error
    if type(error) is ValueError:
        raise Refused(
            "Nội dung quá dài cho một lần ghi. Đồng chí đưa phần dài vào tệp đính kèm, hoặc chia làm nhiều lần; chưa "
            "có gì được lưu.",
            "This is too long to be stored at once. Put the long part into a file, or send it in parts; nothing was "
            "stored.",
            code="too-large",
        ) from error
    raise error
