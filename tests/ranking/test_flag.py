from __future__ import annotations

from datetime import date, datetime
from functools import reduce

from services.ranking.domain.flag import FLAG, ClearRankingFlag, RaiseRankingFlag
from services.ranking.domain.known import Known
from services.ranking.domain.owed import Answered, Dues, Owed, coverage, step
from shared.days import VIETNAM, end_of
from shared.events.branch import BranchCharterAdopted
from shared.events.envelope import Fact, Told, instant
from shared.events.notebook import NotebookInspected, NotebookRechecked
from shared.events.ranking import (
    Cause,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
)
from shared.events.ranking_flag import RankingFlagCleared, RankingFlagRaised
from shared.events.sealed import Secret
from shared.rules import shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CHARTER, CODE, branch

COLLECT = "Tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)."
DUE = instant(end_of(date(2026, 9, 25)))


def at(time: str) -> str:
    return instant(datetime.fromisoformat(f"2026-{time}+07:00"))


def after(*facts: tuple[str, Fact]) -> Dues:
    """What is owed after facts, each known and happened at a time."""
    known = [(Answered(fact_id=f"f{n}", at=at(time)), fact) for n, (time, fact) in enumerate(facts, 1)]
    return reduce(lambda dues, one: step(dues, one[1], one[0], one[0].at), known, Dues())


def told(dues: Dues) -> dict[str, str | None]:
    return {id: one.due_at for id, one in dues.owed.items()}


ASSIGNED = TaskAssigned(
    branch=CODE, task_id="T16", member_id="M06", text=COLLECT, due_on=date(2026, 9, 25), origin="programme"
)
BECAUSE = (Cause(kind="objective", text=Secret.model_validate({"subject": "m", "field": "c", "text": "Bão"})),)
FAILED = TaskFailed(
    branch=CODE,
    task_id="T16",
    member_id="M06",
    text=COLLECT,
    due_on=date(2026, 9, 25),
    ended_on=date(2026, 9, 30),
    causes=BECAUSE,
    proposal="Giao tiếp.",
)
DONE = TaskCompleted(
    branch=CODE,
    task_id="T16",
    member_id="M06",
    text=COLLECT,
    due_on=date(2026, 9, 25),
    done_on=date(2026, 9, 24),
    outcome="on_time",
)
RAISED = RankingFlagRaised(
    branch=CODE,
    flag_id="result:T16:2026-09-25",
    rule="R19",
    owing="task_result",
    due_at=DUE,
    member_ids=("M06",),
    task_id="T16",
    text=COLLECT,
    missing=("TaskCompleted", "TaskFailed"),
)


def given(*facts: RankingFlagRaised | RankingFlagCleared, owed: Owed | None) -> Scenario:
    known = Known(branch=branch(), rules=shipped(), owed=owed)
    return scenario(FLAG, known, actor="clock", role="clock")(*facts).at("2026-09-26T00:00:00+07:00")


OPEN = after(("09-03T08:00", ASSIGNED)).owed["result:T16:2026-09-25"]
RAISE = RaiseRankingFlag(flag_id=RAISED.flag_id)
CLEAR = ClearRankingFlag(flag_id=RAISED.flag_id)


def test_R19_a_flag_names_the_fact_that_is_missing_and_is_raised_once_on_its_day():
    given(owed=OPEN).when(RAISE).then(RAISED)
    given(RAISED, owed=OPEN).when(RAISE).then()
    given(owed=OPEN).at("2026-09-25T23:59:59+07:00").when(RAISE).then()
    given(owed=None).when(RAISE).then()


def test_R19_the_flag_of_a_day_that_ended_names_that_day():
    tell = Told(
        name={"M06": "Nguyễn Thị Hòa"}.__getitem__, at=datetime.fromisoformat(DUE).astimezone(VIETNAM), actor=""
    )
    task = COLLECT.rstrip(".")
    assert RAISED.vi(tell) == (
        f"Hết hạn 25/09/2026 mà việc «{task}» của đ/c Nguyễn Thị Hòa chưa có kết quả; cần ghi hoàn thành, hoặc chưa "
        "hoàn thành kèm nguyên nhân."
    )
    assert RAISED.en(tell) == (
        f"It fell due on 25/09/2026 and the task “{task}” of Nguyễn Thị Hòa has no result: record it as done, or as "
        "not done with its cause."
    )


def test_R19_a_flag_is_cleared_by_the_fact_that_answers_and_by_nothing_else():
    answered = OPEN.model_copy(update={"raised": True, "answered": Answered(fact_id="f9", at=at("09-30T17:30"))})
    cleared = RankingFlagCleared(
        **RAISED.model_dump(exclude={"missing"}), answered_by="f9", answered_at=at("09-30T17:30")
    )
    later = given(RAISED, owed=answered).at("2026-09-30T17:31:00+07:00")
    later.when(CLEAR).then(cleared)
    given(RAISED, cleared, owed=answered).when(CLEAR).then()
    given(RAISED, owed=OPEN).when(CLEAR).then()
    given(owed=answered).when(CLEAR).then()
    given(RAISED, cleared, owed=OPEN).when(RAISE).then()
    assert set(RaiseRankingFlag.MAY) == set(ClearRankingFlag.MAY) == {"clock"}


def test_R19_what_is_done_in_time_is_forgotten():
    assert told(after(("09-03T08:00", ASSIGNED), ("09-24T08:00", DONE))) == {}


def test_R19_more_time_moves_the_day_and_a_raised_flag_stays_until_it_is_answered():
    more = TaskExtended(
        branch=CODE,
        task_id="T16",
        member_id="M06",
        text=COLLECT,
        from_on=date(2026, 9, 25),
        to_on=date(2026, 10, 9),
        reason="Bão",
    )
    moved = after(("09-03T08:00", ASSIGNED), ("09-20T08:00", more))
    assert told(moved) == {"result:T16:2026-10-09": instant(end_of(date(2026, 10, 9)))}
    raised = after(("09-03T08:00", ASSIGNED), ("09-26T00:00", RAISED), ("09-30T17:30", FAILED))
    assert raised.owed["result:T16:2026-09-25"].to_clear()


def test_R44_what_was_late_or_not_done_waits_for_a_meeting_and_ends_with_a_follow_up():
    failed = after(("09-03T08:00", ASSIGNED), ("09-24T17:30", FAILED))
    assert told(failed) == {"follow-up:T16:2026-09-25": None}
    followed = TaskFollowedUp(branch=CODE, task_id="T16", member_id="M06", text=COLLECT, how="stopped", reason="…")
    assert told(after(("09-03T08:00", ASSIGNED), ("09-24T17:30", FAILED), ("10-05T15:00", followed))) == {}


def test_R38_a_recheck_is_owed_by_its_date_and_a_period_by_its_end():
    short = NotebookInspected(
        branch=CODE,
        period="2026-Q3",
        member_id="M07",
        inspector_id="M02",
        noted=3,
        held=4,
        result="supplement",
        recheck_on=date(2026, 10, 15),
        inspected_on=date(2026, 9, 30),
    )
    again = NotebookRechecked(
        branch=CODE,
        period="2026-Q3",
        member_id="M07",
        inspector_id="M02",
        noted=4,
        held=4,
        result="ok",
        rechecked_on=date(2026, 10, 14),
        due_on=date(2026, 10, 15),
    )
    charter = BranchCharterAdopted(branch=CODE, charter=CHARTER)
    inspected = after(("09-03T08:00", charter), ("09-30T09:00", short))
    assert told(inspected) == {"recheck:2026-Q3:M07:2026-10-15": instant(end_of(date(2026, 10, 15)))}
    assert inspected.notebooks_since == at("09-03T08:00")
    assert told(after(("09-30T09:00", short), ("10-14T09:00", again))) == {}
    owed = coverage(inspected, ("M08",), "2026-Q3")
    assert owed is not None
    assert (owed.due_at, owed.member_ids) == (instant(end_of(date(2026, 9, 30))), ("M08",))
    assert coverage(inspected, (), "2026-Q3") is None
    flag = RankingFlagRaised(
        branch=CODE,
        flag_id="notebooks:2026-Q3",
        rule="R38",
        owing="notebooks",
        due_at=owed.due_at or "",
        member_ids=("M08",),
        period="2026-Q3",
        missing=("NotebookInspected",),
    )
    raised = after(("09-30T09:00", short), ("10-01T00:00", flag))
    complete = coverage(raised, (), "2026-Q3")
    assert complete is not None
    assert complete.to_clear()
