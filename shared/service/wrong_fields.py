"""What is wrong with a body, field by field: by its name among people, what is expected, and nothing of the library's.

Nothing the caller typed is said back, but for a day that does not exist and the name of a part nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from shared.service.labels import Label, place

Words = tuple[str, str]
"""Vietnamese, English."""

_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[T ])")
_NAME = re.compile(r"^[A-Za-z0-9_]{1,40}$")
_CHOICE = re.compile(r"'([^']*)'")

FORMS: Mapping[str, Words] = {
    r"^[^\x00]*$": (
        "có ký tự không dùng được; hãy gõ lại bằng chữ",
        "holds a character that cannot be used; retype it",
    ),
    r"^[^\x00-\x1f]*$": (
        "có ký tự không dùng được; hãy ghi tên tệp trên một dòng",
        "holds a character that cannot be used; give the name of the file on one line",
    ),
    r"^[a-z0-9-]{1,40}@[1-9][0-9]{0,5}$": (
        "không đúng dạng bộ quy định; hãy ghi mã và số bản, như hd42@1",
        "not the name of a rule profile; give its id and version, like hd42@1",
    ),
    r"^[A-Za-z0-9_.-]{1,40}$": (
        "không đúng dạng mã; hãy chọn trong danh sách chi bộ, mã có dạng như M02",
        "not an id; choose from the branch's list, an id looks like M02",
    ),
    r"^[A-Za-z0-9_.:-]{1,80}$": (
        "không đúng dạng mã; hãy chọn trong danh sách, mã gồm chữ không dấu, số và các dấu . : - _, tối đa 80 ký tự",
        "not an id; choose from the list, an id has plain letters, digits and . : - _ only, at most 80",
    ),
    r"^[A-Za-z0-9_.:-]{1,160}$": (
        "không đúng dạng mã; hãy chọn trong danh sách, mã chỉ gồm chữ không dấu, số và các dấu . : - _",
        "not an id; choose from the list, an id has plain letters, digits and . : - _ only",
    ),
    r"^[0-9]{2}(\.[0-9]{3}){4}$": (
        "không đúng dạng mã tổ chức đảng; hãy ghi đủ 14 chữ số, ví dụ 38.168.053.000.001",
        "not a code of a Party organisation; give all 14 digits, for example 38.168.053.000.001",
    ),
    r"^[0-9]{4}-(0[1-9]|1[0-2])$": (
        "không phải một tháng; hãy ghi năm rồi tháng, ví dụ 2026-10",
        "not a month; give the year, then the month, for example 2026-10",
    ),
    r"^20[0-9]{2}-(0[1-9]|1[0-2])$": (
        "không phải một tháng; hãy ghi năm rồi tháng, ví dụ 2026-10",
        "not a month; give the year, then the month, for example 2026-10",
    ),
    r"^[1-9][0-9]{3}-Q[1-4]$": (
        "không phải một quý; hãy ghi năm rồi quý, ví dụ 2026-Q4",
        "not a quarter; give the year, then the quarter, for example 2026-Q4",
    ),
    r"^[1-9][0-9]{3}(-Q[1-4])?$": (
        "không phải một quý hay một năm; hãy ghi như 2026-Q4 hoặc 2026",
        "neither a quarter nor a year; write it like 2026-Q4 or 2026",
    ),
    r"^[1-9][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$": (
        "không phải một kỳ; hãy ghi tháng (2026-10), quý (2026-Q4), nửa năm (2026-H1) hoặc năm (2026)",
        "not a period; give a month (2026-10), a quarter (2026-Q4), a half year (2026-H1) or a year (2026)",
    ),
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": (
        "không phải giờ trong ngày; hãy ghi giờ và phút, ví dụ 07:30",
        "not a time of day; give hours and minutes, for example 07:30",
    ),
    r"^(100|[0-9]{1,2})(\.[0-9]{1,2})?$": (
        "không phải số điểm; hãy ghi từ 0 đến 100, lẻ nhiều nhất hai chữ số, ví dụ 89.5",
        "not a number of points; give 0 to 100 with at most two decimals, for example 89.5",
    ),
    r"^[0-9]{1,3}(\.[0-9]{1,2})?$": (
        "không phải số điểm; hãy ghi số, lẻ nhiều nhất hai chữ số, ví dụ 4.5",
        "not a mark; give a number with at most two decimals, for example 4.5",
    ),
    r"^[0-9a-f]{64}$": (
        "không phải dấu vân tay của tệp (64 ký tự 0–9, a–f); hãy tải tệp lên lại",
        "not a fingerprint of a file (64 characters 0–9, a–f); upload the file again",
    ),
    r"^[a-f0-9]{64}$": (
        "không phải khóa công khai (64 ký tự 0–9, a–f); hãy lập khóa ký lại",
        "not a public key (64 characters 0–9, a–f); make the signing key again",
    ),
    r"^[0-9a-f]{32}$": (
        "không phải mã khóa ký (32 ký tự 0–9, a–f); hãy mở lại trang khóa ký",
        "not the id of a signing key (32 characters 0–9, a–f); open the page of signing keys again",
    ),
    r"^[0-9a-f]{128}$": (
        "không phải chữ ký (128 ký tự 0–9, a–f); hãy ký lại",
        "not a signature (128 characters 0–9, a–f); sign again",
    ),
    r"^[!-~]+( [!-~]+)*$": (
        "có ký tự không dùng được; hãy ghi bằng chữ không dấu, ví dụ typst 0.15.2",
        "has characters that cannot be used; write plain letters, for example typst 0.15.2",
    ),
    r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z$": (
        "không đúng dạng thời điểm; hãy ghi như 2026-10-05T09:40:00.000000Z",
        "not an instant; write it like 2026-10-05T09:40:00.000000Z",
    ),
    r"^[0-9]{1,4}-(NQ|BB)/[A-ZĐ]{2,4}$": (
        "không đúng dạng số văn bản; hãy ghi như 29-BB/CB hoặc 22-NQ/CB",
        "not a document number; write it like 29-BB/CB or 22-NQ/CB",
    ),
    r"^[0-9]{1,4}-TB/[A-ZĐ]{2,4}$": (
        "không đúng dạng số thông báo; hãy ghi như 05-TB/CB",
        "not a notice's number; write it like 05-TB/CB",
    ),
    r"^[A-ZĐ][A-Za-zĐ]{1,3}$": (
        "không phải loại văn bản; hãy ghi chữ viết tắt như NQ, BB, BC",
        "not a kind of document; give its letters, such as NQ, BB, BC",
    ),
    r"^member/[0-9.]{18}/[A-Za-z0-9_.-]{1,40}$": (
        "không phải khóa của một đảng viên; hãy chọn người trong danh sách chi bộ",
        "not a member's key; choose the person from the branch's list",
    ),
    r"^(branch/[0-9.]{18}|member/[0-9.]{18}/[A-Za-z0-9_.-]{1,40})$": (
        "không phải khóa của một chi bộ hay một đảng viên; hãy chọn trong danh sách",
        "the key of no branch and no member; choose from the list",
    ),
}
"""What a text must look like, by the pattern it is checked against."""

_NO_DAY = (
    "hãy nhập ngày có thật, ví dụ 03/10/2026",
    "give a day that exists, for example 03/10/2026 (sent as 2026-10-03)",
)
_NO_TIME = (
    "hãy ghi ngày và giờ có thật, kèm múi giờ, ví dụ 2026-10-03T07:30:00+07:00",
    "give a day and an hour that exist, with their zone, for example 2026-10-03T07:30:00+07:00",
)
_WHOLE = "phải là số nguyên; hãy ghi bằng chữ số, ví dụ 6", "not a whole number; give it in digits, for example 6"
_TEXT = "phải là chữ; hãy gõ nội dung vào mục này", "not a text; type it in words"
_LIST = "phải là danh sách; hãy ghi mỗi mục một dòng", "not a list; give one line for each"
_PARTS = "phải gồm các mục con; hãy điền từng mục theo mẫu", "made of parts; fill in each of them"
_YES_NO = "chỉ nhận có hoặc không; hãy chọn một trong hai", "yes or no; choose one of the two (true, false)"
_UUID = (
    "không đúng dạng; hãy dùng mã UUID do phần mềm tạo, mỗi lần gửi một mã",
    "not a UUID; let the software make one for each wish",
)

SAID: Mapping[str, Words] = {
    "missing": ("còn thiếu; hãy điền mục này", "missing; fill it in"),
    "extra_forbidden": ("không có trong mẫu; hãy bỏ mục này", "not part of the form; leave it out"),
    "blanks_only": ("chỉ có khoảng trắng; hãy gõ nội dung", "nothing but blanks; type the text"),
    "private_empty": ("còn để trống; hãy điền mục này", "empty; fill it in"),
    "private_text": (
        "nhiều nhất 8.000 ký tự gõ được; hãy gõ lại cho gọn",
        "at most 8,000 characters that can be typed; type it again, shorter",
    ),
    "day_or_hour": (
        "chỉ ghi ngày hoàn thành hoặc giờ hoàn thành; hãy bỏ một trong hai",
        "gives both a day and an hour; leave one of them out",
    ),
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": ("có ký tự hỏng; hãy gõ lại mục này", "holds a broken character; type it again"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": ("là số quá lớn; hãy ghi lại số đúng", "too large a number; give the right one"),
    "int_from_float": _WHOLE,
    "finite_number": _WHOLE,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "date_type": (f"không phải một ngày; {_NO_DAY[0]}", f"not a day; {_NO_DAY[1]}"),
    "date_parsing": (f"không phải một ngày; {_NO_DAY[0]}", f"not a day; {_NO_DAY[1]}"),
    "date_from_datetime_parsing": (f"không phải một ngày; {_NO_DAY[0]}", f"not a day; {_NO_DAY[1]}"),
    "date_from_datetime_inexact": (
        "chỉ cần ngày, không kèm giờ; hãy ghi như 03/10/2026",
        "a day without an hour; write it like 03/10/2026 (sent as 2026-10-03)",
    ),
    "datetime_type": (f"không phải một thời điểm; {_NO_TIME[0]}", f"not a moment; {_NO_TIME[1]}"),
    "datetime_parsing": (f"không phải một thời điểm; {_NO_TIME[0]}", f"not a moment; {_NO_TIME[1]}"),
    "datetime_object_invalid": (f"không phải một thời điểm; {_NO_TIME[0]}", f"not a moment; {_NO_TIME[1]}"),
    "datetime_from_date_parsing": (f"không phải một thời điểm; {_NO_TIME[0]}", f"not a moment; {_NO_TIME[1]}"),
    "timezone_aware": (
        "còn thiếu múi giờ; hãy ghi thêm +07:00, ví dụ 2026-10-03T07:30:00+07:00",
        "lacks its time zone; add +07:00, for example 2026-10-03T07:30:00+07:00",
    ),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "frozen_set_type": _LIST,
    "set_type": _LIST,
    "dict_type": _PARTS,
    "mapping_type": _PARTS,
    "model_type": _PARTS,
    "model_attributes_type": _PARTS,
    "dataclass_type": _PARTS,
}
"""What is wrong and what to do, by the kind of error."""

_UNREADABLE: dict[str, Any] = {
    "where": "body",
    "label": "Nội dung gửi lên",
    "label_en": "What was sent",
    "vi": "Nội dung gửi lên không đọc được; hãy gửi lại đúng dạng JSON.",
    "en": "What was sent cannot be read; send it again as JSON.",
    "kind": "json_invalid",
}


def _number(value: float) -> Words:
    """A limit as people write it; a year without a sign inside."""
    if isinstance(value, int) and value not in range(1900, 2200):
        return f"{value:,}".replace(",", "."), f"{value:,}"
    return str(value).replace(".", ","), str(value)


def _bound(name: str, vi: str, en: str, *, day: Words = ("", "")) -> Callable[[Mapping[str, Any]], Words]:
    """The sentence about a limit; ``day`` is the one said where the limit is a day."""

    def said(error: Mapping[str, Any]) -> Words:
        limit = error["ctx"][name]
        if found := _DAY.match(str(limit)):
            on = f"{found[3]}/{found[2]}/{found[1]}"
            return day[0].format(on), day[1].format(on)
        in_vi, in_en = _number(limit)
        return vi.format(in_vi), en.format(in_en)

    return said


def _too_few(error: Mapping[str, Any]) -> Words:
    least = error["ctx"]["min_length"]
    if least == 1:
        return "còn để trống; hãy ghi vào danh sách", "empty; add to the list"
    return f"phải có ít nhất {least} dòng; hãy ghi thêm", f"needs at least {least} lines; add to it"


def _pattern(error: Mapping[str, Any]) -> Words:
    return FORMS.get(
        error["ctx"]["pattern"],
        ("có ký tự hoặc dạng không dùng được; hãy ghi lại theo mẫu", "has a form that cannot be used; write it again"),
    )


def _choice(error: Mapping[str, Any]) -> Words:
    choices = ", ".join(_CHOICE.findall(str(error["ctx"]["expected"])))
    return f"chỉ nhận một trong các giá trị: {choices}; hãy chọn một", f"only one of these fits: {choices}; choose one"


def _shorter(error: Mapping[str, Any]) -> Words:
    in_vi, in_en = _number(error["ctx"]["max_length"])
    return (
        f"có nhiều hơn {in_vi} dòng; hãy bớt lại, hoặc gửi làm nhiều lần",
        f"has more than {in_en} lines; give fewer, or send them in parts",
    )


BOUNDED: Mapping[str, Callable[[Mapping[str, Any]], Words]] = {
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "string_too_long": _bound(
        "max_length", "dài quá {} ký tự; hãy viết ngắn lại", "longer than {} characters; shorten it"
    ),
    "string_too_short": _bound("min_length", "còn để trống; hãy điền mục này", "empty; fill it in"),
    "too_short": _too_few,
    "too_long": _shorter,
    "greater_than_equal": _bound(
        "ge",
        "nhỏ nhất là {}; hãy ghi lại",
        "at least {}; correct it",
        day=("phải từ ngày {} trở đi; hãy ghi lại", "not before {}; correct it"),
    ),
    "less_than_equal": _bound(
        "le",
        "lớn nhất là {}; hãy ghi lại",
        "at most {}; correct it",
        day=("phải trong hoặc trước ngày {}; hãy ghi lại", "not after {}; correct it"),
    ),
    "less_than": _bound(
        "lt",
        "phải nhỏ hơn {}; hãy ghi lại",
        "less than {}; correct it",
        day=("phải trước ngày {}; hãy ghi lại", "before {}; correct it"),
    ),
}
"""What is wrong and what to do where a limit, a form or a choice belongs in the sentence."""

_OTHER: Words = ("chưa đúng mẫu; hãy xem lại mẫu ở trang /docs", "does not fit the form; see the form at /docs")


def what_is_wrong(error: Mapping[str, Any]) -> Words:
    """The rest of the sentence that begins with the field's label."""
    kind, given = error["type"], error.get("input")
    day = _DAY.match(given) if isinstance(given, str) else None
    if day and kind in ("date_parsing", "date_from_datetime_parsing", "datetime_parsing", "datetime_from_date_parsing"):
        said = f"{int(day[3]):02}/{int(day[2]):02}/{day[1]}"
        try:
            date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            return f"ngày {said} không có; {_NO_DAY[0]}", f"there is no {said}; {_NO_DAY[1]}"
    if kind in BOUNDED:
        return BOUNDED[kind](error)
    return SAID.get(kind, _OTHER)


def _label(command: str, error: Mapping[str, Any]) -> tuple[str, Label]:
    """The place as machines name it, and as people do."""
    path = [part for part in error["loc"] if part not in ("body", "query", "path", "header")]
    where = ".".join(str(part) for part in path) or "body"
    inner = path[1:] if path[:1] == ["command"] and path[1:] else path
    if not inner:
        return where, Label("Nội dung gửi lên", "What was sent")
    if error["type"] == "extra_forbidden":
        named = str(inner[-1]) if _NAME.match(str(inner[-1])) else "…"
        return where, Label(f"Mục «{named}»", f"“{named}”")
    return where, place(command, inner) or Label("Một mục trong nội dung gửi lên", "A part of what was sent")


def wrong_field(command: str, error: Mapping[str, Any]) -> dict[str, Any]:
    """One wrong field, for machines (where, kind) and for people (label, sentence)."""
    if error["type"] == "json_invalid":
        return _UNREADABLE
    where, name = _label(command, error)
    vi, en = what_is_wrong(error)
    return {
        "where": where,
        "label": name.vi,
        "label_en": name.en,
        "vi": f"{name.vi}: {vi}.",
        "en": f"{name.en}: {en}.",
        "kind": error["type"],
    }
