"""Meetings of the professional unit and the union until they open: their own people, their own notice (R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.scheduler.domain.meeting import ScheduleMeeting
from services.scheduler.domain.unit import (
    UNIT,
    CancelUnitMeeting,
    Invited,
    MoveUnitMeeting,
    ScheduleUnitMeeting,
    SendUnitNotice,
)
from shared.events.sealed import Secret
from shared.events.unit_meeting import (
    Participant,
    UnitMeetingCancelled,
    UnitMeetingMoved,
    UnitMeetingScheduled,
    UnitNoticeSent,
)
from tests.given_when_then import scenario
from tests.sample_branch import CODE
from tests.scheduler.october import known

UNION = f"{CODE}:2026-10:union"
NAME = SecretStr("Vi Thị Mận")
given = scenario(UNIT, known(), actor="M11", role="union_minute_taker")


def wish(**changes: Any) -> ScheduleUnitMeeting:
    people = (Invited(person_id="P1", member_id="M05"), Invited(person_id="P2", name=NAME))
    return ScheduleUnitMeeting(
        meeting_id=UNION,
        title="Họp tổ công đoàn",
        period="2026-10",
        on=date(2026, 10, 12),
        starts_at="15:00",
        place="Phòng truyền thống",
        participants=people,
    ).model_copy(update=changes)


scheduled = UnitMeetingScheduled(
    meeting_id=UNION,
    book="union",
    title="Họp tổ công đoàn",
    period="2026-10",
    on=date(2026, 10, 12),
    starts_at="15:00",
    place="Phòng truyền thống",
    participants=(
        Participant(person_id="P1", member_id="M05"),
        Participant(person_id="P2", name=Secret(subject=f"branch/{CODE}", field="participants.1", text=NAME)),
    ),
)
moved = UnitMeetingMoved(
    meeting_id=UNION,
    book="union",
    revision=1,
    from_on=date(2026, 10, 12),
    from_starts_at="15:00",
    to_on=date(2026, 10, 14),
    to_starts_at="16:00",
    place="Phòng truyền thống",
    reason="Trùng lịch",
)
move = MoveUnitMeeting(meeting_id=UNION, to_on=date(2026, 10, 14), to_starts_at="16:00", words="Trùng lịch")


def notice(revision: int = 1, on: date = date(2026, 10, 12), lead: int = 16) -> UnitNoticeSent:
    return UnitNoticeSent(
        meeting_id=UNION,
        book="union",
        revision=revision,
        issued_on=date(2026, 9, 26),
        for_on=on,
        lead_days=lead,
        recipients=("P1", "P2"),
    )


def test_it_is_set_told_moved_with_its_notice_and_called_off():
    given().when(wish()).then(scheduled)
    given(scheduled).when(SendUnitNotice(meeting_id=UNION)).then(notice())
    given(scheduled, notice()).when(move).then(moved, notice(2, date(2026, 10, 14), 18))
    given(scheduled).when(move).then(moved)
    off = UnitMeetingCancelled(meeting_id=UNION, book="union", on=date(2026, 10, 12), reason="Bão")
    given(scheduled).when(CancelUnitMeeting(meeting_id=UNION, words="Bão")).then(off)


def test_saying_it_again_changes_nothing():
    off = UnitMeetingCancelled(meeting_id=UNION, book="union", on=date(2026, 10, 12), reason="Bão")
    given(scheduled).when(wish()).then()
    given(scheduled, notice()).when(SendUnitNotice(meeting_id=UNION)).then()
    given(scheduled, notice(), moved, notice(2)).when(move).then()
    given(scheduled, off).when(CancelUnitMeeting(meeting_id=UNION, words="Bão")).then()


def test_R9_an_id_of_the_cells_own_meetings_is_no_id_of_theirs():
    for id in (
        f"{CODE}:2026-10",
        f"{CODE}:2026-10:thematic",
        f"{CODE}:2026-11:union",
        "99.001.002.000.012:2026-10:union",
    ):
        given().when(wish(meeting_id=id)).refused("không phải mã cuộc họp chuyên môn hay công đoàn")
    with pytest.raises(ValidationError):
        ScheduleMeeting.model_validate({"meeting_id": UNION, "meeting_kind": "union", "period": "2026-10"})


def test_what_cannot_be_is_refused():
    given(scheduled).when(wish(starts_at="08:00")).refused("đã ấn định lúc 15:00")
    given().when(wish(on=date(2026, 11, 12))).refused("không nằm trong tháng 10/2026")
    given().at("2026-10-13T08:00:00+07:00").when(wish()).refused("đã qua")
    both = (Invited(person_id="P1", member_id="M05", name=NAME),)
    given().when(wish(participants=both)).refused("họ tên chỉ ở cuộc họp này")
    given().when(wish(participants=(*wish().participants, *wish().participants))).refused("Mỗi người mời ghi một mã")
    given().when(wish(participants=(Invited(person_id="P1", member_id="M99"),))).refused("mang mã M99")
    given().when(SendUnitNotice(meeting_id=UNION)).refused("chưa ấn định")
    opened = replace(known(), units_opened={UNION: datetime.fromisoformat("2026-09-26T07:00:00+07:00")})
    given(scheduled).known(opened).when(move).refused("đã khai mạc")
