"""Files over HTTP: taken as a stream, examined, stored; given out whole or page by page, and only when whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from fastapi import Response
from starlette.responses import StreamingResponse

from shared.decision import Refused
from shared.events.wording import many
from shared.files.asking import EXTENSIONS, MEDIA_TYPES, examine, must_be_called_what_it_is, one_page, wrong_with_file
from shared.files.store import FileDamaged, FileGone, StoredFile, damaged, gone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.service.runtime import Service

T = TypeVar("T")

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; object-src 'self'; img-src 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
"""A file is shown as what it is or not at all, runs nothing, and stays in no cache."""


async def take(
    service: Service, keysubject: str, name: str, expected: str | None, content: AsyncIterator[bytes]
) -> StoredFile:
    """Store a file as it comes, once it was found to be what it should. Raises Refused; then nothing is left of it."""
    settings = service.settings
    await service.keys.fetch([keysubject])
    waiting = await asyncio.to_thread(service.sweeping.waiting, keysubject.split("/")[1])
    with service.files.incoming(keysubject) as arriving:
        async for part in content:
            if arriving.size + len(part) > settings.files_bytes:
                raise wrong_with_file("bytes", settings)
            if waiting + arriving.size + len(part) > settings.files_unnamed_bytes:
                raise wrong_with_file("waiting", settings)
            await asyncio.to_thread(arriving.write, part)
        if arriving.size == 0:
            raise wrong_with_file("empty", settings)
        if expected is not None and expected != arriving.sha256:
            raise Refused(
                "Tệp nhận được khác với tệp đồng chí gửi (dấu vân tay không khớp), có thể do đường truyền. Chưa lưu "
                "gì; đồng chí gửi lại.",
                "What arrived is not the file that was sent (another fingerprint), perhaps because of the line. "
                "Nothing was stored; send it again.",
                code="file-changed",
            )
        async with service.examining:
            media, pages = await asyncio.to_thread(examine, arriving.content(), settings)
        must_be_called_what_it_is(name, media)
        return await asyncio.to_thread(arriving.keep, media, pages)
    raise AssertionError(name)


async def give(service: Service, keysubject: str, sha256: str, title: str) -> Response:
    """A file by its title, after all of it was found whole. Raises Refused."""
    stored = await _found(service, keysubject, title, lambda: service.files.about(keysubject, sha256))
    content = await _found(service, keysubject, title, lambda: service.files.read(keysubject, sha256))
    name = f"{title}.{EXTENSIONS.get(stored.media, (stored.media,))[0]}"
    headers = {
        **SAFE,
        "Content-Length": str(stored.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "ETag": f'"{sha256}"',
    }
    return StreamingResponse(content, media_type=MEDIA_TYPES[stored.media], headers=headers)


async def give_page(service: Service, keysubject: str, sha256: str, page: int, title: str) -> Response:
    """One page by itself, as any browser shows it. Raises Refused."""
    stored = await _found(service, keysubject, title, lambda: service.files.about(keysubject, sha256))
    if not 1 <= page <= len(stored.pages):
        raise Refused(
            f"Tệp «{title}» có {len(stored.pages)} trang, không có trang {page}. Đồng chí chọn trang khác.",
            f"The file “{title}” has {many(len(stored.pages), 'page')}; there is no page {page}. Choose another.",
            code="not-found",
        )
    content = await _found(service, keysubject, title, lambda: service.files.read(keysubject, sha256))
    async with service.examining:
        media_type, shown = await asyncio.to_thread(one_page, content, page, service.settings)
    return Response(shown, media_type=media_type, headers=SAFE)


async def _found(service: Service, keysubject: str, title: str, look: Callable[[], T]) -> T:
    await service.keys.fetch([keysubject])
    try:
        return await asyncio.to_thread(look)
    except FileDamaged:
        raise damaged(title) from None
    except FileGone:
        raise gone(title) from None
