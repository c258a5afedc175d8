"""What can be found of the read models: their texts, the own fold beside them, and which word stands in which text.

Words are compared byte by byte and put in order outside the database, so SQLite and PostgreSQL answer alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.search import Question, Rank, Term, Text, forms, in_order, rank
from shared.store.database import Cursor, Database

TABLES = (
    """CREATE TABLE IF NOT EXISTS search_text (
        number {serial}, generation BIGINT NOT NULL, view TEXT NOT NULL, branch TEXT NOT NULL, key TEXT NOT NULL,
        day BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, folded TEXT NOT NULL, marked TEXT NOT NULL,
        UNIQUE (generation, branch, view, key))""",
    """CREATE TABLE IF NOT EXISTS search_word (
        generation BIGINT NOT NULL, branch TEXT NOT NULL, folded TEXT{bytewise} NOT NULL, number BIGINT NOT NULL,
        place BIGINT NOT NULL, marked TEXT NOT NULL,
        PRIMARY KEY (generation, branch, folded, number, place, marked)){packed}""",
)
REBUILT = ("search_text", "search_word")
"""Tables whose rows belong to a generation."""

Document = tuple[str, str, str]
"""View, branch, key."""
_NOTHING = "''"
_LAST = "\U0010ffff"
_WORD = """SELECT number, place, marked FROM search_word
    WHERE generation = ? AND branch = ? AND folded >= ? AND folded <= ?"""
_PUT = """INSERT INTO search_text (generation, view, branch, key, day, title, body, folded, marked)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (generation, branch, view, key) DO UPDATE SET
    day = excluded.day, title = excluded.title, body = excluded.body, folded = excluded.folded,
    marked = excluded.marked RETURNING number"""


class _Kept(NamedTuple):
    """A text as it stands in the table."""

    number: int
    day: int
    title: str
    body: str
    folded: str
    marked: str

    def says(self, text: Text) -> bool:
        """Whether this is how the text stands already."""
        return (self.day, self.title, self.body) == (text.on.toordinal(), text.title, text.body)

    @property
    def rows(self) -> set[tuple[str, int, str]]:
        """Each of its words once: folded, in the title or not, marked."""
        return {
            (folded, int(place == 0), marked)
            for place, (ofs, marks) in enumerate(zip(self.folded.split("\n"), self.marked.split("\n"), strict=True))
            for folded, marked in zip(ofs.split(), marks.split(), strict=True)
        }


@dataclass(frozen=True)
class Index:
    """The texts of one generation of the read models."""

    cursor: Cursor
    database: Database
    generation: int

    # ------------------------------------------------------------ keeping

    def put(self, texts: dict[Document, Text | None]) -> None:
        """Keep the texts of these documents; None: nothing of that one is to be found any more."""
        kept = self._kept(list(texts))
        gone: list[tuple[Any, ...]] = []
        come: list[tuple[Any, ...]] = []
        for document, text in texts.items():
            before, branch = kept.get(document), document[1]
            if before is not None and text is not None and before.says(text):
                continue
            now = None if text is None else self._keep(document, text)
            old, new = (one.rows if one is not None else set() for one in (before, now))
            if before is not None:
                gone += [(self.generation, branch, word, before.number, place, mark) for word, place, mark in old - new]
                if now is None:
                    self.cursor.execute("DELETE FROM search_text WHERE number = ?", (before.number,))
            if now is not None:
                come += [(self.generation, branch, word, now.number, place, mark) for word, place, mark in new - old]
        if gone:
            self.cursor.executemany(
                "DELETE FROM search_word WHERE generation = ? AND branch = ? AND folded = ? AND number = ? "
                "AND place = ? AND marked = ?",
                gone,
            )
        if come:
            self.cursor.executemany("INSERT INTO search_word VALUES (?, ?, ?, ?, ?, ?)", come)

    def _keep(self, document: Document, text: Text) -> _Kept:
        title, body = forms(text.title), forms(text.body)
        folded, marked = (
            "\n".join(" ".join(form[which] for form in part) for part in (title, body)) for which in (0, 1)
        )
        day = text.on.toordinal()
        self.cursor.execute(_PUT, (self.generation, *document, day, text.title, text.body, folded, marked))
        return _Kept(int(self.cursor.fetchone()[0]), day, text.title, text.body, folded, marked)

    def _kept(self, documents: Sequence[Document]) -> dict[Document, _Kept]:
        self.cursor.execute(
            "SELECT view, branch, key, number, day, title, body, folded, marked FROM search_text "  # noqa: S608 - ours
            "WHERE generation = ? AND (view, branch, key) IN (" + self.database.triples + ")",
            (self.generation, json.dumps(documents)),
        )
        return {(view, branch, key): _Kept(*rest) for view, branch, key, *rest in self.cursor.fetchall()}

    # ------------------------------------------------------------ finding

    def find(self, branch: str, views: set[str], asked: Question) -> list[Rank]:
        """Every text of these views of one branch that answers the question, in no order yet."""
        first, *others = asked.terms
        met = self._standing(branch, first)
        for term in others:
            here = self._standing(branch, term)
            met = {
                number: (exact + here[number][0], title + here[number][1])
                for number, (exact, title) in met.items()
                if number in here
            }
        return [
            rank(*met[number], date.fromordinal(day), view, key, of=asked)
            for number, view, key, day, folded in self._places(list(met), phrases=bool(asked.phrases))
            if view in views and in_order(asked, *(part.split() for part in folded.split("\n")))
        ]

    def _standing(self, branch: str, term: Term) -> dict[int, tuple[int, int]]:
        """Text → whether the word stands there with its marks, and whether in the title."""
        word = term.form.folded
        self.cursor.execute(_WORD, (self.generation, branch, word, word + _LAST if term.begins else word))
        found: dict[int, tuple[int, int]] = {}
        for number, place, marked in self.cursor.fetchall():
            exact, title = found.get(number, (0, 0))
            found[number] = exact or int(term.exact(marked)), title or place
        return found

    def _places(self, numbers: list[int], *, phrases: bool) -> list[tuple[int, str, str, int, str]]:
        self.cursor.execute(
            f"SELECT number, view, key, day, {'folded' if phrases else _NOTHING} FROM search_text "  # noqa: S608 - ours
            f"WHERE number IN (SELECT CAST(value AS BIGINT) FROM {self.database.each})",
            (json.dumps(numbers),),
        )
        return self.cursor.fetchall()

    def texts(self, branch: str, found: Iterable[Rank]) -> list[Text]:
        """The texts of what was found, in the same order."""
        shown = []
        for one in found:
            self.cursor.execute(
                "SELECT day, title, body FROM search_text WHERE generation = ? AND branch = ? AND view = ? AND key = ?",
                (self.generation, branch, one.view, one.key),
            )
            day, title, body = self.cursor.fetchone()
            shown.append(Text(date.fromordinal(day), title, body))
        return shown
