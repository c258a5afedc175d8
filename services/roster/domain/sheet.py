"""What a branch keeps about one member, as that member's own history tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, assert_never

from services.roster.domain.flags import Flags, Owed, Part, with_flag
from shared.events.member import (
    AnyMemberFact,
    CorrectionAgreed,
    CorrectionReviewed,
    Discipline,
    DisciplineNoticed,
    Education,
    FamilyTitleRecorded,
    LetterPresented,
    MemberCorrected,
    MemberIntroduced,
    MemberLevelRecorded,
    MemberReceived,
    MemberRulesPinned,
    MemberTransferStarted,
    PledgeFiled,
    RemarkAnswered,
    RemarkKind,
    RemarkReceived,
    RemarkResult,
    RemarkShared,
    Review,
    Source,
    Theory,
    TransferCalledOff,
    TransferCompleted,
    TransferKind,
)
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised


class Transfer(Part):
    """A transfer with its two clocks."""

    id: str
    transfer_kind: TransferKind
    to: str
    to_code: str | None
    decision_no: str | None
    decided_on: date
    until_on: date | None
    procedure_due_on: date
    introduced_on: date | None = None
    letter_due_on: date | None = None
    presented_on: date | None = None
    effective_on: date | None = None
    called_off: bool = False

    @property
    def phase(self) -> Literal["started", "introduced", "presented", "completed", "called_off"]:
        if self.called_off:
            return "called_off"
        if self.effective_on is not None:
            return "completed"
        if self.presented_on is not None:
            return "presented"
        return "introduced" if self.introduced_on is not None else "started"

    @property
    def open(self) -> bool:
        """Still on its way."""
        return self.phase not in ("completed", "called_off")


class Received(Part):
    """From where the member came."""

    transfer_kind: TransferKind
    came_from: str
    came_from_code: str | None
    letter_no: str | None
    received_on: date


class Reviewed(Part):
    """One look at an agreed correction."""

    on: date
    due_on: date
    by: str
    outcome: Review


class Remark(Part):
    """A remark and how far it has come; its text stands sealed elsewhere."""

    id: str
    source: Source
    remark_kind: RemarkKind
    said_by: str
    document_no: str
    document_on: date
    received_on: date
    result: RemarkResult | None
    share_due_on: date | None
    shared_on: date | None = None
    shared_by: str | None = None
    answered_on: tuple[date, ...] = ()
    agreed_on: date | None = None
    reviewer_id: str | None = None
    review_on: date | None = None
    """The next look at the agreed correction; None when there is none to come."""
    reviews: tuple[Reviewed, ...] = ()

    @property
    def may_be_evidence(self) -> bool:
        """R42: what was not shared with the member counts in no rank."""
        return self.shared_on is not None


class Level(Part):
    """Levels as of a day; None: nothing said about it then."""

    as_of: date
    education: Education | None
    theory: Theory | None
    from_grassroots: bool | None


class FamilyTitle(Part):
    year: int
    achieved: bool
    decision_no: str | None


class Pledge(Part):
    year: int
    filed_on: date
    kept_where: str


class Notice(Part):
    """A disciplinary decision as far as it caps a rank."""

    id: str
    form: Discipline
    decision_no: str
    decided_on: date
    self_detected_remedied: bool


class Sheet(Part):
    """Everything kept about one member beside the list of the branch."""

    received: tuple[Received, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    levels: tuple[Level, ...] = ()
    remarks: tuple[Remark, ...] = ()
    family: tuple[FamilyTitle, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    notices: tuple[Notice, ...] = ()
    flags: Flags = ()
    rules: str | None = None
    """The profile the last fact was decided under, where it was decided under one."""
    pinned: str | None = None
    """The profile said for the fact that comes next."""

    def transfer(self, id: str) -> Transfer | None:
        return next((one for one in self.transfers if one.id == id), None)

    def remark(self, id: str) -> Remark | None:
        return next((one for one in self.remarks if one.id == id), None)

    def level_on(self, day: date) -> Level:
        """What was said last by that day, each part for itself."""
        told = sorted((one for one in self.levels if one.as_of <= day), key=lambda one: one.as_of)
        known = Level(as_of=day, education=None, theory=None, from_grassroots=None)
        for one in told:
            said = {name: value for name, value in one if value is not None and name != "as_of"}
            known = known.model_copy(update=said)
        return known

    def owed(self, member_id: str) -> Iterator[Owed]:
        """What is to come by a day, from what this history says alone."""
        for transfer in self.transfers:
            if not transfer.open:
                continue
            if transfer.letter_due_on is not None and transfer.presented_on is None:
                yield Owed(flag="letter_overdue", item=transfer.id, due_on=transfer.letter_due_on, member_id=member_id)
            yield Owed(flag="transfer_overdue", item=transfer.id, due_on=transfer.procedure_due_on, member_id=member_id)
        for remark in self.remarks:
            if remark.shared_on is None and remark.share_due_on is not None:
                yield Owed(flag="remark_not_shared", item=remark.id, due_on=remark.share_due_on, member_id=member_id)
            if remark.review_on is not None:
                yield Owed(flag="correction_not_reviewed", item=remark.id, due_on=remark.review_on, member_id=member_id)


def evolve(sheet: Sheet, fact: AnyMemberFact) -> Sheet:
    """The sheet after one more fact; never refuses."""
    match fact:
        case (
            MemberTransferStarted() | MemberIntroduced() | LetterPresented() | TransferCompleted() | TransferCalledOff()
        ):
            return _transferred(sheet, fact)
        case RemarkReceived() | RemarkShared() | RemarkAnswered() | CorrectionAgreed() | CorrectionReviewed():
            return _remarked(sheet, fact)
        case MemberReceived():
            received = Received(
                transfer_kind=fact.transfer_kind,
                came_from=fact.came_from,
                came_from_code=fact.came_from_code,
                letter_no=fact.letter_no,
                received_on=fact.received_on,
            )
            return sheet.model_copy(update={"received": (*sheet.received, received)})
        case MemberLevelRecorded():
            level = Level(
                as_of=fact.as_of,
                education=fact.education,
                theory=fact.theory,
                from_grassroots=fact.from_grassroots,
            )
            return sheet.model_copy(update={"levels": (*sheet.levels, level)})
        case FamilyTitleRecorded():
            title = FamilyTitle(year=fact.year, achieved=fact.achieved, decision_no=fact.decision_no)
            others = tuple(one for one in sheet.family if one.year != fact.year)
            return sheet.model_copy(update={"family": (*others, title)})
        case PledgeFiled():
            pledge = Pledge(year=fact.year, filed_on=fact.filed_on, kept_where=fact.kept_where)
            rest = tuple(one for one in sheet.pledges if one.year != fact.year)
            return sheet.model_copy(update={"pledges": (*rest, pledge)})
        case DisciplineNoticed():
            notice = Notice(
                id=fact.notice_id,
                form=fact.form,
                decision_no=fact.decision_no,
                decided_on=fact.decided_on,
                self_detected_remedied=fact.self_detected_remedied,
            )
            return sheet.model_copy(update={"notices": (*sheet.notices, notice)})
        case RosterFlagRaised() | RosterFlagCleared():
            return sheet.model_copy(update={"flags": with_flag(sheet.flags, fact)})
        case MemberCorrected() | MemberRulesPinned():
            return sheet
    assert_never(fact)


def _transferred(
    sheet: Sheet,
    fact: MemberTransferStarted | MemberIntroduced | LetterPresented | TransferCompleted | TransferCalledOff,
) -> Sheet:
    match fact:
        case MemberTransferStarted():
            started = Transfer(
                id=fact.transfer_id,
                transfer_kind=fact.transfer_kind,
                to=fact.to,
                to_code=fact.to_code,
                decision_no=fact.decision_no,
                decided_on=fact.decided_on,
                until_on=fact.until_on,
                procedure_due_on=fact.procedure_due_on,
            )
            return sheet.model_copy(update={"transfers": (*sheet.transfers, started)})
        case MemberIntroduced():
            return _transfer(
                sheet, fact.transfer_id, introduced_on=fact.introduced_on, letter_due_on=fact.letter_due_on
            )
        case LetterPresented():
            return _transfer(sheet, fact.transfer_id, presented_on=fact.presented_on)
        case TransferCompleted():
            return _transfer(sheet, fact.transfer_id, effective_on=fact.effective_on)
        case TransferCalledOff():
            return _transfer(sheet, fact.transfer_id, called_off=True)
    assert_never(fact)


def _remarked(
    sheet: Sheet, fact: RemarkReceived | RemarkShared | RemarkAnswered | CorrectionAgreed | CorrectionReviewed
) -> Sheet:
    match fact:
        case RemarkReceived():
            remark = Remark(
                id=fact.remark_id,
                source=fact.source,
                remark_kind=fact.remark_kind,
                said_by=fact.said_by,
                document_no=fact.document_no,
                document_on=fact.document_on,
                received_on=fact.received_on,
                result=fact.result,
                share_due_on=fact.share_due_on,
            )
            return sheet.model_copy(update={"remarks": (*sheet.remarks, remark)})
        case RemarkShared():
            return _remark(sheet, fact.remark_id, shared_on=fact.shared_on, shared_by=fact.by)
        case RemarkAnswered():
            before = sheet.remark(fact.remark_id)
            answered = (*(before.answered_on if before else ()), fact.answered_on)
            return _remark(sheet, fact.remark_id, answered_on=answered)
        case CorrectionAgreed():
            return _remark(
                sheet,
                fact.remark_id,
                agreed_on=fact.agreed_on,
                review_on=fact.review_on,
                reviewer_id=fact.reviewer_id,
            )
        case CorrectionReviewed():
            before = sheet.remark(fact.remark_id)
            look = Reviewed(on=fact.reviewed_on, due_on=fact.review_due_on, by=fact.by, outcome=fact.outcome)
            reviews = (*(before.reviews if before else ()), look)
            return _remark(sheet, fact.remark_id, reviews=reviews, review_on=fact.next_review_on)
    assert_never(fact)


def _transfer(sheet: Sheet, id: str, **changes: object) -> Sheet:
    changed = tuple(one.model_copy(update=changes) if one.id == id else one for one in sheet.transfers)
    return sheet.model_copy(update={"transfers": changed})


def _remark(sheet: Sheet, id: str, **changes: object) -> Sheet:
    changed = tuple(one.model_copy(update=changes) if one.id == id else one for one in sheet.remarks)
    return sheet.model_copy(update={"remarks": changed})
