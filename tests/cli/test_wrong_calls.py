"""A command called wrongly says so in Vietnamese first, shows where the right call stands, and ends with code 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHIBO = (sys.executable, "-c", "from services.cli.main import app; app(prog_name='chibo')")


@pytest.mark.parametrize(
    ("typed", "vi", "en"),
    [
        (("ask",), "Còn thiếu một mục. Đồng chí xem cách gọi: chibo ask -h", "Missing argument 'command'."),
        (("nosuch",), "Không có lệnh này. Đồng chí xem cách gọi: chibo -h", "No such command 'nosuch'."),
        (("meeting", "show", "--wat"), "Không có tùy chọn này. Đồng chí xem cách gọi:", "No such option: --wat."),
        (("--wat",), "Không có tùy chọn này. Đồng chí xem cách gọi: chibo -h", "No such option: --wat."),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_answered_in_both_languages(typed: tuple[str, ...], vi: str, en: str) -> None:
    done = subprocess.run((*CHIBO, *typed), capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    first, second = done.stderr.replace("\n", " ").split(en)
    assert first.strip().startswith(vi)
    assert second.strip().startswith("See how it is called: chibo")


def test_help_is_headed_in_both_languages() -> None:
    done = subprocess.run((*CHIBO, "meeting", "-h"), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert "Lệnh · Commands" in done.stdout
