"""Commands over HTTP: answered once, refused in sentences, nothing stored for what is refused."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from shared.events.envelope import LARGEST_FACT
from shared.service.body_limits import depth
from shared.service.from_roster import token_header
from shared.service.problems import answer_with_problems
from tests.service.conftest import BRANCH, Roster

REGISTER = {"name": "Chi bộ mẫu", "superior": "Đảng bộ mẫu", "effective_on": "2025-01-03"}
ROLE = {"member_id": "M02", "role": "rapporteur", "from_on": "2025-01-04"}


def problem(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The answer is a problem document in both languages, with this code."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    assert body["status"] == answer.status_code
    assert body["detail"]
    assert body["detail_en"]
    return body


async def test_the_same_command_sent_again_gets_the_same_answer_and_one_fact(roster: Roster) -> None:
    wish = str(uuid4())
    first = await roster.ask("RegisterBranch", REGISTER, id=wish)
    again = await roster.ask("RegisterBranch", REGISTER, id=wish)
    assert again.json() == {**first.json(), "already": True}
    assert roster.facts == 1


async def test_the_same_id_for_another_wish_is_refused(roster: Roster) -> None:
    wish = str(uuid4())
    await roster.ask("RegisterBranch", REGISTER, id=wish)
    problem(await roster.ask("RegisterBranch", REGISTER | {"name": "Chi bộ khác"}, id=wish), "other-body")
    assert roster.facts == 1


async def test_who_saw_an_older_version_is_told_so(cell: Roster) -> None:
    before = cell.facts
    problem(await cell.ask("AssignRole", ROLE, expected=1), "moved-on")
    assert cell.facts == before
    assert (await cell.ask("AssignRole", ROLE, expected=before)).status_code == httpx.codes.OK


async def test_nobody_may_what_no_role_of_his_allows(cell: Roster) -> None:
    before = cell.facts
    problem(await cell.ask("AssignRole", ROLE, actor="M03"), "not-allowed")
    problem(await cell.ask("AssignRole", ROLE, actor="M99"), "not-allowed")
    assert cell.facts == before
    assert (await cell.ask("AssignRole", ROLE, actor="M01")).status_code == httpx.codes.OK


async def test_nobody_may_type_for_another_without_a_role_that_may(cell: Roster) -> None:
    before = cell.facts
    refused = await cell.ask("AssignRole", ROLE, actor="M01", enteredby="M03", medium="paper")
    problem(refused, "not-allowed")
    assert cell.facts == before


@pytest.mark.parametrize("actor", ["clock", "service:ranking", "service"])
async def test_only_the_sites_own_services_speak_as_one(cell: Roster, actor: str) -> None:
    before = cell.facts
    problem(await cell.ask("AssignRole", ROLE, actor=actor), "not-allowed")
    problem(await cell.client.get(f"/branches/{BRANCH}", params={"actor": actor}), "not-allowed")
    assert cell.facts == before


@pytest.mark.parametrize("path", [f"/branches/{BRANCH}", f"/branches/{BRANCH}/names", "/branches", "/log", "/log/head"])
async def test_a_query_without_an_actor_is_denied(cell: Roster, path: str) -> None:
    problem(await cell.client.get(path), "not-allowed")


async def test_a_member_reads_his_branch_and_no_other(cell: Roster) -> None:
    shown = await cell.client.get(f"/branches/{BRANCH}", params={"actor": "M03", "after": f"roster:{cell.head}"})
    assert shown.status_code == httpx.codes.OK, shown.text
    problem(await cell.client.get("/branches/99.001.002.000.012", params={"actor": "M03"}), "not-allowed")


async def test_a_query_waits_for_the_position_it_names_and_says_when_it_did_not_come(cell: Roster) -> None:
    shown = {"actor": "operator", "after": f"roster:{cell.head + 1}"}
    problem(await cell.client.get(f"/branches/{BRANCH}", params=shown), "not-yet")
    problem(await cell.client.get(f"/branches/{BRANCH}", params=shown | {"after": "roster:x"}), "malformed")


@pytest.mark.parametrize("what", ["facts", "state"])
@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
async def test_a_moment_that_some_time_zone_has_no_date_for_is_refused(cell: Roster, what: str, at: str) -> None:
    path = f"/meetings/{BRANCH}:2026-10/{what}"
    shown = {"actor": "M03", "at": at, "after": f"roster:{cell.head}"}
    problem(await cell.client.get(path, params=shown), "malformed")


async def test_the_unions_book_is_replayed_by_its_keepers_only(cell: Roster) -> None:
    for kind, allowed in (("union", False), ("professional-2", False), ("extraordinary-1", True)):
        path = f"/meetings/{BRANCH}:2026-10:{kind}/facts"
        for actor in ("M03", "auditor:A1"):
            answer = await cell.client.get(path, params={"actor": actor})
            assert (answer.status_code == httpx.codes.OK) is allowed, (kind, actor)
        assert (await cell.client.get(path, params={"actor": "M01"})).status_code == httpx.codes.OK


# ------------------------------------------------------------------ bad input


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "a date that does not exist": ("RegisterBranch", REGISTER | {"effective_on": "2026-02-31"}),
    "a missing field": ("RegisterBranch", {"name": "Chi bộ mẫu"}),
    "a field nobody knows": ("RegisterBranch", REGISTER | {"religion": "?"}),
    "NUL": ("RegisterBranch", REGISTER | {"name": "Chi bộ\x00mẫu"}),
    "an empty name": ("RegisterBranch", REGISTER | {"name": ""}),
    "a name without end": ("RegisterBranch", REGISTER | {"name": "a" * 5000}),
    "a role nobody has": ("AssignRole", ROLE | {"role": "emperor"}),
    "a number for a text": ("AssignRole", ROLE | {"member_id": 7}),
    "a wrong member id": ("AssignRole", ROLE | {"member_id": "M 02; DROP TABLE"}),
}


@pytest.mark.parametrize("what", BAD)
async def test_bad_input_is_refused_whole_in_a_sentence(roster: Roster, what: str) -> None:
    command, data = BAD[what]
    body = problem(await roster.ask(command, data), "malformed")
    assert body["errors"]
    assert roster.facts == 0


@pytest.mark.parametrize(
    "around",
    [
        {"branch": "99.001"},
        {"actor": ""},
        {"actor": "M01'--"},
        {"id": "not-a-uuid"},
        {"time": "2026-02-31T00:00:00Z"},
        {"time": "2026-02-03T07:30:00"},
        {"time": "9999-12-31T23:59:59-12:00"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"medium": "telepathy"},
        {"expected": -1},
        {"strange": True},
    ],
    ids=str,
)
async def test_a_bad_envelope_is_refused_too(roster: Roster, around: dict[str, Any]) -> None:
    problem(await roster.ask("RegisterBranch", REGISTER, **around), "malformed")
    assert roster.facts == 0


async def test_a_wrong_field_is_named_as_people_name_it_with_what_is_expected(roster: Roster) -> None:
    command, data = BAD["a date that does not exist"]
    body = problem(await roster.ask(command, data), "malformed")
    assert body["errors"] == [
        {
            "where": "command.effective_on",
            "label": "Có hiệu lực từ ngày",
            "label_en": "Effective on",
            "vi": "Có hiệu lực từ ngày: ngày 31/02/2026 không có; hãy nhập ngày có thật, ví dụ 03/10/2026.",
            "en": (
                "Effective on: there is no 31/02/2026; give a day that exists, for example 03/10/2026 (sent as "
                "2026-10-03)."
            ),
            "kind": "date_from_datetime_parsing",
        }
    ]
    assert body["detail"] == (
        "Có hiệu lực từ ngày: ngày 31/02/2026 không có; hãy nhập ngày có thật, ví dụ 03/10/2026. "
        "Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
    )


async def test_what_breaks_the_software_is_answered_in_a_sentence_too() -> None:
    app = FastAPI()
    answer_with_problems(app)

    @app.post("/commands/Break")
    async def broken() -> None:
        raise RuntimeError("kept from the caller")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.post("/commands/Break")
        assert "nội dung đã nhập vẫn còn" in problem(answer, "broken")["detail"]
        assert "kept from" not in answer.text


async def send(roster: Roster, body: bytes) -> httpx.Response:
    headers = {"content-type": "application/json"}
    return await roster.client.post("/commands/RegisterBranch", content=body, headers=headers)


def body_with(name: str) -> bytes:
    """A whole command whose name is this JSON text."""
    frame = {"id": str(uuid4()), "branch": BRANCH, "actor": "operator", "command": REGISTER | {"name": "@"}}
    return json.dumps(frame).replace('"@"', name).encode()


async def test_an_unpaired_surrogate_is_refused(roster: Roster) -> None:
    problem(await send(roster, body_with('"Chi b\\ud800 m"')), "malformed")
    assert roster.facts == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe{}", b'{"id": NaN}', b'"' + b"a" * 100])
async def test_what_is_no_json_object_is_refused(roster: Roster, raw: bytes) -> None:
    problem(await send(roster, raw), "malformed")
    assert roster.facts == 0


async def test_a_deeply_nested_body_is_refused_before_it_is_parsed(roster: Roster) -> None:
    problem(await send(roster, body_with("[" * 5000 + "]" * 5000)), "too-deep")
    assert roster.facts == 0


async def test_an_oversized_body_is_refused(roster: Roster) -> None:
    problem(await send(roster, body_with('"' + "a" * LARGEST_FACT + '"')), "too-large")
    assert roster.facts == 0


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert depth(rb'{"a": "[[[[\"[[", "b": [1, {"c": []}]}') == len("{[{[")


async def test_what_has_not_happened_yet_is_refused(roster: Roster) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = await roster.ask("RegisterBranch", REGISTER, time=tomorrow)
    assert answer.status_code == httpx.codes.CONFLICT
    assert answer.json()["detail_en"]
    assert roster.facts == 0


async def test_late_entry_is_possible_and_visible(roster: Roster) -> None:
    answer = await roster.ask("RegisterBranch", REGISTER, time="2025-01-03T08:00:00+07:00")
    (fact,) = answer.json()["facts"]
    assert "ghi muộn: việc ngày 03/01/2025" in fact["vi"]
    assert "entered late: happened on 03/01/2025" in fact["en"]


async def test_a_dissolved_branch_takes_nothing_any_more(cell: Roster) -> None:
    ended = {"decision_no": "QĐ-1", "effective_on": "2026-01-01"}
    assert (await cell.ask("DissolveBranch", ended)).status_code == httpx.codes.OK
    before = cell.facts
    answer = await cell.ask("AssignRole", ROLE | {"from_on": "2026-02-01"}, actor="operator")
    assert answer.status_code == httpx.codes.CONFLICT, answer.text
    assert "giải thể" in answer.json()["detail"]
    assert cell.facts == before


async def test_an_address_that_does_not_exist_is_a_problem_document_too(roster: Roster) -> None:
    answer = await roster.client.get("/nowhere")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert answer.headers["content-type"] == "application/problem+json"


# ------------------------------------------------------------------ keys, names, log


async def test_names_stand_sealed_in_the_log_and_open_for_those_allowed(cell: Roster) -> None:
    token = token_header(cell.service.settings.token)
    log = (await cell.client.get("/log", headers=token)).content
    assert "Khiêm".encode() not in log
    names = await cell.client.get(f"/branches/{BRANCH}/names", params={"actor": "M02", "after": f"roster:{cell.head}"})
    assert names.json()["names"]["M01"] == "Hoàng Đình Khiêm"


async def test_keys_are_for_services_only_and_a_destroyed_one_is_gone(cell: Roster) -> None:
    wanted = {"subjects": [f"member/{BRANCH}/M03"]}
    problem(await cell.client.post("/keys", json=wanted), "not-allowed")
    token = token_header(cell.service.settings.token)
    (key,) = (await cell.client.post("/keys", json=wanted, headers=token)).json()["keys"]
    assert len(base64.b64decode(key["secret"])) * 8 == 256
    left = {"member_id": "M03", "to": "Chi bộ khác", "effective_on": "2026-01-01"}
    assert (await cell.ask("TransferMember", left)).status_code == httpx.codes.OK
    gone = {
        "key_subject": f"member/{BRANCH}/M03",
        "basis": "Luật 91/2025/QH15, điều 14",
        "approved_by": ["M01", "M02"],
    }
    assert (destroyed := await cell.ask("DestroySubjectKey", gone, actor="M01")).status_code == httpx.codes.OK, (
        destroyed.text
    )
    assert (await cell.client.post("/keys", json=wanted, headers=token)).json()["keys"] == []


async def test_the_clock_stands_where_it_was_not_made_settable(roster: Roster) -> None:
    token = token_header(roster.service.settings.token)
    problem(await roster.client.put("/clock", json={"now": "2026-10-05T14:00:00+07:00"}, headers=token), "not-allowed")


async def test_the_page_of_all_that_is_answered_needs_no_other_host(cell: Roster):
    page = (await cell.client.get("/docs")).text
    files = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(files) == 3
    for file in files:
        answer = await cell.client.get(file)
        assert (file[0], answer.status_code, bool(answer.content)) == ("/", 200, True)
    assert "url: '/openapi.json'" in page
    assert "//" not in re.sub(r"<!--.*?-->", "", page)


async def test_health_metrics_and_the_api_description_answer(cell: Roster) -> None:
    health = (await cell.client.get("/health")).json()
    assert (health["status"], health["log"]["index"]) == ("ready", cell.head)
    assert f"chibo_log_head {float(cell.head)}" in (await cell.client.get("/metrics")).text
    described = (await cell.client.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert "/commands/RegisterBranch" in described["paths"]
    streams = (await cell.client.get("/asyncapi.json")).json()
    assert streams["asyncapi"].startswith("3.")
    assert "chibo.BranchRegistered.v1" in str(streams)
