"""What the hub knows beside the history it decides on, and who may bring papers from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from shared.branch import Branch
from shared.decision import Asked, Refused
from shared.events.appraisal import RankingSent
from shared.events.envelope import Line
from shared.events.hub import RankingApproved
from shared.events.sitting import MeetingScored
from shared.organisation import Tree
from shared.people import tidy
from shared.rules import AnnualRankingProfile, QuarterlyRankingProfile, Rank, ScoringProfile

BRINGS_PAPERS = frozenset({"superior", "operator", "secretary", "deputy_secretary", "committee_member"})
"""Who enters what came from above; on a lone site that is done by hand."""


def _something(text: str) -> str:
    tidied = tidy(text)
    if not tidied:
        raise PydanticCustomError("blanks_only", "nothing but blanks")
    return tidied


Typed = Annotated[Line, AfterValidator(_something)]
"""A line as people type it, kept without blanks around it or doubled inside it; never only blanks."""


@dataclass(frozen=True)
class ScoreSeen:
    """The score a cell gave a meeting, and the frame it was given by."""

    fact_id: str
    scored: MeetingScored
    frame: ScoringProfile | None
    """None where the frame is not published here."""


@dataclass(frozen=True)
class PackageSeen:
    """The papers of a meeting as a branch sent them."""

    fact_id: str
    on_time: bool


@dataclass(frozen=True)
class RanksSeen:
    """The ranks a branch sent for approval, under which profile, and those approved where they are."""

    fact_id: str
    sent: RankingSent
    profile: AnnualRankingProfile | QuarterlyRankingProfile | None
    """None where the profile is not published here."""
    approved: RankingApproved | None = None

    @property
    def ranks(self) -> tuple[Rank, ...]:
        """As approved, or as sent while nothing is."""
        entries = self.sent.members if self.approved is None else self.approved.entries
        return tuple(entry.rank for entry in entries)


@dataclass(frozen=True)
class Known:
    """What is known at the moment of deciding."""

    branch: Branch | None = None
    """The branch a paper is for, when it is a branch of this site."""
    published: Mapping[str, str] = field(default_factory=dict)
    """Every rule profile by its ``id@version``, with the code it was published under."""
    score: ScoreSeen | None = None
    """The cell's score of the meeting a command names."""
    ranks: RanksSeen | None = None
    """What the branch sent for the period a command names."""
    tree: Tree = field(default=Tree({}))
    """Who stands above the branches a work programme names."""
    quota_scope: str = ""
    """The organisation over whose members the quota is counted, as the tree says for the period's last day."""
    package: PackageSeen | None = None
    """The papers of the meeting a command names."""
    elsewhere: tuple[RanksSeen, ...] = ()
    """What the other branches of the quota's scope sent for it."""


def still_there(asked: Asked[Known]) -> None:
    """Return unless the branch asked about has been dissolved. Raises Refused."""
    branch = asked.known.branch
    if branch is not None and branch.dissolved(asked.today):
        raise Refused(
            f"Chi bộ đã giải thể từ ngày {branch.dissolved_on:%d/%m/%Y} nên không nhận văn bản mới. "
            "Đồng chí kiểm tra lại mã chi bộ; chưa có gì được lưu.",
            f"The branch was dissolved on {branch.dissolved_on:%d/%m/%Y} and takes no new papers. "
            "Check the code; nothing was stored.",
            code="dissolved",
        )
