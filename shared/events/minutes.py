"""The life of a meeting as it happens: opened, who was there, what was said and voted, assigned, adopted, closed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.envelope import Fact, Instant, Line, MeetingId, MemberId, Period, Privacy, ShortId, Told
from shared.events.meeting import MeetingKind
from shared.events.sealed import Private
from shared.events.wording import clock as _clock
from shared.events.wording import day as _day
from shared.events.wording import inline as _inline
from shared.events.wording import listed as _list
from shared.events.wording import month_en, month_vi

RollCallState = Literal["present", "excused", "unexcused", "not_yet_here"]
"""``not_yet_here``: called and not there, and nobody knows yet whether for a reason."""
CauseKind = Literal["objective", "subjective"]
TaskOutcome = Literal["on_time", "exceeded", "late", "failed"]
FollowUp = Literal["new_task", "extension", "stopped"]
Disposition = Literal["accepted", "contrary_explained", "reserved", "forwarded", "to_be_answered"]
SpeakerAfter = Literal["agreed", "reserves", "not_present"]
VoteMode = Literal["open", "secret"]
VotePurpose = Literal["resolution", "minutes", "ranking", "other"]
AssignmentOrigin = Literal["conclusion", "programme", "thematic", "locality", "pledge"]
Ratio = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}/[1-9][0-9]{0,3}$")]
"""An exact fraction as it was counted, never reduced and never rounded: ``8/9``."""
DocumentNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}-(NQ|BB)/[A-ZĐ]{2,4}$")]
"""The number a document has within the term: ``22-NQ/CB``."""
Count = Annotated[int, Field(ge=0, le=9999)]
AgendaNumber = Annotated[int, Field(ge=1, le=99)]


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Threshold(Part):
    """A share to be reached, compared exactly: nothing is rounded."""

    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=1)]
    inclusive: bool
    """True: exactly this share is enough; False: it must be exceeded."""

    def meets(self, part: int, whole: int) -> bool:
        """Whether ``part`` of ``whole`` reaches the share."""
        left, right = part * self.denominator, self.numerator * whole
        return left >= right if self.inclusive else left > right

    def needed(self, whole: int) -> int:
        """The smallest part of ``whole`` that reaches the share."""
        down, rest = divmod(self.numerator * whole, self.denominator)
        return down + (1 if rest or not self.inclusive else 0)


class RulesApplied(Part):
    """The numbers of the rule profile under which this meeting was opened; pinned until it is closed."""

    profile: Line
    min_minutes: Annotated[int, Field(ge=0, le=1440)]
    """0: nothing is prescribed for this kind of meeting."""
    attendance: Threshold
    """Of the base."""
    adoption: Threshold
    """Of the voting members for a resolution, of the voters present for the minutes."""
    secret_minimum: Annotated[int, Field(ge=1, le=99)]
    """With fewer ballots a secret ballot would show who voted how."""


class RollCall(Part):
    member_id: MemberId
    state: RollCallState


class Interval(Part):
    """From a minute until a minute, the latter no longer included; None: still there."""

    from_at: Instant
    to_at: Instant | None


class Attended(Part):
    """When one member was in the room."""

    member_id: MemberId
    intervals: Annotated[tuple[Interval, ...], Field(min_length=1)]


class Absent(Part):
    member_id: MemberId
    excused: bool


class TookMinutes(Part):
    """Who held the pen, and when."""

    member_id: MemberId
    from_at: Instant
    to_at: Instant


class Attendance(Part):
    """How many of the base came at any time, against the share asked for."""

    ever: Count
    base: Count
    rate: Ratio
    meets: bool


class Cause(Part):
    """Why something of the cell's was not done."""

    kind: CauseKind
    text: Line


class MemberCause(Part):
    """Why something of one member's was late or not done."""

    kind: CauseKind
    text: Private
    task_id: ShortId | None = None


class TaskReview(Part):
    """What became of one task, and where it goes from here."""

    task_id: ShortId
    outcome: TaskOutcome
    causes: tuple[CauseKind, ...] = ()
    """The kinds of cause named when the task was reported or now; never empty for late and failed."""
    follow_up: FollowUp | None = None
    follow_up_ref: ShortId | None = None
    """The new task, where there is one."""
    extended_to: date | None = None


class MemberReview(Part):
    """What became of one member's tasks."""

    member_id: MemberId
    tasks: tuple[TaskReview, ...] = ()


class ConclusionItem(Part):
    """One point the chair concluded."""

    number: AgendaNumber
    text: Line
    agenda_item: AgendaNumber | None = None
    opinion_ids: tuple[ShortId, ...] = ()
    """The accepted opinions that this point takes up (R17)."""
    undiscussed: bool = False
    """Nobody had spoken on this point before it was concluded."""


class MinutesFact(Fact):
    """What happens in one meeting."""

    OWNER: ClassVar[str] = "minutes"

    meeting_id: MeetingId

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}"


class MeetingOpened(MinutesFact):
    """The meeting began, with a minute-taker who is there and is not the chair (R13)."""

    meeting_kind: MeetingKind
    period: Period
    opened_at: Instant
    chair_id: MemberId
    acting: bool
    """The chair is not the secretary."""
    minute_taker_id: MemberId
    base: tuple[MemberId, ...]
    """Who is counted for attendance that day (R14)."""
    voters: tuple[MemberId, ...]
    """Whose hand is counted that day, present or not."""
    vote_base: Count
    """Of this many more than half must be for a resolution (R18)."""
    present_at_opening: tuple[MemberId, ...]
    rules: RulesApplied

    @property
    def present(self) -> int:
        """How many of the base were there at the opening."""
        return len(set(self.base) & set(self.present_at_opening))

    def vi(self, tell: Told) -> str:
        return (
            f"Buổi họp khai mạc lúc {_clock(self.opened_at)}, chủ trì đ/c {tell.name(self.chair_id)}, "
            f"thư ký đ/c {tell.name(self.minute_taker_id)}; có mặt {self.present}/{len(self.base)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The meeting opened at {_clock(self.opened_at)}, chaired by {tell.name(self.chair_id)}, "
            f"minutes by {tell.name(self.minute_taker_id)}; {self.present} of {len(self.base)} present."
        )


class AttendanceRecorded(MinutesFact):
    """The roll was called, or called again for those still awaited."""

    entries: Annotated[tuple[RollCall, ...], Field(min_length=1)]
    base: Count
    present: Count

    def vi(self, tell: Told) -> str:
        words = {"excused": "vắng có lý do", "unexcused": "vắng không có lý do", "not_yet_here": "chưa đến"}
        rest = "".join(
            f", {word} {len(names)} ({', '.join(f'đ/c {name}' for name in names)})"
            for state, word in words.items()
            if (names := self._names(state, tell))
        )
        return f"Điểm danh: có mặt {self.present}/{self.base}{rest}."

    def en(self, tell: Told) -> str:
        words = {"excused": "excused", "unexcused": "absent without reason", "not_yet_here": "not yet here"}
        rest = "".join(
            f", {len(names)} {word} ({', '.join(names)})"
            for state, word in words.items()
            if (names := self._names(state, tell))
        )
        return f"Roll-call: {self.present} of {self.base} present{rest}."

    def _names(self, state: str, tell: Told) -> list[str]:
        return [tell.name(entry.member_id) for entry in self.entries if entry.state == state]


class MemberArrived(MinutesFact):
    """A member came in after the opening, or came back; from that minute counted as present."""

    member_id: MemberId
    at: Instant
    base: Count
    present: Count
    """How many of the base were there from that minute."""
    voters_present: Count

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} đến lúc {_clock(self.at)}; "
            f"từ đó có mặt {self.present}/{self.base}, có quyền biểu quyết {self.voters_present}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} arrived at {_clock(self.at)}; "
            f"from then {self.present} of {self.base} were present, {self.voters_present} with a vote."
        )


class MemberLeftMeeting(MinutesFact):
    """A member went before the end; from that minute no longer counted as present."""

    member_id: MemberId
    at: Instant
    excused: bool
    """The chair agreed."""
    base: Count
    present: Count
    voters_present: Count

    def vi(self, tell: Told) -> str:
        leave = "được chủ trì đồng ý" if self.excused else "chưa xin phép chủ trì"
        return (
            f"Đ/c {tell.name(self.member_id)} về lúc {_clock(self.at)}, {leave}; "
            f"từ đó có mặt {self.present}/{self.base}, có quyền biểu quyết {self.voters_present}."
        )

    def en(self, tell: Told) -> str:
        leave = "excused by the chair" if self.excused else "without asking the chair"
        return (
            f"{tell.name(self.member_id)} left at {_clock(self.at)}, {leave}; "
            f"from then {self.present} of {self.base} were present, {self.voters_present} with a vote."
        )


class AttendanceCorrected(MinutesFact):
    """What had been written about one member's presence was wrong; what was written stays readable."""

    member_id: MemberId
    before: tuple[Interval, ...]
    after: tuple[Interval, ...]
    """Empty: was not there at all."""
    reason: Line

    def vi(self, tell: Told) -> str:
        return (
            f"Sửa giờ có mặt của đ/c {tell.name(self.member_id)}: {_spans(self.after, 'không dự', 'nay')} "
            f"(trước ghi: {_spans(self.before, 'không dự', 'nay')}); lý do: {_inline(self.reason)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The times of {tell.name(self.member_id)} were corrected to {_spans(self.after, 'not there', 'now')} "
            f"(written before: {_spans(self.before, 'not there', 'now')}); reason: {_inline(self.reason)}."
        )


class MinuteTakerReplaced(MinutesFact):
    """In mid-meeting another member took the pen; the minutes will name both with their times."""

    from_id: MemberId
    to_id: MemberId
    at: Instant

    def vi(self, tell: Told) -> str:
        return f"Từ {_clock(self.at)}, đ/c {tell.name(self.to_id)} ghi biên bản thay đ/c {tell.name(self.from_id)}."

    def en(self, tell: Told) -> str:
        return f"From {_clock(self.at)} {tell.name(self.to_id)} took the minutes in place of {tell.name(self.from_id)}."


class ChairReplaced(MinutesFact):
    """In mid-meeting another member took the chair, because the chair had to go or the secretary came."""

    from_id: MemberId
    to_id: MemberId
    at: Instant

    def vi(self, tell: Told) -> str:
        return f"Từ {_clock(self.at)}, đ/c {tell.name(self.to_id)} chủ trì thay đ/c {tell.name(self.from_id)}."

    def en(self, tell: Told) -> str:
        return f"From {_clock(self.at)} {tell.name(self.to_id)} took the chair in place of {tell.name(self.from_id)}."


class MemberSpoke(MinutesFact):
    """A member spoke without raising an opinion that needs an answer: a report, a question, self-criticism."""

    member_id: MemberId
    item: AgendaNumber

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.member_id)} phát biểu ở mục {self.item}."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} spoke under item {self.item}."


class BranchMonthReviewed(MinutesFact):
    """The cell looked at its own month as one body."""

    period: Period
    strengths: Line | None = None
    shortcomings: Line | None = None
    causes: tuple[Cause, ...] = ()

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Chi bộ đánh giá kết quả chung tháng {month_vi(self.period)}: "
            f"ưu điểm: {_inline(self.strengths) or 'không nêu'}; "
            f"khuyết điểm: {_inline(self.shortcomings) or 'không nêu'}{self._causes('nguyên nhân', _CAUSES_VI)}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"The cell reviewed its own {month_en(self.period)}: "
            f"strengths: {_inline(self.strengths) or 'none named'}; "
            f"shortcomings: {_inline(self.shortcomings) or 'none named'}{self._causes('causes', _CAUSES_EN)}."
        )

    def _causes(self, heading: str, words: dict[CauseKind, str]) -> str:
        if not self.causes:
            return ""
        return f"; {heading}: " + "; ".join(f"{words[cause.kind]}: {_inline(cause.text)}" for cause in self.causes)


class MemberMonthReviewed(MinutesFact):
    """The cell went through one member's month; the remarks are read by the cell only."""

    PRIVACY: ClassVar[Privacy] = "C"

    period: Period
    member_id: MemberId
    strengths: Private | None = None
    shortcomings: Private | None = None
    causes: tuple[MemberCause, ...] = ()
    tasks: tuple[TaskReview, ...] = ()

    def vi(self, tell: Told) -> str:
        words: dict[TaskOutcome, str] = {
            "on_time": "đúng hạn",
            "exceeded": "vượt mức",
            "late": "chậm",
            "failed": "chưa hoàn thành",
        }
        return (
            f"Chi bộ nhận xét tháng {month_vi(self.period)} của đ/c {tell.name(self.member_id)}: "
            f"{self._tasks(words, 'việc') or 'không có việc đến hạn'} (lời nhận xét chỉ chi bộ được đọc)."
        )

    def en(self, tell: Told) -> str:
        words: dict[TaskOutcome, str] = {
            "on_time": "on time",
            "exceeded": "exceeded",
            "late": "late",
            "failed": "not done",
        }
        return (
            f"The cell reviewed {month_en(self.period)} of {tell.name(self.member_id)}: "
            f"{self._tasks(words, 'task') or 'no task was due'} (remarks open to the cell only)."
        )

    def _tasks(self, words: dict[TaskOutcome, str], noun: str) -> str:
        return ", ".join(f"{noun} {task.task_id} {words[task.outcome]}" for task in self.tasks)


class LastMonthReviewed(MinutesFact):
    """The cell has gone through everyone's month; no task due in it is left without a result (R19, R44)."""

    period: Period
    members: tuple[MemberReview, ...]
    on_time: Count
    exceeded: Count
    late: Count
    failed: Count

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        counts = [(self.on_time, "đúng hạn"), (self.exceeded, "vượt mức"), (self.late, "chậm"),
                  (self.failed, "chưa hoàn thành")]  # fmt: skip
        done = ", ".join(f"{count} việc {word}" for count, word in counts if count) or "không có việc đến hạn"
        causes = {
            (True, True): "; việc chậm và việc chưa hoàn thành đều đã nêu nguyên nhân",
            (True, False): "; việc chậm đã nêu nguyên nhân",
            (False, True): "; việc chưa hoàn thành đã nêu nguyên nhân",
        }
        why = causes.get((self.late > 0, self.failed > 0), "")
        return f"Chi bộ đánh giá nhiệm vụ tháng {month_vi(self.period)}: {done}{why}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        counts = [(self.on_time, "on time"), (self.exceeded, "exceeded"), (self.late, "late"),
                  (self.failed, "not done")]  # fmt: skip
        named = [(count, word) for count, word in counts if count]
        done = ", ".join(
            f"{count} {('task ' if count == 1 else 'tasks ') if first else ''}{word}"
            for first, (count, word) in zip((True, *[False] * len(named)), named, strict=False)
        )
        causes = {
            (True, True): "; causes were stated for the late and the undone",
            (True, False): "; causes were stated for the late",
            (False, True): "; causes were stated for the undone",
        }
        why = causes.get((self.late > 0, self.failed > 0), "")
        return f"The cell reviewed {month_en(self.period)}: {done or 'no task was due'}{why}."


class UrgentTaskAcknowledged(MinutesFact):
    """The meeting took note of a task that was given outside any meeting."""

    task_id: ShortId
    member_id: MemberId
    given_by: Line

    def vi(self, tell: Told) -> str:
        return (
            f"Chi bộ ghi nhận việc đột xuất {self.task_id} của đ/c {tell.name(self.member_id)} "
            f"do {_inline(self.given_by)} giao."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The cell took note of urgent task {self.task_id} of {tell.name(self.member_id)}, "
            f"given by {_inline(self.given_by)}."
        )


class OpinionRecorded(MinutesFact):
    """A member who was there raised an opinion; what was said is read by the cell only."""

    PRIVACY: ClassVar[Privacy] = "C"

    opinion_id: ShortId
    speaker_id: MemberId
    item: AgendaNumber
    text: Private
    contrary: bool

    def vi(self, tell: Told) -> str:
        what = "ý kiến trái chiều" if self.contrary else "ý kiến"
        return f"Đ/c {tell.name(self.speaker_id)} nêu {what} ở mục {self.item} (nội dung chỉ chi bộ được đọc)."

    def en(self, tell: Told) -> str:
        what = "a contrary opinion" if self.contrary else "an opinion"
        return f"{tell.name(self.speaker_id)} raised {what} under item {self.item} (content open to the cell only)."


class OpinionDisposed(MinutesFact):
    """The opinion got its answer, in one of five ways (R17)."""

    PRIVACY: ClassVar[Privacy] = "C"

    opinion_id: ShortId
    item: AgendaNumber
    contrary: bool
    how: Disposition
    conclusion_item: AgendaNumber | None = None
    explained_by: MemberId | None = None
    explained_by_chair: bool = False
    explanation: Private | None = None
    speaker_after: SpeakerAfter | None = None
    answer_by: MemberId | None = None
    answer_due: date | None = None
    replaces: Disposition | None = None
    """What had been written before in its place."""

    def vi(self, tell: Told) -> str:
        before = f" Trước đó ghi: {_DISPOSED_VI[self.replaces]}." if self.replaces else ""
        return self._vi(tell) + before

    def en(self, tell: Told) -> str:
        before = f" Written before: {_DISPOSED_EN[self.replaces]}." if self.replaces else ""
        return self._en(tell) + before

    def _vi(self, tell: Told) -> str:
        what = f"Một ý kiến{' trái chiều' if self.contrary else ''} ở mục {self.item}"
        after = {
            None: "",
            "agreed": "; người nêu ý kiến đồng ý",
            "reserves": "; người nêu ý kiến bảo lưu",
            "not_present": "; người nêu ý kiến đã về trước lúc đó",
        }[self.speaker_after]
        who = "chủ trì" if self.explained_by_chair else f"đ/c {tell.name(self.explained_by or '')}"
        match self.how:
            case "accepted":
                return f"{what} được tiếp thu vào kết luận {self.conclusion_item}."
            case "contrary_explained":
                return f"{what} đã được {who} giải thích{after}."
            case "reserved":
                return f"{what} được bảo lưu{f', sau khi {who} đã giải thích' if self.explained_by else ''}."
            case "forwarded":
                return f"{what} được chuyển lên cấp trên, sẽ báo lại khi có trả lời."
            case "to_be_answered":
                return (
                    f"{what} sẽ được đ/c {tell.name(self.answer_by or '')} trả lời, "
                    f"chậm nhất ngày {_day(self.answer_due)}."
                )

    def _en(self, tell: Told) -> str:
        what = f"{'A contrary' if self.contrary else 'An'} opinion under item {self.item}"
        after = {
            None: "",
            "agreed": "; the speaker agreed",
            "reserves": "; the speaker kept to it",
            "not_present": "; the speaker had left by then",
        }[self.speaker_after]
        who = "the chair" if self.explained_by_chair else tell.name(self.explained_by or "")
        match self.how:
            case "accepted":
                return f"{what} was taken into conclusion {self.conclusion_item}."
            case "contrary_explained":
                return f"{what} was explained by {who}{after}."
            case "reserved":
                return f"{what} was reserved{f' after {who} had explained' if self.explained_by else ''}."
            case "forwarded":
                return f"{what} was forwarded to the superior; the answer will be brought back."
            case "to_be_answered":
                return (
                    f"{what} will be answered by {tell.name(self.answer_by or '')} "
                    f"no later than {_day(self.answer_due)}."
                )


class OpinionAnswered(MinutesFact):
    """The answer promised earlier, or awaited from the superior, was given (R40)."""

    PRIVACY: ClassVar[Privacy] = "C"

    opinion_id: ShortId
    item: AgendaNumber
    by: MemberId
    answer: Private
    on: date
    due_on: date | None = None

    def vi(self, tell: Told) -> str:
        due = ""
        if self.due_on:
            late = (self.on - self.due_on).days
            due = f", chậm {late} ngày" if late > 0 else ", đúng hẹn"
        return f"Đ/c {tell.name(self.by)} trả lời ý kiến nêu ở mục {self.item}, ngày {_day(self.on)}{due}."

    def en(self, tell: Told) -> str:
        due = ""
        if self.due_on:
            late = (self.on - self.due_on).days
            due = f", {late} {'day' if late == 1 else 'days'} late" if late > 0 else ", as promised"
        return f"{tell.name(self.by)} answered the opinion raised under item {self.item} on {_day(self.on)}{due}."


class VoteHeld(MinutesFact):
    """Votes were counted, against those who could vote at that minute and against the number needed (R18)."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    vote_id: ShortId
    about: Line
    purpose: VotePurpose
    at: Instant
    mode: VoteMode
    voters_present: Count
    base: Count
    """The voting members, present or not."""
    out_of: Literal["voting_members", "voters_present"]
    """More than half of whom is needed."""
    needed: Count
    for_: Count = Field(alias="for")
    against: Count
    other: Count
    adopted: bool
    recount_of: ShortId | None = None
    recount_of_at: Instant | None = None
    voids: DocumentNumber | None = None
    """The resolution that this recount took back."""

    @property
    def tally(self) -> str:
        return f"{self.for_}–{self.against}–{self.other}"

    def _topic(self) -> str:
        return _inline(self.about, lower=self.purpose == "minutes")

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        how = "Bỏ phiếu kín" if self.mode == "secret" else "Biểu quyết giơ tay"
        head = f"Kiểm đếm lại biểu quyết lúc {_clock(self.recount_of_at)}" if self.recount_of_at else how
        of = (
            f"{self.base} đảng viên có quyền biểu quyết"
            if self.out_of == "voting_members"
            else f"{self.voters_present} đồng chí có quyền biểu quyết đang có mặt"
        )
        kept = " Cả hai lần đều được lưu." if self.recount_of else ""
        kept += f" Nghị quyết số {self.voids} không còn hiệu lực." if self.voids else ""
        return (
            f"{head} về {self._topic()}: tán thành {self.for_}, không tán thành {self.against}, "
            f"ý kiến khác {self.other}; cần từ {self.needed} trên {of}: "
            f"{'được thông qua' if self.adopted else 'chưa được thông qua'}.{kept}"
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        how = "Secret ballot" if self.mode == "secret" else "Show of hands"
        head = f"Recount of the vote of {_clock(self.recount_of_at)}" if self.recount_of_at else how
        of = (
            f"the {self.base} voting members"
            if self.out_of == "voting_members"
            else f"the {self.voters_present} voters then present"
        )
        are = "is" if self.needed == 1 else "are"
        kept = " Both are kept." if self.recount_of else ""
        kept += f" Resolution no. {self.voids} no longer stands." if self.voids else ""
        return (
            f"{head} on {self._topic()}: {self.for_} for, {self.against} against, "
            f"{self.other} other; {self.needed} of {of} {are} needed: "
            f"{'adopted' if self.adopted else 'not adopted'}.{kept}"
        )


class VoteDisputed(MinutesFact):
    """A member asked for a recount; until then the vote carries nothing."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    vote_id: ShortId
    by: MemberId
    reason: Line
    vote_at: Instant
    for_: Count = Field(alias="for")
    against: Count
    other: Count

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} đề nghị kiểm đếm lại biểu quyết lúc {_clock(self.vote_at)} "
            f"({self.for_}–{self.against}–{self.other}); lý do: {_inline(self.reason)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.by)} asked for a recount of the vote of {_clock(self.vote_at)} "
            f"({self.for_}–{self.against}–{self.other}); reason: {_inline(self.reason)}."
        )


class ConclusionReached(MinutesFact):
    """The chair concluded; each accepted opinion stands in a point of it."""

    items: Annotated[tuple[ConclusionItem, ...], Field(min_length=1)]
    replaces: tuple[AgendaNumber, ...] = ()
    """Numbers worded before and worded anew here."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        taken = sum(len(item.opinion_ids) for item in self.items)
        silent = [item.number for item in self.items if item.undiscussed]
        return (
            f"Chủ trì kết luận {len(self.items)} nội dung{f', tiếp thu {taken} ý kiến' if taken else ''}"
            f"{f'; kết luận {_list(silent)} chưa có ai phát biểu trước đó' if silent else ''}"
            f"{f'; viết lại kết luận {_list(self.replaces)}' if self.replaces else ''}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        taken = sum(len(item.opinion_ids) for item in self.items)
        silent = [item.number for item in self.items if item.undiscussed]
        points = "1 point" if len(self.items) == 1 else f"{len(self.items)} points"
        opinions = "1 opinion" if taken == 1 else f"{taken} opinions"
        return (
            f"The chair concluded {points}{f', taking up {opinions}' if taken else ''}"
            f"{f'; concluded before anybody had spoken: {_list(silent)}' if silent else ''}"
            f"{f'; reworded: conclusion {_list(self.replaces)}' if self.replaces else ''}."
        )


class ResolutionAdopted(MinutesFact):
    """A resolution took its number in the term, carried by a vote that stands."""

    doc_no: DocumentNumber
    title: Line
    vote_id: ShortId
    votes_for: Count
    vote_base: Count
    skipped_because: Line | None = None
    """Why numbers before this one were left out, where they were."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"{_inline(self.title, lower=False)} được thông qua, số {self.doc_no}, "
            f"{self.votes_for} tán thành trên {self.vote_base} đảng viên có quyền biểu quyết"
            f"{f' (bỏ cách số: {_inline(self.skipped_because)})' if self.skipped_because else ''}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"{_inline(self.title, lower=False)} was adopted as no. {self.doc_no}, "
            f"with {self.votes_for} of the {self.vote_base} voting members for it"
            f"{f' (numbers left out: {_inline(self.skipped_because)})' if self.skipped_because else ''}."
        )


class AssignmentDecided(MinutesFact):
    """The meeting gave one member a task: what, with whom, until when, reported when (R19)."""

    task_id: ShortId
    member_id: MemberId
    partner_id: MemberId | None = None
    text: Line
    due_on: date
    report_at: Period
    origin: AssignmentOrigin
    draft_id: ShortId | None = None
    programme_item_id: ShortId | None = None
    carried_from: ShortId | None = None

    def vi(self, tell: Told) -> str:
        partner = f", đ/c {tell.name(self.partner_id)} phối hợp" if self.partner_id else ""
        return (
            f"Đ/c {tell.name(self.member_id)} được giao {_inline(self.text)}{partner}, "
            f"xong trước hết ngày {_day(self.due_on)}, báo cáo tại kỳ tháng {int(self.report_at[5:])}"
            f"{'' if self.report_at[:4] == str(self.due_on.year) else '/' + self.report_at[:4]}."
        )

    def en(self, tell: Told) -> str:
        partner = f", with {tell.name(self.partner_id)}," if self.partner_id else ""
        month = month_en(self.report_at)
        when = month.split()[0] if self.report_at[:4] == str(self.due_on.year) else month
        return (
            f"{tell.name(self.member_id)}{partner} is to do this by the end of {_day(self.due_on)} "
            f"and report in {when}: {_inline(self.text, lower=False)}."
        )


class MinutesRead(MinutesFact):
    """The minutes were read back to those present."""

    at: Instant
    reader_id: MemberId

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.reader_id)} đọc lại biên bản trước chi bộ, xong lúc {_clock(self.at)}."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.reader_id)} read the minutes back to the cell, ending at {_clock(self.at)}."


class MinutesAdopted(MinutesFact):
    """Those present made the minutes theirs; later changes are corrections beside them (R20)."""

    doc_no: DocumentNumber
    vote_id: ShortId
    at: Instant
    votes_for: Count
    voters_present: Count
    skipped_because: Line | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"Biên bản số {self.doc_no} được đọc lại và thông qua lúc {_clock(self.at)}, {self.votes_for} tán thành "
            f"trong {self.voters_present} đồng chí có quyền biểu quyết đang có mặt"
            f"{f' (bỏ cách số: {_inline(self.skipped_because)})' if self.skipped_because else ''}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        who = (
            f"all {self.voters_present}"
            if self.votes_for == self.voters_present
            else f"{self.votes_for} of the {self.voters_present}"
        )
        return (
            f"Minutes no. {self.doc_no} were read back and adopted at {_clock(self.at)}, by {who} voters then present"
            f"{f' (numbers left out: {_inline(self.skipped_because)})' if self.skipped_because else ''}."
        )


class MeetingClosed(MinutesFact):
    """The meeting ended, with who was there and when, who spoke, how long it took and how many came."""

    closed_at: Instant
    minutes: Count
    minimum: Count
    short_by: Count
    """Minutes missing to the minimum."""
    attended: tuple[Attended, ...]
    absent: tuple[Absent, ...]
    """Of the base, who never came."""
    minute_takers: tuple[TookMinutes, ...]
    spoke: tuple[MemberId, ...]
    attendance: Attendance

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        length = f"ngắn {self.short_by} phút so với quy định {self.minimum} phút" if self.short_by else "đủ thời lượng"
        share = "đạt" if self.attendance.meets else "chưa đạt"
        return (
            f"Buổi họp bế mạc lúc {_clock(self.closed_at)}, kéo dài {self.minutes} phút ({length}); "
            f"dự {self.attendance.rate} ({share} tỷ lệ quy định), {len(self.spoke)} đồng chí phát biểu."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        length = f"{self.short_by} short of {self.minimum}" if self.short_by else "long enough"
        share = "enough" if self.attendance.meets else "below the share asked for"
        return (
            f"The meeting closed at {_clock(self.closed_at)} after {self.minutes} minutes ({length}); "
            f"{self.attendance.ever} of {self.attendance.base} attended ({share}), {len(self.spoke)} spoke."
        )


_DISPOSED_VI: dict[Disposition, str] = {
    "accepted": "tiếp thu vào kết luận",
    "contrary_explained": "đã giải thích",
    "reserved": "bảo lưu",
    "forwarded": "chuyển cấp trên",
    "to_be_answered": "trả lời sau",
}
_DISPOSED_EN: dict[Disposition, str] = {
    "accepted": "taken into the conclusion",
    "contrary_explained": "explained",
    "reserved": "reserved",
    "forwarded": "forwarded to the superior",
    "to_be_answered": "to be answered later",
}
_CAUSES_VI: dict[CauseKind, str] = {"objective": "khách quan", "subjective": "chủ quan"}
_CAUSES_EN: dict[CauseKind, str] = {"objective": "objective", "subjective": "subjective"}


def _spans(intervals: tuple[Interval, ...], nothing: str, now: str) -> str:
    return ", ".join(f"{_clock(one.from_at)}–{_clock(one.to_at) if one.to_at else now}" for one in intervals) or nothing


AnyMinutesFact = (
    MeetingOpened
    | AttendanceRecorded
    | MemberArrived
    | MemberLeftMeeting
    | AttendanceCorrected
    | MinuteTakerReplaced
    | ChairReplaced
    | MemberSpoke
    | BranchMonthReviewed
    | MemberMonthReviewed
    | LastMonthReviewed
    | UrgentTaskAcknowledged
    | OpinionRecorded
    | OpinionDisposed
    | OpinionAnswered
    | VoteHeld
    | VoteDisputed
    | ConclusionReached
    | ResolutionAdopted
    | AssignmentDecided
    | MinutesRead
    | MinutesAdopted
    | MeetingClosed
)

FACTS: tuple[type[Fact], ...] = (
    MeetingOpened,
    AttendanceRecorded,
    MemberArrived,
    MemberLeftMeeting,
    AttendanceCorrected,
    MinuteTakerReplaced,
    ChairReplaced,
    MemberSpoke,
    BranchMonthReviewed,
    MemberMonthReviewed,
    LastMonthReviewed,
    UrgentTaskAcknowledged,
    OpinionRecorded,
    OpinionDisposed,
    OpinionAnswered,
    VoteHeld,
    VoteDisputed,
    ConclusionReached,
    ResolutionAdopted,
    AssignmentDecided,
    MinutesRead,
    MinutesAdopted,
    MeetingClosed,
)
