"""The facts as they are written, from all services' feeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text

from services.cli.calling import close_to
from services.cli.replay import in_order
from services.cli.site import FEED_LINES, Service, Site
from services.cli.voice import Failed, voice
from shared.days import VIETNAM
from shared.events import ALL
from shared.events.envelope import BranchCode, LogName, Recorded, decode, moment
from shared.sentences import Language, sentence

POLL_SECONDS = 0.4


@dataclass(frozen=True)
class Entry:
    """One fact, decoded, with its verbatim line."""

    recorded: Recorded[Any]

    @property
    def log(self) -> LogName:
        return self.recorded.log

    @property
    def index(self) -> int:
        return self.recorded.index

    @property
    def recordedtime(self) -> str:
        return self.recorded.envelope.recordedtime

    @property
    def heard(self) -> Mapping[LogName, int]:
        return self.recorded.heard


Wanted = Callable[[Entry], bool]


def wanted(kind: str | None, branch: str | None) -> Wanted:
    """By type (with or without «chibo.» and version) and by branch. Raises Failed for what there cannot be."""
    types = None if kind is None else {type for type in ALL if kind in _called(type)}
    if types is not None and not types:
        names = {name for type in ALL for name in _called(type)}
        near = "".join(f" {name}" for name in close_to(kind or "", sorted(names), 1))
        raise Failed(
            f"Không có loại việc «{kind}»." + (f" Ý đồng chí là:{near}?" if near else " Các loại có ở EVENTS.md."),
            f"There is no type of fact “{kind}”." + (f" Did you mean:{near}?" if near else " EVENTS.md lists them."),
            code=2,
        )
    if branch is not None:
        _must_be_a_code(branch)

    def matches(entry: Entry) -> bool:
        envelope = entry.recorded.envelope
        return (types is None or envelope.type in types) and (branch is None or envelope.branch == branch)

    return matches


def _must_be_a_code(branch: str) -> None:
    try:
        TypeAdapter(BranchCode).validate_python(branch)
    except ValidationError:
        raise Failed(
            f"«{branch}» không đúng dạng mã tổ chức đảng; đồng chí ghi đủ 14 chữ số, ví dụ 38.168.053.000.001.",
            f"“{branch}” is not a code of a Party organisation; give all 14 digits, for example 38.168.053.000.001.",
            code=2,
        ) from None


def _called(type: str) -> set[str]:
    """How people write a type: MeetingScheduled, MeetingScheduled.v1, chibo.MeetingScheduled, in full."""
    _, name, version = type.split(".")
    return {type, name, f"{name}.{version}", f"chibo.{name}"}


def last(site: Site, count: int, matches: Wanted) -> tuple[list[Entry], dict[str, int]]:
    """The last facts of all services together, in order, and where each feed goes on."""
    found: list[Entry] = []
    heads = {}
    for service in site:
        heads[service.name] = head = int(service.head()["index"])
        mine: list[Entry] = []
        end = head
        while end > 0 and len(mine) < count:
            start = max(0, end - FEED_LINES)
            mine = [entry for entry in _page(service, start, end - start) if matches(entry)] + mine
            end = start
        found += mine[-count:]
    return in_order(found)[-count:], heads


def follow(site: Site, positions: dict[str, int], matches: Wanted) -> Iterator[Entry]:
    """What is written from these positions on, as it comes; never ends."""
    while True:
        news: list[Entry] = []
        for service in site:
            page = _page(service, positions[service.name], FEED_LINES)
            positions[service.name] += len(page)
            news += page
        yield from filter(matches, in_order(news))
        if not news:
            time.sleep(POLL_SECONDS)


def _page(service: Service, after: int, limit: int) -> list[Entry]:
    log, first, lines = service.feed(after, limit)
    name = LogName.parse(log)
    return [Entry(decode(name, index, line, ALL)) for index, line in enumerate(lines, start=first)]


def line(entry: Entry, names: Callable[[str | None], Callable[[str], str]]) -> Table:
    """When it was recorded, its sentence, where it stands."""
    name = names(entry.recorded.branch)
    languages: tuple[Language, ...] = ("vi", "en") if voice.language is None else (voice.language,)
    first, *second = (sentence(entry.recorded, name, language) for language in languages)
    text = Text(first)
    for other in second:
        text.append(f"\n{other}", style="dim")
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(no_wrap=True, style="cyan")
    row.add_column(ratio=1)
    row.add_column(justify="right", no_wrap=True, style="dim")
    recorded = moment(entry.recordedtime).astimezone(VIETNAM)
    row.add_row(f"{recorded:%d/%m %H:%M}", text, f"{entry.log.service}:{entry.index}")
    return row
