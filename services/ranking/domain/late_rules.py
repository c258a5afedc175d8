"""Rules heard after a ranking was opened: told once, changing nothing until it is opened again under them (R36)."""

from __future__ import annotations

from services.ranking.domain.known import Known
from shared import periods
from shared.decision import Asked, Refused
from shared.events.appraisal import RankingReopened
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.sealed import PrivateText, Secret


def notice(
    subject: str, pinned: str, period: str, told: tuple[str, ...], asked: Asked[Known], *, final: bool
) -> tuple[LateRankingRulesNoticed, ...]:
    """That other rules would be chosen now; once for each."""
    late = asked.known.rules.late(pinned, subject, periods.last_day(period), asked.branch)
    if late is None or late.chosen in told:
        return ()
    return (LateRankingRulesNoticed(branch=asked.branch, period=period, final=final, **late._asdict()),)


def opened_again(subject: str, pinned: str, period: str, reason: PrivateText, asked: Asked[Known]) -> RankingReopened:
    """The fact that a ranking begins anew under the rules known now. Raises Refused when there are no others."""
    if asked.known.rules.late(pinned, subject, periods.last_day(period), asked.branch) is None:
        raise Refused(
            f"Kỳ xếp loại {periods.vi(period)} đang theo đúng quy định hiện có ({pinned}) nên không cần mở lại. "
            "Đồng chí cứ ghi tiếp; phần đã nhập vẫn còn.",
            f"The ranking of {periods.en(period)} stands under the rules known now ({pinned}), so there is nothing to "
            "begin anew. Just enter what follows.",
            code="R36",
        )
    return RankingReopened(
        branch=asked.branch,
        period=period,
        reason=Secret(subject=f"branch/{asked.branch}", field="reason", text=reason),
        by="cell",
    )
