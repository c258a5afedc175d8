"""Roster's facts as they read on an audit page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shared.days import VIETNAM
from shared.events.branch import (
    FACTS,
    BranchDissolved,
    BranchFact,
    MemberEnrolled,
    MemberStatusChanged,
    MemberTransferred,
    PaperHeadSet,
    RoleAssigned,
    RoleEnded,
    SubjectKeyDestroyed,
)
from shared.events.envelope import Told
from tests.sample_branch import CODE, member
from tests.sample_branch import FACTS as SAMPLE

NAMES = {
    "M01": "Hoàng Đình Khiêm",
    "M02": "Tôn Nữ Quỳnh Dao",
    "M06": "Nguyễn Thị Hòa",
    "M07": "Nguyễn Thị Hoa",
    "M12": "Lương Văn Thử",
    "F01": "Mai Thế Uyển",
}
TOLD = Told(lambda id: NAMES.get(id, id), datetime(2026, 10, 5, tzinfo=UTC).astimezone(VIETNAM), NAMES["M01"])
registered, imported, adopted = SAMPLE
DAY = date(2026, 10, 1)

SENTENCES: tuple[tuple[BranchFact, str, str], ...] = (
    (
        registered,
        (
            "Chi bộ Phòng Tổ chức đảng, đảng viên (mã 99.001.002.000.011), trực thuộc Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)"
            ", được ghi danh từ ngày 03/01/2025; cấp ủy viên theo dõi: đ/c Mai Thế Uyển."
        ),
        (
            "Chi bộ Phòng Tổ chức đảng, đảng viên (code 99.001.002.000.011) under Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu) "
            "was registered as of 03/01/2025; followed by Mai Thế Uyển."
        ),
    ),
    (
        adopted,
        (
            "Chi bộ thông qua quy ước làm việc lần thứ 3 ngày 03/01/2025: sinh hoạt ngày 3 hằng tháng lúc 07:30 tại "
            "Phòng họp tầng 2, thông báo trước 3 ngày."
        ),
        (
            "The branch adopted version 3 of its charter on 03/01/2025: it meets on day 3 of the month at 07:30 in "
            "Phòng họp tầng 2, with 3 days' notice."
        ),
    ),
    (
        imported,
        (
            "Danh sách 11 đảng viên được nhập từ tệp «danh-sach.csv»; đã xác nhận tên gần giống là hai người: "
            "Nguyễn Thị Hòa và Nguyễn Thị Hoa."
        ),
        (
            "The list of 11 members was brought in from the file “danh-sach.csv”; look-alike names confirmed to be two "
            "persons: Nguyễn Thị Hòa and Nguyễn Thị Hoa."
        ),
    ),
    (
        MemberEnrolled(branch=CODE, member=member("M12", "Lương Văn Thử", "Thử", status="probationary"), joined_on=DAY),
        "Đ/c Lương Văn Thử được ghi vào danh sách chi bộ từ ngày 01/10/2026: đảng viên dự bị.",
        "Lương Văn Thử joined the branch's list on 01/10/2026: a probationary member.",
    ),
    (
        MemberStatusChanged(
            branch=CODE, member_id="M07", status="temporary_elsewhere", from_on=DAY, until_on=date(2027, 4, 30)
        ),
        "Đ/c Nguyễn Thị Hoa: sinh hoạt tạm thời ở nơi khác từ ngày 01/10/2026 đến ngày 30/04/2027.",
        "Nguyễn Thị Hoa is temporarily with another branch from 01/10/2026 until 30/04/2027.",
    ),
    (
        RoleAssigned(branch=CODE, member_id="M07", role="minute_taker", from_on=DAY, decision_no="15-QĐ/CB"),
        "Đ/c Nguyễn Thị Hoa đảm nhiệm vai trò thư ký ghi biên bản từ ngày 01/10/2026 (quyết định số 15-QĐ/CB).",
        "Nguyễn Thị Hoa took up the role of minute-taker on 01/10/2026 (decision 15-QĐ/CB).",
    ),
    (
        RoleEnded(branch=CODE, member_id="M02", role="deputy_secretary", to_on=DAY),
        "Đ/c Tôn Nữ Quỳnh Dao thôi vai trò phó bí thư sau ngày 01/10/2026.",
        "Tôn Nữ Quỳnh Dao laid down the role of deputy secretary after 01/10/2026.",
    ),
    (
        MemberTransferred(branch=CODE, member_id="M07", to="Chi bộ xã Mẫu", effective_on=DAY),
        "Đ/c Nguyễn Thị Hoa chuyển sinh hoạt đảng đến Chi bộ xã Mẫu, có hiệu lực từ ngày 01/10/2026.",
        "Nguyễn Thị Hoa transferred to Chi bộ xã Mẫu as of 01/10/2026.",
    ),
    (
        SubjectKeyDestroyed(
            branch=CODE, key_subject=f"member/{CODE}/M20", basis="đơn ngày 10/10/2026", approved_by=("M01", "M02")
        ),
        (
            "Khóa đọc dữ liệu riêng của đảng viên mang mã M20 đã bị hủy, căn cứ đơn ngày 10/10/2026; hai người cùng "
            "duyệt: đ/c Hoàng Đình Khiêm và đ/c Tôn Nữ Quỳnh Dao."
        ),
        (
            "The key to the private data of the member with id M20 was destroyed on the basis of đơn ngày 10/10/2026; "
            "approved by two persons: Hoàng Đình Khiêm and Tôn Nữ Quỳnh Dao."
        ),
    ),
    (
        PaperHeadSet(
            branch=CODE, whose="union", name="Tổ công đoàn Phòng Tổ chức", above="Công đoàn cơ quan", from_on=DAY
        ),
        (
            "Văn bản của công đoàn từ ngày 01/10/2026 ghi tên «Tổ công đoàn Phòng Tổ chức», cấp trên «Công đoàn cơ "
            "quan»."
        ),
        (
            "As of 01/10/2026 papers of the union are headed with the name “Tổ công đoàn Phòng Tổ chức”, the body "
            "above “Công đoàn cơ quan”."
        ),
    ),
    (
        BranchDissolved(branch=CODE, decision_no="12-QĐ/ĐU", effective_on=DAY),
        "Chi bộ giải thể theo quyết định số 12-QĐ/ĐU, từ ngày 01/10/2026.",
        "The branch was dissolved by decision 12-QĐ/ĐU as of 01/10/2026.",
    ),
)


@pytest.mark.parametrize(("fact", "vi", "en"), SENTENCES, ids=[type(fact).__name__ for fact, _, _ in SENTENCES])
def test_a_fact_is_told(fact: BranchFact, vi: str, en: str):
    assert fact.vi(TOLD) == vi
    assert fact.en(TOLD) == en


def test_every_fact_of_roster_is_told_here():
    assert [type(fact) for fact, _, _ in SENTENCES] == list(FACTS)


def test_of_the_cells_own_papers_only_the_place_is_said():
    place = PaperHeadSet(branch=CODE, whose="cell", place="Vinh", from_on=DAY)
    assert place.vi(TOLD) == "Văn bản của chi bộ từ ngày 01/10/2026 ghi nơi ban hành «Vinh»."
    assert place.en(TOLD) == "As of 01/10/2026 papers of the cell are headed with the place “Vinh”."


def test_without_a_follower_or_look_alikes_nothing_is_said_of_them():
    alone = registered.model_copy(update={"follower_id": None, "follower_name": None})
    assert alone.vi(TOLD).endswith("được ghi danh từ ngày 03/01/2025.")
    plain = imported.model_copy(update={"told_apart": ()})
    assert plain.vi(TOLD) == "Danh sách 11 đảng viên được nhập từ tệp «danh-sach.csv»."
