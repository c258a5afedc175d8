"""The table of tasks and the table of ranks in their official form, as forms to print and as workbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal

from services.ranking.application.answers import History, Name, Open, not_found
from services.ranking.application.appraisals import AppraisalAnswer, MemberInPeriod, QuotaAnswer, appraisal
from services.ranking.application.months import MemberInMonth, RankingAnswer, ranking
from services.ranking.application.rules import rules
from services.ranking.application.tasks import TaskAnswer, tasks
from shared import periods
from shared.branch import Branch
from shared.days import VIETNAM, civil_day
from shared.documents.form import Block, Column, Form, Page, Signature, Table, dashes, page, party_head, said
from shared.documents.table_book import Sheet, SheetColumn, TableBook, Value
from shared.events.appraisal import DENOMINATOR_WORDS
from shared.events.envelope import Recorded, moment
from shared.events.ranking import RANK_WORDS, CellVote, Rank, TaskCount
from shared.events.wording import comma, percent

if TYPE_CHECKING:
    from shared.rules import DocumentProfile
    from shared.service.from_roster import AsHeard
    from shared.store.views import ViewReader

DRAFT = "DỰ THẢO – chưa chốt"
FOR_THE_CELL = "(chỉ chi bộ được đọc)"
_OUTCOMES = {"on_time": "Đúng hạn", "exceeded": "Vượt yêu cầu", "late": "Chậm", "failed": "Chưa hoàn thành"}
_HANDED_OVER, _OVERDUE, _UNDER_WAY = "Chuyển sang chi bộ nhận sáp nhập", "Quá hạn, chưa có kết quả", "Đang thực hiện"
_STATES = (*_OUTCOMES.values(), _UNDER_WAY, _OVERDUE, _HANDED_OVER)
_OFFICES = (("secretary", "BÍ THƯ"), ("deputy_secretary", "PHÓ BÍ THƯ"))


@dataclass(frozen=True)
class Asker:
    """For whom it is printed: names, what may be read, the histories the facts stand in, the day, the place."""

    name: Name
    opened: Open
    history: History
    today: date
    place: str
    reads: bool
    """Whether what only the cell reads is printed."""
    as_heard: AsHeard
    then: Branch | None = None
    """The list as a paper that is finished knew it; None: as it stands now."""


@dataclass(frozen=True)
class TablePaper:
    """A table with everything around it, before it is a form or a workbook."""

    branch: Branch
    profile: DocumentProfile
    period: str | None
    stem: str
    name: str
    title: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    below: tuple[Block, ...]
    marks: tuple[str, ...]
    at: datetime
    day: date
    place: str
    asker: Asker


# ------------------------------------------------------------------ tasks


async def task_paper(reader: ViewReader, code: str, period: str | None, asker: Asker) -> TablePaper:
    """The tasks given or due in a period; without one, every task still on somebody's list."""
    state = "all" if period else "pending"
    found = await tasks(reader, code, asker.opened, asker.today, state=state)  # type: ignore[arg-type]
    wanted = [one for one in found if period is None or _of(one, code, period)]
    histories = [recorded for one in wanted for recorded in asker.history(f"task/{code}:{one.task_id}")]
    finished = period is not None and not any(one.pending for one in wanted)
    asker = await _as_it_was(asker, histories, finished=finished)
    columns = (
        Column(heading="TT", width=5, align="center"),
        Column(heading="Nội dung nhiệm vụ", width=38),
        Column(heading="Người thực hiện", width=15),
        Column(heading="Phối hợp", width=13),
        Column(heading="Hạn", width=11, align="center"),
        Column(heading="Báo cáo tại kỳ", width=9, align="center"),
        Column(heading="Kết quả", width=17),
    )
    rows = [
        (
            number,
            one.text,
            asker.name(one.member_id),
            asker.name(one.partner_id) if one.partner_id else "",
            one.due_on,
            f"{one.report_at[5:]}/{one.report_at[:4]}" if one.report_at else "",
            _result(one),
        )
        for number, one in enumerate(wanted, 1)
    ]
    found_so = Counter(_stands(one) for one in wanted)
    told = [f"{words[0].lower()}{words[1:]} {found_so[words]}" for words in _STATES if found_so[words]]
    when = periods.vi(period) if period else "đang thực hiện"
    return _paper(
        reader,
        code,
        period,
        asker,
        stem=f"Bảng phân công nhiệm vụ {period or f'{asker.today}'}",
        name="BẢNG PHÂN CÔNG NHIỆM VỤ",
        title=(_capital(when),),
        columns=columns,
        rows=tuple(rows),
        below=(said(f"Tổng số {len(wanted)} việc" + (f": {'; '.join(told)}." if told else ".")),),
        facts=histories,
        told_on=asker.today if period is None or found_so[_OVERDUE] else None,
    )


def _of(task: TaskAnswer, code: str, period: str) -> bool:
    first, ends = periods.first_day(period), periods.last_day(period)
    days = [task.due_on, *(result.due_on for result in task.results)]
    given = periods.kind(period) == "month" and (task.meeting_id or "").startswith(f"{code}:{period}")
    return given or any(first <= day <= ends for day in days)


def _stands(task: TaskAnswer) -> str:
    """How it stands, in the words that are counted below the table."""
    if task.phase == "handed_over":
        return _HANDED_OVER
    if task.results and task.phase != "open":
        return _OUTCOMES[task.results[-1].outcome]
    return _OVERDUE if task.overdue else _UNDER_WAY


def _result(task: TaskAnswer) -> str:
    if task.phase == "handed_over" or not task.results:
        return _stands(task)
    last = task.results[-1]
    late = f" {last.days_late} ngày" if last.days_late else ""
    words = f"{_OUTCOMES[last.outcome]}{late}, {last.ended_on:%d/%m/%Y}"
    if task.phase == "open":
        return f"{words}; làm tiếp đến {task.due_on:%d/%m/%Y}"
    follow = {"new_task": "; chuyển thành việc mới", "stopped": "; dừng", "extension": ""}
    return words + follow.get(last.follow_up or "", "")


# ------------------------------------------------------------------ ranks


async def ranking_paper(reader: ViewReader, code: str, period: str, asker: Asker) -> TablePaper:
    """The ranks of a month, a quarter or a year. Raises Refused when its ranking was not opened."""
    if periods.kind(period) == "month":
        month = await ranking(reader, code, period, asker.opened)
        facts = list(asker.history(f"ranking/{code}:{period}"))
        return _month(reader, code, month, facts, await _as_it_was(asker, facts, finished=month.phase == "concluded"))
    longer = appraisal(reader, code, period)
    facts = list(asker.history(f"appraisal/{code}:{period}"))
    return _long_period(reader, code, longer, facts, await _as_it_was(asker, facts, finished=longer.phase == "final"))


def _month(
    reader: ViewReader, code: str, answer: RankingAnswer, facts: Sequence[Recorded[Any]], asker: Asker
) -> TablePaper:
    columns = (
        Column(heading="TT", width=4, align="center"),
        Column(heading="Họ và tên", width=18),
        Column(heading="Tự đánh giá", width=12),
        Column(heading="Nhiệm vụ đến hạn", width=16),
        Column(heading="Tính theo tiêu chí", width=13),
        Column(heading="Chi bộ biểu quyết", width=9),
        Column(heading="Xếp loại", width=13),
        Column(heading="Ghi chú", width=22),
    )
    rows = [
        (
            number,
            asker.name(one.member_id),
            _rank(one.self_assessed),
            _counts(one.tasks),
            _rank(one.computed),
            _vote(one.vote),
            _rank(one.decided),
            _note(one, asker),
        )
        for number, one in enumerate(answer.members, 1)
    ]
    return _ranks(reader, code, answer, facts, columns, tuple(rows), asker, final=answer.phase == "concluded")


def _note(one: MemberInMonth, asker: Asker) -> str:
    if not one.differs:
        return ""
    return one.reason if one.reason is not None and asker.reads else FOR_THE_CELL


def _long_period(
    reader: ViewReader, code: str, answer: AppraisalAnswer, facts: Sequence[Recorded[Any]], asker: Asker
) -> TablePaper:
    columns = (
        Column(heading="TT", width=4, align="center"),
        Column(heading="Họ và tên", width=16),
        Column(heading="Tự đánh giá", width=14),
        Column(heading="Điểm", width=6, align="center"),
        Column(heading="Nhiệm vụ đến hạn", width=15),
        Column(heading="Tính theo tiêu chí", width=14),
        Column(heading="Chi ủy đề xuất", width=14),
        Column(heading="Chi bộ biểu quyết", width=13),
        Column(heading="Xếp loại", width=14),
    )
    rows = [
        (
            number,
            asker.name(one.member_id),
            _rank(one.self_assessed),
            comma(one.points),
            _counts(one.tasks),
            _rank(one.computed),
            _rank(one.proposed),
            _voted(one),
            _rank(one.decided),
        )
        for number, one in enumerate(answer.members, 1)
    ]
    quota = (dashes([_quota(answer.quota)]),) if answer.quota is not None else ()
    final = answer.phase == "final"
    return _ranks(reader, code, answer, facts, columns, tuple(rows), asker, final=final, more=quota)


def _ranks(  # noqa: PLR0917 - the parts of one table
    reader: ViewReader,
    code: str,
    answer: RankingAnswer | AppraisalAnswer,
    facts: Sequence[Recorded[Any]],
    columns: tuple[Column, ...],
    rows: tuple[tuple[Value, ...], ...],
    asker: Asker,
    *,
    final: bool,
    more: tuple[Block, ...] = (),
) -> TablePaper:
    found = Counter(one.decided or one.computed for one in answer.members)
    told = ", ".join(f"{words[0]} {found[rank]}" for rank, words in RANK_WORDS.items() if found[rank])
    state = "" if final else " (theo tiêu chí, chưa chốt)"
    return _paper(
        reader,
        code,
        answer.period,
        asker,
        stem=f"Bảng xếp loại đảng viên {answer.period}",
        name="BẢNG XẾP LOẠI ĐẢNG VIÊN",
        title=(_capital(periods.vi(answer.period)),),
        columns=columns,
        rows=rows,
        below=(
            said(f"Tổng số {len(rows)} đảng viên được xếp loại{state}: {told or 'chưa tính'}."),
            said(f"Tiêu chí áp dụng: {_title(reader, code, answer)} [{answer.profile}].", italic=True),
            *more,
        ),
        facts=facts,
        marks=() if final else (DRAFT,),
    )


def _title(reader: ViewReader, code: str, answer: RankingAnswer | AppraisalAnswer) -> str:
    """What people call the criteria."""
    kind: Literal["monthly", "quarterly", "annual"] = "monthly"
    if isinstance(answer, AppraisalAnswer):
        kind = "annual" if periods.kind(answer.period) == "year" else "quarterly"
    book = rules(reader, code)
    return next(one.title for one in book.profiles if (one.subject, one.ref) == (f"ranking.{kind}", answer.profile))


def _rank(rank: Rank | None) -> str:
    return RANK_WORDS[rank][0] if rank is not None else ""


def _counts(count: TaskCount | None) -> str:
    if count is None:
        return ""
    if not count.total:
        return "Không có"
    parts = (
        ("đúng hạn", count.on_time),
        ("vượt yêu cầu", count.exceeded),
        ("chậm", count.late),
        ("chưa hoàn thành", count.failed),
    )
    return f"{count.total} việc: " + ", ".join(f"{number} {words}" for words, number in parts if number)


def _vote(vote: CellVote | None) -> str:
    return f"{vote.for_}/{vote.voters_present}" if vote is not None else ""


def _voted(one: MemberInPeriod) -> str:
    if one.vote is None:
        return ""
    adopted = "" if one.vote_adopted else ", chưa thông qua"
    return f"{_rank(one.voted)} ({_vote(one.vote)}{adopted})"


def _quota(quota: QuotaAnswer) -> str:
    denominator = next(words[0] for key, words in DENOMINATOR_WORDS.items() if key == quota.denominator)
    over = "; vượt chỉ tiêu, chờ cấp trên xem xét" if quota.exceeded else ""
    return (
        f"Chỉ tiêu Hoàn thành xuất sắc: {percent(quota.percent)} {denominator}, tính trong {quota.branches} chi bộ "
        f"thuộc {quota.scope}: tối đa {quota.allowed}, đề xuất {quota.proposed}{over}."
    )


# ------------------------------------------------------------------ as a form, as a workbook


def _paper(
    reader: ViewReader,
    code: str,
    period: str | None,
    asker: Asker,
    *,
    stem: str,
    name: str,
    title: tuple[str, ...],
    columns: tuple[Column, ...],
    rows: tuple[tuple[Value, ...], ...],
    below: tuple[Block, ...],
    facts: Sequence[Recorded[Any]],
    marks: tuple[str, ...] = (),
    told_on: date | None = None,
) -> TablePaper:
    """``told_on``: its date, where what it tells is true of that day alone; else that of the last fact told."""
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        not_found(f"Chưa có chi bộ mã {code}.", f"There is no branch {code}.")
    at = _last(facts, period, asker.today)
    day = told_on or civil_day(at)
    try:
        profile = rules(reader, code).profile_for("document", day, code)
    except LookupError:
        not_found(
            f"Chưa có quy định thể thức văn bản nào cho ngày {day:%d/%m/%Y}.",
            f"No form of documents is known for {day:%d/%m/%Y}.",
        )
    return TablePaper(
        branch=asker.then or branch,
        profile=profile,
        period=period,
        stem=stem,
        name=name,
        title=title,
        columns=columns,
        rows=rows,
        below=below,
        marks=marks,
        at=at,
        day=day,
        place=branch.place_on(day) or asker.place,
        asker=asker,
    )


async def _as_it_was(asker: Asker, facts: Sequence[Recorded[Any]], *, finished: bool) -> Asker:
    """For a finished paper the list and the names as its last fact knew them: what roster wrote since changes none."""
    last = max(facts, key=lambda one: one.envelope.recordedtime, default=None)
    then = await asker.as_heard(last.heard) if finished and last is not None else None
    return asker if then is None else replace(asker, then=then[0], name=then[1])


def _last(facts: Iterable[Recorded[Any]], period: str | None, today: date) -> datetime:
    """When the last fact told was stored; of an empty table, the beginning of what it is about."""
    stored = [moment(one.envelope.recordedtime) for one in facts]
    begins = periods.first_day(period) if period else today
    return max(stored, default=datetime.combine(begins, time(), VIETNAM))


def form_of(paper: TablePaper) -> Form:
    """The table as a paper of the cell, ready to be printed."""
    kind = "tasks" if paper.name.endswith("NHIỆM VỤ") else "ranking"
    head = party_head(
        paper.profile,
        paper.branch.superior,
        paper.branch.name,
        mark="",
        number="",
        day=paper.day,
        place=paper.place,
    )
    return Form(
        kind=kind,
        subject=f"{paper.branch.code}:{paper.period or paper.day}",
        stem=paper.stem,
        at=paper.at,
        page=_landscape(paper.profile),
        head=head.model_copy(update={"number": ""}),
        name=paper.name,
        title=paper.title,
        marks=paper.marks,
        body=(
            Table(columns=paper.columns, rows=tuple(tuple(map(_printed, row)) for row in paper.rows)),
            *paper.below,
        ),
        right=_signature(paper),
        recipients=(paper.profile.last_copy_to,),
    )


def _landscape(profile: DocumentProfile) -> Page:
    return page(profile, landscape=True)


def _signature(paper: TablePaper) -> Signature:
    """Who leads the cell that day signs for it."""
    branch, day = paper.branch, paper.day
    for role, office in _OFFICES:
        holder = next((one for one in branch.roster(day) if role in branch.roles_on(one, day)), None)
        if holder is not None:
            above = (paper.profile.signature.on_behalf_of.value, office)
            return Signature(above=above, name=paper.asker.name(holder))
    return Signature(above=(paper.profile.signature.on_behalf_of.value,))


def _printed(value: Value) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)


def book_of(paper: TablePaper) -> TableBook:
    """The same table as a workbook, with real dates and numbers."""
    return TableBook(
        stem=paper.stem,
        at=paper.at,
        author=paper.branch.name,
        sheets=(
            Sheet(
                name=f"{paper.period or paper.day}",
                title=(f"{paper.name} – {paper.title[0]}", paper.branch.name, *paper.marks),
                columns=tuple(
                    SheetColumn(heading=one.heading, width=max(6, one.width), align=one.align) for one in paper.columns
                ),
                rows=paper.rows,
            ),
        ),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
