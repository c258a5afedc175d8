"""Private keys for signing: a person's wrapped under the own PIN with argon2id (RFC 9106), the site's by its secret.

A PIN and a plain key exist in memory only, for the moment of one signature. Wrong PINs are counted before they are
tried, in this file, so that neither a restart nor a second process gives another try.
"""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from shared.events.envelope import instant, moment
from shared.signing import KeyStatement, key_id
from shared.store.keys import site_secret

FREE_TRIES = 3
"""Wrong PINs after which each further one is waited for."""
FIRST_WAIT = timedelta(seconds=30)
"""Doubled with each wrong PIN."""
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Wrapping:
    """The cost of trying one PIN; kept beside each key, so that it can be raised for new ones."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def key(self, pin: SecretStr, salt: bytes) -> bytes:
        """256 bits from a PIN (argon2id, version 0x13). Letters typed in another composition are the same PIN."""
        from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 - needed when somebody signs, not at start

        secret = unicodedata.normalize("NFC", pin.get_secret_value()).encode()
        return hash_secret_raw(secret, salt, self.passes, self.memory_kib, self.lanes, 32, Type.ID)


@dataclass(frozen=True)
class NewKey:
    """A key just made: what may be known of it, and what it says of itself."""

    public_key: str
    proof: str
    endorsement: str | None = None

    @property
    def key_id(self) -> str:
        return key_id(self.public_key)


class WrongPin(Exception):
    """The PIN does not open the key."""

    def __init__(self, left: int, wait: timedelta) -> None:
        super().__init__("wrong PIN")
        self.left = left
        """Tries left before the key is locked."""
        self.wait = wait
        """How long the next try has to wait."""


class TooSoon(Exception):
    """After a wrong PIN the next try has to wait; this one was not looked at."""

    def __init__(self, wait: timedelta, left: int) -> None:
        super().__init__("too soon after a wrong PIN")
        self.wait = wait
        self.left = left


class Locked(Exception):
    """The PIN was wrong too often; the key opens no more."""

    def __init__(self, tries: int) -> None:
        super().__init__("locked")
        self.tries = tries


class OtherPin(Exception):
    """The same wish was carried out before, with another PIN."""


class SigningKeys:
    """Roster's ``signing.db``. Forgetting a key makes it unusable for ever; what it signed stays signed."""

    def __init__(self, path: Path, site_key_path: Path, *, tries: int, wrapping: Wrapping | None = None) -> None:
        """Open or make the file. Raises StoreUnsafe when others can read the site's secret."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._secret = site_secret(site_key_path)
        self._tries = tries
        self._wrapping = wrapping or Wrapping()
        # Held while a PIN is tried: one at a time, so that guessing costs time and never memory.
        self._lock = Lock()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A rollback journal is deleted after each change: no log beside the file keeps an old key.
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("PRAGMA secure_delete=ON")
        self._database.execute("PRAGMA busy_timeout=5000")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS signing_key (key_id TEXT PRIMARY KEY, owner TEXT NOT NULL, "
            "wish TEXT NOT NULL UNIQUE, parameters TEXT, salt BLOB NOT NULL, wrapped BLOB NOT NULL, endorsement TEXT, "
            "tries INTEGER NOT NULL DEFAULT 0, tried_at TEXT)"
        )

    # ------------------------------------------------------------ making

    def make(
        self,
        owner: str,
        wish: str,
        pin: SecretStr,
        *,
        replaces: str | None = None,
        old_pin: SecretStr | None = None,
        now: datetime,
    ) -> NewKey:
        """Make a key for a person; the same wish (a command's id) gives the same key.

        With ``old_pin`` the key it replaces vouches for it. Raises OtherPin, and what ``sign`` raises of the old one.
        """
        row = self._row("wish", wish)
        if row is not None and row.owner != owner:
            raise OtherPin
        if row is not None:
            key = Ed25519PrivateKey.from_private_bytes(self._again(row, pin))
        else:
            key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        text = KeyStatement(owner=owner, key=public, replaces=replaces).text()
        if row is not None:
            endorsement = row.endorsement
        else:
            endorsement = self.sign(replaces, old_pin, text, now) if replaces and old_pin else None
            self._keep(owner, wish, key, pin, endorsement)
        return NewKey(public, key.sign(text.encode()).hex(), endorsement)

    def _again(self, row: _Row, pin: SecretStr) -> bytes:
        with self._lock:
            try:
                return self._open(row, pin)
            except InvalidTag:
                raise OtherPin from None

    def _keep(
        self, owner: str, wish: str, key: Ed25519PrivateKey, pin: SecretStr | None, endorsement: str | None = None
    ) -> None:
        public = key.public_key().public_bytes_raw().hex()
        salt, nonce, cost = os.urandom(16), os.urandom(12), self._wrapping
        with self._lock:
            wrapping = self._wrapping_key(pin, salt, cost, _bound(owner, key_id(public)))
        sealed = AESGCM(wrapping).encrypt(nonce, key.private_bytes_raw(), _bound(owner, key_id(public)))
        parameters = None if pin is None else json.dumps({"function": "argon2id", "version": 19} | vars(cost))
        self._database.execute(
            "INSERT INTO signing_key (key_id, owner, wish, parameters, salt, wrapped, endorsement) "
            "VALUES (?,?,?,?,?,?,?) "
            # Another process may have made the site's first key at the same moment.
            "ON CONFLICT DO NOTHING",
            (key_id(public), owner, wish, parameters, salt, nonce + sealed, endorsement),
        )

    # ------------------------------------------------------------ signing

    def sign(self, key: str, pin: SecretStr, text: str, now: datetime) -> str:
        """The signature of a person's key over a text.

        Raises KeyError when the key is not here, WrongPin, TooSoon, Locked.
        """
        row = self._row("key_id", key)
        if row is None or row.parameters is None:
            raise KeyError(key)
        with self._lock:
            tried = self._count(key, now)
            try:
                private = self._open(row, pin)
            except InvalidTag:
                if tried >= self._tries:
                    raise Locked(tried) from None
                raise WrongPin(self._tries - tried, wait_after(tried)) from None
            self._database.execute("UPDATE signing_key SET tries = 0, tried_at = NULL WHERE key_id = ?", (key,))
        return Ed25519PrivateKey.from_private_bytes(private).sign(text.encode()).hex()

    def _count(self, key: str, now: datetime) -> int:
        """Count a try before it is made."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            tries, tried_at = self._database.execute(
                "SELECT tries, tried_at FROM signing_key WHERE key_id = ?", (key,)
            ).fetchone()
            if tries >= self._tries:
                raise Locked(tries)
            # A clock that was put back waits once more from the beginning, never longer.
            passed = max(now - moment(tried_at), timedelta()) if tried_at else LONGEST_WAIT
            if passed < wait_after(tries):
                raise TooSoon(wait_after(tries) - passed, self._tries - tries)
            self._database.execute(
                "UPDATE signing_key SET tries = tries + 1, tried_at = ? WHERE key_id = ?", (instant(now), key)
            )
        finally:
            self._database.execute("COMMIT")
        return int(tries) + 1

    # ------------------------------------------------------------ the site

    def site_key(self, site: str) -> NewKey:
        """The site's newest key, made on first ask."""
        owner = f"site/{site}"
        found = self._database.execute(
            "SELECT key_id FROM signing_key WHERE owner = ? ORDER BY rowid DESC", (owner,)
        ).fetchone()
        if found is None:
            self._keep(owner, f"{owner} first", Ed25519PrivateKey.generate(), None)
            return self.site_key(site)
        key = self._of_site(found[0])
        public = key.public_key().public_bytes_raw().hex()
        text = KeyStatement(owner=owner, key=public).text()
        return NewKey(public, key.sign(text.encode()).hex())

    def renew_site_key(self, site: str, wish: str, old: str) -> NewKey:
        """A new key of the site; the one before vouches for it where it is still here. The same wish, the same key."""
        owner = f"site/{site}"
        row = self._row("wish", wish)
        key = Ed25519PrivateKey.generate() if row is None else self._of_site(row.key_id)
        public = key.public_key().public_bytes_raw().hex()
        text = KeyStatement(owner=owner, key=public, replaces=old).text()
        if row is not None:
            endorsement = row.endorsement
        else:
            endorsement = self.sign_as_site(old, text) if self._row("key_id", old) else None
            self._keep(owner, wish, key, None, endorsement)
        return NewKey(public, key.sign(text.encode()).hex(), endorsement)

    def sign_as_site(self, key: str, text: str) -> str:
        """The signature of one of the site's own keys. Raises KeyError when it is not here."""
        return self._of_site(key).sign(text.encode()).hex()

    def _of_site(self, key: str) -> Ed25519PrivateKey:
        row = self._row("key_id", key)
        if row is None or row.parameters is not None:
            raise KeyError(key)
        return Ed25519PrivateKey.from_private_bytes(self._open(row, None))

    # ------------------------------------------------------------ forgetting

    def forget(self, key: str) -> None:
        """Destroy a private key. Again: nothing more."""
        if self._row("key_id", key) is not None:
            self._database.execute("DELETE FROM signing_key WHERE key_id = ?", (key,))
            self._database.execute("VACUUM")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # ------------------------------------------------------------ inside

    def _row(self, column: str, value: str) -> _Row | None:
        found = self._database.execute(
            f"SELECT key_id, owner, parameters, salt, wrapped, endorsement FROM signing_key WHERE {column} = ?",  # noqa: S608 - our own two names
            (value,),
        ).fetchone()
        return None if found is None else _Row(*found)

    def _open(self, row: _Row, pin: SecretStr | None) -> bytes:
        cost = Wrapping()
        if row.parameters is not None:
            kept = json.loads(row.parameters)
            cost = Wrapping(kept["memory_kib"], kept["passes"], kept["lanes"])
        bound = _bound(row.owner, row.key_id)
        wrapping = self._wrapping_key(pin, row.salt, cost, bound)
        return AESGCM(wrapping).decrypt(row.wrapped[:12], row.wrapped[12:], bound)

    def _wrapping_key(self, pin: SecretStr | None, salt: bytes, cost: Wrapping, bound: bytes) -> bytes:
        """Without the site's secret a copy of this file gives nothing to guess PINs against."""
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - with argon2
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - the same

        own = salt if pin is None else cost.key(pin, salt)
        return HKDF(SHA256(), 32, salt=self._secret, info=b"chibo signing key 1|" + bound).derive(own)


@dataclass(frozen=True, repr=False)
class _Row:
    key_id: str
    owner: str
    parameters: str | None
    salt: bytes
    wrapped: bytes
    endorsement: str | None


def wait_after(tries: int) -> timedelta:
    """How long the next try waits after so many wrong ones in a row."""
    if tries < FREE_TRIES:
        return timedelta()
    doubled: timedelta = FIRST_WAIT * 2 ** (tries - FREE_TRIES)
    return min(doubled, LONGEST_WAIT)


def weak(pin: SecretStr, least: int) -> bool:
    """Whether anybody would try this PIN first: too short, one character only, or a row of neighbours."""
    text = unicodedata.normalize("NFC", pin.get_secret_value())
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(text) < least or steps <= {0} or steps in ({1}, {-1})


def _bound(owner: str, key: str) -> bytes:
    return f"{owner}|{key}".encode()


__all__ = ["Locked", "NewKey", "OtherPin", "SigningKeys", "TooSoon", "Wrapping", "WrongPin", "wait_after", "weak"]
