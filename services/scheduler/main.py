"""Scheduler put together: the only place where its parts meet."""

from __future__ import annotations

from services.scheduler.api import routes
from services.scheduler.application import NOUNS, due, known, roles
from services.scheduler.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts

PARTS = Parts(
    name="scheduler",
    about="Meetings until they open: preparation, notices, moves, the briefing rotation.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    routes=routes,
    roles=roles,
    due=due,
)

if __name__ == "__main__":
    serve(PARTS)
