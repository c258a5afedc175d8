"""The superior's work programme of a month, entered by hand where hub does not issue it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from pydantic import Field

from services.scheduler.domain.calendar import month
from services.scheduler.domain.known import Known, living
from services.scheduler.domain.plan import LEADERS
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line, Period
from shared.events.meeting import ProgrammeEntered, ProgrammeItem


@dataclass(frozen=True)
class Programme:
    """What the superior asks of the branch in one month."""

    programme_no: str | None = None
    items: tuple[ProgrammeItem, ...] = ()


class EnterProgramme(Command):
    """Enter a month's work programme; entered again, the later list stands."""

    MAY = LEADERS | {"committee_member", "superior"}

    period: Period
    programme_no: Line
    items: tuple[ProgrammeItem, ...] = Field(max_length=200)

    def subject(self, branch: str) -> str:
        return f"programme/{branch}:{self.period}"


def decide(programme: Programme, command: EnterProgramme, asked: Asked[Known]) -> tuple[ProgrammeEntered, ...]:
    """Keep the list as entered, or refuse it."""
    living(asked.known, asked.today)
    if (programme.programme_no, programme.items) == (command.programme_no, command.items):
        return ()
    if not command.items:
        raise Refused(
            f"Chương trình công tác tháng {month(command.period)} chưa có nội dung nào. Đồng chí ghi ít nhất một mục; "
            "nội dung đã nhập vẫn còn.",
            f"The work programme of {month(command.period)} has no item. Enter at least one.",
            code="programme",
        )
    seen: set[str] = set()
    for item in command.items:
        if item.id in seen:
            raise Refused(
                f"Mục {item.id} ghi hai lần trong chương trình công tác. Đồng chí sửa mã một mục; "
                "nội dung đã nhập vẫn còn.",
                f"Item {item.id} stands twice in the work programme. Change one of the ids.",
                code="programme",
            )
        seen.add(item.id)
    return (
        ProgrammeEntered(
            branch=asked.branch, period=command.period, programme_no=command.programme_no, items=command.items
        ),
    )


def evolve(programme: Programme, fact: ProgrammeEntered) -> Programme:  # noqa: ARG001 - the later list stands alone
    """The programme after one more fact."""
    match fact:
        case ProgrammeEntered():
            return Programme(fact.programme_no, fact.items)
        case _:
            assert_never(fact)


PROGRAMME: Noun[Programme, Known] = Noun(
    name="programme", initial=Programme(), decide=decide, evolve=evolve, commands=(EnterProgramme,)
)
