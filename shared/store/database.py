"""One way to speak to SQLite and PostgreSQL: transactions that give a cursor, statements with ``?``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from shared.store.trouble import StoreUnsafe


class Cursor(Protocol):
    """What both kinds of cursor can do; rows are tuples."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> object: ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def fetchmany(self, size: int, /) -> list[Any]: ...


class Database(Protocol):
    """A file or a schema that holds our tables. Errors come out as those of ``shared.store.trouble``."""

    alone: bool
    """True when no other process can write here."""
    each: str
    """A table of the strings in one JSON array given as parameter, column ``value``."""
    among: str
    """After a column: is one of the values in one JSON array given as parameter; ``{kind}`` is the column's type."""
    triples: str
    """A query of the three-string arrays in one JSON array given as parameter."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """One unchanging view of everything committed; usable from several threads at once."""

    def reading_as_writer(self) -> AbstractContextManager[Cursor]:
        """For the thread that writes: each statement sees what is committed; what comes of it is checked at writing.

        On SQLite this is the connection that writes, whose pages are warm.
        """

    def writing(self) -> AbstractContextManager[Cursor]:
        """One transaction: committed at the end, or nothing of it when an exception leaves the block."""

    def create(self, statements: Sequence[str]) -> None:
        """Make the tables and indexes that are not there yet; several processes may start together.

        In the statements ``{bytes}``, ``{key}``, ``{serial}``, ``{packed}`` and ``{bytewise}`` stand for the words
        that differ.
        """

    def close(self) -> None: ...


_NAMED = re.compile(r"CREATE (?:UNIQUE )?(?:TABLE|INDEX) IF NOT EXISTS (?:\S+\.)?\"?(\w+)")


def wanting(statements: Sequence[str], there: Iterable[str]) -> list[str]:
    """The statements whose table or index is not among the names that are there."""
    names = set(there)
    return [statement for statement in statements if (found := _NAMED.match(statement)) and found[1] not in names]


def sqlite_path(database: str) -> Path | None:
    """The file of ``sqlite:///path``, or None for ``postgresql://…``. Raises StoreUnsafe for anything else."""
    if database.startswith("sqlite:///"):
        path = database.removeprefix("sqlite:///")
        if path and ":memory:" not in path and "?" not in path:
            return Path(path)
    elif database.startswith(("postgresql://", "postgres://")):
        return None
    raise StoreUnsafe(
        f"Không hiểu nơi lưu «{database}»: cần sqlite:///đường/dẫn/tệp.db hoặc postgresql://…",
        f"“{database}” names no store: sqlite:///path/to/file.db or postgresql://… is needed",
    )
