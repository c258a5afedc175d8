"""What roster shows: organisations, each branch as everybody hears it, names still sealed, keys that are gone."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared import branch as heard
from shared.branch import Branch
from shared.events.branch import (
    BranchDissolved,
    BranchRegistered,
    MemberEnrolled,
    MemberEntry,
    RosterImported,
    Sex,
    SubjectKeyDestroyed,
)
from shared.events.envelope import Recorded
from shared.people import SealedName
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


class Person(_Document):
    """Who somebody is, sealed: opened only at the moment of asking."""

    id: str
    sealed: SealedName
    sex: Sex | None = None


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
            sealed = SealedName(fact=recorded.id, name=entry.name, given=entry.given, born=entry.born)
            return Person(id=key, sealed=sealed, sex=entry.sex)
        case SubjectKeyDestroyed():
            return None
        case _:
            return document


def _destroyed(document: DestroyedKeys | None, recorded: Recorded[SubjectKeyDestroyed], _key: str) -> DestroyedKeys:
    before = document.subjects if document is not None else ()
    return DestroyedKeys(subjects=tuple(dict.fromkeys((*before, recorded.fact.key_subject))))


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
        frozenset({BranchRegistered, RosterImported, MemberEnrolled, SubjectKeyDestroyed}),
        _people_in,
        _person,
    ),
    View("destroyed_keys", DestroyedKeys, frozenset({SubjectKeyDestroyed}), lambda _recorded: _ONE, _destroyed),
)
