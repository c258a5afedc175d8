"""What roster keeps of people, places and honours, as it reads on an audit page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.days import VIETNAM
from shared.events import honour, locality, member, organisation, roster_flag
from shared.events.envelope import Fact, Told
from shared.events.honour import AwardRecorded, AwardRevoked, PastResultEntered
from shared.events.locality import (
    AdviceGiven,
    IssueAnswered,
    LocalityAssigned,
    LocalityIssueRaised,
    LocalityRemarkReceived,
    LocalityTold,
    LocalityVisited,
)
from shared.events.member import (
    CorrectionAgreed,
    CorrectionReviewed,
    DisciplineNoticed,
    FamilyTitleRecorded,
    LetterPresented,
    MemberCorrected,
    MemberIntroduced,
    MemberLevelRecorded,
    MemberReceived,
    MemberRulesPinned,
    MemberTransferStarted,
    PledgeFiled,
    RemarkAnswered,
    RemarkReceived,
    RemarkShared,
    TransferCalledOff,
    TransferCompleted,
)
from shared.events.organisation import (
    OrganisationDissolved,
    OrganisationRegistered,
    OrganisationReparented,
    OrganisationsMerged,
    OrganisationSplit,
)
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Secret
from tests.sample_branch import CODE

NAMES = {"M01": "Hoàng Đình Khiêm", "M03": "Lô Văn Phủng", "M05": "Cao Tiến Ngạn", "M08": "Huỳnh Út Lành"}
TOLD = Told(lambda id: NAMES.get(id, id), datetime(2026, 10, 5, tzinfo=UTC).astimezone(VIETNAM), NAMES["M01"])
ROOT, OVER, BASE = "99.000.000.000.000", "99.001.000.000.000", "99.001.002.000.000"
OTHER = "99.001.003.000.000"
PRIVATE = Secret(subject=f"member/{CODE}/M05", field="text", text="kín")


def about(kind: type[Fact], **fields: Any) -> Fact:
    return kind.model_validate({"branch": CODE, "member_id": "M05", **fields})


def of_transfer(kind: type[Fact], **fields: Any) -> Fact:
    return about(kind, member_id="M08", transfer_id="C1", **fields)


def of_remark(kind: type[Fact], **fields: Any) -> Fact:
    return about(kind, remark_id="R1", **fields)


def there(kind: type[Fact], **fields: Any) -> Fact:
    return kind.model_validate({"branch": CODE, "locality_id": "ML", **fields})


def in_tree(kind: type[Fact], **fields: Any) -> Fact:
    decided = {"root": ROOT, "decision_no": "70-QĐ/TU", "effective_on": date(2026, 9, 30)}
    return kind.model_validate(decided | fields)


FLAG: dict[str, Any] = {
    "history": "member",
    "of": "M05",
    "flag": "remark_not_shared",
    "item": "R1",
    "rule": "R42",
    "due_on": date(2026, 9, 25),
    "missing": "RemarkShared",
}

SENTENCES: tuple[tuple[Fact, str, str], ...] = (
    (
        about(MemberRulesPinned, item="R1", rule_subject="practice", profile="commune@2"),
        "Hạn trao đổi nhận xét với đ/c Cao Tiến Ngạn tính theo commune, bản 2.",
        "The days for sharing the remark with Cao Tiến Ngạn are counted by commune, version 2.",
    ),
    (
        of_transfer(
            MemberTransferStarted,
            transfer_kind="permanent",
            to="Chi bộ xã Mẫu",
            decision_no="15-QĐ/TU",
            decided_on=date(2026, 4, 1),
            procedure_days=60,
            procedure_due_on=date(2026, 6, 29),
            rules="qd294@1",
        ),
        (
            "Đ/c Huỳnh Út Lành chuyển sinh hoạt đảng chính thức đến Chi bộ xã Mẫu, quyết định số 15-QĐ/TU từ ngày "
            "01/04/2026; thủ tục làm xong trước hết ngày 29/06/2026 (60 ngày làm việc)."
        ),
        (
            "A permanent transfer of Huỳnh Út Lành to Chi bộ xã Mẫu by decision 15-QĐ/TU began on 01/04/2026; to be "
            "completed by 29/06/2026 (60 working days)."
        ),
    ),
    (
        of_transfer(
            MemberIntroduced,
            introduced_on=date(2026, 5, 11),
            letter_days=30,
            letter_due_on=date(2026, 6, 22),
            rules="qd294@1",
        ),
        (
            "Đ/c Huỳnh Út Lành được giới thiệu sinh hoạt đảng ngày 11/05/2026; trình giấy trước hết ngày 22/06/2026 "
            "(30 ngày làm việc)."
        ),
        "Huỳnh Út Lành was introduced on 11/05/2026; the letter is to be presented by 22/06/2026 (30 working days).",
    ),
    (
        of_transfer(LetterPresented, presented_on=date(2026, 6, 23), letter_due_on=date(2026, 6, 22)),
        "Đ/c Huỳnh Út Lành trình giấy giới thiệu sinh hoạt đảng ngày 23/06/2026: quá hạn 1 ngày.",
        "Huỳnh Út Lành presented the letter of introduction on 23/06/2026: late by 1 day.",
    ),
    (
        of_transfer(TransferCompleted, effective_on=date(2026, 6, 29), procedure_due_on=date(2026, 6, 29)),
        "Thủ tục chuyển sinh hoạt đảng của đ/c Huỳnh Út Lành hoàn thành, có hiệu lực từ ngày 29/06/2026: đúng hạn.",
        "The transfer of Huỳnh Út Lành was completed as of 29/06/2026: on time.",
    ),
    (
        of_transfer(TransferCalledOff, reason=PRIVATE),
        "Việc chuyển sinh hoạt đảng của đ/c Huỳnh Út Lành dừng lại (lý do chỉ chi bộ được đọc).",
        "The transfer of Huỳnh Út Lành was called off (the reason is open to the cell only).",
    ),
    (
        about(
            MemberReceived,
            transfer_kind="permanent",
            came_from="Chi bộ xã Mẫu",
            letter_no="07-GT",
            received_on=date(2026, 9, 1),
        ),
        (
            "Chi bộ tiếp nhận đ/c Cao Tiến Ngạn chuyển sinh hoạt đảng chính thức từ Chi bộ xã Mẫu ngày 01/09/2026, "
            "giấy giới thiệu số 07-GT."
        ),
        ("The branch received Cao Tiến Ngạn from Chi bộ xã Mẫu on 01/09/2026, a permanent transfer, letter 07-GT."),
    ),
    (
        about(MemberCorrected, name=PRIVATE, given=PRIVATE, born=PRIVATE, reason="misspelt"),
        "Thông tin của đ/c Cao Tiến Ngạn được sửa (họ tên, năm sinh): trước đây ghi sai chính tả.",
        "The entry of Cao Tiến Ngạn was corrected (name, year of birth): it had been misspelt.",
    ),
    (
        about(MemberLevelRecorded, education="university", as_of=date(2026, 10, 5)),
        "Trình độ của đ/c Cao Tiến Ngạn được ghi theo mức, tính đến ngày 05/10/2026.",
        "The levels of Cao Tiến Ngạn were recorded as of 05/10/2026.",
    ),
    (
        of_remark(
            RemarkReceived,
            source="post",
            remark_kind="remark",
            said_by="Đảng ủy xã Mường Lèn",
            document_no="Phiếu MẪU-07",
            document_on=date(2026, 9, 18),
            received_on=date(2026, 9, 18),
            share_within_days=7,
            share_due_on=date(2026, 9, 25),
        ),
        (
            "Chi bộ nhận nhận xét của nơi thực hiện nhiệm vụ về đ/c Cao Tiến Ngạn (Phiếu MẪU-07 ngày 18/09/2026); "
            "trao đổi với đồng chí ấy trước hết ngày 25/09/2026."
        ),
        (
            "A remark of the place of duty about Cao Tiến Ngạn came in (Phiếu MẪU-07 of 18/09/2026); to be shared "
            "with the member by 25/09/2026."
        ),
    ),
    (
        of_remark(RemarkShared, shared_on=date(2026, 9, 21), by="M01", share_due_on=date(2026, 9, 25)),
        "Đ/c Hoàng Đình Khiêm trao đổi nhận xét với đ/c Cao Tiến Ngạn ngày 21/09/2026: đúng hạn.",
        "Hoàng Đình Khiêm shared the remark with Cao Tiến Ngạn on 21/09/2026: on time.",
    ),
    (
        of_remark(RemarkAnswered, answered_on=date(2026, 9, 22), text=PRIVATE),
        "Đ/c Cao Tiến Ngạn trả lời nhận xét ngày 22/09/2026 (nội dung chỉ chi bộ được đọc).",
        "Cao Tiến Ngạn answered the remark on 22/09/2026 (content open to the cell only).",
    ),
    (
        of_remark(CorrectionAgreed, agreed_on=date(2026, 9, 22), review_on=date(2026, 11, 3), reviewer_id="M01"),
        "Chi bộ thống nhất việc đ/c Cao Tiến Ngạn cần sửa; đ/c Hoàng Đình Khiêm xem lại ngày 03/11/2026.",
        "It was agreed what Cao Tiến Ngạn puts right; Hoàng Đình Khiêm reviews it on 03/11/2026.",
    ),
    (
        of_remark(
            CorrectionReviewed,
            reviewed_on=date(2026, 11, 3),
            review_due_on=date(2026, 11, 3),
            by="M01",
            outcome="partly",
            next_review_on=date(2026, 12, 3),
        ),
        (
            "Đ/c Hoàng Đình Khiêm xem lại việc sửa chữa của đ/c Cao Tiến Ngạn ngày 03/11/2026: đã sửa một phần, xem "
            "lại ngày 03/12/2026."
        ),
        (
            "Hoàng Đình Khiêm reviewed the correction of Cao Tiến Ngạn on 03/11/2026: partly done, to be reviewed "
            "again on 03/12/2026."
        ),
    ),
    (
        about(FamilyTitleRecorded, year=2025, achieved=True, decision_no="MẪU-09"),
        "Gia đình đ/c Cao Tiến Ngạn đạt danh hiệu gia đình văn hóa năm 2025 (quyết định số MẪU-09).",
        "The family of Cao Tiến Ngạn holds the title of cultured family of 2025 (decision MẪU-09).",
    ),
    (
        about(PledgeFiled, year=2026, filed_on=date(2026, 3, 6), kept_where="tủ hồ sơ chi bộ"),
        "Đ/c Cao Tiến Ngạn nộp bản cam kết năm 2026 ngày 06/03/2026, lưu tại tủ hồ sơ chi bộ.",
        "Cao Tiến Ngạn filed the pledge of 2026 on 06/03/2026, kept at tủ hồ sơ chi bộ.",
    ),
    (
        about(
            DisciplineNoticed,
            notice_id="K1",
            form="reprimand",
            decision_no="03-QĐ/UBKT",
            decided_on=date(2026, 6, 14),
            self_detected_remedied=True,
        ),
        (
            "Đ/c Cao Tiến Ngạn bị kỷ luật khiển trách theo quyết định số 03-QĐ/UBKT ngày 14/06/2026; đồng chí tự phát "
            "hiện và đã khắc phục."
        ),
        "Cao Tiến Ngạn was disciplined (reprimand) by decision 03-QĐ/UBKT of 14/06/2026; self-detected and remedied.",
    ),
    (
        there(LocalityAssigned, place="xã Mường Lèn", member_id="M03", from_on=date(2026, 1, 1)),
        "Đ/c Lô Văn Phủng được phân công theo dõi xã Mường Lèn từ ngày 01/01/2026.",
        "Lô Văn Phủng follows xã Mường Lèn from 01/01/2026.",
    ),
    (
        there(
            LocalityVisited,
            visit_id="V1",
            member_id="M03",
            visited_on=date(2026, 9, 26),
            place="xã Mường Lèn",
            acts=("conveyed", "guided"),
        ),
        "Đ/c Lô Văn Phủng về xã Mường Lèn ngày 26/09/2026: truyền đạt, hướng dẫn.",
        "Lô Văn Phủng visited xã Mường Lèn on 26/09/2026: conveyed, guided.",
    ),
    (
        there(LocalityIssueRaised, issue_id="L1", member_id="M03", found_on=date(2026, 9, 26), text=PRIVATE),
        "Đ/c Lô Văn Phủng phản ánh vấn đề L1 phát hiện ngày 26/09/2026.",
        "Lô Văn Phủng reported issue L1, found on 26/09/2026.",
    ),
    (
        there(
            AdviceGiven,
            issue_id="L1",
            member_id="M03",
            advised_on=date(2026, 9, 28),
            to="lãnh đạo phòng",
            text=PRIVATE,
            answer_due_on=date(2026, 10, 5),
        ),
        (
            "Đ/c Lô Văn Phủng tham mưu cho lãnh đạo phòng về vấn đề L1 ngày 28/09/2026, đề nghị trả lời trước hết ngày "
            "05/10/2026."
        ),
        "Lô Văn Phủng advised lãnh đạo phòng on issue L1 on 28/09/2026, an answer asked for by 05/10/2026.",
    ),
    (
        there(IssueAnswered, issue_id="L1", answered_on=date(2026, 10, 6), by="lãnh đạo phòng"),
        "Vấn đề L1 được lãnh đạo phòng trả lời ngày 06/10/2026.",
        "Issue L1 was answered by lãnh đạo phòng on 06/10/2026.",
    ),
    (
        there(LocalityTold, issue_id="L1", member_id="M03", told_on=date(2026, 10, 8)),
        "Đ/c Lô Văn Phủng báo lại cơ sở kết quả vấn đề L1 ngày 08/10/2026.",
        "Lô Văn Phủng told the locality the answer to L1 on 08/10/2026.",
    ),
    (
        there(LocalityRemarkReceived, remark_id="N1", document_no="CV MẪU-08", document_on=date(2026, 10, 1)),
        "Cơ sở gửi nhận xét (CV MẪU-08 ngày 01/10/2026) về việc theo dõi địa bàn.",
        "The locality sent its remark (CV MẪU-08 of 01/10/2026) on how it is followed.",
    ),
    (
        about(
            AwardRecorded,
            award_id="A1",
            honoured="member",
            award="merit",
            title="Bằng khen của Tỉnh ủy",
            year=2023,
            decision_no="MẪU-01",
        ),
        "Đ/c Cao Tiến Ngạn được tặng Bằng khen của Tỉnh ủy năm 2023 (quyết định số MẪU-01).",
        "Cao Tiến Ngạn received “Bằng khen của Tỉnh ủy” in 2023 (decision MẪU-01).",
    ),
    (
        AwardRevoked(
            branch=CODE,
            award_id="A1",
            title="Bằng khen của Tỉnh ủy",
            decision_no="MẪU-99",
            revoked_on=date(2026, 5, 4),
        ),
        "Bằng khen của Tỉnh ủy bị thu hồi theo quyết định số MẪU-99, từ ngày 04/05/2026.",
        "“Bằng khen của Tỉnh ủy” was revoked by decision MẪU-99 as of 04/05/2026.",
    ),
    (
        PastResultEntered(
            branch=CODE,
            honoured="branch",
            year=2021,
            result="exemplary",
            title="trong sạch, vững mạnh tiêu biểu",
            decision_no="MẪU-2021",
        ),
        (
            "Kết quả năm 2021 của chi bộ được nhập từ quyết định số MẪU-2021: trong sạch, vững mạnh tiêu biểu (chưa "
            "có bản quét)."
        ),
        (
            "The result of the branch for 2021 was entered from decision MẪU-2021: trong sạch, vững mạnh tiêu biểu (no "
            "scan yet)."
        ),
    ),
    (
        in_tree(OrganisationRegistered, code=BASE, name="Đảng bộ Mẫu", organisation="grassroots", superior=OVER),
        (
            f"Đảng bộ Mẫu (mã {BASE}, tổ chức cơ sở đảng), trực thuộc {OVER} theo quyết định số 70-QĐ/TU, "
            "từ ngày 30/09/2026."
        ),
        f"Đảng bộ Mẫu ({BASE}, a grassroots organisation) under {OVER} by decision 70-QĐ/TU as of 30/09/2026.",
    ),
    (
        in_tree(OrganisationReparented, code=CODE, from_superior=BASE, superior=OTHER),
        f"Tổ chức {CODE} chuyển về trực thuộc {OTHER} theo quyết định số 70-QĐ/TU, từ ngày 30/09/2026.",
        f"{CODE} was placed under {OTHER} by decision 70-QĐ/TU as of 30/09/2026.",
    ),
    (
        in_tree(OrganisationsMerged, merged=(BASE,), into=OTHER),
        f"Tổ chức {BASE} sáp nhập vào {OTHER} theo quyết định số 70-QĐ/TU, từ ngày 30/09/2026.",
        f"{BASE} was merged into {OTHER} by decision 70-QĐ/TU as of 30/09/2026.",
    ),
    (
        in_tree(OrganisationSplit, code=BASE, into=(OTHER,), continues=True),
        (
            f"Tổ chức {BASE} chia tách, lập {OTHER}; tổ chức cũ tiếp tục hoạt động, theo quyết định số 70-QĐ/TU, từ "
            "ngày 30/09/2026."
        ),
        f"{BASE} was split, giving {OTHER}; the old one goes on; by decision 70-QĐ/TU as of 30/09/2026.",
    ),
    (
        in_tree(OrganisationDissolved, code=BASE),
        f"Tổ chức {BASE} giải thể theo quyết định số 70-QĐ/TU, từ ngày 30/09/2026.",
        f"{BASE} was dissolved by decision 70-QĐ/TU as of 30/09/2026.",
    ),
    (
        about(RosterFlagRaised, **FLAG, detected_on=date(2026, 9, 28)),
        (
            "Hết ngày 25/09/2026 (phát hiện ngày 28/09/2026) chưa trao đổi nhận xét với đ/c Cao Tiến Ngạn; cần trao "
            "đổi và ghi ngày."
        ),
        (
            "By the end of 25/09/2026 (noticed on 28/09/2026) a remark was not shared with Cao Tiến Ngạn; share it and "
            "enter the day."
        ),
    ),
    (
        about(RosterFlagCleared, **FLAG, cleared_on=date(2026, 9, 28), answered=True),
        "Xóa nhắc việc quá hạn ngày 25/09/2026 (chưa trao đổi nhận xét với đ/c Cao Tiến Ngạn): đã làm, muộn 3 ngày.",
        "The flag of 25/09/2026 is cleared (a remark was not shared with Cao Tiến Ngạn): done, 3 days late.",
    ),
)


@pytest.mark.parametrize(("fact", "vi", "en"), SENTENCES, ids=[type(fact).__name__ for fact, _, _ in SENTENCES])
def test_a_fact_is_told(fact: Fact, vi: str, en: str):
    assert fact.vi(TOLD) == vi
    assert fact.en(TOLD) == en


def test_every_fact_is_told_here():
    facts = (*member.FACTS, *locality.FACTS, *honour.FACTS, *organisation.FACTS, *roster_flag.FACTS)
    assert [type(fact) for fact, _, _ in SENTENCES] == list(facts)


def test_the_rules_of_a_pledge_are_told_with_its_year():
    pinned = about(MemberRulesPinned, item="2026", rule_subject="membership", profile="qd208@1")
    assert pinned.vi(TOLD) == "Hạn nộp bản cam kết năm 2026 của đ/c Cao Tiến Ngạn tính theo qd208, bản 1."
    assert pinned.en(TOLD) == "The day for Cao Tiến Ngạn's pledge of 2026 follows qd208, version 1."


def test_the_unit_and_the_branch_are_told_too():
    award = SENTENCES[[type(fact) for fact, _, _ in SENTENCES].index(AwardRecorded)][0]
    unit = award.model_copy(update={"honoured": "unit", "member_id": None, "unit": "Phòng Tổ chức đảng"})
    own = award.model_copy(update={"honoured": "branch", "member_id": None})
    assert unit.vi(TOLD).startswith("Phòng Tổ chức đảng được tặng")
    assert own.vi(TOLD).startswith("Chi bộ được tặng")
