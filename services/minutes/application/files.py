"""Files that facts name: who may read one, and the list of attachments."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, NamedTuple

from services.minutes.application.asker import Answer, Opened
from services.minutes.application.books import reads_book
from services.minutes.domain.known import Withdrawn
from services.minutes.domain.remembered import AttachmentKept, BookEntry, FileUse, NamedFile
from services.minutes.domain.scans import KEEPERS
from shared.decision import Refused
from shared.events.files import KeptFile
from shared.files.store import FileDamaged, FileGone, damaged, gone

if TYPE_CHECKING:
    from shared.authorise import Actor
    from shared.branch import Branch
    from shared.files.store import FileStore, Standing
    from shared.service.runtime import ServiceKeys
    from shared.store.views import ViewReader

READS_CLOSED = frozenset({"member", "service"})
READS = READS_CLOSED | {"superior", "auditor"}
"""Who reads files; whoever runs the site does not."""
AT_ONCE = 50
"""Files looked over in one answer."""
COMMITTEE = frozenset({"secretary", "deputy_secretary", "committee_member"})
"""Who reads a paper about one member beside that member."""


class AttachmentShown(Answer):
    """An attachment; its title where the asker may read it."""

    id: str
    title: str | None
    closed: bool
    meeting_id: str | None
    document_no: str | None
    file: KeptFile
    attached_by: str
    attached_at: str
    withdrawn: Withdrawn | None


class Readable(NamedTuple):
    """A file this asker may read: whose key opens it, and what people call it."""

    keysubject: str
    title: str


async def attachments(
    reader: ViewReader, branch: str, actor: Actor, opened: Opened, meeting_id: str | None = None
) -> list[AttachmentShown]:
    """The attachments this actor may read, by the time they were attached; withdrawn ones are marked."""
    kept: list[AttachmentKept] = reader.scan("attachments", branch)
    chosen = [one for one in kept if meeting_id in {None, one.meeting_id}]
    return [
        AttachmentShown(
            id=one.attachment_id,
            title=one.title or await opened(one.event_id, one.sealed_title),
            **one.model_dump(exclude={"attachment_id", "event_id", "title", "sealed_title", "file"}),
            file=one.file,
        )
        for one in sorted(chosen, key=lambda one: one.attached_at)
        if _may_read(reader, branch, actor, closed=one.closed, meeting_id=one.meeting_id)
    ]


def file(reader: ViewReader, branch: str, sha256: str, actor: Actor) -> Readable:
    """A file that some fact names and this actor may read. Raises Refused."""
    named: NamedFile | None = reader.get("files", branch, sha256)
    uses = () if named is None else named.uses
    mine = [one for one in uses if _reads_use(reader, branch, actor, one)]
    if not mine:
        raise Refused(
            "Không có tệp này, hoặc tệp không dành cho đồng chí. Nếu cần, đồng chí đề nghị bí thư.",
            "There is no such file, or it is not for you. Ask the secretary if it is needed.",
            code="not-found",
        )
    standing = [one for one in mine if one.withdrawn is None]
    if not standing:
        raise Refused(
            "Tệp này đã được rút, có ghi lý do, nên không mở được nữa; bản ghi về tệp vẫn giữ nguyên. Đồng chí xem lý "
            "do rút tệp, hoặc chọn tệp khác.",
            "This file was withdrawn, with a reason, and is not opened any more; what is recorded about it stays. See "
            "the reason, or choose another file.",
            code="file-withdrawn",
        )
    return Readable(standing[0].keysubject, standing[0].title or sha256[:12])


def _reads_use(reader: ViewReader, branch: str, actor: Actor, use: FileUse) -> bool:
    if use.book is not None and use.book != "cell":
        return bool(actor.roles & KEEPERS[use.book])
    if use.member_id is not None:
        return actor.id == use.member_id or bool(actor.roles & COMMITTEE)
    closed = use.closed or use.book == "cell"
    return _may_read(reader, branch, actor, closed=closed, meeting_id=use.meeting_id)


def _may_read(reader: ViewReader, branch: str, actor: Actor, *, closed: bool, meeting_id: str | None) -> bool:
    """Who reads what it belongs to; what belongs to another book has that book's readers (R9)."""
    entry: BookEntry | None = None if meeting_id is None else reader.get("books", branch, meeting_id)
    if entry is not None:
        return reads_book(entry, actor)
    return bool(actor.roles & (READS_CLOSED if closed else READS))


def keysubject_for(reader: ViewReader, branch: str, member_id: str | None) -> str:
    """Whose key protects a file that comes in: the branch's, or that of the member it is about. Raises Refused."""
    document: Branch | None = reader.get("branch", branch, "")
    if member_id is None:
        return f"branch/{branch}"
    if document is None or document.member(member_id) is None:
        raise Refused(
            f"Đ/c {member_id} không có trong danh sách chi bộ. Đồng chí chọn lại người; tệp chưa được lưu.",
            f"{member_id} is not on the branch's list. Choose again; the file was not stored.",
            code="unknown-member",
        )
    return f"member/{branch}/{member_id}"


def standing(reader: ViewReader, keysubject: str, sha256: str) -> Standing:
    """What the facts say of a stored file; a withdrawn one is kept unless it is to be erased."""
    branch = keysubject.split("/")[1]
    named: NamedFile | None = reader.get("files", branch, sha256)
    uses = [one for one in (named.uses if named else ()) if one.keysubject == keysubject]
    if not uses:
        return "unnamed"
    return "erased" if all(one.withdrawn == "erased" for one in uses) else "named"


class Hurt(Answer):
    """A file that a fact names and that cannot be shown."""

    sha256: str
    title: str
    what: Literal["damaged", "missing", "erased"]
    """Erased: its key was destroyed by a decision, as it should be."""
    vi: str
    en: str


class LookedOver(Answer):
    """Files read to their end, and those of them that cannot be shown."""

    looked: int
    hurt: tuple[Hurt, ...]
    next: str | None
    """Give it as `behind` to have the following ones looked at; null at the end."""


async def look_over(
    reader: ViewReader, branch: str, store: FileStore, keys: ServiceKeys, behind: str | None
) -> LookedOver:
    """The next files that facts of this branch name, each copy read to its end and compared with its hash."""
    kept: list[NamedFile] = reader.scan("files", branch)
    copies = {one.sha256: {use.keysubject: use for use in one.uses if use.withdrawn is None} for one in kept}
    left = sorted(sha256 for sha256, uses in copies.items() if uses and sha256 > (behind or ""))
    hurt: list[Hurt] = []
    for sha256, use in ((one, use) for one in left[:AT_ONCE] for use in copies[one].values()):
        await keys.fetch([use.keysubject])
        title = use.title or use.of
        what = await asyncio.to_thread(_what_is_wrong, store, keys, use.keysubject, sha256)
        if what is not None:
            said = damaged(title) if what == "damaged" else gone(title)
            hurt.append(Hurt(sha256=sha256, title=title, what=what, vi=said.vi, en=said.en))
    looked = min(len(left), AT_ONCE)
    return LookedOver(looked=looked, hurt=tuple(hurt), next=left[looked - 1] if looked < len(left) else None)


def _what_is_wrong(
    store: FileStore, keys: ServiceKeys, keysubject: str, sha256: str
) -> Literal["damaged", "missing", "erased"] | None:
    try:
        keys.key(keysubject)
    except KeyError:
        return "erased"
    try:
        store.read(keysubject, sha256)
    except FileDamaged:
        return "damaged"
    except FileGone:
        return "missing"
    return None
