"""The superior's desk through a real hub: rules at the first start, papers by hand, and a door that keeps nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from services.hub.application import shipped_profiles
from services.hub.domain.rules import PublishRuleProfile
from services.hub.main import PARTS
from services.roster.application import OwnKeys
from shared import events
from shared.events.appraisal import RankingSent, Sent
from shared.events.envelope import Fact, LogName
from shared.events.hub import RuleProfilePublished, SecurityGradeRejected
from shared.events.organisation import OrganisationRegistered, OrganisationReparented
from shared.events.sealed import Keys
from shared.events.sitting import LineMark, Measured, MeetingScored
from shared.heard_rules import HEARS, VIEW, ProfileHeard, book, heard, key, step
from shared.organisation import Tree
from shared.rules import EVERYWHERE, Rank, shipped, shipped_texts
from shared.service.at_start import AtStart
from shared.service.from_roster import token_header
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from shared.store.views import View, open_views
from tests.sample_branch import CODE, FACTS
from tests.servers import free_port
from tests.service.told import stored

ROSTER, MINUTES = LogName("local", "roster", "test"), LogName("local", "minutes", "test")
RULES_HEARD = View(VIEW, ProfileHeard, HEARS, key, step)
DOCUMENT = {
    "doc_no": "HD MẪU-11",
    "title": "Hướng dẫn mẫu về sinh hoạt chuyên đề",
    "grade": "none",
    "issuer": "Ban Tổ chức Tỉnh ủy",
    "received_on": "2026-09-25",
}
SCORED = MeetingScored(
    meeting_id=f"{CODE}:2026-10",
    rubric="hd42-scoring@1",
    marks=tuple(
        LineMark(id=str(number), mark=str(mark), max=40) for number, mark in enumerate((5, 4, 9, 37, 5, 25, 5), 1)
    ),
    total="90",
    by_marks="q_good",
    band="q_good",
    measured=Measured(
        minutes=130,
        minimum=90,
        short_by=0,
        present_ever="8/9",
        attendance_meets=False,
        spoke="8/8",
        opinions=15,
        out_of_order=(),
    ),
    superior_confirms=True,
)
RANKING = LogName("local", "ranking", "test")
ROOT = "99.000.000.000.000"
PROGRAMME = {
    "period": "2026-10",
    "programme_no": "12-CTr/ĐU",
    "items": [{"id": "1", "text": "Thu nhận xét nơi cư trú", "due_on": "2026-10-31"}],
}


@dataclass
class Desk:
    """A running hub that has heard of the sample branch."""

    service: Service
    client: httpx.AsyncClient

    async def ask(self, command: str, data: dict[str, Any], **around: Any) -> httpx.Response:
        body = {"id": str(uuid4()), "branch": CODE, "actor": "F01", **around, "command": data}
        return await self.client.post(f"/commands/{command}", json=body)

    async def see(self, path: str, actor: str = "M08", branch: str = CODE, **query: Any) -> httpx.Response:
        query |= {"actor": actor, "after": f"hub:{self.service.log.head().index}"}
        return await self.client.get(f"/branches/{branch}/{path}", params=query)

    def said(self, kind: type) -> list[Any]:
        """The facts of one kind in the hub's log."""
        head = self.service.log.head().index
        return [one.fact for one in self.service.log.between(1, head) if isinstance(one.fact, kind)]


Start = Callable[..., Any]


def raw(  # noqa: PLR0917 - what an envelope says
    fact: Fact, number: int, keys: Keys, actor: str = "operator", profile: str | None = None, under: str = CODE
) -> bytes:
    """A fact as another service stored it."""
    at, branch = datetime.fromisoformat("2026-01-03T08:00:00+07:00"), getattr(fact, "branch", under)
    return stored(fact, at, keys, branch=branch, actor=actor, version=number, profile=profile)


def hear_roster(service: Service, folder: Path) -> None:
    """The sample branch as roster's facts tell it."""
    keys = OwnKeys(KeyStore(folder / "keys.db", folder / "site.key"))
    service.views.apply(ROSTER, [(index, raw(fact, index, keys)) for index, fact in enumerate(FACTS, 1)])


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a hub on this test's folder; starting again goes on with the same log."""

    @asynccontextmanager
    async def started(
        redis_url: str | None = None,
        at_start: Callable[[], Sequence[AtStart]] = PARTS.at_start,
        scored: MeetingScored | None = None,
        sent: Sequence[RankingSent] = (),
        tree: Sequence[Fact] = (),
        **settings: Any,
    ) -> AsyncIterator[Desk]:
        given = Settings(
            home=tmp_path,
            redis_url=redis_url,
            after_seconds=30.0,
            roster_port=free_port(),
            **{"clock": "system"} | settings,
        )
        service = Service(replace(PARTS, at_start=at_start), given)
        if not (tmp_path / "keys.db").exists():
            hear_roster(service, tmp_path)
        if scored is not None:
            keys = OwnKeys(KeyStore(tmp_path / "keys.db", tmp_path / "site.key"))
            service.views.apply(MINUTES, [(1, raw(scored, 1, keys, "M02"))])
        if sent:
            keys = OwnKeys(KeyStore(tmp_path / "keys.db", tmp_path / "site.key"))
            told = [(n, raw(fact, n, keys, "M01", "qd366-annual@1")) for n, fact in enumerate(sent, 1)]
            service.views.apply(RANKING, told)
        if tree:
            keys = OwnKeys(KeyStore(tmp_path / "keys.db", tmp_path / "site.key"))
            told = [(n, raw(fact, n, keys, under=ROOT)) for n, fact in enumerate(tree, len(FACTS) + 1)]
            service.views.apply(ROSTER, told)
        app = application(service)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.router.lifespan_context(app))
            client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://site"))
            yield Desk(service, client)

    return started


# ------------------------------------------------------------------ rules


async def test_who_stands_above_a_branch_is_the_tree_of_that_day_and_not_its_code(start: Start) -> None:
    ward = "99.003.000.000.000"
    came = {"root": ROOT, "decision_no": "1-QĐ", "effective_on": "2020-01-01"}
    registered = (
        {**came, "code": ROOT, "name": "Đảng bộ tỉnh (mẫu)", "organisation": "province"},
        {**came, "code": ward, "name": "Đảng bộ phường (mẫu)", "organisation": "superior", "superior": ROOT},
        {**came, "code": CODE, "name": "Chi bộ (mẫu)", "organisation": "branch", "superior": "99.001.002.000.000"},
    )
    moved = {**came, "effective_on": "2026-07-01", "code": CODE, "from_superior": "99.001.002.000.000"}
    moved |= {"superior": ward}
    facts = [*map(OrganisationRegistered.model_validate, registered), OrganisationReparented.model_validate(moved)]
    async with start(tree=facts) as desk:
        days = ("2026-06-30", "2026-07-01")
        held = [(await desk.see("profiles/scoring", day=day)).json()["ref"] for day in days]
        assert held == ["hd42-scoring@1", "an-phu-scoring@1"]
        data = {"profile": "an-phu-scoring@1", "from_on": "2026-09-01", "because": "Thu hồi để sửa."}
        answer = await desk.ask("WithdrawRuleProfile", data, branch=ward, actor="operator")
        assert answer.status_code == httpx.codes.OK, answer.text
        days = ("2026-08-31", "2026-09-01")
        held = [(await desk.see("profiles/scoring", day=day)).json()["ref"] for day in days]
        assert held == ["an-phu-scoring@1", "hd42-scoring@1"]


async def test_the_first_start_publishes_every_profile_and_the_next_none(start: Start) -> None:
    async with start() as desk:
        published = desk.said(RuleProfilePublished)
        assert {fact.ref for fact in published} == {profile.ref for profile in shipped().profiles}
        assert (await desk.client.get("/health")).json()["status"] == "ready"
        first = desk.service.log.head().index
    async with start() as desk:
        assert desk.service.log.head().index == first == len(published)


async def test_a_changed_file_of_the_same_version_stops_writing_and_says_so(start: Start) -> None:
    async with start():
        pass

    def changed() -> list[AtStart]:
        first = next(wish for wish in shipped_profiles() if wish.once.startswith("hd42@1"))
        toml = dict(shipped_texts())["hd42.toml"] + "\n# đã sửa\n"
        return [AtStart(first.branch, PublishRuleProfile(file_name="hd42.toml", toml=toml), "hd42@1 changed")]

    async with start(at_start=changed) as desk:
        health = (await desk.client.get("/health")).json()
        assert (health["status"], health["writes"]) == ("refusing", "refused")
        assert "hd42@1 đã công bố với nội dung khác nên tệp hd42.toml không dùng được" in health["refusal"]["vi"]
        assert (await desk.see("profiles/meeting", day="2026-10-05")).json()["ref"] == "hd42@1"
        refused = await desk.ask("IssueWorkProgramme", PROGRAMME)
        assert refused.json()["code"] == "not-writing"
        assert len(desk.said(RuleProfilePublished)) == len(shipped().profiles)


async def test_where_the_clock_is_set_by_hand_nothing_is_published_before_it_is(start: Start) -> None:
    async with start(clock="settable") as desk:
        assert desk.said(RuleProfilePublished) == []
        shown = token_header(desk.service.settings.token)
        await desk.client.put("/clock", json={"now": "2025-01-03T08:00:00+07:00"}, headers=shown)
        assert len(desk.said(RuleProfilePublished)) == len(shipped().profiles)
        assert desk.service.log.head().recordedtime == "2025-01-03T01:00:00.000000Z"
        await desk.client.put("/clock", json={"now": "2025-02-03T08:00:00+07:00"}, headers=shown)
        assert len(desk.said(RuleProfilePublished)) == len(shipped().profiles)


async def test_the_rules_of_a_branch_on_a_day_each_number_with_its_source(start: Start) -> None:
    async with start() as desk:
        found = (await desk.see("profiles/scoring", day="2026-10-05")).json()
        assert found["ref"] == "hd42-scoring@1"
        assert {number["confidence"] for number in found["numbers"]} == {"R", "V", "P"}
        ward = await desk.see("profiles/scoring", actor="operator", branch="99.003.004.000.001", day="2026-10-05")
        assert ward.json()["ref"] == "an-phu-scoring@1"
        listed = (await desk.see("profiles")).json()
        assert [one["ref"] for one in listed if one["subject"] == "meeting"] == ["hd12@1", "hd42@1"]
        none = await desk.see("profiles/scoring", day="2025-10-01")
        assert none.status_code == httpx.codes.NOT_FOUND
        assert "chưa có bộ quy định" in none.json()["detail"]


async def test_an_operator_publishes_a_newer_profile_and_members_may_not(start: Start) -> None:
    toml = dict(shipped_texts())["hd42_scoring.toml"].replace("version = 1", "version = 2")
    newer = {"file_name": "newer.toml", "toml": toml.replace("2025-10-28", "2026-12-01")}
    async with start() as desk:
        for actor in ("M01", "M08"):
            refused = await desk.ask("PublishRuleProfile", newer, actor=actor, branch=EVERYWHERE)
            assert refused.status_code == httpx.codes.FORBIDDEN
        overlaps = await desk.ask("PublishRuleProfile", newer, actor="operator", branch=EVERYWHERE)
        assert (overlaps.status_code, overlaps.json()["code"]) == (httpx.codes.CONFLICT, "overlap")
        said = newer | {"toml": newer["toml"].replace("valid_from", 'replaces = "hd42-scoring@1"\nvalid_from')}
        done = await desk.ask("PublishRuleProfile", said, actor="operator", branch=EVERYWHERE)
        assert done.status_code == httpx.codes.OK, done.text
        days = ("2026-11-30", "2026-12-01")
        refs = [(await desk.see("profiles/scoring", day=day)).json()["ref"] for day in days]
        assert refs == ["hd42-scoring@1", "hd42-scoring@2"]


# ------------------------------------------------------------------ papers from above


async def test_papers_from_above_are_entered_by_hand_and_reach_the_branch(start: Start) -> None:
    async with start() as desk:
        issued = await desk.ask("IssueWorkProgramme", PROGRAMME, enteredby="M01", medium="paper")
        assert issued.status_code == httpx.codes.OK, issued.text
        told = issued.json()["facts"][0]["vi"]
        assert told.startswith(
            "Đảng bộ Ban Tổ chức Tỉnh ủy (mẫu) giao chương trình công tác tháng 10/2026 số 12-CTr/ĐU"
        )
        assert told.endswith("(nhập thay từ bản giấy: đ/c M01)")
        above = {"issuer": "Tỉnh ủy mẫu", "period": "2026-10", "programme_no": "3-CTr/TU"}
        items = [
            {"id": "A", "text": "Một việc cho chi bộ khác", "for_branch": "99.001.002.000.012"},
            {"id": "B", "text": "Một việc cho mọi chi bộ"},
        ]
        wide = await desk.ask(
            "IssueWorkProgramme", above | {"items": items}, actor="operator", branch="99.000.000.000.000"
        )
        assert wide.status_code == httpx.codes.OK, wide.text
        found = (await desk.see("programmes/2026-10")).json()
        assert [(one["programme_no"], [item["id"] for item in one["items"]]) for one in found] == [
            ("12-CTr/ĐU", ["1"]),
            ("3-CTr/TU", ["B"]),
        ]
        assert (await desk.see("programmes/2026-11")).json() == []


async def test_documents_reach_the_branch_until_another_takes_their_place(start: Start) -> None:
    async with start() as desk:
        for change in ({}, {"doc_no": "HD MẪU-12", "supersedes": "HD MẪU-11", "received_on": "2026-10-01"}):
            answer = await desk.ask("PublishPolicyDocument", DOCUMENT | change, actor="M01")
            assert answer.status_code == httpx.codes.OK, answer.text
        assert [one["doc_no"] for one in (await desk.see("documents")).json()] == ["HD MẪU-12"]
        refused = await desk.ask("PublishPolicyDocument", DOCUMENT, actor="M08")
        assert refused.status_code == httpx.codes.FORBIDDEN
        assert (await desk.see("documents", actor="M77")).status_code == httpx.codes.FORBIDDEN


# ------------------------------------------------------------------ scores


async def test_the_superior_confirms_what_minutes_told_and_the_fact_belongs_to_the_meeting(start: Start) -> None:
    meeting, wish = f"{CODE}:2026-10", {"meeting_id": f"{CODE}:2026-10"}
    async with start() as desk:
        early = await desk.ask("ConfirmMeetingScore", wish)
        assert (early.status_code, early.json()["code"]) == (httpx.codes.CONFLICT, "not-scored")
    async with start(scored=SCORED) as desk:
        by_the_cell = await desk.ask("ConfirmMeetingScore", wish, actor="M01")
        assert by_the_cell.status_code == httpx.codes.FORBIDDEN
        done = await desk.ask("ConfirmMeetingScore", wish, enteredby="M01", medium="paper")
        assert done.status_code == httpx.codes.OK, done.text
        assert done.json()["facts"][0]["vi"].startswith("Cấp trên xác nhận điểm buổi sinh hoạt: 90 điểm, xếp loại Tốt.")
        (shown,) = (await desk.see("scores")).json()
        assert (shown["confirmed"]["total"], shown["scored"]["total"]) == ("90", "90")
        facts = (await desk.client.get(f"/meetings/{meeting}/facts", params={"actor": "M08"})).json()["facts"]
        assert [(fact["type"], fact["profile"]) for fact in facts] == [
            ("chibo.MeetingScoreConfirmed.v1", "hd42-scoring@1")
        ]
        state = (await desk.client.get(f"/meetings/{meeting}/state", params={"actor": "M08"})).json()["states"]
        assert state[f"score/{meeting}"]["confirmed"]["band"] == "q_good"


# ------------------------------------------------------------------ ranks


def sent(code: str) -> RankingSent:
    """Four members, one of them excellent."""
    ranks: tuple[Rank, ...] = ("excellent", "good", "good", "good")
    members = tuple(Sent(member_id=f"M0{n}", computed_rank=rank, rank=rank) for n, rank in enumerate(ranks, 1))
    return RankingSent(branch=code, period_type="annual", period="2025", members=members)


async def test_R29_the_superior_approves_within_the_quota_of_the_whole_grassroots_organisation(start: Start) -> None:
    wish = {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2026-01-05"}
    async with start(sent=[sent(CODE), sent("99.005.002.000.011")]) as desk:
        alone = await desk.ask("ApproveRanking", wish)
        assert (alone.status_code, alone.json()["code"]) == (httpx.codes.CONFLICT, "R29")
        assert "tính trên 1 chi bộ đã gửi" in alone.json()["detail"]
        returned = await desk.ask("ReturnRanking", {"period": "2025", "reason": "Chờ các chi bộ khác gửi"})
        assert returned.status_code == httpx.codes.OK, returned.text
        (shown,) = (await desk.see("ranks")).json()
        assert (shown["approved"], shown["returned"]["reason"]) == (None, "Chờ các chi bộ khác gửi")
        assert (await desk.ask("ApproveRanking", wish, actor="M01")).status_code == httpx.codes.FORBIDDEN


async def test_E7_with_the_ranks_of_ten_cells_known_the_first_is_approved(start: Start) -> None:
    wish = {"period": "2025", "decision_no": "45-QĐ/ĐU", "approved_on": "2026-01-05"}
    async with start(sent=[sent(CODE), *(sent(f"99.001.002.000.{n:03}") for n in range(101, 110))]) as desk:
        answer = await desk.ask("ApproveRanking", wish)
        assert answer.status_code == httpx.codes.OK, answer.text
        (shown,) = (await desk.see("ranks")).json()
        quota = shown["approved"]["quota"]
        assert (quota["branches"], quota["rated"], quota["allowed"], quota["excellent"]) == (10, 40, 6, 1)


# ------------------------------------------------------------------ R33, E12

TITLE, NUMBER = "Phương án Hồng Lam bảo vệ cầu phao", "77-PA/ZX"
GRADED = DOCUMENT | {"title": TITLE, "doc_no": NUMBER, "grade": "Tối mật", "issuer": "Cơ quan Vĩnh Hảo"}
TRACES = ("Hồng Lam", "cầu phao", NUMBER, "Vĩnh Hảo", "Tối mật")


def traces_in(told: bytes) -> list[str]:
    """Words of the classified document, as they are or as JSON escapes them."""
    forms = ((word, word.encode()) for word in TRACES)
    escaped = ((word, word.encode("ascii", "backslashreplace")) for word in TRACES)
    return [word for word, form in (*forms, *escaped) if form in told]


def on_disk(folder: Path) -> bytes:
    """Every byte of every file of the site."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def in_redis(client: Any) -> bytes:
    """Every byte of every stream."""
    entries = [fields for key in client.scan_iter() for _, fields in client.xrange(key)]
    return b"".join(part for fields in entries for pair in fields.items() for part in pair)


async def test_E12_nothing_of_a_classified_document_is_kept_anywhere(
    start: Start, tmp_path: Path, redis_url: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with start(redis_url=redis_url) as desk:
        wish = str(uuid4())
        for _ in range(2):
            answer = await desk.ask("PublishPolicyDocument", GRADED, id=wish)
            assert answer.status_code == httpx.codes.CONFLICT
            assert answer.json()["code"] == "R33"
            assert "Không có gì được lưu" in answer.json()["detail"]
            assert traces_in(answer.content) == []
        assert desk.said(SecurityGradeRejected) == [SecurityGradeRejected(branch=CODE)]
        rejections = (await desk.see("rejections")).json()
        assert (rejections["count"], set(rejections)) == (1, {"count", "last_at"})
        head = desk.service.log.head().index
        with redis.Redis.from_url(redis_url) as client:
            async with asyncio.timeout(10):
                while client.xlen(desk.service.log.name.stream) < head:  # noqa: ASYNC110 - Redis tells nobody
                    await asyncio.sleep(0.02)
            streamed = in_redis(client)
        assert b"SecurityGradeRejected" in streamed
        feed = await desk.client.get("/log", params={"after": 0}, headers=token_header(desk.service.settings.token))
        assert b"SecurityGradeRejected" in feed.content
        documents = await desk.see("documents")
        metrics = await desk.client.get("/metrics")
        files = on_disk(tmp_path)
        assert b"SecurityGradeRejected" in files
    spoken = capfd.readouterr()
    logged = (spoken.out + spoken.err + caplog.text).encode()
    after = on_disk(tmp_path)
    for place in (streamed, feed.content, documents.content, metrics.content, files, after, logged):
        assert traces_in(place) == []


async def test_E12_the_search_for_traces_finds_what_is_kept(start: Start, tmp_path: Path) -> None:
    async with start() as desk:
        answer = await desk.ask("PublishPolicyDocument", GRADED | {"grade": "none"})
        assert answer.status_code == httpx.codes.OK, answer.text
    kept = on_disk(tmp_path)
    assert set(traces_in(kept)) == set(TRACES) - {"Tối mật"}


async def test_R33_the_inbox_keeps_a_digest_and_never_a_body(start: Start, tmp_path: Path) -> None:
    async with start() as desk:
        await desk.ask("PublishPolicyDocument", GRADED)
        await desk.ask("PublishPolicyDocument", DOCUMENT)
    with closing(sqlite3.connect(tmp_path / "hub" / "log.db")) as database:
        rows = database.execute("SELECT * FROM inbox").fetchall()
    assert len(rows) == len(shipped().profiles) + 2
    for row in rows:
        told = b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
        assert traces_in(told) == []
        assert "Hướng dẫn mẫu".encode() not in told


async def test_R33_who_may_not_bring_papers_is_turned_away_as_such_and_nothing_is_noted(start: Start) -> None:
    async with start() as desk:
        answer = await desk.ask("PublishPolicyDocument", GRADED, actor="M08")
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert traces_in(answer.content) == []
        assert desk.said(SecurityGradeRejected) == []


async def test_R33_a_malformed_classified_document_leaves_no_trace_either(start: Start, tmp_path: Path) -> None:
    async with start() as desk:
        answer = await desk.ask("PublishPolicyDocument", GRADED | {"received_on": TITLE})
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert traces_in(answer.content) == []
    assert traces_in(on_disk(tmp_path)) == []


# ------------------------------------------------------------------ what the others hear


async def test_what_was_published_is_the_rule_book_that_came_with_chibo(start: Start, tmp_path: Path) -> None:
    async with start() as desk:
        head = desk.service.log.head().index
        views = open_views(f"sqlite:///{tmp_path / 'heard.db'}", "scheduler", (RULES_HEARD,), events.ALL)
        views.catch_up(desk.service.log)
        assert views.position(desk.service.log.name) == head
        with views.read() as reader:
            for branch in (CODE, "99.003.004.000.001", "98.001.002.000.001"):
                rules = book(heard(reader, Tree({}).ever(branch)))
                for subject, day in (("scoring", date(2026, 10, 5)), ("meeting", date(2025, 10, 3))):
                    own = rules.profile_for(subject, day, branch)  # type: ignore[call-overload]
                    assert own == shipped().profile_for(subject, day, branch)  # type: ignore[call-overload]
        views.close()
