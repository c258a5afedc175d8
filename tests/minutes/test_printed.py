"""What is printed of a meeting: minutes, resolution and score sheet, word for word; for the cell and for others."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from services.minutes import application
from services.minutes.application.asker import Asker
from services.minutes.application.minutes_paper import minutes_form
from services.minutes.application.printing import Paper, Signed, day_in_words, paper_of, sentence
from services.minutes.application.resolution_paper import resolution_form
from services.minutes.application.score_paper import score_form
from services.minutes.application.sitting import ScoreConfirmed
from services.minutes.domain.scoring import ScoreMeeting
from shared.authorise import Actor
from shared.branch import Branch
from shared.decision import Refused
from shared.documents.form import Form, Signature
from shared.documents.rendering import rendered
from shared.documents.table_book import table_book
from shared.events.branch import MemberStatusChanged, PaperHeadSet
from shared.events.envelope import LogName
from shared.events.hub import RuleProfilePublished
from shared.events.meeting import BriefingDelivered
from shared.events.ranking import TaskExtended
from shared.events.sealed import Private
from shared.events.sitting import LineMark
from shared.events.theme import ThematicPlanned
from shared.rules import shipped
from shared.rules.book import shipped_texts
from tests.minutes.heard import scheduled, tasks
from tests.minutes.october import ADOPTED, AFTERWARDS, DAY, MEETING, O13_AFTER, O13_BEFORE, OCTOBER, OPINIONS
from tests.minutes.test_books import ADOPT, CLOSE, OPEN, UNION, WRITE
from tests.minutes.test_shown import NAMES, Site, held
from tests.printed_form import lines
from tests.sample_branch import CODE
from tests.sample_branch import FACTS as ROSTER

MEMBER = Actor("M02", frozenset({"member", "deputy_secretary"}))
OUTSIDE = Actor("F01", frozenset({"superior"}))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.tell("roster", *ROSTER)
    made.tell("scheduler", *scheduled())
    made.tell("ranking", *tasks())
    for basis in ADOPTED:
        made.ask("08:00", basis, day=date(2026, 9, 26))
    yield made
    made.close()


def asker(site: Site, actor: Actor = MEMBER) -> Asker:
    async def closed(_id: str, _value: Private | None) -> None:
        return None

    reads = bool(actor.roles & {"member", "service"})
    return Asker(actor, lambda member: NAMES.get(member, member), site.opened if reads else closed)


async def paper(site: Site, actor: Actor = MEMBER) -> Paper:
    with site.views.read() as reader:
        return await paper_of(reader, MEETING, asker(site, actor), "Vinh")


async def minutes(site: Site, actor: Actor = MEMBER) -> Form:
    with site.views.read() as reader:
        return await application.printed.minutes(reader, MEETING, asker(site, actor))


GOLDEN = """\
ĐẢNG BỘ BAN TỔ CHỨC TỈNH ỦY (MẪU) / CHI BỘ PHÒNG TỔ CHỨC ĐẢNG, ĐẢNG VIÊN / * / Số 29-BB/CB
ĐẢNG CỘNG SẢN VIỆT NAM
BIÊN BẢN
họp chi bộ thường kỳ tháng 10 năm 2026
# I. Thời gian, địa điểm, thành phần
*1. Thời gian:* khai mạc 14 giờ 00, ngày 05 tháng 10 năm 2026; bế mạc 16 giờ 10 cùng ngày.
*2. Địa điểm:* Phòng họp tầng 2.
*3. Đảng viên của chi bộ:* tổng số 11 đồng chí (chính thức 10, dự bị 1); trong đó được miễn công tác và sinh hoạt 1, \
tạm thời sinh hoạt nơi khác 1. Diện phải dự: 9 đồng chí.
*4. Có mặt:* 8/9 đồng chí (88,9%; chính thức 7, dự bị 1): đ/c Tôn Nữ Quỳnh Dao, đ/c Lô Văn Phủng, đ/c Đặng Thị Đoan, \
đ/c Cao Tiến Ngạn, đ/c Nguyễn Thị Hòa, đ/c Nguyễn Thị Hoa, đ/c Huỳnh Út Lành, đ/c Và Bá Xềnh.
- Đ/c Đặng Thị Đoan dự từ 14 giờ 25.
- Đ/c Nguyễn Thị Hoa dự từ 14 giờ 00 đến 15 giờ 40.
*5. Vắng:* 1 đồng chí: có lý do 1 (đ/c Hoàng Đình Khiêm).
*6. Đại biểu, khách mời:* không.
*7. Chủ trì:* đ/c Tôn Nữ Quỳnh Dao, phó bí thư chi bộ.
*8. Thư ký:* đ/c Nguyễn Thị Hoa; từ 14 giờ 30, đ/c Đặng Thị Đoan ghi biên bản.
# II. Chương trình
1. Tuyên bố lý do, giới thiệu đại biểu cấp trên dự sinh hoạt.
2. Cử thư ký ghi biên bản.
3. Điểm danh: có mặt, vắng có lý do, vắng không có lý do.
4. Thông báo tình hình thu nộp đảng phí.
5. Thông qua chương trình sinh hoạt.
6. Thông tin thời sự.
7. Phổ biến, quán triệt chủ trương, chính sách mới.
8. Nhận xét tình hình tư tưởng đảng viên.
9. Đánh giá nhiệm vụ tháng trước.
10. Dự kiến nhiệm vụ tháng tới.
11. Thảo luận.
12. Kết luận; biểu quyết thông qua nghị quyết.
13. Xếp loại đảng viên tháng trước.
14. Chấm điểm chất lượng buổi sinh hoạt.
15. Đọc và thông qua biên bản.
# III. Diễn biến
## 1. Trong phòng họp
Từ 14:30, đ/c Đặng Thị Đoan ghi biên bản thay đ/c Nguyễn Thị Hoa.
## 2. Thời sự, chuyên đề, văn bản mới, tình hình
*Thông tin thời sự:* đ/c Tôn Nữ Quỳnh Dao trình bày.
- Trong nước: Ngày 10/10.
- Quốc tế: Lũ.
- Địa phương: Bão.
Đ/c Cao Tiến Ngạn (báo cáo viên) phổ biến văn bản HD MẪU-11; 8 đồng chí đã nghe, 1 đồng chí cần được phổ biến lại \
trước 12/10/2026.
Đ/c Tôn Nữ Quỳnh Dao (phó bí thư) phổ biến văn bản CV MẪU-12; 8 đồng chí đã nghe, 1 đồng chí cần được phổ biến lại \
trước 12/10/2026.
*Nhận xét tình hình:* Cán bộ, đảng viên lo khắc phục hậu quả bão.
## 3. Đánh giá tháng trước; tự phê bình và phê bình
*Ưu điểm:* Ba trong bốn việc xong trong tháng.
*Khuyết điểm:* Nhận xét nơi cư trú chưa thu đủ.
*Nguyên nhân:* Khách quan: Cơ sở tập trung phòng, chống bão.
| TT | Đồng chí | Nhiệm vụ | Hạn | Kết quả |
| 1 | Lô Văn Phủng | Một việc. | 30/09/2026 | Đúng hạn. |
| 2 | Cao Tiến Ngạn | Một việc. | 28/09/2026 | Chậm; nguyên nhân chủ quan. |
| 3 | Nguyễn Thị Hòa | Một việc. | 25/09/2026 | Chưa hoàn thành; nguyên nhân khách quan, chủ quan; giao việc mới. |
| 4 | Nguyễn Thị Hoa | Một việc. | 11/09/2026 | Đúng hạn. |
*Nhận xét đ/c Nguyễn Thị Hòa:* Ưu điểm: Đã gửi phiếu đến 09/09 nơi cư trú. Khuyết điểm: Mới thu 04/09 phiếu. \
Nguyên nhân chủ quan: Chưa hẹn ngày thu với từng nơi.
Chi bộ ghi nhận việc đột xuất của đ/c Nguyễn Thị Hoa do lãnh đạo phòng giao: Lập danh sách.
*Đ/c Cao Tiến Ngạn tự phê bình:* Chậm vì chưa chủ động. Căn cứ: NQ TW4, CT 05.
## 4. Thảo luận, ý kiến và cách xử lý
Mục 7. Phổ biến, quán triệt chủ trương, chính sách mới
Phát biểu: đ/c Cao Tiến Ngạn.
Mục 9. Đánh giá nhiệm vụ tháng trước
Phát biểu: đ/c Lô Văn Phủng.
*Đ/c Đặng Thị Đoan (ý kiến trái chiều):* Không nên tính chậm cho T17 vì phải chờ mẫu phiếu.
Xử lý: chủ trì giải thích: Mẫu do chi bộ tự soạn, hai đồng chí có thể phối hợp sớm; vẫn ghi chậm và ghi rõ nguyên \
nhân. Người nêu ý kiến đồng ý.
*Đ/c Nguyễn Thị Hoa (ý kiến trái chiều):* Nên tạm dừng một phần việc thu nhận xét nơi cư trú cho đến khi hết lũ.
Xử lý: chủ trì giải thích: Không dừng; gia hạn đến 20/11 và chia theo xã không bị ngập trước. Người nêu ý kiến đồng ý.
Mục 11. Thảo luận
*Đ/c Huỳnh Út Lành:* Giao thêm một người giúp thu phiếu ở xã bị ngập.
Xử lý: tiếp thu, đưa vào kết luận 2.
*Đ/c Và Bá Xềnh:* Danh sách đầu mối vùng ngập nên cập nhật trước mỗi cơn bão.
Xử lý: tiếp thu, đưa vào kết luận 3.
## 5. Kết luận của chủ trì
1. Tháng 10 tập trung khắc phục hậu quả bão ở địa bàn được theo dõi.
2. Đồng chí Xềnh phối hợp với đồng chí Hòa thu phiếu ở xã bị ngập.
3. Danh sách đầu mối cập nhật vào ngày 01 hằng tháng mùa mưa.
Nghị quyết tháng 10/2026 được thông qua, số 22-NQ/CB, với 6/10 đảng viên có quyền biểu quyết tán thành (60%).
## 6. Biểu quyết
| Giờ | Nội dung | Hình thức | Tán thành | Không tán thành | Ý kiến khác | Kết quả |
| 15:28 | Nghị quyết tháng 10/2026 | Giơ tay | 5 | 1 | 1 | Chưa được thông qua (5/10, cần từ 6); đã kiểm đếm lại. |
| 15:33 | Nghị quyết tháng 10/2026 (kiểm đếm lại) | Giơ tay | 6 | 1 | 0 | Được thông qua (6/10, cần từ 6). |
Đ/c Huỳnh Út Lành đề nghị kiểm đếm lại biểu quyết lúc 15:28 (5–1–1); lý do: đếm sót một cánh tay ở hàng sau.
## 7. Phân công nhiệm vụ
| TT | Đồng chí | Nhiệm vụ | Phối hợp | Thời hạn | Báo cáo tại kỳ |
| 1 | Đặng Thị Đoan | Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại. |  | 30/10/2026 | 11/2026 |
| 2 | Nguyễn Thị Hòa | Thu đủ nhận xét nơi cư trú còn lại (05 phiếu). | Và Bá Xềnh | 20/11/2026 | 12/2026 |
## 8. Chất lượng buổi sinh hoạt
Chi bộ tự chấm 90/100 điểm, xếp loại Tốt; chờ cấp trên xác nhận (có phiếu đánh giá kèm theo).
# IV. Thông qua biên bản, bế mạc
Thư ký đọc lại biên bản trước chi bộ; 6/6 đồng chí có quyền biểu quyết đang có mặt tán thành lúc 16 giờ 08. Buổi họp \
bế mạc lúc 16 giờ 10 cùng ngày, kéo dài 130 phút.
NGƯỜI GHI BIÊN BẢN / Đặng Thị Đoan || CHỦ TRÌ HỘI NGHỊ / Tôn Nữ Quỳnh Dao"""

GOLDEN_RESOLUTION = """\
ĐẢNG BỘ BAN TỔ CHỨC TỈNH ỦY (MẪU) / CHI BỘ PHÒNG TỔ CHỨC ĐẢNG, ĐẢNG VIÊN / * / Số 22-NQ/CB
ĐẢNG CỘNG SẢN VIỆT NAM / Vinh, ngày 05 tháng 10 năm 2026
NGHỊ QUYẾT
Lãnh đạo thực hiện nhiệm vụ tháng 10/2026
Ngày 05 tháng 10 năm 2026, Chi bộ Phòng Tổ chức đảng, đảng viên họp chi bộ thường kỳ tại Phòng họp tầng 2, khai mạc \
14 giờ 00, thời lượng 130 phút. Dự họp 8/9 đồng chí thuộc diện phải dự (88,9%). Chủ trì: đ/c Tôn Nữ Quỳnh Dao; thư ký: \
đ/c Nguyễn Thị Hoa, đ/c Đặng Thị Đoan.
# I. Kết quả thực hiện nhiệm vụ tháng trước
*Ưu điểm:* Ba trong bốn việc xong trong tháng.
*Hạn chế:* Nhận xét nơi cư trú chưa thu đủ.
*Nguyên nhân:* Khách quan: Cơ sở tập trung phòng, chống bão.
| TT | Đồng chí | Nhiệm vụ | Hạn | Kết quả |
| 1 | Lô Văn Phủng | Một việc. | 30/09/2026 | Đúng hạn. |
| 2 | Cao Tiến Ngạn | Một việc. | 28/09/2026 | Chậm; nguyên nhân chủ quan. |
| 3 | Nguyễn Thị Hòa | Một việc. | 25/09/2026 | Chưa hoàn thành; nguyên nhân khách quan, chủ quan; giao việc mới. |
| 4 | Nguyễn Thị Hoa | Một việc. | 11/09/2026 | Đúng hạn. |
# II. Kết luận, nhiệm vụ thời gian tới
1. Tháng 10 tập trung khắc phục hậu quả bão ở địa bàn được theo dõi.
2. Đồng chí Xềnh phối hợp với đồng chí Hòa thu phiếu ở xã bị ngập.
3. Danh sách đầu mối cập nhật vào ngày 01 hằng tháng mùa mưa.
# III. Phân công thực hiện
| TT | Đồng chí | Nhiệm vụ | Phối hợp | Thời hạn | Báo cáo tại kỳ |
| 1 | Đặng Thị Đoan | Số hóa 12 biên bản giấy năm 2020, người thứ hai kiểm lại. |  | 30/10/2026 | 11/2026 |
| 2 | Nguyễn Thị Hòa | Thu đủ nhận xét nơi cư trú còn lại (05 phiếu). | Và Bá Xềnh | 20/11/2026 | 12/2026 |
# IV. Chất lượng buổi sinh hoạt
Chi bộ tự chấm 90/100 điểm, xếp loại Tốt.
Nghị quyết này được chi bộ thông qua với 6/10 đảng viên có quyền biểu quyết tán thành, đạt 60%.
T/M CHI BỘ / PHÓ BÍ THƯ / Tôn Nữ Quỳnh Dao
Nơi nhận: Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu) (để báo cáo), Cấp ủy viên theo dõi chi bộ, Các đồng chí đảng viên trong \
chi bộ, Lưu Chi bộ."""

GOLDEN_SCORE = """\
ĐẢNG BỘ BAN TỔ CHỨC TỈNH ỦY (MẪU) / CHI BỘ PHÒNG TỔ CHỨC ĐẢNG, ĐẢNG VIÊN / *
ĐẢNG CỘNG SẢN VIỆT NAM / Vinh, ngày 05 tháng 10 năm 2026
PHIẾU ĐÁNH GIÁ
Chất lượng buổi họp chi bộ thường kỳ tháng 10 năm 2026
(Khung điểm chất lượng sinh hoạt, Hướng dẫn 42-HD/BTCTW)
| TT | Tiêu chí | Điểm tối đa | Chi bộ chấm | Cấp trên |
| 1 | Chấp hành thời gian, thời lượng | 5 | 5 |  |
| 2 | Tỷ lệ đảng viên dự sinh hoạt | 5 | 4 |  |
| 3 | Công tác chuẩn bị | 10 | 9 |  |
| 4 | Tiến hành sinh hoạt | 40 | 37 |  |
| 5 | Giữ nguyên tắc tổ chức và sinh hoạt đảng | 5 | 5 |  |
| 6 | Kết quả thực hiện kết luận, nghị quyết kỳ trước | 30 | 25 |  |
| 7 | Kết thúc: kết luận, thông qua biên bản, đăng tài liệu | 5 | 5 |  |
|  | Tổng cộng | 100 | 90 |  |
*Xếp loại chi bộ tự đánh giá:* Tốt.
*Cấp trên xác nhận:* chờ xác nhận.
*Căn cứ ghi trong biên bản:*
- Thời lượng đến lúc chấm 118 phút, quy định tối thiểu 90 phút.
- Dự họp 8/9 đồng chí thuộc diện phải dự, chưa đạt tỷ lệ quy định.
- Phát biểu 7/8 đồng chí dự họp; 4 ý kiến.
XÁC NHẬN CỦA CẤP TRÊN || T/M CHI BỘ / PHÓ BÍ THƯ / Tôn Nữ Quỳnh Dao"""


async def test_octobers_minutes_word_for_word(site: Site):
    held(site)
    assert lines(await minutes(site)) == GOLDEN.split("\n")


async def test_octobers_resolution_word_for_word(site: Site):
    held(site)
    assert lines(resolution_form(await paper(site))) == GOLDEN_RESOLUTION.split("\n")


async def test_octobers_score_sheet_word_for_word(site: Site):
    held(site)
    assert lines(score_form(await paper(site))) == GOLDEN_SCORE.split("\n")


async def test_a_score_given_after_the_close_is_on_its_sheet_and_not_in_the_minutes(site: Site):
    (late,) = [step for step in OCTOBER if isinstance(step.command, ScoreMeeting)]
    for step in OCTOBER:
        if step is not late:
            site.ask(step.hour, step.command)
    before = rendered(await minutes(site)).sha256
    site.ask("18:00", late.command)
    assert rendered(await minutes(site)).sha256 == before
    sheet = score_form(await paper(site))
    assert "|  | Tổng cộng | 100 | 90 |  |" in lines(sheet)
    assert sheet.at > (await minutes(site)).at


async def test_the_superiors_word_stands_on_the_sheet(site: Site):
    held(site)
    less = (LineMark(id="7", mark="3.5", max=5),)
    confirmed = ScoreConfirmed(total="88.5", band="q_fair", reason="Tài liệu đăng chậm.", changed=less)
    sheet = lines(score_form(await paper(site), confirmed))
    assert "| 4 | Tiến hành sinh hoạt | 40 | 37 | 37 |" in sheet
    assert "| 7 | Kết thúc: kết luận, thông qua biên bản, đăng tài liệu | 5 | 5 | 3,5 |" in sheet
    assert "|  | Tổng cộng | 100 | 90 | 88,5 – Khá |" in sheet
    assert "*Cấp trên xác nhận:* 88,5 điểm, xếp loại Khá. Lý do: Tài liệu đăng chậm." in sheet


async def test_the_printed_bytes_are_the_same_from_rebuilt_read_models(site: Site):
    held(site)
    before = rendered(await minutes(site)).sha256
    anew = site.views.begin_generation()
    site.hear(anew)
    anew.switch()
    assert rendered(await minutes(site)).sha256 == before


async def test_all_that_is_given_is_read_in_the_pdf_and_in_the_docx(site: Site):
    held(site)
    form = await minutes(site)
    read = PdfReader(io.BytesIO(rendered(form).bytes))
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for *_, words in OPINIONS.values():
        assert words in text
    document = Document(io.BytesIO(rendered(form, "docx").bytes))
    assert OPINIONS["O15"][3] in "\n".join(one.text for one in document.paragraphs)
    assert [cell.text for cell in document.tables[3].rows[2].cells][:2] == ["2", "Nguyễn Thị Hòa"]


# ------------------------------------------------------------------ who reads what


async def test_R34_who_is_not_of_the_cell_gets_a_copy_without_what_was_said_and_it_says_so(site: Site):
    held(site)
    ours, theirs = await minutes(site), await minutes(site, OUTSIDE)
    assert ours.marks == ()
    assert theirs.marks == ("BẢN CÔNG KHAI – đã lược phần chỉ chi bộ được đọc",)
    printed = "\n".join(lines(theirs))
    kept_back = [words for *_, words in OPINIONS.values()]
    kept_back += ["lo khắc phục hậu quả bão", "Chậm vì chưa chủ động", "Chưa hẹn ngày thu", "Mẫu do chi bộ tự soạn"]
    for words in kept_back:
        assert words in "\n".join(lines(ours))
        assert words not in printed
        assert words not in json.dumps(theirs.model_dump(mode="json"), ensure_ascii=False)
    assert "*Đ/c Và Bá Xềnh:* (Nội dung chỉ chi bộ được đọc.)" in printed
    assert "3. Danh sách đầu mối cập nhật vào ngày 01 hằng tháng mùa mưa." in printed
    assert (ours.head, ours.left, ours.right) == (theirs.head, theirs.left, theirs.right)


async def test_words_whose_key_is_gone_are_said_to_be_gone(site: Site):
    held(site)
    site.keys.destroy(f"member/{CODE}/M11")
    printed = lines(await minutes(site))
    assert "*Đ/c Và Bá Xềnh:* (Nội dung đã xóa, không còn đọc được.)" in printed


# ------------------------------------------------------------------ before, while, afterwards


async def test_before_the_opening_there_is_nothing_to_print(site: Site):
    with site.views.read() as reader:
        for wish in (application.printed.minutes, application.printed.resolution, application.printed.score):
            with pytest.raises(Refused, match="has not been opened"):
                await wish(reader, MEETING, asker(site))


async def test_minutes_not_yet_adopted_are_a_draft_without_a_number(site: Site):
    held(site, to="15:00")
    form = await minutes(site)
    assert form.marks == ("DỰ THẢO – biên bản chưa được thông qua",)
    assert form.head is not None
    assert form.head.number == "Số ……-BB/CB"
    assert form.stem == "Biên bản 2026-10"
    printed = lines(form)
    assert "Xử lý: chưa ghi cách xử lý." not in printed
    assert printed[-2] == "Biên bản chưa được đọc lại và thông qua."
    with site.views.read() as reader:
        with pytest.raises(Refused, match="has adopted no resolution"):
            await application.printed.resolution(reader, MEETING, asker(site))
        with pytest.raises(Refused, match="was not scored"):
            await application.printed.score(reader, MEETING, asker(site))


async def test_a_meeting_just_opened_prints_without_empty_parts(site: Site):
    held(site, to="14:01")
    printed = lines(await minutes(site))
    headings = [line for line in printed if line.startswith("#")]
    assert headings == [
        "# I. Thời gian, địa điểm, thành phần",
        "# II. Chương trình",
        "# III. Diễn biến",
        "## 1. Thời sự, chuyên đề, văn bản mới, tình hình",
        "# IV. Thông qua biên bản, bế mạc",
    ]
    assert rendered(await minutes(site)).bytes


async def test_what_others_store_after_the_close_changes_no_printed_minutes(site: Site):
    held(site)
    signed = rendered(await minutes(site)).sha256
    site.tell("ranking", _extended("T17", date(2026, 9, 28), date(2026, 11, 20)))
    briefing = scheduled()[-1]
    assert isinstance(briefing, BriefingDelivered)
    site.tell("scheduler", briefing.model_copy(update={"member_id": "M03", "local": "Ghi sau."}))
    assert rendered(await minutes(site)).sha256 == signed


def _extended(task_id: str, from_on: date, to_on: date) -> TaskExtended:
    about = {"branch": CODE, "task_id": task_id, "member_id": "M05", "text": "Một việc."}
    return TaskExtended(**about, from_on=from_on, to_on=to_on, reason="Bão.")


async def test_a_theme_stands_in_the_minutes_of_the_meeting_it_was_planned_for(site: Site):
    for theme_id, meeting_id in (("C1", MEETING), ("C2", f"{CODE}:2026-11")):
        site.tell(
            "scheduler",
            ThematicPlanned(
                branch=CODE,
                theme_id=theme_id,
                quarter="2026-Q4",
                theme="Ghi biên bản.",
                member_id="M04",
                meeting_id=meeting_id,
                on=DAY,
                assign_by=date(2026, 9, 20),
                draft_due_on=date(2026, 9, 25),
                pass_by=date(2026, 10, 1),
                profile="hd42@1",
            ),
        )
    held(site)
    themes = [line for line in lines(await minutes(site)) if line.startswith("*Chuyên đề:*")]
    assert themes == ["*Chuyên đề:* «Ghi biên bản», báo cáo: đ/c Đặng Thị Đoan."]


async def test_R43_a_correction_stands_on_a_page_behind_and_what_was_signed_stays(site: Site):
    held(site)
    signed = minutes_form(await paper(site))
    for later in AFTERWARDS[3:4]:
        site.ask(later.time[11:], later.command, actor=later.actor, day=date.fromisoformat(later.time[:10]))
    assert lines(await minutes(site)) == lines(signed), "nothing is printed of a correction not yet decided"
    with site.views.read() as reader:
        (asked,) = await application.corrections.corrections(reader, CODE, site.opened, of=MEETING)
        again = await application.printed.minutes_to_sign(reader, MEETING, asker(site))
    assert rendered(again).sha256 == rendered(signed).sha256
    granted = asked.model_copy(update={"state": "accepted", "decided_on": date(2026, 11, 3)})
    behind = lines(minutes_form(await paper(site), [granted]))
    assert behind[: len(lines(signed))] == lines(signed)
    assert behind[len(lines(signed)) :] == [
        "=== TRANG ĐÍNH CHÍNH / Kèm theo biên bản 29-BB/CB",
        "*Người đề nghị:* đ/c Nguyễn Thị Hoa, ngày 19/10/2026.",
        "*Nơi đính chính:* O13.",
        f"*Đã ghi:* {O13_BEFORE}.",
        f"*Đề nghị ghi:* {O13_AFTER}.",
        "*Chi bộ quyết định:* đồng ý, tại buổi họp ngày 03/11/2026.",
        "Biên bản đã thông qua được giữ nguyên; trang này kèm theo biên bản.",
    ]
    refused = asked.model_copy(update={"state": "refused", "decided_on": date(2026, 11, 3), "reason": "ghi đúng lời"})
    kept_beside = lines(minutes_form(await paper(site), [refused]))
    assert "*Lý do:* Ghi đúng lời." in kept_beside


async def test_a_signed_copy_shows_who_signed_when_and_with_which_key(site: Site):
    held(site)
    given = [
        Signed("minute_taker", "M04", "2026-10-05T09:20:00.000000Z", "3fa9 1c07"),
        Signed("chair", "M02", "2026-10-05T09:21:00.000000Z", "88b0 d4e1"),
    ]
    form = minutes_form(await paper(site), (), given)
    assert form.marks == ("ĐÃ KÝ ĐIỆN TỬ",)
    assert form.left == Signature(
        above=("NGƯỜI GHI BIÊN BẢN",),
        name="Đặng Thị Đoan",
        electronic=("Đã ký điện tử lúc 16 giờ 20", "khóa 3fa9 1c07"),
    )


async def test_who_signs_for_somebody_gone_stands_in_the_block_and_says_for_whom(site: Site):
    held(site)
    given = [Signed("chair", "M01", "2026-10-05T09:21:00.000000Z", "88b0 d4e1")]
    form = minutes_form(await paper(site), (), given)
    assert form.right == Signature(
        above=("CHỦ TRÌ HỘI NGHỊ",),
        name="Hoàng Đình Khiêm",
        electronic=("Đã ký điện tử lúc 16 giờ 21", "khóa 88b0 d4e1", "thay đ/c Tôn Nữ Quỳnh Dao"),
    )


async def test_names_and_statuses_changed_since_change_no_older_paper(site: Site):
    held(site)
    with site.views.read() as reader:
        branch: Branch = reader.get("branch", CODE, "")

    async def then(heard: Mapping[LogName, int]) -> tuple[Branch, Callable[[str], str]]:
        assert [log.service for log in heard if log.service == "roster"]
        return branch, lambda member: NAMES.get(member, member)

    before = rendered(await minutes(site)).sha256
    site.tell("roster", MemberStatusChanged(branch=CODE, member_id="M07", status="exempt", from_on=date(2026, 9, 1)))
    later = replace(asker(site), name=lambda member: NAMES.get(member, member).replace("Dao", "Giao"))
    with site.views.read() as reader:
        changed = await application.printed.minutes_to_sign(reader, MEETING, later)
        again = await application.printed.minutes_to_sign(reader, MEETING, replace(later, as_heard=then))
    assert rendered(changed).sha256 != before
    assert rendered(again).sha256 == before


# ------------------------------------------------------------------ each profile's variant


async def test_the_cell_or_its_committee_signs_as_the_profile_says(site: Site):
    held(site)
    made = await paper(site)
    chosen = made.profile.signature.on_behalf_of.model_copy(update={"value": "T/M CHI ỦY"})
    other = made.profile.model_copy(
        update={"signature": made.profile.signature.model_copy(update={"on_behalf_of": chosen})}
    )
    assert resolution_form(replace(made, profile=other)).right == Signature(
        above=("T/M CHI ỦY", "PHÓ BÍ THƯ"), name="Tôn Nữ Quỳnh Dao"
    )
    assert made.for_the_cell("M01").above == ("T/M CHI BỘ", "BÍ THƯ")
    assert made.for_the_cell("M05").above == ("T/M CHI BỘ", "CHỦ TRÌ")


async def test_the_form_is_that_of_the_meetings_day(site: Site):
    held(site)
    assert (await paper(site)).profile.ref == "qd399@1"
    earlier = shipped().profile_for("document", date(2025, 12, 3), CODE)
    assert earlier.ref == "hd36@1"
    form = minutes_form(replace(await paper(site), profile=earlier))
    assert form.head is not None
    assert form.head.motto == ("ĐẢNG CỘNG SẢN VIỆT NAM",)
    assert day_in_words(earlier, date(2025, 2, 7)) == "ngày 07 tháng 02 năm 2025"


async def test_a_variant_that_the_superior_published_holds_for_its_branches(site: Site):
    texts = dict(shipped_texts())
    toml = texts["qd399.toml"].replace('id = "qd399"', 'id = "qd399-variant"\nscope = "99.001"')
    toml = toml.replace('value = "T/M CHI BỘ"', 'value = "T/M CHI ỦY"')
    site.tell(
        "hub",
        RuleProfilePublished(
            branch="99.001.000.000.000",
            profile_id="qd399-variant",
            version=1,
            rule_subject="document",
            scope="99.001",
            title="Biến thể của cấp trên",
            valid_from=date(2026, 1, 9),
            source="S8d",
            confidence="R",
            numbers=(),
            toml=toml,
            sha256=sha256(toml.encode()).hexdigest(),
        ),
    )
    held(site)
    made = await paper(site)
    assert made.profile.ref == "qd399-variant@1"
    assert resolution_form(made).right == Signature(above=("T/M CHI ỦY", "PHÓ BÍ THƯ"), name="Tôn Nữ Quỳnh Dao")


# ------------------------------------------------------------------ workbook, the other books


async def test_the_score_sheet_is_a_workbook_too(site: Site):
    held(site)
    with site.views.read() as reader:
        book = await application.printed.score_table(reader, MEETING, asker(site))
    assert book.sheets[0].rows[3] == (4, "Tiến hành sinh hoạt", 40, 37, "")
    assert table_book(book) == table_book(book)


UNION_HEAD = PaperHeadSet(
    branch=CODE, whose="union", name="Tổ công đoàn Phòng Tổ chức", above="Công đoàn cơ quan", from_on=date(2026, 1, 1)
)


async def test_R9_the_union_book_bears_the_unions_own_name(site: Site):
    site.tell("roster", UNION_HEAD)
    for hour, command in (("09:00", OPEN), ("09:10", WRITE), ("09:50", ADOPT), ("10:00", CLOSE)):
        site.ask(hour, command, actor="M07")
    with site.views.read() as reader:
        form = await application.printed.minutes(reader, UNION, asker(site, Actor("M05", frozenset({"member"}))))
    assert lines(form)[0] == "CÔNG ĐOÀN CƠ QUAN / TỔ CÔNG ĐOÀN PHÒNG TỔ CHỨC / Số 01-BB/CĐ"


async def test_a_branchs_own_place_stands_before_the_sites(site: Site):
    site.tell("roster", PaperHeadSet(branch=CODE, whose="cell", place="Thanh Chương", from_on=date(2026, 10, 1)))
    held(site)
    assert "Thanh Chương, ngày 05 tháng 10 năm 2026" in lines(score_form(await paper(site)))[1]


async def test_R9_the_union_book_has_its_own_head_numbers_and_signatures(site: Site):
    for hour, command in (("09:00", OPEN), ("09:10", WRITE), ("09:50", ADOPT), ("10:00", CLOSE)):
        site.ask(hour, command, actor="M07")
    with site.views.read() as reader:
        form = await application.printed.minutes(reader, UNION, asker(site, Actor("M05", frozenset({"member"}))))
        with pytest.raises(Refused, match="Only those who took part"):
            await application.printed.minutes(reader, UNION, asker(site, OUTSIDE))
    assert lines(form) == [
        "SỔ BIÊN BẢN / CÔNG ĐOÀN / Số 01-BB/CĐ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / Độc lập - Tự do - Hạnh phúc",
        "BIÊN BẢN",
        "Họp công đoàn quý IV",
        "# I. Thời gian, địa điểm, thành phần",
        "*1. Thời gian:* bắt đầu 9 giờ 00, ngày 05 tháng 10 năm 2026; kết thúc 10 giờ 00.",
        "*2. Địa điểm:* Không ghi.",
        "*3. Có mặt:* 3 người: Cao Tiến Ngạn, Nguyễn Thị Hoa, Trần Thị Ngoài.",
        "*4. Chủ trì:* Cao Tiến Ngạn.",
        "*5. Thư ký:* Nguyễn Thị Hoa.",
        "# II. Nội dung",
        "*1. Trần Thị Ngoài:* Đề nghị thăm hỏi đoàn viên.",
        "# III. Thông qua biên bản",
        "Biên bản được thông qua, 3/3 người có mặt đồng ý.",
        "THƯ KÝ / Nguyễn Thị Hoa || TM. BAN CHẤP HÀNH CÔNG ĐOÀN / Cao Tiến Ngạn",
    ]
    assert "ĐẢNG" not in "\n".join(lines(form))
    assert rendered(form).bytes


# ------------------------------------------------------------------ how papers write


def test_peoples_words_end_with_one_full_stop():
    assert [sentence("  đồng ý "), sentence("Có không?"), sentence("Xong."), sentence("")] == [
        "Đồng ý.",
        "Có không?",
        "Xong.",
        "",
    ]


async def test_a_paper_is_dated_by_its_facts(site: Site):
    held(site)
    at = (await paper(site)).at
    assert datetime(2026, 10, 5, 9, 10, tzinfo=UTC) <= at < datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
    assert date(2026, 10, 5) == DAY
