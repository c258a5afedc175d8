"""Ranking put together: the only place where its parts meet."""

from __future__ import annotations

from services.ranking.api import routes
from services.ranking.application import NOUNS, due, known, roles
from services.ranking.handlers import HEARS
from services.ranking.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts

PARTS = Parts(
    name="ranking",
    about="Tasks from being given to their end, and the month's ranking of members with its reasons.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    hears=HEARS,
    routes=routes,
    roles=roles,
    due=due,
)

if __name__ == "__main__":
    serve(PARTS)
