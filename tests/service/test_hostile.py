"""Hostile and mistaken commands over HTTP: each gets its sentence in two languages, and nothing of it is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from shared.events.branch import BranchDissolved, MemberTransferred
from shared.events.hub import SecurityGradeRejected
from shared.events.meeting import MeetingCancelled, MeetingRescheduled
from shared.service.problems import STATUS
from shared.service.runtime import Service
from tests.minutes.heard import scheduled
from tests.sample_branch import CODE
from tests.service import scheduler_site, test_hub, test_minutes, test_ranking, test_roster

OCTOBER = f"{CODE}:2026-10"
OTHER = "99.001.002.000.012"
USED_ID = "00000000-0000-4000-8000-000000000001"
"""The id of a command that the minutes have carried out."""

minutes = test_minutes.site
scheduler = scheduler_site.site
ranking = test_ranking.site
hub = test_hub.start
roster = test_roster.office
empty = test_roster.empty


@dataclass(frozen=True)
class Row:
    """One command that must not get through."""

    what: str
    given: str
    command: str
    data: dict[str, Any] | str
    """A text is sent as the whole body."""
    code: str
    vi: str
    en: str
    by: str = ""
    """Who asks; by default whoever usually does."""
    around: dict[str, Any] = field(default_factory=dict)
    secret: str = ""
    """Words that must not be told back."""


def standing(rows: Iterable[Row]) -> Any:
    """One test for each state of things: what is refused in it changes nothing, so the next row finds it as it was."""
    states: dict[str, list[Row]] = {}
    for row in rows:
        states.setdefault(row.given, []).append(row)
    return pytest.mark.parametrize(("given", "rows"), states.items(), ids=list(states))


def kept(row: Row) -> tuple[str, str]:
    """What is said of a row, with the word that nothing typed is lost; of a classified paper nothing is kept."""
    if row.code == "R33" or "vẫn còn" in row.vi:
        return row.vi, row.en
    return f"{row.vi} Nội dung đã nhập vẫn còn.", f"{row.en} What was typed is still there."


async def refuse(service: Service, client: httpx.AsyncClient, row: Row, by: str) -> None:
    """Sent twice, refused twice with the same words, and the log stays as it is."""
    before = service.log.head()
    if isinstance(row.data, str):
        content = row.data
    else:
        body = {"id": str(uuid4()), "branch": CODE, "actor": row.by or by, **row.around, "command": row.data}
        content = json.dumps(body)
    for _ in range(2):
        answer = await client.post(
            f"/commands/{row.command}", content=content, headers={"content-type": "application/json"}
        )
        told_back(answer, row.code, *kept(row))
        if row.secret:
            assert row.secret not in answer.text
    assert service.log.head() == before


def told_back(answer: httpx.Response, code: str, vi: str, en: str) -> None:
    """A problem document with this sentence in both languages."""
    said = answer.json()
    assert said["code"] == code
    assert (said["detail"], said["detail_en"]) == (vi, en)
    assert answer.status_code == STATUS.get(code, httpx.codes.CONFLICT)
    assert answer.headers["content-type"] == "application/problem+json"


NOT_YOURS = (
    "Việc này không thuộc quyền của đồng chí trong chi bộ. Nếu cần, đồng chí đề nghị bí thư; chưa có gì thay đổi.",
    "This is not yours to do in this branch. Ask the secretary if it is needed; nothing has changed.",
)
SERVICES_ONLY = (
    "Phần này chỉ dành cho các dịch vụ của hệ thống. Đồng chí gọi với mã của mình, hoặc nhờ người quản trị.",
    "This is for the site's own services only. Ask under your own id, or ask the operator.",
)

MINUTES: tuple[Row, ...] = (
    Row(
        "an opening on the wrong day",
        "moved to the 6th",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "another-day",
        (
            "Buổi họp ấn định ngày 06/10/2026, không phải 05/10/2026. Nếu đã họp ngày khác, đồng chí ghi "
            "việc dời họp trước (ghi muộn cũng được), rồi khai mạc."
        ),
        (
            "The meeting is set for 06/10/2026, not 05/10/2026. If it was held on another day, record the"
            " move first (late is fine), then the opening."
        ),
    ),
    Row(
        "a meeting nobody planned",
        "14:00",
        "OpenMeeting",
        {"meeting_id": f"{CODE}:2026-11", "present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "no-meeting",
        (
            "Chưa có lịch của buổi họp 99.001.002.000.011:2026-11 trong chi bộ này. Đồng chí ấn định buổi"
            " họp trước; nếu vừa ấn định xong, đợi vài giây rồi làm lại. Chưa có gì bị mất."
        ),
        (
            "No meeting 99.001.002.000.011:2026-11 is planned in this branch. Schedule it first, or try "
            "again in a few seconds if that was just done. Nothing was lost."
        ),
    ),
    Row(
        "the id of another branch",
        "14:00",
        "OpenMeeting",
        {"meeting_id": "99.001.002.000.012:2026-10", "present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "no-meeting",
        "Buổi họp 99.001.002.000.012:2026-10 không phải của chi bộ này. Đồng chí chọn lại buổi họp.",
        "Meeting 99.001.002.000.012:2026-10 is not this branch's. Choose the meeting again.",
    ),
    Row(
        "the chair as minute-taker",
        "14:00",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"], "minute_taker_id": "M02"},
        "R13",
        "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
        "The chair does not also take the minutes. Choose somebody else.",
    ),
    Row(
        "a minute-taker who is not there",
        "14:00",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"], "minute_taker_id": "M04"},
        "R13",
        (
            "Chưa khai mạc được: buổi họp chưa có thư ký ghi biên bản đang có mặt. Đồng chí chọn một "
            "người trong danh sách có mặt."
        ),
        "The meeting cannot open: nobody present takes the minutes. Choose one of those present.",
    ),
    Row(
        "an opening without its chair",
        "14:00",
        "OpenMeeting",
        {"present": ["M03", "M05", "M06", "M07", "M08", "M11"]},
        "no-chair",
        (
            "Chưa khai mạc được: người chủ trì chưa có mặt (đ/c M02). Đồng chí đợi, hoặc bí thư ủy quyền "
            "cho người đang có mặt."
        ),
        (
            "The meeting cannot open: its chair (M02) is not present. Wait, or let the secretary delegate"
            " the chair to somebody who is."
        ),
    ),
    Row(
        "an unknown member",
        "14:00",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11", "M99"]},
        "unknown-member",
        (
            "M99 không có trong danh sách chi bộ ngày 05/10/2026. Đồng chí chọn lại người; nếu đồng chí "
            "ấy mới chuyển đến, ghi tiếp nhận trước."
        ),
        ("M99 is not on the branch's list on 05/10/2026. Choose again; enrol whoever has just joined first."),
    ),
    Row(
        "a member who was transferred away",
        "M05 transferred",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "unknown-member",
        (
            "M05 không có trong danh sách chi bộ ngày 05/10/2026. Đồng chí chọn lại người; nếu đồng chí "
            "ấy mới chuyển đến, ghi tiếp nhận trước."
        ),
        ("M05 is not on the branch's list on 05/10/2026. Choose again; enrol whoever has just joined first."),
    ),
    Row(
        "a dissolved branch",
        "dissolved",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "no-branch",
        (
            "Chi bộ này chưa được ghi danh hoặc đã giải thể nên không mở được buổi họp. Đồng chí kiểm tra "
            "lại mã chi bộ; nếu vừa ghi danh xong, đợi vài giây rồi làm lại."
        ),
        (
            "This branch is not registered here or was dissolved, so no meeting can be opened. Check the "
            "code, or try again in a few seconds if it was just registered."
        ),
    ),
    Row(
        "rules nobody knows",
        "unknown rules",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "no-profile",
        (
            "Máy này chưa có bộ quy định hd99@1 của buổi họp. Chưa có gì bị mất; người quản trị nạp bộ "
            "quy định rồi đồng chí khai mạc."
        ),
        (
            "The rules hd99@1 of this meeting are not known here. Nothing was lost; open the meeting once"
            " they are installed."
        ),
    ),
    Row(
        "a meeting called off",
        "called off",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "cancelled",
        "Buổi họp này đã được báo là không tổ chức. Nếu vẫn họp, đồng chí ấn định một buổi khác.",
        "This meeting was called off. Schedule another one if it takes place after all.",
    ),
    Row(
        "a second opening with others",
        "14:25",
        "OpenMeeting",
        {"present": ["M02", "M03", "M05", "M06", "M07"]},
        "already-opened",
        ("Buổi họp đã khai mạc lúc 14:00, có mặt 7/9. Ai đến sau, đồng chí ghi giờ đến; ghi sai thì sửa giờ có mặt."),
        (
            "The meeting was opened at 14:00 with 7 of 9 present. Record whoever comes later as arriving;"
            " correct the times if they are wrong."
        ),
    ),
    Row(
        "one name instead of a list",
        "14:00",
        "OpenMeeting",
        {"present": "M02"},
        "malformed",
        (
            "Người có mặt: phải là danh sách; hãy ghi mỗi mục một dòng. Đồng chí sửa rồi gửi lại; chưa có "
            "gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Who is present: not a list; give one line for each. Then send it again; nothing was stored, "
            "and what was typed is still there."
        ),
    ),
    Row(
        "a path as the meeting",
        "14:00",
        "OpenMeeting",
        {"meeting_id": "../../etc/passwd", "present": ["M02", "M03", "M05", "M06", "M07", "M08", "M11"]},
        "malformed",
        (
            "Buổi họp: không đúng dạng mã; hãy chọn trong danh sách, mã gồm chữ không dấu, số và các dấu "
            ". : - _, tối đa 80 ký tự. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập "
            "vẫn còn."
        ),
        (
            "Meeting: not an id; choose from the list, an id has plain letters, digits and . : - _ only, "
            "at most 80. Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a vote before the opening",
        "14:00",
        "HoldVote",
        {"vote_id": "V1", "about": "Nghị quyết", "for": 5, "against": 1},
        "not-opened",
        ("Buổi họp chưa khai mạc. Đồng chí ghi khai mạc trước; ghi muộn cũng được, hệ thống giữ cả hai giờ."),
        "The meeting has not been opened. Record the opening first; late is fine, both times are kept.",
    ),
    Row(
        "more votes than voters",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": 9, "against": 1},
        "R18",
        (
            "Cộng lại là 10 phiếu nhưng lúc 15:28 chỉ có 7 đồng chí có quyền biểu quyết (đ/c M11 là đảng "
            "viên dự bị). Đồng chí kiểm đếm lại."
        ),
        "That makes 10 votes, but at 15:28 only 7 voters were present. Count again.",
    ),
    Row(
        "no vote counted",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": 0, "against": 0},
        "R18",
        "Chưa có phiếu nào được đếm. Đồng chí ghi số tán thành, không tán thành và ý kiến khác.",
        "No vote was counted. Give the numbers for, against and other.",
    ),
    Row(
        "a negative count",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": -1, "against": 7},
        "malformed",
        (
            "Số tán thành: nhỏ nhất là 0; hãy ghi lại. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội "
            "dung đã nhập vẫn còn."
        ),
        (
            "Votes for: at least 0; correct it. Then send it again; nothing was stored, and what was "
            "typed is still there."
        ),
    ),
    Row(
        "a count beyond all numbers",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": 10**40, "against": 0},
        "malformed",
        (
            "Số tán thành: lớn nhất là 9.999; hãy ghi lại. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, "
            "nội dung đã nhập vẫn còn."
        ),
        (
            "Votes for: at most 9,999; correct it. Then send it again; nothing was stored, and what was "
            "typed is still there."
        ),
    ),
    Row(
        "a count in words",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": "sáu", "against": 0},
        "malformed",
        (
            "Số tán thành: phải là số nguyên; hãy ghi bằng chữ số, ví dụ 6. Đồng chí sửa rồi gửi lại; "
            "chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Votes for: not a whole number; give it in digits, for example 6. Then send it again; nothing "
            "was stored, and what was typed is still there."
        ),
    ),
    Row(
        "half a vote",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": 5.5, "against": 0},
        "malformed",
        (
            "Số tán thành: phải là số nguyên; hãy ghi bằng chữ số, ví dụ 6. Đồng chí sửa rồi gửi lại; "
            "chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Votes for: not a whole number; give it in digits, for example 6. Then send it again; nothing "
            "was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a secret ballot of two",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Khen thưởng", "mode": "secret", "for": 1, "against": 1},
        "R35",
        (
            "Không ghi được phiếu kín khi dưới 3 người bỏ phiếu, vì sẽ lộ người bỏ. Đồng chí dùng biểu "
            "quyết giơ tay hoặc để kỳ sau."
        ),
        (
            "A secret ballot needs at least 3 voters, or it would show who voted how. Use a show of hands"
            " or leave it for next time."
        ),
    ),
    Row(
        "other totals for the same vote",
        "15:30",
        "HoldVote",
        {"vote_id": "V1", "for": 7, "against": 0},
        "already-counted",
        (
            "Biểu quyết V1 lúc 15:28 đã ghi là 5–1–1 và được giữ. Nếu đếm sai, đồng chí dùng «Kiểm đếm "
            "lại»; nếu là việc khác, ghi với mã khác."
        ),
        (
            "Vote V1 of 15:28 is written down as 5–1–1 and kept. Ask for a recount if it was miscounted; "
            "use another id for another vote."
        ),
    ),
    Row(
        "a recount nobody asked for",
        "15:30",
        "HoldVote",
        {"vote_id": "V9", "for": 6, "against": 1, "recount_of": "V1"},
        "R18",
        ("Chưa ai đề nghị kiểm đếm lại biểu quyết lúc 15:28. Đồng chí ghi ai đề nghị, vì sao, rồi kết quả đếm lại."),
        "Nobody has asked to recount the vote of 15:28. Say who asks and why, then count.",
    ),
    Row(
        "a path as the vote",
        "15:28",
        "HoldVote",
        {"vote_id": "../../V1", "about": "Nghị quyết", "for": 5, "against": 0},
        "malformed",
        (
            "Mã lần biểu quyết: không đúng dạng mã; hãy chọn trong danh sách, mã gồm chữ không dấu, số và "
            "các dấu . : - _, tối đa 80 ký tự. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã "
            "nhập vẫn còn."
        ),
        (
            "Id of the vote: not an id; choose from the list, an id has plain letters, digits and . : - _ "
            "only, at most 80. Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a field of one's own",
        "15:28",
        "HoldVote",
        {"vote_id": "V9", "about": "Nghị quyết", "for": 5, "against": 0, "adopted": True},
        "malformed",
        (
            "Mục «adopted»: không có trong mẫu; hãy bỏ mục này. Đồng chí sửa rồi gửi lại; chưa có gì được "
            "lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "“adopted”: not part of the form; leave it out. Then send it again; nothing was stored, and "
            "what was typed is still there."
        ),
    ),
    Row(
        "a recount asked by somebody not present",
        "15:30",
        "DisputeVote",
        {"vote_id": "V1", "member_id": "M01", "reason": "Tôi tán thành"},
        "not-present",
        (
            "Lúc 15:30 đ/c M01 không có mặt trong buổi họp. Nếu đồng chí ấy có mặt, ghi giờ đến hoặc sửa "
            "giờ có mặt trước, rồi ghi lại việc này."
        ),
        (
            "M01 was not in the meeting at 15:30. If they were, record the arrival or correct the times "
            "first, then record this again."
        ),
        by="M01",
    ),
    Row(
        "a recount asked by a probationary member",
        "15:30",
        "DisputeVote",
        {"vote_id": "V1", "member_id": "M11", "reason": "Đếm sót"},
        "R18",
        (
            "Chỉ đồng chí có quyền biểu quyết mới đề nghị kiểm đếm lại, sau lần đếm lúc 15:28. Đồng chí "
            "xem lại người đề nghị và giờ."
        ),
        ("Only somebody with a vote can ask for a recount, after the count of 15:28. Check who asked, and the time."),
    ),
    Row(
        "a recount of no vote",
        "15:30",
        "DisputeVote",
        {"vote_id": "V8", "member_id": "M08", "reason": "Đếm sót"},
        "no-vote",
        "Buổi họp này chưa ghi biểu quyết V8. Đồng chí ghi kết quả biểu quyết trước.",
        "This meeting has no vote V8. Record the count first.",
    ),
    Row(
        "a speech of somebody absent",
        "15:10",
        "NoteSpeech",
        {"member_id": "M01", "item": 11},
        "not-present",
        (
            "Lúc 15:10 đ/c M01 không có mặt trong buổi họp. Nếu đồng chí ấy có mặt, ghi giờ đến hoặc sửa "
            "giờ có mặt trước, rồi ghi lại việc này."
        ),
        (
            "M01 was not in the meeting at 15:10. If they were, record the arrival or correct the times "
            "first, then record this again."
        ),
    ),
    Row(
        "an item beyond the agenda",
        "15:10",
        "NoteSpeech",
        {"member_id": "M03", "item": 99},
        "no-item",
        "Chương trình không có mục 99 (có mục 1 đến 15). Đồng chí chọn lại mục.",
        "The agenda has no item 99 (items 1 to 15). Choose the item again.",
    ),
    Row(
        "a time before the opening",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "before-opening",
        "Giờ ghi 13:00 ngày 05/10/2026 đứng trước giờ khai mạc 14:00. Đồng chí xem lại giờ.",
        "13:00 on 05/10/2026 lies before the opening at 14:00. Check the time.",
        around={"time": "2026-10-05T13:00:00+07:00"},
    ),
    Row(
        "a time that has not come",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "future",
        (
            "Thời điểm 09:00 ngày 06/10/2026 chưa tới (máy này đang là 15:10 ngày 05/10/2026). Chưa lưu "
            "gì; hãy sửa lại giờ."
        ),
        (
            "09:00 on 06/10/2026 has not come yet (this computer says 15:10 on 05/10/2026). Nothing was "
            "stored; correct the time."
        ),
        around={"time": "2026-10-06T09:00:00+07:00"},
    ),
    Row(
        "a version of long ago",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "moved-on",
        (
            "Nội dung này vừa được sửa trong khi đồng chí đang xem (đồng chí xem bản 1, nay là bản 21). "
            "Chưa lưu gì; hãy mở lại, xem phần mới rồi ghi lại ý của mình."
        ),
        (
            "This was changed while you were looking at it (you saw version 1, it is now 21). Nothing was"
            " stored; open it again, look at what is new and enter yours again."
        ),
        around={"expected": 1},
    ),
    Row(
        "an id used for something else",
        "an id used",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "other-body",
        "Mã lệnh này đã được dùng cho một nội dung khác. Chưa lưu gì thêm; hãy gửi lại với mã mới.",
        ("This command id was used for something else. Nothing more was stored; send it again with a new id."),
        around={"id": USED_ID},
    ),
    Row(
        "another branch named around it",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "not-allowed",
        *NOT_YOURS,
        around={"branch": OTHER},
    ),
    Row(
        "a stranger",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "not-allowed",
        *NOT_YOURS,
        by="X99",
    ),
    Row(
        "somebody without the pen typing for another",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "not-allowed",
        *NOT_YOURS,
        around={"enteredby": "M06", "medium": "paper"},
    ),
    Row(
        "somebody calling himself a service",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "not-allowed",
        *SERVICES_ONLY,
        by="service:ranking",
    ),
    Row(
        "somebody calling himself the clock",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "not-allowed",
        *SERVICES_ONLY,
        by="clock",
    ),
    Row(
        "a command id that is none",
        "15:10",
        "NoteSpeech",
        {"member_id": "M08", "item": 11},
        "malformed",
        (
            "Mã lần gửi: không đúng dạng; hãy dùng mã UUID do phần mềm tạo, mỗi lần gửi một mã. Đồng chí "
            "sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Id of this request: not a UUID; let the software make one for each wish. Then send it again; "
            "nothing was stored, and what was typed is still there."
        ),
        around={"id": "1 OR 1=1"},
    ),
    Row(
        "half a document",
        "15:10",
        "NoteSpeech",
        '{"id": "00000000-0000-4000-8000-000000000009", "branch":',
        "malformed",
        (
            "Nội dung gửi lên không đọc được; hãy gửi lại đúng dạng JSON. Đồng chí sửa rồi gửi lại; chưa "
            "có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "What was sent cannot be read; send it again as JSON. Then send it again; nothing was stored, "
            "and what was typed is still there."
        ),
    ),
    Row(
        "an opinion written twice",
        "15:17",
        "RecordOpinion",
        {"opinion_id": "O12", "speaker_id": "M05", "item": 11, "text": "Ý khác."},
        "already-recorded",
        ("Ý kiến O12 đã được ghi rồi và vẫn còn nguyên. Nếu đây là ý kiến khác, đồng chí ghi với mã khác."),
        "Opinion O12 is written down already and still there. Record another one under another id.",
        secret="Ý khác.",
    ),
    Row(
        "an opinion of somebody absent",
        "15:17",
        "RecordOpinion",
        {"opinion_id": "O98", "speaker_id": "M01", "item": 11, "text": "Gửi từ nhà."},
        "not-present",
        (
            "Lúc 15:17 đ/c M01 không có mặt trong buổi họp. Nếu đồng chí ấy có mặt, ghi giờ đến hoặc sửa "
            "giờ có mặt trước, rồi ghi lại việc này."
        ),
        (
            "M01 was not in the meeting at 15:17. If they were, record the arrival or correct the times "
            "first, then record this again."
        ),
        secret="Gửi từ nhà.",
    ),
    Row(
        "an opinion without a word",
        "15:17",
        "RecordOpinion",
        {"opinion_id": "O98", "speaker_id": "M05", "item": 11, "text": ""},
        "malformed",
        (
            "Nội dung: còn để trống; hãy điền mục này. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội "
            "dung đã nhập vẫn còn."
        ),
        ("Text: empty; fill it in. Then send it again; nothing was stored, and what was typed is still there."),
    ),
    Row(
        "a contrary opinion explained by nobody",
        "15:17",
        "DisposeOpinion",
        {"opinion_id": "O13", "how": "contrary_explained"},
        "R17",
        (
            "Ý kiến trái chiều đã giải thích thì ghi ai giải thích, giải thích thế nào, và người nêu ý "
            "kiến đồng ý hay bảo lưu. Nếu chưa giải thích được ngay, đồng chí chọn «trả lời sau»."
        ),
        (
            "A contrary opinion that was explained says by whom, how, and whether the speaker agreed or "
            "kept to it. Choose “answered later” if it cannot be explained now."
        ),
    ),
    Row(
        "an opinion taken into no conclusion",
        "15:20",
        "DisposeOpinion",
        {"opinion_id": "O14", "how": "accepted"},
        "R17",
        ("Ý kiến tiếp thu thì gắn với một kết luận; các cách khác thì không. Đồng chí xem lại số kết luận."),
        ("An accepted opinion goes into a conclusion, the others do not. Check the number of the conclusion."),
    ),
    Row(
        "an answer promised for yesterday",
        "15:20",
        "DisposeOpinion",
        {"opinion_id": "O14", "how": "to_be_answered", "answer_by": "M02", "answer_due": "2026-10-04"},
        "R17",
        "Ngày trả lời 04/10/2026 đứng trước ngày họp 05/10/2026. Đồng chí chọn lại ngày.",
        "The day of the answer, 04/10/2026, lies before the meeting on 05/10/2026. Choose again.",
    ),
    Row(
        "an opinion nobody gave",
        "15:20",
        "DisposeOpinion",
        {"opinion_id": "O77", "how": "reserved"},
        "no-opinion",
        "Buổi họp này không có ý kiến O77. Đồng chí ghi ý kiến trước.",
        "This meeting has no opinion O77. Record the opinion first.",
    ),
    Row(
        "an opinion undisposed at the adoption",
        "an opinion unanswered",
        "AdoptMinutes",
        {"vote_id": "V99"},
        "R17",
        (
            "Còn 1 ý kiến chưa trả lời (đ/c M03, mục 11). Đồng chí chọn: đưa vào kết luận, đã giải thích,"
            " bảo lưu, chuyển cấp trên, hoặc trả lời sau (ghi ai trả lời và ngày nào)."
        ),
        (
            "1 opinion unanswered (M03, item 11). Choose: taken into the conclusion, explained, reserved,"
            " forwarded to the superior, or answered later (by whom and when)."
        ),
    ),
    Row(
        "an adoption before the reading",
        "15:44",
        "AdoptMinutes",
        {"vote_id": "V2"},
        "R20",
        "Biên bản chưa được đọc lại trước chi bộ. Đồng chí đọc biên bản, rồi biểu quyết thông qua.",
        "The minutes have not been read back to the cell. Read them, then vote.",
    ),
    Row(
        "a due date before the meeting",
        "15:42",
        "DecideAssignment",
        {"task_id": "T99", "member_id": "M06", "text": "Việc", "due_on": "2026-10-01", "report_at": "2026-11"},
        "R19",
        (
            "Hạn 01/10/2026 đứng trước ngày họp 05/10/2026. Nếu là việc lãnh đạo giao gấp, đồng chí chọn "
            "«Việc đột xuất»."
        ),
        (
            "The due date 01/10/2026 lies before the meeting of 05/10/2026. If it is a leader's urgent "
            "task, enter it as one."
        ),
    ),
    Row(
        "the 31st of February",
        "15:42",
        "DecideAssignment",
        {"task_id": "T99", "member_id": "M06", "text": "Việc", "due_on": "2027-02-31", "report_at": "2027-03"},
        "malformed",
        (
            "Hạn: ngày 31/02/2027 không có; hãy nhập ngày có thật, ví dụ 03/10/2026. Đồng chí sửa rồi gửi "
            "lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Due on: there is no 31/02/2027; give a day that exists, for example 03/10/2026 (sent as "
            "2026-10-03). Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a report before the work is due",
        "15:42",
        "DecideAssignment",
        {"task_id": "T99", "member_id": "M06", "text": "Việc", "due_on": "2026-12-20", "report_at": "2026-11"},
        "R19",
        "Kỳ báo cáo tháng 11/2026 đứng trước tháng có hạn 20/12/2026. Đồng chí chọn kỳ họp sau hạn.",
        ("The report of November 2026 comes before the day it is due, 20/12/2026. Choose a later meeting."),
    ),
    Row(
        "oneself as the partner",
        "15:42",
        "DecideAssignment",
        {
            "task_id": "T99",
            "member_id": "M06",
            "partner_id": "M06",
            "text": "Việc",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
        },
        "R19",
        "Người phối hợp phải là người khác với người chịu trách nhiệm. Đồng chí chọn lại.",
        "The partner is somebody else than the one who answers for the task. Choose again.",
    ),
    Row(
        "a task for an unknown member",
        "15:42",
        "DecideAssignment",
        {"task_id": "T99", "member_id": "M99", "text": "Việc", "due_on": "2026-10-30", "report_at": "2026-11"},
        "unknown-member",
        (
            "M99 không có trong danh sách chi bộ ngày 05/10/2026. Đồng chí chọn lại người; nếu đồng chí "
            "ấy mới chuyển đến, ghi tiếp nhận trước."
        ),
        ("M99 is not on the branch's list on 05/10/2026. Choose again; enrol whoever has just joined first."),
    ),
    Row(
        "a draft nobody made",
        "15:42",
        "DecideAssignment",
        {
            "task_id": "T99",
            "member_id": "M06",
            "text": "Việc",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
            "draft_id": "D7",
        },
        "no-draft",
        (
            "Không có dự kiến phân công D7 cho buổi họp này, hoặc dự kiến đó đã rút. Đồng chí ghi phân "
            "công không kèm dự kiến, hoặc chọn dự kiến khác."
        ),
        ("There is no draft D7 for this meeting, or it was withdrawn. Assign without it, or choose another."),
    ),
    Row(
        "a task carried on from none",
        "15:42",
        "DecideAssignment",
        {
            "task_id": "T99",
            "member_id": "M06",
            "text": "Việc",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
            "carried_from": "T404",
        },
        "no-task",
        "Không có việc T404 để chuyển tiếp sang việc mới. Đồng chí xem lại mã việc cũ.",
        "There is no task T404 to carry on. Check the id.",
    ),
    Row(
        "a resolution on a vote that did not carry",
        "15:30",
        "AdoptResolution",
        {"title": "Nghị quyết", "vote_id": "V1"},
        "R18",
        (
            "5 tán thành là hơn một nửa số có mặt nhưng chưa quá một nửa của 10 đảng viên có quyền biểu "
            "quyết. Nghị quyết chưa được thông qua. Đồng chí bàn thêm rồi biểu quyết lại, hoặc để kỳ sau."
        ),
        (
            "5 in favour: more than half of those present, but not more than half of the 10 members with "
            "a vote. The resolution is not adopted. Discuss it further and vote again, or leave it for "
            "next time."
        ),
        by="M02",
    ),
    Row(
        "a number the term has used",
        "15:34",
        "AdoptResolution",
        {"title": "Nghị quyết", "vote_id": "V2", "doc_no": "21-NQ/CB"},
        "R22",
        "Số 21-NQ/CB đã dùng hoặc đã qua trong nhiệm kỳ này. Đồng chí dùng số tiếp theo là 22-NQ/CB.",
        "21-NQ/CB was used or passed in this term. Use the next, 22-NQ/CB.",
        by="M02",
    ),
    Row(
        "a month that has not come",
        "15:00",
        "ReviewBranchMonth",
        {"period": "2026-11", "strengths": "Tốt"},
        "R19",
        "Tháng 11/2026 ở sau kỳ họp này. Đồng chí chọn tháng đã qua.",
        "2026-11 lies after this meeting's month. Choose one that has passed.",
    ),
    Row(
        "a thirteenth month",
        "15:00",
        "ReviewBranchMonth",
        {"period": "2026-13", "strengths": "Tốt"},
        "malformed",
        (
            "Kỳ: không phải một tháng; hãy ghi năm rồi tháng, ví dụ 2026-10. Đồng chí sửa rồi gửi lại; "
            "chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Period: not a month; give the year, then the month, for example 2026-10. Then send it again; "
            "nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a failed task that goes nowhere",
        "15:04",
        "ReviewMember",
        {"period": "2026-09", "review": {"member_id": "M06", "tasks": []}},
        "R44",
        ("Việc T16 chưa hoàn thành thì đi tiếp thế nào: đồng chí chọn giao việc mới, gia hạn, hoặc không tiếp tục."),
        "Say where task T16, not done, goes from here: a new task, an extension, or no further.",
    ),
    Row(
        "an urgent task nobody gave",
        "15:10",
        "AcknowledgeUrgentTask",
        {"task_id": "T404"},
        "no-task",
        "Chưa có việc đột xuất T404 trong chi bộ. Đồng chí nhập việc đó trước (ai giao, hạn giờ nào).",
        "No urgent task T404 is known in this branch. Enter it first (who gave it, due when).",
    ),
    Row(
        "a document presented by somebody without the office",
        "14:45",
        "DisseminatePolicy",
        {"doc_no": "HD MẪU-11", "by": "M08", "catch_up_by": "2026-10-12"},
        "R39",
        (
            "Đ/c M08 không phải bí thư, phó bí thư, báo cáo viên hay người chủ trì lúc 14:45. Đồng chí "
            "chọn lại người phổ biến; nếu mới cử báo cáo viên, ghi nhiệm vụ đó trước."
        ),
        (
            "M08 is neither secretary, deputy, rapporteur nor in the chair at 14:45. Choose again; record"
            " a newly named rapporteur first."
        ),
    ),
    Row(
        "a classified document",
        "14:45",
        "DisseminatePolicy",
        {
            "doc_no": "01-MẬT/TU",
            "title": "Phương án tuyệt mật tên Sao Khuê",
            "grade": "Mật",
            "by": "M05",
            "catch_up_by": "2026-10-12",
        },
        "R33",
        (
            "Hệ thống không nhận văn bản có độ mật. Không có gì được lưu. Đồng chí xử lý văn bản này "
            "ngoài hệ thống, trong chương trình ghi «nội dung xử lý ngoài hệ thống»."
        ),
        (
            "Classified documents are not taken. Nothing was stored. Handle it outside the system and "
            "write “dealt with outside the system” in the agenda."
        ),
        secret="Sao Khuê",
    ),
    Row(
        "criticism of oneself",
        "15:09",
        "GiveCriticism",
        {"by": "M05", "of_member": "M05", "item": 9, "text": "Tôi chậm."},
        "R34",
        "Tự nói về mình là tự phê bình. Đồng chí chọn «Tự phê bình».",
        "What somebody says about himself is self-criticism. Record it as that.",
        secret="Tôi chậm.",
    ),
    Row(
        "a basis that was replaced",
        "15:09",
        "GiveSelfCriticism",
        {"member_id": "M05", "item": 9, "basis": ["CT 03"]},
        "basis",
        "CT 03 nay đã được thay bằng CT 05. Đồng chí chọn văn bản mới.",
        "CT 03 has been replaced by CT 05. Choose the newer document.",
    ),
    Row(
        "a member as a guest",
        "14:25",
        "RecordGuest",
        {"guest_id": "M03", "guest_kind": "other", "name": "Khách"},
        "guest",
        "Đ/c M03 là đảng viên của chi bộ, không phải khách. Đồng chí ghi giờ đến.",
        "M03 is a member of this branch, no guest. Record the arrival.",
    ),
    Row(
        "a mark above its line",
        "15:58",
        "ScoreMeeting",
        {
            "marks": [
                {"id": "1", "mark": "50"},
                {"id": "2", "mark": "50"},
                {"id": "3", "mark": "50"},
                {"id": "4", "mark": "50"},
                {"id": "5", "mark": "50"},
                {"id": "6", "mark": "50"},
                {"id": "7", "mark": "50"},
            ]
        },
        "R23",
        "Mục 1 chấm từ 0 đến 5 điểm, lẻ nhất hai chữ số; đang ghi 50.",
        "Line 1 takes 0 to 5 marks, two decimals at most; it says 50.",
    ),
    Row(
        "closing before the adoption",
        "15:58",
        "CloseMeeting",
        {},
        "R20",
        ("Biên bản chưa được đọc và thông qua nên chưa bế mạc được. Đồng chí đọc biên bản, biểu quyết, rồi bế mạc."),
        "The meeting closes after its minutes were read and adopted. Read them, vote, then close.",
        by="M02",
    ),
    Row(
        "a line after the adoption",
        "16:10",
        "NoteSpeech",
        {"member_id": "M06", "item": 11},
        "R20",
        (
            "Biên bản đã được thông qua lúc 16:08 nên không ghi thêm được. Phần đã ghi giữ nguyên; điều "
            "còn thiếu hoặc sai, đồng chí đề nghị đính chính."
        ),
        (
            "The minutes were adopted at 16:08 and take no more lines. What is written stays; ask for a "
            "correction of what is missing or wrong."
        ),
    ),
    Row(
        "closing twice at another time",
        "closed",
        "CloseMeeting",
        {},
        "already-closed",
        "Buổi họp đã bế mạc lúc 16:10. Nếu giờ ghi sai, đồng chí gửi đề nghị đính chính.",
        "The meeting was closed at 16:10. If that is wrong, ask for a correction.",
        by="M02",
        around={"time": "2026-10-05T16:09:00+07:00"},
    ),
    Row(
        "the cell's own id in another book",
        "14:00",
        "OpenBookMeeting",
        {
            "title": "Họp chuyên môn",
            "chair_id": "A",
            "minute_taker_id": "B",
            "people": [{"person_id": "A", "member_id": "M01"}, {"person_id": "B", "member_id": "M07"}],
        },
        "R9",
        (
            "99.001.002.000.011:2026-10 không phải mã cuộc họp chuyên môn hay công đoàn của đơn vị này. "
            "Sinh hoạt chi bộ ghi ở sổ của chi bộ; hai sổ không dùng chung một mã. Đồng chí chọn lại cuộc "
            "họp."
        ),
        (
            "99.001.002.000.011:2026-10 is no id of a professional or union meeting here. Meetings of the "
            "cell have their own book; no id stands in two. Choose the meeting again."
        ),
    ),
    Row(
        "one person leading and writing in another book",
        "14:00",
        "OpenBookMeeting",
        {
            "meeting_id": f"{CODE}:2026-10:union",
            "title": "Họp công đoàn",
            "chair_id": "A",
            "minute_taker_id": "A",
            "people": [{"person_id": "A", "member_id": "M07"}],
        },
        "R13",
        "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
        "The chair does not also take the minutes. Choose somebody else.",
    ),
)


SCHEDULER: tuple[Row, ...] = (
    Row(
        "a wrong month",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-11"},
        "meeting-id",
        (
            "Mã buổi họp không khớp với loại và tháng: đúng ra là 99.001.002.000.011:2026-11. Đồng chí ấn"
            " định lại từ lịch của chi bộ; chưa có gì thay đổi."
        ),
        (
            "The meeting's id does not match its kind and month: it should be 99.001.002.000.011:2026-11. "
            "Schedule it from the branch's calendar; nothing has changed."
        ),
    ),
    Row(
        "a day of another month",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-10", "on": "2026-11-03"},
        "date",
        ("Ngày 03/11/2026 không nằm trong tháng 10/2026. Đồng chí chọn lại ngày hoặc tháng; nội dung đã nhập vẫn còn."),
        "03/11/2026 does not lie in 10/2026. Choose the date or the month again.",
    ),
    Row(
        "another day than the charter's without a reason",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-10", "on": "2026-10-07"},
        "R4",
        (
            "Theo quy ước, chi bộ họp thường kỳ ngày 03/10/2026. Đồng chí giữ ngày đó, hoặc nêu lý do "
            "chọn ngày 07/10/2026; chưa có gì thay đổi."
        ),
        ("By its charter the branch meets on 03/10/2026. Keep that day, or say why 07/10/2026; nothing has changed."),
    ),
    Row(
        "a meeting in the past",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": f"{CODE}:2026-08", "period": "2026-08"},
        "past",
        (
            "Ngày 03/08/2026 đã qua nên không ấn định buổi họp vào ngày đó được. Nếu việc ấn định đã làm "
            "từ trước, đồng chí ghi kèm ngày giờ thực; chưa có gì thay đổi."
        ),
        "03/08/2026 is past. If the meeting had been set before, give the time it happened.",
    ),
    Row(
        "the year 9999",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": f"{CODE}:9999-10", "period": "9999-10"},
        "date",
        "Năm 9999 không thể là năm họp. Đồng chí xem lại ngày tháng; nội dung đã nhập vẫn còn.",
        "9999 cannot be the year of a meeting. Check the date; what was typed is kept.",
    ),
    Row(
        "an hour the day does not have",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-10", "starts_at": "25:99"},
        "malformed",
        (
            "Giờ họp: không phải giờ trong ngày; hãy ghi giờ và phút, ví dụ 07:30. Đồng chí sửa rồi gửi "
            "lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Time of the meeting: not a time of day; give hours and minutes, for example 07:30. Then send "
            "it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "the 31st of September",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-09", "on": "2026-09-31"},
        "malformed",
        (
            "Ngày họp: ngày 31/09/2026 không có; hãy nhập ngày có thật, ví dụ 03/10/2026. Đồng chí sửa "
            "rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Day of the meeting: there is no 31/09/2026; give a day that exists, for example 03/10/2026 "
            "(sent as 2026-10-03). Then send it again; nothing was stored, and what was typed is still "
            "there."
        ),
    ),
    Row(
        "a meeting of another branch",
        "nothing planned",
        "ScheduleMeeting",
        {"meeting_id": "99.001.002.000.012:2026-10", "period": "2026-10"},
        "meeting-id",
        (
            "Buổi họp 99.001.002.000.012:2026-10 không phải của chi bộ này. Đồng chí mở lại buổi họp từ "
            "lịch của chi bộ; chưa có gì thay đổi."
        ),
        (
            "The meeting 99.001.002.000.012:2026-10 is not this branch's. Open it from the branch's "
            "calendar; nothing has changed."
        ),
    ),
    Row(
        "a meeting of a dissolved branch",
        "dissolved",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-10"},
        "dissolved",
        (
            "Chưa ghi được: chi bộ đã giải thể từ ngày 01/09/2026, từ ngày đó không còn buổi họp. Đồng "
            "chí xem lại ngày, hoặc ghi ở chi bộ mới; chưa có gì thay đổi."
        ),
        ("The branch was dissolved as of 01/09/2026 and meets no more. Check the date; nothing has changed."),
    ),
    Row(
        "a second meeting of the month",
        "planned",
        "ScheduleMeeting",
        {"meeting_id": OCTOBER, "period": "2026-10", "on": "2026-10-06", "reason": "Bận"},
        "R5",
        (
            "Buổi họp này đã ấn định lúc 07:30 ngày 03/10/2026, không ấn định lần nữa (mỗi tháng một buổi"
            " thường kỳ). Muốn đổi, đồng chí dùng «Dời cuộc họp»; chưa có gì thay đổi."
        ),
        (
            "This meeting is set for 07:30 on 03/10/2026 already (one regular meeting a month). To change"
            " it, move it; nothing has changed."
        ),
    ),
    Row(
        "a notice before anything is planned",
        "nothing planned",
        "IssueNotice",
        {"meeting_id": OCTOBER},
        "not-scheduled",
        "Buổi họp này chưa được ấn định. Đồng chí ấn định ngày họp trước; chưa có gì thay đổi.",
        "This meeting has not been set yet. Set its date first; nothing has changed.",
    ),
    Row(
        "a notice without the committee",
        "planned",
        "IssueNotice",
        {"meeting_id": OCTOBER},
        "R37",
        (
            "Tháng này chưa ghi buổi họp chi ủy chuẩn bị. Đồng chí ghi buổi họp đó trước, hoặc gửi thông "
            "báo và nêu lý do."
        ),
        "No preparation by the committee is on record. Record it first, or send the notice and say why.",
    ),
    Row(
        "a late notice without a reason",
        "late",
        "IssueNotice",
        {"meeting_id": OCTOBER},
        "R1",
        (
            "Thông báo gửi hôm nay chỉ trước 2 ngày, quy ước là 3 ngày. Đồng chí vẫn gửi được; hệ thống "
            "ghi «muộn 1 ngày» và hỏi lý do."
        ),
        (
            "Sent today the notice is 2 days ahead; the charter asks 3. You may still send it with a "
            "reason; it will be marked late."
        ),
    ),
    Row(
        "a notice in the past",
        "the day after",
        "IssueNotice",
        {"meeting_id": OCTOBER, "reason": "Quên"},
        "past",
        (
            "Ngày họp 03/10/2026 đã qua. Nếu thông báo đã gửi trước đó, đồng chí ghi kèm ngày giờ thực; "
            "chưa có gì bị mất."
        ),
        "The meeting of 03/10/2026 is over. If the notice left before, give the time it happened.",
    ),
    Row(
        "a notice by an ordinary member",
        "planned",
        "IssueNotice",
        {"meeting_id": OCTOBER},
        "not-allowed",
        *NOT_YOURS,
        by="M08",
    ),
    Row(
        "a notice delivered to nobody's address",
        "notified",
        "RecordNoticeDelivered",
        {"meeting_id": OCTOBER, "member_id": "M09", "channel": "telephone"},
        "not-a-recipient",
        ("Thông báo này không gửi tới đ/c M09. Đồng chí chọn trong danh sách người nhận; chưa có gì thay đổi."),
        "This notice is not addressed to M09. Choose from its recipients; nothing has changed.",
    ),
    Row(
        "a notice delivered by pigeon",
        "notified",
        "RecordNoticeDelivered",
        {"meeting_id": OCTOBER, "member_id": "M08", "channel": "pigeon"},
        "malformed",
        (
            "Cách trao thông báo: chỉ nhận một trong các giá trị: app, telephone, paper; hãy chọn một. "
            "Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "How the notice was given: only one of these fits: app, telephone, paper; choose one. Then "
            "send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a move into the past",
        "notified",
        "MoveMeeting",
        {"meeting_id": OCTOBER, "to_on": "2026-09-01", "reason": "superior"},
        "past",
        (
            "Ngày 01/09/2026 đã qua. Đồng chí chọn ngày khác; nếu đã dời từ trước, ghi kèm ngày giờ thực."
            " Chưa có gì được gửi đi."
        ),
        "01/09/2026 is past. Choose another day, or give the time the move happened. Nothing was sent.",
    ),
    Row(
        "a move for a reason nobody gives",
        "notified",
        "MoveMeeting",
        {"meeting_id": OCTOBER, "to_on": "2026-10-12", "reason": "other"},
        "reason",
        (
            "Chưa nêu lý do. Đồng chí viết một câu lý do, hoặc chọn «thiên tai», «cấp trên yêu cầu»; nội "
            "dung đã nhập vẫn còn."
        ),
        "No reason is given. Write one sentence, or choose force majeure or the superior's request.",
    ),
    Row(
        "a move too near",
        "notified",
        "MoveMeeting",
        {"meeting_id": OCTOBER, "to_on": "2026-09-29", "reason": "superior"},
        "R1",
        (
            "Dời sang 29/09 thì thông báo chỉ trước 1 ngày. Chọn 01/10 thì đúng hạn. Đồng chí chọn ngày "
            "nào? Chưa có gì được gửi đi; vẫn chọn ngày sớm thì nêu lý do."
        ),
        (
            "Moved to 29/09 the notice is only 1 day ahead; 01/10 would be on time. Which day? Nothing "
            "was sent; for the earlier day give a reason."
        ),
    ),
    Row(
        "an acknowledgement of no move",
        "notified",
        "AcknowledgeReschedule",
        {"meeting_id": OCTOBER},
        "not-moved",
        "Buổi họp này chưa dời lần nào nên không có gì để xác nhận. Đồng chí xem lại lịch của chi bộ.",
        "This meeting was never moved, so there is nothing to acknowledge. See the branch's calendar.",
        by="F01",
    ),
    Row(
        "the chair handed to an ordinary member",
        "planned",
        "DelegateChair",
        {"meeting_id": OCTOBER, "to_id": "M08"},
        "chair",
        (
            "Bí thư chỉ ủy quyền chủ trì cho phó bí thư hoặc một chi ủy viên. Đồng chí chọn lại người chủ"
            " trì; chưa có gì thay đổi."
        ),
        "The secretary delegates the chair to the deputy or a committee member only. Choose again.",
    ),
    Row(
        "the chair as minute-taker",
        "planned",
        "AssignMinuteTaker",
        {"meeting_id": OCTOBER, "member_id": "M01"},
        "R13",
        "Chủ trì không đồng thời ghi biên bản. Đồng chí chọn người khác làm thư ký.",
        "The chair does not take the minutes as well. Choose somebody else to take them.",
    ),
    Row(
        "an exempt member as minute-taker",
        "planned",
        "AssignMinuteTaker",
        {"meeting_id": OCTOBER, "member_id": "M09"},
        "R13",
        (
            "Đ/c M09 không thuộc diện dự buổi họp này (miễn sinh hoạt hoặc đang ở nơi khác). Đồng chí "
            "chọn người khác làm thư ký; chưa có gì thay đổi."
        ),
        "M09 is exempt or away on the day of the meeting. Choose somebody else to take minutes.",
    ),
    Row(
        "a member who was transferred away",
        "M05 transferred",
        "AssignMinuteTaker",
        {"meeting_id": OCTOBER, "member_id": "M05"},
        "unknown-member",
        (
            "Đ/c M05 đã chuyển đi từ ngày 20/09/2026, không còn trong danh sách ngày 03/10/2026. Đồng chí"
            " chọn người khác; chưa có gì thay đổi."
        ),
        "M05 left the branch as of 20/09/2026. Choose somebody else; nothing has changed.",
    ),
    Row(
        "an unknown minute-taker",
        "planned",
        "AssignMinuteTaker",
        {"meeting_id": OCTOBER, "member_id": "M99"},
        "unknown-member",
        ("Danh sách chi bộ không có đồng chí nào mang mã M99. Đồng chí chọn lại trong danh sách; chưa có gì thay đổi."),
        "Nobody in the branch has the id M99. Choose from the list; nothing has changed.",
    ),
    Row(
        "a path as the minute-taker",
        "planned",
        "AssignMinuteTaker",
        {"meeting_id": OCTOBER, "member_id": "../M04"},
        "malformed",
        (
            "Đảng viên: không đúng dạng mã; hãy chọn trong danh sách chi bộ, mã có dạng như M02. Đồng chí "
            "sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Member: not an id; choose from the branch's list, an id looks like M02. Then send it again; "
            "nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a double briefing",
        "planned",
        "AssignBriefing",
        {"meeting_id": f"{CODE}:2026-12", "member_id": "M01"},
        "R11",
        (
            "Theo vòng, lượt tháng 12/2026 là của đ/c M03, không phải đ/c M01. Nếu đồng chí ấy vắng, hãy "
            "ghi người trình bày thay; chưa có gì thay đổi."
        ),
        (
            "By the rotation 12/2026 is M03's turn, not M01's. If that member is away, record a "
            "substitute; nothing has changed."
        ),
    ),
    Row(
        "a briefing squeezed in before",
        "planned",
        "AssignBriefing",
        {"meeting_id": f"{CODE}:2026-09"},
        "R11",
        (
            "Đã phân công thời sự tháng 10/2026 nên không chen tháng 9/2026 vào trước được. Đồng chí xem "
            "lại tháng; chưa có gì thay đổi."
        ),
        (
            "The briefing of 10/2026 is assigned already; 9/2026 cannot come before it. Check the month; "
            "nothing has changed."
        ),
    ),
    Row(
        "a briefing at a thematic meeting",
        "planned",
        "AssignBriefing",
        {"meeting_id": f"{CODE}:2026-10:thematic"},
        "meeting-id",
        (
            "Thông tin thời sự chỉ phân công cho buổi sinh hoạt thường kỳ hằng tháng. Đồng chí chọn buổi "
            "thường kỳ; chưa có gì thay đổi."
        ),
        ("The briefing belongs to the regular monthly meeting only. Choose that meeting; nothing has changed."),
    ),
    Row(
        "a substitute out of turn",
        "planned",
        "SubstituteBriefing",
        {"meeting_id": OCTOBER, "reason": "excused", "member_id": "M08"},
        "R12",
        (
            "Người thay là đồng chí kế tiếp chưa trình bày trong vòng: đ/c M02. Đồng chí chọn đồng chí "
            "ấy; nếu đồng chí ấy cũng vắng thì ghi xin vắng trước. Chưa có gì thay đổi."
        ),
        (
            "The substitute is the next who has not briefed in this round. Choose M02; if that member is "
            "away too, record that first. Nothing has changed."
        ),
    ),
    Row(
        "a substitute where nobody is assigned",
        "nothing planned",
        "SubstituteBriefing",
        {"meeting_id": OCTOBER, "reason": "excused"},
        "R12",
        "Chưa phân công thông tin thời sự tháng 10/2026. Đồng chí phân công trước; chưa có gì thay đổi.",
        "The briefing of 10/2026 is not assigned yet. Assign it first; nothing has changed.",
    ),
    Row(
        "a briefing given before its day",
        "planned",
        "RecordBriefingDelivered",
        {"meeting_id": OCTOBER, "local": "A", "national": "B", "world": "C"},
        "future",
        (
            "Buổi họp ngày 03/10/2026 chưa tới nên chưa ghi được phần thời sự đã trình bày. Đồng chí ghi "
            "trong hoặc sau buổi họp; nội dung đã nhập vẫn còn."
        ),
        "The meeting of 03/10/2026 has not come yet. Record the briefing in it or after it.",
    ),
    Row(
        "a draft due before the meeting",
        "planned",
        "DraftAssignment",
        {
            "meeting_id": OCTOBER,
            "draft_id": "D20",
            "member_id": "M05",
            "text": "Việc",
            "due_on": "2026-10-01",
            "report_at": "2026-11",
        },
        "R19",
        (
            "Hạn 01/10/2026 đứng trước ngày họp 03/10/2026. Nếu là việc lãnh đạo giao gấp, đồng chí chọn "
            "«Việc đột xuất»."
        ),
        ("The due date 01/10/2026 lies before the meeting of 03/10/2026. If it is urgent, enter it as an urgent task."),
    ),
    Row(
        "a draft under an id already used",
        "planned",
        "DraftAssignment",
        {
            "meeting_id": OCTOBER,
            "draft_id": "D1",
            "member_id": "M05",
            "text": "Việc",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
        },
        "draft-id",
        (
            "Mã dự kiến D1 đã dùng rồi. Muốn thay dự kiến đó, đồng chí lập dự kiến mới và ghi thay cho mã"
            " cũ; chưa có gì thay đổi."
        ),
        (
            "The draft id D1 is taken. To change that draft, make a new one and name the old as replaced; "
            "nothing has changed."
        ),
    ),
    Row(
        "a draft serving an item nobody issued",
        "planned",
        "DraftAssignment",
        {
            "meeting_id": OCTOBER,
            "draft_id": "D20",
            "member_id": "M05",
            "text": "Việc",
            "due_on": "2026-10-30",
            "report_at": "2026-11",
            "programme_item_id": "P404",
        },
        "programme-item",
        (
            "Chương trình công tác tháng 10/2026 ghi ở đây không có mục P404. Đồng chí nhập chương trình "
            "trước, hoặc bỏ trống mục; nội dung đã nhập vẫn còn."
        ),
        (
            "The work programme of 10/2026 as entered here has no item P404. Enter the programme first, "
            "or leave the item out."
        ),
    ),
    Row(
        "a preparation by somebody outside the committee",
        "planned",
        "HoldPreparation",
        {"meeting_id": OCTOBER, "attendees": ["M01", "M08"]},
        "committee",
        (
            "Đ/c M08 không thuộc chi ủy ngày 26/09/2026 nên không tính vào buổi chuẩn bị. Đồng chí chỉ "
            "chọn người trong chi ủy; nội dung đã nhập vẫn còn."
        ),
        ("M08 is not one of those who prepare the meeting on 26/09/2026. Name members of the committee only."),
    ),
    Row(
        "a preparation that has not been held",
        "planned",
        "HoldPreparation",
        {"meeting_id": OCTOBER, "attendees": ["M01"], "held_on": "2026-09-30"},
        "future",
        (
            "Ngày 30/09/2026 chưa tới nên chưa ghi được buổi họp chuẩn bị. Đồng chí ghi sau khi họp; nội "
            "dung đã nhập vẫn còn."
        ),
        "30/09/2026 has not come yet. Record the preparation after it was held.",
    ),
    Row(
        "a preparation by telephone only",
        "planned",
        "HoldPreparation",
        {"meeting_id": OCTOBER, "attendees": [], "by_telephone": ["M01"]},
        "committee",
        (
            "Chưa ghi đồng chí nào có mặt. Tham gia qua điện thoại không tính có mặt; đồng chí ghi ít "
            "nhất một người; nội dung đã nhập vẫn còn."
        ),
        "Nobody is named as present. Taking part by telephone is not presence; name at least one.",
    ),
    Row(
        "an empty work programme",
        "nothing planned",
        "EnterProgramme",
        {"period": "2026-10", "programme_no": "1-CTr", "items": []},
        "programme",
        (
            "Chương trình công tác tháng 10/2026 chưa có nội dung nào. Đồng chí ghi ít nhất một mục; nội "
            "dung đã nhập vẫn còn."
        ),
        "The work programme of 10/2026 has no item. Enter at least one.",
    ),
    Row(
        "a programme with one item twice",
        "nothing planned",
        "EnterProgramme",
        {"period": "2026-10", "programme_no": "1-CTr", "items": [{"id": "P1", "text": "A"}, {"id": "P1", "text": "B"}]},
        "programme",
        ("Mục P1 ghi hai lần trong chương trình công tác. Đồng chí sửa mã một mục; nội dung đã nhập vẫn còn."),
        "Item P1 stands twice in the work programme. Change one of the ids.",
    ),
    Row(
        "a flag raised by hand",
        "planned",
        "FlagNoticeMissed",
        {"meeting_id": OCTOBER, "due_on": "2026-09-30"},
        "not-allowed",
        *NOT_YOURS,
    ),
)


RANKING: tuple[Row, ...] = (
    Row(
        "a task for an unknown member",
        "3 September",
        "GiveUrgentTask",
        {
            "task_id": "T90",
            "member_id": "M99",
            "text": "Việc",
            "given_by": "lãnh đạo phòng",
            "given_at": "2026-09-03T07:00:00+07:00",
            "due_at": "2026-09-04T17:00:00+07:00",
        },
        "not-a-member",
        (
            "Đ/c M99 không có trong danh sách chi bộ ngày 03/09/2026. Đồng chí chọn người trong danh "
            "sách; phần đã nhập vẫn còn."
        ),
        "M99 is not on the branch's list on 03/09/2026. Choose a member from the list.",
    ),
    Row(
        "an urgent task due before it was given",
        "3 September",
        "GiveUrgentTask",
        {
            "task_id": "T90",
            "member_id": "M06",
            "text": "Việc",
            "given_by": "lãnh đạo phòng",
            "given_at": "2026-09-03T07:00:00+07:00",
            "due_at": "2026-09-02T17:00:00+07:00",
        },
        "R19",
        (
            "Hạn 17:00 02/09/2026 không sau lúc giao 07:00 03/09/2026. Đồng chí xem lại hai mốc giờ; phần"
            " đã nhập vẫn còn."
        ),
        ("The task is due at 17:00 02/09/2026, not after it was given at 07:00 03/09/2026. Check both times."),
    ),
    Row(
        "a task without its meeting",
        "3 September",
        "AssignTask",
        {"task_id": "T90", "member_id": "M06", "text": "Việc", "due_on": "2026-09-30", "origin": "programme"},
        "R19",
        (
            "Việc được giao trong một buổi họp. Đồng chí chọn buổi họp đã giao việc, hoặc ghi ngày họp "
            "theo biên bản giấy; việc lãnh đạo giao gấp thì chọn «Việc đột xuất»."
        ),
        ("A task is given in a meeting: name it, or its day from the paper minutes, or enter an urgent task."),
    ),
    Row(
        "a task of a dissolved branch",
        "dissolved",
        "GiveUrgentTask",
        {
            "task_id": "T90",
            "member_id": "M06",
            "text": "Việc",
            "given_by": "lãnh đạo phòng",
            "given_at": "2026-09-03T07:00:00+07:00",
            "due_at": "2026-09-04T17:00:00+07:00",
        },
        "dissolved",
        (
            "Chi bộ đã giải thể từ ngày 01/09/2026 nên không ghi thêm được. Đồng chí chỉ ghi việc trước "
            "ngày đó, với đúng ngày đã diễn ra."
        ),
        ("The branch was dissolved on 01/09/2026. Enter only what happened before that day, with its date."),
    ),
    Row(
        "a task nobody was given",
        "3 September",
        "CompleteTask",
        {"task_id": "T404", "member_id": "M06"},
        "not-found",
        "Chưa có việc mang mã T404. Đồng chí chọn việc trong bảng phân công; chưa có gì được lưu.",
        "There is no task T404. Choose one from the list; nothing was stored.",
    ),
    Row(
        "a task of somebody else",
        "T16 given",
        "CompleteTask",
        {"task_id": "T16", "member_id": "M05"},
        "R19",
        "Việc này giao cho đ/c M06, không phải đ/c M05. Đồng chí chọn đúng việc; phần đã nhập vẫn còn.",
        "This task is M06's, not M05's. Choose the right task.",
        by="M05",
    ),
    Row(
        "a task done tomorrow",
        "T16 given",
        "CompleteTask",
        {"task_id": "T16", "member_id": "M06", "done_on": "2026-09-04"},
        "future",
        "Mốc 04/09/2026 chưa đến nên chưa ghi được. Đồng chí xem lại ngày giờ; phần đã nhập vẫn còn.",
        "04/09/2026 lies in the future and cannot be recorded yet. Check the day and the hour.",
    ),
    Row(
        "a task late without a cause",
        "T16 overdue",
        "CompleteTask",
        {"task_id": "T16", "member_id": "M06"},
        "R44",
        (
            "Việc xong chậm 3 ngày so với hạn 25/09/2026. Đồng chí nêu nguyên nhân khách quan hoặc chủ "
            "quan rồi ghi lại; phần đã nhập vẫn còn."
        ),
        "It was finished late, due 25/09/2026: state an objective or subjective cause.",
    ),
    Row(
        "a task not done without a cause",
        "T16 overdue",
        "FailTask",
        {"task_id": "T16", "member_id": "M06", "proposal": "Giao tiếp"},
        "R44",
        (
            "Việc chưa hoàn thành cần nêu nguyên nhân khách quan hoặc chủ quan và một đề xuất (việc mới, "
            "gia hạn, hay không tiếp tục). Đồng chí bổ sung rồi ghi lại; phần đã nhập vẫn còn."
        ),
        (
            "A task that was not done needs an objective or subjective cause and a proposal: a new task, "
            "more time, or no more of it. Add what is missing."
        ),
    ),
    Row(
        "more time once it is late",
        "T16 overdue",
        "ExtendTask",
        {"task_id": "T16", "to_on": "2026-10-30", "reason": "Bão"},
        "R44",
        (
            "Hạn 25/09/2026 đã qua nên gia hạn bây giờ sẽ che mất việc chậm. Đồng chí ghi hoàn thành chậm"
            " hoặc chưa hoàn thành kèm nguyên nhân, rồi chọn «gia hạn» ở phần xử lý tiếp theo."
        ),
        (
            "It was due 25/09/2026; more time now would hide that it is late. Record it as late or not "
            "done with its cause, then extend it as the follow-up."
        ),
    ),
    Row(
        "less time called more",
        "T16 given",
        "ExtendTask",
        {"task_id": "T16", "to_on": "2026-09-10", "reason": "Bão"},
        "R19",
        "Hạn mới 10/09/2026 không sau hạn cũ 25/09/2026. Đồng chí chọn ngày sau đó.",
        "The new due date 10/09/2026 is not after the old one, 25/09/2026. Choose a later one.",
    ),
    Row(
        "a follow-up before any result",
        "T16 given",
        "FollowUpTask",
        {"task_id": "T16", "how": "stopped", "reason": "Thôi"},
        "R44",
        (
            "Việc này chưa có kết quả. Đồng chí ghi hoàn thành, hoặc chưa hoàn thành kèm nguyên nhân, rồi"
            " mới quyết định xử lý tiếp theo."
        ),
        "This task has no result yet. Record it as done, or as not done with its cause, first.",
    ),
    Row(
        "a path as the task",
        "3 September",
        "CompleteTask",
        {"task_id": "..%2F..%2FT16", "member_id": "M06"},
        "malformed",
        (
            "Mã việc: không đúng dạng mã; hãy chọn trong danh sách, mã gồm chữ không dấu, số và các dấu . "
            ": - _, tối đa 80 ký tự. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn "
            "còn."
        ),
        (
            "Id of the task: not an id; choose from the list, an id has plain letters, digits and . : - _ "
            "only, at most 80. Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "the own notebook inspected",
        "30 September",
        "InspectNotebook",
        {"period": "2026-Q3", "noted": 3, "held": 3, "result": "ok", "member_id": "M02"},
        "R38",
        ("Không ai tự kiểm tra sổ của mình. Đồng chí nhờ người kiểm tra khác trong quy ước; phần đã nhập vẫn còn."),
        "Nobody inspects the own notebook. Ask another inspector whom the charter names.",
    ),
    Row(
        "a notebook inspected by somebody not named",
        "30 September",
        "InspectNotebook",
        {"period": "2026-Q3", "noted": 3, "held": 3, "result": "ok", "member_id": "M06"},
        "not-allowed",
        *NOT_YOURS,
        by="M01",
    ),
    Row(
        "more meetings noted than held",
        "30 September",
        "InspectNotebook",
        {"period": "2026-Q3", "noted": 4, "held": 3, "result": "ok", "member_id": "M06"},
        "R38",
        "Sổ ghi 4 buổi nhưng kỳ này chỉ có 3 buổi phải ghi. Đồng chí đếm lại; phần đã nhập vẫn còn.",
        "4 meetings are noted but only 3 were to be noted. Count again.",
    ),
    Row(
        "a notebook of a period the charter does not have",
        "30 September",
        "InspectNotebook",
        {"period": "2026-09", "noted": 3, "held": 3, "result": "ok", "member_id": "M06"},
        "R38",
        (
            "Theo quy ước, kỳ kiểm tra sổ gần nhất là quý III/2026, không phải tháng 9/2026. Đồng chí "
            "chọn lại kỳ; phần đã nhập vẫn còn."
        ),
        "By the charter the period is Q3 2026, not September 2026. Choose that period.",
    ),
    Row(
        "a notebook of an exempt member",
        "30 September",
        "InspectNotebook",
        {"period": "2026-Q3", "noted": 3, "held": 3, "result": "ok", "member_id": "M09"},
        "R38",
        (
            "Đ/c M09 không thuộc diện kiểm tra sổ ghi chép quý III/2026. Đồng chí chọn trong danh sách "
            "của kỳ; phần đã nhập vẫn còn."
        ),
        ("M09 is not among those whose notebooks are inspected for Q3 2026. Choose from the period's list."),
    ),
    Row(
        "a month that has not come",
        "3 September",
        "OpenRanking",
        {"period": "2026-12"},
        "future",
        "Chưa đến tháng 12/2026 nên chưa mở kỳ xếp loại được. Đồng chí mở từ ngày 01/12/2026.",
        "December 2026 has not begun. Open its ranking from 01/12/2026 on.",
    ),
    Row(
        "a month not opened",
        "3 September",
        "FileSelfAssessment",
        {"period": "2026-09", "member_id": "M06", "proposed_rank": "good"},
        "not-open",
        "Kỳ xếp loại tháng 9/2026 chưa mở. Đồng chí bí thư mở kỳ trước; phần đã nhập vẫn còn.",
        "The ranking of September 2026 is not open yet. Ask the secretary to open it first.",
        by="M06",
    ),
    Row(
        "somebody else's self-assessment",
        "30 September",
        "FileSelfAssessment",
        {"period": "2026-09", "member_id": "M06", "proposed_rank": "good"},
        "not-allowed",
        *NOT_YOURS,
        by="M05",
    ),
    Row(
        "a hundred and one points",
        "30 September",
        "FileSelfAssessment",
        {"period": "2026-09", "member_id": "M06", "proposed_rank": "good", "points": 101},
        "malformed",
        (
            "Số điểm: lớn nhất là 100; hãy ghi lại. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội "
            "dung đã nhập vẫn còn."
        ),
        ("Points: at most 100; correct it. Then send it again; nothing was stored, and what was typed is still there."),
        by="M06",
    ),
    Row(
        "a rank there is none of",
        "30 September",
        "FileSelfAssessment",
        {"period": "2026-09", "member_id": "M06", "proposed_rank": "hero"},
        "malformed",
        (
            "Tự xếp loại: chỉ nhận một trong các giá trị: excellent, good, completed, not_completed; hãy "
            "chọn một. Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Own proposed rank: only one of these fits: excellent, good, completed, not_completed; choose "
            "one. Then send it again; nothing was stored, and what was typed is still there."
        ),
        by="M06",
    ),
    Row(
        "more votes on a rank than voters",
        "the meeting",
        "RecordRankingVote",
        {
            "period": "2026-09",
            "meeting_id": OCTOBER,
            "member_id": "M05",
            "rank": "good",
            "for": 7,
            "against": 0,
            "other": 0,
        },
        "R18",
        (
            "Cộng lại là 7 phiếu nhưng lúc 15:42 chỉ có 6 đồng chí có quyền biểu quyết đang có mặt. Đồng "
            "chí kiểm đếm lại; phần đã nhập vẫn còn."
        ),
        "7 votes were counted but only 6 voters were present at 15:42. Count again.",
        by="M04",
    ),
    Row(
        "another rank than the computed one unsaid why",
        "the meeting",
        "ConcludeRanking",
        {"period": "2026-09", "meeting_id": OCTOBER, "entries": [{"member_id": "M06", "rank": "excellent"}]},
        "R45",
        (
            "Đ/c M06: tiêu chí tính ra Không hoàn thành, chi bộ quyết định Hoàn thành xuất sắc. Đồng chí "
            "ghi lý do; cả hai mức và lý do đều được lưu."
        ),
        (
            "M06: the criteria give Not completed, the cell decides Excellent. State the reason; both "
            "ranks and the reason are kept."
        ),
    ),
    Row(
        "a concluded month opened that is not concluded",
        "the meeting",
        "ReopenMonth",
        {"period": "2026-09", "meeting_id": OCTOBER, "reason": "Xem lại"},
        "not-concluded",
        "Xếp loại tháng 9/2026 chưa kết luận nên không cần mở lại. Đồng chí cứ ghi tiếp.",
        ("The ranking of September 2026 is not concluded, so there is nothing to open again. Just enter what follows."),
    ),
    Row(
        "a fourth quarter of its own",
        "15 October",
        "OpenAppraisal",
        {"period": "2026-Q4"},
        "R30",
        ("Không xếp loại riêng quý IV/2026; kết quả tính chung vào cuối năm. Đồng chí mở kỳ xếp loại năm 2026."),
        "Q4 2026 has no ranking of its own but is part of the year. Open that of 2026.",
    ),
    Row(
        "a year that has not come",
        "30 September",
        "OpenAppraisal",
        {"period": "2027"},
        "future",
        "Chưa đến năm 2027 nên chưa mở kỳ xếp loại được. Đồng chí mở từ ngày 01/01/2027.",
        "2027 has not begun. Open its ranking from 01/01/2027 on.",
    ),
)


HUB: tuple[Row, ...] = (
    Row(
        "more excellent than the quota",
        "ranks sent",
        "ApproveRanking",
        {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2026-01-05"},
        "R29",
        (
            "Duyệt như vậy thì tổ chức 99.001.002 có 1 đồng chí Hoàn thành xuất sắc, chỉ tiêu là 0 (tính "
            "trên 1 chi bộ đã gửi, 20%). Đồng chí duyệt mức khác kèm lý do, trả lại chi bộ, hoặc chờ các"
            " chi bộ khác gửi; nội dung đã nhập vẫn còn."
        ),
        (
            "With this 99.001.002 has 1 excellent where 0 are allowed (20% over 1 branch sent so far). "
            "Approve another rank with the reason, return the ranks, or wait for the other branches."
        ),
    ),
    Row(
        "a rank for somebody not sent",
        "ranks sent",
        "ApproveRanking",
        {
            "period": "2025",
            "decision_no": "45-QĐ/ĐU",
            "approved_on": "2026-01-05",
            "entries": [{"member_id": "M77", "rank": "good", "reason": "Thêm"}],
        },
        "not-a-member",
        (
            "Có tên không nằm trong kết quả chi bộ gửi, hoặc ghi hai lần: M77. Đồng chí xem lại danh "
            "sách; nội dung đã nhập vẫn còn."
        ),
        "Somebody is named who was not sent, or is named twice: M77. Check the list.",
    ),
    Row(
        "an approval dated ahead",
        "ranks sent",
        "ApproveRanking",
        {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2099-01-05"},
        "future",
        ("Ngày duyệt 05/01/2099 chưa tới. Đồng chí ghi đúng ngày của quyết định; nội dung đã nhập vẫn còn."),
        "05/01/2099 has not come yet. Enter the day of the decision.",
    ),
    Row(
        "an approval by the cell itself",
        "ranks sent",
        "ApproveRanking",
        {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2026-01-05"},
        "not-allowed",
        *NOT_YOURS,
        by="M01",
    ),
    Row(
        "an approval of ranks nobody sent",
        "nothing",
        "ApproveRanking",
        {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2026-01-05"},
        "R28",
        (
            "Chi bộ chưa gửi kết quả xếp loại năm 2025 nên chưa có gì để duyệt. Đồng chí duyệt sau khi "
            "chi bộ gửi; nội dung đã nhập vẫn còn."
        ),
        ("The branch has not sent its ranks of 2025, so there is nothing to answer. Answer once they are sent."),
    ),
    Row(
        "a return of ranks nobody sent",
        "nothing",
        "ReturnRanking",
        {"period": "2025", "reason": "Xem lại"},
        "R28",
        (
            "Chi bộ chưa gửi kết quả xếp loại năm 2025 nên chưa có gì để duyệt. Đồng chí duyệt sau khi "
            "chi bộ gửi; nội dung đã nhập vẫn còn."
        ),
        ("The branch has not sent its ranks of 2025, so there is nothing to answer. Answer once they are sent."),
    ),
    Row(
        "a score nobody gave",
        "nothing",
        "ConfirmMeetingScore",
        {"meeting_id": OCTOBER},
        "not-scored",
        (
            "Chi bộ chưa chấm điểm buổi sinh hoạt này nên chưa có gì để xác nhận. Đồng chí xác nhận sau "
            "khi chi bộ chấm; nội dung đã nhập vẫn còn."
        ),
        ("The cell has not scored this meeting yet, so there is nothing to confirm. Confirm once it is scored."),
    ),
    Row(
        "another mark unsaid why",
        "scored",
        "ConfirmMeetingScore",
        {"meeting_id": OCTOBER, "marks": [{"id": "1", "mark": "3"}]},
        "reason",
        "Mục 1 chấm khác chi bộ thì cần lý do. Đồng chí ghi lý do; nội dung đã nhập vẫn còn.",
        "Line 1 is marked otherwise than by the cell: give the reason.",
    ),
    Row(
        "a mark above its line",
        "scored",
        "ConfirmMeetingScore",
        {"meeting_id": OCTOBER, "marks": [{"id": "1", "mark": "40"}], "reason": "Thưởng"},
        "R23",
        "Mục 1 chấm từ 0 đến 5 điểm, lẻ nhất hai chữ số; đang ghi 40.",
        "Line 1 takes 0 to 5 marks, two decimals at most; it says 40.",
    ),
    Row(
        "a mark on a line there is none of",
        "scored",
        "ConfirmMeetingScore",
        {"meeting_id": OCTOBER, "marks": [{"id": "99", "mark": "1"}], "reason": "Thưởng"},
        "R23",
        "Phiếu chấm không có mục 99; đồng chí chấm theo khung.",
        "The sheet has no line 99.",
    ),
    Row(
        "a programme without items",
        "nothing",
        "IssueWorkProgramme",
        {"period": "2026-10", "programme_no": "1-CTr/ĐU", "items": []},
        "programme",
        ("Chương trình công tác chưa có nội dung nào. Đồng chí ghi ít nhất một mục; nội dung đã nhập vẫn còn."),
        "The work programme has no item. Enter at least one.",
    ),
    Row(
        "a programme item due before its month",
        "nothing",
        "IssueWorkProgramme",
        {"period": "2026-10", "programme_no": "1-CTr/ĐU", "items": [{"id": "1", "text": "A", "due_on": "2026-09-30"}]},
        "due",
        (
            "Mục 1 có hạn 30/09/2026, trước tháng 10/2026 của chương trình. Đồng chí kiểm tra lại hạn "
            "hoặc tháng; nội dung đã nhập vẫn còn."
        ),
        ("Item 1 is due on 30/09/2026, before the programme's month 10/2026. Check the date or the month."),
    ),
    Row(
        "a programme item for a branch elsewhere",
        "nothing",
        "IssueWorkProgramme",
        {
            "period": "2026-10",
            "programme_no": "1-CTr/ĐU",
            "items": [{"id": "1", "text": "A", "for_branch": "99.009.002.000.011"}],
        },
        "scope",
        (
            "Mục 1 giao cho chi bộ 99.009.002.000.011, không thuộc tổ chức 99.001.002.000.011. Đồng chí "
            "kiểm tra lại mã; nội dung đã nhập vẫn còn."
        ),
        ("Item 1 is for the branch 99.009.002.000.011, which is not below 99.001.002.000.011. Check the code."),
    ),
    Row(
        "rules that are no rules",
        "nothing",
        "PublishRuleProfile",
        {"file_name": "x.toml", "toml": "khong = phai"},
        "wrong-rules",
        (
            "Bộ quy định chưa dùng được, chỗ cần sửa: x.toml: Invalid value (at line 1, column 9). Đồng "
            "chí sửa tệp rồi gửi lại; chưa có gì được lưu."
        ),
        (
            "The rules cannot be used; the place to correct: x.toml: Invalid value (at line 1, column 9). "
            "Correct the file and send it again; nothing was stored."
        ),
        by="operator",
    ),
    Row(
        "rules published by a member",
        "nothing",
        "PublishRuleProfile",
        {"file_name": "x.toml", "toml": "a = 1"},
        "not-allowed",
        *NOT_YOURS,
        by="M01",
    ),
    Row(
        "a document of 31 February",
        "nothing",
        "PublishPolicyDocument",
        {
            "doc_no": "HD MẪU-11",
            "title": "Hướng dẫn",
            "grade": "none",
            "issuer": "Ban Tổ chức Tỉnh ủy",
            "received_on": "2026-02-31",
        },
        "malformed",
        (
            "Ngày nhận: ngày 31/02/2026 không có; hãy nhập ngày có thật, ví dụ 03/10/2026. Đồng chí sửa "
            "rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Received on: there is no 31/02/2026; give a day that exists, for example 03/10/2026 (sent as "
            "2026-10-03). Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a document entered by an ordinary member",
        "nothing",
        "PublishPolicyDocument",
        {
            "doc_no": "HD MẪU-11",
            "title": "Hướng dẫn",
            "grade": "none",
            "issuer": "Ban Tổ chức Tỉnh ủy",
            "received_on": "2026-09-25",
        },
        "not-allowed",
        *NOT_YOURS,
        by="M08",
    ),
)


ROSTER: tuple[Row, ...] = (
    Row(
        "a member whose id is taken",
        "settled",
        "EnrolMember",
        {"member_id": "M05", "name": "Trần Văn Thử", "given": "Thử", "since": "2026-10-01"},
        "enrol",
        "Mã M05 đã có trong danh sách chi bộ. Đồng chí sửa rồi ghi lại; chưa có gì được lưu.",
        "The id M05 is on the branch's list already. Nothing was stored.",
        secret="Trần Văn Thử",
    ),
    Row(
        "a path as a member",
        "settled",
        "EnrolMember",
        {"member_id": "../M05", "name": "Trần Văn Thử", "given": "Thử", "since": "2026-10-01"},
        "malformed",
        (
            "Đảng viên: không đúng dạng mã; hãy chọn trong danh sách chi bộ, mã có dạng như M02. Đồng chí "
            "sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Member: not an id; choose from the branch's list, an id looks like M02. Then send it again; "
            "nothing was stored, and what was typed is still there."
        ),
        secret="Trần Văn Thử",
    ),
    Row(
        "a name with markup",
        "settled",
        "EnrolMember",
        {"member_id": "M12", "name": "<b>Thử</b>", "given": "Thử", "since": "2026-10-01"},
        "enrol",
        "Họ và tên có ký tự lạ: /, <, >. Đồng chí sửa rồi ghi lại; chưa có gì được lưu.",
        "The full name has characters no name has: /, <, >. Nothing was stored.",
    ),
    Row(
        "a year of birth nobody has",
        "settled",
        "EnrolMember",
        {"member_id": "M12", "name": "Trần Văn Thử", "given": "Thử", "since": "2026-10-01", "born": "1826"},
        "enrol",
        "Năm sinh phải trong khoảng 1916–2008. Đồng chí sửa rồi ghi lại; chưa có gì được lưu.",
        "The year of birth must lie between 1916 and 2008. Nothing was stored.",
    ),
    Row(
        "a second secretary",
        "settled",
        "EnrolMember",
        {"member_id": "M12", "name": "Trần Văn Thử", "given": "Thử", "since": "2026-10-01", "roles": ["secretary"]},
        "enrol",
        "Chi bộ đang có bí thư (M01). Đồng chí sửa rồi ghi lại; chưa có gì được lưu.",
        "The branch has a secretary (M01). Nothing was stored.",
    ),
    Row(
        "a probationary deputy",
        "settled",
        "EnrolMember",
        {
            "member_id": "M12",
            "name": "Trần Văn Thử",
            "given": "Thử",
            "since": "2026-10-01",
            "status": "probationary",
            "roles": ["deputy_secretary"],
        },
        "enrol",
        ("Đảng viên dự bị thì không giữ vai trò phó bí thư. Đồng chí sửa rồi ghi lại; chưa có gì được lưu."),
        "A probationary member cannot hold the role of deputy secretary. Nothing was stored.",
    ),
    Row(
        "a role there is none of",
        "settled",
        "AssignRole",
        {"member_id": "M05", "role": "king", "from_on": "2026-10-01"},
        "malformed",
        (
            "Chức trách: chỉ nhận một trong các giá trị: secretary, deputy_secretary, committee_member, "
            "minute_taker, rapporteur, locality, union_minute_taker; hãy chọn một. Đồng chí sửa rồi gửi "
            "lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "Role: only one of these fits: secretary, deputy_secretary, committee_member, minute_taker, "
            "rapporteur, locality, union_minute_taker; choose one. Then send it again; nothing was "
            "stored, and what was typed is still there."
        ),
    ),
    Row(
        "a role for an unknown member",
        "settled",
        "AssignRole",
        {"member_id": "M99", "role": "locality", "from_on": "2026-10-01"},
        "unknown-member",
        "Danh sách chi bộ không có mã M99. Đồng chí kiểm tra lại mã; chưa có gì thay đổi.",
        "Nobody on the branch's list has the id M99. Check the id; nothing has changed.",
    ),
    Row(
        "a role for a member who was transferred away",
        "M05 transferred",
        "AssignRole",
        {"member_id": "M05", "role": "locality", "from_on": "2026-10-04"},
        "not-on-the-list",
        (
            "Ngày 04/10/2026 đ/c M05 không ở trong danh sách chi bộ. Đồng chí kiểm tra lại người và ngày; "
            "chưa có gì thay đổi."
        ),
        ("On 04/10/2026 M05 is not on the branch's list. Check the person and the day; nothing has changed."),
    ),
    Row(
        "the end of a role nobody held",
        "settled",
        "EndRole",
        {"member_id": "M08", "role": "locality", "to_on": "2026-10-01"},
        "role-not-held",
        (
            "Ngày 01/10/2026 đ/c M08 không giữ vai trò đảng viên theo dõi địa bàn nên không có gì để kết "
            "thúc. Đồng chí kiểm tra lại người và ngày; chưa có gì thay đổi."
        ),
        (
            "On 01/10/2026 M08 does not hold the role of follower of a locality. Check the person and the "
            "day; nothing has changed."
        ),
    ),
    Row(
        "a status that ends before it begins",
        "settled",
        "ChangeStatus",
        {"member_id": "M08", "status": "temporary_elsewhere", "from_on": "2026-10-01", "until_on": "2026-09-01"},
        "until",
        ("Ngày kết thúc 01/09/2026 đứng trước ngày bắt đầu 01/10/2026. Đồng chí kiểm tra lại; chưa có gì thay đổi."),
        ("The last day 01/09/2026 lies before the first 01/10/2026. Check both days; nothing has changed."),
    ),
    Row(
        "a status from the 31st of February",
        "settled",
        "ChangeStatus",
        {"member_id": "M08", "status": "exempt", "from_on": "2026-02-31"},
        "malformed",
        (
            "Từ ngày: ngày 31/02/2026 không có; hãy nhập ngày có thật, ví dụ 03/10/2026. Đồng chí sửa rồi "
            "gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
        ),
        (
            "From: there is no 31/02/2026; give a day that exists, for example 03/10/2026 (sent as "
            "2026-10-03). Then send it again; nothing was stored, and what was typed is still there."
        ),
    ),
    Row(
        "a transfer of an unknown member",
        "settled",
        "TransferMember",
        {"member_id": "M99", "to": "Nơi khác", "effective_on": "2026-10-01"},
        "unknown-member",
        "Danh sách chi bộ không có mã M99. Đồng chí kiểm tra lại mã; chưa có gì thay đổi.",
        "Nobody on the branch's list has the id M99. Check the id; nothing has changed.",
    ),
    Row(
        "a branch registered anew under another name",
        "settled",
        "RegisterBranch",
        {"name": "Chi bộ khác", "superior": "Đảng bộ khác", "effective_on": "2026-01-01"},
        "already-registered",
        (
            "Mã 99.001.002.000.011 đã ghi danh cho Chi bộ Phòng Tổ chức đảng, đảng viên. Đồng chí kiểm "
            "tra lại mã chi bộ; chưa có gì thay đổi."
        ),
        (
            "The code 99.001.002.000.011 belongs to Chi bộ Phòng Tổ chức đảng, đảng viên. Check the code;"
            " nothing has changed."
        ),
        by="operator",
    ),
    Row(
        "a branch dissolved by its member",
        "settled",
        "DissolveBranch",
        {"decision_no": "1", "effective_on": "2026-10-01"},
        "not-allowed",
        *NOT_YOURS,
        by="M08",
    ),
    Row(
        "a member of a dissolved branch",
        "dissolved",
        "EnrolMember",
        {"member_id": "M12", "name": "Trần Văn Thử", "given": "Thử", "since": "2026-10-01"},
        "dissolved",
        (
            "Chi bộ đã giải thể từ ngày 01/10/2026 nên không ghi thêm được. Việc có trước ngày đó thì "
            "đồng chí ghi đúng ngày xảy ra; hồ sơ cũ vẫn còn nguyên."
        ),
        (
            "The branch was dissolved as of 01/10/2026 and takes no more entries; the old records are "
            "untouched. Enter what happened before that day with its own day."
        ),
        secret="Trần Văn Thử",
    ),
    Row(
        "the key of a member who is still here",
        "settled",
        "DestroySubjectKey",
        {"key_subject": "member/99.001.002.000.011/M05", "basis": "Đơn", "approved_by": ["M01", "M02"]},
        "still-here",
        (
            "Đ/c M05 còn sinh hoạt hoặc theo dõi chi bộ nên chưa hủy khóa được. Đồng chí ghi chuyển sinh "
            "hoạt trước; chưa có gì bị hủy."
        ),
        (
            "M05 still belongs to the branch or follows it, so the key cannot go yet. Record the transfer "
            "first; nothing was destroyed."
        ),
    ),
    Row(
        "a key destroyed by one person twice",
        "M05 transferred",
        "DestroySubjectKey",
        {"key_subject": "member/99.001.002.000.011/M05", "basis": "Đơn", "approved_by": ["M01", "M01"]},
        "two-persons",
        (
            "Hủy khóa cần hai người khác nhau cùng duyệt: bí thư, phó bí thư, chi ủy viên hoặc cấp ủy "
            "viên theo dõi; hủy rồi không khôi phục được. Đồng chí ghi đủ hai người; chưa có gì bị hủy."
        ),
        (
            "Destroying a key needs two different persons: secretary, deputy, committee members or the "
            "follower; it cannot be undone. Name both; nothing was destroyed."
        ),
    ),
    Row(
        "the key of another branch",
        "settled",
        "DestroySubjectKey",
        {"key_subject": "member/99.001.002.000.012/M05", "basis": "Đơn", "approved_by": ["M01", "M02"]},
        "unknown-member",
        "Không có khóa nào như vậy trong chi bộ này. Đồng chí kiểm tra lại mã người; chưa có gì bị hủy.",
        "This branch has no such key. Check the person's id; nothing was destroyed.",
    ),
)


# ------------------------------------------------------------------ minutes


async def held(site: test_minutes.Site, given: str) -> None:
    """October's meeting up to an hour, or what stands in the way of it."""
    moved = next(fact for fact in scheduled() if isinstance(fact, MeetingRescheduled))
    told = {
        "moved to the 6th": moved.model_copy(update={"to_on": date(2026, 10, 6), "revision": 2}),
        "dissolved": BranchDissolved(branch=CODE, decision_no="7-QĐ/ĐU", effective_on=date(2026, 10, 1)),
        "M05 transferred": MemberTransferred(
            branch=CODE, member_id="M05", to="Nơi khác", effective_on=date(2026, 10, 1)
        ),
        "called off": MeetingCancelled(meeting_id=OCTOBER, on=date(2026, 10, 5), reason="superior"),
        "unknown rules": moved.model_copy(update={"profile": "hd99@1", "revision": 2}),
    }
    match given:
        case "closed":
            await site.held()
        case "an opinion unanswered":
            await site.held(to="15:26")
            site.at("15:30")
            data = {"opinion_id": "O99", "speaker_id": "M03", "item": 11, "text": "Nên họp sớm hơn."}
            await site.done("RecordOpinion", "M04", **data)
            await site.done("ReadMinutes", "M04")
            vote = {"vote_id": "V99", "about": "Thông qua biên bản", "purpose": "minutes", "for": 7, "against": 0}
            await site.done("HoldVote", "M04", **vote)
        case "an id used":
            await site.held(to="15:28")
            site.at("15:28")
            data = {"meeting_id": OCTOBER, "member_id": "M03", "item": 11}
            answer = await site.ask("NoteSpeech", data, "M04", id=USED_ID)
            assert answer.status_code == httpx.codes.OK, answer.text
        case _ if given in told:
            site.at("14:00")
            await site.told(told[given])
        case _:
            await site.held(to=given)
            site.at(given)


@standing(MINUTES)
async def test_minutes_take_nothing_of(
    minutes: test_minutes.Site, given: str, rows: list[Row], subtests: pytest.Subtests
):
    await held(minutes, given)
    writes = "M04" if given in {"an opinion unanswered", "an id used"} or "14:30" <= given < "24:00" else "M02"
    for row in rows:
        data = row.data if isinstance(row.data, str) else {"meeting_id": OCTOBER, **row.data}
        with subtests.test(row.what):
            await refuse(minutes.service, minutes.client, replace(row, data=data), writes)


async def test_what_was_refused_is_corrected_and_sent_again_under_its_own_id(minutes: test_minutes.Site):
    await held(minutes, "15:28")
    wish = {"meeting_id": OCTOBER, "vote_id": "V9", "about": "Nghị quyết", "against": 1}
    refused = await minutes.ask("HoldVote", wish | {"for": 9}, "M04", id=USED_ID)
    assert refused.json()["code"] == "R18"
    done = await minutes.ask("HoldVote", wish | {"for": 6}, "M04", id=USED_ID)
    assert (done.status_code, done.json()["already"]) == (httpx.codes.OK, False)


# ------------------------------------------------------------------ scheduler


async def planned(site: scheduler_site.Site, given: str) -> None:
    """October's meeting as far as it is prepared."""
    match given:
        case "nothing planned":
            pass
        case "dissolved":
            await site.told(BranchDissolved(branch=CODE, decision_no="7-QĐ/ĐU", effective_on=date(2026, 9, 1)))
        case "M05 transferred":
            gone = MemberTransferred(branch=CODE, member_id="M05", to="Nơi khác", effective_on=date(2026, 9, 20))
            await site.told(gone)
            await site.october("ScheduleMeeting", period="2026-10")
        case "planned":
            await scheduler_site.until_the_notice(site)
        case "late":
            await scheduler_site.until_the_notice(site)
            site.at("2026-10-01T08:00")
            await site.october("HoldPreparation", attendees=["M01"])
        case "the day after":
            await scheduler_site.until_the_notice(site)
            site.at("2026-10-04T08:00")
            await site.october("HoldPreparation", attendees=["M01"], held_on="2026-09-28")
        case "notified":
            await scheduler_site.notified(site)
        case _:
            raise AssertionError(given)


@standing(SCHEDULER)
async def test_scheduler_takes_nothing_of(
    scheduler: scheduler_site.Site, given: str, rows: list[Row], subtests: pytest.Subtests
):
    await planned(scheduler, given)
    for row in rows:
        with subtests.test(row.what):
            await refuse(scheduler.service, scheduler.client, row, "M01")


# ------------------------------------------------------------------ ranking


async def worked(site: test_ranking.Site, given: str) -> None:
    """September's tasks and ranks as far as they have come."""
    match given:
        case "3 September":
            pass
        case "dissolved":
            await site.told(BranchDissolved(branch=CODE, decision_no="7-QĐ/ĐU", effective_on=date(2026, 9, 1)))
        case "T16 given":
            await site.told(test_ranking.decided("T16", "M06", date(2026, 9, 25), test_ranking.COLLECT))
        case "T16 overdue":
            await site.told(test_ranking.decided("T16", "M06", date(2026, 9, 25), test_ranking.COLLECT))
            site.at("2026-09-28T08:00")
        case "30 September":
            site.at("2026-09-30T17:00")
            await site.done("OpenRanking", {"period": "2026-09"})
        case "15 October":
            site.at("2026-10-15T08:00")
        case "the meeting":
            await test_ranking.september(site)
            await site.done("OpenRanking", {"period": "2026-09"})
            await test_ranking.october_meeting(site)
            await site.done("EvaluateMembers", {"period": "2026-09"})
        case _:
            raise AssertionError(given)


@standing(RANKING)
async def test_ranking_takes_nothing_of(
    ranking: test_ranking.Site, given: str, rows: list[Row], subtests: pytest.Subtests
):
    await worked(ranking, given)
    for row in rows:
        with subtests.test(row.what):
            await refuse(ranking.service, ranking.client, row, "M02")


# ------------------------------------------------------------------ hub


@standing(HUB)
async def test_the_hub_takes_nothing_of(hub: test_hub.Start, given: str, rows: list[Row], subtests: pytest.Subtests):
    ranks = [test_hub.sent(CODE)] if given == "ranks sent" else []
    scored = test_hub.SCORED if given == "scored" else None
    async with hub(sent=ranks, scored=scored) as desk:
        for row in rows:
            with subtests.test(row.what):
                await refuse(desk.service, desk.client, row, "F01")


async def test_of_a_classified_document_the_hub_keeps_only_that_one_was_turned_away(
    hub: test_hub.Start, tmp_path: Path
):
    title = "Phương án mang tên Sao Khuê"
    async with hub() as desk:
        before = desk.service.log.head().index
        answer = await desk.ask("PublishPolicyDocument", test_hub.DOCUMENT | {"title": title, "grade": "Mật"})
        assert (answer.status_code, answer.json()["code"]) == (httpx.codes.CONFLICT, "R33")
        assert "không nhận văn bản có độ mật" in answer.json()["detail"]
        assert "Sao Khuê" not in answer.text
        assert desk.service.log.head().index == before + 1
        assert desk.said(SecurityGradeRejected) == [SecurityGradeRejected(branch=CODE)]
    assert test_minutes.holding(tmp_path, "Sao Khuê") == []


# ------------------------------------------------------------------ roster


@standing(ROSTER)
async def test_the_roster_takes_nothing_of(
    roster: test_roster.Office, given: str, rows: list[Row], subtests: pytest.Subtests
):
    if given == "M05 transferred":
        left = {"member_id": "M05", "to": "Nơi khác", "effective_on": "2026-10-01"}
        await roster.say("TransferMember", left, actor="M01")
    if given == "dissolved":
        await roster.say("DissolveBranch", {"decision_no": "7-QĐ/ĐU", "effective_on": "2026-10-01"})
    for row in rows:
        with subtests.test(row.what):
            await refuse(roster.service, roster.client, row, "M01")


# ------------------------------------------------------------------ looking after a service


class Upkeep(NamedTuple):
    """One request to look after a service that must not get through."""

    what: str
    path: str
    given: dict[str, str]
    code: str
    vi: str
    en: str
    content: bytes = b""


STAYS = "Đồng chí sửa rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn còn."
STAYS_EN = "Then send it again; nothing was stored, and what was typed is still there."
TAKES_BOTH = (
    "Bỏ hẳn những gì đã mất thì phải ghi cả người quyết định và lý do. Đồng chí ghi đủ rồi gọi lại.",
    "Giving up what is lost takes both who decides it and why. Name both, then say this again.",
)
WRITES_AS_USUAL = (
    "Sổ của dịch vụ này đang ghi bình thường, không có gì phải phục hồi. Đồng chí cứ tiếp tục.",
    "This service writes as usual and there is nothing to restore. Let it go on.",
)
UPKEEP: tuple[Upkeep, ...] = (
    *(
        Upkeep(f"a member who {does}", path, {"actor": "M01", "branch": CODE}, "not-allowed", *NOT_YOURS)
        for does, path in (("restores", "/restore"), ("rebuilds", "/rebuild"), ("redrives", "/parked/redrive"))
    ),
    Upkeep("a member who says that the clock is right", "/resume", {"actor": "M01"}, "not-allowed", *NOT_YOURS),
    *(
        Upkeep(f"somebody who calls himself {actor}", "/restore", {"actor": actor}, "not-allowed", *SERVICES_ONLY)
        for actor in ("clock", "service:minutes")
    ),
    Upkeep(
        "nobody in particular",
        "/restore",
        {},
        "malformed",
        f"Người thực hiện: còn thiếu; hãy điền mục này. {STAYS}",
        f"Who acts: missing; fill it in. {STAYS_EN}",
    ),
    Upkeep("a loss nobody gave a reason for", "/restore", {"actor": "operator", "by": "M01"}, "malformed", *TAKES_BOTH),
    Upkeep("a loss nobody decided", "/restore", {"actor": "operator", "reason": "Hỏng"}, "malformed", *TAKES_BOTH),
    Upkeep(
        "a loss decided by no member",
        "/restore",
        {"actor": "operator", "by": "đồng chí", "reason": "Hỏng"},
        "malformed",
        f"Người thực hiện: không đúng dạng mã; hãy chọn trong danh sách chi bộ, mã có dạng như M02. {STAYS}",
        f"Who did it: not an id; choose from the branch's list, an id looks like M02. {STAYS_EN}",
    ),
    Upkeep(
        "a body of a megabyte",
        "/restore",
        {"actor": "operator"},
        "too-large",
        "Nội dung gửi lên lớn hơn 976 KB. Đồng chí chia nhỏ rồi gửi lại; chưa có gì được lưu, nội dung đã nhập vẫn "
        "còn.",
        "What was sent is larger than 976 KB. Send it in parts; nothing was stored, and what was typed is still there.",
        b" " * 1_000_001,
    ),
    Upkeep("a log nothing is wrong with", "/restore", {"actor": "operator"}, "nothing-to-restore", *WRITES_AS_USUAL),
    Upkeep(
        "the loss of nothing",
        "/restore",
        {"actor": "operator", "by": "M01", "reason": "Hỏng"},
        "nothing-to-restore",
        *WRITES_AS_USUAL,
    ),
)


async def test_a_service_is_not_looked_after_by_those_who_may_not(empty: test_roster.Office, subtests: pytest.Subtests):
    before = empty.service.log.head()
    for wish in UPKEEP:
        with subtests.test(wish.what):
            answer = await empty.client.post(wish.path, params=wish.given, content=wish.content)
            told_back(answer, wish.code, wish.vi, wish.en)
            assert (await empty.client.get("/restore")).json() == {"state": "idle"}
            assert (await empty.client.get("/rebuild")).json()["state"] == "idle"
            assert empty.service.log.head() == before


# ------------------------------------------------------------------ the list itself


def test_the_list_is_long_enough_and_each_row_has_a_name_of_its_own():
    rows = [*MINUTES, *SCHEDULER, *RANKING, *HUB, *ROSTER]
    assert len(rows) >= 60
    assert len({(row.command, row.what) for row in rows}) == len(rows)
    assert len({row.command for row in rows}) >= 30
