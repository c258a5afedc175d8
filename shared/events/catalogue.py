"""EVENTS.md from the facts themselves: ``python -m shared.events.catalogue > EVENTS.md``."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.events import NOUNS
from shared.events.envelope import Fact, Instant, Period
from shared.events.sealed import Sealed, Secret

HEAD = """\
# Facts

Made by `python -m shared.events.catalogue > EVENTS.md`; a test fails when it is not current.
Every fact travels in the envelope of `shared/events/envelope.py`; one frozen sample of each stands in
`tests/contracts/`. *Heard by* names the services beside the owner that decide something because of it, or show it.
Class **A**: counts, the hub may see them; **B**: the branch and the organisation above it; **C**: the branch only.
*Sealed text* can be read only with the key of the person it is about; a field with `?` may be null.
"""

_WORDS: dict[Any, str] = {str: "text", int: "number", bool: "yes/no", date: "day", Instant: "instant", Period: "month"}

HeardBy = Mapping[type[Fact], Mapping[str, str]]
"""Fact → service → ``decides`` or ``shows``."""


def hearers(package: str = "services") -> dict[type[Fact], dict[str, str]]:
    """Who hears what, from the tables that also dispatch: ``handlers.HEARS`` and ``projections.VIEWS``."""
    found: dict[type[Fact], dict[str, str]] = {}
    for service in sorted(module.name for module in pkgutil.iter_modules(import_module(package).__path__)):
        for view in _table(f"{package}.{service}.projections", "VIEWS"):
            for fact in view.hears:
                found.setdefault(fact, {}).setdefault(service, "shows")
        for fact in _table(f"{package}.{service}.handlers", "HEARS"):
            found.setdefault(fact, {})[service] = "decides"
    return found


def _table(module: str, name: str) -> Any:
    """A table of a service, empty where it has no such room."""
    return getattr(import_module(module), name) if find_spec(module) is not None else ()


def page(heard: HeardBy) -> str:
    """EVENTS.md as it must stand."""
    return "\n".join(_lines(heard)) + "\n"


def _lines(heard: HeardBy) -> Iterator[str]:
    yield HEAD
    for noun, facts in NOUNS.items():
        yield f"## {noun}.py\n"
        yield "| Fact | Owner | Heard by | Class | Meaning | Fields |"
        yield "|---|---|---|---|---|---|"
        for fact in facts:
            others = {name: how for name, how in heard.get(fact, {}).items() if name != fact.OWNER}
            by = ", ".join(f"{name} ({how})" for name, how in others.items()) or "–"
            name = fact.__name__ if fact.VERSION == 1 else f"{fact.__name__} v{fact.VERSION}"
            meaning = " ".join((getdoc(fact) or "").split())
            yield f"| **{name}** | {fact.OWNER} | {by} | {fact.PRIVACY} | {meaning} | {fields(fact)} |"
        yield ""


def fields(model: type[BaseModel]) -> str:
    """A model's fields in words: ``place: text, reason?: text, recipients: list of text``; ``?`` = may be absent."""
    hints = get_type_hints(model, include_extras=True)
    return ", ".join(
        f"{field.serialization_alias or name}{'?' if NoneType in get_args(hints[name]) else ''}: {_told(hints[name])}"
        for name, field in model.model_fields.items()
    )


def _told(annotation: Any) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            told = _told(arguments[0])
        case origin if origin is Literal:
            told = " \\| ".join(map(str, arguments))
        case origin if origin in (Union, UnionType):
            told = _one_of(arguments)
        case origin if origin is tuple:
            told = _several(arguments)
        case origin if origin is dict:
            told = f"{_told(arguments[0])} → {_told(arguments[1])}"
        case _ if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            told = f"{{{fields(annotation)}}}"
        case _:
            told = str(getattr(annotation, "__name__", annotation))
    return told


def _one_of(choices: tuple[Any, ...]) -> str:
    private = ["sealed text"] if Sealed in choices else []
    told = private + [_told(choice) for choice in choices if choice not in (NoneType, Sealed, Secret)]
    return " or ".join(told)


def _several(parts: tuple[Any, ...]) -> str:
    return f"list of {_told(parts[0])}" if parts[1:] == (...,) else f"({', '.join(map(_told, parts))})"


if __name__ == "__main__":
    sys.stdout.write(page(hearers()))
