"""The outbox on a real server: explicit ids, nothing twice, nothing over a hole, another past noticed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import redis

from shared.clock import SettableClock
from shared.stream import outbox as outbox_module
from shared.stream.line import Line
from shared.stream.outbox import Outbox
from tests.servers import RedisServer
from tests.streams.conftest import until
from tests.streams.small_log import START, SmallLog, a_fact


@asynccontextmanager
async def sending(log: SmallLog, url: str, **options: Any) -> AsyncIterator[Outbox]:
    """A running outbox whose refusals to write are kept in ``outbox.refusals``."""
    refusals: list[tuple[str, str]] = []
    clock = options.pop("clock", None) or SettableClock(START)
    options.setdefault("idle_seconds", 0.2)
    outbox = Outbox(log, url, clock, on_past=lambda vi, en: refusals.append((vi, en)), **options)
    outbox.refusals = refusals  # type: ignore[attr-defined]
    log.on_commit.append(outbox.wake)
    outbox.start()
    try:
        yield outbox
    finally:
        log.on_commit.remove(outbox.wake)
        await outbox.stop()


def in_stream(url: str, log: SmallLog) -> list[tuple[bytes, bytes]]:
    with redis.Redis.from_url(url) as client:
        return [(id, fields[b"fact"]) for id, fields in client.xrange(log.name.stream)]


def as_sent(log: SmallLog, after: int = 0) -> list[tuple[bytes, bytes]]:
    return [(b"%d-0" % index, raw) for index, raw in log.read(after, 1_000_000, 1_000_000_000)]


async def test_every_fact_stands_in_the_stream_under_its_index_and_with_its_bytes(redis_url: str, log: SmallLog):
    log.grow(1203)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 1203)
        log.grow(3)
        await until(lambda: outbox.state.sent == 1206)
    assert in_stream(redis_url, log) == as_sent(log)
    assert outbox.state.sent_facts == 1206
    assert outbox.state.lag == 0


async def test_the_commit_wakes_it_and_not_the_clock(redis_url: str, log: SmallLog):
    log.grow(1)
    async with sending(log, redis_url, idle_seconds=60) as outbox:
        await until(lambda: outbox.state.sent == 1)
        await asyncio.sleep(0.05)
        await asyncio.to_thread(log.grow, 1)  # the writer commits in a thread of its own
        await until(lambda: outbox.state.sent == 2, seconds=2)


async def test_a_batch_is_at_most_a_megabyte(redis_url: str, log: SmallLog, monkeypatch: pytest.MonkeyPatch):
    send, sizes = Outbox._send, []

    def weighed(self: Outbox, line: Line, page: Sequence[tuple[int, bytes]]) -> Any:
        sizes.append(sum(len(raw) for _, raw in page))
        return send(self, line, page)

    monkeypatch.setattr(Outbox, "_send", weighed)
    log.append([a_fact(log.name, index, words="ớ" * 3900) for index in range(1, 400)])
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 399)
    assert in_stream(redis_url, log) == as_sent(log)
    assert sum(sizes) > 4_000_000
    assert max(sizes) <= 1_000_000


async def test_a_start_sends_only_what_is_missing(redis_url: str, log: SmallLog):
    log.grow(700)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 700)
    log.grow(5)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 705)
        assert outbox.state.sent_facts == 5


async def test_two_outboxes_at_once_send_everything_once(redis_url: str, log: SmallLog):
    log.grow(4000)
    async with sending(log, redis_url) as one, sending(log, redis_url) as other:
        for _ in range(50):
            log.grow(10)
            await asyncio.sleep(0.002)
        await until(lambda: one.state.sent == other.state.sent == 4500)
        assert one.state.sent_facts + other.state.sent_facts == 4500
        assert not one.state.refused
        assert not other.state.refused
    assert in_stream(redis_url, log) == as_sent(log)


async def test_a_wiped_stream_is_refilled_with_the_window_only(redis_url: str, log: SmallLog):
    log.grow(200, each=timedelta(hours=1))
    clock = SettableClock(START + timedelta(hours=200))
    async with sending(log, redis_url, clock=clock, keep=timedelta(hours=48, minutes=1)) as outbox:
        await until(lambda: outbox.state.sent == 200)
        assert in_stream(redis_url, log) == as_sent(log, 151)
    async with sending(log, redis_url, clock=clock, keep_count=30) as outbox:
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()
        await until(lambda: in_stream(redis_url, log))
        assert in_stream(redis_url, log) == as_sent(log, 170)


async def test_after_a_wipe_nobody_noticed_the_next_fact_does_not_begin_the_stream(redis_url: str, log: SmallLog):
    log.grow(20)
    async with sending(log, redis_url, idle_seconds=60) as outbox:
        await until(lambda: outbox.state.sent == 20)
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()
        log.grow(1)
        await until(lambda: outbox.state.sent == 21)
        assert in_stream(redis_url, log) == as_sent(log)
        assert outbox.state.refilled == 2


async def test_a_tail_the_server_lost_is_sent_again(redis_url: str, log: SmallLog):
    log.grow(20)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 20)
        with redis.Redis.from_url(redis_url) as client:
            client.delete(log.name.stream)
            for index, raw in log.read(0, 12, 10**9):
                client.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")
        await until(lambda: in_stream(redis_url, log) == as_sent(log))


async def test_a_server_that_comes_back_with_less_is_looked_at_before_anything_is_sent(
    start_redis: Callable[..., RedisServer], log: SmallLog
):
    server = start_redis("--appendonly", "no")
    log.grow(30)
    async with sending(log, server.url, idle_seconds=60) as outbox:
        await until(lambda: outbox.state.sent == 30)
        await asyncio.to_thread(server.kill)
        log.grow(1)
        await asyncio.to_thread(server.start)
        await until(lambda: outbox.state.sent == 31)
        assert in_stream(server.url, log) == as_sent(log)
        assert outbox.state.lost_connections >= 1


async def test_a_log_copied_back_is_noticed_by_the_number(
    redis_url: str, log: SmallLog, make_log: Callable[..., SmallLog]
):
    log.grow(20)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 20)
    yesterday = make_log(name=log.name)
    yesterday.grow(15)
    async with sending(yesterday, redis_url) as outbox:
        await until(lambda: outbox.state.refused)
        vi, en = outbox.refusals[0]  # type: ignore[attr-defined]
        assert "up to fact 20, here it ends at 15" in en
        assert "đến sự kiện số 20, ở đây chỉ có đến số 15" in vi
    assert in_stream(redis_url, log) == as_sent(log)


async def test_a_log_copied_back_is_noticed_by_the_bytes_when_it_has_grown_again(
    redis_url: str, log: SmallLog, make_log: Callable[..., SmallLog]
):
    log.grow(20)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 20)
    other_life = make_log(name=log.name)
    other_life.grow(15)
    other_life.grow(15, life="second")
    async with sending(other_life, redis_url) as outbox:
        await until(lambda: outbox.state.refused)
        assert "Fact 20" in outbox.refusals[0][1]  # type: ignore[attr-defined]
    assert in_stream(redis_url, log) == as_sent(log)


async def test_a_repeat_with_other_bytes_is_another_past(
    redis_url: str, log: SmallLog, make_log: Callable[..., SmallLog], monkeypatch: pytest.MonkeyPatch
):
    """Between the look at the stream and the sending, somebody else with another past was quicker."""
    log.grow(20)
    other_life = make_log(name=log.name)
    other_life.grow(25, life="second")
    looked = Outbox._where_it_stands

    async def looked_too_early(self: Outbox, line: Any) -> int:
        at = await looked(self, line)
        with redis.Redis.from_url(redis_url) as client:
            for index, raw in other_life.read(0, 5, 10**9):
                client.xadd(log.name.stream, {"fact": raw}, id=f"{index}-0")
        monkeypatch.setattr(Outbox, "_where_it_stands", looked)
        return at

    monkeypatch.setattr(Outbox, "_where_it_stands", looked_too_early)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.refused)
        assert outbox.refusals[0][1].startswith("Fact 1 of")  # type: ignore[attr-defined]


async def test_a_stranger_in_the_stream_is_said_and_does_not_stop_the_writing(redis_url: str, log: SmallLog):
    log.grow(3)
    async with sending(log, redis_url) as outbox:
        await until(lambda: outbox.state.sent == 3)
        with redis.Redis.from_url(redis_url) as client:
            client.xadd(log.name.stream, {"fact": b"not one of ours"})
            log.grow(1)
            await until(lambda: outbox.state.last_error and "no fact of this log" in outbox.state.last_error)
            assert not outbox.refusals  # type: ignore[attr-defined]
            client.delete(log.name.stream)
        await until(lambda: outbox.state.sent == 4 and not outbox.state.last_error)
        assert in_stream(redis_url, log) == as_sent(log)


async def test_a_server_without_room_ends_the_batch_and_nothing_is_skipped(redis_server: RedisServer, log: SmallLog):
    with redis.Redis.from_url(redis_server.url) as client:
        client.config_set("maxmemory", "3mb")
        log.append([a_fact(log.name, index, words="ớ" * 3000) for index in range(1, 500)])
        async with sending(log, redis_server.url) as outbox:
            await until(lambda: "OutOfMemory" in (outbox.state.last_error or ""))
            client.config_set("maxmemory", "0")
            await until(lambda: outbox.state.sent == 499)
    assert in_stream(redis_server.url, log) == as_sent(log)


async def test_old_entries_go_by_age_and_by_count(redis_url: str, log: SmallLog, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outbox_module, "TRIM_SECONDS", 0.0)
    log.grow(400, each=timedelta(minutes=1))
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("stream-node-max-entries", 10)  # approximate trimming drops whole nodes
    clock = SettableClock(START + timedelta(minutes=400))
    async with sending(log, redis_url, clock=clock, keep=timedelta(minutes=1000)) as outbox:
        await until(lambda: outbox.state.sent == 400)
        assert len(in_stream(redis_url, log)) == 400
        clock.advance(timedelta(minutes=900))
        await until(lambda: len(in_stream(redis_url, log)) <= 110)
        assert len(in_stream(redis_url, log)) >= 100
    async with sending(log, redis_url, clock=clock, keep_count=50):
        await until(lambda: len(in_stream(redis_url, log)) <= 60)
    assert in_stream(redis_url, log)[-1] == as_sent(log)[-1]
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("stream-node-max-entries", 100)


async def test_a_server_that_may_evict_is_reported(redis_server: RedisServer, log: SmallLog):
    log.grow(1)
    async with sending(log, redis_server.url) as outbox:
        await until(lambda: outbox.state.sent == 1)
        assert outbox.state.policy == "noeviction"
        assert not outbox.state.evicts
    with redis.Redis.from_url(redis_server.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    async with sending(log, redis_server.url) as outbox:
        await until(lambda: outbox.state.policy == "allkeys-lru")
        assert outbox.state.evicts


async def test_the_uplinks_user_may_only_append_and_ask_the_head(redis_server: RedisServer, log: SmallLog):
    """The province's access list: the second target needs nothing more."""
    rights = f"~chibo:{{{log.name.site}}}:* -@all +xadd +xinfo|stream +multi +exec +ping"
    with redis.Redis.from_url(redis_server.url) as client:
        client.execute_command("ACL SETUSER site on >secret " + rights)
    url = redis_server.url.replace("redis://", "redis://site:secret@")
    log.grow(900)
    async with sending(log, url) as outbox, sending(log, url) as twin:
        await until(lambda: outbox.state.sent == twin.state.sent == 900)
        log.grow(10)
        await until(lambda: outbox.state.sent == twin.state.sent == 910)
        assert outbox.state.policy == "hidden"
        assert "secret" not in outbox.state.target
    assert in_stream(redis_server.url, log) == as_sent(log)


async def test_a_server_that_is_away_is_waited_for(start_redis: Callable[..., RedisServer], log: SmallLog):
    server = start_redis()
    server.stop()
    log.grow(5)
    async with sending(log, server.url) as outbox:
        await until(lambda: outbox.state.lost_connections > 1)
        assert not outbox.state.connected
        await asyncio.to_thread(server.start)
        await until(lambda: outbox.state.sent == 5)
