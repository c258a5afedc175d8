"""Redis is wiped again and again while facts are sent and heard: every fact has its effect once, in order."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from shared.clock import SettableClock
from shared.stream.outbox import Outbox
from shared.stream.source import Source
from tests.streams.conftest import until
from tests.streams.small_log import START, SmallLog, new_name
from tests.streams.town import QUICK, Owner, breathe, consuming

WIPES = 8
EACH = 200


async def wiped_while_sending(url: str, log: SmallLog, window: int) -> None:
    """The refilled stream begins late: only the last facts are inside the window."""
    outbox = Outbox(
        log,
        url,
        SettableClock(START),
        on_past=lambda _vi, _en: None,
        keep=timedelta(days=3650),
        keep_count=window,
        idle_seconds=QUICK,
    )
    log.on_commit.append(outbox.wake)
    outbox.start()
    chance = random.Random(3)
    with redis.Redis.from_url(url) as client:
        for _ in range(WIPES):
            await asyncio.to_thread(log.grow, EACH)
            await asyncio.sleep(chance.uniform(0, 0.03))
            client.flushall()
        await asyncio.to_thread(log.grow, EACH)
        await until(lambda: outbox.state.sent == log.head().index)
    await outbox.stop()


async def test_every_fact_has_its_effect_once(redis_url: str, tmp_path: Path):
    log = SmallLog(tmp_path / "log.db", new_name())
    async with consuming(tmp_path, {"scheduler": Owner(log)}, redis_url) as consumer:
        await wiped_while_sending(redis_url, log, 50)
        await until(lambda: consumer.heard_all("scheduler", EACH * (WIPES + 1)), 20)
    log.close()


async def test_control_without_the_owners_feed_facts_never_arrive(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Planted bug: what is missing in the stream is not asked for."""

    async def not_asked(_self: Source, _upto: int) -> None:
        return None

    monkeypatch.setattr(Source, "_fetch", not_asked)
    log = SmallLog(tmp_path / "log.db", new_name())
    async with consuming(tmp_path, {"scheduler": Owner(log)}, redis_url) as consumer:
        await wiped_while_sending(redis_url, log, 50)
        await breathe(QUICK * 5)
        assert not consumer.heard_all("scheduler", EACH * (WIPES + 1)), "the planted bug did no harm"
    log.close()
