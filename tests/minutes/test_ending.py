from __future__ import annotations

from dataclasses import replace

import pytest

from services.minutes.domain.ending import AdoptMinutes, CloseMeeting, ReadMinutes
from services.minutes.domain.opinions import NoteSpeech
from services.minutes.domain.votes import HoldVote
from shared.events.envelope import Fact, Told, moment
from shared.events.minutes import (
    AssignmentDecided,
    AttendanceRecorded,
    ConclusionReached,
    MeetingClosed,
    MemberSpoke,
    MinutesAdopted,
    MinutesRead,
    OpinionDisposed,
    OpinionRecorded,
    RollCall,
    VoteDisputed,
)
from shared.numbering import NumberSeries, UsedNumber
from tests.minutes.october import DAY, HELD, KNOWN, MEETING, OPENED, V3, at, clock, secret

ADOPT = AdoptMinutes(meeting_id=MEETING, vote_id="V3")
READY = HELD[:-2]
READ = next(fact for fact in READY if isinstance(fact, MinutesRead))


def without(*kinds: type[Fact]) -> tuple[Fact, ...]:
    return tuple(fact for fact in READY if not isinstance(fact, kinds))


def opinion(opinion_id: str, speaker: str, item: int) -> OpinionRecorded:
    return OpinionRecorded(
        meeting_id=MEETING,
        opinion_id=opinion_id,
        speaker_id=speaker,
        item=item,
        text=secret(speaker, "text", "Một ý."),
        contrary=False,
    )


def test_R17_an_unanswered_opinion_keeps_the_minutes_from_being_adopted():
    late = (*READY[:-2], opinion("O16", "M11", 11), READ, V3)
    at("16:08", *late).when(ADOPT).refused(
        "Còn 1 ý kiến chưa trả lời (đ/c M11, mục 11). Đồng chí chọn: đưa vào kết luận, đã giải thích, bảo lưu, "
        "chuyển cấp trên, hoặc trả lời sau (ghi ai trả lời và ngày nào)."
    )


def test_R17_an_accepted_opinion_stands_in_a_conclusion():
    at("16:08", *without(ConclusionReached)).when(ADOPT).refused("Ý kiến O14 được tiếp thu vào kết luận 2")


def test_R17_an_opinion_put_off_or_forwarded_is_answered_enough():
    put_off = OpinionDisposed(meeting_id=MEETING, opinion_id="O16", item=11, contrary=False, how="forwarded")
    facts = (*READY[:-2], opinion("O16", "M11", 11), put_off, READ, V3)
    at("16:08", *facts).when(ADOPT).then(
        MinutesAdopted(
            meeting_id=MEETING, doc_no="29-BB/CB", vote_id="V3", at=clock("16:08"), votes_for=6, voters_present=6
        )
    )


def test_R20_minutes_are_read_before_they_are_adopted():
    at("16:08", *without(MinutesRead)).when(ADOPT).refused("chưa được đọc lại")


def test_R20_what_is_added_after_the_reading_is_read_too():
    spoke = MemberSpoke(meeting_id=MEETING, member_id="M06", item=15)
    at("16:09", *READY, spoke).when(ADOPT).refused("biên bản có thêm 1 mục")


def test_R20_a_vote_taken_before_the_reading_does_not_adopt():
    early = V3.model_copy(update={"at": clock("16:00")})
    at("16:09", *READY[:-2], early, READ).when(ADOPT).refused("không phải biểu quyết thông qua biên bản sau khi đọc")
    at("16:09", *READY).when(ADOPT.model_copy(update={"vote_id": "V2"})).refused("không phải biểu quyết thông qua")


def test_R20_minutes_are_adopted_by_more_than_half_of_those_present():
    three = V3.model_copy(update={"for_": 3, "against": 3, "adopted": False})
    at("16:08", *READY[:-1], three).when(ADOPT).refused("3 tán thành chưa quá một nửa của 6 đồng chí")
    hold = HoldVote(
        meeting_id=MEETING, vote_id="V3", about="Thông qua biên bản", purpose="minutes", for_=4, against=2, other=0
    )
    at("16:08", *READY[:-1]).when(hold).then(V3.model_copy(update={"for_": 4, "against": 2}))


def test_a_disputed_resolution_is_settled_before_the_adoption():
    disputed = VoteDisputed(
        meeting_id=MEETING, vote_id="V2", by="M05", reason="Vẫn sai", vote_at=clock("15:33"), for_=6, against=1, other=0
    )
    at("16:08", *READY[:-2], disputed, READ, V3).when(ADOPT).refused("đang được đ/c M05 đề nghị kiểm đếm lại")


def test_R44_a_task_said_to_go_on_is_given_to_somebody():
    at("16:08", *without(AssignmentDecided)).when(ADOPT).refused("T20, nhưng việc đó chưa được giao")


def test_R14_whoever_was_awaited_to_the_end_is_said_to_be_absent():
    awaited = [
        AttendanceRecorded(
            meeting_id=MEETING,
            entries=tuple(
                RollCall(member_id=entry.member_id, state="not_yet_here" if entry.member_id == "M01" else entry.state)
                for entry in fact.entries
            ),
            base=9,
            present=7,
        )
        if isinstance(fact, AttendanceRecorded)
        else fact
        for fact in READY
    ]
    at("16:08", *awaited).when(ADOPT).refused("đ/c M01 không đến, chưa ghi vắng có lý do hay không có lý do")
    unexcused = AttendanceRecorded(
        meeting_id=MEETING, entries=(RollCall(member_id="M01", state="unexcused"),), base=9, present=7
    )
    adopted = MinutesAdopted(
        meeting_id=MEETING, doc_no="29-BB/CB", vote_id="V3", at=clock("16:08"), votes_for=6, voters_present=6
    )
    at("16:08", *awaited, unexcused).when(ADOPT).then(adopted)


def test_R22_minutes_take_the_next_number_of_the_term():
    used = NumberSeries(used=(UsedNumber(number=30, on=DAY, meeting_id="x"),))
    known = replace(KNOWN, numbers={"BB": used})
    at("16:08", *READY, known=known).when(ADOPT).then(
        MinutesAdopted(
            meeting_id=MEETING, doc_no="31-BB/CB", vote_id="V3", at=clock("16:08"), votes_for=6, voters_present=6
        )
    )


# ---- closing


def test_R20_a_meeting_closes_only_after_its_minutes_were_adopted():
    at("16:10", *READY).when(CloseMeeting(meeting_id=MEETING)).refused("Biên bản chưa được đọc và thông qua")


def test_a_meeting_does_not_close_before_the_adoption():
    at("16:07", *HELD[:-1]).when(CloseMeeting(meeting_id=MEETING)).refused("đứng trước giờ thông qua biên bản")


def test_a_short_meeting_closes_and_says_how_short():
    early = tuple(
        fact.model_copy(update={"opened_at": clock("14:46")}) if type(fact).__name__ == "MeetingOpened" else fact
        for fact in HELD[:-1]
    )
    (closed,) = at("16:10", *early).when(CloseMeeting(meeting_id=MEETING))._decide()
    assert isinstance(closed, MeetingClosed)
    assert (closed.minutes, closed.minimum, closed.short_by) == (84, 90, 6)
    tell = Told(name=str, at=moment(clock("16:10")), actor="M02")
    assert "ngắn 6 phút so với quy định 90 phút" in closed.vi(tell)
    assert "84 minutes (6 short of 90)" in closed.en(tell)


@pytest.mark.parametrize(("opened_at", "short_by"), [("14:10", 0), ("14:11", 1)])
def test_E10_R8_a_combined_meeting_of_two_hours_is_long_enough_and_one_of_119_minutes_is_not(
    opened_at: str, short_by: int
):
    asks = OPENED.rules.model_copy(update={"min_minutes": 120})
    combined = {"meeting_kind": "combined", "opened_at": clock(opened_at), "rules": asks}
    facts = (OPENED.model_copy(update=combined), *HELD[1:-1])
    assert HELD[0] == OPENED
    (closed,) = at("16:10", *facts).when(CloseMeeting(meeting_id=MEETING))._decide()
    assert isinstance(closed, MeetingClosed)
    assert (closed.minutes, closed.minimum, closed.short_by) == (120 - short_by, 120, short_by)


def test_a_closed_meeting_takes_nothing_more():
    at("16:20", *HELD).when(NoteSpeech(meeting_id=MEETING, member_id="M06", item=9)).refused("đề nghị đính chính")
    at("16:20", *HELD).when(ReadMinutes(meeting_id=MEETING)).refused("đề nghị đính chính")
    at("16:20", *HELD).when(CloseMeeting(meeting_id=MEETING)).refused("đã bế mạc lúc 16:10")


def test_R46_minutes_typed_the_next_morning_carry_the_hours_of_the_meeting():
    (closing,) = (fact for fact in HELD if isinstance(fact, MeetingClosed))
    typed = at("16:10", *HELD[:-1])
    next_morning = replace(typed, asked=typed.asked._replace(recordedtime=moment("2026-10-06T01:00:00.000000Z")))
    next_morning.when(CloseMeeting(meeting_id=MEETING)).then(closing)
