"""Opening: who is there, who leads, who writes, and by which rules this meeting is held (R13)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from services.minutes.domain.known import Known, PlannedMeeting
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.offices import chair_writes
from services.minutes.domain.session import (
    Facts,
    in_branch,
    planned,
)
from services.minutes.domain.wish import LEADS, MinutesCommand
from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.envelope import MemberId, instant
from shared.events.minutes import (
    MeetingOpened,
    RulesApplied,
    Threshold,
)
from shared.events.wording import clock
from shared.rules import MeetingProfile, Share


class OpenMeeting(MinutesCommand):
    """Open the meeting with those who are there; chair and minute-taker are those named beforehand unless said."""

    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day"}

    present: Annotated[tuple[MemberId, ...], Field(max_length=500)]
    minute_taker_id: MemberId | None = None
    """Chosen now from those present; by default whoever was assigned."""


def open_meeting(minutes: Minutes, command: OpenMeeting, asked: Asked[Known]) -> Facts:
    if isinstance(minutes, Meeting):
        return _opened_before(minutes, command)
    meeting = planned(asked, command.meeting_id)
    branch, profile = _branch(asked), _profile(asked, meeting)
    _on_its_day(meeting, asked)
    in_branch(asked, *command.present)
    chair = _chair(branch, meeting, command, asked)
    taker = command.minute_taker_id or meeting.minute_taker_id
    if taker == chair:
        raise chair_writes()
    if taker is None or taker not in command.present:
        raise Refused(
            "Chưa khai mạc được: buổi họp chưa có thư ký ghi biên bản đang có mặt. "
            "Đồng chí chọn một người trong danh sách có mặt.",
            "The meeting cannot open: nobody present takes the minutes. Choose one of those present.",
            code="R13",
        )
    committee = branch.committee(meeting.on) if meeting.kind == "committee" else None
    base = branch.base(meeting.on) if committee is None else committee
    voters = tuple(id for id in branch.voters(meeting.on, profile) if committee is None or id in committee)
    return (
        MeetingOpened(
            meeting_id=command.meeting_id,
            meeting_kind=meeting.kind,
            period=meeting.period,
            opened_at=instant(asked.time),
            chair_id=chair,
            acting=chair != branch.secretary(meeting.on),
            minute_taker_id=taker,
            base=base,
            voters=voters,
            vote_base=len(voters),
            present_at_opening=tuple(id for id in branch.roster(meeting.on) if id in command.present),
            rules=_pinned(profile, meeting, branch),
        ),
    )


def _opened_before(meeting: Meeting, command: OpenMeeting) -> Facts:
    fact = meeting.opened
    same_taker = command.minute_taker_id in {None, fact.minute_taker_id}
    if same_taker and set(command.present) == set(fact.present_at_opening):
        return ()
    raise Refused(
        f"Buổi họp đã khai mạc lúc {clock(fact.opened_at)}, có mặt {fact.present}/{len(fact.base)}. "
        "Ai đến sau, đồng chí ghi giờ đến; ghi sai thì sửa giờ có mặt.",
        f"The meeting was opened at {clock(fact.opened_at)} with {fact.present} of {len(fact.base)} present. "
        "Record whoever comes later as arriving; correct the times if they are wrong.",
        code="already-opened",
    )


def _branch(asked: Asked[Known]) -> Branch:
    branch = asked.known.branch
    if branch is None or branch.dissolved(asked.today):
        raise Refused(
            "Chi bộ này chưa được ghi danh hoặc đã giải thể nên không mở được buổi họp. Đồng chí kiểm tra lại mã chi "
            "bộ; nếu vừa ghi danh xong, đợi vài giây rồi làm lại.",
            "This branch is not registered here or was dissolved, so no meeting can be opened. Check the code, or try "
            "again in a few seconds if it was just registered.",
            code="no-branch",
        )
    return branch


def _profile(asked: Asked[Known], meeting: PlannedMeeting) -> MeetingProfile:
    profile = asked.known.profile
    if profile is None:
        raise Refused(
            f"Máy này chưa có bộ quy định {meeting.profile} của buổi họp. Chưa có gì bị mất; "
            "người quản trị nạp bộ quy định rồi đồng chí khai mạc.",
            f"The rules {meeting.profile} of this meeting are not known here. Nothing was lost; "
            "open the meeting once they are installed.",
            code="no-profile",
        )
    return profile


def _on_its_day(meeting: PlannedMeeting, asked: Asked[Known]) -> None:
    if meeting.cancelled:
        raise Refused(
            "Buổi họp này đã được báo là không tổ chức. Nếu vẫn họp, đồng chí ấn định một buổi khác.",
            "This meeting was called off. Schedule another one if it takes place after all.",
            code="cancelled",
        )
    if asked.today != meeting.on:
        raise Refused(
            f"Buổi họp ấn định ngày {meeting.on:%d/%m/%Y}, không phải {asked.today:%d/%m/%Y}. Nếu đã họp ngày khác, "
            "đồng chí ghi việc dời họp trước (ghi muộn cũng được), rồi khai mạc.",
            f"The meeting is set for {meeting.on:%d/%m/%Y}, not {asked.today:%d/%m/%Y}. If it was held on another day, "
            "record the move first (late is fine), then the opening.",
            code="another-day",
        )


def _chair(branch: Branch, meeting: PlannedMeeting, command: OpenMeeting, asked: Asked[Known]) -> str:
    chair = meeting.delegate_id or branch.secretary(asked.today)
    if chair is not None and chair in command.present:
        return chair
    raise Refused(
        "Chưa khai mạc được: người chủ trì chưa có mặt"
        f"{f' (đ/c {chair})' if chair else ''}. Đồng chí đợi, hoặc bí thư ủy quyền cho người đang có mặt.",
        f"The meeting cannot open: its chair{f' ({chair})' if chair else ''} is not present. "
        "Wait, or let the secretary delegate the chair to somebody who is.",
        code="no-chair",
    )


def _pinned(profile: MeetingProfile, meeting: PlannedMeeting, branch: Branch) -> RulesApplied:
    return RulesApplied(
        profile=profile.ref,
        min_minutes=branch.least_minutes(profile, meeting.kind, meeting.on) or 0,
        attendance=_threshold(profile.attendance),
        adoption=_threshold(profile.adoption),
        secret_minimum=profile.secret_ballot_minimum.value,
    )


def _threshold(share: Share) -> Threshold:
    return Threshold(numerator=share.numerator, denominator=share.denominator, inclusive=share.comparison == ">=")
