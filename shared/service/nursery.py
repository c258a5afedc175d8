"""Starts services by forking: what does not change from start to start is loaded and built once, and kept once.

Run as ``python -m shared.service.nursery MODULES LIVING``, both JSON lists, with the settings in its environment.
Orders come as JSON lines on standard input, one answer line each: ``{"start": module, "log": path}`` answers the
process id, ``{"ended": pid}`` its exit code, or null while it lives. ``{"rest": true}`` lets go of all that was loaded,
until the next start: the process begins anew with the services it has. When standard input ends, or this process does,
every service ends with it. Linux only.
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
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import NoReturn

SET_PARENT_DEATH_SIGNAL, SET_NAME = 1, 15  # prctl(2)
LOADED_LATE = (
    "anyio._backends._asyncio",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "encodings.idna",
    "httpcore",
    "shared.store.sqlite",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What a service would load only once it runs."""
_system = ctypes.CDLL(None)

Service = Callable[[], None]
"""Runs until it is told to stop."""


def prepared(modules: list[str]) -> dict[str, Service]:
    """The services of these modules, with nothing left to do that they have in common with their next start."""
    from shared.rules.book import shipped  # noqa: PLC0415 - loaded once the collector is off
    from shared.service.http import built  # noqa: PLC0415 - the same
    from shared.service.process import log_as_json, run  # noqa: PLC0415 - the same
    from shared.service.runtime import trusted  # noqa: PLC0415 - the same
    from shared.settings import Settings  # noqa: PLC0415 - the same

    settings = Settings()
    log_as_json(settings.log_level)
    parts = {module: import_module(module).PARTS for module in modules}
    for module in LOADED_LATE:
        import_module(module)
    trusted()
    shipped()
    for found in parts.values():
        built(found)
    return {module: partial(run, found, settings) for module, found in parts.items()}


def start(module: str, service: Service, log: str) -> int:
    """Fork; the child becomes the service."""
    ours = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(module, service, log, ours)
    return pid


def _become(module: str, service: Service, log: str, parent: int) -> NoReturn:
    code = 1
    try:
        os.setsid()
        _system.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        _system.prctl(SET_NAME, f"chibo {module.split('.')[1]}".encode(), 0, 0, 0)
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for from_, to in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(from_, to)
        gc.enable()
        if os.getppid() == parent:  # else it was gone before the kernel knew of our wish
            service()
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


def main(modules: list[str], living: set[int]) -> None:
    services: dict[str, Service] = {}
    answer: int | None
    try:
        for line in sys.stdin:
            order = json.loads(line)
            if "start" in order:
                if not services:
                    gc.disable()  # hardly anything loaded goes again; looking for it takes a tenth of the time
                    services = prepared(modules)
                    gc.freeze()
                answer = start(order["start"], services[order["start"]], order["log"])
                living.add(answer)
            elif "ended" in order:
                answer = ended(order["ended"])
                if answer is not None:
                    living.discard(order["ended"])
            else:
                answer = None
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
            if "rest" in order:
                ours = [sys.executable, "-m", "shared.service.nursery", json.dumps(modules), json.dumps(sorted(living))]
                os.execv(sys.executable, ours)  # noqa: S606 - itself, no shell is meant
    finally:
        for pid in living:
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), set(json.loads(sys.argv[2])))
