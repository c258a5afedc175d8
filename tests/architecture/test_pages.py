"""What pages point at exists: every link of a page, and every file it names by its way from the project's root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = [
    *PROJECT.glob("*.md"),
    *(PROJECT / "docs").rglob("*.md"),
    *(PROJECT / "services").glob("*/README.md"),
]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:docs|services|shared|tests|requirements)/[\w./*-]+)(?:::\w+)?`")
"""A star stands for any name."""


def missing(page: Path, text: str) -> Iterator[str]:
    yield from (link for link in LINK.findall(text) if not (page.parent / link).exists())
    yield from (name for name in NAMED.findall(text) if not any(PROJECT.glob(name)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_what_a_page_points_at_exists(page: Path):
    assert list(missing(page, page.read_text(encoding="utf-8"))) == []


def test_what_does_not_exist_is_found():
    text = "[a](docs/gone.md), `shared/gone.py`, `tests/gone/test_*.py`, [b](README.md#top), `shared/search.py`"
    assert list(missing(PROJECT / "README.md", text)) == ["docs/gone.md", "shared/gone.py", "tests/gone/test_*.py"]
