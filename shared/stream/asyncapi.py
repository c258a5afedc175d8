"""What a service's streams carry, as an AsyncAPI 3.0 document with the schema of every fact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, cast

from faststream.redis import RedisBroker, StreamSub
from faststream.specification import AsyncAPI
from pydantic import Field, create_model

from shared.events.envelope import Fact, envelope_model

EPOCH = "{epoch}"
"""Stands for a log's epoch in a stream's name: it is random and learnt from the owner."""


def asyncapi(
    service: str,
    version: str,
    *,
    site: str,
    hears: Mapping[str, Iterable[type[Fact]]],
    says: Iterable[type[Fact]],
    url: str | None,
) -> dict[str, Any]:
    """The document of one service: ``hears`` names owners and the facts heard of them, ``says`` its own facts.

    ``url``: the broker; without one the usual address stands there.

    Built when asked for: the schemas of all facts take longer than a start should.
    """
    broker = RedisBroker(url or "redis://localhost:6379", apply_types=False)
    for owner, facts in sorted(hears.items()):
        _hear(broker, site, owner, sorted(facts, key=lambda fact: fact.kind()))
    said = sorted(says, key=lambda fact: fact.kind())
    if said:
        broker.publisher(
            stream=_stream(site, service),
            title=f"{service} says",
            description="Sent by the outbox, one entry per fact: id `<index>-0`, field `fact` with the stored bytes.",
            schema=_any_of(said),
        )
    specification = AsyncAPI(broker, title=f"chibo {service}", version=version, schema_version="3.0.0")
    document: dict[str, Any] = json.loads(specification.to_specification().to_json())
    document["components"].get("schemas", {}).pop(_UNSEALED, None)
    return cast("dict[str, Any]", _only_sealed(document))


def _hear(broker: RedisBroker, site: str, owner: str, facts: list[type[Fact]]) -> None:
    async def take(facts: Any) -> None:
        """Taken in order and once; entries of other types are kept by their owner and passed over here."""

    take.__annotations__["facts"] = list[_any_of(facts)]  # type: ignore[misc]
    stream = StreamSub(_stream(site, owner), batch=True, last_id="0-0")
    broker.subscriber(stream=stream, title=f"hears {owner}", description=take.__doc__)(take)


def _stream(site: str, service: str) -> str:
    return f"chibo:{{{site}}}:{service}:{EPOCH}"


def _any_of(facts: Iterable[type[Fact]]) -> Any:
    """One of these, told apart by ``type``."""
    return Annotated[reduce(or_, [_published(fact) for fact in facts]), Field(discriminator="type")]


def _published(fact: type[Fact]) -> Any:
    """The envelope of one kind of fact, with its type as the only one possible."""
    own_type: Any = (Literal[fact.kind()], ...)
    return create_model(f"Stored{fact.__name__}", __base__=envelope_model(fact), __doc__=fact.__doc__, type=own_type)


_UNSEALED = "Secret"
"""The form private text has only while a command is decided."""


def _only_sealed(part: Any) -> Any:
    if isinstance(part, dict):
        kept = {name: _only_sealed(value) for name, value in part.items()}
        if isinstance(choices := kept.get("anyOf"), list) and len(choices) == 1:
            return {**{name: value for name, value in kept.items() if name != "anyOf"}, **choices[0]}
        return kept
    if isinstance(part, list):
        return [_only_sealed(one) for one in part if one != {"$ref": f"#/components/schemas/{_UNSEALED}"}]
    return part
