"""The superior accepts the papers of a meeting that a branch sent up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from services.hub.domain.known import Known, Typed, still_there
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import MeetingId
from shared.events.hub import BranchReportAccepted


@dataclass(frozen=True)
class Report:
    """The superior's last word on the papers of one meeting."""

    accepted: BranchReportAccepted | None = None


class AcceptBranchReport(Command):
    """Say that the papers of a meeting came and were accepted, with a note where there is one."""

    MAY = frozenset({"superior"})
    READS_OWN = True

    meeting_id: MeetingId
    remark: Typed | None = None

    def subject(self, branch: str) -> str:  # noqa: ARG002 - a meeting's id names its branch
        return f"report/{self.meeting_id}"


def decide(report: Report, command: AcceptBranchReport, asked: Asked[Known]) -> tuple[BranchReportAccepted, ...]:
    """That the papers were accepted, or why they cannot be."""
    still_there(asked)
    sent = asked.known.package
    if sent is None or not command.meeting_id.startswith(f"{asked.branch}:"):
        raise Refused(
            "Chi bộ chưa gửi hồ sơ buổi họp này nên chưa có gì để nhận. Đồng chí nhận sau khi chi bộ gửi; nội dung đã "
            "nhập vẫn còn.",
            "The branch has not sent the papers of this meeting; there is nothing to accept yet. Accept them once they "
            "are sent; what you typed is kept.",
            code="R21",
        )
    before = report.accepted
    if before is not None and (before.package, before.remark) == (sent.fact_id, command.remark):
        return ()
    return (
        BranchReportAccepted(
            branch=asked.branch,
            meeting_id=command.meeting_id,
            package=sent.fact_id,
            on_time=sent.on_time,
            accepted_on=asked.today,
            remark=command.remark,
        ),
    )


def evolve(report: Report, fact: BranchReportAccepted) -> Report:  # noqa: ARG001 - the last word stands alone
    """The superior's last word."""
    match fact:
        case BranchReportAccepted():
            return Report(fact)
        case _:
            assert_never(fact)


REPORT: Noun[Report, Known] = Noun(
    name="report", initial=Report(), decide=decide, evolve=evolve, commands=(AcceptBranchReport,)
)
