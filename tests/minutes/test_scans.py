"""Old minutes digitised: two persons for the pictures, two for each text, and nobody present because of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes import application
from services.minutes.domain.known import OldMinutes
from services.minutes.domain.scans import (
    SCANS,
    ConfirmPageText,
    DigitiseMinutes,
    EnterPageText,
    PageOfBook,
    WithdrawScan,
)
from shared.authorise import Actor
from shared.decision import Refused
from shared.events.envelope import LARGEST_FACT
from shared.events.files import (
    KeptFile,
    MinutesDigitised,
    MinutesScanWithdrawn,
    PageTextConfirmed,
    PageTextEntered,
    ScannedPage,
)
from shared.events.sealed import Secret
from shared.rules import shipped
from tests.given_when_then import scenario
from tests.minutes.october import KNOWN
from tests.minutes.test_files import A, B, kept
from tests.minutes.test_sentences import TELL
from tests.minutes.test_shown import Site
from tests.sample_branch import CODE
from tests.sample_branch import FACTS as ROSTER

SUBJECT = f"branch/{CODE}"
DAY = date(2021, 5, 3)
SAID = "Đồng chí bí thư nhắc việc thu hoạch lúa vụ chiêm."
HERE = replace(KNOWN, files={A: kept(A, 3), B: kept(B, 1)})
PAGES = tuple(PageOfBook(page=40 + at, sha256=A, at=at) for at in (1, 2, 3))
DIGITISE = DigitiseMinutes(
    scan_id="Q1",
    book="cell",
    volume="3",
    number="05-BB/CB",
    held_on=DAY,
    pages=(*PAGES, PageOfBook(page=44, sha256=B)),
    scanned_by="M04",
    compared_by="M05",
    kept_at="Tủ 2, ngăn 1",
)
DIGITISED = MinutesDigitised(
    branch=CODE,
    scan_id="Q1",
    book="cell",
    volume="3",
    number="05-BB/CB",
    held_on=DAY,
    pages=(*(ScannedPage(page=40 + at, sha256=A, at=at) for at in (1, 2, 3)), ScannedPage(page=44, sha256=B, at=1)),
    files=(kept(A, 3), kept(B, 1)),
    scanned_by="M04",
    compared_by="M05",
    kept_at="Tủ 2, ngăn 1",
)
ENTER = EnterPageText(scan_id="Q1", page=41, how="typed", member_id="M04", text=SecretStr(SAID))
ENTERED = PageTextEntered(
    branch=CODE,
    scan_id="Q1",
    book="cell",
    held_on=DAY,
    page=41,
    revision=1,
    how="typed",
    entered_by="M04",
    text=Secret(subject=SUBJECT, field="text", text=SecretStr(SAID)),
)
CONFIRM = ConfirmPageText(scan_id="Q1", page=41, revision=1, member_id="M06")
CONFIRMED = PageTextConfirmed(branch=CODE, scan_id="Q1", held_on=DAY, page=41, revision=1, confirmed_by="M06")
WITHDRAW = WithdrawScan(scan_id="Q1", reason=SecretStr("Quét nhầm sổ."))
WITHDRAWN = MinutesScanWithdrawn(
    branch=CODE,
    scan_id="Q1",
    held_on=DAY,
    pages=(41, 42, 43, 44),
    files=(A, B),
    keysubject=SUBJECT,
    reason=Secret(subject=SUBJECT, field="reason", text=SecretStr("Quét nhầm sổ.")),
    erased=False,
)

given = scenario(SCANS, HERE, actor="M04", role="minute_taker")


def changed(**fields: Any) -> DigitiseMinutes:
    return DIGITISE.model_copy(update=fields)


def held(scan: MinutesDigitised) -> OldMinutes:
    return OldMinutes(**{name: getattr(scan, name) for name in OldMinutes.model_fields if name != "withdrawn"})


def test_old_minutes_are_digitised_page_by_page_with_the_hash_of_each_file():
    given().when(DIGITISE).then(DIGITISED)
    given().when(changed(pages=tuple(reversed(DIGITISE.pages)))).then(DIGITISED)
    given(DIGITISED).when(DIGITISE).then()


def test_who_scans_does_not_compare():
    given().when(changed(compared_by="M04")).refused("phải do người khác")
    given().when(changed(compared_by="Z9")).refused("không có trong danh sách chi bộ")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pages": (PageOfBook(page=41, sha256="c" * 64),)}, "chưa có trong kho"),
        ({"pages": (PageOfBook(page=41, sha256=A, at=4),)}, "có 3 trang, không có trang thứ 4"),
        ({"pages": (*PAGES, PageOfBook(page=41, sha256=B))}, "Trang 41 xuất hiện hai lần"),
        ({"pages": (*PAGES, PageOfBook(page=45, sha256=A, at=2))}, "xuất hiện hai lần"),
        ({"held_on": date(2026, 9, 27)}, "chưa tới nên không thể là biên bản cũ"),
        ({"volume": "3 (TUYỆT MẬT)"}, "không nhận văn bản có độ mật"),
        ({"grade": "Tối mật"}, "không nhận văn bản có độ mật"),
        ({"book": "union"}, "Sổ này do người khác giữ"),
    ],
)
def test_what_is_not_digitised(fields: dict[str, Any], words: str):
    given().when(changed(**fields)).refused(words)


def test_each_book_is_digitised_by_who_keeps_it():
    given().at("2026-09-26T08:00+07:00", actor="M07").when(changed(book="union")).then(
        DIGITISED.model_copy(update={"book": "union"})
    )
    given().at("2026-09-26T08:00+07:00", actor="M07").when(DIGITISE).refused("do người khác giữ")
    given().at("2026-09-26T08:00+07:00", actor="M08").when(DIGITISE).refused("do người khác giữ")


def test_a_page_is_digitised_once_but_two_meetings_may_share_one():
    other = held(DIGITISED.model_copy(update={"scan_id": "Q0"}))
    given().known(replace(HERE, scans=(other,))).when(DIGITISE).refused("đã có trong bản quét Q0")
    before = held(DIGITISED.model_copy(update={"scan_id": "Q0", "held_on": date(2021, 4, 3)}))
    shared = before.model_copy(update={"pages": (ScannedPage(page=41, sha256=B, at=1),)})
    given().known(replace(HERE, scans=(shared,))).when(DIGITISE).then(DIGITISED)
    gone = other.model_copy(update={"withdrawn": "withdrawn"})
    given().known(replace(HERE, scans=(gone,))).when(DIGITISE).then(DIGITISED)
    another = other.model_copy(update={"volume": "4"})
    given().known(replace(HERE, scans=(another,))).when(DIGITISE).then(DIGITISED)


def test_text_is_unverified_until_somebody_else_has_compared_it():
    given(DIGITISED).when(ENTER).then(ENTERED)
    given(DIGITISED, ENTERED).when(CONFIRM).then(CONFIRMED)
    given(DIGITISED, ENTERED).when(CONFIRM.model_copy(update={"member_id": "M04"})).refused("không tự xác nhận được")
    given(DIGITISED, ENTERED, CONFIRMED).when(CONFIRM).then()
    given(DIGITISED).when(CONFIRM).refused("chưa có nội dung lần 1")


def test_text_entered_anew_is_unverified_again():
    again = ENTERED.model_copy(update={"revision": 2, "entered_by": "M06"})
    given(DIGITISED, ENTERED, CONFIRMED).when(ENTER.model_copy(update={"member_id": "M06"})).then(again)
    given(DIGITISED, ENTERED, CONFIRMED, again).when(CONFIRM).refused("vừa được nhập lại")
    second = CONFIRM.model_copy(update={"revision": 2, "member_id": "M04"})
    given(DIGITISED, ENTERED, CONFIRMED, again).when(second).then(
        CONFIRMED.model_copy(update={"revision": 2, "confirmed_by": "M04"})
    )


def test_recognised_text_says_what_recognised_it():
    recognised = {"how": "recognised", "engine": "tesseract 5.5"}
    given(DIGITISED).when(ENTER.model_copy(update=recognised)).then(ENTERED.model_copy(update=recognised))
    given(DIGITISED).when(ENTER.model_copy(update={"how": "recognised"})).refused("ghi tên chương trình")
    given(DIGITISED).when(ENTER.model_copy(update={"engine": "x"})).refused("nội dung gõ tay thì không")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"page": 45}, "không có trang 45"),
        ({"member_id": "Z9"}, "không có trong danh sách chi bộ"),
        ({"text": SecretStr("Nội dung TỐI MẬT được phổ biến.")}, "không nhận văn bản có độ mật"),
    ],
)
def test_what_is_no_text_of_a_page(fields: dict[str, Any], words: str):
    given(DIGITISED).when(ENTER.model_copy(update=fields)).refused(words)


def test_R9_text_of_another_book_is_entered_and_confirmed_by_its_keeper():
    union = DIGITISED.model_copy(update={"book": "union"})
    given(union).when(ENTER).refused("do người khác giữ")
    given(union).at("2026-09-26T08:00+07:00", actor="M07").when(ENTER).then(
        ENTERED.model_copy(update={"book": "union"})
    )


def test_a_scan_is_withdrawn_with_its_reason_and_erased_by_two():
    given(DIGITISED, ENTERED).when(WITHDRAW).then(WITHDRAWN)
    given(DIGITISED, WITHDRAWN).when(WITHDRAW).then()
    given(DIGITISED, WITHDRAWN).when(ENTER).refused("đã được rút")
    given().when(WITHDRAW).refused("Không có bản quét Q1")
    erase = WITHDRAW.model_copy(update={"erase": True, "agreed_by": "M02"})
    given(DIGITISED).when(erase).then(WITHDRAWN.model_copy(update={"erased": True, "agreed_by": "M02"}))
    given(DIGITISED).when(erase.model_copy(update={"agreed_by": "M04"})).refused("cần hai người")


def test_digitised_minutes_are_told_as_people_would_say_it():
    assert DIGITISED.vi(TELL) == (
        "Biên bản giấy ngày 03/05/2021 (sổ số 3, trang 41–44) được đ/c Đặng Thị Đoan quét 4 trang; đ/c Cao Tiến Ngạn "
        "đối chiếu, xác nhận khớp bản giấy."
    )
    assert DIGITISED.model_copy(update={"book": "union"}).en(TELL) == (
        "The paper minutes of the union of 03/05/2021 (book 3, pages 41–44) were scanned by Đặng Thị Đoan, 4 pages; "
        "Cao Tiến Ngạn compared and confirmed them."
    )
    assert ENTERED.vi(TELL) == (
        "Đ/c Đặng Thị Đoan gõ lại nội dung trang 41 biên bản giấy ngày 03/05/2021 (lần 1), chưa kiểm chứng."
    )
    assert CONFIRMED.en(TELL) == (
        "Nguyễn Thị Hòa compared and confirmed the text of page 41 of the paper minutes of 03/05/2021 (revision 1)."
    )
    assert WITHDRAWN.vi(TELL) == "Đ/c Đặng Thị Đoan rút bản quét biên bản giấy ngày 03/05/2021, có ghi lý do."


# ---- through the real log and read models


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, files={A: kept(A, 3), B: kept(B, 1)})
    made.tell("roster", *ROSTER)
    for command in (
        DIGITISE,
        ENTER,
        ENTER.model_copy(update={"page": 42}),
        CONFIRM,
        ENTER.model_copy(update={"page": 44, "member_id": "M06"}),
    ):
        made.ask("09:00", command, actor="M04")
    yield made
    made.close()


MEMBER = Actor("M08", frozenset({"member"}))
KEEPER = Actor("M07", frozenset({"member", "union_minute_taker"}))
SUPERIOR = Actor("F01", frozenset({"superior"}))
OPERATOR = Actor("operator", frozenset({"operator"}))


async def test_the_shelf_and_each_page_with_its_mark(site: Site):
    with site.views.read() as reader:
        (listed,) = application.scans.digitised(reader, CODE, "cell", MEMBER)
        shown = await application.scans.scan(reader, CODE, "Q1", MEMBER, site.opened)
    assert (listed.first_page, listed.last_page, listed.pages, listed.texts, listed.verified) == (41, 44, 4, 3, 1)
    assert [(one.page, one.sha256, one.at, one.text, one.mark) for one in shown.shown] == [
        (41, A, 1, SAID, "verified"),
        (42, A, 2, SAID, "unverified"),
        (43, A, 3, None, "none"),
        (44, B, 1, SAID, "unverified"),
    ]
    assert [one.vi for one in shown.shown] == [
        "đã đối chiếu",
        "chưa kiểm chứng",
        "chưa nhập nội dung",
        "chưa kiểm chứng",
    ]


async def test_old_minutes_are_read_by_the_cell_and_no_other_book_by_them(site: Site):
    with site.views.read() as reader:
        for actor in (SUPERIOR, OPERATOR):
            with pytest.raises(Refused, match="Only members of the branch"):
                application.scans.digitised(reader, CODE, "cell", actor)
            with pytest.raises(Refused, match="not for you"):
                application.files.file(reader, CODE, A, actor)
        with pytest.raises(Refused, match="read by its keeper only"):
            application.scans.digitised(reader, CODE, "union", MEMBER)
        assert application.scans.digitised(reader, CODE, "union", KEEPER) == []
        assert application.files.file(reader, CODE, A, MEMBER).keysubject == SUBJECT


def test_texts_stand_ready_for_searching_with_book_day_page_and_mark(site: Site):
    with site.views.read() as reader:
        texts = application.scans.page_texts(reader, CODE)
        pages = reader.scan("old_pages", CODE)
    found = [(one.book, one.volume, one.held_on, one.page, one.verified) for one in texts]
    assert found == [("cell", "3", DAY, 41, True), ("cell", "3", DAY, 42, False), ("cell", "3", DAY, 44, False)]
    assert [(one.on, one.page, one.verified) for one in pages] == [(DAY, 41, True), (DAY, 42, False), (DAY, 44, False)]


def test_a_scan_makes_nobody_present_counts_no_vote_and_takes_no_number(site: Site):
    with site.views.read() as reader:
        assert application.meetings.meetings(reader, CODE) == []
        assert application.afterwards.outcomes(reader, CODE) == []
        assert application.days.remembered(reader, CODE, shipped()).comings == []
        for view in ("minutes", "sittings", "numbers", "outcomes", "comings"):
            assert reader.scan(view, CODE) == []


def test_after_a_withdrawal_the_record_stays_and_nothing_is_found(site: Site):
    site.ask("10:00", WITHDRAW, actor="M04")
    with site.views.read() as reader:
        (listed,) = application.scans.digitised(reader, CODE, "cell", MEMBER)
        assert (listed.withdrawn, listed.texts) == ("withdrawn", 0)
        assert application.scans.page_texts(reader, CODE) == []
        assert reader.scan("old_pages", CODE) == []
        assert application.files.standing(reader, SUBJECT, A) == "named"
        with pytest.raises(Refused, match="was withdrawn"):
            application.files.file(reader, CODE, A, MEMBER)
    erase = WITHDRAW.model_copy(update={"erase": True, "agreed_by": "M02"})
    site.ask("10:01", erase, actor="M04")
    with site.views.read() as reader:
        assert application.files.standing(reader, SUBJECT, A) == "erased"
        assert application.files.standing(reader, SUBJECT, "f" * 64) == "unnamed"


def test_nothing_a_page_says_stands_open_on_the_disk(site: Site, tmp_path: Path):
    for file in tmp_path.iterdir():
        assert "thu hoạch lúa".encode() not in file.read_bytes(), file.name


def test_what_a_file_is_in_the_store_is_what_the_fact_says():
    assert DIGITISED.kept_files() == (KeptFile(**kept(A, 3).model_dump()), kept(B, 1))


def test_the_largest_scan_fits_into_a_fact():
    files = tuple(kept(f"{number:064x}", 300, 24_999_999) for number in range(200))
    pages = tuple(ScannedPage(page=9000 + place, sha256=one.sha256, at=300) for place, one in enumerate(files))
    largest = DIGITISED.model_copy(update={"pages": pages, "files": files})
    assert len(largest.model_dump_json().encode()) < LARGEST_FACT - 8000
