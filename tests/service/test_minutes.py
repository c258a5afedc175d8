"""October's meeting through a real minutes service: who may press what, what is refused, what each asker sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import BaseModel, SecretStr
from pypdf import PdfReader

from services.minutes.domain.wish import MinutesCommand
from services.minutes.main import PARTS
from services.roster.application import OwnKeys
from shared.events.envelope import Fact
from shared.events.learning import DisseminationAssigned
from shared.events.sealed import Keys
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from tests.minutes.heard import scheduled, tasks
from tests.minutes.october import ADOPTED, AT_OPENING, MEETING, OCTOBER, OPINIONS, ROLL_CALL
from tests.sample_branch import CODE, FACTS
from tests.service.told import Elsewhere


class Site:
    """A running minutes service, and what the other services of the site tell it."""

    def __init__(self, service: Service, client: httpx.AsyncClient, keys: Keys) -> None:
        self.service = service
        self.client = client
        self._elsewhere = Elsewhere(service, keys)

    def at(self, hour: str) -> None:
        """The site's clock stands at this hour of the meeting's day, in Viet Nam, from now on."""
        self.service.clock.set(datetime.fromisoformat(f"2026-10-05T{hour}+07:00"))

    async def told(self, *facts: Fact, branch: str = CODE) -> None:
        """Another service stored these facts; minutes hears them."""
        await self._elsewhere.say(*facts, actor="M01", role="secretary", branch=branch)

    async def ask(self, command: str, data: dict[str, Any], actor: str = "M02", **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": CODE, "actor": actor, **around, "command": data}
        return await self.client.post(f"/commands/{command}", json=body)

    async def done(self, command: str, actor: str = "M02", **data: Any) -> list[dict[str, Any]]:
        answer = await self.ask(command, {"meeting_id": MEETING, **data}, actor)
        assert answer.status_code == httpx.codes.OK, answer.text
        facts: list[dict[str, Any]] = answer.json()["facts"]
        return facts

    async def refused(self, command: str, actor: str = "M02", **data: Any) -> tuple[int, str]:
        before = self.service.log.head().index
        answer = await self.ask(command, {"meeting_id": MEETING, **data}, actor)
        assert answer.is_client_error, answer.text
        assert self.service.log.head().index == before
        return answer.status_code, str(answer.json())

    async def held(self, to: str = "24:00") -> None:
        """The golden script by those who pressed the buttons: the deputy leads, M07 and then M04 writes."""
        for step in OCTOBER:
            if step.hour < to:
                self.at(step.hour)
                actor = "M02" if step.hour == "14:00" else "M07" if step.hour <= "14:30" else "M04"
                facts = await self.done(type(step.command).__name__, actor, **plainly(step.command))
                assert [fact["type"].split(".")[1] for fact in facts] == [type(fact).__name__ for fact in step.facts]

    async def see(self, actor: str = "M08", path: str = f"/meetings/{MEETING}", **query: Any) -> Any:
        query |= {"actor": actor, "after": f"minutes:{self.service.log.head().index}"}
        answer = await self.client.get(path, params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()


def plainly(command: MinutesCommand) -> dict[str, Any]:
    """A command as a client writes it: private text as text, dates as text."""

    def plain(part: Any) -> Any:
        if isinstance(part, SecretStr):
            return part.get_secret_value()
        if isinstance(part, BaseModel):
            names = {name: field.alias or name for name, field in type(part).model_fields.items()}
            return {names[name]: plain(value) for name, value in part if value is not None}
        if isinstance(part, tuple):
            return [plain(one) for one in part]
        return part if part is None or isinstance(part, str | int | bool) else str(part)

    data: dict[str, Any] = plain(command)
    del data["meeting_id"]
    return data


def holding(folder: Path, words: str) -> list[str]:
    """The files in which these words stand."""
    return [file.name for file in folder.rglob("*") if file.is_file() and words.encode() in file.read_bytes()]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Minutes before the meeting, having heard branch, plan and tasks."""
    keys = OwnKeys(KeyStore(tmp_path / "keys.db", tmp_path / "site.key"))
    nobody = "http://127.0.0.1:1"
    settings = Settings(
        home=tmp_path,
        clock="settable",
        after_seconds=30.0,
        roster_url=nobody,
        scheduler_url=nobody,
        ranking_url=nobody,
        hub_url=nobody,
    )
    service = Service(replace(PARTS, keys=lambda _settings: keys), settings)
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        there = Site(service, one, keys)
        there.at("13:55")
        await there.told(*FACTS, *scheduled(), *tasks())
        for basis in ADOPTED:
            answer = await there.ask("AdoptBasisDocument", basis.model_dump(mode="json", exclude_none=True))
            assert answer.status_code == httpx.codes.OK, answer.text
        yield there


async def test_the_october_meeting_over_http(site: Site):
    await site.held()
    shown = await site.see("M02")
    assert (shown["phase"], shown["minutes"], shown["doc_no"]) == ("closed", 130, "29-BB/CB")
    assert shown["attendance"] == {"ever": 8, "base": 9, "rate": "8/9", "meets": False}
    assert shown["not_spoken"] == ["M06"]
    (listed,) = await site.see(path=f"/branches/{CODE}/meetings")
    assert (listed["id"], listed["phase"]) == (MEETING, "closed")
    state = await site.see(path=f"/meetings/{MEETING}/state")
    assert state["states"][f"minutes/{MEETING}"]["phase"] == "closed"


async def test_R13_the_opening_is_refused_once_then_somebody_present_takes_the_pen(site: Site):
    status, said = await site.refused("OpenMeeting", present=AT_OPENING, minute_taker_id="M04")
    assert "chưa có thư ký ghi biên bản đang có mặt" in said
    assert status == httpx.codes.CONFLICT
    (fact,) = await site.done("OpenMeeting", present=AT_OPENING, minute_taker_id="M07")
    assert fact["vi"] == "Buổi họp khai mạc lúc 13:55, chủ trì đ/c M02, thư ký đ/c M07; có mặt 7/9."


async def test_only_those_of_the_day_write_in_the_minutes(site: Site):
    assert (await site.refused("OpenMeeting", "M06", present=AT_OPENING))[0] == httpx.codes.FORBIDDEN
    await site.held(to="14:10")
    site.at("14:25")
    assert (await site.refused("RecordArrival", "M06", member_id="M04"))[0] == httpx.codes.FORBIDDEN
    assert (await site.refused("RecordArrival", "F01", member_id="M04"))[0] == httpx.codes.FORBIDDEN
    await site.done("RecordArrival", "M07", member_id="M04")


async def test_a_member_may_ask_for_a_recount_for_himself_only(site: Site):
    await site.held(to="15:30")
    site.at("15:30")
    assert (await site.refused("DisputeVote", "M08", vote_id="V1", member_id="M05", reason="Sai"))[0] == (
        httpx.codes.FORBIDDEN
    )
    await site.done("DisputeVote", "M08", vote_id="V1", member_id="M08", reason="Đếm sót tôi")


async def test_R46_the_minute_taker_of_the_day_enters_from_paper_what_another_did(site: Site):
    await site.held(to="15:30")
    site.at("15:30")
    answer = await site.ask(
        "DisputeVote",
        {"meeting_id": MEETING, "vote_id": "V1", "member_id": "M08", "reason": "Đếm sót tôi"},
        "M08",
        enteredby="M07",
        medium="paper",
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    assert "(nhập thay từ bản giấy: đ/c M07)" in answer.json()["facts"][0]["vi"]


async def test_R46_what_is_typed_an_hour_later_counts_at_its_own_minute(site: Site):
    await site.held(to="14:10")
    site.at("15:25")
    answer = await site.ask(
        "RecordArrival", {"meeting_id": MEETING, "member_id": "M04"}, "M07", time="2026-10-05T14:25:00+07:00"
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.json()["facts"][0]["vi"] == "Đ/c M04 đến lúc 14:25; từ đó có mặt 8/9, có quyền biểu quyết 7."
    assert (await site.see(at="2026-10-05T14:24:00+07:00"))["present"] == 7
    assert (await site.see(at="2026-10-05T14:26:00+07:00"))["present"] == 8


async def test_what_was_said_is_read_by_the_cell_and_by_nobody_else(site: Site):
    await site.held(to="15:30")
    texts = [one["text"] for one in (await site.see("M08"))["opinions"]]
    assert texts == [text for _, _, _, text in OPINIONS.values()]
    outside = await site.see("F01")
    assert [one["text"] for one in outside["opinions"]] == [None] * 4
    assert outside["not_spoken"] is None
    assert (await site.client.get(f"/meetings/{MEETING}", params={"actor": "Z99"})).status_code == httpx.codes.FORBIDDEN


async def test_the_same_command_sent_again_gets_the_same_answer(site: Site):
    body = {
        "id": str(uuid4()),
        "branch": CODE,
        "actor": "M02",
        "command": {"meeting_id": MEETING, "present": AT_OPENING},
    }
    first = await site.client.post("/commands/OpenMeeting", json=body)
    again = await site.client.post("/commands/OpenMeeting", json=body)
    assert (first.json()["already"], again.json()["already"]) == (False, True)
    assert first.json()["facts"] == again.json()["facts"]


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("HoldVote", {"vote_id": "V1", "about": "x", "for": -1, "against": 0}),
        ("HoldVote", {"vote_id": "V1", "about": "x", "for": 1.5, "against": 0}),
        ("HoldVote", {"vote_id": "V 1", "about": "x", "for": 1, "against": 0}),
        ("RecordOpinion", {"opinion_id": "O1", "speaker_id": "M08", "item": 9, "text": "bảy\x00tám"}),
        ("RecordOpinion", {"opinion_id": "O1", "speaker_id": "M08", "item": 9, "text": ""}),
        ("RecordAttendance", {"entries": []}),
        ("RecordAttendance", {"entries": [{"member_id": "M01", "state": "ill"}]}),
        ("AdoptMinutes", {"vote_id": "V3", "doc_no": "29"}),
        ("CloseMeeting", {"because": "xong"}),
    ],
)
async def test_what_is_no_such_command_is_refused_with_nothing_stored(site: Site, command: str, data: dict[str, Any]):
    await site.held(to="14:10")
    status, said = await site.refused(command, "M02", **data)
    assert status == httpx.codes.UNPROCESSABLE_ENTITY
    assert "bảy" not in said


async def test_after_the_meeting_each_does_what_is_theirs(site: Site):
    await site.held()
    site.at("18:02")
    assert (await site.refused("PublishPackage", "M06", targets=["superior"]))[0] == httpx.codes.FORBIDDEN
    (package,) = await site.done("PublishPackage", targets=["superior"])
    assert package["vi"].endswith("lúc 18:02 ngày 05/10/2026: đúng hạn (hạn hết ngày 07/10/2026).")
    wish = {"correction_id": "C1", "line": "O13", "before": "việc thu", "after": "một phần việc thu"}
    for_another = await site.refused("RequestCorrection", "M06", member_id="M07", **wish)
    assert for_another[0] == httpx.codes.FORBIDDEN
    await site.done("RequestCorrection", "M07", member_id="M07", **wish)
    await site.done("CatchUpOnPolicy", "M01", doc_no="CV MẪU-12", member_id="M01")
    flag = {"flag": "package_late", "due_on": "2026-10-07"}
    assert (await site.refused("RaiseMinutesFlag", "M01", **flag))[0] == httpx.codes.FORBIDDEN
    (ours,) = await site.see("M08", f"/branches/{CODE}/corrections")
    (theirs,) = await site.see("F01", f"/branches/{CODE}/corrections")
    assert (ours["after"], theirs["after"]) == ("một phần việc thu", None)
    documents = await site.see("M08", f"/branches/{CODE}/documents", member="M01")
    assert [(one["doc_no"], list(one["caught_up"])) for one in documents] == [("HD MẪU-11", []), ("CV MẪU-12", ["M01"])]
    (outcome,) = await site.see("F01", f"/branches/{CODE}/outcomes", year=2026)
    assert (outcome["total"], outcome["band"], outcome["published_on_time"]) == ("90", "q_good", True)
    assert await site.see("M08", f"/branches/{CODE}/minutes-flags", standing=True) == []
    assert (await site.see("M08", f"/branches/{CODE}/study"))["share"] == "0/0"


async def test_who_visits_whom_is_the_cells_own_matter(site: Site):
    await site.held(to="14:55")
    visit = {"encouragement_id": "E1", "by": "M03", "for_member": "M08", "due_on": "2026-10-20"}
    await site.done("AssignEncouragement", "M04", **visit)
    (shown,) = await site.see("M05", f"/branches/{CODE}/visits")
    assert (shown["by"], shown["member_id"], shown["overdue"]) == ("M03", "M08", False)
    asked = {"actor": "F01"}
    answer = await site.client.get(f"/branches/{CODE}/visits", params=asked)
    assert answer.status_code == httpx.codes.FORBIDDEN
    lines = [line["type"] for part in (await site.see("F01"))["sections"] for line in part["lines"]]
    assert "EncouragementAssigned" not in lines
    assert "SituationNoted" in lines


async def test_R33_a_classified_document_leaves_no_trace(site: Site, tmp_path: Path):
    await site.held(to="14:44")
    site.at("14:44")
    status, said = await site.refused("DisseminatePolicy", "M04", doc_no="Số kín 99", by="M05", grade="Mật")
    assert status == httpx.codes.CONFLICT
    assert "Số kín 99" not in said
    assert holding(tmp_path, "Số kín 99") == []


async def test_the_union_book_over_http(site: Site):
    union = f"{CODE}:2026-10:union"
    people = [{"person_id": "P1", "member_id": "M05"}, {"person_id": "P2", "name": "Trần Thị Ngoài"}]
    opening = {"meeting_id": union, "title": "Họp công đoàn", "chair_id": "P1", "minute_taker_id": "P2"}
    assert (await site.ask("OpenBookMeeting", opening | {"people": people}, "M07")).status_code == httpx.codes.OK
    assert [one["id"] for one in await site.see("M05", f"/branches/{CODE}/books/union")] == [union]
    shown = await site.see("M05", f"/meetings/{union}/book")
    assert [one["name"] for one in shown["people"]] == [None, "Trần Thị Ngoài"]
    outside = await site.client.get(f"/meetings/{union}/book", params={"actor": "F01"})
    assert outside.status_code == httpx.codes.FORBIDDEN
    assert [one["id"] for one in await site.see("M05", f"/branches/{CODE}/meetings")] == [MEETING]


async def test_the_roll_call_of_a_meeting_of_another_branch_is_refused(site: Site):
    await site.held(to="14:01")
    entries = [entry.model_dump() for entry in ROLL_CALL]
    answer = await site.ask("RecordAttendance", {"meeting_id": "99.001.002.000.012:2026-10", "entries": entries})
    assert answer.is_client_error


# ------------------------------------------------------------------ printed papers


async def _paper(site: Site, paper: str, actor: str = "M08") -> httpx.Response:
    query = {"actor": actor, "after": f"minutes:{site.service.log.head().index}"}
    return await site.client.get(f"/meetings/{MEETING}/{paper}", params=query)


def _read(answer: httpx.Response) -> str:
    assert answer.status_code == httpx.codes.OK, answer.text
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_every_paper_of_a_meeting_can_be_fetched(site: Site):
    await site.held()
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for paper, media in (
        ("minutes.pdf", "application/pdf"),
        ("minutes.docx", word),
        ("resolution.pdf", "application/pdf"),
        ("resolution.docx", word),
        ("score.pdf", "application/pdf"),
        ("score.docx", word),
        ("score.xlsx", sheet),
    ):
        answer = await _paper(site, paper)
        assert (answer.status_code, answer.headers["content-type"]) == (httpx.codes.OK, media), paper
        assert answer.headers["content-disposition"].startswith('attachment; filename="')


async def test_a_paper_says_its_name_its_renderer_and_its_hash(site: Site):
    await site.held()
    answer = await _paper(site, "minutes.pdf")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"bien-ban-29-bb-cb.pdf\"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%2029-BB-CB.pdf"
    )
    assert answer.headers["chibo-sha256"] == sha256(answer.content).hexdigest()
    assert answer.headers["chibo-renderer"].startswith("typst ")
    assert (await _paper(site, "minutes.pdf")).content == answer.content


async def test_R39_a_document_charged_and_not_presented_is_flagged_until_it_is_charged_anew(site: Site):
    def charged(doc_no: str, meeting_id: str, due_on: date) -> DisseminationAssigned:
        about = {"branch": CODE, "member_id": "M05", "presents_as": "rapporteur"}
        return DisseminationAssigned(doc_no=doc_no, meeting_id=meeting_id, due_on=due_on, **about)

    async def flags() -> list[tuple[str, str, str | None]]:
        await site.service.clock_task.look()
        kept = await site.see("M08", f"/branches/{CODE}/minutes-flags")
        return [(one["item"], one["due_on"], one["cleared_on"]) for one in kept if one["flag"] == "not_presented"]

    for doc_no in ("HD MẪU-11", "HD MẪU-13"):
        await site.told(charged(doc_no, MEETING, date(2026, 10, 3)))
    await site.held()
    assert await flags() == []
    site.service.clock.set(datetime.fromisoformat("2026-10-06T00:00+07:00"))
    assert await flags() == [("HD MẪU-13", "2026-10-05", None)]
    await site.told(charged("HD MẪU-13", f"{CODE}:2026-11", date(2026, 11, 3)))
    assert await flags() == [("HD MẪU-13", "2026-10-05", "2026-10-06")]


async def test_R34_the_full_copy_is_for_members_and_the_others_say_what_they_are(site: Site):
    await site.held()
    said = [words for *_, words in OPINIONS.values()]
    ours = _read(await _paper(site, "minutes.pdf"))
    assert all(words in ours for words in said)
    for outsider in ("operator", "F01", "auditor:inspection"):
        theirs = _read(await _paper(site, "minutes.pdf", outsider))
        assert not [words for words in said if words in theirs]
        assert "BẢN CÔNG KHAI" in theirs
    assert (await _paper(site, "minutes.pdf", "M99")).status_code == httpx.codes.FORBIDDEN
    other_branch = MEETING.replace("011", "012")
    answer = await site.client.get(f"/meetings/{other_branch}/minutes.pdf", params={"actor": "M08"})
    assert answer.status_code == httpx.codes.FORBIDDEN


async def test_what_cannot_be_printed_is_refused_in_a_sentence(site: Site):
    for paper in ("minutes.pdf", "resolution.docx", "score.xlsx"):
        answer = await _paper(site, paper)
        assert answer.status_code == httpx.codes.NOT_FOUND
        assert "chưa khai mạc" in answer.json()["detail"]
    await site.held(to="14:20")
    assert "DỰ THẢO" in _read(await _paper(site, "minutes.pdf"))
    assert "chưa thông qua nghị quyết" in (await _paper(site, "resolution.pdf")).json()["detail"]
    assert "chưa được chấm điểm" in (await _paper(site, "score.pdf")).json()["detail"]
    assert (await _paper(site, "minutes.exe")).status_code == httpx.codes.UNPROCESSABLE_ENTITY
