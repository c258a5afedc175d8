"""October's minutes signed in one action each, with a real roster beside minutes; then checked without either."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import AsyncIterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from shared import events
from shared.documents.printer import Printer
from shared.events.envelope import Fact, decode, leaf
from shared.events.signatures import MinutesCorrected, MinutesCountersigned, MinutesSigned
from shared.events.signing import SigningKeyEnrolled, SiteKeyPublished
from shared.rules.choosing import EVERYWHERE
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.signing import MinutesStatement, verifies
from shared.store.tree import grow, root
from tests.minutes.heard import scheduled
from tests.minutes.october import MEETING, NOVEMBER
from tests.sample_branch import CODE
from tests.service.test_minutes import Site, holding
from tests.service.test_minutes import site as minutes_site
from tests.service.test_roster_signing import CHEAP

site = minutes_site

PINS = {"M02": "750318", "M04": "294806"}
NAMES = {"M02": ("Tôn Nữ Quỳnh Dao", "Dao", "deputy_secretary"), "M04": ("Đặng Thị Đoan", "Đoan", "minute_taker")}


class Table:
    """Where minutes are signed: minutes and roster of one site."""

    def __init__(self, site: Site, roster: Service, keys: httpx.AsyncClient) -> None:
        self.site = site
        self.roster = roster
        self.keys = keys
        self._heard = 0

    async def at(self, time: str) -> None:
        now = datetime.fromisoformat(f"{time}+07:00")
        self.site.service.clock.set(now)
        await self.roster.set_clock(now)

    async def ask(self, command: str, **data: Any) -> None:
        body = {"id": str(uuid4()), "branch": CODE, "actor": "operator", "command": data}
        answer = await self.keys.post(f"/commands/{command}", json=body)
        assert answer.status_code == 200, answer.text

    async def hear(self) -> None:
        """Minutes hears what roster has said about keys."""
        log = self.roster.log
        for index, raw in log.read(self._heard, 1000, 10_000_000):
            fact = decode(log.name, index, raw, events.ALL).fact
            self._heard = index
            if isinstance(fact, SigningKeyEnrolled | SiteKeyPublished):
                await self.site.told(fact, branch=EVERYWHERE if isinstance(fact, SiteKeyPublished) else CODE)

    async def sign(self, actor: str, pin: str | None = None, **around: Any) -> httpx.Response:
        body = {"actor": actor, "pin": pin or PINS[actor], **around}
        return await self.site.client.post(f"/meetings/{MEETING}/signing", json=body)

    def said(self, *kinds: type[Fact]) -> list[Any]:
        log = self.site.service.log
        found = [decode(log.name, index, raw, events.ALL).fact for index, raw in log.read(0, 1000, 10_000_000)]
        return [fact for fact in found if isinstance(fact, kinds)]


@pytest.fixture
async def table(site: Site, tmp_path: Path) -> AsyncIterator[Table]:
    """October is held; M04 and M02 have their keys."""
    roster = Service(CHEAP, Settings(home=tmp_path, clock="settable", pin_tries=3))
    app = application(roster)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    site.service.client = httpx.AsyncClient(
        transport=transport, headers={"X-Service-Token": site.service.settings.token}, timeout=30
    )
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://keys") as keys:
        table = Table(site, roster, keys)
        await table.at("2026-10-05T13:00:00")
        await table.ask("RegisterBranch", name="Chi bộ mẫu", superior="Đảng bộ mẫu", effective_on="2025-01-03")
        for member_id, (name, given, role) in NAMES.items():
            person = {"member_id": member_id, "name": name, "given": given, "roles": [role]}
            await table.ask("EnrolMember", **person, status="official", since="2025-01-03")
            made = await keys.post(f"/branches/{CODE}/signing-keys", json={"actor": member_id, "pin": PINS[member_id]})
            assert made.status_code == 200, made.text
        await table.hear()
        await site.held()
        await table.at("2026-10-05T16:40:00")
        yield table


def refused(answer: httpx.Response, code: str, words: str) -> None:
    assert (answer.json().get("code"), words in answer.json().get("detail", "")) == (code, True), answer.text


async def test_minute_taker_and_chair_sign_in_one_action_each_and_the_site_after_them(table: Table):
    refused(await table.sign("M02"), "order", "Người ghi biên bản ký trước")
    taken = await table.sign("M04", medium="app")
    assert taken.status_code == 200, taken.text
    await table.at("2026-10-05T16:52:00")
    chaired = await table.sign("M02", enteredby="M04", medium="app")
    assert chaired.status_code == 200, chaired.text
    assert "với vai trò chủ trì lúc 16:52" in chaired.json()["facts"][0]["vi"]
    first, second = table.said(MinutesSigned)
    (by_site,) = table.said(MinutesCountersigned)
    assert (first.member_id, second.member_id, by_site.site) == ("M04", "M02", "local")
    assert first.document == second.document
    (paper,) = await table.site.see(path=f"/meetings/{MEETING}/signatures")
    assert (paper["state"], paper["waits_for"]) == ("countersigned", [])
    assert [one["role"] for one in paper["signatures"]] == ["minute_taker", "chair", "site"]


async def test_what_was_signed_is_found_again_from_the_log_the_store_and_rosters_keys(table: Table):
    await table.sign("M04")
    await table.sign("M02")
    rings = (await table.keys.get(f"/branches/{CODE}/signing-keys", params={"actor": "M02"})).json()
    ring_m02, ring_m04, ring_site = (ring["keys"][-1] for ring in rings)
    log = table.site.service.log
    history = log.history(f"minutes/{MEETING}")
    signatures = [*table.said(MinutesSigned), *table.said(MinutesCountersigned)]
    for fact, ring in zip(signatures, (ring_m04, ring_m02, ring_site), strict=True):
        statement = MinutesStatement.parse(fact.statement)
        assert verifies(ring["public_key"], fact.statement, fact.signature)
        facts = [one for one in history if statement.first <= one.index <= statement.last]
        assert (len(facts), facts[-1].envelope.type) == (statement.facts, "chibo.MeetingClosed.v1")
        frontier = grow(b"", 0, [leaf(one.raw) for one in facts])
        assert (str(log.name), root(frontier).hex()) == (statement.log, statement.root)
    sha256 = signatures[0].document.sha256
    given = await table.site.client.get(
        f"/branches/{CODE}/files/{sha256}",
        params={"actor": "M08", "after": f"minutes:{log.head().index}"},
    )
    assert given.content.startswith(b"%PDF-")
    assert hashlib.sha256(given.content).hexdigest() == sha256


async def test_the_signed_copy_is_for_the_cell_only(table: Table):
    await table.sign("M04")
    (fact,) = table.said(MinutesSigned)
    asked = {"after": f"minutes:{table.site.service.log.head().index}"}
    for actor in ("F01", "auditor:A1", "operator"):
        path = f"/branches/{CODE}/files/{fact.document.sha256}"
        assert (await table.site.client.get(path, params=asked | {"actor": actor})).status_code in (403, 404), actor


async def test_nothing_is_signed_when_the_paper_cannot_be_printed_and_all_is_once_it_can(table: Table):
    service = table.site.service
    prints, hangs = service.printer, (sys.executable, "-c", "import time; time.sleep(600)")
    service.printer = Printer(service.settings.model_copy(update={"print_seconds": 1}), hangs)
    wish = str(uuid4())
    refused(await table.sign("M04", id=wish), "printing", "không xong trong 1 giây")
    assert table.said(MinutesSigned) == []
    kept = service.settings.files("minutes")
    assert [one for one in kept.rglob("*") if one.is_file()] == []
    service.printer = prints
    signed = await table.sign("M04", id=wish)
    assert signed.status_code == 200, signed.text
    assert len(table.said(MinutesSigned)) == 1
    assert len([one for one in kept.rglob("*") if one.is_file()]) == 1


async def printed(table: Table, actor: str = "M08", as_: str = "pdf", **query: str) -> httpx.Response:
    query |= {"actor": actor, "after": f"minutes:{table.site.service.log.head().index}"}
    answer = await table.site.client.get(f"/meetings/{MEETING}/minutes.{as_}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


async def test_of_signed_minutes_the_kept_document_itself_is_printed_whatever_names_are_today(table: Table):
    await table.sign("M04")
    half = await printed(table)
    assert "chibo-signed-sha256" not in half.headers
    await table.sign("M02")
    (signed, _) = table.said(MinutesSigned)
    anew = await printed(table, copy="anew")
    assert anew.headers["chibo-sha256"] == signed.document.sha256
    misspelt = {"member_id": "M02", "name": "Tôn Nữ Quỳnh Giao", "given": "Giao", "reason": "misspelt"}
    await table.ask("CorrectMember", **misspelt)
    table.site.service.names._kept.clear()
    kept = await printed(table)
    assert hashlib.sha256(kept.content).hexdigest() == signed.document.sha256
    said = ("chibo-sha256", "chibo-signed-sha256", "chibo-renderer")
    assert [kept.headers[name] for name in said] == [signed.document.sha256, signed.document.sha256, signed.renderer]
    assert "bien-ban-so-29-bb-cb.pdf" in kept.headers["content-disposition"]


async def test_a_copy_for_reading_shows_who_has_signed_and_others_get_theirs(table: Table):
    await table.sign("M04")
    await table.sign("M02")
    (signed, _) = table.said(MinutesSigned)
    for answer in (
        await printed(table, copy="reading"),
        await printed(table, as_="docx"),
        await printed(table, actor="F01"),
    ):
        assert answer.headers["chibo-sha256"] != signed.document.sha256
    reading = PdfReader(BytesIO((await printed(table, copy="reading")).content))
    assert "Đã ký điện tử" in " ".join(page.extract_text() for page in reading.pages)


async def test_the_same_wish_again_gets_the_same_answer(table: Table):
    id = str(uuid4())
    first = await table.sign("M04", id=id)
    await table.at("2026-10-05T16:41:00")
    again = await table.sign("M04", id=id)
    assert again.json() == first.json() | {"already": True}
    assert (await table.sign("M04")).json()["facts"] == []
    assert len(table.said(MinutesSigned)) == 1


async def test_a_wrong_pin_signs_nothing_and_says_how_many_tries_are_left(table: Table):
    refused(await table.sign("M04", pin="294807"), "wrong-pin", "Còn 2 lần thử")
    assert table.said(MinutesSigned) == []
    assert (await table.sign("M04")).status_code == 200


async def test_whoever_is_not_to_sign_is_told_who_is(table: Table):
    refused(await table.sign("M05", pin="112233"), "wrong-person", "đ/c M02")
    refused(await table.sign("F01", pin="112233"), "not-allowed", "không thuộc quyền")


async def test_while_roster_does_not_answer_nothing_is_signed(table: Table):
    table.site.service.client = httpx.AsyncClient(base_url="http://127.0.0.1:1")
    refused(await table.sign("M04"), "keys", "chưa trả lời")
    assert table.said(MinutesSigned) == []


async def test_the_site_signs_later_by_itself_and_once_where_roster_went_away_after_the_chair(table: Table):
    there = table.site.service.client
    transport, away = there._transport, [True]

    async def answer(request: httpx.Request) -> httpx.Response:
        if away[0] and request.url.path == "/site-signatures":
            raise httpx.ConnectError("roster is away")
        return await transport.handle_async_request(request)

    table.site.service.client = httpx.AsyncClient(transport=httpx.MockTransport(answer), headers=there.headers)
    await table.sign("M04")
    assert (await table.sign("M02")).status_code == 200
    clock = table.site.service.clock_task
    await clock.look()
    assert table.said(MinutesCountersigned) == []
    (paper,) = await table.site.see(path=f"/meetings/{MEETING}/signatures")
    assert paper["state"] == "complete"
    away[0] = False
    await clock.look()
    await clock.look()
    (kept,) = table.said(MinutesCountersigned)
    assert kept.site == "local"


async def test_no_pin_stands_in_any_file_of_the_site(table: Table, tmp_path: Path):
    await table.sign("M04")
    await table.sign("M02", pin="750319")
    await table.sign("M02")
    for pin in (*PINS.values(), "750319"):
        assert holding(tmp_path, pin) == []


async def test_R43_a_granted_correction_is_signed_as_an_addendum(table: Table):
    await table.sign("M04")
    await table.sign("M02")
    await table.at("2026-10-19T20:15:00")
    words = {"before": "việc thu", "after": "một phần việc thu"}
    await table.site.done("RequestCorrection", "M07", correction_id="C1", member_id="M07", line="O13", **words)
    refused(await table.sign("M04", correction_id="C1"), "R43", "chưa đồng ý đính chính C1")
    planned = scheduled()[0].model_copy(
        update={
            "meeting_id": NOVEMBER,
            "period": "2026-11",
            "on": date(2026, 11, 3),
            "notice_due_on": date(2026, 10, 31),
        }
    )
    await table.site.told(planned)
    await table.at("2026-11-03T07:30:00")
    present = ["M01", "M02", "M03", "M04", "M05", "M06", "M07"]
    await table.site.done("OpenMeeting", "M01", meeting_id=NOVEMBER, present=present, minute_taker_id="M04")
    await table.at("2026-11-03T08:10:00")
    await table.site.done("DecideCorrection", "M02", correction_id="C1", decided_in=NOVEMBER, accepted=True)
    first = await table.sign("M04", correction_id="C1")
    assert first.status_code == 200, first.text
    second = await table.sign("M02", correction_id="C1")
    assert "đính chính ngày 03/11/2026 theo đề nghị của đ/c M07" in second.json()["facts"][1]["vi"]
    (corrected,) = table.said(MinutesCorrected)
    minutes, addendum = await table.site.see(path=f"/meetings/{MEETING}/signatures")
    assert (corrected.document_sha256, corrected.addendum_sha256) == (
        minutes["document_sha256"],
        addendum["document_sha256"],
    )
    statement = MinutesStatement.parse(addendum["signatures"][2]["statement"])
    assert (statement.purpose, statement.correction, statement.amends) == ("addendum", "C1", minutes["document_sha256"])


async def test_only_minutes_itself_keeps_the_sites_signature(table: Table):
    status, _ = await table.site.refused("CountersignMinutes", "M02", site="local", **SIGNATURE)
    assert status == 403


SIGNATURE = {"key_id": "0a" * 16, "signature": "0b" * 64, "signed_at": "2026-10-05T09:52:00.000000Z"}


async def test_nobody_signs_in_anothers_name(table: Table):
    command = {"member_id": "M04", "role": "minute_taker", "document_sha256": "0c" * 32, "renderer": "typst 1"}
    status, said = await table.site.refused("SignMinutes", "M02", **command, **SIGNATURE)
    assert (status, "không thuộc quyền" in said) == (403, True)
    assert table.said(MinutesSigned, MinutesCorrected) == []
