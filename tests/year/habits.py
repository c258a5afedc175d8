"""What a thorough branch does beside its meetings, and what a forgetting one leaves half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.year.life import (
    BEGAN,
    DEPUTY,
    FOLLOWER,
    INSPECTOR,
    SECRETARY,
    WRITER,
    YEAR,
    Life,
    at,
    last,
    months,
    period,
)
from tests.year.town import Step, Town

WHO = "M06"
"""Of whom the stories here are told."""
PAPERS = "MẪU"


def habits(life: Life) -> None:
    """All of them, by month."""
    cell = life.cell
    once(life)
    for month in months():
        held = life.meeting_day(month) + timedelta(days=cell.moved.get(month.month, 0))
        if month.month in (4, 10):
            half = cell.forgot(month.month, "habits")
            late = (month.month, "habits") in cell.late_with
            remark(life, month, half=half, late=late)
            study(life, month, half=half, late=late)
            visit(life, month, held, half=half, late=late)
            urgent(life, month, half=half)
            issue(life, month, half=half, late=late)
            correction(life, month, half=half, late=late)
        if month.month == 2:
            pledges(life, month, everybody=not any(practice == "habits" for _, practice in cell.forgets))
    if any(practice == "habits" for _, practice in cell.forgets):
        letters_forgotten(life)


def once(life: Life) -> None:
    """What is entered on the first days: results of five years, an award, levels, the locality followed."""
    first = at(BEGAN + timedelta(days=2), "09:00")
    for past in range(YEAR - 5, YEAR):
        life.at(
            first, SECRETARY, "EnterPastResult", year=past, result="exemplary", title="Trong sạch, vững mạnh",
            decision_no=f"{PAPERS}-{past}", decided_on=f"{past}-12-20" if past < YEAR - 1 else f"{past}-12-18",
            scan_sha256="ab" * 32,
        )  # fmt: skip
    life.at(
        first, SECRETARY, "RecordAward", award_id="A1", honoured="branch", award="title", title="Giấy khen",
        year=YEAR - 1, decision_no=f"{PAPERS}-A1",
    )  # fmt: skip
    life.at(
        first, SECRETARY, "RecordMemberLevel", member_id=WHO, education="university", theory="intermediate",
        as_of=str(BEGAN),
    )  # fmt: skip
    life.at(first, SECRETARY, "RecordFamilyTitle", member_id=WHO, year=YEAR - 1, achieved=True)
    life.at(
        first, SECRETARY, "AssignLocality", locality_id="L1", place="Xã mẫu", follower_id=WHO, from_on=str(BEGAN)
    )  # fmt: skip


def pledges(life: Life, month: date, *, everybody: bool) -> None:
    for number, member in enumerate(life.cell.base(last(month))):
        if everybody or number % 2:
            life.at(
                at(month.replace(day=10), "09:00"), member, "FilePledge", member_id=member, year=YEAR,
                filed_on=str(month.replace(day=10)), kept_where="Tủ hồ sơ chi bộ",
            )  # fmt: skip


def remark(life: Life, month: date, *, half: bool, late: bool) -> None:
    """From its document to the review of what was agreed (R42)."""
    id, day = f"N{month:%m}", month.replace(day=8)
    life.at(
        at(day, "08:00"), SECRETARY, "ReceiveRemark", member_id=WHO, remark_id=id, source="residence",
        said_by="Cấp ủy nơi cư trú", document_no=f"CV {PAPERS}-{month:%m}", document_on=str(day), received_on=str(day),
        result="to_improve",
    )  # fmt: skip
    if half and not late:
        return
    shared = day + timedelta(days=20 if late else 3)
    life.at(
        at(shared, "08:00"), SECRETARY, "ShareRemark", member_id=WHO, remark_id=id, shared_on=str(shared), by=SECRETARY
    )
    life.at(
        at(shared, "20:00"), WHO, "AnswerRemark", member_id=WHO, remark_id=id, answered_on=str(shared),
        text="Tiếp thu, sẽ tham gia đầy đủ",
    )  # fmt: skip
    review = shared + timedelta(days=10)
    life.at(
        at(shared, "21:00"), SECRETARY, "AgreeCorrection", member_id=WHO, remark_id=id, agreed_on=str(shared),
        review_on=str(review), reviewer_id=INSPECTOR,
    )  # fmt: skip
    reviewed = review + timedelta(days=10 if late else -1)
    life.at(
        at(reviewed, "09:00"), SECRETARY, "ReviewCorrection", member_id=WHO, remark_id=id, reviewed_on=str(reviewed),
        by=INSPECTOR, outcome="done",
    )  # fmt: skip


def study(life: Life, month: date, *, half: bool, late: bool) -> None:
    """A session that one member missed and makes up (R39)."""
    id, day = f"S{month:%m}", month.replace(day=9)
    attended = [one for one in life.cell.base(day) if one != WHO]
    life.at(
        at(day, "17:00"), WRITER, "RecordStudy", session_id=id, title="Học nghị quyết", held_on=str(day),
        attended=attended, make_up_by=str(day + timedelta(days=7)),
    )  # fmt: skip
    if not half or late:
        life.at(
            at(day + timedelta(days=14 if late else 5), "17:00"), WRITER, "MakeUpStudy", session_id=id, member_id=WHO
        )


def visit(life: Life, month: date, held: date, *, half: bool, late: bool) -> None:
    """Somebody is to be seen; that it was done is reported."""
    meeting, id = life.id(month), f"G{month:%m}"
    life.at(
        at(held, "07:40"), WRITER, "AssignEncouragement", meeting_id=meeting, encouragement_id=id, by=DEPUTY,
        for_member=WHO, due_on=str(month.replace(day=14)),
    )  # fmt: skip
    if not half or late:
        life.at(
            at(month.replace(day=22 if late else 12), "19:00"), DEPUTY, "ReportEncouragement", meeting_id=meeting,
            encouragement_id=id, member_id=DEPUTY,
        )  # fmt: skip


def urgent(life: Life, month: date, *, half: bool) -> None:
    """A leader's task of one day, noted at the next meeting."""
    day, id = month.replace(day=12), f"U{month:%m}"
    life.at(
        at(day, "08:30"), DEPUTY, "GiveUrgentTask", task_id=id, member_id=WHO, text="Tổng hợp số liệu gấp",
        given_by="Lãnh đạo Ban", given_at=at(day, "08:15").isoformat(), due_at=at(day, "17:00").isoformat(),
    )  # fmt: skip
    life.at(at(day, "15:00"), WHO, "CompleteTask", task_id=id, member_id=WHO, done_at=at(day, "15:00").isoformat())
    following = (month + timedelta(days=31)).replace(day=1)
    if not half and not life.cell.forgot(following.month, "meeting"):
        life.at(
            at(life.meeting_day(following), "07:41"), WRITER, "AcknowledgeUrgentTask", meeting_id=life.id(following),
            task_id=id,
        )  # fmt: skip


def issue(life: Life, month: date, *, half: bool, late: bool) -> None:
    """An issue of the locality: found, advised, answered, told."""
    id, day = f"I{month:%m}", month.replace(day=5)
    life.at(
        at(day, "10:00"), WHO, "VisitLocality", locality_id="L1", member_id=WHO, visit_id=f"V{month:%m}",
        visited_on=str(day), acts=["conveyed", "guided"],
    )  # fmt: skip
    life.at(
        at(day, "11:00"), WHO, "RaiseLocalityIssue", locality_id="L1", member_id=WHO, issue_id=id, found_on=str(day),
        text="Thông báo đến chậm",
    )  # fmt: skip
    life.at(
        at(day, "11:30"), WHO, "GiveAdvice", locality_id="L1", member_id=WHO, issue_id=id, advised_on=str(day),
        to="Lãnh đạo Ban", text="Cho dùng giấy", answer_due_on=str(day + timedelta(days=7)),
    )  # fmt: skip
    if half and not late:
        return
    answered = day + timedelta(days=15 if late else 5)
    life.at(
        at(answered, "10:00"), SECRETARY, "AnswerIssue", locality_id="L1", issue_id=id, answered_on=str(answered),
        by="Lãnh đạo Ban",
    )  # fmt: skip
    life.at(
        at(answered, "16:00"), WHO, "TellLocality", locality_id="L1", member_id=WHO, issue_id=id,
        told_on=str(answered),
    )  # fmt: skip


def correction(life: Life, month: date, *, half: bool, late: bool) -> None:
    """A correction of the minutes, asked for and decided at the next regular meeting (R43)."""
    meeting, id = life.id(month), f"K{month:%m}"
    following = (month + timedelta(days=31)).replace(day=1)
    life.at(
        at(month.replace(day=18), "20:00"), WHO, "RequestCorrection", meeting_id=meeting, correction_id=id,
        member_id=WHO, line=f"O{month:%m}", before="một phần", after="toàn bộ",
    )  # fmt: skip
    if late or life.cell.forgot(following.month, "meeting"):
        deciding = (following + timedelta(days=31)).replace(day=1)
    else:
        deciding = following
    if half and not late:
        return
    life.at(
        at(life.meeting_day(deciding), "07:42"), SECRETARY, "DecideCorrection", meeting_id=meeting, correction_id=id,
        decided_in=life.id(deciding), accepted=False, reason="Ghi đúng như đã nói",
    )  # fmt: skip


def letters_forgotten(life: Life) -> None:
    """A transfer whose letter is never presented and which is never completed (E9)."""
    day = date(YEAR, 4, 10)
    leaver = "M07"
    life.at(
        at(day, "09:00"), SECRETARY, "StartTransfer", member_id=leaver, transfer_id="X1", to="Chi bộ khác",
        decided_on=str(day), decision_no=f"{PAPERS}-X1",
    )  # fmt: skip
    life.at(at(day, "10:00"), SECRETARY, "IntroduceMember", member_id=leaver, transfer_id="X1", introduced_on=str(day))


def quarters(life: Life) -> None:
    """The leaders' three quarters: own word, proposal, vote, sent, approved."""
    for number in (1, 2, 3):
        opens, month = date(YEAR, 3 * number, 26), date(YEAR, 3 * number + 1, 1)
        if life.cell.begins <= date(YEAR, 3 * number - 2, 1) and (life.cell.ends is None or month < life.cell.ends):
            leaders = life.cell.leaders(month - timedelta(days=1))
            _ranked(life, f"{YEAR}-Q{number}", at(opens, "09:00"), month, leaders)


def year(life: Life) -> None:
    """The members' year."""
    day = date(YEAR, 12, 1)
    if life.cell.ends is not None:
        return
    people = [one for one in life.cell.here(day) if life.cell.status(one, day) != "exempt"]
    _ranked(life, str(YEAR), at(date(YEAR, 11, 20), "09:00"), day, people)


def _ranked(life: Life, which: str, opens: datetime, month: date, people: list[str]) -> None:
    life.at(opens, SECRETARY, "OpenAppraisal", period=which)
    for member in people:
        life.at(
            opens + timedelta(hours=1), member, "FileAppraisal", period=which, member_id=member, proposed_rank="good",
            points="85",
        )  # fmt: skip
    held = life.meeting_day(month) + timedelta(days=life.cell.moved.get(month.month, 0))
    proposed = [{"member_id": member, "points": "85", "remedied": True} for member in people]
    life.at(at(held - timedelta(days=1), "09:00"), SECRETARY, "ProposeRanks", period=which, entries=proposed)
    present = [one for one in life.cell.base(held) if one != life.absent(month, held)]
    hands = life.cell.hands(present, held)
    for number, member in enumerate(people):
        life.steps.append(
            Step(
                at(held, f"08:{20 + number}"), life.cell.code, SECRETARY, "RecordAppraisalVote",
                _vote(life, held, which, member, hands),
            )
        )  # fmt: skip
    life.at(at(held + timedelta(days=2), "09:00"), SECRETARY, "SendRanking", period=which)
    life.at(
        at(held + timedelta(days=12), "09:00"), FOLLOWER, "ApproveRanking", period=which,
        decision_no=f"{PAPERS}-{period(month)}", approved_on=str(held + timedelta(days=12)),
    )  # fmt: skip


def _vote(life: Life, held: date, which: str, member: str, hands: int) -> Callable[[Town], dict[str, Any]]:
    """The cell votes the rank that was proposed."""

    def data(town: Town) -> dict[str, Any]:
        with town.services["ranking"].views.read() as reader:
            shown = reader.get("appraisals", life.cell.code, which)
        rank = shown.appraisal.proposed[member].rank
        return {
            "period": which, "meeting_id": life.id(held.replace(day=1)), "member_id": member, "rank": rank,
            "for": hands, "against": 0, "other": 0,
        }  # fmt: skip

    return data
