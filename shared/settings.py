"""Everything that can be set, in one frozen object read from the environment (``CHIBO_…``)."""

from __future__ import annotations

import contextlib
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("roster", "scheduler", "minutes", "ranking", "hub")
"""The services of a site, in the order of their ports."""


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "chibo"


class Settings(BaseSettings):
    """One site's settings. Every field is set by ``CHIBO_<NAME>``; docs/settings.md lists them."""

    model_config = SettingsConfigDict(env_prefix="CHIBO_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=_data_home, description="Folder that holds all data of this site.")
    site: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] = Field(
        default="local", description="Name of this deployment; part of every fact's source. Never change it later."
    )
    host: str = Field(default="127.0.0.1", description="Address the services listen on; loopback until people sign in.")
    roster_port: int = Field(default=8101, description="Port of the roster service.")
    scheduler_port: int = Field(default=8102, description="Port of the scheduler service.")
    minutes_port: int = Field(default=8103, description="Port of the minutes service.")
    ranking_port: int = Field(default=8104, description="Port of the ranking service.")
    hub_port: int = Field(default=8105, description="Port of the hub service.")
    roster_url: str | None = Field(default=None, description="Where others reach roster; by default host and port.")
    scheduler_url: str | None = Field(default=None, description="Where others reach scheduler.")
    minutes_url: str | None = Field(default=None, description="Where others reach minutes.")
    ranking_url: str | None = Field(default=None, description="Where others reach ranking.")
    hub_url: str | None = Field(default=None, description="Where others reach hub.")
    redis_url: str | None = Field(
        default=None, description="Broker; without it a redis-server, valkey-server or the bundled Valkey is started."
    )
    redis_port: int = Field(default=8100, description="Port of the broker that `chibo up` starts itself.")
    database_url: str | None = Field(
        default=None, description="postgresql://… for all logs and views; without it SQLite files under home."
    )
    service_token: str | None = Field(
        default=None, repr=False, description="What services show one another; by default made once under home."
    )
    inbox_secret: str | None = Field(
        default=None,
        repr=False,
        description="Key of the inbox's digests; by default made once under home. Never change it.",
    )
    calendar_secret: str | None = Field(
        default=None,
        repr=False,
        description="What secret calendar addresses are made from; by default made once under home. "
        "Changing it withdraws every address.",
    )
    clock: Literal["system", "settable"] = Field(
        default="system", description="settable: the time is given over HTTP; only for samples and tests."
    )
    body_limit: int = Field(default=1_000_000, description="Largest request body in bytes.")
    depth_limit: int = Field(default=32, description="Deepest nesting of a JSON body.")
    import_bytes: int = Field(default=5_000_000, description="Largest roster file in bytes.")
    import_rows: int = Field(default=2_000, description="Most rows of a roster file.")
    files_home: Path | None = Field(
        default=None, description="Folder of scans and attachments; by default `files` in each service's own folder."
    )
    files_kinds: str = Field(default="jpeg pdf tiff", description="Kinds of scans and attachments that are taken.")
    files_bytes: int = Field(default=25_000_000, description="Largest scan or attachment in bytes.")
    files_pages: int = Field(default=300, description="Most pages of one scan or attachment.")
    files_pixels: int = Field(default=120_000_000, description="Most pixels of one scanned page (A3 at 600 dpi: 70).")
    files_unpacked: int = Field(default=600_000_000, description="Most bytes that a PDF may have when it is unpacked.")
    files_seconds: int = Field(default=60, description="Longest time for examining one scan or attachment.")
    files_memory: int = Field(default=1_500_000_000, description="Most memory in bytes for examining one.")
    files_unnamed_hours: float = Field(
        default=24.0, description="Hours after which an uploaded file that no command has named is removed."
    )
    files_unnamed_bytes: int = Field(
        default=1_000_000_000, description="Most bytes of one branch's uploads that no command has named yet."
    )
    print_seconds: int = Field(default=30, description="Longest time for printing one paper.")
    print_memory: int = Field(default=1_500_000_000, description="Most memory in bytes for printing.")
    print_idle_seconds: float = Field(
        default=2.0, description="Seconds without a paper after which the process that prints ends."
    )
    pin_length: int = Field(default=6, description="Fewest characters of a PIN for signing.")
    pin_tries: int = Field(
        default=8, description="Wrong PINs in a row after which a key is locked; from the third on each is waited for."
    )
    stream_days: int = Field(default=7, description="Days of facts kept in the streams.")
    stream_count: int = Field(default=1_000_000, description="Most facts kept in one stream.")
    silence_seconds: float = Field(default=5.0, description="Silence after which heads are compared again.")
    after_seconds: float = Field(default=2.0, description="Longest wait of a query that names a position.")
    clock_seconds: float = Field(default=30.0, description="How often a service looks for due moments.")
    document_place: str = Field(
        default="", max_length=60, description="Place of papers where a branch set none; empty: written by hand."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    def port(self, service: str) -> int:
        return int(getattr(self, f"{service}_port"))

    def url(self, service: str) -> str:
        """Where others reach a service, without a slash at the end."""
        given = getattr(self, f"{service}_url")
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared, not bound
        return str(given or f"http://{host}:{self.port(service)}").rstrip("/")

    def folder(self, service: str) -> Path:
        """A service's own folder under home, made when missing, closed to other users."""
        folder = self.home / service
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def files(self, service: str) -> Path:
        """Where a service keeps its files."""
        return self.folder(service) / "files" if self.files_home is None else self.files_home / service

    def log_database(self, service: str) -> str:
        return self.database_url or f"sqlite:///{self.folder(service) / 'log.db'}"

    def views_database(self, service: str) -> str:
        return self.database_url or f"sqlite:///{self.folder(service) / 'views.db'}"

    @cached_property
    def token(self) -> str:
        """What services show one another; made once and kept in ``service.token`` under home."""
        return self.service_token or self._kept("service.token")

    @cached_property
    def inbox_key(self) -> bytes:
        """Key of the digests by which a repeated command is told from a changed one."""
        return (self.inbox_secret or self._kept("inbox.key")).encode()

    @cached_property
    def calendar_key(self) -> bytes:
        """What secret calendar addresses are made from; made once and kept in ``calendar.key`` under home."""
        return (self.calendar_secret or self._kept("calendar.key")).encode()

    def _kept(self, name: str) -> str:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.home / name
        made = path.with_name(f".{name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
        return path.read_text()
