from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.ranking.application import roles
from services.ranking.domain.known import Known
from services.ranking.domain.notebook import NOTEBOOK, InspectNotebook, Notebooks, RecheckNotebook, evolve, missing
from shared.branch import Branch
from shared.events.branch import BranchCharterAdopted, MemberTransferred, NotebookRule
from shared.events.envelope import Fact
from shared.events.notebook import AnyNotebookFact, NotebookInspected, NotebookRechecked
from shared.rules import shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CHARTER, CODE, branch

DAY = date(2026, 9, 30)
INSPECTED_BY = {"M02": ("M03", "M05", "M06", "M07"), "M03": ("M01", "M02", "M04", "M08", "M11")}


def knows(of: Branch | None = None) -> Known:
    return Known(branch=of or branch(), rules=shipped())


def given(*facts: AnyNotebookFact, inspector: str = "M02", at: str = "2026-09-30T09:00:00+07:00") -> Scenario:
    return scenario(NOTEBOOK, knows())(*facts).at(at, actor=inspector)


def wish(member: str, **more: object) -> InspectNotebook:
    return InspectNotebook.model_validate(
        {"period": "2026-Q3", "member_id": member, "noted": 4, "held": 4, "result": "ok", **more}
    )


def inspected(member: str, inspector: str = "M02", **more: object) -> NotebookInspected:
    return NotebookInspected.model_validate(
        {
            "branch": CODE,
            "period": "2026-Q3",
            "member_id": member,
            "inspector_id": inspector,
            "noted": 4,
            "held": 4,
            "result": "ok",
            "inspected_on": DAY,
            **more,
        }
    )


SHORT: dict[str, Any] = {"noted": 3, "result": "supplement"}
M07 = inspected("M07", **SHORT, recheck_on=date(2026, 10, 15))
RECHECK = RecheckNotebook(period="2026-Q3", member_id="M07", noted=4, held=4, result="ok")
RECHECKED = NotebookRechecked(
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


def test_R38_the_sample_quarter_is_nine_of_nine_and_nobody_the_own():
    notebooks = Notebooks()
    for inspector, members in INSPECTED_BY.items():
        for member in members:
            more = SHORT if member == "M07" else {}
            fact = M07 if member == "M07" else inspected(member, inspector)
            given(inspector=inspector).when(wish(member, **more)).then(fact)
            notebooks = evolve(notebooks, fact)
    assert missing(notebooks, branch(), "2026-Q3") == ()
    assert all(fact.member_id != fact.inspector_id for fact in notebooks.inspected.values())


def test_R38_what_is_to_be_completed_is_looked_at_again_by_its_date():
    given().when(wish("M07", **SHORT)).then(M07)
    later = given(M07, at="2026-10-14T09:00:00+07:00")
    later.when(RECHECK).then(RECHECKED)
    given(M07, RECHECKED, at="2026-10-14T09:00:00+07:00").when(RECHECK).then()
    given(M07, RECHECKED, at="2026-10-20T09:00:00+07:00").when(RECHECK).refused("không có phần nào chờ kiểm tra lại")
    given(inspected("M03"), at="2026-10-14T09:00:00+07:00").when(
        RECHECK.model_copy(update={"member_id": "M03"})
    ).refused("không có phần nào chờ kiểm tra lại")


def test_R38_still_incomplete_gets_another_date():
    again = RECHECK.model_copy(update={"result": "supplement", "noted": 3})
    given(M07, at="2026-10-16T09:00:00+07:00").when(again).then(
        RECHECKED.model_copy(
            update={
                "noted": 3,
                "result": "supplement",
                "rechecked_on": date(2026, 10, 16),
                "recheck_on": date(2026, 10, 31),
            }
        )
    )


def test_R38_nobody_inspects_the_own_notebook_nor_does_a_stranger():
    given().when(wish("M02")).refused("Không ai tự kiểm tra sổ của mình")
    given(M07, inspector="M07", at="2026-10-14T09:00:00+07:00").when(RECHECK).refused("Không ai tự kiểm tra")
    given(inspector="M04").when(wish("M08")).refused("người kiểm tra sổ là đ/c M02, M03")
    assert roles(knows(), "M03", wish("M08")) == {"notebook_inspector"}
    assert roles(knows(), "M04", wish("M08")) == frozenset()
    assert set(InspectNotebook.MAY) == {"notebook_inspector"}


def test_R38_once_in_a_period_and_the_same_twice_is_once():
    given(inspected("M03")).when(wish("M03")).then()
    given(inspected("M03")).when(wish("M03", noted=3)).refused("đã được kiểm tra ngày 30/09/2026; mỗi kỳ một lần")


def test_R38_the_period_is_the_charters_and_has_begun():
    given().when(wish("M03", period="2026-09")).refused("kỳ kiểm tra sổ gần nhất là quý III/2026, không phải tháng 9")
    given().when(wish("M03", period="2026-Q4")).refused("Ngày 30/09/2026 chưa đến quý IV/2026")
    given().when(wish("M03", inspected_on=date(2026, 10, 1))).refused("01/10/2026 chưa đến")
    entered_late = given(at="2026-10-06T09:00:00+07:00")
    entered_late.when(wish("M03", inspected_on=DAY)).then(inspected("M03"))
    before = RECHECK.model_copy(update={"rechecked_on": date(2026, 9, 29)})
    given(M07, at="2026-10-06T09:00:00+07:00").when(before).refused("đứng trước lần kiểm tra 30/09/2026")
    tomorrow = RECHECK.model_copy(update={"rechecked_on": date(2026, 10, 7)})
    given(M07, at="2026-10-06T09:00:00+07:00").when(tomorrow).refused("07/10/2026 chưa đến")


def test_R38_more_noted_than_held_and_members_outside_the_base_are_mistakes():
    given().when(wish("M03", noted=5)).refused("chỉ có 4 buổi phải ghi")
    given().when(wish("M09")).refused("M09 không thuộc diện kiểm tra")
    given().when(wish("M10")).refused("M10 không thuộc diện kiểm tra")


def test_R38_without_a_word_in_the_charter_nothing_is_inspected():
    bare = branch(BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update={"notebook": None})))
    given().known(knows(bare)).when(wish("M03")).refused("Quy ước của chi bộ chưa nêu việc kiểm tra sổ")


def test_R38_the_base_is_that_of_the_periods_last_day():
    left = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ 2", effective_on=date(2026, 9, 20)))
    assert "M08" not in missing(Notebooks(), left, "2026-Q3")
    assert missing(Notebooks(), branch(), "2026-Q3") == (
        *("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11"),
    )


def test_a_period_that_does_not_exist_is_no_period():
    for wrong in ("2026-Q5", "2026-H3", "2026-13", "26"):
        with pytest.raises(ValidationError):
            wish("M03", period=wrong)


def test_a_charter_may_ask_for_a_month_or_a_year():
    def under(every: str) -> Scenario:
        rule = NotebookRule.model_validate({"inspect_every": every, "inspectors": ["M02"], "recheck_days": 10})
        changed = CHARTER.model_copy(update={"notebook": rule})
        return given().known(knows(branch(BranchCharterAdopted(branch=CODE, charter=changed))))

    fact: Fact = inspected("M03", period="2026-09")
    under("month").when(wish("M03", period="2026-09")).then(fact)
    under("year").when(wish("M03", period="2026")).then(inspected("M03", period="2026"))
    under("half_year").when(wish("M03")).refused("sáu tháng cuối năm 2026")
