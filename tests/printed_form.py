"""A form as plain lines, so that a test can say the whole paper as it is read."""

from __future__ import annotations

from collections.abc import Iterator

from shared.documents.form import Block, Form, Heading, Items, Paragraph, Signature, Table


def lines(form: Form) -> list[str]:
    """Everything the form says, in reading order; cells between bars, what is set in bold between asterisks."""
    return [*_top(form), *_body(form.body), *_bottom(form)]


def _top(form: Form) -> Iterator[str]:
    if form.marks:
        yield f"[{' · '.join(form.marks)}]"
    if form.head is not None:
        head = form.head
        yield " / ".join((*head.above, *head.body, *(("*",) if head.star else ()), head.number)).strip(" /")
        yield " / ".join((*head.motto, head.place_and_date)).strip(" /")
    yield form.name
    yield from form.title


def _body(body: tuple[Block, ...]) -> Iterator[str]:
    for block in body:
        match block:
            case Heading():
                yield f"{'#' * block.level} {block.number}. {block.text}" if block.number else block.text
            case Paragraph():
                yield "".join(f"*{run.text.strip()}* " if run.bold else run.text for run in block.runs).strip()
            case Items():
                for number, item in enumerate(block.items, 1):
                    yield f"{f'{number}.' if block.numbered else '-'} {''.join(run.text for run in item)}"
            case Table():
                yield _row(column.heading for column in block.columns)
                yield from map(_row, block.rows)
                if not block.rows:
                    yield f"| {block.when_empty} |"
                if block.total:
                    yield _row(block.total)


def _row(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _bottom(form: Form) -> Iterator[str]:
    signed = [_signed(one) for one in (form.left, form.right) if one is not None]
    if signed:
        yield " || ".join(signed)
    if form.recipients:
        yield f"Nơi nhận: {' '.join(form.recipients)}"
    for annex in form.annexes:
        yield f"=== {annex.name} / {annex.title}".rstrip(" /")
        yield from _body(annex.body)


def _signed(one: Signature) -> str:
    return " / ".join((*one.above, *one.electronic, one.name)).strip(" /")
