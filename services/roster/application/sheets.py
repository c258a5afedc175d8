"""One member as the branch keeps him or her: transfers, and the three places side by side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from services.roster.application.answers import (
    Answer,
    Individual,
    Open,
    TextShown,
    branch_document,
    named,
    people_of,
    sheets_of,
    texts_shown,
)
from services.roster.application.flags import SEE_REMARKS, FlagShown, in_words, of_remark
from services.roster.domain.members import listed
from services.roster.domain.sheet import FamilyTitle, Notice, Pledge, Received, Remark, Transfer
from services.roster.projections import SheetShown
from shared.authorise import Actor
from shared.branch import Branch
from shared.events.member import Source
from shared.events.sealed import Keys

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class TransferShown(Answer):
    """A transfer and how its two clocks stand on a day."""

    member: Individual
    transfer: Transfer
    phase: Literal["started", "introduced", "presented", "completed", "called_off"]
    procedure_overdue: bool
    letter_overdue: bool
    counted_here: bool
    """Still in this branch's base on that day."""


class RemarkShown(Answer):
    """A remark with what became of it."""

    remark: Remark
    may_be_evidence: bool
    """R42: never before it was shared with the member."""
    overdue: bool
    texts: tuple[TextShown, ...]


class MemberSheet(Answer):
    """One member as the branch keeps him or her, the three places side by side."""

    member: Individual
    day: date
    received: tuple[Received, ...]
    transfers: tuple[TransferShown, ...]
    workplace: tuple[RemarkShown, ...]
    residence: tuple[RemarkShown, ...]
    post: tuple[RemarkShown, ...]
    remarks_hidden: bool
    """True for whoever is neither this member nor of the committee."""
    family: tuple[FamilyTitle, ...]
    pledges: tuple[Pledge, ...]
    discipline: tuple[Notice, ...]
    flags: tuple[FlagShown, ...]
    called_off: tuple[TextShown, ...]
    """Why transfers were called off; for the member and the committee."""


def transfers(reader: ViewReader, code: str, day: date, keys: Keys) -> list[TransferShown]:
    """Every transfer, those under way first."""
    branch, people = branch_document(reader, code), people_of(reader, code)
    shown = [
        _transfer(branch, named(sheet.member_id, people, keys), one, day)
        for sheet in sheets_of(reader, code).values()
        for one in sheet.sheet.transfers
    ]
    return sorted(shown, key=lambda one: (not one.transfer.open, one.transfer.procedure_due_on, one.transfer.id))


def _transfer(branch: Branch, member: Individual, transfer: Transfer, day: date) -> TransferShown:
    waits = transfer.presented_on is None and transfer.open and transfer.letter_due_on is not None
    return TransferShown(
        member=member,
        transfer=transfer,
        phase=transfer.phase,
        procedure_overdue=transfer.open and transfer.procedure_due_on < day,
        letter_overdue=waits and transfer.letter_due_on is not None and transfer.letter_due_on < day,
        counted_here=member.id in branch.base(day),
    )


async def member_sheet(  # noqa: PLR0917 - who asks for what on which day, and with what it is opened
    reader: ViewReader, code: str, member_id: str, day: date, asker: Actor, keys: Keys, opened: Open
) -> MemberSheet:
    """One member's sheet. Remarks are for the member, once shared, and for the committee."""
    branch, people = branch_document(reader, code), people_of(reader, code)
    member = listed(branch, member_id)
    shown = sheets_of(reader, code).get(member_id) or SheetShown(member_id=member_id)
    sheet, individual = shown.sheet, named(member.id, people, keys)
    trusted = bool(asker.roles & SEE_REMARKS)
    own = asker.id == member_id
    reasons = [text for text in shown.texts if text.what == "called_off" and (trusted or own)]
    remarks = [one for one in sheet.remarks if trusted or (own and one.shared_on is not None)]
    by_source: dict[Source, list[RemarkShown]] = {"workplace": [], "residence": [], "post": []}
    for remark in remarks:
        said = [text for text in shown.texts if text.item == remark.id and text.what != "called_off"]
        overdue = remark.shared_on is None and remark.share_due_on is not None and remark.share_due_on < day
        by_source[remark.source].append(
            RemarkShown(
                remark=remark,
                may_be_evidence=remark.may_be_evidence,
                overdue=overdue,
                texts=await texts_shown(said, opened),
            )
        )
    return MemberSheet(
        member=individual,
        day=day,
        received=sheet.received,
        transfers=tuple(_transfer(branch, individual, one, day) for one in sheet.transfers),
        workplace=tuple(by_source["workplace"]),
        residence=tuple(by_source["residence"]),
        post=tuple(by_source["post"]),
        remarks_hidden=not (trusted or own),
        family=tuple(sorted(sheet.family, key=lambda one: one.year)),
        pledges=tuple(sorted(sheet.pledges, key=lambda one: one.year)),
        discipline=sheet.notices if trusted or own or asker.roles & {"superior"} else (),
        flags=tuple(in_words(one, people, keys) for one in sheet.flags if trusted or own or not of_remark(one)),
        called_off=await texts_shown(reasons, opened),
    )
