"""Reads streams with FastStream, in the one way in which it loses nothing.

FastStream 0.7.8 moves ``last_id`` before the handler runs and swallows what the handler raises; its typed batches
disappear whole when one entry does not fit; a refusal by the server makes it read again at once, for ever; at the
101st stream its pool is empty and ``start`` hangs. Each line below that answers one of these is marked, and
tests/streams/test_recipe.py shows the harm without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Protocol

from faststream import BaseMiddleware
from faststream._internal.context.repository import ContextRepo
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.configs import ConnectionState, RedisConnectionState
from faststream.redis.message import FAKE_CONSUMER, BatchStreamMessage, RedisBatchStreamMessage
from faststream.redis.prometheus import RedisPrometheusMiddleware
from faststream.redis.subscriber.usecases import StreamBatchSubscriber
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from typing_extensions import override

from shared.stream.address import fact_in

MOST_RECORDS = 500
BLOCK_MILLISECONDS = 2000
"""How long the server holds an empty read; what arrives meanwhile comes at once."""
SPARE_CONNECTIONS = 8

Entry = tuple[bytes, Mapping[bytes, bytes]]
"""An entry as Redis gives it: id and fields."""

_log = logging.getLogger("chibo.reader")


class Place(Protocol):
    """Who takes the entries of one stream, and knows how far they are committed."""

    @property
    def position(self) -> int:
        """The index up to which everything is committed."""

    async def take_read(self, entries: Sequence[Entry]) -> None:
        """Take a batch. Raises only when infrastructure fails."""

    async def failed(self, error: Exception) -> None:
        """Taking a batch failed; comes back when it should be tried again."""

    async def unreadable(self, error: Exception) -> None:
        """The stream could not be read; comes back when it should be tried again."""

    def answered(self) -> None:
        """The stream was read, perhaps after failures."""


class Reader:
    """One broker for all streams a service hears."""

    def __init__(self, url: str, *, streams: int, registry: CollectorRegistry | None = None) -> None:
        self._places: dict[str, Place] = {}
        middlewares: list[Any] = [] if registry is None else [RedisPrometheusMiddleware(registry=registry)]
        self.broker = _PatientBroker(
            url,
            places=self._places,
            max_connections=streams + SPARE_CONNECTIONS,  # recipe: the pool has a connection for each stream
            retry=Retry(NoBackoff(), 0),  # recipe: a lost connection is told, since the server may come back with less
            middlewares=[*middlewares, partial(_KeepPlace, places=self._places)],
            apply_types=False,  # recipe: our decoding, one entry at a time
            serializer=None,
            parser=_parse,
            decoder=_decode,
            logger=_log,
            log_level=logging.DEBUG,
            graceful_timeout=10.0,
        )

    async def open(self, stream: str, place: Place) -> Subscription:
        """Read a stream from its place's position on. Raises RedisError or OSError when nobody answers."""
        client = await self.broker.connect()
        await client.ping()  # FastStream would ask again and again without a pause
        self._places[stream] = place
        subscriber = self.broker.subscriber(
            stream=StreamSub(
                stream,
                polling_interval=BLOCK_MILLISECONDS,
                batch=True,
                max_records=MOST_RECORDS,
                last_id=f"{place.position}-0",
            ),
            persistent=False,
        )

        async def take(entries: list[Entry]) -> None:
            await place.take_read(entries)

        subscriber(take)
        subscription = Subscription(subscriber, take)
        try:
            await subscription.start(place.position)
        except BaseException:
            await subscription.stop()
            raise
        return subscription

    async def entry(self, stream: str, index: int) -> bytes | None:
        """The fact at this index, if the stream holds it. Raises RedisError or OSError when nobody answers."""
        client = await self.broker.connect()
        found: Any = await client.xrange(stream, f"{index}-0", f"{index}-0")
        return fact_in(found[0][1]) if found else None

    async def close(self) -> None:
        await self.broker.stop()


class Subscription:
    """One stream that is being read."""

    def __init__(self, subscriber: StreamBatchSubscriber, take: Callable[..., Any]) -> None:
        self._subscriber = subscriber
        self._take = take

    async def start(self, position: int) -> None:
        self._subscriber.last_id = f"{position}-0"  # recipe: what a stopped subscriber remembers is too far on
        await self._subscriber.start()

    async def stop(self) -> None:
        """End reading after the batch that is being taken."""
        await self._subscriber.stop()


# ---------------------------------------------------------------- the recipe


class _KeepPlace(BaseMiddleware[Any, BatchStreamMessage]):
    """Recipe: after every batch, taken or not, reading goes on from the committed position; errors are waited out."""

    def __init__(self, msg: BatchStreamMessage, /, *, context: ContextRepo, places: Mapping[str, Place]) -> None:
        super().__init__(msg, context=context)
        self._place = places[msg["channel"]]

    @override
    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> bool | None:
        if isinstance(exc_val, Exception):
            await self._place.failed(exc_val)
        self.context.get_local("handler_").last_id = f"{self._place.position}-0"
        return False


async def _parse(message: BatchStreamMessage) -> RedisBatchStreamMessage:
    """Recipe: nothing is parsed here, so no entry can make a batch disappear, and plain entries are read."""
    return RedisBatchStreamMessage(raw_message=message, body=b"", consumer=FAKE_CONSUMER, group=None)


async def _decode(message: RedisBatchStreamMessage) -> list[Entry]:
    return list(zip(message.raw_message["message_ids"], message.raw_message["data"], strict=True))


class _PatientRedis(Redis):
    """Recipe: a read that fails is waited out here; raised, it would be repeated at once or after five seconds."""

    places: Mapping[str, Place]

    async def xread(self, streams: Any, *args: Any, **options: Any) -> Any:
        (stream,) = streams
        place = self.places[stream]
        try:
            answer = await super().xread(streams, *args, **options)
        except (RedisError, OSError) as error:
            await place.unreadable(error)
            return []
        place.answered()
        return answer


class _PatientState(RedisConnectionState):
    def __init__(self, options: dict[str, Any], places: Mapping[str, Place]) -> None:
        super().__init__(options)
        self._places = places

    async def connect(self) -> Any:
        self._client = client = _PatientRedis(connection_pool=ConnectionPool(**self._options))
        client.auto_close_connection_pool = True
        client.places = self._places
        self._connected = True
        return client


class _PatientBroker(RedisBroker):
    def __init__(self, url: str, *, places: Mapping[str, Place], **options: Any) -> None:
        self._places = places
        super().__init__(url, **options)

    @override
    def _make_connection_state(
        self, connection_options: dict[str, Any], kwargs: dict[str, Any]
    ) -> ConnectionState[Any]:
        return _PatientState(connection_options, self._places)
