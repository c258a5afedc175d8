"""A locality a member follows: visits with their four acts, an issue and its road to an answer, the locality's word."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.branch import Sha256
from shared.events.envelope import BranchCode, Fact, Line, MemberId, ShortId, Told
from shared.events.member import RemarkResult
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Private

Act = Literal["conveyed", "inspected", "urged", "guided"]
ACT_WORDS: dict[Act, tuple[str, str]] = {
    "conveyed": ("truyền đạt", "conveyed"),
    "inspected": ("kiểm tra", "inspected"),
    "urged": ("đôn đốc", "urged"),
    "guided": ("hướng dẫn", "guided"),
}


class LocalityFact(Fact):
    """What happens between the branch and a locality."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode
    locality_id: ShortId

    def subject(self) -> str:
        return f"locality/{self.branch}/{self.locality_id}"


class LocalityAssigned(LocalityFact):
    """A member follows this locality from a day on; whoever followed it before does no longer."""

    place: Line
    member_id: MemberId
    from_on: date

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.member_id)} được phân công theo dõi {self.place} từ ngày {self.from_on:%d/%m/%Y}."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} follows {self.place} from {self.from_on:%d/%m/%Y}."


class LocalityVisited(LocalityFact):
    """The member was there, and did one or more of the four acts."""

    visit_id: ShortId
    member_id: MemberId
    visited_on: date
    place: Line
    acts: Annotated[tuple[Act, ...], Field(min_length=1)]
    programme_item_id: ShortId | None = None

    def vi(self, tell: Told) -> str:
        acts = ", ".join(ACT_WORDS[act][0] for act in self.acts)
        return f"Đ/c {tell.name(self.member_id)} về {self.place} ngày {self.visited_on:%d/%m/%Y}: {acts}."

    def en(self, tell: Told) -> str:
        acts = ", ".join(ACT_WORDS[act][1] for act in self.acts)
        return f"{tell.name(self.member_id)} visited {self.place} on {self.visited_on:%d/%m/%Y}: {acts}."


class LocalityIssueRaised(LocalityFact):
    """Something that came up there was reported."""

    issue_id: ShortId
    member_id: MemberId
    found_on: date
    text: Private

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} phản ánh vấn đề {self.issue_id} phát hiện ngày {self.found_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} reported issue {self.issue_id}, found on {self.found_on:%d/%m/%Y}."


class AdviceGiven(LocalityFact):
    """The member advised a leader what to do about it, and by when an answer is hoped for."""

    issue_id: ShortId
    member_id: MemberId
    advised_on: date
    to: Line
    text: Private
    answer_due_on: date | None = None

    def vi(self, tell: Told) -> str:
        due = f", đề nghị trả lời trước hết ngày {self.answer_due_on:%d/%m/%Y}" if self.answer_due_on else ""
        return (
            f"Đ/c {tell.name(self.member_id)} tham mưu cho {self.to} về vấn đề {self.issue_id} "
            f"ngày {self.advised_on:%d/%m/%Y}{due}."
        )

    def en(self, tell: Told) -> str:
        due = f", an answer asked for by {self.answer_due_on:%d/%m/%Y}" if self.answer_due_on else ""
        return (
            f"{tell.name(self.member_id)} advised {self.to} on issue {self.issue_id} "
            f"on {self.advised_on:%d/%m/%Y}{due}."
        )


class IssueAnswered(LocalityFact):
    """The leader answered."""

    issue_id: ShortId
    answered_on: date
    by: Line
    text: Private | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Vấn đề {self.issue_id} được {self.by} trả lời ngày {self.answered_on:%d/%m/%Y}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Issue {self.issue_id} was answered by {self.by} on {self.answered_on:%d/%m/%Y}."


class LocalityTold(LocalityFact):
    """The locality heard the answer; the issue is closed."""

    issue_id: ShortId
    member_id: MemberId
    told_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} báo lại cơ sở kết quả vấn đề {self.issue_id} "
            f"ngày {self.told_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} told the locality the answer to {self.issue_id} on {self.told_on:%d/%m/%Y}."
        )


class LocalityRemarkReceived(LocalityFact):
    """The locality's signed word about how it is followed."""

    remark_id: ShortId
    document_no: Line
    document_on: date
    document_sha256: Sha256 | None = None
    result: RemarkResult | None = None
    text: Private | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Cơ sở gửi nhận xét ({self.document_no} ngày {self.document_on:%d/%m/%Y}) về việc theo dõi địa bàn."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The locality sent its remark ({self.document_no} of {self.document_on:%d/%m/%Y}) on how it is followed."
        )


AnyLocalityFact = (
    LocalityAssigned
    | LocalityVisited
    | LocalityIssueRaised
    | AdviceGiven
    | IssueAnswered
    | LocalityTold
    | LocalityRemarkReceived
    | RosterFlagRaised
    | RosterFlagCleared
)
"""What the history of a locality may hold."""

FACTS: tuple[type[Fact], ...] = (
    LocalityAssigned,
    LocalityVisited,
    LocalityIssueRaised,
    AdviceGiven,
    IssueAnswered,
    LocalityTold,
    LocalityRemarkReceived,
)
