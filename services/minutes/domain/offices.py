"""The chair and the pen: never in one hand, handed over while the meeting goes on (R13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from services.minutes.domain.attendance import throughout
from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import (
    Facts,
    in_session,
    must_be_there,
    opened,
)
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import MemberId, instant
from shared.events.minutes import (
    ChairReplaced,
    MinuteTakerReplaced,
)
from shared.events.wording import clock


class ReplaceMinuteTaker(MinutesCommand):
    """Hand the pen to somebody who is there and is not the chair."""

    member_id: MemberId


class ReplaceChair(MinutesCommand):
    """Hand the chair to somebody who is there and does not take the minutes."""

    MAY: ClassVar[frozenset[str]] = WRITES

    member_id: MemberId


def replace_minute_taker(minutes: Minutes, command: ReplaceMinuteTaker, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at = instant(asked.time)
    if (at, command.member_id) in meeting.takers:
        return ()
    in_session(minutes, asked)
    must_be_there(meeting, command.member_id, at)
    if command.member_id in {meeting.chair(at), *_later(meeting.chairs, at)}:
        raise chair_writes()
    before = _hand_over(meeting.takers, command.member_id, at)
    _stays_on(meeting, command.member_id, at)
    return (MinuteTakerReplaced(meeting_id=command.meeting_id, from_id=before, to_id=command.member_id, at=at),)


def replace_chair(minutes: Minutes, command: ReplaceChair, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at = instant(asked.time)
    if (at, command.member_id) in meeting.chairs:
        return ()
    in_session(minutes, asked)
    must_be_there(meeting, command.member_id, at)
    if command.member_id in {meeting.taker(at), *_later(meeting.takers, at)}:
        raise chair_writes()
    before = _hand_over(meeting.chairs, command.member_id, at)
    _stays_on(meeting, command.member_id, at)
    return (ChairReplaced(meeting_id=command.meeting_id, from_id=before, to_id=command.member_id, at=at),)


def _hand_over(turns: Sequence[tuple[str, str]], member: str, at: str) -> str:
    """Who held it until that instant. Refused when it is the same person, or a later change is written already."""
    before = next(one for start, one in reversed(turns) if start <= at)
    if before == member:
        raise Refused(
            f"Đ/c {member} đang giữ việc này từ trước. Đồng chí chọn người khác.",
            f"{member} holds it already. Choose somebody else.",
            code="R13",
        )
    if later := _later(turns, at):
        start = next(start for start, _ in turns if start > at)
        raise Refused(
            f"Đã ghi đ/c {later[0]} thay lúc {clock(start)}, sau giờ đồng chí đang ghi ({clock(at)}). "
            "Đồng chí ghi theo thứ tự thời gian, hoặc xem lại giờ.",
            f"{later[0]} is written down as taking over at {clock(start)}, after {clock(at)}. Check the time.",
            code="R13",
        )
    return before


def _stays_on(meeting: Meeting, member: str, at: str) -> None:
    """Refused when this member is written down as leaving later: whoever holds chair or pen hands it over first."""
    if not throughout(meeting.presence[member], at, None):
        raise Refused(
            f"Đ/c {member} đã được ghi là về sau {clock(at)}. Đồng chí sửa giờ có mặt trước, rồi ghi việc bàn giao "
            "theo thứ tự thời gian.",
            f"{member} is written down as leaving after {clock(at)}. Correct the times first, then record who took "
            "over when, in order of time.",
            code="R13",
        )


def _later(turns: Sequence[tuple[str, str]], at: str) -> list[str]:
    return [member for start, member in turns if start > at]


def chair_writes() -> Refused:
    return Refused(
        "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
        "The chair does not also take the minutes. Choose somebody else.",
        code="R13",
    )
