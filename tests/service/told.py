"""Facts of other services as they would have stored them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import uuid4

from shared import events
from shared.events.envelope import Fact, LogName, decode, encode, instant
from shared.events.minutes import MeetingOpened, RulesApplied
from shared.events.sealed import Keys, Sealing
from shared.service.runtime import Service
from tests.sample_branch import CODE


def branch_of(fact: Fact) -> str:
    """The branch a fact is about, the province for one about the tree, the sample branch for one that names none."""
    return str(getattr(fact, "branch", None) or getattr(fact, "root", None) or CODE)


def stored(
    fact: Fact,
    at: datetime,
    keys: Keys,
    *,
    branch: str | None,
    actor: str,
    role: str = "member",
    version: int = 1,
    site: str = "local",
    profile: str | None = None,
) -> bytes:
    """The bytes of a fact that happened, and was stored, at this moment."""
    now, id = instant(at), str(uuid4())
    return encode(
        fact.model_dump_json(context=Sealing(id, keys)).encode(),
        id=id,
        type=fact.kind(),
        source=f"/{site}/{fact.OWNER}",
        subject=fact.subject(),
        subjectversion=version,
        time=now,
        recordedtime=now,
        branch=branch,
        meeting=getattr(fact, "meeting_id", None),
        profile=profile,
        actor=actor,
        actorrole=role,
        correlationid=id,
        privacy=fact.PRIVACY,
        salt="00" * 16,
    )


class Elsewhere:
    """The other services of a site, as far as one service hears them."""

    def __init__(self, service: Service, keys: Keys) -> None:
        self._service = service
        self._keys = keys
        self._told = Counter[str]()

    async def say(self, *facts: Fact, actor: str, role: str = "member", branch: str | None = None) -> None:
        """They stored these facts, and the service heard them after all it said itself."""
        service = self._service
        await service.caught_up(f"{service.parts.name}:{service.log.head().index}")
        for fact in facts:
            self._told[fact.OWNER] += 1
            log, index = LogName("local", fact.OWNER, "e1"), self._told[fact.OWNER]
            now, under = service.clock.now(), branch or branch_of(fact)
            raw = stored(fact, now, self._keys, branch=under, actor=actor, role=role)
            service.views.apply(log, [(index, decode(log, index, raw, events.ALL))])
            await service.intake._into_views.gate.hear(log, index)
        assert service.views.parked() == []


def opened(at: str, **fields: object) -> MeetingOpened:
    """The sample branch's October meeting opened at this instant, the deputy in the chair."""
    told = {
        "meeting_id": f"{CODE}:2026-10",
        "meeting_kind": "regular",
        "period": "2026-10",
        "opened_at": at,
        "chair_id": "M02",
        "acting": True,
        "minute_taker_id": "M07",
        "base": ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11"),
        "voters": ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10"),
        "vote_base": 10,
        "present_at_opening": ("M02", "M03", "M05", "M06", "M07", "M08", "M11"),
        "rules": RulesApplied.model_validate(
            {
                "profile": "hd42@1",
                "min_minutes": 90,
                "attendance": {"numerator": 90, "denominator": 100, "inclusive": True},
                "adoption": {"numerator": 1, "denominator": 2, "inclusive": False},
                "secret_minimum": 3,
            }
        ),
    }
    return MeetingOpened.model_validate(told | fields)
