"""Documents from above that a cell is to hear of. What is classified never gets this far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, assert_never

from pydantic import Field

from services.hub.domain.gate import RefuseGradedMaterial, graded
from services.hub.domain.known import BRINGS_PAPERS, Known, Typed, still_there
from shared.decision import Asked, Command, Noun, Refused, TurnedAway
from shared.events.envelope import Line
from shared.events.hub import Audience, PolicyDocumentPublished
from shared.people import tidy

UNGRADED = frozenset({"none", "không", "thường"})
Day = Annotated[date, Field(ge=date(1945, 1, 1), lt=date(2100, 1, 1))]


@dataclass(frozen=True)
class PolicyDocument:
    """A document as last entered; nothing yet where ``published`` is None."""

    published: PolicyDocumentPublished | None = None


class PublishPolicyDocument(Command):
    """Enter a document that the cell is to hear of; entered again, the later entry stands. Never a classified one."""

    MAY = BRINGS_PAPERS

    doc_no: Typed
    title: Typed
    grade: Line
    """``none``; anything else is turned away and nothing of the command is kept."""
    issuer: Typed
    received_on: Day
    audience: Audience = "members"
    supersedes: Typed | None = None

    def subject(self, branch: str) -> str:
        return f"document/{branch}:{self.doc_no}"


def at_the_door(command: Command) -> None:
    """Turn away what is classified before anything of it is written anywhere. Raises TurnedAway (R33)."""
    if isinstance(command, PublishPolicyDocument) and not _ungraded(command):
        refusal = graded()
        raise TurnedAway(refusal.vi, refusal.en, code=refusal.code, instead=RefuseGradedMaterial())


def _ungraded(command: PublishPolicyDocument) -> bool:
    return tidy(command.grade).lower() in UNGRADED


def decide(
    document: PolicyDocument, command: PublishPolicyDocument, asked: Asked[Known]
) -> tuple[PolicyDocumentPublished, ...]:
    """The document as entered, or why it cannot be."""
    if not _ungraded(command):
        raise graded()
    still_there(asked)
    if command.received_on > asked.today:
        raise Refused(
            f"Ngày nhận {command.received_on:%d/%m/%Y} chưa tới. Đồng chí ghi đúng ngày nhận văn bản; nội dung đã "
            "nhập vẫn còn.",
            f"{command.received_on:%d/%m/%Y} has not come yet. Enter the day on which the document came.",
            code="future",
        )
    number = command.doc_no
    if command.supersedes == number:
        raise Refused(
            f"Văn bản {number} không thể thay chính mình. Đồng chí ghi số của văn bản cũ; nội dung đã nhập vẫn còn.",
            f"Document {number} cannot take its own place. Enter the number of the older document.",
            code="supersedes",
        )
    before = document.published
    fact = PolicyDocumentPublished(
        branch=asked.branch,
        doc_no=number,
        title=command.title,
        issuer=command.issuer,
        received_on=command.received_on,
        audience=command.audience,
        supersedes=command.supersedes,
        revision=1 if before is None else before.revision,
    )
    if before == fact:
        return ()
    return (fact if before is None else fact.model_copy(update={"revision": before.revision + 1}),)


def evolve(document: PolicyDocument, fact: PolicyDocumentPublished) -> PolicyDocument:  # noqa: ARG001 - the later entry stands alone
    """The document after one more fact."""
    match fact:
        case PolicyDocumentPublished():
            return PolicyDocument(fact)
        case _:
            assert_never(fact)


DOCUMENT: Noun[PolicyDocument, Known] = Noun(
    name="document", initial=PolicyDocument(), decide=decide, evolve=evolve, commands=(PublishPolicyDocument,)
)
