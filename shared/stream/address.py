"""Where a fact of a log says it comes from, and what an entry of a stream carries."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.events.envelope import LogName

FIELD = b"fact"
"""The one field of an entry."""


def source_of(log: LogName) -> str:
    """The ``source`` attribute of every fact of this log."""
    return f"/{log.site}/{log.service}"


def says_it_is_from(log: LogName, raw: bytes) -> bool:
    """Whether these bytes are JSON that names this log's site and service as its source."""
    try:
        envelope = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(envelope, dict) and envelope.get("source") == source_of(log)


def index_of(entry_id: bytes) -> int | None:
    """The index an entry id stands for; None for an id no outbox gives."""
    index, _, part = entry_id.partition(b"-")
    return int(index) if part == b"0" and index.isdigit() else None


def fact_in(fields: Mapping[bytes, bytes]) -> bytes | None:
    """The bytes of the fact; None when the entry has other fields than the one it should have."""
    return fields.get(FIELD) if len(fields) == 1 else None
