"""Awards, and the results of years before these records: five years running on the first day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.roster.domain.honour import HONOUR, EnterPastResult, Honours, RecordAward, RevokeAward, running
from services.roster.domain.known import Known
from shared.events.honour import AwardRecorded, AwardRevoked, PastResultEntered
from tests.given_when_then import scenario
from tests.sample_branch import CODE, branch

given = scenario(HONOUR, Known(branch=branch()))
award = RecordAward(
    award_id="A1",
    honoured="member",
    member_id="M01",
    award="merit",
    level="province",
    title="Bằng khen của Tỉnh ủy",
    year=2023,
    decision_no="MẪU-01",
)
given_award = AwardRecorded(
    branch=CODE,
    award_id="A1",
    honoured="member",
    member_id="M01",
    award="merit",
    level="province",
    title="Bằng khen của Tỉnh ủy",
    year=2023,
    decision_no="MẪU-01",
)


def result(year: int, **changes: Any) -> PastResultEntered:
    fields: dict[str, Any] = {
        "branch": CODE,
        "honoured": "branch",
        "year": year,
        "result": "exemplary",
        "title": "TSVM tiêu biểu",
        "decision_no": f"MẪU-{year}",
    }
    return PastResultEntered(**fields | changes)


def test_an_award_goes_to_a_member_the_unit_or_the_branch():
    given().when(award).then(given_award)
    given(given_award).when(award).then()
    unit = award.model_copy(update={"honoured": "unit", "member_id": None, "unit": "Phòng Tổ chức đảng"})
    given().when(unit).then(
        given_award.model_copy(update={"honoured": "unit", "member_id": None, "unit": "Phòng Tổ chức đảng"})
    )
    given().when(unit.model_copy(update={"unit": None})).refused("cần tên đơn vị")
    given().when(award.model_copy(update={"honoured": "branch"})).refused("không cần cả hai")
    given().when(award.model_copy(update={"member_id": "M77"})).refused("không có mã M77")
    given(given_award).when(award.model_copy(update={"year": 2024})).refused("đã dùng cho khen thưởng khác")


def test_a_party_badge_names_its_years():
    badge = award.model_copy(update={"award": "party_badge", "title": "Huy hiệu 30 năm tuổi Đảng"})
    given().when(badge).refused("ghi kèm số năm")
    assert given().when(badge.model_copy(update={"badge_years": 30}))._decide()[0].badge_years == 30  # type: ignore[attr-defined]


def test_an_award_taken_back_counts_no_longer_from_that_day():
    revoke = RevokeAward(award_id="A1", decision_no="MẪU-99", revoked_on=date(2026, 5, 4))
    revoked = AwardRevoked(
        branch=CODE, award_id="A1", title="Bằng khen của Tỉnh ủy", decision_no="MẪU-99", revoked_on=date(2026, 5, 4)
    )
    given(given_award).when(revoke).then(revoked)
    given(given_award, revoked).when(revoke).then()
    given().when(revoke).refused("Chưa có khen thưởng nào")
    state: Honours = given(given_award, revoked).state()
    assert [state.awards[0].counts_on(day) for day in (date(2026, 5, 3), date(2026, 5, 4))] == [True, False]


def test_five_years_running_is_true_on_the_first_day():
    enter = EnterPastResult(year=2021, result="exemplary", title="TSVM tiêu biểu", decision_no="MẪU-2021")
    given().when(enter).then(result(2021))
    state: Honours = given(*(result(year) for year in range(2021, 2026))).state()
    results = [(year, one.result) for year, one in state.results_of(None).items()]
    assert running(results, 2025) == 5


@pytest.mark.parametrize(("years", "until", "expected"), [((2021, 2022, 2024, 2025), 2025, 2), ((2021,), 2025, 0)])
def test_a_gap_ends_the_years_running(years: tuple[int, ...], until: int, expected: int):
    assert running([(year, "exemplary") for year in years], until) == expected
    assert running([(2025, "good"), (2024, "exemplary")], 2025) == 0


def test_the_scan_of_a_decision_may_come_later_without_a_reason():
    enter = EnterPastResult(year=2021, result="exemplary", title="TSVM tiêu biểu", decision_no="MẪU-2021")
    scanned = enter.model_copy(update={"scan_sha256": "5f" * 32})
    given(result(2021)).when(scanned).then(result(2021, scan_sha256="5f" * 32))
    given(result(2021, scan_sha256="6a" * 32)).when(scanned).refused("ghi lý do thay")
    given(result(2021)).when(scanned.model_copy(update={"result": "good"})).refused("ghi lý do thay")


def test_a_year_has_one_result_and_another_needs_a_reason():
    again = EnterPastResult(year=2021, result="good", title="HTT", decision_no="MẪU-2021")
    given(result(2021)).when(again).refused("ghi lý do thay")
    replaced = result(2021, result="good", title="HTT", replaces="nhập nhầm dòng")
    given(result(2021)).when(again.model_copy(update={"replaces": "nhập nhầm dòng."})).then(replaced)
    state: Honours = given(result(2021), replaced).state()
    assert state.results_of(None)[2021].result == "good"
    given().when(again.model_copy(update={"year": 2027})).refused("Năm 2027 chưa tới")
    given().when(again.model_copy(update={"member_id": "M01"})).refused("của chi bộ thì không")
