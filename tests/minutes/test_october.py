from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shared.days import VIETNAM
from shared.events.envelope import Told, moment
from shared.events.minutes import Attendance, MeetingClosed, RulesApplied, Threshold, VoteHeld
from shared.rules import profile_for
from tests.minutes.october import AFTERWARDS, HELD, KNOWN, OCTOBER, OPENED, RULES, Step, at, before, later, stay
from tests.sample_branch import MEMBERS


@pytest.mark.parametrize(
    "number", range(len(OCTOBER)), ids=[f"{step.hour}-{type(step.command).__name__}" for step in OCTOBER]
)
def test_the_october_meeting_step_by_step(number: int):
    step: Step = OCTOBER[number]
    at(step.hour, *before(number)).when(step.command).then(*step.facts)


@pytest.mark.parametrize(
    "number", range(len(OCTOBER)), ids=[f"{step.hour}-{type(step.command).__name__}" for step in OCTOBER]
)
def test_pressing_the_same_button_twice_writes_nothing_twice(number: int):
    step = OCTOBER[number]
    again = at(step.hour, *before(number), *step.facts).when(step.command)
    match type(step.command).__name__:
        # Words are sealed and cannot be compared: what has any is refused or written again, never dropped.
        case "NoteSituation" | "GiveSelfCriticism":
            again.then(*step.facts)
        case "RecordOpinion":
            again.refused("đã được ghi rồi")
        case "ReviewMember":
            again.then(*step.facts)
        case "DisposeOpinion" if "secret" in repr(step.facts):
            again.then(*(fact.model_copy(update={"replaces": "contrary_explained"}) for fact in step.facts))
        case _:
            again.then()


@pytest.mark.parametrize("number", range(len(AFTERWARDS)), ids=[step.time for step in AFTERWARDS])
def test_what_followed_october_step_by_step(number: int):
    later(number).when(AFTERWARDS[number].command).then(*AFTERWARDS[number].facts)


@pytest.mark.parametrize("number", range(len(AFTERWARDS)), ids=[step.time for step in AFTERWARDS])
def test_saying_again_what_followed_adds_nothing(number: int):
    step, before_ = AFTERWARDS[number], later(number)
    again = before_(*before_.facts, *step.facts).when(step.command)
    if type(step.command).__name__ == "RequestCorrection":
        again.refused("đã được ghi và vẫn còn nguyên")
    else:
        again.then()


def test_the_meeting_lasted_130_minutes_and_eight_of_nine_came():
    closed = HELD[-1]
    assert isinstance(closed, MeetingClosed)
    assert (closed.minutes, closed.short_by) == (130, 0)
    assert closed.attendance == Attendance(ever=8, base=9, rate="8/9", meets=False)
    assert {one.member_id: one.intervals for one in closed.attended}["M07"] == (stay("14:00", "15:40"),)


def test_E4_eight_of_nine_meets_the_older_rules_and_not_the_present_ones():
    hd12 = profile_for("meeting", date(2025, 10, 3))
    known = replace(KNOWN, profile=hd12)
    older = RulesApplied(
        **{
            **RULES.model_dump(),
            "profile": "hd12@1",
            "attendance": Threshold(numerator=85, denominator=100, inclusive=False),
        }
    )
    at("14:00", known=known).when(OCTOBER[0].command).then(OPENED.model_copy(update={"rules": older}))
    assert hd12.attendance.meets(8, 9)
    assert not profile_for("meeting", date(2026, 10, 5)).attendance.meets(8, 9)
    closing = OCTOBER[-1]
    (closed,) = closing.facts
    assert isinstance(closed, MeetingClosed)
    opened, *rest = before(len(OCTOBER) - 1)
    assert opened == OPENED
    meets = closed.model_copy(update={"attendance": closed.attendance.model_copy(update={"meets": True})})
    at("16:10", OPENED.model_copy(update={"rules": older}), *rest, known=known).when(closing.command).then(meets)


def test_R46_both_minute_takers_stand_in_the_minutes_with_their_times():
    closed = HELD[-1]
    assert isinstance(closed, MeetingClosed)
    assert [one.member_id for one in closed.minute_takers] == ["M07", "M04"]


# ---- the sentences of the audit page

NAMES = {member.member_id: member.name.text.get_secret_value() for member in MEMBERS}  # type: ignore[union-attr]


def told(hour: str, kind: str, language: str = "vi") -> list[str]:
    """The sentences of one kind of fact, in order."""
    sentences = []
    for step in OCTOBER:
        for fact in step.facts:
            if type(fact).__name__ == kind and step.hour >= hour:
                tell = Told(
                    name=lambda member: NAMES.get(member, member),
                    at=moment("2026-10-05T07:00:00.000000Z").astimezone(VIETNAM),
                    actor=NAMES["M02"],
                )
                sentences.append(fact.vi(tell) if language == "vi" else fact.en(tell))
    return sentences


@pytest.mark.parametrize(
    ("kind", "vi", "en"),
    [
        (
            "MeetingOpened",
            "Buổi họp khai mạc lúc 14:00, chủ trì đ/c Tôn Nữ Quỳnh Dao, thư ký đ/c Nguyễn Thị Hoa; có mặt 7/9.",
            "The meeting opened at 14:00, chaired by Tôn Nữ Quỳnh Dao, minutes by Nguyễn Thị Hoa; 7 of 9 present.",
        ),
        (
            "MemberArrived",
            "Đ/c Đặng Thị Đoan đến lúc 14:25; từ đó có mặt 8/9, có quyền biểu quyết 7.",
            "Đặng Thị Đoan arrived at 14:25; from then 8 of 9 were present, 7 with a vote.",
        ),
        (
            "MinuteTakerReplaced",
            "Từ 14:30, đ/c Đặng Thị Đoan ghi biên bản thay đ/c Nguyễn Thị Hoa.",
            "From 14:30 Đặng Thị Đoan took the minutes in place of Nguyễn Thị Hoa.",
        ),
        (
            "LastMonthReviewed",
            (
                "Chi bộ đánh giá nhiệm vụ tháng 9/2026: 2 việc đúng hạn, 1 việc chậm, 1 việc chưa hoàn thành; "
                "việc chậm và việc chưa hoàn thành đều đã nêu nguyên nhân."
            ),
            (
                "The cell reviewed September 2026: 2 tasks on time, 1 late, 1 not done; "
                "causes were stated for the late and the undone."
            ),
        ),
        (
            "OpinionDisposed",
            "Một ý kiến trái chiều ở mục 9 đã được chủ trì giải thích; người nêu ý kiến đồng ý.",
            "A contrary opinion under item 9 was explained by the chair; the speaker agreed.",
        ),
        (
            "PolicyDisseminated",
            (
                "Đ/c Cao Tiến Ngạn (báo cáo viên) phổ biến văn bản HD MẪU-11; 8 đồng chí đã nghe, "
                "1 đồng chí cần được phổ biến lại trước 12/10/2026."
            ),
            (
                "Cao Tiến Ngạn (rapporteur) presented document HD MẪU-11; 8 heard it, "
                "1 is to be caught up by 12/10/2026."
            ),
        ),
        (
            "SelfCriticismGiven",
            "Đ/c Cao Tiến Ngạn tự phê bình trước chi bộ (nội dung chỉ chi bộ được đọc).",
            "Cao Tiến Ngạn gave self-criticism before the cell (content open to the cell only).",
        ),
        (
            "SituationNoted",
            "Chi bộ nhận xét tình hình ở mục 8 (nội dung chỉ chi bộ được đọc).",
            "The cell noted the situation under item 8 (content open to the cell only).",
        ),
        (
            "MeetingScored",
            (
                "Chi bộ chấm buổi sinh hoạt 90 điểm (5·4·9·37·5·25·5): Tốt; dự 8/9 (chưa đạt tỷ lệ quy định); "
                "chờ cấp trên xác nhận."
            ),
            (
                "The cell gave its meeting 90 marks (5 · 4 · 9 · 37 · 5 · 25 · 5): Good; attendance 8/9 "
                "(below what is asked); the superior is to confirm it."
            ),
        ),
        (
            "MemberLeftMeeting",
            "Đ/c Nguyễn Thị Hoa về lúc 15:40, được chủ trì đồng ý; từ đó có mặt 7/9, có quyền biểu quyết 6.",
            "Nguyễn Thị Hoa left at 15:40, excused by the chair; from then 7 of 9 were present, 6 with a vote.",
        ),
        (
            "VoteDisputed",
            (
                "Đ/c Huỳnh Út Lành đề nghị kiểm đếm lại biểu quyết lúc 15:28 (5–1–1); "
                "lý do: đếm sót một cánh tay ở hàng sau."
            ),
            "Huỳnh Út Lành asked for a recount of the vote of 15:28 (5–1–1); reason: đếm sót một cánh tay ở hàng sau.",
        ),
        (
            "AssignmentDecided",
            (
                "Đ/c Nguyễn Thị Hòa được giao thu đủ nhận xét nơi cư trú còn lại (05 phiếu), đ/c Và Bá Xềnh phối hợp, "
                "xong trước hết ngày 20/11/2026, báo cáo tại kỳ tháng 12."
            ),
            (
                "Nguyễn Thị Hòa, with Và Bá Xềnh, is to do this by the end of 20/11/2026 and report in December: "
                "Thu đủ nhận xét nơi cư trú còn lại (05 phiếu)."
            ),
        ),
        (
            "MinutesAdopted",
            (
                "Biên bản số 29-BB/CB được đọc lại và thông qua lúc 16:08, 6 tán thành trong 6 đồng chí có quyền "
                "biểu quyết đang có mặt."
            ),
            "Minutes no. 29-BB/CB were read back and adopted at 16:08, by all 6 voters then present.",
        ),
    ],
)
def test_the_audit_page_says(kind: str, vi: str, en: str):
    assert told("14:00", kind)[0] == vi
    assert told("14:00", kind, "en")[0] == en


def test_both_counts_of_the_disputed_vote_are_told():
    first, second, _ = told("14:00", "VoteHeld")
    assert first == (
        "Biểu quyết giơ tay về Nghị quyết tháng 10/2026: tán thành 5, không tán thành 1, ý kiến khác 1; "
        "cần từ 6 trên 10 đảng viên có quyền biểu quyết: chưa được thông qua."
    )
    assert second == (
        "Kiểm đếm lại biểu quyết lúc 15:28 về Nghị quyết tháng 10/2026: tán thành 6, không tán thành 1, ý kiến khác 0; "
        "cần từ 6 trên 10 đảng viên có quyền biểu quyết: được thông qua. Cả hai lần đều được lưu."
    )


def test_no_sentence_quotes_what_only_the_cell_may_read():
    for step in OCTOBER:
        for fact in step.facts:
            if fact.PRIVACY == "C":
                tell = Told(name=str, at=moment("2026-10-05T07:00:00.000000Z"), actor="M02")
                assert "secret" not in fact.vi(tell) + fact.en(tell)
                assert "chờ mẫu phiếu" not in fact.vi(tell) + fact.en(tell)


def test_no_fact_of_the_story_is_missing_a_sentence_in_either_language():
    for step in OCTOBER:
        for fact in step.facts:
            tell = Told(name=str, at=moment("2026-10-05T07:00:00.000000Z"), actor="M02")
            for sentence in (fact.vi(tell), fact.en(tell)):
                assert sentence.endswith(".")
                assert "None" not in sentence
                assert "  " not in sentence


def test_the_votes_of_the_story_count_exactly():
    votes = [fact for fact in HELD if isinstance(fact, VoteHeld)]
    assert [(one.tally, one.voters_present, one.base, one.adopted) for one in votes] == [
        ("5–1–1", 7, 10, False),
        ("6–1–0", 7, 10, True),
        ("6–0–0", 6, 10, True),
    ]
