"""What can be found of the read models: their texts, and beside them the own fold and which word stands in which text.

Every text of a branch has a number; of each word the numbers of its texts are kept packed (``shared.store.postings``).
What answers a question is counted and put in order as whole sets, outside the database, so SQLite and PostgreSQL
answer alike, and only texts that are shown are read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from typing import Any, NamedTuple
from zlib import crc32

from shared.search import Form, Question, Rank, Term, Text, forms
from shared.store.database import Cursor, Database
from shared.store.postings import CHUNK, changed, gathered, joined, members

TABLES = (
    """CREATE TABLE IF NOT EXISTS findable_branch (
        generation BIGINT NOT NULL, branch TEXT NOT NULL, numbers BIGINT NOT NULL, PRIMARY KEY (generation, branch))""",
    """CREATE TABLE IF NOT EXISTS findable_text (
        generation BIGINT NOT NULL, branch TEXT NOT NULL, number BIGINT NOT NULL,
        view TEXT{bytewise} NOT NULL, key TEXT{bytewise} NOT NULL, day BIGINT NOT NULL, title TEXT NOT NULL,
        body TEXT NOT NULL, folded TEXT NOT NULL,
        PRIMARY KEY (generation, branch, number), UNIQUE (generation, branch, view, key))""",
    "CREATE INDEX IF NOT EXISTS findable_day ON findable_text (generation, branch, day, view, key, number)",
    """CREATE TABLE IF NOT EXISTS findable_word (
        generation BIGINT NOT NULL, branch TEXT NOT NULL, folded TEXT{bytewise} NOT NULL, chunk BIGINT NOT NULL,
        place BIGINT NOT NULL, marked TEXT NOT NULL, numbers {bytes} NOT NULL,
        PRIMARY KEY (generation, branch, folded, chunk, place, marked)){packed}""",
)
REBUILT = ("findable_branch", "findable_text", "findable_word")
"""Tables whose rows belong to a generation."""

Document = tuple[str, str, str]
"""View, branch, key."""
_Row = tuple[str, int, str]
"""Folded, place (1 in the title, 0 in the body), marked."""
_NO_WORD = ""
"""No word is empty. Under it stands every text: marked with its view, and its place is its span of days."""
_PAIRS = 1024
"""Two words side by side stand, with others, under a blank and one of so many numbers: few texts are looked at."""
_SPAN = 64
"""Days, counted from the end of time."""
_MANY = 500
"""Texts of one span; of more the first are found faster by going through the span in its order."""
_LAST_LETTER = "\U0010ffff"
_LAST_DAY = date.max.toordinal()
_NUMBERS = """SELECT {asked} AS asked, place, marked, chunk, numbers FROM findable_word
    WHERE generation = ? AND branch = ? AND folded >= ? AND folded <= ?"""


class _Kept(NamedTuple):
    """A text as it stands in the table."""

    number: int
    text: Text


class _Worded(NamedTuple):
    """A text with the forms of its words, in title and body."""

    text: Text
    title: list[Form]
    body: list[Form]

    @property
    def folded(self) -> str:
        """Its words as phrases are looked for in them."""
        return "\n".join(f" {' '.join(form.folded for form in part)} " for part in (self.title, self.body))

    def rows(self, view: str) -> set[_Row]:
        """Each of its words once, its pairs of words, and what it stands under itself."""
        rows = {(_NO_WORD, _before_the_end(self.text.on) // _SPAN, view)}
        for place, part in enumerate((self.body, self.title)):
            rows.update((form.folded, place, form.marked) for form in part)
            rows.update((_pair(one.folded, other.folded), 0, "") for one, other in pairwise(part))
        return rows


def _worded(text: Text) -> _Worded:
    return _Worded(text, forms(text.title), forms(text.body))


class Found(NamedTuple):
    """What answers a question."""

    total: int
    places: list[Rank]
    """In order, from a place on, no more than were asked for."""


class _Met(NamedTuple):
    """The texts in which a word asked for stands: anyhow, with its marks, in the title."""

    at_all: int
    exact: int
    title: int


def _before_the_end(on: date) -> int:
    return _LAST_DAY - on.toordinal()


def _pair(one: str, other: str) -> str:
    return f" {crc32(f'{one} {other}'.encode()) % _PAIRS}"


def _pairs(phrase: tuple[Term, ...]) -> Iterator[str]:
    """The pairs of whole words of a phrase."""
    return (_pair(one.form.folded, other.form.folded) for one, other in pairwise(phrase) if not other.begins)


def _beside(phrase: tuple[Term, ...]) -> str:
    """A phrase as it stands in folded text, whose words are letters and digits only, each between blanks."""
    return f"% {' '.join(term.form.folded for term in phrase)}{'' if phrase[-1].begins else ' '}%"


@dataclass(frozen=True)
class Index:
    """The texts of one generation of the read models."""

    cursor: Cursor
    database: Database
    generation: int

    # ------------------------------------------------------------ keeping

    def put(self, texts: dict[Document, Text | None]) -> None:
        """Keep the texts of these documents; None: nothing of that one is to be found any more."""
        by_branch: defaultdict[str, dict[Document, Text | None]] = defaultdict(dict)
        for document, text in texts.items():
            by_branch[document[1]][document] = text
        for branch in sorted(by_branch):
            self._put(branch, by_branch[branch])

    def _put(self, branch: str, texts: dict[Document, Text | None]) -> None:
        first = free = self._next_number(branch)
        kept = {(one.view, branch, one.key): one.kept for one in self._rows(list(texts))}
        come: list[tuple[Any, ...]] = []
        gone: list[int] = []
        words: defaultdict[tuple[int, _Row], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
        for document, text in texts.items():
            view, _, key = document
            before = kept.get(document)
            if text == (before.text if before is not None else None):
                continue
            if before is not None:
                number = before.number
                gone.append(number)
            else:
                number, free = free, free + 1
            new = set[_Row]()
            if text is not None:
                now = _worded(text)
                day = _before_the_end(text.on)
                come.append((self.generation, branch, number, view, key, day, text.title, text.body, now.folded))
                new = now.rows(view)
            old = _worded(before.text).rows(view) if before is not None else set[_Row]()
            for side, rows in ((0, new - old), (1, old - new)):
                for row in rows:
                    words[number // CHUNK, row][side].add(number % CHUNK)
        self._store(branch, gone, come)
        self._change(branch, words)
        if free != first:
            self.cursor.execute(
                "UPDATE findable_branch SET numbers = ? WHERE generation = ? AND branch = ?",
                (free, self.generation, branch),
            )

    def _next_number(self, branch: str) -> int:
        """The next free number of a branch, whose row is locked until the transaction ends."""
        self.cursor.execute(
            "INSERT INTO findable_branch VALUES (?, ?, 0) ON CONFLICT (generation, branch) DO UPDATE SET "
            "numbers = findable_branch.numbers RETURNING numbers",
            (self.generation, branch),
        )
        return int(self.cursor.fetchone()[0])

    def _store(self, branch: str, gone: list[int], come: list[tuple[Any, ...]]) -> None:
        if gone:
            self.cursor.executemany(
                "DELETE FROM findable_text WHERE generation = ? AND branch = ? AND number = ?",
                [(self.generation, branch, number) for number in gone],
            )
        if come:
            self.cursor.executemany("INSERT INTO findable_text VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", come)

    def _change(self, branch: str, words: dict[tuple[int, _Row], tuple[set[int], set[int]]]) -> None:
        """Put numbers into the packed sets of these words and take others out."""
        packed = self._packed(branch, words)
        rows = [
            (self.generation, branch, row[0], chunk, *row[1:], changed(packed.get((chunk, row), b""), come, gone))
            for (chunk, row), (come, gone) in sorted(words.items())
        ]
        empty = [row[:-1] for row in rows if not row[-1]]
        if len(empty) < len(rows):
            self.cursor.executemany(
                "INSERT INTO findable_word VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT "
                "(generation, branch, folded, chunk, place, marked) DO UPDATE SET numbers = excluded.numbers",
                [row for row in rows if row[-1]],
            )
        if empty:
            self.cursor.executemany(
                "DELETE FROM findable_word WHERE generation = ? AND branch = ? AND folded = ? AND chunk = ? "
                "AND place = ? AND marked = ?",
                empty,
            )

    def _packed(self, branch: str, words: Iterable[tuple[int, _Row]]) -> dict[tuple[int, _Row], bytes]:
        by_chunk: defaultdict[int, set[str]] = defaultdict(set)
        for chunk, (folded, _, _) in words:
            by_chunk[chunk].add(folded)
        found: dict[tuple[int, _Row], bytes] = {}
        for chunk, sought in by_chunk.items():
            self.cursor.execute(
                "SELECT folded, place, marked, numbers FROM findable_word WHERE generation = ? AND branch = ? "  # noqa: S608 - ours
                f"AND chunk = ? AND folded {self.database.among.format(kind='TEXT')}",
                (self.generation, branch, chunk, json.dumps(sorted(sought))),
            )
            found |= {(chunk, (word, place, mark)): numbers for word, place, mark, numbers in self.cursor.fetchall()}
        return found

    def _rows(self, documents: Sequence[Document]) -> Iterator[_Shown]:
        self.cursor.execute(
            "SELECT view, key, number, day, title, body FROM findable_text "  # noqa: S608 - ours
            "WHERE generation = ? AND (view, branch, key) IN (" + self.database.triples + ")",
            (self.generation, json.dumps(documents)),
        )
        for view, key, number, day, title, body in self.cursor.fetchall():
            yield _Shown(view, key, _Kept(number, Text(date.fromordinal(_LAST_DAY - day), title, body)))

    # ------------------------------------------------------------ finding

    def find(self, branch: str, views: Sequence[str], asked: Question, after: Rank | None, size: int) -> Found:
        """The texts of these views of one branch that answer the question: how many, and the next behind a place."""
        spans, met, beside = self._met(branch, views, asked)
        found = 0
        for numbers in spans.values():
            found |= numbers
        for numbers in (*(one.at_all for one in met), *beside):
            found &= numbers
        if asked.phrases and found:
            found &= self._beside_one_another(branch, asked, found)
        places = self._places(branch, spans, _tiers(found, met), after, size)
        return Found(found.bit_count(), sorted(places)[:size])

    def _places(
        self, branch: str, spans: dict[int, int], tiers: dict[tuple[int, int], int], after: Rank | None, size: int
    ) -> Iterator[Rank]:
        """Among others the next places: spans of days are taken in order until there are enough behind ``after``."""
        begin = (after.exact, after.title, after.day // _SPAN) if after is not None else (0, 0, -1)
        few: dict[tuple[int, int], int] = {}
        behind = 0
        for tier, span in product(tiers, spans):
            numbers = tiers[tier] & spans[span]
            if not numbers or (*tier, span) < begin:
                continue
            if behind >= size:
                break
            many = numbers.bit_count()
            if many > _MANY:
                walked = list(self._walked(branch, (*tier, span), numbers, after, size))
                behind += len(walked)
                yield from walked
            else:
                few[tier] = few.get(tier, 0) | numbers
                behind += many if (*tier, span) > begin else 0
        for tier, numbers in few.items():
            for day, view, key in self._of(branch, numbers):
                place = Rank(*tier, day, view, key)
                if after is None or place > after:
                    yield place

    def _walked(
        self, branch: str, begin: tuple[int, int, int], numbers: int, after: Rank | None, size: int
    ) -> Iterator[Rank]:
        """The first of these numbers in one span of days, gone through in order."""
        exact, title, span = begin
        place = Rank(exact, title, span * _SPAN, "", "")
        if after is not None:
            place = max(place, after)
        rows: list[Any] = [()]
        while rows and size > 0:
            self.cursor.execute(
                "SELECT day, view, key, number FROM findable_text WHERE generation = ? AND branch = ? "
                "AND (day, view, key) > (?, ?, ?) AND day < ? ORDER BY day, view, key LIMIT ?",
                (self.generation, branch, *place[2:], (span + 1) * _SPAN, _MANY),
            )
            rows = self.cursor.fetchall()
            for day, view, key, number in rows:
                place = Rank(exact, title, day, view, key)
                if numbers >> number & 1 and size > 0:
                    size -= 1
                    yield place

    def _met(self, branch: str, views: Sequence[str], asked: Question) -> tuple[dict[int, int], list[_Met], list[int]]:
        """The texts of these views by spans of days; those in which each word stands; those each pair may stand in."""
        terms = asked.terms
        alone = [_NO_WORD, *(pair for phrase in asked.phrases for pair in _pairs(phrase))]
        ranges = [(term.form.folded, term.form.folded + _LAST_LETTER * term.begins) for term in terms]
        ranges += [(one, one) for one in alone]
        self.cursor.execute(
            " UNION ALL ".join(_NUMBERS.format(asked=number) for number in range(len(ranges))),
            [value for one in ranges for value in (self.generation, branch, *one)],
        )
        rows: list[dict[tuple[int, str], list[tuple[int, bytes]]]] = [defaultdict(list) for _ in ranges]
        for number, place, marked, chunk, numbers in self.cursor.fetchall():
            rows[number][place, marked].append((chunk, numbers))
        met = [_met(term, of_word) for term, of_word in zip(terms, rows, strict=False)]
        spans: defaultdict[int, int] = defaultdict(int)
        for (span, view), chunks in sorted(rows[len(terms)].items()):
            if view in views:
                spans[span] |= joined(chunks)
        return spans, met, [joined(of_pair[0, ""]) for of_pair in rows[len(terms) + 1 :]]

    def _beside_one_another(self, branch: str, asked: Question, found: int) -> int:
        """Those of the texts found in which every phrase stands."""
        self.cursor.execute(
            "SELECT number FROM findable_text WHERE generation = ? AND branch = ? "  # noqa: S608 - ours
            f"AND number {self.database.among.format(kind='BIGINT')}" + " AND folded LIKE ?" * len(asked.phrases),
            (
                self.generation,
                branch,
                json.dumps(list(members(found))),
                *(_beside(phrase) for phrase in asked.phrases),
            ),
        )
        return gathered(number for (number,) in self.cursor.fetchall())

    def _of(self, branch: str, numbers: int) -> list[tuple[int, str, str]]:
        self.cursor.execute(
            "SELECT day, view, key FROM findable_text WHERE generation = ? AND branch = ? "  # noqa: S608 - ours
            f"AND number {self.database.among.format(kind='BIGINT')}",
            (self.generation, branch, json.dumps(list(members(numbers)))),
        )
        return self.cursor.fetchall()

    def texts(self, branch: str, found: Sequence[Rank]) -> list[Text]:
        """The texts of what was found, in the same order."""
        rows = self._rows([(one.view, branch, one.key) for one in found])
        by_document = {(one.view, one.key): one.kept.text for one in rows}
        return [by_document[one.view, one.key] for one in found]


class _Shown(NamedTuple):
    view: str
    key: str
    kept: _Kept


def _met(term: Term, rows: dict[tuple[int, str], list[tuple[int, bytes]]]) -> _Met:
    """The texts in which one word stands, from its rows by place and marks."""
    chunks: defaultdict[tuple[int, bool], list[tuple[int, bytes]]] = defaultdict(list)
    for (place, marked), some in rows.items():
        chunks[place, term.exact(marked)] += some
    body, title, exact_body, exact_title = (joined(chunks[place, exact]) for exact in (False, True) for place in (0, 1))
    exact = exact_body | exact_title
    return _Met(body | title | exact, exact, title | exact_title)


def _tiers(found: int, met: Sequence[_Met]) -> dict[tuple[int, int], int]:
    """The texts found, by how many words were not met with their marks and how many not in the title, in order."""
    tiers = {(0, 0): found}
    for one in met:
        finer: defaultdict[tuple[int, int], int] = defaultdict(int)
        for (inexact, untitled), numbers in tiers.items():
            exact, title = numbers & one.exact, numbers & one.title
            finer[inexact, untitled] |= exact & title
            finer[inexact, untitled + 1] |= exact & ~title
            finer[inexact + 1, untitled] |= title & ~exact
            finer[inexact + 1, untitled + 1] |= numbers & ~exact & ~title
        tiers = {tier: numbers for tier, numbers in finer.items() if numbers}
    return dict(sorted(tiers.items()))
