"""In whatever order things are typed in and days pass: nobody owed is forgotten, no flag outlives its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.minutes.domain.corrections import DecideCorrection, RequestCorrection
from services.minutes.domain.dissemination import CatchUpOnPolicy
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.package import PublishPackage
from services.minutes.domain.practice import FlagKey
from services.minutes.domain.study import STUDY, MakeUpStudy, RaiseStudyFlag, RecordStudy, Study
from shared.decision import Noun, Refused
from shared.events.branch import BranchCharterAdopted, CorrectionRule
from shared.events.envelope import Fact
from tests.given_when_then import scenario
from tests.minutes.october import ASKED_WORDS, BASE, HELD, IN_NOVEMBER, KNOWN, MEETING, NOVEMBER
from tests.sample_branch import CHARTER, CODE, branch

FROM = datetime(2026, 11, 3, 1, 0, tzinfo=UTC)
DAYS = some.integers(0, 40)
DOCUMENTS = some.sampled_from(["HD MẪU-11", "CV MẪU-12"])
MEMBERS = some.sampled_from(BASE)
_LONG = BranchCharterAdopted(
    branch=CODE, charter=CHARTER.model_copy(update={"corrections": CorrectionRule(request_within_days=60)})
)
DECIDING = replace(KNOWN, branch=branch(_LONG), deciding=IN_NOVEMBER)


class Noted(RuleBasedStateMachine):
    """Commands asked of one history, each on some day."""

    noun: Noun[Any, Any]

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        super().__init__()
        self.facts = facts

    def say(self, command: Any, days: int) -> tuple[Fact, ...] | None:
        """What comes of it; said again at once nothing more does. None: refused."""
        asked = scenario(self.noun, DECIDING)(*self.facts).at(FROM + timedelta(days=days))
        try:
            made = self.noun.decide(asked.state(), command, asked.asked)
        except Refused:
            return None
        self.facts += made
        return made

    def state(self) -> Any:
        return reduce(self.noun.evolve, self.facts, self.noun.initial)


class AfterOctober(Noted):
    """What follows the October meeting."""

    noun = MINUTES

    def __init__(self) -> None:
        super().__init__(HELD)

    @rule(doc_no=DOCUMENTS, member=MEMBERS, days=DAYS)
    def catches_up(self, doc_no: str, member: str, days: int) -> None:
        made = self.say(CatchUpOnPolicy(meeting_id=MEETING, doc_no=doc_no, member_id=member), days)
        assert (made is None) == (member != "M01"), "only who was absent is caught up"

    @rule(days=DAYS)
    def publishes(self, days: int) -> None:
        assert self.say(PublishPackage(meeting_id=MEETING, targets=("superior",)), days) is not None

    @rule(number=some.integers(1, 3), member=MEMBERS, days=some.integers(0, 20))
    def asks_for_a_correction(self, number: int, member: str, days: int) -> None:
        self.say(
            RequestCorrection(
                meeting_id=MEETING, correction_id=f"C{number}", member_id=member, line="O13", **ASKED_WORDS
            ),
            days,
        )

    @rule(number=some.integers(1, 3), days=DAYS)
    def decides(self, number: int, days: int) -> None:
        self.say(
            DecideCorrection(meeting_id=MEETING, correction_id=f"C{number}", decided_in=NOVEMBER, accepted=True), days
        )

    @rule(
        about=some.one_of(
            some.just(("package_late", None, None)),
            some.tuples(some.just("catch_up_overdue"), DOCUMENTS, some.just("M01")),
            some.tuples(some.just("correction_undecided"), some.sampled_from(["C1", "C2"]), MEMBERS),
        ),
        days=DAYS,
    )
    def a_day_passes(self, about: tuple[Any, str | None, str | None], days: int) -> None:
        flag, item, member = about
        command = RaiseMinutesFlag(meeting_id=MEETING, flag=flag, item=item, member_id=member, due_on=date(2026, 10, 7))
        first = self.say(command, days)
        assert first is not None
        assert self.say(command, days) == (), "a flag is raised once"

    @invariant()
    def no_flag_outlives_its_answer(self) -> None:
        meeting = self.state()
        assert isinstance(meeting, Meeting)
        practice = meeting.practice
        assert practice.package is None or FlagKey("package_late", None, None) not in practice.flags
        assert not {("M01", key.item) for key in practice.flags if key.flag == "catch_up_overdue"} & {
            (member, doc_no) for doc_no, member in practice.caught_up
        }
        assert {key.item for key in practice.raised if key.flag == "correction_undecided"} <= set(practice.corrections)
        decided = {id for id, one in practice.corrections.items() if one.accepted is not None}
        assert not {key.item for key in practice.flags if key.flag == "correction_undecided"} & decided

    @invariant()
    def what_was_adopted_stays(self) -> None:
        meeting = self.state()
        assert (meeting.phase, meeting.unread, meeting.adopted.doc_no) == ("closed", 0, "29-BB/CB")


class AnySession(Noted):
    """One study session."""

    noun = STUDY

    def __init__(self) -> None:
        super().__init__(())

    @rule(attended=some.sets(MEMBERS, max_size=9), days=DAYS)
    def is_recorded(self, attended: set[str], days: int) -> None:
        self.say(RecordStudy(session_id="S1", title="Bài 1", held_on=date(2026, 11, 1), attended=tuple(attended)), days)

    @rule(member=MEMBERS, days=DAYS)
    def is_made_up(self, member: str, days: int) -> None:
        made = self.say(MakeUpStudy(session_id="S1", member_id=member), days)
        study: Study = self.state()
        assert made is not None or study.held is None or member in study.held.attended

    @rule(member=MEMBERS, days=DAYS)
    def a_day_passes(self, member: str, days: int) -> None:
        command = RaiseStudyFlag(session_id="S1", member_id=member, due_on=date(2026, 11, 8))
        self.say(command, days)
        assert self.say(command, days) == ()

    @invariant()
    def everybody_counted_has_studied_or_is_owed(self) -> None:
        study: Study = self.state()
        if study.held is not None:
            assert sorted((*study.held.attended, *study.held.to_make_up)) == sorted(BASE)
            assert set(study.made_up) <= set(study.held.to_make_up)
            assert study.held.branch == CODE
            assert {key.member_id for key in study.raised} <= set(study.held.to_make_up)
        assert study.held is not None or not study.raised
        assert not {key.member_id for key in study.flags} & set(study.made_up)


TestAfterOctober = AfterOctober.TestCase
TestAfterOctober.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestAnySession = AnySession.TestCase
TestAnySession.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
