"""`chibo verify --files`: what is missing or altered is named; a key destroyed by a decision is no fault."""

from __future__ import annotations

from typing import Any

import pytest
from rich.text import Text

from services.cli.stored_files import Files, picture
from shared.files.store import damaged, gone
from tests.sample_branch import CODE


def hurt(what: str) -> dict[str, Any]:
    said = damaged("Báo cáo quý III") if what == "damaged" else gone("Báo cáo quý III")
    return {"branch": CODE, "sha256": "0b" * 32, "what": what, "vi": said.vi, "en": said.en}


@pytest.mark.parametrize(("what", "whole"), [("damaged", False), ("missing", False), ("erased", True)])
def test_what_is_missing_or_altered_is_not_well_and_what_was_erased_is(what: str, whole: bool):
    found = Files(3, [hurt(what)])
    assert (found.whole, found.as_json()["whole"]) == (whole, whole)
    first, *_, vi, en = [line.plain for line in picture(found) if isinstance(line, Text)]
    assert first.startswith(f"{CODE}: Tệp «Báo cáo quý III»")
    assert f"{int(not whole)} tệp hỏng hoặc thiếu, {int(whole)} tệp đã hủy khóa" in vi
    assert f"Read to the end 3 files that facts name: {int(not whole)} damaged" in en


def test_without_any_file_all_is_well():
    assert Files().whole
