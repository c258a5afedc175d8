"""The walls of pyproject.toml stand, and each of them catches what it is for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SERVICES = ("roster", "scheduler", "minutes", "ranking", "hub")
HOUSE = {
    "shared/__init__.py": "",
    "shared/events/__init__.py": "",
    "shared/files/__init__.py": "",
    "shared/store/__init__.py": "",
    "shared/stream/__init__.py": "",
    "services/__init__.py": "",
    "services/cli/__init__.py": "",
    "services/cli/main.py": "import shared.events",
} | {
    f"services/{service}/{room}": text
    for service in SERVICES
    for room, text in {
        "__init__.py": "",
        "main.py": "from . import api, handlers, application",
        "api.py": "from . import application",
        "handlers.py": "from . import application",
        "application.py": "from . import projections\nfrom .domain import noun\nimport shared.store",
        "projections.py": "import shared.events",
        "domain/__init__.py": "",
        "domain/noun.py": "import shared.events",
    }.items()
}


def walls(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter as make check does, with the project's own contracts."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken(answer: subprocess.CompletedProcess[str]) -> set[str]:
    return {line.removesuffix(" BROKEN") for line in answer.stdout.splitlines() if line.endswith(" BROKEN")}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for name, text in HOUSE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return tmp_path


def test_the_project_keeps_its_walls():
    answer = walls(PROJECT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_house_in_order_passes(house: Path):
    answer = walls(house)
    assert (answer.returncode, broken(answer)) == (0, set()), answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("wall", "room", "line"),
    [
        ("Services never import one another", "services/minutes/handlers.py", "import services.scheduler.application"),
        ("Services never import one another", "services/roster/domain/noun.py", "import services.ranking.domain.noun"),
        ("shared knows no service", "shared/store/__init__.py", "import services.roster.domain.noun"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "import redis"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "from faststream import FastStream"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "from eventsourcing.domain import Aggregate"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "import fastapi"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "import shared.store"),
        ("Decisions are pure", "services/ranking/domain/noun.py", "from shared import stream"),
        ("Decisions are pure", "shared/events/__init__.py", "import shared.store"),
        (
            "Same rooms, imports point inward",
            "services/scheduler/domain/noun.py",
            "import services.scheduler.application",
        ),
        (
            "Same rooms, imports point inward",
            "services/scheduler/projections.py",
            "import services.scheduler.application",
        ),
        ("Same rooms, imports point inward", "services/scheduler/api.py", "import services.scheduler.handlers"),
        ("Same rooms, imports point inward", "services/scheduler/application.py", "import services.scheduler.main"),
        ("Same rooms, imports point inward", "services/scheduler/helpers.py", ""),
        ("The command line talks HTTP", "services/cli/main.py", "import services.minutes.application"),
    ],
)
def test_the_wall_catches(house: Path, wall: str, room: str, line: str):
    with (house / room).open("a") as text:
        text.write(f"{line}\n")
    answer = walls(house)
    assert answer.returncode == 1
    assert wall in broken(answer), answer.stdout + answer.stderr


def test_a_missing_composition_root_is_noticed(house: Path):
    (house / "services/ranking/main.py").unlink()
    answer = walls(house)
    assert answer.returncode == 1
    assert "main" in answer.stdout + answer.stderr
