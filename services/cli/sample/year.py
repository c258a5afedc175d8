"""January to September 2026 of the sample branch: nine regular months and three themes, shorter but true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from services.cli.roster_file import confirmation, look_alikes, preview
from services.cli.sample.minutes_out import send_out
from services.cli.sample.script import Data, Script, local
from services.cli.sample.sheet import code, members, members_file, sheet
from shared import periods

if TYPE_CHECKING:
    from services.cli.site import Site

BEGAN = date(2025, 12, 26)
"""The day the branch began to keep its books here."""
FIRST_MONTH = "2025-12"
FIRST_NUMBERS = {"NQ": 13, "BB": 17, "TB": 29}
"""So that October's resolution is 22-NQ/CB and its minutes 29-BB/CB."""
SECRETARY, DEPUTY, WRITER, FOLLOWER = "M01", "M02", "M04", "F01"
COMMITTEE = ["M01", "M02", "M03"]
ON_PAPER = "M08"
DISCUSSION = 11
"""The agenda's item for discussion."""
MARKS = {"1": "5", "2": "5", "3": "9", "4": "36", "5": "5", "6": "27", "7": "5"}
"""What the cell gives an ordinary month's meeting."""
GENERAL = (
    "Thống nhất đánh giá tháng trước và phân công nhiệm vụ trong tháng như đã nêu tại cuộc họp.",
    "Mỗi đồng chí báo cáo kết quả đúng kỳ; việc khó báo cáo chi ủy trước hạn.",
    "Giữ nền nếp sinh hoạt ngày 3 hằng tháng; tài liệu gửi trước ít nhất một ngày.",
)


def tell(script: Script) -> None:
    """Everything before the story of October."""
    founding(script)
    for month in sheet()["months"]:
        if month["date"] < date(2026, 10, 1):
            Regular(month).tell(script)
    for theme in sheet()["thematic"]:
        if theme["date"] < date(2026, 10, 1):
            Theme(theme).tell(script)
        else:
            plan(script, theme)
    for task in sheet()["tasks"]:
        results(script, task)
    script.at("2026-05-19 15:00", SECRETARY, "EnrolMember", **_newcomer("M11"))
    script.at(
        "2026-08-20 09:00",
        SECRETARY,
        "ChangeStatus",
        member_id="M10",
        status="temporary_elsewhere",
        from_on="2026-09-01",
        until_on="2027-04-30",
    )


# ---------------------------------------------------------------- the branch


def founding(script: Script) -> None:
    """The branch, its list from a file, its charter."""
    branch = sheet()["branch"]
    script.at(
        f"{BEGAN} 08:00",
        "operator",
        "RegisterBranch",
        name=branch["name"],
        superior=branch["superior"],
        follower_id=branch["follower"]["id"],
        follower_name=branch["follower"]["name"],
        effective_on=str(branch["term"]["opened_on"]),
    )
    script.at(f"{BEGAN} 08:10", "operator", "ConfirmRosterImport", prepare=_import)
    charter = {**sheet()["charter"], "adopted_on": str(sheet()["charter"]["adopted_on"])}
    charter["term"] = {"opened_on": str(branch["term"]["opened_on"]), "next_numbers": FIRST_NUMBERS}
    script.at(f"{BEGAN} 08:20", "operator", "AdoptCharter", charter=charter)


def _import(site: Site, data: Data) -> Data:
    """Preview the members' file; the two names that look alike belong to two persons."""
    found = preview(site["roster"], code(), "operator", *members_file())
    return data | confirmation(found, different=look_alikes(found))


def _newcomer(member_id: str) -> Data:
    member = next(one for one in members() if one["id"] == member_id)
    return {
        "member_id": member_id,
        "name": member["name"],
        "given": member["given"],
        "sex": {"nam": "male", "nữ": "female"}[member["sex"]],
        "born": str(member["born"]),
        "status": member["status"],
        "since": str(member["since"]),
        "reach": "telephone",
    }


def base(day: date) -> list[str]:
    """Who is expected at a meeting on that day."""
    away = (
        ({"M09"} if day >= date(2026, 1, 1) else set())
        | ({"M10"} if day >= date(2026, 9, 1) else set())
        | ({"M11"} if day < date(2026, 5, 19) else set())
    )
    return [member["id"] for member in members() if member["id"] not in away]


def voters(present: Iterable[str]) -> int:
    """How many of those present have a vote: all but the probationary member."""
    return sum(member != "M11" for member in present)


# ---------------------------------------------------------------- meetings


class Sitting:
    """One meeting: what comes before it and what happens in it, minute by minute."""

    def __init__(self, meeting_id: str, day: date, starts_at: str) -> None:
        self.meeting_id = meeting_id
        self.day = day
        self.starts = datetime.combine(day, time.fromisoformat(starts_at))
        self.present = base(day)
        self.absent: dict[str, str] = {}

    def before(self, days: int, hour: str) -> datetime:
        return local(f"{self.day - timedelta(days=days)} {hour}")

    def minute(self, after: int) -> datetime:
        """So many minutes after the start."""
        return local(self.starts + timedelta(minutes=after))

    def notify(self, script: Script, when: datetime) -> None:
        """The notice, and how each person got it."""
        script.at(when, SECRETARY, "IssueNotice", meeting_id=self.meeting_id)
        got = when + timedelta(minutes=20)
        for member in [*base(self.day), FOLLOWER]:
            if member == ON_PAPER:
                script.at(
                    when + timedelta(hours=15), WRITER, "RecordNoticeDelivered",
                    meeting_id=self.meeting_id, member_id=member, channel="paper", confirmed=True,
                )  # fmt: skip
            else:
                script.at(
                    got, member, "RecordNoticeDelivered", meeting_id=self.meeting_id, member_id=member, channel="app"
                )

    def open(self, script: Script) -> None:
        """Opening and roll-call."""
        script.at(self.minute(0), SECRETARY, "OpenMeeting", meeting_id=self.meeting_id, present=self.present)
        entries = [{"member_id": member, "state": self.absent.get(member, "present")} for member in base(self.day)]
        script.at(self.minute(2), WRITER, "RecordAttendance", meeting_id=self.meeting_id, entries=entries)
        script.at(self.minute(2), WRITER, "ReportDues", meeting_id=self.meeting_id, paid=len(base(self.day)), owing=0)

    def opinions(self, script: Script, start: int, item: int) -> int:
        """What was said, what became of it, and the conclusion; returns the minute after."""
        said = [one for one in sheet()["opinions"] if one["meeting"] == self.day]
        minute = start
        for one in said:
            record_opinion(script, self.meeting_id, one, self.minute(minute), item)
            dispose(script, self.meeting_id, one, self.minute(minute + 1))
            minute += 2
        conclude(script, self.meeting_id, self.minute(minute), said, self.general())
        return minute + 1

    def general(self) -> tuple[str, ...]:
        """What the meeting concludes whatever was said."""
        return GENERAL

    def finish(self, script: Script, start: int, *, scored: bool) -> None:
        """Read, adopted, closed; then what becomes of the minutes."""
        votes = voters(self.present)
        at = self.meeting_id
        script.at(self.minute(start), WRITER, "ReadMinutes", meeting_id=at)
        script.at(
            self.minute(start + 7), WRITER, "HoldVote",
            meeting_id=at, vote_id="V9", purpose="minutes", about="Thông qua biên bản", for_=votes, against=0,
        )  # fmt: skip
        script.at(self.minute(start + 8), SECRETARY, "AdoptMinutes", meeting_id=at, vote_id="V9")
        closed = self.minute(start + 10)
        script.at(closed, SECRETARY, "CloseMeeting", meeting_id=at)
        send_out(script, at, closed, by=WRITER, chair=SECRETARY, scored=scored)


class Regular(Sitting):
    """A month's regular meeting on the third."""

    def __init__(self, month: dict[str, Any]) -> None:
        super().__init__(f"{code()}:{month['period']}", month["date"], sheet()["charter"]["starts_at"])
        self.month = month
        self.period: str = month["period"]
        self.before_last = periods.preceding(self.period)
        """The month that is reviewed and ranked."""
        self.substituted = month["assigned"] != month["by"]
        if self.substituted:
            self.absent[month["assigned"]] = "excused"
            self.present = [member for member in self.present if member != month["assigned"]]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """What this meeting decides: tasks of the month, not those born in a theme or given urgently."""
        return [
            task
            for task in sheet()["tasks"]
            if f"{_day(task['due']):%Y-%m}" == self.period and task["origin"] not in ("thematic", "urgent")
        ]

    def tell(self, script: Script) -> None:
        self.prepare(script)
        assess(script, self.before_last)
        self.open(script)
        month, at = self.month, self.meeting_id
        script.at(
            self.minute(22), WRITER, "RecordBriefingDelivered",
            meeting_id=at, member_id=month["by"], minutes_used=12,
            local=month["local"], national=month["national"], world=month["world"],
        )  # fmt: skip
        script.at(self.minute(24), WRITER, "NoteSpeech", meeting_id=at, member_id=DEPUTY, item=7)
        for period in self.reviewed:
            review(script, at, period, self.minute(30 if period == self.before_last else 26), base(self.day))
        for task in sheet()["tasks"]:
            if task["origin"] == "urgent" and f"{_day(task['due']):%Y-%m}" == self.before_last:
                script.at(self.minute(46), WRITER, "AcknowledgeUrgentTask", meeting_id=at, task_id=task["id"])
        for theme in sheet()["thematic"]:
            if theme["review"] and theme["review_on"] == self.day:
                script.at(
                    self.minute(46), WRITER, "ReviewTheme", theme_id=theme["id"], meeting_id=at, result=theme["review"]
                )
        visit(script, self)
        minute = self.opinions(script, 50, DISCUSSION)
        minute = self.decide(script, minute + 2)
        for number, period in enumerate(self.reviewed):
            self.rank(script, period, minute + 1 + 4 * number)
        script.at(
            self.minute(91), WRITER, "ScoreMeeting",
            meeting_id=at, marks=[{"id": group, "mark": mark} for group, mark in MARKS.items()],
        )  # fmt: skip
        self.finish(script, 92, scored=True)

    @property
    def reviewed(self) -> list[str]:
        """The months reviewed here: last month, unless a task of it has no result yet; and one left over so."""
        earlier = periods.preceding(self.before_last)
        left_over = (
            [earlier] if earlier >= FIRST_MONTH and not _complete(earlier, periods.first_day(self.before_last)) else []
        )
        last = [self.before_last] if self.before_last >= FIRST_MONTH and _complete(self.before_last, self.day) else []
        return left_over + last

    def prepare(self, script: Script) -> None:
        at, month = self.meeting_id, self.month
        script.at(
            self.before(7, "08:00"), SECRETARY, "ScheduleMeeting",
            meeting_id=at, period=self.period, agenda=agenda_regular(),
        )  # fmt: skip
        script.at(self.before(7, "08:05"), SECRETARY, "AssignBriefing", meeting_id=at, member_id=month["assigned"])
        script.at(self.before(7, "08:07"), SECRETARY, "AssignMinuteTaker", meeting_id=at, member_id=WRITER)
        items = [task for task in self.tasks if task["origin"] == "programme"]
        if items:
            script.at(
                self.before(7, "14:00"), DEPUTY, "EnterProgramme",
                period=self.period, programme_no=f"CTr MẪU-{self.period[5:]}",
                items=[{"id": f"P-{task['id']}", "text": task["text"], "due_on": str(_due(task))} for task in items],
            )  # fmt: skip
        for task in self.tasks:
            draft(script, self.before(7, "15:30"), at, task, self.period)
        script.at(
            self.before(6, "16:30"), SECRETARY, "HoldPreparation",
            meeting_id=at, attendees=COMMITTEE, draft_resolution=f"Dự thảo nghị quyết tháng {_month(self.period)}",
            points_to_vote=[f"Nghị quyết tháng {_month(self.period)}"],
        )  # fmt: skip
        self.notify(script, self.before(5, "17:00"))
        if self.substituted:
            away = month["assigned"]
            script.at(
                self.before(1, "08:30"), away, "IntendAttendance", meeting_id=at, member_id=away, intends="excused"
            )
            script.at(
                self.before(1, "09:00"), SECRETARY, "SubstituteBriefing",
                meeting_id=at, member_id=month["by"], reason="on_duty",
            )  # fmt: skip
        script.at(
            self.before(2, "10:00"), WRITER, "PostMaterials",
            meeting_id=at, documents=[{"title": f"Dự thảo nghị quyết tháng {_month(self.period)}"}],
        )  # fmt: skip

    def decide(self, script: Script, start: int) -> int:
        """The resolution and the month's tasks; returns the minute after."""
        votes = voters(self.present)
        at, subject = self.meeting_id, f"Nghị quyết tháng {_month(self.period)}"
        script.at(
            self.minute(start), WRITER, "HoldVote",
            meeting_id=at, vote_id="V1", about=subject, purpose="resolution", for_=votes, against=0,
        )  # fmt: skip
        script.at(self.minute(start + 1), SECRETARY, "AdoptResolution", meeting_id=at, vote_id="V1", title=subject)
        for number, task in enumerate(self.tasks):
            assign(script, self.minute(start + 2 + number), at, task, self.period)
        return start + 2 + len(self.tasks)

    def rank(self, script: Script, period: str, start: int) -> None:
        """A month reviewed here, as the facts give it; nobody departs from it."""
        script.at(self.minute(start), SECRETARY, "EvaluateMembers", period=period)
        script.at(
            self.minute(start + 2), SECRETARY, "ConcludeRanking", period=period, meeting_id=self.meeting_id, entries=[]
        )


class Theme(Sitting):
    """A thematic meeting of a quarter."""

    def __init__(self, theme: dict[str, Any]) -> None:
        period = f"{theme['date']:%Y-%m}"
        super().__init__(f"{code()}:{period}:thematic", theme["date"], "14:00")
        self.theme = theme
        self.period = period

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return [task for task in sheet()["tasks"] if task["id"] in self.theme["tasks"]]

    def general(self) -> tuple[str, ...]:
        return (self.theme["agreed"],)

    def tell(self, script: Script) -> None:
        at, theme = self.meeting_id, self.theme
        plan(script, theme)
        agenda = [
            {"number": number, "text": text, "part": "Chuyên đề"}
            for number, text in enumerate(sheet()["agenda_thematic"], 1)
        ]
        script.at(
            self.before(14, "08:00"), SECRETARY, "ScheduleMeeting",
            meeting_id=at, meeting_kind="thematic", period=self.period, on=str(self.day), starts_at="14:00",
            agenda=agenda,
        )  # fmt: skip
        script.at(self.before(14, "08:05"), SECRETARY, "AssignMinuteTaker", meeting_id=at, member_id=WRITER)
        for task in self.tasks:
            draft(script, self.before(7, "10:00"), at, task, self.period)
        script.at(
            self.before(6, "16:30"), SECRETARY, "HoldPreparation",
            meeting_id=at, attendees=COMMITTEE, draft_resolution=theme["theme"],
        )  # fmt: skip
        self.notify(script, self.before(5, "17:00"))
        sent = local(f"{theme['sent']} 09:00")
        if sent < self.before(5, "17:00"):
            sent = self.before(5, "17:30")
        script.at(
            sent, WRITER, "PostMaterials", meeting_id=at, documents=[{"title": f"Báo cáo chuyên đề: {theme['theme']}"}]
        )
        self.open(script)
        script.at(self.minute(10), WRITER, "NoteSpeech", meeting_id=at, member_id=theme["by"], item=2)
        minute = self.opinions(script, 50, 3)
        for number, task in enumerate(self.tasks):
            assign(script, self.minute(minute + number), at, task, self.period)
        about: dict[str, Any] = {"theme_id": theme["id"]}
        script.at(self.minute(minute + 10), WRITER, "PresentTheme", meeting_id=at, **about)
        script.at(
            self.minute(minute + 10), WRITER, "AgreeTheme", items=[theme["agreed"]], task_ids=theme["tasks"],
            review_meeting_id=f"{code()}:{theme['review_on']:%Y-%m}", **about,
        )  # fmt: skip
        self.finish(script, 92, scored=False)


# ---------------------------------------------------------------- parts of every meeting


def plan(script: Script, theme: dict[str, Any]) -> None:
    """From the quarter's plan to the draft the committee passed, as far as it has come (R41)."""
    about: dict[str, Any] = {"theme_id": theme["id"]}
    planned = max(local(f"{theme['date'] - timedelta(days=30)} 09:00"), local(f"{BEGAN} 09:00"))
    script.at(
        planned, SECRETARY, "PlanTheme", quarter=theme["quarter"], theme=theme["theme"], member_id=theme["by"],
        meeting_id=f"{code()}:{theme['date']:%Y-%m}:thematic", on=str(theme["date"]),
        draft_due_on=str(theme["draft_due"]), **about,
    )  # fmt: skip
    script.at(planned, SECRETARY, "AssignThematicReport", **about)
    if theme["submitted"]:
        script.at(
            local(f"{theme['submitted']} 16:00"), theme["by"], "SubmitThematicReport", member_id=theme["by"],
            reason=theme.get("late_reason"), **about,
        )  # fmt: skip
        script.at(local(f"{theme['passed_by_committee']} 16:00"), SECRETARY, "PassThematicReport", **about)


def visit(script: Script, meeting: Sitting) -> None:
    """Somebody is to be seen by a day; that it was done is said, and nothing more."""
    asked = sheet()["visit"]
    if asked["meeting"] != meeting.day:
        return
    about: dict[str, Any] = {"meeting_id": meeting.meeting_id, "encouragement_id": "TH1"}
    script.at(
        meeting.minute(25), WRITER, "AssignEncouragement", by=asked["by"], for_member=asked["for"],
        due_on=str(asked["due"]), **about,
    )  # fmt: skip
    script.at(local(f"{asked['done']} 16:00"), asked["by"], "ReportEncouragement", member_id=asked["by"], **about)


def agenda_regular() -> list[Data]:
    """The fifteen steps of a regular meeting."""
    return [
        {
            "number": line["step"],
            "part": line["part"],
            "minutes": line["minutes"],
            "text": line["text"],
            "private": line.get("class") == "C",
        }
        for line in sheet()["agenda_regular"]
    ]


def record_opinion(script: Script, meeting_id: str, opinion: dict[str, Any], when: datetime, item: int) -> None:
    script.at(
        when, WRITER, "RecordOpinion",
        meeting_id=meeting_id, opinion_id=opinion["id"], speaker_id=opinion["by"], item=item, text=opinion["text"],
        contrary=opinion["how"] in ("contrary_explained", "reserved"),
    )  # fmt: skip


def conclude(
    script: Script,
    meeting_id: str,
    when: datetime,
    said: list[dict[str, Any]],
    general: tuple[str, ...],
    *,
    chair: str = SECRETARY,
) -> None:
    """The conclusion: what was agreed anyway, and each accepted opinion under its number."""
    taken = {_number(one["result"]): one for one in said if one["how"] == "accepted"}
    last = max([len(general[:1]), *taken])
    items: list[Data] = []
    for number in range(1, last + 1):
        opinion = taken.get(number)
        if opinion is None:
            items.append({"number": number, "text": general[min(number, len(general)) - 1]})
        else:
            text = opinion["result"].split(": ", 1)[-1]
            items.append({"number": number, "text": _capital(text)})
    script.at(when, chair, "ReachConclusion", meeting_id=meeting_id, items=items)


def _number(result: str) -> int:
    """«Kết luận 2: …» → 2."""
    return int(result.split()[2].rstrip(":."))


def dispose(script: Script, meeting_id: str, opinion: dict[str, Any], when: datetime, actor: str = WRITER) -> None:
    """What became of an opinion."""
    how = {"deferred": "to_be_answered"}.get(opinion["how"], opinion["how"])
    data: Data = {"opinion_id": opinion["id"], "how": how}
    if how == "accepted":
        data["conclusion_item"] = _number(opinion["result"])
    if how in ("contrary_explained", "reserved"):
        data["explained_by"] = opinion["explained_by"]
        data["explanation"] = opinion["result"]
        data["speaker_after"] = {"đồng ý": "agreed", "bảo lưu": "reserves"}[opinion["speaker_after"]]
    if how == "to_be_answered":
        data["answer_by"], data["answer_due"] = opinion["answer_by"], str(opinion["answer_due"])
    script.at(when, actor, "DisposeOpinion", meeting_id=meeting_id, **data)


def draft(script: Script, when: datetime, meeting_id: str, task: dict[str, Any], period: str) -> None:
    """A task as the committee drafts it."""
    script.at(
        when, SECRETARY, "DraftAssignment",
        meeting_id=meeting_id, draft_id=f"D-{task['id']}", member_id=task["to"], partner_id=task.get("partner"),
        text=task["text"], due_on=str(_due(task)), report_at=task.get("report_at", periods.following(period)),
        programme_item_id=_item(task),
    )  # fmt: skip


def assign(script: Script, when: datetime, meeting_id: str, task: dict[str, Any], period: str) -> None:
    """A task as the meeting decides it."""
    script.at(
        when, WRITER, "DecideAssignment",
        meeting_id=meeting_id, task_id=task["id"], member_id=task["to"], partner_id=task.get("partner"),
        text=task["text"], due_on=str(_due(task)), report_at=task.get("report_at", periods.following(period)),
        origin=task["origin"], draft_id=f"D-{task['id']}", carried_from=task.get("carried_from"),
        programme_item_id=_item(task),
    )  # fmt: skip


def review(script: Script, meeting_id: str, period: str, when: datetime, people: list[str]) -> None:
    """A month: the cell as a body, each member, then the whole."""
    due = _due_in(period)
    late = [task for task in due if task["outcome"] in ("late", "failed")]
    script.at(
        when, WRITER, "ReviewBranchMonth", meeting_id=meeting_id, period=period,
        strengths="Sinh hoạt đúng ngày; phân công rõ người, rõ hạn.",
        shortcomings="Còn việc chậm hoặc chưa hoàn thành." if late else None,
        causes=[cause for task in late for cause in causes(task)],
    )  # fmt: skip
    script.at(
        when + timedelta(minutes=2 + len(people)), WRITER, "ReviewLastMonth",
        meeting_id=meeting_id, period=period, members=[member_month(period, member) for member in people],
    )  # fmt: skip


def member_month(period: str, member: str) -> Data:
    """What the cell says about one member's month."""
    own = [task for task in _due_in(period) if task["to"] == member]
    said: Data = {
        "member_id": member,
        "strengths": " ".join(task["plus"] for task in own if task["plus"]) or "Hoàn thành nhiệm vụ thường xuyên.",
        "tasks": [
            {"task_id": task["id"], "follow_up": "new_task", "follow_up_ref": task["follow_up"]}
            for task in own
            if task["outcome"] == "failed"
        ],
        "causes": [
            {**cause, "task_id": task["id"]}
            for task in own
            if task["outcome"] in ("late", "failed")
            for cause in causes(task)
        ],
    }
    if minus := " ".join(task["minus"] for task in own if task["minus"]):
        said["shortcomings"] = minus
    return said


def _due_in(period: str) -> list[dict[str, Any]]:
    return [task for task in sheet()["tasks"] if f"{_due(task, extended=True):%Y-%m}" == period]


def _complete(period: str, by: date) -> bool:
    """Every task of the month had its result on that day."""
    return all(task["outcome"] == "failed" or (task["done"] and _day(task["done"]) <= by) for task in _due_in(period))


def causes(task: dict[str, Any]) -> list[Data]:
    """Objective and subjective causes, as a task's result states them."""
    kinds = {"kq": "objective", "cq": "subjective"}
    return [{"kind": kinds[kind], "text": text} for kind, text in (task["cause"] or {}).items()]


def assess(script: Script, period: str) -> None:
    """The month's ranking opens by itself; on its last day each member says what it was worth."""
    day = periods.last_day(period)
    if period == FIRST_MONTH:  # the books began after the hour at which the clock would have opened it
        script.at(f"{BEGAN} 08:30", SECRETARY, "OpenRanking", period=period)
    else:
        script.clocks_reach(f"{period}-26 07:00")
    for member in base(day):
        on_paper = member == ON_PAPER
        bad = any(task["to"] == member and task["outcome"] in ("late", "failed") for task in _due_in(period))
        script.at(
            datetime.combine(day, time(19)), member, "FileSelfAssessment",
            period=period, member_id=member, proposed_rank="completed" if bad else "good",
            enteredby=WRITER if on_paper else None, medium="paper" if on_paper else None,
        )  # fmt: skip


# ---------------------------------------------------------------- tasks


def results(script: Script, task: dict[str, Any]) -> None:
    """What came of a task, on its day; October's own story tells the rest."""
    member = task["to"]
    by: dict[str, Any] = {"enteredby": WRITER, "medium": "paper"} if member == ON_PAPER else {}
    if task["origin"] == "urgent":
        script.at(
            local(task["given"]) + timedelta(minutes=10), DEPUTY, "GiveUrgentTask",
            task_id=task["id"], member_id=member, text=task["text"], given_by=_capital(task["by"]),
            given_at=local(task["given"]).isoformat(), due_at=local(task["due"]).isoformat(),
        )  # fmt: skip
        script.at(
            local(task["done"]), member, "CompleteTask",
            task_id=task["id"], member_id=member, done_at=local(task["done"]).isoformat(),
        )  # fmt: skip
        return
    if "extended_to" in task:
        script.at(
            datetime.combine(task["due"] - timedelta(days=1), time(9)), SECRETARY, "ExtendTask",
            task_id=task["id"], to_on=str(task["extended_to"]), reason=task["extension_reason"],
        )  # fmt: skip
    if task["outcome"] == "failed":
        script.at(
            "2026-09-30 17:30", member, "FailTask",
            task_id=task["id"], member_id=member, causes=causes(task),
            proposal="Giao việc mới: thu nốt các phiếu còn lại, chia theo xã, có hạn mới.",
        )  # fmt: skip
    elif task["done"] is not None and task["done"] <= date(2026, 10, 5):
        script.at(
            datetime.combine(task["done"], time(16, 30)), member, "CompleteTask",
            task_id=task["id"], member_id=member, causes=causes(task),
            exceeded=task["plus"] if task["outcome"] == "exceeded" else None, **by,
        )  # fmt: skip


def _item(task: dict[str, Any]) -> str | None:
    """Which item of the superior's programme a task serves."""
    own: str | None = task.get("item")
    return own or (f"P-{task['id']}" if task["origin"] == "programme" else None)


def _day(due: date | str) -> date:
    return due if isinstance(due, date) else datetime.fromisoformat(due).date()


def _due(task: dict[str, Any], *, extended: bool = False) -> date:
    return _day(task.get("extended_to", task["due"]) if extended else task["due"])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _month(period: str) -> str:
    return f"{int(period[5:])}/{period[:4]}"
