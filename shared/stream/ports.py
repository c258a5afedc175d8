"""What the streams need from the store, and nothing more of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shared.events.envelope import LogName


class Head(Protocol):
    """The end of a log."""

    @property
    def index(self) -> int: ...
    @property
    def root(self) -> bytes: ...
    @property
    def leaf(self) -> bytes: ...
    @property
    def recordedtime(self) -> str: ...


class Log(Protocol):
    """A service's own log, read from any thread."""

    @property
    def name(self) -> LogName: ...
    def head(self) -> Head: ...
    def read(self, after: int, limit: int, max_bytes: int) -> Sequence[tuple[int, bytes]]: ...
    def index_at(self, moment: datetime) -> int: ...
