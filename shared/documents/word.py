"""A form as DOCX, in Word's own styles, to be edited further; the same form gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import timezone
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from shared.documents.form import Align, Block, Form, Head, Heading, Items, Paragraph, Run, Signature, Table
from shared.documents.letters import kept_together, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document
    from docx.shared import Length
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

_SIGNING_SPACE = 26
"""Millimetres left for a hand to sign in."""
_TWIPS = 56.7
"""Twentieths of a point in a millimetre."""
_HANGS = 8
"""Millimetres that the number of a list stands before its text."""
_CELL_MARGIN = 70
"""At both sides of a cell, in twentieths of a point: so far a border would stand outside the text."""
_PROPERTY = 255
"""Letters a property of the file holds."""
_JUSTIFIED: dict[str, str] = {"justify": "both"}
"""Word's own name for it."""
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(form: Form) -> bytes:
    """The form as DOCX. Takes some tens of milliseconds of one core: call it off the event loop."""
    return _Writing(form).done()


class _Writing:
    """One document while it is written."""

    def __init__(self, form: Form) -> None:
        import docx  # noqa: PLC0415 - with lxml some fifteen megabytes, wanted only where something is printed

        self.form = form
        self.page = form.page
        self.document: Document = docx.Document()
        self._properties()
        self._paper()
        self._styles()
        self._every_page()

    def done(self) -> bytes:
        form = self.form
        if form.head is not None:
            self._head(form.head)
        self._titles(form.name, form.title, ruled=form.head is not None and form.head.star)
        for block in form.body:
            self._block(block)
        self._below()
        for annex in form.annexes:
            self._new_page()
            self._titles(annex.name, (annex.title,) if annex.title else (), ruled=False)
            for block in annex.body:
                self._block(block)
        kept = io.BytesIO()
        self.document.save(kept)
        return _zipped_anew(kept.getvalue())

    # -------------------------------------------------------------- the page

    def _properties(self) -> None:
        form, core = self.form, self.document.core_properties
        at = form.at.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None)  # noqa: UP017 as in pdf.py
        core.title = tidy(" ".join((form.name, *form.title)))[:_PROPERTY]
        core.author = tidy(" ".join(form.head.body))[:_PROPERTY] if form.head else ""
        core.subject = form.subject
        core.language = "vi-VN"
        core.comments = core.keywords = core.category = core.last_modified_by = ""
        core.created = core.modified = at
        core.revision = 1
        package = self.document.part.package
        for id, link in list(package.rels.items()):
            if link.reltype.endswith("/thumbnail"):
                del package.rels[id]

    def _paper(self) -> None:
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415 - as above
        from docx.shared import Mm  # noqa: PLC0415 - as above

        section, page = self.document.sections[0], self.page
        short, long = {"A4": (210, 297), "A5": (148, 210)}[page.paper]
        across, down = (long, short) if page.landscape else (short, long)
        section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(across), Mm(down)
        section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
        section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
        section.header_distance = section.footer_distance = Mm(8)
        self.wide = across - page.left - page.right

    def _styles(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING  # noqa: PLC0415 - as above
        from docx.shared import Mm, Pt  # noqa: PLC0415 - as above

        page, styles = self.page, self.document.styles
        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Title", "Subtitle", "Header", "Footer",
                     "List Bullet", "List Number", "Signature", "Table Text"):  # fmt: skip
            style: Any = styles[name] if name in styles else styles.add_style(name, 1)
            self._letters(style)
            spaced = style.paragraph_format
            spaced.space_before, spaced.space_after = Pt(0), Pt(5)
            spaced.line_spacing_rule, spaced.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(page.line_spacing)
        normal: Any = styles["Normal"].paragraph_format
        normal.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        normal.widow_control = True
        for level in (1, 2, 3):
            heading: Any = styles[f"Heading {level}"]
            heading.font.bold, heading.font.italic = True, level == 3  # noqa: PLR2004 the third level is italic
            heading.paragraph_format.first_line_indent = Mm(page.first_line_indent)
            heading.paragraph_format.space_before = Pt(7)
            heading.paragraph_format.keep_with_next = True
            heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for name in ("Title", "Subtitle"):
            centred: Any = styles[name]
            centred.font.bold, centred.font.italic = True, False
            centred.font.size = Pt(page.name_size if name == "Title" else page.size)
            centred.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            centred.paragraph_format.keep_with_next = True
            for border in centred.element.findall(f".//{{{_WORD}}}pBdr"):
                border.getparent().remove(border)
        styles["Title"].paragraph_format.space_before = Pt(14 if page.landscape else 22)
        for name in ("List Bullet", "List Number"):
            listed: Any = styles[name].paragraph_format
            listed.left_indent, listed.first_line_indent = Mm(page.first_line_indent + _HANGS), Mm(-_HANGS)
            listed.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        for name in ("Header", "Footer"):
            at_edge: Any = styles[name].paragraph_format
            at_edge.space_after, at_edge.line_spacing = Pt(0), Pt(15)
        small: Any = styles["Table Text"]
        small.base_style = styles["Normal"]
        small.font.size = Pt(page.table_size)
        small.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        small.paragraph_format.space_before = small.paragraph_format.space_after = Pt(1.5)
        small.paragraph_format.line_spacing = Pt(round(page.table_size * 1.2))
        signed: Any = styles["Signature"]
        signed.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        signed.paragraph_format.space_after = Pt(0)
        signed.paragraph_format.left_indent = Mm(0)
        signed.paragraph_format.keep_with_next = True

    def _letters(self, style: ParagraphStyle) -> None:
        from docx.oxml.ns import qn  # noqa: PLC0415 - as above
        from docx.shared import Pt, RGBColor  # noqa: PLC0415 - as above

        style.font.name, style.font.size = self.page.font, Pt(self.page.size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        letters = style.element.get_or_add_rPr()
        fonts = letters.find(qn("w:rFonts"))
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), self.page.font)
        for odd in ("w:spacing", "w:kern"):
            for found in letters.findall(qn(odd)):
                letters.remove(found)

    def _every_page(self) -> None:
        """The number of the page from the second on; the marks on every page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above
        from docx.shared import Pt  # noqa: PLC0415 - as above

        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        on_top = self.page.page_number == "top-center"
        numbered = (section.header if on_top else section.footer).paragraphs[0]
        numbered.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(numbered, "PAGE")
        if self.form.marks:
            for header in (section.first_page_header, section.header):
                at = header.paragraphs[0] if not header.paragraphs[0].runs else header.add_paragraph(style="Header")
                at.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                run = at.add_run(tidy(" · ".join(self.form.marks)))
                run.italic, run.font.size = True, Pt(10)

    @staticmethod
    def _field(paragraph: WordParagraph, name: str) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
        from docx.oxml.ns import qn  # noqa: PLC0415 - as above

        for kind, words in (("begin", None), (None, name), ("separate", None), ("text", "2"), ("end", None)):
            run: Any = paragraph.add_run()._r  # noqa: SLF001 python-docx has no way to write a field
            if kind == "text":
                part = OxmlElement("w:t")
                part.text = words
            elif kind is None:
                part = OxmlElement("w:instrText")
                part.text = words
            else:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), kind)
            run.append(part)

    # -------------------------------------------------------------- above the text

    def _head(self, head: Head) -> None:
        left, right = (43, 57) if head.star else (37, 63)
        rows = 2 if head.number else 1
        table = self._grid(rows, (left, right))
        self._lines(table.cell(0, 0), [(kept_together(line), False, None) for line in head.above])
        self._lines(table.cell(0, 0), [(kept_together(line), True, None) for line in head.body])
        self._lines(table.cell(0, 0), [("*" if head.star else "———", False, None)])
        last = len(head.motto) - 1
        for n, line in enumerate(head.motto):
            size = self.page.motto_size if head.star else 12 + n
            at = self._lines(table.cell(0, 1), [(line, True, size)])
            at.runs[0].underline = n == last
        if head.number:
            self._lines(table.cell(1, 0), [(head.number, False, None)])
        if head.place_and_date:
            self._lines(table.cell(rows - 1, 1), [(head.place_and_date, False, None)]).runs[0].italic = True

    def _grid(self, rows: int, widths: tuple[int, ...]) -> WordTable:
        """A table without lines, for things that stand side by side."""
        from docx.shared import Mm  # noqa: PLC0415 - as above

        table: WordTable = self.document.add_table(rows=rows, cols=len(widths))
        self._widths(table, [Mm(round(self.wide * share / sum(widths), 1)) for share in widths], 0)
        return table

    @staticmethod
    def _widths(table: WordTable, widths: list[Length], indent: int) -> None:
        """Word reads the widths of cells, others those of columns; the table begins where the text does."""
        from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
        from docx.oxml.ns import qn  # noqa: PLC0415 - as above

        table.autofit = False
        properties: Any = table._tbl.tblPr  # noqa: SLF001 python-docx has no way to say it
        begins = OxmlElement("w:tblInd")
        begins.set(qn("w:w"), str(indent))
        begins.set(qn("w:type"), "dxa")
        properties.find(qn("w:tblLayout")).addprevious(begins)
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(_CELL_MARGIN))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        properties.find(qn("w:tblLayout")).addnext(margins)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width

    def _lines(self, cell: _Cell, lines: list[tuple[str, bool, int | None]]) -> WordParagraph:
        """Centred lines; the first takes the paragraph a cell begins with. Gives the last."""
        from docx.shared import Pt  # noqa: PLC0415 - as above

        at: WordParagraph = cell.paragraphs[0]
        for words, bold, size in lines:
            at = cell.paragraphs[0] if not cell.paragraphs[0].runs else cell.add_paragraph()
            at.style = self.document.styles["Signature"]
            run = at.add_run(tidy(words))
            run.bold = bold
            if size is not None:
                run.font.size = Pt(size)
        return at

    def _new_page(self) -> None:
        from docx.enum.text import WD_BREAK  # noqa: PLC0415 - as above

        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _titles(self, name: str, lines: tuple[str, ...], *, ruled: bool) -> None:
        self.document.add_paragraph(tidy(name), style="Title")
        for line in lines:
            self.document.add_paragraph(tidy(line), style="Subtitle")
        if ruled:
            self.document.add_paragraph("-----", style="Subtitle").runs[0].bold = False

    # -------------------------------------------------------------- the text

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                number = f"{block.number}{') ' if block.level == 3 else '. '}" if block.number else ""  # noqa: PLR2004
                self.document.add_paragraph(tidy(f"{number}{block.text}"), style=f"Heading {block.level}")
            case Paragraph():
                self._paragraph(block)
            case Items():
                self._items(block)
            case Table():
                self._table(block)

    def _paragraph(self, block: Paragraph) -> None:
        from docx.shared import Mm  # noqa: PLC0415 - as above

        at = self.document.add_paragraph(style="Normal")
        if block.align != "justify":
            at.alignment = _aligned(block.align)
        if block.indent:
            at.paragraph_format.first_line_indent = Mm(self.page.first_line_indent)
        self._runs(at, block.runs)

    @staticmethod
    def _runs(at: WordParagraph, runs: tuple[Run, ...]) -> None:
        for one in runs:
            run = at.add_run(tidy(one.text))
            run.bold, run.italic = one.bold or None, one.italic or None

    def _items(self, block: Items) -> None:
        numbering = self._numbering(numbered=block.numbered)
        for item in block.items:
            at = self.document.add_paragraph(style="List Number" if block.numbered else "List Bullet")
            self._numbered(at, numbering)
            self._runs(at, item)

    def _numbering(self, *, numbered: bool) -> int:
        """A list of its own in Word's numbering, so that each list begins with one."""
        from docx.oxml import parse_xml  # noqa: PLC0415 - as above
        from docx.oxml.ns import qn  # noqa: PLC0415 - as above

        numbering: Any = self.document.part.numbering_part.element
        abstract = 1 + max(
            (int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))), default=0
        )
        shape = '<w:numFmt w:val="decimal"/>' if numbered else '<w:numFmt w:val="bullet"/>'
        text = "%1." if numbered else "-"
        left, hangs = round((self.page.first_line_indent + _HANGS) * _TWIPS), round(_HANGS * _TWIPS)
        definition = parse_xml(
            f'<w:abstractNum xmlns:w="{_WORD}" w:abstractNumId="{abstract}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{shape}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{left}" w:hanging="{hangs}"/></w:pPr></w:lvl></w:abstractNum>'
        )
        first = numbering.find(qn("w:num"))
        first.addprevious(definition)
        given: int = numbering.add_num(abstract).numId
        return given

    @staticmethod
    def _numbered(at: WordParagraph, numbering: int) -> None:
        properties: Any = at._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 python-docx has no way to say it
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = numbering

    def _table(self, block: Table) -> None:
        from docx.oxml import parse_xml  # noqa: PLC0415 - as above
        from docx.shared import Mm, Pt  # noqa: PLC0415 - as above

        table = self.document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
        whole = sum(column.width for column in block.columns)
        widths = [round(self.wide * column.width / whole * _TWIPS) for column in block.columns]
        self._widths(table, [Mm(round(width / _TWIPS, 2)) for width in widths], _CELL_MARGIN)
        small: str = self.document.styles["Table Text"].style_id
        aligned = [column.align for column in block.columns]
        headings = [column.heading for column in block.columns]
        rows = [_row(headings, ["center"] * len(widths), widths, small, bold=True, first=True)]
        rows += [_row(row, aligned, widths, small) for row in block.rows]
        if not block.rows:
            rows.append(_row([block.when_empty], ["center"], [sum(widths)], small, italic=True, across=len(widths)))
        if block.total:
            rows.append(_row(block.total, aligned, widths, small, bold=True))
        for row in rows:
            table._tbl.append(parse_xml(row))  # noqa: SLF001 written whole: cell by cell a long table takes seconds
        after = self.document.add_paragraph(style="Normal").paragraph_format
        after.space_after, after.line_spacing = Pt(0), Pt(9)

    # -------------------------------------------------------------- below the text

    def _below(self) -> None:
        form = self.form
        if form.left is None and form.right is None and not form.recipients:
            return
        if self.document.paragraphs:
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._gap(12)
        table = self._grid(2, (50, 50))
        if form.left is not None:
            self._signature(table, 0, form.left)
        elif form.recipients:
            self._recipients(table.cell(0, 0).merge(table.cell(1, 0)))
        if form.right is not None:
            self._signature(table, 1, form.right)
        if form.left is not None and form.recipients:
            self._gap(6)
            self._recipients(self._grid(1, (100,)).cell(0, 0))

    def _gap(self, points: int) -> None:
        from docx.shared import Pt  # noqa: PLC0415 - as above

        gap = self.document.add_paragraph(style="Normal").paragraph_format
        gap.space_after, gap.line_spacing, gap.keep_with_next = Pt(0), Pt(points), True

    def _signature(self, table: WordTable, column: int, one: Signature) -> None:
        """Names stand in a row of their own, side by side."""
        from docx.shared import Mm, Pt  # noqa: PLC0415 - as above

        above = table.cell(0, column)
        self._lines(above, [(kept_together(line), True, None) for line in one.above])
        for line in one.electronic:
            at = self._lines(above, [(line, False, 10)])
            at.runs[0].italic = True
            at.paragraph_format.line_spacing = Pt(12)
        space = _SIGNING_SPACE - (6 if self.page.landscape else 0)
        name = self._lines(table.cell(1, column), [(one.name, True, None)])
        name.paragraph_format.space_before = Mm(max(6, space - 4 * len(one.electronic)))
        name.paragraph_format.keep_with_next = False

    def _recipients(self, cell: _Cell) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above
        from docx.shared import Pt  # noqa: PLC0415 - as above

        heading = self._lines(cell, [("Nơi nhận:", False, None)])
        heading.alignment = WD_ALIGN_PARAGRAPH.LEFT
        heading.runs[0].underline = True
        for line in self.form.recipients:
            at = self._lines(cell, [(f"- {line}", False, self.page.recipients_size)])
            at.alignment = WD_ALIGN_PARAGRAPH.LEFT
            at.paragraph_format.line_spacing = Pt(self.page.recipients_size + 3)


def _row(
    cells: Sequence[str],
    aligned: Sequence[Align],
    widths: Sequence[int],
    style: str,
    *,
    bold: bool = False,
    italic: bool = False,
    first: bool = False,
    across: int = 1,
) -> str:
    """A row of a table as Word writes it; a row goes over a page's end only when it is long itself."""
    letters = f"<w:rPr>{'<w:b/>' * bold}{'<w:i/>' * italic}</w:rPr>" if bold or italic else ""
    short = sum(map(len, cells)) <= 700  # noqa: PLR2004 as in form.typ
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        f'<w:jc w:val="{_JUSTIFIED.get(align, align)}"/></w:pPr>{_written(words, letters)}</w:p></w:tc>'
        for words, align, width in zip(cells, aligned, widths, strict=True)
    )
    properties = f"<w:trPr>{'<w:cantSplit/>' * short}{'<w:tblHeader/>' * first}</w:trPr>"
    return f'<w:tr xmlns:w="{_WORD}">{properties}{written}</w:tr>'


def _written(words: str, letters: str) -> str:
    lines = tidy(words).split("\n")
    return "".join(
        f'<w:r>{letters}{"<w:br/>" * (n > 0)}<w:t xml:space="preserve">{escape(line)}</w:t></w:r>'
        for n, line in enumerate(lines)
    )


def _aligned(align: Align) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as above

    return {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }[align]


def _zipped_anew(raw: bytes) -> bytes:
    """The same parts in one order, with one date and the same compression, whoever wrote them whenever."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as read, zipfile.ZipFile(out, "w") as written:
        for name in sorted(read.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _ZIPPED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            written.writestr(entry, read.read(name), compresslevel=6)
    return out.getvalue()
