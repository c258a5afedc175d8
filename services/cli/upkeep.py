"""Looking after the site: read models made anew while the old ones serve, a log made whole again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from services.cli.site import Silent
from services.cli.voice import Failed, tenths, voice

if TYPE_CHECKING:
    from services.cli.site import Service

LOOK_SECONDS = 0.1
COMES_BACK_SECONDS = 60.0


def rebuild(service: Service) -> dict[str, Any]:
    """Have a service rebuild its read models; returns when it is done. Raises Failed when it could not."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    started = time.monotonic()
    service.post("/rebuild", actor="operator")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=voice.err, transient=True) as progress:
        bar = progress.add_task(voice.both(f"dựng lại {service.name}", f"rebuilding {service.name}"), total=None)
        while (state := service.get("/rebuild"))["state"] == "running":
            progress.update(bar, completed=state["done"], total=state["total"] or None)
            time.sleep(LOOK_SECONDS)
    if state["state"] == "failed":
        raise Failed(
            f"Chưa dựng lại được các bảng đọc của {service.name}; bảng cũ vẫn dùng. {state['error']['vi']}",
            f"The read models of {service.name} could not be rebuilt; the old ones still serve. {state['error']['en']}",
        )
    seconds = time.monotonic() - started
    vi, en = tenths(seconds)
    voice.say(
        f"Đã dựng lại {service.name} từ {state['done']} việc trong {vi} giây.",
        f"{service.name} was rebuilt from {state['done']} facts in {en} s.",
    )
    return {"service": service.name, "facts": state["done"], "seconds": round(seconds, 3)}


def _restored(service: Service, epoch: str) -> dict[str, Any]:
    """What a restoration came to. A service that begins a new epoch ends and is started again by whoever keeps it."""
    end = time.monotonic() + COMES_BACK_SECONDS
    while True:
        try:
            state: dict[str, Any] = service.get("/restore")
            if state["state"] == "idle":
                head = service.head()
                if head["epoch"] == epoch:
                    raise Failed(
                        f"Dịch vụ {service.name} vừa khởi động lại giữa chừng. Đồng chí gọi lại lệnh này.",
                        f"The service {service.name} started again in the middle of it. Say this again.",
                    )
                return {"state": "new", "log": f"{head['site']}/{head['service']}.{head['epoch']}", "to": head["index"]}
            if state["state"] not in ("running", "new"):
                return state
            end = time.monotonic() + COMES_BACK_SECONDS
        except Silent:
            if time.monotonic() > end:
                raise
        time.sleep(LOOK_SECONDS)


def restore(service: Service, by: str | None = None, reason: str | None = None) -> dict[str, Any]:
    """Have a service make its log whole again; returns when it writes again. Raises Failed when something is lost.

    ``by`` and ``reason``: who gives up what nobody holds any more, and why.
    """
    before = service.head()["epoch"]
    service.post("/restore", actor="operator", by=by, reason=reason)
    with voice.err.status(voice.both(f"phục hồi sổ của {service.name}", f"restoring the log of {service.name}")):
        state = _restored(service, before)
    if state["state"] == "new":
        voice.say(
            f"Sổ của {service.name} được mở tiếp ở kỳ mới, đến sự kiện số {state['to']}; các dịch vụ đang dựng lại "
            "bảng đọc. Xem «chibo doctor».",
            f"The log of {service.name} goes on in a new epoch, up to fact {state['to']}; services build their read "
            "models anew. See “chibo doctor”.",
        )
        return state
    if state["state"] != "restored":
        raise Failed(state["refusal"]["vi"], state["refusal"]["en"])
    back = state["to"] - state["from"]
    voice.say(
        f"Đã lấy lại {back} sự kiện của {service.name}, sổ đủ đến số {state['to']} và ghi tiếp như cũ.",
        f"Fetched back for {service.name}: {back}; its log is whole up to fact {state['to']} and writes go on.",
    )
    return state
