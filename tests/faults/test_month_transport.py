"""Redis wiped, killed, a log that lags, facts that come twice: the month is told as if nothing were."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from shared.events.envelope import LogName
from shared.settings import SERVICES
from tests.faults.month import (
    LATE_ROLE,
    PATIENCE,
    SHORT,
    Essence,
    Found,
    Placed,
    Planted,
    Site,
    Teller,
    look,
    models_are_fresh,
    same_month,
    same_order_from_everywhere,
    steps,
    streams_hold_the_logs,
    told_is_stored,
)

BROKER_KILLS = 10


def all_holds(site: Site, teller: Teller, calm: dict[str, Essence], folder: Path) -> Found:
    found = look(site)
    told_is_stored(found, teller.acknowledged)
    same_month(found, calm, teller.branch)
    models_are_fresh(found, folder)
    return found


# ---------------------------------------------------------------- Redis


def wipe_in_passing(site: Site) -> None:
    """Everything in it is gone, the connections stay."""
    with redis.Redis.from_url(site.broker.url) as client:
        client.flushall()


def told_with_wipes(site: Site) -> Teller:
    """January, with Redis wiped three times in the course of it, twice in passing, once with its disk."""
    teller = Teller(site, steps=steps(SHORT))
    wipes = dict(zip(range(10, len(teller.steps), len(teller.steps) // 4), (0, 1, 0), strict=False))
    for number, step in enumerate(teller.steps):
        teller.take(number, step)
        if number in wipes:
            [wipe_in_passing, lambda one: one.broker.wipe()][wipes[number]](site)
    site.settle()
    return teller


def test_redis_wiped_in_mid_month_is_filled_again(site: Site, calm_short: dict[str, Essence], tmp_path: Path) -> None:
    teller = told_with_wipes(site)
    wait_until_sent(site)
    found = all_holds(site, teller, calm_short, tmp_path)
    streams_hold_the_logs(found, site)


def test_control_an_outbox_that_does_not_look_after_a_wipe_is_caught(make_site: Callable[..., Site]) -> None:
    site = make_site({name: [("outbox_trusts_itself", [])] for name in SERVICES})
    told_with_wipes(site)
    with pytest.raises(AssertionError, match="its stream lacks"):
        streams_hold_the_logs(look(site), site)


def wait_until_sent(site: Site) -> None:
    """Until every outbox has sent everything and has had the time to look whether it is still there."""
    end = time.monotonic() + 30
    time.sleep(2 * site.settings.silence_seconds)
    while True:
        reports = [site.health(name) for name in SERVICES]
        if all(report and report["outbox"]["connected"] and not report["outbox"]["lag"] for report in reports):
            return
        assert time.monotonic() < end, reports
        time.sleep(0.05)


@contextmanager
def broker_dying(site: Site, times: int, chance: random.Random) -> Iterator[None]:
    """Redis is killed and started again so many times; at the end it runs."""
    told = threading.Event()

    def reap() -> None:
        for _ in range(times):
            told.wait(chance.uniform(0.1, 0.5))
            site.broker.kill()
            time.sleep(chance.uniform(0, 0.3))
            site.broker.start()

    thread = threading.Thread(target=reap)
    thread.start()
    try:
        yield
        told.set()
    finally:
        thread.join()


def test_a_broker_killed_10_times_costs_nothing(site: Site, calm_short: dict[str, Essence], tmp_path: Path) -> None:
    teller = Teller(site, steps=steps(SHORT))
    with broker_dying(site, BROKER_KILLS, random.Random()):
        teller.tell()
    site.settle()
    wait_until_sent(site)
    found = all_holds(site, teller, calm_short, tmp_path)
    streams_hold_the_logs(found, site)


def test_control_an_outbox_that_takes_a_lost_connection_for_an_answer_is_caught(
    make_site: Callable[..., Site],
) -> None:
    # Long enough for the outbox not to look, before it sends, whether somebody still listens.
    site = make_site({"roster": [("outbox_trusts_itself", [])]}, silence_seconds=3.0)
    teller = Teller(site, steps=steps()[:3])
    teller.take(0, teller.steps[0])
    site.settle()
    site.broker.kill()
    teller.take(1, teller.steps[1])
    end = time.monotonic() + PATIENCE
    while (report := site.health("roster") or {})["outbox"]["lag"]:
        assert time.monotonic() < end, report
        time.sleep(0.01)
    site.broker.start()
    teller.take(2, teller.steps[2])
    site.settle()
    time.sleep(1)
    with pytest.raises(AssertionError, match="roster: its stream lacks"):
        streams_hold_the_logs(look(site), site)


# ---------------------------------------------------------------- everything twice


def effects(path: Path) -> Counter[tuple[str, int]]:
    """How often each fact changed a service's read models."""
    lines = (line.split() for line in path.read_text().splitlines())
    return Counter((log, int(index)) for what, log, index in lines if what == "effect")


def each_once(folder: Path) -> None:
    for name in SERVICES:
        doubled = {fact: times for fact, times in effects(folder / name).items() if times > 1}
        assert not doubled, f"{name}: effects doubled: {doubled}"


def told_twice(make_site: Callable[..., Site], folder: Path, *bugs: str) -> tuple[Site, Teller]:
    plants: list[Planted] = [("twice", []), *((bug, []) for bug in bugs)]
    site = make_site({name: [*plants, ("traced", [str(folder / name)])] for name in SERVICES})
    teller = Teller(site, steps=steps(SHORT), twice=True)
    teller.tell()
    return site, teller


def test_every_fact_and_every_command_delivered_twice_has_one_effect(
    make_site: Callable[..., Site], calm_short: dict[str, Essence], tmp_path: Path
) -> None:
    site, teller = told_twice(make_site, tmp_path)
    all_holds(site, teller, calm_short, tmp_path)
    each_once(tmp_path)
    assert all(effects(tmp_path / name) for name in SERVICES)


def test_control_read_models_that_forget_their_positions_are_caught(
    make_site: Callable[..., Site], tmp_path: Path
) -> None:
    site = make_site(
        {"scheduler": [("twice", []), ("forgets_positions", []), ("traced", [str(tmp_path / "scheduler")])]}
    )
    Teller(site, steps=steps()[:3]).tell()
    look(site)
    for name in SERVICES:
        (tmp_path / name).touch()
    with pytest.raises(AssertionError, match="scheduler: effects doubled"):
        each_once(tmp_path)


# ---------------------------------------------------------------- effects before causes


def causes_came_first(found: Found, service: str, trace: Path) -> None:
    """Nothing took effect in a service before everything it had heard, as far as this service hears it too."""
    reached: dict[LogName, int] = defaultdict(int)
    facts = {facts[0].log: facts for facts in found.facts.values() if facts}
    hears = {LogName.parse(line.split()[1]) for line in trace.read_text().splitlines()}
    for line in trace.read_text().splitlines():
        what, log, index = line.split()
        if what != "position":
            continue
        name = LogName.parse(log)
        for fact in facts[name][reached[name] : int(index)]:
            early = {cause: at for cause, at in fact.heard.items() if cause in hears and reached[cause] < at}
            assert not early, f"{service} took {log}={fact.index} before its causes {early}"
        reached[name] = int(index)


def told_with_a_gap(make_site: Callable[..., Site], folder: Path, *bugs: str) -> tuple[Site, Teller, str | None]:
    """January; what roster says before the meeting reaches ranking only at its end."""
    line, trace = folder / "cut", folder / "trace"
    cut: list[Planted] = [("cut_off", ["roster", str(line)]), ("traced", [str(trace)]), *((bug, []) for bug in bugs)]
    site = make_site({"ranking": cut})
    teller = Teller(site, steps=steps(SHORT))
    begin = teller.steps.index(LATE_ROLE)
    end = next(number for number, step in enumerate(teller.steps) if step.command == "EvaluateMembers")
    waiting = None
    for number, step in enumerate(teller.steps):
        if number == begin:
            site.settle()
            line.touch()
            site.deaf = ("ranking",)
        if number == end:
            site.settle()
            time.sleep(0.5)
            report = site.health("ranking") or {}
            (waiting,) = [one["waiting_for"] for one in report["sources"] if one["service"] == "minutes"]
            line.unlink()
            site.deaf = ()
        teller.take(number, step)
    site.settle()
    return site, teller, waiting


def test_one_log_far_behind_holds_the_effects_of_what_it_has_not_heard(
    make_site: Callable[..., Site], calm_short: dict[str, Essence], tmp_path: Path
) -> None:
    site, teller, waiting = told_with_a_gap(make_site, tmp_path)
    assert waiting is not None, "ranking waited for nothing"
    assert "/roster." in waiting
    same_order_from_everywhere(site)
    found = all_holds(site, teller, calm_short, tmp_path)
    causes_came_first(found, "ranking", tmp_path / "trace")


def test_control_effects_that_do_not_wait_are_caught(make_site: Callable[..., Site], tmp_path: Path) -> None:
    site, _, _ = told_with_a_gap(make_site, tmp_path, "no_gate")
    with pytest.raises(AssertionError, match="before its causes"):
        causes_came_first(look(site), "ranking", tmp_path / "trace")


def by_clocks(facts: Sequence[Placed]) -> Sequence[Placed]:
    return sorted(facts, key=lambda fact: (fact.recordedtime, fact.log, fact.index))


def test_clocks_that_disagree_change_no_order(make_site: Callable[..., Site], tmp_path: Path) -> None:
    site = make_site({"ranking": [("clock", [str(tmp_path / "site1" / "now"), 1800.0])]})
    Teller(site, steps=steps(SHORT)).tell()
    same_order_from_everywhere(site)
    # The control: an order by clocks alone tells a rank before the meeting that gave it.
    with pytest.raises(AssertionError, match="stands before its cause"):
        same_order_from_everywhere(site, by_clocks)


def test_a_query_after_the_very_first_fact_waits_for_it(site: Site) -> None:
    teller = Teller(site, steps=steps()[:1])
    teller.take(0, teller.steps[0])
    (first,) = teller.acknowledged[0].facts
    for name in ("scheduler", "minutes", "ranking"):
        told = site.services[name].get(
            f"/meetings/{teller.branch}:2026-01/facts", actor="operator", after=f"roster:{first[0]}"
        )
        assert told["facts"] == []
