"""Meetings as people look them up: the list, one of them, and its id from as little as a month."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from services.cli.site import Answered
from services.cli.voice import Failed, day, voice
from shared.days import VIETNAM
from shared.events.envelope import moment
from shared.events.theme import meeting_en, meeting_vi

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

READER = "operator"
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])(:[a-z]+(-\d+)?)?$")


def branches(site: Site) -> list[str]:
    """Codes of all branches of this site."""
    return [branch["code"] for branch in site["roster"].get("/branches", actor=READER)]


def names(site: Site, branch: str | None) -> Callable[[str], str]:
    """Member id → full name; the id itself where roster says none."""
    if branch is None:
        return str
    try:
        found: dict[str, str] = site["roster"].get(f"/branches/{branch}/names", actor=READER)["names"]
    except Answered:
        found = {}
    return lambda member: found.get(member, member)


def listed(site: Site, branch: str | None = None) -> list[dict[str, Any]]:
    """Every meeting, by branch and day: as planned, and what the minutes know of it."""
    found = []
    for code in [branch] if branch else branches(site):
        held = {one["id"]: one for one in site["minutes"].get(f"/branches/{code}/meetings", actor=READER)}
        for planned in reversed(site["scheduler"].get(f"/branches/{code}/meetings", actor=READER)):
            sat = held.get(planned["id"], {})
            found.append(
                {"id": planned["id"], "branch": code, **planned}
                | {name: sat.get(name) for name in ("opened_at", "closed_at", "doc_no")}
            )
    return found


def meeting_id(site: Site, given: str) -> str:
    """A meeting's full id; a month alone is enough where this site has one branch. Raises Failed."""
    if not _MONTH.match(given):
        return given
    codes = branches(site)
    if len(codes) == 1:
        return f"{codes[0]}:{given}"
    raise Failed(
        f"Nơi này có {len(codes)} chi bộ; đồng chí ghi cả mã chi bộ, ví dụ {(codes or ['…'])[0]}:{given}.",
        f"This site has {len(codes)} branches; write the branch's code too, for example {(codes or ['…'])[0]}:{given}.",
        code=2,
    )


def unknown(meeting: str) -> Failed:
    """What is said of a meeting no fact is about, named as people do; its id in small."""
    return Failed(
        f"Chưa có gì được ghi về {meeting_vi(meeting)}. Đồng chí xem các buổi họp bằng «chibo meeting list».",
        f"Nothing is recorded about {meeting_en(meeting)}. “chibo meeting list” shows the meetings.",
        details=[meeting],
    )


def shown(site: Site, meeting: str) -> dict[str, Any]:
    """One meeting: its plan with everything around it, and its minutes. Raises Answered when nobody knows it."""
    plan = site["scheduler"].get(f"/meetings/{meeting}", actor=READER)
    try:
        minutes = site["minutes"].get(f"/meetings/{meeting}", actor=READER)
    except Answered as refusal:
        if refusal.status != 404:  # noqa: PLR2004 - not heard of yet
            raise
        minutes = None
    return {"id": meeting, "plan": plan, "minutes": minutes}


# ---------------------------------------------------------------- for people

KINDS = {
    "regular": ("thường kỳ", "regular"),
    "thematic": ("chuyên đề", "thematic"),
    "combined": ("thường kỳ và chuyên đề", "combined"),
    "extraordinary": ("bất thường", "extraordinary"),
    "committee": ("chi ủy", "committee"),
}


def table(found: list[dict[str, Any]]) -> Table:
    """One line per meeting; the branch's code only where there are several."""
    several = len({one["branch"] for one in found}) > 1
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for vi, en in (
        ("Mã", "Id"),
        ("Ngày, giờ", "Day, time"),
        ("Loại", "Kind"),
        ("Tình trạng", "State"),
        ("Thông báo", "Notice"),
        ("Nhận", "Got it"),
        ("Biên bản", "Minutes"),
    ):
        shown.add_column(voice.one(vi, en), overflow="fold")
    for one in found:
        notice, received = Text(), Text()
        if one["notified_on"]:
            words = ("đúng hạn", "on time") if one["on_time"] else ("muộn", "late")
            notice = Text(voice.one(*words), "" if one["on_time"] else "yellow")
            all_of_them = one["proven"] == one["recipients"]
            received = Text(f"{one['proven']}/{one['recipients']}", "" if all_of_them else "yellow")
        shown.add_row(
            Text(one["id"] if several else one["id"].partition(":")[2], "cyan"),
            f"{day(one['on'])[:5]} {one['starts_at']}",
            voice.one(*KINDS.get(one["meeting_kind"], (one["meeting_kind"],) * 2)),
            voice.one(one["vi"], one["en"]),
            notice,
            received,
            one["doc_no"] or "",
        )
    return shown


def picture(found: dict[str, Any], name: Callable[[str], str]) -> list[RenderableType]:
    """The plan in a few lines, then the minutes as they stand."""
    plan, minutes = found["plan"], found["minutes"]
    meeting, notice = plan["meeting"], plan["notice"]
    kind = voice.one(*KINDS.get(meeting["meeting_kind"], (meeting["meeting_kind"],) * 2))
    head = Text(
        f"{kind[:1].upper()}{kind[1:]} {int(meeting['period'][5:])}/{meeting['period'][:4]} · "
        f"{voice.one(plan['vi'], plan['en'])}",
        "bold",
    )
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(ratio=1)

    def row(vi: str, en: str, value: str) -> None:
        rows.add_row(voice.one(vi, en), value)

    row("Lúc", "When", f"{meeting['starts_at']} {day(meeting['on'])}, {meeting['place']}")
    for move in meeting["moves"]:
        row(
            "Dời",
            "Moved",
            f"{move['from_starts_at']} {day(move['from_on'])} → {move['to_starts_at']} {day(move['to_on'])}",
        )
    if notice:
        standing = voice.one(*(("đúng hạn", "on time") if notice["on_time"] else ("muộn", "late")))
        lead = voice.one(f"trước {notice['lead_days']} ngày", f"{notice['lead_days']} days ahead")
        row("Thông báo", "Notice", f"{day(notice['issued_on'])}, {lead}, {standing}")
    if plan["unproven"]:
        row("Chưa nhận", "No proof yet", ", ".join(map(name, plan["unproven"])))
    if plan["chair_id"]:
        row("Chủ trì", "Chair", name(plan["chair_id"]))
    if plan["briefing"]:
        row("Thời sự", "Briefing", name(plan["briefing"]["by"]))
    for point in [*plan["open_points"], *plan["advice"]]:
        row("Lưu ý", "Mind", voice.one(point["vi"], point["en"]))
    parts: list[RenderableType] = [head, Text(found["id"], "dim"), Text(), rows]
    for section in (minutes or {}).get("sections", ()):
        shown = _lines(section["lines"], meeting["on"])
        parts += [Text(), Text(voice.both(section["vi"], section["en"]), "bold"), shown]
    return parts


def _lines(lines: list[dict[str, Any]], on: str) -> Table:
    """Each with its time; with its day too where that is not the meeting's."""
    shown = Table.grid(padding=(0, 1))
    shown.add_column(style="cyan", no_wrap=True)
    shown.add_column(ratio=1)
    for line in lines:
        first, *second = voice.choose(line["vi"], line["en"])
        sentence = Text(first)
        for other in second:
            sentence.append(f"\n{other}", style="dim")
        at = moment(line["at"]).astimezone(VIETNAM)
        shown.add_row(f"{at:%H:%M}" if at.date().isoformat() == on else f"{at:%d/%m %H:%M}", sentence)
    return shown
