"""Secret calendars through a real scheduler: what stands in them, how it changes, and how an address dies."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import httpx
import icalendar

from shared.events.branch import MemberTransferred
from tests.sample_branch import CODE
from tests.service.scheduler_site import OCTOBER, Site, notified, until_the_notice

MEETING = f"meeting/{OCTOBER}@chibo"


async def address(site: Site, member_id: str | None = None) -> str:
    """The path of an address, opened if it is not open."""
    asker = member_id or "M01"
    await site.done("OpenCalendarFeed", {"member_id": member_id}, asker)
    found = await site.see(f"/branches/{CODE}/calendars", asker)
    return str(next(one["path"] for one in found if one["member_id"] == member_id))


async def read(site: Site, path: str) -> dict[str, Any]:
    """The calendar at an address, read by a calendar program: its events by UID."""
    await site.see(f"/branches/{CODE}/meetings")
    answer = await site.client.get(path)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def shape(event: Any) -> tuple[int, str, datetime]:
    return int(event["SEQUENCE"]), str(event["STATUS"]), event.decoded("DTSTART")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


async def test_a_meeting_keeps_its_uid_through_notice_move_and_cancellation_and_its_sequence_rises(site: Site):
    await until_the_notice(site)
    path = await address(site)
    event = (await read(site, path))[MEETING]
    assert shape(event) == (0, "TENTATIVE", at("2026-10-03T07:30"))
    site.at("2026-09-28T16:30")
    await site.october("HoldPreparation", attendees=["M01", "M02"])
    await site.october("IssueNotice")
    event = (await read(site, path))[MEETING]
    assert shape(event) == (2, "CONFIRMED", at("2026-10-03T07:30"))
    await site.october("ReviseNotice", because="agenda")
    assert shape((await read(site, path))[MEETING])[0] == 3
    site.at("2026-10-02T15:10")
    await site.october("MoveMeeting", to_on="2026-10-05", to_starts_at="14:00", reason="force_majeure")
    event = (await read(site, path))[MEETING]
    assert shape(event) == (5, "CONFIRMED", at("2026-10-05T14:00"))
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-3)
    await site.october("CancelMeeting", reason="superior")
    event = (await read(site, path))[MEETING]
    assert shape(event) == (6, "CANCELLED", at("2026-10-05T14:00"))
    assert event.walk("VALARM") == []
    site.at("2026-10-06T08:00")
    await site.october("ScheduleMeeting", period="2026-10", on="2026-10-20", reason="Họp bù")
    assert shape((await read(site, path))[MEETING]) == (7, "TENTATIVE", at("2026-10-20T07:30"))


async def test_words_with_marks_commas_and_long_lines_come_back_as_they_were_and_private_items_stay_out(site: Site):
    words = "Đọc, góp ý; bàn \\ thống nhất: " + "nghị quyết về chuyển đổi số ở thôn bản, " * 8
    agenda = [
        {"number": 1, "text": words.strip()},
        {"number": 2, "text": "Xem xét tư cách đảng viên", "private": True},
        {"number": 3, "text": "Kết luận"},
    ]
    await site.october("ScheduleMeeting", period="2026-10", agenda=agenda, place="Nhà văn hóa; thôn Đoài, xã Ước")
    path = await address(site)
    event = (await read(site, path))[MEETING]
    assert str(event["DESCRIPTION"]) == f"1. {words.strip()}\n3. Kết luận"
    assert str(event["LOCATION"]) == "Nhà văn hóa; thôn Đoài, xã Ước"
    assert str(event["SUMMARY"]) == "Sinh hoạt thường kỳ tháng 10/2026"
    raw = (await site.client.get(path)).content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert b"DTSTART;TZID=Asia/Ho_Chi_Minh:20261003T073000" in raw
    assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\n" in raw
    assert "tư cách".encode() not in raw.replace(b"\r\n ", b"")


async def test_a_members_calendar_has_the_own_turn_and_the_days_a_report_is_due(site: Site):
    await until_the_notice(site)
    plan = {
        "theme_id": "C4",
        "quarter": "2026-Q4",
        "theme": "Bảo vệ dữ liệu cá nhân",
        "member_id": "M05",
        "meeting_id": f"{CODE}:2026-11:thematic",
        "on": "2026-11-18",
        "draft_due_on": "2026-11-09",
    }
    await site.done("PlanTheme", plan)
    mine = await read(site, await address(site, "M01"))
    assert set(mine) == {MEETING, f"briefing/{OCTOBER}/M01@chibo"}
    briefing = mine[f"briefing/{OCTOBER}/M01@chibo"]
    assert shape(briefing) == (0, "CONFIRMED", at("2026-10-03T07:30"))
    assert str(briefing["SUMMARY"]) == "Đồng chí thông tin thời sự tháng 10/2026"
    other = await address(site, "M05")
    theirs = await read(site, other)
    assert theirs[f"report/{CODE}/C4/M05@chibo"].decoded("DTSTART") == date(2026, 11, 9)
    assert theirs[f"theme/{CODE}/C4/M05@chibo"].decoded("DTSTART") == date(2026, 11, 18)
    assert set(await read(site, await address(site))) == {MEETING}

    site.at("2026-10-02T09:30")
    await site.october("SubstituteBriefing", "M02", reason="excused", member_id="M02")
    lost = (await read(site, await address(site, "M01")))[f"briefing/{OCTOBER}/M01@chibo"]
    assert shape(lost)[:2] == (1000, "CANCELLED")
    taken = (await read(site, await address(site, "M02")))[f"briefing/{OCTOBER}/M02@chibo"]
    assert shape(taken)[:2] == (1000, "CONFIRMED")
    await site.done("PlanTheme", {**plan, "member_id": "M06"})
    assert shape((await read(site, other))[f"report/{CODE}/C4/M05@chibo"])[1] == "CANCELLED"


async def test_the_committees_own_meeting_stands_in_its_members_calendars_only(site: Site):
    committee = f"{CODE}:2026-10:committee"
    data = {"meeting_id": committee, "meeting_kind": "committee", "period": "2026-10", "on": "2026-10-01"}
    await site.done("ScheduleMeeting", data)
    assert set(await read(site, await address(site))) == set()
    assert set(await read(site, await address(site, "M02"))) == {f"meeting/{committee}@chibo"}
    assert set(await read(site, await address(site, "M06"))) == set()


async def test_an_address_that_is_not_one_answers_alike_whatever_is_wrong_with_it(site: Site):
    await notified(site)
    branch, own = await address(site), await address(site, "M05")
    await site.done("WithdrawCalendarFeed", {"member_id": "M05"}, "M05")
    wrong = [
        own,
        branch.replace(CODE, "99.001.002.000.012"),
        branch.replace(CODE, "x"),
        own.replace("/M05/", "/M06/"),
        own.replace("/M05/", "/M99/"),
        f"/calendar/{CODE}/aaaa.ics",
        f"/calendar/{CODE}/%00.ics",
        f"/calendar/{CODE}/đ.ics",
        f"/calendar/{CODE}/%00/aaaa.ics",
        "/calendar/there/was/never/such/a/path.ics",
    ]
    answers = [await site.client.get(path) for path in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    again = await address(site, "M05")
    assert again != own
    assert (await site.client.get(own)).status_code == httpx.codes.NOT_FOUND
    assert MEETING in await read(site, again)
    await site.told(MemberTransferred(branch=CODE, member_id="M05", to="nơi khác", effective_on=date(2026, 9, 1)))
    assert (await site.client.get(again)).status_code == httpx.codes.NOT_FOUND


async def test_a_calendar_read_again_is_sent_again_only_when_something_changed(site: Site):
    await notified(site)
    path = await address(site)
    await read(site, path)
    first = await site.client.get(path)
    tag = first.headers["ETag"]
    site.at("2026-09-29T08:00")
    same = await site.client.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    await site.october("MoveMeeting", to_on="2026-10-06", reason="superior")
    await read(site, path)
    changed = await site.client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)


async def test_an_address_is_opened_by_the_leaders_or_for_oneself_and_told_to_its_readers_only(site: Site):
    for actor, whose in (("M05", None), ("M05", "M06"), ("F01", None)):
        answer = await site.ask("OpenCalendarFeed", {"member_id": whose}, actor)
        assert answer.status_code == httpx.codes.FORBIDDEN, answer.text
    assert "unknown-member" in (await site.ask("OpenCalendarFeed", {"member_id": "M99"})).text
    await site.done("OpenCalendarFeed", {"member_id": "M06"}, "M06")
    assert await site.done("OpenCalendarFeed", {"member_id": "M06"}, "M01") == []
    assert [one["member_id"] for one in await site.see(f"/branches/{CODE}/calendars", "M05")] == [None, "M05"]
    for stranger in ("F01", "operator", "auditor:A1", "M99"):
        answer = await site.client.get(f"/branches/{CODE}/calendars", params={"actor": stranger})
        assert answer.status_code == httpx.codes.FORBIDDEN
