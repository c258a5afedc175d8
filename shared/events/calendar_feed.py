"""Secret calendar addresses of a branch and of its members: opened and withdrawn, never the address itself."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.events.envelope import BranchCode, Fact, MemberId, Told


class CalendarFeedFact(Fact):
    """About one calendar address; whoever knows the address reads it, so no fact holds it."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    member_id: MemberId | None = None
    """Whose calendar it is; None: the branch's own."""
    revision: int = Field(ge=1)
    """Counts one up each time an address is opened anew; the address is made from it and the site's secret."""

    def subject(self) -> str:
        return f"calendar/{self.branch}"

    def _whose_vi(self, tell: Told) -> str:
        return "của chi bộ" if self.member_id is None else f"của đ/c {tell.name(self.member_id)}"

    def _whose_en(self, tell: Told) -> str:
        return "the branch's" if self.member_id is None else f"{tell.name(self.member_id)}'s"


class CalendarFeedOpened(CalendarFeedFact):
    """A calendar address was opened; the ones before it stay dead."""

    def vi(self, tell: Told) -> str:
        return f"Mở địa chỉ lịch {self._whose_vi(tell)} (lần {self.revision})."

    def en(self, tell: Told) -> str:
        return f"Opened {self._whose_en(tell)} calendar address (no. {self.revision})."


class CalendarFeedWithdrawn(CalendarFeedFact):
    """A calendar address was withdrawn; from now on it answers as if it had never been."""

    def vi(self, tell: Told) -> str:
        return f"Thu hồi địa chỉ lịch {self._whose_vi(tell)} (lần {self.revision})."

    def en(self, tell: Told) -> str:
        return f"Withdrew {self._whose_en(tell)} calendar address (no. {self.revision})."


AnyCalendarFeedFact = CalendarFeedOpened | CalendarFeedWithdrawn

FACTS: tuple[type[Fact], ...] = (CalendarFeedOpened, CalendarFeedWithdrawn)
