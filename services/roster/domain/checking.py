"""What is wrong with the lines of a list: each alone, against one another, against who is there already. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.roster.domain.importing import COLUMNS, Column, Row, Trouble, trouble_at
from shared.branch import committee_from
from shared.events.branch import ROLE_WORDS, STATUS_WORDS, Role, Status
from shared.events.envelope import LARGEST_FACT
from shared.events.wording import many
from shared.people import look_alikes

LED_BY_FULL_MEMBERS: frozenset[Role] = frozenset({"secretary", "deputy_secretary", "committee_member"})
"""Offices one is elected to, which a probationary member or a guest cannot be."""
NOT_FULL: frozenset[Status] = frozenset({"probationary", "temporary_here"})
ENDS_BY_ITSELF: frozenset[Status] = frozenset({"exempt", "temporary_here", "temporary_elsewhere", "special_mission"})
"""Statuses that may have a last day."""

YOUNGEST = 18
OLDEST = 110
LONGEST_NAME = 100

_ROOM = LARGEST_FACT - 6 * 1024
_SEALED = 172
"""Bytes of a sealed value beside its subject and ciphertext."""
_NAMES = 30
"""Bytes of the sealed fields' names, and a comma."""
_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_YEAR = re.compile(r"\d{4}", re.ASCII)


class LookAlike(BaseModel):
    """Two names that may be one person's; whoever imports says whether they are two persons."""

    model_config = ConfigDict(frozen=True)

    first: str
    second: str
    vi: str
    en: str


def check(
    rows: Sequence[Row],
    *,
    taken: Collection[str],
    secretary: str | None,
    official: int,
    today: date,
    subject: str = "",
) -> tuple[Trouble, ...]:
    """Every problem of these rows: alone, against one another, and against who is on the list already.

    ``official``: how many full members the branch has without these rows. ``subject`` is what members' private text
    is sealed under, of which the size of the fact depends.
    """
    troubles: list[Trouble] = []
    first: dict[str, int] = {}
    for row in rows:
        troubles += _alone(row, today)
        if row.member_id in taken:
            troubles.append(
                trouble_at(
                    row.line,
                    "member_id",
                    f"mã {row.member_id} đã có trong danh sách chi bộ.",
                    f"the id {row.member_id} is on the branch's list already.",
                    "id-taken",
                )
            )
        if row.member_id and first.setdefault(row.member_id, row.line) != row.line:
            troubles.append(
                trouble_at(
                    row.line,
                    "member_id",
                    f"mã {row.member_id} đã dùng ở dòng {first[row.member_id]}.",
                    f"the id {row.member_id} stands in row {first[row.member_id]} already.",
                    "id-twice",
                )
            )
    troubles += _secretaries(rows, secretary)
    troubles += _committee(rows, official, today)
    if not rows:
        troubles.append(_of_file("Tệp chưa có dòng đảng viên nào.", "The file lists nobody.", "nobody"))
    elif (most := _fitting(rows, subject)) < len(rows):
        troubles.append(
            _of_file(
                f"Tệp có {len(rows)} đảng viên; một lần nhập ghi được {most} đảng viên đầu tiên. "
                f"Đồng chí để các dòng sau vào tệp thứ hai.",
                f"The file lists {len(rows)} members; one import takes the first {most}. "
                f"Put the others into a second file.",
                "too-large",
            )
        )
    return tuple(troubles)


def _alone(row: Row, today: date) -> Iterable[Trouble]:
    def wrong(column: Column, vi: str, en: str, code: str) -> Trouble:
        return trouble_at(row.line, column, vi, en, code)

    if not row.member_id:
        yield wrong("member_id", "chưa có mã đảng viên.", "there is no member id.", "empty")
    elif not _ID.fullmatch(row.member_id):
        yield wrong(
            "member_id",
            "mã chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối và gạch dưới, không quá 40 ký tự.",
            "an id has only unaccented letters, digits, dots, hyphens and underscores, at most 40.",
            "bad-id",
        )
    for column, text in (("name", row.name), ("given", row.given)):
        yield from _named("name" if column == "name" else "given", text, wrong)
    if row.name and row.given and row.given.casefold() not in row.name.casefold():
        yield wrong(
            "given",
            "tên gọi không nằm trong họ và tên.",
            "the given name does not stand in the full name.",
            "given-not-in-name",
        )
    if row.born is not None and not (
        _YEAR.fullmatch(row.born) and today.year - OLDEST <= int(row.born) <= today.year - YOUNGEST
    ):
        earliest, latest = today.year - OLDEST, today.year - YOUNGEST
        yield wrong(
            "born",
            f"năm sinh phải trong khoảng {earliest}–{latest}.",
            f"the year of birth must lie between {earliest} and {latest}.",
            "born-out-of-range",
        )
    if row.until is not None and row.status not in ENDS_BY_ITSELF:
        yield wrong(
            "until",
            f"{STATUS_WORDS[row.status][0]} thì không có ngày hết hạn.",
            f"{STATUS_WORDS[row.status][1]} has no last day.",
            "until-without-end",
        )
    elif row.since and row.until and row.until < row.since:
        yield wrong(
            "until",
            f"ngày kết thúc {row.until:%d/%m/%Y} đứng trước ngày bắt đầu {row.since:%d/%m/%Y}.",
            f"the last day {row.until:%d/%m/%Y} lies before the first {row.since:%d/%m/%Y}.",
            "ends-before-it-begins",
        )
    if row.status in NOT_FULL:
        for role in row.roles:
            if role in LED_BY_FULL_MEMBERS:
                yield wrong(
                    "roles",
                    f"{STATUS_WORDS[row.status][0]} thì không giữ vai trò {ROLE_WORDS[role][0]}.",
                    f"{STATUS_WORDS[row.status][1]} cannot hold the role of {ROLE_WORDS[role][1]}.",
                    "office-of-full-members",
                )


def _named(column: Column, text: str, wrong: Callable[[Column, str, str, str], Trouble]) -> Iterable[Trouble]:
    what_vi, what_en = ("họ và tên", "full name") if column == "name" else ("tên gọi", "given name")
    if not text:
        yield wrong(column, f"chưa có {what_vi}.", f"there is no {what_en}.", "empty")
    elif "\x00" in text:
        yield wrong(column, f"{what_vi} có ký tự rỗng (NUL).", f"the {what_en} has a NUL character.", "nul")
    elif len(text) > LONGEST_NAME:
        yield wrong(
            column,
            f"{what_vi} dài hơn {LONGEST_NAME} ký tự.",
            f"the {what_en} is longer than {LONGEST_NAME} characters.",
            "too-long",
        )
    elif strange := sorted({sign for sign in text if not _of_names(sign)}):
        shown = ", ".join(_shown(sign) for sign in strange)
        yield wrong(
            column,
            f"{what_vi} có ký tự lạ: {shown}.",
            f"the {what_en} has characters no name has: {shown}.",
            "strange-characters",
        )


def _of_names(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" or sign in " '’ʼ-."


def _shown(sign: str) -> str:
    return sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"


def _secretaries(rows: Sequence[Row], secretary: str | None) -> Iterable[Trouble]:
    named = [row for row in rows if "secretary" in row.roles]
    if not named or (len(named) == 1 and secretary is None):
        return
    where = " và ".join(f"dòng {row.line}" for row in named)
    where_en = " and ".join(str(row.line) for row in named)
    if secretary is not None:
        yield trouble_at(
            named[0].line,
            "roles",
            f"chi bộ đang có bí thư ({secretary}).",
            f"the branch has a secretary ({secretary}).",
            "two-secretaries",
        )
    else:
        yield _of_file(
            f"Chi bộ có một bí thư, nhưng {where} cùng ghi bí thư.",
            f"A branch has one secretary, but rows {where_en} each name one.",
            "two-secretaries",
        )


def _committee(rows: Sequence[Row], official: int, today: date) -> Iterable[Trouble]:
    count = official + sum(row.status not in NOT_FULL for row in rows)
    if count >= committee_from(today):
        return
    vi, en = no_committee(count)
    for row in rows:
        if "committee_member" in row.roles and row.status not in NOT_FULL:
            yield trouble_at(row.line, "roles", f"{vi}.", f"{en}.", "no-committee")


def no_committee(official: int) -> tuple[str, str]:
    """Why nobody can be a committee member in a branch of so few full members."""
    vi = (
        f"chi bộ có {official} đảng viên chính thức, chưa đủ để bầu chi ủy; chi bộ chỉ bầu bí thư và phó bí thư nếu cần"
    )
    en = f"the branch has {many(official, 'full member')}, too few for a committee: it elects a secretary, and a deputy"
    return vi, f"{en} where needed"


def _fitting(rows: Sequence[Row], subject: str) -> int:
    """How many of these rows, from the first, one fact can carry."""
    room = _ROOM
    for count, row in enumerate(rows):
        room -= weight(row, subject)
        if room < 0:
            return count
    return len(rows)


def weight(row: Row, subject: str) -> int:
    """Bytes this row takes in a fact: what stands open, and the fields sealed under ``subject`` and the id."""
    sealed = sum(
        _SEALED + len(subject) + len(row.member_id) + 4 * ((len(text.encode()) + 18) // 3)
        for text in (row.name, row.given, row.born)
        if text
    )
    return sealed + len(row.model_dump_json(exclude={"line", "name", "given", "born"})) + _NAMES


def questions(rows: Sequence[Row], listed: Mapping[str, str] | None = None) -> tuple[LookAlike, ...]:
    """Which names look alike, within the file and, where names can be read, with who is ``listed`` already."""
    listed = {id: name for id, name in (listed or {}).items() if id not in {row.member_id for row in rows}}
    by_line = {str(row.line): row for row in rows if row.name}
    named = [*((f"/{id}", name) for id, name in listed.items()), *((line, row.name) for line, row in by_line.items())]
    asked = []
    for one, other in look_alikes(named):
        if other not in by_line:
            continue
        row, before = by_line[other], by_line.get(one)
        if before is None:
            id, name, where, where_en = one[1:], listed[one[1:]], f"mang mã {one[1:]} trong danh sách", "on the list"
        else:
            year = f" (sinh {before.born})" if before.born else ""
            year_en = f" (born {before.born})" if before.born else ""
            id, name = before.member_id, before.name
            where, where_en = f"ở dòng {before.line}{year}", f"in row {before.line}{year_en}"
        if id == row.member_id:
            continue
        asked.append(
            LookAlike(
                first=id,
                second=row.member_id,
                vi=f"Dòng {row.line} «{row.name}» gần giống «{name}» {where}. Là hai người hay một? Chưa lưu gì.",
                en=f"“{row.name}” in row {row.line} looks like “{name}” {where_en}. "
                "Two persons or one? Nothing has been stored.",
            )
        )
    return tuple(asked)


def _of_file(vi: str, en: str, code: str) -> Trouble:
    return Trouble(line=None, column=None, code=code, vi=vi, en=en)


def in_order(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """As one reads a file: by row, what concerns the whole file last."""
    columns = [heading[0] for heading in COLUMNS.values()]
    return tuple(
        sorted(
            troubles,
            key=lambda trouble: (
                trouble.line is None,
                trouble.line or 0,
                columns.index(trouble.column) if trouble.column else 0,
            ),
        )
    )
