"""The seed cell and the branches that differ from it, each in one way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.year.habits import habits, quarters, year
from tests.year.life import BEGAN, SECRETARY, YEAR, Cell, Life, Spell, at
from tests.year.town import Step

PROVINCE = "99.000.000.000.000"
GRASSROOTS = "99.001.002.000.000"
MERGED_ON = date(YEAR, 7, 1)
SPLIT_ON = date(YEAR, 9, 1)
MOVED_ON = date(YEAR, 4, 15)
EVERY_DAY = 4
"""The month in which the clocks are looked at every day."""
FIRST, LAST = BEGAN + timedelta(days=1), date(YEAR + 1, 1, 8)


def code(number: int) -> str:
    return f"99.001.002.000.{number:03}"


def away(members: int) -> tuple[Spell, ...]:
    """As in the seed: one exempt, one away from September on, one still on probation, of those there are."""
    return (
        Spell(f"M{members - 2:02}", "exempt", date(YEAR - 1, 1, 1)),
        Spell(f"M{members - 1:02}", "temporary_elsewhere", date(YEAR, 9, 1), date(YEAR + 1, 4, 30)),
        Spell(f"M{members:02}", "probationary", date(YEAR - 1, 5, 19)),
    )


SEED = Cell(code(11), "Chi bộ mẫu", 11, spells=away(11), thorough=True, tasks=4)
SMALL = Cell(code(12), "Chi bộ nhỏ, không có chi ủy", 5, tasks=2)
LARGE = Cell(code(13), "Chi bộ đông", 34, tasks=4)
COMBINED = Cell(code(14), "Chi bộ họp kết hợp", 9, combined=frozenset({2, 5, 8, 11}), tasks=2)
SENDING = Cell(code(15), "Chi bộ có người chuyển đi, chuyển đến", 10, leaves={"M07": MOVED_ON}, tasks=3,
               joins={"M11": date(YEAR, 6, 1)})  # fmt: skip
ENDING = Cell(code(16), "Chi bộ được sáp nhập", 6, ends=MERGED_ON, tasks=2)
GROWING = Cell(
    code(17), "Chi bộ nhận sáp nhập", 7, tasks=2, joins={f"M{number:02}": MERGED_ON for number in range(8, 14)}
)
SPLITTING = Cell(code(18), "Chi bộ tách ra", 12, tasks=2, leaves={f"M{number:02}": SPLIT_ON for number in range(8, 13)})
SPLIT_OFF = Cell(code(19), "Chi bộ mới tách", 5, begins=SPLIT_ON, tasks=2)
LEAPING = Cell(
    code(20), "Chi bộ có việc ngày 29 tháng hai", 9, tasks=2, due_on={2: 29},
    notice_at={3: at(date(YEAR, 2, 29), "23:59")},
)  # fmt: skip
STORM = Cell(code(21), "Chi bộ vùng bão", 9, moved={8: 4, 10: 2}, tasks=2)
LOCAL = Cell("99.003.001.000.022", "Chi bộ theo phiếu chấm địa phương", 9, tasks=2)
ABSENT = Cell(
    code(23), "Chi bộ nhiều người vắng dài", 12, tasks=2,
    spells=(
        Spell("M07", "exempt", date(YEAR - 1, 1, 1)),
        Spell("M08", "exempt", date(YEAR, 3, 1)),
        Spell("M09", "special_mission", date(YEAR, 5, 1), date(YEAR, 8, 31)),
        Spell("M10", "temporary_elsewhere", date(YEAR, 2, 1), date(YEAR, 7, 31)),
    ),
)  # fmt: skip
FORGETTING = Cell(
    code(24), "Chi bộ hay quên", 10, thorough=True, tasks=2,
    forgets=frozenset(
        {
            (2, "notice"), (3, "result"), (5, "meeting"), (6, "close"), (7, "package"), (8, "package"), (9, "rank"),
            (6, "notebooks"), (5, "theme"), (8, "theme_step"), (4, "catch_up"), (6, "answer"), (10, "review"),
            (11, "score"), (12, "length"), (12, "policy"), (11, "briefing"),
            (4, "habits"), (10, "habits"), (1, "come"), (2, "come"), (3, "come"), (4, "come"),
            (7, "come"), (8, "come"), (9, "come"), (7, "say_why"), (8, "say_why"), (9, "say_why"),
        }
    ),
    late_with=frozenset({(3, "result"), (7, "package"), (4, "habits")}),
)  # fmt: skip

DIFFERING = (
    SMALL, LARGE, COMBINED, SENDING, ENDING, GROWING, SPLITTING, SPLIT_OFF, LEAPING, STORM, LOCAL, ABSENT, FORGETTING,
)  # fmt: skip
ALL = (SEED, *DIFFERING)


def story(cells: tuple[Cell, ...], seed: int = 20281103, until: date = LAST) -> list[Step]:
    """Everything that is asked, in all branches, up to a day; nothing hangs on anything but the seed."""
    steps = [*_tree(cells), *_clocks(until)]
    if {ENDING.code, GROWING.code} <= {cell.code for cell in cells}:
        steps += _left_open(ENDING, GROWING)
    for cell in cells:
        life = Life(cell, seed)
        life.tell()
        if cell.thorough:
            habits(life)
        if not cell.forgets:
            quarters(life)
            year(life)
        steps += life.steps
    return [step for step in steps if step.at < at(until, "00:06")]


def _left_open(merged: Cell, into: Cell) -> list[Step]:
    """A task that is not done when its branch ends, and what the other makes of it: a member there goes on with it."""
    given = {"task_id": "T99", "member_id": "M05", "text": "Bàn giao hồ sơ, sổ sách", "due_on": f"{YEAR}-07-25",
             "origin": "conclusion", "decided_on": f"{YEAR}-06-20"}  # fmt: skip
    taken = {"task_id": "T99", "member_id": "M12", "from_branch": merged.code, "from_task_id": "T99"}
    done = {"task_id": "T99", "member_id": "M12", "done_on": f"{YEAR}-07-24"}
    return [
        Step(at(date(YEAR, 6, 20), "09:00"), merged.code, SECRETARY, "AssignTask", given),
        Step(at(date(YEAR, 7, 10), "09:00"), into.code, SECRETARY, "TakeOverTask", taken),
        Step(at(date(YEAR, 7, 24), "16:00"), into.code, SECRETARY, "CompleteTask", done),
    ]


def _clocks(until: date) -> list[Step]:
    """The clocks are looked at on the days that matter, and every day of one month."""
    days = [FIRST + timedelta(days=number) for number in range((until - FIRST).days + 1)]
    looked = [day for day in days if day.day in (1, 4, 7, 16, 27) or day == until or day.month == EVERY_DAY]
    return [Step(at(day, "00:05"), PROVINCE, "clock", "", {}) for day in looked]


def _tree(cells: tuple[Cell, ...]) -> list[Step]:
    """The organisations above, and what becomes of those that merge and split."""
    steps: list[Step] = []
    known = {cell.code for cell in cells}

    def at_province(when: str, command: str, **data: Any) -> None:
        day, clock = when.split()
        data = {"decision_no": "QĐ-01", **data}
        steps.append(Step(at(date.fromisoformat(day), clock), PROVINCE, "operator", command, data))

    registered = [
        (PROVINCE, "Đảng bộ tỉnh", "province", None),
        ("99.001.000.000.000", "Đảng bộ Ban", "superior", PROVINCE),
        (GRASSROOTS, "Đảng bộ cơ sở", "grassroots", "99.001.000.000.000"),
        *((cell.code, cell.name, "branch", GRASSROOTS) for cell in cells if cell.code.startswith("99.001")),
    ]
    for code_, name, kind, superior in registered:
        began = next((cell.begins for cell in cells if cell.code == code_), BEGAN)
        at_province(
            f"{BEGAN} 07:00", "RegisterOrganisation", code=code_, name=name, organisation=kind, superior=superior,
            effective_on=str(began),
        )  # fmt: skip
    if {ENDING.code, GROWING.code} <= known:
        at_province(
            f"{MERGED_ON - timedelta(days=10)} 07:10", "MergeOrganisations", merged=[ENDING.code], into=GROWING.code,
            effective_on=str(MERGED_ON),
        )  # fmt: skip
    if {SPLITTING.code, SPLIT_OFF.code} <= known:
        at_province(
            f"{SPLIT_ON - timedelta(days=10)} 07:20", "SplitOrganisation", code=SPLITTING.code, into=[SPLIT_OFF.code],
            continues=True, effective_on=str(SPLIT_ON),
        )  # fmt: skip
    return steps
