"""A first look at bytes that should be a fact: whether they are one, of this log, and what it had heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.events.envelope import (
    LARGEST_FACT,
    Fact,
    LogName,
    Recorded,
    Undecodable,
    UnknownFact,
    decode_as,
    kind_of,
)
from shared.store.parking import Entry
from shared.stream.address import source_of
from shared.stream.gate import causes_in

_UNHEARD = re.compile(
    rb'\{"specversion":"1\.0","id":"[^"\\]{1,64}","type":"[A-Za-z0-9.]{1,120}","source":"([^"\\]*)","subject":"'
    rb'.{0,4000}?,"heard":"([^"\\]*)","privacy":"[ABC]","salt":"[^"\\]*","data":'
)
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


def entries_of(facts: Iterable[Held]) -> list[Entry]:
    """Facts as the store takes them."""
    return [(fact.index, fact.fact) for fact in facts]  # type: ignore[misc]


class Examiner:
    """Looks at the facts of one log for one service."""

    def __init__(self, log: LogName, known: Mapping[str, type[Fact]], hears: frozenset[str]) -> None:
        """``hears``: kinds that are decoded here; of the others only the envelope is looked at."""
        self.log = log
        self._heard: Mapping[str, type[BaseModel]] = {kind: known.get(kind, UnknownFact) for kind in hears}
        self._source = source_of(log)

    def look(self, entries: Iterable[tuple[int, bytes]]) -> list[Held]:
        """Decode what is heard here; what is wrong says why."""
        held = []
        for index, raw in entries:
            try:
                model = self._heard.get(kind_of(raw))
                held.append(self._passed(index, raw) if model is None else self._decoded(index, raw, model))
            except Undecodable as error:
                held.append(Held(index, raw, "", str(error)))
        return held

    def _decoded(self, index: int, raw: bytes, model: type[BaseModel]) -> Held:
        recorded = decode_as(self.log, index, raw, model)
        envelope = recorded.envelope
        self._check(envelope.source, envelope.heard)
        return Held(index, recorded, envelope.heard)

    def _passed(self, index: int, raw: bytes) -> Held:
        """Nobody here hears this type: it only moves the position, after its causes."""
        found = _UNHEARD.match(raw)
        if found is None or len(raw) > LARGEST_FACT:
            raise Undecodable("not a fact in the published form")
        source, heard = found[1].decode(errors="replace"), found[2].decode(errors="replace")
        self._check(source, heard)
        return Held(index, raw, heard)

    def _check(self, source: str, heard: str) -> None:
        if source != self._source:
            raise Undecodable(f"its source is {source}")
        try:
            causes_in(heard)
        except ValueError:
            raise Undecodable("heard: malformed") from None
