"""Refusals over HTTP as RFC 9457 problem details, Vietnamese first."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.decision import Refused
from shared.service.wrong_fields import wrong_field

MEDIA_TYPE = "application/problem+json"

STATUS = {
    "not-allowed": 403,
    "not-found": 404,
    "too-large": 413,
    "too-deep": 413,
    "file-gone": 410,
    "file-kind": 415,
    "file-waiting": 429,
    "malformed": 422,
    "broken": 500,
    "clock": 503,
    "disk-full": 503,
    "keys": 503,
    "not-read": 503,
    "not-writing": 503,
    "printing": 503,
    "stopping": 503,
    "store-away": 503,
    "store-broken": 503,
    "not-yet": 504,
}
"""HTTP status by refusal code; every rule that refuses is a conflict with the state as it stands (409)."""


def problem(vi: str, en: str, code: str, **more: Any) -> JSONResponse:
    status = STATUS.get(code, 409)
    body = {
        "type": f"urn:chibo:problem:{code}",
        "title": "Chưa thực hiện được" if status != STATUS["malformed"] else "Dữ liệu chưa đúng",
        "status": status,
        "detail": vi,
        "detail_en": en,
        "code": code,
        **more,
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


KEPT = "Nội dung đã nhập vẫn còn.", "What was typed is still there."
"""Said after every refused command: whoever typed it has not lost it."""
_NOTHING_KEPT = "R33"
"""The refusal of what must not stay anywhere."""


def refused_response(refusal: Refused, *, typed: bool = False) -> JSONResponse:
    vi, en = refusal.vi, refusal.en
    if typed and refusal.code != _NOTHING_KEPT and "vẫn còn" not in vi:
        vi, en = f"{vi} {KEPT[0]}", f"{en} {KEPT[1]}"
    return problem(vi, en, refusal.code)


_NO_SUCH = {
    404: (
        "Không có địa chỉ này",
        "Địa chỉ này không có ở đây. Đồng chí xem lại địa chỉ; danh mục các địa chỉ ở trang /docs.",
        "There is no such address here. See /docs for what this service answers.",
    ),
    405: (
        "Cách gọi chưa đúng",
        "Địa chỉ này không nhận cách gọi vừa dùng. Đồng chí xem cách gọi đúng ở trang /docs.",
        "This address does not take that method. See /docs for how it is called.",
    ),
}
_OTHERWISE = (
    "Chưa thực hiện được",
    "Chưa gọi được địa chỉ này. Đồng chí xem cách gọi đúng ở trang /docs.",
    "This address could not be called that way. See /docs for how it is called.",
)

MOST_SAID = 3
"""How many wrong fields the sentence at the top names; the list names them all."""


def malformed(errors: list[Any], command: str = "") -> JSONResponse:
    """Every wrong part of a body by its label; nothing the caller typed is kept."""
    places = [wrong_field(command, error) for error in errors]
    more = len(places) - MOST_SAID
    vi = [str(place["vi"]) for place in places[:MOST_SAID]]
    en = [str(place["en"]) for place in places[:MOST_SAID]]
    if more > 0:
        vi.append(f"Còn {more} mục khác cũng chưa đúng.")
        en.append(f"{more} more are wrong too." if more > 1 else "One more is wrong too.")
    vi.append("Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn.")
    en.append("Then send it again; nothing was stored, and what was typed is still there.")
    return problem(" ".join(vi), " ".join(en), "malformed", errors=places)


def answer_with_problems(app: FastAPI) -> None:
    """Let every refusal of this app be a problem document."""

    @app.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> JSONResponse:
        return refused_response(refusal, typed=request.url.path.startswith("/commands/"))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return malformed(list(error.errors()), request.url.path.rpartition("/")[2])

    @app.exception_handler(HTTPException)
    async def other(_request: Request, error: HTTPException) -> JSONResponse:
        title, vi, en = _NO_SUCH.get(error.status_code, _OTHERWISE)
        body = {
            "type": "about:blank",
            "title": title,
            "status": error.status_code,
            "detail": vi,
            "detail_en": en,
        }
        return JSONResponse(body, status_code=error.status_code, media_type=MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> JSONResponse:
        return problem(
            "Phần mềm gặp trục trặc nên chưa làm xong việc này; nội dung đã nhập vẫn còn. "
            "Đồng chí gửi lại với đúng mã lần gửi cũ, việc nào đã ghi sẽ không ghi hai lần; "
            "nếu vẫn vậy, hãy báo người quản trị xem nhật ký chạy.",
            "The software ran into trouble and did not finish this; what was typed is still there. "
            "Send it again with the same id, what was stored is not stored twice; "
            "if it happens again, ask the operator to read the log.",
            "broken",
        )
