"""The notice that leaves by itself at its hour, through a real scheduler that is stopped and started again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from shared.events.minutes import AssignmentDecided
from tests.sample_branch import CODE, FACTS
from tests.service.scheduler_site import OCTOBER, PROGRAMME, Site, clock_at, proven, running
from tests.service.told import opened


async def by_the_clock(site: Site) -> list[str]:
    """What the clock has said about October so far, in words."""
    told = (await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]
    return [one["vi"] for one in told if one["actor"] == "clock"]


async def notice(site: Site) -> Any:
    return (await site.see(f"/meetings/{OCTOBER}"))["notice"]


async def prepared(site: Site) -> None:
    await site.october("ScheduleMeeting", period="2026-10")
    site.at("2026-09-28T16:30")
    await site.october("HoldPreparation", attendees=["M01", "M02"])


async def test_R1_at_its_hour_it_leaves_once_and_not_before(site: Site):
    await prepared(site)
    assert "tự gửi lúc 08:00 ngày 30/09/2026" in (await site.points("open-points"))["by-itself"]
    await clock_at(site, "2026-09-30T07:59")
    assert await notice(site) is None
    for time in ("2026-09-30T08:00", "2026-09-30T08:01"):
        await clock_at(site, time)
    left = await notice(site)
    assert (left["issued_on"], left["on_time"], left["lead_days"], left["reason"]) == ("2026-09-30", True, 3, None)
    assert [one.split(":")[0] for one in await by_the_clock(site)] == [
        "Thông báo được gửi ngày 30/09/2026 tới 9 đảng viên và đ/c cấp ủy theo dõi, trước buổi họp 3 ngày",
        "Thông báo tự gửi lúc 08",
        "Thông báo mang số 41-TB/CB.",
    ]
    assert await site.october("IssueNotice") == []


async def test_after_a_night_switched_off_it_leaves_at_the_next_start_late_with_both_times(tmp_path: Path):
    async with running(tmp_path) as site:
        site.at("2026-09-26T07:00")
        await site.told(*FACTS)
        await prepared(site)
    async with running(tmp_path) as site:
        await clock_at(site, "2026-10-01T09:15")
        left = await notice(site)
        assert (left["issued_on"], left["on_time"], left["lead_days"]) == ("2026-10-01", False, 2)
        assert left["reason"] == "tự gửi lúc 09:15 ngày 01/10/2026, hẹn gửi 08:00 ngày 30/09/2026"
        said = await by_the_clock(site)
        assert said[1].startswith("Thông báo tự gửi lúc 09:15 ngày 01/10/2026; hẹn gửi 08:00 ngày 30/09/2026, máy")
        told = (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["sent_by_itself"]
        assert (told["due_at"], told["sent_at"]) == ("2026-09-30T01:00:00.000000Z", "2026-10-01T02:15:00.000000Z")
    async with running(tmp_path) as site:
        await clock_at(site, "2026-10-01T09:20")
        assert await by_the_clock(site) == said


async def test_R37_without_the_preparation_it_says_what_is_missing_and_leaves_once_that_has_come(site: Site):
    await site.october("ScheduleMeeting", period="2026-10")
    for time in ("2026-09-30T08:00", "2026-09-30T09:00"):
        await clock_at(site, time)
    assert await notice(site) is None
    assert await by_the_clock(site) == [
        "Đến 08:00 ngày 30/09/2026 thông báo chưa tự gửi được: chưa ghi buổi họp chi ủy chuẩn bị."
    ]
    site.at("2026-09-30T14:00")
    await site.october("HoldPreparation", attendees=["M01", "M02"])
    await clock_at(site, "2026-09-30T14:01")
    assert (await notice(site))["on_time"] is True
    assert (await by_the_clock(site))[2] == (
        "Thông báo tự gửi lúc 14:01 ngày 30/09/2026; hẹn gửi 08:00 ngày 30/09/2026, lúc đó chưa ghi buổi họp chi ủy "
        "chuẩn bị."
    )


async def test_a_meeting_moved_or_set_after_its_hour_is_left_to_whoever_set_it(site: Site):
    await prepared(site)
    site.at("2026-09-29T09:00")
    await site.october("MoveMeeting", to_on="2026-10-05", reason="superior")
    await clock_at(site, "2026-09-30T08:00")
    assert await notice(site) is None
    await clock_at(site, "2026-10-02T08:00")
    assert (await notice(site))["for_on"] == "2026-10-05"
    november = f"{CODE}:2026-11"
    site.at("2026-11-01T09:00")
    site.service.clock_task.go_on()
    await site.done("ScheduleMeeting", {"meeting_id": november, "period": "2026-11"})
    await site.done("HoldPreparation", {"meeting_id": november, "attendees": ["M01", "M02"]})
    await clock_at(site, "2026-11-01T10:00")
    assert (await site.see(f"/meetings/{november}"))["notice"] is None


async def test_a_branch_chooses_that_nothing_leaves_by_itself_or_at_another_hour(site: Site):
    await prepared(site)
    assert (await site.ask("ChooseNoticeSending", {"by_itself": False}, "M05")).status_code == httpx.codes.FORBIDDEN
    assert await site.done("ChooseNoticeSending", {"by_itself": False}) == ["NoticeSendingChosen"]
    assert await site.done("ChooseNoticeSending", {"by_itself": False}) == []
    await clock_at(site, "2026-09-30T08:30")
    assert await notice(site) is None
    await site.done("ChooseNoticeSending", {"by_itself": True, "hour": 10})
    await clock_at(site, "2026-09-30T09:59")
    assert await notice(site) is None
    await clock_at(site, "2026-09-30T10:00")
    assert (await notice(site))["issued_on"] == "2026-09-30"


async def test_once_the_meeting_has_begun_nothing_leaves_any_more(site: Site):
    await prepared(site)
    await clock_at(site, "2026-10-03T07:30")
    assert await notice(site) is None
    assert (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["missed"] == ["2026-09-30"]


async def test_R3_the_last_day_for_materials_is_flagged_once_and_posting_them_in_time_raises_nothing(site: Site):
    await prepared(site)
    await site.october("IssueNotice")
    await proven(site)
    await clock_at(site, "2026-10-02T23:59")
    assert await by_the_clock(site) == []
    for time in ("2026-10-03T00:00", "2026-10-03T06:00"):
        await clock_at(site, time)
    assert (await by_the_clock(site))[0].startswith("Hết ngày 02/10/2026 chưa có tài liệu nào của buổi họp")
    assert len(await by_the_clock(site)) == 1
    november = f"{CODE}:2026-11"
    await site.done("ScheduleMeeting", {"meeting_id": november, "period": "2026-11"})
    await site.done("PostMaterials", {"meeting_id": november, "documents": [{"title": "Dự thảo"}]})
    await clock_at(site, "2026-11-03T00:00")
    assert (await site.see(f"/meetings/{november}"))["meeting"]["materials_missed"] == []


async def test_R10_after_days_switched_off_who_has_no_proof_is_named_at_the_next_start_with_both_dates(
    tmp_path: Path,
):
    async with running(tmp_path) as site:
        site.at("2026-09-26T07:00")
        await site.told(*FACTS)
        await prepared(site)
        await site.october("IssueNotice")
        await proven(site, on_paper=False)
        await clock_at(site, "2026-09-30T23:59")
        assert await by_the_clock(site) == []
    async with running(tmp_path) as site:
        for time in ("2026-10-02T08:00", "2026-10-02T08:01"):
            await clock_at(site, time)
        [said] = await by_the_clock(site)
        assert said == (
            "Hết ngày 30/09/2026 (phát hiện ngày 02/10/2026), chưa ghi là đã nhận được thông báo: đ/c M08. "
            "(ghi muộn: việc ngày 01/10/2026, nhập ngày 02/10/2026)"
        )
        kinds = await site.october("RecordNoticeDelivered", "M04", member_id="M08", channel="paper", confirmed=True)
        assert kinds == ["NoticeDelivered", "ReadinessFlagCleared"]
        [shown] = (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["readiness"]["flags"]
        assert (shown["flag"], shown["due_on"], shown["detected_on"]) == (
            "notice_not_proven",
            "2026-09-30",
            "2026-10-02",
        )
        assert shown["cleared_on"] == "2026-10-02"


async def test_R37_items_nobody_took_are_flagged_once_and_a_task_the_meeting_gives_answers(site: Site):
    await site.done("EnterProgramme", {**PROGRAMME, "items": PROGRAMME["items"][:1]})
    await prepared(site)
    await site.october("IssueNotice")
    await proven(site)
    await clock_at(site, "2026-10-01T00:00")
    [said] = await by_the_clock(site)
    assert said.startswith("Hết ngày 30/09/2026, thông báo đã gửi mà còn nội dung chương trình công tác chưa ai nhận")
    site.at("2026-10-03T09:00")
    task = {"meeting_id": OCTOBER, "task_id": "T19", "member_id": "M06", "text": "Thu nhận xét", "origin": "programme"}
    days = {"due_on": "2026-11-20", "report_at": "2026-12", "programme_item_id": "P1"}
    await site.told(AssignmentDecided.model_validate({**task, **days}))
    for time in ("2026-10-03T09:01", "2026-10-03T09:02"):
        await clock_at(site, time)
    [end] = [one for one in await by_the_clock(site) if one.startswith("Xóa")]
    assert end.startswith(
        "Xóa nhắc việc quá hạn ngày 30/09/2026, thông báo đã gửi mà còn nội dung chương trình công tác chưa ai nhận"
    )


async def test_R12_a_briefing_nobody_gave_is_flagged_after_the_meetings_day_and_recording_it_clears(site: Site):
    await site.october("ScheduleMeeting", period="2026-10")
    await site.october("AssignBriefing")
    site.at("2026-10-03T07:30")
    await site.told(opened("2026-10-03T00:30:00.000000Z"))
    await clock_at(site, "2026-10-03T23:59")
    before = await by_the_clock(site)
    await clock_at(site, "2026-10-04T00:00")
    assert (await by_the_clock(site))[len(before) :] == [
        "Hết ngày 03/10/2026, buổi họp chưa ghi phần thông tin thời sự được phân công: đ/c M01."
    ]
    await site.october("RecordBriefingDelivered", local="Vụ mùa", national="Kinh tế", world="Khu vực")
    await clock_at(site, "2026-10-04T00:01")
    *_, end = await by_the_clock(site)
    assert end.endswith("đã có, 04/10/2026.")
