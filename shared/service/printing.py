"""A printed paper as an HTTP answer; it is made in a thread of its own, so that nothing else waits for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import Response

from shared.documents.form import Form
from shared.documents.rendering import As, disposition, rendered
from shared.documents.table_book import MEDIA_TYPE, TableBook, table_book

_PRINTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printing")
"""One paper after the other: many printed at once take no more than one core and no other thread of the service."""


async def printed(form: Form, as_: As) -> Response:
    """The form as a download that says by which renderer it was made and what its hash is."""
    made = await asyncio.get_running_loop().run_in_executor(_PRINTER, rendered, form, as_)
    return Response(
        made.bytes,
        media_type=made.media_type,
        headers={
            "Content-Disposition": disposition(made.file_name),
            "Chibo-Renderer": f"{made.renderer} {made.version}",
            "Chibo-Sha256": made.sha256,
            "Cache-Control": "no-store",
        },
    )


async def printed_book(book: TableBook) -> Response:
    """A workbook as a download."""
    raw = await asyncio.get_running_loop().run_in_executor(_PRINTER, table_book, book)
    headers = {"Content-Disposition": disposition(f"{book.stem}.xlsx"), "Cache-Control": "no-store"}
    return Response(raw, media_type=MEDIA_TYPE, headers=headers)
