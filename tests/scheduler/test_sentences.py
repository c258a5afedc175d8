"""The facts of scheduler as they read on the audit page, in the wording agreed for them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from shared.days import VIETNAM
from shared.events.envelope import Fact, Told
from shared.events.meeting import (
    FACTS,
    AssignmentDraftWithdrawn,
    AttendanceIntended,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
    ChairDelegated,
    Document,
    MaterialsPosted,
    MeetingCancelled,
    MinuteTakerAssigned,
    NoticeDelivered,
    NoticeMissed,
    NoticeNumbered,
    ProgrammeEntered,
    RegularMeetingMissed,
    RescheduleAcknowledged,
)
from tests.sample_branch import CODE
from tests.scheduler.october import OCTOBER, PROGRAMME, drafted, issued, moved, prepared, revised, scheduled

NAMES = {
    "M01": "Hoàng Đình Khiêm",
    "M02": "Tôn Nữ Quỳnh Dao",
    "M04": "Đặng Thị Đoan",
    "M06": "Nguyễn Thị Hòa",
    "M07": "Nguyễn Thị Hoa",
    "M08": "Huỳnh Út Lành",
    "M11": "Và Bá Xềnh",
    "F01": "Mai Thế Uyển",
}
TELL = Told(
    name=lambda id: NAMES.get(id, id),
    at=datetime(2026, 9, 29, 8, 5, tzinfo=VIETNAM),
    actor="Hoàng Đình Khiêm",
    given=lambda id: NAMES.get(id, id).rpartition(" ")[2],
)


def delivered(channel: str, *, member_id: str = "M08", revision: int = 1, confirmed: bool = True) -> NoticeDelivered:
    return NoticeDelivered.model_validate(
        {
            "meeting_id": OCTOBER,
            "revision": revision,
            "member_id": member_id,
            "channel": channel,
            "by": "M04",
            "confirmed": confirmed,
        }
    )


briefed = BriefingDelivered(
    branch=CODE,
    meeting_id=OCTOBER,
    period="2026-10",
    member_id="M02",
    local="Khắc phục hậu quả bão",
    national="Ngày Chuyển đổi số quốc gia 10/10.",
    world="Kinh nghiệm ứng phó lũ lụt",
    minutes_used=11,
)
TWENTY: list[tuple[Fact, str, str]] = [
    (
        scheduled,
        (
            "Đ/c Hoàng Đình Khiêm ấn định sinh hoạt thường kỳ tháng 10/2026 vào 07:30 ngày 03/10/2026 "
            "tại Phòng họp tầng 2."
        ),
        "Hoàng Đình Khiêm set the regular meeting of October 2026 for 07:30 on 03/10/2026 at Phòng họp tầng 2.",
    ),
    (
        prepared,
        (
            "Chi ủy họp chuẩn bị ngày 28/09/2026, có mặt 2/3 đồng chí, thống nhất chương trình, dự thảo nghị quyết "
            "và 9 dự kiến phân công."
        ),
        (
            "The committee prepared the meeting on 28/09/2026, 2 of 3 present, and agreed the agenda, the draft "
            "resolution and 9 draft assignments."
        ),
    ),
    (
        issued(),
        (
            "Thông báo được gửi ngày 28/09/2026 tới 9 đảng viên và đ/c cấp ủy theo dõi, trước buổi họp 5 ngày: "
            "đúng hạn (quy ước 3 ngày)."
        ),
        (
            "The notice went out on 28/09/2026 to 9 members and the superior's follower, 5 days ahead: on time "
            "(the charter asks 3)."
        ),
    ),
    (
        issued(issued_on=date(2026, 10, 1), lead_days=2, on_time=False, reason="mất điện.", without_committee=True),
        (
            "Thông báo được gửi ngày 01/10/2026 tới 9 đảng viên và đ/c cấp ủy theo dõi, trước buổi họp 2 ngày: "
            "muộn 1 ngày (quy ước 3 ngày), lý do: mất điện; chưa có buổi họp chi ủy chuẩn bị."
        ),
        (
            "The notice went out on 01/10/2026 to 9 members and the superior's follower, 2 days ahead: late by 1 day "
            "(the charter asks 3), reason: mất điện; without a preparation by the committee."
        ),
    ),
    (
        NoticeNumbered(meeting_id=OCTOBER, revision=1, doc_no="41-TB/CB"),
        "Thông báo mang số 41-TB/CB.",
        "The notice bears the number 41-TB/CB.",
    ),
    (
        NoticeNumbered(meeting_id=OCTOBER, revision=2, doc_no="44-TB/CB", skipped_because="hai số ghi trên giấy."),
        "Thông báo lần 2 mang số 44-TB/CB; bỏ cách số vì hai số ghi trên giấy.",
        "Notice no. 2 bears the number 44-TB/CB; numbers are left out because: hai số ghi trên giấy.",
    ),
    (
        delivered("paper"),
        (
            "Đ/c Đặng Thị Đoan trao tận tay thông báo cho đ/c Huỳnh Út Lành ngày 29/09/2026; đ/c Lành đã ký nhận trên "
            "giấy."
        ),
        "Đặng Thị Đoan handed the notice to Huỳnh Út Lành on 29/09/2026; Lành signed for it on paper.",
    ),
    (
        delivered("telephone", revision=2, confirmed=False),
        "Đ/c Đặng Thị Đoan gọi điện báo thông báo lần 2 cho đ/c Huỳnh Út Lành ngày 29/09/2026.",
        "Đặng Thị Đoan told Huỳnh Út Lành of notice no. 2 by telephone on 29/09/2026.",
    ),
    (
        delivered("app", member_id="M07"),
        "Đ/c Nguyễn Thị Hoa đã nhận thông báo trên ứng dụng ngày 29/09/2026.",
        "Nguyễn Thị Hoa received the notice in the app on 29/09/2026.",
    ),
    (
        moved(),
        (
            "Buổi họp được dời từ 07:30 ngày 03/10 sang 14:00 ngày 05/10/2026 vì thiên tai; thông báo lại trước "
            "3 ngày, đúng hạn."
        ),
        (
            "The meeting was moved from 07:30 on 03/10 to 14:00 on 05/10/2026 because of a natural disaster; "
            "re-notified 3 days ahead, on time."
        ),
    ),
    (
        moved(to_on=date(2027, 1, 4), lead_days=2, on_time=False, reason="other", words="mất điện", place="Hội trường"),
        (
            "Buổi họp được dời từ 07:30 ngày 03/10/2026 sang 14:00 ngày 04/01/2027 tại Hội trường vì mất điện; "
            "thông báo lại trước 2 ngày, muộn 1 ngày."
        ),
        (
            "The meeting was moved from 07:30 on 03/10/2026 to 14:00 on 04/01/2027 at Hội trường because of: mất điện; "
            "re-notified 2 days ahead, late by 1 day."
        ),
    ),
    (
        ChairDelegated(meeting_id=OCTOBER, period="2026-10", from_id="M01", to_id="M02", to_role="deputy_secretary"),
        "Bí thư vắng có lý do, ủy quyền đ/c phó bí thư Tôn Nữ Quỳnh Dao chủ trì buổi họp tháng 10/2026.",
        "The secretary, excused, delegated the chair of the October 2026 meeting to the deputy, Tôn Nữ Quỳnh Dao.",
    ),
    (
        BriefingAssigned(
            branch=CODE,
            meeting_id=OCTOBER,
            period="2026-10",
            on=date(2026, 10, 3),
            cycle=2,
            turn=1,
            member_id="M01",
        ),
        "Đ/c Hoàng Đình Khiêm được phân công thông tin thời sự tháng 10/2026 (vòng 2, lượt 1).",
        "Hoàng Đình Khiêm was assigned the current-affairs briefing of October 2026 (round 2, turn 1).",
    ),
    (
        BriefingSubstituted(
            branch=CODE,
            meeting_id=OCTOBER,
            period="2026-10",
            cycle=2,
            member_id="M02",
            for_member_id="M01",
            reason="excused",
            next_period="2026-11",
        ),
        (
            "Đ/c Tôn Nữ Quỳnh Dao trình bày thời sự thay đ/c Hoàng Đình Khiêm vắng có lý do; lượt tháng 11 dành cho "
            "đ/c Khiêm."
        ),
        "Tôn Nữ Quỳnh Dao briefed in place of Hoàng Đình Khiêm, excused; November's turn is kept for Khiêm.",
    ),
    (
        briefed,
        (
            "Đ/c Tôn Nữ Quỳnh Dao thông tin thời sự tháng 10/2026 trong 11 phút: địa phương – Khắc phục hậu quả bão; "
            "trong nước – Ngày Chuyển đổi số quốc gia 10/10; quốc tế – Kinh nghiệm ứng phó lũ lụt."
        ),
        (
            "Tôn Nữ Quỳnh Dao gave the current-affairs briefing of October 2026 in 11 minutes: local – Khắc phục "
            "hậu quả bão; national – Ngày Chuyển đổi số quốc gia 10/10; world – Kinh nghiệm ứng phó lũ lụt."
        ),
    ),
    (
        drafted("D1", "M06", "P1", "M11"),
        (
            "Dự kiến giao đ/c Nguyễn Thị Hòa, đ/c Và Bá Xềnh phối hợp: Việc của M06 (mục P1 của chương trình công "
            "tác), xong trước hết ngày 30/10/2026, báo cáo tại kỳ tháng 11/2026."
        ),
        (
            "Drafted for Nguyễn Thị Hòa, with Và Bá Xềnh: Việc của M06 (programme item P1), by the end of 30/10/2026, "
            "to report in November 2026."
        ),
    ),
    (
        revised(),
        (
            "Thông báo lần 2 được gửi ngày 02/10/2026 tới 9 đảng viên và đ/c cấp ủy theo dõi vì buổi họp được dời: "
            "họp 14:00 ngày 05/10/2026 tại Phòng họp tầng 2; trước buổi họp 3 ngày: đúng hạn (quy ước 3 ngày)."
        ),
        (
            "Notice no. 2 went out on 02/10/2026 to 9 members and the superior's follower because the meeting moved: "
            "14:00 on 05/10/2026 at Phòng họp tầng 2; 3 days ahead: on time (the charter asks 3)."
        ),
    ),
    (
        RescheduleAcknowledged(meeting_id=OCTOBER, revision=1, by="F01"),
        "Đ/c Mai Thế Uyển, cấp ủy theo dõi, xác nhận đã biết việc dời buổi họp.",
        "Mai Thế Uyển, the superior's follower, acknowledged the move of the meeting.",
    ),
    (
        MinuteTakerAssigned(meeting_id=OCTOBER, member_id="M07"),
        "Đ/c Nguyễn Thị Hoa được cử làm thư ký ghi biên bản buổi họp.",
        "Nguyễn Thị Hoa was named to take the minutes of the meeting.",
    ),
    (
        MeetingCancelled(meeting_id=OCTOBER, on=date(2026, 10, 3), reason="force_majeure", words="bão số 9"),
        "Buổi họp ngày 03/10/2026 không tổ chức vì thiên tai (bão số 9).",
        "The meeting of 03/10/2026 was called off because of a natural disaster (bão số 9).",
    ),
    (
        NoticeMissed(
            meeting_id=OCTOBER,
            on=date(2026, 10, 3),
            due_on=date(2026, 9, 30),
            required_days=3,
            detected_at="2026-09-30T17:00:00.000000Z",
        ),
        "Hết ngày 30/09/2026 chưa có thông báo cho buổi họp ngày 03/10/2026 (quy ước báo trước 3 ngày).",
        "By the end of 30/09/2026 no notice of the meeting of 03/10/2026 had gone out (the charter asks 3 days).",
    ),
    (
        RegularMeetingMissed(
            meeting_id=OCTOBER, period="2026-10", why="not_opened", detected_at="2026-10-31T17:00:00.000000Z"
        ),
        "Hết tháng 10/2026 chưa ghi nhận buổi sinh hoạt thường kỳ nào (chưa ghi khai mạc).",
        "October 2026 ended with no regular meeting on record (no opening recorded).",
    ),
    (
        MaterialsPosted(
            meeting_id=OCTOBER,
            documents=(Document(title="Đề cương"),),
            posted_on=date(2026, 10, 2),
            for_on=date(2026, 10, 3),
            lead_days=1,
            required_days=1,
            on_time=True,
        ),
        (
            "1 tài liệu của buổi họp ngày 03/10/2026 được gửi tới đảng viên ngày 02/10/2026, trước 1 ngày: đúng hạn "
            "(quy định 1 ngày)."
        ),
        (
            "1 document for the meeting of 03/10/2026 went to the members on 02/10/2026, 1 day ahead: on time "
            "(1 required)."
        ),
    ),
    (
        AttendanceIntended(meeting_id=OCTOBER, member_id="M11", intends="coming"),
        "Đ/c Và Bá Xềnh báo sẽ dự họp.",
        "Và Bá Xềnh will come.",
    ),
    (
        AssignmentDraftWithdrawn(meeting_id=OCTOBER, draft_id="D1", member_id="M06", reason="trùng việc"),
        "Rút một dự kiến phân công của đ/c Nguyễn Thị Hòa, lý do: trùng việc.",
        "A draft assignment of Nguyễn Thị Hòa was withdrawn, reason: trùng việc.",
    ),
    (
        ProgrammeEntered(branch=CODE, period="2026-10", programme_no="10-CTr/ĐU", items=PROGRAMME),
        "Chương trình công tác tháng 10/2026 của cấp trên (số 10-CTr/ĐU) được nhập, gồm 2 nội dung.",
        "The superior's work programme of October 2026 (no. 10-CTr/ĐU) was entered, 2 items.",
    ),
]


@pytest.mark.parametrize(("fact", "vi", "en"), TWENTY, ids=[type(fact).__name__ for fact, _, _ in TWENTY])
def test_a_fact_reads_as_the_audit_page_says_it(fact, vi, en):
    assert fact.vi(TELL) == vi
    assert fact.en(TELL) == en


def test_every_fact_of_scheduler_is_read_here():
    assert {type(fact) for fact, _, _ in TWENTY} == set(FACTS)


def test_the_gaps_at_the_preparation_are_said():
    gaps = prepared.model_copy(
        update={"drafts": 1, "without_task": ("M08", "M11"), "items_nobody_took": ("P1",), "with_committee": False}
    )
    assert gaps.vi(TELL).startswith("Bí thư và phó bí thư họp chuẩn bị")
    assert gaps.vi(TELL).endswith("còn 1 nội dung chương trình công tác chưa ai nhận; còn 2 đồng chí chưa có việc.")
    assert gaps.en(TELL).endswith("1 draft assignment; 1 programme item taken by nobody; 2 members without a task.")


def test_where_no_days_are_asked_none_are_named():
    called = issued(required_days=0, recipients=("M01",), follower_id=None, lead_days=1)
    assert called.vi(TELL) == ("Thông báo được gửi ngày 28/09/2026 tới 1 đảng viên, trước buổi họp 1 ngày: đúng hạn.")
    assert called.en(TELL) == "The notice went out on 28/09/2026 to 1 member, 1 day ahead: on time."


def test_where_the_earlier_notice_counts_the_sentences_say_so():
    kept = moved(restarts_notice=False, on_time=False)
    assert kept.vi(TELL).endswith("thời hạn vẫn tính theo thông báo trước.")
    assert revised(restarts=False).vi(TELL).endswith("thời hạn tính theo thông báo trước.")
    assert moved(notified_before=False).vi(TELL).endswith("trước khi gửi thông báo.")
