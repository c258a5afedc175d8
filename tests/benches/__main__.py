"""``python -m tests.benches`` measures all and writes docs/benchmarks.md; with a NAME that alone, to the screen."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

import redis

from shared.service.process import collect_seldom
from tests import servers
from tests.benches.machine import described
from tests.benches.report import written
from tests.benches.rounds import Section
from tests.surroundings import neutral

BENCHES = ("storing", "sending", "hearing", "replaying", "visible", "rebuilding", "searching", "stack")
REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def measured(name: str) -> Section:
    """Run one bench in a folder of its own."""
    bench = importlib.import_module(f"tests.benches.{name}")
    os.sync()  # what was written before is on the disk before anything is measured
    gc.collect()
    collect_seldom()  # as every service does when it has loaded
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder:
        section: Section = bench.measure(Path(folder))
    sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
    return section


def machine() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="chibo-bench-") as folder, servers.own(servers.RedisServer) as server:
        with redis.Redis.from_url(server.url) as client:
            said = client.info("server")
        name = "Valkey" if "valkey_version" in said else "Redis"
        return described(Path(folder), f"{name} {said.get('valkey_version', said['redis_version'])}")


def main(names: list[str]) -> int:
    if unknown := set(names) - set(BENCHES):
        sys.stderr.write(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}\n")
        return 2
    neutral()
    about = machine()
    report = written(about, [measured(name) for name in names or BENCHES])
    print(report)
    if not names:
        REPORT.write_text(report, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
