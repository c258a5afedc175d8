from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes.domain.assignments import DecideAssignment
from services.minutes.domain.known import Known, Task
from services.minutes.domain.month import (
    AcknowledgeUrgentTask,
    CauseNamed,
    MemberMonth,
    ReviewBranchMonth,
    ReviewLastMonth,
    ReviewMember,
    TaskEnding,
    due_in,
)
from shared.events.branch import MemberTransferred
from shared.events.minutes import AssignmentDecided, LastMonthReviewed, MemberMonthReviewed, TaskReview
from tests.minutes.october import BASE, KNOWN, MEETING, OPENED, TASKS, at, secret, until
from tests.sample_branch import CODE, branch

FOLLOWED = TaskEnding(task_id="T16", follow_up="new_task", follow_up_ref="T20")


def tasks(**changes: dict[str, Any]) -> Known:
    changed = {task_id: TASKS[task_id].model_copy(update=change) for task_id, change in changes.items()}
    return replace(KNOWN, tasks={**TASKS, **changed})


def review(member: str, **parts: Any) -> ReviewMember:
    return ReviewMember(meeting_id=MEETING, period="2026-09", review=MemberMonth(member_id=member, **parts))


def whole(*members: MemberMonth) -> ReviewLastMonth:
    return ReviewLastMonth(meeting_id=MEETING, period="2026-09", members=members)


def everybody(**endings: TaskEnding) -> tuple[MemberMonth, ...]:
    return tuple(MemberMonth(member_id=member, tasks=(FOLLOWED,) if member == "M06" else ()) for member in BASE)


# ---- last month's tasks (R19)


def test_R19_two_tasks_without_a_result_keep_the_review_open():
    known = tasks(T16={"outcome": None}, T17={"outcome": None})
    at("15:00", OPENED, known=known).when(whole(*everybody())).refused(
        "Còn 2 việc tháng trước chưa có kết quả: T16, T17. Đồng chí ghi hoàn thành, chậm, hoặc chưa hoàn thành kèm "
        "nguyên nhân, rồi mới kết thúc mục đánh giá."
    )


def test_R19_a_task_still_open_from_an_earlier_month_counts_too():
    known = tasks(T13={"outcome": None, "ended_on": None})
    at("15:00", OPENED, known=known).when(whole(*everybody())).refused("chưa có kết quả: T13")


def test_R19_everybody_is_gone_through_also_without_a_task():
    members = [one for one in everybody() if one.member_id not in {"M01", "M08"}]
    at("15:00", OPENED).when(whole(*members)).refused("Còn 2 đồng chí chưa được đánh giá: đ/c M01, đ/c M08")


def test_R19_a_result_that_came_after_the_review_is_reviewed_again():
    early = MemberMonthReviewed(meeting_id=MEETING, period="2026-09", member_id="M03", tasks=())
    others = [one for one in everybody() if one.member_id != "M03"]
    at("15:00", OPENED, early).when(whole(*others)).refused("Kết quả của T15 đến sau khi đã nhận xét")


def test_R19_whoever_left_since_is_still_gone_through_and_the_month_can_end():
    """M03 owed T15 and left on the first of the month of the meeting."""
    left = MemberTransferred(branch=CODE, member_id="M03", to="Chi bộ khác", effective_on=date(2026, 10, 1))
    known = replace(KNOWN, branch=branch(left))
    others = [one for one in everybody() if one.member_id != "M03"]
    meeting = at("15:00", OPENED, known=known)
    meeting.when(whole(*others)).refused("đ/c M03")
    facts = meeting.when(whole(*everybody()))._decide()
    assert "M03" in {fact.member_id for fact in facts if isinstance(fact, MemberMonthReviewed)}
    assert isinstance(facts[-1], LastMonthReviewed)
    meeting.when(review("X9")).refused("không có trong danh sách")


def test_the_month_that_is_not_yet_here_is_not_reviewed():
    at("15:00", OPENED).when(ReviewLastMonth(meeting_id=MEETING, period="2026-11")).refused("ở sau kỳ họp này")
    at("15:00", OPENED).when(ReviewBranchMonth(meeting_id=MEETING, period="2026-11")).refused("ở sau kỳ họp này")


@pytest.mark.parametrize(
    ("task", "counts"),
    [
        ({"due_on": date(2026, 9, 30), "outcome": None}, True),
        ({"due_on": date(2026, 9, 1), "outcome": "on_time", "ended_on": date(2026, 8, 20)}, True),
        ({"due_on": date(2026, 8, 25), "outcome": None}, True),
        ({"due_on": date(2026, 8, 25), "outcome": "late", "ended_on": date(2026, 9, 2)}, True),
        ({"due_on": date(2026, 8, 25), "outcome": "on_time", "ended_on": date(2026, 8, 25)}, False),
        ({"due_on": date(2026, 10, 2), "outcome": None}, False),
        (
            {"due_on": date(2026, 8, 25), "outcome": "late", "ended_on": date(2026, 9, 2), "reviewed_in": "2026-08"},
            False,
        ),
        ({"due_on": date(2026, 9, 11), "outcome": None, "reviewed_in": "2026-08"}, True),
    ],
)
def test_what_a_month_answers_for(task: dict[str, Any], counts: bool):
    given = Task(task_id="T1", member_id="M03", text="Việc.", **task)
    assert due_in("2026-09", [given]) == ([given] if counts else [])


# ---- causes and what follows (R44)


def test_R44_a_late_task_has_a_cause_of_a_kind():
    at("15:00", OPENED, known=tasks(T17={"causes": ()})).when(review("M05")).refused(
        "Việc T17 chậm mà chưa nêu nguyên nhân"
    )


def test_R44_the_cause_may_be_named_in_the_meeting():
    named = CauseNamed(kind="subjective", text=SecretStr("Chưa chủ động."), task_id="T17")
    reviewed = at("15:00", OPENED, known=tasks(T17={"causes": ()})).when(review("M05", causes=(named,)))
    (fact,) = reviewed._decide()
    assert isinstance(fact, MemberMonthReviewed)
    assert fact.tasks == (TaskReview(task_id="T17", outcome="late", causes=("subjective",)),)
    assert fact.causes[0].text == secret("M05", "causes.0", "Chưa chủ động.")


def test_R44_an_undone_task_says_where_it_goes():
    at("15:00", OPENED).when(review("M06")).refused("giao việc mới, gia hạn, hoặc không tiếp tục")


def test_R44_what_was_said_to_follow_before_the_meeting_holds():
    known = tasks(T16={"follow_up": "extension", "extended_to": date(2026, 11, 20)})
    at("15:00", OPENED, known=known).when(review("M06")).then(
        MemberMonthReviewed(
            meeting_id=MEETING,
            period="2026-09",
            member_id="M06",
            tasks=(
                TaskReview(
                    task_id="T16",
                    outcome="failed",
                    causes=("objective", "subjective"),
                    follow_up="extension",
                    extended_to=date(2026, 11, 20),
                ),
            ),
        )
    )


@pytest.mark.parametrize(
    "ending",
    [
        TaskEnding(task_id="T16", follow_up="new_task"),
        TaskEnding(task_id="T16", follow_up="extension"),
        TaskEnding(task_id="T16", follow_up="stopped", follow_up_ref="T20"),
    ],
)
def test_R44_each_ending_says_what_belongs_to_it(ending: TaskEnding):
    at("15:00", OPENED).when(review("M06", tasks=(ending,))).refused("Đồng chí ghi mã việc mới nếu giao việc mới")


def test_nothing_typed_about_another_task_is_dropped():
    stray = TaskEnding(task_id="T15", follow_up="stopped")
    at("15:00", OPENED).when(review("M06", tasks=(FOLLOWED, stray))).refused("T15 không phải việc chậm")


# ---- urgent tasks


def test_an_urgent_task_is_acknowledged_once_and_only_if_there_is_one():
    at("15:10", *until("15:11")).when(AcknowledgeUrgentTask(meeting_id=MEETING, task_id="T18")).then()
    at("15:10", OPENED).when(AcknowledgeUrgentTask(meeting_id=MEETING, task_id="T15")).refused(
        "Chưa có việc đột xuất T15"
    )


# ---- assignments


def assign(**parts: Any) -> DecideAssignment:
    given: dict[str, Any] = {
        "meeting_id": MEETING,
        "task_id": "T21",
        "member_id": "M08",
        "text": "Đối chiếu sổ theo dõi.",
        "due_on": date(2026, 10, 28),
        "report_at": "2026-11",
    }
    return DecideAssignment(**(given | parts))


def test_R19_a_task_is_not_due_before_the_meeting():
    at("15:42", OPENED).when(assign(due_on=date(2026, 10, 2))).refused(
        "Hạn 02/10/2026 đứng trước ngày họp 05/10/2026. Nếu là việc lãnh đạo giao gấp, đồng chí chọn «Việc đột xuất»."
    )


def test_R19_a_task_may_be_due_on_the_day_itself_and_reported_the_same_month():
    fact = AssignmentDecided(
        meeting_id=MEETING,
        task_id="T21",
        member_id="M08",
        text="Đối chiếu sổ theo dõi.",
        due_on=date(2026, 10, 5),
        report_at="2026-10",
        origin="conclusion",
    )
    at("15:42", OPENED).when(assign(due_on=date(2026, 10, 5), report_at="2026-10")).then(fact)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"report_at": "2026-09"}, "đứng trước tháng có hạn"),
        ({"partner_id": "M08"}, "người khác với người chịu trách nhiệm"),
        ({"member_id": "M99"}, "M99 không có trong danh sách"),
        ({"task_id": "T16"}, "Mã T16 đã dùng cho một việc khác"),
        ({"draft_id": "D9"}, "Không có dự kiến phân công D9"),
        ({"carried_from": "T99"}, "Không có việc T99"),
    ],
)
def test_R19_an_assignment_that_cannot_stand_is_refused(parts: dict[str, Any], words: str):
    at("15:42", OPENED).when(assign(**parts)).refused(words)
