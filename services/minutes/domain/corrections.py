"""Corrections of adopted minutes: asked for by anybody, decided at the next regular meeting, both kept (R43)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.practice import Correction
from services.minutes.domain.session import Facts, after_opening, in_branch, opened
from services.minutes.domain.used_rules import practice_of
from services.minutes.domain.wish import LEADS, WRITES, MinutesCommand
from shared.days import civil_day, clock_and_day, clock_and_day_en
from shared.decision import Asked, Refused
from shared.events.afterwards import CorrectionAccepted, CorrectionRefused, CorrectionRequested
from shared.events.envelope import MeetingId, MemberId, ShortId, instant, moment
from shared.events.sealed import PrivateText, Secret
from shared.rules import PracticeProfile


class RequestCorrection(MinutesCommand):
    """Ask to correct a line of adopted minutes: what stands there, what should stand there."""

    MAY: ClassVar[frozenset[str]] = WRITES | {"self"}

    correction_id: ShortId
    member_id: MemberId
    """Who asks."""
    line: ShortId
    before: PrivateText
    after: PrivateText


class DecideCorrection(MinutesCommand):
    """Say what the cell decided about a correction; a refusal says why."""

    READS_OWN: ClassVar[bool] = True
    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day"}

    correction_id: ShortId
    decided_in: MeetingId
    """The regular meeting that decided it."""
    accepted: bool
    reason: PrivateText | None = None
    vote_id: ShortId | None = None


def request_correction(minutes: Minutes, command: RequestCorrection, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.correction_id in meeting.practice.corrections:
        raise Refused(
            f"Đề nghị đính chính {command.correction_id} đã được ghi và vẫn còn nguyên. Đề nghị khác, đồng chí ghi với "
            "mã khác.",
            f"Correction {command.correction_id} has been asked for and is still there. Ask for another under another "
            "id.",
            code="in-use",
        )
    _is_adopted(meeting, asked)
    in_branch(asked, command.member_id)
    if command.before.get_secret_value().strip() == command.after.get_secret_value().strip():
        raise Refused(
            "Nội dung đề nghị giống nội dung đang ghi. Đồng chí ghi điều cần sửa.",
            "What is asked for is what stands there. Say what should change.",
            code="R43",
        )
    practice, pins = practice_of(meeting, asked)
    until = _until(meeting, practice, asked)
    if until is not None and asked.today > until:
        raise Refused(
            f"Hạn đề nghị đính chính biên bản này là hết ngày {until:%d/%m/%Y}. Đồng chí nêu ý kiến tại buổi họp tới; "
            "ý kiến đó được ghi và trả lời.",
            f"Corrections of these minutes could be asked for until {until:%d/%m/%Y}. Raise it as an opinion at "
            "the next meeting, where it is recorded and answered.",
            code="R43",
        )
    return (
        *pins,
        CorrectionRequested(
            meeting_id=command.meeting_id,
            correction_id=command.correction_id,
            by=command.member_id,
            line=command.line,
            before=_secret(asked, command.member_id, "before", command.before),
            after=_secret(asked, command.member_id, "after", command.after),
            on=asked.today,
            request_until=until,
        ),
    )


def decide_correction(minutes: Minutes, command: DecideCorrection, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    wanted = meeting.practice.corrections.get(command.correction_id)
    if wanted is None:
        raise Refused(
            f"Biên bản này không có đề nghị đính chính {command.correction_id}. Đồng chí xem lại mã.",
            f"No correction {command.correction_id} of these minutes was asked for. Check the id.",
            code="R43",
        )
    if wanted.accepted is not None:
        return _decided_so(wanted, command)
    _by_a_regular_meeting(meeting, command, asked)
    if command.accepted:
        return (
            CorrectionAccepted(
                meeting_id=command.meeting_id,
                correction_id=command.correction_id,
                by=wanted.by,
                decided_in=command.decided_in,
                on=asked.today,
                vote_id=command.vote_id,
            ),
        )
    if command.reason is None:
        raise Refused(
            "Không đồng ý đính chính thì phải có lý do. Đồng chí ghi lý do; lý do được lưu kèm biên bản.",
            "A correction that is refused has its reason. Give it; it is kept beside the minutes.",
            code="R43",
        )
    return (
        CorrectionRefused(
            meeting_id=command.meeting_id,
            correction_id=command.correction_id,
            by=wanted.by,
            decided_in=command.decided_in,
            on=asked.today,
            reason=_secret(asked, wanted.by, "reason", command.reason),
            vote_id=command.vote_id,
        ),
    )


def _is_adopted(meeting: Meeting, asked: Asked[Known]) -> None:
    if meeting.adopted is None or instant(asked.time) < meeting.adopted.at:
        raise Refused(
            "Biên bản chưa được thông qua. Đồng chí nêu ngay trong buổi họp để sửa trước khi thông qua.",
            "The minutes are not adopted yet. Say so in the meeting, and they are changed before adoption.",
            code="R43",
        )


def _until(meeting: Meeting, practice: PracticeProfile | None, asked: Asked[Known]) -> date | None:
    charter = asked.known.branch.charter if asked.known.branch else None
    chosen = charter.corrections.request_within_days if charter and charter.corrections else None
    days = practice.correction_days.under(chosen) if practice else chosen
    if days is None or meeting.adopted is None:
        return None
    return civil_day(moment(meeting.adopted.at)) + timedelta(days=days)


def _decided_so(wanted: Correction, command: DecideCorrection) -> Facts:
    if (wanted.accepted, wanted.decided_in) == (command.accepted, command.decided_in):
        return ()
    raise Refused(
        f"Đề nghị này đã được chi bộ quyết định: {'đồng ý' if wanted.accepted else 'không đồng ý'}. Quyết định đó được "
        "giữ; nếu có điều mới, đồng chí gửi đề nghị khác.",
        f"The cell has decided this request: {'agreed' if wanted.accepted else 'not agreed'}. That decision is kept; "
        "ask for another correction if there is something new.",
        code="R43",
    )


def _by_a_regular_meeting(meeting: Meeting, command: DecideCorrection, asked: Asked[Known]) -> None:
    deciding = asked.known.deciding
    at = after_opening(meeting, asked)
    if deciding is None or deciding.kind not in {"regular", "combined"} or deciding.opened_at is None:
        raise Refused(
            "Đính chính do chi bộ quyết định tại kỳ sinh hoạt thường kỳ đã khai mạc. Đồng chí chọn buổi họp đó.",
            "A correction is decided by the cell at a regular meeting that was opened. Choose that meeting.",
            code="R43",
        )
    if command.decided_in == command.meeting_id or deciding.opened_at <= (
        meeting.adopted.at if meeting.adopted else at
    ):
        raise Refused(
            "Đính chính do kỳ sinh hoạt sau quyết định, không phải buổi họp của chính biên bản này. Đồng chí chọn lại.",
            "A later meeting decides, not the one whose minutes these are. Choose again.",
            code="R43",
        )
    if not deciding.opened_at <= at or (deciding.adopted_at is not None and at > deciding.adopted_at):
        raise Refused(
            f"Lúc {clock_and_day(asked.time)} buổi họp đó chưa khai mạc hoặc đã thông qua biên bản. Đồng chí xem "
            "lại giờ.",
            f"At {clock_and_day_en(asked.time)} that meeting was not open, or its minutes were adopted. Check it.",
            code="R43",
        )


def _secret(asked: Asked[Known], member: str, field: str, text: PrivateText) -> Secret:
    return Secret(subject=f"member/{asked.branch}/{member}", field=field, text=text)
