"""The broker is killed ten times while facts are sent, and comes back empty each time: nothing is lost or doubled."""

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from shared.clock import SettableClock
from shared.stream.outbox import Outbox
from tests.servers import RedisServer
from tests.streams.conftest import until
from tests.streams.small_log import START, SmallLog, new_name
from tests.streams.town import QUICK, Owner, consuming

EACH = 150


class Trusting(Outbox):
    """Planted bug: goes on after what it remembers, without asking the server where the stream stands."""

    async def _where_it_stands(self, line: Any) -> int:
        return self.state.sent or await super()._where_it_stands(line)

    def _additions(self, page: Any, entries: Any) -> Any:
        return [(b"XADD", self._stream, entry, b"fact", raw) for entry, (_, raw) in zip(entries, page, strict=True)]


async def broker_is_killed(server: RedisServer, log: SmallLog, sends: Callable[..., Outbox], kills: int) -> None:
    outbox = sends(log, server.url, SettableClock(START), on_past=lambda _vi, _en: None, idle_seconds=QUICK)
    log.on_commit.append(outbox.wake)
    outbox.start()
    chance = random.Random(7)
    for _ in range(kills):
        for _ in range(5):
            await asyncio.to_thread(log.grow, EACH // 5)
            await asyncio.sleep(chance.uniform(0, 0.01))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(log.grow, EACH)
        await asyncio.to_thread(server.start)
        await until(lambda: outbox.state.connected)
    await until(lambda: outbox.state.sent == log.head().index, 30)
    await outbox.stop()


def whole(server: RedisServer, log: SmallLog) -> bool:
    """Whether the stream holds the whole log, byte for byte."""
    with redis.Redis.from_url(server.url) as client:
        entries = [(id, fields[b"fact"]) for id, fields in client.xrange(log.name.stream)]
    return entries == [(b"%d-0" % index, raw) for index, raw in log.read(0, 10**6, 10**9)]


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.faults)])
async def test_nothing_is_lost_or_doubled(start_redis: Callable[..., RedisServer], tmp_path: Path, kills: int):
    server = start_redis("--appendonly", "no")
    log = SmallLog(tmp_path / "log.db", new_name())
    async with AsyncExitStack() as stack:
        stack.callback(log.close)
        consumer = await stack.enter_async_context(consuming(tmp_path, {"scheduler": Owner(log)}, server.url))
        await broker_is_killed(server, log, Outbox, kills)
        assert log.head().index == kills * EACH * 2
        await until(lambda: consumer.heard_all("scheduler", kills * EACH * 2), 30)
        assert whole(server, log)


async def test_control_an_outbox_that_trusts_its_memory_leaves_facts_out(
    start_redis: Callable[..., RedisServer], tmp_path: Path
):
    server = start_redis("--appendonly", "no")
    log = SmallLog(tmp_path / "log.db", new_name())
    await broker_is_killed(server, log, Trusting, 3)
    assert not whole(server, log), "the planted bug did no harm: this test finds nothing"
    log.close()
