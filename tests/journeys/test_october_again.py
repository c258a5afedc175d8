"""After October: everything is put back from a backup, and the broker loses all it had; the same is found."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.backup import make
from services.cli.doctor import examine
from services.cli.replay import replay
from services.cli.sample.driver import Driver
from services.cli.stored_files import looked_over
from services.cli.supervisor import Supervisor
from services.cli.upkeep import restore
from services.cli.verify import evidence, verdict
from tests.journeys.conftest import BRANCH, OCTOBER, Journey

pytestmark = pytest.mark.journey

READ_BACK = {
    "roster": (f"/branches/{BRANCH}/document", f"/branches/{BRANCH}/roles"),
    "scheduler": (f"/branches/{BRANCH}/meetings", f"/meetings/{OCTOBER}", f"/branches/{BRANCH}/rotation"),
    "minutes": (f"/branches/{BRANCH}/meetings", f"/meetings/{OCTOBER}"),
    "ranking": (f"/branches/{BRANCH}/tasks", f"/branches/{BRANCH}/rankings/2026-09"),
    "hub": (f"/branches/{BRANCH}/profiles", f"/branches/{BRANCH}/documents"),
}


@pytest.fixture
def own(journey: Journey) -> Supervisor:
    if journey.supervisor is None:
        pytest.skip("these services are somebody else's to stop")
    return journey.supervisor


def everything(journey: Journey) -> dict[str, Any]:
    """All facts byte for byte, what queries answer, and the replay."""
    found: dict[str, Any] = {}
    for service in journey.site:
        after, facts = 0, []
        while lines := service.feed(after)[2]:
            facts += lines
            after += len(lines)
        found[service.name] = facts, [service.get(path, actor="operator") for path in READ_BACK.get(service.name, ())]
    shown = replay(journey.site, OCTOBER)
    found["order"] = [fact.address for fact in shown.facts]
    found["sentences"] = [(fact.told["vi"], fact.told["en"]) for fact in shown.facts]
    found["states"] = in_one_order(shown.states)
    return found


def in_one_order(value: Any) -> Any:
    """The same with lists of plain words sorted: a state's sets have no order of their own."""
    if isinstance(value, dict):
        return {key: in_one_order(part) for key, part in value.items()}
    if isinstance(value, list):
        parts = [in_one_order(part) for part in value]
        return sorted(parts, key=str) if all(isinstance(part, str | list) for part in parts) else parts
    return value


def start_again(own: Supervisor, journey: Journey) -> None:
    """Start, wait, and let the clocks stand where the story left them."""
    start(own)
    settled(journey)


def start(own: Supervisor) -> None:
    own.start()
    own.wait_ready()
    own.keep()


def settled(journey: Journey) -> None:
    until(lambda: all(service.health()["status"] == "ready" for service in journey.site))
    driver = Driver(journey.site, BRANCH)
    driver.set_clock(journey.outcomes[-1][0].at)
    driver.settle()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def put_back(copy: Path, home: Path) -> None:
    """As docs/restoring.md says, for a disk on which everything but the broker's folder is lost."""
    for path in home.iterdir():
        if path.name != "broker":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(copy / "home", home, dirs_exist_ok=True)
    shutil.copytree(copy / "keys", home, dirs_exist_ok=True)


def test_put_back_from_a_backup_the_site_finds_everything_again(journey: Journey, own: Supervisor, tmp_path: Path):
    """Backed up as it runs, the disk lost; then once more with a fact that only the broker still holds."""
    # Names are kept for a minute: a first start makes every service ask for them anew.
    own.stop()
    start_again(own, journey)
    before, files = everything(journey), looked_over(journey.site)
    home = own.settings.home
    made = make(own.settings, tmp_path / "copy")
    assert made.wrong == []
    assert {log: end["index"] for log, end in made.told["logs"].items()} == {
        service.health()["log"]["name"]: len(before[service.name][0]) for service in journey.site
    }
    own.stop()
    shutil.rmtree(home / "broker")
    put_back(made.folder, home)
    start_again(own, journey)
    assert everything(journey) == before
    assert files.looked > 0
    assert looked_over(journey.site) == files
    assert files.hurt == []
    assert verdict(evidence(journey.site, OCTOBER)).holds
    assert any("đ/c Và Bá Xềnh phối hợp" in vi for vi, _ in before["sentences"])

    award = {"award_id": "KT9", "honoured": "member", "member_id": "M04", "award": "commendation", "level": "province"}
    roster = journey.site["roster"]
    roster.command("RecordAward", BRANCH, "M01", award | {"title": "Bằng khen", "year": 2025, "decision_no": "MẪU-09"})
    before = everything(journey)
    own.stop()
    put_back(made.folder, home)
    start(own)
    # Nobody but the stream knows of it now, and it is not heard before the read models are built.
    until(lambda: "Redis" in str(roster.health()["refusal"]))
    assert restore(roster)["state"] == "restored"
    settled(journey)
    assert everything(journey) == before


def test_a_broker_that_lost_everything_is_filled_again_from_the_logs(journey: Journey, own: Supervisor):
    before = everything(journey)
    own.stop()
    shutil.rmtree(own.settings.home / "broker")
    start_again(own, journey)
    assert everything(journey) == before
    report = examine(journey.site)
    assert [trouble.en for trouble in report.trouble] == []
    for health in report.services.values():
        assert health is not None
        assert health["outbox"]["sent"] == health["log"]["index"]


def test_the_same_story_told_again_changes_nothing(journey: Journey, own: Supervisor):
    from services.cli import sample

    before = everything(journey)
    answers = []
    Driver(journey.site, BRANCH).tell(
        sample.story().in_order(), lambda _done, _total: None, lambda _step, outcome: answers.append(outcome)
    )
    assert len(answers) > 600
    assert everything(journey) == before
