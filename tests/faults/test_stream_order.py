"""One log arrives long before another, whose stream has holes: no effect comes before its cause."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import redis

from shared.events.envelope import LogName
from shared.stream.gate import Gate
from tests.streams.conftest import until
from tests.streams.small_log import SmallLog, a_fact, new_name
from tests.streams.town import Owner, consuming, fill

COUNT = 300


def logs(folder: Path) -> tuple[SmallLog, SmallLog]:
    """Minutes hear the scheduler: every third of their facts has a cause there."""
    scheduler = SmallLog(folder / "scheduler.db", new_name("scheduler"))
    minutes = SmallLog(folder / "minutes.db", new_name("minutes"))
    scheduler.grow(COUNT)
    minutes.append([a_fact(minutes.name, index, heard=cause(scheduler.name, index)) for index in range(1, COUNT + 1)])
    return scheduler, minutes


def cause(scheduler: LogName, index: int) -> dict[LogName, int]:
    return {scheduler: index // 3 * 3} if index >= 3 else {}


def early(order: tuple[str, ...]) -> list[str]:
    """Facts of the minutes that took effect before what they had heard."""
    heard, found = 0, []
    for one in order:
        service, _, index = one.partition("=")
        if service == "scheduler":
            heard = int(index)
        elif heard < int(index) // 3 * 3:
            found.append(one)
    return found


async def hear_both(url: str, folder: Path) -> tuple[str, ...]:
    scheduler, minutes = logs(folder)
    fill(url, minutes)
    async with AsyncExitStack() as stack:
        stack.callback(scheduler.close)
        stack.callback(minutes.close)
        owners = {"minutes": Owner(minutes), "scheduler": Owner(scheduler)}
        consumer = await stack.enter_async_context(consuming(folder, owners, url, order=True, silence_seconds=60))
        await asyncio.sleep(0.2)
        with redis.Redis.from_url(url) as client:
            for index, raw in scheduler.read(0, COUNT, 10**9):
                if index % 50 not in {7, 8, 20}:
                    client.xadd(scheduler.name.stream, {"fact": raw}, id=f"{index}-0")
                if index % 20 == 0:
                    await asyncio.sleep(0.002)
        await until(lambda: len(consumer.order()) == 2 * COUNT, 30)
        assert consumer.heard_all("minutes", COUNT)
        assert consumer.heard_all("scheduler", COUNT)
        return consumer.order()


async def test_no_effect_comes_before_its_cause(redis_url: str, tmp_path: Path):
    assert early(await hear_both(redis_url, tmp_path)) == []


async def test_control_without_the_gate_effects_come_first(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Gate, "missing", lambda _self, _heard: None)
    assert early(await hear_both(redis_url, tmp_path)), "the planted bug did no harm"
