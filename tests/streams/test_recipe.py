"""Each line of the FastStream recipe, and the harm when it is missing (FastStream 0.7.8)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest
import redis
from faststream import BaseMiddleware
from faststream.redis import RedisBroker, StreamSub
from pydantic import BaseModel
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from shared.stream import reader as reader_module
from shared.stream.ending import end
from shared.stream.reader import Entry, Reader
from tests.servers import RedisServer
from tests.streams.conftest import until

STREAM = "chibo:{local}:scheduler:test"


class Noting:
    """A place that notes what it is given."""

    def __init__(self, pause: float = 0.02) -> None:
        self.position = 0
        self.batches: list[int] = []
        self.failures: list[Exception] = []
        self.unread: list[Exception] = []
        self.to_raise: list[Exception] = []
        self.pause = pause

    async def take_read(self, entries: Sequence[Entry]) -> None:
        self.batches.append(len(entries))
        if self.to_raise:
            raise self.to_raise.pop()
        for id_, _ in entries:
            index = int(id_.split(b"-")[0])
            if index > self.position:
                assert index == self.position + 1, f"{self.position} and then {index}"
                self.position = index

    async def failed(self, error: Exception) -> None:
        self.failures.append(error)
        await asyncio.sleep(self.pause)

    async def unreadable(self, error: Exception) -> None:
        self.unread.append(error)
        await asyncio.sleep(self.pause)

    def answered(self) -> None:
        pass


@asynccontextmanager
async def reading(url: str, place: Noting, stream: str = STREAM) -> AsyncIterator[Reader]:
    reader = Reader(url, streams=1)
    subscription = await reader.open(stream, place)
    try:
        yield reader
    finally:
        await subscription.stop()
        await reader.close()


@pytest.fixture
def client(redis_url: str) -> Any:
    with redis.Redis.from_url(redis_url) as client:
        yield client


def add(client: Any, count: int, stream: str = STREAM, fact: bytes = b"\xffraw") -> None:
    first = int((client.xinfo_stream(stream)["last-generated-id"] if client.exists(stream) else b"0-0").split(b"-")[0])
    pipeline = client.pipeline()
    for index in range(first + 1, first + count + 1):
        pipeline.xadd(stream, {"fact": fact}, id=f"{index}-0")
    pipeline.execute()


def reads(client: Any) -> int:
    return int(client.info("commandstats").get("cmdstat_xread", {"calls": 0})["calls"])


def without_keeping_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module._KeepPlace, "after_processed", BaseMiddleware.after_processed)


# ---------------------------------------------------------------- last_id after each batch


async def test_what_the_handler_could_not_take_is_read_again(redis_url: str, client: Any):
    add(client, 3)
    place = Noting()
    place.to_raise = [OSError("disk"), OSError("disk")]
    async with reading(redis_url, place):
        await until(lambda: place.position == 3)
        assert [str(error) for error in place.failures] == ["disk", "disk"]


async def test_without_it_entries_are_skipped_for_ever(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    without_keeping_place(monkeypatch)
    add(client, 3)
    place = Noting()
    place.to_raise = [OSError("disk")]
    with caplog.at_level(logging.CRITICAL):
        async with reading(redis_url, place):
            await until(lambda: place.batches)
            await asyncio.sleep(0.2)
            assert place.position == 0
            assert not place.to_raise
            assert place.batches == [3], "the entries came again without the recipe: the line may go"


async def test_an_error_is_waited_out(redis_url: str, client: Any):
    add(client, 1)
    place = Noting(pause=0.1)
    place.to_raise = [OSError("disk") for _ in range(100_000)]
    begun = monotonic()
    async with reading(redis_url, place):
        await asyncio.sleep(0.5)
    assert 1 <= len(place.failures) <= (monotonic() - begun) / 0.1 + 1


async def test_without_waiting_a_failing_handler_is_called_as_fast_as_it_fails(redis_url: str, client: Any):
    add(client, 1)
    place = Noting(pause=0.0)
    place.to_raise = [OSError("disk") for _ in range(100_000)]
    begun = monotonic()
    async with reading(redis_url, place):
        await until(lambda: len(place.failures) > 100)
    assert monotonic() - begun < 100 * 0.1, "FastStream waits by itself: the line may go"


# ---------------------------------------------------------------- last_id before each start


async def test_a_start_reads_from_the_stores_position(redis_url: str, client: Any):
    add(client, 5)
    place = Noting()
    reader = Reader(redis_url, streams=1)
    subscription = await reader.open(STREAM, place)
    await until(lambda: place.position == 5)
    await subscription.stop()
    place.position = 2  # the store was put back
    await subscription.start(place.position)
    await until(lambda: place.position == 5)
    assert place.batches == [5, 3]
    await subscription.stop()
    place.position = 2
    await subscription._subscriber.start()  # the line missing
    await asyncio.sleep(0.2)
    assert place.position == 2, "FastStream began at our position by itself: the line may go"
    await subscription.stop()
    await reader.close()


# ---------------------------------------------------------------- our decoding, one entry at a time


class Bell(BaseModel):
    number: int


@pytest.mark.parametrize(("apply_types", "arrived"), [(True, [4]), (False, [1, "two", 3, 4])])
async def test_typed_by_faststream_one_bad_entry_makes_the_whole_batch_disappear(
    redis_url: str, client: Any, apply_types: bool, arrived: list[Any]
):
    for index, number in enumerate((b"1", b'"two"', b"3"), 1):
        client.xadd(STREAM, {"__data__": b'{"number":%b}' % number}, id=f"{index}-0")
    broker = RedisBroker(redis_url, logger=logging.getLogger("quiet"), apply_types=apply_types)
    heard: list[Any] = []

    @broker.subscriber(stream=StreamSub(STREAM, batch=True, last_id="0-0", polling_interval=50))
    async def hear(bells: list[Bell]) -> None:
        heard.extend(bell.number if apply_types else bell["number"] for bell in bells)  # type: ignore[index]

    async with broker:
        await broker.start()
        await asyncio.sleep(0.2)
        client.xadd(STREAM, {"__data__": b'{"number":4}'}, id="4-0")
        await until(lambda: 4 in heard)
    assert heard == arrived, "the good ones of the batch arrived: the line may go"


async def test_decoded_by_us_the_good_ones_arrive(redis_url: str, client: Any):
    add(client, 1, fact=b'{"number":1}')
    add(client, 1, fact=b"\x00\xff not even text")
    add(client, 1, fact=b'{"number":3}')
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: place.position == 3)


async def test_without_our_parser_a_plain_entry_that_is_no_text_takes_its_batch_with_it(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch
):
    without_keeping_place(monkeypatch)
    monkeypatch.setattr(reader_module, "_parse", None)
    monkeypatch.setattr(reader_module, "_decode", None)
    add(client, 3)
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: reads(client) > 1)
        await asyncio.sleep(0.2)
        assert not place.batches, "the batch arrived: the line may go"


async def test_after_a_parsers_error_too_the_place_is_kept(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch
):
    """The handler is skipped then, but not the middleware."""
    parse, failing = reader_module._parse, [ValueError("parser")]

    async def fails_once(message: Any) -> Any:
        if failing:
            raise failing.pop()
        return await parse(message)

    monkeypatch.setattr(reader_module, "_parse", fails_once)
    add(client, 3)
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: place.position == 3)
        assert [str(error) for error in place.failures] == ["parser"]


# ---------------------------------------------------------------- batches of a size


async def test_a_backlog_comes_in_batches(redis_url: str, client: Any):
    add(client, 1800)
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: place.position == 1800)
        assert place.batches == [500, 500, 500, 300]


async def test_without_a_limit_the_whole_backlog_comes_at_once(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reader_module, "MOST_RECORDS", None)
    add(client, 1800)
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: place.position == 1800)
        assert place.batches == [1800], "FastStream limits by itself: the line may go"


async def test_without_batches_each_entry_is_taken_by_itself(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch
):
    def one_by_one(name: str, *, batch: bool, max_records: int, **options: Any) -> StreamSub:
        return StreamSub(name, **options)

    monkeypatch.setattr(reader_module, "StreamSub", one_by_one)
    add(client, 20)
    place = Noting()
    async with reading(redis_url, place):
        await until(lambda: place.position == 20)
        assert place.batches == [1] * 20, "FastStream gathers by itself: the line may go"


# ---------------------------------------------------------------- a server that refuses


async def test_a_refused_read_is_waited_out(redis_url: str, client: Any):
    client.set(STREAM, "no stream")
    place = Noting(pause=0.1)
    async with reading(redis_url, place):
        before, begun = reads(client), monotonic()
        await asyncio.sleep(0.5)
        assert reads(client) - before <= (monotonic() - begun) / 0.1 + 1
        assert "WRONGTYPE" in str(place.unread[0])
        client.delete(STREAM)
        add(client, 2)
        await until(lambda: place.position == 2)


async def test_without_patience_it_spins(redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(reader_module._PatientRedis, "xread")
    client.set(STREAM, "no stream")
    place = Noting(pause=0.1)
    async with reading(redis_url, place):
        before, begun = reads(client), monotonic()
        await until(lambda: reads(client) - before > 60)
        assert monotonic() - begun < 60 * 0.1, "FastStream waits by itself: the line may go"


async def test_a_broken_connection_is_tried_again_soon_and_not_after_five_seconds(redis_server: RedisServer):
    with redis.Redis.from_url(redis_server.url) as client:
        add(client, 1)
    place = Noting()
    async with reading(redis_server.url, place):
        await until(lambda: place.position == 1)
        await asyncio.to_thread(redis_server.kill)
        await until(lambda: place.unread)
        await asyncio.to_thread(redis_server.start)
        with redis.Redis.from_url(redis_server.url) as client:
            client.delete(STREAM)
            add(client, 2)
        await until(lambda: place.position == 2, seconds=2)


async def killed_and_back(server: RedisServer, place: Noting) -> None:
    """Something was read, the server is killed and is there again at once, something else is read."""
    with redis.Redis.from_url(server.url) as client:
        add(client, 1)
    async with reading(server.url, place):
        await until(lambda: place.position == 1)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        with redis.Redis.from_url(server.url) as client:
            client.delete(STREAM)
            add(client, 2)
        await until(lambda: place.position == 2)


async def test_a_connection_that_was_lost_is_told(redis_server: RedisServer):
    place = Noting()
    await killed_and_back(redis_server, place)
    assert place.unread


async def test_left_to_redis_py_a_lost_connection_is_not_told(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    """Pasts would then not be compared, though the server may have come back with less."""
    monkeypatch.setattr(reader_module, "Retry", lambda _backoff, _retries: Retry(ConstantBackoff(0.1), 100))
    place = Noting()
    await killed_and_back(redis_server, place)
    assert not place.unread, "redis-py tells it by itself: the line may go"


async def test_a_server_that_is_away_at_the_start_is_asked_once(redis_server: RedisServer):
    redis_server.stop()
    reader = Reader(redis_server.url, streams=1)
    with pytest.raises(redis.ConnectionError):
        await reader.open(STREAM, Noting())
    await reader.close()


async def test_without_asking_first_faststream_asks_without_end(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    redis_server.stop()
    asked = 0

    async def ping(self: Any) -> bool:
        nonlocal asked
        asked += 1
        if asked == 1:
            return True  # as if we had not asked
        raise redis.ConnectionError("away")

    monkeypatch.setattr(reader_module._PatientRedis, "ping", ping)
    reader = Reader(redis_server.url, streams=1)
    opening = asyncio.create_task(reader.open(STREAM, Noting()))
    await until(lambda: asked > 100)  # FastStream waits between its tries? The line may go
    await end([opening])
    await reader.close()


# ---------------------------------------------------------------- many streams


async def test_more_streams_than_a_pool_has_by_itself(redis_url: str, client: Any):
    names = [f"chibo:{{local}}:s{number}:test" for number in range(105)]
    for name in names:
        add(client, 1, name)
    reader = Reader(redis_url, streams=len(names))
    places = [Noting() for _ in names]
    subscriptions = [await reader.open(name, place) for name, place in zip(names, places, strict=True)]
    await until(lambda: all(place.position == 1 for place in places))
    for subscription in subscriptions:
        await subscription.stop()
    await reader.close()


async def test_with_a_pool_too_small_a_start_fails(redis_url: str):
    reader = Reader(redis_url, streams=2 - reader_module.SPARE_CONNECTIONS)
    opened = [await reader.open(f"{STREAM}{number}", Noting()) for number in range(2)]
    await asyncio.sleep(0.05)  # both are reading now
    with pytest.raises(redis.ConnectionError, match="Too many connections"):
        await reader.open(f"{STREAM}3", Noting())
    for subscription in opened:
        await subscription.stop()
    await reader.close()
