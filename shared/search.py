"""How text is found: the same words with and without marks, exact marks first, whatever keeps the text.

The fold is our own and pure, so that every database gives the same results. Text is taken as NFC. A word is a run of
letters and digits with the marks that belong to them; an apostrophe inside it is dropped, every other sign parts
words. Each word has two forms: *folded*, its letters without case, tones and shapes (``Đường``, ``duong`` → ``duong``),
and *marked*, its letters with their shapes and after them the number of its tone, wherever the tone was written
(``hoà``, ``hòa`` → ``hoa1``). Words are found by the first form and put in order by the second.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.decision import Refused

LONGEST_QUESTION = 200
"""Characters."""
MOST_WORDS = 12
LONGEST_WORD = 40
"""Letters that count; no word of any text here is longer, and an index has its limits."""
SNIPPET = 180
"""Characters."""
BEFORE = 50
"""Characters of a snippet before the first word found, where the text is longer than the snippet."""

_SHAPES = {"\u0306", "\u0302", "\u031b"}
"""Breve, circumflex, horn: they make another letter, unlike the tones."""
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng, in the order of dictionaries; no mark comes first."""
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|['’](?=[^\W_]))*")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)(?:[\"“”„«»]|$)")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def letters(word: str) -> tuple[list[str], int]:
    """The letters of one word, tone taken off, and its tone (a syllable has one, wherever the mark stands)."""
    found: list[str] = []
    tone = 0
    for sign in unicodedata.normalize("NFD", word.casefold()):
        if sign in _TONES:
            tone = _TONES[sign]
        elif sign in _SHAPES and found:
            found[-1] = unicodedata.normalize("NFC", found[-1] + sign)
        elif not unicodedata.combining(sign):
            found.append(sign)
    return found, tone


class Form(NamedTuple):
    """The two forms of a word."""

    folded: str
    marked: str
    """The letters with their shapes, then the tone's number."""


@lru_cache(maxsize=65536)
def form(word: str) -> Form:
    """The two forms of one word."""
    found, tone = letters(word)
    kept = [letter for letter in found if letter.isalnum()][:LONGEST_WORD]
    bare = (unicodedata.normalize("NFD", letter)[0] for letter in kept)
    return Form("".join(bare).replace("đ", "d"), f"{''.join(kept)}{tone}")


class Word(NamedTuple):
    """A word where it stands in a text."""

    form: Form
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, which is NFC, in order."""
    return [Word(form(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def fold(text: str) -> str:
    """A text as it is searched without marks: its folded words, one blank between."""
    return " ".join(word.form.folded for word in words(unicodedata.normalize("NFC", text)))


# ------------------------------------------------------------------ the question


class Term(NamedTuple):
    """One word asked for; with ``*`` behind it the beginning of one."""

    form: Form
    begins: bool = False

    def meets(self, folded: str) -> bool:
        """Whether this word is meant, marks or not."""
        return folded.startswith(self.form.folded) if self.begins else folded == self.form.folded

    def exact(self, marked: str) -> bool:
        """Whether the word met has the same marks too; a beginning without a tone leaves the tone open."""
        if not self.begins:
            return marked == self.form.marked
        tone = self.form.marked[-1]
        return marked[:-1].startswith(self.form.marked[:-1]) and tone in {"0", marked[-1]}


class Question(NamedTuple):
    """What is looked for: every word must be there, those of a phrase one after the other."""

    terms: tuple[Term, ...]
    phrases: tuple[tuple[Term, ...], ...] = ()


def question(text: str) -> Question:
    """Read what somebody typed: words, ``"a phrase"``, ``beginning*``. Raises Refused when nothing can be sought."""
    if _UNREADABLE.search(text):
        raise Refused(
            "Câu tìm có ký tự không đọc được. Đồng chí xóa ký tự đó rồi tìm lại.",
            "The words to search for contain a sign that cannot be read. Take it out and search again.",
            code="malformed",
        )
    if len(text) > LONGEST_QUESTION:
        raise Refused(
            f"Câu tìm dài {len(text)} ký tự, nhiều nhất là {LONGEST_QUESTION}. Đồng chí giữ lại vài chữ chính.",
            f"The words to search for have {len(text)} characters; {LONGEST_QUESTION} is the most. Keep the main ones.",
            code="malformed",
        )
    asked = unicodedata.normalize("NFC", text)
    terms = _terms(asked)
    if not terms:
        raise Refused(
            "Chưa có chữ nào để tìm. Đồng chí gõ ít nhất một chữ hoặc một số; dấu câu không tìm được.",
            "There is no word to search for. Write at least one letter or digit; signs alone cannot be found.",
            code="malformed",
        )
    if len(terms) > MOST_WORDS:
        raise Refused(
            f"Câu tìm có {len(terms)} chữ, nhiều nhất là {MOST_WORDS}. Đồng chí giữ lại vài chữ chính.",
            f"There are {len(terms)} words to search for; {MOST_WORDS} is the most. Keep the main ones.",
            code="malformed",
        )
    phrases = (_terms(quoted[1]) for quoted in _QUOTED.finditer(asked))
    return Question(tuple(dict.fromkeys(terms)), tuple(_whole(phrase) for phrase in phrases if len(phrase) > 1))


def _whole(phrase: tuple[Term, ...]) -> tuple[Term, ...]:
    """Inside a phrase words are whole; only the last may be a beginning."""
    return (*(Term(term.form) for term in phrase[:-1]), phrase[-1])


def _terms(text: str) -> tuple[Term, ...]:
    return tuple(Term(word.form, text[word.end : word.end + 1] == "*") for word in words(text))


# ------------------------------------------------------------------ what is found, and in which order


class Text(NamedTuple):
    """Something that can be found."""

    on: date
    title: str
    body: str


class Rank(NamedTuple):
    """The order of what was found: exact marks first, then title before body, then the newer."""

    exact: int
    """Words not met with their marks."""
    title: int
    """Words not met in the title."""
    day: int
    """Days before the end of time."""
    view: str
    key: str


def rank(exact: int, title: int, on: date, view: str, key: str, *, of: Question) -> Rank:
    """A place in the order, from how many words were met with their marks and how many in the title."""
    return Rank(len(of.terms) - exact, len(of.terms) - title, date.max.toordinal() - on.toordinal(), view, key)


def matches(asked: Question, text: Text, view: str, key: str) -> Rank | None:
    """Whether a text answers the question, looked at word by word; the index must say the same."""
    title, body = forms(text.title), forms(text.body)
    exact = in_title = 0
    for term in asked.terms:
        met = [one for one in (*title, *body) if term.meets(one.folded)]
        if not met:
            return None
        exact += any(term.exact(one.marked) for one in met)
        in_title += any(term.meets(one.folded) for one in title)
    if not all(_stands(phrase, title) or _stands(phrase, body) for phrase in asked.phrases):
        return None
    return rank(exact, in_title, text.on, view, key, of=asked)


def forms(text: str) -> list[Form]:
    """The words of a text as they are found."""
    return [word.form for word in words(unicodedata.normalize("NFC", text))]


def _stands(phrase: tuple[Term, ...], text: list[Form]) -> bool:
    return _follows(phrase, [one.folded for one in text])


def _follows(phrase: tuple[Term, ...], folded: Sequence[str]) -> bool:
    last = len(folded) - len(phrase)
    return any(all(term.meets(folded[start + place]) for place, term in enumerate(phrase)) for start in range(last + 1))


# ------------------------------------------------------------------ how it is shown


class Snippet(BaseModel):
    """A piece of a text with the words found, as places in it, counted in characters (Unicode code points)."""

    model_config = ConfigDict(frozen=True)

    text: str
    hits: tuple[tuple[int, int], ...]
    """From the first character until before the last."""
    cut_before: bool = False
    cut_after: bool = False


def sentences(parts: Iterable[str | None]) -> str:
    """Parts of one text, a line each; all but the last end with a stop, so that an excerpt does not join them."""
    *before, last = [part.strip() for part in parts if part and part.strip()] or [""]
    return "\n".join((*(part if part[-1] in ".!?…:;" else f"{part}." for part in before), last))


def snippet(asked: Question, text: str, longest: int = SNIPPET) -> Snippet:
    """The piece of a text around the first word met with its marks, or the first met at all."""
    whole = re.sub(r"\s", " ", unicodedata.normalize("NFC", text))
    found = words(whole)
    met = [word for word in found if any(term.meets(word.form.folded) for term in asked.terms)]
    exact = [word for word in met if any(term.exact(word.form.marked) for term in asked.terms)]
    start, end = _window(whole, (exact or met)[0].start if met else 0, longest)
    return Snippet(
        text=whole[start:end],
        hits=tuple((word.start - start, word.end - start) for word in met if start <= word.start and word.end <= end),
        cut_before=start > 0,
        cut_after=end < len(whole),
    )


def _window(text: str, first: int, longest: int) -> tuple[int, int]:
    """From where to where to show, at blanks where there are any."""
    if len(text) <= longest:
        return 0, len(text)
    start = min(max(first - BEFORE, 0), len(text) - longest)
    if start:
        start = next((place + 1 for place in range(start, first) if text[place] == " "), start)
    end = min(start + longest, len(text))
    if end < len(text):
        end = next((place for place in range(end, max(first, start), -1) if text[place] == " "), end)
    return start, end


# ------------------------------------------------------------------ page by page


def page(found: Iterable[Rank], after: Rank | None, size: int) -> tuple[list[Rank], str | None]:
    """The next ones in order behind a place, and the cursor behind them; None at the end.

    The cursor names the place in the order, so what is written meanwhile neither repeats nor hides anything.
    """
    ordered = sorted(one for one in found if after is None or one > after)
    shown = ordered[:size]
    return shown, cursor(shown[-1]) if len(ordered) > size else None


_Number = Annotated[int, Field(ge=0, le=date.max.toordinal())]
_Name = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]
_PLACE = TypeAdapter(tuple[_Number, _Number, _Number, _Name, _Name])


def cursor(last: Rank) -> str:
    """A place in the order as a page names it."""
    return base64.urlsafe_b64encode(json.dumps(last, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> Rank | None:
    """The place a cursor names. Raises Refused for what is no cursor."""
    if cursor is None:
        return None
    try:
        return Rank(*_PLACE.validate_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    except ValueError:
        raise Refused(
            "Dấu trang tìm kiếm không đúng. Đồng chí tìm lại từ trang đầu.",
            "This is no mark of a page. Search again from the first page.",
            code="malformed",
        ) from None
