"""Where services take the time from: the system's clock, or one that a person sets for samples and tests."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta


class Clock(ABC):
    """The time now, and a second hand that does not jump when somebody corrects the time."""

    @abstractmethod
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    @abstractmethod
    def elapsed(self) -> float:
        """Seconds since some beginning. A correction of the time does not move it; sleep of the machine does."""


class SystemClock(Clock):
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        # A laptop that slept over the weekend did not leap: where there is such a clock, it counts the sleep too.
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()


class SettableClock(Clock):
    """A clock that stands still until it is set; only for samples and tests."""

    def __init__(self, now: datetime) -> None:
        self._lock = threading.Lock()
        self._now = now.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def elapsed(self) -> float:
        with self._lock:
            return self._elapsed

    def set(self, now: datetime) -> None:
        """Let time pass until this moment."""
        with self._lock:
            self._elapsed += (now - self._now).total_seconds()
            self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Let this much time pass."""
        self.set(self.now() + by)

    def leap(self, now: datetime) -> None:
        """Show another time although none has passed, as a wrongly set clock does."""
        with self._lock:
            self._now = now.astimezone(UTC)
