"""Every rule R1 to R46 and every worked example E1 to E12 has a test named after it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?<![A-Z0-9a-z])([RE])(\d+)(?![0-9a-z])")

RULES = [f"R{number}" for number in range(1, 47)]
EXAMPLES = [f"E{number}" for number in range(1, 13)]


def named_by_tests() -> set[str]:
    """The rules and examples in the names of all test functions."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found |= {f"{letter}{number}" for letter, number in NAMED.findall(node.name.replace("_", " "))}
    return found


TESTED = named_by_tests()


@pytest.mark.parametrize("rule", [*RULES, *EXAMPLES])
def test_a_rule_has_a_test_named_after_it(rule: str) -> None:
    assert rule in TESTED


def test_no_test_is_named_after_a_rule_there_is_not() -> None:
    assert {*RULES, *EXAMPLES} >= TESTED
