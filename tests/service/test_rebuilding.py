"""A rebuild that cannot come to its end says why and ends; the old read models go on serving."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from shared.events.branch import BranchDissolved
from tests.sample_branch import CODE, FACTS
from tests.service.test_ranking import COLLECT, Others, Site, decided
from tests.service.test_restored import ranking, settings
from tests.service.told import stored


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Ranking with a task of the sample branch."""
    async with ranking(tmp_path, Others(tmp_path, settings(tmp_path))) as there:
        await there.told(*FACTS, actor="operator")
        await there.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
        yield there


async def failed(site: Site) -> dict[str, str]:
    """What is said of a rebuild that failed."""
    before = await site.see("tasks")
    await site.client.post("/rebuild", params={"actor": "operator"})
    async with asyncio.timeout(30.0):
        while (report := (await site.client.get("/rebuild")).json())["state"] == "running":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert report["state"] == "failed"
    assert await site.see("tasks") == before
    error: dict[str, str] = report["error"]
    return error


async def test_a_fact_of_no_branch_that_cannot_be_read_ends_a_rebuild(site: Site) -> None:
    roster, now = site.others.logs["roster"], site.service.clock.now()
    index = roster.head().index + 1
    fact = BranchDissolved(branch=CODE, decision_no="01", effective_on=date(2026, 12, 20))
    raw = stored(fact, now, site._keys, branch=None, actor="operator")
    roster.append([raw.replace(b'"2026-12-20"', b'"hai"')], now)
    said = await failed(site)
    assert said["vi"].startswith(f"Ngừng nhận từ {roster.name}: sự kiện số {index} không đọc được")
    assert said["en"].startswith(f"Nothing more is taken from {roster.name}: fact {index} cannot be read")


async def test_an_own_log_that_is_damaged_ends_a_rebuild(site: Site, tmp_path: Path) -> None:
    await site.see("tasks")
    with closing(sqlite3.connect(tmp_path / "ranking" / "log.db")) as file, file:
        file.execute("UPDATE fact SET branch = '99.001.002.000.099' WHERE \"index\" = 1")
    said = await failed(site)
    assert said["vi"].startswith("Sự kiện số 1 trong sổ không còn khớp với chính nó")
    assert said["en"].startswith("Fact 1 of the log does not agree with itself")
