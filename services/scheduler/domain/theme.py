"""A theme: planned for a quarter, prepared by one member, agreed by the cell, reviewed at a named meeting (R41)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import ClassVar, Literal, assert_never

from pydantic import Field

from services.scheduler.domain.flag import Flags, Owed, Part, Place, clearing, raising, with_flag
from services.scheduler.domain.known import Known, MeetingNow, living, on_list, own_meeting, profile_on
from services.scheduler.domain.plan import LEADERS
from shared import periods
from shared.days import civil_day
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Fact, Line, MeetingId, MemberId, ShortId
from shared.events.meeting import Document
from shared.events.scheduler_flag import Flag, SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.sealed import PrivateText, Secret
from shared.events.theme import (
    AnyThemeFact,
    Quarter,
    ThematicAgreed,
    ThematicPlanned,
    ThematicPresented,
    ThematicReportAssigned,
    ThematicReportPassed,
    ThematicReportReturned,
    ThematicReportSubmitted,
    ThematicReviewed,
    meeting_vi,
)
from shared.rules import MeetingProfile, PracticeProfile

# ------------------------------------------------------------------ commands


class ThemeCommand(Command):
    """A wish about one theme; where its meetings stand is read here."""

    MAY: ClassVar[frozenset[str]] = LEADERS | {"committee_member"}
    READS_OWN: ClassVar[bool] = True

    theme_id: ShortId

    def subject(self, branch: str) -> str:
        return f"theme/{branch}:{self.theme_id}"


class PlanTheme(ThemeCommand):
    """Put a theme into a quarter's plan; said again before it is presented, the later plan stands."""

    quarter: Quarter
    theme: Line
    member_id: MemberId
    meeting_id: MeetingId
    on: date
    draft_due_on: date
    assign_by: date | None = None
    """By when the member is to be charged; by default the day the draft is due."""


class AssignThematicReport(ThemeCommand):
    """Charge the planned member with the report."""


class SubmitThematicReport(ThemeCommand):
    """Hand in the draft; late only with a reason."""

    MAY: ClassVar[frozenset[str]] = ThemeCommand.MAY | {"self"}

    member_id: MemberId
    reason: PrivateText | None = None
    document: Document | None = None


class ReturnThematicReport(ThemeCommand):
    """Give the draft back to be put right by a day."""

    remarks: PrivateText
    again_by: date


class PassThematicReport(ThemeCommand):
    """Pass the draft."""


class PresentTheme(ThemeCommand):
    """Take down in which meeting the theme was presented."""

    MAY: ClassVar[frozenset[str]] = ThemeCommand.MAY | {"minute_taker"}

    meeting_id: MeetingId


class AgreeTheme(ThemeCommand):
    """Take down what was agreed, the tasks or that there is none, and where it will be reviewed."""

    MAY: ClassVar[frozenset[str]] = ThemeCommand.MAY | {"minute_taker"}

    items: tuple[Line, ...] = Field(max_length=30)
    task_ids: tuple[ShortId, ...] = Field(default=(), max_length=60)
    no_new_task: bool = False
    review_meeting_id: MeetingId


class ReviewTheme(ThemeCommand):
    """Take down the review of what became of the theme."""

    MAY: ClassVar[frozenset[str]] = ThemeCommand.MAY | {"minute_taker"}

    meeting_id: MeetingId
    result: Line


class FlagTheme(ThemeCommand):
    """A step was not taken by its day; said by the clock."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    flag: Flag
    due_on: date


# ------------------------------------------------------------------ state


Stage = Literal["none", "planned", "assigned", "submitted", "returned", "passed", "presented", "agreed", "reviewed"]
_ORDER: tuple[Stage, ...] = (
    "none", "planned", "assigned", "returned", "submitted", "passed", "presented", "agreed", "reviewed",
)  # fmt: skip


class Submission(Part):
    """One draft and what the committee did with it."""

    submitted_on: date
    due_on: date
    days_late: int
    document: Document | None
    returned_on: date | None = None
    again_by: date | None = None


class Theme(Part):
    """A theme as far as it has come."""

    stage: Stage = "none"
    quarter: str = ""
    theme: str = ""
    member_id: str = ""
    meeting_id: str = ""
    on: date = date.min
    assign_by: date = date.min
    draft_due_on: date = date.min
    pass_by: date = date.min
    profile: str = ""
    assigned_on: date | None = None
    submissions: tuple[Submission, ...] = ()
    passed_on: date | None = None
    presented_in: str | None = None
    presented_on: date | None = None
    agreed_on: date | None = None
    items: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    no_new_task: bool = False
    review_meeting_id: str | None = None
    reviewed_in: str | None = None
    reviewed_on: date | None = None
    result: str | None = None
    flags: Flags = ()

    def reached(self, stage: Stage) -> bool:
        """Whether the theme has come as far as this stage or further."""
        return _ORDER.index(self.stage) >= _ORDER.index(stage)

    @property
    def report_due_on(self) -> date:
        """By when the next draft is due: the plan's day, after a return the committee's."""
        again = self.submissions[-1].again_by if self.submissions else None
        return again or self.draft_due_on

    def owed(self, meetings: Mapping[str, MeetingNow]) -> Iterator[Owed]:
        """Every step not yet taken, with its day as the meetings stand now."""
        if self.stage in {"none", "reviewed"}:
            return
        if not self.reached("assigned"):
            yield Owed("report_not_assigned", self.assign_by)
        if not self.reached("submitted"):
            yield Owed("report_not_submitted", self.report_due_on)
        if not self.reached("passed"):
            yield Owed("report_not_passed", self.pass_by)
        if not self.reached("presented"):
            yield Owed("theme_not_presented", day_of(self.meeting_id, meetings) or self.on)
        elif not self.reached("agreed") and self.presented_on is not None:
            yield Owed("theme_not_agreed", self.presented_on)
        elif self.review_meeting_id is not None:
            day = day_of(self.review_meeting_id, meetings) or _end_of_month(self.review_meeting_id)
            yield Owed("theme_not_reviewed", day)


def day_of(meeting_id: str, meetings: Mapping[str, MeetingNow]) -> date | None:
    """The day of a meeting as it stands; None when it is not set or was called off."""
    now = meetings.get(meeting_id)
    return None if now is None or now.phase == "cancelled" else now.on


def _end_of_month(meeting_id: str) -> date:
    return periods.last_day(meeting_id.split(":")[1])


def evolve(theme: Theme, fact: AnyThemeFact | SchedulerFlagRaised | SchedulerFlagCleared) -> Theme:
    """The theme after one more fact."""
    match fact:
        case ThematicPlanned():
            other = theme.stage == "none" or fact.member_id != theme.member_id
            return _with(
                theme,
                stage="planned" if other else theme.stage,
                **fact.model_dump(exclude={"branch", "theme_id"}),
                assigned_on=None if other else theme.assigned_on,
            )
        case ThematicReportAssigned():
            return _with(theme, stage="assigned", assigned_on=fact.assigned_on)
        case ThematicReportSubmitted():
            draft = Submission(
                submitted_on=fact.submitted_on,
                due_on=fact.due_on,
                days_late=fact.days_late,
                document=fact.document,
            )
            return _with(theme, stage="submitted", submissions=(*theme.submissions, draft))
        case ThematicReportReturned():
            back = {"returned_on": fact.returned_on, "again_by": fact.again_by}
            last = tuple(one.model_copy(update=back) for one in theme.submissions[-1:])
            return _with(theme, stage="returned", submissions=(*theme.submissions[:-1], *last))
        case ThematicReportPassed():
            return _with(theme, stage="passed", passed_on=fact.passed_on)
        case ThematicPresented():
            return _with(theme, stage="presented", presented_in=fact.meeting_id, presented_on=fact.presented_on)
        case ThematicAgreed():
            return _with(
                theme,
                stage="agreed",
                **fact.model_dump(include={"agreed_on", "items", "task_ids", "no_new_task", "review_meeting_id"}),
            )
        case ThematicReviewed():
            return _with(
                theme,
                stage="reviewed",
                reviewed_in=fact.meeting_id,
                reviewed_on=fact.reviewed_on,
                result=fact.result,
            )
        case SchedulerFlagRaised() | SchedulerFlagCleared():
            return _with(theme, flags=with_flag(theme.flags, fact))
        case _:
            assert_never(fact)


def _with(theme: Theme, /, **changes: object) -> Theme:
    return theme.model_copy(update=changes)


# ------------------------------------------------------------------ rules


def decide(theme: Theme, command: ThemeCommand, asked: Asked[Known]) -> tuple[Fact, ...]:
    """What follows from a wish about a theme; raises Refused."""
    if isinstance(command, FlagTheme):
        wanted = Owed(command.flag, command.due_on)
        owed = wanted if wanted in theme.owed(asked.known.meetings) else None
        return raising(_place(command, asked), owed, theme.flags, asked)
    living(asked.known, asked.today)
    if isinstance(command, PlanTheme):
        return _plan(theme, command, asked)
    if theme.stage == "none":
        raise _refused(
            f"Chưa có chuyên đề {command.theme_id} trong kế hoạch. Đồng chí ghi kế hoạch chuyên đề trước",
            f"Theme {command.theme_id} is not planned. Plan it first",
        )
    match command:
        case AssignThematicReport():
            return _assign(theme, command, asked)
        case SubmitThematicReport():
            return _submit(theme, command, asked)
        case ReturnThematicReport():
            return _return(theme, command, asked)
        case PassThematicReport():
            return _pass(theme, command, asked)
        case PresentTheme():
            return _present(theme, command, asked)
        case AgreeTheme():
            return _agree(theme, command, asked)
        case ReviewTheme():
            return _review(theme, command, asked)
        case _:
            raise TypeError(command)


def _plan(theme: Theme, command: PlanTheme, asked: Asked[Known]) -> tuple[Fact, ...]:
    branch = living(asked.known, command.on)
    profile = profile_on(asked.known, asked.branch, command.on)
    planned = ThematicPlanned(
        branch=asked.branch,
        theme_id=command.theme_id,
        quarter=command.quarter,
        theme=command.theme,
        member_id=command.member_id,
        meeting_id=command.meeting_id,
        on=command.on,
        assign_by=command.assign_by or command.draft_due_on,
        draft_due_on=command.draft_due_on,
        pass_by=command.on - timedelta(days=_sent_days(asked, command.on, profile)),
        profile=profile.ref,
    )
    wanted = planned.model_dump(exclude={"branch", "theme_id"})
    if theme.stage != "none" and theme.model_dump(include=set(wanted)) == wanted:
        return ()
    if theme.reached("presented"):
        raise _refused(
            f"Chuyên đề {command.theme_id} đã trình bày, kế hoạch không đổi được nữa. Có việc mới thì đồng chí ghi "
            "thành chuyên đề khác",
            f"Theme {command.theme_id} was presented already; its plan stands. Plan another theme",
        )
    if theme.submissions and command.member_id != theme.member_id:
        raise _refused(
            f"Đ/c {theme.member_id} đã nộp báo cáo chuyên đề {command.theme_id}, không đổi người chuẩn bị được nữa. "
            "Đồng chí giữ người chuẩn bị, hoặc ghi thành chuyên đề khác",
            f"{theme.member_id} submitted the report on theme {command.theme_id} already. Keep the member",
        )
    own_meeting(command.meeting_id, asked.branch)
    _named_month(command.meeting_id)
    if periods.containing(command.on, "quarter") != command.quarter:
        raise _refused(
            f"Ngày trình bày {command.on:%d/%m/%Y} không nằm trong quý đã chọn. Đồng chí sửa ngày hoặc quý",
            f"{command.on:%d/%m/%Y} does not lie in {command.quarter}. Change the day or the quarter",
            "R6",
        )
    if not planned.assign_by <= command.draft_due_on <= planned.pass_by:
        raise _refused(
            f"Thứ tự ngày chưa đúng: giao việc, nộp dự thảo ({command.draft_due_on:%d/%m/%Y}), rồi thông qua để gửi "
            f"đảng viên chậm nhất ngày {planned.pass_by:%d/%m/%Y}. Đồng chí sửa lại ngày",
            f"The days are out of order: assigned, submitted ({command.draft_due_on:%d/%m/%Y}), then passed by "
            f"{planned.pass_by:%d/%m/%Y} so that it can be sent. Change the days",
        )
    on_list(branch, command.member_id, command.on)
    return (planned,)


def _sent_days(asked: Asked[Known], day: date, profile: MeetingProfile) -> int:
    """How long before the meeting the report is sent; where no practice rules hold, as long as any material (R3)."""
    practice = asked.known.rules.chosen("practice", day, asked.branch)
    return (practice.theme_sent_days if isinstance(practice, PracticeProfile) else profile.materials_days).value


def _assign(theme: Theme, command: AssignThematicReport, asked: Asked[Known]) -> tuple[Fact, ...]:
    if theme.reached("assigned"):
        return ()
    on_list(living(asked.known), theme.member_id, asked.today)
    return (
        ThematicReportAssigned(
            branch=asked.branch,
            theme_id=command.theme_id,
            member_id=theme.member_id,
            assigned_on=asked.today,
            draft_due_on=theme.draft_due_on,
        ),
        *_cleared(theme, command, asked, "report_not_assigned"),
    )


def _submit(theme: Theme, command: SubmitThematicReport, asked: Asked[Known]) -> tuple[Fact, ...]:
    if command.member_id != theme.member_id:
        raise _refused(
            f"Báo cáo chuyên đề {command.theme_id} giao đ/c {theme.member_id}, không phải đ/c {command.member_id}. "
            "Đồng chí chọn lại người nộp",
            f"The report on theme {command.theme_id} is {theme.member_id}'s, not {command.member_id}'s. Choose again",
        )
    if theme.stage == "planned":
        raise _refused(
            f"Chưa giao đ/c {theme.member_id} chuẩn bị báo cáo chuyên đề {command.theme_id}. Đồng chí ghi việc giao "
            "trước",
            f"{theme.member_id} was not charged with the report on theme {command.theme_id}. Assign it first",
        )
    if theme.reached("submitted"):
        return ()
    due_on = theme.report_due_on
    late = max(0, (asked.today - due_on).days)
    if late and command.reason is None:
        raise _refused(
            f"Báo cáo chuyên đề {command.theme_id} nộp muộn {late} ngày so với hạn {due_on:%d/%m/%Y}, cần nêu lý do. "
            "Đồng chí ghi thêm lý do",
            f"The report on theme {command.theme_id} is {late} days after {due_on:%d/%m/%Y}. Say why",
        )
    secret = (
        Secret(subject=f"member/{asked.branch}/{theme.member_id}", field="reason", text=command.reason)
        if (late and command.reason is not None)
        else None
    )
    return (
        ThematicReportSubmitted(
            branch=asked.branch,
            theme_id=command.theme_id,
            member_id=theme.member_id,
            submission=len(theme.submissions) + 1,
            submitted_on=asked.today,
            due_on=due_on,
            days_late=late,
            reason=secret,
            document=command.document,
        ),
        *_cleared(theme, command, asked, "report_not_submitted"),
    )


def _return(theme: Theme, command: ReturnThematicReport, asked: Asked[Known]) -> tuple[Fact, ...]:
    last = theme.submissions[-1] if theme.submissions else None
    if theme.stage == "returned" and last is not None and last.again_by == command.again_by:
        return ()
    _waiting(theme, command)
    if command.again_by < asked.today:
        raise _refused(
            f"Hạn nộp lại {command.again_by:%d/%m/%Y} đã qua. Đồng chí chọn ngày khác",
            f"{command.again_by:%d/%m/%Y} is past. Choose another day",
        )
    return (
        ThematicReportReturned(
            branch=asked.branch,
            theme_id=command.theme_id,
            member_id=theme.member_id,
            submission=len(theme.submissions),
            returned_on=asked.today,
            with_committee=living(asked.known).has_committee(asked.today),
            remarks=Secret(subject=f"member/{asked.branch}/{theme.member_id}", field="remarks", text=command.remarks),
            again_by=command.again_by,
        ),
    )


def _pass(theme: Theme, command: PassThematicReport, asked: Asked[Known]) -> tuple[Fact, ...]:
    if theme.reached("passed"):
        return ()
    _waiting(theme, command)
    return (
        ThematicReportPassed(
            branch=asked.branch,
            theme_id=command.theme_id,
            submission=len(theme.submissions),
            passed_on=asked.today,
            with_committee=living(asked.known).has_committee(asked.today),
            due_on=theme.pass_by,
            days_late=max(0, (asked.today - theme.pass_by).days),
        ),
        *_cleared(theme, command, asked, "report_not_passed"),
    )


def _waiting(theme: Theme, command: ThemeCommand) -> None:
    """Nothing while a draft waits for the committee; otherwise Refused."""
    if theme.stage == "submitted":
        return
    if theme.reached("passed"):
        raise _refused(
            f"Báo cáo chuyên đề {command.theme_id} đã được thông qua. Đồng chí ghi góp ý vào buổi trình bày",
            f"The report on theme {command.theme_id} was passed already. Enter remarks at the presentation",
        )
    raise _refused(
        f"Chưa có báo cáo chuyên đề {command.theme_id} chờ chi ủy xem. Đồng chí chờ đ/c {theme.member_id} nộp",
        f"No report on theme {command.theme_id} waits for the committee. Let {theme.member_id} submit it first",
    )


def _present(theme: Theme, command: PresentTheme, asked: Asked[Known]) -> tuple[Fact, ...]:
    if theme.reached("presented"):
        if theme.presented_in == command.meeting_id:
            return ()
        raise _refused(
            f"Chuyên đề {command.theme_id} đã trình bày tại buổi họp khác. Đồng chí xem lại buổi họp",
            f"Theme {command.theme_id} was presented in another meeting. Check which",
        )
    if not theme.reached("passed"):
        raise _refused(
            f"Báo cáo chuyên đề {command.theme_id} chưa được chi ủy thông qua nên chưa trình bày được. Đồng chí ghi "
            "việc thông qua trước",
            f"The report on theme {command.theme_id} was not passed by the committee. Enter that first",
        )
    now, on = _opened(command.meeting_id, asked)
    if now.meeting_kind not in ("thematic", "combined"):
        raise _refused(
            f"{meeting_vi(command.meeting_id).capitalize()} không phải buổi chuyên đề hay kết hợp chuyên đề. Đồng chí "
            "chọn đúng buổi đã trình bày",
            "This is neither a thematic nor a combined meeting. Choose the meeting in which it was presented",
            "R6",
        )
    return (
        ThematicPresented(
            branch=asked.branch,
            theme_id=command.theme_id,
            meeting_id=command.meeting_id,
            member_id=theme.member_id,
            presented_on=on,
        ),
        *_cleared(theme, command, asked, "theme_not_presented", on),
    )


def _agree(theme: Theme, command: AgreeTheme, asked: Asked[Known]) -> tuple[Fact, ...]:
    said = command.model_dump(include={"items", "task_ids", "no_new_task", "review_meeting_id"})
    if theme.reached("agreed"):
        if theme.model_dump(include=set(said)) == said:
            return ()
        raise _refused(
            f"Nội dung thống nhất về chuyên đề {command.theme_id} đã ghi. Đồng chí xem lại nội dung đã ghi",
            f"What was agreed on theme {command.theme_id} is entered already. Look at it again",
        )
    if theme.presented_in is None or theme.presented_on is None:
        raise _refused(
            f"Chuyên đề {command.theme_id} chưa trình bày nên chưa có gì để thống nhất. Đồng chí ghi buổi trình bày "
            "trước",
            f"Theme {command.theme_id} was not presented. Enter the meeting first",
        )
    if not command.items:
        raise _refused(
            "Chưa ghi nội dung nào chi bộ thống nhất. Đồng chí ghi ít nhất một nội dung",
            "Nothing agreed is entered. Enter at least one item",
        )
    if bool(command.task_ids) == command.no_new_task:
        raise _refused(
            "Sau chuyên đề phải có việc được giao, hoặc ghi rõ «không giao việc mới», không để trống và không ghi cả "
            "hai. Đồng chí chọn một trong hai",
            "A theme ends in tasks or in the words «no new task», in one of them. Choose one",
        )
    own_meeting(command.review_meeting_id, asked.branch)
    _named_month(command.review_meeting_id)
    day = day_of(command.review_meeting_id, asked.known.meetings) or _end_of_month(command.review_meeting_id)
    if command.review_meeting_id == theme.presented_in or day <= theme.presented_on:
        raise _refused(
            f"Buổi kiểm điểm phải ở sau ngày trình bày {theme.presented_on:%d/%m/%Y}. Đồng chí chọn buổi họp khác",
            f"The review comes after {theme.presented_on:%d/%m/%Y}. Choose another meeting",
        )
    return (
        ThematicAgreed(
            branch=asked.branch,
            theme_id=command.theme_id,
            meeting_id=theme.presented_in,
            agreed_on=theme.presented_on,
            items=command.items,
            task_ids=command.task_ids,
            no_new_task=command.no_new_task,
            review_meeting_id=command.review_meeting_id,
        ),
        *_cleared(theme, command, asked, "theme_not_agreed"),
    )


def _review(theme: Theme, command: ReviewTheme, asked: Asked[Known]) -> tuple[Fact, ...]:
    if theme.stage == "reviewed":
        if (theme.reviewed_in, theme.result) == (command.meeting_id, command.result):
            return ()
        raise _refused(
            f"Kết quả chuyên đề {command.theme_id} đã kiểm điểm. Đồng chí xem lại nội dung đã ghi",
            f"Theme {command.theme_id} was reviewed already. Look at what is entered",
        )
    if theme.review_meeting_id is None or theme.agreed_on is None:
        raise _refused(
            f"Chưa ghi nội dung chi bộ thống nhất về chuyên đề {command.theme_id} nên chưa kiểm điểm được. Đồng chí "
            "ghi nội dung đó trước",
            f"Nothing is agreed on theme {command.theme_id} yet. Enter that first",
        )
    _, on = _opened(command.meeting_id, asked)
    if on <= theme.agreed_on:
        raise _refused(
            f"Buổi kiểm điểm phải ở sau ngày thống nhất {theme.agreed_on:%d/%m/%Y}. Đồng chí chọn buổi họp khác",
            f"The review comes after {theme.agreed_on:%d/%m/%Y}. Choose another meeting",
        )
    return (
        ThematicReviewed(
            branch=asked.branch,
            theme_id=command.theme_id,
            meeting_id=command.meeting_id,
            named_meeting_id=theme.review_meeting_id,
            reviewed_on=on,
            result=command.result,
        ),
        *_cleared(theme, command, asked, "theme_not_reviewed", on),
    )


def _opened(meeting_id: str, asked: Asked[Known]) -> tuple[MeetingNow, date]:
    """A meeting of the cell that was opened, and its day. Raises Refused when it was not."""
    own_meeting(meeting_id, asked.branch)
    now = asked.known.meetings.get(meeting_id)
    if now is None or now.opened_at is None or now.meeting_kind == "committee":
        raise _refused(
            "Buổi họp này của chi bộ chưa khai mạc. Đồng chí chọn buổi họp đã khai mạc",
            "No such meeting of the cell was opened. Choose one that was",
        )
    return now, civil_day(now.opened_at)


def _named_month(meeting_id: str) -> None:
    """Nothing when an id names the month of its meeting; refused otherwise."""
    month = meeting_id.split(":")[1]
    if not periods.named(month) or periods.kind(month) != "month":
        raise _refused(
            "Mã buổi họp không nêu tháng họp. Đồng chí chọn buổi họp từ lịch của chi bộ",
            "The meeting's id does not name its month. Choose it from the branch's calendar",
            "meeting-id",
        )


def _place(command: ThemeCommand, asked: Asked[Known]) -> Place:
    return Place("theme", asked.branch, command.theme_id, "R41")


def _cleared(
    theme: Theme, command: ThemeCommand, asked: Asked[Known], flag: Flag, on: date | None = None
) -> tuple[SchedulerFlagCleared, ...]:
    return clearing(_place(command, asked), theme.flags, on or asked.today, frozenset({flag}))


def _refused(vi: str, en: str, code: str = "R41") -> Refused:
    return Refused(f"{vi}; nội dung đã nhập vẫn còn.", f"{en}; what was typed is kept.", code=code)


THEME: Noun[Theme, Known] = Noun(
    name="theme",
    initial=Theme(),
    decide=decide,
    evolve=evolve,
    commands=(
        PlanTheme,
        AssignThematicReport,
        SubmitThematicReport,
        ReturnThematicReport,
        PassThematicReport,
        PresentTheme,
        AgreeTheme,
        ReviewTheme,
        FlagTheme,
    ),
    profile=lambda theme: theme.profile or None,
)
