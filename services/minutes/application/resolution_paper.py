"""A resolution as it is printed: what was done, what the cell concluded, who does what by when, who carried it."""

from __future__ import annotations

from collections.abc import Iterator

from services.minutes.application.minutes_paper import assignments_table, conclusions_list, results_table
from services.minutes.application.printing import KIND_VI, Paper, day_in_words, hour, month, sentence
from services.minutes.domain.ending import attendance, length
from shared.decision import Refused
from shared.documents.form import Block, Form, Heading, led, page, party_head, said
from shared.events.minutes import ResolutionAdopted
from shared.events.sitting import BAND_VI
from shared.events.wording import comma, percent

_CAUSES = {"objective": "khách quan", "subjective": "chủ quan"}
_NAME = "nghị quyết"


def resolution_form(paper: Paper, doc_no: str | None = None) -> Form:
    """A resolution of a meeting, the last one unless its number is given. Raises Refused when there is none."""
    resolution = _resolution(paper, doc_no)
    vote = paper.state.last_count(resolution.vote_id)
    signer = paper.state.chair(vote.held.at)
    stands = paper.state.stands(vote) and vote.held.adopted
    return Form(
        kind="resolution",
        subject=paper.planned.meeting_id,
        stem=f"Nghị quyết {resolution.doc_no.replace('/', '-')}",
        at=paper.at,
        page=page(paper.profile),
        head=party_head(
            paper.profile,
            paper.branch.superior,
            paper.branch.name,
            mark="NQ",
            number=resolution.doc_no,
            day=paper.day,
            place=paper.place,
        ),
        name="NGHỊ QUYẾT",
        title=(_title(resolution, paper),),
        marks=() if stands else ("KHÔNG CÒN HIỆU LỰC – biểu quyết đã được kiểm đếm lại",),
        body=tuple(_body(paper, resolution)),
        right=paper.for_the_cell(signer),
        recipients=(
            f"{paper.branch.superior} (để báo cáo),",
            *(("Cấp ủy viên theo dõi chi bộ,",) if paper.branch.follower else ()),
            "Các đồng chí đảng viên trong chi bộ,",
            paper.profile.last_copy_to,
        ),
    )


def _resolution(paper: Paper, doc_no: str | None) -> ResolutionAdopted:
    resolutions = paper.state.resolutions
    found = resolutions.get(doc_no) if doc_no else next(reversed(list(resolutions.values())), None)
    if found is None:
        which = f" số {doc_no}" if doc_no else ""
        raise Refused(
            f"Buổi họp này chưa thông qua nghị quyết{which}. Đồng chí xem biên bản; nghị quyết in được sau khi biểu "
            "quyết thông qua và lấy số.",
            f"This meeting has adopted no resolution{f' no. {doc_no}' if doc_no else ''}. A resolution can be printed "
            "once it was voted and has its number; see the minutes.",
            code="not-found",
        )
    return found


def _title(resolution: ResolutionAdopted, paper: Paper) -> str:
    """The words under the name, without saying the name again."""
    words = resolution.title.strip().rstrip(".")
    if words.casefold().startswith(_NAME):
        words = words[len(_NAME) :].strip(" :,–-")
    if not words or words.casefold().startswith(("tháng ", "quý ", "năm ")):
        words = f"lãnh đạo thực hiện nhiệm vụ {words or month(paper.planned.period)}"
    return words[0].upper() + words[1:]


def _body(paper: Paper, resolution: ResolutionAdopted) -> Iterator[Block]:
    yield from _preamble(paper)
    parts = [
        ("Kết quả thực hiện nhiệm vụ tháng trước", list(_done(paper))),
        ("Kết luận, nhiệm vụ thời gian tới", list(_concluded(paper))),
        ("Phân công thực hiện", list(_given(paper))),
        ("Chất lượng buổi sinh hoạt", list(_score(paper))),
    ]
    roman = iter(("I", "II", "III", "IV"))
    for heading, blocks in parts:
        if blocks:
            yield Heading(level=1, number=next(roman), text=heading)
            yield from blocks
    yield said(
        f"Nghị quyết này được chi bộ thông qua với {resolution.votes_for}/{resolution.vote_base} đảng viên có quyền "
        f"biểu quyết tán thành, đạt {percent(resolution.votes_for, resolution.vote_base)}"
        f"{paper.profile.text_ends_with.value}"
    )


def _preamble(paper: Paper) -> Iterator[Block]:
    state = paper.state
    opened = state.opened
    came = attendance(state)
    lasted = state.closed.minutes if state.closed else length(state, paper.written[-1].envelope.time)[0]
    yield said(
        f"{_day(paper)}, {paper.branch.name} họp {KIND_VI[paper.planned.kind]} tại "
        f"{paper.planned.place.strip().rstrip('.')}, khai mạc {hour(opened.opened_at)}"
        f"{f', thời lượng {lasted} phút' if state.closed else ''}. Dự họp {came.ever}/{came.base} đồng chí thuộc diện "
        f"phải dự ({percent(came.ever, came.base)}). Chủ trì: đ/c {paper.name(opened.chair_id)}; thư ký: "
        f"{', '.join(f'đ/c {paper.name(member)}' for _, member in state.takers)}."
    )


def _day(paper: Paper) -> str:
    words = day_in_words(paper.profile, paper.day)
    return words[0].upper() + words[1:]


def _done(paper: Paper) -> Iterator[Block]:
    for review in paper.state.branch_months.values():
        if review.strengths:
            yield led("Ưu điểm:", sentence(review.strengths))
        if review.shortcomings:
            yield led("Hạn chế:", sentence(review.shortcomings))
        if review.causes:
            causes = "; ".join(f"{_CAUSES[one.kind]}: {one.text.strip().rstrip('.')}" for one in review.causes)
            yield led("Nguyên nhân:", sentence(causes))
    if paper.state.reviews:
        yield results_table(paper)


def _concluded(paper: Paper) -> Iterator[Block]:
    if paper.state.conclusions:
        yield conclusions_list(paper)


def _given(paper: Paper) -> Iterator[Block]:
    if paper.state.assignments:
        yield assignments_table(paper)


def _score(paper: Paper) -> Iterator[Block]:
    score = paper.state.practice.score
    if score is not None:
        yield said(f"Chi bộ tự chấm {comma(score.total)}/100 điểm, xếp loại {BAND_VI[score.band]}.")
