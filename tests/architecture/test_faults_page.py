"""The table of faults names tests that exist, with a control for each; no control is left out of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Fault")
]


def shown_in(file: Path) -> set[str]:
    """Every test of a file, as pytest calls it."""
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    functions = [node for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {f"{file.relative_to(ROOT)}::{one.name}" for one in functions if one.name.startswith("test_")}


def named(cell: str) -> list[str]:
    return re.findall(r"`(tests/[^`]+)`", cell)


def test_every_fault_has_a_test_and_a_control_that_exist() -> None:
    assert len(ROWS) > 10
    for fault, shown, control in ROWS:
        assert named(shown), fault
        assert named(control) or control.startswith("in the first:"), fault
        for name in named(shown) + named(control):
            assert name in shown_in(ROOT / name.partition("::")[0]), name


def test_every_control_of_a_fault_stands_in_the_table() -> None:
    there = {name for file in (ROOT / "tests" / "faults").glob("test_*.py") for name in shown_in(file)}
    controls = {name for name in there if "::test_control_" in name}
    assert controls - {name for *_, control in ROWS for name in named(control)} == set()
