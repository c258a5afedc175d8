"""The course of the agenda: which item the meeting has come to, in order or not (R16); who attends as a guest."""

from __future__ import annotations

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Minutes
from services.minutes.domain.session import Facts, after_opening, in_session, on_agenda, opened
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line, ShortId
from shared.events.minutes import AgendaNumber
from shared.events.sealed import PrivateText, Secret
from shared.events.sitting import AgendaItemTaken, GuestKind, GuestPresent


class TakeUpItem(MinutesCommand):
    """Come to an item of the agenda; going back is accepted, and said."""

    item: AgendaNumber


class RecordGuest(MinutesCommand):
    """Note a guest: the superior's follower by id, anybody else by name, which is read by the cell only."""

    guest_id: ShortId
    guest_kind: GuestKind
    name: PrivateText | None = None
    position: Line | None = None


def take_up_item(minutes: Minutes, command: TakeUpItem, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.item in meeting.practice.taken:
        return ()
    in_session(minutes, asked)
    on_agenda(asked, command.item)
    at = after_opening(meeting, asked)
    later = [item for item, fact in meeting.practice.taken.items() if item > command.item and fact.at <= at]
    return (AgendaItemTaken(meeting_id=command.meeting_id, item=command.item, at=at, after=max(later, default=None)),)


def record_guest(minutes: Minutes, command: RecordGuest, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.guest_id in meeting.practice.guests and command.name is None:
        return ()
    in_session(minutes, asked)
    branch = asked.known.branch
    follower = branch.follower.id if branch is not None and branch.follower is not None else None
    if (command.guest_kind == "follower") != (command.guest_id == follower):
        raise Refused(
            f"Cấp ủy viên theo dõi chi bộ là {f'đ/c {follower}' if follower else 'người chưa được ghi danh'}. Đồng chí "
            "chọn lại người, hoặc ghi là đại biểu cấp trên kèm họ tên.",
            f"The superior's follower of this branch is {follower or 'not recorded'}. Choose again, or record a "
            "delegate of the superior with the name.",
            code="guest",
        )
    if branch is not None and branch.status_on(command.guest_id, asked.today) is not None:
        raise Refused(
            f"Đ/c {command.guest_id} là đảng viên của chi bộ, không phải khách. Đồng chí ghi giờ đến.",
            f"{command.guest_id} is a member of this branch, no guest. Record the arrival.",
            code="guest",
        )
    if command.guest_kind != "follower" and command.name is None:
        raise Refused(
            "Đồng chí ghi họ tên khách dự; họ tên chỉ chi bộ được đọc.",
            "Give the guest's name; only the cell reads it.",
            code="guest",
        )
    return (
        GuestPresent(
            meeting_id=command.meeting_id,
            guest_id=command.guest_id,
            guest_kind=command.guest_kind,
            name=None
            if command.name is None
            else Secret(subject=f"branch/{asked.branch}", field="name", text=command.name),
            position=command.position,
            at=after_opening(meeting, asked),
        ),
    )
