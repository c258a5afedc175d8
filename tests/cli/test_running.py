"""The site in the foreground: a throw-away one touches nothing else; why the sample was not loaded is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from services.cli import running
from services.cli.voice import Failed, voice
from shared.settings import SERVICES, Settings
from tests.surroundings import own_site


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


def test_why_the_sample_cannot_be_told_is_said_as_whoever_tells_it_found_it(tmp_path: Path):
    site = own_site(tmp_path)
    with pytest.raises(Failed, match=f"roster does not answer at {site.url('roster')}") as refusal:
        running._load(site, tmp_path / "sample")
    assert "chưa trả lời" in refusal.value.vi
    assert any("refused" in line for line in refusal.value.details)


def test_a_telling_that_broke_off_is_said_and_goes_on_at_the_next_start(tmp_path: Path):
    nowhere = Settings()  # no home can be made there
    with pytest.raises(Failed, match="the next start goes on where this one ended"):
        running._load(nowhere, tmp_path / "sample")


@pytest.mark.parametrize("language", [None, "en"])
def test_on_a_narrow_screen_a_command_to_be_copied_stands_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Any
):
    monkeypatch.setattr(voice, "language", language)
    monkeypatch.setattr(running, "_typed", lambda: ".venv/bin/chibo")
    narrow = Console(width=80)
    with narrow.capture() as shown:
        narrow.print(running._panel(Settings(home=tmp_path), 3.2, throwaway=False))
    lines = shown.get().splitlines()
    assert {len(line) for line in lines} == {80}
    for command in ("branch months --until 2026-10", "rank explain M01 2026-Q2", "verify 2026-10", "doctor"):
        assert any(f".venv/bin/chibo {command} " in line for line in lines), command
