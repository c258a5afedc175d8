"""What the hub shows: profiles in force, programmes and documents from above, and how often the door stayed shut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared import branch as heard
from shared import heard_tree
from shared.branch import Branch
from shared.events.afterwards import PackagePublished
from shared.events.appraisal import RankingSent
from shared.events.envelope import Recorded
from shared.events.hub import (
    Audience,
    BranchReportAccepted,
    Confidence,
    MeetingScoreConfirmed,
    PolicyDocumentPublished,
    ProgrammeLine,
    RankingApproved,
    RankingReturned,
    RuleNumber,
    RuleProfilePublished,
    RuleProfileWithdrawn,
    SecurityGradeRejected,
    WorkProgrammeIssued,
)
from shared.events.sitting import MeetingScored
from shared.organisation import Unit
from shared.store.views import View


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProfileShown(_Document):
    """One published rule profile."""

    ref: str
    subject: str
    scope: str
    title: str
    valid_from: date
    valid_until: date | None
    replaces: str | None
    source: str
    confidence: Confidence
    numbers: tuple[RuleNumber, ...]
    toml: str
    sha256: str
    published_at: str
    fact_id: str
    withdrawn: str | None = None
    """Why it no longer holds after ``valid_until``."""


class ProgrammeShown(_Document):
    """A month's work programme as last issued."""

    organisation: str
    period: str
    programme_no: str
    issuer: str
    revision: int
    items: tuple[ProgrammeLine, ...]
    fact_id: str


class DocumentShown(_Document):
    """A document as last entered."""

    organisation: str
    doc_no: str
    title: str
    issuer: str
    received_on: date
    audience: Audience
    supersedes: str | None
    fact_id: str


class ScoreShown(_Document):
    """The score a cell gave a meeting, and the superior's word on it where there is one."""

    meeting_id: str
    fact_id: str
    scored: MeetingScored
    confirmed: MeetingScoreConfirmed | None = None


class RanksShown(_Document):
    """The ranks a branch sent for a quarter or year, and the superior's last answer to them."""

    period: str
    fact_id: str
    profile: str
    sent: RankingSent
    approved: RankingApproved | None = None
    returned: RankingReturned | None = None


class ReportShown(_Document):
    """The papers of a meeting as a branch sent them, and that the superior accepted them where it did."""

    meeting_id: str
    fact_id: str
    published_at: str
    on_time: bool
    accepted: BranchReportAccepted | None = None


class Rejections(_Document):
    """How often something classified was turned away, and when last; nothing more is known."""

    count: int = 0
    last_at: str | None = None


def show_profile(shown: ProfileShown | None, recorded: Recorded[Any], _key: str) -> ProfileShown | None:
    """A profile is published once; withdrawn, it ends the day before."""
    fact = recorded.fact
    if isinstance(fact, RuleProfileWithdrawn):
        until = fact.from_on - timedelta(days=1)
        return None if shown is None else shown.model_copy(update={"valid_until": until, "withdrawn": fact.because})
    return ProfileShown(
        ref=fact.ref,
        subject=fact.rule_subject,
        scope=fact.scope,
        title=fact.title,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        replaces=fact.replaces,
        source=fact.source,
        confidence=fact.confidence,
        numbers=fact.numbers,
        toml=fact.toml,
        sha256=fact.sha256,
        published_at=recorded.envelope.recordedtime,
        fact_id=recorded.id,
    )


def show_programme(_shown: ProgrammeShown | None, recorded: Recorded[WorkProgrammeIssued], _key: str) -> ProgrammeShown:
    """The later list stands alone."""
    fact = recorded.fact
    return ProgrammeShown(
        organisation=fact.branch,
        period=fact.period,
        programme_no=fact.programme_no,
        issuer=fact.issuer,
        revision=fact.revision,
        items=fact.items,
        fact_id=recorded.id,
    )


def show_document(
    _shown: DocumentShown | None, recorded: Recorded[PolicyDocumentPublished], _key: str
) -> DocumentShown:
    """The later entry stands alone."""
    fact = recorded.fact
    return DocumentShown(
        organisation=fact.branch,
        doc_no=fact.doc_no,
        title=fact.title,
        issuer=fact.issuer,
        received_on=fact.received_on,
        audience=fact.audience,
        supersedes=fact.supersedes,
        fact_id=recorded.id,
    )


def show_score(shown: ScoreShown | None, recorded: Recorded[Any], key: str) -> ScoreShown | None:
    """The cell's score as last given; a new one waits for the superior again."""
    match recorded.fact:
        case MeetingScored() as fact:
            return ScoreShown(meeting_id=key, fact_id=recorded.id, scored=fact)
        case MeetingScoreConfirmed() as fact if shown is not None and shown.fact_id == fact.scored:
            return shown.model_copy(update={"confirmed": fact})
        case _:
            return shown


def show_ranks(shown: RanksShown | None, recorded: Recorded[Any], key: str) -> RanksShown | None:
    """What was sent last, and the answer to it."""
    match recorded.fact:
        case RankingSent() as fact:
            return RanksShown(period=key, fact_id=recorded.id, profile=recorded.envelope.profile or "", sent=fact)
        case RankingApproved() as fact if shown is not None and shown.fact_id == fact.sent:
            return shown.model_copy(update={"approved": fact, "returned": None})
        case RankingReturned() as fact if shown is not None and shown.fact_id == fact.sent:
            return shown.model_copy(update={"approved": None, "returned": fact})
        case _:
            return shown


def show_report(shown: ReportShown | None, recorded: Recorded[Any], key: str) -> ReportShown | None:
    """What was sent last, and the superior's word on it."""
    match recorded.fact:
        case PackagePublished() as fact:
            return ReportShown(
                meeting_id=key, fact_id=recorded.id, published_at=fact.published_at, on_time=fact.on_time
            )
        case BranchReportAccepted() as fact if shown is not None and shown.fact_id == fact.package:
            return shown.model_copy(update={"accepted": fact})
        case _:
            return shown


def show_rejections(shown: Rejections | None, recorded: Recorded[SecurityGradeRejected], _key: str) -> Rejections:
    """One more."""
    before = 0 if shown is None else shown.count
    return Rejections(count=before + 1, last_at=recorded.envelope.time)


def show_branch(shown: Branch | None, recorded: Recorded[Any], _key: str) -> Branch | None:
    """The branch as roster's facts tell it."""
    return heard.step(shown, recorded)


def _one(_recorded: Recorded[Any]) -> tuple[str, ...]:
    return ("",)


def _by(name: str) -> Callable[[Recorded[Any]], tuple[str, ...]]:
    return lambda recorded: (getattr(recorded.fact, name),)


VIEWS: tuple[View[Any], ...] = (
    View("profiles", ProfileShown, frozenset({RuleProfilePublished, RuleProfileWithdrawn}), _by("ref"), show_profile),
    View("programmes", ProgrammeShown, frozenset({WorkProgrammeIssued}), _by("period"), show_programme),
    View("documents", DocumentShown, frozenset({PolicyDocumentPublished}), _by("doc_no"), show_document),
    View("scores", ScoreShown, frozenset({MeetingScored, MeetingScoreConfirmed}), _by("meeting_id"), show_score),
    View("ranks", RanksShown, frozenset({RankingSent, RankingApproved, RankingReturned}), _by("period"), show_ranks),
    View("reports", ReportShown, frozenset({PackagePublished, BranchReportAccepted}), _by("meeting_id"), show_report),
    View(heard_tree.VIEW, Unit, heard_tree.HEARS, heard_tree.keys, heard_tree.step),
    View("rejections", Rejections, frozenset({SecurityGradeRejected}), _one, show_rejections),
    View("branch", Branch, heard.HEARS, _one, show_branch),
)
