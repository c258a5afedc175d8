"""What the doctor says about a site."""

from __future__ import annotations

from typing import Any

import pytest

from services.cli.doctor import _of_service, _store


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "SQLite"),
        ("postgresql://chibo:secret@db.internal/chibo", "PostgreSQL db.internal:5432/chibo"),
        ("postgresql://db.internal:6000/chibo?password=secret", "PostgreSQL db.internal:6000/chibo"),
    ],
)
def test_where_the_logs_are_is_said_without_the_password(url: str | None, said: str):
    assert _store(url) == said


SAID = {"vi": "Đồng hồ nhảy.", "en": "The clock leapt."}
PARKED = {
    "log": "local/roster.k3f9",
    "index": 12,
    "branches": ["38.168.053.000.001"],
    "consumer": "views",
    "reason": "x",
}
HEARD = {"service": "roster", "position": 11, "head": 12}


@pytest.mark.parametrize(
    ("found", "command"),
    [
        ({"clock": {"waits": SAID}}, "chibo resume minutes"),
        ({"sources": [{**HEARD, "stopped": SAID}]}, "chibo resume minutes"),
        ({"parked": [PARKED]}, "chibo parked redrive minutes --branch 38.168.053.000.001"),
    ],
    ids=["clock", "source", "parked"],
)
def test_what_waits_for_a_person_is_said_with_the_command_that_lets_it_go_on(found: dict[str, Any], command: str):
    healthy = {"status": "ready", "writes": "accepted", "version": "1", "outbox": {"sent": 3, "lag": 0}}
    (trouble,) = _of_service("minutes", healthy | found, "1")
    assert trouble.vi.endswith(f"Xem và sửa xong, gọi «{command}».")
    assert trouble.en.endswith(f"Once it was looked at and mended: “{command}”.")


def test_read_models_that_cannot_take_what_is_stored_are_said_with_where_to_look():
    healthy = {"status": "ready", "writes": "accepted", "version": "1", "outbox": {"sent": 3, "lag": 0}}
    (trouble,) = _of_service("minutes", healthy | {"views": {"positions": {}, "error": "StoreFull: no room"}}, "1")
    assert trouble.vi.endswith("StoreFull: no room. Xem chỗ trống và cơ sở dữ liệu")
    assert trouble.en.endswith("StoreFull: no room. Look at the disk and the database")
