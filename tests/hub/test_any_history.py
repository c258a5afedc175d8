"""Anything asked of the hub's nouns, in any order: what stands is not said twice, what is refused changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.hub.domain.approval import APPROVAL
from services.hub.domain.document import DOCUMENT
from services.hub.domain.known import Known, PackageSeen, RanksSeen, ScoreSeen
from services.hub.domain.programme import WORK_PROGRAMME
from services.hub.domain.report import REPORT
from services.hub.domain.rules import RULES, Rules
from services.hub.domain.score import SCORE
from shared.decision import Command
from shared.events.appraisal import RankingSent, Sent
from shared.events.envelope import Fact
from shared.events.hub import MeetingScoreConfirmed, PolicyDocumentPublished, RankingApproved, WorkProgrammeIssued
from shared.rules import EVERYWHERE, overlap, shipped, shipped_texts
from tests.any_history import AnyHistory, Pools, quick
from tests.hub.test_score import SCORED
from tests.sample_branch import CODE, branch

TEXTS = dict(shipped_texts())
HD42 = TEXTS["hd42_scoring.toml"]
OCTOBER = f"{CODE}:2026-10"
ANNUAL = shipped().profile_for("ranking.annual", date(2026, 12, 31))
PEOPLE = ["M01", "M02", "M03", "X9"]
SENT = RankingSent(
    branch=CODE,
    period_type="annual",
    period="2026",
    members=tuple(Sent(member_id=who, computed_rank="good", rank="excellent") for who in ("M01", "M02", "M03")),
)
KNOWN = Known(
    branch=branch(),
    ranks=RanksSeen("f1", SENT, ANNUAL),
    score=ScoreSeen("s1", SCORED, shipped().pinned("scoring", "hd42-scoring@1")),
    quota_scope="99.001.002",
    package=PackageSeen("p1", on_time=True),
)
POOLS: Pools = {
    "day": [date(2026, 10, 1), date(2026, 12, 30), date(2025, 10, 28)],
    "moment": [datetime(2026, 10, 5, 1, tzinfo=UTC)],
    "text": ["Một câu.", "Câu khác.", "  "],
    "period": ["2026-10"],
    "meeting_id": [OCTOBER],
    "doc_no": ["HD-11", "CV-12"],
    "supersedes": ["HD-11", "CV-12"],
    "grade": ["none", "Mật", "thường"],
    "id": ["1", "2"],
    "for_branch": [CODE, "99.002.001.000.001"],
    "member_id": PEOPLE,
    "line": ["1", "4.2", "6"],
    "mark": ["5", "25", "4.5", "99"],
    "profile": ["hd42-scoring@1", "hd42-scoring@2", "no-such@1"],
    "file_name": ["tệp.toml"],
    "toml": [
        HD42,
        HD42.replace("max = 30", "max = 29"),
        HD42.replace("version = 1", "version = 2"),
        HD42.replace("version = 1", "version = 2").replace("2025-10-28", "2026-10-01"),
        HD42.replace("version = 1", "version = 2").replace("valid_from", 'replaces = "hd42-scoring@1"\nvalid_from'),
        TEXTS["qd366_annual.toml"],
    ],
}


class AnyRules(AnyHistory):
    """What is published and withdrawn for everybody."""

    noun = RULES
    pools = POOLS
    branch = EVERYWHERE
    refuses_again = True

    def known(self) -> Known:
        return replace(KNOWN, branch=None)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert isinstance(self.state, Rules)
        assert overlap(list(self.state.published.values())) is None, "two that hold on a day say which replaces which"


class _Plain(AnyHistory):
    pools = POOLS
    refuses_again = True

    def known(self) -> Known:
        return KNOWN


class AnyProgramme(_Plain):
    """A month's work programme."""

    noun = WORK_PROGRAMME

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        issued = [fact.revision for fact in self.facts if isinstance(fact, WorkProgrammeIssued)]
        assert issued == list(range(1, len(issued) + 1))
        for fact in facts:
            assert isinstance(fact, WorkProgrammeIssued)
            assert len({item.id for item in fact.items}) == len(fact.items) > 0


class AnyDocument(_Plain):
    """One document from above."""

    noun = DOCUMENT
    pools = {**POOLS, "doc_no": ["HD-11"]}  # noqa: RUF012 - read only

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            assert isinstance(fact, PolicyDocumentPublished)
            assert fact.grade == "none"
            assert fact.supersedes != fact.doc_no


class AnyScore(_Plain):
    """The superior's word on a meeting's score."""

    noun = SCORE
    begins = datetime(2026, 10, 8, 1, tzinfo=UTC)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        confirmed = [fact for fact in self.facts if isinstance(fact, MeetingScoreConfirmed)]
        assert len({fact.scored for fact in confirmed}) == len(confirmed), "final until the cell scores anew"


class AnyApproval(_Plain):
    """The superior's answer to a year's ranks."""

    noun = APPROVAL
    pools = {**POOLS, "period": ["2026"]}  # noqa: RUF012 - read only
    begins = datetime(2026, 12, 31, 1, tzinfo=UTC)
    steps = (timedelta(0), timedelta(days=1))

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            if isinstance(fact, RankingApproved) and fact.quota is not None:
                assert fact.quota.excellent <= fact.quota.allowed


class AnyReport(_Plain):
    """The papers of a meeting."""

    noun = REPORT

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert len(facts) <= 1


TestAnyRules = quick(AnyRules)
TestAnyProgramme = quick(AnyProgramme)
TestAnyDocument = quick(AnyDocument)
TestAnyScore = quick(AnyScore)
TestAnyApproval = quick(AnyApproval)
TestAnyReport = quick(AnyReport)
