"""Names stand in what people read, whoever refuses, and ids where roster cannot be asked."""

from datetime import date

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.decision import Refused
from shared.events.envelope import LogName
from shared.service import from_roster
from shared.service.from_roster import RosterNames
from tests.service.conftest import BRANCH, Roster

REFUSAL = Refused("Đ/c M01 và đ/c M011 chưa ký; QĐ M01/2026 vẫn còn.", "M01 has not signed.", code="R20")


async def test_a_refusal_says_names_where_the_rules_say_ids(cell: Roster) -> None:
    cell.client.headers["X-Service-Token"] = cell.service.settings.token
    said = await RosterNames(cell.client, "http://site").said(BRANCH, REFUSAL)
    assert said.vi == "Đ/c Hoàng Đình Khiêm và đ/c M011 chưa ký; QĐ M01/2026 vẫn còn."
    assert (said.en, said.code) == ("Hoàng Đình Khiêm has not signed.", "R20")


async def test_without_roster_ids_stand_in() -> None:
    async with httpx.AsyncClient() as nobody:
        names = RosterNames(nobody, "http://127.0.0.1:9")
        assert await names.said(BRANCH, REFUSAL) is REFUSAL
        assert (await names.of(BRANCH))("M01") == "M01"
        assert (await names.of(BRANCH)).given("M01") == "M01"


async def test_a_roster_in_trouble_is_asked_once_for_a_whole_answer_and_again_when_it_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(from_roster, "SILENT_SECONDS", 600.0)
    asked, heard = [], [7]

    async def in_trouble(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(status_code=503)

    roster = Starlette(routes=[Route("/branches/{branch}/names", in_trouble)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(roster)) as client:
        names = RosterNames(client, "http://roster", lambda: heard[0])
        for _ in range(20):
            assert (await names.of(BRANCH))("M01") == "M01"
        assert len(asked) == 1
        heard[0] = 8
        await names.of(BRANCH)
        assert len(asked) == 2


async def test_whom_a_sentence_has_named_in_full_it_calls_by_given_name(cell: Roster) -> None:
    cell.client.headers["X-Service-Token"] = cell.service.settings.token
    names = await RosterNames(cell.client, "http://site").of(BRANCH)
    assert (names("M02"), names.given("M02")) == ("Tôn Nữ Quỳnh Dao", "Dao")


async def test_names_and_the_list_are_told_as_they_were_when_a_paper_was_made(cell: Roster) -> None:
    cell.client.headers["X-Service-Token"] = cell.service.settings.token
    log = cell.service.log
    before = log.head().index
    corrected = {"member_id": "M02", "name": "Tôn Nữ Quỳnh Giao", "given": "Giao", "reason": "misspelt"}
    assert (await cell.ask("CorrectMember", corrected, actor="M01")).status_code == 200
    exempt = {"member_id": "M03", "status": "exempt", "from_on": "2026-01-01"}
    assert (await cell.ask("ChangeStatus", exempt, actor="M01")).status_code == 200
    names = RosterNames(cell.client, "http://site")
    then = await names.as_at(BRANCH, log.name, before)
    now = await names.as_at(BRANCH, log.name, log.head().index)
    assert then is not None
    assert now is not None
    assert (then[1]("M02"), now[1]("M02")) == ("Tôn Nữ Quỳnh Dao", "Tôn Nữ Quỳnh Giao")
    day = date(2026, 10, 5)
    assert (then[0].status_on("M03", day), now[0].status_on("M03", day)) == ("official", "exempt")
    gone = LogName("local", "roster", "gone")
    assert await names.as_at(BRANCH, gone, before) is None
    assert await names.as_heard(BRANCH, {gone: before, LogName("local", "minutes", "e1"): 3}) is None
    heard = await names.as_heard(BRANCH, {gone: before, log.name: before})
    assert heard is not None
    assert (heard[1]("M02"), heard[0].status_on("M03", day)) == ("Tôn Nữ Quỳnh Dao", "official")
