"""A member's transfer: two clocks of working days, from the decision and from the introduction, until it is done."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import ClassVar, Literal

from services.roster.domain.commands import secret
from services.roster.domain.flags import Place, clearing
from services.roster.domain.known import Known
from services.roster.domain.living import happened, in_order, living, missing, taken
from services.roster.domain.members import here
from services.roster.domain.sheet import Received, Sheet, Transfer
from shared.branch import Branch
from shared.decision import Asked, Command, Refused
from shared.events.branch import MemberStatusChanged, MemberTransferred
from shared.events.envelope import BranchCode, Fact, Line, MemberId, ShortId
from shared.events.member import (
    LetterPresented,
    MemberIntroduced,
    MemberReceived,
    MemberRulesPinned,
    MemberTransferStarted,
    TransferCalledOff,
    TransferCompleted,
    TransferKind,
)
from shared.events.sealed import PrivateText
from shared.people import tidy
from shared.rules import MembershipProfile
from shared.working_days import after_working_days, days_off_between


class MemberCommand(Command):
    """A wish about what is kept of one member."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator"})
    READS_OWN: ClassVar[bool] = True

    member_id: MemberId

    def subject(self, branch: str) -> str:
        return f"member/{branch}/{self.member_id}"


def pin(
    command: MemberCommand, branch: str, item: str, subject: Literal["practice", "membership"], ref: str
) -> MemberRulesPinned:
    """By which rules the days of the fact right behind are counted."""
    return MemberRulesPinned(branch=branch, member_id=command.member_id, item=item, rule_subject=subject, profile=ref)


class StartTransfer(MemberCommand):
    """Take down the decision that sends a member elsewhere; the first clock begins."""

    transfer_id: ShortId
    transfer_kind: TransferKind = "permanent"
    to: Line
    to_code: BranchCode | None = None
    decision_no: Line | None = None
    decided_on: date
    until_on: date | None = None


class IntroduceMember(MemberCommand):
    """Take down that the letter of introduction was given; the second clock begins."""

    transfer_id: ShortId
    introduced_on: date
    letter_no: Line | None = None


class PresentLetter(MemberCommand):
    """Take down that the letter was presented at the new place."""

    transfer_id: ShortId
    presented_on: date


class CompleteTransfer(MemberCommand):
    """Take down that the procedure is done; from ``effective_on`` the branch counts accordingly."""

    transfer_id: ShortId
    effective_on: date


class CallOffTransfer(MemberCommand):
    """Stop a transfer that does not take place."""

    transfer_id: ShortId
    reason: PrivateText


class ReceiveMember(MemberCommand):
    """Take down that a member who is on the list came from another branch, with which letter."""

    transfer_kind: TransferKind = "permanent"
    came_from: Line
    came_from_code: BranchCode | None = None
    letter_no: Line | None = None
    received_on: date


def receive_member(sheet: Sheet, command: ReceiveMember, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    received = Received(
        transfer_kind=command.transfer_kind,
        came_from=tidy(command.came_from),
        came_from_code=command.came_from_code,
        letter_no=tidy(command.letter_no) if command.letter_no else None,
        received_on=happened(command.received_on, asked),
    )
    if received in sheet.received:
        return ()
    guest = here(branch, command.member_id, command.received_on).standing_on(command.received_on) == "temporary_here"
    if guest == (command.transfer_kind == "permanent"):
        vi, en = (
            ("người sinh hoạt tạm thời", "a guest") if guest else ("đảng viên của chi bộ", "a member of the branch")
        )
        raise Refused(
            f"{command.member_id} trong danh sách là {vi}, không khớp với loại chuyển sinh hoạt đã chọn. Đồng chí sửa "
            "một trong hai; nội dung đã nhập vẫn còn.",
            f"On the list {command.member_id} is {en}, which does not fit this kind of transfer. Correct one of the "
            "two; what was typed is kept.",
            code="guest",
        )
    if command.came_from_code == branch.code:
        raise Refused(
            "Nơi chuyển đến và nơi chuyển đi là cùng một chi bộ. Đồng chí kiểm tra lại mã nơi đi; nội dung đã nhập vẫn "
            "còn.",
            "The member cannot have come from this very branch. Check the code; what was typed is kept.",
            code="same-branch",
        )
    return (MemberReceived(branch=branch.code, member_id=command.member_id, **received.model_dump()),)


def start(sheet: Sheet, command: StartTransfer, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    before = sheet.transfer(command.transfer_id)
    if before is not None:
        said = (before.transfer_kind, before.to, before.decided_on, before.until_on)
        if said == (command.transfer_kind, tidy(command.to), command.decided_on, command.until_on):
            return ()
        raise taken(command.transfer_id, "lần chuyển sinh hoạt", "transfer")
    member = here(branch, command.member_id, command.decided_on)
    if member.standing_on(command.decided_on) == "temporary_here":
        raise Refused(
            f"Đ/c {member.id} sinh hoạt tạm thời tại chi bộ; nơi chuyển đi là chi bộ gốc. Đồng chí ghi ngày kết thúc "
            "sinh hoạt tạm thời bằng «Chuyển sinh hoạt»; nội dung đã nhập vẫn còn.",
            f"{member.id} is a guest here; transfers are made by the member's own branch. Enter the last day here with "
            "“transfer”; what was typed is kept.",
            code="guest",
        )
    if any(one.open for one in sheet.transfers):
        raise Refused(
            f"{member.id} đang có một lần chuyển sinh hoạt chưa xong. Đồng chí ghi xong hoặc dừng lần đó trước; nội "
            "dung đã nhập vẫn còn.",
            f"{member.id} has a transfer under way. Complete it or call it off first; what was typed is kept.",
            code="transfer-open",
        )
    if command.to_code == branch.code:
        raise Refused(
            "Nơi chuyển đến và nơi chuyển đi là cùng một chi bộ. Đồng chí kiểm tra lại mã nơi đến; nội dung đã nhập "
            "vẫn còn.",
            "A member is not transferred to the same branch. Check the code; what was typed is kept.",
            code="same-branch",
        )
    rules = _rules(command.decided_on, asked)
    _how_long(command, rules)
    days = rules.procedure_working_days.value
    due = after_working_days(command.decided_on, days, asked.known.holidays)
    return (
        MemberTransferStarted(
            branch=branch.code,
            member_id=member.id,
            transfer_id=command.transfer_id,
            transfer_kind=command.transfer_kind,
            to=tidy(command.to),
            to_code=command.to_code,
            decision_no=tidy(command.decision_no) if command.decision_no else None,
            decided_on=command.decided_on,
            until_on=command.until_on,
            procedure_days=days,
            procedure_due_on=due,
            days_off=days_off_between(command.decided_on, due, asked.known.holidays),
            rules=rules.ref,
        ),
    )


def _rules(day: date, asked: Asked[Known]) -> MembershipProfile:
    try:
        return asked.known.rules.profile_for("membership", day, asked.branch)
    except LookupError:
        raise Refused(
            f"Trong hệ thống chưa có quy định về chuyển sinh hoạt đảng cho ngày {day:%d/%m/%Y}. Đồng chí kiểm tra lại "
            "ngày; nội dung đã nhập vẫn còn.",
            f"No rules about transfers are known here for {day:%d/%m/%Y}. Check the day; what was typed is kept.",
            code="no-rules",
        ) from None


def _how_long(command: StartTransfer, rules: MembershipProfile) -> None:
    """A permanent transfer has no end; a temporary one has one within the months of the rules."""
    kind, until = command.transfer_kind, command.until_on
    if kind == "permanent":
        if until is not None:
            raise Refused(
                "Chuyển chính thức không có ngày kết thúc. Đồng chí bỏ ngày đó, hoặc chọn chuyển tạm thời; nội dung đã "
                "nhập vẫn còn.",
                "A permanent transfer has no last day. Leave it out or choose a temporary one.",
                code="until",
            )
        return
    if until is None:
        raise Refused(
            "Chuyển tạm thời cần ngày kết thúc. Đồng chí ghi ngày cuối sinh hoạt ở nơi đến; nội dung đã nhập vẫn còn.",
            "A temporary transfer needs its last day. Enter it; what was typed is kept.",
            code="until",
        )
    least = _months_after(command.decided_on, rules.temporary_months_least.value)
    if kind == "study":
        months = rules.study_months_most.value
        fits = least <= until <= _months_after(command.decided_on, months)
        vi, en = f"đến {months} tháng", f"to {months} months"
    else:
        months = rules.temporary_months_below.value
        fits = least <= until < _months_after(command.decided_on, months)
        vi, en = f"dưới {months} tháng", f"to less than {months} months"
    if not fits:
        raise Refused(
            f"Chuyển tạm thời kéo dài từ {rules.temporary_months_least.value} tháng {vi} ({rules.title}); từ "
            f"{command.decided_on:%d/%m/%Y} đến {until:%d/%m/%Y} không thuộc khoảng đó. Đồng chí kiểm tra ngày hoặc "
            "chọn chuyển chính thức; nội dung đã nhập vẫn còn.",
            f"A temporary transfer lasts from {rules.temporary_months_least.value} {en} ({rules.ref}). Check the days "
            "or choose a permanent one; what was typed is kept.",
            code="until",
        )


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def introduce(sheet: Sheet, command: IntroduceMember, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, transfer = living(asked), _transfer(sheet, command.transfer_id)
    if transfer.introduced_on == command.introduced_on:
        return ()
    _still_open(transfer)
    if transfer.introduced_on is not None:
        raise _step_taken("giới thiệu", "introduced", transfer.introduced_on)
    in_order(transfer.decided_on, command.introduced_on, "ngày quyết định có hiệu lực", "the day of the decision")
    rules = _rules(command.introduced_on, asked)
    days = rules.letter_working_days.value
    due = after_working_days(command.introduced_on, days, asked.known.holidays)
    return (
        MemberIntroduced(
            branch=branch.code,
            member_id=command.member_id,
            transfer_id=transfer.id,
            introduced_on=command.introduced_on,
            letter_no=tidy(command.letter_no) if command.letter_no else None,
            letter_days=days,
            letter_due_on=due,
            days_off=days_off_between(command.introduced_on, due, asked.known.holidays),
            rules=rules.ref,
        ),
    )


def present(sheet: Sheet, command: PresentLetter, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, transfer = living(asked), _transfer(sheet, command.transfer_id)
    if transfer.presented_on == command.presented_on:
        return ()
    _still_open(transfer)
    if transfer.presented_on is not None:
        raise _step_taken("trình giấy", "presented", transfer.presented_on)
    if transfer.introduced_on is None or transfer.letter_due_on is None:
        raise Refused(
            f"Lần chuyển {transfer.id} chưa ghi ngày giới thiệu. Đồng chí ghi giấy giới thiệu trước, rồi ghi việc "
            "trình giấy; nội dung đã nhập vẫn còn.",
            f"The introduction of transfer {transfer.id} is not entered yet. Enter it first; what was typed is kept.",
            code="not-introduced",
        )
    in_order(transfer.introduced_on, command.presented_on, "ngày giới thiệu", "the day of the introduction")
    return (
        LetterPresented(
            branch=branch.code,
            member_id=command.member_id,
            transfer_id=transfer.id,
            presented_on=command.presented_on,
            letter_due_on=transfer.letter_due_on,
        ),
        *_cleared(sheet, command, branch, command.presented_on, "letter_overdue"),
    )


def complete(sheet: Sheet, command: CompleteTransfer, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, transfer = living(asked), _transfer(sheet, command.transfer_id)
    if transfer.effective_on == command.effective_on:
        return ()
    _still_open(transfer)
    if transfer.presented_on is None:
        raise Refused(
            f"Lần chuyển {transfer.id} chưa ghi việc trình giấy giới thiệu. Đồng chí ghi ngày trình giấy trước, rồi "
            "ghi hoàn thành; nội dung đã nhập vẫn còn.",
            f"The letter of transfer {transfer.id} is not entered as presented. Enter that first.",
            code="not-presented",
        )
    in_order(transfer.decided_on, command.effective_on, "ngày quyết định có hiệu lực", "the day of the decision")
    return (
        TransferCompleted(
            branch=branch.code,
            member_id=command.member_id,
            transfer_id=transfer.id,
            effective_on=command.effective_on,
            procedure_due_on=transfer.procedure_due_on,
        ),
        *_counted(branch, transfer, command),
        *_cleared(sheet, command, branch, command.effective_on, "transfer_overdue"),
    )


def _counted(branch: Branch, transfer: Transfer, command: CompleteTransfer) -> tuple[Fact, ...]:
    """What the branch's own history says of it: until ``effective_on`` the member counts here (E9)."""
    member = here(branch, command.member_id, transfer.decided_on)
    if transfer.transfer_kind == "permanent":
        if member.left_on == command.effective_on:
            return ()
        here(branch, command.member_id, command.effective_on)
        return (
            MemberTransferred(
                branch=branch.code, member_id=member.id, to=transfer.to, effective_on=command.effective_on
            ),
        )
    if transfer.until_on is not None:
        in_order(command.effective_on, transfer.until_on, "ngày có hiệu lực", "the effective day")
    here(branch, command.member_id, command.effective_on)
    return (
        MemberStatusChanged(
            branch=branch.code,
            member_id=member.id,
            status="temporary_elsewhere",
            from_on=command.effective_on,
            until_on=transfer.until_on,
        ),
    )


def call_off(sheet: Sheet, command: CallOffTransfer, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, transfer = living(asked), _transfer(sheet, command.transfer_id)
    if transfer.called_off:
        return ()
    _still_open(transfer)
    flags: tuple[Literal["transfer_overdue", "letter_overdue"], ...] = ("transfer_overdue", "letter_overdue")
    return (
        TransferCalledOff(
            branch=branch.code,
            member_id=command.member_id,
            transfer_id=transfer.id,
            reason=secret(branch.code, command.member_id, "reason", command.reason),
        ),
        *clearing(
            Place("member", branch.code, command.member_id),
            sheet.flags,
            transfer.id,
            asked.today,
            flags,
            answered=False,
        ),
    )


def _transfer(sheet: Sheet, id: str) -> Transfer:
    transfer = sheet.transfer(id)
    if transfer is None:
        raise missing(id, "lần chuyển sinh hoạt", "transfer")
    return transfer


def _still_open(transfer: Transfer) -> None:
    if not transfer.open:
        raise Refused(
            f"Lần chuyển {transfer.id} đã kết thúc nên không ghi thêm được. Nếu chuyển lần nữa, đồng chí mở lần chuyển "
            "mới; nội dung đã nhập vẫn còn.",
            f"Transfer {transfer.id} is over. Start a new one if there is another; what was typed is kept.",
            code="transfer-over",
        )


def _step_taken(vi: str, en: str, on: date) -> Refused:
    return Refused(
        f"Việc {vi} đã ghi ngày {on:%d/%m/%Y}. Đồng chí kiểm tra lại; chưa có gì thay đổi.",
        f"Already {en} on {on:%d/%m/%Y}. Check it; nothing has changed.",
        code="already",
    )


def _cleared(
    sheet: Sheet,
    command: PresentLetter | CompleteTransfer,
    branch: Branch,
    on: date,
    flag: Literal["letter_overdue", "transfer_overdue"],
) -> tuple[Fact, ...]:
    return clearing(Place("member", branch.code, command.member_id), sheet.flags, command.transfer_id, on, (flag,))
