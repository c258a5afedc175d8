"""Which signs the vendored letters have, and text made fit to be printed with them."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from importlib.resources import files

FONTS = files("shared.documents") / "fonts"
MISSING = "□"
"""Stands for a sign that the letters lack: an emoji, another script."""
_ONE_LINE = 20
"""Letters of a name in capitals that always fit on one line."""
_LONG_WORD = re.compile(r"\S{31,}")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
"""Signs that print nothing, that XML forbids, or that turn the order of what is read."""


def tidy(text: str) -> str:
    """NFC, without control signs and without marks that turn the direction of reading."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def printable(text: str) -> str:
    """Text that the vendored letters can show: what they lack is a box, and no word is wider than a line."""
    known = _signs()
    shown = "".join(sign if sign in "\n\t" or ord(sign) in known else MISSING for sign in tidy(text))
    return _LONG_WORD.sub(_broken, shown.replace("\t", " "))


def kept_together(name: str) -> str:
    """A name whose last two syllables, one word as a rule, stand on one line: «ĐẢNG, | ĐẢNG VIÊN»."""
    before, _, last = name.rpartition(" ")
    return f"{before}\u00a0{last}" if len(name) > _ONE_LINE and " " in before else name


def _broken(word: re.Match[str]) -> str:
    """A very long word with places where it may be broken."""
    whole = word.group()
    return "\u200b".join(whole[at : at + 16] for at in range(0, len(whole), 16))


@cache
def _signs() -> frozenset[int]:
    """The code points of the upright letters, read from the font's own table (cmap, format 4)."""
    raw = (FONTS / "LiberationSerif-Regular.ttf").read_bytes()
    (tables,) = struct.unpack_from(">H", raw, 4)
    entries = (struct.unpack_from(">4sLLL", raw, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", raw, cmap + 2)
    places = (struct.unpack_from(">HHL", raw, cmap + 4 + 8 * n)[2] + cmap for n in range(subtables))
    at = next(place for place in places if struct.unpack_from(">H", raw, place)[0] == 4)  # noqa: PLR2004 the format
    (twice,) = struct.unpack_from(">H", raw, at + 6)
    segments = twice // 2
    ends = struct.unpack_from(f">{segments}H", raw, at + 14)
    starts = struct.unpack_from(f">{segments}H", raw, at + 16 + twice)
    return frozenset(sign for first, last in zip(starts, ends, strict=True) for sign in range(first, last + 1)) - {
        0xFFFF
    }
