"""A month lived through real processes that fail: services, a broker, a driver that never gives up, and what must hold.

The month is the sample's own: founding, January's meeting, its ranking, February's meeting, told to any branch.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4, uuid5

import httpx
import redis

from services.cli import roster_file
from services.cli.sample import story
from services.cli.sample.script import Step, local
from services.cli.sample.sheet import code, members_file
from services.cli.site import Service
from services.cli.voice import Failed
from shared import events
from shared.events.envelope import LogName, Recorded, decode, instant
from shared.replay import known_by, ordered, within
from shared.settings import SERVICES
from shared.store.log import open_log
from shared.store.views import open_views
from tests.faults.plants import FileClock, write_time
from tests.servers import RedisServer
from tests.surroundings import own_site

ROOT = Path(__file__).parents[2]
NAMESPACE = UUID("5d0b1c86-0a52-5b8e-9c0f-1f4f3d1c7a90")
PATIENCE = 60.0
"""Seconds after which a service that should come back is given up."""
Planted = tuple[str, list[Any]]
"""Which plant, and what it is given."""
SHORT, WHOLE = "2026-01-04", "2026-02-04"
"""Until when the month is told: January's meeting over; February's over too, with January's ranking."""


# ---------------------------------------------------------------- the story


LATE_ROLE = Step(
    at=local("2026-01-01 09:00"),
    actor="M01",
    command="AssignRole",
    data={"member_id": "M07", "role": "locality", "from_on": "2026-01-01"},
)
"""Something new from roster shortly before the meeting, so that what minutes says then has a cause to wait for."""


@cache
def steps(until: str = WHOLE) -> tuple[Step, ...]:
    """The branch's own commands up to a day, in order; the province's tree is no part of its month."""
    own = (step for step in story().in_order() if step.branch is None)
    told = [step for step in own if step.at < local(f"{until} 00:00")]
    return tuple(sorted([*told, LATE_ROLE], key=lambda step: step.at))


@cache
def takers() -> dict[str, str]:
    """Which service takes a command."""
    from importlib import import_module

    return {
        command.__name__: name
        for name in SERVICES
        for noun in import_module(f"services.{name}.main").PARTS.nouns
        for command in noun.commands
    }


def branch_number(number: int) -> str:
    """The sample's code, or another one like it."""
    return code() if number == 0 else f"99.001.003.000.{number:03}"


def told_to(data: Any, branch: str) -> Any:
    """The same words about another branch."""
    return json.loads(json.dumps(data, ensure_ascii=False).replace(code(), branch))


# ---------------------------------------------------------------- the processes


class Nursery:
    """The process that forks services; see nursery.py."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def order(self, **order: Any) -> Any:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with self._lock:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        if not answer:
            raise RuntimeError("the nursery has ended")
        return json.loads(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


class Site:
    """Four services and a broker, each of which may be killed at any moment."""

    def __init__(self, home: Path, nursery: Nursery, broker: RedisServer, **settings: Any) -> None:
        self.home = home
        self.broker = broker
        self.now_file = home / "now"
        if not self.now_file.exists():
            write_time(self.now_file, local("2025-12-22 07:00"))
        given: dict[str, Any] = {
            "silence_seconds": 0.5,
            "clock": "settable",
            "redis_url": broker.url,
            "log_level": "WARNING",
        }
        self.settings = own_site(home, **(given | settings))
        self.plants: dict[str, list[Planted]] = defaultdict(list)
        """What is planted in a service from its next start on."""
        self.deaf: Sequence[str] = ()
        """Services that are not waited for."""
        self._nursery = nursery
        self._pids: dict[str, int] = {}
        self._client = httpx.Client(timeout=10.0, trust_env=False)
        self.services = {
            name: Service(name, self.settings.url(name), self._client, self.settings.token) for name in SERVICES
        }

    # ------------------------------------------------------------ life

    def start(self, *names: str, doom: tuple[str, int] | None = None) -> None:
        """Start services, all by default; returns at once. ``doom``: where the process dies once it is armed."""
        environment = {
            f"CHIBO_{name.upper()}": str(value)
            for name, value in self.settings.model_dump().items()
            if value is not None
        }
        for name in names or SERVICES:
            self._pids[name] = self._nursery.order(
                service=name,
                environment=environment,
                log=str(self.home / f"{name}.log"),
                plants=[
                    ("clock", [str(self.now_file)]),
                    *self.plants[name],
                    *([("doom", [*doom, "waits"])] if doom else []),
                ],
            )

    def kill(self, name: str) -> None:
        """As a power cut would end the process; returns when it is gone."""
        self._nursery.order(end=self._pids.pop(name), **{"with": signal.SIGKILL})

    def listens(self, name: str) -> bool:
        """Whether somebody opens the door."""
        try:
            socket.create_connection(("127.0.0.1", self.settings.port(name)), timeout=1).close()
        except OSError:
            return False
        return True

    def arm(self, name: str) -> None:
        """From now on its doom counts."""
        with suppress(ProcessLookupError):
            os.kill(self._pids[name], signal.SIGUSR2)

    def fallen(self, name: str) -> bool:
        """Whether its doom has come. Fails when it ended in any other way."""
        code = self._nursery.order(ended=self._pids[name])
        if code is None:
            return False
        del self._pids[name]
        assert code == -signal.SIGKILL, f"{name} ended with {code}: {self.last_words(name)}"
        return True

    def stop(self, *names: str) -> None:
        """In order; returns when they are gone."""
        for name in names or tuple(self._pids):
            code = self._nursery.order(end=self._pids.pop(name), **{"with": signal.SIGTERM})
            assert code in (0, -signal.SIGTERM), f"{name} ended with {code}: {self.last_words(name)}"

    def ends(self, name: str) -> None:
        """Wait until this service has ended by itself."""
        end = time.monotonic() + PATIENCE
        while (code := self._nursery.order(ended=self._pids[name])) is None:
            assert time.monotonic() < end, f"{name} does not end: {self.last_words(name)}"
            time.sleep(0.01)
        assert code in (0, -signal.SIGTERM), f"{name} ended with {code}: {self.last_words(name)}"
        del self._pids[name]

    def wait_ready(self, *names: str) -> None:
        """Until they answer, ready or refusing to write."""
        end = time.monotonic() + PATIENCE
        for name in names or SERVICES:
            while (self.health(name) or {}).get("status") not in ("ready", "refusing"):
                assert time.monotonic() < end, f"{name} does not come up: {self.last_words(name)}"
                time.sleep(0.01)

    def last_words(self, name: str) -> str:
        """The end of its log; where it stands, if it still runs."""
        path = self.home / f"{name}.log"
        if pid := self._pids.get(name):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGUSR1)
                time.sleep(0.2)
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def close(self) -> None:
        for name in tuple(self._pids):
            with suppress(RuntimeError):
                self.kill(name)
        self._client.close()

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, folder: Path) -> None:
        """Stop everything, broker included, and copy what is on the disk, to be gone on from as often as wanted."""
        self.stop()
        self.broker.stop()
        shutil.copytree(self.home, folder / "home")
        shutil.copytree(self.broker.data, folder / "broker")

    # ------------------------------------------------------------ asking

    def set_time(self, now: datetime) -> None:
        write_time(self.now_file, now)

    def now(self) -> datetime:
        return FileClock(str(self.now_file)).now()

    def health(self, name: str) -> dict[str, Any] | None:
        """What a service says about itself; None when it does not answer."""
        try:
            return self.services[name].health()
        except Failed:
            return None

    def post(self, name: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """Raises httpx.TransportError when the answer does not come."""
        url, token = self.services[name].url, self.settings.token
        return self._client.post(f"{url}{path}", json=body, headers={"X-Service-Token": token})

    def settle(self) -> None:
        """Until every service is up and has heard everything the others have stored, and done what follows."""
        end, pause = time.monotonic() + PATIENCE, 0.004
        while True:
            found = [self.health(name) for name in SERVICES]
            if None not in found:
                reports = [report for report in found if report is not None]
                heads = {report["log"]["name"]: report["log"]["index"] for report in reports}
                waited_for = [report for report in reports if report["service"] not in self.deaf]
                if all(_has_heard(report, heads) for report in waited_for):
                    return
            assert time.monotonic() < end, self._unsettled(found)
            time.sleep(pause)
            pause = min(2 * pause, 0.03)

    def _unsettled(self, found: Sequence[dict[str, Any] | None]) -> str:
        return "\n".join(
            f"{name}: {json.dumps(report, ensure_ascii=False) if report else self.last_words(name)}"
            for name, report in zip(SERVICES, found, strict=True)
        )

    # ------------------------------------------------------------ what is on the disk, once the services have stopped

    def log_path(self, name: str) -> Path:
        return self.home / name / "log.db"

    def facts(self, name: str) -> list[Recorded[Any]]:
        """The whole log of a service that has stopped; verified."""
        log = open_log(self.settings.log_database(name), self.settings.site, name, events.ALL)
        try:
            log.verify()
            return list(log.replay())
        finally:
            log.close()

    def documents(self, name: str) -> dict[tuple[str, str, str], Any]:
        """The read models of a service that has stopped: view, branch and key → document."""
        views = open_views(self.settings.views_database(name), name, (), events.ALL)
        try:
            assert not views.parked(), f"{name} parked {views.parked()}"
            return _documents(views)
        finally:
            views.close()


def _has_heard(report: Mapping[str, Any], heads: Mapping[str, int]) -> bool:
    followed = (report["views"]["positions"], report["deciders"])
    return all(positions.get(log, head) >= head for positions in followed for log, head in heads.items()) and all(
        source["log"] in heads and (source["position"] or 0) >= heads[source["log"]] for source in report["sources"]
    )


def _documents(views: Any) -> dict[tuple[str, str, str], Any]:
    with views.read() as reader:
        cursor = reader._cursor
        cursor.execute("SELECT view, branch, key, body FROM document WHERE generation = ?", (reader._generation,))
        return {(view, branch, key): json.loads(body) for view, branch, key, body in cursor.fetchall()}


# ---------------------------------------------------------------- kill -9

SEAMS = (
    "before commit", "after commit", "before answer", "before views", "after views", "before sending", "after sending",
)  # fmt: skip


class Reaper(threading.Thread):
    """Kills services while the month is told, one or two at a time, at any moment or at a seam; starts them again.

    A context manager: at its end all are killed once more at the same time. With no kills to do it only starts
    again what dies of what was planted in it, and does not plant that again.
    """

    def __init__(self, site: Site, kills: int = 0, chance: random.Random | None = None) -> None:
        super().__init__(name="reaper", daemon=True)
        self.site = site
        self.left = kills
        self.deaths: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._chance = chance or random.Random(0)
        self._seams: dict[str, str] = {}
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.is_set():
                if self.left > 0:
                    self._reap()
                else:
                    self._raise()
        except BaseException as error:  # noqa: BLE001 - raised again where the test waits
            self.error = error

    def _raise(self) -> None:
        for name in SERVICES:
            if self.site.fallen(name):
                self.deaths["of what was planted"] += 1
                self.site.plants[name].clear()
                self.site.start(name)
        time.sleep(0.005)

    def _reap(self) -> None:
        """When everybody is up: one or two are told to die, and started again once they have."""
        chance = self._chance
        if not all(self.site.listens(name) for name in SERVICES):
            time.sleep(0.005)
            return
        time.sleep(chance.uniform(0, 0.1))
        victims = chance.sample(SERVICES, 1 if chance.random() < 0.7 else 2)
        until = time.monotonic() + chance.uniform(0, 0.3)
        for name in victims:
            if name in self._seams:
                self.site.arm(name)
        for name in victims:
            while not self.site.fallen(name):
                patience = 1 if name in self._seams else 0
                if time.monotonic() > until + patience:
                    self._seams.pop(name, None)
                    self.site.kill(name)
                    break
                time.sleep(0.001)
            self.deaths[self._seams.pop(name, "at any moment")] += 1
            self.left -= 1
        time.sleep(chance.choice((0, 0, 0.2)))
        for name in victims:
            if chance.random() < 0.6:
                seam = self._seams[name] = chance.choice(SEAMS)
                self.site.start(name, doom=(seam, chance.randint(1, 3)))
            else:
                self.site.start(name)

    def wait_for_a_death(self) -> None:
        """Until something has died."""
        end = time.monotonic() + PATIENCE
        while not self.deaths:
            assert time.monotonic() < end, "nothing died"
            time.sleep(0.01)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.join()
        if self.error is not None:
            raise self.error
        if kind is None:
            for name in SERVICES:
                self.site.kill(name)
            self.site.start()
            self.site.wait_ready()


# ---------------------------------------------------------------- the driver


@dataclass(frozen=True)
class Acknowledged:
    """What a service said it has stored."""

    service: str
    command_id: str
    facts: tuple[tuple[int, str], ...]
    """Index and id."""


@dataclass
class Teller:
    """Tells the month to one branch: each command with an id of its own, sent again until it is answered."""

    site: Site
    branch: str = field(default_factory=code)
    steps: Sequence[Step] = field(default_factory=steps)
    fresh_ids: bool = False
    """A planted bug: sending again is asking anew."""
    twice: bool = False
    """Every command is sent twice at the same time; both get the same answer."""
    acknowledged: list[Acknowledged] = field(default_factory=list)
    sent_again: int = 0
    _day: date | None = None

    def tell(self) -> None:
        for number, step in enumerate(self.steps):
            self.take(number, step)
        self.site.settle()

    def take(self, number: int, step: Step) -> None:
        """One step, when everything before it has been heard everywhere and what had come due is done."""
        self.site.settle()
        self.site.set_time(step.at)
        if not step.command or self._day != step.at.date():
            self._day = step.at.date()
            for name in SERVICES:
                self._look_at_the_clock(name, step.at)
            self.site.settle()
        if not step.command:
            return
        service = takers()[step.command]
        answer = self._ask(service, step, self._id(number, step))
        if step.refused is None:
            facts = tuple((fact["index"], fact["id"]) for fact in answer["facts"])
            self.acknowledged.append(Acknowledged(service, answer["id"], facts))

    def taker(self, number: int) -> str | None:
        """Which service a step asks; None where only the clocks go on."""
        return takers().get(self.steps[number].command)

    def body(self, number: int, step: Step) -> dict[str, Any]:
        """What is sent for a step."""
        return self._body(step, self._id(number, step))

    def _id(self, number: int, step: Step) -> str:
        return str(uuid5(NAMESPACE, f"{self.branch} {number} {step.command}"))

    def _ask(self, service: str, step: Step, command_id: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        said = ""
        while time.monotonic() < end:
            try:
                body = self._body(step, command_id)
                answer = self._post(service, step, body)
            except (httpx.TransportError, Failed) as lost:
                said = repr(lost)
                if self.fresh_ids:
                    command_id = str(uuid4())
            else:
                found: dict[str, Any] = answer.json()
                if answer.status_code == httpx.codes.OK:
                    return found
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    assert found.get("code") == step.refused, f"{step.command} at {step.at}: {found}"
                    return found
                said = answer.text
            self.sent_again += 1
            time.sleep(0.02)
        raise AssertionError(f"{step.command}: no answer from {service}, last {said}\n{self.site.last_words(service)}")

    def _post(self, service: str, step: Step, body: dict[str, Any]) -> httpx.Response:
        path = f"/commands/{step.command}"
        if not self.twice:
            return self.site.post(service, path, body)
        with ThreadPoolExecutor(2) as together:
            one, other = together.map(lambda _time: self.site.post(service, path, body), range(2))
        if one.is_success and other.is_success:
            ours, theirs = ([(fact["index"], fact["id"]) for fact in answer.json()["facts"]] for answer in (one, other))
            # Not the words: the later answer may know a name that the earlier one did not yet.
            assert ours == theirs, f"{step.command}: two answers to one command"
            assert one.json()["already"] != other.json()["already"], f"{step.command}: done twice, or never"
        return other

    def _look_at_the_clock(self, service: str, now: datetime) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self.site.services[service].set_clock(instant(now))
            except Failed:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"{service} does not look at its clock\n{self.site.last_words(service)}")

    def _body(self, step: Step, command_id: str) -> dict[str, Any]:
        data = step.data
        if step.prepare is not None:
            preview = roster_file.preview(self.site.services["roster"], self.branch, "operator", *members_file())
            data = roster_file.confirmation(preview, different=roster_file.look_alikes(preview))
        body = {
            "id": command_id,
            "branch": self.branch,
            "actor": step.actor,
            "enteredby": step.enteredby,
            "medium": step.medium,
            "time": None if step.happened is None else instant(step.happened),
            "command": told_to(data, self.branch),
        }
        return {name: value for name, value in body.items() if value is not None}


# ---------------------------------------------------------------- what must hold


@dataclass(frozen=True)
class Found:
    """Everything on the disks of a site whose services have stopped."""

    facts: dict[str, list[Recorded[Any]]]
    documents: dict[str, dict[tuple[str, str, str], Any]]


def look(site: Site) -> Found:
    """Stop the services, verify their logs and read everything. The site can be started again."""
    site.stop()
    return Found({name: site.facts(name) for name in SERVICES}, {name: site.documents(name) for name in SERVICES})


def told_is_stored(found: Found, acknowledged: Iterable[Acknowledged]) -> None:
    """What services said they have stored stands in their logs where they said, and nothing else was asked for."""
    told = {(answer.service, index, id_) for answer in acknowledged for index, id_ in answer.facts}
    stored = {
        (service, recorded.index, recorded.id)
        for service, facts in found.facts.items()
        for recorded in facts
        if recorded.envelope.causationid is None and not _of_itself(recorded)
    }
    assert not told - stored, f"acknowledged and lost: {sorted(told - stored)}"
    assert not stored - told, f"stored and never told to who asked: {sorted(stored - told)}"


def _of_itself(recorded: Recorded[Any]) -> bool:
    """Whether a service said it by the clock or at its first start, asked by nobody."""
    return recorded.envelope.actor == "clock" or recorded.envelope.actor.startswith("service:")


Essence = dict[tuple[str, int], dict[str, Any]]
"""By subject and version: what a fact says, without what chance and the clock put into it."""


def essence(facts: Iterable[Recorded[Any]], branch: str) -> dict[str, Essence]:
    """What was said in one branch, by service, told as of the sample branch."""
    named: dict[str, str] = {}
    mine = sorted((fact for fact in facts if fact.branch == branch), key=lambda fact: (fact.log.service, fact.index))
    for fact in mine:
        named[fact.id] = f"{fact.envelope.subject}#{fact.envelope.subjectversion}"
    told: dict[str, Essence] = defaultdict(dict)
    for fact in mine:
        said = json.loads(fact.raw)
        for chance in ("id", "salt", "recordedtime", "heard", "source", "correlationid"):
            said.pop(chance, None)
        if said["actor"].startswith("service:") and "causationid" not in said:
            said.pop("time")  # when it first started, which is another time where it was killed
        said = json.loads(json.dumps(_plain(said, named), ensure_ascii=False).replace(branch, code()))
        key = said.pop("subject"), said.pop("subjectversion")
        told[fact.log.service][key] = said
    return told


def _plain(value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        if "keysha256" in value:
            return {"subject": value["subject"], "field": value["field"]}
        return {key: _plain(part, named) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, named) for part in value]
    return named.get(value, value) if isinstance(value, str) else value


def same_month(found: Found, calm: Mapping[str, Essence], branch: str) -> None:
    """Exactly what an undisturbed month would have said: nothing missing, nothing doubled, nothing else."""
    lived = essence((fact for facts in found.facts.values() for fact in facts), branch)
    for service in SERVICES:
        ours, theirs = lived.get(service, {}), calm.get(service, {})
        more, less = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
        assert not more, f"{service} said too much: {more}"
        assert not less, f"{service} did not say: {less}"
        other = [(key, ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]]
        assert not other, f"{service} said otherwise: {other[:3]}"


def models_are_fresh(found: Found, folder: Path) -> None:
    """The read models are what a fold of the logs from their first facts makes, causes first."""
    from importlib import import_module

    everything = ordered([Placed(fact) for facts in found.facts.values() for fact in facts])
    for service in SERVICES:
        views = import_module(f"services.{service}.projections").VIEWS
        heard = {fact.OWNER for view in views for fact in view.hears} | {service}
        path = folder / f"fresh-{service}-{uuid4().hex}.db"
        fresh = open_views(f"sqlite:///{path}", service, views, events.ALL)
        try:
            for log, page in _runs([one.fact for one in everything if one.log.service in heard]):
                fresh.apply(log, [(fact.index, fact) for fact in page])
            assert not fresh.parked()
            anew = _documents(fresh)
        finally:
            fresh.close()
        kept = found.documents[service]
        differing = sorted(key for key in anew.keys() | kept.keys() if anew.get(key) != kept.get(key))
        assert not differing, (
            f"{service}'s read models are not what its facts make: {differing[:5]}; for the first "
            f"{kept.get(differing[0])} is kept, {anew.get(differing[0])} comes of the facts"
        )


def _runs(facts: Iterable[Recorded[Any]]) -> Iterable[tuple[LogName, list[Recorded[Any]]]]:
    run: list[Recorded[Any]] = []
    for fact in facts:
        if run and fact.log != run[0].log:
            yield run[0].log, run
            run = []
        run.append(fact)
    if run:
        yield run[0].log, run


class Placed:
    """A stored fact as the replay orders it."""

    def __init__(self, fact: Recorded[Any]) -> None:
        self.fact = fact
        self.log = fact.log
        self.index = fact.index
        self.recordedtime: str = fact.envelope.recordedtime
        self.heard = fact.heard


def streams_hold_the_logs(found: Found, site: Site) -> None:
    """Each stream ends where its log ends and has no hole; what was recorded in the days it keeps is all there."""
    oldest = instant(site.now() - timedelta(days=site.settings.stream_days))
    with redis.Redis.from_url(site.broker.url) as client:
        for service, facts in found.facts.items():
            if not facts:
                continue
            entries = dict(client.xrange(facts[0].log.stream))
            first = next((fact.index for fact in facts if fact.envelope.recordedtime > oldest), len(facts))
            held = [int(id_.partition(b"-")[0]) for id_ in entries]
            missing = sorted(set(range(min([*held, first]), len(facts) + 1)) - set(held))
            assert not missing, f"{service}: its stream lacks {missing}"
            for index in held:
                assert entries[b"%d-0" % index] == {b"fact": facts[index - 1].raw}, (
                    f"{service}: {index} is another fact"
                )


Order = Callable[[Sequence["Placed"]], Sequence["Placed"]]


def same_order_from_everywhere(site: Site, order: Order = ordered) -> None:
    """Each meeting is told in one order, causes first, whoever's facts are asked first, and by what each one knew."""
    told: list[Placed] = [Placed(fact) for name in SERVICES for fact in decoded(site, name)]
    by_address = {(fact.log, fact.index): fact for fact in told}

    def heard_at(log: LogName, index: int) -> dict[LogName, int]:
        return by_address[log, index].heard

    meetings = {fact.fact.meeting for fact in told} - {None}
    assert meetings
    chance = random.Random(1)
    for meeting in meetings:
        facts = [fact for fact in told if fact.fact.meeting == meeting]
        first = [(fact.log, fact.index) for fact in order(facts)]
        place = {address: at for at, address in enumerate(first)}
        for fact in facts:
            for log, heard in fact.heard.items():
                late = [at for (one, index), at in place.items() if one == log and index <= heard]
                assert max(late, default=-1) < place[fact.log, fact.index], f"{fact.fact} stands before its cause"
        for _ in range(5):
            chance.shuffle(facts)
            again = [(fact.log, fact.index) for fact in order(facts)]
            assert again == first, "asked in another order, told in another order"
        for seen in facts:
            known = known_by(seen.log, seen.index, heard_at)
            view = [(fact.log, fact.index) for fact in order(within(facts, known))]
            seen_in_all = [address for address in first if address[1] <= known.get(address[0], 0)]
            assert view == seen_in_all, f"{seen.fact} saw another order"


def decoded(site: Site, name: str) -> list[Recorded[Any]]:
    """The log of a running service, by its feed."""
    log, first, lines = site.services[name].feed(0, 100_000)
    return [decode(LogName.parse(log), index, line, events.ALL) for index, line in enumerate(lines, first)]
