"""October's meeting through a real scheduler service: prepared, notified, moved for a storm, flagged, foretold."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from shared.events.branch import BranchCharterAdopted, BranchDissolved, RoleAssigned
from shared.events.hub import ProgrammeLine, WorkProgrammeIssued
from shared.events.meeting import MeetingKind
from shared.stream.past import Sentence
from tests.moved_branch import COMMUNE, MOVES, STANDS, of_the_commune
from tests.published_rules import TEXTS, local_meeting, published
from tests.sample_branch import CHARTER, CODE, FACTS
from tests.service.scheduler_site import (
    BASE,
    OCTOBER,
    PROGRAMME,
    Site,
    clock_at,
    draft,
    notified,
    proven,
    until_the_notice,
)
from tests.service.told import opened

# ------------------------------------------------------------------ before the notice


async def test_R37_items_nobody_took_and_members_without_a_task_show_before_the_notice_leaves(site: Site):
    await until_the_notice(site)
    points = await site.points("open-points")
    assert points["items-nobody-took"] == (
        "Còn 2 nội dung chương trình công tác chưa ai nhận: Thu nhận xét nơi cư trú; Số hóa biên bản."
    )
    assert points["without-task"] == "Còn 1 đồng chí chưa có việc: M08."
    assert points["R37"].startswith("Chưa ghi buổi họp chi ủy chuẩn bị")
    assert points["notice-due"] == ("Gửi thông báo chậm nhất ngày 30/09/2026; gửi hôm nay là trước 7 ngày, đúng hạn.")
    assert "M08" in points["on-paper"]
    assert "chi ủy chuẩn bị" in await site.refused("IssueNotice")
    site.at("2026-10-01T08:00")
    assert "muộn 1 ngày" in (await site.points("open-points"))["R1"]


async def test_R1_R10_the_notice_leaves_and_each_recipient_is_proven(site: Site):
    await notified(site)
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert whole["notice"]["lead_days"] == 5
    assert whole["notice"]["recipients"] == BASE
    assert whole["unproven"] == [*BASE, "F01"]
    assert whole["without_task"] == []
    assert whole["items_nobody_took"] == []
    assert [one["state"] for one in whole["meeting"]["drafts"] if one["draft_id"] == "D4"] == ["replaced"]
    assert await site.points("open-points") == {}

    site.at("2026-09-29T08:05")
    assert await site.october("RecordNoticeDelivered", "M04", member_id="M08", channel="paper", confirmed=True) == [
        "NoticeDelivered"
    ]
    assert await site.october(
        "RecordNoticeDelivered", "M03", member_id="M03", channel="app", time="2026-09-28T18:40:00+07:00"
    ) == ["NoticeDelivered"]
    assert await site.october("RecordNoticeDelivered", "F01", member_id="F01", channel="app") == ["NoticeDelivered"]
    assert await site.october("IntendAttendance", "M11", member_id="M11", intends="coming") == ["AttendanceIntended"]
    (listed,) = await site.see(f"/branches/{CODE}/meetings")
    assert (listed["id"], listed["proven"], listed["recipients"], listed["vi"]) == (OCTOBER, 3, 10, "Đã thông báo")
    assert (await site.points("advice"))["R10"].startswith(
        "Thông báo mới chắc chắn tới 3 trên 10 người; còn M01, M02, M04"
    )


async def test_deny_by_default_and_everyone_for_himself(site: Site):
    await notified(site)
    assert "not-allowed" in await site.refused("MoveMeeting", "M05", to_on="2026-10-06", reason="superior")
    assert "not-allowed" in await site.refused("IntendAttendance", "M11", member_id="M05", intends="coming")
    assert "not-allowed" in await site.refused("DelegateChair", "M02", to_id="M02")
    assert "not-allowed" in await site.refused("RecordNoticeDelivered", "M05", member_id="M08", channel="telephone")
    assert "not-allowed" in await site.refused("AcknowledgeReschedule", "M01")
    stranger = await site.client.get(f"/meetings/{OCTOBER}", params={"actor": "X99"})
    assert stranger.status_code == httpx.codes.FORBIDDEN


async def test_a_late_entry_keeps_both_times(site: Site):
    await notified(site)
    site.at("2026-09-30T09:00")
    answer = await site.ask(
        "RecordNoticeDelivered",
        {"meeting_id": OCTOBER, "member_id": "M08", "channel": "telephone"},
        "M02",
        time="2026-09-29T08:05:00+07:00",
        enteredby="M04",
        medium="paper",
    )
    (told,) = answer.json()["facts"]
    assert told["vi"].endswith(
        "(ghi muộn: việc ngày 29/09/2026, nhập ngày 30/09/2026) (nhập thay từ bản giấy: đ/c M04)"
    )


# ------------------------------------------------------------------ the storm


async def test_R2_the_storm(site: Site):
    await notified(site)
    site.at("2026-10-02T09:30")
    assert await site.october("DelegateChair", to_id="M02") == ["ChairDelegated"]
    advice = await site.points("advice")
    assert advice["chairs-and-briefs"] == "Đ/c M02 sẽ vừa chủ trì vừa trình bày thời sự; chọn đ/c M03?"
    # November was M02's, assigned ahead: the absentee's place moves it on.
    assert await site.october("SubstituteBriefing", "M02", reason="excused", member_id="M02") == [
        "BriefingSubstituted",
        "BriefingAssigned",
    ]

    site.at("2026-10-02T15:10")
    found = await site.see(f"/meetings/{OCTOBER}/dates", on=["2026-10-04", "2026-10-05"], reason="force_majeure")
    assert [one["vi"] for one in found] == ["Báo trước 2 ngày – muộn 1 ngày", "Báo trước 3 ngày – đúng hạn"]
    assert len(await site.see(f"/meetings/{OCTOBER}/dates")) == 9
    move = {"to_starts_at": "14:00", "reason": "force_majeure", "words": "bão"}
    assert "Chọn 05/10 thì đúng hạn" in await site.refused("MoveMeeting", "M02", to_on="2026-10-04", **move)
    assert await site.october("MoveMeeting", "M02", to_on="2026-10-05", **move) == [
        "MeetingRescheduled",
        "NoticeRevised",
        "NoticeNumbered",
    ]
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert (whole["meeting"]["on"], whole["notice"]["revision"], whole["vi"]) == ("2026-10-05", 2, "Đã dời")
    assert len(whole["unproven"]) == 10
    assert (whole["chair_id"], whole["acting"]) == ("M02", True)
    assert (whole["briefing"]["member_id"], whole["briefing"]["by"]) == ("M01", "M02")
    assert "acknowledgement" in await site.points("advice")

    site.at("2026-10-02T16:45")
    assert await site.october("AcknowledgeReschedule", "F01") == ["RescheduleAcknowledged"]
    assert "acknowledgement" not in await site.points("advice")
    assert await site.october("PostMaterials", "M04", documents=[{"title": "Dự thảo nghị quyết"}]) == [
        "MaterialsPosted"
    ]
    ahead = await site.see(f"/branches/{CODE}/rotation/forecast", first="2026-10", months=4)
    assert [(one["period"], one["by"], one["assigned"]) for one in ahead] == [
        ("2026-10", "M02", True),
        ("2026-11", "M01", True),
        ("2026-12", "M03", False),
        ("2027-01", "M04", False),
    ]


async def test_R13_until_the_opening_another_takes_the_minutes_and_afterwards_nothing_is_prepared(site: Site):
    await notified(site)
    await site.october("AssignMinuteTaker", member_id="M04")
    await site.october("MoveMeeting", "M02", to_on="2026-10-05", to_starts_at="14:00", reason="force_majeure")
    site.at("2026-10-05T13:55")
    assert await site.october("AssignMinuteTaker", "M02", member_id="M07") == ["MinuteTakerAssigned"]
    # Named for this meeting only, M07 does what a minute-taker does.
    assert await site.october("RecordNoticeDelivered", "M07", member_id="M08", channel="telephone") == [
        "NoticeDelivered"
    ]
    await site.told(opened("2026-10-05T07:00:00.000000Z"))
    site.at("2026-10-05T14:41")
    assert "đã khai mạc" in await site.refused("AssignMinuteTaker", "M02", member_id="M05")
    assert await site.october(
        "RecordBriefingDelivered", "M07", local="Sau bão", national="Chuyển đổi số", world="Ứng phó lũ lụt"
    ) == ["BriefingDelivered"]
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert (whole["meeting"]["phase"], whole["vi"], whole["advice"]) == ("open", "Đang họp", [])
    assert whole["briefed"]["national"] == "Chuyển đổi số"
    assert await site.see(f"/branches/{CODE}/months") == [{"period": "2026-10", "missed": None, "opened": True}]


async def test_the_one_delegated_the_chair_may_do_for_this_meeting_what_the_secretary_may(site: Site):
    await notified(site)
    assert "not-allowed" in await site.refused("AssignMinuteTaker", "M03", member_id="M04")
    await site.october("DelegateChair", to_id="M03")
    assert await site.october("AssignMinuteTaker", "M03", member_id="M04") == ["MinuteTakerAssigned"]


async def test_a_month_called_off_leaves_its_turn_to_the_next_in_the_forecast_too(site: Site):
    await notified(site)
    await site.october("CancelMeeting", reason="superior")
    ahead = await site.see(f"/branches/{CODE}/rotation/forecast", first="2026-10", months=3)
    assert [(one["period"], one["by"]) for one in ahead] == [("2026-11", "M02"), ("2026-12", "M01")]
    assert await site.done("AssignBriefing", {"meeting_id": f"{CODE}:2026-11"}) == ["BriefingAssigned"]
    ahead = await site.see(f"/branches/{CODE}/rotation/forecast", first="2026-11", months=2)
    assert [(one["period"], one["by"]) for one in ahead] == [("2026-11", "M01"), ("2026-12", "M02")]


# ------------------------------------------------------------------ the clock


async def test_R1_the_clock_flags_a_notice_that_never_left_once(site: Site):
    await until_the_notice(site)
    site.at("2026-09-30T23:59")
    await site.look()
    before = site.service.log.head().index
    site.at("2026-10-01T00:00")
    await site.look()
    assert site.service.log.head().index == before + 1
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert whole["meeting"]["missed"] == ["2026-09-30"]
    await site.look()
    assert site.service.log.head().index == before + 1


async def test_R1_R3_what_never_came_is_flagged_at_the_next_look_though_the_meeting_was_held_meanwhile(site: Site):
    await until_the_notice(site)
    site.at("2026-10-03T07:30")
    await site.told(opened("2026-10-03T00:30:00.000000Z"))
    for time in ("2026-10-04T08:00", "2026-10-04T08:01"):
        await clock_at(site, time)
    told = (await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]
    flags = [one for one in told if one["type"].endswith("Missed.v1")]
    assert [(one["type"].split(".")[1], one["data"]["due_on"]) for one in flags] == [
        ("NoticeMissed", "2026-09-30"),
        ("MaterialsMissed", "2026-10-02"),
    ]


async def test_R1_R10_no_flag_for_a_notice_that_left_and_reached_everybody_in_time(site: Site):
    await notified(site)
    await proven(site)
    before = site.service.log.head().index
    site.at("2026-10-01T00:00")
    await site.look()
    assert site.service.log.head().index == before


async def test_R10_whoever_was_silent_half_a_year_is_told_at_the_next_start_with_both_days(site: Site):
    await notified(site)
    for time in ("2027-04-01T08:00", "2027-04-01T08:01"):
        await clock_at(site, time)
    told = (await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]
    flags = [one for one in told if one["type"].split(".")[1] == "ReadinessFlagRaised"]
    assert [(one["data"]["flag"], one["data"]["due_on"], one["data"]["detected_on"]) for one in flags] == [
        ("notice_not_proven", "2026-09-30", "2027-04-01")
    ]


async def test_a_clock_that_looks_wrong_waits_until_the_operator_says_that_it_is_right(site: Site):
    await notified(site)
    site.at("2026-09-20T08:00")
    await site.look()
    assert "trước việc đã lưu cuối cùng" in (await site.client.get("/health")).json()["clock"]["waits"]["vi"]
    said = (await site.client.post("/resume", params={"actor": "operator"})).json()
    assert (said["clock"], said["sources"]) == (False, []), "so far back nothing could be stored"
    assert said["waits"] == (await site.client.get("/health")).json()["clock"]["waits"]
    site.at("2026-09-28T18:00")
    said = await site.client.post("/resume", params={"actor": "operator"})
    assert said.json() == {"clock": True, "sources": [], "waits": None}
    await site.look()
    assert (await site.client.get("/health")).json()["clock"]["waits"] is None


async def test_a_source_that_stopped_is_heard_again_once_the_operator_has_looked(site: Site):
    source = site.service.intake.sources[0]
    source.stopped = Sentence("Ngừng nhận.", "Nothing more is taken.")
    report = (await site.client.get("/health")).json()
    assert [one["stopped"] for one in report["sources"] if one["stopped"]] == [
        {"vi": "Ngừng nhận.", "en": "Nothing more is taken."}
    ]
    for heard in ([source.service], []):
        said = await site.client.post("/resume", params={"actor": "operator"})
        assert said.json() == {"clock": False, "sources": heard, "waits": None}
    assert source.stopped is None


async def test_R5_the_clock_flags_each_month_without_a_regular_meeting_once(site: Site):
    await notified(site)
    await proven(site)
    before = site.service.log.head().index
    for day in ("2026-10-31T23:59", "2026-11-01T00:00", "2026-11-30T12:00", "2026-12-01T00:00", "2026-12-01T12:00"):
        site.at(day)
        site.service.clock_task.go_on()
        await site.look()
        site.service.clock_task.go_on()
        await site.look()
    told = (await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]
    assert [one["type"].split(".")[1] for one in told if one["actor"] == "clock"] == [
        "MaterialsMissed",
        "RegularMeetingMissed",
    ]
    assert site.service.log.head().index == before + 3
    assert await site.see(f"/branches/{CODE}/months") == [
        {"period": "2026-11", "missed": "not_scheduled", "opened": False},
        {"period": "2026-10", "missed": "not_opened", "opened": False},
    ]


# ------------------------------------------------------------------ bad input


async def test_what_does_not_exist_is_refused_and_nothing_is_stored(site: Site):
    await site.october("ScheduleMeeting", period="2026-10")
    before = site.service.log.head().index
    for command, data in (
        ("ScheduleMeeting", {"meeting_id": OCTOBER, "period": "2026-10", "on": "2026-02-31"}),
        ("ScheduleMeeting", {"meeting_id": f"{CODE}:9999-12", "period": "9999-12"}),
        ("ScheduleMeeting", {"meeting_id": f"{CODE}:0000-01", "period": "0000-01"}),
        ("AssignBriefing", {"meeting_id": f"{CODE}:9999-12"}),
        ("AssignBriefing", {"meeting_id": f"{CODE}:2026-99"}),
        ("DraftAssignment", {"meeting_id": OCTOBER, **draft(1, "M99")}),
        ("DraftAssignment", {"meeting_id": f"{CODE}:2026-12", **draft(1, "M01")}),
        ("IssueNotice", {"meeting_id": "99.001.002.000.012:2026-10"}),
        ("MoveMeeting", {"meeting_id": OCTOBER, "to_on": "9999-12-31", "reason": "superior"}),
        ("EnterProgramme", {**PROGRAMME, "items": []}),
        ("EnterProgramme", {**PROGRAMME, "programme_no": "a\x00b"}),
    ):
        answer = await site.ask(command, data)
        assert answer.is_client_error, (command, data, answer.text)
    assert site.service.log.head().index == before
    gone = await site.client.get(f"/meetings/{CODE}:2026-12", params={"actor": "M01"})
    assert gone.is_client_error
    far = await site.client.get(f"/branches/{CODE}/rotation/forecast", params={"actor": "M01", "first": "9999-12"})
    assert far.is_client_error


async def test_no_meeting_is_set_in_a_dissolved_branch(site: Site):
    await site.told(
        RoleAssigned(branch=CODE, member_id="M01", role="rapporteur", from_on=FACTS[0].effective_on),  # type: ignore[attr-defined]
        BranchDissolved.model_validate({"branch": CODE, "decision_no": "01-QĐ", "effective_on": "2026-10-01"}),
    )
    assert "giải thể từ ngày 01/10/2026" in await site.refused("ScheduleMeeting", period="2026-10")


async def test_R4_the_next_working_day_knows_the_shipped_holidays(site: Site):
    charter = CHARTER.model_copy(update={"holiday_policy": "next_working_day", "meeting_day": 2})
    await site.told(BranchCharterAdopted(branch=CODE, charter=charter))
    site.at("2026-08-20T08:00")
    september = f"{CODE}:2026-09"
    await site.done("ScheduleMeeting", {"meeting_id": september, "period": "2026-09"})
    assert (await site.see(f"/meetings/{september}"))["meeting"]["on"] == "2026-09-03"


# ------------------------------------------------------------------ themes


THEME = {
    "theme_id": "C4",
    "quarter": "2026-Q4",
    "theme": "Bảo vệ dữ liệu cá nhân",
    "member_id": "M05",
    "meeting_id": f"{CODE}:2026-11:thematic",
    "on": "2026-11-18",
    "draft_due_on": "2026-11-09",
}


async def test_R41_a_late_report_is_flagged_by_the_clock_and_its_reason_read_by_the_branch(site: Site):
    site.at("2026-10-05T08:00")
    assert await site.done("PlanTheme", THEME) == ["ThematicPlanned"]
    assert await site.done("AssignThematicReport", {"theme_id": "C4"}) == ["ThematicReportAssigned"]
    await clock_at(site, "2026-11-09T23:59")
    assert (await site.see(f"/branches/{CODE}/themes/C4"))["theme"]["flags"] == []
    for time in ("2026-11-10T00:00", "2026-11-10T12:00"):
        await clock_at(site, time)
    whole = await site.see(f"/branches/{CODE}/themes/C4")
    assert [one["missing"] for one in whole["theme"]["flags"]] == ["ThematicReportSubmitted"]
    assert whole["steps"][0] == {
        "code": "report_not_submitted",
        "due_on": "2026-11-09",
        "overdue": True,
        "vi": "Hạn 09/11/2026: chưa nộp báo cáo.",
        "en": "Due 09/11/2026: no report was submitted.",
    }
    draft = {"theme_id": "C4", "member_id": "M05", "reason": "Đi công tác dài ngày"}
    assert (await site.ask("SubmitThematicReport", draft, actor="M06")).status_code == httpx.codes.FORBIDDEN
    kinds = await site.done("SubmitThematicReport", draft, actor="M05")
    assert kinds == ["ThematicReportSubmitted", "SchedulerFlagCleared"]
    [whole] = await site.see(f"/branches/{CODE}/themes")
    assert whole["texts"] == [{"what": "reason", "on": "2026-11-10", "text": "Đi công tác dài ngày"}]
    assert whole["theme"]["flags"][0]["cleared_on"] == "2026-11-10"


async def test_R6_the_clock_flags_a_quarter_without_a_thematic_meeting_once(site: Site):
    site.at("2026-10-01T08:00")
    await site.october("ScheduleMeeting", period="2026-10")
    for time in ("2026-12-31T23:59", "2027-01-01T00:00", "2027-01-02T12:00"):
        await clock_at(site, time)
    [quarter] = await site.see(f"/branches/{CODE}/quarters")
    assert (quarter["quarter"], quarter["held"]) == ("2026-Q4", [])
    assert [one["due_on"] for one in quarter["flags"]] == ["2026-12-31"]


@pytest.mark.parametrize(("kind", "counts"), [("combined", True), ("extraordinary", False), ("committee", False)])
async def test_R6_R9_a_combined_meeting_is_the_quarters_thematic_one_and_no_other_kind_is(
    site: Site, kind: MeetingKind, *, counts: bool
):
    site.at("2026-10-01T08:00")
    await site.october("ScheduleMeeting", period="2026-10")
    meeting_id = OCTOBER if counts else f"{OCTOBER}:{kind}"
    told = opened("2026-10-09T07:00:00.000000Z")
    await site.told(told.model_copy(update={"meeting_id": meeting_id, "meeting_kind": kind}))
    await clock_at(site, "2027-01-01T00:00")
    [quarter] = await site.see(f"/branches/{CODE}/quarters")
    assert (quarter["held"], bool(quarter["flags"])) == ([meeting_id] if counts else [], not counts)


async def test_R6_a_thematic_meeting_the_storm_moved_out_of_its_quarter_is_no_neglect_until_called_off(
    site: Site,
):
    site.at("2026-10-01T08:00")
    await site.october("ScheduleMeeting", period="2026-10")
    thematic = {"meeting_id": f"{CODE}:2026-12:thematic"}
    day = {"period": "2026-12", "on": "2026-12-30", "meeting_kind": "thematic"}
    await site.done("ScheduleMeeting", {**thematic, **day})
    await site.done("MoveMeeting", {**thematic, "to_on": "2027-01-04", "reason": "force_majeure"})
    await clock_at(site, "2027-01-01T00:00")
    assert await site.see(f"/branches/{CODE}/quarters") == []
    await site.done("CancelMeeting", {**thematic, "reason": "superior"})
    await clock_at(site, "2027-01-01T00:01")
    [quarter] = await site.see(f"/branches/{CODE}/quarters")
    assert [one["due_on"] for one in quarter["flags"]] == ["2026-12-31"]


async def test_a_theme_that_is_not_planned_is_not_found(site: Site):
    answer = await site.client.get(f"/branches/{CODE}/themes/C9", params={"actor": "M01"})
    assert "Không có chuyên đề C9" in answer.text


async def test_R39_who_presents_a_document_and_which_sessions_were_held_is_shown(site: Site):
    await site.october("ScheduleMeeting", period="2026-10")
    charge = {"doc_no": "HD MẪU-11/2026", "member_id": "M05", "meeting_id": OCTOBER}
    assert await site.done("AssignDissemination", charge) == ["DisseminationAssigned"]
    [shown] = await site.see(f"/branches/{CODE}/disseminations")
    assert (shown["doc_no"], shown["presents_as"], shown["due_on"]) == ("HD MẪU-11/2026", "rapporteur", "2026-10-03")
    lesson = {"session_id": "1", "title": "Bài 1", "held_on": "2026-06-20"}
    assert await site.done("RecordStudySession", lesson, actor="M05") == ["StudySessionHeld"]
    [shown] = await site.see(f"/branches/{CODE}/study-sessions")
    assert (shown["title"], shown["led_by"]) == ("Bài 1", None)


# ------------------------------------------------------------------ what hub says


def issued_by_hub(organisation: str, *items: ProgrammeLine) -> WorkProgrammeIssued:
    return WorkProgrammeIssued(
        branch=organisation, period="2026-10", programme_no=f"{organisation[-3:]}-CTr", issuer="Đảng ủy", revision=1,
        items=items,
    )  # fmt: skip


async def test_items_the_superior_issued_stand_beside_those_entered_by_hand_and_a_meeting_knows_them(site: Site):
    await site.done("EnterProgramme", PROGRAMME)
    above = (
        ProgrammeLine(id="P1", text="Như trên"),
        ProgrammeLine(id="P3", text="Cho mọi chi bộ"),
        ProgrammeLine(id="P4", text="Chi bộ khác", for_branch="99.001.002.000.012"),
    )
    await site.told(issued_by_hub("99.001.002.000.000", *above))
    shown = await site.see(f"/branches/{CODE}/programmes/2026-10")
    assert [item["id"] for item in shown["items"]] == ["P1", "P2", "P3"]
    assert (shown["items"][0]["text"], shown["programme_no"]) == ("Thu nhận xét nơi cư trú.", "10-CTr/ĐU; 000-CTr")
    await site.october("ScheduleMeeting", period="2026-10")
    assert "Cho mọi chi bộ" in (await site.points("open-points"))["items-nobody-took"]


async def test_a_list_the_superior_issued_to_this_branch_takes_the_place_of_the_one_entered_by_hand(site: Site):
    await site.done("EnterProgramme", PROGRAMME)
    await site.told(issued_by_hub(CODE, ProgrammeLine(id="P9", text="Việc của chi bộ")))
    shown = await site.see(f"/branches/{CODE}/programmes/2026-10")
    assert [item["id"] for item in shown["items"]] == ["P9"]


async def test_the_rules_published_nearest_up_the_tree_are_chosen_when_a_meeting_is_set_and_pinned(site: Site):
    await site.told(published(TEXTS["hd42.toml"]), local_meeting(2))
    await site.october("ScheduleMeeting", period="2026-10")
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert whole["meeting"]["profile"] == "local-meeting@1"
    site.at("2026-10-02T08:00")
    await site.october("PostMaterials", documents=[{"title": "Dự thảo nghị quyết"}])
    [posted] = (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["materials"]
    assert (posted["lead_days"], posted["on_time"]) == (1, False)


async def test_rules_heard_too_late_change_nothing_and_the_secretary_is_told_once(site: Site):
    await site.october("ScheduleMeeting", period="2026-10")
    await site.told(local_meeting(2))
    for _ in range(2):
        await site.look()
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert (whole["meeting"]["profile"], whole["meeting"]["late_profiles"]) == ("hd42@1", ["local-meeting@1"])
    told = (await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]
    [late] = [one for one in told if one["type"] == "chibo.LateProfileNoticed.v1"]
    assert "về đến sau khi đã ấn định buổi họp ngày 03/10/2026; buổi họp vẫn theo hd42, bản 1" in late["vi"]
    assert late["profile"] == "hd42@1"
    await site.october("MoveMeeting", to_on="2026-10-05", reason="superior")
    await site.look()
    whole = await site.see(f"/meetings/{OCTOBER}")
    assert whole["meeting"]["profile"] == "local-meeting@1"
    assert len((await site.see(f"/meetings/{OCTOBER}/facts"))["facts"]) == 3


async def test_rules_of_a_commune_hold_for_a_branch_from_the_day_it_stands_under_it_whatever_its_code_says(site: Site):
    commune = of_the_commune("hd42.toml")
    await site.told(*STANDS, MOVES, commune, issued_by_hub(COMMUNE, ProgrammeLine(id="C1", text="Việc của xã")))
    for period, profile in (("2026-10", "hd42@1"), ("2026-11", "commune@1")):
        await site.done("ScheduleMeeting", {"meeting_id": f"{CODE}:{period}", "period": period})
        assert (await site.see(f"/meetings/{CODE}:{period}"))["meeting"]["profile"] == profile
    await site.october("MoveMeeting", to_on="2026-10-20", reason="superior")
    assert (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["profile"] == "commune@1"
    shown = await site.see(f"/branches/{CODE}/programmes/2026-10")
    assert [item["id"] for item in shown["items"]] == ["C1"]


async def test_a_branch_placed_under_another_organisation_is_told_of_meetings_set_under_the_rules_of_the_old_one(
    site: Site,
):
    await site.told(*STANDS, of_the_commune("hd42.toml"))
    for period in ("2026-10", "2026-11"):
        await site.done("ScheduleMeeting", {"meeting_id": f"{CODE}:{period}", "period": period})
    await site.told(MOVES)
    for _ in range(2):
        await site.look()
    late = [(await site.see(f"/meetings/{CODE}:{period}"))["meeting"] for period in ("2026-10", "2026-11")]
    assert [one["late_profiles"] for one in late] == [[], ["commune@1"]]
    assert [one["profile"] for one in late] == ["hd42@1", "hd42@1"]


@pytest.mark.parametrize(("days_after", "told"), [(30, ["local-meeting@1"]), (31, [])])
async def test_nobody_is_told_of_late_rules_once_the_minutes_can_be_corrected_no_more(
    site: Site, days_after: int, told: list[str]
):
    await site.october("ScheduleMeeting", period="2026-10")
    held = datetime.fromisoformat("2026-10-03T19:30") + timedelta(days=days_after)
    site.at(f"{held:%Y-%m-%dT%H:%M}")
    await site.told(local_meeting(2))
    await site.look()
    assert (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["late_profiles"] == told


async def test_rules_this_version_cannot_read_are_left_out_until_it_can(site: Site):
    newer = published(TEXTS["hd42.toml"])
    newer = newer.model_copy(update={"profile_id": "hd50", "toml": newer.toml + "\n[never_heard_of]\nvalue = 1\n"})
    await site.told(newer)
    await site.october("ScheduleMeeting", period="2026-10")
    assert (await site.see(f"/meetings/{OCTOBER}"))["meeting"]["profile"] == "hd42@1"
