"""One member's sheet: transfer, remarks from three places, what is kept once a year, and the flags of what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from services.roster.domain.known import Known
from services.roster.domain.member import MEMBER, FlagMember
from services.roster.domain.remark import AgreeCorrection, AnswerRemark, ReceiveRemark, ReviewCorrection, ShareRemark
from services.roster.domain.sheet import Sheet
from services.roster.domain.transfer import (
    CallOffTransfer,
    CompleteTransfer,
    IntroduceMember,
    PresentLetter,
    ReceiveMember,
    StartTransfer,
)
from services.roster.domain.yearly import (
    CorrectMember,
    FilePledge,
    NoticeDiscipline,
    RecordFamilyTitle,
    RecordMemberLevel,
)
from shared.events.branch import BranchDissolved, MemberStatusChanged, MemberTransferred
from shared.events.envelope import Fact
from shared.events.member import (
    CorrectionAgreed,
    CorrectionReviewed,
    DisciplineNoticed,
    FamilyTitleRecorded,
    LetterPresented,
    MemberCorrected,
    MemberIntroduced,
    MemberLevelRecorded,
    MemberReceived,
    MemberRulesPinned,
    MemberTransferStarted,
    PledgeFiled,
    RemarkAnswered,
    RemarkReceived,
    RemarkShared,
    TransferCalledOff,
    TransferCompleted,
)
from shared.events.roster_flag import RosterFlagCleared, RosterFlagRaised
from shared.events.sealed import Secret
from shared.rules import shipped
from shared.working_days import shipped_holidays
from tests.given_when_then import Outcome, scenario
from tests.sample_branch import CODE, branch

KNOWN = Known(branch=branch(), holidays=shipped_holidays())
given = scenario(MEMBER, KNOWN)


def told(member_id: str, field: str, text: str) -> Secret:
    return Secret(subject=f"member/{CODE}/{member_id}", field=field, text=SecretStr(text))


def flagged(  # noqa: PLR0917 a flag reads in its fields' order
    kind: type[Any], flag: str, item: str, due_on: date, missing: str, rule: str, **more: Any
) -> Any:
    return kind(
        branch=CODE,
        history="member",
        of="M05",
        member_id="M05",
        flag=flag,
        item=item,
        rule=rule,
        due_on=due_on,
        missing=missing,
        **more,
    )


def said(asking: Outcome, *facts: Fact) -> None:
    """Exactly these facts, some of them in the history of the branch."""
    assert asking._decide() == facts


# ---- transfer

APRIL = date(2026, 4, 1)
start = StartTransfer(member_id="M05", transfer_id="C1", to="Chi bộ xã Mẫu", decision_no="15-QĐ/TU", decided_on=APRIL)
SPRING = (date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1))
started = MemberTransferStarted(
    branch=CODE,
    member_id="M05",
    transfer_id="C1",
    transfer_kind="permanent",
    to="Chi bộ xã Mẫu",
    decision_no="15-QĐ/TU",
    decided_on=APRIL,
    procedure_days=60,
    procedure_due_on=date(2026, 6, 29),
    days_off=SPRING,
    rules="qd294@1",
)
introduced = MemberIntroduced(
    branch=CODE,
    member_id="M05",
    transfer_id="C1",
    introduced_on=date(2026, 5, 11),
    letter_days=30,
    letter_due_on=date(2026, 6, 22),
    rules="qd294@1",
)
presented = LetterPresented(
    branch=CODE,
    member_id="M05",
    transfer_id="C1",
    presented_on=date(2026, 6, 23),
    letter_due_on=date(2026, 6, 22),
)
complete = CompleteTransfer(member_id="M05", transfer_id="C1", effective_on=date(2026, 7, 1))
completed = TransferCompleted(
    branch=CODE,
    member_id="M05",
    transfer_id="C1",
    effective_on=date(2026, 7, 1),
    procedure_due_on=date(2026, 6, 29),
)
left = MemberTransferred(branch=CODE, member_id="M05", to="Chi bộ xã Mẫu", effective_on=date(2026, 7, 1))


def test_E9_sixty_working_days_with_and_without_the_holidays():
    given().at("2026-04-01T08:00+07:00").when(start).then(started)
    plain = started.model_copy(update={"procedure_due_on": date(2026, 6, 24), "days_off": ()})
    given.known(Known(branch=branch()))().at("2026-04-01T08:00+07:00").when(start).then(plain)


def test_E9_thirty_working_days_to_present_the_letter():
    introduce = IntroduceMember(member_id="M05", transfer_id="C1", introduced_on=date(2026, 5, 11))
    given(started).when(introduce).then(introduced)
    given(started, introduced).when(introduce).then()


def test_E9_a_member_counts_at_the_origin_until_the_effective_day():
    said(given(started, introduced, presented).when(complete), completed, left)
    after = branch(left)
    assert "M05" in after.base(date(2026, 6, 30))
    assert "M05" not in after.base(date(2026, 7, 1))


def test_a_transfer_started_introduced_or_completed_again_changes_nothing():
    given(started).when(start).then()
    given(started, introduced, presented, completed).when(complete).then()
    again = PresentLetter(member_id="M05", transfer_id="C1", presented_on=date(2026, 6, 23))
    given(started, introduced, presented).when(again).then()


def test_the_steps_of_a_transfer_have_their_order():
    letter = PresentLetter(member_id="M05", transfer_id="C1", presented_on=date(2026, 5, 20))
    given().when(letter).refused("Chưa có lần chuyển sinh hoạt nào")
    given(started).when(letter).refused("chưa ghi ngày giới thiệu")
    given(started, introduced).when(complete).refused("chưa ghi việc trình giấy")
    given(started, introduced).when(letter.model_copy(update={"presented_on": date(2026, 5, 1)})).refused(
        "đứng trước ngày giới thiệu"
    )
    given(started, introduced, presented, completed).when(letter).refused("đã kết thúc")
    other = start.model_copy(update={"transfer_id": "C2"})
    given(started).when(other).refused("đang có một lần chuyển sinh hoạt chưa xong")
    given(started).when(start.model_copy(update={"to": "Chi bộ khác"})).refused("đã dùng cho lần chuyển")


def test_a_transfer_that_is_called_off_takes_its_flags_with_it():
    due = date(2026, 6, 29)
    raised = flagged(
        RosterFlagRaised, "transfer_overdue", "C1", due, "TransferCompleted", "E9", detected_on=date(2026, 6, 30)
    )
    called_off = TransferCalledOff(
        branch=CODE, member_id="M05", transfer_id="C1", reason=told("M05", "reason", "quyết định được thu hồi")
    )
    cleared = flagged(
        RosterFlagCleared,
        "transfer_overdue",
        "C1",
        due,
        "TransferCompleted",
        "E9",
        cleared_on=date(2026, 9, 26),
        answered=False,
    )
    stop = CallOffTransfer(member_id="M05", transfer_id="C1", reason=SecretStr("quyết định được thu hồi"))
    given(started, raised).when(stop).then(called_off, cleared)
    given(started, raised, called_off, cleared).when(stop).then()


@pytest.mark.parametrize(
    ("kind", "until", "words"),
    [
        ("permanent", date(2026, 12, 1), "không có ngày kết thúc"),
        ("temporary", None, "cần ngày kết thúc"),
        ("temporary", date(2026, 6, 30), "từ 3 tháng dưới 12 tháng"),
        ("temporary", date(2027, 4, 1), "từ 3 tháng dưới 12 tháng"),
        ("study", date(2028, 4, 2), "từ 3 tháng đến 24 tháng"),
    ],
)
def test_how_long_a_transfer_lasts_is_set_by_the_rules(kind: Any, until: date | None, words: str):
    given().when(start.model_copy(update={"transfer_kind": kind, "until_on": until})).refused(words)


def test_a_temporary_transfer_leaves_the_member_on_the_list_and_out_of_the_base():
    until = date(2026, 12, 31)
    away = started.model_copy(update={"transfer_kind": "temporary", "until_on": until})
    given().when(start.model_copy(update={"transfer_kind": "temporary", "until_on": until})).then(away)
    counted = MemberStatusChanged(
        branch=CODE, member_id="M05", status="temporary_elsewhere", from_on=date(2026, 7, 1), until_on=until
    )
    said(given(away, introduced, presented).when(complete), completed, counted)
    after = branch(counted)
    assert "M05" in after.roster(date(2026, 8, 1))
    assert "M05" not in after.base(date(2026, 8, 1))
    assert "M05" in after.base(date(2027, 1, 1))


def test_the_receiving_branch_takes_down_where_a_member_came_from():
    receive_member = ReceiveMember(
        member_id="M05", came_from="Chi bộ xã Mẫu", letter_no="07-GT", received_on=date(2026, 9, 1)
    )
    fact = MemberReceived(
        branch=CODE,
        member_id="M05",
        transfer_kind="permanent",
        came_from="Chi bộ xã Mẫu",
        letter_no="07-GT",
        received_on=date(2026, 9, 1),
    )
    given().when(receive_member).then(fact)
    given(fact).when(receive_member).then()
    given().when(receive_member.model_copy(update={"transfer_kind": "temporary"})).refused("không khớp")
    given().when(receive_member.model_copy(update={"came_from_code": CODE})).refused("cùng một chi bộ")
    given().when(start.model_copy(update={"to_code": CODE})).refused("cùng một chi bộ")


def test_no_rules_no_transfer():
    given().when(start.model_copy(update={"decided_on": date(2020, 1, 2)})).refused("chưa có quy định")


# ---- remarks

receive = ReceiveRemark(
    member_id="M05",
    remark_id="R1",
    source="post",
    said_by="Đảng ủy xã Mường Lèn",
    document_no="Phiếu MẪU-07",
    document_on=date(2026, 9, 18),
    received_on=date(2026, 9, 18),
    result="to_improve",
    text=SecretStr("Cần gửi lịch làm việc sớm hơn."),
)
received = RemarkReceived(
    branch=CODE,
    member_id="M05",
    remark_id="R1",
    source="post",
    remark_kind="remark",
    said_by="Đảng ủy xã Mường Lèn",
    document_no="Phiếu MẪU-07",
    document_on=date(2026, 9, 18),
    received_on=date(2026, 9, 18),
    result="to_improve",
    text=told("M05", "text", "Cần gửi lịch làm việc sớm hơn."),
    share_within_days=7,
    share_due_on=date(2026, 9, 25),
)
pinned = MemberRulesPinned(
    branch=CODE, member_id="M05", item="R1", rule_subject="practice", profile="seed-cell-practice@1"
)
share = ShareRemark(member_id="M05", remark_id="R1", shared_on=date(2026, 9, 21), by="M01")
shared = RemarkShared(
    branch=CODE,
    member_id="M05",
    remark_id="R1",
    shared_on=date(2026, 9, 21),
    by="M01",
    share_due_on=date(2026, 9, 25),
)
reply = AnswerRemark(
    member_id="M05", remark_id="R1", answered_on=date(2026, 9, 22), text=SecretStr("Tiếp thu, sẽ gửi lịch trước.")
)
answered = RemarkAnswered(
    branch=CODE,
    member_id="M05",
    remark_id="R1",
    answered_on=date(2026, 9, 22),
    text=told("M05", "text", "Tiếp thu, sẽ gửi lịch trước."),
)
agree = AgreeCorrection(
    member_id="M05", remark_id="R1", agreed_on=date(2026, 9, 22), review_on=date(2026, 11, 3), reviewer_id="M01"
)
agreed = CorrectionAgreed(
    branch=CODE,
    member_id="M05",
    remark_id="R1",
    agreed_on=date(2026, 9, 22),
    review_on=date(2026, 11, 3),
    reviewer_id="M01",
)
look = ReviewCorrection(member_id="M05", remark_id="R1", reviewed_on=date(2026, 11, 3), by="M01", outcome="done")
reviewed = CorrectionReviewed(
    branch=CODE,
    member_id="M05",
    remark_id="R1",
    reviewed_on=date(2026, 11, 3),
    review_due_on=date(2026, 11, 3),
    by="M01",
    outcome="done",
)


def remark_of(*facts: Any):
    sheet: Sheet = given(*facts).state()
    remark = sheet.remark("R1")
    assert remark is not None
    return remark


def test_R42_a_remark_goes_all_the_way_from_its_document_to_the_review():
    given().when(receive).then(pinned, received)
    given(received).when(share).then(shared)
    given(received, shared).when(reply).then(answered)
    given(received, shared, answered).when(agree).then(agreed)
    given(received, shared, agreed).at("2026-11-03T16:00+07:00").when(look).then(reviewed)


def test_R42_an_unshared_remark_is_never_evidence():
    assert not remark_of(received).may_be_evidence
    assert remark_of(received, shared).may_be_evidence


def test_R42_a_remark_is_answered_and_a_correction_agreed_only_when_it_was_shared():
    given(received).when(reply).refused("chưa trao đổi với đảng viên")
    given(received).when(agree).refused("chưa trao đổi với đảng viên")
    given(received, shared).when(look).refused("chưa có việc sửa chữa nào hẹn xem lại")


def test_R42_said_again_changes_nothing():
    given(received).when(receive).then()
    given(received, shared).when(share).then()
    given(received, shared, agreed).when(agree).then()
    given(received, shared, agreed, reviewed).at("2026-11-03T16:00+07:00").when(look).then()


def test_R42_nobody_shares_or_reviews_the_own_remark():
    given(received).when(share.model_copy(update={"by": "M05"})).refused("một đồng chí khác")
    given(received, shared).when(agree.model_copy(update={"reviewer_id": "M05"})).refused("một đồng chí khác")


def test_R42_a_correction_not_done_gets_another_day_and_a_done_one_gets_none():
    later = {"outcome": "partly", "next_review_on": date(2026, 12, 3)}
    partly = look.model_copy(update=later)
    state = remark_of(received, shared, agreed, reviewed.model_copy(update=later))
    assert state.review_on == date(2026, 12, 3)
    given(received, shared, agreed).at("2026-11-03T16:00+07:00").when(partly).then(reviewed.model_copy(update=later))
    done = look.model_copy(update={"next_review_on": date(2026, 12, 3)})
    given(received, shared, agreed).at("2026-11-03T16:00+07:00").when(done).refused("không hẹn xem lại nữa")
    given(received, shared, agreed).when(agree.model_copy(update={"review_on": date(2026, 12, 3)})).refused(
        "đã hẹn xem lại ngày 03/11/2026"
    )


def test_a_remark_is_not_from_the_future_and_its_id_is_used_once():
    given().when(receive.model_copy(update={"received_on": date(2026, 9, 30)})).refused("chưa tới")
    given().when(receive.model_copy(update={"received_on": date(2026, 9, 1)})).refused("đứng trước ngày ký")
    given(received).when(receive.model_copy(update={"document_no": "Công văn khác"})).refused("đã dùng cho nhận xét")
    given(received).when(share.model_copy(update={"shared_on": date(2026, 9, 1)})).refused("đứng trước ngày nhận")


def test_R42_without_days_in_the_charter_the_rules_own_days_hold():
    known = branch()
    assert known.charter is not None
    quiet = known.model_copy(update={"charter": known.charter.model_copy(update={"remarks": None})})
    days = shipped().profile_for("practice", receive.received_on, CODE).remark_shared_days.value
    due = received.model_copy(
        update={"share_within_days": days, "share_due_on": receive.received_on + timedelta(days=days)}
    )
    given.known(Known(branch=quiet))().when(receive).then(pinned, due)
    before = receive.model_copy(update={"received_on": date(2010, 1, 4), "document_on": date(2010, 1, 4)})
    (early,) = given.known(Known(branch=quiet))().when(before)._decide()
    assert isinstance(early, RemarkReceived)
    assert early.share_due_on is None, "before any rules kept here"


def test_what_follows_from_rules_says_under_which_and_nothing_else_does():
    def under(*facts: Fact) -> str | None:
        return MEMBER.profile(given(*facts).state())

    assert under(pinned, received) == "seed-cell-practice@1"
    assert under(pinned, received, shared) is None
    assert under(started) == started.rules
    assert under(started, introduced) == introduced.rules
    assert under(received.model_copy(update={"share_within_days": None, "share_due_on": None})) is None


# ---- flags

flag_remark = FlagMember(member_id="M05", flag="remark_not_shared", item="R1", due_on=date(2026, 9, 25))
remark_raised = flagged(
    RosterFlagRaised,
    "remark_not_shared",
    "R1",
    date(2026, 9, 25),
    "RemarkShared",
    "R42",
    detected_on=date(2026, 9, 26),
)
NIGHT = "2026-09-26T00:00+07:00"


def test_R42_a_remark_not_shared_in_time_raises_its_flag_once():
    given(received).at(NIGHT, actor="clock").when(flag_remark).then(remark_raised)
    given(received, remark_raised).at(NIGHT, actor="clock").when(flag_remark).then()
    given(received, shared).at(NIGHT, actor="clock").when(flag_remark).then()
    given(received).at("2026-09-25T23:00+07:00", actor="clock").when(flag_remark).then()


def test_R42_sharing_it_late_clears_the_flag():
    late = share.model_copy(update={"shared_on": date(2026, 9, 28)})
    cleared = flagged(
        RosterFlagCleared,
        "remark_not_shared",
        "R1",
        date(2026, 9, 25),
        "RemarkShared",
        "R42",
        cleared_on=date(2026, 9, 28),
        answered=True,
    )
    shared_late = shared.model_copy(update={"shared_on": date(2026, 9, 28)})
    given(received, remark_raised).at("2026-09-28T09:00+07:00").when(late).then(shared_late, cleared)


def test_R42_a_correction_not_reviewed_on_its_day_is_flagged_at_the_next_start_and_the_review_clears_it():
    due = date(2026, 11, 3)
    ask = FlagMember(member_id="M05", flag="correction_not_reviewed", item="R1", due_on=due)
    what = ("correction_not_reviewed", "R1", due, "CorrectionReviewed", "R42")
    raised = flagged(RosterFlagRaised, *what, detected_on=date(2026, 11, 9))
    facts = (received, shared, agreed)
    night = given(*facts).at("2026-11-04T00:00+07:00", actor="clock")
    on_monday = replace(night, asked=night.asked._replace(recordedtime=datetime(2026, 11, 9, 1, tzinfo=UTC)))
    on_monday.when(ask).then(raised)
    on_monday(*facts, raised).when(ask).then()
    on_monday(*facts, reviewed).when(ask).then()
    given(*facts).at("2026-11-03T23:00+07:00", actor="clock").when(ask).then()
    on = date(2026, 11, 10)
    cleared = flagged(RosterFlagCleared, *what, cleared_on=on, answered=True)
    late = look.model_copy(update={"reviewed_on": on})
    given(*facts, raised).at("2026-11-10T09:00+07:00").when(late).then(
        reviewed.model_copy(update={"reviewed_on": on}), cleared
    )


def test_E9_an_overdue_transfer_raises_a_flag_that_its_completion_clears():
    due = date(2026, 6, 29)
    flag = FlagMember(member_id="M05", flag="transfer_overdue", item="C1", due_on=due)
    raised = flagged(
        RosterFlagRaised, "transfer_overdue", "C1", due, "TransferCompleted", "E9", detected_on=date(2026, 6, 30)
    )
    given(started).at("2026-06-30T00:00+07:00", actor="clock").when(flag).then(raised)
    cleared = flagged(
        RosterFlagCleared,
        "transfer_overdue",
        "C1",
        due,
        "TransferCompleted",
        "E9",
        cleared_on=date(2026, 7, 1),
        answered=True,
    )
    said(given(started, introduced, presented, raised).when(complete), completed, left, cleared)


def test_a_pledge_not_filed_raises_a_flag_and_filing_it_clears_it():
    due = date(2026, 3, 31)
    flag = FlagMember(member_id="M05", flag="pledge_missing", item="2026", due_on=due)
    raised = flagged(
        RosterFlagRaised, "pledge_missing", "2026", due, "PledgeFiled", "pledge", detected_on=date(2026, 4, 1)
    )
    pins = pinned.model_copy(update={"item": "2026", "rule_subject": "membership", "profile": "qd294@1"})
    given().at("2026-04-01T00:00+07:00", actor="clock").when(flag).then(pins, raised)
    assert MEMBER.profile(given(pins, raised).state()) == "qd294@1"
    filed = PledgeFiled(
        branch=CODE, member_id="M05", year=2026, filed_on=date(2026, 4, 6), kept_where="Tủ hồ sơ chi bộ"
    )
    cleared = flagged(
        RosterFlagCleared,
        "pledge_missing",
        "2026",
        due,
        "PledgeFiled",
        "pledge",
        cleared_on=date(2026, 4, 6),
        answered=True,
    )
    file = FilePledge(member_id="M05", year=2026, filed_on=date(2026, 4, 6), kept_where="Tủ hồ sơ chi bộ")
    given(raised).when(file).then(filed, cleared)
    given(filed).when(file).then()
    given(filed).at("2026-04-07T00:00+07:00", actor="clock").when(flag).then()


# ---- once a year, once a life


def test_a_misspelt_name_is_corrected_by_a_new_fact():
    correct = CorrectMember(
        member_id="M05", name=SecretStr("Cao Tiến  Ngạn"), given=SecretStr("Ngạn"), reason="misspelt"
    )
    given().when(correct).then(
        MemberCorrected(
            branch=CODE,
            member_id="M05",
            name=told("M05", "name", "Cao Tiến Ngạn"),
            given=told("M05", "given", "Ngạn"),
            reason="misspelt",
        )
    )
    born = CorrectMember(member_id="M05", born=SecretStr("1983"), reason="wrong_source", note=SecretStr("theo lý lịch"))
    given().when(born).then(
        MemberCorrected(
            branch=CODE,
            member_id="M05",
            born=told("M05", "born", "1983"),
            reason="wrong_source",
            note=told("M05", "note", "theo lý lịch"),
        )
    )


def test_a_correction_says_what_it_corrects():
    given().when(CorrectMember(member_id="M05", reason="misspelt")).refused("ghi cả họ tên và tên gọi")
    given().when(CorrectMember(member_id="M05", name=SecretStr("A"), reason="misspelt")).refused("ghi cả họ tên")
    given().when(CorrectMember(member_id="M05", born=SecretStr("83"), reason="misspelt")).refused("Chưa sửa được")
    given().when(CorrectMember(member_id="M77", born=SecretStr("1983"), reason="misspelt")).refused("không có mã M77")


def test_levels_are_codes_and_the_last_word_on_each_holds():
    day = date(2026, 9, 1)
    record = RecordMemberLevel(member_id="M05", education="university", theory="intermediate", as_of=day)
    level = MemberLevelRecorded(branch=CODE, member_id="M05", education="university", theory="intermediate", as_of=day)
    given().when(record).then(level)
    given(level).when(record).then()
    master = level.model_copy(update={"education": "master", "theory": None, "as_of": date(2026, 9, 20)})
    sheet: Sheet = given(level, master).state()
    assert (sheet.level_on(day).education, sheet.level_on(day).theory) == ("university", "intermediate")
    assert sheet.level_on(date(2026, 10, 1)).education == "master"
    assert sheet.level_on(date(2026, 10, 1)).theory == "intermediate"
    given().when(RecordMemberLevel(member_id="M05", as_of=day)).refused("Chưa có mức nào")


def test_a_family_title_is_yes_or_not_yet_per_year():
    record = RecordFamilyTitle(member_id="M05", year=2025, achieved=True, decision_no="MẪU-09")
    fact = FamilyTitleRecorded(branch=CODE, member_id="M05", year=2025, achieved=True, decision_no="MẪU-09")
    given().when(record).then(fact)
    given(fact).when(record).then()
    given().when(record.model_copy(update={"year": 2027})).refused("Năm 2027 chưa tới")


def test_a_pledge_lies_in_its_year():
    file = FilePledge(member_id="M05", year=2030, filed_on=date(2026, 3, 3), kept_where="Tủ hồ sơ")
    given().when(file).refused("không thể nộp ngày")


def test_discipline_is_noticed_only_as_far_as_it_caps_a_rank():
    notice = NoticeDiscipline(
        member_id="M05", notice_id="K1", form="reprimand", decision_no="03-QĐ/UBKT", decided_on=date(2026, 6, 14)
    )
    fact = DisciplineNoticed(
        branch=CODE,
        member_id="M05",
        notice_id="K1",
        form="reprimand",
        decision_no="03-QĐ/UBKT",
        decided_on=date(2026, 6, 14),
        self_detected_remedied=False,
    )
    given().when(notice).then(fact)
    given(fact).when(notice).then()
    given(fact).when(notice.model_copy(update={"form": "warning"})).refused("đã dùng cho quyết định kỷ luật")
    probationary = notice.model_copy(update={"member_id": "M11", "form": "dismissal"})
    given().when(probationary).refused("chỉ có khiển trách hoặc cảnh cáo")


def test_nothing_is_kept_of_a_branch_nobody_registered_or_that_is_dissolved():
    given.known(Known())().when(receive).refused("chưa được ghi danh")
    gone = branch(BranchDissolved(branch=CODE, decision_no="12-QĐ/ĐU", effective_on=date(2026, 9, 1)))
    given.known(Known(branch=gone))().when(receive).refused("đã giải thể")
