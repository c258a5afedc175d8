from datetime import date

from services.hub.domain.known import Known, PackageSeen
from services.hub.domain.report import REPORT, AcceptBranchReport
from shared.events.hub import BranchReportAccepted
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

OCTOBER = f"{CODE}:2026-10"
ACCEPT = AcceptBranchReport(meeting_id=OCTOBER, remark="Ghi rõ kết quả việc chậm.")
ACCEPTED = BranchReportAccepted(
    branch=CODE,
    meeting_id=OCTOBER,
    package="p1",
    on_time=True,
    accepted_on=date(2026, 10, 7),
    remark="Ghi rõ kết quả việc chậm.",
)


def given(*facts: BranchReportAccepted, package: PackageSeen | None) -> Scenario:
    known = Known(branch=branch(), package=package)
    return scenario(REPORT, known, actor="F01", role="superior").at("2026-10-07T08:00:00+07:00")(*facts)


def test_R21_the_superior_accepts_the_papers_of_a_meeting_once():
    sent = PackageSeen("p1", on_time=True)
    given(package=sent).when(ACCEPT).then(ACCEPTED)
    given(ACCEPTED, package=sent).when(ACCEPT).then()
    again = given(ACCEPTED, package=PackageSeen("p2", on_time=False))
    again.when(ACCEPT).then(ACCEPTED.model_copy(update={"package": "p2", "on_time": False}))


def test_what_was_not_sent_cannot_be_accepted():
    given(package=None).when(ACCEPT).refused("chưa gửi hồ sơ buổi họp này")
    other = AcceptBranchReport(meeting_id="99.001.002.000.012:2026-10")
    given(package=PackageSeen("p1", on_time=True)).when(other).refused("chưa gửi hồ sơ buổi họp này")
    assert frozenset({"superior"}) == AcceptBranchReport.MAY
