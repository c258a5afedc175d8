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
from services.minutes.domain.awaited import Awaited, Memory, Promise, answered, awaited, before
from services.minutes.domain.basis import BASIS
from services.minutes.domain.books import BOOKS, BookCommand, book_of
from services.minutes.domain.corrections import DecideCorrection
from services.minutes.domain.ending import AdoptMinutes, attendance, length, spoke
from services.minutes.domain.flags import ClearMinutesFlag, RaiseMinutesFlag
from services.minutes.domain.known import (
    BasisBook,
    Deciding,
    Known,
    Numbered,
    NumberSeries,
    PlannedMeeting,
    Sitting,
    Task,
    UsedNumber,
)
from services.minutes.domain.meeting import Meeting, evolve
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.month import AcknowledgeUrgentTask, ReviewLastMonth, ReviewMember, due_in
from services.minutes.domain.opinions import AnswerOpinion
from services.minutes.domain.package import package_due
from services.minutes.domain.remembered import (
    BookEntry,
    Flagged,
    Outcome,
    Presented,
    StudySession,
    Visit,
    WantedCorrection,
    flag_key,
    is_regular,
)
from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.study import STUDY, ClearStudyFlag, RaiseStudyFlag, RecordStudy
from services.minutes.domain.wish import LEADS, MinutesCommand
from services.minutes.projections import MinutesBook, PromisedAnswer
from shared import events
from shared.decision import VIETNAM, Command, Noun, Refused
from shared.events.afterwards import FLAG_WORDS, AnyAfterwardsFact, EncouragementDone, MinutesFlag, PackagePublished
from shared.events.books import Book, BookLineWritten, BookMeetingOpened, SignatureBlock
from shared.events.envelope import LogName, Recorded, decode, instant, moment
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
from shared.events.sitting import (
    AgendaItemTaken,
    CriticismGiven,
    DuesStatusReported,
    EncouragementAssigned,
    GuestKind,
    GuestPresent,
    MeetingBand,
    MeetingScored,
    PolicyDisseminated,
    SelfCriticismGiven,
    SituationNoted,
)
from shared.rules import good_year, shipped
from shared.sentences import sentence
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.branch import Branch
    from shared.rules import MeetingProfile, PracticeProfile, ScoringProfile
    from shared.store.views import ViewReader

NOUNS: tuple[Noun[Any, Any], ...] = (MINUTES, STUDY, BASIS, BOOKS)

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
        return _known_elsewhere(reader, branch, command)
    planned: PlannedMeeting | None = reader.get("meetings", branch, command.meeting_id)
    sitting: Sitting | None = reader.get("sittings", branch, command.meeting_id)
    cell: Branch | None = reader.get("branch", branch, "")
    charter = None if cell is None else cell.charter
    practice = None if planned is None else _practice(planned.on, branch)
    decided: Sitting | None = (
        reader.get("sittings", branch, command.decided_in) if isinstance(command, DecideCorrection) else None
    )
    leading = decided or sitting
    asked_by_charter = charter.corrections.request_within_days if charter and charter.corrections else None
    return Known(
        branch=cell,
        meeting=planned,
        profile=None if planned is None else _profile(planned),
        scoring=None if planned is None else _frame(planned.on, branch),
        catch_up_days=practice.catch_up_days.value if practice else None,
        correction_days=practice.correction_days.under(asked_by_charter) if practice else asked_by_charter,
        basis=reader.get("basis", branch, "") or BasisBook(),
        deciding=None if decided is None else _deciding(reader, branch, decided),
        chairs=_named(planned.delegate_id if planned else None, leading.chairs if leading else ()),
        takers=_named(planned.minute_taker_id if planned else None, leading.takers if leading else ()),
        answerer=_answerer(reader, branch, command),
        tasks=_tasks(reader, branch, command),
        numbers=_numbers(reader, branch, command),
    )


def _known_elsewhere(reader: ViewReader, branch: str, command: Command) -> Known:
    """What a study session, the list of basis documents or another book leans on."""
    if isinstance(command, BookCommand):
        return _known_of_book(reader, branch, command)
    held_on = command.held_on if isinstance(command, RecordStudy) else None
    practice = None if held_on is None else _practice(held_on, branch)
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=None,
        profile=None,
        catch_up_days=practice.catch_up_days.value if practice else None,
    )


def _known_of_book(reader: ViewReader, branch: str, command: BookCommand) -> Known:
    entries: list[BookEntry] = reader.scan("books", branch)
    this = next((one for one in entries if one.meeting_id == command.meeting_id), None)
    book = book_of(branch, command.meeting_id)
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=None,
        profile=None,
        book_taker=this.taker if this else None,
        book_numbers=tuple(
            UsedNumber(number=int(one.doc_no.partition("-")[0]), on=_day_of(one.opened_at), meeting_id=one.meeting_id)
            for one in entries
            if one.doc_no is not None and one.book == book
        ),
    )


def _day_of(at: str) -> date:
    return moment(at).astimezone(VIETNAM).date()


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
        if actor == known.book_taker:
            found |= {"book_taker"}
    return frozenset(found)


def _profile(planned: PlannedMeeting) -> MeetingProfile | None:
    try:
        return shipped().pinned("meeting", planned.profile)
    except LookupError:
        return None


def _frame(day: date, branch: str) -> ScoringProfile | None:
    try:
        return shipped().profile_for("scoring", day, branch)
    except LookupError:
        return None


def _practice(day: date, branch: str) -> PracticeProfile | None:
    try:
        return shipped().profile_for("practice", day, branch)
    except LookupError:
        return None


def _deciding(reader: ViewReader, branch: str, sitting: Sitting) -> Deciding | None:
    outcome: Outcome | None = reader.get("outcomes", branch, sitting.meeting_id)
    if outcome is None:
        return None
    return Deciding(kind=outcome.meeting_kind, opened_at=sitting.opened_at, adopted_at=sitting.adopted_at)


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


# ------------------------------------------------------------------ the clock


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """Days that have passed without what was to come, and flags answered in another meeting or owed no more."""
    found: list[Due] = []
    for branch in sorted({*reader.branches("outcomes"), *reader.branches("study")}):
        memory = remembered(reader, branch)
        known_flags = {
            flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) for one in memory.flags
        }
        found += [
            _raised(one, branch)
            for one in awaited(memory)
            if one.moment <= now
            and flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) not in known_flags
        ]
        found += [_cleared(one.flag, one.on, branch, now, answered=one.answered) for one in answered(memory)]
    return found


def _raised(one: Awaited, branch: str) -> Due:
    command: Command
    if one.meeting_id is None:
        command = RaiseStudyFlag(session_id=one.session_id or "", member_id=one.member_id or "", due_on=one.due_on)
    else:
        command = RaiseMinutesFlag(
            meeting_id=one.meeting_id, flag=one.flag, item=one.item, member_id=one.member_id, due_on=one.due_on
        )
    return Due(
        moment=one.moment,
        command=command,
        branch=branch,
        rule=f"{one.flag}/{one.item}/{one.member_id}",
    )


def _cleared(flag: Flagged, on: date, branch: str, now: datetime, *, answered: bool) -> Due:
    command: Command
    if flag.meeting_id is None:
        command = ClearStudyFlag(session_id=flag.session_id or "", member_id=flag.member_id or "", on=on)
    else:
        command = ClearMinutesFlag(
            meeting_id=flag.meeting_id,
            flag=flag.flag,
            item=flag.item,
            member_id=flag.member_id,
            due_on=flag.due_on,
            on=on,
            answered=answered,
        )
    return Due(
        moment=now,
        command=command,
        branch=branch,
        rule=f"clear/{flag.flag}/{flag.item}/{flag.member_id}",
    )


def remembered(reader: ViewReader, branch: str) -> Memory:
    """All that is remembered of a branch's meetings, for looking through what has its day."""
    outcomes: list[Outcome] = reader.scan("outcomes", branch)
    return Memory(
        branch=reader.get("branch", branch, ""),
        presented=reader.scan("presented", branch),
        study=reader.scan("study", branch),
        visits=reader.scan("visits", branch),
        corrections=reader.scan("corrections", branch),
        outcomes=outcomes,
        comings=reader.scan("comings", branch),
        promises=[
            Promise(one.meeting_id, one.opinion_id, one.answer_by, date.fromisoformat(one.answer_due))
            for one in reader.scan("open_opinions", branch)
            if one.answer_due is not None
        ],
        flags=reader.scan("flags", branch),
        profiles={
            one.meeting_id: profile for one in reader.scan("meetings", branch) if (profile := _profile(one)) is not None
        },
    )


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


class ScoreConfirmed(_Answer):
    """The score as the superior confirmed it."""

    total: str
    band: MeetingBand
    reason: str | None


class GuestShown(_Answer):
    """A guest; the name for members of the branch only."""

    id: str
    kind: GuestKind
    name: str | None
    position: str | None
    at: str


class CorrectionShown(_Answer):
    """A correction asked for, and what became of it; the words for members of the branch only."""

    meeting_id: str
    id: str
    by: str
    line: str
    on: date
    before: str | None
    after: str | None
    state: Literal["open", "accepted", "refused"]
    decided_in: str | None
    decided_on: date | None
    reason: str | None


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
    guests: tuple[GuestShown, ...] = ()
    dues: tuple[DuesStatusReported, ...] = ()
    taken: tuple[int, ...] = ()
    """The items of the agenda taken up so far, in the order in which they were."""
    out_of_order: tuple[int, ...] = ()
    """Items taken up behind a later one (R16)."""
    score: MeetingScored | None = None
    score_confirmed: ScoreConfirmed | None = None
    """The superior's word on the score; None while it waits."""
    package: PackagePublished | None = None
    package_due: date | None = None
    corrections: tuple[CorrectionShown, ...] = ()
    """Asked for about these minutes."""
    to_decide: tuple[CorrectionShown, ...] = ()
    """Of earlier minutes, waiting for a regular meeting to decide (R43)."""
    silent: tuple[str, ...] | None = None
    """Who is in the room and has not spoken, while there is time; for the chair only."""
    silent_vi: str | None = None
    silent_en: str | None = None


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
    state = reduce(lambda so_far, recorded: evolve(so_far, recorded.fact), written, MINUTES.initial)
    sitting: Sitting | None = reader.get("sittings", branch, meeting_id)
    tasks: list[Task] = reader.scan("tasks", branch)
    shown = MeetingShown(
        **_listed(planned, sitting).model_dump(),
        place=planned.place,
        agenda=planned.agenda,
        profile=planned.profile,
        chair_id=planned.delegate_id,
        minute_taker_id=planned.minute_taker_id,
        last_month=tuple(_task(task) for task in due_in(before(planned.period), tasks)),
        to_acknowledge=tuple(_task(one) for one in tasks if one.urgent_from and one.acknowledged_in is None),
        promised=tuple([one async for one in _promised(reader, branch, planned.on, asker.opened)]),
        to_decide=await _to_decide(reader, branch, planned, asker.opened),
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
            **_practised(state, planned, texts),
            **_silent(reader.get("branch", branch, ""), planned, state, at, asker),
            "score_confirmed": _confirmed(reader.get("outcomes", branch, meeting_id)),
            "corrections": await corrections(reader, branch, asker.opened, of=meeting_id),
            "sections": _sections(_for(asker.actor, written), texts, asker.name),
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


def _practised(state: Meeting, planned: PlannedMeeting, texts: dict[str, dict[str, str | None]]) -> dict[str, Any]:
    practice, profile = state.practice, _profile(planned)
    return {
        "guests": tuple(
            GuestShown(
                id=id,
                kind=guest.guest_kind,
                name=texts.get(id, {}).get("name"),
                position=guest.position,
                at=guest.at,
            )
            for id, guest in practice.guests.items()
        ),
        "dues": tuple(practice.dues.values()),
        "taken": tuple(practice.taken),
        "out_of_order": practice.out_of_order,
        "score": practice.score,
        "package": practice.package,
        "package_due": package_due(state, profile.package_days.value) if state.closed and profile else None,
    }


def _confirmed(outcome: Outcome | None) -> ScoreConfirmed | None:
    if outcome is None or outcome.confirmed_total is None or outcome.confirmed_band is None:
        return None
    return ScoreConfirmed(total=outcome.confirmed_total, band=outcome.confirmed_band, reason=outcome.confirmed_reason)


def _silent(document: Branch | None, planned: PlannedMeeting, state: Meeting, at: str, asker: Asker) -> dict[str, Any]:
    """Who could still speak, told to whoever is in the chair at that minute while lines are written."""
    if asker.actor.id != state.chair(at) or state.adopted is not None:
        return {}
    here = state.there(at)
    order = document.roster(planned.on) if document else state.opened.base
    talked = set(spoke(state, document, planned))
    left = tuple(one for one in order if one in here and one not in talked)
    names = [asker.name(one) for one in left]
    count = f"{len(here & talked)}/{len(here)}"
    return {
        "silent": left,
        "silent_vi": f"{count} đã phát biểu; còn {', '.join(f'đ/c {name}' for name in names)} chưa phát biểu."
        if left
        else f"{count} đã phát biểu.",
        "silent_en": f"{count} have spoken; not yet: {', '.join(names)}." if left else f"{count} have spoken.",
    }


def _task(task: Task) -> TaskShown:
    return TaskShown(
        id=task.task_id, member_id=task.member_id, text=task.text, due_on=task.due_on, outcome=task.outcome
    )


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


# ------------------------------------------------------------------ corrections


async def corrections(
    reader: ViewReader, branch: str, opened: Opened, *, of: str | None = None
) -> tuple[CorrectionShown, ...]:
    """Corrections asked for, of one meeting's minutes or of all, by day (R43)."""
    wanted: list[WantedCorrection] = reader.scan("corrections", branch)
    chosen = sorted((one for one in wanted if of in {None, one.meeting_id}), key=lambda one: one.asked_at)
    return tuple([await _wanted(reader, branch, one, opened) for one in chosen])


async def _to_decide(
    reader: ViewReader, branch: str, planned: PlannedMeeting, opened: Opened
) -> tuple[CorrectionShown, ...]:
    if planned.kind not in {"regular", "combined"}:
        return ()
    every = await corrections(reader, branch, opened)
    return tuple(one for one in every if one.state == "open" and one.meeting_id != planned.meeting_id)


async def _wanted(reader: ViewReader, branch: str, wanted: WantedCorrection, opened: Opened) -> CorrectionShown:
    words: dict[str, str | None] = {}
    for recorded in _facts(reader.get("minutes", branch, wanted.meeting_id)):
        if getattr(recorded.fact, "correction_id", None) == wanted.correction_id:
            for value in _sealed(recorded.fact):
                words[value.field] = await opened(recorded.id, value)
    return CorrectionShown(
        meeting_id=wanted.meeting_id,
        id=wanted.correction_id,
        by=wanted.by,
        line=wanted.line,
        on=wanted.on,
        before=words.get("before"),
        after=words.get("after"),
        state="open" if wanted.accepted is None else "accepted" if wanted.accepted else "refused",
        decided_in=wanted.decided_in,
        decided_on=wanted.decided_on,
        reason=words.get("reason"),
    )


# ------------------------------------------------------------------ documents, visits, scores, flags


class WaitingFor(_Answer):
    """Somebody who was absent when a document was presented."""

    member_id: str
    due_on: date
    overdue: bool


class DocumentShown(_Answer):
    """A document as it was presented, who has heard it, who waits for it (R39)."""

    meeting_id: str
    doc_no: str
    title: str | None
    by: str
    by_role: str
    on: date
    heard: tuple[str, ...]
    caught_up: dict[str, date]
    waiting: tuple[WaitingFor, ...]


class VisitShown(_Answer):
    """A visit of encouragement: who, whom, by when; nothing else is known."""

    meeting_id: str
    id: str
    by: str
    member_id: str
    due_on: date
    done_on: date | None
    overdue: bool


class FlagShown(_Answer):
    """A day that passed without the fact that was to come."""

    meeting_id: str | None
    session_id: str | None
    flag: MinutesFlag
    rule: str
    missing: str
    item: str | None
    member_id: str | None
    due_on: date
    detected_on: date
    cleared_on: date | None
    answered: bool | None
    vi: str
    en: str


def documents(reader: ViewReader, branch: str, today: date, member: str | None = None) -> list[DocumentShown]:
    """Documents presented to the cell, the latest first; for one member those he heard, caught up on or waits for."""
    presented: list[Presented] = reader.scan("presented", branch)
    shown = [_document(one, today) for one in sorted(presented, key=lambda one: (one.on, one.doc_no), reverse=True)]
    if member is None:
        return shown
    return [
        one
        for one in shown
        if member in one.heard or member in one.caught_up or any(left.member_id == member for left in one.waiting)
    ]


def _document(presented: Presented, today: date) -> DocumentShown:
    due = presented.catch_up_by
    return DocumentShown(
        meeting_id=presented.meeting_id,
        doc_no=presented.doc_no,
        title=presented.title,
        by=presented.by,
        by_role=presented.by_role,
        on=presented.on,
        heard=presented.heard,
        caught_up={one.member_id: one.on for one in presented.caught_up},
        waiting=tuple(
            WaitingFor(member_id=one, due_on=due, overdue=due < today) for one in presented.waiting if due is not None
        ),
    )


class BookPersonShown(_Answer):
    """Somebody at a meeting of another book."""

    id: str
    member_id: str | None
    name: str | None


class BookLineShown(_Answer):
    """A line of its minutes."""

    number: int
    speaker_id: str | None
    text: str | None


class BookListed(_Answer):
    """A meeting of the professional or the union book."""

    id: str
    book: Book
    title: str
    opened_at: str
    closed_at: str | None
    doc_no: str | None


class BookShown(BookListed):
    """The same with its people, lines and signature block, for its readers."""

    place: str | None
    chair_id: str
    minute_taker_id: str
    people: tuple[BookPersonShown, ...]
    lines: tuple[BookLineShown, ...]
    signatures: SignatureBlock | None


def reads_book(entry: BookEntry, actor: Actor) -> bool:
    """Its readers: who took part, and whoever keeps that book. Never the superior (R9)."""
    keepers = {"union_minute_taker"} if entry.book == "union" else {"secretary", "deputy_secretary"}
    return actor.id in entry.readers or bool(actor.roles & keepers)


def book(reader: ViewReader, branch: str, which: Book, actor: Actor) -> list[BookListed]:
    """The meetings of one book that this actor may read, by day."""
    entries: list[BookEntry] = reader.scan("books", branch)
    readable = [one for one in entries if one.book == which and reads_book(one, actor)]
    return [
        BookListed(id=one.meeting_id, **one.model_dump(include={"book", "title", "opened_at", "closed_at", "doc_no"}))
        for one in sorted(readable, key=lambda one: one.opened_at)
    ]


async def book_meeting(reader: ViewReader, meeting_id: str, actor: Actor, opened: Opened) -> BookShown:
    """One meeting of the other books. Raises Refused when there is none, or this actor is none of its readers."""
    entry: BookEntry | None = reader.get("books", meeting_id.partition(":")[0], meeting_id)
    if entry is None:
        raise Refused(
            f"Chưa có cuộc họp {meeting_id} trong sổ chuyên môn hay công đoàn.",
            f"There is no meeting {meeting_id} in the professional or union book.",
            code="not-found",
        )
    if not reads_book(entry, actor):
        raise Refused(
            "Sổ này chỉ người dự họp và người giữ sổ được đọc. Nếu cần, đồng chí đề nghị người giữ sổ.",
            "Only those who took part and the keeper of this book read it. Ask the keeper if it is needed.",
            code="not-allowed",
        )
    people: list[BookPersonShown] = []
    lines: list[BookLineShown] = []
    for written in entry.facts:
        log, index, raw = written.split(" ", 2)
        recorded = decode(LogName.parse(log), int(index), raw.encode(), events.ALL)
        fact = recorded.fact
        if isinstance(fact, BookMeetingOpened):
            for one in fact.people:
                name = None if one.name is None else await opened(recorded.id, one.name)
                people.append(BookPersonShown(id=one.person_id, member_id=one.member_id, name=name))
        if isinstance(fact, BookLineWritten):
            text = await opened(recorded.id, fact.text)
            lines.append(BookLineShown(number=fact.number, speaker_id=fact.speaker_id, text=text))
    kept = {"book", "title", "opened_at", "closed_at", "doc_no", "place", "chair_id", "minute_taker_id"}
    return BookShown(
        id=entry.meeting_id,
        **entry.model_dump(include=kept),
        people=tuple(people),
        lines=tuple(sorted(lines, key=lambda line: line.number)),
        signatures=entry.signatures,
    )


class StudyShown(_Answer):
    """A study session, who attended, who made it up, who still has to."""

    id: str
    title: str
    held_on: date
    attended: tuple[str, ...]
    made_up: dict[str, date]
    waiting: tuple[WaitingFor, ...]


class Studied(_Answer):
    """One member's year of study, as an exact fraction; made up counts."""

    member_id: str
    attended: int
    made_up: int
    share: str


class StudyYear(_Answer):
    """The study of a year: its sessions, each member's share, the cell's share."""

    year: int
    sessions: tuple[StudyShown, ...]
    members: tuple[Studied, ...]
    share: str
    percent: int
    """Rounded down: 99 stays 99 until everybody has studied everything."""


def study(reader: ViewReader, branch: str, year: int, today: date) -> StudyYear:
    """Who studied what in a year, attended or made up (R39)."""
    kept: list[StudySession] = reader.scan("study", branch)
    held = sorted((one for one in kept if one.held_on.year == year), key=lambda one: (one.held_on, one.session_id))
    order = reader.get("branch", branch, "")
    counted = {member for one in held for member in (*one.attended, *one.to_make_up)}
    members = tuple(_studied(member.id, held) for member in (order.members if order else ()) if member.id in counted)
    whole = sum(len({*one.attended, *one.to_make_up}) for one in held)
    done = sum(one.attended + one.made_up for one in members)
    return StudyYear(
        year=year,
        sessions=tuple(
            StudyShown(
                id=one.session_id,
                title=one.title,
                held_on=one.held_on,
                attended=one.attended,
                made_up={made.member_id: made.on for made in one.made_up},
                waiting=tuple(
                    WaitingFor(member_id=left, due_on=one.make_up_by, overdue=one.make_up_by < today)
                    for left in one.waiting
                    if one.make_up_by is not None
                ),
            )
            for one in held
        ),
        members=members,
        share=f"{done}/{whole}",
        percent=100 * done // whole if whole else 0,
    )


def _studied(member: str, held: list[StudySession]) -> Studied:
    attended = sum(member in one.attended for one in held)
    made_up = sum(any(made.member_id == member for made in one.made_up) for one in held)
    whole = sum(member in one.attended or member in one.to_make_up for one in held)
    return Studied(member_id=member, attended=attended, made_up=made_up, share=f"{attended + made_up}/{whole}")


def for_the_cell(actor: Actor) -> None:
    """Refused for whoever is no member of the branch."""
    if "member" not in actor.roles:
        raise Refused(
            "Phần này chỉ đảng viên trong chi bộ được đọc. Nếu cần cho kiểm tra, đồng chí đề nghị bí thư hoặc cấp ủy "
            "có thẩm quyền; mọi lần mở đều được ghi lại.",
            "Only members of the branch read this part. Ask the secretary or the competent committee if an inspection "
            "needs it; each opening is recorded.",
            code="not-allowed",
        )


def visits(reader: ViewReader, branch: str, today: date) -> list[VisitShown]:
    """Visits of encouragement, those still to be made first."""
    kept: list[Visit] = reader.scan("visits", branch)
    return [
        VisitShown(
            meeting_id=one.meeting_id,
            id=one.encouragement_id,
            by=one.by,
            member_id=one.member_id,
            due_on=one.due_on,
            done_on=one.done_on,
            overdue=one.done_on is None and one.due_on < today,
        )
        for one in sorted(kept, key=lambda one: (one.done_on is not None, one.due_on, one.encouragement_id))
    ]


def outcomes(reader: ViewReader, branch: str, year: int | None = None) -> list[Outcome]:
    """How each meeting stands: length, attendance, speakers, score, package; by day."""
    kept: list[Outcome] = reader.scan("outcomes", branch)
    chosen = [one for one in kept if year is None or one.period.startswith(f"{year:04}-")]
    return sorted(chosen, key=lambda one: one.opened_at)


class ScoreYear(_Answer):
    """The regular meetings of a year by their bands, and whether they make a good year by the frame (R25)."""

    year: int
    bands: dict[str, MeetingBand]
    """Month → band, the superior's where there is one."""
    good: bool | None
    """None: the frame has no rule on the year."""
    rubric: str | None


def score_year(reader: ViewReader, branch: str, year: int) -> ScoreYear:
    """How a year's regular meetings were scored; judged by the frame that holds on its last day."""
    bands = {
        one.period: band
        for one in outcomes(reader, branch, year)
        if is_regular(one.meeting_id) and (band := one.confirmed_band or one.band) is not None
    }
    frame = _frame(date(year, 12, 31), branch)
    return ScoreYear(
        year=year,
        bands=bands,
        good=None if frame is None else good_year(frame, bands.values()),
        rubric=None if frame is None else frame.ref,
    )


def flags(reader: ViewReader, branch: str, *, standing: bool = False) -> list[FlagShown]:
    """Flags raised here, by the day they were due."""
    kept: list[Flagged] = reader.scan("flags", branch)
    return [
        FlagShown(**one.model_dump(), vi=FLAG_WORDS[one.flag][0], en=FLAG_WORDS[one.flag][1])
        for one in sorted(kept, key=lambda one: (one.due_on, one.flag, one.item or "", one.member_id or ""))
        if not standing or one.cleared_on is None
    ]


# ------------------------------------------------------------------ the minutes in words

_OPENING = ("Mở đầu", "Opening")
_SITUATION = ("Văn bản mới, tình hình", "New documents, the situation")
_MONTH = ("Đánh giá tháng trước", "The month behind")
_TALK = ("Thảo luận", "Discussion")
_CONCLUSION = ("Kết luận, biểu quyết", "Conclusion and votes")
_TASKS = ("Phân công", "Assignments")
_SCORE = ("Chấm điểm buổi sinh hoạt", "The meeting's score")
_AFTER = ("Sau buổi họp", "After the meeting")
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
        GuestPresent,
        DuesStatusReported,
        AgendaItemTaken,
    ),
    _SITUATION: (PolicyDisseminated, SituationNoted, EncouragementAssigned),
    _MONTH: (
        BranchMonthReviewed,
        MemberMonthReviewed,
        LastMonthReviewed,
        UrgentTaskAcknowledged,
        SelfCriticismGiven,
        CriticismGiven,
    ),
    _TALK: (MemberSpoke, OpinionRecorded, OpinionDisposed, OpinionAnswered),
    _CONCLUSION: (VoteHeld, VoteDisputed, ConclusionReached, ResolutionAdopted),
    _TASKS: (AssignmentDecided,),
    _SCORE: (MeetingScored,),
}
"""Where each kind of line stands in the minutes; what is not named here comes at the end."""


def _for(actor: Actor, written: list[Recorded[Any]]) -> list[Recorded[Any]]:
    """Who is visited by whom is the cell's own matter."""
    if "member" in actor.roles:
        return written
    return [one for one in written if not isinstance(one.fact, EncouragementAssigned | EncouragementDone)]


def _sections(
    written: list[Recorded[Any]], texts: dict[str, dict[str, str | None]], name: Callable[[str], str]
) -> tuple[Section, ...]:
    """The minutes in the order of the agenda; inside a part by item, then by time."""
    lines: dict[tuple[str, str], list[LineShown]] = {heading: [] for heading in (*SECTIONS, _END, _AFTER)}
    for recorded in written:
        heading = next((one for one, kinds in SECTIONS.items() if isinstance(recorded.fact, kinds)), _END)
        if isinstance(recorded.fact, VoteHeld) and recorded.fact.purpose == "minutes":
            heading = _END
        if isinstance(recorded.fact, AnyAfterwardsFact):
            heading = _AFTER
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
        if isinstance(recorded.fact, GuestPresent):
            found.setdefault(recorded.fact.guest_id, {}).update(texts)
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
