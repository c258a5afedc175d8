"""One meeting as it stands."""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from services.minutes.application.asker import Answer, Asker
from services.minutes.application.corrections import CorrectionShown, corrections, to_decide
from services.minutes.application.meetings import listed
from services.minutes.application.opinions import PromisedShown, waiting_for_answer
from services.minutes.application.profiles import meeting_profile
from services.minutes.application.words import (
    Section,
    facts_of,
    for_actor,
    sections,
    texts_of,
)
from services.minutes.domain.attendance import covers
from services.minutes.domain.ending import attendance, length, spoke
from services.minutes.domain.known import (
    PlannedMeeting,
    Sitting,
    Task,
)
from services.minutes.domain.meeting import Meeting, evolve
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.month import due_in
from services.minutes.domain.package import package_due
from services.minutes.domain.remembered import (
    Outcome,
)
from services.minutes.domain.wish import LEADS
from services.minutes.projections import MinutesBook
from shared import heard_rules, periods
from shared.decision import Refused
from shared.events.afterwards import PackagePublished
from shared.events.envelope import instant
from shared.events.meeting import AgendaItem, MeetingKind
from shared.events.minutes import (
    AssignmentDecided,
    Attendance,
    ConclusionItem,
    Disposition,
    ResolutionAdopted,
    VoteMode,
)
from shared.events.sitting import (
    DuesStatusReported,
    GuestKind,
    LineMark,
    MeetingBand,
    MeetingScored,
)

if TYPE_CHECKING:
    from shared.branch import Branch
    from shared.rules import MeetingProfile
    from shared.store.views import ViewReader


class Stay(Answer):
    from_at: str
    to_at: str | None


class InRoom(Answer):
    """One member in this meeting."""

    member_id: str
    in_base: bool
    votes: bool
    here: bool
    called: str | None
    """What the roll-call said."""
    stays: tuple[Stay, ...]
    spoke: bool


class OpinionShown(Answer):
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


class VoteShown(Answer):
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


class TaskShown(Answer):
    """A task that the meeting has to deal with."""

    id: str
    member_id: str
    text: str
    due_on: date
    outcome: str | None


class ScoreConfirmed(Answer):
    """The score as the superior confirmed it."""

    total: str
    band: MeetingBand
    reason: str | None
    changed: tuple[LineMark, ...] = ()
    """The lines on which the superior's mark is another."""


class GuestShown(Answer):
    """A guest; the name for members of the branch only."""

    id: str
    kind: GuestKind
    name: str | None
    position: str | None
    at: str


class MeetingShown(Answer):
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
            f"Chưa có buổi họp {meeting_id} trong chi bộ này. Đồng chí xem lại mã buổi họp; nếu vừa ấn định xong, đợi "
            "vài giây rồi mở lại.",
            f"There is no meeting {meeting_id} in this branch. Check its id, or open it again in a few seconds if it "
            "was just scheduled.",
            code="not-found",
        )
    book: MinutesBook | None = reader.get("minutes", branch, meeting_id)
    written = facts_of(book)
    state = reduce(lambda so_far, recorded: evolve(so_far, recorded.fact), written, MINUTES.initial)
    sitting: Sitting | None = reader.get("sittings", branch, meeting_id)
    tasks: list[Task] = reader.scan("tasks", branch)
    shown = MeetingShown(
        **listed(planned, sitting).model_dump(),
        place=planned.place,
        agenda=planned.agenda,
        profile=planned.profile,
        chair_id=planned.delegate_id,
        minute_taker_id=planned.minute_taker_id,
        last_month=tuple(_task(task) for task in due_in(periods.preceding(planned.period), tasks)),
        to_acknowledge=tuple(_task(one) for one in tasks if one.urgent_from and one.acknowledged_in is None),
        promised=tuple([one async for one in waiting_for_answer(reader, branch, planned.on, asker.opened)]),
        to_decide=await to_decide(reader, branch, planned, asker.opened),
    )
    if not isinstance(state, Meeting):
        return shown
    texts = await texts_of(written, asker.opened)
    at = instant(now)
    leads = asker.actor.id in {one for _, one in (*state.chairs, *state.takers)} or bool(asker.actor.roles & LEADS)
    return shown.model_copy(
        update={
            **_in_the_room(reader, branch, planned, state, at, leads=leads),
            **_so_far(state, texts),
            **_if_closed_now(state, at),
            **_practised(state, meeting_profile(heard_rules.rules(reader, branch), planned), texts),
            **_silent(reader.get("branch", branch, ""), planned, state, at, asker),
            "score_confirmed": confirmed_score(reader.get("outcomes", branch, meeting_id)),
            "corrections": await corrections(reader, branch, asker.opened, of=meeting_id),
            "sections": sections(for_actor(asker.actor, written), texts, asker.name),
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


def _practised(
    state: Meeting, profile: MeetingProfile | None, texts: dict[str, dict[str, str | None]]
) -> dict[str, Any]:
    practice = state.practice
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


def confirmed_score(outcome: Outcome | None) -> ScoreConfirmed | None:
    """The superior's word on a score; None while it waits."""
    if outcome is None or outcome.confirmed_total is None or outcome.confirmed_band is None:
        return None
    return ScoreConfirmed(
        total=outcome.confirmed_total,
        band=outcome.confirmed_band,
        reason=outcome.confirmed_reason,
        changed=outcome.confirmed_marks,
    )


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
