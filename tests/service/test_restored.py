"""A real service whose log was copied back and made whole again: what it hears a second time has no second effect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.ranking.main import PARTS
from services.roster.application import OwnKeys
from shared.events import ALL
from shared.events.envelope import decode
from shared.events.restored import LogRestored
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from shared.store.log import open_log
from shared.store.restoring import open_epoch, take_back
from shared.stream.feed import feed_routes
from tests.sample_branch import CODE, FACTS
from tests.service.test_ranking import COLLECT, Others, Site, decided
from tests.streams.small_log import SmallLog, new_name


class Watchful(Others):
    """The other services; they say how far they know ranking's log, and may be away."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        super().__init__(folder, settings)
        self.heard: dict[str, int] = {}
        self.away = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away", request=request)
        if request.url.path == "/health":
            return httpx.Response(200, json={"views": {"positions": self.heard}, "deciders": {}, "sources": []})
        return await super().handle_async_request(request)


def settings(home: Path) -> Settings:
    return Settings(home=home, clock="settable", after_seconds=30.0, silence_seconds=0.05)


@asynccontextmanager
async def ranking(home: Path, others: Others) -> AsyncIterator[Site]:
    """Ranking on the same files each time, hearing the same others."""
    keys = OwnKeys(KeyStore(home / "keys.db", home / "site.key"))
    service = Service(replace(PARTS, keys=lambda _settings: keys), settings(home))
    service.client._transport = others
    app = application(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://site") as one:
        site = Site(service, one, others, keys)
        site.at("2026-09-03T08:00")
        yield site


async def test_what_a_restored_service_hears_again_has_no_second_effect(tmp_path: Path) -> None:
    others = Others(tmp_path, settings(tmp_path))
    async with ranking(tmp_path, others) as site:
        await decides(site)
    log_file = tmp_path / "ranking" / "log.db"
    yesterday = log_file.read_bytes()
    async with ranking(tmp_path, others) as site:
        before = site.service.log.head().index
        await site.told(decided("T16", "M06", date(2026, 9, 25), COLLECT))
        await knows_itself(site)
        whole = site.service.log.head()
        raws = [raw for _, raw in site.service.log.read(before)]
        heard = site.service.writer.positions()
    assert raws
    log_file.write_bytes(yesterday)
    async with ranking(tmp_path, others) as site:
        service = site.service
        assert service.refuses, "its own read models know more"
        take_back(service.log, raws, more=False)
        assert service.log.head() == whole
        await service.accept_writes()
        async with asyncio.timeout(30.0):
            while service.writer.positions() != heard:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert service.log.head() == whole
        assert not service.writer.parked()
        minutes = others.logs["minutes"]
        *_, earlier, later = [decode(minutes.name, at, raw, ALL) for at, raw in minutes.read(0, 1000, 1_000_000)]
        assert service._react(earlier), "what is at or below the position is not heard again"
        assert service._react(later) == (), "asked again, it would be left to each rule to say nothing"


async def test_what_is_withdrawn_goes_and_what_was_decided_on_it_is_named(tmp_path: Path) -> None:
    others = Others(tmp_path, settings(tmp_path))
    async with ranking(tmp_path, others) as site:
        service = site.service
        await site.told(*FACTS, actor="operator")
        await site.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
        stands = service.log.head().index
        ended = others.logs["minutes"]
        kept = ended.read(0, 1000, 1_000_000)
        await site.told(decided("T16", "M06", date(2026, 9, 25), COLLECT))
        last = service.log.head().index
        others.logs["minutes"] = again = SmallLog(tmp_path / "again.db", new_name("minutes"))
        again.append([raw for _, raw in kept])
        app = FastAPI()
        app.include_router(feed_routes(again, lambda _vi, en: pytest.fail(en), former={ended.name.epoch: len(kept)}))
        others._apps["minutes"] = httpx.ASGITransport(app)
        async with asyncio.timeout(30.0):
            while service.writer.positions().get(again.name) != len(kept):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        positions = service.views.positions()
        assert positions[again.name] == len(kept)
        assert ended.name not in positions, "the read models still hold what was withdrawn"
        assert ended.name not in service.writer.positions()
        assert service.log.head().index == last, "what had been decided is not decided again, and not undone"
        report = await service.health.report()
        assert report["withdrawn"] == [{"log": str(ended.name), "facts": list(range(stands + 1, last + 1))}]
        await site.told(decided("T17", "M06", date(2026, 9, 25), COLLECT))
        assert (await service.health.report())["withdrawn"] == report["withdrawn"]


async def decides(site: Site) -> None:
    """Ranking hears a task and gives it."""
    await site.told(*FACTS, actor="operator")
    await site.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
    await knows_itself(site)


async def knows_itself(site: Site) -> None:
    """Its read models have everything of its own log."""
    log = site.service.log
    assert await site.service.views.wait_async(log.name, log.head().index, 5.0)


async def restored(site: Site, **given: str) -> dict[str, Any]:
    """What a restoration came to."""
    answer = await site.client.post("/restore", params={"actor": "operator", **given})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    async with asyncio.timeout(30.0):
        while (report := (await site.client.get("/restore")).json())["state"] == "running":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    found: dict[str, Any] = report
    return found


@pytest.mark.parametrize("who", ["Bảng đọc", "dịch vụ roster"])
async def test_an_empty_log_in_the_place_of_a_lost_one_is_not_restored(tmp_path: Path, who: str) -> None:
    others = Watchful(tmp_path, settings(tmp_path))
    async with ranking(tmp_path, others) as site:
        await decides(site)
        lost = site.service.log.name
    kept_by_itself = who == "Bảng đọc"
    for file in (tmp_path / "ranking").glob("*.db*" if not kept_by_itself else "log.db*"):
        file.unlink()
    if not kept_by_itself:
        others.heard = {str(lost): 1}
    async with ranking(tmp_path, others) as site:
        token = {"X-Service-Token": site.service.settings.token}
        await site.client.get("/log/head", params={"known": 1, "epoch": lost.epoch}, headers=token)
        assert site.service.refuses
        for given in ({}, {"by": "M01", "reason": "Đĩa hỏng"}):
            report = await restored(site, **given)
            assert report["state"] == "lost", report
            assert who.lower() in report["refusal"]["vi"].lower()
            assert "không nối tiếp kỳ đó" in report["refusal"]["vi"]
            assert site.service.refuses
        assert site.service.log.head().index == 0


async def test_while_read_models_are_built_anew_for_a_new_epoch_nothing_is_restored(tmp_path: Path) -> None:
    others = Watchful(tmp_path, settings(tmp_path))
    async with ranking(tmp_path, others) as site:
        await decides(site)
    log = open_log(settings(tmp_path).log_database("ranking"), "local", "ranking", ALL)
    upto = log.head().index
    said = LogRestored(service="ranking", ended=log.name.epoch, upto=upto, known=9, by="M01", reason="Đĩa hỏng")
    open_epoch(log, said, "")
    log.close()
    others.away = True
    async with ranking(tmp_path, others) as site:
        answer = await site.client.post("/restore", params={"actor": "operator"})
        assert (answer.status_code, answer.json()["code"]) == (httpx.codes.SERVICE_UNAVAILABLE, "not-writing")
        assert "các bảng đọc đang được dựng lại" in answer.json()["detail"]
        others.away = False
        async with asyncio.timeout(30.0):
            while site.service.refuses:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert site.service.log.head().index == upto + 1


async def test_without_read_models_it_answers_once_they_are_built_from_causes_to_effects(tmp_path: Path) -> None:
    """Own facts alone would go in first: what happened to a task before the task itself."""
    others = Watchful(tmp_path, settings(tmp_path))
    path, asked = f"/branches/{CODE}/tasks", {"actor": "M01"}
    async with ranking(tmp_path, others) as site:
        await decides(site)
        before = (await site.client.get(path, params=asked)).json()
    for file in (tmp_path / "ranking").glob("views.db*"):
        file.unlink()
    async with ranking(tmp_path, others) as site:
        answer = await site.client.get(path, params=asked)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-read")
        # What is read may wait for what only a restoration brings back, so that one is never refused.
        assert (await restored(site))["state"] == "restored"
        async with asyncio.timeout(30.0):
            while site.service.refuses:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert (await site.client.get(path, params=asked)).json() == before
        assert before
