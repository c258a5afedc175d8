"""What the audit page says of things beside debate and after the meeting."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.events.afterwards import MinutesFlagCleared, MinutesFlagRaised
from shared.events.envelope import Fact
from shared.events.sitting import (
    AgendaItemTaken,
    CriticismGiven,
    DuesStatusReported,
    EncouragementAssigned,
    GuestPresent,
    PolicyDisseminated,
)
from shared.events.study import BasisDocumentAdopted, StudyMadeUp
from tests.minutes.october import AFTERWARDS, MEETING, SCORED, clock
from tests.minutes.test_sentences import TELL
from tests.sample_branch import CODE

FLAG: dict[str, Any] = {
    "branch": CODE,
    "meeting_id": MEETING,
    "flag": "catch_up_overdue",
    "item": "HD MẪU-11",
    "member_id": "M01",
    "due_on": date(2026, 10, 12),
    "rule": "R39",
    "missing": "DisseminationCaughtUp",
}


@pytest.mark.parametrize(
    ("fact", "vi", "en"),
    [
        (
            AgendaItemTaken(meeting_id=MEETING, item=8, at=clock("15:00"), after=9),
            "Chi bộ chuyển sang mục 8 lúc 15:00, sau mục 9: không theo thứ tự chương trình.",
            "The meeting came to item 8 at 15:00, after item 9: not in the order of the agenda.",
        ),
        (
            GuestPresent(
                meeting_id=MEETING, guest_id="G1", guest_kind="superior", position="Phó ban", at=clock("14:02")
            ),
            "Một đại biểu cấp trên (phó ban) dự buổi họp từ 14:02.",
            "A delegate of the superior (phó ban) attended from 14:02.",
        ),
        (
            DuesStatusReported(meeting_id=MEETING, period="2026-10", paid=11, owing=0),
            "Đảng phí tháng 10/2026: 11 đồng chí đã nộp, không còn đồng chí nào chưa nộp.",
            "Dues of October 2026: 11 paid, none owing.",
        ),
        (
            PolicyDisseminated(
                meeting_id=MEETING, doc_no="CV 1", by="M02", by_role="chair", heard=("M02", "M03"), to_catch_up=()
            ),
            "Đ/c Tôn Nữ Quỳnh Dao (chủ trì) phổ biến văn bản CV 1; 2 đồng chí đã nghe, đủ số phải nghe.",
            "Tôn Nữ Quỳnh Dao (chair) presented document CV 1; 2 heard it, nobody was missing.",
        ),
        (
            EncouragementAssigned(
                meeting_id=MEETING, encouragement_id="E1", by="M03", member_id="M08", due_on=date(2026, 10, 20)
            ),
            "Đ/c Lô Văn Phủng được cử gặp gỡ, động viên đ/c Huỳnh Út Lành, trước hết ngày 20/10/2026.",
            "Lô Văn Phủng is to see and encourage Huỳnh Út Lành by the end of 20/10/2026.",
        ),
        (
            CriticismGiven(meeting_id=MEETING, by="M02", member_id="M05", item=9),
            "Đ/c Tôn Nữ Quỳnh Dao góp ý, phê bình đ/c Cao Tiến Ngạn (nội dung chỉ chi bộ được đọc).",
            "Tôn Nữ Quỳnh Dao criticised Cao Tiến Ngạn (content open to the cell only).",
        ),
        (
            SCORED.model_copy(
                update={"total": "90.5", "band": "q_fair", "not_full": ("4.2",), "superior_confirms": False}
            ),
            (
                "Chi bộ chấm buổi sinh hoạt 90,5 điểm (5·4·9·37·5·25·5): Tốt, xuống Khá vì mục 4.2 chưa tối đa; "
                "dự 8/9 (chưa đạt tỷ lệ quy định)."
            ),
            (
                "The cell gave its meeting 90.5 marks (5 · 4 · 9 · 37 · 5 · 25 · 5): Good, lowered to Fair because "
                "4.2 lacks the maximum; attendance 8/9 (below what is asked)."
            ),
        ),
        (
            AFTERWARDS[0].facts[0],
            (
                "Tài liệu buổi họp được gửi tới cấp ủy cấp trên, Sổ tay đảng viên điện tử, đảng viên trong chi bộ "
                "lúc 18:02 ngày 05/10/2026: đúng hạn (hạn hết ngày 07/10/2026)."
            ),
            (
                "The meeting's papers went to the superior committee, the electronic handbook, the members "
                "at 18:02 on 05/10/2026: on time (due by the end of 07/10/2026)."
            ),
        ),
        (
            AFTERWARDS[3].facts[0],
            (
                "Đ/c Nguyễn Thị Hoa đề nghị đính chính biên bản, dòng O13, ngày 19/10/2026; biên bản giữ nguyên, "
                "chi bộ quyết định tại kỳ sinh hoạt thường kỳ tới."
            ),
            (
                "Nguyễn Thị Hoa asked on 19/10/2026 to correct the minutes, line O13; they stay as they are, "
                "and the cell decides at its next regular meeting."
            ),
        ),
        (
            AFTERWARDS[4].facts[0],
            (
                "Ngày 03/11/2026, chi bộ đồng ý đính chính theo đề nghị của đ/c Nguyễn Thị Hoa; "
                "biên bản cũ giữ nguyên, kèm trang đính chính."
            ),
            (
                "On 03/11/2026 the cell agreed to the correction asked for by Nguyễn Thị Hoa; "
                "the old minutes stay, with an addendum."
            ),
        ),
        (
            MinutesFlagRaised(**FLAG, detected_on=date(2026, 10, 15)),
            (
                "Quá hạn ngày 12/10/2026, phát hiện ngày 15/10/2026: chưa phổ biến lại cho đồng chí vắng "
                "(HD MẪU-11, đ/c Hoàng Đình Khiêm)."
            ),
            (
                "Overdue since 12/10/2026, noticed on 15/10/2026: somebody absent was not caught up on a document "
                "(HD MẪU-11, Hoàng Đình Khiêm)."
            ),
        ),
        (
            MinutesFlagCleared(**FLAG, cleared_on=date(2026, 10, 15), answered=True),
            (
                "Xóa nhắc việc quá hạn ngày 12/10/2026, chưa phổ biến lại cho đồng chí vắng "
                "(HD MẪU-11, đ/c Hoàng Đình Khiêm): đã có, chậm 3 ngày."
            ),
            (
                "The flag of 12/10/2026 was cleared, somebody absent was not caught up on a document "
                "(HD MẪU-11, Hoàng Đình Khiêm): it came, 3 days late."
            ),
        ),
        (
            StudyMadeUp(branch=CODE, session_id="S1", member_id="M07", on=date(2026, 9, 20), due_on=date(2026, 9, 20)),
            "Đ/c Nguyễn Thị Hoa học bù ngày 20/09/2026, đúng hạn.",
            "Nguyễn Thị Hoa made the study session up on 20/09/2026, in time.",
        ),
        (
            BasisDocumentAdopted(branch=CODE, doc_no="CT 05", from_on=date(2016, 5, 15), supersedes="CT 03"),
            "Từ ngày 15/05/2016, tự phê bình và phê bình căn cứ CT 05, thay CT 03.",
            "From 15/05/2016 self-criticism and criticism rest on CT 05, in place of CT 03.",
        ),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Fact) else "",
)
def test_the_audit_page_says(fact: Fact, vi: str, en: str):
    assert fact.vi(TELL) == vi
    assert fact.en(TELL) == en
