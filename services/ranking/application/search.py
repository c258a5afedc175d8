"""Where the texts of tasks and months are found."""

from __future__ import annotations

from services.ranking.projections import SealedText, TaskShown
from shared.service.searching import About, Closed, Searched

_KINDS = {
    "cause": ("Nguyên nhân", "Cause"),
    "self_assessment": ("Tự đánh giá", "Self-assessment"),
    "reason": ("Lý do xếp loại", "Reason of a rank"),
}


def _task(shown: TaskShown) -> About:
    return About(kind="task", vi="Việc", en="Task", task_id=shown.task_id)


def _sealed(one: SealedText) -> About:
    vi, en = _KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, task_id=one.task_id, fact_id=one.fact_id)


SEARCHED = Searched(open={"tasks": _task}, sealed={"sealed_texts": Closed(_sealed)})
