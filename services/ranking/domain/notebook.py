"""Members' notebooks in one period of the charter: each inspected once, never by its owner, re-checked by its date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never

from services.ranking.domain.known import Day, Known, working_branch
from shared import periods
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.branch import NotebookRule
from shared.events.envelope import MemberId
from shared.events.notebook import (
    AnyNotebookFact,
    MeetingsCount,
    NotebookInspected,
    NotebookRechecked,
    NotebookResult,
)
from shared.periods import AnyPeriod

INSPECTORS = frozenset({"notebook_inspector"})
"""Those whom the charter names."""


class NotebookCommand(Command):
    """A wish about the notebooks of one period."""

    MAY = INSPECTORS

    period: AnyPeriod
    member_id: MemberId
    noted: MeetingsCount
    held: MeetingsCount
    result: NotebookResult

    def subject(self, branch: str) -> str:
        return f"notebook/{branch}:{self.period}"


class InspectNotebook(NotebookCommand):
    """Say what a member's notebook shows for the period."""

    inspected_on: Day | None = None
    """Today when it is not said."""


class RecheckNotebook(NotebookCommand):
    """Say what a notebook that was to be completed shows now."""

    rechecked_on: Day | None = None


# ---------------------------------------------------------------- state


@dataclass(frozen=True)
class Notebooks:
    """The notebooks of one period: the inspection of each, and the latest re-check."""

    inspected: Mapping[str, NotebookInspected] = field(default_factory=dict)
    rechecked: Mapping[str, NotebookRechecked] = field(default_factory=dict)

    def latest(self, member_id: str) -> NotebookInspected | NotebookRechecked | None:
        """The last word on a member's notebook."""
        return self.rechecked.get(member_id) or self.inspected.get(member_id)


def evolve(notebooks: Notebooks, fact: AnyNotebookFact) -> Notebooks:
    """The notebooks after one more fact; never refuses."""
    match fact:
        case NotebookInspected():
            return replace(notebooks, inspected={**notebooks.inspected, fact.member_id: fact})
        case NotebookRechecked():
            return replace(notebooks, rechecked={**notebooks.rechecked, fact.member_id: fact})
        case _:
            assert_never(fact)


def missing(notebooks: Notebooks, branch: Branch, period: str) -> tuple[str, ...]:
    """Who of the base on the period's last day has not been inspected yet (R38), in roster order."""
    return tuple(member for member in branch.base(periods.last_day(period)) if member not in notebooks.inspected)


# ---------------------------------------------------------------- decisions


def decide(
    notebooks: Notebooks, command: InspectNotebook | RecheckNotebook, asked: Asked[Known]
) -> tuple[AnyNotebookFact, ...]:
    """The facts a command makes of a period's notebooks. Raises Refused."""
    branch = working_branch(asked)
    rule = _rule(branch)
    _inspector(rule, command, asked)
    if command.noted > command.held:
        raise Refused(
            f"Sổ ghi {command.noted} buổi nhưng kỳ này chỉ có {command.held} buổi phải ghi. "
            "Đồng chí đếm lại; phần đã nhập vẫn còn.",
            f"{command.noted} meetings are noted but only {command.held} were to be noted. Count again.",
            code="R38",
        )
    if isinstance(command, InspectNotebook):
        return _inspect(notebooks, command, branch, rule, asked)
    return _recheck(notebooks, command, rule, asked)


def _rule(branch: Branch) -> NotebookRule:
    if branch.charter is None or branch.charter.notebook is None:
        raise Refused(
            "Quy ước của chi bộ chưa nêu việc kiểm tra sổ ghi chép (định kỳ, người kiểm tra). Đồng chí đề nghị chi bộ "
            "bổ sung quy ước trước; phần đã nhập vẫn còn.",
            "The branch's charter says nothing about inspecting notebooks yet. Ask the branch to adopt that first.",
            code="charter",
        )
    return branch.charter.notebook


def _inspector(rule: NotebookRule, command: NotebookCommand, asked: Asked[Known]) -> None:
    if asked.actor == command.member_id:
        raise Refused(
            "Không ai tự kiểm tra sổ của mình. Đồng chí nhờ người kiểm tra khác trong quy ước; phần đã nhập vẫn còn.",
            "Nobody inspects the own notebook. Ask another inspector whom the charter names.",
            code="R38",
        )
    if asked.actor not in rule.inspectors:
        raise Refused(
            f"Theo quy ước, người kiểm tra sổ là đ/c {', '.join(rule.inspectors)}. Nếu nhập thay, đồng chí ghi người "
            "kiểm tra là người làm và mình là người nhập; phần đã nhập vẫn còn.",
            f"By the charter the inspectors are {', '.join(rule.inspectors)}. Entering for one of them, name that "
            "person as the one who acted and yourself as the one who entered it.",
            code="R38",
        )


def _inspect(
    notebooks: Notebooks, command: InspectNotebook, branch: Branch, rule: NotebookRule, asked: Asked[Known]
) -> tuple[AnyNotebookFact, ...]:
    on = command.inspected_on or asked.today
    fact = NotebookInspected(
        branch=asked.branch,
        period=command.period,
        member_id=command.member_id,
        inspector_id=asked.actor,
        noted=command.noted,
        held=command.held,
        result=command.result,
        inspected_on=on,
        recheck_on=_again(command, on, rule),
    )
    before = notebooks.inspected.get(command.member_id)
    if before == fact:
        return ()
    if before is not None:
        raise Refused(
            f"Sổ {periods.vi(command.period)} của đ/c {command.member_id} đã được kiểm tra ngày "
            f"{before.inspected_on:%d/%m/%Y}; mỗi kỳ một lần. Phần cần bổ sung thì đồng chí ghi «kiểm tra lại».",
            f"{command.member_id}'s notebook for {periods.en(command.period)} was inspected on "
            f"{before.inspected_on:%d/%m/%Y}; once a period. Record a re-check for what was to be completed.",
            code="R38",
        )
    _in_its_period(command.period, on, rule, asked)
    if command.member_id not in {*branch.base(on), *branch.base(periods.last_day(command.period))}:
        raise Refused(
            f"Đ/c {command.member_id} không thuộc diện kiểm tra sổ ghi chép {periods.vi(command.period)}. "
            "Đồng chí chọn trong danh sách của kỳ; phần đã nhập vẫn còn.",
            f"{command.member_id} is not among those whose notebooks are inspected for {periods.en(command.period)}. "
            "Choose from the period's list.",
            code="R38",
        )
    return (fact,)


def _in_its_period(period: str, on: date, rule: NotebookRule, asked: Asked[Known]) -> None:
    if periods.kind(period) != rule.inspect_every:
        expected = periods.containing(on, rule.inspect_every)
        raise Refused(
            f"Theo quy ước, kỳ kiểm tra sổ gần nhất là {periods.vi(expected)}, không phải {periods.vi(period)}. "
            "Đồng chí chọn lại kỳ; phần đã nhập vẫn còn.",
            f"By the charter the period is {periods.en(expected)}, not {periods.en(period)}. Choose that period.",
            code="R38",
        )
    if on < periods.first_day(period):
        raise Refused(
            f"Ngày {on:%d/%m/%Y} chưa đến {periods.vi(period)} nên chưa có gì để kiểm tra. "
            "Đồng chí xem lại ngày; phần đã nhập vẫn còn.",
            f"{periods.en(period)} had not begun on {on:%d/%m/%Y}. Look at the date again.",
            code="future",
        )
    _not_in_future(on, asked)


def _recheck(
    notebooks: Notebooks, command: RecheckNotebook, rule: NotebookRule, asked: Asked[Known]
) -> tuple[AnyNotebookFact, ...]:
    on = command.rechecked_on or asked.today
    before = notebooks.latest(command.member_id)
    due_on = before.recheck_on if before is not None else None
    if isinstance(before, NotebookRechecked) and (before.rechecked_on, before.noted, before.held, before.result) == (
        on,
        command.noted,
        command.held,
        command.result,
    ):
        return ()
    if before is None or due_on is None:
        raise Refused(
            f"Sổ {periods.vi(command.period)} của đ/c {command.member_id} không có phần nào chờ kiểm tra lại. "
            "Đồng chí chọn lại; phần đã nhập vẫn còn.",
            f"Nothing in {command.member_id}'s notebook for {periods.en(command.period)} waits for a re-check. Choose "
            "again.",
            code="R38",
        )
    first = notebooks.inspected[command.member_id].inspected_on
    if on < first:
        raise Refused(
            f"Kiểm tra lại ngày {on:%d/%m/%Y} đứng trước lần kiểm tra {first:%d/%m/%Y}. Đồng chí xem lại ngày.",
            f"The re-check of {on:%d/%m/%Y} lies before the inspection of {first:%d/%m/%Y}. Check the day.",
            code="R38",
        )
    _not_in_future(on, asked)
    return (
        NotebookRechecked(
            branch=asked.branch,
            period=command.period,
            member_id=command.member_id,
            inspector_id=asked.actor,
            noted=command.noted,
            held=command.held,
            result=command.result,
            rechecked_on=on,
            due_on=due_on,
            recheck_on=_again(command, on, rule),
        ),
    )


def _again(command: NotebookCommand, on: date, rule: NotebookRule) -> date | None:
    return on + timedelta(days=rule.recheck_days) if command.result == "supplement" else None


def _not_in_future(on: date, asked: Asked[Known]) -> None:
    if on > asked.today:
        raise Refused(
            f"Ngày {on:%d/%m/%Y} chưa đến nên chưa ghi được. Đồng chí xem lại ngày; phần đã nhập vẫn còn.",
            f"{on:%d/%m/%Y} lies in the future and cannot be recorded yet. Check the day.",
            code="future",
        )


NOTEBOOK: Noun[Notebooks, Known] = Noun(
    name="notebook",
    initial=Notebooks(),
    decide=decide,
    evolve=evolve,
    commands=(InspectNotebook, RecheckNotebook),
)
