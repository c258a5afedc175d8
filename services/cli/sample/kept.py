"""What the sample branch keeps beside its meetings: awards, titles, families, three places, notebooks, localities."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from services.cli.sample.script import Script, local
from services.cli.sample.sheet import sheet
from services.cli.sample.year import COMMITTEE, DEPUTY, SECRETARY, base

WRITTEN_ON = date(2026, 1, 12)
"""When what stood on paper was taken over."""
_AWARDS: dict[str, dict[str, Any]] = {
    "Bằng khen của Tỉnh ủy": {"award": "commendation", "level": "province"},
    "Bằng khen của UBND tỉnh": {"award": "commendation", "level": "province"},
    "Chiến sĩ thi đua cấp tỉnh": {"award": "emulation_soldier", "level": "province"},
    "Huy hiệu 30 năm tuổi Đảng": {"award": "party_badge", "badge_years": 30},
}
_RESULTS = {"Tốt": "good", "Cần rút kinh nghiệm": "to_improve"}
_ACTS = {"truyền đạt": "conveyed", "hướng dẫn": "guided", "kiểm tra": "inspected", "đôn đốc": "urged"}
_PLACES = {"residence": "Chi ủy nơi cư trú", "post": "Đảng ủy xã nơi thực hiện nhiệm vụ"}


def tell(script: Script) -> None:
    """Section G of the sheet, as far as the story reaches."""
    honours(script)
    families(script)
    levels(script)
    remarks(script)
    notebooks(script)
    localities(script)


def honours(script: Script) -> None:
    """Awards with their decisions, and five years of the branch, so that five years running is true from the start."""
    began = datetime.combine(WRITTEN_ON, time(9))
    for number, award in enumerate(sheet()["awards"]):
        to_unit = award["subject"] == "unit"
        script.at(
            began + timedelta(minutes=number), SECRETARY, "RecordAward",
            award_id=f"KT{number + 1}", honoured="unit" if to_unit else "member",
            member_id=None if to_unit else award["subject"], unit=award.get("name"),
            title=award["kind"], year=award["year"], decision_no=award["decision"], **_AWARDS[award["kind"]],
        )  # fmt: skip
    years = [(int(year), title) for year, title in sheet()["branch_titles"].items() if year.isdecimal()]
    for number, (year, title) in enumerate(years):
        script.at(
            began + timedelta(minutes=20 + number), SECRETARY, "EnterPastResult",
            honoured="branch", year=year, result="exemplary", title=title, decision_no=f"MẪU-TSVM-{year}",
        )  # fmt: skip


def families(script: Script) -> None:
    """Yes or not yet, and nothing about anybody else."""
    family = sheet()["family_culture"]
    for number, member in enumerate(family["achieved"]):
        when = datetime.combine(WRITTEN_ON, time(10)) + timedelta(minutes=number)
        script.at(when, SECRETARY, "RecordFamilyTitle", member_id=member, year=family["year"], achieved=True)


def levels(script: Script) -> None:
    """Education and theory as codes; shown as counts only."""
    told = sheet()["levels"]
    day = datetime.combine(WRITTEN_ON, time(11))
    for number, member in enumerate(base(WRITTEN_ON)):
        script.at(
            day, SECRETARY, "RecordMemberLevel", member_id=member, as_of=str(WRITTEN_ON),
            education="master" if member in told["master"] else "university",
            theory="bachelor_or_high" if number < told["theory_high_or_bachelor"] else None,
        )  # fmt: skip


def remarks(script: Script) -> None:
    """A signed remark, told to the member, answered, with a day to look again."""
    for number, remark in enumerate(sheet()["remarks"], 1):
        about: dict[str, Any] = {"member_id": remark["member"], "remark_id": f"NX{number}"}
        day, shared = remark["date"], remark["shared_on"]
        script.at(
            datetime.combine(day, time(9)), SECRETARY, "ReceiveRemark",
            source=remark["from"], said_by=_PLACES[remark["from"]], document_no=remark["doc"],
            document_on=str(day), received_on=str(day), result=_RESULTS[remark["result"]], **about,
        )  # fmt: skip
        told = datetime.combine(shared, time(15))
        script.at(told, SECRETARY, "ShareRemark", shared_on=str(shared), by=SECRETARY, **about)
        if remark["reply"]:
            answered = told + timedelta(minutes=30)
            script.at(
                answered, remark["member"], "AnswerRemark", answered_on=str(shared), text=remark["reply"], **about
            )
        if remark["follow_up"]:
            again = remark["follow_up"]
            script.at(
                told + timedelta(hours=1), SECRETARY, "AgreeCorrection",
                agreed_on=str(shared), review_on=str(again["date"]), reviewer_id=again["by"], **about,
            )  # fmt: skip


def notebooks(script: Script) -> None:
    """Each looked at by somebody else; in the third quarter one is to be completed and is looked at again."""
    for quarter in sheet()["notebooks_earlier"]:
        for member in base(quarter["date"]):
            inspector = DEPUTY if member != DEPUTY else COMMITTEE[-1]
            script.at(
                datetime.combine(quarter["date"], time(9)), inspector, "InspectNotebook",
                period=quarter["period"], member_id=member, held=quarter["held"], noted=quarter["held"], result="ok",
            )  # fmt: skip
    quarter = sheet()["notebooks_2026_Q3"]
    of_whom = {member: inspector for inspector, members in quarter["inspected_by"].items() for member in members}
    for number, (member, inspector) in enumerate(of_whom.items()):
        open_ = quarter["supplement"].get(member)
        found = {"noted": open_["noted"], "result": "supplement"} if open_ else {"noted": 4, "result": "ok"}
        when = datetime.combine(quarter["date"], time(9)) + timedelta(minutes=3 * number)
        script.at(when, inspector, "InspectNotebook", period="2026-Q3", member_id=member, held=quarter["held"], **found)
        if open_:
            script.at(
                datetime.combine(open_["rechecked"], time(9)), inspector, "RecheckNotebook",
                period="2026-Q3", member_id=member, held=quarter["held"], noted=quarter["held"],
                result=open_["result"],
            )  # fmt: skip


def localities(script: Script) -> None:
    """Who follows which, and what was found there and advised."""
    followers = {}
    for number, one in enumerate(sheet()["localities"], 1):
        place = f"DB{number}"
        followers[one["member"]] = place
        when = datetime.combine(WRITTEN_ON, time(14)) + timedelta(minutes=number)
        script.at(
            when, SECRETARY, "AssignLocality",
            locality_id=place, place=one["place"], follower_id=one["member"], from_on=str(WRITTEN_ON),
        )  # fmt: skip
    for issue in sheet()["locality_issues"]:
        about = {"locality_id": followers[issue["by"]], "member_id": issue["by"]}
        found, when = str(issue["found"]), datetime.combine(issue["found"], time(16))
        script.at(
            when, issue["by"], "VisitLocality",
            visit_id=f"TD-{issue['id']}", visited_on=found, acts=[_ACTS[act] for act in issue["acts"]], **about,
        )  # fmt: skip
        script.at(
            when + timedelta(minutes=5), issue["by"], "RaiseLocalityIssue",
            issue_id=issue["id"], found_on=found, text=issue["text"], **about,
        )  # fmt: skip
        script.at(
            when + timedelta(minutes=10), issue["by"], "GiveAdvice",
            issue_id=issue["id"], advised_on=found, to=issue["to"], text=issue["advice"], **about,
        )  # fmt: skip
        if issue["answered"]:
            script.at(
                local(f"{issue['answered']} 15:00"), SECRETARY, "AnswerIssue",
                locality_id=about["locality_id"], issue_id=issue["id"], answered_on=str(issue["answered"]),
                by=issue["to"],
            )  # fmt: skip
            script.at(
                local(f"{issue['told_locality']} 09:00"), issue["by"], "TellLocality",
                issue_id=issue["id"], told_on=str(issue["told_locality"]), **about,
            )  # fmt: skip
