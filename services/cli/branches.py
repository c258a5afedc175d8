"""A branch and the people in it on a day, as roster tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from services.cli import meetings
from services.cli.voice import Failed, voice

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

STATUS = {
    "official": ("chính thức", "full"),
    "probationary": ("dự bị", "probationary"),
    "exempt": ("miễn công tác và sinh hoạt", "exempt"),
    "temporary_here": ("tạm thời tại chi bộ", "here for a time"),
    "temporary_elsewhere": ("tạm thời nơi khác", "elsewhere for a time"),
    "special_mission": ("nhiệm vụ đặc biệt", "special mission"),
}
ROLES = {
    "secretary": ("bí thư", "secretary"),
    "deputy_secretary": ("phó bí thư", "deputy secretary"),
    "committee_member": ("chi ủy viên", "committee member"),
    "minute_taker": ("thư ký", "minute-taker"),
    "rapporteur": ("báo cáo viên", "rapporteur"),
    "locality": ("theo dõi địa bàn", "locality"),
    "union_minute_taker": ("thư ký công đoàn", "union minute-taker"),
}
REACH = {
    "telephone": ("điện thoại", "telephone"),
    "computer": ("máy tính", "computer"),
    "laptop": ("máy tính xách tay", "laptop"),
    "paper": ("giấy", "paper"),
}


def named(site: Site, branch: str | None) -> str:
    """The branch's code; the only one of the site where none is named. Raises Failed."""
    if branch is not None:
        return branch
    codes = meetings.branches(site)
    if len(codes) != 1:
        raise Failed(
            f"Đồng chí ghi mã chi bộ. Nơi này có: {', '.join(codes) or 'chưa có chi bộ nào'}.",
            f"Name the branch by its code. This site has: {', '.join(codes) or 'none yet'}.",
            code=2,
        )
    return codes[0]


def shown(site: Site, branch: str | None, on: str | None) -> dict[str, Any]:
    """A branch on a day; the only one of the site where none is named. Raises Failed."""
    path = f"/branches/{named(site, branch)}"
    found: dict[str, Any] = site["roster"].get(path, actor=meetings.READER, on=on)
    return found


def picture(found: dict[str, Any]) -> list[RenderableType]:
    """The branch in three lines, its members by given name."""
    base, voters = len(found["base"]), len(found["voters"])
    head = Text(found["name"], "bold")
    head.append(f"\n{found['code']} · {found['superior']}", "")
    counts = voice.both(
        f"ngày {_day(found['day'])}: {found['on_list']} đảng viên, {found['official']} chính thức; "
        f"diện dự họp {base}, có quyền biểu quyết {voters}, cần {found['votes_needed']} tán thành",
        f"on {_day(found['day'])}: {found['on_list']} members, {found['official']} full; "
        f"attendance base {base}, {voters} with a vote, {found['votes_needed']} needed",
    )
    head.append(f"\n{counts}", "dim")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for vi, en in (
        ("Mã", "Id"),
        ("Họ và tên", "Name"),
        ("Diện", "Status"),
        ("Vai trò", "Roles"),
        ("Nhận thông báo", "Reached by"),
    ):
        table.add_column(voice.one(vi, en))
    for member in found["members"]:
        table.add_row(
            member["id"],
            Text(member["name"] or "–", "" if member["in_base"] else "dim"),
            _word(STATUS, member["status"]),
            ", ".join(_word(ROLES, role) for role in member["roles"]),
            _word(REACH, member["reach"]),
        )
    return [head, Text(), table]


def _word(words: dict[str, tuple[str, str]], key: str) -> str:
    return voice.one(*words.get(key, (key, key)))


def _day(iso: str) -> str:
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}"
