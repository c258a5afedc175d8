"""Facts made up for the stream tests, and a log of them."""

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from shared.events.envelope import Fact, Line, LogName, Told, encode, instant, leaf, write_heard

BRANCH = "99.001.002.000.011"
START = datetime(2026, 9, 1, 0, 0, tzinfo=UTC)


class BellRung(Fact):
    """The bell of a branch was rung."""

    OWNER: ClassVar[str] = "scheduler"
    number: int
    words: Line

    def subject(self) -> str:
        return "bell/1"

    def vi(self, tell: Told) -> str:
        return f"Chuông reo lần {self.number}."

    def en(self, tell: Told) -> str:
        return f"The bell rang for the {self.number}th time."


KNOWN: dict[str, type[Fact]] = {BellRung.kind(): BellRung}


def a_fact(
    log: LogName,
    index: int,
    *,
    heard: Mapping[LogName, int] | None = None,
    recorded: datetime = START,
    branch: str | None = BRANCH,
    words: str = "Đồng chí Thừa Thiên Huế đã đến",
    life: str = "first",
) -> bytes:
    """The bytes of fact ``index``: the same arguments always give the same bytes, another ``life`` others."""
    return encode(
        BellRung(number=index, words=words).model_dump_json().encode(),
        id=str(UUID(int=index)),
        type=BellRung.kind(),
        source=f"/{log.site}/{log.service}",
        subject="bell/1",
        subjectversion=index,
        time=instant(recorded),
        recordedtime=instant(recorded),
        branch=branch,
        actor="M01",
        actorrole="secretary",
        correlationid=str(UUID(int=index)),
        heard=write_heard(dict(heard or {})),
        privacy="B",
        salt=f"{life}{index:032x}",
    )


@dataclass(frozen=True)
class SmallHead:
    index: int
    root: bytes
    leaf: bytes
    recordedtime: str


class SmallLog:
    """A log in one SQLite file: what the outbox and the feed read, without commands and decisions."""

    def __init__(self, path: Path, name: LogName) -> None:
        self.name = name
        self.alone = True
        self.on_commit: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS fact (i INTEGER PRIMARY KEY, recorded TEXT, raw BLOB)")

    def close(self) -> None:
        self._file.close()

    def append(self, facts: Sequence[bytes], recorded: datetime = START) -> None:
        with self._lock:
            first = self._last() + 1
            self._file.execute("BEGIN")
            self._file.executemany(
                "INSERT INTO fact VALUES (?, ?, ?)",
                [(index, instant(recorded), raw) for index, raw in enumerate(facts, first)],
            )
            self._file.execute("COMMIT")
        for call in self.on_commit:
            call()

    def grow(self, count: int, *, each: timedelta = timedelta(0), begin: datetime = START, life: str = "first") -> None:
        """Append ``count`` facts, ``each`` apart."""
        for index in range(self.head().index + 1, self.head().index + count + 1):
            if each:
                self.append([a_fact(self.name, index, life=life)], begin + each * index)
        if not each:
            first = self.head().index + 1
            self.append([a_fact(self.name, index, life=life) for index in range(first, first + count)], begin)

    def _last(self) -> int:
        return int(self._file.execute("SELECT coalesce(max(i), 0) FROM fact").fetchone()[0])

    def head(self) -> SmallHead:
        with self._lock:
            row = self._file.execute("SELECT i, recorded, raw FROM fact ORDER BY i DESC LIMIT 1").fetchone()
        if row is None:
            return SmallHead(0, b"", b"", "")
        return SmallHead(row[0], leaf(b"root" + row[2]), leaf(row[2]), row[1])

    def read(self, after: int, limit: int, max_bytes: int) -> list[tuple[int, bytes]]:
        with self._lock:
            rows = self._file.execute(
                "SELECT i, raw FROM fact WHERE i > ? ORDER BY i LIMIT ?", (after, limit)
            ).fetchall()
        page: list[tuple[int, bytes]] = []
        size = 0
        for index, raw in rows:
            size += len(raw)
            if page and size > max_bytes:
                break
            page.append((index, raw))
        return page

    def index_at(self, moment: datetime) -> int:
        with self._lock:
            row = self._file.execute("SELECT max(i) FROM fact WHERE recorded <= ?", (instant(moment),)).fetchone()
        return int(row[0] or 0)


def new_name(service: str = "scheduler") -> LogName:
    return LogName("local", service, os.urandom(4).hex())
