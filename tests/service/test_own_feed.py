"""Read models that cannot take what their own service stores: it is said, and tried again."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from tests.sample_branch import FACTS
from tests.service.test_ranking import COLLECT, Others, Site, decided
from tests.service.test_restored import ranking, settings


def rename(home: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(home / "ranking" / "views.db", timeout=30)) as file, file:
        file.execute(f"ALTER TABLE {old} RENAME TO {new}")


async def told_of_views(site: Site, *, well: bool) -> dict[str, Any]:
    """What health says of the read models, once they are well or not."""
    async with asyncio.timeout(30.0):
        while ((views := (await site.client.get("/health")).json()["views"])["error"] is None) is not well:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return dict(views)


async def test_what_the_read_models_cannot_take_of_the_own_log_is_said_until_they_can(tmp_path: Path) -> None:
    async with ranking(tmp_path, Others(tmp_path, settings(tmp_path))) as site:
        await site.told(*FACTS, actor="operator")
        await site.told(decided("T15", "M07", date(2026, 9, 25), COLLECT))
        assert await site.see("tasks")
        await told_of_views(site, well=True)
        rename(tmp_path, "last_fact", "gone")
        await site.done("ReportProgress", {"task_id": "T15", "member_id": "M07", "progress": "Xong một nửa."}, "M07")
        said = await told_of_views(site, well=False)
        assert "no such table: last_fact" in said["error"]
        rename(tmp_path, "gone", "last_fact")
        await told_of_views(site, well=True)
        assert await site.see("tasks")
