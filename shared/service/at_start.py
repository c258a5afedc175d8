"""What a service asks of itself at each start; it happens once, however often it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.decision import Command

_NAMESPACE = UUID("c5f1b9a8-2f43-5f0c-9a0e-74d0e6f5b7d2")


@dataclass(frozen=True)
class AtStart:
    """A command of the service to itself."""

    branch: str
    command: Command
    once: str
    """What makes it this command and no other: the same words give the same command id."""

    @property
    def command_id(self) -> UUID:
        """The same at every start."""
        return uuid5(_NAMESPACE, f"{self.command.subject(self.branch)} {type(self.command).__name__} {self.once}")
