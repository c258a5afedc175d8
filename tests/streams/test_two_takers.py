"""Read models and deciding handlers hear the same logs side by side; neither keeps the other from its causes."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest

from shared.events.envelope import LogName
from shared.store.asking import HeardBatch
from shared.stream.source import Source
from tests.streams.conftest import until
from tests.streams.small_log import BellRung, SmallLog, a_fact
from tests.streams.town import Consumer, Owner, consuming


class GongStruck(BellRung):
    OWNER: ClassVar[str] = "minutes"


class Noting:
    """Deciding handlers that only keep their positions."""

    def __init__(self) -> None:
        self.reached: dict[LogName, int] = {}

    def submit_heard(self, batch: HeardBatch) -> Future[int]:
        self.reached[batch.source] = batch.entries[-1][0]
        answer: Future[int] = Future()
        answer.set_result(self.reached[batch.source])
        return answer

    def positions(self) -> dict[LogName, int]:
        return dict(self.reached)


async def criss_cross(
    make_log: Callable[..., SmallLog], redis_url: str, folder: Path
) -> tuple[Consumer, Noting, tuple[LogName, LogName]]:
    """Scheduler's first fact waits for the second of minutes, whose third, read with it, waits for scheduler's second.

    Gives what was reached when both have had the time to come to their ends.
    """
    scheduler, minutes = Owner(make_log("scheduler")), Owner(make_log("minutes"))
    first, second = scheduler.log.name, minutes.log.name
    noting = Noting()
    async with (
        scheduler.sending(redis_url),
        minutes.sending(redis_url),
        consuming(
            folder,
            {"scheduler": scheduler, "minutes": minutes},
            redis_url,
            writer=noting,
            decides=frozenset({BellRung, GongStruck}),
        ) as consumer,
    ):
        minutes.log.append([a_fact(second, 1)])
        await until(lambda: noting.reached.get(second) == 1)
        scheduler.log.append([a_fact(first, 1, heard={second: 2})])
        await until(lambda: consumer.state("scheduler").waiting_for)
        scheduler.log.append([a_fact(first, 2, heard={second: 2})])
        minutes.log.append([a_fact(second, 2), a_fact(second, 3, heard={first: 2})])
        with suppress(AssertionError):
            await until(lambda: noting.reached.get(first) == 2 and noting.reached.get(second) == 3, 2)
        return consumer, noting, (first, second)


async def test_what_one_taker_waits_for_does_not_hold_the_other(
    make_log: Callable[..., SmallLog], redis_url: str, tmp_path: Path
) -> None:
    consumer, noting, (first, second) = await criss_cross(make_log, redis_url, tmp_path)
    assert noting.reached == {first: 2, second: 3}
    assert {state.service: state.position for state in consumer.intake.sources} == {"scheduler": 2, "minutes": 3}


async def test_control_takers_that_wait_one_after_the_other_stop_for_ever(
    make_log: Callable[..., SmallLog], redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one_after_the_other(self: Source, facts: object) -> None:
        for taker in self.takers:
            while fact := await self._into(taker, facts):  # type: ignore[arg-type]
                await self._wait([(taker, fact)])

    monkeypatch.setattr(Source, "_into_all", one_after_the_other)
    _, noting, (_, second) = await criss_cross(make_log, redis_url, tmp_path)
    assert noting.reached == {second: 1}
