"""The meeting's own score: marks by the frame of that day, summed exactly, banded exactly (R23, R24)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.ending import attendance, length, spoke
from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, after_opening, in_session, opened
from services.minutes.domain.used_rules import frame_of
from services.minutes.domain.votes import must_carry, vote_of
from services.minutes.domain.wish import LEADS, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import ShortId
from shared.events.sitting import LineMark, Mark, Measured, MeetingScored
from shared.rules import ScoringProfile, WrongMarks, score


class Marked(BaseModel):
    """The mark of one line of the sheet, or of a whole group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ShortId
    mark: Mark


class ScoreMeeting(MinutesCommand):
    """Give the meeting its marks, as the cell decided them; said again it replaces what was said.

    A meeting that closed without its score is given it afterwards, once.
    """

    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day", "minute_taker"}

    marks: Annotated[tuple[Marked, ...], Field(min_length=1, max_length=60)]
    vote_id: ShortId | None = None
    """The vote that carried the score, where the frame asks for one."""


def score_meeting(minutes: Minutes, command: ScoreMeeting, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    frame = _frame(meeting, asked)
    fact = _sheet(meeting, command, frame, asked)
    before = meeting.practice.score
    if before is not None and (before.marks, before.lines, before.vote_id) == (fact.marks, fact.lines, fact.vote_id):
        return ()
    if before is not None or meeting.closed is None:
        in_session(minutes, asked)
    _voted(meeting, command, frame)
    return (fact if before is None else fact.model_copy(update={"replaces": before.total}),)


def _frame(meeting: Meeting, asked: Asked[Known]) -> ScoringProfile:
    if meeting.opened.meeting_kind == "committee":
        raise Refused(
            "Buổi họp chi ủy không chấm điểm chất lượng sinh hoạt chi bộ. Đồng chí chọn lại buổi sinh hoạt của chi bộ.",
            "A committee's meeting is not scored as a meeting of the cell. Choose a meeting of the cell.",
            code="R23",
        )
    frame = frame_of(meeting, asked)
    if frame is None:
        raise Refused(
            "Chưa có khung tiêu chí chấm điểm cho ngày này. Đồng chí chấm khi đã nạp khung; biên bản vẫn ghi tiếp.",
            "No frame of marks holds on this day. Score once it is installed; the minutes go on.",
            code="R23",
        )
    return frame


def _sheet(meeting: Meeting, command: ScoreMeeting, frame: ScoringProfile, asked: Asked[Known]) -> MeetingScored:
    marks = {one.id: Decimal(one.mark) for one in command.marks}
    if len(marks) < len(command.marks):
        raise Refused(
            "Một mục được chấm hai lần. Đồng chí xem lại phiếu chấm.",
            "A line is marked twice. Check the sheet.",
            code="R23",
        )
    try:
        sheet = score(frame, marks)
    except WrongMarks as wrong:
        raise Refused(wrong.vi, wrong.en, code="R23") from None
    groups = {group.id for group in sheet.groups}
    return MeetingScored(
        meeting_id=command.meeting_id,
        rubric=frame.ref,
        marks=tuple(LineMark(id=group.id, mark=_plain(group.mark), max=group.max) for group in sheet.groups),
        lines=tuple(
            LineMark(id=id, mark=_plain(mark), max=frame.line(id).max) for id, mark in marks.items() if id not in groups
        ),
        total=_plain(sheet.total),
        by_marks=sheet.by_marks,
        band=sheet.band,
        not_full=sheet.not_full,
        measured=measured(meeting, asked),
        vote_id=command.vote_id,
        superior_confirms=frame.superior_confirms.value,
    )


def measured(meeting: Meeting, asked: Asked[Known]) -> Measured:
    """What the facts so far say to whoever gives the marks."""
    at = after_opening(meeting, asked) if meeting.closed is None else meeting.closed.closed_at
    minutes, short_by = length(meeting, at)
    came = attendance(meeting)
    here = [member for member, stays in meeting.presence.items() if stays]
    talked = set(spoke(meeting, asked.known.branch, asked.known.meeting)) & set(here)
    return Measured(
        minutes=minutes,
        minimum=meeting.opened.rules.min_minutes,
        short_by=short_by,
        present_ever=came.rate,
        attendance_meets=came.meets,
        spoke=f"{len(talked)}/{len(here)}",
        opinions=len(meeting.opinions),
        out_of_order=meeting.practice.out_of_order,
    )


def _voted(meeting: Meeting, command: ScoreMeeting, frame: ScoringProfile) -> None:
    if command.vote_id is None:
        if frame.cell_votes.value:
            raise Refused(
                "Theo khung này chi bộ biểu quyết điểm. Đồng chí ghi biểu quyết trước, rồi ghi điểm kèm biểu quyết đó.",
                "By this frame the cell votes on its score. Record the vote first, then the score with it.",
                code="R23",
            )
        return
    vote = vote_of(meeting, command.vote_id)
    must_carry(meeting, vote)
    if not vote.held.adopted:
        raise Refused(
            f"Biểu quyết {command.vote_id} chưa thông qua số điểm này. Đồng chí thảo luận thêm và biểu quyết lại.",
            f"Vote {command.vote_id} did not carry this score. Discuss it further and vote again.",
            code="R23",
        )


def _plain(mark: Decimal) -> str:
    """``37`` for 37.00, ``89.5`` for 89.50."""
    text = f"{mark:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
