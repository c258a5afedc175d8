"""Every fact read aloud: one sentence in each language that a person can read, with nothing of the software in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, StringConstraints

from shared.events.envelope import MemberId
from tests.contracts.test_contracts import KINDS, TOLD, published

NAME = "Họ Tên "
"""What the samples' readers call a member before the id."""

UNREADABLE = {
    "a brace": re.compile(r"[{}]"),
    "None": re.compile(r"\bNone\b|\bTrue\b|\bFalse\b"),
    "a double blank": re.compile(r"  |\s[,.;:)]"),
    "đ/c twice": re.compile(r"[đĐ]/c [đĐ]/c"),
    "a day as computers write it": re.compile(r"\d{4}-\d\d-\d\d"),
    "a moment as computers write it": re.compile(r"T\d\d:\d\d|\d\dZ\b"),
    "rules as computers write them": re.compile(r"\w@\d"),
    "a long code": re.compile(r"[0-9a-f]{16,}|chibo\.|\bR\d{1,2}\b(?!/)"),
    "two stops": re.compile(r"\.\.|,,|;;|\. \."),
}
ONE_OF_MANY = re.compile(r"\b1 (days|members|tasks|meetings|points|branches|items|documents|hours|minutes)\b")
ENGLISH_NUMBER = re.compile(r"(?<![\d./-])\d{1,3}\.\d{1,2}(?![\d.])|\d,\d{3}\b")


def members(value: Any, annotation: Any = None, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """The member ids inside a fact, known by the type of their field."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from members(getattr(value, name), info.annotation, tuple(info.metadata))
    elif isinstance(value, tuple):
        for part, kind in zip(value, get_args(annotation) * len(value), strict=False):
            yield from members(part, kind)
    elif isinstance(value, str) and _PATTERN in _patterns(annotation, metadata):
        yield value


def _patterns(annotation: Any, metadata: tuple[Any, ...]) -> set[str]:
    found = {part.pattern for part in (*metadata, *getattr(annotation, "__metadata__", ())) if hasattr(part, "pattern")}
    for inner in get_args(annotation):
        found |= _patterns(inner, ())
    return {str(pattern) for pattern in found}


_PATTERN = next(str(part.pattern) for part in get_args(MemberId) if isinstance(part, StringConstraints))


def test_a_fact_is_one_sentence_a_person_can_read() -> None:
    for kind in KINDS:
        fact = published(kind).fact
        vi, en = fact.vi(TOLD), fact.en(TOLD)
        for text in (vi, en):
            assert [what for what, sign in UNREADABLE.items() if sign.search(text)] == [], text
            assert text.endswith("."), text
            for id in members(fact):
                assert not re.search(rf"(?<!{NAME})\b{re.escape(id)}\b", text), (id, text)
        assert not ENGLISH_NUMBER.search(vi), vi
        assert not re.search(rf"(?<!/c )(?<!và )(?<!, )(?<!bí thư ){NAME}", vi) or "Danh sách" in vi, vi
        assert not ONE_OF_MANY.search(en), en


def test_no_two_facts_are_said_in_the_same_words() -> None:
    """Of one thing told by two services the replay says each with its own words; only versions of one fact agree."""
    for language in ("vi", "en"):
        said: dict[str, set[str]] = {}
        for kind in KINDS:
            words = re.sub(r"\d+", "", str(getattr(published(kind).fact, language)(TOLD)))
            said.setdefault(words, set()).add(kind.split(".")[1])
        assert [names for names in said.values() if len(names) > 1] == []
