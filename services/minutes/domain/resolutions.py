"""Resolutions: a number in the term, on a vote that adopted and still stands (R18)."""

from __future__ import annotations

from typing import ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes, Vote
from services.minutes.domain.session import Facts, in_session, opened
from services.minutes.domain.votes import must_carry, vote_of
from services.minutes.domain.wish import LEADS, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line, ShortId, instant
from shared.events.minutes import DocumentNumber, ResolutionAdopted
from shared.events.wording import clock
from shared.numbering import NumberSeries, next_number, numbered


class AdoptResolution(MinutesCommand):
    """Give a resolution its number, on a vote that adopted it."""

    READS_OWN: ClassVar[bool] = True
    MAY: ClassVar[frozenset[str]] = LEADS | {"minute_taker_of_the_day"}

    title: Line
    vote_id: ShortId
    doc_no: DocumentNumber | None = None
    """By default the next number of the term."""
    skipped_because: Line | None = None
    """Why numbers are left out, where they are."""


def adopt_resolution(minutes: Minutes, command: AdoptResolution, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    vote = vote_of(meeting, command.vote_id)
    for doc_no, resolution in meeting.resolutions.items():
        if resolution.vote_id == command.vote_id:
            if command.doc_no in {None, doc_no} and command.title == resolution.title:
                return ()
            raise Refused(
                f"Biểu quyết lúc {clock(vote.held.at)} đã cho nghị quyết số {doc_no}. Nghị quyết khác cần biểu quyết "
                "riêng: đồng chí ghi lần biểu quyết đó trước.",
                f"The vote of {clock(vote.held.at)} carried resolution no. {doc_no}. Another resolution needs its own "
                "vote: record that first.",
                code="R18",
            )
    in_session(minutes, asked)
    must_carry(meeting, vote)
    if vote.held.out_of != "voting_members" or not vote.held.adopted:
        raise _not_adopted(vote)
    if at := (instant(asked.time) if instant(asked.time) < vote.held.at else None):
        raise Refused(
            f"Nghị quyết không thể thông qua lúc {clock(at)}, trước biểu quyết lúc {clock(vote.held.at)}. Đồng chí xem "
            "lại giờ, hoặc chọn lại lần biểu quyết.",
            f"A resolution cannot be adopted at {clock(at)}, before the vote of {clock(vote.held.at)}. Check the time, "
            "or choose the vote again.",
            code="R18",
        )
    taken = [int(number.partition("-")[0]) for number in meeting.resolutions]
    series = asked.known.numbers.get("NQ", NumberSeries())
    following = next_number("NQ", asked.known.branch, series, taken)
    doc_no, skipped = numbered("NQ", following, command.doc_no, command.skipped_because)
    return (
        ResolutionAdopted(
            meeting_id=command.meeting_id,
            doc_no=doc_no,
            title=command.title,
            vote_id=command.vote_id,
            votes_for=vote.held.for_,
            vote_base=vote.held.base,
            skipped_because=skipped,
        ),
    )


def resolutions_must_stand(meeting: Meeting) -> None:
    """Refused while a numbered resolution hangs on a count that is in question."""
    for resolution in meeting.resolutions.values():
        must_carry(meeting, meeting.last_count(resolution.vote_id))


def _not_adopted(vote: Vote) -> Refused:
    held = vote.held
    among_present = 2 * held.for_ > held.voters_present
    share = "là hơn một nửa số có mặt nhưng chưa quá một nửa của" if among_present else "chưa quá một nửa của"
    share_en = (
        "more than half of those present, but not more than half of" if among_present else "not more than half of"
    )
    return Refused(
        f"{held.for_} tán thành {share} {held.base} đảng viên có quyền biểu quyết. Nghị quyết chưa được thông qua. "
        "Đồng chí bàn thêm rồi biểu quyết lại, hoặc để kỳ sau.",
        f"{held.for_} in favour: {share_en} the {held.base} members with a vote. The resolution is not adopted. "
        "Discuss it further and vote again, or leave it for next time.",
        code="R18",
    )
