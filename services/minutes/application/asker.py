"""Who asks a query, and what may be opened for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.decision import Refused
from shared.events.sealed import Private

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.service.from_roster import AsHeard


Opened = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for this asker or its key is gone."""


@dataclass(frozen=True)
class Asker:
    """Who asks a query, and what may be opened and named for them."""

    actor: Actor
    name: Callable[[str], str]
    """Member id → full name."""
    opened: Opened
    as_heard: AsHeard | None = None


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


def for_the_cell(actor: Actor) -> None:
    """Refused for whoever is no member of the branch."""
    if "member" not in actor.roles:
        raise Refused(
            "Phần này chỉ đảng viên trong chi bộ được đọc. Nếu cần cho kiểm tra, đồng chí đề nghị bí thư hoặc cấp ủy "
            "có thẩm quyền; mọi lần mở đều được ghi lại.",
            "Only members of the branch read this part. Ask the secretary or the competent committee if an inspection "
            "needs it; each opening is recorded.",
            code="not-allowed",
        )
