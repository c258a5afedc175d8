"""How a meeting stood, in a few lines for people; the whole of it is in --json."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.voice import day, voice
from shared.events.wording import clock

State = dict[str, Any]
Row = tuple[str, str, str]
"""Vietnamese label, English label, value."""
Name = Callable[[str], str]

PHASES = {
    "planned": ("đã ấn định", "planned"),
    "cancelled": ("không tổ chức", "called off"),
    "unopened": ("chưa khai mạc", "not opened"),
    "in_session": ("đang họp", "in session"),
    "adopted": ("đã thông qua biên bản", "minutes adopted"),
    "closed": ("đã bế mạc", "closed"),
    "open": ("đang mở", "open"),
    "concluded": ("đã kết luận", "concluded"),
    "completed": ("hoàn thành", "completed"),
    "failed": ("chưa hoàn thành", "not done"),
}
RANKS = {
    "excellent": ("Hoàn thành xuất sắc", "Excellent"),
    "good": ("Hoàn thành tốt", "Good"),
    "completed": ("Hoàn thành", "Completed"),
    "not_completed": ("Không hoàn thành", "Not completed"),
}


def picture(states: dict[str, State], period: str, name: Name) -> Table:
    """One row per thing worth knowing, what is unknown left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    readers = {"meeting": _plan, "minutes": _minutes, "rotation": _briefing, "ranking": _ranking}
    for subject, state in states.items():
        kind = subject.partition("/")[0]
        if kind in readers:
            for vi, en, value in readers[kind](state, period, name):
                table.add_row(voice.one(vi, en), value)
    tasks = [state for subject, state in states.items() if subject.startswith("task/")]
    if tasks:
        table.add_row(voice.one("Việc", "Tasks"), Text("\n").join(_task(state, name) for state in tasks))
    return table


def _phase(phase: str) -> str:
    return voice.one(*PHASES.get(phase, (phase, phase)))


def _plan(state: State, _period: str, name: Name) -> Iterator[Row]:
    if "on" not in state:
        return
    moved = state.get("moves") or 0
    words = f", {voice.one(f'dời {moved} lần', f'moved {moved}×')}" if moved else ""
    yield "Lịch họp", "Planned", f"{state['starts_at']} {day(state['on'])}, {state['place']}{words}"
    if state.get("drafts"):
        count = len(state["drafts"])
        yield "Dự kiến", "Drafted", voice.one(f"{count} việc", f"{count} tasks")
    if notices := state.get("notices"):
        notice = notices[-1]
        told = {one["member_id"] for one in state["deliveries"] if one["revision"] == len(notices)}
        lead = notice["lead_days"]
        standing = voice.one(*(("đúng hạn", "on time") if notice["on_time"] else ("muộn", "late")))
        got = len(told & set(notice["recipients"]))
        yield (
            "Thông báo",
            "Notice",
            voice.one(
                f"lần {len(notices)}, trước {lead} ngày, {standing}; đã nhận {got}/{len(notice['recipients'])}",
                f"no. {len(notices)}, {lead} days ahead, {standing}; received {got}/{len(notice['recipients'])}",
            ),
        )
    if state.get("chair_id"):
        yield "Ủy quyền", "Delegated", name(state["chair_id"])


def _minutes(state: State, _period: str, name: Name) -> Iterator[Row]:
    yield "Buổi họp", "Meeting", _phase(state["phase"])
    opened = state.get("opened")
    if not opened:
        return
    here = {member for member, stays in state["presence"].items() if any(stay["to_at"] is None for stay in stays)}
    present, voters = len(here & set(opened["base"])), len(here & set(opened["voters"]))
    yield (
        "Có mặt",
        "Present",
        voice.one(
            f"{present}/{len(opened['base'])}, có quyền biểu quyết {voters}",
            f"{present}/{len(opened['base'])}, {voters} with a vote",
        ),
    )
    yield "Chủ trì", "Chair", name(state["chairs"][-1][1])
    yield "Thư ký", "Minutes", " → ".join(f"{name(one)} ({clock(at)})" for at, one in state["takers"])
    if opinions := state["opinions"]:
        answered = sum(one["how"] is not None for one in opinions.values())
        yield "Ý kiến", "Opinions", f"{answered}/{len(opinions)} {voice.one('đã xử lý', 'answered')}"
    if votes := state["votes"]:
        yield "Biểu quyết", "Votes", "\n".join(_vote(id, vote) for id, vote in votes.items())
    if state["resolutions"]:
        yield "Nghị quyết", "Resolution", ", ".join(state["resolutions"])
    if state["conclusions"]:
        yield "Kết luận", "Conclusions", "\n".join(f"{no}. {one['text']}" for no, one in state["conclusions"].items())
    if state.get("adopted"):
        yield "Biên bản", "Minutes no.", state["adopted"]["doc_no"]


def _vote(id: str, vote: State) -> str:
    held = vote["held"]
    tally = f"{held['for']}–{held['against']}–{held['other']}"
    result = voice.one("được thông qua", "adopted") if held["adopted"] else voice.one("chưa thông qua", "not adopted")
    again = f", {voice.one('đếm lại', 'counted again')}: {vote['recounted_by']}" if vote["recounted_by"] else ""
    return f"{id} {clock(held['at'])} {held['about']}: {tally}, {result}{again}"


def _briefing(state: State, period: str, name: Name) -> Iterator[Row]:
    for turn in state["turns"]:
        if turn["period"] == period:
            instead = voice.one("thay", "for")
            for_whom = f" ({instead} {name(turn['member_id'])})" if turn["by"] != turn["member_id"] else ""
            done = voice.one("đã trình bày", "given") if turn["delivered"] else voice.one("được phân công", "assigned")
            yield "Thời sự", "Briefing", f"{name(turn['by'])}{for_whom}, {done}"


def _ranking(state: State, _period: str, name: Name) -> Iterator[Row]:
    opened = state.get("opened") or {}
    period = opened.get("period", "")
    label = f"{int(period[5:])}/{period[:4]}" if period else ""
    ranked = state["ranked"].values()
    if not ranked:
        counts = f"{len(state['assessed'])}/{len(opened.get('members', ()))}"
        yield f"Xếp loại {label}", f"Ranks {label}", f"{voice.one('tự đánh giá', 'self-assessed')} {counts}"
        return
    lines = []
    for rank, words in RANKS.items():
        members = [one for one in ranked if one["decided_rank"] == rank]
        if members:
            lines.append(f"{voice.one(*words)}: {', '.join(_ranked(one, name) for one in members)}")
    yield f"Xếp loại {label}", f"Ranks {label}", "\n".join(lines)


def _ranked(one: State, name: Name) -> str:
    if one["computed_rank"] == one["decided_rank"]:
        return name(one["member_id"])
    computed = voice.one(*RANKS[one["computed_rank"]])
    return f"{name(one['member_id'])} ({voice.one('tính ra', 'computed')}: {computed})"


def _task(state: State, name: Name) -> Text:
    given = state["given"]
    due = voice.one("hạn", "due")
    text = Text(f"{given['task_id']} {name(given['member_id'])}, {due} {day(given['due_on'])}: ")
    text.append(_phase(state["phase"]), style={"failed": "red", "completed": "green"}.get(state["phase"], ""))
    return text
