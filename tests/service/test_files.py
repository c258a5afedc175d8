"""Files over HTTP: brought in, named by a fact, given to their readers, never damaged, gone when nobody names them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.minutes import application
from shared.events.honour import PastResultEntered
from shared.events.member import RemarkReceived
from tests.files import papers
from tests.minutes.october import MEETING
from tests.sample_branch import CODE
from tests.service.test_minutes import Site, holding
from tests.service.test_minutes import site as minutes_site

site = minutes_site

SUBJECT = f"branch/{CODE}"
PDF = papers.pdf(3)
SHA256 = hashlib.sha256(PDF).hexdigest()
LONG_AGO = 48 * 3600


async def bring(site: Site, content: bytes = PDF, name: str = "bien-ban.pdf", **query: Any) -> httpx.Response:
    query = {"actor": "M04", "name": name, **query}
    return await site.client.post(f"/branches/{CODE}/files", content=content, params=query)


async def get(site: Site, path: str, actor: str = "M08", **query: Any) -> httpx.Response:
    query |= {"actor": actor, "after": f"minutes:{site.service.log.head().index}"}
    return await site.client.get(f"/branches/{CODE}{path}", params=query)


async def attached(site: Site, **fields: Any) -> None:
    assert (await bring(site)).status_code == httpx.codes.CREATED
    await site.done("AttachFile", "M04", attachment_id="TL1", title="Báo cáo quý III", sha256=SHA256, **fields)


def stored(site: Site) -> list[Path]:
    return sorted(path for path in site.service.settings.files("minutes").rglob("*") if path.is_file())


async def test_a_file_is_brought_in_named_by_a_fact_and_given_back(site: Site):
    answer = await bring(site, sha256=SHA256)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert (answer.json()["sha256"], answer.json()["size"], len(answer.json()["pages"])) == (SHA256, len(PDF), 3)
    (fact,) = await site.done("AttachFile", "M04", attachment_id="TL1", title="Báo cáo quý III", sha256=SHA256)
    assert "PDF 3 trang" in fact["vi"]
    given = await get(site, f"/files/{SHA256}")
    assert given.content == PDF
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"].startswith("attachment; filename*=UTF-8''B%C3%A1o")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"
    page = await get(site, f"/files/{SHA256}/pages/2")
    assert (page.headers["content-type"], page.content[:5]) == ("application/pdf", b"%PDF-")
    assert (await get(site, f"/files/{SHA256}/pages/4")).status_code == httpx.codes.NOT_FOUND
    (listed,) = (await get(site, "/attachments")).json()
    assert (listed["title"], listed["attached_by"], listed["file"]["sha256"]) == ("Báo cáo quý III", "M04", SHA256)


async def test_nothing_readable_stands_on_the_disk(site: Site):
    await attached(site)
    (path,) = stored(site)
    assert b"%PDF" not in path.read_bytes()


async def test_the_same_file_twice_is_one(site: Site):
    await bring(site)
    assert (await bring(site)).json()["sha256"] == SHA256
    assert [path.name for path in stored(site)] == [SHA256]


@pytest.mark.parametrize("actor", ["M08", "operator", "F01", "auditor:T", "M99"])
async def test_who_may_not_bring_a_file_leaves_nothing_behind(site: Site, actor: str):
    answer = await bring(site, actor=actor)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert stored(site) == []


HOSTILE: tuple[tuple[str, Callable[[], bytes], str, int, str], ...] = (
    ("nothing", lambda: b"", "a.pdf", 409, "file-empty"),
    ("a web page", lambda: b"<html>", "a.pdf", 415, "file-kind"),
    ("a JPEG called PDF", papers.jpeg, "a.pdf", 409, "file-name"),
    ("half a PDF", lambda: papers.pdf()[:-300], "a.pdf", 409, "file-broken"),
    ("half a JPEG", lambda: papers.jpeg()[:-900], "a.jpg", 409, "file-broken"),
    ("half a TIFF", lambda: papers.tiff()[:-200], "a.tif", 409, "file-broken"),
    ("a locked PDF", papers.encrypted, "a.pdf", 409, "file-encrypted"),
    ("a PDF with a script", papers.with_script, "a.pdf", 409, "file-active"),
    ("a PDF with a file inside", papers.with_a_file_inside, "a.pdf", 409, "file-active"),
    ("a PDF that unpacks without end", papers.bomb_in_a_stream, "a.pdf", 409, "file-unpacked"),
    ("an enormous TIFF", papers.huge_tiff, "a.tif", 409, "file-unpacked"),
    ("too many bytes", lambda: b"%PDF-" + bytes(25_000_000), "a.pdf", 413, "too-large"),
)


@pytest.mark.parametrize(
    ("make", "name", "status", "code"), [pytest.param(*row[1:], id=row[0].replace(" ", "-")) for row in HOSTILE]
)
async def test_a_file_that_must_not_get_in_gets_a_problem_in_plain_words_and_leaves_nothing(
    site: Site, make: Callable[[], bytes], name: str, status: int, code: str
):
    before = site.service.log.head()
    answer = await bring(site, make(), name)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["detail"].endswith("tệp gốc vẫn ở máy của đồng chí.")
    assert (stored(site), site.service.log.head()) == ([], before)


async def test_a_file_that_changed_on_its_way_is_refused(site: Site):
    answer = await bring(site, sha256="0" * 64)
    assert answer.json()["code"] == "file-changed"
    assert stored(site) == []


async def test_an_upload_that_breaks_off_leaves_nothing(site: Site):
    async def half() -> AsyncIterator[bytes]:
        yield PDF[:10_000]
        raise ConnectionError

    answer = await site.client.post(
        f"/branches/{CODE}/files", content=half(), params={"actor": "M04", "name": "bien-ban.pdf"}
    )
    assert answer.is_server_error
    assert stored(site) == []


async def test_no_fact_names_a_file_that_is_not_there(site: Site):
    status, said = await site.refused("AttachFile", "M04", attachment_id="TL1", title="Báo cáo", sha256=SHA256)
    assert (status, "chưa có trong kho" in said) == (409, True)


async def test_R33_a_classified_title_is_refused_and_nothing_of_it_is_kept(site: Site, tmp_path: Path):
    await bring(site)
    words = "TỐI MẬT: kế hoạch số 7"
    status, said = await site.refused("AttachFile", "M04", attachment_id="TL1", title=words, sha256=SHA256)
    assert (status, "kế hoạch số 7" in said) == (409, False)
    assert holding(tmp_path, words) == []


async def test_a_file_is_read_by_whoever_reads_what_it_belongs_to(site: Site):
    await attached(site)
    assert (await get(site, f"/files/{SHA256}", "F01")).status_code == httpx.codes.OK
    for nobody in ("operator", "M99"):
        assert (await get(site, f"/files/{SHA256}", nobody)).is_client_error
    other = await site.client.get(f"/branches/99.001.002.000.012/files/{SHA256}", params={"actor": "auditor:T"})
    assert other.status_code == httpx.codes.NOT_FOUND


async def test_class_C_is_for_members_of_the_branch_only(site: Site):
    await attached(site, closed=True)
    assert (await get(site, f"/files/{SHA256}")).content == PDF
    assert (await get(site, "/attachments")).json()[0]["title"] == "Báo cáo quý III"
    for nobody in ("F01", "operator", "auditor:T"):
        assert (await get(site, f"/files/{SHA256}", nobody)).status_code == httpx.codes.NOT_FOUND
        assert (await get(site, f"/files/{SHA256}/pages/1", nobody)).status_code == httpx.codes.NOT_FOUND
        assert (await get(site, "/attachments", nobody)).json() == []


async def test_a_file_no_fact_names_is_shown_to_nobody_and_goes_after_its_time(site: Site):
    await bring(site)
    assert (await get(site, f"/files/{SHA256}", "M04")).status_code == httpx.codes.NOT_FOUND
    assert site.service.sweeping.sweep() == []
    (path,) = stored(site)
    os.utime(path, (time.time() - LONG_AGO, time.time() - LONG_AGO))
    assert site.service.sweeping.sweep() == [SHA256]
    assert stored(site) == []


async def test_a_file_a_fact_names_stays_and_a_withdrawn_one_too_until_it_is_erased(site: Site):
    await attached(site)
    (path,) = stored(site)
    os.utime(path, (time.time() - LONG_AGO, time.time() - LONG_AGO))
    await get(site, "/attachments")
    assert site.service.sweeping.sweep() == []
    await asked(site, "WithdrawFile", "M04", attachment_id="TL1", reason="Nhầm bản nháp.")
    answer = await get(site, f"/files/{SHA256}")
    assert answer.json()["code"] == "file-withdrawn"
    assert site.service.sweeping.sweep() == []
    erase = {"attachment_id": "TL1", "reason": "Nhầm bản nháp.", "erase": True, "agreed_by": "M02"}
    await asked(site, "WithdrawFile", "M04", **erase)
    (listed,) = (await get(site, "/attachments")).json()
    assert listed["withdrawn"] == "erased"
    assert site.service.sweeping.sweep() == [SHA256]


async def test_a_damaged_file_is_named_and_never_given_in_part(site: Site):
    await attached(site)
    (path,) = stored(site)
    raw = path.read_bytes()
    path.write_bytes(raw[:-2000] + bytes(8) + raw[-1992:])
    for where in (f"/files/{SHA256}", f"/files/{SHA256}/pages/1"):
        answer = await get(site, where)
        assert (answer.status_code, answer.json()["code"]) == (409, "damaged")
        assert answer.json()["detail"].startswith("Tệp «Báo cáo quý III» trong kho đã bị hỏng hoặc bị đổi")
    looked = (await get(site, "/damaged-files", "operator")).json()
    assert (looked["looked"], looked["next"]) == (1, None)
    (hurt,) = looked["hurt"]
    assert (hurt["sha256"], hurt["title"], hurt["what"]) == (SHA256, "Báo cáo quý III", "damaged")
    assert (await get(site, "/damaged-files", "M08")).status_code == httpx.codes.FORBIDDEN
    path.unlink()
    assert (await get(site, f"/files/{SHA256}")).status_code == httpx.codes.GONE
    assert (await get(site, "/damaged-files", "operator")).json()["hurt"][0]["what"] == "missing"
    await bring(site)
    assert (await get(site, f"/files/{SHA256}")).content == PDF
    assert (await get(site, "/damaged-files", "operator")).json()["hurt"] == []
    site.service.keys.forget(SUBJECT)
    assert (await get(site, "/damaged-files", "operator")).json()["hurt"][0]["what"] == "erased"


async def test_all_files_are_looked_over_a_few_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(application.files, "AT_ONCE", 2)
    for number in range(5):
        content = papers.jpeg(shade=200 + number)
        await bring(site, content, "trang.jpg")
        sha256 = hashlib.sha256(content).hexdigest()
        await site.done("AttachFile", "M04", attachment_id=f"TL{number}", title=f"Trang {number}", sha256=sha256)
    (path, *_) = stored(site)
    path.unlink()
    looked, missing, behind = 0, [], None
    while True:
        answer = (await get(site, "/damaged-files", "operator", **({"behind": behind} if behind else {}))).json()
        looked += answer["looked"]
        missing += [(one["sha256"], one["what"]) for one in answer["hurt"]]
        behind = answer["next"]
        if behind is None:
            break
    assert (looked, missing) == (5, [(path.name, "missing")])


async def test_what_is_uploaded_and_named_by_nothing_has_a_most_in_each_branch(site: Site):
    site.service.settings = site.service.settings.model_copy(update={"files_unnamed_bytes": 2 * len(PDF)})
    assert (await bring(site)).status_code == httpx.codes.CREATED
    other = papers.pdf(4)
    answer = await bring(site, other)
    assert (answer.status_code, answer.json()["code"]) == (httpx.codes.TOO_MANY_REQUESTS, "file-waiting")
    assert "tự được xóa sau 24 giờ" in answer.json()["detail"]
    assert answer.json()["detail"].endswith("tệp gốc vẫn ở máy của đồng chí.")
    assert "removed after 24 hours" in answer.json()["detail_en"]
    assert [path.name for path in stored(site)] == [SHA256]
    await site.done("AttachFile", "M04", attachment_id="TL1", title="Báo cáo quý III", sha256=SHA256)
    await get(site, "/attachments")
    assert (await bring(site, other)).status_code == httpx.codes.CREATED


async def test_old_minutes_from_the_scanner_to_the_search(site: Site):
    scan = papers.tiff(2)
    sha256 = hashlib.sha256(scan).hexdigest()
    assert (await bring(site, scan, "so-3-trang-41.TIF")).status_code == httpx.codes.CREATED
    pages = [{"page": 41, "sha256": sha256, "at": 1}, {"page": 42, "sha256": sha256, "at": 2}]
    old = {"book": "cell", "volume": "3", "held_on": "2021-05-03", "scanned_by": "M04", "compared_by": "M05"}
    await asked(site, "DigitiseMinutes", "M04", scan_id="Q1", pages=pages, **old)
    text = "Bàn việc sửa mái nhà văn hóa."
    await asked(site, "EnterPageText", "M04", scan_id="Q1", page=41, how="typed", member_id="M04", text=text)
    found = (await get(site, "/search", q="mai nha van hoa")).json()
    assert [(one["kind"], one["vi"]) for one in found["found"]] == [
        ("old_minutes", "Biên bản giấy trang 41, chưa kiểm chứng")
    ]
    await asked(site, "ConfirmPageText", "M06", scan_id="Q1", page=41, revision=1, member_id="M06")
    found = (await get(site, "/search", q="mái nhà")).json()
    assert [one["vi"] for one in found["found"]] == ["Biên bản giấy trang 41, đã đối chiếu"]
    assert (await get(site, "/search", "F01", q="mái nhà")).json()["found"] == []
    (listed,) = (await get(site, "/digitised/cell")).json()
    assert (listed["pages"], listed["texts"], listed["verified"]) == (2, 1, 1)
    shown = (await get(site, "/scans/Q1")).json()["shown"]
    assert [(one["page"], one["text"], one["mark"]) for one in shown] == [(41, text, "verified"), (42, None, "none")]
    page = await get(site, f"/files/{sha256}/pages/2")
    assert page.headers["content-type"] == "image/png"
    assert (await get(site, f"/files/{sha256}", "F01")).status_code == httpx.codes.NOT_FOUND
    assert (await get(site, "/scans/Q1", "F01")).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    ("book", "keeper", "others"), [("union", "M07", ("M08", "M02")), ("professional", "M02", ("M08", "M07"))]
)
async def test_R9_an_old_page_of_another_book_is_found_by_its_keeper_only(
    site: Site, book: str, keeper: str, others: tuple[str, ...]
):
    scan = papers.jpeg()
    assert (await bring(site, scan, "trang.jpg", actor=keeper)).status_code == httpx.codes.CREATED
    old = {"book": book, "volume": "1", "held_on": "2021-05-03", "scanned_by": keeper, "compared_by": "M05"}
    pages = [{"page": 7, "sha256": hashlib.sha256(scan).hexdigest()}]
    await asked(site, "DigitiseMinutes", keeper, scan_id="Q1", pages=pages, **old)
    text = {"text": "Bàn việc thăm hỏi đoàn viên.", "how": "typed", "member_id": keeper}
    await asked(site, "EnterPageText", keeper, scan_id="Q1", page=7, **text)
    (found,) = (await get(site, "/search", keeper, q="tham hoi doan vien")).json()["found"]
    assert (found["kind"], found["private"]) == ("old_minutes", True)
    for outside in (*others, "F01", "operator"):
        answer = (await get(site, "/search", outside, q="tham hoi doan vien")).json()
        assert (answer["found"], answer["total"], answer["sealed_looked"]) == ([], 0, 0)


async def asked(site: Site, command: str, actor: str, **data: Any) -> None:
    answer = await site.ask(command, data, actor)
    assert answer.status_code == httpx.codes.OK, answer.text


async def test_nobody_confirms_in_anothers_name(site: Site):
    scan = papers.jpeg()
    sha256 = hashlib.sha256(scan).hexdigest()
    await bring(site, scan, "trang.jpg")
    old = {"book": "cell", "volume": "3", "held_on": "2021-05-03", "scanned_by": "M04", "compared_by": "M05"}
    await asked(site, "DigitiseMinutes", "M04", scan_id="Q1", pages=[{"page": 41, "sha256": sha256}], **old)
    await asked(site, "EnterPageText", "M04", scan_id="Q1", page=41, how="typed", member_id="M04", text="Nội dung.")
    answer = await site.ask("ConfirmPageText", {"scan_id": "Q1", "page": 41, "revision": 1, "member_id": "M06"}, "M04")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


async def test_the_sweep_runs_by_itself_at_the_start_and_leaves_all_alone_while_a_fact_is_parked(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    await bring(site)
    (path,) = stored(site)
    os.utime(path, (time.time() - LONG_AGO, time.time() - LONG_AGO))
    monkeypatch.setattr(type(site.service.views), "parked", lambda _self: ["a fact that waits for a person"])
    assert site.service.sweeping.sweep() == []
    monkeypatch.undo()
    monkeypatch.setattr(type(site.service.intake), "caught_up", True)
    await site.service.sweeping.stop()
    site.service.sweeping.start()
    for _ in range(200):
        if not stored(site):
            break
        await asyncio.sleep(0.02)
    assert stored(site) == []


async def test_a_file_of_a_meeting_is_listed_with_that_meeting(site: Site):
    await attached(site)
    assert len((await get(site, "/attachments", meeting_id=MEETING)).json()) == 1
    assert (await get(site, "/attachments", meeting_id=f"{CODE}:2026-11")).json() == []


async def test_papers_that_other_services_name_stay_for_whom_they_concern(site: Site):
    """A past result's decision for whoever reads the branch; a remark for whom it is about, and the committee."""
    decision, remark = papers.jpeg(shade=200), papers.jpeg(shade=100)
    of_decision, of_remark = (hashlib.sha256(one).hexdigest() for one in (decision, remark))
    assert (await bring(site, decision, "quyet-dinh.jpg")).status_code == httpx.codes.CREATED
    assert (await bring(site, remark, "nhan-xet.jpg", member_id="Z9")).json()["code"] == "unknown-member"
    answer = await bring(site, remark, "nhan-xet.jpg", member_id="M05")
    assert answer.json()["keysubject"] == f"member/{CODE}/M05"
    await site.told(
        PastResultEntered(
            branch=CODE,
            honoured="branch",
            year=2025,
            result="good",
            title="Hoàn thành tốt nhiệm vụ",
            decision_no="12-QĐ/ĐU",
            scan_sha256=of_decision,
        ),
        RemarkReceived(
            branch=CODE,
            member_id="M05",
            remark_id="NX1",
            source="residence",
            remark_kind="remark",
            said_by="Chi ủy nơi cư trú",
            document_no="07-NX/CB",
            document_on=date(2026, 9, 1),
            document_sha256=of_remark,
            received_on=date(2026, 9, 5),
        ),
    )
    for path in stored(site):
        os.utime(path, (time.time() - LONG_AGO, time.time() - LONG_AGO))
    assert site.service.sweeping.sweep() == []
    for reader in ("M08", "F01"):
        assert (await get(site, f"/files/{of_decision}", reader)).content == decision
    for reader in ("M05", "M01", "M03"):
        assert (await get(site, f"/files/{of_remark}", reader)).content == remark
    for nobody in ("M08", "M04", "F01", "operator"):
        assert (await get(site, f"/files/{of_remark}", nobody)).status_code == httpx.codes.NOT_FOUND


async def test_a_paper_stored_for_two_is_looked_over_twice(site: Site):
    await attached(site)
    (first,) = stored(site)
    await bring(site, PDF, "nhan-xet.pdf", member_id="M05")
    remark = RemarkReceived(
        branch=CODE, member_id="M05", remark_id="NX1", source="residence", remark_kind="remark", said_by="Chi ủy",
        document_no="07-NX/CB", document_on=date(2026, 9, 1), document_sha256=SHA256, received_on=date(2026, 9, 5),
    )  # fmt: skip
    await site.told(remark)
    (second,) = [path for path in stored(site) if path != first]
    second.unlink()
    looked = (await get(site, "/damaged-files", "operator")).json()
    assert [(one["title"], one["what"]) for one in looked["hurt"]] == [("07-NX/CB", "missing")]
    assert (looked["looked"], looked["next"]) == (1, None)


async def test_an_attachments_title_is_found_while_it_stands(site: Site):
    await attached(site)
    found = (await get(site, "/search", q="bao cao quy III")).json()["found"]
    assert [one["vi"] for one in found] == ["Tệp đính kèm"]
    await asked(site, "WithdrawFile", "M04", attachment_id="TL1", reason="Nhầm bản nháp.")
    assert (await get(site, "/search", q="bao cao quy III")).json()["found"] == []
