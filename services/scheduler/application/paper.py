"""The notice as a paper: when, where, who, about what; in the official form of the day it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from services.scheduler.application.knowledge import rules
from services.scheduler.application.look import Look, Name, look_at
from services.scheduler.projections import CalendarLine, Notice
from shared.authorise import Actor
from shared.days import civil_day
from shared.decision import Refused
from shared.documents.form import Block, Form, Heading, Items, Run, Signature, led, page, party_head, said
from shared.events.envelope import moment, parse_heard

if TYPE_CHECKING:
    from shared.rules import DocumentProfile
    from shared.service.from_roster import AsHeard
    from shared.store.views import ViewReader

_KIND = {
    "regular": "sinh hoạt chi bộ thường kỳ",
    "thematic": "sinh hoạt chi bộ chuyên đề",
    "combined": "sinh hoạt chi bộ thường kỳ kết hợp chuyên đề",
    "extraordinary": "sinh hoạt chi bộ bất thường",
    "committee": "họp chi ủy",
}
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_BECAUSE = {
    "moved": "vì buổi họp được dời",
    "agenda": "vì chương trình thay đổi",
    "recipients": "vì có thêm người nhận",
}
_KEPT_BACK = "(Nội dung chỉ chi bộ được đọc.)"


async def notice_form(  # noqa: PLR0917 - reading, asking and naming are three different permissions
    reader: ViewReader,
    branch: str,
    meeting_id: str,
    actor: Actor,
    name: Name,
    as_heard: AsHeard,
    *,
    place: str,
    today: date,
) -> Form:
    """The notice that stands, or a draft of it. Raises Refused when there is no such meeting.

    One that was sent tells list and names as they were known at its last change.
    """
    look = look_at(reader, branch, meeting_id, today, name)
    notice = look.shown.notices[-1] if look.shown.notices else None
    line: CalendarLine | None = reader.get("calendar", branch, f"meeting:{meeting_id}")
    profile, at = _profile(reader, look), moment(line.changed_at if line else "1970-01-01T00:00:00.000000Z")
    day = notice.issued_on if notice else civil_day(at)
    place = look.branch.place_on(day) or place
    then = await as_heard(parse_heard(line.heard)) if notice and line else None
    if then is not None:
        look = replace(look, branch=then[0], name=then[1])
    return Form(
        kind="notice",
        subject=meeting_id,
        stem=f"Thông báo {_KIND[look.shown.meeting_kind]} tháng {look.shown.period[5:]}-{look.shown.period[:4]}",
        at=at,
        page=page(profile),
        head=party_head(
            profile,
            look.branch.superior,
            look.branch.name,
            mark="TB",
            number=notice.doc_no if notice else None,
            day=day,
            place=place,
        ),
        name="THÔNG BÁO",
        title=tuple(_title(look, notice)),
        marks=tuple(_marks(look, notice)),
        body=tuple(_body(look, notice, profile, reads=bool(actor.roles & {"member", "service"}))),
        right=_signature(look, profile, notice.issued_on if notice else look.shown.on),
        recipients=tuple(_recipients(look, notice, profile)),
    )


def _profile(reader: ViewReader, look: Look) -> DocumentProfile:
    try:
        return rules(reader, look.branch.code).profile_for("document", look.shown.on, look.branch.code)
    except LookupError:
        raise Refused(
            f"Chưa có quy định thể thức văn bản nào cho ngày {look.shown.on:%d/%m/%Y}. Dữ liệu còn nguyên; đồng chí "
            "báo quản trị viên.",
            f"No form of documents is known for {look.shown.on:%d/%m/%Y}. The data is untouched; tell the operator.",
            code="not-found",
        ) from None


def _title(look: Look, notice: Notice | None) -> Iterator[str]:
    period = look.shown.period
    yield f"{_KIND[look.shown.meeting_kind].capitalize()} tháng {int(period[5:]):02} năm {period[:4]}"
    if notice is not None and notice.because in _BECAUSE:
        earlier = look.shown.notices[notice.revision - 2].doc_no
        replaced = f"Thông báo số {earlier}" if earlier else "thông báo trước"
        yield f"(thông báo lần {notice.revision}, thay {replaced} {_BECAUSE[notice.because]})"


def _marks(look: Look, notice: Notice | None) -> Iterator[str]:
    if look.shown.phase == "cancelled":
        yield "KHÔNG TỔ CHỨC – buổi họp đã hủy"
    elif notice is None:
        yield "DỰ THẢO – thông báo chưa gửi"


def _body(look: Look, notice: Notice | None, profile: DocumentProfile, *, reads: bool) -> Iterator[Block]:
    shown = look.shown
    hour, minute = shown.starts_at.split(":")
    days, months = profile.day(shown.on.day, shown.on.month)
    whose = "Chi ủy" if look.branch.has_committee(shown.on) else "Bí thư"
    yield said(f"{whose} thông báo buổi {_KIND[shown.meeting_kind]} như sau:")
    yield led(
        "Thời gian:",
        f"{hour} giờ {minute}, {_WEEKDAYS[shown.on.weekday()]}, ngày {days} tháng {months} năm {shown.on.year}.",
    )
    yield led("Địa điểm:", f"{shown.place.strip().rstrip('.')}.")
    told = notice.recipients if notice else ()
    if told:
        follower = "; đồng chí cấp ủy viên theo dõi chi bộ" if notice and notice.follower_id else ""
        yield led("Thành phần:", f"{len(told)} đồng chí thuộc diện dự họp{follower}.")
    if look.chair_id is not None:
        acting = " (được ủy quyền)" if shown.delegated_to else ""
        yield led("Chủ trì:", f"đ/c {look.name(look.chair_id)}{acting}.")
    if shown.minute_taker_id is not None:
        yield led("Thư ký:", f"đ/c {look.name(shown.minute_taker_id)}.")
    if look.briefing is not None:
        yield led("Thông tin thời sự:", f"đ/c {look.name(look.briefing.by)}.")
    if shown.agenda:
        yield Heading(level=1, number="", text="Nội dung")
        yield Items(numbered=True, items=tuple((Run(text=text),) for text in _agenda(look, reads=reads)))
    documents = [one.title for part in shown.materials for one in part.documents]
    if documents:
        yield led("Tài liệu:", f"{'; '.join(documents)}.")
    yield said(
        "Đề nghị các đồng chí dự họp đầy đủ, đúng giờ; đồng chí nào vắng mặt, báo trước với đồng chí chủ trì"
        f"{profile.text_ends_with.value}"
    )


def _agenda(look: Look, *, reads: bool) -> Iterator[str]:
    for item in look.shown.agenda:
        time = f" ({item.minutes} phút)" if item.minutes else ""
        yield _KEPT_BACK if item.private and not reads else f"{item.text.strip().rstrip('.')}{time}."


def _signature(look: Look, profile: DocumentProfile, day: date) -> Signature | None:
    """Whoever calls the meeting signs for the cell: the secretary, or the deputy where there is none."""
    secretary, deputy = look.branch.secretary(day), look.branch.deputy(day)
    who = secretary or deputy
    if who is None:
        return None
    office = "BÍ THƯ" if who == secretary else profile.signature.deputy_as.value
    return Signature(above=(profile.signature.on_behalf_of.value, office), name=look.name(who))


def _recipients(look: Look, notice: Notice | None, profile: DocumentProfile) -> Iterator[str]:
    committee = look.shown.meeting_kind == "committee"
    yield "Các đồng chí chi ủy viên," if committee else "Các đồng chí đảng viên trong chi bộ,"
    if notice is not None and notice.follower_id:
        yield "Cấp ủy viên theo dõi chi bộ,"
    yield profile.last_copy_to
