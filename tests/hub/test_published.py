from datetime import date
from functools import reduce
from typing import Any

import pytest

from services.hub.application import NOUNS, shipped_profiles
from services.hub.domain.known import Known
from services.hub.domain.rules import RULES, PublishRuleProfile, WithdrawRuleProfile, digest
from shared.days import VIETNAM
from shared.decision import Refused
from shared.events.envelope import LARGEST_FACT
from shared.events.hub import RuleProfilePublished, RuleProfileWithdrawn
from shared.heard_rules import ProfileHeard, book
from shared.rules import EVERYWHERE, RuleBook, load, shipped, shipped_texts
from tests.given_when_then import Scenario, scenario

TEXTS = dict(shipped_texts())
HD42 = PublishRuleProfile(file_name="hd42_scoring.toml", toml=TEXTS["hd42_scoring.toml"])
NEWER = TEXTS["hd42_scoring.toml"].replace("version = 1", "version = 2").replace("2025-10-28", "2026-10-01")


def given(*facts: Any, under: str = EVERYWHERE, **published: str) -> Scenario:
    known = Known(published={ref.replace("_", "-").replace("-at-", "@"): code for ref, code in published.items()})
    return scenario(RULES, known, actor="operator", role="operator").at("2026-09-26T08:00:00+07:00", branch=under)(
        *facts
    )


def published(command: PublishRuleProfile, under: str = EVERYWHERE) -> RuleProfilePublished:
    (fact,) = given(under=under).when(command)._decide()
    assert isinstance(fact, RuleProfilePublished)
    return fact


def text(toml: str) -> PublishRuleProfile:
    return PublishRuleProfile(file_name="newer.toml", toml=toml)


def test_a_profile_is_published_with_its_whole_text_and_every_numbers_source():
    fact = published(HD42)
    assert (fact.ref, fact.rule_subject, fact.scope, fact.valid_from, fact.valid_until) == (
        *("hd42-scoring@1", "scoring", ""),
        date(2025, 10, 28),
        None,
    )
    assert fact.toml == TEXTS["hd42_scoring.toml"]
    assert fact.sha256 == digest(fact.toml)
    assert load([("fact", fact.toml)]).profiles == (shipped().pinned("scoring", "hd42-scoring@1"),)
    marks = {number.key: (number.value, number.source, number.confidence) for number in fact.numbers}
    assert marks["groups.6"] == ("at most 30", "S8a, S8e", "R")


def test_every_profile_that_comes_with_chibo_can_be_published_once_and_fits_into_a_fact():
    wishes = shipped_profiles()
    assert len(wishes) == len({wish.command_id for wish in wishes}) == len(TEXTS)
    histories: dict[str, tuple[RuleProfilePublished, ...]] = {}
    for wish in wishes:
        before = histories.get(wish.branch, ())
        (fact,) = given(*before, under=wish.branch).when(wish.command)._decide()
        assert isinstance(fact, RuleProfilePublished)
        assert len(fact.model_dump_json().encode()) < LARGEST_FACT - 2000
        histories[wish.branch] = (*before, fact)
        given(*histories[wish.branch], under=wish.branch).when(wish.command).then()
    assert set(histories) == {EVERYWHERE, *(f"{scope}.000.000.000.000" for scope in ("97", "98")), "99.003.000.000.000"}


def test_the_same_file_asks_the_same_at_each_start_and_a_changed_one_something_else():
    first, again = shipped_profiles(), shipped_profiles()
    assert [wish.command_id for wish in first] == [wish.command_id for wish in again]
    wish = next(wish for wish in first if wish.once.startswith("hd42@1 "))
    changed = type(wish)(wish.branch, wish.command, f"hd42@1 {digest('other')}")
    assert changed.command_id != wish.command_id


def test_a_changed_file_with_the_same_id_and_version_is_refused_with_a_sentence():
    changed = HD42.model_copy(update={"toml": HD42.toml + "# đã sửa\n"})
    at = given(published(HD42))
    at.when(changed).refused("Bộ quy định hd42-scoring@1 đã công bố với nội dung khác")
    at.when(changed).refused("Give the file a new version")
    at.when(HD42).then()


def test_where_a_shipped_file_is_wrong_nothing_is_published_and_the_place_is_named(monkeypatch):
    def wrong() -> RuleBook:
        return load([("hd42_scoring.toml", HD42.toml.replace("max = 30", "max = 31", 1))])

    monkeypatch.setattr("services.hub.application.shipped", wrong)
    with pytest.raises(Refused, match=r"hd42_scoring\.toml: groups: the maxima sum to 101") as refusal:
        shipped_profiles()
    assert "chỗ cần sửa: hd42_scoring.toml: groups" in refusal.value.vi


def test_an_id_and_version_belong_to_one_organisation():
    given(hd42_scoring_at_1="99.003.000.000.000").when(HD42).refused("was published with other words")


def test_a_profile_is_published_under_the_code_its_scope_names():
    given(under="99.001.002.000.011").when(HD42).refused("dành cho tổ chức mã 00.000.000.000.000")
    ward = text(TEXTS["an_phu_scoring.toml"])
    given().when(ward).refused("is for the organisation 99.003.000.000.000")
    assert published(ward, "99.003.000.000.000").scope == "99.003"


def test_an_overlap_is_refused_unless_the_profile_says_that_it_replaces_the_other():
    at = given(published(HD42))
    at.when(text(NEWER)).refused("Từ ngày 01/10/2026 bộ quy định hd42-scoring@2 và hd42-scoring@1 cùng có hiệu lực")
    said = text(NEWER.replace("valid_from", 'replaces = "hd42-scoring@1"\nvalid_from'))
    (fact,) = at.when(said)._decide()
    assert isinstance(fact, RuleProfilePublished)
    assert (fact.ref, fact.replaces) == ("hd42-scoring@2", "hd42-scoring@1")
    given(published(HD42), fact).when(said).then()


def test_an_earlier_profile_that_reaches_into_a_later_one_is_refused_too():
    earlier = NEWER.replace("2026-10-01", "2025-01-01")
    given(published(HD42)).when(text(earlier)).refused("Từ ngày 28/10/2025")
    ends = text(earlier.replace("valid_from", "valid_until = 2025-10-27\nvalid_from"))
    assert given(published(HD42)).when(ends)._decide()


def test_what_it_replaces_must_be_published_for_the_same_subject():
    said = NEWER.replace("valid_from", 'replaces = "hd42@1"\nvalid_from')
    given(published(HD42)).when(text(said)).refused("ghi thay hd42@1, nhưng bản đó chưa công bố")
    meeting = published(PublishRuleProfile(file_name="hd42.toml", toml=TEXTS["hd42.toml"]))
    given(published(HD42), meeting).when(text(said)).refused("not published for the same subject")


def test_profiles_of_other_subjects_do_not_overlap():
    meeting = published(PublishRuleProfile(file_name="hd42.toml", toml=TEXTS["hd42.toml"]))
    given(published(HD42)).when(PublishRuleProfile(file_name="hd42.toml", toml=TEXTS["hd42.toml"])).then(meeting)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (HD42.toml.replace("max = 30", "max = 31", 1), "newer.toml: groups: the maxima sum to 101, not 100"),
        (HD42.toml.replace("version = 1", "version = 1\nmood = 'good'"), "newer.toml: mood: Extra inputs"),
        (HD42.toml.replace('band = "q_poor"', 'band = "q_awful"'), r"newer.toml: bands.3.band: Input should be"),
        ("id = ", "newer.toml: Invalid value"),
        ("id = 'x'", "newer.toml: subject: Unable to extract tag"),
        ("a = " + "[" * 40_000, "newer.toml: nested too deeply"),
        (f"a = {'9' * 9_000}", "newer.toml: Exceeds the limit"),
        (HD42.toml.replace("version = 1", "version = 1000000"), "newer.toml: version: Input should be less than"),
        (HD42.toml.replace("Khung", r"Khung\u0000"), "newer.toml: title: String should match"),
    ],
)
def test_a_wrong_profile_is_refused_with_the_place_named(toml, words):
    given().when(text(toml)).refused(words)


def test_a_profile_reads_as_a_sentence():
    asked = given().asked
    fact = published(text(TEXTS["phu_tho_scoring.toml"]), "98.000.000.000.000")
    from shared.events.envelope import Told

    told = Told(name=str, at=asked.time.astimezone(VIETNAM), actor="operator")
    assert fact.vi(told) == (
        "Công bố bộ quy định «Phiếu chấm chất lượng sinh hoạt, tỉnh Phú Thọ» (phu-tho-scoring, bản 1) về chấm điểm "
        "chất "
        "lượng sinh hoạt, áp dụng cho tổ chức 98 và cấp dưới từ ngày 06/07/2018 đến hết ngày 27/10/2025."
    )
    assert published(HD42).en(told).endswith("for every cell, in force from 28/10/2025.")


def test_every_noun_of_the_hub_begins_with_nothing_said():
    for noun in NOUNS:
        assert reduce(noun.evolve, (), noun.initial) == noun.initial
        assert noun.profile(noun.initial) is None


# ---- withdrawn


def withdrawn(from_on: date, because: str = "Đã có hướng dẫn mới.") -> WithdrawRuleProfile:
    return WithdrawRuleProfile(profile="hd42-scoring@1", from_on=from_on, because=because)


def test_a_profile_is_withdrawn_from_a_day_on_and_then_holds_no_longer():
    before = published(HD42)
    (fact,) = given(before).when(withdrawn(date(2026, 11, 1)))._decide()
    assert isinstance(fact, RuleProfileWithdrawn)
    assert (fact.ref, fact.rule_subject, fact.from_on) == ("hd42-scoring@1", "scoring", date(2026, 11, 1))
    given(before, fact).when(withdrawn(date(2026, 11, 1))).then()
    (again,) = given(before, fact).when(withdrawn(date(2026, 10, 15)))._decide()
    assert again.from_on == date(2026, 10, 15)  # type: ignore[attr-defined]
    heard = [ProfileHeard.model_validate(one) for one in (_heard(before, None), _heard(before, date(2026, 10, 31)))]
    for one, day, holds in ((0, date(2026, 11, 1), True), (1, date(2026, 10, 31), True), (1, date(2026, 11, 1), False)):
        book_ = book([heard[one]])
        assert (book_.chosen("scoring", day, EVERYWHERE) is not None) == holds
        assert book_.pinned("scoring", "hd42-scoring@1").id == "hd42-scoring"


def _heard(fact: RuleProfilePublished, until: date | None) -> dict[str, object]:
    return {
        "ref": fact.ref,
        "subject": fact.rule_subject,
        "scope": fact.scope,
        "valid_from": fact.valid_from,
        "valid_until": until,
        "replaces": None,
        "toml": fact.toml,
        "published_at": "2026-01-01T00:00:00.000000Z",
    }


def test_a_withdrawal_names_what_was_published_and_a_day_on_which_it_holds():
    before = published(HD42)
    given().when(withdrawn(date(2026, 11, 1))).refused("Chưa có bộ quy định hd42-scoring@1 công bố")
    given(before).when(withdrawn(date(2025, 10, 27))).refused("phải từ ngày đó trở đi")
    (fact,) = given(before).when(withdrawn(date(2026, 11, 1)))._decide()
    given(before, fact).when(withdrawn(date(2026, 12, 1))).refused("không còn gì để bãi bỏ")


def test_in_place_of_what_was_withdrawn_another_may_hold_without_saying_that_it_replaces_it():
    before = published(HD42)
    given(before).when(text(NEWER)).refused("cùng có hiệu lực")
    (fact,) = given(before).when(withdrawn(date(2026, 10, 1)))._decide()
    (newer,) = given(before, fact).when(text(NEWER))._decide()
    assert isinstance(newer, RuleProfilePublished)


def test_how_a_cell_is_made_up_is_the_charters_and_nobody_varies_it():
    comes_with_chibo = TEXTS["charter_organisation.toml"]
    own = published(text(comes_with_chibo))
    words = "do Điều lệ Đảng quy định chung và đi kèm chương trình"
    smaller = comes_with_chibo.replace("value = 9", "value = 7").replace("version = 1", "version = 2")
    instead = smaller.replace("version = 2", 'version = 2\nreplaces = "charter-organisation@1"')
    given(own).when(text(instead)).refused(words)
    local = smaller.replace('id = "charter-organisation"', 'id = "commune-organisation"\nscope = "99.005"')
    given(under="99.005.000.000.000").when(text(local)).refused(words)
    withdraw = WithdrawRuleProfile(profile=own.ref, from_on=date(2026, 11, 1), because="Thử")
    given(own).when(withdraw).refused(words)
