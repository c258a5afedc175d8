"""Printed papers: fetched from the service that makes them, and put into a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from services.cli.voice import Failed

if TYPE_CHECKING:
    from services.cli.site import Site

As = Literal["pdf", "docx"]
Of = Literal["minutes", "resolution", "notice", "score"]
MAKER: dict[Of, str] = {"minutes": "minutes", "resolution": "minutes", "notice": "scheduler", "score": "minutes"}
"""Which service prints what."""
_NAME = re.compile(r'filename="([^"/\\]+)"')


def fetched(site: Site, meeting: str, of: Of, as_: As, actor: str) -> tuple[str, bytes]:
    """A paper's file name and bytes. Raises Answered with the service's sentence when there is none."""
    raw, headers = site[MAKER[of]].download(f"/meetings/{meeting}/{of}.{as_}", actor=actor)
    named = _NAME.search(headers.get("Content-Disposition", ""))
    return named[1] if named else f"{of}.{as_}", raw


def kept(raw: bytes, file: Path) -> Path:
    """Write the paper; a file that is there already is not written over. Raises Failed."""
    try:
        with file.open("xb") as out:
            out.write(raw)
    except FileExistsError:
        raise Failed(
            f"Tệp {file} đã có và được giữ nguyên. Đồng chí chọn tên khác bằng --out.",
            f"The file {file} is there already and was left as it is. Choose another name with --out.",
        ) from None
    except OSError as error:
        raise Failed(
            f"Không ghi được tệp {file}: {error.strerror}. Đồng chí chọn nơi khác bằng --out.",
            f"Cannot write {file}: {error.strerror}. Choose another place with --out.",
        ) from None
    return file
