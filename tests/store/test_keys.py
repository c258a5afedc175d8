"""Subject keys: made on first ask, wrapped on the disk, gone for good when destroyed."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.events.sealed import Sealing, Secret, open_sealed
from shared.store.keys import KeyStore
from shared.store.trouble import StoreUnsafe


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    store = KeyStore(tmp_path / "keys.db", tmp_path / "site.key")
    yield store
    store.close()


def opened_again(tmp_path: Path, keys: KeyStore) -> KeyStore:
    keys.close()
    return KeyStore(tmp_path / "keys.db", tmp_path / "site.key")


def test_a_key_is_made_on_first_ask_and_stays_the_same(tmp_path, keys):
    key = keys.key("member/b/M01")
    assert len(key.secret) == 32
    assert key.subject == "member/b/M01"
    other = keys.key("member/b/M02")
    assert other.secret != key.secret
    assert other.id != key.id
    again = opened_again(tmp_path, keys)
    assert again.key("member/b/M01") == key
    again.close()


def test_no_key_stands_in_the_file_as_it_is(tmp_path, keys):
    secrets = [keys.key(f"member/b/M{number:02}").secret for number in range(20)]
    keys.close()
    content = (tmp_path / "keys.db").read_bytes()
    assert not any(secret in content for secret in secrets)


def test_a_destroyed_key_is_gone_and_stays_listed(tmp_path, keys):
    keys.key("member/b/M01")
    wrapped = sqlite3.connect(tmp_path / "keys.db")
    ((before,),) = wrapped.execute("SELECT wrapped FROM key").fetchall()
    wrapped.close()
    keys.destroy("member/b/M01")
    keys.destroy("member/b/never-asked")
    for store in (keys, opened_again(tmp_path, keys)):
        if store is not keys:
            for subject in ("member/b/M01", "member/b/never-asked"):
                with pytest.raises(KeyError):
                    store.key(subject)
            assert store.destroyed() == ["member/b/M01", "member/b/never-asked"]
            assert store.key("member/b/M02")
            store.close()
    for file in tmp_path.iterdir():
        assert before not in file.read_bytes(), f"{file} still holds the wrapped key"


def test_what_was_sealed_reads_as_destroyed(keys):
    words = Secret(subject="member/b/M01", field="words", text="lời riêng")
    sealed = Sealing("event", keys).seal(words)
    assert open_sealed("event", sealed, keys) == "lời riêng"
    keys.destroy("member/b/M01")
    assert open_sealed("event", sealed, keys) is None


def test_the_files_are_readable_by_their_owner_only(tmp_path, keys):
    keys.key("member/b/M01")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    (tmp_path / "site.key").chmod(0o640)
    with pytest.raises(StoreUnsafe, match="chmod 600"):
        opened_again(tmp_path, keys)


def test_another_site_key_opens_nothing(tmp_path, keys):
    keys.key("member/b/M01")
    keys.close()
    other = KeyStore(tmp_path / "keys.db", tmp_path / "other.key")
    with pytest.raises(StoreUnsafe, match="does not open"):
        other.key("member/b/M01")
    other.close()


def test_a_key_moved_to_another_subject_does_not_open(tmp_path, keys):
    """The wrapping binds the subject: whoever swaps two rows gains nothing."""
    keys.key("member/b/M01")
    keys.key("member/b/M02")
    keys.close()
    database = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    database.execute(
        "UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE subject = 'member/b/M01') "
        "WHERE subject = 'member/b/M02'"
    )
    database.close()
    again = KeyStore(tmp_path / "keys.db", tmp_path / "site.key")
    with pytest.raises(StoreUnsafe):
        again.key("member/b/M02")
    again.close()


def test_a_truncated_site_key_is_refused(tmp_path, keys):
    (tmp_path / "site.key").write_bytes(b"short")
    with pytest.raises(StoreUnsafe, match="256-bit"):
        opened_again(tmp_path, keys)


def test_a_copy_of_both_files_is_a_backup(tmp_path, keys):
    key = keys.key("member/b/M01")
    keys.close()
    (tmp_path / "copy").mkdir()
    for name in ("keys.db", "site.key"):
        shutil.copy2(tmp_path / name, tmp_path / "copy" / name)
    copy = KeyStore(tmp_path / "copy" / "keys.db", tmp_path / "copy" / "site.key")
    assert copy.key("member/b/M01") == key
    copy.close()
