import re
from collections.abc import Iterable
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.organisation import Tree
from shared.rules import (
    EVERYWHERE,
    DocumentProfile,
    Late,
    WrongRules,
    choose,
    code_of,
    ladder,
    load,
    numbers,
    read,
    scope_of,
    shipped,
    shipped_texts,
)

TEXTS = dict(shipped_texts())
WARD = "99.003.004.000.001"
CELL = "99.001.002.000.011"
DAY = date(2026, 10, 5)


def changed(name: str, old: str, new: str, times: int = 1) -> list[tuple[str, str]]:
    assert old in TEXTS[name], old
    return list((TEXTS | {name: TEXTS[name].replace(old, new, times)}).items())


# ---- what comes with chibo


@pytest.mark.parametrize(
    ("subject", "day", "ref"),
    [
        ("meeting", "2025-10-27", "hd12@1"),
        ("meeting", "2025-10-28", "hd42@1"),
        ("scoring", "2025-10-28", "hd42-scoring@1"),
        ("ranking.annual", "2024-12-31", "qd124-annual@1"),
        ("ranking.annual", "2025-12-31", "qd366-annual@1"),
        ("ranking.quarterly", "2026-03-31", "hd43-quarterly@1"),
        ("ranking.monthly", "2026-09-30", "seed-cell@1"),
        ("document", "2026-01-08", "hd36@1"),
        ("document", "2026-01-09", "qd399@1"),
        ("practice", "2026-10-05", "seed-cell-practice@1"),
    ],
)
def test_each_day_has_its_regulation(subject, day, ref):
    assert shipped().profile_for(subject, date.fromisoformat(day)).ref == ref


def test_before_the_central_frame_only_provinces_had_a_score():
    with pytest.raises(LookupError, match="no rules about scoring"):
        shipped().profile_for("scoring", date(2025, 10, 27))
    assert shipped().profile_for("scoring", date(2025, 10, 27), "98.001.002.000.001").ref == "phu-tho-scoring@1"


def test_every_number_says_where_it_was_read_and_how_sure_that_is():
    for profile in shipped().profiles:
        told = numbers(profile)
        assert len(told) >= 2
        assert len({one.key for one in told}) == len(told)
        for one in told:
            assert one.value, one
            assert one.source, one
            assert one.confidence in "VRKP"


def test_each_profile_file_lists_every_number_of_its_profile():
    told = {one.key: one for one in numbers(shipped().pinned("ranking.annual", "qd366-annual@1"))}
    assert told["quota.denominator"].value == "good_only of all_rated, good_or_better, good_only"
    assert (told["quota.exceptional_percent"].value, told["quota.exceptional_percent"].confidence) == ("25", "K")
    assert (told["discipline.caps"].value, told["discipline.caps"].confidence) == ("yes", "P")
    assert told["exceeded_at_least"].value == "3/10"
    meeting = {one.key: one.value for one in numbers(shipped().pinned("meeting", "hd12@1"))}
    assert (meeting["attendance"], meeting["minimum_minutes.regular"]) == ("> 85/100", "90")


def test_the_open_points_are_switches_with_a_stated_default():
    document = shipped().profile_for("document", DAY)
    assert document.letters.line_spacing.options == ("18", "19")
    assert document.letters.line_spacing.value == "18"
    assert document.letters.line_spacing.under("19") == "19"
    assert document.letters.line_spacing.under("20") == "18"
    assert document.signature.on_behalf_of.options == ("T/M CHI BỘ", "T/M CHI ỦY")
    assert document.signature.deputy_as.under("K/T BÍ THƯ") == "PHÓ BÍ THƯ"
    meeting = shipped().profile_for("meeting", DAY)
    assert meeting.exempt_in_vote_base.opened == "any"
    assert meeting.thematic_per_quarter.value == 1


def test_the_form_of_documents():
    document: DocumentProfile = shipped().profile_for("document", DAY)
    assert (document.number(5, "NQ"), document.number(29, "BB")) == ("05-NQ/CB", "29-BB/CB")
    assert [document.day(5, 2), document.day(15, 5), document.day(9, 10)] == [("05", "02"), ("15", "5"), ("09", "10")]
    may_issue = {type.mark: type.cell_may_issue for type in document.types}
    assert may_issue["NQ"]
    assert not may_issue["HD"]
    assert [type.mark for type in document.types if not type.place_and_date] == ["BB"]


# ---- scope


def test_a_scope_is_the_beginning_of_a_code():
    assert scope_of("38.168.053.000.001") == "38.168.053.000.001"
    assert scope_of("38.168.053.000.000") == "38.168.053"
    assert scope_of("38.000.000.000.000") == "38"
    assert (scope_of(EVERYWHERE), code_of("")) == ("", EVERYWHERE)
    chain = Tree({}).chain("38.168.053.000.001", DAY)
    assert ladder(chain) == ("38.168.053.000.001", "38.168.053", "38.168", "38", "")


@given(st.lists(st.integers(1, 999), min_size=1, max_size=5))
def test_a_scope_and_its_code_are_the_same(groups):
    scope = ".".join([f"{groups[0] % 99 + 1:02}", *(f"{group:03}" for group in groups[1:])])
    assert scope_of(code_of(scope)) == scope


def test_the_nearest_organisation_up_the_tree_wins():
    assert shipped().profile_for("scoring", DAY, WARD).ref == "an-phu-scoring@1"
    assert shipped().profile_for("scoring", DAY, CELL).ref == "hd42-scoring@1"
    assert shipped().profile_for("scoring", DAY).ref == "hd42-scoring@1"


def test_the_tree_of_that_day_counts_where_it_is_known_and_not_the_code():
    profiles = shipped().profiles
    moved = choose(profiles, "scoring", DAY, [WARD, "99.001.000.000.000", "99.000.000.000.000"])
    came = choose(profiles, "scoring", DAY, [CELL, "99.003.000.000.000"])
    assert moved is not None
    assert came is not None
    assert (moved.ref, came.ref) == ("hd42-scoring@1", "an-phu-scoring@1")


def test_where_no_profile_holds_none_is_chosen():
    assert shipped().chosen("scoring", date(2010, 1, 1), WARD) is None


def test_R8_a_ward_asks_longer_meetings_of_its_large_cells():
    ward, others = (shipped().profile_for("meeting", DAY, branch) for branch in (WARD, CELL))
    assert [ward.minutes_for("regular", members=members) for members in (29, 30)] == [90, 120]
    assert ward.minutes_for("regular", members=30, charter=130) == 130
    assert ward.minutes_for("regular", members=30, charter=100) == 120
    assert ward.minutes_for("thematic", members=30) == 90
    assert others.minutes_for("regular", members=200) == 90


def test_E10_the_numbers_of_a_package_a_combined_meeting_and_a_quarter():
    for day in (date(2025, 10, 3), DAY):
        rules = shipped().profile_for("meeting", day)
        assert rules.package_days.value == 2
        assert rules.minutes_for("combined") == 120
        assert (rules.thematic_per_quarter.value, rules.materials_days.value) == (1, 1)


# ---- versions, and what is heard too late


def newer(replaces: str | None) -> list[tuple[str, str]]:
    text = TEXTS["hd42_scoring.toml"].replace("version = 1", "version = 2").replace("2025-10-28", "2026-10-01")
    if replaces:
        text = text.replace("valid_from", f'replaces = "{replaces}"\nvalid_from')
    return [*TEXTS.items(), ("newer.toml", text)]


def test_a_new_version_takes_the_place_of_the_old_one_from_its_day_on():
    book = load(newer("hd42-scoring@1"))
    days = (date(2026, 9, 30), date(2026, 10, 1))
    assert [book.profile_for("scoring", day).ref for day in days] == ["hd42-scoring@1", "hd42-scoring@2"]


def test_a_version_after_the_next_takes_the_place_of_both():
    third = newer("hd42-scoring@1")[-1][1].replace("version = 2", "version = 3").replace("scoring@1", "scoring@2")
    book = load([*newer("hd42-scoring@1"), ("third.toml", third.replace("2026-10-01", "2026-11-01"))])
    assert book.profile_for("scoring", date(2026, 12, 1)).ref == "hd42-scoring@3"


def test_a_profile_heard_too_late_is_noticed_and_changes_nothing_pinned():
    before, after = shipped(), load(newer("hd42-scoring@1"))
    pinned = "hd42-scoring@1"
    title = after.pinned("scoring", "hd42-scoring@2").title
    assert before.late(pinned, "scoring", DAY, CELL) is None
    assert after.late(pinned, "scoring", DAY, CELL) == Late(
        "scoring", DAY, pinned, "hd42-scoring@2", title, date(2026, 10, 1)
    )
    assert after.late(pinned, "scoring", date(2026, 9, 3), CELL) is None
    assert load(newer("hd42-scoring@1")).pinned("scoring", pinned) == shipped().pinned("scoring", pinned)


# ---- refusals at load, each with the place named

REFUSED = (
    ("hd42_scoring.toml", "max = 30", "max = 29", "hd42_scoring.toml: groups: the maxima sum to 99, not 100"),
    ("hd42_scoring.toml", "max = 40", "max = 41", r"hd42_scoring.toml: groups.3: the lines of group 4 sum to 40"),
    ("hd42_scoring.toml", 'id = "5"', 'id = "6"', "hd42_scoring.toml: groups: 6 stands twice"),
    ("hd42_scoring.toml", 'id = "5"', 'id = "five"', r"hd42_scoring.toml: groups.4.id: String should match"),
    (
        "hd42_scoring.toml",
        '[[bands]]\nband = "q_average"\nat_least = 50\nsource = "S8a, S8e; S13, S14"\nconfidence = "R"\n',
        "",
        "hd42_scoring.toml: bands: q_average is missing",
    ),
    ("hd42_scoring.toml", "at_least = 70", "at_least = 95", "hd42_scoring.toml: bands: they stand best first"),
    ("hd42_scoring.toml", "at_least = 0", "at_least = 1", "hd42_scoring.toml: bands: .*the last from 0"),
    ("hd42_scoring.toml", "[cell_votes]", "[cell_voices]", "hd42_scoring.toml: cell_votes: Field required"),
    ("hd42_scoring.toml", "max = 30", "max = 30\nweight = 2", "hd42_scoring.toml: groups.5.weight: Extra inputs"),
    ("hd42_scoring.toml", "version = 1", "version = 1\nauthor = 'x'", "hd42_scoring.toml: author: Extra inputs"),
    ("hd42_scoring.toml", "max = 30", "max = 30.0", "hd42_scoring.toml: groups.5.max: .*integer"),
    ("an_phu_scoring.toml", "mark = 27", "mark = 30", "an_phu_scoring.toml: groups.5.scale: steps stand best first"),
    ("an_phu_scoring.toml", "value = 80", "value = 95", "an_phu_scoring.toml: groups.5.scale: steps must all look"),
    ("an_phu_scoring.toml", "mark = 30", "mark = 31", "an_phu_scoring.toml: groups.5: the best step of 6 gives 31"),
    ("an_phu_scoring.toml", '"99.003"', '"99.3"', "an_phu_scoring.toml: scope: String should match"),
    ("binh_thuan_scoring.toml", '"4.3", "7"]', '"4.9", "7"]', "binh_thuan_scoring.toml: conditions: .*no line 4.9"),
    ("binh_thuan_scoring.toml", '"q_fair"\nsource', '"q_good"\nsource', "conditions.0: falls_to: q_good is not below"),
    (
        "qd366_annual.toml",
        '[[bands]]\nrank = "completed"\nat_least = 50\nsource = "S19d,e"\nconfidence = "V"\n',
        "",
        "qd366_annual.toml: bands: completed is missing",
    ),
    (
        "qd366_annual.toml",
        '"good_only"\n',
        '"best_only"\n',
        "qd366_annual.toml: quota.denominator: best_only is none of",
    ),
    ("qd366_annual.toml", '"all_rated", ', "", "qd366_annual.toml: quota: denominator: the options must be all_rated"),
    ("hd43_quarterly.toml", "[1, 2, 3]", "[1, 2, 5]", "hd43_quarterly.toml: quarters.2: .*less than or equal to 4"),
    ("qd399.toml", 'mark = "KL"', 'mark = "NQ"', "qd399.toml: types: NQ stands twice"),
    ("qd399.toml", "2026-01-09", "2026-01-08", "qd399.toml: valid_from: qd399@1 overlaps hd36@1 of hd36.toml"),
    ("seed_cell_practice.toml", 'value = "quarter"', 'value = "week"', "notebook_every: week is none of"),
    ("seed_cell_practice.toml", 'confidence = "V"', 'confidence = "X"', "seed_cell_practice.toml: confidence"),
)


@pytest.mark.parametrize(("name", "old", "new", "words"), REFUSED)
def test_a_wrong_profile_is_refused_at_load_with_the_place_named(name, old, new, words):
    with pytest.raises(WrongRules, match=re.compile(words, re.DOTALL)):
        load(changed(name, old, new))


def test_an_overlap_must_be_said():
    with pytest.raises(WrongRules, match=r"newer.toml: valid_from: hd42-scoring@2 overlaps hd42-scoring@1 of hd42_sco"):
        load(newer(None))


@pytest.mark.parametrize(
    ("replaces", "words"),
    [
        ("hd43-scoring@1", "newer.toml: replaces: hd43-scoring@1 is no profile of the same subject and scope"),
        ("an-phu-scoring@1", "newer.toml: replaces: an-phu-scoring@1 is no profile of the same subject and scope"),
        ("hd42-scoring@2", "newer.toml: replaces: hd42-scoring@2 is no profile"),
    ],
)
def test_a_profile_replaces_only_one_of_its_own_subject_and_scope(replaces, words):
    with pytest.raises(WrongRules, match=words):
        load(newer(replaces))


def test_a_profile_replaces_only_an_earlier_one():
    texts = newer("hd42-scoring@1")
    texts[-1] = ("newer.toml", texts[-1][1].replace("2026-10-01", "2025-10-01"))
    with pytest.raises(WrongRules, match="replaces: hd42-scoring@1 begins later than hd42-scoring@2"):
        load(texts)


def test_two_scopes_may_hold_on_the_same_day():
    assert {profile.scope for profile in shipped().profiles if profile.subject == "scoring"} == {
        "",
        "97",
        "98",
        "99.003",
    }


def test_one_text_is_read_by_itself_and_named_by_whoever_gives_it():
    with pytest.raises(WrongRules, match="a letter: subject: Unable to extract tag"):
        read("a letter", "id = 'x'")
    with pytest.raises(WrongRules, match="a letter: "):
        read("a letter", "\x00")


def texts_in_the_package() -> Iterable[str]:
    return sorted(at.name for at in files("shared.rules").iterdir() if at.name.endswith(".toml"))


def test_all_files_are_read():
    assert list(TEXTS) == list(texts_in_the_package())
    assert len(shipped().profiles) == len(TEXTS)
