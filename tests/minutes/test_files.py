"""Attachments: named by a fact with the store's own measure, for their readers, withdrawn with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.minutes import application
from services.minutes.domain.files import ATTACHMENTS, AttachFile, WithdrawFile
from shared.authorise import Actor
from shared.decision import Refused
from shared.events.files import FileAttached, FileWithdrawn, KeptFile
from shared.events.sealed import Secret
from tests.given_when_then import scenario
from tests.minutes.october import KNOWN, MEETING
from tests.minutes.test_books import OPEN, UNION
from tests.minutes.test_sentences import TELL
from tests.minutes.test_shown import Site
from tests.sample_branch import CODE
from tests.sample_branch import FACTS as ROSTER

A, B = "a" * 64, "b" * 64
SUBJECT = f"branch/{CODE}"


def kept(sha256: str, pages: int = 4, size: int = 812_345) -> KeptFile:
    return KeptFile(sha256=sha256, size=size, media="pdf", pages=pages, keysubject=SUBJECT)


HERE = replace(KNOWN, meeting_known=True, files={A: kept(A), B: kept(B)})
ATTACH = AttachFile(attachment_id="TL1", title="Báo cáo quý III", sha256=A, meeting_id=MEETING)
ATTACHED = FileAttached(
    branch=CODE, attachment_id="TL1", title="Báo cáo quý III", closed=False, meeting_id=MEETING, file=kept(A)
)
WITHDRAW = WithdrawFile(attachment_id="TL1", reason=SecretStr("Nhầm bản nháp."))
WITHDRAWN = FileWithdrawn(
    branch=CODE,
    attachment_id="TL1",
    sha256=A,
    keysubject=SUBJECT,
    reason=Secret(subject=SUBJECT, field="reason", text=SecretStr("Nhầm bản nháp.")),
    erased=False,
)
ERASE = WITHDRAW.model_copy(update={"erase": True, "agreed_by": "M02"})
ERASED = WITHDRAWN.model_copy(update={"erased": True, "agreed_by": "M02"})

given = scenario(ATTACHMENTS, HERE)


def changed(**fields: Any) -> AttachFile:
    return ATTACH.model_copy(update=fields)


def test_a_file_is_attached_with_the_stores_own_hash_size_and_pages():
    given().when(ATTACH).then(ATTACHED)
    given().when(changed(meeting_id=None, document_no="BC 12")).then(
        ATTACHED.model_copy(update={"meeting_id": None, "document_no": "BC 12"})
    )
    given(ATTACHED).when(ATTACH).then()


def test_the_title_of_a_file_for_members_only_is_sealed():
    sealed = Secret(subject=SUBJECT, field="sealed_title", text=SecretStr("Báo cáo quý III"))
    given().when(changed(closed=True)).then(
        ATTACHED.model_copy(update={"closed": True, "title": None, "sealed_title": sealed})
    )


def test_a_fact_is_only_written_when_the_file_is_there():
    given().known(replace(HERE, files={})).when(ATTACH).refused("chưa có trong kho")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "TỐI MẬT: kế hoạch"}, "không nhận văn bản có độ mật"),
        ({"document_no": "12-BC/MẬT"}, "không nhận văn bản có độ mật"),
        ({"grade": "Mật"}, "không nhận văn bản có độ mật"),
        ({"meeting_id": None}, "chưa gắn với buổi họp hay văn bản nào"),
        ({"meeting_id": "99.001.002.000.012:2026-10"}, "Chưa có buổi họp 99.001.002.000.012:2026-10"),
    ],
)
def test_what_is_refused_as_an_attachment(fields: dict[str, Any], words: str):
    given().when(changed(**fields)).refused(words)


def test_a_meeting_nobody_knows_has_no_files():
    given().known(replace(HERE, meeting=None, meeting_known=False)).when(ATTACH).refused("Chưa có buổi họp")


def test_R9_a_file_of_another_book_is_for_the_readers_of_that_book():
    union = given().known(replace(HERE, meeting=None))
    command = changed(meeting_id=f"{CODE}:2026-10:union")
    union.when(command).refused("chỉ người đọc sổ đó được xem")
    assert union.when(command.model_copy(update={"closed": True}))._decide()


def test_an_id_names_one_file_for_ever():
    given(ATTACHED).when(changed(sha256=B)).refused("đã dùng cho một tệp khác")
    given(ATTACHED, WITHDRAWN).when(changed(sha256=B)).refused("đã dùng cho một tệp khác")


def test_an_attachment_is_withdrawn_with_its_reason_and_stays_on_record():
    given(ATTACHED).when(WITHDRAW).then(WITHDRAWN)
    given(ATTACHED, WITHDRAWN).when(WITHDRAW).then()
    given().when(WITHDRAW).refused("Chưa có tệp đính kèm TL1")


def test_erasing_content_takes_two_persons():
    given(ATTACHED).when(ERASE).then(ERASED)
    given(ATTACHED, WITHDRAWN).when(ERASE).then(ERASED)
    given(ATTACHED, ERASED).when(ERASE).then()
    for nobody in (None, "M01", "M08"):
        given(ATTACHED).when(ERASE.model_copy(update={"agreed_by": nobody})).refused("cần hai người")
    given(ATTACHED).when(ERASE.model_copy(update={"agreed_by": "Z9"})).refused("không có trong danh sách chi bộ")


def test_an_attachment_is_told_as_people_would_say_it():
    assert ATTACHED.vi(TELL) == (
        "Đ/c Đặng Thị Đoan đính kèm «Báo cáo quý III»: PDF 4 trang, 813 kB, dấu vân tay aaaaaaaaaaaa."
    )
    closed = ATTACHED.model_copy(update={"title": None, "document_no": "BC 12"})
    assert closed.en(TELL) == (
        "Đặng Thị Đoan attached a paper that only members of the branch read to document BC 12: PDF, 4 pages, "
        "813 kB, fingerprint aaaaaaaaaaaa."
    )
    assert WITHDRAWN.vi(TELL) == "Đ/c Đặng Thị Đoan rút một tệp đính kèm, có ghi lý do."
    assert ERASED.en(TELL) == (
        "Đặng Thị Đoan withdrew an attachment with a reason; its content is erased with the agreement of "
        "Tôn Nữ Quỳnh Dao."
    )


# ---- through the real log


def test_R9_a_file_of_another_book_is_read_by_that_books_readers_only(tmp_path: Path):
    site = Site(tmp_path, files={A: kept(A)})
    site.tell("roster", *ROSTER)
    site.ask("09:00", OPEN, actor="M07")
    site.ask("09:05", changed(meeting_id=UNION, closed=True), actor="M07")
    with site.views.read() as reader:
        for who, roles in (("M05", {"member"}), ("M07", {"member", "union_minute_taker"})):
            assert application.files.file(reader, CODE, A, Actor(who, frozenset(roles))).keysubject == SUBJECT
        for who, roles in (("M01", {"member", "secretary"}), ("M08", {"member"}), ("F01", {"superior"})):
            with pytest.raises(Refused, match="not for you"):
                application.files.file(reader, CODE, A, Actor(who, frozenset(roles)))
    site.close()
