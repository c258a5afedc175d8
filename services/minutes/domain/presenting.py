"""A document that somebody is charged to present: the flag when the meeting's day passes without it (R39)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, assert_never

from services.minutes.domain.known import Charge, Known, PlannedMeeting
from services.minutes.domain.remembered import Presented
from shared.days import civil_day
from shared.decision import Asked, Command, Noun
from shared.events.envelope import Line, MeetingId
from shared.events.presenting import AnyPresentingFact, PresentingFlagCleared, PresentingFlagRaised


def presented_on(charge: Charge, presented: Iterable[Presented]) -> date | None:
    """The first day on which the document was presented after the charge, at whatever meeting."""
    days = (one.on for one in presented if one.doc_no == charge.doc_no and one.on >= charge.said_on)
    return min(days, default=None)


def owed(charge: Charge, planned: PlannedMeeting | None, presented: Iterable[Presented]) -> Charge | None:
    """The charge by the meeting's day as it stands; None once presented, or when the meeting was called off."""
    if presented_on(charge, presented) is not None or (planned is not None and planned.cancelled):
        return None
    return charge if planned is None else charge.model_copy(update={"due_on": planned.on})


class PresentingCommand(Command):
    """Said by the clock of one document and the day on which a meeting was to hear it."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    doc_no: Line
    meeting_id: MeetingId
    due_on: date

    def subject(self, branch: str) -> str:
        return f"presenting/{branch}:{self.doc_no}"


class RaisePresentingFlag(PresentingCommand):
    """The day has passed; nothing comes of it where the document was presented after all."""

    READS_OWN: ClassVar[bool] = True


class ClearPresentingFlag(PresentingCommand):
    """It was presented, or is no longer owed by that day."""

    answered: bool
    on: date


Key = tuple[str, date]
"""The meeting and its day."""


@dataclass(frozen=True)
class Presenting:
    """The flags of one document: those that stand, and every one there was."""

    standing: Mapping[Key, PresentingFlagRaised] = field(default_factory=dict)
    raised: frozenset[Key] = frozenset()


def decide(
    presenting: Presenting, command: RaisePresentingFlag | ClearPresentingFlag, asked: Asked[Known]
) -> tuple[AnyPresentingFact, ...]:
    """The flag once for each day, and its end."""
    key = (command.meeting_id, command.due_on)
    if isinstance(command, ClearPresentingFlag):
        before = presenting.standing.get(key)
        if before is None:
            return ()
        return (
            PresentingFlagCleared(
                **before.model_dump(exclude={"detected_on"}), cleared_on=command.on, answered=command.answered
            ),
        )
    charge = asked.known.charge
    if charge is None or (charge.meeting_id, charge.due_on) != key or asked.today <= charge.due_on:
        return ()
    if key in presenting.raised:
        return ()
    return (
        PresentingFlagRaised(
            branch=asked.branch,
            meeting_id=charge.meeting_id,
            item=charge.doc_no,
            member_id=charge.member_id,
            due_on=charge.due_on,
            detected_on=civil_day(asked.recordedtime),
            rule="R39",
            missing="PolicyDisseminated",
            flag="not_presented",
        ),
    )


def evolve(presenting: Presenting, fact: AnyPresentingFact) -> Presenting:
    """The flags after one more fact."""
    key = (fact.meeting_id, fact.due_on)
    match fact:
        case PresentingFlagRaised():
            return Presenting({**presenting.standing, key: fact}, presenting.raised | {key})
        case PresentingFlagCleared():
            rest = {other: flag for other, flag in presenting.standing.items() if other != key}
            return replace(presenting, standing=rest)
        case _:
            assert_never(fact)


PRESENTING: Noun[Presenting, Known] = Noun(
    name="presenting",
    initial=Presenting(),
    decide=decide,
    evolve=evolve,
    commands=(RaisePresentingFlag, ClearPresentingFlag),
)
