"""Anything asked of roster's nouns, in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, ClassVar

from services.roster.domain.branch import BRANCH
from services.roster.domain.honour import HONOUR
from services.roster.domain.known import Known
from services.roster.domain.locality import LOCALITY
from services.roster.domain.member import MEMBER
from services.roster.domain.tree import TREE
from shared.branch import Branch, fold
from shared.decision import Command
from shared.events.envelope import Fact
from shared.events.honour import AwardRecorded, AwardRevoked
from shared.events.organisation import OrganisationRegistered
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.working_days import shipped_holidays
from tests.any_history import AnyHistory, Pools, quick
from tests.sample_branch import CHARTER, CODE, FACTS, branch

DAYS = [date(2025, 1, 3), date(2026, 3, 31), date(2026, 9, 1), date(2026, 9, 26), date(2026, 10, 5), date(2027, 1, 8)]
MEMBERS = ["M01", "M03", "M05", "M08", "M10", "M11", "M12", "X9"]
POOLS: Pools = {
    "day": DAYS,
    "text": ["Một câu.", "Câu khác."],
    "year": [2024, 2025, 2026, 2027],
    "member_id": MEMBERS,
    "by": MEMBERS,
    "follower_id": ["F01", "M03"],
    "reviewer_id": MEMBERS,
    "transfer_id": ["X1", "X2"],
    "remark_id": ["N1", "N2"],
    "notice_id": ["D1"],
    "award_id": ["A1", "A2"],
    "locality_id": ["L1"],
    "issue_id": ["I1", "I2"],
    "visit_id": ["V1", "V2"],
    "item": ["N1", "X1", "I1", "2026"],
    "document_sha256": ["5f" * 32],
    "scan_sha256": ["5f" * 32],
    "file_sha256": ["5f" * 32],
    "key_subject": [f"member/{CODE}/M05", f"member/{CODE}/M12"],
    "approved_by": MEMBERS,
    "name": ["Lò Văn Một", "Vi Thị Hai", "Và Bá Ba"],
    "given": ["Một", "Hai", "Ba"],
    "born": ["1980", "1991"],
    "to_code": ["99.001.002.000.012", CODE],
    "came_from_code": ["99.001.002.000.012", CODE],
    "charter": [CHARTER],
    "line": [2, 3, 4],
    "file_name": ["danh-sach.csv"],
}


def standing(raised: tuple[Any, ...], fact: type[Fact]) -> int:
    return sum(isinstance(one, fact) for one in raised)


class AnyBranch(AnyHistory):
    """A branch and its list."""

    noun = BRANCH
    pools = POOLS
    actors = ("operator", "M01")
    given = FACTS

    def known(self) -> Known:
        folded: Branch | None = reduce(fold, self.facts, None)
        return Known(branch=folded, holidays=shipped_holidays())

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        branch = self.known().branch
        assert branch is not None
        ids = [member.id for member in branch.members]
        assert len(ids) == len(set(ids)), "an id names one person for ever"
        for day in DAYS:
            base, roster = branch.base(day), set(branch.roster(day))
            assert set(base) | set(branch.voters(day)) | set(branch.guests(day)) <= roster
            assert not set(base) & set(branch.guests(day))
            assert len([one for one in roster if "secretary" in branch.roles_on(one, day)]) <= 1


class AnyMember(AnyHistory):
    """What is kept of one member."""

    noun = MEMBER
    pools = POOLS | {"member_id": ["M05"]}
    actors = ("M01", "M05")

    def known(self) -> Known:
        return Known(branch=branch(), holidays=shipped_holidays())

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        raised = [fact for fact in self.facts if isinstance(fact, RosterFlagRaised)]
        assert len({(one.flag, one.item, one.due_on) for one in raised}) == len(raised), "a flag is raised once"
        assert standing(self.facts, RosterFlagCleared) <= len(raised)
        for one in raised:
            assert one.detected_on >= one.due_on


class AnyLocality(AnyHistory):
    """A locality that is followed."""

    noun = LOCALITY
    pools = POOLS
    actors = ("M01", "M03")

    def known(self) -> Known:
        return Known(branch=branch(), holidays=shipped_holidays())

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        for issue in self.state.issues:
            days = [issue.found_on, issue.advised_on, issue.answered_on, issue.told_on]
            come = [day for day in days if day is not None]
            assert come == sorted(come), "found, advised, answered, told, in this order"
            assert days[: len(come)] == come, "no step without the one before it"


class AnyHonours(AnyHistory):
    """Awards and results of past years."""

    noun = HONOUR
    pools = POOLS

    def known(self) -> Known:
        return Known(branch=branch(), holidays=shipped_holidays())

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        given = {fact.award_id for fact in self.facts if isinstance(fact, AwardRecorded)}
        taken = [fact.award_id for fact in self.facts if isinstance(fact, AwardRevoked)]
        assert set(taken) <= given
        assert len(taken) == len(set(taken))


ROOT, OVER, BASE, OTHER = "99.000.000.000.000", "99.001.000.000.000", "99.001.002.000.000", "99.001.003.000.000"
CELLS = ["99.001.002.000.011", "99.001.002.000.012", "99.001.003.000.013"]


class AnyTree(AnyHistory):
    """The organisations of a province."""

    noun = TREE
    begins = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
    pools: ClassVar[Pools] = {
        **POOLS,
        "code": [ROOT, OVER, BASE, OTHER, *CELLS],
        "superior": [ROOT, OVER, BASE, OTHER],
        "merged": [BASE, OTHER, *CELLS],
        "into": [BASE, OTHER, *CELLS],
    }
    given = tuple(
        OrganisationRegistered(
            root=ROOT, code=code, name=code, organisation=kind, superior=superior, decision_no="QĐ-01",
            effective_on=date(2025, 1, 3),
        )
        for code, kind, superior in (
            (ROOT, "province", None), (OVER, "superior", ROOT), (BASE, "grassroots", OVER), (OTHER, "grassroots", OVER),
        )
    )  # fmt: skip
    actors = ("operator",)
    branch = ROOT

    def known(self) -> Known:
        return Known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        for day in DAYS:
            tree = self.state.tree
            for unit in self.state.units.values():
                above = tree.superior(unit.code, day)
                assert above is None or unit.code not in tree.chain(above, day), "nobody stands under oneself"


TestAnyBranch = quick(AnyBranch)
TestAnyMember = quick(AnyMember)
TestAnyLocality = quick(AnyLocality)
TestAnyHonours = quick(AnyHonours)
TestAnyTree = quick(AnyTree)
