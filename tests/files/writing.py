"""A process that stores files without end and says which it has stored; to be killed at any moment."""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from pathlib import Path

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


def main() -> None:
    order = json.loads(sys.argv[1])
    home, chance = Path(order["home"]), random.Random(order["seed"])
    files = FileStore(home / "files", KeyStore(home / "keys.db", home / "site.key"))
    begin = Incoming.__init__
    print("ready", flush=True)
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
        print(stored.sha256, flush=True)


if __name__ == "__main__":
    main()
