"""Agendas proposed, meetings of the other two books, and the notice as a paper, through a real scheduler."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import httpx
import icalendar
import pypdf
from docx import Document

from services.scheduler.application import notice_form
from shared.authorise import Actor
from shared.branch import Branch
from shared.events.afterwards import CorrectionRequested
from shared.events.books import BookMeetingOpened, Person
from shared.events.branch import RoleEnded
from shared.events.envelope import LogName
from shared.events.minutes import OpinionAnswered, OpinionDisposed
from shared.events.sealed import Secret
from tests.sample_branch import CODE, branch
from tests.service.scheduler_site import AGENDA, OCTOBER, Site, clock_at, notified, until_the_notice

NOVEMBER = f"{CODE}:2026-11"
UNION = f"{CODE}:2026-10:union"
SET = {
    "meeting_id": UNION,
    "title": "Họp tổ công đoàn",
    "period": "2026-10",
    "on": "2026-10-12",
    "starts_at": "15:00",
    "place": "Phòng truyền thống",
    "participants": [{"person_id": "P1", "member_id": "M05"}, {"person_id": "P2", "name": "Vi Thị Mận"}],
}


async def proposed(site: Site, **query: str) -> tuple[Any, dict[str, Any]]:
    whole = await site.see(f"/branches/{CODE}/agenda-proposal", **query)
    return whole, {item["code"]: item for item in whole["items"]}


def private(text: str, field: str) -> Any:
    return Secret.model_validate({"subject": f"branch/{CODE}", "field": field, "text": text})


# ------------------------------------------------------------------ agendas


async def test_an_agenda_is_proposed_in_the_rules_order_with_the_least_time_reached(site: Site):
    whole, items = await proposed(site, period="2026-11")
    assert (whole["meeting_id"], whole["on"], whole["profile"]) == (NOVEMBER, "2026-11-03", "hd42-preparation@1")
    assert (whole["minutes"], whole["least"]) == (100, 90)
    assert list(items)[:6] == ["purpose", "minute_taker", "roll_call", "dues", "agenda", "briefing"]
    assert [item["number"] for item in whole["items"]] == list(range(1, len(items) + 1))
    assert not {"promised", "corrections"} & set(items)
    combined, _ = await proposed(site, period="2026-11", kind="combined")
    assert combined["minutes"] >= combined["least"] == 120
    union, _ = await proposed(site, period="2026-11", kind="union")
    assert (union["meeting_id"], union["least"]) == (f"{NOVEMBER}:union", None)


async def test_R40_R43_it_is_filled_in_with_what_is_known_and_what_comes_back(site: Site):
    await until_the_notice(site)
    await site.done("AssignDissemination", {"doc_no": "HD 11/2026", "member_id": "M05", "meeting_id": OCTOBER})
    await site.done("ScheduleMeeting", {"meeting_id": NOVEMBER, "period": "2026-11"})
    promise = OpinionDisposed.model_validate(
        {"meeting_id": OCTOBER, "opinion_id": "O3", "item": 8, "contrary": False, "how": "to_be_answered",
         "answer_by": "M02", "answer_due": "2026-11-03"}
    )  # fmt: skip
    asked = CorrectionRequested.model_validate(
        {"meeting_id": OCTOBER, "correction_id": "C1", "by": "M06", "line": "L4",
         "before": private("trước", "before"), "after": private("sau", "after"), "on": "2026-10-20"}
    )  # fmt: skip
    await site.told(promise, asked)
    _, items = await proposed(site, period="2026-10")
    assert (items["briefing"]["members"], items["documents"]["about"]) == (["M01"], ["HD 11/2026"])
    assert "promised" not in items
    whole, items = await proposed(site, period="2026-11")
    assert items["promised"]["text"] == "Trả lời ý kiến đã hẹn tại các kỳ trước (O3)"
    assert (items["promised"]["members"], items["corrections"]["about"]) == (["M02"], ["C1"])
    assert whole["minutes"] == 110
    answer = {"meeting_id": OCTOBER, "opinion_id": "O3", "item": 8, "by": "M02", "on": "2026-11-01"}
    await site.told(OpinionAnswered.model_validate({**answer, "answer": private("đã trả lời", "answer")}))
    _, items = await proposed(site, period="2026-11")
    assert ("promised" in items, "corrections" in items) == (False, True)


async def test_R16_what_an_agenda_lacks_is_told_before_the_notice(site: Site):
    await site.october("ScheduleMeeting", period="2026-10", agenda=[{"number": 1, "text": "Thảo luận", "minutes": 30}])
    points = await site.points("open-points")
    assert points["R16"].startswith("Chương trình còn thiếu: Tuyên bố lý do, giới thiệu đại biểu;")
    assert points["R8"] == "Tổng thời gian chương trình thiếu 60 phút so với mức tối thiểu của buổi họp."


# ------------------------------------------------------------------ the other two books


async def test_R9_a_union_meeting_is_told_to_its_own_people_and_counts_nowhere(site: Site):
    assert (await site.ask("ScheduleUnitMeeting", SET, "M05")).status_code == httpx.codes.FORBIDDEN
    assert await site.done("ScheduleUnitMeeting", SET) == ["UnitMeetingScheduled"]
    assert await site.done("SendUnitNotice", {"meeting_id": UNION}) == ["UnitNoticeSent"]
    [shown] = await site.see(f"/branches/{CODE}/unit-meetings", "M05")
    assert (shown["notified_on"], [one["name"] for one in shown["people"]]) == ("2026-09-26", [None, "Vi Thị Mận"])
    for stranger in ("M06", "F01", "auditor:A1"):
        assert await site.see(f"/branches/{CODE}/unit-meetings", stranger) == []
    await site.done("OpenCalendarFeed", {"member_id": "M05"}, "M05")
    path = (await site.see(f"/branches/{CODE}/calendars", "M05"))[1]["path"]
    [event] = icalendar.Calendar.from_ical((await site.client.get(path)).content).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["STATUS"])) == ("Họp công đoàn tháng 10/2026", "CONFIRMED")
    assert await site.see(f"/branches/{CODE}/meetings") == []
    await clock_at(site, "2026-11-01T00:00")
    assert await site.see(f"/branches/{CODE}/months") == []
    assert await site.see(f"/branches/{CODE}/quarters") == []


async def test_once_minutes_opened_it_its_preparation_is_closed(site: Site):
    await site.done("ScheduleUnitMeeting", SET)
    people = (Person(person_id="P1", member_id="M05"), Person(person_id="P2", member_id="M06"))
    site.at("2026-10-12T15:00")
    opened = BookMeetingOpened(
        meeting_id=UNION, book="union", title="Họp tổ công đoàn", opened_at="2026-10-12T08:00:00.000000Z",
        chair_id="P1", minute_taker_id="P2", people=people,
    )  # fmt: skip
    await site.told(opened)
    site.at("2026-10-12T15:05")
    answer = await site.ask("MoveUnitMeeting", {"meeting_id": UNION, "to_on": "2026-10-14", "words": "Bận"})
    assert "đã khai mạc" in answer.text


# ------------------------------------------------------------------ the notice as a paper


async def paper(site: Site, as_: str, actor: str = "M05") -> httpx.Response:
    await site.see(f"/branches/{CODE}/meetings")
    return await site.client.get(f"/meetings/{OCTOBER}/notice.{as_}", params={"actor": actor})


def words_of(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


async def test_the_notice_as_it_is_printed(site: Site):
    await notified(site)
    printed = await paper(site, "pdf")
    assert printed.status_code == httpx.codes.OK, printed.text
    words = words_of(printed.content)
    for said in (
        "THÔNG BÁO",
        "Số 41-TB/CB",
        "Sinh hoạt chi bộ thường kỳ tháng 10 năm 2026",
        "07 giờ 30, thứ Bảy, ngày 03 tháng 10 năm 2026",
        "9 đồng chí thuộc diện dự họp; đồng chí cấp ủy viên theo dõi chi bộ",
        "Tình hình đóng đảng phí (2 phút)",
        "BÍ THƯ",
    ):
        assert said in words, (said, words)
    assert "DỰ THẢO" not in words
    assert (await paper(site, "pdf")).content == printed.content
    document = Document(io.BytesIO((await paper(site, "docx")).content))
    assert any("Thời gian: 07 giờ 30" in one.text for one in document.paragraphs)


async def test_names_and_offices_changed_since_change_no_notice_that_left(site: Site):
    async def then(heard: Mapping[LogName, int]) -> tuple[Branch, Callable[[str], str]]:
        assert [log.service for log in heard if log.service == "roster"]
        return branch(), lambda member: f"Tên cũ {member}"

    async def signed_by() -> str | None:
        await site.see(f"/meetings/{OCTOBER}")
        with site.service.views.read() as reader:
            who, today = Actor("M05", frozenset({"member"})), date(2026, 9, 28)
            form = await notice_form(reader, CODE, OCTOBER, who, str, then, place="", today=today)
        return form.right.name if form.right else None

    await site.october("ScheduleMeeting", period="2026-10", agenda=AGENDA)
    assert await signed_by() == "M01"
    await site.october("HoldPreparation", attendees=["M01", "M02"])
    await site.october("IssueNotice")
    await site.told(RoleEnded(branch=CODE, member_id="M01", role="secretary", to_on=date(2026, 9, 1)))
    assert await signed_by() == "Tên cũ M01"


async def test_before_it_left_it_is_a_draft_and_after_a_move_it_says_so(site: Site):
    agenda = [{"number": 1, "text": "Việc chung"}, {"number": 2, "text": "Xem xét tư cách", "private": True}]
    await site.october("ScheduleMeeting", period="2026-10", agenda=agenda)
    assert "DỰ THẢO" in words_of((await paper(site, "pdf")).content)
    assert "Xem xét tư cách" in words_of((await paper(site, "pdf")).content)
    assert "Xem xét tư cách" not in words_of((await paper(site, "pdf", "F01")).content)
    await site.october("HoldPreparation", attendees=["M01", "M02"])
    await site.october("IssueNotice")
    await site.october("MoveMeeting", to_on="2026-10-05", reason="superior")
    assert "thông báo lần 2, thay Thông báo số 41-TB/CB vì buổi họp được dời" in words_of(
        (await paper(site, "pdf")).content
    )
    await site.october("CancelMeeting", reason="superior")
    assert "KHÔNG TỔ CHỨC" in words_of((await paper(site, "pdf")).content)
    missing = await site.client.get(f"/meetings/{NOVEMBER}/notice.pdf", params={"actor": "M05"})
    assert missing.status_code == httpx.codes.NOT_FOUND
