"""A locality: the four acts, and an issue all the way back to those who raised it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.roster.domain.known import Known
from services.roster.domain.locality import (
    LOCALITY,
    AnswerIssue,
    AssignLocality,
    FlagLocality,
    GiveAdvice,
    Locality,
    RaiseLocalityIssue,
    ReceiveLocalityRemark,
    TellLocality,
    VisitLocality,
)
from shared.events.locality import (
    AdviceGiven,
    IssueAnswered,
    LocalityAssigned,
    LocalityIssueRaised,
    LocalityRemarkReceived,
    LocalityTold,
    LocalityVisited,
)
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Secret
from tests.given_when_then import scenario
from tests.sample_branch import CODE, branch

given = scenario(LOCALITY, Known(branch=branch()), actor="M03", role="locality").at("2026-10-09T08:00+07:00")
PLACE = "xã Mường Lèn (mẫu)"


def secret(text: str) -> Secret:
    return Secret(subject=f"branch/{CODE}", field="text", text=SecretStr(text))


def of(kind: type[Any], **fields: Any) -> Any:
    return kind(branch=CODE, locality_id="ML", **fields)


assigned = of(LocalityAssigned, place=PLACE, member_id="M03", from_on=date(2026, 1, 1))
visit = VisitLocality(
    locality_id="ML",
    member_id="M03",
    visit_id="V1",
    visited_on=date(2026, 9, 26),
    acts=("conveyed", "guided"),
    programme_item_id="P-3",
)
visited = of(
    LocalityVisited,
    visit_id="V1",
    member_id="M03",
    visited_on=date(2026, 9, 26),
    place=PLACE,
    acts=("conveyed", "guided"),
    programme_item_id="P-3",
)
issue = RaiseLocalityIssue(
    locality_id="ML", member_id="M03", issue_id="L1", found_on=date(2026, 9, 26), text=SecretStr("Chưa có sóng.")
)
raised = of(
    LocalityIssueRaised, issue_id="L1", member_id="M03", found_on=date(2026, 9, 26), text=secret("Chưa có sóng.")
)
advice = GiveAdvice(
    locality_id="ML",
    member_id="M03",
    issue_id="L1",
    advised_on=date(2026, 9, 28),
    to="lãnh đạo phòng",
    text=SecretStr("Cho dùng thông báo giấy."),
    answer_due_on=date(2026, 10, 5),
)
advised = of(
    AdviceGiven,
    issue_id="L1",
    member_id="M03",
    advised_on=date(2026, 9, 28),
    to="lãnh đạo phòng",
    text=secret("Cho dùng thông báo giấy."),
    answer_due_on=date(2026, 10, 5),
)
answer = AnswerIssue(locality_id="ML", issue_id="L1", answered_on=date(2026, 10, 6), by="lãnh đạo phòng")
answered = of(IssueAnswered, issue_id="L1", answered_on=date(2026, 10, 6), by="lãnh đạo phòng")
tell = TellLocality(locality_id="ML", member_id="M03", issue_id="L1", told_on=date(2026, 10, 8))
told = of(LocalityTold, issue_id="L1", member_id="M03", told_on=date(2026, 10, 8))


def test_a_member_follows_a_locality_until_another_does():
    assign = AssignLocality(locality_id="ML", place=PLACE, follower_id="M03", from_on=date(2026, 1, 1))
    given().when(assign).then(assigned)
    given(assigned).when(assign).then()
    other = of(LocalityAssigned, place=PLACE, member_id="M06", from_on=date(2026, 10, 1))
    state: Locality = given(assigned, other).state()
    followed = [state.followed_on(day) for day in (date(2026, 9, 30), date(2026, 10, 1), date(2025, 12, 31))]
    assert [one.member_id if one else None for one in followed] == ["M03", "M06", None]


def test_a_visit_serves_one_or_more_of_the_four_acts():
    given(assigned).when(visit).then(visited)
    given(assigned, visited).when(visit).then()
    given(assigned, visited).when(visit.model_copy(update={"acts": ("urged",)})).refused("đã dùng cho chuyến đi")
    given(assigned).when(visit.model_copy(update={"visited_on": date(2026, 12, 1)})).refused("chưa tới")
    given().when(visit).refused("Chưa có địa bàn nào")
    with pytest.raises(ValidationError):
        VisitLocality(locality_id="ML", member_id="M03", visit_id="V2", visited_on=date(2026, 9, 26), acts=())


def test_an_issue_goes_from_raised_to_told():
    given(assigned).when(issue).then(raised)
    given(assigned, raised).when(advice).then(advised)
    given(assigned, raised, advised).when(answer).then(answered)
    given(assigned, raised, advised, answered).when(tell).then(told)
    phases = []
    for facts in ((raised,), (raised, advised), (raised, advised, answered), (raised, advised, answered, told)):
        state: Locality = given(assigned, *facts).state()
        found = state.issue("L1")
        assert found is not None
        phases.append(found.phase)
    assert phases == ["raised", "advised", "answered", "closed"]


def test_the_steps_of_an_issue_have_their_order_and_said_again_change_nothing():
    given(assigned).when(advice).refused("Chưa có vấn đề nào")
    given(assigned, raised).when(answer).refused("chưa ghi việc tham mưu")
    given(assigned, raised, advised).when(tell).refused("chưa có trả lời của lãnh đạo")
    given(assigned, raised, advised, answered, told).when(
        answer.model_copy(update={"answered_on": date(2026, 10, 7)})
    ).refused("đã báo lại cơ sở")
    given(assigned, raised).when(issue).then()
    given(assigned, raised, advised).when(advice).then()
    given(assigned, raised, advised, answered).when(answer).then()
    given(assigned, raised, advised, answered, told).when(tell).then()


def test_an_answer_that_does_not_come_by_its_day_is_a_flag_until_it_comes():
    about: dict[str, Any] = {
        "branch": CODE,
        "history": "locality",
        "of": "ML",
        "member_id": "M03",
        "flag": "issue_not_answered",
        "item": "L1",
        "rule": "locality",
        "due_on": date(2026, 10, 5),
        "missing": "IssueAnswered",
    }
    raised_flag = RosterFlagRaised(**about, detected_on=date(2026, 10, 6))
    flag = FlagLocality(locality_id="ML", item="L1", due_on=date(2026, 10, 5))
    clock = given(assigned, raised, advised).at("2026-10-06T00:00+07:00", actor="clock")
    clock.when(flag).then(raised_flag)
    given(assigned, raised, advised, answered).when(flag).then()
    given(assigned, raised, advised, raised_flag).when(flag).then()
    cleared = RosterFlagCleared(**about, cleared_on=date(2026, 10, 6), answered=True)
    given(assigned, raised, advised, raised_flag).when(answer).then(answered, cleared)


def test_the_localitys_own_word_comes_with_a_document():
    receive = ReceiveLocalityRemark(
        locality_id="ML", remark_id="N1", document_no="CV MẪU-08", document_on=date(2026, 10, 1), result="good"
    )
    fact = of(
        LocalityRemarkReceived, remark_id="N1", document_no="CV MẪU-08", document_on=date(2026, 10, 1), result="good"
    )
    given(assigned).when(receive).then(fact)
    given(assigned, fact).when(receive).then()
    given(assigned, fact).when(receive.model_copy(update={"result": "fair"})).refused("đã dùng cho nhận xét")
