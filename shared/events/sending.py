"""What a clock does for a meeting's preparation: the notice that leaves by itself, or cannot; materials not come."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import BranchCode, Fact, Instant, MeetingId, Told
from shared.events.wording import clock_and_day, clock_and_day_en

Missing = Literal["CommitteePreparatoryHeld", "recipients"]
"""What a notice waits for."""

_MISSING: dict[Missing, tuple[str, str]] = {
    "CommitteePreparatoryHeld": ("chưa ghi buổi họp chi ủy chuẩn bị", "no preparation by the committee"),
    "recipients": ("danh sách chi bộ chưa có ai để thông báo", "nobody on the branch's list to notify"),
}


class NoticeSendingChosen(Fact):
    """The branch chose whether its notices leave by themselves, and at which hour of the last day on time."""

    OWNER: ClassVar[str] = "scheduler"

    branch: BranchCode
    by_itself: bool
    hour: int = Field(ge=0, le=23)

    def subject(self) -> str:
        return f"sending/{self.branch}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if not self.by_itself:
            return "Chi bộ chọn không để thông báo tự gửi; người phụ trách gửi từng lần."
        return f"Chi bộ chọn để thông báo tự gửi lúc {self.hour:02} giờ ngày cuối còn đúng hạn, khi chi ủy đã chuẩn bị."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if not self.by_itself:
            return "The branch chose that notices do not leave by themselves; somebody sends each."
        return (
            f"The branch chose that notices leave by themselves at {self.hour:02}:00 on the last day on time, once the "
            "committee has prepared."
        )


class _AboutMeeting(Fact):
    OWNER: ClassVar[str] = "scheduler"

    meeting_id: MeetingId

    def subject(self) -> str:
        return f"meeting/{self.meeting_id}"


class NoticeSentByItself(_AboutMeeting):
    """The notice left without anybody pressing: when it was due, and when it left."""

    due_at: Instant
    sent_at: Instant
    waited_for: Missing | None = None
    """What had been missing when it was due; None when only the machine was late, or nothing."""

    def _late(self) -> bool:
        return self.due_at[:16] != self.sent_at[:16]

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if not self._late():
            return f"Thông báo tự gửi lúc {clock_and_day(self.sent_at)}."
        why = "máy không chạy lúc đó" if self.waited_for is None else f"lúc đó {_MISSING[self.waited_for][0]}"
        return f"Thông báo tự gửi lúc {clock_and_day(self.sent_at)}; hẹn gửi {clock_and_day(self.due_at)}, {why}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        if not self._late():
            return f"The notice left by itself at {clock_and_day_en(self.sent_at)}."
        why = "the system was not running then" if self.waited_for is None else f"then {_MISSING[self.waited_for][1]}"
        return (
            f"The notice left by itself at {clock_and_day_en(self.sent_at)}; it was due at "
            f"{clock_and_day_en(self.due_at)}: {why}."
        )


class NoticeWithheld(_AboutMeeting):
    """The hour came and the notice could not leave by itself: what is missing is said."""

    due_at: Instant
    missing: tuple[Missing, ...] = Field(min_length=1)

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        missing = "; ".join(_MISSING[one][0] for one in self.missing)
        return f"Đến {clock_and_day(self.due_at)} thông báo chưa tự gửi được: {missing}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        missing = "; ".join(_MISSING[one][1] for one in self.missing)
        return f"At {clock_and_day_en(self.due_at)} the notice could not leave by itself: {missing}."


class MaterialsMissed(_AboutMeeting):
    """The last day for materials passed with none posted (R3): a flag raised by the clock, cleared by posting them."""

    on: date
    due_on: date
    required_days: int
    detected_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Hết ngày {self.due_on:%d/%m/%Y} chưa có tài liệu nào của buổi họp ngày {self.on:%d/%m/%Y} "
            f"(phải gửi trước {self.required_days} ngày)."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"By the end of {self.due_on:%d/%m/%Y} no materials of the meeting of {self.on:%d/%m/%Y} had been posted "
            f"({self.required_days} {'day' if self.required_days == 1 else 'days'} ahead are required)."
        )


AnySendingFact = NoticeSentByItself | NoticeWithheld | MaterialsMissed

FACTS: tuple[type[Fact], ...] = (NoticeSendingChosen, NoticeSentByItself, NoticeWithheld, MaterialsMissed)
