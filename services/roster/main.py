"""Roster put together: the only place where its parts meet."""

from __future__ import annotations

from services.roster.api import routes
from services.roster.application import NOUNS, OwnKeys, destroyed_subjects, due, known
from services.roster.application.signing import site_key_at_start
from services.roster.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts
from shared.settings import Settings
from shared.store.keys import KeyStore
from shared.store.signing_keys import SigningKeys, Wrapping


def own_keys(settings: Settings, wrapping: Wrapping | None = None) -> OwnKeys:
    """The site's key stores, beside roster's log and backed up apart from it."""
    folder, site_key = settings.folder("roster"), settings.home / "site.key"
    return OwnKeys(
        KeyStore(folder / "keys.db", site_key),
        SigningKeys(folder / "signing.db", site_key, tries=settings.pin_tries, wrapping=wrapping),
    )


PARTS = Parts(
    name="roster",
    about="Organisations, branches, members and what is kept of them, localities, honours, and keys of what is sealed.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    routes=routes,
    keys=own_keys,
    gone=destroyed_subjects,
    keys_at_start=site_key_at_start,
    due=due,
)

if __name__ == "__main__":
    serve(PARTS)
