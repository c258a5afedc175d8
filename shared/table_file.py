"""The rows of a CSV or XLSX file as text, or a sentence that says why it cannot be read."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from shared.decision import Refused

Format = Literal["csv", "xlsx"]

WIDEST = 100
"""Columns; a list of people has no more."""
INFLATED = 20
"""How many times its own size a workbook may unpack to."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A file's rows, each with the number a spreadsheet shows beside it; empty rows are left out."""

    format: Format
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sheet: str | None = None


def read_table(content: bytes, *, most_bytes: int, most_rows: int) -> Table:
    """Read a file by what it is, not by what it is called. Raises Refused with the reason and what to do."""
    if len(content) > most_bytes:
        raise Refused(
            f"Tệp lớn hơn mức nhận được ({_megabytes(most_bytes)} MB). Đồng chí bớt hình ảnh, trang phụ hoặc "
            "chia thành nhiều tệp rồi tải lại; chưa có gì được lưu.",
            f"The file is larger than {_megabytes(most_bytes)} MB. Leave out pictures and extra sheets, or split it; "
            "nothing was stored.",
            code="too-large",
        )
    if not content.strip():
        raise _unreadable("Tệp không có nội dung.", "The file is empty.")
    if content.startswith(_ZIP):
        return _workbook(content, most_bytes, most_rows)
    if content.startswith(_OLE):
        raise _unreadable(
            "Tệp là dạng .xls cũ hoặc có đặt mật khẩu.", "The file is an old .xls or protected by a password."
        )
    return _text(content, most_rows)


def _unreadable(vi: str, en: str) -> Refused:
    return Refused(
        f"{vi} Đồng chí mở tệp, lưu lại thành XLSX hoặc «CSV UTF-8» rồi tải lại; chưa có gì được lưu.",
        f"{en} Open it, save it as XLSX or “CSV UTF-8” and send it again; nothing was stored.",
        code="unreadable-file",
    )


def _too_many_rows(most_rows: int) -> Refused:
    return Refused(
        f"Tệp có hơn {most_rows} dòng. Đồng chí chia thành nhiều tệp rồi tải lại; chưa có gì được lưu.",
        f"The file has more than {most_rows} rows. Split it and send it again; nothing was stored.",
        code="too-large",
    )


def _too_wide() -> Refused:
    return Refused(
        f"Tệp có hơn {WIDEST} cột. Đồng chí chỉ giữ các cột của danh sách rồi tải lại; chưa có gì được lưu.",
        f"The file has more than {WIDEST} columns. Keep those of the list only and send it again; nothing was stored.",
        code="too-large",
    )


# ------------------------------------------------------------------ CSV


def _text(content: bytes, most_rows: int) -> Table:
    text = _decoded(content)
    header = next((line for line in text.splitlines() if line.strip(_DELIMITERS + " ")), "")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > WIDEST:
                raise _too_wide()
            rows.append((number, tuple(cells)))
            if len(rows) > most_rows:
                raise _too_many_rows(most_rows)
    except csv.Error:
        raise _unreadable(
            f"Dấu nháy ở quanh dòng {reader.line_num} không khép đúng.",
            f"The quotation marks around line {reader.line_num} do not match.",
        ) from None
    return Table("csv", tuple(rows))


def _decoded(content: bytes) -> str:
    encoding = next((encoding for bom, encoding in _BOMS if content.startswith(bom)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable(
            "Chữ trong tệp không theo UTF-8 hay UTF-16 (có thể là bảng mã cũ như Windows-1258, TCVN3 hoặc VNI), "
            "đọc tiếp sẽ sai dấu tên người.",
            "The text is neither UTF-8 nor UTF-16 (perhaps an old code page such as Windows-1258); "
            "names would be misread.",
        ) from None


# ------------------------------------------------------------------ XLSX


def _workbook(content: bytes, most_bytes: int, most_rows: int) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > most_bytes * INFLATED:
            raise Refused(
                "Tệp bung ra quá lớn nên không đọc. Đồng chí chép danh sách sang tệp mới rồi gửi lại; chưa có gì được "
                "lưu.",
                "The workbook unpacks to far too much. Copy the list into a new file and send that; nothing was "
                "stored.",
                code="too-large",
            )
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _first_sheet(book, most_rows)
    # A damaged file may name a packing that zipfile does not know, which it says with NotImplementedError.
    except (CalamineError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise _unreadable(
            "Tệp không phải bảng tính XLSX, hoặc đã hỏng.", "The file is no XLSX workbook, or it is damaged."
        ) from None


def _first_sheet(book: CalamineWorkbook, most_rows: int) -> Table:
    for at, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_index(at)
        if sheet.start is None:
            continue
        if sheet.height > 2 * most_rows:
            raise _too_many_rows(most_rows)
        if sheet.width > WIDEST:
            raise _too_wide()
        rows = [
            (number, tuple(_written(cell) for cell in cells))
            for number, cells in enumerate(sheet.to_python(skip_empty_area=True), sheet.start[0] + 1)
        ]
        rows = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
        if len(rows) > most_rows:
            raise _too_many_rows(most_rows)
        if rows:
            return Table("xlsx", tuple(rows), about.name)
    raise _unreadable("Bảng tính không có trang nào có chữ.", "No sheet of the workbook has any text.")


def _written(cell: object) -> str:
    """A cell as its reader sees it: 1985 without decimals, a day as 31/12/2026."""
    match cell:
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else cell.isoformat(sep=" ")
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return str(cell)


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:g}"
