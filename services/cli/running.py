"""The site in the foreground: start, load the sample where the store is empty, tell what to try, stop cleanly."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from services.cli.supervisor import Supervisor, environment, leashed
from services.cli.voice import Failed, tenths, voice
from shared.settings import SERVICES

if TYPE_CHECKING:
    from shared.settings import Settings

MEANING = {
    "roster": ("chi bộ, đảng viên, quy ước", "branches, members, charters"),
    "scheduler": ("lịch, thông báo, thời sự", "meetings, notices, briefings"),
    "minutes": ("buổi họp như đã diễn ra", "the meeting as it happens"),
    "ranking": ("việc giao, xếp loại", "tasks and ranking"),
    "hub": ("quy định, văn bản cấp trên", "rules and papers from above"),
}
LONGEST_TRY = len(" branch months --until 2026-10")
WIDEST_TRY = 52
"""On a screen of 80 columns what is to be copied stands on one line, and beside it still what it shows."""
MARKER = "sample"
"""Says, under home, how far loading the sample has come: ``done``, or anything else when it was cut off."""


_NOWHERE_ELSE: dict[str, Any] = dict.fromkeys(
    ["database_url", "redis_url", "files_home", *(f"{name}_url" for name in SERVICES)]
)
"""A throw-away site keeps nothing, and asks nobody, outside its own home and machine."""


class Stopped(BaseException):
    """A signal asked us to end; not an error, so nothing that catches errors may catch it."""


def run(settings: Settings, *, with_sample: bool, throwaway: bool = False, as_json: bool = False) -> None:
    """Run the site until a signal comes; ``as_json``: a line on stdout says when and where it is ready.

    Raises Failed when it cannot start.
    """
    began = time.monotonic()
    marker = settings.home / MARKER
    may_load = with_sample and (not marker.exists() or marker.read_text() != "done")
    with _signals():
        site = Supervisor(settings, voice.say, clock="settable" if may_load else None)
        try:
            site.start()
            _wait_ready(site)
            ready = time.monotonic() - began
            site.keep()
            if may_load:
                _load(settings, marker)
            if as_json:
                print(json.dumps(_where(settings, ready)), flush=True)
            voice.err.print(_panel(settings, ready, throwaway=throwaway))
            if there := _set_there(settings, throwaway=throwaway):
                voice.err.print(Text(voice.both("Gõ trước ở cửa sổ đó", "Type there first"), "bold"))
                voice.err.print(Text(there, "cyan"), soft_wrap=True)  # to be copied whole
            threading.Event().wait()
        except Stopped:
            pass
        finally:
            _stop(site, throwaway=throwaway)


def run_demo(settings: Callable[..., Settings], *, as_json: bool = False) -> None:
    """Run with the sample in a folder that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="chibo-demo-"))
    try:
        voice.say(
            f"Kho thử tại {home}: dừng là xóa hết, dữ liệu thật không bị đụng tới.",
            f"A throw-away home, {home}: stopping deletes it; your own data are not touched.",
        )
        run(settings(home=home, **_NOWHERE_ELSE), with_sample=True, throwaway=True, as_json=as_json)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _wait_ready(site: Supervisor) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=voice.err, transient=True) as progress:
        bar = progress.add_task(voice.both("mở các dịch vụ", "starting services"), total=len(site.services))
        site.wait_ready(on_ready=lambda _name: progress.advance(bar))


def _load(settings: Settings, marker: Path) -> None:
    """Load the sample; a process of its own does it, which takes along the memory that this needs."""
    command = leashed([sys.executable, "-m", "services.cli.sample", str(marker)])
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=voice.err, transient=True) as progress,
        subprocess.Popen(
            command,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us
        ) as telling,
    ):
        bar = progress.add_task(voice.both("nạp chi bộ mẫu", "loading the sample branch"), total=None)
        try:
            for line in telling.stdout or ():
                said = json.loads(line)
                if "vi" in said:
                    raise Failed(**said)
                progress.update(bar, **said)
            if code := telling.wait():
                raise Failed(
                    "Chưa nạp xong chi bộ mẫu; lần mở sau nạp tiếp từ chỗ dừng, không mất gì.",
                    "The sample is not loaded whole; the next start goes on where this one ended, nothing is lost.",
                    details=[f"services.cli.sample: {code}"],
                )
        finally:
            telling.kill()


def _stop(site: Supervisor, *, throwaway: bool) -> None:
    began = time.monotonic()
    if not any(child.running for child in site.children):  # what could not start has said so
        site.stop()
        return
    voice.err.print(Text(voice.both("đang dừng…", "stopping…"), style="dim"))
    site.stop()
    kept_vi, kept_en = ("kho thử được xóa", "its home is deleted") if throwaway else ("dữ liệu còn nguyên", "data kept")
    vi, en = tenths(time.monotonic() - began)
    said = voice.both(f"đã dừng sau {vi} giây, {kept_vi}", f"stopped in {en} s, {kept_en}")
    voice.err.print(Text(f"✓ {said}", style="dim"))


@contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end us in order, once; what comes while we stop is ignored."""

    def end(number: int, frame: Any) -> None:  # noqa: ARG001 - the shape of a signal handler
        for other in watched:
            signal.signal(other, signal.SIG_IGN)
        raise Stopped

    watched = [signal.SIGINT, signal.SIGTERM]
    with suppress(AttributeError):
        watched.append(signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _where(settings: Settings, ready: float) -> dict[str, Any]:
    """For whoever waits for the site: where it is, and how long the services took."""
    return {
        "home": str(settings.home),
        "ready_seconds": round(ready, 3),
        "services": {name: settings.url(name) for name in SERVICES},
    }


def _panel(settings: Settings, ready: float, *, throwaway: bool) -> Panel:
    services = Table.grid(padding=(0, 2))
    for name in SERVICES:
        vi, en = MEANING.get(name, ("", ""))
        services.add_row(Text(name, "bold"), f"{settings.url(name)}/docs", Text(voice.one(vi, en), "dim"))
    tries = Table.grid(padding=(0, 2))
    tries.add_column(width=min(len(_typed()) + LONGEST_TRY, WIDEST_TRY))
    for command, vi, en in (
        ("meeting list", "các buổi họp", "the meetings"),
        ("replay 2026-10", "kể lại tháng 10", "October told again"),
        ("branch months --until 2026-10", "nền nếp 12 tháng", "how the cell kept its twelve months"),
        ("verify 2026-10", "chữ ký dưới biên bản có đúng", "do the signatures under the minutes hold"),
        ("rank explain M06 2026-09", "vì sao xếp loại như thế", "why a rank is what it is"),
        ("rank explain M01 2026-Q2", "một quý của cán bộ lãnh đạo", "a leader's quarter"),
        ("events tail -f", "việc mới ghi", "facts as they come"),
        ("doctor", "mọi thứ có ổn", "is everything well"),
    ):
        tries.add_row(Text(f"{_typed()} {command}", "cyan"), Text(voice.one(vi, en), "dim"))
    inside = Table.grid()
    where = "kho thử, dừng là xóa" if throwaway else "dữ liệu"
    whither = "throw-away home" if throwaway else "data"
    for line in (
        Text(voice.both("Thử tiếp ở cửa sổ khác", "Try next, in another terminal"), "bold"),
        tries,
        Text(),
        services,
        Text(),
        Text(f"{voice.both(where, whither)}: {settings.home}", "dim"),
        Text(f"{voice.both('nhật ký', 'logs')}: {settings.home / 'logs'}", "dim"),
        _pins() if (settings.home / MARKER).exists() else Text(),
        Text(voice.both("Ctrl-C để dừng", "Ctrl-C stops everything"), "dim"),
    ):
        inside.add_row(line)
    vi, en = tenths(ready)
    title = voice.both(f"Sẵn sàng sau {vi} giây", f"ready in {en} s")
    return Panel(
        inside, title=f"chibo · {title}", title_align="left", border_style="green", expand=False, padding=(1, 2)
    )


def _pins() -> Text:
    from services.cli.sample.sheet import sheet

    pins = ", ".join(f"{member} {pin}" for member, pin in sheet()["signing"]["pins"].items())
    return Text(
        f"{voice.both('mã PIN của chi bộ mẫu, công khai', 'PINs of the sample branch, for all to see')}: {pins}", "dim"
    )


def _typed() -> str:
    """How this command is typed here: by name where it is on the path."""
    called = Path(sys.argv[0])
    if shutil.which("chibo") is not None and Path(shutil.which("chibo") or "").resolve() == called.resolve():
        return "chibo"
    with suppress(ValueError):
        called = called.resolve().relative_to(Path.cwd())
    return shlex.quote(str(called))


def _set_there(settings: Settings, *, throwaway: bool) -> str:
    """What another terminal must be told to find this site: its home and addresses where they are not the usual."""
    names = ["home", "host", *(f"{name}_{part}" for name in SERVICES for part in ("port", "url"))]
    given = {f"CHIBO_{name.upper()}": str(getattr(settings, name)) for name in names}
    wanted = {
        name: value for name, value in given.items() if name in os.environ or (throwaway and name == "CHIBO_HOME")
    }
    return f"export {' '.join(f'{name}={shlex.quote(value)}' for name, value in wanted.items())}" if wanted else ""
