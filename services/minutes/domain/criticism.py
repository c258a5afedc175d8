"""Self-criticism and criticism: sealed, with the documents they rest on, as these held that day."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import (
    Facts,
    after_opening,
    in_branch,
    in_session,
    must_be_there,
    on_agenda,
    opened,
)
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line, MemberId
from shared.events.minutes import AgendaNumber
from shared.events.sealed import PrivateText, Secret
from shared.events.sitting import BasisDocument, CriticismGiven, SelfCriticismGiven


class _Criticism(MinutesCommand):
    item: AgendaNumber
    text: PrivateText | None = None
    basis: Annotated[tuple[Line, ...], Field(max_length=10)] | None = None
    """Numbers of documents; by default all that hold that day."""


class GiveSelfCriticism(_Criticism):
    """Note that a member criticised himself or herself."""

    member_id: MemberId


class GiveCriticism(_Criticism):
    """Note that one member criticised another who belongs to the cell."""

    by: MemberId
    of_member: MemberId


def give_self_criticism(minutes: Minutes, command: GiveSelfCriticism, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.text is None and (None, command.member_id) in meeting.practice.criticised:
        return ()
    _heard(meeting, command, command.member_id, asked)
    return (
        SelfCriticismGiven(
            meeting_id=command.meeting_id,
            member_id=command.member_id,
            item=command.item,
            text=_sealed(asked, command.member_id, command.text),
            basis=_basis(command.basis, asked),
        ),
    )


def give_criticism(minutes: Minutes, command: GiveCriticism, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.text is None and (command.by, command.of_member) in meeting.practice.criticised:
        return ()
    _heard(meeting, command, command.by, asked)
    in_branch(asked, command.of_member)
    if command.by == command.of_member:
        raise Refused(
            "Tự nói về mình là tự phê bình. Đồng chí chọn «Tự phê bình».",
            "What somebody says about himself is self-criticism. Record it as that.",
            code="R34",
        )
    return (
        CriticismGiven(
            meeting_id=command.meeting_id,
            by=command.by,
            member_id=command.of_member,
            item=command.item,
            text=_sealed(asked, command.of_member, command.text),
            basis=_basis(command.basis, asked),
        ),
    )


def _heard(meeting: Meeting, command: _Criticism, speaker: str, asked: Asked[Known]) -> None:
    in_session(meeting, asked)
    on_agenda(asked, command.item)
    must_be_there(meeting, speaker, after_opening(meeting, asked))


def _sealed(asked: Asked[Known], member: str, text: PrivateText | None) -> Secret | None:
    return None if text is None else Secret(subject=f"member/{asked.branch}/{member}", field="text", text=text)


def _basis(chosen: tuple[str, ...] | None, asked: Asked[Known]) -> tuple[BasisDocument, ...]:
    """The documents chosen, or all that hold. Refused for one that was replaced or is not known."""
    book = asked.known.basis
    current = book.on(asked.today)
    if chosen is None:
        return current
    named = {document.doc_no: document for document in current}
    for doc_no in chosen:
        if doc_no in named:
            continue
        newer = book.newer(doc_no, asked.today)
        if newer is not None:
            raise Refused(
                f"{doc_no} nay đã được thay bằng {newer}. Đồng chí chọn văn bản mới.",
                f"{doc_no} has been replaced by {newer}. Choose the newer document.",
                code="basis",
            )
        raise Refused(
            f"Chi bộ chưa ghi {doc_no} làm căn cứ tự phê bình và phê bình. Đồng chí ghi văn bản đó trước.",
            f"{doc_no} is not among the documents that criticism rests on here. Enter it first.",
            code="basis",
        )
    return tuple(named[doc_no] for doc_no in chosen)
