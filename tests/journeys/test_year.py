"""A year of the seed cell and of branches that differ from it: four demands on everything that happened.

Every demand has a bug planted that it must find; a look that finds nothing wherever it looks would prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shared.decision import Noun
from shared.service.runtime import Parts
from shared.store.views import View
from tests.year import demands
from tests.year.branches import ALL, ENDING, FORGETTING, GROWING, SPLITTING, STORM, story
from tests.year.life import Practice
from tests.year.town import SERVICES, Town

SHORT = date(2028, 5, 8)
"""How far a planted bug is let run."""


def told(folder: Path, parts: tuple[Parts, ...] = SERVICES, until: date = SHORT, **cells: Any) -> Iterator[Town]:
    town = Town(folder, parts)
    try:
        steps = story(cells.get("cells", (FORGETTING,)), until=until)
        town.live(steps, cells.get("seen", lambda _town, _now: None))
        yield town
    finally:
        town.close()


@pytest.fixture(scope="module")
def lost() -> list[str]:
    """Tasks missed at any month's beginning while the year ran."""
    return []


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, lost: list[str]) -> Iterator[Town]:
    """The site after the year."""

    def seen(town: Town, now: datetime) -> None:
        if now.day in (1, 8):
            demands.checkpoint(town)
            lost.extend(f"{now:%d/%m/%Y} {one}" for one in demands.lost_tasks(town))

    yield from told(tmp_path_factory.mktemp("year"), until=date(2029, 1, 8), cells=ALL, seen=seen)


# ---------------------------------------------------------------- the year itself


def test_everything_the_story_asks_is_answered_as_it_says(town: Town) -> None:
    assert [f"{step.branch} {step.at} {step.command}: {refused.en}" for step, refused in town.refusals] == []
    assert town.parked() == []


def test_the_branches_differ_as_they_should(town: Town) -> None:
    facts = town.facts()
    of = {(cell.code, type(one.fact).__name__) for cell in ALL for one in facts if one.branch == cell.code}
    assert (STORM.code, "MeetingRescheduled") in of
    assert (ENDING.code, "BranchDissolved") in of
    assert (SPLITTING.code, "BranchDissolved") not in of
    assert {one.fact.rubric for one in facts if type(one.fact).__name__ == "MeetingScored"} == {
        "hd42-scoring@1", "an-phu-scoring@1",
    }  # fmt: skip
    leap = [one.fact for one in facts if type(one.fact).__name__ == "NoticeIssued" and one.fact.issued_on.day == 29
            and one.fact.issued_on.month == 2]  # fmt: skip
    assert [(one.lead_days, one.on_time) for one in leap] == [(3, True)]
    with town.services["roster"].views.read() as reader:
        counted = {cell.name: reader.get("branch", cell.code, "").official_count(date(2028, 12, 3)) for cell in ALL}
    assert counted[GROWING.name] == 13
    assert counted[SPLITTING.name] == 7


# ---------------------------------------------------------------- four demands


def test_no_open_task_disappears(town: Town, lost: list[str]) -> None:
    assert lost == []


def test_every_rank_explains_itself(town: Town) -> None:
    assert demands.unexplained_ranks(town) == []


def test_every_flag_raised_is_answered_or_still_open(town: Town) -> None:
    assert demands.unsettled_flags(town) == []


def test_whatever_a_branch_forgot_is_flagged_and_whoever_forgot_nothing_is_left_alone(town: Town) -> None:
    raised = demands.raised_by_branch(town)
    assert raised[FORGETTING.code] == FORGOTTEN
    for cell in ALL:
        if cell is not FORGETTING:
            assert raised[cell.code] <= UNFORGETTING, cell.name


def test_replay_at_every_index_equals_a_fresh_fold(town: Town) -> None:
    assert demands.unequal_replays(town) == []


def test_read_models_built_anew_are_at_every_checkpoint_what_they_were(town: Town) -> None:
    assert demands.unequal_views(town) == []


UNFORGETTING = {"task_result"}
"""A task may be late."""
FORGOTTEN = UNFORGETTING | {
    "briefing_not_given", "committee_not_met", "notice_not_proven",
    "NoticeMissed", "RankingDeadlineMissed", "RegularMeetingMissed", "absent_in_a_row", "absent_without_reason",
    "answer_overdue", "notebooks",
    "catch_up_overdue", "correction_not_reviewed", "correction_undecided", "encouragement_not_done",
    "issue_not_answered", "letter_overdue", "month_not_reviewed", "month_ranked", "not_closed", "not_presented",
    "not_scored", "package_late", "pledge_missing", "quarter_without_thematic", "remark_not_shared",
    "report_not_assigned",
    "report_not_passed", "report_not_submitted", "study_overdue", "task_follow_up", "theme_not_presented",
    "theme_not_reviewed", "too_short", "transfer_overdue", "urgent_acknowledgement",
}  # fmt: skip


# ---------------------------------------------------------------- bugs planted, one for each demand


def test_a_task_dropped_from_the_list_is_found(tmp_path: Path) -> None:
    """Planted: what was taken from the superior's programme is left off the branch's list."""

    def forgets(view: View[Any]) -> View[Any]:
        def step(document: Any, recorded: Any, key: str) -> Any:
            left_off = getattr(recorded.fact, "origin", None) == "programme"
            return document if left_off else view.step(document, recorded, key)

        return replace(view, step=step) if view.name == "tasks" else view

    for town in told(tmp_path, _with("ranking", views=forgets), until=date(2028, 4, 10)):
        assert any("is in no list" in one for one in demands.lost_tasks(town))


def test_a_task_left_behind_in_a_merged_branch_is_found(tmp_path: Path) -> None:
    """Planted: what a merged branch left open is not handed over."""

    def forgets(noun: Noun[Any, Any]) -> Noun[Any, Any]:
        def decide(state: Any, command: Any, asked: Any) -> Any:
            return () if type(command).__name__ == "HandOverTask" else noun.decide(state, command, asked)

        return replace(noun, decide=decide) if noun.name == "task" else noun

    planted = _with("ranking", nouns=forgets)
    without_meetings: frozenset[tuple[int, Practice]] = frozenset((month, "meeting") for month in range(1, 13))
    both = tuple(replace(cell, forgets=without_meetings) for cell in (ENDING, GROWING))
    for town in told(tmp_path, planted, until=date(2028, 7, 8), cells=both):
        assert any("T99 stays where nobody is left" in one for one in demands.lost_tasks(town))


def test_a_rank_without_its_evidence_is_found(tmp_path: Path) -> None:
    """Planted: one member's rank is kept without the facts it rests on."""

    def bare(noun: Noun[Any, Any]) -> Noun[Any, Any]:
        def decide(state: Any, command: Any, asked: Any) -> Any:
            return tuple(_without_evidence(fact) for fact in noun.decide(state, command, asked))

        return replace(noun, decide=decide) if noun.name == "ranking" else noun

    for town in told(tmp_path, _with("ranking", nouns=bare)):
        assert any("rests on" in one for one in demands.unexplained_ranks(town))


def _without_evidence(fact: Any) -> Any:
    return fact.model_copy(update={"evidence": ()}) if type(fact).__name__ == "MemberRanked" else fact


def test_a_flag_that_is_never_cleared_is_found(tmp_path: Path) -> None:
    """Planted: what answers a flag on a locality is taken down, and its flag stands on."""

    def stubborn(noun: Noun[Any, Any]) -> Noun[Any, Any]:
        def decide(state: Any, command: Any, asked: Any) -> Any:
            facts = noun.decide(state, command, asked)
            return tuple(fact for fact in facts if type(fact).__name__ != "RosterFlagCleared")

        return replace(noun, decide=decide) if noun.name == "locality" else noun

    for town in told(tmp_path, _with("roster", nouns=stubborn)):
        assert any("stands and was answered" in one for one in demands.unsettled_flags(town))


def test_a_state_that_depends_on_more_than_the_facts_is_found(tmp_path: Path) -> None:
    """Planted: a task remembers how many were given while the service ran, which no fact says."""
    given = iter(range(1_000_000))

    def remembers(noun: Noun[Any, Any]) -> Noun[Any, Any]:
        def evolve(state: Any, fact: Any) -> Any:
            after = noun.evolve(state, fact)
            return replace(after, progress=f"{next(given)}") if type(fact).__name__ == "TaskAssigned" else after

        return replace(noun, evolve=evolve) if noun.name == "task" else noun

    for town in told(tmp_path, _with("ranking", nouns=remembers), until=date(2028, 2, 1)):
        assert any("another state" in one for one in demands.unequal_replays(town))


def test_a_read_model_that_knows_more_than_the_facts_is_found(tmp_path: Path) -> None:
    """Planted: a list of tasks leaves out a result the first time it hears of it, never again."""

    @cache
    def heard_before(_id: str) -> list[bool]:
        return []

    def forgets(view: View[Any]) -> View[Any]:
        def step(document: Any, recorded: Any, key: str) -> Any:
            if type(recorded.fact).__name__ == "TaskCompleted" and not heard_before(recorded.id):
                heard_before(recorded.id).append(True)
                return document
            return view.step(document, recorded, key)

        return replace(view, step=step) if view.name == "tasks" else view

    def seen(town: Town, _now: datetime) -> None:
        demands.checkpoint(town)

    for town in told(tmp_path, _with("ranking", views=forgets), until=date(2028, 2, 1), seen=seen):
        assert demands.unequal_views(town) != []


def _with(service: str, **planted: Any) -> tuple[Parts, ...]:
    """The services, one of them with its nouns or read models changed by a function."""

    def changed(one: Parts) -> Parts:
        if one.name != service:
            return one
        other: dict[str, Any] = {what: tuple(map(change, getattr(one, what))) for what, change in planted.items()}
        return replace(one, **other)

    return tuple(changed(one) for one in SERVICES)
