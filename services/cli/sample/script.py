"""A story as a list of steps: who asks what, when; a step may be one that must be refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.days import VIETNAM

if TYPE_CHECKING:
    from services.cli.site import Site

Data = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One command of the story."""

    at: datetime
    """When it is typed in."""
    actor: str
    command: str
    """Empty: nobody asks anything, all clocks just come to this moment."""
    data: Data
    happened: datetime | None = None
    """When it happened, where it is typed in later."""
    enteredby: str | None = None
    medium: str | None = None
    refused: str | None = None
    """The rule or reason by which the story expects it to be refused."""
    branch: str | None = None
    """For which it is asked, where that is not the sample branch: the province, for what concerns the tree."""
    pin: str | None = None
    """With which a key is made or used; such a step is no plain command."""
    prepare: Callable[[Site, Data], Data] | None = None
    """Makes the command's data from what the services say at that moment."""


@dataclass
class Script:
    """Steps as they are written down; told in order of time, those of one minute as written."""

    steps: list[Step] = field(default_factory=list)

    def at(
        self,
        when: str | datetime,
        actor: str,
        command: str,
        *,
        happened: str | None = None,
        enteredby: str | None = None,
        medium: str | None = None,
        refused: str | None = None,
        branch: str | None = None,
        pin: str | None = None,
        prepare: Callable[[Site, Data], Data] | None = None,
        **data: Any,
    ) -> None:
        """Add a step; times are Viet Nam's, «2026-10-05 14:25». ``for_`` stands for ``for``."""
        step = Step(
            at=local(when),
            actor=actor,
            command=command,
            data={name.removesuffix("_"): value for name, value in data.items() if value is not None},
            happened=None if happened is None else local(happened),
            enteredby=enteredby,
            medium=medium,
            refused=refused,
            branch=branch,
            pin=pin,
            prepare=prepare,
        )
        self.steps.append(step)

    def clocks_reach(self, when: str | datetime) -> None:
        """Let every service's clock come to this moment, so that what is due then happens."""
        self.steps.append(Step(at=local(when), actor="clock", command="", data={}))

    def in_order(self) -> list[Step]:
        return sorted(self.steps, key=lambda step: step.at)


def local(when: str | datetime) -> datetime:
    """A moment in Viet Nam."""
    given = datetime.fromisoformat(when) if isinstance(when, str) else when
    return given if given.tzinfo else given.replace(tzinfo=VIETNAM)
