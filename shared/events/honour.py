"""What a branch, its professional unit and its members were given: awards, and results of the years."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from shared.events.branch import Sha256
from shared.events.envelope import BranchCode, Fact, Line, MemberId, ShortId, Told
from shared.events.member import Year

Award = Literal["order", "merit", "commendation", "emulation_soldier", "advanced", "party_badge", "title", "other"]
Level = Literal["central", "province", "district", "grassroots"]
Honoured = Literal["member", "unit", "branch"]
Result = Literal["exemplary", "good", "completed", "not_completed"]
"""Of a branch «trong sạch, vững mạnh tiêu biểu» is exemplary; of a member, excellent."""

RESULT_WORDS: dict[Result, tuple[str, str]] = {
    "exemplary": ("xuất sắc, tiêu biểu", "exemplary"),
    "good": ("hoàn thành tốt nhiệm vụ", "good"),
    "completed": ("hoàn thành nhiệm vụ", "completed"),
    "not_completed": ("không hoàn thành nhiệm vụ", "not completed"),
}


class HonourFact(Fact):
    """What the branch and those in it were given."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode

    def subject(self) -> str:
        return f"honour/{self.branch}"


class AwardRecorded(HonourFact):
    """An award was given to a member, to the professional unit or to the branch."""

    award_id: ShortId
    honoured: Honoured
    member_id: MemberId | None = None
    unit: Line | None = None
    award: Award
    level: Level | None = None
    badge_years: Annotated[int, Ge(30), Le(100)] | None = None
    title: Line
    """As it is called on paper."""
    year: Year
    decision_no: Line
    decided_on: date | None = None

    def vi(self, tell: Told) -> str:
        return f"{self._who(tell)[0]} được tặng {self.title} năm {self.year} (quyết định số {self.decision_no})."

    def en(self, tell: Told) -> str:
        return f"{self._who(tell)[1]} received “{self.title}” in {self.year} (decision {self.decision_no})."

    def _who(self, tell: Told) -> tuple[str, str]:
        if self.honoured == "member" and self.member_id is not None:
            return f"Đ/c {tell.name(self.member_id)}", tell.name(self.member_id)
        if self.honoured == "unit":
            return self.unit or "Đơn vị chuyên môn", self.unit or "The professional unit"
        return "Chi bộ", "The branch"


class AwardRevoked(HonourFact):
    """An award was taken back by decision; it no longer counts from that day."""

    award_id: ShortId
    title: Line
    decision_no: Line
    revoked_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"{self.title} bị thu hồi theo quyết định số {self.decision_no}, từ ngày {self.revoked_on:%d/%m/%Y}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"“{self.title}” was revoked by decision {self.decision_no} as of {self.revoked_on:%d/%m/%Y}."


class PastResultEntered(HonourFact):
    """The result of a year, taken from its paper decision, so that years running count from before these records."""

    honoured: Literal["member", "branch"]
    member_id: MemberId | None = None
    year: Year
    result: Result
    title: Line
    """As it is called on paper."""
    decision_no: Line
    decided_on: date | None = None
    scan_sha256: Sha256 | None = None
    """The scanned decision; without it the result stands unproven."""
    replaces: Line | None = None
    """Why an earlier entry for this year is replaced."""

    def vi(self, tell: Told) -> str:
        who = f"đ/c {tell.name(self.member_id)}" if self.member_id else "chi bộ"
        scan = "kèm bản quét" if self.scan_sha256 else "chưa có bản quét"
        again = f"; thay lần nhập trước: {self.replaces}" if self.replaces else ""
        return (
            f"Kết quả năm {self.year} của {who} được nhập từ quyết định số {self.decision_no}: {self.title} ({scan})"
            f"{again}."
        )

    def en(self, tell: Told) -> str:
        who = tell.name(self.member_id) if self.member_id else "the branch"
        scan = "with its scan" if self.scan_sha256 else "no scan yet"
        again = f"; in place of the earlier entry: {self.replaces}" if self.replaces else ""
        return (
            f"The result of {who} for {self.year} was entered from decision {self.decision_no}: {self.title} ({scan})"
            f"{again}."
        )


AnyHonourFact = AwardRecorded | AwardRevoked | PastResultEntered

FACTS: tuple[type[Fact], ...] = (AwardRecorded, AwardRevoked, PastResultEntered)
