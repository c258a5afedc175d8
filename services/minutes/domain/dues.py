"""Dues: how many have paid and how many owe, never who."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Minutes
from services.minutes.domain.session import Facts, in_session, opened
from services.minutes.domain.wish import MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Period
from shared.events.sitting import DuesStatusReported


class ReportDues(MinutesCommand):
    """Report the state of the dues as counts; said again for the same month it replaces what was said."""

    period: Period | None = None
    """By default the month of the meeting."""
    paid: Annotated[int, Field(ge=0, le=9999)]
    owing: Annotated[int, Field(ge=0, le=9999)]


def report_dues(minutes: Minutes, command: ReportDues, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    fact = DuesStatusReported(
        meeting_id=command.meeting_id,
        period=command.period or meeting.opened.period,
        paid=command.paid,
        owing=command.owing,
    )
    if meeting.practice.dues.get(fact.period) == fact:
        return ()
    in_session(minutes, asked)
    branch = asked.known.branch
    listed = len(branch.roster(asked.today)) if branch is not None else len(meeting.opened.base)
    if not 0 < command.paid + command.owing <= listed:
        raise Refused(
            f"Cộng lại là {command.paid + command.owing} đồng chí, danh sách chi bộ có {listed}. Đồng chí xem lại số "
            "đã nộp và chưa nộp.",
            f"That makes {command.paid + command.owing} members, the branch has {listed}. Check both counts.",
            code="dues",
        )
    if fact.period > meeting.opened.period:
        raise Refused(
            f"Tháng {int(fact.period[5:])}/{fact.period[:4]} ở sau kỳ họp này. Đồng chí chọn lại tháng.",
            f"{fact.period} lies after this meeting's month. Choose again.",
            code="dues",
        )
    return (fact,)
