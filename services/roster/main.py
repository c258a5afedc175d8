"""Roster put together: the only place where its parts meet."""

from __future__ import annotations

from services.roster.api import routes
from services.roster.application import NOUNS, OwnKeys, destroyed_subjects, due, known
from services.roster.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts
from shared.settings import Settings
from shared.store.keys import KeyStore


def own_keys(settings: Settings) -> OwnKeys:
    """The site's key store, beside roster's log and backed up apart from it."""
    folder = settings.folder("roster")
    return OwnKeys(KeyStore(folder / "keys.db", settings.home / "site.key"))


PARTS = Parts(
    name="roster",
    about="Organisations, branches, members and what is kept of them, localities, honours, and keys of what is sealed.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    routes=routes,
    keys=own_keys,
    gone=destroyed_subjects,
    due=due,
)

if __name__ == "__main__":
    serve(PARTS)
