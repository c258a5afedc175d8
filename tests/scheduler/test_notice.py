"""The notice: R1 with E1, R3, R10, R37; proof per recipient, on paper too; the flag of a notice that never left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from services.scheduler.domain.meeting import MoveMeeting, decide
from services.scheduler.domain.notice import (
    FlagNoticeMissed,
    IntendAttendance,
    IssueNotice,
    PostMaterials,
    RecordNoticeDelivered,
    ReviseNotice,
)
from services.scheduler.domain.plan import unproven
from shared.days import VIETNAM
from shared.decision import Refused
from shared.events.branch import (
    BranchCharterAdopted,
    BranchDissolved,
    BranchRegistered,
    MemberEnrolled,
    MemberTransferred,
)
from shared.events.meeting import (
    AttendanceIntended,
    Document,
    MaterialsPosted,
    MeetingKind,
    MeetingScheduled,
    NoticeDelivered,
    NoticeMissed,
    NoticeNumbered,
)
from tests.given_when_then import Scenario
from tests.sample_branch import CHARTER, CODE, FACTS, branch, member
from tests.scheduler.october import (
    BASE,
    EIGHT,
    FIFTH,
    MOVED,
    NOTIFIED,
    OCTOBER,
    READY,
    given,
    issued,
    known,
    moved,
    opened,
    prepared,
    revised,
    scheduled,
)

ISSUE = IssueNotice(meeting_id=OCTOBER)
committee_day = given.at("2026-09-28T17:20+07:00")


def test_R1_R10_nine_members_and_the_follower_five_days_ahead():
    committee_day(*READY).when(ISSUE).then(issued())


def test_issuing_again_changes_nothing():
    committee_day(*NOTIFIED).when(ISSUE).then()


@pytest.mark.parametrize(
    ("sent", "lead"),
    [("2026-09-30T23:59:59+07:00", 3), ("2026-10-01T00:00:00+07:00", 2), ("2026-10-03T07:00+07:00", 0)],
)
def test_R1_the_day_in_viet_nam_decides(sent, lead):
    late = lead < 3
    reason = "Mất điện hai ngày" if late else None
    given.at(sent)(*READY).when(IssueNotice(meeting_id=OCTOBER, reason="Mất điện hai ngày")).then(
        issued(issued_on=date.fromisoformat(sent[:10]), lead_days=lead, on_time=not late, reason=reason)
    )


def test_R1_a_late_notice_is_possible_with_a_reason_and_says_so_before():
    given.at("2026-10-01T08:00+07:00")(*READY).when(ISSUE).refused(
        "Thông báo gửi hôm nay chỉ trước 2 ngày, quy ước là 3 ngày. Đồng chí vẫn gửi được; hệ thống ghi «muộn 1 ngày»"
    )


def number(doc_no: str, revision: int = 1, because: str | None = None) -> NoticeNumbered:
    return NoticeNumbered(meeting_id=OCTOBER, revision=revision, doc_no=doc_no, skipped_because=because)


def test_R22_a_notice_takes_the_next_number_of_the_term():
    committee_day.known(known(next_notice=41))(*READY).when(ISSUE).then(issued(), number("41-TB/CB"))
    committee_day.known(known(next_notice=5))(*READY).when(ISSUE).then(issued(), number("05-TB/CB"))


def test_R22_a_revised_notice_is_a_paper_with_a_number_of_its_own():
    storm = MoveMeeting(meeting_id=OCTOBER, to_on=FIFTH, to_starts_at="14:00", reason="force_majeure")
    at = given.at("2026-10-02T15:10+07:00").known(known(next_notice=42))
    at(*NOTIFIED, number("41-TB/CB")).when(storm).then(moved(), revised(), number("42-TB/CB", revision=2))


def test_R22_a_notices_number_leaves_others_out_only_with_a_reason_and_is_used_once():
    at = committee_day.known(known(next_notice=41))(*READY)
    at.when(ISSUE.model_copy(update={"doc_no": "43-TB/CB"})).refused("đồng chí nêu lý do bỏ cách số")
    because = "hai thông báo ghi trên giấy"
    skipping = ISSUE.model_copy(update={"doc_no": "43-TB/CB", "skipped_because": because})
    at.when(skipping).then(issued(), number("43-TB/CB", because=because))
    at.when(ISSUE.model_copy(update={"doc_no": "40-TB/CB"})).refused("đã dùng hoặc đã qua")


def test_R22_where_nobody_said_where_the_series_begins_a_notice_leaves_without_a_number_or_begins_it():
    committee_day(*READY).when(ISSUE).then(issued())
    first = ISSUE.model_copy(update={"doc_no": "01-TB/CB"})
    committee_day(*READY).when(first).then(issued(), number("01-TB/CB"))


def on(day: date, days: int = 3) -> MeetingScheduled:
    update = {
        "meeting_id": f"{CODE}:{day:%Y-%m}",
        "period": f"{day:%Y-%m}",
        "on": day,
        "notice_days": days,
        "notice_due_on": day - timedelta(days=days),
    }
    return scheduled.model_copy(update=update)


def lead(meeting: MeetingScheduled, sent: datetime) -> tuple[int, bool]:
    """Lead days and on time as decided for a notice sent at an instant."""
    asked = given.at(sent).asked
    held = prepared.model_copy(update={"meeting_id": meeting.meeting_id})
    command = IssueNotice(meeting_id=meeting.meeting_id, reason="muộn", committee_reason="chưa họp")
    (notice,) = decide(given(meeting, held).state(), command, asked)
    return notice.lead_days, notice.on_time  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("meeting", "days", "sent", "expected"),
    [
        (date(2026, 12, 3), 3, datetime(2026, 11, 30, 16, 59, tzinfo=UTC), (3, True)),
        (date(2026, 12, 3), 3, datetime(2026, 11, 30, 17, 0, tzinfo=UTC), (2, False)),
        (date(2027, 3, 3), 3, datetime(2027, 2, 28, 16, 59, 59, tzinfo=UTC), (3, True)),
        (date(2027, 3, 3), 3, datetime(2027, 2, 28, 17, 0, tzinfo=UTC), (2, False)),
        (date(2028, 3, 3), 3, datetime(2028, 2, 29, 16, 59, 59, tzinfo=UTC), (3, True)),
        (date(2028, 3, 3), 3, datetime(2028, 2, 29, 17, 0, tzinfo=UTC), (2, False)),
        (date(2026, 12, 3), 0, datetime(2026, 12, 3, 16, 59, tzinfo=UTC), (0, True)),
    ],
)
def test_E1_notice(meeting, days, sent, expected):
    assert lead(on(meeting, days), sent) == expected


def test_E2_a_sundays_notice_counts_calendar_days():
    assert lead(on(date(2027, 1, 3)), datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == (3, True)
    assert lead(on(date(2027, 1, 4)), datetime(2027, 1, 1, 16, 59, tzinfo=UTC)) == (3, True)


@over(st.dates(date(2026, 9, 1), date(2026, 10, 3)), st.times())
def test_R1_on_time_is_a_matter_of_the_day_never_of_the_hour(day, hour):
    sent = datetime.combine(day, hour.replace(tzinfo=None), VIETNAM)
    assert lead(scheduled, sent) == ((date(2026, 10, 3) - day).days, day <= date(2026, 9, 30))


def test_R37_no_notice_before_the_committee_unless_a_reason_is_given_and_then_it_is_marked():
    without = (scheduled, *EIGHT)
    committee_day(*without).when(ISSUE).refused("Tháng này chưa ghi buổi họp chi ủy chuẩn bị")
    committee_day(*without).when(IssueNotice(meeting_id=OCTOBER, committee_reason="Bão, không họp được")).then(
        issued(without_committee=True, committee_reason="Bão, không họp được", without_task=("M08",))
    )


def test_R37_a_preparation_held_after_the_notices_day_does_not_count():
    given.at("2026-09-27T08:00+07:00")(*READY).when(ISSUE).refused("chi ủy chuẩn bị")


def test_R37_the_charter_may_do_without():
    charter = CHARTER.model_copy(update={"notice_requires_committee": False})
    free = committee_day.known(known(BranchCharterAdopted(branch=CODE, charter=charter)))
    free(scheduled).when(ISSUE).then(issued(without_task=BASE, items_nobody_took=("P1", "P2")))


def test_R37_what_nobody_took_goes_out_with_the_notice():
    committee_day(scheduled, *EIGHT[:4], prepared).when(ISSUE).then(
        issued(without_task=("M05", "M06", "M07", "M08", "M11"), items_nobody_took=("P1",))
    )


def test_R10_a_guest_for_a_time_is_told_too_and_a_branch_without_follower_tells_none():
    guest = MemberEnrolled(
        branch=CODE,
        member=member("M12", "Đảng viên 12", "12", status="temporary_here", since=date(2026, 9, 1)),
        joined_on=date(2026, 9, 1),
    )
    committee_day.known(known(guest))(*READY).when(ISSUE).then(issued(recipients=(*BASE, "M12")))
    registered = BranchRegistered(branch=CODE, name="Chi bộ", superior="Đảng bộ", effective_on=date(2025, 1, 3))
    alone = branch(facts=(registered, *FACTS[1:]))
    committee_day.known(known(branch=alone))(*READY).when(ISSUE).then(issued(follower_id=None))


def test_R10_nobody_to_tell_is_refused():
    empty = branch(facts=(FACTS[0], FACTS[2]))
    committee_day.known(known(branch=empty))(*READY).when(ISSUE).refused("chưa có đảng viên nào")


def test_a_notice_after_the_meetings_day_is_refused():
    given.at("2026-10-04T08:00+07:00")(*READY).when(ISSUE).refused("đã qua")


def of_kind(kind: MeetingKind) -> MeetingScheduled:
    meeting_id = f"{OCTOBER}:{kind}"
    update = {"meeting_id": meeting_id, "meeting_kind": kind, "notice_days": 0, "notice_due_on": date(2026, 10, 3)}
    return scheduled.model_copy(update=update)


def test_R1_an_extraordinary_meeting_is_called_as_need_be_and_gives_no_monthly_tasks():
    called = of_kind("extraordinary")
    told = issued(meeting_id=called.meeting_id, issued_on=date(2026, 10, 3), lead_days=0, required_days=0)
    held = prepared.model_copy(update={"meeting_id": called.meeting_id})
    given.at("2026-10-03T06:00+07:00")(called, held).when(IssueNotice(meeting_id=called.meeting_id)).then(told)
    given.at("2026-10-03T06:00+07:00")(called).when(IssueNotice(meeting_id=called.meeting_id)).refused("chi ủy")


def test_R10_a_committee_meeting_is_told_to_the_committee_and_needs_no_preparation():
    called = of_kind("committee")
    committee_day(called).when(IssueNotice(meeting_id=called.meeting_id)).then(
        issued(meeting_id=called.meeting_id, required_days=0, recipients=("M01", "M02", "M03"), follower_id=None)
    )


# ------------------------------------------------------------------ who has it


def record(member_id: str, channel: str, **more: object) -> RecordNoticeDelivered:
    return RecordNoticeDelivered.model_validate(
        {"meeting_id": OCTOBER, "member_id": member_id, "channel": channel, **more}
    )


def proof(
    member_id: str,
    channel: str,
    by: str,
    revision: int = 1,
    confirmed: bool = False,  # noqa: FBT002 - as it reads
) -> NoticeDelivered:
    return NoticeDelivered.model_validate(
        {
            "meeting_id": OCTOBER,
            "revision": revision,
            "member_id": member_id,
            "channel": channel,
            "by": by,
            "confirmed": confirmed,
        }
    )


minute_taker: Scenario = given.at("2026-09-29T08:05+07:00", actor="M04", actorrole="minute_taker")
himself: Scenario = given.at("2026-09-28T18:40+07:00", actor="M03", actorrole="self")


def test_R10_on_paper_by_hand_with_a_signature():
    minute_taker(*NOTIFIED).when(record("M08", "paper", confirmed=True)).then(
        proof("M08", "paper", "M04", confirmed=True)
    )


def test_R10_by_telephone():
    minute_taker(*NOTIFIED).when(record("M08", "telephone")).then(proof("M08", "telephone", "M04"))


def test_R10_in_the_app_only_by_the_recipient_and_that_is_a_confirmation():
    himself(*NOTIFIED).when(record("M03", "app")).then(proof("M03", "app", "M03", confirmed=True))
    minute_taker(*NOTIFIED).when(record("M03", "app")).refused("chỉ chính đ/c M03 bấm «đã nhận»")


def test_R10_for_whoever_has_no_smartphone_the_print_is_asked_for():
    minute_taker(*NOTIFIED).when(record("M08", "app")).refused("Đ/c M08 không dùng điện thoại thông minh")


def test_R46_who_handed_it_over_is_whoever_entered_it_when_the_recipient_is_said_to_act():
    entered = given.at("2026-09-29T08:05+07:00", actor="M08", actorrole="self", enteredby="M04", medium="paper")
    entered(*NOTIFIED).when(record("M08", "paper", confirmed=True)).then(proof("M08", "paper", "M04", confirmed=True))
    alone = given.at("2026-09-29T08:05+07:00", actor="M08", actorrole="self")
    alone(*NOTIFIED).when(record("M08", "paper")).refused("Chưa ghi ai")


def test_the_same_proof_again_changes_nothing_but_a_signature_adds_to_it():
    minute_taker(*NOTIFIED, proof("M08", "paper", "M04", confirmed=True)).when(record("M08", "paper")).then()
    minute_taker(*NOTIFIED, proof("M08", "paper", "M04")).when(record("M08", "paper")).then()
    minute_taker(*NOTIFIED, proof("M08", "paper", "M04")).when(record("M08", "paper", confirmed=True)).then(
        proof("M08", "paper", "M04", confirmed=True)
    )


def test_R2_a_revised_notice_needs_its_own_proof_and_a_late_one_of_the_first_counts_for_the_first():
    storm = given.at("2026-10-02T15:30+07:00", actor="M04", actorrole="minute_taker")
    first = proof("M08", "paper", "M04", confirmed=True)
    storm(*MOVED, first).when(record("M08", "telephone")).then(proof("M08", "telephone", "M04", revision=2))
    storm(*MOVED).when(record("M08", "telephone", revision=1)).then(proof("M08", "telephone", "M04"))
    storm(*MOVED).when(record("M08", "telephone", revision=3)).refused("Chưa có thông báo lần 3")


def test_R10_who_is_still_without_proof():
    state = given(*NOTIFIED, proof("M08", "paper", "M04"), proof("M03", "app", "M03", confirmed=True)).state()
    assert unproven(state, 1) == ("M01", "M02", "M04", "M05", "M06", "M07", "M11", "F01")


def test_the_follower_confirms_his_own_and_nobody_elses():
    follower = given.at("2026-09-28T18:00+07:00", actor="F01", actorrole="superior")
    follower(*NOTIFIED).when(record("F01", "app")).then(proof("F01", "app", "F01", confirmed=True))
    follower(*NOTIFIED).when(record("M08", "telephone")).refused("gửi cho chính mình")


@pytest.mark.parametrize(("who", "words"), [("M09", "không gửi tới đ/c M09"), ("M99", "không gửi tới đ/c M99")])
def test_nobody_else_can_have_received_it(who, words):
    minute_taker(*NOTIFIED).when(record(who, "telephone")).refused(words)


def test_a_delivery_without_or_before_the_notice_is_refused():
    minute_taker(*READY).when(record("M08", "paper")).refused("chưa gửi thông báo nào")
    given.at("2026-09-27T08:00+07:00", actor="M04")(*NOTIFIED).when(record("M08", "paper")).refused(
        "thông báo chưa được gửi"
    )


def test_a_delivery_of_before_the_opening_can_still_be_entered_after_it():
    late = minute_taker.known(opened("2026-10-05T14:00+07:00"))
    late(*MOVED).when(record("M08", "paper", revision=1)).then(proof("M08", "paper", "M04"))
    late.at("2026-10-05T14:00+07:00")(*MOVED).when(record("M08", "paper")).refused("đã khai mạc")


# ------------------------------------------------------------------ sent again


def test_R2_a_changed_agenda_or_a_newcomer_is_told_without_counting_the_days_anew():
    told = {"issued_on": date(2026, 10, 1), "for_on": date(2026, 10, 3), "starts_at": "07:30", "lead_days": 2}
    next_day = given.at("2026-10-01T08:00+07:00")
    again = revised("agenda", **told, restarts=False, on_time=True)
    next_day(*NOTIFIED).when(ReviseNotice(meeting_id=OCTOBER, because="agenda")).then(again)
    next_day(*NOTIFIED, again).when(ReviseNotice(meeting_id=OCTOBER, because="agenda")).then()
    next_day(*NOTIFIED).when(ReviseNotice(meeting_id=OCTOBER, because="recipients")).then()
    came = MemberEnrolled(branch=CODE, member=member("M12", "Đảng viên 12", "12"), joined_on=date(2026, 10, 1))
    next_day.known(known(came))(*NOTIFIED).when(ReviseNotice(meeting_id=OCTOBER, because="recipients")).then(
        revised("recipients", **told, restarts=False, on_time=True, recipients=(*BASE, "M12"))
    )
    next_day(*READY).when(ReviseNotice(meeting_id=OCTOBER, because="agenda")).refused("chưa gửi thông báo nào")


# ------------------------------------------------------------------ intentions and materials


def test_a_member_says_beforehand_whether_he_is_coming_and_may_change_his_mind():
    coming = AttendanceIntended(meeting_id=OCTOBER, member_id="M11", intends="coming")
    excused = AttendanceIntended(meeting_id=OCTOBER, member_id="M11", intends="excused")
    come = IntendAttendance(meeting_id=OCTOBER, member_id="M11", intends="coming")
    given(*NOTIFIED).when(come).then(coming)
    given(*NOTIFIED, coming).when(come).then()
    given(*NOTIFIED, coming, excused).when(come).then(coming)
    given(*NOTIFIED).when(IntendAttendance(meeting_id=OCTOBER, member_id="M99", intends="coming")).refused("mã M99")


OUTLINE, DRAFT = Document(title="Đề cương"), Document(title="Dự thảo nghị quyết")


def posted(documents: tuple[Document, ...], day: date, lead_days: int, on_time: bool) -> MaterialsPosted:
    return MaterialsPosted(
        meeting_id=OCTOBER,
        documents=documents,
        posted_on=day,
        for_on=date(2026, 10, 3),
        lead_days=lead_days,
        required_days=1,
        on_time=on_time,
    )


def test_R3_materials_are_on_time_a_calendar_day_before():
    post = PostMaterials(meeting_id=OCTOBER, documents=(OUTLINE, DRAFT))
    friday, saturday = given.at("2026-10-02T23:59+07:00"), given.at("2026-10-03T00:00+07:00")
    friday(*NOTIFIED).when(post).then(posted((OUTLINE, DRAFT), date(2026, 10, 2), 1, True))
    saturday(*NOTIFIED).when(post).then(posted((OUTLINE, DRAFT), date(2026, 10, 3), 0, False))
    given.at("2026-10-04T08:00+07:00")(*NOTIFIED).when(post).refused("đã qua")


def test_R3_only_what_is_new_is_posted():
    first = posted((OUTLINE,), date(2026, 10, 1), 2, True)
    friday = given.at("2026-10-02T08:00+07:00")
    friday(*NOTIFIED, first).when(PostMaterials(meeting_id=OCTOBER, documents=(OUTLINE,))).then()
    friday(*NOTIFIED, first).when(PostMaterials(meeting_id=OCTOBER, documents=(OUTLINE, DRAFT, DRAFT))).then(
        posted((DRAFT,), date(2026, 10, 2), 1, True)
    )


# ------------------------------------------------------------------ the clock


FLAG = FlagNoticeMissed(meeting_id=OCTOBER, due_on=date(2026, 9, 30))
midnight = given.at("2026-10-01T00:00+07:00", actor="clock", actorrole="clock")
missed = NoticeMissed(
    meeting_id=OCTOBER,
    on=date(2026, 10, 3),
    due_on=date(2026, 9, 30),
    required_days=3,
    detected_at="2026-09-30T17:00:00.000000Z",
)


def test_R1_a_notice_that_never_left_is_flagged_once_after_its_last_day():
    midnight(*READY).when(FLAG).then(missed)
    midnight(*READY, missed).when(FLAG).then()
    midnight.at("2026-09-30T23:59:59+07:00")(*READY).when(FLAG).then()


def test_R1_no_flag_when_it_left_when_the_day_was_set_anew_or_when_there_is_no_meeting():
    midnight(*NOTIFIED).when(FLAG).then()
    midnight(*READY, moved(notified_before=False)).when(FLAG).then()
    midnight().when(FLAG).then()


def test_R1_a_day_set_anew_has_a_due_date_of_its_own():
    fifth = FlagNoticeMissed(meeting_id=OCTOBER, due_on=date(2026, 10, 2))
    midnight.at("2026-10-03T00:00+07:00")(*READY, missed, moved(notified_before=False)).when(fifth).then(
        NoticeMissed(
            meeting_id=OCTOBER,
            on=date(2026, 10, 5),
            due_on=date(2026, 10, 2),
            required_days=3,
            detected_at="2026-10-02T17:00:00.000000Z",
        )
    )


def test_R1_no_flag_for_a_meeting_after_the_branchs_end():
    gone = BranchDissolved(branch=CODE, decision_no="1-QĐ", effective_on=date(2026, 10, 1))
    midnight.known(known(gone))(*READY).when(FLAG).then()


def test_a_member_transferred_before_the_meeting_is_not_told():
    gone = MemberTransferred(branch=CODE, member_id="M07", to="nơi khác", effective_on=date(2026, 10, 3))
    told = tuple(member for member in BASE if member != "M07")
    committee_day.known(known(gone))(*READY).when(ISSUE).then(issued(recipients=told))


def test_nothing_is_stored_of_what_is_refused():
    asked = given.at("2026-10-04T08:00+07:00").asked
    before = given(*READY).state()
    with pytest.raises(Refused):
        decide(before, ISSUE, asked)
    assert before == given(*READY).state()
