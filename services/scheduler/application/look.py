"""One meeting with what stands around it, and the answers all queries share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from services.scheduler.application.knowledge import all_known, programme
from services.scheduler.domain.known import Known, pinned
from services.scheduler.domain.plan import REGULAR
from services.scheduler.domain.preparation import nobody_took, without_task
from services.scheduler.domain.rotation import (
    Turn,
)
from services.scheduler.projections import (
    Delivery,
    MeetingShown,
    ProgrammeShown,
    RotationShown,
)
from shared.branch import Branch
from shared.decision import Refused
from shared.events.meeting import (
    ProgrammeItem,
)
from shared.events.sealed import Private
from shared.rules import MeetingProfile
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


Name = Callable[[str], str]
"""Member id → name, for sentences."""
Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Point(Answer):
    """One thing to mind, in words, with what it is about."""

    code: str
    vi: str
    en: str
    members: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Proof(Answer):
    """One person the notice must reach, and how that is proven."""

    member_id: str
    reach: str | None
    """By what the member is reached; None for the superior's follower."""
    proven: bool
    confirmed: bool
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Look:
    """One meeting with what stands around it."""

    shown: MeetingShown
    branch: Branch
    programme: ProgrammeShown | None
    rotation: RotationShown
    known: Known
    today: date
    name: Name

    @property
    def rules(self) -> MeetingProfile:
        """The profile the meeting was set under."""
        return pinned(self.known, self.branch.code, self.shown.profile, self.shown.on)

    @property
    def items(self) -> tuple[ProgrammeItem, ...]:
        return self.programme.items if self.programme and self.shown.meeting_kind in REGULAR else ()

    @property
    def standing(self) -> tuple[Any, ...]:
        return tuple(draft for draft in self.shown.drafts if draft.state == "standing")

    @property
    def idle(self) -> tuple[str, ...]:
        return without_task(self.branch, self.shown.on, self.standing) if self.shown.meeting_kind in REGULAR else ()

    @property
    def untaken(self) -> tuple[ProgrammeItem, ...]:
        left = nobody_took(self.items, self.standing)
        return tuple(item for item in self.items if item.id in left)

    @property
    def chair_id(self) -> str | None:
        return self.shown.delegated_to or self.branch.secretary(self.shown.on)

    @property
    def briefing(self) -> Turn | None:
        return self.rotation.rotation.of(self.shown.period) if self.shown.meeting_kind in REGULAR else None

    @property
    def proofs(self) -> tuple[Proof, ...]:
        return proofs_of(self.shown, self.branch)

    def named(self, members: tuple[str, ...]) -> str:
        return ", ".join(self.name(member) for member in members)


def own_name(member_id: str) -> str:
    return member_id


def look_at(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name) -> Look:
    shown: MeetingShown | None = reader.get("meetings", branch, meeting_id)
    cell: Branch | None = reader.get("branch", branch, "")
    if shown is None or cell is None:
        raise Refused(
            "Không có buổi họp này trong lịch của chi bộ. Đồng chí mở lại lịch; chưa có gì thay đổi.",
            "This branch has no such meeting. Open its calendar again; nothing has changed.",
            code="not-found",
        )
    return Look(
        shown=shown,
        branch=cell,
        programme=programme(reader, branch, shown.period),
        rotation=reader.get("rotation", branch, "") or RotationShown(),
        known=all_known(reader, branch, cell, shipped_holidays()),
        today=today,
        name=name,
    )


def proofs_of(shown: MeetingShown, branch: Branch | None) -> tuple[Proof, ...]:
    if not shown.notices:
        return ()
    notice = shown.notices[-1]
    told = (*notice.recipients, *((notice.follower_id,) if notice.follower_id else ()))
    found = []
    for member_id in told:
        proofs = tuple(
            one for one in shown.deliveries if one.member_id == member_id and one.revision == notice.revision
        )
        member = branch.member(member_id) if branch else None
        found.append(
            Proof(
                member_id=member_id,
                reach=member.reach if member else None,
                proven=bool(proofs),
                confirmed=any(one.confirmed for one in proofs),
                deliveries=proofs,
            )
        )
    return tuple(found)
