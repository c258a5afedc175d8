"""After October: everything is stopped and put back from a copy, and the broker loses all it had; the same is found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from services.cli.doctor import examine
from services.cli.replay import replay
from services.cli.sample.driver import Driver
from services.cli.stored_files import looked_over
from services.cli.supervisor import Supervisor
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
    own.start()
    own.wait_ready()
    own.keep()
    driver = Driver(journey.site, BRANCH)
    driver.set_clock(journey.outcomes[-1][0].at)
    driver.settle()


def test_put_back_from_a_copy_the_site_finds_everything_again(journey: Journey, own: Supervisor, tmp_path: Path):
    """As docs/restoring.md says: stopped, its folder copied; the disk is lost; the copy is put in its place."""
    # Names are kept for a minute: a first start makes every service ask for them anew.
    own.stop()
    start_again(own, journey)
    before = everything(journey)
    files = looked_over(journey.site)
    own.stop()
    assert not any(child.running for child in own.children)
    home = own.settings.home
    shutil.copytree(home, tmp_path / "copy")
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "copy", home)
    start_again(own, journey)
    assert everything(journey) == before
    assert files.looked > 0
    assert looked_over(journey.site) == files
    assert files.hurt == []
    assert any("đ/c Và Bá Xềnh phối hợp" in vi for vi, _ in before["sentences"])


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
