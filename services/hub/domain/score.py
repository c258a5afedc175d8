"""The superior's word on the score a cell gave its meeting: confirmed as it is, or other marks with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.hub.domain.known import Known, ScoreSeen, Typed, still_there
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import MeetingId, ShortId
from shared.events.hub import MeetingScoreConfirmed
from shared.events.sitting import LineMark, Mark, MeetingScored
from shared.rules import ScoringProfile, WrongMarks, score


@dataclass(frozen=True)
class Confirmation:
    """The superior's last word on one meeting's score; none yet where ``confirmed`` is None."""

    confirmed: MeetingScoreConfirmed | None = None


class OtherMark(BaseModel):
    """The superior's mark on a line where it is not the cell's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ShortId
    mark: Mark


class ConfirmMeetingScore(Command):
    """Confirm a meeting's score; where a mark is another, with the reason."""

    MAY = frozenset({"superior"})

    meeting_id: MeetingId
    marks: Annotated[tuple[OtherMark, ...], Field(max_length=100)] = ()
    reason: Typed | None = None

    def subject(self, branch: str) -> str:  # noqa: ARG002 - the meeting's id begins with the branch
        return f"score/{self.meeting_id}"


def decide(
    confirmation: Confirmation, command: ConfirmMeetingScore, asked: Asked[Known]
) -> tuple[MeetingScoreConfirmed, ...]:
    """The score as confirmed, or why it cannot be."""
    still_there(asked)
    seen = asked.known.score
    if seen is None:
        raise Refused(
            "Chi bộ chưa chấm điểm buổi sinh hoạt này nên chưa có gì để xác nhận. Đồng chí xác nhận sau khi chi bộ "
            "chấm; nội dung đã nhập vẫn còn.",
            "The cell has not scored this meeting yet, so there is nothing to confirm. Confirm once it is scored.",
            code="not-scored",
        )
    fact = _confirmed(command, seen, _frame(seen), asked)
    before = confirmation.confirmed
    if before == fact:
        return ()
    if before is not None and before.scored == seen.fact_id:
        raise Refused(
            "Điểm buổi sinh hoạt này đã được xác nhận nên giữ nguyên. Nếu cần, đồng chí đề nghị chi bộ chấm lại, rồi "
            "xác nhận lại; nội dung đã nhập vẫn còn.",
            "This score has been confirmed and stays. Where needed, ask the cell to score anew, then confirm again.",
            code="confirmed",
        )
    return (fact,)


def _frame(seen: ScoreSeen) -> ScoringProfile:
    if seen.frame is None:
        raise Refused(
            f"Khung điểm {seen.scored.rubric} chưa công bố ở đây nên chưa xác nhận được. Đồng chí báo người quản trị "
            "công bố khung; nội dung đã nhập vẫn còn.",
            f"The frame {seen.scored.rubric} is not published here. Ask the operator to publish it first.",
            code="no-rules",
        )
    if not seen.frame.superior_confirms.value:
        raise Refused(
            f"Theo {seen.frame.title}, điểm do chi bộ chấm là điểm cuối cùng. Đồng chí không cần xác nhận, cứ xem điểm "
            "đã chấm; chưa có gì thay đổi.",
            f"By {seen.frame.ref} the cell's own score is final and needs no confirmation. See the score as it is; "
            "nothing has changed.",
            code="R23",
        )
    return seen.frame


def _confirmed(
    command: ConfirmMeetingScore, seen: ScoreSeen, frame: ScoringProfile, asked: Asked[Known]
) -> MeetingScoreConfirmed:
    own, others = _sheet(frame, seen.scored), {one.id: Decimal(one.mark) for one in command.marks}
    if len(others) < len(command.marks):
        raise Refused(
            "Một mục ghi điểm hai lần. Đồng chí xem lại phiếu; nội dung đã nhập vẫn còn.",
            "A line is marked twice. Check the sheet.",
            code="R23",
        )
    try:
        result = score(frame, _merged(frame, own, others))
        changed = tuple(
            LineMark(id=id, mark=_plain(mark), max=frame.line(id).max)
            for id, mark in others.items()
            if own.get(id) != mark
        )
    except WrongMarks as wrong:
        raise Refused(wrong.vi, wrong.en, code="R23") from None
    if changed and command.reason is None:
        raise Refused(
            f"Mục {', '.join(line.id for line in changed)} chấm khác chi bộ thì cần lý do. Đồng chí ghi lý do; nội "
            "dung đã nhập vẫn còn.",
            f"Line {', '.join(line.id for line in changed)} is marked otherwise than by the cell: give the reason.",
            code="reason",
        )
    return MeetingScoreConfirmed(
        branch=asked.branch,
        meeting_id=command.meeting_id,
        scored=seen.fact_id,
        rubric=frame.ref,
        cell_total=seen.scored.total,
        cell_band=seen.scored.band,
        changed=changed,
        total=_plain(result.total),
        band=result.band,
        reason=command.reason if changed else None,
    )


def _sheet(frame: ScoringProfile, scored: MeetingScored) -> dict[str, Decimal]:
    """The cell's marks as they were given: a group as a whole, or line by line."""
    lines = {line.id: Decimal(line.mark) for line in scored.lines}
    singly = {group.id for group in frame.groups if any(line.id in lines for line in group.criteria)}
    return lines | {line.id: Decimal(line.mark) for line in scored.marks if line.id not in singly}


def _merged(frame: ScoringProfile, own: Mapping[str, Decimal], others: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The superior's marks over the cell's; a group marked as a whole takes the place of its lines."""
    whole = {line.id for group in frame.groups if group.id in others for line in group.criteria} - set(others)
    return {id: mark for id, mark in own.items() if id not in whole} | dict(others)


def _plain(mark: Decimal) -> str:
    text = f"{mark:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def evolve(confirmation: Confirmation, fact: MeetingScoreConfirmed) -> Confirmation:  # noqa: ARG001 - the last word stands alone
    """The superior's last word."""
    match fact:
        case MeetingScoreConfirmed():
            return Confirmation(fact)
        case _:
            assert_never(fact)


SCORE: Noun[Confirmation, Known] = Noun(
    name="score",
    initial=Confirmation(),
    decide=decide,
    evolve=evolve,
    commands=(ConfirmMeetingScore,),
    profile=lambda state: None if state.confirmed is None else state.confirmed.rubric,
)
