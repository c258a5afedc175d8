"""The steps of a theme and their flags as they read on the audit page."""

from __future__ import annotations

from datetime import date

import pytest

from shared.events import scheduler_flag, theme
from shared.events.envelope import Fact
from shared.events.scheduler_flag import SchedulerFlagRaised
from shared.events.theme import ThematicReportReturned, ThematicReviewed, meeting_en, meeting_vi
from tests.sample_branch import CODE
from tests.scheduler.test_sentences import TELL
from tests.scheduler.test_theme import C3, DECEMBER, LATE, agreed, cleared, passed, raised

NOT_REVIEWED = raised("C3", "theme_not_reviewed", "2026-12-03", "2026-12-05")
QUARTER = SchedulerFlagRaised(
    branch=CODE,
    history="quarter",
    of="2026-Q2",
    flag="quarter_without_thematic",
    rule="R6",
    due_on=date(2026, 6, 30),
    missing="MeetingOpened",
    detected_on=date(2026, 7, 1),
)
RETURNED = ThematicReportReturned(
    branch=CODE,
    theme_id="C3",
    member_id="M02",
    submission=1,
    returned_on=date(2026, 9, 10),
    with_committee=False,
    remarks=LATE,
    again_by=date(2026, 9, 12),
)
REVIEWED = ThematicReviewed(
    branch=CODE,
    theme_id="C3",
    meeting_id=DECEMBER,
    named_meeting_id=DECEMBER,
    reviewed_on=date(2026, 12, 3),
    result="Đã có phiếu.",
)
TOLD: list[tuple[Fact, str, str]] = [
    (
        C3[0],
        (
            "Kế hoạch quý III/2026: chuyên đề C3 «Bám sát cơ sở», đ/c M03 chuẩn bị báo cáo trước hết ngày 07/09/2026, "
            "trình bày ngày 17/09/2026."
        ),
        (
            "Planned for the third quarter of 2026: theme C3 “Bám sát cơ sở”; M03 prepares the report by the end of "
            "07/09/2026, to be presented on 17/09/2026."
        ),
    ),
    (
        C3[1],
        "Giao đ/c M03 chuẩn bị báo cáo chuyên đề C3 ngày 06/07/2026, nộp dự thảo trước hết ngày 07/09/2026.",
        "M03 was charged on 06/07/2026 with the report on theme C3, the draft due by the end of 07/09/2026.",
    ),
    (
        C3[2],
        ("Đ/c M03 nộp báo cáo chuyên đề C3 (lần 1) ngày 09/09/2026, muộn 2 ngày so với hạn 07/09/2026, có nêu lý do."),
        "M03 submitted draft 1 of the report on theme C3 on 09/09/2026, 2 days after 07/09/2026, with a reason.",
    ),
    (
        RETURNED,
        (
            "Bí thư và phó bí thư trả lại báo cáo chuyên đề C3 (lần 1) ngày 10/09/2026; đ/c Tôn Nữ Quỳnh Dao "
            "hoàn thiện, nộp lại trước hết ngày 12/09/2026."
        ),
        (
            "The secretary and the deputy returned draft 1 of the report on theme C3 on 10/09/2026; "
            "Tôn Nữ Quỳnh Dao submits it again by the end of 12/09/2026."
        ),
    ),
    (
        passed("C3", "2026-09-14"),
        "Chi ủy thông qua báo cáo chuyên đề C3 (lần 1) ngày 14/09/2026, đúng hạn 16/09/2026.",
        "The committee passed draft 1 of the report on theme C3 on 14/09/2026, on time for 16/09/2026.",
    ),
    (
        C3[4],
        "Đ/c M03 trình bày chuyên đề C3 tại buổi sinh hoạt chuyên đề tháng 9/2026, ngày 17/09/2026.",
        "M03 presented theme C3 at the thematic meeting of September 2026 on 17/09/2026.",
    ),
    (
        agreed("C3", "T15", "T17", review=DECEMBER),
        (
            "Chi bộ thống nhất về chuyên đề C3 ngày 17/09/2026: Mỗi vấn đề có phiếu phản ánh; giao việc T15, T17; "
            "kiểm điểm kết quả tại buổi sinh hoạt thường kỳ tháng 12/2026."
        ),
        (
            "The cell agreed on theme C3 on 17/09/2026: Mỗi vấn đề có phiếu phản ánh; tasks T15, T17; "
            "to be reviewed at the regular meeting of December 2026."
        ),
    ),
    (
        agreed("C3", review=DECEMBER).model_copy(update={"no_new_task": True}),
        (
            "Chi bộ thống nhất về chuyên đề C3 ngày 17/09/2026: Mỗi vấn đề có phiếu phản ánh; không giao việc mới; "
            "kiểm điểm kết quả tại buổi sinh hoạt thường kỳ tháng 12/2026."
        ),
        (
            "The cell agreed on theme C3 on 17/09/2026: Mỗi vấn đề có phiếu phản ánh; no new task; "
            "to be reviewed at the regular meeting of December 2026."
        ),
    ),
    (
        REVIEWED,
        ("Kiểm điểm kết quả chuyên đề C3 tại buổi sinh hoạt thường kỳ tháng 12/2026, ngày 03/12/2026: Đã có phiếu."),
        "What became of theme C3 was reviewed at the regular meeting of December 2026 on 03/12/2026: Đã có phiếu.",
    ),
    (
        NOT_REVIEWED,
        "Hết ngày 03/12/2026 (phát hiện ngày 05/12/2026), chuyên đề C3: chưa kiểm điểm kết quả.",
        "By the end of 03/12/2026 (noticed on 05/12/2026), theme C3: what became of it was not reviewed.",
    ),
    (
        cleared(NOT_REVIEWED, "2026-12-07"),
        "Xóa nhắc việc quá hạn ngày 03/12/2026 của chuyên đề C3 (chưa kiểm điểm kết quả): đã làm, muộn 4 ngày.",
        "The flag of 03/12/2026 on theme C3 (what became of it was not reviewed) is cleared: done, 4 days late.",
    ),
    (
        QUARTER,
        "Hết ngày 30/06/2026, quý II/2026: chưa có buổi sinh hoạt chuyên đề nào.",
        "By the end of 30/06/2026, the second quarter of 2026: no thematic meeting was held.",
    ),
]


@pytest.mark.parametrize(("fact", "vi", "en"), TOLD, ids=lambda one: type(one).__name__)
def test_a_step_of_a_theme_reads_so(fact: Fact, vi: str, en: str):
    assert fact.vi(TELL) == vi
    assert fact.en(TELL) == en


def test_every_fact_of_a_theme_is_told_here():
    assert {type(fact) for fact, _, _ in TOLD} == {*theme.FACTS, *scheduler_flag.FACTS}


def test_a_meeting_that_names_no_month_is_told_by_its_id():
    assert (meeting_vi("M01"), meeting_en("M01")) == ("buổi họp M01", "the meeting M01")
    assert meeting_vi(f"{CODE}:2026-11:thematic-2") == "buổi sinh hoạt chuyên đề tháng 11/2026"
