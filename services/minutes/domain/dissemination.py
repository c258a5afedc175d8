"""Documents passed on to the cell: once each, by a named person; whoever was absent is caught up by a day (R39)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import (
    Facts,
    after_opening,
    in_branch,
    in_session,
    must_be_there,
    on_agenda,
    opened,
)
from services.minutes.domain.used_rules import practice_of
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.afterwards import DisseminationCaughtUp
from shared.events.envelope import Line, MemberId
from shared.events.minutes import AgendaNumber
from shared.events.sitting import DisseminatedAs, PolicyDisseminated
from shared.events.wording import clock
from shared.rules import PracticeProfile

UNCLASSIFIED = "none"


class DisseminatePolicy(MinutesCommand):
    """Note that a document was presented; who is in the room at that minute has heard it."""

    doc_no: Line
    title: Line | None = None
    grade: Line = UNCLASSIFIED
    """Anything but ``none`` is refused, and nothing of it is kept (R33)."""
    by: MemberId
    item: AgendaNumber | None = None
    catch_up_by: date | None = None
    """By default as many days later as the cell's practice says."""


class CatchUpOnPolicy(MinutesCommand):
    """Note that somebody who had been absent was made acquainted with the document; also after the meeting."""

    MAY: ClassVar[frozenset[str]] = WRITES | {"rapporteur", "self"}

    doc_no: Line
    member_id: MemberId


def disseminate_policy(minutes: Minutes, command: DisseminatePolicy, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    must_be_unclassified(command.grade)
    if (before := meeting.practice.disseminated.get(command.doc_no)) is not None:
        if before.by == command.by:
            return ()
        raise Refused(
            f"Văn bản {command.doc_no} đã được đ/c {before.by} phổ biến trong buổi này, {len(before.heard)} đồng chí "
            "đã nghe. Ai vắng, đồng chí ghi phổ biến lại cho từng người.",
            f"{before.by} has presented {command.doc_no} in this meeting, {len(before.heard)} heard it. Record the "
            "catching up of each who was absent.",
            code="R39",
        )
    in_session(minutes, asked)
    if command.item is not None:
        on_agenda(asked, command.item)
    at = after_opening(meeting, asked)
    must_be_there(meeting, command.by, at)
    there = meeting.there(at)
    absent = tuple(member for member in meeting.opened.base if member not in there)
    practice, pins = practice_of(meeting, asked) if absent and command.catch_up_by is None else (None, ())
    return (
        *pins,
        PolicyDisseminated(
            meeting_id=command.meeting_id,
            doc_no=command.doc_no,
            title=command.title,
            item=command.item,
            by=command.by,
            by_role=_role(meeting, command.by, at, asked),
            heard=tuple(member for member in meeting.opened.base if member in there),
            to_catch_up=absent,
            catch_up_by=catch_up_day(practice, asked.today, command.catch_up_by) if absent else None,
        ),
    )


def catch_up_on_policy(minutes: Minutes, command: CatchUpOnPolicy, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    document = meeting.practice.disseminated.get(command.doc_no)
    if document is None:
        raise Refused(
            f"Buổi họp này chưa phổ biến văn bản {command.doc_no}. Đồng chí xem lại số văn bản.",
            f"This meeting did not present document {command.doc_no}. Check its number.",
            code="R39",
        )
    if (command.doc_no, command.member_id) in meeting.practice.caught_up:
        return ()
    if command.member_id in document.heard:
        raise Refused(
            f"Đ/c {command.member_id} đã nghe văn bản {command.doc_no} trong buổi họp, không cần phổ biến lại. Đồng "
            "chí chọn người vắng.",
            f"{command.member_id} heard document {command.doc_no} in the meeting. Choose somebody who was absent.",
            code="R39",
        )
    in_branch(asked, command.member_id)
    after_opening(meeting, asked)
    return (
        DisseminationCaughtUp(
            meeting_id=command.meeting_id,
            doc_no=command.doc_no,
            member_id=command.member_id,
            on=asked.today,
            due_on=document.catch_up_by or asked.today,
        ),
    )


def must_be_unclassified(grade: str) -> None:
    """Refused for anything that bears a grade; the sentence repeats nothing of it (R33)."""
    if grade != UNCLASSIFIED:
        raise Refused(
            "Hệ thống không nhận văn bản có độ mật. Không có gì được lưu. Đồng chí xử lý văn bản này ngoài hệ thống, "
            "trong chương trình ghi «nội dung xử lý ngoài hệ thống».",
            "Classified documents are not taken. Nothing was stored. Handle it outside the system and write "
            "“dealt with outside the system” in the agenda.",
            code="R33",
        )


def catch_up_day(practice: PracticeProfile | None, held_on: date, given: date | None) -> date:
    """By when the absent are caught up. Refused when that lies before the day itself, or nobody says."""
    if given is None and practice is None:
        raise Refused(
            "Đồng chí ghi chậm nhất ngày nào thì phổ biến lại cho đồng chí vắng.",
            "Say by which day those absent are to be caught up.",
            code="R39",
        )
    by = given or held_on + timedelta(days=practice.catch_up_days.value if practice else 0)
    if by < held_on:
        raise Refused(
            f"Hạn phổ biến lại {by:%d/%m/%Y} đứng trước ngày {held_on:%d/%m/%Y}. Đồng chí chọn lại ngày.",
            f"The day for catching up, {by:%d/%m/%Y}, lies before {held_on:%d/%m/%Y}. Choose again.",
            code="R39",
        )
    return by


def _role(meeting: Meeting, member: str, at: str, asked: Asked[Known]) -> DisseminatedAs:
    branch = asked.known.branch
    held = frozenset[str]() if branch is None else branch.roles_on(member, asked.today)
    roles: tuple[DisseminatedAs, ...] = ("secretary", "rapporteur", "deputy_secretary")
    for role in roles:
        if role in held:
            return role
    if member == meeting.chair(at):
        return "chair"
    raise Refused(
        f"Đ/c {member} không phải bí thư, phó bí thư, báo cáo viên hay người chủ trì lúc {clock(at)}. Đồng chí chọn "
        "lại người phổ biến; nếu mới cử báo cáo viên, ghi nhiệm vụ đó trước.",
        f"{member} is neither secretary, deputy, rapporteur nor in the chair at {clock(at)}. Choose again; record a "
        "newly named rapporteur first.",
        code="R39",
    )
