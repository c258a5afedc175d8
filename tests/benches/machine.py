"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

LIBRARIES = (
    "eventsourcing", "faststream", "redis", "hiredis", "pydantic", "fastapi", "uvicorn", "uvloop", "psycopg",
)  # fmt: skip
FSYNCS = 200


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fsync_milliseconds(folder: Path) -> tuple[float, float]:
    """Median and slowest of writing 4 KiB and having them on the disk."""
    path = folder / "fsync"
    seconds = []
    with path.open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            file.write(os.urandom(4096))
            began = perf_counter()
            os.fsync(file.fileno())
            seconds.append(perf_counter() - began)
    path.unlink()
    return median(seconds) * 1000, max(seconds) * 1000


def described(folder: Path, redis: str) -> list[tuple[str, str]]:
    """Machine, system and versions; ``folder`` is where the measured files lie, ``redis`` the server's own name."""
    usual, slowest = fsync_milliseconds(folder)
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        ("Processor", f"{_processor()}, {cores()} cores"),
        ("Memory", _memory()),
        ("System", f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}"),
        ("fsync of 4 KiB on the disk used", f"median {usual:.2f} ms, slowest of {FSYNCS} {slowest:.2f} ms"),
        ("Load when it began", _load()),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("Servers", f"SQLite {sqlite3.sqlite_version}, {redis}"),
        ("Libraries", versions),
    ]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (ValueError, OSError, AttributeError):
        return "not known"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} processes wanting to run" if hasattr(os, "getloadavg") else "not known"
