"""A printed paper as an HTTP answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Response

from shared.documents.table_book import MEDIA_TYPE
from shared.people import plain
from shared.service.files import give

if TYPE_CHECKING:
    from shared.documents.form import Form
    from shared.documents.rendering import As
    from shared.documents.table_book import TableBook
    from shared.service.runtime import Service


async def printed(service: Service, form: Form, as_: As, *, signed_sha256: str | None = None) -> Response:
    """The form as a download that says by which renderer it was made and what its hash is.

    ``signed_sha256``: of the document that was signed, where there is one; it is named beside.
    """
    made = await service.printer.rendered(form, as_)
    return Response(
        made.bytes,
        media_type=made.media_type,
        headers={
            "Content-Disposition": disposition(made.file_name),
            "Chibo-Renderer": f"{made.renderer} {made.version}",
            "Chibo-Sha256": made.sha256,
            "Cache-Control": "no-store",
            **({"Chibo-Signed-Sha256": signed_sha256} if signed_sha256 else {}),
        },
    )


async def printed_before(service: Service, keysubject: str, sha256: str, title: str, renderer: str) -> Response:
    """A document as it was signed and kept: the same bytes whenever it is asked for. Raises Refused when it is gone."""
    answer = await give(service, keysubject, sha256, title)
    answer.headers.update(
        {
            "Content-Disposition": disposition(f"{title}.pdf"),
            "Chibo-Renderer": renderer,
            "Chibo-Sha256": sha256,
            "Chibo-Signed-Sha256": sha256,
            "Cache-Control": "no-store",
        }
    )
    return answer


async def printed_book(service: Service, book: TableBook) -> Response:
    """A workbook as a download."""
    raw = await service.printer.workbook(book)
    headers = {"Content-Disposition": disposition(f"{book.stem}.xlsx"), "Cache-Control": "no-store"}
    return Response(raw, media_type=MEDIA_TYPE, headers=headers)


def disposition(file_name: str) -> str:
    """The header that names a download: plain letters for old readers, the Vietnamese name for the others."""
    stem, _, ending = file_name.rpartition(".")
    ascii_name = f"{plain(stem).replace(' ', '-') or 'van-ban'}.{ending}"
    if not ascii_name.isascii():
        ascii_name = f"van-ban.{ending}"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
