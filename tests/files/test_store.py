"""The file store: what was stored comes back whole or is said to be damaged; what nobody names goes; a key erases."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from shared.decision import Refused
from shared.files import store
from shared.files.store import CHUNK, FileDamaged, FileGone, FileStore, PageSize, StoredFile
from shared.store.keys import KeyStore
from tests.faults.test_store_disk_full import mount

BRANCH = "branch/99.001.002.000.011"
OTHER = "branch/99.001.002.000.012"
PAGES = (PageSize(width=1240, height=1754), PageSize(width=1241, height=1755))
CONTENT = random.Random(1).randbytes(256_000)
"""Just under four chunks."""
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LATER = 3600.0


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    kept = KeyStore(tmp_path / "keys.db", tmp_path / "site.key")
    yield kept
    kept.close()


@pytest.fixture
def files(tmp_path: Path, keys: KeyStore) -> FileStore:
    return FileStore(tmp_path / "files", keys)


def kept(files: FileStore, content: bytes = CONTENT, subject: str = BRANCH) -> StoredFile:
    return files.keep(subject, content, "pdf", PAGES)


def on_disk(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())


def hurt(files: FileStore, home: Path) -> list[str]:
    """Names under which no whole file stands, though its key is there."""
    found = []
    for path in on_disk(home):
        if not path.name.startswith("."):
            try:
                files.read(path.parent.name.replace("+", "/"), path.name)
            except FileDamaged:
                found.append(path.name)
            except FileGone:
                continue
    return found


def test_what_was_stored_comes_back_with_its_hash_size_kind_and_pages(files: FileStore):
    stored = kept(files)
    assert stored == StoredFile(sha256=SHA256, size=256_000, media="pdf", pages=PAGES, keysubject=BRANCH)
    assert files.about(BRANCH, SHA256) == stored
    assert b"".join(files.read(BRANCH, SHA256)) == CONTENT
    assert stored.named().model_dump() == {
        "sha256": SHA256,
        "size": 256_000,
        "media": "pdf",
        "pages": 2,
        "keysubject": BRANCH,
    }


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_any_length_comes_back(files: FileStore, size: int):
    content = random.Random(size).randbytes(size)
    assert b"".join(files.read(BRANCH, kept(files, content).sha256)) == content


def test_it_is_encrypted_under_a_key_of_its_own_and_closed_to_others(tmp_path: Path, files: FileStore):
    kept(files, b"The same line, again and again. " * 10_000)
    kept(files, b"The same line, again and again. " * 10_000, OTHER)
    one, other = (path.read_bytes() for path in on_disk(tmp_path))
    assert b"again" not in one
    assert one[-1000:] != other[-1000:]
    assert {path.stat().st_mode & 0o077 for path in on_disk(tmp_path)} == {0}


def test_the_same_bytes_again_are_the_same_file(tmp_path: Path, files: FileStore):
    kept(files)
    before = on_disk(tmp_path)[0].read_bytes()
    assert kept(files).sha256 == SHA256
    assert [path.read_bytes() for path in on_disk(tmp_path)] == [before]


def test_what_comes_in_can_be_read_before_it_has_its_name(files: FileStore):
    with files.incoming(BRANCH) as arriving:
        arriving.write(CONTENT[:100_001])
        arriving.write(CONTENT[100_001:])
        assert b"".join(arriving.content()) == CONTENT
        assert arriving.keep("tiff", PAGES).sha256 == SHA256
    assert b"".join(files.read(BRANCH, SHA256)) == CONTENT


def test_of_an_upload_that_was_not_kept_nothing_is_left(tmp_path: Path, files: FileStore):
    with files.incoming(BRANCH) as arriving:
        arriving.write(CONTENT)
    assert on_disk(tmp_path) == []


# ---- damage


def cut(raw: bytes) -> bytes:
    return raw[:-5000]


def cut_to_its_head(raw: bytes) -> bytes:
    return raw[:300]


def cut_to_nothing(_raw: bytes) -> bytes:
    return b""


def without_a_chunk(raw: bytes) -> bytes:
    head = len(raw.split(b"\n", 2)[0]) + len(raw.split(b"\n", 2)[1]) + 2
    return raw[:head] + raw[head + CHUNK + 16 :]


def two_chunks_changed_places(raw: bytes) -> bytes:
    head, whole = len(raw.split(b"\n", 2)[0]) + len(raw.split(b"\n", 2)[1]) + 2, CHUNK + 16
    first, second = raw[head : head + whole], raw[head + whole : head + 2 * whole]
    return raw[:head] + second + first + raw[head + 2 * whole :]


def a_bit_turned(at: int) -> Callable[[bytes], bytes]:
    def damage(raw: bytes) -> bytes:
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] if at >= 0 else raw[:at] + bytes([raw[at] ^ 1])

    return damage


def more_behind_it(raw: bytes) -> bytes:
    return raw + b"more"


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        cut_to_its_head,
        cut_to_nothing,
        without_a_chunk,
        two_chunks_changed_places,
        more_behind_it,
        a_bit_turned(5),
        a_bit_turned(30),
        a_bit_turned(150),
        a_bit_turned(70_000),
        a_bit_turned(-1),
    ],
)
def test_a_damaged_file_is_never_shown_as_if_whole(tmp_path: Path, files: FileStore, damage: Callable[[bytes], bytes]):
    kept(files)
    (path,) = on_disk(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FileDamaged, match=SHA256):
        files.read(BRANCH, SHA256)
    assert hurt(files, tmp_path) == [SHA256]


def test_a_file_under_the_name_of_another_is_damaged(tmp_path: Path, files: FileStore):
    kept(files)
    (path,) = on_disk(tmp_path)
    other = "0" * 64
    path.rename(path.with_name(other))
    with pytest.raises(FileDamaged, match=other):
        files.read(BRANCH, other)


def test_uploading_it_again_heals_a_damaged_file(tmp_path: Path, files: FileStore):
    kept(files)
    (path,) = on_disk(tmp_path)
    path.write_bytes(cut(path.read_bytes()))
    kept(files)
    assert b"".join(files.read(BRANCH, SHA256)) == CONTENT
    assert hurt(files, tmp_path) == []


def test_without_the_tie_of_chunk_and_number_a_swap_would_go_unseen_until_the_hash(
    tmp_path: Path, files: FileStore, monkeypatch: pytest.MonkeyPatch
):
    """The control: with one nonce for all chunks they do open in another order, and only the whole hash tells."""
    monkeypatch.setattr(store, "_number", lambda _chunk: b"\x00" * 12)
    kept(files)
    (path,) = on_disk(tmp_path)
    path.write_bytes(two_chunks_changed_places(path.read_bytes()))
    with pytest.raises(FileDamaged, match="its hash is another"):
        files.read(BRANCH, SHA256)


# ---- keys


def test_destroying_the_key_of_its_subject_erases_a_file_here_and_in_every_copy(
    tmp_path: Path, files: FileStore, keys: KeyStore
):
    kept(files)
    kept(files, b"of another branch", OTHER)
    copy = on_disk(tmp_path)[0].read_bytes()
    keys.destroy(BRANCH)
    on_disk(tmp_path)[0].write_bytes(copy)
    with pytest.raises(FileGone):
        files.read(BRANCH, SHA256)
    with pytest.raises(Refused, match="was destroyed"):
        kept(files)
    assert hurt(files, tmp_path) == []
    assert b"".join(files.read(OTHER, hashlib.sha256(b"of another branch").hexdigest())) == b"of another branch"


def test_a_file_of_one_subject_does_not_open_as_anothers(tmp_path: Path, files: FileStore):
    kept(files)
    kept(files, b"something else", OTHER)
    ours, theirs = on_disk(tmp_path)
    theirs.with_name(ours.name).write_bytes(ours.read_bytes())
    with pytest.raises(FileDamaged):
        files.read(OTHER, SHA256)


@pytest.mark.parametrize("sha256", ["", "..", "../keys.db", "0" * 63, SHA256.upper()])
def test_a_name_that_is_no_hash_finds_nothing(files: FileStore, sha256: str):
    with pytest.raises(FileGone):
        files.read(BRANCH, sha256)


@pytest.mark.parametrize("subject", ["branch", "/etc", "branch/a/b/c", "branch/a b", "branch/"])
def test_a_subject_is_no_path(files: FileStore, subject: str):
    with pytest.raises(ValueError, match=subject):
        kept(files, b"anything", subject)


def test_no_name_of_a_member_leads_out_of_the_folder(tmp_path: Path, files: FileStore):
    kept(files, CONTENT, "member/99.001.002.000.011/..")
    assert [path.parent.parent for path in on_disk(tmp_path)] == [tmp_path / "files"]


# ---- sweeping


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def test_what_no_fact_names_goes_after_its_time_and_not_before(tmp_path: Path, files: FileStore):
    kept(files)
    kept(files, b"named by a fact")
    named = hashlib.sha256(b"named by a fact").hexdigest()
    for path in on_disk(tmp_path):
        aged(path, LATER - 60)
    assert files.sweep(lambda _subject, one: "named" if one == named else "unnamed", LATER) == []
    for path in on_disk(tmp_path):
        aged(path, LATER + 60)
    assert files.sweep(lambda _subject, one: "named" if one == named else "unnamed", LATER) == [SHA256]
    assert [path.name for path in on_disk(tmp_path)] == [named]


def test_an_upload_that_broke_off_goes_too(tmp_path: Path, files: FileStore):
    kept(files)
    left = on_disk(tmp_path)[0].with_name(f".{uuid4().hex}")
    left.write_bytes(b"half")
    assert files.sweep(lambda *_: "named", LATER) == []
    aged(left, LATER + 60)
    assert files.sweep(lambda *_: "named", LATER) == [left.name]


def test_whoever_is_about_to_name_a_file_finds_it_there_a_while_longer(tmp_path: Path, files: FileStore):
    kept(files)
    aged(on_disk(tmp_path)[0], LATER + 60)
    assert files.still_there(BRANCH, SHA256) is not None
    assert files.sweep(lambda *_: "unnamed", LATER) == []
    assert files.still_there(BRANCH, "0" * 64) is None


def test_what_was_withdrawn_to_be_erased_goes_at_once(tmp_path: Path, files: FileStore):
    kept(files)
    assert files.sweep(lambda *_: "erased", LATER) == [SHA256]
    assert on_disk(tmp_path) == []


# ---- killed while writing


KILLS = 60


def killed(home: Path, kills: int, *, plant: bool) -> tuple[int, list[str], list[str]]:
    """Kill a writer so often: how many it said were stored, which of those are lost, which names hold no whole file."""
    order = {"home": str(home), "kills": kills, "plant": plant}
    done = subprocess.run(
        [sys.executable, "-m", "tests.files.writing", json.dumps(order)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said = set(done.stdout.split())
    keys = KeyStore(home / "keys.db", home / "site.key")
    files = FileStore(home / "files", keys)
    lost = []
    for one in sorted(said):
        try:
            files.read(BRANCH, one)
        except (FileGone, FileDamaged):
            lost.append(one)
    broken = hurt(files, home)
    keys.close()
    return len(said), lost, broken


def test_killed_while_writing_nothing_acknowledged_is_lost_and_nothing_is_half_there(tmp_path: Path, files: FileStore):
    stored, lost, broken = killed(tmp_path, KILLS, plant=False)
    assert stored >= KILLS // 4
    assert (lost, broken) == ([], [])
    halves = [path for path in on_disk(tmp_path) if path.name.startswith(".")]
    assert len(halves) >= KILLS // 4, "too few kills came in the middle of a file"
    for path in halves:
        aged(path, LATER + 60)
    assert len(files.sweep(lambda *_: "named", LATER)) == len(halves)


def test_control_without_a_temporary_name_a_kill_leaves_halves(tmp_path: Path):
    _, _, broken = killed(tmp_path, KILLS // 4, plant=True)
    assert broken, "the planted bug did no harm: this test finds nothing"


# ---- no room


@pytest.mark.parametrize("how", ["mounted", "limited"])
def test_no_room_is_said_in_plain_words_and_what_was_there_is_still_read(tmp_path: Path, keys: KeyStore, how: str):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = how == "mounted" and mount(disk)
    files = FileStore(disk / "files", keys)
    kept(files)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, limits[1]))
        with pytest.raises(Refused) as refusal:
            kept(files, random.Random(2).randbytes(6_000_000))
        assert refusal.value.code == ("disk-full" if mounted else "store-broken")
        assert "tệp gốc vẫn ở máy của đồng chí" in refusal.value.vi
        assert [path.name for path in disk.rglob("*") if path.is_file()] == [SHA256]
        assert b"".join(files.read(BRANCH, SHA256)) == CONTENT
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)
