"""The superior's work programme of a month, for one cell or for every cell of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, assert_never

from pydantic import Field, StringConstraints

from services.hub.domain.known import BRINGS_PAPERS, Known, Typed, still_there
from shared import periods
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Period
from shared.events.hub import ProgrammeLine, WorkProgrammeIssued
from shared.rules import EVERYWHERE

Month = Annotated[Period, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True)
class WorkProgramme:
    """What was issued for one month; nothing yet where ``issued`` is None."""

    issued: WorkProgrammeIssued | None = None


class IssueWorkProgramme(Command):
    """Issue a month's work programme; issued again, the later list stands."""

    MAY = BRINGS_PAPERS

    period: Month
    programme_no: Typed
    issuer: Typed | None = None
    """By default the organisation above the branch."""
    items: tuple[ProgrammeLine, ...] = Field(max_length=200)

    def subject(self, branch: str) -> str:
        return f"work-programme/{branch}:{self.period}"


def decide(
    programme: WorkProgramme, command: IssueWorkProgramme, asked: Asked[Known]
) -> tuple[WorkProgrammeIssued, ...]:
    """The programme as issued, or why it cannot be."""
    still_there(asked)
    before = programme.issued
    fact = WorkProgrammeIssued(
        branch=asked.branch,
        period=command.period,
        programme_no=command.programme_no,
        issuer=_issuer(command, asked),
        revision=1 if before is None else before.revision,
        items=command.items,
    )
    if before == fact:
        return ()
    _each_once(command)
    for item in command.items:
        _for_this_month(item, command.period)
        _below(item, command.period, asked)
    return (fact if before is None else fact.model_copy(update={"revision": before.revision + 1}),)


def _issuer(command: IssueWorkProgramme, asked: Asked[Known]) -> str:
    if command.issuer is not None:
        return command.issuer
    if asked.known.branch is not None:
        return asked.known.branch.superior
    raise Refused(
        "Chương trình công tác chưa ghi cơ quan ban hành. Đồng chí ghi tên tổ chức đảng ban hành; nội dung đã nhập "
        "vẫn còn.",
        "The work programme does not say who issues it. Name the organisation.",
        code="issuer",
    )


def _each_once(command: IssueWorkProgramme) -> None:
    ids = [item.id for item in command.items]
    if not ids:
        raise Refused(
            "Chương trình công tác chưa có nội dung nào. Đồng chí ghi ít nhất một mục; nội dung đã nhập vẫn còn.",
            "The work programme has no item. Enter at least one.",
            code="programme",
        )
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise Refused(
            f"Mã mục {', '.join(twice)} ghi hai lần trong chương trình công tác. Đồng chí sửa mã một mục; nội dung đã "
            "nhập vẫn còn.",
            f"Item {', '.join(twice)} stands twice in the work programme. Change one of the ids.",
            code="programme",
        )


def _for_this_month(item: ProgrammeLine, period: str) -> None:
    begins = date(int(period[:4]), int(period[5:]), 1)
    if item.due_on is not None and item.due_on < begins:
        raise Refused(
            f"Mục {item.id} có hạn {item.due_on:%d/%m/%Y}, trước tháng {begins:%m/%Y} của chương trình. Đồng chí kiểm "
            "tra lại hạn hoặc tháng; nội dung đã nhập vẫn còn.",
            f"Item {item.id} is due on {item.due_on:%d/%m/%Y}, before the programme's month {begins:%m/%Y}. "
            "Check the date or the month.",
            code="due",
        )


def _below(item: ProgrammeLine, period: str, asked: Asked[Known]) -> None:
    if item.for_branch is None or asked.branch == EVERYWHERE:
        return
    branch = asked.branch
    if branch not in asked.known.tree.chain(item.for_branch, periods.last_day(period)):
        raise Refused(
            f"Mục {item.id} giao cho chi bộ {item.for_branch}, không thuộc tổ chức {branch}. Đồng chí kiểm tra lại mã; "
            "nội dung đã nhập vẫn còn.",
            f"Item {item.id} is for the branch {item.for_branch}, which is not below {branch}. Check the code.",
            code="scope",
        )


def evolve(programme: WorkProgramme, fact: WorkProgrammeIssued) -> WorkProgramme:  # noqa: ARG001 - the later list stands alone
    """The programme after one more fact."""
    match fact:
        case WorkProgrammeIssued():
            return WorkProgramme(fact)
        case _:
            assert_never(fact)


WORK_PROGRAMME: Noun[WorkProgramme, Known] = Noun(
    name="work-programme",
    initial=WorkProgramme(),
    decide=decide,
    evolve=evolve,
    commands=(IssueWorkProgramme,),
)
