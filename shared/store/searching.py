"""What can be found of the read models: their texts, the own fold beside them, and which word stands in which text.

Words are compared byte by byte and put in order outside the database, so SQLite and PostgreSQL answer alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.search import Question, Rank, Term, Text, forms
from shared.store.database import Cursor, Database

TABLES = (
    """CREATE TABLE IF NOT EXISTS search_text (
        number {serial}, generation BIGINT NOT NULL, view TEXT{bytewise} NOT NULL, branch TEXT NOT NULL,
        key TEXT{bytewise} NOT NULL, day BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
        folded TEXT NOT NULL, marked TEXT NOT NULL,
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
_LAST_LETTER = "\U0010ffff"
_LAST_DAY = date.max.toordinal()
_WORD = """SELECT number, MAX(CASE WHEN {exact} THEN 1 ELSE 0 END) AS exact, MAX(place) AS title FROM search_word
    WHERE generation = ? AND branch = ? AND {folded} GROUP BY number"""
_WHOLE = _WORD.format(exact="marked = ?", folded="folded = ?")
_FOUND = """WITH met AS MATERIALIZED (
        SELECT {many} - m.exact AS exact, {many} - m.title AS title, {last} - t.day AS day, t.view, t.key
        FROM (SELECT number, CAST(SUM(exact) AS BIGINT) AS exact, CAST(SUM(title) AS BIGINT) AS title
              FROM ({words}) w GROUP BY number HAVING COUNT(*) = {many}) m
        JOIN search_text t ON t.number = m.number WHERE t.view IN ({views}){phrases})
    SELECT c.total, p.exact, p.title, p.day, p.view, p.key FROM (SELECT COUNT(*) AS total FROM met) c
    LEFT JOIN (SELECT * FROM met WHERE (exact, title, day, view, key) > (?, ?, ?, ?, ?)
               ORDER BY exact, title, day, view, key LIMIT ?) p ON 1 = 1
    ORDER BY p.exact, p.title, p.day, p.view, p.key"""
"""Counted and put in order by the database, byte by byte: only a page of it is carried here."""
_FIRST = Rank(-1, -1, -1, "", "")
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


class Found(NamedTuple):
    """What answers a question."""

    total: int
    places: list[Rank]
    """In order, from a place on, no more than were asked for."""


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
            "\n".join(f" {' '.join(form[which] for form in part)} " for part in (title, body)) for which in (0, 1)
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

    def find(self, branch: str, views: Sequence[str], asked: Question, after: Rank | None, size: int) -> Found:
        """The texts of these views of one branch that answer the question: how many, and the next behind a place."""
        words = [self._word(branch, term) for term in asked.terms]
        self.cursor.execute(
            _FOUND.format(
                many=len(words),
                last=_LAST_DAY,
                words=" UNION ALL ".join(statement for statement, _ in words),
                views=", ".join("?" for _ in views),
                phrases=" AND t.folded LIKE ?" * len(asked.phrases),
            ),
            (
                *(value for _, values in words for value in values),
                *views,
                *(_beside(phrase) for phrase in asked.phrases),
                *(after or _FIRST),
                size,
            ),
        )
        rows = self.cursor.fetchall()
        return Found(rows[0][0], [Rank(*place) for _, *place in rows if place[0] is not None])

    def _word(self, branch: str, term: Term) -> tuple[str, tuple[Any, ...]]:
        """The texts in which a word stands, with its marks or not, in the title or not."""
        folded, marked = term.form
        if not term.begins:
            return _WHOLE, (marked, self.generation, branch, folded)
        letters, tone = marked[:-1], marked[-1]
        exact, tones = f"substr(marked, 1, {len(letters)}) = ?", () if tone == "0" else (tone,)
        if tones:
            exact += " AND substr(marked, length(marked)) = ?"
        return (
            _WORD.format(exact=exact, folded="folded >= ? AND folded <= ?"),
            (letters, *tones, self.generation, branch, folded, folded + _LAST_LETTER),
        )

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
