"""A form as PDF, set by typst: words go in as data, never as source; the same form gives the same bytes."""

from __future__ import annotations

from datetime import timezone
from functools import cache
from importlib.resources import as_file, files
from threading import Lock
from typing import Any

from shared.documents.form import Form
from shared.documents.letters import FONTS, kept_together, printable

STANDARD = "a-2u"
"""PDF/A-2, every letter with its Unicode sign: kept for long, searched and copied without loss."""
_SHORT = 600
"""A last paragraph of at most so many letters stays on one page with the signatures."""

_ONE_AT_A_TIME = Lock()
"""A compiler serves one thread at a time and refuses a second."""


def pdf(form: Form) -> bytes:
    """The form as PDF/A. Takes some tens of milliseconds of one core: call it off the event loop."""
    import json  # noqa: PLC0415 - with typst, which is heavy and is loaded when something is printed

    data = json.dumps(_data(form), ensure_ascii=False)
    with _ONE_AT_A_TIME:
        raw: bytes = _compiler().compile(
            format="pdf", sys_inputs={"form": data}, pdf_standards=STANDARD, timestamp=int(form.at.timestamp())
        )
    return raw


@cache
def _compiler() -> Any:
    """One compiler for the process: it keeps the letters it has read. It sees its own folder and nothing else."""
    import typst  # noqa: PLC0415 - some twenty megabytes, wanted only where something is printed

    with as_file(files("shared.documents")) as here, as_file(FONTS) as fonts:
        return typst.Compiler(
            input=str(here / "form.typ"), root=str(here), font_paths=[str(fonts)], ignore_system_fonts=True
        )


def _data(form: Form) -> dict[str, Any]:
    data: dict[str, Any] = _shown(form.model_dump(mode="json", exclude={"kind", "subject", "stem", "at"}))
    for names in (data["head"] or {}, data["left"] or {}, data["right"] or {}):
        names |= {part: [kept_together(name) for name in names[part]] for part in ("above", "body") if part in names}
    at = form.at.astimezone(timezone.utc)  # noqa: UP017 - the name is the same in every Python we run on
    data["made"] = {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    for one in data["body"]:
        one["short"] = one["block"] == "paragraph" and sum(len(run["text"]) for run in one["runs"]) <= _SHORT
    return data


def _shown(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case list():
            return [_shown(one) for one in value]
        case dict():
            return {name: _shown(one) for name, one in value.items()}
        case _:
            return value
