"""The embedded site: one broker and one process per service, started together, kept alive, stopped in order."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

from services.cli import broker, nursery
from services.cli.nursery import Forked, Nursery
from services.cli.voice import Failed, tenths
from shared.settings import SERVICES, Settings

if TYPE_CHECKING:
    from types import TracebackType

READY_SECONDS = 60.0
STOP_SECONDS = 8.0
LOOK_SECONDS = 0.05
LONGEST_PAUSE = 10.0
"""Between two starts of a service that keeps dying."""
STEADY_SECONDS = 30.0
"""A service that lived this long may be restarted at once when it dies."""
LARGEST_LOG = 10_000_000
"""A log file above this is set aside, once, when its service starts."""
LEASH = Path(__file__).with_name("leash.py")


def leashed(command: list[str]) -> list[str]:
    """The same program, ending when this process does."""
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command]


class Tell(Protocol):
    """Says something to whoever sits in front."""

    def __call__(self, vi: str, en: str) -> None: ...


def _silent(vi: str, en: str) -> None:
    """Nobody sits in front."""


def last_words(log: Path, lines: int = 6) -> list[str]:
    """The end of a log file."""
    try:
        return log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return []


@dataclass
class Child:
    """One process of the site: same command, same log, as often as it must be started."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    process: subprocess.Popen[bytes] | Forked | None = None
    started: float = 0.0
    deaths: int = 0
    """In a row, each within STEADY_SECONDS of its start."""

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LARGEST_LOG:
                self.log.replace(self.log.with_suffix(".log.1"))
        self.process = self._begin()
        self.started = time.monotonic()

    def _begin(self) -> subprocess.Popen[bytes] | Forked:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                leashed(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,  # Ctrl-C is for us; we then stop the others in order
            )

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        if self.running and self.process is not None:
            self.process.send_signal(number)

    def wait(self, seconds: float) -> None:
        """Until it has ended; killed when that takes longer."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self, lines: int = 6) -> list[str]:
        """The end of its log."""
        return last_words(self.log, lines)


@dataclass
class ForkedChild(Child):
    """A service that is forked where all are loaded already."""

    nursery: Nursery = field(kw_only=True)

    def _begin(self) -> Forked:
        try:
            return self.nursery.fork(self.command[-1], self.log)
        except OSError:
            raise Failed(
                f"Các dịch vụ không nạp được; phần cuối nhật ký ở {self.nursery.log}.",
                f"The services could not be loaded; the end of the log, {self.nursery.log}:",
                details=last_words(self.nursery.log),
            ) from None


class Lock:
    """Only one supervisor per home; the system lets go of it when the process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self.path = home / "up.lock"
        self._file: Any = None

    def take(self) -> None:
        """Raises Failed when another supervisor has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = self.path.open("a+")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.seek(0)
            owner = self._file.read().strip() or "?"
            self._file.close()
            self._file = None
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise
            raise Failed(
                f"Kho dữ liệu {self.path.parent} đang do một lệnh «chibo up» khác dùng (tiến trình {owner}). "
                "Đồng chí dùng tiếp lệnh đang chạy đó, hoặc đặt CHIBO_HOME sang thư mục khác.",
                f"{self.path.parent} is in use by another “chibo up” (process {owner}). "
                "Go on with that one, or let CHIBO_HOME name another folder.",
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: Any) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def health(url: str, timeout: float = 2.0) -> dict[str, Any] | None:
    """What a service says about itself; None when it does not answer."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port or 80, timeout=timeout)
    try:
        connection.request("GET", f"{place.path}/health")
        found = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return found if isinstance(found, dict) else None


class Supervisor:
    """Owns the processes of one embedded site from start to stop.

    As a context manager it starts everything and returns when all services are ready; leaving it stops all.
    """

    def __init__(
        self,
        settings: Settings,
        tell: Tell = _silent,
        *,
        clock: str | None = None,
        services: tuple[str, ...] = SERVICES,
    ) -> None:
        self.settings = settings
        self.tell = tell
        self.lock = Lock(settings.home)
        given = {"redis_url": broker.url(settings)} | ({"clock": clock} if clock else {})
        surroundings = environment(settings.model_copy(update=given))
        logs = settings.home / "logs"
        commands = {name: [sys.executable, "-m", f"services.{name}.main"] for name in services}
        self._nursery: Nursery | None = None
        self.services: dict[str, Child] = {}
        if nursery.WORKS and services:
            self._nursery = place = Nursery(
                [command[-1] for command in commands.values()], logs / "services.log", surroundings
            )
            for name, command in commands.items():
                self.services[name] = ForkedChild(name, command, logs / f"{name}.log", nursery=place)
        else:
            for name, command in commands.items():
                self.services[name] = Child(name, command, logs / f"{name}.log", surroundings)
        self.broker: Child | None = None
        if settings.redis_url is None:
            folder = settings.home / "broker"
            self.broker = Child("broker", broker.command(settings, folder), logs / "broker.log", dict(os.environ))
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def children(self) -> list[Child]:
        """In the order in which they are stopped, last first."""
        return [*([self.broker] if self.broker else []), *self.services.values()]

    # ------------------------------------------------------------ start

    def start(self) -> None:
        """Start everything at once. Raises Failed, with nothing started, when the home or a port is taken."""
        self.lock.take()
        try:
            self._check_ports()
            self._check_told_broker()
            if self._nursery is not None:
                self._nursery.open()
            if self.broker is not None:
                (self.settings.home / "broker").mkdir(parents=True, exist_ok=True, mode=0o700)
            for child in self.children:
                child.start()
        except BaseException:
            self.stop()
            raise

    def _check_ports(self) -> None:
        ports = {f"CHIBO_{name.upper()}_PORT": (self.settings.host, self.settings.port(name)) for name in self.services}
        if self.broker is not None:
            ports["CHIBO_REDIS_PORT"] = (broker.LOOPBACK, self.settings.redis_port)
        for setting, (host, port) in ports.items():
            try:
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Failed(
                        f"Cổng {port} đang có chương trình khác dùng. Đồng chí đặt {setting} sang số khác rồi chạy "
                        "lại; dữ liệu còn nguyên.",
                        f"Port {port} is taken by another program. Set {setting} to another number and start again; "
                        "the data are as they were.",
                    ) from None
                raise Failed(
                    f"Không mở được cổng {port} tại địa chỉ {host}. Đồng chí kiểm tra CHIBO_HOST và {setting}.",
                    f"Cannot listen on port {port} at {host}. Check CHIBO_HOST and {setting}.",
                    details=[str(error)],
                ) from None

    def _check_told_broker(self) -> None:
        if self.settings.redis_url is None or urlsplit(self.settings.redis_url).scheme not in ("redis", "rediss"):
            return
        place = urlsplit(self.settings.redis_url)
        try:
            socket.create_connection((place.hostname or "localhost", place.port or 6379), timeout=3).close()
        except OSError as error:
            raise Failed(
                "Chưa nối được tới Redis ghi trong CHIBO_REDIS_URL. Đồng chí mở Redis đó, hoặc bỏ thiết lập này để "
                "chibo tự mở; dữ liệu còn nguyên.",
                "The Redis named by CHIBO_REDIS_URL does not answer. Start it, or remove the setting and chibo starts "
                "one itself; the data are as they were.",
                details=[f"{place.hostname}:{place.port or 6379}: {error}"],
            ) from None

    def wait_ready(self, seconds: float = READY_SECONDS, on_ready: Callable[[str], None] = lambda _name: None) -> None:
        """Return when every service takes commands. Raises Failed when one ended or none of this came in time.

        A service that answers but refuses to write counts as up; what it says about it is told.
        """
        end = time.monotonic() + seconds
        waiting = dict(self.services)
        no_broker = self.broker is not None
        while waiting or no_broker:
            if self.broker is not None and not self.broker.running:
                self._revive_broker(self.broker)
            no_broker = no_broker and not broker.answers(self.settings.redis_port)
            for name, child in list(waiting.items()):
                if not child.running:
                    raise Failed(
                        f"Dịch vụ {name} không khởi động được; phần cuối nhật ký ở {child.log}.",
                        f"The service {name} did not start; the end of its log, {child.log}:",
                        details=child.last_words(),
                    )
                found = health(self.settings.url(name))
                status = found and found.get("status")
                if found and status in ("ready", "refusing"):
                    del waiting[name]
                    on_ready(name)
                if found and status == "refusing":
                    why = found.get("refusal") or {}
                    self.tell(
                        f"Dịch vụ {name} chưa nhận ghi: {why.get('vi')}",
                        f"The service {name} does not write yet: {why.get('en')}",
                    )
            if (waiting or no_broker) and time.monotonic() > end:
                names = ", ".join([*waiting, *(["broker"] if no_broker else [])])
                raise Failed(
                    f"Sau {seconds:.0f} giây vẫn chưa sẵn sàng: {names}. Nhật ký ở {self.settings.home / 'logs'}.",
                    f"Not ready after {seconds:.0f} s: {names}. The logs are in {self.settings.home / 'logs'}.",
                    details=[line for child in waiting.values() for line in child.last_words(3)],
                )
            time.sleep(LOOK_SECONDS)

    def _revive_broker(self, child: Child) -> None:
        """A broker that cannot read its own file starts with an empty folder: the logs hold everything it held."""
        words = child.last_words()
        folder = self.settings.home / "broker"
        unreadable = any("append only file" in line.lower() or "aof" in line.lower() for line in words)
        if child.deaths or not unreadable or not any(folder.iterdir()):
            raise Failed(
                f"Redis kèm theo không khởi động được; phần cuối nhật ký ở {child.log}.",
                f"The broker did not start; the end of its log, {child.log}:",
                details=words,
            )
        aside = folder.with_name(f"broker.unreadable-{time.strftime('%Y%m%d-%H%M%S')}")
        folder.rename(aside)
        folder.mkdir(mode=0o700)
        child.deaths += 1
        child.start()
        self.tell(
            f"Tệp của Redis bị hỏng, đã để riêng tại {aside}; các dịch vụ gửi lại từ sổ của mình, không mất gì.",
            f"The broker's file was damaged and set aside as {aside}; the services send again from their own logs, "
            "nothing is lost.",
        )

    # ------------------------------------------------------------ keep

    def keep(self) -> None:
        """From now on start again, in the background, whatever died."""
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS * 4):
            for child in self.children:
                if child.running or self._stopping.is_set():
                    continue
                lived = time.monotonic() - child.started
                child.deaths = 1 if lived > STEADY_SECONDS else child.deaths + 1
                pause = min(LONGEST_PAUSE, 0.1 * 2 ** (child.deaths - 1))
                code = child.process.returncode if child.process else None
                vi, en = tenths(pause)
                self.tell(
                    f"{child.name} vừa dừng (mã {code}); mở lại sau {vi} giây. Nhật ký: {child.log}",
                    f"{child.name} ended (code {code}); started again in {en} s. Log: {child.log}",
                )
                if self._stopping.wait(pause):
                    return
                child.start()

    # ------------------------------------------------------------ stop

    def stop(self) -> None:
        """Stop the services together, then the broker; return when all have ended."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
        end = time.monotonic() + STOP_SECONDS
        for child in self.services.values():
            child.signal(signal.SIGTERM)
        for child in self.services.values():
            child.wait(end - time.monotonic())
        if self._nursery is not None:
            self._nursery.close()
        if self.broker is not None:
            self.broker.signal(signal.SIGTERM)
            self.broker.wait(STOP_SECONDS)
        self.lock.release()
        self._stopping.clear()

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        self.keep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def environment(settings: Settings) -> dict[str, str]:
    """Our own environment with exactly these settings in it."""
    values = settings.model_dump()
    names = {f"CHIBO_{name.upper()}": value for name, value in values.items()}
    ours = {name: value for name, value in os.environ.items() if name not in names}
    return ours | {name: str(value) for name, value in names.items() if value is not None}
