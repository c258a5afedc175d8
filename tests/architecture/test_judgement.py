"""What the test run itself promises: who runs it does not matter, rules are marked, a skip may be a failure."""

import os
import re
import subprocess
import sys
from pathlib import Path

from shared.settings import Settings

PROJECT = Path(__file__).parents[2]


def run(folder: Path, *sources: str, **environment: str) -> str:
    """Run these test modules by the project's own settings; the answer is what pytest said."""
    for number, source in enumerate(sources):
        (folder / f"test_{number}.py").write_text(f"import pytest\n{source}\n")
    # fmt: off
    answer = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", PROJECT / "pyproject.toml", "--rootdir", folder,
            "-p", "tests.conftest", "-p", "no:cacheprovider", folder,
        ],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if name != "CHIBO_NO_SKIPS"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # fmt: on
    return answer.stdout + answer.stderr


SKIPS = """
def test_in_the_body():
    pytest.skip("no server here")

@pytest.mark.skip(reason="no server marked")
def test_marked(): ...

@pytest.fixture
def server():
    pytest.skip("no server to set up")

def test_in_a_fixture(server): ...

@pytest.mark.xfail(reason="known")
def test_an_expected_failure_is_no_skip():
    assert False
"""
SKIPPED_MODULE = "pytest.skip('no server at all', allow_module_level=True)"
REASONS = ("no server here", "no server marked", "no server to set up", "no server at all")


def test_a_skip_says_why(tmp_path: Path):
    said = run(tmp_path, SKIPS, SKIPPED_MODULE)
    assert "4 skipped, 1 xfailed" in said
    assert [reason for reason in REASONS if reason not in said] == []


def test_a_skip_fails_where_all_must_run(tmp_path: Path):
    said = run(tmp_path, SKIPS, CHIBO_NO_SKIPS="1")
    assert "1 failed, 1 xfailed, 2 errors" in said
    assert [reason for reason in REASONS[:3] if reason not in said] == []
    said = run(tmp_path, SKIPPED_MODULE, CHIBO_NO_SKIPS="1")
    assert "1 error" in said
    assert "no server at all" in said


def test_a_warning_is_an_error(tmp_path: Path):
    assert "1 failed" in run(tmp_path, "import warnings\ndef test_it():\n    warnings.warn('old', DeprecationWarning)")


def test_rules_are_found_by_their_folder_and_servers_by_their_fixture():
    from tests import conftest

    assert conftest.marks(PROJECT / "tests/ranking/test_ranking.py", fixtures=["tmp_path"], given=set()) == {"rules"}
    assert conftest.marks(PROJECT / "tests/ranking/test_api.py", fixtures=["redis_url"], given=set()) == {"streams"}
    assert conftest.marks(PROJECT / "tests/ranking/test_long.py", fixtures=[], given={"faults"}) == set()
    assert conftest.marks(PROJECT / "tests/store/test_log.py", fixtures=["postgres_url"], given=set()) == {"postgres"}


# ---------------------------------------------------------------- whoever runs it, whatever site runs beside

MEETS_NOBODY = """
import socket
from services.cli.voice import voice
from shared.settings import SERVICES, Settings
from tests.surroundings import own_site

PORTS = [f"{name}_port" for name in ("redis", *SERVICES)]
usual = {name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()}

def test_nothing_is_set_but_where_nobody_is():
    found = Settings()
    assert {name for name, value in usual.items() if getattr(found, name) != value} == {"home", *PORTS}
    assert voice.language is None
    with pytest.raises(OSError):
        found.folder("roster")

@pytest.mark.parametrize("name", PORTS)
def test_nobody_listens(name, tmp_path):
    assert getattr(own_site(tmp_path), name) != usual[name]
    with pytest.raises(OSError):
        socket.create_connection((Settings().host, getattr(Settings(), name)), timeout=2).close()
"""


def test_a_site_beside_and_the_wishes_of_a_shell_reach_no_test(tmp_path: Path):
    wishes = {f"CHIBO_{name.upper()}": "1234" for name in Settings.model_fields}
    said = run(tmp_path, MEETS_NOBODY, **wishes, chibo_site="small", CHIBO_LANG="en", FORCE_COLOR="1")
    assert "7 passed" in said, said


def test_no_test_names_the_usual_address_of_a_site():
    usual = [str(field.default) for name, field in Settings.model_fields.items() if name.endswith("_port")]
    named = re.compile(rf"\b({'|'.join(usual)})\b")
    lines = {path: path.read_text().splitlines() for path in (PROJECT / "tests").rglob("*.py")}
    assert [(path.name, line) for path, found in lines.items() for line in found if named.search(line)] == []
