"""Preparing a meeting: whether its notice leaves by itself, and what an agenda of each kind has in it, in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple, Protocol, Self

from pydantic import Field, model_validator

from shared.rules.profile import Choice, Confidence, Number, Part, RuleProfile, Switch, Words

AgendaKind = Literal["regular", "thematic", "combined", "extraordinary", "committee", "professional", "union"]
Filled = Literal["briefing", "documents", "themes", "promised", "corrections"]
"""With what a proposed item is filled in, where something is known: whose turn, what to present, what was promised."""
HOURS = 24


class TemplateItem(Part):
    """One item of an agenda as the regulation orders it."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    part: Words
    text: Words
    minutes: Annotated[int, Field(ge=0, le=600)]
    required: bool = False
    words: Annotated[tuple[Words, ...], Field(max_length=9, strict=False)] = ()
    """An agenda has this item when a line of it contains one of these; asked of the required ones."""
    filled: Filled | None = None

    @model_validator(mode="after")
    def _found_by_words(self) -> Self:
        if self.required and not self.words:
            message = f"words: {self.code} is required, so it says by which words it is found"
            raise ValueError(message)
        return self

    def stands_in(self, lines: Iterable[str]) -> bool:
        """Whether an agenda has this item."""
        return any(word.casefold() in line.casefold() for line in lines for word in self.words)


class AgendaTemplate(Part):
    """The agenda of one kind of meeting."""

    kind: AgendaKind
    source: Words
    confidence: Confidence
    items: Annotated[tuple[TemplateItem, ...], Field(min_length=1, max_length=60, strict=False)]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)


class AgendaLine(Protocol):
    """What is looked at in a proposed agenda."""

    @property
    def text(self) -> str: ...
    @property
    def minutes(self) -> int | None: ...


class AgendaCheck(NamedTuple):
    """What a proposed agenda lacks; both empty when it is well."""

    omitted: tuple[TemplateItem, ...]
    short_by: int
    """Minutes below the least; 0 also where some item has no time yet."""


class PreparationProfile(RuleProfile):
    """How a meeting is prepared."""

    subject: Literal["preparation"]
    notice_by_itself: Switch
    """The notice leaves by itself on the last day on time, once the committee has prepared (R1, R37)."""
    notice_hour: Number
    omitted_item: Choice
    """What becomes of an agenda without a required item: ``refuse`` or ``warn``."""
    below_minimum: Choice
    """What becomes of an agenda that sums below the least time: ``refuse`` or ``warn``."""
    agendas: Annotated[tuple[AgendaTemplate, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _one_for_each_kind(self) -> Self:
        kinds = [agenda.kind for agenda in self.agendas]
        if len(set(kinds)) < len(kinds):
            message = "agendas: one agenda for each kind"
            raise ValueError(message)
        if self.notice_hour.value >= HOURS:
            message = "notice_hour: notice_hour must be an hour of the day"
            raise ValueError(message)
        for choice in (self.omitted_item, self.below_minimum):
            if set(choice.options) != {"refuse", "warn"}:
                message = "omitted_item, below_minimum: the options are refuse and warn"
                raise ValueError(message)
        return self

    def agenda(self, kind: str) -> AgendaTemplate | None:
        """The template of a kind of meeting; None where there is none."""
        return next((agenda for agenda in self.agendas if agenda.kind == kind), None)

    def check(self, kind: str, lines: Iterable[AgendaLine], least: int | None) -> AgendaCheck:
        """What an agenda of this kind lacks against its template and the least time of such a meeting."""
        lines = tuple(lines)
        template = self.agenda(kind)
        texts = [line.text for line in lines]
        needed = () if template is None else tuple(item for item in template.items if item.required)
        omitted = tuple(item for item in needed if not item.stands_in(texts))
        timed = [line.minutes for line in lines if line.minutes is not None]
        short = max(0, (least or 0) - sum(timed)) if lines and len(timed) == len(lines) else 0
        return AgendaCheck(omitted, short)
