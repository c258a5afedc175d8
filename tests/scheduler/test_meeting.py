"""Setting a meeting (R4, R5, R9), moving it (R2), calling it off, who chairs and who writes (R13), the month's flag."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.meeting import (
    MEETING,
    AcknowledgeReschedule,
    AssignMinuteTaker,
    CancelMeeting,
    DelegateChair,
    FlagRegularMeetingMissed,
    MoveMeeting,
    ScheduleMeeting,
)
from services.scheduler.domain.plan import unproven
from shared.events.branch import (
    BranchCharterAdopted,
    BranchDissolved,
    MemberTransferred,
    RoleAssigned,
    RoleEnded,
)
from shared.events.meeting import (
    ChairDelegated,
    MeetingCancelled,
    MeetingKind,
    MeetingScheduled,
    MinuteTakerAssigned,
    NoticeDelivered,
    RegularMeetingMissed,
    RescheduleAcknowledged,
)
from tests.sample_branch import CHARTER, CODE, FACTS, branch
from tests.scheduler.october import (
    AGENDA,
    BASE,
    FIFTH,
    MOVED,
    NOTIFIED,
    OCTOBER,
    PLACE,
    READY,
    given,
    issued,
    known,
    moved,
    opened,
    revised,
    scheduled,
)


def schedule(**changes: object) -> ScheduleMeeting:
    return ScheduleMeeting.model_validate(
        {"meeting_id": OCTOBER, "period": "2026-10", "agenda": [item.model_dump() for item in AGENDA], **changes}
    )


def charter(**changes: object) -> BranchCharterAdopted:
    return BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update=changes))


# ------------------------------------------------------------------ setting it


def test_R4_the_regular_meeting_is_set_on_the_charters_day_at_the_charters_hour_and_place():
    given().when(schedule()).then(scheduled)


def test_R4_on_another_day_only_with_a_reason():
    fourth = {"on": "2026-10-04"}
    given().when(schedule(**fourth)).refused("họp thường kỳ ngày 03/10/2026")
    given().when(schedule(**fourth, reason="Cả chi bộ đi cơ sở ngày 03")).then(
        scheduled.model_copy(
            update={
                "on": date(2026, 10, 4),
                "fixed_day": False,
                "reason": "Cả chi bộ đi cơ sở ngày 03",
                "notice_due_on": date(2026, 10, 1),
            }
        )
    )


def test_R4_next_working_day_when_the_charter_says_so():
    given.known(known(charter(holiday_policy="next_working_day")))().when(schedule()).then(
        scheduled.model_copy(update={"on": FIFTH, "notice_due_on": date(2026, 10, 2)})
    )


def test_R4_next_working_day_steps_over_an_injected_holiday():
    cell = known(charter(holiday_policy="next_working_day"), holidays=frozenset({FIFTH}))
    given.known(cell)().when(schedule()).then(
        scheduled.model_copy(update={"on": date(2026, 10, 6), "notice_due_on": date(2026, 10, 3)})
    )


def test_R5_one_regular_meeting_a_month():
    given(scheduled).when(schedule()).then()
    given(scheduled).when(schedule(starts_at="14:00")).refused("đã ấn định lúc 07:30 ngày 03/10/2026")


def test_R5_R7_a_thematic_meeting_stands_beside_the_regular_one_and_never_takes_its_id():
    thematic = {"meeting_kind": "thematic", "on": "2026-10-18", "starts_at": "08:00"}
    given().when(schedule(**thematic)).refused(f"đúng ra là {OCTOBER}:thematic")
    given().when(schedule(**thematic, meeting_id=f"{OCTOBER}:thematic-2")).then(
        scheduled.model_copy(
            update={
                "meeting_id": f"{OCTOBER}:thematic-2",
                "meeting_kind": "thematic",
                "on": date(2026, 10, 18),
                "starts_at": "08:00",
                "fixed_day": False,
                "notice_due_on": date(2026, 10, 15),
            }
        )
    )


@pytest.mark.parametrize("kind", ["extraordinary", "committee"])
def test_R9_other_meetings_need_a_day_and_no_fixed_notice(kind):
    called = {"meeting_id": f"{OCTOBER}:{kind}", "meeting_kind": kind}
    given().when(schedule(**called, on="2026-10-09")).then(
        scheduled.model_copy(
            update={
                **called,
                "on": date(2026, 10, 9),
                "fixed_day": False,
                "notice_days": 0,
                "notice_due_on": date(2026, 10, 9),
            }
        )
    )


def test_R8_a_combined_meeting_takes_the_regular_ones_place():
    given().when(schedule(meeting_kind="combined")).then(scheduled.model_copy(update={"meeting_kind": "combined"}))
    given(scheduled).when(schedule(meeting_kind="combined")).refused("đã ấn định")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"meeting_id": "99.001.002.000.012:2026-10"}, "không phải của chi bộ này"),
        ({"meeting_id": f"{CODE}:2026-11"}, "không khớp"),
        ({"meeting_id": f"{OCTOBER}:union", "meeting_kind": "extraordinary", "on": "2026-10-09"}, "không khớp"),
        ({"meeting_id": f"{OCTOBER}:committee", "meeting_kind": "committee"}, "Chưa chọn ngày"),
        ({"on": "2026-11-03"}, "không nằm trong tháng 10/2026"),
        ({"meeting_id": f"{CODE}:2026-08", "period": "2026-08"}, "đã qua"),
        ({"meeting_id": f"{CODE}:0000-01", "period": "0000-01"}, "không thể là năm họp"),
        ({"meeting_id": f"{CODE}:9999-12", "period": "9999-12"}, "không thể là năm họp"),
    ],
)
def test_a_meeting_whose_id_kind_month_and_day_do_not_match_is_refused(changes, words):
    given().when(schedule(**changes)).refused(words)


def test_a_day_before_any_regulation_is_refused():
    given.at("2017-12-01T08:00+07:00")().when(schedule(meeting_id=f"{CODE}:2018-01", period="2018-01")).refused(
        "Chưa có quy định nào"
    )


def test_no_meeting_in_a_branch_that_is_unknown_dissolved_or_without_charter():
    given.known(Known())().when(schedule()).refused("chưa biết chi bộ này")
    given.known(known(BranchDissolved(branch=CODE, decision_no="1-QĐ", effective_on=date(2026, 10, 1))))().when(
        schedule()
    ).refused("đã giải thể từ ngày 01/10/2026")
    given.known(Known(branch=branch(facts=FACTS[:2])))().when(schedule()).refused("chưa có quy ước")


def test_the_profile_is_chosen_by_the_meetings_date():
    october = MeetingScheduled.model_validate(
        {
            **scheduled.model_dump(),
            "meeting_id": f"{CODE}:2025-10",
            "period": "2025-10",
            "on": date(2025, 10, 3),
            "notice_due_on": date(2025, 9, 30),
            "profile": "hd12@1",
        }
    )
    given.at("2025-09-20T08:00+07:00")().when(schedule(meeting_id=f"{CODE}:2025-10", period="2025-10")).then(october)
    assert MEETING.profile(given(october).state()) == "hd12@1"
    assert MEETING.profile(given().state()) is None


def test_a_meeting_called_off_can_be_set_again():
    off = MeetingCancelled(meeting_id=OCTOBER, on=date(2026, 10, 3), reason="superior")
    given(*NOTIFIED, off).when(schedule()).then(scheduled)
    assert given(*NOTIFIED, off, scheduled).state().notice is None


# ------------------------------------------------------------------ moving it


def move(to: str = "2026-10-05", at: str | None = "14:00", **changes: object) -> MoveMeeting:
    return MoveMeeting.model_validate(
        {"meeting_id": OCTOBER, "to_on": to, "to_starts_at": at, "reason": "force_majeure", **changes}
    )


storm = given.at("2026-10-02T15:10+07:00", actor="M02", actorrole="deputy_secretary")


def test_R2_moving_for_a_storm_sends_the_revised_notice_in_the_same_step():
    storm(*NOTIFIED).when(move()).then(moved(), revised())


def test_R2_a_day_too_near_is_answered_with_the_consequence_of_each_and_nothing_is_sent():
    storm(*NOTIFIED).when(move("2026-10-04")).refused(
        "Dời sang 04/10 thì thông báo chỉ trước 2 ngày. Chọn 05/10 thì đúng hạn. Đồng chí chọn ngày nào?"
    )


def test_R2_the_nearer_day_stays_possible_with_a_reason_and_is_marked_late():
    fourth, due = date(2026, 10, 4), date(2026, 10, 1)
    storm(*NOTIFIED).when(move("2026-10-04", late_reason="Sáng 05 cả phòng đi cứu trợ")).then(
        moved(to_on=fourth, notice_due_on=due, lead_days=2, on_time=False),
        revised(for_on=fourth, lead_days=2, on_time=False, reason="Sáng 05 cả phòng đi cứu trợ"),
    )


def test_R2_the_charter_may_let_the_earlier_notice_count_after_force_majeure_only():
    kept = storm.known(known(charter(move_for_force_majeure="keep_notice")))
    fourth, due = date(2026, 10, 4), date(2026, 10, 1)
    kept(*NOTIFIED).when(move("2026-10-04")).then(
        moved(to_on=fourth, notice_due_on=due, lead_days=2, on_time=False, restarts_notice=False),
        revised(for_on=fourth, lead_days=2, on_time=True, restarts=False),
    )
    kept(*NOTIFIED).when(move("2026-10-04", reason="superior")).refused("Chọn 05/10 thì đúng hạn")


def test_R2_another_hour_or_place_on_the_same_day_restarts_the_notice_too():
    same_day = {"to_on": date(2026, 10, 3), "notice_due_on": date(2026, 9, 30)}
    given.at("2026-09-29T08:00+07:00")(*NOTIFIED).when(
        move("2026-10-03", None, place="Hội trường", reason="other", words="mất điện")
    ).then(
        moved(
            **same_day,
            to_starts_at="07:30",
            place="Hội trường",
            reason="other",
            words="mất điện",
            lead_days=4,
        ),
        revised(
            issued_on=date(2026, 9, 29), for_on=date(2026, 10, 3), starts_at="07:30", place="Hội trường", lead_days=4
        ),
    )


def test_before_any_notice_a_move_sends_none():
    given(*READY).when(move()).then(moved(lead_days=9, notified_before=False))


def test_R2_each_move_counts_up_and_restarts_every_delivery():
    sixth = storm.at("2026-10-03T08:00+07:00")
    sixth(*MOVED).when(move("2026-10-06")).then(
        moved(
            from_on=FIFTH,
            from_starts_at="14:00",
            to_on=date(2026, 10, 6),
            revision=2,
            notice_due_on=date(2026, 10, 3),
        ),
        revised(revision=3, issued_on=date(2026, 10, 3), for_on=date(2026, 10, 6)),
    )
    proof = NoticeDelivered(meeting_id=OCTOBER, revision=1, member_id="M08", channel="paper", by="M04", confirmed=True)
    state = storm(*NOTIFIED, proof, moved(), revised()).state()
    assert unproven(state, 1) == ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M11", "F01")
    assert unproven(state, 2) == (*BASE, "F01")


def test_moving_to_where_it_is_changes_nothing():
    storm(*MOVED).when(move()).then()
    storm(*NOTIFIED).when(move("2026-10-03", None)).then()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (move("2026-10-01"), "đã qua"),
        (move("2026-10-06", reason="other"), "Chưa nêu lý do"),
        (move("9999-12-31"), "không thể là năm họp"),
        (move(meeting_id=f"{CODE}:2026-11"), "chưa được ấn định"),
        (move(meeting_id="99.001.002.000.012:2026-10"), "không phải của chi bộ này"),
    ],
)
def test_a_move_that_cannot_be_is_refused(command, words):
    history = () if command.meeting_id.endswith("-11") else NOTIFIED
    storm(*history).when(command).refused(words)


def test_no_move_to_a_day_on_which_the_branch_is_gone():
    gone = known(BranchDissolved(branch=CODE, decision_no="1-QĐ", effective_on=date(2026, 10, 4)))
    storm.known(gone)(*NOTIFIED).when(move()).refused("giải thể")


def test_once_opened_it_is_not_moved_but_what_happened_before_can_still_be_entered():
    after = given.known(opened("2026-10-05T14:00+07:00"))
    after.at("2026-10-05T14:30+07:00")(*MOVED).when(move("2026-10-06")).refused("đã khai mạc")
    after.at("2026-10-05T13:55+07:00")(*MOVED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M07")).then(
        MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M07")
    )


def test_the_follower_acknowledges_the_last_move_once():
    follower = given.at("2026-10-02T16:45+07:00", actor="F01", actorrole="superior")
    seen = RescheduleAcknowledged(meeting_id=OCTOBER, revision=1, by="F01")
    follower(*MOVED).when(AcknowledgeReschedule(meeting_id=OCTOBER)).then(seen)
    follower(*MOVED, seen).when(AcknowledgeReschedule(meeting_id=OCTOBER)).then()
    follower(*NOTIFIED).when(AcknowledgeReschedule(meeting_id=OCTOBER)).refused("chưa dời lần nào")


def test_calling_off_twice_changes_nothing_and_closes_the_preparation():
    off = MeetingCancelled(meeting_id=OCTOBER, on=date(2026, 10, 3), reason="other", words="cả chi bộ chống bão")
    cancel = CancelMeeting(meeting_id=OCTOBER, reason="other", words="cả chi bộ chống bão")
    given(*NOTIFIED).when(cancel).then(off)
    given(*NOTIFIED, off).when(cancel).then()
    given(*NOTIFIED, off).when(move()).refused("không tổ chức")
    given(*NOTIFIED).when(CancelMeeting(meeting_id=OCTOBER, reason="other")).refused("Chưa nêu lý do")


# ------------------------------------------------------------------ who chairs, who writes


def test_the_secretary_excused_delegates_the_chair_to_the_deputy_and_says_no_more():
    delegated = ChairDelegated(
        meeting_id=OCTOBER, period="2026-10", from_id="M01", to_id="M02", to_role="deputy_secretary"
    )
    given(*NOTIFIED).when(DelegateChair(meeting_id=OCTOBER, to_id="M02")).then(delegated)
    given(*NOTIFIED, delegated).when(DelegateChair(meeting_id=OCTOBER, to_id="M02")).then()
    given(*NOTIFIED).when(DelegateChair(meeting_id=OCTOBER, to_id="M03")).then(
        delegated.model_copy(update={"to_id": "M03", "to_role": "committee_member"})
    )


@pytest.mark.parametrize(
    ("to", "words"), [("M04", "phó bí thư"), ("M01", "phó bí thư"), ("M99", "mang mã M99"), ("F01", "mang mã F01")]
)
def test_the_chair_goes_to_nobody_else(to, words):
    given(*NOTIFIED).when(DelegateChair(meeting_id=OCTOBER, to_id=to)).refused(words)


def test_R13_the_chair_does_not_write_and_the_writer_does_not_chair():
    writes = MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M02")
    given(*NOTIFIED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M01")).refused(
        "Chủ trì không đồng thời ghi biên bản"
    )
    given(*NOTIFIED, writes).when(DelegateChair(meeting_id=OCTOBER, to_id="M02")).refused("Chủ trì không đồng thời")
    delegated = ChairDelegated(
        meeting_id=OCTOBER, period="2026-10", from_id="M01", to_id="M02", to_role="deputy_secretary"
    )
    given(*NOTIFIED, delegated).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M02")).refused(
        "Chủ trì không đồng thời"
    )


def test_R13_another_writer_may_be_named_until_the_opening():
    first = MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M04")
    given(*MOVED, first).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M04")).then()
    given(*MOVED, first).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M07")).then(
        MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M07")
    )


@pytest.mark.parametrize(("who", "words"), [("M09", "miễn sinh hoạt"), ("M10", "đang ở nơi khác"), ("M99", "mã M99")])
def test_R13_nobody_exempt_away_or_unknown_takes_the_minutes(who, words):
    given(*NOTIFIED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id=who)).refused(words)


def test_a_member_transferred_before_the_meeting_takes_no_minutes():
    gone = MemberTransferred(branch=CODE, member_id="M07", to="nơi khác", effective_on=date(2026, 10, 1))
    given.known(known(gone))(*NOTIFIED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M07")).refused(
        "đã chuyển đi từ ngày 01/10/2026"
    )


def test_the_secretary_is_whoever_holds_the_office_on_the_day_of_the_meeting():
    new = known(
        RoleEnded(branch=CODE, member_id="M01", role="secretary", to_on=date(2026, 9, 30)),
        RoleAssigned(branch=CODE, member_id="M03", role="secretary", from_on=date(2026, 10, 1)),
    )
    given.known(new)(*NOTIFIED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M03")).refused("Chủ trì")
    given.known(new)(*NOTIFIED).when(AssignMinuteTaker(meeting_id=OCTOBER, member_id="M01")).then(
        MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M01")
    )


# ------------------------------------------------------------------ the month's flag


def flag(period: str = "2026-10") -> FlagRegularMeetingMissed:
    return FlagRegularMeetingMissed(meeting_id=f"{CODE}:{period}", period=period)


november = given.at("2026-11-01T00:00+07:00", actor="clock", actorrole="clock")
missed = RegularMeetingMissed(
    meeting_id=OCTOBER, period="2026-10", why="not_scheduled", detected_at="2026-10-31T17:00:00.000000Z"
)


def test_R5_a_month_without_a_regular_meeting_is_flagged_when_it_is_over():
    november().when(flag()).then(missed)
    november(*MOVED).when(flag()).then(missed.model_copy(update={"why": "not_opened"}))
    off = MeetingCancelled(meeting_id=OCTOBER, on=FIFTH, reason="superior")
    november(*MOVED, off).when(flag()).then(missed.model_copy(update={"why": "cancelled"}))


def test_R5_not_before_it_is_over_not_twice_and_not_where_one_was_held():
    november.at("2026-10-31T23:59+07:00")().when(flag()).then()
    november(missed).when(flag()).then()
    november.known(opened("2026-10-05T14:00+07:00"))(*MOVED).when(flag()).then()


def test_R5_a_meeting_moved_past_the_months_end_is_waited_for():
    late = moved(to_on=date(2026, 11, 2), notice_due_on=date(2026, 10, 30))
    november(*NOTIFIED, late).when(flag()).then()
    november.at("2026-11-03T00:00+07:00")(*NOTIFIED, late).when(flag()).then(
        missed.model_copy(update={"why": "not_opened", "detected_at": "2026-11-02T17:00:00.000000Z"})
    )


def held(kind: MeetingKind, meeting_id: str = OCTOBER) -> Known:
    at = datetime(2026, 10, 18, 1, tzinfo=UTC)
    now = MeetingNow(meeting_id, kind, "2026-10", date(2026, 10, 18), "closed", opened_at=at)
    return known(meetings={meeting_id: now})


@pytest.mark.parametrize("kind", ["thematic", "extraordinary", "committee"])
def test_R5_R7_R9_no_other_kind_of_meeting_is_the_months(kind: MeetingKind):
    november.known(held(kind, f"{OCTOBER}:{kind}"))().when(flag()).then(missed)


def test_R5_a_combined_meeting_is_the_months_regular_one():
    november.known(held("combined"))(*MOVED).when(flag()).then()


def test_no_flag_for_a_branch_that_is_unknown_dissolved_or_without_charter():
    november.known(Known())().when(flag()).then()
    november.known(Known(branch=branch(facts=FACTS[:2])))().when(flag()).then()
    gone = BranchDissolved(branch=CODE, decision_no="1-QĐ", effective_on=date(2026, 10, 20))
    november.known(known(gone))().when(flag()).then()


def test_the_notice_sent_and_the_place_stand_in_the_state():
    state = given(*MOVED).state()
    assert (state.on, state.starts_at, state.place, state.moves) == (FIFTH, "14:00", PLACE, 1)
    assert state.notices == (issued(), revised())
