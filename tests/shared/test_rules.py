import re
import sys
from datetime import date
from fractions import Fraction
from importlib.resources import files
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import MonthlyRankingProfile, Number, Share, WrongRules, load, profile_for, shipped

TEXTS = {at.name: at.read_text(encoding="utf-8") for at in files("shared.rules").iterdir() if at.name.endswith(".toml")}


def changed(name: str, old: str, new: str) -> list[tuple[str, str]]:
    assert old in TEXTS[name], old
    return [(other, text.replace(old, new, 1) if other == name else text) for other, text in TEXTS.items()]


@pytest.mark.parametrize(
    ("day", "ref"),
    [("2025-10-27", "hd12@1"), ("2025-10-28", "hd42@1"), ("2026-10-05", "hd42@1"), ("2018-07-06", "hd12@1")],
)
def test_the_day_chooses_the_profile(day, ref):
    assert profile_for("meeting", date.fromisoformat(day)).ref == ref


def test_before_the_first_profile_there_are_no_rules_and_it_says_so():
    with pytest.raises(LookupError, match="no rules about meeting hold on 05/07/2018"):
        profile_for("meeting", date(2018, 7, 5))


def test_a_pinned_profile_is_found_by_its_name_and_an_unknown_one_is_not():
    assert shipped().pinned("meeting", "hd12@1").title == "Hướng dẫn 12-HD/BTCTW"
    with pytest.raises(LookupError, match="hd43@1"):
        shipped().pinned("meeting", "hd43@1")


def test_the_numbers_of_a_meeting():
    hd12, hd42 = profile_for("meeting", date(2025, 1, 3)), profile_for("meeting", date(2026, 10, 5))
    for profile in (hd12, hd42):
        assert (profile.notice_days.value, profile.meeting_day.value, profile.package_days.value) == (3, 3, 2)
        assert (profile.minutes_for("regular"), profile.minutes_for("combined")) == (90, 120)
        assert profile.minutes_for("committee") is None
        assert profile.secret_ballot_minimum.value == 3
        assert profile.probationary_votes.value is False
        assert [profile.adoption.needed(base) for base in (10, 9, 8)] == [6, 5, 5]


def test_E4_attendance_is_compared_exactly():
    hd12, hd42 = (
        profile_for("meeting", date(2025, 1, 3)).attendance,
        profile_for("meeting", date(2026, 10, 5)).attendance,
    )
    assert hd12.meets(8, 9)
    assert not hd42.meets(8, 9)
    assert hd42.meets(9, 10)
    assert not hd12.meets(17, 20)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 7), st.integers(1, 7), st.sampled_from([">", ">="]))
def test_a_share_agrees_with_exact_fractions(part, whole, numerator, denominator, comparison):
    if numerator > denominator:
        numerator, denominator = denominator, numerator
    share = Share(numerator=numerator, denominator=denominator, comparison=comparison, source="S", confidence="P")
    exact = Fraction(part, whole), Fraction(numerator, denominator)
    assert share.meets(part, whole) == (exact[0] > exact[1] if comparison == ">" else exact[0] >= exact[1])
    assert share.meets(part, whole) == (part >= share.needed(whole))


def test_a_charter_sets_only_what_is_opened_to_it():
    profile = profile_for("meeting", date(2026, 10, 5))
    assert profile.notice_days.under(None) == 3
    assert profile.notice_days.under(5) == 5
    assert profile.notice_days.under(0) == 0
    assert profile.minutes_for("regular", charter=100) == 100
    assert profile.minutes_for("regular", charter=60) == 90
    assert not profile.minimum_minutes.regular.allows(60)
    assert profile.package_days.under(9) == 2
    assert profile.exempt_in_vote_base.under(False) is False
    assert profile.probationary_votes.under(True) is False


def test_the_month_is_ranked_by_the_cells_own_frame():
    frame = profile_for("ranking.monthly", date(2026, 9, 30))
    assert isinstance(frame, MonthlyRankingProfile)
    assert frame.ref == "seed-cell@1"

    def rank(**tasks: int) -> str:
        return next(rule.rank for rule in frame.ranks if not rule.broken(**tasks))

    assert rank(total=0, late=0, failed=0, exceeded=0) == "good"
    assert rank(total=1, late=1, failed=0, exceeded=0) == "completed"
    assert rank(total=4, late=0, failed=1, exceeded=3) == "not_completed"


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("hd42.toml", "[notice_days]", "[notice_dayz]", "hd42.toml: notice_days: Field required"),
        ("hd42.toml", "value = 90\n", 'value = "90"\n', "hd42.toml: minimum_minutes.regular.value: .*integer"),
        ("hd42.toml", "value = 90\n", "value = 90.0\n", "hd42.toml: minimum_minutes.regular.value: .*integer"),
        ("hd42.toml", "value = 3\n", "value = true\n", "hd42.toml: notice_days.value: .*integer"),
        ("hd42.toml", "value = 3\n", "value = -3\n", "hd42.toml: notice_days.value: .*greater than or equal to 0"),
        ("hd42.toml", "denominator = 100\n", "denominator = 0\n", "hd42.toml: attendance.denominator"),
        ("hd42.toml", "numerator = 90\n", "numerator = 900\n", "hd42.toml: attendance: .*more than the whole"),
        ("hd42.toml", 'comparison = ">="', 'comparison = "≥"', "hd42.toml: attendance.comparison"),
        ("hd42.toml", 'source = "S4"\n', "", "hd42.toml: meeting_day.source: Field required"),
        ("hd42.toml", 'confidence = "R"', 'confidence = "sure"', "hd42.toml: package_days.confidence"),
        ("hd42.toml", 'subject = "meeting"', 'subject = "weather"', "hd42.toml: subject"),
        ("hd42.toml", "version = 1", "version = ", "hd42.toml: Invalid value"),
        ("hd42.toml", "2025-10-28", "2025-10-27", "hd42.toml: valid_from: hd42@1 overlaps hd12@1 of hd12.toml"),
        ("hd42.toml", 'id = "hd42"', 'id = "hd12"', "hd42.toml: id: hd12@1 stands in hd12.toml already"),
        ("hd12.toml", "2025-10-27", "2017-10-27", "hd12.toml: .*valid_until lies before valid_from"),
        ("seed_cell.toml", "value = 26", "value = 31", "seed_cell.toml: .*opens_on_day must be a day every month has"),
        ("seed_cell.toml", 'rank = "good"', 'rank = "not_completed"', "best first"),
        ("seed_cell.toml", 'rank = "good"', 'rank = "best"', "seed_cell.toml: ranks.0.rank"),
        (
            "seed_cell.toml",
            "late_at_most = { numerator = 0",
            "late_at_most = { numerator = 0.5",
            "ranks.0.late_at_most",
        ),
    ],
)
def test_a_wrong_file_is_refused_at_load_naming_file_and_key(name, old, new, words):
    with pytest.raises(WrongRules, match=re.compile(words, re.DOTALL)):
        load(changed(name, old, new))


def test_the_last_rank_must_take_everybody():
    text = TEXTS["seed_cell.toml"]
    short = text[: text.rindex("[[ranks]]")]
    with pytest.raises(WrongRules, match="must take everybody"):
        load([("short.toml", short)])


def test_importing_the_rules_reads_nothing():
    code = (
        "import sys, pathlib; opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "import shared.rules\n"
        "assert not [o for o in opened if o.endswith('.toml')], opened\n"
        "shared.rules.shipped(); before = len([o for o in opened if o.endswith('.toml')])\n"
        "shared.rules.shipped(); assert len([o for o in opened if o.endswith('.toml')]) == before > 1"
    )
    run([sys.executable, "-c", code], check=True)


def test_a_number_says_what_a_charter_may_do():
    assert Number(value=3, opened="no", source="S1", confidence="V").allows(3)
    assert not Number(value=3, opened="no", source="S1", confidence="V").allows(4)
