"""Signatures under minutes checked: facts fetched as bytes, statements read again, keys from roster's own facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rich.text import Text

from services.cli.meetings import READER, unknown
from services.cli.site import Answered
from services.cli.voice import Failed, voice
from shared.days import VIETNAM
from shared.events.envelope import leaf, moment
from shared.events.theme import meeting_en, meeting_vi
from shared.signing import SIGNERS, MinutesStatement, SignerRole, key_id, verifies

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Service, Site

SIGNED = {"chibo.MinutesSigned.v1", "chibo.MinutesCountersigned.v1"}
NEEDED: tuple[SignerRole, ...] = ("minute_taker", "chair")
ENDS = {"minutes": "chibo.MeetingClosed.v1", "addendum": "chibo.CorrectionAccepted.v1"}
"""The last fact that a signature is about."""

Wrong = tuple[str, str]
"""What does not hold, in Vietnamese and English."""


@dataclass(frozen=True)
class Line:
    """One fact of minutes' log as it was served: its index and its bytes."""

    index: int
    raw: bytes

    @cached_property
    def told(self) -> dict[str, Any]:
        """The fact as JSON."""
        found: dict[str, Any] = json.loads(self.raw)
        return found


@dataclass(frozen=True)
class Key:
    """A public key as roster's fact published it, and when it was in use."""

    owner: str
    public_key: str
    since: str
    until: str | None


@dataclass(frozen=True)
class Evidence:
    """All that is needed to check a meeting's signatures; nothing of it is believed."""

    meeting: str
    log: str
    lines: Sequence[Line]
    """Facts of the meeting's history, in order."""
    keys: Mapping[str, Key]
    documents: Mapping[str, str | None]
    """Hash as signed → hash of the bytes that are kept; None where they cannot be read."""


@dataclass(frozen=True)
class Checked:
    """One signature and what was found about it."""

    role: SignerRole
    signer: str
    correction: str | None
    signed_at: str
    document: str
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong


@dataclass(frozen=True)
class Verdict:
    """Every signature of a meeting, and those that are missing."""

    meeting: str
    signatures: list[Checked]
    missing: list[tuple[str | None, SignerRole]]

    @property
    def holds(self) -> bool:
        return not self.missing and all(one.holds for one in self.signatures)

    def as_json(self) -> dict[str, Any]:
        return {
            "meeting": self.meeting,
            "holds": self.holds,
            "signatures": [
                {**{name: value for name, value in vars(one).items() if name != "wrong"}, "holds": one.holds}
                | {"wrong": [{"vi": vi, "en": en} for vi, en in one.wrong]}
                for one in self.signatures
            ],
            "missing": [{"correction": paper, "role": role} for paper, role in self.missing],
        }


# ---------------------------------------------------------------- checking


def verdict(evidence: Evidence) -> Verdict:
    """What of the evidence holds."""
    signed = [line for line in evidence.lines if line.told["type"] in SIGNED]
    found = [_checked(evidence, line) for line in signed]
    papers = dict.fromkeys([None, *(one.correction for one in found)])
    there = {(one.correction, one.role) for one in found}
    missing: list[tuple[str | None, SignerRole]] = []
    for paper in papers:
        by_people = [(paper, role) for role in NEEDED if (paper, role) not in there]
        waits_for_site = not by_people and (paper, "site") not in there and _site_signs(evidence)
        missing += by_people or ([(paper, "site")] if waits_for_site else [])
    return Verdict(evidence.meeting, found, missing)


def _site_signs(evidence: Evidence) -> bool:
    """Whether the site whose log this is has ever published a key: then it signs whatever both have signed."""
    site = evidence.log.partition("/")[0]
    return any(key.owner == site for key in evidence.keys.values())


def _checked(evidence: Evidence, line: Line) -> Checked:
    told = line.told
    data = told["data"]
    role: SignerRole = data.get("role", "site")
    signer = data.get("member_id") or data.get("site", "")
    document = data["document"]["sha256"] if "document" in data else data["document_sha256"]
    checked = Checked(role, signer, data.get("correction_id"), data["signed_at"], document)
    try:
        statement = MinutesStatement.parse(data["statement"])
    except ValueError as error:
        checked.wrong.append((f"nội dung ký không đúng mẫu ({error})", f"the statement is malformed ({error})"))
        return checked
    checked.wrong.extend(_about(evidence, statement, told))
    checked.wrong.extend(_key(evidence, statement, told))
    checked.wrong.extend(_facts(evidence, statement))
    checked.wrong.extend(_document(evidence, statement))
    return checked


def _about(evidence: Evidence, statement: MinutesStatement, told: Mapping[str, Any]) -> Iterator[Wrong]:
    data = told["data"]
    said = {
        "meeting": (statement.meeting, evidence.meeting),
        "branch": (statement.branch, evidence.meeting.partition(":")[0]),
        "history": (statement.history, f"minutes/{evidence.meeting}"),
        "number": (statement.number, data["doc_no"]),
        "role": (statement.role, data.get("role", "site")),
        "signer": (statement.signer, data.get("member_id") or data.get("site")),
        "correction": (statement.correction, data.get("correction_id")),
        "key": (statement.key, data["key_id"]),
        "time": (statement.time, data["signed_at"]),
        "document": (statement.document, data["document"]["sha256"] if "document" in data else data["document_sha256"]),
        "statement": (statement.sha256, data["statement_sha256"]),
    }
    for name, (one, other) in said.items():
        if one != other:
            yield f"«{name}» trong nội dung ký khác việc đã ghi", f"“{name}” in the statement is not what was recorded"


def _key(evidence: Evidence, statement: MinutesStatement, told: Mapping[str, Any]) -> Iterator[Wrong]:
    key = evidence.keys.get(statement.key)
    if key is None or key.owner != statement.signer or key_id(key.public_key) != statement.key:
        yield "khóa ký không phải của người này", "the key is not this signer's"
        return
    if not verifies(key.public_key, told["data"]["statement"], told["data"]["signature"]):
        yield "chữ ký không khớp với nội dung và khóa", "the signature does not fit the statement and the key"
    if not key.since <= told["recordedtime"] or (key.until is not None and key.until < told["recordedtime"]):
        yield "lúc ký, khóa chưa có hoặc đã thôi dùng", "the key was not in use when this was recorded"


def _facts(evidence: Evidence, statement: MinutesStatement) -> Iterator[Wrong]:
    lines = [line for line in evidence.lines if statement.first <= line.index <= statement.last]
    versions = [line.told["subjectversion"] for line in lines]
    subjects = {line.told["subject"] for line in lines}
    if statement.log != evidence.log:
        yield (
            f"sổ {statement.log} không phải sổ này ({evidence.log})",
            f"{statement.log} is not this log, {evidence.log}",
        )
    if versions != list(range(1, statement.facts + 1)) or subjects != {statement.history}:
        yield "các việc đã ký không còn đủ", "the facts that were signed are not all there"
        return
    if (lines[0].index, lines[-1].index) != (statement.first, statement.last):
        yield "vị trí các việc trong sổ khác lúc ký", "the facts stand elsewhere in the log than when they were signed"
    if lines[-1].told["type"] != ENDS[statement.purpose]:
        yield "phần đã ký không kết thúc đúng chỗ", "what was signed does not end where it should"
    if root_of([leaf(line.raw) for line in lines]).hex() != statement.root:
        yield "có việc trong biên bản đã bị sửa sau khi ký", "a fact of the minutes was changed after they were signed"


def _document(evidence: Evidence, statement: MinutesStatement) -> Iterator[Wrong]:
    kept = evidence.documents.get(statement.document)
    if kept is None:
        yield "văn bản đã ký không đọc được trong kho", "the signed document cannot be read in the store"
    elif kept != statement.document:
        yield "văn bản trong kho khác văn bản đã ký", "the document that is kept is not the one that was signed"


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a Merkle tree as RFC 6962 defines it, straight from its words."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()


# ---------------------------------------------------------------- fetching


def evidence(site: Site, meeting: str) -> Evidence:
    """What the services hold about a meeting's signatures. Raises Failed when nothing was signed."""
    branch, minutes = meeting.partition(":")[0], site["minutes"]
    facts = minutes.get(f"/meetings/{meeting}/facts", actor=READER)["facts"]
    if not facts:
        raise unknown(meeting)
    own = [fact for fact in facts if fact["subject"] == f"minutes/{meeting}"]
    if not any(fact["type"] in SIGNED for fact in own):
        raise Failed(
            f"Biên bản {meeting_vi(meeting)} chưa có chữ ký nào. Người ghi biên bản ký trước, chủ trì ký sau.",
            f"Nobody has signed the minutes of {meeting_en(meeting)}. The minute-taker signs first, then the chair.",
            details=[meeting],
        )
    log, lines = _lines(minutes, own[0]["index"], own[-1]["index"], f"minutes/{meeting}")
    signed = [line.told["data"] for line in lines if line.told["type"] in SIGNED]
    hashes = {data["document"]["sha256"] for data in signed if "document" in data}
    return Evidence(
        meeting=meeting,
        log=log,
        lines=lines,
        keys=dict(_keys(site["roster"], branch)),
        documents={sha256: _kept(minutes, branch, sha256) for sha256 in hashes},
    )


def _lines(service: Service, first: int, last: int, subject: str) -> tuple[str, list[Line]]:
    log, after, found = "", first - 1, []
    while after < last:
        log, start, raws = service.feed(after)
        if not raws:
            break
        found += [
            Line(index, raw)
            for index, raw in enumerate(raws, start)
            if index <= last and json.loads(raw)["subject"] == subject
        ]
        after = start + len(raws) - 1
    return log, found


def _keys(roster: Service, branch: str) -> Iterator[tuple[str, Key]]:
    """Keys as the facts that published them say, not as a list of them does."""
    for ring in roster.get(f"/branches/{branch}/signing-keys", actor=READER):
        for key in ring["keys"]:
            _, _, (raw,) = roster.feed(key["index"] - 1, limit=1)
            told = json.loads(raw)
            data = told["data"]
            if data.get("key_id") == key["key_id"] == key_id(data["public_key"]):
                owner = data.get("member_id") or data["site"]
                yield key["key_id"], Key(owner, data["public_key"], told["recordedtime"], key["until"])


def _kept(minutes: Service, branch: str, sha256: str) -> str | None:
    try:
        return minutes.digest(f"/branches/{branch}/files/{sha256}")
    except Answered:
        return None


# ---------------------------------------------------------------- for people


def picture(found: Verdict, name: Callable[[str], str]) -> list[RenderableType]:
    """A sentence for each signature, and one for each that is missing."""
    parts: list[RenderableType] = [_said(*_sentence(one, name), good=one.holds) for one in found.signatures]
    for paper, role in found.missing:
        parts.append(_said(*_missing(*_paper(paper), role), good=False))
    return parts


def _missing(vi: str, en: str, role: SignerRole) -> Wrong:
    if role == "site":
        vi += " chưa có chữ ký của nơi lưu biên bản, dù hai người đã ký. Máy tự xin lại khi dịch vụ danh sách trả lời;"
        en += " not signed by the site that keeps the minutes, though both have. It is asked for again once roster"
        return (
            f"{vi} nếu vẫn thiếu, đồng chí chạy «chibo doctor».",
            f"{en} answers; if it stays missing, run “chibo doctor”.",
        )
    return f"{vi} chưa có chữ ký của {SIGNERS[role][0]}.", f"{en} not signed by the {SIGNERS[role][1]}."


def _sentence(one: Checked, name: Callable[[str], str]) -> Wrong:
    at = f"{moment(one.signed_at).astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    vi, en = _paper(one.correction)
    who_vi = f"Nơi lưu «{one.signer}»" if one.role == "site" else f"Đ/c {name(one.signer)} ({SIGNERS[one.role][0]})"
    who_en = f"The site “{one.signer}”" if one.role == "site" else f"{name(one.signer)} ({SIGNERS[one.role][1]})"
    if one.holds:
        return (
            f"{vi}: {who_vi} ký lúc {at}; chữ ký đúng, các việc và văn bản không đổi từ khi ký.",
            f"{en} {who_en} signed at {at}; the signature holds, facts and document are unchanged.",
        )
    why_vi, why_en = ("; ".join(part) for part in zip(*one.wrong, strict=True))
    return (
        f"{vi}: chữ ký của {who_vi} lúc {at} không đúng: {why_vi}.",
        f"{en} {who_en} at {at} does not hold: {why_en}.",
    )


def _paper(correction: str | None) -> Wrong:
    if correction is None:
        return "Biên bản", "Minutes:"
    return f"Trang đính chính {correction}", f"Addendum {correction}:"


def _said(vi: str, en: str, *, good: bool) -> Text:
    first, *second = voice.choose(vi, en)
    said = Text(f"{'✓' if good else '✗'} ", style="green" if good else "bold red")
    said.append(first, style="default" if good else "bold red")
    for other in second:
        said.append(f"\n  {other}", style="dim")
    return said
