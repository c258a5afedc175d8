"""Stores files without end and says which are stored, while it is killed at any moment and begun again."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from shared.events.sealed import SubjectKey
from shared.files.store import FileStore, Incoming, PageSize
from shared.store.keys import KeyStore

SUBJECT = "branch/99.001.002.000.011"


def under_its_name_at_once(sha256: str) -> None:
    """The planted bug: no temporary name, the file grows under the name by which it is looked for."""
    begin = Incoming.__init__

    def planted(self: Incoming, store: FileStore, room: Path, key: SubjectKey) -> None:
        begin(self, store, room, key)
        self._path = self._path.replace(room / sha256)

    Incoming.__init__ = planted  # type: ignore[method-assign]


def store(order: dict[str, Any], seed: int) -> None:
    """Store files until killed; each is told on standard output when it is stored."""
    home, chance = Path(order["home"]), random.Random(seed)
    files = FileStore(home / "files", KeyStore(home / "keys.db", home / "site.key"))
    begin = Incoming.__init__
    while True:
        content = chance.randbytes(chance.randint(1, 400_000))
        if order["plant"]:
            Incoming.__init__ = begin  # type: ignore[method-assign]
            under_its_name_at_once(hashlib.sha256(content).hexdigest())
        with files.incoming(SUBJECT) as arriving:
            for at in range(0, len(content), 10_000):
                arriving.write(content[at : at + 10_000])
                time.sleep(0.0005)
            stored = arriving.keep("jpeg", (PageSize(width=1, height=1),))
        os.write(1, f"{stored.sha256}\n".encode())


def main() -> None:
    """Everything is loaded once; each writer is a fork."""
    order = json.loads(sys.argv[1])
    chance = random.Random(11)
    KeyStore(Path(order["home"]) / "keys.db", Path(order["home"]) / "site.key").close()
    for number in range(order["kills"]):
        writer = os.fork()
        if writer == 0:
            try:
                store(order, number)
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0.01, 0.09))
        os.kill(writer, signal.SIGKILL)
        _, status = os.waitpid(writer, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"writer {number} ended by itself")


if __name__ == "__main__":
    main()
