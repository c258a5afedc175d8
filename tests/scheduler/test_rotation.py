"""R11 and R12 with the worked example E3, the sample year, and the round over chance."""

from __future__ import annotations

from datetime import date
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduler.domain.calendar import fixed_day
from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.rotation import (
    ROTATION,
    AssignBriefing,
    RecordBriefingDelivered,
    SubstituteBriefing,
    Turn,
    decide,
    queue,
)
from services.scheduler.domain.rotation import Rotation as Turns
from shared import periods
from shared.branch import Branch
from shared.events.branch import (
    BranchCharterAdopted,
    BranchDissolved,
    BranchFact,
    MemberEnrolled,
    MemberStatusChanged,
    MemberTransferred,
    Rotation,
)
from shared.events.meeting import (
    AnyRotationFact,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
)
from tests.given_when_then import scenario
from tests.sample_branch import CHARTER, CODE, FACTS, branch, member

YEAR = tuple(f"2026-{month:02}" for month in range(1, 13))
ELEVEN = tuple(member(f"M{number:02}", f"Đảng viên {number}", f"{number}") for number in range(1, 12))


def meeting_id(period: str) -> str:
    return f"{CODE}:{period}"


def day(period: str) -> date:
    return fixed_day(period, 3, "keep", frozenset())


def assigned(period: str, member_id: str, cycle: int = 1, turn: int = 1) -> BriefingAssigned:
    return BriefingAssigned(
        branch=CODE,
        meeting_id=meeting_id(period),
        period=period,
        on=day(period),
        cycle=cycle,
        turn=turn,
        member_id=member_id,
    )


def substituted(
    period: str, member_id: str, absent: str, cycle: int = 1, reason: str = "excused"
) -> BriefingSubstituted:
    return BriefingSubstituted.model_validate(
        {
            "branch": CODE,
            "meeting_id": meeting_id(period),
            "period": period,
            "cycle": cycle,
            "member_id": member_id,
            "for_member_id": absent,
            "reason": reason,
            "next_period": periods.following(period),
        }
    )


def assign(period: str, member_id: str | None = None) -> AssignBriefing:
    return AssignBriefing(meeting_id=meeting_id(period), member_id=member_id)


def substitute(period: str, member_id: str | None = None) -> SubstituteBriefing:
    return SubstituteBriefing(meeting_id=meeting_id(period), reason="excused", member_id=member_id)


def eleven(*more: BranchFact) -> Branch:
    imported = FACTS[1].model_copy(update={"members": ELEVEN})
    return branch(*more, facts=(FACTS[0], imported, FACTS[2]))


def folded(facts: tuple[AnyRotationFact, ...]) -> Turns:
    return reduce(ROTATION.evolve, facts, ROTATION.initial)


def turn_of(turns: Turns, period: str) -> Turn:
    turn = turns.of(period)
    assert turn is not None
    return turn


def year(cell: Branch, periods: tuple[str, ...], absent: dict[str, str]) -> dict[str, str]:
    """Who briefs in each month when it is decided month by month; ``absent``: month → who is away that day."""
    facts: tuple[AnyRotationFact, ...] = ()
    known = Known(branch=cell)
    asked = scenario(ROTATION, known).at("2026-01-01T08:00+07:00").asked
    for period in periods:
        facts += decide(folded(facts), assign(period), asked)
        if turn_of(folded(facts), period).member_id == absent.get(period):
            facts += decide(folded(facts), substitute(period), asked)
    return {turn.period: turn.by for turn in folded(facts).turns}


THIRTEEN_LEFT_ONE_CAME = (
    MemberTransferred(branch=CODE, member_id="M07", to="nơi khác", effective_on=date(2026, 4, 15)),
    MemberEnrolled(branch=CODE, member=member("M12", "Đảng viên 12", "12"), joined_on=date(2026, 7, 1)),
)
FOURTEEN_MONTHS = (*YEAR, "2027-01", "2027-02")
E3 = {
    **{f"2026-{number:02}": f"M{number:02}" for number in range(1, 7)},
    "2026-07": "M08",
    "2026-08": "M09",
    "2026-09": "M10",
    "2026-10": "M11",
    "2026-11": "M12",
    "2026-12": "M01",
    "2027-01": "M02",
    "2027-02": "M03",
}


def test_E3_fourteen_months_with_one_transfer_and_one_newcomer():
    assert year(eleven(*THIRTEEN_LEFT_ONE_CAME), FOURTEEN_MONTHS, {}) == E3


def test_E3_variant_the_absentee_comes_first_next_month_and_the_rest_is_unchanged():
    found = year(eleven(*THIRTEEN_LEFT_ONE_CAME), FOURTEEN_MONTHS, {"2026-08": "M09"})
    assert found == {**E3, "2026-08": "M10", "2026-09": "M09"}


def test_E3_the_second_round_is_numbered_anew():
    facts = tuple(
        assigned(period, member_id, turn=number)
        for number, (period, member_id) in enumerate(list(E3.items())[:11], start=1)
    )
    given = scenario(ROTATION, Known(branch=eleven(*THIRTEEN_LEFT_ONE_CAME)))(*facts)
    given.when(assign("2026-12")).then(assigned("2026-12", "M01", cycle=2, turn=1))


SAMPLE_YEAR = {
    "2026-01": "M01",
    "2026-02": "M02",
    "2026-03": "M03",
    "2026-04": "M04",
    "2026-05": "M06",
    "2026-06": "M05",
    "2026-07": "M07",
    "2026-08": "M08",
    "2026-09": "M11",
    "2026-10": "M02",
    "2026-11": "M01",
    "2026-12": "M03",
}


def test_the_sample_year_as_it_was_lived():
    assert year(branch(), YEAR, {"2026-05": "M05", "2026-10": "M01"}) == SAMPLE_YEAR


SO_FAR = (
    assigned("2026-01", "M01", turn=1),
    assigned("2026-02", "M02", turn=2),
    assigned("2026-03", "M03", turn=3),
    assigned("2026-04", "M04", turn=4),
    assigned("2026-05", "M05", turn=5),
)
NINE_MONTHS = (
    *SO_FAR,
    substituted("2026-05", "M06", "M05", reason="on_duty"),
    assigned("2026-06", "M05", turn=6),
    assigned("2026-07", "M07", turn=7),
    assigned("2026-08", "M08", turn=8),
    assigned("2026-09", "M11", turn=9),
)
given_sample = scenario(ROTATION, Known(branch=branch()))


def test_R12_in_may_M06_briefs_for_M05_and_June_is_kept_for_him():
    given_sample(*SO_FAR).when(SubstituteBriefing(meeting_id=meeting_id("2026-05"), reason="on_duty")).then(
        substituted("2026-05", "M06", "M05", reason="on_duty")
    )
    given_sample(*SO_FAR, substituted("2026-05", "M06", "M05")).when(assign("2026-06")).then(
        assigned("2026-06", "M05", turn=6)
    )


def test_R11_october_begins_the_second_round_with_the_exempt_and_the_member_elsewhere_passed_over():
    given_sample(*NINE_MONTHS).when(assign("2026-10")).then(assigned("2026-10", "M01", cycle=2, turn=1))


def test_R12_in_october_M02_briefs_for_M01_who_comes_first_in_november():
    october = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2))
    given_sample(*october).when(substitute("2026-10")).then(substituted("2026-10", "M02", "M01", cycle=2))
    given_sample(*october, substituted("2026-10", "M02", "M01", cycle=2)).when(assign("2026-11")).then(
        assigned("2026-11", "M01", cycle=2, turn=2)
    )


def test_R12_what_was_assigned_ahead_is_assigned_anew_after_a_substitution():
    ahead = (
        *NINE_MONTHS,
        assigned("2026-10", "M01", cycle=2, turn=1),
        assigned("2026-11", "M02", cycle=2, turn=2),
        assigned("2026-12", "M03", cycle=2, turn=3),
    )
    given_sample(*ahead).when(substitute("2026-10")).then(
        substituted("2026-10", "M02", "M01", cycle=2), assigned("2026-11", "M01", cycle=2, turn=2)
    )


def october(chair: str | None = None, excused: tuple[str, ...] = (), phase: str = "planned") -> Known:
    now = MeetingNow(
        meeting_id=meeting_id("2026-10"),
        meeting_kind="regular",
        period="2026-10",
        on=date(2026, 10, 5),
        phase=phase,  # type: ignore[arg-type]
        chair_id=chair,
        excused=frozenset(excused),
    )
    return Known(branch=branch(), meetings={now.meeting_id: now})


def test_R12_while_the_next_in_line_chairs_the_one_after_may_be_chosen():
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2))
    acting = given_sample.known(october(chair="M02"))(*facts)
    acting.when(substitute("2026-10")).then(substituted("2026-10", "M02", "M01", cycle=2))
    acting.when(substitute("2026-10", "M03")).then(substituted("2026-10", "M03", "M01", cycle=2))
    acting.when(substitute("2026-10", "M04")).refused("đ/c M02")
    given_sample(*facts).when(substitute("2026-10", "M03")).refused("đ/c M02")


def test_R12_whoever_asked_to_be_excused_is_passed_over_and_keeps_the_place():
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2))
    away = given_sample.known(october(excused=("M01", "M02")))
    away(*facts).when(substitute("2026-10")).then(substituted("2026-10", "M03", "M01", cycle=2))
    done = (*facts, substituted("2026-10", "M03", "M01", cycle=2), assigned("2026-11", "M01", cycle=2, turn=2))
    away(*done).when(assign("2026-12")).then(assigned("2026-12", "M02", cycle=2, turn=3))


def test_R12_a_substitute_who_is_away_too_gives_way_to_the_next_one_and_is_not_credited():
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2), substituted("2026-10", "M02", "M01", cycle=2))
    given_sample(*facts).when(substitute("2026-10", "M03")).then(substituted("2026-10", "M03", "M01", cycle=2))


def test_R12_the_last_of_a_round_absent_is_replaced_from_the_next_round_and_still_finishes_his_own():
    facts = (*NINE_MONTHS, substituted("2026-09", "M01", "M11", cycle=2))
    given_sample(*NINE_MONTHS).when(substitute("2026-09")).then(substituted("2026-09", "M01", "M11", cycle=2))
    given_sample(*facts).when(assign("2026-10")).then(assigned("2026-10", "M11", cycle=1, turn=9))
    given_sample(*facts, assigned("2026-10", "M11", turn=9)).when(assign("2026-11")).then(
        assigned("2026-11", "M02", cycle=2, turn=2)
    )


def test_a_meeting_called_off_leaves_the_turn_to_the_next_month():
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2))
    off = given_sample.known(october(phase="cancelled"))
    off(*facts).when(assign("2026-11")).then(assigned("2026-11", "M01", cycle=2, turn=1))
    off(*NINE_MONTHS).when(assign("2026-10")).refused("không tổ chức")


def test_R11_somebody_transferred_after_the_assignment_gives_the_turn_to_the_next():
    gone = MemberTransferred(branch=CODE, member_id="M01", to="nơi khác", effective_on=date(2026, 10, 1))
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2))
    given_sample.known(Known(branch=branch(gone)))(*facts).when(assign("2026-10")).then(
        assigned("2026-10", "M02", cycle=2, turn=1)
    )


def test_R11_the_charter_may_leave_members_out():
    rotation = Rotation(exclusions=("M01", "M02"))
    cell = branch(BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update={"rotation": rotation})))
    given_sample.known(Known(branch=cell))().when(assign("2026-01")).then(assigned("2026-01", "M03"))


def test_assigning_the_same_turn_again_changes_nothing():
    given_sample(*SO_FAR).when(assign("2026-05")).then()
    given_sample(*SO_FAR).when(assign("2026-05", "M05")).then()


def test_substituting_again_changes_nothing():
    facts = (*SO_FAR, substituted("2026-05", "M06", "M05"))
    given_sample(*facts).when(substitute("2026-05")).then()
    given_sample(*facts).when(substitute("2026-05", "M06")).then()
    given_sample(*facts).when(assign("2026-05")).then()


def test_the_turn_of_somebody_else_is_refused_with_whose_it_is():
    given_sample(*SO_FAR[:3]).when(assign("2026-04", "M07")).refused("lượt tháng 4/2026 là của đ/c M04")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (assign("2026-06", "M99"), "không có đồng chí nào mang mã M99"),
        (AssignBriefing(meeting_id=f"{CODE}:2026-06:thematic"), "buổi sinh hoạt thường kỳ"),
        (AssignBriefing(meeting_id=f"{CODE}:0000-01"), "không thể là năm họp"),
        (AssignBriefing(meeting_id=f"{CODE}:2026-13"), "buổi sinh hoạt thường kỳ"),
        (AssignBriefing(meeting_id="99.001.002.000.012:2026-06"), "không phải của chi bộ này"),
        (substitute("2026-06"), "Chưa phân công"),
        (substitute("2026-05", "M99"), "không có đồng chí nào mang mã M99"),
        (assign("2025-12"), "không chen tháng 12/2025"),
    ],
)
def test_what_makes_no_sense_is_refused(command, words):
    given_sample(*SO_FAR).when(command).refused(words)


def test_a_branch_unknown_dissolved_or_without_charter_assigns_nobody():
    given_sample.known(Known())().when(assign("2026-01")).refused("chưa biết chi bộ")
    gone = BranchDissolved(branch=CODE, decision_no="01-QĐ", effective_on=date(2026, 10, 1))
    given_sample.known(Known(branch=branch(gone)))().when(assign("2026-11")).refused("giải thể từ ngày 01/10/2026")
    given_sample.known(Known(branch=branch(facts=FACTS[:2])))().when(assign("2026-11")).refused("quy ước")


def delivered(period: str, member_id: str) -> BriefingDelivered:
    return BriefingDelivered(
        branch=CODE,
        meeting_id=meeting_id(period),
        period=period,
        member_id=member_id,
        local="Khắc phục hậu quả bão",
        national="Ngày Chuyển đổi số quốc gia 10/10",
        world="Kinh nghiệm ứng phó lũ lụt",
        minutes_used=11,
    )


def record(period: str, **more: object) -> RecordBriefingDelivered:
    parts = {
        "local": "Khắc phục hậu quả bão",
        "national": "Ngày Chuyển đổi số quốc gia 10/10",
        "world": "Kinh nghiệm ứng phó lũ lụt",
        "minutes_used": 11,
    }
    return RecordBriefingDelivered.model_validate({"meeting_id": meeting_id(period), **parts, **more})


OCTOBER = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2), substituted("2026-10", "M02", "M01", cycle=2))
at_the_meeting = given_sample.known(october(chair="M02")).at("2026-10-05T14:41+07:00")


def test_the_briefing_is_recorded_with_its_three_parts_for_whoever_took_the_turn():
    at_the_meeting(*OCTOBER).when(record("2026-10")).then(delivered("2026-10", "M02"))
    at_the_meeting(*OCTOBER, delivered("2026-10", "M02")).when(record("2026-10")).then()


def test_a_briefing_without_one_of_its_parts_is_refused_by_its_name():
    at_the_meeting(*OCTOBER).when(record("2026-10", local=None)).refused("thiếu phần địa phương")
    at_the_meeting(*OCTOBER).when(record("2026-10", national="  ")).refused("thiếu phần trong nước")
    at_the_meeting(*OCTOBER).when(record("2026-10", world=None)).refused("thiếu phần quốc tế")


def test_a_briefing_by_somebody_else_or_before_the_day_is_refused():
    at_the_meeting(*OCTOBER).when(record("2026-10", member_id="M01")).refused("lượt của đ/c M02")
    at_the_meeting.at("2026-10-04T16:00+07:00")(*OCTOBER).when(record("2026-10")).refused("chưa tới")


def test_what_was_delivered_is_neither_substituted_nor_assigned_to_another():
    facts = (*NINE_MONTHS, assigned("2026-10", "M01", cycle=2), delivered("2026-10", "M01"))
    at_the_meeting(*facts).when(substitute("2026-10")).refused("đã trình bày")
    at_the_meeting(*facts).when(assign("2026-10", "M02")).refused("không phân công lại")
    at_the_meeting(*facts).when(assign("2026-10")).then()


# ------------------------------------------------------------------ over chance


@st.composite
def cells(draw: st.DrawFn) -> tuple[Branch, dict[str, frozenset[str]]]:
    """A cell whose members come and go and are away on some months."""
    changes: list[BranchFact] = []
    ids = [entry.member_id for entry in ELEVEN]
    for member_id in draw(st.lists(st.sampled_from(ids[3:]), max_size=4, unique=True)):
        on = draw(st.dates(date(2026, 1, 1), date(2028, 6, 1)))
        changes.append(
            MemberTransferred(branch=CODE, member_id=member_id, to="nơi khác", effective_on=on)
            if draw(st.booleans())
            else MemberStatusChanged(
                branch=CODE, member_id=member_id, status="temporary_elsewhere", from_on=on, until_on=None
            )
        )
    for number in range(draw(st.integers(0, 3))):
        on = draw(st.dates(date(2026, 1, 4), date(2028, 6, 1)))
        changes.append(
            MemberEnrolled(branch=CODE, member=member(f"N{number}", f"Người mới {number}", "x"), joined_on=on)
        )
    periods = [f"{year}-{month:02}" for year in (2026, 2027, 2028) for month in range(1, 13)]
    away = draw(st.dictionaries(st.sampled_from(periods), st.frozensets(st.sampled_from(ids), max_size=3), max_size=12))
    return eleven(*changes), away


@settings(max_examples=60, deadline=None)
@given(cells())
def test_R11_in_every_round_nobody_briefs_twice_before_everybody_eligible_has_briefed_once(case):
    cell, away = case
    facts: tuple[AnyRotationFact, ...] = ()
    given_cell = scenario(ROTATION, Known(branch=cell)).at("2026-01-01T08:00+07:00").asked
    state = ROTATION.initial
    for period in (f"{year}-{month:02}" for year in (2026, 2027, 2028) for month in range(1, 13)):
        gone = away.get(period, frozenset())
        now = MeetingNow(meeting_id(period), "regular", period, day(period), "planned", excused=gone)
        asked = given_cell._replace(known=Known(branch=cell, meetings={now.meeting_id: now}))
        before = state.turns
        served = {turn.by for turn in before if turn.credited_in == max((one.credited_in for one in before), default=1)}
        eligible = set(cell.rotation_order(day(period)))
        for command in (assign(period), substitute(period)):
            if isinstance(command, SubstituteBriefing) and turn_of(state, period).member_id not in gone:
                continue
            new = decide(state, command, asked)
            facts += new
            state = reduce(ROTATION.evolve, new, state)
        turn = turn_of(state, period)
        assert turn.by in eligible
        credits_ = [one.by for one in state.turns if one.credited_in == turn.credited_in]
        assert len(credits_) == len(set(credits_)), "nobody twice in a round"
        if turn.credited_in > max((one.credited_in for one in before), default=1):
            assert eligible - gone - {turn.member_id} <= served, "a new round begins when nobody present is left"
        if before and before[-1].substituted and before[-1].member_id in eligible:
            assert turn.member_id == before[-1].member_id, "the absentee comes first next month"
    assert folded(facts) == state


@settings(max_examples=40, deadline=None)
@given(cells(), st.integers(0, 35))
def test_R11_the_line_names_everybody_eligible_once(case, months):
    cell, _ = case
    period = f"{2026 + months // 12}-{months % 12 + 1:02}"
    line = [one.member_id for one in queue((), cell, day(period))]
    assert sorted(line) == sorted(cell.rotation_order(day(period)))
