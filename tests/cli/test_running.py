"""A throw-away site: whatever the environment names, nothing outside its own home is written to or asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.cli import running
from services.cli.voice import Failed
from shared.settings import SERVICES, Settings


def test_a_demo_touches_nothing_of_the_site_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHIBO_HOME", str(tmp_path / "real"))
    monkeypatch.setenv("CHIBO_FILES_HOME", str(tmp_path / "real files"))
    monkeypatch.setenv("CHIBO_DATABASE_URL", "postgresql://real")
    for name in SERVICES:
        monkeypatch.setenv(f"CHIBO_{name.upper()}_URL", f"http://{name}.real")
    made: list[Settings] = []

    def remembered(**given: Any) -> Settings:
        made.append(Settings(**given))
        raise Failed("đủ rồi", "enough is known")

    with pytest.raises(Failed, match="enough"):
        running.run_demo(remembered)
    (settings,) = made
    assert "real" not in settings.model_dump_json()
    assert not settings.home.exists()
