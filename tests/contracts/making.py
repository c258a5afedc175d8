"""Makes one instance of a fact from its annotations, every value different, and the envelope around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, SecretStr, StringConstraints

from shared.events.envelope import Fact, encode
from shared.events.sealed import Sealed, Sealing, Secret, SubjectKey

BRANCH = "99.001.002.000.011"
FIXED = {"branch": BRANCH, "meeting_id": f"{BRANCH}:2026-10"}
"""What the envelope repeats."""
WORDS = ("Mẫu", "Chi bộ", "Đại biểu", "nghị quyết", "ý kiến", "phân công", "kết luận", "thời hạn")
STRINGS: tuple[Callable[[int], str], ...] = (
    lambda n: f"{WORDS[n % len(WORDS)]} {n}",
    lambda n: f"M{n:02}",
    lambda n: f"2026-{n % 12 + 1:02}",
    lambda n: f"{n % 24:02}:{n % 60:02}",
    lambda n: f"2026-10-{n % 28 + 1:02}T0{n % 10}:{n % 60:02}:00.{n:06}Z",
    lambda n: f"99.001.002.000.{n % 1000:03}",
    lambda n: f"{n:064x}",
    lambda n: f"{n % 9 + 1}/9",
    lambda n: f"hd42@{n}",
    lambda n: f"T{chr(65 + n % 26)}",
    str,
    lambda n: f"{n:02}-NQ/CB",
    lambda n: f"{2000 + n}",
    lambda n: f"2026-Q{n % 4 + 1}",
    lambda n: f"{n:032x}",
    lambda n: f"{n:0128x}",
    lambda n: f"{n:02}-TB/CB",
)
"""Tried in turn until one has the form a field asks for."""


class SampleKeys:
    """Keys that open the samples, and nothing else."""

    def key(self, subject: str) -> SubjectKey:
        return SubjectKey(id="5a3f0c2e9b7d1468", subject=subject, secret=bytes(range(32)))


class Making:
    """Gives values, none of them twice where the type has room for it."""

    def __init__(self, kind: str) -> None:
        digest = sha256(kind.encode()).hexdigest()
        self.event_id = f"0198c0de-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"
        self._numbers = count(1)

    def fact(self, model: type[Fact]) -> Fact:
        made = self._model(model)
        assert isinstance(made, Fact)
        return made

    def _model(self, model: type[BaseModel]) -> BaseModel:
        hints = get_type_hints(model, include_extras=True)
        values = {
            field.alias or name: self._value(hints[name], name, tuple(field.metadata))
            for name, field in model.model_fields.items()
        }
        return model.model_validate(values)

    def _value(self, annotation: Any, name: str, rules: tuple[Any, ...] = ()) -> Any:
        if name in FIXED:
            return FIXED[name]
        arguments = get_args(annotation)
        made: Any
        match get_origin(annotation):
            case origin if origin is Annotated:
                made = self._value(arguments[0], name, (*rules, *arguments[1:]))
            case origin if origin is Literal:
                made = arguments[next(self._numbers) % len(arguments)]
            case origin if origin in (Union, UnionType) and Sealed in arguments:
                made = self._sealed(name)
            case origin if origin in (Union, UnionType):
                made = self._value(next(one for one in arguments if one is not NoneType), name, rules)
            case origin if origin is tuple and arguments[1:] == (...,):
                made = [self._value(arguments[0], name) for _ in range(2)]
            case origin if origin is tuple:
                made = [self._value(one, name) for one in arguments]
            case origin if origin is dict:
                made = {self._value(arguments[0], name): self._value(arguments[1], name) for _ in range(2)}
            case _ if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                made = self._model(annotation)
            case _:
                made = self._plain(annotation, name, rules)
        return made

    def _plain(self, annotation: Any, name: str, rules: tuple[Any, ...]) -> Any:
        number = next(self._numbers)
        if annotation is bool:
            return number % 2 == 0
        if annotation is int:
            return _within(number, rules)
        if annotation is date:
            return date(2026, 1, 1) + timedelta(days=number)
        if annotation is str:
            return _of_form(number, rules)
        raise TypeError(f"{name}: no sample value for {annotation}")

    def _sealed(self, name: str) -> dict[str, Any]:
        number = next(self._numbers)
        secret = Secret(subject=f"member/{BRANCH}/M{number:02}", field=name, text=SecretStr(f"Kín {number}"))
        return Sealing(self.event_id, SampleKeys()).seal(secret).model_dump()


def _within(number: int, rules: tuple[Any, ...]) -> int:
    least = max((bound + at for rule in rules for bound, at in _bounds(rule, ("ge", 0), ("gt", 1))), default=0)
    most = min((bound + at for rule in rules for bound, at in _bounds(rule, ("le", 0), ("lt", -1))), default=10_000)
    return least + number % (most - least + 1)


def _bounds(rule: Any, *names: tuple[str, int]) -> list[tuple[int, int]]:
    return [(getattr(rule, name), at) for name, at in names if getattr(rule, name, None) is not None]


def _of_form(number: int, rules: tuple[Any, ...]) -> str:
    patterns = [getattr(rule, "pattern", None) for rule in rules if isinstance(rule, StringConstraints)]
    patterns += [getattr(rule, "pattern", None) for rule in rules if not isinstance(rule, StringConstraints)]
    for made in STRINGS:
        text = made(number)
        if all(re.search(pattern, text) for pattern in patterns if pattern):
            return text
    raise TypeError(f"no sample text of the form {patterns}")


def sample(kind: str, model: type[Fact]) -> bytes:
    """The bytes of one fact of this kind as they would be published."""
    fact = Making(kind).fact(model)
    return encode(
        fact.model_dump_json().encode(),
        id=Making(kind).event_id,
        type=kind,
        source=f"/local/{model.OWNER}",
        subject=fact.subject(),
        subjectversion=7,
        time="2026-10-05T07:00:00.000000Z",
        recordedtime="2026-10-05T08:12:30.456789Z",
        branch=BRANCH,
        meeting=getattr(fact, "meeting_id", None),
        actor="M02",
        actorrole="deputy_secretary",
        enteredby="M04",
        medium="paper",
        profile="hd42@1",
        correlationid="0198c0de-0000-7000-8000-0000000000a1",
        causationid="0198c0de-0000-7000-8000-0000000000a2",
        heard="local/roster.k3f9=412 local/scheduler.a1b2=98",
        privacy=fact.PRIVACY,
        salt="000102030405060708090a0b0c0d0e0f",
    )
