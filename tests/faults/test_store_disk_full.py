"""Disk full: refused in plain words, reads go on, writes resume without a restart, nothing acknowledged is lost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.decision import Refused
from shared.store.batch import Batch
from shared.store.log import Log
from shared.store.trouble import StoreFull, StoreTrouble
from shared.store.views import Views
from shared.store.writer import Answer, Writer
from tests.store.conftest import Place
from tests.store.tally import BRANCH, CountMany, ask

MEGABYTES = 4


@dataclass
class SmallDisk:
    """A disk of a few megabytes: a real one where this may mount one, else SQLite's own limit of pages."""

    folder: Path
    mounted: bool

    def fill(self, *stores: Any) -> None:
        """Leave no room."""
        if not self.mounted:
            for store in stores:
                connection = store._database.datastore.writer
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                connection.execute(f"PRAGMA max_page_count={pages}")
            return
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 4096)
            except OSError:
                return

    def make_room(self, *stores: Any) -> None:
        """Somebody cleans up."""
        if self.mounted:
            (self.folder / "ballast").unlink()
        for store in stores:
            store._database.datastore.writer.execute("PRAGMA max_page_count=1000000")


def mount(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(params=["mounted", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = request.param == "mounted" and mount(folder)
    yield SmallDisk(folder, mounted)
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def place(disk: SmallDisk) -> Iterator[Place]:
    made = Place(f"sqlite:///{disk.folder}/log.db", f"sqlite:///{disk.folder}/views.db", None)
    yield made
    made.close()


def store_until_refused(writer: Writer, answers: list[Answer], most: int = 400) -> Refused:
    for number in range(most):
        try:
            answers.append(writer.submit(ask(CountMany(tally=f"t{len(answers)}-{number}", times=30))).result(30))
        except Refused as refused:
            return refused
    raise AssertionError("the disk never was full")


def missing(log: Log, answers: list[Answer]) -> int:
    """How many acknowledged facts are not there."""
    there = {recorded.id: recorded.index for recorded in log.replay()}
    return sum(there.get(recorded.id) != recorded.index for answer in answers for recorded in answer.facts)


class _Log:
    """What SmallDisk needs of a log."""

    def __init__(self, log: Log) -> None:
        self._database = log._store.database


def test_refused_readable_and_going_on(disk, place):
    log, views = place.log(), place.views()
    broken: list[Any] = []
    writer = place.writer(log, views, on_broken=broken.append)
    answers: list[Answer] = []
    stores = (_Log(log), views)
    for _ in range(3):
        answers.append(writer.submit(ask(CountMany(tally=f"first{len(answers)}", times=3))).result(30))
        disk.fill(*stores)
        for _ in range(5):
            refused = store_until_refused(writer, answers)
            assert refused.code == "disk-full"
            assert "đã đầy" in refused.vi
            assert "no restart" in str(refused)
        assert missing(log, answers) == 0, "reads go on"
        assert log.head().index == sum(len(answer.facts) for answer in answers)
        disk.make_room(*stores)
        given = ask(CountMany(tally=f"after{len(answers)}", times=200))
        answers.append(writer.submit(given).result(30))
        assert writer.submit(given).result(30).already
    assert broken == []
    assert log.verify().index == sum(len(answer.facts) for answer in answers)
    place.close()
    again = place.log()
    assert missing(again, answers) == 0


def test_read_models_wait_for_room(disk, place):
    log, views = place.log(), place.views()
    writer = place.writer(log, views)
    futures = [writer.submit(ask(CountMany(tally=f"{number:04}" * 20, times=1))) for number in range(600)]
    assert all(future.result(30).facts for future in futures)
    views.apply(log.name, log.read(0, 100))
    disk.fill(_Log(log), views)
    with pytest.raises(StoreFull):
        apply_all(log, views)
    kept = views.position(log.name)
    with views.read() as reader:
        assert sum(document.total for document in reader.scan("tallies", BRANCH)) == kept >= 100
    disk.make_room(_Log(log), views)
    apply_all(log, views)
    with views.read() as reader:
        assert sum(document.total for document in reader.scan("tallies", BRANCH)) == 600


def apply_all(log: Log, views: Views) -> None:
    """Hear everything, in small pages."""
    while page := log.read(views.position(log.name), 20):
        views.apply(log.name, page)


def test_control_who_overlooks_the_error_loses_what_was_acknowledged(disk, place, monkeypatch):
    """Planted: the answer is given though nothing was stored."""
    log, views = place.log(), place.views()
    writer = place.writer(log, views)
    append = Log.append

    def careless(self: Log, batch: Batch) -> int:
        try:
            return append(self, batch)
        except StoreTrouble:
            batch.base = batch.end.index
            return batch.base

    monkeypatch.setattr(Log, "append", careless)
    answers = [writer.submit(ask(CountMany(tally="a", times=3))).result(30)]
    disk.fill(_Log(log), views)
    answers += [writer.submit(ask(CountMany(tally=f"t{number}", times=60))).result(30) for number in range(20)]
    assert missing(log, answers) > 0, "the planted bug did no harm: this test finds nothing"
