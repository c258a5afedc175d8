"""The professional and the union book: own numbers, own readers, own signatures, never the Party's count (R9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes import application
from services.minutes.domain.books import (
    BOOKS,
    AdoptBookMinutes,
    Attender,
    CloseBookMeeting,
    OpenBookMeeting,
    WriteBookLine,
)
from shared.authorise import Actor
from shared.decision import Refused
from shared.events.books import (
    BookLineWritten,
    BookMeetingClosed,
    BookMeetingOpened,
    BookMinutesAdopted,
    Person,
    SignatureBlock,
)
from shared.events.sealed import Secret
from shared.numbering import UsedNumber
from shared.rules import shipped
from tests.given_when_then import scenario
from tests.minutes.october import KNOWN, clock
from tests.minutes.test_shown import Site
from tests.sample_branch import CODE
from tests.sample_branch import FACTS as ROSTER

UNION = f"{CODE}:2026-10:union"
PEOPLE = (
    Attender(person_id="P1", member_id="M05"),
    Attender(person_id="P2", member_id="M07"),
    Attender(person_id="P3", name=SecretStr("Trần Thị Ngoài")),
)
OPEN = OpenBookMeeting(
    meeting_id=UNION, title="Họp công đoàn quý IV", chair_id="P1", minute_taker_id="P2", people=PEOPLE
)
OPENED = BookMeetingOpened(
    meeting_id=UNION,
    book="union",
    title="Họp công đoàn quý IV",
    opened_at=clock("09:00"),
    chair_id="P1",
    minute_taker_id="P2",
    people=(
        Person(person_id="P1", member_id="M05"),
        Person(person_id="P2", member_id="M07"),
        Person(
            person_id="P3",
            name=Secret(subject=f"branch/{CODE}", field="people.2", text=SecretStr("Trần Thị Ngoài")),
        ),
    ),
)
WRITE = WriteBookLine(meeting_id=UNION, number=1, speaker_id="P3", text=SecretStr("Đề nghị thăm hỏi đoàn viên."))
WRITTEN = BookLineWritten(
    meeting_id=UNION,
    book="union",
    number=1,
    speaker_id="P3",
    text=Secret(subject=f"branch/{CODE}", field="text", text=SecretStr("Đề nghị thăm hỏi đoàn viên.")),
)
ADOPT = AdoptBookMinutes(meeting_id=UNION, agreed=3)
ADOPTED = BookMinutesAdopted(
    meeting_id=UNION,
    book="union",
    doc_no="01-BB/CĐ",
    agreed=3,
    present=3,
    signatures=SignatureBlock(left="THƯ KÝ", right="TM. BAN CHẤP HÀNH CÔNG ĐOÀN"),
)
CLOSE = CloseBookMeeting(meeting_id=UNION)
CLOSED = BookMeetingClosed(meeting_id=UNION, book="union", closed_at=clock("10:00"), minutes=60)

given = scenario(BOOKS, KNOWN, actor="M07", role="union_minute_taker")


def at(hour: str, *facts: Any) -> Any:
    return given(*facts).at(f"2026-10-05T{hour}+07:00")


def test_a_union_meeting_from_its_opening_to_its_end():
    at("09:00").when(OPEN).then(OPENED)
    at("09:10", OPENED).when(WRITE).then(WRITTEN)
    at("09:50", OPENED, WRITTEN).when(ADOPT).then(ADOPTED)
    at("10:00", OPENED, WRITTEN, ADOPTED).when(CLOSE).then(CLOSED)


def test_saying_it_again_adds_nothing():
    at("09:01", OPENED).when(OPEN).then()
    at("09:51", OPENED, WRITTEN, ADOPTED).when(ADOPT).then()
    at("10:01", OPENED, WRITTEN, ADOPTED, CLOSED).when(CLOSE).then()
    at("09:11", OPENED, WRITTEN).when(WRITE).refused("đã được ghi và vẫn còn nguyên")


@pytest.mark.parametrize(
    "meeting_id", [f"{CODE}:2026-10", f"{CODE}:2026-10:thematic", "99.001.002.000.012:2026-10:union"]
)
def test_R9_no_id_of_the_cells_own_meetings_stands_in_another_book(meeting_id: str):
    at("09:00").when(OPEN.model_copy(update={"meeting_id": meeting_id})).refused("không phải mã cuộc họp chuyên môn")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minute_taker_id": "P1"}, "Chủ trì không đồng thời ghi biên bản"),
        ({"chair_id": "P9"}, "phải có trong danh sách có mặt"),
        ({"people": (*PEOPLE, Attender(person_id="P3", member_id="M08"))}, "mỗi người một mã"),
        ({"people": (*PEOPLE, Attender(person_id="P4"))}, "người khác ghi họ tên"),
        ({"people": (*PEOPLE, Attender(person_id="P4", member_id="Z9"))}, "không có trong danh sách chi bộ"),
    ],
)
def test_who_is_at_such_a_meeting_is_said_whole(change: dict[str, Any], words: str):
    at("09:00").when(OPEN.model_copy(update=change)).refused(words)


def test_each_book_has_numbers_of_its_own():
    known = KNOWN.__class__(
        branch=KNOWN.branch,
        meeting=None,
        profile=None,
        book_numbers=(UsedNumber(number=6, on=date(2026, 7, 1), meeting_id=f"{CODE}:2026-07:union"),),
    )
    asked = at("09:50", OPENED, WRITTEN).known(known)
    asked.when(ADOPT).then(ADOPTED.model_copy(update={"doc_no": "07-BB/CĐ"}))
    asked.when(ADOPT.model_copy(update={"doc_no": "06-BB/CĐ"})).refused("số tiếp theo là 07-BB/CĐ")
    asked.when(ADOPT.model_copy(update={"doc_no": "08-BB/CB"})).refused("không phải số của sổ này")


@pytest.mark.parametrize(("agreed", "words"), [(1, "chưa quá một nửa"), (4, "nhiều hơn số đó")])
def test_minutes_are_adopted_by_more_than_half_of_those_present(agreed: int, words: str):
    at("09:50", OPENED, WRITTEN).when(ADOPT.model_copy(update={"agreed": agreed})).refused(words)


def test_nothing_is_written_before_the_opening_or_after_adoption():
    at("09:00").when(WRITE).refused("chưa khai mạc")
    at("09:55", OPENED, WRITTEN, ADOPTED).when(WRITE.model_copy(update={"number": 2})).refused("đã thông qua")
    at("09:55", OPENED, WRITTEN).when(CLOSE).refused("chưa được thông qua")
    at("09:50", OPENED).when(ADOPT).refused("chưa có dòng nào")


# ---- through the real log


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.tell("roster", *ROSTER)
    for hour, command in (("09:00", OPEN), ("09:10", WRITE), ("09:50", ADOPT), ("10:00", CLOSE)):
        made.ask(hour, command, actor="M07")
    yield made
    made.close()


async def test_the_book_is_read_by_who_took_part_and_by_its_keeper_only(site: Site):
    reader_of = {
        "took part": Actor("M05", frozenset({"member", "rapporteur"})),
        "keeps it": Actor("M07", frozenset({"member", "union_minute_taker"})),
        "secretary": Actor("M01", frozenset({"member", "secretary"})),
        "superior": Actor("F01", frozenset({"superior"})),
    }
    with site.views.read() as reader:
        seen = {who: len(application.books.book(reader, CODE, "union", actor)) for who, actor in reader_of.items()}
        assert seen == {"took part": 1, "keeps it": 1, "secretary": 0, "superior": 0}
        assert application.books.book(reader, CODE, "professional", reader_of["took part"]) == []
        shown = await application.books.book_meeting(reader, UNION, reader_of["took part"], site.opened)
        with pytest.raises(Refused, match="Only those who took part"):
            await application.books.book_meeting(reader, UNION, reader_of["superior"], site.opened)
    assert [one.name for one in shown.people] == [None, None, "Trần Thị Ngoài"]
    assert [one.text for one in shown.lines] == ["Đề nghị thăm hỏi đoàn viên."]
    assert (shown.doc_no, shown.signatures) == ("01-BB/CĐ", ADOPTED.signatures)


def test_R9_another_book_counts_in_no_indicator_of_the_cell(site: Site, tmp_path: Path):
    with site.views.read() as reader:
        assert application.meetings.meetings(reader, CODE) == []
        assert application.afterwards.outcomes(reader, CODE) == []
        assert application.days.remembered(reader, CODE, shipped()).comings == []
    for file in tmp_path.iterdir():
        assert "Trần Thị Ngoài".encode() not in file.read_bytes(), file.name
