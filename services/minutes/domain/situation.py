"""The situation and the people: a sealed remark about nobody by name, and visits of encouragement."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Minutes
from services.minutes.domain.session import Facts, after_opening, in_branch, in_session, on_agenda, opened
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.afterwards import EncouragementDone
from shared.events.envelope import MemberId, ShortId
from shared.events.minutes import AgendaNumber
from shared.events.sealed import PrivateText, Secret
from shared.events.sitting import EncouragementAssigned, SituationNoted


class NoteSituation(MinutesCommand):
    """Write the remark on the situation; each one is a line of its own, read by the cell only."""

    item: AgendaNumber | None = None
    text: PrivateText


class AssignEncouragement(MinutesCommand):
    """Ask one member to talk with or visit another by a day; why is not written."""

    encouragement_id: ShortId
    by: MemberId
    for_member: MemberId
    due_on: date


class ReportEncouragement(MinutesCommand):
    """Say that the talk or visit took place; what was said is not written."""

    MAY: ClassVar[frozenset[str]] = WRITES | {"self"}

    encouragement_id: ShortId
    member_id: MemberId
    """Who did it."""


def note_situation(minutes: Minutes, command: NoteSituation, asked: Asked[Known]) -> Facts:
    in_session(minutes, asked)
    if command.item is not None:
        on_agenda(asked, command.item)
    return (
        SituationNoted(
            meeting_id=command.meeting_id,
            item=command.item,
            text=Secret(subject=f"branch/{asked.branch}", field="text", text=command.text),
        ),
    )


def assign_encouragement(minutes: Minutes, command: AssignEncouragement, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if (before := meeting.practice.encouragements.get(command.encouragement_id)) is not None:
        if (before.by, before.member_id, before.due_on) == (command.by, command.for_member, command.due_on):
            return ()
        raise Refused(
            f"Mã {command.encouragement_id} đã dùng cho một việc khác, việc đó giữ nguyên. Đồng chí ghi với mã khác.",
            f"{command.encouragement_id} names another one, which stays as it is. Use another id.",
            code="in-use",
        )
    in_session(minutes, asked)
    in_branch(asked, command.by, command.for_member)
    if command.by == command.for_member:
        raise Refused(
            "Người gặp gỡ, động viên phải là người khác. Đồng chí chọn lại.",
            "Somebody else is to do the visit. Choose again.",
            code="encouragement",
        )
    if command.due_on < asked.today:
        raise Refused(
            f"Hạn {command.due_on:%d/%m/%Y} đứng trước ngày họp {asked.today:%d/%m/%Y}. Đồng chí chọn lại ngày.",
            f"The day {command.due_on:%d/%m/%Y} lies before the meeting of {asked.today:%d/%m/%Y}. Choose again.",
            code="encouragement",
        )
    return (
        EncouragementAssigned(
            meeting_id=command.meeting_id,
            encouragement_id=command.encouragement_id,
            by=command.by,
            member_id=command.for_member,
            due_on=command.due_on,
        ),
    )


def report_encouragement(minutes: Minutes, command: ReportEncouragement, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    given = meeting.practice.encouragements.get(command.encouragement_id)
    if given is None:
        raise Refused(
            f"Buổi họp này không phân công {command.encouragement_id}. Đồng chí xem lại mã.",
            f"This meeting assigned no {command.encouragement_id}. Check the id.",
            code="encouragement",
        )
    if given.done_on is not None:
        return ()
    if command.member_id != given.by:
        raise Refused(
            f"Việc này giao đ/c {given.by}. Nếu người khác đã làm thay, đồng chí ghi phân công mới rồi ghi kết quả.",
            f"This was given to {given.by}. If somebody else did it, assign it anew, then record it.",
            code="encouragement",
        )
    after_opening(meeting, asked)
    return (
        EncouragementDone(
            meeting_id=command.meeting_id,
            encouragement_id=command.encouragement_id,
            by=given.by,
            on=asked.today,
            due_on=given.due_on,
        ),
    )
