"""One fact that cannot be taken in: its branch waits for a person, the other goes on, nothing is passed over."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import pytest

from shared.events.minutes import AssignmentDecided, MeetingOpened
from shared.events.ranking import TaskAssigned
from tests import servers
from tests.faults.month import (
    Acknowledged,
    Essence,
    Nursery,
    Planted,
    Site,
    Teller,
    branch_number,
    decoded,
    look,
    models_are_fresh,
    same_month,
    steps,
    takers,
    told_is_stored,
)

ILL, WELL = branch_number(0), branch_number(1)
OPENED = max(number for number, step in enumerate(steps()) if step.command == "OpenMeeting")
DECIDED = next(number for number, step in enumerate(steps()) if step.command == "DecideAssignment")
NEEDED = next(n for n, step in enumerate(steps()) if n > DECIDED and takers().get(step.command) == "ranking")
"""When ranking is asked about the month again, by somebody who needs the tasks."""


class Two:
    """Two branches told step by step; from February on ranking cannot take in what the first one's meeting says."""

    def __init__(self, site: Site, acknowledged: Sequence[Sequence[Acknowledged]] = ((), ())) -> None:
        self.site = site
        self.tellers = [
            Teller(site, branch, acknowledged=[*before])
            for branch, before in zip((ILL, WELL), acknowledged, strict=True)
        ]

    def poisoned(self, *bugs: str) -> Self:
        poison = ("poison", [[MeetingOpened.kind(), AssignmentDecided.kind()], ILL])
        self.start_again(poison, *((bug, []) for bug in bugs))
        self.tell(OPENED, NEEDED)
        return self

    def start_again(self, *plants: Planted) -> None:
        """Ranking, with these plants or none."""
        self.site.plants["ranking"] = list(plants)
        self.site.stop("ranking")
        self.site.start("ranking")
        self.site.wait_ready("ranking")

    def tell(self, begin: int, end: int) -> None:
        for number in range(begin, end):
            for teller in self.tellers:
                teller.take(number, teller.steps[number])
        self.site.settle()

    def with_tasks(self) -> set[str | None]:
        """The branches whose tasks live in ranking."""
        return {fact.branch for fact in decoded(self.site, "ranking") if isinstance(fact.fact, TaskAssigned)}

    def repair(self) -> int:
        """The defect is gone and an operator has the branch's facts taken in; how many are left."""
        self.start_again()
        answer = self.site.services["ranking"].post("/parked/redrive", actor="operator", branch=ILL)
        self.site.settle()
        return int(answer["left"])


@pytest.fixture(scope="module")
def january(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[Acknowledged]]]:
    """Both branches up to February's meeting: the site kept, and what was acknowledged to each."""
    home, kept = tmp_path_factory.mktemp("both"), tmp_path_factory.mktemp("kept")
    with servers.own(servers.RedisServer) as broker, Site(home, nursery, broker) as site:
        two = Two(site)
        two.tell(0, OPENED)
        site.keep(kept)
    return kept, [teller.acknowledged for teller in two.tellers]


@pytest.fixture
def two(make_site: Callable[..., Site], january: tuple[Path, list[list[Acknowledged]]]) -> Two:
    kept, acknowledged = january
    return Two(make_site(kept=kept), acknowledged)


def nothing_was_passed_over(two: Two) -> None:
    assert two.repair() == 0
    assert two.with_tasks() == {ILL, WELL}, "facts were passed over"


def test_a_poison_fact_has_its_branch_wait_while_the_other_goes_on(
    two: Two, calm: dict[str, Essence], tmp_path: Path
) -> None:
    site = two.poisoned().site
    parked = (site.health("ranking") or {})["parked"]
    assert {branch for one in parked for branch in one["branches"]} == {ILL}
    assert {one["consumer"] for one in parked if "poison" in one["reason"]} == {"views", "deciders"}
    assert {one["consumer"] for one in parked if "waits behind" in one["reason"]} == {"views", "deciders"}
    assert two.with_tasks() == {WELL}
    nothing_was_passed_over(two)
    two.tell(NEEDED, len(steps()))
    found = look(site)
    told_is_stored(found, [answer for teller in two.tellers for answer in teller.acknowledged])
    models_are_fresh(found, tmp_path)
    for teller in two.tellers:
        same_month(found, calm, teller.branch)


def test_control_passing_over_what_cannot_be_taken_in_is_caught(two: Two) -> None:
    two.poisoned("skips_what_fails")
    with pytest.raises(AssertionError, match="facts were passed over"):
        nothing_was_passed_over(two)
