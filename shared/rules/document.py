"""The official form of a cell's documents: page, letters, header, numbers, who signs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.rules.profile import Choice, Confidence, Number, Part, RuleProfile, Switch, Words

Mark = Annotated[str, StringConstraints(pattern=r"^[A-ZĐ][A-Za-zĐÁ]{1,3}$")]
"""NQ, BB, CTr: what stands in a document's number for its type."""


class Margins(Part):
    """In millimetres."""

    top: Number
    bottom: Number
    left: Number
    right: Number


class Letters(Part):
    """Sizes in points."""

    font: Choice
    size: Number
    first_line_indent: Number
    """In millimetres."""
    line_spacing: Choice
    """In points, exactly."""
    motto_size: Number
    name_size: Number
    """Of the name of the document: «BIÊN BẢN»."""
    recipients_size: Number
    table_size: Number
    page_number: Choice
    """Where it stands, from the second page on."""


class DocumentType(Part):
    """A type of document and whether a cell may issue it."""

    mark: Mark
    vi: Words
    en: Words
    cell_may_issue: bool
    place_and_date: bool = True
    """Whether the header carries the place and the date; minutes do not."""


class Signature(Part):
    """Who signs, and under which words."""

    on_behalf_of: Choice
    """What stands above the office: the cell or its committee."""
    deputy_as: Choice
    """The office under which a deputy signs."""
    seal: Switch
    first: Choice
    """Who signs minutes first: minute_taker or chair."""
    minutes_left: Words
    minutes_right: Words
    source: Words
    confidence: Confidence


class OtherBooks(Part):
    """What stands at the top right of papers that are not the Party's: the professional unit's, the union's."""

    motto: Words
    motto_below: Words
    source: Words
    confidence: Confidence


class DocumentProfile(RuleProfile):
    """How a cell's documents look."""

    subject: Literal["document"]
    paper: Choice
    margins: Margins
    letters: Letters
    motto: Words
    """The words at the top right."""
    organisation_mark: Choice
    number_digits: Number
    """Numbers below ten are filled up to so many digits."""
    numbered_through_term: Switch
    """Numbers run through the committee's term and not by the year."""
    day_filled_below: Number
    """Days below this are written with a leading nought."""
    month_filled_up_to: Number
    """Months up to this one are written with a leading nought."""
    text_ends_with: Choice
    last_copy_to: Words
    """The last line of the list of recipients."""
    types: Annotated[tuple[DocumentType, ...], Field(min_length=1, strict=False)]
    types_source: Words
    types_confidence: Confidence
    signature: Signature
    other_books: OtherBooks

    @model_validator(mode="after")
    def _types_once(self) -> Self:
        marks = [type.mark for type in self.types]
        if twice := {mark for mark in marks if marks.count(mark) > 1}:
            message = f"types: {', '.join(sorted(twice))} stands twice"
            raise ValueError(message)
        return self

    def number(self, number: int, mark: str) -> str:
        """The document's number as printed: ``05-NQ/CB``."""
        return f"{number:0{self.number_digits.value}}-{mark}/{self.organisation_mark.value}"

    def day(self, day: int, month: int) -> tuple[str, str]:
        """Day and month as printed: ``05``, ``02``; May is ``5``."""
        days = f"{day:02}" if day < self.day_filled_below.value else str(day)
        return days, f"{month:02}" if month <= self.month_filled_up_to.value else str(month)
