"""Facts of other services as they would have stored them."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from shared.events.envelope import Attributes, Fact, encode, instant
from shared.events.sealed import Keys, Sealing
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
    attributes = Attributes(
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
    return encode(attributes, fact.model_dump_json(context=Sealing(id, keys)).encode())
