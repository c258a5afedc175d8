from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from pydantic import SecretStr

from shared.events.sealed import Sealing, Secret, SubjectKey
from shared.people import (
    Name,
    SealedName,
    alike,
    by_given_name,
    look_alikes,
    opened,
    plain,
    sort_key,
    tidy,
)

SAMPLE = {
    "M01": Name("Hoàng Đình Khiêm", "Khiêm"),
    "M02": Name("Tôn Nữ Quỳnh Dao", "Dao"),
    "M03": Name("Lô Văn Phủng", "Phủng"),
    "M04": Name("Đặng Thị Đoan", "Đoan"),
    "M05": Name("Cao Tiến Ngạn", "Ngạn"),
    "M06": Name("Nguyễn Thị Hòa", "Hòa"),
    "M07": Name("Nguyễn Thị Hoa", "Hoa"),
    "M08": Name("Huỳnh Út Lành", "Lành"),
    "M09": Name("Vương Khắc Thiệm", "Thiệm"),
    "M10": Name("H'Sương Kbuôr", "Sương"),
    "M11": Name("Và Bá Xềnh", "Xềnh"),
}


class Ring:
    """Keys of some subjects; taking one out destroys it."""

    def __init__(self, *subjects: str) -> None:
        self.held = {subject: SubjectKey(id=f"k-{subject}", subject=subject, secret=b"7" * 32) for subject in subjects}

    def key(self, subject: str) -> SubjectKey:
        return self.held[subject]


def sealed(ring: Ring, member: str, name: Name, fact: str = "fact-1") -> SealedName:
    def seal(field: str, text: str):
        return Sealing(fact, ring).seal(Secret(subject=f"member/b/{member}", field=field, text=SecretStr(text)))

    return SealedName(fact=fact, name=seal("name", name.full), given=seal("given", name.given))


# ---- sorting


def test_the_sample_sorts_by_given_name_as_its_secretary_would():
    assert sorted(SAMPLE, key=lambda member_id: by_given_name(SAMPLE[member_id])) == [
        "M02",
        "M04",
        "M07",
        "M06",
        "M01",
        "M08",
        "M05",
        "M03",
        "M10",
        "M09",
        "M11",
    ]


def test_the_alphabet_has_letters_of_its_own():
    first_letters = ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "o", "ô", "ơ", "u", "ư", "y"]
    assert all(sort_key(one) < sort_key(other) for one, other in pairwise(first_letters))
    words = ["dao", "duyên", "đao", "ngoan", "ngô", "nhung", "xuân", "yên"]
    assert sorted(set(words), key=sort_key) == words


def test_tones_come_in_the_order_of_dictionaries_and_only_between_equal_letters():
    assert sorted(["hoạ", "hoá", "hoã", "hoả", "hoà", "hoa"], key=sort_key) == [
        "hoa",
        "hoà",
        "hoả",
        "hoã",
        "hoá",
        "hoạ",
    ]
    assert sort_key("Hòa") < sort_key("Hoan")
    assert sort_key("Lành") < sort_key("Lâm")


def test_where_the_tone_mark_stands_does_not_change_the_place():
    assert sort_key("Hòa")[:2] == sort_key("Hoà")[:2]
    assert sort_key("Thúy")[:2] == sort_key("Thuý")[:2]


def test_equal_given_names_are_sorted_by_the_full_name():
    names = [Name("Trần Văn An", "An"), Name("Đặng Thị An", "An"), Name("Dương Thị An", "An")]
    assert [name.full for name in sorted(names, key=by_given_name)] == ["Dương Thị An", "Đặng Thị An", "Trần Văn An"]


def test_a_name_is_never_split_the_given_part_is_its_own():
    assert by_given_name(SAMPLE["M10"]) < by_given_name(SAMPLE["M09"])
    assert by_given_name(Name("H'Sương Kbuôr", "Kbuôr")) < by_given_name(SAMPLE["M08"])


def test_any_sign_can_be_sorted():
    names = ["", "🙂", "Ӂ", "ß", "An", "́", "李"]
    assert len(sorted(names, key=sort_key)) == len(names)


# ---- spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoa"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoà"),
        ("Đặng Thị Đoan", "Dang Thi Doan"),
        ("Đặng Thị Đoan", "ĐẶNG THỊ ĐOAN"),
        ("Lô Văn Phủng", "Phủng Lô Văn"),
        ("H'Sương Kbuôr", "HSương Kbuôr"),
        ("H'Sương Kbuôr", "H\u2019Sương Kbuôr"),
        ("Nguyễn Thị Mỹ", "Nguyễn Thị Mĩ"),
        ("Cao  Tiến   Ngạn", "Cao Tiến Ngạn"),
        ("Trần-Văn Mẫu", "Trần Văn Mẫu"),
        ("Và Bá Xềnh", unicodedata.normalize("NFD", "Và Bá Xềnh")),
        ("Huỳnh Út Lành", "Huỳnh Út Lành"),
    ],
)
def test_one_name_spelled_in_two_ways_is_alike(one: str, other: str):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoan"),
        ("Nguyễn Thị Hoa", "Nguyễn Hoa"),
        ("Lô Văn Phủng", "Lô Văn Thủng"),
        ("Cao Tiến Ngạn", "Cao Tiến Ngàn Anh"),
    ],
)
def test_names_of_two_persons_are_not_alike(one: str, other: str):
    assert not alike(one, other)


def test_the_sample_has_one_pair_to_ask_about():
    assert look_alikes((member_id, name.full) for member_id, name in SAMPLE.items()) == (("M06", "M07"),)


def test_three_of_one_name_are_three_questions():
    assert look_alikes([("A", "Lê Hoa"), ("X", "Lê Lan"), ("B", "Lê Hòa"), ("C", "Hoa Lê")]) == (
        ("A", "B"),
        ("A", "C"),
        ("B", "C"),
    )


def test_names_are_kept_in_nfc_without_doubled_blanks():
    assert tidy(unicodedata.normalize("NFD", "  Và\u00a0 Bá  Xềnh ")) == "Và Bá Xềnh"


def test_plain_is_what_spellings_have_in_common():
    assert plain("  ĐẶNG Thị-Đoan ") == "dang thi doan"


# ---- opening


@pytest.fixture
def ring() -> Ring:
    return Ring(*(f"member/b/{member_id}" for member_id in SAMPLE))


def test_who_may_read_a_name_reads_it_whole(ring: Ring):
    assert opened(sealed(ring, "M10", SAMPLE["M10"]), ring) == SAMPLE["M10"]


def test_after_the_key_is_destroyed_nobody_reads_the_name_and_others_stay_readable(ring: Ring):
    kept, erased = (sealed(ring, member, SAMPLE[member]) for member in ("M06", "M07"))
    del ring.held["member/b/M07"]
    assert opened(erased, ring) is None
    assert opened(kept, ring) == SAMPLE["M06"]


def test_a_new_key_does_not_open_what_the_destroyed_one_sealed(ring: Ring):
    kept = sealed(ring, "M07", SAMPLE["M07"])
    ring.held["member/b/M07"] = SubjectKey(id="another", subject="member/b/M07", secret=b"8" * 32)
    assert opened(kept, ring) is None


def test_a_name_moved_to_another_fact_is_not_opened(ring: Ring):
    moved = sealed(ring, "M07", SAMPLE["M07"]).model_copy(update={"fact": "fact-2"})
    with pytest.raises(ValueError, match="does not belong"):
        opened(moved, ring)


def test_a_follower_has_a_full_name_only(ring: Ring):
    follower = sealed(ring, "M01", SAMPLE["M01"]).model_copy(update={"given": None})
    assert opened(follower, ring) == Name("Hoàng Đình Khiêm", "Hoàng Đình Khiêm")
