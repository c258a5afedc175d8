"""R41: a theme from the quarter's plan to its review, with the four themes of the sample year; R6, R7, E10."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.quarter import QUARTER, FlagQuarter, first_whole_quarter
from services.scheduler.domain.theme import (
    THEME,
    AgreeTheme,
    AssignThematicReport,
    FlagTheme,
    PassThematicReport,
    PlanTheme,
    PresentTheme,
    ReturnThematicReport,
    ReviewTheme,
    SubmitThematicReport,
)
from shared import periods
from shared.events.envelope import Fact
from shared.events.meeting import MeetingKind
from shared.events.scheduler_flag import MISSING, Flag, SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.sealed import Secret
from shared.events.theme import (
    ThematicAgreed,
    ThematicPlanned,
    ThematicPresented,
    ThematicReportAssigned,
    ThematicReportPassed,
    ThematicReportReturned,
    ThematicReportSubmitted,
    ThematicReviewed,
)
from shared.rules import MeetingProfile, PracticeProfile, RuleBook, shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

MARCH, SEPTEMBER = f"{CODE}:2026-03:thematic", f"{CODE}:2026-09:thematic"
DECEMBER = f"{CODE}:2026-12"


def held(meeting_id: str, kind: MeetingKind, at: str) -> MeetingNow:
    moment = datetime.fromisoformat(f"{at}T14:00+07:00")
    return MeetingNow(meeting_id, kind, meeting_id.split(":")[1], moment.date(), "open", opened_at=moment)


def meetings(*known: MeetingNow) -> Known:
    return Known(branch=branch(), meetings={one.meeting_id: one for one in known})


given: Scenario = scenario(THEME, meetings())
THEMES = {
    "C1": ("2026-Q1", "2026-03-18", "M04", "2026-03-09", MARCH, "Nâng cao chất lượng ghi và lưu giữ biên bản"),
    "C2": ("2026-Q2", "2026-06-17", "M02", "2026-06-08", f"{CODE}:2026-06:thematic", "Nêu gương"),
    "C3": ("2026-Q3", "2026-09-17", "M03", "2026-09-07", SEPTEMBER, "Bám sát cơ sở"),
    "C4": ("2026-Q4", "2026-11-18", "M05", "2026-11-09", f"{CODE}:2026-11:thematic", "Bảo vệ dữ liệu cá nhân"),
}


def plan(id: str, **changes: Any) -> PlanTheme:
    quarter, on, member, due, meeting_id, words = THEMES[id]
    data = {"quarter": quarter, "on": on, "member_id": member, "draft_due_on": due, "meeting_id": meeting_id}
    return PlanTheme.model_validate({"theme_id": id, "theme": words, **data, **changes})


def planned(id: str, **changes: Any) -> ThematicPlanned:
    said = plan(id, **changes)
    return ThematicPlanned(
        branch=CODE,
        **said.model_dump(exclude={"assign_by"}),
        assign_by=said.assign_by or said.draft_due_on,
        pass_by=date.fromordinal(said.on.toordinal() - 1),
        profile="hd42@1",
    )


def assigned(id: str, on: str) -> ThematicReportAssigned:
    _, _, member, due, _, _ = THEMES[id]
    return ThematicReportAssigned.model_validate(
        {"branch": CODE, "theme_id": id, "member_id": member, "assigned_on": on, "draft_due_on": due}
    )


def submitted(id: str, on: str, late: int = 0, reason: Secret | None = None) -> ThematicReportSubmitted:
    _, _, member, due, _, _ = THEMES[id]
    return ThematicReportSubmitted(
        branch=CODE,
        theme_id=id,
        member_id=member,
        submission=1,
        submitted_on=date.fromisoformat(on),
        due_on=date.fromisoformat(due),
        days_late=late,
        reason=reason,
    )


def passed(id: str, on: str) -> ThematicReportPassed:
    return ThematicReportPassed(
        branch=CODE,
        theme_id=id,
        submission=1,
        passed_on=date.fromisoformat(on),
        with_committee=True,
        due_on=planned(id).pass_by,
        days_late=0,
    )


def presented(id: str) -> ThematicPresented:
    _, on, member, _, meeting_id, _ = THEMES[id]
    return ThematicPresented.model_validate(
        {"branch": CODE, "theme_id": id, "meeting_id": meeting_id, "member_id": member, "presented_on": on}
    )


def agree(id: str, *tasks: str, review: str, **changes: Any) -> AgreeTheme:
    data = {"items": ["Mỗi vấn đề có phiếu phản ánh."], "task_ids": tasks, "review_meeting_id": review}
    return AgreeTheme.model_validate({"theme_id": id, **data, **changes})


def agreed(id: str, *tasks: str, review: str) -> ThematicAgreed:
    said = agree(id, *tasks, review=review)
    _, on, _, _, meeting_id, _ = THEMES[id]
    return ThematicAgreed(branch=CODE, meeting_id=meeting_id, agreed_on=date.fromisoformat(on), **said.model_dump())


def flag(id: str, which: Flag, due_on: str) -> FlagTheme:
    return FlagTheme.model_validate({"theme_id": id, "flag": which, "due_on": due_on})


def raised(id: str, which: Flag, due_on: str, detected_on: str) -> SchedulerFlagRaised:
    return SchedulerFlagRaised(
        branch=CODE,
        history="theme",
        of=id,
        flag=which,
        rule="R41",
        due_on=date.fromisoformat(due_on),
        missing=MISSING[which],
        detected_on=date.fromisoformat(detected_on),
    )


def cleared(one: SchedulerFlagRaised, on: str) -> SchedulerFlagCleared:
    said = one.model_dump(exclude={"detected_on"})
    return SchedulerFlagCleared.model_validate({**said, "cleared_on": on})


LATE = Secret(subject=f"member/{CODE}/M03", field="reason", text=SecretStr("Địa bàn mất mạng hai ngày"))
C3: tuple[Fact, ...] = (
    planned("C3"),
    assigned("C3", "2026-07-06"),
    submitted("C3", "2026-09-09", 2, LATE),
    passed("C3", "2026-09-14"),
    presented("C3"),
    agreed("C3", "T15", "T17", review=DECEMBER),
)

# ------------------------------------------------------------------ the road


def test_R41_C1_from_the_plan_to_the_review():
    june = f"{CODE}:2026-06"
    road = given.known(meetings(held(MARCH, "thematic", "2026-03-18"), held(june, "regular", "2026-06-03")))
    facts: tuple[Fact, ...] = (
        planned("C1"),
        assigned("C1", "2026-01-05"),
        submitted("C1", "2026-03-08"),
        passed("C1", "2026-03-12"),
        presented("C1"),
        agreed("C1", "T05", review=june),
    )
    result = "03 tháng liền biên bản ký trong ngày."
    steps = (
        ("2026-01-04", plan("C1")),
        ("2026-01-05", AssignThematicReport(theme_id="C1")),
        ("2026-03-08", SubmitThematicReport(theme_id="C1", member_id="M04")),
        ("2026-03-12", PassThematicReport(theme_id="C1")),
        ("2026-03-18", PresentTheme(theme_id="C1", meeting_id=MARCH)),
        ("2026-03-18", agree("C1", "T05", review=june)),
    )
    for count, (day, command) in enumerate(steps):
        road(*facts[:count]).at(f"{day}T15:00+07:00").when(command).then(facts[count])
        road(*facts[: count + 1]).at(f"{day}T15:00+07:00").when(command).then()
    review = ReviewTheme(theme_id="C1", meeting_id=june, result=result)
    reviewed = ThematicReviewed(
        branch=CODE,
        theme_id="C1",
        meeting_id=june,
        named_meeting_id=june,
        reviewed_on=date(2026, 6, 3),
        result=result,
    )
    road(*facts).at("2026-06-03T09:00+07:00").when(review).then(reviewed)
    road(*facts, reviewed).at("2026-06-04T09:00+07:00").when(review).then()
    assert road(*facts, reviewed).state().stage == "reviewed"
    assert list(road(*facts, reviewed).state().owed({})) == []


def test_R41_C2_a_draft_comes_back_and_is_submitted_again():
    back = ThematicReportReturned(
        branch=CODE,
        theme_id="C2",
        member_id="M02",
        submission=1,
        returned_on=date(2026, 6, 9),
        with_committee=True,
        remarks=Secret(subject=f"member/{CODE}/M02", field="remarks", text=SecretStr("Thêm số liệu")),
        again_by=date(2026, 6, 10),
    )
    before = (planned("C2"), assigned("C2", "2026-04-06"), submitted("C2", "2026-06-08"))
    command = ReturnThematicReport(theme_id="C2", remarks=SecretStr("Thêm số liệu"), again_by=date(2026, 6, 10))
    given(*before).at("2026-06-09T08:00+07:00").when(command).then(back)
    given(*before, back).at("2026-06-09T08:00+07:00").when(command).then()
    given(*before, back).at("2026-06-09T08:00+07:00").when(PassThematicReport(theme_id="C2")).refused("chờ chi ủy")
    again = submitted("C2", "2026-06-10").model_copy(update={"submission": 2, "due_on": date(2026, 6, 10)})
    submit = SubmitThematicReport(theme_id="C2", member_id="M02")
    given(*before, back).at("2026-06-10T08:00+07:00").when(submit).then(again)


def test_R41_C3_a_late_report_says_why_and_clears_its_flag():
    before = C3[:2]
    late = given(*before).at("2026-09-08T00:00+07:00")
    standing = raised("C3", "report_not_submitted", "2026-09-07", "2026-09-08")
    late.when(flag("C3", "report_not_submitted", "2026-09-07")).then(standing)
    flagged = given(*before, standing).at("2026-09-09T08:00+07:00")
    flagged.when(flag("C3", "report_not_submitted", "2026-09-07")).then()
    flagged.when(SubmitThematicReport(theme_id="C3", member_id="M03")).refused("muộn 2 ngày")
    with_reason = SubmitThematicReport(theme_id="C3", member_id="M03", reason=SecretStr("Địa bàn mất mạng hai ngày"))
    flagged.when(with_reason).then(C3[2], cleared(standing, "2026-09-09"))


def test_R41_C4_still_owes_every_step_by_its_day():
    state = given(planned("C4"), assigned("C4", "2026-10-05")).state()
    assert [(owed.flag, owed.due_on.isoformat()) for owed in state.owed({})] == [
        ("report_not_submitted", "2026-11-09"),
        ("report_not_passed", "2026-11-17"),
        ("theme_not_presented", "2026-11-18"),
    ]


# ------------------------------------------------------------------ flags


def test_R41_a_review_is_due_on_the_day_of_the_named_meeting_as_it_stands():
    state = given(*C3).state()
    assert [owed.due_on for owed in state.owed({})] == [date(2026, 12, 31)]
    now = MeetingNow(DECEMBER, "regular", "2026-12", date(2026, 12, 3), "planned")
    moved = replace(now, on=date(2026, 12, 7))
    assert [owed.due_on for owed in state.owed({DECEMBER: now})] == [date(2026, 12, 3)]
    assert [owed.due_on for owed in state.owed({DECEMBER: moved})] == [date(2026, 12, 7)]
    flagged = given.known(meetings(moved))(*C3).at("2026-12-08T00:00+07:00")
    flagged.when(flag("C3", "theme_not_reviewed", "2026-12-03")).then()
    flagged.when(flag("C3", "theme_not_reviewed", "2026-12-07")).then(
        raised("C3", "theme_not_reviewed", "2026-12-07", "2026-12-08")
    )


@pytest.mark.parametrize(
    ("steps", "which", "due_on"),
    [
        (1, "report_not_assigned", "2026-09-07"),
        (2, "report_not_submitted", "2026-09-07"),
        (3, "report_not_passed", "2026-09-16"),
        (4, "theme_not_presented", "2026-09-17"),
        (5, "theme_not_agreed", "2026-09-17"),
        (6, "theme_not_reviewed", "2026-12-31"),
    ],
)
def test_R41_each_step_not_taken_is_flagged_after_its_day_and_not_before(steps: int, which: Flag, due_on: str):
    history = given(*C3[:steps])
    history.at(f"{due_on}T23:59+07:00").when(flag("C3", which, due_on)).then()
    history.at("2027-01-05T08:00+07:00").when(flag("C3", which, due_on)).then(raised("C3", which, due_on, "2027-01-05"))


def test_R41_a_step_taken_raises_no_flag_any_more():
    given(*C3).at("2026-10-01T08:00+07:00").when(flag("C3", "theme_not_agreed", "2026-09-17")).then()


# ------------------------------------------------------------------ what is refused


def test_R41_nothing_is_presented_that_the_committee_did_not_pass():
    known = meetings(held(SEPTEMBER, "thematic", "2026-09-17"))
    present = PresentTheme(theme_id="C3", meeting_id=SEPTEMBER)
    given.known(known)(*C3[:3]).when(present).refused("chưa được chi ủy thông qua")
    given(*C3[:4]).when(present).refused("chưa khai mạc")
    given.known(known)(*C3[:4]).when(present).then(C3[4])


def test_R6_a_regular_meeting_is_no_place_for_a_theme_but_a_combined_one_is():
    meeting_id = f"{CODE}:2026-09"
    present = PresentTheme(theme_id="C3", meeting_id=meeting_id)
    regular, combined = (meetings(held(meeting_id, kind, "2026-09-17")) for kind in ("regular", "combined"))
    given.known(regular)(*C3[:4]).when(present).refused("không phải buổi chuyên đề")
    there = presented("C3").model_copy(update={"meeting_id": meeting_id})
    given.known(combined)(*C3[:4]).when(present).then(there)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (agree("C3", review=DECEMBER), "không giao việc mới"),
        (agree("C3", "T15", review=DECEMBER, no_new_task=True), "chọn một trong hai"),
        (agree("C3", "T15", review=DECEMBER, items=[]), "ít nhất một nội dung"),
        (agree("C3", "T15", review=SEPTEMBER), "ở sau ngày trình bày"),
        (agree("C3", "T15", review=f"{CODE}:2026-08"), "ở sau ngày trình bày"),
        (agree("C3", "T15", review=f"{CODE}:next"), "không nêu tháng họp"),
        (agree("C3", "T15", review="99.001.002.000.012:2026-12"), "không phải của chi bộ này"),
    ],
)
def test_R41_an_agreement_ends_in_tasks_or_the_words_and_a_later_meeting(command: AgreeTheme, words: str):
    given(*C3[:5]).when(command).refused(words)


def test_R41_no_new_task_is_said_in_so_many_words():
    command = agree("C3", review=DECEMBER, no_new_task=True)
    words = agreed("C3", review=DECEMBER).model_copy(update={"no_new_task": True})
    given(*C3[:5]).when(command).then(words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quarter": "2026-Q2"}, "không nằm trong quý"),
        ({"draft_due_on": "2026-09-17"}, "Thứ tự ngày"),
        ({"assign_by": "2026-09-08"}, "Thứ tự ngày"),
        ({"member_id": "M99"}, "không có đồng chí nào"),
        ({"meeting_id": "99.001.002.000.012:2026-09:thematic"}, "không phải của chi bộ này"),
        ({"meeting_id": f"{CODE}:2026-13"}, "không nêu tháng họp"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changes: dict[str, Any], words: str):
    given().when(plan("C3", **changes)).refused(words)


def test_a_plan_may_change_until_the_theme_is_presented_and_another_member_is_charged_anew():
    other = plan("C3", member_id="M05")
    given(*C3[:2]).when(other).then(planned("C3", member_id="M05"))
    assert given(*C3[:2], planned("C3", member_id="M05")).state().stage == "planned"
    given(*C3[:3]).when(other).refused("đã nộp báo cáo")
    given(*C3[:5]).when(plan("C3", theme="Khác")).refused("đã trình bày")


def test_nothing_happens_to_a_theme_nobody_planned_or_charged():
    given().when(AssignThematicReport(theme_id="C9")).refused("Chưa có chuyên đề C9")
    given(planned("C3")).when(SubmitThematicReport(theme_id="C3", member_id="M03")).refused("Chưa giao")
    given(*C3[:2]).when(SubmitThematicReport(theme_id="C3", member_id="M05")).refused("không phải đ/c M05")
    given(*C3[:2]).when(agree("C3", "T15", review=DECEMBER)).refused("chưa trình bày")
    given(*C3[:5]).when(ReviewTheme(theme_id="C3", meeting_id=DECEMBER, result="Tốt")).refused("chưa kiểm điểm được")
    given(*C3).when(ReviewTheme(theme_id="C3", meeting_id=DECEMBER, result="Tốt")).refused("chưa khai mạc")


# ------------------------------------------------------------------ R6


def test_E10_a_quarter_without_a_thematic_meeting_is_flagged_once_and_holding_it_later_does_not_clear_it():
    quarter = scenario(QUARTER, Known(branch=branch()), actor="clock", role="clock")
    standing = SchedulerFlagRaised(
        branch=CODE,
        history="quarter",
        of="2026-Q2",
        flag="quarter_without_thematic",
        rule="R6",
        due_on=date(2026, 6, 30),
        missing="MeetingOpened",
        detected_on=date(2026, 7, 1),
    )
    ask = FlagQuarter(quarter="2026-Q2")
    quarter().at("2026-06-30T23:59+07:00").when(ask).then()
    quarter().at("2026-07-01T00:00+07:00").when(ask).then(standing)
    quarter(standing).at("2026-07-03T00:00+07:00").when(ask).then()
    assert periods.containing(date(2026, 7, 2), "quarter") == "2026-Q3"
    assert quarter(standing).state().flags[0].cleared_on is None


def test_R6_a_quarter_with_a_thematic_meeting_is_not_flagged():
    quarter = scenario(QUARTER, Known(branch=branch(), thematic_held=(f"{CODE}:2026-06:thematic",)))
    quarter().at("2026-07-01T00:00+07:00").when(FlagQuarter(quarter="2026-Q2")).then()


def test_R6_the_rules_say_how_many_a_quarter_has():
    hd42 = next(one for one in shipped().profiles if isinstance(one, MeetingProfile) and one.ref == "hd42@1")
    two = hd42.model_copy(update={"thematic_per_quarter": hd42.thematic_per_quarter.model_copy(update={"value": 2})})
    april, june = f"{CODE}:2026-04", f"{CODE}:2026-06:thematic"
    raised_on = {}
    for held_in in ((april,), (april, june)):
        known = Known(branch=branch(), rules=RuleBook((two,)), thematic_held=held_in)
        asked = scenario(QUARTER, known)().at("2026-07-01T00:00+07:00")
        raised_on[held_in] = QUARTER.decide(asked.state(), FlagQuarter(quarter="2026-Q2"), asked.asked)
    assert [fact.flag for fact in raised_on[(april,)]] == ["quarter_without_thematic"]  # type: ignore[attr-defined]
    assert raised_on[(april, june)] == ()


def test_R41_the_rules_of_practice_say_how_long_before_the_meeting_a_report_is_sent():
    profiles = shipped().profiles
    told = next(one for one in profiles if isinstance(one, PracticeProfile))
    three = told.model_copy(update={"theme_sent_days": told.theme_sent_days.model_copy(update={"value": 3})})
    book = RuleBook(tuple(three if one is told else one for one in profiles))
    on = planned("C3").on
    scenario(THEME, replace(meetings(), rules=book))().at("2026-07-01T08:00+07:00").when(plan("C3")).then(
        planned("C3").model_copy(update={"pass_by": on - timedelta(days=3)})
    )


def test_R6_counts_from_the_first_whole_quarter():
    assert [first_whole_quarter(month) for month in ("2026-04", "2026-05", "2026-11")] == [
        "2026-Q2", "2026-Q3", "2027-Q1",
    ]  # fmt: skip


def test_each_theme_and_each_quarter_is_a_history_of_its_own():
    assert plan("C3").subject(CODE) == planned("C3").subject() == f"theme/{CODE}:C3"
    assert raised("C3", "theme_not_agreed", "2026-09-17", "2026-09-18").subject() == f"theme/{CODE}:C3"
    assert FlagQuarter(quarter="2026-Q2").subject(CODE) == f"quarter/{CODE}:2026-Q2"
