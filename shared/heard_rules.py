"""The rules as they were published: what every service that chooses among them hears, and how it reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Fact, Recorded
from shared.events.hub import RuleProfilePublished, RuleProfileWithdrawn
from shared.rules import Profile, RuleBook, WrongRules, code_of, ladder, read, shipped

if TYPE_CHECKING:
    from shared.store.views import ViewReader

HEARS: frozenset[type[Fact]] = frozenset({RuleProfilePublished, RuleProfileWithdrawn})


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


def heard(reader: ViewReader, view: str, branch: str, ancestors: Sequence[str] | None = None) -> list[ProfileHeard]:
    """The profiles that can reach a branch, from a view made of ``key`` and ``step``; the nearest scope first."""
    found: list[ProfileHeard] = []
    for scope in ladder(branch, ancestors):
        found.extend(reader.scan(view, code_of(scope)))
    return found


def book(profiles: Iterable[ProfileHeard]) -> RuleBook:
    """The profiles as rules to decide by. Raises WrongRules when this version cannot read one of them."""
    return RuleBook(tuple(_as_heard(profile) for profile in profiles))


def rules(reader: ViewReader, view: str, branch: str, ancestors: Sequence[str] | None = None) -> RuleBook:
    """What holds for a branch: the rules published for it and those above it, and beside them those shipped.

    A published profile this version cannot read yet is left out; what it would have changed is noticed once it can.
    """
    return beside_shipped(heard(reader, view, branch, ancestors))


def beside_shipped(profiles: Iterable[ProfileHeard]) -> RuleBook:
    """These published profiles, and the shipped ones nobody published."""
    published = tuple(_readable(profiles))
    known = {profile.ref for profile in published}
    return RuleBook((*published, *(profile for profile in shipped().profiles if profile.ref not in known)))


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
