"""ASGI guard: a body that is too large or nested too deeply is refused before anything parses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.service.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMED = re.compile(r"/branches/[^/]+/files")
"""Uploads are counted and stored as they come, by whoever takes them; everything else is read whole here first."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def depth(body: bytes) -> int:
    """The deepest nesting of a JSON text, counted without parsing it."""
    deepest = level = 0
    for token in _TOKEN.finditer(body):
        if (sign := token[0]) in (b"[", b"{"):
            level += 1
            deepest = max(deepest, level)
        elif sign in (b"]", b"}"):
            level -= 1
    return deepest


def size(limit: int) -> str:
    """A number of bytes as people say it, rounded down."""
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if limit >= unit:
            return f"{limit // unit} {name}"
    return f"{limit} byte"


class BodyLimits:
    """Refuses a body above ``largest`` bytes (``largest_file`` for uploads) or deeper than ``deepest``."""

    def __init__(self, app: ASGIApp, largest: int, largest_file: int, deepest: int) -> None:
        self.app = app
        self.largest = largest
        self.largest_file = largest_file
        self.deepest = deepest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS")
        if reads or STREAMED.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        is_json = b"json" in headers.get(b"content-type", b"json")
        limit = self.largest if is_json else self.largest_file
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > limit:
                response = problem(
                    f"Nội dung gửi lên lớn hơn {size(limit)}. Đồng chí chia nhỏ rồi gửi lại; chưa có gì được lưu, "
                    "nội dung đã nhập vẫn còn.",
                    f"What was sent is larger than {size(limit)}. Send it in parts; nothing was stored, "
                    "and what was typed is still there.",
                    "too-large",
                )
                await response(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        if is_json and depth(body) > self.deepest:
            response = problem(
                f"Nội dung gửi lên có các mục lồng nhau quá {self.deepest} tầng nên không đọc được. "
                "Đồng chí gửi lại đúng mẫu ở trang /docs; chưa có gì được lưu, nội dung đã nhập vẫn còn.",
                f"What was sent has parts nested deeper than {self.deepest}. Send it in the form shown at /docs; "
                "nothing was stored, and what was typed is still there.",
                "too-deep",
            )
            await response(scope, receive, send)
            return
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)
