"""Whose key is whose, and since when: folded from roster's facts by every service that checks a signature."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Fact, Recorded
from shared.events.signing import (
    SigningKeyEnrolled,
    SigningKeyLocked,
    SigningKeyReplaced,
    SigningKeyWithdrawn,
    SiteKeyPublished,
)

MEMBER_HEARS: frozenset[type[Fact]] = frozenset(
    {SigningKeyEnrolled, SigningKeyReplaced, SigningKeyLocked, SigningKeyWithdrawn}
)
SITE_HEARS: frozenset[type[Fact]] = frozenset({SiteKeyPublished})


class PublishedKey(BaseModel):
    """A public key, from when to when it signed, and the fact that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str
    public_key: str
    since: str
    """When roster stored that it was made."""
    log: str
    index: int
    """Where the fact stands that published it."""
    until: str | None = None
    """When roster stored that it signs no more."""
    ended: Literal["replaced", "left", "own_wish"] | None = None
    locked: bool = False


class Keyring(BaseModel):
    """All keys of one owner, oldest first; at most the last of them is in use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str
    """A member's id, or the name of the site."""
    keys: tuple[PublishedKey, ...] = ()

    @property
    def active(self) -> PublishedKey | None:
        """The key that signs now."""
        last = self.keys[-1] if self.keys else None
        return last if last is not None and last.until is None else None

    def key(self, key_id: str) -> PublishedKey | None:
        return next((key for key in self.keys if key.key_id == key_id), None)


def owner(recorded: Recorded[Any]) -> tuple[str, ...]:
    """The document a fact belongs to."""
    fact = recorded.fact
    return (fact.site,) if isinstance(fact, SiteKeyPublished) else (fact.member_id,)


def step(ring: Keyring | None, recorded: Recorded[Any], key: str) -> Keyring:
    """The keys after one more fact."""
    ring = ring or Keyring(owner=key)
    fact, at = recorded.fact, recorded.envelope.recordedtime
    match fact:
        case SigningKeyEnrolled() | SigningKeyReplaced() | SiteKeyPublished():
            made = PublishedKey(
                key_id=fact.key_id,
                public_key=fact.public_key,
                since=at,
                log=str(recorded.log),
                index=recorded.index,
            )
            return ring.model_copy(update={"keys": (*(_ended(one, at, "replaced") for one in ring.keys), made)})
        case SigningKeyLocked():
            return _with(ring, fact.key_id, locked=True)
        case SigningKeyWithdrawn():
            return _with(ring, fact.key_id, until=at, ended=fact.because)
        case _:
            return ring


def _ended(key: PublishedKey, at: str, why: str) -> PublishedKey:
    return key if key.until is not None else key.model_copy(update={"until": at, "ended": why})


def _with(ring: Keyring, key_id: str, **changes: object) -> Keyring:
    return ring.model_copy(
        update={"keys": tuple(key.model_copy(update=changes) if key.key_id == key_id else key for key in ring.keys)}
    )
