"""What is found in a branch: its people by name, texts of meetings and tasks in one order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from services.cli.voice import Failed, voice
from shared.decision import Refused
from shared.events.wording import many
from shared.search import question

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site


def found(site: Site, branch: str, words: str, actor: str, most: int) -> dict[str, Any]:
    """People first, then texts: both services' answers merged by their places in the order. Raises Failed."""
    try:
        question(words)
    except Refused as refusal:
        raise Failed(refusal.vi, refusal.en, code=2) from None
    asked = {"actor": actor, "q": words}
    pages = {name: site[name].get(f"/branches/{branch}/search", size=most, **asked) for name in ("minutes", "ranking")}
    texts = sorted((one for page in pages.values() for one in page["found"]), key=lambda one: one["place"])
    return {
        "branch": branch,
        "words": words,
        "members": site["roster"].get(f"/branches/{branch}/members", **asked),
        "total": sum(page["total"] for page in pages.values()),
        "found": texts[:most],
        "sealed_looked": pages["minutes"]["sealed_looked"],
        "sealed_left": pages["minutes"]["sealed_left"],
    }


def picture(answer: dict[str, Any]) -> list[RenderableType]:
    """The same for people: what was found is bold."""
    lines: list[RenderableType] = []
    for member in answer["members"]:
        who = Text(f"{member['id']}  ", "dim")
        lines.append(who.append(_marked(member["name"])))
    for one in answer["found"]:
        head = Text(f"{date.fromisoformat(one['on']):%d/%m/%Y}  ", "dim")
        head.append(voice.one(one["vi"], one["en"]), "cyan")
        where = one["task_id"] or one["meeting_id"]
        if where is not None:
            head.append(f"  {where.removeprefix(answer['branch'] + ':')}", "dim")
        if one["private"]:
            head.append(voice.one("  chỉ chi bộ được đọc", "  open to the cell only"), "dim")
        lines.append(head)
        lines += [Padding(_marked(one[part]), (0, 0, 0, 4)) for part in ("title", "text") if one[part]["text"]]
    return lines


def summary(answer: dict[str, Any]) -> tuple[str, str]:
    """How much there is, and what was not looked at."""
    shown, total = len(answer["found"]), answer["total"]
    vi = f"{total} chỗ trong biên bản và công việc" + (f", hiện {shown} chỗ đầu" if shown < total else "")
    en = f"{many(total, 'place')} in minutes and tasks" + (f", the first {shown} shown" if shown < total else "")
    if not answer["sealed_looked"]:
        vi += "; phần chỉ chi bộ được đọc không tìm (đảng viên tìm bằng -a MÃ)"
        en += "; what is open to the cell only was not searched (a member searches it with -a ID)"
    if answer["sealed_left"]:
        vi += f"; {answer['sealed_left']} ý kiến cũ hơn chưa xem tới"
        en += f"; {answer['sealed_left']} older sealed texts were not looked at"
    return f"{vi}.", f"{en}."


def _marked(snippet: dict[str, Any]) -> Text:
    """A snippet with what was found in bold, dots where it was cut."""
    text = Text(snippet["text"])
    for start, end in snippet["hits"]:
        text.stylize("bold", start, end)
    if snippet["cut_before"]:
        text = Text("… ").append(text)
    return text.append(" …") if snippet["cut_after"] else text
