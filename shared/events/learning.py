"""Who presents a document to the cell, and study sessions held; who heard and who studied is told by minutes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import BranchCode, Fact, Line, MeetingId, MemberId, ShortId, Told

Presenter = Literal["secretary", "deputy_secretary", "rapporteur", "chair"]
"""As what somebody presents a document."""

PRESENTER_WORDS: dict[Presenter, tuple[str, str]] = {
    "secretary": ("bí thư", "secretary"),
    "deputy_secretary": ("phó bí thư", "deputy secretary"),
    "rapporteur": ("báo cáo viên", "rapporteur"),
    "chair": ("chủ trì", "chair"),
}


class DisseminationAssigned(Fact):
    """Somebody is to present a document at a meeting; said again for a document, the later holds."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    doc_no: Line
    title: Line | None = None
    member_id: MemberId
    presents_as: Presenter
    meeting_id: MeetingId
    due_on: date
    """The meeting's day as it stood."""

    def subject(self) -> str:
        return f"dissemination/{self.branch}:{self.doc_no}"

    def vi(self, tell: Told) -> str:
        title = "" if self.title is None else f" «{self.title}»"
        return (
            f"Giao đ/c {tell.name(self.member_id)} ({PRESENTER_WORDS[self.presents_as][0]}) phổ biến văn bản "
            f"{self.doc_no}{title} tại buổi họp ngày {self.due_on:%d/%m/%Y}."
        )

    def en(self, tell: Told) -> str:
        title = "" if self.title is None else f" “{self.title}”"
        return (
            f"{tell.name(self.member_id)} ({PRESENTER_WORDS[self.presents_as][1]}) is to present document "
            f"{self.doc_no}{title} at the meeting of {self.due_on:%d/%m/%Y}."
        )


class StudySessionHeld(Fact):
    """A session of theory study took place; it is no meeting of the cell."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    session_id: ShortId
    title: Line
    held_on: date
    place: Line | None = None
    led_by: MemberId | None = None
    """None when somebody from outside the cell led it."""

    def subject(self) -> str:
        return f"studying/{self.branch}:{self.session_id}"

    def vi(self, tell: Told) -> str:
        place = "" if self.place is None else f" tại {self.place}"
        led = "" if self.led_by is None else f", đ/c {tell.name(self.led_by)} hướng dẫn"
        return f"Buổi học {self.session_id} «{self.title}» được tổ chức ngày {self.held_on:%d/%m/%Y}{place}{led}."

    def en(self, tell: Told) -> str:
        place = "" if self.place is None else f" at {self.place}"
        led = "" if self.led_by is None else f", led by {tell.name(self.led_by)}"
        return f"Study session {self.session_id} “{self.title}” was held on {self.held_on:%d/%m/%Y}{place}{led}."


FACTS: tuple[type[Fact], ...] = (DisseminationAssigned, StudySessionHeld)
