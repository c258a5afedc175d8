"""Practice and scoring rules of a meeting: by the tree on its day, pinned when first used, told of when others come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.minutes import application
from services.minutes.domain.dissemination import DisseminatePolicy
from services.minutes.domain.scoring import ScoreMeeting
from services.minutes.domain.study import STUDY, RecordStudy
from services.minutes.domain.used_rules import NoticeLateMinutesRules
from shared.events.minutes_rules import LateMinutesRulesNoticed
from shared.events.study import StudyAttended, StudyRulesPinned
from shared.organisation import HEARS, Tree, Unit, after, touched
from shared.rules import Profile, RuleBook, read, shipped
from tests.given_when_then import scenario
from tests.minutes.october import KNOWN, MARKS, MEETING, OCTOBER, OPENED, PINNED, SCORED, at, made
from tests.minutes.test_shown import Site
from tests.minutes.test_shown import site as site  # noqa: PLC0414 - the fixture, used here too
from tests.moved_branch import MOVES, STANDS, of_the_commune
from tests.sample_branch import CODE

TEN_DAYS = of_the_commune("seed_cell_practice.toml", ("value = 7", "value = 10"))
EARLIER = MOVES.model_copy(update={"effective_on": date(2026, 10, 5)})
ELSEWHERE = of_the_commune("hd42_scoring.toml")
PRESENT = DisseminatePolicy(meeting_id=MEETING, doc_no="HD MẪU-11", by="M05")
SCORE = ScoreMeeting(meeting_id=MEETING, marks=MARKS)
BEFORE_THE_SCORE = tuple(fact for step in OCTOBER for fact in step.facts if step.hour < "15:55")


def tree(*facts: Any) -> Tree:
    units: dict[str, Unit] = {}
    for fact in facts:
        assert type(fact) in HEARS
        for code in touched(fact):
            unit = after(units.get(code), fact)
            if unit is not None:
                units[code] = unit
    return Tree(units)


def under(*published: Any, stands: tuple[Any, ...] = (*STANDS, EARLIER)) -> Any:
    """What is known where these rules were published and the branch stands like this."""
    profiles: tuple[Profile, ...] = tuple(read(one.profile_id, one.toml) for one in published)
    return replace(KNOWN, rules=RuleBook((*profiles, *shipped().profiles), tree(*stands)))


def test_R36_practice_rules_are_pinned_where_they_are_first_used_in_a_meeting():
    first, second = made(at("14:20", OPENED), PRESENT), PRESENT.model_copy(update={"doc_no": "CV MẪU-12"})
    assert first[0] == PINNED
    (again,) = made(at("14:20", OPENED, *first), second)
    assert again.catch_up_by == date(2026, 10, 12)
    (given,) = made(at("14:20", OPENED), PRESENT.model_copy(update={"catch_up_by": date(2026, 10, 9)}))
    assert given.catch_up_by == date(2026, 10, 9)


@pytest.mark.parametrize(("moves_on", "ref", "by"), [(5, "commune@1", 15), (6, "seed-cell-practice@1", 12)])
def test_R36_practice_rules_of_a_commune_hold_from_the_day_the_branch_stands_under_it(moves_on: int, ref: str, by: int):
    moves = MOVES.model_copy(update={"effective_on": date(2026, 10, moves_on)})
    pinned, presented = made(at("14:20", OPENED, known=under(TEN_DAYS, stands=(*STANDS, moves))), PRESENT)
    assert (pinned.profile, presented.catch_up_by) == (ref, date(2026, 10, by))


@pytest.mark.parametrize(("held_on", "ref", "by"), [(4, "seed-cell-practice@1", 11), (5, "commune@1", 15)])
def test_R39_a_study_session_says_the_rules_of_whoever_stood_above_on_its_day(held_on: int, ref: str, by: int):
    session = RecordStudy(session_id="S1", title="Bài 1", held_on=date(2026, 10, held_on), attended=("M01",))
    there = scenario(STUDY, under(TEN_DAYS)).at("2026-10-06T08:00+07:00")
    pinned, attended = STUDY.decide(STUDY.initial, session, there.asked)
    assert isinstance(attended, StudyAttended)
    assert (pinned, attended.make_up_by) == (
        StudyRulesPinned(branch=CODE, session_id="S1", profile=ref),
        date(2026, 10, by),
    )


def test_R36_what_is_pinned_stays_whatever_is_published_later():
    (presented,) = made(at("14:20", OPENED, PINNED, known=under(TEN_DAYS)), PRESENT)
    assert presented.catch_up_by == date(2026, 10, 12)
    again = SCORE.model_copy(update={"marks": (*MARKS[:-1], MARKS[-1].model_copy(update={"mark": "4"}))})
    scored = [made(at("15:58", *BEFORE_THE_SCORE, *had, known=under(ELSEWHERE)), again)[0] for had in ((), (SCORED,))]
    assert [one.rubric for one in scored] == ["commune@1", "hd42-scoring@1"]


def test_R36_rules_that_come_late_are_told_once_and_only_where_others_were_used():
    notice = {one: NoticeLateMinutesRules(meeting_id=MEETING, rule_subject=one) for one in ("practice", "scoring")}
    practice = LateMinutesRulesNoticed(
        branch=CODE,
        meeting_id=MEETING,
        rule_subject="practice",
        day=date(2026, 10, 5),
        pinned="seed-cell-practice@1",
        chosen="commune@1",
        title=TEN_DAYS.title,
        valid_from=TEN_DAYS.valid_from,
        final=True,
    )
    known = under(TEN_DAYS)
    at("18:00", OPENED, PINNED, known=known).when(notice["practice"]).then(practice)
    at("18:00", OPENED, PINNED, practice, known=known).when(notice["practice"]).then()
    at("18:00", OPENED, PINNED).when(notice["practice"]).then()
    at("18:00", OPENED, known=known).when(notice["practice"]).then()
    (scoring,) = made(at("18:00", *BEFORE_THE_SCORE, SCORED, known=under(ELSEWHERE)), notice["scoring"])
    assert (scoring.pinned, scoring.chosen, scoring.rule_subject) == ("hd42-scoring@1", "commune@1", "scoring")


@pytest.mark.parametrize(("days_after", "told"), [(30, ["commune@1"]), (31, [])])
def test_R36_published_rules_are_heard_chosen_pinned_and_told_of_while_minutes_can_be_corrected(
    site: Site, days_after: int, told: list[str]
):
    site.tell("roster", *STANDS)
    for step in OCTOBER:
        if step.hour <= "14:45":
            site.ask(step.hour, step.command)
    site.tell("hub", TEN_DAYS)
    site.tell("roster", EARLIER)
    now = datetime(2026, 10, 5, 14, tzinfo=UTC) + timedelta(days=days_after)
    with site.views.read() as reader:
        due = [one.command for one in application.due(reader, now) if isinstance(one.command, NoticeLateMinutesRules)]
    facts = [fact for command in due for fact in site.ask("21:00", command, "clock", day=now.date())]
    assert [one.chosen for one in facts if isinstance(one, LateMinutesRulesNoticed)] == told
    with site.views.read() as reader:
        assert not any(isinstance(one.command, NoticeLateMinutesRules) for one in application.due(reader, now))
        (outcome,) = application.afterwards.outcomes(reader, CODE, 2026)
    assert (outcome.practice, list(outcome.late_rules)) == ("seed-cell-practice@1", told)
