"""Searched over HTTP: meetings and tasks, marks or not, who finds what is sealed, and what cannot be sought."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from shared.events.meeting import BriefingDelivered
from shared.service import searching
from tests.minutes.heard import scheduled
from tests.sample_branch import CODE
from tests.service import test_minutes, test_ranking
from tests.service.test_minutes import Site
from tests.service.test_ranking import Site as Tasks
from tests.service.test_ranking import decided

site, tasks = test_minutes.site, test_ranking.site
SEARCH = f"/branches/{CODE}/search"


async def found(site: Site, q: str, actor: str = "M08", **more: Any) -> list[tuple[str, str]]:
    answer = await site.see(actor, SEARCH, q=q, **more)
    return [(one["kind"], one["text"]["text"] or one["title"]["text"]) for one in answer["found"]]


async def test_a_meeting_is_found_with_and_without_marks(site: Site):
    await site.held()
    conclusion = ("conclusion", "Tháng 10 tập trung khắc phục hậu quả bão ở địa bàn được theo dõi.")
    assert conclusion in await found(site, "khắc phục")
    assert await found(site, "dia ban duoc theo doi") == [conclusion]
    assert await found(site, "KHẮC phục địa bàn được") == [conclusion]
    assert ("minutes", "29-BB/CB") in await found(site, "29-BB/CB")
    assert [kind for kind, _ in await found(site, "tong hop nhan xet nam 2026")] == []
    assert ("vote", "Thông qua biên bản") in await found(site, '"thông qua biên bản"')


async def test_the_words_found_are_told_as_places(site: Site):
    await site.held()
    answer = await site.see("M08", SEARCH, q="dau moi ngay 01")
    (one,) = answer["found"]
    text, hits = one["text"]["text"], one["text"]["hits"]
    assert [text[start:end] for start, end in hits] == ["đầu", "mối", "ngày", "01"]
    assert (one["kind"], one["vi"], one["en"], one["meeting_id"]) == (
        "conclusion",
        "Kết luận",
        "Conclusion",
        f"{CODE}:2026-10",
    )
    assert (one["on"], one["exact"], one["private"]) == ("2026-10-05", False, False)
    assert (await site.see("M08", SEARCH, q="đầu mối ngày 01"))["found"][0]["exact"] is True


async def test_what_was_said_is_found_by_the_cell_and_by_nobody_else(site: Site):
    await site.held()
    answer = await site.see("M08", SEARCH, q="cho mau phieu")
    (opinion,) = answer["found"]
    assert (opinion["kind"], opinion["private"]) == ("opinion", True)
    assert opinion["text"]["text"] == "Không nên tính chậm cho T17 vì phải chờ mẫu phiếu."
    assert answer["sealed_looked"] > 10
    for outside in ("F01", "operator", "auditor:thanh-tra"):
        answer = await site.see(outside, SEARCH, q="cho mau phieu")
        assert (answer["found"], answer["total"], answer["sealed_looked"]) == ([], 0, 0)
    assert (await site.client.get(SEARCH, params={"actor": "Z99", "q": "bão"})).status_code == httpx.codes.FORBIDDEN


async def test_of_very_many_sealed_texts_the_newest_are_looked_at_and_the_rest_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    await site.held()
    whole = await site.see("M08", SEARCH, q="a*")
    monkeypatch.setattr(searching, "SEALED_LOOKED", 3)
    answer = await site.see("M08", SEARCH, q="a*")
    assert (answer["sealed_looked"], answer["sealed_left"]) == (3, whole["sealed_looked"] - 3)


async def test_what_was_said_stands_in_no_file(site: Site):
    await site.held()
    assert await found(site, "mẫu phiếu chậm") != []
    home = site.service.settings.home
    files = [file for file in home.rglob("*") if file.is_file()]
    assert [file.name for file in files if "tính chậm cho T17".encode() in file.read_bytes()] == []
    assert [file.name for file in files if b"tinh cham cho t17" in file.read_bytes()] == []


async def test_R9_another_book_is_found_by_its_own_readers_only(site: Site):
    union = f"{CODE}:2026-10:union"
    people = [{"person_id": "P1", "member_id": "M05"}, {"person_id": "P2", "name": "Trần Thị Ngoài"}]
    opening = {"meeting_id": union, "title": "Họp công đoàn", "chair_id": "P1", "minute_taker_id": "P2"}
    line = {"meeting_id": union, "number": 1, "speaker_id": "P2", "text": "Đề nghị thăm hỏi đoàn viên ốm."}
    for command, data in (("OpenBookMeeting", opening | {"people": people}), ("WriteBookLine", line)):
        assert (await site.ask(command, data, "M07")).status_code == httpx.codes.OK
    for reader in ("M05", "M07"):
        (told,) = (await site.see(reader, SEARCH, q="tham hoi doan vien"))["found"]
        assert (told["kind"], told["vi"], told["meeting_id"]) == ("union_book", "Sổ họp công đoàn", union)
    for outside in ("M08", "M02", "F01", "operator"):
        answer = await site.see(outside, SEARCH, q="tham hoi doan vien")
        assert (answer["found"], answer["total"], answer["sealed_looked"]) == ([], 0, 0)


async def test_when_a_key_is_destroyed_its_words_are_found_no_more(site: Site):
    await site.held()
    assert len(await found(site, "cho mau phieu")) == 1
    site.service.keys.forget(f"member/{CODE}/M04")
    assert await found(site, "cho mau phieu") == []
    assert len(await found(site, "một người giúp thu phiếu")) == 1


async def test_an_agenda_item_known_by_its_number_only_is_not_found(site: Site):
    agenda = [one for one in (await site.see())["agenda"] if one["private"]]
    assert agenda
    assert [kind for kind, _ in await found(site, f'"{agenda[0]["text"]}"') if kind == "agenda"] == []


async def test_page_after_page(site: Site):
    await site.held()
    whole = await site.see("M08", SEARCH, q="thang*", size=50)
    assert whole["total"] > 4
    told, after = [], None
    while True:
        answer = await site.see("M08", SEARCH, q="thang*", size=2, **({"page": after} if after else {}))
        told += answer["found"]
        after = answer["next"]
        if after is None:
            break
    assert told == whole["found"]
    assert [one["place"] for one in told] == sorted(one["place"] for one in told)


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("", "Chưa có chữ nào"),
        ("…!?", "Chưa có chữ nào"),
        ("họp\x00", "không đọc được"),
        ("chữ " * 2000, "nhiều nhất là 200"),
        ("a" + "\u0301" * 3000, "nhiều nhất là 200"),
        ("a b c d e g h i k l m n o", "nhiều nhất là 12"),
    ],
)
async def test_what_cannot_be_sought_gets_a_sentence(site: Site, q: str, words: str):
    answer = await site.client.get(SEARCH, params={"actor": "M08", "q": q})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert words in answer.json()["detail"]


async def test_a_false_page_gets_a_sentence(site: Site):
    answer = await site.client.get(SEARCH, params={"actor": "M08", "q": "bão", "page": "x" * 100})
    assert (answer.status_code, "trang đầu" in answer.json()["detail"]) == (httpx.codes.UNPROCESSABLE_ENTITY, True)


async def test_rebuilt_it_finds_the_same(site: Site):
    await site.held()
    before = await site.see("M08", SEARCH, q="thang*", size=50)
    new = site.service.views.begin_generation()
    with site.service.views.read() as reader:
        assert reader.positions()
    new.catch_up(site.service.log)
    with new.read() as reader:
        assert {key for key, _ in reader.entries("findable", CODE) if "/conclusion/" in key} == {
            f"{CODE}:2026-10/conclusion/{number}" for number in (1, 2, 3)
        }
    assert await site.see("M08", SEARCH, q="thang*", size=50) == before


async def test_a_task_is_found_by_what_it_is_and_what_came_of_it(tasks: Tasks):
    await tasks.told(
        decided("T15", "M05", date(2026, 9, 30), "Nhập hồ sơ quý III"),
        decided("T16", "M06", date(2026, 10, 30), "Rà soát hồ sơ đảng viên"),
    )
    one, other = (await tasks.see("search", q="ho so"))["found"]
    assert [one["task_id"], other["task_id"]] == ["T16", "T15"]
    assert (one["kind"], one["on"], one["title"]["text"]) == ("task", "2026-10-30", "Rà soát hồ sơ đảng viên")
    assert [one["task_id"] for one in (await tasks.see("search", q="hồ sơ quý"))["found"]] == ["T15"]
    progress = {"task_id": "T15", "member_id": "M05", "progress": "đã số hóa bảy hộp"}
    await tasks.done("ReportProgress", progress, actor="M05")
    (told,) = (await tasks.see("search", q="bay hop"))["found"]
    assert (told["task_id"], told["text"]["text"]) == ("T15", "đã số hóa bảy hộp")


async def test_the_parts_of_a_briefing_are_shown_as_sentences_of_their_own(site: Site):
    (briefing,) = [one for one in scheduled() if isinstance(one, BriefingDelivered)]
    parts = {"local": "Bão số 6 đã tan", "national": "Quốc hội họp kỳ 2", "world": "Lũ ở châu Âu"}
    await site.told(briefing.model_copy(update=parts))
    assert ("briefing", "Bão số 6 đã tan. Quốc hội họp kỳ 2. Lũ ở châu Âu") in await found(site, "quoc hoi")


async def test_a_months_own_word_and_reason_are_found_by_the_cell_and_by_nobody_else(tasks: Tasks):
    await test_ranking.test_september_2026_of_the_sample_branch(tasks)
    for kind, words in (("self_assessment", "doi chieu xong so"), ("reason", "thu 04 09 phieu")):
        (told,) = (await tasks.see("search", q=words))["found"]
        assert (told["kind"], told["private"]) == (kind, True)
        for outside in ("F01", "operator"):
            answer = await tasks.see("search", actor=outside, q=words)
            assert (answer["found"], answer["total"], answer["sealed_looked"]) == ([], 0, 0)


async def test_a_cause_is_found_by_the_cell_and_by_nobody_else(tasks: Tasks):
    await tasks.told(decided("T16", "M06", date(2026, 9, 30), "Thu phiếu khảo sát"))
    cause = {"kind": "objective", "text": "Cơ sở tập trung phòng, chống bão."}
    failed = {"task_id": "T16", "member_id": "M06", "causes": [cause], "proposal": "Giao tiếp 05 phiếu."}
    await tasks.done("FailTask", failed, "M06")
    (told,) = (await tasks.see("search", q="chong bao"))["found"]
    assert (told["kind"], told["task_id"], told["private"]) == ("cause", "T16", True)
    for outside in ("F01", "operator"):
        answer = await tasks.see("search", actor=outside, q="chong bao")
        assert (answer["found"], answer["total"], answer["sealed_looked"]) == ([], 0, 0)
