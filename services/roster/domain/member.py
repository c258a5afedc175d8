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
    pin,
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
from shared.days import civil_day
from shared.decision import Asked, Command, Noun
from shared.events.envelope import Fact, ShortId
from shared.events.member import AnyMemberFact, MemberIntroduced, MemberRulesPinned, MemberTransferStarted

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
    of_year = command.flag == "pledge_missing"
    if of_year:
        owed = all(str(pledge.year) != command.item for pledge in sheet.pledges)
    else:
        owed = wanted in sheet.owed(command.member_id)
    detected_on = civil_day(asked.recordedtime)
    raised = raising(
        Place("member", asked.branch, command.member_id),
        wanted if owed else None,
        sheet.flags,
        asked.today,
        detected_on,
    )
    return (*_pledge_rules(command, asked), *raised) if raised and of_year else raised


def _pledge_rules(command: FlagMember, asked: Asked[Known]) -> tuple[MemberRulesPinned, ...]:
    found = asked.known.rules.chosen("membership", date(command.due_on.year, 1, 1), asked.branch)
    return () if found is None else (pin(command, asked.branch, command.item, "membership", found.ref),)


def under_rules(sheet: Sheet, fact: AnyMemberFact) -> Sheet:
    """The sheet after one more fact, and the rules that fact was decided under."""
    pinned = None
    match fact:
        case MemberTransferStarted() | MemberIntroduced():
            rules: str | None = fact.rules
        case MemberRulesPinned():
            rules = pinned = fact.profile
        case _:
            rules = sheet.pinned
    return evolve(sheet, fact).model_copy(update={"rules": rules, "pinned": pinned})


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
