"""The command line as people and scripts use it, on the site that lived through October."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from services.cli.sample.sheet import members_file
from services.cli.supervisor import environment
from shared.events import ALL
from shared.events.envelope import LogName, decode
from tests.journeys.conftest import BRANCH, OCTOBER, Journey
from tests.journeys.shell import Shell

pytestmark = pytest.mark.journey


@pytest.fixture
def chibo(journey: Journey, shell: Shell, tmp_path: Path):
    """Run the command as its own process; data and talk come back apart."""

    def run(*arguments: str, env: Mapping[str, str] = MappingProxyType({})) -> subprocess.CompletedProcess[str]:
        return shell.run(arguments, {**environment(journey.site.settings), "COLUMNS": "100", **env}, tmp_path)

    return run


def test_meetings_are_a_list_of_objects_with_ids(chibo):
    done = chibo("meeting", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    meetings = json.loads(done.stdout)
    assert len(meetings) == 13
    assert meetings[-1]["id"] == OCTOBER
    assert [meeting["on"] for meeting in meetings] == sorted(meeting["on"] for meeting in meetings)


def test_meetings_are_a_table_for_people(chibo):
    done = chibo("meeting", "list")
    assert done.returncode == 0
    assert "2026-10" in done.stdout
    assert "29-BB/CB" in done.stdout
    narrow = chibo("meeting", "list", env={"COLUMNS": "80"}).stdout.splitlines()
    assert len(narrow) == 14
    assert max(map(len, narrow)) <= 80


def test_one_meeting_is_told_in_either_language_or_both(chibo):
    both = chibo("meeting", "show", "2026-10").stdout
    vi = chibo("--lang", "vi", "meeting", "show", "2026-10").stdout
    en = chibo("--lang", "en", "meeting", "show", "2026-10").stdout
    assert "Buổi họp khai mạc lúc 14:00" in both
    assert "The meeting opened at 14:00" in both
    assert "The meeting opened" not in vi
    assert "khai mạc" not in en


def test_a_meetings_paper_is_printed_into_a_file_that_is_not_written_over(chibo, tmp_path):
    done = chibo("meeting", "print", "2026-10", "--actor", "M01")
    assert done.returncode == 0, done.stderr
    assert "Đã ghi bien-ban-so-29-bb-cb.pdf: đúng văn bản hai người đã ký" in done.stderr
    raw = (tmp_path / "bien-ban-so-29-bb-cb.pdf").read_bytes()
    assert raw.startswith(b"%PDF-")
    again = chibo("meeting", "print", "2026-10", "--actor", "M01")
    assert again.returncode == 1
    assert "được giữ nguyên" in again.stderr
    word = chibo("meeting", "print", "2026-10", "--of", "resolution", "--as", "docx", "--out", "nq.docx")
    assert word.returncode == 0, word.stderr
    assert (tmp_path / "nq.docx").read_bytes().startswith(b"PK")


def test_tables_of_tasks_and_ranks_are_printed_as_paper_and_as_workbooks(chibo, tmp_path):
    for arguments, begins in (
        (("tasks", "2026-10"), b"%PDF-"),
        (("tasks", "--as", "xlsx"), b"PK"),
        (("ranking", "2026-09", "--as", "docx"), b"PK"),
    ):
        done = chibo("branch", "print", *arguments, "--actor", "M01", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        raw = (tmp_path / told["file"]).read_bytes()
        assert raw.startswith(begins)
        assert told["sha256"] == hashlib.sha256(raw).hexdigest()
    sheet = chibo("meeting", "print", "2026-10", "--of", "score", "--as", "xlsx", "--out", "phieu.xlsx")
    assert sheet.returncode == 0, sheet.stderr
    for wrong, code, words in (
        (("branch", "print", "ranking"), 2, "ghi thêm kỳ xếp loại"),
        (("branch", "print", "ranking", "2031-01"), 1, "chọn trong danh sách"),
        (("meeting", "print", "2026-10", "--as", "xlsx"), 1, "Kiểu tệp: chỉ nhận một trong các giá trị: pdf, docx"),
    ):
        done = chibo(*wrong)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert words in done.stderr


def test_replay_tells_every_fact_and_ends_in_the_state(chibo):
    done = chibo("replay", "2026-10", env={"CHIBO_LANG": "vi"})
    assert done.returncode == 0
    assert "Điểm danh: có mặt 7/9" in done.stdout
    assert "V1 15:28 Nghị quyết tháng 10/2026: 5–1–1, chưa thông qua, đếm lại: V2" in done.stdout
    shown = json.loads(chibo("replay", OCTOBER, "--json").stdout)
    assert (shown["meeting"], shown["at"]) == (OCTOBER, None)
    assert shown["facts"][0]["type"] == "chibo.MeetingScheduled.v1"
    assert shown["states"][f"minutes/{OCTOBER}"]["phase"] == "closed"


def test_replay_at_a_day_and_at_a_fact(chibo):
    day = json.loads(chibo("replay", "2026-10", "--at", "2026-10-02", "--json").stdout)
    assert day["facts"][-1]["type"] == "chibo.RescheduleAcknowledged.v1"
    known = json.loads(chibo("replay", "2026-10", "--at", day["facts"][-1]["address"], "--json").stdout)
    assert known["facts"] == day["facts"]
    before = chibo("replay", "2026-10", "--at", "2026-01-01")
    assert (before.returncode, before.stdout) == (0, "")
    assert "Tính đến 2026-01-01 chưa có gì được ghi về buổi họp này." in before.stderr


def test_what_cannot_be_replayed_is_said_in_a_sentence(chibo):
    for arguments, code, words in (
        (("replay", "2027-01"), 1, "Chưa có gì được ghi"),
        (("replay", "2026-10", "--at", "yesterday"), 2, "không phải thời điểm"),
        (("replay", "2026-10", "--at", "minutes:99999"), 1, "chỉ có từ 1 đến"),
        (("replay", "2026-10", "--at", "nowhere:1"), 2, "Không có dịch vụ"),
    ):
        done = chibo(*arguments, "--json")
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_the_tail_is_verbatim_and_filtered(chibo):
    done = chibo("events", "tail", "--type", "VoteHeld", "-n", "3", "--branch", BRANCH, "--json")
    lines = done.stdout.encode().splitlines()
    votes = [decode(LogName("local", "minutes", "x"), 1, line, ALL).fact for line in lines]
    assert [vote.vote_id for vote in votes] == ["V1", "V2", "V3"]
    assert "Biểu quyết giơ tay" in chibo("events", "tail", "--type", "chibo.VoteHeld.v1", "-n", "1").stdout
    none = chibo("events", "tail", "--branch", "99.001.002.000.099")
    assert (none.returncode, none.stdout) == (0, "")
    assert "Không có việc nào như vậy." in none.stderr
    assert chibo("events", "tail", "--branch", "99.001").returncode == 2


def test_the_doctor_finds_the_site_well(chibo):
    done = chibo("doctor", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["trouble"]) == (0, [])
    assert "người dùng tự nêu tên" in report["notes"][-1]["vi"]
    assert chibo("doctor").returncode == 0


def test_the_doctor_says_who_does_not_answer(chibo):
    done = chibo("doctor", env={"CHIBO_RANKING_URL": "http://127.0.0.1:9"})
    assert done.returncode == 1
    assert "ranking: không trả lời" in done.stdout


def test_a_service_is_rebuilt_while_it_serves(chibo):
    done = chibo("rebuild", "minutes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"] > 100


def test_where_nothing_is_parked_nothing_is_redriven(chibo):
    done = chibo("parked", "redrive", "ranking", "--branch", BRANCH, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"redriven": 0, "left": 0})
    assert chibo("parked", "redrive", "ranking").returncode == 2


def test_who_waits_for_nobody_is_not_told_to_go_on(chibo):
    done = chibo("resume", "minutes", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"clock": False, "sources": [], "waits": None})
    assert "không chờ ai" in done.stderr
    assert chibo("resume", "nowhere").returncode == 2


def test_asking_goes_to_the_service_that_takes_the_command(chibo):
    id = "6f9619ff-8b86-4011-b42d-00cf4fc964ff"
    progress = json.dumps({"task_id": "T24", "member_id": "M05", "progress": "Đã xong mục 1."})
    asked = ("ask", "ReportProgress", "--data", progress, "-b", BRANCH, "-a", "M05", "--id", id, "--json")
    first = chibo(*asked)
    assert first.returncode == 0, first.stderr
    again = json.loads(chibo(*asked).stdout)
    assert (again["already"], again["facts"]) == (True, json.loads(first.stdout)["facts"])


def test_refusals_are_sentences_and_wrong_use_is_another_code(chibo):
    refused = chibo("ask", "CloseMeeting", "-b", BRANCH, "-a", "M05", "-d", json.dumps({"meeting_id": OCTOBER}))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "không thuộc quyền" in refused.stderr
    unknown = chibo("ask", "CloseMeetings", "-b", BRANCH, "-a", "M05")
    assert unknown.returncode == 2
    assert "CloseMeeting" in unknown.stderr
    assert chibo("ask", "CloseMeeting", "-b", BRANCH, "-a", "M05", "-d", "{").returncode == 2
    assert chibo("meeting").returncode == 2
    assert chibo("rebuild", "nowhere").returncode == 2
    whole = chibo("restore", "minutes")
    assert whole.returncode == 1
    assert "không có gì phải phục hồi" in whole.stderr
    assert chibo("restore", "minutes", "--new-epoch", "--by", "M01").returncode == 2


def test_the_branch_is_shown_by_given_name(chibo):
    shown = json.loads(chibo("branch", "show", "--json").stdout)
    assert shown["members"][0]["name"] == "Tôn Nữ Quỳnh Dao"
    assert "H'Sương Kbuôr" in chibo("branch", "show", BRANCH, "--on", "2026-10-05").stdout


def test_where_nothing_runs_it_is_said_how_to_start(chibo):
    away = {f"CHIBO_{name}_URL": "http://127.0.0.1:9" for name in ("ROSTER", "SCHEDULER", "MINUTES", "RANKING")}
    done = chibo("meeting", "list", env=away)
    assert done.returncode == 1
    assert "chibo up" in done.stderr


def test_a_setting_that_is_wrong_is_named(chibo):
    done = chibo("meeting", "list", env={"CHIBO_ROSTER_PORT": "many"})
    assert done.returncode == 2
    assert "CHIBO_ROSTER_PORT" in done.stderr


def test_the_version_answers_at_once():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from services.cli.main import app; app()", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("chibo ")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"httpx", "pydantic", "fastapi", "yaml"}


def test_an_unset_home_is_not_made_by_asking(chibo, tmp_path):
    home = tmp_path / "never"
    assert chibo("meeting", "list", "--json", env={"CHIBO_HOME": str(home)}).returncode == 0
    assert not home.exists()


def test_R45_a_rank_is_explained_as_a_tree(chibo):
    done = chibo("--lang", "vi", "rank", "explain", "M06", "2026-09", "--actor", "M08", "--branch", BRANCH)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[0] == "Nguyễn Thị Hòa · tháng 9/2026 · Hoàn thành"
    assert any("Theo Khung xếp loại tháng của chi bộ: Không hoàn thành [seed-cell@1]" in line for line in lines)
    assert any("1 chưa hoàn thành" in line for line in lines)
    told = json.loads(chibo("rank", "explain", "M06", "2026-09", "--json", "--branch", BRANCH).stdout)
    assert (told["final"], told["unresolved"]) == (True, [])
    assert chibo("rank", "explain", "M06", "2031-09", "--branch", BRANCH).returncode == 1


def test_search_asks_minutes_and_tasks_and_merges_them(chibo):
    done = chibo("search", "nhan xet noi cu tru", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    kinds = {one["kind"] for one in answer["found"]}
    assert {"assignment", "task"} <= kinds
    assert "opinion" not in kinds
    assert [one["place"] for one in answer["found"]] == sorted(one["place"] for one in answer["found"])
    inside = json.loads(chibo("search", "nhận xét", "nơi cư trú", "--actor", "M08", "--json").stdout)
    assert "opinion" in {one["kind"] for one in inside["found"]}
    assert inside["found"][0]["exact"] is True


def test_people_are_found_by_name_before_anything_else(chibo):
    done = chibo("--lang", "vi", "search", "hoa")
    assert done.returncode == 0
    first, second = done.stdout.splitlines()[:2]
    assert (first.split("  ")[1], second.split("  ")[1]) == ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa")


def test_what_cannot_be_sought_is_said_before_anybody_is_asked(chibo):
    for words in ("…", "a" * 500, " ".join("abcdefghiklmnop")):
        done = chibo("--lang", "vi", "search", words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "tìm" in done.stderr


def test_the_twelve_months_fit_a_screen_and_say_that_the_storm_is_no_neglect(chibo):
    found = json.loads(chibo("branch", "months", "--until", "2026-10", "--json").stdout)
    states = {month["period"]: month["held"] for month in found["months"]}
    assert len(states) == 12
    assert states["2026-10"] == "force_majeure"
    assert found["counted"]["force_majeure"] == 1
    done = chibo("--lang", "vi", "branch", "months", "--until", "2026-10", env={"COLUMNS": "80"})
    assert "05/10 dời vì thiên tai" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


# The last: from here on there are two branches, and each command must name one.


def test_an_import_asks_about_names_that_look_alike_and_stores_nothing_until_told(chibo, tmp_path):
    other = "99.001.002.000.012"
    registered = {"name": "Chi bộ thử", "superior": "Đảng bộ mẫu", "effective_on": "2026-01-01"}
    chibo("ask", "RegisterBranch", "-b", other, "-a", "operator", "-d", json.dumps(registered))
    file = tmp_path / members_file()[0]
    file.write_bytes(members_file()[1])
    asked = chibo("branch", "import", str(file), "--branch", other, "--yes")
    assert asked.returncode == 1
    assert "Nguyễn Thị Hoa" in asked.stderr
    assert "--different" in asked.stderr
    listed = chibo("branch", "import", str(file), "--branch", other, "--json")
    assert (listed.returncode, len(json.loads(listed.stdout)["look_alikes"])) == (1, 1)
    assert json.loads(chibo("branch", "show", other, "--json").stdout)["on_list"] == 0
    done = chibo("branch", "import", str(file), "--branch", other, "--different", "7,8", "--yes")
    assert done.returncode == 0, done.stderr
    assert json.loads(chibo("branch", "show", other, "--json").stdout)["on_list"] == 10
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Mã,Họ và tên,Tên,Năm sinh\nM31,Lò Thị Mây,Mây,31/02/1980\n", encoding="utf-8")
    refused = chibo("branch", "import", str(wrong), "--branch", other, "--yes")
    assert refused.returncode == 1
    assert "31/02/1980" in refused.stdout
    assert "does not exist" in refused.stdout
    assert "1 row read" in refused.stderr
    assert "1 row read" not in refused.stdout
