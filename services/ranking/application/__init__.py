"""What ranking is asked, one module for each practice; here what the other rooms use of them."""

from services.ranking.application import papers
from services.ranking.application.answers import FactInWords, History, Name, Open
from services.ranking.application.appraisals import AppraisalAnswer, appraisal, appraisals
from services.ranking.application.coming_due import due
from services.ranking.application.deciding import NOUNS, known, roles
from services.ranking.application.explaining import Why, explain
from services.ranking.application.flags import FlagAnswer, flags
from services.ranking.application.months import RankingAnswer, months, ranking
from services.ranking.application.notebooks import NotebooksAnswer, coverage, notebooks
from services.ranking.application.results import ResultsOfMember, results
from services.ranking.application.tasks import (
    CarriedOver,
    TaskAnswer,
    TaskInFull,
    carried_over,
    task,
    task_in_full,
    tasks,
)
from services.ranking.application.tree import RankTree, as_tree, text
from services.ranking.application.what_if import WhatIf, what_if

__all__ = [
    "NOUNS",
    "AppraisalAnswer",
    "CarriedOver",
    "FactInWords",
    "FlagAnswer",
    "History",
    "Name",
    "NotebooksAnswer",
    "Open",
    "RankTree",
    "RankingAnswer",
    "ResultsOfMember",
    "TaskAnswer",
    "TaskInFull",
    "WhatIf",
    "Why",
    "appraisal",
    "appraisals",
    "as_tree",
    "carried_over",
    "coverage",
    "due",
    "explain",
    "flags",
    "known",
    "months",
    "notebooks",
    "papers",
    "ranking",
    "results",
    "roles",
    "task",
    "task_in_full",
    "tasks",
    "text",
    "what_if",
]
