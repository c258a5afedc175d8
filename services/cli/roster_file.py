"""A file with a branch's members: looked at first, every problem named, then brought in whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.cli.site import Service

Preview = dict[str, Any]
Pair = tuple[str, str]


def preview(roster: Service, branch: str, actor: str, name: str, content: bytes) -> Preview:
    """What roster reads in the file; nothing is stored. Raises Answered when it cannot be read at all."""
    found: Preview = roster.upload("/import/preview", (name, content), branch=branch, actor=actor)
    return found


def look_alikes(found: Preview) -> list[Pair]:
    """Pairs of names that may be one person's."""
    return [(pair["first"], pair["second"]) for pair in found["look_alikes"]]


def confirmation(found: Preview, different: list[Pair]) -> dict[str, Any]:
    """The command that brings in what the preview showed, with the pairs that are two persons."""
    taken = ("file_name", "file_sha256", "format", "rows")
    return {name: found[name] for name in taken} | {"different_persons": different}
