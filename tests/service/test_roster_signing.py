"""Signing through a real roster: own PIN only, wrong PINs, a lost one, the site's key; and where no PIN may stand."""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.roster.main import PARTS, own_keys
from shared import events
from shared.events.branch import MemberTransferred
from shared.events.envelope import decode
from shared.events.signing import (
    SigningKeyEnrolled,
    SigningKeyLocked,
    SigningKeyReplaced,
    SigningKeyReplacementApproved,
    SigningKeyWithdrawn,
    SiteKeyPublished,
)
from shared.rules.choosing import EVERYWHERE
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.signing import MinutesStatement, verifies
from shared.store.signing_keys import Wrapping
from tests.service.conftest import BRANCH, Roster

PIN, NEW_PIN, WRONG = "294806", "750318", "294807"
NOW = datetime(2026, 10, 5, 9, 40, tzinfo=UTC)
CHEAP = replace(PARTS, keys=partial(own_keys, wrapping=Wrapping(memory_kib=64, passes=1, lanes=1)))
"""Roster, but trying a PIN costs next to nothing; what it costs in earnest is held in tests/store."""


class Desk(Roster):
    """Roster with people who make keys and sign."""

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body)

    async def enrol(self, member: str = "M03", pin: str = PIN, **around: Any) -> httpx.Response:
        return await self.post(f"/branches/{BRANCH}/signing-keys", **{"actor": member, "pin": pin} | around)

    async def replace(self, member: str = "M03", **body: Any) -> httpx.Response:
        return await self.post(f"/branches/{BRANCH}/signing-keys/replace", actor=member, **body)

    async def keys(self) -> dict[str, Any]:
        answer = await self.client.get(
            f"/branches/{BRANCH}/signing-keys", params={"actor": "M01", "after": f"roster:{self.head}"}
        )
        assert answer.status_code == 200, answer.text
        return {ring["owner"]: ring["keys"] for ring in answer.json()}

    async def sign(self, pin: str = PIN, member: str = "M03", **around: Any) -> httpx.Response:
        text = around.pop("text", None) or statement(member, (await self.keys())[member][-1]["key_id"])
        return await self.post(f"/branches/{BRANCH}/signatures", actor=member, pin=pin, statement=text, **around)

    def said(self) -> list[Any]:
        return [recorded.fact for recorded in self.read()]

    def read(self) -> list[Any]:
        log = self.service.log
        return [decode(log.name, index, raw, events.ALL) for index, raw in log.read(0, 1000, 10_000_000)]

    def at(self, moment: datetime) -> None:
        self.service.clock.set(moment)


def statement(member: str, key_id: str, **other: Any) -> str:
    values = {
        "purpose": "minutes",
        "branch": BRANCH,
        "meeting": f"{BRANCH}:2026-10",
        "number": "29-BB/CB",
        "log": "local/minutes.k3f9",
        "history": f"minutes/{BRANCH}:2026-10",
        "facts": 57,
        "first": 12,
        "last": 131,
        "root": "0a" * 32,
        "document": "0b" * 32,
        "renderer": "typst 1",
        "role": "minute_taker",
        "signer": member,
        "key": key_id,
        "time": "2026-10-05T09:40:00.000000Z",
    }
    return MinutesStatement.model_validate(values | other).text()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Roster with a branch of three, its follower F01, at the time of the meeting."""
    service = Service(CHEAP, Settings(home=tmp_path, after_seconds=30.0, pin_tries=4))
    service.clock.set(NOW)
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        desk = Desk(service, one)
        follower = {"follower_id": "F01", "follower_name": "Vi Thị Nga"}
        registered = {"name": "Chi bộ mẫu", "superior": "Đảng bộ mẫu", "effective_on": "2025-01-03"}
        assert (await desk.ask("RegisterBranch", registered | follower)).status_code == 200
        offices: tuple[list[str], ...] = (["secretary"], ["deputy_secretary", "minute_taker"], [])
        for number, (given, roles) in enumerate(zip(("Khiêm", "Dao", "Phủng"), offices, strict=True), 1):
            member = {"member_id": f"M0{number}", "name": f"Lô Văn {given}", "given": given, "roles": roles}
            answer = await desk.ask("EnrolMember", member | {"status": "official", "since": "2025-01-03"})
            assert answer.status_code == 200, answer.text
        yield desk


def store_of(desk: Desk) -> Any:
    """Roster's own store of private keys."""
    keys: Any = desk.service.keys
    return keys.signing


def kept(desk: Desk, key_id: str) -> Any:
    """What the store holds of a key."""
    return store_of(desk)._row("key_id", key_id)


def refused(answer: httpx.Response, code: str, words: str) -> None:
    assert (answer.status_code, answer.json()["code"]) != (200, None)
    assert (answer.json()["code"], words in answer.json()["detail"]) == (code, True), answer.text


# ---- making a key, signing


async def test_a_member_makes_a_key_and_signs_what_names_him_and_the_key(desk: Desk):
    answer = await desk.enrol()
    assert answer.status_code == 200, answer.text
    assert "lập khóa ký" in answer.json()["facts"][0]["vi"]
    key = (await desk.keys())["M03"][-1]
    text = statement("M03", key["key_id"])
    signed = (await desk.sign(text=text)).json()
    assert verifies(key["public_key"], text, signed["signature"])
    assert signed["key_id"] == key["key_id"]


async def test_the_same_wish_again_gets_the_same_answer_and_makes_no_second_key(desk: Desk):
    id = str(uuid4())
    first, again = await desk.enrol(id=id), await desk.enrol(id=id)
    assert again.json() == first.json() | {"already": True}
    refused(await desk.enrol(id=id, pin=NEW_PIN), "other-body", "mã PIN khác")
    refused(await desk.enrol(member="M01", id=id), "other-body", "mã PIN khác")
    assert (await desk.sign()).status_code == 200


async def test_a_refused_second_key_leaves_the_first_one_working(desk: Desk):
    await desk.enrol()
    refused(await desk.enrol(pin=NEW_PIN), "has-key", "đã có khóa ký")
    assert (await desk.sign()).status_code == 200


@pytest.mark.parametrize("pin", ["12345", "123456", "000000"])
async def test_a_pin_anybody_would_try_is_refused(desk: Desk, pin: str):
    refused(await desk.enrol(pin=pin), "weak-pin", "ít nhất 6 ký tự")


@pytest.mark.parametrize(
    "other",
    [
        {"signer": "M01"},
        {"key": "0d" * 16},
        {"role": "site"},
        {"branch": "99.001.002.000.012"},
    ],
)
async def test_a_key_signs_only_what_names_its_owner_and_itself(desk: Desk, other: dict[str, str]):
    await desk.enrol()
    text = statement("M03", (await desk.keys())["M03"][-1]["key_id"], **other)
    refused(await desk.sign(text=text), "other-statement", "chưa có gì được ký")


async def test_a_key_signs_nothing_but_statements_about_minutes(desk: Desk):
    await desk.enrol()
    refused(await desk.sign(text="Tôi nợ một con trâu.\n"), "malformed", "không đúng mẫu")


async def test_whoever_has_no_key_is_told_to_make_one(desk: Desk):
    refused(await desk.sign(text=statement("M03", "0d" * 16)), "no-key", "chưa có khóa ký")


async def test_on_a_shared_tablet_the_minute_taker_holds_it_and_the_signer_types_the_pin(desk: Desk):
    await desk.enrol()
    assert (await desk.sign(enteredby="M02")).status_code == 200
    await desk.enrol(member="M01", pin=NEW_PIN)
    refused(await desk.sign(member="M01", pin=NEW_PIN, enteredby="M03"), "not-allowed", "không thuộc quyền")
    refused(await desk.sign(member="M01", pin=PIN, enteredby="M02"), "wrong-pin", "Mã PIN chưa đúng")


@pytest.mark.parametrize("stranger", ["M77", "F01", "operator"])
async def test_who_is_no_member_of_the_branch_makes_no_key(desk: Desk, stranger: str):
    refused(await desk.enrol(member=stranger), "not-allowed", "không thuộc quyền")


# ---- wrong PINs


async def test_wrong_pins_are_told_with_tries_left_and_the_last_one_locks(desk: Desk):
    await desk.enrol()
    refused(await desk.sign(WRONG), "wrong-pin", "Còn 3 lần thử;")
    refused(await desk.sign(WRONG), "wrong-pin", "Còn 2 lần thử;")
    refused(await desk.sign(WRONG), "wrong-pin", "Còn 1 lần thử, chờ 30 giây;")
    refused(await desk.sign(PIN), "wait", "phải chờ")
    desk.at(NOW + timedelta(seconds=31))
    refused(await desk.sign(WRONG), "locked", "đã bị khóa sau 4 lần")
    refused(await desk.sign(PIN), "locked", "đã bị khóa sau 4 lần")
    locked = [fact for fact in desk.said() if isinstance(fact, SigningKeyLocked)]
    assert [(fact.member_id, fact.tries) for fact in locked] == [("M03", 4)]
    assert (await desk.keys())["M03"][-1]["locked"] is True


async def test_nobody_but_the_store_of_keys_says_that_a_key_is_locked(desk: Desk):
    await desk.enrol()
    key = (await desk.keys())["M03"][-1]["key_id"]
    for actor in ("M01", "M03", "operator", "service:minutes"):
        answer = await desk.ask("LockSigningKey", {"member_id": "M03", "key_id": key, "tries": 9}, actor=actor)
        assert answer.status_code == 403, answer.text


# ---- replacing


async def test_a_lost_pin_is_a_new_key_by_secretary_and_superior(desk: Desk):
    await desk.enrol()
    old = (await desk.keys())["M03"][-1]["key_id"]
    refused(await desk.replace(pin=NEW_PIN), "two-persons", "còn thiếu bí thư và cấp ủy cấp trên")
    for actor in ("M01", "F01"):
        answer = await desk.ask("ApproveKeyReplacement", {"member_id": "M03", "key_id": old}, actor=actor)
        assert answer.status_code == 200, answer.text
    answer = await desk.replace(pin=NEW_PIN)
    assert answer.status_code == 200, answer.text
    assert "đ/c M01, đ/c F01" in answer.json()["facts"][0]["vi"]
    kinds = [type(fact) for fact in desk.said() if type(fact).__module__.endswith("signing")]
    assert kinds == [
        SiteKeyPublished,
        SigningKeyEnrolled,
        SigningKeyReplacementApproved,
        SigningKeyReplacementApproved,
        SigningKeyReplaced,
    ]
    refused(await desk.sign(PIN), "wrong-pin", "Mã PIN chưa đúng")
    assert (await desk.sign(NEW_PIN)).status_code == 200
    refused(await desk.sign(NEW_PIN, text=statement("M03", old)), "other-statement", "đang dùng")
    assert kept(desk, old) is None


async def test_with_the_old_pin_a_key_is_renewed_without_asking_anybody(desk: Desk):
    await desk.enrol()
    refused(await desk.replace(pin=NEW_PIN, old_pin=WRONG), "wrong-pin", "Còn 3 lần thử")
    id = str(uuid4())
    first = await desk.replace(id=id, pin=NEW_PIN, old_pin=PIN)
    assert first.status_code == 200, first.text
    assert (await desk.sign(NEW_PIN)).status_code == 200
    ended, active = (await desk.keys())["M03"]
    assert (ended["ended"], active["ended"]) == ("replaced", None)


async def test_whoever_leaves_has_the_key_withdrawn_and_destroyed(desk: Desk):
    await desk.enrol()
    await desk.ask("TransferMember", {"member_id": "M03", "to": "Chi bộ khác", "effective_on": "2026-10-07"})
    await desk.sign()
    desk.at(datetime(2026, 10, 6, 16, 59, tzinfo=UTC))
    await desk.service.clock_task.look()
    assert (await desk.keys())["M03"][-1]["until"] is None
    desk.at(datetime(2026, 10, 6, 17, 0, tzinfo=UTC))
    await desk.service.clock_task.look()
    assert isinstance(desk.said()[-1], SigningKeyWithdrawn)
    key = (await desk.keys())["M03"][-1]
    assert key["ended"] == "left"
    assert kept(desk, key["key_id"]) is None
    refused(await desk.sign(), "not-allowed", "không thuộc quyền")
    assert any(isinstance(fact, MemberTransferred) for fact in desk.said())


# ---- the site


async def test_the_sites_key_is_published_at_the_first_start_and_signs_for_services_only(desk: Desk):
    first = desk.read()[0]
    assert isinstance(first.fact, SiteKeyPublished)
    assert (first.branch, first.envelope.actor) == (EVERYWHERE, "service:roster")
    text = statement("local", first.fact.key_id, role="site")
    assert (await desk.post("/site-signatures", statement=text)).status_code == 403
    token = {"X-Service-Token": desk.service.settings.token}
    signed = await desk.client.post("/site-signatures", json={"statement": text}, headers=token)
    assert verifies(first.fact.public_key, text, signed.json()["signature"])
    other = statement("elsewhere", first.fact.key_id, role="site")
    answer = await desk.client.post("/site-signatures", json={"statement": other}, headers=token)
    refused(answer, "other-statement", "chưa có gì được ký")


async def test_the_operator_has_the_sites_key_renewed(desk: Desk):
    assert (await desk.post("/site-key/renew", id=str(uuid4()), actor="M01")).status_code == 403
    id = str(uuid4())
    answer = await desk.post("/site-key/renew", id=id, actor="operator")
    assert answer.status_code == 200, answer.text
    first, second = (await desk.keys())["local"]
    assert (first["ended"], second["until"]) == ("replaced", None)
    text = statement("local", second["key_id"], role="site")
    token = {"X-Service-Token": desk.service.settings.token}
    signed = await desk.client.post("/site-signatures", json={"statement": text}, headers=token)
    assert verifies(second["public_key"], text, signed.json()["signature"])


async def test_the_next_start_publishes_nothing_anew(tmp_path: Path):
    heads = []
    for _ in range(2):
        service = Service(PARTS, Settings(home=tmp_path))
        await service.start()
        heads.append(service.log.head().index)
        await service.stop()
    assert heads == [1, 1]


# ---- where no PIN may stand


def contents(home: Path) -> dict[str, bytes]:
    """Every file of the site."""
    return {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}


async def test_no_pin_and_no_private_key_stands_in_any_file_log_line_or_answer(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    answers = [await desk.enrol(), await desk.sign(), await desk.sign(WRONG)]
    answers += [await desk.replace(pin=NEW_PIN, old_pin=PIN), await desk.sign(NEW_PIN)]
    answers += [await desk.enrol(pin=PIN * 20), await desk.enrol(surprise=1), await desk.enrol(enteredby="?")]
    row = kept(desk, (await desk.keys())["M03"][-1]["key_id"])
    private = store_of(desk)._open(row, SecretStr(NEW_PIN))
    said = capfd.readouterr()
    places = {
        "answers": "".join(answer.text for answer in answers).encode(),
        "log lines": (caplog.text + said.out + said.err).encode(),
        **contents(tmp_path),
    }
    secrets = [PIN.encode(), NEW_PIN.encode(), private, private.hex().encode(), base64.b64encode(private)]
    assert len(places) > 5
    assert [place for place, content in places.items() if any(secret in content for secret in secrets)] == []
