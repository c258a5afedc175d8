"""A file of members: what it would bring in, and everything that stands in the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from services.roster.application.answers import Answer, branch_document
from services.roster.application.branches import names
from services.roster.domain.branch import dissolved
from services.roster.domain.checking import LookAlike, check, in_order, questions
from services.roster.domain.importing import Reading, Row, Trouble, read_rows
from services.roster.projections import Organisation
from shared.events.sealed import Keys
from shared.events.wording import many
from shared.people import tidy
from shared.table_file import Format, Table, read_table

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class Preview(Answer):
    """What a file would bring in, and everything that stands in the way. Nothing is stored by looking."""

    file_name: str
    file_sha256: str
    format: Format
    sheet: str | None
    columns: dict[str, str]
    ignored: tuple[str, ...]
    """Columns that are not taken over: what stands in them is not kept."""
    rows: tuple[Row, ...]
    """To be sent back as they are in ConfirmRosterImport."""
    troubles: tuple[Trouble, ...]
    look_alikes: tuple[LookAlike, ...]
    already: bool
    """This very file was brought in before; confirming it again changes nothing."""
    vi: str
    en: str


@dataclass(frozen=True)
class Uploaded:
    """A file as it was read; its bytes are not kept."""

    name: str
    sha256: str
    table: Table
    reading: Reading


def read_file(name: str, content: bytes, *, most_bytes: int, most_rows: int) -> Uploaded:
    """The rows of a file. Raises Refused when it cannot be read at all."""
    table = read_table(content, most_bytes=most_bytes, most_rows=most_rows)
    digest = hashlib.sha256(content).hexdigest()
    return Uploaded(_file_name(name, table.format), digest, table, read_rows(table.rows))


def preview(reader: ViewReader, code: str, file: Uploaded, day: date, keys: Keys) -> Preview:
    """Judge a file's rows against the branch as it stands on a day."""
    branch = branch_document(reader, code)
    if branch.dissolved(day):
        raise dissolved(branch)
    reading = file.reading
    organisation: Organisation | None = reader.get("organisations", code, "")
    already = organisation is not None and file.sha256 in organisation.imports
    taken = {member.id for member in branch.members}
    found = [
        *reading.troubles,
        *check(
            reading.rows,
            taken=set() if already else taken,
            secretary=None if already else branch.secretary(day),
            official=branch.official_count(day),
            today=day,
            subject=f"member/{code}/",
        ),
    ]
    listed = {} if already else {id: name.full for id, name in names(reader, code, keys).items() if id in taken}
    alike = questions(reading.rows, listed)
    vi, en = _summary(reading, len(found), len(alike), already=already)
    return Preview(
        file_name=file.name,
        file_sha256=file.sha256,
        format=file.table.format,
        sheet=file.table.sheet,
        columns=dict(reading.columns),
        ignored=reading.ignored,
        rows=reading.rows,
        troubles=in_order(found),
        look_alikes=alike,
        already=already,
        vi=vi,
        en=en,
    )


def _summary(reading: Reading, troubles: int, alike: int, *, already: bool) -> tuple[str, str]:
    count = len(reading.rows)
    if already:
        return (
            f"Tệp này đã được nhập trước đây ({count} dòng); nhập lại không làm thay đổi gì.",
            f"This file was brought in before ({many(count, 'row')}); bringing it in again changes nothing.",
        )
    vi, en = [f"Đọc được {count} dòng"], [f"{many(count, 'row')} read"]
    if troubles:
        vi.append(f"{troubles} chỗ phải sửa trong tệp")
        en.append(f"{many(troubles, 'thing')} to correct in the file")
    if alike:
        vi.append(f"{alike} cặp tên gần giống cần xác nhận là hai người hay một")
        en.append(f"{many(alike, 'pair')} of look-alike names to tell apart")
    return f"{'; '.join(vi)}. Chưa lưu gì.", f"{'; '.join(en)}. Nothing has been stored."


def _file_name(name: str, format: Format) -> str:
    """The last part of the name, printable and short; what a browser sends may be anything."""
    last = PurePath(name.replace("\\", "/")).name
    shown = tidy("".join(sign for sign in last if sign.isprintable()))
    return shown[-200:] or f"danh-sach.{format}"
