"""Every operation of every service is called something in Vietnamese, and the name stands before the English one."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from shared.service.called import CALLED, key_of
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import SERVICES, Settings


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every operation by its key, as ``/docs`` shows it."""
    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        parts = importlib.import_module(f"services.{service}.main").PARTS
        app = application(Service(parts, Settings(home=tmp_path_factory.mktemp(service))))
        for path, operations in app.openapi()["paths"].items():
            found |= {key_of(method.upper(), path): operation for method, operation in operations.items()}
    return found


def test_every_operation_has_a_vietnamese_name_and_no_name_is_left_over(described: dict[str, dict[str, Any]]):
    """A new command or question needs a line in shared/service/called.py."""
    assert sorted(set(described) ^ set(CALLED)) == []


def test_the_vietnamese_name_stands_first_and_nothing_is_said_in_english_alone(described: dict[str, dict[str, Any]]):
    for key, operation in described.items():
        assert operation["summary"].startswith(f"{CALLED[key]} · "), key
        assert all(" · " in answer["description"] for answer in operation["responses"].values()), operation
    assert described["EnterPastResult"]["summary"] == (
        "Nhập kết quả năm trước từ quyết định giấy · Take a year's result over from its paper decision"
    )
