"""Logs copied while their services go on writing: all as at one moment, so that none knows more than another holds."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from shared.events.envelope import LogName, parse_heard
from shared.store.database import Cursor
from shared.store.log import Log, Verified
from shared.store.sqlite import WAITS, said
from shared.store.tree import root
from shared.store.trouble import StoreUnsafe

LOOKS = 200
"""How often all are looked at together before it is believed that one really lacks what another knows."""
LOOK_SECONDS = 0.01


class Snapshot:
    """A log as it stands now; what is stored from now on is not in it."""

    def __init__(self, path: Path) -> None:
        """Raises StoreTrouble when the file cannot be read."""
        with ExitStack() as undone:
            try:
                self._connection = undone.enter_context(closing(_connected(path, "mode=rw")))
                # The first question fixes what all later ones see, the copy among them.
                self._connection.execute("BEGIN")
                found = self._connection.execute('SELECT site, service, epoch, "index", frontier FROM log_head')
                site, service, epoch, index, frontier = found.fetchone()
                self.name = LogName(site, service, epoch)
                self.index = int(index)
                self.root = root(bytes(frontier))
                self.knows = self._knows()
            except sqlite3.Error as error:
                raise said(path, error) from error
            undone.pop_all()

    def _knows(self) -> dict[LogName, int]:
        """How far other logs were known here: what its deciding handlers took in, what its last fact had heard."""
        known = {
            LogName.parse(source): int(index)
            for source, index in self._connection.execute('SELECT source, "index" FROM position')
        }
        last = self._connection.execute("SELECT state FROM stored_events WHERE rowid = ?", (self.index,)).fetchone()
        heard = {} if last is None else parse_heard(json.loads(bytes(last[0])).get("heard", ""))
        return {log: max(known.get(log, 0), heard.get(log, 0)) for log in known | heard}

    def copy(self, to: Path) -> None:
        """Write it as a file of its own."""
        _written(self._connection, to)

    def close(self) -> None:
        self._connection.close()


def together(paths: Iterable[Path]) -> list[Snapshot]:
    """These logs, as at a moment when none of them knew more of another than that one held; to be closed.

    Raises StoreTrouble when there is no such moment: then one of the files is older than what was made of it.
    """
    looks = 0
    while True:
        looks += 1
        with ExitStack() as opened:
            found = [opened.enter_context(closing(Snapshot(path))) for path in paths]
            behind = _behind(found)
            if behind is None:
                opened.pop_all()
                return found
        if looks == LOOKS:
            raise _older(*behind)
        time.sleep(LOOK_SECONDS)


def _older(knows: LogName, log: LogName, index: int) -> StoreUnsafe:
    return StoreUnsafe(
        f"Sổ {knows} biết sổ {log} đến việc số {index}, mà tệp của sổ ấy không có tới đó: tệp cũ đã bị chép đè. "
        "Hãy phục hồi trước («chibo restore»), rồi sao lưu; chưa chép gì.",
        f"{knows} knows {log} up to fact {index}, and that log's file does not go so far: an old copy was put back. "
        "Restore it first (“chibo restore”), then back up; nothing was copied.",
    )


def _behind(found: Sequence[Snapshot]) -> tuple[LogName, LogName, int] | None:
    heads = {one.name: one.index for one in found}
    for one in found:
        for log, index in one.knows.items():
            if index > heads.get(log, index):
                return one.name, log, index
    return None


def copy(database: Path, to: Path) -> None:
    """Copy any other SQLite file as it stands, whoever writes to it meanwhile."""
    with closing(_connected(database, "mode=rw")) as connection:
        _written(connection, to)


def verified(path: Path) -> Verified:
    """Recompute a copied log from its bytes; the file stays as it is. Raises Tampered or sqlite3.Error."""
    copied: Any = _Copied(path)
    try:
        ((site, service, epoch),) = copied.connection.execute("SELECT site, service, epoch FROM log_head").fetchall()
        return Log(copied, LogName(site, service, epoch), {}).verify()
    finally:
        copied.connection.close()


class _Copied:
    """As much of a store as reading a log needs, in a file that nobody writes to."""

    event_id = "rowid"

    def __init__(self, path: Path) -> None:
        self.connection = _connected(path, "mode=ro&immutable=1")
        self.database = self.recorder = self

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        yield self.connection.cursor()


def _connected(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=WAITS, isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _written(source: sqlite3.Connection, to: Path) -> None:
    to.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(to)) as made:
        source.backup(made)
