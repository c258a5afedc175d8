"""One member's sheet: every command about it with the rule that answers, and the flags of what did not come."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from services.roster.domain.flags import Owed, Place, raising
from services.roster.domain.known import Known
from services.roster.domain.remark import (
    AgreeCorrection,
    AnswerRemark,
    ReceiveRemark,
    ReviewCorrection,
    ShareRemark,
    agree,
    answer,
    receive,
    review,
    share,
)
from services.roster.domain.sheet import Sheet, evolve
from services.roster.domain.transfer import (
    CallOffTransfer,
    CompleteTransfer,
    IntroduceMember,
    MemberCommand,
    PresentLetter,
    ReceiveMember,
    StartTransfer,
    call_off,
    complete,
    introduce,
    present,
    receive_member,
    start,
)
from services.roster.domain.yearly import (
    CorrectMember,
    FilePledge,
    NoticeDiscipline,
    RecordFamilyTitle,
    RecordMemberLevel,
    correct,
    file_pledge,
    notice_discipline,
    record_family_title,
    record_level,
)
from shared.decision import VIETNAM, Asked, Command, Noun
from shared.events.envelope import Fact, ShortId
from shared.events.member import AnyMemberFact, MemberIntroduced, MemberTransferStarted, RemarkReceived
from shared.events.roster_flag import RosterFlagRaised
from shared.rules import shipped

MemberFlag = Literal[
    "remark_not_shared", "correction_not_reviewed", "transfer_overdue", "letter_overdue", "pledge_missing"
]


class FlagMember(MemberCommand):
    """A day passed without the fact that was to come; said by the clock."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    flag: MemberFlag
    item: ShortId
    due_on: date


def decide(sheet: Sheet, command: Command, asked: Asked[Known]) -> tuple[Fact, ...]:
    match command:
        case StartTransfer():
            return start(sheet, command, asked)
        case IntroduceMember():
            return introduce(sheet, command, asked)
        case PresentLetter():
            return present(sheet, command, asked)
        case CompleteTransfer():
            return complete(sheet, command, asked)
        case CallOffTransfer():
            return call_off(sheet, command, asked)
        case ReceiveMember():
            return receive_member(sheet, command, asked)
        case ReceiveRemark():
            return receive(sheet, command, asked)
        case ShareRemark():
            return share(sheet, command, asked)
        case AnswerRemark():
            return answer(sheet, command, asked)
        case AgreeCorrection():
            return agree(sheet, command, asked)
        case ReviewCorrection():
            return review(sheet, command, asked)
        case CorrectMember():
            return correct(command, asked)
        case RecordMemberLevel():
            return record_level(sheet, command, asked)
        case RecordFamilyTitle():
            return record_family_title(sheet, command, asked)
        case FilePledge():
            return file_pledge(sheet, command, asked)
        case NoticeDiscipline():
            return notice_discipline(sheet, command, asked)
        case FlagMember():
            return _flag(sheet, command, asked)
        case _:
            raise TypeError(command)


def _flag(sheet: Sheet, command: FlagMember, asked: Asked[Known]) -> tuple[Fact, ...]:
    wanted = Owed(flag=command.flag, item=command.item, due_on=command.due_on, member_id=command.member_id)
    if command.flag == "pledge_missing":
        owed = all(str(pledge.year) != command.item for pledge in sheet.pledges)
    else:
        owed = wanted in sheet.owed(command.member_id)
    detected_on = asked.recordedtime.astimezone(VIETNAM).date()
    return raising(
        Place("member", asked.branch, command.member_id),
        wanted if owed else None,
        sheet.flags,
        asked.today,
        detected_on,
    )


def under_rules(sheet: Sheet, fact: AnyMemberFact) -> Sheet:
    """The sheet after one more fact, and the rules that fact was decided under."""
    return evolve(sheet, fact).model_copy(update={"rules": _rules_of(fact)})


def _rules_of(fact: AnyMemberFact) -> str | None:
    match fact:
        case MemberTransferStarted() | MemberIntroduced():
            return fact.rules
        case RemarkReceived() if fact.share_within_days is not None:
            return _ref("practice", fact.received_on, fact.branch)
        case RosterFlagRaised(flag="pledge_missing"):
            return _ref("membership", fact.due_on.replace(month=1, day=1), fact.branch)
        case _:
            return None


def _ref(subject: Literal["practice", "membership"], day: date, branch: str) -> str | None:
    try:
        return shipped().profile_for(subject, day, branch).ref
    except LookupError:
        return None


MEMBER: Noun[Sheet, Known] = Noun(
    name="member",
    initial=Sheet(),
    decide=decide,
    evolve=under_rules,
    profile=lambda sheet: sheet.rules,
    commands=(
        StartTransfer,
        IntroduceMember,
        PresentLetter,
        CompleteTransfer,
        CallOffTransfer,
        ReceiveMember,
        ReceiveRemark,
        ShareRemark,
        AnswerRemark,
        AgreeCorrection,
        ReviewCorrection,
        CorrectMember,
        RecordMemberLevel,
        RecordFamilyTitle,
        FilePledge,
        NoticeDiscipline,
        FlagMember,
    ),
)
