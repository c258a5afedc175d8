"""October told once per session to the real services: our own, or those CHIBO_JOURNEY_URL_… name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.cli import sample
from services.cli.sample.driver import Driver
from services.cli.sample.script import Step
from services.cli.sample.sheet import code
from services.cli.site import Answer, Answered, Site
from services.cli.supervisor import Supervisor
from shared.events.envelope import instant
from shared.settings import SERVICES, Settings
from tests.journeys.shell import Shell
from tests.surroundings import own_site

BRANCH = code()
OCTOBER = f"{BRANCH}:2026-10"

Outcome = Answer | Answered


@dataclass
class Journey:
    """The running site after the story, and what was looked at while it was told."""

    site: Site
    supervisor: Supervisor | None
    """None where the services are somebody else's."""
    outcomes: list[tuple[Step, Outcome]] = field(default_factory=list)
    looks: dict[str, Any] = field(default_factory=dict)
    again: list[Answer] = field(default_factory=list)
    """Answers to lines that a phone sent a second time."""

    def of(self, command: str) -> list[tuple[Step, Outcome]]:
        """What became of one kind of command in October's story."""
        return [(step, outcome) for step, outcome in self.outcomes if step.command == command]

    def look(self, step: Step, outcome: Outcome) -> None:
        """Note every outcome of October; ask at two moments what people are shown before they press a button."""
        if f"{step.at:%Y-%m-%d}" < "2026-09-24":
            return
        self.outcomes.append((step, outcome))
        scheduler = self.site["scheduler"]
        if step.command == "DraftAssignment" and step.data["draft_id"] == "D-T27":
            self.looks["before the notice"] = scheduler.get(f"/meetings/{OCTOBER}/open-points", actor="M01")
        if step.command == "SubstituteBriefing" and step.data["meeting_id"] == OCTOBER:
            self.looks["where to move"] = scheduler.get(
                f"/meetings/{OCTOBER}/dates", actor="M02", on=["2026-10-04", "2026-10-05"], reason="force_majeure"
            )
        if step.command == "ReviewMember":
            assert isinstance(outcome, Answer)
            self.again.append(
                self.site["minutes"].command(
                    step.command, BRANCH, step.actor, step.data, id=outcome.id, time=_time(step)
                )
            )


def _time(step: Step) -> str | None:
    return None if step.happened is None else instant(step.happened)


def _somebody_elses() -> Settings | None:
    urls: dict[str, Any] = {f"{name}_url": os.environ.get(f"CHIBO_JOURNEY_URL_{name.upper()}") for name in SERVICES}
    if not all(urls.values()):
        return None
    return Settings(**urls, service_token=os.environ["CHIBO_JOURNEY_TOKEN"])


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """October, told once; on services of our own, or on those CHIBO_JOURNEY_URL_… name (clock settable)."""
    if settings := _somebody_elses():
        with Site(settings, token=True) as site:
            yield _told(Journey(site, None))
        return
    settings = own_site(tmp_path_factory.mktemp("journey"))
    with Supervisor(settings, clock="settable") as supervisor, Site(settings, token=True) as site:
        yield _told(Journey(site, supervisor))


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with Shell(tmp_path_factory.mktemp("shell")) as shell:
        yield shell


def _told(journey: Journey) -> Journey:
    # The clocks stay where the story ends: what comes due later is another story.
    Driver(journey.site, BRANCH).tell(sample.story().in_order(), lambda _done, _total: None, journey.look)
    return journey
