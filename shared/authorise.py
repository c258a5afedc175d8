"""Who may do what: one function, deny by default, called by every command and every query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shared.decision import Refused

if TYPE_CHECKING:
    from shared.branch import Branch

ENTERS_FOR_OTHERS = frozenset({"secretary", "deputy_secretary", "committee_member", "minute_taker", "operator"})
"""Who may type in what another person did or said, from paper or the telephone."""

READERS = frozenset({"member", "superior", "auditor", "operator", "service"})
"""Who may read what a branch does; class C stays sealed for all but its members."""


@dataclass(frozen=True)
class Actor:
    """Somebody who asks, with the roles held in the branch on that day."""

    id: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Action:
    """What is asked, and the roles that may ask it."""

    name: str
    may: frozenset[str]


@dataclass(frozen=True)
class Thing:
    """What it is asked about."""

    branch: str
    member: str | None = None
    """The member it concerns, where there is one: that member has the role ``self``."""


def actor_in(branch: Branch | None, id: str, day: date, extra: frozenset[str] = frozenset()) -> Actor:
    """The actor with the roles that the branch's own facts give on that day; nothing the caller claims counts."""
    if id in {"operator", "clock"}:
        return Actor(id, extra | {id})
    kind, _, name = id.partition(":")
    if name and kind in {"service", "auditor"}:
        return Actor(id, extra | {kind})
    if branch is None:
        return Actor(id, extra)
    if branch.follower is not None and branch.follower.id == id:
        return Actor(id, extra | {"superior"})
    return Actor(id, extra | branch.roles_on(id, day))


def authorise(actor: Actor, action: Action, thing: Thing) -> None:
    """Return when the actor may; otherwise raise Refused. What no role allows is denied."""
    roles = actor.roles | ({"self"} if thing.member == actor.id else frozenset())
    if roles & action.may:
        return
    raise Refused(
        "Việc này không thuộc quyền của đồng chí trong chi bộ. Nếu cần, đồng chí đề nghị bí thư; chưa có gì thay đổi.",
        "This is not yours to do in this branch. Ask the secretary if it is needed; nothing has changed.",
        code="not-allowed",
    )
