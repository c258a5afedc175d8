"""The intake on a real server with real read models: once, in order, causes first, holes filled, forgers ignored."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import redis
from prometheus_client import CollectorRegistry, generate_latest

from shared.events.envelope import LogName, leaf
from shared.store.trouble import StoreAway, StoreBroken, StoreFull, StoreTrouble
from shared.store.views import Views
from shared.stream.source import Source
from tests.servers import RedisServer
from tests.streams.conftest import until
from tests.streams.small_log import BRANCH, SmallLog, a_fact, new_name
from tests.streams.town import QUICK, Owner, breathe, consuming, fill, put

MakeLog = Callable[..., SmallLog]


async def test_what_is_sent_is_heard_once_and_in_order(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(1700)
    owner = Owner(log)
    async with (
        owner.sending(redis_url),
        consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=60) as consumer,
    ):
        await until(lambda: consumer.heard_all("scheduler", 1700))
        log.grow(5)
        await until(lambda: consumer.heard_all("scheduler", 1705))
        state = consumer.state("scheduler")
        await until(lambda: (state.log, state.position, state.fetched, state.forged) == (log.name, 1705, 0, 0))
        assert state.connected
        assert not state.errors


async def test_a_fact_is_heard_at_once_and_not_at_the_next_poll(redis_url: str, log: SmallLog, tmp_path: Path):
    owner = Owner(log)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=60) as c:
        await until(lambda: c.state("scheduler").connected)
        log.grow(1)
        await until(lambda: c.heard_all("scheduler", 1), seconds=1)


@pytest.mark.parametrize("through", ["stream", "feed"])
async def test_what_is_committed_together_is_at_most_a_megabyte(
    through: str, redis_url: str, log: SmallLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    apply, sizes = Views.apply, []

    def weighed(self: Views, source: LogName, entries: Sequence[tuple[int, Any]]) -> Any:
        sizes.append(sum(len(fact.raw) for _, fact in entries))
        return apply(self, source, entries)

    monkeypatch.setattr(Views, "apply", weighed)
    log.append([a_fact(log.name, index, words="ớ" * 3900) for index in range(1, 400)])
    fill(redis_url, log)
    url = redis_url if through == "stream" else None
    async with consuming(tmp_path, {"scheduler": Owner(log)}, url, silence_seconds=60) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 399))
        await until(lambda: consumer.state("scheduler").fetched == (399 if url is None else 0))
    assert sum(sizes) > 4_000_000
    assert max(sizes) <= 1_000_000


async def test_a_restart_goes_on_where_it_was(redis_url: str, log: SmallLog, tmp_path: Path):
    owner = Owner(log)
    async with owner.sending(redis_url):
        for count in (300, 301, 900):
            log.grow(count - log.head().index)
            async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
                await until(lambda count=count: consumer.heard_all("scheduler", count))  # type: ignore[misc]


async def test_without_redis_the_feed_is_enough(log: SmallLog, tmp_path: Path):
    log.grow(1200)
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, None) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 1200))
        await until(lambda: consumer.state("scheduler").fetched == 1200)
        log.grow(3)
        await until(lambda: consumer.heard_all("scheduler", 1203))
        await until(lambda: consumer.intake.caught_up)


async def test_with_redis_away_the_feed_is_asked(redis_server: RedisServer, log: SmallLog, tmp_path: Path):
    server = redis_server
    server.stop()
    log.grow(20)
    owner = Owner(log)
    async with owner.sending(server.url), consuming(tmp_path, {"scheduler": owner}, server.url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 20))
        assert "reading" in consumer.state("scheduler").errors
        await asyncio.to_thread(server.start)
        await until(lambda: consumer.state("scheduler").connected)
        log.grow(5)
        await until(lambda: consumer.heard_all("scheduler", 25))
        assert not consumer.state("scheduler").errors


async def test_a_hole_in_the_stream_is_filled_from_the_owner(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(50)
    fill(redis_url, log)
    with redis.Redis.from_url(redis_url) as client:
        client.xdel(log.name.stream, "7-0", "8-0", "31-0")
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=60) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 50))
        await until(lambda: consumer.state("scheduler").fetched == 3)


async def test_control_who_never_asks_the_owner_stops_at_a_hole(
    redis_url: str, log: SmallLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Planted bug: what is missing in the stream is not asked for."""

    async def not_asked(_self: Source, _upto: int) -> None:
        return None

    monkeypatch.setattr(Source, "_fetch", not_asked)
    log.grow(50)
    fill(redis_url, log)
    with redis.Redis.from_url(redis_url) as client:
        client.xdel(log.name.stream, "7-0")
    async with consuming(tmp_path, {"scheduler": Owner(log)}, redis_url) as consumer:
        await until(lambda: consumer.state("scheduler").position == 6)
        await breathe(QUICK * 5)
        assert not consumer.heard_all("scheduler", 50), "the planted bug did no harm"


async def test_what_was_trimmed_comes_from_the_owner(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(1500)
    fill(redis_url, log, without=lambda index: index <= 1100)
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=60) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 1500))
        await until(lambda: consumer.state("scheduler").fetched == 1100)


async def test_a_tail_lost_in_silence_is_noticed(redis_url: str, log: SmallLog, tmp_path: Path):
    """The stream lost its end and nobody sends any more: there is no hole to see."""
    log.grow(30)
    fill(redis_url, log, 22)
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 30))
        await until(lambda: consumer.state("scheduler").fetched == 8)


async def test_an_owner_that_is_not_up_yet_does_not_hold_the_others(redis_url: str, make_log: MakeLog, tmp_path: Path):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    scheduler.log.grow(10)
    minutes.log.grow(10)
    minutes.up = False
    async with scheduler.sending(redis_url), minutes.sending(redis_url):
        owners = {"scheduler": scheduler, "minutes": minutes}
        async with consuming(tmp_path, owners, redis_url) as consumer:
            await until(lambda: consumer.heard_all("scheduler", 10))
            assert consumer.state("minutes").log is None
            assert "owner" in consumer.state("minutes").errors
            assert not consumer.intake.caught_up
            minutes.up = True
            await until(lambda: consumer.heard_all("minutes", 10))


async def test_a_known_owner_need_not_be_up(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(10)
    owner = Owner(log)
    async with owner.sending(redis_url):
        async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
            await until(lambda: consumer.heard_all("scheduler", 10))
        owner.up = False
        log.grow(10)
        async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
            await until(lambda: consumer.heard_all("scheduler", 20))


async def test_everything_twice_has_one_effect(redis_url: str, log: SmallLog, tmp_path: Path):
    """From the stream and the feed, and again by a reader that went back."""
    log.grow(600)
    owner = Owner(log)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 600))
        (source,) = consumer.intake._sources.values()
        entries = [(b"%d-0" % index, {b"fact": raw}) for index, raw in log.read(0, 600, 10**9)]
        await asyncio.gather(*(source.take_read(entries[start:]) for start in (0, 100, 599)))
        log.grow(1)
        await until(lambda: consumer.heard_all("scheduler", 601))


# ---------------------------------------------------------------- causes first


async def test_an_effect_waits_for_its_cause(redis_url: str, make_log: MakeLog, tmp_path: Path):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    scheduler.log.grow(2)
    minutes.log.append(
        [
            a_fact(minutes.log.name, 1),
            a_fact(minutes.log.name, 2, heard={scheduler.log.name: 2}),
            a_fact(minutes.log.name, 3, heard={scheduler.log.name: 3}),
            a_fact(minutes.log.name, 4),
        ]
    )
    async with minutes.sending(redis_url):
        owners = {"minutes": minutes, "scheduler": scheduler}
        async with consuming(tmp_path, owners, redis_url, order=True, silence_seconds=60) as consumer:
            # The scheduler's outbox does not run: its facts are late, and minutes is not taken past its causes.
            await until(lambda: consumer.order() == ("minutes=1",))
            await until(lambda: str(consumer.state("minutes").waiting_for) == f"{scheduler.log.name}=2")
            await breathe()
            assert consumer.order() == ("minutes=1",)
            put(redis_url, scheduler.log.name, 1, scheduler.log.read(0, 1, 10**6)[0][1])
            put(redis_url, scheduler.log.name, 2, scheduler.log.read(1, 1, 10**6)[0][1])
            await until(lambda: consumer.order() == ("minutes=1", "scheduler=1", "scheduler=2", "minutes=2"))
            await until(lambda: str(consumer.state("minutes").waiting_for) == f"{scheduler.log.name}=3")
            scheduler.log.grow(1)
            put(redis_url, scheduler.log.name, 3, scheduler.log.read(2, 1, 10**6)[0][1])
            await until(lambda: consumer.order()[-3:] == ("scheduler=3", "minutes=3", "minutes=4"))
            assert consumer.state("minutes").waiting_for is None


async def test_a_source_that_waits_does_not_hold_up_the_end(redis_url: str, make_log: MakeLog, tmp_path: Path):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    minutes.log.append([a_fact(minutes.log.name, 1, heard={scheduler.log.name: 9})])
    async with minutes.sending(redis_url):
        owners = {"minutes": minutes, "scheduler": scheduler}
        async with consuming(tmp_path, owners, redis_url) as consumer:
            await until(lambda: consumer.state("minutes").waiting_for)
            begun = monotonic()
        assert monotonic() - begun < 2


async def test_what_the_store_cannot_take_now_is_taken_later(
    redis_url: str, log: SmallLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ails: list[StoreTrouble] = [StoreFull("đầy", "full"), StoreAway("vắng", "away"), StoreAway("vắng", "away")]
    begins: list[StoreTrouble] = [StoreAway("vắng", "away")]
    apply, positions = Views.apply, Views.positions

    def ailing(self: Views, *arguments: Any) -> Any:
        if ails:
            raise ails.pop()
        return apply(self, *arguments)

    def away(self: Views) -> Any:
        if consumer_began and begins:
            raise begins.pop()
        return positions(self)

    consumer_began = False
    monkeypatch.setattr(Views, "apply", ailing)
    monkeypatch.setattr(Views, "positions", away)
    log.grow(700)
    owner = Owner(log)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        consumer_began = True
        await until(lambda: consumer.heard_all("scheduler", 700))
        await until(lambda: not consumer.state("scheduler").errors)
        assert not ails
        assert not begins


async def test_a_disk_that_failed_under_the_read_models_ends_the_process(
    redis_url: str, log: SmallLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ended: list[StoreBroken] = []

    def breaks(self: Views, *_arguments: Any) -> Any:
        raise StoreBroken("hỏng", "fsync failed")

    monkeypatch.setattr(Views, "apply", breaks)
    log.grow(1)
    owner = Owner(log)
    async with (
        owner.sending(redis_url),
        consuming(tmp_path, {"scheduler": owner}, redis_url, on_broken=ended.append),
    ):
        await until(lambda: ended)


async def test_reading_is_counted(redis_url: str, log: SmallLog, tmp_path: Path):
    registry = CollectorRegistry()
    log.grow(5)
    owner = Owner(log)
    async with (
        owner.sending(redis_url),
        consuming(tmp_path, {"scheduler": owner}, redis_url, registry=registry) as consumer,
    ):
        await until(lambda: consumer.heard_all("scheduler", 5))
        await until(lambda: b'status="acked"' in generate_latest(registry))


async def test_a_cause_in_a_log_not_heard_here_is_not_waited_for(redis_url: str, make_log: MakeLog, tmp_path: Path):
    minutes = Owner(make_log("minutes"))
    elsewhere = new_name("roster")
    minutes.log.append([a_fact(minutes.log.name, 1, heard={elsewhere: 99})])
    async with minutes.sending(redis_url), consuming(tmp_path, {"minutes": minutes}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("minutes", 1))


async def test_a_cause_in_an_epoch_that_ended_is_not_waited_for(redis_url: str, make_log: MakeLog, tmp_path: Path):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    ended = LogName("local", "scheduler", "ended")
    minutes.log.append([a_fact(minutes.log.name, 1, heard={ended: 99})])
    async with minutes.sending(redis_url), scheduler.sending(redis_url):
        owners = {"minutes": minutes, "scheduler": scheduler}
        async with consuming(tmp_path, owners, redis_url) as consumer:
            await until(lambda: consumer.heard_all("minutes", 1))


async def test_a_cause_whose_owner_was_never_heard_is_waited_for(redis_url: str, make_log: MakeLog, tmp_path: Path):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    scheduler.up = False
    scheduler.log.grow(1)
    minutes.log.append([a_fact(minutes.log.name, 1, heard={scheduler.log.name: 1})])
    async with minutes.sending(redis_url), scheduler.sending(redis_url):
        owners = {"minutes": minutes, "scheduler": scheduler}
        async with consuming(tmp_path, owners, redis_url, order=True) as consumer:
            await until(lambda: consumer.state("minutes").waiting_for)
            scheduler.up = True
            await until(lambda: consumer.order() == ("scheduler=1", "minutes=1"))


async def test_the_own_log_comes_without_redis_and_its_effects_wait_too(make_log: MakeLog, tmp_path: Path):
    scheduler, own = Owner(make_log("scheduler")), make_log("ranking")
    scheduler.up = False
    scheduler.log.grow(4)
    async with consuming(tmp_path, {"scheduler": scheduler}, None, own=own, order=True) as consumer:
        own.append([a_fact(own.name, 1)])
        await until(lambda: consumer.order() == ("ranking=1",))
        own.append([a_fact(own.name, 2, heard={scheduler.log.name: 4}), a_fact(own.name, 3)])
        await breathe()
        assert consumer.order() == ("ranking=1",)
        scheduler.up = True
        await until(lambda: len(consumer.order()) == 7)
        assert consumer.order()[-2:] == ("ranking=2", "ranking=3")


async def test_what_another_process_stores_in_the_own_log_is_found_without_being_woken(
    make_log: MakeLog, tmp_path: Path
):
    own = make_log("ranking")
    own.alone = False
    async with consuming(tmp_path, {}, None, own=own, silence_seconds=60) as consumer:
        own.on_commit.clear()
        own.grow(3)
        await until(lambda: consumer.heard_all("ranking", 3), seconds=2)


async def test_many_logs_that_quote_one_another_all_arrive(redis_url: str, make_log: MakeLog, tmp_path: Path):
    """Each fact had heard everything before it: there is one order only, and nobody waits for ever."""
    owners = {service: Owner(make_log(service)) for service in ("roster", "scheduler", "minutes")}
    heads: dict[LogName, int] = {}
    for turn in range(900):
        log = list(owners.values())[(turn * turn) % 3 if turn % 7 else turn % 3].log
        index = heads.get(log.name, 0) + 1
        log.append([a_fact(log.name, index, heard={name: at for name, at in heads.items() if name != log.name})])
        heads[log.name] = index
    async with AsyncExitStack() as stack:
        for owner in owners.values():
            await stack.enter_async_context(owner.sending(redis_url))
        consumer = await stack.enter_async_context(consuming(tmp_path, owners, redis_url, order=True))
        for service, owner in owners.items():
            count = owner.log.head().index
            await until(lambda service=service, count=count: consumer.heard_all(service, count), 30)  # type: ignore[misc]
        order = consumer.order()
    seen: dict[str, int] = {}
    for one in order:
        name, index = one.partition("=")[0], int(one.partition("=")[2])
        seen[name] = index
        raw = owners[name].log.read(index - 1, 1, 10**6)[0][1]
        assert all(seen.get(log.service, 0) >= at for log, at in _heard(raw).items())


def _heard(raw: bytes) -> dict[LogName, int]:
    import json

    from shared.events.envelope import parse_heard

    return parse_heard(json.loads(raw)["heard"])


# ---------------------------------------------------------------- the stream is not the truth


async def test_an_entry_that_is_no_fact_is_replaced_by_the_owners(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(12)
    foreign = LogName("elsewhere", "scheduler", log.name.epoch)
    forged = {
        2: b"\x00\xff nothing",
        4: a_fact(foreign, 4),
        6: log.read(5, 1, 10**6)[0][1].replace(b'"number":6', b'"number":6,"colour":"red"'),
        8: a_fact(log.name, 8)[:-1] + b" " * 70_000 + b"}",
        10: b"[" * 60_000,
    }
    for index, raw in log.read(0, 12, 10**6):
        put(redis_url, log.name, index, forged.get(index, raw))
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=60) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 12))
        state = consumer.state("scheduler")
        await until(lambda: (state.forged, state.fetched) == (5, 5))
        assert not consumer.views.parked()


async def test_strange_fields_and_ids_are_not_read_as_facts(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(4)
    with redis.Redis.from_url(redis_url) as client:
        client.xadd(log.name.stream, {"fact": log.read(0, 1, 10**6)[0][1]}, id="1-0")
        client.xadd(log.name.stream, {"fact": log.read(1, 1, 10**6)[0][1]}, id="1-7")
        client.xadd(log.name.stream, {"fact": log.read(1, 1, 10**6)[0][1], "more": b"x"}, id="2-0")
        client.xadd(log.name.stream, {"other": log.read(2, 1, 10**6)[0][1]}, id="3-0")
        client.xadd(log.name.stream, {"fact": log.read(3, 1, 10**6)[0][1]}, id="4-0")
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 4))
        await until(lambda: consumer.state("scheduler").forged == 3)


async def test_an_entry_beyond_the_owners_head_is_not_believed_and_does_not_spin(
    redis_url: str, log: SmallLog, tmp_path: Path
):
    log.grow(3)
    fill(redis_url, log)
    put(redis_url, log.name, 9, a_fact(log.name, 9))
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 3))
        await breathe(QUICK * 4)
        assert len(owner.asked) < 30
        await until(lambda: consumer.state("scheduler").forged)
        # Nothing more can stand in this stream, yet what the owner says arrives.
        log.grow(3)
        await until(lambda: consumer.heard_all("scheduler", 6))
        log.grow(6)
        await until(lambda: consumer.heard_all("scheduler", 12))


async def test_what_the_owner_itself_serves_unreadable_is_parked_with_its_branch(
    redis_url: str, log: SmallLog, tmp_path: Path
):
    poison = a_fact(log.name, 2).replace(b'"number":2', b'"number":"two"')
    other = "99.001.002.000.012"
    log.append(
        [
            a_fact(log.name, 1),
            poison,
            a_fact(log.name, 3),
            a_fact(log.name, 4, branch=other),
        ]
    )
    owner = Owner(log)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url, order=True) as consumer:
        await until(lambda: consumer.state("scheduler").position == 4)
        parked = consumer.views.parked()
        assert [(fact.index, fact.branches) for fact in parked] == [(2, (BRANCH,)), (3, (BRANCH,))]
        assert "number" in parked[0].reason
        assert parked[0].raw == poison
        assert consumer.state("scheduler").forged == 0
        with consumer.views.read() as reader:
            assert reader.get("order", other, "all").heard == ("scheduler=4",)


async def test_an_unreadable_fact_of_no_branch_stops_its_source_until_a_person_has_looked(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    name = scheduler.log.name
    scheduler.log.append(
        [
            a_fact(name, 1),
            a_fact(name, 2, branch=None).replace(b'"number":2', b'"number":"two"'),
            a_fact(name, 3),
        ]
    )
    minutes.log.grow(5)
    async with scheduler.sending(redis_url), minutes.sending(redis_url):
        owners = {"scheduler": scheduler, "minutes": minutes}
        async with consuming(tmp_path, owners, redis_url) as consumer:
            await until(lambda: consumer.state("scheduler").stopped)
            stopped = consumer.state("scheduler").stopped
            assert stopped is not None
            assert "fact 2" in stopped.en
            assert "sự kiện số 2" in stopped.vi
            await until(lambda: consumer.heard_all("minutes", 5))
            assert consumer.state("scheduler").position == 1
            consumer.intake.resume("scheduler")
            await until(lambda: consumer.state("scheduler").stopped)
            minutes.log.grow(5)
            await until(lambda: consumer.heard_all("minutes", 10))


async def test_a_forged_entry_waits_for_the_owner_to_be_asked(redis_url: str, log: SmallLog, tmp_path: Path):
    log.grow(5)
    owner = Owner(log)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url, silence_seconds=1) as consumer:
        await until(lambda: consumer.state("scheduler").connected)
        await until(lambda: consumer.heard_all("scheduler", 5))
        owner.up = False
        put(redis_url, log.name, 6, b"nonsense")
        await until(lambda: "taking" in consumer.state("scheduler").errors)
        assert consumer.heard_all("scheduler", 5)
        owner.up = True
        log.grow(1)
        await until(lambda: consumer.heard_all("scheduler", 6))
        await until(lambda: not consumer.state("scheduler").errors)


# ---------------------------------------------------------------- other pasts and epochs


async def test_an_owner_copied_back_is_told_and_nothing_more_is_taken(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(20)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 20))
    yesterday = make_log("scheduler", name=owner.log.name)
    yesterday.grow(15)
    owner.serve(yesterday)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: owner.refusals)
        assert "up to fact 20, here it ends at 15" in owner.refusals[0]
        await until(lambda: "fact 20" in consumer.state("scheduler").errors.get("owner", ""))
        assert consumer.heard_all("scheduler", 20)


async def test_an_owner_with_another_past_is_told_by_the_leaf(redis_url: str, make_log: MakeLog, tmp_path: Path):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(20)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 20))
        other_life = make_log("scheduler", name=owner.log.name)
        other_life.grow(30, life="second")
        owner.serve(other_life)
        await until(lambda: owner.refusals)
        assert "Fact 20" in owner.refusals[0]
        await breathe()
        assert consumer.heard_all("scheduler", 20)
        assert any(leaf(a_fact(owner.log.name, 20)).hex() in asked for asked in owner.asked)


async def test_an_owner_with_another_past_is_told_by_the_leaf_right_after_a_restart(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(20)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 20))
    other_life = make_log("scheduler", name=owner.log.name)
    other_life.grow(30, life="second")
    owner.serve(other_life)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: owner.refusals)
        assert "Fact 20" in owner.refusals[0]
        await breathe()
        assert consumer.heard_all("scheduler", 20)


async def another_life(redis_url: str, make_log: MakeLog, tmp_path: Path) -> Owner:
    """Twenty facts were heard; then the owner's file is an old copy, with other facts since, in log and stream."""
    owner = Owner(make_log("scheduler"))
    owner.log.grow(20)
    async with owner.sending(redis_url), consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 20))
    other_life = make_log("scheduler", name=owner.log.name)
    other_life.grow(30, life="second")
    with redis.Redis.from_url(redis_url) as client:
        client.delete(owner.log.name.stream)
    fill(redis_url, other_life)
    owner.serve(other_life)
    owner.up = False
    return owner


async def test_after_a_restart_nothing_is_taken_before_pasts_were_compared(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    owner = await another_life(redis_url, make_log, tmp_path)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: "nothing is taken" in consumer.state("scheduler").errors.get("past", ""))
        await breathe()
        assert consumer.heard_all("scheduler", 20)
        owner.up = True
        await until(lambda: owner.refusals)
        assert "Fact 20" in owner.refusals[0]
        await until(lambda: "fact 20" in consumer.state("scheduler").errors.get("owner", "").lower())
        await breathe()
        assert consumer.heard_all("scheduler", 20)


async def test_control_without_comparing_first_the_other_past_is_swallowed(
    redis_url: str, make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def at_once(_self: Source) -> None:
        """The line removed."""

    monkeypatch.setattr(Source, "_await_same_past", at_once)
    owner = await another_life(redis_url, make_log, tmp_path)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: consumer.state("scheduler").position == 30)
        owner.up = True
        await until(lambda: owner.asked and consumer.state("scheduler").head == 30)
        assert not owner.refusals, "nobody will ever notice"


async def test_a_restored_owner_is_heard_again(redis_url: str, make_log: MakeLog, tmp_path: Path):
    owner = await another_life(redis_url, make_log, tmp_path)
    owner.up = True
    async with consuming(tmp_path, {"scheduler": owner}, redis_url) as consumer:
        await until(lambda: owner.refusals)
        restored = make_log("scheduler", name=owner.log.name)
        restored.grow(25)
        with redis.Redis.from_url(redis_url) as client:
            client.delete(restored.name.stream)
        owner.serve(restored)
        async with owner.sending(redis_url):
            await until(lambda: consumer.heard_all("scheduler", 25))


async def test_a_new_epoch_is_heard_from_its_beginning(redis_url: str, make_log: MakeLog, tmp_path: Path):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(8)
    changes: list[tuple[LogName, LogName]] = []

    async def left(old: LogName, new: LogName) -> None:
        changes.append((old, new))

    async with (
        owner.sending(redis_url),
        consuming(tmp_path, {"scheduler": owner}, redis_url, on_epoch=left, order=True) as consumer,
    ):
        await until(lambda: consumer.heard_all("scheduler", 8))
        old = owner.log.name
        owner.serve(make_log("scheduler"), {old.epoch: 2})
        owner.log.grow(3)
        async with owner.sending(redis_url):
            await until(lambda: consumer.order()[8:] == ("scheduler=1", "scheduler=2", "scheduler=3"))
            assert changes == [(old, owner.log.name)]
            assert consumer.state("scheduler").log == owner.log.name
            assert consumer.state("scheduler").former == {old.epoch: 2}
            assert not consumer.state("scheduler").errors
            owner.log.grow(1)
            await until(lambda: consumer.order()[8:][-1] == "scheduler=4")
            assert not owner.refusals


async def test_nothing_of_a_new_epoch_is_heard_before_the_old_one_is_left(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(8)
    leave, tries = asyncio.Event(), []

    async def left(_old: LogName, _new: LogName) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not now")
        await leave.wait()

    async with consuming(tmp_path, {"scheduler": owner}, redis_url, on_epoch=left, order=True) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 8))
        owner.serve(make_log("scheduler"), {owner.log.name.epoch: 2})
        owner.log.grow(3)
        async with owner.sending(redis_url):
            await until(lambda: len(tries) == 2)
            await breathe()
            assert "has ended" in consumer.state("scheduler").errors["epoch"]
            assert len(consumer.order()) == 8
            leave.set()
            await until(lambda: consumer.order()[8:] == ("scheduler=1", "scheduler=2", "scheduler=3"))


async def test_another_log_that_does_not_go_on_from_the_one_heard_is_told_and_not_heard(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    owner = Owner(make_log("scheduler"))
    owner.log.grow(8)
    async with consuming(tmp_path, {"scheduler": owner}, redis_url, order=True) as consumer:
        await until(lambda: consumer.heard_all("scheduler", 8))
        known = owner.log.name.epoch
        owner.serve(make_log("scheduler"))
        owner.log.grow(3)
        async with owner.sending(redis_url):
            await until(lambda: owner.refusals)
            assert f"in epoch {known}" in owner.refusals[0]
            await until(lambda: "does not go on" in consumer.state("scheduler").errors.get("owner", ""))
            await breathe()
            assert len(consumer.order()) == 8


async def test_what_was_kept_of_an_epoch_that_ended_is_waited_for_in_the_next(
    redis_url: str, make_log: MakeLog, tmp_path: Path
):
    """Three of its facts were kept: a fact that had heard five waits for those three, and for no more."""
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    scheduler.serve(scheduler.log, {"ended": 3})
    scheduler.log.grow(2)
    ended = LogName("local", "scheduler", "ended")
    minutes.log.append([a_fact(minutes.log.name, 1, heard={ended: 5})])
    async with minutes.sending(redis_url), scheduler.sending(redis_url):
        owners = {"minutes": minutes, "scheduler": scheduler}
        async with consuming(tmp_path, owners, redis_url, order=True) as consumer:
            await until(lambda: consumer.state("minutes").waiting_for)
            await breathe()
            assert consumer.order() == ("scheduler=1", "scheduler=2")
            scheduler.log.grow(1)
            await until(lambda: consumer.order()[-2:] == ("scheduler=3", "minutes=1"))
