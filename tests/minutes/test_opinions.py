from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes.application import roles
from services.minutes.domain.conclusions import Point, ReachConclusion
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.opinions import AnswerOpinion, DisposeOpinion, NoteSpeech, RecordOpinion
from shared.decision import Command
from shared.events.afterwards import MinutesFlagRaised
from shared.events.envelope import Told, moment
from shared.events.minutes import (
    ConclusionItem,
    ConclusionReached,
    MemberSpoke,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
)
from tests.minutes.october import HELD, KNOWN, MEETING, OPENED, at, flagged_until_answered, secret, until
from tests.sample_branch import CODE

TEXT = "Tài liệu học lý luận năm nay có thay bài nào không?"
ANSWER = "Có thay bài 4; bản mới đã gửi từng đồng chí."


def raised(opinion_id: str = "O10", speaker: str = "M11", *, contrary: bool = False) -> OpinionRecorded:
    return OpinionRecorded(
        meeting_id=MEETING,
        opinion_id=opinion_id,
        speaker_id=speaker,
        item=9,
        text=secret(speaker, "text", TEXT),
        contrary=contrary,
    )


def dispose(**parts: Any) -> DisposeOpinion:
    explanation = {"explanation": SecretStr(parts.pop("explanation"))} if "explanation" in parts else {}
    return DisposeOpinion(meeting_id=MEETING, opinion_id="O10", **explanation, **parts)


def disposed(how: Any, **parts: Any) -> OpinionDisposed:
    return OpinionDisposed(meeting_id=MEETING, opinion_id="O10", item=9, how=how, **({"contrary": False} | parts))


EXPLAINED = {"explained_by": "M02", "explanation": "Mẫu do chi bộ tự soạn."}
PROMISED = disposed("to_be_answered", answer_by="M05", answer_due=date(2026, 11, 3))


# ---- raising


def test_only_somebody_who_is_there_is_written_down_as_speaking():
    opinion = RecordOpinion(meeting_id=MEETING, opinion_id="O10", speaker_id="M04", item=9, text=SecretStr(TEXT))
    at("14:20", OPENED).when(opinion).refused("Lúc 14:20 đ/c M04 không có mặt")


def test_somebody_who_left_could_still_speak_before_that_minute():
    late = RecordOpinion(meeting_id=MEETING, opinion_id="O10", speaker_id="M07", item=9, text=SecretStr(TEXT))
    at("15:41", *until("15:42")).when(late).refused("không có mặt")
    at("15:39", *until("15:42")).when(late).then(raised(speaker="M07"))


def test_a_probationary_member_speaks():
    opinion = RecordOpinion(meeting_id=MEETING, opinion_id="O10", speaker_id="M11", item=9, text=SecretStr(TEXT))
    at("14:20", OPENED).when(opinion).then(raised())


def test_an_opinion_belongs_to_an_item_of_the_agenda():
    opinion = RecordOpinion(meeting_id=MEETING, opinion_id="O10", speaker_id="M11", item=16, text=SecretStr(TEXT))
    at("14:20", OPENED).when(opinion).refused("không có mục 16")
    at("14:20", OPENED).when(NoteSpeech(meeting_id=MEETING, member_id="M11", item=16)).refused("không có mục 16")


# ---- five ways (R17)


@pytest.mark.parametrize(
    ("opinion", "asked", "fact"),
    [
        (raised(), {"how": "accepted", "conclusion_item": 2}, disposed("accepted", conclusion_item=2)),
        (
            raised(contrary=True),
            {"how": "contrary_explained", "speaker_after": "reserves", **EXPLAINED},
            disposed(
                "contrary_explained",
                contrary=True,
                explained_by="M02",
                explained_by_chair=True,
                explanation=secret("M11", "explanation", EXPLAINED["explanation"]),
                speaker_after="reserves",
            ),
        ),
        (raised(), {"how": "reserved"}, disposed("reserved")),
        (raised(), {"how": "forwarded"}, disposed("forwarded")),
        (
            raised(),
            {"how": "to_be_answered", "answer_by": "M05", "answer_due": date(2026, 11, 3)},
            PROMISED,
        ),
    ],
    ids=["accepted", "explained", "reserved", "forwarded", "to be answered"],
)
def test_R17_an_opinion_is_answered_in_one_of_five_ways(
    opinion: OpinionRecorded, asked: dict[str, Any], fact: OpinionDisposed
):
    at("15:00", OPENED, opinion).when(dispose(**asked)).then(fact)


@pytest.mark.parametrize(
    ("opinion", "asked", "words"),
    [
        (raised(), {"how": "accepted"}, "gắn với một kết luận"),
        (raised(), {"how": "reserved", "conclusion_item": 2}, "gắn với một kết luận"),
        (raised(), {"how": "to_be_answered", "answer_by": "M05"}, "ai trả lời và chậm nhất ngày nào"),
        (raised(), {"how": "contrary_explained", "explained_by": "M02"}, "thiếu người giải thích hoặc lời giải thích"),
        (raised(contrary=True), {"how": "contrary_explained", **EXPLAINED}, "đồng ý hay bảo lưu"),
        (raised(contrary=True), {"how": "reserved"}, "chỉ bảo lưu sau khi đã được giải thích"),
        (
            raised(),
            {"how": "to_be_answered", "answer_by": "M05", "answer_due": date(2026, 10, 4)},
            "đứng trước ngày họp",
        ),
        (
            raised(),
            {"how": "to_be_answered", "answer_by": "M99", "answer_due": date(2026, 11, 3)},
            "M99 không có trong danh sách",
        ),
        (
            raised(contrary=True),
            {"how": "contrary_explained", "speaker_after": "agreed", **EXPLAINED, "explained_by": "M04"},
            "đ/c M04 không có mặt",
        ),
        (
            raised(contrary=True),
            {"how": "contrary_explained", "speaker_after": "not_present", **EXPLAINED},
            "đang có mặt lúc này",
        ),
    ],
)
def test_R17_each_way_says_what_belongs_to_it(opinion: OpinionRecorded, asked: dict[str, Any], words: str):
    at("15:00", OPENED, opinion).when(dispose(**asked)).refused(words)


def test_a_speaker_who_has_left_is_not_said_to_agree():
    facts = (*until("15:42"), raised(speaker="M07", contrary=True))
    asked = {"how": "contrary_explained", **EXPLAINED}
    at("15:45", *facts).when(dispose(**asked, speaker_after="agreed")).refused("không còn có mặt")
    at("15:45", *facts).when(dispose(**asked, speaker_after="not_present")).then(
        disposed(
            "contrary_explained",
            contrary=True,
            explained_by="M02",
            explained_by_chair=True,
            explanation=secret("M07", "explanation", EXPLAINED["explanation"]),
            speaker_after="not_present",
        )
    )


def test_an_answer_may_be_changed_before_the_adoption_and_both_are_kept():
    at("15:30", OPENED, raised(), disposed("reserved")).when(dispose(how="forwarded")).then(
        disposed("forwarded", replaces="reserved")
    )


def test_an_opinion_nobody_raised_has_no_answer():
    at("15:30", OPENED).when(dispose(how="forwarded")).refused("không có ý kiến O10")


# ---- promised answers (R40)


def answer(member: str = "M05") -> AnswerOpinion:
    return AnswerOpinion(meeting_id=MEETING, opinion_id="O10", member_id=member, answer=SecretStr(ANSWER))


def test_R40_an_answer_is_given_after_the_meeting_has_closed():
    held = (HELD[0], raised(), PROMISED, *HELD[1:])
    at("18:00", *held).when(answer()).then(
        OpinionAnswered(
            meeting_id=MEETING,
            opinion_id="O10",
            item=9,
            by="M05",
            answer=secret("M11", "answer", ANSWER),
            on=date(2026, 10, 5),
            due_on=date(2026, 11, 3),
        )
    )


def test_R40_an_answer_not_given_by_its_day_is_flagged_at_the_next_start_with_both_dates_and_giving_it_clears():
    due = date(2026, 11, 3)
    ask = RaiseMinutesFlag(meeting_id=MEETING, flag="answer_overdue", item="O10", member_id="M05", due_on=due)
    flag = MinutesFlagRaised(
        branch=CODE, meeting_id=MEETING, flag="answer_overdue", item="O10", member_id="M05", due_on=due, rule="R40",
        missing="OpinionAnswered", detected_on=date(2026, 11, 9),
    )  # fmt: skip
    answered = OpinionAnswered(
        meeting_id=MEETING, opinion_id="O10", item=9, by="M05", answer=secret("M11", "answer", ANSWER),
        on=date(2026, 11, 10), due_on=due,
    )  # fmt: skip
    flagged_until_answered((OPENED, raised(), PROMISED), ask, flag, answer(), answered)


def test_R40_what_came_back_from_the_superior_is_an_answer_too():
    at("18:00", OPENED, raised(), disposed("forwarded")).when(answer("M02")).then(
        OpinionAnswered(
            meeting_id=MEETING,
            opinion_id="O10",
            item=9,
            by="M02",
            answer=secret("M11", "answer", ANSWER),
            on=date(2026, 10, 5),
        )
    )


def test_R40_what_was_settled_in_the_meeting_awaits_no_answer():
    at("18:00", OPENED, raised(), disposed("reserved")).when(answer()).refused("không có câu trả lời nào đang chờ")


def test_R40_an_answer_once_given_stays():
    given = OpinionAnswered(
        meeting_id=MEETING,
        opinion_id="O10",
        item=9,
        by="M05",
        answer=secret("M11", "answer", ANSWER),
        on=date(2026, 10, 5),
    )
    facts = (OPENED, raised(), PROMISED, given)
    at("18:00", *facts).when(answer()).refused("đã được trả lời ngày 05/10/2026")
    at("15:30", *facts).when(dispose(how="reserved")).refused("đã được trả lời ngày 05/10/2026")


def test_a_late_answer_says_how_late():
    given = OpinionAnswered(
        meeting_id=MEETING,
        opinion_id="O10",
        item=9,
        by="M05",
        answer=secret("M11", "answer", ANSWER),
        on=date(2026, 11, 5),
        due_on=date(2026, 11, 3),
    )
    tell = Told(name=str, at=moment("2026-11-05T02:00:00.000000Z"), actor="M05")
    assert given.vi(tell) == "Đ/c M05 trả lời ý kiến nêu ở mục 9, ngày 05/11/2026, chậm 2 ngày."
    assert given.en(tell) == "M05 answered the opinion raised under item 9 on 05/11/2026, 2 days late."


def test_whoever_promised_may_answer_the_others_of_the_day_hold_their_roles():

    known = replace(KNOWN, answerer="M05", chairs=frozenset({"M02"}), takers=frozenset({"M07", "M04"}))
    asked: Command = answer()
    assert roles(known, "M05", asked) & AnswerOpinion.MAY
    assert not roles(known, "M06", asked)
    assert roles(known, "M02", asked) == {"chair_of_the_day"}
    assert roles(known, "M07", asked) == {"minute_taker_of_the_day", "minute_taker"}


# ---- speaking and concluding


def test_a_speech_is_noted_once_per_item():
    spoke = MemberSpoke(meeting_id=MEETING, member_id="M03", item=9)
    at("14:30", OPENED).when(NoteSpeech(meeting_id=MEETING, member_id="M03", item=9)).then(spoke)
    at("14:40", OPENED, spoke).when(NoteSpeech(meeting_id=MEETING, member_id="M03", item=9)).then()
    at("14:40", OPENED).when(NoteSpeech(meeting_id=MEETING, member_id="M04", item=9)).refused("không có mặt")


def conclude(*points: Point) -> ReachConclusion:
    return ReachConclusion(meeting_id=MEETING, items=points)


def test_a_conclusion_on_an_item_nobody_spoke_on_is_recorded_as_such():
    at("15:00", OPENED, raised(), disposed("accepted", conclusion_item=1)).when(
        conclude(Point(number=1, text="Làm.", agenda_item=9), Point(number=2, text="Làm tiếp.", agenda_item=10))
    ).then(
        ConclusionReached(
            meeting_id=MEETING,
            items=(
                ConclusionItem(number=1, text="Làm.", agenda_item=9, opinion_ids=("O10",)),
                ConclusionItem(number=2, text="Làm tiếp.", agenda_item=10, undiscussed=True),
            ),
        )
    )


def test_a_conclusion_worded_anew_keeps_its_number_and_says_so():
    first = ConclusionReached(meeting_id=MEETING, items=(ConclusionItem(number=1, text="Làm.", undiscussed=True),))
    at("15:00", OPENED, first).when(conclude(Point(number=1, text="Làm trong tháng 10."))).then(
        ConclusionReached(
            meeting_id=MEETING,
            items=(ConclusionItem(number=1, text="Làm trong tháng 10.", undiscussed=True),),
            replaces=(1,),
        )
    )


def test_two_conclusions_do_not_share_a_number():
    at("15:00", OPENED).when(conclude(Point(number=1, text="Làm."), Point(number=1, text="Thôi."))).refused(
        "cùng một số"
    )
