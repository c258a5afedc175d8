"""What self-criticism and criticism rest on: documents from a day on, the newer in place of the older."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from services.minutes.domain.known import BasisBook, BasisHeld, Known
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line
from shared.events.study import BasisDocumentAdopted


class AdoptBasisDocument(Command):
    """Name a document that criticism rests on from a day on; it may take the place of one that holds."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator"})

    doc_no: Line
    title: Line | None = None
    from_on: date
    supersedes: Line | None = None

    def subject(self, branch: str) -> str:
        return f"basis/{branch}"


def decide(book: BasisBook, command: AdoptBasisDocument, asked: Asked[Known]) -> tuple[BasisDocumentAdopted, ...]:
    held = BasisHeld(**command.model_dump())
    if held in book.held:
        return ()
    if any(one.doc_no == command.doc_no for one in book.held):
        raise Refused(
            f"{command.doc_no} đã có trong danh mục căn cứ với ngày hoặc nội dung khác; bản đã ghi giữ nguyên. Đồng "
            "chí xem lại số văn bản; nếu là bản sửa đổi, ghi với số của bản đó.",
            f"{command.doc_no} is listed already with another day or title; what is written stays. Check the number; "
            "an amended document is entered under its own.",
            code="basis",
        )
    holding = {one.doc_no for one in book.on(command.from_on)}
    if command.supersedes is not None and command.supersedes not in holding:
        raise Refused(
            f"{command.supersedes} không phải văn bản đang áp dụng ngày {command.from_on:%d/%m/%Y} nên không thay "
            "được. Đồng chí xem lại số văn bản hoặc ngày.",
            f"{command.supersedes} does not hold on {command.from_on:%d/%m/%Y} and cannot be replaced. Check number "
            "and day.",
            code="basis",
        )
    return (BasisDocumentAdopted(branch=asked.branch, **command.model_dump()),)


def evolve(book: BasisBook, fact: BasisDocumentAdopted) -> BasisBook:
    """The list after one more document."""
    return BasisBook(held=(*book.held, BasisHeld(**fact.model_dump(exclude={"branch"}))))


BASIS: Noun[BasisBook, Known] = Noun(
    name="basis", initial=BasisBook(), decide=decide, evolve=evolve, commands=(AdoptBasisDocument,)
)
