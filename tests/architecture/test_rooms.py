"""Every service has the same rooms, no room is a lumber room, and decisions ask neither clock nor chance."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = {
    "__init__.py",
    "README.md",
    "domain",
    "application.py",
    "application",  # the same room, one module for each practice, where one file got long
    "handlers.py",
    "projections.py",
    "api.py",
    "main.py",
}
OWN_ROOMS = {"cli"}  # the command line and the supervisor: no domain, no log
LUMBER = {"util", "utils", "helper", "helpers", "common", "manager", "core", "misc"}
IMPURE_MODULES = {"time", "random", "os", "uuid", "secrets", "socket", "threading", "asyncio", "subprocess", "pathlib"}
CLOCK_CALLS = {"now", "utcnow", "today", "fromtimestamp"}
CLOCK_OWNERS = {"datetime", "date"}
IMPURE_BUILTINS = {"open", "print", "input", "exec", "eval"}


def service_folders() -> list[Path]:
    return sorted(folder.parent for folder in (PROJECT / "services").glob("*/__init__.py"))


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((PROJECT / folder).rglob("*.py"))


def strange_rooms(service: Path) -> set[str]:
    return {entry.name for entry in service.iterdir()} - ROOMS - {"__pycache__"}


def lumber_words(module: Path) -> set[str]:
    return LUMBER & {word for part in module.with_suffix("").parts for word in part.split("_")}


def impurities(source: str) -> list[str]:
    """What a decision must not ask for: the clock, chance, the machine."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [name.name for name in names if name.name.split(".")[0] in IMPURE_MODULES]
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in IMPURE_MODULES:
                found.append(module)
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=call):
                if owner in CLOCK_OWNERS and call in CLOCK_CALLS:
                    found.append(f"{owner}.{call}")
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
                found.append(name)
    return found


def test_every_service_has_the_allowed_rooms_only():
    assert {
        folder.name: strange
        for folder in service_folders()
        if folder.name not in OWN_ROOMS and (strange := strange_rooms(folder))
    } == {}


def test_every_service_says_what_it_decides_hears_says_and_shows():
    silent = [folder.name for folder in service_folders() if not (folder / "README.md").is_file()]
    assert set(silent) - OWN_ROOMS == set()


def test_every_service_stands_behind_the_wall_of_rooms():
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    contracts = {wall["name"]: wall for wall in config["tool"]["importlinter"]["contracts"]}
    found = {f"services.{folder.name}" for folder in service_folders() if folder.name not in OWN_ROOMS}
    assert set(contracts["Same rooms, imports point inward"]["containers"]) == found
    assert set(contracts["The command line talks HTTP"]["forbidden_modules"]) == found


def test_no_room_is_a_lumber_room():
    own = [module.relative_to(PROJECT) for module in modules("services", "shared", "tests")]
    assert {str(module): words for module in own if (words := lumber_words(module))} == {}


def test_decisions_ask_neither_clock_nor_chance():
    decisions = [module for module in modules("services") if "domain" in module.parts]
    assert {
        str(module.relative_to(PROJECT)): found for module in decisions if (found := impurities(module.read_text()))
    } == {}


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "import os.path",
        "from random import choice",
        "from uuid import uuid4",
        "from datetime import datetime\nheld = datetime.now()",
        "import datetime\nheld = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nheld = date.today()",
        "from datetime import datetime\ndef held(clock=datetime.utcnow): ...",
        "open('roster.csv')",
    ],
)
def test_the_check_of_decisions_catches(line: str):
    assert impurities(line)


def test_the_check_of_decisions_leaves_dates_and_numbers_alone():
    assert (
        impurities("from datetime import date, timedelta\ndue = date(2026, 9, 3) - timedelta(days=3)\nfrom . import x")
        == []
    )


def test_the_check_of_rooms_catches_a_stray_module(tmp_path: Path):
    for name in ("main.py", "helpers.py", "domain", "__pycache__"):
        (tmp_path / name).touch()
    assert strange_rooms(tmp_path) == {"helpers.py"}


def test_the_check_of_names_catches_a_lumber_room():
    assert lumber_words(Path("shared/date_utils.py")) == {"utils"}
    assert lumber_words(Path("services/roster/scoreboard.py")) == set()
