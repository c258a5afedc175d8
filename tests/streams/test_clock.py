"""The clock task: due moments become commands, once each, with both times; a strange time waits for a person."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.clock import SettableClock, SystemClock
from shared.decision import Command, Refused
from shared.stream.clock import ClockTask, Due
from shared.stream.ending import end
from tests.streams.conftest import until

BRANCH = "99.001.002.000.011"
START = datetime(2026, 9, 1, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class NoteMissed(Command):
    """Note that a notice was due and not issued."""

    meeting_id: str

    def subject(self, branch: str) -> str:
        return f"meeting/{self.meeting_id}"


def due(moment: datetime, meeting: str = "m1", revision: int = 0) -> Due:
    return Due(moment, NoteMissed(meeting_id=meeting), BRANCH, "notice-missed", revision)


class Desk:
    """Keeps what was asked, each id once, as the writer's inbox does."""

    def __init__(self, *moments: Due) -> None:
        self.moments = list(moments)
        self.stored: dict[UUID, tuple[datetime, datetime]] = {}
        self.asked = 0
        self.refusal: Refused | None = None
        self.last: datetime | None = None
        self.clock = SettableClock(START)

    def list_due(self, now: datetime) -> Sequence[Due]:
        return [one for one in self.moments if one.moment <= now and one.command_id not in self.stored]

    async def ask(self, id: UUID, due: Due) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        self.stored.setdefault(id, (due.moment, self.clock.now()))

    def task(self, **options: object) -> ClockTask:
        return ClockTask(self.clock, self.list_due, self.ask, last_recorded=lambda: self.last, **options)  # type: ignore[arg-type]


async def test_a_moment_that_comes_is_said_with_its_own_time():
    desk = Desk(due(START + DAY / 2))
    task = desk.task()
    await task.look()
    assert not desk.stored
    desk.clock.advance(DAY / 2 + timedelta(minutes=3))
    await task.look()
    assert list(desk.stored.values()) == [(START + DAY / 2, START + DAY / 2 + timedelta(minutes=3))]


async def test_it_is_said_once_whoever_looks_and_however_often():
    desk = Desk(due(START), due(START - DAY, "m2"))
    tasks = [desk.task() for _ in range(3)]
    for _ in range(3):
        await asyncio.gather(*(task.look() for task in tasks))
    assert len(desk.stored) == 2


async def test_the_id_is_the_moments_own():
    one = due(START)
    assert one.command_id == due(START + timedelta(hours=2)).command_id, "the hour moved, the day did not"
    assert one.command_id.version == 5
    others = {due(START + DAY).command_id, due(START, "m2").command_id, due(START, revision=1).command_id}
    assert one.command_id not in others
    assert len(others) == 3


async def test_the_day_is_the_day_in_vietnam():
    evening = datetime(2026, 9, 1, 16, 59, tzinfo=UTC)
    assert due(evening).command_id != due(evening + timedelta(minutes=2)).command_id


async def test_what_was_missed_while_off_is_done_at_the_next_start_oldest_first():
    desk = Desk(due(START - DAY, "m3"), due(START - 9 * DAY, "m1"), due(START - 5 * DAY, "m2"))
    task = desk.task(every_seconds=60)
    task.start()
    await until(lambda: len(desk.stored) == 3)
    await task.stop()
    assert [happened for happened, _ in desk.stored.values()] == [START - 9 * DAY, START - 5 * DAY, START - DAY]
    assert {recorded for _, recorded in desk.stored.values()} == {START}


async def test_what_one_command_makes_due_is_done_too():
    desk = Desk(due(START, "m1"))

    def list_due(now: datetime) -> Sequence[Due]:
        if desk.stored and len(desk.moments) < 4:
            desk.moments.append(due(START, f"m{len(desk.moments) + 1}"))
        return desk.list_due(now)

    task = ClockTask(desk.clock, list_due, desk.ask, last_recorded=lambda: None)
    await task.look()
    assert len(desk.stored) == 4


async def test_a_refused_command_is_tried_again_and_reported():
    desk = Desk(due(START))
    desk.refusal = Refused("chưa được", "not yet")
    task = desk.task()
    await task.look()
    await task.look()
    assert desk.asked == 2
    assert list(task.state.refused.values()) == ["not yet"]
    desk.refusal = None
    await task.look()
    assert len(desk.stored) == 1
    assert not task.state.refused


async def test_nothing_is_looked_at_before_the_read_models_are_ready():
    desk = Desk(due(START))
    ready = False
    task = desk.task(ready=lambda: ready, every_seconds=0.02)
    task.start()
    await asyncio.sleep(0.1)
    assert not desk.stored
    ready = True
    await until(lambda: desk.stored)
    await task.stop()


async def test_setting_the_time_wakes_it():
    desk = Desk(due(START + 40 * DAY))
    task = desk.task(every_seconds=60)
    task.start()
    await until(lambda: task.state.looked)
    desk.clock.set(START + 41 * DAY)  # a person lets time pass: no leap
    task.wake()
    await until(lambda: desk.stored)
    assert task.state.waiting is None
    await task.stop()


@pytest.mark.parametrize("leap", [2 * DAY, 3650 * DAY, -2 * DAY, -3650 * DAY])
async def test_a_clock_that_leaps_waits_for_a_person(leap: timedelta):
    desk = Desk(due(START + DAY))
    task = desk.task()
    await task.look()
    desk.clock.leap(START + leap)
    await task.look()
    assert task.state.waiting is not None
    assert "leapt" in task.state.waiting.en
    assert "nhảy" in task.state.waiting.vi
    desk.clock.advance(DAY)
    await task.look()
    assert not desk.stored
    task.go_on()
    await task.look()
    assert bool(desk.stored) == (leap > DAY)


async def test_a_correction_of_minutes_is_no_leap():
    desk = Desk(due(START + timedelta(minutes=30)))
    task = desk.task()
    await task.look()
    desk.clock.leap(START + timedelta(minutes=40))
    await task.look()
    assert desk.stored


async def test_a_clock_before_the_last_stored_fact_waits_for_a_person():
    desk = Desk(due(START - DAY))
    desk.last = START + timedelta(hours=3)
    task = desk.task()
    await task.look()
    assert task.state.waiting is not None
    assert "before what was stored last" in task.state.waiting.en
    task.go_on()
    await task.look()
    assert "before what was stored last" in task.state.waiting.en, "who says it is right does not make it right"
    assert not desk.asked, "nothing could be stored"
    desk.clock.leap(START + timedelta(hours=4))
    task.go_on()
    await task.look()
    assert task.state.waiting is None
    assert desk.stored


async def test_a_clock_set_back_a_little_catches_up_by_itself():
    desk = Desk(due(START - DAY))
    desk.last = START + timedelta(seconds=20)
    task = desk.task()
    await task.look()
    assert task.state.behind
    assert not desk.stored
    desk.clock.advance(timedelta(seconds=21))
    await task.look()
    assert desk.stored
    assert not task.state.behind


async def test_a_failed_look_is_tried_again():
    desk = Desk(due(START))
    fails = [OSError("disk"), OSError("disk")]

    def list_due(now: datetime) -> Sequence[Due]:
        if fails:
            raise fails.pop()
        return desk.list_due(now)

    task = ClockTask(desk.clock, list_due, desk.ask, last_recorded=lambda: None, every_seconds=0.02)
    task.start()
    await until(lambda: desk.stored)
    await until(lambda: task.state.last_error is None)
    await task.stop()


def test_the_systems_clock_tells_utc_and_counts_seconds():
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    first = clock.elapsed()
    assert clock.elapsed() >= first


async def test_a_task_that_swallows_its_cancelling_is_ended_all_the_same():
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end([task])
    assert task.cancelled()
    assert swallowed == 2
