"""A log whose file was copied back: facts stored again byte for byte, or, where they are lost, a new epoch.

The new epoch keeps what was kept at the same indexes with the same root; what is first said in it is LogRestored.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from shared.events.envelope import LogName, Recorded, Undecodable, decode, encode, leaf
from shared.events.restored import LogRestored
from shared.store.batch import Batch, NewAnswer, NewFact
from shared.store.database import Cursor
from shared.store.log import Log, new_epoch
from shared.store.trouble import ClockBehind, Raced

RESTORED = "restored"
"""In the inbox of a log that was restored at least once."""
FOUND_WHOLE = "found whole"
"""In the inbox of a log that was compared with everyone: in which epoch, in the place of a body, and how often."""
BODY_UNKNOWN = b""
"""What the inbox holds for a command known only by its facts: the same id is answered, whatever its body."""


class Unfit(Exception):
    """These bytes cannot be the next fact of this log."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


@dataclass(slots=True)
class _AtThisPlace(Batch):
    """Stored at these indexes and no others. Raises Raced when another process stored something there meanwhile."""

    def claim(self, cursor: Cursor) -> None:
        try:
            Batch.claim(self, cursor)
        except ClockBehind:
            raise Raced from None
        if self.base != self.end.index:
            raise Raced


def take_back(log: Log, raws: Sequence[bytes], *, more: bool) -> int:
    """Store the facts that followed the log's last one again, as they were; returns how many were stored.

    What was stored at one moment is stored together, so with ``more`` to come the last moment waits. Commands are
    remembered as carried out. For the writer's side of a log nobody writes to meanwhile; Raced says that somebody
    did. Raises Unfit at the first that cannot follow; what came before its moment is stored.
    """
    stored = 0
    end = log.start([], []).end
    for recordedtime, facts in groupby(_following(log, raws), key=lambda one: one.envelope.recordedtime):
        together = list(facts)
        if more and stored + len(together) == len(raws):
            break
        batch = _AtThisPlace(log.name, end, recordedtime)
        batch.facts += [_as_new(one) for one in together]
        batch.answers += _answers(log, together)
        log.append(batch)
        end = batch.after or end
        stored += len(together)
    return stored


def _following(log: Log, raws: Sequence[bytes]) -> Iterator[Recorded[Any]]:
    end = log.start([], []).end
    recordedtime, versions = end.recordedtime, dict[str, int]()
    for index, raw in enumerate(raws, end.index + 1):
        try:
            recorded = decode(log.name, index, raw, log.known)
        except Undecodable as error:
            raise Unfit(index, str(error)) from None
        envelope = recorded.envelope
        version = (versions.get(envelope.subject) or log.version(envelope.subject)) + 1
        if envelope.source != f"/{log.name.site}/{log.name.service}":
            raise Unfit(index, f"source {envelope.source}")
        if envelope.subjectversion != version:
            raise Unfit(index, f"{envelope.subject} {envelope.subjectversion}, {version} is next")
        if envelope.recordedtime < recordedtime:
            raise Unfit(index, f"recordedtime {envelope.recordedtime}")
        versions[envelope.subject], recordedtime = version, envelope.recordedtime
        yield recorded


def _as_new(recorded: Recorded[Any]) -> NewFact:
    envelope, raw = recorded.envelope, recorded.raw
    place = envelope.subject, envelope.subjectversion, envelope.type
    return NewFact(*place, raw, leaf(raw), envelope.meeting, envelope.branch)


def _answers(log: Log, facts: Sequence[Recorded[Any]]) -> list[NewAnswer]:
    """What the inbox must know again, or a command sent twice or a cause heard twice would be carried out twice."""
    runs = [(name, list(run)) for name, run in groupby(enumerate(facts), key=lambda one: _asked_by(one[1]))]
    answered = log.start([RESTORED, *{name for name, _ in runs}], []).answered or {}
    answers: dict[str, NewAnswer] = {}
    if RESTORED not in answered:
        answers[RESTORED] = NewAnswer(RESTORED, BODY_UNKNOWN, 0, len(facts))
    for name, run in runs:
        if name not in answered and name not in answers:
            answers[name] = NewAnswer(name, BODY_UNKNOWN, run[0][0], len(run))
    return list(answers.values())


def _asked_by(recorded: Recorded[Any]) -> str:
    """What a fact answers: the command whose id its correlation is, or the fact heard that caused it."""
    envelope = recorded.envelope
    return envelope.correlationid if envelope.causationid is None else _cause(envelope.causationid)


def _cause(fact_id: str) -> str:
    return f"cause {fact_id}"


def was_restored(log: Log) -> bool:
    """Whether facts were ever stored again in this log."""
    return log.answered(RESTORED) is not None


def has_followed(log: Log, fact_id: str) -> bool:
    """Whether what follows from a fact heard is among the facts that were stored again."""
    return log.answered(_cause(fact_id)) is not None


# ---------------------------------------------------------------- told to every process that writes the log


class FoundWhole(NamedTuple):
    """In which epoch a log was last found whole, and how often it was found so."""

    epoch: str
    times: int


class _Whole(Batch):
    """Stores no fact, so it takes no index and waits for nobody."""

    def claim(self, _cursor: Cursor) -> None:
        self.base = self.end.index

    def record(self, cursor: Cursor) -> None:
        _tell(cursor, self.log)


def _tell(cursor: Cursor, log: LogName) -> None:
    cursor.execute(
        "INSERT INTO inbox VALUES (?, ?, 1, 1, '') ON CONFLICT (command_id) DO UPDATE SET "
        "body_hmac = excluded.body_hmac, last = inbox.last + 1",
        (FOUND_WHOLE, log.epoch.encode()),
    )


def tell_whole(log: Log) -> None:
    """Let the other processes that write this log know that it may be written again."""
    log.append(_Whole(log.name, log.start([], []).end, ""))


def found_whole(log: Log) -> FoundWhole | None:
    """When this log was last found whole, whichever process was asked; None when it never was in question."""
    told = log.answered(FOUND_WHOLE)
    return None if told is None else FoundWhole(told.body_hmac.decode(), told.last)


# ---------------------------------------------------------------- a new epoch


@dataclass(slots=True)
class _FirstOfEpoch(_AtThisPlace):
    """Ends the epoch of a log and begins the next in the transaction of what is first said in it."""

    ended: str = ""

    def claim(self, cursor: Cursor) -> None:
        cursor.execute("UPDATE log_head SET epoch = ? WHERE one = 1 AND epoch = ?", (self.log.epoch, self.ended))
        _AtThisPlace.claim(self, cursor)

    def record(self, cursor: Cursor) -> None:
        Batch.record(self, cursor)
        _tell(cursor, self.log)


def open_epoch(log: Log, said: LogRestored, recordedtime: str) -> LogName:
    """Let the log go on as another, from where it ends; gives its new name. Every process must start again."""
    name = LogName(log.name.site, log.name.service, new_epoch())
    end = log.start([], []).end
    now = max(recordedtime, end.recordedtime)
    id = str(UUID(bytes=os.urandom(16), version=4))
    version = log.version(said.subject()) + 1
    raw = encode(
        said.model_dump_json().encode(),
        id=id,
        type=said.kind(),
        source=f"/{name.site}/{name.service}",
        subject=said.subject(),
        subjectversion=version,
        time=now,
        recordedtime=now,
        actor=said.by,
        actorrole="operator",
        correlationid=id,
        privacy=said.PRIVACY,
        salt=os.urandom(16).hex(),
    )
    batch = _FirstOfEpoch(name, end, now, ended=log.name.epoch)
    batch.facts.append(NewFact(said.subject(), version, said.kind(), raw, leaf(raw), None, None))
    log.append(batch)
    return name


def former_epochs(log: Log) -> dict[str, int]:
    """The epochs this log goes on from, each with the last index that was kept of it."""
    said = [recorded.fact for recorded in log.history(f"log/{log.name.service}")]
    return {fact.ended: fact.upto for fact in said if isinstance(fact, LogRestored)}


def decided_on(log: Log, ended: LogName, upto: int) -> list[int]:
    """The facts of this log that were decided knowing facts of another that were withdrawn since.

    What was heard of a log never goes back within an epoch, so they stand together.
    """
    below, above = 0, log.head().index + 1
    while above - below > 1:
        middle = (below + above) // 2
        heard = log.heard_at(middle)
        if heard.get(ended, 0) > upto or any(_next(one, ended) for one in heard):
            above = middle
        else:
            below = middle
    found = []
    for recorded in log.replay(below):
        if recorded.heard.get(ended, 0) <= upto:
            break
        found.append(recorded.index)
    return found


def _next(log: LogName, ended: LogName) -> bool:
    return (log.site, log.service) == (ended.site, ended.service) and log.epoch != ended.epoch
