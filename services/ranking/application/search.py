"""Where the texts of tasks are found."""

from __future__ import annotations

from services.ranking.projections import TaskShown
from shared.service.searching import About, Searched


def _task(shown: TaskShown) -> About:
    return About(kind="task", vi="Việc", en="Task", task_id=shown.task_id)


SEARCHED = Searched(open={"tasks": _task}, sealed={})
