"""A printed paper as an HTTP answer; it is made in a thread of its own, so that nothing else waits for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from fastapi import Response

from shared.documents.form import Form
from shared.documents.rendering import As, disposition, rendered
from shared.documents.table_book import MEDIA_TYPE, TableBook, table_book
from shared.service.files import give

if TYPE_CHECKING:
    from shared.service.runtime import Service

_PRINTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printing")
"""One paper after the other: many printed at once take no more than one core and no other thread of the service."""


async def printed(form: Form, as_: As, *, signed_sha256: str | None = None) -> Response:
    """The form as a download that says by which renderer it was made and what its hash is.

    ``signed_sha256``: of the document that was signed, where there is one; it is named beside.
    """
    made = await asyncio.get_running_loop().run_in_executor(_PRINTER, rendered, form, as_)
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


async def printed_book(book: TableBook) -> Response:
    """A workbook as a download."""
    raw = await asyncio.get_running_loop().run_in_executor(_PRINTER, table_book, book)
    headers = {"Content-Disposition": disposition(f"{book.stem}.xlsx"), "Cache-Control": "no-store"}
    return Response(raw, media_type=MEDIA_TYPE, headers=headers)
