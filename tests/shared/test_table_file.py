"""Files as people really have them: Excel, CSV of three kinds, old code pages, and what is no list at all."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.decision import Refused
from shared.table_file import Table, read_table

ROWS = ((1, ("Mã", "Họ và tên")), (2, ("M10", "H'Sương Kbuôr")))
TEXT = "Mã,Họ và tên\r\nM10,H'Sương Kbuôr\r\n"


def read(content: bytes, most_bytes: int = 1_000_000, most_rows: int = 100) -> Table:
    return read_table(content, most_bytes=most_bytes, most_rows=most_rows)


def refused(content: bytes, words: str, **limits: int) -> None:
    with pytest.raises(Refused) as refusal:
        read(content, **limits)
    assert words in refusal.value.vi
    assert "chưa có gì được lưu" in refusal.value.vi
    assert refusal.value.en.endswith("nothing was stored.")


def workbook(*cells: tuple[int, int, object], sheet: str = "Danh sách", hidden: str | None = None) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        before = book.add_worksheet(hidden) if hidden is not None else None
        page = book.add_worksheet(sheet)
        if before is not None:
            before.write(0, 0, "ẩn")
            page.activate()
            page.set_first_sheet()
            before.hide()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for row, column, cell in cells:
            if isinstance(cell, date):
                page.write_datetime(row, column, cell, day)
            else:
                page.write(row, column, cell)
    return made.getvalue()


# ---- CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str):
    text = TEXT.replace(",", delimiter)
    if encoding.endswith("-bom"):
        content = f"\ufeff{text}".encode(encoding.removesuffix("-bom"))
    else:
        content = text.encode(encoding)
    assert read(content) == Table("csv", ROWS)


def test_line_ends_of_every_kind_are_read():
    assert read(TEXT.replace("\r\n", "\n").encode()).rows == ROWS
    assert read(TEXT.replace("\r\n", "\r").encode()).rows == ROWS


def test_quoted_cells_may_hold_commas_quotes_and_lines():
    table = read('Mã,Vai trò\nM01,"bí thư, báo cáo viên"\nM02,"dòng 1\ndòng ""2"""\n'.encode())
    assert table.rows[1:] == ((2, ("M01", "bí thư, báo cáo viên")), (3, ("M02", 'dòng 1\ndòng "2"')))


def test_empty_rows_are_left_out_and_the_numbers_stay():
    assert [number for number, _ in read(b"a,b\n,\n\n  , \nc,d\n").rows] == [1, 5]


def test_the_delimiter_is_told_from_the_first_line_with_words():
    assert read("\n;;\nMã;Họ và tên\nM01;Lê, Văn".encode()).rows[-1] == (4, ("M01", "Lê, Văn"))


def test_a_nul_is_passed_on_to_be_named_with_its_row():
    assert read(b"a,b\nc\x00,d").rows[1] == (2, ("c\x00", "d"))


@pytest.mark.parametrize(
    "content",
    [
        "Mã,Họ và tên".encode("utf-16-le"),
        "Mã,Họ tên: Nguyễn".encode("cp1258", errors="replace"),
        b"M01,Nguy\xd4n Th\xde Hoa",
        b"\xff\xfe\x00\xd8M\x00",
        b"\xef\xbb\xbf\xff",
        b"M01,\xed\xa0\x80",
    ],
)
def test_what_is_no_unicode_is_refused_rather_than_misread(content: bytes):
    if content == "Mã,Họ và tên".encode("utf-16-le"):
        with pytest.raises(Refused):
            read(content)
    else:
        refused(content, "bảng mã cũ như Windows-1258")


def test_quotation_marks_that_do_not_match_are_refused():
    refused('Mã,Tên\nM01,"Lê\nM02,Va\n'.encode(), "Dấu nháy")


def test_a_file_without_content_is_refused():
    refused(b"", "Tệp không có nội dung")
    refused(b" \r\n ", "Tệp không có nội dung")


# ---- XLSX


def test_a_workbook_with_numbers_and_days_as_people_see_them():
    content = workbook(
        (0, 0, "Mã"),
        (0, 1, "Năm sinh"),
        (0, 2, "Từ ngày"),
        (1, 0, "M01"),
        (1, 1, 1985),
        (1, 2, date(2026, 9, 1)),
        (2, 0, "M02"),
        (2, 1, 1985.5),
        (2, 2, "31/02/1980"),
        (3, 0, True),
        (3, 2, datetime(2026, 9, 1, 7, 30)),  # noqa: DTZ001 - a spreadsheet knows no zone
    )
    assert read(content) == Table(
        "xlsx",
        (
            (1, ("Mã", "Năm sinh", "Từ ngày")),
            (2, ("M01", "1985", "01/09/2026")),
            (3, ("M02", "1985.5", "31/02/1980")),
            (4, ("true", "", "2026-09-01 07:30:00")),
        ),
        "Danh sách",
    )


def test_a_workbook_keeps_the_numbers_its_rows_have():
    content = workbook((2, 1, "Mã"), (2, 2, "Tên"), (5, 1, "M01"), (5, 2, "Lành"))
    assert read(content).rows == ((3, ("Mã", "Tên")), (6, ("M01", "Lành")))


def test_the_first_sheet_that_can_be_seen_is_read():
    assert read(workbook((0, 0, "Mã"), sheet="Chi bộ", hidden="cũ")).sheet == "Chi bộ"


def test_a_workbook_without_words_is_refused():
    refused(workbook(), "không có trang nào có chữ")


def test_an_old_or_protected_workbook_is_refused():
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "dạng .xls cũ hoặc có đặt mật khẩu")


def test_a_zip_that_is_no_workbook_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("a.txt", "x")
    refused(made.getvalue(), "không phải bảng tính XLSX, hoặc đã hỏng")


def test_a_workbook_cut_short_is_refused():
    content = workbook((0, 0, "Mã"))
    refused(content[: len(content) // 2], "không phải bảng tính XLSX, hoặc đã hỏng")


def test_a_workbook_that_unpacks_to_far_too_much_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    assert len(made.getvalue()) < 10_000
    refused(made.getvalue(), "bung ra quá lớn", most_bytes=100_000)


# ---- limits


def test_a_file_too_large_is_refused():
    refused(b"a,b\n" * 1000, "lớn hơn mức nhận được (0.001 MB)", most_bytes=1000)


def test_too_many_rows_are_refused():
    refused(b"a,b\n" * 101, "hơn 100 dòng")
    assert len(read(b"a,b\n" * 100).rows) == 100
    refused(workbook(*((row, 0, "x") for row in range(101))), "hơn 100 dòng")
    refused(workbook((0, 0, "x"), (1_000_000, 0, "y")), "hơn 100 dòng")


def test_too_many_columns_are_refused():
    refused(b"a," * 100 + b"z", "hơn 100 cột")
    refused(workbook((0, 0, "x"), (0, 16_000, "y")), "hơn 100 cột")


# ---- whatever comes


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes):
    with suppress(Refused):
        read(content)


WORKBOOK = workbook((0, 0, "Mã"), (0, 1, "Tên"), (1, 0, "M01"), (1, 1, "Lành"))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(place: int, damage: bytes):
    with suppress(Refused):
        read(WORKBOOK[:place] + damage + WORKBOOK[place + len(damage) :])


with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as _book:
    PARTS = {name: _book.read(name) for name in _book.namelist()}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PARTS)), st.integers(0, 5000), st.binary(min_size=1, max_size=12))
def test_a_workbook_with_damaged_parts_is_read_or_refused(name: str, place: int, damage: bytes):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        for part, content in PARTS.items():
            at = place % max(1, len(content))
            parts.writestr(part, content[:at] + damage + content[at + len(damage) :] if part == name else content)
    with suppress(Refused):
        read(made.getvalue())
