"""October's minutes signed on the running site, then checked from the command line by whoever likes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import BRANCH, OCTOBER, Journey
from tests.journeys.test_october_on_the_command_line import chibo as command_line

pytestmark = pytest.mark.journey

chibo = command_line
PINS = {"M04": "294806", "M02": "750318"}

Run = Callable[..., CompletedProcess[str]]


def posted(journey: Journey, service: str, path: str, **body: Any) -> dict[str, Any]:
    """What a service answers to a wish with a PIN; asked again while minutes has not heard of the key."""
    url, until = f"{journey.site[service].url}{path}", monotonic() + 20
    while True:
        answer = httpx.post(url, json=body, timeout=30, trust_env=False)
        if answer.is_success or answer.json()["code"] != "no-key" or monotonic() > until:
            assert answer.is_success, answer.text
            found: dict[str, Any] = answer.json()
            return found
        sleep(0.2)


@pytest.fixture(scope="module")
def signed(journey: Journey) -> Journey:
    for member, pin in PINS.items():
        posted(journey, "roster", f"/branches/{BRANCH}/signing-keys", actor=member, pin=pin)
    for member, pin in PINS.items():
        posted(journey, "minutes", f"/meetings/{OCTOBER}/signing", actor=member, pin=pin, medium="app")
    return journey


def test_unsigned_minutes_are_said_to_be_unsigned(journey: Journey, chibo: Run):
    done = chibo("verify", f"{BRANCH}:2026-09")
    assert (done.returncode, done.stdout) == (1, "")
    assert "chưa có chữ ký nào" in done.stderr


def test_signed_minutes_are_verified_in_a_sentence_for_each_signature(signed: Journey, chibo: Run):
    done = chibo("--lang", "vi", "verify", OCTOBER)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    said = " ".join(done.stdout.split())
    assert said.count("chữ ký đúng, các việc và văn bản không đổi từ khi ký") == 3
    assert "(người ghi biên bản)" in said
    found = json.loads(chibo("verify", OCTOBER, "--json").stdout)
    assert (found["holds"], found["missing"]) == (True, [])
    assert [one["role"] for one in found["signatures"]] == ["minute_taker", "chair", "site"]


def test_signed_minutes_are_printed_as_they_were_signed_also_after_a_name_was_put_right(
    signed: Journey, chibo: Run, tmp_path: Path
):
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


def test_a_signed_document_that_was_damaged_in_the_store_is_found(signed: Journey, chibo: Run):
    found = json.loads(chibo("verify", OCTOBER, "--json").stdout)
    (kept,) = signed.site.settings.files("minutes").rglob(found["signatures"][0]["document"])
    content = kept.read_bytes()
    kept.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])
    try:
        done = chibo("verify", OCTOBER)
        assert done.returncode == 1
        assert "không đọc được trong kho" in " ".join(done.stdout.split())
    finally:
        kept.write_bytes(content)
    assert chibo("verify", OCTOBER).returncode == 0


def test_a_month_nobody_knows_is_wrong_use_or_refused(chibo: Run):
    assert chibo("verify", "1999-01").returncode in (1, 2)
    assert chibo("verify").returncode == 2
