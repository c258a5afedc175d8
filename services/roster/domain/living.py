"""What every rule about people, localities and honours asks first: is there such a branch, can this day be."""

from __future__ import annotations

from datetime import date

from services.roster.domain.branch import dissolved, unknown
from services.roster.domain.known import Known
from shared.branch import Branch
from shared.decision import Asked, Refused


def living(asked: Asked[Known]) -> Branch:
    """The branch. Raises Refused when nobody registered it, or it no longer exists."""
    branch = asked.known.branch
    if branch is None:
        raise unknown(asked.branch)
    if branch.dissolved(asked.today):
        raise dissolved(branch)
    return branch


def happened(day: date, asked: Asked[Known]) -> date:
    """The day something happened. Raises Refused for one that has not come."""
    if day > asked.today:
        raise Refused(
            f"Ngày {day:%d/%m/%Y} chưa tới (hôm nay là {asked.today:%d/%m/%Y}). Đồng chí ghi đúng ngày đã làm; "
            "nội dung đã nhập vẫn còn.",
            f"{day:%d/%m/%Y} has not come yet (today is {asked.today:%d/%m/%Y}). Enter the day it was done; "
            "what was typed is kept.",
            code="day",
        )
    return day


def in_order(earlier: date, later: date, vi: str, en: str) -> None:
    """Nothing when the days stand in this order; otherwise Refused, naming what comes first."""
    if later < earlier:
        raise Refused(
            f"Ngày {later:%d/%m/%Y} đứng trước {vi} {earlier:%d/%m/%Y}. Đồng chí kiểm tra lại ngày; "
            "nội dung đã nhập vẫn còn.",
            f"{later:%d/%m/%Y} lies before {en}, {earlier:%d/%m/%Y}. Check the day; what was typed is kept.",
            code="day",
        )


def past_year(year: int, asked: Asked[Known]) -> None:
    """Nothing for this year or an earlier one; otherwise Refused."""
    if year > asked.today.year:
        raise Refused(
            f"Năm {year} chưa tới. Đồng chí kiểm tra lại năm; nội dung đã nhập vẫn còn.",
            f"The year {year} has not come. Check the year; what was typed is kept.",
            code="year",
        )


def taken(id: str, vi: str, en: str) -> Refused:
    """Why an id that names something else cannot be used again."""
    return Refused(
        f"Mã {id} đã dùng cho {vi} khác. Đồng chí chọn mã khác; nội dung đã nhập vẫn còn.",
        f"The id {id} names another {en}. Choose another one; what was typed is kept.",
        code="id-taken",
    )


def missing(id: str, vi: str, en: str) -> Refused:
    """Why nothing can be said about what was never entered."""
    return Refused(
        f"Chưa có {vi} nào mang mã {id}. Đồng chí ghi việc đó trước hoặc chọn lại; nội dung đã nhập vẫn còn.",
        f"There is no {en} with the id {id}. Enter it first or choose again; what was typed is kept.",
        code="not-found",
    )
