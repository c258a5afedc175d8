"""Which profile holds: by subject and day, the nearest organisation up the tree first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple, Protocol, TypeVar

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


class Late(NamedTuple):
    """What would be chosen now that more has been heard, in place of what is pinned. It changes nothing by itself."""

    rule_subject: str
    day: date
    pinned: str
    chosen: str
    title: str
    valid_from: date


# ------------------------------------------------------------------ scopes


@lru_cache(maxsize=4096)
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


def ladder(chain: Sequence[str]) -> tuple[str, ...]:
    """The scopes of organisations that stand one above the other, nearest first, everybody's last."""
    return tuple(dict.fromkeys([*map(scope_of, chain), ""]))


# ------------------------------------------------------------------ choosing


def choose(profiles: Iterable[D], subject: str, day: date, chain: Sequence[str] = ()) -> D | None:
    """The profile of a subject that holds on a day, the nearest up the tree; None when there is none.

    ``chain``: the branch and the organisations above it on that day, nearest first; empty: for everybody.
    """
    known = [profile for profile in profiles if profile.subject == subject]
    for scope in ladder(chain):
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
