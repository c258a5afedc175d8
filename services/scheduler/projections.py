"""What scheduler shows: meetings, the rotation, work programmes, months, quarters, themes, the branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.scheduler.domain import readiness as readying
from services.scheduler.domain import rotation as rules
from services.scheduler.domain import theme as themes
from services.scheduler.domain.flag import Flags, with_flag
from services.scheduler.domain.quarter import THEMATIC
from services.scheduler.domain.readiness import Readiness
from shared import branch as heard
from shared import heard_rules, heard_tree, periods
from shared.branch import Branch
from shared.days import civil_day
from shared.events import calendar_feed, readiness, scheduler_flag, theme, unit_meeting
from shared.events.afterwards import CorrectionAccepted, CorrectionRefused, CorrectionRequested
from shared.events.books import Book, BookMeetingOpened
from shared.events.calendar_feed import CalendarFeedOpened
from shared.events.envelope import Fact, Recorded, moment
from shared.events.hub import ProgrammeLine, WorkProgrammeIssued
from shared.events.late_profile import LateProfileNoticed
from shared.events.learning import DisseminationAssigned, StudySessionHeld
from shared.events.meeting import (
    AgendaItem,
    Agreed,
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    AttendanceIntended,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
    ChairDelegated,
    Channel,
    CommitteePreparatoryHeld,
    Document,
    MaterialsPosted,
    MeetingCancelled,
    MeetingKind,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
    MoveReason,
    NoticeDelivered,
    NoticeIssued,
    NoticeMissed,
    NoticeNumbered,
    NoticeRevised,
    ProgrammeEntered,
    ProgrammeItem,
    RegularMeetingMissed,
    RescheduleAcknowledged,
)
from shared.events.minutes import AssignmentDecided, MeetingClosed, MeetingOpened, OpinionAnswered, OpinionDisposed
from shared.events.scheduler_flag import SchedulerFlagCleared, SchedulerFlagRaised
from shared.events.sealed import Private
from shared.events.sending import MaterialsMissed, NoticeSendingChosen, NoticeSentByItself, NoticeWithheld
from shared.events.theme import ThematicPlanned, ThematicReportReturned, ThematicReportSubmitted
from shared.events.unit_meeting import (
    Participant,
    UnitMeetingCancelled,
    UnitMeetingMoved,
    UnitMeetingScheduled,
    UnitNoticeSent,
)
from shared.numbering import NumberSeries
from shared.organisation import Unit
from shared.store.views import View


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Draft(_Document):
    """A task drafted for a member."""

    draft_id: str
    member_id: str
    partner_id: str | None
    text: str
    due_on: date
    report_at: str
    programme_item_id: str | None
    state: Literal["standing", "replaced", "withdrawn"] = "standing"
    replaces: str | None
    withdrawn_because: str | None = None


class Preparation(_Document):
    """One preparatory meeting of the committee."""

    held_on: date
    attendees: tuple[str, ...]
    by_telephone: tuple[str, ...]
    with_committee: bool
    committee_size: int
    agreed: Agreed
    drafts: int
    without_task: tuple[str, ...]
    items_nobody_took: tuple[str, ...]


class Notice(_Document):
    """One notice, first or revised."""

    revision: int
    because: Literal["first", "moved", "agenda", "recipients"]
    restarts: bool
    issued_on: date
    for_on: date
    starts_at: str
    place: str
    recipients: tuple[str, ...]
    follower_id: str | None
    lead_days: int
    required_days: int
    on_time: bool
    reason: str | None
    without_committee: bool
    committee_reason: str | None
    doc_no: str | None = None
    """«05-TB/CB»; None where nobody said where the series begins."""


class Delivery(_Document):
    """A proof that one recipient has one notice."""

    revision: int
    member_id: str
    channel: Channel
    by: str
    confirmed: bool
    at: str


class Move(_Document):
    """One move of the meeting."""

    revision: int
    from_on: date
    from_starts_at: str
    to_on: date
    to_starts_at: str
    place: str
    reason: MoveReason
    words: str | None
    on_time: bool
    notified_before: bool
    acknowledged_by: str | None = None


class Materials(_Document):
    """Documents handed out together."""

    documents: tuple[Document, ...]
    posted_on: date
    for_on: date
    lead_days: int
    on_time: bool


class MeetingShown(_Document):
    """Everything scheduler can show about one meeting."""

    meeting_id: str
    meeting_kind: MeetingKind
    period: str
    on: date
    starts_at: str
    place: str
    agenda: tuple[AgendaItem, ...]
    fixed_day: bool
    reason: str | None
    notice_days: int
    notice_due_on: date
    profile: str
    phase: Literal["planned", "cancelled", "open", "closed"] = "planned"
    times_set: int = 1
    """How often its day was set, moves included."""
    moves: tuple[Move, ...] = ()
    drafts: tuple[Draft, ...] = ()
    preparations: tuple[Preparation, ...] = ()
    notices: tuple[Notice, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    intentions: dict[str, Literal["coming", "excused"]] = {}
    materials: tuple[Materials, ...] = ()
    delegated_to: str | None = None
    delegated_from: str | None = None
    minute_taker_id: str | None = None
    set_at: str = ""
    """When its day was set last, as stored."""
    sent_by_itself: NoticeSentByItself | None = None
    withheld: tuple[NoticeWithheld, ...] = ()
    """Hours at which the notice could not leave by itself, and what was missing."""
    materials_missed: tuple[date, ...] = ()
    """Days for materials that passed with none posted."""
    late_profiles: tuple[str, ...] = ()
    """Rules that arrived after it was set, told to the secretary."""
    missed: tuple[date, ...] = ()
    """Due dates of notices that passed with none sent."""
    cancelled_because: MoveReason | None = None
    cancelled_words: str | None = None
    opened_at: str | None = None
    closed_at: str | None = None
    readiness: Readiness = Readiness()
    """What its notice found ready, and the flags on what it did not."""


class RotationShown(_Document):
    """All turns at the briefing, with what was said."""

    rotation: rules.Rotation = rules.Rotation()
    delivered: tuple[BriefingDelivered, ...] = ()


class ProgrammeKept(_Document):
    """A month's work programme as it came last, by hand or from the superior, for a cell or a whole organisation."""

    period: str
    programme_no: str
    items: tuple[ProgrammeLine, ...]
    entered_at: str


class ProgrammeShown(_Document):
    """A month's work programme as it falls to one branch."""

    period: str
    programme_no: str
    items: tuple[ProgrammeItem, ...]
    entered_at: str


class MonthShown(_Document):
    """Whether a month had its regular meeting (R5)."""

    period: str
    missed: Literal["not_scheduled", "cancelled", "not_opened"] | None = None
    opened: bool = False


class QuarterShown(_Document):
    """Whether a quarter had its thematic meeting (R6)."""

    quarter: str
    held: tuple[str, ...] = ()
    flags: Flags = ()


class LearningShown(_Document):
    """The document or the session last told under one number."""

    dissemination: DisseminationAssigned | None = None
    session: StudySessionHeld | None = None


class SealedText(_Document):
    """A private text with the id of its fact, without which it cannot be opened."""

    fact: str
    what: Literal["reason", "remarks"]
    on: date
    value: Private


class ThemeShown(_Document):
    """A theme as far as it has come, and what was said about its drafts, still sealed."""

    theme_id: str
    theme: themes.Theme = themes.Theme()
    texts: tuple[SealedText, ...] = ()


class FeedShown(_Document):
    """One calendar address: how often it was opened, and whether the last one still lives."""

    revision: int
    open: bool


class Holder(_Document):
    """Somebody with a part in it; taken over by another, it is shown to the first as called off."""

    holds: bool
    since: int
    """The sequence at which that last changed."""


class SendingShown(_Document):
    """Whether notices leave by themselves, as the branch chose."""

    by_itself: bool
    hour: int


class UnitShown(_Document):
    """A meeting of the professional unit or the union, with its own people."""

    meeting_id: str
    fact: str
    """The fact that named its people, without which no name can be opened."""
    book: Book
    title: str
    period: str
    on: date
    starts_at: str
    place: str
    agenda: tuple[AgendaItem, ...]
    participants: tuple[Participant, ...]
    phase: Literal["planned", "cancelled", "open"] = "planned"
    moves: int = 0
    notices: int = 0
    notified_on: date | None = None
    opened_at: str | None = None
    sequence: int = 0
    changed_at: str

    def invites(self, member_id: str) -> bool:
        """Whether a member of the cell is among its people."""
        return any(one.member_id == member_id for one in self.participants)


class ReturningShown(_Document):
    """What comes back on every agenda until it is settled: an answer promised (R40), a correction asked for (R43)."""

    what: Literal["promised", "corrections"]
    id: str
    raised_in: str
    member_id: str | None = None
    """Who is to answer."""
    due_on: date | None = None


class CalendarLine(_Document):
    """How often what a calendar shows was changed, so that subscribers take the newer for the newer."""

    sequence: int
    changed_at: str
    heard: str = ""
    """What the last change had heard."""
    holders: dict[str, Holder] = {}


# ------------------------------------------------------------------ meetings


def _scheduled(before: MeetingShown | None, fact: MeetingScheduled, set_at: str) -> MeetingShown:
    return MeetingShown(
        meeting_id=fact.meeting_id,
        meeting_kind=fact.meeting_kind,
        period=fact.period,
        on=fact.on,
        starts_at=fact.starts_at,
        place=fact.place,
        agenda=fact.agenda,
        fixed_day=fact.fixed_day,
        reason=fact.reason,
        notice_days=fact.notice_days,
        notice_due_on=fact.notice_due_on,
        profile=fact.profile,
        times_set=1 if before is None else before.times_set + 1,
        missed=() if before is None else before.missed,
        late_profiles=() if before is None else before.late_profiles,
        materials_missed=() if before is None else before.materials_missed,
        set_at=set_at,
    )


def _notice(fact: NoticeIssued | NoticeRevised) -> Notice:
    told = fact.model_dump(exclude={"meeting_id", "without_task", "items_nobody_took"})
    match fact:
        case NoticeIssued():
            return Notice.model_validate({**told, "revision": 1, "because": "first", "restarts": True})
        case NoticeRevised():
            return Notice.model_validate({**told, "committee_reason": None})


def _drafts(drafts: tuple[Draft, ...], fact: AssignmentDrafted | AssignmentDraftWithdrawn) -> tuple[Draft, ...]:
    if isinstance(fact, AssignmentDraftWithdrawn):
        gone = {"state": "withdrawn", "withdrawn_because": fact.reason}
        return tuple(one.model_copy(update=gone) if one.draft_id == fact.draft_id else one for one in drafts)
    kept = (one.model_copy(update={"state": "replaced"}) if one.draft_id == fact.replaces else one for one in drafts)
    new = Draft.model_validate(fact.model_dump(exclude={"meeting_id"}))
    return (*kept, new)


def _moved(shown: MeetingShown, fact: MeetingRescheduled) -> dict[str, object]:
    move = Move(
        revision=fact.revision,
        from_on=fact.from_on,
        from_starts_at=fact.from_starts_at,
        to_on=fact.to_on,
        to_starts_at=fact.to_starts_at,
        place=fact.place,
        reason=fact.reason,
        words=fact.words,
        on_time=fact.on_time,
        notified_before=fact.notified_before,
    )
    return {
        "on": fact.to_on,
        "starts_at": fact.to_starts_at,
        "place": fact.place,
        "notice_days": fact.notice_days,
        "notice_due_on": fact.notice_due_on,
        "profile": fact.profile,
        "times_set": shown.times_set + 1,
        "moves": (*shown.moves, move),
    }


def _numbers(document: NumberSeries | None, recorded: Recorded[Any], _key: str) -> NumberSeries:
    fact: NoticeNumbered = recorded.fact
    on = civil_day(recorded.time)
    return (document or NumberSeries()).with_number(fact.doc_no, on, fact.meeting_id)


def _delivered(shown: MeetingShown, fact: NoticeDelivered, at: str) -> dict[str, object]:
    proof = Delivery(
        revision=fact.revision,
        member_id=fact.member_id,
        channel=fact.channel,
        by=fact.by,
        confirmed=fact.confirmed,
        at=at,
    )
    return {"deliveries": (*shown.deliveries, proof)}


def _acknowledged(shown: MeetingShown, fact: RescheduleAcknowledged) -> dict[str, object]:
    by = {"acknowledged_by": fact.by}
    return {"moves": tuple(one.model_copy(update=by) if one.revision == fact.revision else one for one in shown.moves)}


def _posted(shown: MeetingShown, fact: MaterialsPosted) -> dict[str, object]:
    posted = Materials(
        documents=fact.documents,
        posted_on=fact.posted_on,
        for_on=fact.for_on,
        lead_days=fact.lead_days,
        on_time=fact.on_time,
    )
    return {"materials": (*shown.materials, posted)}


def _changes(  # noqa: C901, PLR0911, PLR0912 - one table, a fact on each line
    shown: MeetingShown, recorded: Recorded[Any]
) -> dict[str, object]:
    match recorded.fact:
        case MeetingRescheduled() as fact:
            return {**_moved(shown, fact), "set_at": recorded.envelope.recordedtime}
        case AssignmentDrafted() | AssignmentDraftWithdrawn() as fact:
            return {"drafts": _drafts(shown.drafts, fact)}
        case CommitteePreparatoryHeld() as fact:
            held = Preparation.model_validate(fact.model_dump(exclude={"meeting_id"}))
            return {"preparations": (*shown.preparations, held), "agenda": fact.agreed.agenda}
        case NoticeIssued() | NoticeRevised() as fact:
            return {"notices": (*shown.notices, _notice(fact))}
        case NoticeNumbered(revision=revision, doc_no=doc_no):
            *before, sent = shown.notices[:revision]
            return {"notices": (*before, sent.model_copy(update={"doc_no": doc_no}), *shown.notices[revision:])}
        case NoticeDelivered() as fact:
            return _delivered(shown, fact, recorded.envelope.time)
        case AttendanceIntended() as fact:
            return {"intentions": {**shown.intentions, fact.member_id: fact.intends}}
        case MaterialsPosted() as fact:
            return _posted(shown, fact)
        case ChairDelegated() as fact:
            return {"delegated_to": fact.to_id, "delegated_from": fact.from_id}
        case RescheduleAcknowledged() as fact:
            return _acknowledged(shown, fact)
        case MinuteTakerAssigned() as fact:
            return {"minute_taker_id": fact.member_id}
        case MeetingCancelled() as fact:
            return {"phase": "cancelled", "cancelled_because": fact.reason, "cancelled_words": fact.words}
        case NoticeSentByItself() as fact:
            return {"sent_by_itself": fact}
        case NoticeWithheld() as fact:
            return {"withheld": (*shown.withheld, fact)}
        case MaterialsMissed() as fact:
            return {"materials_missed": (*shown.materials_missed, fact.due_on)}
        case LateProfileNoticed() as fact:
            return {"late_profiles": (*shown.late_profiles, fact.chosen)}
        case NoticeMissed() as fact:
            return {"missed": (*shown.missed, fact.due_on)}
        case MeetingOpened() as fact:
            return {"phase": "open", "opened_at": fact.opened_at}
        case MeetingClosed() as fact:
            return {"phase": "closed", "closed_at": fact.closed_at}
        case _:
            return {}


def show_meeting(shown: MeetingShown | None, recorded: Recorded[Any], key: str) -> MeetingShown | None:  # noqa: ARG001
    """The meeting after one more fact; a fact about a meeting never set here shows nothing."""
    fact = recorded.fact
    ready = readying.after(Readiness() if shown is None else shown.readiness, fact)
    if isinstance(fact, MeetingScheduled):
        return _scheduled(shown, fact, recorded.envelope.recordedtime).model_copy(update={"readiness": ready})
    return None if shown is None else shown.model_copy(update={**_changes(shown, recorded), "readiness": ready})


# ------------------------------------------------------------------ the others


def show_rotation(shown: RotationShown | None, recorded: Recorded[Any], key: str) -> RotationShown:  # noqa: ARG001
    """The turns after one more fact, folded by the domain's own rules."""
    shown = shown or RotationShown()
    said = (*shown.delivered, recorded.fact) if isinstance(recorded.fact, BriefingDelivered) else shown.delivered
    return RotationShown(rotation=rules.evolve(shown.rotation, recorded.fact), delivered=said)


def show_programme(shown: ProgrammeKept | None, recorded: Recorded[Any], key: str) -> ProgrammeKept:  # noqa: ARG001
    """The list that came last, entered by hand or issued by the superior."""
    fact = recorded.fact
    lines = tuple(ProgrammeLine.model_validate(item.model_dump()) for item in fact.items)
    return ProgrammeKept(
        period=fact.period, programme_no=fact.programme_no, items=lines, entered_at=recorded.envelope.time
    )


def show_month(shown: MonthShown | None, recorded: Recorded[Any], key: str) -> MonthShown:
    """Whether the month's regular meeting was opened, and whether it was flagged as missing."""
    shown = shown or MonthShown(period=key)
    if isinstance(recorded.fact, RegularMeetingMissed):
        return shown.model_copy(update={"missed": recorded.fact.why})
    return shown.model_copy(update={"opened": True})


def show_quarter(shown: QuarterShown | None, recorded: Recorded[Any], key: str) -> QuarterShown:
    """The quarter's thematic meetings and its flag."""
    shown, fact = shown or QuarterShown(quarter=key), recorded.fact
    if isinstance(fact, MeetingOpened):
        return shown.model_copy(update={"held": (*shown.held, fact.meeting_id)})
    return shown.model_copy(update={"flags": with_flag(shown.flags, fact)})


def show_learning(shown: LearningShown | None, recorded: Recorded[Any], key: str) -> LearningShown:  # noqa: ARG001
    """The charge said last, or the session held."""
    if isinstance(recorded.fact, DisseminationAssigned):
        return LearningShown(dissemination=recorded.fact)
    return LearningShown(session=recorded.fact)


def show_feed(shown: FeedShown | None, recorded: Recorded[Any], key: str) -> FeedShown:  # noqa: ARG001
    """The address after it was opened or withdrawn."""
    return FeedShown(revision=recorded.fact.revision, open=isinstance(recorded.fact, CalendarFeedOpened))


def show_unit(shown: UnitShown | None, recorded: Recorded[Any], key: str) -> UnitShown | None:  # noqa: ARG001
    """The meeting after one more fact; one that only opened, never set here, shows nothing."""
    fact, at = recorded.fact, recorded.envelope.recordedtime
    if isinstance(fact, UnitMeetingScheduled):
        return UnitShown(
            **dict(fact),
            fact=recorded.id,
            sequence=0 if shown is None else shown.sequence + 1,
            changed_at=at,
        )
    if shown is None:
        return None
    return shown.model_copy(
        update={"sequence": shown.sequence + 1, "changed_at": at, **_unit_changes(fact, recorded.envelope.time)}
    )


def _unit_changes(fact: Fact, time: str) -> dict[str, object]:
    match fact:
        case UnitMeetingMoved():
            return {"on": fact.to_on, "starts_at": fact.to_starts_at, "place": fact.place, "moves": fact.revision}
        case UnitNoticeSent():
            return {"notices": fact.revision, "notified_on": fact.issued_on}
        case UnitMeetingCancelled():
            return {"phase": "cancelled"}
        case BookMeetingOpened():
            return {"phase": "open", "opened_at": time}
        case _:
            return {}


def show_returning(shown: ReturningShown | None, recorded: Recorded[Any], key: str) -> ReturningShown | None:  # noqa: ARG001
    """What waits; None once it is settled."""
    match recorded.fact:
        case OpinionDisposed(how="to_be_answered" | "forwarded") as fact:
            return ReturningShown(
                what="promised",
                id=fact.opinion_id,
                raised_in=fact.meeting_id,
                member_id=fact.answer_by,
                due_on=fact.answer_due,
            )
        case CorrectionRequested() as fact:
            return ReturningShown(what="corrections", id=fact.correction_id, raised_in=fact.meeting_id)
        case _:
            return None


def show_sending(shown: SendingShown | None, recorded: Recorded[Any], key: str) -> SendingShown:  # noqa: ARG001
    """What was chosen last."""
    return SendingShown(by_itself=recorded.fact.by_itself, hour=recorded.fact.hour)


def show_line(shown: CalendarLine | None, recorded: Recorded[Any], key: str) -> CalendarLine:  # noqa: ARG001
    """One change more; and who has the part now."""
    fact = recorded.fact
    sequence = 0 if shown is None else shown.sequence + 1
    holders = {} if shown is None else shown.holders
    if isinstance(fact, BriefingAssigned | BriefingSubstituted | ThematicPlanned | DisseminationAssigned):
        holders = _held_by(holders, fact.member_id, sequence)
    envelope = recorded.envelope
    return CalendarLine(sequence=sequence, changed_at=envelope.recordedtime, heard=envelope.heard, holders=holders)


def _held_by(holders: dict[str, Holder], member_id: str, sequence: int) -> dict[str, Holder]:
    lost = Holder(holds=False, since=sequence)
    others = {who: lost if held.holds and who != member_id else held for who, held in holders.items()}
    return {**others, member_id: Holder(holds=True, since=sequence)}


def show_theme(shown: ThemeShown | None, recorded: Recorded[Any], key: str) -> ThemeShown:
    """The theme after one more fact, folded by the domain's own rules."""
    shown, fact = shown or ThemeShown(theme_id=key), recorded.fact
    return ThemeShown(
        theme_id=key, theme=themes.evolve(shown.theme, fact), texts=(*shown.texts, *_texts(fact, recorded.id))
    )


def _texts(fact: Fact, id: str) -> tuple[SealedText, ...]:
    match fact:
        case ThematicReportSubmitted(reason=reason) if reason is not None:
            return (SealedText(fact=id, what="reason", on=fact.submitted_on, value=reason),)
        case ThematicReportReturned():
            return (SealedText(fact=id, what="remarks", on=fact.returned_on, value=fact.remarks),)
        case _:
            return ()


def show_branch(shown: Branch | None, recorded: Recorded[Any], key: str) -> Branch | None:  # noqa: ARG001
    """The branch as roster's facts tell it."""
    return heard.step(shown, recorded)


def _regular_month(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, MeetingOpened) and fact.meeting_kind not in ("regular", "combined"):
        return ()
    return (fact.period,)


def _of_quarter(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, MeetingOpened):
        counts = fact.meeting_kind in THEMATIC
        return (periods.containing(civil_day(moment(fact.opened_at)), "quarter"),) if counts else ()
    return (fact.of,) if fact.history == "quarter" else ()


def _of_theme(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, SchedulerFlagRaised | SchedulerFlagCleared):
        return (fact.of,) if fact.history == "theme" else ()
    return (fact.theme_id,)


def _calendar_line(recorded: Recorded[Any]) -> tuple[str, ...]:
    match recorded.fact:
        case BriefingAssigned(meeting_id=about) | BriefingSubstituted(meeting_id=about):
            return (f"briefing:{about}",)
        case DisseminationAssigned(doc_no=about):
            return (f"document:{about}",)
        case theme.ThemeFact(theme_id=about):
            return (f"theme:{about}",)
        case fact:
            return (f"meeting:{fact.meeting_id}",)


def _returns(recorded: Recorded[Any]) -> tuple[str, ...]:
    match recorded.fact:
        case OpinionDisposed() | OpinionAnswered() as fact:
            return (f"opinion:{fact.meeting_id}/{fact.opinion_id}",)
        case fact:
            return (f"correction:{fact.meeting_id}/{fact.correction_id}",)


def _whose(recorded: Recorded[Any]) -> tuple[str, ...]:
    return (recorded.fact.member_id or "",)


def _one(recorded: Recorded[Any]) -> tuple[str, ...]:  # noqa: ARG001 - one document per branch
    return ("",)


def _by(name: str) -> Callable[[Recorded[Any]], tuple[str, ...]]:
    return lambda recorded: (getattr(recorded.fact, name),)


_ABOUT_MEETINGS: frozenset[type[Fact]] = frozenset(
    {
        MeetingScheduled,
        AssignmentDrafted,
        AssignmentDraftWithdrawn,
        CommitteePreparatoryHeld,
        NoticeIssued,
        NoticeNumbered,
        NoticeDelivered,
        AttendanceIntended,
        MaterialsPosted,
        ChairDelegated,
        MeetingRescheduled,
        NoticeRevised,
        RescheduleAcknowledged,
        MinuteTakerAssigned,
        MeetingCancelled,
        NoticeMissed,
        LateProfileNoticed,
        NoticeSentByItself,
        NoticeWithheld,
        MaterialsMissed,
        *readiness.FACTS,
        AssignmentDecided,
        MeetingOpened,
        MeetingClosed,
    }
)
_ABOUT_BRIEFING: frozenset[type[Fact]] = frozenset({BriefingAssigned, BriefingSubstituted, BriefingDelivered})
_CALENDAR: frozenset[type[Fact]] = frozenset(
    {
        MeetingScheduled,
        MeetingRescheduled,
        MeetingCancelled,
        CommitteePreparatoryHeld,
        NoticeIssued,
        NoticeRevised,
        BriefingAssigned,
        BriefingSubstituted,
        DisseminationAssigned,
        *theme.FACTS,
    }
)
"""What changes anything a calendar shows."""
_FLAGS: frozenset[type[Fact]] = frozenset(scheduler_flag.FACTS)

VIEWS: tuple[View[Any], ...] = (
    View("meetings", MeetingShown, _ABOUT_MEETINGS, _by("meeting_id"), show_meeting),
    View("notice_numbers", NumberSeries, frozenset({NoticeNumbered}), _one, _numbers),
    View("rotation", RotationShown, _ABOUT_BRIEFING, _one, show_rotation),
    View("programme", ProgrammeKept, frozenset({ProgrammeEntered, WorkProgrammeIssued}), _by("period"), show_programme),
    View("months", MonthShown, frozenset({RegularMeetingMissed, MeetingOpened}), _regular_month, show_month),
    View("quarters", QuarterShown, _FLAGS | {MeetingOpened}, _of_quarter, show_quarter),
    View("themes", ThemeShown, _FLAGS | frozenset(theme.FACTS), _of_theme, show_theme),
    View("disseminations", LearningShown, frozenset({DisseminationAssigned}), _by("doc_no"), show_learning),
    View("studies", LearningShown, frozenset({StudySessionHeld}), _by("session_id"), show_learning),
    View("feeds", FeedShown, frozenset(calendar_feed.FACTS), _whose, show_feed),
    View("sending", SendingShown, frozenset({NoticeSendingChosen}), _one, show_sending),
    View("calendar", CalendarLine, _CALENDAR, _calendar_line, show_line),
    View("units", UnitShown, frozenset({*unit_meeting.FACTS, BookMeetingOpened}), _by("meeting_id"), show_unit),
    View(
        "returning",
        ReturningShown,
        frozenset({OpinionDisposed, OpinionAnswered, CorrectionRequested, CorrectionAccepted, CorrectionRefused}),
        _returns,
        show_returning,
    ),
    View(heard_rules.VIEW, heard_rules.ProfileHeard, heard_rules.HEARS, heard_rules.key, heard_rules.step),
    View(heard_tree.VIEW, Unit, heard_tree.HEARS, heard_tree.keys, heard_tree.step),
    View("branch", Branch, heard.HEARS, _one, show_branch),
)
