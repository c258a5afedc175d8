"""What people type: moments, pairs of rows, JSON; read as they mean it or refused in a sentence."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.cli import events, roster_file
from services.cli.main import _data
from services.cli.replay import read_instant
from services.cli.site import _refusal
from services.cli.voice import Failed, Voice


@pytest.mark.parametrize(
    ("typed", "exact", "whole"),
    [
        ("2026-10-05", "2026-10-04T17:00:00.000000Z", "2026-10-05T16:59:59.999999Z"),
        ("2026-10-05 14:25", "2026-10-05T07:25:00.000000Z", "2026-10-05T07:25:59.999999Z"),
        ("2026-10-05T14:25", "2026-10-05T07:25:00.000000Z", "2026-10-05T07:25:59.999999Z"),
        ("2026-10-05 15:11:06", "2026-10-05T08:11:06.000000Z", "2026-10-05T08:11:06.999999Z"),
        ("2026-10-05T15:30+07:00", "2026-10-05T08:30:00.000000Z", "2026-10-05T08:30:59.999999Z"),
        ("2026-10-05T08:30:00.250000Z", "2026-10-05T08:30:00.250000Z", "2026-10-05T08:30:00.250000Z"),
    ],
)
def test_a_moment_is_viet_nams_unless_it_says_otherwise(typed: str, exact: str, whole: str):
    assert read_instant(typed) == exact
    assert read_instant(typed, whole=True) == whole


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "14:25", "", "2026-10-05 25:00"])
def test_what_is_no_moment_is_wrong_use(typed: str):
    with pytest.raises(Failed, match="is no moment") as refusal:
        read_instant(typed)
    assert refusal.value.code == 2


FOUND: dict[str, Any] = {
    "rows": [{"line": 7, "member_id": "M06"}, {"line": 8, "member_id": "M07"}, {"line": 9, "member_id": "M08"}],
    "look_alikes": [{"first": "M06", "second": "M07", "vi": "Là hai người hay một?", "en": "Two persons or one?"}],
}


def test_look_alikes_are_told_apart_by_row_numbers():
    assert roster_file.told_apart(FOUND, "7,8", ask=False) == [("M06", "M07")]
    assert roster_file.told_apart(FOUND, "8 7", ask=False) == [("M06", "M07")]


def test_one_row_that_looks_like_several_on_the_list_is_told_apart_from_all_of_them():
    pairs = [{"first": listed, "second": "M08", "vi": "?", "en": "?"} for listed in ("M21", "M22")]
    found = {"rows": FOUND["rows"], "look_alikes": pairs}
    assert roster_file.told_apart(found, "9", ask=False) == [("M21", "M08"), ("M22", "M08")]


def test_a_preview_says_what_is_wrong_in_both_languages():
    row = {"line": 7, "member_id": "M06", "name": "Lò Thị Mây", "status": "official", "roles": []}
    wrong = {"line": 7, "vi": "Dòng 7: ngày 31/02/1980 không có.", "en": "Row 7: the day 31/02/1980 does not exist."}
    alike = {"first": "M06", "second": "M21", "vi": "Là hai người hay một?", "en": "Two persons or one?"}
    found = {"rows": [row], "troubles": [wrong], "look_alikes": [alike], "ignored": ["Ghi chú"]}
    _table, _space, *said = map(str, roster_file.picture(found))
    assert said == [
        "✗ Dòng 7: ngày 31/02/1980 không có.\n  Row 7: the day 31/02/1980 does not exist.",
        "? Là hai người hay một?\n  Two persons or one?",
        "· Không lấy các cột: Ghi chú.\n  Columns not taken over: Ghi chú.",
    ]


@pytest.mark.parametrize("typed", ["7,9", "1,2", "both"])
def test_rows_that_do_not_look_alike_are_wrong_use(typed: str):
    with pytest.raises(Failed, match="look-alike") as refusal:
        roster_file.told_apart(FOUND, typed, ask=False)
    assert refusal.value.code == 2


def test_a_pair_left_open_is_never_guessed():
    with pytest.raises(Failed, match="--different"):
        roster_file.told_apart(FOUND, None, ask=False)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("NoticeIsued", "Did you mean: NoticeIssued"),
        ("meetingscheduled", "Did you mean: MeetingScheduled?"),
        ("zzz", "EVENTS.md"),
    ],
)
def test_a_type_of_fact_there_is_not_is_wrong_use(typed: str, near: str):
    with pytest.raises(Failed, match="no type of fact") as refusal:
        events.wanted(typed, None)
    assert refusal.value.code == 2
    assert near in refusal.value.en


@pytest.mark.parametrize("typed", ["99.001", "xx", ""])
def test_what_is_no_code_of_a_branch_is_wrong_use(typed: str):
    with pytest.raises(Failed, match="14 digits") as refusal:
        events.wanted(None, typed)
    assert refusal.value.code == 2


def test_every_wrong_field_of_data_is_named_as_it_is_typed():
    problem = {
        "detail": "Kỳ: còn thiếu; hãy điền mục này.",
        "detail_en": "Period: missing; fill it in.",
        "code": "malformed",
        "errors": [
            {
                "where": "command.period",
                "vi": "Kỳ: còn thiếu; hãy điền mục này.",
                "en": "Period: missing; fill it in.",
            }
        ],
    }
    answered = _refusal("scheduler", httpx.Response(422, json=problem))
    assert answered.details == ("scheduler: malformed", "period: còn thiếu; hãy điền mục này.")


def test_data_is_an_object_typed_or_in_a_file(tmp_path):
    file = tmp_path / "command.json"
    file.write_text('{"meeting_id": "x"}', encoding="utf-8")
    assert _data('{"a": 1}') == {"a": 1}
    assert _data(f"@{file}") == {"meeting_id": "x"}
    for wrong in ("[1]", "{", f"@{tmp_path}/nothing.json"):
        with pytest.raises(Failed) as refusal:
            _data(wrong)
        assert refusal.value.code == 2


def test_vietnamese_comes_first_unless_one_language_is_chosen(monkeypatch):
    monkeypatch.setenv("CHIBO_LANG", "en_US")
    assert Voice().choose("xong", "done") == ["done"]
    monkeypatch.delenv("CHIBO_LANG")
    assert Voice().choose("xong", "done") == ["xong", "done"]
    assert Voice(language="vi").both("xong", "done") == "xong"
