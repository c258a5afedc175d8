from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.minutes.domain.known import Known
from services.minutes.domain.opening import OpenMeeting
from services.minutes.domain.room import RecordArrival
from shared.events.branch import Base, BranchCharterAdopted, BranchDissolved, LeastMinutes
from shared.rules import shipped
from tests.minutes.october import AT_OPENING, DAY, KNOWN, MEETING, OPENED, PLANNED, RULES, at
from tests.sample_branch import CHARTER, CODE, branch

OPEN = OpenMeeting(meeting_id=MEETING, present=AT_OPENING)


def planned(**changes: Any) -> Known:
    return replace(KNOWN, meeting=PLANNED.model_copy(update=changes))


def charter(**changes: Any) -> Known:
    adopted = BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update=changes))
    return replace(KNOWN, branch=branch(adopted))


def test_R13_a_meeting_without_a_minute_taker_does_not_open():
    at("13:55", known=planned(minute_taker_id=None)).when(OPEN).refused("chưa có thư ký ghi biên bản đang có mặt")


def test_R13_an_assigned_minute_taker_who_is_not_there_does_not_do():
    at("13:55", known=planned(minute_taker_id="M04")).when(OPEN).refused(
        "Đồng chí chọn một người trong danh sách có mặt"
    )


def test_R13_a_minute_taker_may_be_chosen_from_those_present():
    at("14:00", known=planned(minute_taker_id="M04")).when(OPEN.model_copy(update={"minute_taker_id": "M07"})).then(
        OPENED
    )


def test_R13_the_chair_does_not_take_the_minutes():
    at("14:00", known=planned(minute_taker_id="M02")).when(OPEN).refused("Chủ trì không đồng thời ghi biên bản")


def test_the_chair_must_be_there():
    without = OPEN.model_copy(update={"present": ("M03", "M05", "M07")})
    at("14:00").when(without).refused("người chủ trì chưa có mặt (đ/c M02)")


def test_without_delegation_the_secretary_chairs_and_is_not_acting():
    everybody = OPEN.model_copy(update={"present": ("M01", *AT_OPENING)})
    at("14:00", known=planned(delegate_id=None)).when(everybody).then(
        OPENED.model_copy(update={"chair_id": "M01", "acting": False, "present_at_opening": ("M01", *AT_OPENING)})
    )


def test_R14_the_base_leaves_out_the_exempt_and_the_one_away_the_vote_base_does_not():
    assert OPENED.base == ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")
    assert (len(OPENED.base), OPENED.vote_base) == (9, 10)
    assert "M11" not in OPENED.voters


def test_E5_an_exempt_member_may_be_left_out_of_the_vote_base_by_the_charter():
    known = charter(vote_base=Base(exempt="not_counted", temporary_elsewhere="counted"))
    voters = tuple(member for member in OPENED.voters if member != "M09")
    at("14:00", known=known).when(OPEN).then(OPENED.model_copy(update={"voters": voters, "vote_base": 9}))


@pytest.mark.parametrize(
    ("switch", "value", "voters"),
    [
        ("exempt_in_vote_base", False, tuple(member for member in OPENED.voters if member != "M09")),
        ("temporary_elsewhere_in_vote_base", False, tuple(member for member in OPENED.voters if member != "M10")),
        ("probationary_votes", True, (*OPENED.voters, "M11")),
    ],
)
def test_R18_the_rules_say_who_votes_where_they_open_it_to_no_charter(
    switch: str, value: bool, voters: tuple[str, ...]
):
    assert KNOWN.profile is not None
    said = getattr(KNOWN.profile, switch).model_copy(update={"value": value, "opened": "no"})
    known = replace(KNOWN, profile=KNOWN.profile.model_copy(update={switch: said}))
    at("14:00", known=known).when(OPEN).then(OPENED.model_copy(update={"voters": voters, "vote_base": len(voters)}))


def test_the_charter_may_ask_for_longer_meetings_not_for_shorter_ones():
    for asked_for, holds in ((100, 100), (60, 90)):
        known = charter(min_minutes=LeastMinutes(regular=asked_for, combined=120))
        rules = RULES.model_copy(update={"min_minutes": holds})
        at("14:00", known=known).when(OPEN).then(OPENED.model_copy(update={"rules": rules}))


@pytest.mark.parametrize(("large_from", "least"), [(9, 120), (10, 90)])
def test_R8_a_large_cell_is_one_with_so_many_members_in_the_base_of_the_meeting(large_from: int, least: int):
    profile = shipped().pinned("meeting", "an-phu@1")
    large = profile.large_cell
    assert large is not None
    members = large.members.model_copy(update={"value": large_from})
    profile = profile.model_copy(update={"large_cell": large.model_copy(update={"members": members})})
    rules = RULES.model_copy(update={"profile": "an-phu@1", "min_minutes": least})
    at("14:00", known=replace(KNOWN, profile=profile)).when(OPEN).then(OPENED.model_copy(update={"rules": rules}))


def test_R8_a_combined_meeting_lasts_120_minutes():
    rules = RULES.model_copy(update={"min_minutes": 120})
    at("14:00", known=planned(kind="combined")).when(OPEN).then(
        OPENED.model_copy(update={"rules": rules, "meeting_kind": "combined"})
    )


def test_a_committee_meets_as_a_committee():
    present = OPEN.model_copy(update={"present": ("M01", "M02", "M03"), "minute_taker_id": "M03"})
    at("14:00", known=planned(kind="committee", delegate_id=None)).when(present).then(
        OPENED.model_copy(
            update={
                "meeting_kind": "committee",
                "chair_id": "M01",
                "acting": False,
                "minute_taker_id": "M03",
                "base": ("M01", "M02", "M03"),
                "voters": ("M01", "M02", "M03"),
                "vote_base": 3,
                "present_at_opening": ("M01", "M02", "M03"),
                "rules": RULES.model_copy(update={"min_minutes": 0}),
            }
        )
    )


def test_a_meeting_nobody_planned_does_not_open():
    at("14:00", known=replace(KNOWN, meeting=None)).when(OPEN).refused("Chưa có lịch của buổi họp")


def test_a_meeting_called_off_does_not_open():
    at("14:00", known=planned(cancelled=True)).when(OPEN).refused("không tổ chức")


def test_a_meeting_opens_on_its_own_day_only():
    at("14:00", known=planned(on=date(2026, 10, 3))).when(OPEN).refused("ghi việc dời họp trước")


def test_a_meeting_of_a_dissolved_branch_does_not_open():
    gone = branch(BranchDissolved(branch=CODE, decision_no="07-QĐ", effective_on=DAY))
    at("14:00", known=replace(KNOWN, branch=gone)).when(OPEN).refused("đã giải thể")


def test_without_the_rules_of_the_day_nothing_is_decided():
    at("14:00", known=replace(KNOWN, profile=None)).when(OPEN).refused("hd42@1")


def test_a_stranger_cannot_be_present():
    at("14:00").when(OPEN.model_copy(update={"present": (*AT_OPENING, "M99")})).refused("M99 không có trong danh sách")


def test_opening_twice_the_same_changes_nothing_opening_otherwise_is_refused():
    at("14:01", OPENED).when(OPEN).then()
    at("14:01", OPENED).when(OPEN.model_copy(update={"present": ("M02", "M07")})).refused("đã khai mạc lúc 14:00")


def test_nothing_is_written_before_the_opening():
    at("14:00").when(RecordArrival(meeting_id=MEETING, member_id="M04")).refused("chưa khai mạc")


def test_nobody_writes_in_another_branches_minutes():
    other = "99.001.002.000.012:2026-10"
    at("14:00", OPENED).when(RecordArrival(meeting_id=other, member_id="M04")).refused("không phải của chi bộ này")
