"""A file with a branch's members: looked at first, every problem named, then brought in whole or not at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.cli.voice import Failed, voice

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from services.cli.site import Service

Preview = dict[str, Any]
Pair = tuple[str, str]


def preview(roster: Service, branch: str, actor: str, name: str, content: bytes) -> Preview:
    """What roster reads in the file; nothing is stored. Raises Answered when it cannot be read at all."""
    found: Preview = roster.upload("/import/preview", (name, content), branch=branch, actor=actor)
    return found


def look_alikes(found: Preview) -> list[Pair]:
    """Pairs of names that may be one person's."""
    return [(pair["first"], pair["second"]) for pair in found["look_alikes"]]


def confirmation(found: Preview, different: list[Pair]) -> dict[str, Any]:
    """The command that brings in what the preview showed, with the pairs that are two persons."""
    taken = ("file_name", "file_sha256", "format", "rows")
    return {name: found[name] for name in taken} | {"different_persons": different}


def read(file: Path) -> tuple[str, bytes]:
    """A file's name and bytes. Raises Failed when it cannot be read."""
    try:
        return file.name, file.read_bytes()
    except OSError as error:
        raise Failed(
            f"Không đọc được tệp {file}: {error.strerror}.", f"Cannot read {file}: {error.strerror}.", code=2
        ) from None


def told_apart(found: Preview, given: str | None, *, ask: bool) -> list[Pair]:
    """The look-alike pairs that are two persons: as named by row numbers, or as answered one by one.

    Raises Failed when one is left open: which of two persons is meant is never guessed.
    """
    different = _by_rows(found, given)
    for pair in found["look_alikes"]:
        both = (pair["first"], pair["second"])
        if both in different:
            continue
        if not ask or not sys.stdin.isatty():
            raise Failed(
                f"{pair['vi']} Nếu là hai người, đồng chí thêm --different với số hai dòng, hoặc một số khi người kia "
                "đã có trong danh sách.",
                f"{pair['en']} If they are two persons, add --different with the two row numbers, or one number where "
                "the other is on the list already.",
            )
        if not _yes(*_question(found, both)):
            raise Failed(
                "Nếu là một người, đồng chí bỏ bớt một dòng trong tệp rồi nhập lại. Chưa lưu gì.",
                "If it is one person, remove a row from the file and start again. Nothing was stored.",
            )
        different.append(both)
    return different


def _question(found: Preview, pair: Pair) -> tuple[str, str]:
    names = {row["member_id"]: row["name"] for row in found["rows"]}
    one, other = (names.get(member, member) for member in pair)
    return f"«{one}» và «{other}» là hai người khác nhau?", f"Are “{one}” and “{other}” two persons?"


def _by_rows(found: Preview, given: str | None) -> list[Pair]:
    """«7,8» or «7,8;9,10»: pairs by row numbers; one number where the others are on the list already."""
    if given is None:
        return []
    row_of = {row["member_id"]: row["line"] for row in found["rows"]}
    pairs: dict[frozenset[int], list[Pair]] = {}
    for pair in look_alikes(found):
        pairs.setdefault(frozenset(row_of[one] for one in pair if one in row_of), []).append(pair)
    chosen: list[Pair] = []
    for part in given.split(";"):
        rows = frozenset(int(number) for number in re.findall(r"\d+", part))
        if rows not in pairs:
            raise Failed(
                f"«{part.strip()}» không phải hai dòng có tên gần giống. Đồng chí xem số dòng ở bảng xem trước.",
                f"“{part.strip()}” are not two rows with look-alike names. The preview shows the row numbers.",
                code=2,
            )
        chosen += pairs[rows]
    return chosen


def confirmed(rows: int) -> bool:
    """Ask once more before anything is stored; without a terminal nobody can answer, so the answer is no."""
    if not sys.stdin.isatty():
        raise Failed(
            "Không có ai trả lời ở đây; đồng chí thêm --yes để nhập.",
            "There is nobody here to answer; add --yes to bring it in.",
        )
    return _yes(f"Nhập {rows} đồng chí?", f"Bring in {rows} members?")


def _yes(vi: str, en: str) -> bool:
    voice.err.print(f"{voice.both(vi, en)} [c/K · y/N] ", end="", markup=False)
    return sys.stdin.readline().strip().lower() in {"c", "có", "co", "y", "yes"}


def picture(found: Preview) -> list[RenderableType]:
    """The rows as read, with everything that is wrong beside them."""
    from rich.table import Table
    from rich.text import Text

    from services.cli.branches import ROLES, STATUS

    wrong = {one["line"] for one in found["troubles"]}
    alike = {member for pair in look_alikes(found) for member in pair}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for vi, en in (("Dòng", "Row"), ("Mã", "Id"), ("Họ và tên", "Name"), ("Diện", "Status"), ("Vai trò", "Roles")):
        table.add_column(voice.one(vi, en))
    for row in found["rows"]:
        style = "red" if row["line"] in wrong else "yellow" if row["member_id"] in alike else ""
        roles = ", ".join(voice.one(*ROLES[role]) for role in row["roles"])
        table.add_row(
            str(row["line"]), row["member_id"], row["name"], voice.one(*STATUS[row["status"]]), roles, style=style
        )
    parts: list[RenderableType] = [table, Text()]
    parts += [_said("✗", one["vi"], one["en"], "red") for one in found["troubles"]]
    parts += [_said("?", pair["vi"], pair["en"], "yellow") for pair in found["look_alikes"]]
    if found["ignored"]:
        words = ", ".join(found["ignored"])
        parts.append(_said("·", f"Không lấy các cột: {words}.", f"Columns not taken over: {words}.", "dim"))
    return parts


def _said(sign: str, vi: str, en: str, style: str) -> Text:
    from rich.text import Text

    first, *second = voice.choose(vi, en)
    said = Text(f"{sign} {first}", style)
    for other in second:
        said.append(f"\n  {other}", "dim")
    return said
