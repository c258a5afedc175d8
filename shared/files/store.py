"""A folder of encrypted files: each under a random key of its own, never half there, verified whenever it is read.

A file is named by the SHA-256 of its bytes. Its own key is wrapped by the key of a subject that roster keeps (a
branch, a member): destroying that key erases the file, here and in every copy. Its bytes stand in chunks, each sealed
with its number, and what was found out about it stands sealed at its end: a file that was cut off, reordered, swapped
or changed does not open.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Literal, NoReturn, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.decision import Refused
from shared.events.files import FileKind, KeptFile, Sha256
from shared.events.sealed import Keys, SubjectKey, derive

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024
"""Bytes sealed together."""
_TAG = 16
_MARK = b"chibo file 1\n"
_LONGEST_HEAD = 2048
_AT_THE_END = b"\xff" * 12
"""The nonce of what stands behind the chunks; no chunk's number comes near it."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUBJECT = re.compile(r"[a-z]{1,20}(/[A-Za-z0-9_.-]{1,40}){1,2}")

Standing = Literal["named", "unnamed", "erased"]
"""What the facts say of a file: one names it, none does, or it was withdrawn and is to be erased."""


class PageSize(BaseModel):
    """One page: pixels of a picture, points of a PDF page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int
    height: int


class StoredFile(BaseModel):
    """What is known of a file that is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    size: int
    media: FileKind
    pages: tuple[PageSize, ...]
    keysubject: str

    def named(self) -> KeptFile:
        """The file as a fact names it."""
        return KeptFile(
            sha256=self.sha256,
            size=self.size,
            media=self.media,
            pages=len(self.pages),
            keysubject=self.keysubject,
        )


class FileDamaged(Exception):
    """The file is there and is not what was stored."""

    def __init__(self, sha256: str, why: str) -> None:
        super().__init__(f"{sha256}: {why}")
        self.sha256 = sha256


class FileGone(Exception):
    """The file is not there, or its key was destroyed."""


def damaged(name: str) -> Refused:
    """What whoever asks for a damaged file is told, by the name people know it by."""
    return Refused(
        f"Tệp «{name}» trong kho đã bị hỏng hoặc bị đổi nên không mở được; hệ thống không đưa ra một phần của tệp. "
        "Đồng chí báo người vận hành khôi phục từ bản sao lưu, hoặc quét lại và tải lên lại đúng tệp đó.",
        f"The file “{name}” in the store was damaged or changed and cannot be opened; no part of it is shown. Ask the "
        "operator to restore it from a backup, or upload the same file again.",
        code="damaged",
    )


def gone(name: str) -> Refused:
    """What whoever asks for a file is told that is not there, or whose key is not."""
    return Refused(
        f"Tệp «{name}» không còn đọc được: khóa của tệp đã hủy theo quyết định, hoặc tệp không có ở máy này; bản ghi "
        "về tệp vẫn giữ nguyên. Đồng chí hỏi người quản trị nơi giữ tệp.",
        f"The file “{name}” can no longer be read: its key was destroyed by a decision, or it is not on this machine; "
        "what is recorded about it stays. Ask the operator where it is kept.",
        code="file-gone",
    )


class FileStore:
    """The files of one service. Usable from several threads; one process owns the folder."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        """``keys`` must have a subject's key at hand when a file of that subject is written or read."""
        self._folder = folder
        self._keys = keys
        self._lock = Lock()

    # ------------------------------------------------------------ writing

    @contextmanager
    def incoming(self, keysubject: str) -> Iterator[Incoming]:
        """A file on its way in; nothing of it is left unless ``keep`` was called. Raises Refused without a key."""
        try:
            key = self._keys.key(keysubject)
        except KeyError:
            raise Refused(
                "Khóa bảo vệ của phần này đã hủy hoặc chưa có, nên không nhận thêm tệp. Đồng chí kiểm tra lại người "
                "được nêu, hoặc báo người quản trị; chưa lưu gì.",
                "The key that protects this part was destroyed or does not exist, so no file is taken. Check who is "
                "named, or tell the operator; nothing was stored.",
                code="no-key",
            ) from None
        try:
            arriving = Incoming(self, self._room(keysubject), key)
            try:
                yield arriving
            finally:
                arriving.discard()
        except OSError as error:
            _refuse_unwritten(error)

    def keep(self, keysubject: str, content: bytes, media: FileKind, pages: tuple[PageSize, ...]) -> StoredFile:
        """Store bytes this program made itself, such as a printed document; the same bytes again change nothing."""
        with self.incoming(keysubject) as arriving:
            arriving.write(content)
            return arriving.keep(media, pages)
        raise AssertionError(keysubject)

    def _room(self, keysubject: str) -> Path:
        """The folder of one subject's files, made when missing."""
        room = self._folder_of(keysubject)
        if not room.is_dir():
            room.mkdir(parents=True, exist_ok=True, mode=0o700)
            for parent in (self._folder, self._folder.parent):
                _sync_folder(parent)
        return room

    def _folder_of(self, keysubject: str) -> Path:
        if not _SUBJECT.fullmatch(keysubject):
            raise ValueError(keysubject)
        return self._folder / keysubject.replace("/", "+")

    def place(self, arrived: Path, stored: StoredFile) -> None:
        """Give a complete file its name, unless the same is there and whole."""
        final = arrived.with_name(stored.sha256)
        with self._lock:
            with suppress(FileGone, FileDamaged):
                if self._whole(final, stored.keysubject):
                    os.utime(final)
                    return
            arrived.replace(final)
            _sync_folder(final.parent)

    def _whole(self, path: Path, keysubject: str) -> bool:
        with _Opened(path, keysubject, self._keys) as there:
            for _ in there.chunks():
                pass
        return True

    # ------------------------------------------------------------ reading

    def about(self, keysubject: str, sha256: str) -> StoredFile:
        """What is known of a file. Raises FileGone, FileDamaged."""
        with self._open(keysubject, sha256) as there:
            return there.stored

    def still_there(self, keysubject: str, sha256: str) -> StoredFile | None:
        """The same before a fact names it: from now on the file is left in peace for as long as a new one."""
        with self._lock:
            try:
                stored = self.about(keysubject, sha256)
                os.utime(self._path(keysubject, sha256))
            except (FileGone, FileDamaged, OSError):
                return None
        return stored

    def read(self, keysubject: str, sha256: str) -> Iterator[bytes]:
        """Its bytes, chunk by chunk, after all of it was found whole. Raises FileGone, FileDamaged before the first."""
        with self._open(keysubject, sha256) as there:
            for _ in there.chunks():
                pass
        return self._chunks(keysubject, sha256)

    def _chunks(self, keysubject: str, sha256: str) -> Iterator[bytes]:
        with self._open(keysubject, sha256) as there:
            yield from there.chunks()

    def _open(self, keysubject: str, sha256: str) -> _Opened:
        return _Opened(self._path(keysubject, sha256), keysubject, self._keys)

    def _path(self, keysubject: str, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise FileGone(sha256)
        return self._folder_of(keysubject) / sha256

    # ------------------------------------------------------------ keeping house

    def sweep(self, standing: Callable[[str, str], Standing], unnamed_seconds: float) -> list[str]:
        """Remove what no fact names after that time, uploads that broke off, and what is to be erased. Names them."""
        before = time.time() - unnamed_seconds
        gone: list[str] = []
        for path, keysubject in self._all():
            says = "unnamed" if path.name.startswith(".") else standing(keysubject, path.name)
            if says == "named":
                continue
            with self._lock, suppress(FileNotFoundError):
                if says == "erased" or path.stat().st_mtime < before:
                    path.unlink()
                    _sync_folder(path.parent)
                    gone.append(path.name)
        return gone

    def waiting(self, branch: str, standing: Callable[[str, str], Standing]) -> int:
        """Bytes of a branch's files, and of its members', that no fact names; those still coming in among them."""
        waits = 0
        for path, keysubject in self._all():
            if keysubject.split("/")[1] != branch:
                continue
            if path.name.startswith(".") or standing(keysubject, path.name) == "unnamed":
                with suppress(FileNotFoundError):
                    waits += path.stat().st_size
        return waits

    def _all(self) -> list[tuple[Path, str]]:
        if not self._folder.is_dir():
            return []
        rooms = sorted(room for room in self._folder.iterdir() if room.is_dir())
        return [(path, room.name.replace("+", "/")) for room in rooms for path in sorted(room.iterdir())]


class Incoming:
    """A file being written under a temporary name; hashed and counted while it comes."""

    def __init__(self, store: FileStore, room: Path, key: SubjectKey) -> None:
        self._store = store
        self._keysubject = key.subject
        self._secret = os.urandom(32)
        self._cipher = _cipher(self._secret)
        self._digest = hashlib.sha256()
        self._waiting = b""
        self._chunks = 0
        self.size = 0
        self._head = _head(key, self._secret)
        self._path = room / f".{os.urandom(16).hex()}"
        self._file: IO[bytes] = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._file.write(self._head)

    @property
    def sha256(self) -> str:
        """The hash of what has come so far."""
        return self._digest.hexdigest()

    def write(self, part: bytes) -> None:
        self._digest.update(part)
        self.size += len(part)
        self._waiting += part
        while len(self._waiting) >= CHUNK:
            self._seal(self._waiting[:CHUNK])
            self._waiting = self._waiting[CHUNK:]

    def _seal(self, chunk: bytes) -> None:
        self._file.write(self._cipher.encrypt(_number(self._chunks), chunk, None))
        self._chunks += 1

    def content(self) -> Iterator[bytes]:
        """Everything that has come, read back from the disk. Nothing may be written after this."""
        self._flush()
        self._file.seek(len(self._head))
        for number in range(self._chunks):
            length = min(CHUNK, self.size - number * CHUNK) + _TAG
            yield self._cipher.decrypt(_number(number), self._file.read(length), None)

    def _flush(self) -> None:
        if self._waiting:
            self._seal(self._waiting)
            self._waiting = b""
        self._file.flush()

    def keep(self, media: FileKind, pages: tuple[PageSize, ...]) -> StoredFile:
        """Write it through to the disk and give it its name."""
        stored = StoredFile(sha256=self.sha256, size=self.size, media=media, pages=pages, keysubject=self._keysubject)
        self._flush()
        about = self._cipher.encrypt(_AT_THE_END, stored.model_dump_json().encode(), self._head)
        self._file.seek(0, os.SEEK_END)
        self._file.write(about + len(about).to_bytes(4, "big"))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._store.place(self._path, stored)
        return stored

    def discard(self) -> None:
        """Leave nothing under the temporary name."""
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)


class _Opened:
    """A stored file with its key unwrapped and its end read."""

    def __init__(self, path: Path, keysubject: str, keys: Keys) -> None:
        self._name = path.name
        try:
            self._file = path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            raise FileGone(path.name) from None
        try:
            self._read_head(keysubject, keys)
            self._read_end()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def _read_head(self, keysubject: str, keys: Keys) -> None:
        mark, line = self._file.readline(_LONGEST_HEAD), self._file.readline(_LONGEST_HEAD)
        self._head = mark + line
        try:
            said = json.loads(line)
            key_id, salt, nonce, wrapped = (str(said[name]) for name in ("key", "salt", "nonce", "wrapped"))
        except (ValueError, KeyError, TypeError):
            self._hurt("its head cannot be read")
        if mark != _MARK:
            self._hurt("its head cannot be read")
        try:
            key = keys.key(keysubject)
        except KeyError:
            raise FileGone(self._name) from None
        if key.id != key_id:
            self._hurt("its key is another")
        with self._whole("its key does not open"):
            own = _wrapping(key, salt).decrypt(base64.b64decode(nonce), base64.b64decode(wrapped), _bound(key))
            self._cipher = _cipher(own)

    def _read_end(self) -> None:
        whole = self._file.seek(0, os.SEEK_END)
        with self._whole("its end is missing"):
            self._file.seek(-4, os.SEEK_END)
            length = int.from_bytes(self._file.read(4), "big")
            self._file.seek(-4 - length, os.SEEK_END)
            about = self._cipher.decrypt(_AT_THE_END, self._file.read(length), self._head)
            self.stored = StoredFile.model_validate_json(about)
        sealed = self.stored.size + _TAG * _chunks_in(self.stored.size)
        if whole != len(self._head) + sealed + length + 4 or self.stored.sha256 != self._name:
            self._hurt("it is another file, or of another length")

    def chunks(self) -> Iterator[bytes]:
        """Its bytes; what is wrong with one of them is said in its place."""
        self._file.seek(len(self._head))
        digest = hashlib.sha256()
        for number in range(_chunks_in(self.stored.size)):
            length = min(CHUNK, self.stored.size - number * CHUNK) + _TAG
            with self._whole(f"part {number + 1} was changed"):
                chunk = self._cipher.decrypt(_number(number), self._file.read(length), None)
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self._name:
            self._hurt("its hash is another")

    @contextmanager
    def _whole(self, else_why: str) -> Iterator[None]:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - with the cipher, only where files are opened

        try:
            yield
        except (InvalidTag, ValueError, ValidationError, OSError):
            self._hurt(else_why)

    def _hurt(self, why: str) -> NoReturn:
        raise FileDamaged(self._name, why) from None


def _head(key: SubjectKey, secret: bytes) -> bytes:
    salt, nonce = os.urandom(16).hex(), os.urandom(12)
    wrapped = _wrapping(key, salt).encrypt(nonce, secret, _bound(key))
    said = {
        "key": key.id,
        "salt": salt,
        "nonce": base64.b64encode(nonce).decode(),
        "wrapped": base64.b64encode(wrapped).decode(),
    }
    return _MARK + json.dumps(said).encode() + b"\n"


def _wrapping(key: SubjectKey, salt: str) -> AESGCM:
    """What wraps one file's own key: derived from the subject's for this file alone."""
    return _cipher(derive(key.secret, f"file {salt}", "key"))


def _cipher(secret: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 6 MB only where files are opened

    return AESGCM(secret)


def _bound(key: SubjectKey) -> bytes:
    return f"{key.subject}|{key.id}".encode()


def _number(chunk: int) -> bytes:
    return chunk.to_bytes(12, "big")


def _chunks_in(size: int) -> int:
    return -(-size // CHUNK)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_unwritten(error: OSError) -> NoReturn:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        raise Refused(
            "Đĩa đã đầy nên chưa lưu được tệp. Đồng chí báo người vận hành giải phóng chỗ rồi tải lại; tệp gốc vẫn ở "
            "máy của đồng chí.",
            "The disk is full, so the file was not stored. Ask the operator to make room and upload it again.",
            code="disk-full",
        ) from error
    raise Refused(
        "Đĩa báo lỗi khi ghi tệp nên chưa lưu được. Đồng chí báo người vận hành; tệp gốc vẫn ở máy của đồng chí.",
        "The disk reported an error, so the file was not stored. Tell the operator.",
        code="store-broken",
    ) from error
