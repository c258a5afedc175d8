"""The table of practices names what exists and nothing else: every fact, every command, each statement of the seed."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest
from fastapi import FastAPI

from services.hub.application import NOUNS as HUB
from services.minutes.application import NOUNS as MINUTES
from services.ranking.application import NOUNS as RANKING
from services.roster.application import NOUNS as ROSTER
from services.scheduler.application import NOUNS as SCHEDULER
from shared.events import ALL
from shared.settings import SERVICES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "practices.md"
PRACTICES = 14
STATEMENTS = 46
NOT_BUILT = "—"
TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)

FACTS = {fact.__name__ for fact in ALL.values()}
COMMANDS = {command.__name__ for noun in (*HUB, *MINUTES, *RANKING, *ROSTER, *SCHEDULER) for command in noun.commands}

Line = tuple[str, ...]
"""Practice, statements, facts, commands, document, test."""


def tables(page: str) -> list[list[Line]]:
    """The lines of each table, without its heading."""
    found: list[list[Line]] = []
    for block in page.split("\n\n"):
        rows = [row for row in block.splitlines() if row.startswith("|")]
        found += [[tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows[2:]]] if rows else []
    return found


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def shown_by_tests() -> set[str]:
    """The name of every test function there is."""
    return {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in TEST.findall(file.read_text(encoding="utf-8"))
    }


def printed() -> set[str]:
    """The routes of every service that answer with a paper."""
    paths: set[str] = set()
    for service in SERVICES:
        web = FastAPI()
        web.include_router(importlib.import_module(f"services.{service}.api").routes())
        paths |= {path for path in web.openapi()["paths"] if path.endswith(".{as_}")}
    return paths


def wrong(lines: list[Line], known: set[str]) -> list[str]:
    """What a table names though it does not exist, and cells that are neither names nor a dash."""
    found = []
    for practice, _, facts, commands, _, shown in lines:
        for cell, there in ((facts, FACTS), (commands, COMMANDS), (shown, known)):
            if not names(cell) and cell != NOT_BUILT:
                found.append(f"{practice}: neither names nor a dash: {cell!r}")
            found += [f"{practice}: {name}" for name in names(cell) if name not in there]
    return found


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    first, second, _ = tables(PAGE.read_text(encoding="utf-8"))
    return [*first, *second]


def test_the_first_table_has_a_line_for_each_practice():
    first, second, beside = tables(PAGE.read_text(encoding="utf-8"))
    assert len(first) == PRACTICES
    assert second
    assert beside


def test_every_fact_and_every_command_serves_a_practice_or_is_said_not_to(lines: list[Line]):
    *_, beside = tables(PAGE.read_text(encoding="utf-8"))
    flags = above_the_tables()
    for column, there in ((2, FACTS), (3, COMMANDS)):
        practised = {name for line in lines for name in names(line[column])}
        carrying = {name for line in beside for name in names(line[column - 1])}
        assert carrying <= there
        assert carrying & practised == set(), "what serves a practice is not said to serve none"
        assert there - practised - carrying - flags == set(), "stands in no line"


def above_the_tables() -> set[str]:
    """The flags, named once for all practices."""
    above = PAGE.read_text(encoding="utf-8").partition("## The practices")[0]
    return {name for name in names(above) if "/" not in name}


def test_every_fact_command_and_test_named_exists(lines: list[Line]):
    assert wrong(lines, shown_by_tests()) == []


def test_every_document_is_a_route_that_prints(lines: list[Line]):
    cells = {(line[0], name) for line in lines for name in names(line[4])}
    known = printed()
    assert [cell for cell in sorted(cells) if cell[1] not in known] == []
    assert {name for _, name in cells} == known, "every paper that can be printed stands with a practice"


def test_every_statement_of_the_seed_stands_in_one_line(lines: list[Line]):
    counted = Counter(int(number) for line in lines for number in line[1].split(","))
    assert counted == Counter(range(1, STATEMENTS + 1))


def test_what_has_facts_has_commands_and_a_test_too(lines: list[Line]):
    assert [line[0] for line in lines if len({bool(names(line[column])) for column in (2, 3, 5)}) > 1] == []


def test_the_flags_named_beside_the_tables_exist():
    assert above_the_tables() <= FACTS


def test_a_name_that_does_not_exist_is_noticed():
    line = ("A practice", "1", "`NeverSaid`", "`NeverAsked`, `OpenMeeting`", NOT_BUILT, "`test_never`")
    assert wrong([line], shown_by_tests()) == [
        "A practice: NeverSaid",
        "A practice: NeverAsked",
        "A practice: test_never",
    ]
    assert wrong([("A practice", "1", "soon", NOT_BUILT, NOT_BUILT, NOT_BUILT)], set()) == [
        "A practice: neither names nor a dash: 'soon'"
    ]
