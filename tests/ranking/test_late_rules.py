from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

from pydantic import SecretStr

from services.ranking.domain.appraisal import APPRAISAL, FollowNewRules, NoticeLateRules
from services.ranking.domain.known import Known
from services.ranking.domain.ranking import RANKING, FollowNewMonthRules, NoticeLateMonthRules
from shared.events.appraisal import MemberRanked as RankedLong
from shared.events.appraisal import RankingOpened as OpenedLong
from shared.events.appraisal import RankingReopened, RankingSent
from shared.events.envelope import Fact
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.ranking import MemberRanked, RankingOpened
from shared.events.sealed import Secret
from shared.rules import RuleBook, read, shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

MEMBERS = ("M01", "M02", "M03")
REASON = SecretStr("Theo khung mới của tỉnh.")


def of_the_province(file: str, id: str) -> RuleBook:
    """The shipped rules, and one more of the province above the branch, heard later."""
    text = files("shared.rules").joinpath(file).read_text(encoding="utf-8")
    old = text.split('id = "')[1].split('"')[0]
    local = read("of the province", text.replace(f'id = "{old}"', f'id = "{id}"\nscope = "99.001"'))
    return RuleBook((local, *shipped().profiles))


MONTHLY = of_the_province("seed_cell.toml", "tinh-thang")
ANNUAL = of_the_province("qd366_annual.toml", "tinh-nam")
SEPTEMBER = RankingOpened(
    branch=CODE, period="2026-09", members=MEMBERS, profile="seed-cell@1", self_assessment_due_on=date(2026, 9, 28)
)
YEAR = OpenedLong(branch=CODE, period_type="annual", period="2026", members=MEMBERS, profile="qd366-annual@1")
NOTICE = NoticeLateMonthRules(period="2026-09")


def given(noun: Any, rules: RuleBook, *facts: Fact) -> Scenario:
    known = Known(branch=branch(), rules=rules)
    return scenario(noun, known)(*facts).at("2026-10-04T08:00:00+07:00")


def noticed(period: str, *, final: bool, **more: Any) -> LateRankingRulesNoticed:
    return LateRankingRulesNoticed.model_validate({"branch": CODE, "period": period, "final": final, **more})


MONTH_NOTICED = {
    "rule_subject": "ranking.monthly",
    "day": date(2026, 9, 30),
    "pinned": "seed-cell@1",
    "chosen": "tinh-thang@1",
    "title": "Khung xếp loại tháng của chi bộ",
    "valid_from": date(2018, 7, 6),
}


def ranked() -> MemberRanked:
    return MemberRanked(
        branch=CODE, period="2026-09", meeting_id=f"{CODE}:2026-10", member_id="M01", computed_rank="good",
        decided_rank="good", evidence=("e",),
    )  # fmt: skip


def test_R36_rules_heard_after_the_opening_are_told_once_and_change_nothing():
    told = noticed("2026-09", final=False, **MONTH_NOTICED)
    given(RANKING, MONTHLY, SEPTEMBER).when(NOTICE).then(told)
    given(RANKING, MONTHLY, SEPTEMBER, told).when(NOTICE).then()
    given(RANKING, shipped(), SEPTEMBER).when(NOTICE).then()
    given(RANKING, MONTHLY).when(NOTICE).then()
    assert RANKING.profile is not None
    assert RANKING.profile(given(RANKING, MONTHLY, SEPTEMBER, told).state()) == "seed-cell@1"


def test_R36_what_is_concluded_allows_a_what_if_only():
    facts = (SEPTEMBER, ranked())
    given(RANKING, MONTHLY, *facts).when(NOTICE).then(noticed("2026-09", final=True, **MONTH_NOTICED))
    given(RANKING, MONTHLY, *facts).when(FollowNewMonthRules(period="2026-09", reason=REASON)).refused(
        "đã được chi bộ kết luận nên giữ nguyên"
    )


def test_R36_what_is_open_begins_anew_under_the_new_rules_with_the_reason():
    wish = FollowNewMonthRules(period="2026-09", reason=REASON)
    again = RankingReopened(
        branch=CODE,
        period="2026-09",
        reason=Secret(subject=f"branch/{CODE}", field="reason", text=REASON),
        by="cell",
    )
    base = branch().base(date(2026, 9, 30))
    anew = SEPTEMBER.model_copy(
        update={"members": base, "profile": "tinh-thang@1", "self_assessment_due_on": date(2026, 10, 6)}
    )
    given(RANKING, MONTHLY, SEPTEMBER).when(wish).then(again, anew)
    given(RANKING, MONTHLY, SEPTEMBER, again, anew).when(wish).refused("đang theo đúng quy định hiện có (tinh-thang@1)")


def test_R36_a_year_likewise_until_it_is_sent():
    wish, at = FollowNewRules(period="2026", reason=REASON), given(APPRAISAL, ANNUAL, YEAR)
    facts = at.when(wish)._decide()
    assert [one.kind() for one in facts] == ["chibo.RankingReopened.v1", "chibo.RankingOpened.v2"]
    assert facts[1].profile == "tinh-nam@1"  # type: ignore[attr-defined]
    (told,) = at.when(NoticeLateRules(period="2026"))._decide()
    assert isinstance(told, LateRankingRulesNoticed)
    assert (told.rule_subject, told.pinned, told.chosen, told.final) == (
        *("ranking.annual", "qd366-annual@1", "tinh-nam@1"),
        False,
    )
    sent = RankingSent(branch=CODE, period_type="annual", period="2026", members=())
    given(APPRAISAL, ANNUAL, YEAR, sent).when(wish).refused("đang chờ duyệt")
    final = RankedLong(
        branch=CODE, period_type="annual", period="2026", member_id="M01", points="80", computed_rank="good",
        sent_rank="good", decided_rank="good", decided_on=date(2027, 1, 20), evidence=("e",),
    )  # fmt: skip
    (told,) = given(APPRAISAL, ANNUAL, YEAR, sent, final).when(NoticeLateRules(period="2026"))._decide()
    assert told.final  # type: ignore[attr-defined]
    given(APPRAISAL, ANNUAL, YEAR, sent, final).when(wish).refused("đã được duyệt nên khóa lại")
