from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.hub.domain.approval import APPROVAL, ApproveRanking, OtherRank, ReturnRanking
from services.hub.domain.known import Known, RanksSeen
from shared.events.appraisal import RankingSent, Sent
from shared.events.hub import RankingApproved, RankingReturned
from shared.rules import Rank, shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import branch

BRANCH = "99.001.002.000.011"
QD366 = shipped().profile_for("ranking.annual", date(2026, 12, 31))
QUARTER = shipped().profile_for("ranking.quarterly", date(2026, 9, 30))


def sent(*ranks: Rank, code: str = BRANCH, fact_id: str = "f1") -> RanksSeen:
    """What a branch sent, one rank after the other."""
    members = tuple(Sent(member_id=f"M{n:02}", computed_rank=rank, rank=rank) for n, rank in enumerate(ranks, 1))
    return RanksSeen(fact_id, RankingSent(branch=code, period_type="annual", period="2026", members=members), QD366)


def eleven(excellent: int) -> RanksSeen:
    """Eleven members, ten of them good or better."""
    return sent(*["excellent"] * excellent, *["good"] * (10 - excellent), "completed")  # type: ignore[arg-type]


APPROVE = ApproveRanking(period="2026", decision_no="45-QĐ/ĐU", approved_on=date(2026, 12, 30))
RETURN = ReturnRanking(period="2026", reason="Cần làm rõ việc vượt yêu cầu")


def given(*facts: RankingApproved | RankingReturned, seen: RanksSeen | None, elsewhere: Any = ()) -> Scenario:
    known = Known(branch=branch(), ranks=seen, elsewhere=tuple(elsewhere), quota_scope="99.001.002")
    return scenario(APPROVAL, known, actor="F01", role="superior").at("2026-12-31T08:00:00+07:00")(*facts)


def approved(seen: RanksSeen, elsewhere: Any = (), command: ApproveRanking = APPROVE) -> RankingApproved:
    (fact,) = given(seen=seen, elsewhere=elsewhere).when(command)._decide()
    assert isinstance(fact, RankingApproved)
    return fact


def test_R28_a_years_ranks_become_final_by_the_superiors_approval():
    fact = approved(eleven(1))
    assert (fact.sent, fact.decision_no, len(fact.entries)) == ("f1", "45-QĐ/ĐU", 11)
    assert all(entry.rank == entry.sent_rank and entry.reason is None for entry in fact.entries)
    assert fact.quota is not None
    assert (fact.quota.scope, fact.quota.branches, fact.quota.allowed, fact.quota.excellent) == ("99.001.002", 1, 1, 1)
    given(fact, seen=eleven(1)).when(APPROVE).then()
    given(seen=None).when(APPROVE).refused("chưa gửi kết quả xếp loại")


def test_E7_R29_more_excellent_than_the_quota_allows_are_not_approved():
    given(seen=eleven(2)).when(APPROVE).refused(
        "tổ chức 99.001.002 có 2 đồng chí Hoàn thành xuất sắc, chỉ tiêu là 1 (tính trên 1 chi bộ đã gửi, 20%)"
    )
    lowered = APPROVE.model_copy(update={"entries": (OtherRank(member_id="M02", rank="good", reason="Quá chỉ tiêu"),)})
    fact = approved(eleven(2), command=lowered)
    assert [(entry.rank, entry.reason) for entry in fact.entries[:3]] == [
        ("excellent", None),
        ("good", "Quá chỉ tiêu"),
        ("good", None),
    ]
    assert fact.vi(None) == (  # type: ignore[arg-type]
        "Cấp trên phê duyệt kết quả xếp loại năm 2026 của 11 đảng viên theo quyết định số 45-QĐ/ĐU ngày 30/12/2026, "
        "1 đồng chí khác đề nghị của chi bộ (có nêu lý do)."
    )


def test_E7_R29_ten_cells_of_four_are_counted_together():
    four = sent("excellent", "good", "good", "good")
    given(seen=four).when(APPROVE).refused("chỉ tiêu là 0")
    others = [replace(four, fact_id=f"o{n}") for n in range(9)]
    fact = approved(four, others)
    assert fact.quota is not None
    assert (fact.quota.rated, fact.quota.good_or_better, fact.quota.allowed, fact.quota.excellent) == (40, 40, 6, 1)
    done = [replace(one, approved=fact) for one in others[:5]] + others[5:]
    sixth = approved(four, done)
    assert sixth.quota is not None
    assert sixth.quota.excellent == 6
    seven = [replace(one, approved=fact) for one in others[:6]] + others[6:]
    given(seen=four, elsewhere=seven).when(APPROVE).refused("có 7 đồng chí Hoàn thành xuất sắc, chỉ tiêu là 6")


def test_R29_a_quarters_ranks_have_no_quota():
    quarterly = replace(eleven(5), profile=QUARTER)
    assert approved(quarterly).quota is None


def test_ranks_are_returned_with_the_reason_and_answered_again_when_sent_again():
    (returned,) = given(seen=eleven(2)).when(RETURN)._decide()
    assert isinstance(returned, RankingReturned)
    assert (returned.sent, returned.reason) == ("f1", "Cần làm rõ việc vượt yêu cầu")
    given(returned, seen=eleven(1)).when(RETURN).then()
    given(returned, seen=eleven(1)).when(APPROVE).refused("đã được trả lời nên giữ nguyên")
    again = replace(eleven(1), fact_id="f2")
    (fact,) = given(returned, seen=again).when(APPROVE)._decide()
    assert isinstance(fact, RankingApproved)
    assert fact.sent == "f2"


def test_what_was_approved_stays_unless_the_superior_returns_it():
    fact = approved(eleven(1))
    other = APPROVE.model_copy(update={"decision_no": "46-QĐ/ĐU"})
    given(fact, seen=eleven(1)).when(other).refused("Wait until the branch sends them again")
    (returned,) = given(fact, seen=eleven(1)).when(RETURN)._decide()
    assert isinstance(returned, RankingReturned)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"approved_on": date(2027, 1, 1)}, "01/01/2027 chưa tới"),
        ({"entries": (OtherRank(member_id="M77", rank="good", reason="x"),)}, "không nằm trong kết quả chi bộ gửi"),
        ({"entries": (OtherRank(member_id="M01", rank="good", reason="x"),) * 2}, "is named twice: M01"),
    ],
)
def test_an_approval_that_cannot_be_is_refused(change, words):
    given(seen=eleven(1)).when(APPROVE.model_copy(update=change)).refused(words)


def test_the_rules_must_be_published_and_the_branch_there():
    given(seen=replace(eleven(1), profile=None)).when(APPROVE).refused("chưa công bố ở đây")
    gone = Known(branch=branch().model_copy(update={"dissolved_on": date(2026, 9, 1)}), ranks=eleven(1))
    given(seen=None).known(gone).when(APPROVE).refused("đã giải thể")


def test_only_the_superior_answers():
    assert ApproveRanking.MAY == ReturnRanking.MAY == frozenset({"superior"})
