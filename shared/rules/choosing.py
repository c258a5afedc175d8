"""Which profile holds: by subject and day, the nearest organisation up the tree first; and what was heard too late."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Protocol, TypeVar

EVERYWHERE = "00.000.000.000.000"
"""The code under which papers for everybody are kept; it belongs to no organisation."""
GROUPS = 5


class Dated(Protocol):
    """What choosing looks at; a profile has it, and so has whatever stands for one."""

    @property
    def ref(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def replaces(self) -> str | None: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Overlap:
    """Two profiles of one subject and scope that hold on the same day, neither saying that it replaces the other."""

    earlier: str
    later: str
    from_on: date


@dataclass(frozen=True)
class Late:
    """What was pinned, and what would be chosen now that more has been heard. It changes nothing by itself."""

    pinned: str
    chosen: str
    subject: str
    day: date


# ------------------------------------------------------------------ scopes


def scope_of(code: str) -> str:
    """The scope of an organisation: ``38.168.000.000.000`` is ``38.168``, everybody is the empty scope."""
    if code == EVERYWHERE:
        return ""
    groups = code.split(".")
    while len(groups) > 1 and set(groups[-1]) == {"0"}:
        groups.pop()
    return ".".join(groups)


def code_of(scope: str) -> str:
    """The 14-digit code under which the papers of a scope are kept."""
    groups = scope.split(".") if scope else ["00"]
    return ".".join([*groups, *["000"] * (GROUPS - len(groups))])


def ladder(branch: str, ancestors: Sequence[str] | None = None) -> tuple[str, ...]:
    """The scopes a branch stands under, nearest first, everybody's last.

    ``ancestors`` are the codes of the organisations above it that day, nearest first; None: as its code says.
    """
    own = scope_of(branch)
    if ancestors is None:
        groups = own.split(".")
        above = [".".join(groups[:length]) for length in range(len(groups) - 1, 0, -1)]
    else:
        above = [scope_of(code) for code in ancestors]
    return tuple(dict.fromkeys([own, *above, ""]))


# ------------------------------------------------------------------ choosing


def choose(
    profiles: Iterable[D], subject: str, day: date, branch: str, ancestors: Sequence[str] | None = None
) -> D | None:
    """The profile of a subject that holds for a branch on a day, the nearest up the tree; None when there is none."""
    known = [profile for profile in profiles if profile.subject == subject]
    for scope in ladder(branch, ancestors):
        here = [profile for profile in known if profile.scope == scope and holds(profile, day)]
        gone = {ref for profile in here for ref in replaced(profile, {one.ref: one.replaces for one in known})}
        standing = [profile for profile in here if profile.ref not in gone]
        if standing:
            return max(standing, key=lambda profile: profile.valid_from)
    return None


def holds(profile: Dated, day: date) -> bool:
    """Whether a day lies within a profile's validity."""
    return profile.valid_from <= day and (profile.valid_until is None or day <= profile.valid_until)


def replaced(profile: Dated, replaces: Mapping[str, str | None]) -> Iterator[str]:
    """The profiles whose place this one takes, also those that they had replaced."""
    ref, seen = profile.replaces, {profile.ref}
    while ref is not None and ref not in seen:
        yield ref
        seen.add(ref)
        ref = replaces.get(ref)


def overlap(profiles: Collection[Dated]) -> Overlap | None:
    """The first two profiles of one subject and scope that hold on the same day without saying so; None is well."""
    replaces = {profile.ref: profile.replaces for profile in profiles}
    ordered = sorted(profiles, key=lambda profile: (profile.valid_from, profile.ref))
    for earlier, later in combinations(ordered, 2):
        if (earlier.subject, earlier.scope) != (later.subject, later.scope) or not holds(earlier, later.valid_from):
            continue
        if earlier.ref not in replaced(later, replaces):
            return Overlap(earlier.ref, later.ref, later.valid_from)
    return None


def late(
    profiles: Iterable[Dated],
    pinned: str,
    subject: str,
    *,
    day: date,
    branch: str,
    ancestors: Sequence[str] | None = None,
) -> Late | None:
    """What is to be noticed when another profile than the pinned one would be chosen now; None when it is the same.

    What is pinned stays pinned: somebody may reopen what is not final, with a reason, or look at a what-if.
    """
    now = choose(profiles, subject, day, branch, ancestors)
    return None if now is None or now.ref == pinned else Late(pinned, now.ref, subject, day)
