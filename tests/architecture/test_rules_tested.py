"""Every rule R1 to R46 and every worked example E1 to E12 has a test named after it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
NAMED = re.compile(r"(?<![A-Z0-9a-z])([RE])(\d+)(?![0-9a-z])")

RULES = [f"R{number}" for number in range(1, 47)]
EXAMPLES = [f"E{number}" for number in range(1, 13)]


def named_by_tests() -> set[str]:
    """The rules and examples in the names of all test functions."""
    names = (name for path in (ROOT / "tests").rglob("test_*.py") for name in TEST.findall(path.read_text()))
    return {f"{letter}{number}" for name in names for letter, number in NAMED.findall(name.replace("_", " "))}


def test_every_rule_and_example_has_a_test_named_after_it_and_no_test_is_named_after_another() -> None:
    assert named_by_tests() == {*RULES, *EXAMPLES}
