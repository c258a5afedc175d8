"""A real service whose log was copied back and made whole again: what it hears a second time has no second effect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.ranking.main import PARTS
from services.roster.application import OwnKeys
from shared.events import ALL
from shared.events.envelope import decode
from shared.service.http import application
from shared.service.runtime import Service
from shared.settings import Settings
from shared.store.keys import KeyStore
from shared.store.restoring import take_back
from shared.stream.feed import feed_routes
from tests.sample_branch import FACTS
from tests.service.test_ranking import COLLECT, Others, Site, decided
from tests.streams.small_log import SmallLog, new_name


def settings(home: Path) -> Settings:
    return Settings(home=home, clock="settable", after_seconds=2.0, silence_seconds=0.05)


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
        await site.told(*FACTS, actor="operator")
        await site.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
    log_file = tmp_path / "ranking" / "log.db"
    yesterday = log_file.read_bytes()
    async with ranking(tmp_path, others) as site:
        before = site.service.log.head().index
        await site.told(decided("T16", "M06", date(2026, 9, 25), COLLECT))
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
        report = await service.health()
        assert report["withdrawn"] == [{"log": str(ended.name), "facts": list(range(stands + 1, last + 1))}]
        await site.told(decided("T17", "M06", date(2026, 9, 25), COLLECT))
        assert (await service.health())["withdrawn"] == report["withdrawn"]
