"""Anything asked of scheduler's nouns, in any order: notices count up, nobody gets what is not his, nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from services.scheduler.domain.feed import CALENDAR
from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.learning import DISSEMINATION, STUDYING
from services.scheduler.domain.meeting import MEETING
from services.scheduler.domain.plan import Meeting, recipients
from services.scheduler.domain.programme import PROGRAMME
from services.scheduler.domain.quarter import QUARTER
from services.scheduler.domain.rotation import ROTATION, Rotation
from services.scheduler.domain.sending import SENDING
from services.scheduler.domain.theme import THEME, Theme
from services.scheduler.domain.unit import UNIT, UnitMeeting
from shared import periods
from shared.decision import Command
from shared.events.envelope import Fact
from shared.events.meeting import NoticeDelivered, NoticeIssued
from shared.events.scheduler_flag import SchedulerFlagRaised
from shared.events.sending import MaterialsMissed, NoticeSentByItself, NoticeWithheld
from tests.any_history import AnyHistory, Pools, quick
from tests.sample_branch import CODE
from tests.scheduler.october import NOTIFIED, OCTOBER, known, scheduled

NOVEMBER, THEMATIC = f"{CODE}:2026-11", f"{CODE}:2026-11:thematic"
UNION = f"{CODE}:2026-10:union"
DAYS = [date(2026, 9, 28), date(2026, 10, 3), date(2026, 10, 5), date(2026, 11, 3), date(2026, 11, 18)]
PEOPLE = ["M01", "M02", "M03", "M05", "M08", "M09", "M11", "X9"]
POOLS: Pools = {
    "day": DAYS,
    "moment": [datetime(2026, 9, 30, 1, tzinfo=UTC), datetime(2026, 10, 2, 1, tzinfo=UTC)],
    "text": ["Một câu.", "Câu khác."],
    "meeting_id": [OCTOBER],
    "period": ["2026-10"],
    "report_at": ["2026-10", "2026-11"],
    "member_id": PEOPLE,
    "partner_id": PEOPLE,
    "to_id": PEOPLE,
    "attendees": PEOPLE,
    "by_telephone": PEOPLE,
    "draft_id": ["D1", "D2", "D3"],
    "replaces": ["D1", "D2"],
    "programme_item_id": ["P1", "P9"],
    "starts_at": ["07:30", "14:00"],
    "to_starts_at": ["07:30", "14:00"],
    "on": DAYS,
    "to_on": DAYS,
    "number": [1, 2, 3],
    "minutes": [5, 30],
    "revision": [1, 2],
    "due_on": [date(2026, 9, 30), date(2026, 10, 2), date(2026, 10, 30), date(2026, 11, 20)],
    "meeting_kind": ["regular", "combined"],
    "sha256": ["a" * 64],
}


class AnyMeeting(AnyHistory):
    """The October meeting, from the day it was set."""

    noun = MEETING
    pools = POOLS
    given: ClassVar[tuple[Fact, ...]] = (scheduled,)
    actors = ("M01", "F01", "M05", "clock")
    steps = tuple(timedelta(hours=hours) for hours in (0, 1, 12, 24, 48))

    def known(self) -> Known:
        return known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        meeting = self.state
        assert isinstance(meeting, Meeting)
        since = max((n for n, fact in enumerate(self.facts) if type(fact).__name__ == "MeetingScheduled"), default=0)
        now = self.facts[since:]
        assert sum(isinstance(fact, NoticeIssued) for fact in now) <= 1
        assert sum(isinstance(fact, NoticeSentByItself) for fact in now) <= 1
        for delivery in (fact for fact in now if isinstance(fact, NoticeDelivered)):
            assert delivery.member_id in recipients(meeting.notices[delivery.revision - 1])
        told = Counter(fact for fact in now if isinstance(fact, NoticeWithheld | MaterialsMissed))
        assert all(times == 1 for times in told.values())
        flags = Counter((one.flag, one.due_on) for one in meeting.readiness.flags)
        assert all(times == 1 for times in flags.values())
        assert not [one for one, _ in meeting.readiness.answered()], "what was answered stands on"
        assert len(set(meeting.draft_ids)) == len(meeting.draft_ids)
        assert meeting.minute_taker_id is None or meeting.minute_taker_id != meeting.chair_id
        assert meeting.notice_due_on == meeting.on - timedelta(days=meeting.notice_days)


class AnyNotifiedMeeting(AnyMeeting):
    """The same, once its notice is out."""

    given = NOTIFIED
    begins = datetime(2026, 9, 29, 1, tzinfo=UTC)


class AnyRotation(AnyHistory):
    """The briefing, month after month."""

    noun = ROTATION
    pools = POOLS | {"meeting_id": [f"{CODE}:2026-{month}" for month in ("10", "11", "12")] + [THEMATIC]}
    actors = ("M01", "M05")

    def known(self) -> Known:
        return known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        rotation = self.state
        assert isinstance(rotation, Rotation)
        months = [turn.period for turn in rotation.turns]
        assert months == sorted(set(months))
        credited = Counter((turn.credited_in, turn.by) for turn in rotation.turns)
        assert all(times == 1 for times in credited.values())


class AnyTheme(AnyHistory):
    """A theme of the fourth quarter."""

    noun = THEME
    pools = POOLS | {
        "theme_id": ["C4"],
        "quarter": ["2026-Q4"],
        "meeting_id": [NOVEMBER, THEMATIC, OCTOBER],
        "review_meeting_id": [f"{CODE}:2026-12"],
        "draft_due_on": [date(2026, 10, 30), date(2026, 11, 9)],
        "again_by": [date(2026, 11, 12)],
        "assign_by": [date(2026, 10, 10)],
        "task_ids": ["T1", "T2"],
        "items": ["Một câu."],
        "flag": ["report_not_assigned", "report_not_submitted", "theme_not_presented"],
    }
    actors = ("M01", "M05")

    def known(self) -> Known:
        day = self.now.date()
        meetings = {
            id: MeetingNow(
                id, "thematic" if ":thematic" in id else "regular", periods.containing(on, "month"), on,
                "closed" if on < day else "planned",
                opened_at=datetime(on.year, on.month, on.day, 1, tzinfo=UTC) if on < day else None,
            )
            for id, on in ((OCTOBER, DAYS[1]), (NOVEMBER, DAYS[3]), (THEMATIC, DAYS[4]))
        }  # fmt: skip
        return replace(known(), meetings=meetings)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        theme = self.state
        assert isinstance(theme, Theme)
        raised = Counter((one.flag, one.due_on) for one in theme.flags)
        assert all(times == 1 for times in raised.values())
        assert theme.presented_in is None or theme.passed_on is not None
        assert not (theme.no_new_task and theme.task_ids)


class AnyProgramme(AnyHistory):
    """October's work programme."""

    noun = PROGRAMME
    pools = POOLS | {"id": ["P1", "P2"], "programme_no": ["10-CTr/ĐU"]}

    def known(self) -> Known:
        return known()


class AnyQuarter(AnyHistory):
    """A quarter that ends."""

    noun = QUARTER
    pools = POOLS | {"quarter": ["2026-Q3", "2026-Q4"]}
    actors = ("clock",)

    def known(self) -> Known:
        return known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        raised = Counter(fact.due_on for fact in self.facts if isinstance(fact, SchedulerFlagRaised))
        assert all(times == 1 for times in raised.values())


class AnyDissemination(AnyHistory):
    """Who presents one document."""

    noun = DISSEMINATION
    pools = POOLS | {"doc_no": ["HD 11"], "meeting_id": [OCTOBER]}

    def known(self) -> Known:
        now = MeetingNow(OCTOBER, "regular", "2026-10", DAYS[1], "planned")
        return replace(known(), meetings={OCTOBER: now})


class AnyStudy(AnyHistory):
    """One session of theory study."""

    noun = STUDYING
    pools = POOLS | {"session_id": ["S1"], "held_on": [date(2026, 9, 20), date(2026, 9, 26)], "led_by": PEOPLE}
    refuses_again = True

    def known(self) -> Known:
        return known()


class AnyCalendar(AnyHistory):
    """A branch's calendar addresses."""

    noun = CALENDAR
    pools = POOLS

    def known(self) -> Known:
        return known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        opened = Counter((fact.member_id, fact.revision) for fact in self.facts if "Opened" in type(fact).__name__)  # type: ignore[attr-defined]
        assert all(times == 1 for times in opened.values())
        assert self.state.open <= self.state.opened.keys()


class AnySending(AnyHistory):
    """How a branch's notices are sent."""

    noun = SENDING
    pools = POOLS

    def known(self) -> Known:
        return known()


class AnyUnitMeeting(AnyHistory):
    """A union meeting."""

    noun = UNIT
    pools = POOLS | {"meeting_id": [UNION, OCTOBER], "person_id": ["P1", "P2", "P3"], "name": [None, "Vi Thị Mận"]}

    def known(self) -> Known:
        return known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        unit = self.state
        assert isinstance(unit, UnitMeeting)
        assert all(fact.meeting_id == UNION for fact in self.facts)  # type: ignore[attr-defined]
        assert unit.told_for is None or unit.notices > 0


TestAnyMeeting = quick(AnyMeeting)
TestAnyNotifiedMeeting = quick(AnyNotifiedMeeting)
TestAnyRotation = quick(AnyRotation)
TestAnyTheme = quick(AnyTheme)
TestAnyProgramme = quick(AnyProgramme)
TestAnyQuarter = quick(AnyQuarter)
TestAnyDissemination = quick(AnyDissemination)
TestAnyStudy = quick(AnyStudy)
TestAnyCalendar = quick(AnyCalendar)
TestAnySending = quick(AnySending)
TestAnyUnitMeeting = quick(AnyUnitMeeting)
