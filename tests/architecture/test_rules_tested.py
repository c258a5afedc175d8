"""Every rule R1 to R46 and every worked example E1 to E12 has a test named after it."""

import re

from tests.architecture.test_practices import shown_by_tests

NAMED = re.compile(r"(?<![A-Z0-9a-z])([RE])(\d+)(?![0-9a-z])")

RULES = [f"R{number}" for number in range(1, 47)]
EXAMPLES = [f"E{number}" for number in range(1, 13)]


def named_by_tests() -> set[str]:
    """The rules and examples in the names of all test functions."""
    return {
        f"{letter}{number}" for name in shown_by_tests() for letter, number in NAMED.findall(name.replace("_", " "))
    }


def test_every_rule_and_example_has_a_test_named_after_it_and_no_test_is_named_after_another() -> None:
    assert named_by_tests() == {*RULES, *EXAMPLES}
