"""Which service takes a command: each says so itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.cli.calling import close_to
from services.cli.voice import Failed

if TYPE_CHECKING:
    from services.cli.site import Service, Site


def takers(site: Site) -> dict[str, Service]:
    """Every command, and the service that takes it."""
    return {command: service for service in site for command in service.get("/commands")}


def owner_of(site: Site, command: str) -> Service:
    """The service that takes this command. Raises Failed, naming what is close, when none does."""
    taken = takers(site)
    if command in taken:
        return taken[command]
    close = ", ".join(close_to(command, taken, 4))
    raise Failed(
        f"Không có lệnh «{command}»." + (f" Gần giống: {close}." if close else ""),
        f"There is no command “{command}”." + (f" Close to it: {close}." if close else ""),
        code=2,
    )
