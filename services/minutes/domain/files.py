"""Attachments: a stored file named by a fact, to a meeting or a document, and withdrawn with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, assert_never

from pydantic import SecretStr

from services.minutes.domain.dissemination import UNCLASSIFIED, must_be_unclassified
from services.minutes.domain.known import Known
from services.minutes.domain.session import in_branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line, MeetingId, MemberId, ShortId
from shared.events.files import AnyAttachmentFact, FileAttached, FileWithdrawn, KeptFile, Sha256
from shared.events.sealed import PrivateText, Secret
from shared.secrecy import must_bear_no_mark

BRINGS_FILES = frozenset(
    {"secretary", "deputy_secretary", "committee_member", "minute_taker", "union_minute_taker", "rapporteur"}
)
"""Who may bring a file in."""
WITHDRAWS = frozenset({"secretary", "deputy_secretary", "minute_taker", "union_minute_taker"})
AGREES = frozenset({"secretary", "deputy_secretary", "committee_member"})
"""Whose word it takes beside the actor's before content is erased."""


@dataclass(frozen=True)
class Attachment:
    """One attachment so far."""

    attached: FileAttached | None = None
    withdrawn: FileWithdrawn | None = None


class AttachmentCommand(Command):
    """A wish about one attachment."""

    attachment_id: ShortId

    def subject(self, branch: str) -> str:
        return f"file/{branch}:{self.attachment_id}"


class AttachFile(AttachmentCommand):
    """Attach a file that was uploaded to a meeting or a document; hash, size and pages are the store's own."""

    MAY: ClassVar[frozenset[str]] = BRINGS_FILES
    READS_OWN: ClassVar[bool] = True

    title: Line
    sha256: Sha256
    meeting_id: MeetingId | None = None
    document_no: Line | None = None
    closed: bool = False
    """For the members of the branch only."""
    grade: Line = UNCLASSIFIED

    def files(self, branch: str) -> tuple[tuple[str, str], ...]:
        return ((f"branch/{branch}", self.sha256),)


class WithdrawFile(AttachmentCommand):
    """Withdraw an attachment, saying why; with ``erase`` its content goes too, if another of the committee agrees."""

    MAY: ClassVar[frozenset[str]] = WITHDRAWS

    reason: PrivateText
    erase: bool = False
    agreed_by: MemberId | None = None


def decide(attachment: Attachment, command: AttachmentCommand, asked: Asked[Known]) -> tuple[AnyAttachmentFact, ...]:
    """The facts a wish makes of the attachment as it stands. Raises Refused."""
    match command:
        case AttachFile():
            return _attach(attachment, command, asked)
        case WithdrawFile():
            return _withdraw(attachment, command, asked)
        case _:
            raise AssertionError(command)


def _attach(attachment: Attachment, command: AttachFile, asked: Asked[Known]) -> tuple[AnyAttachmentFact, ...]:
    must_be_unclassified(command.grade)
    must_bear_no_mark(command.title, command.document_no)
    before = attachment.attached
    if before is not None:
        same = (before.file.sha256, before.meeting_id, before.document_no, before.closed)
        if same == (command.sha256, command.meeting_id, command.document_no, command.closed):
            return ()
        raise Refused(
            f"Mã {command.attachment_id} đã dùng cho một tệp khác, tệp đó vẫn nguyên. Đồng chí dùng mã khác.",
            f"{command.attachment_id} names another file already, which stays as it is. Use another id.",
            code="in-use",
        )
    if command.meeting_id is None and command.document_no is None:
        raise Refused(
            "Tệp chưa gắn với buổi họp hay văn bản nào. Đồng chí chọn buổi họp hoặc ghi số văn bản; "
            "tệp đã tải lên vẫn còn.",
            "The file belongs to no meeting and no document yet. Choose one; the upload is still there.",
            code="file-of-nothing",
        )
    _its_meeting(command, asked)
    sealed = Secret(subject=f"branch/{asked.branch}", field="sealed_title", text=SecretStr(command.title))
    return (
        FileAttached(
            branch=asked.branch,
            attachment_id=command.attachment_id,
            title=None if command.closed else command.title,
            sealed_title=sealed if command.closed else None,
            closed=command.closed,
            meeting_id=command.meeting_id,
            document_no=command.document_no,
            file=stored(command.sha256, asked),
        ),
    )


def _its_meeting(command: AttachFile, asked: Asked[Known]) -> None:
    """The meeting is this branch's and known; what belongs to another book is for that book's readers only (R9)."""
    meeting_id = command.meeting_id
    if meeting_id is None:
        return
    if meeting_id.partition(":")[0] != asked.branch or not asked.known.meeting_known:
        raise Refused(
            f"Chưa có buổi họp {meeting_id} trong chi bộ này. Đồng chí chọn lại buổi họp; tệp đã tải lên vẫn còn.",
            f"There is no meeting {meeting_id} in this branch. Choose again; the upload is still there.",
            code="no-meeting",
        )
    if asked.known.meeting is None and not command.closed:
        raise Refused(
            "Tệp của cuộc họp chuyên môn hay công đoàn chỉ người đọc sổ đó được xem. Đồng chí đánh dấu «chỉ người "
            "trong cuộc được đọc»; tệp đã tải lên vẫn còn.",
            "A file of a professional or union meeting is for the readers of that book. Mark it closed; the upload is "
            "still there.",
            code="R9",
        )


def stored(sha256: str, asked: Asked[Known]) -> KeptFile:
    """The file as the store has it. Refused when it is not there."""
    found = asked.known.files.get(sha256)
    if found is None:
        raise Refused(
            f"Tệp {sha256[:12]}… chưa có trong kho, hoặc đã quá hạn vì tải lên mà chưa dùng. Đồng chí tải tệp lên lại "
            "rồi làm tiếp; phần đã nhập vẫn còn.",
            f"File {sha256[:12]}… is not in the store, or was removed because nothing named it in time. Upload it "
            "again; what you typed is still there.",
            code="file-missing",
        )
    return found


def must_agree(erase: bool, agreed_by: str | None, asked: Asked[Known]) -> None:  # noqa: FBT001 - the command's own word
    """Erasing content takes a second person of the committee. Refused otherwise."""
    branch = asked.known.branch
    if not erase:
        return
    in_branch(asked, agreed_by)
    if agreed_by in {None, asked.actor} or branch is None or not branch.roles_on(agreed_by, asked.today) & AGREES:
        raise Refused(
            "Xóa hẳn nội dung cần hai người: người rút và một đồng chí khác trong cấp ủy đồng ý. Đồng chí ghi tên "
            "người đồng ý; nếu chỉ rút mà không xóa thì không cần.",
            "Erasing content takes two: whoever withdraws it and another of the committee who agrees. Name that "
            "person; withdrawing without erasing needs nobody.",
            code="two-persons",
        )


def _withdraw(attachment: Attachment, command: WithdrawFile, asked: Asked[Known]) -> tuple[AnyAttachmentFact, ...]:
    attached, before = attachment.attached, attachment.withdrawn
    if attached is None:
        raise Refused(
            f"Chưa có tệp đính kèm {command.attachment_id}. Đồng chí xem lại mã.",
            f"There is no attachment {command.attachment_id}. Check the id.",
            code="not-attached",
        )
    if before is not None and (before.erased or not command.erase):
        return ()
    must_bear_no_mark(command.reason.get_secret_value())
    must_agree(command.erase, command.agreed_by, asked)
    return (
        FileWithdrawn(
            branch=asked.branch,
            attachment_id=command.attachment_id,
            sha256=attached.file.sha256,
            keysubject=attached.file.keysubject,
            reason=Secret(subject=f"branch/{asked.branch}", field="reason", text=command.reason),
            erased=command.erase,
            agreed_by=command.agreed_by if command.erase else None,
        ),
    )


def evolve(attachment: Attachment, fact: AnyAttachmentFact) -> Attachment:
    """The attachment after one more fact."""
    match fact:
        case FileAttached():
            return replace(attachment, attached=fact)
        case FileWithdrawn():
            return replace(attachment, withdrawn=fact)
        case _:
            assert_never(fact)


ATTACHMENTS: Noun[Attachment, Known] = Noun(
    name="file", initial=Attachment(), decide=decide, evolve=evolve, commands=(AttachFile, WithdrawFile)
)
