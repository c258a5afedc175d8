"""R33: a mark of secrecy is seen however it is typed, and everyday words are none."""

from __future__ import annotations

import unicodedata

import pytest

from shared.decision import Refused
from shared.secrecy import bears_a_mark, must_bear_no_mark

MARKED = (
    "MẬT",
    "«MẬT»",
    "[MẬT] Báo cáo quý III",
    "VĂN BẢN MẬT",
    "Công văn MẬT số 12",
    "M Ậ T",
    "TỐI MẬT",
    "TỐI  MẬT\nBáo cáo",
    "Tuyệt mật",
    "văn bản tối mật của cấp trên",
    "TOI MAT",
    "TUYET MAT",
    "Độ mật: Mật",
    unicodedata.normalize("NFD", "TUYỆT MẬT"),
    unicodedata.normalize("NFD", "MẬT"),
)
EVERYDAY = (
    "Giữ bí mật, bảo mật thông tin",
    "QUY CHẾ BẢO MẬT THÔNG TIN",
    "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "mật độ dân cư, nuôi ong mật, mật khẩu",
    "MẬT ĐỘ DÂN SỐ",
    "quan hệ mật thiết với nhân dân",
    "Mật ong rừng",
    "Toi mat chia khoa",
    "",
)


@pytest.mark.parametrize("text", MARKED)
def test_R33_a_mark_of_secrecy_is_seen(text: str):
    assert bears_a_mark(text)
    with pytest.raises(Refused, match="Classified documents are not taken") as refusal:
        must_bear_no_mark("Báo cáo", None, text)
    assert refusal.value.code == "R33"


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_no_mark(text: str):
    assert not bears_a_mark(text)
    must_bear_no_mark(text)
