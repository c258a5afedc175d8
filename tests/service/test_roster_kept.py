"""What roster keeps of people and places, over HTTP on real files: the sample's section G, and flags by the clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from shared.events.files import FileAttached, FileWithdrawn, KeptFile
from shared.events.sealed import Secret
from tests.moved_branch import COMMUNE, ROOT, of_the_commune
from tests.moved_branch import OVER as BEFORE
from tests.sample_branch import CHARTER
from tests.service.test_roster import BRANCH, Office, running, settle


@pytest.fixture
async def office(tmp_path: Path):
    async with running(tmp_path) as office:
        await settle(office)
        yield office


async def set_clock(office: Office, now: str) -> None:
    """Look at once what has come due, in read models that contain what was said before."""
    log = office.service.log
    assert await office.service.views.wait_async(log.name, log.head().index, 30)
    answer = await office.client.put("/clock", json={"now": now}, headers=office.token)
    assert answer.status_code == httpx.codes.OK, answer.text


async def standing(office: Office, actor: str = "M01") -> list[tuple[str, str, str]]:
    shown = await office.see(f"/branches/{BRANCH}/flags", actor=actor)
    return [(one["flag"], one["item"], one["missing"]) for one in shown if one["cleared_on"] is None]


REMARK: dict[str, Any] = {
    "member_id": "M05",
    "remark_id": "R1",
    "source": "post",
    "said_by": "Đảng ủy xã Mường Lèn",
    "document_no": "Phiếu MẪU-07",
    "document_on": "2026-09-18",
    "received_on": "2026-10-05",
    "result": "to_improve",
    "text": "Gửi lịch làm việc muộn.",
}


async def test_R42_a_remark_not_shared_in_time_is_flagged_by_the_clock_and_sharing_it_clears_the_flag(office: Office):
    await office.say("ReceiveRemark", REMARK, actor="M01")
    await set_clock(office, "2026-10-12T23:00:00+07:00")
    assert await standing(office) == []
    await set_clock(office, "2026-10-13T00:00:30+07:00")
    office.after = {"after": f"roster:{office.service.log.head().index}"}
    assert await standing(office) == [("remark_not_shared", "R1", "RemarkShared")]
    await set_clock(office, "2026-10-13T09:00:00+07:00")
    said = await office.say(
        "ShareRemark", {"member_id": "M05", "remark_id": "R1", "shared_on": "2026-10-13", "by": "M01"}, actor="M01"
    )
    assert [fact["type"] for fact in said["facts"]] == ["chibo.RemarkShared.v1", "chibo.RosterFlagCleared.v1"]
    assert said["facts"][0]["vi"] == "Đ/c M01 trao đổi nhận xét với đ/c M05 ngày 13/10/2026: quá hạn 1 ngày."
    assert await standing(office) == []


async def test_R42_a_remark_is_read_by_the_committee_at_once_and_by_the_member_once_it_was_shared(office: Office):
    await office.say("ReceiveRemark", REMARK, actor="M01")
    sheet = await office.see(f"/branches/{BRANCH}/members/M05", actor="M01")
    (remark,) = sheet["post"]
    assert remark["may_be_evidence"] is False
    assert [text["text"] for text in remark["texts"]] == ["Gửi lịch làm việc muộn."]
    for reader in ("M05", "M08", "F01"):
        seen = await office.see(f"/branches/{BRANCH}/members/M05", actor=reader)
        assert seen["post"] == []
        assert seen["remarks_hidden"] is (reader != "M05")
    stored = [recorded.raw.decode() for recorded in office.service.log.history(f"member/{BRANCH}/M05")]
    assert "Gửi lịch làm việc" not in str(stored)
    share = {"member_id": "M05", "remark_id": "R1", "shared_on": "2026-10-05", "by": "M01"}
    await office.say("ShareRemark", share, actor="M01")
    reply = {"member_id": "M05", "remark_id": "R1", "answered_on": "2026-10-05", "text": "Tiếp thu."}
    refused = await office.ask("AnswerRemark", reply, actor="M01")
    assert refused.status_code == httpx.codes.FORBIDDEN
    await office.say("AnswerRemark", reply, actor="M05", enteredby="M04", medium="paper")
    (remark,) = (await office.see(f"/branches/{BRANCH}/members/M05", actor="M05"))["post"]
    assert remark["may_be_evidence"] is True
    assert [(text["what"], text["text"]) for text in remark["texts"]] == [
        ("remark", "Gửi lịch làm việc muộn."),
        ("answer", "Tiếp thu."),
    ]


async def test_E9_a_transfer_with_its_clocks_its_flags_and_the_count_at_the_origin(office: Office):
    begin = {
        "member_id": "M08",
        "transfer_id": "C1",
        "to": "Chi bộ xã Mẫu",
        "decision_no": "15-QĐ/TU",
        "decided_on": "2026-04-01",
    }
    said = await office.say("StartTransfer", begin, actor="M01")
    assert "trước hết ngày 29/06/2026 (60 ngày làm việc)" in said["facts"][0]["vi"]
    introduce = {"member_id": "M08", "transfer_id": "C1", "introduced_on": "2026-05-11"}
    await office.say("IntroduceMember", introduce, actor="M01")
    (shown,) = await office.see(f"/branches/{BRANCH}/transfers", on="2026-06-25")
    assert (shown["letter_overdue"], shown["procedure_overdue"], shown["counted_here"]) == (True, False, True)
    await set_clock(office, "2026-10-05T09:01:00+07:00")
    office.after = {"after": f"roster:{office.service.log.head().index}"}
    assert await standing(office) == [
        ("letter_overdue", "C1", "LetterPresented"),
        ("transfer_overdue", "C1", "TransferCompleted"),
    ]
    flag = next(one for one in await office.see(f"/branches/{BRANCH}/flags") if one["flag"] == "transfer_overdue")
    assert (flag["due_on"], flag["detected_on"]) == ("2026-06-29", "2026-10-05")
    assert flag["vi"] == (
        "Hết ngày 29/06/2026 chưa xong thủ tục chuyển sinh hoạt đảng của đ/c Huỳnh Út Lành; "
        "cần ghi ngày có hiệu lực hoặc dừng lần chuyển."
    )
    present = {"member_id": "M08", "transfer_id": "C1", "presented_on": "2026-06-19"}
    await office.say("PresentLetter", present, actor="M01")
    finish = {"member_id": "M08", "transfer_id": "C1", "effective_on": "2026-10-06"}
    said = await office.say("CompleteTransfer", finish, actor="M01")
    assert [fact["type"] for fact in said["facts"]] == [
        "chibo.TransferCompleted.v1",
        "chibo.MemberTransferred.v1",
        "chibo.RosterFlagCleared.v1",
    ]
    assert await standing(office) == []
    for day, base in (("2026-10-05", 9), ("2026-10-06", 8)):
        assert len((await office.see(f"/branches/{BRANCH}", actor="M01", on=day))["base"]) == base


async def test_why_a_transfer_was_called_off_is_for_the_member_and_the_committee(office: Office):
    begin = {"member_id": "M08", "transfer_id": "C1", "to": "Chi bộ xã Mẫu", "decided_on": "2026-10-01"}
    await office.say("StartTransfer", begin, actor="M01")
    await office.say("CallOffTransfer", {"member_id": "M08", "transfer_id": "C1", "reason": "Việc riêng."}, "M01")
    for reader, words in (("M01", ["Việc riêng."]), ("M08", ["Việc riêng."]), ("M05", []), ("F01", [])):
        sheet = await office.see(f"/branches/{BRANCH}/members/M08", actor=reader)
        assert [text["text"] for text in sheet["called_off"]] == words
        assert sheet["transfers"][0]["phase"] == "called_off"


async def test_levels_are_shown_as_counts_only(office: Office):
    for number in range(1, 12):
        education = "master" if number in (2, 5, 6) else "university"
        theory = "bachelor_or_high" if number <= 9 else None
        level = {"member_id": f"M{number:02}", "education": education, "theory": theory, "as_of": "2026-10-05"}
        await office.say("RecordMemberLevel", level, actor="M01")
    counts = await office.see(f"/branches/{BRANCH}/levels")
    assert (counts["on_list"], counts["education"]["university"], counts["education"]["master"]) == (11, 11, 3)
    assert (counts["theory"]["bachelor_or_high"], counts["theory_not_recorded"]) == (9, 2)
    assert "M02" not in str(counts)
    before = await office.see(f"/branches/{BRANCH}/levels", on="2026-10-04")
    assert before["education_not_recorded"] == 11


async def test_five_years_running_is_true_on_day_one_and_awards_cover_members_until_revoked(office: Office):
    for year in range(2021, 2026):
        entered = {"year": year, "result": "exemplary", "title": "TSVM tiêu biểu", "decision_no": f"MẪU-{year}"}
        await office.say("EnterPastResult", entered | ({"scan_sha256": "5f" * 32} if year > 2022 else {}), actor="M01")
    for number, member in enumerate(("M01", "M02", "M03", "M08"), 1):
        award = {
            "award_id": f"A{number}",
            "honoured": "member",
            "member_id": member,
            "award": "merit",
            "title": "Bằng khen của Tỉnh ủy",
            "year": 2024,
            "decision_no": f"MẪU-{number:02}",
        }
        await office.say("RecordAward", award, actor="M01")
    honours = await office.see(f"/branches/{BRANCH}/honours", on="2025-12-31")
    assert honours["branch_running"] == {"until": 2025, "years": 5, "scanned": 0}
    assert [one["scan"] for one in honours["results"]] == ["none", "none", "not_kept", "not_kept", "not_kept"]
    assert honours["results"][0]["vi"].startswith("Chưa có bản quét quyết định số MẪU-2021, kết quả năm 2021. Đồng chí")
    assert "need not be entered again" in honours["results"][2]["en"]
    assert (await office.see(f"/branches/{BRANCH}/honours"))["branch_running"]["years"] == 5
    assert (honours["covered"], honours["on_list"]) == (["M01", "M02", "M03", "M08"], 10)
    await office.say("RevokeAward", {"award_id": "A4", "decision_no": "MẪU-99", "revoked_on": "2026-10-05"}, "M01")
    assert (await office.see(f"/branches/{BRANCH}/honours"))["covered"] == ["M01", "M02", "M03"]


async def test_a_past_result_is_proven_once_the_scan_of_its_decision_is_attached(office: Office):
    entered = {"year": 2025, "result": "exemplary", "title": "TSVM tiêu biểu", "decision_no": "MẪU-2025"}

    async def proven() -> tuple[str, str | None, int]:
        shown = await office.see(f"/branches/{BRANCH}/honours")
        return shown["results"][0]["scan"], shown["results"][0]["vi"], shown["branch_running"]["scanned"]

    await office.say("EnterPastResult", entered, actor="M01")
    await office.say("EnterPastResult", entered | {"scan_sha256": "5f" * 32}, actor="M01")
    assert (await proven())[0] == "not_kept"
    file = KeptFile(sha256="5f" * 32, size=9, media="pdf", pages=1, keysubject=f"branch/{BRANCH}")
    about = {"branch": BRANCH, "attachment_id": "TL1"}
    await office.elsewhere.say(
        FileAttached(**about, title="Quyết định", closed=False, document_no="MẪU-2025", file=file), actor="M04"
    )
    assert await proven() == ("kept", None, 1)
    why = Secret(subject=f"branch/{BRANCH}", field="reason", text=SecretStr("Nhầm tệp"))
    gone = {"sha256": file.sha256, "keysubject": file.keysubject, "erased": False}
    await office.elsewhere.say(FileWithdrawn(**about, **gone, reason=why), actor="M04")
    assert (await proven())[0] == "not_kept"


async def test_family_titles_and_pledges_of_a_year_are_yes_not_yet_or_not_said(office: Office):
    for number in range(1, 11):
        title = {"member_id": f"M{number:02}", "year": 2025, "achieved": True}
        await office.say("RecordFamilyTitle", title, actor="M01")
    year = await office.see(f"/branches/{BRANCH}/years/2025")
    assert (len(year["family_achieved"]), year["family_not_recorded"]) == (10, ["M11"])


async def test_a_branch_that_keeps_pledges_is_told_in_april_who_has_none(office: Office):
    await set_clock(office, "2027-03-02T09:00:00+07:00")
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        pledge = {"member_id": f"M{number:02}", "year": 2027, "filed_on": "2027-03-02", "kept_where": "Tủ hồ sơ"}
        await office.say("FilePledge", pledge, actor="M01")
    await set_clock(office, "2027-04-01T07:00:00+07:00")
    office.after = {"after": f"roster:{office.service.log.head().index}"}
    shown = await office.see(f"/branches/{BRANCH}/flags")
    assert [(one["flag"], one["member_id"], one["due_on"]) for one in shown] == [
        ("pledge_missing", "M11", "2027-03-31")
    ]
    pledge = {"member_id": "M11", "year": 2027, "filed_on": "2027-04-01", "kept_where": "Tủ hồ sơ"}
    await office.say("FilePledge", pledge, actor="M11")
    assert await standing(office) == []


async def test_an_issue_of_a_locality_goes_up_and_comes_back(office: Office):
    place = {"locality_id": "ML", "place": "xã Mường Lèn", "follower_id": "M03", "from_on": "2026-01-01"}
    await office.say("AssignLocality", place, actor="M01")
    about = {"locality_id": "ML", "member_id": "M03"}
    visit = {"visit_id": "V1", "visited_on": "2026-09-26", "acts": ["conveyed", "guided"]}
    await office.say("VisitLocality", about | visit, actor="M03")
    issue = {"issue_id": "L1", "found_on": "2026-09-26", "text": "Hai bản chưa có sóng."}
    await office.say("RaiseLocalityIssue", about | issue, actor="M03")
    advice = {"issue_id": "L1", "advised_on": "2026-09-28", "to": "lãnh đạo phòng", "text": "Dùng thông báo giấy."}
    await office.say("GiveAdvice", about | advice | {"answer_due_on": "2026-10-04"}, actor="M03")
    await set_clock(office, "2026-10-05T09:01:00+07:00")
    office.after = {"after": f"roster:{office.service.log.head().index}"}
    assert await standing(office) == [("issue_not_answered", "L1", "IssueAnswered")]
    answer = {"locality_id": "ML", "issue_id": "L1", "answered_on": "2026-10-05", "by": "lãnh đạo phòng"}
    await office.say("AnswerIssue", answer, actor="M03")
    await office.say("TellLocality", about | {"issue_id": "L1", "told_on": "2026-10-05"}, actor="M03")
    (shown,) = await office.see(f"/branches/{BRANCH}/localities", actor="M08")
    assert shown["followed_by"] == {"id": "M03", "name": "Lô Văn Phủng"}
    assert shown["acts"] == {"conveyed": 1, "inspected": 0, "urged": 0, "guided": 1}
    assert shown["issues"][0]["phase"] == "closed"
    assert [text["text"] for text in shown["issues"][0]["texts"]] == ["Hai bản chưa có sóng.", "Dùng thông báo giấy."]
    (above,) = await office.see(f"/branches/{BRANCH}/localities", actor="F01")
    assert [text["text"] for text in above["issues"][0]["texts"]] == [None, None]


async def test_a_corrected_name_is_the_one_that_is_shown_and_the_year_of_birth_stays(office: Office):
    correct = {"member_id": "M05", "name": "Cao Tiến Ngãn", "given": "Ngãn", "reason": "misspelt"}
    await office.say("CorrectMember", correct, actor="M01")
    shown = await office.see(f"/branches/{BRANCH}")
    (member,) = [one for one in shown["members"] if one["id"] == "M05"]
    assert (member["name"], member["given"], member["born"]) == ("Cao Tiến Ngãn", "Ngãn", "1982")
    await office.say("CorrectMember", {"member_id": "M05", "born": "1983", "reason": "wrong_source"}, actor="M01")
    shown = await office.see(f"/branches/{BRANCH}")
    (member,) = [one for one in shown["members"] if one["id"] == "M05"]
    assert (member["name"], member["born"]) == ("Cao Tiến Ngãn", "1983")


async def place(office: Office, code: str, kind: str, superior: str | None) -> None:
    """An organisation in the tree, since the first of 2025."""
    data = {"code": code, "name": f"T {code}", "organisation": kind, "superior": superior}
    await office.say(
        "RegisterOrganisation", data | {"decision_no": "01-QĐ/TU", "effective_on": "2025-01-01"}, branch=ROOT
    )


async def test_roster_follows_the_rules_of_whoever_stands_above_the_branch_on_the_day(office: Office):
    for code, kind, superior in (
        (ROOT, "province", None),
        (BEFORE, "superior", ROOT),
        (COMMUNE, "superior", ROOT),
        (BRANCH, "branch", BEFORE),
    ):
        await place(office, code, kind, superior)
    moved = {"code": BRANCH, "superior": COMMUNE, "decision_no": "15-QĐ/TU", "effective_on": "2026-10-04"}
    await office.say("ReparentOrganisation", moved, branch=ROOT)
    pledge = 'value = 3\nopened = "any"', 'value = 2\nopened = "any"'
    remark = '[remark_shared_days]   # R42\nvalue = 7\nopened = "any"', '[remark_shared_days]\nvalue = 3\nopened = "no"'
    notice = 'value = 3\nopened = "any"', 'value = 3\nopened = "no"'
    await office.elsewhere.say(
        of_the_commune("qd208.toml", ("value = 60", "value = 45"), pledge, id="commune-membership"),
        of_the_commune("seed_cell_practice.toml", remark, id="commune-practice"),
        of_the_commune("hd42.toml", notice, id="commune-meeting"),
        actor="operator",
    )
    started: dict[str, tuple[str, int]] = {}
    for member, day in (("M08", "2026-10-03"), ("M07", "2026-10-04")):
        begin = {"member_id": member, "transfer_id": "C1", "to": "Chi bộ xã Mẫu", "decided_on": day}
        await office.say("StartTransfer", begin, actor="M01")
        (stored,) = office.service.log.history(f"member/{BRANCH}/{member}")
        assert stored.envelope.profile == stored.fact.rules
        started[member] = (stored.fact.rules, stored.fact.procedure_days)
    assert started == {"M08": ("qd208@1", 60), "M07": ("commune-membership@1", 45)}

    said = await office.say("ReceiveRemark", REMARK, actor="M01")
    assert [one["type"] for one in said["facts"]] == ["chibo.MemberRulesPinned.v1", "chibo.RemarkReceived.v1"]
    assert said["facts"][0]["vi"].endswith("tính theo commune-practice, bản 1.")
    received = list(office.service.log.history(f"member/{BRANCH}/M05"))[-1]
    assert (received.envelope.profile, received.fact.share_within_days) == ("commune-practice@1", 3)

    charter = CHARTER.model_copy(update={"version": CHARTER.version + 1, "adopted_on": date(2026, 10, 5)})
    await office.say("AdoptCharter", {"charter": charter.model_dump(mode="json")}, actor="M01")
    wider = charter.model_copy(update={"version": CHARTER.version + 2, "notice_days": 4})
    refused = await office.ask("AdoptCharter", {"charter": wider.model_dump(mode="json")}, actor="M01")
    assert "không cho chi bộ đặt số ngày thông báo trước là 4" in refused.json()["detail"]

    assert (await office.see(f"/branches/{BRANCH}/years/2027"))["pledge_due_on"] == "2027-02-28"
    await set_clock(office, "2027-02-20T09:00:00+07:00")
    filed = {"member_id": "M01", "year": 2027, "filed_on": "2027-02-20", "kept_where": "Tủ hồ sơ"}
    await office.say("FilePledge", filed, actor="M01")
    await set_clock(office, "2027-03-01T07:00:00+07:00")
    flagged = list(office.service.log.history(f"member/{BRANCH}/M02"))[-1]
    assert (flagged.fact.flag, flagged.fact.due_on) == ("pledge_missing", date(2027, 2, 28))
    assert flagged.envelope.profile == "commune-membership@1"


async def test_the_tree_tells_a_branch_its_grassroots_organisation_on_any_day_and_ends_a_merged_branch(office: Office):
    by_code = await office.see(f"/branches/{BRANCH}/superiors")
    assert by_code["grassroots_org"] == "99.001.002.000.000"

    async def tell(command: str, data: dict[str, Any], day: str) -> None:
        await office.say(command, data | {"decision_no": "01-QĐ/TU", "effective_on": day}, branch=ROOT)

    codes = (
        (ROOT, "province", None),
        ("99.001.000.000.000", "superior", ROOT),
        ("99.001.002.000.000", "grassroots", "99.001.000.000.000"),
        ("99.001.003.000.000", "grassroots", "99.001.000.000.000"),
        (BRANCH, "branch", "99.001.002.000.000"),
        ("99.001.003.000.001", "branch", "99.001.003.000.000"),
    )
    for code, kind, superior in codes:
        await place(office, code, kind, superior)
    await tell("ReparentOrganisation", {"code": BRANCH, "superior": "99.001.003.000.000"}, "2026-07-01")
    found = [
        (await office.see(f"/branches/{BRANCH}/superiors", on=day))["grassroots_org"]
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert found == ["99.001.002.000.000", "99.001.003.000.000"]
    nodes = await office.see(f"/organisations/{ROOT}", actor="operator", on="2026-07-01")
    children = {one["code"]: one["children"] for one in nodes}
    assert children["99.001.003.000.000"] == ["99.001.003.000.001", BRANCH] or children["99.001.003.000.000"] == [
        BRANCH,
        "99.001.003.000.001",
    ]
    await tell("MergeOrganisations", {"merged": [BRANCH], "into": "99.001.003.000.001"}, "2026-11-01")
    assert (await office.see(f"/branches/{BRANCH}"))["dissolved_on"] is None
    await set_clock(office, "2026-11-01T06:00:00+07:00")
    office.after = {"after": f"roster:{office.service.log.head().index}"}
    assert (await office.see(f"/branches/{BRANCH}", actor="operator"))["dissolved_on"] == "2026-11-01"


async def test_a_guest_may_stay_longer(office: Office):
    guest = {
        "member_id": "K01",
        "name": "Lò Thị Khách",
        "given": "Khách",
        "status": "temporary_here",
        "since": "2026-10-01",
        "until": "2026-12-31",
    }
    await office.say("EnrolMember", guest, actor="M01")
    longer = {"member_id": "K01", "status": "temporary_here", "from_on": "2026-10-05", "until_on": "2027-02-28"}
    await office.say("ChangeStatus", longer, actor="M01")
    for day, listed in (("2027-02-28", 12), ("2027-03-01", 11)):
        shown = await office.see(f"/branches/{BRANCH}", on=day)
        assert shown["on_list"] == listed
        assert "K01" not in shown["base"]
