"""The minutes in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services.minutes.application.asker import Answer, Opened
from services.minutes.projections import MinutesBook
from shared import events
from shared.events.afterwards import AnyAfterwardsFact, EncouragementDone
from shared.events.envelope import LogName, Recorded, decode
from shared.events.minutes import (
    AssignmentDecided,
    AttendanceCorrected,
    AttendanceRecorded,
    BranchMonthReviewed,
    ChairReplaced,
    ConclusionReached,
    LastMonthReviewed,
    MeetingOpened,
    MemberArrived,
    MemberLeftMeeting,
    MemberMonthReviewed,
    MemberSpoke,
    MinutesFact,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    ResolutionAdopted,
    UrgentTaskAcknowledged,
    VoteDisputed,
    VoteHeld,
)
from shared.events.sealed import sealed_in
from shared.events.sitting import (
    AgendaItemTaken,
    CriticismGiven,
    DuesStatusReported,
    EncouragementAssigned,
    GuestPresent,
    MeetingScored,
    PolicyDisseminated,
    SelfCriticismGiven,
    SituationNoted,
)
from shared.sentences import sentence

if TYPE_CHECKING:
    from shared.authorise import Actor


class LineShown(Answer):
    """One line of the minutes: a fact in words."""

    fact: str
    index: int
    type: str
    at: str
    item: int | None
    vi: str
    en: str
    private: dict[str, str | None]
    """Sealed fields by name; None where they are not for this asker or their key is gone."""


class Section(Answer):
    """A part of the minutes, in the order of the agenda."""

    vi: str
    en: str
    lines: tuple[LineShown, ...]


_OPENING = ("Mở đầu", "Opening")
_SITUATION = ("Văn bản mới, tình hình", "New documents, the situation")
_MONTH = ("Đánh giá tháng trước", "The month behind")
_TALK = ("Thảo luận", "Discussion")
_CONCLUSION = ("Kết luận, biểu quyết", "Conclusion and votes")
_TASKS = ("Phân công", "Assignments")
_SCORE = ("Chấm điểm buổi sinh hoạt", "The meeting's score")
_AFTER = ("Sau buổi họp", "After the meeting")
_END = ("Thông qua biên bản, bế mạc", "Adoption and close")

SECTIONS: dict[tuple[str, str], tuple[type[MinutesFact], ...]] = {
    _OPENING: (
        MeetingOpened,
        AttendanceRecorded,
        MemberArrived,
        MemberLeftMeeting,
        AttendanceCorrected,
        MinuteTakerReplaced,
        ChairReplaced,
        GuestPresent,
        DuesStatusReported,
        AgendaItemTaken,
    ),
    _SITUATION: (PolicyDisseminated, SituationNoted, EncouragementAssigned),
    _MONTH: (
        BranchMonthReviewed,
        MemberMonthReviewed,
        LastMonthReviewed,
        UrgentTaskAcknowledged,
        SelfCriticismGiven,
        CriticismGiven,
    ),
    _TALK: (MemberSpoke, OpinionRecorded, OpinionDisposed, OpinionAnswered),
    _CONCLUSION: (VoteHeld, VoteDisputed, ConclusionReached, ResolutionAdopted),
    _TASKS: (AssignmentDecided,),
    _SCORE: (MeetingScored,),
}
"""Where each kind of line stands in the minutes; what is not named here comes at the end."""


def for_actor(actor: Actor, written: list[Recorded[Any]]) -> list[Recorded[Any]]:
    """Who is visited by whom is the cell's own matter."""
    if "member" in actor.roles:
        return written
    return [one for one in written if not isinstance(one.fact, EncouragementAssigned | EncouragementDone)]


def sections(
    written: list[Recorded[Any]], texts: dict[str, dict[str, str | None]], name: Callable[[str], str]
) -> tuple[Section, ...]:
    """The minutes in the order of the agenda; inside a part by item, then by time."""
    lines: dict[tuple[str, str], list[LineShown]] = {heading: [] for heading in (*SECTIONS, _END, _AFTER)}
    for recorded in written:
        heading = next((one for one, kinds in SECTIONS.items() if isinstance(recorded.fact, kinds)), _END)
        if isinstance(recorded.fact, VoteHeld) and recorded.fact.purpose == "minutes":
            heading = _END
        if isinstance(recorded.fact, AnyAfterwardsFact):
            heading = _AFTER
        lines[heading].append(_line(recorded, texts.get(recorded.id, {}), name))
    return tuple(
        Section(vi=vi, en=en, lines=tuple(sorted(of, key=lambda line: (line.item or 0, line.at, line.index))))
        for (vi, en), of in lines.items()
        if of
    )


def _line(recorded: Recorded[Any], private: dict[str, str | None], name: Callable[[str], str]) -> LineShown:
    return LineShown(
        fact=recorded.id,
        index=recorded.index,
        type=type(recorded.fact).__name__,
        at=recorded.envelope.time,
        item=getattr(recorded.fact, "item", None),
        vi=sentence(recorded, name, "vi"),
        en=sentence(recorded, name, "en"),
        private=private,
    )


def facts_of(book: MinutesBook | None) -> list[Recorded[Any]]:
    if book is None:
        return []
    return [decode(LogName.parse(one.log), one.index, one.raw.encode(), events.ALL) for one in book.written]


async def texts_of(written: list[Recorded[Any]], opened: Opened) -> dict[str, dict[str, str | None]]:
    """Opened texts by fact id, and by opinion id what belongs to the opinion, the latest words last."""
    found: dict[str, dict[str, str | None]] = {}
    for recorded in written:
        texts = {value.field: await opened(recorded.id, value) for value in sealed_in(recorded.fact)}
        found[recorded.id] = texts
        if isinstance(recorded.fact, GuestPresent):
            found.setdefault(recorded.fact.guest_id, {}).update(texts)
        if isinstance(recorded.fact, OpinionRecorded | OpinionDisposed | OpinionAnswered):
            found.setdefault(recorded.fact.opinion_id, {}).update(texts)
    return found
