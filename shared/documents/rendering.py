"""A form made into bytes, with what has to be said about them when they are signed: their hash, by which renderer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Literal

from shared.documents.form import Form

As = Literal["pdf", "docx"]
MEDIA: dict[As, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_LIBRARY: dict[As, str] = {"pdf": "typst", "docx": "python-docx"}
_MADE_WITH: dict[As, tuple[str, ...]] = {
    "pdf": ("form.py", "letters.py", "pdf.py", "form.typ"),
    "docx": ("form.py", "letters.py", "word.py"),
}
_FONTS = ("Regular", "Bold", "Italic", "BoldItalic")


@dataclass(frozen=True)
class Rendered:
    """A printed document: the same form and the same renderer version give the same bytes, anywhere."""

    bytes: bytes
    sha256: str
    renderer: str
    """«typst»"""
    version: str
    """The library's version and a mark of our own template, letters and code: «0.15.2+3fa9c2d1»."""
    media_type: str
    file_name: str


def rendered(form: Form, as_: As = "pdf") -> Rendered:
    """The form printed here; services have it printed by a process of its own (``printer.py``)."""
    return described(form, as_, made(form, as_))


def described(form: Form, as_: As, raw: bytes) -> Rendered:
    """What was printed with what has to be said about it."""
    return Rendered(
        bytes=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        renderer=_LIBRARY[as_],
        version=renderer_version(as_),
        media_type=MEDIA[as_],
        file_name=f"{form.stem}.{as_}",
    )


def made(form: Form, as_: As) -> bytes:
    """The bytes of a form as PDF or DOCX."""
    if as_ == "pdf":
        from shared.documents.pdf import pdf  # noqa: PLC0415 - loaded when something is printed

        return pdf(form)
    from shared.documents.word import word  # noqa: PLC0415 - the same

    return word(form)


@cache
def renderer_version(as_: As) -> str:
    """What the bytes depend on beside the form: the library, and our own part of it by its content."""
    here = files("shared.documents")
    ours = hashlib.sha256()
    for name in _MADE_WITH[as_]:
        ours.update((here / name).read_bytes())
    if as_ == "pdf":
        for face in _FONTS:
            ours.update((here / "fonts" / f"LiberationSerif-{face}.ttf").read_bytes())
    return f"{version(_LIBRARY[as_])}+{ours.hexdigest()[:8]}"
