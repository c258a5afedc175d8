"""A backup holds all that cannot be made again and nothing in plain text; what is wrong with one is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from services.cli import backup
from services.cli.backup import about_keys, checked, make, sentence
from services.cli.supervisor import environment
from services.cli.voice import Failed
from shared.events import ALL
from shared.events.envelope import instant
from shared.settings import SERVICES, Settings
from shared.store.keys import KeyStore
from shared.store.log import open_log
from shared.store.signing_keys import SigningKeys
from tests import servers
from tests.benches.notices import fill

SCAN = Path("minutes/files/branch+99.001.002.000.011") / ("0b" * 32)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home as services leave it, with a log each, keys, a file, and what is made again."""
    made = Settings(home=tmp_path / "home")
    for name in SERVICES:
        open_log(made.log_database(name), "local", name, ALL).close()
        (made.folder(name) / "views.db").write_bytes(b"Nguyen Thi Hoa, in plain text")
    assert made.inbox_key
    KeyStore(made.folder("roster") / "keys.db", made.home / "site.key").close()
    SigningKeys(made.folder("roster") / "signing.db", made.home / "site.key", tries=8).close()
    (made.home / SCAN).parent.mkdir(parents=True)
    (made.home / SCAN).write_bytes(b"sealed")
    (made.home / SCAN).with_name(".half").write_bytes(b"still coming")
    (made.home / "up.lock").write_text("1")
    for folder in ("broker", "logs"):
        (made.home / folder).mkdir()
        (made.home / folder / "some").write_text("talk")
    return made


def test_a_backup_has_logs_files_and_secrets_with_the_keys_apart_and_nothing_in_plain_text(
    settings: Settings, tmp_path: Path
):
    made = make(settings, tmp_path / "copy")
    assert made.whole
    assert set(made.told["files"]) == {
        *(f"home/{name}/log.db" for name in SERVICES),
        f"home/{SCAN.as_posix()}",
        *("home/inbox.key", "home/site.key"),
        *("keys/roster/keys.db", "keys/roster/signing.db"),
    }
    assert {path.name for path in made.folder.iterdir()} == {"home", "keys", "manifest.json"}
    assert not any(path.stat().st_mode & 0o077 for path in made.folder.rglob("*.key"))
    assert made.folder.stat().st_mode & 0o077 == 0


def grown(copy: Path) -> None:
    with (copy / "home/hub/log.db").open("ab") as file:
        file.write(b"\0")


def altered(copy: Path) -> None:
    """Somebody changes a log and its hash in the manifest, but cannot make the root fit."""
    manifest = copy / "manifest.json"
    told = json.loads(manifest.read_text())
    (log,) = [name for name in told["logs"] if "/hub." in name]
    told["logs"][log]["root"] = "0a" * 32
    manifest.write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda copy: (copy / "home" / SCAN).write_bytes(b"sealeD"), f"home/{SCAN}: changed since it was copied"),
        (lambda copy: (copy / "home" / SCAN).unlink(), f"home/{SCAN}: missing"),
        (lambda copy: (copy / "keys/roster/keys.db").unlink(), "keys/roster/keys.db: missing"),
        (lambda copy: (copy / "home/minutes/log.db-wal").touch(), "home/minutes/log.db-wal: is not part of it"),
        (grown, "home/hub/log.db: changed since it was copied"),
        (altered, "the facts do not agree with the root"),
    ],
)
def test_what_is_wrong_with_a_backup_is_named(
    settings: Settings, tmp_path: Path, damage: Callable[[Path], object], named: str
):
    copy = make(settings, tmp_path / "copy").folder
    damage(copy)
    found = checked(copy)
    ((_, en),) = found.wrong
    assert en.endswith(named)
    assert "cannot be used" in sentence(found)[1]


def test_keys_may_be_kept_elsewhere_and_not_for_long(settings: Settings, tmp_path: Path):
    made = make(settings, tmp_path / "copy")
    assert "Move keys elsewhere" in about_keys(made)[1]
    manifest = made.folder / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"made_at": instant(datetime.now(UTC) - timedelta(days=31))}))
    assert "31 days old" in about_keys(checked(made.folder))[1]
    shutil.move(made.folder / "keys", tmp_path / "safe")
    found = checked(made.folder)
    assert (found.whole, found.as_json()["keys"]) == (True, False)
    assert "is not here" in about_keys(found)[1]


def test_a_place_that_will_not_do_is_refused_and_left_as_it_is(settings: Settings, tmp_path: Path):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine").touch()
    for folder, why in (
        (taken, "is there already"),
        (settings.home / "copy", "cannot be inside"),
        (tmp_path, "nor around it"),
    ):
        with pytest.raises(Failed, match=why):
            make(settings, folder)
    assert [path.name for path in taken.iterdir()] == ["mine"]
    with pytest.raises(Failed, match="holds no site's data"):
        make(Settings(home=tmp_path / "elsewhere"), tmp_path / "copy")


def test_what_could_not_be_copied_whole_leaves_nothing(settings: Settings, tmp_path: Path):
    (settings.home / "ranking" / "log.db").write_bytes(b"no database at all, and long enough to be looked at" * 30)
    with pytest.raises(Failed, match="There is no backup"):
        make(settings, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path):
    with pytest.raises(Failed, match="is no backup that can be used"):
        checked(tmp_path)


def test_the_command_ends_with_one_when_a_backup_is_not_whole(settings: Settings, tmp_path: Path):
    def chibo(*typed: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from services.cli.main import app; app()", "backup", *typed]
        return subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False)

    copy = str(tmp_path / "copy")
    done = chibo(copy, "--json")
    assert (done.returncode, json.loads(done.stdout)["whole"]) == (0, True)
    (tmp_path / "copy/home" / SCAN).unlink()
    done = chibo("--check", copy)
    assert done.returncode == 1
    assert f"✗ home/{SCAN}: thiếu" in done.stdout.replace("\n", "")


def test_without_pg_dump_it_says_what_to_install(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="this machine has no pg_dump"):
        make(settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"}), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_without_a_server_it_says_so(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", f"{servers.postgres_programs()}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Failed, match="the PostgreSQL server does not answer"):
        make(settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"}), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_logs_in_postgresql_are_dumped_and_can_be_put_back(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
):
    programs = servers.postgres_programs()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    database = servers.create_database(postgres_url)
    try:
        roots = {}
        for name in SERVICES:
            with closing(open_log(database, "local", name, ALL)) as log:
                fill(log, 3)
                roots[str(log.name)] = {"file": "home/logs.dump", "index": 3, "root": log.root_at(3).hex()}
        epoch = _epoch(database)
        made = make(settings.model_copy(update={"database_url": database}), tmp_path / "copy")
        assert (made.whole, made.told["logs"]) == (True, roots)
        with psycopg.connect(database, autocommit=True) as connection:
            for name in SERVICES:
                connection.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())
        subprocess.run(
            [programs / "pg_restore", f"--dbname={database}", made.folder / "home" / backup.DUMP], check=True
        )
        assert _epoch(database) == epoch
        with closing(open_log(database, "local", "minutes", ALL)) as log:
            assert log.verify().root.hex() == roots[str(log.name)]["root"]
    finally:
        servers.drop_database(postgres_url, database)


def _epoch(database: str) -> str:
    log = open_log(database, "local", "minutes", ALL)
    try:
        return log.name.epoch
    finally:
        log.close()
