"""What roster answers: branches, one branch on a day with names opened, the preview of a file, keys for services."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict

from services.roster.domain.branch import BRANCH, dissolved, unknown
from services.roster.domain.checking import LookAlike, check, in_order, questions
from services.roster.domain.importing import Reading, Row, Trouble, read_rows
from services.roster.domain.known import Known
from services.roster.projections import DestroyedKeys, Organisation, Person
from shared.branch import Branch
from shared.decision import Command, Noun
from shared.events.branch import Reach, Role, Sex, Status
from shared.events.sealed import Keys, SubjectKey, open_sealed
from shared.people import Name, by_given_name, opened, tidy
from shared.rules import profile_for
from shared.table_file import Format, Table, read_table

if TYPE_CHECKING:
    from shared.store.keys import KeyStore
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (BRANCH,)


def known(reader: ViewReader, branch: str, command: Command) -> Known:  # noqa: ARG001 - every service is asked alike
    """What roster knows beside the history it decides on."""
    return Known(branch=reader.get("branch", branch, ""))


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


# ------------------------------------------------------------------ branches and people


class Listed(_Answer):
    """A branch in the list of branches."""

    code: str
    name: str
    superior: str
    registered_on: date
    dissolved_on: date | None


class Individual(_Answer):
    """A person with the name, where it can still be opened."""

    id: str
    name: str | None


class RoleOfMember(_Answer):
    """A role and when it is held; None: before these records, or still."""

    role: Role
    from_on: date | None
    to_on: date | None


class MemberOnDay(_Answer):
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


class BranchOnDay(_Answer):
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


class RolesOfMember(_Answer):
    """All roles somebody was given, past ones included."""

    id: str
    name: str | None
    roles: tuple[RoleOfMember, ...]


def branches(reader: ViewReader) -> list[Listed]:
    """Every branch of this site, by code."""
    found: Iterable[Organisation] = (reader.get("organisations", code, "") for code in reader.branches("organisations"))
    return [Listed.model_validate(one.model_dump(exclude={"imports"})) for one in found]


def branch_document(reader: ViewReader, code: str) -> Branch:
    """The branch as everybody hears it. Raises Refused when nobody registered it."""
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        raise unknown(code)
    return branch


def branch_on(reader: ViewReader, code: str, day: date, keys: Keys) -> BranchOnDay:
    """A branch with its members on a day, names opened."""
    branch = branch_document(reader, code)
    people = _people(reader, code)
    members = [_member(branch, id, day, people.get(id), keys) for id in branch.roster(day)]
    follower = branch.follower
    voters = branch.voters(day)
    return BranchOnDay(
        code=branch.code,
        name=branch.name,
        superior=branch.superior,
        follower=_individual(follower.id, people, keys) if follower else None,
        registered_on=branch.registered_on,
        dissolved_on=branch.dissolved_on,
        charter_version=branch.charter.version if branch.charter else None,
        day=day,
        on_list=len(members),
        counts=dict(Counter(member.status for member in members)),
        official=branch.official_count(day),
        base=branch.base(day),
        voters=voters,
        votes_needed=_votes_needed(len(voters), day),
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


def _member(branch: Branch, id: str, day: date, person: Person | None, keys: Keys) -> MemberOnDay:
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
        votes=branch.may_vote(id, day),
    )


def _born(person: Person, keys: Keys) -> str | None:
    sealed = person.sealed
    return open_sealed(sealed.fact, sealed.born, keys) if sealed.born is not None else None


def _votes_needed(voters: int, day: date) -> int | None:
    try:
        return profile_for("meeting", day).adoption.needed(voters)
    except LookupError:
        return None


def roles(reader: ViewReader, code: str, keys: Keys) -> list[RolesOfMember]:
    """Who was given which role and when, in roster order; members who never had one are left out."""
    people = _people(reader, code)
    return [
        RolesOfMember(
            **_individual(member.id, people, keys).model_dump(),
            roles=tuple(RoleOfMember(**held.model_dump()) for held in member.roles),
        )
        for member in branch_document(reader, code).members
        if member.roles
    ]


def names(reader: ViewReader, code: str, keys: Keys) -> dict[str, str]:
    """Full names by id, for sentences; a name whose key is gone is not among them."""
    found = {id: opened(person.sealed, keys) for id, person in _people(reader, code).items()}
    return {id: name.full for id, name in found.items() if name is not None}


def _people(reader: ViewReader, code: str) -> dict[str, Person]:
    return {person.id: person for person in cast("list[Person]", reader.scan("people", code))}


def _individual(id: str, people: Mapping[str, Person], keys: Keys) -> Individual:
    name = opened(people[id].sealed, keys) if id in people else None
    return Individual(id=id, name=name.full if name else None)


# ------------------------------------------------------------------ import


class Preview(_Answer):
    """What a file would bring in, and everything that stands in the way. Nothing is stored by looking."""

    file_name: str
    file_sha256: str
    format: Format
    sheet: str | None
    columns: dict[str, str]
    ignored: tuple[str, ...]
    """Columns that are not taken over: what stands in them is not kept."""
    rows: tuple[Row, ...]
    """To be sent back as they are in ConfirmRosterImport."""
    troubles: tuple[Trouble, ...]
    look_alikes: tuple[LookAlike, ...]
    already: bool
    """This very file was brought in before; confirming it again changes nothing."""
    vi: str
    en: str


@dataclass(frozen=True)
class Uploaded:
    """A file as it was read; its bytes are not kept."""

    name: str
    sha256: str
    table: Table
    reading: Reading


def read_file(name: str, content: bytes, *, most_bytes: int, most_rows: int) -> Uploaded:
    """The rows of a file. Raises Refused when it cannot be read at all."""
    table = read_table(content, most_bytes=most_bytes, most_rows=most_rows)
    digest = hashlib.sha256(content).hexdigest()
    return Uploaded(_file_name(name, table.format), digest, table, read_rows(table.rows))


def preview(reader: ViewReader, code: str, file: Uploaded, day: date, keys: Keys) -> Preview:
    """Judge a file's rows against the branch as it stands on a day."""
    branch = branch_document(reader, code)
    if branch.dissolved(day):
        raise dissolved(branch)
    reading = file.reading
    organisation: Organisation | None = reader.get("organisations", code, "")
    already = organisation is not None and file.sha256 in organisation.imports
    taken = {member.id for member in branch.members}
    found = [
        *reading.troubles,
        *check(
            reading.rows,
            taken=set() if already else taken,
            secretary=None if already else branch.secretary(day),
            today=day,
            subject=f"member/{code}/",
        ),
    ]
    listed = {} if already else {id: name for id, name in names(reader, code, keys).items() if id in taken}
    alike = questions(reading.rows, listed)
    vi, en = _summary(reading, len(found), len(alike), already=already)
    return Preview(
        file_name=file.name,
        file_sha256=file.sha256,
        format=file.table.format,
        sheet=file.table.sheet,
        columns=dict(reading.columns),
        ignored=reading.ignored,
        rows=reading.rows,
        troubles=in_order(found),
        look_alikes=alike,
        already=already,
        vi=vi,
        en=en,
    )


def _summary(reading: Reading, troubles: int, alike: int, *, already: bool) -> tuple[str, str]:
    count = len(reading.rows)
    if already:
        return (
            f"Tệp này đã được nhập trước đây ({count} dòng); nhập lại không làm thay đổi gì.",
            f"This file was brought in before ({count} rows); bringing it in again changes nothing.",
        )
    vi, en = [f"Đọc được {count} dòng"], [f"{count} rows were read"]
    if troubles:
        vi.append(f"{troubles} chỗ phải sửa trong tệp")
        en.append(f"{troubles} things to correct in the file")
    if alike:
        vi.append(f"{alike} cặp tên gần giống cần xác nhận là hai người hay một")
        en.append(f"{alike} pairs of look-alike names to tell apart")
    return f"{'; '.join(vi)}. Chưa lưu gì.", f"{'; '.join(en)}. Nothing has been stored."


def _file_name(name: str, format: Format) -> str:
    """The last part of the name, printable and short; what a browser sends may be anything."""
    last = PurePath(name.replace("\\", "/")).name
    shown = tidy("".join(sign for sign in last if sign.isprintable()))
    return shown[-200:] or f"danh-sach.{format}"


# ------------------------------------------------------------------ keys


class OwnKeys:
    """Roster's own key store, asked as the other services ask roster."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def key(self, subject: str) -> SubjectKey:
        """The key, made on first ask. Raises KeyError when it was destroyed."""
        return self._store.key(subject)

    async def fetch(self, subjects: Iterable[str]) -> None:
        """Nothing to fetch: the keys are here."""

    def forget(self, subject: str) -> None:
        """Destroy the key for good; called once the fact that says so is stored. Again: nothing more."""
        if subject not in self._store.destroyed():
            self._store.destroy(subject)

    def close(self) -> None:
        """Close the file; the service is stopping."""
        self._store.close()


def keys_for(subjects: Iterable[str], keys: Keys) -> list[SubjectKey]:
    """The keys of these subjects that still exist."""
    found = []
    for subject in dict.fromkeys(subjects):
        try:
            found.append(keys.key(subject))
        except KeyError:
            continue
    return found


def destroyed_subjects(reader: ViewReader) -> list[str]:
    """Every subject whose key must be gone, by what was stored; a key store copied back is held to it."""
    found: Iterable[DestroyedKeys | None] = (
        reader.get("destroyed_keys", code, "") for code in reader.branches("destroyed_keys")
    )
    return [subject for document in found if document is not None for subject in document.subjects]
