"""From a file to lines of the list, or to every problem of every row."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.roster.domain.checking import LONGEST_NAME, check, in_order, questions, weight
from services.roster.domain.importing import (
    COLUMNS,
    REACHES,
    ROLES,
    SEXES,
    STATUSES,
    Column,
    Reading,
    Row,
    Trouble,
    read_rows,
)
from services.roster.domain.members import entry
from shared.decision import Refused
from shared.events.branch import Reach, Role, RosterImported, Sex, Status
from shared.events.sealed import Sealing, SubjectKey
from shared.people import plain
from shared.table_file import read_table
from tests.sample_branch import CODE
from tests.sample_branch import FILE as SAMPLE

TODAY = date(2026, 10, 5)
SUBJECT = f"member/{CODE}/"
NAMES = (
    *("Lò Văn Một", "Vi Thị Hai", "Và Bá Ba", "Lương Thị Bốn", "Nguyễn Văn Năm", "Trần Thị Sáu", "Lê Văn Bảy"),
    *("Phạm Thị Tám", "Hoàng Văn Chín"),
)


def read(text: str) -> Reading:
    return read_rows(read_table(text.encode(), most_bytes=1_000_000, most_rows=2_000).rows)


def sheet(*lines: str, heading: str = "Mã,Họ và tên,Tên,Năm sinh,Tình trạng,Từ ngày,Đến ngày,Vai trò") -> str:
    return "\n".join((heading, *lines))


def troubles(text: str, *, taken: tuple[str, ...] = (), secretary: str | None = None, official: int = 0) -> list[str]:
    reading = read(text)
    checked = check(reading.rows, taken=taken, secretary=secretary, official=official, today=TODAY, subject=SUBJECT)
    return [trouble.vi for trouble in in_order([*reading.troubles, *checked])]


# ---- what is right


def test_the_sample_is_read_whole_and_nothing_is_wrong():
    reading = read(SAMPLE)
    assert troubles(SAMPLE) == []
    assert reading.ignored == ()
    assert len(reading.rows) == 11
    assert reading.rows[2] == Row(
        line=4,
        member_id="M03",
        name="Lô Văn Phủng",
        given="Phủng",
        sex="male",
        born="1980",
        status="official",
        roles=("committee_member", "locality"),
        reach="telephone",
    )
    assert reading.rows[9] == Row(
        line=11,
        member_id="M10",
        name="H'Sương Kbuôr",
        given="Sương",
        sex="female",
        born="1990",
        status="temporary_elsewhere",
        since=date(2026, 9, 1),
        until=date(2027, 4, 30),
        reach="telephone",
    )


def test_the_two_look_alikes_of_the_sample_are_asked_about_in_the_words_of_the_story():
    (asked,) = questions(read(SAMPLE).rows)
    assert (asked.first, asked.second) == ("M06", "M07")
    assert asked.vi == (
        "Dòng 8 «Nguyễn Thị Hoa» gần giống «Nguyễn Thị Hòa» ở dòng 7 (sinh 1985). Là hai người hay một? Chưa lưu gì."
    )


def test_columns_may_stand_in_any_order_under_english_headings_too():
    text = sheet("Khiêm,secretary,Hoàng Đình Khiêm,M01", heading="Given name,Roles,Full name,ID")
    (row,) = read(text).rows
    assert (row.member_id, row.name, row.given, row.roles) == ("M01", "Hoàng Đình Khiêm", "Khiêm", ("secretary",))


def test_headings_are_known_without_tones_and_in_capitals():
    (row,) = read(sheet("M01,Hoàng Đình Khiêm,Khiêm", heading="MA,HO VA TEN,TEN")).rows
    assert row.name == "Hoàng Đình Khiêm"


def test_the_columns_own_names_are_headings_too():
    (row,) = read(sheet("M01,Hoàng Đình Khiêm,Khiêm,1970", heading="member_id,name,given,born")).rows
    assert (row.member_id, row.born) == ("M01", "1970")


def test_a_title_above_the_heading_is_passed_over_and_rows_keep_the_files_numbers():
    (row,) = read("DANH SÁCH ĐẢNG VIÊN,,\n\nMã,Họ và tên,Tên\n\nM01,Hoàng Đình Khiêm,Khiêm\n").rows
    assert row.line == 5


def test_family_and_given_in_two_columns_are_put_together():
    (row,) = read(sheet("M01,Hoàng Đình,Khiêm", heading="Mã,Họ và đệm,Tên")).rows
    assert (row.name, row.given) == ("Hoàng Đình Khiêm", "Khiêm")


def test_an_empty_full_name_is_not_made_up_from_the_given_one():
    assert troubles(sheet("M01,,Khiêm")) == ["Dòng 2: chưa có họ và tên."]


def test_other_columns_are_named_and_not_kept():
    reading = read(sheet("M01,Hoàng Đình Khiêm,Khiêm,038070000000,Kinh", heading="Mã,Họ và tên,Tên,Số CCCD,Dân tộc"))
    assert reading.ignored == ("Số CCCD", "Dân tộc")
    assert "038070000000" not in repr(reading)
    assert reading.columns == {"Mã": "member_id", "Họ và tên": "name", "Tên": "given"}


def test_of_a_date_of_birth_only_the_year_is_kept():
    text = sheet("M01,Hoàng Đình Khiêm,Khiêm,15/08/1970", heading="Mã,Họ và tên,Tên,Ngày sinh")
    (row,) = read(text).rows
    assert row.born == "1970"
    assert "15" not in repr(row)


@pytest.mark.parametrize("day", ["01/09/2026", "1/9/2026", "01-09-2026", "1.9.2026", "2026-09-01"])
def test_days_are_read_the_vietnamese_way_round(day: str):
    (row,) = read(sheet(f"M01,Hoàng Đình Khiêm,Khiêm,,miễn,{day}")).rows
    assert row.since == date(2026, 9, 1)


def test_names_are_kept_in_nfc():
    (row,) = read(sheet(unicodedata.normalize("NFD", "M01,  Hoàng   Đình Khiêm,Khiêm"))).rows
    assert row.name == "Hoàng Đình Khiêm"
    assert unicodedata.is_normalized("NFC", row.name)


# ---- every problem, each with its row


def test_a_day_that_does_not_exist_is_named_with_its_row():
    lines = ("M01,Hoàng Đình Khiêm,Khiêm,03/02/1975", "M02,Và Bá Xềnh,Xềnh,31/02/1980")
    told = troubles(sheet(*lines, heading="Mã,Họ và tên,Tên,Ngày sinh"))
    assert told == ["Dòng 3: ngày 31/02/1980 không có."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("M01,Và Bá Xềnh,Xềnh,,miễn,ba mươi", "«ba mươi» không phải là ngày; đồng chí viết theo dạng 31/12/2026."),
        ("M01,Và Bá Xềnh,Xềnh,,miễn,29/02/2026", "ngày 29/02/2026 không có."),
        ("M01,Và Bá Xềnh,Xềnh,1850", "năm sinh phải trong khoảng 1916–2008."),
        ("M01,Và Bá Xềnh,Xềnh,2009", "năm sinh phải trong khoảng 1916–2008."),
        (",Và Bá Xềnh,Xềnh", "chưa có mã đảng viên."),
        ("Mã 1,Và Bá Xềnh,Xềnh", "mã chỉ gồm chữ không dấu, chữ số"),
        ("M01,Và Bá Xềnh,", "chưa có tên gọi."),
        ("M01,Và Bá Xềnh,Khiêm", "tên gọi không nằm trong họ và tên."),
        ("M01,Và Bá\x00 Xềnh,Xềnh", "họ và tên có ký tự rỗng (NUL)."),
        ("M01,Và Bá\u200b Xềnh,Xềnh", "họ và tên có ký tự lạ: U+200B."),
        ("M01,Và Bá Xềnh 2,Xềnh", "họ và tên có ký tự lạ: 2."),
        (f"M01,{'Xềnh' * 30},Xềnh", f"họ và tên dài hơn {LONGEST_NAME} ký tự."),
        (
            "M01,Và Bá Xềnh,Xềnh,,đã nghỉ",
            "cột «Tình trạng» ghi «đã nghỉ» chưa rõ nghĩa; các từ dùng được: «chính thức»",
        ),
        ("M01,Và Bá Xềnh,Xềnh,,,,,tổ trưởng", "cột «Vai trò» ghi «tổ trưởng» chưa rõ nghĩa"),
        ("M01,Và Bá Xềnh,Xềnh,,dự bị,19/05/2026,19/05/2027", "đảng viên dự bị thì không có ngày hết hạn."),
        ("M01,Và Bá Xềnh,Xềnh,,miễn,02/10/2026,01/10/2026", "ngày kết thúc 01/10/2026 đứng trước ngày bắt đầu"),
        ("M01,Và Bá Xềnh,Xềnh,,dự bị,,,chi ủy viên", "đảng viên dự bị thì không giữ vai trò chi ủy viên."),
    ],
)
def test_a_problem_is_named_with_its_row(line: str, words: str):
    (told,) = troubles(sheet(line))
    assert told.startswith(f"Dòng 2: {words}")


def test_a_column_is_called_as_the_file_calls_it():
    text = sheet("M01,Và Bá Xềnh,Xềnh,lạ,bồ câu", heading="Mã,Họ và tên,Tên,Diện,Nhận thông báo")
    assert [told.partition(";")[0] for told in troubles(text)] == [
        "Dòng 2: cột «Diện» ghi «lạ» chưa rõ nghĩa",
        "Dòng 2: cột «Nhận thông báo» ghi «bồ câu» chưa rõ nghĩa",
    ]


def test_every_problem_of_every_row_is_named_in_the_files_order():
    text = sheet(
        "M01,,Khiêm,1850,xyz,31/02/2026,,bí thư",
        "M01,Lô Văn Phủng,Phủng,,,,,phi công; bí thư",
        "M03,Cao Tiến Ngạn,Ngạn",
    )
    assert [told.partition(";")[0] for told in troubles(text, taken=("M03",))] == [
        "Dòng 2: chưa có họ và tên.",
        "Dòng 2: năm sinh phải trong khoảng 1916–2008.",
        "Dòng 2: cột «Tình trạng» ghi «xyz» chưa rõ nghĩa",
        "Dòng 2: ngày 31/02/2026 không có.",
        "Dòng 3: mã M01 đã dùng ở dòng 2.",
        "Dòng 3: cột «Vai trò» ghi «phi công» chưa rõ nghĩa",
        "Dòng 4: mã M03 đã có trong danh sách chi bộ.",
        "Chi bộ có một bí thư, nhưng dòng 2 và dòng 3 cùng ghi bí thư.",
    ]


def test_a_branch_that_has_a_secretary_gets_no_second_one():
    assert troubles(sheet("M12,Và Bá Xềnh,Xềnh,,,,,bí thư"), secretary="M01") == [
        "Dòng 2: chi bộ đang có bí thư (M01)."
    ]


def few(count: int) -> str:
    """A list of so many full members, one of them a committee member."""
    lines = [f"M{n:02},{name},{name.split()[-1]},,chính thức,,," for n, name in enumerate(NAMES[:count], 1)]
    lines[1] += "chi ủy viên"
    return sheet(*lines)


def test_a_list_of_too_few_full_members_brings_in_no_committee_member():
    words = "đảng viên chính thức, chưa đủ để bầu chi ủy; chi bộ chỉ bầu bí thư và phó bí thư nếu cần."
    assert troubles(few(8)) == [f"Dòng 3: chi bộ có 8 {words}"]
    assert troubles(few(9)) == []
    assert troubles(few(2), official=7) == []
    guest = "K01,Vi Văn Khách,Khách,,tạm thời tại chi bộ,,31/12/2026,"
    assert troubles(f"{few(8)}\n{guest}") == [f"Dòng 3: chi bộ có 8 {words}"], "a guest makes no branch larger"


def test_a_file_that_lists_nobody():
    assert troubles(sheet()) == ["Tệp chưa có dòng đảng viên nào."]


def test_what_stands_in_a_cell_is_quoted_short_and_printable():
    (told,) = troubles(sheet(f"M01,Và Bá Xềnh,Xềnh,,\x07{'a' * 5000}"))
    assert "\x07" not in told
    assert len(told) < 400


def test_every_trouble_is_told_in_both_languages():
    text = sheet("M01,,Khiêm,1850,xyz,31/02/2026,,bí thư")
    reading = read(text)
    found = [*reading.troubles, *check(reading.rows, taken=("M01",), secretary="M09", official=0, today=TODAY)]
    assert len(found) >= 6
    for trouble in found:
        assert trouble.vi.startswith("Dòng 2: ")
        assert trouble.en.startswith("Row 2: ")
        assert trouble.code
        assert trouble.column


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Mã,Họ và tên", "Không thấy dòng tiêu đề"),
        ("Họ và tên,Tên", "Không thấy dòng tiêu đề"),
        ("a,b,c", "hệ thống không tự tách họ tên"),
        ("Mã,Họ và tên,Tên,Họ tên", "hai cột «Họ và tên» và «Họ tên» cùng một nghĩa"),
    ],
)
def test_a_heading_that_cannot_be_used(heading: str, words: str):
    with pytest.raises(Refused) as refusal:
        read(sheet("M01,Và Bá Xềnh,Xềnh", heading=heading))
    assert words in refusal.value.vi
    assert "chưa bị lưu" in refusal.value.vi


def test_a_file_of_title_rows_only_has_no_heading():
    with pytest.raises(Refused):
        read("\n".join(f"dòng {number},x" for number in range(30)))


# ---- how much fits into one fact


def people(count: int, name: str = "Nguyễn Thị Phương Thảo Nguyên") -> list[Row]:
    return [
        Row(line=n + 2, member_id=f"M{n:03}", name=f"{name}", given="Nguyên", born="1985", roles=("locality",))
        for n in range(count)
    ]


def test_a_file_too_long_for_one_import_is_told_how_much_fits():
    (trouble,) = check(people(200), taken=(), secretary=None, official=9, today=TODAY, subject=SUBJECT)
    assert trouble.code == "too-large"
    fitting = int(trouble.vi.partition("ghi được ")[2].partition(" ")[0])
    assert 40 <= fitting < 200
    assert check(people(fitting), taken=(), secretary=None, official=9, today=TODAY, subject=SUBJECT) == ()


def test_an_ordinary_branch_fits():
    assert check(people(45), taken=(), secretary=None, official=9, today=TODAY, subject=SUBJECT) == ()


class OneKey:
    def key(self, subject: str) -> SubjectKey:
        return SubjectKey(id="0123456789abcdef", subject=subject, secret=b"7" * 32)


@pytest.mark.parametrize("rows", [people(40), people(40, "Ư"), read(SAMPLE).rows, people(40, "Nguyễn" * 16)])
def test_the_weight_of_a_list_is_what_it_takes_in_a_fact_or_a_little_more(rows: list[Row]):
    fact = RosterImported(
        branch=CODE,
        file_name="x.csv",
        file_sha256="0" * 64,
        format="csv",
        members=tuple(entry(CODE, row) for row in rows),
    )
    taken = len(fact.model_dump_json(context=Sealing("0" * 36, OneKey())).encode())
    told = sum(weight(row, SUBJECT) for row in rows)
    assert taken - 250 <= told <= taken * 1.02


# ---- look-alikes


def named(*names: str) -> list[Row]:
    numbered = enumerate(names, 2)
    return [Row(line=n, member_id=f"M{n:02}", name=name, given=name.split()[-1]) for n, name in numbered]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoa"),
        ("Đặng Văn Đức", "Dang Van Duc"),
        ("Lô Văn Phủng", "Phủng Lô Văn"),
        ("Cao Tiến Ngạn", "CAO TIẾN NGẠN"),
        ("Cao Tiến Ngạn", "Cao Tiến Ngạn"),
    ],
)
def test_look_alikes_are_asked_about(one: str, other: str):
    (asked,) = questions(named(one, "Và Bá Xềnh", other))
    assert (asked.first, asked.second) == ("M02", "M04")
    assert asked.vi == f"Dòng 4 «{other}» gần giống «{one}» ở dòng 2. Là hai người hay một? Chưa lưu gì."


def test_names_on_the_list_already_are_compared_too():
    (asked,) = questions(named("Nguyễn Thị Hoa"), {"M06": "Nguyễn Thị Hòa", "M07": "Và Bá Xềnh"})
    assert (asked.first, asked.second) == ("M06", "M02")
    assert "mang mã M06 trong danh sách" in asked.vi


def test_two_names_on_the_list_are_not_asked_about_again():
    assert questions(named("Và Bá Xềnh"), {"M06": "Nguyễn Thị Hòa", "M07": "Nguyễn Thị Hoa"}) == ()


def test_one_id_in_two_rows_is_a_trouble_and_no_question():
    twice = [row.model_copy(update={"member_id": "M01"}) for row in named("Lê Hoa", "Lê Hòa")]
    assert questions(twice) == ()


# ---- the words


def test_every_status_role_reach_and_sex_has_a_vietnamese_word():
    assert set(STATUSES) == set(get_args(Status))
    assert set(ROLES) == set(get_args(Role))
    assert set(REACHES) == set(get_args(Reach))
    assert set(SEXES) == set(get_args(Sex))
    assert set(COLUMNS) == set(get_args(Column))


@pytest.mark.parametrize("words", [STATUSES, ROLES, REACHES, SEXES, COLUMNS])
def test_no_word_means_two_things(words: dict[str, tuple[str, ...]]):
    told = [plain(word) for code, said in words.items() for word in {*said, code}]
    same = {word for word in told if told.count(word) > 1}
    meanings = {word: {code for code, said in words.items() if word in map(plain, (*said, code))} for word in same}
    assert all(len(codes) == 1 for codes in meanings.values()), meanings


# ---- whatever comes


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), max_size=9), max_size=8))
def test_any_rows_are_judged_or_refused_never_broken(rows: list[list[str]]):
    table = [(1, ("Mã", "Họ và tên", "Tên", "Năm sinh", "Tình trạng", "Từ ngày", "Đến ngày", "Vai trò"))]
    reading = read_rows([*table, *((n, tuple(cells)) for n, cells in enumerate(rows, 2))])
    checked = check(reading.rows, taken=(), secretary=None, official=9, today=TODAY, subject=SUBJECT)
    questions(reading.rows)
    assert all(isinstance(trouble, Trouble) for trouble in in_order([*reading.troubles, *checked]))
