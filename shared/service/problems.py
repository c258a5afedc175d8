"""Refusals over HTTP as RFC 9457 problem details, Vietnamese first."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.decision import Refused

MEDIA_TYPE = "application/problem+json"

STATUS = {
    "not-allowed": 403,
    "not-found": 404,
    "too-large": 413,
    "too-deep": 413,
    "malformed": 422,
    "clock": 503,
    "disk-full": 503,
    "keys": 503,
    "not-writing": 503,
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


def refused_response(refusal: Refused) -> JSONResponse:
    return problem(refusal.vi, refusal.en, refusal.code)


_KINDS = {
    "missing": ("còn thiếu", "is missing"),
    "extra_forbidden": ("là mục không có trong mẫu", "is not part of the form"),
    "string_pattern_mismatch": ("có ký tự hoặc dạng không dùng được", "has a form or a character that cannot be used"),
    "string_too_long": ("dài quá mức cho phép", "is too long"),
    "string_too_short": ("còn để trống", "is empty"),
    "string_unicode": ("có ký tự hỏng", "has a broken character"),
    "date_from_datetime_parsing": ("không phải ngày có thật", "is not a date that exists"),
    "date_parsing": ("không phải ngày có thật", "is not a date that exists"),
    "datetime_from_date_parsing": ("không phải thời điểm có thật", "is not a time that exists"),
    "datetime_parsing": ("không phải thời điểm có thật", "is not a time that exists"),
}

_UNREADABLE = {
    "where": "body",
    "vi": "Nội dung gửi lên không đọc được.",
    "en": "What was sent cannot be read.",
    "kind": "json_invalid",
}


def malformed(errors: list[Any]) -> JSONResponse:
    """Every wrong part of a body by its place; nothing the caller typed is echoed."""
    places = []
    for error in errors:
        if error["type"] == "json_invalid":
            places.append(_UNREADABLE)
            continue
        where = ".".join(str(part) for part in error["loc"] if part != "body") or "body"
        vi, en = _KINDS.get(error["type"], ("chưa đúng dạng", "has the wrong form"))
        places.append({"where": where, "vi": f"Mục «{where}» {vi}.", "en": f"“{where}” {en}.", "kind": error["type"]})
    vi = f"{' '.join(str(place['vi']) for place in places[:3])} Đồng chí sửa rồi gửi lại; chưa có gì được lưu."
    en = f"{' '.join(str(place['en']) for place in places[:3])} Correct it and send again; nothing was stored."
    return problem(vi, en, "malformed", errors=places)


def answer_with_problems(app: FastAPI) -> None:
    """Let every refusal of this app be a problem document."""

    @app.exception_handler(Refused)
    async def refused(_request: Request, refusal: Refused) -> JSONResponse:
        return refused_response(refusal)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return malformed(list(error.errors()))

    @app.exception_handler(HTTPException)
    async def other(_request: Request, error: HTTPException) -> JSONResponse:
        body = {
            "type": "about:blank",
            "title": "Không có địa chỉ này" if error.status_code == 404 else "Chưa thực hiện được",  # noqa: PLR2004
            "status": error.status_code,
            "detail": "Địa chỉ hoặc cách gọi chưa đúng; đồng chí xem danh mục tại /docs.",
            "detail_en": f"{error.detail}. See /docs for what this service answers.",
        }
        return JSONResponse(body, status_code=error.status_code, media_type=MEDIA_TYPE)
