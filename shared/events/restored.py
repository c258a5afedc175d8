"""What any service says of its own log: that it was restored with loss, and from where it goes on."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.events.envelope import Fact, Line, MemberId, ShortId, Told

EVERY = "every"
"""The owner of what each service says of its own log."""


def facts_vi(first: int, last: int) -> str:
    """Facts that stand together, by their numbers: «các sự kiện số 3–6»."""
    return f"sự kiện số {first}" if first == last else f"các sự kiện số {first}–{last}"


def facts_en(first: int, last: int) -> str:
    """The same in English."""
    return f"fact {first}" if first == last else f"facts {first} to {last}"


class LogRestored(Fact):
    """A log that had lost facts for good goes on without them, in a new epoch: the first thing said in it.

    What stood before it keeps its place and its bytes; whoever had heard more of the epoch that ended withdraws that.
    """

    OWNER: ClassVar[str] = EVERY

    service: ShortId
    ended: ShortId
    """The epoch that ended."""
    upto: int = Field(ge=0)
    """The last fact of it that was kept."""
    known: int = Field(ge=0)
    """The last fact of it that anybody had heard."""
    by: MemberId
    """Who decided it."""
    reason: Line

    def subject(self) -> str:
        return f"log/{self.service}"

    def vi(self, tell: Told) -> str:
        return (
            f"Sổ {self.service} mất {facts_vi(self.upto + 1, self.known)}, được mở tiếp sau sự kiện số {self.upto} "
            f"theo quyết định của đ/c {tell.name(self.by)}. Lý do: {self.reason.rstrip('.')}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The log of {self.service} lost {facts_en(self.upto + 1, self.known)} and goes on after fact {self.upto}, "
            f"as {tell.name(self.by)} decided. Reason: {self.reason.rstrip('.')}."
        )


FACTS: tuple[type[Fact], ...] = (LogRestored,)
