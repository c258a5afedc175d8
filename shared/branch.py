"""A branch as everybody hears it: who is in it on a day, who is counted, who may vote, whose turn comes when.

Pure. Roster decides; scheduler, minutes and ranking fold the same facts with ``step`` and ask the same questions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.events.branch import (
    Base,
    BranchCharterAdopted,
    BranchDissolved,
    BranchRegistered,
    Charter,
    Counting,
    MemberEnrolled,
    MemberEntry,
    MemberStatusChanged,
    MemberTransferred,
    PaperHeadSet,
    Reach,
    Role,
    RoleAssigned,
    RoleEnded,
    RosterImported,
    Rotation,
    Status,
    Whose,
)
from shared.events.envelope import Fact, Recorded
from shared.rules import MeetingProfile, Switch, profile_for, shipped

HEARS: frozenset[type[Fact]] = frozenset(
    {
        BranchRegistered,
        BranchCharterAdopted,
        RosterImported,
        MemberEnrolled,
        MemberStatusChanged,
        RoleAssigned,
        RoleEnded,
        MemberTransferred,
        PaperHeadSet,
        BranchDissolved,
    }
)
"""The facts ``step`` understands."""

_STANDINGS: frozenset[Status] = frozenset({"official", "probationary", "temporary_here"})
_JOINS: frozenset[Status] = frozenset({"probationary", "temporary_here"})
_ROTATION = Rotation()
_NOT_COUNTED = Base(exempt="not_counted", temporary_elsewhere="not_counted")
_COUNTED = Base(exempt="counted", temporary_elsewhere="counted")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Follower(_Document):
    """Who follows the branch from the organisation above it; the name stands in the roster's facts, sealed."""

    id: str


class StatusHeld(_Document):
    """A status from a day on (None: since before these records), through ``until_on`` where that is known."""

    from_on: date | None
    status: Status
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


class RoleHeld(_Document):
    """A role from a day on, through ``to_on`` once it has ended."""

    role: Role
    from_on: date | None = None
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


class Member(_Document):
    """One person in the branch, without the name."""

    id: str
    reach: Reach = "telephone"
    joined_on: date | None = None
    """None: since before these records."""
    left_on: date | None = None
    """The first day the branch no longer counts this person."""
    statuses: tuple[StatusHeld, ...] = ()
    """In the order they were said; of two that cover a day the later beginning holds, then the one said later."""
    roles: tuple[RoleHeld, ...] = ()

    def here_on(self, day: date) -> bool:
        """On the list that day, whatever the status."""
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or day < self.left_on)

    def status_on(self, day: date) -> Status:
        """How the person counts that day; a status that ran out gives way to the one before it."""
        return self._latest([held for held in self.statuses if held.covers(day)])

    def standing_on(self, day: date) -> Status:
        """Full, probationary or a guest: what stays true under an exemption or an absence."""
        return self._latest([held for held in self.statuses if held.status in _STANDINGS and held.covers(day)])

    @staticmethod
    def _latest(held: list[StatusHeld]) -> Status:
        if not held:
            return "official"
        return max(enumerate(held), key=lambda item: (item[1].from_on or date.min, item[0]))[1].status

    def roles_on(self, day: date) -> tuple[Role, ...]:
        """The roles held that day, in the order they were given; none for whoever is not on the list."""
        if not self.here_on(day):
            return ()
        return tuple(dict.fromkeys(held.role for held in self.roles if held.covers(day)))


class PaperHead(_Document):
    """What stands at the head of papers from a day on."""

    whose: Whose
    place: str | None
    name: str | None
    above: str | None
    from_on: date


class Branch(_Document):
    """A branch and the people in it, in roster order."""

    code: str
    name: str
    superior: str
    follower: Follower | None = None
    registered_on: date | None = None
    dissolved_on: date | None = None
    charter: Charter | None = None
    members: tuple[Member, ...] = ()
    heads: tuple[PaperHead, ...] = ()
    """In the order they were said."""

    def head_on(self, whose: Whose, day: date) -> PaperHead | None:
        """What stands at the head of their papers that day: the later beginning holds, then what was said later."""
        held = [head for head in self.heads if head.whose == whose and head.from_on <= day]
        return max(enumerate(held), key=lambda one: (one[1].from_on, one[0]))[1] if held else None

    def place_on(self, day: date) -> str | None:
        """Where the cell's papers are dated that day; None where nobody said."""
        head = self.head_on("cell", day)
        return head.place if head is not None else None

    def member(self, id: str) -> Member | None:
        """The person with this id, also one who has left."""
        return next((member for member in self.members if member.id == id), None)

    def dissolved(self, day: date) -> bool:
        """The branch no longer exists on that day."""
        return self.dissolved_on is not None and self.dissolved_on <= day

    def roster(self, day: date) -> tuple[str, ...]:
        """Everybody on the list that day, in roster order."""
        return tuple(member.id for member in self._here(day))

    def status_on(self, id: str, day: date) -> Status | None:
        """How the person counts that day; None for whoever is not on the list."""
        member = self.member(id)
        return member.status_on(day) if member is not None and member.here_on(day) else None

    def standing_on(self, id: str, day: date) -> Status | None:
        """Official, probationary or temporary_here, also under an exemption or an absence; None if not on the list."""
        member = self.member(id)
        return member.standing_on(day) if member is not None and member.here_on(day) else None

    def roles_on(self, id: str, day: date) -> frozenset[str]:
        """The roles the person holds that day, ``member`` among them; none for whoever is not on the list."""
        member = self.member(id)
        if member is None or not member.here_on(day):
            return frozenset()
        return frozenset({"member", *member.roles_on(day)})

    def base(self, day: date) -> tuple[str, ...]:
        """The one base for notice, attendance, rotation and notebooks (R14), in roster order.

        Without those on a special mission, guests (``guests``), and, unless the charter counts them, the exempt and
        those temporarily elsewhere.
        """
        switches = self.charter.attendance_base if self.charter else _NOT_COUNTED
        return tuple(
            member.id
            for member in self._here(day)
            if member.standing_on(day) != "temporary_here"
            and member.status_on(day) != "special_mission"
            and _counts(member.status_on(day), switches)
        )

    def guests(self, day: date) -> tuple[str, ...]:
        """Members of other branches who take part here for a time: shown apart, counted in no base."""
        return tuple(member.id for member in self._here(day) if member.standing_on(day) == "temporary_here")

    def voters(self, day: date, rules: MeetingProfile | None = None) -> tuple[str, ...]:
        """The voting members a resolution is measured against, present or not (R18).

        Full members, by the charter's switches as far as the rules open them, otherwise by the rules' own; probationary
        members only where the rules give them a vote, guests never.
        """
        vote = {"official", "probationary"} if rules is not None and rules.probationary_votes.value else {"official"}
        switches = self._vote_base(rules)
        return tuple(
            member.id
            for member in self._here(day)
            if member.standing_on(day) in vote and _counts(member.status_on(day), switches)
        )

    def _vote_base(self, rules: MeetingProfile | None) -> Base:
        own = self.charter.vote_base if self.charter else None
        if rules is None:
            return own or _COUNTED
        away = own.temporary_elsewhere if own else None
        return Base(
            exempt=_counting(rules.exempt_in_vote_base, own.exempt if own else None),
            temporary_elsewhere=_counting(rules.temporary_elsewhere_in_vote_base, away),
        )

    def official_count(self, day: date) -> int:
        """Full members that day, those exempt or away included."""
        return sum(member.standing_on(day) == "official" for member in self._here(day))

    def least_minutes(self, rules: MeetingProfile, kind: str, day: date) -> int | None:
        """How long a meeting of this kind lasts at least in this branch; None when nothing is prescribed (R8)."""
        chosen = self.charter.min_minutes if self.charter else None
        charter = None if chosen is None else {"regular": chosen.regular, "combined": chosen.combined}.get(kind)
        return rules.minutes_for(kind, charter=charter, members=len(self.base(day)))

    def has_committee(self, day: date) -> bool:
        """Whether the branch is large enough to have a committee; otherwise secretary and deputy prepare."""
        return self.official_count(day) >= committee_from(day)

    def rotation_order(self, day: date) -> tuple[str, ...]:
        """Who takes turns at the briefing (R11), in roster order: the base without whom the charter leaves out."""
        rotation = self.charter.rotation if self.charter else _ROTATION
        return tuple(
            member_id
            for member_id in self.base(day)
            if member_id not in rotation.exclusions and self.status_on(member_id, day) not in rotation.skip
        )

    def committee(self, day: date) -> tuple[str, ...]:
        """Secretary, deputy, then the other committee members; without a committee only the first two."""
        ranks: tuple[Role, ...] = ("secretary", "deputy_secretary")
        if self.has_committee(day):
            ranks = (*ranks, "committee_member")
        return tuple(dict.fromkeys(holder for rank in ranks for holder in self.with_role(rank, day)))

    def secretary(self, day: date) -> str | None:
        return next(iter(self.with_role("secretary", day)), None)

    def deputy(self, day: date) -> str | None:
        return next(iter(self.with_role("deputy_secretary", day)), None)

    def with_role(self, role: Role, day: date) -> tuple[str, ...]:
        """Who holds this role that day, in roster order."""
        return tuple(member.id for member in self._here(day) if role in member.roles_on(day))

    def _here(self, day: date) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.here_on(day))


@lru_cache(maxsize=512)
def committee_from(day: date) -> int:
    """Full members from which a cell elects a committee on a day; before the rules kept here begin, as they begin."""
    try:
        return profile_for("organisation", day).committee_from.value
    except LookupError:
        first = min(one.valid_from for one in shipped().profiles if one.subject == "organisation")
        return profile_for("organisation", first).committee_from.value


def _counting(rule: Switch, chosen: Counting | None) -> Counting:
    return "counted" if rule.under(None if chosen is None else chosen == "counted") else "not_counted"


def _counts(status: Status, switches: Base) -> bool:
    if status == "exempt":
        return switches.exempt == "counted"
    if status == "temporary_elsewhere":
        return switches.temporary_elsewhere == "counted"
    return True


def step(branch: Branch | None, recorded: Recorded[Any]) -> Branch | None:
    """The branch after one more fact; a fact of another kind changes nothing."""
    return fold(branch, recorded.fact)


def fold(branch: Branch | None, fact: object) -> Branch | None:
    """The same for a fact that has no address yet."""
    match fact:
        case BranchRegistered():
            return Branch(
                code=fact.branch,
                name=fact.name,
                superior=fact.superior,
                follower=Follower(id=fact.follower_id) if fact.follower_id else None,
                registered_on=fact.effective_on,
            )
        case _ if branch is None:
            return None
        case BranchCharterAdopted():
            return branch.model_copy(update={"charter": fact.charter})
        case PaperHeadSet():
            head = PaperHead(**fact.model_dump(exclude={"branch"}))
            return branch.model_copy(update={"heads": (*branch.heads, head)})
        case BranchDissolved():
            return branch.model_copy(update={"dissolved_on": fact.effective_on})
        case _:
            return branch.model_copy(update={"members": _members(branch.members, fact)})


def _members(members: tuple[Member, ...], fact: object) -> tuple[Member, ...]:
    """The list after one more fact. Newcomers stand at the end; an id is given once and never again."""
    match fact:
        case RosterImported():
            members = (*members, *(_enter(entry) for entry in fact.members))
        case MemberEnrolled():
            members = (*members, _enter(fact.member, fact.joined_on))
        case MemberStatusChanged():
            held = StatusHeld(from_on=fact.from_on, status=fact.status, until_on=fact.until_on)
            stay = {"left_on": _day_after(fact.until_on)} if fact.status == "temporary_here" else {}
            members = _change(members, fact.member_id, lambda member: {"statuses": (*member.statuses, held), **stay})
        case RoleAssigned():
            role = RoleHeld(role=fact.role, from_on=fact.from_on)
            members = _change(members, fact.member_id, lambda member: {"roles": (*member.roles, role)})
        case RoleEnded():
            members = _change(members, fact.member_id, lambda member: {"roles": _ended(member.roles, fact)})
        case MemberTransferred():
            members = _change(members, fact.member_id, lambda _: {"left_on": fact.effective_on})
        case _:
            pass
    return members


def _enter(entry: MemberEntry, joined_on: date | None = None) -> Member:
    joined = joined_on or (entry.since if entry.status in _JOINS else None)
    ends = entry.until if entry.status == "temporary_here" else None
    return Member(
        id=entry.member_id,
        reach=entry.reach,
        joined_on=joined,
        left_on=_day_after(ends),
        statuses=(StatusHeld(from_on=entry.since or joined, status=entry.status, until_on=entry.until),),
        roles=tuple(RoleHeld(role=role, from_on=joined) for role in entry.roles),
    )


def _day_after(day: date | None) -> date | None:
    """A guest's stay ends by itself; one without an end goes on."""
    return day + timedelta(days=1) if day else None


def _change(members: tuple[Member, ...], id: str, change: Callable[[Member], dict[str, object]]) -> tuple[Member, ...]:
    return tuple(member.model_copy(update=change(member)) if member.id == id else member for member in members)


def _ended(roles: tuple[RoleHeld, ...], fact: RoleEnded) -> tuple[RoleHeld, ...]:
    return tuple(
        held.model_copy(update={"to_on": fact.to_on}) if held.role == fact.role and held.to_on is None else held
        for held in roles
    )
