"""What a file really is, found out in a process of its own with little memory and little time, then left behind.

Run by ``shared.files.asking``: limits as JSON in the first argument, the file on standard input, the answer on standard
output. Nothing of the project is imported here, and nothing a hostile file does to this process reaches the service.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/AF"}
)
ACTIVE_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMedia",
        "/3D",
        "/EmbeddedFile",
        "/FileAttachment",
    }
)
"""What does something, or carries something else inside; a scan needs none of it."""
DEEPEST = 100
ORIENTATION = 0x0112
LYING = frozenset({5, 6, 7, 8})
"""Orientations that change width and height."""


class Wrong(Exception):
    """What is wrong with the file, in one word that the asker has a sentence for."""


def main() -> None:
    order = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        if (page := order.get("page")) is None:
            said, shown = examine(content, order), b""
        else:
            said, shown = one_page(content, page)
    except Wrong as wrong:
        said, shown = {"wrong": str(wrong)}, b""
    except (MemoryError, RecursionError):
        said, shown = {"wrong": "too-heavy"}, b""
    except Exception:  # noqa: BLE001 - whatever a broken file makes the libraries raise, it is broken
        said, shown = {"wrong": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + shown)
    sys.stdout.buffer.flush()


def media_of(content: bytes) -> str:
    """What the first bytes say it is."""
    starts = {
        b"%PDF-": "pdf",
        b"\xff\xd8\xff": "jpeg",
        b"II*\x00": "tiff",
        b"MM\x00*": "tiff",
    }
    for start, media in starts.items():
        if content.startswith(start):
            return media
    raise Wrong("kind")


def examine(content: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    """Its kind and the size of each page, after all of it was read. Raises Wrong."""
    media = media_of(content)
    if media not in limits["kinds"]:
        raise Wrong("kind")
    pages = list(pdf_pages(content, limits) if media == "pdf" else picture_pages(content, media, limits))
    if not pages:
        raise Wrong("broken")
    return {"media": media, "pages": pages}


# ------------------------------------------------------------------ pictures


def picture_pages(content: bytes, media: str, limits: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """The size of each page of a picture, each decoded to its last row."""
    from PIL import Image  # noqa: PLC0415 - in this process only

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    with Image.open(io.BytesIO(content), formats=("TIFF",) if media == "tiff" else ("JPEG",)) as picture:
        number = 0
        while True:
            width, height = picture.size
            if width * height > limits["pixels"]:
                raise Wrong("unpacked")
            picture.load()
            yield (height, width) if _lies_on_its_side(picture) else (width, height)
            number += 1
            if media == "jpeg":
                return  # a telephone puts a small picture behind the picture; it is no page
            try:
                picture.seek(number)
            except EOFError:
                return
            if number >= limits["pages"]:
                raise Wrong("pages")


def _lies_on_its_side(picture: Any) -> bool:
    """Whether a camera was held upright and says so beside the picture; in a TIFF that is done when it is read."""
    return picture.format != "TIFF" and picture.getexif().get(ORIENTATION, 1) in LYING


# ------------------------------------------------------------------ PDF


def pdf_pages(content: bytes, limits: dict[str, Any]) -> list[tuple[int, int]]:
    """The size of each page, after every object was looked at."""
    from pypdf import PdfReader  # noqa: PLC0415 - in this process only

    if b"%%EOF" not in content[-2048:]:
        raise Wrong("broken")
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Wrong("encrypted")
    _look_through(reader, limits)
    if len(reader.pages) > limits["pages"]:
        raise Wrong("pages")
    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages]


def _look_through(reader: Any, limits: dict[str, Any]) -> None:
    """Every object once: nothing active, nothing that grows beyond measure, every stream whole."""
    from pypdf.errors import LimitReachedError  # noqa: PLC0415 - in this process only
    from pypdf.generic import IndirectObject, StreamObject  # noqa: PLC0415 - the same

    _inert(reader.trailer, 0)
    at_opening = reader.root_object.get("/OpenAction")
    if isinstance(at_opening, dict) and at_opening.get("/S") != "/GoTo":
        raise Wrong("active")
    numbers = [(number, generation) for generation, entries in reader.xref.items() for number in entries if number]
    numbers += [(number, 0) for number in reader.xref_objStm]
    unpacked = 0
    for number, generation in numbers:
        found = reader.get_object(IndirectObject(number, generation, reader))
        _inert(found, 0)
        if not isinstance(found, StreamObject):
            continue
        if int(found.get("/Width", 0)) * int(found.get("/Height", 0)) > limits["pixels"]:
            raise Wrong("unpacked")
        filters = _filters(found)
        if "/JBIG2Decode" in filters or "/JPXDecode" in filters:
            continue
        try:
            data = found.get_data()
        except LimitReachedError:
            raise Wrong("unpacked") from None
        unpacked += len(data)
        if unpacked > limits["unpacked"]:
            raise Wrong("unpacked")
        if filters and filters[-1] == "/DCTDecode":
            list(picture_pages(data, "jpeg", limits))


def _filters(stream: Any) -> list[str]:
    given = stream.get("/Filter", [])
    given = given.get_object() if hasattr(given, "get_object") else given
    return [str(one) for one in given] if isinstance(given, list) else [str(given)]


def _inert(part: Any, depth: int) -> None:
    """Nothing in this object does something or carries another file. What it only points to has its own turn."""
    if depth > DEEPEST:
        raise Wrong("broken")
    if isinstance(part, dict):
        if ACTIVE_KEYS & part.keys():
            raise Wrong("active")
        for name in ("/S", "/Subtype", "/Type"):
            if name in part and str(part.raw_get(name)) in ACTIVE_KINDS:  # type: ignore[attr-defined]
                raise Wrong("active")
        for name in part:
            _inert(part.raw_get(name), depth + 1)  # type: ignore[attr-defined]
    elif isinstance(part, list):
        for one in list.__iter__(part):
            _inert(one, depth + 1)


# ------------------------------------------------------------------ one page for looking at


def one_page(content: bytes, number: int) -> tuple[dict[str, Any], bytes]:
    """One page by itself, in a form every browser shows."""
    media = media_of(content)
    out = io.BytesIO()
    if media == "pdf":
        from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - in this process only

        writer = PdfWriter()
        writer.add_page(PdfReader(io.BytesIO(content)).pages[number - 1])
        writer.write(out)
        return {"shown": "application/pdf"}, out.getvalue()
    from PIL import Image, ImageOps  # noqa: PLC0415 - in this process only

    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(content), formats=("TIFF", "JPEG")) as picture:
        picture.seek(number - 1)
        if picture.mode == "1":
            picture.save(out, "PNG")
            return {"shown": "image/png"}, out.getvalue()
        upright: Image.Image = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):
            upright = upright.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
        upright.convert("RGB").save(out, "JPEG", quality=85)
        return {"shown": "image/jpeg"}, out.getvalue()


if __name__ == "__main__":
    main()
