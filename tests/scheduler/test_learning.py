"""Who presents a document, and study sessions held: the documents and the sessions of the sample year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.scheduler.domain.known import Known, MeetingNow
from services.scheduler.domain.learning import DISSEMINATION, STUDYING, AssignDissemination, RecordStudySession
from shared.events.learning import DisseminationAssigned, StudySessionHeld
from tests.given_when_then import scenario
from tests.sample_branch import CODE, branch
from tests.scheduler.october import FIFTH, OCTOBER
from tests.scheduler.test_sentences import TELL

PLANNED = MeetingNow(OCTOBER, "regular", "2026-10", FIFTH, "planned", chair_id="M07")
document = scenario(DISSEMINATION, Known(branch=branch(), meetings={OCTOBER: PLANNED}))
session = scenario(STUDYING, Known(branch=branch()))
charged = DisseminationAssigned(
    branch=CODE, doc_no="HD MẪU-11", member_id="M05", presents_as="rapporteur", meeting_id=OCTOBER, due_on=FIFTH
)
held = StudySessionHeld(
    branch=CODE, session_id="1", title="Bài 1", held_on=date(2026, 6, 20), place="Hội trường", led_by="M05"
)


def charge(member_id: str = "M05", **changes: Any) -> AssignDissemination:
    data = {"doc_no": "HD MẪU-11", "member_id": member_id, "meeting_id": OCTOBER}
    return AssignDissemination.model_validate({**data, **changes})


def test_R39_the_rapporteur_is_charged_with_a_document_and_the_later_charge_holds():
    document().when(charge()).then(charged)
    document(charged).when(charge()).then()
    other = charged.model_copy(update={"member_id": "M02", "presents_as": "deputy_secretary"})
    document(charged).when(charge("M02")).then(other)
    chair = charged.model_copy(update={"member_id": "M07", "presents_as": "chair"})
    document().when(charge("M07")).then(chair)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (charge("M08"), "không phải bí thư"),
        (charge("M99"), "không có đồng chí nào"),
        (charge(meeting_id=f"{CODE}:2026-12"), "chọn một buổi họp sắp tới"),
        (charge(meeting_id="99.001.002.000.012:2026-10"), "không phải của chi bộ này"),
    ],
)
def test_R39_only_who_may_present_at_a_meeting_to_come(command: AssignDissemination, words: str):
    document().when(command).refused(words)


def test_a_study_session_is_written_down_once():
    command = RecordStudySession.model_validate(held.model_dump(exclude={"branch"}))
    session().when(command).then(held)
    session(held).when(command).then()
    session(held).when(command.model_copy(update={"title": "Bài 2"})).refused("đặt mã khác")
    session().when(command.model_copy(update={"held_on": date(2026, 9, 27)})).refused("chưa diễn ra")
    session().when(command.model_copy(update={"led_by": "M99"})).refused("không có đồng chí nào")


def test_a_charge_and_a_study_session_read_plainly():
    assert charged.vi(TELL) == "Giao đ/c M05 (báo cáo viên) phổ biến văn bản HD MẪU-11 tại buổi họp ngày 05/10/2026."
    assert charged.en(TELL) == "M05 (rapporteur) is to present document HD MẪU-11 at the meeting of 05/10/2026."
    assert held.vi(TELL) == "Buổi học 1 «Bài 1» được tổ chức ngày 20/06/2026 tại Hội trường, đ/c M05 hướng dẫn."
    assert held.en(TELL) == "Study session 1 “Bài 1” was held on 20/06/2026 at Hội trường, led by M05."
    assert charge().subject(CODE) == charged.subject()
    assert RecordStudySession(session_id="1", title="Bài 1", held_on=FIFTH).subject(CODE) == held.subject()
