"""A remark from work, residence or place of duty: shared, answered, a correction agreed and reviewed (R42)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from services.roster.domain.commands import secret
from services.roster.domain.flags import Place, clearing
from services.roster.domain.known import Known
from services.roster.domain.living import happened, in_order, living, missing, taken
from services.roster.domain.members import here, listed
from services.roster.domain.sheet import Remark, Sheet
from services.roster.domain.transfer import MemberCommand, pin
from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.branch import Sha256
from shared.events.envelope import Fact, Line, MemberId, ShortId
from shared.events.member import (
    CorrectionAgreed,
    CorrectionReviewed,
    MemberRulesPinned,
    RemarkAnswered,
    RemarkKind,
    RemarkReceived,
    RemarkResult,
    RemarkShared,
    Review,
    Source,
)
from shared.events.sealed import PrivateText
from shared.people import tidy


class RemarkCommand(MemberCommand):
    """A wish about one remark."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "committee_member", "operator"})

    remark_id: ShortId


class ReceiveRemark(RemarkCommand):
    """Take down a signed remark with its document, on whatever day it comes."""

    source: Source
    remark_kind: RemarkKind = "remark"
    said_by: Line
    document_no: Line
    document_on: date
    document_sha256: Sha256 | None = None
    received_on: date
    result: RemarkResult | None = None
    text: PrivateText | None = None


class ShareRemark(RemarkCommand):
    """Take down that the remark was told to the member."""

    shared_on: date
    by: MemberId


class AnswerRemark(RemarkCommand):
    """The member's answer."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self"})

    answered_on: date
    text: PrivateText


class AgreeCorrection(RemarkCommand):
    """Agree what is put right, when it is looked at again, and by whom."""

    agreed_on: date
    text: PrivateText | None = None
    review_on: date
    reviewer_id: MemberId


class ReviewCorrection(RemarkCommand):
    """Take down how the agreed correction stands."""

    reviewed_on: date
    by: MemberId
    outcome: Review
    next_review_on: date | None = None


def _days_to_share(
    branch: Branch, command: ReceiveRemark, asked: Asked[Known]
) -> tuple[int | None, tuple[MemberRulesPinned, ...]]:
    """Within how many days a remark is shared: the charter's where the rules open it, else theirs, and which these are.

    None where neither holds.
    """
    chosen = branch.charter.remarks.share_with_member_days if branch.charter and branch.charter.remarks else None
    try:
        rules = asked.known.rules.profile_for("practice", command.received_on, branch.code)
    except LookupError:
        return chosen, ()
    pinned = pin(command, branch.code, command.remark_id, "practice", rules.ref)
    return rules.remark_shared_days.under(chosen), (pinned,)


def receive(sheet: Sheet, command: ReceiveRemark, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    before = sheet.remark(command.remark_id)
    if before is not None:
        if (before.source, before.document_no, before.document_on, before.received_on) == (
            command.source,
            tidy(command.document_no),
            command.document_on,
            command.received_on,
        ):
            return ()
        raise taken(command.remark_id, "nhận xét", "remark")
    here(branch, command.member_id, command.received_on)
    happened(command.received_on, asked)
    in_order(command.document_on, command.received_on, "ngày ký văn bản", "the day of the document")
    days, pinned = _days_to_share(branch, command, asked)
    return (
        *pinned,
        RemarkReceived(
            branch=branch.code,
            member_id=command.member_id,
            remark_id=command.remark_id,
            source=command.source,
            remark_kind=command.remark_kind,
            said_by=tidy(command.said_by),
            document_no=tidy(command.document_no),
            document_on=command.document_on,
            document_sha256=command.document_sha256,
            received_on=command.received_on,
            result=command.result,
            text=secret(branch.code, command.member_id, "text", command.text) if command.text else None,
            share_within_days=days,
            share_due_on=command.received_on + timedelta(days=days) if days is not None else None,
        ),
    )


def share(sheet: Sheet, command: ShareRemark, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, remark = living(asked), _remark(sheet, command)
    if remark.shared_on is not None:
        if (remark.shared_on, remark.shared_by) == (command.shared_on, command.by):
            return ()
        raise Refused(
            f"Nhận xét này đã trao đổi với đảng viên ngày {remark.shared_on:%d/%m/%Y}. Nếu cần trao đổi thêm, đồng chí "
            "ghi vào việc sửa chữa; chưa có gì thay đổi.",
            f"This remark was shared on {remark.shared_on:%d/%m/%Y} already. Enter what was said since then with the "
            "correction; nothing has changed.",
            code="already",
        )
    here(branch, command.by, happened(command.shared_on, asked))
    if command.by == command.member_id:
        raise Refused(
            "Người trao đổi nhận xét phải là một đồng chí khác đảng viên được nhận xét. Đồng chí chọn lại người; nội "
            "dung đã nhập vẫn còn.",
            "Who shares a remark is somebody else than the member it is about. Choose again; what was typed is kept.",
            code="R42",
        )
    in_order(remark.received_on, command.shared_on, "ngày nhận được nhận xét", "the day the remark came in")
    return (
        RemarkShared(
            branch=branch.code,
            member_id=command.member_id,
            remark_id=remark.id,
            shared_on=command.shared_on,
            by=command.by,
            share_due_on=remark.share_due_on,
        ),
        *clearing(
            Place("member", branch.code, command.member_id),
            sheet.flags,
            remark.id,
            command.shared_on,
            ("remark_not_shared",),
        ),
    )


def answer(sheet: Sheet, command: AnswerRemark, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, shared_on = living(asked), _shared(_remark(sheet, command))
    happened(command.answered_on, asked)
    in_order(shared_on, command.answered_on, "ngày được trao đổi nhận xét", "the day it was shared")
    return (
        RemarkAnswered(
            branch=branch.code,
            member_id=command.member_id,
            remark_id=command.remark_id,
            answered_on=command.answered_on,
            text=secret(branch.code, command.member_id, "text", command.text),
        ),
    )


def agree(sheet: Sheet, command: AgreeCorrection, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, remark = living(asked), _remark(sheet, command)
    shared_on = _shared(remark)
    if (remark.agreed_on, remark.review_on, remark.reviewer_id) == (
        command.agreed_on,
        command.review_on,
        command.reviewer_id,
    ):
        return ()
    if remark.review_on is not None:
        raise Refused(
            f"Việc sửa chữa này đã hẹn xem lại ngày {remark.review_on:%d/%m/%Y}. Đồng chí ghi kết quả xem lại, kèm "
            "ngày hẹn mới nếu cần; nội dung đã nhập vẫn còn.",
            f"A review is agreed for {remark.review_on:%d/%m/%Y} already. Enter that review first, with a new day if "
            "needed; what was typed is kept.",
            code="R42",
        )
    in_order(shared_on, happened(command.agreed_on, asked), "ngày được trao đổi nhận xét", "the day it was shared")
    in_order(command.agreed_on, command.review_on, "ngày thống nhất", "the day of the agreement")
    here(branch, command.reviewer_id, command.agreed_on)
    if command.reviewer_id == command.member_id:
        raise _own_review()
    return (
        CorrectionAgreed(
            branch=branch.code,
            member_id=command.member_id,
            remark_id=remark.id,
            agreed_on=command.agreed_on,
            text=secret(branch.code, command.member_id, "text", command.text) if command.text else None,
            review_on=command.review_on,
            reviewer_id=command.reviewer_id,
        ),
    )


def review(sheet: Sheet, command: ReviewCorrection, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, remark = living(asked), _remark(sheet, command)
    if any(
        (look.on, look.by, look.outcome) == (command.reviewed_on, command.by, command.outcome)
        for look in remark.reviews
    ):
        return ()
    if remark.review_on is None or remark.agreed_on is None:
        raise Refused(
            f"Nhận xét {remark.id} chưa có việc sửa chữa nào hẹn xem lại. Đồng chí ghi việc đã thống nhất và ngày "
            "xem lại trước; nội dung đã nhập vẫn còn.",
            f"No correction is agreed for remark {remark.id}. Enter what was agreed and its day first.",
            code="R42",
        )
    in_order(remark.agreed_on, happened(command.reviewed_on, asked), "ngày thống nhất", "the day of the agreement")
    listed(branch, command.by)
    if command.by == command.member_id:
        raise _own_review()
    if command.outcome == "done" and command.next_review_on is not None:
        raise Refused(
            "Việc đã sửa xong thì không hẹn xem lại nữa. Đồng chí bỏ ngày hẹn, hoặc ghi «đã sửa một phần»; nội dung đã "
            "nhập vẫn còn.",
            "What is done needs no further review. Leave the day out or say “partly”; what was typed is kept.",
            code="R42",
        )
    if command.next_review_on is not None:
        in_order(command.reviewed_on, command.next_review_on, "ngày xem lại", "the day of this review")
    return (
        CorrectionReviewed(
            branch=branch.code,
            member_id=command.member_id,
            remark_id=remark.id,
            reviewed_on=command.reviewed_on,
            review_due_on=remark.review_on,
            by=command.by,
            outcome=command.outcome,
            next_review_on=command.next_review_on,
        ),
        *clearing(
            Place("member", branch.code, command.member_id),
            sheet.flags,
            remark.id,
            command.reviewed_on,
            ("correction_not_reviewed",),
        ),
    )


def _own_review() -> Refused:
    return Refused(
        "Người xem lại phải là một đồng chí khác đảng viên được nhận xét. Đồng chí chọn lại người; nội dung đã nhập "
        "vẫn còn.",
        "Nobody reviews the own correction. Choose somebody else; what was typed is kept.",
        code="R42",
    )


def _remark(sheet: Sheet, command: RemarkCommand) -> Remark:
    remark = sheet.remark(command.remark_id)
    if remark is None:
        raise missing(command.remark_id, "nhận xét", "remark")
    return remark


def _shared(remark: Remark) -> date:
    if remark.shared_on is None:
        raise Refused(
            f"Nhận xét {remark.id} chưa trao đổi với đảng viên. Đồng chí trao đổi và ghi ngày trước, rồi mới ghi trả "
            "lời hoặc việc sửa chữa; nội dung đã nhập vẫn còn.",
            f"Remark {remark.id} was not shared with the member yet. Share it and enter the day first; what was typed "
            "is kept.",
            code="R42",
        )
    return remark.shared_on
