"""What a meeting does beside debate: guests, dues, documents, the situation, criticism, the course of the agenda."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes.domain.agenda import RecordGuest, TakeUpItem
from services.minutes.domain.conclusions import Point, ReachConclusion
from services.minutes.domain.criticism import GiveCriticism, GiveSelfCriticism
from services.minutes.domain.dissemination import CatchUpOnPolicy, DisseminatePolicy
from services.minutes.domain.dues import ReportDues
from services.minutes.domain.ending import AdoptMinutes
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.known import Numbered
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.situation import AssignEncouragement, NoteSituation, ReportEncouragement
from services.minutes.domain.votes import HoldVote
from shared.decision import Refused
from shared.events.afterwards import EncouragementDone, MinutesFlagRaised
from shared.events.branch import Term
from shared.events.envelope import Fact, instant
from shared.events.minutes import MinutesAdopted, MinutesRead, ResolutionAdopted
from shared.events.sealed import Secret
from shared.events.sitting import (
    AgendaItemTaken,
    BasisDocument,
    CriticismGiven,
    DuesStatusReported,
    EncouragementAssigned,
    GuestPresent,
)
from shared.numbering import NumberSeries, UsedNumber
from shared.rules import RuleBook
from tests.given_when_then import Scenario
from tests.minutes.october import (
    HELD,
    KNOWN,
    MEETING,
    OPENED,
    V2,
    V3,
    at,
    clock,
    flagged_until_answered,
    given,
    only,
    secret,
    until,
)
from tests.sample_branch import CHARTER, CODE, branch


def refusal(hour: str, command: Any, *facts: Fact) -> Refused:
    """The refusal itself, for what it must not say."""
    asked = at(hour, *facts)
    with pytest.raises(Refused) as refused:
        asked.noun.decide(asked.state(), command, asked.asked)
    return refused.value


# ---- the course of the agenda


def taken(item: int, hour: str, after: int | None = None) -> AgendaItemTaken:
    return AgendaItemTaken(meeting_id=MEETING, item=item, at=clock(hour), after=after)


def test_R16_an_item_in_its_order_is_taken_up_without_a_word():
    at("14:40", OPENED, taken(6, "14:30")).when(TakeUpItem(meeting_id=MEETING, item=7)).then(taken(7, "14:40"))


def test_R16_going_back_is_accepted_and_said():
    back = taken(8, "15:00", after=9)
    at("15:00", OPENED, taken(7, "14:40"), taken(9, "14:50")).when(TakeUpItem(meeting_id=MEETING, item=8)).then(back)
    state = at("15:00", OPENED, taken(7, "14:40"), taken(9, "14:50"), back).state()
    assert isinstance(state, Meeting)
    assert state.practice.out_of_order == (8,)


def test_R16_an_item_typed_late_at_its_own_minute_is_in_order():
    at("14:45", OPENED, taken(9, "14:50")).when(TakeUpItem(meeting_id=MEETING, item=8)).then(taken(8, "14:45"))


def test_an_item_is_taken_up_once_and_must_stand_on_the_agenda():
    at("14:41", OPENED, taken(7, "14:40")).when(TakeUpItem(meeting_id=MEETING, item=7)).then()
    at("14:41", OPENED).when(TakeUpItem(meeting_id=MEETING, item=16)).refused("Chương trình không có mục 16")


def test_a_conclusion_on_an_item_nobody_spoke_about_is_recorded_as_such():
    point = Point(number=1, text="Thống nhất.", agenda_item=10)
    asked = at("15:25", *until("15:25"))
    fact = only(asked, ReachConclusion(meeting_id=MEETING, items=(point,)))
    assert [item.undiscussed for item in fact.items] == [True]


# ---- guests


def test_the_superiors_follower_attends_and_counts_in_no_base():
    follower = GuestPresent(meeting_id=MEETING, guest_id="F01", guest_kind="follower", at=clock("14:02"))
    at("14:02", OPENED).when(RecordGuest(meeting_id=MEETING, guest_id="F01", guest_kind="follower")).then(follower)
    state = at("14:03", OPENED, follower).state()
    assert isinstance(state, Meeting)
    assert state.present(clock("14:03")) == 7


def test_another_guests_name_is_sealed():
    guest = RecordGuest(
        meeting_id=MEETING, guest_id="G1", guest_kind="superior", name=SecretStr("Lê Văn A"), position="Phó ban"
    )
    at("14:02", OPENED).when(guest).then(
        GuestPresent(
            meeting_id=MEETING,
            guest_id="G1",
            guest_kind="superior",
            name=Secret(subject=f"branch/{CODE}", field="name", text=SecretStr("Lê Văn A")),
            position="Phó ban",
            at=clock("14:02"),
        )
    )


@pytest.mark.parametrize(
    ("guest_id", "kind", "words"),
    [
        ("G1", "follower", "Cấp ủy viên theo dõi chi bộ là đ/c F01"),
        ("F01", "superior", "Cấp ủy viên theo dõi chi bộ là đ/c F01"),
        ("M08", "other", "là đảng viên của chi bộ, không phải khách"),
        ("G1", "other", "ghi họ tên khách dự"),
    ],
)
def test_a_guest_is_who_is_said(guest_id: str, kind: Any, words: str):
    at("14:02", OPENED).when(RecordGuest(meeting_id=MEETING, guest_id=guest_id, guest_kind=kind)).refused(words)


# ---- dues


def test_dues_are_counts_of_the_months_list():
    fact = DuesStatusReported(meeting_id=MEETING, period="2026-10", paid=10, owing=1)
    command = ReportDues(meeting_id=MEETING, paid=10, owing=1)
    at("14:05", OPENED).when(command).then(fact)
    at("14:05", OPENED, fact).when(command).then()


@pytest.mark.parametrize(("paid", "owing"), [(11, 1), (0, 0)])
def test_dues_of_more_people_than_there_are_or_of_nobody_are_refused(paid: int, owing: int):
    at("14:05", OPENED).when(ReportDues(meeting_id=MEETING, paid=paid, owing=owing)).refused("danh sách chi bộ có 11")


def test_dues_of_a_month_to_come_are_refused():
    command = ReportDues(meeting_id=MEETING, period="2026-11", paid=1, owing=0)
    at("14:05", OPENED).when(command).refused("ở sau kỳ họp này")


# ---- documents passed on


def disseminate(**parts: Any) -> DisseminatePolicy:
    return DisseminatePolicy(**({"meeting_id": MEETING, "doc_no": "HD MẪU-11", "by": "M05"} | parts))


def test_R39_whoever_comes_later_did_not_hear_it():
    asked = at("14:20", OPENED)
    fact = only(asked, disseminate())
    assert (fact.to_catch_up, fact.catch_up_by) == (("M01", "M04"), date(2026, 10, 12))


def test_R39_the_day_can_be_said_and_must_be_said_where_the_practice_is_silent():
    asked = at("14:20", OPENED)
    fact = only(asked, disseminate(catch_up_by=date(2026, 10, 20)))
    assert fact.catch_up_by == date(2026, 10, 20)
    at("14:20", OPENED).when(disseminate(catch_up_by=date(2026, 10, 4))).refused("đứng trước ngày 05/10/2026")
    at("14:20", OPENED, known=replace(KNOWN, rules=RuleBook(()))).when(disseminate()).refused("chậm nhất ngày nào")


def test_R39_a_document_is_presented_by_who_is_named_for_it_and_once():
    at("14:44", OPENED).when(disseminate(by="M08")).refused("không phải bí thư, phó bí thư, báo cáo viên")
    at("14:20", OPENED).when(disseminate(by="M01")).refused("không có mặt")
    at("15:00", *until("14:50")).when(disseminate(by="M02")).refused("đã được đ/c M05 phổ biến")
    at("15:00", *until("14:50")).when(disseminate()).then()


def test_R33_a_classified_document_is_refused_and_the_refusal_repeats_nothing_of_it():
    said = refusal("14:44", disseminate(doc_no="Kế hoạch số 7", title="Chuyện mật", grade="Mật"), OPENED)
    assert said.code == "R33"
    assert "Hệ thống không nhận văn bản có độ mật. Không có gì được lưu." in said.vi
    assert "Kế hoạch" not in said.vi + said.en
    assert "Chuyện" not in said.vi + said.en


def test_R39_only_who_was_absent_is_caught_up():
    heard = CatchUpOnPolicy(meeting_id=MEETING, doc_no="HD MẪU-11", member_id="M08")
    given(*HELD).known(KNOWN).at("2026-10-12T09:00+07:00").when(heard).refused("đã nghe văn bản HD MẪU-11")
    other = CatchUpOnPolicy(meeting_id=MEETING, doc_no="HD MẪU-99", member_id="M01")
    given(*HELD).known(KNOWN).at("2026-10-12T09:00+07:00").when(other).refused("chưa phổ biến văn bản HD MẪU-99")


# ---- the situation and the people

VISIT = EncouragementAssigned(
    meeting_id=MEETING, encouragement_id="E1", by="M03", member_id="M08", due_on=date(2026, 10, 20)
)


def test_the_situation_names_nobody_and_each_remark_is_a_line():
    note = NoteSituation(meeting_id=MEETING, text=SecretStr("Yên tâm công tác."))
    asked = at("14:55", *until("14:55"))
    fact = only(asked, note)
    assert set(type(fact).model_fields) == {"meeting_id", "item", "text"}
    assert fact.PRIVACY == "C"
    assert fact.text.subject == f"branch/{CODE}"


def test_encouragement_says_who_and_by_when_and_nothing_more():
    command = AssignEncouragement(
        meeting_id=MEETING, encouragement_id="E1", by="M03", for_member="M08", due_on=date(2026, 10, 20)
    )
    at("14:55", OPENED).when(command).then(VISIT)
    at("14:55", OPENED, VISIT).when(command).then()
    again = command.model_copy(update={"by": "M05"})
    at("14:55", OPENED, VISIT).when(again).refused("đã dùng cho một việc khác")
    assert set(EncouragementAssigned.model_fields) == {
        "meeting_id",
        "encouragement_id",
        "by",
        "member_id",
        "due_on",
    }


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"by": "M08"}, "phải là người khác"),
        ({"due_on": date(2026, 10, 4)}, "đứng trước ngày họp"),
        ({"for_member": "Z9"}, "không có trong danh sách"),
    ],
)
def test_encouragement_by_another_before_its_day(parts: dict[str, Any], words: str):
    whole = {"encouragement_id": "E1", "by": "M03", "for_member": "M08", "due_on": date(2026, 10, 20)} | parts
    at("14:55", OPENED).when(AssignEncouragement(meeting_id=MEETING, **whole)).refused(words)


def test_the_visit_is_reported_by_whoever_made_it():
    done = EncouragementDone(
        meeting_id=MEETING, encouragement_id="E1", by="M03", on=date(2026, 10, 22), due_on=date(2026, 10, 20)
    )
    command = ReportEncouragement(meeting_id=MEETING, encouragement_id="E1", member_id="M03")
    after = given(OPENED, VISIT).known(KNOWN).at("2026-10-22T09:00+07:00")
    after.when(command).then(done)
    after(OPENED, VISIT, done).when(command).then()
    after.when(command.model_copy(update={"member_id": "M05"})).refused("Việc này giao đ/c M03")


def test_a_visit_not_made_by_its_day_is_flagged_at_the_next_start_with_both_dates_and_reporting_it_clears():
    due = date(2026, 10, 20)
    ask = RaiseMinutesFlag(meeting_id=MEETING, flag="encouragement_not_done", item="E1", member_id="M03", due_on=due)
    flag = MinutesFlagRaised(
        branch=CODE, meeting_id=MEETING, flag="encouragement_not_done", item="E1", member_id="M03", due_on=due,
        rule="encouragement", missing="EncouragementDone", detected_on=date(2026, 10, 26),
    )  # fmt: skip
    done = EncouragementDone(meeting_id=MEETING, encouragement_id="E1", by="M03", on=date(2026, 10, 27), due_on=due)
    command = ReportEncouragement(meeting_id=MEETING, encouragement_id="E1", member_id="M03")
    flagged_until_answered((OPENED, VISIT), ask, flag, command, done)


# ---- self-criticism and criticism


def test_R34_criticism_is_sealed_under_the_one_it_is_about():
    command = GiveCriticism(
        meeting_id=MEETING, by="M02", of_member="M05", item=9, text=SecretStr("Cần chủ động."), basis=("CT 05",)
    )
    at("15:08", *until("15:04")).when(command).then(
        CriticismGiven(
            meeting_id=MEETING,
            by="M02",
            member_id="M05",
            item=9,
            text=secret("M05", "text", "Cần chủ động."),
            basis=(BasisDocument(doc_no="CT 05", title="Học tập và làm theo Bác", supersedes="CT 03"),),
        )
    )


def test_a_document_that_was_replaced_is_no_longer_a_basis():
    command = GiveSelfCriticism(meeting_id=MEETING, member_id="M05", item=9, basis=("CT 03",))
    at("15:08", *until("15:04")).when(command).refused("CT 03 nay đã được thay bằng CT 05")
    unknown = GiveSelfCriticism(meeting_id=MEETING, member_id="M05", item=9, basis=("NQ 1",))
    at("15:08", *until("15:04")).when(unknown).refused("Chi bộ chưa ghi NQ 1 làm căn cứ")


def test_criticism_of_oneself_is_self_criticism_and_needs_somebody_present():
    oneself = GiveCriticism(meeting_id=MEETING, by="M05", of_member="M05", item=9)
    at("15:08", *until("15:04")).when(oneself).refused("Tự nói về mình là tự phê bình")
    absent = GiveSelfCriticism(meeting_id=MEETING, member_id="M01", item=9)
    at("15:08", *until("15:04")).when(absent).refused("không có mặt")


def test_whoever_criticises_himself_or_presents_a_document_has_spoken():
    state = at("16:10", *HELD).state()
    assert isinstance(state, Meeting)
    assert {"M05", "M02"} <= state.spoke


# ---- votes and numbers


def test_R35_two_ballots_would_show_who_voted_how():
    command = HoldVote(meeting_id=MEETING, vote_id="V9", about="Nhân sự", mode="secret", for_=2, against=0)
    at("15:28", *until("15:28")).when(command).refused("dưới 3 người bỏ phiếu")


def used(number: int, on: date) -> NumberSeries:
    return NumberSeries(used=(UsedNumber(number=number, on=on, meeting_id=f"{CODE}:{on:%Y-%m}"),))


JANUARY = f"{CODE}:2027-01"
"""Its meeting: opened with everybody there, the resolution carried, the minutes read and voted on."""


def in_january(hour: str) -> str:
    return instant(datetime.fromisoformat(f"2027-01-03T{hour}+07:00"))


RESOLVED = (
    OPENED.model_copy(
        update={
            "meeting_id": JANUARY,
            "period": "2027-01",
            "opened_at": in_january("14:00"),
            "present_at_opening": OPENED.base,
        }
    ),
    V2.model_copy(update={"meeting_id": JANUARY, "at": in_january("15:33"), "recount_of": None}),
)
READ = (
    MinutesRead(meeting_id=JANUARY, at=in_january("16:07"), reader_id="M07"),
    V3.model_copy(update={"meeting_id": JANUARY, "at": in_january("16:08")}),
)


def test_E11_R22_numbers_run_through_the_term_and_begin_anew_after_the_congress():
    december, term = date(2026, 12, 3), Term(opened_on=date(2025, 1, 3), next_numbers={"NQ": 1, "BB": 1})

    def january(term: Term) -> Scenario:
        here = branch().model_copy(update={"charter": CHARTER.model_copy(update={"term": term})})
        numbers: dict[Numbered, NumberSeries] = {"NQ": used(11, december), "BB": used(40, december)}
        return given().known(replace(KNOWN, branch=here, numbers=numbers)).at("2027-01-03T16:10:00+07:00")

    def resolution(doc_no: str) -> ResolutionAdopted:
        return ResolutionAdopted(
            meeting_id=JANUARY, doc_no=doc_no, title="Nghị quyết", vote_id="V2", votes_for=6, vote_base=10
        )

    resolve = AdoptResolution(meeting_id=JANUARY, title="Nghị quyết", vote_id="V2")
    january(term)(*RESOLVED).when(resolve).then(resolution("12-NQ/CB"))
    january(term)(*RESOLVED, resolution("12-NQ/CB"), *READ).when(AdoptMinutes(meeting_id=JANUARY, vote_id="V3")).then(
        MinutesAdopted(
            meeting_id=JANUARY,
            doc_no="41-BB/CB",
            vote_id="V3",
            at=in_january("16:08"),
            votes_for=6,
            voters_present=6,
        )
    )
    after_the_congress = Term(opened_on=date(2026, 12, 20), next_numbers={"NQ": 1, "BB": 1})
    january(after_the_congress)(*RESOLVED).when(resolve).then(resolution("01-NQ/CB"))
