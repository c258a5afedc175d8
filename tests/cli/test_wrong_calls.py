"""A command called wrongly says so in Vietnamese first, shows where the right call stands, and ends with code 2."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

CHIBO = (sys.executable, "-c", "from services.cli.main import app; app(prog_name='chibo')")


@pytest.mark.parametrize(
    ("typed", "vi", "en"),
    [
        (("ask",), "Còn thiếu «tên lệnh». Đồng chí xem cách gọi: chibo ask -h", "Missing argument 'command'."),
        (("nosuch",), "Không có lệnh này. Đồng chí xem cách gọi: chibo -h", "No such command 'nosuch'."),
        (
            ("ask", "X"),
            "Còn thiếu «--branch». Đồng chí xem cách gọi: chibo ask -h",
            "Missing option '--branch' / '-b'.",
        ),
        (
            ("meeting", "print", "x", "--as", "y"),
            "Mục «--as» ghi chưa đúng. Đồng chí xem cách gọi: chibo meeting print -h",
            "Invalid value for '--as': 'y' is not one of 'pdf', 'docx', 'xlsx'.",
        ),
        (("meeting", "show", "--wat"), "Không có tùy chọn «--wat». Đồng chí xem cách gọi:", "No such option: --wat."),
        (("--wat",), "Không có tùy chọn «--wat». Đồng chí xem cách gọi: chibo -h", "No such option: --wat."),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_answered_in_both_languages(typed: tuple[str, ...], vi: str, en: str) -> None:
    done = subprocess.run((*CHIBO, *typed), capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    first, second = " ".join(done.stderr.split()).split(en)
    assert first.strip().startswith(vi)
    assert second.strip().startswith("See how it is called: chibo")


@pytest.mark.parametrize(
    ("typed", "vi", "en"),
    [
        (("restore", "nosuch"), "Không có dịch vụ «nosuch».", "There is no service “nosuch”."),
        (
            ("restore", "minutes", "--new-epoch", "--by", "M01"),
            "Bỏ hẳn những gì đã mất thì phải ghi đủ: --new-epoch --by MÃ --reason LÝ-DO.",
            "Giving up what is lost takes all of: --new-epoch --by ID --reason TEXT.",
        ),
    ],
    ids=" ".join,
)
def test_a_restoration_called_wrongly_is_answered_in_both_languages(typed: tuple[str, ...], vi: str, en: str) -> None:
    done = subprocess.run((*CHIBO, *typed), capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.split())
    assert said.startswith(vi)
    assert en in said


def test_every_command_can_answer_in_json() -> None:
    from services.cli.main import app

    def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            yield from (
                commands(command, f"{path} {name}") if hasattr(command, "commands") else [(f"{path} {name}", command)]
            )

    found = dict(commands(get_command(app), "chibo"))
    assert {"chibo up", "chibo events tail", "chibo doctor"} <= found.keys()
    assert [name for name, command in found.items() if not any("--json" in one.opts for one in command.params)] == []


def test_giving_up_what_is_lost_takes_all_that_it_takes() -> None:
    for typed in (("--new-epoch",), ("--by", "M01"), ("--by", "M01", "--reason", "x"), ("--new-epoch", "--by", "M01")):
        done = subprocess.run((*CHIBO, "restore", "minutes", *typed), capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr.startswith("Bỏ hẳn những gì đã mất thì phải ghi đủ")


def page(*typed: str) -> str:
    done = subprocess.run((*CHIBO, *typed, "-h"), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    return done.stdout


def test_help_pages_are_in_both_languages_vietnamese_first() -> None:
    group, command = page("meeting"), page("rank", "explain")
    assert "Cách gọi · Usage: chibo meeting [tùy chọn] LỆNH …" in group
    assert "Lệnh · Commands" in group
    assert "Xem trang này. · Show this page." in group
    assert "Cách gọi · Usage: chibo rank explain [tùy chọn] {mã đảng viên} {kỳ}" in command
    assert "[phải có · required]" in command
    for english in ("OPTIONS", "COMMAND", "<str>", "<bool>", "Show this message"):
        assert english not in group + command


def test_help_pages_are_in_one_language_where_one_is_wanted() -> None:
    vi, en = page("--lang", "vi", "rank", "explain"), page("--lang", "en", "rank", "explain")
    assert "Usage" not in vi
    assert "required" not in vi
    assert "Usage: chibo rank explain [options] {member} {period}" in en
    assert "phải có" not in en
