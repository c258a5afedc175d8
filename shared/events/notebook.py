"""The inspection of members' notebooks: once in every period of the charter, never by oneself, never the text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared import periods
from shared.events.envelope import BranchCode, Fact, MemberId, Told
from shared.periods import AnyPeriod

NotebookResult = Literal["ok", "supplement"]
MeetingsCount = Annotated[int, Field(ge=0, le=1000)]


class NotebookFact(Fact):
    """What is seen of members' notebooks in one period."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    period: AnyPeriod
    member_id: MemberId
    """Whose notebook it is."""
    inspector_id: MemberId
    noted: MeetingsCount
    held: MeetingsCount
    """Meetings of the period that the member should have noted."""
    result: NotebookResult
    recheck_on: date | None = None
    """Until when it is looked at again, where something is to be completed."""

    def subject(self) -> str:
        return f"notebook/{self.branch}:{self.period}"

    def _found_vi(self) -> str:
        if self.result == "ok":
            return "đạt"
        again = f", kiểm tra lại trước {self.recheck_on:%d/%m/%Y}" if self.recheck_on else ""
        return f"cần bổ sung{again}"

    def _found_en(self) -> str:
        if self.result == "ok":
            return "in order"
        again = f", re-check by {self.recheck_on:%d/%m/%Y}" if self.recheck_on else ""
        return f"to be completed{again}"


class NotebookInspected(NotebookFact):
    """An inspector looked at a member's notebook: how many meetings are noted, and whether that will do."""

    inspected_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.inspector_id)} kiểm tra sổ ghi chép {periods.vi(self.period)} của "
            f"đ/c {tell.name(self.member_id)}: ghi {self.noted}/{self.held} buổi, {self._found_vi()}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.inspector_id)} inspected {tell.name(self.member_id)}'s notebook for "
            f"{periods.en(self.period)}: {self.noted} of {self.held} meetings noted, {self._found_en()}."
        )


class NotebookRechecked(NotebookFact):
    """What had been missing in a notebook was looked at again."""

    rechecked_on: date
    due_on: date
    """The last day of the re-check as it was set."""

    def vi(self, tell: Told) -> str:
        late = (self.rechecked_on - self.due_on).days
        when = f"chậm {late} ngày so với hạn {self.due_on:%d/%m/%Y}" if late > 0 else "đúng hạn"
        return (
            f"Đ/c {tell.name(self.inspector_id)} kiểm tra lại sổ ghi chép {periods.vi(self.period)} của "
            f"đ/c {tell.name(self.member_id)} ngày {self.rechecked_on:%d/%m/%Y}, {when}: "
            f"ghi {self.noted}/{self.held} buổi, {self._found_vi()}."
        )

    def en(self, tell: Told) -> str:
        late = (self.rechecked_on - self.due_on).days
        when = f"{late} day{'s' if late > 1 else ''} after {self.due_on:%d/%m/%Y}" if late > 0 else "in time"
        return (
            f"{tell.name(self.inspector_id)} looked again at {tell.name(self.member_id)}'s notebook for "
            f"{periods.en(self.period)} on {self.rechecked_on:%d/%m/%Y}, {when}: "
            f"{self.noted} of {self.held} meetings noted, {self._found_en()}."
        )


AnyNotebookFact = NotebookInspected | NotebookRechecked

FACTS: tuple[type[Fact], ...] = (NotebookInspected, NotebookRechecked)
