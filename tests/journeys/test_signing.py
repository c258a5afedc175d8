"""The sample's minutes, signed on the running site, checked from the command line by whoever likes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.journeys.conftest import BRANCH, OCTOBER, Journey
from tests.journeys.test_october_on_the_command_line import chibo as command_line

pytestmark = pytest.mark.journey

chibo = command_line
Run = Callable[..., CompletedProcess[str]]


def test_minutes_from_before_anybody_signed_here_are_said_to_be_unsigned(chibo: Run):
    done = chibo("verify", f"{BRANCH}:2026-03")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Biên bản buổi sinh hoạt thường kỳ tháng 3/2026 chưa có chữ ký nào." in " ".join(done.stderr.split())


@pytest.mark.parametrize("asked", [("verify", f"{BRANCH}:2027-01"), ("replay", f"{BRANCH}:2027-01")])
def test_a_meeting_nobody_knows_is_named_as_people_do(chibo: Run, asked: tuple[str, str]):
    done = chibo(*asked)
    assert (done.returncode, done.stdout) == (1, "")
    said = " ".join(done.stderr.split())
    assert said.startswith("Chưa có gì được ghi về buổi sinh hoạt thường kỳ tháng 1/2027.")
    assert "Nothing is recorded about the regular meeting of January 2027." in said
    assert said.endswith(f" {BRANCH}:2027-01")


def test_signed_minutes_are_verified_in_a_sentence_for_each_signature(chibo: Run):
    done = chibo("--lang", "vi", "verify", OCTOBER)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    said = " ".join(done.stdout.split())
    assert said.count("chữ ký đúng, các việc và văn bản không đổi từ khi ký") == 3
    assert "(người ghi biên bản)" in said
    found = json.loads(chibo("verify", OCTOBER, "--json").stdout)
    assert (found["holds"], found["missing"]) == (True, [])
    assert [one["role"] for one in found["signatures"]] == ["minute_taker", "chair", "site"]


def test_signed_minutes_are_printed_as_they_were_signed_also_after_a_name_was_put_right(chibo: Run, tmp_path: Path):
    def printed(copy: str) -> dict[str, Any]:
        file = str(tmp_path / f"{copy}.pdf")
        done = chibo("meeting", "print", OCTOBER, "--actor", "M08", "--copy", copy, "--out", file, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        raw = Path(found["file"]).read_bytes()
        assert (found["bytes"], found["sha256"]) == (len(raw), sha256(raw).hexdigest())
        return found

    def named(name: str, given: str) -> None:
        data = json.dumps({"member_id": "M02", "name": name, "given": given, "reason": "misspelt"})
        done = chibo("ask", "CorrectMember", "--branch", BRANCH, "--actor", "operator", "--data", data)
        assert done.returncode == 0, done.stderr

    named("Tôn Nữ Quỳnh Giao", "Giao")
    try:
        kept, anew, reading = printed("kept"), printed("anew"), printed("reading")
    finally:
        named("Tôn Nữ Quỳnh Dao", "Dao")
    assert kept["signed"]
    assert (anew["sha256"], anew["signed"]) == (kept["sha256"], True)
    assert (reading["signed"], reading["signed_sha256"]) == (False, kept["sha256"])


def test_a_signed_document_that_was_damaged_in_the_store_is_found(journey: Journey, chibo: Run):
    found = json.loads(chibo("verify", OCTOBER, "--json").stdout)
    (kept,) = journey.site.settings.files("minutes").rglob(found["signatures"][0]["document"])
    content = kept.read_bytes()
    kept.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])
    try:
        done = chibo("verify", OCTOBER)
        assert done.returncode == 1
        assert "không đọc được trong kho" in " ".join(done.stdout.split())
        looked = chibo("verify", "--files", "--json")
        assert (looked.returncode, json.loads(looked.stdout)["whole"]) == (1, False)
        assert [(one["sha256"], one["what"]) for one in json.loads(looked.stdout)["hurt"]] == [(kept.name, "damaged")]
    finally:
        kept.write_bytes(content)
    assert chibo("verify", OCTOBER).returncode == 0
    whole = chibo("verify", "--files")
    assert (whole.returncode, "0 tệp hỏng hoặc thiếu" in " ".join(whole.stdout.split())) == (0, True)


def test_a_month_nobody_knows_is_wrong_use_or_refused(chibo: Run):
    assert chibo("verify", "1999-01").returncode in (1, 2)
    assert chibo("verify").returncode == 2
    assert chibo("verify", OCTOBER, "--files").returncode == 2
