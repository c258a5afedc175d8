"""The embedded site's processes, with the real broker and real children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import redis

from services.cli import broker
from services.cli.nursery import WORKS, Nursery
from services.cli.supervisor import Child, ForkedChild, Lock, Supervisor, environment, health
from services.cli.voice import Failed
from shared.settings import Settings
from shared.store.sqlite import SQLiteFile
from tests.servers import free_port
from tests.surroundings import own_site


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return own_site(tmp_path / "home")


def sleeper(home: Path, program: str) -> Child:
    return Child("sleeper", [sys.executable, "-c", program], home / "sleeper.log", dict(os.environ))


def until(happened, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


@pytest.mark.streams
def test_the_broker_is_durable_private_and_evicts_nothing(settings: Settings):
    with Supervisor(settings, services=()) as site:
        with redis.Redis(port=settings.redis_port, decode_responses=True) as client:
            assert client.config_get("appendonly", "maxmemory-policy", "bind") == {
                "appendonly": "yes",
                "maxmemory-policy": "noeviction",
                "bind": "127.0.0.1",
            }
            assert client.config_get("dir") == {"dir": str(settings.home / "broker")}
            client.set("kept", "yes")
        broker_process = site.broker
    assert broker_process is not None
    assert not broker_process.running
    with Supervisor(settings, services=()), redis.Redis(port=settings.redis_port, decode_responses=True) as client:
        assert client.get("kept") == "yes"


@pytest.mark.streams
def test_a_broker_that_was_killed_is_started_again(settings: Settings):
    told: list[str] = []

    def tell(vi: str, en: str) -> None:
        told.extend([vi, en])

    with Supervisor(settings, tell, services=()) as site:
        child = site.broker
        assert child is not None
        first = child.pid
        child.signal(signal.SIGKILL)
        until(lambda: child.pid != first and broker.answers(settings.redis_port))
    assert any("broker ended (code -9)" in line for line in told)


@pytest.mark.streams
def test_a_broker_whose_file_is_damaged_starts_empty_with_the_old_one_kept_aside(settings: Settings):
    with Supervisor(settings, services=()), redis.Redis(port=settings.redis_port) as client:
        client.set("kept", "yes")
    (kept,) = (settings.home / "broker" / "appendonlydir").glob("*.incr.aof")
    kept.write_bytes(b"*3\r\n$3\r\nSET\r\nnonsense" + kept.read_bytes())
    told: list[str] = []
    with Supervisor(settings, lambda vi, en: told.append(vi + en), services=()):
        with redis.Redis(port=settings.redis_port) as client:
            assert client.dbsize() == 0
        (aside,) = settings.home.glob("broker.unreadable-*")
        assert str(aside) in told[0]


def test_a_second_supervisor_of_the_same_home_is_told_who_has_it(settings: Settings):
    first, second = Lock(settings.home), Lock(settings.home)
    first.take()
    with pytest.raises(Failed) as refusal:
        second.take()
    assert str(os.getpid()) in refusal.value.vi
    assert "CHIBO_HOME" in refusal.value.vi
    first.release()
    second.take()
    second.release()


def test_a_taken_port_is_named_with_its_setting_and_nothing_is_started(settings: Settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.redis_port))
        other.listen()
        site = Supervisor(settings)
        with pytest.raises(Failed) as refusal:
            site.start()
    assert str(settings.redis_port) in refusal.value.vi
    assert "CHIBO_REDIS_PORT" in refusal.value.vi
    assert not any(child.running for child in site.children)
    lock = Lock(settings.home)
    lock.take()  # nobody holds it
    lock.release()


def test_a_named_broker_that_does_not_answer_is_said_before_anything_starts(tmp_path: Path):
    settings = own_site(tmp_path, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    site = Supervisor(settings)
    with pytest.raises(Failed, match="CHIBO_REDIS_URL"):
        site.start()
    assert not any(child.running for child in site.children)


forks = pytest.mark.skipif(not WORKS, reason="services are forked on Linux only")


@forks
@pytest.mark.streams
def test_services_are_forked_where_everything_is_loaded_and_come_back_with_their_nursery(settings: Settings):
    told: list[str] = []
    with Supervisor(settings, lambda vi, en: told.append(vi + en), services=("hub", "roster")) as site:
        first = {name: child.pid for name, child in site.services.items()}
        parents = {parent_of(pid) for pid in first.values()}
        assert len(parents) == 1
        assert os.getpid() not in parents
        os.kill(parents.pop(), signal.SIGKILL)
        until(lambda: all((health(settings.url(name)) or {}).get("status") == "ready" for name in first), 30)
        until(lambda: all(child.running and child.pid != first[name] for name, child in site.services.items()), 30)
    assert any("hub" in line for line in told)
    assert not any(Path(f"/proc/{child.pid}").exists() for child in site.services.values())


@forks
def test_a_nursery_at_rest_keeps_its_services_knows_how_they_ended_and_starts_more(tmp_path: Path):
    site = own_site(tmp_path)
    nursery = Nursery(["services.hub.main", "services.roster.main"], tmp_path / "services.log", environment(site))
    hub, roster = (nursery.fork(f"services.{name}.main", tmp_path / f"{name}.log") for name in ("hub", "roster"))
    keeper = parent_of(hub.pid)
    nursery.rest()
    assert hub.poll() is None
    hub.kill()
    assert hub.wait(10) == -signal.SIGKILL
    again = nursery.fork("services.hub.main", tmp_path / "hub.log")
    assert parent_of(roster.pid) == parent_of(again.pid) == keeper
    until(lambda: all((health(site.url(name)) or {}).get("status") == "ready" for name in ("hub", "roster")))
    nursery.close()
    until(lambda: not any(Path(f"/proc/{one.pid}").exists() for one in (roster, again)))


@forks
def test_services_that_cannot_be_loaded_are_said_with_the_end_of_the_log(tmp_path: Path):
    nursery = Nursery(["services.nowhere.main"], tmp_path / "services.log", os.environ)
    child = ForkedChild("nowhere", ["services.nowhere.main"], tmp_path / "log", nursery=nursery)
    with pytest.raises(Failed) as refusal:
        child.start()
    assert "services.log" in refusal.value.vi
    assert any("services.nowhere" in line for line in refusal.value.details)
    nursery.close()


@forks
def test_how_a_forked_service_ended_is_known(tmp_path: Path):
    nursery = Nursery(["services.hub.main"], tmp_path / "services.log", environment(own_site(tmp_path)))
    child = ForkedChild("hub", ["services.hub.main"], tmp_path / "hub.log", nursery=nursery)
    with closing(SQLiteFile(tmp_path / "hub" / "log.db")):
        child.start()
        child.wait(10)
    assert child.process is not None
    assert child.process.returncode == 1
    assert any(f"process {os.getpid()}" in line for line in child.last_words(20))
    nursery.close()


def parent_of(pid: int | None) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_what_a_child_says_goes_to_its_log_and_its_end_is_known(tmp_path: Path):
    child = sleeper(tmp_path, "print('one'); print('two'); raise SystemExit(3)")
    child.start()
    child.wait(10)
    assert child.last_words() == ["one", "two"]
    assert child.process is not None
    assert child.process.returncode == 3


def test_a_child_that_does_not_listen_is_killed_in_the_end(tmp_path: Path):
    child = sleeper(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )
    child.start()
    until(lambda: child.last_words() == ["deaf"])
    child.signal(signal.SIGTERM)
    child.wait(0.2)
    assert not child.running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path):
    program = f"""
import os, sys, time
from pathlib import Path
from services.cli.supervisor import Child
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], Path({str(tmp_path)!r}) / "log", dict(os.environ))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""  # noqa: E501 - a program in a program
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    until(
        lambda: (
            not Path(f"/proc/{child}/cmdline").exists() or b"sleep" not in Path(f"/proc/{child}/cmdline").read_bytes()
        )
    )
