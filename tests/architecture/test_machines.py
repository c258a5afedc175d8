"""Every noun of every service has a state machine: some test that asks anything of it, in any order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from shared.decision import Noun
from shared.settings import SERVICES

ROOT = Path(__file__).parents[2]
MACHINES = {"RuleBasedStateMachine", "AnyHistory"}


def nouns() -> Iterator[tuple[str, Noun[Any, Any]]]:
    for service in SERVICES:
        for noun in import_module(f"services.{service}.application").NOUNS:
            yield service, noun


def machined() -> set[tuple[str, str]]:
    """(module, name) of everything that modules with a state machine import from services' domains."""
    found: set[tuple[str, str]] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text())
        bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
        if bases & MACHINES:
            found |= {
                (node.module or "", name.name)
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                for name in node.names
            }
    return found


NOUNS = list(nouns())
IMPORTED = machined()


@pytest.mark.parametrize(("service", "noun"), NOUNS, ids=[f"{service} {noun.name}" for service, noun in NOUNS])
def test_a_noun_has_a_state_machine(service: str, noun: Noun[Any, Any]) -> None:
    of_domain = [(module, name) for module, name in IMPORTED if module.startswith(f"services.{service}.domain.")]
    assert any(getattr(import_module(module), name, None) is noun for module, name in of_domain)
