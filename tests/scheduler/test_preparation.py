"""Draft tasks and the committee's preparation before the notice (R19, R37)."""

from __future__ import annotations

from datetime import date

import pytest

from services.scheduler.domain.plan import Meeting
from services.scheduler.domain.preparation import (
    DraftAssignment,
    HoldPreparation,
    WithdrawDraft,
    nobody_took,
    without_task,
)
from shared.events.branch import MemberStatusChanged, MemberTransferred
from shared.events.meeting import Agreed, AssignmentDraftWithdrawn
from tests.sample_branch import CODE, branch
from tests.scheduler.october import (
    AGENDA,
    EIGHT,
    NINE,
    OCTOBER,
    PROGRAMME,
    THIRD,
    drafted,
    given,
    known,
    prepared,
    scheduled,
)


def draft(draft_id: str, to: str, **changes: object) -> DraftAssignment:
    return DraftAssignment.model_validate(
        {
            "meeting_id": OCTOBER,
            "draft_id": draft_id,
            "member_id": to,
            "text": f"Việc của {to}",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
            **changes,
        }
    )


committee = given.at("2026-09-28T16:30+07:00")


def hold(**changes: object) -> HoldPreparation:
    return HoldPreparation.model_validate(
        {
            "meeting_id": OCTOBER,
            "attendees": ["M01", "M02"],
            "by_telephone": ["M03"],
            "draft_resolution": "Dự thảo Nghị quyết tháng 10",
            "points_to_vote": ["Nghị quyết"],
            **changes,
        }
    )


# ------------------------------------------------------------------ drafts


def test_a_draft_names_its_member_partner_and_the_programme_item_it_serves():
    given(scheduled).when(draft("D1", "M06", programme_item_id="P1", partner_id="M08")).then(
        drafted("D1", "M06", "P1", "M08")
    )


def test_the_same_draft_again_changes_nothing_and_its_id_is_given_once():
    given(scheduled, drafted("D1", "M06")).when(draft("D1", "M06")).then()
    given(scheduled, drafted("D1", "M06")).when(draft("D1", "M07")).refused("đã dùng rồi")


def test_a_draft_replaced_or_withdrawn_no_longer_stands():
    new = drafted("D2", "M07", replaces="D1")
    given(scheduled, drafted("D1", "M06")).when(draft("D2", "M07", replaces="D1")).then(new)
    state: Meeting = given(scheduled, drafted("D1", "M06"), new).state()
    assert [one.draft_id for one in state.drafts] == ["D2"]
    given(scheduled, drafted("D1", "M06"), new).when(draft("D3", "M07", replaces="D1")).refused("còn hiệu lực")
    gone = AssignmentDraftWithdrawn(meeting_id=OCTOBER, draft_id="D2", member_id="M07", reason="trùng việc")
    withdraw = WithdrawDraft(meeting_id=OCTOBER, draft_id="D2", reason="trùng việc")
    given(scheduled, drafted("D1", "M06"), new).when(withdraw).then(gone)
    given(scheduled, drafted("D1", "M06"), new, gone).when(withdraw).then()
    given(scheduled, drafted("D1", "M06"), new).when(WithdrawDraft(meeting_id=OCTOBER, draft_id="D1")).then()
    given(scheduled).when(WithdrawDraft(meeting_id=OCTOBER, draft_id="D7")).refused("mang mã D7")


def test_R19_a_due_date_before_the_meeting_is_an_urgent_task_not_a_draft():
    given(scheduled).when(draft("D1", "M07", due_on="2026-10-02")).refused(
        "Hạn 02/10/2026 đứng trước ngày họp 03/10/2026"
    )
    given(scheduled).when(draft("D1", "M07", report_at="2026-09")).refused("Kỳ báo cáo 9/2026")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"member_id": "M99"}, "không có đồng chí nào mang mã M99"),
        ({"partner_id": "M99"}, "không có đồng chí nào mang mã M99"),
        ({"partner_id": "M06"}, "phải là người khác"),
        ({"programme_item_id": "P9"}, "không có mục P9"),
        ({"meeting_id": "99.001.002.000.012:2026-10"}, "không phải của chi bộ này"),
    ],
)
def test_a_draft_for_nobody_or_nothing_known_is_refused(changes, words):
    given(scheduled).when(draft("D1", "M06", **changes)).refused(words)


def test_a_member_who_leaves_before_the_meeting_gets_no_draft():
    gone = MemberTransferred(branch=CODE, member_id="M06", to="nơi khác", effective_on=THIRD)
    given.known(known(gone))(scheduled).when(draft("D1", "M06")).refused("đã chuyển đi từ ngày 03/10/2026")


def test_without_a_programme_no_item_can_be_served():
    given.known(known(programme=None))(scheduled).when(draft("D1", "M06", programme_item_id="P1")).refused("mục P1")


def test_no_draft_for_a_meeting_never_set():
    given().when(draft("D1", "M06")).refused("chưa được ấn định")


# ------------------------------------------------------------------ who has nothing yet


def test_R37_members_without_a_task_and_items_nobody_took():
    assert without_task(branch(), THIRD, EIGHT) == ("M08",)
    assert without_task(branch(), THIRD, NINE) == ()
    assert without_task(branch(), THIRD, ()) == branch().base(THIRD)
    assert nobody_took(PROGRAMME, EIGHT) == ()
    assert nobody_took(PROGRAMME, EIGHT[:4]) == ("P1",)


def test_R19_being_a_partner_is_not_a_task_of_ones_own():
    assert "M08" in without_task(branch(), THIRD, (drafted("D1", "M06", partner="M08"),))


# ------------------------------------------------------------------ the committee


def test_R37_the_committee_agrees_agenda_resolution_and_drafts_and_telephone_is_not_presence():
    committee(scheduled, *NINE).when(hold()).then(prepared)


def test_R37_what_is_still_open_stands_in_the_fact():
    committee(scheduled, *EIGHT[:5]).when(hold()).then(
        prepared.model_copy(
            update={"drafts": 5, "without_task": ("M06", "M07", "M08", "M11"), "items_nobody_took": ("P1",)}
        )
    )


def test_the_agreed_agenda_becomes_the_meetings():
    shorter = AGENDA[:1]
    agreed = prepared.model_copy(update={"agreed": Agreed(agenda=shorter), "drafts": 0})
    assert given(scheduled, agreed).state().agenda == shorter


def test_the_same_preparation_again_changes_nothing_even_after_another_draft():
    committee(scheduled, *EIGHT, prepared, NINE[-1]).when(hold()).then()


def test_a_cell_without_committee_is_prepared_by_secretary_and_deputy():
    small = [
        MemberTransferred(branch=CODE, member_id=member, to="nơi khác", effective_on=date(2026, 9, 1))
        for member in ("M04", "M05")
    ]
    cell = committee.known(known(*small))
    cell(scheduled).when(hold(by_telephone=[])).then(
        prepared.model_copy(
            update={
                "by_telephone": (),
                "with_committee": False,
                "committee_size": 2,
                "drafts": 0,
                "without_task": ("M01", "M02", "M03", "M06", "M07", "M08", "M11"),
                "items_nobody_took": ("P1", "P2"),
            }
        )
    )
    cell(scheduled).when(hold()).refused("bí thư và phó bí thư")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attendees": []}, "Chưa ghi đồng chí nào có mặt"),
        ({"attendees": ["M01", "M03"]}, "ghi hai lần"),
        ({"attendees": ["M01", "M01"], "by_telephone": []}, "ghi hai lần"),
        ({"attendees": ["M01", "M04"]}, "không thuộc chi ủy"),
        ({"attendees": ["M99"]}, "mang mã M99"),
        ({"held_on": "2026-09-29"}, "chưa tới"),
    ],
)
def test_a_preparation_that_cannot_be_is_refused(changes, words):
    committee(scheduled).when(hold(**changes)).refused(words)


def test_R37_a_preparation_after_the_meeting_is_none():
    committee.at("2026-10-06T08:00+07:00")(scheduled).when(hold()).refused("lại sau ngày họp")


def test_a_preparation_entered_late_names_its_day():
    committee.at("2026-09-30T08:00+07:00")(scheduled, *NINE).when(hold(held_on="2026-09-28")).then(prepared)


def test_members_away_are_no_gap():
    away = MemberStatusChanged(
        branch=CODE, member_id="M08", status="temporary_elsewhere", from_on=date(2026, 9, 1), until_on=None
    )
    assert without_task(branch(away), THIRD, EIGHT) == ()
