"""The superior's work programme of a month, entered by hand."""

from __future__ import annotations

from services.scheduler.domain.known import Known
from services.scheduler.domain.programme import PROGRAMME as NOUN
from services.scheduler.domain.programme import EnterProgramme
from shared.events.meeting import ProgrammeEntered
from tests.given_when_then import scenario
from tests.sample_branch import CODE
from tests.scheduler.october import PROGRAMME, known

given = scenario(NOUN, known())
entered = ProgrammeEntered(branch=CODE, period="2026-10", programme_no="10-CTr/ĐU", items=PROGRAMME)
enter = EnterProgramme(period="2026-10", programme_no="10-CTr/ĐU", items=PROGRAMME)


def test_a_programme_is_entered_and_entered_again_changes_nothing():
    given().when(enter).then(entered)
    given(entered).when(enter).then()


def test_a_later_list_stands_in_place_of_the_earlier():
    fewer = EnterProgramme(period="2026-10", programme_no="10-CTr/ĐU", items=PROGRAMME[:1])
    given(entered).when(fewer).then(entered.model_copy(update={"items": PROGRAMME[:1]}))
    assert given(entered, entered.model_copy(update={"items": PROGRAMME[:1]})).state().items == PROGRAMME[:1]


def test_an_empty_programme_and_an_item_named_twice_are_refused():
    given().when(EnterProgramme(period="2026-10", programme_no="1", items=())).refused("chưa có nội dung nào")
    twice = EnterProgramme(period="2026-10", programme_no="1", items=(PROGRAMME[0], PROGRAMME[0]))
    given().when(twice).refused("Mục P1 ghi hai lần")


def test_an_unknown_branch_has_no_programme():
    given.known(Known())().when(enter).refused("chưa biết chi bộ này")


def test_each_month_is_a_history_of_its_own():
    assert enter.subject(CODE) == entered.subject() == f"programme/{CODE}:2026-10"
