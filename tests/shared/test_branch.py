from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from pydantic import BaseModel

from shared.branch import HEARS, Branch, Member, RoleHeld, StatusHeld, fold
from shared.events.branch import (
    FACTS,
    AnyBranchFact,
    Base,
    BranchCharterAdopted,
    BranchDissolved,
    BranchFact,
    BranchRegistered,
    MemberEnrolled,
    MemberStatusChanged,
    MemberTransferred,
    PaperHeadSet,
    RoleAssigned,
    RoleEnded,
    RosterImported,
    Rotation,
    Status,
    SubjectKeyDestroyed,
)
from shared.rules import profile_for
from tests.sample_branch import CHARTER, CODE, MEETING_DAY, branch, member
from tests.sample_branch import FACTS as SAMPLE

EVERYBODY = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10", "M11")


def charter(**changes: object) -> BranchCharterAdopted:
    return BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update=changes))


def status(member_id: str, status: Status, from_on: date, until_on: date | None = None) -> MemberStatusChanged:
    return MemberStatusChanged(branch=CODE, member_id=member_id, status=status, from_on=from_on, until_on=until_on)


# ---- the sample's expected numbers, on 05/10/2026


def test_the_sample_has_eleven_on_the_list_and_ten_full_members():
    assert branch().roster(MEETING_DAY) == EVERYBODY
    assert branch().official_count(MEETING_DAY) == 10


def test_the_base_is_nine_without_the_exempt_and_the_one_away():
    assert branch().base(MEETING_DAY) == ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")


def test_the_notice_goes_to_the_base_and_the_follower():
    follower = branch().follower
    assert follower is not None
    assert (*branch().base(MEETING_DAY), follower.id) == (
        "M01",
        "M02",
        "M03",
        "M04",
        "M05",
        "M06",
        "M07",
        "M08",
        "M11",
        "F01",
    )


def test_one_excused_leaves_eight_of_nine():
    base = branch().base(MEETING_DAY)
    present = [one for one in base if one != "M01"]
    assert (len(present), len(base)) == (8, 9)
    assert 100 * len(present) > 85 * len(base)
    assert not 100 * len(present) >= 90 * len(base)


@pytest.mark.parametrize(
    ("vote_base", "voters", "needed"),
    [
        (Base(exempt="counted", temporary_elsewhere="counted"), 10, 6),
        (Base(exempt="not_counted", temporary_elsewhere="counted"), 9, 5),
        (Base(exempt="counted", temporary_elsewhere="not_counted"), 9, 5),
        (Base(exempt="not_counted", temporary_elsewhere="not_counted"), 8, 5),
    ],
)
def test_the_charter_says_who_is_counted_in_a_vote(vote_base: Base, voters: int, needed: int):
    counted = branch(charter(vote_base=vote_base)).voters(MEETING_DAY)
    assert len(counted) == voters
    assert min(votes for votes in range(20) if 2 * votes > len(counted)) == needed


def test_a_probationary_member_speaks_but_does_not_vote():
    assert "M11" in branch().base(MEETING_DAY)
    assert "M11" not in branch().voters(MEETING_DAY)
    assert "M08" in branch().voters(MEETING_DAY)


def test_nobody_votes_for_the_follower_or_a_stranger():
    assert "F01" not in branch().voters(MEETING_DAY)
    assert "M99" not in branch().voters(MEETING_DAY)


def test_the_committee_is_secretary_deputy_and_the_third():
    assert branch().has_committee(MEETING_DAY)
    assert branch().committee(MEETING_DAY) == ("M01", "M02", "M03")
    assert branch().secretary(MEETING_DAY) == "M01"
    assert branch().deputy(MEETING_DAY) == "M02"


def test_roles_of_one_day():
    assert branch().roles_on("M03", MEETING_DAY) == {"member", "committee_member", "locality"}
    assert branch().roles_on("M08", MEETING_DAY) == {"member"}
    assert branch().roles_on("M99", MEETING_DAY) == set()
    assert branch().roles_on("F01", MEETING_DAY) == set()
    assert branch().with_role("locality", MEETING_DAY) == ("M03", "M06")


# ---- days


def test_before_joining_a_probationary_member_is_not_on_the_list():
    day_before = date(2026, 5, 18)
    assert branch().status_on("M11", day_before) is None
    assert branch().roster(day_before) == EVERYBODY[:-1]
    assert branch().status_on("M11", date(2026, 5, 19)) == "probationary"


def test_who_is_away_was_counted_before_and_is_counted_again_after_the_last_day():
    assert branch().status_on("M10", date(2026, 8, 31)) == "official"
    assert branch().status_on("M10", date(2026, 9, 1)) == "temporary_elsewhere"
    assert branch().status_on("M10", date(2027, 4, 30)) == "temporary_elsewhere"
    assert branch().status_on("M10", date(2027, 5, 1)) == "official"
    assert "M10" in branch().base(date(2027, 5, 1))


def test_a_status_ends_when_another_begins():
    back = branch(status("M09", "official", date(2026, 11, 1)))
    assert back.status_on("M09", date(2026, 10, 31)) == "exempt"
    assert back.status_on("M09", date(2026, 11, 1)) == "official"


def test_an_absence_of_a_probationary_member_gives_no_vote():
    away = branch(status("M11", "temporary_elsewhere", date(2026, 9, 1), date(2026, 12, 31)))
    assert away.status_on("M11", MEETING_DAY) == "temporary_elsewhere"
    assert away.standing_on("M11", MEETING_DAY) == "probationary"
    assert "M11" not in away.voters(MEETING_DAY)
    assert away.status_on("M11", date(2027, 1, 1)) == "probationary"


def test_becoming_a_full_member_gives_the_vote_from_that_day():
    full = branch(status("M11", "official", date(2027, 5, 19)))
    assert "M11" not in full.voters(date(2027, 5, 18))
    assert "M11" in full.voters(date(2027, 5, 19))
    assert full.official_count(date(2027, 5, 19)) == 11


def test_a_status_told_late_does_not_undo_a_later_one():
    told = branch(status("M08", "exempt", date(2026, 9, 1)), status("M08", "special_mission", date(2026, 6, 1)))
    assert told.status_on("M08", date(2026, 8, 31)) == "special_mission"
    assert told.status_on("M08", MEETING_DAY) == "exempt"


def test_of_two_statuses_from_one_day_the_one_told_last_holds():
    told = branch(status("M08", "exempt", date(2026, 9, 1)), status("M08", "official", date(2026, 9, 1)))
    assert told.status_on("M08", MEETING_DAY) == "official"


def test_a_transferred_member_counts_until_the_day_it_takes_effect():
    gone = branch(MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ xã Mẫu", effective_on=MEETING_DAY))
    assert "M07" in gone.base(MEETING_DAY - timedelta(days=1))
    assert "M07" not in gone.base(MEETING_DAY)
    assert "M07" not in gone.voters(MEETING_DAY)
    assert gone.roles_on("M07", MEETING_DAY) == set()
    assert gone.status_on("M07", MEETING_DAY) is None
    assert gone.member("M07") is not None


def test_a_newcomer_stands_at_the_end_of_the_list():
    more = branch(MemberEnrolled(branch=CODE, member=member("M12", "Lương Văn Thử", "Thử"), joined_on=date(2026, 7, 1)))
    assert more.roster(date(2026, 6, 30)) == EVERYBODY
    assert more.roster(date(2026, 7, 1))[-1] == "M12"
    assert more.voters(date(2026, 7, 1))[-1] == "M12"


def test_a_guest_is_shown_apart_and_counted_nowhere():
    guest = member(
        "K01", "Trần Văn Mẫu", "Mẫu", status="temporary_here", since=date(2026, 9, 1), until=date(2026, 12, 31)
    )
    more = branch(MemberEnrolled(branch=CODE, member=guest, joined_on=date(2026, 9, 1)))
    assert more.guests(MEETING_DAY) == ("K01",)
    assert len(more.base(MEETING_DAY)) == 9
    assert len(more.voters(MEETING_DAY)) == 10
    assert more.roster(date(2027, 1, 1)) == EVERYBODY


def test_a_role_is_held_through_its_last_day_and_passes_on():
    passed = branch(
        RoleEnded(branch=CODE, member_id="M04", role="minute_taker", to_on=date(2026, 9, 30)),
        RoleAssigned(branch=CODE, member_id="M06", role="minute_taker", from_on=date(2026, 10, 1)),
    )
    assert passed.with_role("minute_taker", date(2026, 9, 30)) == ("M04",)
    assert passed.with_role("minute_taker", date(2026, 10, 1)) == ("M06",)


def test_ending_one_role_leaves_the_others():
    ended = branch(RoleEnded(branch=CODE, member_id="M03", role="locality", to_on=date(2026, 9, 30)))
    assert ended.roles_on("M03", MEETING_DAY) == {"member", "committee_member"}


# ---- R14 and examples E4, E5


def full(size: int) -> tuple[Status, ...]:
    return tuple("official" for _ in range(size))


def people(*statuses: Status) -> Branch:
    return Branch(
        code=CODE,
        name="Chi bộ mẫu",
        superior="Đảng ủy mẫu",
        members=tuple(
            Member(id=f"M{number:02}", statuses=(StatusHeld(from_on=None, status=status),))
            for number, status in enumerate(statuses, 1)
        ),
    )


def test_r14_the_base_leaves_out_the_exempt_those_away_and_those_on_a_special_mission():
    cell = people("official", "exempt", "temporary_elsewhere", "special_mission", "temporary_here", "probationary")
    assert cell.base(MEETING_DAY) == ("M01", "M06")
    assert cell.guests(MEETING_DAY) == ("M05",)


def test_r14_the_charter_may_count_the_exempt_and_those_away_but_never_a_special_mission():
    cell = people("official", "exempt", "temporary_elsewhere", "special_mission")
    terms = CHARTER.model_copy(update={"attendance_base": Base(exempt="counted", temporary_elsewhere="counted")})
    assert cell.model_copy(update={"charter": terms}).base(MEETING_DAY) == ("M01", "M02", "M03")


@pytest.mark.parametrize(
    ("size", "present", "over_85", "from_90"),
    [(9, 8, True, False), (10, 9, True, True), (20, 17, False, False)],
)
def test_e4_rates_are_compared_exactly(size: int, present: int, over_85: bool, from_90: bool):
    cell = people(*full(size), "exempt", "temporary_elsewhere")
    base = len(cell.base(MEETING_DAY))
    assert base == size
    assert (100 * present > 85 * base) is over_85
    assert (100 * present >= 90 * base) is from_90


def test_e5_eleven_members_one_probationary_ten_vote():
    cell = people(*full(9), "exempt", "probationary")
    assert len(cell.voters(MEETING_DAY)) == 10
    voters = len(cell.voters(MEETING_DAY))
    assert voters >= 2 * 5
    assert voters < 2 * 6


def test_e5_without_the_exempt_five_are_enough():
    cell = people(*full(9), "exempt", "probationary")
    terms = CHARTER.model_copy(update={"vote_base": Base(exempt="not_counted", temporary_elsewhere="counted")})
    counted = cell.model_copy(update={"charter": terms}).voters(MEETING_DAY)
    assert len(counted) == 9
    assert len(counted) < 2 * 5


def test_special_mission_keeps_the_vote():
    assert people("special_mission").voters(MEETING_DAY) == ("M01",)


@pytest.mark.parametrize(("size", "committee"), [(8, False), (9, True)])
def test_nine_full_members_make_a_committee(size: int, committee: bool):
    cell = people(*full(size), "probationary")
    leaders = {"M01": "committee_member", "M02": "deputy_secretary", "M03": "secretary"}
    cell = cell.model_copy(
        update={
            "members": tuple(
                one.model_copy(update={"roles": (RoleHeld.model_validate({"role": leaders[one.id]}),)})
                if one.id in leaders
                else one
                for one in cell.members
            )
        }
    )
    assert cell.has_committee(MEETING_DAY) is committee
    assert cell.committee(MEETING_DAY) == (("M03", "M02", "M01") if committee else ("M03", "M02"))


def test_the_rotation_is_the_base_without_whom_the_charter_leaves_out():
    assert branch().rotation_order(MEETING_DAY) == branch().base(MEETING_DAY)
    left_out = branch(charter(rotation=Rotation(exclusions=("M01",), skip=("probationary",))))
    assert left_out.rotation_order(MEETING_DAY) == ("M02", "M03", "M04", "M05", "M06", "M07", "M08")


def test_e3_the_rotation_skips_a_transferred_member_and_takes_a_newcomer_last():
    cell = people(*full(11))
    gone = MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ khác", effective_on=date(2026, 4, 15))
    new = MemberEnrolled(branch=CODE, member=member("M12", "Lương Văn Thử", "Thử"), joined_on=date(2026, 7, 1))
    later = fold(fold(cell, gone), new)
    assert later is not None
    assert later.rotation_order(date(2026, 4, 14))[6] == "M07"
    assert later.rotation_order(date(2026, 7, 1)) == (
        "M01",
        "M02",
        "M03",
        "M04",
        "M05",
        "M06",
        "M08",
        "M09",
        "M10",
        "M11",
        "M12",
    )


# ---- the branch as a document


def test_a_branch_nobody_registered_is_no_branch():
    assert fold(None, SAMPLE[1]) is None


def test_a_dissolved_branch_is_dissolved_from_its_day_on():
    ended = branch(BranchDissolved(branch=CODE, decision_no="12-QĐ/ĐU", effective_on=MEETING_DAY))
    assert not ended.dissolved(MEETING_DAY - timedelta(days=1))
    assert ended.dissolved(MEETING_DAY)
    assert not branch().dissolved(MEETING_DAY)


def test_a_fact_of_another_kind_changes_nothing():
    class RainFell(BaseModel):
        pass

    assert fold(branch(), RainFell()) == branch()


def test_without_a_charter_the_ordinary_switches_hold():
    plain = branch(facts=SAMPLE[:2])
    assert plain.charter is None
    assert len(plain.base(MEETING_DAY)) == 9
    assert len(plain.voters(MEETING_DAY)) == 10
    assert plain.rotation_order(MEETING_DAY) == plain.base(MEETING_DAY)


def test_the_document_survives_json():
    assert Branch.model_validate_json(branch().model_dump_json()) == branch()


def test_the_document_carries_no_name_of_a_person():
    text = branch().model_dump_json()
    for name in ("Khiêm", "Hòa", "Kbuôr", "Uyển", "1970"):
        assert name not in text


def test_it_hears_every_fact_of_a_branch_but_the_destroying_of_keys():
    assert set(FACTS) == set(get_args(AnyBranchFact))
    assert set(FACTS) - HEARS == {SubjectKeyDestroyed}


def test_every_fact_it_hears_changes_it():
    changed: tuple[BranchFact, ...] = (
        BranchRegistered(branch=CODE, name="Tên khác", superior="Cấp trên", effective_on=MEETING_DAY),
        charter(version=4),
        RosterImported(
            branch=CODE,
            file_name="x.csv",
            file_sha256="ab" * 32,
            format="csv",
            members=(member("M20", "Lương Văn Thử", "Thử"),),
        ),
        MemberEnrolled(branch=CODE, member=member("M21", "Lương Văn Thêm", "Thêm"), joined_on=MEETING_DAY),
        status("M01", "exempt", MEETING_DAY),
        RoleAssigned(branch=CODE, member_id="M08", role="rapporteur", from_on=MEETING_DAY),
        RoleEnded(branch=CODE, member_id="M05", role="rapporteur", to_on=MEETING_DAY),
        MemberTransferred(branch=CODE, member_id="M01", to="Chi bộ khác", effective_on=MEETING_DAY),
        PaperHeadSet(branch=CODE, whose="cell", place="Vinh", from_on=MEETING_DAY),
        BranchDissolved(branch=CODE, decision_no="12-QĐ/ĐU", effective_on=MEETING_DAY),
    )
    assert {type(fact) for fact in changed} == HEARS
    for fact in changed:
        assert fold(branch(), fact) != branch(), fact


def test_a_committee_is_elected_from_as_many_full_members_as_the_rules_say() -> None:
    least = profile_for("organisation", date(2026, 10, 5)).committee_from.value
    ten = branch()
    assert ten.official_count(date(2026, 10, 5)) == least + 1
    nine = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ khác", effective_on=date(2026, 11, 1)))
    eight = branch(
        MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ khác", effective_on=date(2026, 11, 1)),
        MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ khác", effective_on=date(2026, 11, 1)),
    )
    assert nine.has_committee(date(2026, 11, 1))
    assert not eight.has_committee(date(2026, 11, 1))
    assert eight.committee(date(2026, 11, 1)) == ("M01", "M02")
    assert eight.has_committee(date(2026, 10, 31))
    assert ten.has_committee(date(1999, 1, 1)), "before the rules kept here begin, as they begin"
