"""`chibo rebuild`: when it could not be done, why."""

from __future__ import annotations

import httpx
import pytest

from services.cli.site import Service
from services.cli.upkeep import rebuild
from services.cli.voice import Failed


def test_a_rebuild_that_failed_says_why_and_that_the_old_read_models_serve():
    why = {"vi": "Ngừng nhận từ hub.", "en": "Nothing more is taken from hub."}
    report = {"state": "failed", "done": 3, "total": 9, "error": why}
    told = httpx.MockTransport(lambda _request: httpx.Response(200, json=report))
    with httpx.Client(transport=told) as client, pytest.raises(Failed) as failed:
        rebuild(Service("ranking", "http://ranking", client, "token"))
    assert failed.value.vi == "Chưa dựng lại được các bảng đọc của ranking; bảng cũ vẫn dùng. Ngừng nhận từ hub."
    assert failed.value.en.endswith("the old ones still serve. Nothing more is taken from hub.")
    assert failed.value.code == 1
