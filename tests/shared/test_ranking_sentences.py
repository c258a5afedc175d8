"""The facts of tasks and ranking read as they stand on the audit page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from shared.events.envelope import Told
from shared.events.ranking import (
    FACTS,
    Cause,
    CellVote,
    MemberEvaluated,
    MemberRanked,
    RankingOpened,
    RankingVoted,
    SelfAssessmentFiled,
    TaskAssigned,
    TaskCompleted,
    TaskCount,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    TaskProgressReported,
    TaskTakenOver,
    UrgentTaskGiven,
)
from shared.events.sealed import Secret

B = "99.001.002.000.011"
NAMES = {
    "M02": "Tôn Nữ Quỳnh Dao",
    "M05": "Cao Tiến Ngạn",
    "M06": "Nguyễn Thị Hòa",
    "M07": "Nguyễn Thị Hoa",
    "M11": "Và Bá Xềnh",
}
TELL = Told(
    name=lambda member: NAMES.get(member, member),
    at=datetime(2026, 10, 5, 15, 45, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    actor=NAMES["M02"],
)
URGENT = "Lập danh sách đầu mối liên lạc của chi bộ vùng có nguy cơ ngập."
GUIDE = "Hướng dẫn đảng viên theo dõi địa bàn cách dùng phiếu phản ánh."
COLLECT = "Tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)."
CAUSES = (
    Cause(
        kind="objective",
        text=Secret(subject=f"member/{B}/M06", field="cause1", text=SecretStr("Cơ sở tập trung phòng, chống bão.")),
    ),
    Cause(
        kind="subjective",
        text=Secret(subject=f"member/{B}/M06", field="cause2", text=SecretStr("Chưa hẹn ngày thu với từng nơi.")),
    ),
)

CASES = [
    (
        UrgentTaskGiven(
            branch=B,
            task_id="T18",
            member_id="M07",
            text=URGENT,
            given_by="lãnh đạo phòng",
            given_at="2026-10-01T08:30:00.000000Z",
            due_at="2026-10-02T10:00:00.000000Z",
        ),
        (
            "Lãnh đạo phòng giao việc đột xuất cho đ/c Nguyễn Thị Hoa lúc 15:30 ngày 01/10, hạn 17:00 ngày 02/10/2026; "
            "đ/c Tôn Nữ Quỳnh Dao nhập."
        ),
        (
            "The head of the office gave Nguyễn Thị Hoa an urgent task at 15:30 on 01/10, due 17:00 on 02/10/2026; "
            "entered by Tôn Nữ Quỳnh Dao."
        ),
    ),
    (
        TaskAssigned(
            branch=B,
            task_id="T20",
            member_id="M06",
            partner_id="M11",
            text="Thu đủ nhận xét nơi cư trú còn lại.",
            due_on=date(2026, 11, 20),
            report_at="2026-12",
            origin="conclusion",
        ),
        (
            "Việc của đ/c Nguyễn Thị Hòa, đ/c Và Bá Xềnh phối hợp được ghi vào bảng phân công để theo dõi: "
            "«thu đủ nhận xét nơi cư trú còn lại», hạn hết ngày 20/11/2026, báo cáo tại kỳ tháng 12."
        ),
        (
            "The task of Nguyễn Thị Hòa, with Và Bá Xềnh, was entered in the list of tasks: "
            "“thu đủ nhận xét nơi cư trú còn lại”, due by the end of 20/11/2026, to report in December."
        ),
    ),
    (
        TaskAssigned(
            branch=B,
            task_id="T21",
            member_id="M06",
            text="CTĐ: rà soát hồ sơ.",
            due_on=date(2026, 12, 20),
            report_at="2027-01",
            origin="programme",
        ),
        (
            "Việc của đ/c Nguyễn Thị Hòa được ghi vào bảng phân công để theo dõi: «CTĐ: rà soát hồ sơ», "
            "hạn hết ngày 20/12/2026, báo cáo tại kỳ tháng 1/2027."
        ),
        (
            "The task of Nguyễn Thị Hòa was entered in the list of tasks: “CTĐ: rà soát hồ sơ”, "
            "due by the end of 20/12/2026, to report in January 2027."
        ),
    ),
    (
        TaskAssigned(
            branch=B,
            task_id="T18",
            member_id="M07",
            text=URGENT,
            due_on=date(2026, 10, 2),
            due_at="2026-10-02T10:00:00.000000Z",
            origin="urgent",
        ),
        (
            "Việc đột xuất của đ/c Nguyễn Thị Hoa được ghi vào bảng phân công: lập danh sách đầu mối liên lạc "
            "của chi bộ "
            "vùng có nguy cơ ngập, hạn 17:00 ngày 02/10/2026."
        ),
        (
            "The urgent task of Nguyễn Thị Hoa was entered in the list of tasks: “lập danh sách đầu mối liên lạc của "
            "chi bộ vùng có nguy cơ ngập”, due 17:00 on 02/10/2026."
        ),
    ),
    (
        TaskProgressReported(branch=B, task_id="T16", member_id="M06", text=COLLECT, progress="Đã thu 04/09 phiếu."),
        (
            "Tiến độ việc «tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)» của đ/c Nguyễn Thị Hòa: "
            "đã thu 04/09 phiếu."
        ),
        "Progress of “tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)” of Nguyễn Thị Hòa: đã thu 04/09 phiếu.",
    ),
    (
        TaskExtended(
            branch=B,
            task_id="T14",
            member_id="M07",
            text="Cập nhật biểu thống kê tổ chức đảng theo mẫu mới.",
            from_on=date(2026, 8, 28),
            to_on=date(2026, 9, 11),
            reason="Thay đổi mẫu biểu của cấp trên",
        ),
        (
            "Việc «cập nhật biểu thống kê tổ chức đảng theo mẫu mới» của đ/c Nguyễn Thị Hoa được gia hạn từ ngày "
            "28/08/2026 đến ngày 11/09/2026; lý do: thay đổi mẫu biểu của cấp trên."
        ),
        (
            "The task “cập nhật biểu thống kê tổ chức đảng theo mẫu mới” of Nguyễn Thị Hoa was extended from "
            "28/08/2026 "
            "to 11/09/2026; reason: thay đổi mẫu biểu của cấp trên."
        ),
    ),
    (
        TaskCompleted(
            branch=B,
            task_id="T18",
            member_id="M07",
            text=URGENT,
            due_on=date(2026, 10, 2),
            due_at="2026-10-02T10:00:00.000000Z",
            done_on=date(2026, 10, 2),
            done_at="2026-10-02T04:05:00.000000Z",
            outcome="on_time",
        ),
        "Đ/c Nguyễn Thị Hoa hoàn thành việc đột xuất lúc 11:05 ngày 02/10/2026, trước hạn 5 giờ 55 phút.",
        "Nguyễn Thị Hoa finished the urgent task at 11:05 on 02/10/2026, 5 hours 55 minutes early.",
    ),
    (
        TaskCompleted(
            branch=B,
            task_id="T17",
            member_id="M05",
            text=GUIDE,
            due_on=date(2026, 9, 28),
            done_on=date(2026, 9, 30),
            outcome="late",
            days_late=2,
            causes=CAUSES[1:],
        ),
        (
            "Đ/c Cao Tiến Ngạn hoàn thành việc «hướng dẫn đảng viên theo dõi địa bàn cách dùng phiếu phản ánh» ngày "
            "30/09/2026, chậm 2 ngày (hạn 28/09/2026); đã nêu nguyên nhân chủ quan."
        ),
        (
            "Cao Tiến Ngạn finished the task “hướng dẫn đảng viên theo dõi địa bàn cách dùng phiếu phản ánh” on "
            "30/09/2026, 2 days late (due 28/09/2026); subjective cause stated."
        ),
    ),
    (
        TaskFailed(
            branch=B,
            task_id="T16",
            member_id="M06",
            text=COLLECT,
            due_on=date(2026, 9, 25),
            ended_on=date(2026, 9, 30),
            causes=CAUSES,
            proposal="Giao tiếp 05 phiếu còn lại.",
        ),
        (
            "Đ/c Nguyễn Thị Hòa chưa hoàn thành việc «tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)» "
            "(hạn 25/09/2026); đã nêu nguyên nhân khách quan và chủ quan; đề xuất: giao tiếp 05 phiếu còn lại."
        ),
        (
            "Nguyễn Thị Hòa did not complete the task “tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)” "
            "(due 25/09/2026); objective and subjective causes stated; proposed: giao tiếp 05 phiếu còn lại."
        ),
    ),
    (
        TaskFollowedUp(branch=B, task_id="T16", member_id="M06", text=COLLECT, how="new_task", ref="T20"),
        (
            "Việc «tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)» của đ/c Nguyễn Thị Hòa "
            "được chuyển tiếp thành một việc mới."
        ),
        "The task “tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)” of Nguyễn Thị Hòa goes on as a new task.",
    ),
    (
        TaskHandedOver(
            branch=B,
            task_id="T16",
            member_id="M06",
            text=COLLECT,
            into="99.001.002.000.012",
            due_on=date(2026, 9, 25),
            ended_on=date(2026, 9, 1),
        ),
        (
            "Chi bộ kết thúc từ ngày 01/09/2026; việc còn mở của đ/c Nguyễn Thị Hòa «tổng hợp nhận xét của cấp ủy nơi "
            "cư trú năm 2026 (đợt 1)», hạn 25/09/2026, chuyển sang chi bộ 99.001.002.000.012 để giao làm tiếp."
        ),
        (
            "The branch ended on 01/09/2026; the open task of Nguyễn Thị Hòa, “tổng hợp nhận xét của cấp ủy nơi cư trú "
            "năm 2026 (đợt 1)”, due 25/09/2026, goes on in branch 99.001.002.000.012."
        ),
    ),
    (
        TaskTakenOver(
            branch=B,
            task_id="T30",
            member_id="M06",
            text="Bàn giao hồ sơ.",
            from_branch="99.001.002.000.010",
            from_task_id="T16",
        ),
        "Đ/c Nguyễn Thị Hòa nhận làm tiếp việc «bàn giao hồ sơ» của chi bộ 99.001.002.000.010 đã kết thúc.",
        "Nguyễn Thị Hòa goes on with a task of branch 99.001.002.000.010, which has ended: “bàn giao hồ sơ”.",
    ),
    (
        RankingOpened(
            branch=B,
            period="2026-09",
            members=("M05", "M06", "M07"),
            profile="seed-cell@1",
            self_assessment_due_on=date(2026, 9, 28),
        ),
        "Mở kỳ xếp loại tháng 9/2026 cho 3 đảng viên; tự đánh giá đến hết ngày 28/09/2026.",
        "The ranking of September 2026 opened for 3 members; self-assessments by the end of 28/09/2026.",
    ),
    (
        SelfAssessmentFiled(
            branch=B,
            period="2026-09",
            member_id="M05",
            proposed_rank="good",
            text=Secret(subject=f"member/{B}/M05", field="text", text=SecretStr("Đã cố gắng.")),
        ),
        "Đ/c Cao Tiến Ngạn tự đánh giá tháng 9/2026: Hoàn thành tốt (nội dung chỉ chi bộ được đọc).",
        "Cao Tiến Ngạn's self-assessment for September 2026: Good (content open to the cell only).",
    ),
    (
        MemberEvaluated(
            branch=B,
            period="2026-09",
            member_id="M05",
            computed_rank="completed",
            tasks=TaskCount(total=4, on_time=2, late=1, exceeded=1, failed=0),
            evidence=("e1",),
            reasons=(),
        ),
        (
            "Theo tiêu chí, đ/c Cao Tiến Ngạn tháng 9/2026 đạt mức Hoàn thành (4 việc đến hạn: 3 đúng hạn, 1 chậm, "
            "0 chưa hoàn thành)."
        ),
        (
            "By the criteria, Cao Tiến Ngạn reached Completed for September 2026 (4 tasks due: 3 on time, 1 late, "
            "0 not done)."
        ),
    ),
    (
        RankingVoted(
            branch=B,
            period="2026-09",
            meeting_id=f"{B}:2026-10",
            member_id="M06",
            rank="completed",
            for_=6,
            against=0,
            other=0,
            voters_present=6,
            base=10,
            needed=6,
            adopted=True,
        ),
        (
            "Chi bộ biểu quyết mức Hoàn thành tháng 9/2026 cho đ/c Nguyễn Thị Hòa: tán thành 6, không tán thành 0, "
            "ý kiến khác 0; cần từ 6 trên 10 đảng viên có quyền biểu quyết: được thông qua."
        ),
        (
            "The cell voted on Completed for Nguyễn Thị Hòa, September 2026: 6 for, 0 against, 0 other; "
            "6 of the 10 voting members are needed: adopted."
        ),
    ),
    (
        MemberRanked(
            branch=B,
            period="2026-09",
            meeting_id=f"{B}:2026-10",
            member_id="M06",
            computed_rank="not_completed",
            decided_rank="completed",
            reason=Secret(subject=f"member/{B}/M06", field="reason", text=SecretStr("Khách quan là chính.")),
            vote=CellVote(for_=6, against=0, other=0, voters_present=6),
            evidence=("e2",),
        ),
        (
            "Đ/c Nguyễn Thị Hòa được chi bộ xếp loại tháng 9/2026: Hoàn thành. Theo tiêu chí tính ra là Không "
            "hoàn thành; "
            "chi bộ quyết định khác, có nêu lý do (6 tán thành)."
        ),
        (
            "The cell ranked Nguyễn Thị Hòa for September 2026: Completed. The criteria alone gave Not completed; "
            "the cell decided otherwise with a stated reason (6 for)."
        ),
    ),
    (
        MemberRanked(
            branch=B,
            period="2026-09",
            meeting_id=f"{B}:2026-10",
            member_id="M05",
            computed_rank="completed",
            decided_rank="completed",
            evidence=("e1",),
        ),
        "Đ/c Cao Tiến Ngạn được chi bộ xếp loại tháng 9/2026: Hoàn thành, đúng như tiêu chí tính ra.",
        "The cell ranked Cao Tiến Ngạn for September 2026: Completed, as the criteria gave.",
    ),
]


@pytest.mark.parametrize(("fact", "vi", "en"), CASES, ids=[f"{type(case[0]).__name__}" for case in CASES])
def test_a_fact_reads_as_one_plain_sentence(fact, vi, en):
    assert fact.vi(TELL) == vi
    assert fact.en(TELL) == en


def test_every_fact_of_tasks_and_ranking_has_its_sentence_here():
    assert {type(case[0]) for case in CASES} == set(FACTS)


@pytest.mark.parametrize(
    ("done_at", "vi", "en"),
    [
        ("2026-10-02T10:00:00.000000Z", "đúng hạn", "on time"),
        ("2026-10-02T11:01:00.000000Z", "chậm 1 giờ 1 phút", "1 hour 1 minute late"),
        ("2026-10-02T09:30:00.000000Z", "trước hạn 30 phút", "30 minutes early"),
        ("2026-10-02T08:00:00.000000Z", "trước hạn 2 giờ", "2 hours early"),
    ],
)
def test_an_urgent_task_is_told_by_hours_and_minutes(done_at, vi, en):
    fact = next(case[0] for case in CASES if isinstance(case[0], TaskCompleted)).model_copy(update={"done_at": done_at})
    assert fact.vi(TELL).endswith(f", {vi}.")
    assert fact.en(TELL).endswith(f", {en}.")


def test_other_ends_of_a_task_are_told_too():
    early = TaskCompleted(
        branch=B,
        task_id="T12",
        member_id="M11",
        text="Lập bảng theo dõi.",
        due_on=date(2026, 7, 31),
        done_on=date(2026, 7, 22),
        outcome="exceeded",
        exceeded="Tự làm thêm phần nhắc việc.",
    )
    assert early.vi(TELL).endswith("trước hạn 9 ngày; vượt yêu cầu: tự làm thêm phần nhắc việc.")
    assert early.en(TELL).endswith("9 days early; beyond what was asked: tự làm thêm phần nhắc việc.")
    more_time = TaskFollowedUp(
        branch=B, task_id="T16", member_id="M06", text="Thu phiếu.", how="extension", due_on=date(2026, 11, 20)
    )
    assert more_time.vi(TELL) == "Việc «thu phiếu» của đ/c Nguyễn Thị Hòa được làm tiếp đến hết ngày 20/11/2026."
    stopped = TaskFollowedUp(
        branch=B, task_id="T16", member_id="M06", text="Thu phiếu.", how="stopped", reason="Không còn cần."
    )
    assert stopped.en(TELL).endswith("ends here and is not continued; reason: không còn cần.")


def test_a_vote_is_published_with_the_word_for():
    vote = next(case[0] for case in CASES if isinstance(case[0], RankingVoted))
    assert '"for":6' in vote.model_dump_json()
    assert RankingVoted.model_validate_json(vote.model_dump_json()) == vote
    assert '"for":6' in CellVote(for_=6, against=0, other=0, voters_present=6).model_dump_json()
