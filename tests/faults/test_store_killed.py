"""kill -9 of a bare writer at random points: nothing acknowledged is lost, nothing torn, nothing stored twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

KILLS = int(os.environ.get("CHIBO_KILLS", "500"))
MANY_KILLS = int(os.environ.get("CHIBO_KILLS", "10000"))
"""In ``make faults``."""


def kill_writers(folder: Path, kills: int, *, plant: str | None = None, seed: int = 7) -> dict[str, Any]:
    order = {
        "job": "kill",
        "log": f"sqlite:///{folder}/log.db",
        "views": f"sqlite:///{folder}/views.db",
        "kills": kills,
        "seed": seed,
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
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


def kill_on_two_logs(folder: Path, kills: int) -> None:
    """On two at once, which halves the time."""
    with ThreadPoolExecutor(2) as pool:
        halves = [pool.submit(kill_writers, folder / str(seed), kills // 2, seed=seed) for seed in (7, 8)]
    for half in halves:
        result = half.result()
        print(result)
        assert (result["kills"], result["lost"], result["broken"]) == (kills // 2, 0, "")
        assert result["facts"] == 2 * result["acknowledged"], "both facts of every command, each once"
        assert result["acknowledged"] > kills // 2


@pytest.mark.timeout(max(180, KILLS))
def test_500_kills(tmp_path):
    kill_on_two_logs(tmp_path, KILLS)


@pytest.mark.faults
@pytest.mark.timeout(7200)
def test_thousands_of_kills(tmp_path):
    kill_on_two_logs(tmp_path, MANY_KILLS)


def test_control_acknowledged_before_commit_is_lost(tmp_path):
    result = kill_writers(tmp_path, 300, plant="acknowledge_before_commit")
    assert result["lost"] > 0, "the planted bug did no harm: this test finds nothing"


def test_control_two_transactions_are_torn(tmp_path):
    result = kill_writers(tmp_path, 300, plant="two_transactions")
    assert result["broken"], "the planted bug did no harm: this test finds nothing"
