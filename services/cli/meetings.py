"""Meetings as people look them up: the list, one of them, and its id from as little as a month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from services.cli.site import Answered
from services.cli.voice import Failed

if TYPE_CHECKING:
    from services.cli.site import Site

READER = "operator"
_MONTH = re.compile(r"^\d{4}-\d\d(:[a-z]+(-\d+)?)?$")


def branches(site: Site) -> list[str]:
    """Codes of all branches of this site."""
    return [branch["code"] for branch in site["roster"].get("/branches", actor=READER)]


def listed(site: Site, branch: str | None = None) -> list[dict[str, Any]]:
    """Every meeting, by branch and day: as planned, and what the minutes know of it."""
    found = []
    for code in [branch] if branch else branches(site):
        held = {one["id"]: one for one in site["minutes"].get(f"/branches/{code}/meetings", actor=READER)}
        for planned in reversed(site["scheduler"].get(f"/branches/{code}/meetings", actor=READER)):
            sat = held.get(planned["id"], {})
            found.append(
                {"id": planned["id"], "branch": code, **planned}
                | {name: sat.get(name) for name in ("opened_at", "closed_at", "doc_no")}
            )
    return found


def meeting_id(site: Site, given: str) -> str:
    """A meeting's full id; a month alone is enough where this site has one branch. Raises Failed."""
    if not _MONTH.match(given):
        return given
    codes = branches(site)
    if len(codes) == 1:
        return f"{codes[0]}:{given}"
    raise Failed(
        f"Nơi này có {len(codes)} chi bộ; đồng chí ghi cả mã chi bộ, ví dụ {(codes or ['…'])[0]}:{given}.",
        f"This site has {len(codes)} branches; write the branch's code too, for example {(codes or ['…'])[0]}:{given}.",
        code=2,
    )


def shown(site: Site, meeting: str) -> dict[str, Any]:
    """One meeting: its plan with everything around it, and its minutes. Raises Answered when nobody knows it."""
    plan = site["scheduler"].get(f"/meetings/{meeting}", actor=READER)
    try:
        minutes = site["minutes"].get(f"/meetings/{meeting}", actor=READER)
    except Answered as refusal:
        if refusal.status != 404:  # noqa: PLR2004 - not heard of yet
            raise
        minutes = None
    return {"id": meeting, "plan": plan, "minutes": minutes}
