"""A branch that ended with tasks open: they wait in the branch that took its place until a member there goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from services.ranking.application.succession import waiting
from services.ranking.domain.known import Heir, Known
from services.ranking.domain.task import TASK, CompleteTask, HandOverTask, TakeOverTask, Task
from services.ranking.projections import VIEWS
from shared import events
from shared.events.branch import BranchDissolved
from shared.events.envelope import Fact, LogName
from shared.events.organisation import OrganisationRegistered, OrganisationsMerged
from shared.events.ranking import TaskAssigned, TaskCompleted, TaskHandedOver, TaskTakenOver
from shared.rules import shipped
from shared.store.keys import KeyStore
from shared.store.views import open_views
from tests.given_when_then import scenario
from tests.moved_branch import BEFORE as UNDER
from tests.moved_branch import ROOT
from tests.sample_branch import CODE, branch
from tests.service.told import branch_of, stored

INTO, BEFORE = "99.001.002.000.012", "99.001.002.000.010"
TEXT = "Bàn giao hồ sơ, sổ sách"
GONE = branch(BranchDissolved(branch=CODE, decision_no="01-QĐ/ĐU", effective_on=date(2026, 9, 1)))
MERGED = Known(branch=GONE, rules=shipped(), heir=Heir(INTO, date(2026, 9, 1)))
given = scenario(TASK, MERGED)
OPEN = TaskAssigned(
    branch=CODE, task_id="T16", member_id="M06", text=TEXT, due_on=date(2026, 9, 30), origin="conclusion"
)
HANDED = TaskHandedOver(
    branch=CODE, task_id="T16", member_id="M06", text=TEXT, into=INTO, due_on=OPEN.due_on, ended_on=date(2026, 9, 1)
)
HAND_OVER = HandOverTask(task_id="T16")

LEFT = HANDED.model_copy(update={"branch": BEFORE, "task_id": "T04", "into": CODE})
HERE = Known(branch=branch(), rules=shipped(), left_open=LEFT)
TAKE_OVER = TakeOverTask(task_id="T30", member_id="M03", from_branch=BEFORE, from_task_id="T04")
TAKEN = TaskTakenOver(branch=CODE, task_id="T30", member_id="M03", text=TEXT, from_branch=BEFORE, from_task_id="T04")
GOES_ON = TaskAssigned(branch=CODE, task_id="T30", member_id="M03", text=TEXT, due_on=LEFT.due_on, origin="conclusion")


def test_R44_an_open_task_of_a_merged_branch_goes_to_the_one_that_took_its_place():
    given(OPEN).when(HAND_OVER).then(HANDED)
    given(OPEN, HANDED).when(HAND_OVER).then()


def test_it_is_on_the_ended_branchs_list_no_more_and_what_came_of_it_is_recorded_where_it_went():
    state = given(OPEN, HANDED).state()
    assert isinstance(state, Task)
    assert (state.phase, state.pending) == ("handed_over", False)
    before = replace(MERGED, branch=branch())
    given(OPEN, HANDED).known(before).when(CompleteTask(task_id="T16", member_id="M06")).refused(INTO)


def test_where_nobody_took_the_place_or_nothing_is_open_nothing_is_handed_over():
    given(OPEN).known(replace(MERGED, heir=None)).when(HAND_OVER).then()
    given().when(HAND_OVER).then()


def test_R19_a_member_of_the_branch_goes_on_with_it_by_its_day_or_a_new_one():
    here = given().known(HERE)
    here.when(TAKE_OVER).then(TAKEN, GOES_ON)
    late = here.at("2026-10-05T09:00:00+07:00")
    late.when(TAKE_OVER).refused("Hạn 30/09/2026 đã qua")
    again = TAKE_OVER.model_copy(update={"due_on": date(2026, 10, 20)})
    late.when(again).then(TAKEN, GOES_ON.model_copy(update={"due_on": date(2026, 10, 20)}))


def test_it_is_taken_over_once_by_somebody_of_the_branch_and_only_where_it_waits():
    taken = given(TAKEN, GOES_ON).known(replace(HERE, left_open=None))
    taken.when(TAKE_OVER).then()
    given().known(replace(HERE, left_open=None)).when(TAKE_OVER).refused("Không có việc T04")
    stranger = TAKE_OVER.model_copy(update={"member_id": "M77"})
    given().known(HERE).when(stranger).refused("M77 không có trong danh sách")
    given(OPEN).known(HERE).when(TAKE_OVER.model_copy(update={"task_id": "T16"})).refused("Mã T16 đã dùng")


def merged(code: str, into: str, on: date) -> tuple[Fact, ...]:
    by = {"root": ROOT, "decision_no": "02-QĐ/TU"}
    return (
        OrganisationRegistered(
            **by, code=code, name="Chi bộ mẫu", organisation="branch", superior=UNDER, effective_on=date(2020, 1, 1)
        ),
        OrganisationsMerged(**by, merged=(code,), into=into, effective_on=on),
    )


def waits(folder: Path, *own: Fact) -> list[tuple[str, str]]:
    """What waits in the branch into which another was merged, into which a third had been."""
    keys = KeyStore(folder / "keys.db", folder / "site.key")
    views = open_views(f"sqlite:///{folder}/views.db", "ranking", VIEWS, events.ALL)
    tree = (*merged(BEFORE, CODE, date(2026, 9, 1)), *merged(CODE, INTO, date(2026, 11, 1)))
    for service, facts in (("roster", tree), ("ranking", own)):
        now, by = datetime(2026, 11, 1, tzinfo=UTC), {"actor": "M01", "site": "site"}
        raw = [stored(one, now, keys, branch=branch_of(one), version=n, **by) for n, one in enumerate(facts, 1)]
        views.apply(LogName("site", service, "e1"), list(enumerate(raw, 1)))
    with views.read() as reader:
        found = sorted(waiting(reader, INTO))
    views.close()
    keys.close()
    return found


THERE = OPEN.model_copy(update={"branch": BEFORE, "task_id": "T04"})


def test_what_waited_in_a_branch_that_was_merged_in_turn_waits_in_the_last_one(tmp_path: Path):
    assert waits(tmp_path, THERE, LEFT) == [(BEFORE, "T04")]


def test_what_a_branch_had_taken_over_and_done_waits_nowhere_when_it_is_merged_in_turn(tmp_path: Path):
    about = TAKEN.model_dump(include={"branch", "task_id", "member_id", "text"})
    done = TaskCompleted(**about, outcome="on_time", due_on=LEFT.due_on, done_on=LEFT.due_on)
    assert waits(tmp_path, THERE, LEFT, TAKEN, GOES_ON, done) == []
