"""What a meeting does beside debate: guests, dues, documents passed on, the sealed note, criticism, its own score."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.events.envelope import Fact, Instant, Line, MemberId, Period, Privacy, ShortId, Told
from shared.events.minutes import AgendaNumber, Count, MinutesFact, Part, Ratio
from shared.events.sealed import Private
from shared.events.wording import clock, comma, day, inline, listed, month_en, month_vi

GuestKind = Literal["follower", "superior", "other"]
DisseminatedAs = Literal["secretary", "deputy_secretary", "rapporteur", "chair"]
MeetingBand = Literal["q_good", "q_fair", "q_average", "q_poor"]
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$")]
"""Marks as they were given, never a binary fraction: ``37``, ``89.5``."""

BAND_VI: dict[MeetingBand, str] = {"q_good": "Tốt", "q_fair": "Khá", "q_average": "Trung bình", "q_poor": "Kém"}
BAND_EN: dict[MeetingBand, str] = {"q_good": "Good", "q_fair": "Fair", "q_average": "Average", "q_poor": "Poor"}


class BasisDocument(Part):
    """A document that self-criticism and criticism rest on, and which older one it took the place of."""

    doc_no: Line
    title: Line | None = None
    supersedes: Line | None = None


class LineMark(Part):
    """One line of the score sheet."""

    id: ShortId
    mark: Mark
    max: Count


class Measured(Part):
    """What the meeting's own facts say to whoever gives the marks."""

    minutes: Count
    minimum: Count
    short_by: Count
    present_ever: Ratio
    attendance_meets: bool
    spoke: Ratio
    """Of those who came."""
    opinions: Count
    out_of_order: tuple[AgendaNumber, ...]


class AgendaItemTaken(MinutesFact):
    """The meeting came to an item of its agenda; going back behind a later one is accepted and said (R16)."""

    item: AgendaNumber
    at: Instant
    after: AgendaNumber | None = None
    """The later item that had been taken before: out of order."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        order = f", sau mục {self.after}: không theo thứ tự chương trình" if self.after else ""
        return f"Chi bộ chuyển sang mục {self.item} lúc {clock(self.at)}{order}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        order = f", after item {self.after}: not in the order of the agenda" if self.after else ""
        return f"The meeting came to item {self.item} at {clock(self.at)}{order}."


class GuestPresent(MinutesFact):
    """Somebody from outside the cell attends: the superior's follower, another delegate; counted in no base."""

    guest_id: ShortId
    guest_kind: GuestKind
    name: Private | None = None
    """The follower's name stands in the roster's facts."""
    position: Line | None = None
    at: Instant

    def vi(self, tell: Told) -> str:
        who = {
            "follower": f"Đ/c {tell.name(self.guest_id)}, cấp ủy viên theo dõi,",
            "superior": "Một đại biểu cấp trên",
            "other": "Một khách mời",
        }[self.guest_kind]
        return f"{who}{f' ({inline(self.position)})' if self.position else ''} dự buổi họp từ {clock(self.at)}."

    def en(self, tell: Told) -> str:
        who = {
            "follower": f"{tell.name(self.guest_id)}, the superior's follower,",
            "superior": "A delegate of the superior",
            "other": "A guest",
        }[self.guest_kind]
        return f"{who}{f' ({inline(self.position)})' if self.position else ''} attended from {clock(self.at)}."


class DuesStatusReported(MinutesFact):
    """How many have paid their dues and how many owe: counts, never names, never amounts."""

    period: Period
    paid: Count
    owing: Count

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        left = f"{self.owing} đồng chí chưa nộp" if self.owing else "không còn đồng chí nào chưa nộp"
        return f"Đảng phí tháng {month_vi(self.period)}: {self.paid} đồng chí đã nộp, {left}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Dues of {month_en(self.period)}: {self.paid} paid, {self.owing or 'none'} owing."


class PolicyDisseminated(MinutesFact):
    """A document was presented to the cell; who of the base was not there is to be caught up by a day (R39)."""

    doc_no: Line
    title: Line | None = None
    item: AgendaNumber | None = None
    by: MemberId
    by_role: DisseminatedAs
    heard: tuple[MemberId, ...]
    """Of the base, who was in the room at that minute."""
    to_catch_up: tuple[MemberId, ...]
    catch_up_by: date | None = None
    """None when everybody heard it."""

    def vi(self, tell: Told) -> str:
        roles = {
            "secretary": "bí thư",
            "deputy_secretary": "phó bí thư",
            "rapporteur": "báo cáo viên",
            "chair": "chủ trì",
        }
        left = (
            f", {len(self.to_catch_up)} đồng chí cần được phổ biến lại trước {day(self.catch_up_by)}"
            if self.to_catch_up
            else ", đủ số phải nghe"
        )
        return (
            f"Đ/c {tell.name(self.by)} ({roles[self.by_role]}) phổ biến văn bản {self.doc_no}; "
            f"{len(self.heard)} đồng chí đã nghe{left}."
        )

    def en(self, tell: Told) -> str:
        roles = {
            "secretary": "secretary",
            "deputy_secretary": "deputy secretary",
            "rapporteur": "rapporteur",
            "chair": "chair",
        }
        many = len(self.to_catch_up)
        left = (
            f", {many} {'is' if many == 1 else 'are'} to be caught up by {day(self.catch_up_by)}"
            if many
            else ", nobody was missing"
        )
        return (
            f"{tell.name(self.by)} ({roles[self.by_role]}) presented document {self.doc_no}; "
            f"{len(self.heard)} heard it{left}."
        )


class SituationNoted(MinutesFact):
    """A remark on the general situation and what the cell should mind; about nobody by name, for the cell only."""

    PRIVACY: ClassVar[Privacy] = "C"

    item: AgendaNumber | None = None
    text: Private

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        where = f" ở mục {self.item}" if self.item else ""
        return f"Chi bộ nhận xét tình hình{where} (nội dung chỉ chi bộ được đọc)."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        where = f" under item {self.item}" if self.item else ""
        return f"The cell noted the situation{where} (content open to the cell only)."


class EncouragementAssigned(MinutesFact):
    """One member is to talk with or visit another by a day: who and when, nothing about why."""

    PRIVACY: ClassVar[Privacy] = "C"

    encouragement_id: ShortId
    by: MemberId
    member_id: MemberId
    due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} được cử gặp gỡ, động viên đ/c {tell.name(self.member_id)}, "
            f"trước hết ngày {day(self.due_on)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.by)} is to see and encourage {tell.name(self.member_id)} "
            f"by the end of {day(self.due_on)}."
        )


class SelfCriticismGiven(MinutesFact):
    """A member criticised himself or herself before the cell; what was said is read by the cell only (R34)."""

    PRIVACY: ClassVar[Privacy] = "C"

    member_id: MemberId
    item: AgendaNumber
    text: Private | None = None
    basis: tuple[BasisDocument, ...] = ()
    """What it rests on, as it held that day."""

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.member_id)} tự phê bình trước chi bộ (nội dung chỉ chi bộ được đọc)."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} gave self-criticism before the cell (content open to the cell only)."


class CriticismGiven(MinutesFact):
    """One member criticised another before the cell; what was said is read by the cell only (R34)."""

    PRIVACY: ClassVar[Privacy] = "C"

    by: MemberId
    member_id: MemberId
    item: AgendaNumber
    text: Private | None = None
    basis: tuple[BasisDocument, ...] = ()

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} góp ý, phê bình đ/c {tell.name(self.member_id)} (nội dung chỉ chi bộ được đọc)."
        )

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.by)} criticised {tell.name(self.member_id)} (content open to the cell only)."


class MeetingScored(MinutesFact):
    """The cell gave its own meeting marks by the frame of that day: exact sum, band, what lowered it (R23, R24)."""

    rubric: Line
    marks: Annotated[tuple[LineMark, ...], Field(min_length=1)]
    """One for each group of the frame."""
    lines: tuple[LineMark, ...] = ()
    """The single lines, where a group was marked line by line."""
    total: Mark
    by_marks: MeetingBand
    band: MeetingBand
    not_full: tuple[ShortId, ...] = ()
    """The lines whose missing maximum lowered the band."""
    measured: Measured
    vote_id: ShortId | None = None
    superior_confirms: bool
    """Whether the superior's word makes it final."""
    replaces: Mark | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        lower = f", xuống {BAND_VI[self.band]} vì mục {listed(self.not_full)} chưa tối đa" if self._lowered else ""
        again = f" (chấm lại, trước là {comma(self.replaces)})" if self.replaces else ""
        return (
            f"Chi bộ chấm buổi sinh hoạt {comma(self.total)} điểm ({self._marks('·')}): "
            f"{BAND_VI[self.by_marks]}{lower}{again}; {self._found_vi()}"
            f"{'; chờ cấp trên xác nhận' if self.superior_confirms else ''}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        full = listed(self.not_full)
        lower = f", lowered to {BAND_EN[self.band]} because {full} lacks the maximum" if self._lowered else ""
        again = f" (marked anew, {self.replaces} before)" if self.replaces else ""
        return (
            f"The cell gave its meeting {self.total} marks ({self._marks(' · ')}): "
            f"{BAND_EN[self.by_marks]}{lower}{again}; {self._found_en()}"
            f"{'; the superior is to confirm it' if self.superior_confirms else ''}."
        )

    @property
    def _lowered(self) -> bool:
        return self.band != self.by_marks

    def _marks(self, between: str) -> str:
        return between.join(line.mark for line in self.marks)

    def _found_vi(self) -> str:
        found = self.measured
        share = "đạt" if found.attendance_meets else "chưa đạt"
        parts = [f"dự {found.present_ever} ({share} tỷ lệ quy định)"]
        if found.short_by:
            parts.append(f"ngắn {found.short_by} phút")
        if found.out_of_order:
            parts.append(f"mục {listed(found.out_of_order)} không theo thứ tự")
        return ", ".join(parts)

    def _found_en(self) -> str:
        found = self.measured
        parts = [f"attendance {found.present_ever} ({'enough' if found.attendance_meets else 'below what is asked'})"]
        if found.short_by:
            parts.append(f"{found.short_by} minutes short")
        if found.out_of_order:
            parts.append(f"item {listed(found.out_of_order)} out of order")
        return ", ".join(parts)


AnySittingFact = (
    AgendaItemTaken
    | GuestPresent
    | DuesStatusReported
    | PolicyDisseminated
    | SituationNoted
    | EncouragementAssigned
    | SelfCriticismGiven
    | CriticismGiven
    | MeetingScored
)

FACTS: tuple[type[Fact], ...] = (
    AgendaItemTaken,
    GuestPresent,
    DuesStatusReported,
    PolicyDisseminated,
    SituationNoted,
    EncouragementAssigned,
    SelfCriticismGiven,
    CriticismGiven,
    MeetingScored,
)
