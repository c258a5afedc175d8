"""A meeting as its facts left it: who is in the room when, what was said, counted, concluded and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeVar, assert_never

from services.minutes.domain.attendance import arrive, depart, holder_at, there_at
from services.minutes.domain.practice import AnyPracticeFact, Practice, evolve_practice
from shared.events.minutes import (
    AnyMinutesFact,
    AssignmentDecided,
    AttendanceCorrected,
    AttendanceRecorded,
    BranchMonthReviewed,
    ChairReplaced,
    ConclusionItem,
    ConclusionReached,
    Disposition,
    Interval,
    LastMonthReviewed,
    MeetingClosed,
    MeetingOpened,
    MemberArrived,
    MemberLeftMeeting,
    MemberMonthReviewed,
    MemberSpoke,
    MinutesAdopted,
    MinutesRead,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    RollCallState,
    SpeakerAfter,
    TaskReview,
    UrgentTaskAcknowledged,
    VoteDisputed,
    VoteHeld,
)
from shared.events.sitting import AnySittingFact, CriticismGiven, PolicyDisseminated, SelfCriticismGiven

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Unopened:
    """Nothing has happened yet."""

    phase: Literal["unopened"] = "unopened"


@dataclass(frozen=True)
class Opinion:
    """An opinion and what became of it; the words stay in the fact."""

    speaker_id: str
    item: int
    contrary: bool
    how: Disposition | None = None
    conclusion_item: int | None = None
    explained_by: str | None = None
    speaker_after: SpeakerAfter | None = None
    answer_by: str | None = None
    answer_due: date | None = None
    answered_on: date | None = None

    @property
    def awaits_answer(self) -> bool:
        return self.how in {"to_be_answered", "forwarded"} and self.answered_on is None


@dataclass(frozen=True)
class Vote:
    """A count, and whether somebody asked to count again."""

    held: VoteHeld
    disputed_by: str | None = None
    recounted_by: str | None = None

    @property
    def ballots(self) -> int:
        return self.held.for_ + self.held.against + self.held.other


@dataclass(frozen=True)
class Meeting:
    """A meeting that was opened."""

    phase: Literal["in_session", "adopted", "closed"]
    opened: MeetingOpened
    chairs: tuple[tuple[str, str], ...]
    """(from, member) in order of time."""
    takers: tuple[tuple[str, str], ...]
    """(from, member) in order of time."""
    presence: Mapping[str, tuple[Interval, ...]]
    called: Mapping[str, RollCallState] = field(default_factory=dict)
    spoke: frozenset[str] = frozenset()
    speeches: frozenset[tuple[str, int]] = frozenset()
    branch_months: Mapping[str, BranchMonthReviewed] = field(default_factory=dict)
    reviews: Mapping[tuple[str, str], tuple[TaskReview, ...]] = field(default_factory=dict)
    """(period, member) → that member's tasks."""
    months: Mapping[str, LastMonthReviewed] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()
    opinions: Mapping[str, Opinion] = field(default_factory=dict)
    votes: Mapping[str, Vote] = field(default_factory=dict)
    conclusions: Mapping[int, ConclusionItem] = field(default_factory=dict)
    resolutions: Mapping[str, ResolutionAdopted] = field(default_factory=dict)
    assignments: Mapping[str, AssignmentDecided] = field(default_factory=dict)
    read_at: str | None = None
    unread: int = 0
    """Lines written after the minutes were last read."""
    adopted: MinutesAdopted | None = None
    closed: MeetingClosed | None = None
    practice: Practice = field(default_factory=Practice)
    """What was done beside debate, and what followed."""

    def there(self, at: str) -> frozenset[str]:
        """Who is in the room at that instant, as far as it is written down now."""
        return there_at(self.presence, at)

    def present(self, at: str) -> int:
        """How many of the attendance base are in the room at that instant."""
        return len(self.there(at) & set(self.opened.base))

    def voters_there(self, at: str) -> frozenset[str]:
        """Who may vote and is in the room at that instant."""
        return self.there(at) & set(self.opened.voters)

    def voters_present(self, at: str) -> int:
        """How many who may vote are in the room at that instant."""
        return len(self.voters_there(at))

    def chair(self, at: str) -> str:
        return holder_at(self.chairs, at)

    def taker(self, at: str) -> str:
        return holder_at(self.takers, at)

    def stands(self, vote: Vote) -> bool:
        """The count is the last word: not disputed, and not above who could vote at that minute."""
        return vote.disputed_by is None and vote.ballots <= self.voters_present(vote.held.at)

    def last_count(self, vote_id: str) -> Vote:
        """The vote, or the last recount of it."""
        vote = self.votes[vote_id]
        return vote if vote.recounted_by is None else self.last_count(vote.recounted_by)

    def first_count(self, vote_id: str) -> str:
        """The vote that the recounts go back to."""
        before = self.votes[vote_id].held.recount_of
        return vote_id if before is None else self.first_count(before)


Minutes = Unopened | Meeting


def evolve(minutes: Minutes, fact: AnyMinutesFact | AnyPracticeFact) -> Minutes:
    """The meeting after one more fact."""
    if isinstance(fact, MeetingOpened):
        return _opened(fact)
    if isinstance(minutes, Unopened):
        return minutes
    if isinstance(fact, AnyPracticeFact):
        return _practised(minutes, fact)
    return _further(minutes, fact)


def _practised(meeting: Meeting, fact: AnyPracticeFact) -> Meeting:
    after = replace(meeting, practice=evolve_practice(meeting.practice, fact))
    match fact:
        case SelfCriticismGiven():
            return _spoke(_written(after), fact.member_id)
        case CriticismGiven() | PolicyDisseminated():
            return _spoke(_written(after), fact.by)
        case _:
            # What follows the meeting is no line of its minutes.
            return _written(after) if isinstance(fact, AnySittingFact) else after


def _opened(fact: MeetingOpened) -> Meeting:
    return Meeting(
        phase="in_session",
        opened=fact,
        chairs=((fact.opened_at, fact.chair_id),),
        takers=((fact.opened_at, fact.minute_taker_id),),
        presence={member: (Interval(from_at=fact.opened_at, to_at=None),) for member in fact.present_at_opening},
    )


def _further(meeting: Meeting, fact: AnyMinutesFact) -> Meeting:
    match fact:
        case MeetingOpened():
            return meeting
        case AttendanceRecorded():
            called = {entry.member_id: entry.state for entry in fact.entries}
            return replace(meeting, called={**meeting.called, **called})
        case MemberArrived():
            came = arrive(meeting.presence.get(fact.member_id, ()), fact.at)
            return replace(meeting, presence=_with(meeting.presence, fact.member_id, came))
        case MemberLeftMeeting():
            left = depart(meeting.presence.get(fact.member_id, ()), fact.at)
            return replace(meeting, presence=_with(meeting.presence, fact.member_id, left))
        case AttendanceCorrected():
            return replace(meeting, presence=_with(meeting.presence, fact.member_id, fact.after))
        case MinuteTakerReplaced():
            return replace(meeting, takers=tuple(sorted((*meeting.takers, (fact.at, fact.to_id)))))
        case ChairReplaced():
            return replace(meeting, chairs=tuple(sorted((*meeting.chairs, (fact.at, fact.to_id)))))
        case MemberSpoke():
            said = meeting.speeches | {(fact.member_id, fact.item)}
            return _spoke(_written(replace(meeting, speeches=said)), fact.member_id)
        case BranchMonthReviewed():
            return _written(replace(meeting, branch_months=_with(meeting.branch_months, fact.period, fact)))
        case MemberMonthReviewed():
            reviews = _with(meeting.reviews, (fact.period, fact.member_id), fact.tasks)
            return _written(replace(meeting, reviews=reviews))
        case LastMonthReviewed():
            return _written(replace(meeting, months=_with(meeting.months, fact.period, fact)))
        case UrgentTaskAcknowledged():
            return _written(replace(meeting, acknowledged=meeting.acknowledged | {fact.task_id}))
        case OpinionRecorded():
            opinion = Opinion(fact.speaker_id, fact.item, fact.contrary)
            said_so = replace(meeting, opinions=_with(meeting.opinions, fact.opinion_id, opinion))
            return _spoke(_written(said_so), fact.speaker_id)
        case OpinionDisposed():
            disposed = replace(
                meeting.opinions[fact.opinion_id],
                how=fact.how,
                conclusion_item=fact.conclusion_item,
                explained_by=fact.explained_by,
                speaker_after=fact.speaker_after,
                answer_by=fact.answer_by,
                answer_due=fact.answer_due,
            )
            answered = replace(meeting, opinions=_with(meeting.opinions, fact.opinion_id, disposed))
            return _spoke(_written(answered), *filter(None, [fact.explained_by]))
        case OpinionAnswered():
            settled = replace(meeting.opinions[fact.opinion_id], answered_on=fact.on)
            return replace(meeting, opinions=_with(meeting.opinions, fact.opinion_id, settled))
        case VoteHeld():
            return _counted(meeting, fact)
        case VoteDisputed():
            disputed = replace(meeting.votes[fact.vote_id], disputed_by=fact.by)
            return _written(replace(meeting, votes=_with(meeting.votes, fact.vote_id, disputed)))
        case ConclusionReached():
            items = {item.number: item for item in fact.items}
            return _written(replace(meeting, conclusions={**meeting.conclusions, **items}))
        case ResolutionAdopted():
            return _written(replace(meeting, resolutions=_with(meeting.resolutions, fact.doc_no, fact)))
        case AssignmentDecided():
            return _written(replace(meeting, assignments=_with(meeting.assignments, fact.task_id, fact)))
        case MinutesRead():
            return replace(meeting, read_at=fact.at, unread=0)
        case MinutesAdopted():
            return replace(meeting, phase="adopted", adopted=fact)
        case MeetingClosed():
            return replace(meeting, phase="closed", closed=fact)
        case _:
            assert_never(fact)


def _counted(meeting: Meeting, fact: VoteHeld) -> Meeting:
    votes = _with(meeting.votes, fact.vote_id, Vote(fact))
    if fact.recount_of is not None:
        votes = _with(votes, fact.recount_of, replace(votes[fact.recount_of], recounted_by=fact.vote_id))
    counted = replace(meeting, votes=votes)
    # The vote that adopts the minutes comes after they were read; reading it back would never end.
    return counted if fact.purpose == "minutes" else _written(counted)


def _written(meeting: Meeting) -> Meeting:
    return replace(meeting, unread=meeting.unread + 1) if meeting.read_at is not None else meeting


def _spoke(meeting: Meeting, *members: str) -> Meeting:
    return replace(meeting, spoke=meeting.spoke | set(members))


def _with(old: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**old, key: value}
