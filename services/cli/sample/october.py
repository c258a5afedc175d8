"""The month of the story: 26 September to 5 October 2026, with a storm, paper, a recount and a rank departed from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from services.cli.sample.minutes_out import send_out
from services.cli.sample.script import Data, Script, local
from services.cli.sample.sheet import code, sheet
from services.cli.sample.year import (
    DEPUTY,
    DISCUSSION,
    FOLLOWER,
    ON_PAPER,
    SECRETARY,
    WRITER,
    agenda_regular,
    assign,
    conclude,
    dispose,
    draft,
    member_month,
    record_opinion,
)

PERIOD, LAST = "2026-10", "2026-09"
FOR_THE_WRITER_WHO_IS_LATE = "M07"
PRESENT = ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]
"""At the opening; M01 is excused, M04 on a flooded road."""
PEOPLE = ["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11"]
OFFLINE_UNTIL = "2026-10-05 15:11:06"

PROGRAMME = {
    "P1": "Chuẩn bị kiểm điểm tập thể, cá nhân cuối năm 2026.",
    "P2": "Trả lời ý kiến của đảng viên về tài liệu học lý luận năm 2026.",
    "P3": "Phổ biến văn bản mới quý IV đến các chi bộ được phân công theo dõi.",
    "P4": "Đối chiếu số liệu tổ chức đảng, đảng viên quý III.",
    "P5": "Nền nếp theo dõi, nhắc việc trước hạn.",
    "P6": "Rà soát nguồn kết nạp đảng viên quý IV.",
    "P7": "Góp ý dự thảo quy chế làm việc của Ban.",
}
"""The superior's programme of the month; nobody takes the last two."""

OTHER_TASKS = (
    ("T21", "M01", "P1", "2026-10-28", "Lập kế hoạch kiểm điểm cuối năm của chi bộ."),
    ("T22", "M02", "P2", "2026-10-20", "Thông báo tài liệu học lý luận thay đổi trong năm 2026."),
    ("T23", "M03", None, "2026-10-25", "Nắm tình hình sau bão ở 02 bản chưa có sóng, phản ánh bằng phiếu."),
    ("T24", "M05", "P3", "2026-10-27", "Soạn đề cương phổ biến văn bản mới quý IV."),
    ("T25", "M07", "P4", "2026-10-22", "Đối chiếu số liệu tổ chức đảng, đảng viên quý III với 05 xã."),
    ("T27", "M11", "P5", "2026-10-30", "Cập nhật bảng theo dõi thời hạn, nhắc trước 05 ngày và 01 ngày."),
    ("T26", "M08", None, "2026-10-31", "Gọi điện hẹn ngày thu phiếu với từng nơi cư trú."),
)
"""Beside T19 and T20 of the sheet: one for everybody, so that nobody is without."""

PARTNERS = {"T26": "M06"}


def tell(script: Script) -> None:
    """From the first look at the month to its closing."""
    Story(script).tell()


def meeting_id() -> str:
    """October's regular meeting."""
    return f"{code()}:{PERIOD}"


class Story:
    """The same meeting throughout, so its id need not be said each time."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.october: dict[str, Any] = sheet()["october"]

    def at(self, when: str | datetime, actor: str, command: str, **data: Any) -> None:
        """Something about October's meeting."""
        self.script.at(when, actor, command, meeting_id=meeting_id(), **data)

    def tell(self) -> None:
        self.set_up()
        self.prepare()
        self.notice()
        self.self_assessments()
        self.last_days()
        self.storm()
        self.opening()
        self.first_hour()
        self.without_network()
        self.opinions()
        self.votes()
        self.tasks_and_ranks()
        self.score()
        self.ending()

    # ------------------------------------------------------------ before

    def set_up(self) -> None:
        self.at("2026-09-24 08:00", SECRETARY, "ScheduleMeeting", period=PERIOD, agenda=agenda_regular())
        self.at("2026-09-24 08:05", SECRETARY, "AssignBriefing", member_id="M01")
        self.at("2026-09-24 08:10", SECRETARY, "AssignMinuteTaker", member_id=WRITER)
        self.script.at(
            "2026-09-25 14:00", DEPUTY, "EnterProgramme",
            period=PERIOD, programme_no="CTr MẪU-10",
            items=[{"id": key, "text": text} for key, text in PROGRAMME.items()],
        )  # fmt: skip
        self.script.clocks_reach(f"{LAST}-26 07:00")

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The nine tasks of the month, in the form the sheet has them."""
        known = [task for task in sheet()["tasks"] if task["id"] in ("T19", "T20")]
        others = [
            {"id": id, "to": to, "item": item, "due": date.fromisoformat(due), "text": text}
            | {"origin": "programme" if item else "conclusion", "partner": PARTNERS.get(id)}
            for id, to, item, due, text in OTHER_TASKS
        ]
        return [{**task, "report_at": "2026-12" if task["id"] == "T20" else "2026-11"} for task in known + others]

    def draft(self, when: datetime, task: dict[str, Any]) -> None:
        draft(self.script, when, meeting_id(), task, PERIOD)

    def prepare(self) -> None:
        """M01 drafts for eight; the committee finds M08 without a task and gives him one."""
        *eight, last = self.tasks
        for number, task in enumerate(eight):
            self.draft(local("2026-09-27 15:10") + timedelta(minutes=2 * number), task)
        self.draft(local("2026-09-28 16:40"), last)
        self.at(
            "2026-09-28 16:55", SECRETARY, "HoldPreparation", happened="2026-09-28 16:30",
            attendees=["M01", "M02"], by_telephone=["M03"], draft_resolution="Dự thảo nghị quyết tháng 10/2026",
            points_to_vote=["Nghị quyết tháng 10/2026", "Thông qua biên bản"],
        )  # fmt: skip

    def notice(self) -> None:
        """Nine members and the follower; on paper for M08, late from a place without network for M03."""
        self.at("2026-09-28 17:20", SECRETARY, "IssueNotice")
        for number, member in enumerate(["M01", "M02", "M04", "M05", "M06", "M07", "M11", FOLLOWER]):
            self.delivered(local("2026-09-28 17:25") + timedelta(minutes=6 * number), member)
        self.delivered(local("2026-09-28 18:40"), "M03")
        self.at(
            "2026-09-29 08:05", WRITER, "RecordNoticeDelivered", member_id=ON_PAPER, channel="paper", confirmed=True
        )
        self.at("2026-09-29 20:15", "M11", "IntendAttendance", member_id="M11", intends="coming")

    def delivered(self, when: datetime, member: str) -> None:
        self.at(when, member, "RecordNoticeDelivered", member_id=member, channel="app")

    def self_assessments(self) -> None:
        """Each says it alone; M03's phone sends two days later what he wrote, M08's is typed in from paper."""
        said: list[tuple[str, str, Data]] = [
            ("M01", "2026-09-27 20:00", {}),
            ("M02", "2026-09-28 20:10", {}),
            ("M03", "2026-09-28 18:40", {"happened": "2026-09-26 19:40"}),
            ("M04", "2026-09-28 20:30", {}),
            ("M05", "2026-09-30 19:00", {}),
            ("M06", "2026-09-30 20:00", {}),
            ("M07", "2026-09-29 19:30", {}),
            ("M08", "2026-09-29 08:10", {"enteredby": WRITER, "medium": "paper"}),
            ("M11", "2026-09-29 20:20", {}),
        ]
        for member, when, how in said:
            rank = sheet()["ranking_2026_09"]["entries"][member]
            self.script.at(when, member, "FileSelfAssessment", period=LAST, member_id=member, proposed_rank=rank, **how)

    def last_days(self) -> None:
        """Documents posted; the secretary, excused, hands over the chair and the briefing."""
        self.at(
            "2026-10-02 08:00", WRITER, "PostMaterials",
            documents=[{"title": "Đề cương thời sự tháng 10/2026"}, {"title": "Dự thảo nghị quyết tháng 10/2026"}],
        )  # fmt: skip
        self.at("2026-10-02 09:25", SECRETARY, "IntendAttendance", member_id=SECRETARY, intends="excused")
        self.at("2026-10-02 09:30", SECRETARY, "DelegateChair", to_id=DEPUTY)
        self.at("2026-10-02 09:40", DEPUTY, "SubstituteBriefing", member_id=DEPUTY, reason="excused")

    def storm(self) -> None:
        """Moved by two days: told anew three days ahead, M08 by telephone."""
        self.at(
            "2026-10-02 15:10", DEPUTY, "MoveMeeting",
            to_on="2026-10-05", to_starts_at="14:00", reason="force_majeure", words="Bão, đường ngập.",
        )  # fmt: skip
        for number, member in enumerate(["M02", "M04", "M07", "M05", "M01", "M06", "M11", "M03"]):
            self.delivered(local("2026-10-02 15:14") + timedelta(minutes=9 * number), member)
        self.at(
            "2026-10-02 15:40", WRITER, "RecordNoticeDelivered", member_id=ON_PAPER, channel="telephone", confirmed=True
        )
        self.delivered(local("2026-10-02 16:44"), FOLLOWER)
        self.at("2026-10-02 16:45", FOLLOWER, "AcknowledgeReschedule")

    # ------------------------------------------------------------ the meeting

    def opening(self) -> None:
        """Refused while nobody present takes the minutes; then M07 does."""
        stand_in = FOR_THE_WRITER_WHO_IS_LATE
        self.at("2026-10-05 13:55", DEPUTY, "OpenMeeting", present=PRESENT, refused="R13")
        self.at("2026-10-05 13:56", DEPUTY, "AssignMinuteTaker", member_id=stand_in)
        self.at("2026-10-05 14:00", DEPUTY, "OpenMeeting", present=PRESENT)
        states = {"M01": "excused", WRITER: "not_yet_here"}
        entries = [{"member_id": member, "state": states.get(member, "present")} for member in PEOPLE]
        self.at("2026-10-05 14:03", stand_in, "RecordAttendance", entries=entries)
        self.at("2026-10-05 14:06", stand_in, "ReportDues", paid=9, owing=0)
        self.at("2026-10-05 14:25", stand_in, "RecordArrival", member_id=WRITER)
        self.at("2026-10-05 14:30", DEPUTY, "ReplaceMinuteTaker", member_id=WRITER)

    def first_hour(self) -> None:
        """The briefing by who also chairs, the rapporteur, the urgent task, the answer promised in September."""
        month = next(one for one in sheet()["months"] if one["period"] == PERIOD)
        self.at(
            "2026-10-05 14:43", WRITER, "RecordBriefingDelivered", member_id=DEPUTY, minutes_used=11,
            local=month["local"], national=month["national"], world=month["world"],
        )  # fmt: skip
        self.at("2026-10-05 14:48", WRITER, "NoteSpeech", member_id="M05", item=7)
        self.at("2026-10-05 14:49", WRITER, "AcknowledgeUrgentTask", task_id="T18")
        self.script.at(
            "2026-10-05 14:51", DEPUTY, "AnswerOpinion", meeting_id=f"{code()}:{LAST}", opinion_id="O10",
            member_id=DEPUTY, answer="Năm 2026 giữ nguyên các bài; bài 4 có phần bổ sung, tài liệu gửi cùng thông báo.",
        )  # fmt: skip

    def without_network(self) -> None:
        """Nine lines typed while the room had no network: they happened then and are recorded at 15:11:06."""
        for number, member in enumerate(PEOPLE):
            happened = local("2026-10-05 14:53") + timedelta(minutes=2 * number)
            self.at(
                OFFLINE_UNTIL, WRITER, "ReviewMember",
                happened=happened.isoformat(), period=LAST, review=member_month(LAST, member),
            )  # fmt: skip
        self.at(
            "2026-10-05 15:11:20", WRITER, "ReviewBranchMonth", period=LAST,
            strengths="Chuyên đề quý III triển khai ngay; 100 % đảng viên tự đánh giá đúng kỳ.",
            shortcomings="01 việc chậm, 01 việc chưa hoàn thành.",
            causes=[
                {"kind": "objective", "text": "Cơ sở tập trung phòng, chống bão."},
                {"kind": "subjective", "text": "Chưa hẹn ngày thu phiếu với từng nơi."},
            ],
        )  # fmt: skip
        self.at("2026-10-05 15:11:40", WRITER, "ReviewLastMonth", period=LAST)

    def opinions(self) -> None:
        """Two contrary ones explained, two accepted; then the conclusion."""
        said = [one for one in sheet()["opinions"] if one["meeting"] == local("2026-10-05").date()]
        for number, opinion in enumerate(said):
            when = local("2026-10-05 15:12") + timedelta(minutes=2 * number)
            record_opinion(self.script, meeting_id(), opinion, when, DISCUSSION)
            dispose(self.script, meeting_id(), opinion, when + timedelta(minutes=1))
        self.at("2026-10-05 15:21", WRITER, "NoteSpeech", member_id="M03", item=DISCUSSION)
        general = ("Thống nhất đánh giá tháng 9; tập trung khắc phục hậu quả bão và thu đủ phiếu nhận xét nơi cư trú.",)
        conclude(self.script, meeting_id(), local("2026-10-05 15:24"), said, general, chair=DEPUTY)

    def votes(self) -> None:
        """Counted wrong, disputed, counted again: both counts stay."""
        first, second, _ = self.october["votes"]
        subject = first["subject"]
        self.at(
            "2026-10-05 15:28", WRITER, "HoldVote", vote_id="V1", about=subject, purpose="resolution",
            for_=first["for"], against=first["against"], other=first["other"],
        )  # fmt: skip
        self.at(
            "2026-10-05 15:30", second["asked_by"], "DisputeVote", enteredby=WRITER, medium="app",
            vote_id="V1", member_id=second["asked_by"], reason=second["reason"],
        )  # fmt: skip
        self.at(
            "2026-10-05 15:33", WRITER, "HoldVote", vote_id="V2", recount_of="V1",
            for_=second["for"], against=second["against"], other=second["other"],
        )  # fmt: skip
        self.at("2026-10-05 15:34", DEPUTY, "AdoptResolution", vote_id="V2", title=subject)
        self.at("2026-10-05 15:40", WRITER, "RecordDeparture", member_id="M07", excused=True)

    def tasks_and_ranks(self) -> None:
        """Nine tasks one by one; September's ranks, with one departure voted and given its reason."""
        for number, task in enumerate(self.tasks):
            # As opinion O14 asked and conclusion 2 says, M11 helps with T20.
            decided = {**task, "partner": "M11"} if task["id"] == "T20" else task
            when = datetime.combine(local("2026-10-05").date(), time(15, 42 + number))
            assign(self.script, when, meeting_id(), decided, PERIOD)
        self.script.at("2026-10-05 15:52", DEPUTY, "EvaluateMembers", period=LAST)
        (departure,) = sheet()["ranking_2026_09"]["departures"]
        vote = departure["vote"]
        self.at(
            "2026-10-05 15:54", WRITER, "RecordRankingVote", period=LAST, member_id=departure["member"],
            rank=departure["decided"], for_=vote["for"], against=vote["against"], other=vote["other"],
        )  # fmt: skip
        self.at(
            "2026-10-05 15:56", DEPUTY, "ConcludeRanking", period=LAST,
            entries=[{"member_id": departure["member"], "rank": departure["decided"], "reason": departure["reason"]}],
        )  # fmt: skip

    def score(self) -> None:
        """Exactly ninety is Good."""
        marks = self.october["score"]["marks"]
        self.at(
            "2026-10-05 15:58", WRITER, "ScoreMeeting",
            marks=[{"id": str(group), "mark": str(mark)} for group, mark in enumerate(marks, 1)],
        )  # fmt: skip

    def ending(self) -> None:
        vote = self.october["votes"][2]
        self.at("2026-10-05 16:02", WRITER, "ReadMinutes")
        self.at(
            "2026-10-05 16:08", WRITER, "HoldVote", vote_id="V3", about=vote["subject"], purpose="minutes",
            for_=vote["for"], against=vote["against"], other=vote["other"],
        )  # fmt: skip
        self.at("2026-10-05 16:09", DEPUTY, "AdoptMinutes", vote_id="V3")
        self.at("2026-10-05 16:10", DEPUTY, "CloseMeeting")
        send_out(self.script, meeting_id(), local("2026-10-05 16:10"), by=WRITER, chair=DEPUTY, scored=True)
