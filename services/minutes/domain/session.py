"""What must hold before a line is written: the meeting was opened, its minutes are not adopted, people are there."""

from __future__ import annotations

from collections.abc import Iterable

from services.minutes.domain.known import Known, PlannedMeeting
from services.minutes.domain.meeting import Meeting, Minutes, Unopened
from services.minutes.domain.practice import AnyPracticeFact
from shared.days import clock_and_day, clock_and_day_en
from shared.decision import Asked, Refused
from shared.events.envelope import instant
from shared.events.minutes import AnyMinutesFact
from shared.events.wording import clock

Facts = tuple[AnyMinutesFact | AnyPracticeFact, ...]


def comrades(members: Iterable[str]) -> str:
    """Members as a refusal names them."""
    return ", ".join(f"đ/c {member}" for member in members)


def planned(asked: Asked[Known], meeting_id: str) -> PlannedMeeting:
    """The meeting as scheduler planned it. Refused when nothing was heard of it."""
    meeting = asked.known.meeting
    if meeting is None:
        raise Refused(
            f"Chưa có lịch của buổi họp {meeting_id} trong chi bộ này. Đồng chí ấn định buổi họp trước; "
            "nếu vừa ấn định xong, đợi vài giây rồi làm lại. Chưa có gì bị mất.",
            f"No meeting {meeting_id} is planned in this branch. Schedule it first, or try again in a few seconds if "
            "that was just done. Nothing was lost.",
            code="no-meeting",
        )
    return meeting


def opened(minutes: Minutes) -> Meeting:
    """The meeting once it was opened. Refused before."""
    if isinstance(minutes, Unopened):
        raise Refused(
            "Buổi họp chưa khai mạc. Đồng chí ghi khai mạc trước; ghi muộn cũng được, hệ thống giữ cả hai giờ.",
            "The meeting has not been opened. Record the opening first; late is fine, both times are kept.",
            code="not-opened",
        )
    return minutes


def in_session(minutes: Minutes, asked: Asked[Known]) -> Meeting:
    """The meeting while lines are still written, at a time after its opening. Refused otherwise."""
    meeting = opened(minutes)
    signed = meeting.practice.signed.get(None)
    if signed is not None and signed.complete:
        raise Refused(
            "Biên bản đã ký nên không sửa được. Đồng chí đề nghị đính chính; bản đã ký vẫn giữ nguyên.",
            "The minutes are signed and take no change. Ask for a correction; the signed copy stays as it is.",
            code="R43",
        )
    if meeting.adopted is not None:
        raise Refused(
            f"Biên bản đã được thông qua lúc {clock(meeting.adopted.at)} nên không ghi thêm được. Phần đã ghi giữ "
            "nguyên; điều còn thiếu hoặc sai, đồng chí đề nghị đính chính.",
            f"The minutes were adopted at {clock(meeting.adopted.at)} and take no more lines. What is written stays; "
            "ask for a correction of what is missing or wrong.",
            code="R20",
        )
    after_opening(meeting, asked)
    return meeting


def after_opening(meeting: Meeting, asked: Asked[Known]) -> str:
    """When it happened, as an instant. Refused when that lies before the opening."""
    at = instant(asked.time)
    if at < meeting.opened.opened_at:
        raise Refused(
            f"Giờ ghi {clock_and_day(asked.time)} đứng trước giờ khai mạc "
            f"{clock(meeting.opened.opened_at)}. Đồng chí xem lại giờ.",
            f"{clock_and_day_en(asked.time)} lies before the opening at {clock(meeting.opened.opened_at)}. "
            "Check the time.",
            code="before-opening",
        )
    return at


def must_be_there(meeting: Meeting, member: str, at: str) -> None:
    """Refused when this member is not in the room at that instant."""
    if member in meeting.there(at):
        return
    raise Refused(
        f"Lúc {clock(at)} đ/c {member} không có mặt trong buổi họp. Nếu đồng chí ấy có mặt, ghi giờ đến hoặc sửa giờ "
        "có mặt trước, rồi ghi lại việc này.",
        f"{member} was not in the meeting at {clock(at)}. If they were, record the arrival or correct the times first, "
        "then record this again.",
        code="not-present",
    )


def on_agenda(asked: Asked[Known], item: int) -> None:
    """Refused when the agenda is known and has no such item."""
    meeting = asked.known.meeting
    if meeting is None or not meeting.agenda or any(line.number == item for line in meeting.agenda):
        return
    last = max(line.number for line in meeting.agenda)
    raise Refused(
        f"Chương trình không có mục {item} (có mục 1 đến {last}). Đồng chí chọn lại mục.",
        f"The agenda has no item {item} (items 1 to {last}). Choose the item again.",
        code="no-item",
    )


def in_branch(asked: Asked[Known], *members: str | None) -> None:
    """Refused when one of these is not on the branch's list that day."""
    branch = asked.known.branch
    strangers = [
        member
        for member in members
        if member is not None and (branch is None or branch.status_on(member, asked.today) is None)
    ]
    if strangers:
        raise Refused(
            f"{', '.join(strangers)} không có trong danh sách chi bộ ngày {asked.today:%d/%m/%Y}. Đồng chí chọn lại "
            "người; nếu đồng chí ấy mới chuyển đến, ghi tiếp nhận trước.",
            f"{', '.join(strangers)} is not on the branch's list on {asked.today:%d/%m/%Y}. Choose again; "
            "enrol whoever has just joined first.",
            code="unknown-member",
        )
