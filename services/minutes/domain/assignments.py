"""Assignments: one member answers for each task, by a day, reported at one meeting (R19)."""

from __future__ import annotations

from datetime import date

from services.minutes.domain.known import Draft, Known
from services.minutes.domain.meeting import Minutes
from services.minutes.domain.session import Facts, in_branch, in_session, opened
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line, MemberId, Period, ShortId
from shared.events.minutes import AssignmentDecided, AssignmentOrigin
from shared.events.wording import month_en


class DecideAssignment(MinutesCommand):
    """Give one member a task, as the meeting decided it."""

    task_id: ShortId
    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    due_on: date
    report_at: Period
    origin: AssignmentOrigin = "conclusion"
    draft_id: ShortId | None = None
    programme_item_id: ShortId | None = None
    carried_from: ShortId | None = None


def decide_assignment(minutes: Minutes, command: DecideAssignment, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    draft = _draft(command, asked)
    fact = AssignmentDecided(
        **command.model_dump(exclude={"programme_item_id"}),
        programme_item_id=command.programme_item_id or (draft.programme_item_id if draft else None),
    )
    if meeting.assignments.get(command.task_id) == fact:
        return ()
    in_session(minutes, asked)
    if command.task_id in meeting.assignments or command.task_id in asked.known.tasks:
        raise Refused(
            f"Mã {command.task_id} đã dùng cho một việc khác, việc đó giữ nguyên. Đồng chí ghi với mã khác.",
            f"{command.task_id} names another task, which stays as it is. Use another id.",
            code="in-use",
        )
    in_branch(asked, command.member_id, command.partner_id)
    if command.partner_id == command.member_id:
        raise Refused(
            "Người phối hợp phải là người khác với người chịu trách nhiệm. Đồng chí chọn lại.",
            "The partner is somebody else than the one who answers for the task. Choose again.",
            code="R19",
        )
    _due_and_reported(command, asked)
    if command.carried_from is not None and command.carried_from not in asked.known.tasks:
        raise Refused(
            f"Không có việc {command.carried_from} để chuyển tiếp sang việc mới. Đồng chí xem lại mã việc cũ.",
            f"There is no task {command.carried_from} to carry on. Check the id.",
            code="no-task",
        )
    return (fact,)


def _due_and_reported(command: DecideAssignment, asked: Asked[Known]) -> None:
    if command.due_on < asked.today:
        raise Refused(
            f"Hạn {command.due_on:%d/%m/%Y} đứng trước ngày họp {asked.today:%d/%m/%Y}. Nếu là việc lãnh đạo giao gấp, "
            "đồng chí chọn «Việc đột xuất».",
            f"The due date {command.due_on:%d/%m/%Y} lies before the meeting of {asked.today:%d/%m/%Y}. "
            "If it is a leader's urgent task, enter it as one.",
            code="R19",
        )
    if command.report_at < f"{command.due_on:%Y-%m}":
        raise Refused(
            f"Kỳ báo cáo tháng {int(command.report_at[5:])}/{command.report_at[:4]} đứng trước tháng có hạn "
            f"{command.due_on:%d/%m/%Y}. Đồng chí chọn kỳ họp sau hạn.",
            f"The report of {month_en(command.report_at)} comes before the day it is due, {command.due_on:%d/%m/%Y}. "
            "Choose a later meeting.",
            code="R19",
        )


def _draft(command: DecideAssignment, asked: Asked[Known]) -> Draft | None:
    if command.draft_id is None:
        return None
    draft = asked.known.meeting.draft(command.draft_id) if asked.known.meeting else None
    if draft is None:
        raise Refused(
            f"Không có dự kiến phân công {command.draft_id} cho buổi họp này, hoặc dự kiến đó đã rút. Đồng chí ghi "
            "phân công không kèm dự kiến, hoặc chọn dự kiến khác.",
            f"There is no draft {command.draft_id} for this meeting, or it was withdrawn. Assign without it, or choose "
            "another.",
            code="no-draft",
        )
    return draft
