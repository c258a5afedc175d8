"""The hub put together: the only place where its parts meet."""

from __future__ import annotations

from services.hub.api import routes
from services.hub.application import NOUNS, known, shipped_profiles
from services.hub.domain.document import at_the_door
from services.hub.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts

PARTS = Parts(
    name="hub",
    about="The superior's desk: the rules in force, work programmes and documents from above.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    routes=routes,
    at_start=shipped_profiles,
    at_the_door=at_the_door,
)

if __name__ == "__main__":
    serve(PARTS)
