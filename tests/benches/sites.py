"""Whole sites for the benches: real processes on free ports, and logs of many branches made from the sample's."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from services.cli.sample import load
from services.cli.sample.sheet import code
from services.cli.site import Site
from services.cli.supervisor import Supervisor
from shared import events
from shared.events.envelope import LogName, Recorded, leaf, parse_heard, write_heard
from shared.settings import SERVICES, Settings
from shared.store.batch import Batch, NewFact
from shared.store.log import Log, open_log
from tests.benches.notices import branch_of
from tests.surroundings import own_site


def settings(home: Path, **given: Any) -> Settings:
    """A site of its own that says only what went wrong."""
    return own_site(home, log_level="WARNING", **given)


@contextmanager
def running(site: Settings, clock: str | None = None) -> Iterator[tuple[Supervisor, Site]]:
    """The site's processes, ready."""
    with Supervisor(site, clock=clock) as supervisor, Site(site, token=True) as asking:
        yield supervisor, asking


def caught_up(site: Site) -> float:
    """Return when every service has heard everything of all it hears, in seconds."""
    began = time.perf_counter()
    while True:
        reports = [service.health() for service in site]
        heads = {report["log"]["name"]: report["log"]["index"] for report in reports}
        behind = [
            log
            for report in reports
            for source in report["sources"]
            for positions in (report["views"]["positions"], {source["log"]: source["decided"]})
            if (log := source["log"]) is None
            or source["head"] is None
            or (positions.get(log) is not None and positions[log] < heads[log])
        ]
        if not behind:
            return time.perf_counter() - began
        time.sleep(0.05)


def sample(home: Path) -> Settings:
    """A site that has lived the sample's year and has stopped."""
    made = settings(home)
    with running(made, clock="settable") as (_, site):
        load(site, lambda _done, _all: None)
    return made


def multiplied(site: Settings, home: Path, copies: int) -> dict[str, int]:
    """Logs in which many branches lived the sample's year at the same time; how many facts each log has.

    Ids and what was heard fit together as in the original: a fact of a copy has heard what the copy's facts say.
    """
    olds: dict[str, list[Recorded[Any]]] = {}
    news: dict[str, Log] = {}
    target = site.model_copy(update={"home": home})
    for name in SERVICES:
        with closing(open_log(site.log_database(name), site.site, name, events.ALL)) as log:
            olds[name] = list(log.replay())
        news[name] = open_log(target.log_database(name), site.site, name, events.ALL)
    reached = {name: _reached(facts, copies) for name, facts in olds.items()}
    names = {str(facts[0].log): news[name].name for name, facts in olds.items() if facts}
    ids = {fact.id for facts in olds.values() for fact in facts}
    for name, facts in olds.items():
        with closing(news[name]) as log:
            _append(log, _told_by_many(facts, copies, names, reached, ids))
    return {name: sizes[-1] for name, sizes in reached.items()}


def _reached(facts: list[Recorded[Any]], copies: int) -> list[int]:
    """How long the new log is after each fact of the old one."""
    sizes = [0]
    for fact in facts:
        sizes.append(sizes[-1] + (copies if fact.branch == code() else 1))
    return sizes


def _told_by_many(
    facts: list[Recorded[Any]],
    copies: int,
    names: dict[str, LogName],
    reached: dict[str, list[int]],
    ids: set[str],
) -> Iterator[tuple[str, list[NewFact]]]:
    for fact in facts:
        heard = {
            names[str(log)]: reached[log.service][index] for log, index in parse_heard(fact.envelope.heard).items()
        }
        said = json.dumps(fact.envelope.heard)[1:-1].encode()
        raw = fact.raw.replace(b'"heard":"%b"' % said, b'"heard":"%b"' % write_heard(heard).encode())
        mentioned = [id_ for id_ in ids if id_.encode() in raw]
        yield (
            fact.envelope.recordedtime,
            [_told(fact, raw, mentioned, copy) for copy in range(copies if fact.branch == code() else 1)],
        )


def _told(fact: Recorded[Any], raw: bytes, mentioned: list[str], copy: int) -> NewFact:
    branch = code() if copy == 0 else branch_of(10_000 + copy)
    for id_ in mentioned:
        raw = raw.replace(id_.encode(), str(UUID(int=UUID(id_).int ^ copy << 64 - 16)).encode())
    raw = raw.replace(code().encode(), branch.encode())
    raw = raw.replace(fact.envelope.salt.encode(), os.urandom(16).hex().encode())
    envelope = fact.envelope
    place = envelope.subject.replace(code(), branch), envelope.subjectversion, envelope.type
    meeting = envelope.meeting.replace(code(), branch) if envelope.meeting else None
    return NewFact(*place, raw, leaf(raw), meeting, branch if fact.branch == code() else fact.branch)


def _append(log: Log, told: Iterator[tuple[str, list[NewFact]]]) -> None:
    together: dict[str, list[NewFact]] = defaultdict(list)
    for recordedtime, facts in told:
        together[recordedtime] += facts
    for recordedtime, facts in together.items():
        batch = Batch(log.name, log.start([], []).end, recordedtime)
        batch.facts += facts
        log.append(batch)
