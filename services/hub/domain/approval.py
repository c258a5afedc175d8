"""The superior's answer to the ranks a branch sent: approved within the quota, or returned with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.hub.domain.known import Known, RanksSeen, Typed, still_there
from shared import periods
from shared.decision import Asked, Command, Noun, Refused
from shared.events.appraisal import LongPeriod
from shared.events.envelope import MemberId
from shared.events.hub import ApprovedRank, QuotaUsed, RankingApproved, RankingReturned
from shared.events.wording import many, percent
from shared.rules import AnnualRankingProfile, Rank, check_quota

AnyAnswer = RankingApproved | RankingReturned


@dataclass(frozen=True)
class Approval:
    """The superior's last answer to one branch's ranks of one period."""

    answered: AnyAnswer | None = None


class OtherRank(BaseModel):
    """A rank other than the cell sent, with the reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    member_id: MemberId
    rank: Rank
    reason: Typed


class ApprovalCommand(Command):
    """The superior's word on a branch's ranks of a quarter or year."""

    MAY = frozenset({"superior"})
    READS_OWN = True

    period: LongPeriod

    def subject(self, branch: str) -> str:
        return f"approval/{branch}:{self.period}"


class ApproveRanking(ApprovalCommand):
    """Approve the ranks a branch sent; members not named get the rank that was sent."""

    decision_no: Typed
    approved_on: date
    entries: Annotated[tuple[OtherRank, ...], Field(max_length=300)] = ()


class ReturnRanking(ApprovalCommand):
    """Send a branch's ranks back to be looked at again."""

    reason: Typed
    decision_no: Typed | None = None


def decide(approval: Approval, command: ApproveRanking | ReturnRanking, asked: Asked[Known]) -> tuple[AnyAnswer, ...]:
    """The superior's answer, or why it cannot be given."""
    still_there(asked)
    seen, before = asked.known.ranks, approval.answered
    if seen is None:
        raise Refused(
            f"Chi bộ chưa gửi kết quả xếp loại {periods.vi(command.period)} nên chưa có gì để duyệt. Đồng chí duyệt "
            "sau khi chi bộ gửi; nội dung đã nhập vẫn còn.",
            f"The branch has not sent its ranks of {periods.en(command.period)}, so there is nothing to answer. Answer "
            "once they are sent.",
            code="R28",
        )
    fact = _approved(command, seen, asked) if isinstance(command, ApproveRanking) else _returned(command, seen, asked)
    if before is None or before.sent != seen.fact_id or _opens(before, fact):
        if isinstance(fact, RankingApproved):
            _within(fact)
        return (fact,)
    if _same(before, fact):
        return ()
    raise Refused(
        f"Kết quả xếp loại {periods.vi(command.period)} này đã được trả lời nên giữ nguyên. Đồng chí chờ chi bộ gửi "
        "lại, rồi trả lời lại; nội dung đã nhập vẫn còn.",
        f"These ranks of {periods.en(command.period)} have been answered and stay. Wait until the branch sends them "
        "again, then answer again.",
        code="answered",
    )


def _opens(before: AnyAnswer, fact: AnyAnswer) -> bool:
    """What was approved may still be returned: the superior opens it again."""
    return isinstance(before, RankingApproved) and isinstance(fact, RankingReturned)


def _same(before: AnyAnswer, fact: AnyAnswer) -> bool:
    if isinstance(before, RankingApproved) and isinstance(fact, RankingApproved):
        return before.model_copy(update={"quota": None}) == fact.model_copy(update={"quota": None})
    return before == fact


def _returned(command: ReturnRanking, seen: RanksSeen, asked: Asked[Known]) -> RankingReturned:
    return RankingReturned(
        branch=asked.branch,
        period_type=seen.sent.period_type,
        period=command.period,
        sent=seen.fact_id,
        reason=command.reason,
        decision_no=command.decision_no,
    )


def _approved(command: ApproveRanking, seen: RanksSeen, asked: Asked[Known]) -> RankingApproved:
    if command.approved_on > asked.today:
        raise Refused(
            f"Ngày duyệt {command.approved_on:%d/%m/%Y} chưa tới. Đồng chí ghi đúng ngày của quyết định; nội dung đã "
            "nhập vẫn còn.",
            f"{command.approved_on:%d/%m/%Y} has not come yet. Enter the day of the decision.",
            code="future",
        )
    others = {entry.member_id: entry for entry in command.entries}
    strangers = set(others) - {one.member_id for one in seen.sent.members}
    if strangers or len(others) < len(command.entries):
        twice = {entry.member_id for entry in command.entries if command.entries.count(entry) > 1}
        listed = ", ".join(sorted(strangers or twice or set(others)))
        raise Refused(
            f"Có tên không nằm trong kết quả chi bộ gửi, hoặc ghi hai lần: {listed}. Đồng chí xem lại danh sách; nội "
            "dung đã nhập vẫn còn.",
            f"Somebody is named who was not sent, or is named twice: {listed}. Check the list.",
            code="not-a-member",
        )
    entries = tuple(
        ApprovedRank(
            member_id=one.member_id,
            sent_rank=one.rank,
            rank=others[one.member_id].rank if one.member_id in others else one.rank,
            reason=others[one.member_id].reason
            if one.member_id in others and others[one.member_id].rank != one.rank
            else None,
        )
        for one in seen.sent.members
    )
    return RankingApproved(
        branch=asked.branch,
        period_type=seen.sent.period_type,
        period=command.period,
        sent=seen.fact_id,
        decision_no=command.decision_no,
        approved_on=command.approved_on,
        entries=entries,
        quota=_quota(seen, entries, asked),
    )


def _quota(seen: RanksSeen, entries: tuple[ApprovedRank, ...], asked: Asked[Known]) -> QuotaUsed | None:
    if seen.profile is None:
        raise Refused(
            "Bộ quy định mà chi bộ đã xếp loại theo chưa công bố ở đây nên chưa duyệt được. Đồng chí báo người quản "
            "trị công bố; nội dung đã nhập vẫn còn.",
            "The rules under which the branch ranked are not published here. Ask the operator to publish them first.",
            code="no-rules",
        )
    if not isinstance(seen.profile, AnnualRankingProfile):
        return None
    rules, elsewhere = seen.profile.quota, asked.known.elsewhere
    ranks = [entry.rank for entry in entries] + [rank for one in elsewhere for rank in one.ranks]
    approved = [entry.rank for entry in entries] + [
        rank for one in elsewhere if one.approved is not None for rank in one.ranks
    ]
    good = sum(rank in {"excellent", "good"} for rank in ranks)
    found = check_quota(rules, len(ranks), good, approved.count("excellent"))
    return QuotaUsed(
        scope=asked.known.quota_scope,
        branches=1 + len(elsewhere),
        rated=found.rated,
        good_or_better=found.good_or_better,
        percent=found.percent,
        denominator=found.denominator,
        allowed=found.allowed,
        excellent=found.proposed,
    )


def _within(fact: RankingApproved) -> None:
    """R29: more excellent than the quota allows are not approved."""
    quota = fact.quota
    if quota is None or quota.excellent <= quota.allowed:
        return
    share = percent(quota.percent)
    raise Refused(
        f"Duyệt như vậy thì tổ chức {quota.scope} có {quota.excellent} đồng chí Hoàn thành xuất sắc, chỉ tiêu là "
        f"{quota.allowed} (tính trên {quota.branches} chi bộ đã gửi, {share}). Đồng chí duyệt mức khác kèm "
        "lý do, trả lại chi bộ, hoặc chờ các chi bộ khác gửi; nội dung đã nhập vẫn còn.",
        f"With this {quota.scope} has {quota.excellent} excellent where {quota.allowed} are allowed ({share} "
        f"over {many(quota.branches, 'branch', 'branches')} sent so far). Approve another rank with the reason, "
        "return the ranks, or wait for the other branches.",
        code="R29",
    )


def evolve(approval: Approval, fact: AnyAnswer) -> Approval:  # noqa: ARG001 - the last answer stands alone
    """The superior's last answer."""
    match fact:
        case RankingApproved() | RankingReturned():
            return Approval(fact)
        case _:
            assert_never(fact)


APPROVAL: Noun[Approval, Known] = Noun(
    name="approval", initial=Approval(), decide=decide, evolve=evolve, commands=(ApproveRanking, ReturnRanking)
)
