"""What minutes remembers: the branch, meetings as planned and as held, tasks, promised answers, numbers taken."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.minutes.domain.known import (
    Document,
    Draft,
    NumberSeries,
    PlannedMeeting,
    Sitting,
    Task,
    UsedNumber,
)
from shared import branch as heard
from shared.branch import Branch
from shared.decision import VIETNAM
from shared.events import minutes
from shared.events.envelope import Fact, Recorded, moment
from shared.events.meeting import (
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    AttendanceIntended,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
    ChairDelegated,
    CommitteePreparatoryHeld,
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
)
from shared.events.minutes import (
    ChairReplaced,
    LastMonthReviewed,
    MeetingClosed,
    MeetingOpened,
    MinutesAdopted,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    ResolutionAdopted,
    TaskOutcome,
    UrgentTaskAcknowledged,
)
from shared.events.ranking import (
    Cause,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
    UrgentTaskGiven,
)
from shared.store.views import View


class Written(Document):
    """One fact of a meeting with its address, as it was stored; what is sealed in it stays sealed."""

    log: str
    index: int
    raw: str


class MinutesBook(Document):
    """Everything written about one meeting, in the order in which it was written."""

    meeting_id: str
    written: tuple[Written, ...] = ()


class PromisedAnswer(Document):
    """An opinion that returns on every agenda until it is answered (R40)."""

    meeting_id: str
    opinion_id: str
    item: int
    forwarded: bool
    answer_by: str | None
    answer_due: str | None


def _branch(document: Branch | None, recorded: Recorded[Any], _key: str) -> Branch | None:
    return heard.step(document, recorded)


# ------------------------------------------------------------------ the meeting as scheduler plans it


def _planned(document: PlannedMeeting | None, recorded: Recorded[Any], _key: str) -> PlannedMeeting | None:
    fact = recorded.fact
    if isinstance(fact, MeetingScheduled):
        return PlannedMeeting(
            meeting_id=fact.meeting_id,
            kind=fact.meeting_kind,
            period=fact.period,
            on=fact.on,
            starts_at=fact.starts_at,
            place=fact.place,
            agenda=fact.agenda,
            profile=fact.profile,
        )
    if document is None:
        return None
    return document.model_copy(update=_planned_anew(document, fact))


def _planned_anew(meeting: PlannedMeeting, fact: object) -> dict[str, Any]:
    match fact:
        case MeetingRescheduled():
            return {"on": fact.to_on, "starts_at": fact.to_starts_at, "place": fact.place, "profile": fact.profile}
        case MeetingCancelled():
            return {"cancelled": True}
        case ChairDelegated():
            return {"delegate_id": fact.to_id}
        case MinuteTakerAssigned():
            return {"minute_taker_id": fact.member_id}
        case AttendanceIntended():
            others = tuple(member for member in meeting.excused if member != fact.member_id)
            return {"excused": (*others, fact.member_id) if fact.intends == "excused" else others}
        case _:
            return _prepared(meeting, fact)


def _prepared(meeting: PlannedMeeting, fact: object) -> dict[str, Any]:
    match fact:
        case CommitteePreparatoryHeld():
            return {
                "agenda": fact.agreed.agenda or meeting.agenda,
                "draft_resolution": fact.agreed.draft_resolution,
                "points_to_vote": fact.agreed.points_to_vote,
            }
        case AssignmentDrafted():
            left = tuple(draft for draft in meeting.drafts if draft.draft_id not in {fact.draft_id, fact.replaces})
            return {"drafts": (*left, _draft(fact))}
        case AssignmentDraftWithdrawn():
            return {"drafts": tuple(draft for draft in meeting.drafts if draft.draft_id != fact.draft_id)}
        case BriefingAssigned() | BriefingSubstituted():
            return {"briefer_id": fact.member_id}
        case BriefingDelivered():
            return {"briefed_by": tuple(dict.fromkeys((*meeting.briefed_by, fact.member_id)))}
        case _:
            return {}


def _draft(fact: AssignmentDrafted) -> Draft:
    return Draft(
        draft_id=fact.draft_id,
        member_id=fact.member_id,
        partner_id=fact.partner_id,
        text=fact.text,
        due_on=fact.due_on,
        report_at=fact.report_at,
        programme_item_id=fact.programme_item_id,
    )


# ------------------------------------------------------------------ the meeting as it was held


def _book(document: MinutesBook | None, recorded: Recorded[Any], key: str) -> MinutesBook:
    line = Written(log=str(recorded.log), index=recorded.index, raw=recorded.raw.decode())
    written = () if document is None else document.written
    return MinutesBook(meeting_id=key, written=(*written, line))


def _sitting(document: Sitting | None, recorded: Recorded[Any], key: str) -> Sitting | None:
    fact = recorded.fact
    if isinstance(fact, MeetingOpened):
        return Sitting(
            meeting_id=key,
            phase="in_session",
            opened_at=fact.opened_at,
            chairs=(fact.chair_id,),
            takers=(fact.minute_taker_id,),
        )
    if document is None:
        return None
    change: dict[str, Any] = {}
    match fact:
        case MinuteTakerReplaced():
            change = {"takers": (*document.takers, fact.to_id)}
        case ChairReplaced():
            change = {"chairs": (*document.chairs, fact.to_id)}
        case MinutesAdopted():
            change = {"phase": "adopted", "doc_no": fact.doc_no}
        case MeetingClosed():
            change = {"phase": "closed", "closed_at": fact.closed_at}
        case _:
            pass
    return document.model_copy(update=change)


def _promised(document: PromisedAnswer | None, recorded: Recorded[Any], _key: str) -> PromisedAnswer | None:
    match recorded.fact:
        case OpinionDisposed(how="to_be_answered" | "forwarded") as fact:
            return PromisedAnswer(
                meeting_id=fact.meeting_id,
                opinion_id=fact.opinion_id,
                item=fact.item,
                forwarded=fact.how == "forwarded",
                answer_by=fact.answer_by,
                answer_due=None if fact.answer_due is None else fact.answer_due.isoformat(),
            )
        case OpinionDisposed() | OpinionAnswered():
            return None
        case _:
            return document


def _numbers(document: NumberSeries | None, recorded: Recorded[Any], _key: str) -> NumberSeries:
    fact: ResolutionAdopted | MinutesAdopted = recorded.fact
    used = UsedNumber(
        number=int(fact.doc_no.partition("-")[0]),
        on=recorded.time.astimezone(VIETNAM).date(),
        meeting_id=fact.meeting_id,
    )
    return NumberSeries(used=(*(() if document is None else document.used), used))


# ------------------------------------------------------------------ tasks, as ranking tells of them


def _task(document: Task | None, recorded: Recorded[Any], key: str) -> Task | None:
    fact = recorded.fact
    if isinstance(fact, TaskAssigned):
        return Task(
            task_id=key,
            member_id=fact.member_id,
            partner_id=fact.partner_id,
            text=fact.text,
            due_on=fact.due_on,
            urgent_from=None if document is None else document.urgent_from,
        )
    if isinstance(fact, UrgentTaskGiven):
        due_on = moment(fact.due_at).astimezone(VIETNAM).date()
        return Task(task_id=key, member_id=fact.member_id, text=fact.text, due_on=due_on, urgent_from=fact.given_by)
    if document is None:
        return None
    return document.model_copy(update=_went_on(fact, key))


def _went_on(fact: object, key: str) -> dict[str, Any]:
    match fact:
        case TaskExtended():
            return {"due_on": fact.to_on, "outcome": None, "ended_on": None, "causes": (), **_NO_FOLLOW_UP}
        case TaskCompleted():
            return _ended(fact.outcome, fact.done_on, fact.causes)
        case TaskFailed():
            return _ended("failed", fact.ended_on, fact.causes)
        case TaskFollowedUp():
            return {"follow_up": fact.how, "follow_up_ref": fact.ref, "extended_to": fact.due_on}
        case _:
            return _came_up(fact, key)


def _came_up(fact: object, key: str) -> dict[str, Any]:
    """What a meeting said about a task."""
    match fact:
        case LastMonthReviewed():
            reviewed = any(task.task_id == key for member in fact.members for task in member.tasks)
            return {"reviewed_in": fact.period} if reviewed else {}
        case UrgentTaskAcknowledged():
            return {"acknowledged_in": fact.meeting_id}
        case _:
            return {}


_NO_FOLLOW_UP: dict[str, Any] = {"follow_up": None, "follow_up_ref": None, "extended_to": None}


def _ended(outcome: TaskOutcome, on: date, causes: tuple[Cause, ...]) -> dict[str, Any]:
    kinds = tuple(dict.fromkeys(cause.kind for cause in causes))
    return {"outcome": outcome, "ended_on": on, "causes": kinds, **_NO_FOLLOW_UP}


def _tasks_in(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, LastMonthReviewed):
        return tuple(task.task_id for member in fact.members for task in member.tasks)
    return (fact.task_id,)


_NUMBERED: frozenset[type[Fact]] = frozenset((ResolutionAdopted, MinutesAdopted))

VIEWS: tuple[View[Any], ...] = (
    View("branch", Branch, heard.HEARS, lambda _recorded: ("",), _branch),
    View(
        "meetings",
        PlannedMeeting,
        frozenset(
            {
                MeetingScheduled,
                MeetingRescheduled,
                MeetingCancelled,
                ChairDelegated,
                MinuteTakerAssigned,
                AttendanceIntended,
                CommitteePreparatoryHeld,
                AssignmentDrafted,
                AssignmentDraftWithdrawn,
                BriefingAssigned,
                BriefingSubstituted,
                BriefingDelivered,
            }
        ),
        lambda recorded: (recorded.fact.meeting_id,),
        _planned,
    ),
    View("minutes", MinutesBook, frozenset(minutes.FACTS), lambda recorded: (recorded.fact.meeting_id,), _book),
    View(
        "sittings",
        Sitting,
        frozenset({MeetingOpened, MinuteTakerReplaced, ChairReplaced, MinutesAdopted, MeetingClosed}),
        lambda recorded: (recorded.fact.meeting_id,),
        _sitting,
    ),
    View(
        "open_opinions",
        PromisedAnswer,
        frozenset({OpinionDisposed, OpinionAnswered}),
        lambda recorded: (f"{recorded.fact.meeting_id}/{recorded.fact.opinion_id}",),
        _promised,
    ),
    View(
        "numbers",
        NumberSeries,
        _NUMBERED,
        lambda recorded: ("NQ" if isinstance(recorded.fact, ResolutionAdopted) else "BB",),
        _numbers,
    ),
    View(
        "tasks",
        Task,
        frozenset(
            {
                UrgentTaskGiven,
                TaskAssigned,
                TaskExtended,
                TaskCompleted,
                TaskFailed,
                TaskFollowedUp,
                LastMonthReviewed,
                UrgentTaskAcknowledged,
            }
        ),
        _tasks_in,
        _task,
    ),
)
