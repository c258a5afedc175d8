"""A theme on its road: planned, assigned, submitted, passed, presented, agreed, reviewed (R41). Owner: scheduler."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, ShortId, Told
from shared.events.meeting import KIND_EN, KIND_VI, Document
from shared.events.sealed import Private
from shared.events.wording import month_en

Quarter = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}-Q[1-4]$")]
"""A quarter, ``2026-Q3``."""

NO_NEW_TASK = "không giao việc mới"
"""The words that stand where an agreement asks for no task."""

_CELL_MEETING = re.compile(r":(\d{4})-(\d\d)(?::([a-z]+))?(?:-\d+)?$")


def quarter_vi(quarter: str) -> str:
    """A quarter as people write it: ``quý III/2026``."""
    return f"quý {('I', 'II', 'III', 'IV')[int(quarter[6]) - 1]}/{quarter[:4]}"


def quarter_en(quarter: str) -> str:
    """The same in English: ``the third quarter of 2026``."""
    return f"the {('first', 'second', 'third', 'fourth')[int(quarter[6]) - 1]} quarter of {quarter[:4]}"


def meeting_vi(meeting_id: str) -> str:
    """A meeting named by its id alone."""
    found = _CELL_MEETING.search(meeting_id)
    if found is None:
        return f"buổi họp {meeting_id}"
    return f"buổi {_kind(KIND_VI, found[3])} tháng {int(found[2])}/{found[1]}"


def meeting_en(meeting_id: str) -> str:
    """The same in English."""
    found = _CELL_MEETING.search(meeting_id)
    if found is None:
        return f"the meeting {meeting_id}"
    return f"the {_kind(KIND_EN, found[3])} of {month_en(f'{found[1]}-{found[2]}')}"


def _kind(words: Mapping[Any, str], kind: str | None) -> str:
    return words.get(kind or "regular", words["regular"])


def _late_vi(days: int, due_on: date) -> str:
    return f", muộn {days} ngày so với hạn {due_on:%d/%m/%Y}" if days > 0 else f", đúng hạn {due_on:%d/%m/%Y}"


def _late_en(days: int, due_on: date) -> str:
    if days <= 0:
        return f", on time for {due_on:%d/%m/%Y}"
    return f", {days} {'day' if days == 1 else 'days'} after {due_on:%d/%m/%Y}"


class ThemeFact(Fact):
    """A step of one theme."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    theme_id: ShortId

    def subject(self) -> str:
        return f"theme/{self.branch}:{self.theme_id}"


class ThematicPlanned(ThemeFact):
    """A theme stands in a quarter's plan, with who prepares it and every day by which a step is due; later holds."""

    quarter: Quarter
    theme: Line
    member_id: MemberId
    meeting_id: MeetingId
    """Where it is to be presented: a thematic or a combined meeting."""
    on: date
    assign_by: date
    draft_due_on: date
    pass_by: date
    """The last day on which a report passed by the committee can still be sent to the members in time (R3)."""
    profile: str
    """The meeting profile of the planned day, ``id@version``."""

    def vi(self, tell: Told) -> str:
        return (
            f"Kế hoạch {quarter_vi(self.quarter)}: chuyên đề {self.theme_id} «{self.theme}», đ/c "
            f"{tell.name(self.member_id)} chuẩn bị báo cáo trước hết ngày {self.draft_due_on:%d/%m/%Y}, "
            f"trình bày ngày {self.on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"Planned for {quarter_en(self.quarter)}: theme {self.theme_id} “{self.theme}”; "
            f"{tell.name(self.member_id)} prepares the report by the end of {self.draft_due_on:%d/%m/%Y}, "
            f"to be presented on {self.on:%d/%m/%Y}."
        )


class ThematicReportAssigned(ThemeFact):
    """The member was charged with the report."""

    member_id: MemberId
    assigned_on: date
    draft_due_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Giao đ/c {tell.name(self.member_id)} chuẩn bị báo cáo chuyên đề {self.theme_id} ngày "
            f"{self.assigned_on:%d/%m/%Y}, nộp dự thảo trước hết ngày {self.draft_due_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} was charged on {self.assigned_on:%d/%m/%Y} with the report on theme "
            f"{self.theme_id}, the draft due by the end of {self.draft_due_on:%d/%m/%Y}."
        )


class ThematicReportSubmitted(ThemeFact):
    """The draft came in: on time, or late with the reason."""

    member_id: MemberId
    submission: int = Field(ge=1)
    """1 is the first draft; a returned one comes again as the next."""
    submitted_on: date
    due_on: date
    days_late: int = Field(ge=0)
    reason: Private | None = None
    """Why it is late, where it is."""
    document: Document | None = None

    def vi(self, tell: Told) -> str:
        why = "" if self.reason is None else ", có nêu lý do"
        return (
            f"Đ/c {tell.name(self.member_id)} nộp báo cáo chuyên đề {self.theme_id} (lần {self.submission}) ngày "
            f"{self.submitted_on:%d/%m/%Y}{_late_vi(self.days_late, self.due_on)}{why}."
        )

    def en(self, tell: Told) -> str:
        why = "" if self.reason is None else ", with a reason"
        return (
            f"{tell.name(self.member_id)} submitted draft {self.submission} of the report on theme {self.theme_id} on "
            f"{self.submitted_on:%d/%m/%Y}{_late_en(self.days_late, self.due_on)}{why}."
        )


class ThematicReportReturned(ThemeFact):
    """The committee gave the draft back, with what is to be put right and by when."""

    member_id: MemberId
    submission: int = Field(ge=1)
    returned_on: date
    with_committee: bool
    """False in a cell too small for a committee: secretary and deputy."""
    remarks: Private
    again_by: date

    def vi(self, tell: Told) -> str:
        who = "Chi ủy" if self.with_committee else "Bí thư và phó bí thư"
        return (
            f"{who} trả lại báo cáo chuyên đề {self.theme_id} (lần {self.submission}) ngày "
            f"{self.returned_on:%d/%m/%Y}; đ/c {tell.name(self.member_id)} hoàn thiện, nộp lại trước hết ngày "
            f"{self.again_by:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        who = "The committee" if self.with_committee else "The secretary and the deputy"
        return (
            f"{who} returned draft {self.submission} of the report on theme {self.theme_id} on "
            f"{self.returned_on:%d/%m/%Y}; {tell.name(self.member_id)} submits it again by the end of "
            f"{self.again_by:%d/%m/%Y}."
        )


class ThematicReportPassed(ThemeFact):
    """The committee passed the draft: it may be sent to the members and presented."""

    submission: int = Field(ge=1)
    passed_on: date
    with_committee: bool
    due_on: date
    days_late: int = Field(ge=0)

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        who = "Chi ủy" if self.with_committee else "Bí thư và phó bí thư"
        return (
            f"{who} thông qua báo cáo chuyên đề {self.theme_id} (lần {self.submission}) ngày "
            f"{self.passed_on:%d/%m/%Y}{_late_vi(self.days_late, self.due_on)}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        who = "The committee" if self.with_committee else "The secretary and the deputy"
        return (
            f"{who} passed draft {self.submission} of the report on theme {self.theme_id} on "
            f"{self.passed_on:%d/%m/%Y}{_late_en(self.days_late, self.due_on)}."
        )


class ThematicPresented(ThemeFact):
    """The theme was presented in a meeting of the cell."""

    meeting_id: MeetingId
    member_id: MemberId
    presented_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} trình bày chuyên đề {self.theme_id} tại {meeting_vi(self.meeting_id)}, "
            f"ngày {self.presented_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} presented theme {self.theme_id} at {meeting_en(self.meeting_id)} on "
            f"{self.presented_on:%d/%m/%Y}."
        )


class ThematicAgreed(ThemeFact):
    """What the cell agreed on the theme, the tasks that follow from it or none in so many words, and the review."""

    meeting_id: MeetingId
    agreed_on: date
    items: tuple[Line, ...] = Field(min_length=1, max_length=30)
    task_ids: tuple[ShortId, ...] = Field(default=(), max_length=60)
    no_new_task: bool
    """The words «không giao việc mới» were said; otherwise tasks stand."""
    review_meeting_id: MeetingId

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        tasks = NO_NEW_TASK if self.no_new_task else f"giao việc {', '.join(self.task_ids)}"
        return (
            f"Chi bộ thống nhất về chuyên đề {self.theme_id} ngày {self.agreed_on:%d/%m/%Y}: "
            f"{'; '.join(item.rstrip(' .') for item in self.items)}; {tasks}; kiểm điểm kết quả tại "
            f"{meeting_vi(self.review_meeting_id)}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        tasks = "no new task" if self.no_new_task else f"tasks {', '.join(self.task_ids)}"
        return (
            f"The cell agreed on theme {self.theme_id} on {self.agreed_on:%d/%m/%Y}: "
            f"{'; '.join(item.rstrip(' .') for item in self.items)}; {tasks}; to be reviewed at "
            f"{meeting_en(self.review_meeting_id)}."
        )


class ThematicReviewed(ThemeFact):
    """The cell looked at what became of the theme; the road ends."""

    meeting_id: MeetingId
    """Where it was reviewed."""
    named_meeting_id: MeetingId
    """Where the cell had said it would be."""
    reviewed_on: date
    result: Line

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Kiểm điểm kết quả chuyên đề {self.theme_id} tại {meeting_vi(self.meeting_id)}, ngày "
            f"{self.reviewed_on:%d/%m/%Y}: {self.result.rstrip(' .')}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"What became of theme {self.theme_id} was reviewed at {meeting_en(self.meeting_id)} on "
            f"{self.reviewed_on:%d/%m/%Y}: {self.result.rstrip(' .')}."
        )


AnyThemeFact = (
    ThematicPlanned
    | ThematicReportAssigned
    | ThematicReportSubmitted
    | ThematicReportReturned
    | ThematicReportPassed
    | ThematicPresented
    | ThematicAgreed
    | ThematicReviewed
)

FACTS: tuple[type[Fact], ...] = (
    ThematicPlanned,
    ThematicReportAssigned,
    ThematicReportSubmitted,
    ThematicReportReturned,
    ThematicReportPassed,
    ThematicPresented,
    ThematicAgreed,
    ThematicReviewed,
)
