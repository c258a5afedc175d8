"""What a printed paper of a meeting is made from, and how papers write hours, people, shares and remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from services.minutes.application.asker import Asker
from services.minutes.application.words import facts_of, texts_of
from services.minutes.domain.known import Briefing, PlannedMeeting, Task, Theme
from services.minutes.domain.meeting import Meeting, evolve
from services.minutes.domain.minutes import MINUTES
from services.minutes.projections import MinutesBook
from shared import heard_rules
from shared.days import VIETNAM, civil_day
from shared.decision import Refused
from shared.documents.form import Signature
from shared.events.envelope import Recorded, moment
from shared.events.minutes import MeetingClosed, TaskOutcome
from shared.events.signatures import SigningRole
from shared.events.sitting import MeetingScored

if TYPE_CHECKING:
    from shared.branch import Branch
    from shared.rules import DocumentProfile, RuleBook
    from shared.store.views import ViewReader

PUBLIC = "BẢN CÔNG KHAI – đã lược phần chỉ chi bộ được đọc"
DRAFT = "DỰ THẢO – biên bản chưa được thông qua"
KEPT_BACK = "(Nội dung chỉ chi bộ được đọc.)"
ERASED = "(Nội dung đã xóa, không còn đọc được.)"
FULL_STOPS = (".", "!", "?", "…")
OUTCOME_VI: dict[TaskOutcome, str] = {
    "on_time": "Đúng hạn",
    "exceeded": "Vượt mức",
    "late": "Chậm",
    "failed": "Chưa hoàn thành",
}
KIND_VI = {
    "regular": "chi bộ thường kỳ",
    "thematic": "chi bộ chuyên đề",
    "combined": "chi bộ thường kỳ kết hợp chuyên đề",
    "extraordinary": "chi bộ bất thường",
    "committee": "chi ủy",
}


@dataclass(frozen=True)
class Signed:
    """A signature given in the system, as it is shown on paper."""

    role: SigningRole
    member_id: str
    at: str
    key: str
    """The beginning of the fingerprint of the key, enough to compare by eye."""


@dataclass(frozen=True)
class Paper:
    """One meeting as its papers tell it: everything up to its close, nothing of what came after."""

    branch: Branch
    planned: PlannedMeeting
    state: Meeting
    written: tuple[Recorded[Any], ...]
    texts: Mapping[str, Mapping[str, str | None]]
    tasks: Mapping[str, Task]
    scored: Recorded[MeetingScored] | None
    """The score, also where it was given after the close; for its own sheet."""
    themes: tuple[Theme, ...]
    profile: DocumentProfile
    rules: RuleBook
    name: Callable[[str], str]
    reads: bool
    """Whether what only the cell reads is printed."""
    place: str = ""
    """Where papers are dated; empty: to be written by hand."""

    @property
    def day(self) -> date:
        return _day(self.state)

    @property
    def at(self) -> datetime:
        """When the last fact told here was stored."""
        return max(moment(one.envelope.recordedtime) for one in self.written)

    @property
    def briefings(self) -> list[Briefing]:
        """Briefings given in this meeting and written down before it closed."""
        return [
            one
            for one in self.planned.briefings
            if self.state.presence.get(one.member_id)
            and (self.state.closed is None or moment(one.recorded_at) <= self.at)
        ]

    @property
    def order(self) -> tuple[str, ...]:
        """Everybody on the list that day, in roster order."""
        return self.branch.roster(self.day)

    @property
    def minutes_of(self) -> str:
        """«họp chi bộ thường kỳ tháng 10 năm 2026»."""
        return f"họp {KIND_VI[self.planned.kind]} {month(self.planned.period)}"

    def sorted(self, members: Iterable[str]) -> list[str]:
        """Members in roster order."""
        order = self.order
        return sorted(members, key=lambda one: (order.index(one) if one in order else len(order), one))

    def comrades(self, members: Iterable[str]) -> str:
        """Names in roster order, between commas."""
        return ", ".join(f"đ/c {self.name(one)}" for one in self.sorted(members))

    def private(self, fact: str, field: str) -> str:
        """Words only the cell reads; for others, or when their key is gone, what stands in their place."""
        text = self.texts.get(fact, {}).get(field)
        return sentence(text) if text is not None else ERASED if self.reads else KEPT_BACK

    def facts(self, *kinds: type[Any]) -> list[Recorded[Any]]:
        """What was written of these kinds, in the order of writing."""
        return [one for one in self.written if isinstance(one.fact, kinds)]

    def item(self, number: int | None) -> str:
        """The words of an item of the agenda."""
        return next((one.text for one in self.planned.agenda if one.number == number), "").rstrip(".")

    def marks(self) -> tuple[str, ...]:
        """What every page says of itself."""
        draft = (DRAFT,) if self.state.adopted is None else ()
        return draft if self.reads else (*draft, PUBLIC)

    def office(self, member: str) -> str:
        """Under which office a member signs for the cell."""
        if member == self.branch.secretary(self.day):
            return "BÍ THƯ"
        if "deputy_secretary" in self.branch.roles_on(member, self.day):
            return self.profile.signature.deputy_as.value
        return "CHỦ TRÌ"

    def for_the_cell(self, member: str) -> Signature:
        """The signature under a paper of the cell, with the profile's variant."""
        return Signature(above=(self.profile.signature.on_behalf_of.value, self.office(member)), name=self.name(member))


async def paper_of(reader: ViewReader, meeting_id: str, asker: Asker, place: str = "") -> Paper:
    """What the papers of a meeting are made from. Raises Refused when it was never opened."""
    branch = meeting_id.partition(":")[0]
    planned: PlannedMeeting | None = reader.get("meetings", branch, meeting_id)
    document: Branch | None = reader.get("branch", branch, "")
    book: MinutesBook | None = reader.get("minutes", branch, meeting_id)
    every = facts_of(book)
    written = tuple(_until_closed(every))
    state = reduce(lambda so_far, recorded: evolve(so_far, recorded.fact), written, MINUTES.initial)
    if planned is None or document is None or not isinstance(state, Meeting):
        raise Refused(
            f"Buổi họp {meeting_id} chưa khai mạc nên chưa có gì để in. Đồng chí in sau khi ghi khai mạc.",
            f"The meeting {meeting_id} has not been opened, so there is nothing to print. Print it once it is open.",
            code="not-found",
        )
    rules = rules_of(reader, branch)
    then, name = await _as_told_then(asker, document, written)
    return Paper(
        branch=then,
        planned=planned,
        state=state,
        written=written,
        texts=await texts_of(list(written), asker.opened),
        tasks={task.task_id: task for task in reader.scan("tasks", branch)},
        scored=next((one for one in reversed(every) if isinstance(one.fact, MeetingScored)), None),
        themes=tuple(one for one in reader.scan("themes", branch) if one.meeting_id == meeting_id),
        profile=document_profile(rules, planned.on, branch),
        rules=rules,
        name=name,
        reads=bool(asker.actor.roles & {"member", "service"}),
        place=document.place_on(_day(state)) or place,
    )


def _day(state: Meeting) -> date:
    return civil_day(moment(state.opened.opened_at))


async def _as_told_then(
    asker: Asker, document: Branch, written: Sequence[Recorded[Any]]
) -> tuple[Branch, Callable[[str], str]]:
    """The list and the names as they were known at the close: what roster wrote since changes no older paper."""
    last = written[-1]
    if asker.as_heard is None or not isinstance(last.fact, MeetingClosed):
        return document, asker.name
    return await asker.as_heard(last.heard) or (document, asker.name)


def document_profile(rules: RuleBook, day: date, branch: str) -> DocumentProfile:
    """The official form that held on a day. Raises Refused when none is known."""
    try:
        return rules.profile_for("document", day, branch)
    except LookupError:
        raise Refused(
            f"Chưa có quy định thể thức văn bản nào cho ngày {day:%d/%m/%Y}. Dữ liệu còn nguyên; đồng chí báo quản trị "
            "viên.",
            f"No form of documents is known for {day:%d/%m/%Y}. The data is untouched; tell the operator.",
            code="not-found",
        ) from None


def rules_of(reader: ViewReader, branch: str) -> RuleBook:
    """The rules published for a branch and those that come with chibo."""
    return heard_rules.rules(reader, branch)


def _until_closed(written: list[Recorded[Any]]) -> list[Recorded[Any]]:
    """Minutes do not change after the close: answers, corrections, days that passed stand beside them."""
    before = list(takewhile(lambda one: not isinstance(one.fact, MeetingClosed), written))
    return written[: len(before) + 1]


# ------------------------------------------------------------------ how papers write


def hour(at: str) -> str:
    """«14 giờ 25»."""
    local = moment(at).astimezone(VIETNAM)
    return f"{local.hour} giờ {local.minute:02}"


def day_in_words(profile: DocumentProfile, day: date) -> str:
    """«ngày 05 tháng 10 năm 2026», with the profile's noughts."""
    days, months = profile.day(day.day, day.month)
    return f"ngày {days} tháng {months} năm {day.year}"


def month(period: str) -> str:
    """«tháng 10 năm 2026»."""
    return f"tháng {int(period[5:7])} năm {period[:4]}"


def sentence(text: str) -> str:
    """People's own words with a full stop at the end and a capital at the beginning."""
    words = text.strip()
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words.endswith(FULL_STOPS) else ".")
