"""Hostile and broken files: each gets its sentence in two languages; good ones are read to their last page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from shared.decision import Refused
from shared.files import examining
from shared.files.asking import examine, must_be_called_what_it_is, one_page, wrong_with_file
from shared.files.store import PageSize
from shared.settings import Settings
from tests.files import papers

SETTINGS = Settings(home=Path("/nowhere"), files_pages=5, files_pixels=40_000_000)


def refused(content: bytes, settings: Settings = SETTINGS) -> Refused:
    with pytest.raises(Refused) as refusal:
        examine([content], settings)
    return refusal.value


def test_a_picture_is_one_page():
    assert examine([papers.jpeg()], SETTINGS) == ("jpeg", (PageSize(width=620, height=877),))


def test_each_page_of_a_scan_is_counted_and_measured():
    assert examine([papers.tiff(3)], SETTINGS) == ("tiff", tuple(PageSize(width=620, height=877 + n) for n in range(3)))
    media, pages = examine([papers.pdf(2)], SETTINGS)
    assert (media, len(pages)) == ("pdf", 2)


@pytest.mark.parametrize(
    ("compression", "mode"),
    [
        *(("raw", "RGB"), ("tiff_lzw", "RGB"), ("jpeg", "RGB"), ("tiff_adobe_deflate", "L")),
        *(("packbits", "L"), ("group3", "1"), ("group4", "1")),
    ],
)
def test_each_page_of_a_scan_is_read_and_shown_however_the_scanner_packed_it(compression: str, mode: str):
    scan = papers.packed_tiff(compression, mode)
    assert examine([scan], SETTINGS) == ("tiff", tuple(PageSize(width=620, height=877 + n) for n in range(3)))
    with Image.open(BytesIO(one_page([scan], 3, SETTINGS)[1])) as shown:
        assert shown.size == (620, 879)


def test_a_photograph_is_one_page_and_stands_upright():
    taken = papers.upright_photograph()
    assert examine([taken], SETTINGS) == ("jpeg", (PageSize(width=620, height=877),))
    with Image.open(BytesIO(one_page([taken], 1, SETTINGS)[1])) as shown:
        assert shown.size == (620, 877)


def test_grey_of_sixteen_bits_is_shown_as_grey():
    with Image.open(BytesIO(one_page([papers.grey_of_sixteen_bits()], 1, SETTINGS)[1])) as shown:
        assert shown.getpixel((300, 400)) == (128, 128, 128)


HOSTILE: tuple[tuple[str, Callable[[], bytes], str, str], ...] = (
    ("a web page", lambda: b"<html><script>alert(1)</script></html>", "file-kind", "không phải loại được nhận"),
    ("a drawing with scripts", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file-kind", "loại được nhận"),
    ("a program", lambda: b"MZ" + b"\x00" * 500, "file-kind", "dù tên là gì"),
    ("a packed folder", lambda: b"PK\x03\x04" + b"\x00" * 500, "file-kind", "JPEG, PDF, TIFF"),
    ("a PNG", papers.png, "file-kind", "JPEG, PDF, TIFF"),
    ("a PDF behind other bytes", lambda: b"GIF89a" + papers.pdf(), "file-kind", "loại được nhận"),
    ("a JPEG cut off", lambda: papers.jpeg()[:-900], "file-broken", "bị cắt cụt"),
    ("a JPEG of three bytes", lambda: b"\xff\xd8\xff", "file-broken", "bị hỏng"),
    ("a TIFF cut off", lambda: papers.tiff()[:-200], "file-broken", "bị cắt cụt"),
    ("a TIFF of nothing", lambda: b"II*\x00\xff\xff\xff\xff", "file-broken", "bị hỏng"),
    ("a PDF cut off", lambda: papers.pdf()[:-400], "file-broken", "bị cắt cụt"),
    ("a PDF of nothing", lambda: b"%PDF-1.7\n%%EOF", "file-broken", "bị hỏng"),
    ("a PDF with half a picture", lambda: papers.pdf().replace(papers.jpeg()[400:800], b""), "file-broken", "bị hỏng"),
    ("an encrypted PDF", papers.encrypted, "file-encrypted", "mật khẩu"),
    ("a PDF with a script", papers.with_script, "file-active", "mã lệnh"),
    ("a PDF with a script on a page", papers.with_script_on_a_page, "file-active", "mã lệnh"),
    ("a PDF that starts a program", papers.with_script_in_an_object_nobody_points_to, "file-active", "mã lệnh"),
    ("a PDF with a file inside", papers.with_a_file_inside, "file-active", "tệp khác đính bên trong"),
    ("a PDF that opens a page of the web", papers.opening_a_page_of_the_web, "file-active", "mã lệnh"),
    ("a PDF that unpacks without end", papers.bomb_in_a_stream, "file-unpacked", "bung ra quá lớn"),
    ("a PDF with an enormous picture", papers.bomb_in_a_picture, "file-unpacked", "bung ra quá lớn"),
    ("an enormous JPEG", papers.huge_jpeg, "file-unpacked", "bung ra quá lớn"),
    ("an enormous TIFF", papers.huge_tiff, "file-unpacked", "bung ra quá lớn"),
    ("a TIFF with an enormous page behind", papers.tiff_with_an_enormous_second_page, "file-unpacked", "quá lớn"),
    ("a TIFF cut off in its last page", lambda: papers.packed_tiff("raw", "RGB")[:-900], "file-broken", "bị cắt cụt"),
    ("a PDF of too many pages", lambda: papers.pdf(6), "file-pages", "hơn 5 trang"),
    ("a TIFF of too many pages", lambda: papers.tiff(6), "file-pages", "hơn 5 trang"),
)


@pytest.mark.parametrize(
    ("make", "code", "words"), [pytest.param(*row[1:], id=row[0].replace(" ", "-")) for row in HOSTILE]
)
def test_a_hostile_or_broken_file_is_refused_with_its_sentence(make: Callable[[], bytes], code: str, words: str):
    refusal = refused(make())
    assert refusal.code == code
    assert words in refusal.vi
    assert refusal.vi.endswith("Chưa lưu gì; tệp gốc vẫn ở máy của đồng chí.")
    assert refusal.en.endswith("Nothing was stored; your own copy is untouched.")


def test_pages_in_a_circle_end():
    assert examine([papers.circling_tiff()], SETTINGS)[0] == "tiff"
    assert refused(papers.pages_in_a_circle()).code in {"file-broken", "file-too-heavy"}


def test_what_takes_too_much_memory_or_time_ends_there_and_not_here():
    little = SETTINGS.model_copy(update={"files_memory": 120_000_000})
    assert refused(papers.jpeg(6000, 6500), little).code == "file-too-heavy"
    hurried = SETTINGS.model_copy(update={"files_seconds": 0})
    assert refused(papers.pdf(), hurried).code == "file-too-heavy"


def test_only_the_kinds_set_are_taken():
    assert refused(papers.tiff(), SETTINGS.model_copy(update={"files_kinds": "jpeg pdf"})).code == "file-kind"


@pytest.mark.parametrize(("name", "media"), [("a.pdf", "jpeg"), ("a.jpg", "pdf"), ("a", "pdf"), ("a.pdf.exe", "pdf")])
def test_a_file_is_called_what_it_is(name: str, media: str):
    with pytest.raises(Refused, match="the content is"):
        must_be_called_what_it_is(name, media)


@pytest.mark.parametrize(("name", "media"), [("Trang 41.JPG", "jpeg"), ("a.b.tif", "tiff"), ("biên bản.pdf", "pdf")])
def test_a_name_that_fits_is_taken(name: str, media: str):
    must_be_called_what_it_is(name, media)


def test_one_page_is_shown_by_itself():
    assert one_page([papers.tiff(3)], 2, SETTINGS)[0] == "image/png"
    media_type, shown = one_page([papers.pdf(3)], 3, SETTINGS)
    assert (media_type, len(examine([shown], SETTINGS)[1])) == ("application/pdf", 1)
    assert one_page([papers.jpeg()], 1, SETTINGS)[0] == "image/jpeg"


@pytest.mark.parametrize("word", ["empty", "broken", "encrypted", "active", "too-heavy", "kind", "pages", "unpacked"])
def test_every_word_has_its_sentence(word: str):
    refusal = wrong_with_file(word, SETTINGS)
    assert refusal.code == f"file-{word}"
    assert refusal.vi != refusal.en


def test_control_without_looking_at_every_object_a_hidden_one_gets_through(monkeypatch: pytest.MonkeyPatch):
    """Planted: only what the document says at its top is looked at."""
    limits = {"kinds": ["pdf"], "pages": 5, "pixels": 10**9, "unpacked": 10**9}
    hidden = papers.with_script_in_an_object_nobody_points_to()
    with pytest.raises(examining.Wrong, match="active"):
        examining.examine(hidden, limits)
    monkeypatch.setattr(examining, "_look_through", lambda reader, _limits: examining._inert(reader.trailer, 0))
    assert examining.examine(hidden, limits)["media"] == "pdf"


def test_nothing_of_the_project_is_loaded_where_a_file_is_examined():
    """So that it starts quickly, and a file that takes it over finds no keys there."""
    loaded = "import runpy, sys; runpy.run_path(sys.argv[1]); print([one for one in sys.modules if 'shared' in one])"
    answer = subprocess.run(
        [sys.executable, "-I", "-c", loaded, examining.__file__], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"
