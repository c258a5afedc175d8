"""A locality that a member follows: visits, an issue and its road to an answer, the locality's own word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from services.roster.domain.flags import Flags, Owed, Part, Place, clearing, raising, with_flag
from services.roster.domain.known import Known
from services.roster.domain.living import happened, in_order, living, missing, taken
from services.roster.domain.members import here
from shared.days import civil_day
from shared.decision import Asked, Command, Noun, Refused
from shared.events.branch import Sha256
from shared.events.envelope import Fact, Line, MemberId, ShortId
from shared.events.locality import (
    Act,
    AdviceGiven,
    AnyLocalityFact,
    IssueAnswered,
    LocalityAssigned,
    LocalityIssueRaised,
    LocalityRemarkReceived,
    LocalityTold,
    LocalityVisited,
)
from shared.events.member import RemarkResult
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import PrivateText, Secret
from shared.people import tidy

# ------------------------------------------------------------------ commands


class LocalityCommand(Command):
    """A wish about one locality; whoever follows it may enter what was done there."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "committee_member", "operator"})
    READS_OWN: ClassVar[bool] = True

    locality_id: ShortId

    def subject(self, branch: str) -> str:
        return f"locality/{branch}/{self.locality_id}"


class FollowerCommand(LocalityCommand):
    """What the member who follows the locality did."""

    MAY: ClassVar[frozenset[str]] = LocalityCommand.MAY | {"self"}

    member_id: MemberId


class AssignLocality(LocalityCommand):
    """Say who follows a locality from a day on."""

    place: Line
    follower_id: MemberId
    from_on: date


class VisitLocality(FollowerCommand):
    """Take down a visit and which of the four acts it served."""

    visit_id: ShortId
    visited_on: date
    place: Line | None = None
    acts: Annotated[tuple[Act, ...], Field(min_length=1, max_length=4)]
    programme_item_id: ShortId | None = None


class RaiseLocalityIssue(FollowerCommand):
    """Report something that came up."""

    issue_id: ShortId
    found_on: date
    text: PrivateText


class GiveAdvice(FollowerCommand):
    """Advise a leader what to do about an issue."""

    issue_id: ShortId
    advised_on: date
    to: Line
    text: PrivateText
    answer_due_on: date | None = None


class AnswerIssue(LocalityCommand):
    """Take down the leader's answer."""

    MAY: ClassVar[frozenset[str]] = LocalityCommand.MAY | {"locality"}

    issue_id: ShortId
    answered_on: date
    by: Line
    text: PrivateText | None = None


class TellLocality(FollowerCommand):
    """Take down that the locality was told the answer."""

    issue_id: ShortId
    told_on: date


class ReceiveLocalityRemark(LocalityCommand):
    """Take down the locality's signed word about how it is followed."""

    remark_id: ShortId
    document_no: Line
    document_on: date
    document_sha256: Sha256 | None = None
    result: RemarkResult | None = None
    text: PrivateText | None = None


class FlagLocality(LocalityCommand):
    """The answer asked for did not come by its day; said by the clock."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    flag: Literal["issue_not_answered"] = "issue_not_answered"
    item: ShortId
    due_on: date


# ------------------------------------------------------------------ state


class Following(Part):
    member_id: str
    place: str
    from_on: date


class Visit(Part):
    id: str
    member_id: str
    visited_on: date
    place: str
    acts: tuple[Act, ...]
    programme_item_id: str | None


class Issue(Part):
    """An issue on its road: raised, advised, answered, told."""

    id: str
    member_id: str
    found_on: date
    advised_on: date | None = None
    advised_to: str | None = None
    answer_due_on: date | None = None
    answered_on: date | None = None
    answered_by: str | None = None
    told_on: date | None = None

    @property
    def phase(self) -> Literal["raised", "advised", "answered", "closed"]:
        if self.told_on is not None:
            return "closed"
        if self.answered_on is not None:
            return "answered"
        return "advised" if self.advised_on is not None else "raised"


class Said(Part):
    """The locality's word, with its document."""

    id: str
    document_no: str
    document_on: date
    result: RemarkResult | None


class Locality(Part):
    following: tuple[Following, ...] = ()
    visits: tuple[Visit, ...] = ()
    issues: tuple[Issue, ...] = ()
    remarks: tuple[Said, ...] = ()
    flags: Flags = ()

    def followed_on(self, day: date) -> Following | None:
        """Who follows it that day: the latest beginning holds, then the one said later."""
        begun = [one for one in enumerate(self.following) if one[1].from_on <= day]
        return max(begun, key=lambda one: (one[1].from_on, one[0]))[1] if begun else None

    def issue(self, id: str) -> Issue | None:
        return next((one for one in self.issues if one.id == id), None)

    def owed(self) -> Iterator[Owed]:
        """The answers asked for by a day."""
        for issue in self.issues:
            if issue.phase == "advised" and issue.answer_due_on is not None:
                yield Owed(
                    flag="issue_not_answered",
                    item=issue.id,
                    due_on=issue.answer_due_on,
                    member_id=issue.member_id,
                )


def evolve(locality: Locality, fact: AnyLocalityFact) -> Locality:
    match fact:
        case LocalityAssigned():
            begun = Following(member_id=fact.member_id, place=fact.place, from_on=fact.from_on)
            return locality.model_copy(update={"following": (*locality.following, begun)})
        case LocalityVisited():
            visit = Visit(
                id=fact.visit_id,
                member_id=fact.member_id,
                visited_on=fact.visited_on,
                place=fact.place,
                acts=fact.acts,
                programme_item_id=fact.programme_item_id,
            )
            return locality.model_copy(update={"visits": (*locality.visits, visit)})
        case LocalityIssueRaised():
            issue = Issue(id=fact.issue_id, member_id=fact.member_id, found_on=fact.found_on)
            return locality.model_copy(update={"issues": (*locality.issues, issue)})
        case AdviceGiven():
            return _issue(
                locality,
                fact.issue_id,
                advised_on=fact.advised_on,
                advised_to=fact.to,
                answer_due_on=fact.answer_due_on,
            )
        case IssueAnswered():
            return _issue(locality, fact.issue_id, answered_on=fact.answered_on, answered_by=fact.by)
        case LocalityTold():
            return _issue(locality, fact.issue_id, told_on=fact.told_on)
        case LocalityRemarkReceived():
            said = Said(
                id=fact.remark_id, document_no=fact.document_no, document_on=fact.document_on, result=fact.result
            )
            return locality.model_copy(update={"remarks": (*locality.remarks, said)})
        case RosterFlagRaised() | RosterFlagCleared():
            return locality.model_copy(update={"flags": with_flag(locality.flags, fact)})
    assert_never(fact)


def _issue(locality: Locality, id: str, **changes: object) -> Locality:
    changed = tuple(one.model_copy(update=changes) if one.id == id else one for one in locality.issues)
    return locality.model_copy(update={"issues": changed})


# ------------------------------------------------------------------ rules


def decide(locality: Locality, command: Command, asked: Asked[Known]) -> tuple[Fact, ...]:
    if isinstance(command, AssignLocality):
        return _assign(locality, command, asked)
    if isinstance(command, FlagLocality):
        wanted = next(
            (one for one in locality.owed() if (one.item, one.due_on) == (command.item, command.due_on)), None
        )
        place = Place("locality", asked.branch, command.locality_id)
        detected_on = civil_day(asked.recordedtime)
        return raising(place, wanted, locality.flags, asked.today, detected_on)
    if not locality.following and isinstance(command, LocalityCommand):
        raise missing(command.locality_id, "địa bàn", "locality")
    match command:
        case VisitLocality():
            return _visit(locality, command, asked)
        case RaiseLocalityIssue():
            return _raise(locality, command, asked)
        case GiveAdvice():
            return _advise(locality, command, asked)
        case AnswerIssue():
            return _answer(locality, command, asked)
        case TellLocality():
            return _tell(locality, command, asked)
        case ReceiveLocalityRemark():
            return _remark(locality, command, asked)
        case _:
            raise TypeError(command)


def _assign(locality: Locality, command: AssignLocality, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    here(branch, command.follower_id, command.from_on)
    begun = Following(member_id=command.follower_id, place=tidy(command.place), from_on=command.from_on)
    if locality.followed_on(command.from_on) == begun:
        return ()
    return (
        LocalityAssigned(
            branch=branch.code,
            locality_id=command.locality_id,
            place=begun.place,
            member_id=begun.member_id,
            from_on=begun.from_on,
        ),
    )


def _visit(locality: Locality, command: VisitLocality, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    here(branch, command.member_id, happened(command.visited_on, asked))
    followed = locality.followed_on(command.visited_on)
    place = tidy(command.place) if command.place else followed.place if followed else locality.following[0].place
    acts = tuple(dict.fromkeys(command.acts))
    visit = Visit(
        id=command.visit_id,
        member_id=command.member_id,
        visited_on=command.visited_on,
        place=place,
        acts=acts,
        programme_item_id=command.programme_item_id,
    )
    before = next((one for one in locality.visits if one.id == command.visit_id), None)
    if before == visit:
        return ()
    if before is not None:
        raise taken(command.visit_id, "chuyến đi", "visit")
    return (
        LocalityVisited(
            branch=branch.code,
            locality_id=command.locality_id,
            visit_id=visit.id,
            member_id=visit.member_id,
            visited_on=visit.visited_on,
            place=place,
            acts=acts,
            programme_item_id=visit.programme_item_id,
        ),
    )


def _raise(locality: Locality, command: RaiseLocalityIssue, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, before = living(asked), locality.issue(command.issue_id)
    if before is not None:
        if (before.member_id, before.found_on) == (command.member_id, command.found_on):
            return ()
        raise taken(command.issue_id, "vấn đề", "issue")
    here(branch, command.member_id, happened(command.found_on, asked))
    return (
        LocalityIssueRaised(
            branch=branch.code,
            locality_id=command.locality_id,
            issue_id=command.issue_id,
            member_id=command.member_id,
            found_on=command.found_on,
            text=_secret(branch.code, command.text),
        ),
    )


def _advise(locality: Locality, command: GiveAdvice, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, issue = living(asked), _known_issue(locality, command.issue_id)
    if (issue.advised_on, issue.advised_to, issue.answer_due_on) == (
        command.advised_on,
        tidy(command.to),
        command.answer_due_on,
    ):
        return ()
    _before(issue, "answered")
    in_order(issue.found_on, happened(command.advised_on, asked), "ngày phát hiện", "the day it was found")
    if command.answer_due_on is not None:
        in_order(command.advised_on, command.answer_due_on, "ngày tham mưu", "the day of the advice")
    return (
        AdviceGiven(
            branch=branch.code,
            locality_id=command.locality_id,
            issue_id=issue.id,
            member_id=command.member_id,
            advised_on=command.advised_on,
            to=tidy(command.to),
            text=_secret(branch.code, command.text),
            answer_due_on=command.answer_due_on,
        ),
        *_cleared(locality, command, asked, command.advised_on, answered=False),
    )


def _answer(locality: Locality, command: AnswerIssue, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, issue = living(asked), _known_issue(locality, command.issue_id)
    if (issue.answered_on, issue.answered_by) == (command.answered_on, tidy(command.by)):
        return ()
    _before(issue, "answered")
    if issue.advised_on is None:
        raise Refused(
            f"Vấn đề {issue.id} chưa ghi việc tham mưu. Đồng chí ghi đã tham mưu cho ai và ngày nào trước; nội dung đã "
            "nhập vẫn còn.",
            f"No advice is entered for issue {issue.id}. Enter whom you advised and when first.",
            code="locality",
        )
    in_order(issue.advised_on, happened(command.answered_on, asked), "ngày tham mưu", "the day of the advice")
    return (
        IssueAnswered(
            branch=branch.code,
            locality_id=command.locality_id,
            issue_id=issue.id,
            answered_on=command.answered_on,
            by=tidy(command.by),
            text=_secret(branch.code, command.text) if command.text else None,
        ),
        *_cleared(locality, command, asked, command.answered_on),
    )


def _tell(locality: Locality, command: TellLocality, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch, issue = living(asked), _known_issue(locality, command.issue_id)
    if issue.told_on == command.told_on:
        return ()
    _before(issue, "closed")
    if issue.answered_on is None:
        raise Refused(
            f"Vấn đề {issue.id} chưa có trả lời của lãnh đạo nên chưa có gì để báo lại cơ sở. Đồng chí ghi trả lời "
            "trước; nội dung đã nhập vẫn còn.",
            f"Issue {issue.id} has no answer yet, so there is nothing to tell. Enter the answer first.",
            code="locality",
        )
    in_order(issue.answered_on, happened(command.told_on, asked), "ngày trả lời", "the day of the answer")
    return (
        LocalityTold(
            branch=branch.code,
            locality_id=command.locality_id,
            issue_id=issue.id,
            member_id=command.member_id,
            told_on=command.told_on,
        ),
    )


def _remark(locality: Locality, command: ReceiveLocalityRemark, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked)
    said = Said(
        id=command.remark_id,
        document_no=tidy(command.document_no),
        document_on=happened(command.document_on, asked),
        result=command.result,
    )
    if said in locality.remarks:
        return ()
    if any(one.id == said.id for one in locality.remarks):
        raise taken(said.id, "nhận xét của cơ sở", "remark of the locality")
    return (
        LocalityRemarkReceived(
            branch=branch.code,
            locality_id=command.locality_id,
            remark_id=said.id,
            document_no=said.document_no,
            document_on=said.document_on,
            document_sha256=command.document_sha256,
            result=said.result,
            text=_secret(branch.code, command.text) if command.text else None,
        ),
    )


def _known_issue(locality: Locality, id: str) -> Issue:
    issue = locality.issue(id)
    if issue is None:
        raise missing(id, "vấn đề", "issue")
    return issue


def _before(issue: Issue, phase: Literal["answered", "closed"]) -> None:
    """Nothing while the issue has not come so far; otherwise Refused."""
    if issue.phase in ("closed", phase):
        done = ("báo lại cơ sở", "closed") if issue.phase == "closed" else ("trả lời", "answered")
        raise Refused(
            f"Vấn đề {issue.id} đã {done[0]}. Có việc mới phát sinh thì đồng chí ghi thành vấn đề mới; nội dung đã "
            "nhập vẫn còn.",
            f"Issue {issue.id} is {done[1]} already. Raise what is new as a new issue; what was typed is kept.",
            code="locality",
        )


def _cleared(
    locality: Locality, command: GiveAdvice | AnswerIssue, asked: Asked[Known], on: date, *, answered: bool = True
) -> tuple[Fact, ...]:
    place = Place("locality", asked.branch, command.locality_id)
    return clearing(place, locality.flags, command.issue_id, on, ("issue_not_answered",), answered=answered)


def _secret(branch: str, text: PrivateText) -> Secret:
    return Secret(subject=f"branch/{branch}", field="text", text=text)


LOCALITY: Noun[Locality, Known] = Noun(
    name="locality",
    initial=Locality(),
    decide=decide,
    evolve=evolve,
    commands=(
        AssignLocality,
        VisitLocality,
        RaiseLocalityIssue,
        GiveAdvice,
        AnswerIssue,
        TellLocality,
        ReceiveLocalityRemark,
        FlagLocality,
    ),
)
