"""Commands in any order: what is refused changes nothing, what was said is not said twice, what is final stays."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic import SecretStr

from services.ranking.domain.appraisal import (
    APPRAISAL,
    FileAppraisal,
    FinaliseRanking,
    OpenAppraisal,
    Proposal,
    ProposeRanks,
    RecordAppraisalVote,
    ReopenAppraisal,
    SendRanking,
)
from services.ranking.domain.known import Known, MeetingSeen, Span
from services.ranking.domain.notebook import NOTEBOOK, InspectNotebook, RecheckNotebook
from shared.decision import Command, Noun, Refused
from shared.events.appraisal import MemberRanked, RankingReopened, RankingVoted
from shared.events.envelope import Fact
from shared.events.minutes import Threshold
from shared.events.notebook import NotebookInspected
from shared.rules import shipped
from tests.given_when_then import scenario
from tests.sample_branch import CODE, branch

OPENS = "2026-10-05T00:30:00.000000Z"
QUARTER = "2026-Q3"
LEADERS = ("M01", "M02", "M03")
VOTERS = (*LEADERS, "M04", "M05", "M06", "M07", "M08")
MEETING = MeetingSeen(
    meeting_id=f"{CODE}:2026-10",
    meeting_kind="regular",
    period="2026-10",
    opened_at=OPENS,
    voters=(*VOTERS, "M09", "M10"),
    vote_base=10,
    inside={voter: (Span(from_at=OPENS),) for voter in VOTERS},
    adoption=Threshold(numerator=1, denominator=2, inclusive=False),
    secret_minimum=3,
)
KNOWN = Known(
    branch=branch(), rules=shipped(), meeting=MEETING, evaluations={f"M{n:02}": f"e-M{n:02}" for n in range(1, 12)}
)
members = st.sampled_from(("M01", "M02", "M03", "M07", "M09"))
ranks = st.sampled_from(("excellent", "good", "completed", "not_completed"))


class AnyOrder(RuleBasedStateMachine):
    """One history that takes whatever is asked of it."""

    noun: Noun[Any, Any]

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []
        self.state = self.noun.initial
        self.refusals: list[tuple[str, str]] = []

    def ask(self, command: Command, actor: str = "M02", role: str = "deputy_secretary") -> tuple[Fact, ...]:
        asked = scenario(self.noun, KNOWN).at("2026-10-05T08:00:00+07:00", actor=actor, actorrole=role).asked
        before = self.state
        try:
            said = self.noun.decide(self.state, command, asked)
        except Refused as refused:
            self.refusals.append((refused.vi, refused.en))
            return ()
        self.state = reduce(self.noun.evolve, said, self.state)
        self.facts += said
        self.after(before, said)
        return said

    def after(self, before: Any, said: tuple[Fact, ...]) -> None:
        """What must hold whenever something was said."""

    @invariant()
    def every_refusal_is_a_sentence_in_both_languages(self) -> None:
        assert all(vi.endswith(".") and en and vi != en for vi, en in self.refusals)

    @invariant()
    def the_facts_alone_give_the_same(self) -> None:
        assert reduce(self.noun.evolve, self.facts, self.noun.initial) == self.state


class Quarter(AnyOrder):
    """A quarter's ranking of the leaders."""

    noun = APPRAISAL

    @rule()
    def opens(self) -> None:
        self.ask(OpenAppraisal(period=QUARTER))

    @rule(member=members, rank=ranks)
    def speaks(self, member: str, rank: Any) -> None:
        wish = FileAppraisal(period=QUARTER, member_id=member, proposed_rank=rank)
        self.ask(wish, actor=member, role="member")
        assert self.ask(wish, actor=member, role="member") == ()

    @rule(points=st.sampled_from(("45", "69.5", "80", "95")), rank=st.none() | ranks)
    def proposes(self, points: str, rank: Any) -> None:
        for member in LEADERS:
            self.ask(FileAppraisal(period=QUARTER, member_id=member, proposed_rank="good"), actor=member)
        entries = tuple(Proposal(member_id=member, points=points, remedied=True, rank=rank) for member in LEADERS)
        self.ask(ProposeRanks(period=QUARTER, entries=entries))
        assert self.ask(ProposeRanks(period=QUARTER, entries=entries)) == ()

    @rule(for_=st.integers(0, 10), against=st.integers(0, 3))
    def votes(self, for_: int, against: int) -> None:
        for member, proposed in self.state.proposed.items():
            said = self.ask(
                RecordAppraisalVote(
                    period=QUARTER,
                    meeting_id=MEETING.meeting_id,
                    member_id=member,
                    rank=proposed.rank,
                    for_=for_,
                    against=against,
                    other=0,
                )
            )
            assert all(isinstance(one, RankingVoted) and one.for_ + one.against <= len(VOTERS) for one in said)

    @rule()
    def sends(self) -> None:
        self.ask(SendRanking(period=QUARTER))

    @rule()
    def is_approved(self) -> None:
        wish = FinaliseRanking.model_validate({"period": QUARTER, "approved_on": "2026-10-05", "decision_no": "7"})
        self.ask(wish, actor="F01", role="service:ranking")

    @rule(paper=st.none() | st.just("3-CV"))
    def opens_again(self, paper: str | None) -> None:
        self.ask(ReopenAppraisal(period=QUARTER, reason=SecretStr("Xem lại."), decision_no=paper))

    def after(self, before: Any, said: tuple[Fact, ...]) -> None:
        if before.phase == "final":
            assert {type(one) for one in said} <= {RankingReopened}
        if before.phase == "sent":
            assert {type(one) for one in said} <= {RankingReopened, MemberRanked}
        if self.state.phase == "final":
            assert set(self.state.ranked) == set(LEADERS)
            assert all(vote.adopted for vote in self.state.voted.values())


class Quarterly(AnyOrder):
    """A quarter's notebooks."""

    noun = NOTEBOOK

    @rule(
        member=members,
        inspector=st.sampled_from(("M02", "M03", "M04")),
        noted=st.integers(0, 5),
        result=st.sampled_from(("ok", "supplement")),
        again=st.booleans(),
    )
    def is_looked_at(self, member: str, inspector: str, noted: int, result: Any, again: bool) -> None:
        kind = RecheckNotebook if again else InspectNotebook
        wish = kind(period=QUARTER, member_id=member, noted=noted, held=4, result=result)
        self.ask(wish, actor=inspector)
        assert self.ask(wish, actor=inspector) == ()

    @invariant()
    def nobody_the_own_and_each_once(self) -> None:
        inspected = [fact.member_id for fact in self.facts if isinstance(fact, NotebookInspected)]
        assert len(inspected) == len(set(inspected))
        assert "M09" not in inspected
        assert all(fact.member_id != fact.inspector_id for fact in self.facts)  # type: ignore[attr-defined]


TestQuarter = Quarter.TestCase
TestQuarter.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestNotebooks = Quarterly.TestCase
TestNotebooks.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
