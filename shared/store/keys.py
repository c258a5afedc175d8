"""Subject keys of a site: one 256-bit key per person, wrapped by the site key, erasable for good."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.sealed import SubjectKey
from shared.store.trouble import StoreUnsafe


class KeyStore:
    """Roster's ``keys.db``. Destroying a key makes everything sealed with it unreadable, for ever."""

    def __init__(self, path: Path, site_key_path: Path) -> None:
        """Open or make the file. Raises StoreUnsafe when others can read the site key."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._site_key = AESGCM(site_secret(site_key_path))
        self._lock = Lock()
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(handle)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A rollback journal is deleted after each change: no log beside the file keeps an old key.
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("PRAGMA secure_delete=ON")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS key (subject TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, wrapped BLOB)"
        )

    def key(self, subject: str) -> SubjectKey:
        """The key of a subject, made on first ask. Raises KeyError when it was destroyed."""
        with self._lock:
            row = self._database.execute("SELECT id, wrapped FROM key WHERE subject = ?", (subject,)).fetchone()
            if row is None:
                return self._make(subject)
        key_id, wrapped = row
        if wrapped is None:
            raise KeyError(subject)
        try:
            secret = self._site_key.decrypt(wrapped[:12], wrapped[12:], _bound(subject, key_id))
        except InvalidTag:
            raise StoreUnsafe(
                f"Khóa của {subject} không mở được bằng khóa của nơi này; tệp khóa đã bị đổi hoặc không cùng bộ.",
                f"The key of {subject} does not open with this site's key: a file was changed, or they do not "
                "belong together.",
            ) from None
        return SubjectKey(id=key_id, subject=subject, secret=secret)

    def destroy(self, subject: str) -> None:
        """Destroy a subject's key. The subject stays listed; asking for its key raises KeyError from now on."""
        with self._lock:
            self._database.execute(
                "INSERT INTO key VALUES (?, ?, NULL) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL",
                (subject, os.urandom(8).hex()),
            )
            self._database.execute("VACUUM")

    def destroyed(self) -> list[str]:
        """Subjects whose key was destroyed."""
        with self._lock:
            rows = self._database.execute("SELECT subject FROM key WHERE wrapped IS NULL ORDER BY subject").fetchall()
        return [subject for (subject,) in rows]

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _make(self, subject: str) -> SubjectKey:
        key = SubjectKey(id=os.urandom(8).hex(), subject=subject, secret=os.urandom(32))
        nonce = os.urandom(12)
        wrapped = nonce + self._site_key.encrypt(nonce, key.secret, _bound(subject, key.id))
        self._database.execute("INSERT INTO key VALUES (?, ?, ?)", (subject, key.id, wrapped))
        return key


def _bound(subject: str, key_id: str) -> bytes:
    return f"{subject}|{key_id}".encode()


def site_secret(path: Path) -> bytes:
    """Read the site's secret, made on first use and readable by its owner only. Raises StoreUnsafe."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreUnsafe(
            f"Người khác đọc được khóa {path}; hãy chạy: chmod 600 {path}",
            f"Others can read the key {path}; run: chmod 600 {path}",
        )
    secret = path.read_bytes()
    if len(secret) != 32:  # noqa: PLR2004 - bytes of an AES-256 key
        raise StoreUnsafe(f"{path} không phải là khóa 256 bit.", f"{path} is not a 256-bit key.")
    return secret
