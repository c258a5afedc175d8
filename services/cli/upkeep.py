"""Looking after the site: read models made anew while the old ones serve, a log made whole again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from services.cli.voice import Failed, voice

if TYPE_CHECKING:
    from services.cli.site import Service

LOOK_SECONDS = 0.1


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
            f"Chưa dựng lại được các bảng đọc của {service.name}; bảng cũ vẫn dùng. Xem nhật ký của dịch vụ.",
            f"The read models of {service.name} could not be rebuilt; the old ones still serve. See its log.",
        )
    seconds = time.monotonic() - started
    voice.say(
        f"Đã dựng lại {service.name} từ {state['done']} việc trong {seconds:.1f} giây.",
        f"{service.name} was rebuilt from {state['done']} facts in {seconds:.1f} s.",
    )
    return {"service": service.name, "facts": state["done"], "seconds": round(seconds, 3)}


def restore(service: Service) -> dict[str, Any]:
    """Have a service make its log whole again; returns when it writes again. Raises Failed when something is lost."""
    service.post("/restore", actor="operator")
    with voice.err.status(voice.both(f"phục hồi sổ của {service.name}", f"restoring the log of {service.name}")):
        state: dict[str, Any] = service.get("/restore")
        while state["state"] == "running":
            time.sleep(LOOK_SECONDS)
            state = service.get("/restore")
    if state["state"] != "restored":
        raise Failed(state["refusal"]["vi"], state["refusal"]["en"])
    back = state["to"] - state["from"]
    voice.say(
        f"Đã lấy lại {back} sự kiện của {service.name}, sổ đủ đến số {state['to']} và ghi tiếp như cũ.",
        f"{back} facts of {service.name} were fetched back; its log is whole up to {state['to']} and writes go on.",
    )
    return state
