"""The notice that leaves by itself, what it waits for, and the choice that is the branch's own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.scheduler.domain.by_itself import FlagMaterialsMissed, SendDueNotice
from services.scheduler.domain.known import Known, SendingChosen
from services.scheduler.domain.sending import SENDING, ChooseNoticeSending
from shared.events.sending import MaterialsMissed, NoticeSendingChosen, NoticeSentByItself, NoticeWithheld
from shared.rules import shipped
from tests.given_when_then import scenario
from tests.sample_branch import CODE
from tests.scheduler.october import FIFTH, MOVED, NINE, OCTOBER, READY, given, issued, known, opened, scheduled
from tests.scheduler.test_sentences import TELL

DUE = "2026-09-30T01:00:00.000000Z"
due = SendDueNotice(meeting_id=OCTOBER, due_at=datetime.fromisoformat(DUE))
materials = FlagMaterialsMissed(meeting_id=OCTOBER, due_on=date(2026, 10, 2))
withheld = NoticeWithheld(meeting_id=OCTOBER, due_at=DUE, missing=("CommitteePreparatoryHeld",))
clock: dict[str, Any] = {"actor": "clock", "actorrole": "clock"}


def sent(**changes: Any) -> NoticeSentByItself:
    return NoticeSentByItself(meeting_id=OCTOBER, due_at=DUE, sent_at=DUE).model_copy(update=changes)


def test_R1_at_its_hour_the_notice_leaves_with_both_times():
    leaves = issued(issued_on=date(2026, 9, 30), lead_days=3)
    given(*READY).at("2026-09-30T08:00:00+07:00", **clock).when(due).then(leaves, sent())
    given(*READY, leaves, sent()).at("2026-09-30T08:00:30+07:00", **clock).when(due).then()


def test_R1_after_the_last_day_it_leaves_late_and_says_why():
    at = "2026-10-01T02:15:00.000000Z"
    reason = "tự gửi lúc 09:15 ngày 01/10/2026, hẹn gửi 08:00 ngày 30/09/2026"
    leaves = issued(issued_on=date(2026, 10, 1), lead_days=2, on_time=False, reason=reason)
    given(*READY).at(at, **clock).when(due).then(leaves, sent(sent_at=at))


def test_R37_what_is_missing_is_said_once_and_the_notice_then_says_what_it_waited_for():
    given(scheduled, *NINE).at("2026-09-30T08:00:00+07:00", **clock).when(due).then(withheld)
    given(scheduled, *NINE, withheld).at("2026-09-30T09:00:00+07:00", **clock).when(due).then()
    at = "2026-09-30T07:00:00.000000Z"
    leaves = issued(issued_on=date(2026, 9, 30), lead_days=3)
    told = sent(sent_at=at, waited_for="CommitteePreparatoryHeld")
    given(*READY, withheld).at(at, **clock).when(due).then(leaves, told)


def test_R10_with_nobody_on_the_list_it_waits_and_says_so():
    cell = known().branch
    assert cell is not None
    empty = known(branch=cell.model_copy(update={"members": ()}))
    missing = withheld.model_copy(update={"missing": ("recipients",)})
    given(*READY).known(empty).at("2026-09-30T08:00:00+07:00", **clock).when(due).then(missing)
    given(*READY, missing).known(empty).at("2026-09-30T08:01:00+07:00", **clock).when(due).then()
    assert "chưa có ai để thông báo" in missing.vi(TELL)


def test_nothing_leaves_before_its_hour_after_the_meeting_began_for_an_hour_that_moved_or_when_not_wanted():
    given(*READY).at("2026-09-30T07:59:59+07:00", **clock).when(due).then()
    given(*READY).at("2026-10-03T07:30:00+07:00", **clock).when(due).then()
    other = SendDueNotice(meeting_id=OCTOBER, due_at=datetime.fromisoformat("2026-09-29T08:00:00+07:00"))
    given(*READY).at("2026-09-30T08:00:00+07:00", **clock).when(other).then()
    off = known(sending=SendingChosen(by_itself=False, hour=8))
    given(*READY).known(off).at("2026-09-30T08:00:00+07:00", **clock).when(due).then()
    early = opened("2026-09-29T07:00:00+07:00")
    given(*READY).known(early).at("2026-09-30T08:00:00+07:00", **clock).when(due).then()
    given().at("2026-09-30T08:00:00+07:00", **clock).when(due).then()


def test_R3_materials_not_posted_by_their_day_are_flagged_once():
    missed = MaterialsMissed(
        meeting_id=OCTOBER,
        on=date(2026, 10, 3),
        due_on=date(2026, 10, 2),
        required_days=1,
        detected_on=date(2026, 10, 3),
    )
    given(*READY).at("2026-10-02T23:59:00+07:00", **clock).when(materials).then()
    given(*READY).at("2026-10-03T00:00:00+07:00", **clock).when(materials).then(missed)
    given(*READY, missed).at("2026-10-03T00:01:00+07:00", **clock).when(materials).then()


def test_R3_a_meeting_moved_by_the_storm_has_another_last_day_for_its_materials():
    given(*MOVED).at("2026-10-03T00:00:00+07:00", **clock).when(materials).then()
    anew = FlagMaterialsMissed(meeting_id=OCTOBER, due_on=date(2026, 10, 4))
    given(*MOVED).at("2026-10-05T00:00:00+07:00", **clock).when(anew).then(
        MaterialsMissed(
            meeting_id=OCTOBER,
            on=FIFTH,
            due_on=date(2026, 10, 4),
            required_days=1,
            detected_on=date(2026, 10, 5),
        )
    )


choosing = scenario(SENDING, known())


def test_the_branch_chooses_and_the_rules_hour_is_the_default():
    chosen = NoticeSendingChosen(branch=CODE, by_itself=True, hour=8)
    choosing().when(ChooseNoticeSending(by_itself=True)).then(chosen)
    choosing(chosen).when(ChooseNoticeSending(by_itself=True, hour=8)).then()
    off = NoticeSendingChosen(branch=CODE, by_itself=False, hour=8)
    choosing(chosen).when(ChooseNoticeSending(by_itself=False)).then(off)


def test_what_the_rules_do_not_leave_to_the_branch_is_refused():
    profile = shipped().profile_for("preparation", date(2026, 9, 26))
    closed = profile.model_copy(
        update={"notice_by_itself": profile.notice_by_itself.model_copy(update={"opened": "no"})}
    )
    rules = Known(branch=known().branch, rules=type(shipped())((closed,)))
    choosing().known(rules).when(ChooseNoticeSending(by_itself=False)).refused("không để chi bộ tự chọn")
    none = Known(branch=known().branch, rules=type(shipped())(()))
    choosing().known(none).when(ChooseNoticeSending(by_itself=False)).refused("chưa có quy định nào về chuẩn bị")
