"""A backup of the site while it runs: logs as at one moment, then files, then keys apart; read again before it counts.

Logs first: a file is there before a fact names it, a key before something is sealed with it. Read models, streams and
what was said on stderr are left out: the first two are made from the logs, and plain text stands in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from services.cli.voice import Failed, tenths, voice
from shared.days import VIETNAM
from shared.events.envelope import LogName, instant, moment
from shared.events.wording import many
from shared.settings import SERVICES
from shared.store.copying import copy, together, verified
from shared.store.tree import root
from shared.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from rich.console import RenderableType

    from shared.settings import Settings

MANIFEST = "manifest.json"
"""Written last: without it nothing is a backup."""
HOME, KEYS = "home", "keys"
"""What goes back to the place of ``CHIBO_HOME``, and the keys, which are kept elsewhere and not for long."""
KEYS_DAYS = 30
"""So long copies of keys are kept: what was erased on purpose could be read again with an older one."""
KEY_STORES = ("keys.db", "signing.db")
DUMP = "logs.dump"
NOT_OURS = ("up.lock",)
"""In the home itself, for those who run now."""

Wrong = tuple[str, str]


@dataclass(frozen=True)
class Backup:
    """What a manifest says, and what was found when everything was read."""

    folder: Path
    told: dict[str, Any]
    keys_there: bool
    now: datetime
    wrong: list[Wrong]

    @property
    def whole(self) -> bool:
        return not self.wrong

    @property
    def days(self) -> int:
        """How old it is."""
        return (self.now - moment(self.told["made_at"])).days

    def as_json(self) -> dict[str, Any]:
        files = self.told["files"]
        return {
            "folder": str(self.folder),
            "whole": self.whole,
            "days": self.days,
            "keys": self.keys_there,
            "bytes": sum(one["bytes"] for one in files.values()),
            **{name: value for name, value in self.told.items() if name != "files"},
            "files": len(files),
            "wrong": [{"vi": vi, "en": en} for vi, en in self.wrong],
        }


# ---------------------------------------------------------------- making one


def make(settings: Settings, folder: Path) -> Backup:
    """Copy the site into a folder that is not there yet, then read the copy. Raises Failed; nothing is left then."""
    _may(settings, folder)
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        logs = _logs(settings, folder / HOME)
        _files(settings, folder / HOME)
        for name in KEY_STORES:
            copy(settings.home / "roster" / name, _made(folder / KEYS / "roster" / name))
        for file in sorted(settings.home.iterdir()):
            if file.is_file() and file.name not in NOT_OURS:
                _copied(file, folder / HOME / file.name)
        told = {
            "backup": 1,
            "site": settings.site,
            "made_at": instant(datetime.now(UTC)),
            "logs": logs,
            "files": {path: _measured(folder / path) for path in _paths(folder)},
        }
        (folder / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        os.sync()
        return checked(folder)
    except (StoreTrouble, OSError, sqlite3.Error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        why = (error.vi, error.en) if isinstance(error, StoreTrouble) else (f"{error}", f"{error}")
        raise Failed(f"Chưa sao lưu được: {why[0]}", f"There is no backup: {why[1]}") from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _may(settings: Settings, folder: Path) -> None:
    home, wanted = settings.home.resolve(), folder.resolve()
    if not all((home / "roster" / name).is_file() for name in KEY_STORES):
        raise Failed(
            f"Thư mục {home} chưa có dữ liệu của nơi nào. Sao lưu chạy trên máy giữ dữ liệu; đồng chí đặt CHIBO_HOME "
            "tới thư mục ấy.",
            f"{home} holds no site's data. A backup is made where the data are: let CHIBO_HOME name that folder.",
            code=2,
        )
    if wanted == home or home in wanted.parents or wanted in home.parents:
        raise Failed(
            f"Bản sao không để trong {home} hay bao lấy nó; đồng chí chọn nơi khác, tốt nhất là đĩa khác.",
            f"A backup cannot be inside {home}, nor around it; choose another place, best another disk.",
            code=2,
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failed(
            f"{folder} đã có và được giữ nguyên; đồng chí chọn thư mục mới cho mỗi lần sao lưu.",
            f"{folder} is there already and was left as it is; choose a new folder for each backup.",
            code=2,
        )


def _logs(settings: Settings, home: Path) -> dict[str, Any]:
    """Copy all logs as at one moment; each one's name, last index and root."""
    if settings.database_url is not None:
        return _dump(settings.database_url, _made(home / DUMP))
    found = {}
    with ExitStack() as opened:
        for snapshot in together([settings.home / name / "log.db" for name in SERVICES]):
            opened.enter_context(closing(snapshot))
            path = Path(snapshot.name.service) / "log.db"
            snapshot.copy(_made(home / path))
            found[str(snapshot.name)] = _end(path, snapshot.index, snapshot.root)
    return found


def _end(file: Path, index: int, of_all: bytes) -> dict[str, Any]:
    return {"file": f"{HOME}/{file}", "index": index, "root": of_all.hex()}


def _dump(database_url: str, to: Path) -> dict[str, Any]:
    """Let pg_dump write the logs' schemas as at one moment; the password goes by the environment."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.sql import SQL, Identifier

    program = shutil.which("pg_dump")
    if program is None:
        raise Failed(
            "Sổ nằm trong PostgreSQL mà máy này chưa có pg_dump. Đồng chí cài postgresql-client, không cũ hơn máy chủ, "
            "rồi gọi lại; chưa chép gì.",
            "The logs are in PostgreSQL and this machine has no pg_dump. Install postgresql-client, not older than the "
            "server, and say this again; nothing was copied.",
        )
    given = conninfo_to_dict(database_url)
    password = given.pop("password", None)
    try:
        with psycopg.connect(database_url) as connection:
            connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
            ((moment_of_all,),) = connection.execute("SELECT pg_export_snapshot()").fetchall()
            found = {}
            for name in SERVICES:
                ((site, epoch, index, frontier),) = connection.execute(
                    SQL('SELECT site, epoch, "index", frontier FROM {}.log_head').format(Identifier(name))
                ).fetchall()
                found[str(LogName(site, name, epoch))] = _end(Path(DUMP), index, root(frontier))
            done = subprocess.run(
                [
                    *(program, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}"),
                    *(f"--schema={name}" for name in SERVICES),
                    *(f"--snapshot={moment_of_all}", f"--dbname={make_conninfo('', **given)}"),
                ],
                env=os.environ | ({} if password is None else {"PGPASSWORD": str(password)}),
                capture_output=True,
                text=True,
                check=False,
            )
    except psycopg.Error as error:
        raise Failed(
            "Chưa sao lưu được: máy chủ PostgreSQL không trả lời, hoặc chưa có sổ nào ở đó. Đồng chí xem lại "
            "CHIBO_DATABASE_URL, khởi động máy chủ rồi gọi lại.",
            "There is no backup: the PostgreSQL server does not answer, or there are no logs in it. See to "
            "CHIBO_DATABASE_URL, start the server, then say this again.",
            details=str(error).splitlines()[:4],
        ) from None
    if done.returncode:
        raise Failed(
            "Chưa sao lưu được: pg_dump không chép được các sổ.",
            "There is no backup: pg_dump could not copy the logs.",
            details=done.stderr.splitlines()[-4:],
        )
    return found


def _files(settings: Settings, home: Path) -> None:
    """Copy every encrypted file that is whole; one that is removed meanwhile was to be removed."""
    for name in SERVICES:
        store = settings.home / name / "files" if settings.files_home is None else settings.files_home / name
        for file in sorted(store.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                try:
                    _copied(file, home / name / "files" / file.relative_to(store))
                except FileNotFoundError:
                    continue


def _copied(file: Path, to: Path) -> None:
    shutil.copy2(file, _made(to))


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    return path


# ---------------------------------------------------------------- checking one


def checked(folder: Path) -> Backup:
    """Read all of a backup: every file as it was copied, every log's root as its facts give it. Raises Failed."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, logs = told["files"], told["logs"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Failed(
            f"{folder} không phải bản sao dùng được: {MANIFEST} thiếu hoặc hỏng. Đồng chí dùng bản khác, hoặc sao lưu "
            "lại.",
            f"{folder} is no backup that can be used: {MANIFEST} is missing or damaged. Take another one, or make one "
            "again.",
        ) from None
    keys_there = (folder / KEYS).is_dir()
    wanted = {path for path in files if keys_there or not path.startswith(f"{KEYS}/")}
    return Backup(folder, told, keys_there, datetime.now(UTC), list(_wrong(folder, files, wanted, logs)))


def _wrong(folder: Path, files: dict[str, Any], wanted: set[str], logs: dict[str, Any]) -> Iterator[Wrong]:
    there = set(_paths(folder))
    for path in sorted(wanted - there):
        yield f"{path}: thiếu", f"{path}: missing"
    for path in sorted(there - wanted):
        yield f"{path}: không thuộc bản sao", f"{path}: is not part of it"
    same = {path for path in wanted & there if _measured(folder / path) == files[path]}
    for path in sorted(wanted & there - same):
        yield f"{path}: đã đổi từ khi chép", f"{path}: changed since it was copied"
    for log, end in logs.items():
        # What pg_dump wrote is checked byte for byte above; its roots, once it is put back.
        if end["file"] in same and end["file"] != f"{HOME}/{DUMP}" and not _holds(folder / end["file"], end):
            yield f"{log}: các việc không còn khớp với gốc", f"{log}: the facts do not agree with the root"


def _holds(file: Path, end: dict[str, Any]) -> bool:
    try:
        log = verified(file)
    except (StoreTrouble, sqlite3.Error):
        return False
    return (log.index, log.root.hex()) == (end["index"], end["root"])


def _paths(folder: Path) -> Iterator[str]:
    for part in (HOME, KEYS):
        for file in sorted((folder / part).rglob("*")):
            if file.is_file():
                yield file.relative_to(folder).as_posix()


def _measured(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}


# ---------------------------------------------------------------- for people


def picture(found: Backup) -> list[RenderableType]:
    """The logs with their roots, which can be noted elsewhere; what is wrong; what to do with the keys."""
    parts: list[RenderableType] = []
    if found.told["logs"]:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for vi, en, justify in (("Sổ", "Log", "left"), ("Số việc", "Facts", "right"), ("Gốc", "Root", "left")):
            table.add_column(voice.one(vi, en), justify=justify)  # type: ignore[arg-type]
        for log, end in found.told["logs"].items():
            table.add_row(log, str(end["index"]), Text(f"{end['root'][:32]}…", "dim"))
        parts += [table, Text()]
    parts += [Text(f"✗ {line}", "red") for both in found.wrong for line in voice.choose(*both)]
    return parts


def sentence(found: Backup) -> Wrong:
    """What the copy is."""
    shown = found.as_json()
    at = f"{moment(found.told['made_at']).astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    if not found.whole:
        vi = f"Bản sao {found.folder} lúc {at} không dùng được: {len(found.wrong)} chỗ sai. Đồng chí dùng bản khác."
        en = f"The backup {found.folder} of {at} cannot be used: {len(found.wrong)} things are wrong. Take another."
        return vi, en
    vi, en = tenths(shown["bytes"] / 1e6)
    vi = f"{shown['files']} tệp, {vi} MB, đã đọc lại từng byte"
    en = f"{many(shown['files'], 'file')}, {en} MB, every byte read again"
    return f"Bản sao {found.folder} lúc {at} đủ và đúng: {vi}.", f"The backup {found.folder} of {at} is whole: {en}."


def about_keys(found: Backup) -> Wrong:
    """What becomes of its keys."""
    if not found.keys_there:
        vi = f"Thư mục {KEYS} không ở đây; muốn phục hồi thì cần {KEYS} của chính bản sao này, giữ ở nơi khác."
        en = f"The folder {KEYS} is not here; to put the copy back takes the one of this backup, kept elsewhere."
    elif found.days > KEYS_DAYS:
        vi = f"Khóa trong {KEYS} đã {found.days} ngày. Quá {KEYS_DAYS} ngày thì hủy: những gì đã xóa đọc lại được bằng "
        en = f"The keys in {KEYS} are {found.days} days old. After {KEYS_DAYS} destroy them: what was erased since can "
        vi, en = f"{vi}khóa cũ.", f"{en}be read with them."
    else:
        vi = f"Chuyển {KEYS} sang nơi giữ khác, hủy sau {KEYS_DAYS} ngày; thiếu nó thì không đọc được tên và tệp."
        en = f"Move {KEYS} elsewhere, destroy it after {KEYS_DAYS} days; without it no name or file can be read."
    return vi, en
