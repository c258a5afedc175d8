"""What follows a meeting: the package (R21, E10), corrections (R43), and days that pass without what was to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes import application
from services.minutes.application.asker import Asker
from services.minutes.domain.awaited import Memory, answered, awaited
from services.minutes.domain.corrections import DecideCorrection, RequestCorrection
from services.minutes.domain.dissemination import CatchUpOnPolicy
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.opening import OpenMeeting
from services.minutes.domain.package import PublishPackage
from services.minutes.domain.remembered import Came, Comings, Flagged
from services.minutes.domain.study import STUDY, MakeUpStudy, RecordStudy
from shared.authorise import Actor
from shared.events.afterwards import (
    CorrectionRefused,
    CorrectionRequested,
    DisseminationCaughtUp,
    MinutesFlag,
    MinutesFlagCleared,
    MinutesFlagRaised,
    PackagePublished,
)
from shared.events.branch import MemberTransferred
from shared.events.envelope import Fact
from shared.events.hub import MeetingScoreConfirmed
from shared.events.meeting import MinuteTakerAssigned
from shared.events.sitting import LineMark
from shared.events.study import StudyAttended, StudyMadeUp, StudyRulesPinned
from shared.rules import profile_for, shipped
from tests.given_when_then import Scenario, scenario
from tests.minutes.heard import scheduled, tasks
from tests.minutes.october import (
    ADOPTED,
    AFTERWARDS,
    HELD,
    IN_NOVEMBER,
    KNOWN,
    MEETING,
    NOVEMBER,
    given,
    made,
    only,
    secret,
)
from tests.minutes.test_shown import Site, held
from tests.sample_branch import CODE, branch
from tests.sample_branch import FACTS as ROSTER

PUBLISH = PublishPackage(meeting_id=MEETING, targets=("superior",))
REQUEST = AFTERWARDS[3]
ASK = REQUEST.command
REQUESTED = REQUEST.facts[0]


def on(time: str, *facts: Fact, known: Any = KNOWN) -> Scenario:
    return given(*facts).at(f"{time}+07:00").known(known)


# ---- the package


@pytest.mark.parametrize(
    ("published", "days_late"),
    [("2026-12-05T23:59:59", 0), ("2026-12-06T00:00:00", 1), ("2026-12-08T08:00:00", 3)],
)
def test_E10_R21_the_package_is_due_by_the_end_of_the_second_day(published: str, days_late: int):
    closed = HELD[-1].model_copy(update={"closed_at": "2026-12-03T09:00:00.000000Z"})
    fact = only(on(published, *HELD[:-1], closed), PUBLISH)
    assert isinstance(fact, PackagePublished)
    assert (fact.due_on, fact.days_late, fact.on_time) == (date(2026, 12, 5), days_late, days_late == 0)


def test_R21_nothing_is_published_of_a_meeting_that_has_not_closed():
    on("2026-10-05T16:09", *HELD[:-1]).when(PUBLISH).refused("Buổi họp chưa bế mạc")


def test_R21_the_first_publication_is_kept():
    published = AFTERWARDS[0].facts
    on("2026-10-06T08:00", *HELD, *published).when(PUBLISH).refused("đã gửi lúc 18:02 ngày 05/10/2026")


# ---- corrections


@pytest.mark.parametrize(("day", "words"), [("2026-11-04", None), ("2026-11-05", "hết ngày 04/11/2026")])
def test_R43_a_correction_is_asked_for_within_the_charters_days(day: str, words: str | None):
    asked = on(f"{day}T20:15", *HELD).when(ASK)
    if words is None:
        asked.then(REQUESTED.model_copy(update={"on": date.fromisoformat(day)}))
    else:
        asked.refused(words)


def test_R43_before_adoption_it_is_said_in_the_room():
    on("2026-10-05T16:05", *HELD[:-4]).when(ASK).refused("chưa được thông qua")


def test_R43_a_correction_changes_something():
    assert isinstance(ASK, RequestCorrection)
    on("2026-10-19T20:15", *HELD).when(ASK.model_copy(update={"after": ASK.before})).refused("giống nội dung đang ghi")


def test_R43_refused_with_its_reason_kept_beside_the_minutes():
    known = replace(KNOWN, deciding=IN_NOVEMBER)
    command = DecideCorrection(meeting_id=MEETING, correction_id="C1", decided_in=NOVEMBER, accepted=False)
    asked = on("2026-11-03T08:10", *HELD, REQUESTED, known=known)
    asked.when(command).refused("thì phải có lý do")
    refused = CorrectionRefused(
        meeting_id=MEETING,
        correction_id="C1",
        by="M07",
        decided_in=NOVEMBER,
        on=date(2026, 11, 3),
        reason=secret("M07", "reason", "Đã ghi đúng."),
    )
    asked.when(command.model_copy(update={"reason": SecretStr("Đã ghi đúng.")})).then(refused)
    after = on("2026-11-03T08:20", *HELD, REQUESTED, refused, known=known)
    after.when(command.model_copy(update={"accepted": True})).refused("không đồng ý. Quyết định đó được giữ")


@pytest.mark.parametrize(
    ("deciding", "meeting", "words"),
    [
        (None, NOVEMBER, "kỳ sinh hoạt thường kỳ đã khai mạc"),
        (IN_NOVEMBER.model_copy(update={"kind": "thematic"}), f"{NOVEMBER}:thematic", "kỳ sinh hoạt thường kỳ"),
        (
            IN_NOVEMBER.model_copy(update={"opened_at": "2026-10-05T07:00:00.000000Z"}),
            MEETING,
            "kỳ sinh hoạt sau",
        ),
        (
            IN_NOVEMBER.model_copy(update={"adopted_at": "2026-11-03T01:00:00.000000Z"}),
            NOVEMBER,
            "đã thông qua biên bản",
        ),
    ],
)
def test_R43_a_later_regular_meeting_decides_while_it_sits(deciding: Any, meeting: str, words: str):
    command = DecideCorrection(meeting_id=MEETING, correction_id="C1", decided_in=meeting, accepted=True)
    on("2026-11-03T08:10", *HELD, REQUESTED, known=replace(KNOWN, deciding=deciding)).when(command).refused(words)


# ---- flags


def raised(flag: MinutesFlag, due: date, item: str | None = None, member: str | None = None) -> MinutesFlagRaised:
    rules: dict[str, tuple[str, Any]] = {
        "package_late": ("R21", "PackagePublished"),
        "catch_up_overdue": ("R39", "DisseminationCaughtUp"),
    }
    rule, missing = rules[flag]
    return MinutesFlagRaised(
        branch=CODE,
        meeting_id=MEETING,
        flag=flag,
        item=item,
        member_id=member,
        due_on=due,
        rule=rule,
        missing=missing,
        detected_on=date(2026, 10, 8),
    )


LATE = raised("package_late", date(2026, 10, 7))


def test_R21_the_day_after_the_last_a_flag_names_the_missing_fact():
    command = RaiseMinutesFlag(meeting_id=MEETING, flag="package_late", due_on=date(2026, 10, 7))
    on("2026-10-08T00:00", *HELD).when(command).then(LATE)
    on("2026-10-08T00:00", *HELD, LATE).when(command).then()
    on("2026-10-08T00:00", *HELD, *AFTERWARDS[0].facts).when(command).then()


def test_R21_the_late_package_clears_its_flag_in_the_same_breath():
    asked = on("2026-10-09T08:00", *HELD, LATE)
    published, cleared = made(asked, PUBLISH)
    assert published.days_late == 2
    assert cleared == MinutesFlagCleared(
        **LATE.model_dump(exclude={"detected_on"}), cleared_on=date(2026, 10, 9), answered=True
    )
    state = on("2026-10-09T08:00", *HELD, LATE, published, cleared).state()
    assert not state.practice.flags


def test_R39_each_absent_member_has_a_flag_of_their_own():
    flag = raised("catch_up_overdue", date(2026, 10, 12), "HD MẪU-11", "M01")
    command = CatchUpOnPolicy(meeting_id=MEETING, doc_no="HD MẪU-11", member_id="M01")
    late = DisseminationCaughtUp(
        meeting_id=MEETING, doc_no="HD MẪU-11", member_id="M01", on=date(2026, 10, 15), due_on=date(2026, 10, 12)
    )
    on("2026-10-15T08:00", *HELD, flag).when(command).then(
        late,
        MinutesFlagCleared(**flag.model_dump(exclude={"detected_on"}), cleared_on=date(2026, 10, 15), answered=True),
    )


def came(*states: Any, year: int = 2026) -> tuple[Came, ...]:
    return tuple(
        Came(meeting_id=f"{CODE}:{year}-{month:02}", on=date(year, month, 3), state=state)
        for month, state in enumerate(states, start=1)
    )


def absences(*meetings: Came) -> list[tuple[str, str | None]]:
    profile = profile_for("meeting", date(2026, 10, 5))
    memory = Memory(
        branch=branch(),
        comings=[Comings(member_id="M08", came=meetings)],
        profiles={one.meeting_id: profile for one in meetings},
    )
    return [(one.flag, one.meeting_id) for one in awaited(memory)]


def test_R15_more_than_three_excused_absences_running_raise_one_flag():
    assert absences(*came("excused", "excused", "excused")) == []
    assert absences(*came(*["excused"] * 5)) == [("absent_in_a_row", f"{CODE}:2026-04")]
    assert absences(*came("excused", "excused", "present", "excused", "excused")) == []


def test_R15_a_new_year_begins_the_count_anew():
    before = tuple(replace_month(one, 11 + place) for place, one in enumerate(came("excused", "excused", year=2025)))
    assert absences(*before, *came("excused", "excused")) == []


def replace_month(one: Came, month: int) -> Came:
    return one.model_copy(update={"on": date(2025, month, 3), "meeting_id": f"{CODE}:2025-{month}"})


def test_R15_three_months_without_a_reason_are_for_the_committee_to_look_at():
    found = absences(*came("unexcused", "present", "unexcused", "present", "unexcused"))
    assert found == [("absent_without_reason", f"{CODE}:2026-05")]


def test_R15_the_flag_is_answered_by_coming_again_and_by_leaving_the_branch():
    flag = Flagged(
        meeting_id=f"{CODE}:2026-04",
        session_id=None,
        flag="absent_in_a_row",
        item=None,
        member_id="M08",
        rule="R15",
        missing="MeetingClosed",
        due_on=date(2026, 4, 3),
        detected_on=date(2026, 4, 4),
    )
    states = came("excused", "excused", "excused", "excused", "excused", "present")
    there = Memory(branch=branch(), comings=[Comings(member_id="M08", came=states)], flags=[flag])
    assert [(one.on, one.answered) for one in answered(there)] == [(date(2026, 6, 3), True)]
    left = branch(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ khác", effective_on=date(2026, 5, 10)))
    gone = Memory(branch=left, comings=[Comings(member_id="M08", came=states[:4])], flags=[flag])
    assert [(one.on, one.answered) for one in answered(gone)] == [(date(2026, 5, 10), False)]


# ---- study

SESSION = RecordStudy(
    session_id="S1", title="Bài 1", held_on=date(2026, 9, 10), attended=("M01", "M02", "M03", "M04", "M05", "M06")
)
ATTENDED = StudyAttended(
    branch=CODE,
    session_id="S1",
    title="Bài 1",
    held_on=date(2026, 9, 10),
    attended=("M01", "M02", "M03", "M04", "M05", "M06"),
    to_make_up=("M07", "M08", "M11"),
    make_up_by=date(2026, 9, 17),
)
STUDY_RULES = StudyRulesPinned(branch=CODE, session_id="S1", profile="seed-cell-practice@1")
studied = scenario(STUDY, KNOWN)


def test_R39_whoever_missed_a_session_makes_it_up_by_a_day():
    studied.at("2026-09-11T08:00+07:00").when(SESSION).then(STUDY_RULES, ATTENDED)
    studied(STUDY_RULES, ATTENDED).at("2026-09-11T08:00+07:00").when(SESSION).then()
    made_up = StudyMadeUp(branch=CODE, session_id="S1", member_id="M07", on=date(2026, 9, 20), due_on=date(2026, 9, 17))
    make_up = MakeUpStudy(session_id="S1", member_id="M07")
    studied(ATTENDED).at("2026-09-20T08:00+07:00").when(make_up).then(made_up)
    studied(ATTENDED, made_up).at("2026-09-21T08:00+07:00").when(make_up).then()


def test_R39_a_session_says_by_which_rules_its_day_was_counted_unless_a_person_named_the_day():
    named = SESSION.model_copy(update={"make_up_by": date(2026, 9, 30)})
    by_hand = ATTENDED.model_copy(update={"make_up_by": date(2026, 9, 30)})
    studied.at("2026-09-11T08:00+07:00").when(named).then(by_hand)
    assert STUDY.profile(studied(by_hand).state()) is None
    assert STUDY.profile(studied(STUDY_RULES, ATTENDED).state()) == "seed-cell-practice@1"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SESSION.model_copy(update={"held_on": date(2026, 9, 12)}), "chưa diễn ra"),
        (SESSION.model_copy(update={"attended": ("Z9",)}), "không có trong danh sách"),
        (MakeUpStudy(session_id="S1", member_id="M07"), "Chưa ghi buổi học"),
    ],
)
def test_study_is_of_members_and_of_days_that_have_been(command: Any, words: str):
    studied.at("2026-09-11T08:00+07:00").when(command).refused(words)


def test_a_session_written_down_otherwise_is_refused():
    other = SESSION.model_copy(update={"attended": ("M01",)})
    studied(ATTENDED).at("2026-09-11T08:00+07:00").when(other).refused("Ai học sau, đồng chí ghi học bù")


# ---- through the real log


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.tell("roster", *ROSTER)
    made.tell("scheduler", *scheduled())
    made.tell("ranking", *tasks())
    for basis in ADOPTED:
        made.ask("08:00", basis, day=date(2026, 9, 26))
    yield made
    made.close()


def passed(site: Site, time: str) -> list[tuple[str, str | None, str | None]]:
    """Let the clock look until nothing is due any more; the flags raised or cleared by it."""
    now = datetime.fromisoformat(f"{time}+07:00").astimezone(UTC)
    found = []
    for _ in range(5):
        with site.views.read() as reader:
            due = application.due(reader, now)
        for one in due:
            local = now.astimezone(datetime.fromisoformat(f"{time}+07:00").tzinfo)
            facts: tuple[Any, ...] = site.ask(f"{local:%H:%M}", one.command, actor="clock", day=local.date())
            found += [(type(fact).__name__.removeprefix("MinutesFlag"), fact.flag, fact.member_id) for fact in facts]
        if not due:
            return found
    message = "the clock never comes to rest"
    raise AssertionError(message)


def test_flags_of_passed_days_are_raised_once_and_cleared_by_what_answers(site: Site):
    held(site)
    assert passed(site, "2026-10-07T23:59") == []
    assert passed(site, "2026-10-08T00:01") == [("Raised", "package_late", None)]
    assert passed(site, "2026-10-08T00:02") == []
    assert passed(site, "2026-10-13T00:01") == [("Raised", "catch_up_overdue", "M01")] * 2
    site.ask("08:00", PUBLISH, day=date(2026, 10, 14))
    for doc_no in ("HD MẪU-11", "CV MẪU-12"):
        command = CatchUpOnPolicy(meeting_id=MEETING, doc_no=doc_no, member_id="M01")
        site.ask("08:30", command, day=date(2026, 10, 14))
    assert passed(site, "2026-10-20T00:01") == []
    with site.views.read() as reader:
        assert application.afterwards.flags(reader, CODE, standing=True) == []
        kept = application.afterwards.flags(reader, CODE)
        assert [(one.flag, one.missing, one.answered) for one in kept] == [
            ("package_late", "PackagePublished", True),
            ("catch_up_overdue", "DisseminationCaughtUp", True),
            ("catch_up_overdue", "DisseminationCaughtUp", True),
        ]


def test_R39_a_member_who_left_is_owed_nothing_more(site: Site):
    held(site)
    passed(site, "2026-10-13T00:01")
    left = MemberTransferred(branch=CODE, member_id="M01", to="Chi bộ khác", effective_on=date(2026, 10, 15))
    site.tell("roster", left)
    assert passed(site, "2026-10-15T08:00") == [("Cleared", "catch_up_overdue", "M01")] * 2


def test_R20_a_meeting_left_open_is_noticed_at_the_days_end(site: Site):
    held(site, to="15:00")
    assert passed(site, "2026-10-05T23:59") == []
    assert passed(site, "2026-10-06T00:01")[0] == ("Raised", "not_closed", None)


def test_R39_missed_study_is_noticed_after_its_day(site: Site):
    site.ask("08:00", SESSION, day=date(2026, 9, 26))
    assert passed(site, "2026-09-26T08:01") == [("Raised", "study_overdue", one) for one in ("M07", "M08", "M11")]
    make_up = MakeUpStudy(session_id="S1", member_id="M07")
    assert [type(one).__name__ for one in site.ask("09:00", make_up, day=date(2026, 9, 27))] == [
        "StudyMadeUp",
        "MinutesFlagCleared",
    ]
    with site.views.read() as reader:
        year = application.study.study(reader, CODE, 2026, date(2026, 9, 28))
    assert (year.share, year.percent) == ("7/9", "77,8%")
    assert {one.member_id: one.share for one in year.members}["M07"] == "1/1"
    assert [one.member_id for one in year.sessions[0].waiting] == ["M08", "M11"]


async def test_R43_an_open_correction_comes_back_on_the_next_meeting_and_its_words_stay_the_cells(site: Site):
    held(site)
    site.ask("20:15", ASK, actor="M07", day=date(2026, 10, 19))
    with site.views.read() as reader:
        (ours,) = await application.corrections.corrections(reader, CODE, site.opened)
    assert (ours.state, ours.line) == ("open", "O13")
    assert ours.after == "Nên tạm dừng một phần việc thu nhận xét nơi cư trú"
    shown = await site.shown("18:00")
    assert [one.id for one in shown.corrections] == ["C1"]
    assert shown.to_decide == ()


async def test_R43_november_decides_octobers_correction(site: Site):
    held(site)
    site.ask("20:15", ASK, actor="M07", day=date(2026, 10, 19))
    third = date(2026, 11, 3)
    plan = scheduled()[0].model_copy(
        update={"meeting_id": NOVEMBER, "period": "2026-11", "on": third, "notice_due_on": date(2026, 10, 31)}
    )
    site.tell("scheduler", plan, MinuteTakerAssigned(meeting_id=NOVEMBER, member_id="M04"))
    present = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M11")
    site.ask("07:30", OpenMeeting(meeting_id=NOVEMBER, present=present), actor="M01", day=third)
    with site.views.read() as reader:
        asker = Asker(Actor("M01", frozenset({"member", "secretary"})), str, site.opened)
        shown = await application.sitting.meeting(reader, NOVEMBER, datetime(2026, 11, 3, 1, tzinfo=UTC), asker)
    assert [(one.id, one.before) for one in shown.to_decide] == [("C1", "Nên tạm dừng việc thu nhận xét nơi cư trú")]
    decision = AFTERWARDS[-1].command
    assert application.roles(site.known(decision), "M04", decision) >= {"minute_taker_of_the_day"}
    assert application.roles(site.known(decision), "M01", decision) == {"chair_of_the_day"}
    assert site.ask("08:10", decision, actor="M01", day=third) == AFTERWARDS[-1].facts
    with site.views.read() as reader:
        (decided,) = await application.corrections.corrections(reader, CODE, site.opened)
    assert (decided.state, decided.decided_in, decided.decided_on) == ("accepted", NOVEMBER, third)


async def test_the_score_and_the_documents_are_shown(site: Site):
    held(site)
    shown = await site.shown("18:00")
    assert shown.score is not None
    assert (shown.score.total, shown.score.band, shown.package_due) == ("90", "q_good", date(2026, 10, 7))
    with site.views.read() as reader:
        documents = application.documents.documents(reader, CODE, date(2026, 10, 13))
        assert [(one.doc_no, [left.member_id for left in one.waiting]) for one in documents] == [
            ("HD MẪU-11", ["M01"]),
            ("CV MẪU-12", ["M01"]),
        ]
        assert all(left.overdue for one in documents for left in one.waiting)
        (outcome,) = application.afterwards.outcomes(reader, CODE, 2026)
    assert (outcome.total, outcome.attendance, outcome.reviewed) == ("90", "8/9", ("2026-09",))


async def test_R23_the_superiors_word_on_the_score_is_heard(site: Site):
    held(site)
    assert (await site.shown("18:00")).score_confirmed is None
    site.tell(
        "hub",
        MeetingScoreConfirmed(
            meeting_id=MEETING,
            branch=CODE,
            scored="0198c0de-0000-7000-8000-000000000001",
            rubric="hd42-scoring@1",
            cell_total="90",
            cell_band="q_good",
            changed=(LineMark(id="4", mark="36.5", max=40),),
            total="89.5",
            band="q_fair",
            reason="Thảo luận còn ít ý kiến.",
        ),
    )
    confirmed = (await site.shown("18:00")).score_confirmed
    assert confirmed is not None
    assert (confirmed.total, confirmed.band) == ("89.5", "q_fair")
    assert [(line.id, line.mark) for line in confirmed.changed] == [("4", "36.5")]
    with site.views.read() as reader:
        year = application.afterwards.score_year(reader, CODE, 2026)
    assert (year.bands, year.good, year.rubric) == ({"2026-10": "q_fair"}, None, "hd42-scoring@1")


async def test_who_has_not_spoken_is_told_to_the_chair_while_there_is_time(site: Site):
    held(site, to="15:30")
    shown = await site.shown("15:26")
    assert shown.silent == ("M06",)
    assert shown.silent_vi == "7/8 đã phát biểu; còn đ/c Nguyễn Thị Hòa chưa phát biểu."
    writer = await site.shown("15:26", Actor("M04", frozenset({"member", "minute_taker"})))
    assert (writer.silent, writer.silent_vi) == (None, None)


def test_R43_a_request_no_regular_meeting_decided_is_overdue_when_it_closes(site: Site):
    assert isinstance(REQUESTED, CorrectionRequested)
    held(site)
    site.ask("20:15", ASK, actor="M07", day=date(2026, 10, 19))
    with site.views.read() as reader:
        memory = application.days.remembered(reader, CODE, shipped())
    november = memory.outcomes[0].model_copy(
        update={
            "meeting_id": NOVEMBER,
            "period": "2026-11",
            "opened_at": "2026-11-03T00:30:00.000000Z",
            "closed_at": "2026-11-03T02:30:00.000000Z",
            "reviewed": ("2026-10",),
            "published_at": "2026-11-03T03:00:00.000000Z",
        }
    )
    waiting = awaited(replace(memory, outcomes=[*memory.outcomes, november]))
    assert [(one.flag, one.item, one.due_on) for one in waiting if one.flag == "correction_undecided"] == [
        ("correction_undecided", "C1", date(2026, 11, 3))
    ]
