"""A log file copied back from yesterday: the service notices, says so, and writes nothing into it."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from services.cli import events
from services.cli import site as cli
from shared.events import ALL
from shared.events.envelope import LogName
from shared.events.restored import LogRestored
from shared.sentences import sentence
from shared.settings import SERVICES
from shared.store.log import open_log
from tests import servers
from tests.faults.month import (
    PATIENCE,
    SHORT,
    Acknowledged,
    Essence,
    Nursery,
    Planted,
    Site,
    Teller,
    look,
    models_are_fresh,
    same_month,
    steps,
    streams_hold_the_logs,
    told_is_stored,
)

YESTERDAY = next(number for number, step in enumerate(steps(SHORT)) if step.command == "IssueNotice")
TODAY = next(number for number, step in enumerate(steps(SHORT)) if step.command == "OpenMeeting")
OWNER = "scheduler"


def files(site: Site) -> list[Path]:
    return sorted(site.log_path(OWNER).parent.glob("log.db*"))


def keep(site: Site, name: str) -> Path:
    """Copy the stopped service's log aside."""
    folder = site.home / name
    folder.mkdir()
    for file in files(site):
        shutil.copy2(file, folder)
    return folder


def put_back(site: Site, kept: Path) -> None:
    for file in files(site):
        file.unlink()
    for file in kept.iterdir():
        shutil.copy2(file, site.log_path(OWNER).parent)


def head(site: Site) -> int:
    log = open_log(site.settings.log_database(OWNER), site.settings.site, OWNER, ALL)
    try:
        return log.verify().index
    finally:
        log.close()


class Knocking(threading.Thread):
    """Asks for the same thing from the first moment the door opens, and keeps what it was told."""

    def __init__(self, site: Site, teller: Teller, number: int) -> None:
        super().__init__(daemon=True)
        self.site, self.teller, self.number = site, teller, number
        self.answers: list[tuple[int, str]] = []
        self.enough = threading.Event()

    @property
    def decided(self) -> list[int]:
        """Answers to what was carried out, or refused by a rule: whoever writes nothing gives none."""
        return [status for status, _ in self.answers if status != httpx.codes.SERVICE_UNAVAILABLE]

    def run(self) -> None:
        step = self.teller.steps[self.number]
        body = self.teller.body(self.number, step)
        while not self.enough.is_set():
            try:
                answer = self.site.post(OWNER, f"/commands/{step.command}", body)
            except httpx.TransportError:
                time.sleep(0.001)
                continue
            self.answers.append((answer.status_code, answer.json().get("detail", "")))
            time.sleep(0.01)


Today = tuple[Path, list[Acknowledged]]


@pytest.fixture(scope="module")
def today(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Today:
    """January up to the meeting: the site kept, with scheduler's log of some days before, and what was acknowledged."""
    home, kept = tmp_path_factory.mktemp("january"), tmp_path_factory.mktemp("kept")
    with servers.own(servers.RedisServer) as broker, Site(home, nursery, broker) as site:
        teller = Teller(site, steps=steps(SHORT))
        for number in range(YESTERDAY):
            teller.take(number, teller.steps[number])
        site.settle()
        site.stop(OWNER)
        keep(site, "yesterday")
        site.start(OWNER)
        for number in range(YESTERDAY, TODAY):
            teller.take(number, teller.steps[number])
        site.settle()
        site.stop(OWNER)
        keep(site, "today")
        site.keep(kept)
    return kept, teller.acknowledged


Copied = tuple[Site, Teller, Path]


@pytest.fixture
def yesterday_again(make_site: Callable[..., Site], today: Today) -> Callable[..., Copied]:
    """Call it for a site with plants that lived until today and whose scheduler stands still, its log yesterday's.

    Gives also who tells its story, and the log that was taken away.
    """

    def make(plants: dict[str, list[Planted]] | None = None) -> Copied:
        kept, acknowledged = today
        site = make_site(plants, kept=kept)
        site.settle()
        site.stop(OWNER)
        put_back(site, site.home / "yesterday")
        return site, Teller(site, steps=steps(SHORT), acknowledged=[*acknowledged]), site.home / "today"

    return make


def refuses(site: Site, teller: Teller) -> None:
    """Started on the old copy, it takes nothing from the first moment on and says why; reading goes on."""
    before = head(site)
    unheard = next(number for number in range(TODAY, len(teller.steps)) if teller.taker(number) == OWNER)
    knocking = Knocking(site, teller, unheard)
    knocking.start()
    site.start(OWNER)
    site.wait_ready(OWNER)
    end = time.monotonic() + 10
    while (site.health(OWNER) or {}).get("writes") != "refused" and not knocking.decided and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    knocking.enough.set()
    knocking.join()
    report = site.health(OWNER) or {}
    assert report["writes"] == "refused", "the old copy was not noticed"
    assert report["status"] == "refusing"
    assert "bản cũ chép lại" in report["refusal"]["vi"]
    assert not knocking.decided, f"decided before the old copy was noticed: {knocking.decided}"
    assert any("bản cũ chép lại" in detail for _, detail in knocking.answers), knocking.answers
    assert site.services[OWNER].get(f"/meetings/{teller.branch}:2026-01/facts", actor="operator")["facts"]
    site.stop(OWNER)
    assert head(site) == before


def told_to_its_end(site: Site, teller: Teller, calm_short: dict[str, Essence], folder: Path) -> None:
    """The rest of the month is told, and it is the month it would have been."""
    for number in range(TODAY, len(teller.steps)):
        teller.take(number, teller.steps[number])
    site.settle()
    found = look(site)
    told_is_stored(found, teller.acknowledged)
    same_month(found, calm_short, teller.branch)
    models_are_fresh(found, folder)
    streams_hold_the_logs(found, site)


def test_a_log_copied_back_is_noticed_and_nothing_is_written_into_it(
    yesterday_again: Callable[..., Copied], calm_short: dict[str, Essence], tmp_path: Path
) -> None:
    site, teller, new = yesterday_again()
    refuses(site, teller)
    put_back(site, new)
    site.start(OWNER)
    site.wait_ready()
    told_to_its_end(site, teller, calm_short, tmp_path)


def restored(site: Site, **given: str) -> dict[str, Any]:
    """What ``chibo restore`` came to."""
    service = site.services[OWNER]
    service.post("/restore", actor="operator", **given)
    end = time.monotonic() + 30
    while (report := service.get("/restore"))["state"] == "running":
        assert time.monotonic() < end, report
        time.sleep(0.01)
    found: dict[str, Any] = report
    return found


def test_a_log_copied_back_is_made_whole_from_the_stream_and_written_again(
    yesterday_again: Callable[..., Copied], calm_short: dict[str, Essence], tmp_path: Path
) -> None:
    site, teller, _ = yesterday_again()
    whole = (site.health("minutes") or {})["views"]["positions"][str(name_of(site))]
    site.start(OWNER)
    site.wait_ready(OWNER)
    assert (site.health(OWNER) or {})["writes"] == "refused", "its own read models know more"
    report = restored(site)
    assert (report["state"], report["to"], report["log"]) == ("restored", whole, str(name_of(site))), report
    assert report["from"] < whole
    for number in range(YESTERDAY, TODAY):
        again = site.post(str(teller.taker(number)), *sent_again(teller, number))
        assert again.json()["already"], f"{teller.steps[number].command} was carried out twice: {again.text}"
    told_to_its_end(site, teller, calm_short, tmp_path)


def restored_once_it_is_noticed(site: Site) -> dict[str, Any]:
    """The same where the read models are gone: they are built anew first, and others tell that the copy is old."""
    end = time.monotonic() + PATIENCE
    while True:
        if "bản cũ chép lại" in str((site.health(OWNER) or {}).get("refusal")):
            with suppress(cli.Answered):
                return restored(site)
        assert time.monotonic() < end, "the copy was not noticed"
        time.sleep(0.01)


def accepts(site: Site) -> None:
    """Wait until it writes."""
    end = time.monotonic() + PATIENCE
    while (site.health(OWNER) or {}).get("writes") != "accepted":
        assert time.monotonic() < end, site.health(OWNER)
        time.sleep(0.01)


def name_of(site: Site) -> LogName:
    """The copied log's name, as the others know it."""
    names = (LogName.parse(log) for log in (site.health("minutes") or {})["views"]["positions"])
    return next(name for name in names if name.service == OWNER)


def sent_again(teller: Teller, number: int) -> tuple[str, dict[str, Any]]:
    step = teller.steps[number]
    return f"/commands/{step.command}", teller.body(number, step)


def test_what_nobody_holds_is_not_written_over_and_once_given_up_is_withdrawn_everywhere(
    yesterday_again: Callable[..., Copied], tmp_path: Path
) -> None:
    site, teller, _ = yesterday_again()
    old = name_of(site)
    with redis.Redis.from_url(site.broker.url) as client:
        client.delete(old.stream)
    kept = head(site)
    site.start(OWNER)
    site.wait_ready(OWNER)
    report = restored(site)
    assert report["state"] == "lost", report
    assert f"{kept + 1}–{report['known']}" in report["refusal"]["vi"], report
    assert (site.health(OWNER) or {})["writes"] == "refused"
    answer = site.post(OWNER, *sent_again(teller, YESTERDAY))
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
    assert ((site.health(OWNER) or {})["log"]["index"]) == kept
    site.services[OWNER].post("/restore", actor="operator", by="M01", reason="Đĩa hỏng")
    site.ends(OWNER)
    site.start(OWNER)
    accepts(site)
    site.settle()
    new = (site.health(OWNER) or {})["log"]
    assert (new["index"], LogName.parse(new["name"]) == old) == (kept + 1, False)
    for name in SERVICES:
        assert str(old) not in (site.health(name) or {})["views"]["positions"], f"{name} keeps what was withdrawn"
        assert str(old) not in (site.health(name) or {})["deciders"]
    path, body = sent_again(teller, YESTERDAY)
    body["command"]["reason"] = "Thông báo cũ đã mất cùng đĩa"
    notice = site.post(OWNER, path, body)
    assert notice.status_code == httpx.codes.OK, notice.text
    assert not notice.json()["already"], "its facts were given up, so it is carried out"
    site.settle()
    found = look(site)
    said = found.facts[OWNER][kept]
    assert isinstance(said.fact, LogRestored)
    assert (said.fact.ended, said.fact.upto, said.fact.by) == (old.epoch, kept, "M01")
    stands = [one for one in teller.acknowledged if one.service != OWNER or not one.facts or one.facts[-1][0] <= kept]
    assert len(stands) < len(teller.acknowledged)
    told = tuple((fact["index"], fact["id"]) for fact in notice.json()["facts"])
    told_is_stored(found, [*stands, Acknowledged(OWNER, "", told), Acknowledged(OWNER, "", ((kept + 1, said.id),))])
    models_are_fresh(found, tmp_path)
    streams_hold_the_logs(found, site)


def test_control_a_service_that_compares_nothing_is_caught(yesterday_again: Callable[..., Copied]) -> None:
    site, teller, _ = yesterday_again({OWNER: [("compares_nothing", [])]})
    with pytest.raises(AssertionError, match="the old copy was not noticed"):
        refuses(site, teller)


PROGRAMME = {
    "period": "2026-01",
    "programme_no": "11-CTr/ĐU",
    "items": [{"id": "P1", "text": "Thu nhận xét nơi cư trú"}],
}


def test_a_log_written_on_after_it_was_copied_back_is_set_aside_as_the_page_says(
    yesterday_again: Callable[..., Copied], tmp_path: Path
) -> None:
    """docs/restoring.md, «A log that was written on»: nothing that was acknowledged to anybody is lost in silence."""
    site, teller, _ = yesterday_again()
    folder, copy, aside = site.log_path(OWNER).parent, keep(site, "copy"), site.home / "aside"
    kept, whole = head(site), (site.health("minutes") or {})["views"]["positions"][str(name_of(site))]
    wish: dict[str, Any] = {"id": str(uuid4()), "branch": teller.branch, "actor": "M01", "command": PROGRAMME}
    site.plants[OWNER].append(("compares_nothing", []))
    site.start(OWNER)
    site.wait_ready(OWNER)
    forked = site.post(OWNER, "/commands/EnterProgramme", wish)
    assert forked.status_code == httpx.codes.OK, forked.text
    site.plants[OWNER].clear()
    site.stop(OWNER)
    site.start(OWNER)
    site.wait_ready(OWNER)
    for given in ({}, {"by": "M01", "reason": "Đĩa hỏng"}):
        report = restored(site, **given)
        assert report["state"] == "lost", "two pasts are not made one by command"
        assert "đã có quá khứ khác" in report["refusal"]["vi"], report
    with cli.Site(site.settings, token=True) as asked:
        listed, _ = events.last(asked, 500, events.wanted(None, None))
    site.stop(OWNER)
    aside.mkdir()
    for file in [*files(site), *folder.glob("views.db*")]:
        file.rename(aside / file.name)
    for file in copy.iterdir():
        shutil.copy2(file, folder)
    site.start(OWNER)
    site.wait_ready(OWNER)
    report = restored_once_it_is_noticed(site)
    assert (report["state"], report["from"], report["to"]) == ("restored", kept, whole), report
    [fork] = [entry.recorded for entry in listed if entry.log.service == OWNER and entry.index > report["from"]]
    assert [fork.id] == [fact["id"] for fact in forked.json()["facts"]], "what was acknowledged is what is listed"
    assert "11-CTr/ĐU" in sentence(fork, str, "vi")
    accepts(site)
    again = site.post(OWNER, "/commands/EnterProgramme", wish)
    assert (again.status_code, again.json()["already"]) == (httpx.codes.OK, False), again.text
    site.settle()
    found = look(site)
    entered = tuple((fact["index"], fact["id"]) for fact in again.json()["facts"])
    told_is_stored(found, [*teller.acknowledged, Acknowledged(OWNER, wish["id"], entered)])
    models_are_fresh(found, tmp_path)
    streams_hold_the_logs(found, site)


# ---------------------------------------------------------------- two processes that write one log


class Twins:
    """A site on PostgreSQL whose scheduler runs as two processes, and the first steps of a month told to it."""

    def __init__(self, site: Site, nursery: Nursery, url: str, plants: list[Planted]) -> None:
        others = {f"{name}_port": site.settings.port(name) for name in SERVICES if name != OWNER}
        self.both = (site, Site(site.home, nursery, site.broker, database_url=url, **others))
        self.both[1].plants[OWNER] += plants
        self.start(self.both[1])
        self.teller = Teller(site, steps=steps(SHORT))
        asked = [number for number, _ in enumerate(self.teller.steps) if self.teller.taker(number) == OWNER]
        self.said, self.goes_on = asked[1], asked[2]
        self.take(range(self.said))
        self.stop()
        self.put_back = servers.keep_schema(url, OWNER)
        self.start(*self.both)
        self.take(range(self.said, self.goes_on))
        self.stop()
        self.put_back()
        self.start(*self.both)

    def take(self, numbers: range) -> None:
        for number in numbers:
            self.teller.take(number, self.teller.steps[number])
        self.both[0].settle()

    def start(self, *sites: Site) -> None:
        for site in sites:
            site.start(OWNER)
        for site in sites:
            site.wait_ready(OWNER)

    def stop(self) -> None:
        for site in self.both:
            site.stop(OWNER)

    def writes(self) -> list[str]:
        return [(site.health(OWNER) or {})["writes"] for site in self.both]

    def send(self, number: int) -> httpx.Response:
        """To the other one."""
        return self.both[1].post(OWNER, *sent_again(self.teller, number))


@pytest.fixture
def make_twins(
    make_site: Callable[..., Site], nursery: Nursery, postgres_database: str
) -> Iterator[Callable[..., Twins]]:
    made: list[Twins] = []

    def make(*plants: Planted) -> Twins:
        made.append(Twins(make_site(database_url=postgres_database), nursery, postgres_database, list(plants)))
        return made[-1]

    yield make
    for twins in made:
        for site in twins.both:
            site.close()


def test_of_two_processes_on_one_log_the_other_notices_that_it_was_restored(make_twins: Callable[..., Twins]) -> None:
    twins = make_twins()
    one, other = twins.both
    assert twins.writes() == ["refused", "refused"]
    report = restored(one)
    assert report["state"] == "restored", report
    accepts(other)
    assert twins.send(twins.said).json()["already"]
    twins.stop()
    twins.put_back()
    with redis.Redis.from_url(one.broker.url) as client:
        client.delete(name_of(one).stream)
    twins.start(one, other)
    assert twins.writes() == ["refused", "refused"]
    assert restored(one)["state"] == "lost"
    one.services[OWNER].post("/restore", actor="operator", by="M01", reason="Đĩa hỏng")
    for site in twins.both:
        site.ends(OWNER)
    twins.start(one, other)
    for site in twins.both:
        accepts(site)
    again = twins.send(twins.said)
    assert again.status_code == httpx.codes.OK, again.text
    assert not again.json()["already"], "given up with its facts, so it is carried out, in the new epoch"
    one.settle()
    assert len({(site.health(OWNER) or {})["log"]["name"] for site in twins.both}) == 1
    log = open_log(one.settings.log_database(OWNER), one.settings.site, OWNER, ALL)
    try:
        log.verify()
    finally:
        log.close()


def test_control_a_process_that_does_not_look_refuses_for_ever(make_twins: Callable[..., Twins]) -> None:
    twins = make_twins(("notices_nothing", []))
    assert restored(twins.both[0])["state"] == "restored"
    accepts(twins.both[0])
    time.sleep(3 * twins.both[1].settings.silence_seconds)
    assert twins.writes() == ["accepted", "refused"], "the planted bug did no harm: this test finds nothing"
