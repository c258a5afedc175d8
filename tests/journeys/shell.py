"""Somebody who types ``chibo``: each command is a process of its own, forked where the libraries are loaded already.

Orders come as JSON lines, one exit code each.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, Self

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "httpx",
    "rich.progress",
    "rich.table",
    "rich.tree",
    "shared.events",
    "shared.settings",
    "typer.rich_utils",
)
"""What commands need; none of the command line's own modules, which look at the environment when they are loaded."""


class Shell:
    """Gives back what a command printed, data and talk apart, and its exit code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.shell"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        data, talk = self._folder / "data", self._folder / "talk"
        for file in (data, talk):
            file.write_bytes(b"")
        order = {"arguments": [*arguments], "environment": {**environment}, "folder": str(folder)}
        self._process.stdin.write(json.dumps(order | {"data": str(data), "talk": str(talk)}) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, data.read_text(), talk.read_text())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()


def _become(order: Mapping[str, Any]) -> NoReturn:
    code: object = 1
    try:
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        for path, to in ((os.devnull, 0), (order["data"], 1), (order["talk"], 2)):
            os.dup2(os.open(path, os.O_RDWR), to)
        sys.argv = ["chibo", *order["arguments"]]
        from services.cli.main import app

        app(prog_name="chibo")
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as the interpreter would; nothing may get back into the loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def main() -> None:
    for library in LIBRARIES:
        import_module(library)
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
