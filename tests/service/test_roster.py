"""Roster over HTTP on real files: the sample's list brought in, asked about on any day, a person's key destroyed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.roster.main import PARTS
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from tests.sample_branch import CHARTER
from tests.sample_branch import FILE as SAMPLE
from tests.service.told import Elsewhere

BRANCH = "99.001.002.000.011"
DAY = "2026-10-05"
FILE = SAMPLE.encode()
BY_GIVEN_NAME = ["M02", "M04", "M07", "M06", "M01", "M08", "M05", "M03", "M10", "M09", "M11"]


class Office:
    """A running roster, asked over HTTP."""

    def __init__(self, home: Path, service: Service, client: httpx.AsyncClient) -> None:
        self.home = home
        self.service = service
        self.client = client
        self.after: dict[str, str] = {}
        self.elsewhere = Elsewhere(service, service.keys)

    async def ask(self, command: str, data: dict[str, Any], actor: str = "operator", **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": BRANCH, "actor": actor, **around, "command": data}
        return await self.client.post(f"/commands/{command}", json=body)

    async def say(self, command: str, data: dict[str, Any], actor: str = "operator", **around: Any) -> dict[str, Any]:
        answer = await self.ask(command, data, actor, **around)
        assert answer.status_code == httpx.codes.OK, answer.text
        said: dict[str, Any] = answer.json()
        self.after = {"after": said["position"]}
        return said

    async def see(self, path: str, actor: str = "M08", **more: Any) -> Any:
        answer = await self.client.get(path, params={"actor": actor, **self.after, **more})
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def preview(self, content: bytes = FILE, name: str = "danh-sach.csv", actor: str = "operator"):
        return await self.client.post(
            "/import/preview", params={"branch": BRANCH, "actor": actor}, files={"file": (name, content)}
        )

    async def register(self) -> None:
        await self.say(
            "RegisterBranch",
            {
                "name": "Chi bộ Phòng Tổ chức đảng, đảng viên",
                "superior": "Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)",
                "follower_id": "F01",
                "follower_name": "Mai Thế Uyển",
                "effective_on": "2025-01-03",
            },
        )

    async def confirm(self, preview: dict[str, Any], **around: Any) -> dict[str, Any]:
        taken = {name: preview[name] for name in ("file_name", "file_sha256", "format", "rows")}
        pairs = [[pair["first"], pair["second"]] for pair in preview["look_alikes"]]
        return await self.say("ConfirmRosterImport", taken | {"different_persons": pairs}, **around)

    @property
    def token(self) -> dict[str, str]:
        return {"X-Service-Token": self.service.settings.token}


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Office]:
    """Roster over the files in a folder, its clock standing at nine in the morning of the meeting's day."""
    service = Service(PARTS, Settings(home=home, clock="settable"))
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        await one.put(
            "/clock", json={"now": f"{DAY}T09:00:00+07:00"}, headers={"X-Service-Token": service.settings.token}
        )
        yield Office(home, service, one)


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Office]:
    async with running(tmp_path) as office:
        yield office


@pytest.fixture
async def office(empty: Office) -> Office:
    await settle(empty)
    return empty


async def settle(office: Office) -> None:
    """The sample branch: registered, its list brought in, its charter adopted."""
    await office.register()
    await office.confirm((await office.preview()).json())
    await office.say("AdoptCharter", {"charter": CHARTER.model_dump(mode="json")}, actor="M01")
    await office.see(f"/branches/{BRANCH}")


# ---- import


async def test_a_preview_names_the_file_the_columns_and_the_look_alikes_and_stores_nothing(empty: Office):
    await empty.register()
    before = empty.service.log.head().index
    preview = (await empty.preview(name="C:\\tài liệu\\danh-sach.csv")).json()
    assert preview["file_name"] == "danh-sach.csv"
    assert preview["file_sha256"] == hashlib.sha256(FILE).hexdigest()
    assert preview["format"] == "csv"
    assert preview["columns"]["Họ và tên"] == "name"
    assert preview["troubles"] == []
    assert [(pair["first"], pair["second"]) for pair in preview["look_alikes"]] == [("M06", "M07")]
    assert preview["vi"] == "Đọc được 11 dòng; 1 cặp tên gần giống cần xác nhận là hai người hay một. Chưa lưu gì."
    assert preview["already"] is False
    assert empty.service.log.head().index == before


async def test_the_list_is_confirmed_as_one_fact_that_tells_its_names(empty: Office):
    await empty.register()
    said = await empty.confirm((await empty.preview()).json())
    (fact,) = said["facts"]
    assert fact["type"] == "chibo.RosterImported.v1"
    assert fact["vi"].startswith("Danh sách 11 đảng viên được nhập từ tệp «danh-sach.csv»")


async def test_the_same_file_confirmed_twice_changes_nothing(office: Office):
    before = office.service.log.head().index
    preview = (await office.preview()).json()
    assert preview["already"] is True
    assert preview["troubles"] == []
    assert "nhập lại không làm thay đổi gì" in preview["vi"]
    said = await office.confirm(preview)
    assert said["facts"] == []
    assert office.service.log.head().index == before


async def test_without_the_confirmation_of_look_alikes_nothing_is_stored(empty: Office):
    await empty.register()
    preview = (await empty.preview()).json()
    answer = await empty.ask(
        "ConfirmRosterImport", {name: preview[name] for name in ("file_name", "file_sha256", "format", "rows")}
    )
    assert answer.status_code == httpx.codes.CONFLICT
    assert answer.json()["code"] == "import"
    assert "Dòng 8 và dòng 7 có tên gần giống nhau" in answer.json()["detail"]
    assert (await empty.see(f"/branches/{BRANCH}", actor="operator"))["on_list"] == 0


async def test_every_problem_of_a_bad_file_is_told(empty: Office):
    await empty.register()
    bad = SAMPLE.replace("1980,chính thức", "31/02/1980,nghỉ").replace("M05,", "M04,")
    preview = (await empty.preview(bad.encode())).json()
    assert [trouble["vi"].partition(";")[0] for trouble in preview["troubles"]] == [
        "Dòng 4: ngày 31/02/1980 không có.",
        "Dòng 4: cột «Tình trạng» ghi «nghỉ» chưa rõ nghĩa",
        "Dòng 6: mã M04 đã dùng ở dòng 5.",
    ]


async def test_a_second_file_is_compared_with_who_is_on_the_list(office: Office):
    more = "Mã,Họ và tên,Tên\nM12,Đặng Thị Đoàn,Đoàn\nM01,Và Văn Thử,Thử\n"
    preview = (await office.preview(more.encode(), "them.csv")).json()
    assert [trouble["vi"] for trouble in preview["troubles"]] == ["Dòng 3: mã M01 đã có trong danh sách chi bộ."]
    assert [(pair["first"], pair["second"]) for pair in preview["look_alikes"]] == [("M04", "M12")]
    assert "mang mã M04 trong danh sách" in preview["look_alikes"][0]["vi"]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 409, "Tệp không có nội dung"),
        (b"\xff\xfe\x00\xd8M\x00", 409, "bảng mã cũ"),
        (b"PK\x03\x04 and no more", 409, "không phải bảng tính XLSX"),
        (b"a,b\n1,2\n", 409, "Không thấy dòng tiêu đề"),
        (b"a,b\n" * 3000, 413, "hơn 2000 dòng"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words(empty: Office, content: bytes, status: int, words: str):
    await empty.register()
    answer = await empty.preview(content)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("actor", ["M08", "M05", "F01", "M99", "clock", "service:minutes"])
async def test_who_may_not_import_may_not_look_at_files_either(office: Office, actor: str):
    assert (await office.preview(actor=actor)).status_code == httpx.codes.FORBIDDEN


async def test_the_secretary_may_preview(office: Office):
    assert (await office.preview(actor="M01")).status_code == httpx.codes.OK


async def test_a_file_for_a_branch_nobody_registered_or_that_is_dissolved(empty: Office):
    assert (await empty.preview()).status_code == httpx.codes.NOT_FOUND
    await empty.register()
    await empty.say("DissolveBranch", {"decision_no": "12-QĐ/ĐU", "effective_on": "2026-10-01"})
    answer = await empty.preview()
    assert answer.status_code == httpx.codes.CONFLICT
    assert "đã giải thể từ ngày 01/10/2026" in answer.json()["detail"]


# ---- what is shown


async def test_the_sample_branch_on_its_meeting_day(office: Office):
    branch = await office.see(f"/branches/{BRANCH}", on=DAY)
    assert branch["on_list"] == 11
    assert branch["official"] == 10
    assert branch["counts"] == {"official": 8, "exempt": 1, "temporary_elsewhere": 1, "probationary": 1}
    assert len(branch["base"]) == 9
    assert len(branch["voters"]) == 10
    assert branch["votes_needed"] == 6
    assert branch["committee"] == ["M01", "M02", "M03"]
    assert (branch["secretary"], branch["deputy"]) == ("M01", "M02")
    assert branch["follower"] == {"id": "F01", "name": "Mai Thế Uyển"}
    assert branch["charter_version"] == 3
    assert [member["id"] for member in branch["members"]] == BY_GIVEN_NAME
    assert branch["members"][8] == {
        "id": "M10",
        "name": "H'Sương Kbuôr",
        "given": "Sương",
        "sex": "female",
        "born": "1990",
        "status": "temporary_elsewhere",
        "standing": "official",
        "since": "2026-09-01",
        "until": "2027-04-30",
        "joined_on": None,
        "roles": [],
        "reach": "telephone",
        "in_base": False,
        "votes": True,
    }


@pytest.mark.parametrize(
    ("exempt", "away", "needed"),
    [("counted", "counted", 6), ("not_counted", "counted", 5), ("not_counted",) * 2 + (5,)],
)
async def test_the_votes_needed_follow_the_charters_switches(office: Office, exempt: str, away: str, needed: int):
    base = {"exempt": exempt, "temporary_elsewhere": away}
    charter = CHARTER.model_dump(mode="json") | {"version": 4, "vote_base": base}
    await office.say("AdoptCharter", {"charter": charter}, actor="M01")
    assert (await office.see(f"/branches/{BRANCH}", on=DAY))["votes_needed"] == needed


async def test_without_a_day_it_is_today_and_another_day_shows_that_day(office: Office):
    assert (await office.see(f"/branches/{BRANCH}"))["day"] == DAY
    earlier = await office.see(f"/branches/{BRANCH}", on="2026-05-18")
    assert earlier["on_list"] == 10
    assert "M11" not in [member["id"] for member in earlier["members"]]
    assert len(earlier["base"]) == 9


async def test_a_day_before_all_rules_names_no_number_of_votes(office: Office):
    assert (await office.see(f"/branches/{BRANCH}", on="1990-01-01"))["votes_needed"] is None


async def test_the_list_of_branches_is_for_operators_and_services(office: Office):
    listed = [
        {
            "code": BRANCH,
            "name": "Chi bộ Phòng Tổ chức đảng, đảng viên",
            "superior": "Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)",
            "registered_on": "2025-01-03",
            "dissolved_on": None,
        }
    ]
    assert await office.see("/branches", actor="operator") == listed
    assert (await office.client.get("/branches", headers=office.token)).json() == listed
    assert (await office.client.get("/branches", params={"actor": "M01"})).status_code == httpx.codes.FORBIDDEN


async def test_charter_roles_names_and_the_document_others_hear(office: Office):
    assert (await office.see(f"/branches/{BRANCH}/charter"))["notice_days"] == 3
    roles = await office.see(f"/branches/{BRANCH}/roles")
    assert roles[2] == {
        "id": "M03",
        "name": "Lô Văn Phủng",
        "roles": [
            {"role": "committee_member", "from_on": None, "to_on": None},
            {"role": "locality", "from_on": None, "to_on": None},
        ],
    }
    names = (await office.see(f"/branches/{BRANCH}/names"))["names"]
    assert len(names) == 12
    assert names["F01"] == "Mai Thế Uyển"
    by_given_name = ["M02", "M04", "M07", "M06", "M01", "M08", "M05", "M03", "M10", "M09", "M11"]
    assert [id for id in names if id != "F01"] == by_given_name
    document = await office.see(f"/branches/{BRANCH}/document")
    assert "Phủng" not in str(document)


async def test_people_are_found_by_name_exact_marks_first_then_by_given_name(office: Office):
    async def found(words: str) -> list[str]:
        return [one["name"]["text"] for one in await office.see(f"/branches/{BRANCH}/members", q=words)]

    assert await found("nguyen thi") == ["Nguyễn Thị Hoa", "Nguyễn Thị Hòa"]
    assert await found("hoà") == ["Nguyễn Thị Hòa", "Nguyễn Thị Hoa"]
    assert await found("đoan") == await found("doan") == ["Đặng Thị Đoan"]
    assert await found("hsuong") == ["H'Sương Kbuôr"]
    assert await found("khiem dao") == []
    refused = await office.client.get(f"/branches/{BRANCH}/members", params={"actor": "M08", "q": " "})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("path", ["", "/document", "/charter", "/roles", "/names"])
async def test_nobody_outside_reads_a_branch(office: Office, path: str):
    for actor in ("M99", "clock", "service:minutes", ""):
        answer = await office.client.get(f"/branches/{BRANCH}{path}", params={"actor": actor} if actor else {})
        assert answer.status_code in (httpx.codes.FORBIDDEN, httpx.codes.UNPROCESSABLE_ENTITY), (actor, answer.text)


@pytest.mark.parametrize("path", ["", "/document", "/charter", "/roles"])
async def test_a_branch_nobody_registered(office: Office, path: str):
    answer = await office.client.get(f"/branches/99.001.002.000.012{path}", params={"actor": "operator"})
    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_a_day_that_does_not_exist_is_told(office: Office):
    answer = await office.client.get(f"/branches/{BRANCH}", params={"actor": "M01", "on": "2026-02-31"})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "hãy nhập ngày có thật" in answer.json()["detail"]


# ---- keys and erasure


async def test_keys_are_for_services_only(office: Office):
    wanted = {"subjects": [f"member/{BRANCH}/M07", f"branch/{BRANCH}"]}
    assert (await office.client.post("/keys", json=wanted)).status_code == httpx.codes.FORBIDDEN
    assert (
        await office.client.post("/keys", json=wanted, headers={"X-Service-Token": "x"})
    ).status_code == httpx.codes.FORBIDDEN
    given = (await office.client.post("/keys", json=wanted, headers=office.token)).json()["keys"]
    assert [key["subject"] for key in given] == wanted["subjects"]
    assert all(len(base64.b64decode(key["secret"])) == 32 for key in given)
    again = (await office.client.post("/keys", json=wanted, headers=office.token)).json()["keys"]
    assert again == given


@pytest.mark.parametrize("subject", ["", "meeting/1", "member/x/M01", f"member/{BRANCH}/../x", f"member/{BRANCH}/M 1"])
async def test_no_key_is_made_for_what_is_no_subject(office: Office, subject: str):
    answer = await office.client.post("/keys", json={"subjects": [subject]}, headers=office.token)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def erase(office: Office) -> None:
    await office.say(
        "TransferMember", {"member_id": "M07", "to": "Chi bộ xã Mẫu", "effective_on": "2026-10-01"}, actor="M01"
    )
    subject = f"member/{BRANCH}/M07"
    await office.say(
        "DestroySubjectKey", {"key_subject": subject, "basis": "đơn", "approved_by": ["M01", "M02"]}, actor="M01"
    )


async def test_after_two_persons_destroyed_the_key_the_name_is_nowhere(office: Office):
    await erase(office)
    names = (await office.see(f"/branches/{BRANCH}/names"))["names"]
    assert "M07" not in names
    assert "M06" in names
    before = await office.see(f"/branches/{BRANCH}", on="2026-09-01")
    (member,) = [one for one in before["members"] if one["id"] == "M07"]
    assert (member["name"], member["given"], member["born"]) == (None, None, None)
    assert before["members"][-1]["id"] == "M07"
    wanted = {"subjects": [f"member/{BRANCH}/M07", f"member/{BRANCH}/M06"]}
    given = (await office.client.post("/keys", json=wanted, headers=office.token)).json()["keys"]
    assert [key["subject"] for key in given] == [f"member/{BRANCH}/M06"]


async def test_a_key_store_copied_back_is_held_to_what_was_destroyed(tmp_path: Path):
    async with running(tmp_path) as office:
        await settle(office)
        copied = (tmp_path / "roster" / "keys.db").read_bytes()
        await erase(office)
    (tmp_path / "roster" / "keys.db").write_bytes(copied)
    wanted = {"subjects": [f"member/{BRANCH}/M07", f"member/{BRANCH}/M06"]}
    async with running(tmp_path) as again:
        given = (await again.client.post("/keys", json=wanted, headers=again.token)).json()["keys"]
    assert [key["subject"] for key in given] == [f"member/{BRANCH}/M06"]


async def test_no_name_stands_in_the_log_or_the_read_models(office: Office):
    await office.see(f"/branches/{BRANCH}")
    kept = b"".join(
        path.read_bytes() for path in (office.home / "roster").rglob("*") if path.name.startswith(("log", "views"))
    )
    assert b"RosterImported" in kept
    for name in ("Khiêm", "Kbuôr", "Uyển", "Nguyễn Thị Hoa"):
        assert name.encode() not in kept
        assert name.encode("utf-16-le") not in kept


async def test_only_the_operator_registers_and_only_known_persons_act(office: Office):
    body = {"name": "Chi bộ khác", "superior": "x", "effective_on": "2026-01-01"}
    assert (await office.ask("RegisterBranch", body, actor="M01")).status_code == httpx.codes.FORBIDDEN
    leave = {"member_id": "M08", "to": "x", "effective_on": "2026-10-01"}
    for actor in ("M08", "M05", "F01", "M99"):
        assert (await office.ask("TransferMember", leave, actor=actor)).status_code == httpx.codes.FORBIDDEN


async def test_unknown_members_and_dates_that_do_not_exist_store_nothing(office: Office):
    before = office.service.log.head().index
    unknown = await office.ask("ChangeStatus", {"member_id": "M99", "status": "exempt", "from_on": DAY})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown-member")
    no_day = await office.ask("ChangeStatus", {"member_id": "M08", "status": "exempt", "from_on": "2026-02-31"})
    assert no_day.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert office.service.log.head().index == before
