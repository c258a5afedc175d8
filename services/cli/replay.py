"""A meeting told again: every service's facts in the order in which they could be known, and the state then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from services.cli import state
from services.cli.meetings import READER, unknown
from services.cli.voice import Failed, voice
from shared.days import VIETNAM
from shared.events.envelope import LogName, instant, moment, parse_heard
from shared.replay import P, Unorderable, as_at, known_by, ordered, within

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

_ADDRESS = re.compile(r"^([a-z]+):(\d+)$")
_CLOCK = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
_OFFSET = r"(Z|[+-]\d\d:\d\d)?"
WITHIN = {
    r"\d{4}-\d\d-\d\d": timedelta(days=1),
    rf"{_CLOCK}{_OFFSET}": timedelta(minutes=1),
    rf"{_CLOCK}:\d\d{_OFFSET}": timedelta(seconds=1),
}
"""How long what was typed lasts."""


@dataclass(frozen=True)
class Happened:
    """One fact about the meeting, as its service tells it."""

    log: LogName
    index: int
    recordedtime: str
    heard: Mapping[LogName, int]
    told: dict[str, Any]
    """Everything the service said about it."""

    @property
    def address(self) -> str:
        return f"{self.log.service}:{self.index}"

    @property
    def occurred(self) -> datetime:
        """When it happened, in Viet Nam."""
        return moment(self.told["time"]).astimezone(VIETNAM)

    @property
    def recorded(self) -> datetime:
        """When it was written down, in Viet Nam."""
        return moment(self.recordedtime).astimezone(VIETNAM)

    @property
    def late(self) -> bool:
        """Written down on a later day than it happened."""
        return self.recorded.date() > self.occurred.date()


@dataclass(frozen=True)
class Replay:
    """What was known about a meeting at some moment, in order, with the state it made."""

    meeting: str
    at: str | None
    facts: list[Happened]
    states: dict[str, dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {
            "meeting": self.meeting,
            "at": self.at,
            "facts": [{**fact.told, "address": fact.address, "late": fact.late} for fact in self.facts],
            "states": self.states,
        }


def replay(site: Site, meeting: str, at: str | None = None) -> Replay:
    """Everything all services know about a meeting, as at a time or as one fact knew it; all by default.

    Raises Failed when the meeting is unknown, ``at`` is no moment, or a service does not answer.
    """
    with ThreadPoolExecutor() as together:
        answers = together.map(lambda service: service.get(f"/meetings/{meeting}/facts", actor=READER), site)
        facts = [_happened(fact) for answer in answers for fact in answer["facts"]]
        if not facts:
            raise unknown(meeting)
        upto: dict[str, dict[str, Any]]
        if at is None:
            upto = {service.name: {} for service in site}
        elif address := _ADDRESS.match(at):
            known = _known(site, site[address[1]].name, int(address[2]))
            facts = within(facts, known)
            upto = {log.service: {"until": index} for log, index in known.items()}
        else:
            then = read_instant(at, whole=True)
            facts = as_at(facts, then)
            upto = {service.name: {"at": then} for service in site}
        states = together.map(
            lambda service: service.get(f"/meetings/{meeting}/state", actor=READER, **upto[service.name])["states"],
            [service for service in site if service.name in upto],
        )
        return Replay(meeting, at, in_order(facts), {subject: one for part in states for subject, one in part.items()})


def in_order(facts: Iterable[P]) -> list[P]:
    """The facts as they became known. Raises Failed where they contradict one another."""
    try:
        return ordered(facts)
    except Unorderable as error:
        raise Failed(
            "Có những sự kiện mâu thuẫn với nhau nên không xếp được thứ tự: sự kiện nào cũng ghi là đã nghe sự kiện "
            "kia, điều không dịch vụ nào ghi ra. Các sổ được giữ nguyên; đồng chí chạy «chibo doctor» và báo người "
            "quản trị.",
            "Some facts contradict one another and have no order: each says that it had heard the other, which no "
            "service writes. The logs stay as they are; run “chibo doctor” and tell the operator.",
            details=[str(error)],
        ) from None


def _happened(told: dict[str, Any]) -> Happened:
    heard = told["heard"]
    return Happened(
        log=LogName.parse(told["log"]),
        index=told["index"],
        recordedtime=told["recordedtime"],
        heard=parse_heard(heard) if isinstance(heard, str) else {LogName.parse(k): v for k, v in heard.items()},
        told=told,
    )


def _known(site: Site, service: str, index: int) -> dict[LogName, int]:
    """How far each log was known to one fact; the logs themselves are asked."""

    @cache
    def heard_at(log: LogName, at: int) -> dict[LogName, int]:
        _, _, lines = site[log.service].feed(at - 1, limit=1)
        return parse_heard(json.loads(lines[0]).get("heard", "")) if lines else {}

    head = site[service].head()
    if not 1 <= index <= head["index"]:
        raise Failed(
            f"Sổ của {service} chỉ có từ 1 đến {head['index']}; không có {service}:{index}.",
            f"The log of {service} goes from 1 to {head['index']}; there is no {service}:{index}.",
        )
    return known_by(LogName(head["site"], head["service"], head["epoch"]), index, heard_at)


def read_instant(text: str, *, whole: bool = False) -> str:
    """A moment as people type it: «2026-10-05 14:25» in Viet Nam, or RFC 3339 with an offset.

    With ``whole`` a day, minute or second means its end: everything within it. Raises Failed for anything else.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Failed(
            f"«{text}» không phải thời điểm. Đồng chí ghi như 2026-10-05, «2026-10-05 14:25» hoặc minutes:41.",
            f"“{text}” is no moment. Write 2026-10-05, “2026-10-05 14:25” or minutes:41.",
            code=2,
        ) from None
    if given.tzinfo is None:
        given = given.replace(tzinfo=VIETNAM)
    step = next((step for shape, step in WITHIN.items() if re.fullmatch(shape, text)), None) if whole else None
    return instant(given if step is None else given + step - timedelta(microseconds=1))


# ---------------------------------------------------------------- for people

WEEKDAYS = (
    ("thứ hai", "Monday"),
    ("thứ ba", "Tuesday"),
    ("thứ tư", "Wednesday"),
    ("thứ năm", "Thursday"),
    ("thứ sáu", "Friday"),
    ("thứ bảy", "Saturday"),
    ("chủ nhật", "Sunday"),
)


def picture(shown: Replay, name: Callable[[str], str]) -> list[RenderableType]:
    """Days as headings, a time column, one sentence per fact, its address in small; then the state it made.

    What was written down on a later day than it happened shows the day it happened.
    """
    parts: list[RenderableType] = []
    day = None
    table = Table.grid()
    for fact in shown.facts:
        if fact.recorded.date() != day:
            day = fact.recorded.date()
            vi, en = WEEKDAYS[day.weekday()]
            parts += [Text(), _heading(f"{day:%d/%m/%Y} · {voice.one(vi, en)}")]
            table = Table.grid(padding=(0, 1), expand=True)
            table.add_column(width=5, no_wrap=True)
            table.add_column(ratio=1)
            table.add_column(justify="right", no_wrap=True, style="dim")
            parts.append(table)
        when = f"{fact.occurred:%d/%m}\n{fact.occurred:%H:%M}" if fact.late else f"{fact.occurred:%H:%M}"
        first, *second = voice.choose(fact.told["vi"], fact.told["en"])
        sentence = Text(first)
        for other in second:
            sentence.append(f"\n{other}", style="dim")
        table.add_row(Text(when, style="yellow" if fact.late else "cyan"), sentence, fact.address)
    period = shown.meeting.partition(":")[2][:7]
    stood = voice.both("Lúc đó", "As it stood") if shown.at else voice.both("Hiện nay", "As it stands")
    return [
        *parts,
        Text(),
        _heading(f"{stood} · {shown.at}" if shown.at else stood),
        state.picture(shown.states, period, name),
    ]


def _heading(words: str) -> Rule:
    return Rule(Text(words, style="bold"), align="left", style="dim")
