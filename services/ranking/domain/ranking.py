"""A month's ranking: each member's own word, what the criteria give from facts, what the cell votes and concludes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.ranking.domain.criteria import evaluate
from services.ranking.domain.known import (
    OF_THE_DAY,
    OFFICERS,
    Known,
    decided_elsewhere,
    rests_on,
    sitting,
    working_branch,
)
from services.ranking.domain.late_rules import notice, opened_again
from shared import periods
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.appraisal import RankingReopened
from shared.events.envelope import MeetingId, MemberId, Period
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.ranking import (
    RANK_WORDS,
    AnyRankingFact,
    CellVote,
    MemberEvaluated,
    MemberRanked,
    Rank,
    RankingOpened,
    RankingVoted,
    SelfAssessmentFiled,
)
from shared.events.sealed import PrivateText, Secret
from shared.events.wording import many, percent
from shared.rules import MonthlyRankingProfile

Month = Annotated[Period, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Hands = Annotated[int, Field(ge=0, le=9999)]

# ---------------------------------------------------------------- commands


class RankingCommand(Command):
    """A wish about the ranking of one month."""

    period: Month

    def subject(self, branch: str) -> str:
        return f"ranking/{branch}:{self.period}"


class OpenRanking(RankingCommand):
    """Begin a month's ranking; its criteria stay the same to the end."""

    MAY = frozenset({"secretary", "deputy_secretary", "clock"})


class FileSelfAssessment(RankingCommand):
    """Say what rank the month deserves: oneself only, though somebody else may enter it from paper."""

    MAY = frozenset({"self"})

    member_id: MemberId
    proposed_rank: Rank
    points: Annotated[int, Field(ge=0, le=100)] | None = None
    text: PrivateText | None = None


class EvaluateMembers(RankingCommand):
    """Work out from the facts what the criteria give each member."""

    MAY = OFFICERS
    READS_OWN = True


class RecordRankingVote(RankingCommand):
    """Write down how the cell voted on one member's rank."""

    MAY = frozenset({"secretary", "deputy_secretary", "minute_taker"}) | OF_THE_DAY

    meeting_id: MeetingId
    member_id: MemberId
    rank: Rank
    for_: Hands = Field(alias="for")
    against: Hands
    other: Hands

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True, serialize_by_alias=True)


class Entry(BaseModel):
    """One member's rank as the cell concludes it; needed only where it is not the computed one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: MemberId
    rank: Rank
    reason: PrivateText | None = None


class ConcludeRanking(RankingCommand):
    """Conclude the month's ranks in a meeting; members not named keep the computed rank."""

    MAY = frozenset({"secretary", "deputy_secretary", "chair_of_the_day"})
    READS_OWN = True

    meeting_id: MeetingId
    entries: Annotated[tuple[Entry, ...], Field(max_length=2000)] = ()


class ReopenMonth(RankingCommand):
    """Open a concluded month again, because the cell so decided in a meeting, with its reason."""

    MAY = frozenset({"secretary", "deputy_secretary", "chair_of_the_day"})

    meeting_id: MeetingId
    reason: PrivateText


class FollowNewMonthRules(RankingCommand):
    """Begin a month that is not concluded anew under rules that were heard after it was opened, with the reason."""

    MAY = frozenset({"secretary", "deputy_secretary"})

    reason: PrivateText


class NoticeLateMonthRules(RankingCommand):
    """Other rules than the pinned ones would be chosen now."""

    MAY = frozenset({"clock"})
    READS_OWN = True


# ---------------------------------------------------------------- state


AnyMonthFact = AnyRankingFact | RankingReopened | LateRankingRulesNoticed


@dataclass(frozen=True)
class Ranking:
    """One month's ranking from its opening to its conclusion; the latest word on each member."""

    phase: Literal["not_open", "open", "concluded"] = "not_open"
    opened: RankingOpened | None = None
    assessed: Mapping[str, SelfAssessmentFiled] = field(default_factory=dict)
    evaluated: Mapping[str, MemberEvaluated] = field(default_factory=dict)
    voted: Mapping[str, RankingVoted] = field(default_factory=dict)
    ranked: Mapping[str, MemberRanked] = field(default_factory=dict)
    told_late: tuple[str, ...] = ()
    """The rules that were noticed to have come late."""


def evolve(ranking: Ranking, fact: AnyMonthFact) -> Ranking:
    """The ranking after one more fact; never refuses."""
    match fact:
        case RankingOpened():
            # Opened anew under other rules: what was computed and voted under the former ones is gone.
            return replace(ranking, phase="open", opened=fact, evaluated={}, voted={})
        case SelfAssessmentFiled():
            return replace(ranking, assessed={**ranking.assessed, fact.member_id: fact})
        case MemberEvaluated():
            return replace(ranking, evaluated={**ranking.evaluated, fact.member_id: fact})
        case RankingVoted():
            return replace(ranking, voted={**ranking.voted, fact.member_id: fact})
        case MemberRanked():
            return replace(ranking, phase="concluded", ranked={**ranking.ranked, fact.member_id: fact})
        case RankingReopened():
            return replace(ranking, phase="open")
        case LateRankingRulesNoticed():
            return replace(ranking, told_late=(*ranking.told_late, fact.chosen))
        case _:
            assert_never(fact)


# ---------------------------------------------------------------- decisions

RankingAsk = (
    OpenRanking
    | FileSelfAssessment
    | EvaluateMembers
    | RecordRankingVote
    | ConcludeRanking
    | ReopenMonth
    | FollowNewMonthRules
    | NoticeLateMonthRules
)


def decide(ranking: Ranking, command: RankingAsk, asked: Asked[Known]) -> tuple[AnyMonthFact, ...]:
    """The facts a command makes of a month's ranking. Raises Refused."""
    branch = working_branch(asked)
    match ranking.opened, command:
        case None, OpenRanking():
            return _open(command, branch, asked)
        case RankingOpened(), OpenRanking():
            return ()
        case None, NoticeLateMonthRules():
            return ()
        case None, _:
            raise Refused(
                f"Kỳ xếp loại {periods.vi(command.period)} chưa mở. Đồng chí bí thư mở kỳ trước; phần đã nhập vẫn còn.",
                f"The ranking of {periods.en(command.period)} is not open yet. Ask the secretary to open it first.",
                code="not-open",
            )
        case RankingOpened() as opened, FileSelfAssessment():
            return _assess(ranking, opened, command, asked)
        case RankingOpened() as opened, EvaluateMembers():
            return _evaluate(ranking, opened, branch, asked)
        case RankingOpened() as opened, RecordRankingVote():
            return _vote(ranking, opened, command, asked)
        case RankingOpened() as opened, ConcludeRanking():
            return _conclude(ranking, opened, command, branch, asked)
        case RankingOpened(), ReopenMonth():
            return _reopen(ranking, command, asked)
        case RankingOpened() as opened, FollowNewMonthRules():
            return _follow_new_rules(ranking, opened, command, branch, asked)
        case RankingOpened() as opened, NoticeLateMonthRules():
            final = ranking.phase == "concluded"
            return notice("ranking.monthly", opened.profile, opened.period, ranking.told_late, asked, final=final)
        case _:
            raise AssertionError(command)


def _open(command: OpenRanking, branch: Branch, asked: Asked[Known]) -> tuple[AnyMonthFact, ...]:
    period, month = command.period, periods.vi(command.period)
    if branch.charter is not None and not branch.charter.monthly_ranking.enabled:
        raise Refused(
            "Quy ước của chi bộ không xếp loại đảng viên hằng tháng. Muốn xếp loại, đồng chí đề nghị chi bộ thông qua "
            "quy ước mới trước.",
            "The charter of this branch does not rank members monthly. Ask the branch to change its charter first.",
            code="charter",
        )
    begins, ends = periods.first_day(period), periods.last_day(period)
    if asked.today < begins:
        raise Refused(
            f"Chưa đến {month} nên chưa mở kỳ xếp loại được. Đồng chí mở từ ngày {begins:%d/%m/%Y}.",
            f"{periods.en(period)} has not begun. Open its ranking from {begins:%d/%m/%Y} on.",
            code="future",
        )
    try:
        profile = asked.known.rules.profile_for("ranking.monthly", ends, asked.branch)
    except LookupError:
        raise Refused(
            f"Chưa có khung tiêu chí xếp loại cho {month}. Đồng chí báo người quản trị; chưa có gì được lưu.",
            f"There are no ranking criteria for {periods.en(period)}. Tell the operator; nothing was stored.",
            code="no-rules",
        ) from None
    members = branch.base(ends)
    if not members:
        raise Refused(
            f"Ngày {ends:%d/%m/%Y} chi bộ chưa có đảng viên nào để xếp loại. Đồng chí nhập danh sách trước.",
            f"On {ends:%d/%m/%Y} the branch has no members to rank. Enter the list first.",
            code="not-a-member",
        )
    opening = max(asked.today, begins.replace(day=profile.opens_on_day.value))
    return (
        RankingOpened(
            branch=asked.branch,
            period=period,
            members=members,
            profile=profile.ref,
            self_assessment_due_on=opening + timedelta(days=profile.self_assessment_days.value),
        ),
    )


def _follow_new_rules(
    ranking: Ranking, opened: RankingOpened, command: FollowNewMonthRules, branch: Branch, asked: Asked[Known]
) -> tuple[AnyMonthFact, ...]:
    """R36: what is not concluded may follow rules that came late; what is concluded never does."""
    if ranking.phase == "concluded":
        raise _concluded(opened.period)
    again = opened_again("ranking.monthly", opened.profile, opened.period, command.reason, asked)
    return again, *_open(OpenRanking(period=opened.period), branch, asked)


def _concluded(period: str) -> Refused:
    return Refused(
        f"Xếp loại {periods.vi(period)} đã được chi bộ kết luận nên giữ nguyên. Nếu có căn cứ mới, đồng chí đề nghị "
        "chi bộ mở lại trong một buổi họp và nêu lý do; phần đã nhập vẫn còn.",
        f"The ranking of {periods.en(period)} has been concluded and stays. With new grounds, ask the cell to open it "
        "again in a meeting, stating the reason.",
        code="concluded",
    )


def _assess(
    ranking: Ranking, opened: RankingOpened, command: FileSelfAssessment, asked: Asked[Known]
) -> tuple[AnyMonthFact, ...]:
    if asked.actor != command.member_id and not decided_elsewhere(asked):
        raise Refused(
            f"Tự đánh giá là việc của chính đ/c {command.member_id}. Nếu nhập thay từ bản giấy, đồng chí ghi đ/c "
            f"{command.member_id} là người tự đánh giá và mình là người nhập.",
            f"A self-assessment is {command.member_id}'s own. Entering it from paper, name them as the one who acted "
            "and yourself as the one who entered it.",
            code="R46",
        )
    if command.member_id not in opened.members:
        raise Refused(
            f"Đ/c {command.member_id} không thuộc diện xếp loại {periods.vi(opened.period)}. "
            "Đồng chí hỏi bí thư nếu chưa rõ; phần đã nhập vẫn còn.",
            f"{command.member_id} is not among those ranked for {periods.en(opened.period)}. Ask the secretary.",
            code="not-a-member",
        )
    secret = None
    if command.text is not None:
        subject = f"member/{asked.branch}/{command.member_id}"
        secret = Secret(subject=subject, field="text", text=command.text)
    fact = SelfAssessmentFiled(
        branch=asked.branch,
        period=opened.period,
        member_id=command.member_id,
        proposed_rank=command.proposed_rank,
        points=command.points,
        text=secret,
    )
    before = ranking.assessed.get(command.member_id)
    # Sealed text cannot be read again, so a filing with text always counts as said anew.
    if before == fact:
        return ()
    if ranking.phase == "concluded":
        raise _concluded(opened.period)
    return (fact,)


def _evaluate(ranking: Ranking, opened: RankingOpened, branch: Branch, asked: Asked[Known]) -> tuple[AnyMonthFact, ...]:
    ends = periods.last_day(opened.period)
    if asked.today < ends:
        raise Refused(
            f"{periods.vi(opened.period).capitalize()} chưa hết. Đồng chí chờ đến ngày {ends:%d/%m/%Y} rồi tính xếp "
            "loại.",
            f"{periods.en(opened.period)} is not over. Wait until {ends:%d/%m/%Y}, then compute the ranks.",
            code="future",
        )
    facts = tuple(fact for fact in _by_criteria(opened, branch, asked) if ranking.evaluated.get(fact.member_id) != fact)
    if facts and ranking.phase == "concluded":
        raise _concluded(opened.period)
    return facts


def _members(opened: RankingOpened, branch: Branch) -> tuple[str, ...]:
    """Who is ranked: those with whom the month was opened, without those who had left by its last day."""
    ends = periods.last_day(opened.period)
    return tuple(member for member in opened.members if branch.status_on(member, ends) is not None)


def _profile(opened: RankingOpened, asked: Asked[Known]) -> MonthlyRankingProfile:
    return asked.known.rules.pinned("ranking.monthly", opened.profile)


def _by_criteria(opened: RankingOpened, branch: Branch, asked: Asked[Known]) -> tuple[MemberEvaluated, ...]:
    """What the criteria give every member now. Raises Refused while a task of the month has no result (R19)."""
    members = _members(opened, branch)
    month = [
        task for task in asked.known.tasks if task.member_id in members and f"{task.due_on:%Y-%m}" == opened.period
    ]
    without = [task.task_id for task in month if task.outcome is None]
    if without:
        raise Refused(
            f"Còn {len(without)} việc {periods.vi(opened.period)} chưa có kết quả: {', '.join(without)}. Đồng chí ghi "
            "hoàn thành, chậm, hoặc chưa hoàn thành kèm nguyên nhân, rồi mới tính xếp loại.",
            f"{many(len(without), 'task')} of {periods.en(opened.period)} without a result: {', '.join(without)}. "
            "Record it, with its cause where late or not done, before ranks are computed.",
            code="R19",
        )
    profile = _profile(opened, asked)
    return tuple(
        evaluate(profile, asked.branch, opened.period, member, [task for task in month if task.member_id == member])
        for member in members
    )


def _vote(
    ranking: Ranking, opened: RankingOpened, command: RecordRankingVote, asked: Asked[Known]
) -> tuple[AnyMonthFact, ...]:
    meeting = sitting(command.meeting_id, asked)
    if command.member_id not in ranking.evaluated:
        raise Refused(
            f"Chưa tính xếp loại {periods.vi(opened.period)} cho đ/c {command.member_id}. Đồng chí tính theo tiêu chí "
            "trước để chi bộ thấy căn cứ rồi biểu quyết; phần đã nhập vẫn còn.",
            f"{command.member_id} has not been evaluated for {periods.en(opened.period)}. "
            "Compute the rank first, so that the cell sees what it votes on.",
            code="R28",
        )
    present = meeting.voters_present(asked.time)
    counted = command.for_ + command.against + command.other
    if counted > present:
        raise Refused(
            f"Cộng lại là {counted} phiếu nhưng lúc {asked.local:%H:%M} chỉ có {present} đồng chí có quyền biểu quyết "
            "đang có mặt. Đồng chí kiểm đếm lại; phần đã nhập vẫn còn.",
            f"{counted} votes were counted but only {present} voters were present at {asked.local:%H:%M}. Count again.",
            code="R18",
        )
    needed = _profile(opened, asked).departure.needed(meeting.vote_base)
    fact = RankingVoted(
        branch=asked.branch,
        period=opened.period,
        meeting_id=command.meeting_id,
        member_id=command.member_id,
        rank=command.rank,
        for_=command.for_,
        against=command.against,
        other=command.other,
        voters_present=present,
        base=meeting.vote_base,
        needed=needed,
        adopted=command.for_ >= needed,
    )
    if ranking.voted.get(command.member_id) == fact:
        return ()
    if ranking.phase == "concluded":
        raise _concluded(opened.period)
    return (fact,)


def _conclude(
    ranking: Ranking, opened: RankingOpened, command: ConcludeRanking, branch: Branch, asked: Asked[Known]
) -> tuple[AnyMonthFact, ...]:
    entries = {entry.member_id: entry for entry in command.entries}
    if ranking.phase == "concluded":
        if (
            all(
                entries[member].rank == fact.decided_rank
                if member in entries
                else fact.decided_rank == fact.computed_rank
                for member, fact in ranking.ranked.items()
            )
            and entries.keys() <= ranking.ranked.keys()
        ):
            return ()
        raise _concluded(opened.period)
    members = _members(opened, branch)
    _complete(ranking, opened, members, branch, asked)
    _in_its_meeting(opened, command, branch, asked)
    strangers = [member for member in entries if member not in members]
    if strangers or len(entries) < len(command.entries):
        raise Refused(
            f"Danh sách kết luận có người không thuộc diện xếp loại hoặc ghi hai lần: {', '.join(strangers)}. "
            "Đồng chí xem lại danh sách; phần đã nhập vẫn còn.",
            f"The conclusion names somebody who is not ranked, or somebody twice: {', '.join(strangers)}. Check the "
            "list.",
            code="not-a-member",
        )
    ranked = tuple(_rank(ranking, member, entries.get(member), command, asked) for member in members)
    _under_the_cap(opened, ranked, branch)
    return ranked


def _reopen(ranking: Ranking, command: ReopenMonth, asked: Asked[Known]) -> tuple[AnyMonthFact, ...]:
    if ranking.phase != "concluded":
        raise Refused(
            f"Xếp loại {periods.vi(command.period)} chưa kết luận nên không cần mở lại. Đồng chí cứ ghi tiếp.",
            f"The ranking of {periods.en(command.period)} is not concluded, so there is nothing to open again. Just "
            "enter what follows.",
            code="not-concluded",
        )
    sitting(command.meeting_id, asked)
    return (
        RankingReopened(
            branch=asked.branch,
            period=command.period,
            reason=Secret(subject=f"branch/{asked.branch}", field="reason", text=command.reason),
            by="cell",
            meeting_id=command.meeting_id,
        ),
    )


def _complete(
    ranking: Ranking, opened: RankingOpened, members: tuple[str, ...], branch: Branch, asked: Asked[Known]
) -> None:
    """Everything the profile asks for is there, and the computed ranks are those of the facts as they stand (R28)."""
    profile = _profile(opened, asked)
    month = periods.vi(opened.period)
    for needed, there, vi, en in (
        (True, ranking.evaluated, "chưa được tính xếp loại theo tiêu chí", "have not been evaluated"),
        (profile.needs_self_assessment.value, ranking.assessed, "chưa tự đánh giá", "have not assessed themselves"),
        (profile.needs_vote.value, ranking.voted, "chưa được chi bộ biểu quyết", "have not been voted on"),
    ):
        missing = [member for member in members if member not in there]
        if needed and missing:
            raise Refused(
                f"Chưa kết luận xếp loại {month} được: đ/c {', '.join(missing)} {vi}. "
                "Đồng chí làm phần đó trước; phần đã nhập vẫn còn.",
                f"The ranking of {periods.en(opened.period)} cannot be concluded: {', '.join(missing)} {en}.",
                code="R28",
            )
    changed = [
        fact.member_id for fact in _by_criteria(opened, branch, asked) if ranking.evaluated[fact.member_id] != fact
    ]
    if changed:
        raise Refused(
            f"Sau khi tính xếp loại, kết quả việc của đ/c {', '.join(changed)} đã thay đổi. "
            "Đồng chí tính lại rồi kết luận; phần đã nhập vẫn còn.",
            f"Results of {', '.join(changed)} changed after ranks were computed. Compute again, then conclude.",
            code="R45",
        )


def _in_its_meeting(opened: RankingOpened, command: ConcludeRanking, branch: Branch, asked: Asked[Known]) -> None:
    """R28: a monthly rank needs the cell's conclusion, in the meeting the charter names."""
    meeting = sitting(command.meeting_id, asked)
    charter = branch.charter
    following = periods.following(opened.period)
    if charter is None or charter.monthly_ranking.period_rule != "previous_month_at_regular_meeting":
        return
    # A month whose results came too late for its own meeting is ranked at a later one, for all to see.
    if meeting.meeting_kind not in {"regular", "combined"} or meeting.period < following:
        raise Refused(
            f"Theo quy ước, {periods.vi(opened.period)} được xếp loại tại buổi sinh hoạt thường kỳ "
            f"{periods.vi(following)}, hoặc kỳ sau đó nếu chưa kịp. Đồng chí chọn buổi họp đó.",
            f"By the charter {periods.en(opened.period)} is ranked at the regular meeting of {periods.en(following)}, "
            "or a later one. Choose that meeting.",
            code="R28",
        )


def _rank(
    ranking: Ranking, member: str, entry: Entry | None, command: ConcludeRanking, asked: Asked[Known]
) -> MemberRanked:
    evaluated = ranking.evaluated[member]
    computed = evaluated.computed_rank
    decided = entry.rank if entry is not None else computed
    vote = ranking.voted.get(member)
    if vote is not None and vote.adopted and vote.rank != decided:
        raise Refused(
            f"Chi bộ đã biểu quyết mức {RANK_WORDS[vote.rank][0]} cho đ/c {member} nhưng kết luận ghi "
            f"{RANK_WORDS[decided][0]}. Đồng chí ghi đúng mức đã biểu quyết, hoặc biểu quyết lại.",
            f"The cell voted {RANK_WORDS[vote.rank][1]} for {member}, yet the conclusion says "
            f"{RANK_WORDS[decided][1]}. Enter the rank that was voted, or vote again.",
            code="R45",
        )
    departs = decided != computed
    if departs and (entry is None or entry.reason is None):
        raise Refused(
            f"Đ/c {member}: tiêu chí tính ra {RANK_WORDS[computed][0]}, chi bộ quyết định {RANK_WORDS[decided][0]}. "
            "Đồng chí ghi lý do; cả hai mức và lý do đều được lưu.",
            f"{member}: the criteria give {RANK_WORDS[computed][1]}, the cell decides {RANK_WORDS[decided][1]}. "
            "State the reason; both ranks and the reason are kept.",
            code="R45",
        )
    if departs and (vote is None or not vote.adopted):
        for_, needed = (vote.for_, vote.needed) if vote is not None else (0, None)
        counted = f" ({for_} tán thành, cần từ {needed})" if needed is not None else ""
        raise Refused(
            f"Chi bộ chưa biểu quyết thông qua mức {RANK_WORDS[decided][0]} cho đ/c {member}{counted}, "
            f"khác mức tính ra là {RANK_WORDS[computed][0]}. Đồng chí ghi biểu quyết trước, hoặc giữ mức tính ra.",
            f"The cell has not adopted {RANK_WORDS[decided][1]} for {member} by a vote, "
            f"other than the computed {RANK_WORDS[computed][1]}. Record the vote first, or keep the computed rank.",
            code="R45",
        )
    reason = None
    if departs and entry is not None and entry.reason is not None:
        reason = Secret(subject=f"member/{asked.branch}/{member}", field="reason", text=entry.reason)
    return MemberRanked(
        branch=asked.branch,
        period=command.period,
        meeting_id=command.meeting_id,
        member_id=member,
        computed_rank=computed,
        decided_rank=decided,
        reason=reason,
        vote=_hands(vote) if vote is not None and vote.rank == decided else None,
        evidence=rests_on(member, evaluated.evidence, asked),
    )


def _hands(vote: RankingVoted) -> CellVote:
    return CellVote(for_=vote.for_, against=vote.against, other=vote.other, voters_present=vote.voters_present)


def _under_the_cap(opened: RankingOpened, ranked: tuple[MemberRanked, ...], branch: Branch) -> None:
    """R31: a month's ranks have no cap unless the charter sets one."""
    cap = branch.charter.monthly_ranking.cap if branch.charter is not None else None
    if cap is None:
        return
    excellent = sum(fact.decided_rank == "excellent" for fact in ranked)
    allowed = cap * len(ranked) // 100
    if excellent > allowed:
        raise Refused(
            f"Quy ước cho tối đa {allowed} đồng chí {RANK_WORDS['excellent'][0]} {periods.vi(opened.period)} "
            f"({percent(cap)} của {len(ranked)}); đang ghi {excellent}. Đồng chí xem lại; phần đã nhập vẫn còn.",
            f"The charter allows {many(allowed, 'member')} rated {RANK_WORDS['excellent'][1]} ({percent(cap)} of "
            f"{len(ranked)}); {excellent} named. Check the list.",
            code="R31",
        )


RANKING: Noun[Ranking, Known] = Noun(
    name="ranking",
    initial=Ranking(),
    decide=decide,
    evolve=evolve,
    commands=(
        OpenRanking,
        FileSelfAssessment,
        EvaluateMembers,
        RecordRankingVote,
        ConcludeRanking,
        ReopenMonth,
        FollowNewMonthRules,
        NoticeLateMonthRules,
    ),
    profile=lambda ranking: ranking.opened.profile if ranking.opened is not None else None,
)
