"""The life of a meeting until it opens, the briefing rotation and the work programme. Owner: scheduler."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import periods
from shared.events.envelope import BranchCode, Fact, Instant, Line, MeetingId, MemberId, Period, ShortId, Told
from shared.events.wording import month_en, month_vi

MeetingKind = Literal["regular", "thematic", "combined", "extraordinary", "committee"]
"""A combined meeting (regular, then thematic) stands in the month's regular place and carries its id."""

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day in Viet Nam, ``07:30``."""

NoticeNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}-TB/[A-ZĐ]{2,4}$")]
"""The number a notice has within the term: ``05-TB/CB``."""
Channel = Literal["app", "telephone", "paper"]
MoveReason = Literal["force_majeure", "superior", "other"]
AbsenceReason = Literal["excused", "on_duty"]
"""Why somebody is away, as far as it is ever asked: illness is not."""

KIND_VI: dict[MeetingKind, str] = {
    "regular": "sinh hoạt thường kỳ",
    "thematic": "sinh hoạt chuyên đề",
    "combined": "sinh hoạt thường kỳ kết hợp chuyên đề",
    "extraordinary": "sinh hoạt bất thường",
    "committee": "họp chi ủy",
}
KIND_EN: dict[MeetingKind, str] = {
    "regular": "regular meeting",
    "thematic": "thematic meeting",
    "combined": "combined regular and thematic meeting",
    "extraordinary": "extraordinary meeting",
    "committee": "committee meeting",
}
ABSENT_VI: dict[AbsenceReason, str] = {"excused": "vắng có lý do", "on_duty": "đi công tác"}
ABSENT_EN: dict[AbsenceReason, str] = {"excused": "excused", "on_duty": "away on duty"}


def _day(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _end(words: str) -> str:
    return words.rstrip(" .")


class _Part(BaseModel):
    """A part of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class AgendaItem(_Part):
    """One line of the agenda; what is private is shown on the room's screen by its number only."""

    number: int = Field(ge=1, le=99)
    text: Line
    minutes: int | None = Field(default=None, ge=0, le=600)
    part: Line | None = None
    private: bool = False


class Agreed(_Part):
    """What the committee agreed before the notice."""

    agenda: tuple[AgendaItem, ...] = Field(max_length=60)
    draft_resolution: Line | None = None
    points_to_vote: tuple[Line, ...] = Field(default=(), max_length=30)


class Document(_Part):
    """A document handed out before the meeting; a file is named by its hash, kept elsewhere."""

    title: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class ProgrammeItem(_Part):
    """One item of the superior's work programme that falls to this branch."""

    id: ShortId
    text: Line
    due_on: date | None = None


class MeetingFact(Fact):
    """Something in the life of a meeting before it opens."""

    OWNER: ClassVar[str] = "scheduler"
    meeting_id: MeetingId

    def subject(self) -> str:
        return f"meeting/{self.meeting_id}"


class MeetingScheduled(MeetingFact):
    """A meeting was set: kind, day, hour, place, agenda, and by when its notice is due."""

    meeting_kind: MeetingKind
    period: Period
    on: date
    starts_at: ClockTime
    place: Line
    agenda: tuple[AgendaItem, ...] = Field(default=(), max_length=60)
    fixed_day: bool
    """The day is the charter's (R4)."""
    reason: Line | None = None
    """Why not the charter's day, where it is not."""
    notice_days: int
    notice_due_on: date
    """The last day on which the notice is on time (R1)."""
    profile: str
    """The meeting profile chosen by the meeting's date, ``id@version``."""

    def vi(self, tell: Told) -> str:
        why = "" if self.reason is None else f"; không phải ngày cố định, lý do: {_end(self.reason)}"
        return (
            f"Đ/c {tell.actor} ấn định {KIND_VI[self.meeting_kind]} tháng {month_vi(self.period)} "
            f"vào {self.starts_at} ngày {_day(self.on)} tại {self.place}{why}."
        )

    def en(self, tell: Told) -> str:
        why = "" if self.reason is None else f"; not the fixed day, reason: {_end(self.reason)}"
        return (
            f"{tell.actor} set the {KIND_EN[self.meeting_kind]} of {month_en(self.period)} for {self.starts_at} "
            f"on {_day(self.on)} at {self.place}{why}."
        )


class AssignmentDrafted(MeetingFact):
    """A task was drafted for a member, to be decided in the meeting."""

    draft_id: ShortId
    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    due_on: date
    report_at: Period
    programme_item_id: ShortId | None = None
    replaces: ShortId | None = None
    """The earlier draft this one stands for."""

    def vi(self, tell: Told) -> str:
        partner = "" if self.partner_id is None else f", đ/c {tell.name(self.partner_id)} phối hợp"
        serves = "" if self.programme_item_id is None else f" (mục {self.programme_item_id} của chương trình công tác)"
        instead = "" if self.replaces is None else ", thay dự kiến trước"
        return (
            f"Dự kiến giao đ/c {tell.name(self.member_id)}{partner}: {_end(self.text)}{serves}, "
            f"xong trước hết ngày {_day(self.due_on)}, báo cáo tại kỳ tháng {month_vi(self.report_at)}{instead}."
        )

    def en(self, tell: Told) -> str:
        partner = "" if self.partner_id is None else f", with {tell.name(self.partner_id)}"
        serves = "" if self.programme_item_id is None else f" (programme item {self.programme_item_id})"
        instead = "" if self.replaces is None else ", in place of an earlier draft"
        return (
            f"Drafted for {tell.name(self.member_id)}{partner}: {_end(self.text)}{serves}, "
            f"by the end of {_day(self.due_on)}, to report in {month_en(self.report_at)}{instead}."
        )


class AssignmentDraftWithdrawn(MeetingFact):
    """A drafted task was taken back before the meeting."""

    draft_id: ShortId
    member_id: MemberId
    reason: Line | None = None

    def vi(self, tell: Told) -> str:
        why = "" if self.reason is None else f", lý do: {_end(self.reason)}"
        return f"Rút một dự kiến phân công của đ/c {tell.name(self.member_id)}{why}."

    def en(self, tell: Told) -> str:
        why = "" if self.reason is None else f", reason: {_end(self.reason)}"
        return f"A draft assignment of {tell.name(self.member_id)} was withdrawn{why}."


class CommitteePreparatoryHeld(MeetingFact):
    """The committee (in a cell without one: secretary and deputy) prepared the meeting; telephone is not presence."""

    held_on: date
    attendees: tuple[MemberId, ...]
    by_telephone: tuple[MemberId, ...] = ()
    with_committee: bool
    """False in a cell too small for a committee: secretary and deputy prepare."""
    committee_size: int
    agreed: Agreed
    drafts: int
    without_task: tuple[MemberId, ...] = ()
    items_nobody_took: tuple[ShortId, ...] = ()

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        who = "Chi ủy" if self.with_committee else "Bí thư và phó bí thư"
        agreed = ["chương trình"]
        if self.agreed.draft_resolution is not None:
            agreed.append("dự thảo nghị quyết")
        agreed.append(f"{self.drafts} dự kiến phân công")
        gaps = ""
        if self.items_nobody_took:
            gaps += f"; còn {len(self.items_nobody_took)} nội dung chương trình công tác chưa ai nhận"
        if self.without_task:
            gaps += f"; còn {len(self.without_task)} đồng chí chưa có việc"
        return (
            f"{who} họp chuẩn bị ngày {_day(self.held_on)}, có mặt {len(self.attendees)}/{self.committee_size} "
            f"đồng chí, thống nhất {', '.join(agreed[:-1])} và {agreed[-1]}{gaps}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        who = "The committee" if self.with_committee else "The secretary and the deputy"
        agreed = ["the agenda"]
        if self.agreed.draft_resolution is not None:
            agreed.append("the draft resolution")
        agreed.append(_count(self.drafts, "draft assignment"))
        gaps = ""
        if self.items_nobody_took:
            gaps += f"; {_count(len(self.items_nobody_took), 'programme item')} taken by nobody"
        if self.without_task:
            gaps += f"; {_count(len(self.without_task), 'member')} without a task"
        return (
            f"{who} prepared the meeting on {_day(self.held_on)}, {len(self.attendees)} of {self.committee_size} "
            f"present, and agreed {', '.join(agreed[:-1])} and {agreed[-1]}{gaps}."
        )


class _Notice(MeetingFact):
    issued_on: date
    for_on: date
    starts_at: ClockTime
    place: Line
    recipients: tuple[MemberId, ...]
    follower_id: MemberId | None
    """The superior's follower, told as well (R10); None where the branch has none."""
    lead_days: int
    required_days: int
    on_time: bool
    reason: Line | None = None
    """Why it is late, where it is."""
    without_committee: bool = False
    """No preparation by the committee stands before this notice (R37)."""

    def _to_vi(self) -> str:
        return f"{len(self.recipients)} đảng viên" + ("" if self.follower_id is None else " và đ/c cấp ủy theo dõi")

    def _to_en(self) -> str:
        members = _count(len(self.recipients), "member")
        return members + ("" if self.follower_id is None else " and the superior's follower")

    def _timely_vi(self) -> str:
        timely = "đúng hạn" if self.on_time else f"muộn {self.required_days - self.lead_days} ngày"
        return f"{timely} (quy ước {self.required_days} ngày)" if self.required_days else timely

    def _timely_en(self) -> str:
        late = self.required_days - self.lead_days
        timely = "on time" if self.on_time else f"late by {_count(late, 'day')}"
        return f"{timely} (the charter asks {self.required_days})" if self.required_days else timely


class NoticeIssued(_Notice):
    """The first notice of the meeting went out, with its lead days against the days required (R1, R10, R37)."""

    committee_reason: Line | None = None
    """Why the notice goes out before the committee met, where it does."""
    without_task: tuple[MemberId, ...] = ()
    """Members without a draft task when the notice left."""
    items_nobody_took: tuple[ShortId, ...] = ()
    """Programme items without a draft task when the notice left."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = "" if self.reason is None else f", lý do: {_end(self.reason)}"
        alone = "; chưa có buổi họp chi ủy chuẩn bị" if self.without_committee else ""
        alone += "" if self.committee_reason is None else f", lý do: {_end(self.committee_reason)}"
        return (
            f"Thông báo được gửi ngày {_day(self.issued_on)} tới {self._to_vi()}, trước buổi họp "
            f"{self.lead_days} ngày: {self._timely_vi()}{late}{alone}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = "" if self.reason is None else f", reason: {_end(self.reason)}"
        alone = "; without a preparation by the committee" if self.without_committee else ""
        alone += "" if self.committee_reason is None else f", reason: {_end(self.committee_reason)}"
        return (
            f"The notice went out on {_day(self.issued_on)} to {self._to_en()}, {_count(self.lead_days, 'day')} ahead: "
            f"{self._timely_en()}{late}{alone}."
        )


class NoticeNumbered(MeetingFact):
    """A notice that went out has its number: one series through the term, as for every paper of its kind (R22)."""

    revision: int = Field(ge=1)
    """1 is the first notice; each revised notice is a paper of its own."""
    doc_no: NoticeNumber
    skipped_because: Line | None = None
    """Why numbers are left out, where they are."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        which = "Thông báo" if self.revision == 1 else f"Thông báo lần {self.revision}"
        gap = "" if self.skipped_because is None else f"; bỏ cách số vì {_end(self.skipped_because)}"
        return f"{which} mang số {self.doc_no}{gap}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        which = "The notice" if self.revision == 1 else f"Notice no. {self.revision}"
        gap = "" if self.skipped_because is None else f"; numbers are left out because: {_end(self.skipped_because)}"
        return f"{which} bears the number {self.doc_no}{gap}."


class MaterialsPosted(MeetingFact):
    """Documents for the meeting were made available; on time a calendar day before or earlier (R3)."""

    documents: tuple[Document, ...] = Field(min_length=1, max_length=60)
    posted_on: date
    for_on: date
    lead_days: int
    required_days: int
    on_time: bool

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        timely = "đúng hạn" if self.on_time else "muộn"
        return (
            f"{len(self.documents)} tài liệu của buổi họp ngày {_day(self.for_on)} được gửi tới đảng viên "
            f"ngày {_day(self.posted_on)}, trước {self.lead_days} ngày: {timely} (quy định {self.required_days} ngày)."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        timely = "on time" if self.on_time else "late"
        return (
            f"{_count(len(self.documents), 'document')} for the meeting of {_day(self.for_on)} went to the members "
            f"on {_day(self.posted_on)}, {_count(self.lead_days, 'day')} ahead: {timely} "
            f"({self.required_days} required)."
        )


class NoticeDelivered(MeetingFact):
    """One recipient is proven to have the notice: how, by whom, and whether they confirmed it themselves."""

    revision: int = Field(ge=1)
    """1 is the first notice; each revised notice counts one up."""
    member_id: MemberId
    """The recipient; the superior's follower included."""
    channel: Channel
    by: MemberId
    """Who handed it over or called; in the app the recipient."""
    confirmed: bool
    """The recipient signed, answered or pressed received."""

    def vi(self, tell: Told) -> str:
        day, by, to = _day(tell.at.date()), tell.name(self.by), tell.name(self.member_id)
        which = "thông báo" if self.revision == 1 else f"thông báo lần {self.revision}"
        if self.channel == "app":
            return f"Đ/c {to} đã nhận {which} trên ứng dụng ngày {day}."
        if self.channel == "telephone":
            said = "; đồng chí đã xác nhận nghe rõ" if self.confirmed else ""
            return f"Đ/c {by} gọi điện báo {which} cho đ/c {to} ngày {day}{said}."
        signed = f"; đ/c {tell.again(self.member_id)} đã ký nhận trên giấy" if self.confirmed else ""
        return f"Đ/c {by} trao tận tay {which} cho đ/c {to} ngày {day}{signed}."

    def en(self, tell: Told) -> str:
        day, by, to = _day(tell.at.date()), tell.name(self.by), tell.name(self.member_id)
        which = "the notice" if self.revision == 1 else f"notice no. {self.revision}"
        if self.channel == "app":
            return f"{to} received {which} in the app on {day}."
        if self.channel == "telephone":
            said = ", who confirmed it" if self.confirmed else ""
            return f"{by} told {to} of {which} by telephone on {day}{said}."
        signed = f"; {tell.again(self.member_id)} signed for it on paper" if self.confirmed else ""
        return f"{by} handed {which} to {to} on {day}{signed}."


class AttendanceIntended(MeetingFact):
    """A member said beforehand whether they are coming; the meeting itself decides who was present."""

    member_id: MemberId
    intends: Literal["coming", "excused"]

    def vi(self, tell: Told) -> str:
        says = "sẽ dự họp" if self.intends == "coming" else "xin vắng có lý do"
        return f"Đ/c {tell.name(self.member_id)} báo {says}."

    def en(self, tell: Told) -> str:
        says = "will come" if self.intends == "coming" else "asks to be excused"
        return f"{tell.name(self.member_id)} {says}."


class ChairDelegated(MeetingFact):
    """The secretary, excused, delegated the chair; no further reason is ever asked."""

    period: Period
    from_id: MemberId
    to_id: MemberId
    to_role: Literal["deputy_secretary", "committee_member"]
    reason: Literal["excused"] = "excused"

    def vi(self, tell: Told) -> str:
        office = "phó bí thư" if self.to_role == "deputy_secretary" else "chi ủy viên"
        return (
            f"Bí thư vắng có lý do, ủy quyền đ/c {office} {tell.name(self.to_id)} chủ trì buổi họp "
            f"tháng {month_vi(self.period)}."
        )

    def en(self, tell: Told) -> str:
        office = "deputy" if self.to_role == "deputy_secretary" else "committee member"
        return (
            f"The secretary, excused, delegated the chair of the {month_en(self.period)} meeting to the {office}, "
            f"{tell.name(self.to_id)}."
        )


class MeetingRescheduled(MeetingFact):
    """The meeting was moved; carries what the move means for the notice as it was shown before the choice (R2)."""

    from_on: date
    from_starts_at: ClockTime
    from_place: Line
    to_on: date
    to_starts_at: ClockTime
    place: Line
    reason: MoveReason
    words: Line | None = None
    revision: int = Field(ge=1)
    """1 is the first move."""
    notice_days: int
    notice_due_on: date
    lead_days: int
    """Days from the day of the move to the new date."""
    notified_before: bool
    """A notice was already out and is revised together with the move."""
    restarts_notice: bool
    """The days count anew from the move (R2); False where the charter says otherwise."""
    on_time: bool
    profile: str

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {"force_majeure": "vì thiên tai", "superior": "theo yêu cầu của cấp trên", "other": ""}[self.reason]
        words = "" if self.words is None else _end(self.words)
        why = f"vì {words}" if not why else why + (f" ({words})" if words else "")
        since = f"{self.from_on:%d/%m}" if self.from_on.year == self.to_on.year else _day(self.from_on)
        where = "" if self.place == self.from_place else f" tại {self.place}"
        if not self.notified_before:
            notice = "trước khi gửi thông báo"
        elif not self.restarts_notice:
            notice = "thời hạn vẫn tính theo thông báo trước"
        elif self.on_time:
            notice = f"thông báo lại trước {self.lead_days} ngày, đúng hạn"
        else:
            notice = f"thông báo lại trước {self.lead_days} ngày, muộn {self.notice_days - self.lead_days} ngày"
        return (
            f"Buổi họp được dời từ {self.from_starts_at} ngày {since} sang {self.to_starts_at} "
            f"ngày {_day(self.to_on)}{where} {why}; {notice}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {
            "force_majeure": "because of a natural disaster",
            "superior": "at the superior's request",
            "other": "",
        }[self.reason]
        words = "" if self.words is None else _end(self.words)
        why = f"because of: {words}" if not why else why + (f" ({words})" if words else "")
        since = f"{self.from_on:%d/%m}" if self.from_on.year == self.to_on.year else _day(self.from_on)
        where = "" if self.place == self.from_place else f" at {self.place}"
        if not self.notified_before:
            notice = "before any notice went out"
        elif not self.restarts_notice:
            notice = "the days still count from the earlier notice"
        elif self.on_time:
            notice = f"re-notified {_count(self.lead_days, 'day')} ahead, on time"
        else:
            late = _count(self.notice_days - self.lead_days, "day")
            notice = f"re-notified {_count(self.lead_days, 'day')} ahead, late by {late}"
        return (
            f"The meeting was moved from {self.from_starts_at} on {since} to {self.to_starts_at} on "
            f"{_day(self.to_on)}{where} {why}; {notice}."
        )


class NoticeRevised(_Notice):
    """The notice went out again: because the meeting moved, its agenda changed, or somebody has to be told as well."""

    revision: int = Field(ge=2)
    because: Literal["moved", "agenda", "recipients"]
    restarts: bool
    """The days count anew from this notice (R2)."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if self.restarts:
            timely = f"trước buổi họp {self.lead_days} ngày: {self._timely_vi()}" + (
                "" if self.reason is None else f", lý do: {_end(self.reason)}"
            )
        else:
            timely = "thời hạn tính theo thông báo trước"
        because = {"moved": "vì buổi họp được dời", "agenda": "vì chương trình thay đổi", "recipients": "cho đủ người"}
        return (
            f"Thông báo lần {self.revision} được gửi ngày {_day(self.issued_on)} tới {self._to_vi()} "
            f"{because[self.because]}: họp {self.starts_at} ngày {_day(self.for_on)} tại {self.place}; {timely}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if self.restarts:
            timely = f"{_count(self.lead_days, 'day')} ahead: {self._timely_en()}" + (
                "" if self.reason is None else f", reason: {_end(self.reason)}"
            )
        else:
            timely = "the days count from the earlier notice"
        because = {
            "moved": "because the meeting moved",
            "agenda": "because the agenda changed",
            "recipients": "so that everybody is told",
        }
        return (
            f"Notice no. {self.revision} went out on {_day(self.issued_on)} to {self._to_en()} "
            f"{because[self.because]}: {self.starts_at} on {_day(self.for_on)} at {self.place}; {timely}."
        )


class RescheduleAcknowledged(MeetingFact):
    """The superior's follower saw the move and its reason."""

    revision: int = Field(ge=1)
    """Which move."""
    by: MemberId

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.by)}, cấp ủy theo dõi, xác nhận đã biết việc dời buổi họp."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.by)}, the superior's follower, acknowledged the move of the meeting."


class MinuteTakerAssigned(MeetingFact):
    """A member was named to take the minutes; never the chair (R13)."""

    member_id: MemberId

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.member_id)} được cử làm thư ký ghi biên bản buổi họp."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} was named to take the minutes of the meeting."


class MeetingCancelled(MeetingFact):
    """The meeting will not take place."""

    on: date
    reason: MoveReason
    words: Line | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {"force_majeure": "vì thiên tai", "superior": "theo yêu cầu của cấp trên", "other": ""}[self.reason]
        words = "" if self.words is None else _end(self.words)
        why = f"vì {words}" if not why else why + (f" ({words})" if words else "")
        return f"Buổi họp ngày {_day(self.on)} không tổ chức {why}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {
            "force_majeure": "because of a natural disaster",
            "superior": "at the superior's request",
            "other": "",
        }[self.reason]
        words = "" if self.words is None else _end(self.words)
        why = f"because of: {words}" if not why else why + (f" ({words})" if words else "")
        return f"The meeting of {_day(self.on)} was called off {why}."


class NoticeMissed(MeetingFact):
    """The last on-time day passed and no notice of the meeting had gone out: a flag raised by the clock."""

    on: date
    due_on: date
    required_days: int
    detected_at: Instant

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Hết ngày {_day(self.due_on)} chưa có thông báo cho buổi họp ngày {_day(self.on)} "
            f"(quy ước báo trước {self.required_days} ngày)."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"By the end of {_day(self.due_on)} no notice of the meeting of {_day(self.on)} had gone out "
            f"(the charter asks {_count(self.required_days, 'day')})."
        )


class RegularMeetingMissed(MeetingFact):
    """A month ended and this site knows of no regular meeting held in it (R5): a flag raised by the clock."""

    period: Period
    why: Literal["not_scheduled", "cancelled", "not_opened"]
    detected_at: Instant

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {"not_scheduled": "chưa ấn định", "cancelled": "không tổ chức", "not_opened": "chưa ghi khai mạc"}
        return f"Hết tháng {month_vi(self.period)} chưa ghi nhận buổi sinh hoạt thường kỳ nào ({why[self.why]})."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        why = {"not_scheduled": "never set", "cancelled": "called off", "not_opened": "no opening recorded"}
        return f"{month_en(self.period)} ended with no regular meeting on record ({why[self.why]})."


class RotationFact(Fact):
    """Something in the rotation of the current-affairs briefing."""

    OWNER: ClassVar[str] = "scheduler"
    branch: BranchCode
    meeting_id: MeetingId
    period: Period

    def subject(self) -> str:
        return f"rotation/{self.branch}"


class BriefingAssigned(RotationFact):
    """A member was assigned the month's current-affairs briefing; said again for a month it replaces the earlier."""

    on: date
    """The meeting's day as it stood, on which eligibility was judged (R11)."""
    cycle: int = Field(ge=1)
    turn: int = Field(ge=1)
    member_id: MemberId

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} được phân công thông tin thời sự tháng {month_vi(self.period)} "
            f"(vòng {self.cycle}, lượt {self.turn})."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} was assigned the current-affairs briefing of {month_en(self.period)} "
            f"(round {self.cycle}, turn {self.turn})."
        )


class BriefingSubstituted(RotationFact):
    """Another member briefs and is credited; the absentee comes first next month (R12)."""

    cycle: int = Field(ge=1)
    """The round in which the substitute is credited."""
    member_id: MemberId
    for_member_id: MemberId
    reason: AbsenceReason
    next_period: Period
    """The month whose turn is kept for the absentee."""

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} trình bày thời sự thay đ/c {tell.name(self.for_member_id)} "
            f"{ABSENT_VI[self.reason]}; lượt tháng {int(self.next_period[5:])} dành cho "
            f"đ/c {tell.again(self.for_member_id)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} briefed in place of {tell.name(self.for_member_id)}, "
            f"{ABSENT_EN[self.reason]}; {periods.MONTHS[int(self.next_period[5:]) - 1]}'s turn is kept for "
            f"{tell.again(self.for_member_id)}."
        )


class BriefingDelivered(RotationFact):
    """The month's briefing was given, in its three parts."""

    member_id: MemberId
    local: Line
    national: Line
    world: Line
    minutes_used: int | None = Field(default=None, ge=1, le=600)
    outline: Line | None = None

    def vi(self, tell: Told) -> str:
        used = "" if self.minutes_used is None else f" trong {self.minutes_used} phút"
        return (
            f"Đ/c {tell.name(self.member_id)} thông tin thời sự tháng {month_vi(self.period)}{used}: "
            f"địa phương – {_end(self.local)}; trong nước – {_end(self.national)}; quốc tế – {_end(self.world)}."
        )

    def en(self, tell: Told) -> str:
        used = "" if self.minutes_used is None else f" in {_count(self.minutes_used, 'minute')}"
        return (
            f"{tell.name(self.member_id)} gave the current-affairs briefing of {month_en(self.period)}{used}: "
            f"local – {_end(self.local)}; national – {_end(self.national)}; world – {_end(self.world)}."
        )


class ProgrammeFact(Fact):
    """Something about the superior's work programme of a month."""

    OWNER: ClassVar[str] = "scheduler"
    branch: BranchCode
    period: Period

    def subject(self) -> str:
        return f"programme/{self.branch}:{self.period}"


class ProgrammeEntered(ProgrammeFact):
    """The superior's work programme of a month was entered by hand; entered again, the later list stands."""

    programme_no: Line
    items: tuple[ProgrammeItem, ...] = Field(min_length=1, max_length=200)

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Chương trình công tác tháng {month_vi(self.period)} của cấp trên (số {self.programme_no}) được nhập, "
            f"gồm {len(self.items)} nội dung."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The superior's work programme of {month_en(self.period)} (no. {self.programme_no}) was entered, "
            f"{_count(len(self.items), 'item')}."
        )


AnyMeetingFact = (
    MeetingScheduled
    | AssignmentDrafted
    | AssignmentDraftWithdrawn
    | CommitteePreparatoryHeld
    | NoticeIssued
    | NoticeNumbered
    | NoticeDelivered
    | AttendanceIntended
    | MaterialsPosted
    | ChairDelegated
    | MeetingRescheduled
    | NoticeRevised
    | RescheduleAcknowledged
    | MinuteTakerAssigned
    | MeetingCancelled
    | NoticeMissed
    | RegularMeetingMissed
)
AnyRotationFact = BriefingAssigned | BriefingSubstituted | BriefingDelivered

FACTS: tuple[type[Fact], ...] = (
    ProgrammeEntered,
    MeetingScheduled,
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    CommitteePreparatoryHeld,
    NoticeIssued,
    NoticeNumbered,
    NoticeDelivered,
    AttendanceIntended,
    MaterialsPosted,
    ChairDelegated,
    MeetingRescheduled,
    NoticeRevised,
    RescheduleAcknowledged,
    MinuteTakerAssigned,
    MeetingCancelled,
    NoticeMissed,
    RegularMeetingMissed,
    BriefingAssigned,
    BriefingSubstituted,
    BriefingDelivered,
)
