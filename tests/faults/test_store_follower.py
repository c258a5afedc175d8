"""A follower beside one to eight processes that write: it misses nothing, because the head row makes them queue."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shared.store.log import Log
from tests.faults.store_writers import plain_recorder
from tests.store.conftest import Place, postgres_place

__all__ = ["postgres_place"]


def pour(place: Place, processes: int, seconds: float, *, without_head_row: bool = False) -> subprocess.Popen[str]:
    order = {
        "job": "pour",
        "log": place.log_database,
        "views": place.views_database,
        "schema": place.schema,
        "processes": processes,
        "seconds": seconds,
        "without_head_row": without_head_row,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_writers", json.dumps(order)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def follow(writers: subprocess.Popen[str], take: Callable[[], int]) -> int:
    """Take what is new until the writers are done; returns how many facts they say they have stored."""
    with writers:
        while writers.poll() is None:
            if not take():
                time.sleep(0.001)
        assert writers.stdout is not None
        assert writers.returncode == 0
        stored: int = json.loads(writers.stdout.read().splitlines()[-1])
    while take():
        pass
    return stored


@pytest.mark.parametrize("processes", [1, 2, 8])
def test_nothing_is_missed(postgres_place, processes):
    log: Log = postgres_place.log()
    taken: list[int] = []

    def take() -> int:
        page = log.read(taken[-1] if taken else 0, 500)
        taken.extend(index for index, _ in page)
        return len(page)

    stored = follow(pour(postgres_place, processes, 1.5), take)
    assert taken == list(range(1, stored + 1))
    assert log.verify().index == stored
    print(f"{processes} processes: {stored} facts, 0 missed")


def test_control_without_the_head_row_a_follower_misses_facts(postgres_place):
    """The library's database functions, refused by us: they insert without a lock."""
    with psycopg.connect(postgres_place.log_database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {postgres_place.schema}")
    recorder = plain_recorder(postgres_place.log_database, str(postgres_place.schema))
    recorder.create_table()
    missed = stored = 0
    for _ in range(8):
        position = recorder.max_notification_id() or 0
        taken: list[int] = [position]

        def take(taken: list[int] = taken) -> int:
            page = recorder.select_notifications(taken[-1], 500, inclusive_of_start=False)
            taken.extend(notification.id for notification in page)
            return len(page)

        said = follow(pour(postgres_place, 8, 1.5, without_head_row=True), take)
        stored += said
        missed += said - (len(taken) - 1)
        if missed:
            break
    recorder.datastore.close()
    print(f"without the head row: {missed} of {stored} missed")
    assert missed > 0, "the planted bug did no harm: this test finds nothing"
