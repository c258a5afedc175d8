"""Papers as a scanner, a telephone or somebody who means harm would make them; none of them is about anybody."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject


def picture(width: int = 620, height: int = 877, shade: int = 240) -> Image.Image:
    return Image.new("RGB", (width, height), (shade, shade, shade))


def jpeg(width: int = 620, height: int = 877, shade: int = 240) -> bytes:
    out = io.BytesIO()
    picture(width, height, shade).save(out, "JPEG")
    return out.getvalue()


def upright_photograph() -> bytes:
    """As a telephone held upright makes it: the picture lies on its side, a note says so, a small one stands behind."""
    out = io.BytesIO()
    lying = picture(877, 620)
    note = lying.getexif()
    note[0x0112] = 6
    lying.save(out, "MPO", save_all=True, append_images=[picture(88, 62)], exif=note)
    return out.getvalue()


def packed_tiff(compression: str, mode: str) -> bytes:
    out = io.BytesIO()
    first, *more = [Image.new(mode, (620, 877 + number), 1) for number in range(3)]
    first.save(out, "TIFF", save_all=True, append_images=more, compression=compression)
    return out.getvalue()


def grey_of_sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (620, 877), 128 * 256).save(out, "TIFF")
    return out.getvalue()


def tiff_with_an_enormous_second_page() -> bytes:
    out = io.BytesIO()
    first, second = Image.new("1", (620, 877), 1), Image.new("1", (7000, 7000), 1)
    first.save(out, "TIFF", save_all=True, append_images=[second], compression="group4")
    return out.getvalue()


def png() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG")
    return out.getvalue()


def tiff(pages: int = 3) -> bytes:
    """Black and white, as a scanner for papers makes it."""
    out = io.BytesIO()
    first, *more = [Image.new("1", (620, 877 + number), 1) for number in range(pages)]
    first.save(out, "TIFF", save_all=True, append_images=more, compression="group4")
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    out = io.BytesIO()
    first, *more = [picture(shade=240 - number) for number in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=more)
    return out.getvalue()


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def changed() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))


def with_script() -> bytes:
    writer = changed()
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def with_script_on_a_page() -> bytes:
    writer = changed()
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.pages[1][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})
    return written(writer)


def with_script_in_an_object_nobody_points_to() -> bytes:
    writer = changed()
    loose = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    array = ArrayObject([NumberObject(1), loose])
    writer.root_object[NameObject("/Chibo")] = writer._add_object(array)
    return written(writer)


def with_a_file_inside() -> bytes:
    writer = changed()
    writer.add_attachment("ghi.exe", b"MZ" * 100)
    return written(writer)


def opening_a_page_of_the_web() -> bytes:
    writer = changed()
    action = {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://example.org")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    return written(writer)


def encrypted() -> bytes:
    writer = changed()
    writer.encrypt("mot hai ba", algorithm="AES-256")
    return written(writer)


def bomb_in_a_stream() -> bytes:
    """A page whose drawing unpacks to far more than it says."""
    writer = changed()
    stream = DecodedStreamObject()
    stream.set_data(b" " * 90_000_000)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    return written(writer)


def bomb_in_a_picture() -> bytes:
    """A picture on a page that claims 60,000 by 60,000 points."""
    writer = changed()
    image: Any = DecodedStreamObject()
    image.set_data(b"\x00")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/Width")] = image[NameObject("/Height")] = NumberObject(60_000)
    writer.root_object[NameObject("/Chibo")] = writer._add_object(image)
    return written(writer)


def huge_jpeg() -> bytes:
    """A small file whose frame header claims 60,000 by 60,000 points."""
    raw = bytearray(jpeg())
    frame = raw.index(b"\xff\xc0")
    raw[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(raw)


def huge_tiff() -> bytes:
    """One strip of packed white that claims 50,000 by 50,000 points."""
    strip = zlib.compress(b"\xff" * 10_000)
    entries = (
        (256, 4, 50_000),
        (257, 4, 50_000),
        (258, 3, 8),
        (259, 3, 8),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, 50_000),
        (279, 4, len(strip)),
    )
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack("<HHII", tag, kind, 1, value)
    return b"II*\x00" + struct.pack("<I", 8 + len(strip)) + strip + directory + b"\x00" * 4


def circling_tiff() -> bytes:
    """Its last page says that the first comes next."""
    raw = bytearray(tiff(1))
    (directory,) = struct.unpack("<I", raw[4:8])
    (many,) = struct.unpack("<H", raw[directory : directory + 2])
    end = directory + 2 + many * 12
    raw[end : end + 4] = raw[4:8]
    return bytes(raw)


def pages_in_a_circle() -> bytes:
    """A page tree that contains itself."""
    writer = changed()
    tree: Any = writer.root_object["/Pages"]
    tree["/Kids"].append(writer.root_object.raw_get("/Pages"))
    return written(writer)
