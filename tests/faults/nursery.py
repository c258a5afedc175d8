"""Starts services as often as they are killed: everything is imported once, each start is a fork.

What runs in the child is the product's own ``serve``; only what the test orders to be planted is changed there.
Orders come as JSON lines, one answer line each. When the one who orders is gone, everything started here ends.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared.service.http import application
from shared.service.process import serve
from shared.service.runtime import Service
from shared.settings import SERVICES, Settings
from tests.faults.plants import plant

PARTS = {name: import_module(f"services.{name}.main").PARTS for name in SERVICES}


def warm() -> None:
    """Build every service once: what the libraries prepare for its types is then there in every child."""
    with TemporaryDirectory(prefix="chibo-nursery-") as home:
        settings = Settings(home=Path(home), redis_url="redis://127.0.0.1:1/0")
        for parts in PARTS.values():
            service = Service(parts, settings)
            application(service)
            service.views.close()
            service.log.close()
    gc.collect()
    gc.freeze()


def start(order: dict[str, Any]) -> int:
    """Fork; the child becomes the service and never comes back."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        faulthandler.register(signal.SIGUSR1)  # where it hangs, should it hang
        os.environ.update(order["environment"])
        for name, arguments in order["plants"]:
            plant(name, arguments)
        serve(PARTS[order["service"]])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - it must be told; nothing may get back into the nursery
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end(pid: int, number: int) -> int:
    """Send a signal and wait until the process is gone; what it left behind is free then."""
    os.kill(pid, number)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def ended(pid: int) -> int | None:
    """How it ended by itself; None while it lives."""
    gone, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if gone else None


def main() -> None:
    warm()
    living: set[int] = set()
    answer: int | None
    try:
        for line in sys.stdin:
            order = json.loads(line)
            if "service" in order:
                answer = start(order)
                living.add(answer)
            elif "ended" in order:
                answer = ended(order["ended"])
                if answer is not None:
                    living.discard(order["ended"])
            else:
                answer = end(order["end"], order["with"])
                living.discard(order["end"])
            print(json.dumps(answer), flush=True)
    finally:
        for pid in living:
            end(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
