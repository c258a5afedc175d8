from __future__ import annotations

from datetime import date, datetime
from functools import reduce

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.ranking.domain.known import Known, MeetingSeen
from services.ranking.domain.task import (
    TASK,
    AssignTask,
    CompleteTask,
    ExtendTask,
    FailTask,
    FollowUpTask,
    GivenCause,
    GiveUrgentTask,
    ReportProgress,
    Task,
)
from shared.branch import Branch
from shared.decision import Refused
from shared.events.branch import BranchDissolved
from shared.events.minutes import Threshold
from shared.events.ranking import (
    AnyTaskFact,
    Cause,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
    TaskProgressReported,
    UrgentTaskGiven,
)
from shared.events.sealed import Secret
from shared.rules import shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

OCTOBER = f"{CODE}:2026-10"
COLLECT = "Tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)."
GUIDE = "Hướng dẫn đảng viên theo dõi địa bàn cách dùng phiếu phản ánh."
LIST = "Lập danh sách đầu mối liên lạc của chi bộ vùng có nguy cơ ngập."

MORE_THAN_HALF = Threshold(numerator=1, denominator=2, inclusive=False)
MEETING = MeetingSeen(
    meeting_id=OCTOBER,
    meeting_kind="regular",
    period="2026-10",
    opened_at="2026-10-05T07:00:00.000000Z",
    voters=("M01", "M02"),
    vote_base=10,
    inside={},
    adoption=MORE_THAN_HALF,
    secret_minimum=3,
)


def known(of: Branch | None = None, meeting: MeetingSeen | None = None) -> Known:
    return Known(branch=of or branch(), rules=shipped(), meeting=meeting)


TASKS = scenario(TASK, known())


def given(*facts: AnyTaskFact) -> Scenario:
    return TASKS(*facts)


def assigned(
    task: str = "T16", to: str = "M06", due: date = date(2026, 9, 25), text: str = COLLECT, **more: object
) -> TaskAssigned:
    return TaskAssigned.model_validate(
        {
            "branch": CODE,
            "task_id": task,
            "member_id": to,
            "text": text,
            "due_on": due,
            "report_at": "2026-10",
            "origin": "programme",
            "meeting_id": f"{CODE}:2026-09",
            **more,
        }
    )


def causes(member: str, *said: tuple[str, str]) -> tuple[Cause, ...]:
    return tuple(
        Cause.model_validate(
            {
                "kind": kind,
                "text": Secret(subject=f"member/{CODE}/{member}", field=f"cause{number}", text=SecretStr(text)),
            }
        )
        for number, (kind, text) in enumerate(said, 1)
    )


def named(*said: tuple[str, str]) -> tuple[GivenCause, ...]:
    return tuple(GivenCause.model_validate({"kind": kind, "text": text}) for kind, text in said)


T16 = assigned()
T17 = assigned("T17", "M05", date(2026, 9, 28), GUIDE, origin="thematic")
GIVEN = UrgentTaskGiven(
    branch=CODE,
    task_id="T18",
    member_id="M07",
    text=LIST,
    given_by="lãnh đạo phòng",
    given_at="2026-10-01T08:30:00.000000Z",
    due_at="2026-10-02T10:00:00.000000Z",
)
T18 = TaskAssigned(
    branch=CODE,
    task_id="T18",
    member_id="M07",
    text=LIST,
    due_on=date(2026, 10, 2),
    due_at="2026-10-02T10:00:00.000000Z",
    origin="urgent",
)
STORM = ("objective", "Cơ sở tập trung phòng, chống bão.")
NO_DAY = ("subjective", "Chưa hẹn ngày thu với từng nơi.")
FAILED = TaskFailed(
    branch=CODE,
    task_id="T16",
    member_id="M06",
    text=COLLECT,
    due_on=date(2026, 9, 25),
    ended_on=date(2026, 9, 30),
    causes=causes("M06", STORM, NO_DAY),
    proposal="Giao tiếp 05 phiếu còn lại.",
)
FAIL = FailTask(task_id="T16", member_id="M06", causes=named(STORM, NO_DAY), proposal="Giao tiếp 05 phiếu còn lại.")
AT_MONTH_END = "2026-09-30T17:30:00+07:00"
IN_THE_MEETING = "2026-10-05T15:00:00+07:00"


def completed(task: TaskAssigned, done: date, outcome: str, **more: object) -> TaskCompleted:
    return TaskCompleted.model_validate(
        {
            "branch": CODE,
            "task_id": task.task_id,
            "member_id": task.member_id,
            "text": task.text,
            "due_on": task.due_on,
            "done_on": done,
            "outcome": outcome,
            **more,
        }
    )


# ---------------------------------------------------------------- given


HEARD = AssignTask(
    task_id="T16",
    member_id="M06",
    text=COLLECT,
    due_on=date(2026, 9, 25),
    report_at="2026-10",
    origin="programme",
    meeting_id=f"{CODE}:2026-09",
)


def test_R19_what_a_meeting_decided_becomes_a_task_with_one_member_one_date_and_one_report():
    given().at("2026-09-03T09:00:00+07:00", actorrole="service").when(HEARD).then(T16)


def test_a_decided_task_heard_twice_is_one_task():
    given(T16).at("2026-09-03T09:00:00+07:00", actorrole="service").when(HEARD).then()


def test_an_id_names_one_task_for_ever():
    given(T17).when(HEARD.model_copy(update={"task_id": "T17"})).refused("đã dùng cho một việc khác")


def test_R19_by_hand_a_task_needs_its_meeting():
    by_hand = HEARD.model_copy(update={"meeting_id": None})
    given().at("2026-09-05T09:00:00+07:00").when(by_hand).refused("Việc được giao trong một buổi họp")


def test_R19_a_due_date_before_the_meeting_is_refused_and_shown_the_way():
    wish = HEARD.model_copy(update={"due_on": date(2026, 10, 2), "meeting_id": OCTOBER})
    given().known(known(meeting=MEETING)).at(IN_THE_MEETING).when(wish).refused(
        "Hạn 02/10/2026 đứng trước ngày họp 05/10/2026. Nếu là việc lãnh đạo giao gấp, đồng chí chọn «Việc đột xuất»."
    )


def test_a_task_from_paper_minutes_is_entered_with_the_day_of_that_meeting():
    wish = HEARD.model_copy(update={"meeting_id": None, "decided_on": date(2026, 9, 3)})
    given().at("2026-09-26T08:00:00+07:00").when(wish).then(
        T16.model_copy(update={"meeting_id": None, "decided_on": date(2026, 9, 3)})
    )


def test_a_task_is_given_to_somebody_on_the_list_with_somebody_else():
    wish = HEARD.model_copy(update={"decided_on": date(2026, 9, 3), "meeting_id": None})
    given().when(wish.model_copy(update={"member_id": "M99"})).refused("M99 không có trong danh sách")
    given().when(wish.model_copy(update={"partner_id": "M98"})).refused("M98 không có trong danh sách")
    given().when(wish.model_copy(update={"partner_id": "M06"})).refused("phải là người khác")


URGENT = GiveUrgentTask(
    task_id="T18",
    member_id="M07",
    text=LIST,
    given_by="lãnh đạo phòng",
    given_at=datetime.fromisoformat("2026-10-01T15:30:00+07:00"),
    due_at=datetime.fromisoformat("2026-10-02T17:00:00+07:00"),
)


def test_an_urgent_task_is_born_outside_a_meeting_with_its_giver_and_its_hour():
    given().at("2026-10-01T15:40:00+07:00", actor="M02").when(URGENT).then(GIVEN, T18)


def test_an_urgent_task_entered_twice_is_one_task():
    given(GIVEN, T18).at("2026-10-01T15:40:00+07:00", actor="M02").when(URGENT).then()


def test_an_urgent_task_is_due_after_it_was_given_and_given_before_now():
    early = URGENT.model_copy(update={"due_at": URGENT.given_at})
    given().at("2026-10-01T15:40:00+07:00").when(early).refused("không sau lúc giao 15:30 01/10/2026")
    given().at("2026-10-01T15:20:00+07:00").when(URGENT).refused("chưa đến nên chưa ghi được")
    given(T16.model_copy(update={"task_id": "T18"})).at("2026-10-01T15:40:00+07:00").when(URGENT).refused("đã dùng")
    stranger = URGENT.model_copy(update={"member_id": "M77"})
    given().at("2026-10-01T15:40:00+07:00").when(stranger).refused("M77 không có trong danh sách")


def test_a_dissolved_branch_takes_no_more_tasks():
    gone = branch(BranchDissolved(branch=CODE, decision_no="01-QĐ/ĐU", effective_on=date(2026, 9, 1)))
    given().known(known(gone)).when(URGENT).refused("Chi bộ đã giải thể từ ngày 01/09/2026")
    given().known(Known(branch=None, rules=shipped())).when(URGENT).refused("Chưa có chi bộ mã")


# ---------------------------------------------------------------- on the way


PROGRESS = ReportProgress(task_id="T16", member_id="M06", progress="Đã thu 04/09 phiếu.")
REPORTED = TaskProgressReported(
    branch=CODE, task_id="T16", member_id="M06", text=COLLECT, progress="Đã thu 04/09 phiếu."
)


def test_progress_is_a_fact():
    given(T16).when(PROGRESS).then(REPORTED)


def test_the_same_progress_said_twice_is_one_fact():
    given(T16, REPORTED).when(PROGRESS).then()


def test_nobody_reports_on_a_task_of_somebody_else():
    given(T16).when(PROGRESS.model_copy(update={"member_id": "M05"})).refused("giao cho đ/c M06, không phải đ/c M05")


def test_a_task_that_was_never_given_cannot_be_reported_extended_or_ended():
    for wish in (
        PROGRESS,
        ExtendTask(task_id="T16", to_on=date(2026, 10, 9), reason="Bão"),
        CompleteTask(task_id="T16", member_id="M06"),
        FAIL,
        FollowUpTask(task_id="T16", how="stopped", reason="Hết cần"),
    ):
        given().when(wish).refused("Chưa có việc mang mã T16")


T14 = assigned("T14", "M07", date(2026, 8, 28), "Cập nhật biểu thống kê tổ chức đảng theo mẫu mới.")
EXTEND = ExtendTask(task_id="T14", to_on=date(2026, 9, 11), reason="Thay đổi mẫu biểu của cấp trên")
EXTENDED = TaskExtended(
    branch=CODE,
    task_id="T14",
    member_id="M07",
    text=T14.text,
    from_on=date(2026, 8, 28),
    to_on=date(2026, 9, 11),
    reason="Thay đổi mẫu biểu của cấp trên",
)


def test_more_time_is_asked_for_before_the_due_date():
    given(T14).at("2026-08-28T16:00:00+07:00").when(EXTEND).then(EXTENDED)


def test_the_same_extension_twice_is_one_extension():
    given(T14, EXTENDED).at("2026-08-28T16:00:00+07:00").when(EXTEND).then()


def test_R44_after_the_due_date_more_time_would_hide_that_it_is_late():
    given(T14).at("2026-08-29T00:00:00+07:00").when(EXTEND).refused("che mất việc chậm")


def test_an_extension_names_a_day_after_the_old_one():
    earlier = EXTEND.model_copy(update={"to_on": date(2026, 8, 28)})
    given(T14).at("2026-08-20T16:00:00+07:00").when(earlier).refused("không sau hạn cũ 28/08/2026")
    given(T14).when(ExtendTask(task_id="T14", reason="Bão")).refused("Đồng chí ghi hạn mới")


def test_an_urgent_task_is_extended_to_an_hour():
    wish = ExtendTask(task_id="T18", to_on=date(2026, 10, 3), reason="Bão")
    given(GIVEN, T18).at("2026-10-02T09:00:00+07:00").when(wish).refused("cả giờ")
    hour = ExtendTask(task_id="T18", to_at=datetime.fromisoformat("2026-10-02T20:00:00+07:00"), reason="Bão")
    given(GIVEN, T18).at("2026-10-02T09:00:00+07:00").when(hour).then(
        TaskExtended(
            branch=CODE,
            task_id="T18",
            member_id="M07",
            text=LIST,
            from_on=date(2026, 10, 2),
            to_on=date(2026, 10, 2),
            from_at="2026-10-02T10:00:00.000000Z",
            to_at="2026-10-02T13:00:00.000000Z",
            reason="Bão",
        )
    )
    given(GIVEN, T18).at("2026-10-02T17:00:01+07:00").when(hour).refused("Hạn 17:00 02/10/2026 đã qua")


def test_after_an_extension_the_new_date_counts():
    given(T14, EXTENDED).at("2026-09-10T16:00:00+07:00").when(CompleteTask(task_id="T14", member_id="M07")).then(
        completed(T14, date(2026, 9, 10), "on_time", due_on=date(2026, 9, 11))
    )


# ---------------------------------------------------------------- done


T15 = assigned("T15", "M03", date(2026, 9, 30), "Soạn mẫu phiếu phản ánh vấn đề phát sinh ở địa bàn.")


def test_a_task_done_on_its_last_day_is_on_time():
    given(T15).at(AT_MONTH_END).when(CompleteTask(task_id="T15", member_id="M03")).then(
        completed(T15, date(2026, 9, 30), "on_time")
    )


LATE = CompleteTask(
    task_id="T17",
    member_id="M05",
    done_on=date(2026, 9, 30),
    causes=named(("subjective", "Chờ mẫu phiếu, chưa chủ động phối hợp sớm.")),
)
T17_LATE = completed(
    T17,
    date(2026, 9, 30),
    "late",
    days_late=2,
    causes=causes("M05", ("subjective", "Chờ mẫu phiếu, chưa chủ động phối hợp sớm.")),
)


def test_R44_a_late_task_carries_its_days_and_causes_of_a_kind():
    given(T17).at(AT_MONTH_END).when(LATE).then(T17_LATE)


def test_R44_a_late_task_without_a_cause_is_refused():
    given(T17).at(AT_MONTH_END).when(LATE.model_copy(update={"causes": ()})).refused(
        "Việc xong chậm 2 ngày so với hạn 28/09/2026. Đồng chí nêu nguyên nhân khách quan hoặc chủ quan"
    )


def test_beyond_what_was_asked_is_exceeded_only_in_time():
    t19 = assigned("T19", "M04", date(2026, 10, 30), "Số hóa 12 biên bản giấy năm 2020.")
    more = "Số hóa thêm 04 biên bản chuyên đề ngoài yêu cầu."
    wish = CompleteTask(task_id="T19", member_id="M04", done_on=date(2026, 10, 23), exceeded=more)
    given(t19).at("2026-10-23T16:00:00+07:00").when(wish).then(
        completed(t19, date(2026, 10, 23), "exceeded", exceeded=more)
    )
    late = wish.model_copy(update={"done_on": date(2026, 10, 31), "causes": LATE.causes})
    given(t19).at("2026-11-02T16:00:00+07:00").when(late).then(
        completed(
            t19,
            date(2026, 10, 31),
            "late",
            days_late=1,
            exceeded=more,
            causes=causes("M04", ("subjective", "Chờ mẫu phiếu, chưa chủ động phối hợp sớm.")),
        )
    )


DONE_AT = CompleteTask(task_id="T18", member_id="M07", done_at=datetime.fromisoformat("2026-10-02T11:05:00+07:00"))
T18_DONE = completed(
    T18,
    date(2026, 10, 2),
    "on_time",
    due_at="2026-10-02T10:00:00.000000Z",
    done_at="2026-10-02T04:05:00.000000Z",
)


def test_an_urgent_task_is_measured_by_the_hour():
    given(GIVEN, T18).at("2026-10-02T13:00:00+07:00").when(DONE_AT).then(T18_DONE)


def test_an_urgent_task_late_by_a_minute_is_late_though_by_no_day():
    wish = DONE_AT.model_copy(
        update={"done_at": datetime.fromisoformat("2026-10-02T17:01:00+07:00"), "causes": named(STORM)}
    )
    given(GIVEN, T18).at("2026-10-02T18:00:00+07:00").when(wish).then(
        completed(
            T18,
            date(2026, 10, 2),
            "late",
            due_at="2026-10-02T10:00:00.000000Z",
            done_at="2026-10-02T10:01:00.000000Z",
            causes=causes("M07", STORM),
        )
    )
    given(GIVEN, T18).at("2026-10-02T18:00:00+07:00").when(wish.model_copy(update={"causes": ()})).refused("quá giờ")


def test_an_urgent_task_done_now_takes_the_hour_it_is_said_at_and_a_day_is_not_enough():
    now = CompleteTask(task_id="T18", member_id="M07")
    given(GIVEN, T18).at("2026-10-02T11:05:00+07:00").when(now).then(T18_DONE)
    day = CompleteTask(task_id="T18", member_id="M07", done_on=date(2026, 10, 2))
    given(GIVEN, T18).at("2026-10-02T18:00:00+07:00").when(day).refused("ghi cả giờ hoàn thành")


def test_nothing_is_finished_tomorrow_or_before_it_was_given():
    tomorrow = CompleteTask(task_id="T15", member_id="M03", done_on=date(2026, 10, 1))
    given(T15).at(AT_MONTH_END).when(tomorrow).refused("Mốc 01/10/2026 chưa đến")
    given(GIVEN, T18).at("2026-10-02T11:00:00+07:00").when(DONE_AT).refused("Mốc 11:05 02/10/2026 chưa đến")
    before = DONE_AT.model_copy(update={"done_at": datetime.fromisoformat("2026-10-01T15:00:00+07:00")})
    given(GIVEN, T18).at("2026-10-02T11:00:00+07:00").when(before).refused("đứng trước lúc giao việc 15:30")
    with pytest.raises(ValidationError, match="not both"):
        CompleteTask(task_id="T18", member_id="M07", done_on=date(2026, 10, 2), done_at=DONE_AT.done_at)


def test_the_same_result_said_twice_is_one_result():
    given(T17, T17_LATE).at("2026-10-01T08:00:00+07:00").when(LATE).then()
    given(T16, FAILED).at("2026-10-01T08:00:00+07:00").when(
        FAIL.model_copy(update={"ended_on": date(2026, 9, 30)})
    ).then()


def test_a_task_that_has_its_result_takes_no_other():
    sooner = LATE.model_copy(update={"done_on": date(2026, 9, 28)})
    given(T17, T17_LATE).at(AT_MONTH_END).when(sooner).refused("đã có kết quả: hoàn thành, ngày 30/09/2026")
    done = CompleteTask(task_id="T16", member_id="M06", done_on=date(2026, 9, 25))
    given(T16, FAILED).at(AT_MONTH_END).when(done).refused("đã có kết quả: chưa hoàn thành, ngày 30/09/2026")
    given(T16, FAILED).when(PROGRESS).refused("đã có kết quả")
    given(T15, completed(T15, date(2026, 9, 30), "on_time")).at(AT_MONTH_END).when(
        FAIL.model_copy(update={"task_id": "T15", "member_id": "M03"})
    ).refused("đã có kết quả")
    given(T16, FAILED).at(AT_MONTH_END).when(ExtendTask(task_id="T16", to_on=date(2026, 10, 9), reason="Bão")).refused(
        "đã có kết quả"
    )


# ---------------------------------------------------------------- not done, and what follows


def test_R44_a_task_not_done_needs_a_cause_of_a_kind_and_a_proposal():
    given(T16).at(AT_MONTH_END).when(FAIL).then(FAILED)
    given(T16).at(AT_MONTH_END).when(FAIL.model_copy(update={"causes": ()})).refused("cần nêu nguyên nhân")
    given(T16).at(AT_MONTH_END).when(FAIL.model_copy(update={"proposal": None})).refused("một đề xuất")
    given(T16).at(AT_MONTH_END).when(FAIL.model_copy(update={"ended_on": date(2026, 10, 1)})).refused("chưa đến")


def followed(**how: object) -> TaskFollowedUp:
    return TaskFollowedUp.model_validate({"branch": CODE, "task_id": "T16", "member_id": "M06", "text": COLLECT, **how})


NEW_TASK = FollowUpTask(task_id="T16", how="new_task", ref="T20", meeting_id=OCTOBER)
TO_T20 = followed(how="new_task", ref="T20", meeting_id=OCTOBER)


def test_R44_a_task_not_done_ends_in_a_new_task():
    given(T16, FAILED).at(IN_THE_MEETING).when(NEW_TASK).then(TO_T20)


def test_R44_or_in_more_time_with_its_date():
    wish = FollowUpTask(task_id="T16", how="extension", due_on=date(2026, 11, 20), reason="Hết lũ mới thu được")
    given(T16, FAILED).at(IN_THE_MEETING).when(wish).then(
        followed(how="extension", due_on=date(2026, 11, 20), reason="Hết lũ mới thu được"),
        TaskExtended(
            branch=CODE,
            task_id="T16",
            member_id="M06",
            text=COLLECT,
            from_on=date(2026, 9, 25),
            to_on=date(2026, 11, 20),
            reason="Hết lũ mới thu được",
        ),
    )


def test_R44_or_in_a_stated_stop():
    wish = FollowUpTask(task_id="T16", how="stopped", reason="Cấp trên đã thu")
    given(T16, FAILED).at(IN_THE_MEETING).when(wish).then(followed(how="stopped", reason="Cấp trên đã thu"))
    given(T16, FAILED).at(IN_THE_MEETING).when(FollowUpTask(task_id="T16", how="stopped")).refused("cần nêu lý do")


def test_R44_what_follows_is_said_in_full():
    at = given(T16, FAILED).at(IN_THE_MEETING)
    at.when(FollowUpTask(task_id="T16", how="new_task")).refused("chọn việc mới")
    at.when(FollowUpTask(task_id="T16", how="new_task", ref="T16")).refused("chọn việc mới")
    at.when(FollowUpTask(task_id="T16", how="extension")).refused("cần hạn mới")
    at.when(FollowUpTask(task_id="T16", how="extension", due_on=date(2026, 10, 4))).refused("từ hôm nay trở đi")
    given(T17, T17_LATE).at(IN_THE_MEETING).when(
        FollowUpTask(task_id="T17", how="extension", due_on=date(2026, 11, 1))
    ).refused("đã làm xong (chậm)")


def test_R44_nothing_follows_before_there_is_a_result():
    given(T16).at(IN_THE_MEETING).when(NEW_TASK).refused("chưa có kết quả")


def test_R44_what_follows_is_decided_once():
    given(T16, FAILED, TO_T20).at(IN_THE_MEETING).when(NEW_TASK).then()
    other = FollowUpTask(task_id="T16", how="stopped", reason="Thôi")
    given(T16, FAILED, TO_T20).at(IN_THE_MEETING).when(other).refused("Chi bộ đã quyết định xử lý tiếp")


def test_R44_a_late_task_may_also_be_followed_up():
    wish = FollowUpTask(task_id="T17", how="stopped")
    given(T17, T17_LATE).at(IN_THE_MEETING, actorrole="service").when(wish).then(
        TaskFollowedUp(branch=CODE, task_id="T17", member_id="M05", text=GUIDE, how="stopped")
    )


EXTENDED_T16 = TaskExtended(
    branch=CODE,
    task_id="T16",
    member_id="M06",
    text=COLLECT,
    from_on=date(2026, 9, 25),
    to_on=date(2026, 11, 20),
    reason="Bão",
)
SERVICE = {"actorrole": "service:ranking"}


def test_R44_the_meetings_latest_word_on_what_follows_stands():
    stop = FollowUpTask(task_id="T16", how="stopped", meeting_id=OCTOBER)
    given(T16, FAILED, TO_T20).at(IN_THE_MEETING, **SERVICE).when(stop).then(
        followed(how="stopped", meeting_id=OCTOBER)
    )
    more_time = (followed(how="extension", due_on=date(2026, 11, 20)), EXTENDED_T16)
    at = given(T16, FAILED, *more_time)
    assert at.state().phase == "open"
    at.at(IN_THE_MEETING, **SERVICE).when(NEW_TASK).then(TO_T20)
    assert not given(T16, FAILED, *more_time, TO_T20).state().pending


def test_what_a_meeting_says_about_a_task_with_nothing_to_follow_stops_no_month():
    given().at(IN_THE_MEETING, **SERVICE).when(NEW_TASK).then()
    given(T16).at(IN_THE_MEETING, **SERVICE).when(NEW_TASK).then()
    in_time = completed(T16, date(2026, 9, 25), "on_time")
    given(T16, in_time).at(IN_THE_MEETING, **SERVICE).when(NEW_TASK).then()
    given(T16, in_time).at(IN_THE_MEETING).when(NEW_TASK).refused("không cần xử lý tiếp")


def test_an_extended_task_can_fail_again_and_must_then_be_followed_up_again():
    history = (T16, FAILED, followed(how="extension", due_on=date(2026, 11, 20)), EXTENDED_T16)
    again = FAILED.model_copy(update={"due_on": date(2026, 11, 20), "ended_on": date(2026, 11, 21)})
    given(*history).at("2026-11-21T08:00:00+07:00").when(FAIL).then(again)
    assert given(*history, again).state().pending
    stop = FollowUpTask(task_id="T16", how="stopped", reason="Hết năm")
    given(*history, again).at("2026-12-03T08:00:00+07:00").when(stop).then(followed(how="stopped", reason="Hết năm"))


# ---------------------------------------------------------------- for any course of events

DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))
WISHES = st.one_of(
    st.builds(lambda text: ReportProgress(task_id="T16", member_id="M06", progress=text), st.sampled_from("abc")),
    st.builds(lambda day: ExtendTask(task_id="T16", to_on=day, reason="Bão"), DAYS),
    st.builds(
        lambda day, why: CompleteTask(task_id="T16", member_id="M06", done_on=day, causes=named(STORM) if why else ()),
        DAYS,
        st.booleans(),
    ),
    st.builds(
        lambda why: FailTask(task_id="T16", member_id="M06", causes=named(NO_DAY) if why else (), proposal="Làm tiếp"),
        st.booleans(),
    ),
    st.builds(
        lambda how, day, by: FollowUpTask(task_id="T16", how=how, due_on=day, ref=by, reason=by),
        st.sampled_from(["new_task", "extension", "stopped"]),
        st.none() | DAYS,
        st.sampled_from([None, "T20"]),
    ),
)


@settings(max_examples=300, deadline=None)
@given_any(st.lists(st.tuples(DAYS, WISHES), max_size=12))
def test_no_open_task_disappears_whatever_is_asked(wishes):
    facts: list[AnyTaskFact] = [T16]
    task = reduce(TASK.evolve, facts, Task())
    for day, wish in sorted(wishes, key=lambda item: item[0]):
        at = TASKS.at(f"{day}T08:00:00+07:00").asked
        try:
            new = TASK.decide(task, wish, at)
        except Refused:
            continue
        task = reduce(TASK.evolve, new, task)
        facts.extend(new)  # type: ignore[arg-type]  # a noun's decide gives facts of any kind
        ended = any(isinstance(fact, TaskCompleted) for fact in facts)
        last_failed = max((n for n, fact in enumerate(facts) if isinstance(fact, TaskFailed)), default=-1)
        said = [fact for fact in facts[last_failed + 1 :] if isinstance(fact, TaskFollowedUp)]
        carried_on = last_failed >= 0 and bool(said) and said[-1].how != "extension"
        assert task.pending == (not ended and not carried_on)
        assert reduce(TASK.evolve, facts, Task()) == task
        assert TASK.decide(task, wish, at) == ()


def test_a_pledge_with_a_partner_is_a_task_like_any_other():
    wish = AssignTask(
        task_id="T30",
        member_id="M05",
        partner_id="M11",
        text="Nêu gương: hướng dẫn hai đồng chí trẻ soạn văn bản.",
        due_on=date(2026, 12, 20),
        origin="pledge",
        decided_on=date(2026, 10, 5),
    )
    fact = TaskAssigned(branch=CODE, **wish.model_dump())
    given().at(IN_THE_MEETING).when(wish).then(fact)
    given().at(IN_THE_MEETING).when(wish.model_copy(update={"partner_id": "M05"})).refused("phải là người khác")
