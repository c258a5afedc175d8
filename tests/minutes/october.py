"""The sample branch's meeting of 05/10/2026 as minutes hears and decides it: the golden script, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import SecretStr

from services.minutes.domain.assignments import DecideAssignment
from services.minutes.domain.basis import AdoptBasisDocument
from services.minutes.domain.conclusions import Point, ReachConclusion
from services.minutes.domain.corrections import DecideCorrection, RequestCorrection
from services.minutes.domain.criticism import GiveSelfCriticism
from services.minutes.domain.dissemination import CatchUpOnPolicy, DisseminatePolicy
from services.minutes.domain.ending import AdoptMinutes, CloseMeeting, ReadMinutes
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.known import BasisBook, BasisHeld, Deciding, Draft, Known, PlannedMeeting, Task
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.month import (
    AcknowledgeUrgentTask,
    CauseNamed,
    MemberMonth,
    ReviewBranchMonth,
    ReviewLastMonth,
    ReviewMember,
    TaskEnding,
)
from services.minutes.domain.offices import ReplaceMinuteTaker
from services.minutes.domain.opening import OpenMeeting
from services.minutes.domain.opinions import DisposeOpinion, NoteSpeech, RecordOpinion
from services.minutes.domain.package import PublishPackage
from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.room import RecordArrival, RecordAttendance, RecordDeparture
from services.minutes.domain.scoring import Marked, ScoreMeeting
from services.minutes.domain.situation import NoteSituation
from services.minutes.domain.votes import DisputeVote, HoldVote
from services.minutes.domain.wish import MinutesCommand
from shared.days import VIETNAM
from shared.events.afterwards import (
    CorrectionAccepted,
    CorrectionRequested,
    DisseminationCaughtUp,
    EncouragementDone,
    MinutesFlagCleared,
    MinutesFlagRaised,
    PackagePublished,
)
from shared.events.envelope import Fact, instant
from shared.events.meeting import AgendaItem
from shared.events.minutes import (
    Absent,
    AssignmentDecided,
    Attendance,
    AttendanceRecorded,
    Attended,
    BranchMonthReviewed,
    Cause,
    ConclusionItem,
    ConclusionReached,
    Interval,
    LastMonthReviewed,
    MeetingClosed,
    MeetingOpened,
    MemberArrived,
    MemberCause,
    MemberLeftMeeting,
    MemberMonthReviewed,
    MemberReview,
    MemberSpoke,
    MinutesAdopted,
    MinutesRead,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    RollCall,
    RulesApplied,
    TaskReview,
    Threshold,
    TookMinutes,
    UrgentTaskAcknowledged,
    VoteDisputed,
    VoteHeld,
)
from shared.events.minutes_rules import PracticeRulesPinned
from shared.events.sealed import Secret
from shared.events.sitting import (
    BasisDocument,
    DisseminatedAs,
    LineMark,
    Measured,
    MeetingScored,
    PolicyDisseminated,
    SelfCriticismGiven,
    SituationNoted,
)
from shared.rules import profile_for
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

MEETING = f"{CODE}:2026-10"
DAY = date(2026, 10, 5)
BASE = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")
VOTERS = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10")
AT_OPENING = ("M02", "M03", "M05", "M06", "M07", "M08", "M11")

PLANNED = PlannedMeeting(
    meeting_id=MEETING,
    kind="regular",
    period="2026-10",
    on=DAY,
    starts_at="14:00",
    place="Phòng họp tầng 2",
    agenda=tuple(
        AgendaItem(number=number, text=text, private=number == 8)
        for number, text in enumerate(
            (
                "Tuyên bố lý do, giới thiệu đại biểu cấp trên dự sinh hoạt.",
                "Cử thư ký ghi biên bản.",
                "Điểm danh: có mặt, vắng có lý do, vắng không có lý do.",
                "Thông báo tình hình thu nộp đảng phí.",
                "Thông qua chương trình sinh hoạt.",
                "Thông tin thời sự.",
                "Phổ biến, quán triệt chủ trương, chính sách mới.",
                "Nhận xét tình hình tư tưởng đảng viên.",
                "Đánh giá nhiệm vụ tháng trước.",
                "Dự kiến nhiệm vụ tháng tới.",
                "Thảo luận.",
                "Kết luận; biểu quyết thông qua nghị quyết.",
                "Xếp loại đảng viên tháng trước.",
                "Chấm điểm chất lượng buổi sinh hoạt.",
                "Đọc và thông qua biên bản.",
            ),
            start=1,
        )
    ),
    profile="hd42@1",
    delegate_id="M02",
    minute_taker_id="M07",
    excused=("M01",),
    briefer_id="M02",
    briefed_by=("M02",),
    drafts=(
        Draft(
            draft_id="D1",
            member_id="M04",
            partner_id=None,
            text="Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại.",
            due_on=date(2026, 10, 30),
            report_at="2026-11",
            programme_item_id="CT10-3",
        ),
    ),
)

TASKS: Mapping[str, Task] = {
    task.task_id: task
    for task in (
        Task(
            task_id="T13",
            member_id="M08",
            text="Rà soát tiêu chuẩn huy hiệu Đảng.",
            due_on=date(2026, 8, 25),
            outcome="on_time",
            ended_on=date(2026, 8, 25),
        ),
        Task(
            task_id="T14",
            member_id="M07",
            text="Cập nhật biểu thống kê tổ chức đảng theo mẫu mới.",
            due_on=date(2026, 9, 11),
            outcome="on_time",
            ended_on=date(2026, 9, 10),
        ),
        Task(
            task_id="T15",
            member_id="M03",
            text="Soạn mẫu phiếu phản ánh vấn đề phát sinh ở địa bàn.",
            due_on=date(2026, 9, 30),
            outcome="on_time",
            ended_on=date(2026, 9, 30),
        ),
        Task(
            task_id="T16",
            member_id="M06",
            text="Tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1).",
            due_on=date(2026, 9, 25),
            outcome="failed",
            ended_on=date(2026, 9, 30),
            causes=("objective", "subjective"),
        ),
        Task(
            task_id="T17",
            member_id="M05",
            text="Hướng dẫn đảng viên theo dõi địa bàn cách dùng phiếu phản ánh.",
            due_on=date(2026, 9, 28),
            outcome="late",
            ended_on=date(2026, 9, 30),
            causes=("subjective",),
        ),
        Task(
            task_id="T18",
            member_id="M07",
            text="Lập danh sách đầu mối liên lạc của chi bộ vùng có nguy cơ ngập.",
            due_on=date(2026, 10, 2),
            urgent_from="lãnh đạo phòng",
            outcome="on_time",
            ended_on=date(2026, 10, 2),
        ),
    )
}

BASIS = BasisBook(
    held=(
        BasisHeld(doc_no="NQ TW4", title="Xây dựng, chỉnh đốn Đảng", from_on=date(2012, 1, 16), supersedes=None),
        BasisHeld(doc_no="CT 03", title="Học tập và làm theo Bác", from_on=date(2011, 5, 14), supersedes=None),
        BasisHeld(doc_no="CT 05", title="Học tập và làm theo Bác", from_on=date(2016, 5, 15), supersedes="CT 03"),
    )
)
KNOWN = Known(
    branch=branch(),
    meeting=PLANNED,
    profile=profile_for("meeting", DAY),
    tasks=TASKS,
    basis=BASIS,
)
RULES = RulesApplied(
    profile="hd42@1",
    min_minutes=90,
    attendance=Threshold(numerator=90, denominator=100, inclusive=True),
    adoption=Threshold(numerator=1, denominator=2, inclusive=False),
    secret_minimum=3,
)

given = scenario(MINUTES, KNOWN, actor="M02", role="chair_of_the_day")


def clock(hour: str) -> str:
    """An hour of that afternoon as an instant."""
    return instant(datetime.fromisoformat(f"2026-10-05T{hour}+07:00"))


def at(hour: str, *facts: Fact, known: Known = KNOWN) -> Scenario:
    """After these facts, at an hour of that afternoon."""
    return given(*facts).at(f"2026-10-05T{hour}+07:00").known(known)


def made(asked: Scenario, command: MinutesCommand) -> tuple[Any, ...]:
    """The facts a command makes, for looking into."""
    return asked.noun.decide(asked.state(), command, asked.asked)


def only(asked: Scenario, command: MinutesCommand) -> Any:
    """The one fact a command makes, whether or not it uses the practice rules for the first time."""
    (fact,) = [one for one in made(asked, command) if not isinstance(one, PracticeRulesPinned)]
    return fact


def flagged_until_answered(
    facts: tuple[Fact, ...],
    ask: RaiseMinutesFlag,
    flag: MinutesFlagRaised,
    command: MinutesCommand,
    answer: OpinionAnswered | EncouragementDone,
) -> None:
    """Raised once, at the first start after its day with both dates; cleared by the answer, then raised no more."""
    ended = datetime.combine(flag.due_on + timedelta(days=1), time(), VIETNAM)
    start = given(*facts).known(KNOWN).at(ended.isoformat())
    noticed = datetime.combine(flag.detected_on, time(8), VIETNAM).astimezone(UTC)
    start = replace(start, asked=start.asked._replace(recordedtime=noticed))
    start.when(ask).then(flag)
    start(*facts, flag).when(ask).then()
    about = flag.model_dump(exclude={"detected_on"})
    cleared = MinutesFlagCleared(**about, cleared_on=answer.on, answered=True)
    given(*facts, flag).known(KNOWN).at(f"{answer.on}T09:00+07:00").when(command).then(answer, cleared)
    start(*facts, answer).when(ask).then()


def secret(member: str, field: str, text: str) -> Secret:
    return Secret(subject=f"member/{CODE}/{member}", field=field, text=SecretStr(text))


def stay(start: str, end: str | None) -> Interval:
    return Interval(from_at=clock(start), to_at=None if end is None else clock(end))


@dataclass(frozen=True)
class Step:
    """One press of a button in the room, and exactly what it makes."""

    hour: str
    command: MinutesCommand
    facts: tuple[Fact, ...]


OPENED = MeetingOpened(
    meeting_id=MEETING,
    meeting_kind="regular",
    period="2026-10",
    opened_at=clock("14:00"),
    chair_id="M02",
    acting=True,
    minute_taker_id="M07",
    base=BASE,
    voters=VOTERS,
    vote_base=10,
    present_at_opening=AT_OPENING,
    rules=RULES,
)
ROLL_CALL = (
    RollCall(member_id="M01", state="excused"),
    RollCall(member_id="M02", state="present"),
    RollCall(member_id="M03", state="present"),
    RollCall(member_id="M04", state="not_yet_here"),
    *(RollCall(member_id=member, state="present") for member in ("M05", "M06", "M07", "M08", "M11")),
)
ARRIVED = MemberArrived(meeting_id=MEETING, member_id="M04", at=clock("14:25"), base=9, present=8, voters_present=7)
TAKER_REPLACED = MinuteTakerReplaced(meeting_id=MEETING, from_id="M07", to_id="M04", at=clock("14:30"))
RESOLUTION = "Nghị quyết tháng 10/2026"


def vote(vote_id: str, hour: str, for_: int, against: int, other: int, *, recount_of: str | None = None) -> VoteHeld:
    """A show of hands on the resolution, seven voters in the room."""
    return VoteHeld(
        meeting_id=MEETING,
        vote_id=vote_id,
        about=RESOLUTION,
        purpose="resolution",
        at=clock(hour),
        mode="open",
        voters_present=7,
        base=10,
        out_of="voting_members",
        needed=6,
        for_=for_,
        against=against,
        other=other,
        adopted=for_ > 5,
        recount_of=recount_of,
        recount_of_at=clock("15:28") if recount_of else None,
    )


V1, V2 = vote("V1", "15:28", 5, 1, 1), vote("V2", "15:33", 6, 1, 0, recount_of="V1")
V3 = VoteHeld(
    meeting_id=MEETING,
    vote_id="V3",
    about="Thông qua biên bản",
    purpose="minutes",
    at=clock("16:08"),
    mode="open",
    voters_present=6,
    base=10,
    out_of="voters_present",
    needed=4,
    for_=6,
    against=0,
    other=0,
    adopted=True,
)

OPINIONS = {
    "O12": ("M04", 9, True, "Không nên tính chậm cho T17 vì phải chờ mẫu phiếu."),
    "O13": ("M07", 9, True, "Nên tạm dừng một phần việc thu nhận xét nơi cư trú cho đến khi hết lũ."),
    "O14": ("M08", 11, False, "Giao thêm một người giúp thu phiếu ở xã bị ngập."),
    "O15": ("M11", 11, False, "Danh sách đầu mối vùng ngập nên cập nhật trước mỗi cơn bão."),
}
EXPLANATIONS = {
    "O12": "Mẫu do chi bộ tự soạn, hai đồng chí có thể phối hợp sớm; vẫn ghi chậm và ghi rõ nguyên nhân.",
    "O13": "Không dừng; gia hạn đến 20/11 và chia theo xã không bị ngập trước.",
}
TAKEN_INTO = {"O14": 2, "O15": 3}
CONCLUSIONS = {
    1: "Tháng 10 tập trung khắc phục hậu quả bão ở địa bàn được theo dõi.",
    2: "Đồng chí Xềnh phối hợp với đồng chí Hòa thu phiếu ở xã bị ngập.",
    3: "Danh sách đầu mối cập nhật vào ngày 01 hằng tháng mùa mưa.",
}


def _raised(opinion_id: str, hour: str) -> Step:
    speaker, item, contrary, text = OPINIONS[opinion_id]
    return Step(
        hour,
        RecordOpinion(
            meeting_id=MEETING,
            opinion_id=opinion_id,
            speaker_id=speaker,
            item=item,
            text=SecretStr(text),
            contrary=contrary,
        ),
        (
            OpinionRecorded(
                meeting_id=MEETING,
                opinion_id=opinion_id,
                speaker_id=speaker,
                item=item,
                text=secret(speaker, "text", text),
                contrary=contrary,
            ),
        ),
    )


def _explained(opinion_id: str, hour: str) -> Step:
    speaker, item, contrary, _ = OPINIONS[opinion_id]
    return Step(
        hour,
        DisposeOpinion(
            meeting_id=MEETING,
            opinion_id=opinion_id,
            how="contrary_explained",
            explained_by="M02",
            explanation=SecretStr(EXPLANATIONS[opinion_id]),
            speaker_after="agreed",
        ),
        (
            OpinionDisposed(
                meeting_id=MEETING,
                opinion_id=opinion_id,
                item=item,
                contrary=contrary,
                how="contrary_explained",
                explained_by="M02",
                explained_by_chair=True,
                explanation=secret(speaker, "explanation", EXPLANATIONS[opinion_id]),
                speaker_after="agreed",
            ),
        ),
    )


def _accepted(opinion_id: str, hour: str) -> Step:
    _, item, contrary, _ = OPINIONS[opinion_id]
    number = TAKEN_INTO[opinion_id]
    return Step(
        hour,
        DisposeOpinion(meeting_id=MEETING, opinion_id=opinion_id, how="accepted", conclusion_item=number),
        (
            OpinionDisposed(
                meeting_id=MEETING,
                opinion_id=opinion_id,
                item=item,
                contrary=contrary,
                how="accepted",
                conclusion_item=number,
            ),
        ),
    )


SITUATION = "Cán bộ, đảng viên lo khắc phục hậu quả bão."


PINNED = PracticeRulesPinned(branch=CODE, meeting_id=MEETING, profile="seed-cell-practice@1")
"""Said where the practice rules are first used in the meeting."""


def _presented(hour: str, doc_no: str, by: str, by_role: DisseminatedAs, *first: Fact) -> Step:
    return Step(
        hour,
        DisseminatePolicy(meeting_id=MEETING, doc_no=doc_no, by=by, item=7),
        (
            *first,
            PolicyDisseminated(
                meeting_id=MEETING,
                doc_no=doc_no,
                item=7,
                by=by,
                by_role=by_role,
                heard=("M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11"),
                to_catch_up=("M01",),
                catch_up_by=date(2026, 10, 12),
            ),
        ),
    )


MARKS = tuple(
    Marked(id=str(group), mark=mark) for group, mark in enumerate(("5", "4", "9", "37", "5", "25", "5"), start=1)
)
SCORED = MeetingScored(
    meeting_id=MEETING,
    rubric="hd42-scoring@1",
    marks=tuple(
        LineMark(id=one.id, mark=one.mark, max=most) for one, most in zip(MARKS, (5, 5, 10, 40, 5, 30, 5), strict=True)
    ),
    total="90",
    by_marks="q_good",
    band="q_good",
    measured=Measured(
        minutes=118,
        minimum=90,
        short_by=0,
        present_ever="8/9",
        attendance_meets=False,
        spoke="7/8",
        opinions=4,
        out_of_order=(),
    ),
    superior_confirms=True,
)

T16_REVIEW = TaskReview(
    task_id="T16",
    outcome="failed",
    causes=("objective", "subjective"),
    follow_up="new_task",
    follow_up_ref="T20",
)
REVIEWS: dict[str, tuple[TaskReview, ...]] = {
    "M01": (),
    "M02": (),
    "M03": (TaskReview(task_id="T15", outcome="on_time"),),
    "M04": (),
    "M05": (TaskReview(task_id="T17", outcome="late", causes=("subjective",)),),
    "M06": (T16_REVIEW,),
    "M07": (TaskReview(task_id="T14", outcome="on_time"),),
    "M08": (),
    "M11": (),
}

OCTOBER: tuple[Step, ...] = (
    Step("14:00", OpenMeeting(meeting_id=MEETING, present=AT_OPENING), (OPENED,)),
    Step(
        "14:03",
        RecordAttendance(meeting_id=MEETING, entries=ROLL_CALL),
        (AttendanceRecorded(meeting_id=MEETING, entries=ROLL_CALL, base=9, present=7),),
    ),
    Step("14:25", RecordArrival(meeting_id=MEETING, member_id="M04"), (ARRIVED,)),
    Step("14:30", ReplaceMinuteTaker(meeting_id=MEETING, member_id="M04"), (TAKER_REPLACED,)),
    Step(
        "14:44",
        NoteSpeech(meeting_id=MEETING, member_id="M05", item=7),
        (MemberSpoke(meeting_id=MEETING, member_id="M05", item=7),),
    ),
    _presented("14:45", "HD MẪU-11", "M05", "rapporteur", PINNED),
    _presented("14:48", "CV MẪU-12", "M02", "deputy_secretary"),
    Step(
        "14:51",
        NoteSituation(meeting_id=MEETING, item=8, text=SecretStr(SITUATION)),
        (
            SituationNoted(
                meeting_id=MEETING,
                item=8,
                text=Secret(subject=f"branch/{CODE}", field="text", text=SecretStr(SITUATION)),
            ),
        ),
    ),
    Step(
        "15:00",
        ReviewBranchMonth(
            meeting_id=MEETING,
            period="2026-09",
            strengths="Ba trong bốn việc xong trong tháng.",
            shortcomings="Nhận xét nơi cư trú chưa thu đủ.",
            causes=(Cause(kind="objective", text="Cơ sở tập trung phòng, chống bão."),),
        ),
        (
            BranchMonthReviewed(
                meeting_id=MEETING,
                period="2026-09",
                strengths="Ba trong bốn việc xong trong tháng.",
                shortcomings="Nhận xét nơi cư trú chưa thu đủ.",
                causes=(Cause(kind="objective", text="Cơ sở tập trung phòng, chống bão."),),
            ),
        ),
    ),
    Step(
        "15:04",
        ReviewMember(
            meeting_id=MEETING,
            period="2026-09",
            review=MemberMonth(
                member_id="M06",
                strengths=SecretStr("Đã gửi phiếu đến 09/09 nơi cư trú."),
                shortcomings=SecretStr("Mới thu 04/09 phiếu."),
                causes=(
                    CauseNamed(kind="subjective", text=SecretStr("Chưa hẹn ngày thu với từng nơi."), task_id="T16"),
                ),
                tasks=(TaskEnding(task_id="T16", follow_up="new_task", follow_up_ref="T20"),),
            ),
        ),
        (
            MemberMonthReviewed(
                meeting_id=MEETING,
                period="2026-09",
                member_id="M06",
                strengths=secret("M06", "strengths", "Đã gửi phiếu đến 09/09 nơi cư trú."),
                shortcomings=secret("M06", "shortcomings", "Mới thu 04/09 phiếu."),
                causes=(
                    MemberCause(
                        kind="subjective",
                        text=secret("M06", "causes.0", "Chưa hẹn ngày thu với từng nơi."),
                        task_id="T16",
                    ),
                ),
                tasks=(T16_REVIEW,),
            ),
        ),
    ),
    Step(
        "15:09",
        ReviewLastMonth(
            meeting_id=MEETING,
            period="2026-09",
            members=tuple(MemberMonth(member_id=member) for member in BASE if member != "M06"),
        ),
        (
            *(
                MemberMonthReviewed(meeting_id=MEETING, period="2026-09", member_id=member, tasks=REVIEWS[member])
                for member in BASE
                if member != "M06"
            ),
            LastMonthReviewed(
                meeting_id=MEETING,
                period="2026-09",
                members=tuple(MemberReview(member_id=member, tasks=REVIEWS[member]) for member in BASE),
                on_time=2,
                exceeded=0,
                late=1,
                failed=1,
            ),
        ),
    ),
    Step(
        "15:09",
        GiveSelfCriticism(meeting_id=MEETING, member_id="M05", item=9, text=SecretStr("Chậm vì chưa chủ động.")),
        (
            SelfCriticismGiven(
                meeting_id=MEETING,
                member_id="M05",
                item=9,
                text=secret("M05", "text", "Chậm vì chưa chủ động."),
                basis=(
                    BasisDocument(doc_no="NQ TW4", title="Xây dựng, chỉnh đốn Đảng"),
                    BasisDocument(doc_no="CT 05", title="Học tập và làm theo Bác", supersedes="CT 03"),
                ),
            ),
        ),
    ),
    Step(
        "15:10",
        AcknowledgeUrgentTask(meeting_id=MEETING, task_id="T18"),
        (UrgentTaskAcknowledged(meeting_id=MEETING, task_id="T18", member_id="M07", given_by="lãnh đạo phòng"),),
    ),
    Step(
        "15:11",
        NoteSpeech(meeting_id=MEETING, member_id="M03", item=9),
        (MemberSpoke(meeting_id=MEETING, member_id="M03", item=9),),
    ),
    _raised("O12", "15:12"),
    _explained("O12", "15:14"),
    _raised("O13", "15:15"),
    _explained("O13", "15:17"),
    _raised("O14", "15:19"),
    _accepted("O14", "15:20"),
    _raised("O15", "15:21"),
    _accepted("O15", "15:22"),
    Step(
        "15:26",
        ReachConclusion(
            meeting_id=MEETING,
            items=tuple(Point(number=number, text=text, agenda_item=11) for number, text in CONCLUSIONS.items()),
        ),
        (
            ConclusionReached(
                meeting_id=MEETING,
                items=(
                    ConclusionItem(number=1, text=CONCLUSIONS[1], agenda_item=11),
                    ConclusionItem(number=2, text=CONCLUSIONS[2], agenda_item=11, opinion_ids=("O14",)),
                    ConclusionItem(number=3, text=CONCLUSIONS[3], agenda_item=11, opinion_ids=("O15",)),
                ),
            ),
        ),
    ),
    Step(
        "15:28",
        HoldVote(meeting_id=MEETING, vote_id="V1", about=RESOLUTION, for_=5, against=1, other=1),
        (V1,),
    ),
    Step(
        "15:30",
        DisputeVote(meeting_id=MEETING, vote_id="V1", member_id="M08", reason="Đếm sót một cánh tay ở hàng sau"),
        (
            VoteDisputed(
                meeting_id=MEETING,
                vote_id="V1",
                by="M08",
                reason="Đếm sót một cánh tay ở hàng sau",
                vote_at=clock("15:28"),
                for_=5,
                against=1,
                other=1,
            ),
        ),
    ),
    Step(
        "15:33",
        HoldVote(meeting_id=MEETING, vote_id="V2", for_=6, against=1, other=0, recount_of="V1"),
        (V2,),
    ),
    Step(
        "15:34",
        AdoptResolution(meeting_id=MEETING, title=RESOLUTION, vote_id="V2"),
        (
            ResolutionAdopted(
                meeting_id=MEETING,
                doc_no="22-NQ/CB",
                title=RESOLUTION,
                vote_id="V2",
                votes_for=6,
                vote_base=10,
            ),
        ),
    ),
    Step(
        "15:40",
        RecordDeparture(meeting_id=MEETING, member_id="M07", excused=True),
        (
            MemberLeftMeeting(
                meeting_id=MEETING,
                member_id="M07",
                at=clock("15:40"),
                excused=True,
                base=9,
                present=7,
                voters_present=6,
            ),
        ),
    ),
    Step(
        "15:42",
        DecideAssignment(
            meeting_id=MEETING,
            task_id="T20",
            member_id="M06",
            partner_id="M11",
            text="Thu đủ nhận xét nơi cư trú còn lại (05 phiếu).",
            due_on=date(2026, 11, 20),
            report_at="2026-12",
            carried_from="T16",
        ),
        (
            AssignmentDecided(
                meeting_id=MEETING,
                task_id="T20",
                member_id="M06",
                partner_id="M11",
                text="Thu đủ nhận xét nơi cư trú còn lại (05 phiếu).",
                due_on=date(2026, 11, 20),
                report_at="2026-12",
                origin="conclusion",
                carried_from="T16",
            ),
        ),
    ),
    Step(
        "15:44",
        DecideAssignment(
            meeting_id=MEETING,
            task_id="T19",
            member_id="M04",
            text="Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại.",
            due_on=date(2026, 10, 30),
            report_at="2026-11",
            origin="programme",
            draft_id="D1",
        ),
        (
            AssignmentDecided(
                meeting_id=MEETING,
                task_id="T19",
                member_id="M04",
                text="Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại.",
                due_on=date(2026, 10, 30),
                report_at="2026-11",
                origin="programme",
                draft_id="D1",
                programme_item_id="CT10-3",
            ),
        ),
    ),
    Step("15:58", ScoreMeeting(meeting_id=MEETING, marks=MARKS), (SCORED,)),
    Step(
        "16:07",
        ReadMinutes(meeting_id=MEETING),
        (MinutesRead(meeting_id=MEETING, at=clock("16:07"), reader_id="M04"),),
    ),
    Step(
        "16:08",
        HoldVote(
            meeting_id=MEETING, vote_id="V3", about="Thông qua biên bản", purpose="minutes", for_=6, against=0, other=0
        ),
        (V3,),
    ),
    Step(
        "16:08",
        AdoptMinutes(meeting_id=MEETING, vote_id="V3"),
        (
            MinutesAdopted(
                meeting_id=MEETING,
                doc_no="29-BB/CB",
                vote_id="V3",
                at=clock("16:08"),
                votes_for=6,
                voters_present=6,
            ),
        ),
    ),
    Step(
        "16:10",
        CloseMeeting(meeting_id=MEETING),
        (
            MeetingClosed(
                meeting_id=MEETING,
                closed_at=clock("16:10"),
                minutes=130,
                minimum=90,
                short_by=0,
                attended=(
                    Attended(member_id="M02", intervals=(stay("14:00", "16:10"),)),
                    Attended(member_id="M03", intervals=(stay("14:00", "16:10"),)),
                    Attended(member_id="M04", intervals=(stay("14:25", "16:10"),)),
                    Attended(member_id="M05", intervals=(stay("14:00", "16:10"),)),
                    Attended(member_id="M06", intervals=(stay("14:00", "16:10"),)),
                    Attended(member_id="M07", intervals=(stay("14:00", "15:40"),)),
                    Attended(member_id="M08", intervals=(stay("14:00", "16:10"),)),
                    Attended(member_id="M11", intervals=(stay("14:00", "16:10"),)),
                ),
                absent=(Absent(member_id="M01", excused=True),),
                minute_takers=(
                    TookMinutes(member_id="M07", from_at=clock("14:00"), to_at=clock("14:30")),
                    TookMinutes(member_id="M04", from_at=clock("14:30"), to_at=clock("16:10")),
                ),
                spoke=("M02", "M03", "M04", "M05", "M07", "M08", "M11"),
                attendance=Attendance(ever=8, base=9, rate="8/9", meets=False),
            ),
        ),
    ),
)


def before(step: int) -> tuple[Fact, ...]:
    """Everything that had been written before this step."""
    return tuple(fact for earlier in OCTOBER[:step] for fact in earlier.facts)


def until(hour: str) -> tuple[Fact, ...]:
    """Everything that was written before this hour."""
    return tuple(fact for step in OCTOBER if step.hour < hour for fact in step.facts)


HELD = before(len(OCTOBER))


ADOPTED = tuple(AdoptBasisDocument(**held.model_dump()) for held in BASIS.held)
"""The documents criticism rests on, entered before."""


# ---- after the fifth

NOVEMBER = f"{CODE}:2026-11"
IN_NOVEMBER = Deciding(kind="regular", opened_at="2026-11-03T00:30:00.000000Z", adopted_at=None)
O13_BEFORE = "Nên tạm dừng việc thu nhận xét nơi cư trú"
O13_AFTER = "Nên tạm dừng một phần việc thu nhận xét nơi cư trú"
ASKED_WORDS = {"before": SecretStr(O13_BEFORE), "after": SecretStr(O13_AFTER)}


@dataclass(frozen=True)
class Later:
    """One press of a button on a later day."""

    time: str
    actor: str
    command: MinutesCommand
    facts: tuple[Fact, ...]
    known: Known = KNOWN


AFTERWARDS: tuple[Later, ...] = (
    Later(
        "2026-10-05T18:02",
        "M02",
        PublishPackage(meeting_id=MEETING, targets=("superior", "handbook", "members")),
        (
            PackagePublished(
                meeting_id=MEETING,
                published_at=clock("18:02"),
                due_on=date(2026, 10, 7),
                days=2,
                on_time=True,
                days_late=0,
                targets=("superior", "handbook", "members"),
            ),
        ),
    ),
    *(
        Later(
            "2026-10-12T09:00",
            "M01",
            CatchUpOnPolicy(meeting_id=MEETING, doc_no=doc_no, member_id="M01"),
            (
                DisseminationCaughtUp(
                    meeting_id=MEETING,
                    doc_no=doc_no,
                    member_id="M01",
                    on=date(2026, 10, 12),
                    due_on=date(2026, 10, 12),
                ),
            ),
        )
        for doc_no in ("HD MẪU-11", "CV MẪU-12")
    ),
    Later(
        "2026-10-19T20:15",
        "M07",
        RequestCorrection(
            meeting_id=MEETING,
            correction_id="C1",
            member_id="M07",
            line="O13",
            before=SecretStr(O13_BEFORE),
            after=SecretStr(O13_AFTER),
        ),
        (
            CorrectionRequested(
                meeting_id=MEETING,
                correction_id="C1",
                by="M07",
                line="O13",
                before=secret("M07", "before", O13_BEFORE),
                after=secret("M07", "after", O13_AFTER),
                on=date(2026, 10, 19),
                request_until=date(2026, 11, 4),
            ),
        ),
    ),
    Later(
        "2026-11-03T08:10",
        "M01",
        DecideCorrection(meeting_id=MEETING, correction_id="C1", decided_in=NOVEMBER, accepted=True),
        (
            CorrectionAccepted(
                meeting_id=MEETING,
                correction_id="C1",
                by="M07",
                decided_in=NOVEMBER,
                on=date(2026, 11, 3),
            ),
        ),
        replace(KNOWN, deciding=IN_NOVEMBER),
    ),
)
"""What followed the meeting, each on its day."""


def later(number: int) -> Scenario:
    """The history before that step, asked at its time."""
    step = AFTERWARDS[number]
    earlier = tuple(fact for one in AFTERWARDS[:number] for fact in one.facts)
    return given(*HELD, *earlier).at(f"{step.time}+07:00", actor=step.actor).known(step.known)
