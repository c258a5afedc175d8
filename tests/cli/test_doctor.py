"""What the doctor says about a site."""

from __future__ import annotations

import pytest

from services.cli.doctor import _store


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
