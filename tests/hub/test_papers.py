from datetime import date

import pytest
from pydantic import ValidationError

from services.hub.domain.document import DOCUMENT, PublishPolicyDocument, at_the_door
from services.hub.domain.gate import GATE, RefuseGradedMaterial
from services.hub.domain.known import BRINGS_PAPERS, Known
from services.hub.domain.programme import WORK_PROGRAMME, IssueWorkProgramme
from services.hub.domain.rules import PublishRuleProfile
from shared.decision import TurnedAway
from shared.events.hub import PolicyDocumentPublished, ProgrammeLine, SecurityGradeRejected, WorkProgrammeIssued
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import branch

BRANCH = "99.001.002.000.011"
ABOVE = "99.001.000.000.000"
SUPERIOR = "Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu)"
ITEMS = (
    ProgrammeLine(id="1", text="Thu nhận xét nơi cư trú", due_on=date(2026, 10, 31)),
    ProgrammeLine(id="2", text="Rà soát đảng viên miễn sinh hoạt", for_branch=BRANCH),
)
ISSUE = IssueWorkProgramme(period="2026-10", programme_no="12-CTr/ĐU", items=ITEMS)
ISSUED = WorkProgrammeIssued(
    branch=BRANCH, period="2026-10", programme_no="12-CTr/ĐU", issuer=SUPERIOR, revision=1, items=ITEMS
)
PUBLISH = PublishPolicyDocument(
    doc_no="HD MẪU-11",
    title="Hướng dẫn mẫu về sinh hoạt chuyên đề",
    grade="none",
    issuer="Ban Tổ chức Tỉnh ủy",
    received_on=date(2026, 9, 25),
)
PUBLISHED = PolicyDocumentPublished(
    branch=BRANCH,
    doc_no="HD MẪU-11",
    title="Hướng dẫn mẫu về sinh hoạt chuyên đề",
    issuer="Ban Tổ chức Tỉnh ủy",
    received_on=date(2026, 9, 25),
    audience="members",
    revision=1,
)


def programme(*facts: WorkProgrammeIssued) -> Scenario:
    return scenario(WORK_PROGRAMME, Known(branch=branch()), actor="F01", role="superior")(*facts)


def document(*facts: PolicyDocumentPublished) -> Scenario:
    return scenario(DOCUMENT, Known(branch=branch()), actor="F01", role="superior")(*facts)


# ---- work programmes


def test_a_months_programme_is_issued_by_the_organisation_above():
    assert branch().superior == SUPERIOR
    programme().when(ISSUE).then(ISSUED)
    named = IssueWorkProgramme(period="2026-10", programme_no=" 12-CTr/ĐU ", issuer="  Đảng ủy   mẫu ", items=ITEMS)
    programme().when(named).then(ISSUED.model_copy(update={"issuer": "Đảng ủy mẫu"}))


def test_a_programme_issued_again_is_the_next_revision_and_the_same_one_nothing():
    programme(ISSUED).when(ISSUE).then()
    shorter = ISSUE.model_copy(update={"items": ITEMS[:1]})
    second = ISSUED.model_copy(update={"items": ITEMS[:1], "revision": 2})
    programme(ISSUED).when(shorter).then(second)
    programme(ISSUED, second).when(shorter).then()
    programme(ISSUED, second).when(ISSUE).then(ISSUED.model_copy(update={"revision": 3}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": ()}, "chưa có nội dung nào"),
        ({"items": (ITEMS[0], ITEMS[0])}, "Mã mục 1 ghi hai lần"),
        ({"period": "2026-11"}, "có hạn 31/10/2026, trước tháng 11/2026"),
        (
            {"items": (ProgrammeLine(id="9", text="x", for_branch="99.002.002.000.001"),)},
            "giao cho chi bộ 99.002.002.000.001, không thuộc tổ chức",
        ),
    ],
)
def test_a_programme_that_cannot_be_is_refused(change, words):
    programme().when(ISSUE.model_copy(update=change)).refused(words)


def test_a_programme_for_a_whole_organisation_names_its_issuer():
    at = scenario(WORK_PROGRAMME, Known(), actor="operator", role="operator").at(
        "2026-09-26T08:00:00+07:00", branch=ABOVE
    )
    at.when(ISSUE).refused("chưa ghi cơ quan ban hành")
    named = ISSUE.model_copy(update={"issuer": "Đảng bộ mẫu"})
    at.when(named).then(ISSUED.model_copy(update={"branch": ABOVE, "issuer": "Đảng bộ mẫu"}))


def test_a_dissolved_branch_takes_no_new_papers():
    gone = Known(branch=branch().model_copy(update={"dissolved_on": date(2026, 9, 1)}))
    programme().known(gone).when(ISSUE).refused("đã giải thể từ ngày 01/09/2026")
    document().known(gone).when(PUBLISH).refused("takes no new papers")


# ---- documents


def test_a_document_from_above_is_entered():
    document().when(PUBLISH).then(PUBLISHED)
    document(PUBLISHED).when(PUBLISH).then()
    committee = PUBLISH.model_copy(update={"audience": "committee"})
    document(PUBLISHED).when(committee).then(PUBLISHED.model_copy(update={"audience": "committee", "revision": 2}))


def test_a_document_takes_the_place_of_an_older_one_never_of_itself():
    newer = PUBLISH.model_copy(update={"supersedes": "HD MẪU-03"})
    document().when(newer).then(PUBLISHED.model_copy(update={"supersedes": "HD MẪU-03"}))
    itself = PublishPolicyDocument.model_validate(PUBLISH.model_dump() | {"supersedes": " HD  MẪU-11"})
    document().when(itself).refused("không thể thay chính mình")


def test_a_document_cannot_have_come_tomorrow():
    document().when(PUBLISH.model_copy(update={"received_on": date(2026, 9, 27)})).refused("27/09/2026 chưa tới")


@pytest.mark.parametrize("change", [{"doc_no": "  "}, {"title": "\t"}, {"issuer": " "}, {"received_on": "1930-02-03"}])
def test_a_document_of_nothing_but_blanks_is_none(change):
    with pytest.raises(ValidationError):
        PublishPolicyDocument.model_validate(PUBLISH.model_dump() | change)


@pytest.mark.parametrize("change", [{"programme_no": " "}, {"period": "0000-01"}, {"issuer": " "}])
def test_a_programme_of_nothing_but_blanks_is_none(change):
    with pytest.raises(ValidationError):
        IssueWorkProgramme.model_validate(ISSUE.model_dump() | change)


# ---- R33, E12


@pytest.mark.parametrize("grade", ["Mật", "Tối mật", "TUYỆT MẬT", "mat", "secret", "0", "none?"])
def test_R33_whatever_is_graded_is_turned_away_at_the_door(grade):
    graded = PUBLISH.model_copy(update={"grade": grade})
    with pytest.raises(TurnedAway) as refusal:
        at_the_door(graded)
    assert refusal.value.instead == RefuseGradedMaterial()
    assert refusal.value.code == "R33"
    assert "Không có gì được lưu" in refusal.value.vi
    assert graded.title not in refusal.value.vi + refusal.value.en
    assert grade not in refusal.value.vi
    document().when(graded).refused("Hệ thống không nhận văn bản có độ mật")


@pytest.mark.parametrize("grade", ["none", " None ", "không", "Thường"])
def test_R33_what_is_not_graded_passes_the_door(grade):
    plain = PUBLISH.model_copy(update={"grade": grade})
    at_the_door(plain)
    document().when(plain).then(PUBLISHED)


def test_E12_what_is_kept_of_it_is_the_rule_and_nothing_else():
    at = scenario(GATE, Known(branch=branch()), actor="M01")
    at.when(RefuseGradedMaterial()).then(SecurityGradeRejected(branch=BRANCH))
    assert set(SecurityGradeRejected.model_fields) == {"branch", "rule"}
    assert at(SecurityGradeRejected(branch=BRANCH), SecurityGradeRejected(branch=BRANCH)).state().rejected == 2
    with pytest.raises(ValidationError):
        RefuseGradedMaterial.model_validate({"title": "x"})


def test_other_commands_pass_the_door():
    at_the_door(ISSUE)
    at_the_door(RefuseGradedMaterial())


def test_who_may_ask_is_named_and_nobody_else():
    assert {"operator", "superior", "service"} == PublishRuleProfile.MAY
    assert IssueWorkProgramme.MAY == PublishPolicyDocument.MAY == RefuseGradedMaterial.MAY == BRINGS_PAPERS
    assert not BRINGS_PAPERS & {"member", "clock", "auditor"}
