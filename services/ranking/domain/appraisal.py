"""A quarter's ranking of leaders, a year's of members: own word, proposal, vote, approval; then locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, Literal, NoReturn, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.ranking.domain.appraisal_criteria import LongProfile, Said, evaluate, period_type, quota_of
from services.ranking.domain.known import (
    OF_THE_DAY,
    OFFICERS,
    Day,
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
from shared.events.appraisal import (
    AnyAppraisalFact,
    Discipline,
    LongPeriod,
    MemberEvaluated,
    MemberRanked,
    Points,
    Proposed,
    QuotaComputed,
    QuotaExceeded,
    RankingOpened,
    RankingProposed,
    RankingReopened,
    RankingSent,
    RankingVoted,
    SelfAssessmentFiled,
    Sent,
)
from shared.events.envelope import Line, MeetingId, MemberId
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.ranking import RANK_WORDS, CellVote, Rank
from shared.events.sealed import PrivateText, Secret
from shared.events.wording import many
from shared.rules.ranking import AnnualRankingProfile, QuarterlyRankingProfile
from shared.secret_ballot import Counted, must_show_nobody

Ballots = Annotated[int, Field(ge=0, le=9999)]
SECRETARIES = frozenset({"secretary", "deputy_secretary"})

# ---------------------------------------------------------------- commands


class AppraisalCommand(Command):
    """A wish about the ranking of one quarter or year."""

    period: LongPeriod

    def subject(self, branch: str) -> str:
        return f"appraisal/{branch}:{self.period}"


class OpenAppraisal(AppraisalCommand):
    """Begin the ranking of a quarter (leaders) or a year (members)."""

    MAY = SECRETARIES

    self_assessment_due_on: Day | None = None


class FileAppraisal(AppraisalCommand):
    """Say what rank the quarter or year deserves: oneself only, though somebody else may enter it from paper."""

    MAY = frozenset({"self"})

    member_id: MemberId
    proposed_rank: Rank
    points: Points | None = None
    text: PrivateText | None = None


class Proposal(BaseModel):
    """What the committee says of one member; ``rank`` only where it is not the computed one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: MemberId
    points: Points
    remedied: bool
    disciplines: Annotated[tuple[Discipline, ...], Field(max_length=20)] = ()
    rank: Rank | None = None
    reason: PrivateText | None = None


class ProposeRanks(AppraisalCommand):
    """The committee puts every member's rank before the cell."""

    MAY = OFFICERS
    READS_OWN = True

    entries: Annotated[tuple[Proposal, ...], Field(min_length=1, max_length=300)]


class RecordAppraisalVote(AppraisalCommand):
    """Write down how the cell voted on one member's rank; of a secret ballot the totals only."""

    MAY = SECRETARIES | OF_THE_DAY | {"minute_taker"}
    READS_OWN = True

    meeting_id: MeetingId
    member_id: MemberId
    rank: Rank
    for_: Ballots = Field(alias="for")
    against: Ballots
    other: Ballots

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True, serialize_by_alias=True)


class SendRanking(AppraisalCommand):
    """Send the cell's ranks to the superior; where nobody approves, they become final."""

    MAY = SECRETARIES
    READS_OWN = True


class Approval(BaseModel):
    """Another rank than the cell's, as the superior approves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: MemberId
    rank: Rank
    reason: PrivateText | None = None
    """None where it stands in the superior's own fact."""


class FinaliseRanking(AppraisalCommand):
    """What follows from the superior's approval: every rank becomes final and is locked."""

    MAY = frozenset({"service"})
    READS_OWN = True

    decision_no: Line | None = None
    approved_on: Day
    entries: Annotated[tuple[Approval, ...], Field(max_length=300)] = ()


class ReopenAppraisal(AppraisalCommand):
    """Open again what was proposed, sent or final, with the reason; what is final only by the superior's paper."""

    MAY = SECRETARIES | {"service"}

    reason: PrivateText | None = None
    """Needed unless it stands in the superior's own fact."""
    decision_no: Line | None = None


class FollowNewRules(AppraisalCommand):
    """Begin what is neither sent nor final anew under rules heard after it was opened, with the reason."""

    MAY = SECRETARIES

    reason: PrivateText


class NoticeLateRules(AppraisalCommand):
    """Other rules than the pinned ones would be chosen now."""

    MAY = frozenset({"clock"})
    READS_OWN = True


AnyOwnFact = AnyAppraisalFact | LateRankingRulesNoticed

# ---------------------------------------------------------------- state


@dataclass(frozen=True)
class Appraisal:
    """One quarter's or year's ranking from its opening to its approval."""

    phase: Literal["not_open", "open", "proposed", "sent", "final"] = "not_open"
    opened: RankingOpened | None = None
    assessed: Mapping[str, SelfAssessmentFiled] = field(default_factory=dict)
    evaluated: Mapping[str, MemberEvaluated] = field(default_factory=dict)
    proposed: Mapping[str, Proposed] = field(default_factory=dict)
    quota: QuotaComputed | None = None
    exceeded: QuotaExceeded | None = None
    voted: Mapping[str, RankingVoted] = field(default_factory=dict)
    sent: Mapping[str, Sent] = field(default_factory=dict)
    ranked: Mapping[str, MemberRanked] = field(default_factory=dict)
    reopened: tuple[RankingReopened, ...] = ()
    told_late: tuple[str, ...] = ()
    """The rules that were noticed to have come late."""


def evolve(appraisal: Appraisal, fact: AnyOwnFact) -> Appraisal:
    """The ranking after one more fact; never refuses."""
    match fact:
        case RankingOpened():
            # Opened anew under other rules: what was computed, proposed and voted under the former ones is gone.
            return Appraisal(
                phase="open",
                opened=fact,
                assessed=appraisal.assessed,
                reopened=appraisal.reopened,
                told_late=appraisal.told_late,
            )
        case SelfAssessmentFiled():
            return replace(appraisal, assessed={**appraisal.assessed, fact.member_id: fact})
        case MemberEvaluated():
            return replace(appraisal, evaluated={**appraisal.evaluated, fact.member_id: fact})
        case RankingProposed():
            return _proposed(appraisal, fact)
        case QuotaComputed():
            return replace(appraisal, quota=fact, exceeded=None)
        case QuotaExceeded():
            return replace(appraisal, exceeded=fact)
        case RankingVoted():
            return replace(appraisal, voted={**appraisal.voted, fact.member_id: fact})
        case RankingSent():
            return replace(appraisal, phase="sent", sent={one.member_id: one for one in fact.members})
        case MemberRanked():
            return replace(appraisal, phase="final", ranked={**appraisal.ranked, fact.member_id: fact})
        case RankingReopened():
            phase: Literal["open", "proposed"] = "proposed" if appraisal.proposed else "open"
            return replace(appraisal, phase=phase, reopened=(*appraisal.reopened, fact))
        case LateRankingRulesNoticed():
            return replace(appraisal, told_late=(*appraisal.told_late, fact.chosen))
        case _:
            assert_never(fact)


def _proposed(appraisal: Appraisal, fact: RankingProposed) -> Appraisal:
    """A vote stands as long as what was voted on does."""
    before, after = appraisal.proposed, {one.member_id: one for one in fact.members}
    same = {member for member, one in after.items() if member in before and before[member].rank == one.rank}
    voted = {member: vote for member, vote in appraisal.voted.items() if member in same}
    return replace(appraisal, phase="proposed", proposed=after, voted=voted)


# ---------------------------------------------------------------- decisions

AppraisalAsk = (
    OpenAppraisal
    | FileAppraisal
    | ProposeRanks
    | RecordAppraisalVote
    | SendRanking
    | FinaliseRanking
    | ReopenAppraisal
    | FollowNewRules
    | NoticeLateRules
)
Facts = tuple[AnyOwnFact, ...]


def decide(appraisal: Appraisal, command: AppraisalAsk, asked: Asked[Known]) -> Facts:
    """The facts a command makes of a quarter's or year's ranking. Raises Refused."""
    branch = working_branch(asked)
    match appraisal.opened, command:
        case None, OpenAppraisal():
            return _open(command, branch, asked)
        case RankingOpened(), OpenAppraisal():
            return ()
        case None, NoticeLateRules():
            return ()
        case None, _:
            raise Refused(
                f"Kỳ xếp loại {periods.vi(command.period)} chưa mở. Đồng chí bí thư mở kỳ trước; phần đã nhập vẫn còn.",
                f"The ranking of {periods.en(command.period)} is not open yet. Ask the secretary to open it first.",
                code="not-open",
            )
        case RankingOpened() as opened, FileAppraisal():
            return _assess(appraisal, opened, command, asked)
        case RankingOpened() as opened, ProposeRanks():
            return _propose(appraisal, opened, command, branch, asked)
        case RankingOpened() as opened, RecordAppraisalVote():
            return _vote(appraisal, opened, command, asked)
        case RankingOpened() as opened, SendRanking():
            return _send(appraisal, opened, branch, asked)
        case RankingOpened() as opened, FinaliseRanking():
            return _finalise(appraisal, opened, command, asked)
        case RankingOpened() as opened, ReopenAppraisal():
            return _reopen(appraisal, opened, command, asked)
        case RankingOpened() as opened, FollowNewRules():
            return _follow_new_rules(appraisal, opened, command, branch, asked)
        case RankingOpened() as opened, NoticeLateRules():
            final = appraisal.phase == "final"
            return notice(_subject(opened), opened.profile, opened.period, appraisal.told_late, asked, final=final)
        case _:
            raise AssertionError(command)


# ---------------------------------------------------------------- opened, own word


def _open(command: OpenAppraisal, branch: Branch, asked: Asked[Known]) -> Facts:
    period = command.period
    if asked.today < periods.first_day(period):
        raise Refused(
            f"Chưa đến {periods.vi(period)} nên chưa mở kỳ xếp loại được. "
            f"Đồng chí mở từ ngày {periods.first_day(period):%d/%m/%Y}.",
            f"{periods.en(period)} has not begun. Open its ranking from {periods.first_day(period):%d/%m/%Y} on.",
            code="future",
        )
    profile = _choose(period, asked)
    members = who(profile, branch, period)
    if not members:
        raise Refused(
            f"Không có đảng viên nào thuộc diện xếp loại {periods.vi(period)}. "
            "Đồng chí kiểm tra danh sách và chức vụ; chưa có gì được lưu.",
            f"Nobody is to be ranked for {periods.en(period)}. Check the list and the roles; nothing was stored.",
            code="not-a-member",
        )
    return (
        RankingOpened(
            branch=asked.branch,
            period_type=period_type(period),
            period=period,
            members=members,
            profile=profile.ref,
            self_assessment_due_on=command.self_assessment_due_on or _own_word_due(profile, asked.today),
        ),
    )


def _subject(opened: RankingOpened) -> str:
    return f"ranking.{opened.period_type}"


def _follow_new_rules(
    appraisal: Appraisal, opened: RankingOpened, command: FollowNewRules, branch: Branch, asked: Asked[Known]
) -> Facts:
    """R36: what is neither sent nor final may follow rules that came late."""
    _unlocked(appraisal, opened.period)
    again = opened_again(_subject(opened), opened.profile, opened.period, command.reason, asked)
    return again, *_open(OpenAppraisal(period=opened.period), branch, asked)


def _own_word_due(profile: LongProfile, today: date) -> date | None:
    rules = profile.deadlines
    return today + timedelta(days=rules.self_assessment_days.value) if rules is not None else None


def _choose(period: str, asked: Asked[Known]) -> LongProfile:
    """The profile that holds on the period's last day; chosen here once, pinned from then on."""
    ends, rules = periods.last_day(period), asked.known.rules
    try:
        if periods.kind(period) == "year":
            return rules.profile_for("ranking.annual", ends, asked.branch)
        quarterly = rules.profile_for("ranking.quarterly", ends, asked.branch)
    except LookupError:
        raise Refused(
            f"Chưa có khung tiêu chí xếp loại cho {periods.vi(period)}. Đồng chí báo người quản trị; "
            "chưa có gì được lưu.",
            f"There are no ranking criteria for {periods.en(period)}. Tell the operator; nothing was stored.",
            code="no-rules",
        ) from None
    if not quarterly.ranks_quarter(int(period[-1])):
        raise Refused(
            f"Không xếp loại riêng {periods.vi(period)}; kết quả tính chung vào cuối năm. "
            f"Đồng chí mở kỳ xếp loại năm {period[:4]}.",
            f"{periods.en(period)} has no ranking of its own but is part of the year. Open that of {period[:4]}.",
            code="R30",
        )
    return quarterly


def who(profile: LongProfile, branch: Branch, period: str) -> tuple[str, ...]:
    """Who is ranked: leaders of the quarter by their role; in a year each once, where official on its day (R32)."""
    if isinstance(profile, QuarterlyRankingProfile):
        ends = periods.last_day(period)
        leading = set(profile.roles)
        return tuple(member for member in branch.roster(ends) if leading & branch.roles_on(member, ends))
    day = date(int(period), profile.counted_on_month.value, profile.counted_on_day.value)
    return tuple(
        member
        for member in branch.roster(day)
        if branch.standing_on(member, day) != "temporary_here" and branch.status_on(member, day) != "exempt"
    )


def _assess(appraisal: Appraisal, opened: RankingOpened, command: FileAppraisal, asked: Asked[Known]) -> Facts:
    if asked.actor != command.member_id and not decided_elsewhere(asked):
        raise Refused(
            f"Tự đánh giá là việc của chính đ/c {command.member_id}. Nếu nhập thay từ bản giấy, đồng chí ghi đ/c "
            f"{command.member_id} là người tự đánh giá và mình là người nhập.",
            f"A self-assessment is {command.member_id}'s own. Entering it from paper, name them as the one who acted "
            "and yourself as the one who entered it.",
            code="R46",
        )
    if command.member_id not in opened.members:
        _stranger(command.member_id, opened.period)
    secret = None
    if command.text is not None:
        subject = f"member/{asked.branch}/{command.member_id}"
        secret = Secret(subject=subject, field="text", text=command.text)
    fact = SelfAssessmentFiled(
        branch=asked.branch,
        period_type=opened.period_type,
        period=opened.period,
        member_id=command.member_id,
        proposed_rank=command.proposed_rank,
        points=command.points,
        text=secret,
    )
    if appraisal.assessed.get(command.member_id) == fact:
        return ()
    _unlocked(appraisal, opened.period)
    return (fact,)


def _stranger(member_id: str, period: str) -> NoReturn:
    raise Refused(
        f"Đ/c {member_id} không thuộc diện xếp loại {periods.vi(period)}. "
        "Đồng chí chọn trong danh sách của kỳ; phần đã nhập vẫn còn.",
        f"{member_id} is not among those ranked for {periods.en(period)}. Choose from the list.",
        code="not-a-member",
    )


def _unlocked(appraisal: Appraisal, period: str) -> None:
    """R28: what is with the superior or final does not change unless it is opened again."""
    if appraisal.phase == "final":
        raise Refused(
            f"Xếp loại {periods.vi(period)} đã được duyệt nên khóa lại. Muốn xem lại, đồng chí mở lại theo văn bản của "
            "cấp trên và nêu lý do; phần đã nhập vẫn còn.",
            f"The ranking of {periods.en(period)} has been approved and is locked. "
            "To look at it again, reopen it by the superior's paper, with the reason.",
            code="locked",
        )
    if appraisal.phase == "sent":
        raise Refused(
            f"Xếp loại {periods.vi(period)} đã gửi cấp trên, đang chờ duyệt. Muốn sửa, đồng chí mở lại và nêu lý do; "
            "phần đã nhập vẫn còn.",
            f"The ranking of {periods.en(period)} is with the superior. To change it, reopen it with the reason.",
            code="locked",
        )


# ---------------------------------------------------------------- the committee's proposal


def _propose(
    appraisal: Appraisal, opened: RankingOpened, command: ProposeRanks, branch: Branch, asked: Asked[Known]
) -> Facts:
    profile = _pinned(opened, asked)
    members = _members(profile, opened, branch)
    entries = {entry.member_id: entry for entry in command.entries}
    for stranger in [member for member in entries if member not in members]:
        _stranger(stranger, opened.period)
    left_out = [member for member in members if member not in entries]
    if left_out or len(entries) < len(command.entries):
        raise Refused(
            f"Đề xuất phải có đủ từng đảng viên, mỗi người một lần; còn thiếu: {', '.join(left_out)}. "
            "Đồng chí bổ sung; phần đã nhập vẫn còn.",
            f"The proposal names every member once; missing: {', '.join(left_out)}. Add them.",
            code="R28",
        )
    silent = [member for member in members if member not in appraisal.assessed]
    if profile.needs_self_assessment.value and silent:
        raise Refused(
            f"Chưa đề xuất xếp loại {periods.vi(opened.period)} được: đ/c {', '.join(silent)} chưa tự đánh giá. "
            "Đồng chí nhắc làm phần đó trước; phần đã nhập vẫn còn.",
            f"Ranks of {periods.en(opened.period)} cannot be proposed yet: {', '.join(silent)} did not assess "
            "themselves. Ask them to do that first.",
            code="R28",
        )
    evaluated = tuple(_evaluated(profile, opened, entries[member], asked) for member in members)
    proposed = tuple(_proposal(entries[fact.member_id], fact, asked) for fact in evaluated)
    fact = RankingProposed(branch=asked.branch, period_type=opened.period_type, period=opened.period, members=proposed)
    fresh = tuple(one for one in evaluated if appraisal.evaluated.get(one.member_id) != one)
    if not fresh and tuple(appraisal.proposed.values()) == proposed:
        return ()
    _unlocked(appraisal, opened.period)
    return (*fresh, fact, *_quota(profile, opened, [one.rank for one in proposed], asked))


def _pinned(opened: RankingOpened, asked: Asked[Known]) -> LongProfile:
    if opened.period_type == "annual":
        return asked.known.rules.pinned("ranking.annual", opened.profile)
    return asked.known.rules.pinned("ranking.quarterly", opened.profile)


def _members(profile: LongProfile, opened: RankingOpened, branch: Branch) -> tuple[str, ...]:
    """Those with whom it was opened, without those who by now are known not to be counted (R32)."""
    counted = who(profile, branch, opened.period)
    return tuple(member for member in opened.members if member in counted)


def _evaluated(profile: LongProfile, opened: RankingOpened, entry: Proposal, asked: Asked[Known]) -> MemberEvaluated:
    first, ends = periods.first_day(opened.period), periods.last_day(opened.period)
    mine = [task for task in asked.known.tasks if task.member_id == entry.member_id and first <= task.due_on <= ends]
    without = [task.task_id for task in mine if task.outcome is None and task.due_on < asked.today]
    if without:
        raise Refused(
            f"Còn {len(without)} việc đã quá hạn của đ/c {entry.member_id} chưa có kết quả: {', '.join(without)}. "
            "Đồng chí ghi hoàn thành, chậm, hoặc chưa hoàn thành kèm nguyên nhân, rồi mới đề xuất xếp loại.",
            f"{many(len(without), 'overdue task')} of {entry.member_id} without a result: {', '.join(without)}. Record "
            "it first.",
            code="R19",
        )
    outside = [one for one in entry.disciplines if not first <= one.decided_on <= ends]
    if outside:
        raise Refused(
            f"Kỷ luật ngày {outside[0].decided_on:%d/%m/%Y} không nằm trong {periods.vi(opened.period)}, không tính. "
            "Đồng chí xem lại ngày; phần đã nhập vẫn còn.",
            f"The discipline of {outside[0].decided_on:%d/%m/%Y} does not lie in {periods.en(opened.period)} and is "
            "not counted. Check the day.",
            code="R27",
        )
    noticed = {
        Discipline(
            decided_on=one.decided_on, form=one.form, self_detected_remedied=one.self_detected_remedied
        ): one.fact_id
        for one in asked.known.disciplines
        if one.member_id == entry.member_id and first <= one.decided_on <= ends
    }
    return evaluate(
        profile,
        asked.branch,
        opened.period,
        entry.member_id,
        Said(
            points=entry.points,
            remedied=entry.remedied,
            disciplines=tuple(dict.fromkeys((*noticed, *entry.disciplines))),
            noticed=noticed,
            remarks=tuple(
                one
                for one in asked.known.remarks
                if one.member_id == entry.member_id
                and first <= one.document_on <= ends
                and one.evidence_by(asked.today)
            ),
        ),
        [task for task in mine if task.outcome is not None],
        [month for month in asked.known.months if month.member_id == entry.member_id],
    )


def _proposal(entry: Proposal, evaluated: MemberEvaluated, asked: Asked[Known]) -> Proposed:
    rank = entry.rank or evaluated.computed_rank
    if rank != evaluated.computed_rank and entry.reason is None:
        computed = RANK_WORDS[evaluated.computed_rank]
        raise Refused(
            f"Đ/c {entry.member_id}: tiêu chí tính ra {computed[0]}, chi ủy đề xuất {RANK_WORDS[rank][0]}. "
            "Đồng chí ghi lý do; cả hai mức và lý do đều được lưu.",
            f"{entry.member_id}: the criteria give {computed[1]}, the committee proposes {RANK_WORDS[rank][1]}. "
            "State the reason; both ranks and the reason are kept.",
            code="R45",
        )
    reason = None
    if rank != evaluated.computed_rank and entry.reason is not None:
        subject = f"member/{asked.branch}/{entry.member_id}"
        reason = Secret(subject=subject, field=f"reason.{entry.member_id}", text=entry.reason)
    return Proposed(member_id=entry.member_id, computed_rank=evaluated.computed_rank, rank=rank, reason=reason)


def _quota(profile: LongProfile, opened: RankingOpened, ranks: list[Rank], asked: Asked[Known]) -> Facts:
    """R29: a word to the branch; the superior decides when approving."""
    if not isinstance(profile, AnnualRankingProfile):
        return ()
    computed = quota_of(profile.quota, asked.branch, opened.period, ranks, asked.known.elsewhere)
    if computed.proposed <= computed.allowed:
        return (computed,)
    exceeded = QuotaExceeded(
        branch=asked.branch,
        period_type=opened.period_type,
        period=opened.period,
        scope=computed.scope,
        denominator=computed.denominator,
        allowed=computed.allowed,
        proposed=computed.proposed,
    )
    return computed, exceeded


# ---------------------------------------------------------------- the cell's vote


def _vote(appraisal: Appraisal, opened: RankingOpened, command: RecordAppraisalVote, asked: Asked[Known]) -> Facts:
    meeting = sitting(command.meeting_id, asked)
    if command.member_id not in appraisal.proposed:
        raise Refused(
            f"Chi ủy chưa đề xuất xếp loại {periods.vi(opened.period)} cho đ/c {command.member_id}. "
            "Đồng chí ghi đề xuất trước để chi bộ thấy căn cứ; phần đã nhập vẫn còn.",
            f"The committee has proposed no rank of {periods.en(opened.period)} for {command.member_id} yet. Enter the "
            "proposal first, so that the cell sees what it votes on.",
            code="R28",
        )
    profile = _pinned(opened, asked)
    present = meeting.voters_present(asked.time)
    counted = command.for_ + command.against + command.other
    if counted > present:
        raise Refused(
            f"Cộng lại là {counted} phiếu nhưng lúc {asked.local:%H:%M} chỉ có {present} đồng chí có quyền biểu quyết "
            "đang có mặt. Đồng chí kiểm đếm lại; phần đã nhập vẫn còn.",
            f"{counted} votes were counted but only {present} voters were present at {asked.local:%H:%M}. Count again.",
            code="R18",
        )
    secret = profile.secret_vote.value
    if secret and counted < meeting.secret_minimum:
        raise Refused(
            f"Không ghi được phiếu kín khi dưới {meeting.secret_minimum} người bỏ phiếu, vì sẽ lộ người bỏ. "
            "Đồng chí để buổi họp sau; phần đã nhập vẫn còn.",
            f"A secret ballot of fewer than {meeting.secret_minimum} would show who voted how. Leave it for later.",
            code="R35",
        )
    needed = meeting.adoption.needed(meeting.vote_base)
    fact = RankingVoted(
        branch=asked.branch,
        period_type=opened.period_type,
        period=opened.period,
        meeting_id=command.meeting_id,
        member_id=command.member_id,
        rank=command.rank,
        mode="secret" if secret else "open",
        for_=command.for_,
        against=command.against,
        other=command.other,
        voters_present=present,
        base=meeting.vote_base,
        needed=needed,
        adopted=command.for_ >= needed,
    )
    if appraisal.voted.get(command.member_id) == fact:
        return ()
    _unlocked(appraisal, opened.period)
    if secret:
        kept = [Counted(one, meeting.voters_there(one)) for one in asked.known.balloted_at]
        must_show_nobody(meeting.voters_there(asked.time), kept, meeting.secret_minimum)
    return (fact,)


# ---------------------------------------------------------------- sent, approved, locked, opened again


def _send(appraisal: Appraisal, opened: RankingOpened, branch: Branch, asked: Asked[Known]) -> Facts:
    profile = _pinned(opened, asked)
    if appraisal.phase in {"sent", "final"}:
        return ()
    members = _members(profile, opened, branch)
    not_proposed = [member for member in members if member not in appraisal.proposed]
    if not_proposed:
        raise Refused(
            f"Chưa gửi xếp loại {periods.vi(opened.period)} được: chi ủy chưa đề xuất cho "
            f"đ/c {', '.join(not_proposed)}. Đồng chí làm phần đó trước; phần đã nhập vẫn còn.",
            f"The ranks of {periods.en(opened.period)} cannot be sent: none is proposed for {', '.join(not_proposed)}. "
            "Propose them first.",
            code="R28",
        )
    if profile.needs_vote.value:
        _all_voted(appraisal, members, opened.period)
    sent = tuple(
        Sent(
            member_id=member,
            computed_rank=appraisal.evaluated[member].computed_rank,
            rank=_ranked(appraisal, profile, member),
        )
        for member in members
    )
    if not profile.needs_approval.value:
        return tuple(_final(appraisal, opened, one, asked, asked.today) for one in sent)
    fact = RankingSent(branch=asked.branch, period_type=opened.period_type, period=opened.period, members=sent)
    return (fact, *_quota(profile, opened, [one.rank for one in sent], asked))


def _all_voted(appraisal: Appraisal, members: tuple[str, ...], period: str) -> None:
    missing = [member for member in members if (vote := appraisal.voted.get(member)) is None or not vote.adopted]
    if missing:
        raise Refused(
            f"Chưa gửi xếp loại {periods.vi(period)} được: chi bộ chưa biểu quyết thông qua mức của đ/c "
            f"{', '.join(missing)}. Đồng chí ghi biểu quyết trước; phần đã nhập vẫn còn.",
            f"The ranks of {periods.en(period)} cannot be sent: the cell has adopted none for {', '.join(missing)}. "
            "Record the vote first.",
            code="R28",
        )
    departing = [
        member
        for member in members
        if appraisal.voted[member].rank
        not in {appraisal.proposed[member].rank, appraisal.evaluated[member].computed_rank}
    ]
    if departing:
        raise Refused(
            f"Chi bộ biểu quyết mức khác cả mức tính ra và mức đề xuất cho đ/c {', '.join(departing)}. "
            "Đồng chí ghi lại đề xuất kèm lý do cho đúng mức đã biểu quyết; phần đã nhập vẫn còn.",
            f"The cell voted a rank neither computed nor proposed for {', '.join(departing)}. "
            "Propose it anew with its reason.",
            code="R45",
        )


def _ranked(appraisal: Appraisal, profile: LongProfile, member: str) -> Rank:
    return appraisal.voted[member].rank if profile.needs_vote.value else appraisal.proposed[member].rank


def _superiors(sent: Sent, approval: Approval | None, branch: str) -> Secret | None:
    if approval is None or approval.reason is None or approval.rank == sent.rank:
        return None
    return Secret(subject=f"member/{branch}/{sent.member_id}", field="reason", text=approval.reason)


def _final(  # noqa: PLR0917 - the parts of one final rank
    appraisal: Appraisal,
    opened: RankingOpened,
    sent: Sent,
    asked: Asked[Known],
    decided_on: date,
    decision_no: str | None = None,
    approval: Approval | None = None,
) -> MemberRanked:
    evaluated, vote = appraisal.evaluated[sent.member_id], appraisal.voted.get(sent.member_id)
    return MemberRanked(
        branch=opened.branch,
        period_type=opened.period_type,
        period=opened.period,
        member_id=sent.member_id,
        points=evaluated.points,
        computed_rank=sent.computed_rank,
        sent_rank=sent.rank,
        decided_rank=approval.rank if approval is not None else sent.rank,
        reason=_superiors(sent, approval, opened.branch),
        decision_no=decision_no,
        decided_on=decided_on,
        vote=CellVote(for_=vote.for_, against=vote.against, other=vote.other, voters_present=vote.voters_present)
        if vote is not None
        else None,
        evidence=rests_on(sent.member_id, evaluated.evidence, asked),
    )


def _finalise(appraisal: Appraisal, opened: RankingOpened, command: FinaliseRanking, asked: Asked[Known]) -> Facts:
    entries = {entry.member_id: entry for entry in command.entries}
    if appraisal.phase == "final" and all(
        fact.decided_rank == (entries[member].rank if member in entries else fact.sent_rank)
        for member, fact in appraisal.ranked.items()
    ):
        return ()
    if appraisal.phase == "final":
        _unlocked(appraisal, opened.period)
    if appraisal.phase != "sent":
        # The cell has opened it again meanwhile; what it sends then is answered anew.
        return ()
    for stranger in [member for member in entries if member not in appraisal.sent]:
        _stranger(stranger, opened.period)
    return tuple(
        _final(appraisal, opened, one, asked, command.approved_on, command.decision_no, entries.get(member))
        for member, one in appraisal.sent.items()
    )


def _reopen(appraisal: Appraisal, opened: RankingOpened, command: ReopenAppraisal, asked: Asked[Known]) -> Facts:
    superior = decided_elsewhere(asked) or command.decision_no is not None
    if appraisal.phase not in {"sent", "final"}:
        last = appraisal.reopened[-1] if appraisal.reopened else None
        if decided_elsewhere(asked):
            return ()
        # The reason is sealed by then; the same paper, or the cell's word again, opens nothing twice.
        if last is not None and (last.by == "superior", last.decision_no) == (superior, command.decision_no):
            return ()
        raise Refused(
            f"Xếp loại {periods.vi(opened.period)} chưa gửi và chưa duyệt nên không cần mở lại. Đồng chí cứ ghi tiếp.",
            f"The ranking of {periods.en(opened.period)} is neither sent nor approved, so there is nothing to reopen. "
            "Just enter what follows.",
            code="not-concluded",
        )
    if appraisal.phase == "final" and not superior:
        raise Refused(
            f"Xếp loại {periods.vi(opened.period)} đã được duyệt. Muốn mở lại phải có văn bản của cấp trên: "
            "đồng chí ghi số văn bản và lý do; kết quả đã duyệt vẫn lưu.",
            f"The ranking of {periods.en(opened.period)} has been approved. Reopening needs the superior's paper: "
            "give its number and the reason.",
            code="locked",
        )
    if command.reason is None and not decided_elsewhere(asked):
        raise Refused(
            "Mở lại kết quả xếp loại thì phải nêu lý do. Đồng chí ghi lý do; phần đã nhập vẫn còn.",
            "To reopen a ranking, state the reason.",
            code="R28",
        )
    reason = None
    if command.reason is not None:
        reason = Secret(subject=f"branch/{asked.branch}", field="reason", text=command.reason)
    return (
        RankingReopened(
            branch=asked.branch,
            period=opened.period,
            reason=reason,
            by="superior" if superior else "cell",
            decision_no=command.decision_no,
        ),
    )


APPRAISAL: Noun[Appraisal, Known] = Noun(
    name="appraisal",
    initial=Appraisal(),
    decide=decide,
    evolve=evolve,
    commands=(
        OpenAppraisal,
        FileAppraisal,
        ProposeRanks,
        RecordAppraisalVote,
        SendRanking,
        FinaliseRanking,
        ReopenAppraisal,
        FollowNewRules,
        NoticeLateRules,
    ),
    profile=lambda appraisal: appraisal.opened.profile if appraisal.opened is not None else None,
)
