"""What a printed document says and where it stands on the page; PDF and DOCX are both made from this and nothing else.

Pure data. Whoever prints something builds a ``Form`` from its read models: every word in it is final, every number
already written as it is to be read. The renderers decide nothing about content.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from shared.rules.document import DocumentProfile

FormKind = Literal["minutes", "resolution", "notice", "score", "tasks", "ranking", "book"]
Align = Literal["left", "center", "right", "justify"]
Level = Literal[1, 2, 3]


class Part(BaseModel):
    """A piece of a form."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ------------------------------------------------------------------ the page


class Page(Part):
    """Paper and letters; millimetres and points, as the document profile of that day has them."""

    paper: str
    top: int
    bottom: int
    left: int
    right: int
    font: str
    size: int
    first_line_indent: int
    line_spacing: int
    motto_size: int
    name_size: int
    recipients_size: int
    table_size: int
    page_number: str
    landscape: bool = False


def page(profile: DocumentProfile, *, landscape: bool = False) -> Page:
    """The page a profile asks for."""
    letters = profile.letters
    return Page(
        paper=profile.paper.value,
        top=profile.margins.top.value,
        bottom=profile.margins.bottom.value,
        left=profile.margins.left.value,
        right=profile.margins.right.value,
        font=letters.font.value,
        size=letters.size.value,
        first_line_indent=letters.first_line_indent.value,
        line_spacing=int(letters.line_spacing.value),
        motto_size=letters.motto_size.value,
        name_size=letters.name_size.value,
        recipients_size=letters.recipients_size.value,
        table_size=letters.table_size.value,
        page_number=letters.page_number.value,
        landscape=landscape,
    )


# ------------------------------------------------------------------ above the text


class Head(Part):
    """The two blocks at the top: whose paper it is and its number; whose words stand over it, where and when."""

    above: tuple[str, ...] = ()
    """«ĐẢNG BỘ …»"""
    body: tuple[str, ...]
    """«CHI BỘ …», set in bold."""
    star: bool = True
    """A star between the body and the number, as Party papers have it; otherwise a short rule."""
    number: str = ""
    """«Số 05-NQ/CB»; empty while there is none."""
    motto: tuple[str, ...]
    """«ĐẢNG CỘNG SẢN VIỆT NAM»; the last line is underlined."""
    place_and_date: str = ""
    """«Vinh, ngày 05 tháng 02 năm 2026»; empty where the type has none."""


NO_PLACE = "…………"
"""Where the place is to be written by hand."""


def place_and_date(profile: DocumentProfile, day: date, place: str = "") -> str:
    """Place and date as the profile writes them."""
    days, months = profile.day(day.day, day.month)
    return f"{place or NO_PLACE}, ngày {days} tháng {months} năm {day.year}"


def party_head(
    profile: DocumentProfile,
    superior: str,
    branch: str,
    *,
    mark: str,
    number: int | str | None,
    day: date | None = None,
    place: str = "",
) -> Head:
    """The head of a Party paper of type ``mark``: ``number`` as 5 or already as «05-NQ/CB», None while there is none.

    ``day`` is left out of it where the profile's type carries no place and date (minutes).
    """
    type = next((one for one in profile.types if one.mark == mark), None)
    dated = day is not None and (type is None or type.place_and_date)
    written = profile.number(number, mark) if isinstance(number, int) else number
    return Head(
        above=(superior.upper(),),
        body=(branch.upper(),),
        number=f"Số {written or '……-' + mark + '/' + profile.organisation_mark.value}",
        motto=(profile.motto,),
        place_and_date=place_and_date(profile, day, place) if dated and day is not None else "",
    )


# ------------------------------------------------------------------ the text


class Run(Part):
    """Words in one kind of letters."""

    text: str
    bold: bool = False
    italic: bool = False


class Heading(Part):
    """A heading with its number as it is printed: «I», «1», «a»; empty for none."""

    block: Literal["heading"] = "heading"
    level: Level
    number: str = ""
    text: str


class Paragraph(Part):
    """A paragraph; the first line is set in unless ``indent`` says otherwise."""

    block: Literal["paragraph"] = "paragraph"
    runs: Annotated[tuple[Run, ...], Field(min_length=1)]
    align: Align = "justify"
    indent: bool = True

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


class Items(Part):
    """A list, numbered from one or with dashes."""

    block: Literal["items"] = "items"
    numbered: bool = False
    items: Annotated[tuple[tuple[Run, ...], ...], Field(min_length=1)]


class Column(Part):
    """A column: its heading, its share of the width, how its cells stand."""

    heading: str
    width: Annotated[int, Field(ge=1, le=100)]
    align: Align = "left"


class Table(Part):
    """A table; the row of headings comes again on every page. A last row of sums is ``total``."""

    block: Literal["table"] = "table"
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    when_empty: str = "Không có."

    @model_validator(mode="after")
    def _as_many_cells_as_columns(self) -> Self:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                message = f"a row has {len(row)} cells, the table {len(self.columns)} columns"
                raise ValueError(message)
        return self


Block = Annotated[Heading | Paragraph | Items | Table, Field(discriminator="block")]


def said(text: str, *, italic: bool = False, bold: bool = False) -> Paragraph:
    """A plain paragraph."""
    return Paragraph(runs=(Run(text=text, italic=italic, bold=bold),))


def led(lead: str, text: str) -> Paragraph:
    """A paragraph that begins with a word in bold: «Chủ trì: đồng chí …»."""
    return Paragraph(runs=(Run(text=f"{lead} ", bold=True), Run(text=text)))


def dashes(texts: Iterable[str]) -> Items:
    """A list with dashes."""
    return Items(items=tuple((Run(text=text),) for text in texts))


# ------------------------------------------------------------------ below the text


class Signature(Part):
    """One who signs: on whose behalf, as what, the name. The space between is for the hand."""

    above: tuple[str, ...]
    """«T/M CHI BỘ», «BÍ THƯ»."""
    name: str = ""
    electronic: tuple[str, ...] = ()
    """What stands in the space once it is signed in the system: when, and by which key."""


class Annex(Part):
    """What follows on a page of its own."""

    name: str
    title: str = ""
    body: tuple[Block, ...]


class Form(Part):
    """A document ready to be printed."""

    kind: FormKind
    subject: str
    """What it is about, as it stands in the facts: ``99.001.002.000.011:2026-10``."""
    stem: str
    """The name of its file, in Vietnamese, without the ending: «Biên bản 29-BB-CB»."""
    at: AwareDatetime
    """When the last fact it tells of was stored: its date of making, whoever prints it whenever."""
    page: Page
    head: Head | None = None
    name: str
    """«BIÊN BẢN»"""
    title: tuple[str, ...] = ()
    """The line or lines under the name: «họp chi bộ tháng 10 năm 2026»."""
    marks: tuple[str, ...] = ()
    """What every page says of itself: «DỰ THẢO», «BẢN CÔNG KHAI …»."""
    body: tuple[Block, ...] = ()
    left: Signature | None = None
    right: Signature | None = None
    recipients: tuple[str, ...] = ()
    """Under «Nơi nhận:», at the left of a single signature."""
    annexes: tuple[Annex, ...] = ()
