"""Roster's own key store, asked as the other services ask roster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.roster.application.signing import ended_keys, no_store
from services.roster.domain.signing import SIGNING
from services.roster.projections import DestroyedKeys
from shared.events.sealed import Keys, SubjectKey

if TYPE_CHECKING:
    from shared.store.keys import KeyStore
    from shared.store.signing_keys import SigningKeys
    from shared.store.views import ViewReader


class OwnKeys:
    """Roster's own key store, asked as the other services ask roster."""

    def __init__(self, store: KeyStore, signing: SigningKeys | None = None) -> None:
        self._store = store
        self._signing = signing

    @property
    def signing(self) -> SigningKeys:
        """The keys people and the site sign with. Raises Refused where this process holds none."""
        if self._signing is None:
            raise no_store()
        return self._signing

    def key(self, subject: str) -> SubjectKey:
        """The key, made on first ask. Raises KeyError when it was destroyed."""
        return self._store.key(subject)

    async def fetch(self, subjects: Iterable[str]) -> None:
        """Nothing to fetch: the keys are here."""

    def forget(self, subject: str) -> None:
        """Destroy the key for good; called once the fact that says so is stored. Again: nothing more."""
        kind, _, key = subject.partition("/")
        if kind == SIGNING.name:
            self.signing.forget(key)
        elif subject not in self._store.destroyed():
            self._store.destroy(subject)

    def close(self) -> None:
        """Close the files; the service is stopping."""
        self._store.close()
        if self._signing is not None:
            self._signing.close()


def keys_for(subjects: Iterable[str], keys: Keys) -> list[SubjectKey]:
    """The keys of these subjects that still exist."""
    found = []
    for subject in dict.fromkeys(subjects):
        try:
            found.append(keys.key(subject))
        except KeyError:
            continue
    return found


def destroyed_subjects(reader: ViewReader) -> list[str]:
    """Every subject whose key must be gone, by what was stored; a key store copied back is held to it."""
    found: Iterable[DestroyedKeys | None] = (
        reader.get("destroyed_keys", code, "") for code in reader.branches("destroyed_keys")
    )
    subjects = [subject for document in found if document is not None for subject in document.subjects]
    return [*subjects, *ended_keys(reader)]
