"""What roster shows: branches, names still sealed, each member's sheet, localities, honours, the tree, lost keys."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.roster.domain import honour as honours
from services.roster.domain import locality as localities
from services.roster.domain import sheet as sheets
from services.roster.domain.honour import Honours
from services.roster.domain.locality import Locality
from services.roster.domain.sheet import Sheet
from shared import branch as heard
from shared import heard_rules, heard_tree, signing_keys
from shared.branch import Branch
from shared.days import civil_day
from shared.events import honour, locality, member, roster_flag
from shared.events.branch import (
    BranchDissolved,
    BranchRegistered,
    MemberEnrolled,
    MemberEntry,
    RosterImported,
    Sex,
    SubjectKeyDestroyed,
)
from shared.events.envelope import Fact, Recorded, moment
from shared.events.files import FileAttached, FileWithdrawn
from shared.events.locality import AdviceGiven, IssueAnswered, LocalityIssueRaised, LocalityRemarkReceived
from shared.events.member import (
    CorrectionAgreed,
    MemberCorrected,
    PledgeFiled,
    RemarkAnswered,
    RemarkReceived,
    TransferCalledOff,
)
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Private
from shared.organisation import Unit
from shared.people import SealedName
from shared.signing_keys import Keyring
from shared.store.views import View

_ONE = ("",)
"""The key of a document there is one of in each branch."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Organisation(_Document):
    """A branch's line in the list of branches."""

    code: str
    name: str
    superior: str
    registered_on: date
    dissolved_on: date | None = None
    imports: tuple[str, ...] = ()
    """Hashes of the files its list was brought in from."""


What = Literal["remark", "answer", "agreed", "issue", "advice", "called_off"]


class SealedText(_Document):
    """A private text with the id of its fact, without which it cannot be opened."""

    fact: str
    value: Private


class Text(SealedText):
    """What was said about something, still sealed."""

    item: str
    what: What
    on: date


class SheetShown(_Document):
    """One member's sheet, with the texts on it."""

    member_id: str
    sheet: Sheet = Sheet()
    texts: tuple[Text, ...] = ()


class LocalityShown(_Document):
    """One locality, with the texts about it."""

    locality_id: str
    locality: Locality = Locality()
    texts: tuple[Text, ...] = ()


class PledgesKept(_Document):
    """Since when this branch keeps the yearly pledges here: nothing is missed from before."""

    since: date


class NameBefore(_Document):
    """A name as it was written up to a correction, with the index of that in roster's log."""

    until: int
    sealed: SealedName


class Person(_Document):
    """Who somebody is, sealed: opened only at the moment of asking."""

    id: str
    sealed: SealedName
    before: tuple[NameBefore, ...] = ()
    """Names corrected since, the first first: papers of that time keep them."""
    birth: SealedText | None = None
    """The year of birth; a correction of the name leaves it where it stands."""
    sex: Sex | None = None


class KeptFile(_Document):
    """A file the site keeps, as minutes said: by its hash, with the attachments that name it."""

    sha256: str
    attachments: tuple[str, ...] = ()


class DestroyedKeys(_Document):
    """Whose key is gone for good."""

    subjects: tuple[str, ...] = ()


def _branch(document: Branch | None, recorded: Recorded[Any], _key: str) -> Branch | None:
    return heard.step(document, recorded)


def _organisation(document: Organisation | None, recorded: Recorded[Any], _key: str) -> Organisation | None:
    match recorded.fact:
        case BranchRegistered() as fact:
            return Organisation(
                code=fact.branch, name=fact.name, superior=fact.superior, registered_on=fact.effective_on
            )
        case BranchDissolved() as fact if document is not None:
            return document.model_copy(update={"dissolved_on": fact.effective_on})
        case RosterImported() as fact if document is not None:
            return document.model_copy(update={"imports": (*document.imports, fact.file_sha256)})
        case _:
            return document


def _entries(fact: RosterImported | MemberEnrolled) -> tuple[MemberEntry, ...]:
    return fact.members if isinstance(fact, RosterImported) else (fact.member,)


def _people_in(recorded: Recorded[Any]) -> tuple[str, ...]:
    match recorded.fact:
        case BranchRegistered() as fact:
            return (fact.follower_id,) if fact.follower_id else ()
        case RosterImported() | MemberEnrolled() as fact:
            return tuple(entry.member_id for entry in _entries(fact))
        case MemberCorrected() as fact:
            return (fact.member_id,)
        case SubjectKeyDestroyed() as fact:
            kind, _, rest = fact.key_subject.partition("/")
            return (rest.rpartition("/")[2],) if kind == "member" else ()
        case _:
            return ()


def _person(document: Person | None, recorded: Recorded[Any], key: str) -> Person | None:
    match recorded.fact:
        case BranchRegistered() as fact if fact.follower_name is not None:
            return Person(id=key, sealed=SealedName(fact=recorded.id, name=fact.follower_name))
        case RosterImported() | MemberEnrolled() as fact:
            entry = next(entry for entry in _entries(fact) if entry.member_id == key)
            sealed = SealedName(fact=recorded.id, name=entry.name, given=entry.given)
            birth = SealedText(fact=recorded.id, value=entry.born) if entry.born is not None else None
            return Person(id=key, sealed=sealed, birth=birth, sex=entry.sex)
        case MemberCorrected() as fact if document is not None:
            return _corrected(document, fact, recorded)
        case SubjectKeyDestroyed():
            return None
        case _:
            return document


def _corrected(person: Person, fact: MemberCorrected, recorded: Recorded[Any]) -> Person:
    changes: dict[str, object] = {}
    if fact.name is not None:
        changes["sealed"] = SealedName(fact=recorded.id, name=fact.name, given=fact.given)
        changes["before"] = (*person.before, NameBefore(until=recorded.index, sealed=person.sealed))
    if fact.born is not None:
        changes["birth"] = SealedText(fact=recorded.id, value=fact.born)
    return person.model_copy(update=changes)


def _destroyed(document: DestroyedKeys | None, recorded: Recorded[SubjectKeyDestroyed], _key: str) -> DestroyedKeys:
    before = document.subjects if document is not None else ()
    return DestroyedKeys(subjects=tuple(dict.fromkeys((*before, recorded.fact.key_subject))))


# ------------------------------------------------------------------ sheets, localities, honours, the tree


def _of_member(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, RosterFlagRaised | RosterFlagCleared):
        return (fact.of,) if fact.history == "member" else ()
    return (fact.member_id,)


def _of_locality(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, RosterFlagRaised | RosterFlagCleared):
        return (fact.of,) if fact.history == "locality" else ()
    return (fact.locality_id,)


def _sheet(document: SheetShown | None, recorded: Recorded[Any], key: str) -> SheetShown:
    before = document or SheetShown(member_id=key)
    texts = (*before.texts, *_texts(recorded))
    return before.model_copy(update={"sheet": sheets.evolve(before.sheet, recorded.fact), "texts": texts})


def _locality(document: LocalityShown | None, recorded: Recorded[Any], key: str) -> LocalityShown:
    before = document or LocalityShown(locality_id=key)
    texts = (*before.texts, *_texts(recorded))
    return before.model_copy(update={"locality": localities.evolve(before.locality, recorded.fact), "texts": texts})


def _texts(recorded: Recorded[Any]) -> tuple[Text, ...]:
    fact = recorded.fact
    match fact:
        case TransferCalledOff():
            on = civil_day(recorded.time)
            return (Text(fact=recorded.id, value=fact.reason, item=fact.transfer_id, what="called_off", on=on),)
        case RemarkReceived():
            said = fact.remark_id, "remark", fact.received_on
        case RemarkAnswered():
            said = fact.remark_id, "answer", fact.answered_on
        case CorrectionAgreed():
            said = fact.remark_id, "agreed", fact.agreed_on
        case LocalityIssueRaised():
            said = fact.issue_id, "issue", fact.found_on
        case AdviceGiven():
            said = fact.issue_id, "advice", fact.advised_on
        case IssueAnswered():
            said = fact.issue_id, "answer", fact.answered_on
        case LocalityRemarkReceived():
            said = fact.remark_id, "remark", fact.document_on
        case _:
            return ()
    if fact.text is None:
        return ()
    item, what, on = said
    return (Text.model_validate({"fact": recorded.id, "value": fact.text, "item": item, "what": what, "on": on}),)


def _honours(document: Honours | None, recorded: Recorded[Any], _key: str) -> Honours:
    return honours.evolve(document or Honours(), recorded.fact)


def _kept_file(document: KeptFile | None, recorded: Recorded[Any], key: str) -> KeptFile:
    fact, kept = recorded.fact, document or KeptFile(sha256=key)
    others = tuple(one for one in kept.attachments if one != fact.attachment_id)
    named = (*others, fact.attachment_id) if isinstance(fact, FileAttached) else others
    return KeptFile(sha256=key, attachments=named)


def _hash(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    return (fact.file.sha256 if isinstance(fact, FileAttached) else fact.sha256,)


def _pledges(document: PledgesKept | None, recorded: Recorded[PledgeFiled], _key: str) -> PledgesKept:
    return document or PledgesKept(since=civil_day(moment(recorded.envelope.recordedtime)))


_FLAGS: frozenset[type[Fact]] = frozenset(roster_flag.FACTS)

VIEWS: tuple[View[Any], ...] = (
    View("branch", Branch, heard.HEARS, lambda _recorded: _ONE, _branch),
    View(
        "organisations",
        Organisation,
        frozenset({BranchRegistered, BranchDissolved, RosterImported}),
        lambda _recorded: _ONE,
        _organisation,
    ),
    View(
        "people",
        Person,
        frozenset({BranchRegistered, RosterImported, MemberEnrolled, MemberCorrected, SubjectKeyDestroyed}),
        _people_in,
        _person,
    ),
    View("sheets", SheetShown, frozenset(member.FACTS) | _FLAGS, _of_member, _sheet),
    View("localities", LocalityShown, frozenset(locality.FACTS) | _FLAGS, _of_locality, _locality),
    View("honours", Honours, frozenset(honour.FACTS), lambda _recorded: _ONE, _honours),
    View("kept_files", KeptFile, frozenset({FileAttached, FileWithdrawn}), _hash, _kept_file),
    View(heard_tree.VIEW, Unit, heard_tree.HEARS, heard_tree.keys, heard_tree.step),
    View(heard_rules.VIEW, heard_rules.ProfileHeard, heard_rules.HEARS, heard_rules.key, heard_rules.step),
    View("pledges", PledgesKept, frozenset({PledgeFiled}), lambda _recorded: _ONE, _pledges),
    View("signing_keys", Keyring, signing_keys.MEMBER_HEARS, signing_keys.owner, signing_keys.step),
    View("site_keys", Keyring, signing_keys.SITE_HEARS, signing_keys.owner, signing_keys.step),
    View("destroyed_keys", DestroyedKeys, frozenset({SubjectKeyDestroyed}), lambda _recorded: _ONE, _destroyed),
)
