"""The month of the story over the real services: every awkward case, by queries and by replay."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.cli.replay import Happened, Replay, replay
from services.cli.sample.sheet import sheet
from services.cli.site import Answer, Answered
from shared.days import VIETNAM
from shared.events.envelope import LogName, instant
from tests.journeys.conftest import BRANCH, OCTOBER, Journey

pytestmark = pytest.mark.journey


def at(text: str) -> str:
    """A moment in Viet Nam as envelopes carry it."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=VIETNAM))


@pytest.fixture(scope="module")
def told(journey: Journey) -> Replay:
    return replay(journey.site, OCTOBER)


@pytest.fixture(scope="module")
def every_fact(journey: Journey) -> dict[str, dict[str, Any]]:
    """All facts of all services by id, as their feeds give them."""
    found = {}
    for service in journey.site:
        after = 0
        while lines := service.feed(after)[2]:
            after += len(lines)
            for line in lines:
                fact = json.loads(line)
                found[fact["id"]] = fact
    return found


def of(told: Replay, kind: str) -> list[Happened]:
    return [fact for fact in told.facts if fact.told["type"] == f"chibo.{kind}.v1"]


def one(told: Replay, kind: str, **data: Any) -> Happened:
    (found,) = [
        fact for fact in of(told, kind) if all(fact.told["data"][name] == value for name, value in data.items())
    ]
    return found


def minutes_state(journey: Journey, fact: Happened) -> dict[str, Any]:
    """The meeting as it stood with this fact."""
    state: dict[str, Any] = replay(journey.site, OCTOBER, fact.address).states[f"minutes/{OCTOBER}"]
    return state


def here(state: dict[str, Any]) -> set[str]:
    return {member for member, stays in state["presence"].items() if stays[-1]["to_at"] is None}


# ---------------------------------------------------------------- before the meeting


def test_before_the_notice_leaves_the_secretary_sees_who_has_no_task_and_what_nobody_took(journey: Journey):
    words = " ".join(point["vi"] for point in journey.looks["before the notice"])
    assert "Huỳnh Út Lành" in words
    assert "P6" in words or "Rà soát nguồn kết nạp" in words


def test_each_date_of_the_move_shows_its_consequence_before_anything_is_sent(journey: Journey):
    assert [choice["vi"] for choice in journey.looks["where to move"]] == [
        "Báo trước 2 ngày – muộn 1 ngày",
        "Báo trước 3 ngày – đúng hạn",
    ]


def test_the_notice_reached_nine_members_and_the_follower_twice_over(told: Replay):
    expected = set(sheet()["expected"]["notice_recipients"])
    for revision in (1, 2):
        delivered = [fact for fact in of(told, "NoticeDelivered") if fact.told["data"]["revision"] == revision]
        assert {fact.told["data"]["member_id"] for fact in delivered} == expected
        assert len(delivered) == len(expected)


def test_on_paper_it_is_said_who_handed_it_over(told: Replay):
    paper = one(told, "NoticeDelivered", member_id="M08", revision=1)
    assert paper.told["actor"] == "M04"
    assert paper.told["vi"] == (
        "Đ/c Đặng Thị Đoan trao tận tay thông báo cho đ/c Huỳnh Út Lành ngày 29/09/2026; đ/c Lành đã ký nhận trên giấy."
    )
    telephone = one(told, "NoticeDelivered", member_id="M08", revision=2)
    assert telephone.told["data"]["channel"] == "telephone"


def test_telephone_is_not_presence_in_the_committee(told: Replay):
    held = one(told, "CommitteePreparatoryHeld")
    assert (held.told["data"]["attendees"], held.told["data"]["by_telephone"]) == (["M01", "M02"], ["M03"])
    assert held.told["vi"].startswith(
        "Chi ủy họp chuẩn bị ngày 28/09/2026, có mặt 2/3 đồng chí, thống nhất chương trình, dự thảo nghị quyết "
        "và 9 dự kiến phân công"
    )


def test_late_entry_keeps_both_times_and_says_so(journey: Journey, every_fact: dict[str, dict[str, Any]]):
    (filed,) = [
        fact
        for fact in every_fact.values()
        if fact["type"] == "chibo.SelfAssessmentFiled.v1"
        and fact["data"]["member_id"] == "M03"
        and fact["data"]["period"] == "2026-09"
    ]
    assert (filed["time"], filed["recordedtime"]) == (at("2026-09-26 19:40"), at("2026-09-28 18:40"))
    (answer,) = [outcome for step, outcome in journey.of("FileSelfAssessment") if step.actor == "M03" and step.happened]
    assert isinstance(answer, Answer)
    assert answer.facts[0]["vi"].endswith("(ghi muộn: việc ngày 26/09/2026, nhập ngày 28/09/2026)")


def test_the_self_assessment_from_paper_names_who_said_it_and_who_typed_it(every_fact: dict[str, dict[str, Any]]):
    (filed,) = [
        fact
        for fact in every_fact.values()
        if fact["type"] == "chibo.SelfAssessmentFiled.v1"
        and fact["data"]["member_id"] == "M08"
        and fact["data"]["period"] == "2026-09"
    ]
    assert (filed["actor"], filed["enteredby"], filed["medium"]) == ("M08", "M04", "paper")


def test_the_briefing_goes_to_the_deputy_who_also_chairs_and_november_stays_the_secretarys(
    journey: Journey, told: Replay
):
    assert one(told, "BriefingAssigned").told["vi"] == (
        "Đ/c Hoàng Đình Khiêm được phân công thông tin thời sự tháng 10/2026 (vòng 2, lượt 1)."
    )
    assert one(told, "BriefingSubstituted").told["vi"] == (
        "Đ/c Tôn Nữ Quỳnh Dao trình bày thời sự thay đ/c Hoàng Đình Khiêm vắng có lý do; "
        "lượt tháng 11 dành cho đ/c Khiêm."
    )
    forecast = journey.site["scheduler"].get(
        f"/branches/{BRANCH}/rotation/forecast", actor="M02", first="2026-11", months=2
    )
    assert [turn["member_id"] for turn in forecast] == ["M01", "M03"]


def test_illness_is_written_nowhere(told: Replay):
    sentences = " ".join(f"{fact.told['vi']} {fact.told['en']}" for fact in told.facts)
    assert not re.search(r"\b(ốm|đau|bệnh|ill|illness|sick)\b", sentences)
    assert one(told, "ChairDelegated").told["data"]["reason"] == "excused"
    assert one(told, "BriefingSubstituted").told["data"]["reason"] == "excused"


def test_the_move_by_storm_is_on_time_and_acknowledged(told: Replay):
    assert (
        one(told, "MeetingRescheduled")
        .told["vi"]
        .startswith("Buổi họp được dời từ 07:30 ngày 03/10 sang 14:00 ngày 05/10/2026 vì thiên tai")
    )
    assert one(told, "RescheduleAcknowledged").told["actor"] == "F01"
    assert not of(told, "NoticeMissed")


# ---------------------------------------------------------------- in the meeting


def test_opening_is_refused_once_for_want_of_a_minute_taker(journey: Journey, told: Replay):
    (refused, opened) = [outcome for _, outcome in journey.of("OpenMeeting")]
    assert isinstance(refused, Answered)
    assert refused.vi == (
        "Chưa khai mạc được: buổi họp chưa có thư ký ghi biên bản đang có mặt. "
        "Đồng chí chọn một người trong danh sách có mặt. Nội dung đã nhập vẫn còn."
    )
    assert isinstance(opened, Answer)
    assert one(told, "MeetingOpened").told["vi"] == (
        "Buổi họp khai mạc lúc 14:00, chủ trì đ/c Tôn Nữ Quỳnh Dao, thư ký đ/c Nguyễn Thị Hoa; có mặt 7/9."
    )


def test_the_state_at_each_moment_is_the_rooms(journey: Journey, told: Replay):
    opening = set(sheet()["october"]["attendance"]) - {"M01", "M04"}
    opened = minutes_state(journey, one(told, "MeetingOpened"))
    assert (here(opened), opened["phase"]) == (opening, "in_session")
    arrived = minutes_state(journey, one(told, "MemberArrived"))
    assert here(arrived) == opening | {"M04"}
    replaced = minutes_state(journey, one(told, "MinuteTakerReplaced"))
    assert [member for _, member in replaced["takers"]] == ["M07", "M04"]
    left = minutes_state(journey, one(told, "MemberLeftMeeting"))
    assert here(left) == (opening | {"M04"}) - {"M07"}
    assert left["phase"] == "in_session"
    assert minutes_state(journey, one(told, "MeetingClosed"))["phase"] == "closed"


def test_nine_lines_typed_without_network_are_there_once_with_both_times(journey: Journey, told: Replay):
    lines = of(told, "MemberMonthReviewed")
    assert len(lines) == sheet()["october"]["offline"]["lines_kept"]
    assert {fact.recordedtime for fact in lines} == {at("2026-10-05 15:11:06")}
    first = datetime.fromisoformat("2026-10-05 14:53")
    assert [fact.told["time"] for fact in lines] == [at(str(first + timedelta(minutes=2 * n))) for n in range(9)]
    assert len(journey.again) == len(lines)
    assert all(answer.already for answer in journey.again)
    assert [answer.facts[0]["id"] for answer in journey.again] == [fact.told["id"] for fact in lines]


def test_who_spoke_and_who_not(told: Replay):
    closed = one(told, "MeetingClosed").told["data"]
    assert closed["spoke"] == sheet()["october"]["spoke"]
    assert (closed["minutes"], closed["attendance"]["rate"], closed["attendance"]["meets"]) == (130, "8/9", False)


def test_opinions_are_sealed_and_each_has_its_answer(told: Replay):
    opinions = {fact.told["data"]["opinion_id"]: fact for fact in of(told, "OpinionRecorded")}
    assert set(opinions) == {"O12", "O13", "O14", "O15"}
    assert all(fact.told["privacy"] == "C" and "sealed" in fact.told["data"]["text"] for fact in opinions.values())
    answers = {fact.told["data"]["opinion_id"]: fact.told["data"] for fact in of(told, "OpinionDisposed")}
    assert {id: (data["how"], data["conclusion_item"], data["speaker_after"]) for id, data in answers.items()} == {
        "O12": ("contrary_explained", None, "agreed"),
        "O13": ("contrary_explained", None, "agreed"),
        "O14": ("accepted", 2, None),
        "O15": ("accepted", 3, None),
    }


def test_both_counts_of_the_disputed_vote_are_kept(journey: Journey, told: Replay):
    votes = {fact.told["data"]["vote_id"]: fact for fact in of(told, "VoteHeld")}
    for expected in sheet()["october"]["votes"]:
        data = votes[expected["id"]].told["data"]
        counted = {name: data[name] for name in ("for", "against", "other", "voters_present", "base", "adopted")}
        assert counted == {name: expected[name] for name in counted}
    assert votes["V2"].told["data"]["recount_of"] == "V1"
    first = minutes_state(journey, votes["V1"])["votes"]
    assert (set(first), first["V1"]["recounted_by"]) == ({"V1"}, None)
    both = minutes_state(journey, votes["V2"])["votes"]
    assert (set(both), both["V1"]["disputed_by"], both["V1"]["recounted_by"]) == ({"V1", "V2"}, "M08", "V2")
    disputed = one(told, "VoteDisputed").told
    assert (disputed["actor"], disputed["enteredby"]) == ("M08", "M04")


def test_the_recount_carries_the_resolution_and_the_minutes_end_the_term_so_far(told: Replay):
    assert one(told, "ResolutionAdopted").told["data"]["doc_no"] == "22-NQ/CB"
    assert one(told, "MinutesAdopted").told["data"]["doc_no"] == "29-BB/CB"
    assert one(told, "MinutesAdopted").told["vi"] == (
        "Biên bản số 29-BB/CB được đọc lại và thông qua lúc 16:08, "
        "6 tán thành trong 6 đồng chí có quyền biểu quyết đang có mặt."
    )


def test_the_answer_promised_in_september_is_given_where_it_was_asked(journey: Journey):
    september = replay(journey.site, f"{BRANCH}:2026-09")
    (answered,) = of(september, "OpinionAnswered")
    assert answered.told["data"]["opinion_id"] == "O10"
    assert answered.recordedtime == at("2026-10-05 14:51")


# ---------------------------------------------------------------- tasks and ranks


def test_every_task_decided_lives_and_names_the_decision_it_follows_from(told: Replay):
    decided = {fact.told["data"]["task_id"]: fact for fact in of(told, "AssignmentDecided")}
    lives = {fact.told["data"]["task_id"]: fact for fact in of(told, "TaskAssigned")}
    assert set(decided) == set(lives) == {"T19", "T20", "T21", "T22", "T23", "T24", "T25", "T26", "T27"}
    for task, life in lives.items():
        assert life.told["causationid"] == decided[task].told["id"]
        assert life.told["correlationid"] == decided[task].told["correlationid"]
    assert (decided["T20"].told["data"]["partner_id"], lives["T20"].told["data"]["carried_from"]) == ("M11", "T16")
    followed = one(told, "TaskFollowedUp").told
    assert (followed["data"]["task_id"], followed["data"]["how"], followed["data"]["ref"]) == ("T16", "new_task", "T20")


def test_the_urgent_task_names_who_gave_it_and_is_done_before_its_hour(journey: Journey):
    task = journey.site["ranking"].get(f"/branches/{BRANCH}/tasks/T18", actor="M02")
    words = " ".join(fact["vi"] for fact in task["facts"])
    assert "Lãnh đạo phòng giao việc đột xuất cho đ/c Nguyễn Thị Hoa lúc 15:30" in words
    assert "trước hạn 5 giờ 55 phút" in words


def test_ranks_are_the_cells_with_the_computed_beside_them(
    journey: Journey, told: Replay, every_fact: dict[str, dict[str, Any]]
):
    ranked = {fact.told["data"]["member_id"]: fact.told["data"] for fact in of(told, "MemberRanked")}
    september = sheet()["ranking_2026_09"]
    assert {member: data["decided_rank"] for member, data in ranked.items()} == september["entries"]
    departed = [member for member, data in ranked.items() if data["computed_rank"] != data["decided_rank"]]
    assert departed == ["M06"]
    assert ranked["M06"]["computed_rank"] == "not_completed"
    assert ranked["M06"]["reason"] is not None
    assert ranked["M06"]["vote"]["for"] == 6
    for member, tasks in september["evidence"].items():
        *evidence, evaluation = [every_fact[id] for id in ranked[member]["evidence"]]
        assert (evaluation["type"], evaluation["data"]["member_id"]) == ("chibo.MemberEvaluated.v1", member)
        assert [fact["data"]["task_id"] for fact in evidence] == tasks
        assert {fact["type"] for fact in evidence} <= {"chibo.TaskCompleted.v1", "chibo.TaskFailed.v1"}
    assert all(id in every_fact for data in ranked.values() for id in data["evidence"])
    assert one(told, "MemberRanked", member_id="M06").told["vi"] == (
        "Đ/c Nguyễn Thị Hòa được chi bộ xếp loại tháng 9/2026: Hoàn thành. Theo tiêu chí tính ra là Không hoàn thành; "
        "chi bộ quyết định khác, có nêu lý do (6 tán thành)."
    )


# ---------------------------------------------------------------- the whole


def test_nothing_more_and_nothing_less_was_recorded_about_the_meeting(told: Replay):
    assert Counter(fact.told["type"].split(".")[1] for fact in told.facts) == {
        "MeetingScheduled": 1,
        "BriefingAssigned": 1,
        "MinuteTakerAssigned": 2,
        "AssignmentDrafted": 9,
        "CommitteePreparatoryHeld": 1,
        "NoticeIssued": 1,
        "NoticeDelivered": 20,
        "AttendanceIntended": 2,
        "MaterialsPosted": 1,
        "ChairDelegated": 1,
        "BriefingSubstituted": 1,
        "MeetingRescheduled": 1,
        "NoticeNumbered": 2,
        "ReadinessFlagRaised": 1,
        "NoticeRevised": 1,
        "RescheduleAcknowledged": 1,
        "MeetingOpened": 1,
        "AttendanceRecorded": 1,
        "MemberArrived": 1,
        "MinuteTakerReplaced": 1,
        "BriefingDelivered": 1,
        "MemberSpoke": 2,
        "UrgentTaskAcknowledged": 1,
        "MemberMonthReviewed": 9,
        "BranchMonthReviewed": 1,
        "LastMonthReviewed": 1,
        "OpinionRecorded": 4,
        "OpinionDisposed": 4,
        "ConclusionReached": 1,
        "VoteHeld": 3,
        "VoteDisputed": 1,
        "ResolutionAdopted": 1,
        "MemberLeftMeeting": 1,
        "AssignmentDecided": 9,
        "TaskAssigned": 9,
        "TaskFollowedUp": 1,
        "RankingVoted": 1,
        "MemberRanked": 9,
        "MinutesRead": 1,
        "MinutesAdopted": 1,
        "MeetingClosed": 1,
        "DuesStatusReported": 1,
        "DisseminationAssigned": 2,
        "PracticeRulesPinned": 1,
        "PolicyDisseminated": 2,
        "MeetingScored": 1,
        "MinutesSigned": 2,
        "MinutesCountersigned": 1,
        "PackagePublished": 1,
        "PackageSignaturesNoted": 1,
        "MeetingScoreConfirmed": 1,
        "DisseminationCaughtUp": 2,
        "CorrectionRequested": 1,
    }


def test_no_effect_stands_before_its_cause(told: Replay, every_fact: dict[str, dict[str, Any]]):
    place = {fact.told["id"]: number for number, fact in enumerate(told.facts)}
    seen: dict[LogName, int] = {}
    for fact in told.facts:
        assert fact.index > seen.get(fact.log, 0)
        had_heard = [one for one in told.facts if one.index <= fact.heard.get(one.log, 0)]
        assert all(place[one.told["id"]] < place[fact.told["id"]] for one in had_heard)
        seen[fact.log] = fact.index
        cause = fact.told.get("causationid")
        if cause in place:
            assert place[cause] < place[fact.told["id"]]
        elif cause in every_fact:
            assert every_fact[cause]["recordedtime"] <= fact.recordedtime


def test_facts_that_follow_from_others_carry_the_chain(every_fact: dict[str, dict[str, Any]]):
    caused = [fact for fact in every_fact.values() if fact.get("causationid") in every_fact]
    assert len(caused) > 20
    for fact in caused:
        cause = every_fact[fact["causationid"]]
        assert fact["correlationid"] == cause["correlationid"]
        assert fact["actor"] == cause["actor"]


def test_replay_to_a_moment_is_the_beginning_of_the_whole(journey: Journey, told: Replay):
    early = replay(journey.site, OCTOBER, "2026-10-02 15:10")
    addresses = [fact.address for fact in told.facts]
    assert [fact.address for fact in early.facts] == addresses[: len(early.facts)]
    assert early.facts[-1].told["type"] in ("chibo.MeetingRescheduled.v1", "chibo.NoticeNumbered.v1")
    assert not [subject for subject in early.states if subject.startswith("minutes/")]


def test_replay_as_one_fact_knew_it_is_closed_under_hearing(journey: Journey, told: Replay):
    ranked = one(told, "MemberRanked", member_id="M11")
    seen = replay(journey.site, OCTOBER, ranked.address)
    addresses = {fact.address for fact in seen.facts}
    assert seen.facts[-1].address == ranked.address
    for fact in told.facts:
        if any(fact.index <= knower.heard.get(fact.log, 0) for knower in seen.facts):
            assert fact.address in addresses
    assert one(told, "MinutesRead").address not in addresses


def test_every_reminder_was_answered_but_those_of_the_items_nobody_took(journey: Journey):
    assert journey.site["ranking"].get(f"/branches/{BRANCH}/ranking-flags", actor="M02") == []
    months = journey.site["minutes"].get(f"/branches/{BRANCH}/twelve-months", actor="M02", until="2026-10")
    scheduler = journey.site["scheduler"]
    untaken = [
        flag
        for listed in scheduler.get(f"/branches/{BRANCH}/meetings", actor="M02")
        for flag in scheduler.get(f"/meetings/{listed['id']}", actor="M02")["meeting"]["readiness"]["flags"]
        if flag["cleared_on"] is None
    ]
    assert [flag["items"] for flag in untaken] == [["P6", "P7"]], "the superior's items nobody ever took"
    assert months["counted"]["flags_standing"] == len(untaken)
    assert months["counted"]["signed_on_time"] == sum(
        one["date"] > sheet()["signing"]["enrolled_on"] for one in sheet()["months"][:10]
    )
    assert months["counted"]["published_on_time"] == len(sheet()["months"][:10])


def test_R30_the_leaders_quarters_were_ranked_to_the_superiors_word(journey: Journey):
    for quarter in sheet()["quarters"]:
        shown = journey.site["ranking"].get(f"/branches/{BRANCH}/appraisals/{quarter['period']}", actor="M02")
        assert {one["member_id"] for one in shown["members"]} == set(quarter["points"])
        assert shown["phase"] == ("final" if "approved" in quarter else "open"), quarter["period"]


def test_R39_whoever_missed_a_document_or_a_session_made_it_up(journey: Journey):
    minutes = journey.site["minutes"]
    documents = minutes.get(f"/branches/{BRANCH}/documents", actor="M02")
    assert {one["doc_no"] for one in documents} == {one["doc_no"] for one in sheet()["documents"]}
    assert all(one["waiting"] == [] for one in documents)
    sessions = minutes.get(f"/branches/{BRANCH}/study", actor="M02")["sessions"]
    assert len(sessions) == sheet()["study_2026"]["sessions"]
    assert all(one["waiting"] == [] for one in sessions)


def test_the_branch_counts_as_written_down(journey: Journey):
    expected = sheet()["expected"]
    branch = journey.site["roster"].get(f"/branches/{BRANCH}", actor="M02", on=str(date(2026, 10, 5)))
    assert branch["on_list"] == expected["roster"]
    assert branch["official"] == expected["official"]
    assert len(branch["base"]) == expected["attendance_base"]
    assert branch["votes_needed"] == expected["votes_needed"]["base_10"]
    assert [member["id"] for member in branch["members"]] == sheet()["sort_by_given_name"]


def test_thirteen_meetings_were_held_and_every_notice_was_on_time(journey: Journey):
    meetings = journey.site["scheduler"].get(f"/branches/{BRANCH}/meetings", actor="M02")
    assert len(meetings) == 13
    assert {meeting["phase"] for meeting in meetings} == {"closed"}
    assert all(meeting["on_time"] and meeting["proven"] == meeting["recipients"] for meeting in meetings)
    regular = sorted(meeting["on"] for meeting in meetings if meeting["meeting_kind"] == "regular")
    assert regular == [str(month["date"]) for month in sheet()["months"][:10]]


# ---------------------------------------------------------------- beside the cell's own book


def test_the_branch_stands_in_the_tree_and_its_papers_say_where(journey: Journey):
    above = journey.site["roster"].get(f"/branches/{BRANCH}/superiors", actor="M01", on="2026-10-05")
    assert [one["kind"] for one in above["chain"]] == ["branch", "grassroots", "superior", "province"]
    raw, _ = journey.site["minutes"].download(f"/meetings/{OCTOBER}/resolution.docx", actor="M01")
    words = re.sub("<[^>]+>", "", zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml").decode())
    assert "Phố Mẫu, ngày 05 tháng 10 năm 2026" in words


def test_everybody_of_the_base_filed_the_years_pledge(journey: Journey):
    year = journey.site["roster"].get(f"/branches/{BRANCH}/years/2026", actor="M01")
    assert len(year["pledged"]) == 9
    assert year["pledge_missing"] == ["M11"], "joined in May, after the day by which it is filed"


def test_old_minutes_are_found_by_their_words_and_shown_as_they_were_scanned(journey: Journey):
    minutes = journey.site["minutes"]
    (found,) = minutes.get(f"/branches/{BRANCH}/search", actor="M02", q="mai nha van hoa")["found"]
    assert found["vi"] == "Biên bản giấy trang 41, đã đối chiếu"
    shown = minutes.get(f"/branches/{BRANCH}/scans/BBG1", actor="M02")["shown"]
    assert [(one["page"], one["mark"]) for one in shown] == [(41, "verified"), (42, "unverified")]
    picture, headers = minutes.download(f"/branches/{BRANCH}/files/{shown[0]['sha256']}/pages/1", actor="M02")
    assert (headers["content-type"], picture[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize(("book", "reader", "other"), [("union", "M05", "M04"), ("professional", "M05", "M07")])
def test_R9_the_other_two_books_have_their_own_numbers_and_readers(
    journey: Journey, book: str, reader: str, other: str
):
    minutes, asked = journey.site["minutes"], {"q": "ngập" if book == "union" else "biểu thống kê theo mẫu"}
    found = minutes.get(f"/branches/{BRANCH}/search", actor=reader, **asked)["found"]
    assert f"{BRANCH}:2026-09:{book}" in {one["meeting_id"] for one in found}
    hidden = minutes.get(f"/branches/{BRANCH}/search", actor=other, **asked)["found"]
    assert f"{BRANCH}:2026-09:{book}" not in {one["meeting_id"] for one in hidden}
