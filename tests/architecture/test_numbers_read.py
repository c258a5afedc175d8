"""Every number of a rule profile is read by code, or stands here as only cited, with the reason; none rules nothing."""

import ast
from collections.abc import Iterator
from inspect import isclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from shared.rules import Profile, numbers, shipped
from shared.rules.profile import RuleProfile

PROJECT = Path(__file__).parents[2]

BY_NAME = {
    "MinimumMinutes.thematic": "MeetingProfile.minutes_for reads it by the kind of the meeting",
    "MinimumMinutes.extraordinary": "MeetingProfile.minutes_for reads it by the kind of the meeting",
    "DocumentProfile.types_source": "numbers() reads what a list was read in by the list's name",
    "DocumentProfile.types_confidence": "numbers() reads how sure a list is by the list's name",
    "QuarterlyRankingProfile.roles_source": "numbers() reads what a list was read in by the list's name",
    "QuarterlyRankingProfile.roles_confidence": "numbers() reads how sure a list is by the list's name",
}
"""Read, but under a name put together as it runs."""

CITED = {
    "OrganisationProfile.members_least": (
        "members_least",
        "a superior founds and dissolves cells; what falls below is told to it, never refused by a computer",
    ),
    "DocumentProfile.numbered_through_term": (
        "numbered_through_term",
        "R22 has every paper numbered through the term; no regulation numbers by the year",
    ),
    "DocumentType.cell_may_issue": ("types", "what is printed here is of types a cell may issue"),
    "Group.scale": ("groups.1.scale", "people mark a meeting; the steps of a local frame stand beside it for them"),
    "Line.scale": (
        "groups.2.criteria.2.1.scale",
        "people mark a meeting; the steps of a local frame stand beside it for them",
    ),
    "Signature.seal": ("signature.seal", "a cell has no seal, so no paper has a place for one"),
}
"""Ruling nothing in code: where it stands among the numbers shown beside the published profile, and why."""

ABOUT = set(RuleProfile.model_fields) | {"subject", "opened", "options"}
"""What a profile or a number says about itself."""


def models(found: object) -> Iterator[type[BaseModel]]:
    """The profiles and all their parts."""
    if isclass(found) and issubclass(found, BaseModel):
        yield found
        for field in found.model_fields.values():
            yield from models(field.annotation)
    for part in get_args(found):
        yield from models(part)


def fields() -> set[str]:
    """``Model.field`` of every number, switch and word of the profiles."""
    return {f"{model.__name__}.{name}" for model in models(Profile) for name in model.model_fields if name not in ABOUT}


def read(source: str) -> set[str]:
    """The attributes code looks at; not those it calls, and not where a profile only checks itself."""
    tree = ast.parse(source)
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            "model_validator" in ast.unparse(one) for one in node.decorator_list
        ):
            passed |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Call):
            passed.add(id(node.func))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in passed
    }


def unread(sources: set[str]) -> set[str]:
    """The fields that no source reads."""
    known = set().union(*(read(source) for source in sources))
    return {field for field in fields() if field.partition(".")[2] not in known}


def sources() -> set[str]:
    """All code but the rule book, which shows every number and follows none."""
    found = (at for top in ("services", "shared") for at in (PROJECT / top).rglob("*.py"))
    return {at.read_text(encoding="utf-8") for at in found if at != PROJECT / "shared/rules/book.py"}


def test_every_number_of_a_profile_is_read_or_said_to_be_only_cited() -> None:
    assert unread(sources()) == {*BY_NAME, *CITED}


def test_a_number_that_nothing_reads_any_more_is_found() -> None:
    without = {source.replace(".theme_sent_days", ".materials_days") for source in sources()}
    assert unread(without) - unread(sources()) == {"PracticeProfile.theme_sent_days"}


def test_what_is_only_cited_is_shown_beside_the_published_profile() -> None:
    shown = {told.key for profile in shipped().profiles for told in numbers(profile)}
    assert {key for key, _ in CITED.values()} <= shown
