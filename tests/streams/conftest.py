"""Logs for the stream tests, closed after each."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from shared.events.envelope import LogName
from tests.streams.small_log import SmallLog, new_name


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[Callable[..., SmallLog]]:
    made: list[SmallLog] = []

    def make(service: str = "scheduler", name: LogName | None = None, file: str | None = None) -> SmallLog:
        log = SmallLog(tmp_path / (file or f"log{len(made)}.db"), name or new_name(service))
        made.append(log)
        return log

    yield make
    for log in made:
        log.close()


@pytest.fixture
def log(make_log: Callable[..., SmallLog]) -> SmallLog:
    return make_log()


async def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until this is true; the test fails with what it was when it takes too long."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, f"still not after {seconds} s"
        await asyncio.sleep(0.005)
