"""What the command line says to people: Vietnamese first, English second, or the one language chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.status import Status

Language = Literal["vi", "en"]


class Failed(Exception):
    """A command ended without its result; the message is for the person who typed it."""

    def __init__(self, vi: str, en: str, *, code: int = 1, details: Iterable[str] = ()) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.code = code
        self.details = tuple(details)
        """Lines a technician would ask for: the end of a log, an address."""


@dataclass
class Voice:
    """Talk goes to stderr, data to stdout; a pipe gets neither colours nor frames."""

    language: Language | None = field(default_factory=lambda: _language(os.environ.get("CHIBO_LANG")))
    """None: both, Vietnamese first."""

    @cached_property
    def out(self) -> Console:
        """For data."""
        from rich.console import Console

        return Console(highlight=False, emoji=False)

    @cached_property
    def err(self) -> Console:
        """For talk."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, emoji=False)

    def choose(self, vi: str, en: str) -> list[str]:
        """The sentence in the languages wanted, the first first."""
        return {"vi": [vi], "en": [en]}.get(self.language or "", [vi, en])

    def one(self, vi: str, en: str) -> str:
        """For places with room for one language only: a column, a label."""
        return self.choose(vi, en)[0]

    def both(self, vi: str, en: str) -> str:
        """On one line: «đã lưu · stored»."""
        return " · ".join(dict.fromkeys(self.choose(vi, en)))

    def say(self, vi: str, en: str, style: str = "") -> None:
        """Tell something to whoever sits in front."""
        from rich.text import Text

        first, *rest = self.choose(vi, en)
        self.err.print(Text(first, style=style))
        for line in rest:
            self.err.print(Text(line, style="dim"))

    def waiting(self, vi: str, en: str) -> Status:
        """Something moves in front of whoever waits; a pipe sees nothing of it."""
        return self.err.status(self.both(vi, en))

    def failed(self, failure: Failed) -> None:
        """Tell why there is no result."""
        self.say(failure.vi, failure.en, style="bold red")
        from rich.text import Text

        for line in failure.details:
            self.err.print(Text(f"  {line}", style="dim"))


def tenths(number: float) -> tuple[str, str]:
    """A number with one digit behind the comma, as Vietnamese and English write it."""
    en = f"{number:.1f}"
    return en.replace(".", ","), en


def day(iso: str) -> str:
    """A day as answers give it, 2026-10-05, as people write it: 05/10/2026."""
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}"


def _language(given: str | None) -> Language | None:
    return {"vi": "vi", "en": "en"}.get((given or "")[:2].lower())  # type: ignore[return-value]


voice = Voice()
"""The one voice of this process; the option --lang sets its language."""
