from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.ranking.domain.criteria import evaluate
from services.ranking.domain.known import Known, MeetingSeen, Span, TaskSeen
from services.ranking.domain.ranking import (
    RANKING,
    ConcludeRanking,
    Entry,
    EvaluateMembers,
    FileSelfAssessment,
    OpenRanking,
    RecordRankingVote,
    ReopenMonth,
)
from shared.branch import Branch
from shared.events.appraisal import RankingReopened
from shared.events.branch import BranchCharterAdopted, MemberTransferred, MonthlyRanking
from shared.events.minutes import Threshold
from shared.events.ranking import (
    AnyRankingFact,
    CellVote,
    MemberEvaluated,
    MemberRanked,
    Rank,
    RankingOpened,
    RankingVoted,
    ReasonLine,
    SelfAssessmentFiled,
    TaskCount,
)
from shared.events.sealed import Secret
from shared.rules import load, profile_for, shipped
from shared.rules.book import RuleBook
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CHARTER, CODE, branch

OCTOBER = f"{CODE}:2026-10"
RANKED = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")
SEED_TEXT = files("shared.rules").joinpath("seed_cell.toml").read_text(encoding="utf-8")
SEED = profile_for("ranking.monthly", date(2026, 9, 30))

NOON = "2026-10-05T07:00:00.000000Z"
MEETING = MeetingSeen(
    meeting_id=OCTOBER,
    meeting_kind="regular",
    period="2026-10",
    opened_at=NOON,
    closed_at="2026-10-05T09:10:00.000000Z",
    voters=("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10"),
    vote_base=10,
    inside={
        **{member: (Span(from_at=NOON),) for member in ("M02", "M03", "M05", "M06", "M08", "M11")},
        "M04": (Span(from_at="2026-10-05T07:25:00.000000Z"),),
        "M07": (Span(from_at=NOON, to_at="2026-10-05T08:40:00.000000Z"),),
    },
    adoption=Threshold(numerator=1, denominator=2, inclusive=False),
    secret_minimum=3,
)
TASKS = (
    TaskSeen("T14", "M07", date(2026, 9, 11), "on_time", "f14"),
    TaskSeen("T15", "M03", date(2026, 9, 30), "on_time", "f15"),
    TaskSeen("T16", "M06", date(2026, 9, 25), "failed", "f16"),
    TaskSeen("T17", "M05", date(2026, 9, 28), "late", "f17"),
    TaskSeen("T18", "M07", date(2026, 10, 2), "on_time", "f18"),
    TaskSeen("T19", "M04", date(2026, 10, 30), None, "f19"),
    TaskSeen("T08", "M10", date(2026, 9, 29), None, "f08"),
)


def known(
    of: Branch | None = None,
    rules: RuleBook | None = None,
    meeting: MeetingSeen | None = MEETING,
    tasks: tuple[TaskSeen, ...] = TASKS,
) -> Known:
    evaluations = {who: f"e-{who}" for who in (*RANKED, "M09", "M10")}
    return Known(branch=of or branch(), rules=rules or shipped(), meeting=meeting, tasks=tasks, evaluations=evaluations)


IN_THE_MEETING = "2026-10-05T15:45:00+07:00"
GIVEN = scenario(RANKING, known())


def given(*facts: AnyRankingFact | RankingReopened) -> Scenario:
    return GIVEN(*facts).at(IN_THE_MEETING, actor="M02", actorrole="deputy_secretary")


def charter(**monthly: object) -> Branch:
    ranking = MonthlyRanking.model_validate(monthly)
    changed = CHARTER.model_copy(update={"version": 4, "monthly_ranking": ranking})
    return branch(BranchCharterAdopted(branch=CODE, charter=changed))


OPENED = RankingOpened(
    branch=CODE,
    period="2026-09",
    members=RANKED,
    profile="seed-cell@1",
    self_assessment_due_on=date(2026, 9, 28),
)
OPEN = OpenRanking(period="2026-09")

# ---------------------------------------------------------------- opened


def test_the_months_ranking_opens_for_the_base_and_the_probationary_member():
    given().at("2026-09-26T07:00:00+07:00", actor="clock", actorrole="clock").when(OPEN).then(OPENED)


def test_a_ranking_opens_once():
    given(OPENED).at("2026-09-27T07:00:00+07:00").when(OPEN).then()


def test_opened_late_leaves_the_same_days_for_self_assessment():
    given().at("2026-10-04T16:00:00+07:00").when(OPEN).then(
        OPENED.model_copy(update={"self_assessment_due_on": date(2026, 10, 6)})
    )


def test_a_month_is_not_ranked_before_it_begins_nor_without_criteria_nor_against_the_charter():
    given().at("2026-08-31T23:59:00+07:00").when(OPEN).refused("Chưa đến tháng 9/2026")
    given().known(known(rules=RuleBook(()))).when(OPEN).refused("Chưa có khung tiêu chí")
    given().known(known(charter(enabled=False))).when(OPEN).refused("không xếp loại đảng viên hằng tháng")
    nobody = branch().model_copy(update={"members": ()})
    given().known(known(nobody)).when(OPEN).refused("chưa có đảng viên nào để xếp loại")
    with pytest.raises(ValidationError):
        OpenRanking(period="0000-01")
    with pytest.raises(ValidationError):
        OpenRanking(period="2026-13")


def test_nothing_happens_in_a_ranking_that_is_not_open():
    for wish in (ASSESS, EvaluateMembers(period="2026-09"), VOTE, CONCLUDE):
        given().when(wish).refused("Kỳ xếp loại tháng 9/2026 chưa mở")


# ---------------------------------------------------------------- one's own word

ASSESS = FileSelfAssessment(period="2026-09", member_id="M08", proposed_rank="good")
ASSESSED = SelfAssessmentFiled(branch=CODE, period="2026-09", member_id="M08", proposed_rank="good")


def test_R46_a_self_assessment_is_the_members_own_whoever_enters_it():
    from_paper = given(OPENED).at(
        "2026-09-29T08:05:00+07:00", actor="M08", actorrole="member", enteredby="M04", medium="paper"
    )
    from_paper.when(ASSESS).then(ASSESSED)


def test_R46_nobody_assesses_a_member_in_the_members_place():
    given(OPENED).at("2026-09-29T08:05:00+07:00", actor="M04").when(ASSESS).refused(
        "Tự đánh giá là việc của chính đ/c M08. Nếu nhập thay từ bản giấy"
    )


def test_the_words_of_a_self_assessment_are_sealed_to_the_member():
    words = ASSESS.model_copy(update={"text": SecretStr("Đã hoàn thành việc được giao."), "points": 85})
    given(OPENED).at("2026-09-27T08:00:00+07:00", actor="M08").when(words).then(
        ASSESSED.model_copy(
            update={
                "points": 85,
                "text": Secret(
                    subject=f"member/{CODE}/M08", field="text", text=SecretStr("Đã hoàn thành việc được giao.")
                ),
            }
        )
    )


def test_a_self_assessment_said_twice_is_one_and_a_later_one_counts():
    at = given(OPENED, ASSESSED).at("2026-09-27T08:00:00+07:00", actor="M08")
    at.when(ASSESS).then()
    second = ASSESS.model_copy(update={"proposed_rank": "completed"})
    at.when(second).then(ASSESSED.model_copy(update={"proposed_rank": "completed"}))


def test_only_those_ranked_assess_themselves():
    at = given(OPENED).at("2026-09-27T08:00:00+07:00", actor="M09")
    at.when(ASSESS.model_copy(update={"member_id": "M09"})).refused("M09 không thuộc diện xếp loại")


# ---------------------------------------------------------------- what the criteria give

NO_TASK = "Không có việc đến hạn trong tháng 9/2026.", "No task was due in September 2026."


def line(rule: str, vi: str, en: str, *evidence: str) -> ReasonLine:
    return ReasonLine(rule=f"seed-cell@1/{rule}", vi=vi, en=en, evidence=evidence)


def counted(one: str, en: str, fact: str) -> ReasonLine:
    return line(
        "tasks_due_in_the_month",
        f"1 việc đến hạn trong tháng 9/2026: {one}.",
        f"1 task due in September 2026: {en}.",
        fact,
    )


def evaluated(
    member: str, rank: Rank, tasks: tuple[int, ...], *reasons: ReasonLine, facts: tuple[str, ...] = ()
) -> MemberEvaluated:
    total, on_time, late, exceeded, failed = tasks
    return MemberEvaluated(
        branch=CODE,
        period="2026-09",
        member_id=member,
        computed_rank=rank,
        tasks=TaskCount(total=total, on_time=on_time, late=late, exceeded=exceeded, failed=failed),
        evidence=facts,
        reasons=reasons,
    )


def good(member: str, fact: str | None = None) -> MemberEvaluated:
    facts = (fact,) if fact else ()
    met = line("good", "Đạt mọi điều kiện của mức Hoàn thành tốt.", "Every condition of Good is met.", *facts)
    if fact is None:
        return evaluated(member, "good", (0, 0, 0, 0, 0), line("tasks_due_in_the_month", *NO_TASK), met)
    on_time = counted(
        "1 đúng hạn, 0 vượt yêu cầu, 0 chậm, 0 chưa hoàn thành",
        "1 on time, 0 beyond what was asked, 0 late, 0 not done",
        fact,
    )
    return evaluated(member, "good", (1, 1, 0, 0, 0), on_time, met, facts=facts)


M05 = evaluated(
    "M05",
    "completed",
    (1, 0, 1, 0, 0),
    counted(
        "0 đúng hạn, 0 vượt yêu cầu, 1 chậm, 0 chưa hoàn thành",
        "0 on time, 0 beyond what was asked, 1 late, 0 not done",
        "f17",
    ),
    line(
        "good.late_at_most",
        "Chưa đạt mức Hoàn thành tốt: 1/1 việc chậm, mức này tối đa 0.",
        "Not Good: 1 of 1 late, where at most 0 is asked.",
        "f17",
    ),
    line("completed", "Đạt mọi điều kiện của mức Hoàn thành.", "Every condition of Completed is met.", "f17"),
    facts=("f17",),
)
M06 = evaluated(
    "M06",
    "not_completed",
    (1, 0, 0, 0, 1),
    counted(
        "0 đúng hạn, 0 vượt yêu cầu, 0 chậm, 1 chưa hoàn thành",
        "0 on time, 0 beyond what was asked, 0 late, 1 not done",
        "f16",
    ),
    line(
        "good.failed_at_most",
        "Chưa đạt mức Hoàn thành tốt: 1/1 việc chưa hoàn thành, mức này tối đa 0.",
        "Not Good: 1 of 1 not done, where at most 0 is asked.",
        "f16",
    ),
    line(
        "completed.failed_at_most",
        "Chưa đạt mức Hoàn thành: 1/1 việc chưa hoàn thành, mức này tối đa 0.",
        "Not Completed: 1 of 1 not done, where at most 0 is asked.",
        "f16",
    ),
    line(
        "not_completed",
        "Đạt mọi điều kiện của mức Không hoàn thành.",
        "Every condition of Not completed is met.",
        "f16",
    ),
    facts=("f16",),
)
EVALUATED = (
    good("M01"),
    good("M02"),
    good("M03", "f15"),
    good("M04"),
    M05,
    M06,
    good("M07", "f14"),
    good("M08"),
    good("M11"),
)
EVALUATE = EvaluateMembers(period="2026-09")


def test_R26_the_criteria_give_every_member_a_rank_with_the_facts_behind_each_line():
    given(OPENED).when(EVALUATE).then(*EVALUATED)


def test_computing_again_from_the_same_facts_says_nothing_new():
    given(OPENED, *EVALUATED).when(EVALUATE).then()


def test_only_what_changed_is_computed_anew():
    later = (*TASKS, TaskSeen("T21", "M08", date(2026, 9, 30), "late", "f21"))
    at = given(OPENED, *EVALUATED).known(known(tasks=later))
    assert [fact.member_id for fact in at.when(EVALUATE)._decide()] == ["M08"]  # type: ignore[attr-defined]


def test_R19_a_task_of_the_month_without_a_result_stops_the_evaluation():
    open_task = (*TASKS, TaskSeen("T21", "M08", date(2026, 9, 30), None, "f21"))
    given(OPENED).known(known(tasks=open_task)).when(EVALUATE).refused(
        "Còn 1 việc tháng 9/2026 chưa có kết quả: T21. Đồng chí ghi hoàn thành, chậm, hoặc chưa hoàn thành kèm"
    )


def test_a_month_is_evaluated_when_it_is_over():
    given(OPENED).at("2026-09-29T23:59:00+07:00").when(EVALUATE).refused("Tháng 9/2026 chưa hết")
    assert len(given(OPENED).at("2026-09-30T08:00:00+07:00").when(EVALUATE)._decide()) == 9


def test_whoever_left_before_the_months_end_is_not_ranked_here():
    moved = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ 2", effective_on=date(2026, 9, 30)))
    facts = given(OPENED).known(known(moved)).when(EVALUATE)._decide()
    assert facts == tuple(fact for fact in EVALUATED if fact.member_id != "M08")


RESULTS = st.sampled_from(["on_time", "late", "exceeded", "failed"])


@settings(max_examples=200, deadline=None)
@given_any(st.lists(RESULTS, max_size=12))
def test_the_criteria_take_everybody_and_account_for_every_task(results):
    tasks = [TaskSeen(f"T{n}", "M01", date(2026, 9, 1), outcome, f"f{n}") for n, outcome in enumerate(results)]
    fact = evaluate(SEED, CODE, "2026-09", "M01", tasks)
    expected = "not_completed" if "failed" in results else "completed" if "late" in results else "good"
    assert fact.computed_rank == expected
    assert set(fact.evidence) == {task.fact_id for task in tasks}
    assert fact.tasks.total == fact.tasks.on_time + fact.tasks.late + fact.tasks.exceeded + fact.tasks.failed
    against = [fact_id for reason in fact.reasons if "_at_" in reason.rule for fact_id in reason.evidence]
    assert set(against) == {task.fact_id for task in tasks if task.outcome in {"late", "failed"}} - (
        {task.fact_id for task in tasks if task.outcome == "late"} if expected == "good" else set()
    )


# ---------------------------------------------------------------- the vote

VOTE = RecordRankingVote(
    period="2026-09", meeting_id=OCTOBER, member_id="M06", rank="completed", for_=6, against=0, other=0
)
VOTED = RankingVoted(
    branch=CODE,
    period="2026-09",
    meeting_id=OCTOBER,
    member_id="M06",
    rank="completed",
    for_=6,
    against=0,
    other=0,
    voters_present=6,
    base=10,
    needed=6,
    adopted=True,
)
OPEN_AND_EVALUATED = (OPENED, *EVALUATED)


def test_R18_a_vote_stands_against_the_voters_present_and_the_voting_members():
    given(*OPEN_AND_EVALUATED).when(VOTE).then(VOTED)


def test_R18_more_votes_than_voters_present_at_that_minute_are_refused():
    given(*OPEN_AND_EVALUATED).when(VOTE.model_copy(update={"other": 1})).refused(
        "Cộng lại là 7 phiếu nhưng lúc 15:45 chỉ có 6 đồng chí"
    )
    at_15_39 = given(*OPEN_AND_EVALUATED).at("2026-10-05T15:39:00+07:00")
    at_15_39.when(VOTE.model_copy(update={"other": 1})).then(VOTED.model_copy(update={"other": 1, "voters_present": 7}))


def test_R18_half_of_the_voting_members_is_not_more_than_half():
    five = VOTE.model_copy(update={"for_": 5, "against": 1})
    given(*OPEN_AND_EVALUATED).when(five).then(VOTED.model_copy(update={"for_": 5, "against": 1, "adopted": False}))


def test_a_vote_recorded_twice_is_one_vote_and_a_recount_is_another():
    given(*OPEN_AND_EVALUATED, VOTED).when(VOTE).then()
    recount = VOTE.model_copy(update={"for_": 5, "other": 1})
    given(*OPEN_AND_EVALUATED, VOTED).when(recount).then(
        VOTED.model_copy(update={"for_": 5, "other": 1, "adopted": False})
    )


def test_R28_the_cell_votes_while_it_sits():
    given(*OPEN_AND_EVALUATED).known(known(meeting=None)).when(VOTE).refused("Buổi họp này chưa khai mạc")
    given(*OPEN_AND_EVALUATED).at("2026-10-05T13:59:00+07:00").when(VOTE).refused("trong buổi họp (từ 14:00")
    given(*OPEN_AND_EVALUATED).at("2026-10-05T16:11:00+07:00").when(VOTE).refused("đến 16:10 05/10/2026")
    elsewhere = VOTE.model_copy(update={"meeting_id": f"{CODE}:2026-11"})
    given(*OPEN_AND_EVALUATED).when(elsewhere).refused("chưa khai mạc")


def test_the_cell_sees_the_computed_rank_before_it_votes():
    given(OPENED).when(VOTE).refused("Chưa tính xếp loại tháng 9/2026 cho đ/c M06")


# ---------------------------------------------------------------- concluded

REASON = "Nguyên nhân khách quan là chính; đã thu 04/09 phiếu; có thời hạn mới"
CONCLUDE = ConcludeRanking(
    period="2026-09",
    meeting_id=OCTOBER,
    entries=(Entry(member_id="M06", rank="completed", reason=SecretStr(REASON)),),
)


def as_computed(fact: MemberEvaluated) -> MemberRanked:
    return MemberRanked(
        branch=CODE,
        period="2026-09",
        meeting_id=OCTOBER,
        member_id=fact.member_id,
        computed_rank=fact.computed_rank,
        decided_rank=fact.computed_rank,
        evidence=(*fact.evidence, f"e-{fact.member_id}"),
    )


M06_RANKED = MemberRanked(
    branch=CODE,
    period="2026-09",
    meeting_id=OCTOBER,
    member_id="M06",
    computed_rank="not_completed",
    decided_rank="completed",
    reason=Secret(subject=f"member/{CODE}/M06", field="reason", text=SecretStr(REASON)),
    vote=CellVote(for_=6, against=0, other=0, voters_present=6),
    evidence=("f16", "e-M06"),
)
CONCLUDED = tuple(M06_RANKED if fact.member_id == "M06" else as_computed(fact) for fact in EVALUATED)
BEFORE = (*OPEN_AND_EVALUATED, VOTED)


def test_R45_the_september_ranking_of_the_sample_branch():
    given(*BEFORE).when(CONCLUDE).then(*CONCLUDED)
    assert {fact.member_id: fact.decided_rank for fact in CONCLUDED} == {
        **dict.fromkeys(RANKED, "good"),
        "M05": "completed",
        "M06": "completed",
    }
    assert {fact.member_id: fact.evidence for fact in CONCLUDED if fact.decided_rank != "good"} == {
        "M05": ("f17", "e-M05"),
        "M06": ("f16", "e-M06"),
    }


def test_R45_a_rank_without_evidence_cannot_exist():
    assert all(fact.evidence for fact in CONCLUDED)
    unknown = replace(known(), evaluations={})
    given(*BEFORE).known(unknown).when(CONCLUDE).refused("Xếp loại của đ/c M01 chưa có căn cứ nào được ghi")
    given(OPENED).when(CONCLUDE).refused("chưa được tính xếp loại theo tiêu chí")


def test_R45_another_rank_than_the_computed_one_needs_its_reason():
    silent = CONCLUDE.model_copy(update={"entries": (Entry(member_id="M06", rank="completed"),)})
    given(*BEFORE).when(silent).refused(
        "Đ/c M06: tiêu chí tính ra Không hoàn thành, chi bộ quyết định Hoàn thành. Đồng chí ghi lý do"
    )


def test_R45_another_rank_than_the_computed_one_needs_the_cells_vote():
    given(*OPEN_AND_EVALUATED).when(CONCLUDE).refused("Chi bộ chưa biểu quyết thông qua mức Hoàn thành cho đ/c M06,")
    lost = VOTED.model_copy(update={"for_": 5, "other": 1, "adopted": False})
    given(*OPEN_AND_EVALUATED, lost).when(CONCLUDE).refused("(5 tán thành, cần từ 6)")


def test_R45_what_the_cell_voted_is_what_is_concluded():
    given(*BEFORE).when(CONCLUDE.model_copy(update={"entries": ()})).refused(
        "đã biểu quyết mức Hoàn thành cho đ/c M06 nhưng kết luận ghi Không hoàn thành"
    )


def test_R28_a_month_needs_the_cells_conclusion_only():
    without_departure = ConcludeRanking(period="2026-09", meeting_id=OCTOBER)
    given(*OPEN_AND_EVALUATED).when(without_departure).then(*(as_computed(fact) for fact in EVALUATED))


def test_R28_unless_the_criteria_ask_for_more():
    head, key, rest = SEED_TEXT.partition("[needs_self_assessment]")
    strict = load([("strict.toml", head + key + rest.replace("value = false", "value = true"))])
    wish = ConcludeRanking(period="2026-09", meeting_id=OCTOBER)
    at = given(*OPEN_AND_EVALUATED, ASSESSED).known(known(rules=strict))
    at.when(wish).refused("đ/c M01, M02, M03, M04, M05, M06, M07, M11 chưa tự đánh giá")


def test_R28_nobody_is_ranked_without_having_been_evaluated():
    given(OPENED, *EVALUATED[1:]).when(CONCLUDE).refused("đ/c M01 chưa được tính xếp loại theo tiêu chí")


def test_R28_the_charter_says_at_which_meeting_a_month_is_ranked():
    thematic = MEETING.model_copy(update={"meeting_kind": "thematic"})
    given(*BEFORE).known(known(meeting=thematic)).when(CONCLUDE).refused(
        "tháng 9/2026 được xếp loại tại buổi sinh hoạt thường kỳ tháng 10/2026"
    )
    september = MEETING.model_copy(update={"period": "2026-09"})
    given(*BEFORE).known(known(meeting=september)).when(CONCLUDE).refused("tháng 10/2026")
    november = MEETING.model_copy(update={"period": "2026-11"})
    given(*BEFORE).known(known(meeting=november)).when(CONCLUDE).then(*CONCLUDED)
    month_end = charter(period_rule="month_end")
    given(*BEFORE).known(known(month_end, meeting=thematic)).when(CONCLUDE).then(*CONCLUDED)


def test_R45_ranks_computed_from_facts_that_have_changed_since_are_computed_again():
    later = (*TASKS, TaskSeen("T21", "M08", date(2026, 9, 30), "late", "f21"))
    given(*BEFORE).known(known(tasks=later)).when(CONCLUDE).refused("kết quả việc của đ/c M08 đã thay đổi")


def test_R31_monthly_ranks_have_no_cap_unless_the_charter_sets_one():
    excellent = tuple(
        Entry(member_id=fact.member_id, rank="excellent", reason=SecretStr("Gương mẫu")) for fact in EVALUATED
    )
    votes = tuple(VOTED.model_copy(update={"member_id": member, "rank": "excellent"}) for member in RANKED)
    wish = CONCLUDE.model_copy(update={"entries": excellent})
    facts = given(*OPEN_AND_EVALUATED, *votes).when(wish)._decide()
    assert [fact.decided_rank for fact in facts] == ["excellent"] * 9  # type: ignore[attr-defined]
    given(*OPEN_AND_EVALUATED, *votes).known(known(charter(cap=20))).when(wish).refused(
        "tối đa 1 đồng chí Hoàn thành xuất sắc tháng 9/2026 (20% của 9); đang ghi 9"
    )
    one = CONCLUDE.model_copy(update={"entries": excellent[:1]})
    first = given(*OPEN_AND_EVALUATED, votes[0]).known(known(charter(cap=20))).when(one)._decide()
    assert first[0].decided_rank == "excellent"  # type: ignore[attr-defined]


def test_the_conclusion_names_only_those_ranked_and_each_once():
    stranger = CONCLUDE.model_copy(update={"entries": (Entry(member_id="M09", rank="good"),)})
    given(*BEFORE).when(stranger).refused("không thuộc diện xếp loại hoặc ghi hai lần: M09")
    twice = CONCLUDE.model_copy(update={"entries": CONCLUDE.entries * 2})
    given(*BEFORE).when(twice).refused("ghi hai lần")


def test_a_conclusion_said_twice_is_one_and_stays():
    at = given(*BEFORE, *CONCLUDED)
    at.when(CONCLUDE).then()
    at.when(EVALUATE).then()
    at.when(VOTE).then()
    at.when(ConcludeRanking(period="2026-09", meeting_id=OCTOBER)).refused("đã được chi bộ kết luận nên giữ nguyên")
    at.when(VOTE.model_copy(update={"for_": 4})).refused("giữ nguyên")
    at.at(IN_THE_MEETING, actor="M08").when(ASSESS).refused("giữ nguyên")
    later = (*TASKS, TaskSeen("T21", "M08", date(2026, 9, 30), "late", "f21"))
    at.known(known(tasks=later)).when(EVALUATE).refused("giữ nguyên")


def test_what_is_concluded_opens_again_in_a_meeting_with_its_reason_and_only_then():
    wish = ReopenMonth(period="2026-09", meeting_id=OCTOBER, reason=SecretStr("Sót kết quả việc T21."))
    why = Secret(subject=f"branch/{CODE}", field="reason", text=SecretStr("Sót kết quả việc T21."))
    reopened = RankingReopened(branch=CODE, period="2026-09", reason=why, by="cell", meeting_id=OCTOBER)
    at = given(*BEFORE, *CONCLUDED)
    at.when(wish).then(reopened)
    at.at("2026-10-06T08:00:00+07:00").when(wish).refused("trong buổi họp")
    given(*BEFORE).when(wish).refused("chưa kết luận nên không cần mở lại")
    open_again = given(*BEFORE, *CONCLUDED, reopened)
    assert open_again.state().phase == "open"
    later = (*TASKS, TaskSeen("T21", "M08", date(2026, 9, 30), "late", "f21"))
    (anew,) = open_again.known(known(tasks=later)).when(EVALUATE)._decide()
    assert (anew.member_id, anew.computed_rank) == ("M08", "completed")  # type: ignore[attr-defined]
    assert [type(one) for one in open_again.when(CONCLUDE)._decide()] == [MemberRanked] * 9
    assert set(ReopenMonth.MAY) == {"secretary", "deputy_secretary", "chair_of_the_day"}


def test_R36_a_newer_profile_changes_nothing_in_a_ranking_that_is_open():
    old = SEED_TEXT.replace("valid_from = 2018-07-06", "valid_from = 2018-07-06\nvalid_until = 2026-08-31")
    new = SEED_TEXT.replace("version = 1", "version = 2").replace("valid_from = 2018-07-06", "valid_from = 2026-09-01")
    both = load([("old.toml", old), ("new.toml", new.replace("numerator = 1", "numerator = 0", 1))])
    assert both.profile_for("ranking.monthly", date(2026, 9, 30)).ref == "seed-cell@2"
    given(OPENED).known(known(rules=both)).when(EVALUATE).then(*EVALUATED)
    given().known(known(rules=both)).at("2026-09-26T07:00:00+07:00").when(OPEN).then(
        OPENED.model_copy(update={"profile": "seed-cell@2"})
    )


def test_who_may_ask_is_named_and_nobody_else():
    assert set(FileSelfAssessment.MAY) == {"self"}
    assert set(ConcludeRanking.MAY) == {"secretary", "deputy_secretary", "chair_of_the_day"}
    assert "clock" in OpenRanking.MAY
    assert all("member" not in command.MAY for command in RANKING.commands)


def test_the_rules_of_a_ranking_are_stamped_on_its_facts():
    assert RANKING.profile(given(OPENED).state()) == "seed-cell@1"
    assert RANKING.profile(given().state()) is None
