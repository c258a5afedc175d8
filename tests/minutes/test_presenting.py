"""A document somebody is charged to present, and the flag when the meeting's day passes without it (R39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.minutes.domain.known import Charge
from services.minutes.domain.presenting import PRESENTING, ClearPresentingFlag, RaisePresentingFlag, owed
from services.minutes.domain.remembered import Presented
from shared.events.presenting import PresentingFlagCleared, PresentingFlagRaised
from tests.given_when_then import scenario
from tests.minutes.october import DAY, KNOWN, MEETING, PLANNED
from tests.sample_branch import CODE

THIRD = date(2026, 10, 3)
CHARGED = Charge(doc_no="HD MẪU-13", member_id="M05", meeting_id=MEETING, due_on=THIRD, said_on=date(2026, 9, 28))
BY_THE_FIFTH = CHARGED.model_copy(update={"due_on": DAY})
RAISED = PresentingFlagRaised(
    branch=CODE, meeting_id=MEETING, flag="not_presented", item="HD MẪU-13", member_id="M05", due_on=DAY, rule="R39",
    missing="PolicyDisseminated", detected_on=date(2026, 10, 6),
)  # fmt: skip
RAISE = RaisePresentingFlag(doc_no="HD MẪU-13", meeting_id=MEETING, due_on=DAY)
given = scenario(PRESENTING, replace(KNOWN, charge=BY_THE_FIFTH), actor="clock").at("2026-10-06T00:00:00+07:00")


def presented(doc_no: str, on: date) -> Presented:
    heard = {"by": "M05", "by_role": "rapporteur", "heard": ("M02",), "to_catch_up": (), "catch_up_by": None}
    return Presented(meeting_id=f"{CODE}:{on:%Y-%m}", doc_no=doc_no, title=None, on=on, **heard)


def test_R39_a_document_nobody_presented_is_flagged_once_the_meetings_day_is_over():
    given().at("2026-10-05T23:59:00+07:00").when(RAISE).then()
    given().when(RAISE).then(RAISED)
    given(RAISED).when(RAISE).then()
    given().at("2027-03-01T08:00:00+07:00").when(RAISE).then(
        RAISED.model_copy(update={"detected_on": date(2027, 3, 1)})
    )


def test_R39_presented_after_all_or_by_another_day_nothing_is_flagged():
    given().known(replace(KNOWN, charge=None)).when(RAISE).then()
    given().when(RAISE.model_copy(update={"due_on": THIRD})).then()


def test_R39_the_flag_ends_with_the_presenting_or_when_it_is_owed_no_more():
    for answered in (True, False):
        end = ClearPresentingFlag(
            doc_no="HD MẪU-13", meeting_id=MEETING, due_on=DAY, answered=answered, on=date(2026, 11, 3)
        )
        given().when(end).then()
        cleared = PresentingFlagCleared(
            **RAISED.model_dump(exclude={"detected_on"}), cleared_on=date(2026, 11, 3), answered=answered
        )
        given(RAISED).when(end).then(cleared)
        given(RAISED, cleared).when(end).then()


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ((), BY_THE_FIFTH),
        ((presented("HD MẪU-11", DAY),), BY_THE_FIFTH),
        ((presented("HD MẪU-13", date(2026, 9, 3)),), BY_THE_FIFTH),
        ((presented("HD MẪU-13", DAY),), None),
        ((presented("HD MẪU-13", date(2026, 11, 3)),), None),
    ],
)
def test_R39_it_is_owed_by_the_meetings_day_as_it_stands_until_presented_at_whatever_meeting(
    told: tuple[Presented, ...], left: Charge | None
):
    assert owed(CHARGED, PLANNED, told) == left


def test_R39_a_meeting_called_off_owes_no_presenting():
    assert owed(CHARGED, PLANNED.model_copy(update={"cancelled": True}), ()) is None
