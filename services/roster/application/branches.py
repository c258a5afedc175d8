"""Branches and the people in them on a day: who counts, who votes, who holds which role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from services.roster.application.answers import Answer, Individual, branch_document, named, people_of
from services.roster.domain.branch import unknown
from services.roster.projections import Organisation, Person
from shared import heard_rules
from shared.branch import Branch, step
from shared.events.branch import Reach, Role, Sex, Status
from shared.events.sealed import Keys, open_sealed
from shared.people import Name, SealedName, by_given_name, opened
from shared.rules import MeetingProfile
from shared.search import Snippet, Text, matches, question, snippet

if TYPE_CHECKING:
    from shared.store.log import Log
    from shared.store.views import ViewReader


class Listed(Answer):
    """A branch in the list of branches."""

    code: str
    name: str
    superior: str
    registered_on: date
    dissolved_on: date | None


class RoleOfMember(Answer):
    """A role and when it is held; None: before these records, or still."""

    role: Role
    from_on: date | None
    to_on: date | None


class MemberOnDay(Answer):
    """A member as he or she counts on a day."""

    id: str
    name: str | None
    given: str | None
    sex: Sex | None
    born: str | None
    status: Status
    standing: Status
    """Full, probationary or guest, also under an exemption or an absence."""
    since: date | None
    until: date | None
    joined_on: date | None
    roles: tuple[Role, ...]
    reach: Reach
    in_base: bool
    votes: bool


class BranchOnDay(Answer):
    """A branch on a day: who is in it, who counts, who votes."""

    code: str
    name: str
    superior: str
    follower: Individual | None
    registered_on: date | None
    dissolved_on: date | None
    charter_version: int | None
    day: date
    on_list: int
    counts: dict[Status, int]
    official: int
    """Full members, those exempt or away included."""
    base: tuple[str, ...]
    voters: tuple[str, ...]
    votes_needed: int | None
    """How many votes for adopt a resolution; None on a day no rules are known for."""
    has_committee: bool
    committee: tuple[str, ...]
    secretary: str | None
    deputy: str | None
    rotation: tuple[str, ...]
    members: tuple[MemberOnDay, ...]
    """By given name, as Vietnamese lists are."""


class RolesOfMember(Answer):
    """All roles somebody was given, past ones included."""

    id: str
    name: str | None
    roles: tuple[RoleOfMember, ...]


def branches(reader: ViewReader) -> list[Listed]:
    """Every branch of this site, by code."""
    found: Iterable[Organisation] = (reader.get("organisations", code, "") for code in reader.branches("organisations"))
    return [Listed.model_validate(one.model_dump(exclude={"imports"})) for one in found]


def branch_on(reader: ViewReader, code: str, day: date, keys: Keys) -> BranchOnDay:
    """A branch with its members on a day, names opened."""
    branch = branch_document(reader, code)
    people = people_of(reader, code)
    rules = _meeting_rules(reader, code, day)
    voters = branch.voters(day, rules)
    members = [_member(branch, id, day, people.get(id), keys, votes=id in voters) for id in branch.roster(day)]
    follower = branch.follower
    return BranchOnDay(
        code=branch.code,
        name=branch.name,
        superior=branch.superior,
        follower=named(follower.id, people, keys) if follower else None,
        registered_on=branch.registered_on,
        dissolved_on=branch.dissolved_on,
        charter_version=branch.charter.version if branch.charter else None,
        day=day,
        on_list=len(members),
        counts=dict(Counter(member.status for member in members)),
        official=branch.official_count(day),
        base=branch.base(day),
        voters=voters,
        votes_needed=None if rules is None else rules.adoption.needed(len(voters)),
        has_committee=branch.has_committee(day),
        committee=branch.committee(day),
        secretary=branch.secretary(day),
        deputy=branch.deputy(day),
        rotation=branch.rotation_order(day),
        members=tuple(sorted(members, key=_place)),
    )


def _place(member: MemberOnDay) -> tuple[bool, Any, str]:
    if member.name is None:
        return True, (), member.id
    return False, by_given_name(Name(member.name, member.given or member.name)), member.id


def _member(branch: Branch, id: str, day: date, person: Person | None, keys: Keys, *, votes: bool) -> MemberOnDay:
    member = branch.member(id)
    if member is None:
        raise KeyError(id)
    status = member.status_on(day)
    held = [held for held in member.statuses if held.status == status and held.covers(day)]
    name = opened(person.sealed, keys) if person else None
    return MemberOnDay(
        id=id,
        name=name.full if name else None,
        given=name.given if name else None,
        sex=person.sex if person else None,
        born=_born(person, keys) if person else None,
        status=status,
        standing=member.standing_on(day),
        since=held[-1].from_on if held else None,
        until=held[-1].until_on if held else None,
        joined_on=member.joined_on,
        roles=member.roles_on(day),
        reach=member.reach,
        in_base=id in branch.base(day),
        votes=votes,
    )


def _born(person: Person, keys: Keys) -> str | None:
    return open_sealed(person.birth.fact, person.birth.value, keys) if person.birth is not None else None


def _meeting_rules(reader: ViewReader, code: str, day: date) -> MeetingProfile | None:
    try:
        return heard_rules.rules(reader, code).profile_for("meeting", day, code)
    except LookupError:
        return None


def roles(reader: ViewReader, code: str, keys: Keys) -> list[RolesOfMember]:
    """Who was given which role and when, in roster order; members who never had one are left out."""
    people = people_of(reader, code)
    return [
        RolesOfMember(
            **named(member.id, people, keys).model_dump(),
            roles=tuple(RoleOfMember(**held.model_dump()) for held in member.roles),
        )
        for member in branch_document(reader, code).members
        if member.roles
    ]


def names(reader: ViewReader, code: str, keys: Keys, at: int | None = None) -> dict[str, Name]:
    """Names by id, for sentences, sorted as lists of people are; a name whose key is gone is not among them.

    ``at``: as roster's log told them up to this index.
    """
    found = {id: opened(_sealed(person, at), keys) for id, person in people_of(reader, code).items()}
    kept = [(id, name) for id, name in found.items() if name is not None]
    return dict(sorted(kept, key=lambda one: (by_given_name(one[1]), one[0])))


def _sealed(person: Person, at: int | None) -> SealedName:
    return next((one.sealed for one in person.before if at is not None and at < one.until), person.sealed)


def document_at(log: Log, code: str, index: int) -> Branch:
    """The branch as this log told it up to an index. Raises Refused where nobody had registered it by then."""
    document: Branch | None = reduce(step, log.history(f"branch/{code}", index), None)
    if document is None:
        raise unknown(code)
    return document


class NameFound(Answer):
    """Somebody of the branch by name, with the words that were met."""

    id: str
    name: Snippet
    given: str


def found_by_name(reader: ViewReader, code: str, words: str, keys: Keys) -> list[NameFound]:
    """Whose names contain all these words, exact marks first, then by given name. Raises Refused."""
    asked = question(words)
    found = [
        (place.exact, NameFound(id=id, name=snippet(asked, name.full), given=name.given))
        for id, name in names(reader, code, keys).items()
        if (place := matches(asked, Text(date.max, name.full, ""), "names", id)) is not None
    ]
    return [one for _, one in sorted(found, key=itemgetter(0))]
