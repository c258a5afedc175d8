"""The sheet of a meeting's score: criterion, most, the cell's mark, the superior's word (R23, R24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from services.minutes.application.printing import Paper, month
from shared.decision import Refused
from shared.documents.form import (
    Block,
    Column,
    Form,
    Paragraph,
    Run,
    Signature,
    Table,
    dashes,
    led,
    page,
    party_head,
)
from shared.documents.table_book import Sheet, SheetColumn, TableBook
from shared.events.envelope import moment
from shared.events.sitting import BAND_VI, LineMark, MeetingScored
from shared.events.wording import comma

if TYPE_CHECKING:
    from services.minutes.application.sitting import ScoreConfirmed
    from shared.rules import RuleBook, ScoringProfile

_NOT_THERE = "phiếu theo khung cũ, không còn trong bộ quy định"


def score_form(paper: Paper, confirmed: ScoreConfirmed | None = None) -> Form:
    """The score sheet of a meeting. Raises Refused when it was not scored."""
    score = scored(paper)
    signer = paper.state.chair(paper.state.closed.closed_at if paper.state.closed else paper.written[-1].envelope.time)
    return Form(
        kind="score",
        subject=paper.planned.meeting_id,
        stem=f"Phiếu chấm điểm {paper.planned.period}",
        at=_at(paper),
        page=page(paper.profile),
        head=party_head(
            paper.profile,
            paper.branch.superior,
            paper.branch.name,
            mark="",
            number="",
            day=paper.day,
            place=paper.place,
        ).model_copy(update={"number": ""}),
        name="PHIẾU ĐÁNH GIÁ",
        title=(f"Chất lượng buổi {paper.minutes_of}",),
        body=tuple(_body(paper.rules, score, confirmed)),
        left=Signature(above=("XÁC NHẬN CỦA CẤP TRÊN",)) if score.superior_confirms else None,
        right=paper.for_the_cell(signer),
    )


def score_book(paper: Paper, confirmed: ScoreConfirmed | None = None) -> TableBook:
    """The same sheet as a workbook."""
    score = scored(paper)
    return TableBook(
        stem=f"Phiếu chấm điểm {paper.planned.period}",
        at=_at(paper),
        author=paper.branch.name,
        sheets=(
            Sheet(
                name=f"Chấm điểm {paper.planned.period}",
                title=("PHIẾU ĐÁNH GIÁ CHẤT LƯỢNG SINH HOẠT", f"{paper.branch.name}, {month(paper.planned.period)}"),
                columns=(
                    SheetColumn(heading="TT", width=8, align="center"),
                    SheetColumn(heading="Tiêu chí", width=70),
                    SheetColumn(heading="Điểm tối đa", width=12, align="center"),
                    SheetColumn(heading="Chi bộ chấm", width=12, align="center"),
                    SheetColumn(heading="Cấp trên", width=18, align="center"),
                ),
                rows=tuple(
                    tuple(map(_counted, row))
                    for row in (*_rows(paper.rules, score, confirmed), *_totals(score, confirmed))
                ),
                landscape=False,
            ),
        ),
    )


def _counted(cell: str) -> str | int:
    """Whole marks are numbers in a workbook; the number of a group stays as it is written."""
    return int(cell) if cell.isdecimal() else cell


def scored(paper: Paper) -> MeetingScored:
    """The score. Raises Refused when there is none."""
    if paper.scored is None:
        raise Refused(
            "Buổi họp này chưa được chấm điểm nên chưa có phiếu để in. Đồng chí chấm điểm, rồi in lại.",
            "This meeting was not scored, so there is no sheet to print. Score it and print again.",
            code="not-found",
        )
    score: MeetingScored = paper.scored.fact
    return score


def _at(paper: Paper) -> datetime:
    """When the sheet was given, where that was after the close."""
    return paper.at if paper.scored is None else max(paper.at, moment(paper.scored.envelope.recordedtime))


def _body(rules: RuleBook, score: MeetingScored, confirmed: ScoreConfirmed | None) -> Iterator[Block]:
    yield Paragraph(runs=(Run(text=f"({_frame_title(rules, score)})", italic=True),), align="center", indent=False)
    yield Table(
        columns=(
            Column(heading="TT", width=7, align="center"),
            Column(heading="Tiêu chí", width=53),
            Column(heading="Điểm tối đa", width=11, align="center"),
            Column(heading="Chi bộ chấm", width=11, align="center"),
            Column(heading="Cấp trên", width=18, align="center"),
        ),
        rows=_rows(rules, score, confirmed),
        total=_totals(score, confirmed)[0],
    )
    lowered = (
        f" (theo điểm là {BAND_VI[score.by_marks]}, xuống bậc vì mục {', '.join(score.not_full)} chưa đạt điểm tối đa)"
        if score.band != score.by_marks
        else ""
    )
    yield led("Xếp loại chi bộ tự đánh giá:", f"{BAND_VI[score.band]}{lowered}.")
    if confirmed is not None:
        reason = f" Lý do: {confirmed.reason.rstrip('.')}." if confirmed.reason else ""
        yield led("Cấp trên xác nhận:", f"{comma(confirmed.total)} điểm, xếp loại {BAND_VI[confirmed.band]}.{reason}")
    elif score.superior_confirms:
        yield led("Cấp trên xác nhận:", "chờ xác nhận.")
    found = score.measured
    share = "đạt" if found.attendance_meets else "chưa đạt"
    short = f", ngắn {found.short_by} phút" if found.short_by else ""
    yield led("Căn cứ ghi trong biên bản:", "")
    yield dashes(
        (
            f"Thời lượng đến lúc chấm {found.minutes} phút, quy định tối thiểu {found.minimum} phút{short}.",
            f"Dự họp {found.present_ever} đồng chí thuộc diện phải dự, {share} tỷ lệ quy định.",
            f"Phát biểu {found.spoke} đồng chí dự họp; {found.opinions} ý kiến.",
            *(
                (f"Mục {', '.join(map(str, found.out_of_order))} không theo thứ tự chương trình.",)
                if found.out_of_order
                else ()
            ),
        )
    )


def _rows(rules: RuleBook, score: MeetingScored, confirmed: ScoreConfirmed | None) -> tuple[tuple[str, ...], ...]:
    """A line for each group, below it the lines it was marked by, where it was marked line by line."""
    frame = _frame(rules, score.rubric)
    lines = {line.id: line for line in score.lines}
    rows: list[tuple[str, ...]] = []
    for group in score.marks:
        known = next((one for one in frame.groups if one.id == group.id), None) if frame else None
        below = [one for one in (known.criteria if known else ()) if one.id in lines]
        theirs = _by_the_superior(group, [lines[one.id] for one in below], confirmed)
        rows.append(
            (group.id, known.vi if known else _NOT_THERE, str(group.max), comma(group.mark), theirs.get(group.id, ""))
        )
        rows += [(one.id, one.vi, str(one.max), comma(lines[one.id].mark), theirs.get(one.id, "")) for one in below]
    return tuple(rows)


def _by_the_superior(group: LineMark, lines: Sequence[LineMark], confirmed: ScoreConfirmed | None) -> dict[str, str]:
    """The superior's marks of a group and its lines: another one where it was changed, else the cell's, confirmed."""
    if confirmed is None:
        return {}
    changed = {line.id: line.mark for line in confirmed.changed}
    if group.id in changed:
        return {group.id: comma(changed[group.id])}
    marks = {line.id: changed.get(line.id, line.mark) for line in lines}
    whole = group.mark if not changed.keys() & marks.keys() else f"{sum(map(Decimal, marks.values())):f}"
    return {id: comma(mark) for id, mark in {group.id: whole, **marks}.items()}


def _totals(score: MeetingScored, confirmed: ScoreConfirmed | None) -> tuple[tuple[str, ...], ...]:
    most = str(sum((Decimal(line.max) for line in score.marks), Decimal(0)))
    word = f"{comma(confirmed.total)} – {BAND_VI[confirmed.band]}" if confirmed else ""
    return (("", "Tổng cộng", most, comma(score.total), word),)


def _frame_title(rules: RuleBook, score: MeetingScored) -> str:
    """The frame by its title, or by its mark where these rules no longer have it."""
    frame = _frame(rules, score.rubric)
    return frame.title if frame else score.rubric


def _frame(rules: RuleBook, rubric: str) -> ScoringProfile | None:
    try:
        return rules.pinned("scoring", rubric)
    except LookupError:
        return None
