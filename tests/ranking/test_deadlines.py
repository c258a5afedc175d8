from __future__ import annotations

from datetime import date, datetime
from functools import reduce

import pytest

from services.ranking.domain.appraisal import APPRAISAL, Appraisal
from services.ranking.domain.deadlines import deadlines
from services.ranking.domain.flag import FLAG, ClearRankingFlag, RaiseRankingFlag
from services.ranking.domain.known import Known
from services.ranking.domain.owed import Answered, Dues, Owed, step
from shared.days import end_of
from shared.events.appraisal import (
    AppraisalFact,
    MemberRanked,
    RankingOpened,
    RankingReopened,
    RankingSent,
    RankingVoted,
    SelfAssessmentFiled,
    Sent,
)
from shared.events.envelope import instant
from shared.events.ranking_deadline import RankingDeadlineAnswered, RankingDeadlineMissed, Step
from shared.rules import shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

QUARTER = "2026-Q1"
RULES = shipped().profile_for("ranking.quarterly", date(2026, 3, 31))
LEADERS = ("M01", "M02", "M03")
OPENED = RankingOpened(
    branch=CODE,
    period_type="quarterly",
    period=QUARTER,
    members=LEADERS,
    profile=RULES.ref,
    self_assessment_due_on=date(2026, 4, 5),
)


def assessed(who: str) -> SelfAssessmentFiled:
    return SelfAssessmentFiled(
        branch=CODE, period_type="quarterly", period=QUARTER, member_id=who, proposed_rank="good"
    )


def voted(who: str, for_: int = 9) -> RankingVoted:
    return RankingVoted(
        branch=CODE, period_type="quarterly", period=QUARTER, meeting_id=f"{CODE}:2026-04", member_id=who, rank="good",
        mode="open", for_=for_, against=0, other=0, voters_present=9, base=10, needed=6, adopted=for_ >= 6,
    )  # fmt: skip


SENT = RankingSent(
    branch=CODE,
    period_type="quarterly",
    period=QUARTER,
    members=tuple(Sent(member_id=who, computed_rank="good", rank="good") for who in LEADERS),
)


def ranked(who: str) -> MemberRanked:
    return MemberRanked(
        branch=CODE, period_type="quarterly", period=QUARTER, member_id=who, points="80", computed_rank="good",
        sent_rank="good", decided_rank="good", decided_on=date(2026, 4, 20), evidence=("e",),
    )  # fmt: skip


def owed(*facts: AppraisalFact | RankingReopened, raised: tuple[str, ...] = (), **answers: Answered) -> dict[str, Owed]:
    state: Appraisal = reduce(APPRAISAL.evolve, facts, Appraisal())
    by: dict[Step, Answered] = {one: answers[one] for one in ("opened", "voted", "approved") if one in answers}
    return {one.flag_id: one for one in deadlines(RULES, QUARTER, state, by, raised)}


def days(found: dict[str, Owed]) -> dict[str, tuple[date | None, tuple[str, ...]]]:
    return {flag_id: (one.due_on, one.member_ids) for flag_id, one in found.items()}


def test_R28_a_quarter_that_ended_without_a_ranking_is_owed_by_the_profiles_day():
    assert days(owed()) == {"opened:2026-Q1": (date(2026, 4, 10), ())}
    assert owed()["opened:2026-Q1"].due_at == instant(end_of(date(2026, 4, 10)))


def test_R28_own_word_vote_and_approval_each_fall_due_on_their_own_day():
    assert days(owed(OPENED, assessed("M01"))) == {
        "assessed:2026-Q1": (date(2026, 4, 5), ("M02", "M03")),
        "voted:2026-Q1": (date(2026, 5, 10), LEADERS),
        "approved:2026-Q1": (date(2026, 5, 30), ()),
    }
    all_assessed = (OPENED, *map(assessed, LEADERS))
    assert days(owed(*all_assessed, voted("M01"), voted("M02", for_=5))) == {
        "voted:2026-Q1": (date(2026, 5, 10), ("M02", "M03")),
        "approved:2026-Q1": (date(2026, 5, 30), ()),
    }
    assert list(owed(*all_assessed, *map(voted, LEADERS), SENT)) == ["approved:2026-Q1"]
    assert owed(*all_assessed, *map(voted, LEADERS), SENT, *map(ranked, LEADERS)) == {}


def test_R28_what_is_opened_again_falls_due_anew():
    again = RankingReopened(branch=CODE, period=QUARTER, by="superior", decision_no="3-CV/ĐU")
    before = (OPENED, *map(assessed, LEADERS), SENT, *map(ranked, LEADERS))
    assert list(owed(*before, again)) == ["voted:2026-Q1:1", "approved:2026-Q1:1"]


def test_a_profile_without_days_owes_nothing():
    without = RULES.model_copy(update={"deadlines": None})
    assert list(deadlines(without, QUARTER, Appraisal(), {}, ())) == []


# ---------------------------------------------------------------- the flag

MISSED = RankingDeadlineMissed(
    branch=CODE,
    flag_id="voted:2026-Q1",
    rule="R28",
    step="voted",
    period=QUARTER,
    profile=RULES.ref,
    due_on=date(2026, 5, 10),
    due_at=instant(end_of(date(2026, 5, 10))),
    member_ids=("M02", "M03"),
    missing=("RankingVoted",),
)
AFTER = "2026-05-11T00:00:00+07:00"


def given(*facts: RankingDeadlineMissed | RankingDeadlineAnswered, of: Owed | None, at: str = AFTER) -> Scenario:
    known = Known(branch=branch(), rules=shipped(), owed=of)
    return scenario(FLAG, known, actor="clock", role="clock")(*facts).at(at)


def test_R28_the_flag_on_a_missing_vote_names_whom_it_is_missing_for_and_clears_with_the_last_vote():
    waiting = owed(OPENED, *map(assessed, LEADERS), voted("M01"))["voted:2026-Q1"]
    wish = RaiseRankingFlag(flag_id=MISSED.flag_id)
    given(of=waiting, at="2026-05-10T23:59:00+07:00").when(wish).then()
    given(of=waiting).when(wish).then(MISSED)
    given(MISSED, of=waiting).when(wish).then()
    clear = ClearRankingFlag(flag_id=MISSED.flag_id)
    given(MISSED, of=waiting.model_copy(update={"raised": True})).when(clear).then()
    by = Answered(fact_id="v3", at=instant(datetime.fromisoformat("2026-05-12T09:00:00+07:00")))
    done = owed(OPENED, *map(voted, LEADERS), raised=(MISSED.flag_id,), voted=by)["voted:2026-Q1"]
    said = MISSED.model_dump(exclude={"missing"})
    given(MISSED, of=done).when(clear).then(RankingDeadlineAnswered(**said, answered_by="v3", answered_at=by.at))


@pytest.mark.parametrize("fact", [MISSED, MISSED.model_copy(update={"step": "opened"})])
def test_a_flag_that_is_up_is_remembered_until_it_is_answered(fact: RankingDeadlineMissed):
    by = Answered(fact_id="f", at="2026-05-11T00:00:00.000000Z")
    up = step(Dues(), fact, by, by.at)
    assert up.raised == (fact.flag_id,)
    answered = RankingDeadlineAnswered(**fact.model_dump(exclude={"missing"}), answered_by="v", answered_at=by.at)
    assert step(up, answered, by, by.at).raised == ()
