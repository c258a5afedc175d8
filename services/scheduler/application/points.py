"""What is open before the notice leaves, and what to mind until the meeting opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from services.scheduler.application.look import Look, Name, Point, look_at, own_name
from services.scheduler.domain.agenda import lacks
from services.scheduler.domain.calendar import (
    lead_days,
    month,
)
from services.scheduler.domain.known import preparation_on
from services.scheduler.domain.notice import recipients_on
from services.scheduler.domain.plan import REGULAR
from services.scheduler.domain.rotation import (
    Turn,
    substitutes,
)
from services.scheduler.domain.sending import leaves_at, sending_on
from shared.branch import Branch
from shared.days import VIETNAM
from shared.events.wording import inline, many, percent, percent_en

if TYPE_CHECKING:
    from shared.store.views import ViewReader


def open_points(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = own_name) -> list[Point]:
    """What is not settled before the notice leaves (R37). Raises Refused when there is no such meeting."""
    return list(points_open(look_at(reader, branch, meeting_id, today, name)))


def points_open(look: Look) -> Iterator[Point]:
    shown = look.shown
    if shown.phase != "planned":
        return
    yield from _tasks_open(look)
    if not shown.agenda:
        yield Point(code="agenda", vi="Chương trình còn trống.", en="The agenda is empty.")
    yield from _agenda_open(look)
    early = tuple(draft for draft in look.standing if draft.due_on < shown.on)
    if early:
        yield Point(
            code="R19",
            vi=f"{len(early)} dự kiến có hạn đứng trước ngày họp {shown.on:%d/%m/%Y}: lập lại hoặc rút.",
            en=f"Drafts due before the meeting of {shown.on:%d/%m/%Y}: {len(early)}. Replace or withdraw them.",
            members=tuple(draft.member_id for draft in early),
            items=tuple(draft.draft_id for draft in early),
        )
    if not shown.notices:
        yield from _before_notice(look)


def _agenda_open(look: Look) -> Iterator[Point]:
    """What the agenda lacks against the rules' order and least time (R16, R8)."""
    shown, profile = look.shown, preparation_on(look.known, look.branch.code, look.shown.on)
    if profile is None or not shown.agenda:
        return
    found = lacks(profile, look.rules, look.branch, kind=shown.meeting_kind, on=shown.on, agenda=shown.agenda)
    if found.omitted:
        items = "; ".join(inline(item.text, lower=False) for item in found.omitted)
        yield Point(
            code="R16",
            vi=f"Chương trình còn thiếu: {items}.",
            en=f"The agenda lacks: {items}.",
            items=tuple(item.code for item in found.omitted),
        )
    if found.short_by:
        yield Point(
            code="R8",
            vi=f"Tổng thời gian chương trình thiếu {found.short_by} phút so với mức tối thiểu của buổi họp.",
            en=f"The agenda sums to {found.short_by} minutes below the least time of such a meeting.",
        )


def _tasks_open(look: Look) -> Iterator[Point]:
    if look.untaken:
        texts = "; ".join(inline(item.text, lower=False) for item in look.untaken)
        yield Point(
            code="items-nobody-took",
            vi=f"Còn {len(look.untaken)} nội dung chương trình công tác chưa ai nhận: {texts}.",
            en=f"Programme items nobody took: {len(look.untaken)}: {texts}.",
            items=tuple(item.id for item in look.untaken),
        )
    if look.idle:
        yield Point(
            code="without-task",
            vi=f"Còn {len(look.idle)} đồng chí chưa có việc: {look.named(look.idle)}.",
            en=f"Members without a task: {look.named(look.idle)}.",
            members=look.idle,
        )


def _before_notice(look: Look) -> Iterator[Point]:
    shown, charter = look.shown, look.branch.charter
    asks = charter is not None and charter.notice_requires_committee and shown.meeting_kind != "committee"
    if asks and not shown.preparations:
        yield Point(
            code="R37",
            vi="Chưa ghi buổi họp chi ủy chuẩn bị: ghi buổi họp đó trước, hoặc gửi thông báo và nêu lý do.",
            en="No preparation by the committee is on record: record it first, or send the notice and say why.",
        )
    lead = lead_days(shown.on, look.today)
    if 0 <= lead < shown.notice_days:
        late = shown.notice_days - lead
        yield Point(
            code="R1",
            vi=f"Gửi hôm nay thì báo trước {lead} ngày, muộn {late} ngày (quy ước {shown.notice_days} ngày): "
            "cần nêu lý do.",
            en=f"Sent today the notice is {many(lead, 'day')} ahead, late by {late} (the charter asks "
            f"{shown.notice_days}): a reason is needed.",
        )
    elif lead >= 0:
        yield Point(
            code="notice-due",
            vi=f"Gửi thông báo chậm nhất ngày {shown.notice_due_on:%d/%m/%Y}; gửi hôm nay là trước {lead} ngày, "
            "đúng hạn.",
            en=f"The notice is due by {shown.notice_due_on:%d/%m/%Y}; sent today it is {many(lead, 'day')} ahead, "
            "on time.",
        )
    way = sending_on(look.known, look.branch.code, shown.on)
    leaves = leaves_at(shown.notice_due_on, way.hour).astimezone(VIETNAM)
    if way.by_itself and shown.notice_days and look.today <= shown.notice_due_on:
        yield Point(
            code="by-itself",
            vi=f"Thông báo tự gửi lúc {leaves:%H:%M} ngày {leaves:%d/%m/%Y}, khi chi ủy đã họp chuẩn bị.",
            en=f"The notice leaves by itself at {leaves:%H:%M} on {leaves:%d/%m/%Y}, once the committee has prepared.",
        )
    paper = tuple(
        who for who in recipients_on(look.branch, shown.on, shown.meeting_kind) if _on_paper(look.branch, who)
    )
    if paper:
        yield Point(
            code="on-paper",
            vi=f"In thông báo và trao tay cho {len(paper)} đồng chí không dùng điện thoại thông minh: "
            f"{look.named(paper)}; chưa đánh dấu thì chưa đủ.",
            en=f"Print the notice and hand it to those without a smartphone: {look.named(paper)}; tick when done.",
            members=paper,
        )


def _on_paper(branch: Branch, member_id: str) -> bool:
    member = branch.member(member_id)
    return member is not None and member.reach == "paper"


def advice(reader: ViewReader, branch: str, meeting_id: str, today: date, name: Name = own_name) -> list[Point]:
    """What to mind until the meeting opens. Raises Refused when there is no such meeting."""
    return list(advice_on(look_at(reader, branch, meeting_id, today, name)))


def advice_on(look: Look) -> Iterator[Point]:
    if look.shown.phase != "planned":
        return
    yield from _briefing_advice(look)
    yield from _office_advice(look)
    yield from _proof_advice(look)
    yield from _attendance_advice(look)


def _briefing_advice(look: Look) -> Iterator[Point]:
    """Who briefs: nobody yet, somebody who is away, or somebody who also chairs."""
    if look.shown.meeting_kind not in REGULAR:
        return
    turn, period = look.briefing, month(look.shown.period)
    if turn is None:
        yield Point(
            code="briefing",
            vi=f"Chưa phân công thông tin thời sự tháng {period}.",
            en=f"Nobody is assigned the current-affairs briefing of {period}.",
        )
        return
    if turn.delivered:
        return
    away = {who for who, intends in look.shown.intentions.items() if intends == "excused"}
    delegated = look.shown.delegated_from if look.shown.delegated_to else None
    if turn.by in away or turn.by == delegated:
        line = substitutes(look.rotation.rotation, turn, look.known, look.branch, look.shown.on)
        yield from _next_in_line(look, turn, tuple(one.member_id for one in line[:2]))
    elif turn.by == look.chair_id and look.shown.delegated_to is not None:
        yield _chairs_and_briefs(look, turn.by, ())


def _next_in_line(look: Look, turn: Turn, line: tuple[str, ...]) -> Iterator[Point]:
    if not line:
        return
    first, others = line[0], line[1:]
    if first == look.chair_id:
        yield _chairs_and_briefs(look, first, others)
        return
    yield Point(
        code="R12",
        vi=f"Đ/c {look.name(turn.by)} vắng, được phân công thời sự: kế tiếp là đ/c {look.name(first)}.",
        en=f"{look.name(turn.by)}, assigned the briefing, is away: next in line is {look.name(first)}.",
        members=(first,),
    )


def _chairs_and_briefs(look: Look, who: str, others: tuple[str, ...]) -> Point:
    instead_vi = f"; chọn đ/c {look.name(others[0])}?" if others else "."
    instead_en = f"; choose {look.name(others[0])}?" if others else "."
    return Point(
        code="chairs-and-briefs",
        vi=f"Đ/c {look.name(who)} sẽ vừa chủ trì vừa trình bày thời sự{instead_vi}",
        en=f"{look.name(who)} will both chair and brief{instead_en}",
        members=(who, *others),
    )


def _office_advice(look: Look) -> Iterator[Point]:
    shown = look.shown
    away = {who for who, intends in shown.intentions.items() if intends == "excused"}
    if look.chair_id is None or look.chair_id in away:
        yield Point(
            code="chair",
            vi="Chưa rõ ai chủ trì: bí thư vắng thì ủy quyền cho phó bí thư.",
            en="It is not settled who chairs: the secretary, when away, delegates to the deputy.",
        )
    if shown.minute_taker_id is None or shown.minute_taker_id in away:
        yield Point(
            code="R13",
            vi="Chưa có thư ký ghi biên bản dự họp; thư ký không phải là chủ trì.",
            en="Nobody who is coming is named to take the minutes; not the chair.",
        )


def _proof_advice(look: Look) -> Iterator[Point]:
    missing = tuple(one.member_id for one in look.proofs if not one.proven)
    if missing:
        proven = len(look.proofs) - len(missing)
        yield Point(
            code="R10",
            vi=f"Thông báo mới chắc chắn tới {proven} trên {len(look.proofs)} người; còn {look.named(missing)}.",
            en=f"The notice is proven to have reached {proven} of {len(look.proofs)}; not yet {look.named(missing)}.",
            members=missing,
        )
    move = look.shown.moves[-1] if look.shown.moves else None
    if move is not None and move.notified_before and move.acknowledged_by is None and look.branch.follower:
        yield Point(
            code="acknowledgement",
            vi="Cấp ủy theo dõi chưa xác nhận việc dời buổi họp.",
            en="The superior's follower has not acknowledged the move.",
            members=(look.branch.follower.id,),
        )
    if look.shown.notices and not look.shown.materials:
        by = look.shown.on - timedelta(days=look.rules.materials_days.value)
        yield Point(
            code="R3",
            vi=f"Chưa gửi tài liệu; gửi chậm nhất ngày {by:%d/%m/%Y}.",
            en=f"No materials are posted; due by {by:%d/%m/%Y}.",
        )


def _attendance_advice(look: Look) -> Iterator[Point]:
    if look.shown.meeting_kind == "committee":
        return
    base = len(look.branch.base(look.shown.on))
    share = look.rules.attendance
    spare = base - share.needed(base)
    away = sum(intends == "excused" for intends in look.shown.intentions.values())
    if base and spare <= away:
        vi = f"Chi bộ {base} đồng chí: vắng {spare + 1} là dưới {percent(share.numerator, share.denominator)}"
        en = f"Of {base} members {spare + 1} absent is below {percent_en(share.numerator, share.denominator)}"
        yield Point(
            code="attendance",
            vi=f"{vi}; đã có {away} đồng chí xin vắng." if away else f"{vi}.",
            en=f"{en}; {away} asked to be excused." if away else f"{en}.",
        )
