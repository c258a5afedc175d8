"""Names stand in what people read, whoever refuses, and ids where roster cannot be asked."""

import httpx

from shared.decision import Refused
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


async def test_whom_a_sentence_has_named_in_full_it_calls_by_given_name(cell: Roster) -> None:
    cell.client.headers["X-Service-Token"] = cell.service.settings.token
    names = await RosterNames(cell.client, "http://site").of(BRANCH)
    assert (names("M02"), names.given("M02")) == ("Tôn Nữ Quỳnh Dao", "Dao")
