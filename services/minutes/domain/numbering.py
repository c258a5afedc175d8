"""Numbers of documents: one series per kind, through the whole term, without doubles and without unexplained gaps."""

from __future__ import annotations

from collections.abc import Iterable

from services.minutes.domain.known import Known, Numbered, NumberSeries
from shared.decision import Asked, Refused


def next_number(kind: Numbered, taken: Iterable[int], asked: Asked[Known]) -> int | None:
    """The number that comes next in this term, or None when neither charter nor earlier documents say."""
    branch = asked.known.branch
    term = branch.charter.term if branch is not None and branch.charter is not None else None
    series = asked.known.numbers.get(kind, NumberSeries())
    used = [*taken, *(one.number for one in series.used if term is None or one.on >= term.opened_on)]
    start = [] if term is None or kind not in term.next_numbers else [term.next_numbers[kind]]
    return max([*start, *(number + 1 for number in used)], default=None)


def numbered(
    kind: Numbered, given: str | None, skipped_because: str | None, taken: Iterable[int], asked: Asked[Known]
) -> tuple[str, str | None]:
    """The document's number, and why numbers before it are left out where they are.

    Refused when the number was used, leaves out others without a reason, or cannot be known.
    """
    following = next_number(kind, taken, asked)
    if given is None:
        if following is None:
            raise Refused(
                "Chưa biết số văn bản tiếp theo của nhiệm kỳ. Đồng chí ghi số văn bản.",
                "The next number of the term is not known. Give the number.",
                code="R22",
            )
        return f"{following:02}-{kind}/CB", None
    number = int(given.partition("-")[0])
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
