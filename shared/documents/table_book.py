"""Tables as a workbook (XLSX): frozen headings, real dates and numbers; the same tables give the same bytes."""

from __future__ import annotations

import io
import re
from datetime import date, timezone
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, Field

from shared.documents.form import Align, Part
from shared.documents.letters import tidy

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | date | None
_NAME_SIGNS = re.compile(r"[\[\]:*?/\\']")
_NAME_LETTERS = 31
_SHEET_LETTERS = 32_767
"""What a cell of a workbook holds at most."""


class SheetColumn(Part):
    """A column: its heading and its width in letters."""

    heading: str
    width: Annotated[int, Field(ge=3, le=120)]
    align: Align = "left"


class Sheet(Part):
    """One table of a workbook."""

    name: str
    title: tuple[str, ...] = ()
    """Lines above the table."""
    columns: Annotated[tuple[SheetColumn, ...], Field(min_length=1)]
    rows: tuple[tuple[Value, ...], ...]
    landscape: bool = True


class TableBook(Part):
    """A workbook to be written."""

    stem: str
    at: AwareDatetime
    """When the last fact it tells of was stored."""
    author: str = ""
    sheets: Annotated[tuple[Sheet, ...], Field(min_length=1)]


def table_book(book: TableBook) -> bytes:
    """The workbook. Text is always text: what begins like a formula or an address is neither."""
    import xlsxwriter  # noqa: PLC0415 - wanted only where a table is exported

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    at = book.at.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None)  # noqa: UP017 as in pdf.py
    workbook.set_properties({"title": tidy(book.stem), "author": tidy(book.author), "created": at})
    taken: set[str] = set()
    for sheet in book.sheets:
        _sheet(workbook, sheet, taken)
    workbook.close()
    return out.getvalue()


def _sheet(workbook: Workbook, sheet: Sheet, taken: set[str]) -> None:
    written: Any = workbook.add_worksheet(_name(sheet.name, taken))
    font = {"font_name": "Times New Roman", "font_size": 12}
    title = workbook.add_format({**font, "bold": True, "font_size": 14})
    heading = workbook.add_format(
        {
            **font,
            "bold": True,
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "bg_color": "#E7E6E6",
        }
    )
    cells = {
        (align, shape): workbook.add_format(
            {**font, "border": 1, "align": align, "valign": "top", "text_wrap": True, **looks}
        )
        for align in ("left", "center", "right", "justify")
        for shape, looks in (("text", {}), ("date", {"num_format": "dd/mm/yyyy"}), ("number", {"num_format": "0"}))
    }
    for row, line in enumerate(sheet.title):
        written.write_string(row, 0, tidy(line), title)
    first = len(sheet.title) + (1 if sheet.title else 0)
    for place, column in enumerate(sheet.columns):
        written.set_column(place, place, column.width)
        written.write_string(first, place, tidy(column.heading), heading)
    for row, values in enumerate(sheet.rows, first + 1):
        for place, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
            _cell(written, (row, place), value, cells, column.align)
    written.freeze_panes(first + 1, 0)
    written.repeat_rows(first)
    written.set_paper(9)
    if sheet.landscape:
        written.set_landscape()
    written.fit_to_pages(1, 0)
    written.set_footer("&C&P/&N")
    if sheet.rows:
        written.autofilter(first, 0, first + len(sheet.rows), len(sheet.columns) - 1)


def _cell(written: Any, at: tuple[int, int], value: Value, cells: dict[tuple[str, str], Any], align: Align) -> None:
    match value:
        case None:
            written.write_blank(*at, None, cells[align, "text"])
        case date():
            written.write_datetime(*at, value, cells[align, "date"])
        case int():
            written.write_number(*at, value, cells[align, "number"])
        case str():
            written.write_string(*at, tidy(value)[:_SHEET_LETTERS], cells[align, "text"])


def _name(name: str, taken: set[str]) -> str:
    """A name a workbook takes: no forbidden sign, at most 31 letters, once."""
    plain = _NAME_SIGNS.sub(" ", tidy(name)).strip()[:_NAME_LETTERS] or "Bảng"
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        found = f"{plain[: _NAME_LETTERS - 4]} {number}"
    taken.add(found.casefold())
    return found
