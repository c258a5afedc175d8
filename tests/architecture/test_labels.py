"""Every field of every command has a name among people, and whatever is wrong with one is said in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.hub.application import NOUNS as HUB
from services.minutes.application import NOUNS as MINUTES
from services.ranking.application import NOUNS as RANKING
from services.roster.application import NOUNS as ROSTER
from services.scheduler.application import NOUNS as SCHEDULER
from shared import events
from shared.decision import Command
from shared.events.envelope import Period, envelope_model
from shared.service.http import Ask
from shared.service.labels import AROUND, LABELS, label
from shared.service.wrong_fields import BOUNDED, FORMS, SAID, wrong_field

COMMANDS: tuple[type[Command], ...] = tuple(
    command for noun in (*HUB, *MINUTES, *RANKING, *ROSTER, *SCHEDULER) for command in noun.commands
)

LONG = "a" * 9000
WRONG: tuple[Any, ...] = (
    *(None, "", " ", "x", "\x00", LONG, "…!", "2026-02-31", "2026-02-31T00:00:00Z", "2026-10-03T07:30:00", "25:61"),
    *(-1, 0, 5.5, 1e400, 10**40, 10**9, True, [], ["\x00"], ["a"] * 700, {}, {"\x00": 1}, [{}], [None]),
    *("0001-01-01", "2026-10-03T07:30:00+07:00", "9999-12-31", "1970-01-01", 7, [7], [[7]]),
)

Place = tuple[str, str]
"""The command or part that holds a field, and the field as it is sent."""


def parts(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


def fields(model: type[BaseModel], holder: str) -> Iterator[Place]:
    model.model_rebuild()
    for name, info in model.model_fields.items():
        sent = info.alias or name
        yield holder, sent
        for part in parts(info.annotation):
            yield from fields(part, sent)


@cache
def all_fields() -> frozenset[Place]:
    return frozenset(place for command in COMMANDS for place in fields(command, command.__name__))


def test_every_field_of_every_command_has_a_label() -> None:
    """A new field needs a line in shared/service/labels.py: what a secretary calls it, and in English."""
    missing = sorted(f"{holder}.{field}" for holder, field in all_fields() if label(holder, field) is None)
    assert missing == []


def test_every_label_is_used() -> None:
    used = {f"{holder}.{field}" for holder, field in all_fields()} | {field for _, field in all_fields()}
    assert sorted(set(LABELS) - used - AROUND) == []
    around = {info.alias or name for name, info in Ask.model_fields.items()}
    assert around <= AROUND


def test_every_pattern_a_text_is_checked_against_is_explained() -> None:
    """A new pattern needs a line in FORMS of shared/service/wrong_fields.py: what it means, with an example."""
    checked = {
        pattern
        for command in COMMANDS
        for pattern in _patterns(TypeAdapter(command).json_schema())  # what a caller is told
    }
    assert sorted(checked - set(FORMS)) == []


def test_no_pattern_takes_the_digits_of_other_scripts() -> None:
    r"""``\d`` is every script's digits here, costs 80 KB in each model that uses it, and a date of them is no date."""
    models = (*COMMANDS, *events.ALL.values(), *(envelope_model(fact) for fact in events.ALL.values()))
    found = {pattern for model in models for pattern in _patterns(TypeAdapter(model).json_schema())}
    assert sorted(pattern for pattern in found if r"\d" in pattern) == []
    with pytest.raises(ValidationError):
        TypeAdapter(Period).validate_python("٢٠٢٦-١٠")


def _patterns(schema: Any) -> Iterator[str]:
    match schema:
        case {"pattern": str() as pattern}:
            yield pattern
        case dict():
            for inner in schema.values():
                yield from _patterns(inner)
        case list():
            for inner in schema:
                yield from _patterns(inner)
        case _:
            return


ENGLISH = re.compile(r"\b(should|must be|input|valid|expected|string|value|field required)\b", re.IGNORECASE)


def errors_of(command: type[Command]) -> Iterator[dict[str, Any]]:
    """What is said about every wrong value tried in every field of a command, alone."""
    ask = TypeAdapter(Ask[command])  # type: ignore[valid-type]
    around: dict[str, Any] = {"id": "x", "branch": "x", "actor": "", "medium": "x", "time": "x", "expected": -1}
    for data in _bodies(command):
        try:
            ask.validate_json(json.dumps(around | {"command": data}))
        except ValidationError as refused:
            yield from (dict(error) for error in refused.errors())


def _bodies(model: type[BaseModel]) -> Iterator[Any]:
    yield from WRONG
    yield {"nobody_knows_this": 1}
    for name, info in model.model_fields.items():
        sent = info.alias or name
        for wrong in WRONG:
            yield {sent: wrong}
        for part in parts(info.annotation):
            for inner in _bodies(part):
                yield {sent: inner}
                yield {sent: [inner]}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_whatever_is_wrong_is_said_with_the_label_and_what_to_do(command: type[Command]) -> None:
    seen: set[tuple[str, str]] = set()
    for error in errors_of(command):
        kind = error["type"]
        assert kind in SAID or kind in BOUNDED, (kind, error["loc"], error["msg"])
        said = wrong_field(command.__name__, {**error, "loc": ("body", *error["loc"])})
        if (said["where"], said["vi"]) in seen:
            continue
        seen.add((said["where"], said["vi"]))
        assert said["vi"].startswith(f"{said['label']}: "), said
        assert re.search(r"; hãy [^;]+\.$", said["vi"]), said
        assert re.search(r"; [a-z][^;]+\.$", said["en"]), said
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", said["label"]) or kind == "extra_forbidden", said
        assert not ENGLISH.search(said["vi"]), said
        assert LONG[:50] not in said["vi"] + said["en"], "nothing typed is said back"
    assert seen
