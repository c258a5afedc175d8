"""The words of the audit page: a fact's own sentence, with what must be said about how it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.days import VIETNAM
from shared.events.envelope import Fact, Recorded, Told, moment

Language = Literal["vi", "en"]

_FROM = {
    "vi": {"app": "ứng dụng", "paper": "bản giấy", "telephone": "điện thoại"},
    "en": {"app": "the app", "paper": "paper", "telephone": "the telephone"},
}


@dataclass(frozen=True)
class Named:
    """The names of a branch's people by member id; called with an id it says the full name."""

    full: Mapping[str, str]
    given_names: Mapping[str, str]

    def __call__(self, id: str) -> str:
        """The full name; the id itself when the name is not known here."""
        return self.full.get(id, id)

    def given(self, id: str) -> str:
        """The given name; the full one where that is all there is."""
        return self.given_names.get(id, self(id))


def sentence(recorded: Recorded[Any], name: Callable[[str], str], language: Language = "vi") -> str:
    """One plain sentence for a fact, ending with how it was recorded where that matters.

    Said in addition: recorded on a later day than it happened; entered by somebody else, and from what.
    """
    fact, envelope = recorded.fact, recorded.envelope
    given = name.given if isinstance(name, Named) else name
    told = Told(name=name, at=recorded.time.astimezone(VIETNAM), actor=name(envelope.actor), given=given)
    if not isinstance(fact, Fact):
        unknown = {
            "vi": "Việc loại «{kind}» mà bản phần mềm này chưa biết.",
            "en": "A fact of a kind this version does not know: {kind}.",
        }
        return unknown[language].format(kind=envelope.type)
    words = fact.vi(told) if language == "vi" else fact.en(told)
    return words + "".join(_suffixes(recorded, name, language))


def _suffixes(recorded: Recorded[Any], name: Callable[[str], str], language: Language) -> list[str]:
    envelope = recorded.envelope
    suffixes = []
    happened = recorded.time.astimezone(VIETNAM)
    stored = moment(envelope.recordedtime).astimezone(VIETNAM)
    if stored.date() > happened.date():
        days = f"{happened:%d/%m/%Y}", f"{stored:%d/%m/%Y}"
        suffixes.append(
            " (ghi muộn: việc ngày {}, nhập ngày {})".format(*days)
            if language == "vi"
            else " (entered late: happened on {}, entered on {})".format(*days)
        )
    if envelope.enteredby and envelope.enteredby != envelope.actor:
        by, source = name(envelope.enteredby), _FROM[language][envelope.medium or "app"]
        suffixes.append(
            f" (nhập thay từ {source}: đ/c {by})" if language == "vi" else f" (entered from {source} by {by})"
        )
    return suffixes
