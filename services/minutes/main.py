"""Minutes put together: the only place where its parts meet."""

from __future__ import annotations

from services.minutes.api import routes
from services.minutes.application import NOUNS, due, known, roles, signatures, standing
from services.minutes.projections import VIEWS
from shared.service.process import serve
from shared.service.runtime import Parts

PARTS = Parts(
    name="minutes",
    about="A meeting as it happens: attendance, opinions, votes, conclusions, assignments, adoption.",
    nouns=NOUNS,
    views=VIEWS,
    known=known,
    routes=routes,
    roles=roles,
    due=due,
    ask_again=signatures.countersign_what_waits,
    standing=standing,
)

if __name__ == "__main__":
    serve(PARTS)
