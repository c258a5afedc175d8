"""What the chair concludes, with the opinions it takes up (R17)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, in_session, on_agenda, opened
from services.minutes.domain.wish import LEADS, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line
from shared.events.minutes import AgendaNumber, ConclusionItem, ConclusionReached


class Point(BaseModel):
    """One point of the conclusion; the opinions it takes up are those accepted into its number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: AgendaNumber
    text: Line
    agenda_item: AgendaNumber | None = None


class ReachConclusion(MinutesCommand):
    """Write down the chair's conclusion; a number said again is worded anew."""

    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day", "minute_taker"}

    items: Annotated[tuple[Point, ...], Field(min_length=1, max_length=15)]


def reach_conclusion(minutes: Minutes, command: ReachConclusion, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    items = tuple(_taken_up(meeting, point) for point in command.items)
    if all(_reads(meeting.conclusions.get(item.number)) == _reads(item) for item in items):
        return ()
    in_session(minutes, asked)
    numbers = [item.number for item in items]
    if len(set(numbers)) < len(numbers):
        raise Refused(
            "Hai kết luận mang cùng một số. Đồng chí đánh số lại.",
            "Two conclusions have the same number. Number them again.",
            code="R17",
        )
    for item in items:
        if item.agenda_item is not None:
            on_agenda(asked, item.agenda_item)
    return (
        ConclusionReached(
            meeting_id=command.meeting_id,
            items=items,
            replaces=tuple(number for number in numbers if number in meeting.conclusions),
        ),
    )


def accepted_must_be_concluded(meeting: Meeting) -> None:
    """Refused while an accepted opinion stands in no conclusion (R17)."""
    for opinion_id, opinion in meeting.opinions.items():
        if opinion.how == "accepted" and opinion.conclusion_item not in meeting.conclusions:
            raise Refused(
                f"Ý kiến {opinion_id} được tiếp thu vào kết luận {opinion.conclusion_item}, nhưng chưa có kết luận đó. "
                "Đồng chí ghi kết luận, hoặc chọn lại cách trả lời ý kiến.",
                f"Opinion {opinion_id} was taken into conclusion {opinion.conclusion_item}, which does not exist. "
                "Record the conclusion, or answer the opinion another way.",
                code="R17",
            )


def _taken_up(meeting: Meeting, point: Point) -> ConclusionItem:
    opinions = tuple(
        opinion_id
        for opinion_id, opinion in meeting.opinions.items()
        if opinion.how == "accepted" and opinion.conclusion_item == point.number
    )
    return ConclusionItem(
        number=point.number,
        text=point.text,
        agenda_item=point.agenda_item,
        opinion_ids=opinions,
        undiscussed=not opinions and not _discussed(meeting, point.agenda_item),
    )


def _discussed(meeting: Meeting, item: int | None) -> bool:
    """Somebody spoke on this item; without an item, on anything."""
    spoken = {opinion.item for opinion in meeting.opinions.values()} | {number for _, number in meeting.speeches}
    return bool(spoken) if item is None else item in spoken


def _reads(item: ConclusionItem | None) -> tuple[str, int | None] | None:
    return None if item is None else (item.text, item.agenda_item)
