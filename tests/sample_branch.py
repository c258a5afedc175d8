"""The sample branch as facts and as everybody hears it: 11 members, base 9, full members 10."""

from __future__ import annotations

from datetime import date
from functools import reduce

from pydantic import SecretStr

from shared.branch import Branch, fold
from shared.events.branch import (
    BranchCharterAdopted,
    BranchFact,
    BranchRegistered,
    Charter,
    CorrectionRule,
    LeastMinutes,
    MemberEntry,
    NotebookRule,
    Reach,
    RemarkRule,
    Role,
    RosterImported,
    Sex,
    Status,
    Term,
)
from shared.events.sealed import Secret

CODE = "99.001.002.000.011"
MEETING_DAY = date(2026, 10, 5)


def member(  # noqa: PLR0917 a line of the list reads in its columns' order
    id: str,
    name: str,
    given: str,
    sex: Sex = "female",
    born: str = "1985",
    status: Status = "official",
    roles: tuple[Role, ...] = (),
    reach: Reach = "telephone",
    since: date | None = None,
    until: date | None = None,
) -> MemberEntry:
    """One line of the list, the personal part secret."""

    def secret(field: str, text: str) -> Secret:
        return Secret(subject=f"member/{CODE}/{id}", field=field, text=SecretStr(text))

    return MemberEntry(
        member_id=id,
        name=secret("name", name),
        given=secret("given", given),
        sex=sex,
        born=secret("born", born),
        status=status,
        since=since,
        until=until,
        roles=roles,
        reach=reach,
    )


MEMBERS = (
    member("M01", "Hoàng Đình Khiêm", "Khiêm", "male", "1970", roles=("secretary",)),
    member("M02", "Tôn Nữ Quỳnh Dao", "Dao", "female", "1977", roles=("deputy_secretary",), reach="computer"),
    member("M03", "Lô Văn Phủng", "Phủng", "male", "1980", roles=("committee_member", "locality")),
    member("M04", "Đặng Thị Đoan", "Đoan", "female", "1988", roles=("minute_taker",), reach="laptop"),
    member("M05", "Cao Tiến Ngạn", "Ngạn", "male", "1982", roles=("rapporteur",), reach="computer"),
    member("M06", "Nguyễn Thị Hòa", "Hòa", "female", "1985", roles=("locality",)),
    member("M07", "Nguyễn Thị Hoa", "Hoa", "female", "1991", roles=("union_minute_taker",)),
    member("M08", "Huỳnh Út Lành", "Lành", "male", "1965", reach="paper"),
    member("M09", "Vương Khắc Thiệm", "Thiệm", "male", "1966", "exempt", reach="paper", since=date(2026, 1, 1)),
    member(
        "M10",
        "H'Sương Kbuôr",
        "Sương",
        "female",
        "1990",
        "temporary_elsewhere",
        since=date(2026, 9, 1),
        until=date(2027, 4, 30),
    ),
    member("M11", "Và Bá Xềnh", "Xềnh", "male", "1998", "probationary", since=date(2026, 5, 19)),
)

CHARTER = Charter(
    version=3,
    adopted_on=date(2025, 1, 3),
    meeting_day=3,
    starts_at="07:30",
    place="Phòng họp tầng 2",
    notice_days=3,
    notebook=NotebookRule(inspect_every="quarter", inspectors=("M02", "M03"), recheck_days=15),
    remarks=RemarkRule(share_with_member_days=7),
    corrections=CorrectionRule(request_within_days=30),
    min_minutes=LeastMinutes(regular=90, combined=120),
    motto="Đoàn kết trong tư tưởng; dân chủ trong sinh hoạt; trung thực trong tham mưu.",
    term=Term(opened_on=date(2025, 1, 3), next_numbers={"NQ": 22, "BB": 29, "TB": 41}),
)

FACTS: tuple[BranchFact, ...] = (
    BranchRegistered(
        branch=CODE,
        name="Chi bộ Phòng Tổ chức đảng, đảng viên",
        superior="Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)",
        follower_id="F01",
        follower_name=Secret(subject=f"member/{CODE}/F01", field="name", text=SecretStr("Mai Thế Uyển")),
        effective_on=date(2025, 1, 3),
    ),
    RosterImported(
        branch=CODE,
        file_name="danh-sach.csv",
        file_sha256="5f" * 32,
        format="csv",
        members=MEMBERS,
        told_apart=(("M06", "M07"),),
    ),
    BranchCharterAdopted(branch=CODE, charter=CHARTER),
)


def branch(*more: BranchFact, facts: tuple[BranchFact, ...] = FACTS) -> Branch:
    """The sample branch after its first facts and ``more``."""
    folded: Branch | None = reduce(fold, (*facts, *more), None)
    assert folded is not None
    return folded


FILE = """\
Mã,Họ và tên,Tên,Giới tính,Năm sinh,Tình trạng,Từ ngày,Đến ngày,Vai trò,Nhận thông báo qua
M01,Hoàng Đình Khiêm,Khiêm,nam,1970,chính thức,,,bí thư,điện thoại
M02,Tôn Nữ Quỳnh Dao,Dao,nữ,1977,chính thức,,,phó bí thư,máy tính
M03,Lô Văn Phủng,Phủng,nam,1980,chính thức,,,chi ủy viên; theo dõi địa bàn,điện thoại
M04,Đặng Thị Đoan,Đoan,nữ,1988,chính thức,,,thư ký ghi biên bản,máy tính xách tay
M05,Cao Tiến Ngạn,Ngạn,nam,1982,chính thức,,,báo cáo viên,máy tính
M06,Nguyễn Thị Hòa,Hòa,nữ,1985,chính thức,,,theo dõi địa bàn,điện thoại
M07,Nguyễn Thị Hoa,Hoa,nữ,1991,chính thức,,,thư ký công đoàn,điện thoại
M08,Huỳnh Út Lành,Lành,nam,1965,chính thức,,,,giấy
M09,Vương Khắc Thiệm,Thiệm,nam,1966,miễn công tác và sinh hoạt,01/01/2026,,,giấy
M10,H'Sương Kbuôr,Sương,nữ,1990,sinh hoạt tạm thời nơi khác,01/09/2026,30/04/2027,,điện thoại
M11,Và Bá Xềnh,Xềnh,nam,1998,dự bị,19/05/2026,,,điện thoại
"""
"""The same members as a file of a branch."""
