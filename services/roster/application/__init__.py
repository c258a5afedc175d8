"""What roster answers: a branch on a day, sheets of members, localities, honours, the tree; what is due; keys."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict

from services.roster.application.signing import ended_keys, keys_due, no_store
from services.roster.domain.branch import BRANCH, dissolved, unknown
from services.roster.domain.checking import LookAlike, check, in_order, questions
from services.roster.domain.commands import DissolveBranch
from services.roster.domain.flags import Owed, StandingFlag, flagged
from services.roster.domain.honour import HONOUR, Given, Honours, YearResult, running
from services.roster.domain.importing import Reading, Row, Trouble, read_rows
from services.roster.domain.known import Known
from services.roster.domain.locality import LOCALITY, FlagLocality, Issue, Said, Visit
from services.roster.domain.member import MEMBER, FlagMember
from services.roster.domain.members import listed
from services.roster.domain.sheet import FamilyTitle, Notice, Pledge, Received, Remark, Sheet, Transfer
from services.roster.domain.signing import SIGNING, SITE_KEYS
from services.roster.domain.tree import TREE
from services.roster.projections import (
    DestroyedKeys,
    LocalityShown,
    Organisation,
    Person,
    PledgesKept,
    SheetShown,
    What,
)
from shared.authorise import Actor
from shared.branch import Branch
from shared.decision import VIETNAM, Command, Noun
from shared.events.branch import Reach, Role, Sex, Status
from shared.events.locality import Act
from shared.events.member import Education, Source, Theory
from shared.events.organisation import OrganisationKind
from shared.events.roster_flag import FLAG_WORDS, TO_DO, Flag
from shared.events.sealed import Keys, Private, SubjectKey, open_sealed
from shared.organisation import Tree, Unit, kind_by_code, root_of
from shared.people import Name, by_given_name, opened, tidy
from shared.rules import profile_for
from shared.search import Snippet, Text, matches, question, snippet
from shared.stream.clock import Due
from shared.table_file import Format, Table, read_table
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.keys import KeyStore
    from shared.store.signing_keys import SigningKeys
    from shared.store.views import ViewReader

L = TypeVar("L", bound=str)

NOUNS: tuple[Noun[Any, Any], ...] = (TREE, BRANCH, MEMBER, LOCALITY, HONOUR, SIGNING, SITE_KEYS)

Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""


def known(reader: ViewReader, branch: str, command: Command) -> Known:  # noqa: ARG001 - every service is asked alike
    """What roster knows beside the history it decides on."""
    return Known(branch=reader.get("branch", branch, ""), holidays=shipped_holidays())


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
    return open_sealed(person.birth.fact, person.birth.value, keys) if person.birth is not None else None


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


def names(reader: ViewReader, code: str, keys: Keys) -> dict[str, Name]:
    """Names by id, for sentences, sorted as lists of people are; a name whose key is gone is not among them."""
    found = {id: opened(person.sealed, keys) for id, person in _people(reader, code).items()}
    kept = [(id, name) for id, name in found.items() if name is not None]
    return dict(sorted(kept, key=lambda one: (by_given_name(one[1]), one[0])))


class NameFound(_Answer):
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


def _people(reader: ViewReader, code: str) -> dict[str, Person]:
    return {person.id: person for person in cast("list[Person]", reader.scan("people", code))}


def _individual(id: str, people: Mapping[str, Person], keys: Keys) -> Individual:
    name = opened(people[id].sealed, keys) if id in people else None
    return Individual(id=id, name=name.full if name else None)


# ------------------------------------------------------------------ the clock


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """What did not come by its day and is not flagged yet; branches that have ended in the tree."""
    found = [*_members_due(reader), *_localities_due(reader), *_pledges_due(reader, now), *_ended_due(reader)]
    found += keys_due(reader, now)
    return [one for one in found if one.moment <= now]


def _members_due(reader: ViewReader) -> Iterator[Due]:
    for code in reader.branches("sheets"):
        branch: Branch | None = reader.get("branch", code, "")
        for shown in cast("list[SheetShown]", reader.scan("sheets", code)):
            for owed in shown.sheet.owed(shown.member_id):
                if branch is not None and not branch.dissolved(owed.due_on) and not flagged(shown.sheet.flags, owed):
                    yield _flag_of_member(code, owed)


def _flag_of_member(code: str, owed: Owed) -> Due:
    command = FlagMember.model_validate(
        {"member_id": owed.member_id, "flag": owed.flag, "item": owed.item, "due_on": owed.due_on}
    )
    return Due(moment=_end_of(owed.due_on), command=command, branch=code, rule=f"{owed.flag}:{owed.item}")


def _localities_due(reader: ViewReader) -> Iterator[Due]:
    for code in reader.branches("localities"):
        for shown in cast("list[LocalityShown]", reader.scan("localities", code)):
            for owed in shown.locality.owed():
                if not flagged(shown.locality.flags, owed):
                    command = FlagLocality(locality_id=shown.locality_id, item=owed.item, due_on=owed.due_on)
                    rule = f"{owed.flag}:{owed.item}"
                    yield Due(moment=_end_of(owed.due_on), command=command, branch=code, rule=rule)


def _pledges_due(reader: ViewReader, now: datetime) -> Iterator[Due]:
    """Of everybody in the base on the last day, from the day on which the branch began to keep pledges here."""
    for code in reader.branches("pledges"):
        branch: Branch | None = reader.get("branch", code, "")
        since = cast("PledgesKept", reader.get("pledges", code, "")).since
        sheets = _sheets(reader, code)
        for year in range(since.year, now.astimezone(VIETNAM).year + 1):
            last = pledge_day(year)
            if branch is None or last is None or last < since or branch.dissolved(last):
                continue
            for member_id in branch.base(last):
                sheet = sheets[member_id].sheet if member_id in sheets else Sheet()
                owed = Owed(flag="pledge_missing", item=str(year), due_on=last, member_id=member_id)
                if all(pledge.year != year for pledge in sheet.pledges) and not flagged(sheet.flags, owed):
                    yield _flag_of_member(code, owed)


def _ended_due(reader: ViewReader) -> Iterator[Due]:
    for root in reader.branches("tree"):
        for unit in cast("list[Unit]", reader.scan("tree", root)):
            if unit.kind != "branch" or unit.ended_on is None or unit.ended_by is None:
                continue
            branch: Branch | None = reader.get("branch", unit.code, "")
            if branch is not None and branch.dissolved_on is None:
                command = DissolveBranch(decision_no=unit.ended_by, effective_on=unit.ended_on)
                moment = _end_of(unit.ended_on - timedelta(days=1))
                yield Due(moment=moment, command=command, branch=unit.code, rule="ended-in-tree")


def pledge_day(year: int) -> date | None:
    """The last day on which a year's pledge is in time; None in a year no rules are known for."""
    try:
        month = profile_for("membership", date(year, 1, 1)).pledge_month.value
    except LookupError:
        return None
    return date(year, month, monthrange(year, month)[1])


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


# ------------------------------------------------------------------ sheets


class TransferShown(_Answer):
    """A transfer and how its two clocks stand on a day."""

    member: Individual
    transfer: Transfer
    phase: Literal["started", "introduced", "presented", "completed", "called_off"]
    procedure_overdue: bool
    letter_overdue: bool
    counted_here: bool
    """Still in this branch's base on that day."""


class TextShown(_Answer):
    """A text, opened for those who may read it."""

    what: What
    on: date
    text: str | None


class RemarkShown(_Answer):
    """A remark with what became of it."""

    remark: Remark
    may_be_evidence: bool
    """R42: never before it was shared with the member."""
    overdue: bool
    texts: tuple[TextShown, ...]


class FlagShown(_Answer):
    """A flag in words, with the fact it waits for."""

    flag: Flag
    rule: str
    item: str
    member_id: str
    due_on: date
    detected_on: date
    missing: str
    cleared_on: date | None
    answered: bool | None
    vi: str
    en: str


class MemberSheet(_Answer):
    """One member as the branch keeps him or her, the three places side by side."""

    member: Individual
    day: date
    received: tuple[Received, ...]
    transfers: tuple[TransferShown, ...]
    workplace: tuple[RemarkShown, ...]
    residence: tuple[RemarkShown, ...]
    post: tuple[RemarkShown, ...]
    remarks_hidden: bool
    """True for whoever is neither this member nor of the committee."""
    family: tuple[FamilyTitle, ...]
    pledges: tuple[Pledge, ...]
    discipline: tuple[Notice, ...]
    flags: tuple[FlagShown, ...]
    called_off: tuple[TextShown, ...]
    """Why transfers were called off; for the member and the committee."""


def transfers(reader: ViewReader, code: str, day: date, keys: Keys) -> list[TransferShown]:
    """Every transfer, those under way first."""
    branch, people = branch_document(reader, code), _people(reader, code)
    shown = [
        _transfer(branch, _individual(sheet.member_id, people, keys), one, day)
        for sheet in _sheets(reader, code).values()
        for one in sheet.sheet.transfers
    ]
    return sorted(shown, key=lambda one: (not one.transfer.open, one.transfer.procedure_due_on, one.transfer.id))


def _transfer(branch: Branch, member: Individual, transfer: Transfer, day: date) -> TransferShown:
    waits = transfer.presented_on is None and transfer.open and transfer.letter_due_on is not None
    return TransferShown(
        member=member,
        transfer=transfer,
        phase=transfer.phase,
        procedure_overdue=transfer.open and transfer.procedure_due_on < day,
        letter_overdue=waits and transfer.letter_due_on is not None and transfer.letter_due_on < day,
        counted_here=member.id in branch.base(day),
    )


async def member_sheet(  # noqa: PLR0917 - who asks for what on which day, and with what it is opened
    reader: ViewReader, code: str, member_id: str, day: date, asker: Actor, keys: Keys, opened: Open
) -> MemberSheet:
    """One member's sheet. Remarks are for the member, once shared, and for the committee."""
    branch, people = branch_document(reader, code), _people(reader, code)
    member = listed(branch, member_id)
    shown = _sheets(reader, code).get(member_id) or SheetShown(member_id=member_id)
    sheet, individual = shown.sheet, _individual(member.id, people, keys)
    trusted = bool(asker.roles & _SEE_REMARKS)
    own = asker.id == member_id
    reasons = [
        TextShown(what=text.what, on=text.on, text=await opened(text.fact, text.value))
        for text in shown.texts
        if text.what == "called_off" and (trusted or own)
    ]
    remarks = [one for one in sheet.remarks if trusted or (own and one.shared_on is not None)]
    by_source: dict[Source, list[RemarkShown]] = {"workplace": [], "residence": [], "post": []}
    for remark in remarks:
        texts = [
            TextShown(what=text.what, on=text.on, text=await opened(text.fact, text.value))
            for text in shown.texts
            if text.item == remark.id and text.what != "called_off"
        ]
        overdue = remark.shared_on is None and remark.share_due_on is not None and remark.share_due_on < day
        by_source[remark.source].append(
            RemarkShown(remark=remark, may_be_evidence=remark.may_be_evidence, overdue=overdue, texts=tuple(texts))
        )
    return MemberSheet(
        member=individual,
        day=day,
        received=sheet.received,
        transfers=tuple(_transfer(branch, individual, one, day) for one in sheet.transfers),
        workplace=tuple(by_source["workplace"]),
        residence=tuple(by_source["residence"]),
        post=tuple(by_source["post"]),
        remarks_hidden=not (trusted or own),
        family=tuple(sorted(sheet.family, key=lambda one: one.year)),
        pledges=tuple(sorted(sheet.pledges, key=lambda one: one.year)),
        discipline=sheet.notices if trusted or own or asker.roles & {"superior"} else (),
        flags=tuple(_flag(one, people, keys) for one in sheet.flags if trusted or own or not _of_remark(one)),
        called_off=tuple(reasons),
    )


_SEE_REMARKS = frozenset({"secretary", "deputy_secretary", "committee_member", "service"})


def _of_remark(flag: StandingFlag) -> bool:
    return flag.flag in ("remark_not_shared", "correction_not_reviewed")


def _flag(flag: StandingFlag, people: Mapping[str, Person], keys: Keys) -> FlagShown:
    (vi, en), (to_do_vi, to_do_en) = FLAG_WORDS[flag.flag], TO_DO[flag.flag]
    name = _individual(flag.member_id, people, keys).name or flag.member_id
    return FlagShown(
        flag=flag.flag,
        rule=flag.rule,
        item=flag.item,
        member_id=flag.member_id,
        due_on=flag.due_on,
        detected_on=flag.detected_on,
        missing=flag.missing,
        cleared_on=flag.cleared_on,
        answered=flag.answered,
        vi=f"Hết ngày {flag.due_on:%d/%m/%Y} {vi} đ/c {name}; {to_do_vi}.",
        en=f"By the end of {flag.due_on:%d/%m/%Y} {en} {name}; {to_do_en}.",
    )


def flags(reader: ViewReader, code: str, asker: Actor, keys: Keys) -> list[FlagShown]:
    """Flags of the branch, standing ones first; those about remarks are for the committee."""
    found = [one for shown in _sheets(reader, code).values() for one in shown.sheet.flags]
    found += [one for shown in reader.scan("localities", code) for one in shown.locality.flags]
    seen = [one for one in found if asker.roles & _SEE_REMARKS or not _of_remark(one)]
    people = _people(reader, code)
    seen.sort(key=lambda one: (one.cleared_on is not None, one.due_on, one.item))
    return [_flag(one, people, keys) for one in seen]


def _sheets(reader: ViewReader, code: str) -> dict[str, SheetShown]:
    return {shown.member_id: shown for shown in cast("list[SheetShown]", reader.scan("sheets", code))}


class LevelCounts(_Answer):
    """Levels of those on the list on a day, as counts only; who has a higher one is counted in the lower ones too."""

    day: date
    on_list: int
    education: dict[Education, int]
    theory: dict[Theory, int]
    from_grassroots: int
    education_not_recorded: int
    theory_not_recorded: int


def levels(reader: ViewReader, code: str, day: date) -> LevelCounts:
    """The composition of a branch on a day."""
    branch, sheets = branch_document(reader, code), _sheets(reader, code)
    known = [
        (sheets[id].sheet if id in sheets else Sheet()).level_on(day)
        for id in branch.roster(day)
        if branch.standing_on(id, day) != "temporary_here"
    ]
    educations, theories = get_args(Education), get_args(Theory)
    return LevelCounts(
        day=day,
        on_list=len(known),
        education=_at_least(educations, [one.education for one in known if one.education is not None]),
        theory=_at_least(theories, [one.theory for one in known if one.theory is not None]),
        from_grassroots=sum(one.from_grassroots is True for one in known),
        education_not_recorded=sum(one.education is None for one in known),
        theory_not_recorded=sum(one.theory is None for one in known),
    )


def _at_least(order: tuple[L, ...], had: list[L]) -> dict[L, int]:
    return {level: sum(order.index(one) >= place for one in had) for place, level in enumerate(order)}


class Yearly(_Answer):
    """What is recorded for one year: yes, not yet, nothing said."""

    year: int
    family_achieved: tuple[str, ...]
    family_not_yet: tuple[str, ...]
    family_not_recorded: tuple[str, ...]
    pledged: tuple[str, ...]
    pledge_missing: tuple[str, ...]
    pledge_due_on: date | None


def yearly(reader: ViewReader, code: str, year: int, day: date) -> Yearly:
    """Family titles and pledges of those on the list, in roster order."""
    branch, sheets = branch_document(reader, code), _sheets(reader, code)
    here = [id for id in branch.roster(day) if branch.standing_on(id, day) != "temporary_here"]
    titles = {id: one.achieved for id in here if id in sheets for one in sheets[id].sheet.family if one.year == year}
    pledged = {id for id in here if id in sheets for one in sheets[id].sheet.pledges if one.year == year}
    return Yearly(
        year=year,
        family_achieved=tuple(id for id in here if titles.get(id) is True),
        family_not_yet=tuple(id for id in here if titles.get(id) is False),
        family_not_recorded=tuple(id for id in here if id not in titles),
        pledged=tuple(id for id in here if id in pledged),
        pledge_missing=tuple(id for id in branch.base(day) if id not in pledged),
        pledge_due_on=pledge_day(year),
    )


# ------------------------------------------------------------------ localities


class IssueShown(_Answer):
    """An issue on its road, with its texts."""

    issue: Issue
    phase: Literal["raised", "advised", "answered", "closed"]
    overdue: bool
    texts: tuple[TextShown, ...]


class LocalityOnDay(_Answer):
    """A locality, who follows it on a day, and what happened there."""

    id: str
    place: str | None
    followed_by: Individual | None
    visits: tuple[Visit, ...]
    acts: dict[Act, int]
    """How many visits served each of the four acts."""
    issues: tuple[IssueShown, ...]
    remarks: tuple[Said, ...]
    flags: tuple[FlagShown, ...]


async def localities(reader: ViewReader, code: str, day: date, keys: Keys, opened: Open) -> list[LocalityOnDay]:
    """The localities a branch follows."""
    people = _people(reader, code)
    return [
        await _locality(shown, day, people, keys, opened)
        for shown in cast("list[LocalityShown]", reader.scan("localities", code))
    ]


async def _locality(
    shown: LocalityShown, day: date, people: Mapping[str, Person], keys: Keys, opened: Open
) -> LocalityOnDay:
    locality = shown.locality
    followed = locality.followed_on(day)
    issues = []
    for issue in locality.issues:
        texts = [
            TextShown(what=text.what, on=text.on, text=await opened(text.fact, text.value))
            for text in shown.texts
            if text.item == issue.id
        ]
        late = issue.phase == "advised" and issue.answer_due_on is not None and issue.answer_due_on < day
        issues.append(IssueShown(issue=issue, phase=issue.phase, overdue=late, texts=tuple(texts)))
    return LocalityOnDay(
        id=shown.locality_id,
        place=followed.place if followed else None,
        followed_by=_individual(followed.member_id, people, keys) if followed else None,
        visits=locality.visits,
        acts={act: sum(act in visit.acts for visit in locality.visits) for act in get_args(Act)},
        issues=tuple(issues),
        remarks=locality.remarks,
        flags=tuple(_flag(one, people, keys) for one in locality.flags),
    )


# ------------------------------------------------------------------ honours


class YearsRunning(_Answer):
    """How many years end without a break, and how many of them are proven by a scan."""

    until: int
    years: int
    scanned: int


class HonoursOnDay(_Answer):
    """Awards that count on a day, coverage of the members, results of the years."""

    day: date
    awards: tuple[Given, ...]
    revoked: tuple[Given, ...]
    covered: tuple[str, ...]
    """Members on the list who have an award that counts."""
    on_list: int
    results: tuple[YearResult, ...]
    branch_running: YearsRunning
    members_running: dict[str, YearsRunning]


def honours(reader: ViewReader, code: str, day: date) -> HonoursOnDay:
    """What the branch and those in it were given, as of a day."""
    branch = branch_document(reader, code)
    held: Honours = reader.get("honours", code, "") or Honours()
    counting = tuple(one for one in held.awards if one.counts_on(day))
    here = [id for id in branch.roster(day) if branch.standing_on(id, day) != "temporary_here"]
    with_results = {one.member_id for one in held.results if one.member_id is not None}
    return HonoursOnDay(
        day=day,
        awards=counting,
        revoked=tuple(one for one in held.awards if one.revoked_on is not None and one.revoked_on <= day),
        covered=tuple(id for id in here if any(one.member_id == id for one in counting)),
        on_list=len(here),
        results=tuple(sorted(held.results, key=lambda one: (one.member_id or "", one.year))),
        branch_running=_running(held, None, day),
        members_running={id: _running(held, id, day) for id in here if id in with_results},
    )


def _running(held: Honours, member_id: str | None, day: date) -> YearsRunning:
    """Counted back from the last year that is over; from this one where its result is known already."""
    results = held.results_of(member_id)
    until = day.year if day.year in results else day.year - 1
    years = running(((year, one.result) for year, one in results.items()), until)
    scanned = sum(results[year].scan_sha256 is not None for year in range(until - years + 1, until + 1))
    return YearsRunning(until=until, years=years, scanned=scanned)


# ------------------------------------------------------------------ the tree


class OrganisationOnDay(_Answer):
    """An organisation in the tree on a day, with what stands right under it."""

    code: str
    name: str
    kind: OrganisationKind
    superior: str | None
    children: tuple[str, ...]


class Above(_Answer):
    """One step on the way up; the name is None where the tree does not know it and only the code tells."""

    code: str
    name: str | None
    kind: OrganisationKind


class Superiors(_Answer):
    """A branch's way up on a day, and its grassroots organisation."""

    branch: str
    day: date
    chain: tuple[Above, ...]
    grassroots_org: str


def organisations(reader: ViewReader, root: str, day: date) -> list[OrganisationOnDay]:
    """The tree of a province on a day, by code."""
    tree = _tree(reader, root)
    below: dict[str | None, list[str]] = {}
    standing = [unit for _, unit in sorted(tree.units.items()) if unit.stands_on(day)]
    above = {unit.code: tree.superior(unit.code, day) for unit in standing}
    for code, superior in above.items():
        below.setdefault(superior, []).append(code)
    return [
        OrganisationOnDay(
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            superior=above[unit.code],
            children=tuple(below.get(unit.code, ())),
        )
        for unit in standing
    ]


def superiors(reader: ViewReader, code: str, day: date) -> Superiors:
    """The organisations above a branch on a day, as the tree or, where it is silent, the code says."""
    tree = _tree(reader, root_of(code))
    steps = []
    for step in tree.chain(code, day):
        unit = tree.units.get(step)
        steps.append(Above(code=step, name=unit.name if unit else None, kind=unit.kind if unit else kind_by_code(step)))
    return Superiors(branch=code, day=day, chain=tuple(steps), grassroots_org=tree.grassroots_org(code, day))


def _tree(reader: ViewReader, root: str) -> Tree:
    return Tree({unit.code: unit for unit in cast("list[Unit]", reader.scan("tree", root))})


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
    listed = {} if already else {id: name.full for id, name in names(reader, code, keys).items() if id in taken}
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

    def __init__(self, store: KeyStore, signing: SigningKeys | None = None) -> None:
        self._store = store
        self._signing = signing

    @property
    def signing(self) -> SigningKeys:
        """The keys people and the site sign with. Raises Refused where this process holds none."""
        if self._signing is None:
            raise no_store()
        return self._signing

    def key(self, subject: str) -> SubjectKey:
        """The key, made on first ask. Raises KeyError when it was destroyed."""
        return self._store.key(subject)

    async def fetch(self, subjects: Iterable[str]) -> None:
        """Nothing to fetch: the keys are here."""

    def forget(self, subject: str) -> None:
        """Destroy the key for good; called once the fact that says so is stored. Again: nothing more."""
        kind, _, key = subject.partition("/")
        if kind == SIGNING.name:
            self.signing.forget(key)
        elif subject not in self._store.destroyed():
            self._store.destroy(subject)

    def close(self) -> None:
        """Close the files; the service is stopping."""
        self._store.close()
        if self._signing is not None:
            self._signing.close()


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
    subjects = [subject for document in found if document is not None for subject in document.subjects]
    return [*subjects, *ended_keys(reader)]
