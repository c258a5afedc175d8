from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.hub.domain.known import Known, ScoreSeen
from services.hub.domain.score import SCORE, ConfirmMeetingScore, OtherMark
from shared.events.hub import MeetingScoreConfirmed
from shared.events.sitting import LineMark, Measured, MeetingScored
from shared.rules import shipped
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import branch

BRANCH = "99.001.002.000.011"
OCTOBER = f"{BRANCH}:2026-10"
HD42 = shipped().profile_for("scoring", date(2026, 10, 5))
BINH_THUAN = shipped().pinned("scoring", "binh-thuan-scoring@1")


def marks(*given: str) -> tuple[LineMark, ...]:
    return tuple(
        LineMark(id=group.id, mark=mark, max=group.max) for group, mark in zip(HD42.groups, given, strict=True)
    )


SCORED = MeetingScored(
    meeting_id=OCTOBER,
    rubric=HD42.ref,
    marks=marks("5", "4", "9", "37", "5", "25", "5"),
    total="90",
    by_marks="q_good",
    band="q_good",
    measured=Measured(
        minutes=130,
        minimum=90,
        short_by=0,
        present_ever="8/9",
        attendance_meets=False,
        spoke="8/8",
        opinions=15,
        out_of_order=(),
    ),
    superior_confirms=True,
)
SEEN = ScoreSeen("f1", SCORED, HD42)
CONFIRM = ConfirmMeetingScore(meeting_id=OCTOBER)
CONFIRMED = MeetingScoreConfirmed(
    branch=BRANCH,
    meeting_id=OCTOBER,
    scored="f1",
    rubric=HD42.ref,
    cell_total="90",
    cell_band="q_good",
    total="90",
    band="q_good",
)


def given(*facts: MeetingScoreConfirmed, score: ScoreSeen | None = SEEN) -> Scenario:
    return scenario(SCORE, Known(branch=branch(), score=score), actor="F01", role="superior")(*facts)


def other(*changes: tuple[str, str], reason: str | None = None) -> ConfirmMeetingScore:
    return ConfirmMeetingScore(
        meeting_id=OCTOBER, marks=tuple(OtherMark(id=id, mark=mark) for id, mark in changes), reason=reason
    )


def test_the_superior_confirms_the_score_as_the_cell_gave_it():
    given().when(CONFIRM).then(CONFIRMED)
    given(CONFIRMED).when(CONFIRM).then()
    given().when(other(("6", "25"))).then(CONFIRMED)
    assert SCORE.profile(given(CONFIRMED).state()) == HD42.ref


def test_other_marks_need_their_reason_and_are_added_up_by_the_same_frame():
    given().when(other(("6", "24.5"))).refused("Mục 6 chấm khác chi bộ thì cần lý do")
    given().when(other(("6", "24.5"), reason=" Hai chỉ tiêu chưa đạt ")).then(
        CONFIRMED.model_copy(
            update={
                "changed": (LineMark(id="6", mark="24.5", max=30),),
                "total": "89.5",
                "band": "q_fair",
                "reason": "Hai chỉ tiêu chưa đạt",
            }
        )
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((("6", "31"),), "Mục 6 chấm từ 0 đến 30 điểm"),
        ((("9", "1"),), "không có mục 9"),
        ((("6", "1"), ("6", "2")), "ghi điểm hai lần"),
        ((("4.1", "5"),), "đã chấm chung"),
    ],
)
def test_R23_the_superiors_marks_keep_to_the_frame(changes: tuple[tuple[str, str], ...], words: str):
    given().when(other(*changes, reason="x")).refused(words)


def singly(**lines: str) -> ScoreSeen:
    """The same score with group 4 marked line by line."""
    each = {"4.1": "5", "4.2": "22", "4.3": "10"} | lines
    told = tuple(LineMark(id=id, mark=mark, max=HD42.line(id).max) for id, mark in each.items())
    return replace(SEEN, scored=SCORED.model_copy(update={"lines": told}))


def test_a_group_marked_line_by_line_is_corrected_by_line_or_as_a_whole():
    by_line = given(score=singly()).when(other(("4.2", "20"), reason="x"))._decide()[0]
    whole = given(score=singly()).when(other(("4", "35"), reason="x"))._decide()[0]
    for fact in (by_line, whole):
        assert isinstance(fact, MeetingScoreConfirmed)
        assert (fact.total, fact.band) == ("88", "q_fair")
    given(score=singly()).when(CONFIRM).then(CONFIRMED)


def test_what_is_confirmed_stays_until_the_cell_scores_anew():
    given(CONFIRMED).when(other(("6", "20"), reason="x")).refused("đã được xác nhận nên giữ nguyên")
    anew = replace(SEEN, fact_id="f2")
    given(CONFIRMED, score=anew).when(CONFIRM).then(CONFIRMED.model_copy(update={"scored": "f2"}))


def test_there_must_be_a_score_a_frame_and_need_of_a_confirmation():
    given(score=None).when(CONFIRM).refused("chưa chấm điểm buổi sinh hoạt này")
    given(score=replace(SEEN, frame=None)).when(CONFIRM).refused("chưa công bố ở đây")
    given(score=replace(SEEN, frame=BINH_THUAN)).when(CONFIRM).refused("needs no confirmation")


def test_a_dissolved_branch_has_nothing_to_confirm():
    gone = branch().model_copy(update={"dissolved_on": date(2026, 9, 1)})
    given().known(Known(branch=gone, score=SEEN)).when(CONFIRM).refused("đã giải thể")


def test_only_the_superior_confirms():
    assert {"superior"} == ConfirmMeetingScore.MAY


def test_the_sentence_says_what_was_changed():
    fact = given().when(other(("6", "24.5"), reason="x"))._decide()[0]
    told: Any = None
    assert fact.vi(told) == (
        "Cấp trên xác nhận buổi sinh hoạt 89,5 điểm, xếp loại Khá (chi bộ chấm 90, Tốt; mục 6 chấm khác, có nêu lý do)."
    )
    assert CONFIRMED.en(told) == "The superior confirmed the meeting's score: 90 marks, Good."
