"""Every noun of every service has a state machine: some test that asks anything of it, in any order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

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
        text = path.read_text()
        if not any(machine in text for machine in MACHINES):
            continue
        tree = ast.parse(text)
        bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
        if bases & MACHINES:
            found |= {
                (node.module or "", name.name)
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                for name in node.names
            }
    return found


def test_every_noun_has_a_state_machine() -> None:
    imported = [(module, name) for module, name in machined() if module.startswith("services.")]
    tested = [getattr(import_module(module), name, None) for module, name in imported]
    assert [(service, noun.name) for service, noun in nouns() if not any(noun is one for one in tested)] == []
