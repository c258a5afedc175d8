"""What every answer of ranking is made of: frozen, with its facts in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict

from shared.decision import Refused
from shared.events.envelope import Recorded
from shared.events.sealed import Private
from shared.sentences import sentence

Open = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for the asker or its key is gone."""
History = Callable[[str], Iterable[Recorded[Any]]]
"""Subject → the recorded facts of that history, in order."""
Name = Callable[[str], str]


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class FactInWords(Answer):
    """A fact in words."""

    id: str
    type: str
    time: str
    recordedtime: str
    actor: str
    enteredby: str | None
    vi: str
    en: str


def told(recorded: Recorded[Any], name: Name) -> FactInWords:
    envelope = recorded.envelope
    return FactInWords(
        id=recorded.id,
        type=envelope.type,
        time=envelope.time,
        recordedtime=envelope.recordedtime,
        actor=envelope.actor,
        enteredby=envelope.enteredby,
        vi=sentence(recorded, name, "vi"),
        en=sentence(recorded, name, "en"),
    )


def not_found(vi: str, en: str) -> NoReturn:
    raise Refused(f"{vi} Đồng chí chọn trong danh sách.", f"{en} Choose from the list.", code="not-found")
