"""Whatever is typed in, in whatever order: the room at each minute is one truth, and votes fit it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import reduce

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.minutes.domain.attendance import in_order
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.offices import ReplaceChair, ReplaceMinuteTaker
from services.minutes.domain.room import CorrectAttendance, RecordArrival, RecordDeparture, Stay
from services.minutes.domain.votes import HoldVote
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Refused
from shared.events.envelope import Fact, instant
from shared.events.minutes import MemberArrived, MemberLeftMeeting, VoteHeld
from tests.minutes.october import BASE, KNOWN, MEETING, OPENED, VOTERS, given

OPENING = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
LENGTH = 16
MINUTES_OF_IT = some.integers(0, LENGTH - 1)
MEMBERS = some.sampled_from([*BASE, "M09"])


AT = [instant(OPENING + timedelta(minutes=minute)) for minute in range(LENGTH)]


def moment(minute: int) -> datetime:
    return OPENING + timedelta(minutes=minute)


def said(facts: tuple[Fact, ...], minute: int, command: MinutesCommand) -> tuple[Fact, ...] | None:
    """What comes of a command typed in about that minute; None when it is refused."""
    asked = given(*facts).at(moment(minute)).known(KNOWN)
    try:
        return MINUTES.decide(asked.state(), command, asked.asked)
    except Refused:
        return None


class Evening(RuleBasedStateMachine):
    """A minute-taker types in any order, late or not; a second book counts by ticking every minute of everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: tuple[Fact, ...] = (OPENED,)
        self.ticked = {
            member: [member in OPENED.present_at_opening] * LENGTH for member in ("M09", "M10", *OPENED.base)
        }
        self.votes = 0

    def present(self, minute: int, among: tuple[str, ...]) -> int:
        return sum(self.ticked[member][minute] for member in among)

    @rule(member=MEMBERS, minute=MINUTES_OF_IT)
    def arrives(self, member: str, minute: int) -> None:
        facts = said(self.facts, minute, RecordArrival(meeting_id=MEETING, member_id=member))
        if not facts:
            assert facts == () or any(self.ticked[member][minute:]), "an absent member who comes is written down"
            return
        assert not any(self.ticked[member][minute:])
        self.ticked[member][minute:] = [True] * (LENGTH - minute)
        (fact,) = facts
        assert isinstance(fact, MemberArrived)
        assert (fact.present, fact.voters_present) == (self.present(minute, BASE), self.present(minute, VOTERS))
        self.facts += facts

    @rule(member=MEMBERS, minute=MINUTES_OF_IT)
    def leaves(self, member: str, minute: int) -> None:
        facts = said(self.facts, minute, RecordDeparture(meeting_id=MEETING, member_id=member, excused=True))
        if not facts:
            return
        assert all(self.ticked[member][minute:])
        self.ticked[member][minute:] = [False] * (LENGTH - minute)
        (fact,) = facts
        assert isinstance(fact, MemberLeftMeeting)
        assert (fact.present, fact.voters_present) == (self.present(minute, BASE), self.present(minute, VOTERS))
        self.facts += facts

    @rule(member=MEMBERS, edges=some.lists(MINUTES_OF_IT, min_size=0, max_size=4, unique=True).map(sorted))
    def was_written_down_wrong(self, member: str, edges: list[int]) -> None:
        starts, ends = edges[::2], edges[1::2]
        stays = tuple(
            Stay(from_at=moment(start), to_at=moment(ends[place]) if place < len(ends) else None)
            for place, start in enumerate(starts)
        )
        command = CorrectAttendance(meeting_id=MEETING, member_id=member, stays=stays, reason="ghi nhầm")
        facts = said(self.facts, LENGTH - 1, command)
        if facts:
            self.facts += facts
            self.ticked[member] = [sum(edge <= minute for edge in edges) % 2 == 1 for minute in range(LENGTH)]

    @rule(member=MEMBERS, minute=MINUTES_OF_IT)
    def takes_the_pen(self, member: str, minute: int) -> None:
        facts = said(self.facts, minute, ReplaceMinuteTaker(meeting_id=MEETING, member_id=member))
        assert not facts or self.ticked[member][minute]
        self.facts += facts or ()

    @rule(member=MEMBERS, minute=MINUTES_OF_IT)
    def takes_the_chair(self, member: str, minute: int) -> None:
        facts = said(self.facts, minute, ReplaceChair(meeting_id=MEETING, member_id=member))
        assert not facts or self.ticked[member][minute]
        self.facts += facts or ()

    @precondition(lambda self: self.votes < 5)
    @rule(minute=MINUTES_OF_IT, hands=some.tuples(*[some.integers(0, 6)] * 3))
    def votes_are_counted(self, minute: int, hands: tuple[int, int, int]) -> None:
        voters = self.present(minute, VOTERS)
        command = HoldVote(
            meeting_id=MEETING,
            vote_id=f"V{self.votes}",
            about="Một việc",
            for_=hands[0],
            against=hands[1],
            other=hands[2],
        )
        facts = said(self.facts, minute, command)
        assert (facts is not None) == (0 < sum(hands) <= voters)
        for fact in facts or ():
            assert isinstance(fact, VoteHeld)
            assert fact.voters_present == voters
            assert fact.adopted == (2 * hands[0] > 10)
            self.facts += (fact,)
            self.votes += 1

    @invariant()
    def the_room_at_every_minute_is_as_ticked(self) -> None:
        meeting = reduce(MINUTES.evolve, self.facts, MINUTES.initial)
        assert isinstance(meeting, Meeting)
        for minute in range(LENGTH):
            there = {member for member, ticks in self.ticked.items() if ticks[minute]}
            at = AT[minute]
            assert meeting.there(at) == there
            assert {meeting.chair(at), meeting.taker(at)} <= there
            assert meeting.chair(at) != meeting.taker(at)
        assert all(in_order(stays) for stays in meeting.presence.values())


TestAnyEvening = Evening.TestCase
TestAnyEvening.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)


@for_all(
    hands=some.tuples(*[some.integers(0, 60)] * 3).filter(any),
    base=some.integers(1, 60),
    share=some.sampled_from([(1, 2, False), (2, 3, True), (2, 3, False)]),
)
def test_R18_adoption_is_exact_for_any_hands_and_any_base(
    hands: tuple[int, int, int], base: int, share: tuple[int, int, bool]
):
    threshold = OPENED.rules.adoption.model_copy(
        update=dict(zip(("numerator", "denominator", "inclusive"), share, strict=True))
    )
    part, asked = Fraction(hands[0], base), Fraction(share[0], share[1])
    assert threshold.meets(hands[0], base) == (part >= asked if share[2] else part > asked)
    needed = threshold.needed(base)
    assert threshold.meets(needed, base)
    assert not threshold.meets(needed - 1, base)


@for_all(present=some.integers(0, 60), absent=some.integers(0, 60))
def test_R14_attendance_is_compared_as_a_fraction(present: int, absent: int):
    base = present + absent
    if base:
        assert OPENED.rules.attendance.meets(present, base) == (Fraction(present, base) >= Fraction(9, 10))
