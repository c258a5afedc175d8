"""Facts that a log lost when its file was copied back, stored again byte for byte from where they were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from eventsourcing.persistence import StoredEvent

from shared.events.envelope import Recorded, Undecodable, decode, leaf
from shared.store.batch import Batch, NewAnswer, NewFact
from shared.store.log import Log

RESTORED = "restored"
"""In the inbox of a log that was restored at least once."""
BODY_UNKNOWN = b""
"""What the inbox holds for a command known only by its facts: the same id is answered, whatever its body."""


class Unfit(Exception):
    """These bytes cannot be the next fact of this log."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


def take_back(log: Log, raws: Sequence[bytes], *, more: bool) -> int:
    """Store the facts that followed the log's last one again, as they were; returns how many were stored.

    What was stored at one moment is stored together, so with ``more`` to come the last moment waits. Commands are
    remembered as carried out. For the writer's side of a log nobody writes to meanwhile. Raises Unfit at the first
    that cannot follow; what came before its moment is stored.
    """
    stored = 0
    end = log.start([], []).end
    for recordedtime, facts in groupby(_following(log, raws), key=lambda one: one.envelope.recordedtime):
        together = list(facts)
        if more and stored + len(together) == len(raws):
            break
        batch = Batch(log.name, end, recordedtime)
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
    event = StoredEvent(envelope.subject, envelope.subjectversion, envelope.type, raw)
    return NewFact(event, leaf(raw), envelope.meeting, envelope.branch)


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
