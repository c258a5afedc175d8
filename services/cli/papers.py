"""Printed papers: fetched from the service that makes them, and put into a file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from services.cli.voice import Failed

if TYPE_CHECKING:
    from services.cli.site import Site

As = Literal["pdf", "docx", "xlsx"]
Copy = Literal["kept", "reading", "anew"]
Of = Literal["minutes", "resolution", "notice", "score"]
Lists = Literal["tasks", "ranking"]
MAKER: dict[Of, str] = {"minutes": "minutes", "resolution": "minutes", "notice": "scheduler", "score": "minutes"}
"""Which service prints what."""
_NAME = re.compile(r'filename="([^"/\\]+)"')


@dataclass(frozen=True)
class Fetched:
    """A paper as the service gave it, and what it said of it."""

    name: str
    raw: bytes
    renderer: str
    signed_sha256: str | None
    """Hash of the document both have signed, where there is one."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def signed(self) -> bool:
        """This is that document, byte for byte."""
        return self.sha256 == self.signed_sha256

    def as_json(self, file: Path) -> dict[str, Any]:
        return {
            "file": str(file),
            "sha256": self.sha256,
            "bytes": len(self.raw),
            "renderer": self.renderer,
            "signed": self.signed,
            "signed_sha256": self.signed_sha256,
        }

    def sentence(self, file: Path, copy: Copy | None = None) -> tuple[str, str]:
        """What was written, and how it stands to what was signed."""
        if self.signed:
            return (
                f"Đã ghi {file}: đúng văn bản hai người đã ký, không sai một byte.",
                f"Wrote {file}: the very document both have signed, byte for byte.",
            )
        if copy == "anew" and self.signed_sha256 is not None:
            return (
                f"Đã ghi {file}; bản in lại này khác văn bản đã ký, do cách in hoặc dữ liệu đã đổi; bản đã ký còn đó.",
                f"Wrote {file}; it is not the document that was signed: the way of printing or the data changed since.",
            )
        return f"Đã ghi {file}.", f"Wrote {file}."


def fetched(site: Site, meeting: str, of: Of, as_: As, *, actor: str, copy: Copy) -> Fetched:
    """A paper. Raises Answered with the service's sentence when there is none."""
    which = {"copy": copy} if of == "minutes" else {}
    return _fetched(site, MAKER[of], f"/meetings/{meeting}/{of}.{as_}", actor=actor, **which)


def listed(site: Site, branch: str, of: Lists, period: str | None, as_: As, *, actor: str) -> Fetched:
    """The table of tasks or of ranks. Raises Failed, or Answered with the service's sentence, when there is none."""
    if of == "tasks":
        return _fetched(site, "ranking", f"/branches/{branch}/tasks.{as_}", actor=actor, period=period)
    if period is None:
        raise Failed(
            "Đồng chí ghi thêm kỳ xếp loại: 2026-09, 2026-Q3 hoặc 2026.",
            "Say which period's ranking: 2026-09, 2026-Q3 or 2026.",
            code=2,
        )
    return _fetched(site, "ranking", f"/branches/{branch}/rankings/{period}.{as_}", actor=actor)


def _fetched(site: Site, service: str, path: str, **asked: str | None) -> Fetched:
    raw, headers = site[service].download(path, **asked)
    named = _NAME.search(headers.get("Content-Disposition", ""))
    return Fetched(
        name=named[1] if named else path.rpartition("/")[2],
        raw=raw,
        renderer=headers.get("Chibo-Renderer", ""),
        signed_sha256=headers.get("Chibo-Signed-Sha256"),
    )


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
