"""Ranking over HTTP: what there is to ask beside the commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from services.ranking import application
from services.ranking.application import (
    AppraisalAnswer,
    CarriedOver,
    FlagAnswer,
    NotebooksAnswer,
    RankingAnswer,
    RankTree,
    ResultsOfMember,
    TaskAnswer,
    TaskInFull,
    WhatIf,
    Why,
)
from services.ranking.application.search import SEARCHED
from shared.days import civil_day
from shared.documents.rendering import As
from shared.events.appraisal import LongPeriod
from shared.events.envelope import BranchCode, MemberId, Period, Recorded, ShortId
from shared.events.ranking import ProfileRef
from shared.periods import AnyPeriod
from shared.service import searching
from shared.service.http import Read, Reading
from shared.service.printing import printed, printed_book
from shared.service.searching import FoundPage, Wanted

State = Annotated[
    Literal["pending", "open", "ended", "all"],
    Query(description="`pending`: open, or not done with nothing said about what follows."),
]

Profile = Annotated[
    ProfileRef | None, Query(description="`id@version`; by default the rules that would be chosen now.")
]
InPeriod = Annotated[AnyPeriod | None, Query(description="A month, quarter or year.")]
Language = Annotated[Literal["vi", "en"], Query(description="In which language.")]
FlagState = Annotated[Literal["raised", "cleared", "all"], Query(description="`raised`: still waiting for an answer.")]


def _today(reading: Read) -> date:
    return civil_day(reading.service.clock.now())


async def _words(reading: Read) -> tuple[application.History, application.Name]:
    def history(subject: str) -> Iterable[Recorded[Any]]:
        return reading.service.log.history(subject)

    return history, await reading.service.names.of(reading.branch)


def routes() -> APIRouter:
    """Ranking's own queries."""
    router = APIRouter(prefix="/branches/{branch}", tags=["ranking"])
    _papers(router)
    _tasks(router)
    _rankings(router)
    _longer(router)
    _notebooks(router)
    return router


def _tasks(router: APIRouter) -> None:
    """Tasks, what is carried over, flags."""

    @router.get("/tasks")
    async def tasks(  # noqa: PLR0917 - each is a way to narrow the list
        branch: BranchCode,
        reading: Reading,
        member: MemberId | None = None,
        state: State = "all",
        due_from: date | None = None,
        due_to: date | None = None,
    ) -> list[TaskAnswer]:
        """A branch's tasks by due date."""
        return await application.tasks(
            reading.reader,
            branch,
            reading.opened,
            _today(reading),
            member=member,
            state=state,
            due_from=due_from,
            due_to=due_to,
        )

    @router.get("/search")
    async def search(branch: BranchCode, reading: Reading, wanted: Wanted) -> FoundPage:
        """Tasks whose words contain all these, exact marks first."""
        return await searching.search(reading, branch, wanted, SEARCHED)

    @router.get("/tasks/{task_id}")
    async def task(branch: BranchCode, task_id: ShortId, reading: Reading) -> TaskInFull:
        """One task with every fact about it in words."""
        history, name = await _words(reading)
        return await application.task_in_full(
            reading.reader, branch, task_id, reading.opened, _today(reading), history, name
        )

    @router.get("/carry-over")
    async def carried_over(branch: BranchCode, reading: Reading) -> list[CarriedOver]:
        """Every task that is not closed, with the tasks it carries on; the longest owed first."""
        return await application.carried_over(reading.reader, branch, reading.opened, _today(reading))

    @router.get("/ranking-flags")
    async def flags(branch: BranchCode, reading: Reading, state: FlagState = "raised") -> list[FlagAnswer]:
        """What has not come by its day, and which fact would answer."""
        history, name = await _words(reading)
        return application.flags(reading.reader, branch, state, history, name)


def _rankings(router: APIRouter) -> None:
    """Months, and why a rank of any period is what it is."""

    @router.get("/rankings")
    async def months(branch: BranchCode, reading: Reading) -> list[Period]:
        """The months whose ranking has been opened."""
        return application.months(reading.reader, branch)

    @router.get("/rankings/{period}")
    async def ranking(branch: BranchCode, period: Period, reading: Reading) -> RankingAnswer:
        """A month's ranks, computed and decided side by side."""
        return await application.ranking(reading.reader, branch, period, reading.opened)

    @router.get("/rankings/{period}/members/{member_id}")
    async def explain(branch: BranchCode, period: Period, member_id: MemberId, reading: Reading) -> Why:
        """Why a member has this rank: the rule lines, and the facts behind each in words."""
        history, name = await _words(reading)
        return await application.explain(reading.reader, branch, period, member_id, reading.opened, history, name)

    @router.get("/rankings/{period}/members/{member_id}/tree")
    async def explain_as_tree(branch: BranchCode, period: AnyPeriod, member_id: MemberId, reading: Reading) -> RankTree:
        """Why a member has this rank of a month, a quarter or a year, as one tree down to the facts."""
        history, name = await _words(reading)
        why = await application.explain(reading.reader, branch, period, member_id, reading.opened, history, name)
        return application.as_tree(why, name)

    @router.get("/rankings/{period}/members/{member_id}/text", response_class=PlainTextResponse)
    async def explain_in_text(
        branch: BranchCode, period: AnyPeriod, member_id: MemberId, reading: Reading, lang: Language = "vi"
    ) -> str:
        """The same as plain lines in one language."""
        history, name = await _words(reading)
        why = await application.explain(reading.reader, branch, period, member_id, reading.opened, history, name)
        return application.text(why, name, lang)


def _longer(router: APIRouter) -> None:
    """Quarters and years, results through the years, and what other rules would have given."""

    @router.get("/rankings/{period}/what-if")
    async def what_if(branch: BranchCode, period: AnyPeriod, reading: Reading, profile: Profile = None) -> WhatIf:
        """What the ranks of a period would be under other rules; nothing of it is recorded."""
        return application.what_if(reading.reader, branch, period, profile)

    @router.get("/results/{member_id}")
    async def results(branch: BranchCode, member_id: MemberId, reading: Reading) -> ResultsOfMember:
        """A member's final ranks in order, and what papers say of earlier years."""
        return application.results(reading.reader, branch, member_id)

    @router.get("/appraisals")
    async def appraisals(branch: BranchCode, reading: Reading) -> list[LongPeriod]:
        """The quarters and years whose ranking has been opened."""
        return application.appraisals(reading.reader, branch)

    @router.get("/appraisals/{period}")
    async def appraisal(branch: BranchCode, period: LongPeriod, reading: Reading) -> AppraisalAnswer:
        """A quarter's or year's ranking: own word, computed, proposed, voted, sent, decided; and the quota."""
        return application.appraisal(reading.reader, branch, period)

    @router.get("/appraisals/{period}/members/{member_id}")
    async def explain_period(branch: BranchCode, period: LongPeriod, member_id: MemberId, reading: Reading) -> Why:
        """Why a member has this rank of the quarter or year, down to the facts."""
        history, name = await _words(reading)
        return await application.explain(reading.reader, branch, period, member_id, reading.opened, history, name)


def _papers(router: APIRouter) -> None:
    """Papers in their official form; reasons are in the copies of the cell's own members alone."""

    @router.get("/tasks.xlsx", response_class=Response)
    async def task_book(branch: BranchCode, reading: Reading, period: InPeriod = None) -> Response:
        """The table of tasks as a workbook."""
        paper = await application.papers.task_paper(reading.reader, branch, period, await _asker(reading))
        return await printed_book(reading.service, application.papers.book_of(paper))

    @router.get("/tasks.{as_}", response_class=Response)
    async def task_table(branch: BranchCode, as_: As, reading: Reading, period: InPeriod = None) -> Response:
        """The tasks given or due in a period as PDF or DOCX; without one, those on somebody's list."""
        paper = await application.papers.task_paper(reading.reader, branch, period, await _asker(reading))
        return await printed(reading.service, application.papers.form_of(paper), as_)

    @router.get("/rankings/{period}.xlsx", response_class=Response)
    async def ranking_book(branch: BranchCode, period: AnyPeriod, reading: Reading) -> Response:
        """The table of ranks as a workbook."""
        paper = await application.papers.ranking_paper(reading.reader, branch, period, await _asker(reading))
        return await printed_book(reading.service, application.papers.book_of(paper))

    @router.get("/rankings/{period}.{as_}", response_class=Response)
    async def ranking_table(branch: BranchCode, period: AnyPeriod, as_: As, reading: Reading) -> Response:
        """The ranks of a month, a quarter or a year as PDF or DOCX."""
        paper = await application.papers.ranking_paper(reading.reader, branch, period, await _asker(reading))
        return await printed(reading.service, application.papers.form_of(paper), as_)


async def _asker(reading: Read) -> application.papers.Asker:
    history, name = await _words(reading)
    return application.papers.Asker(
        name=name,
        opened=reading.opened,
        history=history,
        today=_today(reading),
        place=reading.service.settings.document_place,
        reads=bool(reading.actor.roles & {"member", "service"}),
        as_heard=partial(reading.service.names.as_heard, reading.branch),
    )


def _notebooks(router: APIRouter) -> None:
    """Notebooks by period."""

    @router.get("/notebooks")
    async def coverage(branch: BranchCode, reading: Reading) -> list[NotebooksAnswer]:
        """How far each period came towards everybody's notebook."""
        return application.coverage(reading.reader, branch)

    @router.get("/notebooks/{period}")
    async def notebooks(branch: BranchCode, period: AnyPeriod, reading: Reading) -> NotebooksAnswer:
        """A period's notebooks: inspected, missing, to be looked at again."""
        return application.notebooks(reading.reader, branch, period)
