"""Two outboxes send one log at once and are stopped and started at random: every fact stands in the stream once."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from shared.clock import SettableClock
from shared.stream.outbox import Outbox
from tests.streams.conftest import until
from tests.streams.small_log import START, SmallLog, new_name
from tests.streams.town import QUICK


class WithoutNumbers(Outbox):
    """Planted bug: lets the server give the ids, and keeps a bookmark of its own."""

    async def _where_it_stands(self, line: Any) -> int:
        return self.state.sent

    async def _send(self, line: Any, page: Any) -> int:
        await line.ask_all([(b"XADD", self._stream, b"*", b"fact", raw) for _, raw in page])
        return int(page[-1][0])


async def two_send(url: str, log: SmallLog, sends: Callable[..., Outbox]) -> None:
    chance = random.Random(11)
    pair = [sends(log, url, SettableClock(START), on_past=lambda _vi, _en: None, idle_seconds=QUICK) for _ in range(2)]
    for outbox in pair:
        log.on_commit.append(outbox.wake)
        outbox.start()
    for _ in range(40):
        await asyncio.to_thread(log.grow, 60)
        await asyncio.sleep(chance.uniform(0, 0.01))
        if chance.random() < 0.4:
            outbox = chance.choice(pair)
            await outbox.stop()
            outbox.start()
    await until(lambda: all(outbox.state.sent == 2400 for outbox in pair), 30)
    assert not any(outbox.state.refused for outbox in pair)
    for outbox in pair:
        await outbox.stop()


def sent(url: str, log: SmallLog) -> list[bytes]:
    with redis.Redis.from_url(url) as client:
        return [fields[b"fact"] for _, fields in client.xrange(log.name.stream)]


async def test_every_fact_stands_in_the_stream_once_and_in_order(redis_url: str, tmp_path: Path):
    log = SmallLog(tmp_path / "log.db", new_name())
    await two_send(redis_url, log, Outbox)
    assert sent(redis_url, log) == [raw for _, raw in log.read(0, 10**6, 10**9)]
    log.close()


async def test_control_without_the_numbers_facts_are_doubled(redis_url: str, tmp_path: Path):
    log = SmallLog(tmp_path / "log.db", new_name())
    await two_send(redis_url, log, WithoutNumbers)
    assert len(sent(redis_url, log)) > 2400, "the planted bug did no harm: this test finds nothing"
    log.close()
