"""``chibo up`` as its own process: ready, stopped, started again; services killed under it; a start cut off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.cli.site import Site
from services.cli.supervisor import environment, health
from shared.settings import SERVICES, Settings
from tests.journeys.conftest import BRANCH
from tests.surroundings import own_site

pytestmark = pytest.mark.journey

STOP_SECONDS = 10.0


@contextmanager
def up(settings: Settings, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run it; whatever happens, nothing is left behind."""
    command = [sys.executable, "-c", "from services.cli.main import app; app()", "up", *options]
    with (settings.home.parent / "talk").open("a+") as talk:
        process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, stderr=talk, text=True)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS * 2)
            assert process.stdout is not None
            process.stdout.close()


def talk(settings: Settings) -> str:
    return (settings.home.parent / "talk").read_text()


def until(happened: Callable[[], object], process: subprocess.Popen[str], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert process.poll() is None, "ended too early"
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def ready(settings: Settings) -> bool:
    return all((health(settings.url(name)) or {}).get("status") == "ready" for name in SERVICES)


def pid_of(settings: Settings, name: str) -> int:
    """The process that listens for a service."""
    wanted = f"chibo {name}\n"
    home = f"CHIBO_HOME={settings.home}".encode()
    for found in Path("/proc").glob("[0-9]*"):
        try:
            if (found / "comm").read_text() == wanted and home in (found / "environ").read_bytes():
                return int(found.name)
        except OSError:
            continue
    raise AssertionError(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return own_site(tmp_path / "home")


def test_it_starts_says_what_to_try_and_stops_cleanly_on_both_signals(settings: Settings):
    for sign, *options in ((signal.SIGINT,), (signal.SIGTERM, "--json")):
        with up(settings, "--no-sample", *options) as process:
            until(lambda: "chibo meeting list" in talk(settings) or "meeting list" in talk(settings), process)
            assert ready(settings)
            began = time.monotonic()
            process.send_signal(sign)
            assert process.wait(STOP_SECONDS) == 0
            assert time.monotonic() - began < STOP_SECONDS
            assert process.stdout is not None
            said = process.stdout.read()
            if options:
                assert json.loads(said)["services"] == {name: settings.url(name) for name in SERVICES}
            else:
                assert said == ""
        assert not any(health(settings.url(name)) for name in SERVICES)
        (settings.home.parent / "talk").write_text("")
    assert {path.name for path in (settings.home / "logs").iterdir()} == {
        f"{name}.log" for name in ("broker", "services", *SERVICES)
    }


@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_a_killed_service_comes_back_and_finds_its_facts(settings: Settings):
    with up(settings, "--no-sample") as process, Site(settings, token=True) as site:
        until(lambda: ready(settings), process)
        data = {"name": "Chi bộ thử", "superior": "Đảng bộ mẫu", "effective_on": "2026-01-01"}
        site["roster"].command("RegisterBranch", BRANCH, "operator", data)
        head = site["roster"].head()
        before = pid_of(settings, "roster")
        os.kill(before, signal.SIGKILL)
        until(lambda: (health(settings.url("roster")) or {}).get("status") == "ready", process)
        assert pid_of(settings, "roster") != before
        assert site["roster"].head()["root"] == head["root"]
        assert "roster" in talk(settings)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_when_the_supervisor_is_killed_the_services_end_and_the_next_start_finds_the_home_free(settings: Settings):
    with up(settings, "--no-sample") as process:
        until(lambda: ready(settings), process)
        process.kill()
        process.wait()
    end = time.monotonic() + STOP_SECONDS
    while any(health(settings.url(name)) for name in SERVICES):
        assert time.monotonic() < end
        time.sleep(0.05)
    with up(settings, "--no-sample") as process:
        until(lambda: ready(settings), process)


def test_loading_the_sample_goes_on_where_it_was_cut_off(settings: Settings):
    def stored() -> int:
        return sum((health(settings.url(name)) or {"log": {"index": 0}})["log"]["index"] for name in SERVICES)

    with up(settings) as process:
        until(lambda: stored() > 60, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0
    assert (settings.home / "sample").read_text() == "loading"
    (settings.home / "sample").write_text("")  # what a power cut leaves of a word that is just being written
    with up(settings) as process:
        until(lambda: (settings.home / "sample").read_text() == "done", process, seconds=150)
        with Site(settings, token=True) as site:
            meetings = site["scheduler"].get(f"/branches/{BRANCH}/meetings", actor="operator")
            assert len(meetings) == 13
            assert {json.dumps(meeting["phase"]) for meeting in meetings} == {'"closed"'}


def test_a_second_start_of_the_same_home_is_refused_with_the_first_untouched(settings: Settings):
    with up(settings, "--no-sample") as first:
        until(lambda: ready(settings), first)
        with up(settings, "--no-sample") as second:
            assert second.wait(STOP_SECONDS) == 1
        assert "CHIBO_HOME" in talk(settings)
        assert "đã dừng" not in talk(settings)
        assert ready(settings)
