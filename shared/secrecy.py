"""Marks of secrecy in what people type: «MẬT», «TỐI MẬT», «TUYỆT MẬT». What bears one is not taken (R33)."""

from __future__ import annotations

import re
import unicodedata

from shared.decision import Refused

_GRADED = re.compile(r"(?<!\w)(?:tuyệt|tối)\s+mật(?!\w)", re.IGNORECASE)
_GRADED_BARE = re.compile(r"(?<!\w)(?:TUYET|TOI)\s+MAT(?!\w)")
_STAMP = re.compile(r"(?:(?P<before>\w+)\s+)?(?<!\w)(?:MẬT|M Ậ T)(?!\w)(?:\s+(?P<after>\w+))?")
_DEGREE = re.compile(r"(?<!\w)độ\s+mật\s*[:–-]\s*mật(?!\w)", re.IGNORECASE)
_OTHER_WORDS_BEFORE = {"BẢO", "BÍ", "CƠ", "CẨN", "THÂN"}
_OTHER_WORDS_AFTER = {"ĐỘ", "KHẨU", "THIẾT", "MÃ", "ONG", "VỤ", "DANH", "THƯ", "NGỮ"}
"""bảo mật, bí mật, mật độ, mật khẩu …: words of every day, also where a heading is in capitals."""


def bears_a_mark(text: str) -> bool:
    """Whether this text bears a mark of secrecy. The word «mật» inside everyday words is none."""
    plain = unicodedata.normalize("NFC", text)
    if _GRADED.search(plain) or _GRADED_BARE.search(plain) or _DEGREE.search(plain):
        return True
    return any(
        found["before"] not in _OTHER_WORDS_BEFORE and found["after"] not in _OTHER_WORDS_AFTER
        for found in _STAMP.finditer(plain)
    )


def must_bear_no_mark(*texts: str | None) -> None:
    """Refused where one of these bears a mark of secrecy; the sentence repeats nothing of it."""
    if any(text is not None and bears_a_mark(text) for text in texts):
        raise Refused(
            "Hệ thống không nhận văn bản có độ mật. Không có gì được lưu. Đồng chí xử lý văn bản này ngoài hệ thống, "
            "trong chương trình ghi «nội dung xử lý ngoài hệ thống».",
            "Classified documents are not taken. Nothing was stored. Handle it outside the system and write "
            "“dealt with outside the system” in the agenda.",
            code="R33",
        )
