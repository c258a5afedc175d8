"""Is everything well: stores, streams, who has heard what, who waits for whom, parked facts, clocks, versions."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rich.table import Table
from rich.text import Text

from services.cli.site import Service, Silent
from services.cli.voice import voice

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

LOOK_SECONDS = 0.5
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Trouble:
    """One thing somebody should look at."""

    service: str
    vi: str
    en: str


@dataclass
class Report:
    """The site as it is now."""

    site: str
    home: str
    version: str
    python: str
    store: str
    """Where the logs are kept."""
    services: dict[str, dict[str, Any] | None]
    """What each says about itself; None for one that does not answer."""
    trouble: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)
    """True of this site, but no fault."""

    def as_json(self) -> dict[str, Any]:
        return {
            "well": not self.trouble,
            "site": self.site,
            "home": self.home,
            "version": self.version,
            "python": self.python,
            "store": self.store,
            "services": self.services,
            "trouble": [vars(one) for one in self.trouble],
            "notes": [vars(one) for one in self.notes],
        }


def examine(site: Site) -> Report:
    """Ask every service; where something is wrong ask again as long as it may only be on its way.

    Services compare heads with one another after some seconds of silence; what is still wrong then is wrong.
    """
    end = time.monotonic() + site.settings.silence_seconds + 1
    report = _look(site)
    while report.trouble and time.monotonic() < end and all(report.services.values()):
        time.sleep(LOOK_SECONDS)
        report = _look(site)
    return report


def _look(site: Site) -> Report:
    from importlib.metadata import version

    settings = site.settings
    store = _store(settings.database_url)
    report = Report(settings.site, str(settings.home), version("chibo"), platform.python_version(), store, {})
    with ThreadPoolExecutor() as together:
        for service, found in zip(site, together.map(_health, site), strict=True):
            report.services[service.name] = found
            if found is None:
                report.trouble.append(
                    Trouble(service.name, f"không trả lời tại {service.url}", f"does not answer at {service.url}")
                )
            else:
                report.trouble += _of_service(service.name, found, report.version)
    if any(found and (found.get("clock") or {}).get("mode") == "set" for found in report.services.values()):
        report.notes.append(Trouble("site", "đồng hồ đang đặt tay", "the clock stands where somebody set it"))
    report.notes += [
        note for service, found in report.services.items() if found for note in _of_withdrawn(service, found)
    ]
    report.notes.append(_nobody_signs_in({urlsplit(service.url).hostname or "" for service in site}))
    return report


def _store(database_url: str | None) -> str:
    """The kind of database and, where it is a server, its address; never who signs in there."""
    if database_url is None:
        return "SQLite"
    server = urlsplit(database_url)
    return f"PostgreSQL {server.hostname}:{server.port or 5432}{server.path}"


def _nobody_signs_in(hosts: set[str]) -> Trouble:
    if hosts <= LOOPBACK:
        return Trouble(
            "site",
            "chưa có đăng nhập: người dùng tự nêu tên mình, nên các dịch vụ chỉ nghe trong máy (loopback)",
            "nobody signs in yet: callers name themselves, so the services listen on loopback only",
        )
    where = ", ".join(sorted(hosts))
    return Trouble(
        "site",
        f"chưa có đăng nhập, người dùng tự nêu tên mình, mà dịch vụ ở {where}: chỉ để trong mạng riêng tin cậy",
        f"nobody signs in yet, callers name themselves, and services are at {where}: keep them in a private network",
    )


def _health(service: Service) -> dict[str, Any] | None:
    try:
        return service.health()
    except Silent:
        return None


def _of_service(name: str, found: dict[str, Any], version: str) -> list[Trouble]:
    return [
        Trouble(name, vi, en)
        for vi, en in (
            *_of_writing(found),
            *_of_views(found.get("views") or {}),
            *_of_sending(found.get("outbox") or {}),
            *(words for source in found.get("sources", ()) for words in _of_hearing(name, source)),
            *(_of_parked(name, one) for one in found.get("parked", ())),
            *_of_running(name, found, version),
        )
    ]


Words = tuple[str, str]


def _of_writing(found: dict[str, Any]) -> Iterator[Words]:
    if found.get("writes") == "refused" or found["status"] == "refusing":
        why = found.get("refusal") or {}
        yield f"không nhận ghi: {why.get('vi', '?')}", f"refuses to write: {why.get('en', '?')}"
    elif found["status"] != "ready":
        yield f"đang ở trạng thái {found['status']}", f"is {found['status']}"


def _of_views(views: dict[str, Any]) -> Iterator[Words]:
    if error := views.get("error"):
        yield (
            f"bảng đọc chưa nhận được việc đã ghi, đang thử lại: {error}. Xem chỗ trống và cơ sở dữ liệu",
            f"its read models cannot take what is stored, and try again: {error}. Look at the disk and the database",
        )


def _of_sending(outbox: dict[str, Any]) -> Iterator[Words]:
    if not outbox:
        yield "không có Redis để gửi ra luồng", "has no broker to send to"
    elif outbox.get("policy") not in (None, "noeviction"):
        yield (
            f"Redis đang bỏ bớt dữ liệu khi đầy ({outbox['policy']}); cần đặt noeviction",
            f"its broker evicts data when full ({outbox['policy']}); it must be set to noeviction",
        )
    elif outbox.get("error"):
        yield f"chưa gửi được ra luồng: {outbox['error']}", f"cannot send to its stream: {outbox['error']}"
    elif outbox.get("lag"):
        yield f"còn {outbox['lag']} việc chưa gửi ra luồng", f"has {outbox['lag']} facts not yet sent"


def _of_hearing(name: str, source: dict[str, Any]) -> Iterator[Words]:
    heard, position, head = source["service"], source.get("position") or 0, source.get("head") or 0
    if stopped := source.get("stopped"):
        vi, en = _then(f"chibo resume {name}")
        yield f"đã dừng nghe {heard}: {stopped['vi']} {vi}", f"has stopped hearing {heard}: {stopped['en']} {en}"
    elif source.get("error"):
        yield f"chưa nghe được {heard}: {source['error']}", f"cannot hear {heard}: {source['error']}"
    elif first := source.get("waiting_for"):
        yield (
            f"chờ {_service_of(first)} rồi mới nghe tiếp {heard} ({position}/{head})",
            f"waits for {_service_of(first)} before hearing more of {heard} ({position}/{head})",
        )
    elif position < head:
        yield f"mới nghe {heard} đến {position}/{head}", f"has heard {heard} to {position}/{head}"


def _of_parked(name: str, one: dict[str, Any]) -> Words:
    what = f"{_service_of(one['log'])}:{one['index']} ({one['consumer']}): {one['reason'].rstrip('.')}."
    vi, en = _then(f"chibo parked redrive {name} --branch {one['branches'][0]}")
    return f"để riêng {what} {vi}", f"parked {what} {en}"


def _then(command: str) -> Words:
    return f"Xem và sửa xong, gọi «{command}».", f"Once it was looked at and mended: “{command}”."


def _of_withdrawn(name: str, found: dict[str, Any]) -> Iterator[Trouble]:
    """What was decided on facts that were lost for good stays as it is; a person looks whether it is still right."""
    for one in found.get("withdrawn", ()):
        facts = one["facts"]
        which, service = f"{facts[0]}–{facts[-1]}", _service_of(one["log"])
        yield Trouble(
            name,
            f"{len(facts)} sự kiện ({which}) quyết định theo những điều {service} đã mất và rút lại; cần người xem lại",
            f"{len(facts)} facts ({which}) were decided on what {service} lost and withdrew; somebody should look",
        )


def _of_running(name: str, found: dict[str, Any], version: str) -> Iterator[Words]:
    if why := (found.get("clock") or {}).get("waits"):
        vi, en = _then(f"chibo resume {name}")
        yield f"đồng hồ đang chờ người xác nhận: {why['vi']} {vi}", f"its clock waits for a person: {why['en']} {en}"
    if (theirs := found.get("version")) != version:
        yield f"chạy bản {theirs}, lệnh này là bản {version}", f"runs version {theirs}, this command is {version}"


def _service_of(log: str) -> str:
    return log.partition("/")[2].partition(".")[0] or log


# ---------------------------------------------------------------- for people

STATUS = {
    "ready": ("sẵn sàng", "ready", "green"),
    "starting": ("đang mở", "starting", "yellow"),
    "refusing": ("chỉ cho đọc", "reads only", "red"),
}


def picture(report: Report) -> list[RenderableType]:
    """A table of services, who has heard whom, and what to look at."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for vi, en, justify in (
        ("Dịch vụ", "Service", "left"),
        ("Trạng thái", "Status", "left"),
        ("Đã ghi", "Written", "right"),
        ("Đã gửi", "Sent", "right"),
        ("Đã nghe", "Heard", "left"),
        ("Để riêng", "Parked", "right"),
        ("Đồng hồ", "Clock", "left"),
    ):
        table.add_column(voice.one(vi, en), justify=justify)  # type: ignore[arg-type]
    for name, found in report.services.items():
        if found is None:
            table.add_row(name, Text(voice.one("không trả lời", "silent"), style="red"))
            continue
        vi, en, colour = STATUS.get(found["status"], (found["status"], found["status"], "red"))
        heard = [_heard(source) for source in found.get("sources", ())]
        parked = len(found.get("parked", ()))
        mode = (found.get("clock") or {}).get("mode", "")
        table.add_row(
            name,
            Text(voice.one(vi, en), style=colour),
            str(found["log"]["index"]),
            str((found.get("outbox") or {}).get("sent", "–")),
            Text("\n").join(heard) if heard else Text("–"),
            Text(str(parked), style="red" if parked else ""),
            voice.one({"system": "hệ thống", "set": "đặt tay"}.get(mode, mode), mode),
        )
    head = Text(f"chibo {report.version} · Python {report.python} · {voice.one('nơi', 'site')} {report.site}\n", "bold")
    brokers = sorted(
        {str((found.get("outbox") or {}).get("target", "–")) for found in report.services.values() if found}
    )
    head.append(f"{report.home} · {report.store} · Redis {', '.join(brokers) or '–'}", style="dim")
    parts: list[RenderableType] = [head, Text(), table, Text()]
    parts += [_line("✗", "red", one) for one in report.trouble]
    if not report.trouble:
        parts.append(Text("✓ " + voice.both("mọi thứ đều ổn", "all is well"), style="green"))
    parts += [_line("·", "dim", one) for one in report.notes]
    return parts


def _heard(source: dict[str, Any]) -> Text:
    position = source.get("position") or 0
    head = max(position, source.get("head") or 0)  # heads are compared only now and then
    behind = position < head or any(source.get(name) for name in ("error", "waiting_for", "stopped"))
    return Text(f"{source['service']} {position}/{head}", style="yellow" if behind else "")


def _line(sign: str, style: str, one: Trouble) -> Text:
    first, *second = voice.choose(one.vi, one.en)
    text = Text(f"{sign} {one.service}: {first}", style=style)
    for other in second:
        text.append(f"\n  {other}", style="dim")
    return text
