"""A branch and the people in it on a day, as roster tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from services.cli import meetings
from services.cli.voice import Failed, day, voice

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

MOST_NAMED = 5
"""Branches named where one has to be chosen."""
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
BANDS = {
    "q_good": ("Tốt", "Good"),
    "q_fair": ("Khá", "Fair"),
    "q_average": ("TB", "Average"),
    "q_poor": ("Kém", "Poor"),
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
    here = site["roster"].get("/branches", actor=meetings.READER)
    if len(here) != 1:
        known = "; ".join(f"{one['code']} {one['name']}" for one in here[:MOST_NAMED])
        more = len(here) - MOST_NAMED
        raise Failed(
            f"Đồng chí ghi mã chi bộ. Nơi này có: {known or 'chưa có chi bộ nào'}"
            f"{f' và {more} chi bộ nữa' if more > 0 else ''}.",
            f"Name the branch by its code. This site has: {known or 'none yet'}"
            f"{f' and {more} more' if more > 0 else ''}.",
            code=2,
        )
    return str(here[0]["code"])


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
    for counts in voice.choose(
        f"ngày {day(found['day'])}: {found['on_list']} đảng viên, {found['official']} chính thức; "
        f"diện dự họp {base}, có quyền biểu quyết {voters}, cần {found['votes_needed']} tán thành",
        f"on {day(found['day'])}: {found['on_list']} members, {found['official']} full; "
        f"attendance base {base}, {voters} with a vote, {found['votes_needed']} needed",
    ):
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


HELD_STYLE = {"on_day": "green", "force_majeure": "cyan", "superior": "cyan", "ahead": "dim", "before": "dim"}


def months(site: Site, branch: str | None, until: str | None) -> dict[str, Any]:
    """The cell's own twelve months. Raises Failed."""
    path = f"/branches/{named(site, branch)}/twelve-months"
    found: dict[str, Any] = site["minutes"].get(path, actor=meetings.READER, until=until)
    return found


def months_picture(found: dict[str, Any]) -> Table:
    """One line a month; what is behind what is asked for in yellow, what a disaster moved in its own colour."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for vi, en in (
        ("Tháng", "Month"),
        ("Họp", "Meeting"),
        ("Báo trước", "Notice"),
        ("Dự", "Came"),
        ("Ký, gửi", "Signed, sent"),
        ("Điểm", "Score"),
        ("Việc", "Tasks"),
        ("Nhắc", "Flags"),
    ):
        table.add_column(voice.one(vi, en), no_wrap=True)
    for month in found["months"]:
        table.add_row(*_month(month))
    return table


def _month(month: dict[str, Any]) -> Iterator[Text]:
    year, number = month["period"].split("-")
    yield Text(f"{number}/{year}", "dim" if month["held"] in {"ahead", "before"} else "")
    on = "" if month["on"] is None else f"{date.fromisoformat(month['on']):%d/%m} "
    yield Text(on + voice.one(month["held_vi"], month["held_en"]), HELD_STYLE.get(month["held"], "yellow"))
    yield Text(
        voice.one(month["notice_vi"], month["notice_en"]),
        {"on_time": "green", "force_majeure": "cyan", "none_yet": "dim"}.get(month["notice"], "yellow"),
    )
    yield Text(month["attendance"] or "–", _colour(month["attendance_meets"]))
    published: dict[bool | None, str] = {
        True: voice.one("đúng hạn", "on time"),
        False: voice.one("chậm", "late"),
        None: "–" if month["minutes"] is None else voice.one("chưa", "not yet"),
    }
    waiting = month["published_on_time"] is None and month["minutes"] is not None
    yield _signed(month["signed_on_time"]).append(
        published[month["published_on_time"]], "yellow" if waiting else _colour(month["published_on_time"])
    )
    yield Text(_score(month), "" if month["confirmed"] else "dim")
    tasks, flags = month["tasks"], month["flags"]
    behind = tasks["late"] + tasks["failed"] > 0
    yield Text(f"{tasks['on_time']}/{tasks['due']}" if tasks["due"] else "–", "yellow" if behind else "")
    yield Text(f"{flags['answered']}/{flags['raised']}" if flags["raised"] else "–", "yellow" * bool(flags["standing"]))


def _signed(in_time: bool | None) -> Text:
    return Text({True: "✓ ", False: "✗ ", None: ""}[in_time], _colour(in_time))


def _colour(met: bool | None) -> str:
    return {True: "green", False: "yellow", None: "dim"}[met]


def _score(month: dict[str, Any]) -> str:
    if month["band"] is None:
        return "–"
    total = "" if month["total"] is None else f"{month['total'].replace('.', ',')} "
    return total + voice.one(*BANDS[month["band"]])


def months_summary(found: dict[str, Any]) -> tuple[str, str]:
    """The twelve months in one sentence."""
    count = found["counted"]
    vi = (
        f"Trong {count['months']} tháng đã qua: đúng ngày {count['on_day']}, dời hoặc nghỉ vì thiên tai "
        f"{count['force_majeure']} (không tính là thiếu nền nếp), theo cấp trên {count['superior']}, khác "
        f"{count['neglected']}; báo trước đúng hạn {count['notices_on_time']}, dự đủ tỷ lệ {count['attendance_met']}, "
        f"ký đúng hạn {count['signed_on_time']}, gửi tài liệu đúng hạn {count['published_on_time']}; việc đúng hạn "
        f"{count['tasks_on_time']}/{count['tasks_due']}; còn {count['flags_standing']} nhắc việc chưa trả lời."
    )
    en = (
        f"Of {count['months']} months gone by: {count['on_day']} on the day, {count['force_majeure']} moved or off by "
        f"disaster (no neglect), {count['superior']} by the superior, {count['neglected']} otherwise; notice in time "
        f"{count['notices_on_time']}, attendance met {count['attendance_met']}, signed in time "
        f"{count['signed_on_time']}, papers in time {count['published_on_time']}; tasks on time "
        f"{count['tasks_on_time']} of {count['tasks_due']}; {count['flags_standing']} flags unanswered."
    )
    return vi, en
