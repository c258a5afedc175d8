"""A proposed agenda against what the rules ask of it: every required item, and the least time of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.scheduler.domain.known import Known, preparation_on
from shared.branch import Branch
from shared.decision import Refused
from shared.events.meeting import AgendaItem
from shared.rules import MeetingProfile
from shared.rules.preparation import AgendaCheck, PreparationProfile


def lacks(
    profile: PreparationProfile,
    rules: MeetingProfile,
    branch: Branch,
    *,
    kind: str,
    on: date,
    agenda: Iterable[AgendaItem],
) -> AgendaCheck:
    """What an agenda lacks."""
    return profile.check(kind, tuple(agenda), branch.least_minutes(rules, kind, on))


def proper(
    known: Known, branch: Branch, rules: MeetingProfile, *, kind: str, on: date, agenda: tuple[AgendaItem, ...]
) -> None:
    """Nothing when an agenda is as asked, or the rules only warn; refused where they refuse. None given: not asked."""
    profile = preparation_on(known, branch.code, on)
    if profile is None or not agenda:
        return
    found = lacks(profile, rules, branch, kind=kind, on=on, agenda=agenda)
    if found.omitted and profile.omitted_item.value == "refuse":
        items = "; ".join(item.text for item in found.omitted)
        raise Refused(
            f"Chương trình còn thiếu: {items}. Đồng chí bổ sung các mục này; nội dung đã nhập vẫn còn.",
            f"The agenda lacks: {items}. Add these items; what was typed is kept.",
            code="R16",
        )
    if found.short_by and profile.below_minimum.value == "refuse":
        raise Refused(
            f"Tổng thời gian chương trình thiếu {found.short_by} phút so với mức tối thiểu của buổi họp. Đồng chí tăng "
            "thời gian các mục; nội dung đã nhập vẫn còn.",
            f"The agenda sums to {found.short_by} minutes below the least time of such a meeting. Give its items more "
            "time; what was typed is kept.",
            code="R8",
        )
