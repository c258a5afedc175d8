"""The embedded stack as ``chibo up`` runs it: how long until it is ready, how much memory it takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.cli.sample import load
from services.cli.site import Site
from services.cli.supervisor import health
from shared.settings import SERVICES, Settings
from tests.benches.rounds import Line, Section
from tests.benches.sites import settings

STARTS = 5
OTHERS = {"-server": "broker", "shared.service.nursery": "nursery", "shared.documents.press": "press"}


@contextmanager
def up(site: Settings, **given: str) -> Iterator[tuple[int, float]]:
    """``chibo up`` without the sample: its process id, and the seconds until every service answered ready."""
    values = {f"CHIBO_{name.upper()}": str(value) for name, value in site.model_dump().items() if value is not None}
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("chibo")), "up", "--no-sample"],
        env=os.environ | values | given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        waiting = set(SERVICES)
        while waiting:
            waiting -= {name for name in waiting if (health(site.url(name)) or {}).get("status") == "ready"}
            if process.poll() is not None:
                raise RuntimeError("chibo up has ended")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def memory(pid: int) -> tuple[dict[str, float], str]:
    """Megabytes of a process and all below it, by name; shared pages counted in shares where the system can."""
    found: dict[str, float] = {}
    kind = "PSS" if Path(f"/proc/{pid}/smaps_rollup").exists() else "RSS"
    for process, command in _family(pid):
        if kind == "PSS":
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        else:
            kilobytes = int(
                subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=True).stdout
            )
        name = _name(process, command)
        found[name] = found.get(name, 0) + kilobytes / 1024
    return found, kind


def _name(process: int, command: str) -> str:
    """Forked services have one command line in common; they are told apart by the name the system shows."""
    with suppress(OSError):
        shown = Path(f"/proc/{process}/comm").read_text().strip()
        if shown.removeprefix("chibo ") in SERVICES:
            return shown.removeprefix("chibo ")
    by_itself = next((name for name in SERVICES if command.endswith(f"-m services.{name}.main")), None)
    return by_itself or next((name for part, name in OTHERS.items() if part in command), "chibo up")


def _family(pid: int) -> list[tuple[int, str]]:
    told = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [(int(one), int(parent), args) for one, parent, args in (line.split(None, 2) for line in told.splitlines())]
    family = {pid}
    while below := {one for one, parent, _ in rows if parent in family} - family:
        family |= below
    return [(one, args) for one, _, args in rows if one in family]


def measure(folder: Path) -> Section:
    site = settings(folder / "home")
    first, again = [], []
    for number in range(STARTS):
        with up(settings(folder / f"home{number}")) as (_, seconds):
            first.append(seconds)
    with up(site, CHIBO_CLOCK="settable") as (pid, _):
        time.sleep(1)
        empty, kind = memory(pid)
        with Site(site, token=True) as asking:
            load(asking, lambda _done, _all: None)
        time.sleep(1 + site.print_idle_seconds)
        full, _ = memory(pid)
    for _ in range(STARTS):
        with up(site) as (_, seconds):
            again.append(seconds)
    total, loaded = sum(empty.values()), sum(full.values())
    return Section(
        "The embedded stack",
        f"`chibo up --no-sample`: the broker, {len(SERVICES)} services and the process that keeps them. Time from the "
        f"start of the command until every service answered ready, {STARTS} starts each. Memory as {kind}, a second "
        "after ready, and once the sample's year was told and its last paper printed.",
        [
            Line(
                f"Ready, empty store, {len(SERVICES)} services",
                f"{sorted(first)[STARTS // 2]:.1f} s (best {min(first):.1f})",
                "",
                "≤ 4 s for four",
                sorted(first)[STARTS // 2] <= 4,
            ),
            Line(
                "Ready, with the sample's year",
                f"{sorted(again)[STARTS // 2]:.1f} s (best {min(again):.1f})",
                "",
                "≤ 4 s for four",
                sorted(again)[STARTS // 2] <= 4,
            ),
            Line(f"Memory ({kind}), empty", f"{total:.0f} MB", "", "≤ 400 MB", total <= 400),
            Line(f"Memory ({kind}), with the sample's year", f"{loaded:.0f} MB", "", "≤ 400 MB", loaded <= 400),
        ],
        ["With the sample's year: " + ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(full.items())) + "."],
    )
