from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.votes import DisputeVote, HoldVote
from shared.events.envelope import Fact
from shared.events.minutes import (
    AttendanceCorrected,
    MemberArrived,
    MemberLeftMeeting,
    ResolutionAdopted,
    VoteDisputed,
    VoteHeld,
)
from shared.numbering import NumberSeries, UsedNumber
from tests.minutes.october import (
    DAY,
    HELD,
    KNOWN,
    MEETING,
    OPENED,
    RESOLUTION,
    V1,
    V2,
    at,
    clock,
    made,
    stay,
    until,
)

BEFORE = until("15:28")
DISPUTED = VoteDisputed(
    meeting_id=MEETING, vote_id="V1", by="M08", reason="Đếm sót", vote_at=clock("15:28"), for_=5, against=1, other=1
)


def hold(for_: int, against: int = 0, other: int = 0, **parts: Any) -> HoldVote:
    return HoldVote(
        **({"meeting_id": MEETING, "vote_id": "V1", "about": RESOLUTION} | parts),
        for_=for_,
        against=against,
        other=other,
    )


def adopt(vote_id: str = "V2", **parts: Any) -> AdoptResolution:
    return AdoptResolution(meeting_id=MEETING, title=RESOLUTION, vote_id=vote_id, **parts)


def resolution(vote_id: str = "V2", doc_no: str = "22-NQ/CB", **parts: Any) -> ResolutionAdopted:
    return ResolutionAdopted(
        meeting_id=MEETING, doc_no=doc_no, title=RESOLUTION, vote_id=vote_id, votes_for=6, vote_base=10, **parts
    )


# ---- counting


def test_R18_more_hands_than_voters_are_counted_again():
    at("15:28", *BEFORE).when(hold(7, 1)).refused(
        "Cộng lại là 8 phiếu nhưng lúc 15:28 chỉ có 7 đồng chí có quyền biểu quyết "
        "(đ/c M11 là đảng viên dự bị). Đồng chí kiểm đếm lại."
    )


def test_hands_not_raised_are_not_missing():
    at("15:28", *BEFORE).when(hold(5, 1)).then(V1.model_copy(update={"other": 0}))


def test_no_hands_at_all_is_no_vote():
    at("15:28", *BEFORE).when(hold(0)).refused("Chưa có phiếu nào")


def test_a_vote_says_what_it_is_about():
    at("15:28", *BEFORE).when(hold(5, about=None)).refused("biểu quyết về việc gì")


@pytest.mark.parametrize(("votes_for", "adopted"), [(5, False), (6, True)])
def test_E5_nine_voters_present_of_ten(votes_for: int, adopted: bool):
    nine = (
        OPENED.model_copy(update={"present_at_opening": ("M01", *OPENED.present_at_opening)}),
        MemberArrived(meeting_id=MEETING, member_id="M04", at=clock("14:25"), base=9, present=9, voters_present=8),
        MemberArrived(meeting_id=MEETING, member_id="M09", at=clock("14:26"), base=9, present=9, voters_present=9),
    )
    at("15:28", *nine).when(hold(votes_for, 9 - votes_for)).then(
        V1.model_copy(
            update={
                "voters_present": 9,
                "for_": votes_for,
                "against": 9 - votes_for,
                "other": 0,
                "adopted": adopted,
            }
        )
    )


def test_E5_without_the_exempt_member_five_of_nine_are_enough():
    voters = tuple(member for member in OPENED.voters if member != "M09")
    opened = OPENED.model_copy(update={"voters": voters, "vote_base": 9})
    at("15:28", opened, *BEFORE[1:]).when(hold(5, 1, 1)).then(
        V1.model_copy(update={"base": 9, "needed": 5, "adopted": True})
    )


def test_R18_half_is_not_more_than_half():
    opened = OPENED.model_copy(update={"vote_base": 12})
    at("15:28", opened, *BEFORE[1:]).when(hold(6, 1)).then(
        V1.model_copy(update={"base": 12, "needed": 7, "for_": 6, "against": 1, "other": 0, "adopted": False})
    )


# ---- secret ballots


def test_R35_a_secret_ballot_of_two_would_show_who_voted_how():
    at("15:28", *BEFORE).when(hold(2, mode="secret")).refused("Không ghi được phiếu kín khi dưới 3 người bỏ phiếu")


def test_R35_a_secret_ballot_of_three_carries_totals_only():
    at("15:28", *BEFORE).when(hold(2, 1, mode="secret")).then(
        V1.model_copy(update={"mode": "secret", "for_": 2, "against": 1, "other": 0})
    )


SECRET = V1.model_copy(update={"mode": "secret"})


LESS: dict[str, Any] = {"excused": True, "base": 9, "present": 6, "voters_present": 6}


def left(*members: str) -> tuple[Fact, ...]:
    return tuple(MemberLeftMeeting(meeting_id=MEETING, member_id=one, at=clock("15:30"), **LESS) for one in members)


def test_R35_a_secret_ballot_is_not_counted_again_once_one_voter_has_left():
    again = hold(4, 1, 1, vote_id="V2", about=None, recount_of="V1")
    at("15:33", *BEFORE, SECRET, DISPUTED, *left("M08")).when(again).refused(
        "Từ lần bỏ phiếu kín lúc 15:28 về việc này có 1 đồng chí có quyền biểu quyết đã vào hoặc ra"
    )
    (recount,) = made(at("15:33", *BEFORE, SECRET, DISPUTED), again)
    assert (recount.mode, recount.tally) == ("secret", "4–1–1")


def test_R35_nor_put_to_a_ballot_of_its_own_but_another_matter_is():
    facts = (*BEFORE, SECRET, *left("M08", "M05"))
    at("15:33", *facts).when(hold(4, 1, vote_id="V2", mode="secret")).refused("có 2 đồng chí có quyền biểu quyết")
    for other in (hold(4, 1, vote_id="V2", mode="secret", about="Khen thưởng"), hold(4, 1, vote_id="V2")):
        (held,) = made(at("15:33", *facts), other)
        assert held.tally == "4–1–0"


def test_R35_as_many_others_as_make_a_ballot_secret_hide_one_another():
    facts = (*BEFORE, SECRET, *left("M08", "M05", "M07"))
    (held,) = made(at("15:33", *facts), hold(3, 1, vote_id="V2", mode="secret"))
    assert held.voters_present == 4


def test_R35_a_unanimous_secret_ballot_stands_as_it_was_counted():
    (held,) = made(at("15:28", *BEFORE), hold(7, mode="secret"))
    assert (held.mode, held.tally) == ("secret", "7–0–0")


def test_a_show_of_two_hands_is_no_secret():
    at("15:28", *BEFORE).when(hold(2)).then(V1.model_copy(update={"for_": 2, "against": 0, "other": 0}))


# ---- disputes and recounts


def test_a_vote_is_counted_again_only_when_somebody_asked():
    at("15:33", *BEFORE, V1).when(hold(6, 1, vote_id="V2", recount_of="V1")).refused("Chưa ai đề nghị kiểm đếm lại")


def test_a_recount_is_about_what_was_voted_on():
    other = hold(6, 1, vote_id="V2", about="Khen thưởng", recount_of="V1")
    at("15:33", *BEFORE, V1, DISPUTED).when(other).refused(f"về đúng việc đã biểu quyết lúc 15:28: «{RESOLUTION}»")


def test_a_recount_does_not_come_before_the_count():
    at("15:27", *BEFORE, V1, DISPUTED).when(hold(6, 1, vote_id="V2", recount_of="V1")).refused("trước lần đếm đầu")


def test_a_vote_is_recounted_once_then_its_recount_may_be_disputed():
    facts = (*BEFORE, V1, DISPUTED, V2)
    at("15:35", *facts).when(hold(6, 1, vote_id="V3", recount_of="V1")).refused("(lần biểu quyết V2)")
    again = DisputeVote(meeting_id=MEETING, vote_id="V1", member_id="M05", reason="Vẫn sai")
    at("15:35", *facts).when(again).refused("(lần biểu quyết V2)")
    at("15:35", *facts).when(again.model_copy(update={"vote_id": "V2"})).then(
        VoteDisputed(
            meeting_id=MEETING,
            vote_id="V2",
            by="M05",
            reason="Vẫn sai",
            vote_at=clock("15:33"),
            for_=6,
            against=1,
            other=0,
        )
    )


def test_whoever_has_no_vote_or_is_not_there_does_not_ask_for_a_recount():
    ask = DisputeVote(meeting_id=MEETING, vote_id="V1", member_id="M11", reason="Đếm sót")
    at("15:30", *BEFORE, V1).when(ask).refused("Chỉ đồng chí có quyền biểu quyết")
    at("15:30", *BEFORE, V1).when(ask.model_copy(update={"member_id": "M01"})).refused("không có mặt")


def test_asking_twice_for_a_recount_is_asking_once():
    ask = DisputeVote(meeting_id=MEETING, vote_id="V1", member_id="M08", reason="Đếm sót")
    at("15:31", *BEFORE, V1, DISPUTED).when(ask).then()
    at("15:31", *BEFORE, V1, DISPUTED).when(ask.model_copy(update={"member_id": "M05"})).refused("Đ/c M08 đã đề nghị")


def test_a_count_once_written_is_not_overwritten():
    at("15:29", *BEFORE, V1).when(hold(6, 1)).refused("đã ghi là 5–1–1 và được giữ")


# ---- resolutions


def test_R18_more_than_half_of_those_present_is_not_enough():
    at("15:34", *BEFORE, V1).when(adopt("V1")).refused(
        "5 tán thành là hơn một nửa số có mặt nhưng chưa quá một nửa của 10 đảng viên có quyền biểu quyết. "
        "Nghị quyết chưa được thông qua."
    )


def test_a_disputed_vote_carries_nothing_a_recounted_one_neither():
    at(
        "15:31", *BEFORE, V2.model_copy(update={"recount_of": None}), DISPUTED.model_copy(update={"vote_id": "V2"})
    ).when(adopt()).refused("đang được đ/c M08 đề nghị kiểm đếm lại")
    at("15:34", *BEFORE, V1, DISPUTED, V2).when(adopt("V1")).refused("(lần biểu quyết V2)")


def test_a_vote_with_more_ballots_than_the_corrected_room_carries_nothing():
    gone = AttendanceCorrected(
        meeting_id=MEETING,
        member_id="M08",
        before=(stay("14:00", None),),
        after=(stay("14:00", "15:00"),),
        reason="về sớm mà chưa ghi",
    )
    at("15:40", *BEFORE, V2.model_copy(update={"recount_of": None}), gone).when(adopt()).refused(
        "có 7 phiếu, nhưng theo giờ có mặt đã sửa thì lúc đó chỉ có 6"
    )


def test_one_vote_carries_one_resolution():
    facts = (*BEFORE, V1, DISPUTED, V2, resolution())
    at("15:35", *facts).when(adopt()).then()
    other = adopt().model_copy(update={"title": "Nghị quyết khác"})
    at("15:35", *facts).when(other).refused("đã cho nghị quyết số 22-NQ/CB")


def test_a_recount_that_fails_takes_the_resolution_back():
    disputed_again = VoteDisputed(
        meeting_id=MEETING, vote_id="V2", by="M05", reason="Vẫn sai", vote_at=clock("15:33"), for_=6, against=1, other=0
    )
    facts: tuple[Fact, ...] = (*BEFORE, V1, DISPUTED, V2, resolution(), disputed_again)
    at("15:38", *facts).when(hold(5, 2, vote_id="V4", recount_of="V2")).then(
        VoteHeld(
            meeting_id=MEETING,
            vote_id="V4",
            about=RESOLUTION,
            purpose="resolution",
            at=clock("15:38"),
            mode="open",
            voters_present=7,
            base=10,
            out_of="voting_members",
            needed=6,
            for_=5,
            against=2,
            other=0,
            adopted=False,
            recount_of="V2",
            recount_of_at=clock("15:33"),
            voids="22-NQ/CB",
        )
    )


# ---- numbers

COUNTED = (*BEFORE, V1, DISPUTED, V2)


def test_R22_the_next_number_of_the_term_is_taken():
    at("15:34", *COUNTED).when(adopt()).then(resolution())
    at("15:34", *COUNTED).when(adopt(doc_no="22-NQ/CB")).then(resolution())


def test_R22_a_used_number_is_refused():
    used = NumberSeries(used=(UsedNumber(number=22, on=DAY, meeting_id="x"),))
    known = replace(KNOWN, numbers={"NQ": used})
    at("15:34", *COUNTED, known=known).when(adopt(doc_no="22-NQ/CB")).refused("số tiếp theo là 23-NQ/CB")
    at("15:34", *COUNTED, known=known).when(adopt()).then(resolution(doc_no="23-NQ/CB"))


def test_R22_numbers_are_left_out_only_with_a_reason():
    at("15:34", *COUNTED).when(adopt(doc_no="24-NQ/CB")).refused("nêu lý do bỏ cách số")
    at("15:34", *COUNTED).when(adopt(doc_no="24-NQ/CB", skipped_because="Số 22, 23 ghi sổ giấy.")).then(
        resolution(doc_no="24-NQ/CB", skipped_because="Số 22, 23 ghi sổ giấy.")
    )


def test_R22_resolutions_and_minutes_run_in_separate_series():
    at("15:34", *COUNTED).when(adopt(doc_no="22-BB/CB")).refused("…-NQ/CB")


def test_after_the_adoption_nothing_more_is_counted():
    at("16:09", *HELD[:-1]).when(hold(6, vote_id="V8")).refused("đã được thông qua lúc 16:08")
