"""The rule book: profiles read from TOML, checked whole, chosen by subject, day and organisation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple, overload

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.organisation import Tree
from shared.rules.choosing import EVERYWHERE, Late, choose, overlap
from shared.rules.document import DocumentProfile, DocumentType
from shared.rules.organisation import OrganisationProfile
from shared.rules.practice import PracticeProfile
from shared.rules.preparation import PreparationProfile
from shared.rules.profile import MeetingProfile, MembershipProfile, MonthlyRankingProfile
from shared.rules.ranking import AnnualRankingProfile, QuarterlyRankingProfile
from shared.rules.scoring import ScoringProfile

Profile = (
    MeetingProfile
    | ScoringProfile
    | MonthlyRankingProfile
    | QuarterlyRankingProfile
    | AnnualRankingProfile
    | DocumentProfile
    | PracticeProfile
    | PreparationProfile
    | MembershipProfile
    | OrganisationProfile
)
Subject = Literal[
    "meeting",
    "scoring",
    "ranking.monthly",
    "ranking.quarterly",
    "ranking.annual",
    "document",
    "practice",
    "preparation",
    "membership",
    "organisation",
]


class WrongRules(ValueError):
    """A rule file that cannot be used; the message names the file and the key."""


class Told(NamedTuple):
    """One number of a profile with where it was read and how sure that is."""

    key: str
    value: str
    source: str
    confidence: str


@dataclass(frozen=True)
class RuleBook:
    """Profiles of every subject, none overlapping another without saying so, and who stands under whom."""

    profiles: tuple[Profile, ...]
    tree: Tree = field(default=Tree({}), compare=False)
    """By it a branch finds the nearest organisation that has rules; empty: as the codes say."""
    _chosen: dict[tuple[str, date, str], Profile | None] = field(default_factory=dict, init=False, compare=False)

    def chosen(self, subject: str, day: date, branch: str) -> Profile | None:
        """The profile of a subject that holds for a branch on a day, the nearest up the tree; None without any."""
        asked = subject, day, branch
        if asked not in self._chosen:
            self._chosen[asked] = choose(self.profiles, subject, day, self.tree.chain(branch, day))
        return self._chosen[asked]

    def late(self, pinned: str, subject: str, day: date, branch: str) -> Late | None:
        """What is to be noticed when another profile than the pinned one would be chosen now.

        What is pinned stays pinned: somebody may reopen what is not final, with a reason, or look at a what-if.
        """
        now = self.chosen(subject, day, branch)
        if now is None or now.ref == pinned:
            return None
        return Late(subject, day, pinned, now.ref, now.title, now.valid_from)

    # fmt: off
    @overload
    def profile_for(self, subject: Literal["meeting"], day: date, branch: str = ...) -> MeetingProfile: ...
    @overload
    def profile_for(self, subject: Literal["scoring"], day: date, branch: str = ...) -> ScoringProfile: ...
    @overload
    def profile_for(self, subject: Literal["ranking.monthly"], day: date, branch: str = ...) -> MonthlyRankingProfile: ...  # noqa: E501
    @overload
    def profile_for(self, subject: Literal["ranking.quarterly"], day: date, branch: str = ...) -> QuarterlyRankingProfile: ...  # noqa: E501
    @overload
    def profile_for(self, subject: Literal["ranking.annual"], day: date, branch: str = ...) -> AnnualRankingProfile: ...
    @overload
    def profile_for(self, subject: Literal["document"], day: date, branch: str = ...) -> DocumentProfile: ...
    @overload
    def profile_for(self, subject: Literal["practice"], day: date, branch: str = ...) -> PracticeProfile: ...
    @overload
    def profile_for(self, subject: Literal["preparation"], day: date, branch: str = ...) -> PreparationProfile: ...
    @overload
    def profile_for(self, subject: Literal["membership"], day: date, branch: str = ...) -> MembershipProfile: ...
    @overload
    def profile_for(self, subject: Literal["organisation"], day: date, branch: str = ...) -> OrganisationProfile: ...
    # fmt: on
    def profile_for(self, subject: str, day: date, branch: str = EVERYWHERE) -> Profile:
        """The profile of a subject on a day, for a branch or for everybody. Raises LookupError when none holds."""
        found = self.chosen(subject, day, branch)
        if found is None:
            message = f"no rules about {subject} hold on {day:%d/%m/%Y}"
            raise LookupError(message)
        return found

    @overload
    def pinned(self, subject: Literal["meeting"], ref: str) -> MeetingProfile: ...
    @overload
    def pinned(self, subject: Literal["scoring"], ref: str) -> ScoringProfile: ...
    @overload
    def pinned(self, subject: Literal["ranking.monthly"], ref: str) -> MonthlyRankingProfile: ...
    @overload
    def pinned(self, subject: Literal["ranking.quarterly"], ref: str) -> QuarterlyRankingProfile: ...
    @overload
    def pinned(self, subject: Literal["ranking.annual"], ref: str) -> AnnualRankingProfile: ...
    @overload
    def pinned(self, subject: Literal["document"], ref: str) -> DocumentProfile: ...
    @overload
    def pinned(self, subject: Literal["practice"], ref: str) -> PracticeProfile: ...
    @overload
    def pinned(self, subject: Literal["preparation"], ref: str) -> PreparationProfile: ...
    @overload
    def pinned(self, subject: Literal["membership"], ref: str) -> MembershipProfile: ...
    @overload
    def pinned(self, subject: Literal["organisation"], ref: str) -> OrganisationProfile: ...
    def pinned(self, subject: str, ref: str) -> Profile:
        """The profile a fact was decided under, by its ``id@version``. Raises LookupError when it is not here."""
        for profile in self.profiles:
            if profile.subject == subject and profile.ref == ref:
                return profile
        message = f"the rules {ref} about {subject} are not known here"
        raise LookupError(message)


# ------------------------------------------------------------------ reading


@cache
def _reader() -> TypeAdapter[Profile]:
    return TypeAdapter(Annotated[Profile, Field(discriminator="subject")])


def read(name: str, text: str) -> Profile:
    """One profile from its TOML. Raises WrongRules, naming the file (``name``) and the key."""
    try:
        told = tomllib.loads(text)
    except RecursionError:
        raise WrongRules(f"{name}: nested too deeply") from None
    except ValueError as error:
        raise WrongRules(f"{name}: {error}") from None
    try:
        return _reader().validate_python(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in first["loc"][1:])
        if not place and first["type"] != "value_error":
            place = "subject"
        raise WrongRules(f"{name}: {place}: {message}" if place else f"{name}: {message}") from None


def load(texts: Iterable[tuple[str, str]]) -> RuleBook:
    """A rule book from (file name, TOML text) pairs.

    Raises WrongRules, naming file and key: a missing number, a wrong type, an unknown key, the same id@version
    twice, a replaced profile that is not there, or two profiles of one subject and scope that hold on the same day
    without one saying that it replaces the other.
    """
    read_in = [(name, read(name, text)) for name, text in texts]
    read_in.sort(key=lambda at: (at[1].subject, at[1].scope, at[1].valid_from, at[1].ref))
    named: dict[str, str] = {}
    for name, profile in read_in:
        if profile.ref in named:
            raise WrongRules(f"{name}: id: {profile.ref} stands in {named[profile.ref]} already")
        named[profile.ref] = name
    book = RuleBook(tuple(profile for _, profile in read_in))
    _takes_known_places(book, named)
    if (two := overlap(book.profiles)) is not None:
        raise WrongRules(
            f"{named[two.later]}: valid_from: {two.later} overlaps {two.earlier} of {named[two.earlier]}; "
            f"replaces = {two.earlier!r} would say that it takes its place"
        )
    return book


def _takes_known_places(book: RuleBook, named: dict[str, str]) -> None:
    known = {profile.ref: profile for profile in book.profiles}
    for profile in book.profiles:
        if profile.replaces is None:
            continue
        other = known.get(profile.replaces)
        if other is None or (other.subject, other.scope) != (profile.subject, profile.scope) or other is profile:
            raise WrongRules(
                f"{named[profile.ref]}: replaces: {profile.replaces} is no profile of the same subject and scope"
            )
        if other.valid_from > profile.valid_from:
            raise WrongRules(f"{named[profile.ref]}: replaces: {profile.replaces} begins later than {profile.ref}")


def numbers(profile: Profile) -> tuple[Told, ...]:
    """Every number and switch of a profile with its source and confidence, in the order of the profile."""
    return tuple(_numbers(profile, ""))


def _numbers(part: BaseModel, place: str) -> Iterator[Told]:
    values: dict[str, Any] = {name: getattr(part, name) for name in type(part).model_fields}
    for name in [name for name in values if f"{name}_source" in values]:
        yield Told(name, _listed(values[name]), values.pop(f"{name}_source"), values.pop(f"{name}_confidence"))
    source, confidence = values.pop("source", None), values.pop("confidence", None)
    if place and source is not None and confidence is not None:
        yield Told(place, _value(values), source, confidence)
    for name, value in values.items():
        at = f"{place}.{name}" if place else name
        if isinstance(value, BaseModel):
            yield from _numbers(value, at)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from _numbers(one, f"{at}.{getattr(one, 'id', number)}")


def _listed(list: tuple[DocumentType | str, ...]) -> str:
    """A list that was read as a whole: ``NQ, BB, not HD``, ``secretary, deputy_secretary``."""
    return ", ".join(
        one if isinstance(one, str) else one.mark if one.cell_may_issue else f"not {one.mark}" for one in list
    )


def _value(values: dict[str, Any]) -> str:  # noqa: PLR0911 - one table, a shape on each line
    """A part's own numbers in a word: ``90``, ``>= 90/100``, ``18 of 18, 19``."""
    match values:
        case {"numerator": numerator, "denominator": denominator}:
            return f"{values.get('comparison', '')} {numerator}/{denominator}".strip()
        case {"value": bool(value)}:
            return "yes" if value else "no"
        case {"value": value, "options": options}:
            return f"{value} of {', '.join(options)}"
        case {"value": value}:
            return str(value)
        case {"max": marks}:
            return f"at most {marks}"
        case {"at_least": least}:
            return f"{values.get('band', values.get('rank'))} from {least}"
        case {"steps": steps}:
            lines = [f"{step.comparison} {step.value}: {step.mark}" for step in steps]
            rest = values.get("otherwise")
            return "; ".join(lines if rest is None else [*lines, f"else {rest}"])
        case {"full_marks": lines, "falls_to": lower, "band": band}:
            return f"{band} asks the maximum on {', '.join(lines)}, else {lower}"
        case _:
            return ", ".join(f"{name} {value}" for name, value in values.items() if isinstance(value, str | int))


# ------------------------------------------------------------------ what comes with chibo


@cache
def shipped_texts() -> tuple[tuple[str, str], ...]:
    """File name and TOML of every profile that comes with chibo."""
    here = sorted((at for at in files("shared.rules").iterdir() if at.name.endswith(".toml")), key=lambda at: at.name)
    return tuple((at.name, at.read_text(encoding="utf-8")) for at in here)


@cache
def shipped() -> RuleBook:
    """The profiles that come with chibo, read on first use."""
    return load(shipped_texts())


@overload
def profile_for(subject: Literal["meeting"], day: date) -> MeetingProfile: ...
@overload
def profile_for(subject: Literal["ranking.monthly"], day: date) -> MonthlyRankingProfile: ...
@overload
def profile_for(subject: Literal["membership"], day: date) -> MembershipProfile: ...
@overload
def profile_for(subject: Literal["organisation"], day: date) -> OrganisationProfile: ...
def profile_for(subject: Literal["meeting", "ranking.monthly", "membership", "organisation"], day: date) -> Profile:
    """The shipped profile of a subject on a day, for everybody. Raises LookupError when none holds on it."""
    return shipped().profile_for(subject, day)
