"""Reading the log: the whole of it, and one meeting in a log of a million facts."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from shared.events.envelope import LogName, Recorded
from shared.replay import ordered
from shared.store.log import Log, open_log
from tests.benches.notices import EACH, KNOWN, fill, meeting_of
from tests.benches.rounds import Line, Section, milliseconds, percentile, rounds

WHOLE = 50_000
MILLION = 1_000_000
MEETINGS = 400
OURS, CHECKED, BASE = "replay", "read", "library"
KEPT = Path(tempfile.gettempdir()) / "chibo-benches"
"""The log of a million facts is made once and kept here."""


def measure(folder: Path) -> Section:
    section = Section(
        "Replay",
        f"A log of {WHOLE:,} facts from the first to the last: read, columns and leaf checked against the bytes, "
        "decoded into typed facts. The baseline selects the same rows with the library's recorder and reads the JSON. "
        f"Then {MEETINGS} meetings chosen by chance out of a log of {MILLION:,} facts, {EACH} facts each: found, "
        "checked, decoded and put in order; each meeting is asked for once, so nothing of it is at hand yet but the "
        "file itself, which the system has in memory, as that of a service at work.",
    )
    _whole(folder, section)
    _one_meeting(section)
    return section


def _whole(folder: Path, section: Section) -> None:
    with closing(open_log(f"sqlite:///{folder}/log.db", "bench", "scheduler", KNOWN)) as log:
        fill(log, WHOLE)
        store = SQLiteDatastore(str(folder / "log.db"), originator_id_type="text")
        bare = SQLiteApplicationRecorder(store)

        def ours() -> float:
            began = perf_counter()
            assert sum(1 for _ in log.replay()) == WHOLE
            return WHOLE / (perf_counter() - began)

        def checked() -> float:
            began = perf_counter()
            after = 0
            while page := log.read(after):
                after = page[-1][0]
            assert after == WHOLE
            return WHOLE / (perf_counter() - began)

        def library() -> float:
            began = perf_counter()
            after = 0
            while page := bare.select_notifications(after + 1, 1000):
                for notification in page:
                    json.loads(notification.state)
                after = int(page[-1].id)
            assert after == WHOLE
            return WHOLE / (perf_counter() - began)

        found = rounds({BASE: library, OURS: ours, CHECKED: checked})
        store.close()
    section.lines += [
        Line(
            "Whole log, decoded and checked",
            found.told(OURS),
            f"{found.ratio(OURS, BASE):.2f} × the library's select_notifications and json.loads, {found.told(BASE)}",
            "≥ 50,000/s",
            found.of(OURS) >= 50_000,
        ),
        Line("Whole log, checked, as bytes", found.told(CHECKED), f"{found.ratio(CHECKED, BASE):.2f} × the same"),
    ]


def _one_meeting(section: Section) -> None:
    with closing(_million()) as log:
        chance = random.Random(20261005)
        meetings = [meeting_of(number) for number in chance.sample(range(MILLION // EACH), MEETINGS)]
        ours, bare = [], []
        store = SQLiteDatastore(str(KEPT / "log.db"), originator_id_type="text")
        recorder = SQLiteApplicationRecorder(store)
        for meeting in meetings:
            began = perf_counter()
            found: Sequence[Recorded[Any]] = log.meeting(meeting)
            ordered([_Placed(fact) for fact in found])
            ours.append(perf_counter() - began)
            assert len(found) == EACH
            began = perf_counter()
            for event in recorder.select_events(f"meeting/{meeting}"):
                json.loads(event.state)
            bare.append(perf_counter() - began)
        store.close()
    worst = percentile(ours, 0.99)
    section.lines.append(
        Line(
            f"One meeting of {EACH} facts among {MILLION:,}: p50 / p95 / p99",
            milliseconds(ours),
            f"the library's select_events and json.loads, the pages already read: {milliseconds(bare)}",
            "p99 ≤ 20 ms",
            worst <= 0.020,
        )
    )


class _Placed:
    """A fact as the replay orders it."""

    def __init__(self, recorded: Recorded[Any]) -> None:
        self.log: LogName = recorded.log
        self.index = recorded.index
        self.recordedtime: str = recorded.envelope.recordedtime
        self.heard = recorded.heard


def _million() -> Log:
    KEPT.mkdir(mode=0o700, exist_ok=True)
    path = KEPT / "log.db"
    made = KEPT / f"made-{MILLION}-{EACH}"
    if not made.exists():
        for old in KEPT.iterdir():
            old.unlink()
        with closing(open_log(f"sqlite:///{path}", "bench", "scheduler", KNOWN)) as log:
            fill(log, MILLION)
        made.touch()
    log = open_log(f"sqlite:///{path}", "bench", "scheduler", KNOWN)
    if log.head().index != MILLION:
        made.unlink()
        raise RuntimeError(f"{path} is not what it should be; run again")
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass
    return log
