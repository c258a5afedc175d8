"""Numbers of papers: one series per kind through the whole term, without doubles, without unexplained gaps (R22)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.decision import Refused

if TYPE_CHECKING:
    from shared.branch import Branch


class UsedNumber(BaseModel):
    """A number taken by a document of a meeting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    on: date
    meeting_id: str


class NumberSeries(BaseModel):
    """The numbers of one kind of document, as this branch's meetings took them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    used: tuple[UsedNumber, ...] = ()

    def with_number(self, doc_no: str, on: date, meeting_id: str) -> NumberSeries:
        """The series after one more: «22-NQ/CB»."""
        return NumberSeries(used=(*self.used, UsedNumber(number=number_of(doc_no), on=on, meeting_id=meeting_id)))


def number_of(doc_no: str) -> int:
    """22 of «22-NQ/CB»."""
    return int(doc_no.partition("-")[0])


def next_number(kind: str, branch: Branch | None, series: NumberSeries, taken: Iterable[int] = ()) -> int | None:
    """The number that comes next in this term, or None when neither charter nor earlier documents say."""
    term = branch.charter.term if branch is not None and branch.charter is not None else None
    used = [*taken, *(one.number for one in series.used if term is None or one.on >= term.opened_on)]
    start = [] if term is None or kind not in term.next_numbers else [term.next_numbers[kind]]
    return max([*start, *(number + 1 for number in used)], default=None)


def numbered(
    kind: str, following: int | None, given: str | None, skipped_because: str | None
) -> tuple[str, str | None]:
    """The document's number, and why numbers before it are left out where they are.

    Refused when the number was used, leaves out others without a reason, or cannot be known.
    """
    if given is None:
        if following is None:
            raise Refused(
                "Chưa biết số văn bản tiếp theo của nhiệm kỳ. Đồng chí ghi số văn bản.",
                "The next number of the term is not known. Give the number.",
                code="R22",
            )
        return f"{following:02}-{kind}/CB", None
    number = number_of(given)
    if f"-{kind}/" not in given:
        raise Refused(
            f"Số {given} không phải số của loại văn bản này (…-{kind}/CB). Đồng chí xem lại.",
            f"{given} is not a number of this kind of document (…-{kind}/CB). Check it.",
            code="R22",
        )
    if following is None or number == following:
        return given, None
    if number < following:
        raise Refused(
            f"Số {given} đã dùng hoặc đã qua trong nhiệm kỳ này. Đồng chí dùng số tiếp theo là "
            f"{following:02}-{kind}/CB.",
            f"{given} was used or passed in this term. Use the next, {following:02}-{kind}/CB.",
            code="R22",
        )
    if skipped_because is None:
        raise Refused(
            f"Số tiếp theo của nhiệm kỳ là {following:02}-{kind}/CB. Nếu các số trước {given} đã dùng ngoài hệ thống, "
            "đồng chí nêu lý do bỏ cách số.",
            f"The next number of the term is {following:02}-{kind}/CB. If the numbers before {given} were used "
            "elsewhere, say why they are left out.",
            code="R22",
        )
    return given, skipped_because
