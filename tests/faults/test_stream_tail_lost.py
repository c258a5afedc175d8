"""The broker loses the newest entries and nothing follows them: a stream without a hole that is too short."""

from pathlib import Path

import redis

from tests.streams.conftest import until
from tests.streams.small_log import SmallLog, new_name
from tests.streams.town import QUICK, Owner, breathe, consuming, fill


def lose_tail(url: str, log: SmallLog, kept: int) -> None:
    """As a replica that lagged does when it becomes the server."""
    with redis.Redis.from_url(url) as client:
        client.delete(log.name.stream)
    fill(url, log, kept)


async def test_it_is_noticed_in_silence(redis_url: str, tmp_path: Path):
    log = SmallLog(tmp_path / "log.db", new_name())
    log.grow(40)
    lose_tail(redis_url, log, 25)
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 40))
        log.grow(10)
        await until(lambda: consumer.heard_all("scheduler", 50))
        # The outbox comes back and sends everything again: no effect is doubled.
        async with owner.sending(redis_url) as outbox:
            await until(lambda: outbox.state.sent == 50)
            log.grow(1)
            await until(lambda: consumer.heard_all("scheduler", 51))
    log.close()


async def test_control_who_never_compares_waits_for_ever(redis_url: str, tmp_path: Path):
    """Planted bug: silence is taken for quiet."""
    log = SmallLog(tmp_path / "log.db", new_name())
    log.grow(40)
    lose_tail(redis_url, log, 25)
    async with consuming(tmp_path, {"scheduler": Owner(log)}, redis_url, silence_seconds=3600) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 25))
        await breathe(QUICK * 5)
        assert not consumer.heard_all("scheduler", 40), "the planted bug did no harm"
    log.close()
