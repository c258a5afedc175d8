"""The site's clock can be set where that is allowed, and what is set counts as time that passed."""

from datetime import UTC, datetime, timedelta

from shared.service.runtime import SiteClock

STORY = datetime(2026, 9, 26, tzinfo=UTC)


def passed(clock: SiteClock, now: datetime | None) -> timedelta:
    """How far the second hand moves beside the time when the clock is set."""
    was, elapsed = clock.now(), clock.elapsed()
    clock.set(now)
    return (clock.now() - was) - timedelta(seconds=clock.elapsed() - elapsed)


def test_setting_and_releasing_the_clock_is_no_leap() -> None:
    clock = SiteClock()
    assert clock.mode == "system"
    assert abs(passed(clock, STORY)) < timedelta(seconds=1)
    assert (clock.mode, clock.now()) == ("set", STORY)
    assert abs(passed(clock, STORY + timedelta(days=9))) < timedelta(seconds=1)
    assert abs(passed(clock, None)) < timedelta(seconds=1)
    assert clock.mode == "system"
