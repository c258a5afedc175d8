"""Anything asked of ranking's nouns, in any order: no open task is lost, ranks rest on evidence, votes fit the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.ranking.domain.appraisal import APPRAISAL, Appraisal
from services.ranking.domain.flag import FLAG, Flag
from services.ranking.domain.known import Known, MeetingSeen, Span, TaskSeen
from services.ranking.domain.notebook import NOTEBOOK
from services.ranking.domain.owed import Owed
from services.ranking.domain.ranking import RANKING, Ranking
from services.ranking.domain.task import TASK, Task
from shared.days import end_of
from shared.decision import Command
from shared.events.appraisal import MemberRanked as RankedLong
from shared.events.appraisal import RankingReopened
from shared.events.envelope import Fact, instant
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.minutes import Threshold
from shared.events.notebook import NotebookInspected
from shared.events.ranking import MemberRanked, RankingVoted, TaskCompleted, TaskFailed
from shared.rules import shipped
from tests.any_history import AnyHistory, Pools, quick
from tests.sample_branch import CODE, branch

PEOPLE = ["M01", "M02", "M03", "M05", "M06", "M09", "X9"]
VOTERS = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08")
OPENS = "2026-10-05T00:30:00.000000Z"
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
TASKS = (
    TaskSeen("T16", "M06", date(2026, 9, 25), "failed", "f16"),
    TaskSeen("T17", "M05", date(2026, 9, 28), "late", "f17"),
    TaskSeen("T15", "M03", date(2026, 9, 30), "on_time", "f15"),
)
KNOWN = Known(
    branch=branch(),
    rules=shipped(),
    meeting=MEETING,
    tasks=TASKS,
    evaluations={f"M{number:02}": f"e-M{number:02}" for number in range(1, 12)},
)
POOLS: Pools = {
    "day": [date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 20), date(2027, 1, 1)],
    "moment": [datetime(2026, 10, 5, hour, tzinfo=UTC) for hour in (1, 3, 9)],
    "text": ["Một câu.", "Câu khác."],
    "meeting_id": [MEETING.meeting_id, f"{CODE}:2026-11"],
    "period": ["2026-09"],
    "report_at": ["2026-10", "2026-11"],
    "task_id": ["T16"],
    "carried_from": ["T15", "T16"],
    "ref": ["T20", "T16"],
    "programme_item_id": ["P1"],
    "member_id": PEOPLE,
    "partner_id": PEOPLE,
    "points": ["45", "69.5", "80", "95"],
    "decision_no": ["3-CV/ĐU", None],
    "flag_id": ["voted:2026-Q3"],
}
IN_THE_MEETING = datetime(2026, 10, 5, 1, tzinfo=UTC)
MINUTES = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 45))


class AnyOfRanking(AnyHistory):
    """One history of this service, in a branch as it stands in the meeting."""

    pools = POOLS
    refuses_again = True

    def known(self) -> Known:
        return KNOWN


class AnyOfTheMeeting(AnyOfRanking):
    """One that the meeting's people write in, minute by minute."""

    begins = IN_THE_MEETING
    steps = MINUTES
    actors = ("M02", "M05")


class AnyTask(AnyOfRanking):
    """One task, whatever is said of it."""

    noun = TASK
    actors = ("M01", "M06")

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        task = self.state
        assert isinstance(task, Task)
        for fact in facts:
            late = isinstance(fact, TaskCompleted) and fact.outcome == "late"
            if late or isinstance(fact, TaskFailed):
                assert fact.causes, "a late or failed task has a cause (R44)"  # type: ignore[attr-defined]
        if task.given is not None and task.phase != "completed":
            assert task.pending == (task.phase == "open" or task.followed is None), "no open task disappears"


class AnyMonth(AnyOfTheMeeting):
    """September's ranking, in October's meeting."""

    noun = RANKING

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        month = self.state
        assert isinstance(month, Ranking)
        for fact in facts:
            if isinstance(fact, RankingVoted):
                assert fact.for_ + fact.against + fact.other <= fact.voters_present <= len(VOTERS)
            if isinstance(fact, MemberRanked):
                assert fact.evidence
                assert fact.reason is not None or fact.decided_rank == fact.computed_rank
        if month.phase == "concluded" and month.opened is not None:
            assert set(month.ranked) == set(month.opened.members)


class AnyYear(AnyOfTheMeeting):
    """The year's ranking, from its opening to its approval, through being sent back."""

    noun = APPRAISAL
    pools = POOLS | {"period": ["2026", "2026-Q3"]}

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        appraisal = self.state
        assert isinstance(appraisal, Appraisal)
        before = self.facts[: len(self.facts) - len(facts)]
        if any(isinstance(fact, RankedLong) for fact in before[-1:]) and facts:
            assert {type(fact) for fact in facts} <= {RankingReopened, LateRankingRulesNoticed}
        assert all(fact.evidence for fact in facts if isinstance(fact, RankedLong))
        assert set(appraisal.voted) <= set(appraisal.proposed)


class AnyNotebooks(AnyOfRanking):
    """The notebooks of a quarter."""

    noun = NOTEBOOK
    pools = POOLS | {"period": ["2026-Q3"]}
    actors = ("M02", "M03")

    def known(self) -> Known:
        return replace(KNOWN, meeting=None)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        inspected = [fact.member_id for fact in self.facts if isinstance(fact, NotebookInspected)]
        assert len(inspected) == len(set(inspected))
        assert all(fact.member_id != fact.inspector_id for fact in self.facts)  # type: ignore[attr-defined]


class AnyFlag(AnyOfRanking):
    """A flag on a missing vote, looked at again and again."""

    noun = FLAG
    refuses_again = False
    steps = (timedelta(0), timedelta(days=1), timedelta(days=30))

    def known(self) -> Known:
        due_on = date(2026, 10, 20)
        owed = Owed(
            flag_id="voted:2026-Q3",
            owing="voted",
            due_at=instant(end_of(due_on)),
            due_on=due_on,
            member_ids=("M02",),
            period="2026-Q3",
            profile="hd43-quarterly@1",
            raised=bool(self.facts),
        )
        return replace(KNOWN, owed=owed)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert isinstance(self.state, Flag)
        assert len(self.facts) <= 1, "raised once, and answered by nothing but its fact"
        assert self.state.phase == ("up" if self.facts else "down")


TestAnyTask = quick(AnyTask)
TestAnyMonth = quick(AnyMonth)
TestAnyYear = quick(AnyYear)
TestAnyNotebooks = quick(AnyNotebooks)
TestAnyFlag = quick(AnyFlag)
