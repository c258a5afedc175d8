"""Papers are printed by a process of its own: the same bytes, and whatever befalls it is said in a sentence."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from shared.decision import Refused
from shared.documents.printer import PRESS, Printer
from shared.documents.rendering import As, rendered
from shared.documents.table_book import table_book
from shared.settings import Settings
from tests.shared.printed import FORM
from tests.shared.test_documents import BOOK

HANGS = "import time; time.sleep(600)"
DIES = "import sys; sys.stdin.buffer.read(1); raise SystemExit(1)"
TALKS = "print('Xin chào', flush=True); import time; time.sleep(600)"

Making = Callable[..., Printer]


@pytest.fixture
async def printer(tmp_path: Path) -> AsyncIterator[Making]:
    made: list[Printer] = []

    def with_(planted: str | None = None, **settings: float) -> Printer:
        press = PRESS if planted is None else (sys.executable, "-c", planted)
        made.append(Printer(Settings.model_validate({"home": tmp_path} | settings), press))
        return made[-1]

    yield with_
    for one in made:
        await one.close()


async def ended(printer: Printer) -> None:
    while printer.pid is not None:  # noqa: ASYNC110 - what is waited for is another process
        await asyncio.sleep(0.01)


def threads_of(printer: Printer) -> int:
    return len(list(Path(f"/proc/{printer.pid}/task").iterdir()))


@pytest.mark.parametrize("as_", ["pdf", "docx"])
async def test_the_same_bytes_as_in_this_process(printer: Making, as_: As):
    assert await printer().rendered(FORM, as_) == rendered(FORM, as_)


async def test_tables_keep_their_days_and_numbers(printer: Making):
    assert await printer().workbook(BOOK) == table_book(BOOK)


async def test_what_is_signed_comes_with_the_size_of_each_sheet(printer: Making):
    made, sheets = await printer().with_sheets(FORM)
    assert made == rendered(FORM)
    assert {(sheet.width, sheet.height) for sheet in sheets} == {(595, 842)}


async def test_many_are_printed_one_after_the_other_by_one_process(printer: Making):
    one = printer(print_idle_seconds=600)
    forms = [FORM.model_copy(update={"title": (f"Tháng {number}",), "body": FORM.body[:4]}) for number in range(4)]
    together = await asyncio.gather(*(one.rendered(form) for form in forms))
    assert [made.sha256 for made in together] == [rendered(form).sha256 for form in forms]
    before = one.pid
    await one.rendered(FORM)
    assert one.pid == before


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
async def test_however_many_cores_there_are_one_is_enough_and_the_memory_allowed_too(printer: Making):
    one = printer(print_idle_seconds=600)
    await one.rendered(FORM)
    assert threads_of(one) <= 2  # its own, and one for setting


async def test_the_process_ends_when_nothing_is_printed_and_a_new_one_prints_the_next(printer: Making):
    one = printer(print_idle_seconds=0)
    await one.rendered(FORM)
    await ended(one)
    assert await one.rendered(FORM) == rendered(FORM)


async def test_a_process_killed_between_two_papers_is_not_noticed(printer: Making):
    one = printer(print_idle_seconds=600)
    await one.rendered(FORM)
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    await ended(one)
    assert await one.rendered(FORM) == rendered(FORM)


@pytest.mark.parametrize(
    ("planted", "vi", "en"),
    [
        (HANGS, "không xong trong 1 giây", "took over 1 s"),
        (DIES, "dừng giữa chừng", "stopped half-way"),
        (TALKS, "dừng giữa chừng", "stopped half-way"),
    ],
)
async def test_a_process_that_hangs_dies_or_talks_nonsense_is_ended_and_said(
    printer: Making, planted: str, vi: str, en: str
):
    one = printer(planted, print_seconds=1)
    with pytest.raises(Refused) as refused:
        await one.rendered(FORM)
    assert refused.value.code == "printing"
    assert f"vì việc in {vi}. Đồng chí in lại" in refused.value.vi
    assert f"printing {en}. Print it again" in refused.value.en
    assert one.pid is None


async def test_a_service_that_stops_waits_for_no_paper(printer: Making):
    one = printer(HANGS, print_seconds=600)
    waiting = asyncio.create_task(one.rendered(FORM))
    while one.pid is None:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)
    await one.close()
    with pytest.raises(Refused):
        await waiting
    assert one.pid is None


async def test_a_process_that_takes_too_much_memory_is_said(printer: Making):
    with pytest.raises(Refused, match="printing stopped half-way"):
        await printer(print_memory=50_000_000).rendered(FORM)


async def test_a_fault_of_ours_is_logged_with_its_place_and_without_a_word_of_the_paper(printer: Making):
    one = printer()
    unknown = FORM.model_copy(update={"page": FORM.page.model_copy(update={"paper": "giấy lạ"})})
    with capture_logs() as lines, pytest.raises(Refused):
        await one.rendered(unknown, "docx")
    (line,) = lines
    assert "KeyError" in line["why"]
    assert "word.py:" in line["why"]
    assert "giấy lạ" not in str(line)
    assert await one.rendered(FORM) == rendered(FORM)


def test_a_paper_that_never_ends_ends_its_process_though_nobody_is_left_to_end_it():
    endless = "import time; from shared.documents import press; press.made = lambda *_: time.sleep(600); press.main()"
    left = subprocess.run(
        [sys.executable, "-c", endless, json.dumps({"memory": 1_500_000_000, "seconds": 1})],
        input=pickle.dumps((FORM, "pdf", False)),
        capture_output=True,
        check=False,
    )
    assert left.returncode == -signal.SIGALRM
