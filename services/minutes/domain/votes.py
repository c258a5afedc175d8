"""Votes: counted against who could vote at that minute, disputed, counted again (R18)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes, Vote
from services.minutes.domain.session import Facts, comrades, in_session, must_be_there, opened
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import Line, MemberId, ShortId, instant, moment
from shared.events.minutes import (
    Count,
    VoteDisputed,
    VoteHeld,
    VoteMode,
    VotePurpose,
)
from shared.events.wording import clock
from shared.secret_ballot import Counted, must_show_nobody


class HoldVote(MinutesCommand):
    """Record a count: a show of hands or a secret ballot, totals only."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    vote_id: ShortId
    about: Line | None = None
    """May be left out when counting again."""
    purpose: VotePurpose = "resolution"
    mode: VoteMode = "open"
    for_: Count = Field(alias="for")
    against: Count
    other: Count = 0
    recount_of: ShortId | None = None


class DisputeVote(MinutesCommand):
    """Ask for a recount; until then the vote carries nothing."""

    MAY: ClassVar[frozenset[str]] = WRITES | {"self"}

    vote_id: ShortId
    member_id: MemberId
    """Who asks."""
    reason: Line


def hold_vote(minutes: Minutes, command: HoldVote, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if command.vote_id in meeting.votes:
        return _counted_so(meeting.votes[command.vote_id].held, command)
    in_session(minutes, asked)
    at = instant(asked.time)
    first = _to_recount(meeting, command, at)
    about = command.about or (first.about if first else None)
    if about is None:
        raise Refused(
            "Đồng chí ghi biểu quyết về việc gì.",
            "Say what the vote is about.",
            code="no-subject",
        )
    if first is not None and about != first.about:
        raise Refused(
            f"Lần kiểm đếm lại phải về đúng việc đã biểu quyết lúc {clock(first.at)}: «{first.about}». Việc khác, đồng "
            "chí ghi thành biểu quyết riêng.",
            f"A recount is on what was voted on at {clock(first.at)}: “{first.about}”. Record another matter as a vote "
            "of its own.",
            code="R18",
        )
    purpose, mode = (first.purpose, first.mode) if first else (command.purpose, command.mode)
    _could_be_cast(meeting, command, mode, at, asked)
    if mode == "secret":
        _must_stay_secret(meeting, about, at)
    there, rules = meeting.voters_present(at), meeting.opened.rules
    whole = there if purpose == "minutes" else meeting.opened.vote_base
    adopted = rules.adoption.meets(command.for_, whole)
    return (
        VoteHeld(
            meeting_id=command.meeting_id,
            vote_id=command.vote_id,
            about=about,
            purpose=purpose,
            at=at,
            mode=mode,
            voters_present=there,
            base=meeting.opened.vote_base,
            out_of="voters_present" if purpose == "minutes" else "voting_members",
            needed=rules.adoption.needed(whole),
            for_=command.for_,
            against=command.against,
            other=command.other,
            adopted=adopted,
            recount_of=command.recount_of,
            recount_of_at=first.at if first else None,
            voids=None if adopted else _carried(meeting, command.recount_of),
        ),
    )


def _counted_so(held: VoteHeld, command: HoldVote) -> Facts:
    said = (command.for_, command.against, command.other, command.recount_of)
    if said == (held.for_, held.against, held.other, held.recount_of) and command.about in {None, held.about}:
        return ()
    raise Refused(
        f"Biểu quyết {held.vote_id} lúc {clock(held.at)} đã ghi là {held.tally} và được giữ. Nếu đếm sai, đồng chí "
        "dùng «Kiểm đếm lại»; nếu là việc khác, ghi với mã khác.",
        f"Vote {held.vote_id} of {clock(held.at)} is written down as {held.tally} and kept. Ask for a recount if it "
        "was miscounted; use another id for another vote.",
        code="already-counted",
    )


def _to_recount(meeting: Meeting, command: HoldVote, at: str) -> VoteHeld | None:
    """The count that is done again, if any. Refused when nobody asked for it or it was done already."""
    if command.recount_of is None:
        return None
    vote = vote_of(meeting, command.recount_of)
    if vote.recounted_by is not None:
        raise _counted_again(vote)
    if vote.disputed_by is None:
        raise Refused(
            f"Chưa ai đề nghị kiểm đếm lại biểu quyết lúc {clock(vote.held.at)}. Đồng chí ghi ai đề nghị, vì sao, "
            "rồi kết quả đếm lại.",
            f"Nobody has asked to recount the vote of {clock(vote.held.at)}. Say who asks and why, then count.",
            code="R18",
        )
    if at < vote.held.at:
        raise Refused(
            f"Kiểm đếm lại không thể trước lần đếm đầu lúc {clock(vote.held.at)}. Đồng chí xem lại giờ.",
            f"A recount cannot come before the count of {clock(vote.held.at)}. Check the time.",
            code="R18",
        )
    return vote.held


def _could_be_cast(meeting: Meeting, command: HoldVote, mode: VoteMode, at: str, asked: Asked[Known]) -> None:
    total, there = command.for_ + command.against + command.other, meeting.voters_present(at)
    if total > there:
        silent = _present_without_vote(meeting, at, asked)
        raise Refused(
            f"Cộng lại là {total} phiếu nhưng lúc {clock(at)} chỉ có {there} đồng chí có quyền biểu quyết"
            f"{f' ({silent})' if silent else ''}. Đồng chí kiểm đếm lại.",
            f"That makes {total} votes, but at {clock(at)} only {there} voters were present. Count again.",
            code="R18",
        )
    if total == 0:
        raise Refused(
            "Chưa có phiếu nào được đếm. Đồng chí ghi số tán thành, không tán thành và ý kiến khác.",
            "No vote was counted. Give the numbers for, against and other.",
            code="R18",
        )
    if mode == "secret" and total < meeting.opened.rules.secret_minimum:
        raise Refused(
            f"Không ghi được phiếu kín khi dưới {meeting.opened.rules.secret_minimum} người bỏ phiếu, vì sẽ lộ người "
            "bỏ. Đồng chí dùng biểu quyết giơ tay hoặc để kỳ sau.",
            f"A secret ballot needs at least {meeting.opened.rules.secret_minimum} voters, or it would show who voted "
            "how. Use a show of hands or leave it for next time.",
            code="R35",
        )


def _must_stay_secret(meeting: Meeting, about: str, at: str) -> None:
    """Refused beside another tally on the matter, counted again or put to the vote anew, that would show ballots."""
    kept = [
        Counted(moment(vote.held.at), meeting.voters_there(vote.held.at))
        for vote in meeting.votes.values()
        if vote.held.mode == "secret" and vote.held.about.casefold() == about.casefold()
    ]
    must_show_nobody(meeting.voters_there(at), kept, meeting.opened.rules.secret_minimum)


def _present_without_vote(meeting: Meeting, at: str, asked: Asked[Known]) -> str:
    branch = asked.known.branch
    present = [member for member in sorted(meeting.there(at)) if member not in meeting.opened.voters]
    probationary = [
        member for member in present if branch is not None and branch.standing_on(member, asked.today) == "probationary"
    ]
    others = [member for member in present if member not in probationary]
    said = [f"{comrades(probationary)} là đảng viên dự bị"] if probationary else []
    return ", ".join([*said, *([f"{comrades(others)} không có quyền biểu quyết"] if others else [])])


def dispute_vote(minutes: Minutes, command: DisputeVote, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    vote, at = vote_of(meeting, command.vote_id), instant(asked.time)
    if vote.disputed_by == command.member_id:
        return ()
    in_session(minutes, asked)
    if vote.recounted_by is not None:
        raise _counted_again(vote)
    if vote.disputed_by is not None:
        raise Refused(
            f"Đ/c {vote.disputed_by} đã đề nghị kiểm đếm lại biểu quyết lúc {clock(vote.held.at)}. Đồng chí ghi kết "
            "quả đếm lại.",
            f"{vote.disputed_by} has already asked to recount the vote of {clock(vote.held.at)}. Record the recount.",
            code="R18",
        )
    must_be_there(meeting, command.member_id, at)
    if command.member_id not in meeting.opened.voters or at < vote.held.at:
        raise Refused(
            f"Chỉ đồng chí có quyền biểu quyết mới đề nghị kiểm đếm lại, sau lần đếm lúc {clock(vote.held.at)}. Đồng "
            "chí xem lại người đề nghị và giờ.",
            f"Only somebody with a vote can ask for a recount, after the count of {clock(vote.held.at)}. Check who "
            "asked, and the time.",
            code="R18",
        )
    return (
        VoteDisputed(
            meeting_id=command.meeting_id,
            vote_id=command.vote_id,
            by=command.member_id,
            reason=command.reason,
            vote_at=vote.held.at,
            for_=vote.held.for_,
            against=vote.held.against,
            other=vote.held.other,
        ),
    )


def must_carry(meeting: Meeting, vote: Vote) -> None:
    """Refused when the count is not the last word: counted again, disputed, or above who could vote then."""
    if vote.recounted_by is not None:
        raise _counted_again(vote)
    if vote.disputed_by is not None:
        raise Refused(
            f"Biểu quyết lúc {clock(vote.held.at)} đang được đ/c {vote.disputed_by} đề nghị kiểm đếm lại. Đồng chí ghi "
            "kết quả đếm lại trước.",
            f"{vote.disputed_by} has asked to recount the vote of {clock(vote.held.at)}. Record the recount first.",
            code="R18",
        )
    if not meeting.stands(vote):
        there = meeting.voters_present(vote.held.at)
        raise Refused(
            f"Biểu quyết lúc {clock(vote.held.at)} có {vote.ballots} phiếu, nhưng theo giờ có mặt đã sửa thì lúc đó "
            f"chỉ có {there} đồng chí có quyền biểu quyết. Đồng chí đề nghị kiểm đếm lại.",
            f"The vote of {clock(vote.held.at)} has {vote.ballots} ballots, but by the times as they stand now only "
            f"{there} voters were present. Ask for a recount.",
            code="R18",
        )


def vote_of(meeting: Meeting, vote_id: str) -> Vote:
    """The vote of that id. Refused when there is none."""
    if vote_id in meeting.votes:
        return meeting.votes[vote_id]
    raise Refused(
        f"Buổi họp này chưa ghi biểu quyết {vote_id}. Đồng chí ghi kết quả biểu quyết trước.",
        f"This meeting has no vote {vote_id}. Record the count first.",
        code="no-vote",
    )


def _counted_again(vote: Vote) -> Refused:
    return Refused(
        f"Biểu quyết lúc {clock(vote.held.at)} đã được kiểm đếm lại (lần biểu quyết {vote.recounted_by}). Đồng chí "
        "dùng kết quả đếm lại; cả hai lần đều được lưu.",
        f"The vote of {clock(vote.held.at)} was counted again (vote {vote.recounted_by}). Use the recount; both are "
        "kept.",
        code="R18",
    )


def _carried(meeting: Meeting, recount_of: str | None) -> str | None:
    """The number of the resolution that hangs on the vote now counted again."""
    if recount_of is None:
        return None
    first = meeting.first_count(recount_of)
    return next(
        (doc_no for doc_no, one in meeting.resolutions.items() if meeting.first_count(one.vote_id) == first), None
    )
