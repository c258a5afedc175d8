"""kill -9 of whole services, at random moments and at each seam, while the month goes on."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.month import (
    Essence,
    Reaper,
    Site,
    Teller,
    look,
    models_are_fresh,
    same_month,
    steps,
    streams_hold_the_logs,
    told_is_stored,
)

KILLS = 60
BEGINNING = steps()[:3]
"""The branch, its list, its charter: three commands to roster, heard by everyone."""


def lived(site: Site, kills: int, chance: random.Random, calm: dict[str, Essence], folder: Path) -> Counter[str]:
    """A month with up to so many kills: nothing lost, nothing doubled, every read model as its facts make it."""
    teller = Teller(site)
    with Reaper(site, kills, chance) as reaper:
        teller.tell()
    site.settle()
    found = look(site)
    told_is_stored(found, teller.acknowledged)
    same_month(found, calm, teller.branch)
    models_are_fresh(found, folder)
    streams_hold_the_logs(found, site)
    return reaper.deaths


def months(make_site: Callable[..., Site], kills: int, calm: dict[str, Essence], folder: Path) -> None:
    seed = int(os.environ.get("CHIBO_SEED") or time.time())
    print(f"CHIBO_SEED={seed}")
    chance = random.Random(seed)
    deaths: Counter[str] = Counter()
    while deaths.total() < kills:
        site = make_site()
        deaths += lived(site, kills - deaths.total(), chance, calm, folder)
        site.close()
        site.broker.stop()
        print(f"{deaths.total()} kills, 0 lost, 0 doubled: {dict(deaths)}")


@pytest.mark.timeout(600)
def test_services_killed_60_times_in_a_month_lose_and_double_nothing(
    make_site: Callable[..., Site], calm: dict[str, Essence], tmp_path: Path
) -> None:
    months(make_site, KILLS, calm, tmp_path)


@pytest.mark.faults
@pytest.mark.timeout(4 * 3600)
def test_services_killed_thousands_of_times_lose_and_double_nothing(
    make_site: Callable[..., Site], calm: dict[str, Essence], tmp_path: Path
) -> None:
    months(make_site, int(os.environ.get("CHIBO_KILLS", "2000")), calm, tmp_path)


# ---------------------------------------------------------------- controls: each of these bugs must be seen


def test_control_acknowledging_before_the_commit_is_caught(make_site: Callable[..., Site]) -> None:
    site = make_site({"roster": [("acknowledges_first", [4])]})
    teller = Teller(site, steps=BEGINNING)
    with Reaper(site) as reaper:
        teller.tell()
        reaper.wait_for_a_death()
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        told_is_stored(look(site), teller.acknowledged)


def test_control_sending_again_under_a_new_id_is_caught(make_site: Callable[..., Site]) -> None:
    site = make_site({"roster": [("doom", ["before answer", 3])]})
    teller = Teller(site, steps=BEGINNING, fresh_ids=True)
    with Reaper(site):
        teller.tell()
    with pytest.raises(AssertionError, match="stored and never told"):
        told_is_stored(look(site), teller.acknowledged)


def test_the_same_id_gets_the_answer_that_was_lost(make_site: Callable[..., Site]) -> None:
    site = make_site({"roster": [("doom", ["before answer", 3])]})
    teller = Teller(site, steps=BEGINNING)
    with Reaper(site) as reaper:
        teller.tell()
    assert reaper.deaths.total() == 1
    told_is_stored(look(site), teller.acknowledged)


def test_control_positions_committed_before_the_effect_are_caught(
    make_site: Callable[..., Site], tmp_path: Path
) -> None:
    site = make_site({"scheduler": [("positions_first", ["roster", 2])]})
    with Reaper(site) as reaper:
        Teller(site, steps=BEGINNING).tell()
        reaper.wait_for_a_death()
        site.settle()
    with pytest.raises(AssertionError, match="scheduler's read models are not what its facts make"):
        models_are_fresh(look(site), tmp_path)
