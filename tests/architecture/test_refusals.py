"""Every refusal is said in two languages, says what to do now, and writes days and people as people do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)

NEXT_STEP = re.compile(
    r"(?i:đồng chí|hãy|cần) .*?\b(gõ|ghi|chọn|xem|kiểm|đọc|gửi|nhập|nêu|báo|đợi|chờ|sửa|dùng|đề nghị|mở|làm|chạy|tăng|"
    r"đánh|thông qua|khai mạc|kết thúc|biểu quyết|ấn định|giao|đặt|bấm|duyệt|xác nhận|xử lý|cho|đổi|thu hồi|gọi|hỏi|"
    r"lấy|lập|công bố|trả|phân công|điểm danh|bổ sung|nộp|bỏ|để|tìm|liên hệ|khôi phục|thử|chỉnh|giữ|đăng ký|quay|"
    r"chuyển|chia|in|hủy|thêm|tiếp tục|tạo|bật|giải phóng|dời|ký|hoàn thành|soạn|bàn|trình|cử|tách|cập nhật|"
    r"phổ biến|bố trí|kết nạp|tiếp nhận|nhắc|chấm|đối chiếu|họp|phê duyệt)\b",
    re.DOTALL,
)
"""Whom it is said to, and a verb."""

ENGLISH_STEP = re.compile(
    r"(?i)(^|[.;:,?”»}] |\b(or|and|then|first|please|may|still|just) )"
    r"(accept|add|address|adopt|answer|appoint|approve|ask|assign|bring|build|call|change|check|choose|close|compute|confirm|"
    r"copy|correct|count|deal|decide|delegate|discuss|draw|end|enrol|enter|extend|file|finish|free|give|handle|have|hear|"
    r"hold|introduce|issue|keep|leave|let|list|look|make|mark|move|name|number|open|pass|plan|post|present|print|"
    r"place|propose|publish|put|raise|read|receive|record|register|renumber|reopen|repeat|report|return|review|save|say|schedule|score|search|see|"
    r"send|set|share|shorten|show|sign|split|start|state|submit|substitute|take|tell|translate|transfer|try|type|use|visit|vote|"
    r"wait|withdraw|write)\b"
)
"""An English verb said to somebody."""

BARE = re.compile(r"((^|[._])(on|today|local|now|until|since|due|day|deadline|begins|ends|recordedtime|time)|_at)$")
"""An expression that gives a day or a moment; in a sentence it is written out as people write it."""
CLOCK = re.compile(r"starts_at$")
"""An hour that is kept as people write it."""
PERSON = re.compile(
    r"(^|[._])((member|speaker|guest|partner|chair|reviewer|person|taker|to)_id|of_member|for_member|"
    r"(disputed|explained|answered|answer|presented)_by|actor|chair)$|(^|\\.)by$|member\\.id$|^person$"
)
"""An expression that gives somebody's id, for which the name is put in before people read it."""


NOT_ENGLISH = re.compile(r"\{[^{}]*\}|[“«][^”»]*[”»]|Việt Nam|Đ")
"""What may stand in an English sentence as it is: what is filled in, what is quoted, letters of a code."""


class Said(NamedTuple):
    """A refusal as it stands in the code; what is filled in stands in braces, as code."""

    where: str
    vi: str
    en: str


Words = Mapping[str, str]
"""What a name in the code stands for."""


def spelled(node: ast.expr, words: Words) -> str | None:
    """A sentence with its braces; of two endings both; None for what another place says."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return words.get(name)
        case ast.JoinedStr(values=values):
            return "".join(_filled(part, words) for part in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return f"{spelled(left, words) or ''}{spelled(right, words) or ''}"
        case ast.IfExp(body=one, orelse=other):
            return f"{spelled(one, words)}{spelled(other, words)}"
        case _:
            return None


def _filled(part: ast.expr, words: Words) -> str:
    match part:
        case ast.Constant(value=str() as text):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)) if name in words:
            return words[name]
        case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as spec)])):
            return f"{{{ast.unparse(value)}:{spec}}}"
        case ast.FormattedValue(value=value):
            return f"{{{ast.unparse(value)}}}"
        case _:
            return ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """Sentences that stand at the head of a module."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text)):
                found[name] = text
            case _:
                continue
    return found


def _refusing(nodes: Sequence[ast.AST]) -> dict[str, ast.Call]:
    """Functions of a module that are given both sentences and put them into a refusal."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and {"vi", "en"} <= {one.arg for one in node.args.args}:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in REFUSALS:
                    found[node.name] = inner
    return found


REFUSALS = ("Refused", "TurnedAway")


def refusals() -> Iterator[Said]:
    files = [file for folder in ("services", "shared") for file in sorted((ROOT / folder).rglob("*.py"))]
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    constants = {name: text for tree in trees.values() for name, text in _constants(tree).items()}
    inside = {file: tuple(ast.walk(tree)) for file, tree in trees.items()}
    refusing = {file: _refusing(nodes) for file, nodes in inside.items()}
    for file, nodes in inside.items():
        imported = {name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
        near = {n: c for other, calls in refusing.items() if other.parent == file.parent for n, c in calls.items()}
        through = {**{name: call for name, call in near.items() if name in imported}, **refusing[file]}
        for node in nodes:
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            given = [spelled(part, constants) for part in node.args]
            if node.func.id in REFUSALS:
                vi, en = [*given, None, None][:2]
            elif node.func.id in through:
                both = [text for text in given if text is not None][:2]
                words = {**constants, **dict(zip(("vi", "en"), both, strict=False))}
                vi, en = (spelled(part, words) for part in through[node.func.id].args[:2])
            else:
                continue
            if vi is not None and en is not None and "{vi}" not in vi:
                yield Said(where, vi, en)


def faults(said: Said) -> list[str]:
    """What is not as it should be, in one refusal."""
    return [*_written(said), *_told(said)]


def _written(said: Said) -> Iterator[str]:
    for language, text in (("vi", said.vi), ("en", said.en)):
        if not text.rstrip("»”").endswith((".", "?", "}")):
            yield f"{language} has no full stop at the end"
        if "  " in text:
            yield f"{language} has a double blank"
        for part in re.findall(r"\{([^{}]*)\}", text):
            if BARE.search(part) and not CLOCK.search(part):
                yield f"{language} shows {{{part}}} as computers write it"
    for before, part in re.findall(r"(.{0,4})\{([^{}]*)\}", said.vi):
        if PERSON.search(part) and not before.endswith(("đ/c ", "Đ/c ", "mã ")):
            yield f"{{{part}}} is not called đ/c"


def _told(said: Said) -> Iterator[str]:
    if not VIETNAMESE.search(said.vi):
        yield "the first sentence is not Vietnamese"
    if VIETNAMESE.search(NOT_ENGLISH.sub("", said.en)):
        yield "the second sentence is not English"
    if not NEXT_STEP.search(said.vi):
        yield "nobody is told what to do now"
    if not ENGLISH_STEP.search(said.en):
        yield "nobody is told in English what to do now"


def test_every_refusal_says_what_to_do_now_as_people_say_it() -> None:
    """Say in a refusal: what is not possible · why · «Đồng chí …» what to do now; days as {day:%d/%m/%Y}."""
    found = list(refusals())
    assert len(found) > 400
    assert [(said, wrong) for said in found if (wrong := faults(said))] == []


@pytest.mark.parametrize(
    ("vi", "en", "fault"),
    [
        ("Chưa ghi được.", "It cannot be written.", "nobody is told what to do now"),
        ("Chưa ghi được. Đồng chí chọn lại", "Choose again.", "vi has no full stop at the end"),
        ("Write again.", "Write again.", "the first sentence is not Vietnamese"),
        ("Hạn {due_on} đã qua. Đồng chí chọn lại.", "Choose again.", "vi shows {due_on} as computers write it"),
    ],
)
def test_a_refusal_that_is_not_so_is_found(vi: str, en: str, fault: str) -> None:
    assert fault in faults(Said("here", vi, en))
