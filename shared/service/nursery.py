"""Starts services by forking: everything is imported once, so that what they share is in memory once.

Run as ``python -m shared.service.nursery MODULE…``. Orders come as JSON lines on standard input, one answer line each:
``{"start": module, "log": path, "environment": {…}}`` answers the process id, ``{"ended": pid}`` its exit code, or null
while it lives. When standard input ends, or this process does, every service ends with it. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

from shared.service.process import serve
from shared.service.runtime import Parts

SET_PARENT_DEATH_SIGNAL, SET_NAME = 1, 15  # prctl(2)
_system = ctypes.CDLL(None)


def start(module: str, parts: Parts, order: Mapping[str, Any]) -> int:
    """Fork; the child becomes the service."""
    ours = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(module, parts, order, ours)
    return pid


def _become(module: str, parts: Parts, order: Mapping[str, Any], parent: int) -> NoReturn:
    code = 1
    try:
        os.setsid()
        _system.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        _system.prctl(SET_NAME, f"chibo {parts.name}".encode(), 0, 0, 0)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for from_, to in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(from_, to)
        os.environ.clear()
        os.environ.update(order["environment"])
        if os.getppid() == parent:  # else it was gone before the kernel knew of our wish
            serve(parts)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - said in its log; nothing may get back into the nursery
        sys.stderr.write(f"{module}\n")
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int | None:
    """The exit code of a service that has ended, minus the signal's number when one ended it; None while it lives."""
    gone, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if gone else None


def main(modules: list[str]) -> None:
    parts = {module: import_module(module).PARTS for module in modules}
    gc.collect()
    gc.freeze()
    living: set[int] = set()
    answer: int | None
    try:
        for line in sys.stdin:
            order = json.loads(line)
            if "start" in order:
                answer = start(order["start"], parts[order["start"]], order)
                living.add(answer)
            else:
                answer = ended(order["ended"])
                if answer is not None:
                    living.discard(order["ended"])
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        for pid in living:
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
