"""The rule book: profiles read once from TOML, checked whole, chosen by subject and day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Literal, overload

from pydantic import Field, TypeAdapter, ValidationError

from shared.rules.profile import MeetingProfile, MembershipProfile, MonthlyRankingProfile, Profile


class WrongRules(ValueError):
    """A rule file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class RuleBook:
    """Profiles of every subject, none overlapping another."""

    profiles: tuple[Profile, ...]

    @overload
    def profile_for(self, subject: Literal["meeting"], day: date) -> MeetingProfile: ...
    @overload
    def profile_for(self, subject: Literal["ranking.monthly"], day: date) -> MonthlyRankingProfile: ...
    @overload
    def profile_for(self, subject: Literal["membership"], day: date) -> MembershipProfile: ...
    def profile_for(self, subject: str, day: date) -> Profile:
        """The profile of a subject on a day. Raises LookupError when none holds on it."""
        for profile in self.profiles:
            if profile.subject == subject and profile.holds(day):
                return profile
        message = f"no rules about {subject} hold on {day:%d/%m/%Y}"
        raise LookupError(message)

    @overload
    def pinned(self, subject: Literal["meeting"], ref: str) -> MeetingProfile: ...
    @overload
    def pinned(self, subject: Literal["ranking.monthly"], ref: str) -> MonthlyRankingProfile: ...
    @overload
    def pinned(self, subject: Literal["membership"], ref: str) -> MembershipProfile: ...
    def pinned(self, subject: str, ref: str) -> Profile:
        """The profile a fact was decided under, by its ``id@version``. Raises LookupError when it is not here."""
        for profile in self.profiles:
            if profile.subject == subject and profile.ref == ref:
                return profile
        message = f"the rules {ref} about {subject} are not known here"
        raise LookupError(message)


@cache
def _reader() -> TypeAdapter[Profile]:
    return TypeAdapter(Annotated[Profile, Field(discriminator="subject")])


def _read(name: str, text: str) -> Profile:
    try:
        return _reader().validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongRules(f"{name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"][1:] or ("subject",))
        raise WrongRules(f"{name}: {key}: {first['msg']}") from None


def load(texts: Iterable[tuple[str, str]]) -> RuleBook:
    """A rule book from (file name, TOML text) pairs.

    Raises WrongRules, naming file and key: a missing number, a wrong type, an unknown key, the same id@version
    twice, or two profiles of one subject that hold on the same day.
    """
    read = sorted(((name, _read(name, text)) for name, text in texts), key=lambda at: (at[1].subject, at[1].valid_from))
    named: dict[str, str] = {}
    for name, profile in read:
        if profile.ref in named:
            raise WrongRules(f"{name}: id: {profile.ref} stands in {named[profile.ref]} already")
        named[profile.ref] = name
    for (earlier_name, earlier), (name, profile) in pairwise(read):
        if earlier.subject == profile.subject and earlier.holds(profile.valid_from):
            raise WrongRules(f"{name}: valid_from: {profile.ref} overlaps {earlier.ref} of {earlier_name}")
    return RuleBook(tuple(profile for _, profile in read))


@cache
def shipped() -> RuleBook:
    """The profiles that come with chibo, read on first use."""
    here = sorted((at for at in files("shared.rules").iterdir() if at.name.endswith(".toml")), key=lambda at: at.name)
    return load((at.name, at.read_text(encoding="utf-8")) for at in here)


@overload
def profile_for(subject: Literal["meeting"], day: date) -> MeetingProfile: ...
@overload
def profile_for(subject: Literal["ranking.monthly"], day: date) -> MonthlyRankingProfile: ...
@overload
def profile_for(subject: Literal["membership"], day: date) -> MembershipProfile: ...
def profile_for(subject: Literal["meeting", "ranking.monthly", "membership"], day: date) -> Profile:
    """The shipped profile of a subject on a day. Raises LookupError when none holds on it."""
    return shipped().profile_for(subject, day)
