"""Where the embedded site's services are forked from, so that what all of them load and build is there once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

WORKS = sys.platform == "linux"
"""Elsewhere system libraries do not survive a fork; each service is started by itself there."""
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""A heap for every thread, as the system library would have it, keeps more that is free and gains nothing here."""
LOOK_SECONDS = 0.02
REST_SECONDS = 20.0
"""After the last start: what does not die at once does not need a nursery that holds everything ready."""
LOST = -signal.SIGKILL
"""The exit code given for a service whose nursery is gone, which took the real one with it."""


class Forked:
    """One service, with what the supervisor asks of a ``subprocess.Popen``."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ended(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(f"service {self.pid}", timeout or 0)
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """A process that has prepared these services; started when it is first needed, and again when it was killed."""

    def __init__(self, modules: list[str], log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self._environment = dict(environment)
        self._modules = modules
        self._process: subprocess.Popen[str] | None = None
        self._rests_at = float("inf")
        self._lock = Lock()

    def open(self) -> None:
        """Begin to import; does not wait for it."""
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shared.service.nursery", json.dumps(self._modules), "[]"],
                stdin=subprocess.PIPE,  # its end tells that we are gone, however that came about
                stdout=subprocess.PIPE,
                stderr=log,
                env=ONE_HEAP | self._environment,
                text=True,
                start_new_session=True,
            )

    def fork(self, module: str, log: Path) -> Forked:
        """Start a service; waits until the modules are imported. Raises OSError when that failed: see ``log``."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._let_go()
                self.open()
            pid = self._order(start=module, log=str(log))
            self._rests_at = time.monotonic() + REST_SECONDS
        if pid is None:
            raise OSError(f"the services could not be loaded; see {self.log}")
        return Forked(self, pid)

    def ended(self, pid: int) -> int | None:
        """The exit code of a service; None while it lives. Without the nursery the kernel tells it to end."""
        with self._lock, suppress(OSError):
            if time.monotonic() > self._rests_at:
                self._rest()
            return self._order(ended=pid)
        return None if _lives(pid) else LOST

    def rest(self) -> None:
        """Let it forget what it has loaded until it is to fork again. The services live on."""
        with self._lock:
            self._rest()

    def _rest(self) -> None:
        self._rests_at = float("inf")
        self._order(rest=True)

    def close(self) -> None:
        """End it, and every service that has not ended before."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # an order it did not live to read
                    if pipe is not None:
                        pipe.close()
            process.wait()

    def _order(self, **order: Any) -> int | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None or process.poll() is not None:
            raise OSError("no nursery")
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise OSError(f"the services could not be loaded; see {self.log}")
        found: int | None = json.loads(answer)
        return found


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
