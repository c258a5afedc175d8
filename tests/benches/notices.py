"""Facts for the benches: deliveries of notices, as scheduler stores them, in logs of any length."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared import events
from shared.decision import Asked, Command, Noun
from shared.events.envelope import Fact, Recorded, encode, instant, leaf
from shared.events.meeting import NoticeDelivered
from shared.events.sealed import SubjectKey
from shared.store.asking import Ask
from shared.store.batch import Batch, NewFact
from shared.store.log import Log
from shared.store.views import View, ViewReader, Views
from shared.store.writer import Writer

BRANCH = "99.001.002.000.011"
TOGETHER = 10_000
RECORDED = instant(datetime(2026, 10, 5, 7, 30, tzinfo=UTC))
EACH = 55
"""Facts about one meeting; the sample branch's October has about as many in each service."""

KNOWN: dict[str, type[Fact]] = events.ALL


def branch_of(number: int) -> str:
    return f"99.001.{number // 1000 % 1000:03}.000.{number % 1000:03}"


def meeting_of(number: int) -> str:
    return f"{branch_of(number)}:2026-{number % 12 + 1:02}"


# ---------------------------------------------------------------- a log


def fill(log: Log, count: int, *, each: int = EACH) -> None:
    """Append facts in bulk, through the store's own append: ``each`` about every meeting."""
    facts_to_come = made(log, count, each=each)
    while facts := list(islice(facts_to_come, TOGETHER)):
        batch = Batch(log.name, log.start([], []).end, RECORDED)
        batch.facts += facts
        log.append(batch)


def made(log: Log, count: int, *, first: int = 0, each: int = EACH) -> Iterator[NewFact]:
    """Facts ready to be stored, from a number on."""
    kind, chance = NoticeDelivered.kind(), os.urandom(16).hex()
    for number in range(first, first + count):
        meeting, place = divmod(number, each)
        branch, meeting_id, member = branch_of(meeting), meeting_of(meeting), f"M{place % 11 + 1:02}"
        raw = encode(
            _data(meeting_id, member, 1 + place // 11),
            id=f"019a0000-0000-7000-8000-{number:012x}",
            type=kind,
            source=f"/{log.name.site}/{log.name.service}",
            subject=f"meeting/{meeting_id}",
            subjectversion=place + 1,
            time=RECORDED,
            recordedtime=RECORDED,
            branch=branch,
            meeting=meeting_id,
            actor=member,
            actorrole="member",
            medium="app",
            profile="seed-cell@1",
            correlationid=f"019a0000-0000-7000-9000-{number:012x}",
            heard="",
            privacy="B",
            salt=chance,
        )
        yield NewFact(f"meeting/{meeting_id}", place + 1, kind, raw, leaf(raw), meeting_id, branch)


def _data(meeting_id: str, member: str, revision: int) -> bytes:
    """What ``model_dump_json`` makes of such a fact."""
    said = (
        f'{{"meeting_id":"{meeting_id}","revision":{revision},"member_id":"{member}","channel":"app",'
        f'"by":"{member}","confirmed":true}}'
    )
    return said.encode()


def facts_of(log: Log) -> list[tuple[int, bytes]]:
    """The whole log in memory."""
    facts: list[tuple[int, bytes]] = []
    while page := log.read(len(facts), 10_000, 10**8):
        facts += page
    return facts


# ---------------------------------------------------------------- a noun that only says it


class DeliverNotice(Command):
    """Say that a notice was received."""

    MAY: ClassVar[frozenset[str]] = frozenset({"member"})
    meeting_id: str
    member_id: str
    revision: int = 1

    def subject(self, branch: str) -> str:
        return f"meeting/{self.meeting_id}"


def _decide(_state: int, command: DeliverNotice, _asked: Asked[None]) -> tuple[Fact, ...]:
    return (
        NoticeDelivered(
            meeting_id=command.meeting_id,
            revision=command.revision,
            member_id=command.member_id,
            channel="app",
            by=command.member_id,
            confirmed=True,
        ),
    )


MEETING: Noun[int, None] = Noun(
    name="meeting",
    initial=0,
    decide=_decide,
    evolve=lambda count, _fact: count + 1,
    commands=(DeliverNotice,),
    profile=lambda _count: "seed-cell@1",
)


def asks(count: int, *, first: int = 0, each: int = EACH) -> Sequence[Ask]:
    """Commands ready to be given to a writer, each with its own id."""
    wanted = []
    for number in range(first, first + count):
        branch = branch_of(number // each)
        command = DeliverNotice(meeting_id=meeting_of(number // each), member_id=f"M{number % 11 + 1:02}")
        wanted.append(
            Ask(
                id=f"019b0000-0000-7000-8000-{number:012x}",
                branch=branch,
                actor=command.member_id,
                actorrole="member",
                command=command,
                body=command.model_dump_json().encode(),
                medium="app",
            )
        )
    return wanted


def reaction(recorded: Recorded[Any]) -> tuple[Ask, ...]:
    """A handler that decides one thing for each fact heard."""
    fact, envelope = recorded.fact, recorded.envelope
    command = DeliverNotice(meeting_id=fact.meeting_id, member_id=fact.member_id, revision=fact.revision)
    return (
        Ask(
            id=f"{envelope.id[:24]}{recorded.index:012x}",
            branch=envelope.branch or "",
            actor=envelope.actor,
            actorrole="service:minutes",
            command=command,
            body=envelope.id.encode(),
            correlation=envelope.correlationid,
            causation=envelope.id,
        ),
    )


@contextmanager
def writing(log: Log, views: Views, **given: Any) -> Iterator[Writer]:
    """A running writer for this noun."""
    writer = Writer(log, [MEETING], known, views, keys=NoKeys(), clock=now, inbox_key=b"bench", **given)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()


# ---------------------------------------------------------------- a read model of one document per fact


class Received(BaseModel):
    """That one person has one notice."""

    model_config = ConfigDict(frozen=True)
    member_id: str
    revision: int
    channel: str
    confirmed: bool


def _step(_document: Received | None, recorded: Recorded[NoticeDelivered], _key: str) -> Received:
    fact = recorded.fact
    return Received(member_id=fact.member_id, revision=fact.revision, channel=fact.channel, confirmed=fact.confirmed)


RECEIVED: View[Received] = View(
    "received",
    Received,
    frozenset({NoticeDelivered}),
    lambda recorded: (f"{recorded.fact.meeting_id}/{recorded.fact.member_id}/{recorded.fact.revision}",),
    _step,
)


def known(_reader: ViewReader, _branch: str, _command: Command) -> None:
    """Nothing else has to be known to say it."""


class NoKeys:
    """Nothing is sealed here."""

    def key(self, subject: str) -> SubjectKey:
        raise KeyError(subject)


def now() -> datetime:
    return datetime.now(UTC)
