"""The minutes as they are printed: who was there, what was said and decided, in the order of the agenda."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from services.minutes.application.printing import (
    KEPT_BACK,
    OUTCOME_VI,
    Paper,
    Signed,
    day_in_words,
    hour,
    sentence,
)
from services.minutes.domain.ending import attendance
from shared.documents.form import (
    Annex,
    Block,
    Column,
    Form,
    Heading,
    Items,
    Paragraph,
    Run,
    Signature,
    Table,
    dashes,
    led,
    page,
    party_head,
    said,
)
from shared.events.minutes import (
    AttendanceCorrected,
    ChairReplaced,
    MemberMonthReviewed,
    MinutesAdopted,
    MinuteTakerReplaced,
    OpinionDisposed,
    OpinionRecorded,
    UrgentTaskAcknowledged,
    VoteDisputed,
)
from shared.events.sitting import (
    BAND_VI,
    CriticismGiven,
    EncouragementAssigned,
    PolicyDisseminated,
    SelfCriticismGiven,
    SituationNoted,
)
from shared.events.wording import comma, percent
from shared.sentences import sentence as told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.minutes.application.corrections import CorrectionShown
    from services.minutes.domain.meeting import Opinion, Vote

_GUESTS = {"follower": "cấp ủy viên theo dõi", "superior": "đại biểu cấp trên", "other": "khách mời"}
_MODES = {"open": "Giơ tay", "secret": "Phiếu kín"}
_CAUSES = {"objective": "khách quan", "subjective": "chủ quan"}
_FOLLOW_UPS = {"new_task": "giao việc mới", "extension": "gia hạn", "stopped": "dừng"}


def minutes_form(paper: Paper, corrections: Sequence[CorrectionShown] = (), signatures: Sequence[Signed] = ()) -> Form:
    """The minutes of a meeting.

    What is signed is made without corrections and signatures; the copy that is read carries both, the corrections as
    pages behind the minutes (R43), which stay as they are.
    """
    state = paper.state
    adopted = state.adopted
    body = [*_room(paper), *_agenda(paper), *_course(paper), *_end(paper)]
    signed = {one.role: one for one in signatures}
    return Form(
        kind="minutes",
        subject=paper.planned.meeting_id,
        stem=f"Biên bản {adopted.doc_no.replace('/', '-') if adopted else paper.planned.period}",
        at=paper.at,
        page=page(paper.profile),
        head=party_head(
            paper.profile,
            paper.branch.superior,
            paper.branch.name,
            mark="BB",
            number=adopted.doc_no if adopted else None,
        ),
        name="BIÊN BẢN",
        title=(paper.minutes_of,),
        marks=(*paper.marks(), *(("ĐÃ KÝ ĐIỆN TỬ",) if signed else ())),
        body=tuple(body),
        left=_signature(paper, paper.profile.signature.minutes_left, state.takers[-1][1], signed.get("minute_taker")),
        right=_signature(paper, paper.profile.signature.minutes_right, state.chairs[-1][1], signed.get("chair")),
        annexes=tuple(_correction(paper, one) for one in corrections if one.state != "open"),
    )


def addendum_form(paper: Paper, correction: CorrectionShown) -> Form:
    """The page of one granted correction, as it is signed and kept beside the minutes (R43)."""
    whole = minutes_form(paper)
    annex = _correction(paper, correction)
    return whole.model_copy(
        update={
            "stem": f"{whole.stem} – đính chính {correction.id}",
            "name": annex.name,
            "title": (annex.title,),
            "body": annex.body,
            "marks": (),
        }
    )


def _signature(paper: Paper, words: str, member: str, given: Signed | None) -> Signature:
    """Under whose hand the paper came to be; once it is signed, who signed, for whom where that is another."""
    if given is None:
        return Signature(above=(words,), name=paper.name(member))
    instead = () if given.member_id == member else (f"thay đ/c {paper.name(member)}",)
    electronic = (f"Đã ký điện tử lúc {hour(given.at)}", f"khóa {given.key}", *instead)
    return Signature(above=(words,), name=paper.name(given.member_id), electronic=electronic)


# ------------------------------------------------------------------ I. time, place, who was there


def _room(paper: Paper) -> Iterator[Block]:
    state = paper.state
    opened = state.opened
    yield Heading(level=1, number="I", text="Thời gian, địa điểm, thành phần")
    until = f"; bế mạc {hour(state.closed.closed_at)} cùng ngày" if state.closed else ""
    yield led("1. Thời gian:", f"khai mạc {hour(opened.opened_at)}, {day_in_words(paper.profile, paper.day)}{until}.")
    yield led("2. Địa điểm:", sentence(paper.planned.place))
    yield led("3. Đảng viên của chi bộ:", _strength(paper))
    yield led("4. Có mặt:", _present(paper))
    if moved := list(_moved(paper)):
        yield dashes(moved)
    yield led("5. Vắng:", _absent(paper))
    if others := _others(paper):
        yield led("Đảng viên dự ngoài diện phải dự:", others)
    yield led("6. Đại biểu, khách mời:", _guests(paper))
    yield led("7. Chủ trì:", _held(paper, state.chairs, "chủ trì"))
    yield led("8. Thư ký:", _held(paper, state.takers, "ghi biên bản"))
    for dues in state.practice.dues.values():
        left = f"{dues.owing} đồng chí chưa nộp" if dues.owing else "không còn đồng chí nào chưa nộp"
        yield led(
            "9. Đảng phí:", f"tháng {int(dues.period[5:])}/{dues.period[:4]}: {dues.paid} đồng chí đã nộp, {left}."
        )


def _strength(paper: Paper) -> str:
    branch, day, order = paper.branch, paper.day, paper.order
    standing = [branch.standing_on(one, day) for one in order]
    status = [branch.status_on(one, day) for one in order]
    own = len(order) - standing.count("temporary_here")
    kinds = [("chính thức", standing.count("official")), ("dự bị", standing.count("probationary"))]
    within = [
        ("được miễn công tác và sinh hoạt", status.count("exempt")),
        ("tạm thời sinh hoạt nơi khác", status.count("temporary_elsewhere")),
        ("làm nhiệm vụ đặc biệt", status.count("special_mission")),
    ]
    parts = [f"tổng số {own} đồng chí ({_counts(kinds)})"]
    if away := _counts(within):
        parts.append(f"trong đó {away}")
    if here := standing.count("temporary_here"):
        parts.append(f"ngoài ra {here} đồng chí tạm thời sinh hoạt đến")
    return f"{'; '.join(parts)}. Diện phải dự: {len(paper.state.opened.base)} đồng chí."


def _counts(parts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{word} {count}" for word, count in parts if count)


def _present(paper: Paper) -> str:
    came = attendance(paper.state)
    there = [one for one in paper.state.opened.base if paper.state.presence.get(one)]
    standing = [paper.branch.standing_on(one, paper.day) for one in there]
    kinds = _counts([("chính thức", standing.count("official")), ("dự bị", standing.count("probationary"))])
    share = f"{percent(came.ever, came.base)}{f'; {kinds}' if kinds else ''}"
    return f"{came.ever}/{came.base} đồng chí ({share}): {paper.comrades(there) or 'không có'}."


def _moved(paper: Paper) -> Iterator[str]:
    """Who was not there from the opening to the end, with the times."""
    state = paper.state
    over = state.closed.closed_at if state.closed else None
    for member in paper.sorted(one for one in state.presence if state.presence[one]):
        stays = state.presence[member]
        whole = len(stays) == 1 and stays[0].from_at <= state.opened.opened_at
        if whole and stays[0].to_at in {None, over}:
            continue
        spans = [
            f"từ {hour(one.from_at)}" + (f" đến {hour(one.to_at)}" if one.to_at not in {None, over} else "")
            for one in stays
            if one.to_at is None or one.to_at >= one.from_at
        ]
        yield f"Đ/c {paper.name(member)} dự {', '.join(spans)}."


def _absent(paper: Paper) -> str:
    state = paper.state
    gone = [one for one in state.opened.base if not state.presence.get(one)]
    if not gone:
        return "không."
    excused = [one for one in gone if state.called.get(one) == "excused"]
    unexcused = [one for one in gone if state.called.get(one) == "unexcused"]
    unknown = [one for one in gone if one not in {*excused, *unexcused}]
    parts = [
        f"{words} {len(members)} ({paper.comrades(members)})"
        for words, members in (
            ("có lý do", excused),
            ("không có lý do", unexcused),
            ("chưa rõ lý do", unknown),
        )
        if members
    ]
    return f"{len(gone)} đồng chí: {'; '.join(parts)}."


def _others(paper: Paper) -> str:
    base = set(paper.state.opened.base)
    came = [one for one, stays in paper.state.presence.items() if stays and one not in base]
    return f"{paper.comrades(came)}." if came else ""


def _guests(paper: Paper) -> str:
    guests = paper.state.practice.guests
    if not guests:
        return "không."
    parts = []
    for id, guest in guests.items():
        name = paper.name(id) if guest.guest_kind == "follower" else paper.texts.get(id, {}).get("name")
        about = ", ".join(filter(None, [guest.position, _GUESTS[guest.guest_kind]]))
        parts.append(f"đ/c {name} ({about})" if name else f"một {_GUESTS[guest.guest_kind]}")
    return f"{'; '.join(parts)}."


def _held(paper: Paper, turns: Sequence[tuple[str, str]], what: str) -> str:
    names = [f"đ/c {paper.name(member)}" for _, member in turns]
    office = _office(paper, turns[0][1]) if what == "chủ trì" else ""
    rest = "".join(f"; từ {hour(start)}, {name} {what}" for (start, _), name in zip(turns[1:], names[1:], strict=True))
    return f"{names[0]}{office}{rest}."


def _office(paper: Paper, member: str) -> str:
    if member == paper.branch.secretary(paper.day):
        return ", bí thư chi bộ"
    if "deputy_secretary" in paper.branch.roles_on(member, paper.day):
        return ", phó bí thư chi bộ"
    return ""


# ------------------------------------------------------------------ II. agenda


def _agenda(paper: Paper) -> Iterator[Block]:
    yield Heading(level=1, number="II", text="Chương trình")
    if not paper.planned.agenda:
        yield said("Chi bộ không ghi chương trình riêng cho buổi họp này.")
        return
    yield Items(numbered=True, items=tuple((Run(text=sentence(one.text)),) for one in paper.planned.agenda))
    taken = paper.state.practice.taken
    if late := [number for number in paper.state.practice.out_of_order if taken[number].after]:
        yield said(
            "Chi bộ bàn không theo thứ tự: "
            + "; ".join(f"mục {number} sau mục {taken[number].after}" for number in late)
            + "."
        )


# ------------------------------------------------------------------ III. course


def _course(paper: Paper) -> Iterator[Block]:
    yield Heading(level=1, number="III", text="Diễn biến")
    parts: list[tuple[str, list[Block]]] = [
        ("Trong phòng họp", list(_changes(paper))),
        ("Thời sự, chuyên đề, văn bản mới, tình hình", list(_situation(paper))),
        ("Đánh giá tháng trước; tự phê bình và phê bình", list(_month(paper))),
        ("Thảo luận, ý kiến và cách xử lý", list(_talk(paper))),
        ("Kết luận của chủ trì", list(_conclusions(paper))),
        ("Biểu quyết", list(_votes(paper))),
        ("Phân công nhiệm vụ", list(_tasks(paper))),
        ("Chất lượng buổi sinh hoạt", list(_score(paper))),
    ]
    for number, (heading, blocks) in enumerate(((heading, blocks) for heading, blocks in parts if blocks), 1):
        yield Heading(level=2, number=str(number), text=heading)
        yield from blocks


def _changes(paper: Paper) -> Iterator[Block]:
    for one in paper.facts(AttendanceCorrected, MinuteTakerReplaced, ChairReplaced):
        yield said(told(one, paper.name, "vi"))


def _situation(paper: Paper) -> Iterator[Block]:
    for given in paper.briefings:
        yield led("Thông tin thời sự:", f"đ/c {paper.name(given.member_id)} trình bày.")
        yield dashes(
            f"{part}: {sentence(words)}"
            for part, words in (("Trong nước", given.national), ("Quốc tế", given.world), ("Địa phương", given.local))
        )
    for theme in paper.themes:
        yield led("Chuyên đề:", f"«{theme.theme.strip().rstrip('.')}», báo cáo: đ/c {paper.name(theme.member_id)}.")
    for one in paper.facts(PolicyDisseminated):
        title = f" («{one.fact.title}»)" if one.fact.title else ""
        yield said(
            told(one, paper.name, "vi").replace(f"văn bản {one.fact.doc_no}", f"văn bản {one.fact.doc_no}{title}")
        )
    for one in paper.facts(SituationNoted):
        yield led("Nhận xét tình hình:", paper.private(one.id, "text"))
    for one in paper.facts(EncouragementAssigned) if paper.reads else ():
        yield said(told(one, paper.name, "vi"))


def _month(paper: Paper) -> Iterator[Block]:
    for review in paper.state.branch_months.values():
        yield led("Ưu điểm:", sentence(review.strengths or "không nêu"))
        yield led("Khuyết điểm:", sentence(review.shortcomings or "không nêu"))
        if review.causes:
            yield led(
                "Nguyên nhân:",
                sentence("; ".join(f"{_CAUSES[one.kind]}: {one.text.rstrip('.')}" for one in review.causes)),
            )
    if paper.state.reviews:
        yield results_table(paper)
    elif paper.state.months:
        yield said("Không có việc nào đến hạn trong tháng.")
    for one in paper.facts(MemberMonthReviewed):
        yield from _remark(paper, one)
    for one in paper.facts(UrgentTaskAcknowledged):
        task = paper.tasks.get(one.fact.task_id)
        words = f": {sentence(task.text)}" if task else "."
        yield said(
            f"Chi bộ ghi nhận việc đột xuất của đ/c {paper.name(one.fact.member_id)} do "
            f"{one.fact.given_by.strip().rstrip('.')} giao{words}"
        )
    for one in paper.facts(SelfCriticismGiven, CriticismGiven):
        yield _criticism(paper, one)


def results_table(paper: Paper) -> Table:
    """Last month's tasks: whose, what, by when, what came of it."""
    return Table(
        columns=(
            Column(heading="TT", width=6, align="center"),
            Column(heading="Đồng chí", width=21),
            Column(heading="Nhiệm vụ", width=31),
            Column(heading="Hạn", width=15, align="center"),
            Column(heading="Kết quả", width=27),
        ),
        rows=tuple((str(number), *row) for number, row in enumerate(_results(paper), 1)),
        when_empty="Không có việc đến hạn.",
    )


def _results(paper: Paper) -> Iterator[tuple[str, ...]]:
    reviews = paper.state.reviews
    order = paper.sorted({member for _, member in reviews})
    for period, member in sorted(reviews, key=lambda key: (order.index(key[1]), key[0])):
        for review in reviews[period, member]:
            task = paper.tasks.get(review.task_id)
            causes = f"; nguyên nhân {', '.join(_CAUSES[one] for one in review.causes)}" if review.causes else ""
            after = f"; {_FOLLOW_UPS[review.follow_up]}" if review.follow_up else ""
            until = f" đến {review.extended_to:%d/%m/%Y}" if review.extended_to else ""
            yield (
                paper.name(member),
                sentence(task.text) if task else f"Việc {review.task_id}.",
                f"{task.due_at(paper.day):%d/%m/%Y}" if task else "",
                f"{OUTCOME_VI[review.outcome]}{causes}{after}{until}.",
            )


def _remark(paper: Paper, one: Any) -> Iterator[Block]:
    fact: MemberMonthReviewed = one.fact
    parts = [
        f"{word}: {paper.private(one.id, field)}"
        for word, field, there in (
            ("ưu điểm", "strengths", fact.strengths is not None),
            ("khuyết điểm", "shortcomings", fact.shortcomings is not None),
        )
        if there
    ]
    parts += [
        f"nguyên nhân {_CAUSES[cause.kind]}: {paper.private(one.id, f'causes.{place}')}"
        for place, cause in enumerate(fact.causes)
    ]
    if not parts:
        return
    lead = f"Nhận xét đ/c {paper.name(fact.member_id)}:"
    yield led(lead, " ".join(sentence(part) for part in parts) if paper.reads else KEPT_BACK)


def _criticism(paper: Paper, one: Any) -> Paragraph:
    fact: SelfCriticismGiven | CriticismGiven = one.fact
    lead = (
        f"Đ/c {paper.name(fact.member_id)} tự phê bình:"
        if isinstance(fact, SelfCriticismGiven)
        else f"Đ/c {paper.name(fact.by)} góp ý, phê bình đ/c {paper.name(fact.member_id)}:"
    )
    basis = f" Căn cứ: {', '.join(document.doc_no for document in fact.basis)}." if fact.basis else ""
    words = paper.private(one.id, "text") if fact.text is not None else "(không ghi nội dung)."
    return led(lead, words + basis)


def _talk(paper: Paper) -> Iterator[Block]:
    raised: dict[str, OpinionRecorded] = {one.fact.opinion_id: one.fact for one in paper.facts(OpinionRecorded)}
    disposed: dict[str, OpinionDisposed] = {one.fact.opinion_id: one.fact for one in paper.facts(OpinionDisposed)}
    speeches: dict[int, set[str]] = {}
    for member, item in paper.state.speeches:
        speeches.setdefault(item, set()).add(member)
    for number in sorted({*(one.item for one in raised.values()), *speeches}):
        words = paper.item(number)
        yield Heading(level=3, text=f"Mục {number}. {words}" if words else f"Mục {number}")
        if number in speeches:
            yield said(f"Phát biểu: {paper.comrades(speeches[number])}.")
        for id, opinion in raised.items():
            if opinion.item == number:
                yield from _opinion(paper, id, paper.state.opinions[id], disposed.get(id))


def _opinion(paper: Paper, id: str, opinion: Opinion, disposed: OpinionDisposed | None) -> Iterator[Block]:
    contrary = " (ý kiến trái chiều)" if opinion.contrary else ""
    yield led(f"Đ/c {paper.name(opinion.speaker_id)}{contrary}:", paper.private(id, "text"))
    yield Paragraph(runs=(Run(text="Xử lý: ", italic=True), Run(text=_disposal(paper, id, disposed))))


def _disposal(paper: Paper, id: str, disposed: OpinionDisposed | None) -> str:
    if disposed is None:
        return "chưa ghi cách xử lý."
    who = "chủ trì" if disposed.explained_by_chair else f"đ/c {paper.name(disposed.explained_by or '')}"
    explained = f"{who} giải thích: {paper.private(id, 'explanation')}" if disposed.explanation is not None else ""
    after = {
        None: "",
        "agreed": " Người nêu ý kiến đồng ý.",
        "reserves": " Người nêu ý kiến bảo lưu.",
        "not_present": " Người nêu ý kiến đã về trước lúc đó.",
    }[disposed.speaker_after]
    match disposed.how:
        case "accepted":
            return f"tiếp thu, đưa vào kết luận {disposed.conclusion_item}."
        case "contrary_explained":
            return f"{explained or f'{who} đã giải thích.'}{after}"
        case "reserved":
            return f"bảo lưu ý kiến{f', sau khi {explained}' if explained else '.'}"
        case "forwarded":
            return "chuyển lên cấp trên; sẽ báo lại khi có trả lời."
        case "to_be_answered":
            due = f", chậm nhất ngày {disposed.answer_due:%d/%m/%Y}" if disposed.answer_due else ""
            return f"đ/c {paper.name(disposed.answer_by or '')} sẽ trả lời{due}."


def _conclusions(paper: Paper) -> Iterator[Block]:
    conclusions = paper.state.conclusions
    if conclusions:
        yield conclusions_list(paper)
    for resolution in paper.state.resolutions.values():
        yield said(
            f"{sentence(resolution.title).rstrip('.')} được thông qua, số {resolution.doc_no}, với "
            f"{resolution.votes_for}/{resolution.vote_base} đảng viên có quyền biểu quyết tán thành "
            f"({percent(resolution.votes_for, resolution.vote_base)})."
        )


def conclusions_list(paper: Paper) -> Items:
    """The points the chair concluded, by number."""
    return Items(
        numbered=True,
        items=tuple(
            (
                Run(text=sentence(one.text)),
                *(
                    [Run(text=" (Không có ý kiến thảo luận trước khi kết luận.)", italic=True)]
                    if one.undiscussed
                    else []
                ),
            )
            for _, one in sorted(paper.state.conclusions.items())
        ),
    )


def _votes(paper: Paper) -> Iterator[Block]:
    votes = [one for one in paper.state.votes.values() if one.held.purpose != "minutes"]
    if not votes:
        return
    yield Table(
        columns=(
            Column(heading="Giờ", width=9, align="center"),
            Column(heading="Nội dung", width=28),
            Column(heading="Hình thức", width=11),
            Column(heading="Tán thành", width=10, align="center"),
            Column(heading="Không tán thành", width=12, align="center"),
            Column(heading="Ý kiến khác", width=10, align="center"),
            Column(heading="Kết quả", width=26),
        ),
        rows=tuple(_vote(one) for one in votes),
    )
    for one in paper.facts(VoteDisputed):
        yield said(told(one, paper.name, "vi"))


def _vote(vote: Vote) -> tuple[str, ...]:
    held = vote.held
    whole = held.base if held.out_of == "voting_members" else held.voters_present
    carried = "Được thông qua" if held.adopted else "Chưa được thông qua"
    again = "; đã kiểm đếm lại" if vote.recounted_by else ""
    about = sentence(held.about).rstrip(".") + (" (kiểm đếm lại)" if held.recount_of else "")
    return (
        hour(held.at).replace(" giờ ", ":"),
        about,
        _MODES[held.mode],
        str(held.for_),
        str(held.against),
        str(held.other),
        f"{carried} ({held.for_}/{whole}, cần từ {held.needed}){again}.",
    )


def _tasks(paper: Paper) -> Iterator[Block]:
    if paper.state.assignments:
        yield assignments_table(paper)


def assignments_table(paper: Paper) -> Table:
    """Who does what, with whom, by when, and at which meeting it is reported."""
    order = paper.sorted({one.member_id for one in paper.state.assignments.values()})
    given = sorted(
        paper.state.assignments.values(), key=lambda one: (order.index(one.member_id), one.due_on, one.task_id)
    )
    return Table(
        columns=(
            Column(heading="TT", width=6, align="center"),
            Column(heading="Đồng chí", width=20),
            Column(heading="Nhiệm vụ", width=28),
            Column(heading="Phối hợp", width=20),
            Column(heading="Thời hạn", width=14, align="center"),
            Column(heading="Báo cáo tại kỳ", width=12, align="center"),
        ),
        rows=tuple(
            (
                str(number),
                paper.name(one.member_id),
                sentence(one.text),
                paper.name(one.partner_id) if one.partner_id else "",
                f"{one.due_on:%d/%m/%Y}",
                f"{int(one.report_at[5:])}/{one.report_at[:4]}",
            )
            for number, one in enumerate(given, 1)
        ),
    )


def _score(paper: Paper) -> Iterator[Block]:
    score = paper.state.practice.score
    if score is not None:
        confirmed = "; chờ cấp trên xác nhận" if score.superior_confirms else ""
        yield said(
            f"Chi bộ tự chấm {comma(score.total)}/100 điểm, xếp loại {BAND_VI[score.band]}{confirmed} "
            "(có phiếu đánh giá kèm theo)."
        )


# ------------------------------------------------------------------ IV. adoption, close; corrections behind


def _end(paper: Paper) -> Iterator[Block]:
    state = paper.state
    adopted: MinutesAdopted | None = state.adopted
    yield Heading(level=1, number="IV", text="Thông qua biên bản, bế mạc")
    if adopted is None:
        yield said("Biên bản chưa được đọc lại và thông qua.")
        return
    closed = f" Buổi họp bế mạc lúc {hour(state.closed.closed_at)} cùng ngày." if state.closed else ""
    length = f", kéo dài {state.closed.minutes} phút" if state.closed else ""
    yield said(
        f"Thư ký đọc lại biên bản trước chi bộ; {adopted.votes_for}/{adopted.voters_present} đồng chí có quyền biểu "
        f"quyết đang có mặt tán thành lúc {hour(adopted.at)}.{closed.rstrip('.')}{length}{'.' if closed else ''}"
    )


def _correction(paper: Paper, one: CorrectionShown) -> Annex:
    granted = one.state == "accepted"
    on = f"{one.decided_on:%d/%m/%Y}" if one.decided_on else "…"

    def words(text: str | None) -> str:
        return sentence(text) if text is not None else KEPT_BACK

    body: list[Block] = [
        led("Người đề nghị:", f"đ/c {paper.name(one.by)}, ngày {one.on:%d/%m/%Y}."),
        led("Nơi đính chính:", sentence(one.line)),
        led("Đã ghi:", words(one.before)),
        led("Đề nghị ghi:", words(one.after)),
        led("Chi bộ quyết định:", f"{'đồng ý' if granted else 'không đồng ý'}, tại buổi họp ngày {on}."),
    ]
    if not granted:
        body.append(led("Lý do:", words(one.reason)))
    body.append(said("Biên bản đã thông qua được giữ nguyên; trang này kèm theo biên bản.", italic=True))
    return Annex(
        name="TRANG ĐÍNH CHÍNH" if granted else "ĐỀ NGHỊ ĐÍNH CHÍNH KHÔNG ĐƯỢC CHẤP NHẬN",
        title=f"Kèm theo biên bản {paper.state.adopted.doc_no}" if paper.state.adopted else "",
        body=tuple(body),
    )
