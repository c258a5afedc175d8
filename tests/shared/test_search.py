"""Words found with and without marks; what is asked read as people write it; what cannot be sought refused in words."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.decision import Refused
from shared.search import (
    LONGEST_QUESTION,
    MOST_WORDS,
    SNIPPET,
    Rank,
    Text,
    cursor,
    fold,
    form,
    matches,
    page,
    place_of,
    question,
    snippet,
    words,
)

DAY = date(2026, 10, 5)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
syllables = some.text(LETTERS + LETTERS.upper(), min_size=1, max_size=7)


def met(asked: str, title: str, body: str = "") -> Rank | None:
    return matches(question(asked), Text(DAY, title, body), "v", "k")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đảng viên dự bị", "dang vien du bi"),
        ("đường ĐƯỜNG", "duong duong"),
        ("thu hút khách · Thủy-Thuý", "thu hut khach thuy thuy"),
        ("số 22-NQ/CB, ngày 05/10", "so 22 nq cb ngay 05 10"),
        ("H'Sương Kbuôr, Ê Đê", "hsuong kbuor e de"),
        ("nghị_quyết…", "nghi quyet"),
        ("日本 été naïve Ångström", "日本 ete naive angstrom"),
        ("", ""),
    ],
)
def test_the_fold_leaves_words_without_marks_case_and_signs(text: str, folded: str):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(syllables)
def test_the_fold_knows_no_tone_no_shape_no_case_and_no_way_of_writing(word: str):
    folded = fold(word)
    assert set(folded) <= set("abcdeghiklmnopqrstuvxy")
    assert fold(word.upper()) == fold(unicodedata.normalize("NFD", word)) == fold(folded) == folded


def test_both_places_of_a_tone_are_one_word():
    assert form("hoà") == form("hòa") == form("HÒA") != form("hoa")
    assert form("thuý") == form("thúy")
    assert form("hoạ").folded == form("hoa").folded


@given(some.text())
def test_words_stand_where_they_say(text: str):
    whole = unicodedata.normalize("NFC", text)
    found = words(whole)
    assert all(fold(whole[word.start : word.end]) == word.form.folded for word in found)
    assert [word.start for word in found] == sorted({word.start for word in found})


# ------------------------------------------------------------------ what answers


@pytest.mark.parametrize("asked", ["nghi quyet", "nghị quyết", "QUYẾT nghị", "quyet*", "ngh* quy*", '"nghi quyet"'])
def test_found_with_and_without_marks(asked: str):
    assert met(asked, "", "Dự thảo Nghị quyết tháng 10") is not None


@pytest.mark.parametrize("asked", ["nghi quyet chung", "nghi quye", '"quyet nghi"', "10x", "nghi* tuyen*"])
def test_not_found_when_a_word_is_missing(asked: str):
    assert met(asked, "", "Dự thảo Nghị quyết tháng 10") is None


def test_d_with_a_bar_is_found_without_it_and_comes_first_with_it():
    assert met("duong", "", "làm đường liên thôn") is not None
    exact, other = met("đường", "", "làm đường"), met("đường", "", "nuôi dưỡng ở Dương Nội")
    assert exact is not None
    assert other is not None
    assert exact < other


def test_exact_marks_before_title_before_newer():
    def place(title: str, body: str, day: int) -> Rank | None:
        return matches(question("họp"), Text(date(2026, 10, day), title, body), "v", f"{day}")

    places = [
        place("", "Họp chi bộ", 9),
        place("", "Họp chi bộ", 1),
        place("Hợp tác", "", 28),
        place("", "đồng bộ, phù hợp", 29),
        place("", "đồng bộ, phù hợp", 2),
    ]
    assert places == sorted(one for one in places if one is not None)


def test_a_phrase_does_not_run_from_the_title_into_the_body():
    assert met('"quyết nghị"', "Cương quyết", "nghị định") is None
    assert met("quyết nghị", "Cương quyết", "nghị định") is not None


def test_an_open_quotation_runs_to_the_end():
    assert met('"nghi quyet thang', "", "nghị quyết tháng 10") is not None
    assert met("«nghi quyet» 10", "", "quyết nghị 10") is None


# ------------------------------------------------------------------ what cannot be sought


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "Chưa có chữ nào để tìm"),
        ("   ", "Chưa có chữ nào để tìm"),
        ("?!… — “”", "Chưa có chữ nào để tìm"),
        ("*", "Chưa có chữ nào để tìm"),
        ("\u0301" * 100, "Chưa có chữ nào để tìm"),
        ("họp\x00", "ký tự không đọc được"),
        ("họp\ud800", "ký tự không đọc được"),
        ("chữ " * 10_000, "40000 ký tự"),
        ("a" + "\u0301" * 10_000, f"nhiều nhất là {LONGEST_QUESTION}"),
        (" ".join("abcdefghijklmn"), f"có 14 chữ, nhiều nhất là {MOST_WORDS}"),
    ],
)
def test_what_cannot_be_sought_is_refused_in_words(asked: str, words: str):
    with pytest.raises(Refused) as refusal:
        question(asked)
    assert words in refusal.value.vi


def test_a_flood_of_marks_is_one_word():
    assert question("a" + "\u0301" * 199).terms == question("á").terms


@given(some.text(max_size=LONGEST_QUESTION), some.text())
def test_no_question_and_no_text_break_it(asked: str, text: str):
    try:
        sought = question(asked)
    except Refused:
        return
    matches(sought, Text(DAY, text, asked), "v", "k")
    shown = snippet(sought, text)
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.hits)


# ------------------------------------------------------------------ how it is shown


def test_a_snippet_marks_what_was_found_as_places():
    shown = snippet(question("khien trach*"), "Kiến nghị xã KHIỂN TRÁCHNHIỆM.\nHết")
    assert shown.text == "Kiến nghị xã KHIỂN TRÁCHNHIỆM. Hết"
    assert [shown.text[start:end] for start, end in shown.hits] == ["KHIỂN", "TRÁCHNHIỆM"]
    assert (shown.cut_before, shown.cut_after) == (False, False)


def test_a_long_text_is_shown_around_the_word_that_has_the_marks():
    shown = snippet(question("đường"), "nuôi dưỡng " * 60 + "làm con đường mới " + "và nhà văn hóa " * 60)
    assert "làm con đường mới" in shown.text
    assert "đường" in {shown.text[start:end] for start, end in shown.hits}
    assert (shown.cut_before, shown.cut_after) == (True, True)
    assert len(shown.text) <= SNIPPET
    assert not shown.text.startswith("ng")


# ------------------------------------------------------------------ pages


@given(some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3), some.integers(0, 9)), max_size=30))
def test_pages_give_everything_once_and_in_order(places: list[tuple[int, int, int]]):
    found = {Rank(*place, "v", f"k{number}") for number, place in enumerate(places)}
    after, told = None, list[Rank]()
    while True:
        shown, after = page(found, place_of(after), 7)
        told += shown
        if after is None:
            break
    assert told == sorted(found)


def test_what_is_written_meanwhile_neither_repeats_nor_hides():
    found = [Rank(0, 0, day, "v", "k") for day in (10, 20, 30, 40)]
    first, after = page(found, None, 2)
    rest, end = page([Rank(0, 0, 5, "v", "new"), *found], place_of(after), 2)
    assert (first + rest, end) == (found, None)


FALSE = [
    cursor(Rank(10**30, 0, 0, "v", "k")),
    cursor(Rank(-1, 0, 0, "v", "k")),
    cursor(Rank(0, 0, 0, "v", "k\x00")),
    cursor(Rank(0, 0, 0, "v", "k" * 500)),
]


@pytest.mark.parametrize("one", ["", "x", "ỹ", "bnVsbA", "WzEsMl0", "!!!!", "A" * 3000, *FALSE])
def test_a_cursor_that_is_none_is_refused(one: str):
    with pytest.raises(Refused) as refusal:
        place_of(one)
    assert "tìm lại từ trang đầu" in refusal.value.vi
