"""The rules as they were published: what every service that chooses among them hears, and how it reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from shared import heard_tree
from shared.events.envelope import Fact, Recorded
from shared.events.hub import RuleProfilePublished, RuleProfileWithdrawn
from shared.organisation import Tree
from shared.rules import EVERYWHERE, Profile, RuleBook, WrongRules, read, shipped

if TYPE_CHECKING:
    from shared.store.views import ViewReader

HEARS: frozenset[type[Fact]] = frozenset({RuleProfilePublished, RuleProfileWithdrawn})
VIEW = "rules"
"""The view made of ``key`` and ``step``; beside it stands that of the tree (``shared/heard_tree.py``)."""


class ProfileHeard(BaseModel):
    """One published profile; what choosing looks at, and the whole text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str
    subject: str
    scope: str
    valid_from: date
    valid_until: date | None
    replaces: str | None
    toml: str
    published_at: str
    """When it was stored, so that one can tell what was known at a decision."""


def key(recorded: Recorded[Any]) -> tuple[str, ...]:
    """One document for each profile, under the code of the organisation it is for."""
    return (recorded.fact.ref,)


def step(heard: ProfileHeard | None, recorded: Recorded[Any], _key: str) -> ProfileHeard | None:
    """A profile is published once; withdrawn, it ends the day before."""
    fact = recorded.fact
    if isinstance(fact, RuleProfileWithdrawn):
        until = fact.from_on - timedelta(days=1)
        return None if heard is None else heard.model_copy(update={"valid_until": until})
    return ProfileHeard(
        ref=fact.ref,
        subject=fact.rule_subject,
        scope=fact.scope,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        replaces=fact.replaces,
        toml=fact.toml,
        published_at=recorded.envelope.recordedtime,
    )


def heard(reader: ViewReader, codes: Iterable[str]) -> list[ProfileHeard]:
    """The profiles published for these organisations and for everybody, from the view made of ``key`` and ``step``."""
    return [one for code in dict.fromkeys([*codes, EVERYWHERE]) for one in reader.scan(VIEW, code)]


class OfMany:
    """The rules of many branches in one reading; what stands above several is read once."""

    def __init__(self, reader: ViewReader) -> None:
        self._reader, self._tree = reader, heard_tree.tree(reader)
        self._read: dict[str, list[ProfileHeard]] = {}

    def heard(self, branch: str) -> list[ProfileHeard]:
        """The published profiles that can reach a branch."""
        codes = (*self._tree.ever(branch), EVERYWHERE)
        for code in codes:
            if code not in self._read:
                self._read[code] = self._reader.scan(VIEW, code)
        return [one for code in codes for one in self._read[code]]

    def rules(self, branch: str) -> RuleBook:
        """What holds for a branch, as ``rules`` gives it for one."""
        return beside_shipped(self.heard(branch), self._tree)


def book(profiles: Iterable[ProfileHeard]) -> RuleBook:
    """The profiles as rules to decide by. Raises WrongRules when this version cannot read one of them."""
    return RuleBook(tuple(_as_heard(profile) for profile in profiles))


def rules(reader: ViewReader, branch: str) -> RuleBook:
    """What is published for a branch and everyone that ever stood above it, beside what is shipped, with the tree.

    A published profile this version cannot read yet is left out; what it would have changed is noticed once it can.
    """
    tree = heard_tree.around(reader, branch)
    return beside_shipped(heard(reader, tree.ever(branch)), tree)


def beside_shipped(profiles: Iterable[ProfileHeard], tree: Tree) -> RuleBook:
    """These published profiles, and the shipped ones nobody published."""
    published = tuple(_readable(profiles))
    known = {profile.ref for profile in published}
    others = (profile for profile in shipped().profiles if profile.ref not in known)
    return RuleBook((*published, *others), tree)


def _readable(profiles: Iterable[ProfileHeard]) -> Iterator[Profile]:
    for profile in profiles:
        with suppress(WrongRules):
            yield _as_heard(profile)


def _as_heard(heard: ProfileHeard) -> Profile:
    """The profile as written, ending when it was withdrawn."""
    written = _read(heard.ref, heard.toml)
    if heard.valid_until is None or heard.valid_until == written.valid_until:
        return written
    return written.model_copy(update={"valid_until": heard.valid_until})


@lru_cache(maxsize=512)
def _read(ref: str, toml: str) -> Profile:
    return read(ref, toml)
