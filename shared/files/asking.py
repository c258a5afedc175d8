"""Has a file examined in a process of its own, and says in words what is wrong with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.decision import Refused
from shared.files.store import PageSize

if TYPE_CHECKING:
    from shared.events.files import FileKind
    from shared.settings import Settings

_EXAMINING = Path(__file__).with_name("examining.py")
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "pdf": ("pdf",),
    "tiff": ("tif", "tiff"),
}
"""What a file of each kind may be called."""

MEDIA_TYPES: dict[str, str] = {
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
    "tiff": "image/tiff",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_NOTHING_STORED = ("Chưa lưu gì; tệp gốc vẫn ở máy của đồng chí.", "Nothing was stored; your own copy is untouched.")

_WRONG: dict[str, tuple[str, str]] = {
    "empty": ("Tệp này rỗng. Đồng chí chọn lại tệp.", "The file is empty. Choose it again."),
    "broken": (
        "Tệp bị hỏng hoặc bị cắt cụt nên không mở được đến trang cuối. Đồng chí quét hoặc chép lại rồi tải lên.",
        "The file is damaged or was cut off and does not open to its last page. Scan or copy it again.",
    ),
    "encrypted": (
        "Tệp PDF này đặt mật khẩu hoặc bị mã hóa. Đồng chí lưu lại thành tệp không mật khẩu rồi tải lên.",
        "This PDF is protected by a password or encrypted. Save it without one and upload it again.",
    ),
    "active": (
        (
            "Tệp PDF này có mã lệnh, biểu mẫu tự chạy hoặc tệp khác đính bên trong, nên không nhận. Đồng chí in ra PDF "
            "mới, hoặc quét bản giấy."
        ),
        (
            "This PDF carries scripts, forms that act or other files inside and is not taken. Print it to a new PDF, "
            "or scan the paper."
        ),
    ),
    "too-heavy": (
        "Kiểm tra tệp này tốn quá nhiều bộ nhớ hoặc thời gian nên không nhận. Đồng chí chia thành nhiều tệp.",
        "Examining this file takes too much memory or time, so it is not taken. Split it into files with fewer pages.",
    ),
}


def wrong_with_file(word: str, settings: Settings) -> Refused:
    """The sentence for one thing that can be wrong with a file."""
    kinds = ", ".join(one.upper() for one in settings.files_kinds.split())
    vi, en = {
        **_WRONG,
        "kind": (
            (
                f"Tệp này không phải loại được nhận ({kinds}), dù tên là gì. Đồng chí quét hoặc xuất thành một trong "
                "các loại đó."
            ),
            f"Whatever it is called, the file is none of the kinds taken ({kinds}). Scan or export it as one of these.",
        ),
        "pages": (
            f"Tệp có hơn {settings.files_pages} trang. Đồng chí chia thành nhiều tệp.",
            f"The file has more than {settings.files_pages} pages. Split it into several files.",
        ),
        "unpacked": (
            (
                "Trang trong tệp bung ra quá lớn, như tệp cố làm đầy bộ nhớ, nên không nhận. Đồng chí quét lại ở độ "
                "phân giải 300 dpi."
            ),
            "A page of this file unpacks to an enormous size, as files do that mean harm. Scan it again at 300 dpi.",
        ),
        "bytes": (
            f"Tệp lớn hơn {settings.files_bytes / 1_000_000:.0f} MB. Đồng chí chia nhỏ, hoặc quét lại ở 300 dpi.",
            f"The file is larger than {settings.files_bytes / 1_000_000:.0f} MB. Split it, or scan it at 300 dpi.",
        ),
        "waiting": (
            (
                f"Chi bộ đã tải lên {settings.files_unnamed_bytes / 1_000_000:.0f} MB tệp mà chưa ghi vào việc nào, là "
                "nhiều nhất. Đồng chí ghi các tệp đó vào cuộc họp, văn bản hay biên bản cũ rồi tải tiếp; tệp không ghi "
                f"vào đâu tự được xóa sau {settings.files_unnamed_hours:g} giờ."
            ),
            (
                f"The branch has uploaded {settings.files_unnamed_bytes / 1_000_000:.0f} MB of files that nothing "
                "names yet, which is the most. Name them in a meeting, a document or old minutes, then go on; what "
                f"nothing names is removed after {settings.files_unnamed_hours:g} hours."
            ),
        ),
    }[word]
    code = "too-large" if word == "bytes" else f"file-{word}"
    return Refused(f"{vi} {_NOTHING_STORED[0]}", f"{en} {_NOTHING_STORED[1]}", code=code)


def must_be_called_what_it_is(name: str, media: str) -> None:
    """Refused when the end of the name says another kind than the content."""
    end = name.rpartition(".")[2].lower()
    if end not in EXTENSIONS[media]:
        raise Refused(
            f"Tên tệp kết thúc bằng «.{end}» nhưng nội dung là {media.upper()}. Đồng chí xem có nhầm tệp không, rồi "
            f"đặt lại đuôi tên. {_NOTHING_STORED[0]}",
            f"The name ends in “.{end}” but the content is {media.upper()}. See whether it is the right file, then "
            f"rename it. {_NOTHING_STORED[1]}",
            code="file-name",
        )


def examine(content: Iterable[bytes], settings: Settings) -> tuple[FileKind, tuple[PageSize, ...]]:
    """The kind of a file and its pages, all of them read to the end. Raises Refused."""
    order = {
        "kinds": settings.files_kinds.split(),
        "pages": settings.files_pages,
        "pixels": settings.files_pixels,
        "unpacked": settings.files_unpacked,
    }
    said, _ = _ask(order, content, settings)
    return said["media"], tuple(PageSize(width=width, height=height) for width, height in said["pages"])


def one_page(content: Iterable[bytes], page: int, settings: Settings) -> tuple[str, bytes]:
    """One page by itself with its media type, as any browser shows it. Raises Refused."""
    said, shown = _ask({"page": page}, content, settings)
    return str(said["shown"]), shown


def _ask(order: dict[str, Any], content: Iterable[bytes], settings: Settings) -> tuple[dict[str, Any], bytes]:
    order |= {"memory": settings.files_memory, "seconds": settings.files_seconds}
    answer = _run([sys.executable, "-I", str(_EXAMINING), json.dumps(order)], content, settings.files_seconds)
    line, _, shown = answer.partition(b"\n")
    said: dict[str, Any] = json.loads(line) if line else {"wrong": "too-heavy"}
    if "wrong" in said:
        raise wrong_with_file(said["wrong"], settings)
    return said, shown


def _run(command: list[str], content: Iterable[bytes], seconds: float) -> bytes:
    """What it wrote; nothing when it was ended because it took too much."""
    with subprocess.Popen(  # noqa: S603 - this interpreter, this file, numbers for arguments
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PATH": ""}
    ) as process:
        try:
            answer, _ = process.communicate(b"".join(content), timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return b""
    return answer if process.returncode == 0 else b""
