"""One branch's year, month by month: what people type in, when, and what they leave out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Literal

from shared.days import VIETNAM
from tests.year.town import Step, Town

YEAR = 2028
"""A leap year."""
BEGAN = date(YEAR - 1, 12, 20)
"""The day the books of every branch begin here."""
SECRETARY, DEPUTY, INSPECTOR, WRITER, FOLLOWER = "M01", "M02", "M03", "M04", "F01"
DISCUSSION = 11
COMMITTEE_FROM = 9
AGENDA = tuple(
    {"number": number, "text": f"Nội dung {number}", "private": number == 8} for number in range(1, 16)
)  # fmt: skip
ON_TIME, LATE, EXCEEDED, FAILED, STOPPED = "on_time", "late", "exceeded", "failed", "stopped"

Status = Literal["official", "probationary", "exempt", "temporary_elsewhere", "special_mission"]
AWAY = frozenset({"exempt", "temporary_elsewhere", "special_mission"})
Practice = Literal[
    "notice", "meeting", "materials", "package", "review", "rank", "notebooks", "theme", "theme_step", "score",
    "catch_up", "answer", "close", "result", "habits", "come", "say_why", "length", "briefing", "policy",
]  # fmt: skip


@dataclass(frozen=True)
class Spell:
    """How somebody counts for a time, when it is not as a full member."""

    member_id: str
    status: Status
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Cell:
    """What sets one branch apart from another; everything else of its year is the same for all."""

    code: str
    name: str
    members: int
    begins: date = BEGAN
    ends: date | None = None
    """The first day it no longer exists."""
    spells: tuple[Spell, ...] = ()
    joins: Mapping[str, date] = field(default_factory=dict)
    leaves: Mapping[str, date] = field(default_factory=dict)
    combined: frozenset[int] = frozenset()
    """Months in which the regular meeting takes the quarter's theme along."""
    moved: Mapping[int, int] = field(default_factory=dict)
    """Month → by how many days a storm moves its meeting, told on the eve."""
    forgets: frozenset[tuple[int, Practice]] = frozenset()
    """(month, what is left undone)."""
    late_with: frozenset[tuple[int, Practice]] = frozenset()
    """(month, what is made good for at the month's end)."""
    notice_at: Mapping[int, datetime] = field(default_factory=dict)
    due_on: Mapping[int, int] = field(default_factory=dict)
    """Month → the day on which all its tasks fall due."""
    thorough: bool = False
    """Every habit of the seed, not only what every branch does each month."""
    tasks: int = 3

    def officers(self, day: date) -> list[str]:
        """Who prepares the meetings."""
        return [SECRETARY, DEPUTY, INSPECTOR] if self.large(day) else [SECRETARY, DEPUTY]

    def large(self, day: date) -> bool:
        """Whether there is a committee beside secretary and deputy."""
        return sum(self.status(one, day) != "probationary" for one in self.here(day)) >= COMMITTEE_FROM

    def leaders(self, day: date) -> list[str]:
        """Who holds an office; a branch that has become smaller keeps whom it elected."""
        return [SECRETARY, DEPUTY, INSPECTOR] if self.large(self.begins) else self.officers(day)

    def inspectors(self) -> tuple[str, str]:
        """Who inspects notebooks; the first only that of the second."""
        return (DEPUTY, INSPECTOR) if self.large(self.begins) else (SECRETARY, DEPUTY)

    def forgot(self, month: int, practice: Practice) -> bool:
        return (month, practice) in self.forgets

    def roles(self, number: int) -> list[str]:
        held = {1: ["secretary"], 2: ["deputy_secretary"], 4: ["minute_taker"], 5: ["rapporteur"], 6: ["locality"]}
        if number == 3:
            return ["committee_member", "locality"] if self.large(self.begins) else ["locality"]
        return held.get(number, [])

    def starts(self, member: str) -> date | None:
        return self.joins.get(member)

    def here(self, day: date) -> list[str]:
        """Everybody on the list that day, in roster order."""
        ids = [*(f"M{number:02}" for number in range(1, self.members + 1)), *self.joins]
        return [
            one
            for one in dict.fromkeys(ids)
            if self.joins.get(one, self.begins) <= day < self.leaves.get(one, date.max)
        ]

    def status(self, member: str, day: date) -> Status:
        held = [
            spell
            for spell in self.spells
            if spell.member_id == member and spell.from_on <= day and (spell.until_on is None or day <= spell.until_on)
        ]
        return held[-1].status if held else "official"

    def base(self, day: date) -> list[str]:
        return [one for one in self.here(day) if self.status(one, day) not in AWAY]

    def told(self, day: date, on: date) -> list[str]:
        """Whom a notice for that day goes to, by what has been entered when it leaves."""
        entered = replace(self, spells=tuple(spell for spell in self.spells if spell.from_on <= on))
        return [one for one in self.here(on) if entered.status(one, day) not in AWAY]

    def hands(self, present: list[str], day: date) -> int:
        """How many of those present have a vote."""
        return sum(self.status(one, day) != "probationary" for one in present)


@dataclass
class Task:
    """A task as the story wants it to go."""

    id: str
    member_id: str
    due: date
    outcome: str
    carried_from: str | None = None


def period(month: date) -> str:
    return f"{month:%Y-%m}"


def last(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def months() -> Iterator[date]:
    for number in range(1, 13):
        yield date(YEAR, number, 1)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), VIETNAM)


class Life:
    """Writes down a branch's year as steps."""

    def __init__(self, cell: Cell, seed: int) -> None:
        self.cell = cell
        self.chance = Random(f"{seed} {cell.code}")
        self.steps: list[Step] = []
        self.tasks: dict[str, list[Task]] = {}
        """Month → the tasks that fall due in it."""
        self.failed: list[Task] = []
        """Not done, to go on as new tasks at the next meeting."""

    def tell(self) -> list[Step]:
        self._founding()
        for month in months():
            begins = self.meeting_day(month) - timedelta(days=10)
            if begins < self.cell.begins or (self.cell.ends is not None and self.meeting_day(month) >= self.cell.ends):
                continue
            self._month(month)
        return self.steps

    # ------------------------------------------------------------ writing down

    def at(self, when: datetime, actor: str, command: str, *, refused: str | None = None, **data: Any) -> None:
        """One step; ``for_`` stands for ``for``."""
        given = {key.removesuffix("_"): value for key, value in data.items() if value is not None}
        if command in ("HoldVote", "RecordRankingVote"):
            given["for_"] = given.pop("for")
        self.steps.append(Step(when, self.cell.code, actor, command, given, refused))

    # ------------------------------------------------------------ the beginning

    def _founding(self) -> None:
        cell, day = self.cell, self.cell.begins
        self.at(
            at(day, "08:00"), "operator", "RegisterBranch", name=cell.name, superior="Đảng bộ mẫu",
            follower_id=FOLLOWER, follower_name="Mai Thế Uyển", effective_on=str(day),
        )  # fmt: skip
        rows = [self._row(number) for number in range(1, cell.members + 1) if f"M{number:02}" not in cell.joins]
        self.at(
            at(day, "08:10"), "operator", "ConfirmRosterImport",
            file_name="danh-sach.csv", file_sha256="5f" * 32, format="csv", rows=rows,
        )  # fmt: skip
        self.at(at(day, "08:20"), "operator", "AdoptCharter", charter=self._charter(day))
        for spell in cell.spells:
            if spell.from_on > day:
                self.at(
                    at(spell.from_on, "00:10"), SECRETARY, "ChangeStatus", member_id=spell.member_id,
                    status=spell.status, from_on=str(spell.from_on),
                    until_on=str(spell.until_on) if spell.until_on else None,
                )  # fmt: skip
        for number, (member, joined) in enumerate(cell.joins.items(), 1):
            self.at(
                at(joined, "00:12"), "operator", "EnrolMember", member_id=member, name=f"Đỗ Văn Tân {_word(number)}",
                given=_word(number), status="official", since=str(joined),
            )  # fmt: skip
        for joined in sorted(set(cell.joins.values())):
            if cell.large(joined) and not cell.large(joined - timedelta(days=1)):
                self.at(
                    at(joined, "00:13"), SECRETARY, "AssignRole", member_id=INSPECTOR, role="committee_member",
                    from_on=str(joined),
                )  # fmt: skip
        for member, left in cell.leaves.items():
            self.at(
                at(left, "00:14"), "operator", "TransferMember", member_id=member, to="Chi bộ khác",
                effective_on=str(left),
            )  # fmt: skip

    def _row(self, number: int) -> dict[str, Any]:
        member = f"M{number:02}"
        first = next((one for one in self.cell.spells if one.member_id == member and one.from_on <= BEGAN), None)
        return {
            "line": number + 1,
            "member_id": member,
            "name": f"{_FAMILIES[number % len(_FAMILIES)]} {_word(number)} {_word(number * 7)}",
            "given": _word(number * 7),
            "status": first.status if first else "official",
            "since": str(first.from_on) if first else None,
            "until": str(first.until_on) if first and first.until_on else None,
            "roles": self.cell.roles(number),
            "reach": "paper" if number == 8 else "telephone",
        }

    def _charter(self, day: date) -> dict[str, Any]:
        return {
            "version": 1,
            "adopted_on": str(day),
            "meeting_day": 3,
            "starts_at": "07:30",
            "place": "Phòng họp tầng 2",
            "notice_days": 3,
            "notebook": {"inspect_every": "quarter", "inspectors": list(self.cell.inspectors()), "recheck_days": 15},
            "remarks": {"share_with_member_days": 7},
            "corrections": {"request_within_days": 30},
            "term": {"opened_on": str(day), "next_numbers": {"NQ": 1, "BB": 1, "TB": 1}},
        }

    # ------------------------------------------------------------ a month

    def meeting_day(self, month: date) -> date:
        return month.replace(day=3)

    def id(self, month: date) -> str:
        return f"{self.cell.code}:{period(month)}"

    def _month(self, month: date) -> None:
        cell, number = self.cell, month.month
        if cell.forgot(number, "meeting"):
            self._tasks_go_on(month)
            return
        held = self.meeting_day(month) + timedelta(days=cell.moved.get(number, 0))
        self._before(month, held)
        self._meeting(month, held)
        self._after(month, held)
        self._tasks_go_on(month)
        self._notebooks(month)
        if month.month % 3 == 2 and not cell.forgot(number, "theme"):
            self._theme(month, held)

    def _before(self, month: date, held: date) -> None:
        cell, day, number = self.cell, self.meeting_day(month), month.month
        meeting = self.id(month)
        combined = number in cell.combined
        early = day - timedelta(days=10)
        self.at(
            at(early, "08:00"), SECRETARY, "ScheduleMeeting", meeting_id=meeting, period=period(month), agenda=AGENDA,
            meeting_kind="combined" if combined else "regular",
        )  # fmt: skip
        self.at(at(early, "08:05"), SECRETARY, "AssignBriefing", meeting_id=meeting)
        self.at(at(early, "08:07"), SECRETARY, "AssignMinuteTaker", meeting_id=meeting, member_id=WRITER)
        self.at(
            at(early, "14:00"), DEPUTY, "EnterProgramme", period=period(month), programme_no=f"CTr-{number:02}",
            items=[{"id": f"P{number:02}", "text": "Rà soát số liệu đảng viên"}],
        )  # fmt: skip
        if cell.thorough:
            self.at(
                at(early, "08:09"), SECRETARY, "AssignDissemination", meeting_id=meeting, member_id=SECRETARY,
                doc_no=f"HD-{month:%m}", title="Hướng dẫn mới",
            )  # fmt: skip
        if not cell.forgot(number, "notice"):
            self._drafts(month, day)
            self.at(
                at(day - timedelta(days=6), "16:30"), SECRETARY, "HoldPreparation", meeting_id=meeting,
                attendees=cell.officers(day - timedelta(days=6)), draft_resolution="Dự thảo nghị quyết",
                points_to_vote=["Nghị quyết tháng"],
            )  # fmt: skip
            issued = cell.notice_at.get(number, at(day - timedelta(days=5), "17:00"))
            self.at(issued, SECRETARY, "IssueNotice", meeting_id=meeting)
            self._proofs(meeting, day, issued + timedelta(seconds=30))
        else:
            self.at(
                at(day - timedelta(days=1), "09:00"), SECRETARY, "IssueNotice", meeting_id=meeting,
                reason="Bí thư đi công tác, gửi muộn", committee_reason="Chi ủy trao đổi qua điện thoại",
            )  # fmt: skip
        if not cell.forgot(number, "materials"):
            self.at(
                at(day - timedelta(days=2), "10:00"), WRITER, "PostMaterials", meeting_id=meeting,
                documents=[{"title": "Dự thảo nghị quyết"}],
            )  # fmt: skip
        if held != day:
            self.at(
                at(day - timedelta(days=1), "15:00"), SECRETARY, "MoveMeeting", meeting_id=meeting, to_on=str(held),
                reason="force_majeure", late_reason="Bão đổ bộ, phải dời ngay",
            )  # fmt: skip
            self.at(at(day - timedelta(days=1), "16:00"), FOLLOWER, "AcknowledgeReschedule", meeting_id=meeting)
            self._proofs(meeting, held, at(day - timedelta(days=1), "16:20"))

    def _proofs(self, meeting: str, day: date, when: datetime) -> None:
        """Everybody has the notice that stands; on paper who asked for paper."""
        for member in [*self.cell.told(day, when.date()), FOLLOWER]:
            paper = member == "M08"
            self.at(
                when, WRITER if paper else member, "RecordNoticeDelivered", meeting_id=meeting, member_id=member,
                channel="paper" if paper else "app", confirmed=paper or None,
            )  # fmt: skip

    def _drafts(self, month: date, day: date) -> None:
        """The superior's item for somebody; in a thorough branch a task for everybody."""
        people = self.cell.base(day)
        for number, member in enumerate(people if self.cell.thorough else people[:1], 1):
            self.at(
                at(day - timedelta(days=7), "15:00"), SECRETARY, "DraftAssignment", meeting_id=self.id(month),
                draft_id=f"D{number}", member_id=member, text="Rà soát và báo cáo", due_on=str(last(month)),
                report_at=period(last(month) + timedelta(days=1)),
                programme_item_id=f"P{month:%m}" if number == 1 else None,
            )  # fmt: skip

    # ------------------------------------------------------------ the meeting

    def _meeting(self, month: date, held: date) -> None:
        cell, number, meeting = self.cell, month.month, self.id(month)
        base = cell.base(held)
        absent, excused = self.absent(month, held), not cell.forgot(number, "say_why")
        present = [one for one in base if one != absent]
        minute = _Minutes(at(held, "07:30"))
        self.at(minute.now, SECRETARY, "OpenMeeting", meeting_id=meeting, present=present)
        away = "excused" if excused else "unexcused"
        called = [{"member_id": one, "state": away if one == absent else "present"} for one in base]
        self.at(minute.next(2), WRITER, "RecordAttendance", meeting_id=meeting, entries=called)
        self.at(minute.next(), WRITER, "ReportDues", meeting_id=meeting, paid=len(base), owing=0)
        if not cell.forgot(number, "briefing"):
            self._briefing(minute, meeting, absent)
        if (absent is not None or cell.thorough) and not cell.forgot(number, "policy"):
            self._policy(minute, month, meeting, absent)
        self._look_back(minute, month, meeting, base)
        self._discussion(minute, month, meeting, present, held)
        self._decide(minute, month, meeting, present, held)
        if not cell.forgot(number, "rank"):
            self._rank(minute, month, meeting)
        minute.reach(60 if cell.forgot(number, "length") else 125 if number in cell.combined else 92)
        if not cell.forgot(number, "score"):
            self._score(minute, meeting)
        hands = cell.hands(present, held)
        self.at(minute.next(), WRITER, "ReadMinutes", meeting_id=meeting)
        self.at(
            minute.next(4), WRITER, "HoldVote", meeting_id=meeting, vote_id="V9", purpose="minutes",
            about="Thông qua biên bản", for_=hands, against=0,
        )  # fmt: skip
        self.at(minute.next(), SECRETARY, "AdoptMinutes", meeting_id=meeting, vote_id="V9")
        closing = minute.next()
        if cell.forgot(number, "close"):
            closing = at(held + timedelta(days=2), "09:00")
        self.at(closing, SECRETARY, "CloseMeeting", meeting_id=meeting)

    def absent(self, month: date, held: date) -> str | None:
        """Who does not come, in a month in which somebody does not."""
        if self.cell.forgot(month.month, "come"):
            return "M08"
        base = self.cell.base(held)
        spare = [one for one in base if one not in (SECRETARY, DEPUTY, WRITER, "M05")]
        return spare[month.month % len(spare)] if len(base) > 9 and month.month % 4 == 0 else None

    def _briefing(self, minute: _Minutes, meeting: str, absent: str | None) -> None:
        """Whoever's turn it is; where that one is not there, the next in line."""
        code = self.cell.code

        def away(town: Town) -> bool:
            with town.services["scheduler"].views.read() as reader:
                shown = reader.get("rotation", code, "")
            turn = None if shown is None else shown.rotation.of(meeting.removeprefix(f"{code}:"))
            return turn is not None and turn.by == absent

        if absent is not None:
            self.steps.append(
                Step(
                    minute.next(), code, SECRETARY, "SubstituteBriefing", {"meeting_id": meeting, "reason": "excused"},
                    if_known=away,
                )
            )  # fmt: skip
        self.at(
            minute.next(10), WRITER, "RecordBriefingDelivered", meeting_id=meeting, minutes_used=10,
            local="Thời tiết, mùa vụ", national="Kinh tế trong nước", world="Tình hình khu vực",
        )  # fmt: skip

    def _policy(self, minute: _Minutes, month: date, meeting: str, absent: str | None) -> None:
        document = f"HD-{month:%m}"
        self.at(
            minute.next(), WRITER, "DisseminatePolicy", meeting_id=meeting, doc_no=document, by=SECRETARY, item=7,
            title="Hướng dẫn mới", catch_up_by=str(month.replace(day=15)),
        )  # fmt: skip
        if absent is not None and not self.cell.forgot(month.month, "catch_up"):
            self.at(
                at(month.replace(day=12), "09:00"), WRITER, "CatchUpOnPolicy", meeting_id=meeting, doc_no=document,
                member_id=absent,
            )  # fmt: skip

    def _look_back(self, minute: _Minutes, month: date, meeting: str, base: list[str]) -> None:
        before = month - timedelta(days=1)
        was = period(before)
        if was < period(self.cell.begins):
            return
        if self.cell.forgot(month.month, "review"):
            return
        due = self.tasks.get(was, [])
        undone = self.cell.forgot(before.month, "result") and before.year == YEAR
        people = [
            one
            for one in dict.fromkeys([*base, *(task.member_id for task in due)])
            if one in self.cell.here(last(before)) or one in {task.member_id for task in due}
        ]
        said = [self._member_month(one, [task for task in due if task.member_id == one], month) for one in people]
        self.at(
            minute.next(), WRITER, "ReviewBranchMonth", meeting_id=meeting, period=was,
            strengths="Sinh hoạt đúng ngày, phân công rõ việc",
        )  # fmt: skip
        self.at(
            minute.next(15), WRITER, "ReviewLastMonth", meeting_id=meeting, period=was, members=said,
            refused="R19" if undone and due else None,
        )  # fmt: skip

    def _member_month(self, member: str, tasks: list[Task], month: date) -> dict[str, Any]:
        ending = {FAILED: "new_task", STOPPED: "stopped"}
        return {
            "member_id": member,
            "strengths": "Hoàn thành nhiệm vụ thường xuyên",
            "tasks": [
                {
                    "task_id": task.id,
                    "follow_up": ending[task.outcome],
                    **({"follow_up_ref": f"{task.id}N"} if task.outcome == FAILED else {}),
                }
                for task in tasks
                if task.outcome in ending
            ],
            "causes": [
                {"kind": "subjective", "text": "Chưa chủ động", "task_id": task.id}
                for task in tasks
                if task.outcome in (LATE, FAILED, STOPPED)
            ],
        }

    def _discussion(self, minute: _Minutes, month: date, meeting: str, present: list[str], held: date) -> None:
        how = ("accepted", "contrary_explained", "to_be_answered", "forwarded")[month.month % 4]
        speaker = present[month.month % len(present)]
        opinion = f"O{month:%m}"
        self.at(
            minute.next(), WRITER, "RecordOpinion", meeting_id=meeting, opinion_id=opinion, speaker_id=speaker,
            item=DISCUSSION, text="Đề nghị nhắc việc trước hạn", contrary=how == "contrary_explained" or None,
        )  # fmt: skip
        explained = how == "contrary_explained"
        promised = how in ("to_be_answered", "forwarded")
        due = held + timedelta(days=20)
        self.at(
            minute.next(), WRITER, "DisposeOpinion", meeting_id=meeting, opinion_id=opinion, how=how,
            conclusion_item=1 if how == "accepted" else None,
            explained_by=DEPUTY if explained else None,
            explanation="Đã có lịch nhắc chung" if explained else None,
            speaker_after="agreed" if explained else None,
            answer_by=DEPUTY if how == "to_be_answered" else None,
            answer_due=str(due) if how == "to_be_answered" else None,
        )  # fmt: skip
        self.at(
            minute.next(), SECRETARY, "ReachConclusion", meeting_id=meeting,
            items=[{"number": 1, "text": "Nhắc việc trước hạn năm ngày"}],
        )  # fmt: skip
        if promised and not self.cell.forgot(month.month, "answer"):
            self.at(
                at(due - timedelta(days=1), "10:00"), SECRETARY, "AnswerOpinion", meeting_id=meeting,
                opinion_id=opinion, member_id=DEPUTY, answer="Đã bổ sung lịch nhắc việc",
            )  # fmt: skip

    def _decide(self, minute: _Minutes, month: date, meeting: str, present: list[str], held: date) -> None:
        cell = self.cell
        self.at(
            minute.next(), WRITER, "HoldVote", meeting_id=meeting, vote_id="V1", about="Nghị quyết tháng",
            purpose="resolution", for_=cell.hands(present, held), against=0,
        )  # fmt: skip
        self.at(minute.next(), SECRETARY, "AdoptResolution", meeting_id=meeting, vote_id="V1", title="Nghị quyết tháng")
        new: list[Task] = []
        if not cell.forgot(month.month, "review"):
            new += [
                Task(f"{one.id}N", one.member_id, self._due(month, held), ON_TIME, one.id)
                for one in self.failed
                if one.member_id in cell.base(held)
            ]
            self.failed = []
        for number in range(cell.tasks):
            member = present[(month.month * cell.tasks + number) % len(present)]
            new.append(Task(f"T{month:%m}{number + 1}", member, self._due(month, held), self._outcome(month, number)))
        for task in new:
            self.tasks.setdefault(period(month), []).append(task)
            self.at(
                minute.next(), WRITER, "DecideAssignment", meeting_id=meeting, task_id=task.id,
                member_id=task.member_id, text=f"Việc {task.id}: rà soát và báo cáo", due_on=str(task.due),
                report_at=period(last(month) + timedelta(days=1)), carried_from=task.carried_from,
                origin="programme" if task.id.endswith("1") else "conclusion",
                programme_item_id=f"P{month:%m}" if task.id.endswith("1") else None,
            )  # fmt: skip

    def _due(self, month: date, held: date) -> date:
        return month.replace(day=self.cell.due_on.get(month.month, max(20 + self.chance.randrange(6), held.day + 2)))

    def _outcome(self, month: date, number: int) -> str:
        return self.chance.choices((ON_TIME, LATE, EXCEEDED, FAILED, STOPPED), (70, 10, 10, 7, 3))[0]

    def _rank(self, minute: _Minutes, month: date, meeting: str) -> None:
        before = month - timedelta(days=1)
        was = period(before)
        if at(self.cell.begins, "23:59") > at(before.replace(day=26), "07:00"):
            return
        self.at(minute.next(), SECRETARY, "EvaluateMembers", period=was, refused=self._undone(before))
        self.at(
            minute.next(2), SECRETARY, "ConcludeRanking", period=was, meeting_id=meeting,
            refused=self._undone(before) and "R28",
        )  # fmt: skip

    def _undone(self, before: date) -> str | None:
        return "R19" if self.cell.forgot(before.month, "result") and before.year == YEAR else None

    def _score(self, minute: _Minutes, meeting: str) -> None:
        local = self.cell.code.startswith("99.003")
        parts = (
            {"2.1": 4, "2.2": 1, "4.1": 23, "4.2": 4, "4.3": 9} if local else {"2": 5, "4.1": 5, "4.2": 23, "4.3": 9}
        )
        marks = {"1": 5, **({"3": 9} if local else {"3.1": 5, "3.2": 4}), **parts, "5": 5, "6": 27, "7": 5}
        self.at(
            minute.next(), WRITER, "ScoreMeeting", meeting_id=meeting,
            marks=[{"id": id, "mark": str(mark)} for id, mark in marks.items()],
        )  # fmt: skip

    # ------------------------------------------------------------ afterwards

    def _after(self, month: date, held: date) -> None:
        cell, number, meeting = self.cell, month.month, self.id(month)
        if not cell.forgot(number, "package"):
            days = 3 if cell.forgot(number, "close") else 1
            self.at(
                at(held + timedelta(days=days), "17:00"), WRITER, "PublishPackage", meeting_id=meeting,
                targets=["superior", "members"],
            )  # fmt: skip
        elif (number, "package") in cell.late_with:
            self.at(at(last(month), "17:00"), WRITER, "PublishPackage", meeting_id=meeting, targets=["superior"])
        if not cell.forgot(number, "score"):
            self.at(at(held + timedelta(days=4), "09:00"), FOLLOWER, "ConfirmMeetingScore", meeting_id=meeting)

    def _tasks_go_on(self, month: date) -> None:
        cell = self.cell
        for number, task in enumerate(self.tasks.get(period(month), [])):
            if cell.forgot(month.month, "result"):
                if (month.month, "result") in cell.late_with:
                    task.outcome = LATE
                    self._done(task, last(month) + timedelta(days=20 + number))
                continue
            match task.outcome:
                case "late":
                    self._done(task, min(task.due + timedelta(days=2), last(month) + timedelta(days=1)))
                case "failed" | "stopped":
                    self.at(
                        at(task.due, f"16:{number:02}"), SECRETARY, "FailTask", task_id=task.id,
                        member_id=task.member_id, causes=[{"kind": "objective", "text": "Chờ số liệu của xã"}],
                        proposal="Giao tiếp với hạn mới",
                    )  # fmt: skip
                    if task.outcome == FAILED:
                        self.failed.append(task)
                case _:
                    self._done(task, task.due - timedelta(days=3 if task.outcome == EXCEEDED else 0))

    def _done(self, task: Task, day: date) -> None:
        late = day > task.due
        self.at(
            at(day, f"15:{int(task.id[3:].rstrip('N') or 0):02}"), SECRETARY, "CompleteTask", task_id=task.id,
            member_id=task.member_id, done_on=str(day),
            exceeded="Làm thêm phần đối chiếu" if task.outcome == EXCEEDED else None,
            causes=[{"kind": "subjective", "text": "Chưa chủ động"}] if late else None,
        )  # fmt: skip

    def _notebooks(self, month: date) -> None:
        cell = self.cell
        if month.month % 3 or cell.forgot(month.month, "notebooks"):
            return
        day = month.replace(day=27)
        for number, member in enumerate(cell.base(last(month))):
            first, second = cell.inspectors()
            inspector = first if member == second else second
            short = cell.thorough and number == 4
            self.at(
                at(day, "14:00"), inspector, "InspectNotebook", period=f"{YEAR}-Q{month.month // 3}", member_id=member,
                noted=2 if short else 3, held=3, result="supplement" if short else "ok",
            )  # fmt: skip
            if short:
                self.at(
                    at(day + timedelta(days=10), "14:00"), inspector, "RecheckNotebook",
                    period=f"{YEAR}-Q{month.month // 3}", member_id=member, noted=3, held=3, result="ok",
                )  # fmt: skip

    # ------------------------------------------------------------ the quarter's theme

    def _theme(self, month: date, held: date) -> None:
        """Planned, charged, handed in, passed, presented, agreed and reviewed a quarter later; or left half done."""
        cell, number = self.cell, month.month
        combined = number in cell.combined
        meeting = self.id(month) if combined else f"{self.id(month)}:thematic"
        day = held if combined else month.replace(day=18)
        theme, writer = f"C{(number + 1) // 3}", WRITER
        early = day - timedelta(days=24)
        if early < cell.begins:
            return
        self.at(
            at(early, "09:00"), SECRETARY, "PlanTheme", theme_id=theme, quarter=f"{YEAR}-Q{(number + 2) // 3}",
            theme="Ghi và lưu biên bản", member_id=writer, meeting_id=meeting, on=str(day),
            draft_due_on=str(day - timedelta(days=9)),
        )  # fmt: skip
        half = cell.forgot(number, "theme_step")
        if not half:
            self.at(at(early, "09:10"), SECRETARY, "AssignThematicReport", theme_id=theme)
            self.at(
                at(day - timedelta(days=10), "09:00"), writer, "SubmitThematicReport", theme_id=theme, member_id=writer
            )
            self.at(at(day - timedelta(days=8), "09:00"), SECRETARY, "PassThematicReport", theme_id=theme)
        if not combined:
            self._thematic_meeting(month, meeting, day)
        if half:
            return
        review = month.replace(day=1) + timedelta(days=95)
        self.at(at(day, "18:00"), WRITER, "PresentTheme", theme_id=theme, meeting_id=meeting)
        self.at(
            at(day, "18:05"), WRITER, "AgreeTheme", theme_id=theme, items=["Ghi đủ người phát biểu"], no_new_task=True,
            review_meeting_id=self.id(review),
        )  # fmt: skip
        gone = cell.ends is not None and self.meeting_day(review) >= cell.ends
        if number < 11 and not gone and not cell.forgot(review.month, "meeting"):
            held_on = self.meeting_day(review) + timedelta(days=cell.moved.get(review.month, 0))
            self.at(
                at(held_on, "18:10"), WRITER, "ReviewTheme", theme_id=theme, meeting_id=self.id(review),
                result="Đã thực hiện",
            )  # fmt: skip

    def _thematic_meeting(self, month: date, meeting: str, day: date) -> None:
        cell = self.cell
        self.at(
            at(day - timedelta(days=14), "08:20"), SECRETARY, "ScheduleMeeting", meeting_id=meeting,
            meeting_kind="thematic", period=period(month), on=str(day), starts_at="14:00",
            agenda=[{"number": 1, "text": "Chuyên đề", "part": "Chuyên đề"}],
        )  # fmt: skip
        self.at(
            at(day - timedelta(days=14), "08:25"), SECRETARY, "AssignMinuteTaker", meeting_id=meeting, member_id=WRITER
        )
        self.at(
            at(day - timedelta(days=6), "16:30"), SECRETARY, "HoldPreparation", meeting_id=meeting,
            attendees=cell.officers(day - timedelta(days=6)), draft_resolution="Chuyên đề",
        )  # fmt: skip
        self.at(at(day - timedelta(days=5), "17:00"), SECRETARY, "IssueNotice", meeting_id=meeting)
        self._proofs(meeting, day, at(day - timedelta(days=5), "17:20"))
        self.at(
            at(day - timedelta(days=2), "10:00"), WRITER, "PostMaterials", meeting_id=meeting,
            documents=[{"title": "Báo cáo chuyên đề"}],
        )  # fmt: skip
        present = cell.base(day)
        minute = _Minutes(at(day, "14:00"))
        self.at(minute.now, SECRETARY, "OpenMeeting", meeting_id=meeting, present=present)
        self.at(
            minute.next(2), WRITER, "RecordAttendance", meeting_id=meeting,
            entries=[{"member_id": one, "state": "present"} for one in present],
        )  # fmt: skip
        self.at(
            minute.next(50), SECRETARY, "ReachConclusion", meeting_id=meeting,
            items=[{"number": 1, "text": "Ghi đủ người phát biểu"}],
        )  # fmt: skip
        minute.reach(92)
        self.at(minute.next(), WRITER, "ReadMinutes", meeting_id=meeting)
        self.at(
            minute.next(4), WRITER, "HoldVote", meeting_id=meeting, vote_id="V9", purpose="minutes",
            about="Thông qua biên bản", for_=cell.hands(present, day), against=0,
        )  # fmt: skip
        self.at(minute.next(), SECRETARY, "AdoptMinutes", meeting_id=meeting, vote_id="V9")
        self.at(minute.next(), SECRETARY, "CloseMeeting", meeting_id=meeting)
        self.at(at(day + timedelta(days=1), "17:00"), WRITER, "PublishPackage", meeting_id=meeting, targets=["members"])


class _Minutes:
    """The clock of one meeting."""

    def __init__(self, now: datetime) -> None:
        self.began = self.now = now

    def next(self, minutes: int = 1) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def reach(self, minutes: int) -> None:
        self.now = max(self.now, self.began + timedelta(minutes=minutes))


_FAMILIES = ("Nguyễn", "Trần", "Lô", "Vi", "Và", "Cao", "Đặng", "Hồ")
_SYLLABLES = ("An", "Bình", "Cường", "Dung", "Giang", "Hạnh", "Khôi", "Liên", "Minh", "Ngân", "Phúc", "Quyên", "Sơn")


def _word(number: int) -> str:
    return _SYLLABLES[number % len(_SYLLABLES)]
