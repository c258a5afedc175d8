"""Two commands racing on one history, in one process and from several: one wins, the other is decided again."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from shared.decision import Refused
from shared.store.deciding import Deciding, History
from shared.store.log import Log
from shared.store.trouble import StoreTrouble
from shared.store.writer import Writer
from tests.store.conftest import Place, place, postgres_place, sqlite_place
from tests.store.tally import FULL, Count, ask
from tests.store.test_writer import together

__all__ = ["place", "postgres_place", "sqlite_place"]

RACED = [f"raced{number}" for number in range(5)]


def counted_by_processes(place: Place, processes: int, plant: str | None = None) -> list[dict[str, int]]:
    order = {
        "job": "race",
        "log": place.log_database,
        "views": place.views_database,
        "schema": place.schema,
        "processes": processes,
        "tallies": RACED,
        "plant": plant,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.store_writers", json.dumps(order)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    outcomes: list[dict[str, int]] = json.loads(ran.stdout.splitlines()[-1])
    return outcomes


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_on_one_history(postgres_place, processes):
    """Each counts 1 as long as a tally is not full: exactly 100 together, in one history without a fork."""
    log = postgres_place.log()
    outcomes = counted_by_processes(postgres_place, processes)
    log.verify()
    assert [len(log.history(f"tally/{tally}")) for tally in RACED] == [FULL] * len(RACED)
    assert sum(outcome.get("stored", 0) for outcome in outcomes) == FULL * len(RACED)
    assert {code for outcome in outcomes for code in outcome} <= {"stored", "full", "two-at-once"}
    # Who lost every time took part as much as who won: PostgreSQL does not let writers in by turns.
    raced = [outcome for outcome in outcomes if outcome.keys() & {"stored", "two-at-once"}]
    assert len(raced) > 1, f"there was no race: {outcomes}"


def test_control_merged_silently_there_are_more_than_were_allowed(postgres_place):
    """Planted: no expected version, and nobody looks what other processes did."""
    log = postgres_place.log()
    with log._store.database.writing() as cursor:
        cursor.execute("ALTER TABLE stored_events DROP CONSTRAINT stored_events_pkey")
    counted_by_processes(postgres_place, 4, plant="merge_silently")
    assert forked(log), "the planted bug did no harm: this test finds nothing"


def forked(log: Log) -> bool:
    try:
        log.verify()
        return any(len(log.history(f"tally/{tally}")) > FULL for tally in RACED)
    except StoreTrouble:
        return True


def test_two_commands_of_one_batch(place):
    log = place.log()
    writer = place.writer(log, place.views())
    for _ in range(30):
        results = [future.exception(10) for future in together(writer, *two_that_exclude_each_other(log))]
        assert [isinstance(result, Refused) for result in results] == [False, True]
    assert all_below(log)


def test_two_threads_at_once(place):
    log = place.log()
    writer = place.writer(log, place.views())
    for _ in range(20):
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda given: writer.submit(given).exception(10), two_that_exclude_each_other(log)))
        assert sorted(isinstance(result, Refused) for result in results) == [False, True]
    assert all_below(log)


def test_control_decided_on_what_is_stored_only_both_are_taken(place, monkeypatch):
    """Planted: commands of a batch do not see the facts of those before them."""
    seen = Deciding._history

    def blind(self: Deciding, subject: str) -> History:
        now = seen(self, subject)
        committed = self._load(subject)
        return History(now.version, now.noun, committed.state)

    monkeypatch.setattr(Deciding, "_history", blind)
    log = place.log()
    writer: Writer = place.writer(log, place.views())
    for future in together(writer, *two_that_exclude_each_other(log)):
        future.exception(10)
    assert not all_below(log), "the planted bug did no harm: this test finds nothing"


def two_that_exclude_each_other(log: Log) -> list[Any]:
    """Either fits into a new tally, both do not."""
    name = f"t{log.head().index}"
    return [ask(Count(tally=name, by=60)), ask(Count(tally=name, by=60))]


def all_below(log: Log) -> bool:
    totals: dict[str, int] = {}
    for recorded in log.replay():
        totals[recorded.envelope.subject] = totals.get(recorded.envelope.subject, 0) + recorded.fact.by
    return all(total <= FULL for total in totals.values())
