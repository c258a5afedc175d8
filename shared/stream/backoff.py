"""Pauses between tries: each about twice as long as the last, with chance in them."""

from __future__ import annotations

import random


class Backoff:
    """How long to wait before the next try. Chance keeps many who lost the same server from returning at once."""

    def __init__(self, first: float = 0.05, longest: float = 5.0) -> None:
        self.first = first
        self.longest = longest
        self._next = first

    def pause(self) -> float:
        """Seconds to wait now; the next answer will be about twice as long."""
        pause = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - spreads tries, hides nothing
        self._next = min(self._next * 2, self.longest)
        return pause

    def reset(self) -> None:
        """It worked: start again with the shortest pause."""
        self._next = self.first
