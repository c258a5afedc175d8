"""The sample branch as written down in branch.yaml, and the file its list of members is brought in from."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("branch.yaml")

HEADINGS = (
    "Mã",
    "Họ và tên",
    "Tên",
    "Giới tính",
    "Năm sinh",
    "Tình trạng",
    "Từ ngày",
    "Đến ngày",
    "Vai trò",
    "Nhận thông báo qua",
)
STATUSES = {"official": "chính thức", "exempt": "miễn công tác và sinh hoạt", "temporary_elsewhere": "chính thức"}
"""As the list of the year's beginning says it: who went away for a time did so later."""
ROLES = {
    "secretary": "bí thư",
    "deputy_secretary": "phó bí thư",
    "committee_member": "chi ủy viên",
    "minute_taker": "thư ký ghi biên bản",
    "rapporteur": "báo cáo viên",
    "locality": "theo dõi địa bàn",
    "union_minute_taker": "thư ký sinh hoạt công đoàn",
}


@cache
def sheet() -> dict[str, Any]:
    """Everything branch.yaml says."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def code() -> str:
    """The sample branch's code."""
    return str(sheet()["branch"]["code"])


def members() -> list[dict[str, Any]]:
    """The people of the branch, in roster order."""
    found: list[dict[str, Any]] = sheet()["members"]
    return found


def members_file() -> tuple[str, bytes]:
    """The list as it stood before the year began, as a spreadsheet would save it: its name and its bytes."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    for member in members():
        if member["status"] not in STATUSES:
            continue  # joined in the course of the year
        exempt = member["status"] == "exempt"
        rows.writerow(
            (
                member["id"],
                member["name"],
                member["given"],
                member["sex"],
                member["born"],
                STATUSES[member["status"]],
                f"{member['since']:%d/%m/%Y}" if exempt else "",
                "",
                "; ".join(ROLES[role] for role in member["roles"]),
                member["reach"],
            )
        )
    return "danh-sach-dang-vien.csv", ("\ufeff" + text.getvalue()).encode()
