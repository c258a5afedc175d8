"""What minutes answers: the meeting as it stands, the list of meetings, what still waits for an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from services.minutes.domain.assignments import DecideAssignment
from services.minutes.domain.attendance import covers
from services.minutes.domain.ending import AdoptMinutes, attendance, length, spoke
from services.minutes.domain.known import Known, Numbered, NumberSeries, PlannedMeeting, Sitting, Task
from services.minutes.domain.meeting import Meeting, evolve
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.month import AcknowledgeUrgentTask, ReviewLastMonth, ReviewMember, due_in
from services.minutes.domain.opinions import AnswerOpinion
from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.wish import LEADS, MinutesCommand
from services.minutes.projections import MinutesBook, PromisedAnswer
from shared import events
from shared.decision import Command, Noun, Refused
from shared.events.envelope import LogName, Recorded, decode, instant
from shared.events.meeting import AgendaItem, MeetingKind
from shared.events.minutes import (
    AssignmentDecided,
    Attendance,
    AttendanceCorrected,
    AttendanceRecorded,
    BranchMonthReviewed,
    ChairReplaced,
    ConclusionItem,
    ConclusionReached,
    Disposition,
    LastMonthReviewed,
    MeetingOpened,
    MemberArrived,
    MemberLeftMeeting,
    MemberMonthReviewed,
    MemberSpoke,
    MinutesFact,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    UrgentTaskAcknowledged,
    VoteDisputed,
    VoteHeld,
    VoteMode,
)
from shared.events.sealed import Private, Sealed
from shared.rules import shipped
from shared.sentences import sentence

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.rules import MeetingProfile
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (MINUTES,)

Opened = Callable[[str, Private | None], Awaitable[str | None]]
"""(fact id, sealed value) → its text, or None when it is not for this asker or its key is gone."""


@dataclass(frozen=True)
class Asker:
    """Who asks a query, and what may be opened and named for them."""

    actor: Actor
    name: Callable[[str], str]
    """Member id → full name."""
    opened: Opened


# ------------------------------------------------------------------ what a decision may lean on


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What minutes has heard that this command may need."""
    if not isinstance(command, MinutesCommand):
        raise TypeError(command)
    planned: PlannedMeeting | None = reader.get("meetings", branch, command.meeting_id)
    sitting: Sitting | None = reader.get("sittings", branch, command.meeting_id)
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=planned,
        profile=None if planned is None else _profile(planned),
        chairs=_named(planned.delegate_id if planned else None, sitting.chairs if sitting else ()),
        takers=_named(planned.minute_taker_id if planned else None, sitting.takers if sitting else ()),
        answerer=_answerer(reader, branch, command),
        tasks=_tasks(reader, branch, command),
        numbers=_numbers(reader, branch, command),
    )


def roles(known: Any, actor: str, command: Command) -> frozenset[str]:  # noqa: ARG001 every service is asked alike
    """Roles that hold for this meeting only: its chair, its minute-taker with all rights of the office, an answerer."""
    found: set[str] = set()
    if isinstance(known, Known):
        if actor in known.chairs:
            found |= {"chair_of_the_day"}
        if actor in known.takers:
            found |= {"minute_taker_of_the_day", "minute_taker"}
        if actor == known.answerer:
            found |= {"answerer"}
    return frozenset(found)


def _profile(planned: PlannedMeeting) -> MeetingProfile | None:
    try:
        return shipped().pinned("meeting", planned.profile)
    except LookupError:
        return None


def _named(planned: str | None, held: Iterable[str]) -> frozenset[str]:
    """Once the meeting is open, those who held it; before, whoever is named."""
    return frozenset(held) or frozenset([planned] if planned else [])


def _answerer(reader: ViewReader, branch: str, command: MinutesCommand) -> str | None:
    if not isinstance(command, AnswerOpinion):
        return None
    promised: PromisedAnswer | None = reader.get("open_opinions", branch, f"{command.meeting_id}/{command.opinion_id}")
    return promised.answer_by if promised else None


def _tasks(reader: ViewReader, branch: str, command: MinutesCommand) -> dict[str, Task]:
    match command:
        case ReviewMember() | ReviewLastMonth() | AdoptMinutes():
            return {task.task_id: task for task in reader.scan("tasks", branch)}
        case AcknowledgeUrgentTask():
            return _found(reader, branch, command.task_id)
        case DecideAssignment():
            return _found(reader, branch, command.task_id, command.carried_from)
        case _:
            return {}


def _found(reader: ViewReader, branch: str, *task_ids: str | None) -> dict[str, Task]:
    tasks: list[Task | None] = [reader.get("tasks", branch, task_id) for task_id in task_ids if task_id]
    return {task.task_id: task for task in tasks if task is not None}


def _numbers(reader: ViewReader, branch: str, command: MinutesCommand) -> dict[Numbered, NumberSeries]:
    kind: Numbered
    match command:
        case AdoptResolution():
            kind = "NQ"
        case AdoptMinutes():
            kind = "BB"
        case _:
            return {}
    series: NumberSeries | None = reader.get("numbers", branch, kind)
    return {} if series is None else {kind: series}


# ------------------------------------------------------------------ meetings


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class MeetingListed(_Answer):
    """A meeting in the list of meetings."""

    id: str
    kind: MeetingKind
    period: str
    on: date
    starts_at: str
    phase: Literal["planned", "cancelled", "in_session", "adopted", "closed"]
    opened_at: str | None
    closed_at: str | None
    doc_no: str | None


def meetings(reader: ViewReader, branch: str) -> list[MeetingListed]:
    """Every meeting of a branch, by day."""
    sittings = {sitting.meeting_id: sitting for sitting in reader.scan("sittings", branch)}
    planned: list[PlannedMeeting] = reader.scan("meetings", branch)
    by_day = sorted(planned, key=lambda one: (one.on, one.starts_at))
    return [_listed(one, sittings.get(one.meeting_id)) for one in by_day]


def _listed(planned: PlannedMeeting, sitting: Sitting | None) -> MeetingListed:
    return MeetingListed(
        id=planned.meeting_id,
        kind=planned.kind,
        period=planned.period,
        on=planned.on,
        starts_at=planned.starts_at,
        phase=sitting.phase if sitting else "cancelled" if planned.cancelled else "planned",
        opened_at=sitting.opened_at if sitting else None,
        closed_at=sitting.closed_at if sitting else None,
        doc_no=sitting.doc_no if sitting else None,
    )


# ------------------------------------------------------------------ one meeting as it stands


class Stay(_Answer):
    from_at: str
    to_at: str | None


class InRoom(_Answer):
    """One member in this meeting."""

    member_id: str
    in_base: bool
    votes: bool
    here: bool
    called: str | None
    """What the roll-call said."""
    stays: tuple[Stay, ...]
    spoke: bool


class OpinionShown(_Answer):
    """An opinion; its words for members of the branch only."""

    id: str
    speaker_id: str
    item: int
    contrary: bool
    text: str | None
    how: Disposition | None
    """None: still to be answered in this meeting."""
    conclusion_item: int | None
    explained_by: str | None
    explanation: str | None
    answer_by: str | None
    answer_due: date | None
    answered_on: date | None
    answer: str | None


class VoteShown(_Answer):
    """A count, what it needed, and whether it is the last word."""

    id: str
    about: str
    at: str
    mode: VoteMode
    votes_for: int
    against: int
    other: int
    voters_present: int
    base: int
    needed: int
    adopted: bool
    disputed_by: str | None
    recount_of: str | None
    recounted_by: str | None
    stands: bool


class TaskShown(_Answer):
    """A task that the meeting has to deal with."""

    id: str
    member_id: str
    text: str
    due_on: date
    outcome: str | None


class PromisedShown(_Answer):
    """An opinion of an earlier meeting that still waits for its answer (R40)."""

    meeting_id: str
    opinion_id: str
    item: int
    speaker_id: str | None
    text: str | None
    forwarded: bool
    answer_by: str | None
    answer_due: date | None
    overdue: bool


class LineShown(_Answer):
    """One line of the minutes: a fact in words."""

    fact: str
    index: int
    type: str
    at: str
    item: int | None
    vi: str
    en: str
    private: dict[str, str | None]
    """Sealed fields by name; None where they are not for this asker or their key is gone."""


class Section(_Answer):
    """A part of the minutes, in the order of the agenda."""

    vi: str
    en: str
    lines: tuple[LineShown, ...]


class MeetingShown(_Answer):
    """The meeting as it stands."""

    id: str
    kind: MeetingKind
    period: str
    on: date
    starts_at: str
    place: str
    agenda: tuple[AgendaItem, ...]
    phase: Literal["planned", "cancelled", "in_session", "adopted", "closed"]
    profile: str
    opened_at: str | None = None
    closed_at: str | None = None
    chair_id: str | None = None
    acting: bool = False
    minute_taker_id: str | None = None
    minute_takers: tuple[str, ...] = ()
    present: int = 0
    base: int = 0
    voters_present: int = 0
    vote_base: int = 0
    members: tuple[InRoom, ...] = ()
    not_spoken: tuple[str, ...] | None = None
    """Who of those that came has not spoken; for whoever leads or writes, None for others."""
    attendance: Attendance | None = None
    minutes: int = 0
    minimum: int = 0
    short_by: int = 0
    note_vi: str | None = None
    """What closing now would mean."""
    note_en: str | None = None
    opinions: tuple[OpinionShown, ...] = ()
    votes: tuple[VoteShown, ...] = ()
    conclusions: tuple[ConclusionItem, ...] = ()
    resolutions: tuple[ResolutionAdopted, ...] = ()
    assignments: tuple[AssignmentDecided, ...] = ()
    last_month: tuple[TaskShown, ...] = ()
    """Tasks the month before answers for."""
    to_acknowledge: tuple[TaskShown, ...] = ()
    """Urgent tasks the meeting has not taken note of."""
    promised: tuple[PromisedShown, ...] = ()
    unread: int = 0
    read_at: str | None = None
    doc_no: str | None = None
    sections: tuple[Section, ...] = ()


async def meeting(reader: ViewReader, meeting_id: str, now: datetime, asker: Asker) -> MeetingShown:
    """One meeting as it stands at ``now``. Raises Refused when there is none."""
    branch = meeting_id.partition(":")[0]
    planned: PlannedMeeting | None = reader.get("meetings", branch, meeting_id)
    if planned is None:
        raise Refused(
            f"Chưa có buổi họp {meeting_id} trong chi bộ này.",
            f"There is no meeting {meeting_id} in this branch.",
            code="not-found",
        )
    book: MinutesBook | None = reader.get("minutes", branch, meeting_id)
    written = _facts(book)
    state = reduce(lambda before, recorded: evolve(before, recorded.fact), written, MINUTES.initial)
    sitting: Sitting | None = reader.get("sittings", branch, meeting_id)
    tasks: list[Task] = reader.scan("tasks", branch)
    shown = MeetingShown(
        **_listed(planned, sitting).model_dump(),
        place=planned.place,
        agenda=planned.agenda,
        profile=planned.profile,
        chair_id=planned.delegate_id,
        minute_taker_id=planned.minute_taker_id,
        last_month=tuple(_task(task) for task in due_in(_month_before(planned.period), tasks)),
        to_acknowledge=tuple(_task(one) for one in tasks if one.urgent_from and one.acknowledged_in is None),
        promised=tuple([one async for one in _promised(reader, branch, planned.on, asker.opened)]),
    )
    if not isinstance(state, Meeting):
        return shown
    texts = await _texts(written, asker.opened)
    at = instant(now)
    leads = asker.actor.id in {one for _, one in (*state.chairs, *state.takers)} or bool(asker.actor.roles & LEADS)
    return shown.model_copy(
        update={
            **_in_the_room(reader, branch, planned, state, at, leads=leads),
            **_so_far(state, texts),
            **_if_closed_now(state, at),
            "sections": _sections(written, texts, asker.name),
        }
    )


def _in_the_room(
    reader: ViewReader, branch: str, planned: PlannedMeeting, state: Meeting, at: str, *, leads: bool
) -> dict[str, Any]:
    document = reader.get("branch", branch, "")
    talked = set(spoke(state, document, planned))
    roster = document.roster(planned.on) if document else state.opened.base
    listed = [one for one in roster if one in state.opened.base or state.presence.get(one)]
    over = state.closed is not None and at >= state.closed.closed_at
    members = tuple(
        InRoom(
            member_id=one,
            in_base=one in state.opened.base,
            votes=one in state.opened.voters,
            here=not over and covers(state.presence.get(one, ()), at),
            called=state.called.get(one),
            stays=tuple(Stay(from_at=stay.from_at, to_at=stay.to_at) for stay in state.presence.get(one, ())),
            spoke=one in talked,
        )
        for one in listed
    )
    return {
        "chair_id": state.chair(at),
        "acting": state.opened.acting,
        "minute_taker_id": state.taker(at),
        "minute_takers": tuple(one for _, one in state.takers),
        "present": sum(one.here and one.in_base for one in members),
        "base": len(state.opened.base),
        "voters_present": sum(one.here and one.votes for one in members),
        "vote_base": state.opened.vote_base,
        "members": members,
        "not_spoken": tuple(one.member_id for one in members if one.stays and not one.spoke) if leads else None,
        "attendance": attendance(state),
    }


def _so_far(state: Meeting, texts: dict[str, dict[str, str | None]]) -> dict[str, Any]:
    return {
        "opinions": tuple(
            OpinionShown(
                id=opinion_id,
                speaker_id=opinion.speaker_id,
                item=opinion.item,
                contrary=opinion.contrary,
                text=texts.get(opinion_id, {}).get("text"),
                how=opinion.how,
                conclusion_item=opinion.conclusion_item,
                explained_by=opinion.explained_by,
                explanation=texts.get(opinion_id, {}).get("explanation"),
                answer_by=opinion.answer_by,
                answer_due=opinion.answer_due,
                answered_on=opinion.answered_on,
                answer=texts.get(opinion_id, {}).get("answer"),
            )
            for opinion_id, opinion in state.opinions.items()
        ),
        "votes": tuple(
            VoteShown(
                id=vote_id,
                about=vote.held.about,
                at=vote.held.at,
                mode=vote.held.mode,
                votes_for=vote.held.for_,
                against=vote.held.against,
                other=vote.held.other,
                voters_present=vote.held.voters_present,
                base=vote.held.base,
                needed=vote.held.needed,
                adopted=vote.held.adopted,
                disputed_by=vote.disputed_by,
                recount_of=vote.held.recount_of,
                recounted_by=vote.recounted_by,
                stands=vote.recounted_by is None and state.stands(vote),
            )
            for vote_id, vote in state.votes.items()
        ),
        "conclusions": tuple(state.conclusions[number] for number in sorted(state.conclusions)),
        "resolutions": tuple(state.resolutions.values()),
        "assignments": tuple(state.assignments.values()),
        "unread": state.unread,
        "read_at": state.read_at,
    }


def _if_closed_now(state: Meeting, at: str) -> dict[str, Any]:
    last = at if state.closed is None else min(at, state.closed.closed_at)
    minutes, short_by = length(state, max(last, state.opened.opened_at))
    minimum = state.opened.rules.min_minutes
    told = short_by > 0 and state.closed is None
    return {
        "minutes": minutes,
        "minimum": minimum,
        "short_by": short_by,
        "note_vi": (
            f"Buổi họp mới được {minutes} phút, quy định tối thiểu {minimum} phút. Đồng chí vẫn kết thúc được; "
            f"phiếu chấm điểm sẽ ghi «ngắn {short_by} phút»."
        )
        if told
        else None,
        "note_en": (
            f"The meeting has lasted {minutes} of at least {minimum} minutes. You may still close it; "
            f"the score sheet will say “{short_by} short”."
        )
        if told
        else None,
    }


def _task(task: Task) -> TaskShown:
    return TaskShown(
        id=task.task_id, member_id=task.member_id, text=task.text, due_on=task.due_on, outcome=task.outcome
    )


def _month_before(period: str) -> str:
    year, month = int(period[:4]), int(period[5:])
    return f"{year:04}-{month - 1:02}" if month > 1 else f"{year - 1:04}-12"


# ------------------------------------------------------------------ opinions still to be answered


async def open_opinions(reader: ViewReader, branch: str, today: date, opened: Opened) -> list[PromisedShown]:
    """What was put off or forwarded and has no answer yet (R40), the longest waiting first."""
    return [one async for one in _promised(reader, branch, today, opened)]


async def _promised(reader: ViewReader, branch: str, today: date, opened: Opened) -> AsyncIterator[PromisedShown]:
    for promised in reader.scan("open_opinions", branch):
        book: MinutesBook | None = reader.get("minutes", branch, promised.meeting_id)
        raised = next(
            (
                recorded
                for recorded in _facts(book)
                if isinstance(recorded.fact, OpinionRecorded) and recorded.fact.opinion_id == promised.opinion_id
            ),
            None,
        )
        due = None if promised.answer_due is None else date.fromisoformat(promised.answer_due)
        yield PromisedShown(
            meeting_id=promised.meeting_id,
            opinion_id=promised.opinion_id,
            item=promised.item,
            speaker_id=raised.fact.speaker_id if raised else None,
            text=await opened(raised.id, raised.fact.text) if raised else None,
            forwarded=promised.forwarded,
            answer_by=promised.answer_by,
            answer_due=due,
            overdue=due is not None and due < today,
        )


# ------------------------------------------------------------------ the minutes in words

_OPENING = ("Mở đầu", "Opening")
_MONTH = ("Đánh giá tháng trước", "The month behind")
_TALK = ("Thảo luận", "Discussion")
_CONCLUSION = ("Kết luận, biểu quyết", "Conclusion and votes")
_TASKS = ("Phân công", "Assignments")
_END = ("Thông qua biên bản, bế mạc", "Adoption and close")

SECTIONS: dict[tuple[str, str], tuple[type[MinutesFact], ...]] = {
    _OPENING: (
        MeetingOpened,
        AttendanceRecorded,
        MemberArrived,
        MemberLeftMeeting,
        AttendanceCorrected,
        MinuteTakerReplaced,
        ChairReplaced,
    ),
    _MONTH: (BranchMonthReviewed, MemberMonthReviewed, LastMonthReviewed, UrgentTaskAcknowledged),
    _TALK: (MemberSpoke, OpinionRecorded, OpinionDisposed, OpinionAnswered),
    _CONCLUSION: (VoteHeld, VoteDisputed, ConclusionReached, ResolutionAdopted),
    _TASKS: (AssignmentDecided,),
}
"""Where each kind of line stands in the minutes; what is not named here comes at the end."""


def _sections(
    written: list[Recorded[Any]], texts: dict[str, dict[str, str | None]], name: Callable[[str], str]
) -> tuple[Section, ...]:
    """The minutes in the order of the agenda; inside a part by item, then by time."""
    lines: dict[tuple[str, str], list[LineShown]] = {heading: [] for heading in (*SECTIONS, _END)}
    for recorded in written:
        heading = next((one for one, kinds in SECTIONS.items() if isinstance(recorded.fact, kinds)), _END)
        if isinstance(recorded.fact, VoteHeld) and recorded.fact.purpose == "minutes":
            heading = _END
        lines[heading].append(_line(recorded, texts.get(recorded.id, {}), name))
    return tuple(
        Section(vi=vi, en=en, lines=tuple(sorted(of, key=lambda line: (line.item or 0, line.at, line.index))))
        for (vi, en), of in lines.items()
        if of
    )


def _line(recorded: Recorded[Any], private: dict[str, str | None], name: Callable[[str], str]) -> LineShown:
    return LineShown(
        fact=recorded.id,
        index=recorded.index,
        type=type(recorded.fact).__name__,
        at=recorded.envelope.time,
        item=getattr(recorded.fact, "item", None),
        vi=sentence(recorded, name, "vi"),
        en=sentence(recorded, name, "en"),
        private=private,
    )


def _facts(book: MinutesBook | None) -> list[Recorded[Any]]:
    if book is None:
        return []
    return [decode(LogName.parse(one.log), one.index, one.raw.encode(), events.ALL) for one in book.written]


async def _texts(written: list[Recorded[Any]], opened: Opened) -> dict[str, dict[str, str | None]]:
    """Opened texts by fact id, and by opinion id what belongs to the opinion, the latest words last."""
    found: dict[str, dict[str, str | None]] = {}
    for recorded in written:
        texts = {value.field: await opened(recorded.id, value) for value in _sealed(recorded.fact)}
        found[recorded.id] = texts
        if isinstance(recorded.fact, OpinionRecorded | OpinionDisposed | OpinionAnswered):
            found.setdefault(recorded.fact.opinion_id, {}).update(texts)
    return found


def _sealed(part: object) -> Iterator[Sealed]:
    """Every sealed value inside a fact."""
    if isinstance(part, Sealed):
        yield part
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from _sealed(getattr(part, field))
    elif isinstance(part, tuple):
        for one in part:
            yield from _sealed(one)
