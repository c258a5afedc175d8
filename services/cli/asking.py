"""Which service takes a command: each says so in its OpenAPI document."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from services.cli.voice import Failed

if TYPE_CHECKING:
    from services.cli.site import Service, Site

PLACE = "/commands/"


def takers(site: Site) -> dict[str, Service]:
    """Every command, and the service that takes it."""
    return {
        path.removeprefix(PLACE): service
        for service in site
        for path in service.get("/openapi.json")["paths"]
        if path.startswith(PLACE)
    }


def owner_of(site: Site, command: str) -> Service:
    """The service that takes this command. Raises Failed, naming what is close, when none does."""
    taken = takers(site)
    if command in taken:
        return taken[command]
    close = ", ".join(get_close_matches(command, taken, n=4, cutoff=0.5))
    raise Failed(
        f"Không có lệnh «{command}»." + (f" Gần giống: {close}." if close else ""),
        f"There is no command “{command}”." + (f" Close to it: {close}." if close else ""),
        code=2,
    )
