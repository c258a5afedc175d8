from __future__ import annotations

from datetime import datetime

import pytest

from services.minutes.domain.offices import ReplaceChair, ReplaceMinuteTaker
from services.minutes.domain.room import CorrectAttendance, RecordArrival, RecordAttendance, RecordDeparture, Stay
from services.minutes.domain.votes import HoldVote
from shared.events.minutes import (
    AttendanceCorrected,
    AttendanceRecorded,
    ChairReplaced,
    MemberArrived,
    MemberLeftMeeting,
    MinuteTakerReplaced,
    RollCall,
)
from tests.minutes.october import (
    ARRIVED,
    HELD,
    MEETING,
    OPENED,
    ROLL_CALL,
    TAKER_REPLACED,
    at,
    clock,
    stay,
    until,
)


def arrives(member: str) -> RecordArrival:
    return RecordArrival(meeting_id=MEETING, member_id=member)


def leaves(member: str, *, excused: bool = True) -> RecordDeparture:
    return RecordDeparture(meeting_id=MEETING, member_id=member, excused=excused)


def corrected(member: str, *stays: tuple[str, str | None]) -> CorrectAttendance:
    def hour(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-10-05T{text}+07:00")

    return CorrectAttendance(
        meeting_id=MEETING,
        member_id=member,
        stays=tuple(Stay(from_at=hour(start), to_at=hour(end) if end else None) for start, end in stays),
        reason="ghi nhầm người",
    )


# ---- the roll-call


def test_R14_the_roll_call_covers_the_whole_base():
    at("14:03", OPENED).when(RecordAttendance(meeting_id=MEETING, entries=ROLL_CALL[1:])).refused("còn thiếu đ/c M01")


def test_R14_nobody_is_called_present_who_is_not_there():
    entries = tuple(
        RollCall(member_id=entry.member_id, state="present" if entry.member_id == "M04" else entry.state)
        for entry in ROLL_CALL
    )
    at("14:03", OPENED).when(RecordAttendance(meeting_id=MEETING, entries=entries)).refused("đ/c M04 không có mặt")


def test_R14_nobody_is_called_absent_who_is_there():
    entries = tuple(
        RollCall(member_id=entry.member_id, state="excused" if entry.member_id == "M08" else entry.state)
        for entry in ROLL_CALL
    )
    at("14:03", OPENED).when(RecordAttendance(meeting_id=MEETING, entries=entries)).refused("đ/c M08 đang có mặt")


def test_the_roll_is_called_again_only_for_whoever_was_awaited():
    again = (RollCall(member_id="M04", state="unexcused"),)
    called = AttendanceRecorded(meeting_id=MEETING, entries=ROLL_CALL, base=9, present=7)
    at("15:00", OPENED, called).when(RecordAttendance(meeting_id=MEETING, entries=again)).then(
        AttendanceRecorded(meeting_id=MEETING, entries=again, base=9, present=7)
    )


# ---- coming and going


def test_a_latecomer_counts_from_that_minute():
    at("14:25", *until("14:25")).when(arrives("M04")).then(ARRIVED)


def test_a_probationary_member_counts_as_present_and_does_not_vote():
    gone = MemberLeftMeeting(
        meeting_id=MEETING, member_id="M11", at=clock("14:10"), excused=True, base=9, present=6, voters_present=6
    )
    at("14:10", OPENED).when(leaves("M11")).then(gone)


def test_an_exempt_member_who_comes_votes_and_is_not_in_the_base():
    at("14:10", OPENED).when(arrives("M09")).then(
        MemberArrived(meeting_id=MEETING, member_id="M09", at=clock("14:10"), base=9, present=7, voters_present=7)
    )


def test_who_is_there_does_not_arrive_again():
    at("14:20", OPENED).when(arrives("M08")).refused("đã được ghi có mặt 14:00–nay")


def test_who_is_not_there_does_not_leave():
    at("14:20", OPENED).when(leaves("M04")).refused("đ/c M04 không có mặt")


def test_who_left_may_come_back():
    left = MemberLeftMeeting(
        meeting_id=MEETING, member_id="M08", at=clock("14:10"), excused=True, base=9, present=6, voters_present=5
    )
    at("14:30", OPENED, left).when(arrives("M08")).then(
        MemberArrived(meeting_id=MEETING, member_id="M08", at=clock("14:30"), base=9, present=7, voters_present=6)
    )


def test_R46_an_arrival_entered_late_is_counted_at_its_own_minute():
    left = MemberLeftMeeting(
        meeting_id=MEETING, member_id="M08", at=clock("14:40"), excused=True, base=9, present=6, voters_present=5
    )
    at("14:25", OPENED, left).when(arrives("M04")).then(ARRIVED)


def test_a_departure_entered_late_lowers_the_voters_of_that_minute_only():
    at("15:20", *until("15:28")).when(leaves("M07")).then(
        MemberLeftMeeting(
            meeting_id=MEETING, member_id="M07", at=clock("15:20"), excused=True, base=9, present=7, voters_present=6
        )
    )


def test_nothing_happens_before_the_opening():
    at("13:59", OPENED).when(arrives("M04")).refused("đứng trước giờ khai mạc")


def test_after_the_adoption_people_may_go_but_no_longer_come():
    adopted = HELD[:-1]
    at("16:09", *adopted).when(leaves("M08")).then(
        MemberLeftMeeting(
            meeting_id=MEETING, member_id="M08", at=clock("16:09"), excused=True, base=9, present=6, voters_present=5
        )
    )
    at("16:09", *adopted).when(arrives("M01")).refused("đã được thông qua lúc 16:08")
    at("15:50", *adopted).when(leaves("M08")).refused("đề nghị đính chính")


# ---- corrections


def test_a_wrong_person_written_down_is_corrected_and_both_are_kept():
    came = MemberArrived(meeting_id=MEETING, member_id="M04", at=clock("14:05"), base=9, present=8, voters_present=7)
    at("14:30", OPENED, came).when(corrected("M04")).then(
        AttendanceCorrected(
            meeting_id=MEETING, member_id="M04", before=(stay("14:05", None),), after=(), reason="ghi nhầm người"
        )
    )


def test_a_corrected_time_counts_from_then_on():
    correction = AttendanceCorrected(
        meeting_id=MEETING,
        member_id="M08",
        before=(stay("14:00", None),),
        after=(stay("14:00", "14:20"),),
        reason="về sớm mà chưa ghi",
    )
    at("14:25", OPENED, correction).when(arrives("M04")).then(
        ARRIVED.model_copy(update={"present": 7, "voters_present": 6})
    )


@pytest.mark.parametrize(
    "stays",
    [
        (("14:20", "14:10"),),
        (("14:00", None), ("14:30", "15:00")),
        (("14:00", "14:30"), ("14:20", "15:00")),
        (("13:00", None),),
    ],
)
def test_times_that_cannot_be_are_refused(stays: tuple[tuple[str, str | None], ...]):
    at("15:30", OPENED).when(corrected("M08", *stays)).refused("nối tiếp nhau")


def test_a_correction_does_not_take_the_pen_or_the_chair_out_of_the_room():
    at("15:00", *until("15:00")).when(corrected("M07", ("14:10", None))).refused("phải có mặt lúc đó")
    at("15:00", *until("15:00")).when(corrected("M02", ("14:00", "14:30"))).refused("phải có mặt lúc đó")
    at("15:00", *until("15:00")).when(corrected("M07", ("14:00", "14:40"))).then(
        AttendanceCorrected(
            meeting_id=MEETING,
            member_id="M07",
            before=(stay("14:00", None),),
            after=(stay("14:00", "14:40"),),
            reason="ghi nhầm người",
        )
    )


# ---- the chair and the pen (R13)


def test_R13_the_pen_goes_to_somebody_who_is_there():
    at("14:10", OPENED).when(ReplaceMinuteTaker(meeting_id=MEETING, member_id="M04")).refused("không có mặt")


def test_R13_the_pen_never_goes_to_the_chair_nor_the_chair_to_the_pen():
    at("14:10", OPENED).when(ReplaceMinuteTaker(meeting_id=MEETING, member_id="M02")).refused("Chủ trì không đồng thời")
    at("14:10", OPENED).when(ReplaceChair(meeting_id=MEETING, member_id="M07")).refused("Chủ trì không đồng thời")


def test_R13_whoever_holds_the_pen_or_the_chair_hands_it_over_before_going():
    at("14:10", OPENED).when(leaves("M07")).refused("chọn thư ký thay trước")
    at("14:10", OPENED).when(leaves("M02")).refused("người chủ trì thay trước")
    at("14:35", OPENED, ARRIVED, TAKER_REPLACED).when(leaves("M07")).then(
        MemberLeftMeeting(
            meeting_id=MEETING, member_id="M07", at=clock("14:35"), excused=True, base=9, present=7, voters_present=6
        )
    )


def test_the_chair_is_handed_over_when_the_secretary_comes():
    came = MemberArrived(meeting_id=MEETING, member_id="M01", at=clock("14:20"), base=9, present=8, voters_present=7)
    at("14:21", OPENED, came).when(ReplaceChair(meeting_id=MEETING, member_id="M01")).then(
        ChairReplaced(meeting_id=MEETING, from_id="M02", to_id="M01", at=clock("14:21"))
    )


def test_a_change_of_pen_entered_late_must_fit_what_is_written():
    replaced = MinuteTakerReplaced(meeting_id=MEETING, from_id="M07", to_id="M05", at=clock("14:40"))
    at("14:20", OPENED, replaced).when(ReplaceMinuteTaker(meeting_id=MEETING, member_id="M03")).refused(
        "Đã ghi đ/c M05 thay lúc 14:40"
    )


def test_the_pen_is_not_handed_to_whoever_holds_it():
    at("14:20", OPENED).when(ReplaceMinuteTaker(meeting_id=MEETING, member_id="M07")).refused("đang giữ việc này")


def test_a_vote_is_counted_against_the_room_as_corrected():
    gone = AttendanceCorrected(
        meeting_id=MEETING,
        member_id="M08",
        before=(stay("14:00", None),),
        after=(stay("14:00", "14:20"),),
        reason="về sớm mà chưa ghi",
    )
    seven = HoldVote(meeting_id=MEETING, vote_id="V9", about="Một việc", for_=6, against=0, other=0)
    at("14:25", OPENED, gone).when(seven).refused("chỉ có 5 đồng chí có quyền biểu quyết")
