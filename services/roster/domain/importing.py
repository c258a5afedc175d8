"""From the rows of a file to lines of a branch's list, or to every problem of every row, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.decision import Refused
from shared.events.branch import Reach, Role, Sex, Status
from shared.people import plain, tidy

Column = Literal["member_id", "name", "family", "given", "sex", "born", "status", "since", "until", "roles", "reach"]

COLUMNS: dict[Column, tuple[str, ...]] = {
    "member_id": ("Mã", "Mã đảng viên", "Mã số", "ID", "Member ID", "Code"),
    "name": ("Họ và tên", "Họ tên", "Full name", "Name"),
    "family": ("Họ và tên đệm", "Họ và đệm", "Họ đệm", "Họ", "Family and middle names", "Family name"),
    "given": ("Tên", "Tên gọi", "Given name", "Given"),
    "sex": ("Giới tính", "Nam nữ", "Sex", "Gender"),
    "born": ("Năm sinh", "Ngày sinh", "Ngày tháng năm sinh", "Birth year", "Year of birth", "Date of birth", "Born"),
    "status": ("Tình trạng", "Diện", "Trạng thái", "Status"),
    "since": ("Từ ngày", "Since", "From"),
    "until": ("Đến ngày", "Until", "To"),
    "roles": ("Vai trò", "Chức vụ", "Nhiệm vụ trong chi bộ", "Roles", "Role"),
    "reach": ("Nhận thông báo qua", "Nhận thông báo", "Cách liên hệ", "Liên hệ qua", "Reach", "Reached by"),
}
"""Headings by what they mean; the first of each is the one shown. Case, tones and order of columns do not matter."""

STATUSES: dict[Status, tuple[str, ...]] = {
    "official": ("chính thức", "đảng viên chính thức", "full"),
    "probationary": ("dự bị", "đảng viên dự bị"),
    "exempt": ("miễn", "miễn sinh hoạt", "miễn công tác và sinh hoạt", "được miễn công tác và sinh hoạt"),
    "temporary_here": ("tạm thời tại chi bộ", "sinh hoạt tạm thời tại chi bộ", "tạm thời đến"),
    "temporary_elsewhere": ("tạm thời nơi khác", "sinh hoạt tạm thời nơi khác", "sinh hoạt tạm thời ở nơi khác"),
    "special_mission": ("nhiệm vụ đặc biệt", "làm nhiệm vụ đặc biệt"),
}
ROLES: dict[Role, tuple[str, ...]] = {
    "secretary": ("bí thư",),
    "deputy_secretary": ("phó bí thư",),
    "committee_member": ("chi ủy viên",),
    "minute_taker": ("thư ký", "thư ký ghi biên bản", "thư ký chi bộ"),
    "rapporteur": ("báo cáo viên",),
    "locality": ("theo dõi địa bàn", "đảng viên theo dõi địa bàn", "địa bàn"),
    "union_minute_taker": ("thư ký công đoàn", "thư ký sinh hoạt công đoàn"),
}
REACHES: dict[Reach, tuple[str, ...]] = {
    "telephone": ("điện thoại", "phone"),
    "computer": ("máy tính",),
    "laptop": ("máy tính xách tay", "xách tay"),
    "paper": ("giấy", "bản giấy"),
}
SEXES: dict[Sex, tuple[str, ...]] = {"male": ("nam", "m"), "female": ("nữ", "f")}

LONGEST_QUOTE = 40
HEADING_AMONG = 10
"""The heading stands among the first rows; above it only a title."""

TAIL_VI = "Đồng chí sửa trong tệp rồi tải lại; các dòng khác chưa bị lưu."
TAIL_EN = "Correct the file and send it again; none of the other rows has been stored."

W = TypeVar("W", bound=str)
Wrong = Callable[[Column, str, str, str], None]
"""Says what is wrong with a cell: column, words, code."""

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SPLIT = re.compile(r"[;,/\n]")


class Trouble(BaseModel):
    """One thing that is wrong with a file, where, and in words."""

    model_config = ConfigDict(frozen=True)

    line: int | None
    column: str | None
    code: str
    vi: str
    en: str


class Row(BaseModel):
    """One row as read: what ConfirmRosterImport takes back, word for word."""

    model_config = ConfigDict(frozen=True)

    line: int
    member_id: str
    name: str
    given: str
    sex: Sex | None = None
    born: str | None = None
    status: Status = "official"
    since: date | None = None
    until: date | None = None
    roles: tuple[Role, ...] = ()
    reach: Reach = "telephone"


@dataclass(frozen=True)
class Reading:
    """What was found in a file."""

    columns: dict[str, Column]
    ignored: tuple[str, ...]
    """Headings nobody asked for; what stands under them is not kept."""
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]


# ------------------------------------------------------------------ reading cells


def read_rows(rows: Sequence[tuple[int, tuple[str, ...]]]) -> Reading:
    """Read a file's rows. Raises Refused when no row can be taken for the heading."""
    at, columns, ignored = _heading(rows)
    found: list[Row] = []
    troubles: list[Trouble] = []
    headings = {column: tidy(rows[at][1][place]) for column, place in columns.items()}
    for line, cells in rows[at + 1 :]:
        texts = {column: tidy(cells[place]) if place < len(cells) else "" for column, place in columns.items()}
        found.append(_row(line, texts, headings, troubles))
    return Reading(
        {heading: column for column, heading in headings.items()},
        ignored,
        tuple(found),
        tuple(troubles),
    )


_BY_HEADING = {plain(heading): column for column, headings in COLUMNS.items() for heading in headings} | {
    plain(column): column for column in COLUMNS
}


def _heading(rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[int, dict[Column, int], tuple[str, ...]]:
    for at, (line, cells) in enumerate(rows[:HEADING_AMONG]):
        known = [(_BY_HEADING.get(plain(cell)), place) for place, cell in enumerate(cells)]
        columns: dict[Column, int] = {}
        doubled: list[tuple[int, int]] = []
        for column, place in known:
            if column is not None and columns.setdefault(column, place) != place:
                doubled.append((columns[column], place))
        if not ({"member_id", "given"} <= columns.keys() and columns.keys() & {"name", "family"}):
            continue
        for one, other in doubled:
            raise Refused(
                f"Dòng {line}: hai cột «{tidy(cells[one])}» và «{tidy(cells[other])}» cùng một nghĩa. {TAIL_VI}",
                f"Row {line}: the columns “{tidy(cells[one])}” and “{tidy(cells[other])}” mean the same. {TAIL_EN}",
                code="import",
            )
        return (
            at,
            columns,
            tuple(tidy(cells[place]) for column, place in known if column is None and cells[place].strip()),
        )
    raise Refused(
        "Không thấy dòng tiêu đề có đủ các cột «Mã», «Họ và tên» và «Tên» (tên gọi, để xếp thứ tự; hệ thống không "
        f"tự tách họ tên). {TAIL_VI}",
        "No heading row with the columns “Mã”, “Họ và tên” and “Tên” (the given name; full names are never split) "
        f"was found. {TAIL_EN}",
        code="import",
    )


def _row(line: int, texts: Mapping[Column, str], headings: Mapping[Column, str], troubles: list[Trouble]) -> Row:
    def wrong(column: Column, vi: str, en: str, code: str) -> None:
        troubles.append(trouble_at(line, column, vi, en, code))

    def word(column: Column, words: Mapping[W, tuple[str, ...]]) -> W | None:
        text = texts.get(column, "")
        if not text:
            return None
        found = _meaning(text, words)
        if found is None:
            wrong(column, *_unknown(column, headings[column], text, words))
        return found

    def day(column: Column) -> date | None:
        return _day(column, texts.get(column, ""), wrong)

    roles: list[Role] = []
    for part in _SPLIT.split(texts.get("roles", "")):
        if text := tidy(part):
            role = _meaning(text, ROLES)
            if role is None:
                wrong("roles", *_unknown("roles", headings["roles"], text, ROLES))
            elif role not in roles:
                roles.append(role)
    return Row(
        line=line,
        member_id=texts["member_id"],
        name=texts["name"] if "name" in texts else tidy(f"{texts['family']} {texts['given']}"),
        given=texts["given"],
        sex=word("sex", SEXES),
        born=_born(texts.get("born", ""), wrong),
        status=word("status", STATUSES) or "official",
        since=day("since"),
        until=day("until"),
        roles=tuple(roles),
        reach=word("reach", REACHES) or "telephone",
    )


def _meaning(text: str, words: Mapping[W, tuple[str, ...]]) -> W | None:
    told = plain(text)
    return next(
        (code for code, said in words.items() if told == plain(code) or told in (plain(word) for word in said)), None
    )


def _unknown(column: Column, heading: str, text: str, words: Mapping[W, tuple[str, ...]]) -> tuple[str, str, str]:
    known = ", ".join(f"«{said[0]}»" for said in words.values())
    heading, text = _quoted(heading), _quoted(text)
    return (
        f"cột «{heading}» ghi «{text}» chưa rõ nghĩa; các từ dùng được: {known}.",
        f"“{text}” under “{heading}” is not understood; use one of {known}.",
        f"unknown-{column}",
    )


def _day(column: Column, text: str, wrong: Wrong) -> date | None:
    if not text:
        return None
    if found := _DAY.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        text = _quoted(text)
        wrong(
            column,
            f"«{text}» không phải là ngày; đồng chí viết theo dạng 31/12/2026.",
            f"“{text}” is no date; write it as 31/12/2026.",
            "no-date",
        )
        return None
    try:
        return date(year, month, day)
    except ValueError:
        wrong(column, f"ngày {text} không có.", f"the day {text} does not exist.", "no-such-day")
        return None


def _quoted(text: str) -> str:
    """What stands in a cell, short and printable."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}…"


def _born(text: str, wrong: Wrong) -> str | None:
    """The year; of a full date of birth nothing else is kept."""
    if not text or _YEAR.fullmatch(text):
        return text or None
    day = _day("born", text, wrong)
    return None if day is None else f"{day.year:04}"


def trouble_at(line: int, column: Column, vi: str, en: str, code: str) -> Trouble:
    """A trouble with one cell."""
    return Trouble(line=line, column=COLUMNS[column][0], code=code, vi=f"Dòng {line}: {vi}", en=f"Row {line}: {en}")
