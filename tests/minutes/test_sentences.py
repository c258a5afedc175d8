from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.days import VIETNAM
from shared.events import minutes
from shared.events.envelope import Fact, Told, moment
from shared.events.minutes import (
    AssignmentDecided,
    AttendanceCorrected,
    AttendanceRecorded,
    BranchMonthReviewed,
    Cause,
    ChairReplaced,
    ConclusionItem,
    ConclusionReached,
    LastMonthReviewed,
    MemberLeftMeeting,
    MemberMonthReviewed,
    MinutesAdopted,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    RollCall,
    TaskReview,
)
from tests.minutes.october import HELD, MEETING, RESOLUTION, V1, V3, clock, secret, stay
from tests.sample_branch import MEMBERS

NAMES = {member.member_id: member.name.text.get_secret_value() for member in MEMBERS}  # type: ignore[union-attr]
TELL = Told(
    name=lambda member: NAMES.get(member, member), at=moment(clock("15:00")).astimezone(VIETNAM), actor=NAMES["M04"]
)


def disposed(how: Any, **parts: Any) -> OpinionDisposed:
    return OpinionDisposed(meeting_id=MEETING, opinion_id="O1", item=11, how=how, **({"contrary": False} | parts))


@pytest.mark.parametrize(
    ("fact", "vi", "en"),
    [
        (
            AttendanceRecorded(
                meeting_id=MEETING,
                entries=(
                    RollCall(member_id="M01", state="excused"),
                    RollCall(member_id="M02", state="present"),
                    RollCall(member_id="M04", state="not_yet_here"),
                ),
                base=9,
                present=7,
            ),
            "Điểm danh: có mặt 7/9, vắng có lý do 1 (đ/c Hoàng Đình Khiêm), chưa đến 1 (đ/c Đặng Thị Đoan).",
            "Roll-call: 7 of 9 present, 1 excused (Hoàng Đình Khiêm), 1 not yet here (Đặng Thị Đoan).",
        ),
        (
            MemberLeftMeeting(
                meeting_id=MEETING,
                member_id="M08",
                at=clock("15:10"),
                excused=False,
                base=9,
                present=7,
                voters_present=6,
            ),
            "Đ/c Huỳnh Út Lành về lúc 15:10, chưa xin phép chủ trì; từ đó có mặt 7/9, có quyền biểu quyết 6.",
            "Huỳnh Út Lành left at 15:10, without asking the chair; from then 7 of 9 were present, 6 with a vote.",
        ),
        (
            AttendanceCorrected(
                meeting_id=MEETING,
                member_id="M07",
                before=(stay("14:00", None),),
                after=(),
                reason="Ghi nhầm với đồng chí Hòa.",
            ),
            "Sửa giờ có mặt của đ/c Nguyễn Thị Hoa: không dự (trước ghi: 14:00–nay); lý do: ghi nhầm với đồng chí Hòa.",
            (
                "The times of Nguyễn Thị Hoa were corrected to not there (written before: 14:00–now); "
                "reason: ghi nhầm với đồng chí Hòa."
            ),
        ),
        (
            ChairReplaced(meeting_id=MEETING, from_id="M02", to_id="M01", at=clock("14:21")),
            "Từ 14:21, đ/c Hoàng Đình Khiêm chủ trì thay đ/c Tôn Nữ Quỳnh Dao.",
            "From 14:21 Hoàng Đình Khiêm took the chair in place of Tôn Nữ Quỳnh Dao.",
        ),
        (
            BranchMonthReviewed(
                meeting_id=MEETING,
                period="2026-09",
                shortcomings="Phiếu chưa thu đủ.",
                causes=(Cause(kind="objective", text="Bão."), Cause(kind="subjective", text="Hẹn muộn.")),
            ),
            (
                "Chi bộ đánh giá kết quả chung tháng 9/2026: ưu điểm: không nêu; khuyết điểm: phiếu chưa thu đủ; "
                "nguyên nhân: khách quan: bão; chủ quan: hẹn muộn."
            ),
            (
                "The cell reviewed its own September 2026: strengths: none named; shortcomings: phiếu chưa thu đủ; "
                "causes: objective: bão; subjective: hẹn muộn."
            ),
        ),
        (
            MemberMonthReviewed(
                meeting_id=MEETING,
                period="2026-09",
                member_id="M05",
                tasks=(TaskReview(task_id="T17", outcome="late", causes=("subjective",)),),
            ),
            "Chi bộ nhận xét tháng 9/2026 của đ/c Cao Tiến Ngạn: việc T17 chậm (lời nhận xét chỉ chi bộ được đọc).",
            "The cell reviewed September 2026 of Cao Tiến Ngạn: task T17 late (remarks open to the cell only).",
        ),
        (
            LastMonthReviewed(
                meeting_id=MEETING, period="2027-01", members=(), on_time=0, exceeded=0, late=0, failed=0
            ),
            "Chi bộ đánh giá nhiệm vụ tháng 1/2027: không có việc đến hạn.",
            "The cell reviewed January 2027: no task was due.",
        ),
        (
            LastMonthReviewed(
                meeting_id=MEETING, period="2027-01", members=(), on_time=0, exceeded=1, late=2, failed=0
            ),
            "Chi bộ đánh giá nhiệm vụ tháng 1/2027: 1 việc vượt mức, 2 việc chậm; việc chậm đã nêu nguyên nhân.",
            "The cell reviewed January 2027: 1 task exceeded, 2 late; causes were stated for the late.",
        ),
        (
            OpinionRecorded(
                meeting_id=MEETING,
                opinion_id="O1",
                speaker_id="M05",
                item=9,
                text=secret("M05", "text", "Không cần ghi tên."),
                contrary=True,
            ),
            "Đ/c Cao Tiến Ngạn nêu ý kiến trái chiều ở mục 9 (nội dung chỉ chi bộ được đọc).",
            "Cao Tiến Ngạn raised a contrary opinion under item 9 (content open to the cell only).",
        ),
        (
            disposed("accepted", conclusion_item=2),
            "Một ý kiến ở mục 11 được tiếp thu vào kết luận 2.",
            "An opinion under item 11 was taken into conclusion 2.",
        ),
        (
            disposed("contrary_explained", contrary=True, explained_by="M05", speaker_after="reserves"),
            "Một ý kiến trái chiều ở mục 11 đã được đ/c Cao Tiến Ngạn giải thích; người nêu ý kiến bảo lưu.",
            "A contrary opinion under item 11 was explained by Cao Tiến Ngạn; the speaker kept to it.",
        ),
        (
            disposed("reserved", contrary=True, explained_by="M02", explained_by_chair=True),
            "Một ý kiến trái chiều ở mục 11 được bảo lưu, sau khi chủ trì đã giải thích.",
            "A contrary opinion under item 11 was reserved after the chair had explained.",
        ),
        (
            disposed("forwarded", replaces="reserved"),
            "Một ý kiến ở mục 11 được chuyển lên cấp trên, sẽ báo lại khi có trả lời. Trước đó ghi: bảo lưu.",
            (
                "An opinion under item 11 was forwarded to the superior; the answer will be brought back. "
                "Written before: reserved."
            ),
        ),
        (
            disposed("to_be_answered", answer_by="M02", answer_due=date(2026, 11, 3)),
            "Một ý kiến ở mục 11 sẽ được đ/c Tôn Nữ Quỳnh Dao trả lời, chậm nhất ngày 03/11/2026.",
            "An opinion under item 11 will be answered by Tôn Nữ Quỳnh Dao no later than 03/11/2026.",
        ),
        (
            V1.model_copy(update={"mode": "secret"}),
            (
                "Bỏ phiếu kín về Nghị quyết tháng 10/2026: tán thành 5, không tán thành 1, ý kiến khác 1; "
                "cần từ 6 trên 10 đảng viên có quyền biểu quyết: chưa được thông qua."
            ),
            (
                "Secret ballot on Nghị quyết tháng 10/2026: 5 for, 1 against, 1 other; "
                "6 of the 10 voting members are needed: not adopted."
            ),
        ),
        (
            V3,
            (
                "Biểu quyết giơ tay về thông qua biên bản: tán thành 6, không tán thành 0, ý kiến khác 0; "
                "cần từ 4 trên 6 đồng chí có quyền biểu quyết đang có mặt: được thông qua."
            ),
            (
                "Show of hands on thông qua biên bản: 6 for, 0 against, 0 other; "
                "4 of the 6 voters then present are needed: adopted."
            ),
        ),
        (
            V1.model_copy(update={"recount_of": "V0", "recount_of_at": clock("15:20"), "voids": "22-NQ/CB"}),
            (
                "Kiểm đếm lại biểu quyết lúc 15:20 về Nghị quyết tháng 10/2026: tán thành 5, không tán thành 1, "
                "ý kiến khác 1; cần từ 6 trên 10 đảng viên có quyền biểu quyết: chưa được thông qua. "
                "Cả hai lần đều được lưu. Nghị quyết số 22-NQ/CB không còn hiệu lực."
            ),
            (
                "Recount of the vote of 15:20 on Nghị quyết tháng 10/2026: 5 for, 1 against, 1 other; 6 of the 10 "
                "voting members are needed: not adopted. Both are kept. Resolution no. 22-NQ/CB no longer stands."
            ),
        ),
        (
            ConclusionReached(
                meeting_id=MEETING,
                items=(
                    ConclusionItem(number=1, text="Làm.", opinion_ids=("O1",)),
                    ConclusionItem(number=2, text="Thôi.", undiscussed=True),
                ),
                replaces=(1,),
            ),
            (
                "Chủ trì kết luận 2 nội dung, tiếp thu 1 ý kiến; kết luận 2 chưa có ai phát biểu trước đó; "
                "viết lại kết luận 1."
            ),
            (
                "The chair concluded 2 points, taking up 1 opinion; concluded before anybody had spoken: 2; "
                "reworded: conclusion 1."
            ),
        ),
        (
            ResolutionAdopted(
                meeting_id=MEETING,
                doc_no="24-NQ/CB",
                title=RESOLUTION,
                vote_id="V2",
                votes_for=6,
                vote_base=10,
                skipped_because="Số 22, 23 ghi sổ giấy.",
            ),
            (
                "Nghị quyết tháng 10/2026 được thông qua, số 24-NQ/CB, 6 tán thành trên 10 đảng viên có quyền "
                "biểu quyết (bỏ cách số: số 22, 23 ghi sổ giấy)."
            ),
            (
                "Nghị quyết tháng 10/2026 was adopted as no. 24-NQ/CB, with 6 of the 10 voting members for it "
                "(numbers left out: số 22, 23 ghi sổ giấy)."
            ),
        ),
        (
            AssignmentDecided(
                meeting_id=MEETING,
                task_id="T30",
                member_id="M06",
                text="UBND xã gửi danh sách.",
                due_on=date(2026, 12, 20),
                report_at="2027-01",
                origin="programme",
            ),
            (
                "Đ/c Nguyễn Thị Hòa được giao UBND xã gửi danh sách, xong trước hết ngày 20/12/2026, "
                "báo cáo tại kỳ tháng 1/2027."
            ),
            "Nguyễn Thị Hòa is to do this by the end of 20/12/2026 and report in January 2027: UBND xã gửi danh sách.",
        ),
        (
            MinutesAdopted(
                meeting_id=MEETING, doc_no="29-BB/CB", vote_id="V3", at=clock("16:08"), votes_for=4, voters_present=6
            ),
            (
                "Biên bản số 29-BB/CB được đọc lại và thông qua lúc 16:08, 4 tán thành trong 6 đồng chí có quyền biểu "
                "quyết đang có mặt."
            ),
            "Minutes no. 29-BB/CB were read back and adopted at 16:08, by 4 of the 6 voters then present.",
        ),
        (
            HELD[-1],
            (
                "Buổi họp bế mạc lúc 16:10, kéo dài 130 phút (đủ thời lượng); dự 8/9 (chưa đạt tỷ lệ quy định), "
                "7 đồng chí phát biểu."
            ),
            (
                "The meeting closed at 16:10 after 130 minutes (long enough); 8 of 9 attended "
                "(below the share asked for), 7 spoke."
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Fact) else "",
)
def test_a_secretary_would_say(fact: Fact, vi: str, en: str):
    assert fact.vi(TELL) == vi
    assert fact.en(TELL) == en


def test_every_fact_of_a_meeting_belongs_to_that_meeting_and_to_minutes():
    for kind in minutes.FACTS:
        assert kind.OWNER == "minutes"
        assert "meeting_id" in kind.model_fields
        assert kind.__doc__
    assert len(set(minutes.FACTS)) == len(minutes.FACTS)
    assert {fact.subject() for fact in HELD} == {f"minutes/{MEETING}"}


def test_every_fact_of_the_story_reads_back_as_it_was_written():
    for fact in HELD:
        if fact.PRIVACY != "C":
            text = fact.model_dump_json()
            assert type(fact).model_validate_json(text) == fact
            assert '"for_"' not in text
