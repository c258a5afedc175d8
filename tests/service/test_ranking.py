"""September's tasks and ranks through a real ranking service: commands, facts heard, queries, the clock."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.ranking.application import papers
from services.ranking.main import PARTS
from services.roster.application import OwnKeys
from shared.branch import Branch
from shared.days import VIETNAM
from shared.documents.form import Form, Table
from shared.events.appraisal import RankingSent
from shared.events.branch import BranchCharterAdopted, BranchDissolved, MemberTransferred, MonthlyRanking, RoleEnded
from shared.events.envelope import Fact, LogName, instant
from shared.events.honour import PastResultEntered
from shared.events.hub import RankingApproved, RankingReturned, RuleProfilePublished
from shared.events.late_profile import LateRankingRulesNoticed
from shared.events.member import DisciplineNoticed, RemarkReceived, RemarkShared
from shared.events.minutes import (
    AssignmentDecided,
    AttendanceCorrected,
    LastMonthReviewed,
    MeetingClosed,
    MemberArrived,
    MemberLeftMeeting,
    MemberReview,
    MinuteTakerReplaced,
    TaskReview,
    UrgentTaskAcknowledged,
)
from shared.events.sealed import Keys, Private
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from shared.stream.clock import Due
from shared.stream.feed import feed_routes
from tests.moved_branch import MOVES, STANDS, of_the_commune
from tests.sample_branch import CHARTER, CODE, FACTS, branch
from tests.service.told import branch_of, opened, stored
from tests.streams.small_log import SmallLog, new_name

OCTOBER = f"{CODE}:2026-10"
COLLECT = "Tổng hợp nhận xét của cấp ủy nơi cư trú năm 2026 (đợt 1)."
REASON = "Nguyên nhân khách quan là chính; đã thu 04/09 phiếu; có thời hạn mới"


class Others(httpx.AsyncBaseTransport):
    """Roster and minutes as far as ranking needs them: their logs over HTTP, without a port."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.logs = {name: SmallLog(folder / f"{name}.db", new_name(name)) for name in ("roster", "minutes", "hub")}
        self._at = {httpx.URL(settings.url(name)).port: name for name in self.logs}
        self._apps = {name: self._app(log) for name, log in self.logs.items()}

    @staticmethod
    def _app(log: SmallLog) -> httpx.ASGITransport:
        app = FastAPI()
        app.include_router(feed_routes(log, lambda _vi, en: pytest.fail(en)))
        return httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._apps[self._at[request.url.port]].handle_async_request(request)


class Site:
    """A running ranking service, and what the other services of the site tell it."""

    def __init__(self, service: Service, client: httpx.AsyncClient, others: Others, keys: Keys) -> None:
        self.service = service
        self.client = client
        self.others = others
        self._keys = keys

    def at(self, time: str) -> None:
        """The site's clock stands at this time, in Viet Nam, from now on."""
        self.service.clock.set(datetime.fromisoformat(f"{time}+07:00"))

    async def told(self, *facts: Fact, actor: str = "M02") -> None:
        """Another service stored these facts; ranking hears them and does what follows."""
        for fact in facts:
            self.others.logs[fact.OWNER].append([self._raw(fact, actor)], self.service.clock.now())
        for log in self.others.logs.values():
            assert await self.service.views.wait_async(log.name, log.head().index, 5.0)
        deciding = [self.others.logs[name] for name in ("minutes", "hub")]
        async with asyncio.timeout(5.0):
            while any(self.service.writer.positions().get(log.name, 0) < log.head().index for log in deciding):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert self.service.writer.parked() == []
        assert self.service.views.parked() == []

    def _raw(self, fact: Fact, actor: str) -> bytes:
        branch = branch_of(fact)
        return stored(fact, self.service.clock.now(), self._keys, branch=branch, actor=actor)

    async def ask(self, command: str, data: dict[str, Any], actor: str = "M02", **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": CODE, "actor": actor, **around, "command": data}
        token = {"X-Service-Token": self.service.settings.token} if actor.startswith("service:") else {}
        return await self.client.post(f"/commands/{command}", json=body, headers=token)

    async def done(self, command: str, data: dict[str, Any], actor: str = "M02", **around: Any) -> list[dict[str, Any]]:
        answer = await self.ask(command, data, actor, **around)
        assert answer.status_code == httpx.codes.OK, answer.text
        facts: list[dict[str, Any]] = answer.json()["facts"]
        return facts

    async def see(self, path: str, actor: str = "M08", **query: Any) -> Any:
        query |= {"actor": actor, "after": f"ranking:{self.service.log.head().index}"}
        answer = await self.client.get(f"/branches/{CODE}/{path}", params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def due(self) -> list[Due]:
        """What has come due, by read models that know everything stored here."""
        assert PARTS.due is not None
        assert await self.service.views.wait_async(self.service.log.name, self.service.log.head().index)
        with self.service.views.read() as reader:
            return list(PARTS.due(reader, self.service.clock.now()))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Ranking with the sample branch heard, on 3 September 2026."""
    keys = OwnKeys(KeyStore(tmp_path / "keys.db", tmp_path / "site.key"))
    settings = Settings(home=tmp_path, clock="settable", after_seconds=30.0, silence_seconds=0.05)
    service = Service(replace(PARTS, keys=lambda _settings: keys), settings)
    others = Others(tmp_path, settings)
    service.client._transport = others
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        there = Site(service, one, others, keys)
        there.at("2026-09-03T08:00")
        await there.told(*FACTS, actor="operator")
        yield there


def decided(task: str, to: str, due: date, text: str, meeting: str = f"{CODE}:2026-09", **more: Any) -> Fact:
    return AssignmentDecided.model_validate(
        {
            "meeting_id": meeting,
            "task_id": task,
            "member_id": to,
            "text": text,
            "due_on": due,
            "report_at": f"2026-{due.month:02}",
            "origin": "programme",
            **more,
        }
    )


def at(time: str) -> str:
    return instant(datetime.fromisoformat(f"2026-10-05T{time}+07:00"))


async def september(site: Site) -> None:
    """The month's tasks are given and reported."""
    await site.told(
        decided("T15", "M03", date(2026, 9, 30), "Soạn mẫu phiếu phản ánh vấn đề phát sinh ở địa bàn."),
        decided("T16", "M06", date(2026, 9, 25), COLLECT),
        decided("T17", "M05", date(2026, 9, 28), "Hướng dẫn dùng phiếu phản ánh."),
    )
    site.at("2026-09-30T17:30")
    await site.done("CompleteTask", {"task_id": "T15", "member_id": "M03"}, "M03")
    await site.done(
        "CompleteTask",
        {"task_id": "T17", "member_id": "M05", "causes": [{"kind": "subjective", "text": "Chờ mẫu phiếu."}]},
        "M05",
    )
    failed = {
        "task_id": "T16",
        "member_id": "M06",
        "causes": [{"kind": "objective", "text": "Cơ sở tập trung phòng, chống bão."}],
        "proposal": "Giao tiếp 05 phiếu còn lại.",
    }
    await site.done("FailTask", failed, "M06")


async def october_meeting(site: Site) -> None:
    """The meeting up to the ranking, as minutes tells it."""
    site.at("2026-10-05T15:42")
    review = TaskReview(
        task_id="T16", outcome="failed", causes=("objective",), follow_up="new_task", follow_up_ref="T20"
    )
    await site.told(
        opened(at("14:00")),
        MemberArrived(meeting_id=OCTOBER, member_id="M04", at=at("14:25"), base=9, present=8, voters_present=7),
        MinuteTakerReplaced(meeting_id=OCTOBER, from_id="M07", to_id="M04", at=at("14:30")),
        LastMonthReviewed(
            meeting_id=OCTOBER,
            period="2026-09",
            members=(MemberReview(member_id="M06", tasks=(review,)),),
            on_time=1,
            exceeded=0,
            late=1,
            failed=1,
        ),
        MemberLeftMeeting(
            meeting_id=OCTOBER, member_id="M07", at=at("15:40"), excused=True, base=9, present=7, voters_present=6
        ),
        decided("T20", "M06", date(2026, 11, 20), "Thu đủ nhận xét.", OCTOBER, carried_from="T16", partner_id="M11"),
    )


# ------------------------------------------------------------------ tasks


async def test_what_the_meeting_decided_lives_here_and_is_followed_to_its_end(site: Site) -> None:
    await september(site)
    pending = await site.see("tasks", state="pending")
    assert [(task["task_id"], task["phase"]) for task in pending] == [("T16", "failed")]
    await october_meeting(site)
    pending = await site.see("tasks", state="pending")
    assert [(task["task_id"], task["carried_from"]) for task in pending] == [("T20", "T16")]

    full = await site.see("tasks/T16")
    assert [fact["type"].split(".")[1] for fact in full["facts"]] == ["TaskAssigned", "TaskFailed", "TaskFollowedUp"]
    (result,) = full["task"]["results"]
    assert (result["outcome"], result["follow_up"], result["follow_up_ref"]) == ("failed", "new_task", "T20")
    assert result["causes"] == [{"kind": "objective", "text": "Cơ sở tập trung phòng, chống bão."}]
    assert full["facts"][1]["vi"].startswith("Đ/c M06 chưa hoàn thành việc «tổng hợp nhận xét")


async def test_the_text_of_a_cause_stands_sealed_in_the_log(site: Site) -> None:
    await september(site)
    for subject in ("T16", "T17"):
        for recorded in site.service.log.history(f"task/{CODE}:{subject}"):
            assert "phòng, chống bão".encode() not in recorded.raw
            assert "Chờ mẫu phiếu".encode() not in recorded.raw


async def test_tasks_are_listed_by_member_date_and_state(site: Site) -> None:
    await september(site)

    async def ids(**query: Any) -> list[str]:
        return [task["task_id"] for task in await site.see("tasks", **query)]

    assert await ids() == ["T16", "T17", "T15"]
    assert await ids(member="M05") == ["T17"]
    assert await ids(due_from="2026-09-26", due_to="2026-09-29") == ["T17"]
    assert await ids(state="open") == []
    assert await ids(state="ended") == ["T16", "T17", "T15"]
    await october_meeting(site)
    assert await ids(member="M11") == ["T20"]
    assert await ids(state="open") == ["T20"]


async def test_an_urgent_task_is_given_done_and_noted(site: Site) -> None:
    site.at("2026-10-02T13:00")
    given = {
        "task_id": "T18",
        "member_id": "M07",
        "text": "Lập danh sách đầu mối liên lạc.",
        "given_by": "lãnh đạo phòng",
        "given_at": "2026-10-01T15:30:00+07:00",
        "due_at": "2026-10-02T17:00:00+07:00",
    }
    facts = await site.done("GiveUrgentTask", given, time="2026-10-01T15:40:00+07:00")
    assert facts[0]["vi"] == (
        "Lãnh đạo phòng giao việc đột xuất cho đ/c M07 lúc 15:30 ngày 01/10, hạn 17:00 ngày 02/10/2026; đ/c M02 nhập. "
        "(ghi muộn: việc ngày 01/10/2026, nhập ngày 02/10/2026)"
    )
    (fact,) = await site.done(
        "CompleteTask", {"task_id": "T18", "member_id": "M07", "done_at": "2026-10-02T11:05:00+07:00"}, "M07"
    )
    assert fact["vi"] == "Đ/c M07 hoàn thành việc đột xuất lúc 11:05 ngày 02/10/2026, trước hạn 5 giờ 55 phút."
    site.at("2026-10-05T15:10")
    noted = UrgentTaskAcknowledged(meeting_id=OCTOBER, task_id="T18", member_id="M07", given_by="lãnh đạo phòng")
    await site.told(noted)
    task = (await site.see("tasks/T18"))["task"]
    assert (task["given_by"], task["acknowledged_in"]) == ("lãnh đạo phòng", OCTOBER)


async def test_nobody_reports_for_another_and_a_stranger_nothing(site: Site) -> None:
    await site.told(decided("T16", "M06", date(2026, 9, 25), COLLECT))
    mine = {"task_id": "T16", "member_id": "M05", "progress": "Xong."}
    assert (await site.ask("ReportProgress", mine, "M05")).json()["code"] == "R19"
    assert (await site.ask("ReportProgress", mine | {"member_id": "M06"}, "M05")).json()["code"] == "not-allowed"
    assert (await site.ask("ReportProgress", mine | {"member_id": "M06"}, "M99")).json()["code"] == "not-allowed"
    await site.done("ReportProgress", mine | {"member_id": "M06"}, "M06")
    late = {"task_id": "T16", "to_on": "2026-09-29", "reason": "Bão"}
    assert (await site.ask("ExtendTask", late, "M06")).json()["code"] == "not-allowed"
    await site.done("ExtendTask", late, "M03")
    task = (await site.see("tasks/T16"))["task"]
    assert (task["due_on"], task["progress"], task["overdue"]) == ("2026-09-29", "Xong.", False)
    site.at("2026-09-30T08:00")
    assert (await site.see("tasks/T16"))["task"]["overdue"]


async def test_what_is_not_there_is_said_so(site: Site) -> None:
    for path in ("tasks/T99", "rankings/2026-09", "rankings/2026-09/members/M06"):
        answer = await site.client.get(f"/branches/{CODE}/{path}", params={"actor": "M08"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), answer.text
        stranger = await site.client.get(f"/branches/{CODE}/{path}", params={"actor": "M99"})
        assert stranger.json()["code"] == "not-allowed"


# ------------------------------------------------------------------ the month's ranking


async def test_september_2026_of_the_sample_branch(site: Site) -> None:
    await september(site)
    assert periods(await site.due()) == [("2026-09", "26/09 07:00")]
    await site.service.clock_task.look()
    assert await site.due() == []
    assert await site.see("rankings") == ["2026-09"]
    (opened,) = site.service.log.history(f"ranking/{CODE}:2026-09")
    assert opened.envelope.profile == "seed-cell@1"
    assert opened.time.astimezone(VIETNAM).isoformat() == "2026-09-26T07:00:00+07:00"

    own = {"period": "2026-09", "member_id": "M08", "proposed_rank": "good", "text": "Đã đối chiếu xong sổ."}
    forged = await site.ask("FileSelfAssessment", own, "M04")
    assert forged.json()["code"] == "not-allowed"
    (fact,) = await site.done("FileSelfAssessment", own, "M08", enteredby="M04", medium="paper")
    assert fact["vi"].endswith("(nội dung chỉ chi bộ được đọc). (nhập thay từ bản giấy: đ/c M04)")

    await october_meeting(site)
    assert len(await site.done("EvaluateMembers", {"period": "2026-09"})) == 9
    vote = {
        "period": "2026-09",
        "meeting_id": OCTOBER,
        "member_id": "M06",
        "rank": "completed",
        "for": 6,
        "against": 0,
        "other": 0,
    }
    too_many = await site.ask("RecordRankingVote", vote | {"other": 1})
    assert "lúc 15:42 chỉ có 6 đồng chí" in too_many.json()["detail"]
    assert (await site.ask("RecordRankingVote", vote, "M08")).json()["code"] == "not-allowed"
    await site.done("RecordRankingVote", vote, "M07")  # took the minutes until 14:30
    conclude = {"period": "2026-09", "meeting_id": OCTOBER, "entries": [{"member_id": "M06", "rank": "completed"}]}
    assert (await site.ask("ConcludeRanking", conclude)).json()["code"] == "R45"
    conclude["entries"] = [{"member_id": "M06", "rank": "completed", "reason": REASON}]
    facts = await site.done("ConcludeRanking", conclude)
    assert [fact["type"] for fact in facts] == ["chibo.MemberRanked.v1"] * 9
    assert facts[5]["vi"] == (
        "Đ/c M06 được chi bộ xếp loại tháng 9/2026: Hoàn thành. Theo tiêu chí tính ra là Không hoàn thành; "
        "chi bộ quyết định khác, có nêu lý do (6 tán thành)."
    )

    shown = await site.see("rankings/2026-09")
    assert (shown["phase"], shown["profile"], shown["meeting_id"]) == ("concluded", "seed-cell@1", OCTOBER)
    entries = {member["member_id"]: member["decided"] for member in shown["members"]}
    good = ("M01", "M02", "M03", "M04", "M07", "M08", "M11")
    assert entries == {**dict.fromkeys(good, "good"), "M05": "completed", "M06": "completed"}
    evidence = {
        member["member_id"]: [one["task_id"] for one in member["evidence"]]
        for member in shown["members"]
        if member["decided"] != "good"
    }
    assert evidence == {"M05": ["T17"], "M06": ["T16"]}
    (departed,) = [member for member in shown["members"] if member["differs"]]
    assert (departed["member_id"], departed["computed"], departed["reason"]) == ("M06", "not_completed", REASON)
    assert departed["vote"] == {"for": 6, "against": 0, "other": 0, "voters_present": 6}
    assert "M08" not in shown["without_self_assessment"]


async def test_a_rank_is_explained_down_to_the_facts(site: Site) -> None:
    await september(site)
    await site.service.clock_task.look()
    await october_meeting(site)
    await site.done("EvaluateMembers", {"period": "2026-09"})
    why = await site.see("rankings/2026-09/members/M05")
    assert (why["computed"], why["decided"], why["profile"]) == ("completed", None, "seed-cell@1")
    assert [line["rule"] for line in why["lines"]] == [
        "seed-cell@1/tasks_due_in_the_month",
        "seed-cell@1/good.late_at_most",
        "seed-cell@1/completed",
    ]
    late = why["lines"][1]
    assert late["vi"] == "Chưa đạt mức Hoàn thành tốt: 1/1 việc chậm, mức này tối đa 0."
    (fact,) = late["facts"]
    stored = {recorded.id for recorded in site.service.log.history(f"task/{CODE}:T17")}
    assert fact["id"] in stored
    assert fact["vi"].endswith("chậm 2 ngày (hạn 28/09/2026); đã nêu nguyên nhân chủ quan.")
    assert why["evaluated"]["vi"].startswith("Theo tiêu chí, đ/c M05 tháng 9/2026 đạt mức Hoàn thành")


async def test_reasons_are_for_the_cell_and_its_follower_sees_only_that_there_is_one(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    shown = await site.see("rankings/2026-09", actor="F01")
    (departed,) = [member for member in shown["members"] if member["differs"]]
    assert departed["reason"] is None
    raw = b"".join(recorded.raw for recorded in site.service.log.history(f"ranking/{CODE}:2026-09"))
    assert "04/09 phiếu".encode() not in raw
    assert "Đã đối chiếu".encode() not in raw


async def test_tasks_and_ranks_come_out_the_same_from_the_log_alone(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    with site.service.views.read() as reader:
        before = {view: reader.scan(view, CODE) for view in ("tasks", "ranking")}
    anew = site.service.views.begin_generation()
    anew.catch_up(site.service.log)
    with anew.read() as reader:
        assert before == {view: reader.scan(view, CODE) for view in before}


async def test_presence_is_counted_from_what_minutes_told_also_corrected(site: Site) -> None:
    site.at("2026-10-05T16:30")
    await site.told(opened(at("14:00")))

    def present(time: str) -> int:
        with site.service.views.read() as reader:
            seen = reader.get("meetings", CODE, OCTOBER)
        return int(seen.voters_present(datetime.fromisoformat(f"2026-10-05T{time}+07:00")))

    assert present("15:00") == 6
    was = {"from_at": at("14:00"), "to_at": None}
    now = [{"from_at": at("14:00"), "to_at": at("14:10")}, {"from_at": at("15:10"), "to_at": None}]
    corrected = AttendanceCorrected.model_validate(
        {"meeting_id": OCTOBER, "member_id": "M08", "before": [was], "after": now, "reason": "Ghi sót"}
    )
    await site.told(corrected)
    assert [present(time) for time in ("13:59", "14:09", "14:10", "15:09", "15:10")] == [0, 6, 5, 5, 6]
    closed = MeetingClosed.model_validate(
        {
            "meeting_id": OCTOBER,
            "closed_at": at("16:10"),
            "minutes": 130,
            "minimum": 90,
            "short_by": 0,
            "attended": [],
            "absent": [],
            "minute_takers": [],
            "spoke": [],
            "attendance": {"ever": 8, "base": 9, "rate": "8/9", "meets": False},
        }
    )
    await site.told(closed)
    with site.service.views.read() as reader:
        assert not reader.get("meetings", CODE, OCTOBER).sat_at(datetime(2026, 10, 5, 9, 11, tzinfo=UTC))


# ------------------------------------------------------------------ a quarter, a year

YEAR = {"period": "2026"}
JANUARY = f"{CODE}:2027-01"
RANKED = ("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M10", "M11")


async def to_the_vote(site: Site) -> None:
    """September is ranked; the year is opened, everybody has spoken, the committee has proposed."""
    await test_september_2026_of_the_sample_branch(site)
    site.at("2026-12-05T08:00")
    await site.service.clock_task.look()
    await site.done("CompleteTask", {"task_id": "T20", "member_id": "M06", "done_on": "2026-11-20"}, "M06")
    await site.done("OpenAppraisal", YEAR | {"self_assessment_due_on": "2026-12-20"})
    for member in RANKED:
        own = YEAR | {"member_id": member, "proposed_rank": "good", "points": "80.5"}
        await site.done("FileAppraisal", own, member)
    site.at("2027-01-02T08:00")
    entries = [{"member_id": member, "points": "80.5", "remedied": True} for member in RANKED]
    entries[4] |= {"points": "75"}
    entries[5] |= {"points": "62", "rank": "completed", "reason": "Việc khó, có thời hạn mới và đã xong."}
    await site.done("ProposeRanks", YEAR | {"entries": entries})


async def cell_votes(site: Site) -> None:
    site.at("2027-01-03T08:00")
    begun = instant(datetime.fromisoformat("2027-01-03T07:30+07:00"))
    await site.told(opened(begun, meeting_id=JANUARY, period="2027-01"))
    for member in RANKED:
        rank = "completed" if member in {"M05", "M06"} else "good"
        vote = {"meeting_id": JANUARY, "member_id": member, "rank": rank, "for": 6, "against": 0, "other": 0}
        await site.done("RecordAppraisalVote", YEAR | vote)


async def vote_and_send(site: Site) -> None:
    await cell_votes(site)
    await site.done("SendRanking", YEAR)


def answered(kind: str, site: Site, **more: Any) -> Fact:
    """The superior's answer to the ranks last sent, as hub tells it."""
    history = list(site.service.log.history(f"appraisal/{CODE}:2026"))
    sent = next(one for one in reversed(history) if isinstance(one.fact, RankingSent))
    data = {"branch": CODE, "period_type": "annual", "period": "2026", "sent": sent.id, **more}
    if kind == "RankingReturned":
        return RankingReturned.model_validate(data)
    entries = [{"member_id": one.member_id, "sent_rank": one.rank, "rank": one.rank} for one in sent.fact.members]
    return RankingApproved.model_validate(data | {"entries": entries})


async def test_R28_what_the_superior_sends_back_is_looked_at_again_and_sent_anew(site: Site) -> None:
    await to_the_vote(site)
    entries = [{"member_id": member, "points": "80.5", "remedied": True} for member in RANKED]
    for number in (4, 5):
        entries[number] |= {"rank": "completed", "reason": "Việc khó, đã xong."}
    await site.done("ProposeRanks", YEAR | {"entries": entries})
    await vote_and_send(site)
    site.at("2027-01-03T08:30")
    await site.told(answered("RankingReturned", site, reason="Xem lại M05.", decision_no="3-CV/ĐU"), actor="F01")
    shown = await site.see("appraisals/2026")
    assert (shown["phase"], shown["locked"], shown["reopened"]) == ("proposed", False, 1)
    last = list(site.service.log.history(f"appraisal/{CODE}:2026"))[-1]
    assert (last.envelope.type, last.envelope.actor) == ("chibo.RankingReopened.v1", "F01")
    assert len(await site.done("SendRanking", YEAR)) == 2


async def test_a_year_is_opened_spoken_about_and_proposed_with_its_quota(site: Site) -> None:
    await to_the_vote(site)
    proposed = await site.see("appraisals/2026")
    assert (proposed["phase"], proposed["locked"], proposed["profile"]) == ("proposed", False, "qd366-annual@1")
    computed = {member["member_id"]: member["computed"] for member in proposed["members"]}
    assert computed == {**dict.fromkeys(RANKED, "good"), "M05": "not_completed", "M06": "not_completed"}
    quota = proposed["quota"]
    assert (quota["scope"], quota["rated"], quota["allowed"], quota["exceeded"]) == ("99.001.002", 10, 1, False)

    few = {"meeting_id": JANUARY, "member_id": "M01", "rank": "good", "for": 1, "against": 1, "other": 0}
    assert (await site.ask("RecordAppraisalVote", YEAR | few)).json()["code"] == "R28"  # no such meeting yet
    assert (await site.ask("SendRanking", YEAR)).json()["code"] == "R28"


async def test_a_year_is_voted_sent_approved_and_locked_and_each_rank_reads_as_a_tree(site: Site) -> None:
    await to_the_vote(site)
    entries = [{"member_id": member, "points": "80.5", "remedied": True} for member in RANKED]
    for number in (4, 5):
        entries[number] |= {"rank": "completed", "reason": "Việc khó, đã xong."}
    await site.done("ProposeRanks", YEAR | {"entries": entries})
    await cell_votes(site)
    went = {"at": "2027-01-03T01:10:00.000000Z", "excused": True, "base": 9, "present": 5, "voters_present": 5}
    await site.told(MemberLeftMeeting.model_validate({"meeting_id": JANUARY, "member_id": "M05", **went}))
    again = {"meeting_id": JANUARY, "member_id": "M01", "rank": "good", "for": 5, "against": 0, "other": 0}
    for tally in ({"for": 5, "other": 1}, {"for": 6, "other": 0}):  # a miscount of the same ballots, put right
        assert len(await site.done("RecordAppraisalVote", YEAR | again | tally)) == 1
    site.at("2027-01-03T08:15")
    assert (await site.ask("RecordAppraisalVote", YEAR | again)).json()["code"] == "R35"
    await site.done("SendRanking", YEAR)
    changed = await site.ask("ProposeRanks", YEAR | {"entries": [*entries[:-1], entries[-1] | {"points": "40"}]})
    assert changed.json()["code"] == "locked"
    site.at("2027-01-20T08:00")
    approval = YEAR | {"decision_no": "12-QĐ/ĐU", "approved_on": "2027-01-20"}
    assert (await site.ask("FinaliseRanking", approval)).json()["code"] == "not-allowed"
    await site.told(answered("RankingApproved", site, decision_no="12-QĐ/ĐU", approved_on="2027-01-20"), actor="F01")
    history = list(site.service.log.history(f"appraisal/{CODE}:2026"))[-10:]
    assert [one.envelope.type for one in history] == ["chibo.MemberRanked.v2"] * 10
    told = (await site.see("appraisals/2026/members/M06"))["ranked"]
    assert told["vi"] == (
        "Đ/c M06 được xếp loại năm 2026: Hoàn thành (quyết định số 12-QĐ/ĐU). "
        "Theo tiêu chí tính ra là Không hoàn thành; chi bộ đề nghị khác, có lý do."
    )
    final = await site.see("appraisals/2026")
    assert (final["phase"], final["locked"], await site.see("appraisals")) == ("final", True, ["2026"])
    assert (await site.ask("ReopenAppraisal", YEAR | {"reason": "Xem lại."})).json()["code"] == "locked"

    why = await site.see("appraisals/2026/members/M06")
    assert (why["computed"], why["decided"], why["reason"]) == ("not_completed", "completed", "Việc khó, đã xong.")
    months = next(line for line in why["lines"] if line["rule"].endswith("months_for_information"))
    assert months["facts"][0]["vi"].startswith("Đ/c M06 được chi bộ xếp loại tháng 9/2026: Hoàn thành.")
    follower = await site.see("appraisals/2026/members/M06", actor="F01")
    assert follower["reason"] is None

    answer = await site.client.get(
        f"/branches/{CODE}/rankings/2026/members/M06/text",
        params={"actor": "M08", "after": f"ranking:{site.service.log.head().index}"},
    )
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0] == "M06 · năm 2026 · Hoàn thành"
    assert "├─ Theo Quy định 366-QĐ/TW và Hướng dẫn 43-HD/BTCTW: Không hoàn thành, 80,5 điểm [qd366-annual@1]" in lines
    failed = lines.index("│  ├─ 1/2 việc chưa hoàn thành.")
    assert "chưa hoàn thành việc «tổng hợp nhận xét" in lines[failed + 1]
    assert lines[failed + 1].startswith("│  │  ├─ 30/09/2026 17:30 · ")
    assert lines[failed + 2] == (
        "│  │  └─ Theo Quy định 366-QĐ/TW và Hướng dẫn 43-HD/BTCTW: mức Hoàn thành: mọi việc đều hoàn thành. "
        "[qd366-annual@1/completed.all_done]"
    )
    assert any(line.startswith("├─ Lý do: Việc khó") for line in lines)
    assert lines[-1].startswith("└─ 20/01/2027 08:00 · Đ/c M06 được xếp loại năm 2026: Hoàn thành")


async def test_a_months_rank_reads_as_a_tree_in_both_languages(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)

    async def tree(lang: str) -> list[str]:
        query = {"actor": "M08", "after": f"ranking:{site.service.log.head().index}", "lang": lang}
        answer = await site.client.get(f"/branches/{CODE}/rankings/2026-09/members/M05/text", params=query)
        return answer.text.splitlines()

    vi, en = await tree("vi"), await tree("en")
    assert (vi[0], en[0]) == ("M05 · tháng 9/2026 · Hoàn thành", "M05 · September 2026 · Completed")
    assert len(vi) == len(en)
    (late_vi, late_en) = (next(line for line in lines if "good.late_at_most" in line) for lines in (vi, en))
    assert late_vi.endswith(
        "Theo Khung xếp loại tháng của chi bộ: mức Hoàn thành tốt: việc chậm không quá 0%. Nội dung này là đề xuất, "
        "chờ chốt. [seed-cell@1/good.late_at_most, nguồn R26, S19e]"
    )
    assert late_en.endswith(
        "By the branch's own frame for monthly ranks: Good: tasks late at most 0%. This was proposed, to be settled. "
        "[seed-cell@1/good.late_at_most, from R26, S19e]"
    )


async def whole_tree(site: Site, period: str, member: str, actor: str = "M08") -> dict[str, Any]:
    """The tree of a rank, once every fact it tells has been found in a log, and every count counts its lines."""
    found: dict[str, Any] = await site.see(f"rankings/{period}/members/{member}/tree", actor=actor)
    lines = [raw for _, raw in site.service.log.read(0, 10_000, 100_000_000)]
    for log in site.others.logs.values():
        lines += [raw for _, raw in log.read(0, 10_000, 100_000_000)]
    stored = {json.loads(raw)["id"] for raw in lines}
    assert found["unresolved"] == []
    assert set(found["facts"]) <= stored

    def look(line: dict[str, Any]) -> None:
        told = re.match(r"(\d+) (đúng hạn|vượt yêu cầu|chậm|chưa hoàn thành)$", line["vi"])
        if told is not None:
            assert int(told[1]) == len([one for one in line["under"] if one["fact_id"] in stored])
        assert line["fact_id"] is None or line["fact_id"] in stored
        for one in line["under"]:
            look(one)

    look(found["tree"])
    return found


def rules_in(tree: dict[str, Any]) -> list[str]:
    (criteria,) = [line for line in tree["tree"]["under"] if line["vi"].startswith("Theo ")]
    return [line["rule"].partition("/")[2] for line in criteria["under"] if line["rule"]]


async def test_R45_every_figure_of_a_month_and_a_year_leads_to_facts_that_exist(site: Site) -> None:
    await to_the_vote(site)
    for member in RANKED:
        if member != "M10":  # away in September
            month = await whole_tree(site, "2026-09", member)
            assert month["final"]
            assert rules_in(month)[0] == "tasks_due_in_the_month"
        assert (await whole_tree(site, "2026", member))["final"] is False
    late = await whole_tree(site, "2026-09", "M05")
    assert rules_in(late) == ["tasks_due_in_the_month", "good.late_at_most", "completed"]
    (criteria,) = [line for line in late["tree"]["under"] if line["vi"].startswith("Theo ")]
    number = criteria["under"][1]["under"][-1]
    assert number["vi"].startswith("Theo Khung xếp loại tháng của chi bộ: mức Hoàn thành tốt: việc chậm không quá 0%.")
    year = await whole_tree(site, "2026", "M06")
    assert rules_in(year)[:2] == ["tasks_due_in_the_period", "months_for_information"]


async def test_R27_a_discipline_heard_from_roster_stands_in_the_tree_with_its_fact(site: Site) -> None:
    site.at("2026-12-01T08:00")
    heard = DisciplineNoticed.model_validate(
        {
            "branch": CODE,
            "member_id": "M05",
            "notice_id": "KL1",
            "form": "reprimand",
            "decision_no": "1-QĐ",
            "decided_on": "2026-06-14",
            "self_detected_remedied": False,
        }
    )
    await site.told(heard, actor="M01")
    await site.done("OpenAppraisal", YEAR)
    for member in RANKED:
        await site.done("FileAppraisal", YEAR | {"member_id": member, "proposed_rank": "good"}, member)
    entries = [{"member_id": member, "points": "91", "remedied": True} for member in RANKED]
    await site.done("ProposeRanks", YEAR | {"entries": entries})
    found = await whole_tree(site, "2026", "M05")
    (criteria,) = [line for line in found["tree"]["under"] if line["vi"].startswith("Theo ")]
    (line,) = [one for one in criteria["under"] if (one["rule"] or "").endswith("/discipline.counted")]
    assert [(one["vi"], one["service"]) for one in line["under"] if one["fact_id"]] == [
        ("Kỷ luật khiển trách ngày 14/06/2026.", "roster")
    ]


async def test_R36_what_other_rules_would_give_is_shown_and_never_stored(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    toml = files("shared.rules").joinpath("seed_cell.toml").read_text(encoding="utf-8")
    strict = toml.replace('id = "seed-cell"', 'id = "strict"\nscope = "99.001"').replace(
        'rank = "completed"          # mức 20 % việc chậm (S19e) chỉ đọc cho tập thể, nên không áp dụng ở đây\n'
        "late_at_most = { numerator = 1,",
        'rank = "completed"\nlate_at_most = { numerator = 0,',
    )
    await site.told(published("strict", strict, "ranking.monthly"), actor="operator")
    head = site.service.log.head().index
    shown = await site.see("rankings/2026-09/what-if")
    assert (shown["pinned"], shown["profile"], shown["final"]) == ("seed-cell@1", "strict@1", True)
    assert {one["member_id"]: one["would_be"] for one in shown["members"] if one["differs"]} == {"M05": "not_completed"}
    same = await site.see("rankings/2026-09/what-if", profile="seed-cell@1")
    assert not [one for one in same["members"] if one["differs"]]
    assert site.service.log.head().index == head
    standing = await site.see("rankings/2026-09")
    assert (standing["profile"], standing["phase"]) == ("seed-cell@1", "concluded")
    unknown = {"actor": "M08", "profile": "no-such@1"}
    answer = await site.client.get(f"/branches/{CODE}/rankings/2026-09/what-if", params=unknown)
    assert answer.json()["code"] == "not-found"


async def test_R36_a_year_under_other_rules(site: Site) -> None:
    await to_the_vote(site)
    shown = await site.see("rankings/2026/what-if", profile="qd124-annual@1")
    assert (shown["pinned"], shown["final"], len(shown["members"])) == ("qd366-annual@1", False, 10)
    assert all(one["would_be"] == one["computed"] for one in shown["members"])
    assert all(line["rule"].startswith("qd124-annual@1/") for line in shown["members"][0]["reasons"])


async def test_past_results_stand_before_the_ranks_given_here(site: Site) -> None:
    past = {"branch": CODE, "honoured": "member", "member_id": "M05", "year": 2025, "result": "good"}
    past |= {"title": "Hoàn thành tốt nhiệm vụ", "decision_no": "MẪU-05"}
    await site.told(PastResultEntered.model_validate(past), actor="M01")
    await test_september_2026_of_the_sample_branch(site)
    found = await site.see("results/M05")
    assert [(one["period"], one["rank"], one["profile"]) for one in found["months"]] == [
        ("2026-09", "completed", "seed-cell@1")
    ]
    assert [(one["year"], one["title"], one["scanned"]) for one in found["before"]] == [
        (2025, "Hoàn thành tốt nhiệm vụ", False)
    ]
    assert (found["quarters"], found["years"]) == ([], [])


async def test_R42_the_remark_in_the_tree_is_the_one_that_was_shared(site: Site) -> None:
    site.at("2026-12-01T08:00")
    for remark_id in ("R1", "R2"):
        received = {"branch": CODE, "member_id": "M05", "remark_id": remark_id, "source": "residence"}
        received |= {"remark_kind": "remark", "said_by": "Chi ủy nơi cư trú", "document_no": "MẪU-06"}
        days = {"document_on": "2026-09-22", "received_on": "2026-09-23"}
        await site.told(RemarkReceived.model_validate(received | days), actor="M01")
    shared = {"branch": CODE, "member_id": "M05", "remark_id": "R2", "shared_on": "2026-09-24", "by": "M01"}
    await site.told(RemarkShared.model_validate(shared), actor="M01")
    await site.done("OpenAppraisal", YEAR)
    for member in RANKED:
        await site.done("FileAppraisal", YEAR | {"member_id": member, "proposed_rank": "good"}, member)
    entries = [{"member_id": member, "points": "91", "remedied": True} for member in RANKED]
    await site.done("ProposeRanks", YEAR | {"entries": entries})
    found = await whole_tree(site, "2026", "M05")
    (criteria,) = [line for line in found["tree"]["under"] if line["vi"].startswith("Theo ")]
    (line,) = [one for one in criteria["under"] if (one["rule"] or "").endswith("/remarks_for_information")]
    assert [one["vi"] for one in line["under"] if one["fact_id"]] == [
        "Đã trao đổi nhận xét của nơi cư trú ngày 24/09/2026."
    ]


def published(name: str, toml: str, subject: str) -> RuleProfilePublished:
    """A profile of the province, as the hub publishes it."""
    return RuleProfilePublished(
        branch="99.001.000.000.000",
        profile_id=name,
        version=1,
        rule_subject=subject,
        scope="99.001",
        title="Khung của địa phương",
        valid_from=date(2018, 7, 6),
        source="mẫu",
        confidence="P",
        numbers=(),
        toml=toml,
        sha256=sha256(toml.encode()).hexdigest(),
    )


async def test_quarters_and_years_come_out_the_same_from_the_log_alone(site: Site) -> None:
    await to_the_vote(site)
    views = ("appraisals", "flags")
    assert await site.service.views.wait_async(site.service.log.name, site.service.log.head().index)
    with site.service.views.read() as reader:
        before = {view: reader.scan(view, CODE) for view in views}
    anew = site.service.views.begin_generation()
    anew.catch_up(site.service.log)
    with anew.read() as reader:
        assert before == {view: reader.scan(view, CODE) for view in views}


async def test_R36_rules_published_for_the_organisation_are_chosen_at_the_opening_and_pinned(site: Site) -> None:
    toml = files("shared.rules").joinpath("qd366_annual.toml").read_text(encoding="utf-8")

    def published(name: str) -> RuleProfilePublished:
        text = toml.replace('id = "qd366-annual"', f'id = "{name}"\nscope = "99.001"')
        return RuleProfilePublished(
            branch="99.001.000.000.000",
            profile_id=name,
            version=1,
            rule_subject="ranking.annual",
            scope="99.001",
            title="Khung xếp loại năm của địa phương",
            valid_from=date(2025, 8, 30),
            source="mẫu",
            confidence="P",
            numbers=(),
            toml=text,
            sha256=sha256(text.encode()).hexdigest(),
        )

    await site.told(published("local-annual"), actor="operator")
    site.at("2026-12-05T08:00")
    (opened,) = await site.done("OpenAppraisal", YEAR)
    assert opened["type"] == "chibo.RankingOpened.v2"
    assert (await site.see("appraisals/2026"))["profile"] == "local-annual@1"
    site.at("2026-12-06T08:00")
    late = published("later-annual").model_copy(update={"valid_from": date(2026, 1, 1), "replaces": "local-annual@1"})
    await site.told(late, actor="operator")
    assert await site.done("OpenAppraisal", YEAR) == []
    assert (await site.see("appraisals/2026"))["profile"] == "local-annual@1"
    await site.service.clock_task.look()
    await site.service.clock_task.look()
    history = [one.fact for one in site.service.log.history(f"appraisal/{CODE}:2026")]
    (told,) = [one for one in history if isinstance(one, LateRankingRulesNoticed)]
    assert (told.pinned, told.chosen, told.final) == ("local-annual@1", "later-annual@1", False)
    facts = await site.done("FollowNewRules", YEAR | {"reason": "Theo khung mới."})
    assert [fact["type"] for fact in facts] == ["chibo.RankingReopened.v1", "chibo.RankingOpened.v2"]
    assert (await site.see("appraisals/2026"))["profile"] == "later-annual@1"


async def test_R36_rules_of_a_commune_hold_for_periods_that_end_once_the_branch_stands_under_it(site: Site) -> None:
    monthly = of_the_commune("seed_cell.toml")
    await site.told(*STANDS, MOVES, monthly, actor="operator")
    site.at("2026-11-05T08:00")
    for period, profile in (("2026-09", "seed-cell@1"), ("2026-10", "commune@1")):
        await site.done("OpenRanking", {"period": period})
        assert (await site.see(f"rankings/{period}"))["profile"] == profile


async def test_R36_a_branch_found_to_stand_elsewhere_is_told_which_rankings_follow_the_rules_of_before(
    site: Site,
) -> None:
    await site.told(*STANDS, of_the_commune("seed_cell.toml"), actor="operator")
    site.at("2026-11-05T08:00")
    for period in ("2026-09", "2026-10"):
        await site.done("OpenRanking", {"period": period})
    await site.told(MOVES, actor="operator")
    await site.service.clock_task.look()
    for period, late in (("2026-09", []), ("2026-10", ["commune@1"])):
        history = [one.fact for one in site.service.log.history(f"ranking/{CODE}:{period}")]
        assert [one.chosen for one in history if isinstance(one, LateRankingRulesNoticed)] == late


# ------------------------------------------------------------------ printed


async def download(site: Site, path: str, actor: str = "M08", **query: str) -> bytes:
    query |= {"actor": actor, "after": f"ranking:{site.service.log.head().index}"}
    answer = await site.client.get(f"/branches/{CODE}/{path}", params=query)
    assert answer.status_code == httpx.codes.OK, answer.text
    if "pdf" in path or "docx" in path:
        assert answer.headers["Chibo-Sha256"] == sha256(answer.content).hexdigest()
    return answer.content


def words_of(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


async def test_names_and_statuses_changed_since_change_no_finished_table(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)

    async def then(heard: Mapping[LogName, int]) -> tuple[Branch, Callable[[str], str]]:
        assert [log.service for log in heard if log.service == "roster"]
        return branch(), lambda member: f"Tên cũ {member}"

    async def closed(_fact: str, _value: Private | None) -> None:
        return None

    ended = {"branch": CODE, "member_id": "M01", "role": "secretary", "to_on": "2026-09-01"}
    await site.told(RoleEnded.model_validate(ended), actor="M01")
    asker = papers.Asker(str, closed, site.service.log.history, date(2026, 10, 6), "Nơi mẫu", reads=True, as_heard=then)
    with site.service.views.read() as reader:
        ranks = papers.form_of(await papers.ranking_paper(reader, CODE, "2026-09", asker))
        done = papers.form_of(await papers.task_paper(reader, CODE, "2026-09", asker))
        open_ = papers.form_of(await papers.task_paper(reader, CODE, None, asker))
    assert [row[1] for row in table(ranks).rows][:2] == ["Tên cũ M01", "Tên cũ M02"]
    assert (ranks.right and ranks.right.name, ranks.right and ranks.right.above[-1]) == ("Tên cũ M01", "BÍ THƯ")
    assert {row[2] for row in table(done).rows} == {"Tên cũ M03", "Tên cũ M05", "Tên cũ M06"}
    assert {row[2] for row in table(open_).rows} == {"M06"}
    assert (open_.right and open_.right.name, open_.right and open_.right.above[-1]) == ("M02", "PHÓ BÍ THƯ")


def table(form: Form) -> Table:
    (found,) = [block for block in form.body if isinstance(block, Table)]
    return found


async def test_the_tables_of_tasks_and_ranks_are_printed_in_their_official_form(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    paper = words_of(await download(site, "rankings/2026-09.pdf"))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in paper
    assert "BẢNG XẾP LOẠI ĐẢNG VIÊN Tháng 9/2026" in paper
    assert "Tổng số 9 đảng viên được xếp loại: Hoàn thành tốt 7, Hoàn thành 2." in paper
    assert "Tiêu chí áp dụng: Khung xếp loại tháng của chi bộ [seed-cell@1]." in paper
    assert "DỰ THẢO" not in paper
    assert "có thời hạn mới" in paper
    assert "Không có" in paper
    assert "1 việc: 1 chậm" in paper
    tasks = words_of(await download(site, "tasks.pdf", period="2026-09"))
    assert "BẢNG PHÂN CÔNG NHIỆM VỤ Tháng 9/2026" in tasks
    assert "Tổng số 3 việc: đúng hạn 1; chậm 1; chưa hoàn thành 1." in tasks
    for path in ("rankings/2026-09.pdf", "rankings/2026-09.docx", "rankings/2026-09.xlsx", "tasks.docx", "tasks.xlsx"):
        assert await download(site, path) == await download(site, path)
    workbook = CalamineWorkbook.from_filelike(BytesIO(await download(site, "tasks.xlsx", period="2026-09")))
    rows = workbook.get_sheet_by_index(0).to_python()
    heading = rows.index(next(row for row in rows if row[0] == "TT"))
    assert [row[4] for row in rows[heading + 1 :]] == [date(2026, 9, 25), date(2026, 9, 28), date(2026, 9, 30)]
    late = next(row for row in rows if row[2] == "M05")
    assert late[-1] == "Chậm 2 ngày, 30/09/2026"
    for month, stands in ((10, "Đang thực hiện"), (12, "Quá hạn, chưa có kết quả")):
        site.at(f"2026-{month}-20T08:00")
        table = words_of(await download(site, "tasks.pdf"))
        assert f"{stands} Tổng số 1 việc: {stands[0].lower()}{stands[1:]} 1." in table
        assert f"ngày 20 tháng {month} năm 2026" in table


async def test_reasons_are_printed_in_the_copies_of_the_cells_own_members_alone(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    follower = words_of(await download(site, "rankings/2026-09.pdf", actor="F01"))
    assert "có thời hạn mới" not in follower
    assert "(chỉ chi bộ được đọc)" in follower
    stranger = await site.client.get(f"/branches/{CODE}/rankings/2026-09.pdf", params={"actor": "M99"})
    assert stranger.json()["code"] == "not-allowed"
    missing = await site.client.get(f"/branches/{CODE}/rankings/2026-08.pdf", params={"actor": "M08"})
    assert missing.json()["code"] == "not-found"


async def test_a_years_table_says_that_it_is_a_draft_until_it_is_approved(site: Site) -> None:
    await to_the_vote(site)
    paper = words_of(await download(site, "rankings/2026.pdf"))
    assert "BẢNG XẾP LOẠI ĐẢNG VIÊN Năm 2026" in paper
    assert "DỰ THẢO – chưa chốt" in paper
    assert "Chỉ tiêu Hoàn thành xuất sắc: 20% số đạt Hoàn thành tốt" in paper
    assert "80,5" in paper


# ------------------------------------------------------------------ notebooks


async def third_quarter(site: Site, time: str = "2026-09-30T09:00") -> None:
    """M02 and M03 inspect nine notebooks on 30 September; M07's is to be completed."""
    site.at(time)
    by = {"M02": ("M03", "M05", "M06", "M07"), "M03": ("M01", "M02", "M04", "M08", "M11")}
    for inspector, members in by.items():
        for member in members:
            found = {"noted": 3, "result": "supplement"} if member == "M07" else {"noted": 4, "result": "ok"}
            wish = {"period": "2026-Q3", "member_id": member, "held": 4, **found}
            await site.done("InspectNotebook", wish, inspector)


async def test_R38_the_third_quarter_of_the_sample_branch(site: Site) -> None:
    before = await site.see("notebooks/2026-Q3")
    assert (before["base"], before["inspected"], before["complete"]) == (9, 0, False)
    await third_quarter(site)
    shown = await site.see("notebooks/2026-Q3")
    assert (shown["base"], shown["inspected"], shown["in_order"], shown["complete"]) == (9, 9, 8, True)
    assert (shown["missing"], shown["to_recheck"]) == ([], ["M07"])
    site.at("2026-10-14T08:00")
    again = {"period": "2026-Q3", "member_id": "M07", "noted": 4, "held": 4, "result": "ok"}
    (fact,) = await site.done("RecheckNotebook", again, "M02", enteredby="M04", medium="paper")
    assert fact["vi"].startswith(
        "Đ/c M02 kiểm tra lại sổ ghi chép quý III/2026 của đ/c M07 ngày 14/10/2026, đúng hạn: ghi 4/4 buổi, đạt."
    )
    (shown,) = await site.see("notebooks")
    assert (shown["in_order"], shown["to_recheck"]) == (9, [])
    (m07,) = [one for one in shown["members"] if one["member_id"] == "M07"]
    assert (m07["inspected_on"], m07["rechecked_on"], len(m07["facts"])) == ("2026-09-30", "2026-10-14", 2)


async def test_R38_the_charter_says_who_inspects(site: Site) -> None:
    site.at("2026-09-30T09:00")
    wish = {"period": "2026-Q3", "member_id": "M08", "noted": 4, "held": 4, "result": "ok"}
    assert (await site.ask("InspectNotebook", wish, "M04")).json()["code"] == "not-allowed"
    assert (await site.ask("InspectNotebook", wish | {"member_id": "M02"}, "M02")).json()["code"] == "R38"
    assert (
        await site.ask("InspectNotebook", wish | {"text": "…"}, "M02")
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY


# ------------------------------------------------------------------ flags


async def flags(site: Site, state: str = "raised") -> list[tuple[str, str]]:
    assert await site.service.views.wait_async(site.service.log.name, site.service.log.head().index)
    await site.service.clock_task.look()
    return [(flag["rule"], flag["flag_id"]) for flag in await site.see("ranking-flags", state=state)]


async def test_R38_a_quarter_that_ends_with_gaps_raises_a_flag_that_names_who_is_missing(site: Site) -> None:
    await third_quarter(site)
    site.at("2026-10-01T00:00")
    assert await flags(site) == []
    site.at("2026-12-30T09:00")
    four = {"period": "2026-Q4", "held": 3, "noted": 3, "result": "ok"}
    for member in ("M01", "M04", "M05", "M06", "M07", "M08", "M11", "M03"):
        await site.done("InspectNotebook", four | {"member_id": member}, "M02")
    site.at("2027-01-02T07:00")
    assert await flags(site) == [("R38", "recheck:2026-Q3:M07:2026-10-15"), ("R38", "notebooks:2026-Q4")]
    _, flag = await site.see("ranking-flags")
    assert (flag["missing"], flag["member_ids"], flag["due_at"]) == (
        ["NotebookInspected"],
        ["M02"],
        "2026-12-31T17:00:00.000000Z",
    )
    assert flag["facts"][0]["vi"].startswith("Hết quý IV/2026 còn 1 đồng chí chưa được kiểm tra sổ ghi chép: M02.")
    assert "(ghi muộn: việc ngày 01/01/2027, nhập ngày 02/01/2027)" in flag["facts"][0]["vi"]
    late = four | {"member_id": "M02", "inspected_on": "2026-12-30"}
    (fact,) = await site.done("InspectNotebook", late, "M03")
    again = {"period": "2026-Q3", "member_id": "M07", "noted": 4, "held": 4, "result": "ok"}
    await site.done("RecheckNotebook", again)
    assert await flags(site) == []
    cleared = await site.see("ranking-flags", state="cleared")
    assert [one["state"] for one in cleared] == ["cleared"] * 2
    assert cleared[1]["answered_by"] == fact["id"]
    assert cleared[1]["facts"][1]["vi"].startswith(
        "Xóa nhắc việc quá hạn ngày 31/12/2026: sổ ghi chép quý IV/2026 đã được"
    )


async def test_R38_a_quarter_that_began_before_the_branch_was_here_is_not_missed_here(site: Site) -> None:
    site.at("2026-10-01T07:00")
    assert await flags(site) == [], "the books came here in September; of July and August nothing was kept"
    site.at("2027-01-01T07:00")
    assert await flags(site) == [("R38", "notebooks:2026-Q4")]


async def test_R19_a_task_past_its_day_without_a_result_raises_a_flag_until_it_has_one(site: Site) -> None:
    await site.told(decided("T16", "M06", date(2026, 9, 25), COLLECT))
    site.at("2026-09-25T23:59")
    assert await flags(site) == []
    site.at("2026-09-26T00:00")
    assert await flags(site) == [("R19", "result:T16:2026-09-25")]
    (carried,) = await site.see("carry-over")
    assert (carried["chain"], carried["days_since_first_due"], carried["waits_for"]) == (["T16"], 1, "result")
    failed = {"task_id": "T16", "member_id": "M06", "causes": [{"kind": "objective", "text": "Bão."}], "proposal": "…"}
    await site.done("FailTask", failed, "M06")
    assert await flags(site) == []
    assert await flags(site, "cleared") == [("R19", "result:T16:2026-09-25")]


async def test_R28_a_quarter_of_the_leaders_is_missed_step_by_step_and_each_flag_clears(site: Site) -> None:
    site.at("2027-04-10T23:59")
    assert not [one for one in await flags(site) if one == ("R28", "opened:2027-Q1")]
    site.at("2027-04-11T07:00")
    assert ("R28", "opened:2027-Q1") in await flags(site)
    quarter = {"period": "2027-Q1"}
    (opened,) = await site.done("OpenAppraisal", quarter)
    assert "tự đánh giá đến hết ngày 16/04/2027" in opened["vi"]
    assert ("R28", "opened:2027-Q1") not in await flags(site)
    for member in ("M01", "M02"):
        await site.done("FileAppraisal", quarter | {"member_id": member, "proposed_rank": "good"}, member)
    site.at("2027-04-17T00:00")
    (flag,) = [one for one in await see_flags(site) if one["flag_id"] == "assessed:2027-Q1"]
    assert (flag["owing"], flag["member_ids"], flag["missing"]) == ("assessed", ["M03"], ["SelfAssessmentFiled"])
    assert flag["facts"][0]["vi"].startswith("Đến 16/04/2027 còn 1 đồng chí chưa tự đánh giá quý I/2027: M03;")
    (late,) = await site.done("FileAppraisal", quarter | {"member_id": "M03", "proposed_rank": "good"}, "M03")
    assert "assessed:2027-Q1" not in [one["flag_id"] for one in await see_flags(site)]
    (flag,) = [one for one in await see_flags(site, "cleared") if one["flag_id"] == "assessed:2027-Q1"]
    assert flag["answered_by"] == late["id"]
    site.at("2027-06-01T08:00")
    steps = [one["owing"] for one in await see_flags(site) if one["period"] == "2027-Q1" and one["rule"] == "R28"]
    assert steps == ["voted", "approved"]


async def see_flags(site: Site, state: str = "raised") -> list[dict[str, Any]]:
    await flags(site)
    found: list[dict[str, Any]] = await site.see("ranking-flags", state=state)
    return found


def closing(time: str = "16:10", meeting: str = OCTOBER) -> MeetingClosed:
    return MeetingClosed.model_validate(
        {
            "meeting_id": meeting,
            "closed_at": at(time),
            "minutes": 130,
            "minimum": 90,
            "short_by": 0,
            "attended": [],
            "absent": [],
            "minute_takers": [],
            "spoke": [],
            "attendance": {"ever": 8, "base": 9, "rate": "8/9", "meets": False},
        }
    )


async def test_R44_R28_R19_a_meeting_that_closes_without_what_it_owed_raises_flags(site: Site) -> None:
    site.at("2026-09-26T07:00")
    await site.service.clock_task.look()
    await september(site)
    await third_quarter(site, "2026-09-30T18:00")
    given = {
        "task_id": "T18",
        "member_id": "M07",
        "text": "Lập danh sách đầu mối liên lạc.",
        "given_by": "lãnh đạo phòng",
        "given_at": "2026-10-01T15:30:00+07:00",
        "due_at": "2026-10-02T17:00:00+07:00",
    }
    site.at("2026-10-01T15:40")
    await site.done("GiveUrgentTask", given)
    site.at("2026-10-02T11:05")
    await site.done("CompleteTask", {"task_id": "T18", "member_id": "M07"}, "M07")
    site.at("2026-10-05T16:10")
    await site.told(opened(at("14:00")), closing())
    assert sorted(await flags(site)) == [
        ("R19", "noted:T18"),
        ("R28", "ranked:2026-09"),
        ("R44", "follow-up:T16:2026-09-25"),
        ("R44", "follow-up:T17:2026-09-28"),
    ]
    assert {flag["meeting_id"] for flag in await site.see("ranking-flags")} == {OCTOBER}
    site.at("2026-10-06T08:00")
    noted = UrgentTaskAcknowledged(meeting_id=OCTOBER, task_id="T18", member_id="M07", given_by="lãnh đạo phòng")
    await site.told(noted, decided("T20", "M06", date(2026, 11, 20), "Thu đủ.", OCTOBER, carried_from="T16"))
    stop = {"task_id": "T17", "how": "stopped", "reason": "Đã làm xong, chỉ chậm."}
    await site.done("FollowUpTask", stop)
    assert await flags(site) == [("R28", "ranked:2026-09")]
    (carried,) = await site.see("carry-over")
    assert (carried["chain"], carried["first_due_on"], carried["waits_for"]) == (
        ["T16", "T20"],
        "2026-09-25",
        "result",
    )


async def test_what_was_answered_in_the_meeting_raises_nothing(site: Site) -> None:
    await test_september_2026_of_the_sample_branch(site)
    for member in ("M01", "M03", "M04", "M05", "M06", "M07", "M08", "M11", "M02"):
        wish = {"period": "2026-Q3", "member_id": member, "held": 4, "noted": 4, "result": "ok"}
        await site.done("InspectNotebook", wish, "M03" if member == "M02" else "M02")
    late = TaskReview(task_id="T17", outcome="late", causes=("subjective",))
    reviewed = LastMonthReviewed(
        meeting_id=OCTOBER,
        period="2026-09",
        members=(MemberReview(member_id="M05", tasks=(late,)),),
        on_time=1,
        exceeded=0,
        late=1,
        failed=1,
    )
    await site.told(reviewed, closing())
    assert await flags(site) == []
    assert await flags(site, "cleared") == []


# ------------------------------------------------------------------ the clock


def periods(dues: Iterable[Due]) -> list[tuple[str, str]]:
    return [
        (str(re.sub(r".*:", "", due.command.subject(due.branch))), f"{due.moment.astimezone(VIETNAM):%d/%m %H:%M}")
        for due in dues
        if due.rule == "ranking-opens"
    ]


async def test_a_month_opens_on_its_day_and_hour_and_what_was_missed_is_made_up(site: Site) -> None:
    site.at("2026-09-26T06:59")
    assert periods(await site.due()) == []
    site.at("2026-09-26T07:00")
    assert periods(await site.due()) == [("2026-09", "26/09 07:00")]
    await site.service.clock_task.look()
    assert await site.due() == []
    site.at("2026-12-27T08:00")
    assert periods(await site.due()) == [
        ("2026-10", "26/10 07:00"),
        ("2026-11", "26/11 07:00"),
        ("2026-12", "26/12 07:00"),
    ]


async def test_the_clock_opens_nothing_for_a_branch_that_ended_or_does_not_rank_monthly(site: Site) -> None:
    def charter(version: int, *, enabled: bool) -> BranchCharterAdopted:
        changed = {"version": version, "monthly_ranking": MonthlyRanking(enabled=enabled)}
        return BranchCharterAdopted(branch=CODE, charter=CHARTER.model_copy(update=changed))

    await site.told(charter(4, enabled=False))
    site.at("2026-11-27T07:00")
    assert periods(await site.due()) == []
    await site.told(charter(5, enabled=True))
    assert periods(await site.due()) == []
    site.at("2026-12-26T07:00")
    assert periods(await site.due()) == [("2026-12", "26/12 07:00")]
    await site.told(BranchDissolved(branch=CODE, decision_no="01", effective_on=date(2026, 12, 20)), actor="operator")
    assert periods(await site.due()) == []


async def test_whoever_left_is_not_waited_for(site: Site) -> None:
    site.at("2026-09-26T07:00")
    await site.told(MemberTransferred(branch=CODE, member_id="M08", to="Chi bộ 2", effective_on=date(2026, 9, 20)))
    await site.service.clock_task.look()
    shown = await site.see("rankings/2026-09", actor="M01")
    assert "M08" not in [member["member_id"] for member in shown["members"]]


async def test_a_rebuild_gives_the_same_read_models_while_the_old_ones_serve(site: Site) -> None:
    await site.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
    before = await site.see("tasks")
    refused = await site.client.post("/rebuild", params={"actor": "M01"})
    assert (refused.status_code, refused.json()["code"]) == (httpx.codes.FORBIDDEN, "not-allowed")
    assert (await site.client.post("/rebuild", params={"actor": "operator"})).status_code == httpx.codes.ACCEPTED
    while (report := (await site.client.get("/rebuild")).json())["state"] == "running":
        assert await site.see("tasks") == before
    facts = site.service.log.head().index + sum(log.head().index for log in site.others.logs.values())
    assert report == {"state": "done", "done": facts, "total": facts, "error": None}
    assert await site.see("tasks") == before
