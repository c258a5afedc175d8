"""What a meeting's facts beside debate leave behind: documents, dues, encouragement, corrections, score, flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, assert_never

from services.minutes.domain.signed import Papers, with_signature
from shared.events.afterwards import (
    AnyAfterwardsFact,
    CorrectionAccepted,
    CorrectionRefused,
    CorrectionRequested,
    DisseminationCaughtUp,
    EncouragementDone,
    MinutesFlag,
    MinutesFlagCleared,
    MinutesFlagRaised,
    PackagePublished,
)
from shared.events.meeting_gap import AnyGapFact, Gap, MeetingGapCleared, MeetingGapRaised
from shared.events.minutes_rules import AnyRulesFact, LateMinutesRulesNoticed, PracticeRulesPinned
from shared.events.presenting import PresentingFlag
from shared.events.signatures import (
    AnySignatureFact,
    MinutesCorrected,
    MinutesCountersigned,
    MinutesSigned,
    PackageSignaturesNoted,
    SigningFlag,
    SigningFlagCleared,
    SigningFlagRaised,
)
from shared.events.sitting import (
    AgendaItemTaken,
    AnySittingFact,
    CriticismGiven,
    DuesStatusReported,
    EncouragementAssigned,
    GuestPresent,
    MeetingScored,
    PolicyDisseminated,
    SelfCriticismGiven,
    SituationNoted,
)

AnyPracticeFact = AnySittingFact | AnyAfterwardsFact | AnySignatureFact | AnyGapFact | AnyRulesFact
FlagName = MinutesFlag | SigningFlag | Gap | PresentingFlag
"""Everything a flag of minutes can be about."""


@dataclass(frozen=True)
class Encouragement:
    """Who is to see whom by when, and when it was done."""

    by: str
    member_id: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True)
class Correction:
    """A requested correction and what the cell decided; the words stay in the facts."""

    by: str
    line: str
    on: date
    decided_in: str | None = None
    decided_on: date | None = None
    accepted: bool | None = None


class FlagKey(NamedTuple):
    """What a flag is about, inside one history."""

    flag: FlagName
    item: str | None
    member_id: str | None


@dataclass(frozen=True)
class Practice:
    """What the cell practised in one meeting, and what came of it."""

    taken: Mapping[int, AgendaItemTaken] = field(default_factory=dict)
    """When each item of the agenda was first taken up."""
    guests: Mapping[str, GuestPresent] = field(default_factory=dict)
    dues: Mapping[str, DuesStatusReported] = field(default_factory=dict)
    disseminated: Mapping[str, PolicyDisseminated] = field(default_factory=dict)
    caught_up: Mapping[tuple[str, str], date] = field(default_factory=dict)
    """(document, member) → when."""
    situations: int = 0
    encouragements: Mapping[str, Encouragement] = field(default_factory=dict)
    criticised: frozenset[tuple[str | None, str]] = frozenset()
    """(by, member); by None: self-criticism."""
    score: MeetingScored | None = None
    package: PackagePublished | None = None
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    signed: Papers = field(default_factory=dict)
    flags: Mapping[FlagKey, date] = field(default_factory=dict)
    """Flags that stand, with the day they were due."""
    raised: frozenset[FlagKey] = frozenset()
    """Every flag there has been: none is raised twice."""
    rules: str | None = None
    """The practice rules the meeting follows, once they were used."""
    late_rules: tuple[str, ...] = ()
    """Rules that arrived too late, as they were told."""

    @property
    def out_of_order(self) -> tuple[int, ...]:
        """The items that were taken up behind a later one (R16)."""
        return tuple(item for item, fact in sorted(self.taken.items()) if fact.after is not None)


def evolve_practice(practice: Practice, fact: AnyPracticeFact) -> Practice:
    """The same after one more fact."""
    match fact:
        case AgendaItemTaken():
            return replace(practice, taken={**practice.taken, fact.item: fact})
        case GuestPresent():
            return replace(practice, guests={**practice.guests, fact.guest_id: fact})
        case DuesStatusReported():
            return replace(practice, dues={**practice.dues, fact.period: fact})
        case PolicyDisseminated():
            return replace(practice, disseminated={**practice.disseminated, fact.doc_no: fact})
        case SituationNoted():
            return replace(practice, situations=practice.situations + 1)
        case EncouragementAssigned():
            given = Encouragement(fact.by, fact.member_id, fact.due_on)
            return replace(practice, encouragements={**practice.encouragements, fact.encouragement_id: given})
        case SelfCriticismGiven():
            return replace(practice, criticised=practice.criticised | {(None, fact.member_id)})
        case CriticismGiven():
            return replace(practice, criticised=practice.criticised | {(fact.by, fact.member_id)})
        case MeetingScored():
            return replace(practice, score=fact)
        case _:
            return _afterwards(practice, fact)


def _afterwards(practice: Practice, fact: AnyAfterwardsFact | AnySignatureFact | AnyGapFact | AnyRulesFact) -> Practice:
    match fact:
        case PackagePublished():
            return replace(practice, package=fact)
        case DisseminationCaughtUp():
            return replace(practice, caught_up={**practice.caught_up, (fact.doc_no, fact.member_id): fact.on})
        case EncouragementDone():
            done = replace(practice.encouragements[fact.encouragement_id], done_on=fact.on)
            return replace(practice, encouragements={**practice.encouragements, fact.encouragement_id: done})
        case CorrectionRequested():
            asked = Correction(fact.by, fact.line, fact.on)
            return replace(practice, corrections={**practice.corrections, fact.correction_id: asked})
        case CorrectionAccepted() | CorrectionRefused():
            accepted = isinstance(fact, CorrectionAccepted)
            decided = replace(
                practice.corrections[fact.correction_id],
                decided_in=fact.decided_in,
                decided_on=fact.on,
                accepted=accepted,
            )
            return replace(practice, corrections={**practice.corrections, fact.correction_id: decided})
        case MinutesSigned() | MinutesCountersigned():
            return replace(practice, signed=with_signature(practice.signed, fact))
        case MinutesCorrected() | PackageSignaturesNoted():
            return practice
        case MinutesFlagRaised() | SigningFlagRaised():
            key = _key(fact)
            return replace(practice, flags={**practice.flags, key: fact.due_on}, raised=practice.raised | {key})
        case MinutesFlagCleared() | SigningFlagCleared():
            gone = _key(fact)
            return replace(practice, flags={key: due for key, due in practice.flags.items() if key != gone})
        case PracticeRulesPinned():
            return replace(practice, rules=fact.profile)
        case LateMinutesRulesNoticed():
            return replace(practice, late_rules=(*practice.late_rules, fact.chosen))
        case MeetingGapRaised():
            gap = FlagKey(fact.flag, None, None)
            return replace(practice, flags={**practice.flags, gap: fact.due_on}, raised=practice.raised | {gap})
        case MeetingGapCleared():
            filled = FlagKey(fact.flag, None, None)
            return replace(practice, flags={key: due for key, due in practice.flags.items() if key != filled})
        case _:
            assert_never(fact)


def _key(fact: MinutesFlagRaised | MinutesFlagCleared | SigningFlagRaised | SigningFlagCleared) -> FlagKey:
    return FlagKey(fact.flag, fact.item, getattr(fact, "member_id", None))
