"""What one transaction of a log stores, in the order in which it must be stored: the head row first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eventsourcing.persistence import StoredEvent

from shared.events.envelope import LogName
from shared.store.database import Cursor
from shared.store.parking import NewlyParked, Parking
from shared.store.tree import grow
from shared.store.trouble import ClockBehind, Raced, StoreBroken

TABLES = (
    """CREATE TABLE IF NOT EXISTS log_head (
        one INTEGER PRIMARY KEY CHECK (one = 1), site TEXT NOT NULL, service TEXT NOT NULL, epoch TEXT NOT NULL,
        "index" BIGINT NOT NULL, frontier {bytes} NOT NULL, recordedtime TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS fact (
        "index" {key} PRIMARY KEY, notification_id BIGINT NOT NULL, subject TEXT NOT NULL,
        subjectversion BIGINT NOT NULL, meeting TEXT, branch TEXT, recordedtime TEXT NOT NULL,
        leaf {bytes} NOT NULL)""",
    'CREATE INDEX IF NOT EXISTS fact_meeting ON fact (meeting, "index") WHERE meeting IS NOT NULL',
    """CREATE TABLE IF NOT EXISTS inbox (
        command_id TEXT PRIMARY KEY, body_hmac {bytes} NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
        answer TEXT NOT NULL){packed}""",
    """CREATE TABLE IF NOT EXISTS position (source TEXT PRIMARY KEY, "index" BIGINT NOT NULL)""",
)
"""Side tables of a log. A history's facts are found by the library's own key (subject, version)."""

PARKING = Parking()


class NewFact(NamedTuple):
    """A fact encoded and ready to be stored; its index comes with the transaction."""

    subject: str
    version: int
    kind: str
    raw: bytes
    leaf: bytes
    meeting: str | None
    branch: str | None


class NewAnswer(NamedTuple):
    """What a command came to: ``many`` facts of its batch from ``offset`` on."""

    command_id: str
    body_hmac: bytes
    offset: int
    many: int


@dataclass(frozen=True, slots=True)
class End:
    """Where a log ended when a batch was begun."""

    index: int
    frontier: bytes
    recordedtime: str


def gone_on_with(cursor: Cursor, end: End, index: int, frontier: bytes) -> set[str] | None:
    """The histories a log went on with since ``end``; None when it did not go on from there.

    So it is when an old copy was put back, also one that was written on beyond ``end``.
    """
    cursor.execute(
        'SELECT subject, leaf FROM fact WHERE "index" > ? AND "index" <= ? ORDER BY "index"', (end.index, index)
    )
    rows = cursor.fetchall()
    grown = grow(end.frontier, end.index, [bytes(leaf) for _, leaf in rows])
    return {subject for subject, _ in rows} if grown == frontier else None


@dataclass(slots=True)
class Batch:
    """Everything that is stored together: all of it or nothing."""

    log: LogName
    end: End
    recordedtime: str
    subjects: set[str] = field(default_factory=set)
    """Histories whose state was used: when another process went on with one of them, all is decided again."""
    facts: list[NewFact] = field(default_factory=list)
    answers: list[NewAnswer] = field(default_factory=list)
    moved: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Positions of deciding handlers: source → (from, to)."""
    parked: list[NewlyParked] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    """Numbers of parked facts that came right."""
    reworded: list[tuple[int, str]] = field(default_factory=list)
    """Parked facts that stay, with the new reason."""
    base: int = -1
    """The index before the first of these facts, once stored."""
    after: End | None = None
    """Where the log ends with this batch, once stored."""
    others: set[str] = field(default_factory=set)
    """Histories another process went on with since ``end``, found when this was stored."""

    def __bool__(self) -> bool:
        return bool(self.facts or self.answers or self.moved or self.parked or self.settled or self.reworded)

    @property
    def events(self) -> Sequence[StoredEvent]:
        """The facts as the library's recorders know them."""
        return [StoredEvent(fact.subject, fact.version, fact.kind, fact.raw) for fact in self.facts]

    def claim(self, cursor: Cursor) -> None:
        """Take the next indexes: the first statement of the transaction, whose row lock makes writers queue.

        Raises Raced or ClockBehind when this must be decided again.
        """
        end, many = self.end, len(self.facts)
        after = End(end.index + many, self._grown(end.index, end.frontier), self.recordedtime) if many else end
        # Where no other process came in between, which is nearly always, this is all the head row needs.
        cursor.execute(
            """UPDATE log_head SET "index" = "index" + ?, frontier = ?, recordedtime = ?
            WHERE one = 1 AND "index" = ? AND epoch = ? RETURNING "index" """,
            (many, after.frontier, after.recordedtime, end.index, self.log.epoch),
        )
        self.base, self.after = end.index, after
        if cursor.fetchone() is None:
            self._claim_after_others(cursor)

    def _claim_after_others(self, cursor: Cursor) -> None:
        """Go on where another process ended, unless it went on with a history this was decided on."""
        many = len(self.facts)
        cursor.execute(
            """UPDATE log_head SET "index" = "index" + ?
            WHERE one = 1 AND epoch = ? RETURNING "index", frontier, recordedtime""",
            (many, self.log.epoch),
        )
        row = cursor.fetchone()
        if row is None:
            raise StoreBroken(
                f"Sổ {self.log.service} đã chuyển sang kỳ khác (không còn là {self.log.epoch}); hãy khởi động lại.",
                f"The log {self.log.service} has gone over to another epoch (no longer {self.log.epoch}); start again.",
            )
        self.base, frontier, last = row[0] - many, bytes(row[1]), row[2]
        others = gone_on_with(cursor, self.end, self.base, frontier)
        if others is None or not others.isdisjoint(self.subjects):
            raise Raced
        self.others = others
        if last > self.recordedtime:
            raise ClockBehind(last)
        if many:
            frontier, last = self._grown(self.base, frontier), self.recordedtime
            cursor.execute("UPDATE log_head SET frontier = ?, recordedtime = ?", (frontier, last))
        self.after = End(self.base + many, frontier, last)

    def _grown(self, size: int, frontier: bytes) -> bytes:
        return grow(frontier, size, [fact.leaf for fact in self.facts])

    def record(self, cursor: Cursor) -> None:
        """Write the side tables, after ``claim``."""
        base, recordedtime, service = self.base, self.recordedtime, self.log.service
        if self.facts:
            cursor.executemany(
                "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (at, at, subject, version, meeting, branch, recordedtime, leaf)
                    for at, (subject, version, _, _, leaf, meeting, branch) in enumerate(self.facts, base + 1)
                ],
            )
        if self.answers:
            cursor.executemany(
                "INSERT INTO inbox VALUES (?, ?, ?, ?, ?)",
                [
                    (command_id, body_hmac, base + offset + 1, last := base + offset + many, f"{service}:{last}")
                    for command_id, body_hmac, offset, many in self.answers
                ],
            )
        for source, (old, new) in self.moved.items():
            _move(cursor, source, old, new)
        PARKING.park(cursor, self.parked)
        PARKING.settle(cursor, self.settled)
        PARKING.reword(cursor, self.reworded)


def _move(cursor: Cursor, source: str, old: int, new: int) -> None:
    if old == 0:
        cursor.execute(
            "INSERT INTO position VALUES (?, ?) ON CONFLICT (source) DO NOTHING RETURNING source", (source, new)
        )
    else:
        cursor.execute(
            'UPDATE position SET "index" = ? WHERE source = ? AND "index" = ? RETURNING source', (new, source, old)
        )
    # Not the row count, which PostgreSQL has not said yet when statements are sent in one go.
    if cursor.fetchone() is None:
        raise Raced
