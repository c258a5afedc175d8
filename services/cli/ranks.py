"""Ranks as people look them up: why somebody has one, as a tree down to the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from rich.tree import Tree

from services.cli.voice import voice

if TYPE_CHECKING:
    from services.cli.site import Site


def explained(site: Site, branch: str, member: str, period: str, actor: str) -> dict[str, Any]:
    """Why a member has this rank of a month, a quarter or a year. Raises Answered when there is none."""
    found: dict[str, Any] = site["ranking"].get(
        f"/branches/{branch}/rankings/{period}/members/{member}/tree", actor=actor
    )
    return found


def picture(found: dict[str, Any]) -> Tree:
    """The tree, each line in one language or both."""
    root = found["tree"]
    drawn = Tree(_label(root, "bold"), guide_style="dim")
    for line in root["under"]:
        _draw(drawn, line)
    return drawn


def _draw(above: Tree, line: dict[str, Any]) -> None:
    style = "cyan" if line["fact_id"] is None and line["under"] else ""
    here = above.add(_label(line, style))
    for under in line["under"]:
        _draw(here, under)


def _label(line: dict[str, Any], style: str) -> Text:
    first, *second = dict.fromkeys(voice.choose(line["vi"], line["en"]))
    label = Text(first, style)
    for other in second:
        label.append(f"\n{other}", style="dim")
    return label
