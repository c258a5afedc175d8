"""Preparing a meeting: who is to do what, and the committee that agrees it before the notice leaves (R37)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from services.scheduler.domain.agenda import proper
from services.scheduler.domain.calendar import month
from services.scheduler.domain.known import Known, living, on_list, pinned
from services.scheduler.domain.plan import LEADERS, REGULAR, Meeting, MeetingCommand
from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.envelope import Line, MemberId, Period, ShortId
from shared.events.meeting import (
    AgendaItem,
    Agreed,
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    CommitteePreparatoryHeld,
    ProgrammeItem,
)


class DraftAssignment(MeetingCommand):
    """Draft a task for a member, to be decided in the meeting; ``replaces`` names the draft it stands for."""

    MAY = LEADERS | {"committee_member"}

    draft_id: ShortId
    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    due_on: date
    report_at: Period
    programme_item_id: ShortId | None = None
    replaces: ShortId | None = None


class WithdrawDraft(MeetingCommand):
    """Take a drafted task back."""

    MAY = LEADERS | {"committee_member"}

    draft_id: ShortId
    reason: Line | None = None


class HoldPreparation(MeetingCommand):
    """Record the committee's preparatory meeting; who took part by telephone is named and not counted present."""

    MAY = LEADERS | {"committee_member"}

    held_on: date | None = None
    """By default the day it is said to have happened."""
    attendees: tuple[MemberId, ...] = Field(max_length=60)
    by_telephone: tuple[MemberId, ...] = Field(default=(), max_length=60)
    agenda: tuple[AgendaItem, ...] = Field(default=(), max_length=60)
    """By default the agenda as it stands."""
    draft_resolution: Line | None = None
    points_to_vote: tuple[Line, ...] = Field(default=(), max_length=30)


def without_task(branch: Branch, on: date, drafts: Iterable[AssignmentDrafted]) -> tuple[str, ...]:
    """Members of the base for whom no task of their own is drafted; being somebody's partner is not one (R19)."""
    busy = {draft.member_id for draft in drafts}
    return tuple(member for member in branch.base(on) if member not in busy)


def nobody_took(items: Iterable[ProgrammeItem], drafts: Iterable[AssignmentDrafted]) -> tuple[str, ...]:
    """Programme items that no draft serves."""
    served = {draft.programme_item_id for draft in drafts}
    return tuple(item.id for item in items if item.id not in served)


@dataclass(frozen=True)
class Gaps:
    """What nobody has yet, before a month's regular meeting."""

    without_task: tuple[str, ...] = ()
    items_nobody_took: tuple[str, ...] = ()


def gaps(meeting: Meeting, known: Known, branch: Branch) -> Gaps:
    """Members without a task and items nobody took; other meetings than the regular one give no monthly tasks."""
    if meeting.meeting_kind not in REGULAR:
        return Gaps()
    return Gaps(without_task(branch, meeting.on, meeting.drafts), nobody_took(known.programme or (), meeting.drafts))


def preparers(branch: Branch, day: date) -> tuple[str, ...]:
    """Who prepares a meeting: the committee, or secretary and deputy in a cell without one."""
    return branch.committee(day)


def draft(meeting: Meeting, command: DraftAssignment, asked: Asked[Known]) -> tuple[AssignmentDrafted, ...]:
    """Draft a task, or refuse it."""
    branch = living(asked.known, meeting.on)
    drafted = AssignmentDrafted(**dict(command))
    if drafted in meeting.drafts:
        return ()
    on_list(branch, command.member_id, meeting.on)
    if command.partner_id is not None:
        on_list(branch, command.partner_id, meeting.on)
    if command.partner_id == command.member_id:
        raise Refused(
            "Người phối hợp phải là người khác với người chịu trách nhiệm chính. Đồng chí chọn lại người phối hợp; "
            "nội dung đã nhập vẫn còn.",
            "The partner must be somebody else than the accountable member. Choose again; what was typed is kept.",
            code="partner",
        )
    if command.draft_id in meeting.draft_ids:
        raise Refused(
            f"Mã dự kiến {command.draft_id} đã dùng rồi. Muốn thay dự kiến đó, đồng chí lập dự kiến mới và ghi "
            "thay cho mã cũ; chưa có gì thay đổi.",
            f"The draft id {command.draft_id} is taken. To change that draft, make a new one and name the old as "
            "replaced; nothing has changed.",
            code="draft-id",
        )
    if command.replaces is not None:
        _live(meeting, command.replaces)
    if command.due_on < meeting.on:
        raise Refused(
            f"Hạn {command.due_on:%d/%m/%Y} đứng trước ngày họp {meeting.on:%d/%m/%Y}. Nếu là việc lãnh đạo giao gấp, "
            "đồng chí chọn «Việc đột xuất».",
            f"The due date {command.due_on:%d/%m/%Y} lies before the meeting of {meeting.on:%d/%m/%Y}. "
            "If it is urgent, enter it as an urgent task.",
            code="R19",
        )
    if command.report_at < meeting.period:
        raise Refused(
            f"Kỳ báo cáo {month(command.report_at)} đứng trước kỳ họp {month(meeting.period)}. Đồng chí chọn kỳ sau; "
            "nội dung đã nhập vẫn còn.",
            f"The reporting month {month(command.report_at)} lies before the meeting's own, {month(meeting.period)}. "
            "Choose a later one; what was typed is kept.",
            code="R19",
        )
    _serves(asked.known.programme, command.programme_item_id, meeting.period)
    return (drafted,)


def _live(meeting: Meeting, draft_id: str) -> AssignmentDrafted:
    for one in meeting.drafts:
        if one.draft_id == draft_id:
            return one
    raise Refused(
        f"Không có dự kiến phân công nào mang mã {draft_id} đang còn hiệu lực. Đồng chí mở lại danh sách dự kiến; "
        "chưa có gì thay đổi.",
        f"No draft {draft_id} stands for this meeting. Open the list of drafts again; nothing has changed.",
        code="draft-id",
    )


def _serves(programme: tuple[ProgrammeItem, ...] | None, item_id: str | None, period: str) -> None:
    if item_id is None or (programme is not None and any(item.id == item_id for item in programme)):
        return
    raise Refused(
        f"Chương trình công tác tháng {month(period)} ghi ở đây không có mục {item_id}. Đồng chí nhập chương trình "
        "trước, hoặc bỏ trống mục; nội dung đã nhập vẫn còn.",
        f"The work programme of {month(period)} as entered here has no item {item_id}. Enter the programme first, "
        "or leave the item out.",
        code="programme-item",
    )


def withdraw(meeting: Meeting, command: WithdrawDraft) -> tuple[AssignmentDraftWithdrawn, ...]:
    """Take a draft back; one already withdrawn or replaced stays so."""
    gone = command.draft_id in meeting.draft_ids
    if gone and all(one.draft_id != command.draft_id for one in meeting.drafts):
        return ()
    taken = _live(meeting, command.draft_id)
    return (
        AssignmentDraftWithdrawn(
            meeting_id=command.meeting_id,
            draft_id=command.draft_id,
            member_id=taken.member_id,
            reason=command.reason,
        ),
    )


def hold(meeting: Meeting, command: HoldPreparation, asked: Asked[Known]) -> tuple[CommitteePreparatoryHeld, ...]:
    """Record the preparation with what was still open when it was held."""
    held_on = command.held_on or asked.today
    branch = living(asked.known, held_on, meeting.on)
    _when(held_on, meeting, asked)
    members = preparers(branch, held_on)
    _who(branch, command, members, held_on)
    rules = pinned(asked.known, asked.branch, meeting.profile, meeting.on)
    proper(asked.known, branch, rules, kind=meeting.meeting_kind, on=meeting.on, agenda=command.agenda)
    still = gaps(meeting, asked.known, branch)
    held = CommitteePreparatoryHeld(
        meeting_id=command.meeting_id,
        held_on=held_on,
        attendees=command.attendees,
        by_telephone=command.by_telephone,
        with_committee=branch.has_committee(held_on),
        committee_size=len(members),
        agreed=Agreed(
            agenda=command.agenda or meeting.agenda,
            draft_resolution=command.draft_resolution,
            points_to_vote=command.points_to_vote,
        ),
        drafts=len(meeting.drafts),
        without_task=still.without_task,
        items_nobody_took=still.items_nobody_took,
    )
    said = (held.held_on, held.attendees, held.by_telephone, held.agreed)
    before = ((one.held_on, one.attendees, one.by_telephone, one.agreed) for one in meeting.preparations)
    return () if said in before else (held,)


def _when(held_on: date, meeting: Meeting, asked: Asked[Known]) -> None:
    if held_on > asked.today:
        raise Refused(
            f"Ngày {held_on:%d/%m/%Y} chưa tới nên chưa ghi được buổi họp chuẩn bị. Đồng chí ghi sau khi họp; "
            "nội dung đã nhập vẫn còn.",
            f"{held_on:%d/%m/%Y} has not come yet. Record the preparation after it was held.",
            code="future",
        )
    if held_on > meeting.on:
        raise Refused(
            f"Buổi chuẩn bị ngày {held_on:%d/%m/%Y} lại sau ngày họp {meeting.on:%d/%m/%Y}. Đồng chí xem lại ngày; "
            "nội dung đã nhập vẫn còn.",
            f"A preparation on {held_on:%d/%m/%Y} comes after the meeting of {meeting.on:%d/%m/%Y}. Check the date.",
            code="R37",
        )


def _who(branch: Branch, command: HoldPreparation, members: tuple[str, ...], held_on: date) -> None:
    for member_id in (*command.attendees, *command.by_telephone):
        on_list(branch, member_id, held_on)
        if member_id not in members:
            body = "chi ủy" if branch.has_committee(held_on) else "bí thư và phó bí thư"
            raise Refused(
                f"Đ/c {member_id} không thuộc {body} ngày {held_on:%d/%m/%Y} nên không tính vào buổi chuẩn bị. "
                "Đồng chí chỉ chọn người trong chi ủy; nội dung đã nhập vẫn còn.",
                f"{member_id} is not one of those who prepare the meeting on {held_on:%d/%m/%Y}. "
                "Name members of the committee only.",
                code="committee",
            )
    twice = len({*command.attendees, *command.by_telephone}) < len(command.attendees) + len(command.by_telephone)
    if twice:
        raise Refused(
            "Có đồng chí được ghi hai lần. Tham gia qua điện thoại không tính có mặt: đồng chí chọn một trong hai; "
            "nội dung đã nhập vẫn còn.",
            "Somebody is named twice. Taking part by telephone is not presence: choose one of the two.",
            code="committee",
        )
    if not command.attendees:
        raise Refused(
            "Chưa ghi đồng chí nào có mặt. Tham gia qua điện thoại không tính có mặt; đồng chí ghi ít nhất một người; "
            "nội dung đã nhập vẫn còn.",
            "Nobody is named as present. Taking part by telephone is not presence; name at least one.",
            code="committee",
        )
