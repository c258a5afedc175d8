"""Building a service's read models anew: the sample's year, lived by many branches at once."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from statistics import median

from services.cli.site import Site
from shared import events
from shared.settings import SERVICES, Settings
from shared.store.log import open_log
from tests.benches.rounds import Line, Section
from tests.benches.sites import caught_up, multiplied, running, sample, settings

COPIES = 40
REBUILT = ("minutes", "ranking")
ROUNDS = 3


def _rebuild(site: Site, name: str) -> tuple[int, float]:
    began = time.perf_counter()
    site[name].post("/rebuild", actor="operator")
    while (report := site[name].get("/rebuild"))["state"] == "running":
        time.sleep(0.02)
    took = time.perf_counter() - began
    if report["state"] != "done":
        raise RuntimeError(report)
    return report["done"], took


def _replayed(site: Settings, name: str) -> float:
    with closing(open_log(site.log_database(name), site.site, name, events.ALL)) as log:
        began = time.perf_counter()
        count = sum(1 for _ in log.replay())
        return count / (time.perf_counter() - began)


def measure(folder: Path) -> Section:
    one = sample(folder / "one")
    many = settings(folder / "many")
    sizes = multiplied(one, many.home, COPIES)
    base = {name: _replayed(many, name) for name in REBUILT}
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in REBUILT}
    with running(many) as (_, site):
        first = caught_up(site)
        for _ in range(ROUNDS):
            for name in REBUILT:
                found[name].append(_rebuild(site, name))
    section = Section(
        "Rebuild",
        f"The sample's year in {COPIES} branches at once, "
        + ", ".join(f"{name} {sizes[name]:,}" for name in SERVICES)
        + " facts; `POST /rebuild` of a running service, from begin to switch, while the old read models serve and the "
        "other services run: own log and the others' feeds over HTTP, causes first, real read models.",
    )
    for name, runs in found.items():
        rate = median(done / took for done, took in runs)
        section.lines.append(
            Line(
                f"{name}: {runs[0][0]:,} facts in {median(took for _, took in runs):.1f} s",
                f"{rate:,.0f}/s",
                f"{rate / base[name]:.2f} × its own log replayed and nothing done with it, {base[name]:,.0f}/s",
            )
        )
    section.notes.append(
        f"From ready until all services had heard all of one another for the first time: {first:.1f} s."
    )
    return section
