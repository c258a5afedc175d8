from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.ranking.domain.appraisal import (
    APPRAISAL,
    Appraisal,
    Approval,
    FileAppraisal,
    FinaliseRanking,
    OpenAppraisal,
    Proposal,
    ProposeRanks,
    RecordAppraisalVote,
    ReopenAppraisal,
    SendRanking,
    evolve,
)
from services.ranking.domain.appraisal_criteria import Said, evaluate, quota_of
from services.ranking.domain.known import (
    DisciplineSeen,
    Elsewhere,
    Known,
    MeetingSeen,
    MonthSeen,
    RemarkSeen,
    Span,
    TaskSeen,
)
from shared.branch import Branch
from shared.events.appraisal import (
    AnyAppraisalFact,
    Discipline,
    MemberEvaluated,
    MemberRanked,
    QuotaComputed,
    QuotaExceeded,
    RankingOpened,
    RankingProposed,
    RankingReopened,
    RankingSent,
    RankingVoted,
    SelfAssessmentFiled,
)
from shared.events.branch import MemberEnrolled, MemberTransferred
from shared.events.minutes import Threshold
from shared.events.ranking import Rank
from shared.events.sealed import Secret
from shared.rules import RuleBook, shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch, member

YEAR = "2026"
JANUARY = f"{CODE}:2027-01"
RANKED = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M10", "M11")
ANNUAL = shipped().profile_for("ranking.annual", date(2026, 12, 31))
OPENS = "2027-01-03T07:00:00.000000Z"
VOTERS = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08")
MEETING = MeetingSeen(
    meeting_id=JANUARY,
    meeting_kind="regular",
    period="2027-01",
    opened_at=OPENS,
    voters=(*VOTERS, "M09", "M10"),
    vote_base=10,
    inside={voter: (Span(from_at=OPENS),) for voter in VOTERS},
    adoption=Threshold(numerator=1, denominator=2, inclusive=False),
    secret_minimum=3,
)


def tasks(
    who: str = "M05", on_time: int = 10, late: int = 0, exceeded: int = 0, failed: int = 0
) -> tuple[TaskSeen, ...]:
    outcomes: Iterable[Any] = (
        *["on_time"] * (on_time - exceeded),
        *["exceeded"] * exceeded,
        *["late"] * late,
        *["failed"] * failed,
    )
    return tuple(TaskSeen(f"T{n}", who, date(2026, n % 12 + 1, 20), one, f"f{n}") for n, one in enumerate(outcomes))


def knows(of: Branch | None = None, meeting: MeetingSeen | None = MEETING, **other: Any) -> Known:
    more: dict[str, Any] = {"rules": shipped(), "evaluations": {who: f"e-{who}" for who in RANKED}, **other}
    return Known(branch=of or branch(), meeting=meeting, **more)


def given(*facts: AnyAppraisalFact, at: str = "2027-01-03T15:00:00+07:00", **known: Any) -> Scenario:
    return scenario(APPRAISAL, knows(**known))(*facts).at(at, actor="M02", actorrole="deputy_secretary")


OPENED = RankingOpened(
    branch=CODE, period_type="annual", period=YEAR, members=RANKED, profile="qd366-annual@1",
    self_assessment_due_on=date(2026, 12, 20),
)  # fmt: skip


def assessed(who: str, period: str = YEAR) -> SelfAssessmentFiled:
    kind = "annual" if period == YEAR else "quarterly"
    return SelfAssessmentFiled.model_validate(
        {"branch": CODE, "period_type": kind, "period": period, "member_id": who, "proposed_rank": "good"}
    )


ASSESSED = tuple(assessed(who) for who in RANKED)


def entry(who: str, points: str = "80", **more: Any) -> Proposal:
    return Proposal.model_validate({"member_id": who, "points": points, "remedied": True, **more})


def propose(**other: Proposal) -> ProposeRanks:
    return ProposeRanks(period=YEAR, entries=tuple(other.get(who, entry(who)) for who in RANKED))


def made(outcome: Any) -> tuple[AnyAppraisalFact, ...]:
    facts: tuple[AnyAppraisalFact, ...] = outcome._decide()
    return facts


def computed(facts: Iterable[AnyAppraisalFact], who: str = "M05") -> MemberEvaluated:
    return next(one for one in facts if isinstance(one, MemberEvaluated) and one.member_id == who)


def rank_of(entry_: Proposal, seen: tuple[TaskSeen, ...]) -> Rank:
    facts = made(given(OPENED, *ASSESSED, tasks=seen).when(propose(M05=entry_)))
    return computed(facts).computed_rank


# ---------------------------------------------------------------- opened


def test_R32_a_year_is_ranked_once_where_official_on_31_december():
    wish = OpenAppraisal(period=YEAR, self_assessment_due_on=date(2026, 12, 20))
    at = given(at="2026-12-05T08:00:00+07:00")
    at.when(wish).then(OPENED)  # without M09, exempt; with M10, official here though away
    guest = member("M12", "Lò Thị May", "May", status="temporary_here", since=date(2026, 11, 1))
    host = branch(MemberEnrolled(branch=CODE, member=guest, joined_on=date(2026, 11, 1)))
    at.known(knows(host)).when(wish).then(OPENED)
    left = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ 2", effective_on=date(2026, 12, 31)))
    without = tuple(who for who in RANKED if who != "M08")
    at.known(knows(left)).when(wish).then(OPENED.model_copy(update={"members": without}))


def test_R32_whoever_is_official_elsewhere_by_31_december_falls_out_of_a_ranking_already_open():
    left = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ 2", effective_on=date(2026, 12, 31)))
    at = given(OPENED, *ASSESSED, of=left)
    at.when(propose()).refused("M08 không thuộc diện xếp loại năm 2026")
    without = ProposeRanks(period=YEAR, entries=tuple(entry(who) for who in RANKED if who != "M08"))
    assert len([one for one in made(at.when(without)) if isinstance(one, MemberEvaluated)]) == 9


def test_R30_leaders_are_ranked_for_the_first_three_quarters_only():
    at = given(at="2026-09-28T08:00:00+07:00")
    at.when(OpenAppraisal(period="2026-Q3")).then(
        RankingOpened(
            branch=CODE,
            period_type="quarterly",
            period="2026-Q3",
            members=("M01", "M02", "M03"),
            profile="hd43-quarterly@1",
            self_assessment_due_on=date(2026, 10, 3),
        )
    )
    given().when(OpenAppraisal(period="2026-Q4")).refused("Không xếp loại riêng quý IV/2026")
    at.when(OpenAppraisal(period="2027-Q1")).refused("Chưa đến quý I/2027")
    given().known(knows(rules=RuleBook(()))).when(OpenAppraisal(period=YEAR)).refused("Chưa có khung tiêu chí")
    nobody = branch().model_copy(update={"members": ()})
    given().known(knows(nobody)).when(OpenAppraisal(period=YEAR)).refused("Không có đảng viên nào")
    with pytest.raises(ValidationError):
        OpenAppraisal(period="2026-09")


def test_a_profile_is_chosen_by_the_last_day_and_pinned_when_it_opens():
    earlier = given().when(OpenAppraisal(period="2024"))
    assert made(earlier)[0].profile == "qd124-annual@1"  # type: ignore[union-attr]
    given(OPENED).when(OpenAppraisal(period=YEAR)).then()
    assert APPRAISAL.profile(given(OPENED).state()) == "qd366-annual@1"
    assert APPRAISAL.profile(Appraisal()) is None
    for wish in (
        propose(),
        SendRanking(period=YEAR),
        VOTE,
        APPROVE,
        ReopenAppraisal(period=YEAR, reason=SecretStr("…")),
    ):
        given().when(wish).refused("Kỳ xếp loại năm 2026 chưa mở")


# ---------------------------------------------------------------- own word


def test_R46_the_own_word_is_the_members_own():
    wish = FileAppraisal(period=YEAR, member_id="M08", proposed_rank="good")
    given(OPENED).at("2026-12-18T08:00:00+07:00", actor="M08").when(wish).then(assessed("M08"))
    given(OPENED, assessed("M08")).at("2026-12-18T08:00:00+07:00", actor="M08").when(wish).then()
    given(OPENED).when(wish).refused("Tự đánh giá là việc của chính đ/c M08")
    stranger = wish.model_copy(update={"member_id": "M09"})
    given(OPENED).at("2026-12-18T08:00:00+07:00", actor="M09").when(stranger).refused("M09 không thuộc diện xếp loại")
    words = wish.model_copy(update={"text": SecretStr("Đã xong."), "points": "85.5"})
    text = Secret(subject=f"member/{CODE}/M08", field="text", text=SecretStr("Đã xong."))
    given(OPENED).at("2026-12-18T08:00:00+07:00", actor="M08").when(words).then(
        assessed("M08").model_copy(update={"points": "85.5", "text": text})
    )


def test_R28_nothing_is_proposed_before_everybody_has_spoken():
    given(OPENED, *ASSESSED[1:]).when(propose()).refused("đ/c M01 chưa tự đánh giá")
    part = ProposeRanks(period=YEAR, entries=(entry("M01"),))
    given(OPENED, *ASSESSED).when(part).refused("còn thiếu: M02, M03")


# ---------------------------------------------------------------- criteria


@pytest.mark.parametrize(
    ("points", "seen", "rank"),
    [
        ("91", tasks(on_time=10, exceeded=3), "excellent"),
        ("91", tasks(on_time=10, exceeded=2), "good"),
        ("69.5", tasks(on_time=8, late=2), "completed"),
        ("69.5", tasks(on_time=7, late=3), "not_completed"),
        ("72", tasks(on_time=9, late=1), "completed"),
        ("49.99", tasks(), "not_completed"),
    ],
)
def test_E8_ranks_by_points_and_tasks(points: str, seen: tuple[TaskSeen, ...], rank: str):
    assert rank_of(entry("M05", points), seen) == rank


def test_E8_R26_an_old_shortcoming_not_put_right_keeps_from_excellent():
    assert rank_of(entry("M05", "91", remedied=False), tasks(exceeded=3)) == "good"


def test_E8_R27_a_reprimand_of_the_year_caps_unless_the_member_had_found_and_remedied_it():
    reprimand = {"decided_on": "2026-06-14", "form": "reprimand"}
    assert rank_of(entry("M05", "91", disciplines=[reprimand]), tasks(exceeded=3)) == "not_completed"
    own = reprimand | {"self_detected_remedied": True}
    assert rank_of(entry("M05", "91", disciplines=[own]), tasks(exceeded=3)) == "excellent"
    assert rank_of(entry("M05", "91", disciplines=[own, reprimand]), tasks(exceeded=3)) == "not_completed"
    before = [{"decided_on": "2025-12-31", "form": "reprimand"}]
    given(OPENED, *ASSESSED).when(propose(M05=entry("M05", disciplines=before))).refused("không nằm trong năm 2026")


def test_R27_a_discipline_that_roster_noticed_counts_without_being_said_and_once_if_it_is():
    noticed = DisciplineSeen(
        member_id="M05",
        decided_on=date(2026, 6, 14),
        form="reprimand",
        self_detected_remedied=False,
        fact_id="d1",
    )
    other = noticed.model_copy(update={"decided_on": date(2025, 6, 14), "fact_id": "d0"})
    at = given(OPENED, *ASSESSED, disciplines=(other, noticed))
    said = {"decided_on": "2026-06-14", "form": "reprimand"}
    for entry_ in (entry("M05", "91"), entry("M05", "91", disciplines=[said])):
        fact = computed(made(at.when(propose(M05=entry_))))
        assert fact.computed_rank == "not_completed"
        assert fact.disciplines == (Discipline(decided_on=date(2026, 6, 14), form="reprimand"),)
        assert fact.evidence == ("d1",)
        (line,) = [one for one in fact.reasons if one.rule.endswith("/discipline.counted")]
        assert (line.vi, line.evidence) == ("Kỷ luật khiển trách ngày 14/06/2026.", ("d1",))
    assert computed(made(at.when(propose())), "M06").disciplines == ()


def test_each_line_of_an_evaluation_names_the_facts_it_looked_at():
    seen = (*tasks(on_time=9, late=1), TaskSeen("X", "M05", date(2027, 1, 2), "failed", "next-year"))
    months = (MonthSeen("2026-09", "M05", "completed", "m9"), MonthSeen("2026-10", "M05", "good", "m10"))
    fact = computed(made(given(OPENED, *ASSESSED, tasks=seen, months=months).when(propose(M05=entry("M05", "72")))))
    assert fact.tasks.total == 10
    assert fact.evidence == (*(f"f{n}" for n in range(10)), "m9", "m10")
    lines = {line.rule.partition("/")[2]: line for line in fact.reasons}
    assert lines["good.all_on_time"].evidence == ("f9",)
    assert lines["months_for_information"].vi == (
        "Xếp loại tháng trong kỳ, để tham khảo: 1 tháng Hoàn thành tốt, 1 tháng Hoàn thành."
    )
    assert lines["bands.good"].vi == "72 điểm."
    assert lines["completed"].vi == "Mức: Hoàn thành."


def test_R42_an_unshared_remark_is_never_evidence_of_a_rank():
    def remark(fact_id: str, shared_on: date | None, who: str = "M05", on: date = date(2026, 9, 18)) -> RemarkSeen:
        return RemarkSeen(member_id=who, source="post", document_on=on, shared_on=shared_on, fact_id=fact_id)

    seen = (
        remark("unshared", None),
        remark("shared-later", date(2027, 1, 4)),
        remark("shared", date(2026, 9, 21)),
        remark("of-another", date(2026, 9, 24), who="M06"),
        remark("of-last-year", date(2026, 1, 5), on=date(2025, 12, 1)),
    )
    facts = made(given(OPENED, *ASSESSED, remarks=seen).when(propose()))
    assert computed(facts).evidence == ("shared",)
    (line,) = [one for one in computed(facts).reasons if one.rule.endswith("/remarks_for_information")]
    assert line.vi == "Nhận xét trong kỳ đã trao đổi với đồng chí, để tham khảo: nơi thực hiện nhiệm vụ 1."
    assert {id for one in facts if isinstance(one, MemberEvaluated) for id in one.evidence} == {"shared", "of-another"}


def test_S19i_the_quarters_of_who_leads_feed_the_year():
    quarters = (MonthSeen("2026-Q2", "M05", "completed", "q2"), MonthSeen("2026-Q1", "M05", "good", "q1"))
    facts = made(given(OPENED, *ASSESSED, months=quarters).when(propose()))
    (line,) = [one for one in computed(facts).reasons if one.rule == "qd366-annual@1/quarters_feed_the_year"]
    assert line.vi == ("Kết quả các quý, là căn cứ của năm: quý I/2026 Hoàn thành tốt, quý II/2026 Hoàn thành.")
    assert (line.evidence, computed(facts).evidence) == (("q2", "q1"), ("q2", "q1"))
    assert computed(facts, "M06").evidence == ()


def test_R19_an_overdue_task_without_a_result_comes_first():
    open_ = (TaskSeen("T20", "M06", date(2026, 11, 20), None, "f"),)
    given(OPENED, *ASSESSED, tasks=open_).when(propose()).refused("1 việc đã quá hạn của đ/c M06 chưa có kết quả: T20")
    early = given(OPENED, *ASSESSED, at="2026-11-19T08:00:00+07:00", tasks=open_)
    assert computed(made(early.when(propose())), "M06").tasks.total == 0


# ---------------------------------------------------------------- proposal and quota

PROPOSED_FACTS = made(given(OPENED, *ASSESSED).when(propose()))
BEFORE = (OPENED, *ASSESSED, *PROPOSED_FACTS)


def test_a_proposal_said_twice_is_one():
    given(*BEFORE).when(propose()).then()
    again = made(given(*BEFORE).when(propose(M05=entry("M05", "40"))))
    assert [type(one) for one in again] == [MemberEvaluated, RankingProposed, QuotaComputed]


def test_R45_another_rank_than_the_computed_one_needs_its_reason():
    higher = entry("M05", "45", rank="completed")
    given(OPENED, *ASSESSED).when(propose(M05=higher)).refused("tiêu chí tính ra Không hoàn thành, chi ủy đề xuất")
    said = higher.model_copy(update={"reason": SecretStr("Việc khó, đã cố gắng.")})
    facts = made(given(OPENED, *ASSESSED).when(propose(M05=said)))
    (proposed,) = [one for one in facts if isinstance(one, RankingProposed)]
    five = proposed.members[4]
    assert (five.computed_rank, five.rank) == ("not_completed", "completed")
    assert isinstance(five.reason, Secret)
    assert five.reason.subject == f"member/{CODE}/M05"


E7 = [
    (4, 4, (0, 0, 0), (1, 1, 0)),
    (5, 5, (1, 1, 0), (1, 1, 1)),
    (6, 6, (1, 1, 1), (1, 1, 1)),
    (7, 6, (1, 1, 1), (1, 1, 1)),
    (11, 10, (2, 2, 1), (2, 2, 2)),
    (23, 20, (4, 4, 3), (5, 5, 4)),
    (112, 98, (22, 19, 16), (28, 24, 19)),
]


def ranks(rated: int, good_or_better: int) -> list[Rank]:
    good: list[Rank] = ["good"] * good_or_better
    rest: list[Rank] = ["completed"] * (rated - good_or_better)
    return good + rest


def quota(rated: int, good: int, elsewhere: tuple[Elsewhere, ...] = (), **rules: Any) -> QuotaComputed:
    changed = ANNUAL.quota.model_copy(update=rules)
    return quota_of(changed, CODE, YEAR, ranks(rated, good), elsewhere)


@pytest.mark.parametrize(("rated", "good", "at_20", "at_25"), E7)
def test_E7_the_quota_by_each_denominator(rated: int, good: int, at_20: tuple[int, ...], at_25: tuple[int, ...]):
    exceptional = ANNUAL.quota.exceptional.model_copy(update={"value": True})
    assert tuple(one.allowed for one in quota(rated, good).by_denominator) == at_20
    assert tuple(one.allowed for one in quota(rated, good, exceptional=exceptional).by_denominator) == at_25


def test_E7_R29_ten_cells_of_four_share_one_quota_which_none_of_them_has_alone():
    nine = tuple(Elsewhere(f"99.001.002.000.{n:03}", 4, 4, 0) for n in range(12, 21))
    together = quota(4, 4, elsewhere=nine)
    assert (together.rated, together.branches, together.scope) == (40, 10, "99.001.002")
    assert [one.allowed for one in together.by_denominator] == [8, 8, 6]
    alone = quota(4, 4, elsewhere=nine, scope=ANNUAL.quota.scope.model_copy(update={"value": "branch"}))
    assert (alone.rated, alone.scope) == (4, CODE)
    assert [one.allowed for one in alone.by_denominator] == [0, 0, 0]


def test_E7_R29_two_proposed_of_eleven_exceed_a_quota_of_one_and_the_branch_is_warned_not_stopped():
    one = (Elsewhere("99.001.002.000.012", 1, 0, 0),)
    seen = (*tasks("M04", exceeded=3), *tasks("M05", exceeded=3))
    two = propose(M04=entry("M04", "95"), M05=entry("M05", "95"))
    facts = made(given(OPENED, *ASSESSED, tasks=seen, elsewhere=one).when(two))
    quota_, exceeded = facts[-2:]
    assert isinstance(quota_, QuotaComputed)
    assert (quota_.rated, quota_.good_or_better, quota_.allowed, quota_.proposed) == (11, 10, 1, 2)
    assert exceeded == QuotaExceeded(
        branch=CODE,
        period_type="annual",
        period=YEAR,
        scope="99.001.002",
        denominator="good_only",
        allowed=1,
        proposed=2,
    )
    state = reduce(evolve, (OPENED, *ASSESSED, *facts), Appraisal())
    assert (state.phase, state.exceeded) == ("proposed", exceeded)


# ---------------------------------------------------------------- the cell's vote

VOTE = RecordAppraisalVote.model_validate(
    {"period": YEAR, "meeting_id": JANUARY, "member_id": "M05", "rank": "good", "for": 7, "against": 1, "other": 0}
)


def voted(who: str, rank: Rank = "good", for_: int = 7) -> RankingVoted:
    return RankingVoted(
        branch=CODE,
        period_type="annual",
        period=YEAR,
        meeting_id=JANUARY,
        member_id=who,
        rank=rank,
        mode="secret",
        for_=for_,
        against=8 - for_,
        other=0,
        voters_present=8,
        base=10,
        needed=6,
        adopted=for_ >= 6,
    )


def test_R28_R35_a_years_vote_is_secret_and_only_its_totals_are_kept():
    given(*BEFORE).when(VOTE).then(voted("M05"))
    given(*BEFORE, voted("M05")).when(VOTE).then()
    assert {"for_", "against", "other"} <= set(RankingVoted.model_fields)
    assert not {"voters", "ballots", "choices"} & set(RankingVoted.model_fields)
    two = VOTE.model_copy(update={"for_": 2, "against": 0})
    given(*BEFORE).when(two).refused("Không ghi được phiếu kín khi dưới 3 người bỏ phiếu")


def test_R35_a_members_secret_vote_is_not_recorded_anew_once_one_voter_has_left():
    before = (datetime(2027, 1, 3, 7, 30, tzinfo=UTC),)
    left = Span(from_at=OPENS, to_at="2027-01-03T07:45:00.000000Z")
    smaller = MEETING.model_copy(update={"inside": {**MEETING.inside, "M08": (left,)}})
    again = VOTE.model_copy(update={"for_": 6})
    given(*BEFORE, voted("M05"), meeting=smaller, balloted_at=before).when(again).refused(
        "Từ lần bỏ phiếu kín lúc 14:30 về việc này có 1 đồng chí"
    )
    (corrected,) = made(given(*BEFORE, voted("M05"), balloted_at=before).when(again))
    assert isinstance(corrected, RankingVoted)
    assert (corrected.for_, corrected.against) == (6, 1)


def test_R18_votes_are_counted_against_the_voters_present_and_the_base():
    given(*BEFORE).when(VOTE.model_copy(update={"for_": 8})).refused("lúc 15:00 chỉ có 8 đồng chí")
    five = VOTE.model_copy(update={"for_": 5, "against": 3})
    given(*BEFORE).when(five).then(voted("M05", for_=5))
    given(OPENED, *ASSESSED).when(VOTE).refused("Chi ủy chưa đề xuất xếp loại năm 2026 cho đ/c M05")
    given(*BEFORE, meeting=None).when(VOTE).refused("Buổi họp này chưa khai mạc")


def test_a_vote_falls_when_the_proposal_voted_on_changes():
    changed = made(given(*BEFORE, voted("M05"), voted("M06")).when(propose(M05=entry("M05", "60"))))
    state = reduce(evolve, (*BEFORE, voted("M05"), voted("M06"), *changed), Appraisal())
    assert set(state.voted) == {"M06"}


# ---------------------------------------------------------------- sent, approved, locked

VOTED = tuple(voted(who) for who in RANKED)
SENT_FACTS = made(given(*BEFORE, *VOTED).when(SendRanking(period=YEAR)))
SENT = (*BEFORE, *VOTED, *SENT_FACTS)
APPROVE = FinaliseRanking(period=YEAR, decision_no="12-QĐ/ĐU", approved_on=date(2027, 1, 20))
FINAL_FACTS = made(given(*SENT, at="2027-01-20T08:00:00+07:00").when(APPROVE))
FINAL = (*SENT, *FINAL_FACTS)


def test_R28_ranks_are_sent_only_after_everybodys_vote():
    given(OPENED, *ASSESSED).when(SendRanking(period=YEAR)).refused("chi ủy chưa đề xuất cho đ/c M01")
    given(*BEFORE, *VOTED[1:]).when(SendRanking(period=YEAR)).refused("chưa biểu quyết thông qua mức của đ/c M01")
    given(*BEFORE, voted("M01", for_=5), *VOTED[1:]).when(SendRanking(period=YEAR)).refused("đ/c M01")
    other = voted("M01", "completed")
    given(*BEFORE, other, *VOTED[1:]).when(SendRanking(period=YEAR)).refused("mức khác cả mức tính ra và mức đề xuất")
    assert [type(one) for one in SENT_FACTS] == [RankingSent, QuotaComputed]
    given(*SENT).when(SendRanking(period=YEAR)).then()


def test_R28_what_is_with_the_superior_does_not_change():
    for wish in (propose(M05=entry("M05", "40")), VOTE.model_copy(update={"for_": 6})):
        given(*SENT).when(wish).refused("đã gửi cấp trên, đang chờ duyệt")


def test_R28_only_the_superiors_approval_makes_a_year_final():
    assert set(FinaliseRanking.MAY) == {"service"}
    given(*BEFORE).when(APPROVE).then()  # opened again meanwhile: what is sent then is answered anew
    assert [type(one) for one in FINAL_FACTS] == [MemberRanked] * 10
    first = FINAL_FACTS[0]
    assert isinstance(first, MemberRanked)
    assert (first.computed_rank, first.sent_rank, first.decided_rank, first.decision_no) == (
        *("good", "good", "good"),
        "12-QĐ/ĐU",
    )
    assert first.vote is not None
    assert first.vote.for_ == 7
    given(*FINAL).when(APPROVE).then()


def test_R45_another_rank_than_the_cells_is_the_superiors_with_its_reason():
    lower = Approval(member_id="M05", rank="completed", reason=SecretStr("Theo kết luận kiểm tra."))
    facts = made(given(*SENT).when(APPROVE.model_copy(update={"entries": (lower,)})))
    (five,) = [one for one in facts if isinstance(one, MemberRanked) and one.member_id == "M05"]
    assert (five.sent_rank, five.decided_rank) == ("good", "completed")
    assert five.reason == Secret(
        subject=f"member/{CODE}/M05", field="reason", text=SecretStr("Theo kết luận kiểm tra.")
    )
    stranger = APPROVE.model_copy(update={"entries": (lower.model_copy(update={"member_id": "M09"}),)})
    given(*SENT).when(stranger).refused("M09 không thuộc diện xếp loại")


def test_what_is_final_is_locked_and_opens_again_only_by_the_superiors_paper_with_its_reason():
    at = given(*FINAL)
    for wish in (propose(M05=entry("M05", "40")), VOTE.model_copy(update={"for_": 6})):
        at.when(wish).refused("đã được duyệt nên khóa lại")
    at.when(
        APPROVE.model_copy(update={"entries": (Approval(member_id="M05", rank="completed", reason=SecretStr("…")),)})
    ).refused("đã được duyệt nên khóa lại")
    why = ReopenAppraisal(period=YEAR, reason=SecretStr("Tính thiếu một việc."))
    at.when(why).refused("phải có văn bản của cấp trên")
    reopened = RankingReopened(
        branch=CODE, period=YEAR, reason=sealed("Tính thiếu một việc."), by="superior", decision_no="3-CV/ĐU"
    )
    by_paper = why.model_copy(update={"decision_no": "3-CV/ĐU"})
    at.when(by_paper).then(reopened)
    given(*FINAL, reopened).when(by_paper).then()
    state = given(*FINAL, reopened).state()
    assert (state.phase, len(state.ranked)) == ("proposed", 10)
    assert made(given(*FINAL, reopened).when(propose(M05=entry("M05", "40"))))


def sealed(words: str) -> Secret:
    return Secret(subject=f"branch/{CODE}", field="reason", text=SecretStr(words))


def test_what_was_sent_opens_again_by_the_cell_or_is_returned():
    why = ReopenAppraisal(period=YEAR, reason=SecretStr("Ghi nhầm điểm."))
    given(*SENT).when(why).then(RankingReopened(branch=CODE, period=YEAR, reason=sealed("Ghi nhầm điểm."), by="cell"))
    returned = given(*SENT).at("2027-01-10T08:00:00+07:00", actor="F01", actorrole="service:ranking")
    returned.when(why).then(RankingReopened(branch=CODE, period=YEAR, reason=sealed("Ghi nhầm điểm."), by="superior"))
    given(*BEFORE).when(why).refused("không cần mở lại")
    given(*BEFORE).at("2027-01-10T08:00:00+07:00", actor="F01", actorrole="service:ranking").when(why).then()
    given(*SENT).when(ReopenAppraisal(period=YEAR)).refused("phải nêu lý do")
    returned.when(ReopenAppraisal(period=YEAR)).then(RankingReopened(branch=CODE, period=YEAR, by="superior"))


def test_R36_a_newer_profile_changes_nothing_that_is_open_or_final():
    strict = ANNUAL.model_copy(
        update={
            "version": 2,
            "replaces": "qd366-annual@1",
            "late_at_most": ANNUAL.late_at_most.model_copy(update={"numerator": 0}),
            "bands": tuple(
                band.model_copy(update={"at_least": least})
                for band, least in zip(ANNUAL.bands, (99, 95, 90, 0), strict=True)
            ),
        }
    )
    newer = RuleBook((*shipped().profiles, strict))
    assert newer.profile_for("ranking.annual", date(2026, 12, 31)).ref == "qd366-annual@2"
    assert evaluate(strict, CODE, YEAR, "M05", Said("80", remedied=True), (), ()).computed_rank == "not_completed"
    assert made(given(OPENED, *ASSESSED, rules=newer).when(propose())) == PROPOSED_FACTS
    given(*BEFORE, rules=newer).when(propose()).then()
    given(*FINAL, rules=newer).when(propose()).then()
    given(*FINAL, rules=newer).when(APPROVE).then()
    replayed = reduce(evolve, FINAL, Appraisal())
    assert {who: one.decided_rank for who, one in replayed.ranked.items()} == dict.fromkeys(RANKED, "good")
    opened = made(given(rules=newer).when(OpenAppraisal(period=YEAR)))[0]
    assert opened.profile == "qd366-annual@2"  # type: ignore[union-attr]


def test_a_quarter_of_leaders_votes_openly_and_has_no_quota():
    opened = RankingOpened(
        branch=CODE,
        period_type="quarterly",
        period="2026-Q3",
        members=("M01", "M02", "M03"),
        profile="hd43-quarterly@1",
    )
    words = tuple(assessed(who, "2026-Q3") for who in opened.members)
    wish = ProposeRanks(period="2026-Q3", entries=tuple(entry(who) for who in opened.members))
    october = MEETING.model_copy(update={"opened_at": "2026-10-05T07:00:00.000000Z"})
    inside = {voter: (Span(from_at=october.opened_at),) for voter in VOTERS}
    at = given(opened, *words, at="2026-10-05T15:00:00+07:00", meeting=october.model_copy(update={"inside": inside}))
    facts = made(at.when(wish))
    assert [type(one) for one in facts] == [MemberEvaluated] * 3 + [RankingProposed]
    vote = VOTE.model_copy(update={"period": "2026-Q3", "member_id": "M01"})
    (fact,) = made(at(opened, *words, *facts).when(vote))
    assert isinstance(fact, RankingVoted)
    assert fact.mode == "open"
