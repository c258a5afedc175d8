"""Agendas against the rules: every required item and the least time; refused or told, as the rules say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.scheduler.domain.meeting import ScheduleMeeting
from services.scheduler.domain.preparation import HoldPreparation
from shared.events.meeting import AgendaItem
from shared.rules import RuleBook, WrongRules, read, shipped, shipped_texts
from tests.scheduler.october import OCTOBER, given, known, scheduled

DAY = date(2026, 10, 3)
PROFILE = shipped().profile_for("preparation", DAY)
TEXT = dict(shipped_texts())["hd42_preparation.toml"]


def agenda(kind: str = "regular", *, without: str = "") -> tuple[AgendaItem, ...]:
    template = PROFILE.agenda(kind)
    assert template is not None
    left = [item for item in template.items if item.code != without]
    return tuple(
        AgendaItem(number=number, text=item.text, minutes=item.minutes, part=item.part)
        for number, item in enumerate(left, start=1)
    )


def strict() -> RuleBook:
    """The same rules, but refusing where the shipped ones warn."""
    strict = read("strict.toml", TEXT.replace('value = "warn"', 'value = "refuse"'))
    return RuleBook((strict, *(one for one in shipped().profiles if one.subject != "preparation")))


def test_R16_the_order_is_42_HDs_with_dues_and_before_it_without():
    order = [item.code for item in PROFILE.agenda("regular").items if item.required]  # type: ignore[union-attr]
    assert order == [
        *("purpose", "minute_taker", "roll_call", "dues", "agenda"),
        *("ideology", "last_month", "next_month", "members_tasks", "discussion"),
        *("assignments", "conclusion", "score", "minutes"),
    ]
    before = shipped().profile_for("preparation", date(2025, 10, 27)).agenda("regular")
    assert before is not None
    assert [item.code for item in before.items if item.required] == [one for one in order if one != "dues"]


@pytest.mark.parametrize("kind", ["regular", "thematic", "combined", "extraordinary"])
@pytest.mark.parametrize("day", [date(2025, 10, 27), DAY])
def test_R8_every_template_fills_the_least_time_of_its_kind(kind: str, day: date):
    template = shipped().profile_for("preparation", day).agenda(kind)
    least = shipped().profile_for("meeting", day).minutes_for(kind)
    assert template is not None and least is not None  # noqa: PT018
    assert template.minutes >= least


def test_every_kind_of_meeting_has_its_agenda_and_a_combined_one_both_parts_in_sequence():
    kinds = {"regular", "thematic", "combined", "extraordinary", "committee", "professional", "union"}
    assert {template.kind for template in PROFILE.agendas} == kinds
    codes = [item.code for item in PROFILE.agenda("combined").items]  # type: ignore[union-attr]
    assert codes.index("discussion") < codes.index("theme_presentation") < codes.index("conclusion")


def test_what_an_agenda_lacks_is_found_by_words_and_time_only_where_every_item_has_one():
    rules = PROFILE
    assert rules.check("regular", agenda(), 90) == ((), 0)
    assert [item.code for item in rules.check("regular", agenda(without="dues"), 90).omitted] == ["dues"]
    assert rules.check("regular", agenda(), 120).short_by == 20
    untimed = (*agenda()[1:], AgendaItem(number=99, text="Tuyên bố lý do"))
    assert rules.check("regular", untimed, 120) == ((), 0)


def test_R16_R8_refused_where_the_rules_refuse_and_only_told_where_they_warn():
    whole = ScheduleMeeting(meeting_id=OCTOBER, period="2026-10", agenda=agenda())
    lacking = ScheduleMeeting(meeting_id=OCTOBER, period="2026-10", agenda=agenda(without="dues"))
    stands = replace(known(), rules=strict())
    given().when(lacking).then(scheduled.model_copy(update={"agenda": lacking.agenda}))
    given().known(stands).when(whole).then(scheduled.model_copy(update={"agenda": whole.agenda}))
    given().known(stands).when(lacking).refused("Chương trình còn thiếu: Tình hình đóng đảng phí")
    short = tuple(item.model_copy(update={"minutes": 4}) for item in agenda())
    prepare = HoldPreparation(meeting_id=OCTOBER, attendees=("M01", "M02"), agenda=short)
    given(scheduled).known(stands).at("2026-09-28T16:30:00+07:00").when(prepare).refused("thiếu 6 phút")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("value = 8", "value = 24", "notice_hour"),
        ('kind = "union"', 'kind = "regular"', "one agenda for each kind"),
        ('options = ["warn", "refuse"]', 'options = ["warn", "shrug"]', "refuse and warn"),
        (', words = ["lý do"]', "", "says by which words it is found"),
    ],
)
def test_rules_about_preparing_that_cannot_be_used_name_the_place(before: str, after: str, words: str):
    assert before in TEXT
    with pytest.raises(WrongRules, match=words):
        read("wrong.toml", TEXT.replace(before, after, 1))
