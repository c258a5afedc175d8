"""A meeting as it is planned: the state folded from its facts, and what follows from it without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from services.scheduler.domain import readiness as readying
from services.scheduler.domain.known import Known, own_meeting
from services.scheduler.domain.readiness import Readiness
from shared.decision import Asked, Command, Refused
from shared.events.envelope import MeetingId
from shared.events.late_profile import LateProfileNoticed
from shared.events.meeting import (
    AgendaItem,
    AnyMeetingFact,
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    AttendanceIntended,
    ChairDelegated,
    CommitteePreparatoryHeld,
    Document,
    MaterialsPosted,
    MeetingCancelled,
    MeetingKind,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
    NoticeDelivered,
    NoticeIssued,
    NoticeMissed,
    NoticeNumbered,
    NoticeRevised,
    RegularMeetingMissed,
    RescheduleAcknowledged,
)
from shared.events.readiness import AnyReadinessFact, ReadinessFlagCleared, ReadinessFlagRaised
from shared.events.sending import AnySendingFact, MaterialsMissed, NoticeSentByItself, NoticeWithheld

Notice = NoticeIssued | NoticeRevised
PlanFact = AnyMeetingFact | AnySendingFact | AnyReadinessFact | LateProfileNoticed
"""What stands in the history of one meeting until it opens."""

REGULAR: frozenset[MeetingKind] = frozenset({"regular", "combined"})
"""The month's regular meeting, where tasks are given and the briefing is due."""

LEADERS = frozenset({"secretary", "deputy_secretary", "chair"})
"""``chair``: whom the secretary delegated this meeting's chair, for this meeting only."""


class MeetingCommand(Command):
    """A wish about one meeting. Who chairs and who writes give rights, and drafts serve a programme: all read here."""

    READS_OWN = True

    meeting_id: MeetingId

    def subject(self, branch: str) -> str:  # noqa: ARG002 - the id names the branch already
        return f"meeting/{self.meeting_id}"


@dataclass(frozen=True)
class Meeting:
    """A meeting until it opens."""

    phase: Literal["none", "planned", "cancelled"] = "none"
    meeting_id: str = ""
    meeting_kind: MeetingKind = "regular"
    period: str = ""
    on: date = date.min
    starts_at: str = ""
    place: str = ""
    agenda: tuple[AgendaItem, ...] = ()
    notice_days: int = 0
    notice_due_on: date = date.min
    profile: str = ""
    moves: int = 0
    acknowledged: int = 0
    """The last move the follower has acknowledged."""
    drafts: tuple[AssignmentDrafted, ...] = ()
    """Live ones; withdrawn and replaced drafts are not among them."""
    draft_ids: tuple[str, ...] = ()
    """Every id ever given."""
    preparations: tuple[CommitteePreparatoryHeld, ...] = ()
    notices: tuple[Notice, ...] = ()
    """The n-th is revision n."""
    told_agenda: tuple[AgendaItem, ...] = ()
    """The agenda as the last notice told it."""
    deliveries: tuple[NoticeDelivered, ...] = ()
    intentions: tuple[AttendanceIntended, ...] = ()
    """The latest of each member."""
    documents: tuple[Document, ...] = ()
    chair_id: str | None = None
    minute_taker_id: str | None = None
    missed: tuple[date, ...] = ()
    withheld: tuple[NoticeWithheld, ...] = ()
    materials_missed: tuple[date, ...] = ()
    late_profiles: tuple[str, ...] = ()
    """Rules heard too late, told already."""
    month_missed: bool = False
    readiness: Readiness = field(default_factory=Readiness)

    @property
    def notice(self) -> Notice | None:
        """The notice that stands."""
        return self.notices[-1] if self.notices else None


def recipients(notice: Notice) -> tuple[str, ...]:
    """Everybody a notice must reach, the superior's follower last (R10)."""
    return notice.recipients if notice.follower_id is None else (*notice.recipients, notice.follower_id)


def unproven(meeting: Meeting, revision: int) -> tuple[str, ...]:
    """Recipients of a notice without any proof that they have it."""
    proven = {delivery.member_id for delivery in meeting.deliveries if delivery.revision == revision}
    return tuple(member for member in recipients(meeting.notices[revision - 1]) if member not in proven)


def planned(meeting: Meeting, meeting_id: str, asked: Asked[Known]) -> Meeting:
    """The meeting, refused when there is none to prepare: never set, called off, or already open at that time."""
    own_meeting(meeting_id, asked.branch)
    if meeting.phase == "none":
        raise Refused(
            "Buổi họp này chưa được ấn định. Đồng chí ấn định ngày họp trước; chưa có gì thay đổi.",
            "This meeting has not been set yet. Set its date first; nothing has changed.",
            code="not-scheduled",
        )
    if meeting.phase == "cancelled":
        raise Refused(
            "Buổi họp này đã ghi là không tổ chức. Nếu vẫn họp, đồng chí ấn định lại; các ghi chép cũ vẫn còn.",
            "This meeting was called off. Set it again if it takes place; what was recorded is kept.",
            code="cancelled",
        )
    now = asked.known.meetings.get(meeting_id)
    if now is not None and now.opened_at is not None and asked.time >= now.opened_at:
        raise Refused(
            "Buổi họp đã khai mạc nên phần chuẩn bị đã khép lại. Nếu việc này xảy ra trước giờ khai mạc, đồng chí ghi "
            "kèm ngày giờ thực; chưa có gì bị mất.",
            "The meeting has opened, so its preparation is closed. If this happened before, give the time it happened.",
            code="opened",
        )
    return meeting


def evolve(meeting: Meeting, fact: PlanFact) -> Meeting:
    """The meeting after one more fact."""
    return replace(_evolved(meeting, fact), readiness=readying.after(meeting.readiness, fact))


def _evolved(meeting: Meeting, fact: PlanFact) -> Meeting:
    match fact:
        case MeetingScheduled():
            return Meeting(
                phase="planned",
                meeting_id=fact.meeting_id,
                meeting_kind=fact.meeting_kind,
                period=fact.period,
                on=fact.on,
                starts_at=fact.starts_at,
                place=fact.place,
                agenda=fact.agenda,
                notice_days=fact.notice_days,
                notice_due_on=fact.notice_due_on,
                profile=fact.profile,
                draft_ids=meeting.draft_ids,
                missed=meeting.missed,
                late_profiles=meeting.late_profiles,
                materials_missed=meeting.materials_missed,
                month_missed=meeting.month_missed,
            )
        case MeetingRescheduled():
            return replace(
                meeting,
                on=fact.to_on,
                starts_at=fact.to_starts_at,
                place=fact.place,
                notice_days=fact.notice_days,
                notice_due_on=fact.notice_due_on,
                profile=fact.profile,
                moves=fact.revision,
            )
        case MeetingCancelled():
            return replace(meeting, phase="cancelled")
        case AssignmentDrafted():
            kept = tuple(draft for draft in meeting.drafts if draft.draft_id != fact.replaces)
            return replace(meeting, drafts=(*kept, fact), draft_ids=(*meeting.draft_ids, fact.draft_id))
        case AssignmentDraftWithdrawn():
            return replace(meeting, drafts=tuple(one for one in meeting.drafts if one.draft_id != fact.draft_id))
        case CommitteePreparatoryHeld():
            return replace(meeting, preparations=(*meeting.preparations, fact), agenda=fact.agreed.agenda)
        case NoticeIssued() | NoticeRevised():
            return replace(meeting, notices=(*meeting.notices, fact), told_agenda=meeting.agenda)
        case NoticeDelivered():
            return replace(meeting, deliveries=(*meeting.deliveries, fact))
        case AttendanceIntended():
            others = tuple(one for one in meeting.intentions if one.member_id != fact.member_id)
            return replace(meeting, intentions=(*others, fact))
        case MaterialsPosted():
            return replace(meeting, documents=(*meeting.documents, *fact.documents))
        case ChairDelegated():
            return replace(meeting, chair_id=fact.to_id)
        case RescheduleAcknowledged():
            return replace(meeting, acknowledged=fact.revision)
        case MinuteTakerAssigned():
            return replace(meeting, minute_taker_id=fact.member_id)
        case NoticeMissed():
            return replace(meeting, missed=(*meeting.missed, fact.due_on))
        case NoticeSentByItself() | NoticeNumbered() | ReadinessFlagRaised() | ReadinessFlagCleared():
            return meeting
        case NoticeWithheld():
            return replace(meeting, withheld=(*meeting.withheld, fact))
        case MaterialsMissed():
            return replace(meeting, materials_missed=(*meeting.materials_missed, fact.due_on))
        case LateProfileNoticed():
            return replace(meeting, late_profiles=(*meeting.late_profiles, fact.chosen))
        case RegularMeetingMissed():
            return replace(meeting, month_missed=True)
        case _:
            assert_never(fact)
