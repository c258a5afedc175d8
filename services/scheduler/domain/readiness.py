"""What is to be ready for a meeting by its day (R10, R12, R37), as far as it has come; the flag while it has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from shared.days import civil_day
from shared.events.envelope import moment
from shared.events.meeting import (
    AssignmentDrafted,
    CommitteePreparatoryHeld,
    MeetingCancelled,
    MeetingKind,
    MeetingRescheduled,
    MeetingScheduled,
    NoticeDelivered,
    NoticeIssued,
    NoticeRevised,
)
from shared.events.minutes import AssignmentDecided, MeetingOpened
from shared.events.readiness import ReadinessFlag, ReadinessFlagCleared, ReadinessFlagRaised

REMINDED: frozenset[MeetingKind] = frozenset({"regular", "thematic", "combined"})
"""Meetings whose notice has a last day; to the others people are called as need be, and who came was reached."""


class Lacking(NamedTuple):
    """Something that is to be there by a day, and for whom or what it is not."""

    flag: ReadinessFlag
    due_on: date
    members: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Raised(_Part):
    """A flag, raised once for its day."""

    flag: ReadinessFlag
    due_on: date
    detected_on: date
    members: tuple[str, ...]
    items: tuple[str, ...]
    cleared_on: date | None = None


class Readiness(_Part):
    """What a meeting's notice found ready, and what came after it."""

    meeting_kind: MeetingKind = "regular"
    notice_due_on: date = date.min
    called_off: bool = False
    told: tuple[str, ...] = ()
    """Whom the notice that stands must reach."""
    reached: tuple[str, ...] = ()
    told_on: date | None = None
    revision: int = 0
    alone: date | None = None
    """The day the notice left without the committee."""
    prepared: bool = False
    untaken: tuple[str, ...] = ()
    """Programme items nobody took when the notice left; who has no task is only shown: no rule gives everybody one."""
    found_on: date | None = None
    """The day by which what the first notice found open was to be drafted; a move changes nothing about it."""
    served: tuple[str, ...] = ()
    """Programme items the meeting itself gave to somebody."""
    opened_on: date | None = None
    flags: tuple[Raised, ...] = ()

    def lacking(self, silent: str | None = None) -> Iterator[Lacking]:
        """What has its day and has not come, whether the day has passed or not.

        ``silent``: whose turn at the briefing it was, while nobody is recorded as having briefed.
        """
        if self.called_off:
            return
        if self.told_on is not None and self.meeting_kind in REMINDED:
            last = max(self.notice_due_on, self.told_on)
            if unreached := tuple(one for one in self.told if one not in self.reached):
                yield Lacking("notice_not_proven", last, unreached)
            if untaken := tuple(item for item in self.untaken if item not in self.served):
                yield Lacking("tasks_not_drafted", self.found_on or last, items=untaken)
        if self.alone is not None and not self.prepared:
            yield Lacking("committee_not_met", self.alone)
        if silent is not None and self.opened_on is not None:
            yield Lacking("briefing_not_given", self.opened_on, (silent,))

    def flagged(self, lacking: Lacking) -> bool:
        """Whether this was raised before, cleared or not."""
        return any((one.flag, one.due_on) == (lacking.flag, lacking.due_on) for one in self.flags)

    def answered(self, silent: str | None = None) -> Iterator[tuple[Raised, bool]]:
        """Standing flags that wait for nothing any more; False: because the meeting was moved or called off."""
        still = {one.flag: one.due_on for one in self.lacking(silent)}
        for raised in self.flags:
            if raised.cleared_on is None and still.get(raised.flag) != raised.due_on:
                yield raised, not self.called_off and raised.flag not in still

    def beside(self, heard: Readiness) -> Self:
        """With what only other histories tell: tasks the meeting gave, its opening."""
        return self.model_copy(update={"served": heard.served, "opened_on": heard.opened_on})


def after(ready: Readiness, fact: object) -> Readiness:
    """How ready the meeting is after one more fact."""
    match fact:
        case MeetingScheduled():
            return Readiness(
                meeting_kind=fact.meeting_kind,
                notice_due_on=fact.notice_due_on,
                flags=ready.flags,
            )
        case MeetingRescheduled():
            return ready.model_copy(update={"notice_due_on": fact.notice_due_on})
        case MeetingCancelled():
            return ready.model_copy(update={"called_off": True})
        case NoticeIssued():
            first = {
                "alone": fact.issued_on if fact.without_committee else None,
                "untaken": fact.items_nobody_took,
                "found_on": max(ready.notice_due_on, fact.issued_on),
            }
            return ready.model_copy(update={**first, **_told(fact, 1)})
        case NoticeRevised():
            return ready.model_copy(update=_told(fact, fact.revision))
        case NoticeDelivered():
            proves = fact.revision == ready.revision
            return ready.model_copy(update={"reached": (*ready.reached, fact.member_id)}) if proves else ready
        case CommitteePreparatoryHeld():
            return ready.model_copy(update={"prepared": True})
        case AssignmentDrafted():
            left = tuple(item for item in ready.untaken if item != fact.programme_item_id)
            return ready.model_copy(update={"untaken": left})
        case AssignmentDecided():
            served = (*ready.served, fact.programme_item_id) if fact.programme_item_id else ready.served
            return ready.model_copy(update={"served": served})
        case MeetingOpened():
            return ready.model_copy(update={"opened_on": civil_day(moment(fact.opened_at))})
        case ReadinessFlagRaised():
            raised = Raised(
                flag=fact.flag,
                due_on=fact.due_on,
                detected_on=fact.detected_on,
                members=fact.members,
                items=fact.items,
            )
            return ready.model_copy(update={"flags": (*ready.flags, raised)})
        case ReadinessFlagCleared():
            cleared = tuple(
                one.model_copy(update={"cleared_on": fact.cleared_on})
                if (one.flag, one.due_on) == (fact.flag, fact.due_on)
                else one
                for one in ready.flags
            )
            return ready.model_copy(update={"flags": cleared})
        case _:
            return ready


def _told(notice: NoticeIssued | NoticeRevised, revision: int) -> dict[str, object]:
    told = notice.recipients if notice.follower_id is None else (*notice.recipients, notice.follower_id)
    return {"told": told, "reached": (), "told_on": notice.issued_on, "revision": revision}
