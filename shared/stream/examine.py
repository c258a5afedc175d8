"""A first look at bytes that should be a fact: whether they are one, of this log, and what it had heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.events.envelope import LARGEST_FACT, Fact, LogName, Recorded, Undecodable, decode, parse_heard
from shared.stream.address import source_of

REMEMBERED = 1000

_HEAD = re.compile(
    rb'\{"specversion":"1\.0","id":"[^"\\]{1,64}","type":"([A-Za-z0-9.]{1,120})","source":"([^"\\]*)","subject":"'
)
_HEARD = re.compile(rb',"heard":"([^"\\]*)","privacy":"[ABC]","salt":"[^"\\]*","data":')
"""Attributes stand in a fixed order and no quoted text can contain an unescaped quote: the first match is it."""


@dataclass(slots=True)
class Held:
    """A fact on its way in."""

    index: int
    fact: Recorded[Any] | bytes
    """Decoded when this service hears its type, and readable."""
    heard: str
    wrong: str | None = None
    """Why this cannot be a fact of the log it should be from."""

    @property
    def raw(self) -> bytes:
        return self.fact if isinstance(self.fact, bytes) else self.fact.raw

    @property
    def entry(self) -> tuple[int, bytes] | tuple[int, Recorded[Any]]:
        """As the store takes it."""
        return (self.index, self.fact)  # type: ignore[return-value]


class Examiner:
    """Looks at the facts of one log for one service."""

    def __init__(self, log: LogName, known: Mapping[str, type[Fact]], hears: frozenset[str]) -> None:
        """``hears``: kinds that are decoded here; of the others only the envelope is looked at."""
        self.log = log
        self._known = dict(known)
        self._hears = hears
        self._source = source_of(log).encode()
        self._heard: dict[bytes, str] = {}

    def look(self, entries: Iterable[tuple[int, bytes]]) -> list[Held]:
        return [self._one(index, raw) for index, raw in entries]

    def _one(self, index: int, raw: bytes) -> Held:
        head, heard = _HEAD.match(raw), _HEARD.search(raw)
        if head is None or heard is None:
            return Held(index, raw, "", "not a fact in the published form")
        if head[2] != self._source:
            return Held(index, raw, "", f"its source is {head[2].decode(errors='replace')}")
        if len(raw) > LARGEST_FACT:
            return Held(index, raw, "", f"{len(raw)} bytes are more than a fact may have")
        try:
            text = self._checked(heard[1])
            kind = head[1].decode()
            return Held(index, decode(self.log, index, raw, self._known) if kind in self._hears else raw, text)
        except Undecodable as error:
            return Held(index, raw, "", str(error))

    def _checked(self, heard: bytes) -> str:
        """The same positions are named again and again: each is parsed once."""
        if (text := self._heard.get(heard)) is not None:
            return text
        try:
            text = heard.decode()
            parse_heard(text)
        except ValueError:
            raise Undecodable("heard: malformed") from None
        if len(self._heard) > REMEMBERED:
            self._heard.clear()
        self._heard[heard] = text
        return text
