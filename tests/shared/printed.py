"""A form with one of everything, for the tests of the renderers."""

from __future__ import annotations

from datetime import date, datetime, timezone

from shared.documents.form import (
    Annex,
    Column,
    Form,
    Heading,
    Items,
    Run,
    Signature,
    Table,
    dashes,
    led,
    page,
    party_head,
    said,
)
from shared.rules import shipped

DAY = date(2026, 2, 5)
PROFILE = shipped().profile_for("document", DAY)

EVERY_LETTER = (
    "aàảãáạ ăằẳẵắặ âầẩẫấậ đ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ "
    "AÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ Đ EÈẺẼÉẸ ÊỀỂỄẾỆ IÌỈĨÍỊ OÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ UÙỦŨÚỤ ƯỪỬỮỨỰ YỲỶỸÝỴ"
)
HOSTILE = 'Ý kiến #read("/etc/passwd") $x^2$ *đậm* _nghiêng_ @ref <nhãn> `mã` \\ // #import "a": * [ ] { } = + / ~ \'"'

FORM = Form(
    kind="resolution",
    subject="99.001.002.000.011:2026-02",
    stem="Nghị quyết 05-NQ-CB",
    at=datetime(2026, 2, 5, 9, 30, 12, tzinfo=timezone.utc),  # noqa: UP017
    page=page(PROFILE),
    head=party_head(
        PROFILE, "Đảng bộ Ban Tổ chức (mẫu)", "Chi bộ Phòng Tổ chức", mark="NQ", number=5, day=DAY, place="Vinh"
    ),
    name="NGHỊ QUYẾT",
    title=("Lãnh đạo thực hiện nhiệm vụ tháng 02/2026",),
    marks=("DỰ THẢO",),
    body=(
        Heading(level=1, number="I", text="Kết quả tháng trước"),
        Heading(level=2, number="1", text="Công tác tư tưởng"),
        Heading(level=3, number="a", text="Thời sự"),
        said(EVERY_LETTER),
        led("Ý kiến:", HOSTILE),
        dashes(["Việc thứ nhất.", "Việc thứ hai."]),
        Items(numbered=True, items=((Run(text="Điều một."),), (Run(text="Điều hai."),))),
        Items(numbered=True, items=((Run(text="Lại từ một."),),)),
        Table(
            columns=(
                Column(heading="TT", width=6, align="center"),
                Column(heading="Việc", width=60),
                Column(heading="Hạn", width=20, align="center"),
            ),
            rows=tuple((str(n), f"Việc số {n} của chi bộ.", "27/02/2026") for n in range(1, 61)),
            total=("", "60 việc", ""),
        ),
        Table(columns=(Column(heading="Ý kiến khác", width=10),), rows=()),
        said("Nghị quyết được 9/10 đảng viên có quyền biểu quyết tán thành."),
    ),
    right=Signature(above=("T/M CHI BỘ", "BÍ THƯ"), name="Hoàng Đình Khiêm", electronic=("Ký ngày 05/02/2026",)),
    recipients=("Đảng ủy (để báo cáo),", "Lưu Chi bộ."),
    annexes=(Annex(name="PHỤ LỤC", title="Ý kiến", body=(said("Toàn văn ý kiến."),)),),
)
