"""The renderers: the same form gives the same bytes; what was given is what is read; words are never markup."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import unicodedata
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pydantic import ValidationError
from pypdf import PdfReader

from shared.documents.form import Column, Form, Head, Table, page, party_head, place_and_date, said
from shared.documents.letters import MISSING, kept_together, printable, tidy
from shared.documents.rendering import As, rendered, renderer_version
from shared.documents.table_book import Sheet, SheetColumn, TableBook, table_book
from shared.service.printing import disposition
from tests.shared.printed import EVERY_LETTER, FORM, HOSTILE, PROFILE

MM = 72 / 25.4


def read_pdf(raw: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(raw))


def words(raw: bytes) -> str:
    """All that can be read in a PDF, line ends and all other blanks as one blank."""
    text = " ".join(page.extract_text() for page in read_pdf(raw).pages)
    return " ".join(unicodedata.normalize("NFC", text).split())


PDF = rendered(FORM).bytes
DOCX = rendered(FORM, "docx").bytes

# ------------------------------------------------------------------ the same bytes

_THERE = "import sys; from shared.documents.form import Form; from shared.documents.rendering import rendered; "


@pytest.mark.parametrize("as_", ["pdf", "docx"])
def test_the_same_form_gives_the_same_bytes_in_this_process_and_in_another(as_: As):
    here = rendered(FORM, as_)
    assert here.bytes == rendered(Form.model_validate_json(FORM.model_dump_json()), as_).bytes
    assert here.sha256 == hashlib.sha256(here.bytes).hexdigest()
    said_there = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{_THERE}print(rendered(Form.model_validate_json(sys.stdin.read()), {as_!r}).sha256)",
        ],
        input=FORM.model_dump_json().encode(),
        capture_output=True,
        check=True,
    )
    assert said_there.stdout.decode().strip() == here.sha256


@pytest.mark.parametrize("as_", ["pdf", "docx"])
def test_many_threads_print_at_once_and_each_gets_its_own(as_: As):
    forms = [FORM.model_copy(update={"title": (f"Tháng {number}",), "body": FORM.body[:4]}) for number in range(12)]
    alone = [rendered(form, as_).sha256 for form in forms]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda form: rendered(form, as_).sha256, forms))
    assert together == alone
    assert len(set(alone)) == len(forms)


def test_one_other_word_gives_other_bytes():
    other = FORM.model_copy(update={"recipients": ("Lưu Chi bộ.",)})
    assert rendered(other).sha256 != rendered(FORM).sha256
    assert rendered(other, "docx").sha256 != rendered(FORM, "docx").sha256


def test_what_is_signed_can_name_its_renderer():
    made = rendered(FORM)
    assert (made.renderer, made.version) == ("typst", renderer_version("pdf"))
    library, _, ours = made.version.partition("+")
    assert library.count(".") == 2
    assert len(bytes.fromhex(ours)) == 4
    assert rendered(FORM, "docx").renderer == "python-docx"
    assert made.file_name == "Nghị quyết 05-NQ-CB.pdf"


def test_nothing_in_a_document_comes_from_the_clock():
    made = datetime(2026, 2, 5, 9, 30, 12, tzinfo=timezone.utc)  # noqa: UP017
    about = read_pdf(PDF).metadata
    assert about is not None
    assert about.creation_date == made
    assert about.modification_date == made
    core = Document(io.BytesIO(DOCX)).core_properties
    assert core.created == core.modified == made
    with zipfile.ZipFile(io.BytesIO(DOCX)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
        assert "docProps/thumbnail.jpeg" not in parts.namelist()


# ------------------------------------------------------------------ PDF


def test_every_vietnamese_letter_is_read_back_from_the_pdf():
    assert EVERY_LETTER in words(PDF)


def test_words_are_never_markup():
    assert " ".join(HOSTILE.split()) in words(PDF)
    assert "root:" not in words(PDF)
    assert HOSTILE in "\n".join(one.text for one in Document(io.BytesIO(DOCX)).paragraphs)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("CHI BỘ PHÒNG TỔ CHỨC ĐẢNG, ĐẢNG VIÊN", "CHI BỘ PHÒNG TỔ CHỨC ĐẢNG, ĐẢNG\u00a0VIÊN"),
        ("T/M CHI BỘ", "T/M CHI BỘ"),
        ("TRƯỜNGTRUNGHỌCPHỔTHÔNG SỐ1", "TRƯỜNGTRUNGHỌCPHỔTHÔNG SỐ1"),
        ("", ""),
    ],
)
def test_no_syllable_of_a_name_stands_alone_on_its_last_line(name: str, kept: str):
    assert kept_together(name) == kept
    assert FORM.head is not None
    form = FORM.model_copy(update={"head": FORM.head.model_copy(update={"body": (name,)}), "body": FORM.body[:1]})
    assert Document(io.BytesIO(rendered(form, "docx").bytes)).tables[0].cell(0, 0).paragraphs[-2].text == kept
    about = read_pdf(rendered(form).bytes).metadata
    assert about is not None
    assert (about.author or "") == name


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "#" * 200,
        "x" * 900,
        "=" * 40,
        "\u202etxt.exe\u2066",
        "ký\u0000\u0001tự\ufffe điều khiển",
        "🎉 漢字 \U0010ffff \ud800",
        "một dòng\n\n\nhai dòng",
        "a\u0301 decomposed",
        "$" * 99,
        " ",
        "-",
        "+ 1",
        "= Tiêu đề",
        "/ a: b",
    ],
)
def test_whatever_is_said_is_printed(text: str):
    form = FORM.model_copy(
        update={
            "title": (text,),
            "body": (said(text), Table(columns=(Column(heading=text, width=10),), rows=((text,),))),
            "annexes": (),
        }
    )
    assert read_pdf(rendered(form).bytes).pages
    with zipfile.ZipFile(io.BytesIO(rendered(form, "docx").bytes)) as parts:
        assert parts.testzip() is None
    assert Document(io.BytesIO(rendered(form, "docx").bytes)).tables


def test_the_pdf_is_pdf_a_with_its_own_letters_on_a4():
    read = read_pdf(PDF)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in read.pages} == {(595, 842)}
    assert b"pdfaid:part" in PDF or "pdfaid" in str(read.xmp_metadata and read.xmp_metadata.stream.get_data())
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in read.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all("+LiberationSerif" in font for font in fonts)


def _places(raw: bytes, number: int) -> list[tuple[str, float, float, float]]:
    """Each piece of text of a page with where it begins, in points, and its size."""
    found: list[tuple[str, float, float, float]] = []

    def note(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((text.strip(), x, y, size))

    read_pdf(raw).pages[number].extract_text(visitor_text=note)
    return found


def test_text_keeps_within_the_profiles_margins():
    for number in range(len(read_pdf(PDF).pages)):
        body = [at for at in _places(PDF, number) if at[2] < 842 - PROFILE.margins.top.value * MM]
        assert min(x for _, x, _, _ in body) >= PROFILE.margins.left.value * MM - 0.5
        assert min(y for _, _, y, _ in body) >= PROFILE.margins.bottom.value * MM - 0.5


def test_pages_are_numbered_from_the_second_on():
    pages = [page.extract_text().split() for page in read_pdf(PDF).pages]
    assert len(pages) >= 3
    assert "1" not in pages[0][:3]
    for number, text in enumerate(pages[1:], 2):
        assert str(number) in text[:3]


def test_every_page_carries_the_mark_and_tables_their_headings():
    pages = [page.extract_text() for page in read_pdf(PDF).pages]
    assert all("DỰ THẢO" in text for text in pages)
    assert all("Hạn" in text for text in pages if "Việc số" in text)


def test_the_last_words_stand_on_the_page_of_the_signature():
    pages = [page.extract_text() for page in read_pdf(PDF).pages]
    (signed,) = [text for text in pages if "T/M CHI BỘ" in text]
    assert "đảng viên có quyền biểu quyết tán thành" in " ".join(signed.split())
    assert "Nơi nhận" in signed


# ------------------------------------------------------------------ DOCX


def test_the_docx_uses_words_own_styles():
    document = Document(io.BytesIO(DOCX))
    styles = {one.text: one.style.name for one in document.paragraphs if one.text and one.style is not None}
    assert styles["NGHỊ QUYẾT"] == "Title"
    assert styles["I. Kết quả tháng trước"] == "Heading 1"
    assert styles["1. Công tác tư tưởng"] == "Heading 2"
    assert styles["a) Thời sự"] == "Heading 3"
    assert styles["Việc thứ nhất."] == "List Bullet"
    assert styles["Điều một."] == "List Number"
    assert styles[EVERY_LETTER] == "Normal"
    assert [table.style.name for table in document.tables if table.style][1:3] == ["Table Grid", "Table Grid"]
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    assert document.styles["Normal"].font.size == Pt(14)
    assert document.styles["Normal"].paragraph_format.line_spacing == Pt(18)


def test_every_numbered_list_of_the_docx_begins_with_one():
    document = Document(io.BytesIO(DOCX))
    lists = {
        one.text: one._p.xpath("./w:pPr/w:numPr/w:numId/@w:val")
        for one in document.paragraphs
        if one.style is not None and one.style.name == "List Number"
    }
    assert lists["Điều một."] == lists["Điều hai."] != lists["Lại từ một."]


def test_the_docx_has_the_profiles_page_and_a_number_from_the_second_page_on():
    (section,) = Document(io.BytesIO(DOCX)).sections
    near = [
        (section.page_width, Mm(210)),
        (section.page_height, Mm(297)),
        (section.top_margin, Mm(20)),
        (section.bottom_margin, Mm(20)),
        (section.left_margin, Mm(30)),
        (section.right_margin, Mm(15)),
    ]
    assert all(found is not None and abs(found - wanted) < Mm(1) / 10 for found, wanted in near)
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    assert section.first_page_header.paragraphs[0].text == "DỰ THẢO"


def test_a_table_of_the_docx_repeats_its_headings_and_has_its_widths():
    table = Document(io.BytesIO(DOCX)).tables[1]
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    widths = [column.width for column in table.columns]
    assert all(width is not None for width in widths)
    assert abs(sum(width or 0 for width in widths) - Mm(165)) < Mm(1)
    assert [cell.text for cell in table.rows[-1].cells] == ["", "60 việc", ""]
    assert Document(io.BytesIO(DOCX)).tables[2].rows[1].cells[0].text == "Không có."


# ------------------------------------------------------------------ the page and the head, by profile


def test_days_below_ten_and_the_first_two_months_have_a_nought():
    assert place_and_date(PROFILE, date(2026, 2, 5), "Vinh") == "Vinh, ngày 05 tháng 02 năm 2026"
    assert place_and_date(PROFILE, date(2026, 5, 12)) == "…………, ngày 12 tháng 5 năm 2026"


def test_minutes_carry_no_place_and_date_and_a_paper_without_number_leaves_room_for_one():
    head = party_head(PROFILE, "Đảng bộ A", "Chi bộ B", mark="BB", number=None, day=date(2026, 2, 5), place="Vinh")
    assert head == Head(
        above=("ĐẢNG BỘ A",), body=("CHI BỘ B",), number="Số ……-BB/CB", motto=("ĐẢNG CỘNG SẢN VIỆT NAM",)
    )


def test_without_a_number_the_date_stands_under_the_motto():
    assert FORM.head is not None
    numbered = {text: y for text, _, y, _ in _places(PDF, 0)}
    assert numbered["Vinh, ngày 05 tháng 02 năm 2026"] == numbered["Số"]
    bare = FORM.model_copy(update={"head": FORM.head.model_copy(update={"number": ""})})
    places = {text: y for text, _, y, _ in _places(rendered(bare).bytes, 0)}
    assert 0 < places["ĐẢNG CỘNG SẢN VIỆT NAM"] - places["Vinh, ngày 05 tháng 02 năm 2026"] < 30
    head = Document(io.BytesIO(rendered(bare, "docx").bytes)).tables[0]
    assert len(head.rows) == 1
    assert head.cell(0, 1).text.endswith("Vinh, ngày 05 tháng 02 năm 2026")


def test_E11_numbers_are_printed_with_two_digits_and_the_cells_mark():
    assert party_head(PROFILE, "A", "B", mark="NQ", number=12).number == "Số 12-NQ/CB"
    assert party_head(PROFILE, "A", "B", mark="NQ", number=1).number == "Số 01-NQ/CB"
    assert party_head(PROFILE, "A", "B", mark="BB", number="29-BB/CB").number == "Số 29-BB/CB"


@pytest.mark.parametrize(("spacing", "lines"), [("18", 18), ("19", 19)])
def test_the_open_line_spacing_of_the_profile_is_the_distance_of_lines(spacing: str, lines: int):
    chosen = PROFILE.letters.line_spacing.model_copy(update={"value": spacing})
    profile = PROFILE.model_copy(update={"letters": PROFILE.letters.model_copy(update={"line_spacing": chosen})})
    form = FORM.model_copy(
        update={"page": page(profile), "body": (said("nhiều chữ " * 60),), "marks": (), "annexes": ()}
    )
    ends = sorted({round(y, 1) for text, _, y, _ in _places(rendered(form).bytes, 0) if "nhiều chữ" in text})
    assert {round(below - above) for above, below in pairwise(ends)} == {lines}
    assert Document(io.BytesIO(rendered(form, "docx").bytes)).styles["Normal"].paragraph_format.line_spacing == Pt(
        lines
    )


def test_a_wide_table_lies_across():
    form = FORM.model_copy(update={"page": page(PROFILE, landscape=True)})
    box = read_pdf(rendered(form).bytes).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)
    (section,) = Document(io.BytesIO(rendered(form, "docx").bytes)).sections
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height


def test_a_row_has_as_many_cells_as_the_table_has_columns():
    with pytest.raises(ValidationError, match="a row has 2 cells, the table 1 columns"):
        Table(columns=(Column(heading="A", width=1),), rows=(("a", "b"),))


# ------------------------------------------------------------------ letters, names of files


def test_what_the_letters_lack_is_a_box_and_everything_vietnamese_is_there():
    assert printable(EVERY_LETTER) == EVERY_LETTER
    assert printable("Chúc mừng 🎉 – «đồng chí» … “ ” ’ ≥ ≤ →") == f"Chúc mừng {MISSING} – «đồng chí» … “ ” ’ ≥ ≤ →"
    assert tidy("a\u0301\u202e\x00b") == "áb"


def test_a_word_without_end_can_be_broken():
    assert printable("x" * 40).replace("\u200b", "") == "x" * 40
    assert "\u200b" in printable("x" * 40)
    assert "\u200b" not in printable("Chủ-nghĩa/xã-hội")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "Biên bản 29-BB-CB.pdf",
            "attachment; filename=\"bien-ban-29-bb-cb.pdf\"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%2029-BB-CB.pdf",
        ),
        ('a"\r\nSet-Cookie: b.pdf', "attachment; filename=\"a-set-cookie-b.pdf\"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20b.pdf"),  # noqa: E501
        ("漢.docx", "attachment; filename=\"van-ban.docx\"; filename*=UTF-8''%E6%BC%A2.docx"),
    ],
)  # fmt: skip
def test_a_download_is_named_in_plain_letters_and_in_vietnamese(name: str, header: str):
    assert disposition(name) == header


# ------------------------------------------------------------------ workbooks

BOOK = TableBook(
    stem="Bảng giao việc",
    at=datetime(2026, 2, 5, 9, 30, tzinfo=timezone.utc),  # noqa: UP017
    author="Chi bộ",
    sheets=(
        Sheet(
            name="Việc: tháng 2/2026",
            title=("BẢNG GIAO VIỆC",),
            columns=(
                SheetColumn(heading="TT", width=5),
                SheetColumn(heading="Việc", width=40),
                SheetColumn(heading="Hạn", width=12),
            ),
            rows=((1, "=1+1", date(2026, 2, 27)), (2, "https://a.vn Đặng Thị Đoan", None)),
        ),
        Sheet(name="VIỆC  THÁNG 2 2026", columns=(SheetColumn(heading="A", width=5),), rows=()),
        Sheet(name="[" * 40, columns=(SheetColumn(heading="A", width=5),), rows=()),
    ),
)


def test_a_workbook_gives_the_same_bytes_and_text_stays_text():
    raw = table_book(BOOK)
    assert raw == table_book(BOOK)
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        strings = parts.read("xl/sharedStrings.xml").decode()
        names = parts.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "=1+1" in strings
    assert "Đặng Thị Đoan" in strings
    assert "<v>46080</v>" in sheet, "27/02/2026 is a day, not words"
    assert 'ySplit="3"' in sheet
    assert 'state="frozen"' in sheet
    assert 'name="Việc  tháng 2 2026"' in names
    assert 'name="Bảng"' in names
