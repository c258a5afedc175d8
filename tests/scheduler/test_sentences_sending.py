"""What the clock and the calendars say, as it reads on the audit page."""

from __future__ import annotations

from datetime import date

import pytest

from shared.events.calendar_feed import CalendarFeedOpened, CalendarFeedWithdrawn
from shared.events.envelope import Fact
from shared.events.late_profile import LateProfileNoticed
from shared.events.sending import MaterialsMissed, NoticeSendingChosen, NoticeSentByItself, NoticeWithheld
from shared.events.unit_meeting import UnitMeetingCancelled, UnitMeetingMoved, UnitNoticeSent
from tests.sample_branch import CODE
from tests.scheduler.october import OCTOBER
from tests.scheduler.test_sentences import TELL

DUE, LATE = "2026-09-30T01:00:00.000000Z", "2026-10-01T02:15:00.000000Z"
UNION = f"{CODE}:2026-10:union"
DAY = date(2026, 10, 12)

SAID: tuple[tuple[Fact, str, str], ...] = (
    (
        NoticeSentByItself(meeting_id=OCTOBER, due_at=DUE, sent_at=DUE),
        "Thông báo tự gửi lúc 08:00 ngày 30/09/2026.",
        "The notice left by itself at 08:00 on 30/09/2026.",
    ),
    (
        NoticeSentByItself(meeting_id=OCTOBER, due_at=DUE, sent_at=LATE),
        "Thông báo tự gửi lúc 09:15 ngày 01/10/2026; hẹn gửi 08:00 ngày 30/09/2026, máy không chạy lúc đó.",
        (
            "The notice left by itself at 09:15 on 01/10/2026; it was due at 08:00 on 30/09/2026: the "
            "system was not running "
            "then."
        ),
    ),
    (
        NoticeWithheld(meeting_id=OCTOBER, due_at=DUE, missing=("CommitteePreparatoryHeld",)),
        "Đến 08:00 ngày 30/09/2026 thông báo chưa tự gửi được: chưa ghi buổi họp chi ủy chuẩn bị.",
        "At 08:00 on 30/09/2026 the notice could not leave by itself: no preparation by the committee.",
    ),
    (
        MaterialsMissed(
            meeting_id=OCTOBER,
            on=date(2026, 10, 3),
            due_on=date(2026, 10, 2),
            required_days=1,
            detected_on=date(2026, 10, 3),
        ),
        "Hết ngày 02/10/2026 chưa có tài liệu nào của buổi họp ngày 03/10/2026 (phải gửi trước 1 ngày).",
        (
            "By the end of 02/10/2026 no materials of the meeting of 03/10/2026 had been posted (1 day ahead are "
            "required)."
        ),
    ),
    (
        NoticeSendingChosen(branch=CODE, by_itself=False, hour=8),
        "Chi bộ chọn không để thông báo tự gửi; người phụ trách gửi từng lần.",
        "The branch chose that notices do not leave by themselves; somebody sends each.",
    ),
    (
        CalendarFeedOpened(branch=CODE, member_id="M04", revision=2),
        "Mở địa chỉ lịch của đ/c Đặng Thị Đoan (lần 2).",
        "Opened Đặng Thị Đoan's calendar address (no. 2).",
    ),
    (
        CalendarFeedWithdrawn(branch=CODE, revision=1),
        "Thu hồi địa chỉ lịch của chi bộ (lần 1).",
        "Withdrew the branch's calendar address (no. 1).",
    ),
    (
        LateProfileNoticed(
            meeting_id=OCTOBER,
            rule_subject="meeting",
            day=date(2026, 10, 3),
            pinned="hd42@1",
            chosen="hd50@1",
            title="Hướng dẫn mới",
            valid_from=date(2026, 10, 1),
            final=True,
        ),
        (
            "Quy định «Hướng dẫn mới» về sinh hoạt chi bộ, áp dụng từ ngày 01/10/2026, về đến sau khi đã ấn định "
            "buổi họp ngày 03/10/2026; buổi họp vẫn theo hd42, bản 1: buổi họp đã khai mạc nên kết quả giữ "
            "nguyên, chỉ xem thử "
            "được theo quy định mới."
        ),
        (
            "The rules “Hướng dẫn mới” about cell meetings, in force from 01/10/2026, arrived after the meeting of "
            "03/10/2026 was set; it stays under hd42, version 1: it has opened, so its results stay "
            "and the new rules allow a "
            "what-if only."
        ),
    ),
    (
        UnitNoticeSent(
            meeting_id=UNION,
            book="union",
            revision=1,
            issued_on=date(2026, 10, 5),
            for_on=DAY,
            lead_days=7,
            recipients=("P1", "P2"),
        ),
        "Thông báo cuộc họp công đoàn ngày 12/10/2026 được gửi ngày 05/10/2026 tới 2 người, trước 7 ngày.",
        "The notice of the meeting of the union on 12/10/2026 went to 2 on 05/10/2026, 7 days ahead.",
    ),
    (
        UnitMeetingMoved(
            meeting_id=UNION,
            book="union",
            revision=1,
            from_on=DAY,
            from_starts_at="15:00",
            to_on=date(2026, 10, 14),
            to_starts_at="16:00",
            place="Phòng 2",
            reason="Trùng lịch.",
        ),
        "Cuộc họp công đoàn được dời từ 15:00 ngày 12/10/2026 sang 16:00 ngày 14/10/2026, lý do: Trùng lịch.",
        "The meeting of the union was moved from 15:00 on 12/10/2026 to 16:00 on 14/10/2026, reason: Trùng lịch.",
    ),
    (
        UnitMeetingCancelled(meeting_id=UNION, book="professional", on=DAY, reason="Bão"),
        "Cuộc họp chuyên môn ngày 12/10/2026 không tổ chức, lý do: Bão.",
        "The meeting of the professional unit on 12/10/2026 was called off, reason: Bão.",
    ),
)


@pytest.mark.parametrize(("fact", "vi", "en"), SAID)
def test_it_reads_as_agreed(fact: Fact, vi: str, en: str):
    assert (fact.vi(TELL), fact.en(TELL)) == (vi, en)
