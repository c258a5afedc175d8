"""The life of a branch: registered, its charter, who is in it and in which role, until it is dissolved."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.envelope import BranchCode, Fact, Line, MemberId, Told
from shared.events.sealed import Private
from shared.events.wording import many

Status = Literal["official", "probationary", "exempt", "temporary_here", "temporary_elsewhere", "special_mission"]
Role = Literal[
    "secretary",
    "deputy_secretary",
    "committee_member",
    "minute_taker",
    "rapporteur",
    "locality",
    "union_minute_taker",
]
Reach = Literal["telephone", "computer", "laptop", "paper"]
"""By what a member is reached; ``paper`` means a print handed over."""
Sex = Literal["male", "female"]
Counting = Literal["counted", "not_counted"]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day in Viet Nam, HH:MM."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
DocumentType = Annotated[str, StringConstraints(pattern=r"^[A-ZĐ][A-Za-zĐ]{1,3}$")]
"""NQ, BB, TB …: documents are numbered per type through a term."""

Whose = Literal["cell", "professional", "union"]
"""Whose papers: the cell's own, or those of a book that is not the Party's."""

WHOSE_WORDS: dict[Whose, tuple[str, str]] = {
    "cell": ("chi bộ", "the cell"),
    "professional": ("đơn vị chuyên môn", "the professional unit"),
    "union": ("công đoàn", "the union"),
}
STATUS_WORDS: dict[Status, tuple[str, str]] = {
    "official": ("đảng viên chính thức", "a full member"),
    "probationary": ("đảng viên dự bị", "a probationary member"),
    "exempt": ("được miễn công tác và sinh hoạt", "exempt from work and meetings"),
    "temporary_here": ("sinh hoạt tạm thời tại chi bộ", "temporarily with this branch"),
    "temporary_elsewhere": ("sinh hoạt tạm thời ở nơi khác", "temporarily with another branch"),
    "special_mission": ("làm nhiệm vụ đặc biệt", "on a special mission"),
}
ROLE_WORDS: dict[Role, tuple[str, str]] = {
    "secretary": ("bí thư", "secretary"),
    "deputy_secretary": ("phó bí thư", "deputy secretary"),
    "committee_member": ("chi ủy viên", "committee member"),
    "minute_taker": ("thư ký ghi biên bản", "minute-taker"),
    "rapporteur": ("báo cáo viên", "rapporteur"),
    "locality": ("đảng viên theo dõi địa bàn", "follower of a locality"),
    "union_minute_taker": ("thư ký sinh hoạt công đoàn", "minute-taker of union meetings"),
}


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Rotation(Part):
    """Who takes turns at the current-affairs briefing."""

    order: Literal["roster"] = "roster"
    exclusions: tuple[MemberId, ...] = ()
    skip: tuple[Status, ...] = ("exempt", "temporary_elsewhere", "special_mission")


class MonthlyRanking(Part):
    enabled: bool = True
    period_rule: Literal["previous_month_at_regular_meeting", "month_end"] = "previous_month_at_regular_meeting"
    cap: Annotated[int, Field(ge=0, le=100)] | None = None
    """Percent of the ranked who may be excellent; None sets no cap."""


class NotebookRule(Part):
    inspect_every: Literal["month", "quarter", "half_year", "year"]
    inspectors: tuple[MemberId, ...]
    never_own: bool = True
    recheck_days: Annotated[int, Field(ge=0)]


class RemarkRule(Part):
    share_with_member_days: Annotated[int, Field(ge=0)]


class CorrectionRule(Part):
    request_within_days: Annotated[int, Field(ge=0)]
    decided_by: Literal["next_regular_meeting"] = "next_regular_meeting"


class LeastMinutes(Part):
    """The shortest a meeting may be; the rule profile says how far a charter may go."""

    regular: Annotated[int, Field(ge=1, le=1440)]
    combined: Annotated[int, Field(ge=1, le=1440)]


class Base(Part):
    """Whether members away or exempt are counted."""

    exempt: Counting
    temporary_elsewhere: Counting


class Term(Part):
    """The committee's term: documents are numbered from its opening to its end."""

    opened_on: date
    next_numbers: dict[DocumentType, Annotated[int, Field(ge=1)]]


class Charter(Part):
    """What the cell agreed about its own working: the day, the notice, the turns, who is counted."""

    version: Annotated[int, Field(ge=1)]
    adopted_on: date
    meeting_day: Annotated[int, Field(ge=1, le=28)]
    starts_at: Clock
    place: Line
    holiday_policy: Literal["keep", "next_working_day"] = "keep"
    notice_days: Annotated[int, Field(ge=0, le=28)]
    notice_requires_committee: bool = True
    move_for_force_majeure: Literal["restart_notice", "keep_notice"] = "restart_notice"
    rotation: Rotation = Rotation()
    monthly_ranking: MonthlyRanking = MonthlyRanking()
    notebook: NotebookRule | None = None
    remarks: RemarkRule | None = None
    corrections: CorrectionRule | None = None
    min_minutes: LeastMinutes | None = None
    attendance_base: Base = Base(exempt="not_counted", temporary_elsewhere="not_counted")
    vote_base: Base = Base(exempt="counted", temporary_elsewhere="counted")
    motto: Line | None = None
    term: Term | None = None


class MemberEntry(Part):
    """One line of a branch's list of members."""

    member_id: MemberId
    name: Private
    given: Private
    """By which the list is sorted; never split off the full name, whose family part may stand last."""
    sex: Sex | None = None
    born: Private | None = None
    """The year."""
    status: Status
    since: date | None = None
    """From when this status holds; None: since before these records."""
    until: date | None = None
    """The last day of a status that ends by itself."""
    roles: tuple[Role, ...] = ()
    reach: Reach = "telephone"


class BranchFact(Fact):
    """What happens to a branch and the people in it."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode

    def subject(self) -> str:
        return f"branch/{self.branch}"


class BranchRegistered(BranchFact):
    """A branch is known here: its code, its name, the organisation above it and who follows it from there."""

    name: Line
    superior: Line
    follower_id: MemberId | None = None
    follower_name: Private | None = None
    effective_on: date

    def vi(self, tell: Told) -> str:
        follower = f"; cấp ủy viên theo dõi: đ/c {tell.name(self.follower_id)}" if self.follower_id else ""
        return (
            f"{self.name} (mã {self.branch}), trực thuộc {self.superior}, "
            f"được ghi danh từ ngày {self.effective_on:%d/%m/%Y}{follower}."
        )

    def en(self, tell: Told) -> str:
        follower = f"; followed by {tell.name(self.follower_id)}" if self.follower_id else ""
        return (
            f"{self.name} (code {self.branch}) under {self.superior} "
            f"was registered as of {self.effective_on:%d/%m/%Y}{follower}."
        )


class BranchCharterAdopted(BranchFact):
    """The branch agreed how it works: meeting day, days of notice, turns, who is counted."""

    charter: Charter

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        charter = self.charter
        return (
            f"Chi bộ thông qua quy ước làm việc lần thứ {charter.version} ngày {charter.adopted_on:%d/%m/%Y}: "
            f"sinh hoạt ngày {charter.meeting_day} hằng tháng lúc {charter.starts_at} tại {charter.place}, "
            f"thông báo trước {charter.notice_days} ngày."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        charter = self.charter
        return (
            f"The branch adopted version {charter.version} of its charter on {charter.adopted_on:%d/%m/%Y}: "
            f"it meets on day {charter.meeting_day} of the month at {charter.starts_at} in {charter.place}, "
            f"with {charter.notice_days} days' notice."
        )


class RosterImported(BranchFact):
    """The list of members was brought in from one file, whole."""

    file_name: Line
    file_sha256: Sha256
    format: Literal["csv", "xlsx"]
    members: Annotated[tuple[MemberEntry, ...], Field(min_length=1)]
    told_apart: tuple[tuple[MemberId, MemberId], ...] = ()
    """Pairs whose names look alike and who were confirmed to be two persons."""

    def vi(self, tell: Told) -> str:
        apart = f"; đã xác nhận tên gần giống là hai người: {_pairs(self.told_apart, tell, 'và')}"
        return (
            f"Danh sách {len(self.members)} đảng viên được nhập từ tệp «{self.file_name}»"
            f"{apart if self.told_apart else ''}."
        )

    def en(self, tell: Told) -> str:
        apart = f"; look-alike names confirmed to be two persons: {_pairs(self.told_apart, tell, 'and')}"
        return (
            f"The list of {many(len(self.members), 'member')} was brought in from the file “{self.file_name}”"
            f"{apart if self.told_apart else ''}."
        )


def _pairs(pairs: tuple[tuple[MemberId, MemberId], ...], tell: Told, joined: str) -> str:
    return "; ".join(f"{tell.name(one)} {joined} {tell.name(other)}" for one, other in pairs)


class MemberEnrolled(BranchFact):
    """One person joined the branch's list."""

    member: MemberEntry
    joined_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member.member_id)} được ghi vào danh sách chi bộ từ ngày "
            f"{self.joined_on:%d/%m/%Y}: {STATUS_WORDS[self.member.status][0]}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member.member_id)} joined the branch's list on "
            f"{self.joined_on:%d/%m/%Y}: {STATUS_WORDS[self.member.status][1]}."
        )


class MemberStatusChanged(BranchFact):
    """From a day on a member counts differently: full, probationary, exempt, away for a time."""

    member_id: MemberId
    status: Status
    from_on: date
    until_on: date | None = None
    """The last day, when the status ends by itself."""

    def vi(self, tell: Told) -> str:
        until = f" đến ngày {self.until_on:%d/%m/%Y}" if self.until_on else ""
        return (
            f"Đ/c {tell.name(self.member_id)}: {STATUS_WORDS[self.status][0]} từ ngày {self.from_on:%d/%m/%Y}{until}."
        )

    def en(self, tell: Told) -> str:
        until = f" until {self.until_on:%d/%m/%Y}" if self.until_on else ""
        return f"{tell.name(self.member_id)} is {STATUS_WORDS[self.status][1]} from {self.from_on:%d/%m/%Y}{until}."


class RoleAssigned(BranchFact):
    """A member took up a role in the branch."""

    member_id: MemberId
    role: Role
    from_on: date
    decision_no: Line | None = None

    def vi(self, tell: Told) -> str:
        decision = f" (quyết định số {self.decision_no})" if self.decision_no else ""
        return (
            f"Đ/c {tell.name(self.member_id)} đảm nhiệm vai trò {ROLE_WORDS[self.role][0]} "
            f"từ ngày {self.from_on:%d/%m/%Y}{decision}."
        )

    def en(self, tell: Told) -> str:
        decision = f" (decision {self.decision_no})" if self.decision_no else ""
        return (
            f"{tell.name(self.member_id)} took up the role of {ROLE_WORDS[self.role][1]} "
            f"on {self.from_on:%d/%m/%Y}{decision}."
        )


class RoleEnded(BranchFact):
    """A member laid down a role; the day named is the last one."""

    member_id: MemberId
    role: Role
    to_on: date
    decision_no: Line | None = None

    def vi(self, tell: Told) -> str:
        decision = f" (quyết định số {self.decision_no})" if self.decision_no else ""
        return (
            f"Đ/c {tell.name(self.member_id)} thôi vai trò {ROLE_WORDS[self.role][0]} "
            f"sau ngày {self.to_on:%d/%m/%Y}{decision}."
        )

    def en(self, tell: Told) -> str:
        decision = f" (decision {self.decision_no})" if self.decision_no else ""
        return (
            f"{tell.name(self.member_id)} laid down the role of {ROLE_WORDS[self.role][1]} "
            f"after {self.to_on:%d/%m/%Y}{decision}."
        )


class MemberTransferred(BranchFact):
    """A member left for another branch; from the day named the branch counts one less."""

    member_id: MemberId
    to: Line
    effective_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} chuyển sinh hoạt đảng đến {self.to}, "
            f"có hiệu lực từ ngày {self.effective_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} transferred to {self.to} as of {self.effective_on:%d/%m/%Y}."


class SubjectKeyDestroyed(BranchFact):
    """The key of one person's private text was destroyed: that text can never be read again, no proof breaks."""

    key_subject: Line
    basis: Line
    approved_by: tuple[MemberId, MemberId]

    def vi(self, tell: Told) -> str:
        one, other = self.approved_by
        return (
            f"Khóa đọc dữ liệu riêng của {self._whose()[0]} đã bị hủy, căn cứ {self.basis}; "
            f"hai người cùng duyệt: đ/c {tell.name(one)} và đ/c {tell.name(other)}."
        )

    def en(self, tell: Told) -> str:
        one, other = self.approved_by
        return (
            f"The key to the private data of {self._whose()[1]} was destroyed on the basis of {self.basis}; "
            f"approved by two persons: {tell.name(one)} and {tell.name(other)}."
        )

    def _whose(self) -> tuple[str, str]:
        kind, _, rest = self.key_subject.partition("/")
        member_id = rest.rpartition("/")[2]
        return (
            (f"đảng viên mang mã {member_id}", f"the member with id {member_id}")
            if kind == "member"
            else ("chi bộ", "the branch")
        )


class PaperHeadSet(BranchFact):
    """What stands at the head of papers from a day on: where the cell dates them, whose name a unit's book bears."""

    whose: Whose
    place: Line | None = None
    name: Line | None = None
    above: Line | None = None
    """The body above the unit."""
    from_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        what = [f"tên «{self.name}»"] if self.name else []
        what += [f"cấp trên «{self.above}»"] if self.above else []
        what += [f"nơi ban hành «{self.place}»"] if self.place else []
        return f"Văn bản của {WHOSE_WORDS[self.whose][0]} từ ngày {self.from_on:%d/%m/%Y} ghi {', '.join(what)}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        what = [f"the name “{self.name}”"] if self.name else []
        what += [f"the body above “{self.above}”"] if self.above else []
        what += [f"the place “{self.place}”"] if self.place else []
        whose = WHOSE_WORDS[self.whose][1]
        return f"As of {self.from_on:%d/%m/%Y} papers of {whose} are headed with {', '.join(what)}."


class BranchDissolved(BranchFact):
    """The branch ended by decision; from then on it takes no more entries."""

    decision_no: Line
    effective_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Chi bộ giải thể theo quyết định số {self.decision_no}, từ ngày {self.effective_on:%d/%m/%Y}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"The branch was dissolved by decision {self.decision_no} as of {self.effective_on:%d/%m/%Y}."


AnyBranchFact = (
    BranchRegistered
    | BranchCharterAdopted
    | RosterImported
    | MemberEnrolled
    | MemberStatusChanged
    | RoleAssigned
    | RoleEnded
    | MemberTransferred
    | SubjectKeyDestroyed
    | PaperHeadSet
    | BranchDissolved
)

FACTS: tuple[type[Fact], ...] = (
    BranchRegistered,
    BranchCharterAdopted,
    RosterImported,
    MemberEnrolled,
    MemberStatusChanged,
    RoleAssigned,
    RoleEnded,
    MemberTransferred,
    SubjectKeyDestroyed,
    PaperHeadSet,
    BranchDissolved,
)
